//! What the rows of the table of verdicts ask of the facts.

use std::ops::Range;

use super::super::boundary;
use super::facts::Facts;
use super::label::Via;
use super::record::is_in_datadog_secret;
use super::scope::{Ground, Scope};
use super::{
    About, address, answer, behind, beside, blocks, callee, candidate, columns, command, nearby, place, uses,
};
use crate::lexicon::{List, Sense};
use crate::rule::Unprefixed;

pub(super) fn is_part(facts: &Facts<'_>) -> bool {
    let is_glued = facts.span.start > 0 && candidate::is_option(facts.text, facts.span.start - 1);
    !is_glued && !boundary::is_word(facts.text, facts.span) || beside::is_joined(facts.text, facts.span)
}

pub(super) fn is_client_token(facts: &Facts<'_>) -> bool {
    facts.shape == Unprefixed::PubHex32
}

pub(super) fn is_file(facts: &Facts<'_>) -> bool {
    facts.about == About::Key && place::is_alone(facts.text, facts.span)
}

/// Returns whether a place may speak for the candidate: Datadog makes keys of small digits only.
pub(super) fn may_lack_name(facts: &Facts<'_>) -> bool {
    let written = if facts.used { facts.key } else { &facts.text[facts.span.clone()] };
    !is_client_token(facts) && !written.iter().any(u8::is_ascii_uppercase)
}

/// What follows another host's request is that one's answer.
pub(super) fn is_in_answer(facts: &Facts<'_>) -> bool {
    let of_other_host = || {
        facts.is_of_others() && matches!(facts.ownership().ground, Ground::Host | Ground::Line | Ground::Use)
    };
    may_lack_name(facts) && answer::is_in_answer(facts.text, facts.span) && !of_other_host()
}

pub(super) fn is_beside_site(facts: &Facts<'_>) -> bool {
    may_lack_name(facts)
        && (facts.shape == Unprefixed::Hex32 && beside::is_beside_site(facts.text, facts.span)
            || address::follows_host_of_datadog(facts.text, facts.span))
}

/// `dd_token` in a file about DingTalk, `DD_API_TOKEN` in one about DefectDojo: two letters may be anybody's.
pub(super) fn is_of_another_dd(facts: &Facts<'_>) -> bool {
    let is_two_letters =
        |words: &[String]| words.iter().all(|word| word == "dd" || !facts.lexicon.is_owner(word));
    let is_short = |words: &[String]| !facts.lexicon.has_any(List::Targets, words);
    let is_about_another = || nearby::is_about_another_dd(facts.text, facts.span);
    facts.says(Sense::OwnedKey)
        && facts.label().is_some_and(|label| {
            is_two_letters(&label.words)
                && match is_short(&label.words) {
                    true => facts.is_of_others() || is_about_another(),
                    false => is_about_another() && !nearby::says_datadog(facts.text, facts.span),
                }
        })
}

/// Returns whether the candidate is assigned to what may be given on: `const DD_APP = "…"`, and further down `"DD-APPLICATION-KEY": DD_APP`.
pub(super) fn may_be_variable(facts: &Facts<'_>) -> bool {
    facts.label().is_some_and(|label| {
        matches!(label.sense, Sense::Other | Sense::Owner | Sense::Secret | Sense::Qualified | Sense::Key)
    })
}

/// Returns whether a use of a variable is close to Datadog, as a field that has its name: `new Datadog({ apiKey })`.
pub(super) fn is_field_of_datadog(used: &Facts<'_>) -> bool {
    let name = &used.text[used.span.clone()];
    uses::is_short_field(used.text, used.span)
        && used.lexicon.sense_of(name) == Sense::Key
        && used.is_close_to_datadog()
}

/// Returns whether a use of a variable gives it to another product: in a request, a call, a record of that one's.
pub(super) fn is_given_to_others(used: &Facts<'_>) -> bool {
    let is_close =
        || matches!(used.ownership().ground, Ground::Host | Ground::Line | Ground::Record | Ground::Head);
    let is_given = used.is_joined_by(&[Via::Assigned, Via::Argument, Via::Item]);
    is_given
        && (used.is_of_others() && is_close()
            || callee::is_of_something_else(used.lexicon, used.text, used.span))
}

/// `Trace ID in Jaeger and Datadog: …`, `API key id in Datadog: …`
pub(super) fn is_identifier_in_sentence(facts: &Facts<'_>) -> bool {
    let own = facts.label().and_then(|label| label.name.clone()).map(|name| &facts.text[name]);
    let is_owner = |name: &[u8]| facts.lexicon.words_of(name).iter().all(|word| facts.lexicon.is_owner(word));
    (facts.says(Sense::Owner) || facts.says(Sense::OwnedKey))
        && own.is_some_and(is_owner)
        && facts.lexicon.words_of(beside::statement(facts.text, facts.span)).iter().any(|word| word == "id")
}

