//! A decimal number as it was typed: a whole number and a count of decimals.

use std::cmp::Ordering;
use std::fmt;
use std::iter;
use std::num::NonZeroU8;
use std::str::FromStr;

/// A decimal number, held exactly as a scaled integer.
///
/// Amounts, thresholds and limits are decimals: `4.2` is forty-two tenths and never the double next to it.
/// Trailing zeros are not kept, so `0.50` and `0.5` are equal.
///
/// # Limits
/// Fewer than 10¹² in magnitude (rounding alone may reach it), at most 18 significant digits and 17 decimals:
/// every comparison of amounts stays within 128-bit integers or falls back to longer ones, never to doubles.
///
/// # Examples
/// ```
/// use junheng::Decimal;
///
/// let threshold: Decimal = "4.20".parse()?;
/// assert_eq!(threshold.to_string(), "4.2");
/// assert_eq!(threshold.to_fixed(2), "4.20");
/// assert!("NaN".parse::<Decimal>().is_err());
/// # Ok::<(), junheng::ParseDecimalError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    /// One more than there are decimals, so that where there may be no number takes no more room than a number.
    next_to_scale: NonZeroU8,
}

const _: () = assert!(size_of::<Option<Decimal>>() == 16);

impl Default for Decimal {
    fn default() -> Self {
        Decimal::ZERO
    }
}

/// Why a text is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseDecimalError {
    /// Not digits with at most one point and one sign.
    #[error("not a decimal number")]
    Syntax,
    /// 10¹² or more in magnitude.
    #[error("a magnitude of 10^12 or more")]
    TooLarge,
    /// More than 18 significant digits or 17 decimals.
    #[error("more than 18 significant digits or 17 decimals")]
    TooPrecise,
}

/// The most decimals a [`Decimal`] holds.
pub(super) const MAX_SCALE: u8 = 17;
/// A [`Decimal`] is smaller than this in magnitude.
const MAX_MAGNITUDE: i128 = 1_000_000_000_000;

