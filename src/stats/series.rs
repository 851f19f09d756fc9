//! The coefficient of any table of amounts and pupils, without any standard.

use super::coefficient::{Group, Item};
use super::columns::Columns;
use super::estimate::Estimate;
use crate::numeric::{Decimal, Ratio, pow10};

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
    weighted: bool,
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
        self.weighted |= pupils.is_some();
        let pupils = pupils.unwrap_or(Decimal::ONE);
        let fit = !pupils.is_negative() && !pupils.is_zero();
        if fit {
            self.rows.push((amount, pupils));
        }
        fit
    }

    /// The figures; `None` without any row.
    pub fn summary(&self) -> Option<Summary> {
        if let Some((pupils, amounts, scale)) = self.columns() {
            return Columns::new(&pupils, &amounts).scale(scale).summary();
        }
        let items = self.items();
        let found = items.coefficient()?;
        let weight = items.iter().try_fold(0i128, |sum, item| sum.checked_add(item.weight))?;
        Some(Summary {
            rows: items.len(),
            weight: Ratio::new(weight, pow10(self.scale()))?.to_f64(),
            mean: found.mean,
            std_dev: found.std_dev,
            cv: found.cv(),
        })
    }

    /// Standard deviation with the divisor `n − 1`, for comparison with other programs: the double nearest to the
    /// exact one.
    ///
    /// Never the deviation of the regulations, whose divisor is the sum of all pupils. `None` of fewer than two rows
    /// and of a series with pupils.
    ///
    /// # Examples
    /// ```
    /// use junheng::stats::Series;
    ///
    /// let mut series = Series::default();
    /// for amount in [1u32, 3] {
    ///     series.push(amount.into(), None);
    /// }
    /// assert_eq!(series.sample_std_dev(), Some(2f64.sqrt()));
    /// assert_eq!(series.summary().unwrap().std_dev, 1.0);
    /// ```
    pub fn sample_std_dev(&self) -> Option<f64> {
        if self.weighted || self.rows.len() < 2 {
            return None;
        }
        let items = self.items();
        let (near, error) = Estimate::new(items.iter().map(Item::term)).sample_std_dev();
        Some(near.settled(error).unwrap_or_else(|| items.exact().std_dev(true).to_f64()))
    }

    /// Pupils and amounts as whole numbers, and the decimals of the amounts, where 64 bits hold them.
    fn columns(&self) -> Option<(Vec<i64>, Vec<i64>, u8)> {
        let scale = self.rows.iter().map(|(amount, _)| amount.parts().1).max()?;
        let (mut pupils, mut amounts) = (Vec::new(), Vec::new());
        for (amount, p) in &self.rows {
            if !p.is_whole() {
                return None;
            }
            pupils.push(p.parts().0);
            amounts.push(i64::try_from(amount.at_scale(scale)).ok()?);
        }
        Some((pupils, amounts, scale))
    }

    /// The most decimals that pupils have.
    fn scale(&self) -> u8 {
        self.rows.iter().map(|(_, pupils)| pupils.parts().1).max().unwrap_or(0)
    }

    fn items(&self) -> Vec<Item> {
        let scale = self.scale();
        let item = |(amount, pupils): &(Decimal, Decimal)| {
            let ((a, sa), (p, sp)) = (amount.parts(), pupils.parts());
            // At most 18 digits times 10¹⁷: within 128 bits.
            Item {
                num: i128::from(a) * pow10(sp),
                den: i128::from(p) * pow10(sa),
                weight: pupils.at_scale(scale),
            }
        };
        self.rows.iter().map(item).collect()
    }
}
