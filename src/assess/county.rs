//! One county in one year: its units, its coefficients, its verdict.

use std::collections::{BTreeMap, BTreeSet};

use super::balance::{self, Tally};
use super::items::{self, Facts};
use super::result::{Assessment, CountyRecord, StageRecord, UnitRecord};
use super::rules::{Covered, Rule, StageRules, covered};
use super::scope::{Scope, scope};
use super::unit::{Readings, Unit, Unknown, Value, at_least};
use super::{Assessor, Judge, Missing, Options, Verdict};
use crate::check::{by_county, in_order};
use crate::date::Date;
use crate::finding::{Arg, Code, Finding};
use crate::lang::Lang;
use crate::model::{County, CountyData, DataSet, Field, SchoolRow, Stage};
use crate::numeric::Decimal;
use crate::parallel::{COUNTIES_WORTH_A_THREAD, for_each, in_ranges};
use crate::standards::Exclusion;

/// Assesses all counties asked for.
pub(super) fn assess(assessor: &Assessor, data: &DataSet) -> Assessment {
    let wanted = |code: &str| assessor.counties.is_empty() || assessor.counties.contains(code);
    let indices: Vec<usize> =
        (0..data.counties().len()).filter(|index| wanted(data.county(*index).code())).collect();
    let done = in_ranges(indices.len(), COUNTIES_WORTH_A_THREAD, assessor.threads, |range| {
        let mut excluded = Vec::new();
        let indices = indices.get(range).unwrap_or_default().iter();
        let counties =
            indices.map(|index| assess_county(assessor, data.county(*index), *index, &mut excluded));
        (counties.collect::<Vec<_>>(), excluded)
    });
    let (counties, excluded): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    let (mut counties, excluded) = (counties.into_iter().flatten().collect::<Vec<_>>(), excluded.concat());
    let mut sorted = Sorted::new(assessor, data, wanted);
    let mut told: Vec<(&mut CountyRecord, Vec<Finding>)> = counties
        .iter_mut()
        .map(|record| {
            let found = sorted.take(record.index);
            (record, found)
        })
        .collect();
    for_each(&mut told, COUNTIES_WORTH_A_THREAD, assessor.threads, |(record, found)| {
        if record.findings.is_empty() {
            record.findings = std::mem::take(found);
        } else {
            record.findings.append(found);
            record.findings.sort_by(Finding::order);
        }
    });
    let mut findings = sorted.rest;
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

/// The findings of reading and checking, by the place of their county among all; the rest belongs to no county.
struct Sorted {
    by_county: Vec<Vec<Finding>>,
    rest: Vec<Finding>,
}

impl Sorted {
    /// Those of counties that were not asked for may be there or not.
    fn new(assessor: &Assessor, data: &DataSet, wanted: impl Fn(&str) -> bool) -> Self {
        let mut read = BTreeMap::<usize, Vec<Finding>>::new();
        let mut rest = Vec::new();
        for finding in data.findings().iter().chain(assessor.table.findings()) {
            let code = finding.county_code();
            match code.and_then(|code| data.county_index(code, finding.year())) {
                Some(index) => read.entry(index).or_default().push(finding.clone()),
                None if code.is_none_or(&wanted) => rest.push(finding.clone()),
                None => {}
            }
        }
        rest.sort_by(in_order);
        let mut by_county = by_county(data, assessor.threads);
        for (index, mut found) in read {
            if let Some(own) = by_county.get_mut(index) {
                found.append(own);
                found.sort_by(in_order);
                *own = found;
            }
        }
        Sorted { by_county, rest }
    }

    fn take(&mut self, county: usize) -> Vec<Finding> {
        self.by_county.get_mut(county).map(std::mem::take).unwrap_or_default()
    }
}

fn assess_county(
    assessor: &Assessor,
    county: County<'_>,
    index: usize,
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
    let stages = Stage::COMPULSORY.map(|stage| {
        let rules = StageRules::new(&assessor.standard, stage, as_of);
        assess_stage(assessor, &rules, &schools, &mut out)
    });
    let with_units = stages.iter().filter(|s| !s.units.is_empty());
    let mut resource = Verdict::all(with_units.map(|s| s.verdict));
    if stages.iter().all(|s| s.units.is_empty()) {
        resource = Verdict::Undetermined;
    }
    let assessed: Vec<_> = schools.iter().map(|(school, _)| *school).collect();
    let facts = Facts {
        standard: &assessor.standard,
        judge: assessor.judge,
        options: &assessor.options,
        local: &assessor.local,
        date: as_of,
        county,
        table: assessor.table.get(county.code(), county.year()),
        schools: &assessed,
        excluded: &left_out,
    };
    let items = items::evaluate(&facts, &mut out.findings);
    let parts =
        assessor.standard.parts().iter().map(|part| items::part_verdict(&assessor.standard, &items, *part));
    let verdict = Verdict::all(parts.chain([resource]));
    CountyRecord { index, as_of, verdict, resource, stages, items, findings: out.finish(schools.len()) }
}

/// Where the findings of a county go, and what is said once for all its schools and stages.
struct Out<'d> {
    county: County<'d>,
    findings: Vec<Finding>,
    /// Schools whose blank component was taken as none.
    blank: BTreeMap<Field, Vec<SchoolRow<'d>>>,
    /// Columns in whose place another was read.
    substituted: BTreeSet<(Field, Field)>,
    /// Columns that the table does not have, with what is missing for want of them.
    absent: BTreeMap<Field, Arg>,
}

