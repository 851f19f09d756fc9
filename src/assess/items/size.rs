//! Schools and classes that are too large.

use super::ratio::Worst;
use super::transitional::{self, Terms};
use super::{Case, Limit, Measure, Outcome, SchoolRecord};
use crate::assess::Verdict;
use crate::model::{Field, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::Direction;

/// No school has more pupils in compulsory education than allowed; schools with both stages may have more.
pub(super) fn schools(case: &mut Case<'_, '_>) -> Outcome {
    let mut found: Vec<SchoolRecord> = Vec::new();
    let mut over = [Some(0u32); 2];
    let mut parts =
        [("single", "max_pupils", Part::default()), ("through", "max_pupils_through", Part::default())];
    let limits = parts.each_ref().map(|(_, name, _)| case.limit(name, Stage::Primary));
    for &school in case.schools() {
        let through = Stage::COMPULSORY.into_iter().all(|stage| school.kind().has(stage));
        let [single, both] = &mut parts;
        let (id, name, part) = if through { both } else { single };
        let (id, name): (&'static str, &str) = (id, name);
        let full = if through { limits[1] } else { limits[0] };
        if full.is_some_and(|full| is_no_news(school, &full, part)) {
            continue;
        }
        let beyond = school.compulsory_students().zip(full).map(|(pupils, full)| pupils > full.value);
        if let Some(count) = over.get_mut(usize::from(through)) {
            *count = count.zip(beyond).map(|(count, beyond)| count + u32::from(beyond));
        }
        let judged = transitional::judge(case, school, id, |case, terms| size(case, school, terms, name));
        let (measure, clause) = judged;
        part.add(&measure);
        if clause.is_none() {
            part.most = part.most.max(school.compulsory_students());
        }
        // A province has few schools that are too large: the others are not kept.
        if clause.is_some() || measure.verdict != Verdict::Met {
            found.push(SchoolRecord { row: school.row(), stage: None, part: Some(id), measure, clause });
        }
    }
    let parts: Vec<_> = parts.into_iter().filter_map(|(id, _, part)| Some((id, part.measure()?))).collect();
    if parts.is_empty() {
        return Outcome::one(Measure::open());
    }
    for (name, count) in ["single_over", "through_over"].into_iter().zip(over) {
        case.show(name, count.map(Decimal::from));
    }
    Outcome::all(parts).with(found)
}

/// Whether a school is within its limit, and not the largest of its part so far: most are, and nothing is said of them.
fn is_no_news(school: SchoolRow<'_>, limit: &Limit<'_>, part: &Part) -> bool {
    let Some(pupils) = school.compulsory_students() else { return false };
    limit.direction == Direction::AtMost
        && pupils <= limit.value
        && limit.value.is_whole()
        && pupils.is_whole()
        && part.most.is_some_and(|most| pupils <= most)
}

/// The schools with one stage, or those with both.
#[derive(Default)]
struct Part {
    verdict: Option<Verdict>,
    /// The most pupils of those held against the same limit.
    most: Option<Decimal>,
    worst: Worst,
    /// The worst of those that fail.
    worst_failing: Worst,
}

impl Part {
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

fn size<'a>(case: &mut Case<'_, 'a>, school: SchoolRow<'_>, terms: &Terms<'_, 'a>, name: &str) -> Measure {
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
            limit.measure().verdict(if too_many { Verdict::NotMet } else { Verdict::Undetermined })
        }
    }
}

/// No class is over the limit of its stage.
pub(super) fn classes(case: &mut Case<'_, '_>) -> Outcome {
    let mut records = Vec::new();
    let mut parts = Vec::new();
    for (stage, id) in Stage::COMPULSORY.into_iter().zip(["primary", "junior"]) {
        let Some(limit) = case.limit("most", stage) else { continue };
        let column = if stage == Stage::Primary {
            Field::ClassesOverLimitPrimary
        } else {
            Field::ClassesOverLimitJunior
        };
        let mut total = Some(Decimal::ZERO);
        let mut verdict = None;
        for &school in case.schools_of(stage) {
            let over = school.value(column);
            let told = school.has_column(column);
            total = total.zip(over).and_then(|(total, over)| total.checked_add(over));
            let measure = match over {
                // Most have none, and nothing is said of them.
                Some(over) if limit.is_met_by(over.into()) => Measure::bare(Verdict::Met),
                None if !told => Measure::open(),
                Some(over) => {
                    let more = over.checked_sub(limit.value);
                    case.measure(over.into(), &limit, Some(school)).lacking(more)
                }
                None => {
                    case.miss(school, column);
                    limit.measure()
                }
            };
            verdict = Some(Verdict::all(verdict.into_iter().chain([measure.verdict])));
            if measure.verdict != Verdict::Met && told {
                let part = Some(id);
                records.push(SchoolRecord {
                    row: school.row(),
                    stage: Some(stage),
                    part,
                    measure,
                    clause: None,
                });
            }
        }
        if let Some(verdict) = verdict {
            let name = if stage == Stage::Primary { "primary_over" } else { "junior_over" };
            case.show(name, total);
            let measure = limit.measure().value(total.map(Ratio::from));
            let more = total.and_then(|total| total.checked_sub(limit.value));
            parts.push((id, measure.verdict(verdict).lacking(more)));
        }
    }
    if parts.is_empty() {
        return Outcome::one(Measure::open());
    }
    records.sort_by_key(|r| (r.row, r.stage));
    Outcome::all(parts).with(records)
}
