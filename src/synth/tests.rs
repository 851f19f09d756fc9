//! What the generator promises, on its output as any reader parses it.

use std::collections::{BTreeMap, BTreeSet};

use super::targets::Model;
use super::{GAPS, Headers, Synth};
use crate::assess::Assessor;
use crate::indicator::Indicator;
use crate::model::{Field, FieldKind, SchoolKind, Sponsor, Stage};
use crate::numeric::Decimal;
use crate::standards::Standard;
use crate::stats::Series;

const SEEDS: [u64; 4] = [1, 7, 2024, 20_240_901];

/// Cells of a written table by field, parsed as CSV.
#[derive(Clone, Debug)]
struct Parsed(Vec<String>);

impl Parsed {
    fn text(&self, field: Field) -> &str {
        &self.0[field as usize]
    }

    /// The number in a cell; `None` where it is blank.
    fn get(&self, field: Field) -> Option<f64> {
        let text = self.text(field);
        (!text.is_empty()).then(|| text.parse().unwrap_or_else(|_| panic!("{field}: {text:?}")))
    }

    fn or_zero(&self, field: Field) -> f64 {
        self.get(field).unwrap_or(0.0)
    }

    fn kind(&self) -> SchoolKind {
        SchoolKind::from_text(self.text(Field::Kind)).expect("a kind the reader knows")
    }

    fn sponsor(&self) -> Sponsor {
        Sponsor::from_text(self.text(Field::Ownership)).expect("a sponsor the reader knows")
    }

    fn pupils(&self, stage: Stage) -> f64 {
        self.or_zero(Field::students(stage))
    }

    fn compulsory(&self) -> f64 {
        self.pupils(Stage::Primary) + self.pupils(Stage::Junior)
    }
}

fn bytes(synth: &Synth) -> Vec<u8> {
    let mut out = Vec::new();
    synth.write_csv(&mut out).expect("a vector takes everything");
    out
}

/// The rows; the reader refuses a row with another number of cells than the header.
fn parse(synth: &Synth) -> Vec<Parsed> {
    let bytes = bytes(synth);
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let rows = reader.records().map(|r| r.expect("as many cells as the header"));
    rows.map(|r| Parsed(r.iter().map(str::to_owned).collect())).collect()
}

fn county_table(synth: &Synth) -> Vec<BTreeMap<String, String>> {
    let mut out = Vec::new();
    synth.write_county_csv(&mut out).expect("a vector takes everything");
    csv::Reader::from_reader(&out[..]).deserialize().map(|r| r.expect("rows as long as the header")).collect()
}

fn clean(seed: u64) -> Synth {
    Synth::county().seed(seed).missing(0)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let nation = |seed| bytes(&Synth::nation().schools(400).seed(seed));
    assert_eq!(nation(1), nation(1));
    assert_ne!(nation(1), nation(2));
    let sheet = |seed| county_table(&clean(seed));
    assert_eq!(sheet(1), sheet(1));
    assert_ne!(sheet(1), sheet(2));
}

#[test]
fn the_first_row_of_seed_1_stays_as_it_is() {
    // Files made with an earlier version can be made again: a change here is a change for users.
    let text = String::from_utf8(bytes(&Synth::county())).expect("UTF-8");
    let first = "2024,示例省,示例市,219901,示例县,永州乡,,2219901001,示例县永州乡清海小学,小学,县级教育部门,乡村,否,否,\
                 1970,202,,,4,202,,8,,0,,0,,0,,30,13,,13,,3,,4,,0,,7,,13,13,2782.68,2682.68,100,1055.47,1155.47,0,0,\
                 869472.54,,49,34,6809,105,140.5,189303,14222.58,,,,,";
    assert_eq!(text.lines().nth(1), Some(first));
}

