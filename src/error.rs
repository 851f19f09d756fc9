//! Why a question could not be answered.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::Finding;
use crate::lang::Lang;

/// Why a question could not be answered: unusable input, an unknown standard, a wrong option.
///
/// A school below a threshold, or a doubtful cell, is no error but a [`Finding`].
///
/// # Examples
/// ```
/// use junheng::{ErrorKind, read_schools};
/// let error = read_schools().from_bytes("empty.csv", b"").unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Input(_)));
/// assert!(error.to_string().starts_with("empty.csv: the file is empty"));
/// ```
#[derive(Debug)]
pub struct Error(Box<ErrorKind>);

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file could not be opened, read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table cannot be used; all that is wrong with it, the causes of refusal first.
    Input(Vec<Finding>),
    /// A standards file, a scoring table or a basic standard of schools is not valid; every problem with its line.
    Standard {
        /// The file or the id of the standard.
        name: Arc<str>,
        /// Line (from 1; 0 for the whole file) and reason, in order of lines.
        problems: Vec<(usize, Text)>,
    },
    /// No standard has this id.
    UnknownStandard {
        /// What was asked for.
        id: String,
        /// The ids that are built in.
        known: Vec<String>,
    },
    /// A named reading, a column, a county, an encoding or another argument that is not there.
    Argument(Text),
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Text { zh: zh.into(), en: en.into() }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Error(Box::new(kind))
    }

    /// A file could not be opened, read or written.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Error, Lang};
    /// let error = Error::file("a.csv", std::io::ErrorKind::NotFound.into());
    /// assert_eq!(error.describe(Lang::Zh), "a.csv：没有这个文件");
    /// assert_eq!(error.describe(Lang::En), "a.csv: there is no such file");
    /// ```
    pub fn file(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        let path = path.as_ref();
        Self::new(ErrorKind::File { path: path.to_owned(), source })
    }

    pub(crate) fn argument(zh: String, en: String) -> Self {
        Self::new(ErrorKind::Argument(Text { zh, en }))
    }

    /// What went wrong, to match on.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The message for people, in one of the languages.
    pub fn describe(&self, lang: Lang) -> String {
        match self.kind() {
            ErrorKind::File { path, source } => {
                let path = path.display();
                let (zh, en) = match source.kind() {
                    std::io::ErrorKind::NotFound => ("没有这个文件", "there is no such file"),
                    std::io::ErrorKind::PermissionDenied => {
                        ("没有读写的权限", "no permission to read or write it")
                    }
                    std::io::ErrorKind::IsADirectory => ("是文件夹，不是文件", "is a folder, not a file"),
                    std::io::ErrorKind::StorageFull => ("磁盘已满", "the disk is full"),
                    _ => {
                        return lang.pick(
                            format!("{path}：无法读写：{source}"),
                            format!("{path}: cannot be read or written: {source}"),
                        );
                    }
                };
                lang.pick(format!("{path}：{zh}"), format!("{path}: {en}"))
            }
            ErrorKind::Input(findings) => {
                let lines: Vec<_> = findings.iter().map(|f| f.describe(lang)).collect();
                lines.join("\n")
            }
            ErrorKind::Standard { name, problems } => {
                let line = |(line, Text { zh, en }): &(usize, Text)| match line {
                    0 => lang.pick(format!("{name}：{zh}"), format!("{name}: {en}")),
                    line => {
                        lang.pick(format!("{name} 第 {line} 行：{zh}"), format!("{name} line {line}: {en}"))
                    }
                };
                problems.iter().map(line).collect::<Vec<_>>().join("\n")
            }
            ErrorKind::UnknownStandard { id, known } => {
                let known = known.join(lang.pick("、", ", "));
                lang.pick(
                    format!("没有名为“{id}”的标准；内置的有 {known}，也可给出标准文件的路径"),
                    format!("no standard is called {id:?}; built in are {known}, or give the path of a standards file"),
                )
            }
            ErrorKind::Argument(text) => lang.pick(&text.zh, &text.en).clone(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Lang::En))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::File { source, .. } => Some(source),
            _ => None,
        }
    }
}
