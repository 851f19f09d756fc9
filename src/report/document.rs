//! A result laid out for people: headings, tables and lists, before any format.

use std::fmt::{self, Write};

use super::{given, items, score, sizes};
use crate::assess::{Assessment, CountyResult, Judge, StageResult, UnitResult, Variation, Verdict};
use crate::finding::{Finding, Severity};
use crate::lang::Lang;
use crate::model::Stage;
use crate::numeric::{Decimal, Ratio};
use crate::parallel::{in_ranges, joined};
use crate::standards::{Dated, IndicatorRule};

/// A result laid out for people; formats only draw it.
///
/// # Examples
/// ```
/// use junheng::report::{Block, Document};
/// use junheng::{Assessor, Lang, Standard, read_schools};
///
/// let table = "county_code,county,school_code,kind,students_primary\n210102,和平区,1,小学,1000\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
/// let document = Document::of(&assessment, Lang::En);
/// assert!(matches!(&document.blocks()[0], Block::Heading(1, title) if title == "和平区 210102"));
/// # Ok::<(), junheng::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Document {
    blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Block {
    /// A heading with its level, from 1.
    Heading(u8, String),
    /// A line of text with its tone.
    Line(String, Tone),
    /// A table.
    Table(Table),
    /// Points one below the other.
    List(Vec<String>),
}

/// A table: a header and rows as long as it.
#[derive(Clone, Debug)]
pub struct Table {
    /// Names of the columns and where their cells align.
    pub header: Vec<(String, Align)>,
    /// Rows of cells.
    pub rows: Vec<Vec<Cell>>,
}

/// Where the cells of a column align.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// A cell: text with its tone.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// The tone.
    pub tone: Tone,
}

/// What a text says, for a format to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// A requirement that is met.
    Good,
    /// A requirement that is not met.
    Bad,
    /// A requirement that cannot be decided.
    Open,
    /// Of little weight.
    Faint,
}

impl From<Verdict> for Tone {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Met => Tone::Good,
            Verdict::NotMet => Tone::Bad,
            Verdict::Undetermined => Tone::Open,
        }
    }
}

/// The name of a column in a language, and where its cells align.
pub(super) fn column(lang: Lang, zh: &str, en: &str, align: Align) -> (String, Align) {
    (lang.pick(zh, en).to_owned(), align)
}

impl Cell {
    /// A text of little weight, such as a source.
    pub(super) fn faint(text: impl Into<String>) -> Self {
        Cell { text: text.into(), tone: Tone::Faint }
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Cell { text: text.into(), tone: Tone::Plain }
    }

    /// A value that may be missing.
    pub(super) fn value(value: Option<impl ToString>) -> Self {
        value.map_or_else(Self::missing, |v| Cell::plain(v.to_string()))
    }

    fn missing() -> Self {
        Cell::faint("—")
    }

    pub(super) fn verdict(verdict: Option<Verdict>, lang: Lang) -> Self {
        match verdict {
            Some(verdict) => Cell { text: verdict.name(lang).into(), tone: verdict.into() },
            None => Self::missing(),
        }
    }
}

/// More counties than this are shown as an overview alone.
const DETAILED: usize = 3;
/// Marks an indicator that is below the floor.
const BELOW_FLOOR: &str = "▼";
/// More findings of one severity than this are counted, not listed.
const LISTED: usize = 20;
/// Fewer counties of an overview than this to a thread are not worth one.
const LINES_WORTH_A_THREAD: usize = 1000;
/// Characters of a brief text, such as `12/345`.
const BRIEF: usize = 16;

impl Document {
    /// The whole result: each county in full, many counties after an overview.
    pub fn of(assessment: &Assessment, lang: Lang) -> Self {
        Writer::new(assessment, lang).write(usize::MAX)
    }

    /// The result at a glance: a few counties in full, many as an overview alone.
    pub fn glance(assessment: &Assessment, lang: Lang) -> Self {
        Writer::new(assessment, lang).write(DETAILED)
    }

