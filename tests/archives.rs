//! Archives: what is in them is found, whatever they are nested in, and nothing that they say of themselves is believed.

mod support;

use std::io::{Cursor, Write};

use dogcatcher::token::{Kind, Mint};
use support::{Folder, pat};

type Bytes = Vec<u8>;

fn zipped(members: &[(&str, &[u8])]) -> Bytes {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        writer.write_all(bytes).expect("a member");
    }
    writer.finish().expect("a zip").into_inner()
}

fn tarred(members: &[(&str, &[u8])]) -> Bytes {
    tarred_with(tar::Header::new_ustar, members)
}

fn tarred_with(header: fn() -> tar::Header, members: &[(&str, &[u8])]) -> Bytes {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = header();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).expect("a member");
    }
    builder.into_inner().expect("a tar")
}

fn ar(members: &[(&str, &[u8])]) -> Bytes {
    let mut builder = ar::Builder::new(Vec::new());
    for (name, bytes) in members {
        builder
            .append(&ar::Header::new(name.as_bytes().to_vec(), bytes.len() as u64), *bytes)
            .expect("a member");
    }
    builder.into_inner().expect("an ar")
}

fn seven_zip(members: &[(&str, &[u8])]) -> Bytes {
    let mut writer = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).expect("a 7z");
    for (name, bytes) in members {
        let entry = sevenz_rust2::ArchiveEntry::new_file(name);
        writer.push_archive_entry(entry, Some(*bytes)).expect("a member");
    }
    writer.finish().expect("a 7z").into_inner()
}

/// In the format of initial file systems, and of rpm.
fn cpio(members: &[(&str, &[u8])]) -> Bytes {
    let mut archive = Vec::new();
    for (name, bytes) in members.iter().chain([&("TRAILER!!!", &b""[..])]) {
        let sizes = [1, 0o100_644, 0, 0, 1, 0, bytes.len(), 0, 0, 0, 0, name.len() + 1, 0];
        archive.extend(b"070701");
        sizes.iter().for_each(|number| archive.extend(format!("{number:08x}").bytes()));
        archive.extend(format!("{name}\0").bytes());
        archive.resize(archive.len().next_multiple_of(4), 0);
        archive.extend(*bytes);
        archive.resize(archive.len().next_multiple_of(4), 0);
    }
    archive
}

/// The frame of a package: a lead, a signature, a header that holds a script, and what is installed.
fn rpm(script: &str, payload: &[u8]) -> Bytes {
    let header = |store: &[u8]| {
        let length = u32::try_from(store.len()).expect("a short header").to_be_bytes();
        [&b"\x8e\xad\xe8\x01\0\0\0\0\0\0\0\0"[..], &length, store].concat()
    };
    let lead = [&b"\xed\xab\xee\xdb"[..], &[0; 92]].concat();
    [&lead[..], &header(b"signed"), &[0; 2], &header(script.as_bytes()), payload].concat()
}

fn gzipped(bytes: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("gzip");
    encoder.finish().expect("gzip")
}

fn bzipped(bytes: &[u8]) -> Bytes {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).expect("bzip2");
    encoder.finish().expect("bzip2")
}

