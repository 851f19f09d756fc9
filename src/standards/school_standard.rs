//! Basic standards of schools (办学基本标准) of the provinces, as data: rows of requirements, and how many must be met.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use toml::Spanned;

use super::file::{HIGHEST_VALUE, Loader, MOST_PUPILS, RawDocument, VALUE_DECIMALS, read};
use super::{Citation, Direction, Document, UnitRule};
use crate::error::{Error, Text};
use crate::indicator::Indicator;
use crate::lang::Lang;
use crate::model::{Area, Field, FieldKind, Stage, Unit};
use crate::numeric::Decimal;

const SCHEMA: &str = "junheng.school-standard/1";
const EXAMPLE: &str = include_str!("data/school-standards/example.toml");

/// What a row of a [`SchoolStandard`] looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measured {
    /// The amount of an indicator per so many pupils of the stage.
    Indicator(Indicator, u32),
    /// Columns, of which each stage has its own or all share one, per so many pupils of the stage.
    PerPupil(Vec<Field>, u32),
    /// Columns over others, such as pupils over teachers.
    Over(Vec<Field>, Vec<Field>),
    /// Columns as they stand.
    Plain(Vec<Field>),
}

impl Measured {
    /// The unit of its value, before it is divided; of a quotient of two columns none.
    pub fn unit(&self) -> Unit {
        match self {
            Measured::Indicator(indicator, _) => indicator.unit(),
            Measured::PerPupil(fields, _) | Measured::Plain(fields) => {
                fields.first().map_or(Unit::None, |field| field.unit())
            }
            Measured::Over(..) => Unit::None,
        }
    }

    /// Whether it is a count, so that what is lacking is a whole number.
    pub(crate) fn is_counted(&self, stage: Stage) -> bool {
        let field = match self {
            Measured::Indicator(indicator, _) => Some(indicator.field(stage)),
            Measured::PerPupil(fields, _) | Measured::Over(fields, _) | Measured::Plain(fields) => {
                of_stage(fields, stage)
            }
        };
        field.is_some_and(|field| field.kind() == FieldKind::Count)
    }
}

/// The column of a stage among several: its own, or the one that all stages share.
pub(crate) fn of_stage(fields: &[Field], stage: Stage) -> Option<Field> {
    fields.iter().copied().find(|field| field.stage().is_none_or(|of| of == stage))
}

/// One requirement of a [`SchoolStandard`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolStandardRow {
    id: String,
    title: Text,
    measured: Measured,
    direction: Direction,
    /// By stage (primary, junior) and area; all areas of a stage or none.
    values: [BTreeMap<Area, Decimal>; 2],
    cite: Citation,
}

impl SchoolStandardRow {
    /// Identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it asks for.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title.zh, &self.title.en)
    }

    /// What it looks at.
    pub fn measured(&self) -> &Measured {
        &self.measured
    }

    /// Whether its value must reach the requirement or must not exceed it.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The requirement of a stage and an area; `None` where it does not ask anything of the stage.
    pub fn value(&self, stage: Stage, area: Area) -> Option<Decimal> {
        self.values.get(stage as usize)?.get(&area).copied()
    }

    /// Whether it asks anything of a stage.
    pub fn asks(&self, stage: Stage) -> bool {
        self.values.get(stage as usize).is_some_and(|values| !values.is_empty())
    }

    /// Where it stands.
    pub fn cite(&self) -> &Citation {
        &self.cite
    }
}

/// How many rows a stage of a school must meet, and how far it may fall short of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolStandardRule {
    pub(crate) rule: UnitRule,
    pub(crate) cite: Citation,
}

impl SchoolStandardRule {
    /// So many rows must be met.
    pub fn meet_at_least(&self) -> u32 {
        self.rule.meet_at_least
    }

    /// Of a row that is not met this share must be: 0.6 of what is required, or, where the value must not exceed the
    /// requirement, a value that would not exceed it if only 0.6 of it counted.
    pub fn floor(&self) -> Decimal {
        self.rule.floor
    }

    /// Where it stands.
    pub fn cite(&self) -> &Citation {
        &self.cite
    }
}

#[derive(Debug)]
struct Data {
    id: String,
    title: Text,
    example: bool,
    documents: Vec<Arc<Document>>,
    /// Primary, junior.
    rules: [Option<SchoolStandardRule>; 2],
    rows: Vec<SchoolStandardRow>,
}

