//! One stage of a county: its units, its coefficients, and what is to be said of them.

use std::cell::LazyCell;

use super::balance::{self, Sample, Tally};
use super::out::Out;
use super::plain::{Origin, Plain};
use super::reach::Reach;
use super::result::{Records, StageRecord, UnitRecord};
use super::rules::{Rule, StageRules, covers, undecided};
use super::told::{Figures, UnitLimit, boundary};
use super::unit::{Unit, Unknown, Value, adds};
use super::{Assessor, Missing, Options, Variation, Verdict};
use crate::finding::{Arg, Code, Finding};
use crate::lang::Lang;
use crate::model::SchoolRow;
use crate::stats::{Coefficient, Group};

/// Assesses a stage of a county, each school given with whether it is certainly assessed, and adds its units and coefficients
/// to those of other stages.
///
/// By columns where they are given, with the schools taken in, and the stage is plain; else unit by unit, which is the
/// reference.
pub(super) fn assess_stage<'d>(
    assessor: &Assessor,
    rules: &StageRules<'_>,
    schools: impl Iterator<Item = (SchoolRow<'d>, bool)>,
    plain: Option<&mut Plain<'d>>,
    all: &mut Records,
    out: &mut Out<'d>,
) -> StageRecord {
    let named = !out.county.code().is_empty();
    let mut plain = plain.and_then(|plain| plain.begin(rules).then_some(plain));
    let units: LazyCell<Vec<(Unit<'_>, bool)>, _> = LazyCell::new(|| {
        schools.filter_map(|(school, known)| Some((Unit::of(school, rules)?, known))).collect()
    });
    let case = |place: usize, rule| Case { assessor, rules, rule, place, named };
    let asked = rules.indicators.len();
    let (first_unit, first_variation) = (all.units.len(), all.variations.len());
    let unit_rule = rules.unit.map(|rule| &rule.value);
    // The verdict on all units, where they are judged already.
    let mut of_units = None;
    match &mut plain {
        Some(plain) => {
            let mut number = 0;
            while let Some(near) = plain.near(number) {
                number += 1;
                let Some(unit) = plain.unit(near.unit, rules) else { continue };
                for (place, rule) in
                    near.places().filter_map(|place| Some((place, rules.indicators.get(place)?)))
                {
                    if let Ok(value) = unit.value(rule, &assessor.options) {
                        plain.mark(near.unit, place, case(place, rule).judge(&value, &unit, out));
                    }
                }
            }
            note_origins(plain, rules, &assessor.options, out);
            of_units = plain.records(asked, unit_rule, &mut all.units);
        }
        None => all.units.extend(units.iter().map(|(unit, _)| UnitRecord::new(unit.school.row()))),
    }
    let plain = plain.as_deref();
    let Records { units: all_units, variations, .. } = all;
    let records = all_units.get_mut(first_unit..).unwrap_or_default();
    let (in_columns, clear) = plain.map_or((0, 0), |plain| (plain.known(), plain.clear()));
    let units_of = |plain: &Plain<'_>, place| Tally {
        units: plain.rows().len() as u32,
        meeting: plain.meeting(place),
        ..Tally::default()
    };
    let of_clear = |plain: &Plain<'_>, place| {
        let rule = &rules.indicators[place];
        let skips = case(place, rule).skips();
        balance::clear_variation(rule, rules, units_of(plain, place), plain.get_clear(place), skips)
    };
    // Of the indicators that are judged unit by unit.
    let mut samples = Vec::new();
    match plain.filter(|_| named && clear.count_ones() as usize == asked) {
        // Nearly always; they are written where they stay.
        Some(plain) => variations.extend((0..asked).map(|place| of_clear(plain, place))),
        None => {
            for (place, rule) in rules.indicators.iter().enumerate() {
                let case = case(place, rule);
                if let Some(plain) = plain.filter(|_| in_columns >> place & 1 == 1) {
                    let (tally, known) = (units_of(plain, place), plain.figures(place));
                    variations.push(case.vary(tally, known, &plain.column(rule, place), out));
                } else {
                    let (tally, sample) = case.by_values(&units, records, out);
                    variations.push(case.vary(tally, None, &sample, out));
                    samples.push((place, sample));
                }
            }
        }
    }
    let of_units = of_units.or_else(|| Some(UnitRecord::judge_all(records, unit_rule?, asked)));
    let exact = |place: usize| match (samples.iter().find(|(of, _)| *of == place), plain) {
        (None, Some(plain)) => plain.column(&rules.indicators[place], place).exact(),
        (sample, _) => sample.map_or_else(|| Vec::new().exact(), |(_, sample)| sample.exact()),
    };
    let variation = variations.get(first_variation..).unwrap_or_default();
    let composite = balance::composite(rules, variation, &exact, assessor.judge);
    if let Some((limit, readings)) = rules.composite_limit.as_ref().zip(composite.readings)
        && readings.differ()
    {
        let what = Arg::names(
            format!("{}综合差异系数", rules.stage.zh()),
            format!("composite coefficient, {} stage", rules.stage),
        );
        let figures =
            Figures { exact: composite.cv, printed: composite.printed(), decimals: rules.cv_decimals };
        let finding = Finding::new(Code::BoundaryCase);
        boundary(finding, what, figures, limit.dated.value, readings, ">")
            .into_iter()
            .for_each(|f| out.note(f));
    }
    let parts =
        of_units.into_iter().chain(variation.iter().filter_map(|v| v.verdict)).chain(composite.verdict);
    let verdict = if records.is_empty() { Verdict::Undetermined } else { Verdict::all(parts) };
    let students = match plain {
        Some(plain) => u64::try_from(plain.pupils()).ok(),
        None => {
            let pupils = units.iter().map(|(unit, _)| unit.pupils).sum::<Option<i128>>();
            pupils.and_then(|pupils| u64::try_from(pupils).ok())
        }
    };
    StageRecord {
        stage: rules.stage,
        verdict,
        students,
        units: first_unit..all_units.len(),
        variations: first_variation..variations.len(),
        composite,
    }
}

