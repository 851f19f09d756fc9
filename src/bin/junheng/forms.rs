//! `junheng forms`: the tables of the application form, filled in.

use std::io::{self, Write};

use clap::ArgMatches;
use junheng::forms::Form;
use junheng::report::{Document, FORMS_SCHEMA, FormsJson, form_rows, write_forms_workbook, write_table};
use junheng::{Assessment, CountyResult, Lang};
use serde_json::json;

use crate::output::{CsvEncoding, Target};
use crate::progress::Progress;
use crate::{Failure, Outcome, args, assess, terminal};

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let target = Target::new(matches.get_one("output"));
    let format = target.format(matches, &args::FORMS_FORMATS, lang)?;
    let encoding = CsvEncoding::of(matches, format, lang)?;
    target.probe(lang, assess::paths(matches))?;
    let progress = Progress::begin(lang.pick("读入数据", "reading"));
    let assessment = assess::assessment(matches, &progress, lang)?;
    let asked: Vec<&String> = matches.get_many("form").into_iter().flatten().collect();
    let named = |name: &str| asked.iter().any(|id| *id == name);
    // The sheets of all schools are many pages; they come where they are asked for.
    let each = |county: CountyResult<'_>| {
        let tables = county.forms().into_iter().filter(|form| asked.is_empty() || named(form.id()));
        tables.chain(county.school_sheets().filter(|_| named("school"))).collect::<Vec<_>>()
    };
    let forms: Vec<Vec<Form>> = assessment.counties().map(each).collect();
    drop(progress);
    target.write(lang, |out| match format {
        "json" => as_json(&assessment, &forms, lang, out),
        "csv" => encoding.write(out, |out| {
            write_table(&[], forms.iter().flat_map(|f| form_rows(f, lang)), &mut &mut *out)
        }),
        "xlsx" => {
            write_forms_workbook(assessment.counties().zip(forms.iter().cloned()), lang, &mut &mut *out)
        }
        "markdown" => each_document(&assessment, &forms, lang, |document| assess::markdown(document, out)),
        _ => each_document(&assessment, &forms, lang, |document| terminal::draw(document, &target, out)),
    })?;
    Ok(Outcome::Done)
}

fn each_document(
    assessment: &Assessment,
    forms: &[Vec<Form>],
    lang: Lang,
    mut write: impl FnMut(&Document) -> io::Result<()>,
) -> io::Result<()> {
    assessment
        .counties()
        .zip(forms)
        .try_for_each(|(county, forms)| write(&Document::of_forms(county, forms, lang)))
}

fn as_json(assessment: &Assessment, forms: &[Vec<Form>], lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let counties: Vec<_> =
        assessment.counties().zip(forms).map(|(c, f)| FormsJson::new(c, f, lang)).collect();
    serde_json::to_writer(&mut *out, &json!({"schema": FORMS_SCHEMA, "counties": counties}))?;
    out.write_all(b"\n")
}
