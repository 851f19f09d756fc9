//! One county in one year: its units, its coefficients, its verdict.

use std::collections::HashMap;

use super::balance::{self, Tally};
use super::result::{Assessment, CountyRecord, StageRecord, UnitRecord};
use super::rules::{Covered, Rule, StageRules, covered};
use super::scope::{Scope, scope};
use super::unit::{Readings, Unit, Unknown, Value, at_least};
use super::{Assessor, Judge, Missing, Verdict};
use crate::date::Date;
use crate::finding::{Arg, Code, Finding};
use crate::model::{County, DataSet, Field, SchoolRow, Stage};
use crate::numeric::Ratio;
use crate::standards::{Exclusion, UnitRule};

/// Assesses all counties asked for.
pub(super) fn assess(assessor: &Assessor, data: &DataSet) -> Assessment {
    let mut findings = Sorted::new(data);
    let mut counties = Vec::new();
    let mut excluded = Vec::new();
    for (index, county) in data.counties().enumerate() {
        if assessor.counties.is_empty() || assessor.counties.contains(county.code()) {
            let mut record = assess_county(assessor, county, index, &mut excluded);
            record.findings.extend(findings.take(county));
            record.findings.sort_by(Finding::order);
            counties.push(record);
        }
    }
    Assessment {
        data: data.clone(),
        standard: assessor.standard.clone(),
        judge: assessor.judge,
        options: assessor.options.clone(),
        counties,
        excluded,
        findings: findings.rest,
    }
}

/// The findings of reading and checking, by county; the rest belongs to no county.
struct Sorted {
    by_county: HashMap<(String, Option<u16>), Vec<Finding>>,
    rest: Vec<Finding>,
}

impl Sorted {
    fn new(data: &DataSet) -> Self {
        let mut sorted = Sorted { by_county: HashMap::new(), rest: Vec::new() };
        for finding in data.findings().iter().cloned().chain(crate::check(data)) {
            match finding.county_code() {
                Some(code) => {
                    sorted.by_county.entry((code.to_owned(), finding.year())).or_default().push(finding);
                }
                None => sorted.rest.push(finding),
            }
        }
        sorted
    }

    fn take(&mut self, county: County<'_>) -> Vec<Finding> {
        self.by_county.remove(&(county.code().to_owned(), county.year())).unwrap_or_default()
    }
}

