//! Everything in the result as lists, a row a thing: to be filtered, sorted and read by other programs.

use rust_xlsxwriter::utility::quote_sheet_name;

use super::page::{Done, Page, ROWS, Stored, cell, fixed_range, missing};
use super::style::Style;
use super::working::{no, stage_name, within, yes, zero_mean};
use super::{Book, XlsxError};
use crate::assess::{Assessment, CountyResult, StageResult, UnitResult, Variation, Verdict};
use crate::finding::Finding;
use crate::lang::Lang;
use crate::model::{Stage, Unit};
use crate::numeric::Ratio;
use crate::report::document::{Align, Block, Cell, Table, is_hidden};
use crate::report::{score, sizes};
use crate::standards::{IndicatorRule, Part};

/// A list; where a sheet is full it goes on on a further one.
struct List {
    name: &'static str,
    header: Vec<String>,
    /// Columns that stay in sight.
    kept: u16,
    page: Page,
}

impl List {
    fn begin(book: &mut Book, name: &'static str, kept: u16, header: Vec<String>) -> Result<Self, XlsxError> {
        let page = List::page(book, name, kept, &header)?;
        Ok(List { name, header, kept, page })
    }

    fn page(book: &mut Book, name: &str, kept: u16, header: &[String]) -> Result<Page, XlsxError> {
        let mut page = book.page("", name)?;
        page.landscape();
        page.header(header)?;
        page.freeze(0, 1, kept)?;
        Ok(page)
    }

    /// A row is full; the next may be on a further sheet.
    fn next(&mut self, book: &mut Book) -> Done {
        self.page.next();
        if self.page.row() >= ROWS {
            let further = List::page(book, self.name, self.kept, &self.header)?;
            let full = std::mem::replace(&mut self.page, further);
            List { page: full, header: Vec::new(), ..*self }.end(book, self.header.len())?;
        }
        Ok(())
    }

    fn end(mut self, book: &mut Book, columns: usize) -> Done {
        let last = (columns as u16).saturating_sub(1);
        let row = self.page.row().saturating_sub(1).max(1);
        self.page.sheet().autofilter(0, 0, row, last)?;
        self.page.colour_verdicts()?;
        book.push(self.page)
    }

    fn close(self, book: &mut Book) -> Done {
        let columns = self.header.len();
        self.end(book, columns)
    }
}

/// Texts, or numbers with their style, one cell after the other.
struct Cells<'p> {
    page: &'p mut Page,
    column: u16,
}

impl<'p> Cells<'p> {
    fn new(page: &'p mut Page) -> Self {
        Cells { page, column: 0 }
    }

    fn text(&mut self, text: &str) -> Done {
        self.page.text(self.column, text, Style::Text)?;
        self.column += 1;
        Ok(())
    }

    fn number(&mut self, value: Option<f64>, style: Style) -> Done {
        self.page.number(self.column, value, style)?;
        self.column += 1;
        Ok(())
    }

    fn count(&mut self, value: Option<impl TryInto<u32>>) -> Done {
        let value = value.and_then(|v| v.try_into().ok()).map(f64::from);
        self.number(value, Style::Number(0))
    }

    fn formula(&mut self, formula: Option<&str>, stored: Stored, style: Style) -> Done {
        match (formula, stored) {
            (Some(formula), stored) => self.page.formula(self.column, formula, stored, style)?,
            (None, Stored::Number(value)) => self.page.number(self.column, Some(value), style)?,
            (None, Stored::Text(text)) => self.page.text(self.column, &text, style)?,
        }
        self.column += 1;
        Ok(())
    }

    /// The unit of a figure, where there is one.
    fn unit(&mut self, unit: Unit, measured: bool) -> Done {
        let lang = self.page.lang();
        let suffix = if measured { unit.suffix(lang) } else { Default::default() };
        self.text(suffix.trim())
    }

    fn verdict(&mut self, verdict: Option<Verdict>) -> Done {
        let lang = self.page.lang();
        self.text(verdict.map_or("", |v| v.name(lang)))
    }

