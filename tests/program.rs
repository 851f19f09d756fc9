//! The program as those who type it meet it: what it prints, where, and with which exit status.
#![cfg(feature = "cli")]

mod snapshot;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use snapshot::snapshot;

const SCHOOLS: &str = "fixtures/county/schools.csv";
const FLOOR: &str = "fixtures/published/floor.csv";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a run printed, and its exit status.
#[derive(Debug, PartialEq)]
struct Ran {
    status: i32,
    out: String,
    err: String,
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_junheng"));
    // No terminal, whatever the tests themselves run in.
    command.current_dir(folder).stdin(Stdio::null()).env_remove("COLUMNS").env_remove("NO_COLOR");
    command
}

fn run_in<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Ran {
    let output = program(folder).args(arguments).output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran {
        status: output.status.code().expect("an exit status"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs a line as typed, in the root of the repository.
fn run(line: &str) -> Ran {
    run_in(root(), line.split_whitespace())
}

/// Standard output of a line that succeeds.
fn printed(line: &str) -> String {
    let ran = run(line);
    assert_eq!(ran.status, 0, "{line}: {}", ran.err);
    ran.out
}

fn json(line: &str) -> Value {
    serde_json::from_str(&printed(line)).expect("valid JSON")
}

/// Status and standard error of a line that prints nothing else.
fn refused(line: &str) -> (i32, String) {
    let ran = run(line);
    assert_eq!(ran.out, "", "{line}");
    (ran.status, ran.err)
}

/// An empty folder for one test.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// All that a line prints, with the line itself.
fn transcript(folder: &Path, line: &str) -> String {
    let Ran { status, out, err } = run_in(folder, line.split_whitespace());
    let err = if err.is_empty() { String::new() } else { format!("--- standard error\n{err}") };
    let status = if status == 0 { String::new() } else { format!("--- exit status {status}\n") };
    format!("$ junheng {line}\n{out}{err}{status}\n")
}

fn transcripts<'l>(lines: impl IntoIterator<Item = &'l str>) -> String {
    lines.into_iter().map(|line| transcript(root(), line)).collect()
}

// What is printed.

#[test]
fn the_county_is_assessed_as_before_in_every_format_and_language() {
    for (standard, short) in [("quality-2017", "quality"), ("basic-2012", "basic")] {
        for lang in ["zh", "en"] {
            for (format, extension) in [("table", "txt"), ("csv", "csv"), ("markdown", "md")] {
                let line = format!("assess {SCHOOLS} --standard {standard} --lang {lang} --format {format}");
                snapshot(&format!("county.{short}.{lang}.{extension}"), &printed(&line));
            }
        }
        let line = format!("assess {SCHOOLS} --standard {standard} --format json");
        snapshot(&format!("county.{short}.json"), &printed(&line));
    }
}

#[test]
fn the_county_table_decides_what_schools_cannot() {
    let with = "--county-data fixtures/county/county.csv";
    let json = |line: &str| serde_json::from_str::<Value>(&printed(line)).expect("JSON");
    let alone = json(&format!("assess {SCHOOLS} --format json"));
    let whole = json(&format!("assess {SCHOOLS} {with} --format json"));
    let verdicts = |result: &Value| {
        let parts = &result["counties"][0]["part_verdicts"];
        ["resource", "government", "quality", "recognition", "veto"]
            .map(|part| parts[part].as_str().unwrap_or("").to_owned())
    };
    // Schools decide what they can; surveys and vetoes are the county's to report.
    assert_eq!(verdicts(&alone), ["not_met", "not_met", "not_met", "undetermined", "undetermined"]);
    assert_eq!(verdicts(&whole), ["not_met", "not_met", "not_met", "met", "met"]);
    let item = |id: &str| {
        let items = whole["counties"][0]["items"].as_array().expect("items").iter();
        items.clone().find(|i| i["id"] == id).cloned().unwrap_or_default()
    };
    // Both averages stand in fixtures/county/county.csv.
    assert_eq!(item("g08")["value"], 117310.0);
    assert_eq!(item("g08")["requirement"], 110190.0);
    for lang in ["zh", "en"] {
        let line = format!("assess {SCHOOLS} {with} --lang {lang} --format markdown");
        snapshot(&format!("county.whole.{lang}.md"), &printed(&line));
    }
}

#[test]
fn the_basic_standard_is_judged_whole_with_its_tables() {
    let tables = "--score example --answers fixtures/county/answers.csv --school-standard example";
    let line = format!(
        "assess {SCHOOLS} --standard basic-2012 {tables} --county-data fixtures/county/county.csv --format json"
    );
    let result: Value = serde_json::from_str(&printed(&line)).expect("JSON");
    let county = &result["counties"][0];
    let verdict = |part: &str| county["part_verdicts"][part].as_str().unwrap_or("").to_owned();
    // A missing cell leaves the composite open; the survey of fixtures/county/county.csv is beyond 85 %; the points of
    // fixtures/county/answers.csv add up to 6+6+6+5+5.5+8+5+6+6+5+5.5+6+5+6+5+4+4.5 = 94.5, beyond 85.
    assert_eq!(verdict("resource"), "undetermined");
    assert_eq!(county["score"]["total"], 94.5);
    assert_eq!(verdict("recognition"), "met");
    assert_eq!(verdict("government"), "met");
    snapshot("county.basic-whole.txt", &printed(&line.replace("--format json", "--format table")));
    let failed = transcript(root(), &format!("assess {SCHOOLS} --score example"));
    assert!(failed.contains("--- exit status 2"), "{failed}");
}

#[test]
fn standards_are_listed_shown_and_compared() {
    let lines = [
        "standard list",
        "standard list --lang en --format csv",
        "standard show basic-2012 --format csv",
        "standard diff quality-2017 quality-2017+liaoning+shenyang",
        "standard diff quality-2017 quality-2017+special-education-8000 --lang en --format json",
        "standard check quality-2017+liaoning",
        "standard check nowhere.toml --lang en",
        "standard show quality-2018",
    ];
    snapshot("standard.txt", &transcripts(lines));
    // A clause is listed on the days it holds alone.
    let clauses =
        |day: &str| printed(&format!("standard show quality-2017 --as-of {day}")).matches("clause/").count();
    let counts = ["2019-10-23", "2019-10-24", "2022-10-23", "2022-10-24"].map(clauses);
    assert_eq!((counts[0], counts[3]), (0, 0));
    assert!(counts[1] > 0 && counts[1] == counts[2], "{counts:?}");
}

#[test]
fn years_are_watched_one_by_one() {
    let folder = scratch("monitor");
    run_in(&folder, "synth panel --schools 70 --output p.csv".split(' '));
    let lines = ["monitor p.csv", "monitor p.csv --lang en --format markdown", "monitor p.csv --format json"];
    snapshot("monitor.txt", &lines.map(|line| transcript(&folder, line)).concat());
}

#[test]
fn forms_are_printed_in_every_format() {
    for (format, extension) in [("table", "txt"), ("csv", "csv"), ("markdown", "md"), ("json", "json")] {
        let line = format!("forms {SCHOOLS} --county-data fixtures/county/county.csv --format {format}");
        snapshot(&format!("forms.{extension}"), &printed(&line));
    }
    let one = printed(&format!("forms {SCHOOLS} --form III --lang en --format markdown"));
    assert_eq!(one.matches("## ").count(), 1);
    assert!(one.contains("## Table III: Balance between schools"));
}

#[test]
fn the_language_of_json_bears_on_messages_alone() {
    fn without_messages(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("message");
                map.values_mut().for_each(without_messages);
            }
            Value::Array(items) => items.iter_mut().for_each(without_messages),
            _ => {}
        }
    }
    let line = format!("assess {SCHOOLS} {FLOOR} --format json --lang");
    let [zh, en] = ["zh", "en"].map(|lang| printed(&format!("{line} {lang}")));
    assert_ne!(zh, en);
    let [mut zh, mut en] = [zh, en].map(|text| serde_json::from_str(&text).expect("JSON"));
    without_messages(&mut zh);
    without_messages(&mut en);
    assert_eq!(zh, en);
}

