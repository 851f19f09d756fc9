//! One cell: numbers, years, lists, yes and no, codes and texts as people type them.

use std::borrow::Cow;
use std::ops::Range;

use super::header::normal;
use super::unit;
use crate::finding::Code;
use crate::model::{Unit, is_year};
use crate::numeric::{Decimal, ParseDecimalError};

/// Whether a character shows as nothing.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// A cell without the blanks around it.
pub(crate) fn trim(text: &str) -> &str {
    if is_trim(text) { text } else { text.trim_matches(is_blank) }
}

/// Whether a text certainly has no blanks around it: nearly every cell begins and ends with a sign of ASCII or a Chinese
/// character (U+4000 to U+9FFF), which are told from blanks by a byte each.
#[inline]
fn is_trim(text: &str) -> bool {
    let begins = matches!(text.as_bytes(), [b'!'..=b'~' | 0xE4..=0xE9, ..]);
    let ends = matches!(text.as_bytes(), [.., b'!'..=b'~'] | [.., 0xE4..=0xE9, _, _]);
    begins && ends
}

/// A cell without blanks and without what spreadsheets put before a text to keep it one: `'0123`, `="0123"`.
#[inline]
pub(crate) fn bare(text: &str) -> &str {
    if is_trim(text) && !matches!(text.as_bytes(), [b'\'' | b'=', ..]) { text } else { bare_of(text) }
}

fn bare_of(text: &str) -> &str {
    let text = trim(text);
    let formula = text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"'));
    let text = formula.or_else(|| text.strip_prefix('\'')).unwrap_or(text);
    trim(text)
}

/// What a cell holds, where it can be understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen<T> {
    Blank,
    /// A mark that stands for no data, such as `—`.
    Mark,
    Value(T),
}

/// Why a cell is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// No number at all.
    #[error("not a number")]
    NotANumber,
    /// A date, which a spreadsheet makes of numbers such as `1-9`.
    #[error("a date")]
    Date,
    /// Scientific notation, an infinity or `NaN`.
    #[error("scientific notation, infinite or not a number")]
    NotFinite,
    /// Beyond the limits of [`Decimal`].
    #[error("too large or too long")]
    OutOfRange,
    /// A number with a unit that is not expected.
    #[error("the unit {0} is not expected")]
    Unit(String),
}

impl NumberError {
    /// The code under which a finding reports it.
    pub fn code(&self) -> Code {
        match self {
            NumberError::NotANumber => Code::NotANumber,
            NumberError::Date => Code::SpreadsheetDate,
            NumberError::NotFinite => Code::NotFinite,
            NumberError::OutOfRange => Code::OutOfRange,
            NumberError::Unit(_) => Code::WrongUnit,
        }
    }
}

/// Reads a number as people type it: full-width digits, thousands separators, blanks; `None` where there is
/// none (a blank cell, or a mark such as `—`, `/` or `无`).
///
/// # Errors
/// Anything that is not plainly one decimal number, and numbers with a unit.
///
/// # Examples
/// ```
/// use junheng::io::{NumberError, parse_number};
/// assert_eq!(parse_number("１，２３４．５")?.unwrap().to_string(), "1234.5");
/// assert_eq!(parse_number(" — ")?, None);
/// assert_eq!(parse_number("12,34"), Err(NumberError::NotANumber));
/// assert_eq!(parse_number("1e3"), Err(NumberError::NotFinite));
/// assert_eq!(parse_number("2023-09-01"), Err(NumberError::Date));
/// # Ok::<(), NumberError>(())
/// ```
pub fn parse_number(text: &str) -> Result<Option<Decimal>, NumberError> {
    number(text, Unit::None, 0).map(|seen| match seen {
        Seen::Value(value) => Some(value),
        Seen::Blank | Seen::Mark => None,
    })
}

