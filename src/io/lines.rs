//! The rows of a large text, found many bytes at a time.
//!
//! Nearly every row is plain: a quotation mark stands around a whole cell or inside one and is never doubled. Of such a
//! row it is enough to know where its cells begin and end. Every other row is left to [`TextRows`], which is the
//! reference.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

use super::cell::{few_digits, few_digits_numbers, plain_count_in, plain_hundredths_in};
use super::table::{Cells, TextRows};
use crate::model::are_same;

/// A row whose cells are parts of the text.
#[derive(Debug)]
pub(super) struct PlainRow<'t> {
    number: u32,
    text: &'t str,
    cells: &'t [Span],
}

/// Where a cell begins and ends.
pub(super) type Span = (u32, u32);

/// Rows read together.
pub(super) const BATCH: usize = 32;

/// Rows one below the other, at most [`BATCH`], with as many cells each.
#[derive(Debug)]
pub(super) struct PlainBatch<'t> {
    /// Number of the first.
    number: u32,
    text: &'t str,
    /// Row by row.
    cells: &'t [Span],
    width: usize,
}

impl<'t> PlainBatch<'t> {
    pub(super) fn len(&self) -> usize {
        self.cells.len() / self.width
    }

    /// The numbers of the rows.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        (0..self.len() as u32).map(|row| self.number.saturating_add(row))
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = PlainRow<'t>> {
        (0..self.len()).filter_map(|row| self.row(row))
    }

    pub(super) fn row(&self, row: usize) -> Option<PlainRow<'t>> {
        let cells = self.cells.get(row * self.width..)?.get(..self.width)?;
        Some(PlainRow { number: self.number.saturating_add(row as u32), text: self.text, cells })
    }

    /// The cells of a column, from the first row to the last.
    #[inline]
    pub(super) fn column(&self, index: usize) -> impl Iterator<Item = PlainCell<'t>> + use<'t> {
        let text = self.text;
        self.cells.chunks_exact(self.width).map(move |row| PlainCell::of(text, row, index))
    }

    /// The cell that a column has in every row, where its text is the same there.
    pub(super) fn common(&self, index: usize) -> Option<PlainCell<'t>> {
        let first = self.column(index).next()?;
        let typed = first.bytes();
        self.column(index).all(|cell| are_same(cell.bytes(), typed)).then_some(first)
    }

    /// The counts of a column, those of blank cells as this; `None` where a cell is longer than four digits or anything
    /// else, or too near to the end of the text.
    pub(super) fn counts(&self, index: usize, blank: i16) -> Option<[i16; BATCH]> {
        dispatch!(Level::new(), simd => self.counts_with(simd, index, blank))
    }

    #[inline(always)]
    fn counts_with<S: Simd>(&self, _: S, index: usize, blank: i16) -> Option<[i16; BATCH]> {
        let mut digits = [0; BATCH];
        // One less than the lengths, of which none is: blank cells have all bits, long ones a higher one.
        let mut lengths = 0;
        for (cell, digits) in self.column(index).zip(&mut digits) {
            let length = cell.end.wrapping_sub(cell.start);
            *digits =
                few_digits(cell.text.as_bytes().get(cell.start..cell.start + 4)?.first_chunk()?, length);
            lengths |= length.wrapping_sub(1);
        }
        let mut counts = few_digits_numbers(&digits)?;
        if lengths >= 4 {
            for (cell, count) in self.column(index).zip(&mut counts) {
                match cell.end.wrapping_sub(cell.start) {
                    0 => *count = blank,
                    1..=4 => {}
                    _ => return None,
                }
            }
        }
        Some(counts)
    }
}

/// A cell that is a part of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlainCell<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> PlainCell<'t> {
    /// A cell of a row; blank beyond its end.
    #[inline]
    fn of(text: &'t str, row: &[Span], index: usize) -> Self {
        let (start, end) = row.get(index).copied().unwrap_or_default();
        PlainCell { text, start: start as usize, end: end as usize }
    }

    #[inline]
    pub(super) fn is_blank(self) -> bool {
        self.start == self.end
    }

    #[inline]
    pub(super) fn text(self) -> &'t str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    #[inline]
    pub(super) fn bytes(self) -> &'t [u8] {
        self.text.as_bytes().get(self.start..self.end).unwrap_or_default()
    }

    /// See [`Cells::plain_count`].
    #[inline]
    pub(super) fn plain_count(self) -> Option<i64> {
        plain_count_in(self.text.as_bytes(), self.start..self.end)
    }

    /// See [`Cells::plain_hundredths`].
    #[inline]
    pub(super) fn plain_hundredths(self, power: u8) -> Option<i64> {
        plain_hundredths_in(self.text.as_bytes(), self.start..self.end, power)
    }
}