    /// Code, name and year of a county.
    fn county(&mut self, county: CountyResult<'_>) -> Done {
        self.text(county.code())?;
        self.text(county.name())?;
        self.count(county.year())
    }
}

pub(super) fn all(book: &mut Book, assessment: &Assessment) -> Done {
    // Coefficients are computed from the units.
    let places = units(book, assessment)?;
    coefficients(book, assessment, &places)?;
    items(book, assessment)?;
    obstacles(book, assessment)?;
    excluded(book, assessment)?;
    sizes_and_scores(book, assessment)?;
    findings(book, assessment)
}

fn names(lang: Lang, names: &[(&str, &str)]) -> Vec<String> {
    names.iter().map(|(zh, en)| lang.pick(*zh, *en).to_owned()).collect()
}

const COUNTY: [(&str, &str); 3] = [("区县代码", "county code"), ("区县", "county"), ("年度", "year")];

/// Where the units of a stage stand in their list.
struct Range {
    sheet: String,
    rows: Option<(u32, u32)>,
}

/// Columns of the list of units: before the values stand county, stage, school and pupils.
const PUPILS: u16 = 7;
const VALUES: u16 = 8;

fn units(book: &mut Book, assessment: &Assessment) -> Result<Vec<Range>, XlsxError> {
    let lang = book.lang;
    let rules = assessment.standard().indicators();
    let mut header = names(lang, &COUNTY);
    header.extend(names(
        lang,
        &[
            ("学段", "stage"),
            ("学校标识码", "school code"),
            ("学校名称", "school"),
            ("学校类别", "kind"),
            ("学生数", "pupils"),
        ],
    ));
    header.extend(rules.iter().map(|rule| rule.name(lang).to_owned()));
    let reached = |rule: &IndicatorRule| {
        let name = lang.pick(rule.indicator().zh(), rule.indicator().en());
        lang.pick(format!("达到：{name}"), format!("reached: {name}"))
    };
    header.extend(rules.iter().map(reached));
    header.extend(names(
        lang,
        &[("低于下限的指标", "below the floor"), ("达到项数", "reached"), ("判定", "verdict")],
    ));
    let mut list = List::begin(book, lang.pick("单位", "Units"), 6, header)?;
    let mut places = Vec::new();
    for stage in assessment.counties().flat_map(CountyResult::stages) {
        let (sheet, first) = (list.page.name().to_owned(), list.page.row());
        for (unit, values) in stage.units_with_values() {
            draw_unit(&mut list.page, unit, &values)?;
            list.next(book)?;
        }
        let whole = list.page.name() == sheet && list.page.row() > first;
        places.push(Range { sheet, rows: whole.then(|| (first, list.page.row() - 1)) });
    }
    list.close(book)?;
    Ok(places)
}

fn draw_unit(page: &mut Page, unit: UnitResult<'_>, values: &[Option<Ratio>]) -> Done {
    let (lang, school) = (page.lang(), unit.school());
    let rules = unit.standard().indicators();
    let decimals = unit.standard().precision().value;
    let kind = lang.pick(school.kind().zh().to_owned(), school.kind().id().replace('_', " "));
    let below: Vec<_> = unit.below_floor().map(|i| lang.pick(i.zh(), i.en())).collect();
    let mut cells = Cells::new(page);
    cells.county(unit.county())?;
    for text in [stage_name(unit.stage(), lang), school.code(), school.name(), &kind] {
        cells.text(text)?;
    }
    cells.count(unit.students())?;
    for (rule, value) in rules.iter().zip(values) {
        let more = decimals.max(unit.standard().mean_decimals(rule));
        cells.number(value.map(Ratio::to_f64), Style::Number(more))?;
    }
    for rule in rules {
        let meets = unit.meets(rule.indicator());
        cells.text(meets.map_or("", |met| if met { yes(lang) } else { no(lang) }))?;
    }
    cells.text(&below.join(lang.pick("、", ", ")))?;
    cells.count(unit.met_count())?;
    cells.verdict(unit.verdict())
}

