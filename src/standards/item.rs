//! What a standard asks beside the resources (政府保障、教育质量、社会认可度、一票否决): items, their parameters, clauses.

use std::fmt;
use std::sync::Arc;

use super::Citation;
use crate::date::Date;
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{Area, CountyField, Field, Stage, Unit};
use crate::numeric::Decimal;

/// A part of a standard, each with a verdict of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// Resources and their balance between schools (资源配置).
    #[doc(alias = "资源配置")]
    Resource,
    /// Every school reaches the province's basic standard (办学基本标准).
    #[doc(alias = "办学基本标准")]
    SchoolStandard,
    /// Government support (政府保障程度), or the county government's work (县级政府工作).
    #[doc(alias = "政府保障程度")]
    Government,
    /// Quality of education (教育质量).
    #[doc(alias = "教育质量")]
    Quality,
    /// Public recognition (社会认可度).
    #[doc(alias = "社会认可度")]
    Recognition,
    /// What alone stops a recognition (一票否决).
    #[doc(alias = "一票否决")]
    Veto,
}

impl Part {
    /// All parts, in the order of results.
    pub const ALL: [Part; 6] = [
        Part::Resource,
        Part::SchoolStandard,
        Part::Government,
        Part::Quality,
        Part::Recognition,
        Part::Veto,
    ];

    /// Identifier in files and results.
    pub fn id(self) -> &'static str {
        match self {
            Part::Resource => "resource",
            Part::SchoolStandard => "school_standard",
            Part::Government => "government",
            Part::Quality => "quality",
            Part::Recognition => "recognition",
            Part::Veto => "veto",
        }
    }

    /// Name for people.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Part::Resource => lang.pick("资源配置", "resources"),
            Part::SchoolStandard => lang.pick("办学基本标准", "basic standard of schools"),
            Part::Government => lang.pick("政府保障程度", "government support"),
            Part::Quality => lang.pick("教育质量", "quality of education"),
            Part::Recognition => lang.pick("社会认可度", "public recognition"),
            Part::Veto => lang.pick("一票否决", "vetoes"),
        }
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        Part::ALL.into_iter().find(|part| part.id() == id)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Which way a figure is held against a parameter, and so which way an overlay may move it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The figure must reach it (不低于): more is stricter.
    AtLeast,
    /// The figure must not exceed it (不超过): less is stricter.
    AtMost,
    /// The figure must stay below it (小于): less is stricter.
    Below,
    /// Neither is stricter.
    Fixed,
}

impl Direction {
    pub(crate) fn from_id(id: &str) -> Option<Self> {
        match id {
            "at_least" => Some(Direction::AtLeast),
            "at_most" => Some(Direction::AtMost),
            "below" => Some(Direction::Below),
            "none" => Some(Direction::Fixed),
            _ => None,
        }
    }

    /// As a sign, for tables: ≥, ≤, <; blank where it is none.
    pub fn sign(self) -> &'static str {
        match self {
            Direction::AtLeast => "≥",
            Direction::AtMost => "≤",
            Direction::Below => "<",
            Direction::Fixed => "",
        }
    }

    /// Whether `value` asks for more than `other`.
    pub(crate) fn is_stricter(self, value: Decimal, other: Decimal) -> bool {
        match self {
            Direction::AtLeast => value > other,
            Direction::AtMost | Direction::Below => value < other,
            Direction::Fixed => false,
        }
    }
}

/// A value of a parameter: from when, where, and for which stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterValue {
    /// 0 for the standard itself, 1 and up for the overlays in their order.
    pub(crate) layer: usize,
    pub(crate) from: Option<Date>,
    pub(crate) areas: Vec<String>,
    /// Primary, junior.
    pub(crate) values: [Option<Decimal>; 2],
    pub(crate) cite: Citation,
}

impl ParameterValue {
    /// The first day it holds; `None` where its source does not say.
    pub fn from(&self) -> Option<Date> {
        self.from
    }

    /// The county codes it holds for begin with one of these; all counties where there is none.
    pub fn areas(&self) -> &[String] {
        &self.areas
    }

    /// The value for a stage; `None` where it says nothing about it.
    pub fn value(&self, stage: Stage) -> Option<Decimal> {
        self.values.get(stage as usize).copied().flatten()
    }

    /// Where it stands.
    pub fn cite(&self) -> &Citation {
        &self.cite
    }

    fn begun(&self, date: Option<Date>) -> bool {
        self.from.zip(date).is_none_or(|(from, date)| from <= date)
    }

