//! `junheng monitor`: what becomes of recognised counties, year by year.

use clap::ArgMatches;
use junheng::Lang;
use junheng::report::{Document, MonitoringJson, monitoring_rows, write_table};

use crate::output::{CsvEncoding, Target};
use crate::progress::Progress;
use crate::{Failure, Outcome, args, assess, terminal};

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let target = Target::new(matches.get_one("output"));
    let format = target.format(matches, &args::MONITOR_FORMATS, lang)?;
    let encoding = CsvEncoding::of(matches, format, lang)?;
    target.probe(lang, assess::paths(matches))?;
    let progress = Progress::begin(lang.pick("读入数据", "reading"));
    let assessment = assess::assessment(matches, &progress, lang)?;
    drop(progress);
    target.write(lang, |out| match format {
        "json" => {
            serde_json::to_writer(&mut *out, &MonitoringJson::new(&assessment))?;
            out.write_all(b"\n")
        }
        "csv" => {
            encoding.write(out, |out| write_table(&[], monitoring_rows(&assessment, lang), &mut &mut *out))
        }
        "markdown" => assess::markdown(&Document::of_monitoring(&assessment, lang), out),
        _ => terminal::draw(&Document::of_monitoring(&assessment, lang), &target, out),
    })?;
    Ok(Outcome::Done)
}
