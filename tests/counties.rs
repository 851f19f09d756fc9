//! The county table as people type it.

use junheng::model::{CountyField, CountyTable};
use junheng::{Finding, Lang, read_counties};

fn read(text: &str) -> (CountyTable, Vec<Finding>) {
    let table = read_counties().from_bytes("counties.csv", text.as_bytes()).expect("a table");
    let findings = table.findings().to_vec();
    (table, findings)
}

fn refusal(text: &str) -> String {
    read_counties().from_bytes("counties.csv", text.as_bytes()).expect_err("refused").to_string()
}

/// A table of one county and one column, and what was told of it.
fn cell(column: &str, typed: &str) -> (Option<String>, Vec<String>) {
    let (table, findings) = read(&format!("区县代码,年度,{column}\n210102,2023,\"{typed}\"\n"));
    let county = table.get("210102", Some(2023)).expect("the county");
    let field =
        *CountyField::ALL.iter().find(|f| column.starts_with(f.zh()) || column == f.id()).expect("known");
    let value = if field.is_answer() {
        county.answer(field).map(|yes| yes.to_string())
    } else {
        county.value(field).map(|value| value.to_string())
    };
    (value, findings.iter().map(|f| f.describe(Lang::En)).collect())
}

#[test]
fn every_column_is_read_by_its_id_and_its_chinese_name() {
    for field in CountyField::ALL {
        if field.is_answer() {
            assert_eq!(cell(field.id(), "否").0.as_deref(), Some("false"), "{field}");
            assert_eq!(cell(field.zh(), "是").0.as_deref(), Some("true"), "{field}");
        } else if field.is_numeric() {
            assert_eq!(cell(field.id(), "1").0.as_deref(), Some("1"), "{field}");
            assert_eq!(cell(field.zh(), "１").0.as_deref(), Some("1"), "{field}");
        }
    }
}

#[test]
fn shares_ratios_levels_and_amounts_are_understood() {
    for (column, typed, value) in [
        ("小学就近划片入学比例", "94.9", "94.9"),
        ("小学就近划片入学比例", "94.9%", "94.9"),
        ("小学就近划片入学比例（%）", "９４．９％", "94.9"),
        ("语文校际差异率", "0.149", "0.149"),
        ("语文校际差异率", "14.9%", "0.149"),
        ("语文学业水平等级", "Ⅲ", "3"),
        ("语文学业水平等级", "III级", "3"),
        ("语文学业水平等级", "4", "4"),
        ("教师年平均工资收入（万元）", "10.2", "102000"),
        ("优质高中招生名额总数", "1,200", "1200"),
        ("规划布局合理", "是", "true"),
        ("以考试方式招生", "否", "false"),
    ] {
        assert_eq!(cell(column, typed), (Some(value.to_owned()), Vec::new()), "{column} {typed}");
    }
    for typed in ["", " ", "　"] {
        assert_eq!(cell("规划布局合理", typed), (None, Vec::new()));
    }
}

#[test]
fn a_doubtful_cell_is_missing_and_told_with_its_place() {
    let at = "counties.csv row 2 column C: ";
    for (column, typed, message) in [
        (
            "语文校际差异率",
            "14.9",
            "the value 14.9 of monitoring_chinese_difference is beyond its range and taken as missing; 0 to 1, such as 0.149 or 14.9% was expected (error)",
        ),
        (
            "社会认可度",
            "850",
            "the value 850 of recognition_rate is beyond its range and taken as missing; 0 to 100, such as 94.9 or 94.9% was expected (error)",
        ),
        (
            "语文学业水平等级",
            "Ⅴ",
            "the value Ⅴ of monitoring_chinese_level is not a number and taken as missing; digits such as 56 were expected (error)",
        ),
        (
            "语文学业水平等级",
            "5",
            "the value 5 of monitoring_chinese_level is beyond its range and taken as missing; Ⅰ to Ⅳ or 1 to 4 was expected (error)",
        ),
        (
            "优质高中招生名额总数",
            "1.5",
            "the value 1.5 of quota_total is not a whole number and taken as missing; a count was expected (error)",
        ),
        (
            "优质高中招生名额总数",
            "-3",
            "the value -3 of quota_total is negative and taken as missing; zero or more was expected (error)",
        ),
        (
            "优质高中招生名额总数",
            "无",
            "the value 无 of quota_total stands for no data and was taken as missing (not as zero) (note)",
        ),
        (
            "规划布局合理",
            "基本合理",
            "the value 基本合理 of planning_attested is not known and taken as missing; expected one of yes (是), no (否) (error)",
        ),
        (
            "规划布局合理",
            "—",
            "the value — of planning_attested stands for no data and was taken as missing (not as zero) (note)",
        ),
    ] {
        assert_eq!(cell(column, typed), (None, vec![format!("{at}{message}")]), "{column} {typed}");
    }
}

