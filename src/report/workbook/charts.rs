//! Charts that a spreadsheet draws: coefficients against limits, and the schools of each indicator in order.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartAxisTickType, ChartFont, ChartFormat, ChartLegendPosition, ChartLine,
    ChartLineDashType, ChartMarker, ChartMarkerType, ChartSolidFill, ChartType,
};

use super::page::{Done, Page};
use super::style::Style;
use super::working::stage_name;
use super::{Book, county_title};
use crate::assess::{CountyResult, StageResult};
use crate::lang::Lang;
use crate::report::document::worst;
use crate::standards::IndicatorRule;

/// Colours that those who do not see red or green tell apart: they differ in lightness as well.
const BLUE: &str = "#0072B2";
const ORANGE: &str = "#D55E00";
const GREY: &str = "#7F7F7F";
const PALE: &str = "#D9D9D9";
/// Pixels of a chart, and rows and columns of the sheet it takes.
const SIZE: (u32, u32) = (620, 300);
const WIDE: (u32, u32) = (1260, 320);
/// Pixels between a chart and the edge of its cell, which may be that of a page.
const EDGE: u32 = 4;
const ROWS: u32 = 16;
const COLUMNS: u16 = 10;

/// Numbers that a chart is drawn from: labels, values and lines to hold them against.
struct Plot {
    title: String,
    alt: String,
    labels: Vec<String>,
    values: Vec<f64>,
    value_name: String,
    lines: Vec<(String, Vec<Option<f64>>)>,
    format: String,
    bars: bool,
    /// Whether there is room for the labels.
    named: bool,
}

/// The charts of a county, and the numbers they are drawn from on a sheet behind.
pub(super) fn of_county(book: &mut Book, prefix: &str, county: CountyResult<'_>) -> Done {
    let lang = book.lang;
    let stages: Vec<_> = county.stages().filter(|stage| stage.units().len() > 0).collect();
    let wide: Vec<Plot> = stages.iter().filter_map(|stage| coefficients(*stage, lang)).collect();
    let rules = county.assessment().standard().indicators();
    let ranked = stages.iter().flat_map(|stage| rules.iter().filter_map(|rule| schools(*stage, rule, lang)));
    let small: Vec<Plot> = ranked.collect();
    draw(book, prefix, &county_title(county, lang), &wide, &small)
}

