//! The basic standard of schools that every school must reach.

use super::{Case, Measure, Outcome, SchoolRecord};
use crate::assess::Verdict;
use crate::assess::rules::StageRules;
use crate::assess::school_standard::{SchoolCheck, check};
use crate::assess::unit::Unit;
use crate::model::Stage;
use crate::numeric::Decimal;
use crate::standards::Direction;

/// Every stage of every school in scope reaches it; open without a table, and where there is no school.
pub(super) fn school_standard(case: &mut Case<'_, '_>) -> Outcome {
    let facts = case.facts;
    let Some(table) = &facts.local.school_standard else { return Outcome::one(Measure::open()) };
    let mut checks = Vec::new();
    for stage in Stage::COMPULSORY {
        let rules = StageRules::new(facts.standard, stage, facts.date);
        let units = facts.schools.iter().filter_map(|school| Unit::of(*school, &rules));
        checks.extend(units.filter_map(|unit| check(table, facts.standard, &unit)));
    }
    if checks.is_empty() {
        return Outcome::one(Measure::open());
    }
    let verdict = Verdict::all(checks.iter().map(SchoolCheck::verdict));
    let met = checks.iter().filter(|check| check.verdict() == Verdict::Met).count();
    let measure = counted(met as u32, checks.len() as u32).verdict(verdict);
    let short = checks.iter().filter(|check| check.verdict() != Verdict::Met);
    Outcome::one(measure).with(short.map(record).collect())
}

fn record(check: &SchoolCheck<'_>) -> SchoolRecord {
    // Where enough rows are met, their number says nothing about the failure: another row lies below its floor.
    let measure = if check.too_few() {
        counted(check.met_count(), check.rule().meet_at_least())
    } else {
        Measure::open()
    };
    SchoolRecord {
        row: check.school().row(),
        stage: Some(check.stage()),
        part: None,
        measure: measure.verdict(check.verdict()),
        clause: None,
    }
}

/// So many of so many.
fn counted(met: u32, of: u32) -> Measure {
    Measure {
        value: Some(Decimal::from(met).into()).into(),
        requirement: Some(Decimal::from(of).into()).into(),
        direction: Direction::AtLeast,
        ..Measure::open()
    }
}
