//! The shipped standards value by value, and standards files that are refused with line and reason.
#![allow(clippy::unwrap_used)] // A test that fails here fails by itself.

use junheng::model::Stage;
use junheng::{Date, Decimal, Difference, ErrorKind, Indicator, Lang, Parameter, Standard};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// `key = value unit | from..until | citation`.
fn row(p: &Parameter) -> String {
    let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
    let unit = Some(p.unit_name(Lang::En)).filter(|u| !u.is_empty()).map(|u| format!(" {u}"));
    let cite = p.citation().map(|c| c.to_string()).unwrap_or_default();
    format!(
        "{} = {}{} | {}..{} | {cite}",
        p.key(),
        p.value(),
        unit.unwrap_or_default(),
        day(p.from()),
        day(p.until())
    )
}

fn rows(standard: &Standard, day: Option<&str>) -> Vec<String> {
    standard.parameters(day.map(date)).map(|p| row(&p)).collect()
}

// ---- the shipped standards ----

/// 教督〔2017〕6号 (M), 国教督办函〔2019〕30号 (P) and the national application form (F), restated.
const QUALITY: &[&str] = &[
    // M art. 5, F table II-2 note.
    "exclusion/teaching_point_below_50 = kinds = teaching_point; students < 50 | .. | 教督〔2017〕6号 第五条",
    "exclusion/special_education = kinds = special_education | .. | 国家督导评估认定申报表 表Ⅱ-2 注",
    "exclusion/vocational = kinds = vocational | .. | 国家督导评估认定申报表 表Ⅱ-2 注",
    "exclusion/no_compulsory_pupils = students < 1 | .. | 教督〔2017〕6号 第五条",
    // F, national note: 1 : 1.1 : 1.32.
    "split/primary = 1 | .. | 国家督导评估认定申报表 全国注",
    "split/junior = 1.1 | .. | 国家督导评估认定申报表 全国注",
    "split/senior = 1.32 | .. | 国家督导评估认定申报表 全国注",
    // M art. 5, the seven indicators; teachers by stage, the four others shared.
    "per/above_qualified_teachers = 100 pupils | .. | ",
    "shared/above_qualified_teachers = false | .. | ",
    "threshold/above_qualified_teachers/primary = 4.2 persons per 100 pupils | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "threshold/above_qualified_teachers/junior = 5.3 persons per 100 pupils | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "per/backbone_teachers = 100 pupils | .. | ",
    "shared/backbone_teachers = false | .. | ",
    "threshold/backbone_teachers/primary = 1 persons per 100 pupils | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "threshold/backbone_teachers/junior = 1 persons per 100 pupils | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "per/pe_arts_teachers = 100 pupils | .. | ",
    "shared/pe_arts_teachers = false | .. | ",
    "threshold/pe_arts_teachers/primary = 0.9 persons per 100 pupils | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "threshold/pe_arts_teachers/junior = 0.9 persons per 100 pupils | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "per/teaching_area = 1 pupils | .. | ",
    "shared/teaching_area = true | .. | ",
    "threshold/teaching_area/primary = 4.5 m2 per pupil | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "threshold/teaching_area/junior = 5.8 m2 per pupil | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "per/sports_area = 1 pupils | .. | ",
    "shared/sports_area = true | .. | ",
    "threshold/sports_area/primary = 7.5 m2 per pupil | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "threshold/sports_area/junior = 10.2 m2 per pupil | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "per/equipment_value = 1 pupils | .. | ",
    "shared/equipment_value = true | .. | ",
    "threshold/equipment_value/primary = 2000 yuan per pupil | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "threshold/equipment_value/junior = 2500 yuan per pupil | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "per/multimedia_classrooms = 100 pupils | .. | ",
    "shared/multimedia_classrooms = true | .. | ",
    "threshold/multimedia_classrooms/primary = 2.3 rooms per 100 pupils | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "threshold/multimedia_classrooms/junior = 2.4 rooms per 100 pupils | 2017-04-26.. | 教督〔2017〕6号 第五条",
    // M art. 5: six of seven, the rest at 85 %; coefficients 0.50 and 0.45.
    "unit_rule/meet_at_least = 6 indicators | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "unit_rule/floor = 0.85 | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "cv_limit/primary = 0.5 | 2017-04-26.. | 教督〔2017〕6号 第五条",
    "cv_limit/junior = 0.45 | 2017-04-26.. | 教督〔2017〕6号 第五条",
    // P, for evaluations within three years of 2019-10-24.
    "clause/pe_arts_itinerant = adds = pe_arts_itinerant_primary, pe_arts_itinerant_junior; areas = rural; \
     students >= 50; students < 100 | 2019-10-24..2022-10-23 | 国教督办函〔2019〕30号",
    "clause/dense_city_sports = adds = other_sports_area, offcampus_sports_area; dense_city_centre = true | \
     2019-10-24..2022-10-23 | 国教督办函〔2019〕30号",
    // F: school values and means two decimals, coefficients three.
    "precision/value = 2 decimals | .. | 国家督导评估认定申报表",
    "precision/mean = 2 decimals | .. | 国家督导评估认定申报表",
    "precision/cv = 3 decimals | .. | 国家督导评估认定申报表",
    // A reading that P leaves open; the default is the narrower one.
    "option/itinerant_scope = rural | .. | ",
];

