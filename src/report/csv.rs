//! A result as one table for spreadsheets: units, and below them the figures of each stage and county.

use std::borrow::Cow;
use std::io;

use unicode_normalization::UnicodeNormalization;

use crate::assess::{Assessment, CountyResult, StageResult, UnitResult, Variation};
use crate::lang::Lang;
use crate::numeric::Ratio;

/// Writes one row a unit, then mean, standard deviation, coefficient, limit and verdict of each stage, then the
/// county; numbers unrounded, missing ones blank.
///
/// UTF-8 with a byte order mark and CRLF, as spreadsheets in Chinese expect it; [`Gb18030`](super::Gb18030) makes
/// GB18030 of it. Texts that a spreadsheet would take for a formula, as they begin with `=`, `+`, `-` or `@` in half or
/// full width, with a tab or a line break, also behind blanks, are led by a `'`, which the readers of this library take
/// off again; so are texts that begin with a `'` of their own. Numbers are left alone.
///
/// # Errors
/// Only those of the writer.
///
/// # Examples
/// ```
/// use junheng::{Assessor, Lang, Standard, read_schools, report::write_csv};
///
/// let table = "county_code,school_code,school_name,kind,students_primary\n210102,1,=1+1,小学,1000\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
/// let mut out = Vec::new();
/// write_csv(&assessment, Lang::En, &mut out).unwrap();
/// let text = String::from_utf8(out).unwrap();
/// assert!(text.starts_with("\u{feff}county_code,county,year,stage,row,school_code,school_name,"));
/// assert!(text.contains(",unit,1,'=1+1,1000,"));
/// # Ok::<(), junheng::Error>(())
/// ```
pub fn write_csv(assessment: &Assessment, lang: Lang, out: &mut impl io::Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut table = Rows {
        out: csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out),
        indicators: assessment.standard().indicators().len(),
        lang,
    };
    table.header(assessment)?;
    for county in assessment.counties() {
        for stage in county.stages() {
            for (unit, values) in stage.units_with_values() {
                table.unit(county, stage, unit, &values)?;
            }
            table.stage(county, stage)?;
        }
        let verdict = county.resource_verdict().name(lang);
        table.row(
            county,
            "",
            lang.pick("资源配置", "resources"),
            ["", "", ""],
            Vec::new(),
            ["", "", ""],
            verdict,
        )?;
        let verdict = county.verdict().name(lang);
        table.row(
            county,
            "",
            lang.pick("整个标准", "standard"),
            ["", "", ""],
            Vec::new(),
            ["", "", ""],
            verdict,
        )?;
    }
    table.out.flush()
}

/// Writes any table for spreadsheets as [`write_csv`] does: UTF-8 with a byte order mark, CRLF, formulas defused. Rows may differ in length;
/// without names no header is written.
///
/// # Errors
/// Only those of the writer.
pub fn write_table<S: AsRef<str>, R: IntoIterator<Item = S>>(
    header: &[&str],
    rows: impl IntoIterator<Item = R>,
    out: &mut impl io::Write,
) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
    if !header.is_empty() {
        write_cells(&mut out, header.iter().copied())?;
    }
    for row in rows {
        write_cells(&mut out, row)?;
    }
    out.flush()
}

struct Rows<W: io::Write> {
    out: csv::Writer<W>,
    indicators: usize,
    lang: Lang,
}

impl<W: io::Write> Rows<W> {
    fn header(&mut self, assessment: &Assessment) -> io::Result<()> {
        let lang = self.lang;
        let mut cells: Vec<&str> = vec![
            lang.pick("区县代码", "county_code"),
            lang.pick("区县名称", "county"),
            lang.pick("年度", "year"),
            lang.pick("学段", "stage"),
            lang.pick("行", "row"),
            lang.pick("学校标识码", "school_code"),
            lang.pick("学校名称", "school_name"),
            lang.pick("学生数", "students"),
        ];
        let rules = assessment.standard().indicators();
        cells.extend(rules.iter().map(|r| lang.pick(r.name(lang), r.indicator().id())));
        cells.push(lang.pick("综合", "composite"));
        cells.push(lang.pick("达到项数", "met_count"));
        cells.push(lang.pick("低于下限的指标", "below_floor"));
        cells.push(lang.pick("判定", "verdict"));
        // A standard of one's own names its indicators as it likes.
        write_cells(&mut self.out, cells)
    }

    fn unit(
        &mut self,
        county: CountyResult<'_>,
        stage: StageResult<'_>,
        unit: UnitResult<'_>,
        values: &[Option<Ratio>],
    ) -> io::Result<()> {
        let lang = self.lang;
        let below: Vec<_> = unit.below_floor().map(|i| lang.pick(i.zh(), i.id())).collect();
        let school = unit.school();
        self.row(
            county,
            lang.pick(stage.stage().zh(), stage.stage().id()),
            lang.pick("单位", "unit"),
            [school.code(), school.name(), &text(unit.students())],
            values.iter().map(|v| text(v.map(Ratio::to_f64))).collect(),
            ["", &text(unit.met_count()), &below.join(lang.pick("、", ";"))],
            unit.verdict().map_or("", |v| v.name(lang)),
        )
    }

