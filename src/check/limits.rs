//! What is still plausible, as data.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, de};

use crate::model::{Field, Stage};
use crate::numeric::Decimal;

const SHIPPED: &str = include_str!("data/checks.toml");

/// The limits of plausibility; none of them decides a verdict.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    #[serde(rename = "schema", deserialize_with = "schema")]
    _schema: (),
    /// The most pupils to a class that are believed.
    pub(super) pupils_per_class: u32,
    /// The largest change from one year to the next that is not asked about.
    #[serde(deserialize_with = "decimal")]
    pub(super) jump_factor: Decimal,
    class_over: ClassOver,
    /// Bands of plausible values per pupil.
    pub(super) per_pupil: Vec<Band>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassOver {
    primary: u32,
    junior: u32,
    large: u32,
    very_large: u32,
}

/// The plausible values per pupil of a column, its ends included.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Band {
    #[serde(deserialize_with = "field")]
    pub(super) field: Field,
    #[serde(deserialize_with = "decimal")]
    pub(super) low: Decimal,
    #[serde(deserialize_with = "decimal")]
    pub(super) high: Decimal,
    pub(super) unit: Option<UnitPair>,
}

/// Two units that are taken for each other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitPair {
    /// The larger unit is 10 to this power times the smaller.
    pub(super) factor: u8,
    pub(super) small: String,
    pub(super) small_en: String,
    pub(super) large: String,
    pub(super) large_en: String,
}

impl Limits {
    /// The limits that come with the library.
    pub(super) fn shipped() -> &'static Limits {
        static SHIPPED_LIMITS: OnceLock<Limits> = OnceLock::new();
        // A unit test reads it; a file that ships with the library is not a user's to get wrong.
        #[allow(clippy::expect_used)]
        SHIPPED_LIMITS.get_or_init(|| toml::from_str(SHIPPED).expect("the shipped limits are valid"))
    }

    /// The fewest pupils of a class that is over the limit, large, very large, in a stage of compulsory education.
    pub(super) fn counted_from(&self, stage: Stage) -> [i64; 3] {
        let ClassOver { primary, junior, large, very_large } = self.class_over;
        let limit = if stage == Stage::Primary { primary } else { junior };
        // Over a limit is beyond it; large and very large classes begin at their size.
        [i64::from(limit) + 1, large.into(), very_large.into()]
    }
}

fn schema<'de, D: Deserializer<'de>>(from: D) -> Result<(), D::Error> {
    match String::deserialize(from)?.as_str() {
        "junheng.checks/1" => Ok(()),
        other => Err(de::Error::custom(format!("unknown schema {other}"))),
    }
}

fn decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    String::deserialize(from)?.parse().map_err(de::Error::custom)
}

fn field<'de, D: Deserializer<'de>>(from: D) -> Result<Field, D::Error> {
    let id = String::deserialize(from)?;
    let field = Field::from_id(&id).filter(|f| f.is_numeric());
    field.ok_or_else(|| de::Error::custom(format!("no column of numbers is called {id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_limits_are_valid() {
        let limits = Limits::shipped();
        assert_eq!(limits.counted_from(Stage::Primary), [46, 56, 66]);
        assert_eq!(limits.counted_from(Stage::Junior), [51, 56, 66]);
        assert!(limits.per_pupil.iter().all(|b| b.low < b.high && !b.low.is_negative()));
        assert!(limits.jump_factor > Decimal::ONE);
    }

    #[test]
    fn a_wrong_column_or_number_is_refused() {
        for (right, wrong, why) in [
            ("\"books\"", "\"county\"", "no column of numbers is called county"),
            ("\"0.5\"", "\"half\"", "not a decimal number"),
            ("checks/1", "checks/2", "unknown schema junheng.checks/2"),
        ] {
            let error = toml::from_str::<Limits>(&SHIPPED.replace(right, wrong)).expect_err(why);
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
