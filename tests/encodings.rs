//! Tokens that stand encoded in a text are found at their places, with their layers.

#[path = "support/encode.rs"]
mod encode;
mod support;

use dogcatcher::detect::{Detector, Known, Verdict};
use dogcatcher::rule::RuleSet;
use dogcatcher::token::{Kind, Mint};
use encode::{ENCODERS, base64, gzip};
use proptest::prelude::*;
use support::Folder;
use support::git::git;

/// What is found in a text: the secret, its place, and its layers.
fn found(detector: &Detector<'_>, text: &[u8]) -> Vec<(Vec<u8>, std::ops::Range<usize>, String)> {
    detector
        .detect(text)
        .into_iter()
        .filter_map(|verdict| match verdict {
            Verdict::Found(found) => {
                Some((found.secret.expose().to_vec(), found.span, found.layers.join(", ")))
            }
            Verdict::Rejected { .. } => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn every_layer_at_every_offset(
        seed in any::<u64>(), choice in 0usize..ENCODERS.len(), kind in 0usize..3, before in 0usize..70, noise in "[ \t:=(,\n]{0,6}",
    ) {
        let rules = RuleSet::builtin();
        let detector = Detector::new(&rules);
        let kind = [Kind::PersonalAccessToken, Kind::ServiceAccessToken, Kind::ApplicationKey][kind];
        let token = Mint::new(seed).mint(kind);
        let (name, layers, encoder) = ENCODERS[choice];
        let around = matches!(layers, "joined" | "quoted-printable") || name.contains("continued");
        // Encoded twice, a token is seen only where it begins a group of both.
        let before = if name == "base64 of base64" { before / 9 * 9 + 8 } else { before };
        // What is encoded as a whole may have text before and after it.
        let inner = if around { token.clone() } else { format!("{}={token};", "k".repeat(before)) };
        let encoded = encoder(inner.as_bytes());
        // Wide characters may begin at an odd place.
        let text = [noise.as_bytes(), b"\n", &encoded, b"\n", noise.as_bytes()].concat();
        let all = found(&detector, &text);
        let hit = all.iter().find(|(secret, _, _)| secret == token.as_bytes());
        let Some((_, span, as_layers)) = hit else {
            return Err(TestCaseError::fail(format!("{name}: {}", String::from_utf8_lossy(&text))));
        };
        prop_assert_eq!(as_layers, layers, "{}", name);
        let start = noise.len() + 1;
        prop_assert!(span.start >= start && span.end <= start + encoded.len(), "{:?}", span);
        prop_assert_eq!(all.len(), 1);
    }

    #[test]
    fn base64_of_base64_at_every_place_where_a_text_speaks_of_datadog(
        seed in any::<u64>(), kind in 0usize..3, before in 0usize..40, outer in 0usize..40, first in any::<bool>(),
    ) {
        let rules = RuleSet::builtin();
        let detector = Detector::new(&rules);
        let kind = [Kind::PersonalAccessToken, Kind::ServiceAccessToken, Kind::ApplicationKey][kind];
        let token = Mint::new(seed).mint(kind);
        let once = base64(format!("{}{token}\n", "k".repeat(before)).as_bytes());
        let twice = base64(&[&b"x".repeat(outer)[..], b" ", &once].concat());
        let (one, other) = if first { ("# datadog\n", "") } else { ("", "\n# datadog") };
        let text = [one.as_bytes(), b"data: ", &twice, other.as_bytes()].concat();
        let all = found(&detector, &text);
        prop_assert_eq!(all.len(), 1, "{}", String::from_utf8_lossy(&text));
        prop_assert_eq!(all[0].2.as_str(), "base64, base64");
        prop_assert!(all[0].0 == token.as_bytes());
    }

    #[test]
    fn parts_of_a_text_hold_what_the_whole_holds(
        seed in any::<u64>(), choice in 0usize..ENCODERS.len(), before in 0usize..1500, gap in 0usize..120,
        cut in any::<prop::sample::Index>(),
    ) {
        let rules = RuleSet::builtin();
        let detector = Detector::new(&rules);
        let token = Mint::new(seed).mint(Kind::PersonalAccessToken);
        let filler = |count| "# some more words\n".chars().cycle().take(count).collect::<String>();
        let inner = format!(
            "{}\ndatadog:\n{}\n  api_key: {}\n{}{token}\n{0}", filler(before), filler(gap), hex_digits(seed, 32), filler(gap)
        );
        let text = ENCODERS[choice].2(inner.as_bytes());
        let cut = cut.index(text.len());
        let mut parts = Vec::new();
        for core in [0..cut, cut..text.len()] {
            detector.detect_in(&text, core, Known::of(&text), &mut |verdict| {
                if let Verdict::Found(found) = verdict {
                    parts.push((found.secret.expose().to_vec(), found.span, found.layers.join(", ")));
                }
            });
        }
        parts.sort_by_key(|(_, span, _)| span.start);
        let mut whole = found(&detector, &text);
        whole.sort_by_key(|(_, span, _)| span.start);
        prop_assert_eq!(parts, whole, "{}", ENCODERS[choice].0);
    }

    #[test]
    fn an_excerpt_shows_nothing_of_what_is_encoded(seed in any::<u64>(), choice in 0usize..ENCODERS.len()) {
        let rules = RuleSet::builtin();
        let detector = Detector::new(&rules);
        let mut mint = Mint::new(seed);
        let [one, other] = [(); 2].map(|()| mint.mint(Kind::ServiceAccessToken));
        let encoder = ENCODERS[choice].2;
        let [one, other] = [one, other].map(|token| String::from_utf8(encoder(token.as_bytes())).expect("text"));
        let text = format!("a {one} b {other} c\n");
        for (_, span, _) in found(&detector, text.as_bytes()) {
            let excerpt = detector.excerpt_around(text.as_bytes(), &span).text;
            for hidden in [&one, &other].map(|token| &token[token.len() / 2..token.len() / 2 + 12]) {
                prop_assert!(!excerpt.contains(hidden), "{} in {}", hidden, excerpt);
            }
        }
    }
}

/// Configurations that hold a key, and that speak of Datadog in one way or another.
const CONFIGURATIONS: [&str; 6] = [
    "site: datadoghq.com\napi_key: {32}\nlogs_enabled: true\n",
    "#!/bin/bash\nexport DD_API_KEY={32}\nbash install.sh\n",
    "DATADOG_API_KEY={32}\n",
    "Datadog:\n  ApiKey: {32}\n",
    "{\"dataDog\": {\"apiKey\": \"{32}\"}}",
    "env:\n- name: DD_APP_KEY\n  value: {40}\n",
];

proptest! {
    #[test]
    fn keys_in_configurations_that_are_encoded_as_a_whole(
        seed in any::<u64>(), choice in 0usize..CONFIGURATIONS.len(), before in 0usize..90, wrapped in any::<bool>(),
    ) {
        let rules = RuleSet::builtin();
        let detector = Detector::new(&rules);
        let digits = hex_digits(seed, 40);
        let inner = CONFIGURATIONS[choice].replace("{40}", &digits).replace("{32}", &digits[..32]);
        // Where a line ends within what tells of Datadog, another mention has to.
        let more = if wrapped { "# for the datadog agent, and datadog only\n" } else { "" };
        let encoded = base64(format!("{}\n{inner}\n{more}", "k".repeat(before)).as_bytes());
        let lines: Vec<&[u8]> = encoded.chunks(if wrapped { 76 } else { encoded.len() }).collect();
        let text = [b"data:\n  config: |\n    ".as_slice(), &lines.join(b"\n    ".as_slice()), b"\n"].concat();
        let all = found(&detector, &text);
        prop_assert_eq!(all.len(), 1, "{}", String::from_utf8_lossy(&text));
        prop_assert!(digits.as_bytes().starts_with(&all[0].0));
        prop_assert_eq!(all[0].2.as_str(), "base64");
        let excerpt = detector.excerpt_around(&text, &all[0].1).text;
        let shown = excerpt.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| it.len() > 30).count();
        prop_assert_eq!(shown, 0, "{}", excerpt);
    }
}

#[test]
fn wrapped_lines_of_base64_however_they_end() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let token = Mint::new(3).mint(Kind::PersonalAccessToken);
    for end in ["\n", "\r\n", "\n    ", r"\n", r"\r\n", r"\\n", r"\\r\\n"] {
        for before in 0..140 {
            let encoded = base64(format!("{} {token}\n", "k".repeat(before)).as_bytes());
            let text = encoded.chunks(76).collect::<Vec<_>>().join(end.as_bytes());
            let all = found(&detector, &[b"\"".as_slice(), &text, b"\""].concat());
            assert_eq!(all.len(), 1, "{before} before, {end:?}");
        }
    }
}