fn zstandard(bytes: &[u8]) -> Bytes {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// With the program of that name, which nearly every machine has.
fn with_xz(folder: &Folder, bytes: &[u8]) -> Option<Bytes> {
    let path = folder.file("to.pack", bytes);
    let run = std::process::Command::new("xz").arg("-c").arg(&path).output().ok()?;
    std::fs::remove_file(path).expect("it is there");
    run.status.success().then_some(run.stdout)
}

fn paths(folder: &Folder, args: &[&str], status: i32) -> Vec<String> {
    let args = [&["scan", ".", "--report=json"], args].concat();
    let report = folder.run(&args).exits(status).json();
    let findings = report["findings"].as_array().expect("findings");
    let mut paths: Vec<String> = findings
        .iter()
        .flat_map(|finding| finding["locations"].as_array().expect("locations"))
        .map(|it| format!("{} {}:{}", it["path"].as_str().expect("a path"), it["line"], it["column"]))
        .collect();
    paths.sort();
    paths
}

#[test]
fn every_format() {
    let token = pat(1);
    let text = format!("\nkey={token}\n");
    let folder = Folder::new();
    let member: &[(&str, &[u8])] = &[("dir/a.txt", b"nothing"), ("dir/b.txt", text.as_bytes())];
    folder.file("a.zip", zipped(member));
    folder.file("b.tar", tarred(member));
    folder.file("c.tar.gz", gzipped(&tarred(member)));
    folder.file("d.tgz", gzipped(&tarred(member)));
    folder.file("e.log.gz", gzipped(text.as_bytes()));
    folder.file("f.txt.bz2", bzipped(text.as_bytes()));
    folder.file("g.txt.zst", zstandard(text.as_bytes()));
    // Its name says nothing.
    folder.file("h", gzipped(text.as_bytes()));
    // A Debian package.
    folder.file("p.deb", ar(&[("debian-binary", b"2.0\n"), ("data.tar.gz", &gzipped(&tarred(member)))]));
    folder.file("r.rpm", rpm("nothing", &gzipped(&cpio(member))));
    folder.file("s.rpm", rpm(&text, &gzipped(&cpio(&[]))));
    folder.file("t.7z", seven_zip(member));
    // As the kernel takes it: archives after one another.
    folder.file("u.img", [cpio(&member[..1]), vec![0; 300], gzipped(&cpio(member))].concat());
    // As it was before there was a mark of the format.
    folder.file("v.tar", tarred_with(tar::Header::new_old, member));
    let mut expected = vec![
        "a.zip!/dir/b.txt 2:5",
        "b.tar!/dir/b.txt 2:5",
        "c.tar.gz!/c.tar!/dir/b.txt 2:5",
        "d.tgz!/d.tar!/dir/b.txt 2:5",
        "e.log.gz!/e.log 2:5",
        "f.txt.bz2!/f.txt 2:5",
        "g.txt.zst!/g.txt 2:5",
        "h!/content 2:5",
    ];
    if let Some(packed) = with_xz(&folder, text.as_bytes()) {
        folder.file("i.txt.xz", packed);
        expected.push("i.txt.xz!/i.txt 2:5");
    }
    expected.extend([
        "p.deb!/data.tar.gz!/data.tar!/dir/b.txt 2:5",
        "r.rpm!/payload.cpio!/payload!/dir/b.txt 2:5",
        "s.rpm!/header 2:5",
        "t.7z!/dir/b.txt 2:5",
        "u.img!/what follows!/content!/dir/b.txt 2:5",
        "v.tar!/dir/b.txt 2:5",
    ]);
    assert_eq!(paths(&folder, &[], 1), expected);
}

#[test]
fn archives_within_archives() {
    let text = pat(2);
    let folder = Folder::new();
    let inner = zipped(&[("x.txt", text.as_bytes())]);
    let nested = tarred(&[("layer.tar", &tarred(&[("app.jar", &zipped(&[("lib.zip", &inner)]))]))]);
    folder.file("image.tar", &nested);
    let here = "image.tar!/layer.tar!/app.jar!/lib.zip!/x.txt 1:1";
    assert_eq!(paths(&folder, &[], 1), [here]);
    // One layer more than is looked into: said, and not passed for clean.
    folder.file("image.tar", tarred(&[("more.tar", &nested)]));
    let report = folder.run(&["scan", ".", "--report=json"]).exits(3).json();
    let reason = report["summary"]["skipped"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("--archive-depth"), "{reason}");
    assert_eq!(paths(&folder, &["--archive-depth=5"], 1).len(), 1);
    assert!(paths(&folder, &["--archive-depth=0"], 0).is_empty(), "as plain bytes");
}

#[test]
fn on_standard_input_and_in_git() {
    let text = format!("a {}\n", pat(3));
    let folder = Folder::new();
    let archive =
        gzipped(&tarred(&[("b.txt", text.as_bytes()), ("c.zip", &zipped(&[("d.txt", pat(4).as_bytes())]))]));
    let run = folder.run_with(&["scan", "-", "--report=json"], &archive).exits(1);
    let seen: Vec<String> = run.places();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[0].contains("standard input!/content!/b.txt:1:3"), "{seen:?}");
    let repository = Folder::new();
    support::git::git(repository.path(), &["init", "-q"]);
    repository.file("old.tgz", &archive);
    support::git::git(repository.path(), &["add", "."]);
    let staged = repository.run(&["scan", "--staged", "--report=json"]).exits(1).places();
    assert_eq!(staged.len(), 2, "{staged:?}");
    support::git::git(repository.path(), &["commit", "-qm", "one"]);
    support::git::git(repository.path(), &["rm", "-q", "old.tgz"]);
    support::git::git(repository.path(), &["commit", "-qm", "two"]);
    let report = repository.run(&["scan", "--history-only", "--report=json"]).exits(1).json();
    let places: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|it| it["locations"][0]["path"].as_str().expect("a path"))
        .collect();
    assert_eq!(places, ["old.tgz!/content!/b.txt", "old.tgz!/content!/c.zip!/d.txt"]);
    assert_eq!(report["findings"][0]["locations"][0]["subject"], "one");
    // In the past, nobody can mend what is damaged.
    repository.file("cut.tgz", &archive[..archive.len() / 2]);
    support::git::git(repository.path(), &["add", "."]);
    support::git::git(repository.path(), &["commit", "-qm", "three"]);
    support::git::git(repository.path(), &["rm", "-q", "cut.tgz"]);
    support::git::git(repository.path(), &["commit", "-qm", "four"]);
    let report = repository.run(&["scan", "--history-only", "--report=json"]).exits(1).json();
    let skipped = &report["summary"]["skipped"][0];
    assert_eq!(skipped["incomplete"], false, "{report}");
    assert!(
        skipped["origin"].as_str().is_some_and(|name| name.starts_with("object ") && name.len() > 10),
        "{skipped}"
    );
    let range = repository.run(&["scan", "--range", "HEAD~3", "--report=json"]).exits(1).places();
    assert_eq!(range.len(), 2, "{range:?}");
}

