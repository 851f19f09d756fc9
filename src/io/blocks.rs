//! A large file in blocks: read side by side, its text never held as a whole. Bytes at hand are read the same way.
//!
//! Only what needs no second thought is read this way: text that is UTF-8 or GB18030 beyond doubt, whose rows end where its
//! pieces do. Everything else, and every file that must be refused, is left to the reading of whole texts, which is the
//! reference and tells what is wrong.

use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use memchr::{memchr, memchr2, memmem, memrchr};

use super::lines::{PlainBatch, PlainRows};
use super::table::{Cells, HEADER_ROWS, Row, TextRows};
use crate::parallel::shortening;

/// Bytes read at once: few enough to stay near the processor until they are understood.
pub(super) const BLOCK: usize = 1 << 17;

/// Bytes of the longest piece that a thread takes at a time: what they are read into stays near the processor as well.
pub(super) const SHARE: usize = 1 << 19;

/// How many times shorter the last pieces may be.
const SHORTER: usize = 8;

/// How many pieces a file has at least for each thread: what a piece is read into is memory beside that of the file.
const PIECES: usize = 24;

/// Blocks that a row may take: of a longer one, most likely a quotation mark is never closed.
const LONGEST_ROW: usize = 16;

/// Bytes in which the header must stand.
pub(super) const HEAD: usize = 1 << 16;

/// A source of bytes that can be opened many times over.
pub(super) trait Source: Sync {
    type Reader: Read + Seek;

    fn open(&self) -> io::Result<Self::Reader>;
}

impl<'b> Source for &'b [u8] {
    type Reader = io::Cursor<&'b [u8]>;

    fn open(&self) -> io::Result<Self::Reader> {
        Ok(io::Cursor::new(*self))
    }
}

/// Reads the bytes of a range, few enough for memory, as far as there are any.
pub(super) fn read_range(reader: &mut (impl Read + Seek), range: Range<u64>) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(range.start))?;
    // To read to an end that is not known takes a dozen calls of the system where one does.
    let mut bytes = vec![0; range.end.saturating_sub(range.start) as usize];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// Whether the search for a header comes to the same in the head of a text as in the whole: all rows that it may look at
/// end in the head, whatever separates their cells.
pub(super) fn holds_header_rows(head: &str) -> bool {
    b",\t;".iter().all(|separator| {
        let mut rows = TextRows::new(head, *separator);
        rows.by_ref().take(HEADER_ROWS).filter(Result::is_ok).count() == HEADER_ROWS && !rows.is_at_end()
    })
}

/// What pieces of a file of so many bytes are to be about: shorter towards the end, so that all threads end together.
pub(super) fn shares(bytes: usize, share: usize, threads: usize) -> Vec<Range<usize>> {
    let most = share.min(bytes / threads.saturating_mul(PIECES).max(1));
    shortening(bytes, share / SHORTER..=most, threads)
}

/// Pieces of a range, each but the last ending behind the first line end at one of these places or behind it, which are
/// in order.
pub(super) fn pieces(
    reader: &mut (impl Read + Seek),
    whole: Range<u64>,
    places: impl IntoIterator<Item = u64>,
) -> io::Result<Vec<Range<u64>>> {
    let mut pieces = Vec::new();
    let mut start = whole.start;
    for near in places {
        // Most lines are short.
        let mut line_end = |bytes: usize| {
            let bytes = read_range(reader, near..whole.end.min(near + bytes as u64))?;
            io::Result::Ok(memchr(b'\n', &bytes))
        };
        let Some(line_end) = line_end(HEAD / 16)?.map_or_else(|| line_end(HEAD), |at| Ok(Some(at)))? else {
            continue;
        };
        let cut = near + line_end as u64 + 1;
        if cut > start && cut < whole.end {
            pieces.push(start..cut);
            start = cut;
        }
    }
    pieces.push(start..whole.end);
    Ok(pieces)
}

/// Takes rows, one after the other.
pub(super) trait Sink {
    /// How many cells a usual row has.
    fn width(&self) -> usize;

