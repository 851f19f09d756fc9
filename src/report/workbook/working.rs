//! The working sheet of a stage (核算底稿): the units, then an indicator after the other, every figure from the amounts
//! that schools report to the coefficient, in formulas that carry their results.

use super::page::{Done, Page, Stored, cell, fixed_cell, fixed_range, missing};
use super::style::Style;
use super::{Book, county_title};
use crate::assess::{Judge, StageResult, Verdict};
use crate::lang::Lang;
use crate::model::{SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::report::document::is_hidden;
use crate::standards::{Dated, Precision, UnitRule};
use crate::workings::{IndicatorWorking, Step, UnitWorking, Working};

/// Columns of the sheet; the tables of units and of indicators have as many.
const COLUMNS: u16 = 13;
/// Number, code and name stay in sight.
const KEPT: u16 = 3;
/// Of the table of units.
mod of_unit {
    pub(super) const FIRST_STAGE: u16 = 4;
    pub(super) const WEIGHTED: u16 = 7;
    pub(super) const SHARE: u16 = 8;
    pub(super) const MET: u16 = 9;
    pub(super) const BELOW: u16 = 10;
    pub(super) const MISSING: u16 = 11;
    pub(super) const VERDICT: u16 = 12;
}
/// Of the table of an indicator.
mod of_step {
    pub(super) const PUPILS: u16 = 3;
    pub(super) const AMOUNT: u16 = 4;
    pub(super) const SHARE: u16 = 5;
    pub(super) const OWN: u16 = 6;
    pub(super) const VALUE: u16 = 7;
    pub(super) const COUNTED: u16 = 8;
    pub(super) const MEETS: u16 = 9;
    pub(super) const FLOOR: u16 = 10;
    pub(super) const SQUARE: u16 = 11;
    pub(super) const REMARK: u16 = 12;
}
/// A double compared with a decimal is rounded to so many places first: 0.85 × 4.5 is 3.8249999999999997 in binary.
const PLACES: u8 = 12;
/// Rows of a block above its units: title, parameters, header.
const ABOVE: u32 = 3;
/// Rows below them: sums, mean, deviation, coefficient, limit, verdict.
const BELOW: u32 = 6;

/// Draws the working sheet of a stage; a stage without units has none.
pub(super) fn sheet(book: &mut Book, prefix: &str, stage: StageResult<'_>) -> Done {
    if stage.units().len() == 0 {
        return Ok(());
    }
    let lang = book.lang;
    let name = format!("{} {}", lang.pick("核算底稿", "Working"), stage_name(stage.stage(), lang));
    let mut page = book.page(prefix, &name)?;
    Sheet::new(stage, lang).draw(&mut page)?;
    book.push(page)
}

pub(super) fn stage_name(stage: Stage, lang: Lang) -> &'static str {
    lang.pick(stage.zh(), stage.id())
}

/// What the sheet is drawn from, and where its tables stand.
struct Sheet<'a> {
    lang: Lang,
    working: Working<'a>,
    /// The rule on units; `None` where single units are not judged.
    rule: Option<&'a Dated<UnitRule>>,
    judge: Judge,
    precision: Precision,
    /// Row of the first unit.
    units: u32,
}

/// Rows of the head: the weights of the stages stand below the lines that say how, the rule on units below these.
const WEIGHTS: u32 = 5;
const RULE: u32 = WEIGHTS + 1;

impl<'a> Sheet<'a> {
    fn new(stage: StageResult<'a>, lang: Lang) -> Self {
        let county = stage.county();
        let assessment = county.assessment();
        let standard = assessment.standard();
        let rule = standard.unit_rule(county.as_of());
        // Below the head stands the header.
        let units = RULE + u32::from(rule.is_some()) + 1;
        Sheet {
            lang,
            working: Working::of(stage),
            rule,
            judge: assessment.judge(),
            precision: standard.precision(),
            units,
        }
    }

    fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.lang.pick(zh, en)
    }

    fn count(&self) -> u32 {
        self.working.units.len() as u32
    }

    /// The row of the title of an indicator's block.
    fn block(&self, place: usize) -> u32 {
        self.units + self.count() + 1 + place as u32 * (ABOVE + self.count() + BELOW + 1)
    }

    /// The row of its first unit.
    fn first(&self, place: usize) -> u32 {
        self.block(place) + ABOVE
    }

    /// The row of its coefficient.
    fn coefficient(&self, place: usize) -> u32 {
        self.first(place) + self.count() + 3
    }

    fn draw(&self, page: &mut Page) -> Done {
        page.landscape();
        self.head(page)?;
        self.unit_table(page)?;
        let blocks = self.working.indicators.len();
        (0..blocks).try_for_each(|place| self.indicator(page, place))?;
        self.composite(page)?;
        for (column, wide) in [(0, 6.0), (2, 30.0), (of_step::REMARK, 26.0)] {
            page.set_width(column, wide);
        }
        // A block begins a page.
        let breaks: Vec<u32> = (0..blocks).map(|place| self.block(place)).collect();
        page.sheet().set_page_breaks(&breaks)?;
        page.freeze(0, 1, KEPT)?;
        page.colour_verdicts()
    }

    /// What is worked out, how, and by which weights and rule.
    fn head(&self, page: &mut Page) -> Done {
        let (lang, stage) = (self.lang, self.working.stage);
        let county = stage.county();
        let title = format!(
            "{}{}{}",
            lang.pick("核算底稿：", "Working: "),
            county_title(county, lang),
            lang.pick(format!(" {}", stage.stage().zh()), format!(", {} stage", stage.stage())),
        );
        page.across(&title, COLUMNS, Style::Title)?;
        let standard = county.assessment().standard();
        let basis = super::summary::basis(county.assessment(), county.as_of(), lang);
        page.across(&basis, COLUMNS, Style::Note)?;
        let split = standard.split_weights().map_or(String::new(), |s| s.cite.to_string());
        for line in [
            lang.pick(
                format!("分摊系数 k ＝ 本学段权重 × 本学段学生 ÷ 折算学生数，折算学生数 ＝ Σ 权重 × 各学段学生（{split}）；只归本学段的数量 k ＝ 1。xᵢ ＝ 数量 × k，Xᵢ ＝ xᵢ × 计量人数 ÷ Pᵢ。"),
                format!("Share k = weight × pupils of the stage ÷ weighted pupils; weighted pupils = Σ weight × pupils of each stage ({split}); k = 1 for what belongs to the stage alone. xᵢ = amount × k, Xᵢ = xᵢ × per ÷ Pᵢ."),
            ),
            self.t(
                "X̄ ＝ Σxᵢ × 计量人数 ÷ ΣPᵢ，S ＝ √(ΣPᵢ(Xᵢ − X̄)² ÷ ΣPᵢ)，差异系数 ＝ S ÷ X̄（按学生数加权，总体形式，不用 n − 1）。",
                "X̄ = Σxᵢ × per ÷ ΣPᵢ, S = √(ΣPᵢ(Xᵢ − X̄)² ÷ ΣPᵢ), coefficient = S ÷ X̄ (weighted by pupils, population form, no n − 1).",
            ).to_owned(),
            self.t(
                "空格为缺数据，不当作零；有单位缺数据的差异系数写明“缺数据”。判定按精确值作出；公式比较到第 12 位小数。",
                "A blank cell is missing data and never zero; a coefficient that lacks data says so. Verdicts are those of the exact values; formulas compare to the twelfth decimal.",
            ).to_owned(),
        ] {
            page.across(&line, COLUMNS, Style::Note)?;
        }
        page.label(
            0,
            of_unit::FIRST_STAGE - 1,
            self.t("分摊权重（小学、初中、高中）", "weights of the split (primary, junior, senior)"),
        )?;
        for (column, weight) in (of_unit::FIRST_STAGE..).zip(self.working.weights) {
            page.number(column, Some(weight.to_f64()), Style::General)?;
        }
        page.next();
        if let Some(rule) = self.rule {
            let cite = rule.cite.to_string();
            let text = lang.pick(
                format!("单位达标：至少达到的项数；每项不低于规定值的几成（{cite}）"),
                format!("unit: indicators reached; least share of each threshold ({cite})"),
            );
            page.label(0, of_unit::FIRST_STAGE - 1, &text)?;
            let UnitRule { meet_at_least, floor } = rule.value;
            page.number(of_unit::FIRST_STAGE, Some(meet_at_least.into()), Style::General)?;
            page.number(of_unit::FIRST_STAGE + 1, Some(floor.to_f64()), Style::General)?;
            page.next();
        }
        Ok(())
    }

    fn unit_table(&self, page: &mut Page) -> Done {
        let lang = self.lang;
        page.header([
            lang.pick("序号", "no."),
            lang.pick("学校标识码", "school code"),
            lang.pick("学校名称", "school"),
            lang.pick("学校类别", "kind"),
            lang.pick("小学学生", "primary pupils"),
            lang.pick("初中学生", "junior pupils"),
            lang.pick("高中学生", "senior pupils"),
            lang.pick("折算学生数", "weighted pupils"),
            lang.pick("分摊系数 k", "share k"),
            lang.pick("达到项数", "reached"),
            lang.pick("低于下限项数", "below floor"),
            lang.pick("缺数据项数", "no data"),
            lang.pick("判定", "verdict"),
        ])?;
        (0..self.working.units.len()).try_for_each(|place| self.unit(page, place))?;
        page.next();
        Ok(())
    }

    fn unit(&self, page: &mut Page, place: usize) -> Done {
        let row = page.row();
        let Some(unit) = self.working.units.get(place) else { return Ok(()) };
        let UnitWorking { unit, pupils, weighted, share, missing } = *unit;
        self.school(page, place, unit.school())?;
        let kind = unit.school().kind();
        page.text(
            3,
            self.lang.pick(kind.zh().to_owned(), kind.id().replace('_', " ")).as_str(),
            Style::Text,
        )?;
        for (column, count) in (of_unit::FIRST_STAGE..).zip(pupils) {
            page.number(column, count.map(|p| p as f64), Style::Number(0))?;
        }
        let stages: Vec<(u16, u32)> = (of_unit::FIRST_STAGE..of_unit::WEIGHTED).map(|c| (c, row)).collect();
        let (first, last) = (cell(of_unit::FIRST_STAGE, row), cell(of_unit::WEIGHTED - 1, row));
        let terms: Vec<_> =
            stages.iter().map(|(c, r)| format!("{}*{}", cell(*c, *r), fixed_cell(*c, WEIGHTS))).collect();
        let formula = format!("=IF(COUNT({first}:{last})<{},\"\",{})", stages.len(), terms.join("+"));
        page.formula(of_unit::WEIGHTED, &formula, Stored::or_blank(weighted), Style::General)?;
        let own = of_unit::FIRST_STAGE + unit.stage() as u16;
        let formula = format!(
            "=IF({all}=\"\",\"\",{own}*{weight}/{all})",
            all = cell(of_unit::WEIGHTED, row),
            own = cell(own, row),
            weight = fixed_cell(own, WEIGHTS),
        );
        page.formula(of_unit::SHARE, &formula, Stored::or_blank(share), Style::Number(6))?;
        match (self.rule, unit.verdict()) {
            (Some(rule), Some(verdict)) => {
                let met = unit.met_count().unwrap_or(0);
                let below = unit.below_floor().count();
                self.judged(page, place, rule, [met as usize, below, missing], verdict)?;
            }
            _ => (of_unit::MET..=of_unit::VERDICT).try_for_each(|column| page.blank(column, Style::Text))?,
        }
        page.next();
        Ok(())
    }

    /// The verdict on a unit, from how many of its indicators reach what.
    fn judged(
        &self,
        page: &mut Page,
        place: usize,
        rule: &Dated<UnitRule>,
        counts: [usize; 3],
        verdict: Verdict,
    ) -> Done {
        let (row, lang) = (page.row(), self.lang);
        let each = |column: u16, text: &str| {
            let blocks = 0..self.working.indicators.len();
            let terms = blocks.map(|block| {
                let at = cell(column, self.first(block) + place as u32);
                format!("({at}=\"{text}\")")
            });
            format!("={}", terms.collect::<Vec<_>>().join("+"))
        };
        let formulas = [
            (of_unit::MET, each(of_step::MEETS, yes(lang))),
            (of_unit::BELOW, each(of_step::FLOOR, no(lang))),
            (of_unit::MISSING, each(of_step::VALUE, "")),
        ];
        for ((column, formula), count) in formulas.into_iter().zip(counts) {
            // A sum of one comparison would be a truth value.
            let formula = format!("{formula}+0");
            page.formula(column, &formula, Stored::Number(count as f64), Style::Number(0))?;
        }
        let [met, below, missing] = [of_unit::MET, of_unit::BELOW, of_unit::MISSING].map(|c| cell(c, row));
        let least = fixed_cell(of_unit::FIRST_STAGE, RULE);
        // Where no floor is asked for, what is missing cannot lie below it.
        let floors = if rule.value.floor.is_zero() { String::new() } else { format!(",{missing}=0") };
        let formula = format!(
            "=IF(OR({below}>0,{met}+{missing}<{least}),\"{}\",IF(AND({met}>={least}{floors}),\"{}\",\"{}\"))",
            Verdict::NotMet.name(lang),
            Verdict::Met.name(lang),
            Verdict::Undetermined.name(lang),
        );
        let stored = Stored::Text(verdict.name(lang).to_owned());
        page.formula(of_unit::VERDICT, &formula, stored, Style::Centre)
    }

    /// Number, code and name.
    fn school(&self, page: &mut Page, place: usize, school: SchoolRow<'_>) -> Done {
        page.number(0, Some(place as f64 + 1.0), Style::Number(0))?;
        page.text(1, school.code(), Style::Text)?;
        page.text(2, school.name(), Style::Text)
    }

    fn indicator(&self, page: &mut Page, place: usize) -> Done {
        let Some(found) = self.working.indicators.get(place) else { return Ok(()) };
        let (lang, limit) = (self.lang, self.working.stage.cv_limit().cloned());
        let (per, threshold, name) =
            (found.rule.per(), found.threshold.cloned(), found.rule.name(lang).to_owned());
        page.across(&format!("{}. {name}", place + 1), COLUMNS, Style::Heading)?;
        let parameters = page.row();
        page.label(0, of_step::PUPILS - 1, self.t("计量人数（每多少名学生）", "per so many pupils"))?;
        page.number(of_step::PUPILS, Some(per.into()), Style::General)?;
        page.label(of_step::AMOUNT, of_step::OWN, self.t("规定值 ≥", "threshold ≥"))?;
        let number = |value: Option<&Dated<Decimal>>| value.map(|v| v.value.to_f64());
        page.number(of_step::VALUE, number(threshold.as_ref()), Style::General)?;
        page.label(of_step::COUNTED, of_step::FLOOR, self.t("差异系数限值 ≤", "limit of the coefficient ≤"))?;
        page.number(of_step::SQUARE, number(limit.as_ref()), Style::General)?;
        let cite = threshold.or(limit).map_or(String::new(), |v| v.cite.to_string());
        page.text(of_step::REMARK, &cite, Style::Text)?;
        page.next();
        page.header([
            lang.pick("序号", "no."),
            lang.pick("学校标识码", "school code"),
            lang.pick("学校名称", "school"),
            lang.pick("学生数 Pᵢ", "pupils Pᵢ"),
            lang.pick("数量", "amount"),
            lang.pick("分摊系数 k", "share k"),
            lang.pick("本学段数量 xᵢ", "of the stage xᵢ"),
            lang.pick("数值 Xᵢ", "value Xᵢ"),
            lang.pick("计入的学生数", "pupils counted"),
            lang.pick("达到规定值", "reaches threshold"),
            lang.pick("达到下限", "reaches floor"),
            "Pᵢ(Xᵢ − X̄)²",
            lang.pick("备注", "remark"),
        ])?;
        (0..self.working.units.len()).try_for_each(|unit| self.step(page, place, parameters, unit))?;
        self.figures(page, place, parameters)?;
        page.next();
        Ok(())
    }

    /// A unit's row in the table of an indicator.
    fn step(&self, page: &mut Page, place: usize, parameters: u32, unit: usize) -> Done {
        let Some(of) = self.working.units.get(unit) else { return Ok(()) };
        let Some(found) = self.working.indicators.get(place) else { return Ok(()) };
        let Some(step) = found.steps.get(unit) else { return Ok(()) };
        self.school(page, unit, of.unit.school())?;
        self.amounts(page, of, found, step, self.units + unit as u32)?;
        self.value(page, found, step, parameters)?;
        self.answers(page, found, step, parameters)?;
        self.square(page, found, step, fixed_cell(of_step::VALUE, self.coefficient(place) - 2))?;
        page.text(of_step::REMARK, &remark(step, self.lang), Style::Text)?;
        page.next();
        Ok(())
    }

    /// Pupils, what the school has, and what of it is the stage's.
    fn amounts(
        &self,
        page: &mut Page,
        of: &UnitWorking<'_>,
        found: &IndicatorWorking<'_>,
        step: &Step<'_>,
        source: u32,
    ) -> Done {
        let row = page.row();
        let copied = |column| {
            let source = cell(column, source);
            format!("=IF({source}=\"\",\"\",{source})")
        };
        let pupils = Stored::or_blank(of.unit.students().map(|p| p as f64));
        let own_pupils = of_unit::FIRST_STAGE + of.unit.stage() as u16;
        page.formula(of_step::PUPILS, &copied(own_pupils), pupils, Style::Number(0))?;
        page.number(of_step::AMOUNT, step.amount.map(Ratio::to_f64), Style::General)?;
        if found.rule.shared() {
            let share = Stored::or_blank(of.share);
            page.formula(of_step::SHARE, &copied(of_unit::SHARE), share, Style::Number(6))?;
        } else {
            page.number(of_step::SHARE, Some(1.0), Style::General)?;
        }
        let [p, a, k] = [of_step::PUPILS, of_step::AMOUNT, of_step::SHARE].map(|column| cell(column, row));
        let formula = format!("=IF(COUNT({p}:{k})<3,\"\",{a}*{k})");
        let own = Stored::or_blank(found.own(step, of));
        page.formula(of_step::OWN, &formula, own, Style::Number(2))
    }

    /// The value, and the pupils with whom it counts.
    fn value(&self, page: &mut Page, found: &IndicatorWorking<'_>, step: &Step<'_>, parameters: u32) -> Done {
        let row = page.row();
        let [p, x, v] = [of_step::PUPILS, of_step::OWN, of_step::VALUE].map(|column| cell(column, row));
        let formula = format!("=IF({x}=\"\",\"\",{x}*{}/{p})", fixed_cell(of_step::PUPILS, parameters));
        // What rounding would lift to its threshold is shown in full.
        let lifted = |(value, threshold): (Ratio, &Dated<Decimal>)| {
            value.round_half_up(self.precision.value).is_some_and(|printed| printed >= threshold.value)
        };
        let hidden = step.meets == Some(false) && step.value.zip(found.threshold).is_some_and(lifted);
        let style = if hidden { Style::General } else { Style::Number(4) };
        page.formula(of_step::VALUE, &formula, Stored::or_blank(step.value.map(Ratio::to_f64)), style)?;
        // A unit that may not be among those assessed has a value and is not counted.
        if step.value.is_some() && step.counted.is_none() {
            return page.blank(of_step::COUNTED, Style::Number(0));
        }
        let formula = format!("=IF({v}=\"\",\"\",{p})");
        let counted = Stored::or_blank(step.counted.map(|p| p as f64));
        page.formula(of_step::COUNTED, &formula, counted, Style::Number(0))
    }

    /// Whether the value reaches its threshold, and its floor.
    fn answers(
        &self,
        page: &mut Page,
        found: &IndicatorWorking<'_>,
        step: &Step<'_>,
        parameters: u32,
    ) -> Done {
        let lang = self.lang;
        let value = cell(of_step::VALUE, page.row());
        let held = rounded(&value, self.judge, self.precision.value);
        let threshold = fixed_cell(of_step::VALUE, parameters);
        let share = fixed_cell(of_unit::FIRST_STAGE + 1, RULE);
        let floor = format!("ROUND({threshold}*{share},{PLACES})");
        let judged = found.threshold.is_some() && self.rule.is_some();
        for (column, answer, limit) in
            [(of_step::MEETS, step.meets, &threshold), (of_step::FLOOR, step.reaches_floor, &floor)]
        {
            if !judged {
                page.blank(column, Style::Centre)?;
                continue;
            }
            let (yes, no) = (yes(lang), no(lang));
            let formula = format!("=IF({value}=\"\",\"\",IF({held}>={limit},\"{yes}\",\"{no}\"))");
            let text = answer.map_or("", |reached| if reached { yes } else { no });
            page.formula(column, &formula, Stored::Text(text.to_owned()), Style::Centre)?;
        }
        Ok(())
    }

    /// What the unit adds to the variance.
    fn square(&self, page: &mut Page, found: &IndicatorWorking<'_>, step: &Step<'_>, mean: String) -> Done {
        if !found.is_followed() {
            return page.blank(of_step::SQUARE, Style::Number(2));
        }
        let row = page.row();
        let (counted, value) = (cell(of_step::COUNTED, row), cell(of_step::VALUE, row));
        let formula =
            format!("=IF(OR({counted}=\"\",NOT(ISNUMBER({mean}))),\"\",{counted}*({value}-{mean})^2)");
        page.formula(of_step::SQUARE, &formula, Stored::or_blank(step.square), Style::Number(2))
    }

    /// Sums, mean, deviation, coefficient, limit and verdict of an indicator.
    fn figures(&self, page: &mut Page, place: usize, parameters: u32) -> Done {
        let Some(found) = self.working.indicators.get(place) else { return Ok(()) };
        let sums = page.row();
        self.sums(page, place, found)?;
        self.coefficient_lines(page, place, found, parameters)?;
        let limit = fixed_cell(of_step::SQUARE, parameters);
        page.label(0, of_step::VALUE - 1, self.t("限值", "limit"))?;
        let formula = format!("=IF({limit}=\"\",\"\",{limit})");
        let result = Stored::or_blank(self.working.stage.cv_limit().map(|l| l.value.to_f64()));
        page.formula(of_step::VALUE, &formula, result, Style::SumGeneral)?;
        page.next();
        page.label(0, of_step::VALUE - 1, self.t("判定", "verdict"))?;
        let cv = cell(of_step::VALUE, sums + 3);
        let formula = within(&cv, &limit, self.judge, self.precision.cv, self.lang);
        let result = found.variation.verdict().map_or("", |v| v.name(self.lang));
        page.formula(of_step::VALUE, &formula, Stored::Text(result.to_owned()), Style::SumGeneral)?;
        page.next();
        Ok(())
    }

    fn sums(&self, page: &mut Page, place: usize, found: &IndicatorWorking<'_>) -> Done {
        let range = |column| self.range(place, column);
        let counted = found.steps.iter().zip(&self.working.units).filter(|(step, _)| step.counted.is_some());
        let (mut own, mut pupils, mut squares) = (0.0, 0.0, 0.0);
        for (step, unit) in counted {
            own += found.own(step, unit).unwrap_or(0.0);
            pupils += step.counted.map_or(0.0, |p| p as f64);
            squares += step.square.unwrap_or(0.0);
        }
        let label = self.t("合计：Σxᵢ、ΣPᵢ、ΣPᵢ(Xᵢ − X̄)²", "sums: Σxᵢ, ΣPᵢ, ΣPᵢ(Xᵢ − X̄)²");
        page.label(0, of_step::OWN - 1, label)?;
        let formula = format!("=SUMIF({},\">0\",{})", range(of_step::COUNTED), range(of_step::OWN));
        page.formula(of_step::OWN, &formula, Stored::Number(own), Style::Sum(2))?;
        page.blank(of_step::VALUE, Style::Label)?;
        let formula = format!("=SUM({})", range(of_step::COUNTED));
        page.formula(of_step::COUNTED, &formula, Stored::Number(pupils), Style::Sum(0))?;
        let formula = format!("=SUM({})", range(of_step::SQUARE));
        page.formula(of_step::SQUARE, &formula, Stored::Number(squares), Style::Sum(2))?;
        page.next();
        Ok(())
    }

    /// Mean, deviation and coefficient.
    fn coefficient_lines(
        &self,
        page: &mut Page,
        place: usize,
        found: &IndicatorWorking<'_>,
        parameters: u32,
    ) -> Done {
        let (lang, variation) = (self.lang, found.variation);
        let standard = self.working.stage.county().assessment().standard();
        let sums = page.row() - 1;
        let [own, pupils, squares] =
            [of_step::OWN, of_step::COUNTED, of_step::SQUARE].map(|column| cell(column, sums));
        let [mean, deviation] = [1, 2].map(|below| cell(of_step::VALUE, sums + below));
        let counted = self.range(place, of_step::COUNTED);
        let lacking = if found.skips() {
            format!("COUNT({counted})=0")
        } else {
            format!("COUNT({counted})<ROWS({counted})")
        };
        let per = fixed_cell(of_step::PUPILS, parameters);
        let open = if found.is_followed() { missing(lang) } else { Verdict::Undetermined.name(lang) };
        let zero = zero_mean(lang);
        let cv_open = if variation.mean().is_some() { zero } else { open };
        let stored = |value: Option<f64>, otherwise: &str| {
            value.map_or_else(|| Stored::Text(otherwise.to_owned()), Stored::Number)
        };
        let more = Style::Sum(standard.mean_decimals(found.rule) + 2);
        let lines = [
            (
                self.t("平均值 X̄ ＝ Σxᵢ × 计量人数 ÷ ΣPᵢ", "mean X̄ = Σxᵢ × per ÷ ΣPᵢ"),
                format!("=IF({lacking},\"{open}\",{own}*{per}/{pupils})"),
                stored(variation.mean(), open),
                more,
            ),
            (
                self.t("标准差 S ＝ √(ΣPᵢ(Xᵢ − X̄)² ÷ ΣPᵢ)", "standard deviation S = √(ΣPᵢ(Xᵢ − X̄)² ÷ ΣPᵢ)"),
                format!("=IF(ISNUMBER({mean}),SQRT({squares}/{pupils}),{mean})"),
                stored(variation.std_dev(), open),
                more,
            ),
            (
                self.t("差异系数 ＝ S ÷ X̄", "coefficient = S ÷ X̄"),
                format!("=IF(ISNUMBER({mean}),IF({mean}=0,\"{zero}\",{deviation}/{mean}),{mean})"),
                stored(variation.cv(), cv_open),
                if is_hidden(variation.verdict(), variation.printed_cv(), self.working.stage.cv_limit()) {
                    Style::SumGeneral
                } else {
                    Style::Sum(self.precision.cv)
                },
            ),
        ];
        for (label, formula, result, style) in lines {
            page.label(0, of_step::VALUE - 1, label)?;
            match result {
                result if found.is_followed() => page.formula(of_step::VALUE, &formula, result, style)?,
                Stored::Number(value) => page.number(of_step::VALUE, Some(value), style)?,
                Stored::Text(text) => page.text(of_step::VALUE, &text, style)?,
            }
            page.next();
        }
        Ok(())
    }

    /// A column of the units in the block of an indicator.
    fn range(&self, place: usize, column: u16) -> String {
        let first = self.first(place);
        fixed_range(column, first, first + self.count() - 1)
    }

    /// The mean of the coefficients.
    fn composite(&self, page: &mut Page) -> Done {
        let lang = self.lang;
        let composite = self.working.stage.composite();
        let assessment = self.working.stage.county().assessment();
        let decimals = assessment.standard().precision().cv;
        page.across(self.t("综合差异系数", "Composite coefficient"), COLUMNS, Style::Heading)?;
        let cells: Vec<String> = (0..self.working.indicators.len())
            .map(|place| cell(of_step::VALUE, self.coefficient(place)))
            .collect();
        let list = cells.join(",");
        let row = page.row();
        page.label(0, of_step::VALUE - 1, self.t("各项差异系数的平均值", "mean of the coefficients"))?;
        let open = missing(lang);
        let formula = format!("=IF(COUNT({list})<{},\"{open}\",AVERAGE({list}))", cells.len());
        let result = composite.cv().map_or(Stored::Text(open.to_owned()), Stored::Number);
        page.formula(of_step::VALUE, &formula, result, Style::Sum(decimals))?;
        page.next();
        let Some(limit) = self.working.stage.composite_limit() else { return Ok(()) };
        page.label(0, of_step::VALUE - 1, self.t("限值", "limit"))?;
        page.number(of_step::VALUE, Some(limit.value.to_f64()), Style::SumGeneral)?;
        page.text(of_step::REMARK, &limit.cite.to_string(), Style::Text)?;
        page.next();
        page.label(0, of_step::VALUE - 1, self.t("判定", "verdict"))?;
        let (cv, limit) = (cell(of_step::VALUE, row), fixed_cell(of_step::VALUE, row + 1));
        let formula = within(&cv, &limit, assessment.judge(), decimals, lang);
        let result = composite.verdict().map_or("", |v| v.name(lang));
        page.formula(of_step::VALUE, &formula, Stored::Text(result.to_owned()), Style::SumGeneral)?;
        page.next();
        Ok(())
    }
}

