//! Reading: every doubt about a file is told, with its place, and nothing depends on order or cut.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use junheng::model::{DataSet, Field};
use junheng::{Code, ErrorKind, Finding, Lang, read_schools};
use proptest::prelude::*;

fn broken() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/broken")
}

/// Whether the bytes are refused, and what is told about them.
fn findings(file: &str, bytes: &[u8]) -> (bool, Vec<Finding>) {
    match read_schools().from_bytes(file, bytes) {
        Ok(data) => (false, data.findings().to_vec()),
        Err(error) => match error.kind() {
            ErrorKind::Input(findings) => (true, findings.clone()),
            other => panic!("{file}: {other:?}"),
        },
    }
}

fn read(text: &str) -> DataSet {
    read_schools().from_bytes("schools.csv", text.as_bytes()).expect("readable")
}

/// Code of the only finding of a file in `fixtures/broken`, whether the file is refused, and the message.
#[rustfmt::skip]
const BROKEN: &[(&str, bool, &str, &str)] = &[
    ("bad_year", false, "bad_year.csv 第 2 行 A 列，学校 2121000001：“年度”的值“2023.9”不是年份，视为缺失；应如 2023 或 2023-2024 学年（逻辑校验）", "bad_year.csv row 2 column A, school 2121000001: the value 2023.9 of year is not a year and taken as missing; something like 2023 or 2023-2024 was expected (error)"),
    ("blank_school_code", false, "blank_school_code.csv 第 2 行 B 列：学校标识码为空；应填写本校的标识码（逻辑校验）", "blank_school_code.csv row 2 column B: the school code is blank; the code of the school was expected (error)"),
    ("county_name_conflict", false, "区县 210102：区县代码 210102 有不同的名称：和平、和平区；按“和平区”列出（经验校验）", "county 210102: the county code 210102 has several names: 和平, 和平区; listed as 和平区 (warning)"),
    ("duplicate_column", true, "duplicate_column.csv 第 1 行 C 列：“学校代码”和“学校标识码”（duplicate_column.csv 第 1 行 B 列）是同一列“学校标识码”；只能保留一列（逻辑校验）", "duplicate_column.csv row 1 column C: 学校代码 and 学校标识码 (duplicate_column.csv row 1 column B) are both the column school_code; keep one of them (error)"),
    ("empty_file", true, "empty_file.csv：文件是空的；应有一行表头和至少一行数据（逻辑校验）", "empty_file.csv: the file is empty; a header row and at least one row of data were expected (error)"),
    ("encoding_guessed", false, "encoding_guessed.csv：没有编码标记，按 GB18030 读入（说明）", "encoding_guessed.csv: no byte order mark; read as GB18030 (note)"),
    ("malformed_county_code", false, "malformed_county_code.csv 第 2 行 A 列，学校 2121000001：区县代码“21010”不是六位数字；应如 210102（逻辑校验）", "malformed_county_code.csv row 2 column A, school 2121000001: the county code 21010 is not six digits; something like 210102 was expected (error)"),
    ("missing_column", true, "missing_column.csv 第 1 行：缺少必需的列“学校类别”；请补上这一列（也可写作 kind、学校类型、办学类型）（逻辑校验）", "missing_column.csv row 1: the required column kind is missing; add it (also read as 学校类别, 学校类型, 办学类型) (error)"),
    ("missing_mark", false, "missing_mark.csv 第 2 行 F 列，学校 2121000001：“图书册数”的值“—”表示没有数据，视为缺失（不是零）（说明）", "missing_mark.csv row 2 column F, school 2121000001: the value — of books stands for no data and was taken as missing (not as zero) (note)"),
    ("negative", false, "negative.csv 第 2 行 F 列，学校 2121000001：“图书册数”的值“-9000”为负，视为缺失；应为零或正数（逻辑校验）", "negative.csv row 2 column F, school 2121000001: the value -9000 of books is negative and taken as missing; zero or more was expected (error)"),
    ("no_header", true, "no_header.csv：前 15 行里找不到表头；应有写明“区县代码”“学校标识码”“学校类别”的一行（逻辑校验）", "no_header.csv: no header among the first 15 rows; a row naming county_code, school_code and kind was expected (error)"),
    ("no_rows", true, "no_rows.csv：表头之后没有数据行；应至少有一所学校（逻辑校验）", "no_rows.csv: no row of data after the header; at least one school was expected (error)"),
    ("not_a_number", false, "not_a_number.csv 第 2 行 E 列，学校 2121000001：“小学在校生数”的值“四百五十”不是数，视为缺失；请填数字，如 56（逻辑校验）", "not_a_number.csv row 2 column E, school 2121000001: the value 四百五十 of students_primary is not a number and taken as missing; digits such as 56 were expected (error)"),
    ("not_finite", false, "not_finite.csv 第 2 行 F 列，学校 2121000001：“图书册数”的值“9E+03”不是普通写法的数（科学计数、无穷或非数），视为缺失；请写成普通小数（逻辑校验）", "not_finite.csv row 2 column F, school 2121000001: the value 9E+03 of books is in scientific notation, infinite or no number at all, and taken as missing; a plain decimal was expected (error)"),
    ("not_whole", false, "not_whole.csv 第 2 行 E 列，学校 2121000001：“小学在校生数”的值“450.5”不是整数，视为缺失；这里数的是个数，应为整数（逻辑校验）", "not_whole.csv row 2 column E, school 2121000001: the value 450.5 of students_primary is not a whole number and taken as missing; a count was expected (error)"),
    ("out_of_range", false, "out_of_range.csv 第 2 行 F 列，学校 2121000001：“图书册数”的值“1000000000000”过大或小数位过多，视为缺失；应小于一万亿且不超过 18 位有效数字（逻辑校验）", "out_of_range.csv row 2 column F, school 2121000001: the value 1000000000000 of books is too large or too long and taken as missing; less than 10^12 and at most 18 significant digits were expected (error)"),
    ("repeated_school_code", true, "repeated_school_code.csv 第 4 行 B 列，学校 2121000002：学校标识码 2121000002 在同一年度出现了不止一次（另见 repeated_school_code.csv 第 2 行 B 列）；每所学校每年只能有一行（逻辑校验）", "repeated_school_code.csv row 4 column B, school 2121000002: the school code 2121000002 occurs more than once in a year (see also repeated_school_code.csv row 2 column B); one row a school and year was expected (error)"),
    ("row_length", false, "row_length.csv 第 3 行，学校 2121000001：这一行有 7 个单元格，表头有 6 个；列可能错位，本行数值一律视为缺失（逻辑校验）", "row_length.csv row 3, school 2121000001: this row has 7 cells, the header has 6; the columns may be shifted, all its figures are taken as missing (error)"),
    ("row_skipped", false, "row_skipped.csv 第 3 行 A 列：这一行是合计或说明（“合计”），未作为学校读入（说明）", "row_skipped.csv row 3 column A: this row is a total or a remark (合计) and was not read as a school (note)"),
    ("school_code_is_number", false, "school_code_is_number.csv 第 2 行 B 列：学校标识码“2.12E+09”已被表格软件改成数，视为缺失；请把单元格设为文本后重填（逻辑校验）", "school_code_is_number.csv row 2 column B: the school code 2.12E+09 was made a number by a spreadsheet and is taken as missing; format the cell as text and type it again (error)"),
    ("school_in_two_counties", true, "school_in_two_counties.csv 第 3 行 B 列，学校 2121000002：学校标识码 2121000002 同一年度既属 210102 又属 210103（另见 school_in_two_counties.csv 第 2 行 B 列）；一所学校只能属于一个区县（逻辑校验）", "school_in_two_counties.csv row 3 column B, school 2121000002: the school code 2121000002 belongs to 210102 and to 210103 in one year (see also school_in_two_counties.csv row 2 column B); one county was expected (error)"),
    ("spreadsheet_date", false, "spreadsheet_date.csv 第 2 行 E 列，学校 2121000001：“小学在校生数”的值“1月9日”像是表格软件把数改成的日期，视为缺失；请把单元格设为数值后重填（逻辑校验）", "spreadsheet_date.csv row 2 column E, school 2121000001: the value 1月9日 of students_primary looks like a date that a spreadsheet made of a number and is taken as missing; format the cell as a number and type it again (error)"),
    ("unclosed_quote", true, "unclosed_quote.csv 第 3 行 C 列：引号没有结束，其后的内容成了一个单元格；请补上引号或删去它（逻辑校验）", "unclosed_quote.csv row 3 column C: the quotation mark is never closed, so all that follows is one cell; close or delete it (error)"),
    ("unknown_category", false, "unknown_category.csv 第 2 行 E 列，学校 2121000001：“城乡类型”的值“郊区”不认识，视为缺失；应为 城区、镇区、乡村 之一（逻辑校验）", "unknown_category.csv row 2 column E, school 2121000001: the value 郊区 of urban_rural is not known and taken as missing; expected one of city, town, rural (error)"),
    ("unknown_column", false, "unknown_column.csv 第 1 行 E 列：不认识列“校长电话”，未使用（说明）", "unknown_column.csv row 1 column E: the column 校长电话 is not known and was not used (note)"),
    ("unknown_kind", true, "unknown_kind.csv 第 2 行 D 列，学校 2121000001：不认识的学校类别“小学部”；应为 小学、教学点、初级中学、九年一贯制学校、完全中学、十二年一贯制学校、高级中学、特殊教育学校、职业学校 之一（逻辑校验）", "unknown_kind.csv row 2 column D, school 2121000001: unknown kind of school 小学部; expected one of primary_school, teaching_point, junior_school, nine_year_school, complete_secondary, twelve_year_school, senior_school, special_education, vocational (error)"),
    ("unknown_unit", false, "unknown_unit.csv 第 1 行 E 列：列“运动场地面积（亩）”的单位“亩”不能用于“运动场地面积”；应为 平方米（逻辑校验）", "unknown_unit.csv row 1 column E: the unit 亩 of the column 运动场地面积（亩） does not fit sports_field_area; m2 (平方米) was expected (error)"),
    ("unreadable", true, "unreadable.csv 第 3 行 C 列：无法读作文本：此处的字节不是 UTF-8；应为 UTF-8、UTF-16（带 BOM）或 GB18030 编码的表格，可用 --encoding 指定（逻辑校验）", "unreadable.csv row 3 column C: not readable as text: the bytes here are no UTF-8; a table in UTF-8, UTF-16 (with a byte order mark) or GB18030 was expected, --encoding names another (error)"),
    #[cfg(feature = "xlsx")]
    ("not_a_table", true, "not_a_table.csv：这是压缩包（ZIP），不是文本表格，也不是工作簿；请用 Excel、WPS 等打开，把表格另存为 .xlsx 后再读入（逻辑校验）", "not_a_table.csv: this is a ZIP archive, neither a text table nor a workbook; open it in Excel, WPS or the program it belongs to and save the table as .xlsx (error)"),
    ("wrong_unit", false, "wrong_unit.csv 第 2 行 F 列，学校 2121000001：“图书册数”的值“9000间”带有不合的单位“间”，视为缺失；应为 册（逻辑校验）", "wrong_unit.csv row 2 column F, school 2121000001: the value 9000间 of books carries the unit 间 and is taken as missing; volumes (册) was expected (error)"),
];

