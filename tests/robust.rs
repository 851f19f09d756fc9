//! No table, however it is filled, makes reading, checking, assessing or reporting panic or write what is no JSON.

use junheng::io::read_table;
use junheng::model::Field;
use junheng::report::{Document, Json, write_csv, write_markdown};
use junheng::{Assessment, Assessor, Grouped, Judge, Lang, Missing, Standard, check, read_schools};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// Cells that tables do not usually hold, and some that they do.
fn cell() -> impl Strategy<Value = String> {
    let odd = [
        "",
        " ",
        "　",
        "0",
        "-0",
        "1",
        "45",
        "50",
        "51",
        "2000",
        "0.5",
        "4.5",
        "-1",
        "1e3",
        "1e999",
        "NaN",
        "inf",
        "999999999999",
        "9999999999999",
        "0.000000000000000001",
        "123456789.123456789",
        "１，２３４",
        "1,234",
        "12.5㎡",
        "84.75万元",
        "14.9%",
        "—",
        "/",
        "无",
        "是",
        "否",
        "小学",
        "教学点",
        "九年一贯制学校",
        "完全中学",
        "十二年一贯制学校",
        "特殊教育学校",
        "高级中学",
        "初级中学",
        "民办",
        "公办",
        "10",
        "城区",
        "镇区",
        "乡村",
        "210102",
        "210103",
        "2023",
        "2023-2024",
        "合计",
        "注：",
        "54;61;73",
        "96、90",
        "\u{feff}",
        "\u{1b}[31m",
        "=1+1",
        "'=1",
        "\"",
        "学".repeat(300).leak(),
    ];
    prop_oneof![4 => select(odd.to_vec()).prop_map(str::to_owned), 2 => (0u32..3000).prop_map(|n| n.to_string()), 1 => "\\PC{0,8}"]
}