    /// Its parts in order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

impl From<Vec<Block>> for Document {
    fn from(blocks: Vec<Block>) -> Self {
        Document { blocks }
    }
}

pub(super) struct Writer<'a> {
    assessment: &'a Assessment,
    lang: Lang,
    blocks: Vec<Block>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(assessment: &'a Assessment, lang: Lang) -> Self {
        Writer { assessment, lang, blocks: Vec::new() }
    }

    fn t(&self, zh: &str, en: &str) -> String {
        self.lang.pick(zh, en).to_owned()
    }

    fn line(&mut self, text: String, tone: Tone) {
        self.blocks.push(Block::Line(text, tone));
    }

    fn write(mut self, detailed: usize) -> Document {
        let counties = self.assessment.counties();
        let many = counties.len() > 1;
        if many {
            self.overview();
        }
        if counties.len() <= detailed {
            counties.for_each(|county| self.county(county));
        } else {
            let text = self.t("某一区县的详情：加 --county 代码", "one county in full: add --county CODE");
            self.line(text, Tone::Faint);
        }
        let findings = self.assessment.findings();
        if !findings.is_empty() {
            let title = self.t("关于全部数据", "On the data as a whole");
            self.blocks.push(Block::Heading(2, title));
            self.findings(findings);
        }
        Document { blocks: self.blocks }
    }

    pub(super) fn basis(&self, county: Option<CountyResult<'_>>) -> String {
        basis(self.assessment, county, self.lang)
    }

    fn overview(&mut self) {
        let counties = self.assessment.counties();
        let title =
            self.lang.pick(format!("{} 个区县", counties.len()), format!("{} counties", counties.len()));
        self.blocks.push(Block::Heading(1, title));
        let basis = self.basis(None);
        self.line(basis, Tone::Faint);
        let (mut met, mut not_met, mut open) = (0, 0, 0);
        for county in counties {
            match county.resource_verdict() {
                Verdict::Met => met += 1,
                Verdict::NotMet => not_met += 1,
                Verdict::Undetermined => open += 1,
            }
        }
        self.line(
            self.lang.pick(
                format!("资源配置：达标 {met} 个，未达标 {not_met} 个，无法判定 {open} 个"),
                format!("Resources: {met} met, {not_met} not met, {open} undetermined"),
            ),
            Tone::Plain,
        );
        let header = vec![
            (self.t("代码", "code"), Align::Left),
            (self.t("区县", "county"), Align::Left),
            (self.t("年度", "year"), Align::Right),
            (self.t("小学达标", "primary met"), Align::Right),
            (self.t("小学", "primary"), Align::Left),
            (self.t("初中达标", "junior met"), Align::Right),
            (self.t("初中", "junior"), Align::Left),
            (self.t("最大差异系数与限值之比", "largest CV to limit"), Align::Right),
            (self.t("资源配置", "resources"), Align::Left),
        ];
        let (assessment, lang) = (self.assessment, self.lang);
        let rows = in_ranges(assessment.counties().len(), LINES_WORTH_A_THREAD, None, |range| {
            let counties = assessment.counties().skip(range.start).take(range.len());
            counties.map(|county| at_a_glance(county, lang)).collect::<Vec<_>>()
        });
        self.blocks.push(Block::Table(Table { header, rows: joined(rows) }));
    }

