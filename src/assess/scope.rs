//! Which schools an assessment takes in (评估范围).

use crate::model::{AtHand, Class, County, SchoolKind, SchoolRow, Sponsor, Stage, classes};
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

/// The scope of a school and the stages that its kind must have no pupils of, as one number, to be compared many at a time: a
/// bit for each stage, and above them first what is in, then what may be.
pub(crate) type Standing = i16;

/// How many bits there are below the scope.
const STAGES: u32 = Stage::ALL.len() as u32;

impl Scope {
    /// The least standing of a school whose scope is not known.
    pub(crate) const LEAST_UNKNOWN: Standing = 1 << STAGES;
    /// The least of one that is left out.
    pub(crate) const LEAST_OUT: Standing = 2 << STAGES;

    /// That of a school of this kind.
    pub(crate) fn standing(self, kind: SchoolKind) -> Standing {
        let number = match self {
            Scope::In => 0,
            Scope::Unknown => 1,
            Scope::Out(place) => i16::try_from(place + 2).unwrap_or(i16::MAX).min(i16::MAX >> STAGES),
        };
        let wrong = Stage::ALL.into_iter().filter(|stage| kind.cannot_have(*stage));
        number << STAGES | wrong.map(|stage| 1 << stage as Standing).sum::<Standing>()
    }

    /// The scope of a school that stands so.
    pub(crate) fn of_standing(standing: Standing) -> Self {
        match standing >> STAGES {
            0 => Scope::In,
            1 => Scope::Unknown,
            number => Scope::Out(usize::try_from(number - 2).unwrap_or_default()),
        }
    }
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
    known: [Known; 1 << Class::BITS],
}

/// How the rules let a school stand that has so many pupils or more, and all others; or [`ASK`].
#[derive(Clone, Copy)]
struct Known {
    from: i32,
    above: Standing,
    below: Standing,
}

/// What only the rules themselves can tell.
const ASK: Standing = -1;

impl<'s> Scopes<'s> {
    pub(crate) fn new(exclusions: &'s [Exclusion]) -> Self {
        let mut all = [Known { from: i32::MAX, above: ASK, below: ASK }; 1 << Class::BITS];
        for ((kind, sponsor), known) in classes().zip(&mut all) {
            let asked = || exclusions.iter().filter_map(|e| e.pupils_asked_of(kind)).filter(|from| *from > 0);
            let of = |pupils| of_all(exclusions, kind, sponsor, Some(Decimal::from(pupils))).standing(kind);
            let Ok(from) = i32::try_from(asked().max().unwrap_or(0)) else { continue };
            // What they say changes where pupils are asked for, and nowhere else.
            let is_one = asked().all(|from| of(from - 1) == of(0));
            *known = Known { from, above: of(from as u32), below: if is_one { of(0) } else { ASK } };
        }
        Scopes { exclusions, known: all }
    }

    /// How each school of a county stands by what [`scope`] says of it, in the place of what was there; behind them stand schools that
    /// are left out, up to a multiple of so many.
    pub(crate) fn of(&self, county: County<'_>, many: usize, standings: &mut Vec<Standing>) {
        let AtHand { classes, pupils: [primary, junior, _] } = county.at_hand();
        let mut ask = false;
        standings.clear();
        standings.extend(classes.iter().zip(primary.iter().zip(junior)).map(|(class, (primary, junior))| {
            let known = &self.known[usize::from(*class)];
            let is_from = i32::from(*primary) + i32::from(*junior) >= known.from;
            let standing = if is_from { known.above } else { known.below };
            // What is not known is below zero.
            let standing = if primary | junior < 0 { ASK } else { standing };
            ask |= standing == ASK;
            standing
        }));
        if ask {
            let asked = standings.iter_mut().zip(county.schools()).filter(|(standing, _)| **standing == ASK);
            asked.for_each(|(standing, school)| {
                *standing = scope(self.exclusions, school).standing(school.kind());
            });
        }
        standings.resize(standings.len().next_multiple_of(many), Scope::LEAST_OUT);
    }
}

/// The schools of a county that are assessed as they stand, each with whether that is certain.
pub(crate) fn in_scope<'n, 'd: 'n>(
    county: County<'d>,
    standings: &'n [Standing],
) -> impl Iterator<Item = (SchoolRow<'d>, bool)> + Clone + 'n {
    let kept = standings.iter().zip(county.rows()).filter(|(standing, _)| **standing < Scope::LEAST_OUT);
    kept.map(move |(standing, row)| (county.data().school(row), *standing < Scope::LEAST_UNKNOWN))
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
                for pupils in [None, Some(0), Some(1), Some(49), Some(50), Some(59), Some(60), Some(1000)] {
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
        // One that has two rules on small schools of one kind.
        let text = include_str!("../standards/data/quality-2017.toml");
        let block = |kinds, below| {
            format!(
                "[[exclusion]]\nreason = \"below_{below}\"\nkinds = {kinds}\nstudents_below = {below}\n\
                 title = \"小\"\ntitle_en = \"small\"\ndocument = \"M\"\narticle = \"第五条\"\n\n"
            )
        };
        let [small, smaller] =
            [block("[\"teaching_point\", \"primary_school\"]", 60), block("[\"primary_school\"]", 1)];
        let text = text.replacen("[[exclusion]]", &format!("{smaller}{small}[[exclusion]]"), 1);
        let two_rules = Standard::from_toml("two rules", &text).expect("a standard");
        for standard in [Standard::quality_2017(), Standard::basic_2012(), two_rules] {
            let (scopes, mut standings) = (Scopes::new(standard.exclusions()), Vec::new());
            for county in data.counties() {
                scopes.of(county, 16, &mut standings);
                assert_eq!(standings.len(), county.schools().len().next_multiple_of(16));
                for (school, standing) in county.schools().zip(&standings) {
                    let said = scope(standard.exclusions(), school);
                    assert_eq!(Scope::of_standing(*standing), said, "{school:?}");
                    for stage in Stage::ALL {
                        let is_wrong = *standing >> stage as usize & 1 == 1;
                        assert_eq!(is_wrong, school.kind().cannot_have(stage), "{school:?}");
                    }
                    seen.push(said);
                }
            }
        }
        assert!([Scope::In, Scope::Unknown, Scope::Out(0)].iter().all(|scope| seen.contains(scope)));
    }
}