/// Reads a number of a column held in `unit`, whose header asks for a power of ten; a unit typed in the cell
/// itself goes before that of the header.
pub(crate) fn number(text: &str, unit: Unit, power: u8) -> Result<Seen<Decimal>, NumberError> {
    // Nearly every cell is plain digits.
    if text.len() <= 9
        && text.bytes().all(|b| b.is_ascii_digit())
        && power == 0
        && let Ok(value) = text.parse::<u32>()
    {
        return Ok(Seen::Value(value.into()));
    }
    if let Ok(value) = Decimal::from_ascii(text.as_bytes()) {
        return value.times_pow10(power).map(Seen::Value).map_err(limits);
    }
    let text = fold(bare(text));
    if text.is_empty() {
        return Ok(Seen::Blank);
    }
    if is_missing_mark(&text) {
        return Ok(Seen::Mark);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let unsigned = if unit == Unit::Yuan { unsigned.trim_start_matches('¥') } else { unsigned };
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ');
    let end = unsigned.find(|c| !numeric(c)).unwrap_or(unsigned.len());
    let (digits, tail) = unsigned.split_at(end);
    let value = match plain(digits.trim_end()) {
        Ok(value) if tail.is_empty() => Ok((value, power)),
        Ok(value) => {
            let written = normal(tail);
            match unit::power(unit, &written) {
                Some(power) => Ok((value, power)),
                None if unit::is_unit(&written) => Err(NumberError::Unit(tail.to_owned())),
                None => Err(NumberError::NotANumber),
            }
        }
        Err(e) => Err(e),
    };
    let (value, power) = value.map_err(|e| match e {
        NumberError::NotANumber if is_not_finite(unsigned) => NumberError::NotFinite,
        // 9月 and 2023年9月1日 end in letters as a unit does.
        NumberError::NotANumber if is_date(&text) => NumberError::Date,
        e => e,
    })?;
    let value = value.times_pow10(power).map_err(limits)?;
    if text.starts_with('-') {
        return Decimal::ZERO.checked_sub(value).map(Seen::Value).ok_or(NumberError::OutOfRange);
    }
    Ok(Seen::Value(value))
}

/// Powers of ten that lead from a unit to another. Ten digits at 10⁴ × 100 stay far inside 64 bits.
const POWERS: [i64; 5] = [1, 10, 100, 1_000, 10_000];

/// The hundredths of a cell that is nothing but digits, with at most two behind a point, times a power of ten: nearly
/// every cell is. `None` for all others, which [`number`] reads, and reads to the same value.
pub(crate) fn plain_hundredths(text: &str, power: u8) -> Option<i64> {
    const MOST: i64 = 100 * 1_000_000_000_000;
    let bytes = text.as_bytes();
    if bytes.len() > 10 {
        return None;
    }
    let mut value = 0;
    let mut point = None;
    for (place, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() && place > 0 => point = Some(place),
            _ => return None,
        }
    }
    let scale = match point.map_or(0, |place| bytes.len() - place) {
        0 if !bytes.is_empty() => 100,
        2 => 10,
        3 => 1,
        // No digit at all, none behind the point, or more than hundredths.
        _ => return None,
    };
    let hundredths = value.checked_mul(scale)?.checked_mul(*POWERS.get(usize::from(power))?)?;
    (hundredths < MOST).then_some(hundredths)
}

/// The same for a part of a text, eight bytes at a time; `None` for some that are too long or too near to the end of the
/// text as well.
#[inline]
pub(crate) fn plain_hundredths_in(text: &[u8], cell: Range<usize>, power: u8) -> Option<i64> {
    // Below 10⁸ × 100 × 10⁴.
    let hundredths = two_decimals_in(text, cell.clone()).or_else(|| few_decimals_in(text, cell))?;
    Some(hundredths * POWERS.get(usize::from(power))?)
}

