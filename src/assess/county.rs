//! One county in one year: its units, its coefficients, its verdict.

use std::collections::BTreeMap;

use super::day::RulesByDay;
use super::items::{self, Facts};
use super::out::Out;
use super::result::{Assessment, CountyRecord};
use super::scope::{Scope, scope};
use super::stage::assess_stage;
use super::{Assessor, Verdict};
use crate::check::{in_any_order, in_order};
use crate::date::Date;
use crate::finding::{Arg, Code, Finding};
use crate::model::{County, CountyData, CountyTable, DataSet, Field};
use crate::parallel::{COUNTIES_WORTH_A_THREAD, for_each, in_ranges};
use crate::standards::Exclusion;

/// Assesses all counties asked for.
pub(super) fn assess(assessor: &Assessor, data: &DataSet) -> Assessment {
    let wanted = |code: &str| assessor.counties.is_empty() || assessor.counties.contains(code);
    let indices: Vec<usize> =
        (0..data.counties().len()).filter(|index| wanted(data.county(*index).code())).collect();
    let done = in_ranges(indices.len(), COUNTIES_WORTH_A_THREAD, assessor.threads, |range| {
        let (mut excluded, mut rules) = (Vec::new(), RulesByDay::new(&assessor.standard));
        let indices = indices.get(range).unwrap_or_default().iter();
        let counties = indices
            .map(|index| assess_county(assessor, data.county(*index), *index, &mut rules, &mut excluded));
        (counties.collect::<Vec<_>>(), excluded)
    });
    let (counties, excluded): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    let (mut counties, excluded) = (counties.into_iter().flatten().collect::<Vec<_>>(), excluded.concat());
    let mut findings = Sorted::new(data, &assessor.table);
    let mut told: Vec<(&mut CountyRecord, Vec<Finding>)> = counties
        .iter_mut()
        .map(|record| {
            let found = findings.take(data.county(record.index));
            (record, found)
        })
        .collect();
    for_each(&mut told, COUNTIES_WORTH_A_THREAD, assessor.threads, |(record, found)| {
        found.sort_by(in_order);
        record.findings.append(found);
        record.findings.sort_by(Finding::order);
    });
    let mut findings = findings.rest(wanted);
    findings.extend(without_schools(assessor, data));
    findings.extend(assessor.local.findings(data));
    findings.sort_by(Finding::order);
    Assessment {
        data: data.clone(),
        standard: assessor.standard.clone(),
        judge: assessor.judge,
        options: assessor.options.clone(),
        local: assessor.local.clone(),
        table: assessor.table.clone(),
        counties,
        excluded,
        findings,
    }
}

/// Rows of the county table that belong to no county of the data.
fn without_schools<'a>(assessor: &'a Assessor, data: &'a DataSet) -> impl Iterator<Item = Finding> + 'a {
    let idle = |row: &&CountyData| {
        let mine = |c: &County<'_>| assessor.table.get(c.code(), c.year()).is_some_and(|own| own == *row);
        !data.counties().any(|county| county.code() == row.code() && mine(&county))
    };
    assessor
        .table
        .rows()
        .iter()
        .filter(idle)
        .map(|row| Finding::new(Code::CountyWithoutSchools).county(row.code(), row.year()).value(row.code()))
}

/// The findings of reading and checking, by county; the rest belongs to no county.
struct Sorted {
    by_county: BTreeMap<(String, Option<u16>), Vec<Finding>>,
    rest: Vec<Finding>,
}

impl Sorted {
    fn new(data: &DataSet, table: &CountyTable) -> Self {
        let mut sorted = Sorted { by_county: BTreeMap::new(), rest: Vec::new() };
        let read = data.findings().iter().chain(table.findings()).cloned();
        let mut all = read.chain(in_any_order(data)).peekable();
        // A county's stand together mostly, and are put to it together.
        while let Some(first) = all.next() {
            let Some(code) = first.county_code() else {
                sorted.rest.push(first);
                continue;
            };
            let own = sorted.by_county.entry((code.to_owned(), first.year())).or_default();
            let mut run = vec![first];
            while let Some(next) =
                all.next_if(|next| run.first().is_some_and(|first| first.shares_county(next)))
            {
                run.push(next);
            }
            own.append(&mut run);
        }
        sorted
    }

    fn take(&mut self, county: County<'_>) -> Vec<Finding> {
        self.by_county.remove(&(county.code().to_owned(), county.year())).unwrap_or_default()
    }

    /// What no county took, but for the counties that were not asked for.
    fn rest(self, wanted: impl Fn(&str) -> bool) -> Vec<Finding> {
        let left = self.by_county.into_iter().filter(|((code, _), _)| wanted(code));
        let mut rest = self.rest;
        rest.extend(left.flat_map(|(_, findings)| findings));
        rest.sort_by(in_order);
        rest
    }
}

fn assess_county(
    assessor: &Assessor,
    county: County<'_>,
    index: usize,
    rules: &mut RulesByDay<'_>,
    excluded: &mut Vec<(u32, u16)>,
) -> CountyRecord {
    let as_of = assessor.as_of.or_else(|| county.year().map(Date::end_of_year));
    let mut out = Out::new(county);
    if let Some(date) = as_of.filter(|d| *d < assessor.standard.from()) {
        out.note(Finding::new(Code::BeforeEffect).value(date).arg("from", &assessor.standard.from()));
    }
    let mut schools = Vec::with_capacity(county.schools().len());
    let mut left_out = Vec::new();
    for school in county.schools() {
        match scope(assessor.standard.exclusions(), school) {
            Scope::In => schools.push((school, true)),
            Scope::Out(place) => {
                excluded.push((school.row(), place as u16));
                let rule = assessor.standard.exclusions().get(place);
                left_out.push((school, rule.map_or("", Exclusion::reason)));
            }
            Scope::Unknown => {
                let scope = Arg::names("评估范围", "the scope of the assessment");
                if !out.column_absent(school, Field::Ownership, &scope) {
                    out.findings.push(school.finding(Code::OwnershipMissing, Some(Field::Ownership)));
                }
                schools.push((school, false));
            }
        }
    }
    let rules = rules.on(as_of);
    let stages = rules.stages.each_ref().map(|rules| assess_stage(assessor, rules, &schools, &mut out));
    let with_units = stages.iter().filter(|s| !s.units.is_empty());
    let mut resource = Verdict::all(with_units.map(|s| s.verdict));
    if stages.iter().all(|s| s.units.is_empty()) {
        resource = Verdict::Undetermined;
    }
    let assessed: Vec<_> = schools.iter().map(|(school, _)| *school).collect();
    let facts = Facts {
        limits: &rules.limits,
        standard: &assessor.standard,
        judge: assessor.judge,
        options: &assessor.options,
        local: &assessor.local,
        date: as_of,
        county,
        table: assessor.table.get(county.code(), county.year()),
        schools: &assessed,
        by_stage: items::by_stage(&assessed),
        excluded: &left_out,
    };
    let items = if assessor.resources_only { Vec::new() } else { items::evaluate(&facts, &mut out.findings) };
    let parts =
        assessor.standard.parts().iter().map(|part| items::part_verdict(&assessor.standard, &items, *part));
    let verdict = Verdict::all(parts.chain([resource]));
    CountyRecord { index, as_of, verdict, resource, stages, items, findings: out.finish(schools.len()) }
}