pub(super) fn is_syslog_head(facts: &Facts<'_>) -> bool {
    may_lack_name(facts) && facts.shape == Unprefixed::Hex32 && place::is_syslog_head(facts.text, facts.span)
}

pub(super) fn is_named_by_command(facts: &Facts<'_>) -> bool {
    may_lack_name(facts) && command::names_key(facts.lexicon, facts.text, facts.span)
}

pub(super) fn is_own_option(facts: &Facts<'_>) -> bool {
    may_lack_name(facts) && command::is_own_option(facts.text, facts.span)
}

pub(super) fn is_in_usage(facts: &Facts<'_>) -> bool {
    may_lack_name(facts) && command::is_usage(facts.lexicon, facts.text, facts.span)
}

pub(super) fn is_list_argument(facts: &Facts<'_>) -> bool {
    may_lack_name(facts) && command::is_list_argument(facts.lexicon, facts.text, facts.span)
}

pub(super) fn is_after_foreign_sentence(facts: &Facts<'_>) -> bool {
    may_lack_name(facts) && place::follows_foreign_sentence(facts.lexicon, facts.text, facts.span)
}

/// Returns whether its line calls it a key behind it, or in front of the comment that it stands in, and its own name says nothing else.
pub(super) fn is_called(facts: &Facts<'_>, sense: Sense) -> bool {
    let may_be_called = facts.label().is_none_or(|label| {
        matches!(label.sense, Sense::Other | Sense::Owner | Sense::Secret) && !label.looked_at
    });
    let read = || {
        behind::name_behind(facts.lexicon, facts.text, facts.span)
            .or_else(|| behind::name_before_comment(facts.lexicon, facts.text, facts.span))
    };
    may_lack_name(facts)
        && may_be_called
        && !beside::is_commit_of_verb(facts.lexicon, facts.text, facts.shape, facts.span)
        && read() == Some(sense)
        && !facts.lexicon.names_hash(beside::statement(facts.text, facts.span))
}

pub(super) fn is_reply(facts: &Facts<'_>) -> bool {
    may_lack_name(facts) && place::is_reply(facts.lexicon, facts.text, facts.span)
}

pub(super) fn is_pair(facts: &Facts<'_>) -> bool {
    may_lack_name(facts) && command::is_pair(facts.text, facts.span) && facts.scope().is_some()
}

pub(super) fn is_captioned(facts: &Facts<'_>, sense: Sense) -> bool {
    may_lack_name(facts) && facts.caption() == Some(sense)
}

pub(super) fn is_captioned_near_datadog(facts: &Facts<'_>) -> bool {
    is_captioned(facts, Sense::Key) && facts.scope().is_some()
}

pub(super) fn is_looked_at(facts: &Facts<'_>) -> bool {
    facts.label().is_some_and(|label| label.looked_at)
}

pub(super) fn is_in_statement_about_hash(facts: &Facts<'_>) -> bool {
    facts.label().is_some() && facts.lexicon.names_hash(beside::statement(facts.text, facts.span))
}

/// What there is in upper case are fingerprints, unless its name leaves no doubt.
pub(super) fn has_capitals(facts: &Facts<'_>) -> bool {
    let opens = |word: &String| facts.lexicon.has(List::Targets, word);
    let is_sure =
        facts.says(Sense::OwnedKey) && facts.label().is_some_and(|label| label.words.iter().any(opens));
    !is_sure && facts.key.iter().any(u8::is_ascii_uppercase)
}

/// Returns whether the head of its column says that it is an identifier or a hash.
pub(super) fn is_in_column_of_identifiers(facts: &Facts<'_>) -> bool {
    matches!(facts.caption(), Some(Sense::Identifier | Sense::Hash))
        && facts.label().is_some_and(|label| columns::in_table(facts.text, facts.span, label))
}

pub(super) fn is_in_table_of_hashes(facts: &Facts<'_>) -> bool {
    facts.label().is_some_and(|label| columns::in_table(facts.text, facts.span, label))
        && facts.lexicon.names_hash(columns::table_head(facts.text, facts.span))
}

/// Returns whether a sibling says this of the candidate, whose own name says nothing, or nothing sure.
pub(super) fn is_sibling(facts: &Facts<'_>, sense: Sense) -> bool {
    let Some(label) = facts.label() else { return false };
    let may_be_named = match label.sense {
        Sense::OwnedKey => false,
        // `ApiKeyName: X-Token` beside `ApiKeyValue: …`
        Sense::Key => label.words.iter().any(|word| word == "value"),
        Sense::Other | Sense::Owner | Sense::Secret | Sense::Qualified => facts.is_value_of_record(),
        _ => label.indirect,
    };
    may_be_named && facts.sibling() == Some(sense)
}

