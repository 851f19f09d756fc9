//! One row of the school table, and how it is written.

use std::io;

use crate::model::{Area, Field, FieldKind, School, SchoolKind, Sponsor, Unit};
use crate::numeric::Decimal;

/// How yes and no are written.
pub(super) const YES: &str = "是";
pub(super) const NO: &str = "否";

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Blank,
    Text(String),
    Name(&'static str),
    Count(u64),
    /// Hundredths of the unit.
    Amount(u64),
    /// Hundredths of the unit, one by one.
    List(Vec<u64>),
}

/// One school of one year, a cell for each [`Field`].
#[derive(Clone, Debug)]
pub(super) struct Row(Vec<Cell>);

impl Row {
    pub(super) fn new() -> Self {
        Row(vec![Cell::Blank; Field::ALL.len()])
    }

    pub(super) fn set(&mut self, field: Field, cell: Cell) {
        if let Some(place) = self.0.get_mut(field as usize) {
            *place = cell;
        }
    }

    /// The count or the amount (in hundredths) of a field; 0 where it is blank.
    pub(super) fn number(&self, field: Field) -> u64 {
        match self.0.get(field as usize) {
            Some(Cell::Count(n) | Cell::Amount(n)) => *n,
            _ => 0,
        }
    }

    /// Whether a field holds this name.
    pub(super) fn is(&self, field: Field, name: &str) -> bool {
        matches!(self.0.get(field as usize), Some(Cell::Name(n)) if *n == name)
    }

    /// The school that a reader makes of the row.
    pub(super) fn to_school(&self) -> School {
        let text = |field: Field| match self.0.get(field as usize) {
            Some(Cell::Text(text)) => text.as_str(),
            Some(Cell::Name(name)) => name,
            _ => "",
        };
        let owned = |field| text(field).to_owned();
        let yes = |field| (!text(field).is_empty()).then(|| text(field) == YES);
        let year = |field| u16::try_from(self.number(field)).unwrap_or(0);
        let mut school = School {
            county_code: owned(Field::CountyCode),
            county: owned(Field::County),
            code: owned(Field::SchoolCode),
            name: owned(Field::SchoolName),
            year: year(Field::Year),
            province: owned(Field::Province),
            city: owned(Field::City),
            township: owned(Field::Township),
            group: owned(Field::Group),
            sponsor: Sponsor::from_text(text(Field::Ownership)),
            area: Area::from_text(text(Field::UrbanRural)),
            boarding: yes(Field::Boarding),
            dense_city_centre: yes(Field::DenseCityCentre),
            founded: year(Field::FoundedYear),
            ..School::blank(SchoolKind::from_text(text(Field::Kind)).unwrap_or(SchoolKind::Primary))
        };
        let decimal = |n: u64, scale| Decimal::new(i64::try_from(n).unwrap_or(i64::MAX), scale).ok();
        for (cell, field) in self.0.iter().zip(Field::ALL) {
            match cell {
                Cell::Count(n) if field.is_numeric() => {
                    school.values.extend(decimal(*n, 0).map(|value| (*field, value)));
                }
                Cell::Amount(n) => school.values.extend(decimal(*n, 2).map(|value| (*field, value))),
                Cell::List(list) => {
                    school.lists.push((*field, list.iter().filter_map(|n| decimal(*n, 2)).collect()));
                }
                _ => {}
            }
        }
        school
    }

    /// Appends the row as a line; `quirk` is `None` for plain writing, else the row's number.
    pub(super) fn write(&self, out: &mut String, quirk: Option<usize>) {
        for (i, (cell, field)) in self.0.iter().zip(Field::ALL).enumerate() {
            if i > 0 {
                out.push(',');
            }
            match quirk {
                Some(row) if plays(*field) => out.push_str(&odd(&plain(cell), *field, row * 7 + i)),
                _ => push_plain(out, cell),
            }
        }
        out.push('\n');
    }
}

/// The header line.
pub(super) fn write_header(out: &mut dyn io::Write, name: impl Fn(Field) -> &'static str) -> io::Result<()> {
    let names: Vec<_> = Field::ALL.iter().map(|f| name(*f)).collect();
    writeln!(out, "{}", names.join(","))
}

/// Hundredths as a decimal without trailing zeros.
pub(super) fn push_amount(out: &mut String, hundredths: u64) {
    out.push_str(&(hundredths / 100).to_string());
    match hundredths % 100 {
        0 => {}
        rest if rest % 10 == 0 => out.extend(['.', digit(rest / 10)]),
        rest => out.extend(['.', digit(rest / 10), digit(rest % 10)]),
    }
}

fn digit(n: u64) -> char {
    char::from(b'0' + (n % 10) as u8)
}

fn push_plain(out: &mut String, cell: &Cell) {
    match cell {
        Cell::Blank => {}
        Cell::Text(text) => out.push_str(text),
        Cell::Name(name) => out.push_str(name),
        Cell::Count(n) => out.push_str(&n.to_string()),
        Cell::Amount(n) => push_amount(out, *n),
        Cell::List(list) => {
            for (i, n) in list.iter().enumerate() {
                if i > 0 {
                    out.push(';');
                }
                push_amount(out, *n);
            }
        }
    }
}

fn plain(cell: &Cell) -> String {
    let mut text = String::new();
    push_plain(&mut text, cell);
    text
}

/// Fields that are ever written oddly: names and numbers, never codes, years or categories.
fn plays(field: Field) -> bool {
    field.is_numeric() || field == Field::SchoolName
}

/// The same content as people type it: quotes, separators, full-width digits, units, blanks.
fn odd(text: &str, field: Field, turn: usize) -> String {
    if text.is_empty() {
        return String::new();
    }
    let number = field.is_numeric();
    match turn % 6 {
        0 if number => text.chars().map(full_width).collect(),
        1 if number => format!("\"{}\"", with_thousands(text)),
        2 if field.unit() == Unit::SquareMetres && field.kind() == FieldKind::Amount => format!("{text}㎡"),
        2 if number => format!("{text}{}", field.unit().zh()),
        3 if number => format!(" {text} "),
        4 => format!("\"{text}\""),
        0 if field == Field::SchoolName => format!("\"{text}（“红旗”,东校区）\""),
        1 if field == Field::SchoolName => format!("\"\"\"{text}\"\"\""),
        _ => text.to_owned(),
    }
}

fn full_width(c: char) -> char {
    match c {
        '0'..='9' | '.' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn with_thousands(text: &str) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out + rest
}
