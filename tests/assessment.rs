//! The assessment of resources: against an exact oracle, on every limit, with missing data, and in its own words.
#![allow(clippy::unwrap_used)] // A test that fails here fails by itself.

mod oracle;
#[path = "oracle/assessment.rs"]
mod regulations;

use std::collections::BTreeMap;

use junheng::model::{Area, DataSet, Field, FieldKind, Quantity, School, SchoolKind, Sponsor, Stage};
use junheng::{
    Assessment, Assessor, Code, Decimal, Finding, Indicator, Judge, Lang, Missing, Severity, StageResult,
    Standard, UnitResult, Verdict,
};
use oracle::{Rational, decimal, is_decimal, mean_of_roots, whole, within_1e15, within_1e15_of_root};
use proptest::prelude::*;
use regulations::{BASIC, QUALITY, Reading, Row, Rulebook};

use Field::*;
use SchoolKind::*;

const COUNTY: &str = "210102";

// ---- building ----

fn set(school: School, field: Field, text: &str) -> School {
    school.with(field, Quantity::new(text.parse().expect(text), field.unit())).expect(text)
}

fn school(code: &str, kind: SchoolKind, values: &[(Field, &str)]) -> School {
    let school = School::new(COUNTY, code, kind).unwrap();
    values.iter().fold(school, |school, (field, text)| set(school, *field, text))
}

fn data(schools: impl IntoIterator<Item = School>) -> DataSet {
    let mut builder = DataSet::builder();
    schools.into_iter().for_each(|school| builder.push(&school));
    builder.finish().unwrap()
}

fn on(date: &str) -> Assessor {
    Assessor::new(Standard::quality_2017()).as_of(date.parse().unwrap())
}

fn quality() -> Assessor {
    on("2023-12-31")
}

fn basic() -> Assessor {
    Assessor::new(Standard::basic_2012()).as_of("2023-12-31".parse().unwrap())
}

fn stage_of(assessment: &Assessment, stage: Stage) -> StageResult<'_> {
    assessment.counties().next().unwrap().stages().find(|s| s.stage() == stage).unwrap()
}

fn unit_of<'a>(assessment: &'a Assessment, stage: Stage, code: &str) -> UnitResult<'a> {
    stage_of(assessment, stage).units().find(|u| u.school().code() == code).unwrap()
}

fn findings(assessment: &Assessment, code: Code) -> Vec<&Finding> {
    let counties = assessment.counties().flat_map(|c| c.findings());
    counties.filter(|f| f.code() == code).collect()
}

fn messages(assessment: &Assessment, code: Code, lang: Lang) -> Vec<String> {
    findings(assessment, code).iter().map(|f| f.message(lang)).collect()
}

/// The figure of an indicator, by stage, where the statistics give it so.
fn field(indicator: Indicator, stage: Stage) -> Field {
    Field::from_id(indicator.id())
        .or_else(|| Field::from_id(&format!("{}_{stage}", indicator.id())))
        .unwrap_or(SportsFieldArea)
}

/// One row of the table of article 5 (教督〔2017〕6号): indicator, stage, per how many pupils, threshold, 85 % of it.
const THRESHOLDS: [(Indicator, Stage, u32, &str, &str); 14] = [
    (Indicator::AboveQualifiedTeachers, Stage::Primary, 100, "4.2", "3.57"),
    (Indicator::AboveQualifiedTeachers, Stage::Junior, 100, "5.3", "4.505"),
    (Indicator::BackboneTeachers, Stage::Primary, 100, "1", "0.85"),
    (Indicator::BackboneTeachers, Stage::Junior, 100, "1", "0.85"),
    (Indicator::PeArtsTeachers, Stage::Primary, 100, "0.9", "0.765"),
    (Indicator::PeArtsTeachers, Stage::Junior, 100, "0.9", "0.765"),
    (Indicator::TeachingArea, Stage::Primary, 1, "4.5", "3.825"),
    (Indicator::TeachingArea, Stage::Junior, 1, "5.8", "4.93"),
    (Indicator::SportsArea, Stage::Primary, 1, "7.5", "6.375"),
    (Indicator::SportsArea, Stage::Junior, 1, "10.2", "8.67"),
    (Indicator::EquipmentValue, Stage::Primary, 1, "2000", "1700"),
    (Indicator::EquipmentValue, Stage::Junior, 1, "2500", "2125"),
    (Indicator::MultimediaClassrooms, Stage::Primary, 100, "2.3", "1.955"),
    (Indicator::MultimediaClassrooms, Stage::Junior, 100, "2.4", "2.04"),
];

/// A whole multiple of a decimal text, as text.
fn times(text: &str, factor: i128, per: u32) -> String {
    text_of(&(decimal(text) * whole(factor) / whole(per.into())))
}

fn text_of(number: &Rational) -> String {
    assert!(is_decimal(number), "{number}");
    let scale = (0..=17u32).find(|s| (number * whole(10i128.pow(*s))).is_integer()).unwrap();
    let digits = (number * whole(10i128.pow(scale))).to_integer().to_string();
    let digits = format!("{digits:0>width$}", width = scale as usize + 1);
    let (front, back) = digits.split_at(digits.len() - scale as usize);
    if back.is_empty() { front.to_owned() } else { format!("{front}.{back}") }
}

/// The next amount that a cell can hold: one more or less where things are counted, else in the 18th digit.
fn next(text: &str, field: Field, step: i128) -> String {
    if field.kind() == FieldKind::Count {
        return text_of(&(decimal(text) + whole(step)));
    }
    let integer_digits = text.split('.').next().unwrap().len() as u32;
    text_of(&(decimal(text) + whole(step) / whole(10i128.pow(18 - integer_digits.max(1)))))
}

/// Pupils of a school whose amounts are to lie on a limit: many where things are counted.
fn pupils_for(per: u32) -> i128 {
    if per == 1 { 3 } else { 10_000_000 }
}

/// A school of one stage with all seven indicators at `factor` hundredths of their thresholds.
fn at(code: &str, stage: Stage, pupils: i128, factor: i128) -> School {
    let kind = if stage == Stage::Primary { Primary } else { Junior };
    let start = school(code, kind, &[(Field::students(stage), &pupils.to_string())]);
    let rows = THRESHOLDS.iter().filter(|(_, s, ..)| *s == stage);
    rows.fold(start, |school, (indicator, _, per, threshold, _)| {
        let amount = decimal(threshold) * whole(pupils) * whole(factor) / whole(i128::from(*per) * 100);
        let field = field(*indicator, stage);
        let counted = field.kind() == FieldKind::Count;
        set(school, field, &text_of(&if counted { amount.ceil() } else { amount }))
    })
}

// ---- against the oracle ----

/// Columns with an amount a pupil, in millionths, around which figures are made.
const COLUMNS: [(&str, i128, bool); 27] = [
    ("above_qualified_teachers_primary", 42_000, false),
    ("above_qualified_teachers_junior", 53_000, false),
    ("backbone_teachers_primary", 10_000, false),
    ("backbone_teachers_junior", 10_000, false),
    ("pe_arts_teachers_primary", 9_000, false),
    ("pe_arts_teachers_junior", 9_000, false),
    ("pe_arts_itinerant_primary", 12_000, true),
    ("pe_arts_itinerant_junior", 12_000, true),
    ("teaching_area", 5_200_000, false),
    ("teaching_area_net", 4_500_000, true),
    ("indoor_sports_area", 700_000, true),
    ("sports_field_area", 7_500_000, false),
    ("sports_total_area", 8_200_000, true),
    ("other_sports_area", 1_100_000, true),
    ("offcampus_sports_area", 900_000, true),
    ("equipment_value", 2_000_000_000, false),
    ("multimedia_classrooms", 23_000, false),
    ("computers", 120_000, false),
    ("computers_teaching", 90_000, true),
    ("books", 25_000_000, false),
    ("teachers_primary", 60_000, false),
    ("teachers_junior", 80_000, false),
    ("mid_senior_teachers_primary", 31_000, false),
    ("mid_senior_teachers_junior", 41_000, false),
    ("students_primary", 0, true),
    ("students_junior", 0, true),
    ("students_senior", 0, true),
];

const KINDS: [&str; 14] = [
    "primary_school",
    "primary_school",
    "primary_school",
    "teaching_point",
    "teaching_point",
    "junior_school",
    "junior_school",
    "nine_year_school",
    "nine_year_school",
    "complete_secondary",
    "twelve_year_school",
    "senior_school",
    "special_education",
    "vocational",
];

fn stages_of(kind: &str) -> &'static [usize] {
    match kind {
        "primary_school" | "teaching_point" => &[0],
        "junior_school" => &[1],
        "nine_year_school" => &[0, 1],
        "complete_secondary" => &[1, 2],
        "senior_school" => &[2],
        _ => &[0, 1, 2],
    }
}

const PUPILS: [u32; 16] = [0, 1, 7, 49, 50, 51, 98, 99, 100, 101, 170, 333, 640, 1000, 1999, 2400];

fn amount_text(target: i128, pupils: i128, counted: bool, (mode, jitter): (u16, u16)) -> Option<String> {
    // Millionths of the amount, then thousandths of those.
    let exact = target * pupils;
    let wide = match mode % 64 {
        0 if jitter % 4 == 0 => return None,
        1 => 0,
        2..=9 => exact * 1000,
        10..=13 => exact * 850,
        14..=16 => exact * 1000 - 1_000_000,
        _ => {
            let scattered = exact * (600 + i128::from(jitter) * 900 / 65_536);
            let digits = 10i128.pow(u32::from(jitter) % 9);
            scattered / digits * digits
        }
    };
    let wide = wide.max(0);
    Some(if counted {
        ((wide + 999_999_999) / 1_000_000_000).to_string()
    } else {
        text_of(&(whole(wide) / whole(1_000_000_000)))
    })
}

fn row() -> impl Strategy<Value = Row> {
    let cell = (any::<u16>(), any::<u16>());
    let cells = proptest::collection::vec(cell, COLUMNS.len());
    (0..KINDS.len(), cells, any::<u8>(), any::<u8>(), any::<u8>()).prop_map(
        |(kind, made, by, lies, dense)| {
            let kind = KINDS[kind];
            let mut row = Row { kind, ..Row::default() };
            let mut pupils = [0i128; 3];
            for (stage, (mode, jitter)) in made[COLUMNS.len() - 3..].iter().enumerate() {
                let column = COLUMNS[COLUMNS.len() - 3 + stage].0;
                let own = stages_of(kind).contains(&stage);
                let given = if own { mode % 40 != 0 } else { mode % 60 < 5 };
                if !given {
                    continue;
                }
                let count =
                    if own || mode % 60 == 0 { PUPILS[usize::from(*jitter) % PUPILS.len()] } else { 0 };
                pupils[stage] = count.into();
                row.cells.insert(column, count.to_string());
            }
            for ((column, target, optional), (mode, jitter)) in
                COLUMNS.iter().zip(&made).take(COLUMNS.len() - 3)
            {
                let field = Field::from_id(column).expect(column);
                let of = field.stage().map_or(pupils.iter().sum(), |stage| pupils[stage as usize]);
                if *optional && jitter % 2 == 0 {
                    continue;
                }
                let counted = field.kind() == FieldKind::Count;
                if let Some(text) = amount_text(*target, of, counted, (*mode, *jitter)) {
                    row.cells.insert(column, text);
                }
            }
            row.sponsor = match by % 40 {
                0 => None,
                1..=3 => Some("private"),
                4 | 5 => Some("provincial_education"),
                6 => Some("enterprise"),
                7 => Some("county_other"),
                8..=12 => Some("county_education"),
                _ => Some("public"),
            };
            row.area = [None, Some("city"), Some("town"), Some("rural"), Some("rural"), Some("rural")]
                [usize::from(lies) % 6];
            row.dense = [None, Some(false), Some(true), Some(true)][usize::from(dense) % 4];
            row
        },
    )
}