#[test]
fn several_counties_are_an_overview_and_each_is_had_by_its_code() {
    let folder = scratch("overview");
    run_in(&folder, "synth province --schools 700 --level 2 --output p.csv".split(' '));
    let text = ["assess p.csv", "assess p.csv --lang en"].map(|line| transcript(&folder, line)).concat();
    snapshot("overview.txt", &text);
    let one = run_in(&folder, "assess p.csv --county 217101".split(' '));
    assert!(one.out.lines().next().is_some_and(|l| l.contains("217101")), "{one:?}");
}

#[test]
fn checks_coefficients_and_made_tables_are_printed_as_before() {
    snapshot(
        "check.txt",
        &transcripts([
            "check fixtures/county/schools.csv",
            "check fixtures/county/schools-gbk.csv --lang en",
            "check fixtures/broken/not_a_number.csv fixtures/broken/school_appears.csv --format json",
            "check fixtures/broken/not_a_number.csv fixtures/broken/school_appears.csv --format csv",
            "check fixtures/broken/not_a_number.csv --format csv --lang en",
        ]),
    );
    snapshot(
        "cv.txt",
        &transcripts([
            "cv fixtures/published/books.csv --amount 图书册数 --pupils 小学在校生数",
            "cv fixtures/published/books.csv --amount 图书册数 --lang en",
            "cv fixtures/published/weighting.csv --amount 仪器设备总值（元） --pupils 学生数 --by 区县名称",
            "cv fixtures/published/weighting.csv --amount 仪器设备总值（元） --pupils 学生数 --by 区县名称 --format json",
            "cv fixtures/published/undefined.csv --amount 数量 --pupils 学生数 --by 组",
            "cv fixtures/published/undefined.csv --amount 数量 --pupils 学生数 --by 组 --format json --lang en",
        ]),
    );
    snapshot(
        "synth.txt",
        &transcripts([
            "synth county --schools 4 --missing 0",
            "synth county --schools 3 --header id --quirks --missing 2",
            "synth county --schools 3 --table county --header id",
        ]),
    );
}

#[test]
fn help_teaches_in_both_languages() {
    for lang in ["zh", "en"] {
        let lines =
            ["--help", "template --help", "assess --help", "check --help", "cv --help", "synth --help"]
                .map(|line| format!("{line} --lang {lang}"));
        snapshot(&format!("help.{lang}.txt"), &transcripts(lines.iter().map(String::as_str)));
    }
    assert!(printed("--version").starts_with("junheng "));
    // Without a command the help is an answer to a mistake.
    let (status, help) = refused("");
    assert_eq!((status, help.trim_end()), (2, printed("--help").trim_end()));
}

#[test]
fn mistakes_in_the_line_are_told_in_both_languages() {
    let lines = [
        "assess",
        "assess nowhere.csv",
        "assess fixtures",
        "assess fixtures/published/floor.csv --standard quality-2016",
        "assess fixtures/published/floor.csv --county 219904,999999 --county 888888",
        "assess fixtures/published/floor.csv --county 219904,,",
        "assess fixtures/published/floor.csv --as-of 2023-02-30",
        "assess fixtures/published/floor.csv --judge nicely",
        "assess fixtures/published/floor.csv --fail-on met",
        "assess fixtures/published/floor.csv --option itinerant_scope",
        "assess fixtures/published/floor.csv --option itinerants=rural",
        "assess fixtures/published/floor.csv --option itinerant_scope=urban",
        "assess fixtures/published/floor.csv --encoding klingon",
        "assess fixtures/published/floor.csv --explanations fixtures/published/books.csv",
        "assess fixtures/published/floor.csv --output fixtures",
        "assess fixtures/published/floor.csv --output nowhere/result.json",
        "assess fixtures/published/floor.csv --output result.pdf",
        "assess fixtures/published/floor.csv --output fixtures/published/../published/floor.csv",
        "assess fixtures/published/floor.csv --format pdf",
        "assess fixtures/published/floor.csv --loud",
        "assess fixtures/published/floor.csv --output a.csv --output b.csv",
        "asses fixtures/published/floor.csv",
        "cv fixtures/published/books.csv",
        "cv fixtures/published/books.csv --amount 图书",
        "cv fixtures/published/books.csv --amount 图书册数 --pupils",
        "check",
        "synth",
        "synth city",
        "synth county --schools 0",
        "synth county --level 9",
        "assess fixtures/published/floor.csv --csv-encoding gb18030",
        "cv fixtures/published/books.csv --amount 图书册数 --csv-encoding big5",
        "template teachers",
        "template --standard quality-2016",
        "template --output schools.csv",
    ];
    for lang in ["zh", "en"] {
        let lines = lines.map(|line| format!("{line} --lang {lang}"));
        for line in &lines {
            let (status, told) = refused(line);
            assert_eq!(status, 2, "{line}");
            assert!(!told.trim().is_empty(), "{line}");
        }
        snapshot(&format!("mistakes.{lang}.txt"), &transcripts(lines.iter().map(String::as_str)));
    }
    for (arguments, told) in [
        (["assess", ""], "错误：<FILE>... 需要一个值\n用法见 junheng --help\n"),
        (["assess", "--standard="], "错误：--standard <ID|FILE> 需要一个值\n用法见 junheng --help\n"),
        (["cv", "--amount="], "错误：--amount <COLUMN> 需要一个值\n用法见 junheng --help\n"),
    ] {
        let ran = run_in(root(), arguments);
        assert_eq!((ran.status, ran.err.as_str()), (2, told));
    }
}

