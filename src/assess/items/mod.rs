//! The items beside the resources: government support, quality, recognition, vetoes.
//!
//! [`evaluate`] goes through the items of a standard; each procedure has a function of its own, which looks at the
//! county's row, at its schools, or at both. Facts come from [`Facts`], comparisons from [`Case::hold`], clauses
//! from [`transitional`].

mod attested;
mod catchment;
mod funding;
mod kept;
mod limits;
mod monitoring;
mod name;
mod pool;
mod ratio;
mod recognition;
mod result;
mod retention;
mod rooms;
mod school_standard;
mod score;
mod size;
mod teachers;
#[cfg(test)]
mod tests;
mod training;
mod transitional;

pub(super) use kept::Items;
pub(super) use limits::DayLimits;
pub use result::{AppliedClause, ItemPart, ItemResult, ItemSchool};

use std::cell::OnceCell;
use std::ops::Range;

use super::reach::Readings;
use super::told::{Figures, boundary};
use super::{Judge, Local, Options, Verdict};
use crate::date::Date;
use crate::finding::{Arg, Code, Finding};
use crate::lang::Lang;
use crate::model::{County, CountyData, CountyField, Field, SchoolRow, Stage, Unit};
use crate::numeric::{Decimal, Ratio, pow10};
use crate::standards::{Direction, Item, Procedure, Standard};
use kept::Source;
use limits::Limit;
use name::Name;

/// What is known of a county.
pub(super) struct Facts<'a> {
    /// What the items ask on the day.
    pub(super) limits: &'a DayLimits,
    pub(super) standard: &'a Standard,
    pub(super) judge: Judge,
    pub(super) options: &'a Options,
    pub(super) local: &'a Local,
    pub(super) date: Option<Date>,
    pub(super) county: County<'a>,
    /// Its row in the county table.
    pub(super) table: Option<&'a CountyData>,
    /// The schools that are assessed.
    pub(super) schools: &'a [SchoolRow<'a>],
    /// Those of them that have pupils in the primary and in the junior stage, or may have them.
    pub(super) by_stage: &'a [Vec<SchoolRow<'a>>; 2],
    /// The schools left out, each with the reason.
    pub(super) excluded: &'a [(SchoolRow<'a>, &'a str)],
}

/// A figure held against what is required of it.
#[derive(Clone, Copy, Debug)]
struct Measure {
    verdict: Verdict,
    value: Option<Ratio>,
    requirement: Option<Ratio>,
    direction: Direction,
    unit: Unit,
    /// What is lacking, or too much, in the things counted: places, persons, rooms, yuan.
    shortfall: Option<Decimal>,
    /// Where the requirement stands, where that is not where the item does.
    source: Option<Source>,
    /// Whether the requirement is just what stands there.
    is_as_sourced: bool,
}

impl Measure {
    /// A verdict without a figure.
    fn bare(verdict: Verdict) -> Self {
        Measure {
            verdict,
            value: None,
            requirement: None,
            direction: Direction::Fixed,
            unit: Unit::None,
            shortfall: None,
            source: None,
            is_as_sourced: false,
        }
    }

    fn open() -> Self {
        Measure::bare(Verdict::Undetermined)
    }

    /// Against a limit, open as yet.
    fn against(limit: &Limit) -> Self {
        Measure {
            requirement: Some(limit.value.into()),
            direction: limit.direction,
            unit: limit.unit,
            source: Some(limit.source),
            is_as_sourced: true,
            ..Measure::open()
        }
    }

    fn verdict(self, verdict: Verdict) -> Self {
        Measure { verdict, ..self }
    }

    fn value(self, value: Option<Ratio>) -> Self {
        Measure { value, ..self }
    }

    fn requirement(self, requirement: Option<Ratio>) -> Self {
        Measure { requirement, is_as_sourced: false, ..self }
    }

    /// Value and requirement, where it has both.
    fn figures(&self) -> Option<(Ratio, Ratio)> {
        self.value.zip(self.requirement)
    }

