//! The texts of the schools: those that repeat, each once, and those that do not, end to end.

use std::cmp::Ordering;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashTable;

/// Texts that repeat (names of counties, provinces, towns), each kept once.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    known: HashTable<Known>,
    texts: Strings,
    hashes: Hashes,
}

/// The number of a text, and half its hash: few texts that are not looked for are looked at.
///
/// A table with the texts themselves would be three times as large, and each thread that reads has one.
#[derive(Clone, Copy, Debug)]
struct Known {
    half: u32,
    id: u32,
}

/// The blank text alone, with the number 0.
impl Default for Texts {
    fn default() -> Self {
        let mut texts = Texts { known: HashTable::new(), texts: Strings::default(), hashes: Hashes::new() };
        texts.id("");
        texts
    }
}

impl Texts {
    pub(super) fn id(&mut self, text: &str) -> u32 {
        let Texts { known, texts, hashes } = self;
        let hash = hashes.of(text.as_bytes());
        let half = (hash >> 32) as u32;
        let is_it =
            |known: &Known| known.half == half && are_same(texts.bytes(known.id as usize), text.as_bytes());
        if let Some(known) = known.find(hash, is_it) {
            return known.id;
        }
        let id = texts.len() as u32;
        texts.push(text);
        let hash_of = |known: &Known| hashes.of(texts.bytes(known.id as usize));
        known.insert_unique(hash, Known { half, id }, hash_of);
        id
    }

    pub(super) fn get(&self, id: u32) -> &str {
        if (id as usize) < self.len() { self.texts.get(id as usize) } else { "" }
    }

    pub(super) fn shared(&self, id: u32) -> Arc<str> {
        self.get(id).into()
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The texts from a number on, in the order of their numbers.
    pub(super) fn from(&self, id: usize) -> impl Iterator<Item = &str> {
        (id..self.len()).map(|id| self.texts.get(id))
    }
}

/// Whether two texts are the same: of short ones, which nearly all are, found out without a call.
#[inline]
pub(crate) fn are_same(a: &[u8], b: &[u8]) -> bool {
    fn ends<const N: usize>(text: &[u8]) -> (Option<&[u8; N]>, Option<&[u8; N]>) {
        (text.first_chunk(), text.last_chunk())
    }
    // Both ends of as many bytes hold all bytes there are.
    a.len() == b.len()
        && match a.len() {
            4..=7 => ends::<4>(a) == ends::<4>(b),
            8..=15 => ends::<8>(a) == ends::<8>(b),
            16..=32 => ends::<16>(a) == ends::<16>(b),
            _ => a == b,
        }
}

/// Makes hashes of texts in a few multiplications: a text of nearly every row is looked up.
///
/// The key differs from table to table, so texts that collide cannot be prepared. No result depends on the hashes.
#[derive(Clone, Debug)]
struct Hashes {
    key: u64,
}

impl Hashes {
    fn new() -> Self {
        Hashes { key: RandomState::new().hash_one(0) }
    }

    #[inline]
    fn of(&self, text: &[u8]) -> u64 {
        // Both halves of the product, or the high bits of the word would never reach the low ones of the hash.
        let fold = |hash: u64, word: u64| {
            let product = u128::from(hash ^ word) * 0x9E37_79B9_7F4A_7C15;
            product as u64 ^ (product >> 64) as u64
        };
        // The words at both ends are all there is of most texts.
        let [first, last] = match (text.first_chunk(), text.last_chunk()) {
            (Some(first), Some(last)) => [first, last].map(|word| u64::from_le_bytes(*word)),
            _ => {
                let mut word = [0; 8];
                word.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
                [u64::from_le_bytes(word), 0]
            }
        };
        let mut hash = self.key;
        if text.len() > 16 {
            let (words, _) = text.as_chunks();
            hash = words.iter().skip(1).fold(hash, |hash, word| fold(hash, u64::from_le_bytes(*word)));
        }
        fold(fold(hash, first), last ^ text.len() as u64)
    }
}

/// How two texts stand to each other, by their bytes, which are in the same order.
#[inline]
pub(super) fn order(a: &[u8], b: &[u8]) -> Ordering {
    let number = |bytes: Option<&[u8; 8]>| u64::from_be_bytes(bytes.copied().unwrap_or_default());
    // The usual codes, eight bytes at a time, some of them twice.
    if a.len() == b.len() && (8..=16).contains(&a.len()) {
        let ends = |bytes: &[u8]| [bytes.first_chunk(), bytes.last_chunk()].map(number);
        return ends(a).cmp(&ends(b));
    }
    a.cmp(b)
}

/// The first bytes of a text as a number: of two texts, the one with the lesser number comes first.
pub(super) fn first_bytes(text: &[u8]) -> u128 {
    let mut first = [0; 16];
    first.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
    u128::from_be_bytes(first)
}

/// Texts that differ from row to row, end to end in one string.
///
/// Of where each ends only the low `BITS` are kept: a nation's texts are far from four gigabytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Strings<const BITS: u32 = 32> {
    text: String,
    ends: Vec<u32>,
    /// The first text that ends behind each multiple of `2^BITS` bytes.
    beyond: Vec<usize>,
    /// Bytes of all texts that have ended.
    length: usize,
    /// Where the text begins that was begun last.
    latest: usize,
}

