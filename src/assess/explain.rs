//! How a verdict came about: the rule, the article, the numbers that went in, the distance to the limit.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::Signed;

use super::Verdict;
use super::balance::{Composite, Variation};
use super::rules::{Rule, StageRules};
use super::unit::{Unit, Value};
use crate::error::Text;
use crate::indicator::{Amount, Indicator};
use crate::lang::Lang;
use crate::model::{FieldKind, Stage};
use crate::numeric::{Decimal, Ratio, pow10};
use crate::standards::{Citation, Dated, UnitRule};

/// Why a verdict is what it is.
#[derive(Clone, Debug)]
pub struct Explanation {
    rule: Text,
    citation: Option<Citation>,
    figures: Vec<Figure>,
    distance: Option<Decimal>,
    shortfall: Option<Decimal>,
    verdict: Option<Verdict>,
}

/// A number that went into a verdict, with its name and, as text, all the digits that matter.
#[derive(Clone, Debug)]
pub struct Figure {
    name: Text,
    value: String,
}

impl Figure {
    fn new(zh: impl Into<String>, en: impl Into<String>, value: impl ToString) -> Self {
        Figure { name: Text { zh: zh.into(), en: en.into() }, value: value.to_string() }
    }

    /// What it is.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name.zh, &self.name.en)
    }

    /// Its value; `—` where it is missing.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl Explanation {
    /// The rule in words.
    pub fn rule(&self, lang: Lang) -> &str {
        lang.pick(&self.rule.zh, &self.rule.en)
    }

    /// Where the rule stands; `None` where there is no threshold or limit.
    pub fn citation(&self) -> Option<&Citation> {
        self.citation.as_ref()
    }

    /// The numbers that went in, in the order of the computation.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Value less threshold, or limit less coefficient, to nine decimals: negative where the exact figure does not
    /// meet the requirement, and zero only where it is equal to it.
    pub fn distance(&self) -> Option<Decimal> {
        self.distance
    }

    /// What the school lacks to reach the threshold, in the unit of the amount, rounded up: whole where things are
    /// counted. `None` where nothing is lacking or known.
    pub fn shortfall(&self) -> Option<Decimal> {
        self.shortfall
    }

    /// The verdict; `None` where there is no threshold or limit.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    /// One sentence for people.
    pub fn describe(&self, lang: Lang) -> String {
        let mut text = self.rule(lang).to_owned();
        if let Some(cite) = &self.citation {
            text += &lang.pick(format!("（{cite}）"), format!(" ({cite})"));
        }
        text += lang.pick("：", ": ");
        let figures = self.figures.iter().map(|f| format!("{} {}", f.name(lang), f.value));
        text += &figures.collect::<Vec<_>>().join(lang.pick("，", ", "));
        if let Some(distance) = self.distance {
            text += &lang.pick(format!("，距离 {distance}"), format!(", distance {distance}"));
        }
        if let Some(shortfall) = self.shortfall {
            text += &lang.pick(format!("，还缺 {shortfall}"), format!(", lacking {shortfall}"));
        }
        if let Some(verdict) = self.verdict {
            text += &lang.pick(format!("，{}", verdict.name(lang)), format!(": {}", verdict.name(lang)));
        }
        text
    }
}

fn limit_of<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "—".to_owned(), |v| v.to_string())
}

/// Decimals of a distance.
const DECIMALS: u8 = 9;

/// The difference of an exact value and a decimal, rounded away from zero.
fn difference(value: Ratio, limit: Decimal) -> Option<Decimal> {
    gap(value, limit.into())
}

/// The difference of two exact values, rounded away from zero.
pub(super) fn gap(value: Ratio, limit: Ratio) -> Option<Decimal> {
    let ((num, den), (limit_num, limit_den)) = (value.parts(), limit.parts());
    let gap = (BigInt::from(num) * limit_den - BigInt::from(limit_num) * den) * pow10(DECIMALS);
    let den = BigInt::from(den) * limit_den;
    let away = if gap.is_negative() { gap.div_floor(&den) } else { gap.div_ceil(&den) };
    Decimal::from_i128(away.try_into().ok()?, DECIMALS).ok()
}