    fn covers(&self, county: &str) -> bool {
        self.areas.is_empty() || self.areas.iter().any(|area| county.starts_with(area.as_str()))
    }
}

/// A number that an item is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemParameter {
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) direction: Direction,
    pub(crate) values: Vec<ParameterValue>,
}

impl ItemParameter {
    /// Its name among the parameters of the item.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Which way a figure is held against it.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// All its values, of every date and layer.
    pub fn values(&self) -> &[ParameterValue] {
        &self.values
    }

    /// Whether some region has a value of its own.
    pub(crate) fn is_regional(&self) -> bool {
        self.values.iter().any(|v| !v.areas.is_empty())
    }

    /// The value in force for a county and a stage on a day (`None`: the newest state).
    ///
    /// Of a layer the latest that has begun counts, that of the county's own area before the general one; before
    /// all of them, the first. Of several layers the strictest counts, for an overlay can ask for more and never
    /// for less; where neither is stricter, the last.
    pub fn in_force(&self, stage: Stage, date: Option<Date>, county: &str) -> Option<&ParameterValue> {
        if self.is_regional() && county.is_empty() {
            return None; // It may be any county.
        }
        let mine = |layer| {
            self.values.iter().filter(move |v: &&ParameterValue| {
                v.layer == layer && v.value(stage).is_some() && v.covers(county)
            })
        };
        let layers = self.values.iter().map(|v| v.layer).max()? + 1;
        let mut found: Option<&ParameterValue> = None;
        for layer in 0..layers {
            let latest = mine(layer).filter(|v| v.begun(date)).max_by_key(|v| (v.from, !v.areas.is_empty()));
            let first = || mine(0).min_by_key(|v| (v.from, v.areas.is_empty()));
            let Some(next) = latest.or_else(|| if layer == 0 { first() } else { None }) else { continue };
            let looser = found.and_then(|f| f.value(stage)).zip(next.value(stage));
            if looser.is_none_or(|(old, new)| !self.direction.is_stricter(old, new)) {
                found = Some(next);
            }
        }
        found
    }
}

/// Which schools a clause covers; what is not set does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    pub(crate) founded_until: Option<u16>,
    pub(crate) areas: Vec<Area>,
    pub(crate) students_below: Option<u32>,
    pub(crate) largest_class_below: Option<u32>,
    /// Per cent of the pupils in compulsory education.
    pub(crate) migrant_share_above: Option<Decimal>,
}

/// A transitional clause of an item: for a time, other values for some schools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemClause {
    pub(crate) id: Arc<str>,
    pub(crate) title: Text,
    pub(crate) from: Date,
    pub(crate) until: Date,
    pub(crate) conditions: Conditions,
    /// Name of the parameter and its values, primary and junior.
    pub(crate) sets: Vec<(String, [Option<Decimal>; 2])>,
    pub(crate) cite: Citation,
}

impl ItemClause {
    /// Identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it says, in short.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title.zh, &self.title.en)
    }

    /// First and last day of evaluation it holds for.
    pub fn window(&self) -> (Date, Date) {
        (self.from, self.until)
    }

    /// Where it stands.
    pub fn cite(&self) -> &Citation {
        &self.cite
    }

    /// Whether it holds for an evaluation on this day; the newest state of the law has no clause that ran out.
    pub(crate) fn holds_on(&self, date: Option<Date>) -> bool {
        date.is_some_and(|d| (self.from..=self.until).contains(&d))
    }

    /// The value it puts in the place of a parameter's.
    pub(crate) fn value(&self, parameter: &str, stage: Stage) -> Option<Decimal> {
        let (_, values) = self.sets.iter().find(|(name, _)| name == parameter)?;
        values.get(stage as usize).copied().flatten()
    }
}

