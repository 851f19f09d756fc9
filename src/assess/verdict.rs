//! The three answers a requirement can get.

use std::fmt;

use crate::lang::Lang;

/// Whether a requirement is met (达标), three-valued: what missing data leaves open is said to be open.
#[doc(alias = "达标")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is met whatever the missing data are (达标).
    Met,
    /// It is not met whatever the missing data are (未达标).
    NotMet,
    /// The missing data decide (无法判定).
    Undetermined,
}

impl Verdict {
    /// Identifier in results.
    pub fn id(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not_met",
            Verdict::Undetermined => "undetermined",
        }
    }

    /// Name for people.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Verdict::Met => lang.pick("达标", "met"),
            Verdict::NotMet => lang.pick("未达标", "not met"),
            Verdict::Undetermined => lang.pick("无法判定", "undetermined"),
        }
    }

    /// The verdict on a requirement that asks for all of several: one that is not met decides, then one that
    /// is open. Nothing at all is met.
    ///
    /// # Examples
    /// ```
    /// use junheng::Verdict::{self, *};
    /// assert_eq!(Verdict::all([Met, Undetermined, NotMet]), NotMet);
    /// assert_eq!(Verdict::all([Met, Undetermined]), Undetermined);
    /// assert_eq!(Verdict::all([]), Met);
    /// ```
    pub fn all(parts: impl IntoIterator<Item = Verdict>) -> Verdict {
        parts.into_iter().fold(Verdict::Met, |whole, part| match (whole, part) {
            (Verdict::NotMet, _) | (_, Verdict::NotMet) => Verdict::NotMet,
            (Verdict::Undetermined, _) | (_, Verdict::Undetermined) => Verdict::Undetermined,
            _ => Verdict::Met,
        })
    }
}

impl From<bool> for Verdict {
    fn from(met: bool) -> Self {
        if met { Verdict::Met } else { Verdict::NotMet }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