    fn county(&mut self, county: CountyResult<'_>) {
        // Schools whose county code cannot be read may be of several counties.
        let unknown = self.t("（区县代码缺失）", "(county code missing)");
        let code = if county.code().is_empty() { unknown.as_str() } else { county.code() };
        let mut title = [county.name(), code].join(" ").trim().to_owned();
        if let Some(year) = county.year() {
            title += &self.lang.pick(format!(" {year} 年"), format!(", {year}"));
        }
        self.blocks.push(Block::Heading(1, title));
        let basis = self.basis(Some(county));
        self.line(basis, Tone::Faint);
        let (resource, whole) = (county.resource_verdict(), county.verdict());
        self.line(
            format!("{}{}", self.t("资源配置：", "Resources: "), resource.name(self.lang)),
            resource.into(),
        );
        self.line(
            format!("{}{}", self.t("整个标准：", "The whole standard: "), whole.name(self.lang)),
            whole.into(),
        );
        self.blocks.push(items::parts(county, self.lang));
        for stage in county.stages().filter(|s| s.units().len() > 0) {
            self.stage(stage);
        }
        self.failing(county);
        self.blocks.extend(items::items(county, self.lang));
        self.blocks.extend(score::score(county, self.lang));
        self.blocks.extend(items::obstacles(county, self.lang));
        self.blocks.extend(sizes::blocks(county, self.lang));
        self.excluded(county);
        if !county.findings().is_empty() {
            let title = self.t("数据问题与说明", "Notes on the data");
            self.blocks.push(Block::Heading(2, title));
            self.findings(county.findings());
        }
    }

    fn stage(&mut self, stage: StageResult<'_>) {
        let (lang, units) = (self.lang, stage.units().len());
        self.blocks.push(Block::Heading(2, stage_title(stage.stage(), lang).to_owned()));
        self.line(stage_summary(stage, lang), stage.verdict().into());
        let rules = self.assessment.standard().indicators();
        let date = stage.county().as_of();
        let thresholds = rules.iter().any(|r| r.threshold(stage.stage(), date).is_some());
        let limit = stage.cv_limit();
        let mut header = vec![(self.t("指标", "indicator"), Align::Left)];
        if thresholds {
            header.push((self.t("规定值", "required"), Align::Right));
            header.push((self.t("达到", "reached"), Align::Right));
        }
        header.push((self.t("均值", "mean"), Align::Right));
        header.push((self.t("差异系数", "CV"), Align::Right));
        header.push((self.t("限值", "limit"), Align::Right));
        header.push((self.t("判定", "verdict"), Align::Left));
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (rule, found) in rules.iter().zip(stage.variation()) {
            let mut row = vec![Cell::plain(rule.name(lang))];
            if thresholds {
                let threshold = rule.threshold(stage.stage(), date);
                row.push(Cell::value(threshold.map(|t| format!("≥ {}", t.value))));
                row.push(Cell::value(found.units_meeting().map(|n| format!("{n}/{units}"))));
            }
            row.push(Cell::value(found.printed_mean().map(|m| m.to_fixed(self.mean_decimals(rule)))));
            row.push(Cell::value(shown_cv(stage, found)));
            if let Some(limit) = limit {
                row.push(Cell::value(Some(limit.value.to_fixed(2))));
                row.push(Cell::verdict(found.verdict(), lang));
            } else {
                row.extend([Cell::plain(""), Cell::plain("")]);
            }
            rows.push(row);
        }
        let composite = stage.composite();
        let mut row = vec![Cell::plain(self.t("综合差异系数", "composite"))];
        row.extend((0..if thresholds { 3 } else { 1 }).map(|_| Cell::plain("")));
        row.push(Cell::value(
            composite.printed().map(|p| p.to_fixed(self.assessment.standard().precision().cv)),
        ));
        row.push(stage.composite_limit().map_or(Cell::plain(""), |l| Cell::plain(l.value.to_fixed(2))));
        row.push(composite.verdict().map_or(Cell::plain(""), |v| Cell::verdict(Some(v), lang)));
        rows.push(row);
        self.blocks.push(Block::Table(Table { header, rows }));
    }

    fn mean_decimals(&self, rule: &IndicatorRule) -> u8 {
        self.assessment.standard().mean_decimals(rule)
    }

