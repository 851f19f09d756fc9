//! One county in one year: its units, its coefficients, its verdict.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::day::RulesByDay;
use super::found::Found;
use super::intake::SIDE_BY_SIDE;
use super::items::{self, Facts};
use super::out::Out;
use super::plain::Plain;
use super::result::{Assessment, CountyRecord, Piece, Records};
use super::scope::{Scope, Scopes, Standing, in_scope};
use super::stage::assess_stage;
use super::told::Teller;
use super::{Assessor, Verdict};
use crate::check::{Checks, in_order};
use crate::date::Date;
use crate::finding::{Arg, Code, Finding, Item};
use crate::model::{County, CountyData, DataSet, Field, SchoolRow, Stage};
use crate::parallel::{COUNTIES_WORTH_A_THREAD, for_each, in_ranges_with};
use crate::standards::{Exclusion, Part, Standard};

/// Counties that are checked before they are assessed: so few that their schools are near the processor for both.
const AT_ONCE: usize = 16;

/// Assesses all counties asked for by each of these; what the data are checked for is checked once.
pub(super) fn assess<'a>(assessors: &'a [Assessor], data: &'a DataSet) -> Vec<Assessment> {
    let threads = assessors.first().and_then(|assessor| assessor.threads);
    let tasks: Vec<Task<'a>> = assessors.iter().map(|assessor| Task::new(assessor, data)).collect();
    let checks = Checks::of(data);
    let benches = || tasks.iter().map(Task::bench).collect::<Vec<_>>();
    let work = |benches: &mut Vec<Bench<'a>>, range: Range<usize>| {
        let mut checked = Vec::new();
        let mut done: Vec<_> =
            tasks.iter().zip(&mut *benches).map(|(t, bench)| t.begin(&range, bench)).collect();
        for start in range.clone().step_by(AT_ONCE) {
            let some = start..range.end.min(start + AT_ONCE);
            let mut found = checks.range(some.clone());
            for index in some {
                // What was read comes before what is found, which then waits for the end.
                let is_read = tasks.iter().any(|task| task.read.contains_key(&index));
                let mut own = if is_read { Vec::new() } else { found.take(index) };
                for (place, (task, bench)) in tasks.iter().zip(&mut *benches).enumerate() {
                    if !task.asks_for(index) {
                        continue;
                    }
                    let county = data.county(index);
                    assess_county(task.assessor, county, index, found.jumps(index), bench, &mut done[place]);
                    let is_last = place + 1 == tasks.len();
                    let own = if is_last { std::mem::take(&mut own) } else { own.clone() };
                    if let Some(record) = done[place].last_mut().filter(|_| !own.is_empty()) {
                        record.found.add(own);
                    }
                }
            }
            checked.push(found);
        }
        let done = done.into_iter().zip(benches);
        let piece =
            |(counties, bench): (_, &mut Bench<'_>)| Piece { counties, records: bench.records.take_down() };
        (checked, done.map(piece).collect::<Vec<_>>())
    };
    let done = in_ranges_with(data.counties().len(), COUNTIES_WORTH_A_THREAD, threads, benches, work);
    let (checked, done): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    let left = checks.joined(checked.into_iter().flatten());
    let mut pieces: Vec<Vec<Piece>> = tasks.iter().map(|_| Vec::with_capacity(done.len())).collect();
    for done in done {
        pieces.iter_mut().zip(done).for_each(|(pieces, piece)| pieces.push(piece));
    }
    let (last, mut left) = (tasks.len().saturating_sub(1), Some(left));
    let tasks = tasks.into_iter().zip(pieces).enumerate();
    let finish = |(place, (task, pieces)): (usize, (Task<'a>, _))| {
        let left = if place == last { left.take() } else { left.clone() };
        task.finish(pieces, left.unwrap_or_default())
    };
    tasks.map(finish).collect()
}

/// What one assessor has to do.
struct Task<'a> {
    assessor: &'a Assessor,
    data: &'a DataSet,
    /// The findings of reading, by the place of their county among all; the rest belongs to no county.
    read: BTreeMap<usize, Vec<Finding>>,
    rest: Vec<Finding>,
    teller: Arc<Teller>,
}

impl<'a> Task<'a> {
    /// Those of counties that were not asked for may be there or not.
    fn new(assessor: &'a Assessor, data: &'a DataSet) -> Self {
        let teller = Arc::new(Teller::new(assessor, data));
        let mut task = Task { assessor, data, read: BTreeMap::new(), rest: Vec::new(), teller };
        for finding in data.findings().iter().chain(assessor.table.findings()) {
            let code = finding.county_code();
            match code.and_then(|code| data.county_index(code, finding.year())) {
                Some(index) => task.read.entry(index).or_default().push(finding.clone()),
                None if code.is_none_or(|code| assessor.asks_for(code)) => task.rest.push(finding.clone()),
                None => {}
            }
        }
        task.rest.sort_by(in_order);
        task
    }

