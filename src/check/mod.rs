//! Checks on data as it comes in (数据校验), which need no standard.

mod classes;
mod explanations;
mod limits;
mod per_pupil;
mod stages;
mod sums;
mod years;

use std::cmp::Ordering;

pub use explanations::Explanations;

use crate::finding::{Arg, Finding};
use crate::model::{DataSet, Field, SchoolRow, Stage};
use crate::numeric::Decimal;
use crate::parallel::{COUNTIES_WORTH_A_THREAD, in_ranges};
use limits::Limits;
use stages::Stages;
use sums::Sums;

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
    let mut findings = in_any_order(data);
    findings.sort_by(in_order);
    findings
}

/// The order of what is found; schools without a code differ by their place alone.
pub(crate) fn in_order(a: &Finding, b: &Finding) -> Ordering {
    a.order(b).then_with(|| a.found_at().cmp(&b.found_at()))
}

/// What [`check`] finds, in no order but for runs of one county after another.
pub(crate) fn in_any_order(data: &DataSet) -> Vec<Finding> {
    let limits = Limits::shipped();
    let (stages, sums) = (Stages::of(data), Sums::of(data));
    let done = in_ranges(data.counties().len(), COUNTIES_WORTH_A_THREAD, None, |range| {
        let mut findings = Vec::new();
        // One family after another: each goes through few columns, side by side in memory.
        let schools = || range.clone().flat_map(|index| data.county(index).schools());
        schools().for_each(|school| stages.check(school, &mut findings));
        schools().for_each(|school| sums::check(&sums, school, &mut findings));
        if classes::has_any(data) {
            schools().for_each(|school| classes::check(school, limits, &mut findings));
        }
        schools().for_each(|school| per_pupil::check(school, limits, &mut findings));
        findings
    });
    let mut findings: Vec<Finding> = done.into_iter().flatten().collect();
    findings.extend(years::check(data, limits));
    findings
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

/// What [`compulsory_pupils`] adds up.
fn compulsory_pupils_name() -> Arg {
    Arg::names("小学和初中在校生数", "students_primary + students_junior")
}

/// Whether a school is known to have compulsory stages alone, so that its whole is their sum.
fn is_compulsory_only(school: SchoolRow<'_>) -> bool {
    let kind = school.kind();
    kind.stages_are_fixed()
        && !kind.has(Stage::Senior)
        && school.value(Field::StudentsSenior).is_none_or(Decimal::is_zero)
}