    /// The units that do not meet the standard, each with what it lacks.
    fn failing(&mut self, county: CountyResult<'_>) {
        let lang = self.lang;
        let mut rows = Vec::new();
        for unit in county.stages().flat_map(|s| s.units()) {
            let Some(verdict) = unit.verdict().filter(|v| *v != Verdict::Met) else { continue };
            rows.push(vec![
                Cell::plain(unit.school().code()),
                Cell::plain(unit.school().name()),
                Cell::plain(stage_name(unit.stage(), lang)),
                Cell::value(unit.met_count()),
                Cell::plain(self.lacking(unit)),
                Cell::verdict(Some(verdict), lang),
            ]);
        }
        if rows.is_empty() {
            return;
        }
        let title = self.lang.pick(
            format!("未达标或无法判定的 {} 个单位", rows.len()),
            format!("Units not met or undetermined: {}", rows.len()),
        );
        self.blocks.push(Block::Heading(2, title));
        let header = vec![
            (self.t("标识码", "code"), Align::Left),
            (self.t("学校", "school"), Align::Left),
            (self.t("学段", "stage"), Align::Left),
            (self.t("达到项数", "reached"), Align::Right),
            (self.t("未达到的指标：数值/规定值（还缺）", "below: value/required (lacking)"), Align::Left),
            (self.t("判定", "verdict"), Align::Left),
        ];
        let marked = rows.iter().flatten().any(|cell| cell.text.contains(BELOW_FLOOR));
        self.blocks.push(Block::Table(Table { header, rows }));
        if let Some(floor) = self.floor(county).filter(|_| marked) {
            let percent = Ratio::from(floor.times_pow10(2).unwrap_or(floor)).to_f64();
            let text = lang.pick(
                format!("{BELOW_FLOOR} 低于规定值的 {percent}%：一项即不达标"),
                format!(
                    "{BELOW_FLOOR} below {percent}% of what is required: one such indicator fails the unit"
                ),
            );
            self.line(text, Tone::Faint);
        }
    }

    /// The share of a threshold below which none may fall.
    fn floor(&self, county: CountyResult<'_>) -> Option<Decimal> {
        self.assessment.standard().unit_rule(county.as_of()).map(|rule| rule.value.floor)
    }

    fn lacking(&self, unit: UnitResult<'_>) -> String {
        let lang = self.lang;
        let below: Vec<_> = unit.below_floor().collect();
        let decimals = self.assessment.standard().precision().value;
        let mut parts = Vec::new();
        let mut missing = Vec::new();
        for rule in self.assessment.standard().indicators() {
            let indicator = rule.indicator();
            let name = lang.pick(indicator.zh(), indicator.en());
            match unit.meets(indicator) {
                Some(true) => {}
                None => missing.push(name),
                Some(false) => {
                    let threshold = rule.threshold(unit.stage(), unit.county().as_of()).map(|t| t.value);
                    let limit = threshold.map_or(String::new(), |t| t.to_string());
                    let is_below = below.contains(&indicator);
                    let floor = threshold.zip(self.floor(unit.county()).filter(|_| is_below));
                    let missed = floor.and_then(|(t, floor)| t.checked_mul(floor)).or(threshold);
                    let value = unit.value(indicator).map_or(String::new(), |v| shown(v, missed, decimals));
                    let lack =
                        unit.explain(indicator).and_then(|e| e.shortfall()).map_or(String::new(), |lack| {
                            let unit = lang.pick(indicator.unit().zh(), indicator.unit().id());
                            lang.pick(format!("（缺 {lack} {unit}）"), format!(" (lacking {lack} {unit})"))
                        });
                    let mark = if is_below { BELOW_FLOOR } else { "" };
                    parts.push(format!("{mark}{name} {value}/{limit}{lack}"));
                }
            }
        }
        if !missing.is_empty() {
            let names = missing.join(lang.pick("，", ", "));
            parts.push(lang.pick(format!("缺数据：{names}"), format!("no data: {names}")));
        }
        parts.join(lang.pick("；", "; "))
    }

