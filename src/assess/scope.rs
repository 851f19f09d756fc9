//! Which schools an assessment takes in (评估范围).

use crate::model::SchoolRow;
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
    let pupils = school.compulsory_students();
    let mut open = false;
    for (place, exclusion) in exclusions.iter().enumerate() {
        match exclusion.excludes(school.kind(), school.sponsor(), pupils) {
            Some(true) => return Scope::Out(place),
            Some(false) => {}
            None => open = true,
        }
    }
    if open { Scope::Unknown } else { Scope::In }
}