fn county() -> impl Strategy<Value = Vec<Row>> {
    let rows = proptest::collection::vec(row(), 0..9);
    rows.prop_map(|mut rows| {
        // Codes fall, so that the canonical order is never the order of coming.
        let count = rows.len();
        rows.iter_mut().enumerate().for_each(|(i, row)| row.code = format!("{:03}", count - i));
        rows
    })
}

fn school_of(row: &Row) -> School {
    let mut school = School::new(COUNTY, &row.code, SchoolKind::from_text(row.kind).unwrap()).unwrap();
    for (column, text) in &row.cells {
        school = set(school, Field::from_id(column).unwrap(), text);
    }
    if let Some(sponsor) = row.sponsor {
        school = school.with_sponsor(Sponsor::from_text(sponsor).unwrap());
    }
    if let Some(area) = row.area {
        school = school.with_area(Area::from_text(area).unwrap());
    }
    match row.dense {
        Some(dense) => school.with_dense_city_centre(dense),
        None => school,
    }
}

fn same_number(found: Option<f64>, exact: Option<&Rational>, root: bool, what: &str) {
    match (found, exact) {
        (None, None) => {}
        (Some(x), Some(e)) if root => {
            assert!(within_1e15_of_root(x, e), "{what}: {x} is not the root of {e}")
        }
        (Some(x), Some(e)) => assert!(within_1e15(x, e), "{what}: {x} is not {e}"),
        _ => panic!("{what}: {found:?} against {exact:?}"),
    }
}

fn same_value(unit: &UnitResult<'_>, indicator: Indicator, exact: &Option<Rational>, what: &str) {
    let found = unit.value(indicator).map(|v| v.parts());
    let found = found.map(|(num, den)| Rational::new(num.into(), den.into()));
    assert_eq!(found, *exact, "{what} {indicator}");
}

fn agree(rows: &[Row], rules: &Rulebook, standard: Standard, reading: Reading) {
    if rows.is_empty() {
        return;
    }
    let date = if reading.transitional { "2021-06-30" } else { "2023-12-31" };
    let judge = if reading.as_reported { Judge::AsReported } else { Judge::Exact };
    let missing = if reading.skip { Missing::Skip } else { Missing::Refuse };
    let ids: Vec<_> = standard.indicators().iter().map(|r| r.indicator()).collect();
    assert_eq!(ids.iter().map(|i| i.id()).collect::<Vec<_>>(), rules.indicators.map_ids());
    let assessor = Assessor::new(standard).as_of(date.parse().unwrap()).judge(judge).missing(missing);
    let found = assessor.assess(&data(rows.iter().map(school_of))).unwrap();
    let expected = regulations::assess(rows, rules, reading);

    let county = found.counties().next().unwrap();
    assert_eq!(county.resource_verdict().id(), expected.resource);
    let excluded = found.excluded().map(|e| (e.school().code().to_owned(), e.reason()));
    assert_eq!(excluded.collect::<Vec<_>>(), expected.excluded);
    assert_eq!(county.excluded().count(), expected.excluded.len());

    for (stage, expected) in county.stages().zip(&expected.stages) {
        let at = format!("{} {}", rules.id, stage.stage());
        assert_eq!(stage.verdict().id(), expected.verdict, "{at}");
        assert_eq!(stage.students().map(i128::from), expected.students, "{at}");
        assert_eq!(stage.units().len(), expected.units.len(), "{at}");
        let met = expected.units.iter().filter(|u| u.verdict == Some("met")).count();
        assert_eq!(stage.units_met(), rules.unit.map(|_| met), "{at}");
        for (unit, expected) in stage.units().zip(&expected.units) {
            let at = format!("{at} {}", expected.code);
            assert_eq!(unit.school().code(), expected.code);
            assert_eq!(unit.students().map(i128::from), expected.students, "{at}");
            assert_eq!(unit.verdict().map(Verdict::id), expected.verdict, "{at}");
            for (place, indicator) in ids.iter().enumerate() {
                same_value(&unit, *indicator, &expected.values[place], &at);
                assert_eq!(unit.meets(*indicator), expected.meets[place], "{at} {indicator}");
                let below = unit.below_floor().any(|i| i == *indicator);
                assert_eq!(below, expected.below[place], "{at} {indicator}");
            }
            let met = expected.meets.iter().filter(|m| **m == Some(true)).count() as u32;
            assert_eq!(unit.met_count(), rules.unit.map(|_| met), "{at}");
            assert_eq!(unit.values().len(), ids.len());
        }
        for (place, (variation, expected_v)) in stage.variation().iter().zip(&expected.variation).enumerate()
        {
            let at = format!("{at} {}", ids[place]);
            assert_eq!(variation.indicator(), ids[place]);
            assert_eq!(variation.units() as usize, expected_v.units, "{at}");
            assert_eq!(variation.missing() as usize, expected_v.missing, "{at}");
            assert_eq!(variation.skipped(), reading.skip.then_some(expected_v.missing as u32), "{at}");
            let meeting = expected.units.iter().filter(|u| u.meets[place] == Some(true)).count() as u32;
            assert_eq!(variation.units_meeting(), rules.unit.map(|_| meeting), "{at}");
            same_number(variation.mean(), expected_v.mean.as_ref(), false, &at);
            same_number(variation.std_dev(), expected_v.variance.as_ref(), true, &at);
            same_number(variation.cv(), expected_v.square.as_ref(), true, &at);
            assert_eq!(variation.verdict().map(Verdict::id), expected_v.verdict, "{at}");
        }
        let composite = stage.composite();
        assert_eq!(composite.verdict().map(Verdict::id), expected.composite, "{at}");
        assert_eq!(composite.cv().is_some(), expected.squares.is_some(), "{at}");
        if let Some((cv, squares)) = composite.cv().zip(expected.squares.as_ref()) {
            let (low, high) = mean_of_roots(squares, 40);
            let unit = oracle::Rational::from_integer(num_bigint::BigInt::from(10).pow(40));
            let (low, high) = (Rational::from_integer(low) / &unit, Rational::from_integer(high) / &unit);
            assert!(within_1e15(cv, &low) || within_1e15(cv, &high), "{at} {cv}");
        }
    }
}

trait Ids {
    fn map_ids(&self) -> Vec<&'static str>;
}

impl Ids for &'static [(&'static str, i128, bool, Option<[&'static str; 2]>)] {
    fn map_ids(&self) -> Vec<&'static str> {
        self.iter().map(|(id, ..)| *id).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn quality_2017_agrees_with_the_oracle(
        rows in county(), as_reported: bool, skip: bool, transitional: bool,
    ) {
        agree(&rows, &QUALITY, Standard::quality_2017(), Reading { as_reported, skip, transitional });
    }

    #[test]
    fn basic_2012_agrees_with_the_oracle(rows in county(), as_reported: bool, skip: bool) {
        agree(&rows, &BASIC, Standard::basic_2012(), Reading { as_reported, skip, transitional: false });
    }
}

// ---- on the limits ----

/// The nearest neighbours of an amount and what holds of them: below, at, above.
fn around(text: &str, field: Field) -> [(String, bool); 3] {
    [(next(text, field, -1), false), (text.to_owned(), true), (next(text, field, 1), true)]
}

#[test]
fn a_threshold_is_reached_at_it_and_not_one_digit_below() {
    for (indicator, stage, per, threshold, _) in THRESHOLDS {
        let (pupils, field) = (pupils_for(per), field(indicator, stage));
        let amount = times(threshold, pupils, per);
        // Another indicator stays between its floor and its threshold: the one tested is the sixth of six.
        let spare = if indicator == Indicator::SportsArea { 5 } else { 4 };
        let (spare, _, _, full, _) = THRESHOLDS[spare * 2 + stage as usize];
        let short = times(&times(full, 9, 10), pupils, 1);
        for (amount, reached) in around(&amount, field) {
            let one = set(at("1", stage, pupils, 200), self::field(spare, stage), &short);
            let one = set(one, field, &amount);
            let found = quality().assess(&data([one])).unwrap();
            let unit = unit_of(&found, stage, "1");
            let at = format!("{indicator} {stage} {amount}");
            assert_eq!(unit.meets(indicator), Some(reached), "{at}");
            assert_eq!(unit.met_count(), Some(if reached { 6 } else { 5 }), "{at}");
            assert_eq!(unit.verdict(), Some(reached.into()), "{at}");
            let distance = unit.explain(indicator).unwrap().distance().unwrap();
            assert_eq!(distance.is_negative(), !reached, "{at}");
            assert_eq!(distance.is_zero(), amount == times(threshold, pupils, per), "{at}");
        }
    }
}

#[test]
fn a_floor_is_kept_at_it_and_broken_one_digit_below() {
    for (indicator, stage, per, _, floor) in THRESHOLDS {
        let (pupils, field) = (pupils_for(per), field(indicator, stage));
        for (amount, kept) in around(&times(floor, pupils, per), field) {
            let one = set(at("1", stage, pupils, 200), field, &amount);
            let found = quality().assess(&data([one])).unwrap();
            let unit = unit_of(&found, stage, "1");
            let at = format!("{indicator} {stage} {amount}");
            assert_eq!(unit.meets(indicator), Some(false), "{at}");
            assert_eq!(unit.met_count(), Some(6), "{at}");
            let below: Vec<_> = unit.below_floor().collect();
            assert_eq!(below, if kept { vec![] } else { vec![indicator] }, "{at}");
            assert_eq!(unit.verdict(), Some(kept.into()), "{at}");
            assert_eq!(stage_of(&found, stage).verdict(), kept.into(), "{at}");
        }
    }
}

#[test]
fn a_split_share_is_compared_without_rounding() {
    // 1066.5 × 1 / (50 + 1.1 × 170) × … = 1066.5 / 237 = 4.5 exactly; doubles make it 4.499999999999999.
    for (area, reached) in around("1066.5", TeachingArea) {
        let one =
            school("1", NineYear, &[(StudentsPrimary, "50"), (StudentsJunior, "170"), (TeachingArea, &area)]);
        let found = quality().assess(&data([one])).unwrap();
        let unit = unit_of(&found, Stage::Primary, "1");
        assert_eq!(unit.meets(Indicator::TeachingArea), Some(reached), "{area}");
    }
    let split = |kind, pupils: [&str; 3], amount: &str, stage: Stage, decimals: u8| {
        let cells = [(StudentsPrimary, pupils[0]), (StudentsJunior, pupils[1]), (StudentsSenior, pupils[2])];
        let one = school("1", kind, &cells);
        let one = set(set(one, Books, amount), TeachingArea, amount).with_sponsor(Sponsor::Public);
        let found = basic().assess(&data([one])).unwrap();
        let unit = unit_of(&found, stage, "1");
        let value = unit.value(Indicator::Books).unwrap();
        let share = Rational::new(value.parts().0.into(), value.parts().1.into())
            * whole(unit.students().unwrap().into());
        let unit = oracle::Rational::from_integer(num_bigint::BigInt::from(10).pow(decimals.into()));
        text_of(&((share * &unit).floor() / unit))
    };
    // The published examples, cut (not rounded) where they are cut there.
    let (p, j) = (Stage::Primary, Stage::Junior);
    assert_eq!(split(NineYear, ["166", "210", "0"], "23226", p, 3), "9711.627");
    assert_eq!(split(NineYear, ["166", "210", "0"], "23226", j, 4), "13514.3727");
    assert_eq!(split(NineYear, ["1200", "1500", "0"], "20000", p, 4), "8421.0526");
    assert_eq!(split(NineYear, ["1200", "1500", "0"], "20000", j, 4), "11578.9473");
    assert_eq!(split(CompleteSecondary, ["0", "1500", "1500"], "25000", j, 4), "11363.6363");
    assert_eq!(split(TwelveYear, ["1200", "1500", "1500"], "32000", p, 4), "7950.3105");
    assert_eq!(split(TwelveYear, ["1200", "1500", "1500"], "32000", j, 4), "10931.677");
    assert_eq!(split(NineYear, ["90", "80", "0"], "5", p, 3), "2.528");
    assert_eq!(split(NineYear, ["90", "80", "0"], "5", j, 4), "2.4719");
    // A school with one stage alone is not split.
    assert_eq!(split(NineYear, ["0", "80", "0"], "5", j, 4), "5");
}