#[test]
fn a_data_set_holds_what_the_table_says() {
    let synth = Synth::county();
    let (rows, data) = (parse(&synth), synth.data_set().expect("distinct codes"));
    let county = data.counties().next().expect("one county");
    assert_eq!((county.code(), county.name(), county.year()), ("219901", "示例县", Some(2024)));
    assert_eq!(county.schools().len(), rows.len());
    let number = |d: Decimal| d.to_string();
    for (school, row) in county.schools().zip(&rows) {
        for field in Field::ALL {
            let text = row.text(*field);
            let found = match field.kind() {
                FieldKind::Count | FieldKind::Amount => school.value(*field).map(number),
                FieldKind::List => school
                    .list(*field)
                    .map(|list| list.iter().map(|d| number(*d)).collect::<Vec<_>>().join(";")),
                FieldKind::Text => school.text(*field).map(str::to_owned),
                FieldKind::Year if *field == Field::FoundedYear => school.founded().map(|y| y.to_string()),
                FieldKind::Year => school.year().map(|y| y.to_string()),
                FieldKind::Boolean if *field == Field::Boarding => school.boarding().map(in_words),
                FieldKind::Boolean => school.dense_city_centre().map(in_words),
                FieldKind::Category if *field == Field::Kind => Some(school.kind().zh().to_owned()),
                FieldKind::Category if *field == Field::Ownership => {
                    school.sponsor().map(|s| s.zh().to_owned())
                }
                FieldKind::Category => school.area().map(|a| a.zh().to_owned()),
            };
            assert_eq!(found.as_deref().unwrap_or_default(), text, "{field}");
        }
    }
}

fn in_words(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}

#[test]
fn headers_are_those_of_the_model_in_either_language() {
    let first =
        |synth: &Synth| String::from_utf8(bytes(synth)).expect("UTF-8").lines().next().map(str::to_owned);
    let all =
        |name: fn(Field) -> &'static str| Field::ALL.iter().map(|f| name(*f)).collect::<Vec<_>>().join(",");
    assert_eq!(first(&clean(1)), Some(all(Field::zh)));
    assert_eq!(first(&clean(1).headers(Headers::Ids)), Some(all(Field::id)));
}

#[test]
fn a_county_has_every_kind_of_school_and_case() {
    for seed in SEEDS {
        let rows = parse(&clean(seed));
        assert_eq!(rows.len(), 60);
        let kinds: BTreeSet<_> = rows.iter().map(Parsed::kind).collect();
        assert_eq!(kinds.len(), SchoolKind::ALL.len(), "seed {seed}: {kinds:?}");
        let count = |fits: &dyn Fn(&Parsed) -> bool| rows.iter().filter(|r| fits(r)).count();
        let point = |r: &Parsed| r.kind() == SchoolKind::TeachingPoint;
        assert_eq!(count(&|r| point(r) && r.compulsory() < 50.0), 4);
        assert_eq!(count(&|r| point(r) && r.compulsory() >= 50.0), 4);
        assert_eq!(count(&|r| r.kind() == SchoolKind::NineYear), 6);
        let complete = |r: &Parsed| r.kind() == SchoolKind::CompleteSecondary;
        assert_eq!(count(&|r| complete(r) && r.pupils(Stage::Senior) > 0.0), 2);
        assert_eq!(count(&|r| r.sponsor() == Sponsor::Private), 3);
        assert_eq!(count(&|r| r.text(Field::DenseCityCentre) == "是"), 1, "seed {seed}");
        assert_eq!(count(&|r| r.kind() == SchoolKind::Primary && r.compulsory() == 0.0), 1);
        for area in ["城区", "镇区", "乡村"] {
            assert!(count(&|r| r.text(Field::UrbanRural) == area) > 5, "seed {seed}: {area}");
        }
    }
}

/// The figure of a stage's unit, after the split by pupils times 1, 1.1 and 1.32.
fn value(row: &Parsed, indicator: Indicator, stage: Stage, shared: bool) -> f64 {
    let whole = match indicator {
        Indicator::TeachingArea => row.or_zero(Field::TeachingArea) - row.or_zero(Field::IndoorSportsArea),
        Indicator::SportsArea => row.or_zero(Field::SportsFieldArea) + row.or_zero(Field::IndoorSportsArea),
        _ => row.or_zero(indicator.field(stage)),
    };
    if !shared {
        return whole;
    }
    let weights = [1.0, 1.1, 1.32];
    let all: f64 = Stage::ALL.iter().map(|s| row.pupils(*s) * weights[*s as usize]).sum();
    whole * row.pupils(stage) * weights[stage as usize] / all
}

