//! Weighted mean, standard deviation and coefficient of variation: for plain doubles, and exactly.

mod exact;
mod moments;
mod series;

pub(crate) use exact::{Coefficient, Item, cmp_mean_cv, coefficient, round_with};
pub use moments::{Moments, population_cv, population_mean, population_std_dev, sample_mean_std_dev};
pub use series::{Series, Summary};
