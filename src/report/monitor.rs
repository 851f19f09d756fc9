//! Monitoring over the years, for people and programs.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::document::{Align, Block, Cell, Document, Table, Tone, Writer, is_hidden, stage_name};
use super::given;
use super::json::{Each, StandardJson};
use super::sizes::{CountJson, LargeJson};
use crate::assess::{Assessment, Verdict};
use crate::lang::Lang;
use crate::monitor::{Monitored, MonitoredYear};
use crate::sizes::{ClassSize, StageClasses};

/// Version of the form; keys may be added within it, none is renamed or removed.
pub const MONITORING_SCHEMA: &str = "junheng.monitoring/1";

impl Document {
    /// Every county and stage year by year: composite, change, limit, sizes of classes and schools, and which counties
    /// are to be checked on site (年度监测).
    ///
    /// # Examples
    /// ```
    /// use junheng::report::{Block, Document};
    /// use junheng::{Assessor, Lang, Standard, read_schools};
    ///
    /// let table = "year,county_code,county,school_code,kind,students_primary\n2023,210102,和平区,1,小学,1000\n";
    /// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
    /// let assessment = Assessor::new(Standard::basic_2012()).assess(&data)?;
    /// let document = Document::of_monitoring(&assessment, Lang::En);
    /// assert!(matches!(&document.blocks()[3], Block::Heading(2, title) if title == "和平区 210102, primary"));
    /// # Ok::<(), junheng::Error>(())
    /// ```
    #[doc(alias = "年度监测")]
    pub fn of_monitoring(assessment: &Assessment, lang: Lang) -> Self {
        let monitored = assessment.monitor();
        let mut blocks = vec![
            Block::Heading(1, lang.pick("年度监测", "Monitoring").to_owned()),
            Block::Line(Writer::new(assessment, lang).basis(None), Tone::Faint),
        ];
        let checked: Vec<_> =
            monitored.iter().filter(|m| m.to_be_checked()).map(|m| title(m, lang)).collect();
        if checked.is_empty() {
            let text = lang.pick(
                "最近一年没有差异系数超过限值的区县",
                "no coefficient exceeds its limit in the last year",
            );
            blocks.push(Block::Line(text.to_owned(), Tone::Plain));
        } else {
            let text = lang.pick(
                format!("最近一年差异系数超过限值、应实地核查的有 {} 处", checked.len()),
                format!("{} beyond a limit in the last year, to be checked on site", checked.len()),
            );
            blocks.push(Block::Line(text, Tone::Bad));
            blocks.push(Block::List(checked));
        }
        for one in &monitored {
            blocks.push(Block::Heading(2, title(one, lang)));
            blocks.push(Block::Table(table(assessment, one, lang)));
        }
        blocks.into()
    }
}

fn title(one: &Monitored<'_>, lang: Lang) -> String {
    let county = [one.county_name(), one.county_code()];
    let county = county.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
    let county = if county.is_empty() {
        lang.pick("（区县代码缺失）", "(county code missing)").to_owned()
    } else {
        county
    };
    let stage = stage_name(one.stage(), lang);
    lang.pick(format!("{county} {stage}"), format!("{county}, {stage}"))
}

fn table(assessment: &Assessment, one: &Monitored<'_>, lang: Lang) -> Table {
    let column = |zh: &str, en: &str, align| (lang.pick(zh, en).to_owned(), align);
    let header = vec![
        column("年度", "year", Align::Right),
        column("单位数", "units", Align::Right),
        column("综合差异系数", "composite", Align::Right),
        column("较上年", "change", Align::Right),
        column("限值", "limit", Align::Right),
        column("判定", "verdict", Align::Left),
        column("班级数", "classes", Align::Right),
        column("大班额", "large classes", Align::Right),
        column("超大班额", "very large classes", Align::Right),
        column("大校额学校", "large schools", Align::Right),
        column("备注", "remark", Align::Left),
    ];
    let decimals = assessment.standard().precision().cv;
    let mut rows: Vec<(Option<u16>, Vec<Cell>)> =
        one.years().iter().map(|year| (year.year(), row(year, decimals, lang))).collect();
    for missing in one.missing_years() {
        let mut cells = vec![Cell::plain(missing.to_string())];
        cells.extend((2..header.len()).map(|_| Cell::value(None::<u16>)));
        cells.push(Cell { text: lang.pick("无数据", "no data").to_owned(), tone: Tone::Open });
        rows.push((Some(missing), cells));
    }
    rows.sort_by_key(|(year, _)| *year);
    Table { header, rows: rows.into_iter().map(|(_, cells)| cells).collect() }
}

