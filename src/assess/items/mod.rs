//! The items beside the resources: government support, quality, recognition, vetoes.
//!
//! [`evaluate`] goes through the items of a standard; each procedure has a function of its own, which looks at the
//! county's row, at its schools, or at both. Facts come from [`Facts`], comparisons from [`Case::hold`], clauses
//! from [`transitional`].

mod attested;
mod catchment;
mod funding;
mod monitoring;
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
mod training;
mod transitional;

pub use result::{AppliedClause, ItemPart, ItemResult, ItemSchool};

use std::borrow::Cow;

use super::reach::Readings;
use super::stage::{Figures, boundary};
use super::{Judge, Local, Options, Verdict};
use crate::date::Date;
use crate::finding::{Arg, Code, Finding};
use crate::lang::Lang;
use crate::model::{County, CountyData, CountyField, Field, SchoolRow, Stage, Unit};
use crate::numeric::{Decimal, Held, Ratio, pow10};
use crate::standards::{Citation, Direction, Item, ItemParameter, Part, Procedure, Standard};

/// What is known of a county.
pub(super) struct Facts<'a> {
    /// The limits of each item that no region has of its own, by place; those that are not here are looked up.
    pub(super) limits: &'a [Option<Limits<'a>>],
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
    pub(super) by_stage: [Vec<SchoolRow<'a>>; 2],
    /// The schools left out, each with the reason.
    pub(super) excluded: &'a [(SchoolRow<'a>, &'a str)],
}

/// A figure held against what is required of it.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    pub(super) verdict: Verdict,
    pub(super) value: Held,
    pub(super) requirement: Held,
    pub(super) direction: Direction,
    pub(super) unit: Unit,
    /// What is lacking, or too much, in the things counted: places, persons, rooms, yuan.
    pub(super) shortfall: Option<Decimal>,
    /// Where the requirement stands, where that is not where the item does.
    pub(super) cite: Option<Citation>,
}

impl Measure {
    /// A verdict without a figure.
    pub(super) fn bare(verdict: Verdict) -> Self {
        Measure {
            verdict,
            value: Held::None,
            requirement: Held::None,
            direction: Direction::Fixed,
            unit: Unit::None,
            shortfall: None,
            cite: None,
        }
    }

    fn open() -> Self {
        Measure::bare(Verdict::Undetermined)
    }

    fn verdict(self, verdict: Verdict) -> Self {
        Measure { verdict, ..self }
    }

    fn value(self, value: Option<Ratio>) -> Self {
        Measure { value: value.into(), ..self }
    }

    fn requirement(self, requirement: Option<Ratio>) -> Self {
        Measure { requirement: requirement.into(), ..self }
    }

    /// Value and requirement, where it has both.
    fn figures(&self) -> Option<(Ratio, Ratio)> {
        self.value.get().zip(self.requirement.get())
    }

    fn lacking(self, shortfall: Option<Decimal>) -> Self {
        Measure { shortfall: shortfall.filter(|_| self.verdict == Verdict::NotMet), ..self }
    }
}

/// What became of an item.
#[derive(Clone, Debug)]
pub(super) struct ItemRecord {
    /// Its place among the items of the standard.
    pub(super) place: usize,
    pub(super) measure: Measure,
    pub(super) parts: Vec<PartRecord>,
    /// Schools that fail, that lack data, or that a clause touched.
    pub(super) schools: Vec<SchoolRecord>,
    pub(super) figures: Vec<FigureRecord>,
}