fn coefficients(book: &mut Book, assessment: &Assessment, places: &[Range]) -> Done {
    let lang = book.lang;
    let mut header = names(lang, &COUNTY);
    header.extend(names(
        lang,
        &[
            ("学段", "stage"),
            ("指标", "indicator"),
            ("有数值的单位", "units with a value"),
            ("略去的单位", "units skipped"),
            ("达到规定值的单位", "units that reach it"),
            ("平均值", "mean"),
            ("标准差", "standard deviation"),
            ("差异系数", "coefficient"),
            ("限值", "limit"),
            ("判定", "verdict"),
            ("依据", "source"),
        ],
    ));
    let mut list = List::begin(book, lang.pick("差异系数", "Coefficients"), 5, header)?;
    let stages = assessment.counties().flat_map(CountyResult::stages);
    for (stage, place) in stages.zip(places) {
        let first = list.page.row();
        for (at, (rule, variation)) in
            (0u16..).zip(assessment.standard().indicators().iter().zip(stage.variation()))
        {
            let follows = place.rows.filter(|_| {
                // Where it is not certain which units enter, no formula says which do.
                stage.units().all(UnitResult::is_in_scope) && !stage.county().code().is_empty()
            });
            let range = follows.map(|(first, last)| (place.sheet.as_str(), VALUES + at, first, last));
            coefficient(&mut list.page, stage, rule, variation, range)?;
            list.next(book)?;
        }
        composite(&mut list.page, stage, first)?;
        list.next(book)?;
    }
    list.close(book)
}

/// Columns of the list of coefficients.
const MEAN: u16 = 8;
const CV: u16 = 10;
const LIMIT: u16 = 11;

fn coefficient(
    page: &mut Page,
    stage: StageResult<'_>,
    rule: &IndicatorRule,
    found: &Variation,
    range: Option<(&str, u16, u32, u32)>,
) -> Done {
    let (lang, row) = (page.lang(), page.row());
    let assessment = stage.county().assessment();
    let (standard, judge) = (assessment.standard(), assessment.judge());
    let cv_decimals = standard.precision().cv;
    let formulas = range.map(|range| formulas(range, row, found.skipped().is_some(), lang));
    let [mean, deviation, cv] = match &formulas {
        Some(all) => all.each_ref().map(|formula| Some(formula.as_str())),
        None => [None; 3],
    };
    let open = if stage.units().len() == 0 {
        lang.pick("没有单位", "no units")
    } else if formulas.is_none() && found.missing() == 0 {
        Verdict::Undetermined.name(lang)
    } else {
        missing(lang)
    };
    let stored = |value: Option<f64>, open: &str| match value {
        Some(value) => Stored::Number(value),
        None => Stored::Text(open.to_owned()),
    };
    let cv_open = if found.mean().is_some() { zero_mean(lang) } else { open };
    let decimals = standard.mean_decimals(rule);
    let mut cells = Cells::new(page);
    cells.county(stage.county())?;
    cells.text(stage_name(stage.stage(), lang))?;
    cells.text(rule.name(lang))?;
    cells.count(Some(found.units()))?;
    cells.count(found.skipped())?;
    cells.count(found.units_meeting())?;
    cells.formula(mean, stored(found.mean(), open), Style::Number(decimals))?;
    cells.formula(deviation, stored(found.std_dev(), open), Style::Number(decimals + 2))?;
    let limit = stage.cv_limit();
    let hidden = is_hidden(found.verdict(), found.printed_cv(), limit);
    let style = if hidden { Style::General } else { Style::Number(cv_decimals) };
    cells.formula(cv, stored(found.cv(), cv_open), style)?;
    cells.number(limit.map(|l| l.value.to_f64()), Style::General)?;
    let verdict = within(&cell(CV, row), &cell(LIMIT, row), judge, cv_decimals, lang);
    let result = Stored::Text(found.verdict().map_or("", |v| v.name(lang)).to_owned());
    cells.formula(limit.map(|_| verdict.as_str()), result, Style::Text)?;
    cells.text(&limit.map(|l| l.cite.to_string()).unwrap_or_default())
}

