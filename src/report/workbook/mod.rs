//! Reports as workbooks: the application form laid out for printing, the working of every coefficient in formulas,
//! charts, and lists of everything in the result.

mod charts;
mod forms;
mod lists;
mod page;
mod style;
mod summary;
mod working;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::rc::Rc;

use rust_xlsxwriter::{Worksheet, XlsxError};

use self::page::{Done, Page};
use self::style::Styles;
use super::forms::title as county_title;
use crate::assess::{Assessment, CountyResult};
use crate::forms::Form;
use crate::lang::Lang;
use crate::spreadsheet::{self, cut};

/// So many counties have sheets of their own, with the working of their coefficients and charts of their schools. Of
/// more, the application forms stand one below the other, and the coefficients are computed from the list of units.
const IN_FULL: usize = 12;
/// Units of a stage that one sheet works out, each once an indicator, and one chart shows.
const UNITS: usize = 20_000;
/// Characters of the name of a sheet (in UTF-16).
const NAME: usize = 31;

/// Writes the report of an assessment as a workbook (XLSX): a summary; for each county the tables of the application
/// form laid out for A4, the working of every coefficient step by step in formulas (核算底稿) and charts; then lists of
/// coefficients, units, items, obstacles, schools left out and findings.
///
/// Every formula carries its result, that of the assessment, for viewers that do not compute. Verdicts of the
/// assessment are exact; a formula compares to twelve decimals. What is missing is blank, and what lacks it says so.
/// Codes and names are texts, never numbers or formulas. The same assessment gives the same bytes.
///
/// Of more than twelve counties (or 20 000 units of a stage) the forms stand one below the other, and the lists have the formulas; the working of a
/// county comes with an assessment of that county alone.
///
/// # Errors
/// Those of the writer, and what the file format does not hold.
///
/// # Examples
/// ```
/// use junheng::{Assessor, Lang, Standard, read_schools, report::write_workbook};
///
/// let table = "county_code,school_code,school_name,kind,students_primary,multimedia_classrooms\n\
///              210102,1,=1+1,小学,1000,23\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
/// let mut workbook = Vec::new();
/// write_workbook(&assessment, Lang::Zh, &mut workbook).unwrap();
/// assert!(workbook.starts_with(b"PK"));
/// # Ok::<(), junheng::Error>(())
/// ```
#[doc(alias = "核算底稿")]
pub fn write_workbook(assessment: &Assessment, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    write(lang, out, |book| report(book, assessment))
}

/// Writes tables of the application form (申报表) as a workbook, of each county those that are given: a sheet a table,
/// laid out for A4; of more than twelve counties the same table of all on one sheet, each on a page of its own.
///
/// # Errors
/// Those of the writer, and what the file format does not hold.
#[doc(alias = "申报表")]
pub fn write_forms_workbook<'a>(
    counties: impl IntoIterator<Item = (CountyResult<'a>, Vec<Form>)>,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<()> {
    let counties: Vec<_> = counties.into_iter().collect();
    write(lang, out, |book| {
        let several = counties.len() > 1;
        if counties.len() > IN_FULL {
            return forms::of_many(book, &counties);
        }
        counties.iter().try_for_each(|(county, tables)| {
            forms::of_county(book, &prefix(*county, several), *county, tables)
        })
    })
}

fn write(lang: Lang, out: &mut impl Write, fill: impl FnOnce(&mut Book) -> Done) -> io::Result<()> {
    let mut book = Book::new(lang);
    let bytes = fill(&mut book).and_then(|()| book.save()).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn report(book: &mut Book, assessment: &Assessment) -> Done {
    let counties: Vec<CountyResult<'_>> = assessment.counties().collect();
    let several = counties.len() > 1;
    // The summary names the sheets, so it is drawn last; its place is the first.
    let place = book.reserve(book.lang.pick("总览", "Summary"));
    let in_full = counties.len() <= IN_FULL
        && counties.iter().flat_map(|county| county.stages()).all(|stage| stage.units().len() <= UNITS);
    if !in_full {
        let all: Vec<_> = counties.iter().map(|county| (*county, county.forms())).collect();
        forms::of_many(book, &all)?;
    } else {
        for county in &counties {
            let prefix = prefix(*county, several);
            forms::of_county(book, &prefix, *county, &county.forms())?;
            for stage in county.stages() {
                working::sheet(book, &prefix, stage)?;
            }
            charts::of_county(book, &prefix, *county)?;
        }
    }
    if several {
        charts::of_counties(book, &counties)?;
    }
    lists::all(book, assessment)?;
    summary::sheet(book, place, assessment, in_full)
}

/// What the names of a county's sheets begin with.
fn prefix(county: CountyResult<'_>, several: bool) -> String {
    match (several, county.year()) {
        (false, _) => String::new(),
        (true, Some(year)) => format!("{} {year} ", county.code()),
        (true, None) => format!("{} ", county.code()),
    }
}

/// A workbook while it is filled.
struct Book {
    lang: Lang,
    styles: Rc<Styles>,
    /// Names taken, in lower case: a spreadsheet does not tell them apart by case.
    taken: BTreeSet<String>,
    names: Vec<String>,
    sheets: Vec<Worksheet>,
}

impl Book {
    fn new(lang: Lang) -> Self {
        Book {
            lang,
            styles: Rc::new(Styles::new(lang)),
            taken: BTreeSet::new(),
            names: Vec::new(),
            sheets: Vec::new(),
        }
    }

    /// A name that no other sheet has, of the characters and the length that a spreadsheet allows.
    fn name(&mut self, wanted: &str) -> String {
        let allowed =
            |c: char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !c.is_control();
        let clean: String = wanted.chars().filter(|c| allowed(*c)).collect();
        let clean = clean.trim();
        let mut number = 1;
        loop {
            let end = if number > 1 { format!(" ({number})") } else { String::new() };
            let name = format!("{}{end}", cut(clean, NAME - end.len()));
            if self.taken.insert(name.to_lowercase()) {
                return name;
            }
            number += 1;
        }
    }

    /// A new sheet; what it is called is the prefix and the name, where no other is called that.
    fn page(&mut self, prefix: &str, name: &str) -> Result<Page, XlsxError> {
        let name = self.name(&format!("{prefix}{name}"));
        Page::new(&name, &self.styles, self.lang)
    }

    fn push(&mut self, page: Page) -> Done {
        self.names.push(page.name().to_owned());
        self.sheets.push(page.finish()?);
        Ok(())
    }

    /// Keeps a place for a sheet that is drawn later.
    fn reserve(&mut self, name: &str) -> usize {
        let name = self.name(name);
        self.names.push(name);
        self.sheets.push(Worksheet::new());
        self.sheets.len() - 1
    }

    fn save(self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.set_properties(&spreadsheet::properties()?.set_author("junheng"));
        self.sheets.into_iter().for_each(|sheet| workbook.push_worksheet(sheet));
        workbook.save_to_buffer()
    }
}
