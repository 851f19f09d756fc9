//! `junheng standard`: what the standards say, and how they differ.

use std::io::{self, Write};

use clap::ArgMatches;
use comfy_table::{ContentArrangement, Table, presets};
use junheng::report::write_table;
use junheng::{Date, Lang, Parameter, SchoolStandard, ScoreTable, Standard};
use serde_json::{Value, json};

use crate::output::{CsvEncoding, Target};
use crate::{Failure, Outcome, terminal};

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let Some((command, matches)) = matches.subcommand() else { return Ok(Outcome::Done) };
    let open = |name: &str| {
        let id = matches.get_one::<String>(name).map_or("", String::as_str);
        Standard::open(id).map_err(|e| Failure::of(&e, lang))
    };
    let listing = match command {
        "list" => list(lang),
        "show" => show(&open("id")?, day(matches, lang)?, lang),
        "diff" => diff(&open("a")?, &open("b")?, day(matches, lang)?, lang),
        _ => {
            let id = matches.get_one::<String>("id").map_or("", String::as_str);
            let titles = titles(id, lang).map_err(|e| Failure::of(&e, lang))?;
            let said = lang.pick(format!("有效：{titles}"), format!("valid: {titles}"));
            return Target::new(None).write(lang, |out| writeln!(out, "{said}")).map(|()| Outcome::Done);
        }
    };
    let format = matches.get_one::<String>("format").map_or("table", String::as_str);
    let encoding = CsvEncoding::of(matches, format, lang)?;
    Target::new(None).write(lang, |out| encoding.write(out, |out| listing.write(format, out)))?;
    Ok(Outcome::Done)
}

/// The title of a valid file: of a standard, of a scoring table, or of a province's standard of schools.
fn titles(id: &str, lang: Lang) -> Result<String, junheng::Error> {
    let text =
        if id.ends_with(".toml") { std::fs::read_to_string(id).unwrap_or_default() } else { String::new() };
    let says =
        |schema: &str| text.lines().any(|l| l.trim_start().starts_with("schema") && l.contains(schema));
    if says("junheng.score/") {
        Ok(ScoreTable::open(id)?.title(lang).to_owned())
    } else if says("junheng.school-standard/") {
        Ok(SchoolStandard::open(id)?.title(lang).to_owned())
    } else {
        Ok(Standard::open(id)?.titles(lang).collect::<Vec<_>>().join(" + "))
    }
}

/// The day asked for; the newest state without it.
fn day(matches: &ArgMatches, lang: Lang) -> Result<Option<Date>, Failure> {
    matches.get_one::<String>("as-of").map(|text| crate::args::date(text, lang)).transpose()
}

/// Rows of texts with names for people and keys for programs.
struct Listing {
    schema: &'static str,
    /// What comes before the rows, for people.
    title: Vec<String>,
    names: Vec<&'static str>,
    keys: Vec<&'static str>,
    rows: Vec<Vec<Option<String>>>,
}

impl Listing {
    fn write(&self, format: &str, out: &mut dyn Write) -> io::Result<()> {
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        match format {
            "json" => {
                let row = |row: &Vec<Option<String>>| -> Value {
                    let pairs = self.keys.iter().zip(row).map(|(key, cell)| ((*key).to_owned(), json!(cell)));
                    Value::Object(pairs.collect())
                };
                let rows: Vec<Value> = self.rows.iter().map(row).collect();
                serde_json::to_writer(&mut *out, &json!({"schema": self.schema, "rows": rows}))?;
                out.write_all(b"\n")
            }
            "csv" => {
                write_table(&self.names, self.rows.iter().map(|row| row.iter().map(text)), &mut &mut *out)
            }
            _ => {
                self.title.iter().try_for_each(|line| writeln!(out, "{line}"))?;
                let mut table = Table::new();
                table
                    .load_style(presets::UTF8_FULL_CONDENSED)
                    .set_content_arrangement(ContentArrangement::Dynamic);
                if table.width().is_none() {
                    table.set_width(terminal::WIDTH);
                }
                table.set_header(&self.names);
                self.rows.iter().for_each(|row| {
                    table.add_row(row.iter().map(text));
                });
                writeln!(out, "{table}")
            }
        }
    }
}