#[test]
fn means_and_coefficients_of_a_county_come_close_to_the_published_ones() {
    // Targets as printed: 长春市南关区 (eight basic indicators, both stages), 芜湖市鸠江区 (primary) and 宁国市 (junior
    // coefficients) for the three others. Tolerances: mean 3 %, coefficient 0.02.
    let model = Model::get().expect("built in");
    let targets = model.first_targets();
    let (basic, high) = (Standard::basic_2012(), Standard::quality_2017());
    for seed in SEEDS {
        let rows = parse(&clean(seed));
        for indicator in Indicator::ALL {
            let rule = basic.indicator(*indicator).or(high.indicator(*indicator)).expect("in a standard");
            let only_high = basic.indicator(*indicator).is_none();
            for stage in Stage::COMPULSORY {
                let mut series = Series::default();
                for row in rows.iter().filter(|r| r.pupils(stage) > 0.0) {
                    let excluded = match row.kind() {
                        SchoolKind::TeachingPoint => !only_high || row.compulsory() < 50.0,
                        SchoolKind::SpecialEducation | SchoolKind::Vocational => true,
                        _ => !only_high && row.sponsor() != Sponsor::CountyEducation,
                    };
                    if !excluded {
                        let amount = format!("{:.4}", value(row, *indicator, stage, rule.shared()));
                        let pupils = Decimal::from(row.pupils(stage) as u32);
                        assert!(series.push(amount.parse().expect("a decimal"), Some(pupils)));
                    }
                }
                let found = series.summary().expect("a county has both stages");
                let target = targets.get(*indicator, stage).expect("every indicator has a target");
                let cv = found.cv.expect("no mean is zero");
                let what = format!("seed {seed} {indicator} {stage}: {found:?} for {target:?}");
                assert!((found.mean / target.mean - 1.0).abs() <= 0.03, "{what}");
                assert!((cv - target.cv).abs() <= 0.02, "{what}");
            }
        }
    }
}

#[test]
fn the_targets_of_the_single_county_are_the_printed_figures() {
    let targets = Model::get().expect("built in").first_targets();
    for (indicator, stage, mean, cv) in [
        (Indicator::TeachingArea, Stage::Primary, 4.84, 0.393),
        (Indicator::Computers, Stage::Primary, 0.2034, 0.246),
        (Indicator::Teachers, Stage::Junior, 0.116, 0.362),
        (Indicator::MultimediaClassrooms, Stage::Primary, 0.02784743, 0.394205),
        (Indicator::BackboneTeachers, Stage::Junior, 0.0135, 1.055),
    ] {
        let target = targets.get(indicator, stage).expect("published");
        assert!((target.mean - mean).abs() < 1e-12 && target.cv == cv, "{indicator} {stage}: {target:?}");
    }
}

