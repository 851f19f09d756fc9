//! The coefficient of any table of amounts and pupils, without any standard.

use super::exact::{Item, coefficient};
use crate::numeric::{Decimal, pow10};

/// Amounts and pupils, exactly as typed, whose coefficient of variation is wanted.
///
/// # Formula
/// `X̄ = Σ xᵢ / Σ Pᵢ`, `Xᵢ = xᵢ / Pᵢ`, `S² = Σ Pᵢ (Xᵢ − X̄)² / Σ Pᵢ`, `CV = S / |X̄|`
/// (教督〔2012〕3号, notes on calculation). Without pupils every row weighs 1 and its value is the amount.
///
/// # Examples
/// ```
/// use junheng::stats::Series;
///
/// let mut series = Series::default();
/// for (pupils, books) in [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)] {
///     assert!(series.push(books.into(), Some(pupils.into())));
/// }
/// let summary = series.summary().unwrap();
/// assert_eq!(summary.mean, 6.3344370860927155);
/// assert_eq!(summary.std_dev, 3.2638607051953756);
/// assert_eq!(summary.cv, Some(0.5152566298844764));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Series {
    rows: Vec<(Decimal, Decimal)>,
}

/// What a [`Series`] comes to; every figure is the double nearest to the exact value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Rows that count.
    pub rows: usize,
    /// Sum of the pupils, or the count of rows where none were given.
    pub weight: f64,
    /// Weighted mean.
    pub mean: f64,
    /// Population standard deviation.
    pub std_dev: f64,
    /// Coefficient of variation; `None` where the mean is zero.
    pub cv: Option<f64>,
}

impl Series {
    /// Adds a row; pupils of zero or less make no value, and the row is refused.
    ///
    /// Returns whether it was added.
    pub fn push(&mut self, amount: Decimal, pupils: Option<Decimal>) -> bool {
        let pupils = pupils.unwrap_or(Decimal::ONE);
        let fit = !pupils.is_negative() && !pupils.is_zero();
        if fit {
            self.rows.push((amount, pupils));
        }
        fit
    }

    /// The figures; `None` without any row.
    pub fn summary(&self) -> Option<Summary> {
        let scale = self.rows.iter().map(|(_, p)| p.parts().1).max()?;
        let item = |(amount, pupils): &(Decimal, Decimal)| {
            let ((a, sa), (p, sp)) = (amount.parts(), pupils.parts());
            Item { num: a as i128 * pow10(sp), den: p as i128 * pow10(sa), weight: pupils.at_scale(scale) }
        };
        let items: Vec<Item> = self.rows.iter().map(item).collect();
        let found = coefficient(&items)?;
        let weight: i128 = items.iter().map(|i| i.weight).sum();
        Some(Summary {
            rows: items.len(),
            weight: crate::Ratio::new(weight, pow10(scale))?.to_f64(),
            mean: found.mean.to_f64(),
            std_dev: found.std_dev.to_f64(),
            cv: found.cv.map(|cv| cv.to_f64()),
        })
    }
}