/// One indicator of a stage.
struct Case<'c> {
    assessor: &'c Assessor,
    rules: &'c StageRules<'c>,
    rule: &'c Rule<'c>,
    /// Its place in the standard.
    place: usize,
    /// Whether the county has a code that can be read: one that has not may be any county, or several. Its units count, its
    /// coefficients do not.
    named: bool,
}

impl Case<'_> {
    /// Unit by unit, each with its exact value: the reference.
    fn by_values<'d>(
        &self,
        units: &[(Unit<'d>, bool)],
        records: &mut [UnitRecord],
        out: &mut Out<'d>,
    ) -> (Tally, Sample) {
        let (rule, options) = (self.rule, &self.assessor.options);
        let mut tally = Tally::default();
        let mut values = Vec::with_capacity(units.len());
        for ((unit, known), record) in units.iter().zip(records) {
            match unit.value(rule, options) {
                Ok(value) => {
                    let judged = self.judge(&value, unit, out);
                    record.note(self.place, judged);
                    tally.meeting += u32::from(judged.meets == Some(true));
                    note_value(unit, rule, &value, options, out);
                    match unit.pupils.filter(|_| *known) {
                        Some(pupils) => values.push((value, pupils)),
                        None => tally.missing += 1,
                    }
                }
                Err(unknown) => {
                    tally.missing += 1;
                    note_missing(unit, rule, unknown, options, out);
                }
            }
        }
        tally.units = values.len() as u32;
        (tally, Sample::of_values(&values, rule.rule.per()))
    }

    /// Whether units whose value is missing are left out of the coefficient.
    fn skips(&self) -> bool {
        self.assessor.missing == Missing::Skip
    }

    /// The coefficient of its values, where it is not known already.
    #[inline(always)]
    fn vary(
        &self,
        mut tally: Tally,
        known: Option<Coefficient>,
        sample: &dyn Group,
        out: &mut Out<'_>,
    ) -> Variation {
        let skips = self.skips();
        tally.complete = self.named && tally.units > 0 && (skips || tally.missing == 0);
        let figures = if tally.complete { known.or_else(|| sample.coefficient()) } else { None };
        let found =
            balance::variation(self.rule, self.rules, tally, figures, sample, self.assessor.judge, skips);
        note_variation(self.rules, self.rule, tally, &found, out);
        found
    }

    fn judge(&self, value: &Value, unit: &Unit<'_>, out: &mut Out<'_>) -> Judged {
        let Some((threshold, floor)) = &self.rule.reach else { return Judged::default() };
        let meets = self.reaches(value, unit, threshold, false, out);
        let floor = floor.as_ref().filter(|_| !meets);
        let below_floor = floor.is_some_and(|floor| !self.reaches(value, unit, floor, true, out));
        Judged { meets: Some(meets), below_floor }
    }

    /// Whether a value reaches a limit, the floor or the threshold; told where the readings differ.
    fn reaches(
        &self,
        value: &Value,
        unit: &Unit<'_>,
        limit: &Reach,
        is_floor: bool,
        out: &mut Out<'_>,
    ) -> bool {
        let readings = limit.readings(value.ratio);
        if readings.differ() {
            let at = UnitLimit { place: self.place, stage: self.rules.stage, is_floor };
            out.note_brief(Code::BoundaryCase, at.number(), unit.school.row(), 0);
        }
        self.assessor.judge.pick(readings)
    }
}