#[test]
fn equal_weights_split_by_heads() {
    let text = include_str!("../src/standards/data/quality-2017.toml");
    let text = text
        .replace("junior = \"1.1\"\n", "junior = \"1\"\n")
        .replace("senior = \"1.32\"\n", "senior = \"1\"\n");
    let standard = Standard::from_toml("heads.toml", &text).unwrap();
    assert!(standard.split_weights().unwrap().value.iter().all(|weight| weight.to_string() == "1"));
    let nine = |code, primary, junior, area| {
        school(code, NineYear, &[(StudentsPrimary, primary), (StudentsJunior, junior), (TeachingArea, area)])
    };
    // 4.5 and 3 m² a pupil, whatever the stage: of 50 and 100 pupils the mean is 3.5.
    let both = data([nine("1", "50", "150", "900"), nine("2", "100", "100", "600")]);
    let found = Assessor::new(standard).assess(&both).unwrap();
    let area = |school| unit_of(&found, Stage::Primary, school).meets(Indicator::TeachingArea);
    assert_eq!([area("1"), area("2")], [Some(true), Some(false)]);
    let stage = stage_of(&found, Stage::Primary);
    let variation = stage.variation().iter().find(|v| v.indicator() == Indicator::TeachingArea).unwrap();
    assert_eq!((variation.mean(), variation.units_meeting()), (Some(3.5), Some(1)));
}

/// Two schools of the same pupils whose values lie `limit` hundredths below and above their mean.
fn spread(stage: Stage, indicator: Indicator, per: u32, mean: &str, limit: i128, more: i128) -> Assessment {
    let (pupils, field) = (pupils_for(per), field(indicator, stage));
    let amount = |hundredths| times(&times(mean, hundredths, 100), pupils, per);
    let low = set(at("1", stage, pupils, 100), field, &amount(100 - limit));
    let high = next(&amount(100 + limit), field, more);
    let high = set(at("2", stage, pupils, 100), field, &if more == 0 { amount(100 + limit) } else { high });
    quality().assess(&data([low, high])).unwrap()
}

#[test]
fn a_coefficient_is_within_its_limit_at_it_and_not_one_digit_beyond() {
    for (indicator, stage, per, threshold, _) in THRESHOLDS {
        // 教督〔2017〕6号 第五条: 0.50 in primary, 0.45 in junior schools.
        let limit = if stage == Stage::Primary { 50 } else { 45 };
        for (more, within) in [(-1, true), (0, true), (1, false)] {
            let found = spread(stage, indicator, per, threshold, limit, more);
            let stage_result = stage_of(&found, stage);
            let place = stage_result.variation().iter().position(|v| v.indicator() == indicator).unwrap();
            let variation = &stage_result.variation()[place];
            let at = format!("{indicator} {stage} {more}");
            assert_eq!(variation.verdict(), Some(within.into()), "{at}");
            assert_eq!(
                stage_result.cv_limit().unwrap().value,
                Decimal::new(limit as i64, 2).unwrap(),
                "{at}"
            );
            assert_eq!(variation.printed_cv().unwrap().to_fixed(2), format!("0.{limit}"), "{at}");
            let distance = stage_result.explain(indicator).unwrap().distance().unwrap();
            assert_eq!(distance.cmp(&Decimal::ZERO), 0.cmp(&more), "{at}");
            // All others are the same in both schools.
            let others = stage_result.variation().iter().filter(|v| v.indicator() != indicator);
            assert!(others.into_iter().all(|v| v.cv() == Some(0.0)), "{at}");
        }
    }
}

#[test]
fn a_tie_is_printed_rounded_up_whatever_its_nearest_double() {
    for k in (1..60).step_by(2) {
        // 2000 + k and 2000 - k teachers for as many pupils: the coefficient is k / 2000, halfway between two thousandths.
        let one = |code, teachers: i32| {
            school(
                code,
                Primary,
                &[(StudentsPrimary, "6000"), (AboveQualifiedPrimary, &teachers.to_string())],
            )
        };
        let found = quality().assess(&data([one("1", 2000 + k), one("2", 2000 - k)])).unwrap();
        let variation = &stage_of(&found, Stage::Primary).variation()[0];
        assert_eq!(variation.cv(), Some(f64::from(k) / 2000.0));
        assert_eq!(variation.printed_cv(), Decimal::new(i64::from(k + 1) / 2, 3).ok(), "{k}");
        // k teachers for 800 pupils are k / 8 a hundred: 0.125, 0.375 and so on.
        let alone =
            school("1", Primary, &[(StudentsPrimary, "800"), (AboveQualifiedPrimary, &k.to_string())]);
        let found = quality().assess(&data([alone])).unwrap();
        let variation = &stage_of(&found, Stage::Primary).variation()[0];
        assert_eq!(variation.printed_mean(), Decimal::new((i64::from(k) * 125 + 5) / 10, 2).ok(), "{k}");
        assert_eq!(variation.printed_cv(), Some(Decimal::ZERO));
    }
}

/// Eight indicators of two schools run by the county, at these hundredths of their mean.
fn composite(stage: Stage, low: &str, high: &str, sports: &str) -> Assessment {
    let kind = if stage == Stage::Primary { Primary } else { Junior };
    let make = |code: &str, amount: &str, sports: &str| {
        let mut one =
            school(code, kind, &[(Field::students(stage), "100")]).with_sponsor(Sponsor::CountyEducation);
        for rule in Standard::basic_2012().indicators() {
            let field = field(rule.indicator(), stage);
            one = set(one, field, if field == SportsFieldArea { sports } else { amount });
        }
        one
    };
    basic().assess(&data([make("1", low, low), make("2", high, sports)])).unwrap()
}

#[test]
fn a_composite_half_way_between_two_decimals_is_printed_as_the_upper_one() {
    // Sports areas of 100 and 300 vary by 1/2, and seven other indicators not at all: 1/16 = 0.0625, which a double holds.
    let found = composite(Stage::Primary, "100", "100", "300");
    let composite = stage_of(&found, Stage::Primary).composite();
    assert_eq!(
        (composite.cv(), composite.printed().unwrap().to_string()),
        (Some(0.0625), "0.063".to_owned())
    );
}

#[test]
fn a_composite_is_within_its_limit_at_it_and_not_one_digit_beyond() {
    // 教督〔2012〕3号: 0.65 in primary, 0.55 in junior schools; 35 and 165 lie 0.65 of 100 from it.
    for (stage, low, high) in [(Stage::Primary, "35", "165"), (Stage::Junior, "45", "155")] {
        for (sports, within) in [
            (high.to_owned(), true),
            (next(high, SportsFieldArea, -1), true),
            (next(high, SportsFieldArea, 1), false),
        ] {
            let found = composite(stage, low, high, &sports);
            let stage_result = stage_of(&found, stage);
            assert_eq!(stage_result.composite().verdict(), Some(within.into()), "{stage} {sports}");
            assert_eq!(stage_result.verdict(), within.into());
            let limit = stage_result.composite_limit().unwrap();
            assert_eq!(limit.value.to_string(), if stage == Stage::Primary { "0.65" } else { "0.55" });
            // Single coefficients have no limit here.
            assert!(stage_result.cv_limit().is_none());
            assert!(stage_result.variation().iter().all(|v| v.verdict().is_none()));
            assert_eq!(stage_result.units_met(), None);
            let unit = unit_of(&found, stage, "1");
            assert_eq!((unit.verdict(), unit.met_count()), (None, None));
            assert_eq!(unit.meets(Indicator::Books), None);
            assert!(unit.explain_verdict().is_none());
        }
    }
}

// ---- exact and as reported ----

#[test]
fn a_value_printed_over_its_floor_is_a_boundary_case() {
    // 85 % of 5.8 is 4.93; 4.926 is printed 4.93.
    let one = set(at("1", Stage::Junior, 1000, 200), TeachingArea, "4926");
    for (judge, verdict) in [(Judge::Exact, Verdict::NotMet), (Judge::AsReported, Verdict::Met)] {
        let found = quality().judge(judge).assess(&data([one.clone()])).unwrap();
        assert_eq!(unit_of(&found, Stage::Junior, "1").verdict(), Some(verdict));
        assert_eq!(
            messages(&found, Code::BoundaryCase, Lang::Zh),
            ["初中生均教学及辅助用房面积（对照下限）：精确值 4.926，印出值 4.93，对照 4.93；\
              精确判断为“未达标”，按印出值为“达标”"]
        );
        assert_eq!(
            messages(&found, Code::BoundaryCase, Lang::En),
            ["teaching and auxiliary rooms per pupil, junior stage (against its floor): exactly 4.926, \
              printed 4.93, against 4.93; judged not met exactly and met as printed"]
        );
        let finding = findings(&found, Code::BoundaryCase)[0];
        assert_eq!((finding.school_code(), finding.column_id()), (Some("1"), Some("teaching_area")));
        assert_eq!(finding.value_found(), Some("4.926"));
    }
}

#[test]
fn the_floor_itself_is_not_rounded() {
    // 85 % of 2.3 is 1.955: 1.95 does not reach it, though 1.955 would be printed 1.96.
    let one = |rooms| set(at("1", Stage::Primary, 10_000, 200), MultimediaClassrooms, rooms);
    for judge in [Judge::Exact, Judge::AsReported] {
        for (rooms, verdict) in [("195", Verdict::NotMet), ("196", Verdict::Met)] {
            let found = quality().judge(judge).assess(&data([one(rooms)])).unwrap();
            assert_eq!(unit_of(&found, Stage::Primary, "1").verdict(), Some(verdict), "{rooms}");
            assert!(findings(&found, Code::BoundaryCase).is_empty());
        }
    }
    // 1.9549 is printed 1.95 and 1.955 is printed 1.96; both readings agree.
    for (pupils, rooms) in [(1_000_000, "19549"), (200_000, "3910")] {
        let one = set(at("1", Stage::Primary, pupils, 200), MultimediaClassrooms, rooms);
        assert!(findings(&quality().assess(&data([one])).unwrap(), Code::BoundaryCase).is_empty());
    }
}

#[test]
fn a_value_printed_as_its_threshold_is_a_boundary_case_however_near_it_is() {
    for (area, exact, printed) in [
        // 7.495 is a tie and goes up; 7.4949… does not.
        ("22.485", Some("7.495"), "7.50"),
        ("22.484999999999999", None, "7.49"),
        // Nearer than a double can tell: said to be below, never to be equal.
        ("22.4999999999999999", Some("< 7.5"), "7.50"),
    ] {
        let one = set(at("1", Stage::Primary, 3, 200), SportsFieldArea, area);
        let found = quality().assess(&data([one])).unwrap();
        assert_eq!(unit_of(&found, Stage::Primary, "1").meets(Indicator::SportsArea), Some(false));
        let expected = exact.map(|exact| {
            format!(
                "sports grounds and rooms per pupil, primary stage: exactly {exact}, printed {printed}, against 7.5; \
                 judged not met exactly and met as printed"
            )
        });
        assert_eq!(messages(&found, Code::BoundaryCase, Lang::En), Vec::from_iter(expected));
    }
}

