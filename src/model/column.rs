//! A column of numbers, compact where they are ordinary.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Field, FieldKind};
use crate::numeric::Decimal;

/// No value.
const MISSING: i64 = i64::MIN;
/// What [`RawCells::of_range`] gives for no value.
pub(crate) const BLANK: i64 = MISSING;
/// A value with more decimals, or too large: it stands on the side.
pub(crate) const WIDE: i64 = i64::MIN + 1;

/// Rows whose numbers are put into the columns together.
const SHEET: usize = 32;

/// The numbers of the last few rows, in all columns, as they are put in one by one.
///
/// Putting each into its column at once would write to many places far apart by turns.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    /// The row that its first line is of.
    first: usize,
    columns: Box<[SheetColumn; FIELDS]>,
}

/// How many columns there may be: with one for each field, none need be looked for.
const FIELDS: usize = Field::ALL.len();

#[derive(Clone, Debug)]
struct SheetColumn {
    /// Counts where something is counted, elsewhere hundredths.
    cells: [i64; SHEET],
    /// Whether it holds anything.
    used: bool,
    is_count: bool,
}

impl SheetColumn {
    fn blank(is_count: bool) -> Self {
        SheetColumn { cells: [blank_cell(is_count); SHEET], used: false, is_count }
    }
}

/// A cell of a sheet without a number.
pub(crate) fn blank_cell(is_count: bool) -> i64 {
    if is_count { NO_COUNT_CELL } else { NO_CELL }
}

/// The line of a sheet that a row is put in.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    place: usize,
    columns: &'a mut [SheetColumn; FIELDS],
}

impl Line<'_> {
    /// Sets a cell of the row: a count where something is counted, elsewhere hundredths.
    #[inline]
    pub(crate) fn set(&mut self, field: Field, cell: i64) {
        let column = &mut self.columns[field as usize];
        column.cells[self.place % SHEET] = cell;
        column.used = true;
    }
}

impl Sheet {
    pub(crate) fn new() -> Self {
        let blank = |place: usize| SheetColumn::blank(Field::ALL[place].kind() == FieldKind::Count);
        Sheet { first: 0, columns: Box::new(std::array::from_fn(blank)) }
    }

    /// The line of a row, which is one of the [`SHEET`] from the first on.
    #[inline]
    pub(crate) fn line(&mut self, row: usize) -> Line<'_> {
        Line { place: (row - self.first) % SHEET, columns: &mut self.columns }
    }

    /// Whether it has no room for a row.
    pub(crate) fn is_full(&self, row: usize) -> bool {
        row - self.first >= SHEET
    }

    /// Moves the numbers of the rows before `end` to the columns and begins anew with that row.
    pub(crate) fn empty_into(&mut self, columns: &mut [Column], end: usize) {
        for (from, to) in self.columns.iter_mut().zip(columns) {
            if from.used {
                to.extend(self.first, &from.cells[..end - self.first], from.is_count);
                *from = SheetColumn::blank(from.is_count);
            }
        }
        self.begin(end);
    }

    /// Begins anew, empty, with a row.
    pub(crate) fn begin(&mut self, row: usize) {
        self.first = row;
    }
}

/// The same two marks among counts, of which none is below zero.
pub(crate) const COUNT_MISSING: i16 = i16::MIN;
const COUNT_WIDE: i16 = i16::MIN + 1;

/// And in a short cell.
const SHORT_MISSING: i32 = i32::MIN;
const SHORT_WIDE: i32 = i32::MIN + 1;

/// And in a sheet, so that it is enough to cut its cells where short ones do.
const NO_CELL: i64 = SHORT_MISSING as i64;
const WIDE_CELL: i64 = SHORT_WIDE as i64;
const NO_COUNT_CELL: i64 = COUNT_MISSING as i64;
const WIDE_COUNT_CELL: i64 = COUNT_WIDE as i64;

