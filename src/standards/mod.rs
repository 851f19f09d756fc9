//! The regulations as data: thresholds, limits, scope, clauses and items, each with its citation and date of effect,
//! and the overlays of provinces and cities upon them.

mod file;
mod item;
mod item_file;
mod parameters;
mod school_standard;
mod score;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::date::Date;
use crate::error::{Error, ErrorKind, Text};
use crate::indicator::Indicator;
use crate::lang::Lang;
use crate::model::{Area, Field, SchoolKind, Sponsor, Stage};
use crate::numeric::Decimal;

pub use item::{Direction, Item, ItemClause, ItemParameter, ParameterValue, Part, Procedure};
pub use parameters::{Difference, Parameter};
pub(crate) use school_standard::of_stage;
pub use school_standard::{Measured, SchoolStandard, SchoolStandardRow, SchoolStandardRule};
pub use score::{Aspect, ScoreItem, ScoreRule, ScoreTable, Steps};

/// The standards built in.
static BUILT_IN: [BuiltIn; 2] = [
    BuiltIn::new("quality-2017", include_str!("data/quality-2017.toml")),
    BuiltIn::new("basic-2012", include_str!("data/basic-2012.toml")),
];

/// A standard built in, whose file is read when it is first asked for.
struct BuiltIn {
    id: &'static str,
    text: &'static str,
    read: OnceLock<Standard>,
}

impl BuiltIn {
    const fn new(id: &'static str, text: &'static str) -> Self {
        BuiltIn { id, text, read: OnceLock::new() }
    }

    fn standard(&self) -> Standard {
        // A unit test opens both; a file that ships with the library is not a user's to get wrong.
        #[allow(clippy::expect_used)]
        let read = || Standard::read_toml(self.id, self.text, true).expect("a shipped standard is valid");
        self.read.get_or_init(read).clone()
    }
}

/// The overlays that ship with the library, by id: what a province, a city or a later form asks beyond.
const OVERLAYS: [(&str, &str); 3] = [
    ("special-education-8000", include_str!("data/overlays/special-education-8000.toml")),
    ("liaoning", include_str!("data/overlays/liaoning.toml")),
    ("shenyang", include_str!("data/overlays/shenyang.toml")),
];

/// A document that a value is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Title.
    pub title: String,
    /// Number under which it was issued, such as 教督〔2017〕6号.
    pub number: String,
    /// Day it takes effect, where it is known.
    pub from: Option<Date>,
    /// What the reader of a citation should know.
    pub note: Option<String>,
}

/// Where a value stands: a document and, where it is known, the article.
///
/// Prints as `教督〔2017〕6号 第五条`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation(Arc<(Arc<Document>, Option<Box<str>>)>);

impl Citation {
    fn new(document: Arc<Document>, article: Option<&str>) -> Self {
        Citation(Arc::new((document, article.map(Into::into))))
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.0.0
    }

    /// The article or part, where it is known.
    pub fn article(&self) -> Option<&str> {
        self.0.1.as_deref()
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.document().number)?;
        self.article().map_or(Ok(()), |article| write!(f, " {article}"))
    }
}

/// A value with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub cite: Citation,
}

/// A value with its source and the day from which it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// 0 for the standard itself, 1 and up for the overlays in their order.
    pub(crate) layer: usize,
    /// The first day it holds.
    pub from: Date,
    /// The value.
    pub value: T,
    /// Where it stands.
    pub cite: Citation,
}

/// The value in force: of the highest layer that has one by then, the latest. Before all of them, the first.
pub(crate) fn in_force<T>(values: &[Dated<T>], date: Option<Date>) -> Option<&Dated<T>> {
    let begun = values.iter().filter(|v| date.is_none_or(|d| v.from <= d));
    begun.max_by_key(|v| (v.layer, v.from)).or_else(|| values.iter().min_by_key(|v| (v.layer, v.from)))
}

/// How many indicators a unit must meet, and how far below a threshold none may fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitRule {
    /// So many indicators must reach their threshold.
    pub meet_at_least: u32,
    /// Every indicator must reach this share of its threshold.
    pub floor: Decimal,
}