impl<'d> Out<'d> {
    fn new(county: County<'d>) -> Self {
        Out {
            county,
            findings: Vec::new(),
            blank: BTreeMap::new(),
            substituted: BTreeSet::new(),
            absent: BTreeMap::new(),
        }
    }

    fn note(&mut self, finding: Finding) {
        self.findings.push(finding.county(self.county.code_shared(), self.county.year()));
    }

    /// Whether the table has no such column at all; it is then said once what is missing for want of it.
    fn column_absent(&mut self, school: SchoolRow<'_>, field: Field, needed_for: &Arg) -> bool {
        let absent = !school.has_column(field);
        if absent {
            let known = self.absent.entry(field).or_insert_with(|| needed_for.clone());
            if !known.ends_with(needed_for) {
                *known = known.then("、", ", ", needed_for.clone());
            }
        }
        absent
    }

    /// Notes which of these columns, whose blank means none, are blank.
    fn blank_parts(&mut self, school: SchoolRow<'d>, parts: impl IntoIterator<Item = Field>) {
        for part in parts {
            if school.raw(part).is_none() {
                self.blank.entry(part).or_default().push(school);
            }
        }
    }

    /// All findings; `assessed` is how many schools there are to speak of.
    fn finish(mut self, assessed: usize) -> Vec<Finding> {
        for (field, needed_for) in std::mem::take(&mut self.absent) {
            self.note(Finding::new(Code::ColumnAbsent).column(field).arg("needed_for", needed_for));
        }
        for (field, other) in std::mem::take(&mut self.substituted) {
            self.note(Finding::new(Code::SubstituteUsed).column(field).value(other).arg("other", other));
        }
        for (field, mut schools) in std::mem::take(&mut self.blank) {
            schools.sort_unstable_by_key(|school| school.row());
            schools.dedup_by_key(|school| school.row());
            let named = if schools.len() == assessed {
                Arg::names("全部学校", "all schools")
            } else {
                let codes: Vec<_> = schools.iter().map(|s| s.code()).collect();
                Arg::names(codes.join("、"), codes.join(", "))
            };
            let finding = Finding::new(Code::BlankTakenAsNone).column(field);
            self.note(finding.arg("count", &schools.len()).arg("schools", named));
        }
        self.findings
    }
}