/// The hundredths of a part of a text that has at most two digits behind a point and eight before it.
fn few_decimals_in(text: &[u8], cell: Range<usize>) -> Option<i64> {
    let Range { start, end } = cell;
    let digit = |byte: u8| Some(i64::from(byte.wrapping_sub(b'0'))).filter(|digit| *digit < 10);
    let (whole, behind) = match text.get(..end)? {
        [.., b'.', tenths, hundredths] if start + 3 < end => {
            (end - 3, digit(*tenths)? * 10 + digit(*hundredths)?)
        }
        [.., b'.', tenths] if start + 2 < end => (end - 2, digit(*tenths)? * 10),
        _ => (end, 0),
    };
    Some(plain_count_in(text, start..whole)? * 100 + behind)
}

/// The same where it has one to five digits, a point and two more, as nearly every amount has.
#[inline]
fn two_decimals_in(text: &[u8], cell: Range<usize>) -> Option<i64> {
    const POINT: usize = 5;
    let length = cell.end.wrapping_sub(cell.start);
    if !(4..=8).contains(&length) {
        return None;
    }
    let bytes: &[u8; 8] = text.get(cell.end.checked_sub(8)?..cell.end)?.first_chunk()?;
    if bytes[POINT] != b'.' {
        return None;
    }
    // The digits before the point move to its place, and what stands before the cell becomes zeros.
    let digits = u64::from_le_bytes(*bytes) ^ eight_of(b'0');
    let behind = u64::MAX << (8 * POINT + 8);
    let joined = digits & behind | digits << 8 & !behind;
    number_of(joined & u64::MAX << (8 * (9 - length)))
}

/// The number that a part of a text is, where it is at most eight digits and nothing else, and not too near to the end
/// of the text.
#[inline]
pub(crate) fn plain_count_in(text: &[u8], cell: Range<usize>) -> Option<i64> {
    let bytes: &[u8; 8] = text.get(cell.start..cell.start + 8)?.first_chunk()?;
    let length = cell.end.wrapping_sub(cell.start);
    // What stands behind the cell makes room for zeros before it.
    match length {
        // Nearly every count.
        1..=4 => four_of(few_digits(bytes.first_chunk()?, length)),
        5..=8 => number_of((u64::from_le_bytes(*bytes) ^ eight_of(b'0')) << (64 - 8 * length)),
        _ => None,
    }
}

/// The number of eight digits, the last in the highest byte; `None` where a byte is no digit.
#[inline]
fn number_of(digits: u64) -> Option<i64> {
    if !are_digits(digits) {
        return None;
    }
    // Neighbours join: digits to pairs, pairs to fours, fours to the number. Each factor holds a power of ten and a one.
    let pairs = digits.wrapping_mul((10 << 8) + 1) >> 8 & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul((100 << 16) + 1) >> 16 & 0x0000_FFFF_0000_FFFF;
    Some((fours.wrapping_mul((10_000 << 32) + 1) >> 32) as i64)
}

/// The digits of a text of so many bytes, at most four, behind zeros.
#[inline(always)]
pub(crate) fn few_digits(bytes: &[u8; 4], length: usize) -> u32 {
    let digits = u32::from_le_bytes(*bytes) ^ eight_of(b'0') as u32;
    u64::from(digits).wrapping_shl(32u32.wrapping_sub(8 * length as u32)) as u32
}

/// The number of four digits, the last in the highest byte; `None` where a byte is no digit.
#[inline]
fn four_of(digits: u32) -> Option<i64> {
    (not_digits(digits) == 0).then(|| join_digits(digits).into())
}

/// The numbers of many times four digits; `None` where any byte is no digit.
#[inline(always)]
pub(crate) fn few_digits_numbers<const N: usize>(digits: &[u32; N]) -> Option<[i16; N]> {
    // Vectors of what the compiler makes of it: no step depends on another.
    let odd = digits.iter().fold(0, |odd, digits| odd | not_digits(*digits));
    (odd == 0).then(|| digits.map(|digits| join_digits(digits) as i16))
}

/// Zero where four bytes are digits.
#[inline(always)]
fn not_digits(bytes: u32) -> u32 {
    (bytes | bytes.wrapping_add(eight_of(0x7F - 9) as u32)) & eight_of(0x80) as u32
}