#[test]
fn vetoes_of_overlays_are_read_by_the_id_of_their_item() {
    let (table, findings) = read("county_code,veto_homework,veto_falsified,备注\n210102,是,否,x\n");
    let county = table.get("210102", Some(2023)).expect("a row for every year");
    assert_eq!((county.veto("veto_homework"), county.veto("veto_falsified")), (Some(true), Some(false)));
    assert_eq!(county.veto("veto_outside_training"), None);
    let told: Vec<_> = findings.iter().map(|f| f.describe(Lang::En)).collect();
    assert_eq!(told, ["counties.csv row 1 column D: the column 备注 is not known and was not used (note)"]);
}

#[test]
fn rows_that_name_no_county_are_told_and_left_out() {
    let (table, findings) = read("区县代码,区县名称\n210102,和平区\n2101,沈河区\n合计,2\n");
    let rows: Vec<_> = table.rows().iter().map(|r| (r.code(), r.name())).collect();
    assert_eq!(rows, [("210102", "和平区")]);
    let told: Vec<_> = findings.iter().map(|f| f.describe(Lang::En)).collect();
    assert_eq!(
        told,
        [
            "counties.csv row 3 column A: the county code 2101 is not six digits; something like 210102 was expected (error)",
            "counties.csv row 4 column A: this row is a total or a remark (合计) and was not read as a school (note)",
        ]
    );
}

#[test]
fn a_file_that_cannot_be_used_is_refused_with_all_that_is_wrong() {
    assert_eq!(
        refusal("county_code,年度,quota_total\n210102,2023,1\n210102,2022,1\n210102,2023,2\n"),
        "counties.csv row 4: the county 210102 occurs more than once in a year (see also counties.csv row 2); one row a county and year was expected (error)"
    );
    assert!(
        refusal("区县代码,优质高中分配名额,quota_allocated\n210102,1,2\n")
            .starts_with("counties.csv row 1 column C: quota_allocated and 优质高中分配名额")
    );
    assert!(
        refusal("年度,优质高中分配名额\n2023,1\n")
            .starts_with("counties.csv row 1: the required column county_code is missing")
    );
    assert!(
        refusal("区县代码,优质高中分配名额\n").starts_with("counties.csv: no row of data after the header")
    );
    assert!(refusal("").starts_with("counties.csv: the file is empty"));
    assert!(refusal("甲,乙\n1,2\n").contains("no header among the first 15 rows"));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let rows = ["210102,2023,1", "210103,2023,2", "210102,2022,3"];
    let table = |order: [usize; 3]| {
        let lines: Vec<_> = order.iter().map(|i| rows[*i]).collect();
        read(&format!("county_code,year,quota_total\n{}\n", lines.join("\n"))).0
    };
    assert_eq!(table([0, 1, 2]), table([2, 1, 0]));
    assert_eq!(table([0, 1, 2]), table([1, 0, 2]));
}

#[cfg(feature = "synth")]
#[test]
fn a_synthetic_county_agrees_with_its_own_table() {
    use junheng::{Assessor, Standard, Verdict, synth::Synth};

    let synth = Synth::county().seed(7);
    let mut bytes = Vec::new();
    synth.write_county_csv(&mut bytes).expect("written");
    let table = read_counties().from_bytes("counties.csv", &bytes).expect("a table");
    assert!(table.findings().is_empty(), "{:?}", table.findings());
    let assessor = Assessor::new(Standard::quality_2017()).county_data(table);
    let assessment = assessor.assess(&synth.data_set().expect("made")).expect("assessed");
    let county = assessment.counties().next().expect("a county");
    // Every figure and attestation is there, so nothing is open.
    let open: Vec<_> =
        county.items().filter(|i| i.verdict() == Verdict::Undetermined).map(|i| i.id()).collect();
    assert_eq!(open, [""; 0]);
    let told: Vec<_> = county.findings().iter().filter(|f| f.code().id() == "totals_disagree").collect();
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn headers_of_the_form_are_read_with_their_units() {
    let table = "区县代码,乡镇数（个）,行政村数(个),总人口（万人）\n210102,12,100,35.25\n";
    let counties = read_counties().from_bytes("county.csv", table.as_bytes()).expect("a table");
    let county = counties.get("210102", None).expect("one row");
    let value = |field| county.value(field).map(|v| v.to_string());
    assert_eq!(value(CountyField::Townships).as_deref(), Some("12"));
    assert_eq!(value(CountyField::Villages).as_deref(), Some("100"));
    assert_eq!(value(CountyField::Population).as_deref(), Some("352500"));
    assert_eq!(counties.findings(), []);
}