    fn stage(&mut self, county: CountyResult<'_>, stage: StageResult<'_>) -> io::Result<()> {
        let lang = self.lang;
        let name = lang.pick(stage.stage().zh(), stage.stage().id());
        let composite = stage.composite();
        let each = |f: &dyn Fn(&Variation) -> String| stage.variation().iter().map(f).collect::<Vec<_>>();
        let none = ["", "", ""];
        let mean = each(&|v| text(v.mean()));
        self.row(
            county,
            name,
            lang.pick("平均值", "mean"),
            ["", "", &text(stage.students())],
            mean,
            none,
            "",
        )?;
        let std_dev = each(&|v| text(v.std_dev()));
        self.row(county, name, lang.pick("标准差", "std_dev"), none, std_dev, none, "")?;
        let cv = each(&|v| text(v.cv()));
        self.row(county, name, lang.pick("差异系数", "cv"), none, cv, [&text(composite.cv()), "", ""], "")?;
        let limit = each(&|_| text(stage.cv_limit().map(|l| l.value)));
        let composite_limit = text(stage.composite_limit().map(|l| l.value));
        self.row(county, name, lang.pick("限值", "limit"), none, limit, [&composite_limit, "", ""], "")?;
        let verdict = each(&|v| v.verdict().map_or(String::new(), |v| v.name(lang).to_owned()));
        let composite_verdict = composite.verdict().map_or("", |v| v.name(lang));
        let met = text(stage.units_met());
        let whole = if stage.units().len() > 0 { stage.verdict().name(lang) } else { "" };
        self.row(
            county,
            name,
            lang.pick("判定", "verdict"),
            none,
            verdict,
            [composite_verdict, &met, ""],
            whole,
        )
    }

    #[allow(clippy::too_many_arguments)] // the cells of one row, in their order
    fn row(
        &mut self,
        county: CountyResult<'_>,
        stage: &str,
        row: &str,
        school: [&str; 3],
        values: Vec<String>,
        tail: [&str; 3],
        verdict: &str,
    ) -> io::Result<()> {
        let year = text(county.year());
        let head = [county.code(), county.name(), &year, stage, row].into_iter().chain(school);
        let mut values = values;
        values.resize(self.indicators, String::new());
        let cells = head.chain(values.iter().map(String::as_str)).chain(tail).chain([verdict]);
        write_cells(&mut self.out, cells)
    }
}

/// Writes a row, formulas defused.
fn write_cells<W: io::Write, S: AsRef<str>>(
    out: &mut csv::Writer<W>,
    cells: impl IntoIterator<Item = S>,
) -> io::Result<()> {
    for cell in cells {
        out.write_field(defused(cell.as_ref()).as_bytes()).map_err(as_io)?;
    }
    out.write_record(None::<&[u8]>).map_err(as_io)
}

/// The error of the writer below, of its own kind: a closed pipe must be known as one.
fn as_io(error: csv::Error) -> io::Error {
    if !error.is_io_error() {
        return error.into();
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula; negative numbers stay numbers.
///
/// A text that begins with a `'` of its own gets one more, as the readers take one off.
fn defused(cell: &str) -> Cow<'_, str> {
    // "-inf" parses as a number, but a spreadsheet looks for a name in it.
    let is_number = || cell.parse::<f64>().is_ok_and(f64::is_finite);
    if begins_like_a_formula(cell) && !is_number() { format!("'{cell}").into() } else { cell.into() }
}

/// Whether the first sign that shows begins a formula, in half or full width, or a tab or a line break leads to it.
fn begins_like_a_formula(cell: &str) -> bool {
    let hidden = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
    };
    let first = cell.trim_start_matches(hidden).chars().next();
    // Full-width and other forms of a sign: some spreadsheets take them for the sign itself.
    let first = first.into_iter().nfkc().next();
    cell.starts_with(['\t', '\r', '\n']) || matches!(first, Some('=' | '+' | '-' | '@' | '\''))
}

#[cfg(test)]
mod tests {
    use super::defused;

    #[test]
    fn what_a_spreadsheet_would_run_is_led_by_an_apostrophe_and_nothing_else_is() {
        for cell in [
            "=1+1",
            "=cmd|' /C calc'!A0",
            "+86 024",
            "-inf",
            "-2+3",
            "-",
            "@SUM(A1)",
            "\t=1",
            "\tA",
            "\rA",
            "\nA",
            "＝1+1",
            "＋1a",
            "－一小",
            "＠一小",
            "﹣1",
            "  =1",
            "\u{3000}=1",
            "\u{200B}@x",
            "\u{FEFF}=1",
            "\u{0}=1",
            "'=1",
            "'一小",
        ] {
            assert_eq!(defused(cell), format!("'{cell}"));
        }
        for cell in
            ["", " ", "-5", "+5", "-0.5", "-1e-7", "0", "一小", "1-2", "a=b", "一小（=东校区）", "\"=\"", "—"]
        {
            assert_eq!(defused(cell), cell);
        }
    }
}