/// Decimals as the official forms print them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Precision {
    /// Of a school's value.
    pub value: u8,
    /// Of a county's mean.
    pub mean: u8,
    /// Of a coefficient and a composite.
    pub cv: u8,
    /// Of a percentage among the items.
    pub percent: u8,
    /// Of any other figure among the items.
    pub figure: u8,
}

/// Weights by which the stages of a school share its resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) weights: [Decimal; 3],
}

impl Split {
    /// The weights as whole numbers in the same proportion.
    pub(crate) fn whole(&self) -> [i128; 3] {
        let scale = self.weights.iter().map(|w| w.parts().1).max().unwrap_or(0);
        self.weights.map(|w| w.at_scale(scale))
    }
}

/// An indicator as a standard uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndicatorRule {
    pub(crate) indicator: Indicator,
    pub(crate) name: String,
    pub(crate) name_en: String,
    pub(crate) per: u32,
    pub(crate) shared: bool,
    pub(crate) mean_decimals: Option<u8>,
    /// Primary, junior.
    pub(crate) thresholds: [Vec<Dated<Decimal>>; 2],
}

impl IndicatorRule {
    /// What is counted.
    pub fn indicator(&self) -> Indicator {
        self.indicator
    }

    /// Its name in the regulation, such as 每百名学生拥有网络多媒体教室数.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name, &self.name_en)
    }

    /// Per how many pupils it is expressed.
    pub fn per(&self) -> u32 {
        self.per
    }

    /// Whether the stages of a school share the resource.
    pub fn shared(&self) -> bool {
        self.shared
    }

    /// The threshold of a stage in force on a day (`None`: the newest); `None` where it has none.
    pub fn threshold(&self, stage: Stage, date: Option<Date>) -> Option<&Dated<Decimal>> {
        in_force(self.thresholds.get(stage as usize)?, date)
    }
}

/// A rule by which a school is not assessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    pub(crate) reason: Arc<str>,
    pub(crate) kinds: Vec<SchoolKind>,
    pub(crate) sponsors: Vec<Sponsor>,
    pub(crate) students_below: Option<u32>,
    pub(crate) title: Text,
    pub(crate) cite: Citation,
}

impl Exclusion {
    /// Identifier of the reason, such as `teaching_point_below_50`.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether it leaves a school out; `None` where the sponsor would decide and is not known.
    pub(crate) fn excludes(
        &self,
        kind: SchoolKind,
        sponsor: Option<Sponsor>,
        compulsory_pupils: Option<Decimal>,
    ) -> Option<bool> {
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            return Some(false);
        }
        // A school whose pupils are not known stays in: that its values are missing is then seen.
        if let Some(below) = self.students_below
            && compulsory_pupils.is_none_or(|pupils| pupils >= Decimal::from(below))
        {
            return Some(false);
        }
        if self.sponsors.is_empty() {
            return Some(true);
        }
        sponsor.map(|sponsor| self.sponsors.contains(&sponsor))
    }

    /// How many pupils keep a school of a kind in; `None` where they have no say.
    pub(crate) fn pupils_asked_of(&self, kind: SchoolKind) -> Option<u32> {
        self.students_below.filter(|_| self.kinds.is_empty() || self.kinds.contains(&kind))
    }

    /// The reason in words.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title.zh, &self.title.en)
    }

    /// Where it stands.
    pub fn cite(&self) -> &Citation {
        &self.cite
    }
}

/// A clause that lets some schools count more, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub(crate) id: Arc<str>,
    pub(crate) indicator: Indicator,
    pub(crate) title: Text,
    pub(crate) from: Date,
    pub(crate) until: Date,
    pub(crate) adds: Vec<Field>,
    pub(crate) areas: Vec<Area>,
    pub(crate) students_from: Option<u32>,
    pub(crate) students_below: Option<u32>,
    pub(crate) dense_city_centre: Option<bool>,
    pub(crate) cite: Citation,
}

