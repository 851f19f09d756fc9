//! A standards file as it is written: TOML, every value with its document and the date it takes effect.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::item::Part;
use super::item_file::RawItem;
use super::{
    Citation, Cited, Clause, Dated, Document, Exclusion, IndicatorRule, Precision, Reading, Split,
    StandardData, UnitRule,
};
use crate::date::Date;
use crate::error::{Error, ErrorKind, Text};
use crate::indicator::Indicator;
use crate::model::{Area, Field, SchoolKind, Sponsor, Stage};
use crate::numeric::Decimal;

const SCHEMA: &str = "junheng.standard/1";

// The figures of a standard are short: so every product of an amount, `per` and a weight stays within 128 bits
// (see `assess`), and a threshold times its floor within a `Decimal`.
pub(super) const MOST_PUPILS: u32 = 1000;
const HIGHEST_WEIGHT: u32 = 100;
const WEIGHT_DECIMALS: u8 = 3;
pub(super) const HIGHEST_VALUE: u32 = 1_000_000_000;
pub(super) const VALUE_DECIMALS: u8 = 4;
/// More decimals than this cannot be told apart on paper, nor held beside the tie.
const PRINTED_DECIMALS: u8 = 9;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<String>,
    id: Spanned<String>,
    title: String,
    title_en: Option<String>,
    extends: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    tighten_only: Option<Spanned<bool>>,
    #[serde(default)]
    documents: BTreeMap<String, RawDocument>,
    #[serde(default)]
    exclusion: Vec<Spanned<RawExclusion>>,
    split: Option<Spanned<RawSplit>>,
    #[serde(default)]
    indicator: Vec<Spanned<RawIndicator>>,
    #[serde(default)]
    unit_rule: Vec<RawUnitRule>,
    #[serde(default)]
    cv_limit: Vec<Spanned<RawStageValues>>,
    #[serde(default)]
    composite_limit: Vec<Spanned<RawStageValues>>,
    #[serde(default)]
    clause: Vec<RawClause>,
    precision: Option<RawPrecision>,
    #[serde(default)]
    option: Vec<RawOption>,
    #[serde(default)]
    parts: Vec<Spanned<String>>,
    #[serde(default)]
    item: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDocument {
    title: Spanned<String>,
    number: Spanned<String>,
    from: Option<Spanned<String>>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExclusion {
    reason: Spanned<String>,
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    #[serde(default)]
    sponsors: Vec<Spanned<String>>,
    students_below: Option<Spanned<u32>>,
    title: String,
    title_en: String,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSplit {
    primary: Spanned<String>,
    junior: Spanned<String>,
    senior: Spanned<String>,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIndicator {
    id: Spanned<String>,
    name: Option<Spanned<String>>,
    name_en: Option<Spanned<String>>,
    unit: Option<Spanned<String>>,
    per: Option<Spanned<u32>>,
    shared: Option<Spanned<bool>>,
    mean_decimals: Option<Spanned<u8>>,
    #[serde(default)]
    threshold: Vec<Spanned<RawStageValues>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStageValues {
    from: Spanned<String>,
    primary: Option<Spanned<String>>,
    junior: Option<Spanned<String>>,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUnitRule {
    from: Spanned<String>,
    meet_at_least: Spanned<u32>,
    floor: Spanned<String>,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClause {
    id: Spanned<String>,
    indicator: Spanned<String>,
    title: String,
    title_en: String,
    from: Spanned<String>,
    until: Spanned<String>,
    adds: Vec<Spanned<String>>,
    #[serde(default)]
    areas: Vec<Spanned<String>>,
    students_from: Option<u32>,
    students_below: Option<u32>,
    dense_city_centre: Option<bool>,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrecision {
    value: u8,
    mean: u8,
    cv: u8,
    percent: Option<u8>,
    figure: Option<u8>,
    document: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOption {
    name: Spanned<String>,
    default: Spanned<String>,
    values: Vec<String>,
    title: String,
    title_en: String,
}

/// Reads a file; `base` finds the standard it extends. Only a file that ships with the library may leave a date
/// of effect unknown.
pub(super) fn parse(
    name: &str,
    text: &str,
    shipped: bool,
    base: impl FnOnce(&str) -> Option<Arc<StandardData>>,
) -> Result<StandardData, Error> {
    let kind = Text::new("标准文件", "standards file");
    read(name, text, shipped, kind, |loader, file| loader.load(file, base))
}

/// Reads a file of one kind, whose shape is `F`: what `load` makes of it, or all its problems.
pub(super) fn read<F: DeserializeOwned, T>(
    name: &str,
    text: &str,
    shipped: bool,
    kind: Text,
    load: impl FnOnce(&mut Loader<'_>, F) -> Option<T>,
) -> Result<T, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut loader = Loader { text, problems: Vec::new(), layer: 0, shipped, documents: Vec::new() };
    match toml::from_str::<F>(text) {
        Err(error) => {
            let mut message = error.message().trim().to_owned();
            // TOML has dates of its own, which its reader calls a map.
            let written = error.span().and_then(|span| text.get(span)).unwrap_or_default();
            if written.parse::<Date>().is_ok() {
                message = format!("a date is text, expected \"{written}\"");
            }
            let Text { zh, en } = kind;
            loader.problem(
                error.span(),
                format!("不是有效的{zh}：{message}"),
                format!("not a valid {en}: {message}"),
            );
        }
        Ok(file) => {
            if let Some(data) = load(&mut loader, file)
                && loader.problems.is_empty()
            {
                return Ok(data);
            }
        }
    }
    loader.problems.sort_by_key(|(line, _)| *line);
    Err(Error::new(ErrorKind::Standard { name: name.into(), problems: loader.problems }))
}

pub(super) struct Loader<'a> {
    text: &'a str,
    problems: Vec<(usize, Text)>,
    pub(super) layer: usize,
    pub(super) shipped: bool,
    documents: Vec<(String, Arc<Document>)>,
}

impl Loader<'_> {
    pub(super) fn problem(
        &mut self,
        span: Option<Range<usize>>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        let line =
            span.and_then(|s| self.text.get(..s.start)).map_or(0, |before| before.matches('\n').count() + 1);
        self.problems.push((line, Text::new(zh, en)));
    }

    /// The schema and the identifier of a file.
    pub(super) fn head(&mut self, schema: &Spanned<String>, expected: &str, id: &Spanned<String>) {
        if schema.as_ref() != expected {
            let found = schema.as_ref();
            self.problem(
                Some(schema.span()),
                format!("schema 应为 \"{expected}\"，而不是 \"{found}\""),
                format!("schema must be \"{expected}\", not \"{found}\""),
            );
        }
        let text = id.as_ref().trim();
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
            self.problem(
                Some(id.span()),
                "id 应由字母、数字、“-”、“_”或“.”组成",
                "id must be made of letters, digits, '-', '_' or '.'",
            );
        }
    }

    /// The documents that a file cites.
    pub(super) fn read_documents(&mut self, raw: &BTreeMap<String, RawDocument>) {
        for (key, raw) in raw {
            let from = raw.from.as_ref().and_then(|d| self.date(d));
            for (text, key) in [(&raw.title, "title"), (&raw.number, "number")] {
                if text.as_ref().trim().is_empty() {
                    self.problem(
                        Some(text.span()),
                        format!("{key} 不能为空"),
                        format!("{key} cannot be blank"),
                    );
                }
            }
            let document = Document {
                title: raw.title.as_ref().clone(),
                number: raw.number.as_ref().clone(),
                from,
                note: raw.note.clone(),
            };
            self.documents.push((key.clone(), Arc::new(document)));
        }
    }

    /// The documents read so far.
    pub(super) fn cited(&self) -> Vec<Arc<Document>> {
        self.documents.iter().map(|(_, document)| document.clone()).collect()
    }

    fn load(
        &mut self,
        mut file: File,
        base: impl FnOnce(&str) -> Option<Arc<StandardData>>,
    ) -> Option<StandardData> {
        self.head(&file.schema, SCHEMA, &file.id);
        let id = file.id.as_ref().trim();
        let mut data = match &file.extends {
            None => StandardData::default(),
            Some(extends) => match base(extends.as_ref()) {
                Some(base) => StandardData::clone(&base),
                None => {
                    let name = extends.as_ref();
                    self.problem(
                        Some(extends.span()),
                        format!("没有名为“{name}”的标准可供扩展"),
                        format!("there is no standard {name:?} to extend"),
                    );
                    return None;
                }
            },
        };
        let overlay = file.extends.is_some();
        self.read_documents(&file.documents);
        data.documents.extend(self.cited());
        if file.title.trim().is_empty() {
            self.problem(None, "title 不能为空", "title cannot be blank");
        }
        if overlay {
            if data.overlays.iter().any(|known| known == id) {
                self.problem(
                    Some(file.id.span()),
                    format!("扩展标准 {id} 已经用过一次"),
                    format!("the overlay {id} is applied already"),
                );
            }
            if data.id == id {
                self.problem(
                    Some(file.id.span()),
                    format!("id 不能与所扩展的标准“{id}”相同"),
                    format!("id cannot be that of the standard extended, {id:?}"),
                );
            }
            data.overlays.push(id.to_owned());
            self.layer = data.overlays.len();
            data.titles
                .push((file.title.clone(), file.title_en.clone().unwrap_or_else(|| file.title.clone())));
            self.refuse_in_overlay(&file);
        } else {
            data.id = id.to_owned();
            data.titles =
                vec![(file.title.clone(), file.title_en.clone().unwrap_or_else(|| file.title.clone()))];
            data.tighten_only = file.tighten_only.as_ref().is_some_and(|t| *t.as_ref());
            match &file.from {
                Some(from) => data.from = self.date(from).unwrap_or(data.from),
                None => self.problem(
                    None,
                    "缺少 from（标准施行之日）",
                    "from, the date the standard takes effect, is missing",
                ),
            }
        }
        self.indicators(&file, &mut data, overlay);
        let tighten = overlay && data.tighten_only;
        let rules: Vec<_> = file
            .unit_rule
            .iter()
            .filter_map(|raw| Some((raw.from.span(), self.unit_rule(raw, data.indicators.len())?)))
            .collect();
        self.settle(rules, &mut data.unit_rule, |new, old| {
            if !tighten {
                None
            } else if new.floor < old.floor {
                Some((new.floor.to_string(), old.floor.to_string()))
            } else {
                let (new, old) = (new.meet_at_least, old.meet_at_least);
                (new < old).then(|| (new.to_string(), old.to_string()))
            }
        });
        if !data.unit_rule.is_empty() {
            self.judged_indicators(&data);
        }
        self.stage_values(&file.cv_limit, &mut data.cv_limit, tighten, Ordering::Greater);
        self.stage_values(&file.composite_limit, &mut data.composite_limit, tighten, Ordering::Greater);
        let items = std::mem::take(&mut file.item);
        if !overlay {
            data.parts = file.parts.iter().filter_map(|p| self.known(p, "parts", Part::from_id)).collect();
            self.base_only(file, &mut data);
        }
        self.items(&items, &mut data, overlay);
        Some(data)
    }

    /// What an overlay cannot touch: it changes values, never the shape of its base.
    fn refuse_in_overlay(&mut self, file: &File) {
        let mut refused: Vec<(Option<Range<usize>>, &str)> = Vec::new();
        refused.extend(file.exclusion.first().map(|e| (Some(e.span()), "exclusion")));
        refused.extend(file.split.as_ref().map(|s| (Some(s.span()), "split")));
        refused.extend(file.clause.first().map(|c| (Some(c.id.span()), "clause")));
        refused.extend(file.precision.as_ref().map(|p| (Some(p.document.span()), "precision")));
        refused.extend(file.option.first().map(|o| (Some(o.name.span()), "option")));
        refused.extend(file.parts.first().map(|p| (Some(p.span()), "parts")));
        refused.extend(file.from.as_ref().map(|f| (Some(f.span()), "from")));
        refused.extend(file.tighten_only.as_ref().map(|t| (Some(t.span()), "tighten_only")));
        for (span, key) in refused {
            self.problem(span, format!("扩展标准不能改动 {key}"), format!("an overlay cannot change {key}"));
        }
    }

    fn indicators(&mut self, file: &File, data: &mut StandardData, overlay: bool) {
        let mut seen = Vec::new();
        for raw in &file.indicator {
            let raw = raw.get_ref();
            let Some(indicator) = Indicator::from_id(raw.id.as_ref()) else {
                let id = raw.id.as_ref();
                self.problem(
                    Some(raw.id.span()),
                    format!("没有名为“{id}”的指标"),
                    format!("there is no indicator {id:?}"),
                );
                continue;
            };
            if let Some(unit) = raw.unit.as_ref().filter(|u| u.as_ref() != indicator.unit().id()) {
                let expected = indicator.unit().id();
                self.problem(
                    Some(unit.span()),
                    format!("{indicator} 的单位应为 {expected}"),
                    format!("the unit of {indicator} is {expected}"),
                );
            }
            if seen.contains(&indicator) {
                self.problem(
                    Some(raw.id.span()),
                    format!("指标 {indicator} 出现了两次"),
                    format!("the indicator {indicator} occurs twice"),
                );
                continue;
            }
            seen.push(indicator);
            let known = data.indicators.iter().position(|i| i.indicator == indicator);
            let place = match known {
                Some(place) => place,
                None if overlay => {
                    self.problem(
                        Some(raw.id.span()),
                        format!("所扩展的标准没有指标 {indicator}"),
                        format!("the standard extended has no indicator {indicator}"),
                    );
                    continue;
                }
                None => match self.new_indicator(raw, indicator) {
                    Some(rule) => {
                        data.indicators.push(rule);
                        data.indicators.len() - 1
                    }
                    None => continue,
                },
            };
            if overlay {
                let old = &data.indicators[place];
                let changed = [
                    raw.name.as_ref().filter(|n| *n.as_ref() != old.name).map(|n| (n.span(), "name")),
                    raw.name_en
                        .as_ref()
                        .filter(|n| *n.as_ref() != old.name_en)
                        .map(|n| (n.span(), "name_en")),
                    raw.per.as_ref().filter(|p| *p.as_ref() != old.per).map(|p| (p.span(), "per")),
                    raw.shared.as_ref().filter(|s| *s.as_ref() != old.shared).map(|s| (s.span(), "shared")),
                    raw.mean_decimals
                        .as_ref()
                        .filter(|d| Some(*d.as_ref()) != old.mean_decimals)
                        .map(|d| (d.span(), "mean_decimals")),
                ];
                for (span, key) in changed.into_iter().flatten() {
                    self.problem(
                        Some(span),
                        format!("扩展标准不能改动指标的 {key}"),
                        format!("an overlay cannot change {key} of an indicator"),
                    );
                }
            }
            let tighten = overlay && data.tighten_only;
            let thresholds = &mut data.indicators[place].thresholds;
            self.stage_values(&raw.threshold, thresholds, tighten, Ordering::Less);
        }
    }

    fn new_indicator(&mut self, raw: &RawIndicator, indicator: Indicator) -> Option<IndicatorRule> {
        let (Some(name), Some(_), Some(per), Some(shared)) = (&raw.name, &raw.unit, &raw.per, &raw.shared)
        else {
            self.problem(
                Some(raw.id.span()),
                "指标缺少 name、unit、per 或 shared",
                "the indicator lacks name, unit, per or shared",
            );
            return None;
        };
        if !(1..=MOST_PUPILS).contains(per.as_ref()) {
            self.problem(
                Some(per.span()),
                format!("per 应为 1 至 {MOST_PUPILS}"),
                format!("per must be 1 to {MOST_PUPILS}"),
            );
        }
        if let Some(decimals) = &raw.mean_decimals {
            self.printed_decimals(decimals.span(), &[*decimals.as_ref()]);
        }
        Some(IndicatorRule {
            indicator,
            name: name.as_ref().clone(),
            name_en: raw.name_en.as_ref().map_or_else(|| indicator.en().to_owned(), |n| n.as_ref().clone()),
            per: *per.as_ref(),
            shared: *shared.as_ref(),
            mean_decimals: raw.mean_decimals.as_ref().map(|d| *d.as_ref()),
            thresholds: [Vec::new(), Vec::new()],
        })
    }

    fn printed_decimals(&mut self, span: Range<usize>, decimals: &[u8]) {
        if decimals.iter().any(|d| *d > PRINTED_DECIMALS) {
            self.problem(
                Some(span),
                format!("小数位数不能多于 {PRINTED_DECIMALS}"),
                format!("more than {PRINTED_DECIMALS} decimals cannot be printed"),
            );
        }
    }

    /// A rule on single units needs something to hold every value against.
    fn judged_indicators(&mut self, data: &StandardData) {
        for rule in &data.indicators {
            for (stage, values) in Stage::COMPULSORY.iter().zip(&rule.thresholds) {
                if values.is_empty() {
                    let (zh, id) = (stage.zh(), rule.indicator);
                    self.problem(
                        None,
                        format!("有 unit_rule，指标 {id} 却没有{zh}的 threshold"),
                        format!("there is a unit_rule, but {id} has no threshold for the {stage} stage"),
                    );
                }
            }
        }
    }

    /// Reads values by stage; `looser` is the order of a new value to an old one that makes it looser.
    fn stage_values(
        &mut self,
        raws: &[Spanned<RawStageValues>],
        into: &mut [Vec<Dated<Decimal>>; 2],
        tighten: bool,
        looser: Ordering,
    ) {
        let mut own = [Vec::new(), Vec::new()];
        for raw in raws {
            let span = raw.span();
            let raw = raw.get_ref();
            let (from, cite) = (self.date(&raw.from), self.citation(&raw.document, raw.article.as_deref()));
            if raw.primary.is_none() && raw.junior.is_none() {
                self.problem(Some(span), "缺少 primary 或 junior", "primary or junior is missing");
            }
            for (own, value) in own.iter_mut().zip([&raw.primary, &raw.junior]) {
                let Some(spanned) = value else { continue };
                let value = self.short_decimal(spanned, HIGHEST_VALUE, VALUE_DECIMALS);
                let (Some(value), Some(from), Some(cite)) = (value, from, cite.clone()) else { continue };
                own.push((spanned.span(), Dated { layer: self.layer, from, value, cite }));
            }
        }
        for (own, into) in own.into_iter().zip(into) {
            self.settle(own, into, |new, old| {
                (tighten && new.cmp(old) == looser).then(|| (new.to_string(), old.to_string()))
            });
        }
    }

    /// Adds a file's own values to those it extends.
    ///
    /// Refuses two from one day, and one that `looser` finds looser than what it replaces at any time while it holds.
    fn settle<T>(
        &mut self,
        own: Vec<(Range<usize>, Dated<T>)>,
        into: &mut Vec<Dated<T>>,
        looser: impl Fn(&T, &T) -> Option<(String, String)>,
    ) {
        for (place, (span, value)) in own.iter().enumerate() {
            let from = value.from;
            if own.iter().take(place).any(|(_, other)| other.from == from) {
                self.problem(
                    Some(span.clone()),
                    format!("自 {from} 起有两个数值"),
                    format!("there are two values from {from}"),
                );
            }
            let until = own.iter().map(|(_, other)| other.from).filter(|f| *f > from).min();
            let later = into.iter().map(|old| old.from).filter(|f| *f > from && until.is_none_or(|u| *f < u));
            let replaced =
                std::iter::once(from).chain(later).filter_map(|date| super::in_force(into, Some(date)));
            if let Some((new, old)) = replaced.filter_map(|old| looser(&value.value, &old.value)).next() {
                self.looser(span.clone(), &new, &old);
            }
        }
        into.extend(own.into_iter().map(|(_, value)| value));
    }

    pub(super) fn looser(&mut self, span: Range<usize>, value: &str, old: &str) {
        self.problem(
            Some(span),
            format!("{value} 比所扩展的标准（{old}）宽松，该标准只许从严"),
            format!("{value} is looser than the standard extended ({old}), which may only be tightened"),
        );
    }

    fn unit_rule(&mut self, raw: &RawUnitRule, indicators: usize) -> Option<Dated<UnitRule>> {
        let (from, cite) = (self.date(&raw.from), self.citation(&raw.document, raw.article.as_deref()));
        let floor = self.decimal(&raw.floor);
        let enough = *raw.meet_at_least.as_ref();
        if !(1..=indicators).contains(&(enough as usize)) {
            self.problem(
                Some(raw.meet_at_least.span()),
                format!("meet_at_least 应为 1 至 {indicators}（指标数）"),
                format!("meet_at_least must be 1 to {indicators}, the number of indicators"),
            );
        }
        if floor.is_some_and(|f| f.parts().1 > VALUE_DECIMALS) {
            self.problem(
                Some(raw.floor.span()),
                format!("floor 不能多于 {VALUE_DECIMALS} 位小数"),
                format!("floor cannot have more than {VALUE_DECIMALS} decimals"),
            );
        }
        if floor.is_some_and(|f| f > Decimal::ONE) {
            self.problem(
                Some(raw.floor.span()),
                "floor 是比例，不能大于 1",
                "floor is a share and cannot exceed 1",
            );
        }
        Some(Dated {
            layer: self.layer,
            from: from?,
            value: UnitRule { meet_at_least: enough, floor: floor? },
            cite: cite?,
        })
    }

    fn base_only(&mut self, file: File, data: &mut StandardData) {
        if data.indicators.is_empty() {
            self.problem(None, "标准没有任何指标", "the standard has no indicator");
        }
        for raw in file.exclusion {
            let raw = raw.into_inner();
            let kinds = self.list(&raw.kinds, SchoolKind::from_text);
            let sponsors = self.list(&raw.sponsors, Sponsor::from_text);
            let below = raw.students_below.as_ref().map(|below| *below.as_ref());
            if raw.kinds.is_empty() && raw.sponsors.is_empty() && below.is_none_or(|below| below == 0) {
                self.problem(
                    Some(raw.reason.span()),
                    "exclusion 没有条件：应有 kinds、sponsors 或大于零的 students_below",
                    "the exclusion has no condition: kinds, sponsors or students_below above zero was expected",
                );
            }
            if let Some(cite) = self.citation(&raw.document, raw.article.as_deref()) {
                data.exclusions.push(Exclusion {
                    reason: raw.reason.into_inner().into(),
                    kinds,
                    sponsors,
                    students_below: below,
                    title: Text::new(raw.title, raw.title_en),
                    cite,
                });
            }
        }
        if let Some(raw) = file.split {
            let raw = raw.into_inner();
            let weights = [&raw.primary, &raw.junior, &raw.senior]
                .map(|weight| self.short_decimal(weight, HIGHEST_WEIGHT, WEIGHT_DECIMALS));
            let cite = self.citation(&raw.document, raw.article.as_deref());
            if let ([Some(p), Some(j), Some(s)], Some(cite)) = (weights, cite) {
                data.split = Some(Cited { value: Split { weights: [p, j, s] }, cite });
            }
        } else {
            self.problem(
                None,
                "缺少 split（共用资源的分摊权重）",
                "split, the weights for shared resources, is missing",
            );
        }
        for raw in file.clause {
            if let Some(clause) = self.clause(&raw, data) {
                data.clauses.push(clause);
            }
        }
        match file.precision {
            Some(raw) => {
                let (percent, figure) = (raw.percent.unwrap_or(1), raw.figure.unwrap_or(0));
                self.printed_decimals(raw.document.span(), &[raw.value, raw.mean, raw.cv, percent, figure]);
                if let Some(cite) = self.citation(&raw.document, None) {
                    data.precision = Some(Cited {
                        value: Precision { value: raw.value, mean: raw.mean, cv: raw.cv, percent, figure },
                        cite,
                    });
                }
            }
            None => self.problem(
                None,
                "缺少 precision（印出的小数位数）",
                "precision, the printed decimals, is missing",
            ),
        }
        for raw in file.option {
            if !raw.values.contains(raw.default.as_ref()) {
                self.problem(
                    Some(raw.default.span()),
                    "默认读法不在 values 之中",
                    "the default is not among the values",
                );
            }
            if data.options.iter().any(|known| known.name == *raw.name.as_ref()) {
                let name = raw.name.as_ref();
                self.problem(
                    Some(raw.name.span()),
                    format!("选项 {name} 出现了两次"),
                    format!("the option {name} occurs twice"),
                );
            }
            data.options.push(Reading {
                name: raw.name.into_inner(),
                default: raw.default.into_inner(),
                values: raw.values,
                title: Text::new(raw.title, raw.title_en),
            });
        }
    }

    fn clause(&mut self, raw: &RawClause, data: &StandardData) -> Option<Clause> {
        let indicator = Indicator::from_id(raw.indicator.as_ref())
            .filter(|i| data.indicators.iter().any(|r| r.indicator == *i));
        if indicator.is_none() {
            let id = raw.indicator.as_ref();
            self.problem(
                Some(raw.indicator.span()),
                format!("没有名为“{id}”的指标"),
                format!("there is no indicator {id:?}"),
            );
        }
        let fits = |field: &Field| indicator.is_none_or(|indicator| indicator.takes(*field));
        let adds = self.list(&raw.adds, |id| Field::from_id(id).filter(|f| f.is_numeric()).filter(fits));
        if raw.adds.is_empty() {
            self.problem(Some(raw.id.span()), "adds 没有列出任何列", "adds lists no column");
        }
        let areas = self.list(&raw.areas, Area::from_text);
        let (from, until) = (self.date(&raw.from), self.date(&raw.until));
        let cite = self.citation(&raw.document, raw.article.as_deref());
        if from.zip(until).is_some_and(|(from, until)| from > until) {
            self.problem(Some(raw.until.span()), "until 早于 from", "until is before from");
        }
        if raw.students_from.zip(raw.students_below).is_some_and(|(from, below)| from >= below) {
            self.problem(
                Some(raw.id.span()),
                "students_from 应小于 students_below",
                "students_from must be less than students_below",
            );
        }
        // Two at once could count the same column twice, and an explanation names one.
        let at_once = |known: &&Clause| {
            let overlap =
                from.zip(until).is_some_and(|(from, until)| from <= known.until && known.from <= until);
            Some(known.indicator) == indicator && overlap
        };
        if let Some(known) = data.clauses.iter().find(at_once) {
            self.problem(
                Some(raw.id.span()),
                format!("与条款 {} 同时适用于同一指标", known.id),
                format!("it holds for the same indicator at the same time as {}", known.id),
            );
        }
        Some(Clause {
            id: raw.id.as_ref().as_str().into(),
            indicator: indicator?,
            title: Text::new(&raw.title, &raw.title_en),
            from: from?,
            until: until?,
            adds,
            areas,
            students_from: raw.students_from,
            students_below: raw.students_below,
            dense_city_centre: raw.dense_city_centre,
            cite: cite?,
        })
    }

    pub(super) fn list<T: PartialEq>(
        &mut self,
        raw: &[Spanned<String>],
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut out = Vec::new();
        for item in raw {
            match read(item.as_ref()) {
                Some(value) if out.contains(&value) => {
                    let text = item.as_ref();
                    self.problem(
                        Some(item.span()),
                        format!("“{text}”出现了两次"),
                        format!("{text:?} occurs twice"),
                    );
                }
                Some(value) => out.push(value),
                None => {
                    let text = item.as_ref();
                    self.problem(
                        Some(item.span()),
                        format!("不认识“{text}”"),
                        format!("{text:?} is not known"),
                    );
                }
            }
        }
        out
    }

    pub(super) fn date(&mut self, raw: &Spanned<String>) -> Option<Date> {
        let date = raw.as_ref().parse();
        if date.is_err() {
            let text = raw.as_ref();
            self.problem(
                Some(raw.span()),
                format!("“{text}”不是日期，应写作 YYYY-MM-DD"),
                format!("{text:?} is not a date, expected YYYY-MM-DD"),
            );
        }
        date.ok()
    }

    pub(super) fn decimal(&mut self, raw: &Spanned<String>) -> Option<Decimal> {
        let value = raw.as_ref().parse().ok().filter(|d: &Decimal| !d.is_negative());
        if value.is_none() {
            let text = raw.as_ref();
            self.problem(
                Some(raw.span()),
                format!("“{text}”不是不小于零的小数，应如 \"4.2\""),
                format!("{text:?} is not a decimal of zero or more, expected something like \"4.2\""),
            );
        }
        value
    }

    /// A decimal above zero and below `highest`, with few decimals.
    fn short_decimal(&mut self, raw: &Spanned<String>, highest: u32, decimals: u8) -> Option<Decimal> {
        let value = self.decimal(raw)?;
        let fits = !value.is_zero() && value < Decimal::from(highest) && value.parts().1 <= decimals;
        if !fits {
            let text = raw.as_ref();
            self.problem(
                Some(raw.span()),
                format!("“{text}”应大于零、小于 {highest}，至多 {decimals} 位小数"),
                format!("{text:?} must be above zero and below {highest}, with at most {decimals} decimals"),
            );
        }
        fits.then_some(value)
    }

    pub(super) fn citation(&mut self, document: &Spanned<String>, article: Option<&str>) -> Option<Citation> {
        let found = self.documents.iter().find(|(key, _)| key == document.as_ref()).map(|(_, d)| d.clone());
        match found {
            Some(document) => Some(Citation::new(document, article)),
            None => {
                let key = document.as_ref();
                self.problem(
                    Some(document.span()),
                    format!("documents 里没有文件“{key}”"),
                    format!("documents has no {key:?}"),
                );
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = r#"
schema = "junheng.standard/1"
id = "base"
title = "x"
from = "2020-01-01"
tighten_only = true
split = { primary = "1", junior = "1.1", senior = "1.32", document = "S" }
precision = { value = 2, mean = 2, cv = 3, document = "S" }
documents = { S = { title = "x", number = "x" } }
[[composite_limit]]
from = "2020-01-01"
primary = "0.65"
document = "S"
[[composite_limit]]
from = "2024-01-01"
primary = "0.55"
document = "S"
[[indicator]]
id = "books"
name = "x"
unit = "volumes"
per = 1
shared = true
"#;

    fn on_base(limits: &[(&str, &str)]) -> Result<StandardData, Error> {
        let base = Arc::new(parse("base", BASE, false, |_| None).expect("valid"));
        let mut text = String::from(
            "schema = \"junheng.standard/1\"\nid = \"x\"\ntitle = \"x\"\nextends = \"base\"\n\
             documents = { S = { title = \"x\", number = \"x\" } }\n",
        );
        for (from, primary) in limits {
            text += &format!(
                "[[composite_limit]]\nfrom = \"{from}\"\nprimary = \"{primary}\"\ndocument = \"S\"\n"
            );
        }
        parse("x", &text, false, |_| Some(base))
    }

    #[test]
    fn an_overlay_may_not_outlast_a_later_and_stricter_value_of_its_base() {
        // 0.60 is stricter than 0.65, but would hold on when the base asks for 0.55.
        let error = on_base(&[("2022-01-01", "0.60")]).expect_err("looser from 2024");
        assert_eq!(
            error.to_string(),
            "x line 8: 0.6 is looser than the standard extended (0.55), which may only be tightened"
        );
        // It does not where the overlay follows in time, in whatever order its values are written.
        assert!(on_base(&[("2022-01-01", "0.60"), ("2024-01-01", "0.55")]).is_ok());
        assert!(on_base(&[("2023-06-01", "0.50"), ("2022-01-01", "0.60")]).is_ok());
        assert!(on_base(&[("2022-01-01", "0.60"), ("2024-01-02", "0.55")]).is_err());
    }

    #[test]
    fn an_overlay_stands_over_a_later_value_of_its_base() {
        let data = on_base(&[("2022-01-01", "0.50")]).expect("stricter than both");
        for (day, value) in [("2021-12-31", "0.65"), ("2022-01-01", "0.50"), ("2024-01-01", "0.50")] {
            let found = super::super::in_force(&data.composite_limit[0], day.parse().ok());
            assert_eq!(found.map(|v| v.value), value.parse().ok(), "{day}");
        }
    }
}
