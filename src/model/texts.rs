//! The texts of the schools: those that repeat, each once, and those that do not, end to end.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// Texts that repeat (names of counties, provinces, towns), each kept once.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    ids: HashMap<Arc<str>, u32, Keyed>,
    texts: Vec<Arc<str>>,
}

/// The blank text alone, with the number 0.
impl Default for Texts {
    fn default() -> Self {
        let mut texts = Texts { ids: HashMap::with_hasher(Keyed::new()), texts: Vec::new() };
        texts.id("");
        texts
    }
}

impl Texts {
    pub(super) fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = self.texts.len() as u32;
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.ids.insert(text, id);
        id
    }

    pub(super) fn get(&self, id: u32) -> &str {
        self.texts.get(id as usize).map(|t| t.as_ref()).unwrap_or_default()
    }

    pub(super) fn shared(&self, id: u32) -> Arc<str> {
        self.texts.get(id as usize).cloned().unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The texts from a number on, in the order of their numbers.
    pub(super) fn from(&self, id: usize) -> impl Iterator<Item = &str> {
        self.texts.iter().skip(id).map(|text| text.as_ref())
    }
}

/// Makes hashes of short texts in a few multiplications: three texts of nearly every row are looked up.
///
/// The key differs from table to table, so texts that collide cannot be prepared. No result depends on the hashes.
#[derive(Clone, Debug)]
struct Keyed {
    key: u64,
}

impl Keyed {
    fn new() -> Self {
        Keyed { key: RandomState::new().hash_one(0) }
    }
}

impl BuildHasher for Keyed {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(self.key)
    }
}

struct Folded(u64);

impl Folded {
    fn fold(&mut self, word: u64) {
        // Both halves of the product, or the high bits of the word would never reach the low ones of the hash.
        let product = u128::from(self.0 ^ word) * 0x9E37_79B9_7F4A_7C15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| self.fold(u64::from_le_bytes(*word)));
        // Some bytes twice rather than one by one.
        let last = bytes.last_chunk().copied().unwrap_or_else(|| {
            let mut last = [0; 8];
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            last
        });
        self.fold(u64::from_le_bytes(last));
        self.fold(bytes.len() as u64);
    }

    /// Ends a text, which its length does already.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Texts that differ from row to row, end to end in one string.
#[derive(Clone, Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
    /// Where the text begins that was begun last.
    latest: usize,
}

impl Strings {
    #[cfg(test)]
    fn push(&mut self, text: &str) {
        self.begin(text);
        self.end();
    }

    /// Begins the next text, in the place of any that has begun and not ended.
    pub(super) fn begin(&mut self, text: &str) {
        self.latest = self.length();
        self.text.truncate(self.latest);
        self.text.push_str(text);
    }

    /// The text that was begun last, ended or not.
    pub(super) fn latest(&self) -> &str {
        self.text.get(self.latest..).unwrap_or_default()
    }

    /// Ends the text that has begun.
    pub(super) fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Bytes of all texts that have ended.
    fn length(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    pub(super) fn reserve(&mut self, texts: usize) {
        let _ = self.ends.try_reserve_exact(texts);
    }

    /// Makes room for as many texts as there is room for ends, if they are about as long as those of another.
    pub(super) fn reserve_like(&mut self, other: &Strings) {
        let bytes = other.length() as f64 / other.ends.len().max(1) as f64 * self.ends.capacity() as f64;
        let _ = self.text.try_reserve_exact((bytes * 1.05) as usize);
    }

    /// Moves all texts of another behind these.
    pub(super) fn append(&mut self, other: &mut Strings) {
        let start = self.length();
        self.begin(other.text.get(..other.length()).unwrap_or_default());
        self.ends.extend(other.ends.drain(..).map(|end| start + end));
        other.text.clear();
        other.latest = 0;
    }

    pub(super) fn get(&self, row: usize) -> &str {
        &self.text[self.range(row)]
    }

    /// The bytes of a text, which are in the same order as the texts.
    pub(super) fn bytes(&self, row: usize) -> &[u8] {
        &self.text.as_bytes()[self.range(row)]
    }

    fn range(&self, row: usize) -> Range<usize> {
        let start = row.checked_sub(1).map_or(0, |r| self.ends[r]);
        start..self.ends[row]
    }

    /// The first bytes of a text as a number: of two texts, the one with the lesser number comes first.
    pub(super) fn first_bytes(&self, row: usize) -> u128 {
        let mut first = [0; 16];
        first.iter_mut().zip(self.bytes(row)).for_each(|(to, from)| *to = *from);
        u128::from_be_bytes(first)
    }

    pub(super) fn reordered(&self, order: &[u32]) -> Strings {
        let (text, ends) = (String::with_capacity(self.text.len()), Vec::with_capacity(order.len()));
        let mut out = Strings { text, ends, latest: 0 };
        for &row in order {
            out.text.push_str(self.get(row as usize));
            out.end();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_same_text_has_the_same_number_and_another_has_another(
            typed in prop::collection::vec("[ab学]{0,6}|.{0,20}", 0..30),
        ) {
            let mut texts = Texts::default();
            let ids: Vec<u32> = typed.iter().map(|text| texts.id(text)).collect();
            for (text, id) in typed.iter().zip(&ids) {
                prop_assert_eq!(texts.get(*id), text);
                prop_assert_eq!(texts.id(text), *id);
            }
            prop_assert_eq!(texts.from(0).count(), texts.len());
            prop_assert_eq!(texts.id(""), 0);
        }

        #[test]
        fn first_bytes_never_contradict_the_order(a in "[\0a学]{0,8}", b in "[\0a学]{0,8}") {
            let mut strings = Strings::default();
            strings.push(&a);
            strings.push(&b);
            let by_bytes = strings.first_bytes(0).cmp(&strings.first_bytes(1));
            prop_assert!(by_bytes.is_eq() || by_bytes == a.cmp(&b));
        }
    }
}