/// A count or a sum that went into an item, by name; `None` where data are missing.
pub(super) type FigureRecord = (&'static str, Option<Decimal>);

#[derive(Clone, Debug)]
pub(super) struct PartRecord {
    pub(super) id: &'static str,
    pub(super) measure: Measure,
}

#[derive(Clone, Debug)]
pub(super) struct SchoolRecord {
    pub(super) row: u32,
    pub(super) stage: Option<Stage>,
    pub(super) part: Option<&'static str>,
    pub(super) measure: Measure,
    /// Few have one.
    pub(super) clause: Option<Box<ClauseRecord>>,
}

/// The clause under which a school meets an item, and what it would be without.
#[derive(Clone, Debug)]
pub(super) struct ClauseRecord {
    /// Its place among the clauses of the item.
    pub(super) place: usize,
    pub(super) without: Measure,
}

/// What a procedure finds.
struct Outcome {
    measure: Measure,
    parts: Vec<PartRecord>,
    schools: Vec<SchoolRecord>,
}

impl Outcome {
    fn one(measure: Measure) -> Self {
        Outcome { measure, parts: Vec::new(), schools: Vec::new() }
    }

    /// All parts must be met; a single part needs no list.
    fn all(parts: Vec<(&'static str, Measure)>) -> Self {
        if let [(_, measure)] = parts.as_slice() {
            return Outcome::one(measure.clone());
        }
        let verdict = Verdict::all(parts.iter().map(|(_, m)| m.verdict));
        let parts = parts.into_iter().map(|(id, measure)| PartRecord { id, measure }).collect();
        Outcome { measure: Measure::bare(verdict), parts, schools: Vec::new() }
    }

    fn with(self, schools: Vec<SchoolRecord>) -> Self {
        Outcome { schools, ..self }
    }
}

/// Judges all items that are asked for on the day.
pub(super) fn evaluate(facts: &Facts<'_>, findings: &mut Vec<Finding>) -> Vec<ItemRecord> {
    let asked = facts.standard.items().iter().enumerate().filter(|(_, item)| item.is_asked_on(facts.date));
    let judged = asked.map(|(place, item)| {
        let limits = facts.limits.get(place).and_then(Option::as_ref);
        let limits = limits.map_or_else(
            || Cow::Owned(limits_of(facts.standard, item, facts.date, facts.county.code())),
            Cow::Borrowed,
        );
        let mut case = Case { facts, item, limits, findings: Vec::new(), figures: Vec::new() };
        let Outcome { measure, parts, mut schools } = case.judge();
        // These are kept for as long as the result is.
        schools.shrink_to_fit();
        findings.append(&mut case.findings);
        ItemRecord { place, measure, parts, schools, figures: case.figures }
    });
    judged.collect()
}

/// The verdict on a part: all its items; open where none is asked for.
pub(super) fn part_verdict(standard: &Standard, records: &[ItemRecord], part: Part) -> Verdict {
    let mine = |record: &&ItemRecord| standard.items().get(record.place).is_some_and(|i| i.part() == part);
    let verdicts = || records.iter().filter(mine).map(|record| record.measure.verdict);
    if verdicts().next().is_none() { Verdict::Undetermined } else { Verdict::all(verdicts()) }
}

/// One item of one county.
struct Case<'f, 'a> {
    facts: &'f Facts<'a>,
    item: &'a Item,
    limits: Cow<'f, Limits<'a>>,
    findings: Vec<Finding>,
    figures: Vec<FigureRecord>,
}

/// The parameters that an item is judged by as they are in force, primary and junior: looked up once for all schools.
pub(super) type Limits<'a> = Vec<(&'static str, [Option<Limit<'a>>; 2])>;

fn limits_of<'a>(standard: &'a Standard, item: &Item, date: Option<Date>, county: &str) -> Limits<'a> {
    let in_force = |name| Stage::COMPULSORY.map(|stage| in_force(standard, item, name, date, county, stage));
    item.procedure().parameters().iter().map(|name| (*name, in_force(*name))).collect()
}

/// The limits of each item, by place; `None` of one for which regions have limits of their own.
pub(super) fn limits_everywhere(standard: &Standard, date: Option<Date>) -> Vec<Option<Limits<'_>>> {
    let everywhere = |item: &Item| {
        let mut parameters = item.procedure().parameters().iter();
        let regional = |name: &&str| standard.parameter(item, name).is_some_and(ItemParameter::is_regional);
        (!parameters.any(regional)).then(|| limits_of(standard, item, date, ""))
    };
    standard.items().iter().map(everywhere).collect()
}

/// A parameter as it is in force.
#[derive(Clone, Copy)]
pub(super) struct Limit<'a> {
    value: Decimal,
    direction: Direction,
    unit: Unit,
    cite: &'a Citation,
    /// Whether an overlay asks for it.
    local: bool,
}