#[test]
fn every_byte_as_an_escape_in_braces() {
    let rules = RuleSet::builtin();
    let token = Mint::new(3).mint(Kind::PersonalAccessToken);
    let text: String = token.bytes().map(|byte| format!("\\u{{{byte:x}}}")).collect();
    let all = found(&Detector::new(&rules), text.as_bytes());
    assert_eq!((all.len(), all[0].2.as_str()), (1, "escape"));
}

#[test]
fn a_key_that_stands_far_behind_the_second_mention() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let key = hex_digits(5, 32);
    for between in (0..800).step_by(37) {
        let text = format!(
            "# datadog\n{}# datadog agent\n{}api_key: {key}\n",
            "# filler\n".repeat(between),
            "# filler\n".repeat(277)
        );
        let all = found(&detector, &base64(text.as_bytes()));
        assert_eq!(all.len(), 1, "{between} lines between");
    }
}

#[test]
fn a_command_of_powershell() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let token = Mint::new(3).mint(Kind::ServiceAccessToken);
    for before in 0..7 {
        let command = format!("{}$env:DD_ACCESS_TOKEN = '{token}'", "k".repeat(before));
        let wide: Vec<u8> = command.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let text = [b"powershell -EncodedCommand ".as_slice(), &base64(&wide)].concat();
        let all = found(&detector, &text);
        assert_eq!(all.len(), 1, "{before}");
        assert_eq!(all[0].2, "base64, utf-16");
    }
}