pub(super) fn value(
    rules: &StageRules<'_>,
    rule: &Rule<'_>,
    unit: &Unit<'_>,
    value: Option<&Value>,
    meets: Option<bool>,
) -> Explanation {
    let indicator = rule.rule.indicator();
    let (zh, en) = (rule.rule.name(Lang::Zh), rule.rule.name(Lang::En));
    let threshold = rule.threshold;
    let rule_text = match threshold {
        Some(t) => Text {
            zh: format!("{}{zh}不低于 {}", unit.stage.zh(), t.value),
            en: format!("{en}, {} stage: at least {}", unit.stage, t.value),
        },
        None => Text { zh: format!("{}{zh}", unit.stage.zh()), en: format!("{en}, {} stage", unit.stage) },
    };
    let mut figures = vec![
        Figure::new(indicator.zh(), indicator.en(), limit_of(value.map(|v| v.amount))),
        Figure::new("学生", "pupils", limit_of(unit.pupils)),
    ];
    // A share of one stage alone is all there is.
    if value.is_some_and(|v| Some(v.share.divisor) != unit.pupils.map(|p| p * v.share.weight)) {
        figures.push(Figure::new("分摊", "share", split_text(unit, rules)));
    }
    if let Some((place, added)) = value.and_then(|v| v.added)
        && let Some(clause) = rule.clauses.get(place)
    {
        let until = clause.window().1;
        figures.push(Figure::new(
            format!("其中按过渡条款（{}，至 {until}）计入", clause.cite()),
            format!("of which under a transitional clause ({}, to {until})", clause.cite()),
            added,
        ));
        figures.push(Figure::new(
            "不计入时的数值",
            "value without it",
            limit_of(value.and_then(|v| without(rule, v, added))),
        ));
    }
    figures.push(Figure::new("数值", "value", limit_of(value.map(|v| v.ratio.to_f64()))));
    if let Some(floor) = rule.floor() {
        figures.push(Figure::new("下限", "floor", floor));
    }
    let distance = value.zip(threshold).and_then(|(v, t)| difference(v.ratio, t.value));
    let shortfall = value.zip(threshold).filter(|_| meets == Some(false)).and_then(|(v, t)| {
        let counted = indicator.field(unit.stage).kind() == FieldKind::Count;
        shortfall(v, t.value, rule.rule.per(), if counted { 0 } else { 2 })
    });
    Explanation {
        rule: rule_text,
        citation: threshold.map(|t| t.cite.clone()),
        figures,
        distance,
        shortfall,
        verdict: threshold.map(|_| meets.map_or(Verdict::Undetermined, Verdict::from)),
    }
}

/// What the value would be without what a clause added.
fn without(rule: &Rule<'_>, value: &Value, added: Amount) -> Option<f64> {
    let amount = value.amount.plus(added, -1);
    let num = amount.mantissa * i128::from(rule.rule.per()) * value.share.weight;
    Ratio::new(num, pow10(amount.scale) * value.share.divisor).map(Ratio::to_f64)
}

/// `1.1 × 170 ÷ (1 × 50 + 1.1 × 170)`.
fn split_text(unit: &Unit<'_>, rules: &StageRules<'_>) -> String {
    let weight =
        |stage: Stage| Ratio::new(rules.split[stage as usize], rules.split[0]).map_or(1.0, Ratio::to_f64);
    let term = |stage: Stage| {
        let pupils = unit.school.students(stage).filter(|p| !p.is_zero())?;
        Some(format!("{} × {pupils}", weight(stage)))
    };
    let all: Vec<_> = Stage::ALL.into_iter().filter_map(term).collect();
    format!("{} ÷ ({})", term(unit.stage).unwrap_or_default(), all.join(" + "))
}

/// How much more of the amount would reach the threshold, rounded up.
pub(super) fn shortfall(value: &Value, threshold: Decimal, per: u32, decimals: u8) -> Option<Decimal> {
    // Needed: per × amount × weight ≥ threshold × divisor, with the amount a multiple of the last decimal.
    let (m, scale) = threshold.parts();
    let needed = BigInt::from(m) * value.share.divisor * pow10(decimals);
    let unit = BigInt::from(value.share.weight) * per * pow10(scale);
    let needed = Decimal::from_i128(needed.div_ceil(&unit).try_into().ok()?, decimals).ok()?;
    let has = Decimal::from_i128(value.amount.mantissa, value.amount.scale).ok()?;
    needed.checked_sub(has).filter(|lacking| !lacking.is_negative() && !lacking.is_zero())
}

