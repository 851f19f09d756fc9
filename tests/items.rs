//! The items beside the resources, case by case, from files that an inspector can read.
//!
//! Every case of `fixtures/cases` is a situation with its data, the item it is about, the verdict it must get and
//! the article that the result must name. Unless a case says otherwise it is judged by quality-2017, as of the end of
//! 2023, for a county of Liaoning; its schools are numbered unless they have a code.

use std::collections::BTreeMap;

use junheng::model::{
    Area, CountyData, CountyField, CountyTable, DataSet, Field, FieldKind, Quantity, School, SchoolKind,
    Sponsor,
};
use junheng::{Assessment, Assessor, Decimal, ItemResult, Judge, Lang, Part, Ratio, Standard, Verdict};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    situation: String,
    item: String,
    as_of: Option<String>,
    standard: Option<String>,
    judge: Option<String>,
    county_code: Option<String>,
    #[serde(default)]
    options: BTreeMap<String, String>,
    county: Option<BTreeMap<String, Cell>>,
    #[serde(default)]
    schools: Vec<BTreeMap<String, Cell>>,
    expect: String,
    /// Of the item; of its only part that is not met, or its only part, where it has several.
    value: Option<String>,
    requirement: Option<String>,
    lacking: Option<String>,
    #[serde(default)]
    parts: BTreeMap<String, String>,
    failing: Option<Vec<String>>,
    clause: Option<String>,
    finding: Option<String>,
    not_finding: Option<String>,
    article: String,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Cell {
    Yes(bool),
    Count(u32),
    Text(String),
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Cell::Yes(yes) => yes.to_string(),
            Cell::Count(count) => count.to_string(),
            Cell::Text(text) => text.clone(),
        }
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect(text)
}

fn county(code: &str, cells: &BTreeMap<String, Cell>) -> CountyData {
    cells.iter().fold(CountyData::new(code).expect(code), |county, (id, cell)| {
        let taken = match (CountyField::from_id(id), cell) {
            (Some(field), Cell::Yes(yes)) => county.with_answer(field, *yes),
            (None, Cell::Yes(yes)) => county.with_veto(id, *yes),
            (Some(field), cell) => county.with_number(field, decimal(&cell.text())),
            (None, _) => panic!("no column {id}"),
        };
        taken.expect(id)
    })
}

fn school(county: &str, number: usize, cells: &BTreeMap<String, Cell>) -> School {
    let text = |id: &str| cells.get(id).map(Cell::text);
    let kind = SchoolKind::from_text(&text("kind").expect("a kind")).expect("a known kind");
    let code = text("code").unwrap_or_else(|| (number + 1).to_string());
    let mut school = School::new(county, &code, kind).expect("valid");
    for (id, cell) in cells {
        let text = cell.text();
        school = match id.as_str() {
            "kind" | "code" => school,
            "ownership" => school.with_sponsor(Sponsor::from_text(&text).expect("known")),
            "urban_rural" => school.with_area(Area::from_text(&text).expect("known")),
            "boarding" => school.with_boarding(text == "true"),
            "founded_year" => school.with_founded(text.parse().expect("a year")).expect("a year"),
            id => {
                let field = Field::from_id(id).expect(id);
                if field.kind() == FieldKind::List {
                    school.with_list(field, text.split(';').map(decimal).collect()).expect(id)
                } else {
                    school.with(field, Quantity::new(decimal(&text), field.unit())).expect(id)
                }
            }
        };
    }
    school
}

fn assess(case: &Case) -> Assessment {
    let code = case.county_code.as_deref().unwrap_or("210102");
    let mut builder = DataSet::builder();
    // A county must have a school to be judged; one that meets what it can.
    let plain = BTreeMap::from([("kind".to_owned(), Cell::Text("小学".to_owned()))]);
    let schools = if case.schools.is_empty() { vec![plain] } else { case.schools.clone() };
    schools.iter().enumerate().for_each(|(number, cells)| builder.push(&school(code, number, cells)));
    let standard = Standard::open(case.standard.as_deref().unwrap_or("quality-2017")).expect("known");
    let date = case.as_of.as_deref().unwrap_or("2023-12-31").parse().expect("a date");
    let mut assessor = Assessor::new(standard).as_of(date);
    if case.judge.as_deref() == Some("as_reported") {
        assessor = assessor.judge(Judge::AsReported);
    }
    for (name, value) in &case.options {
        assessor = assessor.option(name, value).expect(name);
    }
    if let Some(cells) = &case.county {
        assessor = assessor.county_data(CountyTable::new([county(code, cells)]).expect("one row"));
    }
    assessor.assess(&builder.finish().expect("valid")).expect("assessed")
}

