//! The program `junheng`: the first customer of the library, of which it uses nothing private.

mod args;
mod assess;
mod check;
mod cv;
mod findings;
mod forms;
mod monitor;
mod output;
mod progress;
mod standard;
mod synth;
mod table;
mod template;
mod terminal;
mod threads;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ArgMatches;
use junheng::Lang;

/// Why the program ends without its result, in a message for people.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

/// What the program ends with where nothing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A result was computed, whatever it says.
    Done,
    /// It says what the caller asked to be told of by the exit status.
    Told,
}

fn main() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let lang = args::lang_of(&typed);
    let matches = match args::command(&typed, lang).try_get_matches_from(typed) {
        Ok(matches) => matches,
        Err(error) => return args::refuse(&error, lang),
    };
    match run(&matches, lang) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Told) => ExitCode::from(1),
        Err(Failure(message)) => {
            // Standard error may be closed; there is nobody left to tell then.
            let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{message}\n").as_bytes());
            ExitCode::from(2)
        }
    }
}

fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    threads::begin(matches);
    match matches.subcommand() {
        Some(("assess", matches)) => assess::run(matches, lang),
        Some(("check", matches)) => check::run(matches, lang),
        Some(("forms", matches)) => forms::run(matches, lang),
        Some(("monitor", matches)) => monitor::run(matches, lang),
        Some(("cv", matches)) => cv::run(matches, lang),
        Some(("standard", matches)) => standard::run(matches, lang),
        Some(("synth", matches)) => synth::run(matches, lang),
        Some(("template", matches)) => template::run(matches, lang),
        _ => Err(Failure(lang.pick("没有这个命令", "there is no such command").to_owned())),
    }
}

impl Failure {
    pub(crate) fn new(lang: Lang, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Failure(lang.pick(zh.into(), en.into()))
    }

    /// An error of the library, its findings up to a limit that is stated.
    pub(crate) fn of(error: &junheng::Error, lang: Lang) -> Self {
        match error.kind() {
            junheng::ErrorKind::Input(all) => Failure(findings::listed(all.iter(), lang).join("\n")),
            _ => Failure(error.describe(lang)),
        }
    }
}