impl Clause {
    /// Identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The indicator it bears on.
    pub fn indicator(&self) -> Indicator {
        self.indicator
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
}

/// A named reading of what a text leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub(crate) name: String,
    pub(crate) default: String,
    pub(crate) values: Vec<String>,
    pub(crate) title: Text,
}

impl Reading {
    /// Name, as `--option` takes it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The reading that holds unless another is named.
    pub fn default_value(&self) -> &str {
        &self.default
    }

    /// All readings there are.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str)
    }

    /// What the readings mean.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title.zh, &self.title.en)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct StandardData {
    pub(crate) id: String,
    pub(crate) overlays: Vec<String>,
    pub(crate) titles: Vec<(String, String)>,
    pub(crate) from: Date,
    pub(crate) tighten_only: bool,
    pub(crate) documents: Vec<Arc<Document>>,
    pub(crate) exclusions: Vec<Exclusion>,
    pub(crate) split: Option<Cited<Split>>,
    pub(crate) indicators: Vec<IndicatorRule>,
    pub(crate) unit_rule: Vec<Dated<UnitRule>>,
    pub(crate) cv_limit: [Vec<Dated<Decimal>>; 2],
    pub(crate) composite_limit: [Vec<Dated<Decimal>>; 2],
    pub(crate) clauses: Vec<Clause>,
    pub(crate) precision: Option<Cited<Precision>>,
    pub(crate) options: Vec<Reading>,
    /// The parts beside the resources, also those without an item.
    pub(crate) parts: Vec<Part>,
    pub(crate) items: Vec<Item>,
}

impl Default for StandardData {
    fn default() -> Self {
        StandardData {
            id: String::new(),
            overlays: Vec::new(),
            titles: Vec::new(),
            from: Date::end_of_year(1),
            tighten_only: false,
            documents: Vec::new(),
            exclusions: Vec::new(),
            split: None,
            indicators: Vec::new(),
            unit_rule: Vec::new(),
            cv_limit: Default::default(),
            composite_limit: Default::default(),
            clauses: Vec::new(),
            precision: None,
            options: Vec::new(),
            parts: Vec::new(),
            items: Vec::new(),
        }
    }
}

fn read(path: &str) -> Result<String, Error> {
    let path = Path::new(path);
    std::fs::read_to_string(path).map_err(|source| Error::file(path, source))
}

fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known = known.map(str::to_owned).collect();
    Error::new(ErrorKind::UnknownStandard { id: id.to_owned(), known })
}

/// A standard (评估标准): what the regulations demand, with citations, as data.
///
/// # Examples
/// ```
/// use junheng::{Indicator, Standard, model::Stage};
///
/// let standard = Standard::open("quality-2017")?;
/// let rule = standard.indicator(Indicator::SportsArea).unwrap();
/// let threshold = rule.threshold(Stage::Junior, None).unwrap();
/// assert_eq!(threshold.value.to_string(), "10.2");
/// assert_eq!(threshold.cite.to_string(), "教督〔2017〕6号 第五条");
/// # Ok::<(), junheng::Error>(())
/// ```
#[doc(alias = "评估标准")]
#[derive(Clone, Debug)]
pub struct Standard(Arc<StandardData>);

impl Standard {
    /// The high-quality balanced standard (义务教育优质均衡, 教督〔2017〕6号).
    #[doc(alias = "优质均衡")]
    pub fn quality_2017() -> Self {
        BUILT_IN[0].standard()
    }

    /// The basic balanced standard (义务教育基本均衡, 教督〔2012〕3号).
    #[doc(alias = "基本均衡")]
    pub fn basic_2012() -> Self {
        BUILT_IN[1].standard()
    }