/// Value, requirement, what is lacking and the source: of the item, or of the part that decides.
struct Seen {
    value: Option<Ratio>,
    requirement: Option<Ratio>,
    lacking: Option<Decimal>,
}

fn seen(item: ItemResult<'_>) -> Seen {
    let part = item.parts().find(|part| part.verdict() == item.verdict()).filter(|_| item.value().is_none());
    match part {
        Some(part) => {
            Seen { value: part.value(), requirement: part.requirement(), lacking: part.shortfall() }
        }
        None => Seen { value: item.value(), requirement: item.requirement(), lacking: item.shortfall() },
    }
}

/// All that a case says and the result does not.
fn differences(case: &Case) -> Vec<String> {
    let assessment = assess(case);
    let county = assessment.counties().next().expect("a county");
    let item = county.item(&case.item).expect("an item of the standard");
    let mut wrong = Vec::new();
    let mut check = |what: &str, found: Option<String>, expected: &Option<String>| {
        if expected.is_some() && found != *expected {
            wrong.push(format!("{what}: {found:?}, expected {expected:?}"));
        }
    };
    check("verdict", Some(item.verdict().to_string()), &Some(case.expect.clone()));
    let Seen { value, requirement, lacking } = seen(item);
    let same = |found: Option<Ratio>, expected: &Option<String>| {
        let equal = found.zip(expected.as_deref()).is_some_and(|(f, e)| f == Ratio::from(decimal(e)));
        if equal { expected.clone() } else { found.map(|f| f.to_f64().to_string()) }
    };
    check("value", same(value, &case.value), &case.value);
    check("requirement", same(requirement, &case.requirement), &case.requirement);
    let school = item.failing().next().and_then(|school| school.shortfall());
    check("lacking", lacking.or(school).map(|l| l.to_string()), &case.lacking);
    for (id, expected) in &case.parts {
        let part = item.parts().find(|part| part.id() == id);
        check(id, part.map(|p| p.verdict().to_string()), &Some(expected.clone()));
    }
    if let Some(failing) = &case.failing {
        let mut codes: Vec<_> = item.failing().map(|s| s.school().code().to_owned()).collect();
        codes.dedup();
        check("failing", Some(codes.join(" ")), &Some(failing.join(" ")));
    }
    let clause = item.schools().find_map(|s| s.clause());
    let id = clause.map(|c| c.clause().id().to_owned());
    if id != case.clause && (case.clause.is_some() || case.as_of.is_some()) {
        check("clause", Some(format!("{id:?}")), &Some(format!("{:?}", case.clause)));
    }
    if let Some(clause) = clause {
        check("without the clause", Some(clause.verdict_without().to_string()), &Some("not_met".to_owned()));
    }
    let has = |code: &str| county.findings().iter().any(|f| f.code().id() == code);
    check(
        "finding",
        case.finding.as_deref().map(|f| has(f).to_string()),
        &case.finding.as_ref().map(|_| "true".to_owned()),
    );
    check(
        "no finding",
        case.not_finding.as_deref().map(|f| has(f).to_string()),
        &case.not_finding.as_ref().map(|_| "false".to_owned()),
    );
    // The article of the item, of one of its parts, or of a school or clause it rests on.
    let mut cites = vec![item.citation().to_string()];
    cites.extend(item.parts().map(|p| p.citation().to_string()));
    cites.extend(item.schools().map(|s| s.citation().to_string()));
    cites.extend(item.item().clauses().iter().map(|c| c.cite().to_string()));
    if !cites.contains(&case.article) {
        check("article", Some(cites.join(", ")), &Some(case.article.clone()));
    }
    wrong
}

fn cases() -> Vec<(&'static str, Vec<Case>)> {
    let files = [
        ("attested", include_str!("../fixtures/cases/attested.toml")),
        ("government", include_str!("../fixtures/cases/government.toml")),
        ("quality", include_str!("../fixtures/cases/quality.toml")),
        ("recognition-vetoes", include_str!("../fixtures/cases/recognition-vetoes.toml")),
        ("clauses", include_str!("../fixtures/cases/clauses.toml")),
        ("overlays", include_str!("../fixtures/cases/overlays.toml")),
    ];
    files.map(|(name, text)| (name, toml::from_str::<File>(text).expect(name).case)).into()
}

