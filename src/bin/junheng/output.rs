//! Where results go: standard output, or a file that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use junheng::report::Gb18030;
use junheng::{Error, Lang};

use crate::Failure;

/// Formats that are no text.
const BINARY: [&str; 1] = ["xlsx"];

/// The target of a result.
#[derive(Clone, Debug)]
pub(crate) struct Target(Option<PathBuf>);

impl Target {
    pub(crate) fn new(path: Option<&PathBuf>) -> Self {
        Target(path.filter(|p| p.as_os_str() != "-").cloned())
    }

    /// Refuses a target that cannot be written before the long work begins.
    ///
    /// What is read is never written over: a result is no substitute for the data it was made of.
    pub(crate) fn probe<'p>(
        &self,
        lang: Lang,
        inputs: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Result<(), Failure> {
        let Some(path) = &self.0 else { return Ok(()) };
        let name = path.display();
        let refuse = |zh, en| Err(Failure::new(lang, format!("{name}：{zh}"), format!("{name}: {en}")));
        if path.as_os_str().is_empty() {
            let (zh, en) = (
                "--output 的值是空的；应为文件的路径",
                "the value of --output is blank; the path of a file was expected",
            );
            return Err(Failure::new(lang, zh, en));
        }
        if path.is_dir() {
            return refuse("是文件夹，不能写入", "is a folder and cannot be written");
        }
        if !folder(path).is_dir() {
            return refuse("所在的文件夹不存在", "its folder does not exist");
        }
        // What is written into a folder that is read is read with it the next time.
        let inputs: Vec<&PathBuf> = inputs.into_iter().collect();
        let holds = |input: &&&PathBuf| {
            input.is_dir() && fs::canonicalize(input).ok() == fs::canonicalize(folder(path)).ok()
        };
        if inputs.iter().any(|input| holds(&input)) {
            return refuse(
                "在要读入的文件夹里；请写到别处",
                "is in a folder that is read as input; write it elsewhere",
            );
        }
        let Some(existing) = path.is_file().then(|| fs::canonicalize(path).ok()).flatten() else {
            return Ok(());
        };
        if inputs.into_iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == existing)) {
            return refuse("是输入文件，不能用结果覆盖", "is read as input and is not written over");
        }
        if fs::metadata(path).is_ok_and(|found| found.permissions().readonly()) {
            return refuse("是只读文件，不能覆盖", "is read-only and is not written over");
        }
        Ok(())
    }

    /// Whether no file is named.
    pub(crate) fn is_stdout(&self) -> bool {
        self.0.is_none()
    }

    /// Whether a person is reading along.
    pub(crate) fn is_terminal(&self) -> bool {
        self.0.is_none() && io::stdout().is_terminal()
    }

    /// Whether results are coloured: for people only, and not where they ask for none (<https://no-color.org>).
    pub(crate) fn is_coloured(&self) -> bool {
        self.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|asked| asked.is_empty())
    }

    /// The format asked for with `--format`, or that of the file's extension, or a table.
    pub(crate) fn format<'m>(
        &self,
        matches: &'m ArgMatches,
        known: &'static [&'static str],
        lang: Lang,
    ) -> Result<&'m str, Failure> {
        if let Some(asked) = matches.get_one::<String>("format") {
            let unnamed = matches.get_one::<PathBuf>("output").is_none() || self.is_terminal();
            if BINARY.contains(&asked.as_str()) && unnamed {
                return Err(Failure::new(
                    lang,
                    format!("{asked} 不是文本；请用 --output 指定文件，如 --output 报告.{asked}"),
                    format!("{asked} is no text; name a file with --output, such as --output report.{asked}"),
                ));
            }
            return Ok(asked);
        }
        let Some(extension) = self.0.as_ref().and_then(|p| p.extension()) else { return Ok("table") };
        let extension = extension.to_string_lossy().to_ascii_lowercase();
        let named = match extension.as_str() {
            "txt" => "table",
            "md" => "markdown",
            "htm" => "html",
            other => other,
        };
        known.iter().find(|format| **format == named).copied().ok_or_else(|| {
            Failure::new(
                lang,
                format!(
                    "--output：不知道“.{extension}”是哪种格式；请用 --format 指定 {} 之一",
                    known.join("、")
                ),
                format!(
                    "--output: no format is known by the extension .{extension}; name one with --format: {}",
                    known.join(", ")
                ),
            )
        })
    }

    /// Writes a result whole.
    pub(crate) fn write(
        &self,
        lang: Lang,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let written = match &self.0 {
            None => fill_stream(io::stdout().lock(), fill),
            // A pipe or a device cannot be replaced by a file.
            Some(path) if path.exists() && !path.is_file() => {
                File::options().write(true).open(path).and_then(|file| fill_stream(file, fill))
            }
            Some(path) => replace(path, fill),
        };
        written.map_err(|error| match &self.0 {
            Some(path) => Failure::of(&Error::file(path, error), lang),
            None => Failure::new(
                lang,
                format!("无法写到标准输出：{error}"),
                format!("standard output cannot be written: {error}"),
            ),
        })
    }
}

/// How tables for spreadsheets are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CsvEncoding {
    Utf8,
    Gb18030,
}

impl CsvEncoding {
    /// The one asked for; the other formats have but one encoding, and are refused another.
    pub(crate) fn of(matches: &ArgMatches, format: &str, lang: Lang) -> Result<Self, Failure> {
        match matches.get_one::<String>("csv-encoding").map(String::as_str) {
            Some(_) if format != "csv" => Err(Failure::new(
                lang,
                format!(
                    "--csv-encoding 只用于 CSV，不用于 {format}；请加 --format csv，或把输出文件的扩展名改为 .csv"
                ),
                format!(
                    "--csv-encoding is for CSV and not for {format}; add --format csv, or name the output .csv"
                ),
            )),
            Some("gb18030") => Ok(CsvEncoding::Gb18030),
            _ => Ok(CsvEncoding::Utf8),
        }
    }

    /// Writes what is given in UTF-8.
    pub(crate) fn write(
        self,
        out: &mut dyn Write,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            CsvEncoding::Utf8 => fill(out),
            CsvEncoding::Gb18030 => {
                let mut out = Gb18030::new(out);
                fill(&mut out)?;
                out.finish().map(|_| ())
            }
        }
    }
}

/// Bytes written at once: a nation's results are hundreds of megabytes.
const BUFFER: usize = 1 << 18;

fn fill_stream(stream: impl Write, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, stream);
    match fill(&mut out).and_then(|()| out.flush()) {
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // Nor is what is left to be written again.
            let _ = out.into_parts();
            Ok(())
        }
        done => done,
    }
}

/// Writes beside the target and moves it there when it is whole.
fn replace(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let path = pointed_to(path);
    let beside = folder(&path).join(format!(".junheng-{}.part", std::process::id()));
    let done = (|| {
        let mut out = BufWriter::with_capacity(BUFFER, File::create_new(&beside)?);
        fill(&mut out)?;
        out.flush()?;
        if let Ok(old) = fs::metadata(&path) {
            fs::set_permissions(&beside, old.permissions())?;
        }
        fs::rename(&beside, &path)
    })();
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}

/// What a link points to is replaced, not the link; it need not exist yet.
fn pointed_to(path: &Path) -> PathBuf {
    fs::canonicalize(path)
        .or_else(|_| fs::read_link(path).map(|to| folder(path).join(to)))
        .unwrap_or_else(|_| path.to_owned())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