impl<'t> PlainRow<'t> {
    #[inline]
    fn plain_cell(&self, index: usize) -> PlainCell<'t> {
        PlainCell::of(self.text, self.cells, index)
    }
}

impl Cells for PlainRow<'_> {
    fn number(&self) -> u32 {
        self.number
    }

    fn len(&self) -> usize {
        self.cells.len()
    }

    #[inline]
    fn cell(&self, index: usize) -> &str {
        self.plain_cell(index).text()
    }

    #[inline]
    fn plain_count(&self, index: usize) -> Option<i64> {
        self.plain_cell(index).plain_count()
    }

    #[inline]
    fn plain_hundredths(&self, index: usize, power: u8) -> Option<i64> {
        self.plain_cell(index).plain_hundredths(power)
    }
}

/// The plain rows of a text of fewer than 2³² bytes.
#[derive(Debug)]
pub(super) struct PlainRows<'t> {
    text: &'t str,
    /// Where the next row begins.
    start: usize,
    separator: u8,
    number: u32,
    stops: Stops,
}

impl<'t> PlainRows<'t> {
    /// The rows of a text that stands below so many others.
    pub(super) fn below(text: &'t str, separator: u8, rows: u32) -> Self {
        PlainRows { text, start: 0, separator, number: rows, stops: Stops::default() }
    }

    /// Bytes that are not read yet.
    pub(super) fn bytes_left(&self) -> usize {
        self.text.len() - self.start
    }

    /// Number of the row read last.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// What is not read yet, to be read with care.
    pub(super) fn with_care(&self) -> TextRows<'t> {
        TextRows::below(self.text.get(self.start..).unwrap_or_default(), self.separator, self.number)
    }

    /// Goes on behind the rows that were read with care.
    pub(super) fn go_on(&mut self, behind: &TextRows<'t>) {
        self.start = self.text.len() - behind.bytes_left();
        self.number = behind.number();
        self.stops = Stops::from(self.start);
    }

    /// Reads the next row, its cells over those of an earlier row; `None` where it must be read with care, because
    /// of its quotation marks or because it ends with the text.
    pub(super) fn read<'r>(&mut self, cells: &'r mut Vec<Span>) -> Option<PlainRow<'r>>
    where
        't: 'r,
    {
        let row = dispatch!(Level::new(), simd => self.next(simd, cells, 0))?;
        self.pass(&row);
        Some(PlainRow { number: self.number, text: self.text, cells: &cells[..row.cells] })
    }

    /// Reads the next rows, as far as they are plain and have as many cells, so many and any number of blank ones behind
    /// them, over those of earlier rows; `None` where the next is another.
    pub(super) fn read_batch<'r>(&mut self, width: usize, cells: &'r mut Vec<Span>) -> Option<PlainBatch<'r>>
    where
        't: 'r,
    {
        dispatch!(Level::new(), simd => self.read_batch_with(simd, width, cells))
    }

    /// The same, with the vectors and the instructions for single bits that a processor has.
    #[inline(always)]
    fn read_batch_with<'r, S: Simd>(
        &mut self,
        simd: S,
        width: usize,
        cells: &'r mut Vec<Span>,
    ) -> Option<PlainBatch<'r>>
    where
        't: 'r,
    {
        let number = self.number.saturating_add(1);
        let (mut filled, mut each) = (0, None);
        while filled < BATCH * each.unwrap_or(1)
            && let Some(row) = self.next(simd, cells, filled)
        {
            let more = cells.get(filled + width..filled + row.cells);
            let is_usual = more.is_some_and(|more| more.iter().all(|(start, end)| start == end));
            if !is_usual || *each.get_or_insert(row.cells) != row.cells {
                break;
            }
            self.pass(&row);
            filled += row.cells;
        }
        let cells = cells.get(..filled).filter(|cells| !cells.is_empty())?;
        Some(PlainBatch { number, text: self.text, cells, width: each? })
    }

    fn pass(&mut self, row: &NextRow) {
        self.number = self.number.saturating_add(1);
        (self.start, self.stops) = (row.end, row.stops);
    }

    /// Finds the cells of the next row and puts them behind the first so many.
    #[inline(always)]
    fn next<S: Simd>(&self, simd: S, cells: &mut Vec<Span>, first: usize) -> Option<NextRow> {
        let (bytes, separator) = (self.text.as_bytes(), self.separator);
        let mut stops = self.stops;
        let mut start = self.start as u32;
        let mut count = first;
        loop {
            // For all cells that end in a group, and for one more.
            let Some(room) = cells.get_mut(count..).and_then(|rest| rest.first_chunk_mut()) else {
                cells.resize(2 * (count + ROOM), Span::default());
                continue;
            };
            let ended = stops.end_cells(&mut start, room);
            count += ended;
            let Some(mut end) = stops.next_other() else {
                stops.look_at_next_group(simd, bytes, separator)?;
                continue;
            };
            let mut cell = (start, end as u32);
            match bytes[end] {
                b'\n' | b'\r' => {}
                b'"' if cell.0 == cell.1 => {
                    let close = stops.next_mark(simd, bytes, separator)?;
                    let ends = |byte: u8| matches!(byte, b'\n' | b'\r') || byte == separator;
                    end = stops
                        .next(simd, bytes, separator)
                        .filter(|end| *end == close + 1 && ends(bytes[*end]))?;
                    cell = (start + 1, close as u32);
                }
                // Inside a cell a quotation mark is a character as any other.
                _ => continue,
            }
            room[ended] = cell;
            count += 1;
            start = end as u32 + 1;
            if bytes[end] == separator {
                continue;
            }
            if bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n') {
                stops.next(simd, bytes, separator);
                start += 1;
            }
            return Some(NextRow { cells: count - first, end: start as usize, stops });
        }
    }
}

