//! The report workbook read back by other programs: every figure is that of the JSON, and computing again gives it.
#![cfg(feature = "xlsx")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use junheng::report::{FormsJson, Json, write_forms_workbook, write_workbook};
use junheng::{Assessment, Assessor, Judge, Lang, Missing, Standard, read_counties, read_schools};
use serde_json::Value;

const SCHOOLS: &str = "fixtures/county/schools.csv";
const COUNTY: &str = "fixtures/county/county.csv";

/// The county of the fixtures, by each standard and reading that a workbook shows differently.
fn assessments() -> Vec<(&'static str, Assessment)> {
    let data = read_schools().from_path(SCHOOLS).expect("the fixture");
    let county = || read_counties().from_path(COUNTY).expect("the fixture");
    let assess = |assessor: Assessor| assessor.county_data(county()).assess(&data).expect("an assessment");
    vec![
        ("quality", assess(Assessor::new(Standard::quality_2017()))),
        ("skip", assess(Assessor::new(Standard::quality_2017()).missing(Missing::Skip))),
        ("as reported", assess(Assessor::new(Standard::quality_2017()).judge(Judge::AsReported))),
        ("basic", assess(Assessor::new(Standard::basic_2012()))),
    ]
}

fn assessment_of(table: &str) -> Assessment {
    let data = read_schools().from_bytes("schools.csv", table.as_bytes()).expect("a table");
    Assessor::new(Standard::quality_2017()).assess(&data).expect("an assessment")
}

fn bytes(assessment: &Assessment, lang: Lang) -> Vec<u8> {
    let mut out = Vec::new();
    write_workbook(assessment, lang, &mut out).expect("a workbook");
    out
}

fn json(assessment: &Assessment, lang: Lang) -> Value {
    serde_json::to_value(Json::new(assessment, lang)).expect("JSON")
}

/// A workbook as another program reads it.
struct Book(Vec<(String, Vec<Vec<Data>>)>);

impl Book {
    fn read(bytes: Vec<u8>) -> Self {
        let mut book = Xlsx::new(Cursor::new(bytes)).expect("calamine opens it");
        let names = book.sheet_names();
        let sheet = |name: String| {
            let range = book.worksheet_range(&name).expect("calamine reads every sheet");
            let end = range.end().unwrap_or((0, 0));
            let rows = range.range((0, 0), end).rows().map(<[Data]>::to_vec).collect();
            (name, rows)
        };
        Book(names.into_iter().map(sheet).collect())
    }

    fn of(assessment: &Assessment, lang: Lang) -> Self {
        Book::read(bytes(assessment, lang))
    }

    fn sheet(&self, name: &str) -> &[Vec<Data>] {
        let found = self.0.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no sheet {name} among {:?}", self.names())).1
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The rows of a list below its header.
    fn list(&self, name: &str) -> &[Vec<Data>] {
        &self.sheet(name)[1..]
    }
}

fn number(cell: &Data) -> Option<f64> {
    match cell {
        Data::Float(value) => Some(*value),
        Data::Int(value) => Some(*value as f64),
        _ => None,
    }
}

fn text(cell: &Data) -> &str {
    match cell {
        Data::String(text) => text,
        Data::Empty => "",
        other => panic!("{other:?} is no text"),
    }
}

fn is_blank(cell: &Data) -> bool {
    matches!(cell, Data::Empty) || matches!(cell, Data::String(text) if text.is_empty())
}

/// What a verdict of the JSON is called.
fn verdict(value: &Value, lang: Lang) -> &'static str {
    match value.as_str() {
        Some("met") => lang.pick("达标", "met"),
        Some("not_met") => lang.pick("未达标", "not met"),
        Some("undetermined") => lang.pick("无法判定", "undetermined"),
        _ => "",
    }
}

fn yes_no(value: &Value, lang: Lang) -> &'static str {
    match value.as_bool() {
        Some(true) => lang.pick("是", "yes"),
        Some(false) => lang.pick("否", "no"),
        None => "",
    }
}

fn each(value: &Value) -> &Vec<Value> {
    value.as_array().expect("an array")
}

/// Stages of all counties in order, each with its county.
fn stages(json: &Value) -> Vec<&Value> {
    each(&json["counties"]).iter().flat_map(|county| each(&county["stages"])).collect()
}

