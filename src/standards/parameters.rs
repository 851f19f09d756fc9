//! A standard as a list: every value in force on a day, and what differs between two standards.

use std::collections::BTreeSet;

use super::{Citation, Clause, Dated, Exclusion, Item, ItemParameter, Standard};
use crate::date::Date;
use crate::error::Text;
use crate::lang::Lang;
use crate::model::Stage;

/// A county code that lies in no area.
const NOWHERE: &str = "-";

/// One value of a standard, as it is in force on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    key: String,
    title: Text,
    value: String,
    unit: Text,
    from: Option<Date>,
    until: Option<Date>,
    cite: Option<Citation>,
    layer: String,
}

impl Parameter {
    fn new(key: String, title: Text, value: impl ToString) -> Self {
        Parameter {
            key,
            title,
            value: value.to_string(),
            unit: Text::new("", ""),
            from: None,
            until: None,
            cite: None,
            layer: String::new(),
        }
    }

    fn unit(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.unit = Text::new(zh, en);
        self
    }

    fn cite(mut self, cite: &Citation) -> Self {
        self.cite = Some(cite.clone());
        self
    }

    /// The source and date of a value, and the file that set it.
    fn dated<T>(mut self, dated: &Dated<T>, standard: &Standard) -> Self {
        self.layer = standard.layer_name(dated.layer);
        self.from = Some(dated.from);
        self.cite(&dated.cite)
    }

    /// Stable name, such as `threshold/sports_area/junior`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it is, in words.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title.zh, &self.title.en)
    }

    /// The value, with all its digits.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its unit, such as `m2 per pupil`; blank where it has none.
    pub fn unit_name(&self, lang: Lang) -> &str {
        lang.pick(&self.unit.zh, &self.unit.en)
    }

    /// The first day it holds; `None` where that is the day of the standard itself, or where the source of an overlay
    /// does not say.
    pub fn from(&self) -> Option<Date> {
        self.from
    }

    /// The last day it holds, where one is set.
    pub fn until(&self) -> Option<Date> {
        self.until
    }

    /// Where it stands; `None` of a choice that stands in no text.
    pub fn citation(&self) -> Option<&Citation> {
        self.cite.as_ref()
    }

    /// Identifier of the standard or the overlay that set it.
    pub fn layer(&self) -> &str {
        &self.layer
    }
}

/// A value in which two standards differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// As the first has it; `None` where it has none.
    pub left: Option<Parameter>,
    /// As the second has it; `None` where it has none.
    pub right: Option<Parameter>,
}

impl Difference {
    /// Name of the value, the same in both.
    pub fn key(&self) -> &str {
        self.left.as_ref().or(self.right.as_ref()).map_or("", Parameter::key)
    }
}

impl Standard {
    /// Every value in force on a day (`None`: the newest), as a list in the order of the standard.
    ///
    /// Before the standard takes effect these are its first values, as in an assessment; a clause is listed only
    /// on a day on which it holds.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Lang, Standard};
    ///
    /// let standard = Standard::quality_2017();
    /// let area = standard.parameters(None).find(|p| p.key() == "threshold/sports_area/junior").unwrap();
    /// assert_eq!((area.value(), area.unit_name(Lang::En)), ("10.2", "m2 per pupil"));
    /// assert_eq!(area.from().unwrap().to_string(), "2017-04-26");
    /// assert_eq!(area.citation().unwrap().to_string(), "教督〔2017〕6号 第五条");
    /// assert_eq!(area.layer(), "quality-2017");
    /// ```
    pub fn parameters(&self, date: Option<Date>) -> impl Iterator<Item = Parameter> {
        let mut rows = Vec::new();
        rows.extend(self.exclusions().iter().map(exclusion));
        self.list_split(&mut rows);
        self.list_indicators(date, &mut rows);
        self.list_limits(date, &mut rows);
        rows.extend(self.clauses().iter().filter(|c| c.holds_on(date)).map(clause));
        self.list_items(date, &mut rows);
        self.list_printing(&mut rows);
        rows.into_iter().map(|mut row| {
            if row.layer.is_empty() {
                self.id().clone_into(&mut row.layer);
            }
            row
        })
    }

