//! A standard as it stands on the day of an evaluation, ready to be applied.

use std::cell::OnceCell;

use super::Options;
use super::reach::{Bounds, Reach, half_a_unit};
use crate::date::Date;
use crate::finding::Arg;
use crate::indicator::Indicator;
use crate::lang::Lang;
use crate::model::{Area, Field, SchoolKind, SchoolRow, Stage};
use crate::numeric::{Decimal, LANES};
use crate::standards::{Clause, Dated, IndicatorRule, Standard, UnitRule};
use crate::stats::Printed;

/// What a standard asks of one stage on one day.
pub(crate) struct StageRules<'s> {
    pub(crate) stage: Stage,
    pub(crate) indicators: Vec<Rule<'s>>,
    /// [`LANES`] of them side by side, and the next.
    pub(crate) blocks: Vec<Block>,
    pub(crate) unit: Option<&'s Dated<UnitRule>>,
    pub(crate) cv_limit: Option<Limit<'s>>,
    pub(crate) composite_limit: Option<Limit<'s>>,
    /// Whole-number weights of the stages in the split of shared resources.
    pub(crate) split: [i128; 3],
    /// Decimals of a school's value as it is printed.
    pub(crate) value_decimals: u8,
    /// Decimals of a coefficient as it is printed.
    pub(crate) cv_decimals: u8,
}

/// What it asks of several indicators side by side.
pub(crate) struct Block {
    /// Their thresholds and floors.
    pub(crate) bounds: Bounds,
    /// How their figures are printed.
    pub(crate) printed: Printed,
    /// Per how many pupils the values of each are.
    pub(crate) per: [u32; LANES],
    /// Which are shared by the stages of a school, a bit each.
    pub(crate) shared: u64,
}

impl Block {
    /// Of rules as many as go side by side, with the decimals of their coefficients, and the limit of these.
    fn new(rules: &[Rule<'_>], cv: u8, limit: Option<&Limit<'_>>) -> Self {
        let (mut per, mut shared) = ([1; LANES], 0);
        for (lane, (rule, per)) in rules.iter().zip(&mut per).enumerate() {
            *per = rule.rule.per();
            shared |= u64::from(rule.rule.shared()) << lane;
        }
        let limit = limit.map(|limit| (limit.nearest, limit.margin(cv)));
        let printed = Printed::new(rules.iter().map(|rule| rule.mean_decimals), cv, limit);
        Block { bounds: Bounds::new(rules.iter().map(Rule::bound)), printed, per, shared }
    }
}

/// The limit of a coefficient.
pub(crate) struct Limit<'s> {
    pub(crate) dated: &'s Dated<Decimal>,
    /// The nearest double.
    pub(crate) nearest: f64,
}

impl<'s> Limit<'s> {
    fn new(limit: &'s Dated<Decimal>) -> Self {
        Limit { dated: limit, nearest: limit.value.to_f64() }
    }

    /// How far beside it a coefficient may be that is on its other side where it is printed with so many decimals.
    fn margin(&self, decimals: u8) -> f64 {
        half_a_unit(decimals) + self.nearest.abs() * f64::EPSILON
    }

    /// Whether a coefficient may be on the other side of it where it is printed with so many decimals.
    pub(crate) fn is_near(&self, cv: f64, decimals: u8) -> bool {
        (cv - self.nearest).abs() <= self.margin(decimals)
    }
}

/// What it asks of one indicator.
pub(crate) struct Rule<'s> {
    pub(crate) rule: &'s IndicatorRule,
    pub(crate) threshold: Option<&'s Dated<Decimal>>,
    /// The threshold as values are held against it, and the share of it below which no unit may fall.
    pub(crate) reach: Option<(Reach, Option<Reach>)>,
    /// The clauses in force that let some schools count more of it.
    pub(crate) clauses: Vec<&'s Clause>,
    pub(crate) mean_decimals: u8,
    stage: Stage,
    /// Its names in messages, once there is something to say.
    name: OnceCell<Arg>,
    name_in_stage: OnceCell<Arg>,
}

impl Rule<'_> {
    /// The indicator as the column of a message; the English name is its identifier.
    pub(super) fn name(&self) -> Arg {
        let name = || Arg::shared_names(self.rule.name(Lang::Zh), self.rule.indicator().id());
        self.name.get_or_init(name).clone()
    }

    /// The indicator and the stage in words.
    pub(super) fn name_in_stage(&self) -> Arg {
        let name = || {
            let (zh, en) = (self.rule.name(Lang::Zh), self.rule.name(Lang::En));
            Arg::shared_names(format!("{}{zh}", self.stage.zh()), format!("{en}, {} stage", self.stage))
        };
        self.name_in_stage.get_or_init(name).clone()
    }

    /// The threshold and floor, and what values are in units of where amounts are in hundredths.
    fn bound(&self) -> (Option<&(Reach, Option<Reach>)>, f64) {
        (self.reach.as_ref(), f64::from(self.rule.per()) / 100.0)
    }

    /// The value below which no unit may fall.
    pub(crate) fn floor(&self) -> Option<Decimal> {
        self.reach.as_ref()?.1.as_ref().map(Reach::limit)
    }
}

