//! The facts of a candidate's place: each is read once, when a row of the table first asks for it.

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;

use super::entry::{sense_by_entry, sense_by_reference};
use super::head::named_by_head;
use super::label::{Label, Via, label};
use super::partner::sense_by_partner;
use super::record::Record;
use super::scope::{Around, Ownership, Scope, Surroundings};
use super::{About, columns, place};
use crate::lexicon::{Lexicon, List, Sense};
use crate::rule::Unprefixed;

/// A candidate, and what is known of the place where it stands.
#[derive(Debug)]
pub(in super::super) struct Facts<'t> {
    pub(super) lexicon: &'t Lexicon,
    pub(super) text: &'t [u8],
    /// Where it stands.
    pub(super) span: &'t Range<usize>,
    pub(super) shape: Unprefixed,
    /// What stands there, or what that is decoded or joined to.
    pub(super) key: &'t [u8],
    pub(super) about: About,
    /// It is a use of the variable that the candidate is assigned to, and not the candidate itself.
    pub(super) used: bool,
    label: OnceCell<Option<Label>>,
    ownership: OnceCell<Ownership>,
    sibling: OnceCell<Option<Sense>>,
    head: OnceCell<Option<Scope>>,
    caption: OnceCell<Option<Sense>>,
}

impl<'t> Facts<'t> {
    /// The facts of a candidate, of which none is read yet.
    pub(in super::super) fn new(
        lexicon: &'t Lexicon,
        text: &'t [u8],
        shape: Unprefixed,
        span: &'t Range<usize>,
        key: &'t [u8],
        about: About,
    ) -> Self {
        Self {
            lexicon,
            text,
            span,
            shape,
            key,
            about,
            used: false,
            label: OnceCell::new(),
            ownership: OnceCell::new(),
            sibling: OnceCell::new(),
            head: OnceCell::new(),
            caption: OnceCell::new(),
        }
    }

    /// The facts of a place at which the variable is used that the candidate is assigned to.
    pub(super) fn at_use<'u>(&'u self, place: &'u Range<usize>) -> Facts<'u> {
        Facts { used: true, ..Facts::new(self.lexicon, self.text, self.shape, place, self.key, self.about) }
    }

