//! Scoring tables (评分表): what the work of a county government is given points for, as data.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use toml::Spanned;

use super::file::{Loader, RawDocument, read};
use super::{Citation, Document};
use crate::error::{Error, Text};
use crate::lang::Lang;
use crate::model::Answer;
use crate::numeric::Decimal;

const SCHEMA: &str = "junheng.score/1";
const EXAMPLE: &str = include_str!("data/scores/example.toml");

/// Points, steps and figures are short, so that every product and every sum of them is a [`Decimal`].
const DECIMALS: u8 = 2;
const MOST_POINTS: u32 = 1000;
const MOST_ITEMS: usize = 100;
const PERCENT: u32 = 100;

/// One of the four aspects of a county government's work (县级政府工作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Aspect {
    /// Opportunities to enter school (入学机会).
    #[doc(alias = "入学机会")]
    Admission,
    /// Mechanisms of support (保障机制).
    #[doc(alias = "保障机制")]
    Support,
    /// The teaching force (教师队伍).
    #[doc(alias = "教师队伍")]
    Teachers,
    /// Quality and management (质量与管理).
    #[doc(alias = "质量与管理")]
    Quality,
}

impl Aspect {
    /// All four, in the order of the regulation.
    pub const ALL: [Aspect; 4] = [Aspect::Admission, Aspect::Support, Aspect::Teachers, Aspect::Quality];

    /// Identifier in scoring tables and results.
    pub fn id(self) -> &'static str {
        match self {
            Aspect::Admission => "admission",
            Aspect::Support => "support",
            Aspect::Teachers => "teachers",
            Aspect::Quality => "quality",
        }
    }

    /// Name for people.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Aspect::Admission => lang.pick("入学机会", "admission"),
            Aspect::Support => lang.pick("保障机制", "support"),
            Aspect::Teachers => lang.pick("教师队伍", "teachers"),
            Aspect::Quality => lang.pick("质量与管理", "quality and management"),
        }
    }

    fn from_id(id: &str) -> Option<Self> {
        Aspect::ALL.into_iter().find(|aspect| aspect.id() == id)
    }
}

/// The indicators of the regulation, in its order; a table may give one several items (`b05.1`, `b05.2`).
const INDICATORS: [(&str, Aspect); 17] = [
    ("b01", Aspect::Admission),
    ("b02", Aspect::Admission),
    ("b03", Aspect::Admission),
    ("b04", Aspect::Admission),
    ("b05", Aspect::Support),
    ("b06", Aspect::Support),
    ("b07", Aspect::Support),
    ("b08", Aspect::Support),
    ("b09", Aspect::Teachers),
    ("b10", Aspect::Teachers),
    ("b11", Aspect::Teachers),
    ("b12", Aspect::Teachers),
    ("b13", Aspect::Quality),
    ("b14", Aspect::Quality),
    ("b15", Aspect::Quality),
    ("b16", Aspect::Quality),
    ("b17", Aspect::Quality),
];

/// How an item of a [`ScoreTable`] gives its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScoreRule {
    /// The evaluators give the points, from none to all: with 6 points, `4.5` is 4.5.
    Points,
    /// Yes gives all points, no takes the deduction off: with 6 points and a deduction of 4, no gives 2.
    Answer {
        /// What a no takes off.
        deduction: Decimal,
    },
    /// A figure that reaches `at_least` per cent gives all points; below, the deduction is taken off for what is
    /// lacking, as `steps` counts it, down to none.
    ShareAtLeast {
        /// The figure that gives all points, in per cent.
        at_least: Decimal,
        /// What is taken off for each step.
        deduction: Decimal,
        /// How steps are counted.
        steps: Steps,
    },
}

/// How what a figure lacks is counted in steps of percentage points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Steps {
    /// In proportion, a step being one percentage point: 1.5 points short are 1.5 steps.
    Linear,
    /// Every step begun counts: with steps of one, 1.5 points short are 2 steps.
    Begun(Decimal),
    /// Only full steps count: with steps of one, 1.5 points short are 1 step.
    Full(Decimal),
}

