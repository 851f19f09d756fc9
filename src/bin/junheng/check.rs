//! `junheng check`: every problem of the tables given, with its place.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ArgMatches;
use junheng::io::read_schools;
use junheng::report::{FindingJson, Mistakes};
use junheng::{Code, ErrorKind, Finding, Lang, Severity, check};
use serde::{Serialize, Serializer};

use crate::output::{CsvEncoding, Target};
use crate::progress::Progress;
use crate::terminal::plain;
use crate::{Failure, Outcome, args, assess};

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let target = Target::new(matches.get_one("output"));
    let format = target.format(matches, &args::CHECK_FORMATS, lang)?;
    let encoding = CsvEncoding::of(matches, format, lang)?;
    target.probe(lang, assess::paths(matches))?;
    let progress = Progress::begin(lang.pick("校验", "checking"));
    let findings = findings(matches, lang)?;
    let mistakes = if format == "xlsx" { Some(mistakes(matches, &findings, lang)?) } else { None };
    drop(progress);
    target.write(lang, |out| match format {
        "json" => as_json(&findings, lang, out),
        "csv" => encoding.write(out, |out| as_csv(&findings, lang, out)),
        "xlsx" => mistakes.as_ref().map_or(Ok(()), |mistakes| mistakes.write(lang, &mut &mut *out)),
        _ => as_lines(&findings, lang, out),
    })?;
    let failed = findings.iter().any(|f| f.severity() == Severity::Error);
    // The process ends here: giving back a million findings one by one would only make it wait.
    std::mem::forget(findings);
    Ok(if failed { Outcome::Told } else { Outcome::Done })
}

/// All findings of reading and checking, also where the files cannot be used at all.
fn findings(matches: &ArgMatches, lang: Lang) -> Result<Vec<Finding>, Failure> {
    let mut reader = read_schools();
    if let Some(label) = matches.get_one::<String>("encoding") {
        reader = reader.encoding(label).map_err(|e| Failure::of(&e, lang))?;
    }
    let told = |error: junheng::Error| match error.kind() {
        ErrorKind::Input(findings) => Ok(findings.clone()),
        _ => Err(Failure::of(&error, lang)),
    };
    let mut findings = match assess::counties(matches, lang)? {
        Some(Ok(table)) => table.findings().to_vec(),
        Some(Err(error)) => told(error)?,
        None => Vec::new(),
    };
    let paths = matches.get_many::<PathBuf>("files").into_iter().flatten();
    match reader.from_paths(paths) {
        Ok(data) => {
            findings.extend_from_slice(data.findings());
            findings.extend(check(&data));
        }
        Err(error) => findings.extend(told(error)?),
    }
    if let Some(path) = matches.get_one::<PathBuf>("explanations") {
        let complaints = assess::explanations(path, lang)?.apply(&mut findings);
        // An explanation without its finding may be of what only an assessment finds; that tells of it.
        findings.extend(complaints.into_iter().filter(|f| f.code() != Code::UnusedExplanation));
    }
    Ok(findings)
}

/// The findings beside the cells they are about.
fn mistakes<'f>(matches: &ArgMatches, findings: &'f [Finding], lang: Lang) -> Result<Mistakes<'f>, Failure> {
    let failed = |e: junheng::Error| Failure::of(&e, lang);
    let mut mistakes = Mistakes::new(findings);
    if let Some(label) = matches.get_one::<String>("encoding") {
        mistakes = mistakes.encoding(label).map_err(failed)?;
    }
    let county = matches.get_one::<PathBuf>("county-data");
    for path in matches.get_many::<PathBuf>("files").into_iter().flatten().chain(county) {
        mistakes = mistakes.path(path).map_err(failed)?;
    }
    Ok(mistakes)
}

fn as_lines(findings: &[Finding], lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let count = |severity| findings.iter().filter(|f| f.severity() == severity).count();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for finding in findings.iter().filter(|f| f.severity() == severity) {
            let explained =
                finding.explanation().map(|text| lang.pick("；说明：", "; explained: ").to_owned() + text);
            writeln!(out, "{}", plain(&(finding.describe(lang) + &explained.unwrap_or_default())))?;
        }
    }
    let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note].map(count);
    let summary = lang.pick(
        format!("逻辑校验 {errors} 条（必须改正），经验校验 {warnings} 条（改正或说明），说明 {notes} 条"),
        format!("{errors} errors (to be corrected), {warnings} warnings (to be corrected or explained), {notes} notes"),
    );
    writeln!(out, "{summary}")
}

/// The form `junheng.findings/1`.
#[derive(Serialize)]
struct Form<'a> {
    schema: &'static str,
    findings: All<'a>,
}

/// Findings, each put into words when it is written and not kept so.
struct All<'a> {
    findings: &'a [Finding],
    lang: Lang,
}

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // What is lent of a clone goes with it.
        serializer.collect_seq(self.findings.iter().map(|f| One { finding: f.clone(), lang: self.lang }))
    }
}

struct One {
    finding: Finding,
    lang: Lang,
}

impl Serialize for One {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = self.finding.found_at();
        let placed = Placed {
            finding: FindingJson::new(&self.finding, self.lang),
            file: place.map(|p| p.file.as_ref()),
            sheet: place.and_then(|p| p.sheet.as_deref()),
            row: place.and_then(|p| p.row),
            cell_column: place.and_then(|p| p.column.as_deref()),
        };
        placed.serialize(serializer)
    }
}

/// A finding with its place.
#[derive(Serialize)]
struct Placed<'a> {
    #[serde(flatten)]
    finding: FindingJson<'a>,
    file: Option<&'a str>,
    /// Of workbooks alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    row: Option<u32>,
    cell_column: Option<&'a str>,
}

fn as_json(findings: &[Finding], lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let form = Form { schema: "junheng.findings/1", findings: All { findings, lang } };
    serde_json::to_writer(&mut *out, &form)?;
    out.write_all(b"\n")
}

fn as_csv(findings: &[Finding], lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let names = match lang {
        Lang::Zh => {
            ["代码", "级别", "文件", "工作表", "行", "列", "区县", "年度", "学校标识码", "栏目", "值", "说明"]
        }
        Lang::En => [
            "code",
            "severity",
            "file",
            "sheet",
            "row",
            "cell_column",
            "county",
            "year",
            "school_code",
            "column",
            "value",
            "message",
        ],
    };
    let rows = findings.iter().map(|f| {
        // What is lent of a clone goes with it.
        let f = f.clone();
        let place = f.found_at();
        let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
        [
            f.code().id().to_owned(),
            f.severity().name(lang).to_owned(),
            text(place.map(|p| p.file.as_ref())),
            text(place.and_then(|p| p.sheet.as_deref())),
            place.and_then(|p| p.row).map_or(String::new(), |r| r.to_string()),
            text(place.and_then(|p| p.column.as_deref())),
            text(f.county_code()),
            f.year().map_or(String::new(), |y| y.to_string()),
            text(f.school_code()),
            text(f.column_id()),
            text(f.value_found()),
            f.message(lang),
        ]
    });
    junheng::report::write_table(&names, rows, &mut &mut *out)
}
