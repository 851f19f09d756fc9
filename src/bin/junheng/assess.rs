//! `junheng assess`: the verdict on every county of the tables given.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ArgMatches;
use junheng::io::{read_answers, read_counties, read_schools, read_table};
use junheng::model::{CountyTable, DataSet};
use junheng::report::{Document, write_csv, write_json, write_markdown, write_page, write_workbook};
use junheng::{
    Assessment, Assessor, Explanations, Finding, Judge, Lang, Missing, SchoolStandard, ScoreTable, Severity,
    Standard, Verdict,
};

use crate::output::{CsvEncoding, Target};
use crate::progress::Progress;
use crate::{Failure, Outcome, args, findings, terminal, threads};

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let target = Target::new(matches.get_one("output"));
    let format = target.format(matches, &args::ASSESS_FORMATS, lang)?;
    let encoding = CsvEncoding::of(matches, format, lang)?;
    if format == "html" && target.is_stdout() {
        return Err(Failure::new(
            lang,
            "报告页是给浏览器看的文件；请用 --output 报告.html 指定文件",
            "the report page is a file for a browser; name it with --output report.html",
        ));
    }
    target.probe(lang, paths(matches))?;
    let progress = Progress::begin(lang.pick("读入数据", "reading"));
    let assessment = assessment(matches, &progress, lang)?;
    progress.next(lang.pick("写出结果", "writing"));
    // The line of progress and a result on the same terminal would mix.
    let progress = (!target.is_terminal()).then_some(progress);
    let written = target.write(lang, |out| match format {
        "json" => json(&assessment, lang, out),
        "csv" => encoding.write(out, |out| write_csv(&assessment, lang, &mut &mut *out)),
        "markdown" => as_markdown(&assessment, lang, out),
        "html" => page(&assessment, lang, out),
        "xlsx" => write_workbook(&assessment, lang, &mut &mut *out),
        _ => glance(&assessment, lang, &target, out),
    });
    drop(progress);
    written?;
    tell(&assessment, lang);
    let outcome = outcome(matches, &assessment);
    // The process ends here: giving back a nation's results piece by piece would only make it wait.
    std::mem::forget(assessment);
    Ok(outcome)
}

/// Reads the tables given and assesses them.
pub(crate) fn assessment(
    matches: &ArgMatches,
    progress: &Progress,
    lang: Lang,
) -> Result<Assessment, Failure> {
    let assessor = || {
        let assessor = assessor(matches, lang)?;
        match counties(matches, lang)? {
            Some(table) => Ok(assessor.county_data(table.map_err(|e| Failure::of(&e, lang))?)),
            None => Ok(assessor),
        }
    };
    // The standard takes as long to read as a twentieth of a province.
    let (data, assessor) = threads::both(|| read(matches, lang), assessor);
    let (assessor, data) = (assessor?, data?);
    progress.next(lang.pick("评估", "assessing"));
    let mut assessment = assessor.assess(&data).map_err(|e| Failure::of(&e, lang))?;
    if let Some(path) = matches.get_one::<PathBuf>("explanations") {
        assessment.explain_findings(&explanations(path, lang)?);
    }
    Ok(assessment)
}

/// Reads the county table, where one is given.
pub(crate) fn counties(
    matches: &ArgMatches,
    lang: Lang,
) -> Result<Option<Result<CountyTable, junheng::Error>>, Failure> {
    let Some(path) = matches.get_one::<PathBuf>("county-data") else { return Ok(None) };
    let mut reader = read_counties();
    if let Some(label) = matches.get_one::<String>("encoding") {
        reader = reader.encoding(label).map_err(|e| Failure::of(&e, lang))?;
    }
    Ok(Some(reader.from_path(path)))
}

/// The tables that are read.
pub(crate) fn paths(matches: &ArgMatches) -> impl Iterator<Item = &PathBuf> {
    let more = ["explanations", "county-data", "answers"]
        .into_iter()
        .filter_map(|id| matches.try_get_one(id).ok().flatten());
    matches.get_many("files").into_iter().flatten().chain(more)
}

fn read(matches: &ArgMatches, lang: Lang) -> Result<DataSet, Failure> {
    let reader = match matches.get_one::<String>("encoding") {
        Some(label) => read_schools().encoding(label).map_err(|e| Failure::of(&e, lang))?,
        None => read_schools(),
    };
    let paths = matches.get_many::<PathBuf>("files").into_iter().flatten();
    reader.from_paths(paths).map_err(|e| Failure::of(&e, lang))
}