fn assess_county(
    assessor: &Assessor,
    county: County<'_>,
    index: usize,
    excluded: &mut Vec<(u32, u16)>,
) -> CountyRecord {
    let as_of = assessor.as_of.or_else(|| county.year().map(Date::end_of_year));
    let mut out = Out { county, findings: Vec::new() };
    if let Some(date) = as_of.filter(|d| *d < assessor.standard.from()) {
        out.note(Finding::new(Code::BeforeEffect).value(date).arg("from", &assessor.standard.from()));
    }
    let mut schools = Vec::with_capacity(county.schools().len());
    for school in county.schools() {
        match scope(assessor.standard.exclusions(), school) {
            Scope::In => schools.push((school, true)),
            Scope::Out(place) => excluded.push((school.row(), place as u16)),
            Scope::Unknown => {
                out.findings.push(school.finding(Code::OwnershipMissing, Some(Field::Ownership)));
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
    // The resource part alone can fail a county, but not pass it: the other parts have no data here.
    let verdict = Verdict::all([resource, Verdict::Undetermined]);
    CountyRecord { index, as_of, verdict, resource, stages, findings: out.findings }
}

/// Where the findings of a county go.
struct Out<'d> {
    county: County<'d>,
    findings: Vec<Finding>,
}

impl Out<'_> {
    fn note(&mut self, finding: Finding) {
        self.findings.push(finding.county(self.county.code_shared(), self.county.year()));
    }
}

fn assess_stage(
    assessor: &Assessor,
    rules: &StageRules<'_>,
    schools: &[(SchoolRow<'_>, bool)],
    out: &mut Out<'_>,
) -> StageRecord {
    let units: Vec<(Unit<'_>, bool)> =
        schools.iter().filter_map(|(school, known)| Some((Unit::of(*school, rules)?, *known))).collect();
    // A county whose code is unreadable may be any county, or several: its units count, its coefficients do not.
    let named = !out.county.code().is_empty();
    let mut records: Vec<UnitRecord> =
        units.iter().map(|(unit, _)| UnitRecord::new(unit.school.row())).collect();
    let mut variation = Vec::with_capacity(rules.indicators.len());
    let mut tallies = Vec::with_capacity(rules.indicators.len());
    let skip = assessor.missing == Missing::Skip;
    for (place, rule) in rules.indicators.iter().enumerate() {
        let mut tally =
            Tally { items: Vec::with_capacity(units.len()), missing: 0, meeting: 0, complete: true };
        let mut notes = Notes::default();
        for ((unit, known), record) in units.iter().zip(&mut records) {
            match unit.value(rule, &assessor.options) {
                Ok(value) => {
                    let judged = judge_value(assessor.judge, rules, rule, &value, unit, out);
                    record.note(place, judged);
                    tally.meeting += u32::from(judged.meets == Some(true));
                    notes.see(unit, rule, &value, out);
                    if *known { tally.items.push(unit.item(&value)) } else { tally.missing += 1 }
                }
                Err(unknown) => {
                    tally.missing += 1;
                    notes.see_missing(unit, rule, unknown, &assessor.options, out);
                }
            }
        }
        notes.finish(rules, rule, units.len(), out);
        tally.complete = named && !tally.items.is_empty() && (skip || tally.missing == 0);
        let found = balance::variation(rule, rules, &tally, assessor.judge, skip);
        note_variation(rules, rule, &tally, &found, skip, out);
        variation.push(found);
        tallies.push(tally);
    }
    let composite = balance::composite(rules, &variation, &tallies, assessor.judge);
    if let Some((limit, readings)) =
        composite.limit.as_ref().zip(composite.readings).filter(|(_, r)| r.differ())
    {
        let what = Arg::names(
            format!("{}综合差异系数", rules.stage.zh()),
            format!("the composite coefficient of the {} stage", rules.stage),
        );
        let exact = composite.cv.map(|cv| cv.to_string()).unwrap_or_default();
        let printed = composite.printed.map(|p| p.to_fixed(rules.cv_decimals)).unwrap_or_default();
        out.note(boundary(Finding::new(Code::BoundaryCase), what, exact, printed, &limit.value, readings));
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
    let mut hold = |limit, what: fn(&Rule<'_>) -> Arg| {
        let readings = at_least(value.ratio, limit, rules.value_decimals);
        if readings.differ() {
            let finding = unit.school.finding(Code::BoundaryCase, None).column(name(rule));
            let printed = value.ratio.to_fixed(rules.value_decimals);
            out.findings.push(boundary(finding, what(rule), exactly(value.ratio), printed, &limit, readings));
        }
        judge.pick(readings)
    };
    let meets = hold(threshold.value, |rule| named(rule, "", ""));
    let below_floor = !meets
        && rule
            .floor
            .is_some_and(|floor| !hold(floor, |rule| named(rule, "（对照下限）", " (against its floor)")));
    Judged { meets: Some(meets), below_floor }
}

/// The exact value in as many decimals as tell it from the printed one.
fn exactly(value: Ratio) -> String {
    value.to_f64().to_string()
}

fn name(rule: &Rule<'_>) -> Arg {
    Arg::names(rule.rule.name(crate::Lang::Zh).to_owned(), rule.rule.indicator().id())
}

fn named(rule: &Rule<'_>, zh: &str, en: &str) -> Arg {
    let rule = rule.rule;
    Arg::names(format!("{}{zh}", rule.name(crate::Lang::Zh)), format!("{}{en}", rule.name(crate::Lang::En)))
}

fn boundary(
    finding: Finding,
    what: Arg,
    exact: String,
    printed: String,
    limit: &crate::Decimal,
    readings: Readings,
) -> Finding {
    let verdict = |met: bool| {
        let verdict = Verdict::from(met);
        Arg::names(verdict.name(crate::Lang::Zh), verdict.name(crate::Lang::En))
    };
    finding
        .value(&exact)
        .arg("what", what)
        .arg("exact", &exact)
        .arg("printed", &printed)
        .arg("limit", limit)
        .arg("exact_verdict", verdict(readings.exact))
        .arg("printed_verdict", verdict(readings.printed))
}

/// What is said once for all units of an indicator.
#[derive(Default)]
struct Notes<'d> {
    /// Schools whose blank component was taken as none.
    blank: Vec<SchoolRow<'d>>,
    /// Schools whose value comes from the substitute column.
    substituted: usize,
    /// Whether a finding was already made for the column as a whole.
    absent: bool,
}

impl<'d> Notes<'d> {
    fn see(&mut self, unit: &Unit<'d>, rule: &Rule<'_>, value: &Value, out: &mut Out<'_>) {
        let (indicator, stage) = (rule.rule.indicator(), unit.stage);
        if unit.school.raw(indicator.field(stage)).is_none() {
            self.substituted += 1;
        } else if indicator.component(stage).is_some_and(|part| unit.school.raw(part).is_none()) {
            self.blank.push(unit.school);
        }
        if let Some((clause, amount)) =
            value.added.and_then(|(at, amount)| Some((rule.clauses.get(at)?, amount)))
        {
            let added = Ratio::new(amount.mantissa, crate::numeric::pow10(amount.scale));
            let finding = unit.school.finding(Code::ClauseApplied, None).column(name(rule));
            out.findings.push(
                finding
                    .value(clause.id())
                    .arg("indicator", named(rule, "", ""))
                    .arg("cite", clause.cite())
                    .arg("until", &clause.window().1)
                    .arg("value", &added.map(|a| a.to_fixed(amount.scale)).unwrap_or_default()),
            );
        }
    }

    fn see_missing(
        &mut self,
        unit: &Unit<'d>,
        rule: &Rule<'_>,
        unknown: Unknown,
        options: &super::Options,
        out: &mut Out<'_>,
    ) {
        let needed_for = Arg::from(unit.stage).then("的", " ", named(rule, "", ""));
        let finding = match unknown {
            // Said once for the school by the checks on the data.
            Unknown::Pupils(_) | Unknown::Contradiction => return,
            Unknown::Missing(field) if self.column_absent(field, unit, &needed_for, out) => return,
            Unknown::Missing(field) => unit.school.finding(Code::MissingValue, Some(field)),
            Unknown::Negative { whole, part } => {
                let gap =
                    unit.school.value(whole).zip(unit.school.value(part)).and_then(|(w, p)| w.checked_sub(p));
                let gap = gap.map(|g| g.to_string()).unwrap_or_default();
                unit.school.finding(Code::NegativeDifference, Some(whole)).value(gap).arg("other", part)
            }
            Unknown::Clause(at) => {
                let covered = rule.clauses.get(at).map(|clause| covered(clause, unit.school, options));
                let fields = if let Some(Covered::Unknown(fields)) = covered { fields } else { Vec::new() };
                let zh: Vec<_> = fields.iter().map(|f| f.zh()).collect();
                let en: Vec<_> = fields.iter().map(|f| f.id()).collect();
                let needs = Arg::names(zh.join("、"), en.join(", "));
                unit.school.finding(Code::ClauseUndetermined, fields.first().copied()).arg("needs", needs)
            }
        };
        out.findings.push(finding.arg("needed_for", needed_for));
    }

    /// Whether the table has no such column at all; says so once.
    fn column_absent(&mut self, field: Field, unit: &Unit<'_>, needed_for: &Arg, out: &mut Out<'_>) -> bool {
        let absent = !unit.school.has_column(field);
        if absent && !self.absent {
            self.absent = true;
            out.note(Finding::new(Code::ColumnAbsent).column(field).arg("needed_for", needed_for.clone()));
        }
        absent
    }

    fn finish(self, rules: &StageRules<'_>, rule: &Rule<'_>, units: usize, out: &mut Out<'_>) {
        let (indicator, stage) = (rule.rule.indicator(), rules.stage);
        if self.substituted > 0
            && let Some(other) = indicator.substitute(stage)
        {
            let field = indicator.field(stage);
            out.note(Finding::new(Code::SubstituteUsed).column(field).value(other).arg("other", other));
        }
        if !self.blank.is_empty()
            && let Some(part) = indicator.component(stage)
        {
            let schools = if self.blank.len() == units {
                Arg::names(
                    format!("{}全部 {units} 个单位", stage.zh()),
                    format!("all {units} of the {stage} stage"),
                )
            } else {
                let codes: Vec<_> = self.blank.iter().map(|s| s.code()).collect();
                Arg::names(codes.join("、"), codes.join(", "))
            };
            let finding = Finding::new(Code::BlankTakenAsNone).column(part).value(stage);
            out.note(finding.arg("count", &self.blank.len()).arg("schools", schools));
        }
    }
}

fn note_variation(
    rules: &StageRules<'_>,
    rule: &Rule<'_>,
    tally: &Tally,
    found: &super::Variation,
    skip: bool,
    out: &mut Out<'_>,
) {
    let finding = |code| {
        let finding = Finding::new(code).column(name(rule)).arg("stage", rules.stage);
        finding.arg("indicator", named(rule, "", "")).value(rules.stage)
    };
    if tally.missing > 0 {
        let code = if skip { Code::CvSkipped } else { Code::CvMissing };
        out.note(finding(code).arg("missing", &tally.missing));
    }
    if found.figures.as_ref().is_some_and(|f| f.cv.is_none()) {
        out.note(finding(Code::ZeroIndicator));
    }
    if let Some((limit, readings)) = found.limit.as_ref().zip(found.readings).filter(|(_, r)| r.differ()) {
        let what = Arg::from(rules.stage).then("", " stage, ", named(rule, "的差异系数", ", coefficient"));
        let exact = found.cv().map(|cv| cv.to_string()).unwrap_or_default();
        let printed = found.printed_cv.map(|p| p.to_fixed(rules.cv_decimals)).unwrap_or_default();
        let finding = Finding::new(Code::BoundaryCase).column(name(rule));
        out.note(boundary(finding, what, exact, printed, &limit.value, readings));
    }
}

/// The verdict on a unit: enough indicators at their threshold, and none below its floor.
pub(super) fn unit_verdict(rule: &UnitRule, met: u32, unknown: u32, below_floor: bool) -> Verdict {
    if below_floor || met + unknown < rule.meet_at_least {
        Verdict::NotMet
    } else if unknown == 0 || (met >= rule.meet_at_least && rule.floor.is_zero()) {
        Verdict::Met
    } else {
        Verdict::Undetermined
    }
}

impl Assessment {
    pub(super) fn exclusion(&self, place: u16) -> Option<&Exclusion> {
        self.standard.exclusions().get(usize::from(place))
    }
}