    fn lacking(self, shortfall: Option<Decimal>) -> Self {
        Measure { shortfall: shortfall.filter(|_| self.verdict == Verdict::NotMet), ..self }
    }
}

/// A school that an item tells of.
struct Found {
    row: u32,
    stage: Option<Stage>,
    part: Option<Name>,
    measure: Measure,
}

/// The clause under which a school meets an item, and what it would be without.
struct ByClause {
    /// Its place among the clauses of the item.
    place: usize,
    without: Measure,
}

/// Judges all items that are asked for on the day, adds them to those of other counties and returns which they are.
pub(super) fn evaluate(facts: &Facts<'_>, items: &mut Items, findings: &mut Vec<Finding>) -> Range<usize> {
    let first = items.len();
    let all = facts.standard.items();
    let limits = facts.limits.of_county(facts.county.code());
    let teachers = OnceCell::new();
    for (place, item) in all.iter().enumerate().filter(|(_, item)| item.is_asked_on(facts.date)) {
        let limits = limits.get(place);
        let mut case = Case { facts, item, limits, items, findings, teachers: &teachers };
        let measure = case.judge();
        items.add_item(place, &measure);
    }
    first..items.len()
}

/// One item of one county. What it tells of parts, schools and figures is put down at once; what it comes to, last.
struct Case<'f, 'a> {
    facts: &'f Facts<'a>,
    item: &'a Item,
    /// The parameters that it is judged by as they are in force.
    limits: &'f [(&'static str, [Option<Limit>; 2])],
    items: &'f mut Items,
    findings: &'f mut Vec<Finding>,
    /// All teachers of the county, once they are counted; `None` where those of a school are missing.
    teachers: &'f OnceCell<Option<Decimal>>,
}

impl<'f, 'a> Case<'f, 'a> {
    fn judge(&mut self) -> Measure {
        match self.item.procedure() {
            Procedure::Attested => attested::attestation(self),
            Procedure::Veto => attested::veto(self),
            Procedure::RatioAtLeast => ratio::ratio_at_least(self),
            Procedure::NotBelow => ratio::not_below(self),
            Procedure::Rotation => ratio::rotation(self),
            Procedure::UniformFunding => funding::uniform(self),
            Procedure::SmallSchoolFunding => funding::small_schools(self),
            Procedure::Rooms => rooms::rooms(self),
            Procedure::SchoolSize => size::schools(self),
            Procedure::NoneOverLimit => size::classes(self),
            Procedure::Teachers => teachers::teachers(self),
            Procedure::Catchment => catchment::catchment(self),
            Procedure::Retention => retention::retention(self),
            Procedure::TrainingShare => training::training(self),
            Procedure::Monitoring => monitoring::monitoring(self),
            Procedure::Recognition => recognition::recognition(self),
            Procedure::Score => score::score(self),
            Procedure::SchoolStandard => school_standard::school_standard(self),
        }
    }

    /// A figure of the county.
    fn figure(&self, field: CountyField) -> Option<Decimal> {
        self.facts.table?.value(field)
    }

    /// An answer of the county.
    fn answer(&self, field: CountyField) -> Option<bool> {
        self.facts.table?.answer(field)
    }

    /// Whether the data have a column at all.
    fn tells(&self, column: Field) -> bool {
        self.facts.county.data().has_column(column)
    }

