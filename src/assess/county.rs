//! One county in one year: its units, its coefficients, its verdict.

use std::collections::BTreeMap;
use std::ops::Range;

use super::day::RulesByDay;
use super::items::{self, Facts};
use super::out::Out;
use super::plain::Plain;
use super::result::{Assessment, CountyRecord, Records};
use super::scope::{Scope, Scopes};
use super::stage::assess_stage;
use super::{Assessor, Verdict};
use crate::check::{Checks, in_order};
use crate::date::Date;
use crate::finding::{Arg, Code, Finding};
use crate::model::{County, CountyData, DataSet, Field, SchoolRow, Stage};
use crate::parallel::{COUNTIES_WORTH_A_THREAD, for_each, in_ranges_with};
use crate::standards::{Exclusion, Part, Standard};

/// Counties that are checked before they are assessed: so few that their schools are near the processor for both.
const AT_ONCE: usize = 16;

/// Assesses all counties asked for.
pub(super) fn assess<'a>(assessor: &'a Assessor, data: &'a DataSet) -> Assessment {
    let wanted = |code: &str| assessor.counties.is_empty() || assessor.counties.contains(code);
    let checks = Checks::of(data);
    let bench = || Bench {
        scopes: Scopes::new(assessor.standard.exclusions()),
        rules: RulesByDay::new(&assessor.standard),
        plain: Plain::new(data, &assessor.standard),
        excluded: Vec::new(),
        schools: Schools::default(),
        records: Records::default(),
    };
    let Read { by_county: read, rest } = Read::new(assessor, data, wanted);
    // What is found in a county not asked for may be of schools that came from one that is.
    let work = |bench: &mut Bench<'a>, range: Range<usize>| {
        let (mut counties, mut checked) = (Vec::with_capacity(range.len()), Vec::new());
        let asked = |range: Range<usize>| range.filter(|index| wanted(data.county(*index).code()));
        bench.records.reserve(&assessor.standard, asked(range.clone()).map(|index| data.county(index)));
        for start in range.clone().step_by(AT_ONCE) {
            let some = start..range.end.min(start + AT_ONCE);
            let mut found = checks.range(some.clone());
            counties.extend(asked(some).map(|index| {
                let mut record = assess_county(assessor, data.county(index), index, bench);
                // What was read comes before what is found.
                if !read.contains_key(&index) {
                    record.tell(found.take(index));
                }
                record
            }));
            checked.push(found);
        }
        (checked, (counties, bench.records.take_down(), std::mem::take(&mut bench.excluded)))
    };
    let done = in_ranges_with(data.counties().len(), COUNTIES_WORTH_A_THREAD, assessor.threads, bench, work);
    let (checked, done): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    let (mut counties, mut pieces, mut excluded) =
        (Vec::with_capacity(data.counties().len()), Vec::new(), Vec::new());
    for (piece, (own, records, left_out)) in done.into_iter().enumerate() {
        counties.extend(own.into_iter().map(|county| CountyRecord { piece, ..county }));
        pieces.push(records);
        excluded.extend(left_out);
    }
    let mut left = checks.joined(checked.into_iter().flatten());
    for (index, mut found) in read {
        if let Some(own) = left.get_mut(index) {
            found.append(own);
            found.sort_by(in_order);
            *own = found;
        }
    }
    let told = counties.iter_mut().filter_map(|record| {
        let found = left.get_mut(record.index).map(std::mem::take)?;
        (!found.is_empty()).then_some((record, found))
    });
    let mut told: Vec<(&mut CountyRecord, Vec<Finding>)> = told.collect();
    for_each(&mut told, COUNTIES_WORTH_A_THREAD, assessor.threads, |(record, found)| {
        record.tell(std::mem::take(found));
    });
    let mut findings = rest;
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
        pieces,
        excluded,
        findings,
    }
}