/// Mean, standard deviation and coefficient from the list of units.
fn formulas(
    (sheet, column, first, last): (&str, u16, u32, u32),
    row: u32,
    skips: bool,
    lang: Lang,
) -> [String; 3] {
    let range = |column| format!("{}!{}", quote_sheet_name(sheet), fixed_range(column, first, last));
    let (pupils, values) = (range(PUPILS), range(column));
    let (mean, deviation) = (cell(MEAN, row), cell(MEAN + 1, row));
    let counted = format!("SUMIF({values},\">=0\",{pupils})");
    let lacking =
        if skips { format!("COUNT({values})=0") } else { format!("COUNT({values})<ROWS({values})") };
    [
        format!("=IF({lacking},\"{}\",SUMPRODUCT({pupils},{values})/{counted})", missing(lang)),
        // A blank value is a zero in a difference, so it is left out by name.
        format!(
            "=IF(ISNUMBER({mean}),SQRT(SUMPRODUCT({pupils}*ISNUMBER({values})*({values}-{mean})^2)/{counted}),{mean})"
        ),
        format!("=IF(ISNUMBER({mean}),IF({mean}=0,\"{}\",{deviation}/{mean}),{mean})", zero_mean(lang)),
    ]
}

/// The mean of the coefficients above it.
fn composite(page: &mut Page, stage: StageResult<'_>, first: u32) -> Done {
    let (lang, row) = (page.lang(), page.row());
    let assessment = stage.county().assessment();
    let (found, decimals) = (stage.composite(), assessment.standard().precision().cv);
    let all = row - first;
    let range = fixed_range(CV, first, row.saturating_sub(1));
    let open = if stage.units().len() == 0 { lang.pick("没有单位", "no units") } else { missing(lang) };
    let formula = format!("=IF(COUNT({range})<{all},\"{open}\",AVERAGE({range}))");
    let stored = found.cv().map_or(Stored::Text(open.to_owned()), Stored::Number);
    let mut cells = Cells::new(page);
    cells.county(stage.county())?;
    cells.text(stage_name(stage.stage(), lang))?;
    cells.text(lang.pick("综合差异系数", "composite"))?;
    (0..5).try_for_each(|_| cells.text(""))?;
    cells.formula(Some(&formula), stored, Style::Number(decimals))?;
    let limit = stage.composite_limit();
    cells.number(limit.map(|l| l.value.to_f64()), Style::General)?;
    let verdict = within(&cell(CV, row), &cell(LIMIT, row), assessment.judge(), decimals, lang);
    let result = Stored::Text(found.verdict().map_or("", |v| v.name(lang)).to_owned());
    cells.formula(limit.map(|_| verdict.as_str()), result, Style::Text)?;
    cells.text(&limit.map(|l| l.cite.to_string()).unwrap_or_default())
}

fn items(book: &mut Book, assessment: &Assessment) -> Done {
    let lang = book.lang;
    let mut header = names(lang, &COUNTY);
    header.extend(names(
        lang,
        &[
            ("部分", "part"),
            ("编号", "id"),
            ("内容", "item"),
            ("分项", "of it"),
            ("数值", "value"),
            ("要求", "how"),
            ("要求值", "required"),
            ("单位", "unit"),
            ("未达到的学校", "schools that fail"),
            ("判定", "verdict"),
            ("依据", "source"),
        ],
    ));
    let mut list = List::begin(book, lang.pick("各项判定", "Items"), 5, header)?;
    for county in assessment.counties() {
        let mut cells = Cells::new(&mut list.page);
        cells.county(county)?;
        cells.text(Part::Resource.name(lang))?;
        (0..8).try_for_each(|_| cells.text(""))?;
        cells.verdict(Some(county.resource_verdict()))?;
        cells.text("")?;
        list.next(book)?;
        for item in county.items() {
            let figures = |v: Option<Ratio>| v.map(Ratio::to_f64);
            let mut cells = Cells::new(&mut list.page);
            cells.county(county)?;
            for text in [item.part().name(lang), item.id(), item.title(lang), ""] {
                cells.text(text)?;
            }
            cells.number(figures(item.value()), Style::General)?;
            cells.text(item.requirement().map_or("", |_| item.direction().sign()))?;
            cells.number(figures(item.requirement()), Style::General)?;
            let measured = item.value().or(item.requirement()).is_some();
            cells.unit(item.unit(), measured)?;
            let failing = item.failing().count();
            cells.count(Some(failing).filter(|n| *n > 0))?;
            cells.verdict(Some(item.verdict()))?;
            cells.text(&item.citation().to_string())?;
            list.next(book)?;
            for part in item.parts() {
                let mut cells = Cells::new(&mut list.page);
                cells.county(county)?;
                for text in [item.part().name(lang), item.id(), item.title(lang), part.name(lang)] {
                    cells.text(text)?;
                }
                cells.number(figures(part.value()), Style::General)?;
                cells.text(part.requirement().map_or("", |_| part.direction().sign()))?;
                cells.number(figures(part.requirement()), Style::General)?;
                cells.unit(part.unit(), true)?;
                cells.text("")?;
                cells.verdict(Some(part.verdict()))?;
                cells.text(&part.citation().to_string())?;
                list.next(book)?;
            }
        }
    }
    list.close(book)
}

