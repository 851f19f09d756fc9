//! The county table: rows to what counties report about themselves.

#[cfg(feature = "xlsx")]
mod sheets;

use std::path::Path;

use encoding_rs::Encoding;

use super::Refusable;
use super::cell::{self, NumberError, Seen, bare, trim};
use super::decode::decode;
use super::delimited::{refused_number, row_length};
use super::header::{Column, Header, Names, Slot};
use super::table::{Body, Cells, Layout, Origin, Row, is_total_or_remark, place};
use crate::error::{Error, ErrorKind};
use crate::finding::{Arg, Code, Finding, Place};
use crate::model::{
    CountyData, CountyError, CountyField, CountyFieldKind, CountyTable, Unit, is_county_code,
};
use crate::numeric::Decimal;

impl Column for CountyField {
    const ALL: &'static [Self] = CountyField::ALL;

    fn id(self) -> &'static str {
        self.id()
    }

    fn zh(self) -> &'static str {
        self.zh()
    }

    fn aliases(self) -> &'static [&'static str] {
        self.aliases()
    }

    fn unit(self) -> Unit {
        self.unit()
    }
}

/// Reads county tables (区县数据表): one row a county and year, in any encoding and with any header in use.
///
/// Per cent are typed with or without their sign (`94.9`, `94.9%`), ratios as `0.149` or `14.9%`, levels as 1 to 4 or
/// Ⅰ to Ⅳ, answers as yes or no in either language. A doubtful cell is missing from then on and told in
/// [`CountyTable::findings`]. Columns whose name begins with `veto_` and is no column of the table are the answers on
/// vetoes that an overlay adds.
///
/// # Examples
/// ```
/// use junheng::{model::CountyField, read_counties};
///
/// let table = "区县代码,规划布局合理,初中就近划片入学比例,数学学业水平等级\n210102,是,96.4%,Ⅲ\n";
/// let counties = read_counties().from_bytes("counties.csv", table.as_bytes())?;
/// let county = counties.get("210102", None).unwrap();
/// assert_eq!(county.answer(CountyField::PlanningAttested), Some(true));
/// assert_eq!(county.value(CountyField::CatchmentRateJunior).unwrap().to_string(), "96.4");
/// assert_eq!(county.value(CountyField::MonitoringMathLevel).unwrap().to_string(), "3");
/// assert_eq!(county.answer(CountyField::StaffingAttested), None);
/// assert!(counties.findings().is_empty());
/// # Ok::<(), junheng::Error>(())
/// ```
#[doc(alias = "区县数据表")]
pub fn read_counties() -> CountyReader {
    CountyReader::default()
}

/// How county tables are read.
#[derive(Clone, Debug, Default)]
pub struct CountyReader {
    encoding: Option<&'static Encoding>,
}

impl CountyReader {
    /// The encoding of the files, instead of the one detected.
    ///
    /// # Errors
    /// A label that no encoding has.
    pub fn encoding(mut self, label: &str) -> Result<Self, Error> {
        self.encoding = Some(super::encoding(label)?);
        Ok(self)
    }

    /// Reads one file.
    ///
    /// # Errors
    /// A file that cannot be opened; or all that makes it unusable: no text or no rows, no header, a column twice, no
    /// column county_code, a county twice in a year.
    pub fn from_path(&self, path: impl AsRef<Path>) -> Result<CountyTable, Error> {
        let path = path.as_ref();
        self.from_bytes(&path.display().to_string(), &super::read_file(path)?)
    }

    /// Reads bytes; `name` stands for the file in messages.
    ///
    /// # Errors
    /// As [`from_path`](Self::from_path).
    pub fn from_bytes(&self, name: &str, bytes: &[u8]) -> Result<CountyTable, Error> {
        let mut reading = Reading { origin: name.into(), findings: Vec::new(), refused: Vec::new() };
        let rows = reading.read(bytes, self.encoding).unwrap_or_else(|finding| {
            reading.refused.push(*finding);
            Vec::new()
        });
        let table = reading.table(rows);
        reading.findings.sort_by(|a, b| a.order(b).then_with(|| a.found_at().cmp(&b.found_at())));
        match table.filter(|_| reading.refused.is_empty()) {
            Some(table) => Ok(table.with_findings(reading.findings)),
            None => {
                reading.refused.append(&mut reading.findings);
                Err(Error::new(ErrorKind::Input(reading.refused)))
            }
        }
    }
}

