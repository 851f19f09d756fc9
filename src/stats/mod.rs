//! Weighted mean, standard deviation and coefficient of variation: for plain doubles, and exactly.

mod coefficient;
mod columns;
mod estimate;
mod exact;
mod moments;
mod series;

pub use coefficient::Width;
pub(crate) use coefficient::{Coefficient, Group, Item, cmp_mean_cv, mean_cv, rounded_mean_cv};
pub use columns::{Columns, Share};
pub(crate) use exact::Exact;
pub use moments::{Moments, population_cv, population_mean, population_std_dev, sample_mean_std_dev};
pub use series::{Series, Summary};