/// Compares two figures: bit for bit, or within a tolerance where they have been computed again.
#[derive(Clone, Copy)]
struct Tolerance(f64);

impl Tolerance {
    fn check(self, found: &Data, expected: &Value, what: &str) {
        match (number(found), expected.as_f64()) {
            (Some(found), Some(expected)) => {
                let off = (found - expected).abs();
                assert!(off <= self.0 * expected.abs().max(1.0), "{what}: {found} for {expected}");
            }
            // A coefficient that does not exist says why; nothing is turned to zero.
            (None, None) => {}
            _ => panic!("{what}: {found:?} for {expected}"),
        }
    }
}

const EXACT: Tolerance = Tolerance(0.0);
/// What an office program that computes again may be off by.
const COMPUTED: Tolerance = Tolerance(1e-12);

fn check_units(book: &Book, json: &Value, lang: Lang) {
    let rows = book.list(lang.pick("单位", "Units"));
    let units: Vec<_> = stages(json).into_iter().flat_map(|s| each(&s["unit_results"])).collect();
    assert_eq!(rows.len(), units.len());
    for (row, unit) in rows.iter().zip(units) {
        let code = text(&row[4]);
        assert_eq!(code, unit["school_code"].as_str().unwrap_or_default());
        assert_eq!(text(&row[5]), unit["school_name"].as_str().unwrap_or_default());
        EXACT.check(&row[7], &unit["students"], code);
        let values = unit["values"].as_object().expect("values");
        for (at, (id, value)) in values.iter().enumerate() {
            let cell = &row[8 + at_of(values, id, at)];
            EXACT.check(cell, value, &format!("{code} {id}"));
            assert_eq!(is_blank(cell), value.is_null(), "{code} {id}");
            let meets = &row[8 + values.len() + at_of(values, id, at)];
            assert_eq!(text(meets), yes_no(&unit["meets"][id], lang), "{code} {id}");
        }
        let end = 8 + 2 * values.len();
        EXACT.check(&row[end + 1], &unit["met_count"], code);
        assert_eq!(text(&row[end + 2]), verdict(&unit["verdict"], lang), "{code}");
    }
}

/// `serde_json` sorts keys; the workbook has the order of the standard.
fn at_of(values: &serde_json::Map<String, Value>, id: &str, at: usize) -> usize {
    let order = [
        "above_qualified_teachers",
        "backbone_teachers",
        "pe_arts_teachers",
        "teaching_area",
        "sports_area",
        "equipment_value",
        "multimedia_classrooms",
    ];
    let basic = [
        "teaching_area",
        "sports_area",
        "equipment_value",
        "computers",
        "books",
        "teachers",
        "above_qualified_teachers",
        "mid_senior_teachers",
    ];
    let order: &[&str] = if values.contains_key("computers") { &basic } else { &order };
    order.iter().position(|known| *known == id).unwrap_or(at)
}

fn check_coefficients(book: &Book, json: &Value, lang: Lang, tolerance: Tolerance) {
    let mut rows = book.list(lang.pick("差异系数", "Coefficients")).iter();
    for stage in stages(json) {
        for found in each(&stage["variation"]) {
            let row = rows.next().expect("a row a coefficient");
            let what = format!("{} {}", stage["stage"], found["indicator"]);
            EXACT.check(&row[5], &found["units"], &what);
            EXACT.check(&row[6], &found["skipped"], &what);
            EXACT.check(&row[7], &found["units_meeting"], &what);
            tolerance.check(&row[8], &found["mean"], &what);
            tolerance.check(&row[9], &found["std_dev"], &what);
            tolerance.check(&row[10], &found["cv"], &what);
            EXACT.check(&row[11], &found["limit"], &what);
            assert_eq!(text(&row[12]), verdict(&found["verdict"], lang), "{what}");
            assert!(!is_blank(&row[10]), "{what} says nothing");
        }
        let row = rows.next().expect("a row of the composite");
        tolerance.check(&row[10], &stage["composite_cv"], "composite");
        EXACT.check(&row[11], &stage["composite_limit"], "composite");
        assert_eq!(text(&row[12]), verdict(&stage["composite_verdict"], lang));
    }
    assert!(rows.next().is_none());
}