fn obstacles(book: &mut Book, assessment: &Assessment) -> Done {
    let lang = book.lang;
    let mut header = names(lang, &COUNTY);
    header.extend(names(
        lang,
        &[
            ("部分", "part"),
            ("编号", "id"),
            ("学段", "stage"),
            ("学校标识码", "school code"),
            ("学校名称", "school"),
            ("内容", "what"),
            ("判定", "verdict"),
            ("现为", "is"),
            ("应", "required"),
            ("单位", "unit"),
            ("距离", "distance"),
            ("相差", "off by"),
            ("依据", "source"),
        ],
    ));
    let mut list = List::begin(book, lang.pick("差距", "Obstacles"), 3, header)?;
    for county in assessment.counties() {
        for obstacle in county.obstacles() {
            let school = obstacle.school();
            let mut cells = Cells::new(&mut list.page);
            cells.county(county)?;
            for text in [
                obstacle.part().name(lang),
                obstacle.id(),
                obstacle.stage().map_or("", |stage| stage_name(stage, lang)),
                school.map_or("", |s| s.code()),
                school.map_or("", |s| s.name()),
                obstacle.what(lang),
            ] {
                cells.text(text)?;
            }
            cells.verdict(Some(obstacle.verdict()))?;
            match obstacle.value().map(|value| (value, value.parse::<f64>())) {
                Some((_, Ok(value))) => cells.number(Some(value), Style::General)?,
                Some((text, Err(_))) => cells.text(text)?,
                None => cells.text("")?,
            }
            cells.text(obstacle.requirement().unwrap_or_default())?;
            let has_value = obstacle.value().or(obstacle.requirement()).is_some();
            cells.unit(obstacle.unit(), has_value)?;
            cells.number(obstacle.distance().map(|d| d.to_f64()), Style::General)?;
            cells.number(obstacle.shortfall().map(|d| d.to_f64()), Style::General)?;
            cells.text(&obstacle.citation().map_or(String::new(), |c| c.to_string()))?;
            list.next(book)?;
        }
    }
    list.close(book)
}

fn excluded(book: &mut Book, assessment: &Assessment) -> Done {
    let lang = book.lang;
    let header = names(
        lang,
        &[
            ("区县代码", "county code"),
            ("年度", "year"),
            ("学校标识码", "school code"),
            ("学校名称", "school"),
            ("小学学生", "primary pupils"),
            ("初中学生", "junior pupils"),
            ("代号", "reason"),
            ("原因", "in words"),
            ("依据", "source"),
        ],
    );
    let mut list = List::begin(book, lang.pick("不参加评估的学校", "Not assessed"), 0, header)?;
    for excluded in assessment.excluded() {
        let school = excluded.school();
        let mut cells = Cells::new(&mut list.page);
        cells.text(school.county_code())?;
        cells.count(school.year())?;
        cells.text(school.code())?;
        cells.text(school.name())?;
        for stage in Stage::COMPULSORY {
            cells.count(school.students(stage).and_then(|p| p.count()))?;
        }
        cells.text(excluded.reason())?;
        cells.text(excluded.rule().map_or("", |rule| rule.title(lang)))?;
        cells.text(&excluded.rule().map_or(String::new(), |rule| rule.cite().to_string()))?;
        list.next(book)?;
    }
    list.close(book)
}