    /// The schools that have pupils in a stage, or may have them.
    fn schools_of(&self, stage: Stage) -> &'f [SchoolRow<'a>] {
        self.facts.by_stage.get(stage as usize).map_or(&[], Vec::as_slice)
    }

    fn schools(&self) -> &'f [SchoolRow<'a>] {
        self.facts.schools
    }

    /// The sum of a column over schools; `None` where a cell is missing.
    fn total(&self, schools: &[SchoolRow<'_>], field: Field) -> Option<Decimal> {
        let cells = self.facts.county.data().cells(field);
        let quick = cells.total(schools.iter().map(|school| school.row()));
        quick.or_else(|| sum(schools.iter().map(|school| school.value(field))))
    }

    /// A parameter in force; `None` where the county may be any, and regions differ.
    fn limit(&self, name: &str, stage: Stage) -> Option<Limit> {
        let (_, limits) = self.limits.iter().find(|(known, _)| *known == name)?;
        *limits.get(stage as usize)?
    }

    /// The value of a parameter in force.
    fn limit_value(&self, name: &str, stage: Stage) -> Option<Decimal> {
        self.limit(name, stage).map(|limit| limit.value)
    }

    /// Holds a value against a limit, as the assessment judges: exactly, or as the form prints it.
    fn hold(&mut self, value: Ratio, limit: &Limit, about: Option<SchoolRow<'_>>) -> bool {
        self.hold_ratio(value, limit.value.into(), limit.direction, limit.unit, about)
    }

    fn hold_ratio(
        &mut self,
        value: Ratio,
        limit: Ratio,
        direction: Direction,
        unit: Unit,
        about: Option<SchoolRow<'_>>,
    ) -> bool {
        let precision = self.facts.standard.precision();
        let decimals = match unit {
            Unit::Percent => precision.percent,
            // Printed as per cent.
            Unit::Ratio => precision.percent + 2,
            _ => precision.figure,
        };
        let exact = meets(value, limit, direction);
        if exact && is_plain(direction, limit) {
            return exact;
        }
        let printed = value.round_half_up(decimals).map_or(exact, |p| meets(p.into(), limit, direction));
        let readings = Readings { exact, printed };
        if readings.differ() {
            let finding = match about {
                Some(school) => school.finding(Code::BoundaryCase, None),
                None => self.about_county(Code::BoundaryCase),
            };
            let figures =
                Figures { exact: Some(value.to_f64()), printed: value.round_half_up(decimals), decimals };
            let finding = finding.column(self.id());
            let beyond = if direction == Direction::AtLeast { "<" } else { ">" };
            self.findings.extend(
                nearest_decimal(limit)
                    .and_then(|limit| boundary(finding, self.title(), figures, limit, readings, beyond)),
            );
        }
        self.facts.judge.pick(readings)
    }

    /// A value against a limit.
    fn measure(&mut self, value: Ratio, limit: &Limit, about: Option<SchoolRow<'_>>) -> Measure {
        let met = self.hold(value, limit, about);
        Measure::against(limit).value(Some(value)).verdict(met.into())
    }

    /// Keeps a figure for those who show what the verdict rests on.
    fn show(&mut self, name: Name, figure: Option<Decimal>) {
        self.items.add_figure(name, figure);
    }

    /// All parts must be met; a single part needs no list.
    fn all(&mut self, parts: impl IntoIterator<Item = (Name, Measure)>) -> Measure {
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else { return Measure::bare(Verdict::Met) };
        let Some(second) = parts.next() else { return first.1 };
        let verdicts = [first, second].into_iter().chain(parts).map(|(name, measure)| {
            self.items.add_part(name, &measure);
            measure.verdict
        });
        Measure::bare(Verdict::all(verdicts))
    }

    /// Tells of a school.
    fn tell(&mut self, found: Found) {
        self.items.add_school(&found, None);
    }

    fn about_county(&self, code: Code) -> Finding {
        Finding::new(code).county(self.facts.county.code_shared(), self.facts.county.year())
    }

    fn id(&self) -> Arg {
        Arg::names(self.item.title(Lang::Zh).to_owned(), self.item.id().to_owned())
    }

    fn title(&self) -> Arg {
        Arg::names(self.item.title(Lang::Zh).to_owned(), self.item.title(Lang::En).to_owned())
    }

    /// Says that a cell is blank; that a column is not there at all is no news in a table of resources.
    fn miss(&mut self, school: SchoolRow<'_>, field: Field) {
        if school.has_column(field) {
            let finding = school.finding(Code::MissingValue, Some(field));
            self.findings.push(finding.arg("needed_for", self.title()));
        }
    }

    /// Says that the county's figure is not the one that its schools give; the county's wins.
    fn compare(&mut self, field: CountyField, given: Decimal, derived: Option<Decimal>) {
        if let Some(derived) = derived.filter(|derived| *derived != given) {
            let used = Arg::names("区县表所填", "the county's own figure");
            let finding = self.about_county(Code::TotalsDisagree).column(field).value(given);
            self.findings.push(finding.arg("derived", &derived).arg("used", used));
        }
    }
}