/// What the scan finds by more than an excerpt can see.
#[test]
fn an_excerpt_hides_what_the_text_around_it_makes_a_finding() {
    let folder = Folder::new();
    let [one, two, three] = [1, 2, 3].map(|seed| hex_digits(seed, 32));
    let [a, b, c] = [&one, &two, &three].map(|key| String::from_utf8(base64(key.as_bytes())).expect("text"));
    let line = format!("data: {{\"api-key\": \"{a}\", \"app-key\": \"{b}\", \"old\": \"{c}\"}}\n");
    folder.file("datadog.yaml", &line);
    folder.file("far.yaml", format!("# datadog\n{}{line}", "# filler\n".repeat(550)));
    let escaped = format!("# datadog\n{}api_key: {one}\napp_key: {two}{two}\n", "# filler\n".repeat(400));
    let lines =
        base64(escaped.as_bytes()).chunks(76).map(<[u8]>::to_vec).collect::<Vec<_>>().join(&br"\n"[..]);
    folder.file("escaped.json", [b"{\"a\": \"".as_slice(), &lines, b"\"}\n"].concat());
    let wide = format!(
        "\u{feff}{}$env:DD_API_KEY=\"{one}\"; $env:DD_CLIENT_API_KEY=\"{two}\"\r\n",
        "# filler\r\n".repeat(300)
    );
    folder.file("wide.ps1", wide.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    for report in ["text", "json", "sarif", "github"] {
        let run = folder.run(&["scan", "--report", report]);
        let shown = run.stdout.replace(['\0', '\u{2400}'], "").replace("\\u0000", "");
        for secret in [&one, &two, &three, &a, &b, &c].map(|it| &it[8..24]) {
            assert!(!shown.contains(secret), "{report}: {shown}");
        }
    }
}

/// Digits that nobody typed.
fn hex_digits(seed: u64, count: usize) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..count).map(|_| char::from_digit(random.u32(..16), 16).expect("a digit")).collect()
}

#[test]
fn what_is_compressed_within_base64() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut mint = Mint::new(7);
    let tokens =
        [Kind::PersonalAccessToken, Kind::PersonalAccessToken, Kind::ApplicationKey].map(|it| mint.mint(it));
    // So much that nobody would guess it from the first kilobytes.
    let noise: Vec<String> =
        (0..9000_u32).map(|it| format!("{:x}\n", it.wrapping_mul(2_654_435_761))).collect();
    let script = format!(
        "#!/bin/bash\n{}export DD_API_KEY={}\n{}",
        noise.concat(),
        hex_digits(1, 32),
        tokens.join("\n")
    );
    let once = base64(&gzip(script.as_bytes()));
    let twice = base64(&once);
    let lines = once.chunks(76).collect::<Vec<_>>().join(&b"\n    "[..]);
    for (encoded, layers) in
        [(&once, "base64, gzip"), (&twice, "base64, base64, gzip"), (&lines, "base64, gzip")]
    {
        let text = [b"  release: ".as_slice(), encoded, b"\n  name: x\n"].concat();
        let all = found(&detector, &text);
        assert_eq!(all.len(), 4, "{layers}");
        for (secret, span, as_layers) in all {
            assert!(script.as_bytes().windows(secret.len()).any(|it| it == secret));
            assert_eq!((span.start, as_layers.as_str()), (11, layers));
            assert!(span.len() <= 81, "{span:?}");
            let excerpt = detector.excerpt_around(&text, &span).text;
            assert!(!excerpt.contains("H4sI") && !excerpt.contains("SDRz"), "{excerpt}");
        }
    }
}

#[test]
fn compressed_in_parts_and_behind_an_escaped_line_end() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let token = Mint::new(9).mint(Kind::PersonalAccessToken);
    let encoded = base64(&[gzip(b"a: b\n"), gzip(token.as_bytes())].concat());
    for before in ["", r"<<EOF\n", r"<<EOF\r\n", r"a:\t"] {
        let text = [before.as_bytes(), &encoded, br"\nEOF"].concat();
        assert_eq!(found(&detector, &text).len(), 1, "{before}");
    }
}

