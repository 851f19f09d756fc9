//! Balanced compulsory education (义务教育均衡): indicators, variation coefficients and exact verdicts under the
//! Chinese regulations.
//!
//! A county is measured on whether its primary and junior schools are equally well provided for: by the basic
//! balanced standard (义务教育基本均衡, 教督〔2012〕3号), then by the high-quality balanced one (优质均衡,
//! 教督〔2017〕6号), which also asks after the government's support, quality and public recognition. This crate reads
//! the tables a county has, computes every indicator and coefficient, judges every item, and says for each school and
//! county what the regulations say, exactly, and why; and it fills in the form in which the county applies.
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
//! | files to schools and counties | [`read_schools`], [`read_counties`], [`io`] |
//! | schools as they are reported | [`model`]: [`DataSet`](model::DataSet), [`School`](model::School) |
//! | counties as they report | [`CountyTable`](model::CountyTable), [`CountyField`](model::CountyField) |
//! | doubts about the data | [`check`](fn@check), [`Finding`], [`Explanations`] |
//! | what is counted | [`Indicator`] |
//! | the arithmetic | [`stats`], [`Decimal`], [`Ratio`] |
//! | the law, as data | [`Standard`], its [`Item`]s, overlays ([`Standard::open`]) |
//! | facts meet law | [`Assessor`], [`Assessment`], [`Verdict`], [`Explanation`]; by several standards, [`assess_all`] |
//! | beside the resources | [`CountyResult::items`], [`CountyResult::obstacles`] |
//! | tables of a province, for `basic-2012` | [`ScoreTable`], [`SchoolStandard`] |
//! | the years after recognition | [`Assessment::monitor`], [`Monitored`] |
//! | the application form | [`forms`], [`CountyResult::forms`], [`CountyResult::school_sheets`] |
//! | large classes and schools | [`CountyResult::class_sizes`], [`CountyResult::large_schools`] |
//! | results on paper | [`report`] |
//! | any table, no law | [`Grouped`] |
//!
//! # The whole standard
//!
//! The resources are judged from the schools alone. What else a standard asks are [`Item`]s; those that look at the
//! county table are undetermined without it, and so is then the whole.
//!
//! ```
//! use junheng::{Assessor, Part, Standard, Verdict, read_counties, read_schools};
//!
//! let schools = "区县代码,学校标识码,学校类别,小学在校生数,小学超45人班级数\n210102,1,小学,1000,1\n";
//! let county = "区县代码,优质高中招生名额总数,优质高中分配名额,向农村初中倾斜\n210102,1000,640,是\n";
//! let schools = read_schools().from_bytes("schools.csv", schools.as_bytes())?;
//! let counties = read_counties().from_bytes("counties.csv", county.as_bytes())?;
//! let assessment = Assessor::new(Standard::quality_2017()).county_data(counties).assess(&schools)?;
//! let county = assessment.counties().next().unwrap();
//! let verdict = |item| county.item(item).unwrap().verdict();
//! // 64 % of the places are allocated; one class is too large; nobody says whether anything was falsified.
//! assert_eq!(verdict("g14"), Verdict::Met);
//! assert_eq!(verdict("g05"), Verdict::NotMet);
//! assert_eq!(verdict("veto_falsified"), Verdict::Undetermined);
//! assert_eq!(county.part_verdict(Part::Government), Some(Verdict::NotMet));
//! # Ok::<(), junheng::Error>(())
//! ```
//!
//! # Exactness
//!
//! Amounts are decimals as they were typed. Every comparison with a threshold, a floor or a limit is decided in
//! exact arithmetic; coefficients are the doubles nearest to their exact values. Missing is not zero: a verdict
//! that missing data would decide is [`Verdict::Undetermined`]. The same data give the same result in any order, in
//! any cut into files and on any number of threads.
//!
//! # What it does not do
//!
//! It does not evaluate formulas of workbooks, mend data, or rank counties; it has no opinion where the regulations
//! have none. Readings that the texts leave open are named options of the [`Standard`].
//!
//! # Features
//!
//! - none by default: a linking service compiles readers, model, arithmetic and law.
//! - `xlsx`: workbooks, wherever a table is read; templates to fill in; mistakes beside their cells; reports.
//! - `cli`: the program `junheng` and what it offers to people at a terminal.
//! - `html`: the report page, `report::write_page`.
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
#[cfg(feature = "xlsx")]
mod spreadsheet;
mod standards;
pub mod stats;
#[cfg(feature = "synth")]
pub mod synth;
#[cfg(feature = "xlsx")]
pub mod template;
#[cfg(feature = "xlsx")]
mod workings;

pub use assess::{
    AppliedClause, Assessment, Assessor, Composite, CountyResult, Excluded, Explanation, Figure, ItemPart,
    ItemResult, ItemSchool, Judge, Missing, Obstacle, RowCheck, SchoolCheck, ScoreEntry, ScoreResult,
    StageResult, UnitResult, Variation, Verdict, assess_all,
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