/// The counties in order of how near they come to the limits.
pub(super) fn of_counties(book: &mut Book, counties: &[CountyResult<'_>]) -> Done {
    let lang = book.lang;
    let mut ratios: Vec<(f64, String)> =
        counties.iter().filter_map(|county| Some((worst(*county)?, county_label(*county)))).collect();
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    if ratios.is_empty() {
        return Ok(());
    }
    let name = lang.pick("最大差异系数与限值之比", "largest coefficient to limit");
    let lacking = counties.len() - ratios.len();
    let title = lang.pick(
        format!("各区县{name}（由低到高）{}", lack(lacking, lang)),
        format!("Counties: {name}, lowest first{}", lack(lacking, lang)),
    );
    let limit = lang.pick("限值", "limit").to_owned();
    let plot = Plot {
        alt: title.clone(),
        title,
        lines: vec![(limit, vec![Some(1.0); ratios.len()])],
        values: ratios.iter().map(|(ratio, _)| *ratio).collect(),
        labels: ratios.into_iter().map(|(_, label)| label).collect(),
        value_name: name.to_owned(),
        format: "0.0".to_owned(),
        bars: false,
        named: counties.len() <= 60,
    };
    draw(book, "", lang.pick("各区县", "Counties"), &[plot], &[])
}

fn county_label(county: CountyResult<'_>) -> String {
    let year = county.year().map_or(String::new(), |year| format!(" {year}"));
    let name = if county.name().is_empty() { county.code() } else { county.name() };
    format!("{name}{year}")
}

fn lack(count: usize, lang: Lang) -> String {
    match count {
        0 => String::new(),
        count => lang.pick(format!("（另有 {count} 个缺数据）"), format!(" ({count} without data)")),
    }
}

/// The coefficients of a stage against their limits; those that do not exist are named.
fn coefficients(stage: StageResult<'_>, lang: Lang) -> Option<Plot> {
    let (mut labels, mut values, mut limits, mut lacking) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let indicators = stage.variation().iter().map(|v| {
        let name = lang.pick(v.indicator().zh(), v.indicator().en()).to_owned();
        (name, v.cv(), stage.cv_limit())
    });
    let composite = stage.composite();
    let whole = (lang.pick("综合", "composite").to_owned(), composite.cv(), stage.composite_limit());
    for (name, cv, limit) in indicators.chain([whole]) {
        match cv {
            Some(cv) => {
                labels.push(name);
                values.push(cv);
                limits.push(limit.map(|l| l.value.to_f64()));
            }
            None => lacking.push(name),
        }
    }
    if values.is_empty() {
        return None;
    }
    let stage_name = stage_name(stage.stage(), lang);
    let mut title = lang.pick(
        format!("{stage_name}：差异系数与限值"),
        format!("Coefficients and limits, {stage_name} stage"),
    );
    if !lacking.is_empty() {
        let names = lacking.join(lang.pick("、", ", "));
        title += &lang.pick(format!("（缺数据：{names}）"), format!(" (no data: {names})"));
    }
    Some(Plot {
        alt: title.clone(),
        title,
        labels,
        values,
        value_name: lang.pick("差异系数", "coefficient").to_owned(),
        lines: vec![(lang.pick("限值", "limit").to_owned(), limits)],
        format: "0.00".to_owned(),
        bars: true,
        named: true,
    })
}

/// The units of a stage in order of their value, with threshold and floor.
fn schools(stage: StageResult<'_>, rule: &IndicatorRule, lang: Lang) -> Option<Plot> {
    let indicator = rule.indicator();
    let county = stage.county();
    let standard = county.assessment().standard();
    let mut units: Vec<(f64, String)> = stage
        .units()
        .filter_map(|unit| Some((unit.value(indicator)?.to_f64(), unit.school().label().to_owned())))
        .collect();
    units.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    if units.is_empty() {
        return None;
    }
    let lacking = stage.units().len() - units.len();
    let stage_name = stage_name(stage.stage(), lang);
    let title = lang.pick(
        format!("{stage_name}：{}{}", rule.name(lang), lack(lacking, lang)),
        format!("{}, {stage_name} stage{}", rule.name(lang), lack(lacking, lang)),
    );
    let threshold = rule.threshold(stage.stage(), county.as_of());
    let floor = threshold.zip(standard.unit_rule(county.as_of())).and_then(|(threshold, unit)| {
        let percent = unit.value.floor.times_pow10(2).ok()?;
        let name = lang.pick(format!("规定值的 {percent}%"), format!("{percent} % of it"));
        Some((name, threshold.value.checked_mul(unit.value.floor)?.to_f64()))
    });
    let threshold = threshold.map(|t| (lang.pick("规定值", "threshold").to_owned(), t.value.to_f64()));
    let lines = threshold.into_iter().chain(floor);
    Some(Plot {
        alt: title.clone(),
        title,
        lines: lines.map(|(name, at)| (name, vec![Some(at); units.len()])).collect(),
        values: units.iter().map(|(value, _)| *value).collect(),
        labels: units.into_iter().map(|(_, label)| label).collect(),
        value_name: lang.pick("学校（由低到高）", "schools, lowest first").to_owned(),
        format: "General".to_owned(),
        bars: false,
        // Names of schools would take half of the chart; the sheet behind has them all.
        named: false,
    })
}

/// Draws wide charts, then small ones in two columns; their numbers on a sheet of their own.
fn draw(book: &mut Book, prefix: &str, title: &str, wide: &[Plot], small: &[Plot]) -> Done {
    if wide.is_empty() && small.is_empty() {
        return Ok(());
    }
    let lang = book.lang;
    let mut page = book.page(prefix, lang.pick("图表", "Charts"))?;
    let mut data = book.page(prefix, lang.pick("图表数据", "Chart data"))?;
    data.header([
        lang.pick("图", "chart"),
        lang.pick("名称", "name"),
        lang.pick("数值", "value"),
        lang.pick("规定值或限值", "threshold or limit"),
        lang.pick("下限", "floor"),
    ])?;
    data.freeze(0, 1, 0)?;
    page.across(title, COLUMNS * 2, Style::Title)?;
    for plot in wide {
        let chart = chart(plot, &mut data, WIDE)?;
        let row = page.row();
        page.sheet().insert_chart_with_offset(row, 0, &chart, EDGE, EDGE)?;
        (0..ROWS + 1).for_each(|_| page.next());
    }
    let mut breaks = Vec::new();
    for (place, pair) in small.chunks(2).enumerate() {
        // Two charts of coefficients and one row of schools fill the first page; four rows each further one.
        if place % 3 == 0 && page.row() > 1 {
            breaks.push(page.row());
        }
        for (column, plot) in [0, COLUMNS].into_iter().zip(pair) {
            let chart = chart(plot, &mut data, SIZE)?;
            let row = page.row();
            page.sheet().insert_chart_with_offset(row, column, &chart, EDGE, EDGE)?;
        }
        (0..ROWS).for_each(|_| page.next());
    }
    (0..COLUMNS * 2).for_each(|column| page.set_width(column, 8.43));
    page.landscape();
    page.sheet().set_page_breaks(&breaks)?;
    let last = page.row();
    page.sheet().set_print_area(0, 0, last, COLUMNS * 2 - 1)?;
    book.push(page)?;
    book.push(data)
}

/// A chart of numbers that are written down here.
fn chart(plot: &Plot, data: &mut Page, size: (u32, u32)) -> Result<Chart, super::XlsxError> {
    let first = data.row();
    for (at, (label, value)) in plot.labels.iter().zip(&plot.values).enumerate() {
        data.text(0, &plot.title, Style::Text)?;
        data.text(1, label, Style::Text)?;
        data.number(2, Some(*value), Style::General)?;
        for (column, (_, line)) in (3..).zip(&plot.lines) {
            data.number(column, line.get(at).copied().flatten(), Style::General)?;
        }
        data.next();
    }
    let (sheet, last) = (data.name().to_owned(), data.row().saturating_sub(1));
    let column = |column: u16| (sheet.as_str(), first, column, last, column);
    let mut chart = Chart::new(if plot.bars { ChartType::Column } else { ChartType::Line });
    let series = chart.add_series();
    series.set_categories(column(1)).set_values(column(2)).set_name(plot.value_name.as_str());
    if plot.bars {
        series.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(BLUE)));
        series.set_gap(60);
    } else {
        series.set_format(ChartFormat::new().set_no_line());
        series.set_marker(&dot());
    }
    let mut lines = Chart::new(ChartType::Line);
    for (at, (name, values)) in (3..).zip(&plot.lines) {
        // A value between gaps is a point, of which no line shows.
        let whole = values.windows(2).any(|pair| pair.iter().all(Option::is_some));
        let series = if plot.bars { lines.add_series() } else { chart.add_series() };
        series.set_categories(column(1)).set_values(column(at)).set_name(name.as_str());
        series.set_format(&mut limit_line(at, whole));
        series.set_marker(&if whole { ChartMarker::new().set_none().clone() } else { dash() });
    }
    if plot.bars {
        chart.combine(&lines);
    }
    lay_out(&mut chart, plot, size);
    Ok(chart)
}