#[test]
fn compressed_in_a_line_after_other_base64() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut mint = Mint::new(9);
    let [one, two] = [(); 2].map(|()| mint.mint(Kind::PersonalAccessToken));
    let packed = base64(&gzip(two.as_bytes()));
    // Without padding, nothing but the line's end says that the first one ends.
    for before in [format!("\ttoken={one}"), "# datadog agent config, with 48 bytes in line 1 ".to_owned()] {
        assert_eq!(before.len() % 3, 0);
        for gap in ["\n", "\n    ", r"\n"] {
            let text = [&base64(before.as_bytes()), gap.as_bytes(), &packed, b"\n"].concat();
            let all = found(&detector, &text);
            assert!(all.iter().any(|(secret, _, _)| secret == two.as_bytes()), "{}", text.escape_ascii());
            assert_eq!(all.len(), if before.contains(&one) { 2 } else { 1 });
        }
    }
}

#[test]
fn compressed_and_cut_by_the_end_of_a_window() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let token = Mint::new(9).mint(Kind::PersonalAccessToken);
    let packed = base64(&gzip(format!("{}\n{token}\n", hex_digits(1, 20_000)).as_bytes()));
    for gap in ["\n", "\n        ", r"\n", r"\r\n"] {
        let lines: Vec<&[u8]> = packed.chunks(76).collect();
        let text = [b"data: ", &lines.join(gap.as_bytes())[..], b"\n"].concat();
        for end in text.len() - 300..text.len() {
            let mut all = 0;
            let whole = detector.detect_in(&text[..end], 0..6, Known::of(&text), &mut |_| all += 1);
            assert_eq!(all, 0, "it begins beyond the core");
            assert!(whole);
            let whole = detector.detect_in(&text[..end], 0..7, Known::of(&text), &mut |_| all += 1);
            assert!(!whole || all == 1, "{gap:?}, {} bytes before the end", text.len() - end);
        }
    }
}

#[test]
fn what_is_compressed_and_goes_on_beyond_a_window_is_told_of() {
    let folder = Folder::new();
    let noise = hex_digits(1, 2 << 20);
    let token = Mint::new(7).mint(Kind::PersonalAccessToken);
    let text = |before: usize| {
        let noise = &noise.as_bytes()[..before];
        base64(&gzip(
            &[token.as_bytes(), b"\n", noise, b"\n", Mint::new(8).mint(Kind::ApplicationKey).as_bytes()]
                .concat(),
        ))
    };
    folder.file("small", text(1000));
    let run = folder.run(&["scan", "small"]).exits(1);
    assert!(run.stdout.contains("2 credentials found"), "{run:?}");
    folder.file("large", text(2 << 20));
    let run = folder.run(&["scan", "large"]).exits(1);
    assert!(run.stdout.contains("1 credential found") && run.stdout.contains("skipped: budget"), "{run:?}");
    // An example is cut by those who wrote it.
    folder.file("example", "a: H4sIAAAAAAAAA0tMSk5JTQEAFYhAkgkAAAA= and b: H4sIAAAAAAAAA0tM...\n");
    folder.run(&["scan", "example"]).exits(0);
}

#[test]
fn what_looks_like_a_clue_does_not_hide_the_token_behind_it() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let token = Mint::new(4).mint(Kind::PersonalAccessToken);
    let stream = String::from_utf8(base64(token.as_bytes())).expect("text");
    // The same digits at another place of a group, in one run with the token.
    for before in ["AZGRwAAA", "AAZGRwAA", "AAAZGRwA", "ZGRwZGRw", "AZGRwAZGRwAZGRwAAZGRwAAA"] {
        let text = format!("{before}{stream}");
        let all = found(&detector, text.as_bytes());
        assert_eq!(all.len(), 1, "{text}");
    }
}

#[test]
fn a_token_at_the_end_of_what_was_decoded_for_something_else() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let token = Mint::new(4).mint(Kind::PersonalAccessToken);
    for (name, layers, encode) in ENCODERS.iter().filter(|(name, layers, _)| {
        !matches!(*layers, "joined" | "quoted-printable")
            && !name.contains("continued")
            && !name.contains("base64 of")
    }) {
        for gap in (0..9000).step_by(61) {
            // `dda` is the beginning of a token as far as anybody can tell.
            let text = format!("dda{} {token} {}", "-".repeat(gap), "-".repeat(6000));
            let all = found(&detector, &encode(text.as_bytes()));
            assert_eq!(all.len(), 1, "{name} ({layers}), {gap}");
        }
    }
}

