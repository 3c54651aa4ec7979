//! Encoders, written apart from the decoders that they test.

use std::io::Write;

/// A text that stands for another.
pub(crate) type Encoder = fn(&[u8]) -> Vec<u8>;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - group.len()));
        out.extend((0..4).map(|index| match index <= group.len() {
            true => BASE64[(bits >> (18 - 6 * index)) as usize & 63],
            false => b'=',
        }));
    }
    out
}

fn each(bytes: &[u8], write: impl Fn(u8) -> String) -> Vec<u8> {
    bytes.iter().map(|&byte| write(byte)).collect::<String>().into_bytes()
}

/// Every encoding, with its layers as reports name them, the outermost first.
pub(crate) const ENCODERS: [(&str, &str, Encoder); 25] = [
    ("base64", "base64", base64),
    ("base64, unpadded, URL alphabet", "base64", |bytes| {
        base64(bytes)
            .into_iter()
            .filter(|it| *it != b'=')
            .map(|it| match it {
                b'+' => b'-',
                b'/' => b'_',
                it => it,
            })
            .collect()
    }),
    ("base64, in lines of 76", "base64", |bytes| {
        base64(bytes).chunks(76).collect::<Vec<_>>().join(&b"\n"[..])
    }),
    ("base64, in an indented YAML block", "base64", |bytes| {
        base64(bytes).chunks(64).collect::<Vec<_>>().join(&b"\n      "[..])
    }),
    ("UTF-16, little-endian, no mark", "utf-16", |bytes| bytes.iter().flat_map(|&byte| [byte, 0]).collect()),
    ("UTF-16, big-endian, no mark", "utf-16", |bytes| bytes.iter().flat_map(|&byte| [0, byte]).collect()),
    ("UTF-32, little-endian, no mark", "utf-32", |bytes| {
        bytes.iter().flat_map(|&byte| [byte, 0, 0, 0]).collect()
    }),
    ("UTF-32, big-endian, no mark", "utf-32", |bytes| {
        bytes.iter().flat_map(|&byte| [0, 0, 0, byte]).collect()
    }),
    ("percent, every byte", "percent", |bytes| each(bytes, |byte| format!("%{byte:02X}"))),
    ("percent, as needed", "percent", |bytes| {
        each(bytes, |byte| {
            if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02x}") }
        })
    }),
    (r"\u escapes", "escape", |bytes| each(bytes, |byte| format!("\\u{byte:04x}"))),
    (r"\x escapes", "escape", |bytes| each(bytes, |byte| format!("\\x{byte:02x}"))),
    ("octal escapes", "escape", |bytes| each(bytes, |byte| format!("\\{byte:03o}"))),
    ("HTML entities, decimal", "html", |bytes| each(bytes, |byte| format!("&#{byte};"))),
    ("HTML entities, hexadecimal", "html", |bytes| each(bytes, |byte| format!("&#x{byte:x};"))),
    ("hexadecimal", "hex", |bytes| each(bytes, |byte| format!("{byte:02x}"))),
    ("quoted-printable, underscores", "quoted-printable", |bytes| {
        each(bytes, |byte| {
            if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("={byte:02X}") }
        })
    }),
    ("quoted-printable, in short lines", "quoted-printable", |bytes| {
        bytes.chunks(31).collect::<Vec<_>>().join(&b"=\r\n"[..])
    }),
    ("joined with +", "joined", |bytes| joined(bytes, "\" + \"")),
    ("adjacent literals", "joined", |bytes| joined(bytes, "\"\n    \"")),
    ("lines continued with a backslash", "escape", |bytes| {
        bytes.chunks(25).collect::<Vec<_>>().join(&b"\\\n"[..])
    }),
    ("base64 of percent", "base64, percent", |bytes| {
        base64(&each(bytes, |byte| {
            if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") }
        }))
    }),
    ("base64 of base64", "base64, base64", |bytes| base64(&base64(bytes))),
    ("base64 of UTF-16 (PowerShell's commands)", "base64, utf-16", |bytes| {
        base64(&bytes.iter().flat_map(|&byte| [byte, 0]).collect::<Vec<u8>>())
    }),
    ("base64 of gzip (Helm's releases)", "base64, gzip", |bytes| base64(&gzip(bytes))),
];

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn joined(bytes: &[u8], between: &str) -> Vec<u8> {
    [&b"\""[..], &bytes.chunks(20).collect::<Vec<_>>().join(between.as_bytes()), b"\""].concat()
}
