//! The tables of the application form as sheets, laid out like the printed form.

use super::page::{Done, Page, ROWS};
use super::style::Style;
use super::{Book, county_title};
use crate::assess::CountyResult;
use crate::forms::{Form, FormValue};
use crate::lang::Lang;
use crate::report::forms::{heading, number};

/// Forms of a county, each on a sheet of its own; those of schools together.
pub(super) fn of_county(book: &mut Book, prefix: &str, county: CountyResult<'_>, forms: &[Form]) -> Done {
    let (of_schools, tables): (Vec<&Form>, Vec<&Form>) =
        forms.iter().partition(|form| number(form, book.lang).is_none());
    for form in tables {
        let mut page = book.page(prefix, &short_name(form, book.lang))?;
        let (first, header) = draw(&mut page, county, form)?;
        if turned(form) {
            page.sheet().set_portrait();
        } else {
            page.freeze(first, header + 1, if form.id() == "II-2" { 2 } else { 1 })?;
        }
        book.push(page)?;
    }
    stacked(book, prefix, of_schools.into_iter().map(|form| (county, form)))
}

/// The same form of many counties on one sheet, each on a page of its own.
pub(super) fn of_many<'a>(book: &mut Book, counties: &[(CountyResult<'a>, Vec<Form>)]) -> Done {
    let mut ids: Vec<&str> = Vec::new();
    for form in counties.iter().flat_map(|(_, forms)| forms) {
        if !ids.contains(&form.id()) {
            ids.push(form.id());
        }
    }
    for id in ids {
        let each = counties
            .iter()
            .flat_map(|(county, forms)| forms.iter().filter(|f| f.id() == id).map(|f| (*county, f)));
        stacked(book, "", each)?;
    }
    Ok(())
}

/// Forms one below the other, on a further sheet where one is full.
fn stacked<'a>(
    book: &mut Book,
    prefix: &str,
    forms: impl Iterator<Item = (CountyResult<'a>, &'a Form)>,
) -> Done {
    let mut open: Option<(Page, Vec<u32>)> = None;
    for (county, form) in forms {
        let needed = form.rows().len().max(form.columns().len()) + form.notes(book.lang).count() + 6;
        let is_full = |page: &Page, breaks: &[u32]| {
            page.row() as usize + needed > ROWS as usize || breaks.len() == BREAKS
        };
        if let Some((page, breaks)) = open.take_if(|(page, breaks)| is_full(page, breaks)) {
            close(book, page, &breaks)?;
        }
        if open.is_none() {
            open = Some((book.page(prefix, &short_name(form, book.lang))?, Vec::new()));
        }
        let Some((page, breaks)) = &mut open else { continue };
        if page.row() > 0 {
            breaks.push(page.row());
        }
        draw(page, county, form)?;
        page.next();
    }
    match open {
        Some((page, breaks)) => close(book, page, &breaks),
        None => Ok(()),
    }
}

/// The most page breaks of a sheet, as the format allows them.
const BREAKS: usize = 1023;

fn close(book: &mut Book, mut page: Page, breaks: &[u32]) -> Done {
    page.sheet().set_page_breaks(breaks)?;
    book.push(page)
}

/// `表 II-1`, or what a form without a number is called.
fn short_name(form: &Form, lang: Lang) -> String {
    number(form, lang).unwrap_or_else(|| lang.pick("学校自评表", "School sheets").to_owned())
}

/// A form of one row is easier read down than across.
fn turned(form: &Form) -> bool {
    form.rows().len() == 1 && form.columns().len() > 12
}

/// Draws a form; its first row, and that of its header.
fn draw(page: &mut Page, county: CountyResult<'_>, form: &Form) -> Result<(u32, u32), super::XlsxError> {
    let lang = page.lang();
    let first = page.row();
    let columns = if turned(form) { 2 } else { form.columns().len() as u16 + 1 };
    let name = match number(form, lang) {
        Some(number) => format!("{number}{}{}", lang.pick("　", ": "), form.title(lang)),
        None => form.title(lang).to_owned(),
    };
    page.across(&name, columns, Style::Title)?;
    page.across(&county_title(county, lang), columns, Style::Note)?;
    let header = page.row();
    if turned(form) {
        downwards(page, form)?;
    } else {
        if form.columns().len() > 4 {
            page.landscape();
        }
        let names = form.columns().iter().map(|column| heading(column, lang));
        page.header(std::iter::once(form.head(lang).to_owned()).chain(names))?;
        for row in form.rows() {
            page.text(0, row.label(lang), Style::Text)?;
            for (column, value) in (1..).zip(row.values()) {
                draw_value(page, column, value)?;
            }
            page.next();
        }
    }
    for note in form.notes(lang) {
        page.across(note, columns, Style::Note)?;
    }
    Ok((first, header))
}

fn downwards(page: &mut Page, form: &Form) -> Done {
    let lang = page.lang();
    for row in form.rows() {
        page.header([form.head(lang), row.label(lang)])?;
        for (column, value) in form.columns().iter().zip(row.values()) {
            page.text(0, &heading(column, lang), Style::Text)?;
            draw_value(page, 1, value)?;
            page.next();
        }
    }
    page.set_width(0, 40.0);
    page.set_width(1, 24.0);
    Ok(())
}

/// A number stays a number and is shown with the decimals of the form.
fn draw_value(page: &mut Page, column: u16, value: &FormValue) -> Done {
    let lang = page.lang();
    match value {
        FormValue::Count(count) => page.number(column, Some(*count as f64), Style::Number(0)),
        FormValue::Figure(figure, decimals) => match figure.round_half_up(*decimals) {
            // As it is printed: a spreadsheet rounds the double, which may be another figure.
            Some(rounded) => page.number(column, Some(rounded.to_f64()), Style::Number(*decimals)),
            None => page.text(column, &value.printed(lang), Style::Text),
        },
        FormValue::Rounded(figure, decimals) => {
            page.number(column, Some(figure.to_f64()), Style::Number(*decimals))
        }
        FormValue::Blank | FormValue::Level(_) | FormValue::Text(_) | FormValue::Said(_) => {
            let text = value.printed(lang);
            let short = super::style::width(&text) <= 4;
            page.text(column, &text, if short { Style::Centre } else { Style::Text })
        }
    }
}
