//! The table of verdicts: the first row that holds decides.

use super::super::{Reason, placeholder};
use super::beside;
use super::conditions::{
    has_capitals, is_access_key, is_after_foreign_sentence, is_argument, is_argument_of_class,
    is_beside_site, is_called, is_captioned, is_captioned_near_datadog, is_client_token, is_commit,
    is_field_of_datadog, is_file, is_given_to_maker, is_given_to_others, is_headed, is_header_of_others,
    is_identifier_in_sentence, is_imported, is_in_answer, is_in_column_of_identifiers, is_in_fields,
    is_in_path_of_intake, is_in_secret, is_in_statement_about_hash, is_in_table_of_hashes, is_in_usage,
    is_item, is_key_in_datadog_path, is_list_argument, is_looked_at, is_maker, is_mentioned_client_token,
    is_named_behind, is_named_by_command, is_named_client_token, is_named_datadog, is_named_key,
    is_of_another_dd, is_own_option, is_owned_in_path, is_pair, is_part, is_qualified, is_reply, is_secret,
    is_secret_of_others, is_sibling, is_sibling_of_client_token, is_syslog_head, is_variant_of_key,
    is_word_in_sentence, may_be_variable,
};
use super::facts::{Facts, Grounds};
use super::label::Via;
use super::scope::Scope;
use super::uses::Variable;
use crate::lexicon::Sense;

use Then::{IfDatadog, Key, Not};

/// A row of the table: what must hold, and what follows.
struct Row {
    /// Its name, for people.
    name: &'static str,
    holds: fn(&Facts<'_>) -> bool,
    then: Then,
}

/// What follows from a row that holds.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// It is a key.
    Key(Scope),
    /// It is none.
    Not(Reason),
    /// It is a key if the text around it is about Datadog.
    IfDatadog,
}

/// A key counts, by where the text says that it is Datadog's, or does not, and why.
pub(in super::super) type Decision = (Result<Scope, Reason>, Grounds);

/// Decides on what stands in a text as it is.
pub(in super::super) fn judge(facts: &Facts<'_>) -> Decision {
    let decision = decide(facts, OF_FORMS.iter().chain(OF_PLACES).chain(OF_NAMES));
    by_uses(facts, &decision).unwrap_or(decision)
}

/// Decides on what stands in base64, of which only the name tells.
pub(in super::super) fn judge_wrapped(facts: &Facts<'_>) -> Decision {
    decide(facts, [STAND_IN].iter().chain(OF_NAMES))
}

/// Decides anew by the uses of the variable that the candidate is assigned to, where its own place says nothing sure: as what
/// stood there in its stead would be decided.
fn by_uses(facts: &Facts<'_>, decision: &Decision) -> Option<Decision> {
    let is_sure = match decision.0 {
        Ok(scope) => !matches!(scope, Scope::Near | Scope::Path),
        Err(reason) => !matches!(reason, Reason::Unnamed | Reason::Unrelated | Reason::Foreign),
    };
    if is_sure || !may_be_variable(facts) {
        return None;
    }
    let variable = Variable::of(facts.text, facts.span, facts.label()?)?;
    let given = |row| Some((Ok(Scope::Name), facts.grounds(row)));
    let mut of_others = false;
    for place in variable.uses(facts.text, facts.span) {
        let used = facts.at_use(&place);
        match decide(&used, OF_PLACES.iter().chain(OF_NAMES)).0 {
            Ok(Scope::Path) => {}
            Ok(Scope::Near) if used.is_joined_by(&[Via::Beside]) => {}
            Ok(_) => return given("variable that is given as a Datadog key"),
            Err(_) if is_field_of_datadog(&used) => return given("variable that is given as a Datadog key"),
            Err(reason) => of_others |= reason == Reason::Foreign || is_given_to_others(&used),
        }
    }
    (of_others && decision.0.is_ok())
        .then(|| (Err(Reason::Foreign), facts.grounds("variable that is given to another product")))
}

fn decide<'r>(facts: &Facts<'_>, mut rows: impl Iterator<Item = &'r Row>) -> Decision {
    let row = rows.find(|row| (row.holds)(facts)).unwrap_or(&OTHERWISE);
    let verdict = match row.then {
        Key(scope) => Ok(scope),
        Not(reason) => Err(reason),
        IfDatadog if facts.is_of_others() => Err(Reason::Foreign),
        IfDatadog => facts.scope().ok_or(Reason::Unrelated),
    };
    (verdict, facts.grounds(row.name))
}

