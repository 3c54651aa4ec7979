//! A list that is read page by page, within bounds: whoever answers does not
//! decide how much is kept, or for how long.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::failure::Failure;
use super::model::{KeyRecord, PAGE, Page, TokenRecord};

/// The most items of a list: an organisation has 1,000 keys of each person's at
/// most.
const MAX_ITEMS: usize = 200_000;

/// The most bytes of all pages of a list.
const MAX_BYTES: usize = 64 << 20;

/// Factor by which a whole list may take longer than one answer.
const TIMES_AS_LONG: u32 = 10;

/// An item that has an id: a list that repeats its ids is none.
pub(super) trait Identified {
    /// Returns the id.
    fn id(&self) -> String;
}

impl Identified for KeyRecord {
    fn id(&self) -> String {
        self.id.clone()
    }
}

impl Identified for TokenRecord {
    fn id(&self) -> String {
        self.id.to_string()
    }
}

/// The part of a list that was read so far.
#[derive(Debug)]
pub(super) struct List<T> {
    /// Items of all pages so far.
    items: Vec<T>,
    /// Their ids: an item that comes again ends the list, since nothing else
    /// would.
    ids: HashSet<String>,
    /// Bytes of all answers.
    bytes: usize,
    /// Moment by which it has to be read.
    end: Instant,
    /// The time that this was from the start, for the words of a failure.
    longest: Duration,
}

impl<T: Identified> List<T> {
    /// Returns an empty list whose pages may take `max_wait` each; as a whole
    /// it may take ten times as long.
    pub(super) fn new(max_wait: Duration) -> Self {
        let longest = max_wait.saturating_mul(TIMES_AS_LONG).max(Duration::from_secs(60));
        let end = Instant::now() + longest.min(Duration::from_secs(24 * 60 * 60));
        Self { items: Vec::new(), ids: HashSet::new(), bytes: 0, end, longest }
    }

    /// Adds a page that took so many bytes. Returns whether the list is whole
    /// now.
    ///
    /// # Errors
    ///
    /// It is longer or takes longer than a list may, or it is no list: that
    /// something is not in one proves something only if the list is whole.
    pub(super) fn add_page(&mut self, page: Page<T>, bytes: usize) -> Result<bool, Failure> {
        self.bytes += bytes;
        let wrong = |why: String| Err(Failure::Unexpected(why));
        if page.is_too_long {
            return wrong(format!("a page of more than {PAGE}"));
        }
        let (is_last, before) = ((page.items.len() as u64) < PAGE, self.ids.len());
        self.ids.extend(page.items.iter().map(Identified::id));
        self.items.extend(page.items);
        match page.total {
            Some(total) if self.items.len() as u64 >= total => Ok(true),
            None if is_last => Ok(true),
            Some(_) if is_last => wrong("a list that ends too early".to_owned()),
            _ if self.ids.len() == before => wrong("a list that repeats itself".to_owned()),
            _ if self.items.len() > MAX_ITEMS => wrong(format!("a list of more than {MAX_ITEMS}")),
            _ if self.bytes > MAX_BYTES => wrong(format!("a list larger than {} MiB", MAX_BYTES >> 20)),
            _ if Instant::now() > self.end => {
                wrong(format!("a list that takes longer than {} seconds", self.longest.as_secs()))
            }
            _ => Ok(false),
        }
    }

    /// Returns the items of a list that is whole.
    pub(super) fn into_items(self) -> Vec<T> {
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named(u64);

    impl Identified for Named {
        fn id(&self) -> String {
            self.0.to_string()
        }
    }

    fn numbered_page(ids: std::ops::Range<u64>, total: Option<u64>) -> Page<Named> {
        Page { items: ids.map(Named).collect(), total, is_too_long: false }
    }

    fn result_words(result: Result<bool, Failure>) -> String {
        result.map_or_else(|failure| failure.to_string(), |is_whole| is_whole.to_string())
    }

    #[test]
    fn a_list_is_whole_or_it_is_none() {
        let add = |pages: Vec<Page<Named>>, bytes: usize| {
            let mut list = List::new(Duration::ZERO);
            let mut last = String::new();
            for page in pages {
                last = result_words(list.add_page(page, bytes));
            }
            last
        };
        assert_eq!(
            add(vec![numbered_page(0..100, Some(101)), numbered_page(100..101, Some(101))], 1),
            "true"
        );
        assert_eq!(add(vec![numbered_page(0..100, None)], 1), "false");
        assert_eq!(add(vec![numbered_page(0..9, None)], 1), "true");
        assert!(add(vec![numbered_page(0..9, Some(10))], 1).contains("ends too early"));
        assert!(
            add(vec![numbered_page(0..100, Some(250)), numbered_page(0..100, Some(250))], 1)
                .contains("repeats itself")
        );
        assert!(add(vec![numbered_page(0..100, None)], 65 << 20).contains("larger than 64 MiB"));
        let endless = (0..2001).map(|n| numbered_page(n * 100..n * 100 + 100, Some(u64::MAX))).collect();
        assert!(add(endless, 1).contains("more than 200000"));
    }
}