/// Decimals of one field: scaled integers at two decimals, and the few that need more on the side.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    cells: Cells,
    wide: BTreeMap<u32, Decimal>,
}

/// As short as all cells so far allow: in most columns something is counted, in few there is an area, and the value of
/// equipment in yuan needs the longest.
#[derive(Clone, Debug)]
enum Cells {
    /// Whole numbers, [`COUNT_MISSING`] or [`COUNT_WIDE`].
    Counts(Vec<i16>),
    /// Hundredths, [`SHORT_MISSING`] or [`SHORT_WIDE`].
    Short(Vec<i32>),
    /// Hundredths, [`MISSING`] or [`WIDE`].
    Long(Vec<i64>),
}

/// The cells of a column as they are kept, for those who go through many; rows beyond their end are missing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RawCells<'a> {
    Counts(&'a [i16]),
    Short(&'a [i32]),
    Long(&'a [i64]),
}

/// A cell as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawCell {
    Missing,
    /// A number that is no whole number of hundredths, or a very large one.
    Wide,
    Hundredths(i64),
}

/// A cell of any length, for loops that take all; its tests do not branch, so that a loop can do many at once.
pub(crate) trait CellKind: Copy + Ord {
    const MISSING: Self;

    /// Whether nothing is given; what is missing is less than all else.
    fn is_missing(self) -> bool {
        self == Self::MISSING
    }

    /// See [`RawCell::Wide`].
    fn is_wide(self) -> bool;

    fn is_zero(self) -> bool;

    /// Whether it is above zero, and an ordinary number.
    fn is_positive(self) -> bool;

    /// Whether it is an ordinary number below zero, or no ordinary number.
    fn is_negative_or_wide(self) -> bool;

    /// Whether it is an ordinary number above zero that is not whole.
    fn has_fraction(self) -> bool;

    /// The hundredths, exactly; below zero where there are none.
    fn to_f64(self) -> f64;

    /// The same; zero where it is missing, and no number where it stands on the side.
    #[inline(always)]
    fn or_zero(self) -> f64 {
        let number = if self.is_wide() { f64::NAN } else { self.to_f64() };
        if self.is_missing() { 0.0 } else { number }
    }
}

macro_rules! cell_kind {
    ($cell:ty, $unsigned:ty, $missing:expr, $wide:expr, $hundredths:expr) => {
        impl CellKind for $cell {
            const MISSING: Self = $missing;

            fn is_wide(self) -> bool {
                self == $wide
            }

            fn is_zero(self) -> bool {
                self == 0
            }

            fn is_positive(self) -> bool {
                self > 0
            }

            fn is_negative_or_wide(self) -> bool {
                (self < 0) & (self != $missing)
            }

            fn has_fraction(self) -> bool {
                ($hundredths == 1) & (self > 0) & (self as $unsigned % 100 != 0)
            }

            fn to_f64(self) -> f64 {
                self as f64 * f64::from($hundredths)
            }
        }
    };
}

cell_kind!(i16, u16, COUNT_MISSING, COUNT_WIDE, 100);
cell_kind!(i32, u32, SHORT_MISSING, SHORT_WIDE, 1);
cell_kind!(i64, u64, MISSING, WIDE, 1);

impl RawCells<'_> {
    /// The cells of these rows, as far as they go.
    pub(crate) fn range(self, rows: Range<usize>) -> Self {
        fn within<T>(cells: &[T], rows: Range<usize>) -> &[T] {
            cells.get(rows.start.min(cells.len())..rows.end.min(cells.len())).unwrap_or_default()
        }
        match self {
            RawCells::Counts(cells) => RawCells::Counts(within(cells, rows)),
            RawCells::Short(cells) => RawCells::Short(within(cells, rows)),
            RawCells::Long(cells) => RawCells::Long(within(cells, rows)),
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(self) -> bool {
        match self {
            RawCells::Counts(cells) => cells.is_empty(),
            RawCells::Short(cells) => cells.is_empty(),
            RawCells::Long(cells) => cells.is_empty(),
        }
    }

    /// Whether any of these rows has a number other than zero.
    pub(crate) fn any_of(self, mut rows: impl Iterator<Item = u32>) -> bool {
        let other = |row| !matches!(self.get(row), RawCell::Missing | RawCell::Hundredths(0));
        !self.is_empty() && rows.any(other)
    }

    /// Puts the hundredths of these rows where each is to be, as numbers; below zero where there are none.
    #[inline(always)]
    pub(crate) fn put<'t>(self, rows: impl Iterator<Item = u32>, to: impl Iterator<Item = &'t mut f64>) {
        match self {
            RawCells::Counts(cells) => each(cells, rows, to, |cell, to| *to = cell.to_f64()),
            RawCells::Short(cells) => each(cells, rows, to, |cell, to| *to = cell.to_f64()),
            RawCells::Long(cells) => each(cells, rows, to, |cell, to| *to = cell.to_f64()),
        }
    }

    /// Adds so many times as much where there is a number of zero or more: nothing of what is missing, and no number of what stands
    /// on the side.
    #[inline(always)]
    pub(crate) fn add<'t>(
        self,
        rows: impl Iterator<Item = u32>,
        to: impl Iterator<Item = &'t mut f64>,
        times: f64,
    ) {
        // What is not known stays so, whatever is added.
        let add = |more: f64, to: &mut f64| *to = if *to >= 0.0 { *to + more * times } else { *to };
        match self {
            RawCells::Counts(cells) => each(cells, rows, to, |cell, to| add(cell.or_zero(), to)),
            RawCells::Short(cells) => each(cells, rows, to, |cell, to| add(cell.or_zero(), to)),
            RawCells::Long(cells) => each(cells, rows, to, |cell, to| add(cell.or_zero(), to)),
        }
    }

    /// The cells of these rows that stand one below the other, in hundredths, [`BLANK`] or [`WIDE`], in the place of what
    /// was there.
    pub(crate) fn of_range(self, rows: Range<usize>, out: &mut Vec<i64>) {
        let len = rows.len();
        out.clear();
        match self.range(rows) {
            RawCells::Counts(cells) => out.extend(cells.iter().map(|cell| long_of_count(*cell))),
            RawCells::Short(cells) => out.extend(cells.iter().map(|cell| lengthen(*cell))),
            RawCells::Long(cells) => out.extend_from_slice(cells),
        }
        // Beyond the end of a column they are missing.
        out.resize(len, MISSING);
    }

    /// The sum of the cells of these rows; `None` where a cell is missing, below zero or no ordinary number, and beyond the
    /// limits of decimals.
    pub(crate) fn total(self, rows: impl Iterator<Item = u32>) -> Option<Decimal> {
        fn sum<T: Copy>(
            cells: &[T],
            mut rows: impl Iterator<Item = u32>,
            long: impl Fn(T) -> i64,
        ) -> Option<i64> {
            rows.try_fold(0i64, |sum, row| {
                // What is missing or stands on the side is below zero as well.
                let cell = long(*cells.get(row as usize)?);
                (cell >= 0).then(|| sum.saturating_add(cell))
            })
        }
        let total = match self {
            RawCells::Counts(cells) => sum(cells, rows, long_of_count),
            RawCells::Short(cells) => sum(cells, rows, i64::from),
            RawCells::Long(cells) => sum(cells, rows, |cell| cell),
        };
        Decimal::new(total?, Column::SCALE).ok()
    }

    pub(crate) fn get(self, row: u32) -> RawCell {
        let cell = match self {
            RawCells::Counts(cells) => cells.get(row as usize).copied().map_or(MISSING, long_of_count),
            RawCells::Short(cells) => cells.get(row as usize).copied().map_or(MISSING, lengthen),
            RawCells::Long(cells) => cells.get(row as usize).copied().unwrap_or(MISSING),
        };
        match cell {
            MISSING => RawCell::Missing,
            WIDE => RawCell::Wide,
            hundredths => RawCell::Hundredths(hundredths),
        }
    }
}

