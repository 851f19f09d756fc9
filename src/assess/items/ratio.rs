//! One figure of the county over another.

use super::attested::attestation;
use super::{Case, Measure, Name, lacking, meets, quotient, show, sum};
use crate::assess::Verdict;
use crate::model::{CountyField, CountyFieldKind, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::Direction;

/// A figure, or the sum of several, over another reaches a share; what goes with it is attested.
pub(super) fn ratio_at_least(case: &mut Case<'_, '_>) -> Measure {
    let columns = &case.item.columns;
    let parts = columns.numerator.iter().map(|field| case.facts.table?.value(*field));
    let den = columns.denominator.and_then(|field| case.figure(field));
    let counted = columns.numerator.iter().all(|field| field.kind() == CountyFieldKind::Count);
    let ratio = match sum(parts.clone()) {
        Some(num) => share(case, "least", Some(num), den, if counted { 0 } else { 2 }),
        None => at_the_least(case, sum(parts.flatten().map(Some)), den),
    };
    if columns.attested.is_none() {
        return ratio;
    }
    let mut attested = attestation(case);
    if let Some(shown) = columns.shown {
        // The share that the attestation speaks of, of what is allocated.
        let whole = columns.numerator.first().and_then(|field| case.figure(*field));
        let of = case.figure(shown).zip(whole).and_then(|(part, whole)| quotient(part, whole, 2));
        attested = Measure { unit: crate::model::Unit::Percent, ..attested.value(of) };
    }
    case.all([(Name::Share, ratio), (Name::Attested, attested)])
}

/// With a part of the numerator missing, what is known may be enough.
fn at_the_least(case: &Case<'_, '_>, known: Option<Decimal>, den: Option<Decimal>) -> Measure {
    let Some(limit) = case.limit("least", Stage::Primary) else { return Measure::open() };
    let least = known.zip(den).and_then(|(num, den)| quotient(num, den, limit.per()));
    let enough = least.is_some_and(|least| meets(least, limit.value.into(), limit.direction));
    Measure::against(&limit).verdict(if enough { Verdict::Met } else { Verdict::Undetermined })
}

/// A share of two figures against a parameter.
///
/// A share of nothing has no value; where the item says that then nobody lacks anything, it is met.
pub(super) fn share(
    case: &mut Case<'_, '_>,
    parameter: &str,
    num: Option<Decimal>,
    den: Option<Decimal>,
    decimals: u8,
) -> Measure {
    let Some(limit) = case.limit(parameter, Stage::Primary) else { return Measure::open() };
    let (Some(num), Some(den)) = (num, den) else { return Measure::against(&limit) };
    match quotient(num, den, limit.per()) {
        Some(value) => case.measure(value, &limit, None).lacking(lacking(num, den, &limit, decimals)),
        None if num.is_zero() && case.item.none_is_met => Measure::against(&limit).verdict(Verdict::Met),
        None => Measure::against(&limit),
    }
}

/// A figure of the county is not below another.
pub(super) fn not_below(case: &mut Case<'_, '_>) -> Measure {
    let columns = &case.item.columns;
    let first = columns.numerator.first().copied();
    let value = first.and_then(|field| case.figure(field));
    let least = columns.denominator.and_then(|field| case.figure(field));
    let unit = first.map_or(crate::model::Unit::None, CountyField::unit);
    let open = Measure {
        value: value.map(Ratio::from),
        requirement: least.map(Ratio::from),
        direction: Direction::AtLeast,
        unit,
        ..Measure::open()
    };
    let Some((value, least)) = value.zip(least) else { return open };
    let met = case.hold_ratio(value.into(), least.into(), Direction::AtLeast, unit, None);
    open.verdict(met.into()).lacking(least.checked_sub(value))
}

/// Of the teachers who could rotate so many did, of those so many are backbone teachers.
pub(super) fn rotation(case: &mut Case<'_, '_>) -> Measure {
    let [eligible, rotated, backbone] =
        [CountyField::RotationEligible, CountyField::RotationActual, CountyField::RotationBackbone]
            .map(|field| case.figure(field));
    let all = share(case, "rotated", rotated, eligible, 0);
    let best = share(case, "backbone", backbone, rotated, 0);
    case.all([(Name::Rotated, all), (Name::Backbone, best)])
}

/// The measure of the school that is worst off, whose value reaches least of what is required; of equals, the first.
#[derive(Default)]
pub(super) struct Worst(Option<(f64, Measure)>);

impl Worst {
    pub(super) fn add(&mut self, measure: &Measure) {
        if let Some((value, requirement)) = measure.figures()
            && let Some(reach) = self.worse(value, requirement, measure.direction)
        {
            self.0 = Some((reach, *measure));
        }
    }

    /// How much of what is required a value reaches, where that is less than any before.
    pub(super) fn worse(&self, value: Ratio, requirement: Ratio, direction: Direction) -> Option<f64> {
        let reach = value.to_f64() / requirement.to_f64();
        let reach = if direction == Direction::AtLeast { reach } else { -reach };
        let is_worse = |(least, kept): &(f64, Measure)| {
            let shown = || show(value).cmp(&kept.value.map(show).unwrap_or_default());
            reach.total_cmp(least).then_with(shown).is_lt()
        };
        self.0.as_ref().is_none_or(is_worse).then_some(reach)
    }

    pub(super) fn measure(self) -> Option<Measure> {
        self.0.map(|(_, measure)| measure)
    }
}
