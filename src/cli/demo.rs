//! `dogcatcher demo`: a finding within seconds, for people who have no leak at
//! hand.
//!
//! It is a test of the whole way, too: what is planted in a temporary folder
//! has to be found, all of it and nothing else, or the exit status is 2.
//! Releases run it before they are published.

mod input;
mod play;

use std::io::Write;
use std::path::Path;

use dogcatcher::detect::Detector;
use dogcatcher::error::Error;
use dogcatcher::report::{self, Format, Options};
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::{self, Outcome, Progress};
use dogcatcher::token::{Flaw, Kind, Mint};

use input::demo_settings;

use super::args::{ColorWhen, DemoArgs};
use super::exit::Exit;
use super::leftovers;
use super::output::{print, text_width};
use super::signals::end_when_asked;

/// A file of the demo: its path and text, in which `@` stands for the token.
struct Planted {
    /// Path in the folder.
    path: &'static str,
    /// Text of the file, with `@…@` where the credential goes.
    text: &'static str,
    /// Kind of credential that is planted.
    kind: Kind,
    /// Something wrong with the token, if it is to be found for its shape
    /// alone.
    flaw: Option<Flaw>,
}

/// Files with tokens: settings, code, logs with escape codes, a program, one
/// line without an end.
const PLANTED: [Planted; 8] = [
    Planted {
        path: "deploy/.env",
        text: "DD_SITE=datadoghq.eu\nDD_ACCESS_TOKEN=@\n",
        kind: Kind::PersonalAccessToken,
        flaw: None,
    },
    Planted {
        path: "terraform/prod.tfvars",
        text: "datadog_site    = \"us5\"\r\ndatadog_app_key = \"@\"\r\n",
        kind: Kind::ApplicationKey,
        flaw: None,
    },
    Planted {
        path: "src/client.py",
        text: "def client():\n    headers = {\"Authorization\": \"Bearer @\"}\n    return Session(headers=headers)\n",
        kind: Kind::ServiceAccessToken,
        flaw: None,
    },
    Planted {
        path: "k8s/monitor.yaml",
        text: "apiVersion: v1\nkind: ConfigMap\ndata:\n  dd-bearer-token: @\n",
        kind: Kind::ServiceAccessToken,
        flaw: None,
    },
    Planted {
        path: "ci/build.log",
        text: "\x1b[32m$\x1b[0m terraform apply\nusing token \x1b[1m@\x1b[0m\n",
        kind: Kind::PersonalAccessToken,
        flaw: None,
    },
    Planted {
        path: "web/bundle.min.js",
        text: "!function(){var a=1,b=\"…\",c={auth:\"@\"};window.q=c}();",
        kind: Kind::PersonalAccessToken,
        flaw: None,
    },
    Planted {
        path: "cache/module.pyc",
        text: "\u{3}\0\0\0\u{1}zA@N)\u{1}",
        kind: Kind::PersonalAccessToken,
        flaw: None,
    },
    Planted {
        path: "notes/2026.md",
        text: "The old one, last character mistyped: @\n",
        kind: Kind::ApplicationKey,
        flaw: Some(Flaw::Checksum),
    },
];

/// Files in which nothing must be found: path and text.
const INNOCENT: [(&str, &str); 2] = [
    (
        "docs/setup.md",
        "Put your token here: ddpat_xxxxxxxxxxxxxxxxxxxxxx_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
    ),
    ("game/skins.txt", "hy_ddpat_urb\nhy_ddpat_green\n"),
];

/// Plants, scans, reports; 0 where exactly what was planted was found, 2
/// otherwise.
pub(super) fn run(args: &DemoArgs) -> Result<Exit, Error> {
    let failed = |cause: &std::io::Error| Error::io("write the demo in", "a temporary folder", cause);
    end_when_asked();
    let (folder, tokens) =
        leftovers::temporary_folder("dogcatcher-demo-", plant_files).map_err(|cause| failed(&cause))?;
    if args.with_api {
        return play::run(folder.path(), &tokens);
    }
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let outcome = scan::run(&demo_settings(folder.path())?, &detector, &Progress::default())?;
    let complete = found_exactly_what_was_planted(&outcome, folder.path());
    print(ColorWhen::Auto, |out, styled| {
        let options = Options {
            styled,
            width: text_width(),
            show_secrets: false,
            authors: false,
            explain: false,
            quiet: false,
            part: report::Part::Auto,
            suppressed: false,
            group_by: None,
            remedies: true,
        };
        report::write(Format::Text, &outcome, &rules, &options, out)?;
        write_end(out, &outcome, complete)
    })?;
    if args.keep {
        leftovers::forget_path(folder.path());
        let path = folder.keep();
        print(ColorWhen::Auto, |out, _| writeln!(out, "The files are in {}", path.display()))?;
    }
    Ok(if complete { Exit::Clean } else { Exit::Error })
}

/// Writes the files, and returns the tokens in them.
fn plant_files(folder: &Path) -> std::io::Result<Vec<(Kind, String)>> {
    let mut mint = Mint::random();
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, text)
    };
    let mut tokens = Vec::new();
    for planted in &PLANTED {
        let token = match planted.flaw {
            Some(flaw) => mint.mint_flawed(planted.kind, flaw).unwrap_or_default(),
            None => mint.mint(planted.kind),
        };
        write(planted.path, &planted.text.replace('@', &token))?;
        tokens.push((planted.kind, token));
    }
    INNOCENT.iter().try_for_each(|(path, text)| write(path, text))?;
    Ok(tokens)
}

/// Returns whether each planted token was found in its file, as its kind, and
/// nothing besides.
fn found_exactly_what_was_planted(outcome: &Outcome<'_>, folder: &Path) -> bool {
    let mut found: Vec<_> = outcome
        .findings
        .iter()
        .flat_map(|finding| finding.locations.iter().map(move |location| (finding, location)))
        .filter_map(|(finding, location)| {
            let path = location.origin.path()?.strip_prefix(folder).ok()?;
            Some((path.to_path_buf(), finding.rule.credential()))
        })
        .collect();
    let mut planted: Vec<_> = PLANTED.iter().map(|it| (it.path.into(), Some(it.kind))).collect();
    found.sort();
    planted.sort();
    found == planted
}

/// Writes the sum, and what to do next.
fn write_end(out: &mut dyn Write, outcome: &Outcome<'_>, complete: bool) -> std::io::Result<()> {
    let (planted, found) = (PLANTED.len(), outcome.findings.len());
    writeln!(out, "\nThe tokens are fake, minted a moment ago. Planted: {planted}. Found: {found}.")?;
    match complete {
        true => writeln!(out, "Try it on your own files: dogcatcher scan PATH"),
        false => writeln!(out, "That is not what was planted: please report this as a bug."),
    }
}