    /// Takes usual rows.
    fn take_batch(&mut self, rows: &PlainBatch<'_>);

    /// Takes a row of any kind.
    fn take(&mut self, row: &impl Cells);
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing {
    pub(super) separator: u8,
    /// UTF-8, or another in which line ends are those of UTF-8.
    pub(super) encoding: &'static Encoding,
}

/// Memory that one piece after another is read into.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    text: Vec<u8>,
    /// The same in another encoding.
    encoded: Vec<u8>,
}

/// The bytes of a piece, as UTF-8.
struct Feed<'b, R> {
    reader: io::Take<R>,
    /// What reads another encoding, and what it reads from.
    decoder: Option<(Decoder, &'b mut Vec<u8>)>,
    block: usize,
}

impl<R: Read> Feed<'_, R> {
    fn is_at_end(&self) -> bool {
        self.reader.limit() == 0
    }

    /// Puts the next bytes behind the first so many of a text; how many they are.
    ///
    /// `None` where they are none of the encoding, and where the file has become shorter in the meantime.
    fn add(&mut self, text: &mut Vec<u8>, filled: usize) -> Option<usize> {
        let Some((decoder, encoded)) = &mut self.decoder else {
            if filled == text.len() {
                // Nothing was read into it before, or a row is longer.
                text.resize(filled + self.block, 0);
            }
            let more = self.reader.read(text.get_mut(filled..)?).ok()?;
            return (more > 0 || self.is_at_end()).then_some(more);
        };
        encoded.resize(self.block, 0);
        let read = self.reader.read(encoded).ok()?;
        let is_last = self.reader.limit() == 0;
        let longest = filled + decoder.max_utf8_buffer_length_without_replacement(read)?;
        if text.len() < longest {
            text.resize(longest, 0);
        }
        let (encoded, text) = (encoded.get(..read)?, text.get_mut(filled..)?);
        let (result, _, more) = decoder.decode_to_utf8_without_replacement(encoded, text, is_last);
        (result == DecoderResult::InputEmpty && (read > 0 || is_last)).then_some(more)
    }
}

/// Reads the rows of a piece that stands below `number` others, at most `block` bytes at once where rows are not longer,
/// over those in the buffer; the number of its last row.
///
/// `None` where the piece is not plain text or does not end with a row: with an open quotation mark, the cut behind it
/// may stand inside a cell.
pub(super) fn read_piece(
    reader: &mut (impl Read + Seek),
    piece: Range<u64>,
    writing: Writing,
    (block, buffer): (usize, &mut Buffer),
    mut number: u32,
    sink: &mut impl Sink,
) -> Option<u32> {
    reader.seek(SeekFrom::Start(piece.start)).ok()?;
    // What the buffer holds of an earlier piece is written over.
    let Buffer { text: buffer, encoded } = buffer;
    let mut feed = Feed {
        reader: reader.take(piece.end - piece.start),
        decoder: (writing.encoding != UTF_8)
            .then(|| (writing.encoding.new_decoder_without_bom_handling(), encoded)),
        block,
    };
    let mut filled = 0;
    let mut cells = Vec::new();
    loop {
        filled += feed.add(buffer, filled)?;
        let is_last = feed.is_at_end();
        let bytes = buffer.get(..filled)?;
        let end = if is_last { filled } else { memrchr(b'\n', bytes).map_or(0, |at| at + 1) };
        let text = plain(bytes.get(..end)?)?;
        let mut rows = PlainRows::below(text, writing.separator, number);
        let mut careful_row = Row::default();
        loop {
            while let Some(rows) = rows.read_batch(sink.width(), &mut cells) {
                sink.take_batch(&rows);
            }
            if let Some(row) = rows.read(&mut cells) {
                sink.take(&row);
                continue;
            }
            let mut careful = rows.with_care();
            // At the end, or where a quotation mark is open, which may be closed in the next block.
            let Some(Ok(())) = careful.read(&mut careful_row) else { break };
            sink.take(&careful_row);
            rows.go_on(&careful);
        }
        let left = rows.bytes_left();
        number = rows.number();
        if is_last {
            return (left == 0).then_some(number);
        }
        let done = end - left;
        if done == 0 && filled > LONGEST_ROW * block {
            return None;
        }
        buffer.copy_within(done..filled, 0);
        filled -= done;
    }
}

