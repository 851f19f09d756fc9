//! From figures to places on the page. Doubles will do: nothing is decided here.

use std::fmt;

/// A length as it is written into a picture: a tenth of a pixel is as fine as anybody sees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Px(pub(super) f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() as i64;
        if tenths % 10 == 0 { write!(f, "{}", tenths / 10) } else { write!(f, "{}", tenths as f64 / 10.0) }
    }
}

/// An axis from zero to `top`, drawn from `start` to `end`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    top: f64,
    start: f64,
    end: f64,
}

impl Scale {
    pub(super) fn new(top: f64, start: f64, end: f64) -> Self {
        let top = if top.is_finite() && top > 0.0 { top } else { 1.0 };
        Scale { top, start, end }
    }

    /// Where a value lies; one beyond the axis lies on its edge.
    pub(super) fn at(self, value: f64) -> f64 {
        let share = (value / self.top).clamp(0.0, 1.0);
        self.start + (self.end - self.start) * share
    }

    pub(super) fn shows(self, value: f64) -> bool {
        value <= self.top
    }

    /// Round figures along the axis, zero included.
    pub(super) fn ticks(self) -> Vec<f64> {
        let step = step(self.top);
        let count = (self.top / step + 1e-9).floor() as u32;
        (0..=count).map(|i| f64::from(i) * step).collect()
    }
}

/// The round step that cuts so much into three to six.
fn step(top: f64) -> f64 {
    let power = 10f64.powf((top / 5.0).log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| top / step <= 5.5).unwrap_or(top)
}

/// A figure on an axis, without the tail that doubles bring along.
pub(super) fn tick(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How far an axis reaches so that one school far off does not press all others together: to the largest value, but
/// no further than five times what is usual.
pub(super) fn reach(sorted: &[f64], lines: impl IntoIterator<Item = f64>) -> f64 {
    const USUAL: f64 = 5.0;
    let line = lines.into_iter().fold(0.0, f64::max);
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let largest = sorted.last().copied().unwrap_or(0.0);
    let usual = USUAL * line.max(median);
    (if usual > 0.0 { largest.min(usual) } else { largest }).max(line * 1.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_between_the_ends() {
        let scale = Scale::new(8.0, 150.0, 10.0);
        assert_eq!([0.0, 4.0, 8.0, 9.0, -1.0].map(|v| scale.at(v)), [150.0, 80.0, 10.0, 10.0, 150.0]);
        assert!(scale.shows(8.0) && !scale.shows(8.1));
        // Nothing to show is no reason to divide by zero.
        for top in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Scale::new(top, 0.0, 100.0).at(0.5), 50.0);
        }
    }

    #[test]
    fn ticks_are_round() {
        let ticks =
            |top| Scale::new(top, 0.0, 1.0).ticks().into_iter().map(tick).collect::<Vec<_>>().join(" ");
        assert_eq!(ticks(0.5), "0 0.1 0.2 0.3 0.4 0.5");
        assert_eq!(ticks(7.5), "0 2 4 6");
        assert_eq!(ticks(12.0), "0 2.5 5 7.5 10");
        assert_eq!(ticks(6440.8), "0 2000 4000 6000");
        assert_eq!(ticks(1e-9), "0 0 0 0 0 0");
    }

    #[test]
    fn one_school_far_off_does_not_press_the_others_together() {
        assert_eq!(reach(&[1.0, 2.0, 3.0], [2.0]), 3.0);
        assert_eq!(reach(&[1.0, 2.0, 300.0], [2.5]), 12.5);
        assert_eq!(reach(&[1.0], [2.0]), 2.2);
        assert_eq!(reach(&[], []), 0.0);
    }

    #[test]
    fn lengths_are_short() {
        assert_eq!([1.0, 0.25, 12.34, -0.04].map(|v| Px(v).to_string()), ["1", "0.3", "12.3", "0"]);
    }
}
