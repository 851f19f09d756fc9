//! Templates as offices meet them: filled in, saved, and read back to the same data without a word.
#![cfg(feature = "xlsx")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use calamine::{Data, Reader, Xlsx};
use junheng::model::{CountyField, CountyTable, DataSet, Field, FieldKind};
use junheng::report::Json;
use junheng::template::Template;
use junheng::{Assessor, Code, ErrorKind, Finding, Item, Lang, Part, Standard, read_counties, read_schools};

const LANGS: [Lang; 2] = [Lang::Zh, Lang::En];

fn standards() -> Vec<Standard> {
    ["quality-2017", "quality-2017+liaoning+shenyang", "basic-2012"]
        .map(|id| Standard::open(id).expect("it ships"))
        .to_vec()
}

fn bytes(template: &Template) -> Vec<u8> {
    let mut out = Vec::new();
    template.write(&mut out).expect("bytes take all that is written");
    out
}

/// The rows of a sheet from its first on, as a spreadsheet program sees them.
fn rows(workbook: &[u8], sheet: usize) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).expect("a workbook");
    let range = workbook.worksheet_range_at(sheet).expect("the sheet").expect("its cells");
    assert_eq!(range.start(), Some((0, 0)));
    range.rows().map(<[Data]>::to_vec).collect()
}

/// The same as the text it would be saved as.
fn csv(rows: &[Vec<Data>]) -> String {
    let quoted = |cell: &Data| format!("\"{}\"", cell.to_string().replace('"', "\"\""));
    rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect()
}

fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("a workbook is an archive");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
    text
}

/// A workbook whose first sheet is changed.
fn changed(workbook: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("a workbook is an archive");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    for name in names {
        let mut text = Vec::new();
        archive.by_name(&name).expect("a part").read_to_end(&mut text).expect("its bytes");
        if name == "xl/worksheets/sheet1.xml" {
            text = change(std::str::from_utf8(&text).expect("UTF-8")).into_bytes();
        }
        out.start_file(&name, zip::write::SimpleFileOptions::default()).expect("a part");
        out.write_all(&text).expect("its bytes");
    }
    out.finish().expect("the whole").into_inner()
}

/// The letters of a column.
fn letters(place: usize) -> String {
    let last = char::from(b'A' + (place % 26) as u8).to_string();
    if place < 26 { last } else { letters(place / 26 - 1) + &last }
}

/// What a person typed: a number is one, anything else a text.
#[derive(Clone, Debug)]
enum Typed {
    Number(String),
    Text(String),
}

