//! What a range is written as: the words that `git rev-list` takes.

use crate::error::Error;
use crate::location::shorten_ids;

/// Words that name commits, as `git rev-list` reads them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RangeWords {
    /// Ends whose commits are in the range.
    pub(super) include: Vec<Tip>,
    /// Ends whose commits are not.
    pub(super) exclude: Vec<Tip>,
    /// Pairs whose histories must meet: of `A..B`, `A` need not be a forefather
    /// of `B`, but must be a relative.
    pub(super) related: Vec<(String, String)>,
    /// Pairs of `A...B`, whose common forefathers are left out.
    pub(super) symmetric: Vec<(String, String)>,
    /// One commit by itself.
    pub(super) single: Option<String>,
    /// True where what is to be left out may be unknown here.
    pub(super) ignore_missing: bool,
    /// Names that refs get on the other side, such as `refs/heads/topic`.
    pub(super) new_refs: Vec<String>,
    /// As it was typed, but for whole ids.
    pub(super) typed: String,
}

/// Something that leads to commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tip {
    /// A revision.
    Revision(String),
    /// All refs whose names begin so.
    Refs(String),
}

impl RangeWords {
    /// Reads words: `A..B`, `A...B`, `B --not A`, `B ^A`, or one commit `A`;
    /// `--all`, `--branches`, `--tags`, and `--remotes[=NAME]` stand for refs;
    /// with `--ignore-missing`, what is left out may be unknown.
    ///
    /// # Errors
    ///
    /// They name no commit to look at, or hold an option that is none of these.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::source::RangeWords;
    /// assert!(RangeWords::parse(["main..HEAD"]).is_ok());
    /// assert!(RangeWords::parse(["HEAD --not --remotes=origin"]).is_ok());
    /// assert!(RangeWords::parse(["--not", "main"]).is_err());
    /// ```
    pub fn parse<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Self, Error> {
        let words: Vec<&str> = words.into_iter().flat_map(str::split_whitespace).collect();
        let typed = words.iter().map(|word| shorten_ids(word)).collect::<Vec<_>>().join(" ");
        let typed = typed.strip_suffix(" --not").unwrap_or(&typed).to_owned();
        let mut range = Self { typed, ..Self::default() };
        let mut not = false;
        for word in &words {
            match *word {
                "--not" => not = !not,
                "--ignore-missing" => range.ignore_missing = true,
                _ => range.add(word, not)?,
            }
        }
        if let ([Tip::Revision(one)], true) = (&range.include[..], words.len() == 1 && !is_pair(words[0])) {
            range.single = Some(one.clone());
        }
        if range.include.is_empty() {
            return Err(range.wrong("it names no commit to look at"));
        }
        Ok(range)
    }

    /// The words, and the names of refs that the commits go to and that are new
    /// there: they are read by others, too.
    #[must_use]
    pub fn to_new_refs(self, names: impl IntoIterator<Item = String>) -> Self {
        Self { new_refs: names.into_iter().collect(), ..self }
    }

    /// Adds what one word names, to what is left out where `not` is set.
    fn add(&mut self, word: &str, not: bool) -> Result<(), Error> {
        let named = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
        if let Some((from, to)) = word.split_once("...") {
            let pair = (named(from), named(to));
            self.include.extend([&pair.0, &pair.1].map(|name| Tip::Revision(name.clone())));
            self.symmetric.push(pair);
        } else if let Some((from, to)) = word.split_once("..") {
            let (from, to) = (named(from), named(to));
            self.exclude.push(Tip::Revision(from.clone()));
            self.include.push(Tip::Revision(to.clone()));
            self.related.push((from, to));
        } else {
            let (not, word) = word.strip_prefix('^').map_or((not, word), |rest| (!not, rest));
            let tip = self.tip(word)?;
            if not { &mut self.exclude } else { &mut self.include }.push(tip);
        }
        Ok(())
    }

    /// Returns what a word without dots leads to.
    fn tip(&self, word: &str) -> Result<Tip, Error> {
        let refs = |prefix: &str| Ok(Tip::Refs(prefix.to_owned()));
        match word {
            "--all" => refs("refs/"),
            "--branches" => refs("refs/heads/"),
            "--tags" => refs("refs/tags/"),
            "--remotes" => refs("refs/remotes/"),
            _ => match word.strip_prefix("--remotes=") {
                Some(remote) => refs(&format!("refs/remotes/{remote}/")),
                None if word.starts_with('-') => Err(self.wrong(format!("`{word}` is not known here"))),
                // `A^!` is git's word for one commit without its parents.
                None => Ok(Tip::Revision(word.strip_suffix("^!").unwrap_or(word).to_owned())),
            },
        }
    }

    /// Makes the error for words that are no range.
    fn wrong(&self, why: impl Into<String>) -> Error {
        Error::usage("use the range", format!("`{}`", self.typed), why)
            .mend("write A..B, A...B, \"B --not A\", or one commit")
    }
}

/// Returns whether a word is a range of two ends, `A..B`.
fn is_pair(word: &str) -> bool {
    word.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(name: &str) -> Tip {
        Tip::Revision(name.to_owned())
    }

    #[test]
    fn every_form() {
        let range = RangeWords::parse(["..b"]).unwrap();
        assert_eq!((range.exclude, range.include), (vec![revision("HEAD")], vec![revision("b")]));
        let range = RangeWords::parse(["a...b"]).unwrap();
        assert_eq!(range.symmetric, [("a".to_owned(), "b".to_owned())]);
        for not in ["b --not a", "b ^a", "--not a --not b", "--not ^b a"] {
            let range = RangeWords::parse([not]).unwrap();
            assert_eq!((range.exclude, range.include), (vec![revision("a")], vec![revision("b")]), "{not}");
            assert_eq!(range.single, None);
        }
        for one in ["HEAD~3", "HEAD~3^!"] {
            assert_eq!(RangeWords::parse([one]).unwrap().single.as_deref(), Some("HEAD~3"));
        }
        let range = RangeWords::parse(["a b --not --remotes=o --tags"]).unwrap();
        assert_eq!(
            range.exclude,
            [Tip::Refs("refs/remotes/o/".to_owned()), Tip::Refs("refs/tags/".to_owned())]
        );
        for wrong in ["", "--not a", "^a", "--since=1", "-n1 a"] {
            assert!(RangeWords::parse([wrong]).is_err(), "{wrong}");
        }
    }
}
