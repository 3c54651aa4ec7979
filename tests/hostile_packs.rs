//! Packs that somebody made to do harm: each is told of, costs nothing else, and takes neither memory nor time without bounds.

mod support;

use support::pack::{Entry, copy, delta, write_repository};
use support::{Folder, Run, pat};

/// Scans a pack of these entries and of a good one with a token, which must be found.
fn scan(mut entries: Vec<Entry>) -> Run {
    let folder = Folder::new();
    entries.push(Entry::blob(250, format!("token = {}\n", pat(1))));
    write_repository(&folder.path().join("r"), &entries, |_| {});
    let run = folder.scan(&["--history-only", "r"]).exits(1);
    assert!(run.places().contains(&"-:1:9 verified".to_owned()), "{run:?}");
    run
}

/// The reasons for what was not read.
fn reasons(run: &Run) -> Vec<String> {
    let json = run.json();
    let skipped = json["summary"]["skipped"].as_array().expect("a list");
    skipped.iter().map(|it| it["reason"].as_str().expect("words").to_owned()).collect()
}

#[test]
fn deltas_in_circles_and_to_nothing() {
    let insert = delta(1, 1, &[1, b'x']);
    let itself = scan(vec![Entry::delta(1, 1, insert.clone())]);
    assert_eq!(reasons(&itself), ["it is a delta to itself"]);
    let two = scan(vec![Entry::delta(1, 2, insert.clone()), Entry::delta(2, 1, insert.clone())]);
    assert_eq!(reasons(&two), ["it is a delta to itself"; 2]);
    let lost = scan(vec![Entry::delta(1, 99, insert.clone()), Entry::delta(2, 1, insert)]);
    let of = |words: &str| reasons(&lost).iter().filter(|reason| reason.contains(words)).count();
    assert_eq!((of("not in the pack"), of("cannot be read")), (1, 1));
}

#[test]
fn deltas_that_lie() {
    let base = || Entry::blob(1, "0123456789");
    for (code, words) in [
        (delta(10, 20, &copy(0, 20)), "its delta is damaged"),
        (delta(10, 5, &copy(8, 5)), "its delta is damaged"),
        (delta(9, 5, &copy(0, 5)), "another base"),
        (delta(10, 6, &copy(0, 5)), "size that it declares"),
        (delta(10, 4, &copy(0, 5)), "size that it declares"),
        (delta(10, 5, &[0]), "its delta is damaged"),
        (delta(10, 5, &[9, b'x']), "its delta is damaged"),
        (vec![], "its delta is damaged"),
    ] {
        let run = scan(vec![base(), Entry::delta(2, 1, code)]);
        assert!(reasons(&run).iter().all(|reason| reason.contains(words)), "{words}: {run:?}");
        assert_eq!(reasons(&run).len(), 1, "{words}");
    }
}

#[test]
fn sizes_and_types_that_lie() {
    for size in [0, 9, 11, 5_000_000_000] {
        let run = scan(vec![Entry { size, ..Entry::blob(1, "0123456789") }]);
        assert_eq!(reasons(&run).len(), 1, "{size}: {run:?}");
    }
    for kind in [0, 5] {
        let run = scan(vec![Entry { kind, ..Entry::blob(1, "0123456789") }]);
        assert_eq!(reasons(&run), ["its type is unknown"]);
    }
}

#[test]
fn a_small_delta_can_double_without_end() {
    // Each is twice as large as the one before: the last would have 2^50 bytes.
    let mut entries = vec![Entry::blob(1, vec![b'x'; 1 << 16])];
    let mut len = 1_u64 << 16;
    for number in 2..36 {
        // Copies of 64 KiB, the longest that have no length written.
        let copies = usize::try_from(len / (1 << 16) * 2).unwrap_or(usize::MAX).min(1 << 16);
        let code = vec![0x80; copies];
        entries.push(Entry::delta(number, number - 1, delta(len as usize, (len * 2) as usize, &code)));
        len *= 2;
    }
    let run = scan(entries);
    assert!(!reasons(&run).is_empty(), "{run:?}");
}

