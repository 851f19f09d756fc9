//! What a user says about warnings: corrected or explained, as the statistics system asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::finding::{Code, Finding, Severity};

/// An example of a code, for those who type another.
const EXAMPLE: Code = Code::ZeroStudents;

/// The user's explanations of warnings (经验校验说明): code, school code and text.
///
/// A warning that is explained stays a warning and carries the text into every report. What must be corrected
/// (逻辑校验) cannot be explained away.
///
/// # Examples
/// ```
/// use junheng::model::{DataSet, Field, School, SchoolKind};
/// use junheng::{Explanations, check};
///
/// let mut builder = DataSet::builder();
/// builder.push(&School::new("210102", "1", SchoolKind::Primary)?.with_count(Field::StudentsPrimary, 0)?);
/// let mut findings = check(&builder.finish()?);
///
/// let explanations = Explanations::new([("zero_students", "1", "今年停止招生")])?;
/// assert!(explanations.apply(&mut findings).is_empty());
/// assert_eq!(findings[0].explanation(), Some("今年停止招生"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "经验校验说明")]
#[derive(Clone, Debug, Default)]
pub struct Explanations {
    /// By identifier of the code and by school code, which is blank for what belongs to no school.
    texts: BTreeMap<(&'static str, String), Explanation>,
}

#[derive(Clone, Debug)]
struct Explanation {
    code: Code,
    text: Arc<str>,
}

impl Explanations {
    /// From rows of code, school code and text.
    ///
    /// A blank school code stands for the findings of that code that belong to no school. Several texts for the
    /// same code and school are joined. Blanks around each part are not kept.
    ///
    /// # Errors
    /// Codes that are not known and explanations that are blank: all of them, in one [`ErrorKind::Input`].
    ///
    /// # Examples
    /// ```
    /// let error = junheng::Explanations::new([("no_students", "1", "今年停止招生")]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "school 1: the code no_students is not known; one that check lists was expected, such as zero_students (error)"
    /// );
    /// ```
    pub fn new<C, S, T>(rows: impl IntoIterator<Item = (C, S, T)>) -> Result<Self, Error>
    where
        C: AsRef<str>,
        S: AsRef<str>,
        T: AsRef<str>,
    {
        let mut texts: BTreeMap<_, (Code, BTreeSet<String>)> = BTreeMap::new();
        let mut refused = Vec::new();
        for (code, school, text) in rows {
            let (id, school, text) = (code.as_ref().trim(), school.as_ref().trim(), text.as_ref().trim());
            let refuse = |why| Finding::new(why).school(school).value(id);
            match Code::from_id(id) {
                None => {
                    refused.push(refuse(Code::UnknownExplanationCode).arg("example", &EXAMPLE));
                }
                Some(_) if text.is_empty() => refused.push(refuse(Code::BlankExplanation)),
                Some(code) => {
                    let entry = texts.entry((code.id(), school.to_owned()));
                    entry.or_insert((code, BTreeSet::new())).1.insert(text.to_owned());
                }
            }
        }
        if !refused.is_empty() {
            refused.sort_by(Finding::order);
            return Err(Error::new(ErrorKind::Input(refused)));
        }
        // In order of the texts, so that the order of the rows does not show.
        let joined = |texts: BTreeSet<String>| texts.into_iter().collect::<Vec<_>>().join("；").into();
        let texts = texts
            .into_iter()
            .map(|(key, (code, texts))| (key, Explanation { code, text: joined(texts) }))
            .collect();
        Ok(Explanations { texts })
    }

    /// Attaches each explanation to the warnings it explains, in every year.
    ///
    /// What comes back are warnings about the explanations themselves, in the order of results: those that belong
    /// to no finding, and those of errors, which must be corrected instead.
    pub fn apply(&self, findings: &mut [Finding]) -> Vec<Finding> {
        let mut used = BTreeSet::new();
        for finding in findings {
            let key = (finding.code().id(), finding.school_code().unwrap_or_default().to_owned());
            if let Some((key, explanation)) = self.texts.get_key_value(&key) {
                used.insert(key);
                if finding.severity() != Severity::Error {
                    finding.explain(explanation.text.clone());
                }
            }
        }
        let complaint = |(key, explanation): (&(&str, String), &Explanation)| {
            let code = if !used.contains(key) {
                Code::UnusedExplanation
            } else if explanation.code.severity() == Severity::Error {
                Code::ErrorExplained
            } else {
                return None;
            };
            Some(Finding::new(code).school(&key.1).value(key.0))
        };
        let mut complaints: Vec<_> = self.texts.iter().filter_map(complaint).collect();
        complaints.sort_by(Finding::order);
        complaints
    }
}