/// The basic standard of schools of a province (省级办学基本标准), which every school must reach before a county is
/// recognised (教督〔2012〕3号): requirements by stage and area, and how many of them must be met.
///
/// There is no national one: the one that ships is an [example](Self::is_example), to be replaced by the province's.
///
/// # Examples
/// ```
/// use junheng::{SchoolStandard, model::Stage};
///
/// let standard = SchoolStandard::example();
/// let rule = standard.rule(Stage::Primary).unwrap();
/// assert_eq!((rule.meet_at_least(), rule.floor().to_string()), (8, "0.6".to_owned()));
/// assert_eq!(standard.rows().iter().filter(|row| row.asks(Stage::Primary)).count(), 10);
/// ```
#[doc(alias = "办学基本标准")]
#[derive(Clone, Debug)]
pub struct SchoolStandard(Arc<Data>);

impl SchoolStandard {
    /// The example that ships: no regulation of any place.
    pub fn example() -> Self {
        static TABLE: OnceLock<SchoolStandard> = OnceLock::new();
        // A test reads it; a file that ships with the library is not a user's to get wrong.
        #[allow(clippy::expect_used)]
        TABLE
            .get_or_init(|| {
                SchoolStandard::from_toml("example", EXAMPLE).expect("the shipped table is valid")
            })
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

    /// A table from its text (`junheng.school-standard/1`); `name` is what errors call it.
    ///
    /// # Errors
    /// Every problem with its line: a row that asks for nothing, that gives two values for one stage and area or leaves
    /// an area out, a column that is no number, a rule that does not count the rows there are …
    pub fn from_toml(name: &str, text: &str) -> Result<Self, Error> {
        let kind = Text::new("办学基本标准表", "table of a basic standard of schools");
        read(name, text, false, kind, |loader, file| loader.school_standard(file))
            .map(|data| SchoolStandard(Arc::new(data)))
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

    /// The documents it cites.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.0.documents.iter().map(Arc::as_ref)
    }

    /// Its requirements, in the order of the file.
    pub fn rows(&self) -> &[SchoolStandardRow] {
        &self.0.rows
    }

    /// How many of them a stage must meet; `None` for the senior stage.
    pub fn rule(&self, stage: Stage) -> Option<&SchoolStandardRule> {
        self.0.rules.get(stage as usize)?.as_ref()
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
    #[serde(default)]
    documents: BTreeMap<String, RawDocument>,
    #[serde(default)]
    rule: Vec<Spanned<RawRule>>,
    #[serde(default)]
    row: Vec<RawRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    stages: Vec<Spanned<String>>,
    meet_at_least: Spanned<u32>,
    of: Spanned<u32>,
    floor: Spanned<String>,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    id: Spanned<String>,
    title: Spanned<String>,
    title_en: Option<String>,
    indicator: Option<Spanned<String>>,
    #[serde(default)]
    columns: Vec<Spanned<String>>,
    per: Option<Spanned<u32>>,
    #[serde(default)]
    over: Vec<Spanned<String>>,
    comparison: Spanned<String>,
    #[serde(default)]
    value: Vec<Spanned<RawValue>>,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValue {
    #[serde(default)]
    areas: Vec<Spanned<String>>,
    value: Option<Spanned<String>>,
    primary: Option<Spanned<String>>,
    junior: Option<Spanned<String>>,
}

impl Loader<'_> {
    fn school_standard(&mut self, file: File) -> Option<Data> {
        self.head(&file.schema, SCHEMA, &file.id);
        self.read_documents(&file.documents);
        if file.title.trim().is_empty() {
            self.problem(None, "title 不能为空", "title cannot be blank");
        }
        let mut rows: Vec<SchoolStandardRow> = Vec::new();
        for (place, raw) in file.row.iter().enumerate() {
            let id = raw.id.as_ref();
            if file.row.iter().take(place).any(|other| other.id.as_ref() == id) {
                self.problem(
                    Some(raw.id.span()),
                    format!("要求 {id} 出现了两次"),
                    format!("the row {id} occurs twice"),
                );
            }
            rows.extend(self.standard_row(raw));
        }
        let whole = rows.len() == file.row.len();
        let mut rules = [None, None];
        for raw in &file.rule {
            self.standard_rule(raw.span(), raw.get_ref(), whole.then_some(&rows), &mut rules);
        }
        for (stage, rule) in Stage::COMPULSORY.into_iter().zip(&rules) {
            if rule.is_none() && !file.rule.iter().any(|raw| names(&raw.get_ref().stages, stage)) {
                self.problem(
                    None,
                    format!("缺少{}的 rule（应达到几项）", stage.zh()),
                    format!("the rule of the {stage} stage, how many rows must be met, is missing"),
                );
            }
        }
        Some(Data {
            id: file.id.into_inner(),
            title: Text::new(file.title.clone(), file.title_en.unwrap_or(file.title)),
            example: file.example,
            documents: self.cited(),
            rules,
            rows,
        })
    }

    /// A rule; `rows` are those of the file, where all of them are valid.
    fn standard_rule(
        &mut self,
        span: Range<usize>,
        raw: &RawRule,
        rows: Option<&Vec<SchoolStandardRow>>,
        rules: &mut [Option<SchoolStandardRule>; 2],
    ) {
        let stages = self.list(&raw.stages, compulsory);
        if raw.stages.is_empty() {
            self.problem(Some(span), "stages 没有列出任何学段", "stages lists no stage");
        }
        let (enough, of) = (*raw.meet_at_least.as_ref(), *raw.of.as_ref());
        if !(1..=of).contains(&enough) {
            self.problem(
                Some(raw.meet_at_least.span()),
                format!("meet_at_least 应为 1 至 {of}（of）"),
                format!("meet_at_least must be 1 to {of}, as many as of says"),
            );
        }
        let floor = self.decimal(&raw.floor);
        if floor.is_some_and(|floor| floor > Decimal::ONE || floor.parts().1 > VALUE_DECIMALS) {
            self.problem(
                Some(raw.floor.span()),
                format!("floor 是比例，不能大于 1，至多 {VALUE_DECIMALS} 位小数"),
                format!("floor is a share: at most 1, with at most {VALUE_DECIMALS} decimals"),
            );
        }
        let cite = self.citation(&raw.document, raw.article.as_deref());
        for stage in stages {
            let asked = rows.map(|rows| rows.iter().filter(|row| row.asks(stage)).count());
            if let Some(asked) = asked.filter(|asked| *asked != of as usize) {
                self.problem(
                    Some(raw.of.span()),
                    format!("of 写 {of} 项，而对{}有要求的有 {asked} 项", stage.zh()),
                    format!("of says {of}, while {asked} rows ask something of the {stage} stage"),
                );
            }
            let Some(slot) = rules.get_mut(stage as usize) else { continue };
            if slot.is_some() {
                self.problem(
                    Some(raw.meet_at_least.span()),
                    format!("{}有两条 rule", stage.zh()),
                    format!("the {stage} stage has two rules"),
                );
            }
            if let Some((floor, cite)) = floor.zip(cite.clone()) {
                *slot = Some(SchoolStandardRule { rule: UnitRule { meet_at_least: enough, floor }, cite });
            }
        }
    }

    fn standard_row(&mut self, raw: &RawRow) -> Option<SchoolStandardRow> {
        if raw.id.as_ref().trim().is_empty() {
            self.problem(Some(raw.id.span()), "id 不能为空", "id cannot be blank");
        }
        if raw.title.as_ref().trim().is_empty() {
            self.problem(Some(raw.title.span()), "title 不能为空", "title cannot be blank");
        }
        let direction = self.known(&raw.comparison, "comparison", |id| match id {
            "at_least" => Some(Direction::AtLeast),
            "at_most" => Some(Direction::AtMost),
            _ => None,
        });
        let values = self.standard_values(raw, direction);
        let measured = self.measured(raw, &values);
        let cite = self.citation(&raw.document, raw.article.as_deref());
        let title = raw.title.as_ref();
        Some(SchoolStandardRow {
            id: raw.id.as_ref().clone(),
            title: Text::new(title, raw.title_en.as_ref().unwrap_or(title)),
            measured: measured?,
            direction: direction?,
            values,
            cite: cite?,
        })
    }

    /// What a row looks at: an indicator, or columns; per pupils, over others, or as they stand.
    fn measured(&mut self, raw: &RawRow, values: &[BTreeMap<Area, Decimal>; 2]) -> Option<Measured> {
        let span = raw.id.span();
        if raw.indicator.is_some() != raw.columns.is_empty() {
            self.problem(
                Some(span),
                "应写 indicator 或 columns，只写其一",
                "either indicator or columns was expected, and one of them only",
            );
            return None;
        }
        if raw.per.is_some() && !raw.over.is_empty() {
            self.problem(Some(span), "per 和 over 只能写其一", "per and over cannot both be given");
            return None;
        }
        let per = raw.per.as_ref().map(|per| *per.as_ref());
        if let Some(per) = raw.per.as_ref().filter(|per| !(1..=MOST_PUPILS).contains(per.as_ref())) {
            self.problem(
                Some(per.span()),
                format!("per 应为 1 至 {MOST_PUPILS}"),
                format!("per must be 1 to {MOST_PUPILS}"),
            );
            return None;
        }
        if let Some(indicator) = &raw.indicator {
            let found = self.known(indicator, "indicator", Indicator::from_id)?;
            let Some(per) = per else {
                self.problem(
                    Some(indicator.span()),
                    "indicator 需要 per（按多少名学生计）",
                    "an indicator needs per, the number of pupils",
                );
                return None;
            };
            return Some(Measured::Indicator(found, per));
        }
        let asked = |stage: &Stage| values.get(*stage as usize).is_some_and(|values| !values.is_empty());
        let stages: Vec<_> = Stage::COMPULSORY.into_iter().filter(asked).collect();
        let columns = self.standard_columns(&raw.columns, &stages)?;
        if let Some(per) = per {
            return Some(Measured::PerPupil(columns, per));
        }
        if raw.over.is_empty() {
            return Some(Measured::Plain(columns));
        }
        Some(Measured::Over(columns, self.standard_columns(&raw.over, &stages)?))
    }

    /// Columns of numbers, one for each of the stages.
    fn standard_columns(&mut self, raw: &[Spanned<String>], stages: &[Stage]) -> Option<Vec<Field>> {
        let fields = self.list(raw, |id| Field::from_id(id).filter(|field| field.is_numeric()));
        let span = raw.first().map(Spanned::span);
        if fields.len() != raw.len() {
            return None;
        }
        for stage in stages {
            let mine = |field: &&Field| field.stage().is_none_or(|of| of == *stage);
            let count = fields.iter().filter(mine).count();
            if count != 1 {
                self.problem(
                    span,
                    format!("{}应有一列，这里有 {count} 列", stage.zh()),
                    format!("the {stage} stage needs one column, here are {count}"),
                );
                return None;
            }
        }
        Some(fields)
    }

    /// The values by stage and area: of a stage, one for every area or none at all.
    fn standard_values(
        &mut self,
        raw: &RawRow,
        direction: Option<Direction>,
    ) -> [BTreeMap<Area, Decimal>; 2] {
        let mut values = [BTreeMap::new(), BTreeMap::new()];
        for raw in &raw.value {
            let (span, raw) = (raw.span(), raw.get_ref());
            let areas = self.list(&raw.areas, Area::from_text);
            let areas = if raw.areas.is_empty() { Area::ALL.to_vec() } else { areas };
            let given = [&raw.value, &raw.primary, &raw.junior];
            for figure in given.into_iter().flatten() {
                self.standard_value(figure, direction);
            }
            if given.into_iter().all(Option::is_none) {
                self.problem(
                    Some(span.clone()),
                    "缺少 value、primary 或 junior",
                    "value, primary or junior is missing",
                );
            }
            let by_stage = self.by_stage(&raw.value, &raw.primary, &raw.junior);
            for ((stage, value), into) in Stage::COMPULSORY.into_iter().zip(by_stage).zip(&mut values) {
                let Some(value) = value else { continue };
                for area in &areas {
                    if into.insert(*area, value).is_some() {
                        self.problem(
                            Some(span.clone()),
                            format!("{}{}有两个数值", stage.zh(), area.zh()),
                            format!("there are two values for the {stage} stage, {area}"),
                        );
                    }
                }
            }
        }
        for (stage, values) in Stage::COMPULSORY.into_iter().zip(&values) {
            let without: Vec<_> = Area::ALL.iter().filter(|area| !values.contains_key(area)).collect();
            if !values.is_empty() && !without.is_empty() {
                let zh: Vec<_> = without.iter().map(|area| area.zh()).collect();
                let en: Vec<_> = without.iter().map(|area| area.id()).collect();
                self.problem(
                    Some(raw.id.span()),
                    format!("{}缺少{}的数值", stage.zh(), zh.join("、")),
                    format!("the {stage} stage has no value for {}", en.join(", ")),
                );
            }
        }
        if raw.value.is_empty() {
            self.problem(Some(raw.id.span()), "这一行没有数值", "the row has no value");
        }
        values
    }

    /// Refuses a value that asks for nothing, or that is too long for exact arithmetic.
    fn standard_value(&mut self, raw: &Spanned<String>, direction: Option<Direction>) {
        let Ok(value) = raw.as_ref().parse::<Decimal>() else { return };
        if direction == Some(Direction::AtLeast) && value.is_zero() {
            self.problem(Some(raw.span()), "不低于 0 等于没有要求", "at least 0 asks for nothing");
        }
        if value >= Decimal::from(HIGHEST_VALUE) || value.parts().1 > VALUE_DECIMALS {
            let text = raw.as_ref();
            self.problem(
                Some(raw.span()),
                format!("“{text}”应小于 {HIGHEST_VALUE}，至多 {VALUE_DECIMALS} 位小数"),
                format!("{text:?} must be below {HIGHEST_VALUE}, with at most {VALUE_DECIMALS} decimals"),
            );
        }
    }
}

fn compulsory(id: &str) -> Option<Stage> {
    Stage::from_id(id).filter(|stage| Stage::COMPULSORY.contains(stage))
}

fn names(raw: &[Spanned<String>], stage: Stage) -> bool {
    raw.iter().any(|raw| raw.as_ref() == stage.id())
}