impl<'s> Rule<'s> {
    fn new(standard: &'s Standard, rule: &'s IndicatorRule, stage: Stage, date: Option<Date>) -> Self {
        let (unit, precision) = (standard.unit_rule(date), standard.precision());
        let threshold = rule.threshold(stage, date);
        let reach = |limit| Reach::new(limit, precision.value);
        let floor = |threshold: Decimal| threshold.checked_mul(unit?.value.floor).map(reach);
        Rule {
            rule,
            threshold,
            reach: threshold.map(|threshold| (reach(threshold.value), floor(threshold.value))),
            clauses: clauses(standard, rule, date),
            mean_decimals: standard.mean_decimals(rule),
            stage,
            name: OnceCell::new(),
            name_in_stage: OnceCell::new(),
        }
    }
}

impl<'s> StageRules<'s> {
    pub(crate) fn new(standard: &'s Standard, stage: Stage, date: Option<Date>) -> Self {
        Self::of(standard, stage, date, standard.indicators().iter())
    }

    /// What it asks of an indicator alone.
    pub(crate) fn of_indicator(
        standard: &'s Standard,
        stage: Stage,
        date: Option<Date>,
        indicator: Indicator,
    ) -> Self {
        let asked = standard.indicators().iter().find(|rule| rule.indicator() == indicator);
        Self::of(standard, stage, date, asked.into_iter())
    }

    fn of(
        standard: &'s Standard,
        stage: Stage,
        date: Option<Date>,
        asked: impl Iterator<Item = &'s IndicatorRule>,
    ) -> Self {
        let precision = standard.precision();
        let indicators: Vec<_> = asked.map(|rule| Rule::new(standard, rule, stage, date)).collect();
        let cv_limit = standard.cv_limit(stage, date).map(Limit::new);
        let block = |rules: &[Rule<'_>]| Block::new(rules, precision.cv, cv_limit.as_ref());
        let blocks = indicators.chunks(LANES).map(block).collect();
        StageRules {
            stage,
            indicators,
            blocks,
            unit: standard.unit_rule(date),
            cv_limit,
            composite_limit: standard.composite_limit(stage, date).map(Limit::new),
            split: standard.split(),
            value_decimals: precision.value,
            cv_decimals: precision.cv,
        }
    }
}

fn clauses<'s>(standard: &'s Standard, rule: &IndicatorRule, date: Option<Date>) -> Vec<&'s Clause> {
    let on = |clause: &&Clause| clause.indicator() == rule.indicator() && clause.holds_on(date);
    standard.clauses().iter().filter(on).collect()
}

/// Whether a clause covers a school; `None` where its data do not say.
pub(crate) fn covers(clause: &Clause, school: SchoolRow<'_>, options: &Options) -> Option<bool> {
    coverage(clause, school, options, |_| {})
}

/// The columns that would decide it.
pub(crate) fn undecided(clause: &Clause, school: SchoolRow<'_>, options: &Options) -> Vec<Field> {
    let mut unknown = Vec::new();
    coverage(clause, school, options, |fields| unknown.extend(fields));
    unknown
}

/// What [`covers`] says, and the columns that would decide told on the way.
fn coverage(
    clause: &Clause,
    school: SchoolRow<'_>,
    options: &Options,
    mut unknown: impl FnMut(&mut dyn Iterator<Item = Field>),
) -> Option<bool> {
    let (mut no, mut open) = (false, false);
    let mut condition = |holds: Option<bool>, fields: &mut dyn Iterator<Item = Field>| match holds {
        Some(true) => {}
        Some(false) => no = true,
        None => {
            open = true;
            unknown(fields);
        }
    };
    if !clause.areas.is_empty() {
        let exempt =
            options.itinerant_teachers_at_any_teaching_point() && school.kind() == SchoolKind::TeachingPoint;
        let holds = |area: Area| clause.areas.contains(&area);
        let holds = if exempt { Some(true) } else { school.area().map(holds) };
        condition(holds, &mut std::iter::once(Field::UrbanRural));
    }
    let has = |count: u32| match school.compulsory_counted() {
        Some(pupils) => Some(pupils >= count),
        None => school.compulsory_students().map(|pupils| pupils >= Decimal::from(count)),
    };
    let from = clause.students_from.map(has);
    let below = clause.students_below.map(|count| has(count).map(|has| !has));
    let not_given = || Stage::COMPULSORY.into_iter().filter(|stage| school.students(*stage).is_none());
    if let Some(from) = from {
        condition(from, &mut not_given().map(Field::students));
    }
    if let Some(below) = below.filter(|_| from != Some(None)) {
        condition(below, &mut not_given().map(Field::students));
    }
    if let Some(dense) = clause.dense_city_centre {
        let holds = school.dense_city_centre().map(|d| d == dense);
        condition(holds, &mut std::iter::once(Field::DenseCityCentre));
    }
    if no { Some(false) } else { (!open).then_some(true) }
}