pub(super) fn is_sibling_of_client_token(facts: &Facts<'_>) -> bool {
    is_client_token(facts) && is_sibling(facts, Sense::ClientToken)
}

/// Only Datadog's client tokens begin with `pub`, and all do.
pub(super) fn is_named_client_token(facts: &Facts<'_>) -> bool {
    let is_key = [Sense::ClientToken, Sense::Key, Sense::OwnedKey].iter().any(|sense| facts.says(*sense));
    is_client_token(facts) && is_key && !facts.is_joined_by(&[Via::Item])
}

pub(super) fn says_key(facts: &Facts<'_>) -> bool {
    facts.says(Sense::OwnedKey) || facts.says(Sense::Key)
}

pub(super) fn is_word_in_sentence(facts: &Facts<'_>) -> bool {
    says_key(facts) && facts.is_joined_by(&[Via::Beside]) && facts.label().is_some_and(|label| !label.plain)
}

pub(super) fn is_in_datadog_path(facts: &Facts<'_>) -> bool {
    facts.is_joined_by(&[Via::Path]) && place::is_in_datadog_path(facts.text, facts.span)
}

pub(super) fn is_key_in_datadog_path(facts: &Facts<'_>) -> bool {
    says_key(facts) && is_in_datadog_path(facts)
}

pub(super) fn is_owned_in_path(facts: &Facts<'_>) -> bool {
    facts.says(Sense::OwnedKey) && facts.is_joined_by(&[Via::Path, Via::Item])
}

/// A commit in the prose of a change log: `rename the api_key (0123…)`.
pub(super) fn is_commit(facts: &Facts<'_>) -> bool {
    facts.is_joined_by(&[Via::Argument]) && beside::is_commit_in_prose(facts.text, facts.shape, facts.span)
        || facts.is_joined_by(&[Via::Beside])
            && beside::is_commit_in_list(facts.text, facts.shape, facts.span)
}

/// `X-Api-Key` is anybody's header; Datadog's own is `DD-API-KEY`.
pub(super) fn is_header_of_others(facts: &Facts<'_>) -> bool {
    facts.says(Sense::Key)
        && facts.label().is_some_and(|label| label.words == ["x", "api", "key"])
        && facts.scope() != Some(Scope::Line)
}

pub(super) fn is_in_secret(facts: &Facts<'_>) -> bool {
    facts.says(Sense::Key)
        && facts.is_joined_by(&[Via::Assigned])
        && is_in_datadog_secret(facts.lexicon, facts.text, facts.span)
}

pub(super) fn is_named_key(facts: &Facts<'_>) -> bool {
    facts.says(Sense::Key) && facts.is_joined_by(&[Via::Assigned, Via::Argument, Via::Beside])
}

/// A name such as `key` or `token` says little: line or block must say the rest.
pub(super) fn is_secret(facts: &Facts<'_>) -> bool {
    facts.says(Sense::Secret) && facts.is_joined_by(&[Via::Assigned, Via::Argument])
}

/// `clusterAgent:`, and in it `token: …`; `cache:`, and in it `key: …`
pub(super) fn is_secret_of_others(facts: &Facts<'_>) -> bool {
    let words = |head: Range<usize>| -> Vec<String> {
        let own = facts.label().map(|label| label.words.clone()).unwrap_or_default();
        [facts.lexicon.words_of(&facts.text[head]), own].concat()
    };
    let head = || blocks::headers(facts.text, facts.span.start).into_iter().next();
    let is_other = |words: &[String]| {
        let sense = facts.lexicon.sense(words);
        words.len() <= 4
            && matches!(sense, Sense::Identifier | Sense::Hash | Sense::Encrypted | Sense::Pretended)
    };
    is_secret(facts)
        && head().map(words).is_some_and(|words| facts.lexicon.is_key_of_others(&words) || is_other(&words))
}

pub(super) fn is_qualified(facts: &Facts<'_>) -> bool {
    facts.says(Sense::Qualified) && facts.is_joined_by(&[Via::Assigned, Via::Argument])
}

pub(super) fn is_headed(facts: &Facts<'_>, scope: Scope) -> bool {
    facts.head() == Some(scope)
}

pub(super) fn is_named_datadog(facts: &Facts<'_>) -> bool {
    // `datadog: …` may be its commit, `DD_APP = …` is not.
    let opens = || {
        facts
            .label()
            .and_then(|label| label.words.last())
            .is_some_and(|word| facts.lexicon.has(List::Targets, word))
    };
    facts.says(Sense::Owner)
        && facts.is_joined_by(&[Via::Assigned])
        && (facts.shape != Unprefixed::Hex40 || opens())
}

