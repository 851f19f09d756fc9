//! The first sheet: the verdicts, what they rest on, and what the other sheets hold.

use super::lists::{draw_cell, draw_table};
use super::page::{Done, Page};
use super::style::Style;
use super::{Book, IN_FULL, UNITS, XlsxError};
use crate::assess::{Assessment, CountyResult, Judge, Verdict};
use crate::date::Date;
use crate::lang::Lang;
use crate::report::document::{Align, Cell, Table, column, worst};
use crate::report::given;
use crate::standards::Part;

/// Draws the summary at the place that was kept for it.
pub(super) fn sheet(book: &mut Book, place: usize, assessment: &Assessment, in_full: bool) -> Done {
    let lang = book.lang;
    let name = book.names.get(place).cloned().unwrap_or_default();
    let mut page = Page::new(&name, &book.styles, lang)?;
    let table = overview(assessment, lang);
    let turned = table.rows.len() == 1;
    let columns = if turned { TURNED } else { table.header.len() as u16 };
    let title = lang.pick("义务教育均衡评估报告", "Balanced compulsory education: report");
    page.across(title, columns, Style::Title)?;
    for title in assessment.standard().titles(lang) {
        page.across(title, columns, Style::Note)?;
    }
    page.across(&basis(assessment, None, lang), columns, Style::Note)?;
    page.across(&tally(assessment, lang), columns, Style::Note)?;
    if turned {
        downwards(&mut page, &table)?;
    } else {
        page.landscape();
        let header = page.row();
        draw_table(&mut page, &table)?;
        page.freeze(0, header + 1, 2)?;
    }
    page.colour_verdicts()?;
    page.next();
    contents(&mut page, book, assessment, columns, in_full)?;
    let sheet = page.finish()?;
    if let Some(kept) = book.sheets.get_mut(place) {
        *kept = sheet;
    }
    Ok(())
}

/// One county is easier read down than across.
const TURNED: u16 = 2;

fn downwards(page: &mut Page, table: &Table) -> Done {
    for ((name, align), cell) in table.header.iter().zip(table.rows.iter().flatten()) {
        page.text(0, name, Style::Text)?;
        draw_cell(page, 1, cell, *align)?;
        page.next();
    }
    page.set_width(0, 40.0);
    page.set_width(1, 40.0);
    Ok(())
}

/// By which standard, on which day, judged how and read how.
pub(super) fn basis(assessment: &Assessment, date: Option<Date>, lang: Lang) -> String {
    let standard = assessment.standard();
    let ids = std::iter::once(standard.id()).chain(standard.overlays().iter().map(String::as_str));
    let ids = ids.collect::<Vec<_>>().join(" + ");
    let mut text = lang.pick(format!("依据 {ids}"), format!("By {ids}"));
    if let Some(date) = date {
        text += &lang.pick(format!("，评估日期 {date}"), format!(", as of {date}"));
    }
    text += match assessment.judge() {
        Judge::Exact => lang.pick("，按精确值判断", ", judged on exact values"),
        Judge::AsReported => lang.pick("，按印出值判断", ", judged as printed"),
    };
    let options: Vec<_> = assessment.options().map(|(name, value)| format!("{name}={value}")).collect();
    if !options.is_empty() {
        let options = options.join(lang.pick("，", ", "));
        text += &lang.pick(format!("；标准未定之处：{options}"), format!("; readings: {options}"));
    }
    text
}

fn tally(assessment: &Assessment, lang: Lang) -> String {
    let count = |verdict| assessment.counties().filter(|c| c.resource_verdict() == verdict).count();
    let [met, not_met, open] = [Verdict::Met, Verdict::NotMet, Verdict::Undetermined].map(count);
    let (all, excluded) = (assessment.counties().len(), assessment.excluded().len());
    lang.pick(
        format!("{all} 个区县；资源配置达标 {met} 个，未达标 {not_met} 个，无法判定 {open} 个；不参加评估的学校 {excluded} 所"),
        format!("Counties: {all}; resources met {met}, not met {not_met}, undetermined {open}; schools not assessed: {excluded}"),
    )
}

