//! One stage of a county in full: coefficients, pictures of every indicator, and the table of its schools.

use std::fmt;

use super::Page;
use super::charts::{Bar, Column, Dot, Line};
use super::escape::Text;
use super::level::{AMPLE, Level, Reference};
use super::lorenz::{lorenz, share_of};
use crate::assess::{StageResult, UnitResult, Verdict};
use crate::indicator::Indicator;
use crate::numeric::{Decimal, Ratio};
use crate::report::document::{Align, shown, shown_cv, stage_summary, stage_title};
use crate::standards::IndicatorRule;

/// An indicator of a stage with what it is held against.
struct Measured<'a> {
    rule: &'a IndicatorRule,
    /// What it counts, in short.
    name: &'static str,
    threshold: Option<Decimal>,
    /// The value below which none may fall.
    floor: Option<Decimal>,
    mean: Option<f64>,
}

/// A unit with its values and how they stand, in the order of the standard.
struct Row<'a> {
    unit: UnitResult<'a>,
    values: Vec<Option<Ratio>>,
    levels: Vec<Level>,
}

impl<'a> Measured<'a> {
    fn level(&self, unit: UnitResult<'_>, value: Option<Ratio>) -> Level {
        let Some(value) = value.map(Ratio::to_f64) else { return Level::Missing };
        let indicator = self.rule.indicator();
        let Some(threshold) = self.threshold.map(Decimal::to_f64) else {
            return self.mean.map_or(Level::Reached, |mean| Level::of(value / mean, None));
        };
        match unit.meets(indicator) {
            _ if unit.below_floor().any(|below| below == indicator) => Level::Far,
            Some(false) => Level::Short,
            _ if value / threshold >= AMPLE => Level::Ample,
            _ => Level::Reached,
        }
    }

    /// A value as it is printed.
    fn shown(&self, value: Ratio, level: Level, decimals: u8) -> String {
        let missed = if level == Level::Far { self.floor } else { self.threshold };
        shown(value, missed.filter(|_| matches!(level, Level::Far | Level::Short)), decimals)
    }
}

/// Everything about a stage that its pictures and tables share.
pub(super) struct Whole<'a> {
    stage: StageResult<'a>,
    indicators: Vec<Measured<'a>>,
    rows: Vec<Row<'a>>,
    /// Of a threshold, in per cent.
    floor: Option<String>,
    reference: Reference,
}

