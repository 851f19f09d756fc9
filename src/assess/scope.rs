//! Which schools an assessment takes in (评估范围).

use crate::model::{AtHand, SchoolKind, SchoolRow, Sponsor};
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
    of_all(exclusions, school.kind(), school.sponsor(), school.compulsory_students())
}

fn of_all(
    exclusions: &[Exclusion],
    kind: SchoolKind,
    sponsor: Option<Sponsor>,
    pupils: Option<Decimal>,
) -> Scope {
    let mut open = false;
    for (place, exclusion) in exclusions.iter().enumerate() {
        match exclusion.excludes(kind, sponsor, pupils) {
            Some(true) => return Scope::Out(place),
            Some(false) => {}
            None => open = true,
        }
    }
    if open { Scope::Unknown } else { Scope::In }
}

/// What the rules say of each kind and sponsor, looked up once for all schools.
pub(crate) struct Scopes<'s> {
    exclusions: &'s [Exclusion],
    /// By kind, then sponsor, that of none first.
    known: Vec<Known>,
}

/// What the rules say of a school with so many pupils or more.
#[derive(Clone, Copy)]
struct Known {
    from: u32,
    scope: Scope,
}

impl<'s> Scopes<'s> {
    const SPONSORS: usize = Sponsor::ALL.len() + 1;

    pub(crate) fn new(exclusions: &'s [Exclusion]) -> Self {
        let mut known = vec![Known { from: 0, scope: Scope::In }; SchoolKind::ALL.len() * Self::SPONSORS];
        let sponsors = || Sponsor::ALL.iter().copied().map(Some).chain([None]);
        for (kind, sponsor) in SchoolKind::ALL.iter().flat_map(|kind| sponsors().map(|s| (*kind, s))) {
            let from = exclusions.iter().filter_map(|e| e.pupils_asked_of(kind)).max().unwrap_or(0);
            if let Some(place) = known.get_mut(Self::place(kind, sponsor)) {
                *place = Known { from, scope: of_all(exclusions, kind, sponsor, Some(Decimal::from(from))) };
            }
        }
        Scopes { exclusions, known }
    }

    fn place(kind: SchoolKind, sponsor: Option<Sponsor>) -> usize {
        kind as usize * Self::SPONSORS + sponsor.map_or(0, |sponsor| sponsor as usize + 1)
    }

    /// What [`scope`] says.
    #[inline]
    pub(crate) fn of(&self, at_hand: AtHand<'_>) -> Scope {
        let AtHand { school, kind, sponsor, .. } = at_hand;
        let [primary, junior, _] = at_hand.counts();
        match self.known.get(Self::place(kind, sponsor)) {
            // What is not known is below zero.
            Some(known) if primary | junior >= 0 && (primary + junior) as u32 >= known.from => known.scope,
            _ => scope(self.exclusions, school),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DataSet, Field, School};
    use crate::standards::Standard;

    #[test]
    fn what_is_looked_up_is_what_the_rules_say_of_every_school() {
        let mut builder = DataSet::builder();
        let mut code = 0;
        for kind in SchoolKind::ALL {
            for sponsor in Sponsor::ALL.iter().copied().map(Some).chain([None]) {
                for pupils in [None, Some(0), Some(49), Some(50), Some(1000)] {
                    code += 1;
                    let school = School::new("110101", &code.to_string(), *kind).expect("valid");
                    let school = sponsor.map_or(school.clone(), |sponsor| school.with_sponsor(sponsor));
                    let of =
                        |pupils| school.clone().with_count(Field::StudentsPrimary, pupils).expect("a count");
                    builder.push(&pupils.map_or(school.clone(), of));
                }
            }
        }
        let data = builder.finish().expect("no code twice");
        let mut seen = Vec::new();
        for standard in [Standard::quality_2017(), Standard::basic_2012()] {
            let scopes = Scopes::new(standard.exclusions());
            for at_hand in data.counties().flat_map(|county| county.schools_at_hand()) {
                let school = at_hand.school;
                let said = scope(standard.exclusions(), school);
                assert_eq!(scopes.of(at_hand), said, "{school:?}");
                seen.push(said);
            }
        }
        assert!([Scope::In, Scope::Unknown, Scope::Out(0)].iter().all(|scope| seen.contains(scope)));
    }
}
