//! Monitoring after recognition (年度监测): the same counties year by year.

use crate::assess::{Assessment, CountyResult, StageResult, Verdict};
use crate::model::{SchoolRow, Stage};
use crate::numeric::Decimal;
use crate::sizes::{LargeSchool, StageClasses};

/// One stage of one county over the years (年度监测).
///
/// # Examples
/// ```
/// use junheng::{Assessor, Standard, read_schools};
///
/// let table = "\
/// year,county_code,school_code,kind,ownership,students_primary,teachers_primary
/// 2021,210102,1,小学,公办,1000,50
/// 2021,210102,2,小学,公办,1000,50
/// 2023,210102,1,小学,公办,1000,50
/// ";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::basic_2012()).assess(&data)?;
/// let monitored = assessment.monitor();
/// assert_eq!((monitored.len(), monitored[0].years().len()), (1, 2));
/// assert_eq!(monitored[0].missing_years(), [2022]);
/// # Ok::<(), junheng::Error>(())
/// ```
#[doc(alias = "年度监测")]
#[derive(Clone, Debug)]
pub struct Monitored<'a> {
    stage: Stage,
    years: Vec<MonitoredYear<'a>>,
}

/// One year of a [`Monitored`] stage.
#[derive(Clone, Debug)]
pub struct MonitoredYear<'a> {
    stage: StageResult<'a>,
    /// The same stage in the year before.
    before: Option<StageResult<'a>>,
}

impl<'a> Monitored<'a> {
    /// Code of the county, six digits; blank where the rows give none.
    pub fn county_code(&self) -> &'a str {
        self.last().map_or("", CountyResult::code)
    }

    /// Name of the county in the last year; blank where it is not given.
    pub fn county_name(&self) -> &'a str {
        self.last().map_or("", CountyResult::name)
    }

    /// The stage.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The years that the data have, the earliest first; data without a year stand first.
    pub fn years(&self) -> &[MonitoredYear<'a>] {
        &self.years
    }

    /// The years between the first and the last of which the data have nothing.
    pub fn missing_years(&self) -> Vec<u16> {
        let known: Vec<_> = self.years.iter().filter_map(MonitoredYear::year).collect();
        let (Some(first), Some(last)) = (known.first(), known.last()) else { return Vec::new() };
        (*first..=*last).filter(|year| !known.contains(year)).collect()
    }

    /// Whether the county is to be checked on site: a limit is exceeded in the last year.
    #[doc(alias = "实地核查")]
    pub fn to_be_checked(&self) -> bool {
        self.years.last().is_some_and(|year| year.to_be_checked())
    }

    fn last(&self) -> Option<CountyResult<'a>> {
        self.years.last().map(|year| year.stage.county())
    }
}

impl<'a> MonitoredYear<'a> {
    /// The year; `None` where the data give none.
    pub fn year(&self) -> Option<u16> {
        self.stage.county().year()
    }

    /// The stage as it was assessed, with its composite and its coefficients.
    pub fn result(&self) -> StageResult<'a> {
        self.stage
    }

    /// The composite coefficient less that of the year before; `None` where either is not known, as behind a gap in the
    /// years.
    pub fn change(&self) -> Option<f64> {
        Some(self.stage.composite().cv()? - self.before?.composite().cv()?)
    }

    /// The same of the composites as they are printed.
    pub fn printed_change(&self) -> Option<Decimal> {
        self.stage.composite().printed()?.checked_sub(self.before?.composite().printed()?)
    }

    /// Whether every coefficient that has a limit is within it; `None` where none has one.
    pub fn verdict(&self) -> Option<Verdict> {
        let single = self.stage.variation().iter().filter_map(|found| found.verdict());
        let mut held = single.chain(self.stage.composite().verdict()).peekable();
        held.peek()?;
        Some(Verdict::all(held))
    }

    /// Whether the county is to be checked on site: a coefficient exceeds its limit. Classes and schools are watched, and
    /// have no limit in this.
    #[doc(alias = "实地核查")]
    pub fn to_be_checked(&self) -> bool {
        self.verdict() == Some(Verdict::NotMet)
    }

    /// Classes of the stage by size, held against the national aims (班额).
    pub fn class_sizes(&self) -> Option<StageClasses<'a>> {
        self.stage.county().class_sizes().into_iter().find(|classes| classes.stage() == self.stage.stage())
    }

    /// Schools that have the stage and are beyond a size, in order of code (大校额).
    pub fn large_schools(&self) -> Vec<LargeSchool<'a>> {
        let stage = self.stage.stage();
        let has =
            |school: SchoolRow<'_>| school.kind().has(stage) && school.students(stage) != Some(Decimal::ZERO);
        let mut schools = self.stage.county().large_schools();
        schools.retain(|large| has(large.school()));
        schools
    }
}

impl Assessment {
    /// Every county and stage over the years of the data, in order of county and stage (年度监测); a stage in which the
    /// county has no unit in any year is left out.
    #[doc(alias = "年度监测")]
    pub fn monitor(&self) -> Vec<Monitored<'_>> {
        // In order of code, then year.
        let counties: Vec<_> = self.counties().collect();
        let same = |a: &CountyResult<'_>, b: &CountyResult<'_>| a.code() == b.code();
        let groups = counties.chunk_by(same);
        groups.flat_map(|years| Stage::COMPULSORY.map(|stage| monitored(stage, years))).flatten().collect()
    }
}

fn monitored<'a>(stage: Stage, counties: &[CountyResult<'a>]) -> Option<Monitored<'a>> {
    let of = |county: &CountyResult<'a>| county.stages().find(|found| found.stage() == stage);
    let results: Vec<_> = counties.iter().filter_map(of).collect();
    if results.iter().all(|result| result.units().len() == 0) {
        return None;
    }
    let year = |result: &StageResult<'_>| result.county().year();
    let before = |result: &StageResult<'a>| {
        let wanted = year(result)?.checked_sub(1)?;
        results.iter().copied().find(|other| year(other) == Some(wanted))
    };
    let years = results.iter().map(|result| MonitoredYear { stage: *result, before: before(result) });
    Some(Monitored { stage, years: years.collect() })
}