#[test]
fn every_case_gets_its_verdict() {
    let cases = cases();
    let counts: Vec<_> = cases.iter().map(|(name, cases)| (*name, cases.len())).collect();
    assert_eq!(
        counts,
        [
            ("attested", 22),
            ("government", 119),
            ("quality", 27),
            ("recognition-vetoes", 27),
            ("clauses", 36),
            ("overlays", 14),
        ]
    );
    let mut wrong = Vec::new();
    for (name, case) in cases.iter().flat_map(|(name, cases)| cases.iter().map(move |case| (name, case))) {
        let differences = differences(case);
        if !differences.is_empty() {
            wrong.push(format!("{name}, {}, {}: {}", case.item, case.situation, differences.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_item_has_a_case_met_not_met_and_undetermined() {
    let all = cases();
    for item in Standard::quality_2017().items() {
        for expect in ["met", "not_met", "undetermined"] {
            let has = |case: &Case| case.item == item.id() && case.expect == expect;
            assert!(all.iter().any(|(_, cases)| cases.iter().any(has)), "{} {expect}", item.id());
        }
    }
    // Every clause has a case that it decides.
    for clause in Standard::quality_2017().items().iter().flat_map(|item| item.clauses()) {
        let has = |case: &Case| case.clause.as_deref() == Some(clause.id());
        assert!(all.iter().any(|(_, cases)| cases.iter().any(has)), "{}", clause.id());
    }
}

/// A county with two schools that meets everything; one change each makes it fail.
struct Model {
    county: BTreeMap<String, Cell>,
    primary: BTreeMap<String, Cell>,
    junior: BTreeMap<String, Cell>,
}

impl Model {
    fn met() -> Self {
        let text = |v: &str| Cell::Text(v.to_owned());
        let map =
            |cells: &[(&str, Cell)]| cells.iter().map(|(id, c)| ((*id).to_owned(), c.clone())).collect();
        let mut county: BTreeMap<String, Cell> = map(&[
            ("funding_base_primary", text("800")),
            ("funding_base_junior", text("1000")),
            ("special_education_funding", text("650000")),
            ("special_education_students", Cell::Count(80)),
            ("teacher_average_pay", text("102000")),
            ("civil_servant_average_pay", text("98000")),
            ("rotation_eligible", Cell::Count(100)),
            ("rotation_actual", Cell::Count(15)),
            ("rotation_backbone", Cell::Count(4)),
            ("quota_total", Cell::Count(1000)),
            ("quota_allocated", Cell::Count(600)),
            ("quota_rural", Cell::Count(350)),
            ("migrant_eligible", Cell::Count(400)),
            ("migrant_public", Cell::Count(390)),
            ("migrant_purchased", Cell::Count(5)),
            ("disabled_children", Cell::Count(100)),
            ("disabled_enrolled", Cell::Count(98)),
            ("questionnaires_valid", Cell::Count(1000)),
            ("questionnaires_satisfied", Cell::Count(930)),
            ("monitoring_math_level", Cell::Count(3)),
            ("monitoring_math_difference", text("0.11")),
        ]);
        for field in CountyField::ALL.iter().filter(|f| f.is_answer()) {
            county.insert(field.id().to_owned(), Cell::Yes(!field.id().starts_with("veto_")));
        }
        let shared = [
            ("urban_rural", text("城区")),
            ("ownership", text("公办")),
            ("boarding", Cell::Yes(false)),
            ("teaching_area", text("9000")),
            ("sports_field_area", text("12000")),
            ("equipment_value", text("3000000")),
            ("multimedia_classrooms", Cell::Count(30)),
            ("music_room_areas", text("100;100")),
            ("art_room_areas", text("95;95")),
            ("public_funding_budget", text("1000000")),
            ("training_funding", text("60000")),
            ("certified_teachers", Cell::Count(60)),
            ("trained_teachers", Cell::Count(60)),
        ];
        let stage = |stage: &str, kind: &str| {
            let mut cells = map(&shared);
            cells.insert("kind".to_owned(), text(kind));
            for (id, count) in [
                ("students", 1000),
                ("catchment_students", 1000),
                ("classes", 24),
                ("classes_over_limit", 0),
                ("teachers", 60),
                ("above_qualified_teachers", 58),
                ("backbone_teachers", 12),
                ("pe_arts_teachers", 10),
            ] {
                cells.insert(format!("{id}_{stage}"), Cell::Count(count));
            }
            cells
        };
        let mut junior: BTreeMap<String, Cell> = stage("junior", "初级中学");
        for (id, count) in [
            ("graduates_junior", 320),
            ("intake_junior_3y_ago", 330),
            ("transferred_in_junior", 0),
            ("transferred_out_junior", 5),
            ("deceased_junior", 0),
        ] {
            junior.insert(id.to_owned(), Cell::Count(count));
        }
        Model { county, primary: stage("primary", "小学"), junior }
    }

    fn assess(&self) -> Assessment {
        self.assess_with(&[])
    }

    /// The county with more schools.
    fn assess_with(&self, more: &[BTreeMap<String, Cell>]) -> Assessment {
        let mut builder = DataSet::builder();
        builder.push(&school("210102", 0, &self.primary).with_name("第一小学"));
        builder.push(&school("210102", 1, &self.junior).with_name("第二中学"));
        for (place, cells) in more.iter().enumerate() {
            builder.push(&school("210102", 2 + place, cells).with_name("第三小学"));
        }
        let table = CountyTable::new([county("210102", &self.county)]).expect("one row");
        let assessor = Assessor::new(Standard::quality_2017()).as_of("2023-12-31".parse().expect("a date"));
        assessor.county_data(table).assess(&builder.finish().expect("valid")).expect("assessed")
    }
}

#[test]
fn a_county_that_meets_everything_is_recognised() {
    let assessment = Model::met().assess();
    let county = assessment.counties().next().expect("a county");
    let obstacles: Vec<_> = county.obstacles().iter().map(|o| o.describe(Lang::En)).collect();
    assert_eq!(obstacles, Vec::<String>::new());
    assert_eq!(county.verdict(), Verdict::Met);
    for part in [Part::Resource, Part::Government, Part::Quality, Part::Recognition, Part::Veto] {
        assert_eq!(county.part_verdict(part), Some(Verdict::Met), "{part}");
    }
    assert_eq!(county.part_verdict(Part::SchoolStandard), None);
    assert_eq!(county.items().count(), 31);
}

#[test]
fn one_change_fails_one_item_and_nothing_else() {
    enum At {
        County,
        Primary,
        Junior,
    }
    use At::*;
    let no = || Cell::Yes(false);
    let n = Cell::Count;
    let changes: Vec<(&str, At, &str, Cell)> = vec![
        ("g01", County, "planning_attested", no()),
        ("g02", County, "funding_base_primary", Cell::Text("700".into())),
        ("g03", Primary, "music_room_areas", Cell::Text("100;80".into())),
        ("g05", Junior, "classes_over_limit_junior", n(1)),
        ("g07", County, "special_education_students", n(110)),
        ("g08", County, "teacher_average_pay", Cell::Text("97000".into())),
        ("g09", Primary, "trained_teachers", n(59)),
        ("g10", County, "staffing_attested", no()),
        ("g11", County, "rotation_backbone", n(2)),
        ("g12", Junior, "certified_teachers", n(58)),
        ("g13", Junior, "catchment_students_junior", n(900)),
        ("g14", County, "quota_allocated", n(499)),
        ("g15", County, "migrant_public", n(300)),
        ("q01", Junior, "graduates_junior", n(300)),
        ("q02", County, "disabled_enrolled", n(94)),
        ("q03", County, "charter_attested", no()),
        ("q04", Primary, "training_funding", Cell::Text("40000".into())),
        ("q05", County, "digital_teaching_attested", no()),
        ("q06", County, "moral_culture_attested", no()),
        ("q07", County, "curriculum_attested", no()),
        ("q08", County, "workload_attested", no()),
        ("q09", County, "monitoring_math_difference", Cell::Text("0.15".into())),
        ("s01", County, "questionnaires_satisfied", n(849)),
        ("veto_exam_admission", County, "veto_exam_admission", Cell::Yes(true)),
        ("veto_school_choice", County, "veto_school_choice", Cell::Yes(true)),
        ("veto_key_classes", County, "veto_key_classes", Cell::Yes(true)),
        ("veto_staffing", County, "veto_staffing", Cell::Yes(true)),
        ("veto_incident", County, "veto_incident", Cell::Yes(true)),
        ("veto_falsified", County, "veto_falsified", Cell::Yes(true)),
    ];
    for (item, at, column, cell) in changes {
        let mut model = Model::met();
        let place = match at {
            County => &mut model.county,
            Primary => &mut model.primary,
            Junior => &mut model.junior,
        };
        place.insert(column.to_owned(), cell);
        let assessment = model.assess();
        let county = assessment.counties().next().expect("a county");
        let failed: Vec<_> = county.items().filter(|i| i.verdict() != Verdict::Met).map(|i| i.id()).collect();
        assert_eq!(failed, [item], "{column}");
        assert_eq!(
            (county.verdict(), county.resource_verdict()),
            (Verdict::NotMet, Verdict::Met),
            "{column}"
        );
        let mut obstacles: Vec<_> = county.obstacles().iter().map(|o| o.id()).collect();
        obstacles.dedup();
        assert_eq!(obstacles, [item], "{column}");
    }
    // A small school of the same means: 80 pupils, funded for 100 at the 800 yuan the county gives, or one fen less.
    let small = |budget: &str| {
        let mut cells = Model::met().primary;
        for (id, value) in [
            ("students_primary", "80"),
            ("catchment_students_primary", "80"),
            ("classes_primary", "3"),
            ("teachers_primary", "6"),
            ("trained_teachers", "6"),
            ("certified_teachers", "6"),
            ("above_qualified_teachers_primary", "5"),
            ("backbone_teachers_primary", "1"),
            ("pe_arts_teachers_primary", "1"),
            ("teaching_area", "720"),
            ("sports_field_area", "960"),
            ("equipment_value", "240000"),
            ("multimedia_classrooms", "3"),
            ("music_room_areas", "100"),
            ("art_room_areas", "95"),
            ("training_funding", "4000"),
            ("public_funding_budget", budget),
        ] {
            cells.insert(id.to_owned(), Cell::Text(value.to_owned()));
        }
        cells
    };
    for (budget, expected) in [("80000", vec![]), ("79999.99", vec!["g06"])] {
        let assessment = Model::met().assess_with(&[small(budget)]);
        let county = assessment.counties().next().expect("a county");
        let obstacles: Vec<_> = county.obstacles().iter().map(|o| o.id()).collect();
        assert_eq!(obstacles, expected, "{budget}");
    }
    // A school that is too large.
    let mut model = Model::met();
    for (id, cell) in [("students_primary", n(2100)), ("catchment_students_primary", n(2100))] {
        model.primary.insert(id.to_owned(), cell);
    }
    for (id, value) in [
        ("teaching_area", "20000"),
        ("sports_field_area", "25000"),
        ("equipment_value", "6300000"),
        ("above_qualified_teachers_primary", "100"),
        ("backbone_teachers_primary", "22"),
        ("pe_arts_teachers_primary", "20"),
        ("multimedia_classrooms", "60"),
        ("teachers_primary", "120"),
        ("trained_teachers", "120"),
        ("certified_teachers", "120"),
    ] {
        model.primary.insert(id.to_owned(), Cell::Text(value.to_owned()));
    }
    let assessment = model.assess();
    let county = assessment.counties().next().expect("a county");
    let lines: Vec<_> = county.obstacles().iter().map(|o| o.describe(Lang::En)).collect();
    assert_eq!(
        lines,
        [
            "government support: 第一小学, no primary or junior school over 2000 pupils, no nine- or twelve-year school over \
          2500 (primary and junior schools): 2100 pupils, required ≤ 2000 pupils, off by 100 (教督〔2017〕6号 第六条)"
        ]
    );
}

#[test]
fn obstacles_are_told_by_part_with_school_value_requirement_distance_and_article() {
    let mut model = Model::met();
    model.primary.insert("multimedia_classrooms".to_owned(), Cell::Count(15));
    model.primary.insert("art_room_areas".to_owned(), Cell::Text("95".to_owned()));
    model.county.insert("rotation_actual".to_owned(), Cell::Count(8));
    model.county.remove("workload_attested");
    model.county.insert("veto_falsified".to_owned(), Cell::Yes(true));
    let assessment = model.assess();
    let county = assessment.counties().next().expect("a county");
    let zh: Vec<_> = county.obstacles().iter().map(|o| o.describe(Lang::Zh)).collect();
    assert_eq!(
        zh,
        [
            "资源配置：第一小学，小学每百名学生拥有网络多媒体教室数，现为 1.5间，应 ≥ 2.3间，相差 8（教督〔2017〕6号 第五条）",
            "政府保障程度：第一小学，小学、初中每12个班级配备音乐、美术专用教室1间以上（美术专用教室），现为 1间，应 ≥ 2间，相差 1（教督〔2017〕6号 第六条）",
            "政府保障程度：每年交流轮岗教师不低于符合条件教师的10%，其中骨干教师不低于20%（交流轮岗教师比例），现为 8%，应 ≥ 10%，相差 2（教督〔2017〕6号 第六条）",
            "教育质量：无过重课业负担，缺数据或佐证（教督〔2017〕6号 第七条）",
            "一票否决：有弄虚作假行为（教督〔2017〕6号）",
        ]
    );
    let obstacles = county.obstacles();
    let (resource, rooms, rotation) = (&obstacles[0], &obstacles[1], &obstacles[2]);
    assert_eq!(resource.part(), Part::Resource);
    assert_eq!(resource.distance(), Some(decimal("-0.8")));
    assert_eq!(
        (rooms.value(), rooms.requirement(), rooms.distance()),
        (Some("1"), Some("≥ 2"), Some(decimal("-1")))
    );
    assert_eq!(rooms.school().map(|s| s.code()), Some("1"));
    assert_eq!((rotation.school().is_none(), rotation.shortfall()), (true, Some(2.into())));
    assert_eq!(obstacles[3].verdict(), Verdict::Undetermined);
}

#[test]
fn a_school_met_by_a_clause_says_until_when_and_what_it_is_without() {
    let case = cases().into_iter().find(|(name, _)| *name == "clauses").expect("a file").1.remove(0);
    let assessment = assess(&case);
    let county = assessment.counties().next().expect("a county");
    let school = county.item("g03").and_then(|item| item.schools().next()).expect("told");
    let clause = school.clause().expect("by a clause");
    assert_eq!(clause.clause().window().1.to_string(), "2022-10-23");
    assert_eq!((school.verdict(), clause.verdict_without()), (Verdict::Met, Verdict::NotMet));
    assert_eq!((school.value(), clause.value_without()), (Ratio::new(1, 1), Ratio::new(0, 1)));
    let note = county.findings().iter().find(|f| f.code().id() == "item_clause_applied").expect("noted");
    assert_eq!(
        note.message(Lang::En),
        "a music room of 96 m² and a fine-arts room of 90 m² for every 12 classes, fine-arts rooms: met under a transitional clause \
         (国教督办函〔2019〕30号, valid to 2022-10-23): 1 against 1, the full standard being 1 (not met)"
    );
}

#[test]
fn without_a_county_table_the_resource_verdict_stands_and_the_whole_is_open() {
    let mut model = Model::met();
    model.county.clear();
    let assessment = model.assess();
    let county = assessment.counties().next().expect("a county");
    assert_eq!((county.verdict(), county.resource_verdict()), (Verdict::Undetermined, Verdict::Met));
    let met: Vec<_> = county.items().filter(|i| i.verdict() == Verdict::Met).map(|i| i.id()).collect();
    assert_eq!(met, ["g03", "g04", "g05", "g06", "g09", "g12", "g13", "q01", "q04"]);
    assert!(county.items().all(|i| i.verdict() != Verdict::NotMet));
}

#[test]
fn a_row_without_a_year_stands_for_every_year_and_one_without_schools_is_told() {
    let mut builder = DataSet::builder();
    for year in [2022, 2023] {
        builder.push(
            &School::new("210102", "1", SchoolKind::Primary).expect("valid").with_year(year).expect("a year"),
        );
    }
    let data = builder.finish().expect("valid");
    let row = |code: &str| CountyData::new(code).expect("a code");
    let attested =
        |row: CountyData, yes| row.with_answer(CountyField::PlanningAttested, yes).expect("an attestation");
    let table = CountyTable::new([
        attested(row("210102"), true),
        attested(row("210102").with_year(2023).expect("a year"), false),
        row("210103"),
    ]);
    let assessor = Assessor::new(Standard::quality_2017()).county_data(table.expect("distinct"));
    let assessment = assessor.assess(&data).expect("assessed");
    let verdicts: Vec<_> = assessment.counties().map(|c| c.item("g01").expect("an item").verdict()).collect();
    assert_eq!(verdicts, [Verdict::Met, Verdict::NotMet]);
    let told: Vec<_> = assessment.findings().iter().map(|f| (f.code().id(), f.value_found())).collect();
    assert_eq!(told, [("county_without_schools", Some("210103"))]);
    let twice = CountyTable::new([row("210102"), row("210102")]).expect_err("twice");
    assert_eq!(twice.to_string(), "the county 210102 occurs twice");
}

#[test]
fn county_data_takes_only_what_its_columns_hold() {
    let row = || CountyData::new("210102").expect("a code");
    let number =
        |field, text: &str| row().with_number(field, decimal(text)).map(|_| ()).map_err(|e| e.to_string());
    assert_eq!(number(CountyField::MonitoringMathLevel, "4"), Ok(()));
    for (field, text, expected) in [
        (CountyField::MonitoringMathLevel, "0", "monitoring_math_level cannot be 0"),
        (CountyField::MonitoringMathLevel, "5", "monitoring_math_level cannot be 5"),
        (CountyField::MonitoringMathDifference, "1.01", "monitoring_math_difference cannot be 1.01"),
        (CountyField::RecognitionRate, "100.1", "recognition_rate cannot be 100.1"),
        (CountyField::QuotaTotal, "1.5", "quota_total cannot be 1.5"),
        (CountyField::TeacherAveragePay, "-1", "teacher_average_pay cannot be -1"),
        (CountyField::PlanningAttested, "1", "planning_attested holds a Attestation"),
    ] {
        assert_eq!(number(field, text), Err(expected.to_owned()));
    }
    let wrong = row().with(CountyField::TeacherAveragePay, Quantity::square_metres(decimal("1")));
    assert_eq!(
        wrong.expect_err("another unit").to_string(),
        "teacher_average_pay takes Yuan, not SquareMetres"
    );
    let veto = row().with_veto("homework", true).expect_err("no veto");
    assert_eq!(
        veto.to_string(),
        "\"homework\" is no veto of an overlay: expected an identifier that begins with veto_"
    );
    assert_eq!(
        CountyData::new("2101").expect_err("short").to_string(),
        "the county code \"2101\" is not six digits"
    );
}

#[test]
fn the_columns_are_those_of_the_specification() {
    let of = |items: &str| CountyField::ALL.iter().filter(|f| f.items().contains(&items)).count();
    // Three that say which county, then: six subjects with two columns each for q09, five each for s01 and q01;
    // last those of the application form alone: ten of table I, one of table V, six of table VI.
    let first_of_form = CountyField::ALL.iter().position(|f| *f == CountyField::Population);
    assert_eq!((first_of_form, CountyField::ALL.len()), (Some(63), 63 + 10 + 1 + 6));
    assert_eq!([of("q09"), of("s01"), of("q01"), of("g02"), of("g06")], [12, 5, 5, 3, 2]);
}

#[test]
fn of_the_basic_standard_the_parts_without_a_table_of_the_province_stay_open() {
    let model = Model::met();
    let mut builder = DataSet::builder();
    builder.push(&school("210102", 0, &model.primary).with_name("第一小学"));
    let row =
        CountyData::new("210102").expect("a code").with_number(CountyField::RecognitionRate, decimal("84.9"));
    let table = CountyTable::new([row.expect("a rate")]).expect("one row");
    let assessor = Assessor::new(Standard::basic_2012()).county_data(table);
    let assessment = assessor.assess(&builder.finish().expect("valid")).expect("assessed");
    let county = assessment.counties().next().expect("a county");
    let verdict = |part| county.part_verdict(part);
    assert_eq!(verdict(Part::SchoolStandard), Some(Verdict::Undetermined));
    assert_eq!(verdict(Part::Government), Some(Verdict::Undetermined));
    assert_eq!((verdict(Part::Recognition), verdict(Part::Quality)), (Some(Verdict::NotMet), None));
    assert_eq!(county.verdict(), Verdict::NotMet);
    let last = county.obstacles().last().map(|o| o.describe(Lang::En));
    assert_eq!(
        last.as_deref(),
        Some(
            "public recognition: 85 % of those asked are satisfied: 84.9%, required ≥ 85% (教督〔2012〕3号 公众满意度)"
        )
    );
}