/// A county with its place.
type Placed = (Option<Place>, CountyData);

/// A veto of an overlay: its identifier and its place in a row.
type Veto = (String, usize);

struct Reading<'a> {
    /// The file, or the sheet at hand.
    origin: Origin<'a>,
    findings: Vec<Finding>,
    /// What makes the file unusable.
    refused: Vec<Finding>,
}

impl Reading<'_> {
    fn read(&mut self, bytes: &[u8], encoding: Option<&'static Encoding>) -> Refusable<Vec<Placed>> {
        #[cfg(feature = "xlsx")]
        if super::decode::is_workbook(bytes) {
            return self.read_workbook(bytes);
        }
        let names = Names::<CountyField>::new();
        let judge = |row: &Row| names.fit(row, &[CountyField::CountyCode]);
        let decoded = decode(self.origin.file, bytes, encoding, &|text| {
            Layout::of(self.origin.file, text, &judge).fit
        })?;
        if let Some(encoding) = decoded.guessed {
            let finding = Finding::new(Code::EncodingGuessed).arg("encoding", encoding);
            self.findings.push(finding.place(place(self.origin, None, None)));
        }
        let body = Body::of(self.origin.file, &decoded.text, &judge)?;
        let header = Header::read(self.origin, &body.header, &names);
        let vetoes = self.header(&body.header, &header);
        let mut rows = Vec::new();
        for row in body.rows {
            let row = row.map_err(|unclosed| Box::new(unclosed.finding(self.origin.file)))?;
            let at = place(self.origin, Some(row.number), None);
            rows.extend(self.row(&row, &header, &vetoes).map(|county| (at, county)));
        }
        self.unless_empty(rows)
    }

    fn unless_empty(&self, rows: Vec<Placed>) -> Refusable<Vec<Placed>> {
        if rows.is_empty() && self.refused.is_empty() {
            return Err(Finding::new(Code::NoRows).place(place(self.origin, None, None)).into());
        }
        Ok(rows)
    }

    /// Sorts out what the header has to say; returns the vetoes of overlays.
    fn header(&mut self, row: &Row, header: &Header<CountyField>) -> Vec<Veto> {
        let mut vetoes: Vec<Veto> = Vec::new();
        for finding in &header.findings {
            match finding.code() {
                Code::DuplicateColumn => self.refused.push(finding.clone()),
                Code::UnknownColumn if finding.value_found().is_some_and(|v| v.starts_with("veto_")) => {}
                _ => self.findings.push(finding.clone()),
            }
        }
        for index in 0..header.width {
            let id = trim(row.cell(index));
            if id.starts_with("veto_") && CountyField::from_id(id).is_none() {
                if let Some((_, first)) = vetoes.iter().find(|(known, _)| known == id) {
                    let other = place(self.origin, Some(row.number), Some(*first));
                    let other = |lang| other.as_ref().map(|p| p.describe(lang)).unwrap_or_default();
                    self.refused.push(
                        Finding::new(Code::DuplicateColumn)
                            .value(id)
                            .column(Arg::names(id.to_owned(), id.to_owned()))
                            .arg("other", id)
                            .arg("other_place", Arg::names(other(crate::Lang::Zh), other(crate::Lang::En)))
                            .place(place(self.origin, Some(row.number), Some(index))),
                    );
                }
                vetoes.push((id.to_owned(), index));
            }
        }
        if header.slot(CountyField::CountyCode).is_none() {
            let field = CountyField::CountyCode;
            let names = |name: &'static str| [&[name], field.aliases()].concat();
            self.refused.push(
                Finding::new(Code::MissingColumn)
                    .column(field)
                    .arg("names", Arg::names(names(field.id()).join("、"), names(field.zh()).join(", ")))
                    .place(place(self.origin, Some(row.number), None)),
            );
        }
        vetoes
    }

    /// The county of a row; `None` where the row names none.
    fn row(&mut self, row: &Row, header: &Header<CountyField>, vetoes: &[Veto]) -> Option<CountyData> {
        let (index, first) = row.first_filled()?;
        let slot = header.slot(CountyField::CountyCode)?;
        let typed = row.cell(slot.index);
        let code = cell::code(typed);
        if !is_county_code(&code) {
            let total = is_total_or_remark(first);
            let at = place(self.origin, Some(row.number), Some(if total { index } else { slot.index }));
            let finding = if total {
                Finding::new(Code::RowSkipped).value(first)
            } else {
                Finding::new(Code::MalformedCountyCode).column(slot.column).value(trim(typed))
            };
            self.findings.push(finding.place(at));
            return None;
        }
        let mut county = CountyData::new(&code).ok()?;
        // First the year, which the findings on the other cells name.
        let is_year = |slot: &&Slot<CountyField>| slot.column == CountyField::Year;
        let years = header.slots.iter().filter(is_year);
        let others = header.slots.iter().filter(|slot| !is_year(slot));
        if !row.fits(header.width) {
            let at = place(self.origin, Some(row.number), None);
            self.findings.push(row_length(row, header.width).county(county.code(), None).place(at));
            return Some(county);
        }
        for slot in years.chain(others) {
            let typed = row.cell(slot.index);
            if !trim(typed).is_empty() {
                self.cell(&mut county, row, slot, typed);
            }
        }
        for (id, index) in vetoes {
            let at = place(self.origin, Some(row.number), Some(*index));
            let column = Arg::names(id.clone(), id.clone());
            if let Some(yes) = self.answer(row.cell(*index), column, &county, at) {
                county.vetoes.insert(id.clone(), yes);
            }
        }
        Some(county)
    }

    fn cell(&mut self, county: &mut CountyData, row: &Row, slot: &Slot<CountyField>, typed: &str) {
        let field = slot.column;
        let at = place(self.origin, Some(row.number), Some(slot.index));
        let (code, year) = (county.code.clone(), county.year());
        let tell = |kind: Code| {
            let finding = Finding::new(kind).column(field).value(trim(typed)).place(at.clone());
            finding.county(code.as_str(), year)
        };
        let told = match field.kind() {
            CountyFieldKind::Text => {
                if field == CountyField::County {
                    bare(typed).clone_into(&mut county.name);
                }
                None
            }
            CountyFieldKind::Year => match cell::year(typed) {
                Some(Seen::Value(year)) => {
                    county.year = year;
                    None
                }
                Some(Seen::Blank) => None,
                Some(Seen::Mark) => Some(tell(Code::MissingMark)),
                None => Some(tell(Code::BadYear)),
            },
            CountyFieldKind::Attestation | CountyFieldKind::Boolean => {
                if let Some(yes) = self.answer(typed, field.into(), county, at.clone()) {
                    county.answers.insert(field, yes);
                }
                None
            }
            _ => match figure(field, typed, slot.power) {
                Ok(Seen::Value(value)) => county
                    .set_number(field, value)
                    .err()
                    .map(|error| tell(refusal(field, value)).arg("expected", range(&error))),
                Ok(Seen::Blank) => None,
                Ok(Seen::Mark) => Some(tell(Code::MissingMark)),
                Err(error) => Some(refused_number(tell(error.code()), &error, field.unit())),
            },
        };
        self.findings.extend(told);
    }

    fn answer(&mut self, typed: &str, column: Arg, county: &CountyData, at: Option<Place>) -> Option<bool> {
        let code = match cell::boolean(typed) {
            Some(Seen::Value(yes)) => return Some(yes),
            Some(Seen::Blank) => return None,
            Some(Seen::Mark) => Code::MissingMark,
            None => Code::UnknownCategory,
        };
        let finding = Finding::new(code).column(column).value(trim(typed)).place(at);
        let finding = finding.county(county.code(), county.year());
        self.findings.push(finding.arg("expected", Arg::names("是、否", "yes (是), no (否)")));
        None
    }

    /// The table; `None` where a county stands in it twice.
    fn table(&mut self, rows: Vec<Placed>) -> Option<CountyTable> {
        for (place_in_rows, (at, row)) in rows.iter().enumerate() {
            let same = |(_, other): &&Placed| (other.code(), other.year()) == (row.code(), row.year());
            if let Some((first, _)) = rows.iter().take(place_in_rows).find(same) {
                let other = |lang| first.as_ref().map(|p| p.describe(lang)).unwrap_or_default();
                self.refused.push(
                    Finding::new(Code::RepeatedCounty)
                        .county(row.code(), row.year())
                        .column(CountyField::CountyCode)
                        .value(row.code())
                        .arg("other_place", Arg::names(other(crate::Lang::Zh), other(crate::Lang::En)))
                        .place(at.clone()),
                );
            }
        }
        CountyTable::new(rows.into_iter().map(|(_, row)| row)).ok()
    }
}

