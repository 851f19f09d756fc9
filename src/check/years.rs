//! One year against the next: schools that come, go or move, and figures that jump.

use std::collections::BTreeMap;

use super::limits::Limits;
use super::{compulsory_pupils, compulsory_pupils_name};
use crate::finding::{Arg, Code, Finding};
use crate::indicator::{Amount, Indicator};
use crate::model::{County, DataSet, Field, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio, pow10};
use crate::parallel::in_ranges;

/// The amounts that are asked about when they jump. Amounts rather than columns: a county that gives the sports
/// areas apart in one year and their sum in the next has not changed them.
const AMOUNTS: [Indicator; 3] = [Indicator::TeachingArea, Indicator::SportsArea, Indicator::EquipmentValue];

/// Compares every year of the data with the next year there is.
pub(super) fn check(data: &DataSet, limits: &Limits) -> Vec<Finding> {
    let mut years: BTreeMap<u16, Vec<County<'_>>> = BTreeMap::new();
    for county in data.counties() {
        if let Some(year) = county.year() {
            years.entry(year).or_default().push(county);
        }
    }
    let years: Vec<_> = years.into_iter().collect();
    let steps: Vec<_> = years.windows(2).collect();
    let done = in_ranges(steps.len(), 1, None, |range| {
        let mut out = Vec::new();
        for pair in steps.get(range).unwrap_or_default() {
            if let [(previous, before), (year, after)] = pair {
                let mut step =
                    Step { previous: *previous, year: *year, factor: limits.jump_factor, out: &mut out };
                step.compare(before, after);
            }
        }
        out
    });
    done.into_iter().flatten().collect()
}

/// From one year to the next.
struct Step<'o> {
    previous: u16,
    year: u16,
    factor: Decimal,
    out: &'o mut Vec<Finding>,
}

/// A school that is not in its county in the other year.
#[derive(Clone, Copy)]
struct Lone<'a> {
    school: SchoolRow<'a>,
    /// Whether the county itself is there in both years.
    county_stays: bool,
}

impl Step<'_> {
    fn compare(&mut self, before: &[County<'_>], after: &[County<'_>]) {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        let counties = (before.iter().copied(), after.iter().copied());
        join(counties.0, counties.1, County::code, |before, after| {
            let county_stays = before.is_some() && after.is_some();
            join(schools(before), schools(after), SchoolRow::code, |before, after| match (before, after) {
                (Some(before), Some(after)) => self.jumps(before, after),
                (Some(school), None) => gone.push(Lone { school, county_stays }),
                (None, Some(school)) => come.push(Lone { school, county_stays }),
                (None, None) => {}
            });
        });
        // The few that are left may have changed their county.
        gone.sort_unstable_by_key(|lone| lone.school.code());
        come.sort_unstable_by_key(|lone| lone.school.code());
        join(
            gone,
            come,
            |lone| lone.school.code(),
            |before, after| match (before, after) {
                (Some(before), Some(after)) => {
                    // Where the old county ends and the new one begins, the county was renumbered.
                    if before.county_stays || after.county_stays {
                        self.moved(before.school, after.school);
                    }
                    self.jumps(before.school, after.school);
                }
                (Some(Lone { school, county_stays: true }), None) => {
                    let finding = school.finding(Code::SchoolDisappears, Some(Field::SchoolCode));
                    let finding = finding.value(school.code()).arg("year", &self.previous);
                    self.out.push(finding.arg("next", &self.year));
                }
                (None, Some(Lone { school, county_stays: true })) => {
                    let finding = school.finding(Code::SchoolAppears, Some(Field::SchoolCode));
                    let finding = finding.value(school.code()).arg("year", &self.year);
                    self.out.push(finding.arg("previous", &self.previous));
                }
                _ => {}
            },
        );
    }

    fn moved(&mut self, before: SchoolRow<'_>, after: SchoolRow<'_>) {
        let finding = after.finding(Code::SchoolMoved, Some(Field::CountyCode)).value(after.county_code());
        let finding = finding.arg("before", before.county_code());
        self.out.push(finding.arg("previous", &self.previous).arg("year", &self.year));
    }

    fn jumps(&mut self, before: SchoolRow<'_>, after: SchoolRow<'_>) {
        if let (Some(old), Some(new)) = (compulsory_pupils(before), compulsory_pupils(after)) {
            let [old, new] = [old, new].map(|pupils| Amount { mantissa: pupils.into(), scale: 0 });
            self.jump(after, (None, compulsory_pupils_name), old, new);
        }
        for indicator in AMOUNTS {
            // Shared by the stages of a school: any stage gives the same amount.
            let [old, new] = [before, after].map(|school| indicator.amount(school, Stage::Primary));
            if let (Ok(old), Ok(new)) = (old, new) {
                let name = || Arg::names(indicator.zh(), indicator.id());
                self.jump(after, (Some(indicator.field(Stage::Primary)), name), old, new);
            }
        }
    }

    fn jump(
        &mut self,
        school: SchoolRow<'_>,
        (field, name): (Option<Field>, impl Fn() -> Arg),
        old: Amount,
        new: Amount,
    ) {
        // From nothing or to nothing there is no factor.
        if old == new || old.mantissa == 0 || new.mantissa == 0 {
            return;
        }
        let (small, large) = if old.ratio() < new.ratio() { (old, new) } else { (new, old) };
        if large.ratio() > times(small, self.factor) {
            let finding = school.finding(Code::Jump, field).column(name()).value(new);
            let finding = finding.arg("before", &old).arg("previous", &self.previous);
            self.out.push(finding.arg("year", &self.year).arg("factor", &self.factor));
        }
    }
}

/// A multiple. Amounts stay below 10^31 and the factor is small, so their product is far within 128 bits.
fn times(amount: Amount, factor: Decimal) -> Ratio {
    let (num, den) = amount.ratio().parts();
    let (mantissa, scale) = factor.parts();
    Ratio::new(num * i128::from(mantissa), den * pow10(scale)).unwrap_or(amount.ratio())
}

/// The schools with a code, in its order.
fn schools<'a>(county: Option<County<'a>>) -> impl Iterator<Item = SchoolRow<'a>> {
    county.into_iter().flat_map(County::schools).filter(|school| !school.code().is_empty())
}

/// Goes through two sequences in the order of their keys, and pairs what has the same key.
fn join<'a, T: Copy>(
    left: impl IntoIterator<Item = T>,
    right: impl IntoIterator<Item = T>,
    key: impl Fn(T) -> &'a str,
    mut each: impl FnMut(Option<T>, Option<T>),
) {
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(l), Some(r)) => key(*l).cmp(key(*r)),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return,
        };
        let l = if order.is_le() { left.next() } else { None };
        let r = if order.is_ge() { right.next() } else { None };
        each(l, r);
    }
}