/// The number of four bytes that are digits. Neighbours join: digits to pairs, pairs to the number.
#[inline(always)]
fn join_digits(digits: u32) -> u32 {
    let pairs = (digits & 0x00FF_00FF) * 10 + (digits >> 8 & 0x00FF_00FF);
    (pairs & 0xFFFF) * 100 + (pairs >> 16)
}

/// Whether eight bytes are from 0 to 9.
#[inline]
fn are_digits(bytes: u64) -> bool {
    (bytes | bytes.wrapping_add(eight_of(0x7F - 9))) & eight_of(0x80) == 0
}

/// Eight copies of a byte.
const fn eight_of(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

fn limits(error: ParseDecimalError) -> NumberError {
    match error {
        ParseDecimalError::Syntax => NumberError::NotANumber,
        ParseDecimalError::TooLarge | ParseDecimalError::TooPrecise => NumberError::OutOfRange,
    }
}

/// Digits with at most one point and thousands separators in proper groups.
fn plain(digits: &str) -> Result<Decimal, NumberError> {
    let whole = digits.split_once('.').map_or(digits, |(whole, _)| whole);
    let Some(separator) = digits.chars().find(|c| matches!(c, ',' | ' ')) else {
        return Decimal::from_ascii(digits.as_bytes()).map_err(limits);
    };
    let mut groups = whole.split(separator);
    let first = groups.next().is_some_and(|g| (1..=3).contains(&g.len()));
    if !first || !groups.all(|g| g.len() == 3) {
        return Err(NumberError::NotANumber);
    }
    let joined: String = whole.chars().filter(|c| *c != separator).collect();
    let fraction = digits.strip_prefix(whole).unwrap_or_default();
    Decimal::from_ascii((joined + fraction).as_bytes()).map_err(limits)
}

/// Half-width: digits, signs and points from full-width, every blank as a space. Not NFKC, which would make
/// 102 of 10² and 1 of ①.
fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let half = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{2212}' => '-',
        '\u{FFE5}' => '¥',
        c if is_blank(c) => ' ',
        c => c,
    };
    Cow::Owned(text.chars().map(half).collect())
}

/// Whether a folded text stands for no data.
#[inline]
pub(crate) fn is_missing_mark(text: &str) -> bool {
    text.len() <= "——".len() && is_mark(text)
}

fn is_mark(text: &str) -> bool {
    matches!(text, "-" | "--" | "—" | "——" | "–" | "―" | "/" | "无")
        || text.eq_ignore_ascii_case("n/a")
        || text.eq_ignore_ascii_case("na")
}

fn is_not_finite(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "nan" | "inf" | "infinity" | "∞") {
        return true;
    }
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    lower.split_once('e').is_some_and(|(mantissa, exponent)| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let mantissa = mantissa.strip_suffix('.').unwrap_or(mantissa);
        digits(exponent) && mantissa.split('.').count() <= 2 && mantissa.split('.').all(digits)
    })
}