/// The working sheets: every value and coefficient where it is worked out.
fn check_working(book: &Book, json: &Value, lang: Lang, tolerance: Tolerance) {
    for stage in stages(json) {
        let units = each(&stage["unit_results"]);
        let id = stage["stage"].as_str().expect("a stage");
        let zh = if id == "primary" { "小学" } else { "初中" };
        let rows = book.sheet(&lang.pick(format!("核算底稿 {zh}"), format!("Working {id}")));
        let number_head = lang.pick("序号", "no.");
        let heads: Vec<usize> = (0..rows.len())
            .filter(|at| matches!(&rows[*at][0], Data::String(s) if s == number_head))
            .collect();
        let variation = each(&stage["variation"]);
        assert_eq!(heads.len(), variation.len() + 1, "a table of units, and one an indicator");
        for (row, unit) in rows[heads[0] + 1..].iter().zip(units) {
            assert_eq!(text(&row[1]), unit["school_code"].as_str().expect("a code"));
            EXACT.check(&row[9], &unit["met_count"], "reached");
            assert_eq!(text(&row[12]), verdict(&unit["verdict"], lang));
        }
        for (head, found) in heads[1..].iter().zip(variation) {
            let indicator = found["indicator"].as_str().expect("an indicator");
            for (row, unit) in rows[head + 1..].iter().zip(units) {
                let what = format!("{} {indicator}", unit["school_code"]);
                assert_eq!(text(&row[1]), unit["school_code"].as_str().expect("a code"));
                EXACT.check(&row[3], &unit["students"], &what);
                tolerance.check(&row[7], &unit["values"][indicator], &what);
                assert_eq!(is_blank(&row[7]), unit["values"][indicator].is_null(), "{what}");
                assert_eq!(text(&row[9]), yes_no(&unit["meets"][indicator], lang), "{what}");
                let below = each(&unit["below_floor"]).iter().any(|id| id == indicator);
                if !unit["meets"][indicator].is_null() {
                    assert_eq!(text(&row[10]), yes_no(&Value::Bool(!below), lang), "{what}");
                }
            }
            let sums = head + 1 + units.len();
            let figure = |below: usize| &rows[sums + below][7];
            tolerance.check(figure(1), &found["mean"], indicator);
            tolerance.check(figure(2), &found["std_dev"], indicator);
            tolerance.check(figure(3), &found["cv"], indicator);
            EXACT.check(figure(4), &found["limit"], indicator);
            assert_eq!(text(figure(5)), verdict(&found["verdict"], lang), "{indicator}");
            assert!(!is_blank(figure(3)), "{indicator} says nothing");
        }
        let last = heads[heads.len() - 1] + 1 + units.len() + 8;
        tolerance.check(&rows[last][7], &stage["composite_cv"], "composite");
    }
}

fn check_items(book: &Book, json: &Value, lang: Lang) {
    let mut rows = book.list(lang.pick("各项判定", "Items")).iter();
    for county in each(&json["counties"]) {
        let row = rows.next().expect("the resources");
        assert_eq!(text(&row[12]), verdict(&county["resource_verdict"], lang));
        for item in each(&county["items"]) {
            let row = rows.next().expect("a row an item");
            let id = item["id"].as_str().expect("an id");
            assert_eq!(text(&row[4]), id);
            EXACT.check(&row[7], &item["value"], id);
            EXACT.check(&row[9], &item["requirement"], id);
            assert_eq!(text(&row[12]), verdict(&item["verdict"], lang), "{id}");
            assert_eq!(text(&row[13]), item["citation"].as_str().expect("a citation"));
            for part in item["parts"].as_array().into_iter().flatten() {
                let row = rows.next().expect("a row a part");
                EXACT.check(&row[7], &part["value"], id);
                EXACT.check(&row[9], &part["requirement"], id);
                assert_eq!(text(&row[12]), verdict(&part["verdict"], lang), "{id}");
            }
        }
    }
    assert!(rows.next().is_none());
}

