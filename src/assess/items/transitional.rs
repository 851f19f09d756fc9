//! Transitional clauses: for a time, and for some schools, other values than the parameters'.

use super::{ByClause, Case, Limit, Measure, Name};
use crate::assess::Verdict;
use crate::finding::{Arg, Code};
use crate::lang::Lang;
use crate::model::{Field, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::ItemClause;

/// The values a school is held against: the parameters', or the loosest that its clauses grant.
pub(super) struct Terms<'t> {
    /// The places of the clauses of the item.
    granted: &'t [usize],
}

impl Terms<'_> {
    /// Without any clause.
    pub(super) fn plain() -> Self {
        Terms { granted: &[] }
    }

    /// A parameter in these terms.
    pub(super) fn limit(&self, case: &Case<'_, '_>, name: &str, stage: Stage) -> Option<Limit> {
        let mut limit = case.limit(name, stage)?;
        for &place in self.granted {
            let clause = case.item.clauses().get(place);
            if let Some(value) = clause.and_then(|clause| clause.value(name, stage))
                && limit.direction.is_stricter(limit.value, value)
            {
                limit.value = value;
                limit.source = limit.source.by_clause(place);
            }
        }
        Some(limit)
    }

    /// The value of a parameter in these terms.
    pub(super) fn limit_value(&self, case: &Case<'_, '_>, name: &str, stage: Stage) -> Option<Decimal> {
        self.limit(case, name, stage).map(|limit| limit.value)
    }
}

/// Judges a school, first without any clause, then with those that cover it.
///
/// A clause that may cover it, for want of data, grants nothing; where it would decide, the verdict is open. `part` says
/// in findings which part of the item it is about.
pub(super) fn judge<'f, 'a>(
    case: &mut Case<'f, 'a>,
    school: SchoolRow<'_>,
    part: Name,
    mut judge: impl FnMut(&mut Case<'f, 'a>, &Terms<'_>) -> Measure,
) -> (Measure, Option<ByClause>) {
    let plain = judge(case, &Terms::plain());
    if plain.verdict == Verdict::Met {
        return (plain, None);
    }
    let mut granted: Vec<usize> = Vec::new();
    let mut perhaps: Vec<usize> = Vec::new();
    let mut needs: Vec<Field> = Vec::new();
    let clauses = case.item.clauses().iter().enumerate();
    for (place, clause) in clauses.filter(|(_, clause)| clause.holds_on(case.facts.date)) {
        match covers(clause, school) {
            Ok(true) => granted.push(place),
            Ok(false) => {}
            Err(fields) => {
                perhaps.push(place);
                needs.extend(fields);
            }
        }
    }
    if granted.is_empty() && perhaps.is_empty() {
        return (plain, None);
    }
    let under = judge(case, &Terms { granted: &granted });
    if under.verdict == Verdict::Met {
        // The one that suffices by itself, where there is one.
        let mut deciding = granted.first().copied();
        for &place in &granted {
            if judge(case, &Terms { granted: &[place] }).verdict == Verdict::Met {
                deciding = Some(place);
                break;
            }
        }
        let clause = deciding.map(|place| ByClause { place, without: plain });
        if let Some(clause) = &clause {
            note(case, school, part, &under, clause);
        }
        return (under, clause);
    }
    if perhaps.is_empty() {
        return (under, None);
    }
    granted.append(&mut perhaps);
    if judge(case, &Terms { granted: &granted }).verdict == Verdict::NotMet {
        return (under.verdict(Verdict::NotMet), None);
    }
    if under.verdict == Verdict::NotMet {
        let names = |name: fn(Field) -> &'static str, between: &str| {
            needs.iter().map(|field| name(*field)).collect::<Vec<_>>().join(between)
        };
        let finding = school.finding(Code::ClauseUndetermined, needs.first().copied());
        let needs = Arg::names(names(Field::zh, "、"), names(Field::id, ", "));
        let finding = finding.arg("needs", needs).arg("needed_for", case.title());
        case.findings.push(finding);
    }
    (under.verdict(Verdict::Undetermined).lacking(None), None)
}

/// Tells that a school meets an item by a clause alone.
fn note(case: &mut Case<'_, '_>, school: SchoolRow<'_>, part: Name, under: &Measure, by: &ByClause) {
    let Some(clause) = case.item.clauses().get(by.place) else { return };
    let text = |value: Option<Ratio>| value.map(super::show).unwrap_or_default();
    let verdict = by.without.verdict;
    let finding = school
        .finding(Code::ItemClauseApplied, None)
        .column(case.id())
        .value(clause.id())
        .arg("item", case.title().then("，", ", ", Arg::names(part.name(Lang::Zh), part.name(Lang::En))))
        .arg("cite", clause.cite())
        .arg("until", &clause.window().1)
        .arg("figure", &text(under.value))
        .arg("requirement", &text(under.requirement))
        .arg("full", &text(by.without.requirement))
        .arg("without", Arg::names(verdict.name(Lang::Zh), verdict.name(Lang::En)));
    case.findings.push(finding);
}

/// Whether a clause covers a school; where that is not known, the columns that would tell.
fn covers(clause: &ItemClause, school: SchoolRow<'_>) -> Result<bool, Vec<Field>> {
    let conditions = &clause.conditions;
    let mut all = true;
    let mut unknown = Vec::new();
    let mut ask = |holds: Option<bool>, fields: &[Field]| match holds {
        Some(holds) => all &= holds,
        None => unknown.extend_from_slice(fields),
    };
    if let Some(until) = conditions.founded_until {
        ask(school.founded().map(|year| year <= until), &[Field::FoundedYear]);
    }
    if !conditions.areas.is_empty() {
        ask(school.area().map(|area| conditions.areas.contains(&area)), &[Field::UrbanRural]);
    }
    let pupils = school.compulsory_students();
    if let Some(below) = conditions.students_below {
        let holds = pupils.map(|pupils| pupils < Decimal::from(below));
        ask(holds, &[Field::StudentsPrimary, Field::StudentsJunior]);
    }
    if let Some(below) = conditions.largest_class_below {
        let largest = school.value(Field::MaxClassSize);
        ask(largest.map(|largest| largest < Decimal::from(below)), &[Field::MaxClassSize]);
    }
    if let Some(above) = conditions.migrant_share_above {
        let migrants = school.value(Field::MigrantStudents);
        let share = migrants.zip(pupils).and_then(|(migrants, pupils)| super::quotient(migrants, pupils, 2));
        ask(share.map(|share| share.cmp_decimal(above).is_gt()), &[Field::MigrantStudents]);
    }
    match (all, unknown.is_empty()) {
        (false, _) => Ok(false),
        (true, true) => Ok(true),
        (true, false) => Err(unknown),
    }
}
