//! Choice among the known credentials: by fingerprint, by kind, by confidence.
//! Several flags all have to apply.

use dogcatcher::error::Error;
use dogcatcher::finding::FINGERPRINT_PREFIX;
use dogcatcher::verify::Credential;

use crate::cli::args::KnownArgs;

/// Digits by which a fingerprint can be named at least: a typing error must not
/// name another one.
const MIN_DIGITS: usize = 8;

/// Returns those that the flags choose.
///
/// # Errors
///
/// A fingerprint is none, names nothing, or names several.
pub(super) fn choose_among(all: Vec<Credential>, args: &KnownArgs) -> Result<Vec<Credential>, Error> {
    let names: Vec<&str> = all.iter().map(|known| known.fingerprint.as_deref().unwrap_or_default()).collect();
    let selected = args
        .select
        .iter()
        .map(|prefix| index_of_fingerprint("select", &names, prefix))
        .collect::<Result<Vec<_>, _>>()?;
    let is_selected = |at: usize| selected.is_empty() || selected.contains(&at);
    let is_of_kind = |known: &Credential| {
        args.credential.is_empty() || known.kind.is_some_and(|it| args.credential.contains(&it))
    };
    let is_sure = |known: &Credential| {
        args.min_confidence.is_none_or(|least| known.confidence.is_some_and(|it| it >= least))
    };
    let chosen = (0..).zip(all).filter(|(at, known)| is_selected(*at) && is_of_kind(known) && is_sure(known));
    Ok(chosen.map(|(_, known)| known).collect())
}

/// Returns the index of the only fingerprint that begins as somebody typed it.
///
/// # Errors
///
/// It is no beginning of a fingerprint, of none of these, or of several.
pub(in crate::cli) fn index_of_fingerprint(
    tried: &str,
    fingerprints: &[&str],
    typed: &str,
) -> Result<usize, Error> {
    let wrong = |why: String| Error::usage(tried, typed, why);
    let digits = typed.strip_prefix(FINGERPRINT_PREFIX).unwrap_or(typed).to_ascii_lowercase();
    let is_prefix = digits.len() >= MIN_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_prefix {
        return Err(wrong("it is not the beginning of a fingerprint".to_owned())
            .mend("write at least 8 digits of it: fp1_0123abcd"));
    }
    let begins = |name: &str| name.strip_prefix(FINGERPRINT_PREFIX).is_some_and(|it| it.starts_with(&digits));
    let mut fitting = (0..).zip(fingerprints).filter(|(_, name)| begins(name));
    match (fitting.next(), fitting.count()) {
        (None, _) => Err(wrong("no finding has this fingerprint".to_owned())
            .mend("the JSON report names that of each finding")),
        (Some((at, _)), 0) => Ok(at),
        (Some(_), more) => Err(wrong(format!("{} findings have fingerprints that begin so", more + 1))
            .mend("write more digits of it")),
    }
}
