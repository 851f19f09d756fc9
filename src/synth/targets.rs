//! What synthetic counties are modelled on: the data file, and the figures one county aims at.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use super::dice;
use crate::indicator::Indicator;
use crate::model::{SchoolKind, Sponsor, Stage};
use crate::numeric::Decimal;
use crate::standards::Standard;

/// Mean and coefficient of variation of an indicator; the mean per pupil.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) mean: f64,
    pub(super) cv: f64,
}

/// Figures as printed, `[mean, cv]` by indicator.
type Printed = BTreeMap<String, [f64; 2]>;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Pair {
    pub(super) primary: Printed,
    pub(super) junior: Printed,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct KindShare {
    id: String,
    pub(super) share: f64,
    pub(super) pupils: [f64; 3],
    pub(super) spread: f64,
    pub(super) areas: [f64; 3],
}

impl KindShare {
    pub(super) fn kind(&self) -> SchoolKind {
        SchoolKind::from_text(&self.id).unwrap_or(SchoolKind::Primary)
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Support {
    pub(super) class_size: [f64; 3],
    pub(super) special_class_size: f64,
    pub(super) largest_class: u64,
    pub(super) funding: [f64; 2],
    pub(super) funding_above: [f64; 2],
    pub(super) small_school: f64,
    pub(super) training_share: [f64; 2],
    pub(super) training_short: f64,
    pub(super) classes_per_room: u64,
    pub(super) room_area: [f64; 2],
    pub(super) small_room_area: [f64; 2],
    pub(super) special_funding: [f64; 2],
    pub(super) teacher_pay: [f64; 2],
    pub(super) gdp_per_head: [f64; 2],
    pub(super) revenue_per_head: [f64; 2],
    pub(super) farmer_income: [f64; 2],
    pub(super) urban_income: [f64; 2],
}

/// Class sizes that the statistics count apart, as the checks have them.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ClassOver {
    pub(super) primary: u64,
    pub(super) junior: u64,
    pub(super) large: u64,
    pub(super) very_large: u64,
}

#[derive(Clone, Debug, Deserialize)]
struct Checks {
    class_over: ClassOver,
}

#[derive(Clone, Debug, Deserialize)]
struct Provinces {
    province: Vec<(String, String, u32)>,
}

#[derive(Clone, Debug, Deserialize)]
struct File {
    every_kind_from: usize,
    closing_from: usize,
    private_share: f64,
    prefecture_share: f64,
    area_size: [f64; 3],
    teaching_points: [[f64; 2]; 2],
    kind: Vec<KindShare>,
    support: Support,
    published: Vec<Pair>,
    quality: Pair,
}

/// All that the generator knows: the data files and what it needs of the standards.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) every_kind_from: usize,
    pub(super) closing_from: usize,
    pub(super) private_share: f64,
    pub(super) prefecture_share: f64,
    pub(super) area_size: [f64; 3],
    pub(super) teaching_points: [[f64; 2]; 2],
    pub(super) kinds: Vec<KindShare>,
    pub(super) support: Support,
    pub(super) class_over: ClassOver,
    pub(super) provinces: Vec<(String, String, u32)>,
    /// Weights by which stages share resources, the primary stage weighing 1.
    pub(super) split: [f64; 3],
    published: Vec<Pair>,
    quality: Pair,
    basic: Standard,
    high: Standard,
}

impl Model {
    /// The model built in.
    ///
    /// # Errors
    /// A data file that cannot be read, with the reason: a mistake of the crate, not of its user.
    pub(super) fn get() -> Result<&'static Model, String> {
        static MODEL: OnceLock<Result<Model, String>> = OnceLock::new();
        MODEL.get_or_init(Self::read).as_ref().map_err(Clone::clone)
    }

    fn read() -> Result<Model, String> {
        let file: File = parse(include_str!("data/targets.toml"))?;
        let provinces: Provinces = parse(include_str!("data/provinces.toml"))?;
        let checks: Checks = parse(include_str!("../check/data/checks.toml"))?;
        let (basic, high) = (Standard::basic_2012(), Standard::quality_2017());
        let weights = high.split().map(|w| w as f64);
        let named = |pair: &Pair| pair.primary.keys().chain(pair.junior.keys()).cloned().collect::<Vec<_>>();
        let names = file.published.iter().chain([&file.quality]).flat_map(named);
        if let Some(name) = names.into_iter().find(|n| Indicator::from_id(n).is_none()) {
            return Err(format!("unknown indicator {name:?}"));
        }
        if let Some(kind) = file.kind.iter().find(|k| SchoolKind::from_text(&k.id).is_none()) {
            return Err(format!("unknown kind of school {:?}", kind.id));
        }
        Ok(Model {
            every_kind_from: file.every_kind_from,
            closing_from: file.closing_from,
            private_share: file.private_share,
            prefecture_share: file.prefecture_share,
            area_size: file.area_size,
            teaching_points: file.teaching_points,
            kinds: file.kind,
            support: file.support,
            class_over: checks.class_over,
            provinces: provinces.province,
            split: weights.map(|w| w / weights[0]),
            published: file.published,
            quality: file.quality,
            basic,
            high,
        })
    }

    pub(super) fn kind(&self, kind: SchoolKind) -> Option<&KindShare> {
        self.kinds.iter().find(|k| k.kind() == kind)
    }

    /// Whether a school counts where `indicator` is published: for the basic standard where that has it.
    pub(super) fn counts(
        &self,
        indicator: Indicator,
        kind: SchoolKind,
        sponsor: Sponsor,
        pupils: u64,
    ) -> bool {
        let basic = self.basic.indicator(indicator).is_some();
        in_scope(if basic { &self.basic } else { &self.high }, kind, sponsor, pupils)
    }

    /// Whether a school is assessed under the high-quality standard.
    pub(super) fn assessed(&self, kind: SchoolKind, sponsor: Sponsor, pupils: u64) -> bool {
        in_scope(&self.high, kind, sponsor, pupils)
    }

    /// What the single county aims at: the first of the published counties, as printed.
    pub(super) fn first_targets(&self) -> Targets<'_> {
        Targets { model: self, pair: 0, staff: [1.0; 2], premises: [1.0; 2] }
    }

    /// What one of many counties aims at: a published county, all its figures some way up or down.
    pub(super) fn draw_targets(&self, rng: &mut ChaCha8Rng) -> Targets<'_> {
        let pair = dice::below(rng, self.published.len());
        let mut factors = || [0.12, 0.15].map(|spread| (spread * dice::normal(rng)).exp());
        Targets { model: self, pair, staff: factors(), premises: factors() }
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|e| format!("data of the generator: {e}"))
}