/// Does something with the cells of some rows, each with its own; beyond their end they are missing.
#[inline(always)]
fn each<'t, C: CellKind>(
    cells: &[C],
    rows: impl Iterator<Item = u32>,
    to: impl Iterator<Item = &'t mut f64>,
    put: impl Fn(C, &mut f64),
) {
    for (row, to) in rows.zip(to) {
        put(cells.get(row as usize).copied().unwrap_or(C::MISSING), to);
    }
}

impl Default for Cells {
    fn default() -> Self {
        Cells::Counts(Vec::new())
    }
}

/// Cells of another length, with as much room for more.
fn converted<T: Copy, U>(cells: Vec<T>, cell: impl Fn(T) -> U) -> Vec<U> {
    let mut all = Vec::with_capacity(cells.capacity());
    all.extend(cells.into_iter().map(cell));
    all
}

/// A cell of a sheet as a long one.
fn long(cell: i64) -> i64 {
    match cell {
        NO_CELL => MISSING,
        WIDE_CELL => WIDE,
        cell => cell,
    }
}

#[inline(always)]
fn lengthen(cell: i32) -> i64 {
    match cell {
        SHORT_MISSING => MISSING,
        SHORT_WIDE => WIDE,
        cell => cell.into(),
    }
}

#[inline(always)]
fn long_of_count(cell: i16) -> i64 {
    match cell {
        COUNT_MISSING => MISSING,
        COUNT_WIDE => WIDE,
        count => i64::from(count) * 100,
    }
}

