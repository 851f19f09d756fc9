//! Public funding: the same base in town and country, and small schools funded as if they were larger.

use super::attested::attestation;
use super::ratio::Worst;
use super::{Case, Found, Measure, Name, quotient, rounded_up, stages, sum};
use crate::assess::Verdict;
use crate::model::{CountyField, Field, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};

fn base_column(stage: Stage) -> CountyField {
    if stage == Stage::Primary { CountyField::FundingBasePrimary } else { CountyField::FundingBaseJunior }
}

/// The county's base of public funding a pupil reaches the standard's in both stages; the rest is attested.
pub(super) fn uniform(case: &mut Case<'_, '_>) -> Measure {
    let [primary, junior] = Stage::COMPULSORY.map(|stage| {
        let Some(limit) = case.limit("funding_base", stage) else { return Measure::open() };
        let Some(base) = case.figure(base_column(stage)) else { return Measure::against(&limit) };
        case.measure(base.into(), &limit, None).lacking(limit.value.checked_sub(base))
    });
    let attested = attestation(case);
    case.all([(Name::Primary, primary), (Name::Junior, junior), (Name::Attested, attested)])
}

/// Every small school is funded as if it had so many pupils.
///
/// The base is the standard's, or the county's own where that is higher; a small school with both stages has the two
/// in proportion to its pupils.
pub(super) fn small_schools(case: &mut Case<'_, '_>) -> Measure {
    let mut small = Vec::new();
    if let Some(limit) = case.limit_value("small_below", Stage::Primary) {
        let whole = limit.whole();
        let is_small = |school: SchoolRow<'_>| match school.all_counted().zip(whole) {
            Some((pupils, below)) => pupils > 0 && i64::from(pupils) < below,
            None => may_be_small(school, limit),
        };
        let included = |reason: &str| case.item.includes.iter().any(|included| included == reason);
        for school in case.schools() {
            if is_small(*school) {
                small.push(*school);
            }
        }
        for (school, reason) in case.facts.excluded {
            if included(reason) && is_small(*school) {
                small.push(*school);
            }
        }
    }
    let total = sum(small.iter().map(|school| pupils(*school)));
    // A school whose pupils are missing may be small.
    let certain = total.is_some() || small.iter().all(|school| pupils(*school).is_some());
    case.show(Name::SmallSchools, certain.then(|| Decimal::from(small.len() as u32)));
    case.show(Name::SmallPupils, total);
    let funding = case.total(&small, Field::PublicFundingBudget);
    case.show(Name::SmallFunding, funding.filter(|_| certain));
    let terms = Terms::of(case);
    let (mut verdict, mut told) = (Verdict::Met, Vec::new());
    for school in small {
        let measure = small_school(case, &terms, school);
        verdict = Verdict::all([verdict, measure.verdict]);
        told.extend(measure.figures().map(|_| (school.row(), measure)));
        if measure.verdict != Verdict::Met {
            case.tell(Found::new(school, measure));
        }
    }
    // Those that are left out elsewhere come last; of equals the first is the worst.
    case.items.sort_schools();
    told.sort_by_key(|(row, _)| *row);
    let mut worst = Worst::default();
    told.iter().for_each(|(_, measure)| worst.add(measure));
    worst.measure().unwrap_or_else(Measure::open).verdict(verdict).lacking(None)
}

/// Whether a school has pupils, but fewer than so many as far as they are known. Small is the whole school: one with few
/// junior pupils and many senior ones is not.
#[cold]
fn may_be_small(school: SchoolRow<'_>, below: Decimal) -> bool {
    let pupils = Stage::ALL.map(|stage| school.students(stage));
    let known = sum(pupils.into_iter().flatten().map(Some));
    let is_closed = pupils.iter().all(|pupils| pupils.is_some_and(Decimal::is_zero));
    !is_closed && known.is_none_or(|known| known < below)
}