/// A value held against its threshold and floor.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Judged {
    /// `None` where the standard has no threshold.
    pub(super) meets: Option<bool>,
    pub(super) below_floor: bool,
}

/// Notes how the amounts of plain indicators were come by, as [`note_value`] does of single ones.
fn note_origins<'d>(plain: &Plain<'d>, rules: &StageRules<'_>, options: &Options, out: &mut Out<'d>) {
    for (place, origin) in plain.origins() {
        match origin {
            Origin::Component(part) => out.blank_in_columns(part, rules.stage, plain.blank_parts(place)),
            Origin::Substitute(field, other) => out.substituted(field, other),
        }
    }
    let known = |(place, rule)| (plain.known() >> place & 1 == 1).then_some(rule);
    for clause in
        rules.indicators.iter().enumerate().filter_map(known).flat_map(|rule: &Rule<'_>| &rule.clauses)
    {
        // They add nothing here; whom they cover and who left them blank is told all the same.
        for school in plain.schools().filter(|school| covers(clause, *school, options) == Some(true)) {
            out.blank_parts(school, adds(clause, rules.stage));
        }
    }
}

/// Notes how a value was come by: another column, a blank component, a transitional clause.
fn note_value<'d>(unit: &Unit<'d>, rule: &Rule<'_>, value: &Value, options: &Options, out: &mut Out<'d>) {
    let (indicator, stage, school) = (rule.rule.indicator(), unit.stage, unit.school);
    let main = indicator.field(stage);
    if school.raw(main).is_some() {
        out.blank_parts(school, indicator.component(stage));
    } else if let Some(other) = indicator.substitute(stage) {
        out.substituted(main, other);
    }
    for clause in &rule.clauses {
        if covers(clause, school, options) == Some(true) {
            out.blank_parts(school, unit.adds(clause));
        }
    }
    if let Some((clause, amount)) = value.added.and_then(|(at, amount)| Some((rule.clauses.get(at)?, amount)))
    {
        let finding = school.finding(Code::ClauseApplied, None).column(rule.name()).value(clause.id());
        out.findings.push(
            finding
                .arg("indicator", rule.name_in_stage())
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
    let (school, needed_for) = (unit.school, rule.name_in_stage());
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
            let Some(clause) = rule.clauses.get(at) else { return };
            let fields = undecided(clause, school, options);
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
    tally: Tally,
    found: &Variation,
    out: &mut Out<'_>,
) {
    let finding = |code| {
        let finding = Finding::new(code).column(rule.name()).value(rules.stage).arg("stage", rules.stage);
        let (zh, en) = (rule.rule.name(Lang::Zh), rule.rule.name(Lang::En));
        finding.arg("indicator", Arg::names(zh.to_owned(), en.to_owned()))
    };
    if tally.missing > 0 {
        let code = if found.figures.is_some() { Code::CvSkipped } else { Code::CvMissing };
        out.note(finding(code).arg("missing", &tally.missing));
    }
    if found.figures.as_ref().is_some_and(|f| f.cv().is_none()) {
        out.note(finding(Code::ZeroIndicator));
    }
    if let Some((limit, readings)) = rules.cv_limit.as_ref().zip(found.readings)
        && readings.differ()
    {
        let what = Arg::names(
            format!("{}{}的校际差异系数", rules.stage.zh(), rule.rule.name(Lang::Zh)),
            format!("coefficient of {}, {} stage", rule.rule.name(Lang::En), rules.stage),
        );
        let figures = Figures { exact: found.cv(), printed: found.printed_cv(), decimals: rules.cv_decimals };
        let finding = Finding::new(Code::BoundaryCase).column(rule.name());
        boundary(finding, what, figures, limit.dated.value, readings, ">")
            .into_iter()
            .for_each(|f| out.note(f));
    }
}

/// The verdict on a unit: enough indicators at their threshold, and none below its floor.
#[inline(always)]
pub(super) fn unit_verdict(enough: u32, met: u32, unknown: u32, below_floor: Option<bool>) -> Verdict {
    // No branches: most units are one or the other.
    let is_not = (below_floor == Some(true)) | (met + unknown < enough);
    let is_met = (met >= enough) & (below_floor == Some(false));
    static VERDICTS: [Verdict; 4] = [Verdict::Undetermined, Verdict::Met, Verdict::NotMet, Verdict::NotMet];
    VERDICTS[usize::from(is_not) << 1 | usize::from(is_met)]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::scope::{Scope, Scopes, in_scope, scope};
    use super::super::told::Teller;
    use super::*;
    use crate::model::{Area, DataSet, Field, Quantity, School, SchoolKind, Sponsor, Stage};
    use crate::numeric::Decimal;
    use crate::standards::Standard;
    use proptest::prelude::*;

    /// Pupils, of which those of one stage may be silent, and figures that many times lie on a threshold of one standard or the
    /// other.
    fn school(
        code: usize,
        kind: SchoolKind,
        pupils: [u32; 3],
        silent: Option<Stage>,
        figures: &[(u32, i64)],
    ) -> School {
        const FIELDS: [Field; 12] = [
            Field::AboveQualifiedPrimary,
            Field::AboveQualifiedJunior,
            Field::BackbonePrimary,
            Field::PeArtsJunior,
            Field::MultimediaClassrooms,
            Field::Computers,
            Field::TeachingArea,
            Field::IndoorSportsArea,
            Field::SportsFieldArea,
            Field::SportsTotalArea,
            Field::EquipmentValue,
            Field::Books,
        ];
        const PER: [i64; 7] = [42, 53, 100, 90, 230, 45, 75];
        let school = School::new("210102", &code.to_string(), kind).expect("valid");
        let stages = || Stage::ALL.into_iter().zip(pupils).filter(|(stage, _)| kind.has(*stage));
        let told = stages().filter(|(stage, _)| Some(*stage) != silent);
        let school = told.fold(school, |school, (stage, pupils)| {
            school.with_count(Field::students(stage), pupils).expect("a count")
        });
        let all: i64 = stages().map(|(_, pupils)| i64::from(pupils)).sum();
        FIELDS.into_iter().zip(figures).fold(school, |school, (field, (how, off))| {
            let on = all * PER.get(*how as usize % 7).copied().unwrap_or(1);
            // Every other figure lies about a floor.
            let on = if how / 7 % 2 == 0 { on } else { on * 85 / 100 };
            let (number, scale) = match how % 9 {
                0 => return school,
                // Taken off one area and added to another, it would leave neither on its threshold.
                _ if field == Field::IndoorSportsArea && how % 2 == 0 => return school,
                1 => (on * 10 + off, 3),
                _ if field.kind() == crate::model::FieldKind::Count => (on / 1000 + off, 0),
                _ => (on * 10 + off, 2),
            };
            let value = Decimal::new(number.max(0), scale).expect("small");
            school.clone().with(field, Quantity::new(value, field.unit())).unwrap_or(school)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// The quick way comes to what the way of single values comes to, with all that is said.
        #[test]
        fn columns_come_to_what_single_values_come_to(
            schools in prop::collection::vec(
                (
                    prop::sample::select(vec![SchoolKind::Primary, SchoolKind::Junior, SchoolKind::NineYear, SchoolKind::TwelveYear]),
                    [1..18u32, 1..18u32, 0..3u32],
                    prop::collection::vec((2..60u32, -1..=1i64), 12),
                    // What a clause may add: most times nothing, or zero.
                    prop::collection::vec(prop::sample::select(vec![None, None, Some(0), Some(0), Some(3)]), 3),
                    (any::<Option<bool>>(), any::<Option<bool>>()),
                ),
                1..7,
            ),
            odd in prop::option::of((0..12usize, 0..2u32)),
            stray in prop::option::weighted(0.2, prop::sample::select(Stage::ALL.to_vec())),
            silent in prop::option::weighted(0.2, prop::sample::select(Stage::ALL.to_vec())),
            uncertain in prop::option::weighted(0.2, 0..7usize),
            private in prop::option::weighted(0.3, 0..7usize),
            basic in any::<bool>(),
            skip in any::<bool>(),
            with_clauses in any::<bool>(),
        ) {
            let day = with_clauses.then(|| "2020-12-31".parse().expect("a day"));
            let mut builder = DataSet::builder();
            for (code, (kind, pupils, mut figures, added, (rural, dense))) in schools.into_iter().enumerate() {
                // In few data sets a cell is missing, or has more decimals than columns take.
                if let Some((place, how)) = odd
                    && code == 0
                {
                    figures[place].0 = how;
                }
                // Fifties, so that whole numbers of teachers and rooms can lie on a threshold too.
                let pupils = pupils.map(|fifties| 50 * fifties);
                let silent = silent.filter(|_| code == 0);
                let mut school = school(code, kind, pupils, silent, &figures);
                let fields = [Field::PeArtsItinerantJunior, Field::OtherSportsArea, Field::OffcampusSportsArea];
                for (field, added) in fields.into_iter().zip(added) {
                    let with = |added: u32| school.clone().with(field, Quantity::new(added.into(), field.unit()));
                    school = added.and_then(|added| with(added).ok()).unwrap_or(school);
                }
                // In few, one has pupils that its kind has not.
                if let Some(stage) = stray
                    && code == 0
                {
                    school = school.with_count(Field::students(stage), 50).expect("a count");
                }
                if let Some(rural) = rural {
                    school = school.with_area(if rural { Area::Rural } else { Area::City });
                }
                if Some(code) != uncertain {
                    school = school.with_sponsor(if Some(code) == private { Sponsor::Private } else { Sponsor::Public });
                }
                builder.push(&dense.map_or(school.clone(), |dense| school.with_dense_city_centre(dense)));
            }
            let data = builder.finish().expect("distinct codes");
            let standard = if basic { Standard::basic_2012() } else { Standard::quality_2017() };
            let assessor = Assessor::new(standard.clone()).missing(if skip { Missing::Skip } else { Missing::Refuse });
            let county = data.counties().next().expect("a county");
            let scoped = county.schools().map(|school| (school, scope(standard.exclusions(), school)));
            let scoped: Vec<_> = scoped.collect();
            let kept = scoped.iter().filter(|(_, scope)| !matches!(scope, Scope::Out(_)));
            let schools: Vec<_> = kept.map(|(school, scope)| (*school, *scope == Scope::In)).collect();
            let (mut plain, mut standings) = (Plain::new(&data, &standard), Vec::new());
            Scopes::new(standard.exclusions()).of(county, 1, &mut standings);
            prop_assert!(in_scope(county, &standings).map(|(s, known)| (s.row(), known)).eq(schools.iter().map(|(s, known)| (s.row(), *known))));
            plain.take(county, &standings, standard.split());
            let [quick, reference] = [true, false].map(|quick| {
                let mut out = Out::new(county);
                out.begin(county);
                let mut records = Records::default();
                let stages = Stage::COMPULSORY.map(|stage| {
                    let rules = StageRules::new(&standard, stage, day);
                    let plain = quick.then_some(&mut plain);
                    assess_stage(&assessor, &rules, schools.iter().copied(), plain, &mut records, &mut out)
                });
                out.finish(schools.len());
                let teller = Arc::new(Teller::new(&assessor, &data));
                let noted = out.notes.iter().map(|note| Finding::brief(teller.clone(), *note));
                let mut told: Vec<_> = out.findings.iter().cloned().chain(noted).map(|f| f.describe(Lang::En)).collect();
                told.sort();
                // What a coefficient is more than its double is not the same to the last bit.
                records.variations.iter_mut().for_each(|v| v.figures = v.figures.map(Coefficient::without_rest));
                (format!("{stages:?} {records:?}"), told)
            });
            prop_assert_eq!(quick, reference);
            // Nothing is gained where columns are not taken.
            for stage in Stage::COMPULSORY {
                let rules = StageRules::new(&standard, stage, day);
                let has_units = schools.iter().any(|(school, _)| Unit::of(*school, &rules).is_some());
                let is_certain = stray.is_none() && silent.is_none() && schools.iter().all(|(_, is_certain)| *is_certain);
                prop_assert!(plain.begin(&rules) <= has_units);
                prop_assert!(!is_certain || plain.begin(&rules) == has_units);
            }
        }
    }
}
