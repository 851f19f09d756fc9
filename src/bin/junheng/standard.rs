//! `junheng standard`: what the standards say, and how they differ.

use std::io::Write;

use clap::ArgMatches;
use junheng::{Lang, Standard};

use crate::output::Target;
use crate::{Failure, Outcome};

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let _ = (matches, Standard::built_in());
    Target::new(None).write(lang, |out| out.write_all(b""))?;
    Ok(Outcome::Done)
}