/// Pupils of all stages; `None` where some are missing.
#[inline]
fn pupils(school: SchoolRow<'_>) -> Option<Decimal> {
    match school.all_counted() {
        Some(pupils) => Some(Decimal::from(pupils)),
        None => sum(Stage::ALL.map(|stage| school.students(stage))),
    }
}

/// What a small school is funded by.
struct Terms {
    /// A measure without figures.
    open: Measure,
    counted_as: Option<Decimal>,
    /// Primary and junior: the standard's, or the county's own where that is higher.
    bases: [Option<Decimal>; 2],
    /// Bases and `counted_as`, where all are whole, and none is below zero.
    whole: Option<([i64; 2], i64)>,
}

impl Terms {
    fn of(case: &Case<'_, '_>) -> Self {
        let base = |stage| {
            let base = case.limit_value("funding_base", stage)?;
            Some(case.figure(base_column(stage)).map_or(base, |own| own.max(base)))
        };
        let limit = case.limit("funding_base", Stage::Primary);
        let mut open = limit.as_ref().map_or_else(Measure::open, Measure::against).requirement(None);
        if !limit.is_some_and(|base| base.local) {
            open.source = None; // The rule is the item's; the base is one of the figures that go into it.
        }
        let counted_as = case.limit_value("counted_as", Stage::Primary);
        let bases = Stage::COMPULSORY.map(base);
        let whole = |value: Option<Decimal>| value.and_then(Decimal::whole).filter(|whole| *whole >= 0);
        let [primary, junior] = bases.map(whole);
        let whole_bases = primary.zip(junior).map(|(primary, junior)| [primary, junior]);
        Terms { open, counted_as, bases, whole: whole_bases.zip(whole(counted_as)) }
    }

    /// What a small school must be funded with.
    fn required(&self, school: SchoolRow<'_>) -> Option<Ratio> {
        self.quickly_required(school).or_else(|| self.exactly_required(school))
    }

    /// The same in whole numbers, where all are and none is beyond the limits of decimals.
    fn quickly_required(&self, school: SchoolRow<'_>) -> Option<Ratio> {
        let ([primary, junior], counted_as) = self.whole?;
        let [of_primary, of_junior] = school.counted()?.map(i64::from);
        let weighted = of_primary.checked_mul(primary)?.checked_add(of_junior.checked_mul(junior)?)?;
        let product = weighted.checked_mul(counted_as)?;
        Decimal::new(weighted, 0).ok().and(Decimal::new(product, 0).ok())?;
        Ratio::new(product.into(), (of_primary + of_junior).into())
    }

    fn exactly_required(&self, school: SchoolRow<'_>) -> Option<Ratio> {
        let mut weighted = Decimal::ZERO;
        let mut pupils = Decimal::ZERO;
        for stage in stages(school) {
            let base = (*self.bases.get(stage as usize)?)?;
            let of_stage = school.students(stage)?;
            weighted = weighted.checked_add(of_stage.checked_mul(base)?)?;
            pupils = pupils.checked_add(of_stage)?;
        }
        quotient(weighted.checked_mul(self.counted_as?)?, pupils, 0)
    }
}

/// A small school, or one that may be.
fn small_school(case: &mut Case<'_, '_>, terms: &Terms, school: SchoolRow<'_>) -> Measure {
    let requirement = terms.required(school).filter(|_| pupils(school).is_some());
    let funding = school.value(Field::PublicFundingBudget);
    if funding.is_none() {
        case.miss(school, Field::PublicFundingBudget);
    }
    let mut measure = Measure { value: funding.map(Ratio::from), requirement, ..terms.open };
    if let Some((funding, required)) = funding.zip(requirement) {
        let met = case.hold_ratio(funding.into(), required, measure.direction, measure.unit, Some(school));
        let lacking = rounded_up(required, 2).and_then(|required| required.checked_sub(funding));
        measure = measure.verdict(met.into()).lacking(lacking);
    }
    measure
}
