//! Spellings of which one stands in any text that is about Datadog: what whole
//! texts are searched for.

/// A word without which no text is searched for keys that have no checksum, and
/// a piece of it that is rare in other texts.
///
/// None is longer than nine bytes: in history, what may hold one is searched
/// eight bytes to either side of each seam. Case matters in the piece and not
/// in the word. Before and after the word may stand anything, unless a word
/// must begin there: whether it is about Datadog is judged only where there is
/// something that may be a key.
#[derive(Debug, Clone, Copy)]
pub struct Spelling {
    /// The word, in lower case.
    pub word: &'static [u8],
    /// The piece of it.
    pub piece: &'static [u8],
    /// How many bytes of the word stand before the piece.
    pub offset: usize,
}

/// The spellings. Each costs every scan: 0.3 % of its time on C.
///
/// With the upper-case ends `PI_KEY` and `PP_KEY`, and `pi_key`, any owner of
/// the lexicon is seen in the name of a variable.
pub const SPELLINGS: &[Spelling] = &[
    Spelling { word: b"datadog", piece: b"adog", offset: 3 },
    Spelling { word: b"datadog", piece: b"aDog", offset: 3 },
    Spelling { word: b"datadog", piece: b"ADOG", offset: 3 },
    Spelling { word: b"dogapi", piece: b"ogap", offset: 1 },
    Spelling { word: b"ddog", piece: b"ddog", offset: 0 },
    Spelling { word: b"dd_ap", piece: b"d_ap", offset: 1 },
    Spelling { word: b"dd_ap", piece: b"D_AP", offset: 1 },
    Spelling { word: b"dd-ap", piece: b"d-ap", offset: 1 },
    Spelling { word: b"dd-ap", piece: b"D-AP", offset: 1 },
    Spelling { word: b"dd-ap", piece: b"d-Ap", offset: 1 },
    Spelling { word: b"ddapi", piece: b"dApi", offset: 1 },
    Spelling { word: b"ddapi", piece: b"DApi", offset: 1 },
    Spelling { word: b"ddapi", piece: b"dAPI", offset: 1 },
    Spelling { word: b"ddapi", piece: b"DAPI", offset: 1 },
    Spelling { word: b"ddapp", piece: b"dApp", offset: 1 },
    Spelling { word: b"ddapp", piece: b"DApp", offset: 1 },
    Spelling { word: b"pi_key", piece: b"PI_KEY", offset: 0 },
    Spelling { word: b"pp_key", piece: b"PP_KEY", offset: 0 },
    Spelling { word: b"nt_token", piece: b"NT_TOK", offset: 0 },
    Spelling { word: b"nttoken", piece: b"ntTok", offset: 0 },
    Spelling { word: b"dd-ap", piece: b"D-Ap", offset: 1 },
    Spelling { word: b"dd__ap", piece: b"D__A", offset: 1 },
    Spelling { word: b"dd.ap", piece: b"dd.a", offset: 0 },
    Spelling { word: b"-ddd.", piece: b"Ddd.", offset: 1 },
    Spelling { word: b"pi_key", piece: b"pi_key", offset: 0 },
    Spelling { word: b"dd ap", piece: b"DD a", offset: 0 },
    Spelling { word: b"ddapp", piece: b"DAPP", offset: 1 },
    Spelling { word: b"dd_key", piece: b"D_KE", offset: 1 },
    Spelling { word: b"dd_cl", piece: b"dd_cl", offset: 0 },
    Spelling { word: b"dd-cl", piece: b"dd-cl", offset: 0 },
    Spelling { word: b"ddsdk", piece: b"dSdk", offset: 1 },
];