/// A row that is found and not yet passed.
struct NextRow {
    cells: usize,
    /// Where the row behind it begins.
    end: usize,
    stops: Stops,
}

/// Bytes looked at together.
const GROUP: usize = 64;

/// Cells ended together.
const FEW: usize = 4;

/// Room for all cells that end in a group, and for one more.
const ROOM: usize = GROUP + FEW;

/// Where a text has separators, line ends and quotation marks, one after the other; and blanks and other bytes no higher
/// than a quotation mark, which are characters as any other.
#[derive(Clone, Copy, Debug, Default)]
struct Stops {
    /// Where the group at hand ends.
    end: usize,
    /// A bit for each separator of the group that is still to come.
    separators: u64,
    /// The same for all other stops.
    others: u64,
}

impl Stops {
    /// Those from a place in the text on.
    fn from(place: usize) -> Self {
        Stops { end: place, separators: 0, others: 0 }
    }

    /// Takes the separators of the group up to its next other stop, most stops among them, and ends a cell
    /// at each, the first of which begins at `start`; how many cells that are.
    #[inline(always)]
    fn end_cells(&mut self, start: &mut u32, cells: &mut [Span; ROOM]) -> usize {
        let below = lowest(self.others).wrapping_sub(1);
        let mut left = self.separators & below;
        self.separators &= !below;
        let count = left.count_ones() as usize;
        let (group, mut from) = (self.end.wrapping_sub(GROUP) as u32, *start);
        let mut few = cells.as_chunks_mut::<FEW>().0.iter_mut();
        while left != 0
            && let Some(few) = few.next()
        {
            // What is too many is written over.
            for cell in few {
                let end = group.wrapping_add(left.trailing_zeros());
                *cell = (from, end);
                from = end.wrapping_add(1);
                left &= left.wrapping_sub(1);
            }
        }
        if let Some((_, end)) = count.checked_sub(1).and_then(|last| cells.get(last)) {
            *start = end + 1;
        }
        count
    }

    /// Takes the next other stop of the group, the separators before which are taken.
    #[inline(always)]
    fn next_other(&mut self) -> Option<usize> {
        let place = self.others.trailing_zeros() as usize;
        let next = (self.others != 0).then(|| self.end.wrapping_sub(GROUP) + place);
        self.others &= self.others.wrapping_sub(1);
        next
    }