impl Records {
    /// Makes room for the units and coefficients of counties.
    fn reserve<'a>(&mut self, standard: &Standard, counties: impl Iterator<Item = County<'a>>) {
        let (mut count, mut schools) = (0, 0);
        for county in counties {
            count += 1;
            schools += county.rows().len();
        }
        self.variations.reserve_exact(count * Stage::COMPULSORY.len() * standard.indicators().len());
        // Few schools have both stages.
        self.units.reserve_exact(schools + schools / 4);
    }

    /// These alone, which are kept for as long as the result is.
    fn take_down(&mut self) -> Self {
        let Records { units, variations, items } = self;
        Records {
            units: std::mem::take(units),
            variations: std::mem::take(variations),
            items: items.take_down(),
        }
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

/// The findings of reading, by the place of their county among all; the rest belongs to no county.
struct Read {
    by_county: BTreeMap<usize, Vec<Finding>>,
    rest: Vec<Finding>,
}

impl Read {
    /// Those of counties that were not asked for may be there or not.
    fn new(assessor: &Assessor, data: &DataSet, wanted: impl Fn(&str) -> bool) -> Self {
        let mut by_county = BTreeMap::<usize, Vec<Finding>>::new();
        let mut rest = Vec::new();
        for finding in data.findings().iter().chain(assessor.table.findings()) {
            let code = finding.county_code();
            match code.and_then(|code| data.county_index(code, finding.year())) {
                Some(index) => by_county.entry(index).or_default().push(finding.clone()),
                None if code.is_none_or(&wanted) => rest.push(finding.clone()),
                None => {}
            }
        }
        rest.sort_by(in_order);
        Read { by_county, rest }
    }
}

impl CountyRecord {
    /// Adds what is found in its data, in order, to what is found in assessing them.
    fn tell(&mut self, mut found: Vec<Finding>) {
        // Those of assessing are few, and those of the data in order already: each of the few has its place among them.
        self.findings.sort_by(Finding::order);
        if self.findings.is_empty() {
            self.findings = found;
        } else if !found.is_empty() {
            let mut all = Vec::with_capacity(self.findings.len() + found.len());
            for own in self.findings.drain(..) {
                let before = found.partition_point(|other| other.order(&own).is_lt());
                all.extend(found.drain(..before));
                all.push(own);
            }
            all.append(&mut found);
            self.findings = all;
        }
        debug_assert!(self.findings.is_sorted_by(|a, b| a.order(b).is_le()));
        self.severities = [0; 3];
        self.findings.iter().for_each(|finding| self.severities[finding.severity() as usize] += 1);
    }
}

/// What is at hand for one county after another.
struct Bench<'a> {
    scopes: Scopes<'a>,
    rules: RulesByDay<'a>,
    plain: Plain<'a>,
    /// Rows left out, each with the place of its rule.
    excluded: Vec<(u32, u16)>,
    schools: Schools<'a>,
    records: Records,
}

/// The schools of a county; of one county after another, in the same memory.
#[derive(Default)]
struct Schools<'a> {
    /// Those in scope, each with whether that is certain.
    in_scope: Vec<(SchoolRow<'a>, bool)>,
    /// The same without more.
    assessed: Vec<SchoolRow<'a>>,
    by_stage: [Vec<SchoolRow<'a>>; 2],
    /// Those left out, each with the reason.
    left_out: Vec<(SchoolRow<'a>, &'a str)>,
}

impl Schools<'_> {
    fn clear(&mut self) {
        self.in_scope.clear();
        self.assessed.clear();
        self.left_out.clear();
    }
}