#[test]
fn a_mark_in_the_middle_of_a_file_is_none() {
    let folder = Folder::new();
    let token = Mint::new(5).mint(Kind::PersonalAccessToken);
    let wide: Vec<u8> = format!("  {token}  ").encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Where the second window of the file begins.
    for before in 1_015_800..1_015_816 {
        let dots = |count: usize| vec![b'.'; count];
        folder.file("a.bin", [&dots(before)[..], &[0xff, 0xfe], &dots(60_001), &wide, &dots(1000)].concat());
        folder.run(&["scan", "--quiet", "."]).exits(1);
    }
    // Out of step with a mark that is one.
    folder.file("a.bin", [&[0xff, 0xfe][..], b"abc", &wide].concat());
    folder.run(&["scan", "--quiet", "."]).exits(1);
}

#[test]
fn encodings_without_end_are_cut_short_and_told_of() {
    let folder = Folder::new();
    let period =
        "x64\\..u0064\"datadog \"datadog ..&#100;d_ap\"ZGRw..ddpat_addpat%5F d_ap\"%64%64 u0064 &#100; ";
    let mut random = fastrand::Rng::with_seed(1);
    let text: String = (0..4000).map(|_| format!("{period}{}", random.u16(..))).collect();
    folder.file("a.txt", text);
    folder.file("b.txt", Mint::new(6).mint(Kind::PersonalAccessToken));
    let run = folder.run(&["scan", "--report=json", "."]).exits(1).json();
    assert_eq!(run["findings"].as_array().map(Vec::len), Some(1));
    let skipped = &run["summary"]["skipped"];
    assert!(skipped.as_array().is_some_and(|all| all.len() <= 1), "{skipped}");
}

#[test]
fn whole_files_of_wide_characters() {
    let mut mint = Mint::new(1);
    let (token, key) = (mint.mint(Kind::PersonalAccessToken), mint.mint(Kind::ApiKey));
    let text = format!("# ü\r\n$env:DD_ACCESS_TOKEN = '{token}'\r\n$env:DD_API_KEY = '{key}'\r\n");
    let folder = Folder::new();
    let units = |write: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(write).collect::<Vec<u8>>();
    folder.file("le.ps1", [&[0xff, 0xfe][..], &units(u16::to_le_bytes)].concat());
    folder.file("be.ps1", [&[0xfe, 0xff][..], &units(u16::to_be_bytes)].concat());
    let full: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    folder.file("32.ps1", [&[0xff, 0xfe, 0, 0][..], &full].concat());
    let report = folder.run(&["scan", ".", "--report=json"]).exits(1).json();
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 2, "{findings:?}");
    for finding in findings {
        let places = finding["locations"].as_array().expect("locations");
        let seen: Vec<String> =
            places.iter().map(|place| format!("{} {}", place["path"], place["layers"][0])).collect();
        assert_eq!(seen, ["\"32.ps1\" \"utf-32\"", "\"be.ps1\" \"utf-16\"", "\"le.ps1\" \"utf-16\""]);
    }
}

/// Whether a text shows a part of a secret, also as characters of which each is two of its digits.
fn shows(text: &str, secret: &str) -> bool {
    let units: Vec<u16> = text.encode_utf16().collect();
    let digits = |write: fn(u16) -> [u8; 2]| -> String {
        units.iter().flat_map(|unit| write(*unit)).filter(u8::is_ascii_graphic).map(char::from).collect()
    };
    let parts = || secret.as_bytes().windows(12).map(|part| std::str::from_utf8(part).expect("ASCII"));
    [text.to_owned(), digits(u16::to_le_bytes), digits(u16::to_be_bytes)]
        .iter()
        .any(|text| parts().any(|part| text.contains(part)))
}

#[test]
fn what_is_of_one_byte_beside_wide_characters_is_not_shown_as_others() {
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let mut mint = Mint::new(3);
    let [one, two] = [(); 2].map(|()| mint.mint(Kind::PersonalAccessToken));
    let (key, app) = (hex_digits(1, 32), hex_digits(2, 40));
    let wide = format!("# start\r\n$env:DD_API_KEY = \"{key}\"");
    let narrow = format!("\r\nDD_APP_KEY={app}\r\n");
    let quoted = format!("words\r\nDD_API_KEY={key} “{}” x\r\n", &app[..32]);
    let allowed = format!("A={two} \r\n\n\0");
    let line = format!("token = {one}\r\n");
    for text in [
        [&[0xff, 0xfe], &le(&wide)[..], narrow.as_bytes()].concat(),
        [&[0xff, 0xfe], &le(&wide)[..], &be(&narrow)].concat(),
        [&le(&wide)[..], narrow.as_bytes()].concat(),
        be(&quoted),
        [&[0xfe, 0xff], &be(&"# words\r\n".repeat(60_000))[..], &be(&quoted)].concat(),
        [&[0xff, 0xfe], &le("# dogcatcher:allow fixture ")[..], allowed.as_bytes(), &le(&line)].concat(),
    ] {
        let folder = Folder::new();
        folder.file("a.txt", &text);
        for report in ["text", "json"] {
            let run = folder.run(&["scan", "--report", report, "--fail-on=never"]).exits(0);
            for secret in [&key, &app, &app[..32], &one[29..], &two[29..]] {
                assert!(!shows(&run.stdout, secret), "{}", run.stdout);
            }
        }
    }
}