/// Whether all that meet a limit meet it rounded as well: it is a whole number, and may be reached.
fn is_plain(direction: Direction, limit: Ratio) -> bool {
    direction != Direction::Below && limit.parts().1 == 1
}

fn meets<T: PartialOrd>(value: T, limit: T, direction: Direction) -> bool {
    match direction {
        Direction::AtLeast => value >= limit,
        Direction::AtMost => value <= limit,
        Direction::Below => value < limit,
        Direction::Fixed => true,
    }
}

/// The schools that have pupils in the primary and in the junior stage, or may have them, in the place of what was there.
pub(super) fn by_stage<'a>(schools: &[SchoolRow<'a>], by_stage: &mut [Vec<SchoolRow<'a>>; 2]) {
    by_stage.iter_mut().for_each(Vec::clear);
    for school in schools {
        for (stage, of_stage) in Stage::COMPULSORY.into_iter().zip(&mut *by_stage) {
            if school.may_have_pupils(stage) {
                of_stage.push(*school);
            }
        }
    }
}

/// The stages of compulsory education in which a school has pupils, or may have them.
fn stages(school: SchoolRow<'_>) -> impl Iterator<Item = Stage> {
    Stage::COMPULSORY.into_iter().filter(move |stage| school.may_have_pupils(*stage))
}

/// `num × 10^power / den`; `None` where the divisor is zero.
pub(super) fn quotient(num: Decimal, den: Decimal, power: u8) -> Option<Ratio> {
    let ((n, n_scale), (d, d_scale)) = (num.parts(), den.parts());
    let num = i128::from(n).checked_mul(pow10(d_scale))?.checked_mul(pow10(power))?;
    Ratio::new(num, i128::from(d).checked_mul(pow10(n_scale))?)
}

/// How much more of `num` would make `num × 10^power / den` reach the limit, rounded up.
fn lacking(num: Decimal, den: Decimal, limit: &Limit, decimals: u8) -> Option<Decimal> {
    let needed = den.checked_mul(limit.value)?;
    let (needed, scale) = needed.parts();
    rounded_up(Ratio::new(needed.into(), pow10(scale + limit.per()))?, decimals)?.checked_sub(num)
}

/// Rounded up to so many decimals.
fn rounded_up(value: Ratio, decimals: u8) -> Option<Decimal> {
    let (num, den) = value.parts();
    let scaled = num.checked_mul(pow10(decimals))?;
    let up = i128::from(scaled.rem_euclid(den) != 0);
    Decimal::from_i128(scaled.div_euclid(den) + up, decimals).ok()
}

/// A sum; `None` where a part is missing.
fn sum(parts: impl IntoIterator<Item = Option<Decimal>>) -> Option<Decimal> {
    parts.into_iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(part?))
}

/// An exact value as a person writes it: a plain decimal where there is one.
pub(super) fn show(value: Ratio) -> String {
    match exact_decimal(value) {
        Some(decimal) => decimal.to_string(),
        None => value.to_f64().to_string(),
    }
}

/// An exact value as a decimal, rounded where it has none.
fn nearest_decimal(value: Ratio) -> Option<Decimal> {
    exact_decimal(value).or_else(|| value.round_half_up(9))
}

fn exact_decimal(value: Ratio) -> Option<Decimal> {
    let (num, den) = value.parts();
    (0..=9).find_map(|scale| {
        let scaled = num.checked_mul(pow10(scale))?;
        if scaled % den == 0 { Decimal::from_i128(scaled / den, scale).ok() } else { None }
    })
}