    /// The digits of the key.
    pub(super) fn digits(&self) -> &'t [u8] {
        if self.shape == Unprefixed::PubHex32 { &self.key[3..] } else { self.key }
    }

    /// The name before it.
    pub(super) fn label(&self) -> Option<&Label> {
        self.label.get_or_init(|| label(self.lexicon, &self.text[..self.span.start])).as_ref()
    }

    /// Returns whether its name says this.
    pub(super) fn says(&self, sense: Sense) -> bool {
        self.label().is_some_and(|label| label.sense == sense)
    }

    /// Returns whether its name is joined to it in one of these ways.
    pub(super) fn is_joined_by(&self, ways: &[Via]) -> bool {
        self.label().is_some_and(|label| ways.contains(&label.via))
    }

    /// Whose it is, by the text around it.
    pub(super) fn ownership(&self) -> Ownership {
        *self.ownership.get_or_init(|| {
            // A client token has a shape that is rare enough: any mention will do.
            let weighed = self.shape != Unprefixed::PubHex32;
            let path = self.about != About::Unknown;
            Surroundings { lexicon: self.lexicon, text: self.text, span: self.span, path, weighed }.owner()
        })
    }

    /// Where the text around it says that it is Datadog's.
    pub(super) fn scope(&self) -> Option<Scope> {
        match self.ownership().around {
            Around::Datadog(scope) => Some(scope),
            Around::Other | Around::Nothing => None,
        }
    }

    /// Returns whether line or block say that it is Datadog's.
    pub(super) fn is_close_to_datadog(&self) -> bool {
        matches!(self.scope(), Some(Scope::Line | Scope::Block))
    }

    /// Returns whether the text around it says that it is another product's.
    pub(super) fn is_of_others(&self) -> bool {
        self.ownership().around == Around::Other
    }

    /// What a sibling in its record says that it is: `name: DD_API_KEY` beside `value: …`.
    pub(super) fn sibling(&self) -> Option<Sense> {
        let wrapped = || Record::around_wrapped(self.text, self.span)?.named(self.lexicon);
        let in_state = || Record::around_instances(self.text, self.span)?.named(self.lexicon);
        let in_record = || Record::around(self.text, self.span)?.named(self.lexicon);
        let by_entry = || sense_by_entry(self.lexicon, self.text, self.span);
        let by_reference = || sense_by_reference(self.lexicon, self.text, self.span);
        let by_partner = || sense_by_partner(self.lexicon, self.text, self.span);
        *self.sibling.get_or_init(|| {
            let by_names = || by_partner().or_else(by_entry).or_else(by_reference);
            by_names().or_else(in_record).or_else(wrapped).or_else(in_state)
        })
    }

    /// Where the name of a Datadog key, or of any key in a block, stands in the heads of its blocks.
    pub(super) fn head(&self) -> Option<Scope> {
        *self.head.get_or_init(|| named_by_head(self.lexicon, self.text, self.shape, self.span))
    }

    /// What the heading above it says, or the head of its column.
    pub(super) fn caption(&self) -> Option<Sense> {
        let read = || {
            place::heading_sense(self.lexicon, self.text, self.span)
                .or_else(|| columns::column_sense(self.lexicon, self.text, self.span))
        };
        *self.caption.get_or_init(read)
    }

    /// Returns whether its name says no more than that there is a value: `value`, `secret_string`, `plaintext_value`.
    pub(super) fn is_value_of_record(&self) -> bool {
        self.label().is_some_and(|label| {
            let is_value = |word: &String| self.lexicon.has(List::ValueNames, word);
            let ends =
                label.words.last().is_some_and(is_value) || label.words.iter().any(|word| word == "value");
            label.indirect || label.via == Via::Item || ends || label.words == ["s"]
        })
    }

    /// Returns whether its name is that of one of several values of one kind: `prod`, `us-east-1`, `S`.
    pub(super) fn is_variant(&self) -> bool {
        self.label().is_some_and(|label| {
            label.sense == Sense::Other && label.words.iter().all(|word| self.lexicon.is_plain(word))
        })
    }

    /// What was read before a row held, to be told to a person.
    pub(super) fn grounds(&self, row: &'static str) -> Grounds {
        let label = self.label.get().and_then(Option::as_ref);
        let ownership = self.ownership.get();
        let breaks = |part: Range<usize>| memchr::memchr_iter(b'\n', &self.text[part]).count();
        let lines = |at: usize| match at < self.span.start {
            true => Lines::Above(breaks(at..self.span.start)),
            false => Lines::Below(breaks(self.span.end..at)),
        };
        Grounds {
            row,
            name: label.map(|label| (label.sense.as_str(), label.via.as_str())),
            sibling: self.sibling.get().copied().flatten().map(Sense::as_str),
            head: self.head.get().copied().flatten().map(Scope::as_str),
            caption: self.caption.get().copied().flatten().map(Sense::as_str),
            owner: ownership.map(|owner| (owner.around.as_str(), owner.ground.as_str(), owner.at.map(lines))),
        }
    }
}

/// How many lines away something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lines {
    Above(usize),
    Below(usize),
}

/// Why a candidate counts or not: the row of the table of verdicts that held, and the facts that were read for it.
///
/// It holds no word of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grounds {
    /// The row.
    pub row: &'static str,
    name: Option<(&'static str, &'static str)>,
    sibling: Option<&'static str>,
    head: Option<&'static str>,
    caption: Option<&'static str>,
    /// Whose it is, by what, and where that stands.
    owner: Option<(&'static str, &'static str, Option<Lines>)>,
}

impl Grounds {
    /// The grounds of a row for which nothing was read.
    pub(in super::super) fn of_row(row: &'static str) -> Self {
        Self { row, name: None, sibling: None, head: None, caption: None, owner: None }
    }
}

impl fmt::Display for Grounds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.row)?;
        if let Some((sense, via)) = self.name {
            write!(out, "; its name: {sense}, {via}")?;
        }
        if let Some(sense) = self.sibling {
            write!(out, "; a sibling: {sense}")?;
        }
        if let Some(scope) = self.head {
            write!(out, "; the head of a block: names a key ({scope})")?;
        }
        if let Some(sense) = self.caption {
            write!(out, "; heading or column: {sense}")?;
        }
        if let Some((whose, ground, at)) = self.owner {
            write!(out, "; owner: {whose}, by {ground}")?;
            match at {
                Some(Lines::Above(0) | Lines::Below(0)) => write!(out, ", on its line")?,
                Some(Lines::Above(lines)) => write!(out, ", {lines} above")?,
                Some(Lines::Below(lines)) => write!(out, ", {lines} below")?,
                None => {}
            }
        }
        Ok(())
    }
}
