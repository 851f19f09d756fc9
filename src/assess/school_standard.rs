//! Every school reaches the basic standard of its province (办学基本标准): row by row, stage by stage.

use std::cmp::Ordering;

use super::explain;
use super::items::quotient;
use super::rules::StageRules;
use super::scope::{Scope, scope};
use super::stage::unit_verdict;
use super::unit::{Unit, Value};
use super::{CountyResult, Verdict};
use crate::indicator::Amount;
use crate::model::{Area, Field, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio, pow10};
use crate::standards::{
    Direction, Measured, SchoolStandard, SchoolStandardRow, SchoolStandardRule, Standard, of_stage,
};

/// One stage of one school, held against the basic standard of schools (办学基本标准).
#[doc(alias = "办学基本标准")]
#[derive(Clone, Debug)]
pub struct SchoolCheck<'a> {
    school: SchoolRow<'a>,
    stage: Stage,
    rule: &'a SchoolStandardRule,
    rows: Vec<RowCheck<'a>>,
    verdict: Verdict,
}

impl<'a> SchoolCheck<'a> {
    /// The school.
    pub fn school(&self) -> SchoolRow<'a> {
        self.school
    }

    /// The stage.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// How many rows must be met, and the floor of the others.
    pub fn rule(&self) -> &'a SchoolStandardRule {
        self.rule
    }

    /// The rows that ask something of the stage, in the order of the table.
    pub fn rows(&self) -> &[RowCheck<'a>] {
        &self.rows
    }

    /// How many rows are met for certain.
    pub fn met_count(&self) -> u32 {
        self.count(Verdict::Met)
    }

    /// Whether enough rows are met and none of the others falls below the floor. A school that may be out of scope, its
    /// ownership being blank, is open where it does not reach the standard.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn count(&self, verdict: Verdict) -> u32 {
        self.rows.iter().filter(|row| row.verdict == verdict).count() as u32
    }

    /// Whether too few rows are met, whatever lies below the floor.
    pub(super) fn too_few(&self) -> bool {
        self.met_count() + self.count(Verdict::Undetermined) < self.rule.meet_at_least()
    }
}

/// One row of the basic standard, held against one stage of a school.
#[derive(Clone, Debug)]
pub struct RowCheck<'a> {
    row: &'a SchoolStandardRow,
    value: Option<Ratio>,
    required: Option<Decimal>,
    verdict: Verdict,
    below_floor: Option<bool>,
    shortfall: Option<Decimal>,
}

impl<'a> RowCheck<'a> {
    /// The row.
    pub fn row(&self) -> &'a SchoolStandardRow {
        self.row
    }

    /// The school's value, exactly; `None` where it is missing, and of a quotient by zero.
    pub fn value(&self) -> Option<Ratio> {
        self.value
    }

    /// What is required; `None` where it differs by area and the school's is blank.
    pub fn required(&self) -> Option<Decimal> {
        self.required
    }

    /// Whether the value meets it.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether it falls below the floor; `None` where that is not known.
    pub fn below_floor(&self) -> Option<bool> {
        self.below_floor
    }

    /// What is lacking, or too much, in the things counted, rounded up; `None` where nothing is or where it depends on
    /// two columns.
    pub fn shortfall(&self) -> Option<Decimal> {
        self.shortfall
    }

    /// Value less requirement, or the reverse where it must not be exceeded: negative where it is not met.
    pub fn distance(&self) -> Option<Decimal> {
        let gap = explain::gap(self.value?, self.required?.into())?;
        if self.row.direction() == Direction::AtMost { Decimal::ZERO.checked_sub(gap) } else { Some(gap) }
    }
}