    /// The values in which another standard differs on a day: another value or unit, or none at all.
    ///
    /// First those that this one has, in its order, then those that only the other has, in its own. The same value
    /// from another day or another document is no difference.
    ///
    /// # Examples
    /// ```
    /// use junheng::Standard;
    ///
    /// let (quality, basic) = (Standard::quality_2017(), Standard::basic_2012());
    /// let found = quality.diff(&basic, None);
    /// let per = found.iter().find(|d| d.key() == "per/above_qualified_teachers").unwrap();
    /// let value = |p: &Option<junheng::Parameter>| p.as_ref().map(|p| p.value().to_owned());
    /// assert_eq!((value(&per.left).unwrap(), value(&per.right).unwrap()), ("100".into(), "1".into()));
    /// assert!(quality.diff(&quality, None).is_empty());
    /// ```
    pub fn diff(&self, other: &Standard, date: Option<Date>) -> Vec<Difference> {
        let mut right: Vec<_> = other.parameters(date).collect();
        let mut found = Vec::new();
        for left in self.parameters(date) {
            let same_key = right.iter().position(|r| r.key == left.key);
            let right = same_key.map(|place| right.remove(place));
            if right.as_ref().is_none_or(|r| (&r.value, &r.unit) != (&left.value, &left.unit)) {
                found.push(Difference { left: Some(left), right });
            }
        }
        found.extend(right.into_iter().map(|right| Difference { left: None, right: Some(right) }));
        found
    }

    fn list_split(&self, rows: &mut Vec<Parameter>) {
        let Some(split) = self.split_weights() else { return };
        for (stage, weight) in Stage::ALL.into_iter().zip(split.value) {
            let title = Text::new(
                format!("共用资源分摊权重（{}）", stage.zh()),
                format!("weight in the split of shared resources, {stage} stage"),
            );
            rows.push(Parameter::new(format!("split/{stage}"), title, weight).cite(&split.cite));
        }
    }

    fn list_indicators(&self, date: Option<Date>, rows: &mut Vec<Parameter>) {
        for rule in self.indicators() {
            let (id, per) = (rule.indicator(), rule.per());
            let titled = |zh: &str, en: &str| {
                Text::new(format!("{}：{zh}", rule.name(Lang::Zh)), format!("{}: {en}", rule.name(Lang::En)))
            };
            let title = titled("按多少名学生计", "per how many pupils");
            rows.push(Parameter::new(format!("per/{id}"), title, per).unit("人", "pupils"));
            let title = titled("各学段是否共用", "whether the stages of a school share it");
            rows.push(Parameter::new(format!("shared/{id}"), title, rule.shared()));
            for stage in Stage::COMPULSORY {
                let Some(threshold) = rule.threshold(stage, date) else { continue };
                let title = titled(&format!("{}不低于", stage.zh()), &format!("at least, {stage} stage"));
                let unit = id.unit();
                let row = Parameter::new(format!("threshold/{id}/{stage}"), title, threshold.value);
                let row = match per {
                    1 => row.unit(format!("{}/生", unit.zh()), format!("{} per pupil", unit.id())),
                    per => row.unit(
                        format!("{}/{per} 名学生", unit.zh()),
                        format!("{} per {per} pupils", unit.id()),
                    ),
                };
                rows.push(row.dated(threshold, self));
            }
        }
    }