#[test]
fn each_broken_file_is_told_in_both_languages() {
    for (code, refused, zh, en) in BROKEN {
        let file = format!("{code}.csv");
        let bytes = std::fs::read(broken().join(&file)).expect(&file);
        let (was_refused, found) = findings(&file, &bytes);
        let told: Vec<_> =
            found.iter().map(|f| (f.code().id(), f.describe(Lang::Zh), f.describe(Lang::En))).collect();
        assert_eq!(told, [(*code, zh.to_string(), en.to_string())]);
        assert_eq!(was_refused, *refused, "{file}");
    }
    assert_eq!(BROKEN.len(), 30, "a broken file for each finding of reading");
}

#[test]
fn all_that_makes_files_unusable_is_told_at_once_the_causes_of_refusal_first() {
    let a = "区县代码,学校标识码,学校类别,小学在校生数\n210102,1,小学部,x\n210102,2,小学,1\n";
    let b = "区县代码,学校标识码,学校代码,学校类别,校长\n210102,2,2,小学,\n";
    let sources = [("b.csv", b), ("c.csv", ""), ("a.csv", a)];
    let error = read_schools().from_sources(sources).expect_err("unusable");
    let ErrorKind::Input(found) = error.kind() else { panic!("{error}") };
    let told: Vec<_> = found
        .iter()
        .map(|f| (f.code().id(), f.found_at().map(|p| p.describe(Lang::En)).unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            ("unknown_kind", "a.csv row 2 column C"),
            ("missing_column", "b.csv row 1"),
            ("duplicate_column", "b.csv row 1 column C"),
            ("repeated_school_code", "b.csv row 2 column B"),
            ("empty_file", "c.csv"),
            ("not_a_number", "a.csv row 2 column D"),
            ("unknown_column", "b.csv row 1 column E"),
        ]
        .map(|(code, place)| (code, place.to_owned()))
    );
    assert_eq!(
        found[1].message(Lang::En),
        "the required column students_primary or students_junior is missing; add it (also read as 小学在校生数, 初中在校生数)"
    );
    assert_eq!(
        found[1].message(Lang::Zh),
        "缺少必需的列“小学在校生数”或“初中在校生数”；请补上这一列（也可写作 students_primary、students_junior）"
    );
}