pub(super) fn unit(
    rules: &StageRules<'_>,
    rule: &Dated<UnitRule>,
    met: u32,
    unknown: u32,
    below: &[Indicator],
    verdict: Verdict,
) -> Explanation {
    let all = rules.indicators.len();
    let UnitRule { meet_at_least, floor } = rule.value;
    let percent = floor.times_pow10(2).unwrap_or(floor);
    let name = |lang: Lang| {
        let names = rules
            .indicators
            .iter()
            .filter(|r| below.contains(&r.rule.indicator()))
            .map(|r| r.rule.name(lang));
        names.collect::<Vec<_>>().join(lang.pick("、", ", "))
    };
    let mut figures = vec![Figure::new("达到的指标", "indicators reached", met)];
    if unknown > 0 {
        figures.push(Figure::new("缺数据的指标", "indicators without data", unknown));
    }
    if !below.is_empty() {
        let (zh, en) = (name(Lang::Zh), name(Lang::En));
        figures.push(Figure::new(
            format!("低于下限的指标（{zh}）"),
            format!("indicators below the floor ({en})"),
            below.len(),
        ));
    }
    Explanation {
        rule: Text {
            zh: format!("{all} 项指标中至少 {meet_at_least} 项达到规定值，其余不低于规定值的 {percent}%"),
            en: format!(
                "at least {meet_at_least} of {all} indicators at their threshold, none below {percent} % of it"
            ),
        },
        citation: Some(rule.cite.clone()),
        figures,
        distance: None,
        shortfall: None,
        verdict: Some(verdict),
    }
}

pub(super) fn variation(rules: &StageRules<'_>, rule: &Rule<'_>, found: &Variation) -> Explanation {
    let (zh, en) = (rule.rule.name(Lang::Zh), rule.rule.name(Lang::En));
    let figures = vec![
        Figure::new("单位数", "units", found.units()),
        Figure::new("平均值", "mean", limit_of(found.mean())),
        Figure::new("标准差", "standard deviation", limit_of(found.std_dev())),
        Figure::new("差异系数", "coefficient of variation", limit_of(found.cv())),
    ];
    balance(
        Text {
            zh: format!("{}{zh}的校际差异系数", rules.stage.zh()),
            en: format!("coefficient of {en}, {} stage", rules.stage),
        },
        rules.cv_limit.as_ref().map(|limit| limit.dated),
        figures,
        found.cv().zip(found.order),
        found.verdict(),
    )
}

pub(super) fn composite(
    rules: &StageRules<'_>,
    found: &Composite,
    parts: &[Variation],
) -> Option<Explanation> {
    let mut figures: Vec<_> = rules
        .indicators
        .iter()
        .zip(parts)
        .map(|(r, v)| Figure::new(r.rule.name(Lang::Zh), r.rule.name(Lang::En), limit_of(v.cv())))
        .collect();
    figures.push(Figure::new("综合差异系数", "composite", limit_of(found.cv())));
    let limit = rules.composite_limit.as_ref()?.dated;
    Some(balance(
        Text {
            zh: format!("{}综合差异系数", rules.stage.zh()),
            en: format!("composite coefficient, {} stage", rules.stage),
        },
        Some(limit),
        figures,
        found.cv().zip(found.order),
        found.verdict(),
    ))
}

fn balance(
    what: Text,
    limit: Option<&Dated<Decimal>>,
    figures: Vec<Figure>,
    cv: Option<(f64, Ordering)>,
    verdict: Option<Verdict>,
) -> Explanation {
    let rule = match limit {
        Some(limit) => Text {
            zh: format!("{}不超过 {}", what.zh, limit.value),
            en: format!("{}: at most {}", what.en, limit.value),
        },
        None => what,
    };
    let distance = limit.zip(cv).and_then(|(limit, (cv, order))| room(limit.value, cv, order));
    Explanation { rule, citation: limit.map(|l| l.cite.clone()), figures, distance, shortfall: None, verdict }
}

/// Limit less coefficient. A coefficient is a root and has no exact decimal: the nearest is taken, but on the side
/// of the limit where the coefficient lies.
fn room(limit: Decimal, cv: f64, order: Ordering) -> Option<Decimal> {
    let smallest = Decimal::new(1, DECIMALS).ok()?;
    let gap: Decimal = format!("{:.9}", limit.to_f64() - cv).parse().ok()?;
    match order {
        Ordering::Less => Some(gap.max(smallest)),
        Ordering::Equal => Some(Decimal::ZERO),
        Ordering::Greater => Some(gap.min(Decimal::ZERO.checked_sub(smallest)?)),
    }
}
