//! What a person sees in a cell, as text that the readers of text understand.

use calamine::{Data, DataRef, ExcelDateTime};

use crate::numeric::Decimal;

/// What a spreadsheet holds in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    Number,
    Bool,
    Date,
    Error,
}

/// How a number is formatted, as far as that changes what is meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Format {
    #[default]
    Plain,
    /// Shown times a hundred, with a sign.
    Percent,
    /// Whole numbers filled up with zeros to so many digits: `000000`.
    Digits(usize),
}

impl Format {
    /// Of a format as spreadsheets write it, such as `0.0%` or `000000`.
    pub(super) fn of(code: &str) -> Self {
        if code.len() > 1 && code.bytes().all(|b| b == b'0') {
            return Format::Digits(code.len());
        }
        // A sign in quotation marks or behind a backslash is shown and means nothing.
        let (mut quoted, mut escaped) = (false, false);
        for c in code.chars() {
            match c {
                _ if escaped => escaped = false,
                '"' => quoted = !quoted,
                '\\' if !quoted => escaped = true,
                '%' if !quoted => return Format::Percent,
                _ => {}
            }
        }
        Format::Plain
    }
}

/// A cell as it is shown.
#[derive(Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) kind: Kind,
    /// The number itself, where a spreadsheet shows fewer digits than it has.
    pub(super) exact: Option<String>,
}

impl Shown {
    fn new(text: impl Into<String>, kind: Kind) -> Self {
        Shown { text: text.into(), kind, exact: None }
    }

    /// What a cell shows; `None` where it is empty.
    pub(super) fn of(value: &DataRef<'_>, format: &Format) -> Option<Self> {
        Some(match value {
            DataRef::Empty => return None,
            DataRef::Int(number) => Self::number(*number as f64, format),
            DataRef::Float(number) => Self::number(*number, format),
            DataRef::String(text) => Self::new(text.as_str(), Kind::Text),
            DataRef::SharedString(text) => Self::new(*text, Kind::Text),
            DataRef::Bool(yes) => Self::new(if *yes { "TRUE" } else { "FALSE" }, Kind::Bool),
            DataRef::DateTime(date) => Self::new(date_text(date), Kind::Date),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Self::new(text.as_str(), Kind::Date),
            DataRef::Error(error) => Self::new(error.to_string(), Kind::Error),
        })
    }

    /// The same of a cell that was read as a whole sheet.
    pub(super) fn of_data(value: &Data, format: &Format) -> Option<Self> {
        Some(match value {
            Data::Empty => return None,
            Data::Int(number) => Self::number(*number as f64, format),
            Data::Float(number) => Self::number(*number, format),
            // OpenDocument holds errors as text.
            Data::String(text) if is_error(text) => Self::new(text.as_str(), Kind::Error),
            Data::String(text) => Self::new(text.as_str(), Kind::Text),
            Data::Bool(yes) => Self::new(if *yes { "TRUE" } else { "FALSE" }, Kind::Bool),
            Data::DateTime(date) => Self::new(date_text(date), Kind::Date),
            Data::DateTimeIso(text) | Data::DurationIso(text) => Self::new(text.as_str(), Kind::Date),
            Data::Error(error) => Self::new(error.to_string(), Kind::Error),
        })
    }

    fn number(number: f64, format: &Format) -> Self {
        let (text, exact) = decimal_text(number);
        let text = match format {
            Format::Plain => text,
            Format::Percent => match Decimal::from_ascii(text.as_bytes()).and_then(|d| d.times_pow10(2)) {
                Ok(percent) => format!("{percent}%"),
                Err(_) => text,
            },
            Format::Digits(digits) if text.bytes().all(|b| b.is_ascii_digit()) => {
                format!("{text:0>digits$}")
            }
            Format::Digits(_) => text,
        };
        Shown { text, kind: Kind::Number, exact }
    }
}

/// Whether a text is an error value as spreadsheets write them.
fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 8] =
        ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"];
    ERRORS.contains(&text) || (text.starts_with("Err:") && text.len() <= 8)
}