fn check_rest(book: &Book, json: &Value, assessment: &Assessment, lang: Lang) {
    let obstacles = book.list(lang.pick("差距", "Obstacles"));
    let all: Vec<_> = assessment.counties().flat_map(|county| county.obstacles()).collect();
    assert_eq!(obstacles.len(), all.len());
    for (row, obstacle) in obstacles.iter().zip(&all) {
        assert_eq!(text(&row[8]), obstacle.what(lang));
        assert_eq!(text(&row[9]), obstacle.verdict().name(lang));
        let value = obstacle.value().map(|v| v.parse::<f64>());
        assert_eq!(number(&row[10]), value.and_then(Result::ok));
    }
    // Those beyond single units are those of the JSON.
    let of_json = each(&json["counties"]).iter().flat_map(|county| each(&county["obstacles"]));
    let mut messages: Vec<_> = obstacles.iter().map(|row| text(&row[8])).collect();
    for obstacle in of_json {
        let message = obstacle["message"].as_str().expect("a message");
        let at = messages.iter().position(|known| *known == message).expect("the obstacle is listed");
        messages.remove(at);
    }
    let findings = book.list(lang.pick("数据问题", "Findings"));
    let of_counties = each(&json["counties"]).iter().flat_map(|county| each(&county["findings"]));
    let all: Vec<_> = of_counties.collect();
    assert!(findings.len() >= all.len());
    for (row, finding) in findings.iter().zip(all) {
        assert_eq!(text(&row[1]), finding["code"].as_str().expect("a code"));
        assert_eq!(text(&row[7]), finding["message"].as_str().expect("a message"));
    }
    let excluded = book.list(lang.pick("不参加评估的学校", "Not assessed"));
    let codes: Vec<_> = excluded.iter().map(|row| (text(&row[2]), text(&row[6]))).collect();
    let expected: Vec<_> = each(&json["excluded"])
        .iter()
        .map(|e| (e["school_code"].as_str().unwrap_or_default(), e["reason"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(codes, expected);
}

/// Every number of a form is the one that is printed.
fn check_forms(book: &Book, assessment: &Assessment, lang: Lang) {
    let county = assessment.counties().next().expect("a county");
    let forms = county.forms();
    let json = serde_json::to_value(FormsJson::new(county, &forms, lang)).expect("JSON");
    for form in each(&json["forms"]) {
        let id = form["id"].as_str().expect("an id");
        let rows = book.sheet(&lang.pick(format!("表 {id}"), format!("Table {id}")));
        let cell = |row: usize, column: usize| match id {
            "I" => &rows[3 + column][1],
            _ => &rows[3 + row][1 + column],
        };
        for (at, row) in each(&form["rows"]).iter().enumerate() {
            for (column, value) in each(&row["values"]).iter().enumerate() {
                let (found, printed) = (cell(at, column), value["printed"].as_str());
                let what = format!("{id} row {at} column {column}");
                match printed {
                    None => assert!(is_blank(found), "{what}: {found:?}"),
                    Some(printed) => match number(found) {
                        Some(number) => assert_eq!(Some(number), printed.parse().ok(), "{what}"),
                        None => assert_eq!(text(found), printed, "{what}"),
                    },
                }
            }
        }
    }
}

#[test]
fn every_figure_is_that_of_the_json() {
    for (name, assessment) in assessments() {
        for lang in [Lang::Zh, Lang::En] {
            println!("{name} {lang}");
            let (book, json) = (Book::of(&assessment, lang), json(&assessment, lang));
            check_units(&book, &json, lang);
            check_coefficients(&book, &json, lang, EXACT);
            check_working(&book, &json, lang, EXACT);
            check_items(&book, &json, lang);
            check_rest(&book, &json, &assessment, lang);
            check_forms(&book, &assessment, lang);
        }
    }
}

#[test]
fn codes_and_names_are_texts_and_no_formulas() {
    let table = "county_code,county,school_code,school_name,kind,students_primary,multimedia_classrooms\n\
                 010102,=1+1,000123,=HYPERLINK(\"x\"),小学,1000,23\n\
                 010102,=1+1,123456789012345678,@SUM(A1),小学,10,\n";
    let written = bytes(&assessment_of(table), Lang::Zh);
    let book = Book::read(written.clone());
    let rows = book.list("单位");
    let texts: Vec<_> = rows.iter().map(|row| [&row[0], &row[1], &row[4], &row[5]].map(text)).collect();
    assert_eq!(
        texts,
        [
            ["010102", "=1+1", "000123", "=HYPERLINK(\"x\")"],
            ["010102", "=1+1", "123456789012345678", "@SUM(A1)"]
        ]
    );
    let mut book = Xlsx::new(Cursor::new(written)).expect("a workbook");
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).expect("formulas");
        assert!(formulas.used_cells().all(|(_, _, f)| !f.contains("HYPERLINK") && !f.contains("1+1")));
    }
}

#[test]
fn missing_cells_are_blank_and_their_coefficients_say_so() {
    let table = "county_code,school_code,kind,students_primary,multimedia_classrooms,equipment_value\n\
                 210102,1,小学,1000,23,0\n210102,2,小学,500,,0\n210102,3,小学,,5,0\n";
    let book = Book::of(&assessment_of(table), Lang::Zh);
    let units = book.list("单位");
    assert!(units.iter().all(|row| row[8] == Data::Empty), "no unit gives teachers");
    assert_eq!(number(&units[0][14]), Some(2.3));
    assert!(units[1][14] == Data::Empty && units[2][14] == Data::Empty && units[2][7] == Data::Empty);
    let coefficients = book.list("差异系数");
    assert_eq!([&coefficients[0][8], &coefficients[0][10]].map(text), ["缺数据", "缺数据"]);
    assert_eq!(text(&coefficients[0][12]), "无法判定");
    // The stage without units has no coefficient either.
    assert_eq!(text(&coefficients[8][10]), "没有单位");
}

#[test]
fn a_mean_of_zero_has_no_coefficient() {
    let table = "county_code,school_code,kind,students_primary,equipment_value\n\
                 210102,1,小学,1000,0\n210102,2,小学,500,0\n";
    let book = Book::of(&assessment_of(table), Lang::Zh);
    let row = &book.list("差异系数")[5];
    assert_eq!((number(&row[8]), number(&row[9]), text(&row[10])), (Some(0.0), Some(0.0), "均值为零"));
}

#[test]
fn schools_that_may_not_belong_are_shown_and_not_counted() {
    let table = "county_code,school_code,kind,ownership,students_primary,books\n\
                 210102,1,小学,县级教育部门,1000,2000\n210102,2,小学,,500,3000\n";
    let data = read_schools().from_bytes("schools.csv", table.as_bytes()).expect("a table");
    let assessment = Assessor::new(Standard::basic_2012()).assess(&data).expect("an assessment");
    let (book, json) = (Book::of(&assessment, Lang::Zh), json(&assessment, Lang::Zh));
    check_units(&book, &json, Lang::Zh);
    check_coefficients(&book, &json, Lang::Zh, EXACT);
    check_working(&book, &with_units(&json), Lang::Zh, EXACT);
}

/// A stage without units has no working sheet.
fn with_units(json: &Value) -> Value {
    let mut json = json.clone();
    let counties = json["counties"].as_array_mut().expect("counties");
    for county in counties {
        let stages = county["stages"].as_array_mut().expect("stages");
        stages.retain(|stage| !each(&stage["unit_results"]).is_empty());
    }
    json
}

#[test]
fn the_same_result_gives_the_same_bytes() {
    let assessment = &assessments()[0].1;
    assert!(bytes(assessment, Lang::Zh) == bytes(assessment, Lang::Zh));
}

#[test]
fn many_counties_come_whole() {
    let mut table = String::from("county_code,county,school_code,school_name,kind,students_primary,books\n");
    for county in 0..13 {
        for school in 0..3 {
            table += &format!(
                "2101{county:02},区/[{county}]:*?,{county}{school},校{school},小学,{},9\n",
                100 + school
            );
        }
    }
    let assessment = assessment_of(&table);
    let (book, json) = (Book::of(&assessment, Lang::Zh), json(&assessment, Lang::Zh));
    check_units(&book, &json, Lang::Zh);
    check_coefficients(&book, &json, Lang::Zh, EXACT);
    check_items(&book, &json, Lang::Zh);
    check_rest(&book, &json, &assessment, Lang::Zh);
    // The forms of all stand on one sheet a form, and the summary says what is left out.
    let names =
        book.sheet("表 II-2").iter().filter(|row| matches!(&row[0], Data::String(s) if s.contains("II-2")));
    assert_eq!(names.count(), 13);
    let said =
        book.sheet("总览").iter().flatten().any(|c| matches!(c, Data::String(s) if s.contains("--county")));
    assert!(said && !book.names().iter().any(|name| name.contains("底稿")));
}

#[test]
fn a_county_of_more_units_than_a_sheet_works_out_still_comes_whole() {
    let mut table = String::from("county_code,school_code,kind,students_primary,books\n");
    for school in 0..20_001 {
        table += &format!("210100,{school:06},小学,{},9\n", 100 + school % 7);
    }
    let assessment = assessment_of(&table);
    let book = Book::of(&assessment, Lang::En);
    assert_eq!(book.list("Units").len(), 20_001);
    assert!(!book.names().iter().any(|name| name.starts_with("Working")));
}

#[test]
fn names_of_sheets_are_such_as_a_spreadsheet_allows() {
    let mut table = String::from("year,county_code,school_code,kind,students_primary\n");
    for year in [2023, 2024] {
        for county in 0..3 {
            table += &format!("{year},21010{county},{county}1,小学,100\n");
        }
    }
    let assessment = assessment_of(&table);
    for lang in [Lang::Zh, Lang::En] {
        let book = Book::of(&assessment, lang);
        let names = book.names();
        let unique: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(unique.len(), names.len());
        for name in names {
            assert!(name.encode_utf16().count() <= 31, "{name}");
            assert!(!name.contains(['[', ']', ':', '*', '?', '/', '\\', '\'']), "{name}");
        }
    }
}

#[test]
fn long_and_odd_texts_are_held() {
    let long = "长".repeat(40_000);
    let table = format!(
        "county_code,school_code,school_name,kind,students_primary\n210102,1,{long},小学,9\n210102,2,a\u{1}b,小学,9\n"
    );
    let book = Book::of(&assessment_of(&table), Lang::Zh);
    let name = text(&book.list("单位")[0][5]);
    assert!(name.ends_with('…') && name.chars().count() == 32_767);
}

#[test]
fn the_forms_alone_are_a_workbook_too() {
    let (_, assessment) = &assessments()[0];
    let forms = |county: junheng::CountyResult<'_>| {
        county.forms().into_iter().filter(|f| f.id() == "III").chain(county.school_sheets()).collect()
    };
    let mut out = Vec::new();
    let counties = assessment.counties().map(|county| (county, forms(county)));
    write_forms_workbook(counties, Lang::En, &mut out).expect("a workbook");
    let book = Book::read(out);
    assert_eq!(book.names(), ["Table III", "School sheets"]);
    let schools = assessment.counties().next().expect("a county").schools().len();
    let titles = book
        .sheet("School sheets")
        .iter()
        .filter(|row| matches!(&row[0], Data::String(s) if s.contains("219901")));
    assert_eq!(titles.count(), schools);
}