#[test]
fn a_mark_far_above_a_token_in_wide_characters_allows_nothing() {
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let token = Mint::new(3).mint(Kind::PersonalAccessToken);
    for between in ["foo \n中文 ", "foo\n“", "foo\nĀ"] {
        let folder = Folder::new();
        folder.file("a.txt", be(&format!("# dogcatcher:allow no\n{between}token = {token}\n")));
        folder.run(&["scan"]).exits(1);
        folder.file("a.txt", be(&format!("# dogcatcher:allow yes\ntoken = {token}\n")));
        folder.run(&["scan"]).exits(0);
    }
}

#[test]
fn wide_characters_in_history_are_read_as_in_files() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q"]);
    let token = Mint::new(3).mint(Kind::PersonalAccessToken);
    let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("\u{feff}x={hex}\r\nDOGAPI_KEY={}\r\n", hex_digits(1, 32));
    folder.file("a.txt", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let count = |flag| {
        let report = folder.run(&["scan", flag, "--report=json", "."]).exits(1).json();
        report["findings"].as_array().map(Vec::len)
    };
    assert_eq!((count("--files-only"), count("--history-only")), (Some(2), Some(2)));
}

#[test]
fn keys_in_wide_characters_that_no_mark_is_near() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let key = hex_digits(3, 32);
    for line in ["datadog_key = ", "$env:DD_API_KEY=", "DATADOG_API_KEY ", "dataDogApiKey: ", "dd_api_key: "]
    {
        let text = format!("{}{line}{key}\r\n", "# some more words\r\n".repeat(300));
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&detector, &wide).len(), 1, "{line}");
        assert_eq!(found(&detector, &[b"\0", &wide[..]].concat()).len(), 1, "{line}");
    }
    let folder = Folder::new();
    let filler = "# ein paar Wörter mehr\r\n".repeat(80_000);
    let text = format!("\u{feff}{filler}DD_API_KEY={key}\r\n{filler}");
    folder.file("large.log", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let report = folder.run(&["scan", ".", "--report=json"]).exits(1).json();
    let place = &report["findings"][0]["locations"][0];
    assert_eq!((place["line"].as_u64(), place["column"].as_u64()), (Some(80_001), Some(12)));
}

#[test]
fn keys_far_behind_the_mark_of_a_file() {
    let key = (1..).map(|seed| hex_digits(seed, 32)).find(|key| !key.contains("dd")).expect("one");
    let (line, name) = ("# ein paar Wörter mehr\r\n", "dogapi_key=");
    let folder = Folder::new();
    // The last is so large that threads share it.
    for (width, big_endian, lines) in
        [(2, false, 30_000), (2, true, 30_000), (4, false, 20_000), (4, true, 20_000), (2, true, 760_000)]
    {
        let before = line.repeat(lines);
        // No clue is near: the name is one of a key, but none of `datadog` and `DD_API_KEY`, and `dd` is nowhere.
        let text = format!("\u{feff}{before}{name}{key}\r\n{}", line.repeat(20_000));
        let bytes: Vec<u8> = text
            .chars()
            .flat_map(|it| {
                let number = u32::from(it);
                let bytes = if big_endian { number.to_be_bytes() } else { number.to_le_bytes() };
                let first = if big_endian { 4 - width } else { 0 };
                bytes.into_iter().skip(first).take(width)
            })
            .collect();
        folder.file("a.log", &bytes);
        let from_file = folder.run(&["scan", ".", "--report=json"]);
        let from_input = folder.run_with(&["scan", "-", "--report=json"], &bytes);
        for report in [from_file.exits(1).json(), from_input.exits(1).json()] {
            let place = &report["findings"][0]["locations"][0];
            assert_eq!(
                (place["line"].as_u64(), place["column"].as_u64()),
                (Some(lines as u64 + 1), Some(12))
            );
            let characters = 1 + before.chars().count() + name.len();
            assert_eq!(place["byte_offset"].as_u64(), Some((width * characters) as u64));
        }
    }
}

