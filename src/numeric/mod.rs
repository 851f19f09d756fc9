//! Numbers as they were typed, and comparisons that no rounding decides.

mod decimal;
mod double;
mod lanes;
mod nearest;
mod ratio;
mod root;

pub(crate) use decimal::pow10;
pub use decimal::{Decimal, ParseDecimalError};
pub(crate) use double::Double;
pub(crate) use lanes::{Doubles, LANES, Row, filled, put_at, small_to_f64};
pub(crate) use nearest::{Leading, power_of_two};
pub(crate) use ratio::Held;
pub use ratio::Ratio;
pub(crate) use root::RootSum;