#[test]
fn each_broken_file_trips_the_check_it_is_named_for_and_no_other() {
    let folder = root().join("fixtures/broken");
    let files: Vec<_> = names(&folder).into_iter().filter(|name| name.ends_with(".csv")).collect();
    // 30 of reading, 22 of checking the data read.
    assert_eq!(files.len(), 52);
    for lang in ["zh", "en"] {
        let mut told = String::new();
        for file in &files {
            told += &transcript(&folder, &format!("check {file} --lang {lang}"));
            let ran = run_in(&folder, ["check", file, "--format", "json"]);
            let found: Value = serde_json::from_str(&ran.out).expect("JSON");
            let found = found["findings"].as_array().expect("findings");
            let mut codes: Vec<_> = found.iter().map(|f| f["code"].as_str().unwrap_or_default()).collect();
            let named = file.trim_end_matches(".csv");
            // A figure of pupils that cannot be used is a figure that is missing.
            codes.retain(|code| *code == named || *code != "students_missing");
            assert_eq!(codes, [named]);
            assert_eq!(ran.status, i32::from(found.iter().any(|f| f["severity"] == "error")), "{file}");
        }
        snapshot(&format!("broken.{lang}.txt"), &told);
    }
}

// Fixtures.

#[test]
fn the_county_is_what_the_program_makes_byte_for_byte() {
    let folder = scratch("county");
    for (file, more) in [
        ("schools.csv", &[][..]),
        ("schools-gbk.csv", &["--encoding", "gb18030"]),
        ("county.csv", &["--table", "county"]),
    ] {
        let line = "synth county --seed 2024 --level 1.9 --spread 0.9 --output";
        let ran = run_in(&folder, line.split(' ').chain([file]).chain(more.iter().copied()));
        assert_eq!(ran, Ran { status: 0, out: String::new(), err: String::new() });
        let made = fs::read(folder.join(file)).expect(file);
        assert!(made == fs::read(root().join("fixtures/county").join(file)).expect(file), "{file}");
    }
    let readme = fs::read_to_string(root().join("fixtures/county/README.md")).expect("README");
    assert!(readme.contains("junheng synth county --seed 2024 --level 1.9 --spread 0.9 --output"));
}

#[test]
fn published_coefficients_are_given_to_the_nearest_double() {
    let line = "cv fixtures/published/books.csv --amount 图书册数 --pupils 小学在校生数 --format json";
    assert_eq!(
        printed(line),
        "{\"schema\":\"junheng.variation/1\",\"groups\":[{\"by\":null,\"rows\":5,\"pupils\":302,\
         \"mean\":6.3344370860927155,\"std_dev\":3.2638607051953756,\"cv\":0.5152566298844764}]}\n"
    );
    // The same through a standard: books per pupil of the basic one.
    let found = json("assess fixtures/published/books.csv --standard basic-2012 --format json");
    let variation = found["counties"][0]["stages"][0]["variation"].as_array().expect("variation");
    let books = variation.iter().find(|v| v["indicator"] == "books").expect("books");
    assert_eq!((&books["mean"], &books["cv"]), (&6.3344370860927155.into(), &0.5152566298844764.into()));
}

#[test]
fn shared_resources_are_split_on_exact_weights() {
    let line = "assess fixtures/published/split.csv --standard";
    let (basic, quality) = (
        json(&format!("{line} basic-2012 --format json")),
        json(&format!("{line} quality-2017 --format json")),
    );
    let value = |result: &Value, stage: usize, code: &str, indicator: &str| {
        let units = result["counties"][0]["stages"][stage]["unit_results"].as_array().expect("units");
        let unit = units.iter().find(|u| u["school_code"] == code).expect(code);
        let pupils = unit["students"].as_f64().expect("pupils");
        unit["values"][indicator].as_f64().expect(indicator) * pupils
    };
    // 23226 books over 166 + 231 weighted pupils; 20000 m² over 1200 + 1650; and so on: see the README there.
    for (result, stage, code, indicator, amount) in [
        (&basic, 0, "2219903001", "books", 23226.0 * 166.0 / 397.0),
        (&basic, 1, "2219903001", "books", 23226.0 * 231.0 / 397.0),
        (&quality, 0, "2219903002", "teaching_area", 20000.0 * 1200.0 / 2850.0),
        (&quality, 1, "2219903002", "teaching_area", 20000.0 * 1650.0 / 2850.0),
        (&quality, 1, "2219903003", "teaching_area", 25000.0 * 1650.0 / 3630.0),
        (&quality, 0, "2219903004", "teaching_area", 32000.0 * 1200.0 / 4830.0),
        (&quality, 1, "2219903004", "teaching_area", 32000.0 * 1650.0 / 4830.0),
        (&quality, 0, "2219903005", "multimedia_classrooms", 100.0 * 5.0 * 90.0 / 178.0),
        (&quality, 1, "2219903005", "multimedia_classrooms", 100.0 * 5.0 * 88.0 / 178.0),
    ] {
        let found = value(result, stage, code, indicator);
        assert!((found / amount - 1.0).abs() < 1e-15, "{code} {indicator}: {found} {amount}");
    }
}

// The contract of JSON.

/// Finds each key behind the one before.
fn assert_in_order(text: &str, keys: &[&str]) {
    let mut rest = text;
    for key in keys {
        let Some(at) = rest.find(&format!("\"{key}\":")) else {
            panic!("{key} is not behind the keys before it")
        };
        rest = &rest[at + key.len() + 3..];
    }
}

#[test]
fn json_has_the_keys_of_the_contract_in_its_order() {
    let text = printed(&format!("assess {SCHOOLS} --format json"));
    assert!(text.starts_with(
        "{\"schema\":\"junheng.assessment/1\",\"standard\":{\"id\":\"quality-2017\",\"overlays\":[],\"judge\":\"exact\""
    ));
    #[rustfmt::skip]
    assert_in_order(&text, &[
        "schema", "standard", "id", "overlays", "judge", "counties", "code", "name", "year", "as_of", "verdict",
        "resource_verdict", "stages", "stage", "verdict", "units", "units_met", "students", "composite_cv",
        "composite_limit", "composite_verdict", "variation", "indicator", "units", "mean", "std_dev", "cv", "limit",
        "verdict", "units_meeting", "unit_results", "school_code", "school_name", "students", "values", "meets",
        "below_floor", "met_count", "verdict", "items", "findings", "code", "severity", "county", "year",
        "school_code", "column", "value", "message", "excluded", "county_code", "year", "school_code", "reason",
    ]);
}

