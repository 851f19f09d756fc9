//! Facts meet law: what a standard says about each school and each county, exactly.

mod alone;
mod balance;
mod county;
mod day;
mod explain;
mod found;
mod intake;
mod items;
mod obstacles;
mod out;
mod plain;
mod reach;
mod result;
mod rules;
mod school_standard;
mod scope;
mod score;
mod stage;
mod told;
mod unit;
mod verdict;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

pub(crate) use alone::SchoolItems;
pub use balance::{Composite, Variation};
pub use explain::{Explanation, Figure};
pub use items::{AppliedClause, ItemPart, ItemResult, ItemSchool};
pub use obstacles::Obstacle;
pub(crate) use obstacles::beyond_units;
pub use result::{Assessment, CountyResult, Excluded, StageResult, UnitResult};
pub use school_standard::{RowCheck, SchoolCheck};
pub use score::{ScoreEntry, ScoreResult};
pub use verdict::Verdict;

use crate::date::Date;
use crate::error::Error;
use crate::finding::{Code, Finding};
use crate::lang::Lang;
use crate::model::{County, CountyTable, DataSet, ScoreAnswers, ScoreSheet};
use crate::standards::{Procedure, SchoolStandard, ScoreTable, Standard};
use reach::Readings;
use score::Scored;

/// Which figure is held against a threshold or limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Judge {
    /// The exact value: 4.926 does not reach 4.93.
    #[default]
    Exact,
    /// The value as the form prints it, rounded half up: 4.926 is printed 4.93 and reaches it.
    AsReported,
}

impl Judge {
    /// Identifier in results.
    pub fn id(self) -> &'static str {
        match self {
            Judge::Exact => "exact",
            Judge::AsReported => "as_reported",
        }
    }

    fn pick(self, readings: Readings) -> bool {
        match self {
            Judge::Exact => readings.exact,
            Judge::AsReported => readings.printed,
        }
    }

    fn verdict(self, readings: Option<Readings>) -> Verdict {
        readings.map_or(Verdict::Undetermined, |r| self.pick(r).into())
    }
}

/// What becomes of a county's coefficient when the values of some units are missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Missing {
    /// It is not given (the official practice: the data must be completed).
    #[default]
    Refuse,
    /// It is computed over the units that have the value, and says how many were skipped.
    Skip,
}

/// The readings chosen of what the standard leaves open, in the order the standard lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options(Vec<(String, String)>);

impl Options {
    fn new(standard: &Standard) -> Self {
        let default = |o: &crate::Reading| (o.name().to_owned(), o.default_value().to_owned());
        Options(standard.options().iter().map(default).collect())
    }

    fn set(&mut self, standard: &Standard, name: &str, value: &str) -> Result<(), Error> {
        let Some(reading) = standard.options().iter().find(|o| o.name() == name) else {
            let known: Vec<_> = standard.options().iter().map(|o| o.name()).collect();
            return Err(Error::argument(
                format!("标准没有名为“{name}”的选项；有 {}", known.join("、")),
                format!("the standard has no option {name:?}; there are {}", known.join(", ")),
            ));
        };
        if !reading.values().any(|v| v == value) {
            let values: Vec<_> = reading.values().collect();
            return Err(Error::argument(
                format!("选项 {name} 不能取“{value}”；应为 {} 之一", values.join("、")),
                format!("the option {name} cannot be {value:?}; expected one of {}", values.join(", ")),
            ));
        }
        self.0
            .iter_mut()
            .filter(|(known, _)| known == name)
            .for_each(|(_, chosen)| *chosen = value.to_owned());
        Ok(())
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(n, v)| n == name && v == value)
    }

    fn itinerant_teachers_at_any_teaching_point(&self) -> bool {
        self.is("itinerant_scope", "rural_or_teaching_point")
    }
}

/// What provinces set themselves, and a standard asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Local {
    score: Option<Arc<Scored>>,
    school_standard: Option<SchoolStandard>,
}

