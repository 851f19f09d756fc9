//! Many counties: compared with one another, each with its figures in short. No county is ranked; tables sort as their
//! readers ask.

use std::fmt;

use super::Page;
use super::charts::{Column, Dot, Line};
use super::escape::Text;
use super::glyph;
use super::level::{Level, Reference};
use super::table::county_title;
use crate::assess::{CountyResult, StageResult, Variation, Verdict};
use crate::lang::Lang;
use crate::model::Stage;
use crate::numeric::Decimal;
use crate::report::document::{Align, basis, shown_cv, stage_summary, stage_title, worst};
use crate::report::items::row;
use crate::standards::{Dated, Part};

/// A coefficient of a stage, single or composite, with its limit.
struct Limited {
    cv: Option<f64>,
    limit: f64,
    verdict: Option<Verdict>,
}

impl Limited {
    /// Those of a stage, singles before the composite.
    fn of(stage: StageResult<'_>) -> impl Iterator<Item = Self> {
        let value = |limit: &Dated<Decimal>| limit.value.to_f64();
        let single = stage.cv_limit().map(value).into_iter().flat_map(move |limit| {
            let of = move |found: &Variation| Limited { cv: found.cv(), limit, verdict: found.verdict() };
            stage.variation().iter().map(of)
        });
        let composite = stage.composite();
        let composite = stage.composite_limit().map(value).map(|limit| Limited {
            cv: composite.cv(),
            limit,
            verdict: composite.verdict(),
        });
        single.chain(composite)
    }

    fn level(&self) -> Level {
        let Some(cv) = self.cv else { return Level::Missing };
        let meets = self.verdict.map(|verdict| verdict == Verdict::Met);
        if cv > 0.0 { Level::of(self.limit / cv, meets) } else { Level::Ample }
    }
}