impl Steps {
    fn count(self, lacking: Decimal) -> Option<Decimal> {
        let (size, begun) = match self {
            Steps::Linear => return Some(lacking),
            Steps::Begun(size) => (size, true),
            Steps::Full(size) => (size, false),
        };
        let scale = size.parts().1.max(lacking.parts().1);
        let (lacking, size) = (lacking.at_scale(scale), size.at_scale(scale));
        let full = lacking.checked_div(size)?;
        let more = i128::from(begun && lacking % size != 0);
        Decimal::from_i128(full + more, 0).ok()
    }
}

/// One item of a [`ScoreTable`] (评分项目).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreItem {
    id: String,
    aspect: Aspect,
    title: Text,
    points: Decimal,
    rule: ScoreRule,
    cite: Citation,
}

impl ScoreItem {
    /// Identifier: that of the indicator, `b05`, or of one of several items of it, `b05.1`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The indicator of the regulation it belongs to, `b01` to `b17`.
    pub fn indicator(&self) -> &str {
        indicator_of(&self.id)
    }

    /// The aspect it belongs to.
    pub fn aspect(&self) -> Aspect {
        self.aspect
    }

    /// What is looked at.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title.zh, &self.title.en)
    }

    /// The most points it gives.
    pub fn points(&self) -> Decimal {
        self.points
    }

    /// How it gives them.
    pub fn rule(&self) -> ScoreRule {
        self.rule
    }

    /// Where it stands.
    pub fn cite(&self) -> &Citation {
        &self.cite
    }

    /// The points that an answer gives, exactly; `None` where the answer is of another kind than the rule asks for,
    /// or beyond its range.
    ///
    /// # Examples
    /// ```
    /// use junheng::{ScoreTable, model::Answer};
    ///
    /// let table = ScoreTable::example();
    /// // 6 points, half a point off for each percentage point below 80.
    /// let item = table.item("b03").unwrap();
    /// assert_eq!(item.score(Answer::Percent("78.5".parse()?)), Some("5.25".parse()?));
    /// assert_eq!(item.score(Answer::Yes(true)), None);
    /// # Ok::<(), junheng::ParseDecimalError>(())
    /// ```
    pub fn score(&self, answer: Answer) -> Option<Decimal> {
        if !answer.is_valid() {
            return None;
        }
        match (self.rule, answer) {
            (ScoreRule::Points, Answer::Points(points)) => (points <= self.points).then_some(points),
            (ScoreRule::Answer { .. }, Answer::Yes(true)) => Some(self.points),
            (ScoreRule::Answer { deduction }, Answer::Yes(false)) => self.points.checked_sub(deduction),
            (ScoreRule::ShareAtLeast { at_least, deduction, steps }, Answer::Percent(figure)) => {
                if figure >= at_least {
                    return Some(self.points);
                }
                let off = steps.count(at_least.checked_sub(figure)?)?.checked_mul(deduction)?;
                Some(self.points.checked_sub(off)?.max(Decimal::ZERO))
            }
            _ => None,
        }
    }

    /// The fewest points any answer gives.
    pub(crate) fn least(&self) -> Decimal {
        let worst = match self.rule {
            ScoreRule::Points => Answer::Points(Decimal::ZERO),
            ScoreRule::Answer { .. } => Answer::Yes(false),
            ScoreRule::ShareAtLeast { .. } => Answer::Percent(Decimal::ZERO),
        };
        self.score(worst).unwrap_or_default()
    }

    /// What an answer must be.
    pub(crate) fn expected(&self) -> Text {
        let points = self.points;
        match self.rule {
            ScoreRule::Points => Text::new(
                format!("0 至 {points} 的分数，至多 {} 位小数", Answer::DECIMALS),
                format!("points from 0 to {points} with at most {} decimals", Answer::DECIMALS),
            ),
            ScoreRule::Answer { .. } => Text::new("“是”或“否”", "yes or no"),
            ScoreRule::ShareAtLeast { .. } => Text::new(
                format!("0 至 {PERCENT} 的百分数，至多 {} 位小数", Answer::DECIMALS),
                format!("a percentage from 0 to {PERCENT} with at most {} decimals", Answer::DECIMALS),
            ),
        }
    }
}

fn indicator_of(id: &str) -> &str {
    id.split_once('.').map_or(id, |(indicator, _)| indicator)
}