impl Local {
    /// Says which tables are examples, and which answers belong to no county of the data.
    fn findings(&self, data: &DataSet) -> Vec<Finding> {
        let score = self.score.as_deref();
        let tables = [
            score
                .filter(|s| s.table.is_example())
                .map(|s| (s.table.title(Lang::Zh), s.table.title(Lang::En))),
            self.school_standard
                .as_ref()
                .filter(|s| s.is_example())
                .map(|s| (s.title(Lang::Zh), s.title(Lang::En))),
        ];
        let example = |(zh, en): (&str, &str)| {
            let title = crate::finding::Arg::names(zh.to_owned(), en.to_owned());
            Finding::new(Code::ExampleTable).arg("title", title)
        };
        let mut findings: Vec<_> = tables.into_iter().flatten().map(example).collect();
        let idle = |sheet: &&ScoreSheet| {
            let mine = |county: County<'_>| {
                let own = score.and_then(|s| s.answers.get(county.code(), county.year()));
                county.code() == sheet.code() && own == Some(*sheet)
            };
            !data.counties().any(mine)
        };
        findings.extend(score.into_iter().flat_map(|s| s.answers.findings()).cloned());
        let sheets = score.map_or(&[][..], |s| s.answers.sheets());
        findings.extend(sheets.iter().filter(idle).map(|sheet| {
            Finding::new(Code::AnswersWithoutSchools).county(sheet.code(), sheet.year()).value(sheet.code())
        }));
        findings
    }
}

/// Assesses data sets by a standard.
///
/// # Examples
/// ```
/// use junheng::{Assessor, Standard, Verdict, read_schools};
///
/// let table = "\
/// county_code,school_code,kind,students_primary,above_qualified_teachers_primary
/// 210102,1,小学,1000,42
/// 210102,2,小学,500,20
/// ";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
/// let county = assessment.counties().next().unwrap();
/// let primary = county.stages().next().unwrap();
/// // 20 teachers for 500 pupils are 4.0 a hundred, below 4.2; the other six indicators are not known.
/// let met: Vec<_> = primary.units().map(|u| u.meets(junheng::Indicator::AboveQualifiedTeachers)).collect();
/// assert_eq!(met, [Some(true), Some(false)]);
/// assert_eq!(county.resource_verdict(), Verdict::Undetermined);
/// # Ok::<(), junheng::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Assessor {
    standard: Standard,
    as_of: Option<Date>,
    judge: Judge,
    missing: Missing,
    options: Options,
    counties: BTreeSet<String>,
    threads: Option<NonZeroUsize>,
    table: CountyTable,
    local: Local,
    resources_only: bool,
}

impl Assessor {
    /// By this standard, with its own readings of what it leaves open.
    pub fn new(standard: Standard) -> Self {
        let options = Options::new(&standard);
        Assessor {
            standard,
            as_of: None,
            judge: Judge::default(),
            missing: Missing::default(),
            options,
            counties: BTreeSet::new(),
            threads: None,
            table: CountyTable::default(),
            local: Local::default(),
            resources_only: false,
        }
    }

    /// The day of the evaluation, which picks the values and transitional clauses in force.
    ///
    /// Without it: 31 December of the year of the data; without that either, the newest state of the standard.
    pub fn as_of(mut self, date: Date) -> Self {
        self.as_of = Some(date);
        self
    }

    /// Which figure is held against a threshold.
    pub fn judge(mut self, judge: Judge) -> Self {
        self.judge = judge;
        self
    }

    /// What becomes of a coefficient when data are missing.
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// A named reading of what the standard leaves open.
    ///
    /// # Errors
    /// The standard has no such option, or the option no such value.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Assessor, Standard};
    /// let error = Assessor::new(Standard::quality_2017()).option("itinerant_scope", "all").unwrap_err();
    /// assert!(error.to_string().ends_with("expected one of rural, rural_or_teaching_point"));
    /// ```
    pub fn option(mut self, name: &str, value: &str) -> Result<Self, Error> {
        self.options.set(&self.standard, name, value)?;
        Ok(self)
    }

    /// What the counties report about themselves (区县数据表); without it, the items that need it are undetermined.
    ///
    /// A county finds its row as [`CountyTable::get`] says. What was noticed when the table was read, and rows of
    /// counties that have no schools, are among the findings of the result.
    pub fn county_data(mut self, table: CountyTable) -> Self {
        self.table = table;
        self
    }

    /// The scoring table of the province and the counties' answers to it (评分表); without them, the item that asks for
    /// a score is undetermined.
    ///
    /// # Errors
    /// A standard that gives no score, a table with another number of points in all, every answer that does not fit.
    #[doc(alias = "评分表")]
    pub fn score(mut self, table: ScoreTable, answers: ScoreAnswers) -> Result<Self, Error> {
        self.local.score = Some(Arc::new(Scored::new(&self.standard, table, answers)?));
        Ok(self)
    }

