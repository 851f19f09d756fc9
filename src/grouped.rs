//! The coefficient of variation of any table, group by group, without any standard.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Error;
use crate::finding::{Arg, Code, Finding};
use crate::io::Table;
use crate::stats::{Series, Summary};

/// Coefficients of variation (差异系数) of the groups of a table.
///
/// # Examples
/// ```
/// use junheng::{Grouped, io::read_table};
///
/// let text = "county,books,pupils\n甲县,10,5\n甲县,30,5\n乙县,7,1\n";
/// let table = read_table().from_bytes("books.csv", text.as_bytes())?;
/// let grouped = Grouped::of(&table, "books", Some("pupils"), Some("county"))?;
/// let found: Vec<_> = grouped.groups().iter().map(|g| (g.by(), g.summary().and_then(|s| s.cv))).collect();
/// assert_eq!(found, [(Some("乙县"), Some(0.0)), (Some("甲县"), Some(0.5))]);
/// # Ok::<(), junheng::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Grouped {
    groups: Vec<Group>,
    findings: Vec<Finding>,
}

/// The rows of a table that share a group.
#[derive(Clone, Debug)]
pub struct Group {
    by: Option<String>,
    rows: usize,
    weighted: bool,
    summary: Option<Summary>,
}

impl Group {
    /// Its name; `None` where the table was not grouped.
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// Its rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Its pupils; `None` where every row weighs 1, or a cell cannot be used.
    pub fn pupils(&self) -> Option<f64> {
        self.summary.filter(|_| self.weighted).map(|s| s.weight)
    }

    /// Its figures; `None` where a cell cannot be used.
    pub fn summary(&self) -> Option<Summary> {
        self.summary
    }
}

impl Grouped {
    /// Groups a table by a column, in order of the group's name, and computes each one's coefficient.
    ///
    /// The weights are the pupils, the value of a row is amount / pupils; without a column of pupils every row
    /// weighs 1 and its value is the amount. A cell that cannot be used (blank, no number, no pupils) is an error
    /// finding and leaves its group without figures: nothing is dropped.
    ///
    /// # Errors
    /// A column that is not there, or there twice.
    pub fn of(table: &Table, amount: &str, pupils: Option<&str>, by: Option<&str>) -> Result<Self, Error> {
        let mut findings = table.findings().to_vec();
        let (amounts, problems) = table.column(amount)?.numbers();
        findings.extend(problems);
        let weights = match pupils {
            Some(name) => {
                let column = table.column(name)?;
                let (mut weights, problems) = column.numbers();
                findings.extend(problems);
                for (row, weight) in weights.iter_mut().enumerate() {
                    if let Some(value) = weight.filter(|w| w.is_negative() || w.is_zero()) {
                        let finding =
                            Finding::new(Code::NoPupils).column(Arg::Text(column.name().to_owned()));
                        findings.push(finding.value(value).place(column.place(row)));
                        *weight = None;
                    }
                }
                Some(weights)
            }
            None => None,
        };
        let names =
            by.map(|name| table.column(name)).transpose()?.map(|column| column.cells().collect::<Vec<_>>());
        let mut rows: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for row in 0..amounts.len() {
            rows.entry(names.as_ref().and_then(|n| n.get(row).copied())).or_default().push(row);
        }
        let group = |(by, rows): (Option<&str>, Vec<usize>)| {
            let mut series = Series::default();
            let whole = rows.iter().all(|&row| {
                let amount = amounts.get(row).copied().flatten();
                let weight = weights.as_ref().map(|w| w.get(row).copied().flatten());
                match (amount, weight) {
                    (Some(amount), None) => series.push(amount, None),
                    (Some(amount), Some(Some(weight))) => series.push(amount, Some(weight)),
                    _ => false,
                }
            });
            let summary = if whole { series.summary() } else { None };
            Group { by: by.map(str::to_owned), rows: rows.len(), weighted: weights.is_some(), summary }
        };
        Ok(Grouped { groups: rows.into_iter().map(group).collect(), findings })
    }

    /// The groups, in order of their names.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// What was noticed in the cells.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// As the group of a `junheng.variation/1` result.
impl Serialize for Group {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            by: Option<&'a str>,
            rows: usize,
            pupils: Option<Number>,
            mean: Option<f64>,
            std_dev: Option<f64>,
            cv: Option<f64>,
        }
        let found = self.summary;
        Form {
            by: self.by(),
            rows: self.rows,
            pupils: self.pupils().map(Number::from),
            mean: found.map(|f| f.mean),
            std_dev: found.map(|f| f.std_dev),
            cv: found.and_then(|f| f.cv),
        }
        .serialize(serializer)
    }
}

/// Whole numbers are written without a point.
#[derive(Serialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Other(f64),
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        let whole = value as i64;
        if whole as f64 == value && value.abs() < 9e15 { Number::Whole(whole) } else { Number::Other(value) }
    }
}