    /// All standards that are built in.
    pub fn built_in() -> &'static [Standard; 2] {
        static BOTH: OnceLock<[Standard; 2]> = OnceLock::new();
        BOTH.get_or_init(|| BUILT_IN.each_ref().map(BuiltIn::standard))
    }

    /// Identifiers of the overlays that ship with the library, as [`open`](Self::open) takes them behind a `+`: what
    /// a province, a city or a later form asks beyond the national standard.
    pub fn shipped_overlays() -> impl Iterator<Item = &'static str> {
        OVERLAYS.iter().map(|(id, _)| *id)
    }

    /// The standard with this id, or the one in this file (a path that ends in `.toml`), with overlays behind `+`
    /// signs: shipped ones by id, others by their file.
    ///
    /// # Errors
    /// No such id, an unreadable file, a file that is not valid: every problem with its line. An overlay of
    /// another standard.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Standard, model::Stage};
    /// let standard = Standard::open("quality-2017+liaoning+shenyang")?;
    /// assert_eq!(standard.overlays(), ["liaoning", "shenyang"]);
    /// let base = standard.item("g02").unwrap().parameter("funding_base").unwrap();
    /// let value = base.in_force(Stage::Primary, None, "210102").unwrap();
    /// assert_eq!(value.value(Stage::Primary).unwrap().to_string(), "1150");
    /// # Ok::<(), junheng::Error>(())
    /// ```
    pub fn open(id_or_path: &str) -> Result<Self, Error> {
        // The name of a file may hold a plus sign of its own.
        if id_or_path.ends_with(".toml") && Path::new(id_or_path).exists() {
            return Self::open_one(id_or_path);
        }
        let mut names = id_or_path.split('+').map(str::trim);
        let mut standard = Self::open_one(names.next().unwrap_or_default())?;
        for name in names {
            standard = standard.with_overlay_called(name)?;
        }
        Ok(standard)
    }

    fn open_one(name: &str) -> Result<Self, Error> {
        if name.ends_with(".toml") {
            return Self::from_toml(name, &read(name)?);
        }
        let found = BUILT_IN.iter().find(|standard| standard.id == name);
        found.map(BuiltIn::standard).ok_or_else(|| unknown(name, BUILT_IN.iter().map(|standard| standard.id)))
    }

    fn with_overlay_called(&self, name: &str) -> Result<Self, Error> {
        if name.ends_with(".toml") {
            return self.overlay(name, &read(name)?, false);
        }
        match OVERLAYS.iter().find(|(id, _)| *id == name) {
            Some((id, text)) => self.overlay(id, text, true),
            None => Err(unknown(name, Self::shipped_overlays())),
        }
    }

    /// This standard with one more overlay upon it, whose `extends` must name it.
    ///
    /// # Errors
    /// Every problem of the file, with its line.
    pub fn with_overlay(&self, name: &str, text: &str) -> Result<Self, Error> {
        self.overlay(name, text, false)
    }

    fn overlay(&self, name: &str, text: &str, shipped: bool) -> Result<Self, Error> {
        let base = |id: &str| (id == self.id()).then(|| self.0.clone());
        file::parse(name, text, shipped, base).map(|data| Standard(Arc::new(data)))
    }

    /// A standard from the text of a standards file; `name` is what errors call it.
    ///
    /// A file that `extends` a built-in standard is an overlay: it holds only what differs.
    ///
    /// # Errors
    /// Every problem of the file, with its line.
    ///
    /// # Examples
    /// ```
    /// use junheng::Standard;
    /// let overlay = r#"
    /// schema = "junheng.standard/1"
    /// id = "somewhere"
    /// title = "某市补充规定"
    /// extends = "quality-2017"
    /// [documents.S]
    /// title = "某市补充规定"
    /// number = "某教督〔2020〕1号"
    /// [[indicator]]
    /// id = "books"
    /// "#;
    /// let error = Standard::from_toml("somewhere.toml", overlay).unwrap_err();
    /// assert_eq!(error.to_string(), "somewhere.toml line 10: the standard extended has no indicator books");
    /// ```
    pub fn from_toml(name: &str, text: &str) -> Result<Self, Error> {
        Self::read_toml(name, text, false)
    }

    fn read_toml(name: &str, text: &str, shipped: bool) -> Result<Self, Error> {
        let ids = || BUILT_IN.iter().map(|standard| standard.id).chain(Self::shipped_overlays());
        let ships = |id: &str| ids().any(|known| known == id);
        let base = |ids: &str| {
            ids.split('+').all(ships).then(|| Self::open(ids).ok()).flatten().map(|standard| standard.0)
        };
        file::parse(name, text, shipped, base).map(|data| Standard(Arc::new(data)))
    }

    /// Identifier, such as `quality-2017`; overlays have their own, in [`overlays`](Self::overlays).
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Identifiers of the overlays upon it, in their order.
    pub fn overlays(&self) -> &[String] {
        &self.0.overlays
    }

    /// Titles of the standard and its overlays.
    pub fn titles(&self, lang: Lang) -> impl Iterator<Item = &str> {
        self.0.titles.iter().map(move |(zh, en)| lang.pick(zh, en).as_str())
    }

    /// The first day it is in force.
    pub fn from(&self) -> Date {
        self.0.from
    }

    /// The documents its values are taken from.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.0.documents.iter().map(Arc::as_ref)
    }

    /// Its indicators, in the order of the forms.
    pub fn indicators(&self) -> &[IndicatorRule] {
        &self.0.indicators
    }

    /// How it uses an indicator; `None` where it does not.
    pub fn indicator(&self, indicator: Indicator) -> Option<&IndicatorRule> {
        self.0.indicators.iter().find(|r| r.indicator == indicator)
    }

    /// The rule on a unit in force on a day; `None` where the standard judges no single unit.
    pub fn unit_rule(&self, date: Option<Date>) -> Option<&Dated<UnitRule>> {
        in_force(&self.0.unit_rule, date)
    }

    /// The limit of each single coefficient of a stage; `None` where there is none.
    pub fn cv_limit(&self, stage: Stage, date: Option<Date>) -> Option<&Dated<Decimal>> {
        in_force(self.0.cv_limit.get(stage as usize)?, date)
    }

    /// The limit of the composite coefficient of a stage; `None` where there is none.
    pub fn composite_limit(&self, stage: Stage, date: Option<Date>) -> Option<&Dated<Decimal>> {
        in_force(self.0.composite_limit.get(stage as usize)?, date)
    }

    /// The rules by which schools are left out, in the order they are tried.
    pub fn exclusions(&self) -> &[Exclusion] {
        &self.0.exclusions
    }

    /// Its transitional clauses.
    pub fn clauses(&self) -> &[Clause] {
        &self.0.clauses
    }

    /// Weights of primary, junior and senior pupils in the split of shared resources, with their source.
    pub fn split_weights(&self) -> Option<Cited<[Decimal; 3]>> {
        self.0.split.as_ref().map(|s| Cited { value: s.value.weights, cite: s.cite.clone() })
    }

    /// Decimals as its forms print them.
    pub fn precision(&self) -> Precision {
        // A standard that says none is refused by the loader.
        self.0.precision.as_ref().map(|p| p.value).unwrap_or_default()
    }

    /// Decimals of the mean of an indicator.
    pub(crate) fn mean_decimals(&self, rule: &IndicatorRule) -> u8 {
        rule.mean_decimals.unwrap_or(self.precision().mean)
    }

    /// The parts it has beside the resources, in the order of results.
    pub fn parts(&self) -> &[Part] {
        &self.0.parts
    }

    /// Its items, by part, those of overlays last.
    pub fn items(&self) -> &[Item] {
        &self.0.items
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.0.items.iter().find(|item| item.id() == id)
    }

    /// A parameter of an item of the standard, its own or the one it borrows.
    pub(crate) fn parameter<'a>(&'a self, item: &'a Item, name: &str) -> Option<&'a ItemParameter> {
        item.parameter(name).or_else(|| self.item(item.borrows.as_deref()?)?.parameter(name))
    }

    /// The readings it leaves open.
    pub fn options(&self) -> &[Reading] {
        &self.0.options
    }

    pub(crate) fn split(&self) -> [i128; 3] {
        self.0.split.as_ref().map_or([1; 3], |s| s.value.whole())
    }
}
