//! A column of numbers, compact where they are ordinary.

use std::collections::BTreeMap;

use crate::numeric::Decimal;

const MISSING: i64 = i64::MIN;
const WIDE: i64 = i64::MIN + 1;

/// Decimals of one field: scaled integers at two decimals, and the few that need more on the side.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    cells: Vec<i64>,
    wide: BTreeMap<u32, Decimal>,
}

impl Column {
    /// Decimals of the ordinary cells: hundredths.
    const SCALE: u8 = 2;

    pub(crate) fn get(&self, row: usize) -> Option<Decimal> {
        match *self.cells.get(row)? {
            MISSING => None,
            WIDE => self.wide.get(&(row as u32)).copied(),
            cell => Some(Decimal::from_hundredths(cell)),
        }
    }

    /// The cell as a whole number and its decimals, trailing zeros and all; quicker than [`get`](Self::get).
    pub(crate) fn raw(&self, row: usize) -> Option<(i64, u8)> {
        match *self.cells.get(row)? {
            MISSING => None,
            WIDE => self.wide.get(&(row as u32)).map(|value| value.parts()),
            cell => Some((cell, Self::SCALE)),
        }
    }

    /// Whether nothing was ever pushed.
    pub(crate) fn is_unused(&self) -> bool {
        self.cells.is_empty()
    }

    pub(crate) fn has_any(&self) -> bool {
        self.cells.iter().any(|c| *c != MISSING)
    }

    /// Sets the value of `row`, which is the next one or a later one.
    pub(crate) fn push(&mut self, row: usize, value: Decimal) {
        self.cells.resize(row, MISSING);
        let scaled = (value.parts().1 <= Self::SCALE).then(|| value.at_scale(Self::SCALE));
        match scaled.and_then(|s| i64::try_from(s).ok()) {
            Some(cell) => self.cells.push(cell),
            None => {
                self.wide.insert(row as u32, value);
                self.cells.push(WIDE);
            }
        }
    }

    /// The same for a value in hundredths.
    pub(crate) fn push_hundredths(&mut self, row: usize, hundredths: i64) {
        self.cells.resize(row, MISSING);
        self.cells.push(hundredths);
    }

    /// Adds the cells of another column, of rows from `row` on.
    pub(crate) fn append(&mut self, mut other: Column, row: usize) {
        if other.is_unused() {
            return;
        }
        if self.is_unused() && row == 0 {
            *self = other;
            return;
        }
        self.cells.resize(row, MISSING);
        self.cells.append(&mut other.cells);
        self.wide.extend(other.wide.into_iter().map(|(at, value)| (at + row as u32, value)));
    }

    /// The column with its rows in another order, `len` of them.
    pub(crate) fn reordered(&self, order: &[u32]) -> Column {
        let mut out = Column { cells: Vec::with_capacity(order.len()), wide: BTreeMap::new() };
        for (new, &old) in order.iter().enumerate() {
            let cell = self.cells.get(old as usize).copied().unwrap_or(MISSING);
            if cell == WIDE
                && let Some(value) = self.wide.get(&old)
            {
                out.wide.insert(new as u32, *value);
            }
            out.cells.push(cell);
        }
        out
    }
}