fn assessor(matches: &ArgMatches, lang: Lang) -> Result<Assessor, Failure> {
    let failed = |e: junheng::Error| Failure::of(&e, lang);
    let id = matches.get_one::<String>("standard").map_or("", String::as_str);
    let mut assessor = Assessor::new(Standard::open(id).map_err(failed)?);
    if let Some(date) = matches.get_one::<String>("as-of") {
        assessor = assessor.as_of(args::date(date, lang)?);
    }
    if matches.get_one::<String>("judge").is_some_and(|j| j == "as-reported") {
        assessor = assessor.judge(Judge::AsReported);
    }
    if matches.get_one::<String>("missing").is_some_and(|m| m == "skip") {
        assessor = assessor.missing(Missing::Skip);
    }
    for option in matches.get_many::<String>("option").into_iter().flatten() {
        let Some((name, value)) = option.split_once('=') else {
            return Err(Failure::new(
                lang,
                format!("--option 的值“{option}”应写作 名称=取值"),
                format!("the value {option:?} of --option must be written NAME=VALUE"),
            ));
        };
        assessor = assessor.option(name.trim(), value.trim()).map_err(failed)?;
    }
    if let Some(table) = matches.get_one::<String>("school-standard") {
        assessor = assessor.school_standard(SchoolStandard::open(table).map_err(failed)?).map_err(failed)?;
    }
    if let Some((table, answers)) =
        matches.get_one::<String>("score").zip(matches.get_one::<PathBuf>("answers"))
    {
        let table = ScoreTable::open(table).map_err(failed)?;
        let mut reader = read_answers(&table);
        if let Some(label) = matches.get_one::<String>("encoding") {
            reader = reader.encoding(label).map_err(failed)?;
        }
        let answers = reader.from_path(answers).map_err(failed)?;
        assessor = assessor.score(table, answers).map_err(failed)?;
    }
    let counties = matches.get_many::<String>("county").into_iter().flatten();
    Ok(counties.fold(assessor, |assessor, code| assessor.only_county(code.trim())))
}

/// The columns of explanations: of a table made for them, and of lists of mistakes in either language.
const EXPLAINED: [[&str; 3]; 3] =
    [["code", "school_code", "text"], ["代码", "学校标识码", "说明"], ["code", "school_code", "explanation"]];

/// The user's explanations of warnings: a table of codes, schools and texts, or a list of mistakes that `check` wrote.
pub(crate) fn explanations(path: &PathBuf, lang: Lang) -> Result<Explanations, Failure> {
    let failed = |e: junheng::Error| Failure::of(&e, lang);
    let mut refused = None;
    for names in EXPLAINED {
        let table = read_table().expect(names).from_path(path).map_err(failed)?;
        let column = |name| table.column(name).map(|c| c.cells().collect::<Vec<_>>());
        let columns = names.map(column);
        let [Ok(codes), Ok(schools), Ok(texts)] = &columns else {
            refused = refused.or(columns.into_iter().find_map(Result::err));
            continue;
        };
        // Most lines of a list are not explained.
        let is_list = ["级别", "severity"].iter().any(|name| table.column(name).is_ok());
        let rows = codes.iter().zip(schools).zip(texts).map(|((code, school), text)| (*code, *school, *text));
        return Explanations::new(rows.filter(|(.., text)| !is_list || !text.is_empty())).map_err(failed);
    }
    Err(refused.map_or_else(|| Failure::new(lang, "没有说明", "no explanations"), failed))
}

fn json(assessment: &Assessment, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    write_json(assessment, lang, out)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn page(assessment: &Assessment, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_page(assessment, lang, &mut text);
    out.write_all(text.as_bytes())
}

fn as_markdown(assessment: &Assessment, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    markdown(&Document::of(assessment, lang), out)
}

/// A document as Markdown.
pub(crate) fn markdown(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_markdown(document, &mut text);
    out.write_all(text.as_bytes())
}

fn glance(assessment: &Assessment, lang: Lang, target: &Target, out: &mut dyn Write) -> io::Result<()> {
    let document = Document::glance(assessment, lang);
    let drawn = terminal::draw(&document, target, out);
    // As the results, it is not given back piece by piece.
    std::mem::forget(document);
    drawn
}

/// Errors in the data with their places, on standard error.
fn tell(assessment: &Assessment, lang: Lang) {
    let of = |severity| move |finding: &&Finding| finding.severity() == severity;
    let beyond = assessment.findings().iter();
    // Most counties have no errors, and a panel has a million warnings.
    let with_errors = assessment.counties().filter(|county| county.findings_count(Severity::Error) > 0);
    let errors = beyond.clone().chain(with_errors.flat_map(|county| county.findings()));
    let errors: Vec<_> = errors.filter(of(Severity::Error)).collect();
    let in_counties = assessment.counties().map(|county| county.findings_count(Severity::Warning));
    let warnings = beyond.filter(of(Severity::Warning)).count() + in_counties.sum::<usize>();
    let mut lines = findings::listed(errors.into_iter(), lang);
    if warnings > 0 {
        lines.push(lang.pick(
            format!("经验校验 {warnings} 条，详见 junheng check 与结果中的说明"),
            format!("{warnings} warnings; see junheng check and the notes in the result"),
        ));
    }
    for line in lines {
        let _ = writeln!(io::stderr(), "{line}");
    }
}

fn outcome(matches: &ArgMatches, assessment: &Assessment) -> Outcome {
    let mut asked = matches.get_many::<String>("fail-on").into_iter().flatten();
    let told = asked.any(|verdict| {
        let verdict = if verdict == "not-met" { Verdict::NotMet } else { Verdict::Undetermined };
        assessment.counties().any(|county| county.verdict() == verdict)
    });
    if told { Outcome::Told } else { Outcome::Done }
}
