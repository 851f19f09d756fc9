//! One county in full.

use std::fmt;

use super::Page;
use super::escape::Text;
use super::glyph;
use super::table::county_title;
use crate::assess::{CountyResult, ItemResult, Obstacle, Verdict, beyond_units};
use crate::lang::Lang;
use crate::numeric::Ratio;
use crate::report::document::{Align, basis, excluded, failing, stage_title};
use crate::report::items::{figure, row};
use crate::report::{score, sizes};
use crate::standards::Part;

/// More schools of an item than this are counted, not listed.
const LISTED: usize = 50;
/// More rows than this are closed until they are asked for.
const OPEN: usize = 20;

impl<'a> Page<'a, '_> {
    pub(super) fn county(&mut self, county: CountyResult<'a>, place: usize) -> fmt::Result {
        write!(
            self.out,
            "<article id=\"c{place}\"><h1><bdi>{}</bdi></h1>",
            Text(&county_title(county, self.lang))
        )?;
        write!(
            self.out,
            "<p class=\"faint\">{}</p>",
            Text(&basis(self.assessment, Some(county), self.lang))
        )?;
        self.list_of_titles()?;
        self.verdicts(county, place)?;
        self.obstacles(county)?;
        for stage in county.stages().filter(|stage| stage.units().len() > 0) {
            self.stage(stage)?;
        }
        self.items(county, place)?;
        self.blocks(&score::score(county, self.lang))?;
        self.blocks(&sizes::blocks(county, self.lang))?;
        self.blocks(&excluded(county, self.lang))?;
        if !county.findings().is_empty() {
            self.heading(2, self.t("数据问题与说明", "Notes on the data"))?;
            self.findings(county.findings())?;
        }
        self.out.write_str("</article>")
    }

    fn list_of_titles(&mut self) -> fmt::Result {
        let titles: Vec<_> = self.assessment.standard().titles(self.lang).collect();
        write!(self.out, "<p class=\"faint\">{}</p>", Text(&titles.join(self.t("；", "; "))))
    }

    /// The verdict on the whole and on each part; each opens what it rests on.
    fn verdicts(&mut self, county: CountyResult<'a>, place: usize) -> fmt::Result {
        let lang = self.lang;
        self.out.write_str("<section class=\"verdicts\">")?;
        let whole = self.t("整个标准", "the whole standard");
        self.tile(whole, county.verdict(), "whole", |page| {
            page.line(page.t("各部分都达标，整个标准才达标：", "The whole is met where every part is:"))?;
            let parts = Part::ALL.into_iter().filter_map(|part| Some((part, county.part_verdict(part)?)));
            page.list(parts.map(|(part, verdict)| {
                format!(
                    "{} {}{}{}",
                    glyph(verdict),
                    part.name(lang),
                    lang.pick("：", ": "),
                    verdict.name(lang)
                )
            }))
        })?;
        self.tile(Part::Resource.name(lang), county.resource_verdict(), "part", |page| {
            page.resources(county)
        })?;
        for part in Part::ALL.into_iter().filter(|part| *part != Part::Resource) {
            let Some(verdict) = county.part_verdict(part) else { continue };
            self.tile(part.name(lang), verdict, "part", |page| page.part(county, place, part))?;
        }
        self.out.write_str("</section>")
    }

    fn tile(
        &mut self,
        name: &str,
        verdict: Verdict,
        class: &str,
        explanation: impl FnOnce(&mut Self) -> fmt::Result,
    ) -> fmt::Result {
        let id = verdict.id();
        write!(self.out, "<details class=\"tile {class} {id}\"><summary><span>{}</span> ", Text(name))?;
        self.verdict(verdict)?;
        self.out.write_str("</summary><div>")?;
        explanation(self)?;
        self.out.write_str("</div></details>")
    }

    /// What the verdict on the resources rests on.
    fn resources(&mut self, county: CountyResult<'a>) -> fmt::Result {
        let lang = self.lang;
        for stage in county.stages().filter(|stage| stage.units().len() > 0) {
            let units = stage.units().len();
            let limits =
                || stage.variation().iter().filter_map(|v| v.verdict()).chain(stage.composite().verdict());
            let (all, within) = (limits().count(), limits().filter(|v| *v == Verdict::Met).count());
            let mut text = format!("{}{}", stage_title(stage.stage(), lang), lang.pick("：", ": "));
            if let Some(met) = stage.units_met() {
                text += &lang.pick(
                    format!("{units} 个单位中 {met} 个达标；"),
                    format!("{met} of {units} units meet the standard; "),
                );
            }
            text += &lang.pick(
                format!("{all} 项差异系数中 {within} 项不超过限值"),
                format!("{within} of {all} coefficients are within their limit"),
            );
            self.line(&text)?;
        }
        let units = county.stages().flat_map(|stage| stage.units());
        if let Some(why) = units.filter_map(|unit| unit.explain_verdict()).next() {
            let cite =
                why.citation().map(|c| lang.pick(format!("（{c}）"), format!(" ({c})"))).unwrap_or_default();
            let of = lang.pick("每个单位：", "each unit: ");
            write!(self.out, "<p>{of}{}<cite>{}</cite></p>", Text(why.rule(lang)), Text(&cite))?;
        }
        let limited = |stage: &crate::assess::StageResult<'a>| {
            let limit = stage.cv_limit().or_else(|| stage.composite_limit());
            limit.map(|limit| (stage.stage(), limit))
        };
        for (stage, limit) in county.stages().filter_map(|stage| limited(&stage)) {
            let name = stage_title(stage, lang);
            let text = lang.pick(
                format!("{name}差异系数不超过 {}", limit.value),
                format!("{name}: coefficients at most {}", limit.value),
            );
            let cite = lang.pick(format!("（{}）", limit.cite), format!(" ({})", limit.cite));
            write!(self.out, "<p>{}<cite>{}</cite></p>", Text(&text), Text(&cite))?;
        }
        Ok(())
    }

    /// What the verdict on another part rests on: its items.
    fn part(&mut self, county: CountyResult<'a>, place: usize, part: Part) -> fmt::Result {
        let lang = self.lang;
        let items: Vec<_> = county.items().filter(|item| item.part() == part).collect();
        let met = items.iter().filter(|item| item.verdict() == Verdict::Met).count();
        let all = items.len();
        self.line(&lang.pick(format!("{all} 项中 {met} 项达标"), format!("{met} of {all} items are met")))?;
        self.out.write_str("<ul>")?;
        for item in items.iter().filter(|item| item.verdict() != Verdict::Met) {
            write!(
                self.out,
                "<li><a href=\"#c{place}-{0}\">{0}</a> {1} {2}</li>",
                Text(item.id()),
                glyph(item.verdict()),
                Text(item.title(lang))
            )?;
        }
        self.out.write_str("</ul>")
    }

    /// What stands between the county and its recognition: units first, then coefficients and items.
    fn obstacles(&mut self, county: CountyResult<'a>) -> fmt::Result {
        let lang = self.lang;
        let beyond = beyond_units(county);
        let units = failing(county, lang);
        self.heading(2, self.t("离认定还差什么", "What stands between this county and recognition"))?;
        if beyond.is_empty() && units.is_empty() {
            return self.line(self.t("没有差距。", "Nothing."));
        }
        if let Some((title, rest)) = units.split_first() {
            let crate::report::Block::Heading(_, title) = title else { return Ok(()) };
            let count = county.stages().flat_map(|s| s.units());
            let count = count.filter(|u| u.verdict().is_some_and(|v| v != Verdict::Met)).count();
            let open = if count <= OPEN { " open" } else { "" };
            write!(self.out, "<details class=\"print\"{open}><summary>{}</summary>", Text(title))?;
            self.blocks(rest)?;
            self.out.write_str("</details>")?;
        }
        for (verdict, title) in [
            (Verdict::NotMet, self.t("未达标", "Not met")),
            (
                Verdict::Undetermined,
                self.t("缺数据或佐证而无法判定", "Undetermined for want of data or attestation"),
            ),
        ] {
            let these: Vec<_> = beyond.iter().filter(|o| o.verdict() == verdict).collect();
            if !these.is_empty() {
                write!(self.out, "<h3 class=\"{}\">{}</h3>", verdict.id(), Text(title))?;
                self.grouped(&these)?;
            }
        }
        Ok(())
    }

    /// One line a matter; where many schools fail it, they open.
    fn grouped(&mut self, obstacles: &[&Obstacle<'a>]) -> fmt::Result {
        const FEW: usize = 3;
        let lang = self.lang;
        self.out.write_str("<ul class=\"obstacles\">")?;
        let together =
            |a: &&Obstacle<'_>, b: &&Obstacle<'_>| a.part() == b.part() && a.what(lang) == b.what(lang);
        for group in obstacles.chunk_by(together) {
            let Some(first) = group.first().filter(|o| group.len() > FEW && o.school().is_some()) else {
                for obstacle in group {
                    write!(self.out, "<li>{}</li>", Text(&obstacle.describe(lang)))?;
                }
                continue;
            };
            let count = group.len();
            let summary = lang.pick(
                format!("{}：{}（{count} 条）", first.part().name(lang), first.what(lang)),
                format!("{}: {} ({count})", first.part().name(lang), first.what(lang)),
            );
            write!(self.out, "<li><details class=\"print\"><summary>{}</summary>", Text(&summary))?;
            self.list(group.iter().take(LISTED * 4).map(|o| o.describe(lang)))?;
            self.and_more(count, LISTED * 4)?;
            self.out.write_str("</details></li>")?;
        }
        self.out.write_str("</ul>")
    }

    fn and_more(&mut self, count: usize, listed: usize) -> fmt::Result {
        let Some(rest) = count.checked_sub(listed).filter(|rest| *rest > 0) else { return Ok(()) };
        let text = self.lang.pick(
            format!("……另有 {rest} 条（JSON 列出全部）"),
            format!("… and {rest} more (JSON lists all)"),
        );
        self.line(&text)
    }

    /// What the standard asks beside the resources, item by item.
    fn items(&mut self, county: CountyResult<'a>, place: usize) -> fmt::Result {
        let lang = self.lang;
        if county.items().next().is_none() {
            return Ok(());
        }
        let t = |zh, en| lang.pick(zh, en);
        self.heading(2, t("资源配置以外的项目", "The items beside the resources"))?;
        self.open_table(
            "items",
            [
                (t("编号", "id"), Align::Left),
                (t("内容", "item"), Align::Left),
                (t("判定", "verdict"), Align::Left),
                (t("数值", "value"), Align::Right),
                (t("要求", "required"), Align::Right),
                (t("未达到的学校", "schools that fail"), Align::Right),
            ],
        )?;
        let mut part = None;
        for item in county.items() {
            if part.replace(item.part()) != Some(item.part()) {
                write!(
                    self.out,
                    "<tr class=\"part\"><th colspan=\"6\" scope=\"rowgroup\">{}",
                    Text(item.part().name(lang))
                )?;
                if let Some(verdict) = county.part_verdict(item.part()) {
                    self.out.write_str(" ")?;
                    self.verdict(verdict)?;
                }
                self.out.write_str("</th></tr>\n")?;
            }
            self.item(item, place)?;
        }
        self.close_table()
    }

    fn item(&mut self, item: ItemResult<'a>, place: usize) -> fmt::Result {
        let [id, title, value, required, failing, ..] = row(item, self.lang);
        write!(
            self.out,
            "<tr id=\"c{place}-{0}\" data-verdict=\"{1}\"><td>{0}</td><td class=\"wide\">{2}</td><td>",
            Text(&id.text),
            item.verdict().id(),
            Text(&title.text)
        )?;
        self.opens(item.verdict(), |page| page.why_item(item))?;
        self.out.write_str("</td>")?;
        self.number(Some(&value.text), item.value().map(Ratio::to_f64), "")?;
        self.number(Some(&required.text), None, "")?;
        self.number(Some(&failing.text), None, "")?;
        self.out.write_str("</tr>\n")
    }

    /// Article and numbers of an item: its parts, its distance, and the schools that fail it or meet it by a clause.
    fn why_item(&mut self, item: ItemResult<'a>) -> fmt::Result {
        let lang = self.lang;
        write!(
            self.out,
            "<p>{} <cite>{}</cite></p><dl>",
            Text(item.title(lang)),
            Text(&item.citation().to_string())
        )?;
        let number = |value: Option<Ratio>| value.map_or("—".to_owned(), |v| v.to_f64().to_string());
        if item.parts().len() == 0 && (item.value().is_some() || item.requirement().is_some()) {
            let unit = item.unit().suffix(lang);
            self.figure(self.t("数值", "value"), &format!("{}{unit}", number(item.value())))?;
            let required = item.requirement().map(|r| figure(r, item.unit(), item.direction().sign(), lang));
            self.figure(self.t("要求", "required"), required.as_deref().unwrap_or("—"))?;
        }
        for part in item.parts() {
            let mut text = format!("{}{}", number(part.value()), part.unit().suffix(lang));
            if let Some(required) = part.requirement() {
                let required = figure(required, part.unit(), part.direction().sign(), lang);
                text += &lang.pick(format!("，应 {required}"), format!(", required {required}"));
            }
            if let Some(shortfall) = part.shortfall() {
                text += &lang.pick(format!("，相差 {shortfall}"), format!(", off by {shortfall}"));
            }
            text += &format!(" {} {}", glyph(part.verdict()), part.verdict().name(lang));
            self.figure(part.name(lang), &text)?;
        }
        if let Some(distance) = item.distance() {
            self.figure(self.t("距离", "distance"), &distance.to_string())?;
        }
        if let Some(shortfall) = item.shortfall() {
            self.figure(self.t("相差", "off by"), &shortfall.to_string())?;
        }
        self.out.write_str("</dl>")?;
        if item.schools().len() > 0 {
            self.list(item.schools().take(LISTED).map(|school| of_school(school, lang)))?;
            self.and_more(item.schools().len(), LISTED)?;
        }
        Ok(())
    }
}