#[derive(Debug)]
struct ScoreData {
    id: String,
    title: Text,
    example: bool,
    total: Decimal,
    documents: Vec<Arc<Document>>,
    items: Vec<ScoreItem>,
}

/// A scoring table (评分表): the seventeen indicators of a county government's work with the points that a province
/// gives for them (教督〔2012〕3号).
///
/// There is no national table: the one that ships is an [example](Self::is_example), to be replaced by the province's.
///
/// # Examples
/// ```
/// use junheng::{ScoreTable, Lang};
///
/// let table = ScoreTable::example();
/// assert_eq!((table.items().len(), table.total().to_string()), (17, "100".to_owned()));
/// assert!(table.is_example() && table.title(Lang::En).contains("example"));
/// ```
#[doc(alias = "评分表")]
#[derive(Clone, Debug)]
pub struct ScoreTable(Arc<ScoreData>);

impl ScoreTable {
    /// The example that ships: no regulation of any place.
    pub fn example() -> Self {
        static TABLE: OnceLock<ScoreTable> = OnceLock::new();
        // A test reads it; a file that ships with the library is not a user's to get wrong.
        #[allow(clippy::expect_used)]
        TABLE
            .get_or_init(|| ScoreTable::from_toml("example", EXAMPLE).expect("the shipped table is valid"))
            .clone()
    }

    /// The table of this name (`example`), or the one in this file.
    ///
    /// # Errors
    /// An unreadable file, a file that is not valid: every problem with its line.
    pub fn open(name_or_path: &str) -> Result<Self, Error> {
        if name_or_path == "example" {
            return Ok(Self::example());
        }
        Self::from_toml(name_or_path, &super::read(name_or_path)?)
    }

    /// A table from its text (`junheng.score/1`); `name` is what errors call it.
    ///
    /// # Errors
    /// Every problem with its line: an indicator of the regulation that no item belongs to, an item twice, items out of
    /// the order of the regulation, points that do not make up the total, a deduction larger than the points …
    pub fn from_toml(name: &str, text: &str) -> Result<Self, Error> {
        let kind = Text::new("评分表", "scoring table");
        read(name, text, false, kind, |loader, file| loader.score_table(file))
            .map(|data| ScoreTable(Arc::new(data)))
    }