impl<'a> Page<'a, '_> {
    /// Many counties at a glance: how many are met, and the table of all.
    pub(super) fn overview(&mut self) -> fmt::Result {
        let (lang, counties) = (self.lang, self.assessment.counties());
        let title = lang.pick(format!("{} 个区县", counties.len()), format!("{} counties", counties.len()));
        write!(self.out, "<h1>{title}</h1>")?;
        write!(self.out, "<p class=\"faint\">{}</p>", Text(&basis(self.assessment, None, lang)))?;
        self.tally()?;
        self.table_of_counties()
    }

    /// How many counties have which verdict.
    fn tally(&mut self) -> fmt::Result {
        let lang = self.lang;
        self.out.write_str("<section class=\"verdicts\">")?;
        let whole = self.t("整个标准", "the whole standard");
        self.tally_of(whole, |county| Some(county.verdict()))?;
        for part in Part::ALL {
            if self.assessment.counties().any(|county| county.part_verdict(part).is_some()) {
                self.tally_of(part.name(lang), |county| county.part_verdict(part))?;
            }
        }
        self.out.write_str("</section>")
    }

    fn tally_of(&mut self, name: &str, of: impl Fn(CountyResult<'a>) -> Option<Verdict>) -> fmt::Result {
        let count = |verdict: Verdict| {
            self.assessment.counties().filter(|county| of(*county) == Some(verdict)).count()
        };
        let counts = [Verdict::Met, Verdict::NotMet, Verdict::Undetermined].map(|v| (v, count(v)));
        write!(self.out, "<div class=\"tile\"><span>{}</span>", Text(name))?;
        for (verdict, count) in counts {
            let (id, mark, said) = (verdict.id(), glyph(verdict), verdict.name(self.lang));
            write!(self.out, "<span class=\"v {id}\">{mark} {said} {count}</span>")?;
        }
        self.out.write_str("</div>")
    }

    fn table_of_counties(&mut self) -> fmt::Result {
        let lang = self.lang;
        let t = |zh, en| lang.pick(zh, en);
        self.heading(2, t("区县一览", "The counties"))?;
        self.out.write_str("<section class=\"sortable\">")?;
        self.filter(true)?;
        self.open_table(
            "counties",
            [
                (t("区县", "county"), Align::Left),
                (t("代码", "code"), Align::Left),
                (t("年度", "year"), Align::Right),
                (t("资源配置", "resources"), Align::Left),
                (t("整个标准", "standard"), Align::Left),
                (t("小学单位", "primary units"), Align::Right),
                (t("其中达标", "of them met"), Align::Right),
                (t("初中单位", "junior units"), Align::Right),
                (t("其中达标", "of them met"), Align::Right),
                (t("最大差异系数与限值之比", "largest CV to limit"), Align::Right),
            ],
        )?;
        for (place, county) in self.assessment.counties().enumerate() {
            self.row_of_county(county, place)?;
        }
        self.close_table()?;
        self.out.write_str("</section>")
    }

    fn row_of_county(&mut self, county: CountyResult<'a>, place: usize) -> fmt::Result {
        let name = if county.name().is_empty() { county.code() } else { county.name() };
        write!(
            self.out,
            "<tr data-verdict=\"{}\"><th scope=\"row\"><a href=\"#c{place}\"><bdi>{}</bdi></a></th><td>{}</td>",
            county.resource_verdict().id(),
            Text(name),
            Text(county.code())
        )?;
        self.number(county.year().map(|y| y.to_string()).as_deref(), None, "")?;
        for verdict in [county.resource_verdict(), county.verdict()] {
            self.out.write_str("<td>")?;
            self.verdict(verdict)?;
            self.out.write_str("</td>")?;
        }
        for stage in county.stages() {
            self.number(Some(&stage.units().len().to_string()), None, "")?;
            self.number(stage.units_met().map(|n| n.to_string()).as_deref(), None, "")?;
        }
        let worst = worst(county);
        self.number(worst.map(|w| format!("{w:.2}")).as_deref(), worst, "")?;
        self.out.write_str("</tr>\n")
    }

    pub(super) fn province(&mut self) -> fmt::Result {
        self.overview()?;
        for stage in Stage::COMPULSORY {
            self.compared(stage)?;
        }
        self.heading(2, self.t("各区县", "Each county"))?;
        self.line(self.t(
            "打开可看各项数值。某一区县的完整报告（含每所学校）：加 --county 代码。",
            "Open one for its figures. One county in full, with every school: add --county CODE.",
        ))?;
        for (place, county) in self.assessment.counties().enumerate() {
            self.in_short(county, place)?;
        }
        Ok(())
    }

    /// A stage of all counties: the heat map, and a picture of every coefficient that has a limit.
    fn compared(&mut self, stage: Stage) -> fmt::Result {
        let lang = self.lang;
        let all: Vec<(String, Vec<Limited>)> =
            self.assessment.counties().filter_map(|c| limited(c, stage, lang)).collect();
        let names = self.names(stage);
        if all.is_empty() || names.is_empty() {
            return Ok(());
        }
        self.heading(2, stage_title(stage, lang))?;
        let column = |(title, figures): &(String, Vec<Limited>)| {
            let mut title = title.clone();
            for (name, figure) in names.iter().zip(figures) {
                let cv = figure.cv.map_or("—".to_owned(), |cv| format!("{cv:.3}"));
                title += &format!("{}{name} {cv}", lang.pick("；", "; "));
            }
            Column { title, levels: figures.iter().map(Limited::level).collect() }
        };
        let columns: Vec<_> = all.iter().map(column).collect();
        let beyond = all
            .iter()
            .flat_map(|(_, figures)| figures)
            .filter(|f| f.verdict == Some(Verdict::NotMet))
            .count();
        let cells = columns.len() * names.len();
        let told = lang.pick(
            format!("{cells} 格中 {beyond} 格超过限值；每列一个区县，按代码排列"),
            format!("Of {cells} cells {beyond} are beyond the limit; a column is a county, in order of code"),
        );
        self.heading(3, self.t("热图：区县 × 差异系数", "Heat map: counties × coefficients"))?;
        self.out.write_str("<div class=\"heat\">")?;
        self.bands(
            self.t("每列一个区县，每行一项指标", "A column a county, a row an indicator"),
            &told,
            &names,
            &columns,
        )?;
        let legend: Vec<_> =
            Level::ALL.into_iter().map(|l| (l, l.name(Reference::Limit, None, lang))).collect();
        self.legend(&legend)?;
        self.out.write_str("</div>")?;
        self.heading(3, self.t("各区县差异系数（由低到高）", "Coefficients of the counties, in order"))?;
        self.out.write_str("<div class=\"grid\">")?;
        for (place, name) in names.iter().enumerate() {
            self.compared_dots(name, place, &all)?;
        }
        self.out.write_str("</div>")
    }

    fn compared_dots(&mut self, name: &str, place: usize, all: &[(String, Vec<Limited>)]) -> fmt::Result {
        let lang = self.lang;
        let these: Vec<(&str, &Limited)> =
            all.iter().filter_map(|(title, figures)| Some((title.as_str(), figures.get(place)?))).collect();
        let dots: Vec<_> = these
            .iter()
            .filter_map(|(label, f)| Some(Dot { label, value: f.cv?, level: f.level() }))
            .collect();
        let mut limits: Vec<f64> = these.iter().map(|(_, figure)| figure.limit).collect();
        limits.sort_by(f64::total_cmp);
        limits.dedup();
        let line = |limit: &f64| Line {
            label: lang.pick(format!("限值 {limit}"), format!("limit {limit}")),
            value: *limit,
            dashed: false,
        };
        let lines: Vec<_> = limits.iter().map(line).collect();
        let within = these.iter().filter(|(_, f)| f.verdict == Some(Verdict::Met)).count();
        let (count, missing) = (these.len(), these.len() - dots.len());
        let mut told = lang.pick(
            format!("{count} 个区县中 {within} 个不超过限值"),
            format!("{within} of {count} counties are within the limit"),
        );
        if missing > 0 {
            told += &lang
                .pick(format!("；{missing} 个缺数据（斜纹）"), format!("; {missing} lack data (hatched)"));
        }
        self.dots(name, &told, &dots, missing, &lines)
    }

    /// Names of the coefficients of a stage that have a limit anywhere, in the order of [`limited`].
    fn names(&self, stage: Stage) -> Vec<&'a str> {
        let lang = self.lang;
        let mut stages = self.assessment.counties().flat_map(|c| c.stages()).filter(|s| s.stage() == stage);
        let Some(first) = stages.find(|s| s.units().len() > 0) else { return Vec::new() };
        let of = |found: &Variation| lang.pick(found.indicator().zh(), found.indicator().en());
        let single = first.cv_limit().map_or(&[][..], |_| first.variation()).iter().map(of);
        let composite = first.composite_limit().map(|_| lang.pick("综合差异系数", "composite"));
        single.chain(composite).collect()
    }

    /// A county in short, closed until it is asked for.
    fn in_short(&mut self, county: CountyResult<'a>, place: usize) -> fmt::Result {
        let lang = self.lang;
        write!(
            self.out,
            "<details class=\"county\" id=\"c{place}\"><summary><bdi>{}</bdi> ",
            Text(&county_title(county, lang))
        )?;
        self.verdict(county.verdict())?;
        self.out.write_str("</summary>")?;
        let parts = Part::ALL.into_iter().filter_map(|part| {
            let verdict = county.part_verdict(part)?;
            Some(format!(
                "{} {}{}",
                glyph(verdict),
                part.name(lang),
                lang.pick(verdict.name(lang).to_owned(), format!(" {}", verdict.name(lang)))
            ))
        });
        let parts = parts.collect::<Vec<_>>().join(lang.pick("，", ", "));
        self.line(&parts)?;
        for stage in county.stages().filter(|stage| stage.units().len() > 0) {
            self.stage_in_short(stage)?;
        }
        self.items_in_short(county)?;
        self.out.write_str("</details>\n")
    }

    fn stage_in_short(&mut self, stage: StageResult<'a>) -> fmt::Result {
        let lang = self.lang;
        let standard = self.assessment.standard();
        let units = stage.units().len();
        write!(
            self.out,
            "<p><b>{}</b> {}</p><table><tr><th>{}<th>{}<th>{}<th>{}<th></tr>",
            stage_title(stage.stage(), lang),
            Text(&stage_summary(stage, lang)),
            lang.pick("指标", "indicator"),
            lang.pick("达到", "reached"),
            lang.pick("差异系数", "CV"),
            lang.pick("限值", "limit")
        )?;
        let mut line = |name: &str,
                        met: Option<u32>,
                        printed: Option<String>,
                        cv: Option<f64>,
                        limit: Option<Decimal>,
                        verdict: Option<Verdict>| {
            let met = met.map_or(String::new(), |met| format!("{met}/{units}"));
            write!(self.out, "<tr><td>{name}<td>{met}")?;
            match printed.zip(cv) {
                Some((printed, cv)) => write!(self.out, "<td title=\"{cv}\">{printed}")?,
                None => self.out.write_str("<td>—")?,
            }
            let limit = limit.map_or(String::new(), |l| l.to_fixed(2));
            write!(self.out, "<td>{limit}<td>")?;
            match verdict {
                Some(verdict) => write!(self.out, "<b class=\"{}\">{}</b>", verdict.id(), glyph(verdict)),
                None => Ok(()),
            }
        };
        for found in stage.variation() {
            let name = lang.pick(found.indicator().zh(), found.indicator().en());
            let printed = shown_cv(stage, found);
            line(
                name,
                found.units_meeting(),
                printed,
                found.cv(),
                stage.cv_limit().map(|l| l.value),
                found.verdict(),
            )?;
        }
        let composite = stage.composite();
        let printed = composite.printed().map(|p| p.to_fixed(standard.precision().cv));
        let limit = stage.composite_limit().map(|l| l.value);
        line(lang.pick("综合", "composite"), None, printed, composite.cv(), limit, composite.verdict())?;
        self.out.write_str("</table>")?;
        if let Some(limit) = stage.cv_limit().or_else(|| stage.composite_limit()) {
            let text = lang
                .pick(format!("限值依据：{}", limit.cite), format!("source of the limit: {}", limit.cite));
            write!(self.out, "<p class=\"faint\">{}</p>", Text(&text))?;
        }
        Ok(())
    }

    /// The items that are not met; of those that are open, which.
    fn items_in_short(&mut self, county: CountyResult<'a>) -> fmt::Result {
        let lang = self.lang;
        let failed: Vec<_> = county.items().filter(|item| item.verdict() == Verdict::NotMet).collect();
        if !failed.is_empty() {
            self.out.write_str("<ul>")?;
            for item in failed {
                let [id, title, value, required, failing, _, cite] = row(item, lang);
                write!(self.out, "<li>✗ {} {}", Text(&id.text), Text(&title.text))?;
                for (name, cell) in [("：", value), (lang.pick("，应 ", ", required "), required)] {
                    if !cell.text.is_empty() {
                        write!(
                            self.out,
                            "{}{}",
                            lang.pick(name, if name == "：" { ": " } else { name }),
                            Text(&cell.text)
                        )?;
                    }
                }
                if !failing.text.is_empty() {
                    let text = lang
                        .pick(format!("，{} 所学校", failing.text), format!(", {} schools", failing.text));
                    write!(self.out, "{}", Text(&text))?;
                }
                let cite = lang.pick(format!("（{}）", cite.text), format!(" ({})", cite.text));
                write!(self.out, "{}</li>", Text(&cite))?;
            }
            self.out.write_str("</ul>")?;
        }
        let open: Vec<_> =
            county.items().filter(|i| i.verdict() == Verdict::Undetermined).map(|i| i.id()).collect();
        if !open.is_empty() {
            let open = open.join(lang.pick("、", ", "));
            self.line(&lang.pick(format!("? 无法判定：{open}"), format!("? undetermined: {open}")))?;
        }
        let excluded = county.excluded().count();
        if excluded > 0 {
            self.line(&lang.pick(
                format!("{excluded} 所学校不参加评估"),
                format!("{excluded} schools are not assessed"),
            ))?;
        }
        Ok(())
    }
}

/// The coefficients of a county's stage that have a limit, and what the county is called.
fn limited(county: CountyResult<'_>, stage: Stage, lang: Lang) -> Option<(String, Vec<Limited>)> {
    let stage = county.stages().find(|s| s.stage() == stage).filter(|s| s.units().len() > 0)?;
    Some((county_title(county, lang), Limited::of(stage).collect()))
}