impl<const BITS: u32> Strings<BITS> {
    #[inline]
    pub(super) fn push(&mut self, text: &str) {
        self.begin(text);
        self.end();
    }

    /// Begins the next text, in the place of any that has begun and not ended.
    #[inline]
    pub(super) fn begin(&mut self, text: &str) {
        self.latest = self.length;
        if self.text.len() != self.length {
            self.text.truncate(self.length);
        }
        self.text.push_str(text);
    }

    /// The text that was begun last, ended or not.
    pub(super) fn latest(&self) -> &str {
        self.text.get(self.latest..).unwrap_or_default()
    }

    /// Ends the text that has begun.
    pub(super) fn end(&mut self) {
        self.end_at(self.text.len());
    }

    #[inline]
    fn end_at(&mut self, end: usize) {
        let (high, low) = (end as u64 >> BITS, end as u64 & ((1 << BITS) - 1));
        if self.beyond.len() as u64 != high {
            self.beyond.resize(high as usize, self.ends.len());
        }
        self.ends.push(low as u32);
        self.length = end;
    }

    /// Where a text ends.
    #[inline]
    fn end_of(&self, row: usize) -> usize {
        let low = self.ends[row] as usize;
        if self.beyond.is_empty() {
            return low;
        }
        let high = self.beyond.partition_point(|first| *first <= row);
        high.checked_shl(BITS).unwrap_or(0) | low
    }

    /// How many texts have ended.
    fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn reserve(&mut self, texts: usize) {
        let _ = self.ends.try_reserve_exact(texts);
    }

    /// Makes room for as many texts as there is room for ends, if they are about as long as those of another.
    pub(super) fn reserve_like(&mut self, other: &Self) {
        let bytes = other.length as f64 / other.ends.len().max(1) as f64 * self.ends.capacity() as f64;
        let _ = self.text.try_reserve_exact((bytes * 1.05) as usize);
    }

    /// Moves all texts of another behind these.
    pub(super) fn append(&mut self, other: &mut Self) {
        let start = self.length;
        self.begin(other.text.get(..other.length).unwrap_or_default());
        if self.text.len() as u64 >> BITS == 0 {
            self.ends.extend(other.ends.iter().map(|end| start as u32 + end));
            self.length = self.text.len();
        } else {
            (0..other.len()).for_each(|row| self.end_at(start + other.end_of(row)));
        }
        other.text.clear();
        other.ends.clear();
        other.beyond.clear();
        (other.length, other.latest) = (0, 0);
    }

    pub(super) fn get(&self, row: usize) -> &str {
        &self.text[self.range(row)]
    }

    /// The bytes of a text, which are in the same order as the texts.
    #[inline]
    pub(super) fn bytes(&self, row: usize) -> &[u8] {
        &self.text.as_bytes()[self.range(row)]
    }

    #[inline]
    fn range(&self, row: usize) -> Range<usize> {
        if let ([], [start, end]) = (&*self.beyond, &self.ends[row.saturating_sub(1)..=row]) {
            return *start as usize..*end as usize;
        }
        let start = row.checked_sub(1).map_or(0, |r| self.end_of(r));
        start..self.end_of(row)
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

        /// Texts of all lengths, most of them the same but for a byte.
        #[test]
        fn texts_are_compared_as_texts_are(a in "[01]{0,40}", at in 0..40usize, cut in 0..3usize) {
            let mut b = a.clone().into_bytes();
            b.get_mut(at).into_iter().for_each(|byte| *byte ^= 1);
            b.truncate(b.len() - cut.min(b.len()));
            let b = String::from_utf8(b).expect("digits");
            prop_assert_eq!(are_same(a.as_bytes(), b.as_bytes()), a == b);
            prop_assert_eq!(order(a.as_bytes(), b.as_bytes()), a.cmp(&b));
        }

        /// However many times the ends go beyond what is kept of them.
        #[test]
        fn texts_come_back_however_long_all_are(
            texts in prop::collection::vec("[a学]{0,9}", 0..40), cut in 0..40usize,
        ) {
            let cut = cut.min(texts.len());
            let [mut strings, mut more] = [(); 2].map(|()| Strings::<4>::default());
            texts[..cut].iter().for_each(|text| strings.push(text));
            texts[cut..].iter().for_each(|text| more.push(text));
            strings.append(&mut more);
            prop_assert_eq!((more.len(), more.length, more.latest()), (0, 0, ""));
            strings.begin("begun and not ended");
            let all: Vec<&str> = (0..strings.len()).map(|row| strings.get(row)).collect();
            prop_assert_eq!(&all, &texts);
        }

        #[test]
        fn first_bytes_never_contradict_the_order(a in "[\0a学]{0,8}", b in "[\0a学]{0,8}") {
            let by_bytes = first_bytes(a.as_bytes()).cmp(&first_bytes(b.as_bytes()));
            prop_assert!(by_bytes.is_eq() || by_bytes == a.cmp(&b));
        }
    }
}
