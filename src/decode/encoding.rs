//! The encodings that encoded prefixes tell of.
//!
//! An encoding here is a way to decode, with what the decoder has to be told:
//! the phase of base64, the width of characters. Reports know fewer names
//! ([`Encoding::layer_name`]), since a reader does not care for phases.

/// An encoding that an encoded prefix tells of. Its numbers are small, so that
/// a hit of the prefilter fits into two registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Encoding {
    /// Base64 of the standard or the URL alphabet; the encoded prefix is at
    /// this place of a group of four.
    Base64(u8),
    /// The same, of what tells of Datadog: a key may stand far behind it.
    Named(u8),
    /// Base64 of what is compressed, as a whole: one of its parts says nothing.
    Packed,
    /// So many bytes for each character: two or four.
    Wide(u8),
    /// `%64`.
    Percent,
    /// `\x64`, `\u0064`, `\144`, and lines that a backslash continues.
    Backslash,
    /// `&#100;`, `&#x64;`, `&lowbar;`.
    Entities,
    /// `=64`, and lines that a `=` continues.
    QuotedPrintable,
    /// Two digits for each byte.
    Hex,
    /// Literals that a program joins: `"ddpat_" + "…"`.
    Joined,
}

impl Encoding {
    /// Returns the name in reports (`layers` of a location).
    ///
    /// A contract, like all words of the JSON report.
    pub fn layer_name(self) -> &'static str {
        match self {
            Self::Base64(_) | Self::Named(_) | Self::Packed => "base64",
            Self::Wide(width) => layer_name(usize::from(width)),
            Self::Percent => "percent",
            Self::Backslash => "escape",
            Self::Entities => "html",
            Self::QuotedPrintable => "quoted-printable",
            Self::Hex => "hex",
            Self::Joined => "joined",
        }
    }
}

/// Returns the name of the layer of characters of so many bytes.
pub(super) fn layer_name(width: usize) -> &'static str {
    if width == 2 { "utf-16" } else { "utf-32" }
}
