//! Balanced compulsory education (义务教育均衡): indicators, variation coefficients and exact verdicts.
mod date;
mod error;
mod finding;
mod lang;
mod numeric;
pub use date::{Date, ParseDateError};
pub use error::{Error, ErrorKind, Text};
pub use finding::{Code, Finding, Place, Severity};
pub use lang::Lang;
pub use numeric::{Decimal, ParseDecimalError, Ratio};
mod indicator;
pub mod io;
pub mod model;
pub use indicator::Indicator;
pub use io::{SchoolReader, read_schools};
mod standards;
pub mod stats;
pub use standards::{
    Citation, Cited, Clause, Dated, Document, Exclusion, IndicatorRule, Precision, Reading, Standard,
    UnitRule,
};