/// Holds one unit against the table; `None` where the table has no rule for its stage.
pub(super) fn check<'a>(
    table: &'a SchoolStandard,
    standard: &Standard,
    unit: &Unit<'a>,
) -> Option<SchoolCheck<'a>> {
    let (school, stage) = (unit.school, unit.stage);
    let rule = table.rule(stage)?;
    let asked = table.rows().iter().filter(|row| row.asks(stage));
    let rows: Vec<_> = asked.map(|row| hold(row, rule.floor(), unit)).collect();
    let mut check = SchoolCheck { school, stage, rule, rows, verdict: Verdict::Undetermined };
    let below = if check.rows.iter().any(|row| row.below_floor == Some(true)) {
        Some(true)
    } else {
        check.rows.iter().all(|row| row.below_floor.is_some()).then_some(false)
    };
    let unknown = check.count(Verdict::Undetermined);
    check.verdict = unit_verdict(rule.meet_at_least(), check.met_count(), unknown, below);
    if check.verdict == Verdict::NotMet && scope(standard.exclusions(), school) == Scope::Unknown {
        check.verdict = Verdict::Undetermined;
    }
    Some(check)
}

fn hold<'a>(row: &'a SchoolStandardRow, floor: Decimal, unit: &Unit<'_>) -> RowCheck<'a> {
    let stage = unit.stage;
    let mut required: Vec<Decimal> = match unit.school.area() {
        Some(area) => row.value(stage, area).into_iter().collect(),
        None => Area::ALL.iter().filter_map(|area| row.value(stage, *area)).collect(),
    };
    required.dedup();
    let found = value(row.measured(), unit);
    let ratio = found.as_ref().map(Found::ratio);
    let meets = ratio.and_then(|value| agreed(&required, |limit| meets(value, limit, row.direction())));
    let below =
        ratio.and_then(|value| agreed(&required, |limit| is_below(value, limit, floor, row.direction())));
    let only = if let [only] = required.as_slice() { Some(*only) } else { None };
    let shortfall = found.zip(only).filter(|_| meets == Some(false)).and_then(|(found, limit)| {
        let decimals = if row.measured().is_counted(stage) { 0 } else { 2 };
        found.shortfall(limit, row.direction(), decimals)
    });
    RowCheck {
        row,
        value: ratio,
        required: only,
        verdict: meets.map_or(Verdict::Undetermined, Verdict::from),
        // Where there is no floor, nothing lies below it, known or not.
        below_floor: if floor.is_zero() { Some(false) } else { below },
        shortfall,
    }
}

/// What holds of all limits alike.
fn agreed(limits: &[Decimal], holds: impl Fn(Decimal) -> bool) -> Option<bool> {
    let first = holds(*limits.first()?);
    limits.iter().all(|limit| holds(*limit) == first).then_some(first)
}

fn meets(value: Ratio, limit: Decimal, direction: Direction) -> bool {
    let order = value.cmp_decimal(limit);
    if direction == Direction::AtMost { order != Ordering::Greater } else { order != Ordering::Less }
}

/// Whether a value that does not meet the limit misses the share of it that it must at least reach as well.
fn is_below(value: Ratio, limit: Decimal, floor: Decimal, direction: Direction) -> bool {
    if meets(value, limit, direction) {
        return false;
    }
    let ((limit, limit_scale), (floor, floor_scale)) = (limit.parts(), floor.parts());
    let (limit, floor) = (i128::from(limit), i128::from(floor));
    if direction == Direction::AtMost {
        let most = Ratio::new(limit * pow10(floor_scale), floor * pow10(limit_scale));
        most.is_some_and(|most| value > most)
    } else {
        let least = Ratio::new(limit * floor, pow10(limit_scale + floor_scale));
        least.is_some_and(|least| value < least)
    }
}

/// A value, and what it is made of where it is an amount per pupil.
enum Found {
    PerPupil(Value, u32),
    Plain(Ratio),
    Quotient(Ratio),
}

impl Found {
    fn ratio(&self) -> Ratio {
        match self {
            Found::PerPupil(value, _) => value.ratio,
            Found::Plain(ratio) | Found::Quotient(ratio) => *ratio,
        }
    }