#[test]
fn what_is_damaged_or_locked_is_counted() {
    let text = pat(5);
    let folder = Folder::new();
    let noise: Bytes = (0..200_000u32).flat_map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let good = gzipped(&tarred(&[("a.txt", text.as_bytes()), ("b.bin", &noise)]));
    folder.file("cut.tgz", &good[..good.len() / 2]);
    // What stands before the damage is found.
    assert_eq!(paths(&folder, &[], 1).len(), 1);
    let skipped = folder.run(&["scan", ".", "--report=json"]).exits(1).json()["summary"]["skipped"].clone();
    assert!(skipped[0]["reason"].as_str().expect("a reason").contains("damaged"), "{skipped}");
    let folder = Folder::new();
    folder.file("no.zip", b"PK\x03\x04 and nothing more");
    folder.file("no.gz", b"\x1f\x8b\x08 and nothing more");
    folder.file("no.zst", b"\x28\xb5\x2f\xfd and nothing more");
    folder.file("no.xz", b"\xfd7zXZ\0 and nothing more");
    folder.file("no.7z", b"7z\xbc\xaf\x27\x1c and nothing more");
    folder.file("no.cpio", &cpio(&[("a", b"content")])[..115]);
    folder.file("no.rpm", b"\xed\xab\xee\xdb and nothing more");
    folder.file("no.bundle", b"# v2 git bundle\nand nothing more\n");
    folder.file("no.pack", b"PACK\0\0\0\x02\0\0\0\x01and nothing more");
    let report = folder.run(&["scan", ".", "--report=json"]).exits(3).json();
    assert_eq!(report["summary"]["skipped"].as_array().map(Vec::len), Some(9), "{report}");
}

#[test]
fn bombs_are_put_out() {
    let folder = Folder::new();
    // 600 MB of zeros, in a file of 600 kB.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let zeros = vec![0; 1 << 20];
    (0..600).for_each(|_| encoder.write_all(&zeros).expect("gzip"));
    let bomb = encoder.finish().expect("gzip");
    folder.file("zeros.gz", &bomb);
    folder.file("many.zip", zipped(&[("a.gz", &bomb), ("b.gz", &bomb)]));
    let token = Mint::new(9).mint(Kind::ServiceAccessToken);
    folder.file("good.txt", &token);
    let report = folder.run(&["scan", ".", "--report=json"]).exits(1).json();
    let reasons: Vec<&str> = report["summary"]["skipped"]
        .as_array()
        .expect("skipped")
        .iter()
        .map(|it| it["reason"].as_str().expect("a reason"))
        .collect();
    assert!(reasons.len() >= 2 && reasons.iter().all(|it| it.contains("skipped: budget")), "{reasons:?}");
}

