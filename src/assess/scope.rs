//! Which schools an assessment takes in (评估范围).

use crate::model::SchoolRow;
use crate::numeric::Decimal;
use crate::standards::Exclusion;

/// Whether a school is assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    In,
    /// Left out, by the rule with this place among the standard's exclusions.
    Out(usize),
    /// Its blank ownership would decide.
    Unknown,
}

/// The first rule that certainly fits decides; where a rule may fit and none certainly does, nobody knows.
pub(crate) fn scope(exclusions: &[Exclusion], school: SchoolRow<'_>) -> Scope {
    let mut open = false;
    for (place, exclusion) in exclusions.iter().enumerate() {
        match excludes(exclusion, school) {
            Some(true) => return Scope::Out(place),
            Some(false) => {}
            None => open = true,
        }
    }
    if open { Scope::Unknown } else { Scope::In }
}

/// Whether a rule leaves a school out; `None` where its ownership would decide.
fn excludes(exclusion: &Exclusion, school: SchoolRow<'_>) -> Option<bool> {
    if !exclusion.kinds.is_empty() && !exclusion.kinds.contains(&school.kind()) {
        return Some(false);
    }
    // A school whose pupils are not known stays in: that its values are missing is then seen.
    if let Some(below) = exclusion.students_below
        && school.compulsory_students().is_none_or(|pupils| pupils >= Decimal::from(below))
    {
        return Some(false);
    }
    if exclusion.sponsors.is_empty() {
        return Some(true);
    }
    school.sponsor().map(|sponsor| exclusion.sponsors.contains(&sponsor))
}