impl<'a> Page<'a, '_> {
    pub(super) fn stage(&mut self, stage: StageResult<'a>) -> fmt::Result {
        let whole = self.whole(stage);
        let lang = self.lang;
        self.heading(2, stage_title(stage.stage(), lang))?;
        write!(self.out, "<p class=\"{}\">{}</p>", stage.verdict().id(), Text(&stage_summary(stage, lang)))?;
        self.coefficients(&whole)?;
        self.all_dots(&whole)?;
        self.heat(&whole)?;
        self.curves(&whole)?;
        self.schools(&whole)
    }

    fn whole(&self, stage: StageResult<'a>) -> Whole<'a> {
        let (standard, date) = (self.assessment.standard(), stage.county().as_of());
        let floor = standard.unit_rule(date).map(|rule| rule.value.floor).filter(|floor| !floor.is_zero());
        let measured = |(rule, found): (&'a IndicatorRule, &crate::assess::Variation)| {
            let threshold = rule.threshold(stage.stage(), date).map(|t| t.value);
            let indicator = rule.indicator();
            Measured {
                rule,
                name: self.t(indicator.zh(), indicator.en()),
                threshold,
                floor: threshold.zip(floor).and_then(|(t, floor)| t.checked_mul(floor)),
                mean: found.mean(),
            }
        };
        let indicators: Vec<_> = standard.indicators().iter().zip(stage.variation()).map(measured).collect();
        let row = |(unit, values): (UnitResult<'a>, Vec<Option<Ratio>>)| {
            let levels = indicators.iter().zip(&values).map(|(i, value)| i.level(unit, *value)).collect();
            Row { unit, values, levels }
        };
        let rows = stage.units_with_values().map(row).collect();
        let thresholds = indicators.iter().any(|i| i.threshold.is_some());
        Whole {
            stage,
            rows,
            floor: floor.map(|f| f.times_pow10(2).unwrap_or(f).to_string()),
            reference: if thresholds { Reference::Threshold } else { Reference::Mean },
            indicators,
        }
    }

    /// Bars against the limit, and the same as a table whose verdicts open.
    fn coefficients(&mut self, whole: &Whole<'a>) -> fmt::Result {
        let (stage, decimals) = (whole.stage, self.assessment.standard().precision().cv);
        self.heading(3, self.t("校际差异系数", "Coefficients of variation between schools"))?;
        let mut bars: Vec<Bar<'_>> = Vec::new();
        for (measured, found) in whole.indicators.iter().zip(stage.variation()) {
            bars.push(Bar {
                label: measured.name,
                value: found.cv(),
                shown: shown_cv(stage, found).unwrap_or_else(|| "—".to_owned()),
                limit: stage.cv_limit().map(|l| l.value.to_f64()),
                verdict: found.verdict(),
            });
        }
        let composite = stage.composite();
        bars.push(Bar {
            label: self.t("综合差异系数", "composite"),
            value: composite.cv(),
            shown: composite.printed().map_or("—".to_owned(), |p| p.to_fixed(decimals)),
            limit: stage.composite_limit().map(|l| l.value.to_f64()),
            verdict: composite.verdict(),
        });
        let told = self.told_of_bars(&bars);
        self.bars(
            self.t("差异系数与限值（竖线）", "Coefficients and their limits (upright lines)"),
            &told,
            &bars,
        )?;
        self.coefficient_table(whole)
    }

    fn told_of_bars(&self, bars: &[Bar<'_>]) -> String {
        let lang = self.lang;
        let limited = bars.iter().filter(|bar| bar.limit.is_some()).count();
        let beyond: Vec<_> =
            bars.iter().filter(|b| b.verdict == Some(Verdict::NotMet)).map(|b| b.label).collect();
        let missing = bars.iter().filter(|bar| bar.value.is_none()).count();
        let mut told = match beyond.len() {
            0 => lang.pick(
                format!("有限值的 {limited} 项中没有超过限值的"),
                format!("Of {limited} with a limit none is beyond it"),
            ),
            n => lang.pick(
                format!("有限值的 {limited} 项中 {n} 项超过限值：{}", beyond.join("、")),
                format!("Of {limited} with a limit {n} are beyond it: {}", beyond.join(", ")),
            ),
        };
        if missing > 0 {
            told += &lang
                .pick(format!("；{missing} 项缺数据（斜纹）"), format!("; {missing} lack data (hatched)"));
        }
        told
    }

    fn coefficient_table(&mut self, whole: &Whole<'a>) -> fmt::Result {
        let (stage, lang) = (whole.stage, self.lang);
        let standard = self.assessment.standard();
        let t = |zh, en| lang.pick(zh, en);
        let thresholds = whole.reference == Reference::Threshold;
        let mut header = vec![(t("指标", "indicator"), Align::Left)];
        if thresholds {
            header.extend([(t("规定值", "required"), Align::Right), (t("达到", "reached"), Align::Right)]);
        }
        header.extend([
            (t("均值", "mean"), Align::Right),
            (t("差异系数", "CV"), Align::Right),
            (t("限值", "limit"), Align::Right),
            (t("判定", "verdict"), Align::Left),
        ]);
        self.open_table("coefficients", header)?;
        let units = stage.units().len();
        for (measured, found) in whole.indicators.iter().zip(stage.variation()) {
            write!(self.out, "<tr><th scope=\"row\">{}</th>", Text(measured.rule.name(lang)))?;
            if thresholds {
                let required = measured.threshold.map(|t| format!("≥ {t}"));
                self.number(required.as_deref(), None, "")?;
                self.number(found.units_meeting().map(|n| format!("{n}/{units}")).as_deref(), None, "")?;
            }
            let mean = found.printed_mean().map(|m| m.to_fixed(standard.mean_decimals(measured.rule)));
            self.number(mean.as_deref(), found.mean(), "mean")?;
            self.number(shown_cv(stage, found).as_deref(), found.cv(), "cv")?;
            self.number(stage.cv_limit().map(|l| l.value.to_fixed(2)).as_deref(), None, "")?;
            self.verdict_cell(found.verdict(), |page| {
                stage.explain(measured.rule.indicator()).map_or(Ok(()), |why| page.explanation(&why))
            })?;
            self.out.write_str("</tr>\n")?;
        }
        let composite = stage.composite();
        write!(self.out, "<tr><th scope=\"row\">{}</th>", t("综合差异系数", "composite"))?;
        for _ in 0..if thresholds { 3 } else { 1 } {
            self.out.write_str("<td></td>")?;
        }
        let printed = composite.printed().map(|p| p.to_fixed(standard.precision().cv));
        self.number(printed.as_deref(), composite.cv(), "cv")?;
        self.number(stage.composite_limit().map(|l| l.value.to_fixed(2)).as_deref(), None, "")?;
        self.verdict_cell(composite.verdict(), |page| {
            stage.explain_composite().map_or(Ok(()), |why| page.explanation(&why))
        })?;
        self.out.write_str("</tr>\n")?;
        self.close_table()
    }

    fn verdict_cell(
        &mut self,
        verdict: Option<Verdict>,
        explanation: impl FnOnce(&mut Self) -> fmt::Result,
    ) -> fmt::Result {
        self.out.write_str("<td>")?;
        match verdict {
            Some(verdict) => self.opens(verdict, explanation)?,
            None => self.out.write_str("—")?,
        }
        self.out.write_str("</td>")
    }

    /// Every indicator: its schools in order of their values, against threshold and floor.
    fn all_dots(&mut self, whole: &Whole<'a>) -> fmt::Result {
        self.heading(3, self.t("各校数值（由低到高）", "Values of the schools, in order"))?;
        self.level_legend(whole)?;
        self.out.write_str("<div class=\"grid\">")?;
        for (place, measured) in whole.indicators.iter().enumerate() {
            let dot = |row: &'_ Row<'a>| {
                let value = row.values.get(place).copied().flatten()?.to_f64();
                Some((row.unit.school().label(), value, *row.levels.get(place)?))
            };
            let dots: Vec<_> = whole
                .rows
                .iter()
                .filter_map(dot)
                .map(|(label, value, level)| Dot { label, value, level })
                .collect();
            let missing = whole.rows.len() - dots.len();
            let lines = self.lines(whole, measured);
            let told = self.told_of_dots(whole, place, &lines);
            self.dots(measured.rule.name(self.lang), &told, &dots, missing, &lines)?;
        }
        self.out.write_str("</div>")
    }

    fn lines(&self, whole: &Whole<'a>, measured: &Measured<'a>) -> Vec<Line> {
        let mut lines = Vec::new();
        if let Some(threshold) = measured.threshold {
            let label = self.lang.pick(format!("规定值 {threshold}"), format!("required {threshold}"));
            lines.push(Line { label, value: threshold.to_f64(), dashed: false });
        } else if let Some(mean) = measured.mean {
            lines.push(Line { label: self.t("均值", "mean").to_owned(), value: mean, dashed: false });
        }
        if let Some((floor, percent)) = measured.floor.zip(whole.floor.as_ref()) {
            let label =
                self.lang.pick(format!("其 {percent}%：{floor}"), format!("{percent}% of it: {floor}"));
            lines.push(Line { label, value: floor.to_f64(), dashed: true });
        }
        lines
    }

    fn told_of_dots(&self, whole: &Whole<'a>, place: usize, lines: &[Line]) -> String {
        let (lang, decimals) = (self.lang, self.assessment.standard().precision().value);
        let count = |level| whole.rows.iter().filter(|row| row.levels.get(place) == Some(&level)).count();
        let units = whole.rows.len();
        let mut told = Vec::new();
        if whole.reference == Reference::Threshold && !lines.is_empty() {
            let reached = count(Level::Reached) + count(Level::Ample);
            told.push(lang.pick(
                format!("{units} 个单位中 {reached} 个达到规定值"),
                format!("{reached} of {units} units reach what is required"),
            ));
            let far = count(Level::Far);
            if let Some(percent) = whole.floor.as_ref().filter(|_| far > 0) {
                told.push(
                    lang.pick(
                        format!("{far} 个低于其 {percent}%"),
                        format!("{far} are below {percent}% of it"),
                    ),
                );
            }
        }
        let missing = count(Level::Missing);
        if missing > 0 {
            told.push(
                lang.pick(format!("{missing} 个缺数据（斜纹）"), format!("{missing} lack data (hatched)")),
            );
        }
        let values = || {
            let of =
                |row: &Row<'a>| Some((row.values.get(place).copied().flatten()?, row.unit.school().label()));
            whole.rows.iter().filter_map(of)
        };
        let by_value = |a: &(Ratio, &str), b: &(Ratio, &str)| a.0.to_f64().total_cmp(&b.0.to_f64());
        if let Some(((least, who), (most, whose))) = values().min_by(by_value).zip(values().max_by(by_value))
        {
            let (least, most) = (least.to_fixed(decimals), most.to_fixed(decimals));
            told.push(lang.pick(
                format!("最低 {least}（{who}），最高 {most}（{whose}）"),
                format!("lowest {least} ({who}), highest {most} ({whose})"),
            ));
        }
        told.join(lang.pick("；", "; "))
    }

    fn level_legend(&mut self, whole: &Whole<'a>) -> fmt::Result {
        let floor = whole.floor.as_deref();
        let levels = Level::ALL.into_iter().filter(|level| {
            // Without a floor nothing lies below it.
            *level != Level::Far || whole.reference == Reference::Mean || floor.is_some()
        });
        let names: Vec<_> = levels.map(|l| (l, l.name(whole.reference, floor, self.lang))).collect();
        self.legend(&names)
    }

    /// Schools × indicators, those that reach least first.
    fn heat(&mut self, whole: &Whole<'a>) -> fmt::Result {
        let lang = self.lang;
        self.heading(3, self.t("热图：学校 × 指标", "Heat map: schools × indicators"))?;
        let mut rows: Vec<&Row<'a>> = whole.rows.iter().collect();
        rows.sort_by_key(|row| row.unit.met_count());
        let decimals = self.assessment.standard().precision().value;
        let column = |row: &&Row<'a>| {
            let mut title = row.unit.school().label().to_owned();
            for ((measured, value), level) in whole.indicators.iter().zip(&row.values).zip(&row.levels) {
                let value = value.map_or("—".to_owned(), |v| measured.shown(v, *level, decimals));
                title += &format!("{}{} {value}", lang.pick("；", "; "), measured.name);
            }
            Column { title, levels: row.levels.clone() }
        };
        let columns: Vec<_> = rows.iter().map(column).collect();
        let names: Vec<&str> = whole.indicators.iter().map(|m| m.name).collect();
        let cells = rows.iter().flat_map(|row| &row.levels);
        let (short, missing) = cells.fold((0, 0), |(short, missing), level| match level {
            Level::Far | Level::Short => (short + 1, missing),
            Level::Missing => (short, missing + 1),
            _ => (short, missing),
        });
        let all = columns.len() * names.len();
        let told = match whole.reference {
            Reference::Threshold => lang.pick(
                format!("{all} 格中 {short} 格低于规定值，{missing} 格缺数据；每列一个单位，达到项数少的在前"),
                format!("Of {all} cells {short} are below what is required and {missing} lack data; a column is a unit, those that reach least first"),
            ),
            _ => lang.pick(
                format!("{all} 格中 {short} 格低于均值，{missing} 格缺数据；每列一个单位，按标识码排列"),
                format!("Of {all} cells {short} are below the mean and {missing} lack data; a column is a unit, in order of code"),
            ),
        };
        self.out.write_str("<div class=\"heat\">")?;
        self.bands(
            self.t("每列一个单位，每行一项指标", "A column a unit, a row an indicator"),
            &told,
            &names,
            &columns,
        )?;
        self.level_legend(whole)?;
        self.out.write_str("</div>")
    }

    /// Lorenz curves, with pupils as weights.
    fn curves(&mut self, whole: &Whole<'a>) -> fmt::Result {
        const HALF: f64 = 0.5;
        let lang = self.lang;
        self.heading(3, self.t("洛伦兹曲线（以学生数为权）", "Lorenz curves, weighted by pupils"))?;
        self.line(self.t(
            "横轴：学生（数值低的学校在前）累计所占比例；纵轴：他们所占资源的累计比例。虚线为完全均衡。",
            "Across: share of the pupils, those of schools with least first; upwards: their share of what is counted. \
             The dashed line is perfect balance.",
        ))?;
        self.out.write_str("<div class=\"grid small\">")?;
        for (place, measured) in whole.indicators.iter().enumerate() {
            let of = |row: &Row<'a>| {
                let value = row.values.get(place).copied().flatten()?.to_f64();
                Some((value, row.unit.students()? as f64))
            };
            let units: Vec<_> = whole.rows.iter().filter_map(of).collect();
            let curve = lorenz(&units);
            let told = match share_of(&curve, HALF) {
                Some(share) => lang.pick(
                    format!("拥有最少的一半学生占 {:.1}%", share * 100.0),
                    format!("the half with least has {:.1}%", share * 100.0),
                ),
                None => lang.pick("没有数据", "no data").to_owned(),
            };
            self.curve(measured.name, &told, &curve)?;
        }
        self.out.write_str("</div>")
    }

    /// Every unit with its figures and its verdict.
    fn schools(&mut self, whole: &Whole<'a>) -> fmt::Result {
        let (lang, judged) = (self.lang, whole.stage.units_met().is_some());
        let t = |zh, en| lang.pick(zh, en);
        self.heading(3, t("学校一览", "The schools"))?;
        self.out.write_str("<section class=\"sortable\">")?;
        self.filter(judged)?;
        let mut header = vec![
            (t("学校", "school"), Align::Left),
            (t("标识码", "code"), Align::Left),
            (t("学生", "pupils"), Align::Right),
        ];
        if judged {
            header.push((t("判定", "verdict"), Align::Left));
            header.push((t("达到项数", "reached"), Align::Right));
        }
        header.extend(whole.indicators.iter().map(|m| (m.name, Align::Right)));
        self.open_table("schools", header)?;
        for row in &whole.rows {
            self.school(whole, row)?;
        }
        self.close_table()?;
        self.out.write_str("</section>")
    }

    fn school(&mut self, whole: &Whole<'a>, row: &Row<'a>) -> fmt::Result {
        let (unit, decimals) = (row.unit, self.assessment.standard().precision().value);
        let id = unit.verdict().map_or("", Verdict::id);
        write!(
            self.out,
            "<tr data-verdict=\"{id}\"><th scope=\"row\"><bdi>{}</bdi></th><td>{}</td>",
            Text(unit.school().label()),
            Text(unit.school().code())
        )?;
        self.number(unit.students().map(|s| s.to_string()).as_deref(), None, "")?;
        if let Some(verdict) = unit.verdict() {
            self.out.write_str("<td>")?;
            self.opens(verdict, |page| page.unit(whole, row))?;
            self.out.write_str("</td>")?;
            self.number(unit.met_count().map(|n| n.to_string()).as_deref(), None, "")?;
        }
        for ((measured, value), level) in whole.indicators.iter().zip(&row.values).zip(&row.levels) {
            let printed = value.map(|v| measured.shown(v, *level, decimals));
            self.number(printed.as_deref(), value.map(Ratio::to_f64), level.class())?;
        }
        self.out.write_str("</tr>\n")
    }

    /// Why a unit is judged as it is: the rule on all indicators, then each of them.
    fn unit(&mut self, whole: &Whole<'a>, row: &Row<'a>) -> fmt::Result {
        let (unit, lang) = (row.unit, self.lang);
        if let Some(why) = unit.explain_verdict() {
            self.explanation(&why)?;
        }
        self.out.write_str("<ul>")?;
        for ((measured, value), level) in whole.indicators.iter().zip(&row.values).zip(&row.levels) {
            let indicator: Indicator = measured.rule.indicator();
            write!(self.out, "<li class=\"{}\">", level.class())?;
            match (unit.meets(indicator), value, measured.threshold) {
                // What is reached needs no more than its figures: a large county has thousands of them.
                (Some(true), Some(value), Some(threshold)) => {
                    write!(self.out, "{} {} ≥ {threshold}", Text(measured.name), value.to_f64())?;
                }
                _ => {
                    let why = unit.explain(indicator).map(|why| why.describe(lang)).unwrap_or_default();
                    write!(self.out, "{}", Text(&why))?;
                }
            }
            self.out.write_str("</li>")?;
        }
        self.out.write_str("</ul>")
    }
}