#[test]
fn what_a_refused_row_holds_belongs_to_no_row() {
    // The last row is not kept; its list and its long number have nowhere to go when the others are put in order.
    let table = "county_code,school_code,kind,students_primary,teaching_area,music_room_areas\n\
                 210102,2,小学,100,,\n210102,1,小学,100,,\n210102,3,小学部,100,1.2345,96;54\n";
    let other = "county_code,school_code,kind,students_primary\n210102,4,小学,7\n";
    // The last of all, and one whose place the row of another file takes.
    for sources in [&[("a.csv", table)][..], &[("a.csv", table), ("b.csv", other)]] {
        let error = read_schools().from_sources(sources.iter().copied()).expect_err("an unknown kind");
        let ErrorKind::Input(found) = error.kind() else { panic!("{error}") };
        let [told] = &**found else { panic!("{found:?}") };
        let told = told.describe(Lang::En);
        assert!(told.starts_with("a.csv row 4 column C, school 3: unknown kind of school 小学部;"), "{told}");
    }
}

const TABLE: &str = "2023 年基础数据,,,,,\r\n\r\n区县代码,学校标识码,学校名称,学校类别,小学在校生数,教学仪器设备值（万元）\r\n\
    210102,0021000001,\"第一\n小学\",小学,450,84.75\r\n\r\n210102,2121000002,'=第二小学,教学点,３２,\r\n合计,,,,482,84.75\r\n";

