//! `junheng cv`: the coefficient of variation of any table, without any standard.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ArgMatches;
use comfy_table::{CellAlignment, Table, presets};
use junheng::io::read_table;
use junheng::report::{FindingJson, write_table};
use junheng::{Group, Grouped, Lang};
use serde::Serialize;

use crate::output::{CsvEncoding, Target};
use crate::table::short;
use crate::{Failure, Outcome, args, findings};

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let failed = |e: junheng::Error| Failure::of(&e, lang);
    let text = |id: &str| matches.get_one::<String>(id).map(String::as_str);
    let target = Target::new(matches.get_one("output"));
    let format = target.format(matches, &args::CV_FORMATS, lang)?;
    let encoding = CsvEncoding::of(matches, format, lang)?;
    target.probe(lang, matches.get_one("file"))?;
    let columns = [text("amount"), text("pupils"), text("by")];
    let mut reader = read_table().expect(columns.into_iter().flatten());
    if let Some(label) = text("encoding") {
        reader = reader.encoding(label).map_err(failed)?;
    }
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let table = reader.from_path(&path).map_err(failed)?;
    let grouped =
        Grouped::of(&table, columns[0].unwrap_or_default(), columns[1], columns[2]).map_err(failed)?;
    target.write(lang, |out| match format {
        "json" => as_json(&grouped, lang, out),
        "csv" => encoding.write(out, |out| as_csv(&grouped, lang, out)),
        _ => as_table(&grouped, lang, out),
    })?;
    for line in findings::listed(grouped.findings().iter(), lang) {
        let _ = writeln!(io::stderr(), "{line}");
    }
    Ok(Outcome::Done)
}

/// The form `junheng.variation/1`; findings are there only where there are some.
#[derive(Serialize)]
struct Form<'a> {
    schema: &'static str,
    groups: &'a [Group],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingJson<'a>>,
}

fn as_json(grouped: &Grouped, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let findings = grouped.findings().iter().map(|f| FindingJson::new(f, lang)).collect();
    let form = Form { schema: "junheng.variation/1", groups: grouped.groups(), findings };
    serde_json::to_writer(&mut *out, &form)?;
    out.write_all(b"\n")
}

fn names(lang: Lang) -> [&'static str; 6] {
    match lang {
        Lang::Zh => ["分组", "行数", "学生数", "均值", "标准差", "差异系数"],
        Lang::En => ["group", "rows", "pupils", "mean", "standard deviation", "CV"],
    }
}

fn as_csv(grouped: &Grouped, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let text = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    let rows = grouped.groups().iter().map(|group| {
        let found = group.summary();
        [
            group.by().unwrap_or_default().to_owned(),
            group.rows().to_string(),
            text(group.pupils()),
            text(found.map(|f| f.mean)),
            text(found.map(|f| f.std_dev)),
            text(found.and_then(|f| f.cv)),
        ]
    });
    write_table(&names(lang), rows, &mut &mut *out)
}

fn as_table(grouped: &Grouped, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(names(lang));
    let text = |value: Option<f64>| value.map_or("—".to_owned(), |v| v.to_string());
    for group in grouped.groups() {
        let found = group.summary();
        table.add_row([
            group.by().map_or(lang.pick("全部", "all").to_owned(), short),
            group.rows().to_string(),
            text(group.pupils()),
            text(found.map(|f| f.mean)),
            text(found.map(|f| f.std_dev)),
            text(found.and_then(|f| f.cv)),
        ]);
    }
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    writeln!(out, "{table}")
}