/// Bytes as text; `None` where they are no UTF-8 or hold what no table holds: NUL, and characters that were damaged
/// before.
pub(super) fn plain(bytes: &[u8]) -> Option<&str> {
    let damaged = "\u{FFFD}".as_bytes();
    // Few characters begin with the byte that the damaged do, and no Chinese one.
    let [first, ..] = damaged else { return None };
    let behind = memchr2(0, *first, bytes).and_then(|at| bytes.get(at..));
    if behind.is_some_and(|behind| memchr(0, behind).is_some() || memmem::find(behind, damaged).is_some()) {
        return None;
    }
    // A check of many bytes at a time, and of Chinese text many times as quick as that of the standard library.
    match UTF_8.decode_without_bom_handling_and_without_replacement(bytes)? {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GB18030;

    impl Sink for Vec<String> {
        fn width(&self) -> usize {
            2
        }

        fn take_batch(&mut self, rows: &PlainBatch<'_>) {
            rows.rows().for_each(|row| self.take(&row));
        }

        fn take(&mut self, row: &impl Cells) {
            let cells: Vec<&str> = (0..row.len()).map(|index| row.cell(index)).collect();
            self.push(format!("{} {}", row.number(), cells.join("|")));
        }
    }

    fn read(text: &'static str, bytes: u64, block: usize) -> (Option<u32>, Vec<String>) {
        let mut rows = Vec::new();
        let mut reader = io::Cursor::new(text);
        let writing = Writing { separator: b',', encoding: UTF_8 };
        let last = read_piece(&mut reader, 0..bytes, writing, (block, &mut Buffer::default()), 0, &mut rows);
        (last, rows)
    }

    #[test]
    fn rows_are_numbered_through_all_blocks() {
        let text = "1,2\r\n\"3\n\",4\n\n五,六";
        for block in 1..40 {
            let rows = ["1 1|2", "2 3\n|4", "3 ", "4 五|六"].map(String::from).to_vec();
            assert_eq!(read(text, text.len() as u64, block), (Some(4), rows), "{block}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_reading_of_whole_texts() {
        for text in ["1,\"2\n", "1,\0\n", "1,\u{FFFD}\n"] {
            assert_eq!(read(text, text.len() as u64, 4).0, None, "{text:?}");
        }
        // Cut inside a cell, cut inside a character, longer than the file.
        for (text, bytes) in [("1,\"2\n\"\n", 5), ("学\n", 2), ("1\n", 9)] {
            assert_eq!(read(text, bytes, 4).0, None, "{text:?}");
        }
        // A row that never ends is not read to the end of the file.
        let text: &'static str = Box::leak(format!("\"{}", "a\n".repeat(100)).into_boxed_str());
        assert_eq!(read(text, text.len() as u64, 2), (None, Vec::new()));
    }

    #[test]
    fn half_a_character_at_the_end_is_no_text() {
        let bytes = GB18030.encode("1,学").0;
        let read = |end: usize, block| {
            let (mut reader, mut rows) = (io::Cursor::new(&*bytes), Vec::new());
            let writing = Writing { separator: b',', encoding: GB18030 };
            let buffer = (block, &mut Buffer::default());
            let last = read_piece(&mut reader, 0..end as u64, writing, buffer, 0, &mut rows);
            last.map(|last| (last, rows))
        };
        for block in 1..6 {
            assert_eq!(read(bytes.len(), block), Some((1, vec!["1 1|学".to_owned()])), "{block}");
            assert_eq!(read(bytes.len() - 1, block), None, "{block}");
        }
    }

    #[test]
    fn pieces_end_behind_line_ends_and_make_the_whole() {
        let mut text = io::Cursor::new("ab\ncd\nef\n");
        let mut cuts = |whole, places: &[u64]| {
            let pieces = pieces(&mut text, whole, places.iter().copied()).expect("cut");
            pieces.iter().map(|piece| (piece.start, piece.end)).collect::<Vec<_>>()
        };
        assert_eq!(cuts(0..9, &[3, 6]), [(0, 6), (6, 9)]);
        assert_eq!(cuts(0..9, &[4]), [(0, 6), (6, 9)]);
        assert_eq!(cuts(0..9, &[1, 2, 4]), [(0, 3), (3, 6), (6, 9)]);
        assert_eq!(cuts(3..9, &[6]), [(3, 9)]);
        assert_eq!(cuts(0..9, &[]), [(0, 9)]);
    }
}