pub(super) fn is_in_path_of_intake(facts: &Facts<'_>) -> bool {
    facts.is_joined_by(&[Via::Path]) && place::is_intake(facts.text, facts.span)
}

pub(super) fn is_argument(facts: &Facts<'_>) -> bool {
    facts.is_joined_by(&[Via::Argument])
        && facts.label().is_some_and(|label| label.called)
        && !is_client_token(facts)
}

/// `Dogapi::Client.new("…", "…")`, `initialize('…', '…')`: an argument without a name.
pub(super) fn is_maker(facts: &Facts<'_>) -> bool {
    let makes = |word: &String| facts.lexicon.has(List::Makers, word);
    facts.label().is_some_and(|label| label.words.iter().any(makes)) && facts.is_close_to_datadog()
}

/// `new DatadogReporter(registry(), "…", "…")`: an argument among others, of what says itself that it is Datadog's.
pub(super) fn is_given_to_maker(facts: &Facts<'_>) -> bool {
    let makes = |word: &String| {
        facts.lexicon.has(List::Makers, word) && (facts.used || !facts.lexicon.is_owner(word))
    };
    let is_ours = |word: &String| facts.lexicon.is_owner(word) && word != "dd";
    let called = || facts.lexicon.words_of(callee::name(facts.text, facts.span).unwrap_or_default());
    let is_maker = |words: &[String]| words.iter().any(is_ours) && words.iter().any(makes);
    facts.is_joined_by(&[Via::Argument])
        && !is_client_token(facts)
        && is_maker(&called())
        && facts.is_close_to_datadog()
}

pub(super) fn is_imported(facts: &Facts<'_>) -> bool {
    let makes = |word: &String| facts.lexicon.has(List::Makers, word);
    facts.is_joined_by(&[Via::Argument])
        && facts.label().is_some_and(|label| label.called && label.words.iter().any(makes))
        && nearby::is_imported(facts.lexicon, facts.text, facts.span)
}

/// `class: DatadogHandler`, and beside it `arguments: ['KEY']`.
pub(super) fn is_argument_of_class(facts: &Facts<'_>) -> bool {
    let is_list = |words: &[String]| matches!(words, [only] if only == "arguments" || only == "args");
    let head = || blocks::headers(facts.text, facts.span.start).into_iter().next();
    let in_list = || head().is_some_and(|head| is_list(&facts.lexicon.words_of(&facts.text[head])));
    may_lack_name(facts)
        && facts.label().is_some_and(|label| is_list(&label.words) || label.via == Via::Item && in_list())
        && facts.is_close_to_datadog()
}

pub(super) fn is_in_fields(facts: &Facts<'_>) -> bool {
    facts.is_joined_by(&[Via::Argument, Via::Beside, Via::Assigned, Via::Item])
        && may_lack_name(facts)
        && columns::in_fields(facts.lexicon, facts.text, facts.span)
}

/// `setValue(KEY, forHTTPHeaderField: "DD-API-KEY")`: what is called says nothing, but a name of its own may speak against it.
pub(super) fn is_named_behind(facts: &Facts<'_>) -> bool {
    let may_be_named = facts.label().is_some_and(|label| match label.via {
        Via::Argument => label.called,
        Via::Item | Via::Assigned => !matches!(
            label.sense,
            Sense::Hash | Sense::Identifier | Sense::Encrypted | Sense::Foreign | Sense::Pretended
        ),
        Via::Beside | Via::Path => false,
    });
    may_be_named && beside::names_after(facts.lexicon, facts.text, facts.span)
}

/// The key of a stream of Amazon Data Firehose.
pub(super) fn is_access_key(facts: &Facts<'_>) -> bool {
    facts.shape == Unprefixed::Hex32
        && facts.is_joined_by(&[Via::Assigned])
        && facts.label().is_some_and(|label| label.words == ["access", "key"])
        && place::is_near_intake(facts.text, facts.span)
}

/// An item of a list, or a value beside no name: the head of its block names it.
pub(super) fn is_item(facts: &Facts<'_>) -> bool {
    facts.label().is_some_and(|label| {
        label.via == Via::Item || label.indirect && (label.sense != Sense::Other || facts.is_variant())
    })
}

/// `ddApiKeys = { prod: KEY }`
pub(super) fn is_variant_of_key(facts: &Facts<'_>) -> bool {
    facts.is_joined_by(&[Via::Assigned]) && facts.is_variant() && is_headed(facts, Scope::Name)
}

/// `pub` and 32 digits are rare enough, if only Datadog is spoken of at all.
pub(super) fn is_mentioned_client_token(facts: &Facts<'_>) -> bool {
    is_client_token(facts) && matches!(facts.scope(), Some(Scope::Line | Scope::Block | Scope::Near))
}
