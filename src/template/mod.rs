//! Workbooks to fill in (填报模板): a table of schools, the table of a county, the form of one school.
//!
//! A [`Template`] has the columns that a standard looks at, drop-down lists, ranges and hints beside the cells, and a
//! sheet that says what each column means, what wants it and where that stands. What is filled in reads back without
//! a note.

mod columns;
mod sheet;
mod uses;

use std::io;

use columns::Column;

use crate::lang::Lang;
use crate::standards::Standard;

/// How much depends on a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// No table can be used without it.
    Required,
    /// The standard looks at it.
    Used,
    /// It matters to some schools, or for a time.
    Optional,
    /// The standard has no use for it.
    Other,
}

/// Which table is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Schools,
    County,
    School,
}

/// A workbook to fill in (填报模板).
///
/// The header row is locked, without a password, and stays in view; the cells below it are free. Codes are text. The
/// same template is the same bytes.
///
/// # Examples
/// ```
/// use junheng::{Lang, Standard, template::Template};
///
/// let template = Template::schools(&Standard::quality_2017());
/// assert_eq!(template.headers()[..5], ["区县代码", "学校标识码", "学校名称", "学校类别", "小学在校生数（人）"]);
/// assert!(template.headers().contains(&"教学仪器设备值（元）".to_owned()));
/// // Which computers are for teaching is no matter of this standard.
/// assert!(!template.headers().iter().any(|header| header.starts_with("教学用计算机台数")));
///
/// let mut workbook = Vec::new();
/// template.lang(Lang::Zh).write(&mut workbook)?;
/// assert!(workbook.starts_with(b"PK"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "填报模板")]
#[derive(Clone, Debug)]
pub struct Template {
    kind: Kind,
    standard: Standard,
    every: bool,
    lang: Lang,
    rows: u32,
}

impl Template {
    fn new(kind: Kind, standard: &Standard, rows: u32) -> Self {
        Template { kind, standard: standard.clone(), every: false, lang: Lang::default(), rows }
    }

    /// The table of schools (学校基础数据表): a row a school.
    #[doc(alias = "学校基础数据表")]
    pub fn schools(standard: &Standard) -> Self {
        Self::new(Kind::Schools, standard, 2000)
    }

    /// The table of a county (区县数据表): a row a county and year. The vetoes that overlays add have their columns.
    #[doc(alias = "区县数据表")]
    pub fn county(standard: &Standard) -> Self {
        Self::new(Kind::County, standard, 200)
    }

    /// The form of one school (学校填报表), the columns of the table of schools one below the other: item, unit, value.
    #[doc(alias = "学校填报表")]
    pub fn school_form(standard: &Standard) -> Self {
        Self::new(Kind::School, standard, 1)
    }

    /// With every column that is read, also those that the standard has no use for.
    pub fn all_columns(mut self) -> Self {
        self.every = true;
        self
    }

    /// The language of headers, lists and hints; both are read.
    pub fn lang(mut self, lang: Lang) -> Self {
        self.lang = lang;
        self
    }

    /// For how many rows there are lists and ranges; further rows can be typed without them. A form has its own rows.
    pub fn rows(mut self, rows: u32) -> Self {
        self.rows = rows;
        self
    }

    fn columns(&self) -> Vec<Column> {
        match self.kind {
            Kind::County => columns::county(&self.standard, self.every),
            Kind::Schools | Kind::School => columns::schools(&self.standard, self.every),
        }
    }

    /// The names of its columns in their order, with their units; of a form, its items.
    pub fn headers(&self) -> Vec<String> {
        self.columns().iter().map(|column| column.header(self.lang)).collect()
    }

    /// Writes the workbook (XLSX).
    ///
    /// # Errors
    /// Only those of the writer.
    pub fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        out.write_all(&sheet::workbook(self, &self.columns()).map_err(io::Error::other)?)
    }
}