    /// Identifier.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Title.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.0.title.zh, &self.0.title.en)
    }

    /// Whether it is an example and no regulation; results say so.
    pub fn is_example(&self) -> bool {
        self.0.example
    }

    /// The points of all items together.
    pub fn total(&self) -> Decimal {
        self.0.total
    }

    /// The documents it cites.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.0.documents.iter().map(Arc::as_ref)
    }

    /// Its items, in the order of the regulation.
    pub fn items(&self) -> &[ScoreItem] {
        &self.0.items
    }

    /// The item with this identifier.
    pub fn item(&self, id: &str) -> Option<&ScoreItem> {
        self.0.items.iter().find(|item| item.id == id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<String>,
    id: Spanned<String>,
    title: String,
    title_en: Option<String>,
    #[serde(default)]
    example: bool,
    total: Spanned<String>,
    #[serde(default)]
    documents: BTreeMap<String, RawDocument>,
    #[serde(default)]
    item: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    id: Spanned<String>,
    aspect: Spanned<String>,
    title: Spanned<String>,
    title_en: Option<String>,
    points: Spanned<String>,
    rule: Spanned<String>,
    at_least: Option<Spanned<String>>,
    deduction: Option<Spanned<String>>,
    steps: Option<Spanned<String>>,
    step: Option<Spanned<String>>,
    document: Spanned<String>,
    article: Option<String>,
}

impl Loader<'_> {
    fn score_table(&mut self, file: File) -> Option<ScoreData> {
        self.head(&file.schema, SCHEMA, &file.id);
        self.read_documents(&file.documents);
        if file.title.trim().is_empty() {
            self.problem(None, "title 不能为空", "title cannot be blank");
        }
        let total = self.figure(&file.total, "total", MOST_POINTS);
        if file.item.len() > MOST_ITEMS {
            self.problem(
                None,
                format!("评分表至多 {MOST_ITEMS} 个项目"),
                format!("a scoring table has at most {MOST_ITEMS} items"),
            );
        }
        let mut items: Vec<ScoreItem> = Vec::new();
        let mut last = 0;
        for raw in &file.item {
            if let Some(place) = self.indicator(raw, last) {
                last = place;
            }
            let id = raw.id.as_ref();
            if items.iter().any(|item| item.id == *id) {
                self.problem(
                    Some(raw.id.span()),
                    format!("项目 {id} 出现了两次"),
                    format!("the item {id} occurs twice"),
                );
            }
            items.extend(self.score_item(raw));
        }
        let given = |id: &str| file.item.iter().any(|raw| indicator_of(raw.id.as_ref()) == id);
        let without: Vec<_> = INDICATORS.iter().map(|(id, _)| *id).filter(|id| !given(id)).collect();
        if !without.is_empty() {
            self.problem(
                None,
                format!("缺少指标 {} 的项目", without.join("、")),
                format!("no item belongs to {}", without.join(", ")),
            );
        }
        let sum = items.iter().try_fold(Decimal::ZERO, |sum, item| sum.checked_add(item.points));
        if let Some((total, sum)) = total.zip(sum)
            && items.len() == file.item.len()
            && total != sum
        {
            self.problem(
                Some(file.total.span()),
                format!("各项分值之和为 {sum}，不等于 total {total}"),
                format!("the points of the items make {sum}, not the total of {total}"),
            );
        }
        Some(ScoreData {
            id: file.id.into_inner(),
            title: Text::new(file.title.clone(), file.title_en.unwrap_or(file.title)),
            example: file.example,
            total: total?,
            documents: self.cited(),
            items,
        })
    }

    /// The place of an item's indicator, which must not come before that of the item before it.
    fn indicator(&mut self, raw: &RawItem, last: usize) -> Option<usize> {
        let id = raw.id.as_ref();
        let (indicator, rest) = id.split_once('.').map_or((id.as_str(), None), |(i, rest)| (i, Some(rest)));
        let place = INDICATORS.iter().position(|(known, _)| *known == indicator);
        let Some((place, (_, aspect))) = place.and_then(|at| Some((at, INDICATORS.get(at)?))) else {
            self.problem(
                Some(raw.id.span()),
                format!("没有指标“{indicator}”；应为 b01 至 b17，一个指标可分成几个项目，如 b05.1"),
                format!("there is no indicator {indicator:?}; b01 to b17 were expected, or items of one such as b05.1"),
            );
            return None;
        };
        if rest.is_some_and(|rest| rest.is_empty() || !rest.bytes().all(|b| b.is_ascii_alphanumeric())) {
            self.problem(
                Some(raw.id.span()),
                format!("“{id}”的点号之后应为字母或数字"),
                format!("{id:?} needs letters or digits behind the point"),
            );
        }
        if place < last {
            self.problem(
                Some(raw.id.span()),
                format!("项目 {id} 应排在前面，按 b01 至 b17 的顺序"),
                format!("the item {id} belongs further up, in the order b01 to b17"),
            );
        }
        if raw.aspect.as_ref() != aspect.id() {
            let expected = aspect.id();
            self.problem(
                Some(raw.aspect.span()),
                format!("{indicator} 的 aspect 应为 {expected}"),
                format!("the aspect of {indicator} is {expected}"),
            );
        }
        Some(place)
    }

    fn score_item(&mut self, raw: &RawItem) -> Option<ScoreItem> {
        if raw.title.as_ref().trim().is_empty() {
            self.problem(Some(raw.title.span()), "title 不能为空", "title cannot be blank");
        }
        let points = self.figure(&raw.points, "points", MOST_POINTS);
        let cite = self.citation(&raw.document, raw.article.as_deref());
        let rule = self.score_rule(raw, points);
        let title = raw.title.as_ref();
        Some(ScoreItem {
            id: raw.id.as_ref().clone(),
            aspect: Aspect::from_id(raw.aspect.as_ref())?,
            title: Text::new(title, raw.title_en.as_ref().unwrap_or(title)),
            points: points?,
            rule: rule?,
            cite: cite?,
        })
    }

    fn score_rule(&mut self, raw: &RawItem, points: Option<Decimal>) -> Option<ScoreRule> {
        let keys = [
            ("at_least", &raw.at_least),
            ("deduction", &raw.deduction),
            ("steps", &raw.steps),
            ("step", &raw.step),
        ];
        let rule = raw.rule.as_ref().as_str();
        // What each rule takes.
        let takes: &[&str] = match rule {
            "points" => &[],
            "answer" => &["deduction"],
            "share_at_least" => &["at_least", "deduction", "steps", "step"],
            _ => {
                self.problem(
                    Some(raw.rule.span()),
                    format!("rule 不能是“{rule}”；应为 points、answer 或 share_at_least"),
                    format!("rule cannot be {rule:?}; expected points, answer or share_at_least"),
                );
                return None;
            }
        };
        for (key, value) in keys {
            if let Some(value) = value.as_ref().filter(|_| !takes.contains(&key)) {
                self.problem(
                    Some(value.span()),
                    format!("rule = \"{rule}\" 不用 {key}"),
                    format!("rule = \"{rule}\" takes no {key}"),
                );
            }
        }
        let deduction =
            raw.deduction.as_ref().map(|value| (value.span(), self.figure(value, "deduction", MOST_POINTS)));
        if let Some((span, Some(deduction))) = &deduction
            && points.is_some_and(|points| *deduction > points)
        {
            self.problem(
                Some(span.clone()),
                "deduction 大于 points",
                "the deduction is larger than the points",
            );
        }
        match rule {
            "points" => Some(ScoreRule::Points),
            // A no takes all, unless the table says how much.
            "answer" => Some(ScoreRule::Answer { deduction: deduction.map_or(points, |(_, d)| d)? }),
            _ => self.share_rule(raw, deduction.and_then(|(_, deduction)| deduction)),
        }
    }

    fn share_rule(&mut self, raw: &RawItem, deduction: Option<Decimal>) -> Option<ScoreRule> {
        let (Some(at_least), Some(_), Some(steps)) = (&raw.at_least, &raw.deduction, &raw.steps) else {
            self.problem(
                Some(raw.rule.span()),
                "rule = \"share_at_least\" 需要 at_least、deduction 和 steps",
                "rule = \"share_at_least\" needs at_least, deduction and steps",
            );
            return None;
        };
        let at_least = self.figure(at_least, "at_least", PERCENT);
        let size = raw.step.as_ref().map(|step| self.figure(step, "step", PERCENT));
        let steps = match (steps.as_ref().as_str(), size) {
            ("linear", None) => Steps::Linear,
            ("linear", Some(_)) => {
                self.problem(
                    raw.step.as_ref().map(|step| step.span()),
                    "steps = \"linear\" 按每个百分点计，不用 step",
                    "steps = \"linear\" counts percentage points and takes no step",
                );
                return None;
            }
            ("begun", Some(size)) => Steps::Begun(size?),
            ("full", Some(size)) => Steps::Full(size?),
            ("begun" | "full", None) => {
                self.problem(
                    Some(steps.span()),
                    "缺少 step（每一步几个百分点）",
                    "step, the percentage points of a step, is missing",
                );
                return None;
            }
            (other, _) => {
                self.problem(
                    Some(steps.span()),
                    format!("steps 不能是“{other}”；应为 linear、begun 或 full"),
                    format!("steps cannot be {other:?}; expected linear, begun or full"),
                );
                return None;
            }
        };
        Some(ScoreRule::ShareAtLeast { at_least: at_least?, deduction: deduction?, steps })
    }

    /// A figure above zero, no larger than `most`, with few decimals.
    fn figure(&mut self, raw: &Spanned<String>, key: &str, most: u32) -> Option<Decimal> {
        let value = self.decimal(raw)?;
        let fits = !value.is_zero() && value <= Decimal::from(most) && value.parts().1 <= DECIMALS;
        if !fits {
            self.problem(
                Some(raw.span()),
                format!("{key} 应大于 0、不超过 {most}，至多 {DECIMALS} 位小数"),
                format!("{key} must be above 0 and at most {most}, with at most {DECIMALS} decimals"),
            );
        }
        fits.then_some(value)
    }
}
