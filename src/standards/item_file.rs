//! Items as they are written in a standards file.

use serde::Deserialize;
use toml::Spanned;

use super::StandardData;
use super::file::Loader;
use super::item::{
    Columns, Conditions, Direction, Item, ItemClause, ItemParameter, ParameterValue, Part, Procedure,
};
use crate::date::Date;
use crate::error::Text;
use crate::model::{Area, CountyField, Field, Stage, Unit};
use crate::numeric::Decimal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawItem {
    id: Spanned<String>,
    part: Option<Spanned<String>>,
    title: Option<String>,
    title_en: Option<String>,
    rule: Option<Spanned<String>>,
    #[serde(default)]
    columns: RawColumns,
    borrows: Option<Spanned<String>>,
    #[serde(default)]
    none_is_met: bool,
    #[serde(default)]
    includes: Vec<Spanned<String>>,
    from: Option<Spanned<String>>,
    document: Option<Spanned<String>>,
    article: Option<String>,
    #[serde(default)]
    parameter: Vec<RawParameter>,
    #[serde(default)]
    clause: Vec<RawItemClause>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumns {
    attested: Option<Spanned<String>>,
    #[serde(default)]
    numerator: Vec<Spanned<String>>,
    denominator: Option<Spanned<String>>,
    shown: Option<Spanned<String>>,
    school: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParameter {
    name: Spanned<String>,
    unit: Option<Spanned<String>>,
    direction: Option<Spanned<String>>,
    #[serde(default)]
    value: Vec<Spanned<RawParameterValue>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParameterValue {
    from: Spanned<String>,
    #[serde(default)]
    areas: Vec<Spanned<String>>,
    value: Option<Spanned<String>>,
    primary: Option<Spanned<String>>,
    junior: Option<Spanned<String>>,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItemClause {
    id: Spanned<String>,
    title: String,
    title_en: String,
    from: Spanned<String>,
    until: Spanned<String>,
    founded_until: Option<u16>,
    #[serde(default)]
    areas: Vec<Spanned<String>>,
    students_below: Option<u32>,
    largest_class_below: Option<u32>,
    migrant_share_above: Option<Spanned<String>>,
    sets: Vec<RawSet>,
    document: Spanned<String>,
    article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSet {
    parameter: Spanned<String>,
    value: Option<Spanned<String>>,
    primary: Option<Spanned<String>>,
    junior: Option<Spanned<String>>,
}

impl RawItem {
    /// Whether it says again what a veto says.
    fn repeats(&self, item: &Item) -> bool {
        let rule = self.rule.as_ref().map(|rule| rule.as_ref().as_str());
        item.procedure == Procedure::Veto
            && rule == Some(Procedure::Veto.id())
            && self.title.as_ref() == Some(&item.title.zh)
    }
}

impl Loader<'_> {
    pub(super) fn items(&mut self, raw: &[RawItem], data: &mut StandardData, overlay: bool) {
        for raw in raw {
            let id = raw.id.as_ref();
            let known = data.items.iter().position(|item| *item.id == **id);
            match (known, raw.rule.is_some()) {
                (Some(place), false) if overlay => {
                    let tighten = data.tighten_only;
                    if let Some(item) = data.items.get_mut(place) {
                        self.change_item(raw, item, tighten);
                    }
                }
                // Two overlays may both ask for a veto.
                (Some(place), true) if overlay && data.items.get(place).is_some_and(|i| raw.repeats(i)) => {}
                (Some(_), _) => self.problem(
                    Some(raw.id.span()),
                    format!("项目 {id} 出现了两次"),
                    format!("the item {id} occurs twice"),
                ),
                (None, false) if overlay => self.problem(
                    Some(raw.id.span()),
                    format!("所扩展的标准没有项目 {id}"),
                    format!("the standard extended has no item {id}"),
                ),
                (None, _) => {
                    if let Some(item) = self.new_item(raw, data, overlay) {
                        data.items.push(item);
                    }
                }
            }
        }
        data.items.sort_by_key(|item| item.part);
    }

    /// An overlay gives parameters of an item other values, and nothing else.
    fn change_item(&mut self, raw: &RawItem, item: &mut Item, tighten: bool) {
        let mut refused: Vec<&str> = Vec::new();
        refused.extend(raw.part.as_ref().map(|_| "part"));
        refused.extend(raw.title.as_ref().map(|_| "title"));
        refused.extend(raw.title_en.as_ref().map(|_| "title_en"));
        refused.extend(raw.from.as_ref().map(|_| "from"));
        refused.extend(raw.document.as_ref().map(|_| "document"));
        refused.extend(raw.article.as_ref().map(|_| "article"));
        refused.extend(raw.borrows.as_ref().map(|_| "borrows"));
        refused.extend(raw.none_is_met.then_some("none_is_met"));
        refused.extend(raw.includes.first().map(|_| "includes"));
        refused.extend(raw.clause.first().map(|_| "clause"));
        for key in refused {
            self.problem(
                Some(raw.id.span()),
                format!("扩展标准不能改动项目的 {key}"),
                format!("an overlay cannot change {key} of an item"),
            );
        }
        for raw in &raw.parameter {
            let name = raw.name.as_ref();
            let Some(parameter) = item.parameters.iter_mut().find(|p| p.name == *name) else {
                let known: Vec<_> = item.parameters.iter().map(|p| p.name.as_str()).collect();
                self.problem(
                    Some(raw.name.span()),
                    format!("项目没有参数“{name}”；有 {}", known.join("、")),
                    format!("the item has no parameter {name:?}; there are {}", known.join(", ")),
                );
                continue;
            };
            if let Some(unit) = raw.unit.as_ref().filter(|u| u.as_ref() != parameter.unit.id()) {
                let expected = parameter.unit.id();
                self.problem(
                    Some(unit.span()),
                    format!("参数 {name} 的单位应为 {expected}"),
                    format!("the unit of the parameter {name} is {expected}"),
                );
            }
            if let Some(direction) = &raw.direction {
                self.problem(
                    Some(direction.span()),
                    "扩展标准不能改动参数的 direction",
                    "an overlay cannot change the direction of a parameter",
                );
            }
            self.parameter_values(&raw.value, parameter, tighten);
        }
    }

    fn new_item(&mut self, raw: &RawItem, data: &StandardData, overlay: bool) -> Option<Item> {
        let span = raw.id.span();
        let (Some(part), Some(title), Some(rule), Some(document)) =
            (&raw.part, &raw.title, &raw.rule, &raw.document)
        else {
            self.problem(
                Some(span),
                "项目缺少 part、title、rule 或 document",
                "the item lacks part, title, rule or document",
            );
            return None;
        };
        let part = self.known(part, "part", |id| Part::from_id(id).filter(|p| data.parts.contains(p)));
        let procedure = self.known(rule, "rule", Procedure::from_id);
        if overlay && part.is_some_and(|part| part != Part::Veto) {
            self.problem(
                Some(span.clone()),
                "扩展标准只能增加一票否决项目（part = \"veto\"）",
                "an overlay can add items of the part \"veto\" only",
            );
        }
        let from = match &raw.from {
            Some(from) => self.date_or_unknown(from)?,
            None if overlay => {
                self.problem(Some(span.clone()), "增加的项目缺少 from", "the item added lacks from");
                None
            }
            None => None,
        };
        let columns = self.columns(&raw.columns);
        if let Some(procedure) = procedure {
            self.needed_columns(&span, procedure, &columns);
        }
        let includes = raw.includes.iter().filter_map(|reason| {
            let known = data.exclusions.iter().any(|e| *e.reason == **reason.as_ref());
            self.known(reason, "includes", |id| known.then(|| id.to_owned()))
        });
        let includes = includes.collect();
        let mut parameters: Vec<ItemParameter> = Vec::new();
        for raw in &raw.parameter {
            let name = raw.name.as_ref();
            let (Some(unit), Some(direction)) = (&raw.unit, &raw.direction) else {
                self.problem(
                    Some(raw.name.span()),
                    "参数缺少 unit 或 direction",
                    "the parameter lacks unit or direction",
                );
                continue;
            };
            let unit = self.known(unit, "unit", Unit::from_id);
            let direction = self.known(direction, "direction", Direction::from_id);
            let (Some(unit), Some(direction)) = (unit, direction) else { continue };
            let mut parameter = ItemParameter { name: name.clone(), unit, direction, values: Vec::new() };
            self.parameter_values(&raw.value, &mut parameter, false);
            parameters.push(parameter);
        }
        let procedure = procedure?;
        let lender = raw
            .borrows
            .as_ref()
            .and_then(|id| self.known(id, "borrows", |id| data.items.iter().find(|item| *item.id == *id)));
        for needed in procedure.parameters() {
            let all = parameters.iter().chain(lender.iter().flat_map(|item| &item.parameters));
            let values = all.filter(|p| p.name == *needed).flat_map(|p| &p.values);
            let given = |stage: Stage| values.clone().any(|v| v.value(stage).is_some() && v.areas.is_empty());
            if !Stage::COMPULSORY.into_iter().all(given) {
                self.problem(
                    Some(span.clone()),
                    format!("rule = \"{}\" 需要参数 {needed}，小学和初中都要有值", procedure.id()),
                    format!("rule = \"{}\" needs the parameter {needed}, for both stages", procedure.id()),
                );
            }
        }
        let clauses = raw.clause.iter().filter_map(|raw| self.item_clause(raw, &parameters)).collect();
        Some(Item {
            id: raw.id.as_ref().as_str().into(),
            layer: self.layer,
            part: part?,
            title: Text::new(title, raw.title_en.as_ref().unwrap_or(title)),
            procedure,
            columns,
            borrows: lender.map(|item| item.id.clone()),
            none_is_met: raw.none_is_met,
            includes,
            from,
            parameters,
            clauses,
            cite: self.citation(document, raw.article.as_deref())?,
        })
    }

    /// Without the columns that its procedure looks at an item would stay open for ever.
    fn needed_columns(&mut self, span: &std::ops::Range<usize>, procedure: Procedure, columns: &Columns) {
        let attested = columns.attested.is_some();
        let quotient = !columns.numerator.is_empty() && columns.denominator.is_some();
        let (given, needed) = match procedure {
            Procedure::Attested | Procedure::UniformFunding => (attested, "attested"),
            Procedure::RatioAtLeast | Procedure::NotBelow => (quotient, "numerator, denominator"),
            Procedure::Teachers => (quotient && columns.school.is_some(), "numerator, denominator, school"),
            _ => return,
        };
        if !given {
            let id = procedure.id();
            self.problem(
                Some(span.clone()),
                format!("rule = \"{id}\" 需要 columns 里的 {needed}"),
                format!("rule = \"{id}\" needs among its columns: {needed}"),
            );
        }
    }

    fn columns(&mut self, raw: &RawColumns) -> Columns {
        let answer = |id: &str| CountyField::from_id(id).filter(|field| field.is_answer());
        let attested = raw.attested.as_ref().and_then(|raw| self.known(raw, "column", answer));
        let number = |id: &str| CountyField::from_id(id).filter(|field| field.is_numeric());
        let mut one = |raw: &Spanned<String>| self.known(raw, "column", number);
        Columns {
            attested,
            numerator: raw.numerator.iter().filter_map(&mut one).collect(),
            denominator: raw.denominator.as_ref().and_then(&mut one),
            shown: raw.shown.as_ref().and_then(&mut one),
            school: raw.school.as_ref().and_then(|raw| self.known(raw, "column", Field::from_id)),
        }
    }

    fn parameter_values(
        &mut self,
        raw: &[Spanned<RawParameterValue>],
        parameter: &mut ItemParameter,
        tighten: bool,
    ) {
        for raw in raw {
            let span = raw.span();
            let raw = raw.get_ref();
            let from = self.date_or_unknown(&raw.from);
            let cite = self.citation(&raw.document, raw.article.as_deref());
            let areas = self.list(&raw.areas, |text| {
                let prefix = [2, 4, 6].contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
                prefix.then(|| text.to_owned())
            });
            let values = self.by_stage(&raw.value, &raw.primary, &raw.junior);
            if raw.value.is_none() && raw.primary.is_none() && raw.junior.is_none() {
                self.problem(
                    Some(span.clone()),
                    "缺少 value、primary 或 junior",
                    "value, primary or junior is missing",
                );
            }
            let (Some(from), Some(cite)) = (from, cite) else { continue };
            let value = ParameterValue { layer: self.layer, from, areas, values, cite };
            let at_once = |known: &ParameterValue| {
                let both = |stage| known.value(stage).is_some() && value.value(stage).is_some();
                (known.layer, known.from, &known.areas) == (value.layer, value.from, &value.areas)
                    && Stage::COMPULSORY.into_iter().any(both)
            };
            if parameter.values.iter().any(at_once) {
                self.problem(
                    Some(span.clone()),
                    "同一日期、同一地区有两个数值",
                    "there are two values from the same day for the same area",
                );
            }
            if tighten {
                self.refuse_looser(&span, parameter, &value);
            }
            parameter.values.push(value);
        }
    }

    /// Whether a value of an overlay asks for less than what is in force anywhere it holds.
    fn refuse_looser(
        &mut self,
        span: &std::ops::Range<usize>,
        parameter: &ItemParameter,
        value: &ParameterValue,
    ) {
        let known = || parameter.values.iter().flat_map(|v| &v.areas);
        let inside = |area: &&String| {
            value.areas.is_empty() || value.areas.iter().any(|mine| area.starts_with(mine.as_str()))
        };
        let mut counties: Vec<&str> = known().filter(inside).map(String::as_str).collect();
        // A county of no area that has values of its own.
        counties.extend(if value.areas.is_empty() { vec!["-"] } else { Vec::new() });
        counties.extend(value.areas.iter().map(String::as_str));
        for stage in Stage::COMPULSORY {
            let Some(new) = value.value(stage) else { continue };
            let old = counties.iter().filter_map(|c| parameter.in_force(stage, value.from, c)?.value(stage));
            if let Some(old) = old.into_iter().find(|old| parameter.direction.is_stricter(*old, new)) {
                self.looser(span.clone(), &new.to_string(), &old.to_string());
                return;
            }
        }
    }

    fn item_clause(&mut self, raw: &RawItemClause, parameters: &[ItemParameter]) -> Option<ItemClause> {
        let (from, until) = (self.date(&raw.from), self.date(&raw.until));
        if from > until {
            self.problem(Some(raw.until.span()), "until 早于 from", "until is before from");
        }
        let mut sets = Vec::new();
        for set in &raw.sets {
            let known = |id: &str| parameters.iter().find(|p| p.name == id).map(|p| p.name.clone());
            if let Some(name) = self.known(&set.parameter, "parameter", known) {
                sets.push((name, self.by_stage(&set.value, &set.primary, &set.junior)));
            }
        }
        let share = raw.migrant_share_above.as_ref().map(|share| self.decimal(share));
        Some(ItemClause {
            id: raw.id.as_ref().as_str().into(),
            title: Text::new(&raw.title, &raw.title_en),
            conditions: Conditions {
                founded_until: raw.founded_until,
                areas: self.list(&raw.areas, Area::from_text),
                students_below: raw.students_below,
                largest_class_below: raw.largest_class_below,
                migrant_share_above: share.flatten(),
            },
            sets,
            cite: self.citation(&raw.document, raw.article.as_deref())?,
            from: from?,
            until: until?,
        })
    }

    /// One value for both stages, or one for each.
    pub(super) fn by_stage(
        &mut self,
        both: &Option<Spanned<String>>,
        primary: &Option<Spanned<String>>,
        junior: &Option<Spanned<String>>,
    ) -> [Option<Decimal>; 2] {
        let both = both.as_ref().and_then(|v| self.decimal(v));
        [primary, junior].map(|own| own.as_ref().and_then(|v| self.decimal(v)).or(both))
    }

    /// A date; or `unknown`, which only a file that ships with the library may say.
    fn date_or_unknown(&mut self, raw: &Spanned<String>) -> Option<Option<Date>> {
        if raw.as_ref() != "unknown" {
            return self.date(raw).map(Some);
        }
        if !self.shipped {
            self.problem(
                Some(raw.span()),
                "施行日期不能写作 unknown；应写作 YYYY-MM-DD",
                "the date of effect cannot be unknown, expected YYYY-MM-DD",
            );
            return None;
        }
        Some(None)
    }

    pub(super) fn known<T>(
        &mut self,
        raw: &Spanned<String>,
        key: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = read(raw.as_ref());
        if value.is_none() {
            let text = raw.as_ref();
            self.problem(
                Some(raw.span()),
                format!("{key} 不能是“{text}”"),
                format!("{key} cannot be {text:?}"),
            );
        }
        value
    }
}
