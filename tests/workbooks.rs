//! Workbooks: every pitfall has a fixture, made by `tests/workbooks/make.py`, and says what it should in both languages.
#![cfg(feature = "xlsx")]

mod snapshot;

use std::fs;
use std::path::{Path, PathBuf};

use junheng::io::read_table;
use junheng::model::{CountyField, DataSet, Field};
use junheng::report::Mistakes;
use junheng::{Error, ErrorKind, Finding, Lang, check, read_counties, read_schools};
use proptest::prelude::*;
use snapshot::snapshot;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workbooks").join(name)
}

fn read(name: &str) -> Result<DataSet, Error> {
    read_schools().from_path(fixture(name))
}

fn schools(name: &str) -> DataSet {
    read(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every finding of a file in one language, places without the folder.
fn told(name: &str, lang: Lang) -> Vec<String> {
    let findings = match read(name) {
        Ok(data) => data.findings().iter().cloned().chain(check(&data)).collect(),
        Err(error) => match error.kind() {
            ErrorKind::Input(findings) => findings.clone(),
            other => panic!("{name}: {other:?}"),
        },
    };
    let folder = format!("{}/", fixture("").display().to_string().trim_end_matches('/'));
    findings.iter().map(|finding: &Finding| finding.describe(lang).replace(&folder, "")).collect()
}

/// The value of a column for the schools, in order of their codes.
fn values(data: &DataSet, field: Field) -> Vec<Option<String>> {
    let schools = data.counties().flat_map(|county| county.schools());
    schools.map(|school| school.value(field).map(|value| value.to_string())).collect()
}

fn codes(data: &DataSet) -> Vec<String> {
    data.counties().flat_map(|county| county.schools()).map(|school| school.code().to_owned()).collect()
}

#[track_caller]
fn assert_values(data: &DataSet, field: Field, expected: &[&str]) {
    let found: Vec<String> = values(data, field).into_iter().map(Option::unwrap_or_default).collect();
    assert_eq!(found, expected, "{field}");
}

/// What each fixture says, in both languages; a folder is read as one data set.
#[test]
fn every_pitfall_is_told_in_both_languages() {
    let mut names: Vec<String> = fs::read_dir(fixture(""))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for (lang, file) in [(Lang::Zh, "workbooks.zh.txt"), (Lang::En, "workbooks.en.txt")] {
        let mut text = String::new();
        for name in names.iter().filter(|name| *name != "README.md") {
            text += &format!("{name}\n");
            told(name, lang).into_iter().for_each(|line| text += &format!("    {line}\n"));
        }
        snapshot(file, &text);
    }
}

#[test]
fn the_same_table_reads_the_same_from_every_format() {
    for name in ["p10-layout.xlsx", "p10-layout.xls"] {
        let data = schools(name);
        assert_eq!(codes(&data), ["2121000001", "2121000002", "3121000003"], "{name}");
        assert_values(&data, Field::StudentsPrimary, &["400", "300", ""]);
        assert_values(&data, Field::StudentsJunior, &["", "", "500"]);
        assert_values(&data, Field::TeachersPrimary, &["24", "18", ""]);
        assert_values(&data, Field::TeachersJunior, &["", "", "40"]);
        // The row of units below the header is read: 84.75 万元.
        assert_values(&data, Field::EquipmentValue, &["847500", "600000", "1505000"]);
    }
    // OpenDocument does not tell which cells are merged: the county code of the second school is missing, and told.
    let data = schools("p10-layout.ods");
    assert_eq!(told("p10-layout.ods", Lang::En).iter().filter(|line| line.contains("(error)")).count(), 1);
    let mut values: Vec<_> = values(&data, Field::EquipmentValue).into_iter().flatten().collect();
    values.sort();
    assert_eq!(values, ["1505000", "600000", "847500"]);
}

/// A cell in the last corner of a sheet: what is between costs nothing.
#[test]
fn a_far_cell_takes_no_room() {
    for name in ["p21-far-cell.xlsx", "p21-far-cell.xlsb"] {
        let data = schools(name);
        assert_eq!(codes(&data), ["2121000001"], "{name}");
        assert_values(&data, Field::StudentsPrimary, &["400"]);
        assert_values(&data, Field::Books, &["12000"]);
    }
}

/// Records of an XLS: the place of the data of each of this kind and length.
fn records(file: &[u8], kind: u16, length: u16) -> Vec<usize> {
    let head = [kind.to_le_bytes(), length.to_le_bytes()].concat();
    file.windows(4).enumerate().filter(|(_, bytes)| *bytes == head).map(|(at, _)| at + 4).collect()
}

/// Its reader makes room for as many cells as a file says, which no memory has; the format has 65 536 rows and 256 columns.
#[test]
fn an_xls_beyond_its_format_is_refused() {
    let whole = fs::read(fixture("p10-layout.xls")).expect("a fixture");
    let (labels, sizes) = (records(&whole, 0x00FD, 10), records(&whole, 0x0200, 14));
    let [label, size] = [&labels, &sizes].map(|places| *places.first().expect("a record"));
    let damaged = |places: &[(usize, u16)]| {
        let mut file = whole.clone();
        for (at, number) in places {
            file[*at..at + 2].copy_from_slice(&number.to_le_bytes());
        }
        file
    };
    let refused =
        |file: &[u8]| read_schools().from_bytes("schools.xls", file).err().map(|e| e.describe(Lang::En));
    let expected = "schools.xls: this XLS workbook is damaged or incomplete and cannot be read (it has too many cells); open \
                    it in Excel or WPS, let it repair the file and save it as .xlsx (error)";
    for (what, places) in [
        ("a column", vec![(label + 2, 256)]),
        ("a row and a column", vec![(labels[1], u16::MAX), (label + 2, u16::MAX)]),
        ("rows", vec![(size + 6, 2)]),
        ("a first row behind the last", vec![(size, u16::MAX)]),
        ("columns", vec![(size + 10, 257)]),
    ] {
        assert_eq!(refused(&damaged(&places)).as_deref(), Some(expected), "{what}");
    }
    // Streams that are another for each who looks for them: the list of sectors is said to be elsewhere.
    let told = refused(&damaged(&[(0x4C, 3)])).expect("refused");
    assert!(
        told.starts_with(
            "schools.xls: this XLS workbook is damaged or incomplete and cannot be read (Malformed"
        ),
        "{told}"
    );
    // The last column there is.
    assert_eq!(refused(&damaged(&[(label + 2, 255), (size + 10, 256)])), None);
}

#[test]
fn a_folder_of_forms_is_one_data_set() {
    let data = schools("p10-forms");
    assert_eq!(codes(&data), ["2121000001", "2121000002", "2121000003"]);
    assert_values(&data, Field::StudentsPrimary, &["301", "302", "303"]);
    // The third is in 亩, which is refused.
    assert_values(&data, Field::EquipmentValue, &["847500", "847500", ""]);
    let school = data.counties().next().expect("a county").schools().next().expect("a school");
    assert_eq!(school.name(), "第一小学");
}

#[test]
fn an_empty_folder_is_refused() {
    let folder = std::env::temp_dir().join(format!("junheng-empty-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let error = read_schools().from_path(&folder).expect_err("nothing to read");
    fs::remove_dir(&folder).expect("removed");
    let name = folder.display();
    assert_eq!(
        error.describe(Lang::Zh),
        format!(
            "{name}：文件夹里没有表格文件；应有 csv, tsv, tab, txt, xlsx, xlsm, xlsb, xls, et, ods（逻辑校验）"
        )
    );
}

#[test]
fn years_come_from_the_names_of_sheets() {
    let data = schools("p10-years.xlsx");
    let years: Vec<_> = data.counties().map(|county| county.year()).collect();
    assert_eq!(years, [Some(2022), Some(2023)]);
}

#[test]
fn codes_and_figures_are_what_a_person_sees() {
    let data = schools("p06-codes.xlsx");
    let codes: Vec<String> = codes(&data);
    assert!(codes.contains(&"000042".to_owned()) && codes.contains(&"0021000004".to_owned()), "{codes:?}");
    let counties: Vec<_> = data.counties().map(|county| county.code().to_owned()).collect();
    assert_eq!(counties, ["000102", "210102"]);
    assert_values(
        &schools("p05-decimals.xlsx"),
        Field::TeachingArea,
        &["1234.56", "2499.7", "3333.33333333333"],
    );
    assert_values(&schools("p07-text-numbers.xlsx"), Field::StudentsPrimary, &["12", "1234", "", ""]);
    assert_values(&schools("p07-text-numbers.xlsx"), Field::Books, &["1234", "", "12", ""]);
    assert_values(&schools("p08-blanks.xlsx"), Field::Books, &["0", "", "", "", ""]);
    assert_values(&schools("p09-formulas.xlsx"), Field::Books, &["", "0", "", "12003", ""]);
    // Bold within a name does not cut it.
    let rich = schools("p07-text-numbers.xlsx");
    let first = rich.counties().next().and_then(|county| county.schools().next());
    assert_eq!(first.map(|school| school.name().to_owned()).as_deref(), Some("第一小学"));
    let injected = schools("p22-injection.xlsx");
    let names: Vec<_> =
        injected.counties().flat_map(|c| c.schools()).map(|school| school.name().to_owned()).collect();
    assert_eq!(names, ["=1+1小学", "@第二小学", "-三小"]);
}

#[test]
fn per_cent_are_read_as_cells_show_them() {
    let table = read_counties().from_path(fixture("p10-county.xlsx")).expect("a table");
    let county = table.get("210102", Some(2023)).expect("there");
    assert_eq!(
        county.value(CountyField::CatchmentRateJunior).map(|v| v.to_string()).as_deref(),
        Some("96.4")
    );
    assert_eq!(county.answer(CountyField::PlanningAttested), Some(true));
    assert!(table.findings().is_empty());
    // OpenDocument hides how a cell is formatted.
    let bytes = fs::read(fixture("p10-county.ods")).expect("a file");
    let table = read_counties().from_bytes("区县.ods", &bytes).expect("a table");
    let told: Vec<_> =
        table.findings().iter().map(|f| (f.describe(Lang::Zh), f.describe(Lang::En))).collect();
    assert_eq!(
        told,
        [(
            "区县.ods 区县!C2：“初中就近划片入学比例”的值“0.964”不大于 1；这种工作簿看不出单元格是否设为百分比格式，按 0.964% 读入，请核对，或另存为 .xlsx（经验校验）".to_owned(),
            "区县.ods 区县!C2: the value 0.964 of catchment_rate_junior is at most 1; this kind of workbook does not tell whether the cell is formatted as per cent, and it was read as 0.964 %: check it, or save the file as .xlsx (warning)".to_owned(),
        )]
    );
}

#[test]
fn any_table_is_found_in_a_workbook() {
    let table = read_table()
        .expect(["学校标识码", "图书册数"])
        .from_path(fixture("p10-layout.xlsx"))
        .expect("a table");
    let (books, findings) = table.column("图书册数").map(|column| column.numbers()).unwrap_or_default();
    assert_eq!(findings.len(), 0, "{findings:?}");
    assert_eq!(
        books.into_iter().flatten().map(|b| b.to_string()).collect::<Vec<_>>(),
        ["12000", "9000", "20000"]
    );
}

/// Fixtures of each format, whole.
fn whole() -> Vec<Vec<u8>> {
    [
        "p10-layout.xlsx",
        "p10-layout.xls",
        "p10-layout.ods",
        "p09-formulas.xlsx",
        "p10-forms/1号学校.xlsx",
        "p21-far-cell.xlsb",
    ]
    .into_iter()
    .map(|name| fs::read(fixture(name)).expect("a fixture"))
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Bytes changed, cut off or left out: whatever becomes of a workbook is read or refused with a message.
    #[test]
    fn no_damage_makes_it_panic(
        which in 0..6usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
        skip in prop::option::of((any::<prop::sample::Index>(), 1..600usize)),
    ) {
        let mut bytes = whole().swap_remove(which);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some((at, length)) = skip {
            let at = at.index(bytes.len());
            bytes.drain(at..(at + length).min(bytes.len()));
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len().max(1)));
        }
        let read = read_schools().from_bytes("damaged.xlsx", &bytes);
        if let Err(error) = read {
            prop_assert!(error.describe(Lang::Zh).starts_with("damaged.xlsx"), "{}", error);
        }
        let _ = read_counties().from_bytes("damaged.xlsx", &bytes);
        let _ = read_table().from_bytes("damaged.xlsx", &bytes);
    }
}

/// A cell of a made sheet.
#[derive(Clone, Debug)]
enum Made {
    Text(String),
    Number(f64),
    Yes(bool),
    Formula(&'static str),
    Date(u16),
}

fn made() -> impl Strategy<Value = Made> {
    let words = [
        "区县代码",
        "学校标识码",
        "学校类别",
        "小学",
        "初中",
        "在校生数",
        "小学在校生数",
        "图书册数",
        "人",
        "册",
        "万元",
        "教学仪器设备值",
        "填报项目",
        "单位",
        "填报值",
        "类别",
        "项目",
        "值",
        "210102",
        "合计",
        "注：",
        "甲",
        "1",
        "2023年",
        "=1+1",
        "—",
        "",
        "#N/A",
        "其中：",
        "教师",
    ];
    prop_oneof![
        6 => prop::sample::select(words.to_vec()).prop_map(|word| Made::Text(word.to_owned())),
        1 => "\\PC{0,6}".prop_map(Made::Text),
        2 => (-5i32..3000).prop_map(|n| Made::Number(n.into())),
        1 => any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Made::Number),
        1 => any::<bool>().prop_map(Made::Yes),
        1 => prop::sample::select(vec!["=1/0", "=A1", "=\"x\""]).prop_map(Made::Formula),
        1 => (1u16..60000).prop_map(Made::Date),
    ]
}

type Cells = Vec<((u32, u16), Made)>;
type Merges = Vec<((u32, u16), (u32, u16))>;

/// A workbook of sheets with these cells; a header is among them where a sheet is likely to be a table.
/// Rows and columns, the last included.
type Range = (std::ops::RangeInclusive<u32>, std::ops::RangeInclusive<u16>);

fn overlap(a: &Range, b: &Range) -> bool {
    let rows = a.0.start() <= b.0.end() && b.0.start() <= a.0.end();
    rows && a.1.start() <= b.1.end() && b.1.start() <= a.1.end()
}

fn workbook(sheets: &[(Cells, Merges, bool)]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (cells, merges, likely) in sheets {
        let sheet = workbook.add_worksheet();
        let mut merged: Vec<Range> = Vec::new();
        for ((row, column), (down, right)) in merges {
            let format = rust_xlsxwriter::Format::new();
            // The writer refuses those that overlap others, and panics at a third.
            if merged.iter().any(|other| overlap(other, &(*row..=row + down, *column..=column + right))) {
                continue;
            }
            merged.push((*row..=row + down, *column..=column + right));
            let _ = sheet.merge_range(*row, *column, row + down, column + right, "", &format);
        }
        if *likely {
            for (column, name) in
                (0..).zip(["区县代码", "学校标识码", "学校类别", "小学在校生数", "图书册数"])
            {
                sheet.write_string(0, column, name).expect("written");
            }
        }
        for ((row, column), cell) in cells {
            match cell {
                Made::Text(text) => sheet.write_string(*row, *column, text),
                Made::Number(number) => sheet.write_number(*row, *column, *number),
                Made::Yes(yes) => sheet.write_boolean(*row, *column, *yes),
                Made::Formula(formula) => sheet.write_formula(*row, *column, *formula),
                Made::Date(day) => sheet.write_number_with_format(*row, *column, *day, &date),
            }
            .expect("written");
        }
    }
    workbook.save_to_buffer().expect("saved")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever sheets hold, they are read or refused, and their mistakes can be written beside their cells.
    #[test]
    fn no_sheet_makes_it_panic(
        sheets in prop::collection::vec(
            (
                prop::collection::vec(((0u32..9, 0u16..7), made()), 0..50),
                prop::collection::vec(((0u32..8, 0u16..6), (0u32..3, 0u16..3)), 0..4),
                any::<bool>(),
            ),
            1..3,
        ),
    ) {
        let bytes = workbook(&sheets);
        let findings = match read_schools().from_bytes("made.xlsx", &bytes) {
            Ok(data) => [data.findings().to_vec(), check(&data)].concat(),
            Err(error) => match error.kind() {
                ErrorKind::Input(findings) => findings.clone(),
                other => panic!("{other:?}"),
            },
        };
        for finding in &findings {
            prop_assert!(finding.describe(Lang::Zh).len() > 3 && finding.describe(Lang::En).len() > 3);
        }
        let _ = read_counties().from_bytes("made.xlsx", &bytes);
        let _ = read_table().from_bytes("made.xlsx", &bytes);
        let _ = read_table().expect(["图书册数"]).from_bytes("made.xlsx", &bytes);
        let mut out = Vec::new();
        Mistakes::new(&findings).table("made.xlsx", &bytes).write(Lang::Zh, &mut out).expect("written");
        prop_assert!(read_table().expect(["代码"]).from_bytes("list.xlsx", &out).is_ok() || findings.is_empty());
    }
}