fn short_of_count(cell: i16) -> i32 {
    match cell {
        COUNT_MISSING => SHORT_MISSING,
        COUNT_WIDE => SHORT_WIDE,
        count => i32::from(count) * 100,
    }
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Cells::Counts(cells) => cells.len(),
            Cells::Short(cells) => cells.len(),
            Cells::Long(cells) => cells.len(),
        }
    }

    fn into_short(self) -> Self {
        match self {
            Cells::Counts(cells) => Cells::Short(converted(cells, short_of_count)),
            cells => cells,
        }
    }

    fn into_long(self) -> Self {
        match self {
            Cells::Counts(cells) => Cells::Long(converted(cells, long_of_count)),
            Cells::Short(cells) => Cells::Long(converted(cells, lengthen)),
            cells => cells,
        }
    }

    /// Adds counts of a sheet, [`SHEET`] at most.
    fn extend_counts(&mut self, more: &[i64]) {
        // One step at a time for all cells, as the compiler knows to do with a vector of them.
        let high = |cell: &i64| cell.wrapping_sub(NO_COUNT_CELL) as u64 >> 16;
        let all_short = more.iter().fold(0, |any, cell| any | high(cell)) == 0;
        match self {
            Cells::Counts(cells) if all_short => cells.extend(more.iter().map(|cell| *cell as i16)),
            _ => {
                let mut hundredths = [NO_CELL; SHEET];
                for (to, cell) in hundredths.iter_mut().zip(more) {
                    *to = match *cell {
                        NO_COUNT_CELL => NO_CELL,
                        WIDE_COUNT_CELL => WIDE_CELL,
                        count => count * 100,
                    };
                }
                self.extend(hundredths.get(..more.len()).unwrap_or_default());
            }
        }
    }

    /// Adds hundredths of a sheet.
    fn extend(&mut self, more: &[i64]) {
        let high = |cell: &i64| cell.wrapping_sub(NO_CELL) as u64 >> 32;
        let all_short = more.iter().fold(0, |any, cell| any | high(cell)) == 0;
        let cells = std::mem::take(self);
        *self = if all_short { cells.into_short() } else { cells.into_long() };
        match self {
            Cells::Counts(_) => {}
            Cells::Short(cells) => cells.extend(more.iter().map(|cell| *cell as i32)),
            Cells::Long(cells) => cells.extend(more.iter().map(|cell| long(*cell))),
        }
    }

    /// As many cells as this, those behind them missing.
    fn resize(&mut self, len: usize) {
        match self {
            Cells::Counts(cells) => cells.resize(len, COUNT_MISSING),
            Cells::Short(cells) => cells.resize(len, SHORT_MISSING),
            Cells::Long(cells) => cells.resize(len, MISSING),
        }
    }

    /// Moves all cells of others behind these.
    fn append(&mut self, others: &mut Cells) {
        match others {
            Cells::Counts(_) => {}
            Cells::Short(_) => *self = std::mem::take(self).into_short(),
            Cells::Long(_) => *self = std::mem::take(self).into_long(),
        }
        match (self, others) {
            (Cells::Counts(cells), Cells::Counts(more)) => cells.append(more),
            (Cells::Short(cells), Cells::Short(more)) => cells.append(more),
            (Cells::Long(cells), Cells::Long(more)) => cells.append(more),
            (Cells::Short(cells), Cells::Counts(more)) => cells.extend(more.drain(..).map(short_of_count)),
            (Cells::Long(cells), Cells::Counts(more)) => cells.extend(more.drain(..).map(long_of_count)),
            (Cells::Long(cells), Cells::Short(more)) => cells.extend(more.drain(..).map(lengthen)),
            // Those are made longer above.
            (Cells::Counts(_), _) | (Cells::Short(_), Cells::Long(_)) => {}
        }
    }

    fn reorder(&mut self, order: &[u32], spare: &mut Spare) {
        match self {
            Cells::Counts(cells) => reorder(cells, &mut spare.counts, order, COUNT_MISSING),
            Cells::Short(cells) => reorder(cells, &mut spare.short, order, SHORT_MISSING),
            Cells::Long(cells) => reorder(cells, &mut spare.long, order, MISSING),
        }
    }
}

