//! `junheng synth`: synthetic tables from a seed.

use std::io::{self, Write};

use clap::ArgMatches;
use junheng::Lang;
use junheng::synth::{Headers, Synth};

use crate::output::{CsvEncoding, Target};
use crate::progress::Progress;
use crate::{Failure, Outcome};

/// Years of a panel.
const YEARS: u16 = 10;

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let target = Target::new(matches.get_one("output"));
    target.probe(lang, [])?;
    let text = |id: &str| matches.get_one::<String>(id).map_or("", String::as_str);
    let mut synth = match text("size") {
        "province" => Synth::province(),
        "nation" => Synth::nation(),
        "panel" => Synth::panel(YEARS),
        _ => Synth::county(),
    };
    if let Some(seed) = matches.get_one("seed") {
        synth = synth.seed(*seed);
    }
    if let Some(year) = matches.get_one("year") {
        synth = synth.year(*year);
    }
    if let Some(schools) = matches.get_one::<u32>("schools") {
        synth = synth.schools(*schools as usize);
    }
    if let Some(missing) = matches.get_one("missing") {
        synth = synth.missing(*missing);
    }
    if let Some(level) = matches.get_one("level") {
        synth = synth.level(*level);
    }
    if let Some(spread) = matches.get_one("spread") {
        synth = synth.spread(*spread);
    }
    synth = synth.quirks(matches.get_flag("quirks"));
    synth = synth.headers(if text("header") == "id" { Headers::Ids } else { Headers::Chinese });
    let progress = Progress::begin(lang.pick("生成数据", "making data"));
    let county = text("table") == "county";
    let encoding = if text("encoding") == "gb18030" { CsvEncoding::Gb18030 } else { CsvEncoding::Utf8 };
    let written = target.write(lang, |out| encoding.write(out, |out| fill(&synth, county, &mut &mut *out)));
    drop(progress);
    written?;
    Ok(Outcome::Done)
}

fn fill(synth: &Synth, county: bool, out: &mut impl Write) -> io::Result<()> {
    if county { synth.write_county_csv(out) } else { synth.write_csv(out) }
}