fn row(year: &MonitoredYear<'_>, decimals: u8, lang: Lang) -> Vec<Cell> {
    let (result, classes) = (year.result(), year.class_sizes());
    let composite = result.composite();
    let limit = result.composite_limit();
    // In full where rounding would show it within its limit.
    let cv = if is_hidden(composite.verdict(), composite.printed(), limit) {
        composite.cv().map(|cv| cv.to_string())
    } else {
        composite.printed().map(|printed| printed.to_fixed(decimals))
    };
    let change = year.printed_change().map(|change| {
        let sign = if change.is_negative() || change.is_zero() { "" } else { "+" };
        format!("{sign}{}", change.to_fixed(decimals))
    });
    let mut cells = vec![
        Cell::value(year.year()),
        Cell::plain(result.units().len().to_string()),
        Cell::value(cv),
        Cell::value(change),
        Cell::value(limit.map(|limit| limit.value.to_fixed(2))),
        Cell::verdict(year.verdict(), lang),
        Cell::value(classes.as_ref().and_then(StageClasses::classes)),
    ];
    cells.extend(ClassSize::ALL.map(|size| size_cell(classes.as_ref(), size)));
    cells.push(Cell::plain(year.large_schools().len().to_string()));
    cells.push(if year.to_be_checked() {
        Cell { text: lang.pick("应实地核查", "to be checked on site").to_owned(), tone: Tone::Bad }
    } else {
        Cell::plain("")
    });
    cells
}

/// The monitoring as rows of one table for spreadsheets, the header first: a row a county, stage and year, numbers
/// unrounded, missing ones blank (年度监测).
///
/// # Examples
/// ```
/// use junheng::{Assessor, Lang, Standard, read_schools, report::monitoring_rows};
///
/// let table = "year,county_code,school_code,kind,students_primary\n2023,210102,1,小学,2100\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::basic_2012()).assess(&data)?;
/// let rows = monitoring_rows(&assessment, Lang::En);
/// assert_eq!(rows[0][..5], ["county_code", "county", "stage", "year", "units"]);
/// assert_eq!(rows[1][..5], ["210102", "", "primary", "2023", "1"]);
/// # Ok::<(), junheng::Error>(())
/// ```
pub fn monitoring_rows(assessment: &Assessment, lang: Lang) -> Vec<Vec<String>> {
    let header = match lang {
        Lang::Zh => [
            "区县代码",
            "区县名称",
            "学段",
            "年度",
            "单位数",
            "综合差异系数",
            "较上年",
            "限值",
            "判定",
            "应实地核查",
            "班级数",
            "大班额",
            "超大班额",
            "大校额学校",
        ],
        Lang::En => [
            "county_code",
            "county",
            "stage",
            "year",
            "units",
            "composite_cv",
            "change",
            "composite_limit",
            "verdict",
            "to_be_checked",
            "classes",
            "large_classes",
            "very_large_classes",
            "large_schools",
        ],
    };
    let monitored = assessment.monitor();
    let each = monitored.iter().flat_map(|one| one.years().iter().map(move |year| (one, year)));
    let rows = each.map(|(one, year)| {
        let own = [one.county_code(), one.county_name(), stage_name(one.stage(), lang)].map(str::to_owned);
        own.into_iter().chain(plain_row(year, lang)).collect()
    });
    std::iter::once(header.map(str::to_owned).to_vec()).chain(rows).collect()
}