    fn list_limits(&self, date: Option<Date>, rows: &mut Vec<Parameter>) {
        if let Some(rule) = self.unit_rule(date) {
            let title = Text::new("至少达到的指标项数", "indicators that a unit must reach");
            let row = Parameter::new("unit_rule/meet_at_least".into(), title, rule.value.meet_at_least);
            rows.push(row.unit("项", "indicators").dated(rule, self));
            let title = Text::new(
                "每项指标不低于规定值的比例",
                "share of its threshold that every indicator must reach",
            );
            rows.push(Parameter::new("unit_rule/floor".into(), title, rule.value.floor).dated(rule, self));
        }
        for stage in Stage::COMPULSORY {
            if let Some(limit) = self.cv_limit(stage, date) {
                let title = Text::new(
                    format!("{}单项差异系数不超过", stage.zh()),
                    format!("each coefficient at most, {stage} stage"),
                );
                rows.push(Parameter::new(format!("cv_limit/{stage}"), title, limit.value).dated(limit, self));
            }
        }
        for stage in Stage::COMPULSORY {
            if let Some(limit) = self.composite_limit(stage, date) {
                let title = Text::new(
                    format!("{}综合差异系数不超过", stage.zh()),
                    format!("composite coefficient at most, {stage} stage"),
                );
                let row = Parameter::new(format!("composite_limit/{stage}"), title, limit.value);
                rows.push(row.dated(limit, self));
            }
        }
    }

    /// Items, what each is judged by in all places, and the clauses that hold.
    fn list_items(&self, date: Option<Date>, rows: &mut Vec<Parameter>) {
        for item in self.items().iter().filter(|item| item.is_asked_on(date)) {
            let title = Text::new(item.title(Lang::Zh), item.title(Lang::En));
            let mut row = Parameter::new(format!("item/{}", item.id()), title.clone(), item.procedure().id());
            row.from = item.from();
            row.layer = self.layer_name(item.layer);
            rows.push(row.cite(item.cite()));
            for parameter in item.parameters() {
                self.list_parameter(item, parameter, date, rows);
            }
            for clause in item.clauses().iter().filter(|clause| clause.holds_on(date)) {
                let title = Text::new(clause.title(Lang::Zh), clause.title(Lang::En));
                let sets = clause.sets.iter().map(|(name, [primary, junior])| {
                    let value =
                        |v: &Option<crate::Decimal>| v.map_or_else(|| "—".to_owned(), |v| v.to_string());
                    format!("{name} = {} / {}", value(primary), value(junior))
                });
                let sets = sets.collect::<Vec<_>>().join("; ");
                let mut row =
                    Parameter::new(format!("item/{}/clause/{}", item.id(), clause.id()), title, sets);
                (row.from, row.until) = (Some(clause.window().0), Some(clause.window().1));
                rows.push(row.cite(clause.cite()));
            }
        }
    }

    /// The values of a parameter in force: in general, and where an area has its own.
    fn list_parameter(
        &self,
        item: &Item,
        parameter: &ItemParameter,
        date: Option<Date>,
        rows: &mut Vec<Parameter>,
    ) {
        let areas: BTreeSet<&str> =
            parameter.values().iter().flat_map(|v| v.areas()).map(String::as_str).collect();
        let sign = parameter.direction().sign();
        for stage in Stage::COMPULSORY {
            let general = parameter.in_force(stage, date, NOWHERE);
            let own = areas.iter().map(|area| (Some(*area), parameter.in_force(stage, date, area)));
            for (area, found) in std::iter::once((None, general)).chain(own) {
                let Some((found, value)) = found.and_then(|f| Some((f, f.value(stage)?))) else { continue };
                if area.is_some() && general == Some(found) {
                    continue;
                }
                let place = area.map_or(String::new(), |area| format!("/{area}"));
                let title = Text::new(
                    format!("{}（{}，{}{place}）{sign}", item.title(Lang::Zh), parameter.name(), stage.zh()),
                    format!("{} ({}, {stage} stage{place}) {sign}", item.title(Lang::En), parameter.name()),
                );
                let key = format!("item/{}/{}/{stage}{place}", item.id(), parameter.name());
                let mut row = Parameter::new(key, title, value).cite(found.cite());
                row = row.unit(parameter.unit().zh(), parameter.unit().id());
                row.from = found.from();
                row.layer = self.layer_name(found.layer);
                rows.push(row);
            }
        }
    }