/// Shortens a row of the table.
const fn row(name: &'static str, holds: fn(&Facts<'_>) -> bool, then: Then) -> Row {
    Row { name, holds, then }
}

/// Follows where no row holds.
const OTHERWISE: Row = row("no row holds", |_| true, Not(Reason::Unnamed));

/// Never made at random: of either form.
const STAND_IN: Row =
    row("a stand-in", |facts| !placeholder::is_random_hex(facts.digits()), Not(Reason::Placeholder));

/// What is no value.
const OF_FORMS: &[Row] = &[row("part of something longer", is_part, Not(Reason::Boundary)), STAND_IN];

/// Where it stands says more than its name.
const OF_PLACES: &[Row] = &[
    row("alone in a file that is named for a key", is_file, Key(Scope::Path)),
    row("answer of Datadog's API", is_in_answer, Key(Scope::Block)),
    row("argument beside a site of Datadog", is_beside_site, Key(Scope::Line)),
    row("first word of a line for Datadog's intake", is_syslog_head, Key(Scope::Line)),
    row("secret of a command that names it", is_named_by_command, Key(Scope::Name)),
    row("option of a command of Datadog's", is_own_option, Key(Scope::Line)),
    row("argument that a line on usage names", is_in_usage, Key(Scope::Name)),
    row("item behind the option that takes it", is_list_argument, Key(Scope::Name)),
    row("behind a sentence in another language", is_after_foreign_sentence, Key(Scope::Line)),
    row("called a Datadog key behind it", |facts| is_called(facts, Sense::OwnedKey), Key(Scope::Line)),
    row("called a key behind it", |facts| is_called(facts, Sense::Key) && facts.scope().is_some(), IfDatadog),
    row("answer to a question about a Datadog key", is_reply, Key(Scope::Line)),
    row("one of a pair of options of Datadog's scripts", is_pair, Key(Scope::Near)),
    row("heading or column of a Datadog key", |facts| is_captioned(facts, Sense::OwnedKey), Key(Scope::Name)),
    row("heading or column of a key", is_captioned_near_datadog, Key(Scope::Near)),
    row("argument of what only looks at it", is_looked_at, Not(Reason::Unnamed)),
    row("name of an entry", |facts| beside::is_key_of_map(facts.text, facts.span), Not(Reason::Unnamed)),
    row("statement about a hash", is_in_statement_about_hash, Not(Reason::Hash)),
    row("capital digits", has_capitals, Not(Reason::Identifier)),
    row("table of hashes", is_in_table_of_hashes, Not(Reason::Hash)),
    row("column of identifiers", is_in_column_of_identifiers, Not(Reason::Identifier)),
];