#[test]
fn a_coefficient_printed_as_its_limit_is_a_boundary_case() {
    // 4996 and 15004 for 100 pupils each: mean 100, deviation 50.04.
    let make = |low: &str, high: &str| {
        let one = |code, area| set(at(code, Stage::Primary, 100, 200), TeachingArea, area);
        data([one("1", low), one("2", high)])
    };
    for (low, high, exact) in [("4996", "15004", "0.5004"), ("1", "3.00000000000000001", "> 0.5")] {
        let zh = format!(
            "小学生均教学及辅助用房面积的校际差异系数：精确值 {exact}，印出值 0.500，对照 0.5；\
             精确判断为“未达标”，按印出值为“达标”"
        );
        let en = format!(
            "coefficient of teaching and auxiliary rooms per pupil, primary stage: exactly {exact}, \
             printed 0.500, against 0.5; judged not met exactly and met as printed"
        );
        for (judge, verdict) in [(Judge::Exact, Verdict::NotMet), (Judge::AsReported, Verdict::Met)] {
            let found = quality().judge(judge).assess(&make(low, high)).unwrap();
            let stage = stage_of(&found, Stage::Primary);
            let variation = stage.variation().iter().find(|v| v.indicator() == Indicator::TeachingArea);
            assert_eq!(variation.unwrap().verdict(), Some(verdict));
            assert!(messages(&found, Code::BoundaryCase, Lang::Zh).contains(&zh), "{exact}");
            assert!(messages(&found, Code::BoundaryCase, Lang::En).contains(&en), "{exact}");
        }
    }
    // 0.5005 is a tie: printed 0.501, so both readings agree.
    let found = quality().assess(&make("4995", "15005")).unwrap();
    assert!(findings(&found, Code::BoundaryCase).is_empty());
}

#[test]
fn a_composite_printed_as_its_limit_is_a_boundary_case() {
    // Every coefficient is 0.6504, so is their mean.
    let found = composite(Stage::Primary, "3496", "16504", "16504");
    assert_eq!(
        messages(&found, Code::BoundaryCase, Lang::Zh),
        ["小学综合差异系数：精确值 0.6504，印出值 0.650，对照 0.65；精确判断为“未达标”，按印出值为“达标”"]
    );
    assert_eq!(
        messages(&found, Code::BoundaryCase, Lang::En),
        ["composite coefficient, primary stage: exactly 0.6504, printed 0.650, against 0.65; \
          judged not met exactly and met as printed"]
    );
    assert_eq!(stage_of(&found, Stage::Primary).composite().verdict(), Some(Verdict::NotMet));
    assert_eq!(found.counties().next().unwrap().resource_verdict(), Verdict::NotMet);
}

// ---- published cases ----

fn equipment(rows: &[(u32, u32)]) -> Assessment {
    let make = |(i, (pupils, per_pupil)): (usize, &(u32, u32))| {
        let value = (u64::from(*pupils) * u64::from(*per_pupil)).to_string();
        school(
            &format!("{i:02}"),
            Primary,
            &[(StudentsPrimary, &pupils.to_string()), (EquipmentValue, &value)],
        )
    };
    quality().assess(&data(rows.iter().enumerate().map(make))).unwrap()
}

#[test]
fn weights_are_the_pupils_and_the_divisor_is_their_sum() {
    let figures = |rows: &[(u32, u32)]| {
        let found = equipment(rows);
        let stage = stage_of(&found, Stage::Primary);
        let v =
            stage.variation().iter().find(|v| v.indicator() == Indicator::EquipmentValue).unwrap().clone();
        (
            format!("{:.2}", v.mean().unwrap()),
            format!("{:.2}", v.std_dev().unwrap()),
            v.printed_cv(),
            v.verdict(),
        )
    };
    // Published; an unweighted coefficient would be 0.660 and over the limit.
    let (mean, std_dev, cv, verdict) =
        figures(&[(2000, 2100), (1800, 2200), (1500, 2050), (60, 9000), (55, 7000)]);
    assert_eq!((mean.as_str(), std_dev.as_str()), ("2245.61", "868.46"));
    assert_eq!((cv, verdict), ("0.387".parse().ok(), Some(Verdict::Met)));
    // The reverse: unweighted 0.285.
    let mut rows = vec![(2000, 1000), (2000, 4500)];
    rows.extend([(100, 2750); 8]);
    let (mean, _, cv, verdict) = figures(&rows);
    assert_eq!((mean.as_str(), cv, verdict), ("2750.00", "0.581".parse().ok(), Some(Verdict::NotMet)));
}

#[test]
fn one_of_a_districts_seven_published_coefficients_is_over_the_limit() {
    // Published for 2023, primary. Two schools of equal size at mean ± deviation have exactly these figures.
    let published = [
        (AboveQualifiedPrimary, "5.515273", "1.643162", "0.298", true),
        (BackbonePrimary, "0.887611", "0.445392", "0.502", false),
        (PeArtsPrimary, "0.879277", "0.353427", "0.402", true),
        (TeachingArea, "4.563288", "1.316139", "0.288", true),
        (SportsFieldArea, "7.925946", "2.975795", "0.375", true),
        (EquipmentValue, "2496.674864", "780.914372", "0.313", true),
        (MultimediaClassrooms, "2.784743", "1.097759", "0.394", true),
    ];
    let pupils = 100_000_000i128;
    let make = |code, sign: i128| {
        let start = school(code, Primary, &[(StudentsPrimary, &pupils.to_string())]);
        published.iter().fold(start, |one, (field, mean, deviation, ..)| {
            let per = if field.kind() == FieldKind::Count { 100 } else { 1 };
            let value = decimal(mean) + decimal(deviation) * whole(sign);
            set(one, *field, &text_of(&(value * whole(pupils) / whole(per))))
        })
    };
    let found = quality().assess(&data([make("1", -1), make("2", 1)])).unwrap();
    let stage = stage_of(&found, Stage::Primary);
    for (variation, (.., cv, within)) in stage.variation().iter().zip(published) {
        assert_eq!(variation.printed_cv().unwrap().to_fixed(3), cv, "{}", variation.indicator());
        assert_eq!(variation.verdict(), Some(within.into()));
    }
    assert_eq!(stage.composite().printed().unwrap().to_string(), "0.368");
    assert!((stage.composite().cv().unwrap() - 0.367503).abs() < 1e-6);
    // It is reported and has no limit of its own.
    assert_eq!((stage.composite().verdict(), stage.composite_limit().is_none()), (None, true));
}

// ---- missing data ----

#[derive(Clone, Copy, PartialEq)]
enum State {
    Reached,
    BetweenFloorAndThreshold,
    BelowFloor,
    Blank,
}

#[test]
fn a_unit_is_decided_exactly_where_the_missing_values_cannot_change_it() {
    use State::*;
    // By the rule itself: at least six reached, none below the floor.
    let rule = |states: &[State]| {
        states.iter().filter(|s| **s == Reached).count() >= 6 && !states.contains(&BelowFloor)
    };
    // Amounts of 10 000 pupils at 1, 0.9 and 0.8 of the thresholds.
    let cells = [
        (AboveQualifiedPrimary, ["420", "378", "336"]),
        (BackbonePrimary, ["100", "90", "80"]),
        (PeArtsPrimary, ["90", "81", "72"]),
        (TeachingArea, ["45000", "40500", "36000"]),
        (SportsFieldArea, ["75000", "67500", "60000"]),
        (EquipmentValue, ["20000000", "18000000", "16000000"]),
        (MultimediaClassrooms, ["230", "207", "184"]),
    ];
    let mut seen = BTreeMap::new();
    for code in 0..4usize.pow(7) {
        let states: Vec<State> = (0..7u32)
            .map(|place| [Reached, BetweenFloorAndThreshold, BelowFloor, Blank][code / 4usize.pow(place) % 4])
            .collect();
        // One arrangement of each combination, and every arrangement of those near the edge.
        let reached = states.iter().filter(|s| **s == Reached).count();
        if reached < 4 && !states.is_sorted_by_key(|s| *s as u8) {
            continue;
        }
        let blanks: Vec<usize> = (0..7).filter(|i| states[*i] == Blank).collect();
        let mut outcomes: Vec<bool> = (0..3usize.pow(blanks.len() as u32))
            .map(|fill| {
                let mut filled = states.clone();
                for (n, place) in blanks.iter().enumerate() {
                    filled[*place] =
                        [Reached, BetweenFloorAndThreshold, BelowFloor][fill / 3usize.pow(n as u32) % 3];
                }
                rule(&filled)
            })
            .collect();
        outcomes.dedup();
        let expected = match outcomes[..] {
            [true] => Verdict::Met,
            [false] => Verdict::NotMet,
            _ => Verdict::Undetermined,
        };
        let start = school("1", Primary, &[(StudentsPrimary, "10000")]);
        let one = cells.iter().zip(&states).fold(start, |one, ((field, texts), state)| match state {
            Blank => one,
            _ => set(one, *field, texts[*state as usize]),
        });
        let found = quality().assess(&data([one])).unwrap();
        let unit = unit_of(&found, Stage::Primary, "1");
        assert_eq!(unit.verdict(), Some(expected), "{code}");
        assert_eq!(unit.met_count(), Some(reached as u32), "{code}");
        *seen.entry(expected).or_insert(0) += 1;
    }
    assert!(seen.len() == 3, "{seen:?}");
}

#[test]
fn blank_pupils_leave_the_stage_without_coefficients_and_the_school_without_shares() {
    let nine = |code, junior: Option<&str>| {
        let one = school(
            code,
            NineYear,
            &[
                (StudentsPrimary, "100"),
                (TeachingArea, "2000"),
                (BackbonePrimary, "3"),
                (BackboneJunior, "2"),
            ],
        );
        junior.into_iter().fold(one, |one, text| set(one, StudentsJunior, text))
    };
    let found = quality().assess(&data([nine("1", Some("50")), nine("2", None)])).unwrap();
    for (stage, backbone) in [(Stage::Primary, true), (Stage::Junior, false)] {
        let unit = unit_of(&found, stage, "2");
        assert!(unit.value(Indicator::TeachingArea).is_none());
        assert_eq!(unit.value(Indicator::BackboneTeachers).is_some(), backbone, "{stage}");
        assert_eq!(unit.verdict(), Some(Verdict::Undetermined));
        let stage = stage_of(&found, stage);
        let cv = |i| stage.variation().iter().find(|v| v.indicator() == i).unwrap().cv();
        assert_eq!(cv(Indicator::TeachingArea), None);
        assert_eq!(cv(Indicator::BackboneTeachers).is_some(), backbone);
    }
    assert_eq!(unit_of(&found, Stage::Junior, "2").students(), None);
    assert_eq!(stage_of(&found, Stage::Junior).students(), None);
    assert_eq!(stage_of(&found, Stage::Primary).students(), Some(200));
    assert_eq!(
        messages(&found, Code::StudentsMissing, Lang::En),
        [
            "the pupils of the junior stage are missing; its values and the county's coefficients of that stage cannot \
          be given"
        ]
    );
    let missing = messages(&found, Code::CvMissing, Lang::Zh);
    let area: Vec<_> = missing.iter().filter(|m| m.contains("生均教学及辅助用房面积")).collect();
    assert_eq!(
        area,
        [
            "初中的“生均教学及辅助用房面积”有 1 所学校缺数据，不能给出差异系数",
            "小学的“生均教学及辅助用房面积”有 1 所学校缺数据，不能给出差异系数",
        ]
    );
}