fn in_scope(standard: &Standard, kind: SchoolKind, sponsor: Sponsor, pupils: u64) -> bool {
    let pupils = u32::try_from(pupils).ok().map(Decimal::from);
    !standard.exclusions().iter().any(|e| e.excludes(kind, Some(sponsor), pupils) == Some(true))
}

/// The figures a county aims at: published ones, with factors on means and coefficients.
#[derive(Clone, Copy, Debug)]
pub(super) struct Targets<'a> {
    model: &'a Model,
    pair: usize,
    staff: [f64; 2],
    premises: [f64; 2],
}

impl Targets<'_> {
    /// With its means and coefficients multiplied.
    pub(super) fn times(self, level: f64, spread: f64) -> Self {
        let times = |[up, wider]: [f64; 2]| [up * level, wider * spread];
        Targets { staff: times(self.staff), premises: times(self.premises), ..self }
    }

    pub(super) fn get(&self, indicator: Indicator, stage: Stage) -> Option<Target> {
        let model = self.model;
        let of = |pair: &Pair| {
            if stage == Stage::Primary { &pair.primary } else { &pair.junior }.get(indicator.id()).copied()
        };
        let [mean, cv] = model.published.get(self.pair).and_then(of).or_else(|| of(&model.quality))?;
        let rule = model.basic.indicator(indicator).or_else(|| model.high.indicator(indicator))?;
        let [up, wider] = if rule.shared() { self.premises } else { self.staff };
        Some(Target { mean: mean * up / f64::from(rule.per()), cv: cv * wider })
    }
}