    fn shortfall(&self, limit: Decimal, direction: Direction, decimals: u8) -> Option<Decimal> {
        match self {
            Found::PerPupil(value, per) if direction == Direction::AtLeast => {
                explain::shortfall(value, limit, *per, decimals)
            }
            Found::Plain(ratio) => {
                let gap = explain::gap(*ratio, limit.into())?;
                if gap.is_negative() { Decimal::ZERO.checked_sub(gap) } else { Some(gap) }
            }
            _ => None,
        }
    }
}

fn value(measured: &Measured, unit: &Unit<'_>) -> Option<Found> {
    let (school, stage) = (unit.school, unit.stage);
    let column = |fields: &[Field]| figure(school, of_stage(fields, stage)?);
    let per_pupil = |amount: Amount, per: u32, field: Field| {
        // What a school gives for all its stages is split between them.
        let value = unit.per_pupil(amount, per, field.stage().is_none()).ok()?;
        Some(Found::PerPupil(value, per))
    };
    match measured {
        Measured::Indicator(indicator, per) => {
            per_pupil(indicator.amount(school, stage).ok()?, *per, indicator.field(stage))
        }
        Measured::PerPupil(fields, per) => {
            let (mantissa, scale) = column(fields)?.parts();
            per_pupil(Amount { mantissa: mantissa.into(), scale }, *per, of_stage(fields, stage)?)
        }
        Measured::Over(fields, over) => quotient(column(fields)?, column(over)?, 0).map(Found::Quotient),
        Measured::Plain(fields) => Some(Found::Plain(column(fields)?.into())),
    }
}

/// A column of a school; a blank means none where it does so everywhere.
fn figure(school: SchoolRow<'_>, field: Field) -> Option<Decimal> {
    school.value(field).or(field.blank_means_none().then_some(Decimal::ZERO))
}

impl<'a> CountyResult<'a> {
    /// Every stage of every school in scope held against the basic standard of schools (办学基本标准), in order of stage
    /// and school; empty unless the assessor was given [one](crate::Assessor::school_standard).
    ///
    /// # Examples
    /// ```
    /// use junheng::model::{DataSet, Field, School, SchoolKind, Sponsor};
    /// use junheng::{Assessor, Lang, SchoolStandard, Standard, Verdict};
    ///
    /// let mut schools = DataSet::builder();
    /// let school = School::new("210102", "1", SchoolKind::Primary)?
    ///     .with_sponsor(Sponsor::Public)
    ///     .with_count(Field::StudentsPrimary, 400)?
    ///     .with_count(Field::Books, 3599)?;
    /// schools.push(&school);
    /// let assessment = Assessor::new(Standard::basic_2012())
    ///     .school_standard(SchoolStandard::example())?
    ///     .assess(&schools.finish()?)?;
    /// let county = assessment.counties().next().unwrap();
    /// let checks = county.school_standard();
    /// let books = checks[0].rows().iter().find(|row| row.row().id() == "books").unwrap();
    /// // 3599 volumes for 400 pupils are 8.9975, below 60 % of 15: whatever the other nine rows, it is not met.
    /// assert_eq!((books.below_floor(), books.shortfall()), (Some(true), Some(2401.into())));
    /// assert_eq!(checks[0].verdict(), Verdict::NotMet);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "办学基本标准")]
    pub fn school_standard(self) -> Vec<SchoolCheck<'a>> {
        let assessment = self.assessment();
        let Some(table) = &assessment.local.school_standard else { return Vec::new() };
        let stages = self.stages().map(|stage| {
            let rules = StageRules::new(&assessment.standard, stage.stage(), self.as_of());
            let units = stage.units().filter_map(|unit| Unit::of(unit.school(), &rules));
            units.filter_map(|unit| check(table, &assessment.standard, &unit)).collect::<Vec<_>>()
        });
        stages.collect::<Vec<_>>().concat()
    }
}
