//! `dogcatcher revoke`: plan, consent, receipt, proof. The steps themselves are
//! those of [`dogcatcher::revoke`]; here are the words, the question and the
//! exit status.
//!
//! ```text
//! Plan for US1:
//!   REVOKE ddpat_1dm1op4lL89nV8pt94Tdk8_…   id, name, owner, scopes, last use, places
//! 1 to revoke. Nothing has been changed.
//! Revoke 1 credential? This cannot be undone. Type yes: yes
//! proven dead: ddpat_1dm1op4lL89nV8pt94Tdk8_…: its id is gone
//! Summary: 1 revoked, 1 proven dead, 0 unknown, 0 skipped
//! Receipts: ~/.local/state/dogcatcher/receipts.jsonl
//! ```
//!
//! The question goes to the terminal and is never answered by standard input,
//! which may hold the secrets.

mod shown;

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use dogcatcher::datadog::admin_from_environment;
use dogcatcher::error::Error;
use dogcatcher::report::{counted, shown_path};
use dogcatcher::revoke::{Authority, Fate, Planned, ReceiptFile, Revocation, Revoker, plan_revocation};
use dogcatcher::token::Kind;
use dogcatcher::verify::{Credential, Receipts};
use uuid::Uuid;

use super::args::RevokeArgs;
use super::exit::Exit;
use super::known;
use super::network::{make_client, no_admin, own_site};
use super::output::{notice, refuse_link};
use super::receipts::{make_own_file, user_name};
use shown::Tally;
pub(super) use shown::{shown_outcome, shown_plan};

/// Plans, asks, and carries out; see the head of this file. 0 where all are
/// proven dead, 1 where one is not.
///
/// # Errors
///
/// There is no credential to do it with, what is wanted cannot be read, nobody
/// consented, or a receipt cannot be written.
pub(super) fn run(args: &RevokeArgs) -> Result<Exit, Error> {
    let site = own_site(&args.network)?;
    let authority = match args.by_itself {
        true => None,
        false => {
            let auth = admin_from_environment()?.ok_or_else(|| no_admin("revoke"))?;
            Some(Authority { auth, site })
        }
    };
    let wanted = wanted_by_args(args)?;
    let client = make_client(&args.network)?;
    let planned = plan_revocation(&client, authority.as_ref(), site, &wanted, args.probe);
    say_line(&shown_plan(&planned, site.short_name()));
    let count = planned.iter().filter_map(Planned::item).count();
    if args.dry_run {
        return Ok(if is_unclear(&planned) { Exit::Findings } else { Exit::Clean });
    }
    if count > 0 && !args.yes && !ask_consent(count)? {
        return Err(Error::usage("revoke", counted(count as u64, "credential"), "nobody consented")
            .mend("answer yes, or look at the plan and add --yes"));
    }
    let first_wait = Duration::from_millis(if args.network.api_url.is_some() { 50 } else { 1000 });
    let revoker =
        Revoker { client: &client, authority: authority.as_ref(), site, may_probe: args.probe, first_wait };
    carry_out(args, &revoker, &planned)
}

/// Returns whether something is wanted of which it is not clear what it is.
fn is_unclear(planned: &[Planned]) -> bool {
    planned.iter().any(|it| matches!(it.fate, Fate::Refused { .. }))
}

/// Revokes one after another, and sums up, also where a receipt cannot be
/// written and the rest is left.
fn carry_out(args: &RevokeArgs, revoker: &Revoker<'_>, planned: &[Planned]) -> Result<Exit, Error> {
    let mut tally = Tally::of_plan(planned);
    let mut all_dead = !is_unclear(planned);
    let file = audit_file(args);
    let earlier = file.as_deref().map(earlier_receipts).unwrap_or_default();
    let is_needed = |it: &Planned| it.item().is_some() || unproven_receipt(&earlier, it).is_some();
    if !planned.iter().any(is_needed) {
        say_line(&tally.summary_text());
        return Ok(if all_dead { Exit::Clean } else { Exit::Findings });
    }
    let audit_file = file?;
    let mut receipts = ReceiptFile::open(&audit_file, &user_name(), args.reason.as_deref())?;
    let mut failed = None;
    for one in planned {
        if let Some(why) = &failed {
            if one.item().is_some() {
                tally.add_skipped(&one.wanted, &format!("not tried: {why}"));
            }
            continue;
        }
        match revoke_one(revoker, one, &earlier, &mut receipts) {
            Ok(Some(outcome)) => {
                all_dead &= matches!(outcome, Revocation::Dead(_));
                tally.add_outcome(&one.wanted, &outcome);
                say_line(&shown_outcome(&one.wanted, &outcome));
            }
            Ok(None) => {}
            Err(error) => {
                tally.add_skipped(
                    &one.wanted,
                    "its receipt could not be written: look whether it still lives",
                );
                failed = Some(error);
            }
        }
    }
    say_line(&tally.summary_text());
    say_line(&format!("Receipts: {}", shown_path(&audit_file)));
    match failed {
        Some(error) => Err(error),
        None => Ok(if all_dead { Exit::Clean } else { Exit::Findings }),
    }
}