#[test]
fn every_encoding_in_use_gives_the_same_data() {
    let utf16: Vec<u8> = format!("\u{feff}{TABLE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16be: Vec<u8> = format!("\u{feff}{TABLE}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let unmarked: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let expected = content(&read(TABLE));
    assert_eq!(
        expected.schools,
        [
            "210102 - 0021000001 第一\n小学 primary_school students_primary=450 equipment_value=847500",
            "210102 - 2121000002 =第二小学 teaching_point students_primary=32",
        ]
    );
    for bytes in [utf16, utf16be, format!("\u{feff}{TABLE}").into_bytes()] {
        assert_eq!(content(&read_schools().from_bytes("schools.csv", &bytes).expect("marked")), expected);
    }
    let forced = read_schools().encoding("utf-16le").expect("a label");
    assert_eq!(content(&forced.from_bytes("schools.csv", &unmarked).expect("forced")), expected);
    let (refused, found) = findings("schools.csv", &unmarked);
    assert_eq!((refused, found[0].code().id()), (true, "unreadable"));

    let (gbk, ..) = GB18030.encode(TABLE);
    let guessed = content(&read_schools().from_bytes("schools.csv", &gbk).expect("guessed"));
    assert_eq!(guessed.schools, expected.schools);
    assert_eq!(guessed.findings[0], "encoding_guessed ---: no byte order mark; read as GB18030");
    let forced = read_schools().encoding("GBK").expect("a label");
    assert_eq!(content(&forced.from_bytes("schools.csv", &gbk).expect("forced")), expected);
    assert!(read_schools().encoding("utf-9").is_err());
}

#[test]
fn gbk_that_is_valid_utf8_is_read_as_what_its_header_means() {
    // The only Chinese words are 学校 and 小学, whose GBK bytes are the UTF-8 of ѧУ and Сѧ.
    let text = "county_code,school_code,学校,kind,students_primary\n210102,1,小学,小学,450\n";
    let (gbk, ..) = GB18030.encode(text);
    assert!(str::from_utf8(&gbk).is_ok());
    let data = read_schools().from_bytes("schools.csv", &gbk).expect("read as GB18030");
    assert_eq!(content(&data).schools, ["210102 - 1 小学 primary_school students_primary=450"]);
    // An accent in an English table is no Chinese.
    let text =
        "county_code,school_code,school_name,kind,students_primary\n210102,1,École,primary_school,450\n";
    assert_eq!(content(&read(text)).schools, ["210102 - 1 École primary_school students_primary=450"]);
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts_them() {
    let place = read(TABLE).findings()[0].found_at().map(|p| p.describe(Lang::En));
    // Title, blank, header, a school of two lines, blank, a school, the total.
    assert_eq!(place.as_deref(), Some("schools.csv row 7 column A"));
}

#[test]
fn separators_are_found_from_the_content() {
    let table = "区县代码,学校标识码,学校类别,小学在校生数\n210102,1,小学,450\n";
    let expected = content(&read(table));
    for separator in ["\t", ";"] {
        assert_eq!(content(&read(&table.replace(',', separator))), expected);
    }
}

#[test]
fn what_stands_under_no_name_is_told() {
    let data = read("区县代码,学校标识码,,学校类别,小学在校生数,,\n210102,1,x,小学,450,,\n");
    let told: Vec<_> = data.findings().iter().map(|f| f.describe(Lang::En)).collect();
    assert_eq!(
        told,
        ["schools.csv row 1 column C: the column without a name is not known and was not used (note)"]
    );
    assert_eq!(read("区县代码,学校标识码,,学校类别,小学在校生数\n210102,1,,小学,450\n").findings(), []);
}

#[test]
fn totals_and_remarks_are_no_schools_wherever_they_say_so() {
    let header = "区县代码,学校标识码,学校名称,学校类别,小学在校生数\n210102,1,小计小学,小学,450\n";
    for (row, column) in [
        ("小 计,,,小学,450", "A"),
        ("210102,合计,,,450", "B"),
        ("210102,,总计,,450", "C"),
        ("210102,/,合计,,450", "C"),
        ("注：在校生数不含附设班", "A"),
        (",,填表人：王,,", "C"),
    ] {
        let data = read(&format!("{header}{row}\n"));
        let told: Vec<_> =
            data.findings().iter().map(|f| (f.code().id(), f.found_at().expect("a place").clone())).collect();
        assert_eq!(told.len(), 1, "{row}");
        assert_eq!((told[0].0, told[0].1.column.as_deref()), ("row_skipped", Some(column)), "{row}");
        assert_eq!(content(&data).schools, ["210102 - 1 小计小学 primary_school students_primary=450"]);
    }
}

#[test]
fn what_concerns_a_column_is_told_once_at_the_first_file() {
    let file = "校长,区县代码,学校标识码,学校类别,小学在校生数,图书册数(万元)\n,210102,";
    let sources = ["c.csv", "a.csv", "b.csv"].map(|name| (name, format!("{file}{name},小学,450,9000\n")));
    let data = read_schools().from_sources(sources).expect("readable");
    let told: Vec<_> = data.findings().iter().map(|f| f.describe(Lang::En)).collect();
    assert_eq!(
        told,
        [
            "a.csv row 1 column A: the column 校长 is not known and was not used (note)",
            "a.csv row 1 column F: the unit 万元 of the column 图书册数(万元) does not fit books; volumes (册) was expected (error)",
        ]
    );
    assert!(!data.has_column(Field::Books));
}

#[test]
fn a_row_of_another_length_keeps_its_identity_and_no_figure() {
    let data = read(
        "区县代码,学校标识码,学校类别,小学在校生数,图书册数,城乡类型\n210102,1,小学,1,200,9000,城区\n210102,2,小学,5\n",
    );
    assert_eq!(content(&data).schools, ["210102 - 1  primary_school", "210102 - 2  primary_school"]);
    let codes: Vec<_> = data.findings().iter().map(|f| f.code().id()).collect();
    assert_eq!(codes, ["row_length", "row_length"]);
}

#[test]
fn a_blank_county_or_school_code_is_a_county_or_school_of_its_own() {
    let data =
        read("区县代码,学校标识码,学校类别,小学在校生数\n,1,小学,450\n210102,,小学,30\n210102,—,小学,31\n");
    assert_eq!(
        content(&data).schools,
        [
            " - 1  primary_school students_primary=450",
            "210102 -   primary_school students_primary=30",
            "210102 -   primary_school students_primary=31",
        ]
    );
    let codes: Vec<_> = data.findings().iter().map(|f| f.code().id()).collect();
    assert_eq!(codes, ["blank_school_code", "blank_school_code", "malformed_county_code"]);
}

#[test]
fn a_file_that_is_not_there_is_told_by_its_path() {
    let error = read_schools().from_path("no/such/file.csv").expect_err("missing");
    assert!(matches!(error.kind(), ErrorKind::File { path, .. } if path == Path::new("no/such/file.csv")));
}

/// All that a data set holds but places, as text.
#[derive(Debug, PartialEq)]
struct Content {
    schools: Vec<String>,
    findings: Vec<String>,
    columns: Vec<Field>,
}

fn content(data: &DataSet) -> Content {
    let mut schools = Vec::new();
    for school in data.counties().flat_map(|c| c.schools()) {
        let year = school.year().map_or("-".to_owned(), |y| y.to_string());
        let mut line =
            format!("{} {year} {} {} {}", school.county_code(), school.code(), school.name(), school.kind());
        for &field in Field::ALL {
            if let Some(value) = school.value(field) {
                line += &format!(" {field}={value}");
            }
            if let Some(list) = school.list(field) {
                line += &format!(" {field}={list:?}");
            }
        }
        for text in [Field::County, Field::Township, Field::Group].map(|f| school.text(f)) {
            line += &text.map(|t| format!(" {t}")).unwrap_or_default();
        }
        let categories = (school.sponsor(), school.area(), school.boarding(), school.founded());
        if categories != (None, None, None, None) {
            line += &format!(" {categories:?}");
        }
        schools.push(line);
    }
    let finding = |f: &Finding| {
        let key = [f.county_code(), f.school_code(), f.column_id()].map(|part| part.unwrap_or("-")).concat();
        format!("{} {key}: {}", f.code(), f.message(Lang::En))
    };
    let columns = Field::ALL.iter().copied().filter(|f| data.has_column(*f)).collect();
    Content { schools, findings: data.findings().iter().map(finding).collect(), columns }
}

const HEADER: &str = "年度,区县代码,区县,学校标识码,学校名称,学校类别,城乡类型,建校年份,小学在校生数,图书册数,音乐教室面积,校长";

/// A row, sound or doubtful, with the school code `code`.
fn row(code: usize) -> impl Strategy<Value = String> {
    let cell = |texts: &'static [&'static str]| prop::sample::select(texts);
    (
        cell(&["2022", "2023", "", "去年"]),
        cell(&["210102", "210103", "", "21010"]),
        cell(&["和平区", "和平", "沈河区", ""]),
        prop::bool::weighted(0.2),
        cell(&["小学", "教学点", "九年一贯制"]),
        cell(&["城区", "乡村", "郊区", "无", ""]),
        cell(&["1956", "", "x"]),
        cell(&["450", "０", "—", "4.5", "1,2", ""]),
        (cell(&["9000", "9千", "1e3", ""]), cell(&["54;61", "96㎡", "x", ""]), cell(&["", "王", "王,x"])),
    )
        .prop_map(move |(year, county, name, blank, kind, area, founded, pupils, (books, rooms, head))| {
            let code = if blank { String::new() } else { code.to_string() };
            format!("{year},{county},{name},{code},,{kind},{area},{founded},\"{pupils}\",{books},{rooms},{head}\n")
        })
}

fn rows() -> impl Strategy<Value = Vec<String>> {
    (1..12usize).prop_flat_map(|n| (0..n).map(row).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn neither_the_order_of_rows_nor_their_cut_into_files_matters(
        (rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        cut in 0..12usize,
    ) {
        let file = |rows: &[String]| format!("{HEADER}\n{}", rows.concat());
        let whole = content(&read(&file(&rows)));
        let (a, b) = shuffled.split_at(cut.min(shuffled.len()));
        let pieces: Vec<_> =
            [("z.csv", b), ("a.csv", a)].into_iter().filter(|(_, rows)| !rows.is_empty()).collect();
        let sources = pieces.into_iter().map(|(name, rows)| (name, file(rows)));
        prop_assert_eq!(content(&read_schools().from_sources(sources).expect("readable")), whole);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), mark in 0..4usize) {
        let marks: [&[u8]; 4] = [b"", b"\xFF\xFE", b"\xFE\xFF", HEADER.as_bytes()];
        let bytes = [marks[mark], &bytes].concat();
        let _ = read_schools().from_bytes("x.csv", &bytes);
        let _ = junheng::io::read_table().from_bytes("x.tsv", &bytes);
    }

    #[test]
    fn random_cells_never_panic(cells in prop::collection::vec("[0-9.,+eE年月日/; \"'=—无㎡万元A-z-]{0,12}|\\PC{0,6}", 12..60)) {
        let mut text = format!("{HEADER}\n");
        for row in cells.chunks(12) {
            let quoted: Vec<_> = row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
            text += &(quoted.join(",") + "\n");
            // The same cells under a kind that is known, so that they are read and not only refused.
            let known: Vec<_> = quoted.iter().enumerate().map(|(i, c)| if i == 5 { "小学" } else { c }).collect();
            text += &(known.join(",") + "\n");
        }
        let _ = read_schools().from_bytes("x.csv", text.as_bytes());
        for cell in &cells {
            let _ = junheng::io::parse_number(cell);
        }
    }
}

/// A table of junk: the first hundred thousand problems are told, and how many there are beside, however it is read.
#[test]
fn of_too_many_problems_the_first_are_told_and_the_rest_counted() {
    let rows = |count: usize| (0..count).map(|n| format!("210102,{n},随便,三\n")).collect::<String>();
    let table = |count| format!("county_code,school_code,kind,students_primary\n{}", rows(count));
    let told = |text: &str, threads: usize| {
        let threads = NonZeroUsize::new(threads).expect("one at least");
        // A table before it has something to tell too.
        let first = "county_code,school_code,kind,students_primary\n210102,x,小学,三\n";
        let sources = [("first.csv", first), ("junk.csv", text)];
        let error = read_schools().threads(threads).from_sources(sources).expect_err("no kind is known");
        let ErrorKind::Input(findings) = error.kind() else { panic!("{error:?}") };
        let last = findings.last().expect("many").clone();
        (findings.len(), findings.iter().filter(|finding| finding.code() == Code::UnknownKind).count(), last)
    };
    // Every row has an unknown kind, which makes the table unusable, and a number that is none, which is told beside it.
    let (all, kinds, last) = told(&table(100_000), 2);
    assert_eq!((all, kinds, last.code()), (200_001, 100_000, Code::NotANumber));
    assert_eq!(last.found_at().and_then(|place| place.row), Some(100_001));
    let text = table(100_007);
    for threads in [1, 3] {
        let (all, kinds, last) = told(&text, threads);
        assert_eq!((all, kinds), (100_001, 100_000), "{threads} threads");
        assert_eq!(
            last.describe(Lang::En),
            "there are too many problems, 100015 more are not listed; see first whether this is the right table, with its columns \
             in place (error)",
            "{threads} threads"
        );
    }
}