/// Every number of a result is finite (JSON knows no other), and nothing that is missing is a zero or a text.
#[test]
fn json_has_the_types_of_the_contract_and_null_for_what_is_missing() {
    let verdicts = ["met", "not_met", "undetermined"];
    for standard in ["quality-2017", "basic-2012"] {
        let result = json(&format!("assess {SCHOOLS} --standard {standard} --format json"));
        let judged = standard == "quality-2017";
        let verdict = |value: &Value| value.as_str().is_some_and(|v| verdicts.contains(&v));
        let county = &result["counties"][0];
        assert_eq!(
            (&county["code"], &county["name"], &county["year"], &county["as_of"]),
            (&"219901".into(), &"示例县".into(), &2024.into(), &"2024-12-31".into())
        );
        assert!(verdict(&county["verdict"]) && verdict(&county["resource_verdict"]));
        let stages = county["stages"].as_array().expect("stages");
        assert_eq!(stages.iter().map(|s| &s["stage"]).collect::<Vec<_>>(), ["primary", "junior"]);
        for stage in stages {
            assert!(verdict(&stage["verdict"]));
            assert_eq!(stage["units_met"].is_u64(), judged);
            assert_eq!(stage["composite_verdict"].is_null(), judged);
            assert_eq!(stage["composite_limit"].is_null(), judged);
            let units = stage["unit_results"].as_array().expect("units");
            assert_eq!(stage["units"], units.len());
            for found in stage["variation"].as_array().expect("variation") {
                let id = found["indicator"].as_str().expect("an indicator");
                let missing = units.iter().filter(|u| u["values"][id].is_null()).count();
                assert_eq!(found["units"], units.len() - missing);
                for figure in ["mean", "std_dev", "cv"] {
                    assert_eq!(found[figure].is_f64(), missing == 0, "{id} {figure}");
                }
                assert_eq!(found["verdict"].is_null(), !judged);
                assert_eq!(found["limit"].is_null(), !judged);
                assert_eq!(found["units_meeting"].is_null(), !judged);
                assert_eq!(judged && missing > 0, found["verdict"] == "undetermined", "{id}");
                assert!(found.get("skipped").is_none());
            }
            let codes: Vec<_> = units.iter().map(|u| u["school_code"].as_str().expect("a code")).collect();
            assert!(codes.is_sorted());
            for unit in units {
                assert!(unit["students"].is_u64() && unit["school_name"].is_string());
                assert_eq!(unit["met_count"].is_u64(), judged);
                assert_eq!(verdict(&unit["verdict"]), judged);
                let (values, meets) = (&unit["values"], unit["meets"].as_object().expect("meets"));
                assert_eq!(meets.len(), if judged { 7 } else { 0 });
                assert_eq!(values.as_object().expect("values").len(), if judged { 7 } else { 8 });
                assert!(meets.iter().all(|(id, met)| met.is_null() == values[id].is_null()));
                let met = meets.values().filter(|met| **met == true).count();
                assert!(!judged || unit["met_count"] == met);
                assert!(judged || unit["below_floor"] == Value::Array(vec![]));
            }
        }
        for excluded in result["excluded"].as_array().expect("excluded") {
            assert!(excluded["school_code"].is_string() && excluded["reason"].is_string());
        }
    }
}

/// Rows of the county by school code, parsed by another reader.
fn rows() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(root().join(SCHOOLS)).expect("the county");
    let rows = reader.deserialize().map(|row| row.expect("a row"));
    rows.map(|row: BTreeMap<String, String>| (row["学校标识码"].clone(), row)).collect()
}

#[test]
fn values_and_coefficients_are_those_computed_from_the_table_itself() {
    let rows = rows();
    let number = |code: &str, column: &str| -> Option<f64> {
        let text = &rows[code][column];
        (!text.is_empty()).then(|| text.parse().expect(column))
    };
    let result = json(&format!("assess {SCHOOLS} --format json"));
    for (place, stage) in [(0, "小学"), (1, "初中")] {
        let found = &result["counties"][0]["stages"][place];
        let mut columns: BTreeMap<&str, Vec<(f64, Option<f64>)>> = BTreeMap::new();
        for unit in found["unit_results"].as_array().expect("units") {
            let code = unit["school_code"].as_str().expect("a code");
            let pupils = |stage: &str| number(code, &format!("{stage}在校生数")).unwrap_or(0.0);
            let weights = [pupils("小学"), 1.1 * pupils("初中"), 1.32 * pupils("高中")];
            let share = weights[place] / weights.iter().sum::<f64>();
            let own = |column: &str| number(code, &format!("{stage}{column}"));
            let shared = |column: &str| Some(number(code, column)? * share);
            let net = number(code, "教学及辅助用房面积").zip(number(code, "室内体育用房面积"));
            let sports = number(code, "运动场地面积").zip(number(code, "室内体育用房面积"));
            let students = pupils(stage);
            for (id, amount, per) in [
                ("above_qualified_teachers", own("高于规定学历教师数"), 100.0),
                ("backbone_teachers", own("县级以上骨干教师数"), 100.0),
                ("pe_arts_teachers", own("体育艺术专任教师数"), 100.0),
                ("teaching_area", net.map(|(all, indoor)| (all - indoor) * share), 1.0),
                ("sports_area", sports.map(|(field, indoor)| (field + indoor) * share), 1.0),
                ("equipment_value", shared("教学仪器设备值"), 1.0),
                ("multimedia_classrooms", shared("网络多媒体教室数"), 100.0),
            ] {
                let value = amount.map(|amount| amount * per / students);
                let given = unit["values"][id].as_f64();
                let near = value.zip(given).map(|(a, b)| (a - b).abs() <= 1e-13 * a.abs());
                let same = near.unwrap_or(value.is_none() && given.is_none());
                assert!(same, "{code} {id} {value:?} {given:?}");
                columns.entry(id).or_default().push((students, value));
            }
        }
        for variation in found["variation"].as_array().expect("variation") {
            let units = &columns[variation["indicator"].as_str().expect("an indicator")];
            let known: Option<Vec<(f64, f64)>> = units.iter().map(|(p, v)| Some((*p, (*v)?))).collect();
            let Some(known) = known else { continue };
            let total: f64 = known.iter().map(|(p, _)| p).sum();
            let mean = known.iter().map(|(p, v)| p * v).sum::<f64>() / total;
            let variance = known.iter().map(|(p, v)| p * (v - mean).powi(2)).sum::<f64>() / total;
            let cv = variation["cv"].as_f64().expect("a coefficient");
            assert!((cv - variance.sqrt() / mean).abs() < 1e-12, "{variation}");
        }
    }
}

// Options.