#[test]
fn what_follows_an_archive_is_looked_at() {
    let token = pat(6);
    let folder = Folder::new();
    folder.file("two.zst", [zstandard(b"nothing"), zstandard(token.as_bytes())].concat());
    let skippable = [&b"\x50\x2a\x4d\x18\x03\0\0\0abc"[..], &zstandard(token.as_bytes())].concat();
    folder.file("skip.zst", [zstandard(b"nothing"), skippable].concat());
    folder.file("two.gz", [gzipped(b"nothing"), gzipped(token.as_bytes())].concat());
    folder
        .file("two.tar", [tarred(&[("a.txt", b"nothing")]), tarred(&[("b.txt", token.as_bytes())])].concat());
    let expected = ["skip.zst!/skip 1:8", "two.gz!/two 1:8", "two.tar!/b.txt 1:1", "two.zst!/two 1:8"];
    assert_eq!(paths(&folder, &[], 1), expected);
}

#[test]
fn a_package_that_ends_early_is_told_of() {
    let folder = Folder::new();
    let whole = rpm("script", &gzipped(&cpio(&[("a.txt", pat(7).as_bytes())])));
    // A header that begins like an archive is a header all the same.
    let odd = String::from_utf8_lossy(&tarred(&[("x", b"y")])).into_owned() + &"0".repeat(200_000);
    folder.file("odd.rpm", rpm(&odd, &gzipped(&cpio(&[("a.txt", pat(7).as_bytes())]))));
    assert_eq!(paths(&folder, &[], 1).len(), 1);
    for length in [100, 130, whole.len() - 100] {
        let folder = Folder::new();
        folder.file("cut.rpm", &whole[..length]);
        folder.run(&["scan", "."]).exits(3);
    }
}

#[test]
fn numbers_that_look_like_an_archive_are_text() {
    let folder = Folder::new();
    folder.file("colours.txt", format!("070707\nDD={}\n", pat(8)));
    assert_eq!(paths(&folder, &[], 1), ["colours.txt 2:4"]);
}

/// The reasons for what was not read.
fn reasons(folder: &Folder, status: i32) -> Vec<String> {
    let report = folder.run(&["scan", ".", "--report=json"]).exits(status).json();
    let skipped = report["summary"]["skipped"].as_array().expect("skipped");
    skipped.iter().map(|it| it["reason"].as_str().expect("a reason").to_owned()).collect()
}

#[test]
fn gaps_have_a_kind() {
    let folder = Folder::new();
    let inner = zipped(&[("a.txt", b"nothing")]);
    folder.file("deep.zip", zipped(&[("inner.zip", &inner)]));
    folder.file("cut.gz", &gzipped(&[b'a'; 9000])[..20]);
    folder.file("large.txt", [b'a'; 9000]);
    let args = ["scan", ".", "--report=json", "--archive-depth=1", "--max-file-size=8000"];
    let report = folder.run(&args).exits(3).json();
    let skipped = report["summary"]["skipped"].as_array().expect("skipped");
    let kind = |name: &str| {
        let of = skipped.iter().find(|it| it["origin"].as_str().expect("an origin").starts_with(name));
        of.map(|it| it["kind"].as_str().expect("a kind").to_owned())
    };
    assert_eq!(kind("deep.zip").as_deref(), Some("archive-depth"), "{skipped:?}");
    assert_eq!(kind("cut.gz").as_deref(), Some("archive-damaged"), "{skipped:?}");
    assert_eq!(kind("large.txt").as_deref(), Some("too-large"), "{skipped:?}");
}

