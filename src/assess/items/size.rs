//! Schools and classes that are too large.

use super::ratio::Worst;
use super::transitional::{self, Terms};
use super::{Case, Found, Limit, Measure, Name};
use crate::assess::Verdict;
use crate::model::{Field, SchoolKind, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};

/// No school has more pupils in compulsory education than allowed; schools with both stages may have more.
pub(super) fn schools(case: &mut Case<'_, '_>) -> Measure {
    let limit = |name| case.limit(name, Stage::Primary);
    let mut parts = [
        Part::new(Name::Single, "max_pupils", limit("max_pupils")),
        Part::new(Name::Through, "max_pupils_through", limit("max_pupils_through")),
    ];
    for &school in case.schools() {
        let [single, through] = &mut parts;
        let part = if is_through(school.kind()) { through } else { single };
        if part.is_within(school) {
            continue;
        }
        let beyond = school.compulsory_students().zip(part.limit).map(|(pupils, full)| pupils > full.value);
        part.over = part.over.zip(beyond).map(|(count, beyond)| count + u32::from(beyond));
        let (name, parameter) = (part.name, part.parameter);
        let judged =
            transitional::judge(case, school, name, |case, terms| size(case, school, terms, parameter));
        let (measure, clause) = judged;
        part.add(&measure);
        // A province has few schools that are too large: the others are not kept.
        if clause.is_some() || measure.verdict != Verdict::Met {
            case.items.add_school(&Found::new(school, measure).part(name), clause.as_ref());
        }
    }
    for part in &mut parts {
        if let Some((_, school)) = part.largest_within {
            part.add(&size(case, school, &Terms::plain(), part.parameter));
        }
    }
    let over = parts.each_ref().map(|part| part.over);
    let measures = parts.map(|part| Some((part.name, part.measure()?)));
    if measures.iter().all(Option::is_none) {
        return Measure::open();
    }
    for (name, count) in [Name::SingleOver, Name::ThroughOver].into_iter().zip(over) {
        case.show(name, count.map(Decimal::from));
    }
    case.all(measures.into_iter().flatten())
}

/// Whether a kind of school has both stages of compulsory education.
#[inline]
fn is_through(kind: SchoolKind) -> bool {
    Stage::COMPULSORY.into_iter().all(|stage| kind.has(stage))
}

/// The schools with one stage, or those with both.
struct Part<'a> {
    name: Name,
    parameter: &'static str,
    limit: Option<Limit>,
    /// The most pupils of a school that is within the limit beyond doubt.
    most: Option<i64>,
    /// The largest of those, the first of equals, with its pupils: of the others there is nothing to say.
    largest_within: Option<(u32, SchoolRow<'a>)>,
    /// How many are beyond the limit; `None` where that is not known.
    over: Option<u32>,
    verdict: Option<Verdict>,
    worst: Worst,
    /// The worst of those that fail.
    worst_failing: Worst,
}

impl<'a> Part<'a> {
    fn new(name: Name, parameter: &'static str, limit: Option<Limit>) -> Self {
        Part {
            name,
            parameter,
            limit,
            most: limit.and_then(|limit| limit.most()),
            largest_within: None,
            over: Some(0),
            verdict: None,
            worst: Worst::default(),
            worst_failing: Worst::default(),
        }
    }

    /// Whether a school is within the limit beyond doubt, as most are; it is then noted.
    fn is_within(&mut self, school: SchoolRow<'a>) -> bool {
        let Some((pupils, most)) = school.compulsory_counted().zip(self.most) else { return false };
        let is_within = i64::from(pupils) <= most;
        if is_within && self.largest_within.is_none_or(|(largest, _)| pupils > largest) {
            self.largest_within = Some((pupils, school));
        }
        is_within
    }

    fn add(&mut self, measure: &Measure) {
        self.verdict = Some(Verdict::all(self.verdict.into_iter().chain([measure.verdict])));
        self.worst.add(measure);
        if measure.verdict == Verdict::NotMet {
            self.worst_failing.add(measure);
        }
    }

    /// `None` where there is no such school.
    fn measure(self) -> Option<Measure> {
        let verdict = self.verdict?;
        let worst = if verdict == Verdict::NotMet { self.worst_failing } else { self.worst };
        Some(worst.measure().unwrap_or_else(Measure::open).verdict(verdict))
    }
}

fn size(case: &mut Case<'_, '_>, school: SchoolRow<'_>, terms: &Terms<'_>, name: &str) -> Measure {
    let Some(limit) = terms.limit(case, name, Stage::Primary) else { return Measure::open() };
    match school.compulsory_students() {
        Some(pupils) => {
            let over = pupils.checked_sub(limit.value);
            case.measure(pupils.into(), &limit, Some(school)).lacking(over)
        }
        // One stage alone may be too large already.
        None => {
            let known = Stage::COMPULSORY.into_iter().filter_map(|stage| school.students(stage));
            let too_many = known.max().is_some_and(|pupils| pupils > limit.value);
            Measure::against(&limit).verdict(if too_many { Verdict::NotMet } else { Verdict::Undetermined })
        }
    }
}

/// No class is over the limit of its stage.
pub(super) fn classes(case: &mut Case<'_, '_>) -> Measure {
    let parts = Stage::COMPULSORY.map(|stage| {
        let limit = case.limit("most", stage)?;
        let schools = case.schools_of(stage);
        if schools.is_empty() {
            return None;
        }
        let (verdict, total) = classes_of(case, schools, stage, &limit);
        let name = if stage == Stage::Primary { Name::PrimaryOver } else { Name::JuniorOver };
        case.show(name, total);
        let measure = Measure::against(&limit).value(total.map(Ratio::from));
        let more = total.and_then(|total| total.checked_sub(limit.value));
        Some((Name::of_stage(stage), measure.verdict(verdict).lacking(more)))
    });
    if parts.iter().all(Option::is_none) {
        return Measure::open();
    }
    case.items.sort_schools();
    case.all(parts.into_iter().flatten())
}

/// The verdict on the schools of a stage, and how many of their classes are over the limit.
fn classes_of(
    case: &mut Case<'_, '_>,
    schools: &[SchoolRow<'_>],
    stage: Stage,
    limit: &Limit,
) -> (Verdict, Option<Decimal>) {
    let column =
        if stage == Stage::Primary { Field::ClassesOverLimitPrimary } else { Field::ClassesOverLimitJunior };
    if !case.tells(column) {
        // Of none of them there is anything to say.
        return (Verdict::Undetermined, None);
    }
    let mut verdict = Verdict::Met;
    for &school in schools {
        let measure = match school.value(column) {
            // Most have none, and nothing is said of them.
            Some(over) if limit.is_met_by_decimal(over) => continue,
            Some(over) => {
                case.measure(over.into(), limit, Some(school)).lacking(over.checked_sub(limit.value))
            }
            None => {
                case.miss(school, column);
                Measure::against(limit)
            }
        };
        verdict = Verdict::all([verdict, measure.verdict]);
        if measure.verdict != Verdict::Met {
            case.tell(Found::new(school, measure).stage(stage).part(Name::of_stage(stage)));
        }
    }
    (verdict, case.total(schools, column))
}
