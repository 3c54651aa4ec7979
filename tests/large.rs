//! Texts that do not fit a buffer: found at every border, with the right line and column, in little memory.

mod support;

use support::{Folder, pat};

const MIB: usize = 1024 * 1024;

/// A text of lines with tokens whose middle stands at these offsets; returns it with the expected places.
fn text_with_tokens(len: usize, middles: &[usize]) -> (Vec<u8>, Vec<String>) {
    let line = "0123456789 abcdefg äöü €uro 🐕 the quick brown fox jumps over the lazy dog.\n";
    let mut text: Vec<u8> = line.bytes().cycle().take(len).collect();
    let mut expected = Vec::new();
    for (seed, &middle) in middles.iter().enumerate() {
        let token = pat(seed as u64);
        let start = middle - token.len() / 2;
        text[start - 1] = b' ';
        text[start..start + token.len()].copy_from_slice(token.as_bytes());
        text[start + token.len()] = b' ';
    }
    for &middle in middles {
        let start = middle - 32;
        let line = 1 + text[..start].iter().filter(|&&byte| byte == b'\n').count();
        let from = text[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let column: usize = text[from..start]
            .utf8_chunks()
            .map(|chunk| chunk.valid().encode_utf16().count() + chunk.invalid().len())
            .sum();
        expected.push(format!("{line}:{} verified", column + 1));
    }
    (text, expected)
}

fn places(run: &support::Run, name: &str) -> Vec<String> {
    run.places().into_iter().map(|place| place.replacen(&format!("{name}:"), "", 1)).collect()
}

#[test]
fn at_every_border_of_a_window() {
    let borders: Vec<usize> =
        (0..70).map(|step| MIB - 16 * 1024 - 35 + step).chain((0..70).map(|step| MIB - 35 + step)).collect();
    for chunk in borders.chunks(7) {
        // Seven tokens do not fit around one border at once: each in a text of its own, all in one run.
        let folder = Folder::new();
        let mut expected = Vec::new();
        for (index, &border) in chunk.iter().enumerate() {
            let (text, places) = text_with_tokens(3 * MIB / 2, &[border]);
            folder.file(&index.to_string(), &text);
            expected.push(format!("{index}:{}", places[0]));
            let stdin = folder.run_with(&["scan", "--report", "json", "-"], &text).exits(1);
            assert_eq!(places, self::places(&stdin, "-"), "standard input, {border}");
        }
        // One minted token in all of them: one finding with a place in each.
        assert_eq!(folder.scan(&[]).exits(1).places(), expected, "{chunk:?}");
    }
}

#[test]
fn in_a_file_that_is_split_among_threads() {
    let middles: Vec<usize> = [MIB, 16 * MIB - 200, 16 * MIB, 16 * MIB + 16 * 1024, 32 * MIB - 100, 33 * MIB]
        .into_iter()
        .flat_map(|border| [border - 16 * 1024, border, border + 300])
        .collect();
    let mut middles = middles;
    middles.sort_unstable();
    middles.dedup_by(|a, b| *a - *b < 80);
    let (text, mut expected) = text_with_tokens(34 * MIB, &middles);
    let folder = Folder::new();
    folder.file("big", &text);
    let run = folder.scan(&["--threads", "3"]).exits(1);
    let mut found = places(&run, "big");
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(run.json()["summary"]["bytes"], text.len());
    assert_eq!(run.json()["summary"]["files"], 1);
}

#[test]
fn one_endless_line() {
    let mut text = vec![b'x'; 40 * MIB];
    let token = pat(1);
    text.push(b' ');
    text.extend_from_slice(token.as_bytes());
    let folder = Folder::new();
    folder.file("line", &text);
    let run = folder.run(&["scan", "--report", "json"]).exits(1);
    assert_eq!(run.places(), [format!("line:1:{} verified", 40 * MIB + 2)]);
    let shown = folder.run(&["scan"]).exits(1).stdout;
    assert!(shown.contains(&format!("line:1:{}", 40 * MIB + 2)) && shown.len() < 4000, "{shown}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_sparse_file_of_ten_gigabytes() {
    use std::os::unix::fs::FileExt;
    let folder = Folder::new();
    let path = folder.file("sparse", "");
    let file = std::fs::File::options().write(true).open(path).expect("a file");
    let offset = 1_000_000_000;
    file.set_len(10_000_000_000).expect("a sparse file");
    file.write_all_at(pat(1).as_bytes(), offset).expect("a token");
    let run = folder.scan(&[]).exits(1);
    assert_eq!(run.json()["findings"][0]["locations"][0]["byte_offset"], offset);
    assert_eq!(run.json()["summary"]["bytes"], 10_000_000_000_u64);
}

#[test]
fn one_secret_in_more_places_than_are_kept() {
    let folder = Folder::new();
    folder.file("many", format!("{}\n", pat(1)).repeat(100_005));
    let json = folder.scan(&["many"]).exits(1).json();
    let finding = &json["findings"][0];
    assert_eq!(finding["locations"].as_array().map(Vec::len), Some(100_000));
    assert_eq!(finding["more_places"], 5);
    let reason = json["summary"]["skipped"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("5 places more than the 100000 that are named"), "{reason}");
}