#[test]
fn no_reason_quotes_what_was_read() {
    let token = pat(11);
    let text = format!("{}{token}{}", "-".repeat(140), "-".repeat(1000));
    // A size that is too small: then what is in the member is taken for the next header.
    let mut tar = tarred_with(tar::Header::new_gnu, &[("a.txt", text.as_bytes())]);
    tar[124..136].copy_from_slice(b"00000000000\0");
    let sum: u64 = tar[..512].iter().map(|byte| u64::from(*byte)).sum();
    let own: u64 = tar[148..156].iter().map(|byte| u64::from(*byte)).sum();
    tar[148..156].copy_from_slice(format!("{:06o}\0 ", sum - own + 8 * 32).as_bytes());
    let folder = Folder::new();
    folder.file("a.tar", tarred(&[("in.tar", &tar), ("b.txt", b"nothing")]));
    folder.file("b.ar", format!("!<arch>\nname            {token}{}", "-".repeat(99)));
    for report in ["text", "json", "jsonl", "sarif", "gitlab", "github"] {
        let run = folder.run(&["scan", ".", "--report", report]);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(!said.contains(&token[30..]), "{report}: {said}");
    }
    assert!(reasons(&folder, 1).iter().all(|it| it.starts_with("it is damaged: ")));
}

#[test]
fn what_was_unpacked_before_an_error_counts() {
    let text = format!("T={}\n", pat(12));
    let noise: String = (0..20_000u32).map(|it| format!("{:x}", it.wrapping_mul(2_654_435_761))).collect();
    let whole = text + &noise;
    for (name, packed) in [("a.gz", gzipped(whole.as_bytes())), ("a.bz2", bzipped(whole.as_bytes()))] {
        let folder = Folder::new();
        folder.file(name, &packed[..packed.len() * 9 / 10]);
        folder.file("odd.gz", [&gzipped(b"nothing")[..], b"and what follows"].concat());
        let found = if name == "a.gz" { vec!["a.gz!/a 1:3"] } else { vec![] };
        // A block of bzip2 is longer than this text.
        assert_eq!(paths(&folder, &[], if found.is_empty() { 3 } else { 1 }), found);
        assert_eq!(reasons(&folder, if found.is_empty() { 3 } else { 1 }).len(), 2);
    }
    let folder = Folder::new();
    // Zeros fill up the last block of a tape.
    folder.file("tape.gz", [gzipped(whole.as_bytes()), vec![0; 10_000]].concat());
    assert_eq!(reasons(&folder, 1), [""; 0]);
    let mut damaged = gzipped(whole.as_bytes());
    let end = damaged.len() - 8;
    damaged[end] ^= 1;
    folder.file("sum.gz", damaged);
    assert_eq!(paths(&folder, &[], 1), ["sum.gz!/sum 1:3", "tape.gz!/tape 1:3"]);
}

#[test]
fn lines_are_counted_anew_behind_a_member_that_ends_in_an_error() {
    let folder = Folder::new();
    let mut damaged = gzipped(&b"a\n".repeat(1 << 20));
    let end = damaged.len() - 8;
    damaged[end] ^= 1;
    let large = [&b"b\n".repeat(1 << 20)[..], pat(1).as_bytes()].concat();
    folder.file("m.tar", tarred(&[("a.gz", &damaged), ("b.txt", &large)]));
    assert_eq!(folder.scan(&["."]).exits(1).places(), ["m.tar!/b.txt:1048577:1 verified"]);
}

#[test]
fn a_text_that_only_begins_like_an_archive_is_a_text() {
    let token = pat(13);
    let folder = Folder::new();
    folder.file("a.ar", format!("!<arch>\nDD={token}\n"));
    folder.file("a.zip", format!("PK\u{3}\u{4}\nDD={token}\n"));
    folder.file("a.gz", [&b"\x1f\x8b\x08\n"[..], token.as_bytes()].concat());
    folder.file("a.bundle", format!("# v2 git bundle\n- x\n\nDD={token}\n"));
    assert_eq!(paths(&folder, &[], 1), ["a.ar 2:4", "a.bundle 4:4", "a.gz 2:1", "a.zip 2:4"]);
    assert_eq!(reasons(&folder, 1).len(), 4);
    for name in ["a.ar", "a.gz", "a.zip"] {
        let bytes = std::fs::read(folder.path().join(name)).expect("it is there");
        let report = folder.run_with(&["scan", "-", "--report=json"], &bytes).exits(1).json();
        assert_eq!(report["findings"][0]["locations"][0]["line"], 2, "{name}");
    }
}