    fn excluded(&mut self, county: CountyResult<'_>) {
        let lang = self.lang;
        let rows: Vec<Vec<Cell>> = county
            .excluded()
            .map(|e| {
                let reason = e.rule().map_or("", |r| r.title(lang));
                let cite = e.rule().map(|r| r.cite().to_string());
                let school = e.school();
                vec![
                    Cell::plain(school.code()),
                    Cell::plain(school.name()),
                    Cell::plain(reason),
                    Cell::value(cite),
                ]
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        let title = self.lang.pick(
            format!("不参加评估的 {} 所学校", rows.len()),
            format!("Schools not assessed: {}", rows.len()),
        );
        self.blocks.push(Block::Heading(2, title));
        let header = vec![
            (self.t("标识码", "code"), Align::Left),
            (self.t("学校", "school"), Align::Left),
            (self.t("原因", "reason"), Align::Left),
            (self.t("依据", "source"), Align::Left),
        ];
        self.blocks.push(Block::Table(Table { header, rows }));
    }

    fn findings(&mut self, findings: &[Finding]) {
        let lang = self.lang;
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let these: Vec<_> = findings.iter().filter(|f| f.severity() == severity).collect();
            if these.is_empty() {
                continue;
            }
            let count = these.len();
            let name = severity.name(lang);
            let tone = if severity == Severity::Error { Tone::Bad } else { Tone::Faint };
            self.line(lang.pick(format!("{name} {count} 条"), format!("{name}: {count}")), tone);
            let mut items: Vec<_> = these.iter().take(LISTED).map(|f| told(f, lang)).collect();
            if count > LISTED {
                let rest = count - LISTED;
                items.push(lang.pick(
                    format!("……另有 {rest} 条（JSON 列出全部）"),
                    format!("… and {rest} more (JSON lists all)"),
                ));
            }
            self.blocks.push(Block::List(items));
        }
    }
}

/// A county as a row of the overview.
fn at_a_glance(county: CountyResult<'_>, lang: Lang) -> Vec<Cell> {
    let stages = county.stages();
    let mut row = Vec::with_capacity(5 + 2 * stages.len());
    row.extend([
        Cell::value(given(county.code())),
        Cell::value(given(county.name())),
        Cell::value(county.year()),
    ]);
    for stage in stages {
        let units = stage.units().len();
        row.push(Cell::plain(
            stage.units_met().map_or_else(|| units.to_string(), |met| brief(format_args!("{met}/{units}"))),
        ));
        row.push(Cell::verdict((units > 0).then(|| stage.verdict()), lang));
    }
    row.push(worst(county).map_or_else(Cell::missing, |w| Cell::plain(brief(format_args!("{w:.2}")))));
    row.push(Cell::verdict(Some(county.resource_verdict()), lang));
    row
}

/// A text of a few characters, for which memory is asked once.
fn brief(text: fmt::Arguments<'_>) -> String {
    let mut brief = String::with_capacity(BRIEF);
    // Writing to a string does not fail.
    let _ = brief.write_fmt(text);
    brief
}

/// Which standard, on which day, judged how.
pub(super) fn basis(assessment: &Assessment, county: Option<CountyResult<'_>>, lang: Lang) -> String {
    let standard = assessment.standard();
    let mut text = lang.pick("依据 ", "By ").to_owned();
    text += &std::iter::once(standard.id())
        .chain(standard.overlays().iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(" + ");
    if let Some(date) = county.and_then(|c| c.as_of()) {
        text += &lang.pick(format!("，评估日期 {date}"), format!(", as of {date}"));
    }
    if assessment.judge() == Judge::AsReported {
        text += lang.pick("，按印出值判断", ", judged as printed");
    }
    text
}

/// What a stage is called in a heading.
pub(super) fn stage_title(stage: Stage, lang: Lang) -> &'static str {
    let en = match stage {
        Stage::Primary => "Primary stage",
        Stage::Junior => "Junior stage",
        other => other.id(),
    };
    lang.pick(stage.zh(), en)
}

/// Units, pupils and verdict of a stage in one line.
pub(super) fn stage_summary(stage: StageResult<'_>, lang: Lang) -> String {
    let units = stage.units().len();
    let students = stage.students().map_or("—".to_owned(), |s| s.to_string());
    let mut text =
        lang.pick(format!("{units} 个单位，{students} 名学生"), format!("{units} units, {students} pupils"));
    if let Some(met) = stage.units_met() {
        text += &lang.pick(format!("，达标 {met} 个"), format!(", {met} meet the standard"));
    }
    let verdict = stage.verdict().name(lang);
    text + &lang.pick(format!("；{verdict}"), format!("; {verdict}"))
}

/// The coefficient as printed; in full where rounding would show another verdict than the one given.
pub(super) fn shown_cv(stage: StageResult<'_>, found: &Variation) -> Option<String> {
    let decimals = stage.county().assessment().standard().precision().cv;
    let printed = found.printed_cv()?;
    let hidden = is_hidden(found.verdict(), Some(printed), stage.cv_limit());
    if hidden { found.cv().map(|cv| cv.to_string()) } else { Some(printed.to_fixed(decimals)) }
}

/// Whether rounding would show a coefficient within the limit that it exceeds.
pub(super) fn is_hidden(
    verdict: Option<Verdict>,
    printed: Option<Decimal>,
    limit: Option<&Dated<Decimal>>,
) -> bool {
    verdict == Some(Verdict::NotMet) && printed.zip(limit).is_some_and(|(cv, limit)| cv <= limit.value)
}

/// A finding in one line, with the explanation given for it.
pub(super) fn told(finding: &Finding, lang: Lang) -> String {
    let school = finding
        .school_code()
        .map_or(String::new(), |s| lang.pick(format!("学校 {s}："), format!("school {s}: ")));
    let told = finding
        .explanation()
        .map_or(String::new(), |e| lang.pick(format!("（说明：{e}）"), format!(" (explained: {e})")));
    format!("{school}{}{told}", finding.message(lang))
}

/// The units of a county that do not meet the standard, laid out alone.
#[cfg(feature = "html")]
pub(super) fn failing(county: CountyResult<'_>, lang: Lang) -> Vec<Block> {
    let mut writer = Writer::new(county.assessment(), lang);
    writer.failing(county);
    writer.blocks
}

/// The schools of a county that are not assessed, laid out alone.
#[cfg(feature = "html")]
pub(super) fn excluded(county: CountyResult<'_>, lang: Lang) -> Vec<Block> {
    let mut writer = Writer::new(county.assessment(), lang);
    writer.excluded(county);
    writer.blocks
}

/// A value as printed, or in full where rounding would hide that it falls short.
pub(super) fn shown(value: Ratio, threshold: Option<Decimal>, decimals: u8) -> String {
    let printed = value.round_half_up(decimals);
    match printed.zip(threshold) {
        Some((printed, threshold)) if printed >= threshold => value.to_f64().to_string(),
        _ => value.to_fixed(decimals),
    }
}

/// The largest quotient of a coefficient and its limit, over both stages.
pub(super) fn worst(county: CountyResult<'_>) -> Option<f64> {
    let of = |cv: Option<f64>, limit: Option<&Dated<Decimal>>| Some(cv? / limit?.value.to_f64());
    let of_stage = |stage: StageResult<'_>| {
        let single = stage.variation().iter().filter_map(move |v| of(v.cv(), stage.cv_limit()));
        single.chain(of(stage.composite().cv(), stage.composite_limit())).max_by(f64::total_cmp)
    };
    county.stages().filter_map(of_stage).max_by(f64::total_cmp)
}

pub(super) fn stage_name(stage: Stage, lang: Lang) -> &'static str {
    lang.pick(stage.zh(), stage.id())
}