macro_rules! procedures {
    ($($(#[$meta:meta])* $variant:ident $id:literal [$($parameter:literal),*];)*) => {
        /// The procedure by which an item is judged; each has a file or a function of its own in `assess/items`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Procedure { $($(#[$meta])* $variant,)* }

        impl Procedure {
            pub(crate) const ALL: &'static [Procedure] = &[$(Procedure::$variant),*];

            /// Identifier in standards files.
            pub fn id(self) -> &'static str { match self { $(Procedure::$variant => $id,)* } }

            /// The parameters it needs, by name.
            pub fn parameters(self) -> &'static [&'static str] {
                match self { $(Procedure::$variant => &[$($parameter),*],)* }
            }
        }
    };
}

procedures! {
    /// Documents attest it (有文件佐证).
    Attested "attested" [];
    /// One county figure, or the sum of several, over another reaches a share; and what goes with it is attested.
    RatioAtLeast "ratio_at_least" ["least"];
    /// One county figure is not below another.
    NotBelow "not_below" [];
    /// The county's per-pupil public funding reaches the base in both stages, and the rest is attested.
    UniformFunding "uniform_funding" ["funding_base"];
    /// Every school has a music room and a fine-arts room for so many classes.
    Rooms "rooms" ["classes_per_room", "music_area", "art_area"];
    /// No school has more pupils than allowed.
    SchoolSize "school_size" ["max_pupils", "max_pupils_through"];
    /// No class is over the limit that the columns count by.
    NoneOverLimit "none_over_limit" ["most", "class_size"];
    /// Small schools are funded as if they had so many pupils.
    SmallSchoolFunding "small_school_funding" ["small_below", "counted_as", "funding_base"];
    /// So many of the teachers have a quality: of the county, or of its schools together.
    Teachers "teachers" ["least"];
    /// So many of the teachers who could rotate did, so many of them backbone teachers.
    Rotation "rotation" ["rotated", "backbone"];
    /// Pupils of urban public schools live in the catchment of their school.
    Catchment "catchment" ["least"];
    /// So many of those who entered three years before graduated.
    Retention "retention" ["least"];
    /// Every school spends so much of its budget on training.
    TrainingShare "training_share" ["least"];
    /// Every monitored subject reaches a level, with little difference between schools.
    Monitoring "monitoring" ["level", "difference"];
    /// So many of those asked are satisfied.
    Recognition "recognition" ["least"];
    /// It has not happened.
    Veto "veto" [];
    /// The points of a scoring table, which has so many in all, reach a pass mark.
    Score "score" ["least", "out_of"];
    /// Every school reaches the basic standard of its province.
    SchoolStandard "school_standard" [];
}

impl Procedure {
    pub(crate) fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|procedure| procedure.id() == id)
    }

    /// Whether every single school must meet it; a share of the county may be reached in spite of some school.
    pub(crate) fn is_by_school(self) -> bool {
        use Procedure::*;
        matches!(
            self,
            Rooms | SchoolSize | NoneOverLimit | SmallSchoolFunding | TrainingShare | SchoolStandard
        )
    }
}

/// The columns that a procedure looks at, where it does not name them itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) attested: Option<CountyField>,
    pub(crate) numerator: Vec<CountyField>,
    pub(crate) denominator: Option<CountyField>,
    /// A part of the numerator that is shown but not judged.
    pub(crate) shown: Option<CountyField>,
    /// The numerator in the school table.
    pub(crate) school: Option<Field>,
}

/// One item that a standard asks for (评估内容).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub(crate) id: Arc<str>,
    /// 0 for the standard itself, 1 and up for the overlays in their order.
    pub(crate) layer: usize,
    pub(crate) part: Part,
    pub(crate) title: Text,
    pub(crate) procedure: Procedure,
    pub(crate) columns: Columns,
    /// The item whose parameters it uses as well.
    pub(crate) borrows: Option<Arc<str>>,
    /// Whether a share of nobody is met: there is nobody who lacks anything.
    pub(crate) none_is_met: bool,
    /// Reasons of exclusion that do not hold for this item.
    pub(crate) includes: Vec<String>,
    pub(crate) from: Option<Date>,
    pub(crate) parameters: Vec<ItemParameter>,
    pub(crate) clauses: Vec<ItemClause>,
    pub(crate) cite: Citation,
}

impl Item {
    /// Identifier, such as `g04`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The part it belongs to.
    pub fn part(&self) -> Part {
        self.part
    }

    /// What it asks for, in short.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title.zh, &self.title.en)
    }

    /// How it is judged.
    pub fn procedure(&self) -> Procedure {
        self.procedure
    }

    /// The first day it is asked for, where it came later than the standard.
    pub fn from(&self) -> Option<Date> {
        self.from
    }

    /// The numbers it is judged by.
    pub fn parameters(&self) -> &[ItemParameter] {
        &self.parameters
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&ItemParameter> {
        self.parameters.iter().find(|p| p.name == name)
    }

    /// Its transitional clauses.
    pub fn clauses(&self) -> &[ItemClause] {
        &self.clauses
    }

    /// Where it stands.
    pub fn cite(&self) -> &Citation {
        &self.cite
    }

    pub(crate) fn is_asked_on(&self, date: Option<Date>) -> bool {
        self.from.zip(date).is_none_or(|(from, date)| from <= date)
    }
}
