//! How a figure stands to what it is held against, as a colour and a shape.

use crate::lang::Lang;

/// How a figure stands to its reference. Each level has a colour and, in case colours are not told apart, a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Far on the wrong side: below the floor of a threshold.
    Far,
    /// On the wrong side.
    Short,
    /// On the right side.
    Reached,
    /// Far on the right side.
    Ample,
    /// No figure.
    Missing,
}

/// Beyond this many times its reference a figure is told apart from one that just reaches it. It decides nothing.
pub(super) const AMPLE: f64 = 1.5;

/// What figures are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A threshold that units have to reach, with the floor in per cent.
    Threshold,
    /// A limit that coefficients may not exceed.
    Limit,
    /// No law: the mean, for orientation.
    Mean,
}

impl Level {
    pub(super) const ALL: [Level; 5] =
        [Level::Far, Level::Short, Level::Reached, Level::Ample, Level::Missing];

    /// The level of a quotient that is better the larger it is. `meets` is the verdict where there is one: a picture
    /// never says anything else than the law does.
    pub(super) fn of(quotient: f64, meets: Option<bool>) -> Level {
        match meets.unwrap_or(quotient >= 1.0) {
            true if quotient >= AMPLE => Level::Ample,
            true => Level::Reached,
            false if quotient < 1.0 / AMPLE => Level::Far,
            false => Level::Short,
        }
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Level::Far => "l0",
            Level::Short => "l1",
            Level::Reached => "l2",
            Level::Ample => "l3",
            Level::Missing => "lx",
        }
    }

    /// What it means; `floor` is the floor in per cent, where there is one.
    pub(super) fn name(self, reference: Reference, floor: Option<&str>, lang: Lang) -> String {
        let told = |zh: String, en: String| lang.pick(zh, en);
        let inverse = format!("{:.2}", 1.0 / AMPLE);
        match (self, reference) {
            (Level::Missing, _) => told("缺数据".into(), "no data".into()),
            (Level::Far, Reference::Threshold) => {
                let floor = floor.unwrap_or("—");
                told(format!("低于规定值的 {floor}%"), format!("below {floor}% of what is required"))
            }
            (Level::Short, Reference::Threshold) => {
                told("低于规定值".into(), "below what is required".into())
            }
            (Level::Reached, Reference::Threshold) => {
                told("达到规定值".into(), "what is required is reached".into())
            }
            (Level::Ample, Reference::Threshold) => {
                told(format!("达到规定值的 {AMPLE} 倍"), format!("{AMPLE} times what is required"))
            }
            (Level::Far, Reference::Limit) => {
                told(format!("超过限值的 {AMPLE} 倍"), format!("beyond {AMPLE} times the limit"))
            }
            (Level::Short, Reference::Limit) => told("超过限值".into(), "beyond the limit".into()),
            (Level::Reached, Reference::Limit) => told("不超过限值".into(), "within the limit".into()),
            (Level::Ample, Reference::Limit) => {
                told(format!("不超过限值的 {inverse}"), format!("within {inverse} of the limit"))
            }
            (Level::Far, Reference::Mean) => {
                told(format!("低于均值的 {inverse}"), format!("below {inverse} of the mean"))
            }
            (Level::Short, Reference::Mean) => told("低于均值".into(), "below the mean".into()),
            (Level::Reached, Reference::Mean) => told("不低于均值".into(), "at least the mean".into()),
            (Level::Ample, Reference::Mean) => {
                told(format!("均值的 {AMPLE} 倍以上"), format!("{AMPLE} times the mean or more"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_goes_before_a_quotient() {
        assert_eq!(
            [0.5, 0.9, 1.0, 2.0].map(|q| Level::of(q, None)),
            [Level::Far, Level::Short, Level::Reached, Level::Ample]
        );
        // A quotient of doubles may lie on the other side of what was decided exactly.
        assert_eq!(Level::of(1.0, Some(false)), Level::Short);
        assert_eq!(Level::of(0.999_999_999, Some(true)), Level::Reached);
    }

    #[test]
    fn every_level_has_a_name_in_both_languages() {
        for level in Level::ALL {
            for reference in [Reference::Threshold, Reference::Limit, Reference::Mean] {
                for lang in [Lang::Zh, Lang::En] {
                    assert!(!level.name(reference, Some("85"), lang).is_empty());
                }
            }
        }
    }
}