const POW10: [i128; 39] = {
    let mut table = [1i128; 39];
    let mut i = 1;
    while i < 39 {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// 10 to the power of `exponent`, which is at most 38.
pub(crate) fn pow10(exponent: u8) -> i128 {
    POW10[exponent as usize]
}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal::from_parts(0, 0);
    /// One.
    pub const ONE: Decimal = Decimal::from_parts(1, 0);

    /// A number from its [`parts`](Self::parts), which are not checked again.
    pub(super) const fn from_parts(mantissa: i64, scale: u8) -> Self {
        Decimal { mantissa, next_to_scale: NonZeroU8::MIN.saturating_add(scale) }
    }

    fn scale(self) -> u8 {
        self.next_to_scale.get() - 1
    }

    /// The number `mantissa × 10^−scale`.
    ///
    /// # Errors
    /// Beyond the limits of the type.
    ///
    /// # Examples
    /// ```
    /// use junheng::Decimal;
    /// assert_eq!(Decimal::new(750, 2)?.to_string(), "7.5");
    /// assert!(Decimal::new(1, 18).is_err());
    /// # Ok::<(), junheng::ParseDecimalError>(())
    /// ```
    pub fn new(mut mantissa: i64, mut scale: u8) -> Result<Self, ParseDecimalError> {
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        if scale > MAX_SCALE {
            return Err(ParseDecimalError::TooPrecise);
        }
        if i128::from(mantissa.unsigned_abs()) < MAX_MAGNITUDE {
            return Ok(Decimal::from_parts(mantissa, scale));
        }
        if i128::from(mantissa).abs() >= MAX_MAGNITUDE * pow10(scale) {
            return Err(ParseDecimalError::TooLarge);
        }
        if mantissa.unsigned_abs() >= 10u64.pow(18) {
            return Err(ParseDecimalError::TooPrecise);
        }
        Ok(Decimal::from_parts(mantissa, scale))
    }

    /// The same from a wider integer, with trailing zeros taken off first.
    pub(crate) fn from_i128(mut mantissa: i128, mut scale: u8) -> Result<Self, ParseDecimalError> {
        loop {
            if let Ok(mantissa) = i64::try_from(mantissa) {
                return Self::new(mantissa, scale);
            }
            if scale == 0 || mantissa % 10 != 0 {
                // Beyond 64 bits, so beyond 18 digits: too many before the point, or behind it.
                let large = scale <= MAX_SCALE
                    && mantissa.unsigned_abs() >= (MAX_MAGNITUDE * pow10(scale)).unsigned_abs();
                return Err(if large { ParseDecimalError::TooLarge } else { ParseDecimalError::TooPrecise });
            }
            mantissa /= 10;
            scale -= 1;
        }
    }

    /// So many hundredths, which were a decimal before: the limits of the type are not checked again.
    pub(crate) fn from_hundredths(hundredths: i64) -> Self {
        match hundredths {
            h if h % 100 == 0 => Decimal::from_parts(h / 100, 0),
            h if h % 10 == 0 => Decimal::from_parts(h / 10, 1),
            h => Decimal::from_parts(h, 2),
        }
    }

    /// The whole number and the count of decimals behind the point.
    pub fn parts(self) -> (i64, u8) {
        (self.mantissa, self.scale())
    }

    /// The whole number at `scale` decimals; `scale` must be at least its own.
    pub(crate) fn at_scale(self, scale: u8) -> i128 {
        debug_assert!(scale >= self.scale());
        self.mantissa as i128 * pow10(scale.saturating_sub(self.scale()))
    }

    /// Whether there is nothing behind the decimal point.
    pub fn is_whole(self) -> bool {
        self.scale() == 0
    }

    /// The whole number it is; `None` where there is something behind the decimal point.
    pub(crate) fn whole(self) -> Option<i64> {
        self.is_whole().then_some(self.mantissa)
    }

    /// The count it is; `None` of fractions and of negative numbers.
    pub(crate) fn count(self) -> Option<u64> {
        self.whole().and_then(|whole| u64::try_from(whole).ok())
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Decimal { mantissa: self.mantissa.abs(), ..self }
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        if self.mantissa.unsigned_abs() <= 1 << 53 {
            // Both are exact as doubles (10¹⁷ still is), so the division rounds once.
            let whole = self.mantissa as f64;
            if self.is_whole() { whole } else { whole / POW10[usize::from(self.scale())] as u64 as f64 }
        } else {
            self.to_string().parse().unwrap_or(f64::NAN)
        }
    }

    /// The number times a power of ten, as a header in 万元 asks (`4`).
    ///
    /// # Errors
    /// Beyond the limits of the type.
    pub fn times_pow10(self, exponent: u8) -> Result<Self, ParseDecimalError> {
        let cut = exponent.min(self.scale());
        let rest = exponent - cut;
        let wide =
            (self.mantissa as i128).checked_mul(pow10(rest.min(38))).ok_or(ParseDecimalError::TooLarge)?;
        Self::from_i128(wide, self.scale() - cut)
    }

    /// A whole number, where it is within the limits of the type.
    fn small_whole(mantissa: i64) -> Option<Self> {
        (mantissa.unsigned_abs() < MAX_MAGNITUDE as u64).then_some(Decimal::from_parts(mantissa, 0))
    }

    /// Exact sum, where it is within the limits of the type.
    #[inline]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.is_whole() && other.is_whole() {
            return Self::small_whole(self.mantissa + other.mantissa);
        }
        let scale = self.scale().max(other.scale());
        Self::from_i128(self.at_scale(scale) + other.at_scale(scale), scale).ok()
    }

    /// Exact difference, where it is within the limits of the type.
    #[inline]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        if self.is_whole() && other.is_whole() {
            return Self::small_whole(self.mantissa - other.mantissa);
        }
        let scale = self.scale().max(other.scale());
        Self::from_i128(self.at_scale(scale) - other.at_scale(scale), scale).ok()
    }

    /// Exact product, where it is within the limits of the type.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        if self.is_whole() && other.is_whole() {
            return Self::small_whole(self.mantissa.checked_mul(other.mantissa)?);
        }
        Self::from_i128(self.mantissa as i128 * other.mantissa as i128, self.scale() + other.scale()).ok()
    }

    /// Rounded half up (四舍五入, away from zero at a tie) to `digits` decimals.
    pub fn round_half_up(self, digits: u8) -> Self {
        if digits >= self.scale() {
            return self;
        }
        let unit = pow10(self.scale() - digits);
        let m = self.mantissa as i128;
        let magnitude = (m.abs() * 2 + unit).div_euclid(2 * unit);
        let rounded = if m < 0 { -magnitude } else { magnitude };
        // Rounding only shortens, save that it may reach 10¹² itself, which still fits.
        Self::from_i128(rounded, digits)
            .unwrap_or(Decimal::from_parts(MAX_MAGNITUDE as i64 * self.mantissa.signum(), 0))
    }

    /// As text with exactly `digits` decimals, rounded half up.
    pub fn to_fixed(self, digits: u8) -> String {
        let rounded = self.round_half_up(digits);
        let mut text = rounded.to_string();
        let zeros = digits.saturating_sub(rounded.scale()).into();
        text.extend((zeros > 0 && rounded.is_whole()).then_some('.'));
        text.extend(iter::repeat_n('0', zeros));
        text
    }
}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    /// Reads `-12.50`: an optional sign, digits, an optional point with digits behind it. Nothing else:
    /// no blanks, separators or exponents (the readers of tables understand those that people type).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_ascii(text.as_bytes())
    }
}

