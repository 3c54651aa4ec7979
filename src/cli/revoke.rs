//! `dogcatcher revoke`: plan, consent, receipt, proof.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use dogcatcher::datadog::admin_from_environment;
use dogcatcher::error::Error;
use dogcatcher::report::{foreign, shown_path};
use dogcatcher::revoke::{Authority, Item, Outcome, Planned, Receipts, Revoker, Wanted, plan};
use dogcatcher::token::Kind;
use uuid::Uuid;

use super::args::RevokeArgs;
use super::exit::Exit;
use super::known;
use super::network::{client, no_admin, own_site};
use super::output::refuse_link;

pub(super) fn run(args: &RevokeArgs) -> Result<Exit, Error> {
    let site = own_site(&args.network)?;
    let authority = match args.by_itself {
        true => None,
        false => {
            let auth = admin_from_environment()?.ok_or_else(|| no_admin("revoke"))?;
            Some(Authority { auth, site })
        }
    };
    let wanted = wanted(args)?;
    let client = client(&args.network)?;
    let planned = plan(&client, authority.as_ref(), site, &wanted, args.probe);
    let items: Vec<&Item> = planned.iter().filter_map(revocable).collect();
    let unclear = planned.iter().any(|it| matches!(it, Planned::Refused { .. }));
    say(&shown_plan(&planned, site.label()));
    if args.dry_run || items.is_empty() {
        return Ok(if unclear { Exit::Findings } else { Exit::Clean });
    }
    if !args.yes && !consents(items.len())? {
        return Err(Error::usage("revoke", format!("{} credential(s)", items.len()), "nobody consented")
            .mend("answer yes, or look at the plan and add --yes"));
    }
    let audit_file = match &args.audit_file {
        Some(file) => {
            refuse_link(file)?;
            file.clone()
        }
        None => own_receipts()?,
    };
    let mut receipts = Receipts::open(&audit_file, who())?;
    let first_wait = Duration::from_millis(if args.network.api_url.is_some() { 50 } else { 1000 });
    let revoker =
        Revoker { client: &client, authority: authority.as_ref(), site, may_probe: args.probe, first_wait };
    let mut all_dead = !unclear;
    for item in items {
        let outcome = revoker.revoke(item, &mut receipts)?;
        all_dead &= matches!(outcome, Outcome::Dead(_));
        say(&shown_outcome(item, &outcome));
    }
    say(&format!("Receipts: {}", shown_path(&audit_file)));
    Ok(if all_dead { Exit::Clean } else { Exit::Findings })
}

fn revocable(planned: &Planned) -> Option<&Item> {
    match planned {
        Planned::Revoke(item) => Some(item),
        Planned::Nothing { .. } | Planned::Refused { .. } => None,
    }
}

/// What is to be revoked: ids, or a report, or else what is piped in.
fn wanted(args: &RevokeArgs) -> Result<Vec<Wanted>, Error> {
    let token = |id: &Uuid| Wanted { name: id.to_string(), token_id: Some(*id), ..Wanted::default() };
    let key = |kind: Kind| {
        move |id: &Uuid| Wanted {
            name: format!("{kind} {id}"),
            kind: Some(kind),
            key_id: Some(id.to_string()),
            ..Wanted::default()
        }
    };
    let mut wanted: Vec<Wanted> = args.id.iter().map(token).collect();
    wanted.extend(args.application_key_id.iter().map(key(Kind::ApplicationKey)));
    wanted.extend(args.api_key_id.iter().map(key(Kind::ApiKey)));
    if wanted.is_empty() || args.from.is_some() {
        let known = known::read(args.from.as_deref())?;
        wanted.extend(known.into_iter().map(|it| Wanted {
            name: it.name,
            kind: it.kind,
            token_id: it.token_id,
            key_id: None,
            secret: it.secret,
            last4: it.last4,
            first_seen: it.first_seen,
        }));
    }
    Ok(wanted)
}

/// The plan, for people.
pub(super) fn shown_plan(planned: &[Planned], site: &str) -> String {
    let mut text = format!("Plan for {site}:\n");
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    let mut count = 0;
    for one in planned {
        match one {
            Planned::Revoke(item) => {
                count += 1;
                line(format!("\n  REVOKE {}", foreign(&item.name)));
                item.facts.iter().for_each(|(name, fact)| line(format!("    {name:<12}{}", foreign(fact))));
                if let Some(warning) = &item.warning {
                    line(format!("    {:<12}{warning}", "warning"));
                }
            }
            Planned::Nothing { name, why } => {
                line(format!("\n  nothing to do: {}\n    {}", foreign(name), foreign(why)));
            }
            Planned::Refused { name, why, candidates } => {
                line(format!("\n  NOT POSSIBLE: {}\n    {}", foreign(name), foreign(why)));
                candidates.iter().for_each(|it| line(format!("    may be    {}", foreign(it))));
            }
        }
    }
    text + &format!("\n{count} to revoke. Nothing has been changed.")
}

fn shown_outcome(item: &Item, outcome: &Outcome) -> String {
    let name = foreign(&item.name);
    match outcome {
        Outcome::Dead(evidence) => format!("proven dead: {name}: {evidence}"),
        Outcome::NotConfirmed(why) => format!("NOT CONFIRMED: {name}: {why}"),
        Outcome::Refused(why) => format!("NOT REVOKED: {name}: {why}"),
    }
}

/// Asks the person at the terminal; standard input may hold the secrets.
fn consents(count: usize) -> Result<bool, Error> {
    if !std::io::stderr().is_terminal() {
        return Ok(false);
    }
    let terminal = if cfg!(unix) { "/dev/tty" } else { "CONIN$" };
    let Ok(terminal) = File::open(terminal) else { return Ok(false) };
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "Revoke {count} credential(s)? This cannot be undone. Type yes: ");
    let _ = stderr.flush();
    let mut answer = String::new();
    let read = BufReader::new(terminal).read_line(&mut answer);
    read.map_err(|cause| Error::io("read the answer from", "the terminal", &cause))?;
    Ok(answer.trim() == "yes")
}

/// The user's own file of receipts, in a folder that is made; never the folder one stands in, which may be anybody's.
fn own_receipts() -> Result<PathBuf, Error> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local/state")))
        .or_else(|| absolute("LOCALAPPDATA"))
        .ok_or_else(|| {
            Error::usage("choose a file for", "receipts", "neither XDG_STATE_HOME nor HOME is set")
                .mend("name one with --audit-file")
        })?;
    let folder = state.join("dogcatcher");
    std::fs::create_dir_all(&folder)
        .map_err(|cause| Error::io("make the folder", folder.display().to_string(), &cause))?;
    Ok(folder.join("receipts.jsonl"))
}

/// Who did it, for the receipts.
fn who() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

fn say(line: &str) {
    // What was done is done and in the receipts, whether anybody can be told or not.
    let _ = writeln!(anstream::stdout(), "{line}");
}