    /// Takes the next stop of any kind.
    #[inline(always)]
    fn next<S: Simd>(&mut self, simd: S, bytes: &[u8], separator: u8) -> Option<usize> {
        while self.separators | self.others == 0 {
            self.look_at_next_group(simd, bytes, separator)?;
        }
        let next = lowest(self.separators | self.others);
        self.separators &= !next;
        self.others &= !next;
        Some(self.end - GROUP + next.trailing_zeros() as usize)
    }

    /// Takes all up to the next quotation mark.
    #[inline(always)]
    fn next_mark<S: Simd>(&mut self, simd: S, bytes: &[u8], separator: u8) -> Option<usize> {
        loop {
            let place = self.next(simd, bytes, separator)?;
            if bytes[place] == b'"' {
                return Some(place);
            }
        }
    }

    #[inline(always)]
    fn look_at_next_group<S: Simd>(&mut self, simd: S, bytes: &[u8], separator: u8) -> Option<()> {
        let rest = bytes.get(self.end..).filter(|rest| !rest.is_empty())?;
        let last;
        let group = match rest.first_chunk() {
            Some(group) => group,
            None => {
                last = last_group(rest);
                &last
            }
        };
        self.end += GROUP;
        let group = u8x64::load_array_ref(simd, group);
        self.separators = group.simd_eq(separator).to_bitmask();
        // A look at once rather than one for each: few other bytes are as low.
        self.others = group.simd_le(b'"').to_bitmask() & !self.separators;
        Some(())
    }
}

/// What is left of a text, made up to a group with what is none.
#[cold]
fn last_group(rest: &[u8]) -> [u8; GROUP] {
    let mut last = [u8::MAX; GROUP];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    last
}