/// What is said in place of a coefficient of nothing.
pub(super) fn zero_mean(lang: Lang) -> &'static str {
    lang.pick("均值为零", "mean is zero")
}

/// A coefficient held against its limit, as a formula.
pub(super) fn within(cv: &str, limit: &str, judge: Judge, decimals: u8, lang: Lang) -> String {
    let held = rounded(cv, judge, decimals);
    format!(
        "=IF({limit}=\"\",\"\",IF(ISNUMBER({cv}),IF({held}<={limit},\"{}\",\"{}\"),\"{}\"))",
        Verdict::Met.name(lang),
        Verdict::NotMet.name(lang),
        Verdict::Undetermined.name(lang),
    )
}

/// The figure that is compared: the value, or the value as it is printed.
fn rounded(at: &str, judge: Judge, decimals: u8) -> String {
    let value = format!("ROUND({at},{PLACES})");
    match judge {
        Judge::Exact => value,
        Judge::AsReported => format!("ROUND({value},{decimals})"),
    }
}

pub(super) fn yes(lang: Lang) -> &'static str {
    lang.pick("是", "yes")
}

pub(super) fn no(lang: Lang) -> &'static str {
    lang.pick("否", "no")
}

/// What has to be known of a unit's part in a coefficient.
fn remark(step: &Step<'_>, lang: Lang) -> String {
    if let Some(clause) = step.clause {
        return lang.pick(
            format!("含过渡条款许可计入的部分（{}）", clause.cite()),
            format!("with what a transitional clause lets it count ({})", clause.cite()),
        );
    }
    match (step.value, step.counted) {
        (None, _) => missing(lang).to_owned(),
        (Some(_), None) => lang
            .pick("是否参加评估不明，未计入", "not counted: may not be among the schools assessed")
            .to_owned(),
        _ => String::new(),
    }
}
