//! The basic balanced standard beside its coefficients: the score of a county government's work, the basic standard of
//! schools, satisfaction, and the monitoring of the years after recognition.

use std::collections::BTreeMap;

use junheng::io::read_answers;
use junheng::model::{
    Answer, Area, CountyData, CountyField, CountyTable, DataSet, Field, Quantity, School, SchoolKind,
    ScoreAnswers, ScoreSheet, Sponsor, Stage,
};
use junheng::report::{Block, Document, Json, MonitoringJson, write_markdown};
use junheng::{
    Aspect, Assessment, Assessor, CountyResult, Decimal, Judge, Lang, Part, SchoolStandard, ScoreRule,
    ScoreTable, Standard, Steps, Verdict,
};
use serde::Deserialize;
use serde_json::Value;

const COUNTY: &str = "210102";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    item: Vec<ItemCase>,
    total: Vec<TotalCase>,
    school: Vec<SchoolCase>,
    satisfaction: Vec<SatisfactionCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemCase {
    situation: String,
    rule: BTreeMap<String, String>,
    answer: String,
    expect: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TotalCase {
    situation: String,
    answers: BTreeMap<String, String>,
    total: Option<String>,
    expect: String,
    lacking: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchoolCase {
    situation: String,
    meet_at_least: u32,
    floor: String,
    values: Vec<String>,
    expect: String,
    met: u32,
    below: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SatisfactionCase {
    situation: String,
    county: BTreeMap<String, String>,
    expect: String,
}

fn cases() -> Cases {
    toml::from_str(include_str!("../fixtures/cases/basic.toml")).expect("the cases are valid")
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect(text)
}

fn first(assessment: &Assessment) -> CountyResult<'_> {
    assessment.counties().next().expect("a county")
}

fn primary(code: &str, pupils: u32) -> School {
    let school = School::new(COUNTY, code, SchoolKind::Primary).expect("valid").with_sponsor(Sponsor::Public);
    school.with_count(Field::StudentsPrimary, pupils).expect("a count")
}

fn data(schools: &[School]) -> DataSet {
    let mut builder = DataSet::builder();
    schools.iter().for_each(|school| builder.push(school));
    builder.finish().expect("valid")
}

fn basic() -> Assessor {
    Assessor::new(Standard::basic_2012()).as_of("2023-12-31".parse().expect("a date"))
}

#[test]
fn the_cases_are_all_there() {
    let cases = cases();
    let counts = [cases.item.len(), cases.total.len(), cases.school.len(), cases.satisfaction.len()];
    assert_eq!(counts, [24, 12, 11, 5]);
}

/// Seventeen items of one point, of which the first is as a case has it and the second takes up the rest.
fn table_with(rule: &BTreeMap<String, String>) -> ScoreTable {
    let mut text = String::from(
        "schema = \"junheng.score/1\"\nid = \"case\"\ntitle = \"x\"\ntotal = \"100\"\n\
         [documents.E]\ntitle = \"x\"\nnumber = \"x\"\n",
    );
    let rest = decimal("85").checked_sub(decimal(&rule["points"])).expect("small");
    for (place, item) in ScoreTable::example().items().iter().enumerate() {
        let (id, aspect) = (item.id(), item.aspect().id());
        text += &format!("[[item]]\nid = \"{id}\"\naspect = \"{aspect}\"\ntitle = \"x\"\ndocument = \"E\"\n");
        match place {
            0 => rule.iter().for_each(|(key, value)| text += &format!("{key} = \"{value}\"\n")),
            1 => text += &format!("points = \"{rest}\"\nrule = \"points\"\n"),
            _ => text += "points = \"1\"\nrule = \"points\"\n",
        }
    }
    ScoreTable::from_toml("case.toml", &text).expect("valid")
}

#[test]
fn each_rule_gives_its_points_at_its_limit_and_on_either_side() {
    for case in cases().item {
        let table = table_with(&case.rule);
        let file = format!("county_code,item,answer\n{COUNTY},b01,{}\n", case.answer);
        let found = match read_answers(&table).from_bytes("answers.csv", file.as_bytes()) {
            Err(error) => {
                assert!(
                    error.to_string().contains("cannot be used; expected"),
                    "{}: {error}",
                    case.situation
                );
                "不能用".to_owned()
            }
            Ok(answers) => match answers.get(COUNTY, None).and_then(|sheet| sheet.answer("b01")) {
                Some(answer) => table.items()[0].score(answer).expect("fits").to_string(),
                None => "没有".to_owned(),
            },
        };
        assert_eq!(found, case.expect, "{}", case.situation);
    }
}

/// Every item of the example answered as well as can be, but for those given; a blank is no answer.
fn answers(but: &BTreeMap<String, String>) -> ScoreAnswers {
    let table = ScoreTable::example();
    let mut file = String::from("区县代码,项目,得分\n");
    for item in table.items() {
        let best = match item.rule() {
            ScoreRule::Points => item.points().to_string(),
            ScoreRule::Answer { .. } => "是".to_owned(),
            _ => "100%".to_owned(),
        };
        file += &format!("{COUNTY},{},{}\n", item.id(), but.get(item.id()).unwrap_or(&best));
    }
    read_answers(&table).from_bytes("answers.csv", file.as_bytes()).expect("valid")
}

#[test]
fn the_total_is_held_against_85_of_100_and_open_only_where_missing_answers_decide() {
    for case in cases().total {
        let assessor = basic().score(ScoreTable::example(), answers(&case.answers)).expect("fits");
        let assessment = assessor.assess(&data(&[primary("1", 100)])).expect("assessed");
        let county = first(&assessment);
        let score = county.score().expect("scored");
        let item = county.item("score").expect("an item");
        assert_eq!(score.verdict().id(), case.expect, "{}", case.situation);
        assert_eq!(county.part_verdict(Part::Government), Some(score.verdict()), "{}", case.situation);
        assert_eq!(score.total().map(|t| t.to_string()), case.total, "{}", case.situation);
        assert_eq!(item.shortfall().map(|s| s.to_string()), case.lacking, "{}", case.situation);
        assert_eq!(item.requirement(), Some(decimal("85").into()));
        assert_eq!(item.citation().to_string(), "教督〔2012〕3号 县级政府工作");
        let blank: Vec<_> =
            case.answers.iter().filter(|(_, a)| a.is_empty()).map(|(id, _)| id.as_str()).collect();
        let told = county.findings().iter().find(|f| f.code().id() == "score_unanswered");
        let expected = (!blank.is_empty()).then(|| {
            format!("{} items of the scoring table have no answer: {}", blank.len(), blank.join(", "))
        });
        assert_eq!(told.map(|f| f.message(Lang::En)), expected, "{}", case.situation);
    }
}

#[test]
fn the_score_shows_each_item_and_each_aspect() {
    let but = BTreeMap::from([("b03".to_owned(), "78.5".to_owned()), ("b16".to_owned(), String::new())]);
    let assessment = basic()
        .score(ScoreTable::example(), answers(&but))
        .and_then(|assessor| assessor.assess(&data(&[primary("1", 100)])))
        .expect("assessed");
    let score = first(&assessment).score().expect("scored");
    let third = score.entries().nth(2).expect("an item");
    assert_eq!((third.item().id(), third.answer()), ("b03", Some(Answer::Percent(decimal("78.5")))));
    assert_eq!(third.points(), Some(decimal("5.25")));
    let aspects = Aspect::ALL.map(|aspect| score.of_aspect(aspect).map(|points| points.to_string()));
    assert_eq!(aspects.map(Option::unwrap_or_default), ["23.25", "26", "24", ""]);
    assert_eq!((score.least(), score.most(), score.total()), (decimal("94.25"), decimal("99.25"), None));
    let told: Vec<_> = assessment.findings().iter().map(|f| f.message(Lang::Zh)).collect();
    assert_eq!(
        told,
        [
            "所用的“县级人民政府推进义务教育均衡发展工作评分表（示例，不是任何地方的规定）”只是示例；应换成本省的规定"
        ]
    );
}

#[test]
fn the_score_is_printed_item_by_item() {
    let but = BTreeMap::from([("b03".to_owned(), "78.5".to_owned()), ("b16".to_owned(), String::new())]);
    let assessment = basic()
        .score(ScoreTable::example(), answers(&but))
        .and_then(|assessor| assessor.assess(&data(&[primary("1", 100)])))
        .expect("assessed");
    let json = serde_json::to_value(Json::new(&assessment, Lang::En)).expect("serialised");
    let score = &json["counties"][0]["score"];
    assert_eq!(
        (&score["total"], &score["least"], &score["most"]),
        (&Value::Null, &94.25.into(), &99.25.into())
    );
    let entries = ["answer", "points"].map(|key| [0, 2, 15].map(|at| score["entries"][at][key].clone()));
    assert_eq!(entries, [[true.into(), 78.5.into(), Value::Null], [6.0.into(), 5.25.into(), Value::Null]]);
    let mut text = String::new();
    write_markdown(&Document::of(&assessment, Lang::En), &mut text).expect("written");
    for line in [
        "Scoring table of a county government's work (an example, no regulation of any place): 94.25 to 99.25 of 100 \
         points, at least 85 required",
        "| b03 | admission | enrolment of children with disabilities of the three kinds | 78.5% | 5.25 | 6 |",
        "| b16 | quality and management | no key schools or classes, choice of schools curbed | — | — | 5 |",
    ] {
        assert!(text.lines().any(|found| found.contains(line)), "{line}\n{text}");
    }
}

#[test]
fn the_pass_mark_is_that_of_an_overlay_and_never_rounded_to() {
    let overlay = |least: &str| {
        format!(
            "schema = \"junheng.standard/1\"\nid = \"x\"\ntitle = \"x\"\nextends = \"basic-2012\"\n\
             [documents.S]\ntitle = \"x\"\nnumber = \"某政〔2015〕1号\"\n[[item]]\nid = \"score\"\n\
             [[item.parameter]]\nname = \"least\"\n[[item.parameter.value]]\nfrom = \"2015-01-01\"\n\
             value = \"{least}\"\ndocument = \"S\"\n"
        )
    };
    let looser = Standard::from_toml("x.toml", &overlay("84")).expect_err("looser");
    let expected =
        "x.toml line 12: 84 is looser than the standard extended (85), which may only be tightened";
    assert_eq!(looser.to_string(), expected);
    let stricter = Standard::from_toml("x.toml", &overlay("90")).expect("stricter");
    let verdict = |standard: &Standard, points: &str, judge| {
        // All other items give 88.
        let but = BTreeMap::from([("b04", points), ("b05", "0")]);
        let but = but.into_iter().map(|(id, points)| (id.to_owned(), points.to_owned())).collect();
        let assessor =
            Assessor::new(standard.clone()).judge(judge).score(ScoreTable::example(), answers(&but));
        let assessment =
            assessor.and_then(|assessor| assessor.assess(&data(&[primary("1", 100)]))).expect("assessed");
        let item = first(&assessment).item("score").expect("an item");
        (item.verdict(), item.citation().to_string())
    };
    let (basic, own) = ("教督〔2012〕3号 县级政府工作".to_owned(), "某政〔2015〕1号".to_owned());
    assert_eq!(verdict(&stricter, "1.99", Judge::Exact), (Verdict::NotMet, own.clone()));
    assert_eq!(verdict(&stricter, "2", Judge::Exact), (Verdict::Met, own.clone()));
    // 89.99 is not taken for 90, however it might be printed.
    assert_eq!(verdict(&stricter, "1.99", Judge::AsReported), (Verdict::NotMet, own));
    assert_eq!(verdict(&Standard::basic_2012(), "1.99", Judge::Exact), (Verdict::Met, basic));
}

#[test]
fn answers_belong_to_their_county_and_year() {
    let sheet = |year: Option<u16>, points: &str| {
        let sheet = ScoreSheet::new(COUNTY).expect("a code");
        let sheet = match year {
            Some(year) => sheet.with_year(year).expect("a year"),
            None => sheet,
        };
        sheet.with("b04", Answer::Points(decimal(points))).expect("points")
    };
    let answers = ScoreAnswers::new([sheet(None, "1"), sheet(Some(2023), "2"), sheet(Some(2020), "3")])
        .expect("distinct");
    let schools = [2022, 2023].map(|year| primary("1", 100).with_year(year).expect("a year"));
    let assessment = Assessor::new(Standard::basic_2012())
        .score(ScoreTable::example(), answers)
        .and_then(|assessor| assessor.assess(&data(&schools)))
        .expect("assessed");
    let points = assessment.counties().map(|county| {
        let score = county.score().expect("scored");
        score.entries().nth(3).and_then(|entry| entry.points()).map(|p| p.to_string())
    });
    assert_eq!(points.collect::<Vec<_>>(), [Some("1".to_owned()), Some("2".to_owned())]);
    let idle = assessment.findings().iter().find(|f| f.code().id() == "answers_without_schools");
    assert_eq!(
        idle.map(|f| f.describe(Lang::En)),
        Some(
            "county 210102 2020: there are answers of the county 210102, of which the schools have no row in that year \
             (warning)"
                .to_owned()
        )
    );
    let twice = ScoreAnswers::new([sheet(None, "1"), sheet(None, "1")]).expect_err("twice");
    assert_eq!(twice.to_string(), "the county 210102 occurs twice");
    let wrong =
        |answer| ScoreSheet::new(COUNTY).and_then(|s| s.with("b04", answer)).expect_err("wrong").to_string();
    assert_eq!(wrong(Answer::Points(decimal("-1"))), "the answer to b04 cannot be -1");
    assert_eq!(wrong(Answer::Percent(decimal("100.1"))), "the answer to b04 cannot be 100.1%");
}

#[test]
fn a_table_or_answers_that_do_not_fit_are_refused() {
    let sheet = ScoreSheet::new(COUNTY)
        .and_then(|s| s.with("b01", Answer::Points(decimal("1"))))
        .and_then(|s| s.with("b99", Answer::Yes(true)))
        .expect("a sheet");
    let answers = ScoreAnswers::new([sheet]).expect("one");
    let error = basic().score(ScoreTable::example(), answers).expect_err("do not fit");
    assert_eq!(
        error.describe(Lang::En),
        "county 210102: the answer 1 to b01 cannot be used; expected yes or no\n\
         county 210102: the scoring table has no item \"b99\""
    );
    assert_eq!(
        error.describe(Lang::Zh),
        "区县 210102：项目 b01 的答案“1”不能用；应为：“是”或“否”\n区县 210102：评分表没有项目“b99”"
    );
    let quality = Assessor::new(Standard::quality_2017());
    let error = quality.clone().score(ScoreTable::example(), ScoreAnswers::default()).expect_err("no score");
    assert_eq!(error.to_string(), "the standard quality-2017 gives no score");
    let error = quality.school_standard(SchoolStandard::example()).expect_err("no standard");
    assert_eq!(error.to_string(), "the standard quality-2017 asks for no basic standard of schools");
    let short = include_str!("../src/standards/data/scores/example.toml")
        .replace("total = \"100\"", "total = \"99\"")
        .replacen("points = \"5\"", "points = \"4\"", 1);
    let table = ScoreTable::from_toml("short.toml", &short).expect("valid");
    let error = basic().score(table, ScoreAnswers::default()).expect_err("99 points");
    assert_eq!(error.describe(Lang::En), "the scoring table example has 99 points, 100 were expected");
    assert_eq!(error.describe(Lang::Zh), "评分表 example 的总分为 99，应为 100");
}

#[test]
fn an_indicator_may_be_given_several_items() {
    let text = include_str!("../src/standards/data/scores/example.toml").replace(
        "id = \"b05\"",
        "id = \"b05.1\"\naspect = \"support\"\ntitle = \"责任\"\npoints = \"2\"\nrule = \"points\"\ndocument = \"E\"\n\n\
         [[item]]\nid = \"b05.2\"",
    );
    let text = text.replace(
        "title_en = \"responsibility, supervision and accountability\"\npoints = \"6\"",
        "points = \"4\"",
    );
    let table = ScoreTable::from_toml("parts.toml", &text).expect("valid");
    let parts: Vec<_> =
        table.items().iter().filter(|item| item.indicator() == "b05").map(|item| item.id()).collect();
    assert_eq!((table.items().len(), parts), (18, vec!["b05.1", "b05.2"]));
}

#[test]
fn the_example_has_the_seventeen_indicators_in_four_aspects() {
    let table = ScoreTable::example();
    let ids: Vec<_> = table.items().iter().map(|item| item.id().to_owned()).collect();
    assert_eq!(ids, (1..=17).map(|n| format!("b{n:02}")).collect::<Vec<_>>());
    let count = |aspect| table.items().iter().filter(|item| item.aspect() == aspect).count();
    assert_eq!(Aspect::ALL.map(count), [4, 4, 4, 5]);
    assert_eq!(table.documents().map(|d| d.number.as_str()).collect::<Vec<_>>(), ["示例"]);
    let third = table.item("b03").expect("an item");
    let rule =
        ScoreRule::ShareAtLeast { at_least: 80.into(), deduction: decimal("0.5"), steps: Steps::Linear };
    assert_eq!(third.rule(), rule);
}

/// A column for each row of a table; a school of 10¹⁰ pupils has any value per pupil of ten decimals exactly.
const COLUMNS: [&str; 13] = [
    "books",
    "computers",
    "computers_teaching",
    "multimedia_classrooms",
    "equipment_value",
    "teachers_primary",
    "above_qualified_teachers_primary",
    "backbone_teachers_primary",
    "pe_arts_teachers_primary",
    "mid_senior_teachers_primary",
    "classes_primary",
    "certified_teachers",
    "trained_teachers",
];

const SCHOOL_HEAD: &str = "schema = \"junheng.school-standard/1\"\nid = \"case\"\ntitle = \"x\"\n\
    [documents.E]\ntitle = \"x\"\nnumber = \"某教〔2010〕1号\"\n";

fn rule(stage: Stage, enough: u32, of: usize, floor: &str) -> String {
    format!(
        "[[rule]]\nstages = [\"{stage}\"]\nmeet_at_least = {enough}\nof = {of}\nfloor = \"{floor}\"\ndocument = \"E\"\n"
    )
}

/// A row with the keys given; the document is `E`.
fn row(id: &str, keys: &str) -> String {
    format!(
        "[[row]]\nid = \"{id}\"\ntitle = \"要求{id}\"\ntitle_en = \"row {id}\"\ndocument = \"E\"\n{keys}\n"
    )
}

fn school_table(text: &str) -> SchoolStandard {
    SchoolStandard::from_toml("case.toml", &format!("{SCHOOL_HEAD}{text}")).expect("valid")
}

fn held(table: SchoolStandard, schools: &[School]) -> Assessment {
    let assessor = basic().school_standard(table).expect("asked for");
    assessor.assess(&data(schools)).expect("assessed")
}

fn with(school: School, id: &str, value: &str) -> School {
    let field = Field::from_id(id).expect(id);
    school.with(field, Quantity::new(decimal(value), field.unit())).expect(id)
}

#[test]
fn so_many_rows_must_be_met_and_none_may_fall_below_the_floor() {
    for case in cases().school {
        let mut text = rule(Stage::Primary, case.meet_at_least, case.values.len(), &case.floor)
            + &rule(Stage::Junior, 1, 1, "0");
        let mut school = with(primary("1", 1), "students_primary", "10000000000");
        for (place, (column, value)) in COLUMNS.iter().zip(&case.values).enumerate() {
            let junior = if place == 0 { ", junior = \"1\"" } else { "" };
            text += &row(
                &format!("r{}", place + 1),
                &format!(
                    "columns = [\"{column}\"]\nper = 1\ncomparison = \"at_least\"\n\
                     value = [{{ primary = \"4.35\"{junior} }}]"
                ),
            );
            if !value.is_empty() {
                school = with(school, column, &decimal(value).times_pow10(10).expect("small").to_string());
            }
        }
        let assessment = held(school_table(&text), &[school]);
        let county = first(&assessment);
        let checks = county.school_standard();
        let check = &checks[0];
        assert_eq!(check.verdict().id(), case.expect, "{}", case.situation);
        assert_eq!(check.met_count(), case.met, "{}", case.situation);
        assert_eq!(county.part_verdict(Part::SchoolStandard), Some(check.verdict()), "{}", case.situation);
        if let Some(below) = case.below {
            let below_floor = check.rows().iter().filter(|row| row.below_floor() == Some(true));
            let found: Vec<_> = below_floor.map(|row| row.row().id()).collect();
            assert_eq!(found, below, "{}", case.situation);
        }
    }
}

#[test]
fn a_row_may_not_be_exceeded_and_its_floor_lies_beyond_it() {
    // At most 19 pupils a teacher, and of a row that is not met 60 %: 19 / 0.6 = 31.67 pupils a teacher.
    let text = rule(Stage::Primary, 1, 2, "0.6")
        + &rule(Stage::Junior, 1, 1, "0")
        + &row(
            "ratio",
            "columns = [\"students_primary\"]\nover = [\"teachers_primary\"]\ncomparison = \"at_most\"\n\
             value = [{ primary = \"19\" }]",
        )
        + &row(
            "books",
            "columns = [\"books\"]\ncomparison = \"at_least\"\nvalue = [{ primary = \"1\", junior = \"1\" }]",
        );
    let table = school_table(&text);
    for (pupils, teachers, verdict, below) in [
        (1900, 100, Verdict::Met, Some(false)),
        (1901, 100, Verdict::NotMet, Some(false)),
        (95, 3, Verdict::NotMet, Some(false)), // 31.666… × 0.6 is 19 exactly.
        (9501, 300, Verdict::NotMet, Some(true)),
    ] {
        let school =
            with(with(primary("1", pupils), "teachers_primary", &teachers.to_string()), "books", "1");
        let assessment = held(table.clone(), &[school]);
        let checks = first(&assessment).school_standard();
        let ratio = &checks[0].rows()[0];
        assert_eq!((ratio.verdict(), ratio.below_floor()), (verdict, below), "{pupils}/{teachers}");
        let whole = if below == Some(true) { Verdict::NotMet } else { Verdict::Met };
        assert_eq!(checks[0].verdict(), whole, "{pupils}/{teachers}");
    }
    // Pupils over no teacher are no number.
    let school = with(with(primary("1", 10), "teachers_primary", "0"), "books", "1");
    let assessment = held(table, &[school]);
    let check = &first(&assessment).school_standard()[0];
    assert_eq!((check.rows()[0].value(), check.verdict()), (None, Verdict::Undetermined));
}

#[test]
fn values_are_exact_where_doubles_are_not() {
    // 9 teachers for 1000 pupils are 0.9 a hundred, which doubles make 0.8999999999999999.
    let text = rule(Stage::Primary, 1, 1, "0")
        + &rule(Stage::Junior, 1, 1, "0")
        + &row(
            "teachers",
            "indicator = \"above_qualified_teachers\"\nper = 100\ncomparison = \"at_least\"\n\
             value = [{ value = \"0.9\" }]",
        );
    for (teachers, verdict, lacking) in [(9, Verdict::Met, None), (8, Verdict::NotMet, Some(1.into()))] {
        let school = with(primary("1", 1000), "above_qualified_teachers_primary", &teachers.to_string());
        let assessment = held(school_table(&text), &[school]);
        let check = &first(&assessment).school_standard()[0];
        assert_eq!((check.verdict(), check.rows()[0].shortfall()), (verdict, lacking));
    }
}

#[test]
fn values_differ_by_stage_and_area_and_a_blank_area_decides_only_where_they_do() {
    let text = rule(Stage::Primary, 1, 1, "0")
        + &rule(Stage::Junior, 1, 1, "0")
        + &row(
            "area",
            "indicator = \"teaching_area\"\nper = 1\ncomparison = \"at_least\"\n\
             value = [{ areas = [\"城区\"], primary = \"3\", junior = \"4\" }, \
             { areas = [\"镇区\", \"乡村\"], primary = \"4\", junior = \"5\" }]",
        );
    let of = |area: Option<Area>, square_metres: &str| {
        let school = with(primary("1", 10), "teaching_area", square_metres);
        let school = if let Some(area) = area { school.with_area(area) } else { school };
        let assessment = held(school_table(&text), &[school]);
        let check = &first(&assessment).school_standard()[0];
        (check.verdict(), check.rows()[0].required().map(|r| r.to_string()))
    };
    let asked = |text: &str| Some(text.to_owned());
    assert_eq!(of(Some(Area::City), "30"), (Verdict::Met, asked("3")));
    assert_eq!(of(Some(Area::Rural), "39.99"), (Verdict::NotMet, asked("4")));
    assert_eq!(of(Some(Area::Town), "40"), (Verdict::Met, asked("4")));
    assert_eq!(of(None, "40"), (Verdict::Met, None));
    assert_eq!(of(None, "29.99"), (Verdict::NotMet, None));
    assert_eq!(of(None, "30"), (Verdict::Undetermined, None));
    // A nine-year school: 220 m² split 50 : 1.1 × 100 are 1.375 a pupil of the primary stage, 1.5125 of the junior one.
    let school = School::new(COUNTY, "9", SchoolKind::NineYear)
        .and_then(|s| s.with_count(Field::StudentsPrimary, 50)?.with_count(Field::StudentsJunior, 100))
        .expect("valid")
        .with_sponsor(Sponsor::CountyEducation)
        .with_area(Area::City);
    let assessment = held(school_table(&text), &[with(school, "teaching_area", "220")]);
    let checks = first(&assessment).school_standard();
    let values: Vec<_> =
        checks.iter().map(|c| (c.stage(), c.rows()[0].value().map(|v| v.to_fixed(4)))).collect();
    assert_eq!(
        values,
        [(Stage::Primary, Some("1.3750".to_owned())), (Stage::Junior, Some("1.5125".to_owned()))]
    );
}

#[test]
fn every_school_in_scope_must_reach_it_and_what_is_lacking_is_told() {
    let text = rule(Stage::Primary, 1, 1, "0")
        + &rule(Stage::Junior, 1, 1, "0")
        + &row(
            "books",
            "indicator = \"books\"\nper = 1\ncomparison = \"at_least\"\nvalue = [{ value = \"15\" }]",
        );
    let school = |code: &str, books: &str| with(primary(code, 100).with_name("某校"), "books", books);
    let private = school("3", "1").with_sponsor(Sponsor::Private);
    let assessment = held(school_table(&text), &[school("1", "1500"), school("2", "1499"), private.clone()]);
    let county = first(&assessment);
    assert_eq!(county.part_verdict(Part::SchoolStandard), Some(Verdict::NotMet));
    let item = county.item("school_standard").expect("an item");
    assert_eq!(
        (item.value(), item.requirement()),
        (Some(Decimal::from(1).into()), Some(Decimal::from(2).into()))
    );
    assert_eq!(item.failing().map(|s| s.school().code().to_owned()).collect::<Vec<_>>(), ["2"]);
    let mine = |lang| {
        let obstacles = county.obstacles();
        let mine = obstacles.iter().filter(|o| o.part() == Part::SchoolStandard);
        mine.map(|o| o.describe(lang)).collect::<Vec<_>>()
    };
    assert_eq!(
        mine(Lang::En),
        [
            "basic standard of schools: 某校, row books, primary stage: 14.99 volumes, required ≥ 15 volumes, off by 1 \
             (某教〔2010〕1号)"
        ]
    );
    assert_eq!(
        mine(Lang::Zh),
        ["办学基本标准：某校，小学要求books，现为 14.99册，应 ≥ 15册，相差 1（某教〔2010〕1号）"]
    );
    // Without the second school the county meets it: the private one is not in scope.
    let assessment = held(school_table(&text), &[school("1", "1500"), private]);
    assert_eq!(first(&assessment).part_verdict(Part::SchoolStandard), Some(Verdict::Met));
    // One whose ownership is blank may be out of scope: it can leave the county open, and not fail it.
    let unknown = |books: &str| {
        let school = School::new(COUNTY, "4", SchoolKind::Primary).expect("valid");
        with(school.with_count(Field::StudentsPrimary, 100).expect("a count"), "books", books)
    };
    for (books, verdict) in [("1500", Verdict::Met), ("1499", Verdict::Undetermined)] {
        let assessment = held(school_table(&text), &[school("1", "1500"), unknown(books)]);
        assert_eq!(first(&assessment).part_verdict(Part::SchoolStandard), Some(verdict), "{books}");
    }
    // No school, no verdict.
    let point =
        School::new(COUNTY, "5", SchoolKind::TeachingPoint).expect("valid").with_sponsor(Sponsor::Public);
    let assessment =
        held(school_table(&text), &[point.with_count(Field::StudentsPrimary, 9).expect("a count")]);
    assert_eq!(first(&assessment).part_verdict(Part::SchoolStandard), Some(Verdict::Undetermined));
}

#[test]
fn satisfaction_of_85_per_cent_is_enough() {
    for case in cases().satisfaction {
        let row = case.county.iter().fold(CountyData::new(COUNTY).expect("a code"), |row, (id, value)| {
            row.with_number(CountyField::from_id(id).expect(id), decimal(value)).expect(id)
        });
        let assessor = basic().county_data(CountyTable::new([row]).expect("one"));
        let assessment = assessor.assess(&data(&[primary("1", 100)])).expect("assessed");
        let item = first(&assessment).item("s01").expect("an item");
        assert_eq!(item.verdict().id(), case.expect, "{}", case.situation);
        assert_eq!(item.citation().to_string(), "教督〔2012〕3号 公众满意度");
    }
}

/// A county of two primary schools that meets all four parts.
fn whole(books: &str, score: &str, satisfied: u32) -> Assessment {
    let school = |code: &str| {
        let cells = [
            ("teaching_area", "400"),
            ("sports_field_area", "600"),
            ("equipment_value", "100000"),
            ("computers", "10"),
            ("books", books),
            ("teachers_primary", "10"),
            ("above_qualified_teachers_primary", "5"),
            ("mid_senior_teachers_primary", "5"),
            ("classes_primary", "3"),
            ("classes_66plus_primary", "0"),
        ];
        let school = primary(code, 100).with_area(Area::City);
        cells.iter().fold(school, |school, (id, value)| with(school, id, value))
    };
    let county = CountyData::new(COUNTY)
        .and_then(|row| row.with_count(CountyField::QuestionnairesValid, 100))
        .and_then(|row| row.with_count(CountyField::QuestionnairesSatisfied, satisfied))
        .expect("valid");
    basic()
        .county_data(CountyTable::new([county]).expect("one"))
        .score(ScoreTable::example(), answers(&BTreeMap::from([("b04".to_owned(), score.to_owned())])))
        .and_then(|assessor| assessor.school_standard(SchoolStandard::example()))
        .and_then(|assessor| assessor.assess(&data(&[school("1"), school("2")])))
        .expect("assessed")
}

#[test]
fn the_verdict_is_that_of_all_four_parts() {
    let parts = [Part::SchoolStandard, Part::Resource, Part::Government, Part::Recognition];
    let verdicts = |assessment: &Assessment| {
        let county = first(assessment);
        (county.verdict(), parts.map(|part| county.part_verdict(part).expect("a part")))
    };
    let (met, not) = (Verdict::Met, Verdict::NotMet);
    assert_eq!(verdicts(&whole("1500", "6", 85)), (met, [met; 4]));
    assert_eq!(verdicts(&whole("100", "6", 85)), (not, [not, met, met, met]));
    assert_eq!(verdicts(&whole("1500", "6", 84)), (not, [met, met, met, not]));
    let open = basic().assess(&data(&[primary("1", 100)])).expect("assessed");
    assert_eq!(verdicts(&open), (Verdict::Undetermined, [Verdict::Undetermined; 4]));
    let obstacles: Vec<_> =
        first(&whole("1500", "6", 85)).obstacles().iter().map(|o| o.describe(Lang::En)).collect();
    assert_eq!(obstacles, Vec::<String>::new());
}

#[test]
fn the_number_of_points_that_fails_is_told_with_its_distance() {
    let but = [("b04", "0"), ("b05", "0"), ("b07", "2.99")];
    let but = but.map(|(id, points)| (id.to_owned(), points.to_owned())).into();
    let assessment = basic()
        .score(ScoreTable::example(), answers(&but))
        .and_then(|assessor| assessor.assess(&data(&[primary("1", 100)])))
        .expect("assessed");
    let county = first(&assessment);
    let told = |lang| {
        let obstacles = county.obstacles();
        let mine = obstacles.iter().find(|o| o.part() == Part::Government).map(|o| o.describe(lang));
        mine.expect("an obstacle")
    };
    assert_eq!(
        told(Lang::Zh),
        "政府保障程度：县级人民政府推进义务教育均衡发展工作评分，现为 84.99分，应 ≥ 85分，相差 0.01（教督〔2012〕3号 县级政府工作）"
    );
    assert_eq!(
        told(Lang::En),
        "government support: score of the county government's work: 84.99 points, required ≥ 85 points, off by 0.01 \
         (教督〔2012〕3号 县级政府工作)"
    );
}

/// Two schools whose teachers are `(first, second)` for 100 pupils each, the other indicators alike.
fn year(year: u16, teachers: (u32, u32), large_classes: u32) -> [School; 2] {
    [("1", teachers.0), ("2", teachers.1)].map(|(code, teachers)| {
        let cells = [
            ("teaching_area", 400),
            ("sports_field_area", 600),
            ("equipment_value", 100_000),
            ("computers", 10),
            ("books", 1500),
            ("teachers_primary", teachers),
            ("above_qualified_teachers_primary", teachers),
            ("mid_senior_teachers_primary", teachers),
            ("classes_primary", 10),
            ("classes_56plus_primary", large_classes),
            ("classes_66plus_primary", 0),
        ];
        let school = primary(code, 100).with_county_name("和平区").with_year(year).expect("a year");
        cells.iter().fold(school, |school, (id, count)| with(school, id, &count.to_string()))
    })
}

fn panel() -> Assessment {
    // Teachers 15 and 5: mean 10, deviation 5, a coefficient of 0.5; three of eight such make 0.1875. All alike make 0.
    let schools = [year(2020, (10, 10), 0), year(2021, (15, 5), 1), year(2023, (15, 5), 0)].concat();
    Assessor::new(Standard::basic_2012()).assess(&data(&schools)).expect("assessed")
}

#[test]
fn monitoring_shows_each_year_and_no_change_over_a_gap() {
    let assessment = panel();
    let monitored = assessment.monitor();
    let [primary] = monitored.as_slice() else { panic!("the junior stage has no unit in any year") };
    assert_eq!(
        (primary.county_code(), primary.county_name(), primary.stage()),
        (COUNTY, "和平区", Stage::Primary)
    );
    assert_eq!(primary.missing_years(), [2022]);
    let rows: Vec<_> = primary
        .years()
        .iter()
        .map(|year| (year.year(), year.result().composite().cv(), year.change(), year.verdict()))
        .collect();
    assert_eq!(
        rows,
        [
            (Some(2020), Some(0.0), None, Some(Verdict::Met)),
            (Some(2021), Some(0.1875), Some(0.1875), Some(Verdict::Met)),
            (Some(2023), Some(0.1875), None, Some(Verdict::Met)),
        ]
    );
    assert!(!primary.to_be_checked());
    let large: Vec<_> = primary
        .years()
        .iter()
        .map(|year| {
            let classes = year.class_sizes().expect("the stage");
            (classes.classes(), classes.counts()[0].count(), classes.counts()[0].reaches_aim())
        })
        .collect();
    // Two of twenty classes are 10 %, and at most 5 % were to be large by 2020.
    assert_eq!(
        large,
        [(Some(20), Some(0), Some(true)), (Some(20), Some(2), Some(false)), (Some(20), Some(0), Some(true))]
    );
}

#[test]
fn a_limit_exceeded_in_the_last_year_sends_inspectors_and_one_of_an_earlier_year_does_not() {
    // Everything in one school: each coefficient is 1, and so is their mean, beyond 0.65.
    let empty = |year: u16, zero: bool| {
        [("1", 10), ("2", if zero { 0 } else { 10 })].map(|(code, amount)| {
            let ids = [
                "teaching_area",
                "sports_field_area",
                "equipment_value",
                "computers",
                "books",
                "teachers_primary",
                "above_qualified_teachers_primary",
                "mid_senior_teachers_primary",
            ];
            let school = primary(code, 100).with_year(year).expect("a year");
            ids.iter().fold(school, |school, id| with(school, id, &amount.to_string()))
        })
    };
    for (first, last, checked) in [(true, false, false), (false, true, true)] {
        let schools = [empty(2020, first), empty(2021, last)].concat();
        let assessment = Assessor::new(Standard::basic_2012()).assess(&data(&schools)).expect("assessed");
        let monitored = assessment.monitor();
        assert_eq!(monitored[0].to_be_checked(), checked);
        let years: Vec<_> = monitored[0].years().iter().map(|year| year.to_be_checked()).collect();
        assert_eq!(years, [first, last]);
        let document = Document::of_monitoring(&assessment, Lang::En);
        let listed = document.blocks().iter().any(|block| matches!(block, Block::List(_)));
        assert_eq!(listed, checked);
        assert_eq!(monitored[0].years()[1].change(), Some(if checked { 1.0 } else { -1.0 }));
    }
}

#[test]
fn the_monitoring_report_has_a_row_a_year_with_the_gap_marked() {
    let assessment = panel();
    let text = |lang| {
        let mut out = String::new();
        write_markdown(&Document::of_monitoring(&assessment, lang), &mut out).expect("written");
        out
    };
    let zh = text(Lang::Zh);
    let rows: Vec<_> = zh.lines().filter(|line| line.starts_with("| 20")).collect();
    assert_eq!(
        rows,
        [
            "| 2020 | 2 | 0.000 | — | 0.65 | 达标 | 20 | 0 (0.0%) | 0 (0.0%) | 0 |  |",
            "| 2021 | 2 | 0.188 | +0.188 | 0.65 | 达标 | 20 | 2 (10.0%) | 0 (0.0%) | 0 |  |",
            "| 2022 | — | — | — | — | — | — | — | — | — | 无数据 |",
            "| 2023 | 2 | 0.188 | — | 0.65 | 达标 | 20 | 0 (0.0%) | 0 (0.0%) | 0 |  |",
        ]
    );
    assert!(zh.contains("最近一年没有差异系数超过限值的区县"));
    assert!(text(Lang::En).contains("no coefficient exceeds its limit in the last year"));
}

#[test]
fn the_monitoring_json_holds_doubles_and_nulls() {
    let assessment = panel();
    let json = serde_json::to_value(MonitoringJson::new(&assessment)).expect("serialised");
    assert_eq!(json["schema"], "junheng.monitoring/1");
    let county = &json["counties"][0];
    assert_eq!(county["missing_years"], serde_json::json!([2022]));
    let year = &county["years"][1];
    assert_eq!(year["composite_cv"], 0.1875);
    assert_eq!((&year["change"], &year["composite_limit"]), (&0.1875.into(), &0.65.into()));
    assert_eq!(county["years"][2]["change"], serde_json::Value::Null);
    assert_eq!(
        year["sizes"][0],
        serde_json::json!({
            "size": "large", "pupils": 56, "count": 2, "share": 10.0, "aim": 5.0, "reaches_aim": false,
            "schools": [{"school_code": "1", "classes": 1}, {"school_code": "2", "classes": 1}]
        })
    );
}
