//! Public funding: the same base in town and country, and small schools funded as if they were larger.

use super::attested::attestation;
use super::ratio::worst;
use super::{Case, Measure, Outcome, SchoolRecord, quotient, rounded_up, stages, sum};
use crate::assess::Verdict;
use crate::model::{CountyField, Field, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};

fn base_column(stage: Stage) -> CountyField {
    if stage == Stage::Primary { CountyField::FundingBasePrimary } else { CountyField::FundingBaseJunior }
}

/// The county's base of public funding a pupil reaches the standard's in both stages; the rest is attested.
pub(super) fn uniform(case: &mut Case<'_, '_>) -> Outcome {
    let [primary, junior] = Stage::COMPULSORY.map(|stage| {
        let Some(limit) = case.limit("funding_base", stage) else { return Measure::open() };
        let Some(base) = case.figure(base_column(stage)) else { return limit.measure() };
        case.measure(base.into(), &limit, None).lacking(limit.value.checked_sub(base))
    });
    let attested = attestation(case);
    Outcome::all(vec![("primary", primary), ("junior", junior), ("attested", attested)])
}

/// Every small school is funded as if it had so many pupils.
///
/// The base is the standard's, or the county's own where that is higher; a small school with both stages has the two
/// in proportion to its pupils.
pub(super) fn small_schools(case: &mut Case<'_, '_>) -> Outcome {
    let included =
        case.facts.excluded.iter().filter(|(_, reason)| case.item.includes.iter().any(|i| i == reason));
    let schools = case.schools().iter().copied().chain(included.map(|(school, _)| *school));
    let limit = case.limit_value("small_below", Stage::Primary);
    let schools = schools.filter(|school| limit.is_some_and(|limit| may_be_small(*school, limit)));
    let small: Vec<_> = schools.collect();
    let small: Vec<_> = small.into_iter().map(|school| (school, small_school(case, school))).collect();
    let pupils = |school: &SchoolRow<'_>| sum(Stage::ALL.map(|stage| school.students(stage)));
    // A school whose pupils are missing may be small.
    let certain = small.iter().all(|(school, _)| pupils(school).is_some());
    case.show("small_schools", certain.then(|| Decimal::from(small.len() as u32)));
    case.show("small_pupils", sum(small.iter().map(|(school, _)| pupils(school))));
    let funding = sum(small.iter().map(|(school, _)| school.value(Field::PublicFundingBudget)));
    case.show("small_funding", funding.filter(|_| certain));
    let mut records: Vec<SchoolRecord> = small.into_iter().map(|(_, record)| record).collect();
    records.sort_by_key(|record| record.row);
    let verdict = Verdict::all(records.iter().map(|r| r.measure.verdict));
    let measure = worst(records.iter().map(|r| &r.measure)).unwrap_or_else(Measure::open);
    records.retain(|r| r.measure.verdict != Verdict::Met);
    Outcome::one(measure.verdict(verdict).lacking(None)).with(records)
}

/// Whether a school has pupils, but fewer than so many as far as they are known. Small is the whole school: one with few
/// junior pupils and many senior ones is not.
fn may_be_small(school: SchoolRow<'_>, below: Decimal) -> bool {
    if let Some(pupils) = school.all_counted() {
        // Nearly all schools are neither small nor open.
        return pupils > 0 && Decimal::from(pupils) < below;
    }
    let pupils = Stage::ALL.map(|stage| school.students(stage));
    let known = sum(pupils.into_iter().flatten().map(Some));
    let is_closed = pupils.iter().all(|pupils| pupils.is_some_and(Decimal::is_zero));
    !is_closed && known.is_none_or(|known| known < below)
}

/// A small school, or one that may be.
fn small_school(case: &mut Case<'_, '_>, school: SchoolRow<'_>) -> SchoolRecord {
    let all = sum(Stage::ALL.map(|stage| school.students(stage)));
    let requirement = all.and_then(|_| required(case, school));
    let funding = school.value(Field::PublicFundingBudget);
    if funding.is_none() {
        case.miss(school, Field::PublicFundingBudget);
    }
    let base = case.limit("funding_base", Stage::Primary);
    let local = base.as_ref().is_some_and(|base| base.local);
    let mut measure = base.map_or_else(Measure::open, |base| base.measure());
    measure = measure.value(funding.map(Ratio::from)).requirement(requirement);
    if !local {
        measure.cite = None; // The rule is the item's; the base is one of the figures that go into it.
    }
    if let Some((funding, required)) = funding.zip(requirement) {
        let met = case.hold_ratio(funding.into(), required, measure.direction, measure.unit, Some(school));
        let lacking = rounded_up(required, 2).and_then(|required| required.checked_sub(funding));
        measure = measure.verdict(met.into()).lacking(lacking);
    }
    SchoolRecord { row: school.row(), stage: None, part: None, measure, clause: None }
}

/// What a small school must be funded with.
fn required(case: &Case<'_, '_>, school: SchoolRow<'_>) -> Option<Ratio> {
    let counted = case.limit_value("counted_as", Stage::Primary)?;
    let mut weighted = Decimal::ZERO;
    let mut pupils = Decimal::ZERO;
    for stage in stages(school) {
        let base = case.limit_value("funding_base", stage)?;
        let base = case.figure(base_column(stage)).map_or(base, |own| own.max(base));
        let of_stage = school.students(stage)?;
        weighted = weighted.checked_add(of_stage.checked_mul(base)?)?;
        pupils = pupils.checked_add(of_stage)?;
    }
    quotient(weighted.checked_mul(counted)?, pupils, 0)
}