    /// The basic standard of schools of the province (办学基本标准); without it, the item that asks for it is
    /// undetermined.
    ///
    /// # Errors
    /// A standard that asks for none.
    #[doc(alias = "办学基本标准")]
    pub fn school_standard(mut self, table: SchoolStandard) -> Result<Self, Error> {
        if !self.standard.items().iter().any(|item| item.procedure() == Procedure::SchoolStandard) {
            let id = self.standard.id();
            return Err(Error::argument(
                format!("标准 {id} 不要求办学基本标准"),
                format!("the standard {id} asks for no basic standard of schools"),
            ));
        }
        self.local.school_standard = Some(table);
        Ok(self)
    }

    /// Only this county; may be called for several.
    pub fn only_county(mut self, code: &str) -> Self {
        self.counties.insert(code.to_owned());
        self
    }

    /// The resources alone (资源配置): items beside them are not judged, and the verdict by the whole standard stays open
    /// unless the resources fail it.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Assessor, Standard, read_schools};
    ///
    /// let table = "county_code,school_code,kind,students_primary\n210102,1,小学,300\n";
    /// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
    /// let assessment = Assessor::new(Standard::quality_2017()).resources_only().assess(&data)?;
    /// assert_eq!(assessment.counties().next().unwrap().items().count(), 0);
    /// # Ok::<(), junheng::Error>(())
    /// ```
    #[doc(alias = "资源配置")]
    pub fn resources_only(mut self) -> Self {
        self.resources_only = true;
        self
    }

    /// How many threads share the counties; unless this says otherwise, as many as there are in the pool of `rayon` that
    /// calls. The result is the same whatever their number.
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Assesses every county of each year.
    ///
    /// # Errors
    /// A county asked for that is not in the data.
    pub fn assess(&self, data: &DataSet) -> Result<Assessment, Error> {
        self.asks_for_counties_of(data)?;
        let mut done = county::assess(std::slice::from_ref(self), data);
        Ok(done.remove(0))
    }

    /// Whether a county with this code is to be assessed.
    fn asks_for(&self, code: &str) -> bool {
        self.counties.is_empty() || self.counties.contains(code)
    }

    /// Refuses a county asked for that is not in the data.
    fn asks_for_counties_of(&self, data: &DataSet) -> Result<(), Error> {
        let is_there = |code: &str| data.counties().any(|county| county.code() == code);
        let unknown: Vec<_> =
            self.counties.iter().map(String::as_str).filter(|code| !is_there(code)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(Error::argument(
            format!("数据中没有区县 {}", unknown.join("、")),
            format!("there is no county {} in the data", unknown.join(", ")),
        ))
    }
}

/// Assesses a data set by several standards at once, or by several readings of one.
///
/// What each comes to is what [`Assessor::assess`] gives; what the data themselves are checked for is checked once for all. As
/// many threads share the counties as the first of them says.
///
/// # Errors
/// A county asked for that is not in the data.
///
/// # Examples
/// ```
/// use junheng::{Assessment, Assessor, Standard, assess_all, read_schools};
///
/// let table = "\
/// county_code,school_code,kind,ownership,students_primary,above_qualified_teachers_primary
/// 210102,1,小学,县级教育部门,1000,42
/// 210102,2,小学,县级教育部门,500,20
/// ";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let both = [Standard::quality_2017(), Standard::basic_2012()].map(Assessor::new);
/// let both = assess_all(&both, &data)?;
/// // Above-qualified teachers a hundred pupils by the one, a pupil by the other: the same coefficient.
/// let stage = |found: &Assessment| found.counties().next().unwrap().stages().next().unwrap().variation().to_vec();
/// let found: Vec<_> = both.iter().map(|found| stage(found).into_iter().find(|v| v.cv().is_some()).unwrap()).collect();
/// assert_eq!(found[0].cv(), found[1].cv());
/// assert_eq!((found[0].printed_mean().unwrap().to_string(), found[1].units()), ("4.13".to_owned(), 2));
/// # Ok::<(), junheng::Error>(())
/// ```
pub fn assess_all(assessors: &[Assessor], data: &DataSet) -> Result<Vec<Assessment>, Error> {
    assessors.iter().try_for_each(|assessor| assessor.asks_for_counties_of(data))?;
    Ok(county::assess(assessors, data))
}
