//! The tables of the national application form (申报表), filled in from a result.
//!
//! A form is typed values under the form's own columns: every figure keeps its exact value and the decimals it is
//! printed with. What the data do not give is blank.

mod resources;

use std::fmt;

use crate::assess::CountyResult;
use crate::error::Text;
use crate::lang::Lang;
use crate::numeric::{Decimal, Ratio};

/// A table of the application form (申报表).
#[doc(alias = "申报表")]
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    id: &'static str,
    title: Text,
    columns: Vec<FormColumn>,
    rows: Vec<FormRow>,
    notes: Vec<Text>,
}

/// A column of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormColumn {
    number: Option<u8>,
    name: Text,
}

/// A row of a form: what it is about, and a value a column.
#[derive(Clone, Debug, PartialEq)]
pub struct FormRow {
    label: Text,
    values: Vec<FormValue>,
}

/// A value in a form.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum FormValue {
    /// No data.
    #[default]
    Blank,
    /// A count.
    Count(u64),
    /// An exact figure and the decimals it is printed with, rounded half up.
    Figure(Ratio, u8),
    /// A figure already rounded, because it has no exact quotient (a coefficient), and its decimals.
    Rounded(Decimal, u8),
    /// A text or a code.
    Text(String),
    /// A text in both languages.
    Said(Text),
}

impl Form {
    /// Identifier: `I`, `II-1`, `II-2`, `III`, `IV`, `V`, `VI`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Title.
    pub fn title(&self, lang: Lang) -> &str {
        pick(&self.title, lang)
    }

    /// Columns, in the order of the form.
    pub fn columns(&self) -> &[FormColumn] {
        &self.columns
    }

    /// Rows, in the order of the form.
    pub fn rows(&self) -> &[FormRow] {
        &self.rows
    }

    /// What stands below the table.
    pub fn notes(&self, lang: Lang) -> impl Iterator<Item = &str> {
        self.notes.iter().map(move |note| pick(note, lang))
    }
}

impl FormColumn {
    fn new(number: impl Into<Option<u8>>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        FormColumn { number: number.into(), name: Text::new(zh, en) }
    }

    /// The form's own number of the column (`L` and this); `None` where it has none.
    pub fn number(&self) -> Option<u8> {
        self.number
    }

    /// Name.
    pub fn name(&self, lang: Lang) -> &str {
        pick(&self.name, lang)
    }
}

impl FormRow {
    fn new(zh: impl Into<String>, en: impl Into<String>, values: Vec<FormValue>) -> Self {
        FormRow { label: Text::new(zh, en), values }
    }

    /// What the row is about.
    pub fn label(&self, lang: Lang) -> &str {
        pick(&self.label, lang)
    }

    /// A value a column.
    pub fn values(&self) -> &[FormValue] {
        &self.values
    }
}

impl FormValue {
    /// A count that may not be known.
    fn count(value: Option<u64>) -> Self {
        value.map_or(FormValue::Blank, FormValue::Count)
    }

    /// A share in per cent with one decimal, as tables IV to VI print them; blank of nothing.
    fn percent(part: Option<u64>, whole: Option<u64>) -> Self {
        const DECIMALS: u8 = 1;
        let quotient = part.zip(whole).and_then(|(p, w)| Ratio::new(i128::from(p) * 100, i128::from(w)));
        quotient.map_or(FormValue::Blank, |share| FormValue::Figure(share, DECIMALS))
    }

    fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { FormValue::Blank } else { FormValue::Text(text) }
    }

    fn said(zh: impl Into<String>, en: impl Into<String>) -> Self {
        FormValue::Said(Text::new(zh, en))
    }

    /// As it is printed; a blank is empty.
    pub fn printed(&self, lang: Lang) -> String {
        match self {
            FormValue::Blank => String::new(),
            FormValue::Count(count) => count.to_string(),
            FormValue::Figure(value, decimals) => value.to_fixed(*decimals),
            FormValue::Rounded(value, decimals) => value.to_fixed(*decimals),
            FormValue::Text(text) => text.clone(),
            FormValue::Said(text) => pick(text, lang).to_owned(),
        }
    }

    /// The number, unrounded where it has an exact quotient; `None` of what is no number.
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            FormValue::Count(count) => Some(*count as f64),
            FormValue::Figure(value, _) => Some(value.to_f64()),
            FormValue::Rounded(value, _) => Some(value.to_f64()),
            _ => None,
        }
    }

    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        matches!(self, FormValue::Count(_) | FormValue::Figure(..) | FormValue::Rounded(..))
    }
}

impl fmt::Display for Form {
    /// Its identifier and Chinese title.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.title.zh)
    }
}

fn pick(text: &Text, lang: Lang) -> &str {
    lang.pick(&text.zh, &text.en)
}

impl CountyResult<'_> {
    /// The tables of the application form for this county (申报表).
    ///
    /// # Examples
    /// ```
    /// use junheng::{Assessor, Lang, Standard, read_schools};
    ///
    /// let table = "county_code,school_code,school_name,kind,students_primary,multimedia_classrooms\n\
    ///              210102,1,一小,小学,1000,23\n";
    /// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
    /// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
    /// let forms = assessment.counties().next().unwrap().forms();
    /// let by_school = forms.iter().find(|f| f.id() == "II-2").unwrap();
    /// let rooms = by_school.columns().iter().position(|c| c.number() == Some(13)).unwrap();
    /// assert_eq!(by_school.rows()[0].values()[rooms].printed(Lang::Zh), "2.30");
    /// # Ok::<(), junheng::Error>(())
    /// ```
    #[doc(alias = "申报表")]
    pub fn forms(self) -> Vec<Form> {
        vec![
            resources::facts(self),
            resources::schools_meeting(self),
            resources::by_school(self),
            resources::balance(self),
        ]
    }
}