/// A school as an item sees it, in one line.
fn of_school(found: crate::assess::ItemSchool<'_>, lang: Lang) -> String {
    let mut text = format!("{} {}", glyph(found.verdict()), found.school().label());
    if let Some(stage) = found.stage() {
        text += &lang.pick(format!("（{}）", stage.zh()), format!(" ({})", stage.id()));
    }
    if let Some(part) = found.part_name(lang) {
        text += &format!(" {part}");
    }
    match found.value() {
        Some(value) => text += &format!(" {}{}", value.to_f64(), found.unit().suffix(lang)),
        None => text += lang.pick("，缺数据", ", no data"),
    }
    if let Some(required) = found.requirement() {
        let required = figure(required, found.unit(), found.direction().sign(), lang);
        text += &lang.pick(format!("，应 {required}"), format!(", required {required}"));
    }
    if let Some(shortfall) = found.shortfall() {
        text += &lang.pick(format!("，相差 {shortfall}"), format!(", off by {shortfall}"));
    }
    if let Some(applied) = found.clause() {
        let (clause, without) = (applied.clause(), applied.verdict_without().name(lang));
        let (cite, until) = (clause.cite(), clause.window().1);
        text += &lang.pick(
            format!("；适用过渡条款（{cite}，至 {until}），否则{without}"),
            format!("; by a transitional clause ({cite}, to {until}), otherwise {without}"),
        );
    }
    text
}