/// Revokes one, or proves what an earlier run asked for and could not prove.
fn revoke_one(
    revoker: &Revoker<'_>,
    planned: &Planned,
    earlier: &Receipts,
    receipts: &mut ReceiptFile,
) -> Result<Option<Revocation>, Error> {
    if let Some((wanted, item)) = planned.item() {
        return revoker.revoke_item(wanted, item, receipts).map(Some);
    }
    if let Some(receipt) = unproven_receipt(earlier, planned)
        && let Some(evidence) = revoker.prove_later(receipt, receipts)?
    {
        say_line(&shown_outcome(&planned.wanted, &Revocation::Dead(evidence)));
    }
    Ok(None)
}

/// Returns the receipt of an earlier run that asked for the deletion of what is
/// gone now, and could not prove it.
fn unproven_receipt<'r>(earlier: &'r Receipts, planned: &Planned) -> Option<&'r dogcatcher::verify::Receipt> {
    let Fate::Nothing { .. } = planned.fate else { return None };
    let Credential { token_id, key_id, fingerprint, .. } = &planned.wanted;
    let id = token_id.map(|id| id.to_string()).or_else(|| key_id.clone());
    earlier.unproven_receipt(id.as_deref(), fingerprint.as_deref())
}

/// Returns the file that receipts go to.
fn audit_file(args: &RevokeArgs) -> Result<PathBuf, Error> {
    match &args.audit_file {
        Some(file) => {
            refuse_link(file)?;
            Ok(file.clone())
        }
        None => make_own_file(),
    }
}

/// Returns what the file holds already; what cannot be read of it is said, and
/// proves nothing.
fn earlier_receipts(file: &Path) -> Receipts {
    if !file.is_file() {
        return Receipts::default();
    }
    match Receipts::read_file(file) {
        Ok((receipts, errors)) => {
            errors.iter().take(1).for_each(|error| notice(&error.to_string()));
            receipts
        }
        Err(error) => {
            notice(&error.to_string());
            Receipts::default()
        }
    }
}

/// Returns what is to be revoked: ids, or a report, or else what is piped in.
/// An id of a key is that of the only finding of its kind in the report, where
/// there is one.
fn wanted_by_args(args: &RevokeArgs) -> Result<Vec<Credential>, Error> {
    let token = |id: &Uuid| Credential { name: id.to_string(), token_id: Some(*id), ..Credential::default() };
    let mut named: Vec<Credential> = args.id.iter().map(token).collect();
    named.extend(args.application_key_id.iter().map(|id| named_key(Kind::ApplicationKey, id)));
    named.extend(args.api_key_id.iter().map(|id| named_key(Kind::ApiKey, id)));
    if args.known.from.is_none() && !named.is_empty() {
        return match args.known.is_choice() {
            false => Ok(named),
            true => Err(Error::usage("choose among", "ids", "they are all there is to choose from")
                .mend("name a report with --from, or leave out --select, --credential and --min-confidence")),
        };
    }
    let mut wanted: Vec<Credential> = known::read_credentials(&args.known)?;
    let app_kinds = [Kind::ApplicationKey, Kind::LegacyApplicationKey];
    for (ids, kinds) in [(&args.application_key_id, &app_kinds[..]), (&args.api_key_id, &[Kind::ApiKey])] {
        let mut alike = wanted.iter_mut().filter(|it| it.kind.is_some_and(|kind| kinds.contains(&kind)));
        if let ([id], Some(only), None) = (&ids[..], alike.next(), alike.next()) {
            only.key_id = Some(id.to_string());
            named.retain(|it| it.key_id != only.key_id);
        }
    }
    wanted.extend(named);
    Ok(wanted)
}

/// Makes the wish to revoke a key whose id a person named.
fn named_key(kind: Kind, id: &Uuid) -> Credential {
    Credential {
        name: format!("{kind} {id}"),
        kind: Some(kind),
        key_id: Some(id.to_string()),
        ..Credential::default()
    }
}

/// Asks the person at the terminal; standard input may hold the secrets. Where
/// there is no terminal, nobody consents.
fn ask_consent(count: usize) -> Result<bool, Error> {
    if !std::io::stderr().is_terminal() {
        return Ok(false);
    }
    let terminal = if cfg!(unix) { "/dev/tty" } else { "CONIN$" };
    let Ok(terminal) = File::open(terminal) else { return Ok(false) };
    let mut stderr = anstream::stderr();
    let credentials = counted(count as u64, "credential");
    let _ = write!(stderr, "Revoke {credentials}? This cannot be undone. Type yes: ");
    let _ = stderr.flush();
    let mut answer = String::new();
    let read = BufReader::new(terminal).read_line(&mut answer);
    read.map_err(|cause| Error::io("read the answer from", "the terminal", &cause))?;
    Ok(answer.trim() == "yes")
}

/// Prints a line. What was done is done and in the receipts, whether anybody
/// can be told or not.
fn say_line(line: &str) {
    // What was done is done and in the receipts, whether anybody can be told or not.
    let _ = writeln!(anstream::stdout(), "{line}");
}