fn dot() -> ChartMarker {
    let mut marker = ChartMarker::new();
    let mut fill = ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(BLUE)).clone();
    marker.set_type(ChartMarkerType::Circle).set_size(4).set_format(&mut fill);
    marker
}

fn dash() -> ChartMarker {
    let mut marker = ChartMarker::new();
    let mut fill = ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(ORANGE)).clone();
    marker.set_type(ChartMarkerType::LongDash).set_size(16).set_format(&mut fill);
    marker
}

/// The threshold is whole, the floor below it broken.
fn limit_line(column: u16, whole: bool) -> ChartFormat {
    let mut format = ChartFormat::new();
    let mut line = ChartLine::new();
    match column {
        3 => line.set_color(ORANGE).set_width(1.75),
        _ => line.set_color(GREY).set_width(1.25).set_dash_type(ChartLineDashType::Dash),
    };
    if whole {
        format.set_line(&line);
    } else {
        format.set_no_line();
    }
    format
}

fn lay_out(chart: &mut Chart, plot: &Plot, (width, height): (u32, u32)) {
    let font = |size: f64| {
        let mut font = ChartFont::new();
        font.set_size(size);
        font
    };
    chart.title().set_name(plot.title.as_str()).set_font(font(11.0).set_bold());
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(9.0));
    let mut labels = font(8.0);
    if !plot.bars {
        labels.set_rotation(-45);
    }
    chart.x_axis().set_font(&labels);
    if !plot.named {
        chart.x_axis().set_label_position(ChartAxisLabelPosition::None);
        chart.x_axis().set_major_tick_type(ChartAxisTickType::None);
    }
    let mut grid = ChartLine::new();
    grid.set_color(PALE).set_width(0.75);
    chart.y_axis().set_major_gridlines_line(&grid);
    chart.y_axis().set_font(&font(8.0)).set_num_format(plot.format.as_str()).set_min(0);
    chart.set_width(width).set_height(height);
    // The format allows 255 characters.
    chart.set_alt_text(plot.alt.chars().take(120).collect::<String>());
}
