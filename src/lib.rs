//! Balanced compulsory education (义务教育均衡): indicators, variation coefficients and exact verdicts.
mod assess;
mod check;
mod date;
mod error;
mod finding;
mod lang;
mod numeric;
pub use assess::{
    Assessment, Assessor, Composite, CountyResult, Excluded, Explanation, Figure, Judge, Missing,
    StageResult, UnitResult, Variation, Verdict,
};
pub use check::{Explanations, check};
pub use date::{Date, ParseDateError};
pub use error::{Error, ErrorKind, Text};
pub use finding::{Code, Finding, Place, Severity};
pub use lang::Lang;
pub use numeric::{Decimal, ParseDecimalError, Ratio};
mod indicator;
pub mod model;
pub use indicator::Indicator;
mod standards;
pub mod stats;
pub use standards::{
    Citation, Cited, Clause, Dated, Difference, Document, Exclusion, IndicatorRule, Parameter, Precision,
    Reading, Standard, UnitRule,
};
#[cfg(feature = "synth")]
pub mod synth;