impl Decimal {
    pub(crate) fn from_ascii(bytes: &[u8]) -> Result<Self, ParseDecimalError> {
        let (negative, digits) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, bytes),
        };
        let mut mantissa: i128 = 0;
        let mut scale = 0u8;
        let mut point = false;
        let mut any = false;
        for &byte in digits {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    if mantissa < 10i128.pow(36) {
                        mantissa = mantissa * 10 + (byte - b'0') as i128;
                        // Zeros after the point can be any number; a count that stops is still too precise.
                        scale = scale.saturating_add(point.into());
                    } else if !point {
                        return syntax_or(digits, ParseDecimalError::TooLarge);
                    } else if byte != b'0' {
                        return syntax_or(digits, ParseDecimalError::TooPrecise);
                    }
                }
                b'.' if !point && any => point = true,
                _ => return Err(ParseDecimalError::Syntax),
            }
        }
        if !any || digits.last() == Some(&b'.') {
            return Err(ParseDecimalError::Syntax);
        }
        let signed = if negative { -mantissa } else { mantissa };
        Self::from_i128(signed, scale)
    }
}

/// A long text is too large or too precise only if it is a number at all.
fn syntax_or(digits: &[u8], otherwise: ParseDecimalError) -> Result<Decimal, ParseDecimalError> {
    let points = digits.iter().filter(|b| **b == b'.').count();
    let clean = points <= 1 && digits.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    Err(if clean { otherwise } else { ParseDecimalError::Syntax })
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A sign, a point, and 19 digits at most, from the last on; no text but this one is made of them.
        let mut text = [0u8; 24];
        let mut start = text.len();
        let mut put = |character| {
            start -= 1;
            text[start] = character;
        };
        let (mut rest, mut place) = (self.mantissa.unsigned_abs(), 0);
        while rest > 0 || place <= self.scale() {
            put(b'0' + (rest % 10) as u8);
            rest /= 10;
            place += 1;
            if place == self.scale() {
                put(b'.');
            }
        }
        if self.is_negative() {
            put(b'-');
        }
        f.write_str(str::from_utf8(&text[start..]).unwrap_or_default())
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale() == other.scale() {
            return self.mantissa.cmp(&other.mantissa);
        }
        let scale = self.scale().max(other.scale());
        self.at_scale(scale).cmp(&other.at_scale(scale))
    }
}