#[test]
fn a_hash_that_the_end_of_what_is_decoded_cuts_is_no_key() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let hash = hex_digits(5, 64);
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    // The first and the last digits of the hash in turn lie where decoding ends, before and behind the clue.
    for gap in (960..1060).chain(4000..4100) {
        let filler = "# words\n".repeat(1000);
        let behind = format!("a datadog b{}\nDD_API_KEY={hash}\n", &filler[..gap]);
        let before = format!("DD_API_KEY={hash}\n{}a datadog b", &filler[..gap]);
        for text in [behind, before] {
            assert_eq!(found(&detector, &utf16(&text)), [], "{gap}");
            assert_eq!(found(&detector, &base64(text.as_bytes())), [], "{gap}");
        }
    }
}

#[test]
fn wide_characters_are_placed_shown_and_marked_like_others() {
    let mut mint = Mint::new(1);
    let (token, key) = (mint.mint(Kind::PersonalAccessToken), mint.mint(Kind::ApiKey));
    // `Ċ` and `਀` have a byte that ends lines elsewhere.
    let text = format!(
        "Ċ਀\r\n🐕 = '{token}' # datadoghq.eu\r\n\r\n# dogcatcher:allow an ü\r\n$env:DD_API_KEY = '{key}'\r\n"
    );
    let report = |mark: &[u8], bytes: Vec<u8>| {
        let folder = Folder::new();
        folder.file("a.ps1", [mark, &bytes].concat());
        let shown = folder.run(&["scan", ".", "--color=never"]).exits(1).stdout;
        let json = folder.run(&["scan", ".", "--report=json"]).exits(1).json();
        let places = json["findings"].as_array().expect("findings").iter().map(|finding| {
            let place = &finding["locations"][0];
            let numbers = ["line", "column", "end_column"].map(|name| place[name].as_u64());
            (numbers, finding["suppressed"]["reason"].clone(), finding["rule_id"].clone())
        });
        // Of what is wrapped nothing is shown.
        let snippet =
            shown.lines().find(|line| line.contains("🐕")).expect("the line").replace(&token[..29], "");
        (places.collect::<Vec<_>>(), snippet)
    };
    let units = |write: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(write).collect::<Vec<u8>>();
    let full: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let expected = report(b"", text.clone().into_bytes());
    assert_eq!(expected.0[0].0, [Some(2), Some(7), Some(72)]);
    assert_eq!(expected.0[1].1, "an ü");
    assert_eq!(report(&[0xff, 0xfe], units(u16::to_le_bytes)), expected);
    assert_eq!(report(&[0xfe, 0xff], units(u16::to_be_bytes)), expected);
    assert_eq!(report(&[0, 0, 0xfe, 0xff], full), expected);
}

#[test]
fn literals_joined_in_other_ways() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let token = Mint::new(21).mint(Kind::PersonalAccessToken);
    let (head, rest) = token.split_at(6);
    for text in [
        format!("T = (\"{head}\"  # the prefix\n     \"{rest}\")\n"),
        format!("char *t = \"{head}\" /* the prefix */\n  \"{rest}\";\n"),
        format!("var t = \"{head}\" + // the prefix\n  \"{rest}\";\n"),
        format!("Dim t = \"{head}\" & _\r\n  \"{rest}\"\r\n"),
        format!("$t = \"{head}\" + `\n  \"{rest}\"\n"),
        format!("new StringBuilder().append(\"{head}\").append(\"{rest}\")\n"),
        format!("\"{head}\".concat(\"{rest}\")\n"),
        format!("T={head}\"{rest}\"\n"),
        format!("T=\"{head}\"{rest}\n"),
        format!("auto t = u8\"{head}\" u8\"{rest}\";\n"),
        format!("var t = $\"{head}\" + $\"{rest}\";\n"),
        format!("-  T = \"{head}\" +\n-      \"{rest}\"\n"),
        // In JSON: a source, as one string and as those of a notebook.
        format!("\"T = \\\"{head}\\\" +\\n    \\\"{rest}\\\"\\n\""),
        format!("[\"T = (\\\"{head}\\\"\\n\",\n  \"     \\\"{rest}\\\")\\n\"]"),
    ] {
        let all = found(&detector, text.as_bytes());
        assert_eq!(all.len(), 1, "{text}");
        assert_eq!((all[0].2.as_str(), &all[0].0), ("joined", &token.clone().into_bytes()), "{text}");
        assert_eq!(&text[all[0].1.end - 5..all[0].1.end], &rest[rest.len() - 5..], "{text}");
    }
    for text in [
        format!("a(\"{head}\"); b(\"{rest}\")"),
        format!("a = \"{head}\"\nb = \"{rest}\""),
        format!("a = \"{head}\" # \"a comment\"\n\"{rest}\""),
        format!("[\"{head}\",\"x\"{rest}\"]"),
    ] {
        assert_eq!(found(&detector, text.as_bytes()), [], "{text}");
    }
}

