//! The workbook of mistakes: its list names every finding, its copies read back as what was read, and explanations typed in
//! it are carried into the next run.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use junheng::io::{Table, read_table};
use junheng::model::{DataSet, Field};
use junheng::report::Mistakes;
use junheng::{Finding, Lang, check, read_schools};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(folder: &Path, line: &str) -> Output {
    let run = Command::new(env!("CARGO_BIN_EXE_junheng"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .output();
    run.expect("the program runs")
}

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mistakes-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The list of a workbook.
fn list(bytes: &[u8], lang: Lang) -> Table {
    let names = lang.pick(["代码", "说明"], ["code", "explanation"]);
    read_table().expect(names).from_bytes("list.xlsx", bytes).expect("a list")
}

fn cells<'t>(table: &'t Table, name: &str) -> Vec<&'t str> {
    table.column(name).expect("a column").cells().collect()
}

fn written(name: &str, bytes: &[u8], lang: Lang) -> (DataSet, Vec<Finding>, Vec<u8>) {
    let data = read_schools().from_bytes(name, bytes).expect("readable");
    let findings: Vec<Finding> = data.findings().iter().cloned().chain(check(&data)).collect();
    let mut out = Vec::new();
    Mistakes::new(&findings).table(name, bytes).write(lang, &mut out).expect("written");
    (data, findings, out)
}

/// Every value of every school.
fn values(data: &DataSet) -> Vec<String> {
    let schools = data.counties().flat_map(|county| county.schools());
    let of = |school: junheng::model::SchoolRow<'_>| {
        let values: Vec<_> = Field::ALL.iter().filter(|f| f.is_numeric()).map(|f| school.value(*f)).collect();
        format!("{} {} {values:?}", school.code(), school.name())
    };
    schools.map(of).collect()
}

#[test]
fn the_list_names_every_finding_in_both_languages() {
    for name in ["p07-text-numbers.xlsx", "p09-formulas.xlsx", "p10-layout.xlsx"] {
        let bytes = fs::read(root().join("fixtures/workbooks").join(name)).expect("a fixture");
        for lang in [Lang::Zh, Lang::En] {
            let (_, findings, workbook) = written(name, &bytes, lang);
            let list = list(&workbook, lang);
            let [severity, sheet, cell, message, code] = lang.pick(
                ["级别", "工作表", "单元格", "问题与应有的值", "代码"],
                ["severity", "sheet", "cell", "found and expected", "code"],
            );
            let mut listed: Vec<String> = (0..list.rows().len())
                .map(|row| {
                    [severity, sheet, cell, message, code].map(|name| cells(&list, name)[row]).join("|")
                })
                .collect();
            let mut expected: Vec<String> = findings
                .iter()
                .map(|f| {
                    let place = f.found_at().expect("a place");
                    let cell = match (&place.column, place.row) {
                        (Some(column), Some(row)) => format!("{column}{row}"),
                        _ => String::new(),
                    };
                    let sheet = place.sheet.as_deref().unwrap_or_default();
                    [f.severity().name(lang), sheet, &cell, &f.message(lang), f.code().id()].join("|")
                })
                .collect();
            listed.sort();
            expected.sort();
            assert_eq!(listed, expected, "{name}");
        }
    }
}

#[test]
fn copies_read_back_as_what_was_read() {
    let workbooks =
        ["p05-decimals.xlsx", "p06-codes.xlsx", "p10-layout.xlsx", "p10-layout.xls", "p22-injection.xlsx"];
    let workbooks = workbooks.map(|name| format!("workbooks/{name}"));
    let texts = ["county/schools.csv", "county/schools-gbk.csv", "broken/jump.csv"].map(str::to_owned);
    for name in workbooks.into_iter().chain(texts) {
        let bytes = fs::read(root().join("fixtures").join(&name)).expect("a fixture");
        let (data, _, workbook) = written(&name, &bytes, Lang::Zh);
        let again = read_schools().from_bytes("again.xlsx", &workbook).expect("readable");
        assert_eq!(values(&again), values(&data), "{name}");
    }
}

#[test]
fn the_same_input_makes_the_same_bytes() {
    let bytes = fs::read(root().join("fixtures/workbooks/p09-formulas.xlsx")).expect("a fixture");
    assert_eq!(written("a.xlsx", &bytes, Lang::Zh).2, written("a.xlsx", &bytes, Lang::Zh).2);
}

