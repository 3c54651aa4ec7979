//! Why one candidate counts or not, fact by fact.

use std::io::{self, Write};

use dogcatcher::detect::{Proof, Reason};
use dogcatcher::finding::{Finding, Location};
use dogcatcher::report::{foreign, liveness_notes, place as shown_place, reason_of};
use dogcatcher::rule::{Boundary, Rule, RuleSet};
use dogcatcher::scan::Rejection;

/// Writes why a finding counts, and what suppresses it there.
pub(super) fn write_finding(finding: &Finding<'_>, place: &Location, out: &mut dyn Write) -> io::Result<()> {
    let suppressed = place.suppressed.as_ref().or(finding.suppressed.as_ref());
    let verdict = if suppressed.is_some() { "is suppressed" } else { "counts" };
    let (name, redacted) = (foreign(finding.rule.name()), foreign(&finding.redacted));
    let (grade, severity) = (finding.confidence.as_str(), finding.severity().as_str());
    writeln!(out, "{}: {redacted} {verdict}: {name}, {grade}, {severity}", shown_place(place))?;
    write_rule(finding.rule, out)?;
    let holds = matches!(finding.proof, Proof::Holds(_));
    let structure = finding.token_id.map(|id| format!("the alias stands for the token id {id}"));
    let wrapped = (!place.layers.is_empty()).then(|| format!("in {}", place.layers.join(", ")));
    let facts = [
        ("boundary", Some(boundary_of(finding.rule, holds))),
        ("structure", structure.or_else(|| Some("it has the shape of the rule".to_owned()))),
        ("wrapped", wrapped),
        ("checksum", Some(checksum_of(&finding.proof))),
        ("because", Some(reason_of(finding))),
        ("decided by", finding.grounds.map(|grounds| format!("the row \"{grounds}\""))),
        ("site", finding.site.map(|site| format!("{} stands near it", site.name()))),
        ("expired by", finding.must_have_expired().then(|| "its age: it must have expired".to_owned())),
        (
            "suppressed",
            Some(suppressed.map_or("no".to_owned(), |why| format!("{}: {}", why.by, foreign(&why.reason)))),
        ),
        ("fingerprint", Some(finding.fingerprint.clone())),
    ];
    for (name, text) in facts.into_iter().filter_map(|(name, text)| Some((name, text?))) {
        writeln!(out, "  {name:<12}{text}")?;
    }
    for (name, text) in finding.liveness.iter().flat_map(liveness_notes) {
        writeln!(out, "  {name:<12}{text}")?;
    }
    Ok(())
}

/// Writes why a candidate does not count.
pub(super) fn write_rejection(rejection: &Rejection, rules: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    let at = dogcatcher::report::shown_path(&rejection.origin.name());
    let (line, column, why) = (rejection.start.line, rejection.start.column, rejection.reason.explain());
    writeln!(out, "{at}:{line}:{column}: what stands there does not count: {why}")?;
    if let Some(rule) = rules.get(&rejection.rule_id) {
        write_rule(rule, out)?;
        let boundary = match rejection.reason {
            Reason::Boundary => "letters, digits or signs of a longer word stand beside it",
            _ => "nothing of a longer word stands beside it",
        };
        writeln!(out, "  {:<12}{boundary}", "boundary")?;
        if rule.checksum().is_some() {
            writeln!(out, "  {:<12}{}", "checksum", checksum_of(&Proof::Fails))?;
        }
    }
    match rejection.grounds {
        Some(grounds) => writeln!(out, "  {:<12}the row \"{grounds}\"", "decided by"),
        None => Ok(()),
    }
}

fn write_rule(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {:<12}{}", "rule", foreign(rule.id()))?;
    match rule.anchors() {
        [] => writeln!(out, "  {:<12}none: only the words around it tell it from a hash", "anchor"),
        anchors => writeln!(out, "  {:<12}{}", "anchor", foreign(&anchors.join(", "))),
    }
}

fn boundary_of(rule: &Rule, checksum_holds: bool) -> String {
    match rule.boundary() {
        _ if checksum_holds => "not asked: a right checksum settles it".to_owned(),
        Boundary::Word => "nothing of a longer word stands beside it".to_owned(),
        _ => "the rule asks for none".to_owned(),
    }
}

fn checksum_of(proof: &Proof) -> String {
    match proof {
        Proof::None => "this kind has none".to_owned(),
        Proof::Fails => "none of the readings holds".to_owned(),
        Proof::Holds(covers) => format!("holds (over: {})", foreign(covers)),
    }
}