/// A row a county.
fn overview(assessment: &Assessment, lang: Lang) -> Table {
    let name = |zh, en, align| column(lang, zh, en, align);
    let mut header = vec![
        name("代码", "code", Align::Left),
        name("区县", "county", Align::Left),
        name("年度", "year", Align::Right),
        name("评估日期", "as of", Align::Left),
        name("整个标准", "whole standard", Align::Left),
    ];
    let parts: Vec<Part> = std::iter::once(Part::Resource)
        .chain(Part::ALL.into_iter().filter(|p| assessment.standard().parts().contains(p)))
        .collect();
    header.extend(parts.iter().map(|part| (part.name(lang).to_owned(), Align::Left)));
    for (zh, en, align) in [
        ("小学单位", "primary units", Align::Right),
        ("小学达标", "primary met", Align::Right),
        ("小学综合差异系数", "primary composite", Align::Right),
        ("小学", "primary", Align::Left),
        ("初中单位", "junior units", Align::Right),
        ("初中达标", "junior met", Align::Right),
        ("初中综合差异系数", "junior composite", Align::Right),
        ("初中", "junior", Align::Left),
        ("最大差异系数与限值之比", "largest coefficient to limit", Align::Right),
    ] {
        header.push(name(zh, en, align));
    }
    let rows = assessment.counties().map(|county| row(assessment, county, &parts, lang)).collect();
    Table { header, rows }
}

fn row(assessment: &Assessment, county: CountyResult<'_>, parts: &[Part], lang: Lang) -> Vec<Cell> {
    let decimals = assessment.standard().precision().cv;
    let mut row = vec![
        Cell::value(given(county.code())),
        Cell::value(given(county.name())),
        Cell::value(county.year()),
        Cell::value(county.as_of()),
        Cell::verdict(Some(county.verdict()), lang),
    ];
    row.extend(parts.iter().map(|part| Cell::verdict(county.part_verdict(*part), lang)));
    for stage in county.stages() {
        let units = stage.units().len();
        row.push(Cell::plain(units.to_string()));
        row.push(Cell::value(stage.units_met()));
        row.push(Cell::value(stage.composite().printed().map(|cv| cv.to_fixed(decimals))));
        row.push(Cell::verdict((units > 0).then(|| stage.verdict()), lang));
    }
    row.push(Cell::value(worst(county).map(|ratio| format!("{ratio:.2}"))));
    row
}

/// The sheets, and what is not in them.
fn contents(
    page: &mut Page,
    book: &Book,
    assessment: &Assessment,
    columns: u16,
    in_full: bool,
) -> Result<(), XlsxError> {
    let lang = book.lang;
    page.across(lang.pick("本簿的工作表", "Sheets of this workbook"), columns, Style::Heading)?;
    let all = book.names.join(lang.pick("、", ", "));
    page.across(&all, columns, Style::Note)?;
    if !in_full {
        let counties = assessment.counties().len();
        let text = lang.pick(
            format!("共 {counties} 个区县。超过 {IN_FULL} 个，或一个学段的单位超过 {UNITS} 个，核算底稿与各校图表不在本簿；差异系数由“差异系数”表的公式从“单位”表算出。某一区县的核算底稿：只评估该区县（--county 代码）。"),
            format!("There are {counties} counties. With more than {IN_FULL}, or with more than {UNITS} units in a stage, working sheets and charts of schools are left out, and the sheet of coefficients computes them from the list of units. For the working of a county, assess it alone (--county CODE)."),
        );
        page.across(&text, columns, Style::Note)?;
    }
    let text = lang.pick(
        "带公式的格子存有本次评估的结果；重新计算应得到同样的数。",
        "Cells with a formula hold the results of this assessment; computing again gives the same.",
    );
    page.across(text, columns, Style::Note)
}