/// The workbook with a text typed into the explanations of a code.
fn explained(bytes: &[u8], lang: Lang, code: &str, text: &str) -> Vec<u8> {
    let list = list(bytes, lang);
    let column =
        list.header().iter().position(|name| name == lang.pick("说明", "explanation")).expect("there");
    let codes = cells(&list, lang.pick("代码", "code"));
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (place, name) in (0..).zip(list.header()) {
        sheet.write_string(0, place, name).expect("written");
    }
    for (row, (cells, found)) in (1..).zip(list.rows().iter().zip(codes)) {
        for (place, cell) in (0..).zip(cells.cells()) {
            sheet.write_string(row, place, cell).expect("written");
        }
        if found == code {
            sheet.write_string(row, column as u16, text).expect("written");
        }
    }
    workbook.save_to_buffer().expect("saved")
}

#[test]
fn explanations_typed_in_the_list_are_carried_into_the_next_run() {
    let folder = scratch("explanations");
    let table = "区县代码,学校标识码,学校类别,小学在校生数\n210102,1,小学,0\n210102,2,小学,五十\n";
    fs::write(folder.join("schools.csv"), table).expect("written");
    for lang in [Lang::Zh, Lang::En] {
        let code = lang.pick("zh", "en");
        let ran = run(&folder, &format!("check schools.csv -o mistakes.xlsx --lang {code}"));
        assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stderr));
        let bytes = fs::read(folder.join("mistakes.xlsx")).expect("there");
        let typed = explained(&bytes, lang, "zero_students", "今年停止招生");
        fs::write(folder.join("explained.xlsx"), typed).expect("written");

        let ran = run(&folder, &format!("check schools.csv --explanations explained.xlsx --lang {code}"));
        let out = String::from_utf8_lossy(&ran.stdout).into_owned();
        let said = lang.pick("（经验校验）；说明：今年停止招生\n", "(warning); explained: 今年停止招生\n");
        assert!(out.contains(said), "{out}{}", String::from_utf8_lossy(&ran.stderr));

        // The next list has it already, and an assessment carries it.
        run(&folder, &format!("check schools.csv --explanations explained.xlsx -o next.xlsx --lang {code}"));
        let next = fs::read(folder.join("next.xlsx")).expect("there");
        let next = list(&next, lang);
        assert!(cells(&next, lang.pick("说明", "explanation")).contains(&"今年停止招生"));
        let ran = run(&folder, "assess schools.csv --explanations explained.xlsx --format json");
        assert!(String::from_utf8_lossy(&ran.stdout).contains("今年停止招生"));
    }
}

#[test]
fn a_list_is_not_written_into_a_folder_that_is_read() {
    let folder = scratch("folder");
    fs::create_dir(folder.join("forms")).expect("a folder");
    fs::write(folder.join("forms/a.csv"), "区县代码,学校标识码,学校类别,小学在校生数\n210102,1,小学,10\n")
        .expect("written");
    let ran = run(&folder, "check forms -o forms/mistakes.xlsx");
    assert_eq!(ran.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "forms/mistakes.xlsx：在要读入的文件夹里；请写到别处\n");
    assert!(run(&folder, "check forms -o mistakes.xlsx").status.success());
    assert!(folder.join("mistakes.xlsx").is_file());
}

#[test]
fn cells_beyond_a_sheet_are_refused_and_long_texts_cut() {
    let name = "学".repeat(40_000);
    let table = format!("区县代码,学校标识码,学校类别,小学在校生数,学校名称\n210102,1,小学,{name},{name}\n");
    let (_, _, workbook) = written("a.csv", table.as_bytes(), Lang::Zh);
    assert!(read_schools().from_bytes("again.xlsx", &workbook).is_ok());
    let table =
        format!("区县代码,学校标识码,学校类别,小学在校生数{}x\n210102,1,小学,1\n", ",".repeat(16_384));
    let data = read_schools().from_bytes("a.csv", table.as_bytes()).expect("readable");
    let mut out = Vec::new();
    assert!(
        Mistakes::new(data.findings()).table("a.csv", table.as_bytes()).write(Lang::Zh, &mut out).is_err()
    );
}
