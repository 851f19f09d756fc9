//! Checks on data as it comes in (数据校验), which need no standard.

mod classes;
mod explanations;
mod limits;
mod per_pupil;
mod quick;
mod stages;
mod sums;
mod years;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

pub use explanations::Explanations;

use crate::finding::{Arg, Code, Finding, Item};
use crate::model::{County, DataSet, Field, SchoolRow, Stage};
use crate::numeric::Decimal;
use crate::parallel::{COUNTIES_WORTH_A_THREAD, in_ranges};
use limits::Limits;
use quick::Quick;
use stages::Stages;
use sums::Sums;
pub(crate) use years::Changes;
use years::{Held, Lone, Years};

/// Checks the schools of a data set against themselves and their other years (数据校验).
///
/// What is looked at: pupils against the kind of school, parts against wholes, classes against pupils, values typed
/// by hand against those that others imply, values per pupil against plausible bands, and one year against the next.
/// What was noticed while the data was read is not repeated: that is [`DataSet::findings`]. Nothing is repaired,
/// and a blank cell is never taken for a zero.
///
/// The findings come in the order of results (code, county, year, school, column), whatever the order of the rows.
///
/// # Examples
/// ```
/// use junheng::model::{DataSet, Field, School, SchoolKind};
/// use junheng::{Lang, check};
///
/// let mut builder = DataSet::builder();
/// builder.push(
///     &School::new("210102", "2101000001", SchoolKind::Primary)?
///         .with_count(Field::StudentsPrimary, 600)?
///         .with_count(Field::TeachersPrimary, 30)?
///         .with_count(Field::BackbonePrimary, 32)?,
/// );
/// let findings = check(&builder.finish()?);
/// assert_eq!(findings.len(), 1);
/// assert_eq!(
///     findings[0].message(Lang::En),
///     "backbone_teachers_primary is 32, more than the 30 full-time teachers"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "数据校验")]
pub fn check(data: &DataSet) -> Vec<Finding> {
    // The code comes first in the order, then the county, in whose order they are found: of each code they are in
    // order already, or nearly.
    let mut by_code: BTreeMap<&str, Vec<Finding>> = BTreeMap::new();
    let checks = Checks::of(data);
    let done = in_ranges(data.counties().len(), COUNTIES_WORTH_A_THREAD, None, |range| checks.range(range));
    let jumps = done.iter().flat_map(|checked| &checked.jumps);
    by_code.insert(Code::Jump.id(), jumps.map(|jump| checks.change(*jump)).collect());
    for finding in checks.joined(done).into_values().flatten() {
        by_code.entry(finding.code().id()).or_default().push(finding);
    }
    let mut findings: Vec<_> = by_code.into_values().flatten().collect();
    findings.sort_by(in_order);
    findings
}

/// The order of what is found; schools without a code differ by their place alone.
pub(crate) fn in_order(a: &Finding, b: &Finding) -> Ordering {
    a.order(b).then_with(|| a.found_at().cmp(&b.found_at()))
}

/// The checks of a data set, county by county.
pub(crate) struct Checks<'a> {
    data: &'a DataSet,
    families: Families<'a>,
    years: Years<'a>,
    changes: Arc<Changes>,
}

/// What is found in a range of counties.
pub(crate) struct Checked {
    /// The place of the first of them among all.
    first: usize,
    found: Vec<OfCounty>,
    /// What jumps from the year before, one county behind another; [`Changes`] puts it into words.
    jumps: Vec<Item>,
    /// Schools that are in their county in one year alone, which may have changed it.
    alone: Vec<Lone>,
}

/// What is found in a county.
struct OfCounty {
    /// In the order of results.
    found: Vec<Finding>,
    jumps: Range<usize>,
}

impl<'a> Checks<'a> {
    pub(crate) fn of(data: &'a DataSet) -> Self {
        let limits = Limits::shipped();
        let (families, years) = (Families::of(data, limits), Years::of(data, limits));
        Checks { data, families, years, changes: Arc::new(Changes::of(data)) }
    }

    /// What was noted of two years.
    fn change(&self, noted: Item) -> Finding {
        Finding::brief(self.changes.clone(), noted)
    }

    /// Checks a range of counties, each by itself and against its other years.
    pub(crate) fn range(&self, counties: Range<usize>) -> Checked {
        let first = counties.start;
        let (mut found, mut jumps, mut alone) = (Vec::new(), Vec::new(), Vec::new());
        let mut suspects = self.families.suspects(counties.clone()).into_iter().peekable();
        let mut held = Held::default();
        let counties = counties.map(|index| {
            let county = self.data.county(index);
            let own = std::iter::from_fn(|| suspects.next_if(|row| *row < county.rows().end));
            self.families.check(county, own, &mut found);
            found.sort_by(in_order);
            let first = jumps.len();
            self.years.check(index, &mut held, &mut jumps, &mut alone);
            // As long as they are and no longer.
            let mut own = Vec::with_capacity(found.len());
            own.append(&mut found);
            OfCounty { found: own, jumps: first..jumps.len() }
        });
        let found = counties.collect();
        Checked { first, found, jumps, alone }
    }

