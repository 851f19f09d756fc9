//! The application form for people and programs.

use serde::{Serialize, Serializer};

use super::document::{Align, Block, Cell, Document, Table, Tone};
use crate::assess::CountyResult;
use crate::forms::{Form, FormColumn, FormFigure, FormValue};
use crate::lang::Lang;
use crate::model::Stage;

/// Version of the JSON form of the application form.
pub const FORMS_SCHEMA: &str = "junheng.forms/1";

impl Document {
    /// Tables of the application form, as they are printed.
    pub fn of_forms(county: CountyResult<'_>, forms: &[Form], lang: Lang) -> Self {
        let mut blocks = vec![Block::Heading(1, title(county, lang))];
        for form in forms {
            let name = match number(form, lang) {
                Some(number) => format!("{number}{}{}", lang.pick("　", ": "), form.title(lang)),
                None => form.title(lang).to_owned(),
            };
            blocks.push(Block::Heading(2, name));
            blocks.push(Block::Table(table(form, lang)));
            blocks.extend(form.notes(lang).map(|note| Block::Line(note.to_owned(), Tone::Faint)));
        }
        blocks.into()
    }
}

/// Name, code and year of a county.
pub(super) fn title(county: CountyResult<'_>, lang: Lang) -> String {
    let year = county.year().map(|y| lang.pick(format!("{y} 年"), y.to_string())).unwrap_or_default();
    let parts = [county.name(), county.code(), &year];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `Table IV`; `None` of the sheet of a school, which has no number.
pub(super) fn number(form: &Form, lang: Lang) -> Option<String> {
    let numbered = form.id().chars().all(|c| matches!(c, 'I' | 'V' | '-' | '0'..='9'));
    numbered.then(|| lang.pick(format!("表 {}", form.id()), format!("Table {}", form.id())))
}

/// `L7` and the name of a column.
pub(crate) fn heading(column: &FormColumn, lang: Lang) -> String {
    match column.number() {
        Some(number) => format!("L{number} {}", column.name(lang)),
        None => column.name(lang).to_owned(),
    }
}

/// A form as a table with its row labels in front.
fn table(form: &Form, lang: Lang) -> Table {
    let numeric =
        |at: usize| form.rows().iter().any(|row| row.values().get(at).is_some_and(FormValue::is_number));
    let mut header = vec![(form.head(lang).to_owned(), Align::Left)];
    header.extend(
        form.columns().iter().enumerate().map(|(at, column)| {
            (heading(column, lang), if numeric(at) { Align::Right } else { Align::Left })
        }),
    );
    let plain = |text: String| Cell { text, tone: Tone::Plain };
    let rows = form.rows().iter().map(|row| {
        let values = row.values().iter().map(|v| plain(v.printed(lang)));
        std::iter::once(plain(row.label(lang).to_owned())).chain(values).collect()
    });
    Table { header, rows: rows.collect() }
}

/// Forms as rows of texts for spreadsheets: each with its title above it and its notes below.
pub fn form_rows(forms: &[Form], lang: Lang) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    for form in forms {
        if !out.is_empty() {
            out.push(Vec::new());
        }
        out.push(number(form, lang).into_iter().chain([form.title(lang).to_owned()]).collect());
        let table = table(form, lang);
        out.push(table.header.into_iter().map(|(name, _)| name).collect());
        out.extend(table.rows.into_iter().map(|row| row.into_iter().map(|cell| cell.text).collect()));
        out.extend(form.notes(lang).map(|note| vec![note.to_owned()]));
    }
    out
}

/// The forms of one county as they are serialised: each value as it is printed and, where it is a number, unrounded
/// (means and coefficients as printed). A blank is null. The figures that a conclusion names stand beside it, each
/// with its identifier and unit, the blank ones as well.
#[derive(Clone, Copy, Debug)]
pub struct FormsJson<'a> {
    county: CountyResult<'a>,
    forms: &'a [Form],
    lang: Lang,
}

impl<'a> FormsJson<'a> {
    /// The form of these forms, with texts in this language.
    pub fn new(county: CountyResult<'a>, forms: &'a [Form], lang: Lang) -> Self {
        FormsJson { county, forms, lang }
    }
}

#[derive(Serialize)]
struct CountyForms<'a> {
    county_code: &'a str,
    county: &'a str,
    year: Option<u16>,
    forms: Vec<FormJson<'a>>,
}

#[derive(Serialize)]
struct FormJson<'a> {
    id: &'a str,
    title: &'a str,
    head: &'a str,
    columns: Vec<ColumnJson<'a>>,
    rows: Vec<RowJson<'a>>,
    notes: Vec<&'a str>,
}

#[derive(Serialize)]
struct ColumnJson<'a> {
    number: Option<u8>,
    name: &'a str,
}

#[derive(Serialize)]
struct RowJson<'a> {
    id: Option<&'a str>,
    stage: Option<&'a str>,
    label: &'a str,
    values: Vec<ValueJson>,
    figures: Vec<FigureJson<'a>>,
}

#[derive(Serialize)]
struct FigureJson<'a> {
    id: &'a str,
    name: &'a str,
    unit: &'a str,
    #[serde(flatten)]
    value: ValueJson,
}

#[derive(Serialize)]
struct ValueJson {
    printed: Option<String>,
    value: Option<f64>,
}

impl<'a> FormJson<'a> {
    fn new(form: &'a Form, lang: Lang) -> Self {
        let value = |v: &FormValue| ValueJson {
            printed: (*v != FormValue::Blank).then(|| v.printed(lang)),
            value: v.to_f64(),
        };
        let figure = |f: &'a FormFigure| FigureJson {
            id: f.id(),
            name: f.name(lang),
            unit: f.unit(lang),
            value: value(f.value()),
        };
        let rows = form.rows().iter().map(|row| RowJson {
            id: Some(row.id()).filter(|id| !id.is_empty()),
            stage: row.stage().map(Stage::id),
            label: row.label(lang),
            values: row.values().iter().map(value).collect(),
            figures: row.figures().iter().map(figure).collect(),
        });
        let columns = form.columns().iter().map(|c| ColumnJson { number: c.number(), name: c.name(lang) });
        FormJson {
            id: form.id(),
            title: form.title(lang),
            head: form.head(lang),
            columns: columns.collect(),
            rows: rows.collect(),
            notes: form.notes(lang).collect(),
        }
    }
}

impl Serialize for FormsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        CountyForms {
            county_code: self.county.code(),
            county: self.county.name(),
            year: self.county.year(),
            forms: self.forms.iter().map(|form| FormJson::new(form, self.lang)).collect(),
        }
        .serialize(serializer)
    }
}