/// The decimal that a person sees of a double, and the double's own where that differs.
///
/// The shortest decimal that gives the double is what was typed. One of more than 15 digits was computed, such as
/// 0.30000000000000004; spreadsheets show 15, and whole numbers of more with an exponent, because their last digits are
/// lost.
fn decimal_text(number: f64) -> (String, Option<String>) {
    if !number.is_finite() || number.abs() >= 1e15 {
        return (with_exponent(number), None);
    }
    let shortest = number.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).skip_while(|b| *b == b'0').count();
    if digits <= 15 {
        return (shortest, None);
    }
    // Fifteen digits of a double, read as a double, print the same fifteen or fewer.
    let rounded =
        format!("{number:.14e}").parse::<f64>().map_or_else(|_| shortest.clone(), |r| r.to_string());
    let same = rounded == shortest;
    (rounded, (!same).then_some(shortest))
}

fn with_exponent(number: f64) -> String {
    let text = format!("{number:.14e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if mantissa.contains('.') => {
            let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{mantissa}E{sign}{exponent}")
        }
        _ => text,
    }
}

/// A date in the order year, month, day, with the time of day where there is one.
fn date_text(date: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if date.is_duration() {
        let hours = (date.as_f64() * 24.0).floor();
        return format!("{hours}:{minute:02}:{second:02}");
    }
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if date.as_f64() < 1.0 {
        return time;
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { day } else { format!("{day} {time}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};
    use proptest::prelude::*;

    #[test]
    fn doubles_are_the_decimals_a_person_sees() {
        for (number, text, exact) in [
            (0.0, "0", None),
            (-0.5, "-0.5", None),
            (84.75, "84.75", None),
            (210102.0, "210102", None),
            (0.1 + 0.2, "0.3", Some("0.30000000000000004")),
            (0.85 * 4.5, "3.825", Some("3.8249999999999997")),
            (1.0 / 3.0, "0.333333333333333", Some("0.3333333333333333")),
            (999_999_999_999_999.0, "999999999999999", None),
            (1.301_021_990_010_112e17, "1.30102199001011E+17", None),
            (1e15, "1E+15", None),
        ] {
            assert_eq!(decimal_text(number), (text.to_owned(), exact.map(str::to_owned)), "{number:?}");
        }
    }

    #[test]
    fn formats_that_change_what_is_meant_are_obeyed() {
        let shown = |number, code: &str| Shown::number(number, &Format::of(code)).text;
        assert_eq!(shown(0.149, "0.0%"), "14.9%");
        assert_eq!(shown(0.07, "0%"), "7%");
        assert_eq!(shown(102.0, "000000"), "000102");
        for code in ["General", "0", "0.00", "0\"%\"", "0\\%", "#,##0"] {
            assert_eq!(shown(102.0, code), "102", "{code}");
        }
    }

    #[test]
    fn dates_are_written_in_one_order() {
        let text = |value, kind, is_1904| date_text(&ExcelDateTime::new(value, kind, is_1904));
        assert_eq!(text(45170.0, DateTime, false), "2023-09-01");
        assert_eq!(text(43708.0, DateTime, true), "2023-09-01");
        assert_eq!(text(45170.5, DateTime, false), "2023-09-01 12:00:00");
        assert_eq!(text(0.25, DateTime, false), "06:00:00");
        assert_eq!(text(1.5, TimeDelta, false), "36:00:00");
    }

    proptest! {
        /// What is typed with 15 digits or fewer comes back digit for digit.
        #[test]
        fn typed_decimals_come_back(mantissa in -999_999_999_999_999i64..=999_999_999_999_999, scale in 0..12usize) {
            let typed = Decimal::new(mantissa, scale as u8).ok();
            prop_assume!(typed.is_some());
            let typed = typed.expect("assumed").to_string();
            let number: f64 = typed.parse().expect("a number");
            let (text, exact) = decimal_text(number);
            prop_assert_eq!(Decimal::from_ascii(text.trim_start_matches('-').as_bytes()), Decimal::from_ascii(typed.trim_start_matches('-').as_bytes()));
            prop_assert_eq!(exact, None);
        }

        #[test]
        fn no_double_makes_it_panic(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            for format in [Format::Plain, Format::Percent, Format::Digits(6)] {
                Shown::number(number, &format);
            }
            date_text(&ExcelDateTime::new(number, DateTime, false));
            date_text(&ExcelDateTime::new(number, TimeDelta, true));
        }
    }
}