fn cell(place: usize, row: usize, typed: &Typed) -> String {
    let at = format!("{}{row}", letters(place));
    match typed {
        Typed::Number(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
        Typed::Text(text) => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    }
}

/// Fills a table from the fourth row on.
fn filled(workbook: &[u8], rows: &[Vec<Option<Typed>>]) -> Vec<u8> {
    let lines = rows.iter().zip(4..).map(|(row, number)| {
        let cells = row
            .iter()
            .enumerate()
            .filter_map(|(place, typed)| typed.as_ref().map(|t| cell(place, number, t)));
        format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
    });
    let lines: String = lines.collect();
    changed(workbook, |sheet| sheet.replacen("</sheetData>", &format!("{lines}</sheetData>"), 1))
}

/// The name in a header cell, without the unit.
fn name(header: &Data) -> String {
    let text = header.to_string();
    text.split('\n').next().unwrap_or_default().to_owned()
}

fn fixture(path: &str) -> Vec<BTreeMap<String, String>> {
    let path = format!("{}/fixtures/county/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a fixture");
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let row =
        |line: &str| names.iter().map(|n| (*n).to_owned()).zip(line.split(',').map(str::to_owned)).collect();
    lines.map(row).collect()
}

fn school_field(name: &str) -> Field {
    let found = Field::ALL.iter().find(|f| f.zh() == name || f.id() == name);
    *found.unwrap_or_else(|| panic!("no column is called {name}"))
}

fn typed_school(field: Field, text: &str) -> Option<Typed> {
    let number = field.is_numeric() || field.kind() == FieldKind::Year;
    let typed = if number { Typed::Number(text.to_owned()) } else { Typed::Text(text.to_owned()) };
    (!text.is_empty()).then_some(typed)
}

/// The schools of the fixture, typed into a template.
fn schools_in(template: &Template) -> Vec<u8> {
    let workbook = bytes(template);
    let header = rows(&workbook, 0)[2].clone();
    let fields: Vec<Field> = header.iter().map(|cell| school_field(&name(cell))).collect();
    let typed: Vec<Vec<_>> = fixture("schools.csv")
        .iter()
        .map(|row| fields.iter().map(|field| typed_school(*field, &row[field.zh()])).collect())
        .collect();
    filled(&workbook, &typed)
}

fn county_in(template: &Template) -> Vec<u8> {
    let workbook = bytes(template);
    let header = rows(&workbook, 0)[2].clone();
    let row = &fixture("county.csv")[0];
    let typed = header.iter().map(|cell| {
        let name = name(cell);
        let Some(field) = CountyField::ALL.iter().find(|f| f.zh() == name || f.id() == name) else {
            assert!(name.starts_with("veto_"), "{name}");
            return Some(Typed::Text("否".to_owned()));
        };
        let text = row.get(field.zh()).or_else(|| row.get(field.id())).expect("a column").clone();
        let number = text.parse::<f64>().is_ok() && *field != CountyField::CountyCode;
        (!text.is_empty()).then_some(if number { Typed::Number(text) } else { Typed::Text(text) })
    });
    filled(&workbook, &[typed.collect()])
}

/// What is told of a filled template, but that its sheet of notes is none of figures.
fn told(findings: &[Finding]) -> Vec<String> {
    let told = findings.iter().filter(|finding| finding.code() != Code::SheetSkipped);
    told.map(|finding| finding.describe(Lang::En)).collect()
}

fn read(workbook: &[u8]) -> DataSet {
    read_schools().from_bytes("t.xlsx", workbook).expect("a table of schools")
}

fn read_county(workbook: &[u8]) -> CountyTable {
    read_counties().from_bytes("t.xlsx", workbook).expect("a county table")
}

fn original() -> DataSet {
    let path = format!("{}/fixtures/county/schools.csv", env!("CARGO_MANIFEST_DIR"));
    read_schools().from_path(path).expect("the fixture")
}

fn original_county() -> CountyTable {
    let path = format!("{}/fixtures/county/county.csv", env!("CARGO_MANIFEST_DIR"));
    read_counties().from_path(path).expect("the fixture")
}

#[test]
fn a_filled_table_of_schools_reads_back_without_a_note_and_with_the_same_data() {
    let original = original();
    assert!(original.findings().is_empty());
    for standard in standards() {
        for template in [Template::schools(&standard), Template::schools(&standard).all_columns()] {
            for lang in LANGS {
                let template = template.clone().lang(lang);
                let data = read(&schools_in(&template));
                assert_eq!(told(data.findings()), Vec::<String>::new());
                let of = |data: &DataSet| {
                    data.counties().flat_map(|c| c.schools().map(|s| s.code().to_owned())).collect::<Vec<_>>()
                };
                assert_eq!(of(&data), of(&original));
                let pairs = data.counties().zip(original.counties());
                for (now, before) in pairs.flat_map(|(a, b)| a.schools().zip(b.schools())) {
                    assert_eq!(
                        (now.name(), now.kind(), now.year(), now.county_code()),
                        (before.name(), before.kind(), before.year(), before.county_code())
                    );
                    for field in Field::ALL.iter().filter(|field| data.has_column(**field)) {
                        assert_eq!(now.value(*field), before.value(*field), "{field}");
                        assert_eq!(now.list(*field), before.list(*field), "{field}");
                        assert_eq!(now.text(*field), before.text(*field), "{field}");
                    }
                    for (field, same) in [
                        (Field::Ownership, now.sponsor() == before.sponsor()),
                        (Field::UrbanRural, now.area() == before.area()),
                        (Field::Boarding, now.boarding() == before.boarding()),
                        (Field::DenseCityCentre, now.dense_city_centre() == before.dense_city_centre()),
                        (Field::FoundedYear, now.founded() == before.founded()),
                    ] {
                        assert!(same || !data.has_column(field), "{field}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_column_is_in_the_template_with_all() {
    for standard in standards() {
        assert_eq!(Template::schools(&standard).all_columns().headers().len(), Field::ALL.len());
        let vetoes = if standard.overlays().is_empty() { 0 } else { 2 };
        let county = Template::county(&standard).all_columns().headers();
        assert_eq!(county.len(), CountyField::ALL.len() + vetoes);
        assert!(Template::county(&standard).headers().len() < county.len());
    }
}

#[test]
fn a_filled_county_table_reads_back_without_a_note_and_with_the_same_data() {
    let original = original_county();
    let before = original.rows().first().expect("a county");
    for standard in standards() {
        for template in [Template::county(&standard), Template::county(&standard).all_columns()] {
            for lang in LANGS {
                let template = template.clone().lang(lang);
                let table = read_county(&county_in(&template));
                assert_eq!(told(table.findings()), Vec::<String>::new());
                let now = table.rows().first().expect("a county");
                assert_eq!(
                    (now.code(), now.name(), now.year()),
                    (before.code(), before.name(), before.year())
                );
                let headers = template.headers();
                let names = headers.iter().map(|h| h.split([' ', '（']).next().unwrap_or_default());
                let names: Vec<&str> = names.collect();
                let asked = |f: &&CountyField| names.contains(&lang.pick(f.zh(), f.id()));
                for field in CountyField::ALL.iter().filter(asked) {
                    assert_eq!(now.value(*field), before.value(*field), "{field}");
                    assert_eq!(now.answer(*field), before.answer(*field), "{field}");
                }
            }
        }
    }
}

#[test]
fn a_form_of_a_school_has_every_item_with_its_unit_and_a_cell_to_fill() {
    for lang in LANGS {
        let template = Template::school_form(&Standard::quality_2017()).lang(lang);
        let workbook = bytes(&template);
        let form = rows(&workbook, 0);
        let header: Vec<String> = form[2].iter().map(Data::to_string).collect();
        assert_eq!(
            header,
            lang.pick(["填报项目", "单位", "填报值", "填写说明"], ["item", "unit", "value", "how"])
        );
        // The first school of the fixture, typed into the third column; then the form lies on its side.
        let school = &fixture("schools.csv")[0];
        let fields: Vec<Field> = form[3..].iter().map(|row| school_field(&row[0].to_string())).collect();
        let workbook = changed(&workbook, |sheet| {
            fields.iter().zip(4..).fold(sheet.to_owned(), |sheet, (field, row)| {
                let Some(typed) = typed_school(*field, &school[field.zh()]) else { return sheet };
                let at = sheet.find(&format!("<c r=\"C{row}\"")).expect("a cell to fill");
                let end = at + sheet[at..].find("/>").expect("its end") + 2;
                format!("{}{}{}", &sheet[..at], cell(2, row, &typed), &sheet[end..])
            })
        });
        let data = read_schools().from_bytes("t.xlsx", &workbook).expect("a school");
        assert_eq!(told(data.findings()), Vec::<String>::new());
        let original = original();
        let first =
            |data: &DataSet, field| data.counties().next().and_then(|c| c.schools().next()?.value(field));
        for field in fields {
            assert_eq!(first(&data, field), first(&original, field), "{field}");
        }
    }
}

/// What is decided: items and stages of the JSON, without the notes.
fn decided(standard: &Standard, date: &str, schools: &DataSet, county: CountyTable) -> serde_json::Value {
    let assessor = Assessor::new(standard.clone()).as_of(date.parse().expect("a day")).county_data(county);
    let assessment = assessor.missing(junheng::Missing::Skip).assess(schools).expect("a result");
    let json = serde_json::to_value(Json::new(&assessment, Lang::En)).expect("JSON");
    let mut counties = json["counties"].clone();
    forget_findings(&mut counties);
    counties
}

fn forget_findings(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|key, _| !matches!(key.as_str(), "findings" | "data_used" | "missing"));
            map.values_mut().for_each(forget_findings);
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(forget_findings),
        _ => {}
    }
}

/// The first place in which two results differ.
fn difference(a: &serde_json::Value, b: &serde_json::Value, at: String) -> Option<String> {
    use serde_json::Value;
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            a.iter().find_map(|(key, value)| difference(value, b.get(key)?, format!("{at}/{key}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(place, (a, b))| difference(a, b, format!("{at}/{place}")))
        }
        _ => (a != b).then(|| format!("{at}: {a:.200} {b:.200}")),
    }
}

#[test]
fn the_columns_of_a_template_decide_all_that_every_column_decides() {
    for standard in standards() {
        // A day on which transitional clauses hold, and one on which none does.
        for date in ["2021-12-31", "2024-12-31"] {
            let (schools, county) = (Template::schools(&standard), Template::county(&standard));
            let of = |schools: Template, county: Template| {
                decided(&standard, date, &read(&schools_in(&schools)), read_county(&county_in(&county)))
            };
            let all = of(schools.clone().all_columns(), county.clone().all_columns());
            let differs = difference(&of(schools, county), &all, String::new());
            assert_eq!(differs, None, "{} {date}", standard.id());
        }
    }
}

#[test]
fn the_same_template_is_the_same_bytes() {
    for lang in LANGS {
        let template = Template::schools(&Standard::quality_2017()).lang(lang);
        assert_eq!(bytes(&template), bytes(&template.clone()));
    }
}

#[test]
fn headers_are_locked_without_a_password_and_stay_in_view_and_every_column_has_its_rule() {
    for standard in standards() {
        for lang in LANGS {
            for template in [
                Template::schools(&standard).all_columns().rows(77),
                Template::county(&standard).all_columns().rows(77),
                Template::school_form(&standard).all_columns(),
            ] {
                let template = template.lang(lang);
                let sheet = part(&bytes(&template), "xl/worksheets/sheet1.xml");
                let protection = sheet.split("<sheetProtection ").nth(1).and_then(|p| p.split("/>").next());
                let protection = protection.expect("a locked sheet");
                assert!(
                    protection.contains("sheet=\"1\"") && !protection.contains("password"),
                    "{protection}"
                );
                assert!(sheet.contains("ySplit=\"3\"") && sheet.contains("state=\"frozen\""));
                let columns = template.headers().len();
                assert_eq!(sheet.matches("<dataValidation ").count(), columns);
                assert_eq!(sheet.matches(" prompt=\"").count(), columns);
            }
        }
    }
}

#[test]
fn lists_and_ranges_are_those_that_the_readers_take() {
    let sheet = |template: &Template| part(&bytes(template), "xl/worksheets/sheet1.xml");
    let schools = Template::schools(&Standard::quality_2017()).all_columns();
    let zh = sheet(&schools);
    for list in [
        "小学,教学点,初级中学,九年一贯制学校,完全中学,十二年一贯制学校,高级中学,特殊教育学校,职业学校",
        "公办,中央教育部门,",
        "城区,镇区,乡村",
        "是,否",
    ] {
        assert!(zh.contains(&format!("<formula1>\"{list}")), "{list}");
    }
    // What a refused cell is told, by column and in words.
    assert!(zh.contains("errorTitle=\"小学专任教师数\" error=\"这一格应填：零或正整数，单位：人。\""));
    assert!(zh.contains("type=\"whole\"") && zh.contains("type=\"decimal\""));
    let en = sheet(&schools.lang(Lang::En));
    assert!(en.contains("<formula1>\"primary_school,teaching_point,"));
    assert!(en.contains("error=\"What is typed here: a whole number, zero or more (persons).\""));
    // 94.9% typed in a spreadsheet is 0.949: whoever types it is asked.
    let county = sheet(&Template::county(&Standard::quality_2017()));
    assert!(county.contains("errorStyle=\"warning\"") && county.contains("ISNUMBER("));
    assert!(county.contains("<formula1>\"Ⅰ,Ⅱ,Ⅲ,Ⅳ\""));
}

/// Whether an item looks at the county table.
fn has_columns(item: &Item) -> bool {
    item.part() == Part::Veto || CountyField::ALL.iter().any(|field| field.items().contains(&item.id()))
}

#[test]
fn the_notes_say_what_wants_each_column_and_where_that_stands_and_are_no_table() {
    for standard in standards() {
        let both = [Template::schools(&standard), Template::county(&standard)].map(Template::all_columns);
        for (template, county) in both.into_iter().zip([false, true]) {
            for lang in LANGS {
                let template = template.clone().lang(lang);
                let notes = rows(&bytes(&template), 1);
                assert_eq!(notes.len(), 3 + template.headers().len());
                let text = csv(&notes);
                for item in standard.items().iter().filter(|item| county && has_columns(item)) {
                    assert!(text.contains(&item.cite().to_string()), "{}", item.id());
                    assert!(text.contains(item.title(lang)), "{}", item.id());
                }
                // A reader that tries every sheet must not take the notes for data.
                let refused = [
                    read_schools().from_bytes("t.csv", text.as_bytes()).expect_err("no schools"),
                    read_counties().from_bytes("t.csv", text.as_bytes()).expect_err("no county"),
                ];
                for error in refused {
                    let ErrorKind::Input(findings) = error.kind() else { panic!("{error}") };
                    assert!(findings.iter().any(|f| f.code() == junheng::Code::NoHeader), "{error}");
                }
            }
        }
    }
}