fn assess_stage<'d>(
    assessor: &Assessor,
    rules: &StageRules<'_>,
    schools: &[(SchoolRow<'d>, bool)],
    out: &mut Out<'d>,
) -> StageRecord {
    let units: Vec<(Unit<'_>, bool)> =
        schools.iter().filter_map(|(school, known)| Some((Unit::of(*school, rules)?, *known))).collect();
    // A county whose code is unreadable may be any county, or several: its units count, its coefficients do not.
    let named = !out.county.code().is_empty();
    let mut records: Vec<UnitRecord> =
        units.iter().map(|(unit, _)| UnitRecord::new(unit.school.row())).collect();
    let mut variation = Vec::with_capacity(rules.indicators.len());
    let mut samples = Vec::with_capacity(rules.indicators.len());
    let skip = assessor.missing == Missing::Skip;
    for (place, rule) in rules.indicators.iter().enumerate() {
        let mut tally = Tally { values: Vec::with_capacity(units.len()), ..Tally::default() };
        for ((unit, known), record) in units.iter().zip(&mut records) {
            match unit.value(rule, &assessor.options) {
                Ok(value) => {
                    let judged = judge_value(assessor.judge, rules, rule, &value, unit, out);
                    record.note(place, judged);
                    tally.meeting += u32::from(judged.meets == Some(true));
                    note_value(unit, rule, &value, &assessor.options, out);
                    match unit.pupils.filter(|_| *known) {
                        Some(pupils) => tally.values.push((value, pupils)),
                        None => tally.missing += 1,
                    }
                }
                Err(unknown) => {
                    tally.missing += 1;
                    note_missing(unit, rule, unknown, &assessor.options, out);
                }
            }
        }
        tally.complete = named && !tally.values.is_empty() && (skip || tally.missing == 0);
        let (found, sample) = balance::variation(rule, rules, &tally, assessor.judge, skip);
        note_variation(rules, rule, &tally, &found, out);
        variation.push(found);
        samples.push(sample);
    }
    let composite = balance::composite(rules, &variation, &samples, assessor.judge);
    if let Some((limit, readings)) = composite.limit.as_ref().zip(composite.readings)
        && readings.differ()
    {
        let what = Arg::names(
            format!("{}综合差异系数", rules.stage.zh()),
            format!("composite coefficient, {} stage", rules.stage),
        );
        let figures =
            Figures { exact: composite.cv, printed: composite.printed, decimals: rules.cv_decimals };
        let finding = Finding::new(Code::BoundaryCase);
        boundary(finding, what, figures, limit.value, readings, ">").into_iter().for_each(|f| out.note(f));
    }
    if let Some(rule) = rules.unit {
        records.iter_mut().for_each(|record| record.judge(&rule.value, rules.indicators.len()));
    }
    let parts = records.iter().filter_map(|r| r.verdict);
    let parts = parts.chain(variation.iter().filter_map(|v| v.verdict)).chain(composite.verdict);
    let verdict = if records.is_empty() { Verdict::Undetermined } else { Verdict::all(parts) };
    let students = units.iter().map(|(unit, _)| unit.pupils).sum::<Option<i128>>();
    StageRecord { stage: rules.stage, verdict, students, units: records, variation, composite }
}

/// A value held against its threshold and floor.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Judged {
    /// `None` where the standard has no threshold.
    pub(super) meets: Option<bool>,
    pub(super) below_floor: bool,
}

fn judge_value(
    judge: Judge,
    rules: &StageRules<'_>,
    rule: &Rule<'_>,
    value: &Value,
    unit: &Unit<'_>,
    out: &mut Out<'_>,
) -> Judged {
    let Some(threshold) = rule.threshold else { return Judged::default() };
    let mut hold = |limit, zh, en| {
        let readings = at_least(value.ratio, limit, rules.value_decimals);
        if readings.differ() {
            let figures = Figures {
                exact: Some(value.ratio.to_f64()),
                printed: value.ratio.round_half_up(rules.value_decimals),
                decimals: rules.value_decimals,
            };
            let what = named(rule, unit.stage, zh, en);
            let finding = unit.school.finding(Code::BoundaryCase, None).column(name(rule));
            out.findings.extend(boundary(finding, what, figures, limit, readings, "<"));
        }
        judge.pick(readings)
    };
    let meets = hold(threshold.value, "", "");
    let below_floor =
        !meets && rule.floor.is_some_and(|floor| !hold(floor, "（对照下限）", " (against its floor)"));
    Judged { meets: Some(meets), below_floor }
}

fn name(rule: &Rule<'_>) -> Arg {
    Arg::names(rule.rule.name(Lang::Zh).to_owned(), rule.rule.indicator().id())
}

/// An indicator of a stage in words, with something behind it in each language.
fn named(rule: &Rule<'_>, stage: Stage, zh: &str, en: &str) -> Arg {
    let rule = rule.rule;
    Arg::names(
        format!("{}{}{zh}", stage.zh(), rule.name(Lang::Zh)),
        format!("{}, {stage} stage{en}", rule.name(Lang::En)),
    )
}

/// A figure and its printed form.
pub(super) struct Figures {
    pub(super) exact: Option<f64>,
    pub(super) printed: Option<Decimal>,
    pub(super) decimals: u8,
}

/// What to say of a comparison whose two readings differ; `None` where they agree.
///
/// A double can be equal to the limit where the figure itself is not: `beyond` then says on which side it lies.
pub(super) fn boundary(
    finding: Finding,
    what: Arg,
    figures: Figures,
    limit: Decimal,
    readings: Readings,
    beyond: &str,
) -> Option<Finding> {
    if !readings.differ() {
        return None;
    }
    let verdict = |met: bool| {
        let verdict = Verdict::from(met);
        Arg::names(verdict.name(Lang::Zh), verdict.name(Lang::En))
    };
    let exact = match figures.exact {
        Some(exact) if !readings.exact && exact == limit.to_f64() => format!("{beyond} {limit}"),
        Some(exact) => exact.to_string(),
        None => String::new(),
    };
    let printed = figures.printed.map(|p| p.to_fixed(figures.decimals)).unwrap_or_default();
    let finding = finding
        .value(&exact)
        .arg("what", what)
        .arg("exact", &exact)
        .arg("printed", &printed)
        .arg("limit", &limit)
        .arg("exact_verdict", verdict(readings.exact))
        .arg("printed_verdict", verdict(readings.printed));
    Some(finding)
}

/// Notes how a value was come by: another column, a blank component, a transitional clause.
fn note_value<'d>(unit: &Unit<'d>, rule: &Rule<'_>, value: &Value, options: &Options, out: &mut Out<'d>) {
    let (indicator, stage, school) = (rule.rule.indicator(), unit.stage, unit.school);
    let main = indicator.field(stage);
    if school.raw(main).is_some() {
        out.blank_parts(school, indicator.component(stage));
    } else if let Some(other) = indicator.substitute(stage) {
        out.substituted.insert((main, other));
    }
    for clause in &rule.clauses {
        if covered(clause, school, options) == Covered::Yes {
            out.blank_parts(school, unit.adds(clause));
        }
    }
    if let Some((clause, amount)) = value.added.and_then(|(at, amount)| Some((rule.clauses.get(at)?, amount)))
    {
        let finding = school.finding(Code::ClauseApplied, None).column(name(rule)).value(clause.id());
        out.findings.push(
            finding
                .arg("indicator", named(rule, stage, "", ""))
                .arg("cite", clause.cite())
                .arg("until", &clause.window().1)
                .arg("value", &amount),
        );
    }
}