fn assert_consistent(row: &Parsed, what: &str) {
    let n = |field| row.or_zero(field);
    let at_most = |part: Field, whole: f64| {
        assert!(n(part) <= whole, "{what}: {part} {} exceeds {whole} in {row:?}", n(part));
    };
    for field in Field::ALL.iter().filter(|f| f.is_numeric()) {
        let text = row.text(*field);
        let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
        assert!(decimals <= if field.kind() == FieldKind::Count { 0 } else { 2 }, "{what}: {field} {text}");
    }
    use Field::*;
    let mut teachers = 0.0;
    let stages = [
        (
            Stage::Primary,
            45.0,
            [ClassesPrimary, ClassesOverLimitPrimary, Classes56plusPrimary, Classes66plusPrimary],
            [TeachersPrimary, AboveQualifiedPrimary, BackbonePrimary, PeArtsPrimary, MidSeniorPrimary],
            CatchmentStudentsPrimary,
        ),
        (
            Stage::Junior,
            50.0,
            [ClassesJunior, ClassesOverLimitJunior, Classes56plusJunior, Classes66plusJunior],
            [TeachersJunior, AboveQualifiedJunior, BackboneJunior, PeArtsJunior, MidSeniorJunior],
            CatchmentStudentsJunior,
        ),
    ];
    let largest = n(MaxClassSize);
    for (stage, limit, classes, staff, catchment) in stages {
        let pupils = row.pupils(stage);
        if row.kind().stages_are_fixed() && !row.kind().has(stage) {
            assert_eq!(row.get(Field::students(stage)), None, "{what}: a stage the kind cannot have");
        }
        staff[1..].iter().for_each(|part| at_most(*part, n(staff[0])));
        classes.windows(2).for_each(|pair| at_most(pair[1], n(pair[0])));
        assert!(pupils == 0.0 || n(staff[0]) >= 1.0, "{what}: pupils without a teacher");
        assert!(n(classes[0]) * 100.0 >= pupils && n(classes[0]) * largest >= pupils, "{what}: {row:?}");
        let contradicts = |field, least| n(field) > 0.0 && largest < least;
        assert!(!contradicts(classes[1], limit + 1.0), "{what}");
        assert!(!contradicts(classes[2], 56.0) && !contradicts(classes[3], 66.0), "{what}");
        at_most(catchment, pupils);
        teachers += n(staff[0]);
    }
    assert!(largest <= row.compulsory(), "{what}: a class larger than the school");
    at_most(CertifiedTeachers, teachers);
    at_most(TrainedTeachers, teachers);
    at_most(MigrantStudents, row.compulsory());
    at_most(IndoorSportsArea, n(TeachingArea));
    at_most(ComputersTeaching, n(Computers));
    at_most(TrainingFunding, n(PublicFundingBudget));
    at_most(FoundedYear, n(Year));
    let same = |a: f64, b: f64| assert!((a - b).abs() < 0.001, "{what}: {a} and {b} in {row:?}");
    same(n(TeachingArea) - n(IndoorSportsArea), n(TeachingAreaNet));
    same(n(SportsFieldArea) + n(IndoorSportsArea), n(SportsTotalArea));
    let stayed = n(IntakeJunior3yAgo) + n(TransferredInJunior) - n(TransferredOutJunior) - n(DeceasedJunior);
    at_most(GraduatesJunior, stayed);
    let all: f64 = Stage::ALL.iter().map(|s| row.pupils(*s)).sum();
    if all > 0.0 {
        // The bands of the checks.
        for (field, low, high) in
            [(EquipmentValue, 50.0, 200_000.0), (TeachingArea, 0.2, 500.0), (Books, 0.5, 2000.0)]
        {
            let each = n(field) / all;
            assert!((low..=high).contains(&each), "{what}: {field} {each} a pupil");
        }
    }
    for field in [MusicRoomAreas, ArtRoomAreas] {
        let rooms = row.text(field).split(';').filter(|r| !r.is_empty());
        let areas: Vec<f64> = rooms.map(|r| r.parse().expect("an area")).collect();
        assert!(!areas.is_empty() || row.get(ClassesPrimary).or(row.get(ClassesJunior)).is_none());
        assert!(areas.iter().all(|a| (50.0..=150.0).contains(a)), "{what}: {areas:?}");
    }
}

#[test]
fn clean_tables_contradict_themselves_nowhere() {
    for seed in SEEDS {
        for (name, synth) in [
            ("county", clean(seed)),
            ("province", Synth::province().seed(seed).schools(1500)),
            ("panel", Synth::panel(3).seed(seed).schools(400)),
        ] {
            for row in parse(&synth) {
                assert_consistent(&row, &format!("{name} seed {seed} {}", row.text(Field::SchoolCode)));
            }
        }
    }
}