/// The lowest bit that is set; none where none is.
fn lowest(bits: u64) -> u64 {
    bits & bits.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::cell::{NumberError, Seen, number, plain_hundredths};
    use crate::io::table::Row;
    use crate::io::with_failures_of;
    use crate::model::Unit;
    use crate::numeric::Decimal;
    use proptest::prelude::*;

    fn told(row: &impl Cells) -> (u32, Vec<String>) {
        (row.number(), (0..row.len()).map(|index| row.cell(index).to_owned()).collect())
    }

    proptest! {
        #![proptest_config(with_failures_of("tests/regressions/lines.txt"))]

        /// The careful way is the reference, and does what the quick one leaves.
        #[test]
        fn rows_are_those_that_are_read_with_care(
            text in "([a1学 ]{0,30}[,;\n\r\t]|\"[a ,\n学]{0,9}\"[,\n ]?|[,\"\n\r\t;!a学]){0,40}",
            separator in prop::sample::select(vec![b',', b';', b'\t']),
            width in 0..4usize,
        ) {
            let reference = TextRows::below(&text, separator, 7).map(|row| row.map(|row| told(&row)));
            let reference: Vec<_> = reference.map_while(Result::ok).collect();
            let mut rows = PlainRows::below(&text, separator, 7);
            let (mut found, mut cells, mut row) = (Vec::new(), Vec::new(), Row::default());
            loop {
                while let Some(batch) = rows.read_batch(width, &mut cells) {
                    prop_assert!((1..=BATCH).contains(&batch.len()));
                    let each = batch.width;
                    for row in batch.rows() {
                        prop_assert!(row.len() == each && (width..each).all(|index| row.cell(index).is_empty()));
                    }
                    let columns: Vec<Vec<&str>> =
                        (0..each).map(|index| batch.column(index).map(PlainCell::text).collect()).collect();
                    for (row, number) in batch.numbers().enumerate() {
                        let cells = columns.iter().map(|column| column[row].to_owned()).collect();
                        prop_assert_eq!(batch.row(row).map(|row| told(&row)), Some((number, cells)));
                    }
                    found.extend(batch.rows().map(|row| told(&row)));
                }
                if let Some(row) = rows.read(&mut cells) {
                    found.push(told(&row));
                    continue;
                }
                let mut careful = rows.with_care();
                let Some(Ok(())) = careful.read(&mut row) else { break };
                found.push(told(&row));
                rows.go_on(&careful);
                prop_assert_eq!((rows.bytes_left(), rows.number()), (careful.bytes_left(), careful.number()));
            }
            prop_assert_eq!(found, reference);
        }

        #[test]
        fn every_stop_is_found(
            text in "[a,;\n\r\t!\"# ]{0,200}", from in 0..200usize, separator in prop::sample::select(vec![b';', b'\t']),
        ) {
            let (bytes, from) = (text.as_bytes(), from.min(text.len()));
            let is_stop = |place: &usize| bytes[*place] == separator || b"\n\r\t!\" ".contains(&bytes[*place]);
            let expected: Vec<usize> = (from..text.len()).filter(is_stop).collect();
            // With the vectors of this processor, and those that all have.
            for level in [Level::new(), Level::baseline()] {
                let mut stops = Stops::from(from);
                let next = || dispatch!(level, simd => stops.next(simd, bytes, separator));
                prop_assert_eq!(&std::iter::from_fn(next).collect::<Vec<usize>>(), &expected);
            }
        }

        #[test]
        fn numbers_are_the_same_wherever_they_stand(
            before in "[0-9.,]{0,12}", typed in "[0-9.]{0,12}|[0-9]{1,9}([.][0-9]{1,3})?|[^\"]{0,3}",
            behind in "[0-9.,]{0,12}", power in 0..7u8,
        ) {
            let text = format!("{before}{typed},{behind}");
            let cells = [(before.len() as u32, (before.len() + typed.len()) as u32)];
            let row = PlainRow { number: 1, text: &text, cells: &cells };
            let read = |hundredths| Decimal::new(hundredths, 2).map(Seen::Value).map_err(|_| NumberError::OutOfRange);
            for (power, found) in
                [(power, row.plain_hundredths(0, power)), (0, row.plain_count(0).map(|count| count * 100))]
            {
                if let Some(hundredths) = found {
                    prop_assert_eq!(read(hundredths), number(&typed, Unit::Yuan, power));
                }
            }
            if plain_hundredths(&typed, 0).is_some() && typed.len() < 9 && before.len() + 8 <= text.len() {
                prop_assert!(row.plain_hundredths(0, 0).is_some());
                prop_assert_eq!(row.plain_count(0).is_some(), !typed.contains('.'));
            }
        }
    }

    proptest! {
        #![proptest_config(with_failures_of("tests/regressions/lines.txt"))]

        /// Counts of a column are those of its cells, where all are short.
        #[test]
        fn counts_are_those_of_single_cells(
            typed in prop::collection::vec(
                prop_oneof![20 => "[0-9]{1,4}", 5 => "[0-9]{0,4}", 1 => "[0-9]{5}|[0-9]{0,2}[./:+a\u{100}][0-9]{0,2}"], 1..BATCH,
            ),
        ) {
            let text: String = typed.iter().map(|typed| format!("{typed},x\n")).collect::<String>() + "behind";
            let (mut rows, mut cells) = (PlainRows::below(&text, b',', 0), Vec::new());
            let batch = rows.read_batch(2, &mut cells).expect("plain");
            let short = |typed: &str| typed.len() <= 4 && typed.bytes().all(|byte| byte.is_ascii_digit());
            let count = |typed: &String| if typed.is_empty() { -1 } else { typed.parse::<i16>().expect("short") };
            let all_short = typed.iter().all(|typed| short(typed));
            let expected = all_short.then(|| typed.iter().map(count).collect::<Vec<_>>());
            prop_assert_eq!(batch.counts(0, -1).map(|counts| counts[..typed.len()].to_vec()), expected);
            prop_assert_eq!(batch.counts(1, -1), None);
        }
    }

    #[test]
    fn quoted_cells_are_plain_where_nothing_is_doubled() {
        let text = "\"a,\n\",5\" disc,\"\"\r\n\"x\"y\n";
        let (mut rows, mut cells) = (PlainRows::below(text, b',', 0), Vec::new());
        let row = rows.read(&mut cells).map(|row| told(&row));
        assert_eq!(row, Some((1, ["a,\n", "5\" disc", ""].map(String::from).to_vec())));
        assert!(rows.read(&mut cells).is_none() && rows.bytes_left() == 5);
    }
}