/// A year as a spreadsheet computes with it.
fn plain_row(year: &MonitoredYear<'_>, lang: Lang) -> Vec<String> {
    fn text(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let (result, classes) = (year.result(), year.class_sizes());
    let count = |size| {
        let mut counts = classes.iter().flat_map(|classes| classes.counts());
        text(counts.find(|count| count.size() == size).and_then(|count| count.count()))
    };
    let mut cells = vec![
        text(year.year()),
        result.units().len().to_string(),
        text(result.composite().cv()),
        text(year.change()),
        text(result.composite_limit().map(|limit| limit.value)),
        year.verdict().map_or("", |verdict| verdict.name(lang)).to_owned(),
        if year.to_be_checked() { lang.pick("是", "yes") } else { lang.pick("否", "no") }.to_owned(),
        text(classes.as_ref().and_then(StageClasses::classes)),
    ];
    cells.extend(ClassSize::ALL.map(count));
    cells.push(year.large_schools().len().to_string());
    cells
}

/// `12 (3.1%)`, marked where the national aim is missed.
fn size_cell(classes: Option<&StageClasses<'_>>, size: ClassSize) -> Cell {
    let found = classes.and_then(|classes| classes.counts().iter().find(|count| count.size() == size));
    let text = found.and_then(|found| {
        let share = found.share().map_or(String::new(), |share| format!(" ({}%)", share.to_fixed(1)));
        Some(format!("{}{share}", found.count()?))
    });
    let missed = found.and_then(|found| found.reaches_aim()) == Some(false);
    let cell = Cell::value(text);
    if missed { Cell { tone: Tone::Bad, ..cell } } else { cell }
}

/// The monitoring of an assessment as it is serialised, `junheng.monitoring/1`; any `serde` format will do.
///
/// Numbers are unrounded doubles, what does not exist is `null`.
///
/// # Examples
/// ```
/// use junheng::{Assessor, Standard, read_schools, report::MonitoringJson};
///
/// let table = "year,county_code,school_code,kind,students_primary\n2021,210102,1,小学,2100\n2023,210102,1,小学,2100\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::basic_2012()).assess(&data)?;
/// let json: serde_json::Value = serde_json::to_value(MonitoringJson::new(&assessment)).unwrap();
/// let primary = &json["counties"][0];
/// assert_eq!(primary["missing_years"], serde_json::json!([2022]));
/// assert_eq!(primary["years"][0]["large_schools"][0]["pupils"], 2100);
/// # Ok::<(), junheng::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MonitoringJson<'a>(&'a Assessment);

impl<'a> MonitoringJson<'a> {
    /// The form of this assessment.
    pub fn new(assessment: &'a Assessment) -> Self {
        MonitoringJson(assessment)
    }
}

impl Serialize for MonitoringJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let monitored = self.0.monitor();
        let mut out = serializer.serialize_struct("Monitoring", 3)?;
        out.serialize_field("schema", MONITORING_SCHEMA)?;
        out.serialize_field("standard", &StandardJson(self.0))?;
        out.serialize_field("counties", &Each(|| monitored.iter().map(StageJson::new)))?;
        out.end()
    }
}

#[derive(Serialize)]
struct StageJson<'a> {
    code: Option<&'a str>,
    name: Option<&'a str>,
    stage: &'static str,
    to_be_checked: bool,
    missing_years: Vec<u16>,
    years: Vec<YearJson<'a>>,
}

#[derive(Serialize)]
struct YearJson<'a> {
    year: Option<u16>,
    units: usize,
    composite_cv: Option<f64>,
    change: Option<f64>,
    composite_limit: Option<f64>,
    composite_verdict: Option<&'static str>,
    verdict: Option<&'static str>,
    to_be_checked: bool,
    classes: Option<u64>,
    sizes: Vec<CountJson<'a>>,
    large_schools: Vec<LargeJson<'a>>,
}

impl<'a> StageJson<'a> {
    fn new(one: &Monitored<'a>) -> Self {
        StageJson {
            code: given(one.county_code()),
            name: given(one.county_name()),
            stage: one.stage().id(),
            to_be_checked: one.to_be_checked(),
            missing_years: one.missing_years(),
            years: one.years().iter().map(YearJson::new).collect(),
        }
    }
}

impl<'a> YearJson<'a> {
    fn new(year: &MonitoredYear<'a>) -> Self {
        let (result, classes) = (year.result(), year.class_sizes());
        let composite = result.composite();
        YearJson {
            year: year.year(),
            units: result.units().len(),
            composite_cv: composite.cv(),
            change: year.change(),
            composite_limit: result.composite_limit().map(|limit| limit.value.to_f64()),
            composite_verdict: composite.verdict().map(Verdict::id),
            verdict: year.verdict().map(Verdict::id),
            to_be_checked: year.to_be_checked(),
            classes: classes.as_ref().and_then(StageClasses::classes),
            sizes: classes.iter().flat_map(StageClasses::counts).map(CountJson::from).collect(),
            large_schools: year.large_schools().into_iter().map(LargeJson::from).collect(),
        }
    }
}