/// Tells what is left out; a test's own output is shown only where it fails.
fn skip(what: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("workbook-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn python(arguments: &[&str]) -> Option<std::process::Output> {
    Command::new("python3").arg("tests/workbook_check.py").args(arguments).output().ok()
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn another_library_reads_the_same_figures() {
    let folder = folder("openpyxl");
    for (name, assessment) in assessments() {
        for lang in [Lang::Zh, Lang::En] {
            let workbook = folder.join(format!("{name}-{lang}.xlsx"));
            let result = folder.join("result.json");
            fs::write(&workbook, bytes(&assessment, lang)).expect("a file");
            fs::write(&result, json(&assessment, lang).to_string()).expect("a file");
            let Some(ran) = python(&["compare", shown(&workbook), shown(&result), &lang.to_string()]) else {
                return skip("reading the workbook with openpyxl: there is no python3");
            };
            let said = String::from_utf8_lossy(&ran.stderr);
            if ran.status.code() == Some(3) {
                return skip(&format!("reading the workbook with openpyxl: {said}"));
            }
            assert!(ran.status.success(), "{name} {lang}: {said}");
        }
    }
}

/// Converts with LibreOffice in a profile that computes all formulas anew; `None` where there is none.
fn convert(file: &Path, to: &str, into: &Path) -> Option<PathBuf> {
    let profile = into.join("profile");
    fs::create_dir_all(profile.join("user")).expect("a folder");
    let always = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">\n\
        <item oor:path=\"/org.openoffice.Office.Calc/Formula/Load\"><prop oor:name=\"OOXMLRecalcMode\" oor:op=\"fuse\"><value>0</value></prop></item>\n\
        </oor:items>\n";
    fs::write(profile.join("user/registrymodifications.xcu"), always).expect("a file");
    let profile = fs::canonicalize(&profile).expect("a folder");
    let ran = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", shown(&profile)))
        .args(["--headless", "--convert-to", to, "--outdir", shown(into), shown(file)])
        .output()
        .ok()?;
    let written = into.join(file.file_name().expect("a name")).with_extension(to);
    assert!(ran.status.success() && written.is_file(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(written)
}

#[test]
fn an_office_program_prints_it_and_computes_the_same_coefficients() {
    let folder = folder("office");
    // Units exactly at their threshold and floor, and schools whose resources are split.
    let published = ["floor", "split"].map(|name| {
        let data = read_schools().from_path(format!("fixtures/published/{name}.csv")).expect("the fixture");
        (name, Assessor::new(Standard::quality_2017()).assess(&data).expect("an assessment"))
    });
    for (name, assessment) in assessments().into_iter().chain(published) {
        let file = folder.join("report.xlsx");
        fs::write(&file, bytes(&assessment, Lang::Zh)).expect("a file");
        // Every stored result is falsified, so that none can pass for a computed one.
        let false_file = folder.join("false.xlsx");
        match python(&["falsify", shown(&file), shown(&false_file)]) {
            None => return skip("computing the workbook again: there is no python3"),
            Some(ran) => assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr)),
        }
        let falsified = Book::read(fs::read(&false_file).expect("a file"));
        assert_eq!(number(&falsified.list("差异系数")[0][10]), Some(777.0));
        let Some(again) = convert(&false_file, "xlsx", &folder.join("again")) else {
            return skip(
                "computing the workbook again and printing it: LibreOffice (soffice) is not installed",
            );
        };
        println!("{name}");
        let (book, json) = (Book::read(fs::read(again).expect("a file")), json(&assessment, Lang::Zh));
        check_coefficients(&book, &json, Lang::Zh, COMPUTED);
        check_working(&book, &with_units(&json), Lang::Zh, COMPUTED);
        if name == "quality" {
            let printed = convert(&file, "pdf", &folder.join("printed")).expect("LibreOffice");
            assert!(fs::read(printed).expect("a file").starts_with(b"%PDF"));
        }
    }
}

#[cfg(feature = "cli")]
mod program {
    use super::*;

    fn run(arguments: &[&str]) -> std::process::Output {
        Command::new(env!("CARGO_BIN_EXE_junheng")).args(arguments).output().expect("the program runs")
    }

    #[test]
    fn a_workbook_is_asked_for_by_name_or_by_format() {
        let folder = folder("program");
        let (report, forms) = (folder.join("report.xlsx"), folder.join("forms.out"));
        let ran = run(&["assess", SCHOOLS, "--county-data", COUNTY, "--output", shown(&report)]);
        assert!(ran.status.success() && ran.stdout.is_empty());
        assert!(fs::read(&report).expect("a file") == bytes(&assessments()[0].1, Lang::Zh));
        let line = [
            "forms",
            SCHOOLS,
            "--form",
            "II-2",
            "--format",
            "xlsx",
            "--lang",
            "en",
            "--output",
            shown(&forms),
        ];
        assert!(run(&line).status.success());
        assert_eq!(Book::read(fs::read(&forms).expect("a file")).names(), ["Table II-2"]);
    }

    #[test]
    fn a_workbook_needs_a_file() {
        let ran = run(&["assess", SCHOOLS, "--format", "xlsx", "--lang", "en"]);
        assert_eq!((ran.status.code(), ran.stdout.is_empty()), (Some(2), true));
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(said, "xlsx is no text; name a file with --output, such as --output report.xlsx\n");
    }
}