#[test]
fn the_exit_status_tells_of_verdicts_only_when_asked() {
    let status = |line: &str| run(line).status;
    assert_eq!(status(&format!("assess {SCHOOLS}")), 0);
    assert_eq!(status(&format!("assess {SCHOOLS} --fail-on not-met")), 1);
    assert_eq!(status(&format!("assess {SCHOOLS} --fail-on undetermined")), 0);
    // The standard as a whole needs more than the table of schools.
    let basic = format!("assess {SCHOOLS} --standard basic-2012 --fail-on");
    assert_eq!(status(&format!("{basic} undetermined")), 1);
    assert_eq!(status(&format!("{basic} not-met")), 0);
    assert_eq!(status(&format!("{basic} not-met,undetermined")), 1);
    // A bad cell is missing from then on, and the run goes on.
    let ran = run("assess fixtures/broken/not_a_number.csv");
    assert_eq!(ran.status, 0);
    assert!(
        ran.err.starts_with("fixtures/broken/not_a_number.csv 第 2 行 E 列，学校 2121000001："),
        "{}",
        ran.err
    );
    assert_eq!(status("assess fixtures/broken/unknown_kind.csv"), 2);
}

#[test]
fn all_problems_are_listed_up_to_a_limit_that_is_stated() {
    let folder = scratch("many");
    let header = "区县代码,学校标识码,学校类别,小学在校生数\n";
    let rows = |n: usize| (0..n).map(|i| format!("210102,{i},小学部,x\n")).collect::<String>();
    fs::write(folder.join("many.csv"), format!("{header}{}", rows(150))).expect("written");
    let ran = run_in(&folder, ["assess", "many.csv"]);
    // 150 unknown kinds, the causes of refusal, come before 150 cells that are no numbers.
    let lines: Vec<_> = ran.err.lines().collect();
    assert_eq!((ran.status, lines.len()), (2, 201));
    assert!(lines[..150].iter().all(|line| line.contains("不认识的学校类别“小学部”")));
    assert!(lines[150..200].iter().all(|line| line.contains("的值“x”不是数")));
    assert_eq!(lines[200], "……另有 100 条（只列出前 200 条；junheng check 列出全部）");
    let rows = (0..250).map(|i| format!("210102,{i},小学,x\n")).collect::<String>();
    fs::write(folder.join("cells.csv"), format!("{header}{rows}")).expect("written");
    let ran = run_in(&folder, ["assess", "cells.csv"]);
    let lines: Vec<_> = ran.err.lines().collect();
    // 250 cells that are no numbers and 250 stages without pupils.
    assert_eq!((ran.status, lines.len()), (0, 202));
    assert_eq!(lines[200], "……另有 300 条（只列出前 200 条；junheng check 列出全部）");
    let all = run_in(&folder, ["check", "cells.csv"]);
    assert_eq!((all.status, all.out.lines().count()), (1, 501));
}

#[test]
fn counties_are_chosen_by_repeating_or_by_commas() {
    let line = format!("assess {SCHOOLS} {FLOOR} fixtures/published/books.csv --format json");
    let codes = |more: &str| {
        let result = json(&format!("{line} {more}"));
        let counties = result["counties"].as_array().expect("counties").clone();
        counties.iter().map(|c| c["code"].as_str().expect("a code").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(""), ["219901", "219902", "219904"]);
    assert_eq!(codes("--county 219904"), ["219904"]);
    assert_eq!(codes("--county 219904,219901"), ["219901", "219904"]);
    assert_eq!(codes("--county 219904 --county 219902"), ["219902", "219904"]);
    assert_eq!(refused(&format!("{line} --county 1,219904")), (2, "数据中没有区县 1\n".to_owned()));
}

#[test]
fn transitional_clauses_hold_within_their_window_alone() {
    let folder = scratch("clauses");
    let table = "区县代码,学校标识码,学校类别,城乡类型,小学在校生数,小学体育艺术专任教师数,小学体育艺术交流轮岗兼职走教教师数\n\
        210102,1,小学,乡村,60,0,1\n210102,2,教学点,镇区,50,0,1\n";
    fs::write(folder.join("a.csv"), table).expect("written");
    let values = |more: &str| {
        let ran = run_in(&folder, format!("assess a.csv --format json {more}").split_whitespace());
        let result: Value = serde_json::from_str(&ran.out).expect("JSON");
        let units = result["counties"][0]["stages"][0]["unit_results"].as_array().expect("units").clone();
        units.iter().map(|u| u["values"]["pe_arts_teachers"].as_f64()).collect::<Vec<_>>()
    };
    let (own, rotating) = (Some(0.0), |pupils: f64| Some(100.0 / pupils));
    assert_eq!(values("--as-of 2019-10-23"), [own, own]);
    assert_eq!(values("--as-of 2019-10-24"), [rotating(60.0), own]);
    assert_eq!(values("--as-of 2022-10-23"), [rotating(60.0), own]);
    assert_eq!(values("--as-of 2022-10-24"), [own, own]);
    // Whether a teaching point in a town is a small rural school is left open.
    let open = "--as-of 2020-12-31 --option itinerant_scope=rural_or_teaching_point";
    assert_eq!(values(open), [rotating(60.0), rotating(50.0)]);
    let ran = run_in(&folder, format!("assess a.csv --format json {open}").split_whitespace());
    let result: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(result["standard"]["options"]["itinerant_scope"], "rural_or_teaching_point");
    // Without a year or a day the newest state holds.
    assert_eq!(values(""), [own, own]);
}

#[test]
fn figures_as_reported_decide_where_they_are_asked_for() {
    let verdicts = |judge: &str| {
        let result = json(&format!("assess {FLOOR} --format json --judge {judge}"));
        let county = &result["counties"][0];
        let unit = county["stages"][1]["unit_results"][0].clone();
        let found = county["findings"].as_array().expect("findings").clone();
        let boundary = found.iter().filter(|f| f["code"] == "boundary_case").count();
        (result["standard"]["judge"].clone(), unit["verdict"].clone(), unit["below_floor"].clone(), boundary)
    };
    // 4.926 m² is below 85 % of 5.8 = 4.93, and is printed as 4.93.
    let below = serde_json::json!(["teaching_area"]);
    assert_eq!(verdicts("exact"), ("exact".into(), "not_met".into(), below, 1));
    assert_eq!(verdicts("as-reported"), ("as_reported".into(), "met".into(), serde_json::json!([]), 1));
}

#[test]
fn missing_values_are_skipped_only_when_asked_and_counted() {
    let found = |more: &str| {
        let result = json(&format!("assess {SCHOOLS} --format json {more}"));
        let all = result["counties"][0]["stages"][0]["variation"].as_array().expect("variation").clone();
        all.into_iter().find(|v| v["indicator"] == "pe_arts_teachers").expect("the indicator")
    };
    let refused = found("");
    assert_eq!((&refused["cv"], &refused["verdict"]), (&Value::Null, &"undetermined".into()));
    let skipped = found("--missing skip");
    assert_eq!((&skipped["skipped"], &skipped["units"]), (&1.into(), &40.into()));
    assert!(skipped["cv"].is_f64() && skipped["verdict"] != "undetermined");
}

#[test]
fn explanations_are_carried_into_the_result() {
    let folder = scratch("explanations");
    let text =
        "code,school_code,text\nzero_students,2219901017,今年停止招生\nzero_students,999,没有这所学校\n";
    fs::write(folder.join("why.csv"), text).expect("written");
    let schools = root().join(SCHOOLS);
    let run = |format: &str| {
        let line = ["--explanations", "why.csv", "--format", format];
        run_in(&folder, [OsStr::new("assess"), schools.as_os_str()].into_iter().chain(line.map(OsStr::new)))
            .out
    };
    let result: Value = serde_json::from_str(&run("json")).expect("JSON");
    let found = result["counties"][0]["findings"].as_array().expect("findings");
    let zero = found.iter().find(|f| f["code"] == "zero_students").expect("the warning");
    assert_eq!(zero["explanation"], "今年停止招生");
    let rest = result["findings"].as_array().expect("findings");
    assert_eq!(rest.iter().map(|f| &f["code"]).collect::<Vec<_>>(), ["unused_explanation"]);
    let markdown = run("markdown");
    assert!(
        markdown.contains("- 学校 2219901017：本校没有义务教育阶段学生，不参加评估（说明：今年停止招生）\n")
    );
    fs::write(folder.join("why.csv"), "code,school_code,text\nno_students,1,停招\n").expect("written");
    let line = ["--explanations".as_ref(), "why.csv".as_ref(), "--lang=en".as_ref()];
    let ran = run_in(&folder, [OsStr::new("assess"), schools.as_os_str()].into_iter().chain(line));
    assert_eq!(
        (ran.status, ran.err.as_str()),
        (
            2,
            "school 1: the code no_students is not known; one that check lists was expected, such as zero_students (error)\n"
        )
    );
}

// The same data give the same bytes.

#[test]
fn neither_files_nor_order_nor_encoding_change_a_byte() {
    let folder = scratch("bytes");
    let text = fs::read_to_string(root().join(SCHOOLS)).expect("the county");
    let (header, rows) = text.split_once('\n').expect("a header");
    let rows: Vec<_> = rows.lines().collect();
    let table = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    let (first, second) = rows.split_at(23);
    let mut shuffled = rows.clone();
    // 7 and 60 have no common divisor: every row comes once.
    (0..rows.len()).for_each(|i| shuffled[i] = rows[i * 7 % rows.len()]);
    for (name, text) in [
        ("a.csv", table(first)),
        ("b.csv", table(second)),
        ("shuffled.csv", table(&shuffled)),
        ("crlf.csv", table(&rows).replace('\n', "\r\n")),
        ("marked.csv", format!("\u{feff}{text}")),
        ("tabs.tsv", text.replace(',', "\t")),
    ] {
        fs::write(folder.join(name), text).expect("written");
    }
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.join("utf16.csv"), utf16).expect("written");
    fs::copy(root().join("fixtures/county/schools-gbk.csv"), folder.join("gbk.csv")).expect("copied");
    fs::write(folder.join("whole.csv"), &text).expect("written");
    for format in ["json", "csv", "markdown"] {
        let assess = |files: &str| {
            let ran = run_in(&folder, format!("assess {files} --format {format}").split(' '));
            assert_eq!(ran.status, 0, "{files}: {}", ran.err);
            ran.out
        };
        let whole = assess("whole.csv");
        for files in
            ["a.csv b.csv", "b.csv a.csv", "shuffled.csv", "crlf.csv", "marked.csv", "tabs.tsv", "utf16.csv"]
        {
            assert!(assess(files) == whole, "{files} {format}");
        }
        for files in ["gbk.csv", "gbk.csv --encoding gbk"] {
            assert!(format == "markdown" || assess(files) == whole, "{files} {format}");
        }
    }
    let ran = run_in(&folder, "assess gbk.csv --encoding utf-8".split(' '));
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("不是 UTF-8"), "{}", ran.err);
}