impl Limit<'_> {
    /// A measure against it, open as yet.
    fn measure(&self) -> Measure {
        Measure {
            requirement: Some(self.value.into()).into(),
            direction: self.direction,
            unit: self.unit,
            cite: Some(self.cite.clone()),
            ..Measure::open()
        }
    }

    /// Whether a value meets it beyond doubt, so that there is nothing to tell of it.
    fn is_met_by(&self, value: Ratio) -> bool {
        is_plain(self.direction, self.value.into()) && meets(value, self.value.into(), self.direction)
    }

    /// Shares in per cent are a hundred times the quotient.
    fn per(&self) -> u8 {
        if self.unit == Unit::Percent { 2 } else { 0 }
    }
}

impl<'f, 'a> Case<'f, 'a> {
    fn judge(&mut self) -> Outcome {
        match self.item.procedure() {
            Procedure::Attested => attested::attested(self),
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

    /// A parameter in force; `None` where the county may be any, and regions differ.
    fn limit(&self, name: &str, stage: Stage) -> Option<Limit<'a>> {
        let (_, limits) = self.limits.iter().find(|(known, _)| *known == name)?;
        *limits.get(stage as usize)?
    }

    /// The value of a parameter in force.
    fn limit_value(&self, name: &str, stage: Stage) -> Option<Decimal> {
        self.limit(name, stage).map(|limit| limit.value)
    }

    /// Holds a value against a limit, as the assessment judges: exactly, or as the form prints it.
    fn hold(&mut self, value: Ratio, limit: &Limit<'_>, about: Option<SchoolRow<'_>>) -> bool {
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
    fn measure(&mut self, value: Ratio, limit: &Limit<'_>, about: Option<SchoolRow<'_>>) -> Measure {
        let met = self.hold(value, limit, about);
        limit.measure().value(Some(value)).verdict(met.into())
    }

    /// Keeps a figure for those who show what the verdict rests on.
    fn show(&mut self, name: &'static str, figure: Option<Decimal>) {
        self.figures.push((name, figure));
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

fn in_force<'a>(
    standard: &'a Standard,
    item: &Item,
    name: &str,
    date: Option<Date>,
    county: &str,
    stage: Stage,
) -> Option<Limit<'a>> {
    let parameter = standard.parameter(item, name)?;
    let found = parameter.in_force(stage, date, county)?;
    Some(Limit {
        value: found.value(stage)?,
        direction: parameter.direction(),
        unit: parameter.unit(),
        cite: found.cite(),
        local: found.layer > 0,
    })
}

/// Whether all that meet a limit meet it rounded as well: it is a whole number, and may be reached.
fn is_plain(direction: Direction, limit: Ratio) -> bool {
    direction != Direction::Below && limit.parts().1 == 1
}

fn meets(value: Ratio, limit: Ratio, direction: Direction) -> bool {
    match direction {
        Direction::AtLeast => value >= limit,
        Direction::AtMost => value <= limit,
        Direction::Below => value < limit,
        Direction::Fixed => true,
    }
}

/// The schools that have pupils in the primary and in the junior stage, or may have them.
pub(super) fn by_stage<'a>(schools: &[SchoolRow<'a>]) -> [Vec<SchoolRow<'a>>; 2] {
    let in_stage = |school: &SchoolRow<'_>, stage| school.students(stage).is_none_or(|p| !p.is_zero());
    Stage::COMPULSORY.map(|stage| schools.iter().copied().filter(|school| in_stage(school, stage)).collect())
}

/// The stages of compulsory education in which a school has pupils, or may have them.
fn stages(school: SchoolRow<'_>) -> impl Iterator<Item = Stage> {
    Stage::COMPULSORY.into_iter().filter(move |stage| school.students(*stage).is_none_or(|p| !p.is_zero()))
}

/// `num × 10^power / den`; `None` where the divisor is zero.
pub(super) fn quotient(num: Decimal, den: Decimal, power: u8) -> Option<Ratio> {
    let ((n, n_scale), (d, d_scale)) = (num.parts(), den.parts());
    let num = i128::from(n).checked_mul(pow10(d_scale))?.checked_mul(pow10(power))?;
    Ratio::new(num, i128::from(d).checked_mul(pow10(n_scale))?)
}

/// How much more of `num` would make `num × 10^power / den` reach the limit, rounded up.
fn lacking(num: Decimal, den: Decimal, limit: &Limit<'_>, decimals: u8) -> Option<Decimal> {
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