#[test]
fn a_complete_secondary_school_without_senior_pupils_is_not_split_and_a_typed_zero_is() {
    let complete = |senior: Option<&str>| {
        let one = school(
            "1",
            CompleteSecondary,
            &[(StudentsJunior, "100"), (TeachingArea, "600"), (TeachersJunior, "9")],
        );
        senior.into_iter().fold(one, |one, text| set(one, StudentsSenior, text))
    };
    for (senior, value, code) in
        [(None, None, Code::SeniorPupilsMissing), (Some("0"), Some("6"), Code::SeniorPupilsZero)]
    {
        let found = quality().assess(&data([complete(senior)])).unwrap();
        let unit = unit_of(&found, Stage::Junior, "1");
        assert_eq!(unit.value(Indicator::TeachingArea).map(|v| v.to_fixed(0)).as_deref(), value);
        assert_eq!(findings(&found, code).len(), 1, "{code}");
    }
}

#[test]
fn pupils_that_the_kind_cannot_have_leave_the_shared_resources_unsplit() {
    let one = school(
        "1",
        Primary,
        &[(StudentsPrimary, "100"), (StudentsJunior, "5"), (TeachingArea, "900"), (BackbonePrimary, "2")],
    );
    let found = quality().assess(&data([one])).unwrap();
    let unit = unit_of(&found, Stage::Primary, "1");
    assert!(unit.value(Indicator::TeachingArea).is_none());
    assert_eq!(unit.value(Indicator::BackboneTeachers).unwrap().to_fixed(0), "2");
    assert_eq!(findings(&found, Code::PupilsInWrongStage).len(), 1);
}

#[test]
fn an_absent_column_is_one_finding_and_a_blank_cell_one_a_school() {
    let nine = |code: &str| {
        school(code, NineYear, &[(StudentsPrimary, "100"), (StudentsJunior, "50"), (SportsTotalArea, "900")])
    };
    let one = set(set(nine("1"), EquipmentValue, "900000"), BackbonePrimary, "1");
    let found = quality().assess(&data([one, nine("2")])).unwrap();
    let absent = findings(&found, Code::ColumnAbsent);
    let columns: Vec<_> = absent.iter().map(|f| f.column_id().unwrap()).collect();
    assert_eq!(
        columns,
        [
            "above_qualified_teachers_junior",
            "above_qualified_teachers_primary",
            "backbone_teachers_junior",
            "multimedia_classrooms",
            "pe_arts_teachers_junior",
            "pe_arts_teachers_primary",
            "teaching_area",
        ]
    );
    assert!(absent.iter().all(|f| f.school_code().is_none() && f.county_code() == Some(COUNTY)));
    assert_eq!(
        absent[6].message(Lang::Zh),
        "表中没有列“教学及辅助用房面积”；小学生均教学及辅助用房面积、初中生均教学及辅助用房面积因此全部缺失"
    );
    assert_eq!(
        absent[6].message(Lang::En),
        "the table has no column teaching_area; teaching and auxiliary rooms per pupil, primary stage, teaching and \
         auxiliary rooms per pupil, junior stage is missing throughout"
    );
    let blank: Vec<_> = findings(&found, Code::MissingValue)
        .iter()
        .map(|f| (f.school_code().unwrap(), f.column_id().unwrap(), f.message(Lang::Zh)))
        .collect();
    assert_eq!(
        blank,
        [
            (
                "2",
                "backbone_teachers_primary",
                "“小学县级以上骨干教师数”为空，小学每百名学生拥有县级以上骨干教师数因此缺失"
            ),
            ("2", "equipment_value", "“教学仪器设备值”为空，初中生均教学仪器设备值因此缺失"),
            ("2", "equipment_value", "“教学仪器设备值”为空，小学生均教学仪器设备值因此缺失"),
        ]
        .map(|(school, column, text)| (school, column, text.to_owned()))
    );
}

#[test]
fn a_substitute_column_is_used_and_said_once() {
    let one = |code, kind, students| {
        school(
            code,
            kind,
            &[
                (students, "100"),
                (TeachingAreaNet, "450"),
                (SportsTotalArea, "750"),
                (IndoorSportsArea, "99"),
            ],
        )
    };
    let found = quality()
        .assess(&data([one("1", Primary, StudentsPrimary), one("2", Junior, StudentsJunior)]))
        .unwrap();
    // The difference and the sum are given: the indoor rooms are neither taken off nor added.
    let unit = unit_of(&found, Stage::Primary, "1");
    assert_eq!(unit.value(Indicator::TeachingArea).unwrap().to_fixed(1), "4.5");
    assert_eq!(unit.value(Indicator::SportsArea).unwrap().to_fixed(1), "7.5");
    assert_eq!(
        messages(&found, Code::SubstituteUsed, Lang::Zh),
        [
            "没有“运动场地面积”，改用“体育运动场馆面积”",
            "没有“教学及辅助用房面积”，改用“教学及辅助用房面积(不含室内体育用房)”",
        ]
    );
    assert_eq!(
        messages(&found, Code::SubstituteUsed, Lang::En),
        [
            "sports_field_area is not given; sports_total_area was used in its place",
            "teaching_area is not given; teaching_area_net was used in its place",
        ]
    );
    // A table that has only the substitute misses that one, not the other.
    let blank = school("3", Primary, &[(StudentsPrimary, "10")]);
    let found = quality().assess(&data([one("1", Primary, StudentsPrimary), blank])).unwrap();
    let missing: Vec<_> =
        findings(&found, Code::MissingValue).iter().map(|f| f.column_id().unwrap()).collect();
    assert_eq!(missing, ["sports_total_area", "teaching_area_net"]);
}

#[test]
fn indoor_rooms_are_taken_off_the_teaching_area_and_added_to_the_sports_area() {
    let one = |indoor| {
        school(
            "1",
            Primary,
            &[
                (StudentsPrimary, "100"),
                (TeachingArea, "500"),
                (SportsFieldArea, "700"),
                (IndoorSportsArea, indoor),
            ],
        )
    };
    let found = quality().assess(&data([one("50.5")])).unwrap();
    let unit = unit_of(&found, Stage::Primary, "1");
    assert_eq!(unit.value(Indicator::TeachingArea).unwrap().to_fixed(3), "4.495");
    assert_eq!(unit.value(Indicator::SportsArea).unwrap().to_fixed(3), "7.505");
    let found = quality().assess(&data([one("500.5")])).unwrap();
    let unit = unit_of(&found, Stage::Primary, "1");
    assert!(unit.value(Indicator::TeachingArea).is_none());
    assert_eq!(
        messages(&found, Code::NegativeDifference, Lang::Zh),
        ["“教学及辅助用房面积”减去“室内体育用房面积”为负（-0.5），小学生均教学及辅助用房面积因此缺失"]
    );
    assert_eq!(
        messages(&found, Code::NegativeDifference, Lang::En),
        [
            "teaching_area less indoor_sports_area is negative (-0.5), so teaching and auxiliary rooms per pupil, primary \
          stage is missing"
        ]
    );
}

#[test]
fn a_blank_component_is_taken_as_none_and_one_note_lists_the_schools() {
    let nine = |code| {
        school(
            code,
            NineYear,
            &[
                (StudentsPrimary, "100"),
                (StudentsJunior, "100"),
                (TeachingArea, "1000"),
                (SportsFieldArea, "900"),
            ],
        )
    };
    let note = |schools: Vec<School>| {
        let found = quality().assess(&data(schools)).unwrap();
        [Lang::Zh, Lang::En].map(|lang| messages(&found, Code::BlankTakenAsNone, lang))
    };
    // Both stages and both areas use the column: still one note.
    assert_eq!(
        note(vec![nine("1"), nine("2"), set(nine("3"), IndoorSportsArea, "0")]),
        [
            ["2 所学校的“室内体育用房面积”为空，按没有（零）计：1、2"],
            ["indoor_sports_area is blank in 2 schools and was taken as none (zero): 1, 2"]
        ]
    );
    assert_eq!(
        note(vec![nine("1"), nine("2")])[0],
        ["2 所学校的“室内体育用房面积”为空，按没有（零）计：全部学校"]
    );
}

#[test]
fn a_blank_ownership_leaves_the_scope_and_the_coefficients_open() {
    let one = |code, sponsor: Option<Sponsor>| {
        let one = school(code, Primary, &[(StudentsPrimary, "100"), (Books, "2000")]);
        sponsor.into_iter().fold(one, School::with_sponsor)
    };
    let rows = [one("1", Some(Sponsor::Public)), one("2", Some(Sponsor::CountyOther)), one("3", None)];
    let found = basic().assess(&data(rows.clone())).unwrap();
    let books = |found: &Assessment| {
        let stage = stage_of(found, Stage::Primary);
        stage.variation().iter().find(|v| v.indicator() == Indicator::Books).unwrap().clone()
    };
    assert_eq!((books(&found).cv(), books(&found).units(), books(&found).missing()), (None, 2, 1));
    assert_eq!(found.counties().next().unwrap().resource_verdict(), Verdict::Undetermined);
    assert_eq!(
        messages(&found, Code::OwnershipMissing, Lang::Zh),
        ["办学性质为空，无法判断是否在测算范围内；所在区县的差异系数因此不能给出"]
    );
    assert_eq!(findings(&found, Code::OwnershipMissing)[0].school_code(), Some("3"));
    let found = basic().missing(Missing::Skip).assess(&data(rows)).unwrap();
    assert_eq!((books(&found).cv(), books(&found).skipped()), (Some(0.0), Some(1)));
    // The other standard takes in public and private schools alike.
    let found = quality().assess(&data([one("3", None)])).unwrap();
    assert!(findings(&found, Code::OwnershipMissing).is_empty());
    // A table without the column is one finding, not one a school.
    let found = basic().assess(&data([one("1", None), one("2", None)])).unwrap();
    assert!(findings(&found, Code::OwnershipMissing).is_empty());
    let absent = findings(&found, Code::ColumnAbsent);
    let ownership: Vec<_> = absent.iter().filter(|f| f.column_id() == Some("ownership")).collect();
    assert_eq!(ownership.len(), 1);
    assert_eq!(ownership[0].message(Lang::Zh), "表中没有列“办学性质”；评估范围因此全部缺失");
    assert_eq!(
        ownership[0].message(Lang::En),
        "the table has no column ownership; the scope of the assessment is missing throughout"
    );
}

#[test]
fn computers_for_teaching_stand_in_for_all_computers() {
    let one = school("1", Primary, &[(StudentsPrimary, "200"), (ComputersTeaching, "25")]);
    let found = basic().assess(&data([one.with_sponsor(Sponsor::Public)])).unwrap();
    let unit = unit_of(&found, Stage::Primary, "1");
    assert_eq!(unit.value(Indicator::Computers).unwrap().to_fixed(1), "12.5");
    assert_eq!(
        messages(&found, Code::SubstituteUsed, Lang::En),
        ["computers is not given; computers_teaching was used in its place"]
    );
}