/// A table with the columns that every table has and some others, by whatever name.
fn table() -> impl Strategy<Value = String> {
    let required =
        [Field::CountyCode, Field::SchoolCode, Field::Kind, Field::StudentsPrimary, Field::StudentsJunior];
    let more = vec(select(Field::ALL.to_vec()), 0..30).prop_map(move |more| {
        let mut fields = required.to_vec();
        more.into_iter().for_each(|f| {
            if !fields.contains(&f) {
                fields.push(f)
            }
        });
        fields
    });
    let row = |width: usize| {
        let kinds =
            ["小学", "教学点", "九年一贯制学校", "完全中学", "十二年一贯制学校", "初级中学", "特殊教育学校"];
        (
            select(vec!["210102", "210103", ""]),
            "[0-9]{1,3}",
            // With one that is unknown a table is refused.
            prop_oneof![40 => select(kinds.to_vec()), 1 => select(vec!["小学部", ""])],
            vec(cell(), width - 3..width - 2),
        )
    };
    (more, any::<bool>(), any::<char>()).prop_flat_map(move |(fields, zh, odd)| {
        let names = fields.iter().map(|f| if zh { f.zh() } else { f.id() });
        let header = names.chain([odd.to_string().leak() as &str]).map(quoted).collect::<Vec<_>>().join(",");
        vec(row(fields.len() + 1), 1..8).prop_map(move |rows| {
            let mut text = format!("{header}\n");
            for (county, code, kind, rest) in rows {
                let cells =
                    [county, &code, kind].map(quoted).into_iter().chain(rest.iter().map(|c| quoted(c)));
                text += &cells.collect::<Vec<_>>().join(",");
                text.push('\n');
            }
            text
        })
    })
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// What is computed is a number or is not there: serde writes what is not finite as null.
fn assert_figures(map: &Value, keys: &[&str]) {
    for key in keys {
        assert!(map[key].is_number() || map[key].is_null(), "{key}: {map}");
    }
}

fn report(assessment: &Assessment) {
    for lang in [Lang::Zh, Lang::En] {
        let text = serde_json::to_string(&Json::new(assessment, lang)).expect("JSON");
        let json: Value = serde_json::from_str(&text).expect("valid JSON");
        assert_eq!(json["schema"], "junheng.assessment/1");
        for county in json["counties"].as_array().expect("counties") {
            for stage in county["stages"].as_array().expect("stages") {
                for found in stage["variation"].as_array().expect("variation") {
                    assert_figures(found, &["mean", "std_dev", "cv", "limit"]);
                    assert!(
                        found["cv"].is_null() || found["mean"] != 0.0,
                        "no mean, no coefficient: {found}"
                    );
                    assert!(found["cv"].is_number() || found["verdict"] != "met", "{found}");
                }
                for unit in stage["unit_results"].as_array().expect("units") {
                    let values = unit["values"].as_object().expect("values");
                    assert!(values.values().all(|v| v.is_null() || v.as_f64().is_some_and(|v| v >= 0.0)));
                }
            }
        }
        let mut csv = Vec::new();
        write_csv(assessment, lang, &mut csv).expect("a vector takes everything");
        let width = csv::ReaderBuilder::new().from_reader(&csv[..]).records().all(|row| row.is_ok());
        assert!(width, "every row of the CSV is as long as its header");
        for document in [Document::of(assessment, lang), Document::glance(assessment, lang)] {
            let mut text = String::new();
            write_markdown(&document, &mut text).expect("a string takes everything");
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
    #[cfg(feature = "xlsx")]
    workbook(assessment);
}

/// A workbook of it is written and read again, every sheet of it.
#[cfg(feature = "xlsx")]
fn workbook(assessment: &Assessment) {
    use calamine::Reader;
    let mut out = Vec::new();
    junheng::report::write_workbook(assessment, Lang::Zh, &mut out).expect("a vector takes everything");
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(out)).expect("a workbook");
    for name in book.sheet_names() {
        book.worksheet_range(&name).expect("a sheet");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_table_is_read_checked_assessed_and_reported(text in table(), skip in any::<bool>(), printed in any::<bool>()) {
        if let Ok(data) = read_schools().from_bytes("schools.csv", text.as_bytes()) {
            check(&data).iter().for_each(|f| assert!(!f.describe(Lang::Zh).is_empty()));
            for standard in Standard::built_in() {
                let assessor = Assessor::new(standard.clone())
                    .missing(if skip { Missing::Skip } else { Missing::Refuse })
                    .judge(if printed { Judge::AsReported } else { Judge::Exact });
                report(&assessor.assess(&data).expect("no county was asked for"));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..400)) {
        for name in ["a.csv", "a.tsv"] {
            if let Err(error) = read_schools().from_bytes(name, &bytes) {
                prop_assert!(!error.describe(Lang::Zh).is_empty() && !error.describe(Lang::En).is_empty());
            }
            let _ = read_table().from_bytes(name, &bytes);
        }
    }

    #[test]
    fn any_two_columns_have_a_coefficient_or_none(cells in vec((cell(), cell(), "[ab]"), 0..20)) {
        let rows = cells.iter().map(|(a, p, g)| [a, p, g].map(|c| quoted(c)).join(",") + "\n").collect::<String>();
        let text = format!("amount,pupils,by\n{rows}");
        if let Ok(table) = read_table().from_bytes("a.csv", text.as_bytes()) {
            for (pupils, by) in [(None, None), (Some("pupils"), None), (Some("pupils"), Some("by"))] {
                let grouped = Grouped::of(&table, "amount", pupils, by).expect("the columns are there");
                for group in grouped.groups() {
                    let finite = |v: f64| v.is_finite();
                    prop_assert!(group.pupils().is_none_or(finite));
                    prop_assert!(group.summary().is_none_or(|s| finite(s.mean) && finite(s.std_dev)));
                    prop_assert!(group.summary().and_then(|s| s.cv).is_none_or(|cv| cv >= 0.0 && finite(cv)));
                }
            }
        }
    }
}
