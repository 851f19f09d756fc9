//! A share over the schools of a county, some of which may lack data.

use super::{Case, Found, Limit, Measure, Name, lacking, meets, quotient};
use crate::assess::Verdict;
use crate::model::{SchoolRow, Stage};
use crate::numeric::Decimal;

/// Numerators and denominators of schools: known, and what the missing ones may come to.
#[derive(Default)]
pub(super) struct Pool {
    num: Decimal,
    den: Decimal,
    /// Denominators of schools whose numerator is missing, or that may not belong here.
    open: Decimal,
    /// A denominator is missing, or a sum is beyond all measure.
    unbounded: bool,
    any: bool,
}

impl Pool {
    /// Of schools that all lack the numerator: the sum of their denominators, or none where one is missing.
    pub(super) fn open(den: Option<Decimal>) -> Self {
        Pool { open: den.unwrap_or_default(), unbounded: den.is_none(), any: true, ..Pool::default() }
    }

    /// A school that belongs here. A part larger than its whole, which the checks report, makes up for no other
    /// school.
    pub(super) fn add(&mut self, num: Option<Decimal>, den: Option<Decimal>) {
        self.any = true;
        match (num, den) {
            (Some(num), Some(den)) => {
                let sums = self.num.checked_add(num.min(den)).zip(self.den.checked_add(den));
                match sums {
                    Some((num, den)) => (self.num, self.den) = (num, den),
                    None => self.unbounded = true,
                }
            }
            (None, den) => self.add_open(den),
            (Some(_), None) => self.unbounded = true,
        }
    }

    /// A school that may belong here.
    pub(super) fn add_open(&mut self, den: Option<Decimal>) {
        self.any = true;
        match den.and_then(|den| self.open.checked_add(den)) {
            Some(open) => self.open = open,
            None => self.unbounded = true,
        }
    }

    /// Whether no school belongs here, or may.
    pub(super) fn is_empty(&self) -> bool {
        !self.any
    }

    /// The sums, where nothing is missing.
    pub(super) fn complete(&self) -> Option<(Decimal, Decimal)> {
        (self.any && !self.unbounded && self.open.is_zero()).then_some((self.num, self.den))
    }

    /// The share against a limit: decided by what is known where the rest cannot change it.
    pub(super) fn measure(&self, case: &mut Case<'_, '_>, limit: &Limit) -> Measure {
        if let Some((num, den)) = self.complete() {
            return match quotient(num, den, limit.per()) {
                Some(value) => case.measure(value, limit, None).lacking(lacking(num, den, limit, 0)),
                None => Measure::against(limit),
            };
        }
        if self.den.is_zero() && self.num.is_zero() && limit.leaves_nothing_known_open() {
            return Measure::against(limit);
        }
        let reach = |num: Option<Decimal>, den: Option<Decimal>| {
            let value = num.zip(den).and_then(|(num, den)| quotient(num, den, limit.per()))?;
            Some(meets(value, limit.value.into(), limit.direction))
        };
        let whole = self.den.checked_add(self.open);
        let best = reach(self.num.checked_add(self.open), whole);
        let verdict = if self.unbounded {
            // Whatever is missing, all of them are not: some school lacks one.
            let all = Decimal::ONE.times_pow10(limit.per()) == Ok(limit.value);
            if all && self.num < self.den { Verdict::NotMet } else { Verdict::Undetermined }
        } else if best == Some(false) {
            Verdict::NotMet
        } else if reach(Some(self.num), whole) == Some(true) {
            Verdict::Met
        } else {
            Verdict::Undetermined
        };
        Measure::against(limit).verdict(verdict)
    }
}

/// A school by itself, told of where it falls short.
pub(super) fn tell_if_short(
    case: &mut Case<'_, '_>,
    limit: &Limit,
    school: SchoolRow<'_>,
    stage: Option<Stage>,
    num: Decimal,
    den: Decimal,
) {
    let Some(value) = quotient(num, den, limit.per()) else { return };
    if limit.is_met_by(value) {
        return;
    }
    let measure = case.measure(value, limit, Some(school)).lacking(lacking(num, den, limit, 0));
    if measure.verdict == Verdict::NotMet {
        case.tell(Found { row: school.row(), stage, part: stage.map(Name::of_stage), measure });
    }
}
