//! `junheng template`: workbooks to fill in.

use std::path::PathBuf;

use clap::ArgMatches;
use junheng::template::Template;
use junheng::{Lang, Standard};

use crate::output::Target;
use crate::{Failure, Outcome};

pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<Outcome, Failure> {
    let path = matches.get_one::<PathBuf>("output");
    let target = Target::new(path);
    target.probe(lang, [])?;
    refuse_what_no_spreadsheet_opens(&target, path, lang)?;
    let text = |id: &str| matches.get_one::<String>(id).map_or("", String::as_str);
    let standard = Standard::open(text("standard")).map_err(|e| Failure::of(&e, lang))?;
    let mut template = match text("table") {
        "county" => Template::county(&standard),
        "school" => Template::school_form(&standard),
        _ => Template::schools(&standard),
    };
    if matches.get_flag("all") {
        template = template.all_columns();
    }
    target.write(lang, |out| template.lang(lang).write(&mut &mut *out))?;
    Ok(Outcome::Done)
}

/// A workbook is no text for a terminal, and under another extension no spreadsheet program takes it.
fn refuse_what_no_spreadsheet_opens(
    target: &Target,
    path: Option<&PathBuf>,
    lang: Lang,
) -> Result<(), Failure> {
    if target.is_terminal() {
        return Err(Failure::new(
            lang,
            "模板是工作簿，不能显示在终端上；请用 --output 模板.xlsx 写成文件",
            "a template is a workbook and not for a terminal; write it to a file with --output template.xlsx",
        ));
    }
    let extension = path.and_then(|path| path.extension()).map(|e| e.to_string_lossy().to_ascii_lowercase());
    match extension {
        Some(other) if other != "xlsx" => Err(Failure::new(
            lang,
            format!("--output：模板是工作簿，扩展名应为 .xlsx，不是 .{other}"),
            format!("--output: a template is a workbook, whose extension is .xlsx and not .{other}"),
        )),
        _ => Ok(()),
    }
}
