//! A county's answers to the items of a scoring table.

use std::collections::{BTreeMap, BTreeSet};

use super::county::{CountyError, row_of};
use super::{is_county_code, is_year};
use crate::finding::Finding;
use crate::numeric::Decimal;

/// An answer to an item of a scoring table (评分表); which kind it must be, the item says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Points that the evaluators gave.
    Points(Decimal),
    /// Yes or no.
    Yes(bool),
    /// A figure in per cent: 94.9.
    Percent(Decimal),
}

impl Answer {
    /// The most decimals of points and figures, so that every score is exact.
    pub const DECIMALS: u8 = 9;

    pub(crate) fn is_valid(self) -> bool {
        let number = |value: Decimal| !value.is_negative() && value.parts().1 <= Answer::DECIMALS;
        match self {
            Answer::Points(points) => number(points),
            Answer::Yes(_) => true,
            Answer::Percent(figure) => number(figure) && figure <= Decimal::from(100),
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Answer::Points(points) => write!(f, "{points}"),
            Answer::Yes(yes) => f.write_str(if *yes { "yes" } else { "no" }),
            Answer::Percent(figure) => write!(f, "{figure}%"),
        }
    }
}

/// The answers of one county of one year: what is not set is not answered.
///
/// # Examples
/// ```
/// use junheng::model::{Answer, ScoreSheet};
///
/// let sheet = ScoreSheet::new("210102")?
///     .with_year(2023)?
///     .with("b01", Answer::Yes(true))?
///     .with("b03", Answer::Percent("92.5".parse()?))?;
/// assert_eq!((sheet.answer("b01"), sheet.answer("b02")), (Some(Answer::Yes(true)), None));
/// assert!(sheet.with("b04", Answer::Percent("100.1".parse()?)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreSheet {
    code: String,
    /// 0 where it is not given.
    year: u16,
    answers: BTreeMap<String, Answer>,
}

impl ScoreSheet {
    /// The sheet of a county, by its code (six digits).
    ///
    /// # Errors
    /// A malformed code.
    pub fn new(code: &str) -> Result<Self, CountyError> {
        if !is_county_code(code) {
            return Err(CountyError::CountyCode(code.to_owned()));
        }
        Ok(ScoreSheet { code: code.to_owned(), year: 0, answers: BTreeMap::new() })
    }

    /// Sets the year of the evaluation (年度).
    ///
    /// # Errors
    /// A year outside 1900 to 2999.
    pub fn with_year(mut self, year: u16) -> Result<Self, CountyError> {
        if !is_year(year) {
            return Err(CountyError::Year(year));
        }
        self.year = year;
        Ok(self)
    }

    /// Sets the answer to an item.
    ///
    /// # Errors
    /// A negative figure, one over 100 per cent, one with more than [`Answer::DECIMALS`] decimals.
    pub fn with(mut self, item: &str, answer: Answer) -> Result<Self, CountyError> {
        if !answer.is_valid() {
            return Err(CountyError::Answer { item: item.to_owned(), answer });
        }
        self.answers.insert(item.to_owned(), answer);
        Ok(self)
    }

    /// Six digits.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The year of the evaluation.
    pub fn year(&self) -> Option<u16> {
        (self.year != 0).then_some(self.year)
    }

    /// The answer to an item; `None` where there is none.
    pub fn answer(&self, item: &str) -> Option<Answer> {
        self.answers.get(item).copied()
    }

    /// All answers, in order of items.
    pub fn answers(&self) -> impl Iterator<Item = (&str, Answer)> {
        self.answers.iter().map(|(item, answer)| (item.as_str(), *answer))
    }

    fn key(&self) -> (&str, u16) {
        (&self.code, self.year)
    }
}

/// The answers of counties to a scoring table: one sheet a county and year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreAnswers {
    sheets: Vec<ScoreSheet>,
    findings: Vec<Finding>,
}

impl ScoreAnswers {
    /// The answers of these sheets.
    ///
    /// # Errors
    /// A county twice in a year.
    pub fn new(sheets: impl IntoIterator<Item = ScoreSheet>) -> Result<Self, CountyError> {
        let mut sheets: Vec<_> = sheets.into_iter().collect();
        sheets.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut seen = BTreeSet::new();
        if let Some(sheet) = sheets.iter().find(|sheet| !seen.insert(sheet.key())) {
            return Err(CountyError::Repeated { code: sheet.code.clone(), year: sheet.year() });
        }
        Ok(ScoreAnswers { sheets, findings: Vec::new() })
    }

    /// All sheets, in order of code, then year.
    pub fn sheets(&self) -> &[ScoreSheet] {
        &self.sheets
    }

    pub(crate) fn with_findings(self, findings: Vec<Finding>) -> Self {
        ScoreAnswers { findings, ..self }
    }

    /// What was noticed when they were read.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The sheet of a county and year. A sheet that gives no year stands for every year without one of its own; data
    /// that give no year take the sheet of their county where there is only one.
    pub fn get(&self, code: &str, year: Option<u16>) -> Option<&ScoreSheet> {
        row_of(&self.sheets, ScoreSheet::key, code, year)
    }
}