#[test]
fn base64_is_placed_to_the_last_digit() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let token = Mint::new(22).mint(Kind::PersonalAccessToken);
    for before in 0..12 {
        for after in 0..4 {
            let inner = format!("{}={token};{}", "k".repeat(before), "x".repeat(after));
            let encoded = base64(inner.as_bytes());
            // The digits in which the first and the last byte are; each holds six bits.
            let digits = (before + 1) * 8 / 6..((before + 1 + token.len()) * 8).div_ceil(6);
            for width in [1000, 87, 76, 75, 64, 61, 50, 20] {
                let wrapped = encoded.chunks(width).collect::<Vec<_>>().join(&b"\n"[..]);
                let place = |digit: usize| digit + digit / width;
                let span = place(digits.start)..place(digits.end - 1) + 1;
                assert_eq!(found(&detector, &wrapped)[0].1, span, "{before} {after} {width}");
            }
        }
    }
}

#[test]
fn a_key_of_kubernetes_that_a_line_break_ends() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    // As `echo KEY > file` and `--from-file` make it: 33 bytes need no padding, and the next line begins with a word.
    let key = String::from_utf8(base64(format!("{}\n", hex_digits(7, 32)).as_bytes())).expect("text");
    assert!(!key.ends_with('='));
    for next in ["  app-key: eA==", "  site: eA==", "kind: Secret", "---", "", "  \"site\": eA=="] {
        let text = format!("kind: Secret\nmetadata:\n  name: datadog\ndata:\n  api-key: {key}\n{next}\n");
        assert_eq!(found(&detector, text.as_bytes()).len(), 1, "{next}");
    }
}

#[test]
fn a_secret_of_kubernetes() {
    let mut mint = Mint::new(2);
    let folder = Folder::new();
    let [api, app] = [Kind::ApiKey, Kind::LegacyApplicationKey].map(|kind| mint.mint(kind));
    let value = |text: &str| String::from_utf8(base64(text.as_bytes())).expect("text");
    let token = mint.mint(Kind::ApplicationKey);
    folder.file(
        "secret.yaml",
        format!(
            "kind: Secret\nmetadata:\n  name: datadog-secret\ndata:\n  api-key: {}\n  app-key: {}\n  other: {}\n  new: {}\n",
            value(&api), value(&format!("{app}\n")), value("there is nothing to be seen here"), value(&token),
        ),
    );
    let run = folder.run(&["scan", ".", "--report=json", "--show-secrets"]).exits(1).json();
    let mut seen: Vec<(String, u64)> = run["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|it| {
            (
                it["locations"][0]["secret"].as_str().expect("a secret").to_owned(),
                it["locations"][0]["line"].as_u64().expect("a line"),
            )
        })
        .collect();
    seen.sort_by_key(|(_, line)| *line);
    assert_eq!(seen, [(api, 5), (app, 6), (token, 8)]);
}

#[test]
fn a_remote_configuration_key_in_percent_escapes() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let key = Mint::new(2).mint(Kind::RemoteConfigKey);
    let escaped: String = key.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let all = found(&detector, format!("k={escaped}\n").as_bytes());
    assert!(
        all.iter().any(|(secret, _, layers)| *secret == key.as_bytes() && layers == "percent"),
        "{all:?}"
    );
}

#[test]
fn a_reason_and_an_excerpt_show_no_row_of_escapes() {
    let folder = Folder::new();
    let token = Mint::new(1).mint(Kind::PersonalAccessToken);
    // Cut, so that it is no finding: what cannot be proven is not shown either.
    let key = &Mint::new(2).mint(Kind::RemoteConfigKey)[..50];
    for escape in [
        |byte: u8| format!("%{byte:02x}"),
        |byte: u8| format!("\\x{byte:02x}"),
        |byte: u8| format!("&#{byte};"),
    ] {
        let escaped: String = key.bytes().map(escape).collect();
        folder.file("a.py", format!("a = '{token}' # dogcatcher:allow see {escaped}\n"));
        folder.file("b.py", format!("b = '{token}'; c = '{escaped}'\n"));
        for format in ["text", "json"] {
            let run = folder.run(&["scan", "a.py", "b.py", "--explain", "--report", format]).exits(1);
            assert!(!run.stdout.contains(&escaped[40..80]), "{}", run.stdout);
        }
    }
}

#[test]
fn carets_stand_below_all_that_is_hidden_of_an_encoded_token() {
    let token = support::pat(5);
    let encoded = base64(&gzip(format!("key: {token} and more text around it").as_bytes()));
    let folder = Folder::new();
    folder.file("a.txt", [b"x: ", &encoded[..], b" behind\n"].concat());
    let text = folder.run(&["scan", "a.txt"]).exits(1).stdout;
    assert!(text.contains("1 | x: ******** behind\n  |    ^^^^^^^^\n"), "{text}");
}