// Where it is written.

#[test]
fn a_result_is_written_in_the_format_that_its_name_or_the_line_gives() {
    let folder = scratch("formats");
    let floor = root().join(FLOOR);
    let assess = |more: &[&str]| {
        let line = ["assess".as_ref(), floor.as_os_str()].into_iter().chain(more.iter().map(OsStr::new));
        run_in(&folder, line)
    };
    for (name, format) in [
        ("a.json", "json"),
        ("a.CSV", "csv"),
        ("a.md", "markdown"),
        ("a.markdown", "markdown"),
        ("a.txt", "table"),
        ("a", "table"),
    ] {
        let ran = assess(&["--output", name]);
        assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
        let printed = assess(&["--format", format]).out;
        assert!(fs::read_to_string(folder.join(name)).expect(name) == printed, "{name}");
    }
    for name in ["a.html", "a.htm"] {
        let ran = assess(&["--output", name]);
        assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
        let page = fs::read_to_string(folder.join(name)).expect(name);
        assert!(page.starts_with("<!doctype html>\n<html lang=\"zh-CN\">"), "{name}");
        fs::remove_file(folder.join(name)).expect("removed");
    }
    let ran = assess(&["--format", "html", "--lang", "en"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("name it with --output report.html"), "{}", ran.err);
    assert_eq!(assess(&["-o", "b.csv", "--format", "json"]).status, 0);
    assert!(fs::read_to_string(folder.join("b.csv")).expect("b.csv").starts_with("{\"schema\""));
    assert!(assess(&["-o", "-", "--format", "json"]).out.starts_with("{\"schema\""));
    assert_eq!(names(&folder), ["a", "a.CSV", "a.json", "a.markdown", "a.md", "a.txt", "b.csv"]);
    let ran = run_in(&folder, [OsStr::new("check"), floor.as_os_str(), "-o".as_ref(), "c.json".as_ref()]);
    assert_eq!(ran.status, 0);
    assert!(fs::read_to_string(folder.join("c.json")).expect("c.json").starts_with("{\"schema\""));
}

#[test]
fn a_run_that_fails_leaves_what_is_there_and_nothing_else() {
    let folder = scratch("failure");
    fs::write(folder.join("result.json"), "before").expect("written");
    let broken = root().join("fixtures/broken/unknown_kind.csv");
    let line = ["assess".as_ref(), broken.as_os_str(), "--output".as_ref(), "result.json".as_ref()];
    assert_eq!(run_in(&folder, line).status, 2);
    let line = ["assess".as_ref(), broken.as_os_str(), "--output".as_ref(), "new.json".as_ref()];
    assert_eq!(run_in(&folder, line).status, 2);
    assert_eq!(names(&folder), ["result.json"]);
    assert_eq!(fs::read_to_string(folder.join("result.json")).expect("kept"), "before");
}

#[test]
fn a_result_never_replaces_what_it_was_made_of_nor_a_file_kept_from_writing() {
    let folder = scratch("kept");
    fs::copy(root().join(FLOOR), folder.join("schools.csv")).expect("copied");
    fs::write(folder.join("why.csv"), "code,school_code,text\n").expect("written");
    fs::write(folder.join("kept.csv"), "before").expect("written");
    let mut kept = fs::metadata(folder.join("kept.csv")).expect("kept.csv").permissions();
    kept.set_readonly(true);
    fs::set_permissions(folder.join("kept.csv"), kept).expect("read-only");
    for (line, told) in [
        ("assess schools.csv -o ./schools.csv", "./schools.csv：是输入文件，不能用结果覆盖\n"),
        ("assess schools.csv --explanations why.csv -o why.csv", "why.csv：是输入文件，不能用结果覆盖\n"),
        ("check schools.csv -o schools.csv", "schools.csv：是输入文件，不能用结果覆盖\n"),
        (
            "cv schools.csv --amount 网络多媒体教室数 -o schools.csv --format table",
            "schools.csv：是输入文件，不能用结果覆盖\n",
        ),
        ("assess schools.csv -o kept.csv", "kept.csv：是只读文件，不能覆盖\n"),
    ] {
        let ran = run_in(&folder, line.split(' '));
        assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (2, "", told), "{line}");
    }
    assert!(
        fs::read(folder.join("schools.csv")).expect("kept") == fs::read(root().join(FLOOR)).expect("floor")
    );
    assert_eq!(fs::read_to_string(folder.join("kept.csv")).expect("kept"), "before");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    // More than a pipe holds.
    let table = scratch("closed-pipe").join("province.csv").display().to_string();
    printed(&format!("synth province --schools 3000 --output {table}"));
    for (arguments, begins) in [
        ("synth province --schools 3000".to_owned(), "年度"),
        (format!("assess {table} --format csv"), "\u{feff}区"),
        (format!("assess {table} --format json"), "{\"sche"),
    ] {
        let mut child = program(root())
            .args(arguments.split(' '))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = [0; 6];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("output");
        // The pipe is closed by now, with most of the output still to come.
        let ended = child.wait_with_output().expect("an end");
        assert_eq!(&first, begins.as_bytes(), "{arguments}");
        assert_eq!(ended.status.code(), Some(0), "{arguments}");
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!told.contains("Broken pipe"), "{arguments}: {told}");
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn devices_and_pipes_are_written_directly() {
        let floor = printed(&format!("assess {FLOOR} --format json"));
        assert_eq!(printed(&format!("assess {FLOOR} --format json --output /dev/stdout")), floor);
        assert_eq!(printed(&format!("assess {FLOOR} --format json --output /dev/null")), "");
        let folder = scratch("pipe");
        let pipe = folder.join("pipe.json");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        let mut child =
            program(root()).args(["assess", FLOOR, "--output"]).arg(&pipe).spawn().expect("the program runs");
        assert_eq!(fs::read_to_string(&pipe).expect("a reader"), floor);
        assert!(child.wait().expect("an end").success());
        assert_eq!(names(&folder), ["pipe.json"]);
    }

    #[test]
    fn what_a_link_points_to_is_written_and_keeps_its_permissions() {
        let folder = scratch("links");
        fs::create_dir(folder.join("real")).expect("a folder");
        fs::write(folder.join("real/old.json"), "before").expect("written");
        fs::set_permissions(folder.join("real/old.json"), fs::Permissions::from_mode(0o600)).expect("set");
        symlink("real/old.json", folder.join("old.json")).expect("a link");
        symlink("real/new.json", folder.join("new.json")).expect("a link");
        let floor = root().join(FLOOR);
        for name in ["old.json", "new.json"] {
            let line = ["assess".as_ref(), floor.as_os_str(), "-o".as_ref(), name.as_ref()];
            assert_eq!(run_in(&folder, line).status, 0);
            assert!(folder.join(name).is_symlink(), "{name}");
            let text = fs::read_to_string(folder.join("real").join(name)).expect(name);
            assert!(text.starts_with("{\"schema\""), "{name}");
        }
        assert_eq!(names(&folder.join("real")), ["new.json", "old.json"]);
        let mode = fs::metadata(folder.join("real/old.json")).expect("old.json").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_disk_that_fills_up_leaves_no_half_of_a_file() {
        assert_eq!(refused("synth county --output /dev/full"), (2, "/dev/full：磁盘已满\n".to_owned()));
        let folder = scratch("full");
        fs::write(folder.join("a.csv"), "before").expect("written");
        // No file may grow beyond 4 blocks; the table is larger.
        let line = "ulimit -f 4; trap '' XFSZ; exec \"$0\" synth county --output a.csv";
        let ended = Command::new("sh")
            .args(["-c", line, env!("CARGO_BIN_EXE_junheng")])
            .current_dir(&folder)
            .output()
            .expect("sh");
        assert_eq!(ended.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ended.stderr).starts_with("a.csv：无法读写："), "{ended:?}");
        assert_eq!(names(&folder), ["a.csv"]);
        assert_eq!(fs::read_to_string(folder.join("a.csv")).expect("kept"), "before");
    }

    #[test]
    fn files_may_have_names_that_are_no_text() {
        let folder = scratch("names");
        let name = OsStr::from_bytes(b"\xd1\xa7\xd0\xa3.csv");
        fs::copy(root().join(FLOOR), folder.join(name)).expect("copied");
        let ran = run_in(&folder, [OsStr::new("assess"), name, OsStr::new("--format=json")]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert_eq!(ran.out, printed(&format!("assess {FLOOR} --format json")));
        let output = OsStr::from_bytes(b"\xbd\xe1.json");
        let line = [OsStr::new("assess"), name, OsStr::new("--output"), output];
        assert_eq!(run_in(&folder, line).status, 0);
        assert!(folder.join(output).is_file());
        let ran = run_in(&folder, [OsStr::new("assess"), name, OsStr::new("--standard"), output]);
        assert_eq!((ran.status, ran.err.as_str()), (2, "错误：参数不是 UTF-8 文字\n用法见 junheng --help\n"));
    }
}

// Templates.

#[test]
fn a_template_is_a_workbook_of_the_table_asked_for() {
    let folder = scratch("template");
    for (line, name) in [
        ("template --output schools.xlsx", "schools.xlsx"),
        ("template county --standard quality-2017+liaoning --lang en --output county.XLSX", "county.XLSX"),
        ("template school --all --output school.xlsx", "school.xlsx"),
    ] {
        let ran = run_in(&folder, line.split(' '));
        assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "", ""), "{line}");
        let workbook = fs::read(folder.join(name)).expect("written");
        assert!(workbook.starts_with(b"PK"), "{line}");
        let again = run_in(&folder, line.split(' '));
        assert_eq!(again.status, 0);
        assert_eq!(fs::read(folder.join(name)).expect("written"), workbook, "{line}");
    }
}