#[test]
fn a_long_chain_and_a_wide_tree() {
    // Every one of these holds the token of its base, by a copy.
    let text = format!("key: {}\n", pat(2));
    let mut entries = vec![Entry::blob(1, text.clone())];
    for number in 2..=120 {
        let code = [&copy(0, text.len() as u16)[..], b"\x02\n\n"].concat();
        let before = text.len() + 2 * usize::from(number > 2);
        entries.push(Entry::delta(number, number - 1, delta(before, text.len() + 2, &code)));
    }
    for number in 121..240 {
        let code = copy(0, text.len() as u16);
        entries.push(Entry::delta(number, 1, delta(text.len(), text.len(), &code)));
    }
    let run = scan(entries);
    assert_eq!(reasons(&run), [""; 0]);
    let json = run.json();
    let places: Vec<usize> = json["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| finding["locations"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(places.iter().sum::<usize>(), 240, "{places:?}");
}

/// An id that stands for a number: nobody computes the hashes.
fn id(number: u32) -> [u8; 20] {
    let mut id = [0x11; 20];
    id[..4].copy_from_slice(&number.to_be_bytes());
    id
}

/// A commit of trees within trees, from the blob outwards: each holds the one before under these names.
fn nested(depth: u32, names: &[&str]) -> (Vec<Entry>, [u8; 20]) {
    let object = |number: u32, kind: u8, data: Vec<u8>| Entry {
        id: id(number),
        kind,
        size: data.len(),
        ..Entry::blob(0, data)
    };
    let tree = |mode: &str, names: &[&str], inner: u32| -> Vec<u8> {
        names.iter().flat_map(|name| [format!("{mode} {name}\0").as_bytes(), &id(inner)].concat()).collect()
    };
    let mut entries = vec![object(0, 3, format!("token = {}\n", pat(1)).into_bytes())];
    entries.push(object(1, 2, tree("100644", &["f"], 0)));
    for number in 2..=depth {
        entries.push(object(number, 2, tree("40000", names, number - 1)));
    }
    let hex: String = id(depth).iter().map(|byte| format!("{byte:02x}")).collect();
    let commit = format!("tree {hex}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\n\nx\n");
    entries.push(object(depth + 1, 1, commit.into_bytes()));
    (entries, id(depth + 1))
}

/// What history and range say of it: the paths of the places, and what is told of as left out.
fn scan_nested(depth: u32, names: &[&str]) -> Vec<(usize, Vec<String>)> {
    let folder = Folder::new();
    let (entries, commit) = nested(depth, names);
    write_repository(&folder.path().join("r"), &entries, |_| {});
    let hex: String = commit.iter().map(|byte| format!("{byte:02x}")).collect();
    folder.file("r/refs/heads/main", format!("{hex}\n"));
    let run = |args: &[&str]| {
        let run = folder.scan(&[args, &["r"]].concat()).exits(1);
        let places = run.json()["findings"][0]["locations"].as_array().map_or(0, Vec::len);
        (places, reasons(&run))
    };
    vec![run(&["--history-only"]), run(&["--range", "HEAD"])]
}

#[test]
fn a_few_trees_that_stand_for_more_folders_than_there_is_time_for() {
    for (places, reasons) in scan_nested(20, &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]) {
        assert!((1_000..=10_000).contains(&places), "{places}");
        assert!(reasons.len() == 1 && reasons[0].contains("more places than"), "{reasons:?}");
    }
}

#[test]
fn the_same_tree_in_a_few_places_is_named_in_each() {
    for (places, reasons) in scan_nested(5, &["a", "b", "c"]) {
        assert_eq!((places, reasons.len()), (81, 0), "{reasons:?}");
    }
}

#[test]
fn trees_nested_deeper_than_a_path_can_say() {
    for (places, reasons) in scan_nested(5_000, &["d"]) {
        assert_eq!(places, 1);
        assert!(reasons.len() == 1 && reasons[0].contains("deep"), "{reasons:?}");
    }
}
