//! The working sheet of a stage (核算底稿): the units, then an indicator after the other, every figure from the amounts
//! that schools report to the coefficient, in formulas that carry their results.

use super::page::{Done, Page, Stored, cell, fixed_cell, fixed_range, missing};
use super::style::Style;
use super::{Book, county_title};
use crate::assess::{Judge, StageResult, Verdict};
use crate::lang::Lang;
use crate::model::{SchoolRow, Stage};
use crate::numeric::Decimal;
use crate::standards::{Dated, UnitRule};
use crate::workings::{Step, UnitWorking, Working};

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
    let page = book.page(prefix, &name)?;
    let working = Working::of(stage);
    let mut sheet = Sheet { page, lang, working, weights: 0, rule: 0, units: 0 };
    sheet.draw()?;
    book.push(sheet.page)
}

pub(super) fn stage_name(stage: Stage, lang: Lang) -> &'static str {
    lang.pick(stage.zh(), stage.id())
}

struct Sheet<'a> {
    page: Page,
    lang: Lang,
    working: Working<'a>,
    /// Row of the weights of the stages.
    weights: u32,
    /// Row of the rule on units.
    rule: u32,
    /// Row of the first unit.
    units: u32,
}

impl<'a> Sheet<'a> {
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

    fn draw(&mut self) -> Done {
        self.page.landscape();
        self.head()?;
        let header = self.page.row();
        self.units = header + 1;
        self.unit_table()?;
        let blocks = self.working.indicators.len();
        (0..blocks).try_for_each(|place| self.indicator(place))?;
        self.composite()?;
        for (column, wide) in [(0, 6.0), (2, 30.0), (of_step::REMARK, 26.0)] {
            self.page.set_width(column, wide);
        }
        // A block begins a page.
        let breaks: Vec<u32> = (0..blocks).map(|place| self.block(place)).collect();
        self.page.sheet().set_page_breaks(&breaks)?;
        self.page.freeze(0, 1, KEPT)?;
        self.page.colour_verdicts()
    }