/// The memory of a column that is no longer needed, for the next one: to touch new memory takes longer than to fill it.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    pub(super) counts: Vec<i16>,
    short: Vec<i32>,
    long: Vec<i64>,
}

/// Puts cells in another order, those missing that are behind the last, and leaves the memory they had.
pub(super) fn reorder<T: Copy>(cells: &mut Vec<T>, spare: &mut Vec<T>, order: &[u32], missing: T) {
    spare.clear();
    spare.extend(order.iter().map(|row| cells.get(*row as usize).copied().unwrap_or(missing)));
    std::mem::swap(cells, spare);
}

impl Column {
    /// Decimals of the ordinary cells: hundredths.
    const SCALE: u8 = 2;

    pub(crate) fn get(&self, row: usize) -> Option<Decimal> {
        self.hundredths(row).map_or_else(|wide| wide, |hundredths| Some(Decimal::from_hundredths(hundredths)))
    }

    /// The cell as a whole number and its decimals, trailing zeros and all; quicker than [`get`](Self::get).
    pub(crate) fn raw(&self, row: usize) -> Option<(i64, u8)> {
        self.hundredths(row)
            .map_or_else(|wide| Some(wide?.parts()), |hundredths| Some((hundredths, Self::SCALE)))
    }

    /// The count that an ordinary cell is; else whether anything else stands there.
    #[inline]
    pub(crate) fn count(&self, row: usize) -> Result<u32, bool> {
        if let Cells::Counts(cells) = &self.cells {
            return match cells.get(row) {
                Some(&cell) if cell > COUNT_WIDE => Ok(cell.unsigned_abs().into()),
                cell => Err(cell == Some(&COUNT_WIDE)),
            };
        }
        match self.hundredths(row) {
            Ok(hundredths) => match u32::try_from(hundredths / 100) {
                Ok(count) if i64::from(count) * 100 == hundredths => Ok(count),
                _ => Err(true),
            },
            Err(wide) => Err(wide.is_some()),
        }
    }