fn assess_county<'a>(
    assessor: &'a Assessor,
    county: County<'a>,
    index: usize,
    bench: &mut Bench<'a>,
) -> CountyRecord {
    let as_of = assessor.as_of.or_else(|| county.year().map(Date::end_of_year));
    let mut out = Out::new(county);
    if let Some(date) = as_of.filter(|d| *d < assessor.standard.from()) {
        out.note(Finding::new(Code::BeforeEffect).value(date).arg("from", &assessor.standard.from()));
    }
    let Bench { scopes, rules, plain, excluded, schools, records } = bench;
    schools.clear();
    plain.begin_county(county.rows().len(), assessor.standard.split());
    for at_hand in county.schools_at_hand() {
        let school = at_hand.school;
        match scopes.of(at_hand) {
            Scope::In => {
                plain.add(at_hand, true);
                schools.in_scope.push((school, true));
            }
            Scope::Out(place) => {
                excluded.push((school.row(), place as u16));
                let rule = assessor.standard.exclusions().get(place);
                schools.left_out.push((school, rule.map_or("", Exclusion::reason)));
            }
            Scope::Unknown => {
                let scope = Arg::names("评估范围", "the scope of the assessment");
                if !out.column_absent(school, Field::Ownership, &scope) {
                    out.findings.push(school.finding(Code::OwnershipMissing, Some(Field::Ownership)));
                }
                plain.add(at_hand, false);
                schools.in_scope.push((school, false));
            }
        }
    }
    let rules = rules.on(as_of);
    plain.end_county();
    let stages = rules
        .stages
        .each_ref()
        .map(|rules| assess_stage(assessor, rules, &schools.in_scope, Some(&mut *plain), records, &mut out));
    let with_units = stages.iter().filter(|s| !s.units.is_empty());
    let mut resource = Verdict::all(with_units.map(|s| s.verdict));
    if stages.iter().all(|s| s.units.is_empty()) {
        resource = Verdict::Undetermined;
    }
    let mut items = 0..0;
    if !assessor.resources_only {
        let Schools { in_scope, assessed, by_stage, left_out } = &mut *schools;
        assessed.extend(in_scope.iter().map(|(school, _)| *school));
        items::by_stage(assessed, by_stage);
        let facts = Facts {
            limits: &rules.limits,
            standard: &assessor.standard,
            judge: assessor.judge,
            options: &assessor.options,
            local: &assessor.local,
            date: as_of,
            county,
            table: assessor.table.get(county.code(), county.year()),
            schools: assessed,
            by_stage,
            excluded: left_out,
        };
        items = items::evaluate(&facts, &mut records.items, &mut out.findings);
    }
    let part = |part: &Part| records.items.part_verdict(&assessor.standard, items.clone(), *part);
    let parts = assessor.standard.parts().iter().map(part);
    let verdict = Verdict::all(parts.chain([resource]));
    CountyRecord {
        index,
        // That of the range, which is put in when all are done.
        piece: 0,
        as_of,
        verdict,
        resource,
        stages,
        items,
        findings: out.finish(schools.in_scope.len()),
        // They are counted when all are told.
        severities: [0; 3],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::{School, SchoolKind};

    /// Two years of more counties than are checked at once, whose schools have five times the pupils in the second; one school
    /// is in the next county then.
    #[test]
    fn what_the_checks_find_is_told_of_each_county_however_many_there_are() {
        let mut builder = DataSet::builder();
        let counties = 2 * AT_ONCE + 3;
        for (year, pupils) in [(2023, 100), (2024, 500)] {
            for county in 0..counties {
                for school in 0..3 {
                    let moves = school == 2 && year == 2024 && county + 1 < counties;
                    let code = format!("{}", 110_101 + county + usize::from(moves));
                    let school = School::new(&code, &format!("{county:03}{school}"), SchoolKind::Primary);
                    let school = school.and_then(|school| school.with_year(year)).expect("valid");
                    builder.push(&school.with_count(Field::StudentsPrimary, pupils).expect("a count"));
                }
            }
        }
        let data = builder.finish().expect("distinct codes");
        let by_county = |found: &mut dyn Iterator<Item = Finding>| {
            let mut all = BTreeMap::<_, Vec<Finding>>::new();
            for finding in found.filter(|f| matches!(f.code(), Code::Jump | Code::SchoolMoved)) {
                let county = (finding.county_code().map(str::to_owned), finding.year());
                all.entry(county).or_default().push(finding);
            }
            all
        };
        let assessment =
            Assessor::new(Standard::quality_2017()).assess(&data).expect("no county was asked for");
        let mut told = assessment.counties().flat_map(|county| county.findings().iter().cloned());
        let told = by_county(&mut told);
        let expected = by_county(&mut crate::check(&data).into_iter());
        // Each school has five times the pupils, and each county but the last loses one to the next.
        assert_eq!(told.values().map(Vec::len).sum::<usize>(), 3 * counties + counties - 1);
        assert_eq!(told, expected);
    }
}
