//! Foreign text in Markdown: it is never markup.

use std::io::{self, Write};

use super::name::foreign;
use crate::rule::Rule;

/// Text of others' making in which nothing is markup and no credential is
/// shown.
pub(super) fn escaped(text: &str) -> String {
    without_markup(&foreign(text))
}

/// Text in which every sign that could be markup is written as a character
/// reference.
fn without_markup(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '/' | '.' | ',' | ';' | '(' | ')' => out.push(c),
            c if c.is_ascii() => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// The same, but for what stands between two backticks: that is shown as code.
fn with_code(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        match index % 2 {
            0 => out.push_str(&escaped(part)),
            _ => out.push_str(&format!("<code>{}</code>", escaped(part))),
        }
    }
    out
}

/// An address in which nothing ends the link that it stands in.
fn address(link: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c);
    link.chars().map(|c| if plain(c) { c.to_string() } else { "%20".to_owned() }).collect()
}

/// Writes what to do about a kind of credential, as an item of a list.
pub(super) fn write_remedy(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let link =
        |link: &String| format!("[{}]({})", escaped(link.trim_start_matches("https://")), address(link));
    let links: Vec<String> = rule.references().iter().map(link).collect();
    let remedy = rule.remediation().split_whitespace().collect::<Vec<_>>().join(" ");
    writeln!(out, "- **{}**: {} {}", escaped(rule.name()), with_code(&remedy), links.join(" "))
}

/// Text as code in which nothing is hidden: a fingerprint looks like a key, and
/// may be shown.
pub(super) fn plain_code(text: &str) -> String {
    format!("<code>{}</code>", without_markup(text))
}

/// Text of others' making as code.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_no_markup() {
        let text = escaped("a|b `c` <img> [d](e) **f** _g_ https://x");
        assert!(!text.contains(['|', '`', '<', '>', '[', ']', '*', '_', ':']), "{text}");
        assert_eq!(with_code("run `a|b` *now*"), "run <code>a&#124;b</code> &#42;now&#42;");
        assert_eq!(address("https://x/y) ![z](https://w"), "https://x/y%20%20!%20z%20%20https://w");
        assert!(text.starts_with("a&#124;b &#96;c&#96; &#60;img&#62;"), "{text}");
    }
}