#[test]
fn names_without_end_are_a_budget_that_is_spent() {
    let folder = Folder::new();
    let long = "a".repeat(3 << 20);
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    builder.append_data(&mut header, &long, &b""[..]).expect("a long name");
    folder.file("long.tar", builder.into_inner().expect("a tar"));
    // Two million files, each of which has a name without a letter.
    let count: u32 = 2_000_000;
    let number = |it: u32| [&[0xf0][..], &it.to_le_bytes()].concat();
    let names = vec![0; 2 * count as usize];
    let size = u32::try_from(names.len() + 1).expect("a size");
    let table = [&b"\x01\x05"[..], &number(count), b"\x11", &number(size), b"\0", &names, b"\0\0"].concat();
    let place = [&0u64.to_le_bytes()[..], &(table.len() as u64).to_le_bytes(), &crc(&table)].concat();
    folder.file("many.7z", [&b"7z\xbc\xaf\x27\x1c\0\x04"[..], &crc(&place), &place, &table].concat());
    let reasons = reasons(&folder, 3);
    assert!(reasons.len() == 2 && reasons.iter().all(|it| it.starts_with("skipped: budget")), "{reasons:?}");
    // Zeros between members are no name.
    let folder = Folder::new();
    let token = pat(14);
    let zeros = vec![0; 4 << 20];
    folder.file(
        "gap.tar",
        [tarred(&[("a", b"nothing")]), zeros, tarred(&[("b.txt", token.as_bytes())])].concat(),
    );
    assert_eq!(paths(&folder, &[], 1), ["gap.tar!/b.txt 1:1"]);
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    crc32fast::hash(bytes).to_le_bytes()
}

#[test]
fn files_with_holes_are_members() {
    let sparse = |hole: usize, token: &str| {
        let mut header = tar::Header::new_gnu();
        header.set_path("a.txt").expect("a name");
        header.set_entry_type(tar::EntryType::GNUSparse);
        header.set_size(token.len() as u64);
        let gnu = header.as_gnu_mut().expect("GNU's");
        let octal = |number: usize| format!("{number:011o}\0").as_bytes().try_into().expect("12 bytes");
        gnu.sparse[0].offset = octal(hole);
        gnu.sparse[0].numbytes = octal(token.len());
        gnu.realsize = octal(hole + token.len());
        header.set_cksum();
        let mut tar = [header.as_bytes(), token.as_bytes()].concat();
        tar.resize(2048, 0);
        tar
    };
    let folder = Folder::new();
    folder.file("a.tar", sparse(4096, &pat(15)));
    assert_eq!(paths(&folder, &[], 1), ["a.tar!/a.txt 1:4097"]);
    // A hole nearly without end costs nothing of what follows.
    folder.file("b.tar", [sparse(7 << 30, &pat(15)), tarred(&[("b.txt", pat(17).as_bytes())])].concat());
    assert_eq!(paths(&folder, &[], 1), ["a.tar!/a.txt 1:4097", "b.tar!/b.txt 1:1"]);
    assert!(reasons(&folder, 1)[0].starts_with("skipped: budget"));
}

#[test]
fn lzma_as_it_was_before_xz() {
    let token = pat(16);
    let folder = Folder::new();
    let text = folder.file("text", format!("\n{token}\n"));
    let run = std::process::Command::new("xz").args(["-c", "--format=lzma"]).arg(&text).output();
    std::fs::remove_file(text).expect("it is there");
    let Some(packed) = run.ok().filter(|run| run.status.success()).map(|run| run.stdout) else {
        eprintln!("skipped: there is no xz");
        return;
    };
    folder.file("a.lzma", &packed);
    folder.file("a.rpm", rpm("script", &packed));
    assert_eq!(paths(&folder, &[], 1), ["a.lzma!/a 2:1", "a.rpm!/payload.cpio!/payload 2:1"]);
    let folder = Folder::new();
    folder.file("two.lzma", [&packed[..], &packed].concat());
    folder.file("more.lzma", [&packed[..], b"and what follows"].concat());
    assert_eq!(paths(&folder, &[], 1), ["more.lzma!/more 2:1", "two.lzma!/two 2:1", "two.lzma!/two 4:1"]);
    assert_eq!(reasons(&folder, 1).len(), 1);
}