/// 教督〔2012〕3号 with its notes on calculation, and the application form of the basic standard, restated.
const BASIC: &[&str] = &[
    "exclusion/teaching_point = kinds = teaching_point | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "exclusion/special_education = kinds = special_education | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "exclusion/vocational = kinds = vocational | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "exclusion/private = sponsors = private | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "exclusion/not_county_run = sponsors = central_education, central_other, provincial_education, provincial_other, \
     prefecture_education, prefecture_other, enterprise | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "exclusion/no_compulsory_pupils = students < 1 | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "split/primary = 1 | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "split/junior = 1.1 | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "split/senior = 1.32 | .. | 教督〔2012〕3号 附：差异系数计算说明",
    "per/teaching_area = 1 pupils | .. | ",
    "shared/teaching_area = true | .. | ",
    "per/sports_area = 1 pupils | .. | ",
    "shared/sports_area = true | .. | ",
    "per/equipment_value = 1 pupils | .. | ",
    "shared/equipment_value = true | .. | ",
    "per/computers = 100 pupils | .. | ",
    "shared/computers = true | .. | ",
    "per/books = 1 pupils | .. | ",
    "shared/books = true | .. | ",
    "per/teachers = 1 pupils | .. | ",
    "shared/teachers = false | .. | ",
    "per/above_qualified_teachers = 1 pupils | .. | ",
    "shared/above_qualified_teachers = false | .. | ",
    "per/mid_senior_teachers = 1 pupils | .. | ",
    "shared/mid_senior_teachers = false | .. | ",
    "composite_limit/primary = 0.65 | 2012-01-20.. | 教督〔2012〕3号 县域内校际间差距",
    "composite_limit/junior = 0.55 | 2012-01-20.. | 教督〔2012〕3号 县域内校际间差距",
    "precision/value = 2 decimals | .. | 国家督导评估申报表",
    "precision/mean = 2 decimals | .. | 国家督导评估申报表",
    "precision/cv = 3 decimals | .. | 国家督导评估申报表",
    // Ratios of teachers to pupils are small numbers.
    "precision/mean/teachers = 3 decimals | .. | 国家督导评估申报表",
    "precision/mean/above_qualified_teachers = 3 decimals | .. | 国家督导评估申报表",
    "precision/mean/mid_senior_teachers = 3 decimals | .. | 国家督导评估申报表",
];

/// The rows whose families this file restates.
fn restated(found: Vec<String>) -> Vec<String> {
    const FAMILIES: [&str; 11] = [
        "exclusion/",
        "split/",
        "per/",
        "shared/",
        "threshold/",
        "unit_rule/",
        "cv_limit/",
        "composite_limit/",
        "clause/",
        "precision/",
        "option/itinerant_scope",
    ];
    found.into_iter().filter(|row| FAMILIES.iter().any(|family| row.starts_with(family))).collect()
}

#[test]
fn every_value_of_the_high_quality_standard_is_that_of_its_source() {
    assert_eq!(restated(rows(&Standard::quality_2017(), Some("2021-06-30"))), QUALITY);
}

#[test]
fn every_value_of_the_basic_standard_is_that_of_its_source() {
    assert_eq!(restated(rows(&Standard::basic_2012(), Some("2021-06-30"))), BASIC);
}

#[test]
fn the_documents_are_named_with_their_numbers_and_dates() {
    let documents = |standard: &Standard| {
        let text = |d: &junheng::Document| {
            format!("{} {} {}", d.number, d.title, d.from.map(|d| d.to_string()).unwrap_or_default())
        };
        standard.documents().map(text).collect::<Vec<_>>()
    };
    let quality = documents(&Standard::quality_2017());
    for expected in [
        "教督〔2017〕6号 县域义务教育优质均衡发展督导评估办法 2017-04-26",
        "国教督办函〔2019〕30号 县域义务教育优质均衡发展国家督导评估认定工作规程 2019-10-24",
        "国家督导评估认定申报表 义务教育优质均衡发展县（市、区）国家督导评估认定申报表 2019-10-24",
    ] {
        assert!(quality.iter().any(|d| d == expected), "{expected}: {quality:?}");
    }
    let basic = documents(&Standard::basic_2012());
    let expected = "教督〔2012〕3号 县域义务教育均衡发展督导评估暂行办法 2012-01-20";
    assert!(basic.iter().any(|d| d == expected), "{basic:?}");
    assert_eq!(Standard::quality_2017().from(), date("2017-04-26"));
    assert_eq!(Standard::basic_2012().from(), date("2012-01-20"));
}

#[test]
fn clauses_are_listed_on_the_days_on_which_they_hold() {
    let clauses = |day: Option<&str>| {
        rows(&Standard::quality_2017(), day).iter().filter(|row| row.starts_with("clause/")).count()
    };
    for (day, count) in [("2019-10-23", 0), ("2019-10-24", 2), ("2022-10-23", 2), ("2022-10-24", 0)] {
        assert_eq!(clauses(Some(day)), count, "{day}");
    }
    assert_eq!(clauses(None), 0);
}

#[test]
fn standards_are_opened_by_id_or_by_path() {
    assert_eq!(Standard::open("basic-2012").unwrap().id(), "basic-2012");
    let error = Standard::open("quality-2018").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::UnknownStandard { id, .. } if id == "quality-2018"));
    assert!(error.describe(Lang::Zh).starts_with("没有名为“quality-2018”的标准；内置的有 quality-2017"));
    let error = Standard::open("no-such-file.toml").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::File { .. }), "{error}");
}

// ---- overlays ----

