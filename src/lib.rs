//! Balanced compulsory education (义务教育均衡): indicators, variation coefficients and exact verdicts under the
//! Chinese regulations.
//!
//! A county is measured on whether its primary and junior schools are equally well provided for: by the basic
//! balanced standard (义务教育基本均衡, 教督〔2012〕3号), then by the high-quality balanced one (优质均衡,
//! 教督〔2017〕6号). This crate reads the table a county has, computes every indicator and coefficient, and says for
//! each school and county what the regulations say, exactly, and why.
//!
//! ```
//! use junheng::{Assessor, Indicator, Lang, Standard, Verdict, read_schools};
//!
//! let table = "\
//! 区县代码,学校标识码,学校名称,学校类别,小学在校生数,小学高于规定学历教师数,教学仪器设备值(万元)
//! 210102,1,一小,小学,1000,45,210
//! 210102,2,二小,小学,500,20,100
//! ";
//! let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
//! let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
//! let county = assessment.counties().next().unwrap();
//! let primary = county.stages().next().unwrap();
//!
//! // 20 teachers for 500 pupils are 4.0 a hundred: one too few for 4.2.
//! let second = primary.units().nth(1).unwrap();
//! let why = second.explain(Indicator::AboveQualifiedTeachers).unwrap();
//! assert_eq!((why.verdict(), why.shortfall()), (Some(Verdict::NotMet), Some("1".parse()?)));
//! assert_eq!(why.citation().unwrap().to_string(), "教督〔2017〕6号 第五条");
//!
//! // Weighted by pupils: x̄ = 65 / 1500, S² = (1000·(0.045 − x̄)² + 500·(0.04 − x̄)²) / 1500.
//! let cv = primary.variation()[0].cv().unwrap();
//! assert_eq!(format!("{cv:.3}"), "0.054");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! Data flows one way:
//!
//! | step | where |
//! |---|---|
//! | files to schools | [`read_schools`], [`io`] |
//! | schools as they are reported | [`model`]: [`DataSet`](model::DataSet), [`School`](model::School), [`Field`](model::Field) |
//! | doubts about the data | [`check`](fn@check), [`Finding`], [`Explanations`] |
//! | what is counted | [`Indicator`] |
//! | the arithmetic | [`stats`], [`Decimal`], [`Ratio`] |
//! | the law, as data | [`Standard`] |
//! | facts meet law | [`Assessor`], [`Assessment`], [`Verdict`], [`Explanation`] |
//! | results on paper | [`report`] |
//! | any table, no law | [`Grouped`] |
//!
//! # Exactness
//!
//! Amounts are decimals as they were typed. Every comparison with a threshold, a floor or a limit is decided in
//! exact arithmetic; coefficients are the doubles nearest to their exact values. Missing is not zero: a verdict
//! that missing data would decide is [`Verdict::Undetermined`]. The same data give the same result in any order.
//!
//! # What it does not do
//!
//! It does not evaluate formulas of workbooks, mend data, or rank counties; it has no opinion where the regulations
//! have none. Readings that the texts leave open are named options of the [`Standard`].
//!
//! # Features
//!
//! - none by default: a linking service compiles readers, model, arithmetic and law.
//! - `cli`: the program `junheng` and what it offers to people at a terminal.
//! - `synth`: the seeded generator of synthetic data.
//!
//! # More to read
//!
//! [The guide](_documentation::guide) ([中文](_documentation::guide_zh)) has the input, the findings and recipes,
//! [the method](_documentation::method) every formula with its article and its arithmetic,
//! [the design](_documentation::design) the reasons, [the measurements](_documentation::measurements) the speed,
//! [the changelog](_documentation::changelog) what moved.

mod assess;
mod check;
mod date;
mod error;
mod finding;
pub mod forms;
mod grouped;
mod indicator;
pub mod io;
mod lang;
pub mod model;
mod monitor;
mod numeric;
mod parallel;
pub mod report;
mod sizes;
mod standards;
pub mod stats;
#[cfg(feature = "synth")]
pub mod synth;

pub use assess::{
    AppliedClause, Assessment, Assessor, Composite, CountyResult, Excluded, Explanation, Figure, ItemPart,
    ItemResult, ItemSchool, Judge, Missing, Obstacle, RowCheck, SchoolCheck, ScoreEntry, ScoreResult,
    StageResult, UnitResult, Variation, Verdict,
};
pub use check::{Explanations, check};
pub use date::{Date, ParseDateError};
pub use error::{Error, ErrorKind, Text};
pub use finding::{Code, Finding, Place, Severity};
pub use grouped::{Group, Grouped};
pub use indicator::Indicator;
pub use io::{CountyReader, SchoolReader, read_counties, read_schools};
pub use lang::Lang;
pub use monitor::{Monitored, MonitoredYear};
pub use numeric::{Decimal, ParseDecimalError, Ratio};
pub use sizes::{Aim, ClassSize, LargeSchool, SchoolLimit, SizeCount, StageClasses};
pub use standards::{
    Aspect, Citation, Cited, Clause, Dated, Difference, Direction, Document, Exclusion, IndicatorRule, Item,
    ItemClause, ItemParameter, Measured, Parameter, ParameterValue, Part, Precision, Procedure, Reading,
    SchoolStandard, SchoolStandardRow, SchoolStandardRule, ScoreItem, ScoreRule, ScoreTable, Standard, Steps,
    UnitRule,
};

/// The documents that ship with the source; their examples are tests.
pub mod _documentation {
    macro_rules! documents {
        ($($name:ident $file:literal;)*) => { $(
            // Of two definitions of a link the first holds: these lead to pages here, those in the files to files.
            #[doc = "[method]: method"]
            #[doc = "[changelog]: changelog"]
            #[doc = "[guide_zh]: guide_zh"]
            #[doc = "[recipes]: guide#recipes-for-the-library"]
            #[doc = "[findings]: guide#findings"]
            #[doc = "[overlays]: guide#standards-and-dates"]
            #[doc = ""]
            #[doc = include_str!($file)]
            pub mod $name {}
        )* };
    }

    documents! {
        guide "../docs/guide.md";
        guide_zh "../docs/guide.zh.md";
        method "../docs/method.md";
        design "../docs/design.md";
        measurements "../docs/measurements.md";
        changelog "../docs/changelog.md";
    }
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