// Odd files.

#[test]
fn names_from_files_command_neither_the_terminal_nor_a_spreadsheet_nor_markdown() {
    let folder = scratch("names-in-files");
    let table = "区县代码,区县名称,学校标识码,学校名称,学校类别,小学在校生数\n\
        210102,=1+1|<b>,1,\"\u{1b}[31m红\n@校*\",小学,0\n210102,=1+1|<b>,2,-inf,小学,五\u{7}\n";
    fs::write(folder.join("a.csv"), table).expect("written");
    for format in ["table", "csv", "markdown"] {
        let ran = run_in(&folder, format!("assess a.csv --format {format}").split(' '));
        assert_eq!(ran.status, 0);
        assert!(!ran.err.contains(['\u{1b}', '\u{7}']), "{}", ran.err);
        match format {
            "csv" => assert!(ran.out.contains("'=1+1|<b>") && ran.out.contains(",'-inf,"), "{}", ran.out),
            "markdown" => assert!(ran.out.starts_with("# =1+1\\|\\<b> 210102\n"), "{}", ran.out),
            _ => assert!(!ran.out.contains(['\u{1b}', '\u{7}']), "{}", ran.out),
        }
    }
}

#[test]
fn every_csv_is_defused_and_the_same_in_both_encodings() {
    let folder = scratch("csv-encodings");
    let table = "年度,区县代码,区县名称,学校标识码,学校名称,学校类别,小学在校生数,教学仪器设备值\n\
        2023,210102,=1+1,1,\"=HYPERLINK(\"\"x\"\")\",小学,500,十\n2023,210102,=1+1,@2,\u{3000}＋二小㐂,小学,400,8\n";
    fs::write(folder.join("a.csv"), table).expect("written");
    for (line, defused) in [
        ("assess a.csv", &["'=1+1", "\"'=HYPERLINK(", "'＋二小㐂", "'@2"][..]),
        ("check a.csv", &[",'@2,"]),
        ("forms a.csv --form II-2", &["\"'=HYPERLINK(", "'＋二小㐂"]),
        ("monitor a.csv", &["'=1+1"]),
        ("cv a.csv --amount 教学仪器设备值 --pupils 小学在校生数 --by 学校名称", &["'＋二小㐂"]),
        ("standard show quality-2017", &[]),
    ] {
        let utf8 =
            program(&folder).args(line.split(' ')).args(["--format", "csv"]).output().expect("it runs");
        let text = String::from_utf8(utf8.stdout).expect("UTF-8");
        assert!(text.starts_with('\u{feff}') && text.contains("\r\n"), "{line}");
        assert!(defused.iter().all(|cell| text.contains(cell)), "{line}: {text}");
        assert!(!text.contains(",=") && !text.contains("\"=") && !text.contains("\n="), "{line}: {text}");
        let arguments = ["--format", "csv", "--csv-encoding", "gb18030"];
        let other = program(&folder).args(line.split(' ')).args(arguments).output().expect("it runs");
        assert_eq!(other.status, utf8.status, "{line}");
        let (decoded, had_errors) = encoding_rs::GB18030.decode_without_bom_handling(&other.stdout);
        assert!(!had_errors, "{line}");
        assert_eq!(decoded, text.trim_start_matches('\u{feff}'), "{line}");
    }
}