    /// What [`check`] finds, of the ranges that make up the whole, but for what jumps and what was taken of them: by the place of the
    /// county, in the order of results.
    pub(crate) fn joined(&self, ranges: impl IntoIterator<Item = Checked>) -> BTreeMap<usize, Vec<Finding>> {
        let (mut found, mut alone) = (BTreeMap::<usize, Vec<Finding>>::new(), Vec::new());
        for checked in ranges {
            let own = (checked.first..).zip(checked.found).filter(|(_, own)| !own.found.is_empty());
            found.extend(own.map(|(county, own)| (county, own.found)));
            alone.extend(checked.alone);
        }
        let mut touched = BTreeSet::new();
        self.years.compare(alone, |county, noted| {
            found.entry(county).or_default().push(self.change(noted));
            touched.insert(county);
        });
        for county in touched {
            found.get_mut(&county).into_iter().for_each(|own| own.sort_by(in_order));
        }
        found
    }
}

impl Checked {
    /// Takes what is found in a county but for what jumps, and schools that may have changed it.
    pub(crate) fn take(&mut self, county: usize) -> Vec<Finding> {
        let own = county.checked_sub(self.first).and_then(|place| self.found.get_mut(place));
        own.map(|own| std::mem::take(&mut own.found)).unwrap_or_default()
    }

    /// What jumps in a county, for [`Changes`] to put into words.
    pub(crate) fn jumps(&self, county: usize) -> &[Item] {
        let own = county.checked_sub(self.first).and_then(|place| self.found.get(place));
        own.and_then(|own| self.jumps.get(own.jumps.clone())).unwrap_or_default()
    }
}

/// The checks on single schools.
struct Families<'a> {
    data: &'a DataSet,
    limits: &'static Limits,
    stages: Stages,
    sums: Sums,
    has_classes: bool,
    quick: Quick<'a>,
}

impl<'a> Families<'a> {
    fn of(data: &'a DataSet, limits: &'static Limits) -> Self {
        let (stages, sums) = (Stages::of(data), Sums::of(data));
        let quick = Quick::of(data, limits, &stages, &sums);
        Families { data, limits, stages, sums, has_classes: classes::has_any(data), quick }
    }

    /// The schools of these counties of which anything may be found but for their classes, by row.
    fn suspects(&self, counties: Range<usize>) -> Vec<u32> {
        let mut rows = counties.map(|index| self.data.county(index).rows());
        let Some(first) = rows.next() else { return Vec::new() };
        // The rows of one county follow those of another.
        self.quick.suspects(first.start..rows.next_back().map_or(first.end, |last| last.end))
    }

    fn check(&self, county: County<'_>, suspects: impl Iterator<Item = u32>, out: &mut Vec<Finding>) {
        for school in suspects.map(|row| self.data.school(row)) {
            self.stages.check(school, out);
            sums::check(&self.sums, school, out);
            per_pupil::check(school, self.limits, out);
        }
        if self.has_classes {
            county.schools().for_each(|school| classes::check(school, self.limits, out));
        }
    }
}

/// A number of things counted, below 10^12; `None` where it is missing.
fn count(school: SchoolRow<'_>, field: Field) -> Option<i64> {
    let (number, scale) = school.raw(field)?;
    let unit = 10i64.checked_pow(scale.into())?;
    (number % unit == 0).then_some(number / unit)
}

/// Two values of which the first is larger; `None` where it is not, or one is missing.
fn exceeding(school: SchoolRow<'_>, part: Field, whole: Field) -> Option<(Decimal, Decimal)> {
    let ((a, scale), (b, other)) = (school.raw(part)?, school.raw(whole)?);
    // Most are of one scale, and need not be made decimals to be compared.
    if scale == other && a <= b {
        return None;
    }
    let (value, total) = (school.value(part)?, school.value(whole)?);
    (value > total).then_some((value, total))
}

/// Pupils in both stages of compulsory education; `None` where those of a stage it has are missing.
fn compulsory_pupils(school: SchoolRow<'_>) -> Option<i64> {
    school.compulsory_students().and_then(Decimal::whole)
}

/// Identifier of what [`compulsory_pupils`] adds up.
const COMPULSORY_PUPILS: &str = "students_primary + students_junior";

fn compulsory_pupils_name() -> Arg {
    Arg::names("小学和初中在校生数", COMPULSORY_PUPILS)
}

/// Whether a school is known to have compulsory stages alone, so that its whole is their sum.
fn is_compulsory_only(school: SchoolRow<'_>) -> bool {
    school.kind().cannot_have(Stage::Senior)
        && school.value(Field::StudentsSenior).is_none_or(Decimal::is_zero)
}
