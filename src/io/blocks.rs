//! A large file in blocks: read side by side, its text never held as a whole.
//!
//! Only what needs no second thought is read this way: text that is UTF-8 beyond doubt, whose rows end where its pieces
//! do. Everything else, and every file that must be refused, is left to the reading of whole texts, which is the
//! reference and tells what is wrong.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use super::table::{HEADER_ROWS, Row, TextRows};

/// Bytes read at once: few enough to stay near the processor until they are understood.
pub(super) const BLOCK: usize = 1 << 18;

/// Bytes in which the header must stand.
pub(super) const HEAD: usize = 1 << 16;

/// A source of bytes that can be opened many times over.
pub(super) trait Source: Sync {
    type Reader: Read + Seek;

    fn open(&self) -> io::Result<Self::Reader>;
}

/// Reads the bytes of a range.
pub(super) fn read_range(source: &impl Source, range: Range<u64>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut reader = source.open()?;
    reader.seek(SeekFrom::Start(range.start))?;
    reader.take(range.end - range.start).read_to_end(&mut bytes)?;
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

/// Pieces of a range of about equal length, each but the last ending behind a line end.
pub(super) fn pieces(source: &impl Source, whole: Range<u64>, count: usize) -> io::Result<Vec<Range<u64>>> {
    let mut pieces = Vec::with_capacity(count);
    let mut start = whole.start;
    let length = (whole.end - whole.start) / count.max(1) as u64;
    for piece in 1..count as u64 {
        let near = whole.start + length * piece;
        let bytes = read_range(source, near..whole.end.min(near + HEAD as u64))?;
        let Some(line_end) = memchr(b'\n', &bytes) else { continue };
        let cut = near + line_end as u64 + 1;
        if cut > start && cut < whole.end {
            pieces.push(start..cut);
            start = cut;
        }
    }
    pieces.push(start..whole.end);
    Ok(pieces)
}

/// Reads the rows of a piece, at most `block` bytes at once where rows are not longer; how many rows it has.
///
/// `None` where the piece is not plain text or does not end with a row: with an open quotation mark, the cut behind it
/// may stand inside a cell.
pub(super) fn read_piece(
    source: &impl Source,
    piece: Range<u64>,
    separator: u8,
    block: usize,
    mut each: impl FnMut(&Row<'_>),
) -> Option<u32> {
    let mut reader = source.open().ok()?;
    reader.seek(SeekFrom::Start(piece.start)).ok()?;
    let mut reader = reader.take(piece.end - piece.start);
    let mut buffer: Vec<u8> = Vec::with_capacity(2 * block);
    let mut number = 0;
    loop {
        reader.by_ref().take(block as u64).read_to_end(&mut buffer).ok()?;
        let is_last = reader.limit() == 0;
        let end = if is_last { buffer.len() } else { memrchr(b'\n', &buffer).map_or(0, |at| at + 1) };
        let text = plain(buffer.get(..end)?)?;
        let mut rows = TextRows::below(text, separator, number);
        let mut row = Row::default();
        let mut left = text.len();
        while let Some(read) = rows.read(&mut row) {
            if read.is_err() {
                // Its quotation mark may be closed in the next block.
                break;
            }
            each(&row);
            (left, number) = (rows.bytes_left(), rows.number());
        }
        if is_last {
            return (left == 0).then_some(number);
        }
        let done = end - left;
        if reader_is_stuck(done, buffer.len(), block) {
            return None;
        }
        buffer.drain(..done);
    }
}

/// Whether a row is so long that it is no row: most likely a quotation mark is never closed.
fn reader_is_stuck(done: usize, read: usize, block: usize) -> bool {
    done == 0 && read > 16 * block
}

/// Bytes as text; `None` where they are no UTF-8 or hold what no table holds: NUL, and characters that were damaged
/// before.
pub(super) fn plain(bytes: &[u8]) -> Option<&str> {
    let damaged = "\u{FFFD}".as_bytes();
    let plain = memchr(0, bytes).is_none() && memmem::find(bytes, damaged).is_none();
    if plain { str::from_utf8(bytes).ok() } else { None }
}