impl From<u32> for Decimal {
    fn from(value: u32) -> Self {
        Decimal::from_parts(value as i64, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    #[test]
    fn text_keeps_its_value_and_loses_trailing_zeros() {
        for (text, shown) in
            [("0.50", "0.5"), ("-12.340", "-12.34"), ("+7", "7"), ("000", "0"), ("-0", "0"), ("100", "100")]
        {
            assert_eq!(dec(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1e3", "NaN", "inf", "1,2", " 1", "1.2.3", "１"] {
            assert_eq!(text.parse::<Decimal>(), Err(ParseDecimalError::Syntax), "{text}");
        }
        assert_eq!("1000000000000".parse::<Decimal>(), Err(ParseDecimalError::TooLarge));
        assert_eq!("9".repeat(60).parse::<Decimal>(), Err(ParseDecimalError::TooLarge));
        assert_eq!("1.0000000000000000001".parse::<Decimal>(), Err(ParseDecimalError::TooPrecise));
        assert_eq!(format!("0.{}1", "0".repeat(60)).parse::<Decimal>(), Err(ParseDecimalError::TooPrecise));
        assert_eq!(format!("{}x", "9".repeat(60)).parse::<Decimal>(), Err(ParseDecimalError::Syntax));
        // As many decimals as a byte counts, and one more.
        for zeros in [254, 255, 256, 511] {
            let text = format!("0.{}5", "0".repeat(zeros));
            assert_eq!(text.parse::<Decimal>(), Err(ParseDecimalError::TooPrecise), "{zeros}");
            assert_eq!(dec(&text.replace('5', "0")), Decimal::ZERO, "{zeros}");
        }
    }

    #[test]
    fn rounding_at_the_edge_reaches_the_power_above() {
        assert_eq!(dec("999999999999.5").to_fixed(0), "1000000000000");
        assert_eq!(dec("-999999999999.96").to_fixed(1), "-1000000000000.0");
        assert_eq!(dec("999999999999.4").to_fixed(0), "999999999999");
    }

    #[test]
    fn more_decimals_than_there_are_become_zeros() {
        assert_eq!(dec("-1.5").to_fixed(255), format!("-1.5{}", "0".repeat(254)));
        assert_eq!(dec("0").to_fixed(3), "0.000");
        assert_eq!(dec("-0.004").to_fixed(2), "0.00");
    }

    #[test]
    fn the_nearest_double_is_that_of_the_text() {
        for text in ["0.1", "999999999999.123456", "0.00000000000000001", "9007199254740993", "-4.35"] {
            if let Ok(decimal) = text.parse::<Decimal>() {
                assert_eq!(decimal.to_f64(), text.parse::<f64>().expect(text));
            }
        }
    }

    #[test]
    fn hundredths_are_the_decimal_they_were() {
        for (hundredths, text) in
            [(0, "0"), (100, "1"), (150, "1.5"), (-155, "-1.55"), (1000, "10"), (7, "0.07")]
        {
            assert_eq!(Decimal::from_hundredths(hundredths), dec(text));
            assert_eq!(Decimal::new(hundredths, 2), Ok(dec(text)));
        }
    }

    #[test]
    fn ties_round_away_from_zero() {
        // Binary doubles of 0.495 and 1.005 lie below the tie; the decimals are on it.
        for (text, digits, shown) in [
            ("0.495", 2, "0.50"),
            ("1.005", 2, "1.01"),
            ("0.125", 2, "0.13"),
            ("-0.125", 2, "-0.13"),
            ("0.5004", 3, "0.500"),
            ("4", 2, "4.00"),
        ] {
            assert_eq!(dec(text).to_fixed(digits), shown);
        }
    }

    #[test]
    fn order_is_that_of_the_numbers() {
        assert!(dec("4.2") < dec("4.21"));
        assert!(dec("-1") < dec("0"));
        assert_eq!(dec("999999999999").cmp(&dec("0.00000000000000001")), Ordering::Greater);
    }
}