    /// What is worked out, how, and by which weights and rule.
    fn head(&mut self) -> Done {
        let (lang, stage) = (self.lang, self.working.stage);
        let county = stage.county();
        let title = format!(
            "{}{}{}",
            lang.pick("核算底稿：", "Working: "),
            county_title(county, lang),
            lang.pick(format!(" {}", stage.stage().zh()), format!(", {} stage", stage.stage())),
        );
        self.page.across(&title, COLUMNS, Style::Title)?;
        let standard = county.assessment().standard();
        let basis = super::summary::basis(county.assessment(), county.as_of(), lang);
        self.page.across(&basis, COLUMNS, Style::Note)?;
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
            self.page.across(&line, COLUMNS, Style::Note)?;
        }
        self.weights = self.page.row();
        self.page.label(
            0,
            of_unit::FIRST_STAGE - 1,
            self.t("分摊权重（小学、初中、高中）", "weights of the split (primary, junior, senior)"),
        )?;
        for (column, weight) in (of_unit::FIRST_STAGE..).zip(self.working.weights) {
            self.page.number(column, Some(weight.to_f64()), Style::General)?;
        }
        self.page.next();
        self.rule = self.page.row();
        if let Some(rule) = self.unit_rule() {
            let cite = rule.cite.to_string();
            let text = lang.pick(
                format!("单位达标：至少达到的项数；每项不低于规定值的几成（{cite}）"),
                format!("unit: indicators reached; least share of each threshold ({cite})"),
            );
            self.page.label(0, of_unit::FIRST_STAGE - 1, &text)?;
            let UnitRule { meet_at_least, floor } = rule.value;
            self.page.number(of_unit::FIRST_STAGE, Some(meet_at_least.into()), Style::General)?;
            self.page.number(of_unit::FIRST_STAGE + 1, Some(floor.to_f64()), Style::General)?;
            self.page.next();
        }
        Ok(())
    }

    fn unit_rule(&self) -> Option<&'a Dated<UnitRule>> {
        let county = self.working.stage.county();
        county.assessment().standard().unit_rule(county.as_of())
    }

    fn unit_table(&mut self) -> Done {
        let lang = self.lang;
        self.page.header([
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
        (0..self.working.units.len()).try_for_each(|place| self.unit(place))?;
        self.page.next();
        Ok(())
    }

    fn unit(&mut self, place: usize) -> Done {
        let row = self.page.row();
        let Some(unit) = self.working.units.get(place) else { return Ok(()) };
        let UnitWorking { unit, pupils, weighted, share, missing } = *unit;
        self.school(place, unit.school())?;
        let kind = unit.school().kind();
        self.page.text(
            3,
            self.lang.pick(kind.zh().to_owned(), kind.id().replace('_', " ")).as_str(),
            Style::Text,
        )?;
        for (column, count) in (of_unit::FIRST_STAGE..).zip(pupils) {
            self.page.number(column, count.map(|p| p as f64), Style::Number(0))?;
        }
        let stages: Vec<(u16, u32)> = (of_unit::FIRST_STAGE..of_unit::WEIGHTED).map(|c| (c, row)).collect();
        let (first, last) = (cell(of_unit::FIRST_STAGE, row), cell(of_unit::WEIGHTED - 1, row));
        let terms: Vec<_> = stages
            .iter()
            .map(|(c, r)| format!("{}*{}", cell(*c, *r), fixed_cell(*c, self.weights)))
            .collect();
        let formula = format!("=IF(COUNT({first}:{last})<{},\"\",{})", stages.len(), terms.join("+"));
        self.page.formula(of_unit::WEIGHTED, &formula, Stored::or_blank(weighted), Style::General)?;
        let own = of_unit::FIRST_STAGE + unit.stage() as u16;
        let formula = format!(
            "=IF({all}=\"\",\"\",{own}*{weight}/{all})",
            all = cell(of_unit::WEIGHTED, row),
            own = cell(own, row),
            weight = fixed_cell(own, self.weights),
        );
        self.page.formula(of_unit::SHARE, &formula, Stored::or_blank(share), Style::Number(6))?;
        match (self.unit_rule(), unit.verdict()) {
            (Some(rule), Some(verdict)) => {
                let met = unit.met_count().unwrap_or(0);
                let below = unit.below_floor().count();
                self.judged(place, rule, [met as usize, below, missing], verdict)?;
            }
            _ => (of_unit::MET..=of_unit::VERDICT)
                .try_for_each(|column| self.page.blank(column, Style::Text))?,
        }
        self.page.next();
        Ok(())
    }

    /// The verdict on a unit, from how many of its indicators reach what.
    fn judged(&mut self, place: usize, rule: &Dated<UnitRule>, counts: [usize; 3], verdict: Verdict) -> Done {
        let (row, lang) = (self.page.row(), self.lang);
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
            self.page.formula(column, &formula, Stored::Number(count as f64), Style::Number(0))?;
        }
        let [met, below, missing] = [of_unit::MET, of_unit::BELOW, of_unit::MISSING].map(|c| cell(c, row));
        let least = fixed_cell(of_unit::FIRST_STAGE, self.rule);
        // Where no floor is asked for, what is missing cannot lie below it.
        let floors = if rule.value.floor.is_zero() { String::new() } else { format!(",{missing}=0") };
        let formula = format!(
            "=IF(OR({below}>0,{met}+{missing}<{least}),\"{}\",IF(AND({met}>={least}{floors}),\"{}\",\"{}\"))",
            Verdict::NotMet.name(lang),
            Verdict::Met.name(lang),
            Verdict::Undetermined.name(lang),
        );
        let stored = Stored::Text(verdict.name(lang).to_owned());
        self.page.formula(of_unit::VERDICT, &formula, stored, Style::Centre)
    }

    /// Number, code and name.
    fn school(&mut self, place: usize, school: SchoolRow<'_>) -> Done {
        self.page.number(0, Some(place as f64 + 1.0), Style::Number(0))?;
        self.page.text(1, school.code(), Style::Text)?;
        self.page.text(2, school.name(), Style::Text)
    }

    fn indicator(&mut self, place: usize) -> Done {
        let Some(found) = self.working.indicators.get(place) else { return Ok(()) };
        let (lang, limit) = (self.lang, found.variation.limit().cloned());
        let (per, threshold, name) =
            (found.rule.per(), found.threshold.cloned(), found.rule.name(lang).to_owned());
        self.page.across(&format!("{}. {name}", place + 1), COLUMNS, Style::Heading)?;
        let parameters = self.page.row();
        self.page.label(0, of_step::PUPILS - 1, self.t("计量人数（每多少名学生）", "per so many pupils"))?;
        self.page.number(of_step::PUPILS, Some(per.into()), Style::General)?;
        self.page.label(of_step::AMOUNT, of_step::OWN, self.t("规定值 ≥", "threshold ≥"))?;
        let number = |value: Option<&Dated<Decimal>>| value.map(|v| v.value.to_f64());
        self.page.number(of_step::VALUE, number(threshold.as_ref()), Style::General)?;
        self.page.label(
            of_step::COUNTED,
            of_step::FLOOR,
            self.t("差异系数限值 ≤", "limit of the coefficient ≤"),
        )?;
        self.page.number(of_step::SQUARE, number(limit.as_ref()), Style::General)?;
        let cite = threshold.or(limit).map_or(String::new(), |v| v.cite.to_string());
        self.page.text(of_step::REMARK, &cite, Style::Text)?;
        self.page.next();
        self.page.header([
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
        (0..self.working.units.len()).try_for_each(|unit| self.step(place, parameters, unit))?;
        self.figures(place, parameters)?;
        self.page.next();
        Ok(())
    }

    fn step(&mut self, place: usize, parameters: u32, unit: usize) -> Done {
        let (lang, row) = (self.lang, self.page.row());
        let Some(of) = self.working.units.get(unit) else { return Ok(()) };
        let Some(found) = self.working.indicators.get(place) else { return Ok(()) };
        let Some(step) = found.steps.get(unit) else { return Ok(()) };
        let (school, pupils, stage) = (of.unit.school(), of.unit.students(), of.unit.stage());
        let (shared, split) = (found.rule.shared(), of.share);
        let judge = self.working.stage.county().assessment().judge();
        let decimals = self.working.stage.county().assessment().standard().precision().value;
        let followed = found.is_followed();
        let (amount, value) = (step.amount.map(|a| a.to_f64()), step.value.map(|v| v.to_f64()));
        let own = amount.zip(if shared { split } else { Some(1.0) }).map(|(amount, k)| amount * k);
        let (remark, counted, square) = (remark(step, lang), step.counted, step.square);
        let answers = [(of_step::MEETS, step.meets), (of_step::FLOOR, step.reaches_floor)];
        // What rounding would lift to its threshold is shown in full.
        let hidden = step.meets == Some(false)
            && step
                .value
                .zip(found.threshold)
                .is_some_and(|(v, t)| v.round_half_up(decimals).is_some_and(|printed| printed >= t.value));
        let in_scope = counted.is_some() || value.is_none();
        let judged = found.threshold.is_some() && self.unit_rule().is_some();

        self.school(unit, school)?;
        let source = cell(of_unit::FIRST_STAGE + stage as u16, self.units + unit as u32);
        let formula = format!("=IF({source}=\"\",\"\",{source})");
        self.page.formula(
            of_step::PUPILS,
            &formula,
            Stored::or_blank(pupils.map(|p| p as f64)),
            Style::Number(0),
        )?;
        self.page.number(of_step::AMOUNT, amount, Style::General)?;
        if shared {
            let source = cell(of_unit::SHARE, self.units + unit as u32);
            let formula = format!("=IF({source}=\"\",\"\",{source})");
            self.page.formula(of_step::SHARE, &formula, Stored::or_blank(split), Style::Number(6))?;
        } else {
            self.page.number(of_step::SHARE, Some(1.0), Style::General)?;
        }
        let [p, a, k, x, v, c] = [
            of_step::PUPILS,
            of_step::AMOUNT,
            of_step::SHARE,
            of_step::OWN,
            of_step::VALUE,
            of_step::COUNTED,
        ]
        .map(|column| cell(column, row));
        let formula = format!("=IF(COUNT({p}:{k})<3,\"\",{a}*{k})");
        self.page.formula(of_step::OWN, &formula, Stored::or_blank(own), Style::Number(2))?;
        let formula = format!("=IF({x}=\"\",\"\",{x}*{}/{p})", fixed_cell(of_step::PUPILS, parameters));
        let style = if hidden { Style::General } else { Style::Number(4) };
        self.page.formula(of_step::VALUE, &formula, Stored::or_blank(value), style)?;
        if in_scope {
            let formula = format!("=IF({v}=\"\",\"\",{p})");
            let stored = Stored::or_blank(counted.map(|p| p as f64));
            self.page.formula(of_step::COUNTED, &formula, stored, Style::Number(0))?;
        } else {
            self.page.blank(of_step::COUNTED, Style::Number(0))?;
        }
        let threshold = fixed_cell(of_step::VALUE, parameters);
        let floor =
            format!("ROUND({threshold}*{},{PLACES})", fixed_cell(of_unit::FIRST_STAGE + 1, self.rule));
        for ((column, answer), limit) in answers.into_iter().zip([threshold, floor]) {
            if judged {
                let held = rounded(&v, judge, decimals);
                let formula =
                    format!("=IF({v}=\"\",\"\",IF({held}>={limit},\"{}\",\"{}\"))", yes(lang), no(lang));
                let text = answer.map_or("", |met| if met { yes(lang) } else { no(lang) });
                self.page.formula(column, &formula, Stored::Text(text.to_owned()), Style::Centre)?;
            } else {
                self.page.blank(column, Style::Centre)?;
            }
        }
        if followed {
            let mean = fixed_cell(of_step::VALUE, self.coefficient(place) - 2);
            let formula = format!("=IF(OR({c}=\"\",NOT(ISNUMBER({mean}))),\"\",{c}*({v}-{mean})^2)");
            self.page.formula(of_step::SQUARE, &formula, Stored::or_blank(square), Style::Number(2))?;
        } else {
            self.page.blank(of_step::SQUARE, Style::Number(2))?;
        }
        self.page.text(of_step::REMARK, &remark, Style::Text)?;
        self.page.next();
        Ok(())
    }

    /// Sums, mean, deviation, coefficient, limit and verdict of an indicator.
    fn figures(&mut self, place: usize, parameters: u32) -> Done {
        let Some(found) = self.working.indicators.get(place) else { return Ok(()) };
        let (lang, variation, skips) = (self.lang, found.variation, found.skips());
        let followed = found.is_followed();
        let sum = |of: &dyn Fn(&Step<'_>) -> Option<f64>| {
            let parts = found.steps.iter().filter(|step| step.counted.is_some()).filter_map(of);
            parts.fold(0.0, |sum, part| sum + part)
        };
        let pupils = sum(&|step| step.counted.map(|p| p as f64));
        let squares = sum(&|step| step.square);
        let own: f64 = found
            .steps
            .iter()
            .zip(&self.working.units)
            .filter(|(step, _)| step.counted.is_some())
            .filter_map(|(step, unit)| {
                let share = if found.rule.shared() { unit.share? } else { 1.0 };
                Some(step.amount?.to_f64() * share)
            })
            .sum();
        let standard = self.working.stage.county().assessment().standard();
        let (mean_decimals, cv_decimals) = (standard.mean_decimals(found.rule), standard.precision().cv);
        let judge = self.working.stage.county().assessment().judge();
        let (first, last) = (self.first(place), self.first(place) + self.count() - 1);
        let range = |column| fixed_range(column, first, last);
        let text = |label: &'static str| Stored::Text(label.to_owned());
        let open = if followed { missing(lang) } else { Verdict::Undetermined.name(lang) };

        let row = self.page.row();
        self.page.label(
            0,
            of_step::OWN - 1,
            self.t("合计：Σxᵢ、ΣPᵢ、ΣPᵢ(Xᵢ − X̄)²", "sums: Σxᵢ, ΣPᵢ, ΣPᵢ(Xᵢ − X̄)²"),
        )?;
        let formula = format!("=SUMIF({},\">0\",{})", range(of_step::COUNTED), range(of_step::OWN));
        self.page.formula(of_step::OWN, &formula, Stored::Number(own), Style::Sum(2))?;
        self.page.blank(of_step::VALUE, Style::Label)?;
        let formula = format!("=SUM({})", range(of_step::COUNTED));
        self.page.formula(of_step::COUNTED, &formula, Stored::Number(pupils), Style::Sum(0))?;
        let formula = format!("=SUM({})", range(of_step::SQUARE));
        self.page.formula(of_step::SQUARE, &formula, Stored::Number(squares), Style::Sum(2))?;
        let (own, pupils, squares) =
            (cell(of_step::OWN, row), cell(of_step::COUNTED, row), cell(of_step::SQUARE, row));
        self.page.next();

        let lacking = if skips {
            format!("COUNT({})=0", range(of_step::COUNTED))
        } else {
            format!("COUNT({c})<ROWS({c})", c = range(of_step::COUNTED))
        };
        let per_cell = fixed_cell(of_step::PUPILS, parameters);
        let [mean, deviation, cv] = [1, 2, 3].map(|below| cell(of_step::VALUE, row + below));
        let limit = fixed_cell(of_step::SQUARE, parameters);
        let stored = |value: Option<f64>, otherwise: &'static str| match value {
            Some(value) => Stored::Number(value),
            None => Stored::Text(otherwise.to_owned()),
        };
        let no_mean = self.t("均值为零", "mean is zero");
        let cv_open = if variation.mean().is_some() { no_mean } else { open };
        let hidden = variation.verdict() == Some(Verdict::NotMet)
            && variation.printed_cv().zip(variation.limit()).is_some_and(|(cv, limit)| cv <= limit.value);
        let lines = [
            (
                self.t("平均值 X̄ ＝ Σxᵢ × 计量人数 ÷ ΣPᵢ", "mean X̄ = Σxᵢ × per ÷ ΣPᵢ"),
                format!("=IF({lacking},\"{open}\",{own}*{per_cell}/{pupils})"),
                stored(variation.mean(), open),
                Style::Sum(mean_decimals + 2),
            ),
            (
                self.t("标准差 S ＝ √(ΣPᵢ(Xᵢ − X̄)² ÷ ΣPᵢ)", "standard deviation S = √(ΣPᵢ(Xᵢ − X̄)² ÷ ΣPᵢ)"),
                format!("=IF(ISNUMBER({mean}),SQRT({squares}/{pupils}),{mean})"),
                stored(variation.std_dev(), open),
                Style::Sum(mean_decimals + 2),
            ),
            (
                self.t("差异系数 ＝ S ÷ X̄", "coefficient = S ÷ X̄"),
                format!("=IF(ISNUMBER({mean}),IF({mean}=0,\"{no_mean}\",{deviation}/{mean}),{mean})"),
                stored(variation.cv(), cv_open),
                if hidden { Style::SumGeneral } else { Style::Sum(cv_decimals) },
            ),
        ];
        for (label, formula, result, style) in lines {
            self.page.label(0, of_step::VALUE - 1, label)?;
            if followed {
                self.page.formula(of_step::VALUE, &formula, result, style)?;
            } else {
                match result {
                    Stored::Number(value) => self.page.number(of_step::VALUE, Some(value), style)?,
                    Stored::Text(text) => self.page.text(of_step::VALUE, &text, style)?,
                }
            }
            self.page.next();
        }
        self.page.label(0, of_step::VALUE - 1, self.t("限值", "limit"))?;
        let formula = format!("=IF({limit}=\"\",\"\",{limit})");
        let result = Stored::or_blank(variation.limit().map(|l| l.value.to_f64()));
        self.page.formula(of_step::VALUE, &formula, result, Style::SumGeneral)?;
        self.page.next();
        self.page.label(0, of_step::VALUE - 1, self.t("判定", "verdict"))?;
        let formula = within(&cv, &limit, judge, cv_decimals, lang);
        let result = variation.verdict().map_or(text(""), |v| text(v.name(lang)));
        self.page.formula(of_step::VALUE, &formula, result, Style::SumGeneral)?;
        self.page.next();
        Ok(())
    }

    /// The mean of the coefficients.
    fn composite(&mut self) -> Done {
        let lang = self.lang;
        let composite = self.working.stage.composite();
        let assessment = self.working.stage.county().assessment();
        let decimals = assessment.standard().precision().cv;
        self.page.across(self.t("综合差异系数", "Composite coefficient"), COLUMNS, Style::Heading)?;
        let cells: Vec<String> = (0..self.working.indicators.len())
            .map(|place| cell(of_step::VALUE, self.coefficient(place)))
            .collect();
        let list = cells.join(",");
        let row = self.page.row();
        self.page.label(0, of_step::VALUE - 1, self.t("各项差异系数的平均值", "mean of the coefficients"))?;
        let open = missing(lang);
        let formula = format!("=IF(COUNT({list})<{},\"{open}\",AVERAGE({list}))", cells.len());
        let result = composite.cv().map_or(Stored::Text(open.to_owned()), Stored::Number);
        self.page.formula(of_step::VALUE, &formula, result, Style::Sum(decimals))?;
        self.page.next();
        let Some(limit) = composite.limit() else { return Ok(()) };
        self.page.label(0, of_step::VALUE - 1, self.t("限值", "limit"))?;
        self.page.number(of_step::VALUE, Some(limit.value.to_f64()), Style::SumGeneral)?;
        self.page.text(of_step::REMARK, &limit.cite.to_string(), Style::Text)?;
        self.page.next();
        self.page.label(0, of_step::VALUE - 1, self.t("判定", "verdict"))?;
        let (cv, limit) = (cell(of_step::VALUE, row), fixed_cell(of_step::VALUE, row + 1));
        let formula = within(&cv, &limit, assessment.judge(), decimals, lang);
        let result = composite.verdict().map_or("", |v| v.name(lang));
        self.page.formula(of_step::VALUE, &formula, Stored::Text(result.to_owned()), Style::SumGeneral)?;
        self.page.next();
        Ok(())
    }
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