/// A number in the unit of its column: `94.9` and `94.9%` alike where per cent are asked for; a ratio as `0.149` or as
/// `14.9%`; a level as 1 to 4 or Ⅰ to Ⅳ.
fn figure(field: CountyField, typed: &str, power: u8) -> Result<Seen<Decimal>, NumberError> {
    let text = bare(typed);
    let unsigned = text.strip_suffix(['%', '％']).map(trim);
    match (field.kind(), unsigned) {
        (CountyFieldKind::Percent, Some(number)) => cell::number(number, Unit::None, 0),
        (CountyFieldKind::Ratio, Some(number)) => Ok(match cell::number(number, Unit::None, 0)? {
            Seen::Value(percent) => Seen::Value(hundredth(percent).ok_or(NumberError::OutOfRange)?),
            blank => blank,
        }),
        (CountyFieldKind::Level, _) => match level(text) {
            Some(level) => Ok(Seen::Value(level.into())),
            None => cell::number(typed, Unit::None, power),
        },
        _ => cell::number(typed, field.unit(), power),
    }
}

fn hundredth(percent: Decimal) -> Option<Decimal> {
    let (mantissa, scale) = percent.parts();
    Decimal::new(mantissa, scale.checked_add(2)?).ok()
}

/// Ⅰ to Ⅳ, as one character or in letters, with or without 级.
fn level(text: &str) -> Option<u32> {
    let text = trim(text.strip_suffix('级').unwrap_or(text)).to_ascii_uppercase();
    let names =
        [["Ⅰ", "I", "一", "1"], ["Ⅱ", "II", "二", "2"], ["Ⅲ", "III", "三", "3"], ["Ⅳ", "IV", "四", "4"]];
    (1..).zip(names).find(|(_, names)| names.contains(&text.as_str())).map(|(level, _)| level)
}

/// Why the model does not take a number.
fn refusal(field: CountyField, value: Decimal) -> Code {
    let counted = matches!(field.kind(), CountyFieldKind::Count | CountyFieldKind::Level);
    if value.is_negative() {
        Code::Negative
    } else if counted && !value.is_whole() {
        Code::NotWhole
    } else {
        Code::BeyondRange
    }
}

/// What a column takes, in words.
fn range(error: &CountyError) -> Arg {
    let CountyError::Value { field, .. } = error else { return Arg::names("", "") };
    match field.kind() {
        CountyFieldKind::Percent => {
            Arg::names("0 至 100（如 94.9 或 94.9%）", "0 to 100, such as 94.9 or 94.9%")
        }
        CountyFieldKind::Ratio => Arg::names("0 至 1（如 0.149 或 14.9%）", "0 to 1, such as 0.149 or 14.9%"),
        CountyFieldKind::Level => Arg::names("Ⅰ 至 Ⅳ 或 1 至 4", "Ⅰ to Ⅳ or 1 to 4"),
        _ => Arg::names("零或正数", "zero or more"),
    }
}