#[test]
fn a_stage_without_units_is_listed_and_does_not_decide() {
    let found = quality().assess(&data([at("1", Stage::Primary, 1000, 100)])).unwrap();
    let county = found.counties().next().unwrap();
    assert_eq!(county.stages().map(|s| s.units().len()).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(county.resource_verdict(), Verdict::Met);
    // The other parts of the standard have no data.
    assert_eq!(county.verdict(), Verdict::Undetermined);
    let junior = stage_of(&found, Stage::Junior);
    assert_eq!((junior.verdict(), junior.students()), (Verdict::Undetermined, Some(0)));
    assert!(junior.variation().iter().all(|v| v.units() == 0 && v.cv().is_none()));
    assert!(junior.variation().iter().all(|v| v.verdict() == Some(Verdict::Undetermined)));
    assert_eq!(junior.composite().cv(), None);
    assert!(findings(&found, Code::CvMissing).is_empty());
    // One that is failed fails the county.
    let found = quality().assess(&data([at("1", Stage::Primary, 1000, 80)])).unwrap();
    let county = found.counties().next().unwrap();
    assert_eq!((county.resource_verdict(), county.verdict()), (Verdict::NotMet, Verdict::NotMet));
}

#[test]
fn a_county_whose_schools_are_all_left_out_is_undetermined() {
    let found = quality()
        .assess(&data([school("1", TeachingPoint, &[(StudentsPrimary, "49")]), school("2", Vocational, &[])]))
        .unwrap();
    let county = found.counties().next().unwrap();
    assert_eq!((county.resource_verdict(), county.verdict()), (Verdict::Undetermined, Verdict::Undetermined));
    assert_eq!(
        county.excluded().map(|e| e.reason()).collect::<Vec<_>>(),
        ["teaching_point_below_50", "vocational"]
    );
}

#[test]
fn one_unit_has_coefficient_zero_and_zeros_have_none() {
    let one = |code, books| {
        school(code, Primary, &[(StudentsPrimary, "30"), (Books, books)]).with_sponsor(Sponsor::Public)
    };
    let books = |found: &Assessment| {
        let stage = stage_of(found, Stage::Primary);
        let v = stage.variation().iter().find(|v| v.indicator() == Indicator::Books).unwrap();
        (v.mean(), v.std_dev(), v.cv(), v.printed_mean().map(|m| m.to_fixed(2)))
    };
    let found = basic().assess(&data([one("1", "100")])).unwrap();
    assert_eq!(books(&found), (Some(10.0 / 3.0), Some(0.0), Some(0.0), Some("3.33".into())));
    let found = basic().assess(&data([one("1", "0"), one("2", "0")])).unwrap();
    assert_eq!(books(&found), (Some(0.0), Some(0.0), None, Some("0.00".into())));
    assert_eq!(
        messages(&found, Code::ZeroIndicator, Lang::Zh),
        ["小学的“生均图书册数”在所有学校都是零，没有差异系数"]
    );
    assert_eq!(
        messages(&found, Code::ZeroIndicator, Lang::En),
        ["books per pupil of the primary stage is zero in every school and has no coefficient"]
    );
    assert_eq!(stage_of(&found, Stage::Primary).composite().cv(), None);
    assert_eq!(stage_of(&found, Stage::Primary).composite().verdict(), Some(Verdict::Undetermined));
}

#[test]
fn skipping_says_how_many_and_cannot_make_something_of_nothing() {
    let one = |code, area: Option<&str>| {
        let one = school(code, Primary, &[(StudentsPrimary, "100"), (EquipmentValue, "1")]);
        area.into_iter().fold(one, |one, text| set(one, TeachingArea, text))
    };
    let assess = |rows: Vec<School>| quality().missing(Missing::Skip).assess(&data(rows)).unwrap();
    let found = assess(vec![one("1", Some("400")), one("2", Some("600")), one("3", None)]);
    let stage = stage_of(&found, Stage::Primary);
    let area = stage.variation().iter().find(|v| v.indicator() == Indicator::TeachingArea).unwrap();
    assert_eq!((area.cv(), area.units(), area.missing(), area.skipped()), (Some(0.2), 2, 1, Some(1)));
    let skipped = findings(&found, Code::CvSkipped);
    assert_eq!(skipped.len(), 1);
    assert_eq!(
        skipped[0].message(Lang::Zh),
        "小学的“生均教学及辅助用房面积”有 1 所学校缺数据，差异系数按其余学校计算"
    );
    assert_eq!(
        skipped[0].message(Lang::En),
        "teaching and auxiliary rooms per pupil of the primary stage is missing in 1 school(s); its coefficient is that of \
         the others"
    );
    // Where no school has a value there are no others.
    let found = assess(vec![one("1", None)]);
    assert!(findings(&found, Code::CvSkipped).is_empty());
    assert_eq!(findings(&found, Code::CvMissing).len(), 6);
}

// ---- transitional clauses ----

/// A small school whose PE and arts teachers reach the threshold only with those who travel: 0.5 + 0.5 a hundred.
fn small(kind: SchoolKind, area: Option<Area>, pupils: u32) -> School {
    let one = school(
        "1",
        kind,
        &[(StudentsPrimary, &pupils.to_string()), (PeArtsPrimary, "0"), (PeArtsItinerantPrimary, "1")],
    );
    area.into_iter().fold(one, School::with_area)
}

fn pe_arts(assessor: &Assessor, school: School) -> Option<String> {
    let found = assessor.assess(&data([school])).unwrap();
    let stage = stage_of(&found, Stage::Primary);
    let value = stage.units().next()?.value(Indicator::PeArtsTeachers);
    Some(value.map_or("missing".into(), |v| v.to_fixed(2)))
}

#[test]
fn itinerant_teachers_count_within_the_window_in_small_rural_schools_alone() {
    let rural = Some(Area::Rural);
    let value = |date, kind, area, pupils| pe_arts(&on(date), small(kind, area, pupils));
    // 国教督办函〔2019〕30号: three years from 2019-10-24.
    for (date, counted) in
        [("2019-10-23", "0.00"), ("2019-10-24", "1.25"), ("2022-10-23", "1.25"), ("2022-10-24", "0.00")]
    {
        assert_eq!(value(date, Primary, rural, 80).as_deref(), Some(counted), "{date}");
    }
    let on_day = "2021-06-30";
    // 乡村, 50 pupils and more, fewer than 100.
    for (pupils, counted) in [(49, "0.00"), (50, "2.00"), (99, "1.01"), (100, "0.00")] {
        assert_eq!(value(on_day, Primary, rural, pupils).as_deref(), Some(counted), "{pupils}");
    }
    assert_eq!(value(on_day, TeachingPoint, rural, 50).as_deref(), Some("2.00"));
    assert_eq!(value(on_day, TeachingPoint, rural, 49), None);
    for area in [Area::Town, Area::City] {
        assert_eq!(value(on_day, Primary, Some(area), 80).as_deref(), Some("0.00"));
        assert_eq!(value(on_day, TeachingPoint, Some(area), 80).as_deref(), Some("0.00"));
        // The other reading of the text: every teaching point, but still no other school.
        let wide = on(on_day).option("itinerant_scope", "rural_or_teaching_point").unwrap();
        assert_eq!(pe_arts(&wide, small(TeachingPoint, Some(area), 80)).as_deref(), Some("1.25"));
        assert_eq!(pe_arts(&wide, small(TeachingPoint, None, 80)).as_deref(), Some("1.25"));
        assert_eq!(pe_arts(&wide, small(TeachingPoint, Some(area), 100)).as_deref(), Some("0.00"));
        assert_eq!(pe_arts(&wide, small(Primary, Some(area), 80)).as_deref(), Some("0.00"));
    }
    // Without a date the newest state of the law holds, in which the clause has run out.
    let undated = Assessor::new(Standard::quality_2017());
    assert_eq!(pe_arts(&undated, small(Primary, rural, 80)).as_deref(), Some("0.00"));
    // The year of the data is the day of the evaluation: 31 December.
    let of_year = |year| small(Primary, rural, 80).with_year(year).unwrap();
    assert_eq!(pe_arts(&undated, of_year(2021)).as_deref(), Some("1.25"));
    assert_eq!(pe_arts(&undated, of_year(2022)).as_deref(), Some("0.00"));
}

#[test]
fn a_clause_that_applied_is_said_with_its_source_and_end() {
    let found = on("2021-06-30").assess(&data([small(Primary, Some(Area::Rural), 80)])).unwrap();
    assert_eq!(
        messages(&found, Code::ClauseApplied, Lang::Zh),
        [
            "“小学每百名学生拥有体育、艺术专任教师数”按过渡条款（国教督办函〔2019〕30号，有效期至 2022-10-23）计入 1"
        ]
    );
    assert_eq!(
        messages(&found, Code::ClauseApplied, Lang::En),
        ["PE and arts teachers per 100 pupils, primary stage counts 1 under a transitional clause \
          (国教督办函〔2019〕30号, valid to 2022-10-23)"]
    );
    let why = unit_of(&found, Stage::Primary, "1").explain(Indicator::PeArtsTeachers).unwrap();
    assert_eq!(
        why.describe(Lang::Zh),
        "小学每百名学生拥有体育、艺术专任教师数不低于 0.9（教督〔2017〕6号 第五条）：体育、艺术专任教师 1，学生 80，\
         其中按过渡条款（国教督办函〔2019〕30号，至 2022-10-23）计入 1，不计入时的数值 0，数值 1.25，下限 0.765，\
         距离 0.35，达标"
    );
}

#[test]
fn a_condition_that_is_not_known_leaves_the_value_open() {
    // Another school has the column, so that this one's cell is blank.
    let other =
        || school("2", Primary, &[(StudentsPrimary, "500"), (PeArtsPrimary, "9")]).with_area(Area::City);
    let found = on("2021-06-30").assess(&data([small(Primary, None, 80), other()])).unwrap();
    let unit = unit_of(&found, Stage::Primary, "1");
    assert!(unit.value(Indicator::PeArtsTeachers).is_none());
    assert_eq!(unit.meets(Indicator::PeArtsTeachers), None);
    assert_eq!(
        messages(&found, Code::ClauseUndetermined, Lang::Zh),
        ["缺少判断过渡条款是否适用的资料（城乡类型），小学每百名学生拥有体育、艺术专任教师数因此缺失"]
    );
    assert_eq!(
        messages(&found, Code::ClauseUndetermined, Lang::En),
        [
            "what decides whether a transitional clause applies is missing (urban_rural), so PE and arts teachers per 100 \
          pupils, primary stage is missing"
        ]
    );
    // The pupils of the junior stage would decide whether it is small; only that column is asked for.
    let nine = school(
        "1",
        NineYear,
        &[(StudentsPrimary, "60"), (PeArtsPrimary, "0"), (PeArtsItinerantPrimary, "1")],
    );
    let junior = school("3", Junior, &[(StudentsJunior, "500")]);
    let found = on("2021-06-30").assess(&data([nine.with_area(Area::Rural), other(), junior])).unwrap();
    assert!(unit_of(&found, Stage::Primary, "1").value(Indicator::PeArtsTeachers).is_none());
    assert_eq!(
        messages(&found, Code::ClauseUndetermined, Lang::En),
        [
            "what decides whether a transitional clause applies is missing (students_junior), so PE and arts teachers per \
          100 pupils, primary stage is missing"
        ]
    );
    // A condition that certainly fails decides, whatever the unknown one is.
    assert_eq!(pe_arts(&on("2021-06-30"), small(Primary, None, 100)).as_deref(), Some("0.00"));
    // Where there is nothing to add, nothing is asked.
    let nothing = set(small(Primary, None, 80), PeArtsItinerantPrimary, "0");
    assert_eq!(pe_arts(&on("2021-06-30"), nothing).as_deref(), Some("0.00"));
    // A table without the column is one finding.
    let found = on("2021-06-30").assess(&data([small(Primary, None, 80)])).unwrap();
    assert!(findings(&found, Code::ClauseUndetermined).is_empty());
    let absent = findings(&found, Code::ColumnAbsent);
    let area: Vec<_> = absent.iter().filter(|f| f.column_id() == Some("urban_rural")).collect();
    assert_eq!(area.len(), 1);
    assert_eq!(
        area[0].message(Lang::Zh),
        "表中没有列“城乡类型”；小学每百名学生拥有体育、艺术专任教师数因此全部缺失"
    );
}

#[test]
fn grounds_on_the_roof_and_nearby_count_in_dense_city_centres_within_the_window() {
    let one = |dense: Option<bool>| {
        let one = school(
            "1",
            NineYear,
            &[
                (StudentsPrimary, "100"),
                (StudentsJunior, "0"),
                (SportsFieldArea, "500"),
                (OtherSportsArea, "150.5"),
                (OffcampusSportsArea, "99.5"),
            ],
        );
        dense.into_iter().fold(one, School::with_dense_city_centre)
    };
    let value = |date, dense| {
        let found = on(date).assess(&data([one(dense)])).unwrap();
        unit_of(&found, Stage::Primary, "1").value(Indicator::SportsArea).map(|v| v.to_fixed(1))
    };
    for (date, dense, expected) in [
        ("2019-10-23", Some(true), Some("5.0")),
        ("2019-10-24", Some(true), Some("7.5")),
        ("2022-10-23", Some(true), Some("7.5")),
        ("2022-10-24", Some(true), Some("5.0")),
        ("2021-06-30", Some(false), Some("5.0")),
        ("2021-06-30", None, None),
        ("2023-06-30", None, Some("5.0")),
    ] {
        assert_eq!(value(date, dense).as_deref(), expected, "{date} {dense:?}");
    }
    let blank =
        school("1", Primary, &[(StudentsPrimary, "100"), (SportsFieldArea, "750"), (OtherSportsArea, "1")]);
    let found = on("2021-06-30").assess(&data([blank.with_dense_city_centre(true)])).unwrap();
    assert_eq!(
        messages(&found, Code::BlankTakenAsNone, Lang::En),
        [
            "indoor_sports_area is blank in 1 schools and was taken as none (zero): all schools",
            "offcampus_sports_area is blank in 1 schools and was taken as none (zero): all schools",
        ]
    );
}

#[test]
fn before_the_standard_its_first_values_hold_with_a_finding() {
    let one = at("1", Stage::Primary, 1000, 100);
    for (date, early) in [("2017-04-25", true), ("2017-04-26", false)] {
        let found = on(date).assess(&data([one.clone()])).unwrap();
        assert_eq!(found.counties().next().unwrap().resource_verdict(), Verdict::Met);
        let expected = "评估日期 2017-04-25 早于标准施行之日 2017-04-26，按其最初的数值判断";
        assert_eq!(messages(&found, Code::BeforeEffect, Lang::Zh), Vec::from_iter(early.then_some(expected)));
        let expected = "the evaluation of 2017-04-25 is before the standard took effect on 2017-04-26; its first values are used";
        assert_eq!(messages(&found, Code::BeforeEffect, Lang::En), Vec::from_iter(early.then_some(expected)));
    }
}

// ---- what is left out ----

#[test]
fn every_reason_for_leaving_a_school_out_has_its_place() {
    let primary = |code, pupils| school(code, Primary, &[(StudentsPrimary, pupils)]);
    let point = |code, pupils| school(code, TeachingPoint, &[(StudentsPrimary, pupils)]);
    let rows = || {
        vec![
            primary("09", "0"),
            primary("08", "1"),
            school("07", Senior, &[(StudentsSenior, "900")]).with_sponsor(Sponsor::Public),
            school("06", Vocational, &[(StudentsJunior, "0")]),
            school("05", SpecialEducation, &[(StudentsPrimary, "0")]).with_sponsor(Sponsor::Private),
            point("04", "50").with_sponsor(Sponsor::Private),
            point("03", "49"),
            point("02", "0"),
            primary("10", "0").with_sponsor(Sponsor::Private),
            primary("11", "0").with_sponsor(Sponsor::PrefectureEducation),
            primary("12", "5").with_sponsor(Sponsor::Private),
            primary("13", "5").with_sponsor(Sponsor::Enterprise),
            primary("14", "5").with_sponsor(Sponsor::CountyOther),
        ]
    };
    let reasons = |assessor: Assessor| {
        let found = assessor.assess(&data(rows())).unwrap();
        let out: Vec<_> = found.excluded().map(|e| format!("{} {}", e.school().code(), e.reason())).collect();
        assert!(found.excluded().all(|e| e.rule().is_some_and(|rule| rule.reason() == e.reason())));
        out
    };
    assert_eq!(
        reasons(quality()),
        [
            "02 teaching_point_below_50",
            "03 teaching_point_below_50",
            "05 special_education",
            "06 vocational",
            "07 no_compulsory_pupils",
            "09 no_compulsory_pupils",
            "10 no_compulsory_pupils",
            "11 no_compulsory_pupils",
        ]
    );
    assert_eq!(
        reasons(basic()),
        [
            "02 teaching_point",
            "03 teaching_point",
            "04 teaching_point",
            "05 special_education",
            "06 vocational",
            "07 no_compulsory_pupils",
            // Without a sponsor, but without pupils it is out whoever runs it.
            "09 no_compulsory_pupils",
            "10 private",
            "11 not_county_run",
            "12 private",
            "13 not_county_run",
        ]
    );
}

#[test]
fn schools_left_out_are_listed_by_county_and_year() {
    let point = |county: &str, year, code: &str| {
        let one = School::new(county, code, TeachingPoint).unwrap().with_year(year).unwrap();
        set(one, StudentsPrimary, "7")
    };
    let rows = [
        point("210103", 2022, "1"),
        point("210102", 2023, "2"),
        point("210102", 2022, "3"),
        point("210102", 2022, "2"),
    ];
    let found = Assessor::new(Standard::quality_2017()).assess(&data(rows.clone())).unwrap();
    let listed: Vec<_> = found.excluded().map(|e| e.school()).collect();
    let listed: Vec<_> = listed.iter().map(|s| (s.county_code(), s.year().unwrap(), s.code())).collect();
    assert_eq!(
        listed,
        [("210102", 2022, "2"), ("210102", 2022, "3"), ("210102", 2023, "2"), ("210103", 2022, "1")]
    );
    let per_county: Vec<_> =
        found.counties().map(|c| c.excluded().map(|e| e.school().code()).collect::<Vec<_>>()).collect();
    assert_eq!(per_county, [vec!["2", "3"], vec!["2"], vec!["1"]]);
    // Only one county: the others are neither listed nor spoken of.
    let found =
        Assessor::new(Standard::quality_2017()).only_county("210103").assess(&data(rows.clone())).unwrap();
    assert_eq!((found.counties().len(), found.excluded().len(), found.findings().len()), (1, 1, 0));
    let error = quality().only_county("999999").only_county("210103").assess(&data(rows)).unwrap_err();
    assert_eq!(error.to_string(), "there is no county 999999 in the data");
    assert_eq!(error.describe(Lang::Zh), "数据中没有区县 999999");
}

#[test]
fn what_is_found_in_the_data_and_in_judging_it_stands_in_one_order_and_is_counted() {
    // Three hundred schools whose pupils change threefold, a jump each; and a dozen columns that the standard asks for are
    // not there.
    let of_year = |year, pupils: &'static str| {
        (0..300).map(move |code| {
            let one = School::new(COUNTY, &code.to_string(), Primary).unwrap().with_year(year).unwrap();
            set(one, StudentsPrimary, pupils)
        })
    };
    let data = data(of_year(2022, "300").chain(of_year(2023, "900")));
    let checked = junheng::check(&data);
    let found = quality().resources_only().assess(&data).unwrap();
    for county in found.counties() {
        let (all, year) = (county.findings(), county.year());
        assert!(all.is_sorted_by_key(|finding| finding.code().id()), "{all:?}");
        // All that the checks find, in their order, and more beside: it is nowhere but among its like.
        let mut rest = all.iter();
        let of_county: Vec<_> = checked.iter().filter(|finding| finding.year() == year).collect();
        assert!(of_county.iter().all(|finding| rest.any(|other| other == *finding)));
        assert_eq!(of_county.len(), if year == Some(2023) { 300 } else { 0 });
        assert!(all.len() > of_county.len());
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let count = all.iter().filter(|finding| finding.severity() == severity).count();
            assert_eq!(county.findings_count(severity), count, "{severity:?}");
        }
    }
}

