//! The basic standard of schools that every school must reach.

use super::{Case, Found, Measure};
use crate::assess::Verdict;
use crate::assess::rules::StageRules;
use crate::assess::school_standard::{SchoolCheck, check};
use crate::assess::unit::Unit;
use crate::model::Stage;
use crate::numeric::Decimal;
use crate::standards::Direction;

/// Every stage of every school in scope reaches it; open without a table, and where there is no school.
pub(super) fn school_standard(case: &mut Case<'_, '_>) -> Measure {
    let facts = case.facts;
    let Some(table) = &facts.local.school_standard else { return Measure::open() };
    let mut checks = Vec::new();
    for stage in Stage::COMPULSORY {
        let rules = StageRules::new(facts.standard, stage, facts.date);
        let units = facts.schools.iter().filter_map(|school| Unit::of(*school, &rules));
        checks.extend(units.filter_map(|unit| check(table, facts.standard, &unit)));
    }
    if checks.is_empty() {
        return Measure::open();
    }
    let verdict = Verdict::all(checks.iter().map(SchoolCheck::verdict));
    let met = checks.iter().filter(|check| check.verdict() == Verdict::Met).count();
    let measure = counted(met as u32, checks.len() as u32).verdict(verdict);
    let short = checks.iter().filter(|check| check.verdict() != Verdict::Met);
    short.for_each(|check| case.tell(found(check)));
    measure
}

fn found(check: &SchoolCheck<'_>) -> Found {
    // Where enough rows are met, their number says nothing about the failure: another row lies below its floor.
    let measure = if check.too_few() {
        counted(check.met_count(), check.rule().meet_at_least())
    } else {
        Measure::open()
    };
    Found::new(check.school(), measure.verdict(check.verdict())).stage(check.stage())
}

/// So many of so many.
fn counted(met: u32, of: u32) -> Measure {
    let open = Measure { direction: Direction::AtLeast, ..Measure::open() };
    open.value(Some(Decimal::from(met).into())).requirement(Some(Decimal::from(of).into()))
}