#[test]
fn missing_cells_are_as_many_as_asked_for_and_in_the_primary_stage() {
    let (whole, gaps) = (parse(&clean(7)), parse(&clean(7).missing(14)));
    let mut found = BTreeMap::new();
    for (a, b) in whole.iter().zip(&gaps) {
        for field in Field::ALL.iter().filter(|f| a.text(**f) != b.text(**f)) {
            assert_eq!((b.text(*field), b.kind()), ("", SchoolKind::Primary));
            assert!(b.compulsory() > 0.0 && b.sponsor() == Sponsor::CountyEducation);
            *found.entry(*field).or_insert(0) += 1;
        }
    }
    // 14 = 6 + 6 + 2.
    let expected = GAPS.iter().enumerate().map(|(i, f)| (*f, if i < 2 { 3 } else { 2 })).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_nation_has_all_provinces_and_codes_of_its_own() {
    let rows = parse(&Synth::nation().schools(5000).counties(300));
    assert_eq!(rows.len(), 5000);
    let mut counties: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    let mut schools = BTreeSet::new();
    for row in &rows {
        let code = row.text(Field::CountyCode);
        let names = (row.text(Field::Province), row.text(Field::County));
        assert_eq!(*counties.entry(code).or_insert(names), names, "one code, one county");
        assert!(schools.insert(row.text(Field::SchoolCode)), "a school code twice");
    }
    assert_eq!(counties.len(), 300);
    assert!(counties.keys().all(|c| c.len() == 6 && ("71".."90").contains(&&c[2..4])));
    let provinces: BTreeMap<&str, &str> =
        counties.iter().map(|(code, (name, _))| (&code[..2], *name)).collect();
    assert_eq!(provinces.len(), 31);
    // GB/T 2260.
    for (code, name) in [("11", "北京市"), ("22", "吉林省"), ("50", "重庆市"), ("65", "新疆维吾尔自治区")]
    {
        assert_eq!(provinces[code], name);
    }
}

#[test]
fn the_sizes_are_those_of_the_description() {
    let model = Model::get().expect("built in");
    let sizes = |synth: Synth| {
        let places = synth.places(model);
        (places.len(), places.iter().map(|p| p.schools).sum::<usize>())
    };
    assert_eq!(sizes(Synth::county()), (1, 60));
    assert_eq!(sizes(Synth::province()), (158, 22_000));
    assert_eq!(sizes(Synth::nation()), (2_850, 200_000));
    // In proportion: 2 850 · 1 000 / 200 000 = 14.25, rounded up.
    assert_eq!(sizes(Synth::nation().schools(1000)), (15, 1000));
    assert_eq!(sizes(Synth::county().schools(0)), (1, 1));
}

#[test]
fn a_panel_keeps_its_codes_and_changes_little_from_year_to_year() {
    let rows = parse(&Synth::panel(10).schools(1500));
    let mut years: BTreeMap<u16, BTreeMap<&str, &Parsed>> = BTreeMap::new();
    for row in &rows {
        let year = row.text(Field::Year).parse().expect("a year");
        assert!(years.entry(year).or_default().insert(row.text(Field::SchoolCode), row).is_none());
    }
    assert_eq!(years.keys().copied().collect::<Vec<_>>(), (2015..=2024).collect::<Vec<_>>());
    let (mut opened, mut closed) = (0, 0);
    for (before, after) in years.values().zip(years.values().skip(1)) {
        opened += after.keys().filter(|c| !before.contains_key(*c)).count();
        closed += before.keys().filter(|c| !after.contains_key(*c)).count();
        for (code, old) in before {
            let Some(new) = after.get(code) else { continue };
            for field in [
                Field::StudentsPrimary,
                Field::StudentsJunior,
                Field::TeachingArea,
                Field::SportsTotalArea,
                Field::EquipmentValue,
            ] {
                let (a, b) = (old.or_zero(field), new.or_zero(field));
                // The factor from which the checks ask.
                assert!(a <= 2.0 * b && b <= 2.0 * a, "{code} {field}: {a} to {b}");
            }
            assert_eq!(old.text(Field::SchoolName), new.text(Field::SchoolName));
        }
    }
    assert!((5..150).contains(&opened) && (5..150).contains(&closed), "{opened} opened, {closed} closed");
}

#[test]
fn quirks_change_the_writing_and_not_the_figures() {
    let (plain, odd) = (parse(&clean(1)), parse(&clean(1).quirks(true)));
    let mut changed = 0;
    for (a, b) in plain.iter().zip(&odd) {
        for field in Field::ALL.iter().filter(|f| f.is_numeric()) {
            let half = |c: char| match c {
                '０'..='９' | '．' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
                _ => c,
            };
            let read: String =
                b.text(*field).chars().map(half).filter(|c| c.is_ascii_digit() || *c == '.').collect();
            assert_eq!(read, a.text(*field), "{field}: {:?}", b.text(*field));
            changed += usize::from(a.text(*field) != b.text(*field));
        }
        assert!(b.text(Field::SchoolName).contains(a.text(Field::SchoolName)));
        assert_eq!(b.text(Field::SchoolCode), a.text(Field::SchoolCode));
    }
    assert!(changed > 500, "{changed}");
    assert!(odd.iter().any(|r| r.text(Field::SchoolName).contains(',')));
    assert!(odd.iter().any(|r| r.text(Field::SchoolName).starts_with('"')));
    assert!(odd.iter().any(|r| r.text(Field::TeachingArea).ends_with('㎡')));
    assert!(odd.iter().any(|r| r.text(Field::EquipmentValue).contains(',')));
}

#[test]
fn the_county_table_sums_its_schools_and_decides_its_items() {
    for seed in SEEDS {
        let rows = parse(&clean(seed));
        let table = county_table(&clean(seed).headers(Headers::Ids));
        let [county] = &table[..] else { panic!("{} rows for one county", table.len()) };
        assert_eq!((&county["county_code"][..], &county["county"][..]), ("219901", "示例县"));
        let assessed: Vec<_> = rows
            .iter()
            .filter(|r| {
                let point = r.kind() == SchoolKind::TeachingPoint && r.compulsory() < 50.0;
                let other = matches!(r.kind(), SchoolKind::SpecialEducation | SchoolKind::Vocational);
                !point && !other && r.compulsory() > 0.0
            })
            .collect();
        let sum = |fields: &[Field]| -> f64 {
            assessed.iter().flat_map(|r| fields.iter().map(|f| r.or_zero(*f))).sum()
        };
        let number =
            |id: &str| county[id].parse::<f64>().unwrap_or_else(|_| panic!("{id}: {:?}", county[id]));
        for (id, fields) in [
            ("teachers_total", &[Field::TeachersPrimary, Field::TeachersJunior][..]),
            ("teachers_trained", &[Field::TrainedTeachers]),
            ("teachers_certified", &[Field::CertifiedTeachers]),
            ("graduates", &[Field::GraduatesJunior]),
            ("intake_3y_ago", &[Field::IntakeJunior3yAgo]),
            ("transferred_in", &[Field::TransferredInJunior]),
            ("transferred_out", &[Field::TransferredOutJunior]),
            ("deceased", &[Field::DeceasedJunior]),
        ] {
            assert_eq!(number(id), sum(fields), "seed {seed}: {id}");
        }
        for (part, whole) in [
            ("rotation_actual", "rotation_eligible"),
            ("rotation_backbone", "rotation_actual"),
            ("quota_allocated", "quota_total"),
            ("quota_rural", "quota_allocated"),
            ("disabled_enrolled", "disabled_children"),
            ("questionnaires_satisfied", "questionnaires_valid"),
            ("visited_satisfied", "visited"),
            ("teachers_trained", "teachers_total"),
        ] {
            assert!(number(part) <= number(whole) && number(part) > 0.0, "seed {seed}: {part}");
        }
        let placed = number("migrant_public") + number("migrant_purchased");
        assert!(number("special_education_students") > 0.0 && placed <= number("migrant_eligible"));
        let blank: Vec<_> = county.iter().filter(|(_, v)| v.is_empty()).map(|(k, _)| k.as_str()).collect();
        assert_eq!(blank, ["catchment_rate_junior", "catchment_rate_primary", "recognition_rate"]);
    }
}

#[test]
fn a_county_table_has_a_row_for_each_county_and_year_of_the_schools() {
    let synth = Synth::panel(3).schools(600).headers(Headers::Ids);
    let schools = parse(&synth);
    let expected: BTreeSet<_> = schools
        .iter()
        .map(|r| (r.text(Field::CountyCode).to_owned(), r.text(Field::Year).to_owned()))
        .collect();
    let table = county_table(&synth);
    let found: BTreeSet<_> = table.iter().map(|r| (r["county_code"].clone(), r["year"].clone())).collect();
    // 2 850 · 600 / 200 000 = 8.55, so nine counties in three years.
    assert_eq!((found.len(), table.len()), (27, 27));
    assert_eq!(found, expected);
}

#[test]
fn level_and_spread_multiply_means_and_coefficients() {
    let figures = |synth: &Synth| {
        let data = synth.data_set().expect("consistent");
        let assessment =
            Assessor::new(Standard::basic_2012()).assess(&data).expect("no county was asked for");
        let county = assessment.counties().next().expect("a county");
        let variation = county.stages().flat_map(|s| s.variation().to_vec()).collect::<Vec<_>>();
        variation
            .iter()
            .map(|v| (v.mean().expect("a mean"), v.cv().expect("a coefficient")))
            .collect::<Vec<_>>()
    };
    let usual = figures(&clean(2024));
    let scaled = figures(&clean(2024).level(2.0).spread(0.7));
    assert_eq!(usual.len(), 16);
    for ((mean, cv), (scaled_mean, scaled_cv)) in usual.into_iter().zip(scaled) {
        // What the fit allows: see the module.
        assert!((scaled_mean / mean / 2.0 - 1.0).abs() < 0.06, "{mean} {scaled_mean}");
        assert!((scaled_cv - 0.7 * cv).abs() < 0.04, "{cv} {scaled_cv}");
    }
    assert_eq!(bytes(&clean(1).level(f64::NAN).spread(f64::NAN)), bytes(&clean(1)));
    assert_eq!(bytes(&clean(1).level(f64::INFINITY)), bytes(&clean(1).level(5.0)));
}