/// Says why a value is missing.
fn note_missing<'d>(
    unit: &Unit<'d>,
    rule: &Rule<'_>,
    unknown: Unknown,
    options: &Options,
    out: &mut Out<'d>,
) {
    let (school, needed_for) = (unit.school, named(rule, unit.stage, "", ""));
    let finding = match unknown {
        // Said once for the school by the checks on the data.
        Unknown::Pupils(_) | Unknown::Contradiction => return,
        Unknown::Missing(field) if out.column_absent(school, field, &needed_for) => return,
        Unknown::Missing(field) => school.finding(Code::MissingValue, Some(field)),
        Unknown::Negative { whole, part } => {
            let gap = school.value(whole).zip(school.value(part)).and_then(|(w, p)| w.checked_sub(p));
            let gap = gap.map(|g| g.to_string()).unwrap_or_default();
            school.finding(Code::NegativeDifference, Some(whole)).value(gap).arg("other", part)
        }
        Unknown::Clause(at) => {
            let covered = rule.clauses.get(at).map(|clause| covered(clause, school, options));
            let Some(Covered::Unknown(fields)) = covered else { return };
            // A column that the table does not have is not missed school by school.
            let absent: Vec<_> = fields.iter().filter(|f| !school.has_column(**f)).collect();
            absent.iter().for_each(|f| _ = out.column_absent(school, **f, &needed_for));
            if absent.len() == fields.len() {
                return;
            }
            let zh: Vec<_> = fields.iter().map(|f| f.zh()).collect();
            let en: Vec<_> = fields.iter().map(|f| f.id()).collect();
            let needs = Arg::names(zh.join("、"), en.join(", "));
            school.finding(Code::ClauseUndetermined, fields.first().copied()).arg("needs", needs)
        }
    };
    out.findings.push(finding.arg("needed_for", needed_for));
}

fn note_variation(
    rules: &StageRules<'_>,
    rule: &Rule<'_>,
    tally: &Tally,
    found: &super::Variation,
    out: &mut Out<'_>,
) {
    let finding = |code| {
        let finding = Finding::new(code).column(name(rule)).value(rules.stage).arg("stage", rules.stage);
        let (zh, en) = (rule.rule.name(Lang::Zh), rule.rule.name(Lang::En));
        finding.arg("indicator", Arg::names(zh.to_owned(), en.to_owned()))
    };
    if tally.missing > 0 {
        let code = if found.figures.is_some() { Code::CvSkipped } else { Code::CvMissing };
        out.note(finding(code).arg("missing", &tally.missing));
    }
    if found.figures.as_ref().is_some_and(|f| f.cv.is_none()) {
        out.note(finding(Code::ZeroIndicator));
    }
    if let Some((limit, readings)) = found.limit.as_ref().zip(found.readings)
        && readings.differ()
    {
        let what = Arg::names(
            format!("{}{}的校际差异系数", rules.stage.zh(), rule.rule.name(Lang::Zh)),
            format!("coefficient of {}, {} stage", rule.rule.name(Lang::En), rules.stage),
        );
        let figures = Figures { exact: found.cv(), printed: found.printed_cv, decimals: rules.cv_decimals };
        let finding = Finding::new(Code::BoundaryCase).column(name(rule));
        boundary(finding, what, figures, limit.value, readings, ">").into_iter().for_each(|f| out.note(f));
    }
}

/// The verdict on a unit: enough indicators at their threshold, and none below its floor.
pub(super) fn unit_verdict(enough: u32, met: u32, unknown: u32, below_floor: Option<bool>) -> Verdict {
    if below_floor == Some(true) || met + unknown < enough {
        Verdict::NotMet
    } else if met >= enough && below_floor == Some(false) {
        Verdict::Met
    } else {
        Verdict::Undetermined
    }
}