    /// The standard, or the overlay of a layer.
    fn layer_name(&self, layer: usize) -> String {
        let overlay = layer.checked_sub(1).and_then(|place| self.overlays().get(place));
        overlay.map_or(self.id(), String::as_str).to_owned()
    }

    fn list_printing(&self, rows: &mut Vec<Parameter>) {
        let precision = self.precision();
        let source = self.0.precision.as_ref().map(|p| p.cite.clone());
        let mut push = |key: String, zh: String, en: String, decimals: u8| {
            let mut row = Parameter::new(key, Text::new(zh, en), decimals).unit("位小数", "decimals");
            row.cite.clone_from(&source);
            rows.push(row);
        };
        for (id, zh, en, decimals) in [
            ("value", "学校数值", "value of a school", precision.value),
            ("mean", "全县平均值", "mean of a county", precision.mean),
            ("cv", "差异系数", "coefficients", precision.cv),
        ] {
            push(format!("precision/{id}"), format!("印出的{zh}"), format!("{en} as printed"), decimals);
        }
        if !self.items().is_empty() {
            for (id, zh, en, decimals) in [
                ("percent", "百分比", "percentages", precision.percent),
                ("figure", "其他数值", "other figures", precision.figure),
            ] {
                push(
                    format!("item/precision/{id}"),
                    format!("印出的各项目{zh}"),
                    format!("{en} of the items as printed"),
                    decimals,
                );
            }
        }
        for rule in self.indicators() {
            if let Some(decimals) = rule.mean_decimals {
                let (zh, en) = (rule.name(Lang::Zh), rule.name(Lang::En));
                push(
                    format!("precision/mean/{}", rule.indicator()),
                    format!("印出的全县平均值（{zh}）"),
                    format!("mean of a county as printed ({en})"),
                    decimals,
                );
            }
        }
        for option in self.options() {
            let title = Text::new(option.title(Lang::Zh), option.title(Lang::En));
            rows.push(Parameter::new(format!("option/{}", option.name()), title, option.default_value()));
        }
    }
}

fn exclusion(rule: &Exclusion) -> Parameter {
    let title = Text::new(
        format!("不参加评估：{}", rule.title(Lang::Zh)),
        format!("not assessed: {}", rule.title(Lang::En)),
    );
    let mut conditions = Vec::new();
    if !rule.kinds.is_empty() {
        conditions.push(format!("kinds = {}", joined(&rule.kinds)));
    }
    if !rule.sponsors.is_empty() {
        conditions.push(format!("sponsors = {}", joined(&rule.sponsors)));
    }
    conditions.extend(rule.students_below.map(|below| format!("students < {below}")));
    Parameter::new(format!("exclusion/{}", rule.reason()), title, conditions.join("; ")).cite(rule.cite())
}

fn clause(clause: &Clause) -> Parameter {
    let title = Text::new(clause.title(Lang::Zh), clause.title(Lang::En));
    let mut conditions = vec![format!("adds = {}", joined(&clause.adds))];
    if !clause.areas.is_empty() {
        conditions.push(format!("areas = {}", joined(&clause.areas)));
    }
    conditions.extend(clause.students_from.map(|from| format!("students >= {from}")));
    conditions.extend(clause.students_below.map(|below| format!("students < {below}")));
    conditions.extend(clause.dense_city_centre.map(|dense| format!("dense_city_centre = {dense}")));
    let (from, until) = clause.window();
    let mut row = Parameter::new(format!("clause/{}", clause.id()), title, conditions.join("; "));
    (row.from, row.until) = (Some(from), Some(until));
    row.cite(clause.cite())
}

fn joined<T: ToString>(parts: &[T]) -> String {
    parts.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