fn findings(book: &mut Book, assessment: &Assessment) -> Done {
    let lang = book.lang;
    let header = names(
        lang,
        &[
            ("级别", "severity"),
            ("代号", "code"),
            ("区县代码", "county code"),
            ("年度", "year"),
            ("学校标识码", "school code"),
            ("列", "column"),
            ("值", "value"),
            ("问题", "message"),
            ("说明", "explanation"),
        ],
    );
    let mut list = List::begin(book, lang.pick("数据问题", "Findings"), 0, header)?;
    let of_counties = assessment.counties().flat_map(CountyResult::findings);
    for finding in of_counties.chain(assessment.findings()) {
        draw_finding(&mut list.page, finding)?;
        list.next(book)?;
    }
    list.page.set_width(7, 70.0);
    list.close(book)
}

fn draw_finding(page: &mut Page, finding: &Finding) -> Done {
    let lang = page.lang();
    let mut cells = Cells::new(page);
    cells.text(finding.severity().name(lang))?;
    cells.text(finding.code().id())?;
    cells.text(finding.county_code().unwrap_or_default())?;
    cells.count(finding.year())?;
    cells.text(finding.school_code().unwrap_or_default())?;
    cells.text(finding.column_id().unwrap_or_default())?;
    cells.text(finding.value_found().unwrap_or_default())?;
    cells.text(&finding.message(lang))?;
    cells.text(finding.explanation().unwrap_or_default())
}

/// Large classes and schools, and the points of the county's work, where there are any.
fn sizes_and_scores(book: &mut Book, assessment: &Assessment) -> Done {
    let lang = book.lang;
    let mut open: Option<Page> = None;
    for county in assessment.counties() {
        let mut blocks = sizes::blocks(county, lang);
        blocks.extend(score::score(county, lang));
        if blocks.is_empty() {
            continue;
        }
        let mut page = match open.take() {
            Some(page) => page,
            None => {
                let mut page = book.page("", lang.pick("班额校额与评分", "Sizes and scores"))?;
                page.landscape();
                page
            }
        };
        page.across(&super::county_title(county, lang), BLOCK_COLUMNS, Style::Heading)?;
        blocks.iter().try_for_each(|block| draw_block(&mut page, block))?;
        page.next();
        open = Some(page);
    }
    match open {
        Some(mut page) => {
            page.colour_verdicts()?;
            book.push(page)
        }
        None => Ok(()),
    }
}

/// Lines of text run across so many columns.
const BLOCK_COLUMNS: u16 = 8;

fn draw_block(page: &mut Page, block: &Block) -> Done {
    match block {
        Block::Heading(_, text) => page.across(text, BLOCK_COLUMNS, Style::Heading),
        Block::Line(text, _) => page.across(text, BLOCK_COLUMNS, Style::Note),
        Block::List(lines) => lines.iter().try_for_each(|line| page.across(line, BLOCK_COLUMNS, Style::Note)),
        Block::Table(table) => draw_table(page, table),
    }
}

pub(super) fn draw_table(page: &mut Page, table: &Table) -> Done {
    page.header(table.header.iter().map(|(name, _)| name))?;
    for row in &table.rows {
        for (column, (cell, (_, align))) in (0u16..).zip(row.iter().zip(&table.header)) {
            draw_cell(page, column, cell, *align)?;
        }
        page.next();
    }
    Ok(())
}

/// A cell on the right that is a number alone stays one.
pub(super) fn draw_cell(page: &mut Page, column: u16, cell: &Cell, align: Align) -> Done {
    let decimals = cell.text.split_once('.').map_or(0, |(_, decimals)| decimals.len() as u8);
    match cell.text.parse::<f64>() {
        Ok(value) if align == Align::Right => page.number(column, Some(value), Style::Number(decimals)),
        _ => page.text(column, &cell.text, Style::Text),
    }
}
