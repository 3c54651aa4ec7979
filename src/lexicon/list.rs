//! The lists that are compiled in.

/// A list of words; its purpose stands beside it, in `src/lexicon/*.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Names of Datadog's own things.
    Owners,
    /// Pieces of text that say that what stands near is about Datadog, in upper
    /// or lower case, where no letter stands before.
    Mentions,
    /// Words behind `dd_` and `dd-` in names of Datadog's things.
    NamesAfterDd,
    /// Parts of the names of libraries and settings of Datadog's that work
    /// without an API key.
    Keyless,
    /// Ends of the names of settings that stand beside Datadog in any program
    /// that it watches, and bring no key.
    Settings,
    /// Pieces of the names of Datadog's hosts.
    Hosts,
    /// Texts near which the first word of a line, or an `access_key`, is the
    /// key of Datadog's intake of logs.
    Intakes,
    /// Paths of Datadog's addresses whose next part is a key.
    Paths,
    /// Parts of the names of files and folders in which an `api_key` is
    /// Datadog's.
    Folders,
    /// What a key is called, after the word for what it opens.
    Keys,
    /// What a key opens.
    Targets,
    /// The same for client tokens, which are public.
    PublicTargets,
    /// Words for a key that may follow one of `targets`.
    TargetKeys,
    /// Words for a key that may follow one of `public_targets`.
    PublicTargetKeys,
    /// Beginnings of what a key is called in other languages, where that is
    /// written in ASCII.
    ForeignKeys,
    /// Pieces of what an application is called in other languages.
    ForeignApplications,
    /// Words that people write as one.
    Glued,
    /// Words of a hash.
    Hashes,
    /// Words of a hash that mean nothing else, wherever they stand in a
    /// statement or at the head of a table.
    PlainHashes,
    /// What a person does with a commit.
    CommitVerbs,
    /// Words of an identifier, and of what is told about a key instead of the
    /// key.
    Identifiers,
    /// Words right before the word for a key that make it a key of another
    /// kind.
    Adjectives,
    /// Words of something that only the right key opens.
    Encrypted,
    /// Words by which a person says that a key is none.
    Pretended,
    /// Keys that documentation and tests print, and that no rule of thumb tells
    /// from others.
    Printed,
    /// Words behind an owner's in the names of Datadog's resources that keep
    /// credentials of others.
    ResourcesOfOthers,
    /// Two words at the end of a name that make it something else than a key to
    /// Datadog's API.
    KeysOfOthers,
    /// Endings of the names of files.
    FileEndings,
    /// Products whose keys have the same shape, or that are often configured
    /// beside Datadog.
    Vendors,
    /// Platforms, languages and products whose names are words, or stand in
    /// texts that are about Datadog.
    Platforms,
    /// Names of products that call themselves DD, too.
    OtherDds,
    /// Words in names that say nothing of whose a key is.
    Neutral,
    /// Words that stand between a name and its value, and are none of their
    /// own.
    Transparent,
    /// Ends of names that say no more than that there is a value.
    ValueNames,
    /// Words in the names of classes, functions and blocks that say how
    /// something is done or kept, and not for whom.
    Generic,
    /// Words that open a block of code, which is nobody's.
    Code,
    /// Words between a value and the name that is given to it behind it, in a
    /// sentence or a comment.
    Connectors,
    /// Words that join a name and its value in a sentence of another language.
    Copulas,
    /// Fields that hold the name of the value beside them.
    NameFields,
    /// Fields that say what a record is for.
    KindFields,
    /// Fields that say where a record's data goes.
    HostFields,
    /// Fields that only records of other products have.
    FieldsOfOthers,
    /// Options whose value is the secret itself; another word of the command
    /// names it.
    ValueOptions,
    /// Programs of Datadog's that take a key as an option.
    Programs,
    /// Programs that only repeat what they are given; what takes that names it.
    Echoes,
    /// Programs that send their line to the host that it names.
    Requests,
    /// First words of functions that take a key without its being set.
    Verbs,
    /// Words of functions that make a client of Datadog, whose arguments need
    /// no name.
    Makers,
}

/// A text that shows what a list does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// The text, with `{{api_key}}`, `{{app_key}}` or `{{client_token}}` for a
    /// key.
    pub text: &'static str,
    /// `found`, the name of the reason against it, or `nothing` where no text
    /// about Datadog is seen.
    pub is: &'static str,
    /// The path of its file, where that matters.
    pub file: Option<&'static str>,
}

/// A table of one of the files.
#[derive(Debug)]
struct Table {
    purpose: &'static str,
    words: &'static [&'static str],
    /// The words again, in the order of their bytes.
    sorted: &'static [&'static str],
    examples: &'static [Example],
}

impl List {
    /// Every list, in the order of their names here.
    pub const ALL: [Self; 48] = [
        Self::Owners,
        Self::Mentions,
        Self::NamesAfterDd,
        Self::Keyless,
        Self::Settings,
        Self::Hosts,
        Self::Intakes,
        Self::Paths,
        Self::Folders,
        Self::Keys,
        Self::Targets,
        Self::PublicTargets,
        Self::TargetKeys,
        Self::PublicTargetKeys,
        Self::ForeignKeys,
        Self::ForeignApplications,
        Self::Glued,
        Self::Hashes,
        Self::PlainHashes,
        Self::CommitVerbs,
        Self::Identifiers,
        Self::Adjectives,
        Self::Encrypted,
        Self::Pretended,
        Self::Printed,
        Self::ResourcesOfOthers,
        Self::KeysOfOthers,
        Self::FileEndings,
        Self::Vendors,
        Self::Platforms,
        Self::OtherDds,
        Self::Neutral,
        Self::Transparent,
        Self::ValueNames,
        Self::Generic,
        Self::Code,
        Self::Connectors,
        Self::Copulas,
        Self::NameFields,
        Self::KindFields,
        Self::HostFields,
        Self::FieldsOfOthers,
        Self::ValueOptions,
        Self::Programs,
        Self::Echoes,
        Self::Requests,
        Self::Verbs,
        Self::Makers,
    ];

    /// Returns the table of that name. `build.rs` writes the match over all of
    /// them, so that no run has to read the files, and a list without a table
    /// is an error of the compiler.
    fn table(self) -> &'static Table {
        include!(concat!(env!("OUT_DIR"), "/lexicon.rs"))
    }

    /// The words, in their order.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.table().words.iter().copied()
    }

    /// Returns what the list is for.
    pub fn purpose(self) -> &'static str {
        self.table().purpose
    }

    /// Texts that show what it does.
    pub fn examples(self) -> &'static [Example] {
        self.table().examples
    }

    /// Returns whether a word is in it.
    pub fn has(self, word: &str) -> bool {
        self.table().sorted.binary_search(&word).is_ok()
    }

    /// Returns whether a text holds one of the words as a piece, in the same
    /// case.
    pub fn stands_in(self, text: &[u8]) -> bool {
        self.words().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
    }

    /// Returns whether a text ends with one of the words, in the same case.
    pub fn ends(self, text: &[u8]) -> bool {
        self.words().any(|word| text.ends_with(word.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_says_what_it_is_for_and_shows_it() {
        for list in List::ALL {
            assert!(list.purpose().ends_with('.'), "{list:?}");
            assert!(!list.examples().is_empty(), "{list:?}");
            let sorted = list.table().sorted;
            assert!(sorted.windows(2).all(|pair| pair[0] < pair[1]), "{list:?} names a word twice");
            assert!(list.words().all(|word| list.has(word)), "{list:?}");
        }
    }
}