/// What its name says, and the way in which that is joined to it.
const OF_NAMES: &[Row] = &[
    row("no name", |facts| facts.label().is_none(), Not(Reason::Unnamed)),
    row("sibling names a Datadog key", |facts| is_sibling(facts, Sense::OwnedKey), Key(Scope::Name)),
    row("sibling names a client token", is_sibling_of_client_token, Key(Scope::Name)),
    row("sibling names a key", |facts| is_sibling(facts, Sense::Key), IfDatadog),
    row("sibling names a key of others", |facts| is_sibling(facts, Sense::Foreign), Not(Reason::Foreign)),
    row("name of a Datadog key follows", is_named_behind, Key(Scope::Name)),
    row("name of a hash", |facts| facts.says(Sense::Hash), Not(Reason::Hash)),
    row("name of an identifier", |facts| facts.says(Sense::Identifier), Not(Reason::Identifier)),
    row("name of something encrypted", |facts| facts.says(Sense::Encrypted), Not(Reason::Encrypted)),
    row("name of another product's key", |facts| facts.says(Sense::Foreign), Not(Reason::Foreign)),
    row("name of a key that is none", |facts| facts.says(Sense::Pretended), Not(Reason::Placeholder)),
    row("client token under the name of a key", is_named_client_token, Key(Scope::Name)),
    row(
        "name of a client token for another shape",
        |facts| facts.says(Sense::ClientToken) && !is_client_token(facts),
        Not(Reason::Unnamed),
    ),
    row("word in a sentence", is_word_in_sentence, Not(Reason::Unnamed)),
    row("path of Datadog's API", is_key_in_datadog_path, Key(Scope::Line)),
    row("name in a path or a list", is_owned_in_path, Not(Reason::Unnamed)),
    row("commit in prose", is_commit, Not(Reason::Hash)),
    row("sentence about an identifier", is_identifier_in_sentence, Not(Reason::Identifier)),
    row("name with a prefix of another product's", is_of_another_dd, Not(Reason::Foreign)),
    row("name of a Datadog key", |facts| facts.says(Sense::OwnedKey), Key(Scope::Name)),
    row("anybody's header", is_header_of_others, Not(Reason::Foreign)),
    row("key of a Datadog secret of Kubernetes", is_in_secret, Key(Scope::Block)),
    row("name of a key", is_named_key, IfDatadog),
    row("argument of what is imported from Datadog", is_imported, Key(Scope::Near)),
    row("argument of a class of Datadog's", is_argument_of_class, Key(Scope::Block)),
    row("name of a secret, of what its block is for", is_secret_of_others, Not(Reason::Foreign)),
    row(
        "name of a secret, close to Datadog",
        |facts| is_secret(facts) && facts.is_close_to_datadog(),
        IfDatadog,
    ),
    row(
        "name of a secret, of another product",
        |facts| is_secret(facts) && facts.is_of_others(),
        Not(Reason::Foreign),
    ),
    row(
        "name of a secret, below the name of a Datadog key",
        |facts| is_secret(facts) && is_headed(facts, Scope::Name),
        Key(Scope::Name),
    ),
    row(
        "name of a secret, below the name of a key",
        |facts| is_secret(facts) && is_headed(facts, Scope::Block),
        Key(Scope::Block),
    ),
    row(
        "client token under the name of a secret",
        |facts| is_secret(facts) && is_client_token(facts),
        IfDatadog,
    ),
    row("name of a secret", is_secret, Not(Reason::Unrelated)),
    row(
        "name of anybody's key, close to Datadog",
        |facts| is_qualified(facts) && facts.is_close_to_datadog(),
        IfDatadog,
    ),
    row(
        "name of anybody's key, of another product",
        |facts| is_qualified(facts) && facts.is_of_others(),
        Not(Reason::Foreign),
    ),
    row("name of anybody's key", is_qualified, Not(Reason::Unrelated)),
    row("name of Datadog alone", is_named_datadog, Key(Scope::Name)),
    row("path of an intake", is_in_path_of_intake, IfDatadog),
    row("argument of what makes a client", |facts| is_argument(facts) && is_maker(facts), IfDatadog),
    row("argument of a maker among others", is_given_to_maker, IfDatadog),
    row("argument of a call", is_argument, Not(Reason::Unnamed)),
    row("field beside the name of a Datadog key", is_in_fields, Key(Scope::Name)),
    row("access key of Datadog's intake", is_access_key, IfDatadog),
    row(
        "below the name of a Datadog key",
        |facts| is_item(facts) && is_headed(facts, Scope::Name),
        Key(Scope::Name),
    ),
    row("below the name of a key", |facts| is_item(facts) && is_headed(facts, Scope::Block), IfDatadog),
    row("item of a list", is_item, Not(Reason::Unnamed)),
    row("one of several Datadog keys", is_variant_of_key, Key(Scope::Name)),
    row("client token in a text about Datadog", is_mentioned_client_token, IfDatadog),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::About;
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::rule::Unprefixed;

    const DIGITS_32: &str = "7c1f9e0a4b8d36e25f7a90c3d1b4e682";
    const DIGITS_40: &str = "7c1f9e0a4b8d36e25f7a90c3d1b4e6829a0d5c37";

    /// What becomes of `@32`, `@40` or `@pub` in a text, and by which row.
    fn judged(text: &str, about: About) -> (Result<Scope, Reason>, &'static str) {
        let public = format!("pub{DIGITS_32}");
        let forms = [
            ("@32", DIGITS_32, Unprefixed::Hex32),
            ("@40", DIGITS_40, Unprefixed::Hex40),
            ("@pub", &public, Unprefixed::PubHex32),
        ];
        let (at, mark, key, shape) = forms
            .into_iter()
            .find_map(|(mark, key, shape)| Some((text.find(mark)?, mark, key, shape)))
            .expect("a mark");
        let text = text.replacen(mark, key, 1).replace(mark, &DIGITS_32.chars().rev().collect::<String>());
        let (lexicon, span) = (Lexicon::default(), at..at + key.len());
        let facts = Facts::new(&lexicon, text.as_bytes(), shape, &span, key.as_bytes(), about);
        let (verdict, grounds) = judge(&facts);
        (verdict, grounds.row)
    }

    /// A text for each row that holds in it first.
    #[rustfmt::skip]
    const CASES: &[(&str, &str)] = &[
        ("part of something longer", "dd_api_key: sha1-@32"),
        ("answer of Datadog's API", "{\"type\": \"api_keys\", \"attributes\": {\"key\": \"@32\", \"last4\": \"e682\"}}"),
        ("argument beside a site of Datadog", "connect(\"datadoghq.com\", \"@32\")"),
        ("first word of a line for Datadog's intake", "template(\"@32 <$PRI>1\\n\") tcp(intake.logs.datadoghq.com)"),
        ("secret of a command that names it", "aws ssm put-parameter --name /datadog/api_key --value @32"),
        ("option of a command of Datadog's", "dogwrap -n backup -k @32 'make backup'"),
        ("argument that a line on usage names", "# usage: ./run.sh <datadog-api-key>\n./run.sh @32"),
        ("item behind the option that takes it", "- --datadog-api-key\n- @32"),
        ("behind a sentence in another language", "Ключ API для Datadog — @32"),
        ("called a Datadog key behind it", "Replace `@32` with your Datadog API key."),
        ("called a key behind it", "Replace `@32` with your API key, which Datadog shows."),
        ("answer to a question about a Datadog key", "[9:01] ann: which DD_API_KEY is it?\n[9:02] bob: @32"),
        ("one of a pair of options of Datadog's scripts", "./setup.sh -e datadog -k @32 -a 40c1f9e0a4b8d36e25f7a90c3d1b4e6829a0d5c3"),
        ("heading or column of a Datadog key", "Datadog API key\n\n@32\n"),
        ("heading or column of a key", "# datadog\n\nname,api_key\nweb,@32\n"),
        ("argument of what only looks at it", "verify_dd_api_key('@32')"),
        ("name of an entry", "dd_api_keys: {\"@32\": 1}"),
        ("statement about a hash", "md5 of the dd_api_key: @32"),
        ("column of identifiers", "| service | id |\n|--|--|\n| API key | `@32` |"),
        ("table of hashes", "| dd_api_key | sha1 |\n| dd_api_key | @40 |"),
        ("no name", ".=@32"),
        ("sibling names a Datadog key", "{\"name\": \"DD_API_KEY\", \"kind\": 1, \"value\": \"@32\"}"),
        ("sibling names a client token", "{\"name\": \"DD_CLIENT_TOKEN\", \"kind\": 1, \"value\": \"@pub\"}"),
        ("sibling names a key", "{\"name\": \"API_KEY\", \"kind\": 1, \"value\": \"@32\"}"),
        ("sibling names a key of others", "{\"name\": \"MAILGUN_API_KEY\", \"kind\": 1, \"value\": \"@32\"}"),
        ("name of a hash", "dd_git_tree=@40"),
        ("name of an identifier", "DD_TRACE_ID=@32"),
        ("name of something encrypted", "encrypted_dd_api_key=@32"),
        ("name of another product's key", "mailgun_api_key=@32"),
        ("name of a key that is none", "FAKE_DD_API_KEY=@32"),
        ("client token under the name of a key", "clientToken: '@pub'"),
        ("name of a client token for another shape", "clientToken: '@32'"),
        ("word in a sentence", "dd-api-key-rotator @40"),
        ("path of Datadog's API", "https://api.datadoghq.com/api/v1/api_key/@32"),
        ("name in a path or a list", "x/dd_api_key/@32"),
        ("commit in prose", "rename the datadog_api_key (@40)"),
        ("name of a Datadog key", "DD_API_KEY=@32"),
        ("name with a prefix of another product's", "// DingTalk\ndd_token = '@32'"),
        ("variable that is given as a Datadog key", "INTAKE = \"@40\"\nh = {\"DD-APPLICATION-KEY\": INTAKE}"),
        ("variable that is given to another product", "# datadog\nAPI_KEY = \"@32\"\nc = Lastfm(API_KEY)"),
        ("sentence about an identifier", "Trace ID in Datadog: @32"),
        ("anybody's header", "X-Api-Key: @32"),
        ("key of a Datadog secret of Kubernetes", "kind: Secret\nmetadata:\n  name: datadog\nstringData:\n  api-key: @32\n"),
        ("name of a key", "datadog:\n  api_key: @32"),
        ("argument of a class of Datadog's", "x:\n  class: Monolog\\DatadogHandler\n  arguments: ['@32']\n"),
        ("name of a secret, of what its block is for", "datadog:\n  clusterAgent:\n    token: @32"),
        ("name of a secret, close to Datadog", "datadog:\n  key: @32"),
        ("name of a secret, of another product", "mailgun:\n  key: @32"),
        ("name of a secret, below the name of a Datadog key", "ddApiKey:\n  secret: @32"),
        ("name of a secret, below the name of a key", "apiKey {\n  token = @32\n}"),
        ("client token under the name of a secret", "# datadog\n\n\ntoken = @pub"),
        ("name of a secret", "key = @32"),
        ("name of anybody's key, close to Datadog", "acme_api_key = @32 # datadog"),
        ("name of anybody's key, of another product", "acme_api_key = @32 # mailgun"),
        ("name of anybody's key", "acme_api_key = @32"),
        ("name of Datadog alone", "datadog: @32"),
        ("path of an intake", "https://x/v1/input/@32"),
        ("argument of what is imported from Datadog", "from datadog import initialize\ninitialize('@32', '40')"),
        ("argument of what makes a client", "Dogapi::Client.new('@32')"),
        ("argument of a maker among others", "r = new DatadogReporter(registry(), '@32', '40')"),
        ("argument of a call", "Other::Thing.call('@32')"),
        ("field beside the name of a Datadog key", "Datadog API key,ops,@32"),
        ("name of a Datadog key follows", "value = @32\nname = DD_API_KEY"),
        ("access key of Datadog's intake", "url = https://aws-kinesis-http-intake.logs.datadoghq.com/v1/input\naccess_key = @32"),
        ("below the name of a Datadog key", "dd_api_keys:\n  - @32 # prod"),
        ("below the name of a key", "datadog:\n  api_keys:\n  - @32 # prod"),
        ("item of a list", "things:\n  - @32"),
        ("one of several Datadog keys", "ddApiKeys = {\n  prod = @32\n}"),
        ("client token in a text about Datadog", "datadog\n\nthing = @pub"),
        ("no row holds", "thing = @32"),
    ];

    #[test]
    fn each_row_decides_where_it_holds() {
        let wrong: Vec<String> = CASES
            .iter()
            .map(|(row, text)| (row, text, judged(text, About::Unknown)))
            .filter(|(row, _, (_, by))| by != *row)
            .map(|(row, text, judged)| format!("{row}: {text:?} is {judged:?}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn each_row_has_a_case() {
        let elsewhere = ["a stand-in", "alone in a file that is named for a key", "capital digits"];
        let shown: BTreeSet<&str> = CASES.iter().map(|(row, _)| *row).chain(elsewhere).collect();
        let by_uses =
            ["variable that is given as a Datadog key", "variable that is given to another product"];
        let rows = OF_FORMS.iter().chain(OF_PLACES).chain(OF_NAMES).chain([&OTHERWISE]);
        let rows: BTreeSet<&str> = rows.map(|row| row.name).chain(by_uses).collect();
        assert_eq!(rows, shown);
    }

    #[test]
    fn what_no_text_alone_shows() {
        assert_eq!(judged("@32\n", About::Key), (Ok(Scope::Path), "alone in a file that is named for a key"));
        let lexicon = Lexicon::default();
        let row_of = |key: &str| {
            let text = format!("api_key={key}");
            let span = 8..text.len();
            judge(&Facts::new(
                &lexicon,
                text.as_bytes(),
                Unprefixed::Hex32,
                &span,
                key.as_bytes(),
                About::Datadog,
            ))
            .1
            .row
        };
        assert_eq!(row_of(&DIGITS_32.to_uppercase()), "capital digits");
        assert_eq!(row_of("0123456789abcdef0123456789abcdef"), "a stand-in");
    }

    #[test]
    fn grounds_say_what_was_known_and_from_where() {
        let (lexicon, text) = (Lexicon::default(), format!("datadog:\n  site: x\n  api_key: {DIGITS_32}"));
        let at = text.len() - DIGITS_32.len();
        let span = at..text.len();
        let facts = Facts::new(
            &lexicon,
            text.as_bytes(),
            Unprefixed::Hex32,
            &span,
            DIGITS_32.as_bytes(),
            About::Unknown,
        );
        assert_eq!(
            judge(&facts).1.to_string(),
            "name of a key; its name: a key, assigned; owner: Datadog, by the head of a block around it, 2 above"
        );
    }
}