/// Whether a folded text is a date as spreadsheets show them: 2023-09-01, 2023/9/1, 9月1日, Sep-23, 1-Sep.
fn is_date(text: &str) -> bool {
    // A time of day may follow.
    let day = match text.split_once([' ', 'T']) {
        Some((day, time)) if time.contains(':') => day,
        _ => text,
    };
    let mut numbers: Vec<u32> = Vec::new();
    let mut months = 0;
    let mut marks = String::new();
    let mut rest = day;
    while let Some(c) = rest.chars().next() {
        let length = if c.is_ascii_digit() {
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            let Some(number) = rest.get(..length).and_then(|t| t.parse().ok()) else { return false };
            numbers.push(number);
            length
        } else if c.is_ascii_alphabetic() {
            let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            if !rest.get(..length).is_some_and(is_month_name) {
                return false;
            }
            months += 1;
            length
        } else {
            marks.push(c);
            c.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    let only = |allowed: &str| marks.chars().all(|c| allowed.contains(c));
    match months {
        1 => matches!(numbers.len(), 1 | 2) && only("-/ ,."),
        0 if marks.contains('月') => only("年月日号 ") && matches!(numbers.len(), 1..=3),
        0 => {
            let count = marks.chars().count();
            let written = matches!(count, 1 | 2) && (only("-") || only("/")) || count == 2 && only(".");
            written && numbers.len() == count + 1 && could_be_day(&numbers)
        }
        _ => false,
    }
}

fn is_month_name(word: &str) -> bool {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    NAMES.iter().any(|name| word == *name || (word.len() == 3 && name.starts_with(&word)))
}

fn could_be_day(numbers: &[u32]) -> bool {
    let year = |n: u32| u16::try_from(n).is_ok_and(is_year);
    let month = |n: u32| (1..=12).contains(&n);
    let pair = |a: u32, b: u32| {
        let day = |n: u32| (1..=31).contains(&n);
        (month(a) && day(b)) || (day(a) && month(b))
    };
    match *numbers {
        [a, b] => (year(a) && month(b)) || (month(a) && year(b)) || pair(a, b),
        [a, b, c] => (year(a) && pair(b, c)) || (pair(a, b) && (year(c) || c < 100)),
        _ => false,
    }
}

/// Reads amounts separated by `;`, `、`, `，`, `,`, `/` or blanks.
pub(crate) fn list(text: &str, unit: Unit, power: u8) -> Result<Seen<Vec<Decimal>>, NumberError> {
    let text = fold(bare(text));
    if text.is_empty() {
        return Ok(Seen::Blank);
    }
    if is_missing_mark(&text) {
        return Ok(Seen::Mark);
    }
    if is_date(&text) {
        return Err(NumberError::Date);
    }
    let mut entries: Vec<String> = Vec::new();
    for piece in text.split([';', '、', ',', '/', ' ']).filter(|piece| !piece.is_empty()) {
        match entries.last_mut() {
            // 54 平方米: a blank before a unit separates nothing.
            Some(last) if unit::is_unit(&normal(piece)) => last.push_str(piece),
            _ => entries.push(piece.to_owned()),
        }
    }
    let value = |entry: &String| match number(entry, unit, power)? {
        Seen::Value(value) => Ok(value),
        Seen::Blank | Seen::Mark => Err(NumberError::NotANumber),
    };
    let values: Vec<Decimal> = entries.iter().map(value).collect::<Result<_, _>>()?;
    if values.is_empty() { Err(NumberError::NotANumber) } else { Ok(Seen::Value(values)) }
}

/// Reads a year: `2023`, `2023年`, `2023.0`, and the school year that begins in it (`2023-2024学年`).
/// `None` where the cell holds something else.
#[inline]
pub(crate) fn year(text: &str) -> Option<Seen<u16>> {
    four_digits(text).map_or_else(|| year_of(text), |year| Some(Seen::Value(year)))
}

fn year_of(text: &str) -> Option<Seen<u16>> {
    let text = fold(bare(text));
    if text.is_empty() {
        return Some(Seen::Blank);
    }
    if is_missing_mark(&text) {
        return Some(Seen::Mark);
    }
    let compact: String = text.chars().filter(|c| *c != ' ').collect();
    let text = ["学年度", "学年", "年度", "年"]
        .iter()
        .find_map(|suffix| compact.strip_suffix(suffix))
        .unwrap_or(&compact);
    if let Some(year) = four_digits(text.strip_suffix(".0").unwrap_or(text)) {
        return Some(Seen::Value(year));
    }
    let (first, second) = text.split_once(['-', '/', '—', '–', '~', '至'])?;
    let (first, second) = (four_digits(first)?, four_digits(second)?);
    (second == first + 1).then_some(Seen::Value(first))
}

#[inline]
fn four_digits(text: &str) -> Option<u16> {
    let digits: [u8; 4] = text.as_bytes().try_into().ok()?;
    let digits = digits.map(|digit| digit ^ b'0');
    let year = four_of(u32::from_le_bytes(digits))?;
    u16::try_from(year).ok().filter(|year| is_year(*year))
}

/// Reads yes or no. `无` is a mark for no data here as everywhere.
pub(crate) fn boolean(text: &str) -> Option<Seen<bool>> {
    let text = normal(bare(text));
    Some(match text.as_str() {
        "" => Seen::Blank,
        "是" | "有" | "yes" | "y" | "true" | "1" => Seen::Value(true),
        "否" | "no" | "n" | "false" | "0" => Seen::Value(false),
        text if is_missing_mark(text) => Seen::Mark,
        _ => return None,
    })
}

/// Reads one of a closed list through its `from_text`.
pub(crate) fn category<T>(text: &str, from_text: impl Fn(&str) -> Option<T>) -> Option<Seen<T>> {
    if let Some(value) = from_text(text) {
        return Some(Seen::Value(value));
    }
    let text = normal(bare(text));
    if text.is_empty() {
        return Some(Seen::Blank);
    }
    match from_text(&text) {
        Some(value) => Some(Seen::Value(value)),
        None => is_missing_mark(&text).then_some(Seen::Mark),
    }
}

/// A code: a text whose digits and letters are half-width.
pub(crate) fn code(text: &str) -> Cow<'_, str> {
    fold(bare(text))
}

/// Whether a cell is a code beyond doubt: half-width letters and digits, and no mark for missing data.
pub(crate) fn is_plain_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    // The usual length of a code, eight bytes at a time.
    if let (9..=16, Some(first), Some(last)) = (bytes.len(), bytes.first_chunk(), bytes.last_chunk())
        && [first, last].iter().all(|word| are_digits(u64::from_le_bytes(**word) ^ eight_of(b'0')))
    {
        return true;
    }
    !text.is_empty() && bytes.iter().all(|b| b.is_ascii_alphanumeric()) && !is_missing_mark(text)
}

