//! A standards file as it is written: TOML, every value with its document and the date it takes effect.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
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
use crate::model::{Area, Field, SchoolKind, Sponsor};
use crate::numeric::Decimal;

const SCHEMA: &str = "junheng.standard/1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<String>,
    id: Spanned<String>,
    title: String,
    title_en: Option<String>,
    extends: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    tighten_only: Option<bool>,
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
struct RawDocument {
    title: String,
    number: String,
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
    students_below: Option<u32>,
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
    name: Option<String>,
    name_en: Option<String>,
    unit: Option<Spanned<String>>,
    per: Option<Spanned<u32>>,
    shared: Option<Spanned<bool>>,
    mean_decimals: Option<u8>,
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
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut loader = Loader { text, problems: Vec::new(), layer: 0, shipped, documents: Vec::new() };
    match toml::from_str::<File>(text) {
        Err(error) => {
            let message = error.message().trim().to_owned();
            loader.problem(
                error.span(),
                format!("不是有效的标准文件：{message}"),
                format!("not a valid standards file: {message}"),
            );
        }
        Ok(file) => {
            if let Some(data) = loader.load(file, base)
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

    fn load(
        &mut self,
        mut file: File,
        base: impl FnOnce(&str) -> Option<Arc<StandardData>>,
    ) -> Option<StandardData> {
        if file.schema.as_ref() != SCHEMA {
            let found = file.schema.as_ref();
            self.problem(
                Some(file.schema.span()),
                format!("schema 应为 \"{SCHEMA}\"，而不是 \"{found}\""),
                format!("schema must be \"{SCHEMA}\", not \"{found}\""),
            );
        }
        let id = file.id.as_ref().trim();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
            self.problem(
                Some(file.id.span()),
                "id 应由字母、数字、“-”、“_”或“.”组成",
                "id must be made of letters, digits, '-', '_' or '.'",
            );
        }
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
        for (key, raw) in &file.documents {
            let from = raw.from.as_ref().and_then(|d| self.date(d));
            let document = Document {
                title: raw.title.clone(),
                number: raw.number.clone(),
                from,
                note: raw.note.clone(),
            };
            self.documents.push((key.clone(), Arc::new(document)));
        }
        data.documents.extend(self.documents.iter().map(|(_, d)| d.clone()));
        if overlay {
            if data.overlays.iter().any(|known| known == id) {
                self.problem(
                    Some(file.id.span()),
                    format!("扩展标准 {id} 已经用过一次"),
                    format!("the overlay {id} is applied already"),
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
            data.tighten_only = file.tighten_only.unwrap_or(false);
            match &file.from {
                Some(from) => data.from = self.date(from)?,
                None => {
                    self.problem(
                        None,
                        "缺少 from（标准施行之日）",
                        "from, the date the standard takes effect, is missing",
                    );
                    return None;
                }
            }
        }
        self.indicators(&file, &mut data, overlay);
        let tighten = overlay && data.tighten_only;
        for raw in &file.unit_rule {
            let rule = self.unit_rule(raw);
            if let Some(rule) = rule {
                if tighten && let Some(old) = super::in_force(&data.unit_rule, Some(rule.from)) {
                    let span = raw.from.span();
                    if rule.value.floor < old.value.floor
                        || rule.value.meet_at_least < old.value.meet_at_least
                    {
                        self.looser(span, &rule.value.floor.to_string(), &old.value.floor.to_string());
                    }
                }
                data.unit_rule.push(rule);
            }
        }
        for raw in &file.cv_limit {
            self.stage_values(raw, &mut data.cv_limit, tighten, true);
        }
        for raw in &file.composite_limit {
            self.stage_values(raw, &mut data.composite_limit, tighten, true);
        }
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
        refused.extend(file.tighten_only.map(|_| (None, "tighten_only")));
        for (span, key) in refused {
            self.problem(span, format!("扩展标准不能改动 {key}"), format!("an overlay cannot change {key}"));
        }
    }

    fn indicators(&mut self, file: &File, data: &mut StandardData, overlay: bool) {
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
            let known = data.indicators.iter().position(|i| i.indicator == indicator);
            let place = match (overlay, known) {
                (true, Some(place)) => place,
                (true, None) => {
                    self.problem(
                        Some(raw.id.span()),
                        format!("所扩展的标准没有指标 {indicator}"),
                        format!("the standard extended has no indicator {indicator}"),
                    );
                    continue;
                }
                (false, Some(_)) => {
                    self.problem(
                        Some(raw.id.span()),
                        format!("指标 {indicator} 出现了两次"),
                        format!("the indicator {indicator} occurs twice"),
                    );
                    continue;
                }
                (false, None) => match self.new_indicator(raw, indicator) {
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
                    raw.per.as_ref().filter(|p| *p.as_ref() != old.per).map(|p| (p.span(), "per")),
                    raw.shared.as_ref().filter(|s| *s.as_ref() != old.shared).map(|s| (s.span(), "shared")),
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
            for threshold in &raw.threshold {
                self.stage_values(threshold, &mut data.indicators[place].thresholds, tighten, false);
            }
        }
    }

    fn new_indicator(&mut self, raw: &RawIndicator, indicator: Indicator) -> Option<IndicatorRule> {
        let (Some(name), Some(per), Some(shared)) = (&raw.name, &raw.per, &raw.shared) else {
            self.problem(
                Some(raw.id.span()),
                "指标缺少 name、per 或 shared",
                "the indicator lacks name, per or shared",
            );
            return None;
        };
        if *per.as_ref() == 0 {
            self.problem(Some(per.span()), "per 应大于零", "per must be above zero");
            return None;
        }
        Some(IndicatorRule {
            indicator,
            name: name.clone(),
            name_en: raw.name_en.clone().unwrap_or_else(|| indicator.en().to_owned()),
            per: *per.as_ref(),
            shared: *shared.as_ref(),
            mean_decimals: raw.mean_decimals,
            thresholds: [Vec::new(), Vec::new()],
        })
    }

    fn stage_values(
        &mut self,
        raw: &Spanned<RawStageValues>,
        into: &mut [Vec<Dated<Decimal>>; 2],
        tighten: bool,
        upper: bool,
    ) {
        let span = raw.span();
        let raw = raw.get_ref();
        let (from, cite) = (self.date(&raw.from), self.citation(&raw.document, raw.article.as_deref()));
        if raw.primary.is_none() && raw.junior.is_none() {
            self.problem(Some(span), "缺少 primary 或 junior", "primary or junior is missing");
        }
        for (stage, value) in [&raw.primary, &raw.junior].into_iter().enumerate() {
            let Some(spanned) = value else { continue };
            let (Some(value), Some(from), Some(cite)) = (self.decimal(spanned), from, cite.clone()) else {
                continue;
            };
            if tighten && let Some(old) = super::in_force(&into[stage], Some(from)) {
                let looser = if upper { value > old.value } else { value < old.value };
                if looser {
                    self.looser(spanned.span(), &value.to_string(), &old.value.to_string());
                }
            }
            into[stage].push(Dated { layer: self.layer, from, value, cite });
        }
    }

    pub(super) fn looser(&mut self, span: Range<usize>, value: &str, old: &str) {
        self.problem(
            Some(span),
            format!("{value} 比所扩展的标准（{old}）宽松，该标准只许从严"),
            format!("{value} is looser than the standard extended ({old}), which may only be tightened"),
        );
    }

    fn unit_rule(&mut self, raw: &RawUnitRule) -> Option<Dated<UnitRule>> {
        let (from, cite) = (self.date(&raw.from), self.citation(&raw.document, raw.article.as_deref()));
        let floor = self.decimal(&raw.floor);
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
            value: UnitRule { meet_at_least: *raw.meet_at_least.as_ref(), floor: floor? },
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
            if let Some(cite) = self.citation(&raw.document, raw.article.as_deref()) {
                data.exclusions.push(Exclusion {
                    reason: raw.reason.into_inner().into(),
                    kinds,
                    sponsors,
                    students_below: raw.students_below,
                    title: Text::new(raw.title, raw.title_en),
                    cite,
                });
            }
        }
        if let Some(raw) = file.split {
            let raw = raw.into_inner();
            let weights =
                [&raw.primary, &raw.junior, &raw.senior].map(|w| self.decimal(w).filter(|d| !d.is_zero()));
            let cite = self.citation(&raw.document, raw.article.as_deref());
            if let ([Some(p), Some(j), Some(s)], Some(cite)) = (weights, cite) {
                data.split = Some(Cited { value: Split { weights: [p, j, s] }, cite });
            } else {
                self.problem(
                    Some(raw.primary.span()),
                    "分摊权重应为正数",
                    "the weights of the split must be positive",
                );
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
                // More decimals than this cannot be told apart on paper, nor held beside the tie.
                let (percent, figure) = (raw.percent.unwrap_or(1), raw.figure.unwrap_or(0));
                let fits = [raw.value, raw.mean, raw.cv, percent, figure].iter().all(|d| *d <= 9);
                if !fits {
                    self.problem(
                        Some(raw.document.span()),
                        "小数位数不能多于 9",
                        "more than 9 decimals cannot be printed",
                    );
                }
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
        let numeric = |id: &str| Field::from_id(id).filter(|f| f.is_numeric());
        let adds = self.list(&raw.adds, numeric);
        let areas = self.list(&raw.areas, Area::from_text);
        let (from, until) = (self.date(&raw.from), self.date(&raw.until));
        let cite = self.citation(&raw.document, raw.article.as_deref());
        if from > until {
            self.problem(Some(raw.until.span()), "until 早于 from", "until is before from");
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

    pub(super) fn list<T>(&mut self, raw: &[Spanned<String>], read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        for item in raw {
            match read(item.as_ref()) {
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

    pub(super) fn citation(&mut self, document: &Spanned<String>, article: Option<&str>) -> Option<Citation> {
        let found = self.documents.iter().find(|(key, _)| key == document.as_ref()).map(|(_, d)| d.clone());
        match found {
            Some(document) => Some(Citation { document, article: article.map(Into::into) }),
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
