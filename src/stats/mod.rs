//! Weighted mean, standard deviation and coefficient of variation (差异系数), without any standard.
//!
//! | of | by |
//! |---|---|
//! | decimals as they were typed, row by row | [`Series`] |
//! | whole numbers in columns, shares of stages among them (分摊) | [`Columns`], for a fraction of the time |
//! | plain doubles | [`population_cv`], [`population_mean`], [`population_std_dev`], [`sample_mean_std_dev`] |
//! | doubles in pieces that are merged | [`Moments`] |
//!
//! Figures of the first three are the doubles nearest to the exact ones of what they are given, in any order.

mod coefficient;
mod columns;
mod estimate;
mod exact;
mod moments;
mod rows;
mod series;
mod sums;

pub use coefficient::Width;
pub(crate) use coefficient::{Coefficient, Group, Item, MeanCv, decided, is_rounded_clearly, round_clearly};
pub use columns::{Columns, Share};
pub(crate) use exact::Exact;
pub use moments::{Moments, population_cv, population_mean, population_std_dev, sample_mean_std_dev};
pub(crate) use rows::{Figures, Printed, Rows, Weights};
pub use series::{Series, Summary};