/// An overlay on a shipped standard; what follows begins on line 9.
fn overlay_on(base: &str, body: &str) -> String {
    format!(
        r#"schema = "junheng.standard/1"
id = "somewhere"
title = "某市补充规定"
title_en = "A city's rules"
extends = "{base}"
[documents.S]
title = "某市补充规定"
number = "某教督〔2020〕1号"
{body}"#
    )
}

fn overlay(body: &str) -> String {
    overlay_on("quality-2017", body)
}

/// A standard of its own; the body begins on line 25.
fn own(body: &str) -> String {
    own_with("", body)
}

fn own_with(line_2: &str, body: &str) -> String {
    format!(
        r#"schema = "junheng.standard/1"
{line_2}
id = "own"
title = "自拟标准"
from = "2020-01-01"
[documents.S]
title = "自拟标准"
number = "某教督〔2020〕2号"
[split]
primary = "1"
junior = "1.1"
senior = "1.32"
document = "S"
[precision]
value = 2
mean = 2
cv = 3
document = "S"
[[indicator]]
id = "books"
name = "生均图书"
unit = "volumes"
per = 1
shared = true
{body}"#
    )
}

fn read(text: &str) -> Standard {
    Standard::from_toml("x.toml", text).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn an_overlay_holds_from_its_day_and_the_base_before() {
    let standard = read(&overlay(
        r#"[[indicator]]
id = "sports_area"
[[indicator.threshold]]
from = "2020-09-01"
primary = "8"
document = "S"
article = "第二条"
[[indicator.threshold]]
from = "2023-09-01"
primary = "7.9"
document = "S"
[[cv_limit]]
from = "2021-01-01"
junior = "0.40"
document = "S"
[[unit_rule]]
from = "2022-01-01"
meet_at_least = 7
floor = "0.9"
document = "S"
"#,
    ));
    assert_eq!((standard.id(), standard.overlays()), ("quality-2017", &["somewhere".to_owned()][..]));
    assert_eq!(
        standard.titles(Lang::En).collect::<Vec<_>>(),
        ["High-quality balanced compulsory education", "A city's rules"]
    );
    let rule = standard.indicator(Indicator::SportsArea).unwrap();
    let area = |stage, day: &str| rule.threshold(stage, Some(date(day))).unwrap();
    for (day, value, cite) in [
        ("2017-01-01", "7.5", "教督〔2017〕6号 第五条"),
        ("2020-08-31", "7.5", "教督〔2017〕6号 第五条"),
        ("2020-09-01", "8", "某教督〔2020〕1号 第二条"),
        ("2023-08-31", "8", "某教督〔2020〕1号 第二条"),
        ("2023-09-01", "7.9", "某教督〔2020〕1号"),
    ] {
        let found = area(Stage::Primary, day);
        assert_eq!((found.value, found.cite.to_string().as_str()), (decimal(value), cite), "{day}");
        // The other stage is untouched.
        assert_eq!(area(Stage::Junior, day).value, decimal("10.2"));
    }
    assert_eq!(rule.threshold(Stage::Primary, None).unwrap().value, decimal("7.9"));
    let limit = |stage, day: &str| standard.cv_limit(stage, Some(date(day))).unwrap().value;
    assert_eq!(limit(Stage::Junior, "2020-12-31"), decimal("0.45"));
    assert_eq!(limit(Stage::Junior, "2021-01-01"), decimal("0.4"));
    assert_eq!(limit(Stage::Primary, "2021-01-01"), decimal("0.5"));
    let unit = |day: &str| standard.unit_rule(Some(date(day))).unwrap().value;
    assert_eq!((unit("2021-12-31").meet_at_least, unit("2021-12-31").floor), (6, decimal("0.85")));
    assert_eq!((unit("2022-01-01").meet_at_least, unit("2022-01-01").floor), (7, decimal("0.9")));
    // Every value names the file that set it.
    let layers = |day: &str| {
        let rows = standard.parameters(Some(date(day)));
        rows.filter(|p| p.layer() == "somewhere").map(|p| p.key().to_owned()).collect::<Vec<_>>()
    };
    assert!(layers("2020-08-31").is_empty());
    assert_eq!(
        layers("2022-01-01"),
        ["threshold/sports_area/primary", "unit_rule/meet_at_least", "unit_rule/floor", "cv_limit/junior"]
    );
}

#[test]
fn what_an_overlay_changes_is_what_differs_on_the_day() {
    let standard = read(&overlay(
        r#"[[indicator]]
id = "equipment_value"
[[indicator.threshold]]
from = "2020-09-01"
primary = "2400"
junior = "2500"
document = "S"
"#,
    ));
    let base = Standard::quality_2017();
    let text = |found: Vec<Difference>| -> Vec<String> {
        let side = |p: &Option<Parameter>| {
            p.as_ref().map_or("none".to_owned(), |p| format!("{} ({})", p.value(), p.layer()))
        };
        found.iter().map(|d| format!("{}: {} -> {}", d.key(), side(&d.left), side(&d.right))).collect()
    };
    assert_eq!(text(base.diff(&standard, Some(date("2020-08-31")))), [""; 0]);
    // The junior threshold is restated from another document, but it is the same.
    assert_eq!(
        text(base.diff(&standard, Some(date("2020-09-01")))),
        ["threshold/equipment_value/primary: 2000 (quality-2017) -> 2400 (somewhere)"]
    );
    assert_eq!(
        text(standard.diff(&base, None)),
        ["threshold/equipment_value/primary: 2400 (somewhere) -> 2000 (quality-2017)"]
    );
    let both = text(base.diff(&Standard::basic_2012(), None));
    for expected in [
        "exclusion/teaching_point_below_50: kinds = teaching_point; students < 50 (quality-2017) -> none",
        "per/above_qualified_teachers: 100 (quality-2017) -> 1 (basic-2012)",
        "cv_limit/junior: 0.45 (quality-2017) -> none",
        "per/books: none -> 1 (basic-2012)",
        "composite_limit/primary: none -> 0.65 (basic-2012)",
    ] {
        assert!(both.iter().any(|d| d == expected), "{expected}: {both:#?}");
    }
    assert!(!both.iter().any(|d| d.starts_with("split/") || d.starts_with("per/teaching_area")), "{both:#?}");
}

#[test]
fn a_parameter_has_a_title_in_both_languages() {
    let standard = Standard::quality_2017();
    let title = |key: &str| {
        let found = standard.parameters(Some(date("2021-01-01"))).find(|p| p.key() == key).expect(key);
        (
            found.title(Lang::Zh).to_owned(),
            found.title(Lang::En).to_owned(),
            found.unit_name(Lang::Zh).to_owned(),
        )
    };
    for (key, zh, en, unit) in [
        (
            "threshold/sports_area/junior",
            "生均体育运动场馆面积：初中不低于",
            "sports grounds and rooms per pupil: at least, junior stage",
            "平方米/生",
        ),
        (
            "threshold/backbone_teachers/primary",
            "每百名学生拥有县级以上骨干教师数：小学不低于",
            "backbone teachers per 100 pupils: at least, primary stage",
            "人/100 名学生",
        ),
        ("cv_limit/primary", "小学单项差异系数不超过", "each coefficient at most, primary stage", ""),
        (
            "unit_rule/floor",
            "每项指标不低于规定值的比例",
            "share of its threshold that every indicator must reach",
            "",
        ),
        (
            "split/senior",
            "共用资源分摊权重（高中）",
            "weight in the split of shared resources, senior stage",
            "",
        ),
        ("exclusion/vocational", "不参加评估：职业学校", "not assessed: vocational school", ""),
        ("precision/cv", "印出的差异系数", "coefficients as printed", "位小数"),
    ] {
        assert_eq!(title(key), (zh.into(), en.into(), unit.into()));
    }
}

#[test]
fn an_overlay_is_held_against_all_it_replaces_and_not_against_itself() {
    // A value that falls again, but never below the base, is no loosening.
    read(&overlay(
        "[[indicator]]\nid = \"sports_area\"\n[[indicator.threshold]]\nfrom = \"2018-01-01\"\nprimary = \"9\"\n\
         document = \"S\"\n[[indicator.threshold]]\nfrom = \"2020-01-01\"\nprimary = \"7.5\"\ndocument = \"S\"\n",
    ));
    // The same figures are no loosening either, and basic-2012 may be tightened too.
    read(&overlay_on(
        "basic-2012",
        "[[composite_limit]]\nfrom = \"2013-01-01\"\nprimary = \"0.65\"\njunior = \"0.50\"\ndocument = \"S\"\n",
    ));
}

#[test]
fn a_standard_of_ones_own_is_read() {
    let standard = read(&own(
        "[[indicator.threshold]]\nfrom = \"2020-01-01\"\nprimary = \"15\"\njunior = \"25\"\ndocument = \"S\"\n",
    ));
    assert_eq!((standard.id(), standard.overlays().len()), ("own", 0));
    assert_eq!(standard.indicators().len(), 1);
    assert_eq!(standard.indicators()[0].name(Lang::En), "books");
    assert_eq!(standard.split_weights().unwrap().value, ["1", "1.1", "1.32"].map(decimal));
    // A byte order mark, as Windows editors write it, is no part of the text.
    read(&format!("\u{feff}{}", own("")));
}

// ---- files that are refused ----

/// A file that is refused, with every problem: line, Chinese, English.
struct Refused {
    text: String,
    problems: &'static [(usize, &'static str, &'static str)],
}

const THRESHOLD: &str = "[[indicator]]\nid = \"sports_area\"\n[[indicator.threshold]]\n";

/// An overlay on the thresholds of sports area; the threshold's keys begin on line 12.
fn threshold(keys: &str) -> String {
    overlay(&format!("{THRESHOLD}{keys}\n"))
}

fn cases() -> Vec<Refused> {
    let case = |text: String, problems| Refused { text, problems };
    vec![
        // What is not a standards file at all.
        case(
            "# nothing\n".into(),
            &[(
                1,
                "不是有效的标准文件：missing field `schema`",
                "not a valid standards file: missing field `schema`",
            )],
        ),
        case(
            overlay("[[indicator\n"),
            &[(
                9,
                "不是有效的标准文件：unclosed array table, expected `]]`",
                "not a valid standards file: unclosed array table, expected `]]`",
            )],
        ),
        case(
            overlay("").replace("standard/1", "standard/2"),
            &[(
                1,
                "schema 应为 \"junheng.standard/1\"，而不是 \"junheng.standard/2\"",
                "schema must be \"junheng.standard/1\", not \"junheng.standard/2\"",
            )],
        ),
        // Keys and shapes.
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"8\"\ndocument = \"S\"\nfloor = \"0.9\""),
            &[(
                15,
                "不是有效的标准文件：unknown field `floor`, expected one of `from`, `primary`, `junior`, `document`, `article`",
                "not a valid standards file: unknown field `floor`, expected one of `from`, `primary`, `junior`, `document`, `article`",
            )],
        ),
        case(
            threshold("from = \"2020-01-01\"\nprimary = 8.0\ndocument = \"S\""),
            &[(
                13,
                "不是有效的标准文件：invalid type: floating point `8.0`, expected a string",
                "not a valid standards file: invalid type: floating point `8.0`, expected a string",
            )],
        ),
        case(
            threshold("from = 2020-01-01\nprimary = \"8\"\ndocument = \"S\""),
            &[(
                12,
                "不是有效的标准文件：a date is text, expected \"2020-01-01\"",
                "not a valid standards file: a date is text, expected \"2020-01-01\"",
            )],
        ),
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"8\""),
            &[(
                11,
                "不是有效的标准文件：missing field `document`",
                "not a valid standards file: missing field `document`",
            )],
        ),
        case(
            threshold("primary = \"8\"\ndocument = \"S\""),
            &[(
                11,
                "不是有效的标准文件：missing field `from`",
                "not a valid standards file: missing field `from`",
            )],
        ),
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"8\"\nprimary = \"9\"\ndocument = \"S\""),
            &[(14, "不是有效的标准文件：duplicate key", "not a valid standards file: duplicate key")],
        ),
        // Values.
        case(
            threshold("from = \"2020-02-30\"\nprimary = \"8\"\ndocument = \"S\""),
            &[(
                12,
                "“2020-02-30”不是日期，应写作 YYYY-MM-DD",
                "\"2020-02-30\" is not a date, expected YYYY-MM-DD",
            )],
        ),
        case(
            threshold("from = \"unknown\"\nprimary = \"8\"\ndocument = \"S\""),
            &[(12, "“unknown”不是日期，应写作 YYYY-MM-DD", "\"unknown\" is not a date, expected YYYY-MM-DD")],
        ),
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"８\"\njunior = \"1e2\"\ndocument = \"S\""),
            &[
                (
                    13,
                    "“８”不是不小于零的小数，应如 \"4.2\"",
                    "\"８\" is not a decimal of zero or more, expected something like \"4.2\"",
                ),
                (
                    14,
                    "“1e2”不是不小于零的小数，应如 \"4.2\"",
                    "\"1e2\" is not a decimal of zero or more, expected something like \"4.2\"",
                ),
            ],
        ),
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"-8\"\ndocument = \"S\""),
            &[(
                13,
                "“-8”不是不小于零的小数，应如 \"4.2\"",
                "\"-8\" is not a decimal of zero or more, expected something like \"4.2\"",
            )],
        ),
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"0\"\njunior = \"10.20001\"\ndocument = \"S\""),
            &[
                (
                    13,
                    "“0”应大于零、小于 1000000000，至多 4 位小数",
                    "\"0\" must be above zero and below 1000000000, with at most 4 decimals",
                ),
                (
                    14,
                    "“10.20001”应大于零、小于 1000000000，至多 4 位小数",
                    "\"10.20001\" must be above zero and below 1000000000, with at most 4 decimals",
                ),
            ],
        ),
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"1000000000\"\ndocument = \"S\""),
            &[(
                13,
                "“1000000000”应大于零、小于 1000000000，至多 4 位小数",
                "\"1000000000\" must be above zero and below 1000000000, with at most 4 decimals",
            )],
        ),
        case(
            threshold("from = \"2020-01-01\"\ndocument = \"S\""),
            &[(11, "缺少 primary 或 junior", "primary or junior is missing")],
        ),
        // Sources.
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"8\"\ndocument = \"M\""),
            &[(14, "documents 里没有文件“M”", "documents has no \"M\"")],
        ),
        case(
            overlay("").replace("number = \"某教督〔2020〕1号\"", "number = \" \""),
            &[(8, "number 不能为空", "number cannot be blank")],
        ),
        case(
            overlay("").replace("[documents.S]\ntitle = \"某市补充规定\"", "[documents.S]\ntitle = \"\""),
            &[(7, "title 不能为空", "title cannot be blank")],
        ),
        case(
            overlay("from = \"soon\"\n"),
            &[(9, "“soon”不是日期，应写作 YYYY-MM-DD", "\"soon\" is not a date, expected YYYY-MM-DD")],
        ),
        // Identity.
        case(
            overlay("").replace("id = \"somewhere\"", "id = \"某市\""),
            &[(
                2,
                "id 应由字母、数字、“-”、“_”或“.”组成",
                "id must be made of letters, digits, '-', '_' or '.'",
            )],
        ),
        case(
            overlay("").replace("id = \"somewhere\"", "id = \"quality-2017\""),
            &[(
                2,
                "id 不能与所扩展的标准“quality-2017”相同",
                "id cannot be that of the standard extended, \"quality-2017\"",
            )],
        ),
        case(
            overlay("").replace("\ntitle = \"某市补充规定\"\ntitle_en", "\ntitle = \"\"\ntitle_en"),
            &[(0, "title 不能为空", "title cannot be blank")],
        ),
        case(
            overlay_on("quality-2018", ""),
            &[(5, "没有名为“quality-2018”的标准可供扩展", "there is no standard \"quality-2018\" to extend")],
        ),
        // Indicators.
        case(
            overlay("[[indicator]]\nid = \"teaching_aera\"\n"),
            &[(10, "没有名为“teaching_aera”的指标", "there is no indicator \"teaching_aera\"")],
        ),
        case(
            overlay("[[indicator]]\nid = \"books\"\n"),
            &[(10, "所扩展的标准没有指标 books", "the standard extended has no indicator books")],
        ),
        case(
            overlay("[[indicator]]\nid = \"sports_area\"\n[[indicator]]\nid = \"sports_area\"\n"),
            &[(12, "指标 sports_area 出现了两次", "the indicator sports_area occurs twice")],
        ),
        case(
            overlay("[[indicator]]\nid = \"equipment_value\"\nunit = \"ten_thousand_yuan\"\n"),
            &[(11, "equipment_value 的单位应为 yuan", "the unit of equipment_value is yuan")],
        ),
        case(
            overlay("[[indicator]]\nid = \"sports_area\"\nper = 100\n"),
            &[(11, "扩展标准不能改动指标的 per", "an overlay cannot change per of an indicator")],
        ),
        case(
            overlay(
                "[[indicator]]\nid = \"sports_area\"\nshared = false\nname = \"运动场\"\nname_en = \"grounds\"\nmean_decimals = 3\n",
            ),
            &[
                (11, "扩展标准不能改动指标的 shared", "an overlay cannot change shared of an indicator"),
                (12, "扩展标准不能改动指标的 name", "an overlay cannot change name of an indicator"),
                (13, "扩展标准不能改动指标的 name_en", "an overlay cannot change name_en of an indicator"),
                (
                    14,
                    "扩展标准不能改动指标的 mean_decimals",
                    "an overlay cannot change mean_decimals of an indicator",
                ),
            ],
        ),
        // Changes of shape.
        case(
            overlay("[split]\nprimary = \"1\"\njunior = \"1\"\nsenior = \"1\"\ndocument = \"S\"\n"),
            &[(9, "扩展标准不能改动 split", "an overlay cannot change split")],
        ),
        case(
            overlay(
                "[[exclusion]]\nreason = \"small\"\nstudents_below = 10\ntitle = \"小\"\ntitle_en = \"small\"\ndocument = \"S\"\n",
            ),
            &[(9, "扩展标准不能改动 exclusion", "an overlay cannot change exclusion")],
        ),
        case(
            overlay("[precision]\nvalue = 1\nmean = 1\ncv = 1\ndocument = \"S\"\n"),
            &[(13, "扩展标准不能改动 precision", "an overlay cannot change precision")],
        ),
        case(
            overlay("").replace("extends", "tighten_only = false\nfrom = \"2020-01-01\"\nextends"),
            &[
                (5, "扩展标准不能改动 tighten_only", "an overlay cannot change tighten_only"),
                (6, "扩展标准不能改动 from", "an overlay cannot change from"),
            ],
        ),
        // Looser than the base.
        case(
            threshold("from = \"2020-01-01\"\nprimary = \"7.4999\"\njunior = \"10.2\"\ndocument = \"S\""),
            &[(
                13,
                "7.4999 比所扩展的标准（7.5）宽松，该标准只许从严",
                "7.4999 is looser than the standard extended (7.5), which may only be tightened",
            )],
        ),
        case(
            overlay(
                "[[cv_limit]]\nfrom = \"2020-01-01\"\nprimary = \"0.5\"\njunior = \"0.4501\"\ndocument = \"S\"\n",
            ),
            &[(
                12,
                "0.4501 比所扩展的标准（0.45）宽松，该标准只许从严",
                "0.4501 is looser than the standard extended (0.45), which may only be tightened",
            )],
        ),
        case(
            overlay_on(
                "basic-2012",
                "[[composite_limit]]\nfrom = \"2020-01-01\"\nprimary = \"0.66\"\ndocument = \"S\"\n",
            ),
            &[(
                11,
                "0.66 比所扩展的标准（0.65）宽松，该标准只许从严",
                "0.66 is looser than the standard extended (0.65), which may only be tightened",
            )],
        ),
        case(
            overlay(
                "[[unit_rule]]\nfrom = \"2020-01-01\"\nmeet_at_least = 7\nfloor = \"0.8\"\ndocument = \"S\"\n",
            ),
            &[(
                10,
                "0.8 比所扩展的标准（0.85）宽松，该标准只许从严",
                "0.8 is looser than the standard extended (0.85), which may only be tightened",
            )],
        ),
        case(
            overlay(
                "[[unit_rule]]\nfrom = \"2020-01-01\"\nmeet_at_least = 5\nfloor = \"0.9\"\ndocument = \"S\"\n",
            ),
            &[(
                10,
                "5 比所扩展的标准（6）宽松，该标准只许从严",
                "5 is looser than the standard extended (6), which may only be tightened",
            )],
        ),
        // Rules on units.
        case(
            overlay(
                "[[unit_rule]]\nfrom = \"2020-01-01\"\nmeet_at_least = 8\nfloor = \"1.1\"\ndocument = \"S\"\n",
            ),
            &[
                (
                    11,
                    "meet_at_least 应为 1 至 7（指标数）",
                    "meet_at_least must be 1 to 7, the number of indicators",
                ),
                (12, "floor 是比例，不能大于 1", "floor is a share and cannot exceed 1"),
            ],
        ),
        case(
            overlay(
                "[[unit_rule]]\nfrom = \"2020-01-01\"\nmeet_at_least = 6\nfloor = \"0.85001\"\ndocument = \"S\"\n",
            ),
            &[(12, "floor 不能多于 4 位小数", "floor cannot have more than 4 decimals")],
        ),
        case(
            threshold(
                "from = \"2020-01-01\"\nprimary = \"8\"\ndocument = \"S\"\n[[indicator.threshold]]\nfrom = \"2020-01-01\"\n\
                 primary = \"9\"\ndocument = \"S\"",
            ),
            &[(17, "自 2020-01-01 起有两个数值", "there are two values from 2020-01-01")],
        ),
        case(
            overlay(
                "[[unit_rule]]\nfrom = \"2020-01-01\"\nmeet_at_least = 6\nfloor = \"85%\"\ndocument = \"S\"\n",
            ),
            &[(
                12,
                "“85%”不是不小于零的小数，应如 \"4.2\"",
                "\"85%\" is not a decimal of zero or more, expected something like \"4.2\"",
            )],
        ),
        case(
            overlay(
                "[[unit_rule]]\nfrom = \"2020-01-01\"\nmeet_at_least = 0\nfloor = \"0.9\"\ndocument = \"S\"\n",
            ),
            &[
                (
                    10,
                    "0 比所扩展的标准（6）宽松，该标准只许从严",
                    "0 is looser than the standard extended (6), which may only be tightened",
                ),
                (
                    11,
                    "meet_at_least 应为 1 至 7（指标数）",
                    "meet_at_least must be 1 to 7, the number of indicators",
                ),
            ],
        ),
        // Standards of one's own. The body begins on line 25.
        case(
            own("").replace("\nfrom = \"2020-01-01\"\n", "\n"),
            &[(0, "缺少 from（标准施行之日）", "from, the date the standard takes effect, is missing")],
        ),
        case(
            own("").replace("from = \"2020-01-01\"", "from = \"2020-1-1\""),
            &[(
                5,
                "“2020-1-1”不是日期，应写作 YYYY-MM-DD",
                "\"2020-1-1\" is not a date, expected YYYY-MM-DD",
            )],
        ),
        case(
            own("").replace("junior = \"1.1\"\nsenior = \"1.32\"", "junior = \"0\"\nsenior = \"1.3201\""),
            &[
                (
                    11,
                    "“0”应大于零、小于 100，至多 3 位小数",
                    "\"0\" must be above zero and below 100, with at most 3 decimals",
                ),
                (
                    12,
                    "“1.3201”应大于零、小于 100，至多 3 位小数",
                    "\"1.3201\" must be above zero and below 100, with at most 3 decimals",
                ),
            ],
        ),
        case(
            own("").replace("primary = \"1\"", "primary = \"100\""),
            &[(
                10,
                "“100”应大于零、小于 100，至多 3 位小数",
                "\"100\" must be above zero and below 100, with at most 3 decimals",
            )],
        ),
        case(
            own("").replace(
                "[split]\nprimary = \"1\"\njunior = \"1.1\"\nsenior = \"1.32\"\ndocument = \"S\"\n",
                "",
            ),
            &[(0, "缺少 split（共用资源的分摊权重）", "split, the weights for shared resources, is missing")],
        ),
        case(
            own("").replace("[precision]\nvalue = 2\nmean = 2\ncv = 3\ndocument = \"S\"\n", ""),
            &[(0, "缺少 precision（印出的小数位数）", "precision, the printed decimals, is missing")],
        ),
        case(
            own("mean_decimals = 10\n").replace("cv = 3", "cv = 12"),
            &[
                (18, "小数位数不能多于 9", "more than 9 decimals cannot be printed"),
                (25, "小数位数不能多于 9", "more than 9 decimals cannot be printed"),
            ],
        ),
        case(
            own("").replace("per = 1\n", "per = 1001\n"),
            &[(23, "per 应为 1 至 1000", "per must be 1 to 1000")],
        ),
        case(
            own("").replace("per = 1\n", "per = 0\n"),
            &[(23, "per 应为 1 至 1000", "per must be 1 to 1000")],
        ),
        case(
            own("").replace("unit = \"volumes\"\n", ""),
            &[
                (0, "标准没有任何指标", "the standard has no indicator"),
                (20, "指标缺少 name、unit、per 或 shared", "the indicator lacks name, unit, per or shared"),
            ],
        ),
        case(
            own("[[indicator]]\nid = \"books\"\n"),
            &[(26, "指标 books 出现了两次", "the indicator books occurs twice")],
        ),
        case(
            own(
                "[[unit_rule]]\nfrom = \"2020-01-01\"\nmeet_at_least = 1\nfloor = \"0.5\"\ndocument = \"S\"\n",
            ),
            &[
                (
                    0,
                    "有 unit_rule，指标 books 却没有小学的 threshold",
                    "there is a unit_rule, but books has no threshold for the primary stage",
                ),
                (
                    0,
                    "有 unit_rule，指标 books 却没有初中的 threshold",
                    "there is a unit_rule, but books has no threshold for the junior stage",
                ),
            ],
        ),
        case(
            own("[[exclusion]]\nreason = \"all\"\ntitle = \"全部\"\ntitle_en = \"all\"\ndocument = \"S\"\n"),
            &[(
                26,
                "exclusion 没有条件：应有 kinds、sponsors 或大于零的 students_below",
                "the exclusion has no condition: kinds, sponsors or students_below above zero was expected",
            )],
        ),
        case(
            own(
                "[[exclusion]]\nreason = \"x\"\nkinds = [\"kindergarten\", \"vocational\", \"职业学校\"]\ntitle = \"x\"\ntitle_en = \"x\"\ndocument = \"S\"\n",
            ),
            &[
                (27, "不认识“kindergarten”", "\"kindergarten\" is not known"),
                (27, "“职业学校”出现了两次", "\"职业学校\" occurs twice"),
            ],
        ),
        case(
            own(&clause("indicator = \"sports_area\"", "adds = [\"computers\"]", "2020-01-01", "2021-01-01")),
            &[(27, "没有名为“sports_area”的指标", "there is no indicator \"sports_area\"")],
        ),
        // Books are no computers, and those counted already do not count again.
        case(
            own(&clause(
                "indicator = \"books\"",
                "adds = [\"computers\", \"books\"]",
                "2020-01-01",
                "2019-01-01",
            )),
            &[
                (28, "不认识“computers”", "\"computers\" is not known"),
                (28, "不认识“books”", "\"books\" is not known"),
                (32, "until 早于 from", "until is before from"),
            ],
        ),
        case(
            own(&clause(
                "indicator = \"books\"",
                "adds = []\nstudents_from = 100\nstudents_below = 100",
                "2020-01-01",
                "2021-01-01",
            )),
            &[
                (26, "adds 没有列出任何列", "adds lists no column"),
                (26, "students_from 应小于 students_below", "students_from must be less than students_below"),
            ],
        ),
        case(
            own(
                "[[option]]\nname = \"a\"\ndefault = \"x\"\nvalues = [\"y\"]\ntitle = \"甲\"\ntitle_en = \"a\"\n[[option]]\nname = \"a\"\ndefault = \"y\"\nvalues = [\"y\"]\ntitle = \"甲\"\ntitle_en = \"a\"\n",
            ),
            &[
                (27, "默认读法不在 values 之中", "the default is not among the values"),
                (32, "选项 a 出现了两次", "the option a occurs twice"),
            ],
        ),
    ]
}

