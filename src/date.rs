//! A day of the calendar, as regulations name it.

use std::fmt;
use std::str::FromStr;

/// A day: the date a rule takes effect, or the date of an evaluation.
///
/// # Examples
/// ```
/// use junheng::Date;
/// let day: Date = "2019-10-24".parse().unwrap();
/// assert!(day < Date::end_of_year(2019));
/// assert!("2019-02-29".parse::<Date>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Why a text is not a [`Date`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date: expected YYYY-MM-DD")]
pub struct ParseDateError(String);

impl Date {
    /// A day of the Gregorian calendar, or `None` where there is none such.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        ((1..=days).contains(&day) && (1..=9999).contains(&year)).then_some(Date { year, month, day })
    }

    /// 31 December: the day on which a year's data is judged unless another is named.
    pub fn end_of_year(year: u16) -> Self {
        Date { year: year.clamp(1, 9999), month: 12, day: 31 }
    }

    /// The year it lies in.
    pub fn year(self) -> u16 {
        self.year
    }
}

impl FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, ParseDateError> {
        let bad = || ParseDateError(text.to_owned());
        let part = |range: std::ops::Range<usize>| {
            let digits = text.get(range).filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
            digits.and_then(|t| t.parse::<u16>().ok()).ok_or_else(bad)
        };
        let shape = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        if !shape {
            return Err(bad());
        }
        Date::new(part(0..4)?, part(5..7)? as u8, part(8..10)? as u8).ok_or_else(bad)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