// ---- properties ----

/// Everything that a result prints.
fn printed(found: &Assessment) -> String {
    let mut out = String::new();
    let mut line = |text: String| out = std::mem::take(&mut out) + &text + "\n";
    for county in found.counties() {
        line(format!("{county:?} {:?} {} {}", county.name(), county.verdict(), county.resource_verdict()));
        for stage in county.stages() {
            line(format!("{stage:?} {:?} {:?} {:?}", stage.students(), stage.variation(), stage.composite()));
            line(format!("{:?}", stage.explain_composite().map(|e| e.describe(Lang::Zh))));
            for unit in stage.units() {
                line(format!("{unit:?} {:?} {:?}", unit.values(), unit.below_floor().collect::<Vec<_>>()));
                for rule in found.standard().indicators() {
                    let why = unit.explain(rule.indicator()).map(|e| e.describe(Lang::En));
                    line(format!("{why:?} {:?}", unit.meets(rule.indicator())));
                }
                line(format!("{:?}", unit.explain_verdict().map(|e| e.describe(Lang::Zh))));
            }
        }
        county.findings().iter().for_each(|f| line(f.describe(Lang::Zh)));
    }
    found.excluded().for_each(|e| line(format!("{} {}", e.school().code(), e.reason())));
    found.findings().iter().for_each(|f| line(f.describe(Lang::En)));
    out
}

/// Schools of one stage by their pupils and teaching area in hundredths.
fn areas(rows: &[(u32, u32)], scale: i128, suffix: &str) -> Vec<School> {
    let make = |(i, (pupils, area)): (usize, &(u32, u32))| {
        let area = text_of(&(whole(i128::from(*area) * scale) / whole(100)));
        school(
            &format!("{i:03}{suffix}"),
            Primary,
            &[(StudentsPrimary, &pupils.to_string()), (TeachingArea, &area)],
        )
    };
    rows.iter().enumerate().map(make).collect()
}

fn area_figures(schools: Vec<School>) -> (Option<f64>, Option<f64>) {
    let found = quality().assess(&data(schools)).unwrap();
    let stage = stage_of(&found, Stage::Primary);
    let area = stage.variation().iter().find(|v| v.indicator() == Indicator::TeachingArea).unwrap();
    (area.mean(), area.cv())
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 4e-16 * a.abs().max(b.abs()),
        _ => a == b,
    }
}

fn pupils_and_areas() -> impl Strategy<Value = Vec<(u32, u32)>> {
    proptest::collection::vec((1..3000u32, 0..2_000_000u32), 1..12)
}