    /// An ordinary cell; else what stands on the side, if anything does.
    #[inline]
    pub(crate) fn hundredths(&self, row: usize) -> Result<i64, Option<Decimal>> {
        let cell = match &self.cells {
            Cells::Counts(cells) => match cells.get(row) {
                Some(&cell) if cell > COUNT_WIDE => return Ok(i64::from(cell) * 100),
                cell => cell.copied().map(long_of_count),
            },
            Cells::Short(cells) => match cells.get(row) {
                Some(&cell) if cell > SHORT_WIDE => return Ok(cell.into()),
                cell => cell.copied().map(lengthen),
            },
            Cells::Long(cells) => match cells.get(row) {
                Some(&cell) if cell > WIDE => return Ok(cell),
                cell => cell.copied(),
            },
        };
        Err(if cell == Some(WIDE) { self.wide.get(&(row as u32)).copied() } else { None })
    }

    /// The cells as they are kept.
    pub(crate) fn cells(&self) -> RawCells<'_> {
        match &self.cells {
            Cells::Counts(cells) => RawCells::Counts(cells),
            Cells::Short(cells) => RawCells::Short(cells),
            Cells::Long(cells) => RawCells::Long(cells),
        }
    }

    /// Whether nothing was ever pushed.
    pub(crate) fn is_unused(&self) -> bool {
        self.cells.len() == 0
    }

    /// Makes room for so many more rows, if there is any.
    pub(crate) fn reserve(&mut self, rows: usize) {
        let _ = match &mut self.cells {
            Cells::Counts(cells) => cells.try_reserve_exact(rows),
            Cells::Short(cells) => cells.try_reserve_exact(rows),
            Cells::Long(cells) => cells.try_reserve_exact(rows),
        };
    }

    /// What a sheet holds for a value of a column, in which something may be counted; it is kept on the side where it does
    /// not fit.
    pub(crate) fn cell(&mut self, row: usize, value: Decimal, is_count: bool) -> i64 {
        let cell = if is_count {
            value.whole().filter(|count| *count >= 0)
        } else {
            let scaled = (value.parts().1 <= Self::SCALE).then(|| value.at_scale(Self::SCALE));
            let cell = scaled.and_then(|s| i64::try_from(s).ok());
            cell.filter(|cell| ![NO_CELL, WIDE_CELL].contains(cell))
        };
        cell.unwrap_or_else(|| {
            self.wide.insert(row as u32, value);
            if is_count { WIDE_COUNT_CELL } else { WIDE_CELL }
        })
    }

    /// Adds cells of a sheet, of rows from `row` on, which is the next one or a later one.
    pub(crate) fn extend(&mut self, row: usize, more: &[i64], are_counts: bool) {
        if self.cells.len() != row {
            self.cells.resize(row);
        }
        if are_counts { self.cells.extend_counts(more) } else { self.cells.extend(more) }
    }

    /// Adds counts, or [`COUNT_MISSING`], of rows from `row` on, which is the next one or a later one.
    pub(crate) fn extend_counts(&mut self, row: usize, more: &[i16]) {
        if self.cells.len() != row {
            self.cells.resize(row);
        }
        match &mut self.cells {
            Cells::Counts(cells) => cells.extend_from_slice(more),
            Cells::Short(cells) => cells.extend(more.iter().map(|cell| short_of_count(*cell))),
            Cells::Long(cells) => cells.extend(more.iter().map(|cell| long_of_count(*cell))),
        }
    }

    /// Moves the cells of another column to rows from `row` on.
    pub(crate) fn append(&mut self, other: &mut Column, row: usize) {
        if other.is_unused() {
            return;
        }
        self.cells.resize(row);
        self.cells.append(&mut other.cells);
        let wide = std::mem::take(&mut other.wide).into_iter();
        self.wide.extend(wide.map(|(at, value)| (at + row as u32, value)));
    }

    /// Puts its rows in another order.
    pub(crate) fn reorder(&mut self, order: &[u32], spare: &mut Spare) {
        self.cells.reorder(order, spare);
        if !self.wide.is_empty() {
            let wide = std::mem::take(&mut self.wide);
            let moved = |(new, old): (usize, &u32)| Some((new as u32, *wide.get(old)?));
            self.wide.extend(order.iter().enumerate().filter_map(moved));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Short cells, long cells, cells on the side, and none: in any order, appended anywhere.
        #[test]
        fn a_column_gives_back_what_was_put_in(
            values in prop::collection::vec(
                prop::option::of((any::<i64>(), prop::sample::select(vec![0u32, 20, 31, 34, 45]), 0..5u8)),
                0..20,
            ),
            cut in 0..20usize,
        ) {
            let value = |(n, cut, scale): (i64, u32, u8)| Decimal::new(n >> (63 - cut), scale).ok();
            let values: Vec<Option<Decimal>> = values.into_iter().map(|v| v.and_then(value)).collect();
            let column = |values: &[Option<Decimal>]| {
                let mut column = Column::default();
                for (row, value) in values.iter().enumerate() {
                    let cell = value.map(|value| column.cell(row, value, false));
                    cell.iter().for_each(|cell| column.extend(row, &[*cell], false));
                }
                column
            };
            let read = |column: &Column| (0..values.len()).map(|row| column.get(row)).collect::<Vec<_>>();
            let rows: Vec<u32> = (0..values.len() as u32).collect();
            // As numbers, from any row on and beyond the last.
            let from = cut.min(values.len());
            let numbers = |column: &Column, or_zero: bool| {
                let rows = from as u32..values.len() as u32 + 3;
                let mut numbers = vec![0.0; rows.len()];
                if or_zero {
                    column.cells().add(rows, numbers.iter_mut(), 1.0);
                } else {
                    column.cells().put(rows, numbers.iter_mut());
                }
                numbers
            };
            let hundredths = |v: &Option<Decimal>| {
                let (number, scale) = v.as_ref()?.parts();
                i64::try_from(i128::from(number) * crate::numeric::pow10(2u8.checked_sub(scale)?)).ok()
            };
            let raw = |column: &Column, row| column.raw(row).map(|(n, scale)| Decimal::new(n, scale).ok());
            let whole = column(&values);
            prop_assert_eq!(&read(&whole), &values);
            prop_assert!((0..values.len()).all(|row| raw(&whole, row) == values[row].map(Some)));
            // A total is the sum of decimals, where there is one.
            let counted = |v: &Option<Decimal>| v.filter(|v| !v.is_negative()).as_ref().and_then(|v| hundredths(&Some(*v)));
            let beyond = |place: usize| from + place >= values.len();
            for (place, number) in numbers(&whole, false).into_iter().enumerate() {
                let number = (number >= 0.0).then_some(number as i64);
                prop_assert_eq!(number, if beyond(place) { None } else { counted(&values[from + place]) });
            }
            for (place, number) in numbers(&whole, true).into_iter().enumerate() {
                let value = if beyond(place) { None } else { values[from + place] };
                match value.map(|value| hundredths(&Some(value))) {
                    None => prop_assert_eq!(number, 0.0),
                    Some(None) => prop_assert!(number.is_nan()),
                    Some(Some(cell)) => prop_assert_eq!(number, cell as f64),
                }
            }
            let ordinary = values.iter().all(|v| counted(v).is_some());
            let sum = values.iter().try_fold(Decimal::ZERO, |sum, v| sum.checked_add((*v)?));
            let total = whole.cells().total(rows.iter().copied());
            prop_assert_eq!(total, sum.filter(|_| ordinary));
            for (row, value) in values.iter().enumerate() {
                let cell = match whole.cells().get(row as u32) {
                    RawCell::Missing => None,
                    RawCell::Wide => whole.get(row),
                    RawCell::Hundredths(hundredths) => Some(Decimal::from_hundredths(hundredths)),
                };
                prop_assert_eq!(cell, *value);
            }
            prop_assert_eq!(!whole.is_unused(), values.iter().any(Option::is_some));
            let (first, rest) = values.split_at(cut.min(values.len()));
            let mut joined = column(first);
            let mut rest = column(rest);
            joined.append(&mut rest, first.len());
            prop_assert!(rest.is_unused());
            prop_assert_eq!(&read(&joined), &values);
            let backwards: Vec<u32> = (0..values.len() as u32).rev().collect();
            let mut spare = Spare { counts: vec![7; 9], short: vec![7; 9], long: vec![7; 9] };
            let mut reordered = whole.clone();
            reordered.reorder(&backwards, &mut spare);
            let mut reordered = read(&reordered);
            reordered.reverse();
            prop_assert_eq!(&reordered, &values);
        }
    }

    proptest! {
        /// What is counted stays short as long as it can, and nobody can tell.
        #[test]
        fn counts_come_back_however_they_are_kept(
            counts in prop::collection::vec(
                prop::option::of(prop_oneof![
                    9 => 0..=32_767i64,
                    1 => prop::sample::select(vec![32_768, 65_536, 42_949_673, 99_999_999, 999_999_999_999]),
                ]),
                1..SHEET,
            ),
            cut in 0..SHEET,
        ) {
            let sheet = |column: &mut Column, counts: &[Option<i64>]| {
                let cell = |(row, count): (usize, &Option<i64>)| {
                    count.map_or(NO_COUNT_CELL, |count| column.cell(row, Decimal::new(count, 0).expect("short"), true))
                };
                let cells: Vec<i64> = counts.iter().enumerate().map(cell).collect();
                column.extend(0, &cells, true);
            };
            let (first, rest) = counts.split_at(cut.min(counts.len()));
            let [mut whole, mut joined, mut more] = [(); 3].map(|()| Column::default());
            sheet(&mut whole, &counts);
            sheet(&mut joined, first);
            sheet(&mut more, rest);
            joined.append(&mut more, first.len());
            for column in [&whole, &joined] {
                let read: Vec<_> = (0..counts.len()).map(|row| column.get(row).and_then(Decimal::whole)).collect();
                prop_assert_eq!(&read, &counts);
                let is_short = counts.iter().flatten().all(|count| *count <= 32_767);
                prop_assert_eq!(matches!(column.cells, Cells::Counts(_)), is_short);
            }
        }

        /// The tests of single cells say the same of a number however it is kept.
        #[test]
        fn cells_of_all_lengths_say_the_same(count in 0..=i16::MAX) {
            fn told<C: CellKind>(cell: C) -> ([bool; 6], f64) {
                let marked = [cell.is_missing(), cell.is_wide(), cell.is_negative_or_wide()];
                let [missing, wide, below] = marked;
                ([missing, wide, below, cell.is_zero(), cell.is_positive(), cell.has_fraction()], cell.to_f64())
            }
            let hundredths = i32::from(count) * 100;
            prop_assert_eq!(told(count), told(hundredths));
            prop_assert_eq!(told(i64::from(hundredths)), told(hundredths));
            prop_assert_eq!(told(COUNT_MISSING).0, told(SHORT_MISSING).0);
            prop_assert_eq!(told(COUNT_WIDE).0, told(SHORT_WIDE).0);
            prop_assert!(COUNT_MISSING.to_f64() < 0.0 && COUNT_WIDE.to_f64() < 0.0);
        }
    }

    #[test]
    fn a_number_that_looks_like_a_mark_is_a_number() {
        for hundredths in
            [i64::from(i32::MIN), i64::from(i32::MIN) + 1, i64::from(i32::MIN) + 2, MISSING / 1000]
        {
            let (mut column, value) = (Column::default(), Decimal::from_hundredths(hundredths));
            let cell = column.cell(0, value, false);
            column.extend(0, &[cell], false);
            assert_eq!(column.get(0), Some(value));
        }
    }
}
