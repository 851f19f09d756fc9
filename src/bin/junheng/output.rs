//! Where results go: standard output, or a file that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use junheng::Lang;

use crate::Failure;

/// The target of a result.
#[derive(Clone, Debug)]
pub(crate) struct Target(Option<PathBuf>);

impl Target {
    pub(crate) fn new(path: Option<&PathBuf>) -> Self {
        Target(path.filter(|p| p.as_os_str() != "-").cloned())
    }

    /// Whether a person is reading along.
    pub(crate) fn is_terminal(&self) -> bool {
        self.0.is_none() && io::stdout().is_terminal()
    }

    /// The extension of the file, in lower case.
    pub(crate) fn extension(&self) -> Option<String> {
        Some(self.0.as_ref()?.extension()?.to_str()?.to_ascii_lowercase())
    }

    /// Refuses a target that cannot be written before the long work begins.
    pub(crate) fn probe(&self, lang: Lang) -> Result<(), Failure> {
        let Some(path) = &self.0 else { return Ok(()) };
        if path.is_dir() {
            let path = path.display();
            return Err(Failure::new(
                lang,
                format!("{path}：是文件夹，不能写入"),
                format!("{path}: is a folder and cannot be written"),
            ));
        }
        let folder = folder(path);
        if !folder.is_dir() {
            let folder = folder.display();
            return Err(Failure::new(
                lang,
                format!("{folder}：没有这个文件夹"),
                format!("{folder}: there is no such folder"),
            ));
        }
        Ok(())
    }

    /// Writes a result whole.
    pub(crate) fn write(
        &self,
        lang: Lang,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let written = match &self.0 {
            None => to_stdout(fill),
            // A pipe or a device cannot be replaced by a file.
            Some(path) if path.exists() && !path.is_file() => {
                fill_file(File::options().write(true).open(path), fill)
            }
            Some(path) => replace(path, fill),
        };
        written.map_err(|error| {
            let name = self
                .0
                .as_ref()
                .map_or(lang.pick("标准输出", "standard output").into(), |p| p.display().to_string());
            Failure::new(
                lang,
                format!("{name}：无法写入：{error}"),
                format!("{name}: cannot be written: {error}"),
            )
        })
    }
}

fn to_stdout(fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match fill(&mut out).and_then(|()| out.flush()) {
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

fn fill_file(file: io::Result<File>, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file?);
    fill(&mut out)?;
    out.flush()
}

/// Writes beside the target and moves it there when it is whole.
fn replace(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // What a link points to is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder(&path).join(format!(".{name}.{}.part", std::process::id()));
    let done = fill_file(File::create(&beside), fill).and_then(|()| fs::rename(&beside, &path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