#[test]
fn counties_without_a_code_are_told_apart_from_those_with_one() {
    let folder = scratch("codes");
    let header = "区县代码,区县名称,学校标识码,学校名称,学校类别,小学在校生数,教学仪器设备值（万元）\n";
    fs::write(
        folder.join("a.csv"),
        format!("{header},甲县,1,一小,小学,100,15\n210103,乙县,2,二小,小学,100,25\n"),
    )
    .expect("written");
    let lines = ["assess a.csv", "assess a.csv --lang en"];
    snapshot("codes.txt", &lines.map(|line| transcript(&folder, line)).concat());
}

#[test]
fn a_school_without_a_code_is_null_among_those_that_fail_an_item() {
    let folder = scratch("blank_code");
    let table = "county_code,school_code,school_name,kind,students_primary,classes_primary,\
                 classes_over_limit_primary\n\
                 210102,,第一小学,小学,1000,20,1\n\
                 210102,3021,第二小学,小学,1000,20,2\n";
    fs::write(folder.join("schools.csv"), table).expect("written");
    let ran = run_in(&folder, ["assess", "schools.csv", "--format", "json"]);
    let result: Value = serde_json::from_str(&ran.out).expect("JSON");
    let items = result["counties"][0]["items"].as_array().expect("items");
    let sizes = items.iter().find(|item| item["id"] == "g05").expect("the item of class sizes");
    let failing = sizes["schools"].as_array().expect("schools").iter();
    let failing: Vec<_> = failing.map(|school| (&school["school_code"], &school["verdict"])).collect();
    let not_met = Value::from("not_met");
    assert_eq!(failing, [(&Value::Null, &not_met), (&Value::from("3021"), &not_met)]);
}

#[test]
fn very_wide_and_very_long_cells_are_read_and_told_of_briefly() {
    let folder = scratch("large");
    let wide: String = (0..10_000).map(|i| format!(",栏{i}")).collect();
    let cells = ",1".repeat(10_000);
    let header = "区县代码,学校标识码,学校类别,小学在校生数,学校名称";
    fs::write(folder.join("wide.csv"), format!("{header}{wide}\n210102,1,小学,100,甲{cells}\n"))
        .expect("written");
    let ran = run_in(&folder, "check wide.csv".split(' '));
    assert_eq!((ran.status, ran.out.lines().count()), (0, 10_001));
    assert!(ran.out.contains("wide.csv 第 1 行 NTU 列：不认识列“栏9999”，未使用（说明）\n"));
    let digits = "9".repeat(1_000_000);
    fs::write(
        folder.join("long.csv"),
        format!("{header}\n210102,1,小学,{digits},{}\n", "学".repeat(100_000)),
    )
    .expect("written");
    let ran = run_in(&folder, "check long.csv".split(' '));
    assert_eq!(ran.status, 1);
    let cut =
        format!("long.csv 第 2 行 D 列，学校 1：“小学在校生数”的值“{}…”过大或小数位过多", &digits[..80]);
    assert!(ran.out.contains(&cut), "{}", ran.out.chars().take(300).collect::<String>());
    let ran = run_in(&folder, "assess long.csv".split(' '));
    assert_eq!(ran.status, 0);
    // The table draws the beginning of the name.
    let drawn = ran.out.chars().filter(|c| *c == '学').count();
    assert!((1000..3000).contains(&drawn), "{drawn}");
    let whole = run_in(&folder, "assess long.csv --format csv".split(' ')).out;
    assert!(whole.contains(&"学".repeat(100_000)));
}