/// Whether a spreadsheet has made a number of a code: `1.3E+17`, `2101.0`.
pub(crate) fn is_number_of_code(code: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let exponent = code.contains(['E', 'e']) && code.contains(['.', '+']) && is_not_finite(code);
    exponent
        || code.split_once('.').is_some_and(|(whole, rest)| digits(whole) && rest.bytes().all(|b| b == b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, unit: Unit, power: u8) -> String {
        match number(text, unit, power) {
            Ok(Seen::Value(value)) => value.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, value) in [
            ("56", "56"),
            ("056", "56"),
            ("4294967295", "4294967295"),
            ("56.0", "56"),
            (" 56\u{3000}", "56"),
            ("５６．５", "56.5"),
            ("１，２３４", "1234"),
            ("1,234,567.89", "1234567.89"),
            ("1 234", "1234"),
            ("1\u{a0}234.5", "1234.5"),
            ("'12", "12"),
            ("=\"12\"", "12"),
            ("+7", "7"),
            ("－7", "-7"),
            ("−0.5", "-0.5"),
            ("-0", "0"),
        ] {
            assert_eq!(read(typed, Unit::None, 0), value, "{typed}");
        }
    }

    proptest! {
        /// The quick way may pass on any cell; what it takes, it takes for what the careful way does.
        #[test]
        fn plain_numbers_are_the_numbers_that_are_read(typed in "[0-9.]{0,12}|[0-9]{1,7}([.][0-9]{1,3})?|.{0,3}", power in 0..7u8) {
            if let Some(hundredths) = plain_hundredths(&typed, power) {
                let value = Decimal::new(hundredths, 2).expect("within the limits");
                prop_assert_eq!(number(&typed, Unit::Yuan, power), Ok(Seen::Value(value)));
            }
        }

        #[test]
        fn plain_codes_are_the_codes_that_are_read(typed in "[0-9A-Za-z.+]{0,8}|[0-9]{7,18}|[0-9]{0,9}[A.:/][0-9]{0,9}|[Nn]/?[Aa]") {
            if is_plain_code(&typed) {
                prop_assert_eq!(code(&typed), typed.as_str());
                prop_assert!(!is_missing_mark(&typed) && !is_number_of_code(&typed));
                prop_assert!(!crate::io::table::is_total_or_remark(&typed));
            }
        }

        #[test]
        fn blanks_alone_are_trimmed(typed in "[ a一。\u{3000}\u{a0}\u{2003}\u{feff}é😀]{0,4}") {
            prop_assert_eq!(trim(&typed), typed.trim_matches(is_blank));
        }
    }

    #[test]
    fn plain_numbers_take_the_quick_way() {
        for (typed, power, hundredths) in [
            ("0", 0, 0),
            ("007", 0, 700),
            ("1234567890", 0, 123_456_789_000),
            ("12.5", 0, 1250),
            ("84.75", 4, 84_750_000),
        ] {
            assert_eq!(plain_hundredths(typed, power), Some(hundredths), "{typed}");
        }
        for typed in ["", ".", ".5", "5.", "1.234", "1.2.3", "-1", "1,000", "12345678901"] {
            assert_eq!(plain_hundredths(typed, 0), None, "{typed}");
        }
        assert_eq!(plain_hundredths("999999999", 4), None);
    }

    #[test]
    fn units_are_read_and_that_of_the_cell_goes_first() {
        for (typed, unit, power, value) in [
            ("12.5㎡", Unit::SquareMetres, 0, "12.5"),
            ("12.5 m²", Unit::SquareMetres, 0, "12.5"),
            ("3间", Unit::Rooms, 0, "3"),
            ("56 人", Unit::Pupils, 0, "56"),
            ("1.2万元", Unit::Yuan, 0, "12000"),
            ("1.2万元", Unit::Yuan, 4, "12000"),
            ("12000元", Unit::Yuan, 4, "12000"),
            ("84.75", Unit::Yuan, 4, "847500"),
            ("-1", Unit::Yuan, 4, "-10000"),
            ("￥1,200.50", Unit::Yuan, 0, "1200.5"),
        ] {
            assert_eq!(read(typed, unit, power), value, "{typed}");
        }
        for (typed, unit, found) in [
            ("56%", Unit::Pupils, "%"),
            ("５６％", Unit::Pupils, "%"),
            ("3亩", Unit::SquareMetres, "亩"),
            ("3万", Unit::Yuan, "万"),
            ("3㎡", Unit::None, "㎡"),
        ] {
            assert_eq!(number(typed, unit, 0), Err(NumberError::Unit(found.to_owned())), "{typed}");
        }
    }

    #[test]
    fn what_is_not_plainly_a_number_is_refused_with_its_reason() {
        use NumberError::{Date, NotANumber, NotFinite, OutOfRange};
        for (reason, cells) in [
            (
                NotANumber,
                &["五十六", "12,34", "1,2345", "1 2", "1,234 567", "1,234.5,6", "10²", "①", "½", "56.", ".5"]
                    [..],
            ),
            (
                NotANumber,
                &[
                    "1-2-3-4",
                    "54-61",
                    "2023-2024",
                    "约50",
                    "#REF!",
                    "+-1",
                    "--1",
                    "1.2.3x",
                    "(5)",
                    "e5",
                    "1e",
                ],
            ),
            (NotFinite, &["NaN", "inf", "-Infinity", "1e999", "1.5E+03", "１ｅ３", "∞", "1e-3"]),
            (
                Date,
                &[
                    "2023-09-01",
                    "2023/9/1",
                    "9月1日",
                    "Sep-23",
                    "1-Sep",
                    "2023-09-01 00:00:00",
                    "2023-09-01T00:00:00",
                ],
            ),
            (
                Date,
                &[
                    "2023年9月1日",
                    "2023年9月",
                    "9月",
                    "1-9",
                    "9/1",
                    "2023.9.1",
                    "1-Sep-23",
                    "01/02/2023",
                    "Sep-2023",
                ],
            ),
            (
                OutOfRange,
                &["1000000000000", "0.0000000000000000001", "99999999999999999999999999999999999999999"],
            ),
        ] {
            for typed in cells {
                assert_eq!(number(typed, Unit::None, 0), Err(reason.clone()), "{typed}");
            }
        }
        assert_eq!(number("999999999999", Unit::Yuan, 4), Err(OutOfRange));
    }

    #[test]
    fn blanks_and_marks_are_no_zeros() {
        for typed in ["", " ", "\u{3000}", "'"] {
            assert_eq!(number(typed, Unit::None, 0), Ok(Seen::Blank), "{typed}");
        }
        for typed in ["—", "-", "－", "/", "／", "无", "N/A", "n/a", "——", " — "] {
            assert_eq!(number(typed, Unit::None, 0), Ok(Seen::Mark), "{typed}");
        }
    }

    #[test]
    fn lists_are_separated_in_every_usual_way() {
        let values = |numbers: &[u32]| Ok(Seen::Value(numbers.iter().map(|n| Decimal::from(*n)).collect()));
        for typed in [
            "96;54",
            "96；54",
            "96、54",
            "96，54",
            "96,54",
            "96/54",
            "96 54",
            "96㎡; 54 ㎡",
            "96 平方米、54;",
        ] {
            assert_eq!(list(typed, Unit::SquareMetres, 0), values(&[96, 54]), "{typed}");
        }
        assert_eq!(list("96", Unit::SquareMetres, 0), values(&[96]));
        assert_eq!(list("无", Unit::SquareMetres, 0), Ok(Seen::Mark));
        assert_eq!(list(" ", Unit::SquareMetres, 0), Ok(Seen::Blank));
        for (typed, reason) in [
            ("96;x", NumberError::NotANumber),
            (";", NumberError::NotANumber),
            ("96;—", NumberError::NotANumber),
            ("2023/9/1", NumberError::Date),
            ("96间", NumberError::Unit("间".to_owned())),
        ] {
            assert_eq!(list(typed, Unit::SquareMetres, 0), Err(reason), "{typed}");
        }
    }

    #[test]
    fn years_are_single_years_or_school_years() {
        for typed in [
            "2023",
            "2023年",
            "２０２３",
            "2023.0",
            "2023-2024学年",
            "2023/2024",
            "2023—2024学年度",
            "2023 学年",
        ] {
            assert_eq!(year(typed), Some(Seen::Value(2023)), "{typed}");
        }
        for typed in ["2023.9", "23", "2023-09-01", "2023-09", "2023-2025", "45170", "1899", "去年", "+2023"]
        {
            assert_eq!(year(typed), None, "{typed}");
        }
        assert_eq!((year(" "), year("—")), (Some(Seen::Blank), Some(Seen::Mark)));
    }

    #[test]
    fn yes_and_no_have_many_names() {
        for typed in ["是", "有", "Yes", "y", "TRUE", "1", "１"] {
            assert_eq!(boolean(typed), Some(Seen::Value(true)), "{typed}");
        }
        for typed in ["否", "No", "N", "false", "0"] {
            assert_eq!(boolean(typed), Some(Seen::Value(false)), "{typed}");
        }
        assert_eq!((boolean("无"), boolean(""), boolean("2")), (Some(Seen::Mark), Some(Seen::Blank), None));
    }

    #[test]
    fn codes_stay_texts() {
        assert_eq!(code(" '００12 "), "0012");
        for typed in ["1.3E+17", "1.3e17", "2101.0", "2101.00", "1E+5"] {
            assert!(is_number_of_code(typed), "{typed}");
        }
        for typed in ["2101", "21E5", "A.0", "3.14", "E1.0"] {
            assert!(!is_number_of_code(typed), "{typed}");
        }
    }
}