fn list(lang: Lang) -> Listing {
    let row = |id: &str, title: Option<&str>, from: Option<String>, documents: Vec<String>| {
        vec![Some(id.to_owned()), title.map(str::to_owned), from, Some(documents.join(lang.pick("；", "; ")))]
    };
    let numbers = |standard: &Standard| standard.documents().map(|d| d.number.clone()).collect::<Vec<_>>();
    let mut rows = Vec::new();
    for standard in Standard::built_in() {
        let from = Some(standard.from().to_string());
        rows.push(row(standard.id(), standard.titles(lang).next(), from, numbers(standard)));
        let known = numbers(standard);
        for overlay in Standard::shipped_overlays() {
            let id = format!("{}+{overlay}", standard.id());
            // An overlay of another standard is none of this one.
            let Ok(with) = Standard::open(&id) else { continue };
            let own = numbers(&with).into_iter().filter(|number| !known.contains(number)).collect();
            rows.push(row(&id, with.titles(lang).last(), None, own));
        }
    }
    Listing {
        schema: "junheng.standards/1",
        title: Vec::new(),
        names: lang
            .pick(vec!["代号", "名称", "施行", "文件"], vec!["id", "title", "in effect from", "documents"]),
        keys: vec!["id", "title", "from", "documents"],
        rows,
    }
}

fn show(standard: &Standard, day: Option<Date>, lang: Lang) -> Listing {
    let mut title: Vec<String> = standard.titles(lang).map(str::to_owned).collect();
    title.extend(standard.documents().map(|d| {
        let note = d.note.as_ref().map_or(String::new(), |n| format!(" — {n}"));
        format!("  {} {}{note}", d.number, d.title)
    }));
    title.push(match day {
        Some(day) => lang.pick(format!("{day} 有效的数值："), format!("values in force on {day}:")),
        None => lang.pick("最新的数值：".to_owned(), "the newest values:".to_owned()),
    });
    let row = |p: Parameter| {
        vec![
            Some(p.key().to_owned()),
            Some(p.title(lang).to_owned()),
            Some(p.value().to_owned()),
            Some(p.unit_name(lang).to_owned()),
            p.from().map(|d| d.to_string()),
            p.until().map(|d| d.to_string()),
            p.citation().map(|c| c.to_string()),
            Some(p.layer().to_owned()),
        ]
    };
    Listing {
        schema: "junheng.parameters/1",
        title,
        names: lang.pick(
            vec!["键", "内容", "数值", "单位", "自", "至", "依据", "来自"],
            vec!["key", "what", "value", "unit", "from", "until", "source", "set by"],
        ),
        keys: vec!["key", "title", "value", "unit", "from", "until", "citation", "layer"],
        rows: standard.parameters(day).map(row).collect(),
    }
}

fn diff(a: &Standard, b: &Standard, day: Option<Date>, lang: Lang) -> Listing {
    let side = |p: &Option<Parameter>| {
        let cite = |p: &Parameter| {
            p.citation().map_or(String::new(), |c| lang.pick(format!("（{c}）"), format!(" ({c})")))
        };
        p.as_ref().map(|p| format!("{}{}", p.value(), cite(p)))
    };
    let rows = a.diff(b, day).into_iter().map(|d| {
        let what = d.left.as_ref().or(d.right.as_ref()).map(|p| p.title(lang).to_owned());
        vec![Some(d.key().to_owned()), what, side(&d.left), side(&d.right)]
    });
    let name = |s: &Standard| {
        std::iter::once(s.id()).chain(s.overlays().iter().map(String::as_str)).collect::<Vec<_>>().join("+")
    };
    Listing {
        schema: "junheng.difference/1",
        title: vec![format!("{} ↔ {}", name(a), name(b))],
        names: lang.pick(vec!["键", "内容", "前者", "后者"], vec!["key", "what", "first", "second"]),
        keys: vec!["key", "title", "left", "right"],
        rows: rows.collect(),
    }
}