proptest! {
    #[test]
    fn the_order_of_rows_changes_nothing(
        (rows, shuffled) in county().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        basic_standard: bool,
    ) {
        prop_assume!(!rows.is_empty());
        let assessor = if basic_standard { basic() } else { on("2021-06-30") };
        let result = |rows: &[Row]| printed(&assessor.assess(&data(rows.iter().map(school_of))).unwrap());
        prop_assert_eq!(result(&rows), result(&shuffled));
    }

    #[test]
    fn a_coefficient_has_no_unit(rows in pupils_and_areas(), scale in 1..10_000i128) {
        let (mean, cv) = area_figures(areas(&rows, 1, ""));
        let (scaled, same) = area_figures(areas(&rows, scale, ""));
        prop_assert!(close(cv, same), "{cv:?} {same:?}");
        prop_assert!(close(mean.map(|m| m * scale as f64), scaled));
    }

    #[test]
    fn a_school_split_into_equal_halves_changes_neither_mean_nor_coefficient(rows in pupils_and_areas(), at: prop::sample::Index) {
        let doubled: Vec<_> = rows.iter().map(|(p, a)| (p * 2, a * 2)).collect();
        let at = at.index(rows.len());
        let mut halved = doubled.clone();
        halved[at] = rows[at];
        halved.push(rows[at]);
        let (whole, halves) = (area_figures(areas(&doubled, 1, "")), area_figures(areas(&halved, 1, "")));
        prop_assert!(close(whole.0, halves.0) && close(whole.1, halves.1), "{whole:?} {halves:?}");
    }

    #[test]
    fn counties_of_the_same_schools_merge_into_one_with_the_same_coefficient(rows in pupils_and_areas()) {
        let alone = area_figures(areas(&rows, 1, ""));
        let mut both = areas(&rows, 1, "a");
        both.extend(areas(&rows, 1, "b"));
        let merged = area_figures(both);
        prop_assert!(close(alone.0, merged.0) && close(alone.1, merged.1), "{alone:?} {merged:?}");
    }

    #[test]
    fn schools_with_the_same_value_have_coefficient_zero(pupils in proptest::collection::vec(1..3000u32, 1..12), each in 1..2000u32) {
        let rows: Vec<_> = pupils.iter().map(|p| (*p, p * each)).collect();
        prop_assert_eq!(area_figures(areas(&rows, 1, "")).1, Some(0.0));
    }

    #[test]
    fn the_shortfall_is_what_is_lacking_and_no_less(
        primary in 1..3000u32, junior in 1..3000u32, hundredths in 0..4_000_000i64, rooms in 0..200u32, digits in 0..3u8,
    ) {
        let area = Decimal::new(hundredths, 2 + digits).unwrap();
        let nine = |area: Decimal, rooms: Decimal| {
            let (p, j) = (primary.to_string(), junior.to_string());
            let one = school("1", NineYear, &[(StudentsPrimary, &p), (StudentsJunior, &j)]);
            set(set(one, TeachingArea, &area.to_string()), MultimediaClassrooms, &rooms.to_string())
        };
        for stage in Stage::COMPULSORY {
            let met = |area: Decimal, rooms: Decimal, indicator| {
                let found = quality().assess(&data([nine(area, rooms)])).unwrap();
                let unit = unit_of(&found, stage, "1");
                (unit.meets(indicator).unwrap(), unit.explain(indicator).unwrap().shortfall())
            };
            let rooms = Decimal::from(rooms);
            let (reached, lacking) = met(area, rooms, Indicator::TeachingArea);
            prop_assert_eq!(reached, lacking.is_none());
            if let Some(lacking) = lacking {
                let enough = area.checked_add(lacking).unwrap();
                prop_assert!(met(enough, rooms, Indicator::TeachingArea).0);
                let less = enough.checked_sub("0.01".parse().unwrap()).unwrap();
                prop_assert!(less.is_negative() || !met(less, rooms, Indicator::TeachingArea).0);
            }
            let (reached, lacking) = met(area, rooms, Indicator::MultimediaClassrooms);
            prop_assert_eq!(reached, lacking.is_none());
            if let Some(lacking) = lacking {
                prop_assert!(lacking.is_whole());
                let enough = rooms.checked_add(lacking).unwrap();
                prop_assert!(met(area, enough, Indicator::MultimediaClassrooms).0);
                let less = enough.checked_sub(Decimal::ONE).unwrap();
                prop_assert!(!met(area, less, Indicator::MultimediaClassrooms).0);
            }
        }
    }
}

// ---- explanations ----

#[test]
fn a_value_is_explained_with_its_article_figures_distance_and_shortfall() {
    // 1000 / 237 = 4.2194…: 0.280590717… short of 4.5; 66.5 m² more make 1066.5.
    let one =
        school("1", NineYear, &[(StudentsPrimary, "50"), (StudentsJunior, "170"), (TeachingArea, "1000")]);
    let found = quality().assess(&data([one])).unwrap();
    let unit = unit_of(&found, Stage::Primary, "1");
    let why = unit.explain(Indicator::TeachingArea).unwrap();
    assert_eq!(
        why.describe(Lang::Zh),
        "小学生均教学及辅助用房面积不低于 4.5（教督〔2017〕6号 第五条）：教学及辅助用房面积 1000，学生 50，\
         分摊 1 × 50 ÷ (1 × 50 + 1.1 × 170)，数值 4.219409282700422，下限 3.825，距离 -0.280590718，还缺 66.5，未达标"
    );
    assert_eq!(
        why.describe(Lang::En),
        "teaching and auxiliary rooms per pupil, primary stage: at least 4.5 (教督〔2017〕6号 第五条): teaching and \
         auxiliary rooms 1000, pupils 50, share 1 × 50 ÷ (1 × 50 + 1.1 × 170), value 4.219409282700422, floor 3.825, \
         distance -0.280590718, lacking 66.5: not met"
    );
    assert_eq!(why.verdict(), Some(Verdict::NotMet));
    assert_eq!(why.citation().unwrap().document().number, "教督〔2017〕6号");
    assert_eq!(why.figures()[0].name(Lang::En), "teaching and auxiliary rooms");
    // What is missing is a dash, without distance or shortfall, and open.
    let why = unit.explain(Indicator::BackboneTeachers).unwrap();
    assert_eq!(
        why.describe(Lang::En),
        "backbone teachers per 100 pupils, primary stage: at least 1 (教督〔2017〕6号 第五条): backbone teachers —, \
         pupils 50, value —, floor 0.85: undetermined"
    );
    // The standard does not use it.
    assert!(unit.explain(Indicator::Books).is_none());
}

#[test]
fn a_distance_is_zero_only_at_the_limit() {
    let one = |area| set(at("1", Stage::Primary, 3, 100), TeachingArea, area);
    for (area, distance) in
        [("13.5", "0"), ("13.4999999999999999", "-0.000000001"), ("13.5000000000000001", "0.000000001")]
    {
        let found = quality().assess(&data([one(area)])).unwrap();
        let why = unit_of(&found, Stage::Primary, "1").explain(Indicator::TeachingArea).unwrap();
        assert_eq!(why.distance().unwrap().to_string(), distance, "{area}");
    }
}

#[test]
fn a_unit_is_explained_with_what_it_reaches_lacks_and_misses() {
    let one = set(at("1", Stage::Primary, 10_000, 100), SportsFieldArea, "60000");
    let found = quality().assess(&data([one])).unwrap();
    let why = unit_of(&found, Stage::Primary, "1").explain_verdict().unwrap();
    assert_eq!(
        why.describe(Lang::Zh),
        "7 项指标中至少 6 项达到规定值，其余不低于规定值的 85%（教督〔2017〕6号 第五条）：达到的指标 6，\
         低于下限的指标（生均体育运动场馆面积） 1，未达标"
    );
    let blank = school("1", Primary, &[(StudentsPrimary, "100"), (TeachingArea, "450")]);
    let found = quality().assess(&data([blank])).unwrap();
    let why = unit_of(&found, Stage::Primary, "1").explain_verdict().unwrap();
    assert_eq!(
        why.describe(Lang::En),
        "at least 6 of 7 indicators at their threshold, none below 85 % of it (教督〔2017〕6号 第五条): indicators \
         reached 1, indicators without data 6: undetermined"
    );
}

#[test]
fn a_coefficient_and_a_composite_are_explained_with_their_figures() {
    // 3 and 7 for as many pupils: mean 5, deviation 2, coefficient 0.4.
    let one = |code, area| set(at(code, Stage::Primary, 100, 100), TeachingArea, area);
    let found = quality().assess(&data([one("1", "300"), one("2", "700")])).unwrap();
    let stage = stage_of(&found, Stage::Primary);
    assert_eq!(
        stage.explain(Indicator::TeachingArea).unwrap().describe(Lang::Zh),
        "小学生均教学及辅助用房面积的校际差异系数不超过 0.5（教督〔2017〕6号 第五条）：单位数 2，平均值 5，标准差 2，\
         差异系数 0.4，距离 0.1，达标"
    );
    assert!(stage.explain_composite().is_none());
    let found = composite(Stage::Junior, "40", "160", "160");
    let stage = stage_of(&found, Stage::Junior);
    assert_eq!(
        stage.explain_composite().unwrap().describe(Lang::En),
        "composite coefficient, junior stage: at most 0.55 (教督〔2012〕3号 县域内校际间差距): teaching and auxiliary \
         rooms per pupil 0.6, sports grounds and rooms per pupil 0.6, teaching equipment per pupil 0.6, computers per 100 \
         pupils 0.6, books per pupil 0.6, full-time teachers per pupil 0.6, teachers above the required qualification per \
         pupil 0.6, teachers of middle or higher title per pupil 0.6, composite 0.6, distance -0.05: not met"
    );
    // A single coefficient has no limit there.
    let why = stage.explain(Indicator::Books).unwrap();
    assert_eq!((why.verdict(), why.citation(), why.distance()), (None, None, None));
}

#[test]
fn a_named_reading_that_is_not_there_is_refused() {
    let error = quality().option("itinerant_scope", "all").unwrap_err();
    assert_eq!(
        error.describe(Lang::Zh),
        "选项 itinerant_scope 不能取“all”；应为 rural、rural_or_teaching_point 之一"
    );
    let chosen = quality().option("itinerant_scope", "rural_or_teaching_point").unwrap();
    let found = chosen.assess(&data([at("1", Stage::Primary, 10, 100)])).unwrap();
    let options: Vec<_> = found.options().collect();
    assert!(options.contains(&("itinerant_scope", "rural_or_teaching_point")), "{options:?}");
    let error = basic().option("itinerant_scope", "rural").unwrap_err();
    assert!(error.to_string().starts_with("the standard has no option \"itinerant_scope\""));
}

// ---- the ends of the range ----

#[test]
fn the_largest_figures_and_the_finest_weights_are_still_exact() {
    let standard = r#"schema = "junheng.standard/1"
id = "widest"
title = "widest"
from = "2020-01-01"
tighten_only = false
split = { primary = "99.999", junior = "0.001", senior = "1", document = "S" }
precision = { value = 9, mean = 9, cv = 9, document = "S" }
documents = { S = { title = "x", number = "x" } }
[[indicator]]
id = "sports_area"
name = "x"
unit = "m2"
per = 1000
shared = true
threshold = [{ from = "2020-01-01", primary = "999999999.9999", junior = "0.0001", document = "S" }]
[[unit_rule]]
from = "2020-01-01"
meet_at_least = 1
floor = "0.9999"
document = "S"
"#;
    let standard = Standard::from_toml("widest.toml", standard).unwrap();
    let (most, least) = ("999999999999", "0.00000000000000001");
    let nine = |code: &str, primary: &str, junior: &str| {
        let cells = [(StudentsPrimary, primary), (StudentsJunior, junior), (IndoorSportsArea, least)];
        set(school(code, NineYear, &cells), SportsFieldArea, most)
    };
    let rows = data([nine("1", most, "1"), nine("2", "1", most)]);
    for judge in [Judge::Exact, Judge::AsReported] {
        let found = Assessor::new(standard.clone()).judge(judge).assess(&rows).unwrap();
        let amount = decimal(most) + decimal(least);
        for (code, primary, junior) in [("1", most, "1"), ("2", "1", most)] {
            let weights = decimal("99.999") * decimal(primary) + decimal("0.001") * decimal(junior);
            for (stage, weight) in [(Stage::Primary, "99.999"), (Stage::Junior, "0.001")] {
                let exact = &amount * decimal(weight) * whole(1000) / &weights;
                let unit = unit_of(&found, stage, code);
                same_value(&unit, Indicator::SportsArea, &Some(exact.clone()), code);
                let threshold = if stage == Stage::Primary { "999999999.9999" } else { "0.0001" };
                assert_eq!(
                    unit.meets(Indicator::SportsArea),
                    Some(exact >= decimal(threshold)),
                    "{code} {stage}"
                );
                let distance = unit.explain(Indicator::SportsArea).unwrap().distance();
                assert!(distance.is_none_or(|d| d.is_negative() != (exact >= decimal(threshold))));
            }
        }
        assert!(printed(&found).contains("sports grounds and rooms, primary stage: at least 999999999.9999"));
    }
}