    fn asks_for(&self, county: usize) -> bool {
        self.assessor.asks_for(self.data.county(county).code())
    }

    fn bench(&self) -> Bench<'a> {
        let standard = &self.assessor.standard;
        Bench {
            scopes: Scopes::new(standard.exclusions()),
            standings: Vec::new(),
            rules: RulesByDay::new(standard),
            plain: Plain::new(self.data, standard),
            schools: Schools::default(),
            records: Records::default(),
            out: Out::new(self.data.county(0)),
        }
    }

    /// Makes room for the records of some counties, and for the counties.
    fn begin(&self, range: &Range<usize>, bench: &mut Bench<'_>) -> Vec<CountyRecord> {
        let asked = range.clone().filter(|index| self.asks_for(*index));
        bench.records.reserve(&self.assessor.standard, asked.map(|index| self.data.county(index)));
        Vec::with_capacity(range.len())
    }

    /// Puts together what the counties come to, and what is left to be told of each.
    fn finish(self, mut pieces: Vec<Piece>, mut left: BTreeMap<usize, Vec<Finding>>) -> Assessment {
        let Task { assessor, data, read, rest: mut findings, teller } = self;
        for (index, mut found) in read {
            let own = left.entry(index).or_default();
            found.append(own);
            found.sort_by(in_order);
            *own = found;
        }
        let is_any = !left.is_empty();
        let counties = pieces.iter_mut().filter(|_| is_any).flat_map(|piece| &mut piece.counties);
        let told = counties.filter_map(|record| left.remove(&record.index).map(|found| (record, found)));
        let mut told: Vec<(&mut CountyRecord, Vec<Finding>)> = told.collect();
        for_each(&mut told, COUNTIES_WORTH_A_THREAD, assessor.threads, |(record, found)| {
            record.found.add(std::mem::take(found));
        });
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
            pieces,
            findings,
            teller,
        }
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
        // Most counties have three or four.
        self.notes.reserve(4 * count);
    }

    /// These alone, which are kept for as long as the result is.
    fn take_down(&mut self) -> Self {
        let Records { excluded, units, variations, items, notes } = self;
        Records {
            excluded: std::mem::take(excluded),
            units: std::mem::take(units),
            variations: std::mem::take(variations),
            items: items.take_down(),
            notes: std::mem::take(notes),
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

/// What is at hand for one county after another.
struct Bench<'a> {
    scopes: Scopes<'a>,
    /// How each school of the county stands.
    standings: Vec<Standing>,
    rules: RulesByDay<'a>,
    plain: Plain<'a>,
    schools: Schools<'a>,
    records: Records,
    out: Out<'a>,
}

/// The schools of a county; of one county after another, in the same memory.
#[derive(Default)]
struct Schools<'a> {
    assessed: Vec<SchoolRow<'a>>,
    by_stage: [Vec<SchoolRow<'a>>; 2],
    /// Those left out, each with the reason.
    reasons: Vec<(SchoolRow<'a>, &'a str)>,
}

/// Assesses a county and adds its record to others, with what jumps among its notes.
fn assess_county<'a>(
    assessor: &'a Assessor,
    county: County<'a>,
    index: usize,
    jumps: &[Item],
    bench: &mut Bench<'a>,
    counties: &mut Vec<CountyRecord>,
) {
    let as_of = assessor.as_of.or_else(|| county.year().map(Date::end_of_year));
    let Bench { scopes, standings, rules, plain, schools, records, out } = bench;
    out.begin(county);
    if let Some(date) = as_of.filter(|d| *d < assessor.standard.from()) {
        out.note(Finding::new(Code::BeforeEffect).value(date).arg("from", &assessor.standard.from()));
    }
    scopes.of(county, SIDE_BY_SIDE, standings);
    plain.take(county, standings, assessor.standard.split());
    let first_excluded = records.excluded.len();
    for place in plain.outside() {
        let row = county.rows().start + place;
        match Scope::of_standing(standings[*place as usize]) {
            Scope::In => {}
            Scope::Out(rule) => records.excluded.push((row, rule as u16)),
            Scope::Unknown => {
                let school = county.data().school(row);
                let scope = Arg::names("评估范围", "the scope of the assessment");
                if !out.column_absent(school, Field::Ownership, &scope) {
                    out.findings.push(school.finding(Code::OwnershipMissing, Some(Field::Ownership)));
                }
            }
        }
    }
    let excluded = first_excluded..records.excluded.len();
    let rules = rules.on(as_of);
    let stages = rules.stages.each_ref().map(|rules| {
        assess_stage(assessor, rules, in_scope(county, standings), Some(&mut *plain), records, out)
    });
    let with_units = stages.iter().filter(|s| !s.units.is_empty());
    let mut resource = Verdict::all(with_units.map(|s| s.verdict));
    if stages.iter().all(|s| s.units.is_empty()) {
        resource = Verdict::Undetermined;
    }
    let mut items = 0..0;
    if !assessor.resources_only {
        let Schools { assessed, by_stage, reasons } = &mut *schools;
        assessed.clear();
        assessed.extend(in_scope(county, standings).map(|(school, _)| school));
        reasons.clear();
        let left_out = records.excluded.get(excluded.clone()).unwrap_or_default();
        reasons.extend(left_out.iter().map(|(row, rule)| {
            let rule = assessor.standard.exclusions().get(usize::from(*rule));
            (county.data().school(*row), rule.map_or("", Exclusion::reason))
        }));
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
            excluded: reasons,
        };
        items = items::evaluate(&facts, &mut records.items, &mut out.findings);
    }
    let part = |part: &Part| records.items.part_verdict(&assessor.standard, items.clone(), *part);
    let parts = assessor.standard.parts().iter().map(part);
    let verdict = Verdict::all(parts.chain([resource]));
    out.finish(county.rows().len() - excluded.len());
    let first_note = records.notes.len();
    records.notes.append(&mut out.notes);
    records.notes.extend(jumps);
    counties.push(CountyRecord {
        index,
        as_of,
        verdict,
        resource,
        excluded,
        stages,
        items,
        found: Found::new(first_note, &records.notes, &mut out.findings),
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::num::NonZeroUsize;

    use super::*;
    use crate::lang::Lang;
    use crate::model::{Quantity, School, SchoolKind};
    use crate::numeric::Decimal;

    /// Two years of more counties than are checked at once, whose schools have five times the pupils in the second; two schools
    /// of each are in the next county then.
    #[test]
    fn what_the_checks_find_is_told_of_each_county_however_many_there_are() {
        let mut builder = DataSet::builder();
        let counties = 2 * AT_ONCE + 3;
        for (year, pupils) in [(2023, 100), (2024, 500)] {
            for county in 0..counties {
                for school in 0..3 {
                    let moves = school > 0 && year == 2024 && county + 1 < counties;
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
        // Each school has five times the pupils, and each county but the last loses two to the next.
        assert_eq!(told.values().map(Vec::len).sum::<usize>(), 3 * counties + 2 * (counties - 1));
        assert_eq!(told, expected);
    }

    /// Two schools in each of five counties, of which so many say nothing of their rooms for sports.
    #[test]
    fn what_is_blank_in_one_county_is_not_told_of_the_next() {
        let mut builder = DataSet::builder();
        for (county, blank) in [1, 0, 2, 0, 2].into_iter().enumerate() {
            for number in 0..2 {
                let code = (110_101 + county).to_string();
                let school =
                    School::new(&code, &format!("{code}{number}"), SchoolKind::Primary).expect("valid");
                let school = school.with_count(Field::StudentsPrimary, 300).expect("a count");
                let area = |field| Quantity::new(Decimal::from(500u32), Field::unit(field));
                let with = |school: School, field| school.with(field, area(field)).expect("an area");
                let school = with(school, Field::SportsFieldArea);
                builder.push(&if number < blank { school } else { with(school, Field::IndoorSportsArea) });
            }
        }
        let data = builder.finish().expect("distinct codes");
        let assessor = Assessor::new(Standard::quality_2017()).resources_only();
        let assessment = assessor.threads(NonZeroUsize::MIN).assess(&data).expect("no county was asked for");
        let blank = |county: crate::CountyResult<'_>| {
            let found = county.findings().iter().filter(|f| f.code() == Code::BlankTakenAsNone);
            found.map(|f| f.message(Lang::En)).collect::<Vec<_>>()
        };
        let told: Vec<Vec<String>> = assessment.counties().map(blank).collect();
        let of = |count, schools: &str| {
            vec![format!(
                "indoor_sports_area is blank in {count} schools and was taken as none (zero): {schools}"
            )]
        };
        let all = of(2, "all schools");
        assert_eq!(told, [of(1, "1101010"), vec![], all.clone(), vec![], all]);
    }
}