/// A clause; its id stands on line 26 of a standard of one's own.
fn clause(indicator: &str, adds: &str, from: &str, until: &str) -> String {
    format!(
        "[[clause]]\nid = \"c\"\n{indicator}\n{adds}\ntitle = \"款\"\ntitle_en = \"clause\"\nfrom = \"{from}\"\n\
         until = \"{until}\"\ndocument = \"S\"\n"
    )
}

#[test]
fn a_file_that_means_nothing_is_refused_with_every_line_and_reason() {
    for Refused { text, problems } in cases() {
        let error = match Standard::from_toml("x.toml", &text) {
            Err(error) => error,
            Ok(_) => panic!("accepted:\n{text}"),
        };
        let expected = |lang: Lang| {
            let line = |(line, zh, en): &(usize, &str, &str)| match (line, lang) {
                (0, Lang::Zh) => format!("x.toml：{zh}"),
                (0, Lang::En) => format!("x.toml: {en}"),
                (line, Lang::Zh) => format!("x.toml 第 {line} 行：{zh}"),
                (line, Lang::En) => format!("x.toml line {line}: {en}"),
            };
            problems.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(error.describe(Lang::Zh), expected(Lang::Zh), "{text}");
        assert_eq!(error.to_string(), expected(Lang::En), "{text}");
    }
}

#[test]
fn a_clause_cannot_hold_beside_another_on_the_same_indicator() {
    let area =
        "[[indicator]]\nid = \"teaching_area\"\nname = \"用房\"\nunit = \"m2\"\nper = 1\nshared = true\n";
    let clause = |id: &str, adds: &str, from, until| {
        clause("indicator = \"teaching_area\"", &format!("adds = [\"{adds}\"]"), from, until)
            .replace("\"c\"", &format!("\"{id}\""))
    };
    let first = clause("c", "other_sports_area", "2020-01-01", "2021-01-01");
    let with = |second: String| Standard::from_toml("x.toml", &own(&format!("{area}{first}{second}")));
    let standard = with(clause("d", "offcampus_sports_area", "2021-01-02", "2021-02-01")).unwrap();
    assert_eq!(standard.clauses().len(), 2);
    let error = with(clause("d", "offcampus_sports_area", "2021-01-01", "2021-02-01")).unwrap_err();
    assert_eq!(error.to_string(), "x.toml line 41: it holds for the same indicator at the same time as c");
    assert_eq!(error.describe(Lang::Zh), "x.toml 第 41 行：与条款 c 同时适用于同一指标");
}

#[test]
fn the_value_in_force_is_the_latest_that_has_begun_in_whatever_order_they_are_written() {
    let base = "[[indicator.threshold]]\nfrom = \"2020-01-01\"\nprimary = \"15\"\ndocument = \"S\"\n\
                [[indicator.threshold]]\nfrom = \"2022-01-01\"\nprimary = \"20\"\ndocument = \"S\"\n\
                [[indicator.threshold]]\nfrom = \"2021-01-01\"\nprimary = \"18\"\ndocument = \"S\"\n";
    let standard = read(&own(base));
    let rule = standard.indicator(Indicator::Books).unwrap();
    for (day, value) in
        [("2019-01-01", "15"), ("2020-12-31", "15"), ("2021-12-31", "18"), ("2022-01-01", "20")]
    {
        assert_eq!(rule.threshold(Stage::Primary, Some(date(day))).unwrap().value, decimal(value), "{day}");
    }
}
