//! The tables of the national application form (申报表), filled in from a result.
//!
//! A form is typed values under the form's own columns: every figure keeps its exact value and the decimals it is
//! printed with. A conclusion is a sentence that names figures; the row keeps each of them by itself as well. What the
//! data do not give is blank.

mod conclusion;
mod government;
mod quality;
mod recognition;
mod resources;
mod school;

use std::fmt;

use crate::assess::{CountyResult, Verdict};
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Part, Precision};

/// A table of the application form (申报表).
#[doc(alias = "申报表")]
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    id: &'static str,
    title: Text,
    /// What the labels of the rows are.
    head: Text,
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
    /// Blank where the row needs none.
    id: String,
    stage: Option<Stage>,
    label: Text,
    values: Vec<FormValue>,
    figures: Vec<FormFigure>,
}

/// One of the figures that the conclusion of a row names.
#[derive(Clone, Debug, PartialEq)]
pub struct FormFigure {
    id: String,
    name: Text,
    unit: Text,
    value: FormValue,
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
    /// A level of attainment, 1 to 4, printed Ⅰ to Ⅳ.
    Level(u8),
    /// A text or a code.
    Text(String),
    /// A text in both languages.
    Said(Text),
}

impl Form {
    /// Identifier: `I`, `II-1`, `II-2`, `III`, `IV`, `V`, `VI`, and `school` for the sheet of a school.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Title.
    pub fn title(&self, lang: Lang) -> &str {
        pick(&self.title, lang)
    }

    /// What the labels of the rows are: the heading of the column they stand in.
    pub fn head(&self, lang: Lang) -> &str {
        pick(&self.head, lang)
    }

    /// Columns, in the order of the form.
    pub fn columns(&self) -> &[FormColumn] {
        &self.columns
    }

    /// Rows, in the order of the form.
    pub fn rows(&self) -> &[FormRow] {
        &self.rows
    }

    /// The first row with this identifier.
    pub fn row(&self, id: &str) -> Option<&FormRow> {
        self.rows.iter().find(|row| row.id == id)
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
        FormRow { id: String::new(), stage: None, label: Text::new(zh, en), values, figures: Vec::new() }
    }

    fn id_is(self, id: impl Into<String>) -> Self {
        FormRow { id: id.into(), ..self }
    }

    fn of_stage(self, stage: impl Into<Option<Stage>>) -> Self {
        FormRow { stage: stage.into(), ..self }
    }

    /// What a program knows it by: the item (`g04`), the code of the school, the quantity; blank where the row has
    /// nothing of the kind.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The stage it is about; `None` where it is about none in particular.
    pub fn stage(&self) -> Option<Stage> {
        self.stage
    }

    /// What the row is about.
    pub fn label(&self, lang: Lang) -> &str {
        pick(&self.label, lang)
    }

    /// A value a column.
    pub fn values(&self) -> &[FormValue] {
        &self.values
    }

    /// The figures that its conclusion names, one by one, also those that are blank and so not named.
    pub fn figures(&self) -> &[FormFigure] {
        &self.figures
    }

    /// The figure with this identifier.
    pub fn figure(&self, id: &str) -> Option<&FormFigure> {
        self.figures.iter().find(|figure| figure.id == id)
    }
}

impl FormFigure {
    /// Identifier: a column of the county table, or what it counts.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Name.
    pub fn name(&self, lang: Lang) -> &str {
        pick(&self.name, lang)
    }

    /// Unit; blank where it has none.
    pub fn unit(&self, lang: Lang) -> &str {
        pick(&self.unit, lang)
    }

    /// The figure itself.
    pub fn value(&self) -> &FormValue {
        &self.value
    }
}

impl FormValue {
    /// A count that may not be known.
    fn count(value: Option<u64>) -> Self {
        value.map_or(FormValue::Blank, FormValue::Count)
    }

    /// A share in per cent with the decimals of the standard; blank of nothing.
    fn percent(part: Option<u64>, whole: Option<u64>, precision: Precision) -> Self {
        let quotient = part.zip(whole).and_then(|(p, w)| Ratio::new(i128::from(p) * 100, i128::from(w)));
        FormValue::figure(quotient, precision.percent)
    }

    /// A figure that may not be known.
    fn figure(value: Option<impl Into<Ratio>>, decimals: u8) -> Self {
        value.map_or(FormValue::Blank, |value| FormValue::Figure(value.into(), decimals))
    }

    /// A count among the decimals that may not be known.
    fn counted(value: Option<Decimal>) -> Self {
        FormValue::count(value.and_then(Decimal::count))
    }

    /// Whether something is met; blank where it is open.
    fn met(verdict: Option<Verdict>) -> Self {
        match verdict {
            Some(Verdict::Met) => FormValue::said("是", "yes"),
            Some(Verdict::NotMet) => FormValue::said("否", "no"),
            _ => FormValue::Blank,
        }
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
            FormValue::Level(level) => roman(*level).to_owned(),
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
            FormValue::Level(level) => Some((*level).into()),
            _ => None,
        }
    }

    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        self.to_f64().is_some()
    }
}

impl fmt::Display for Form {
    /// Its identifier and Chinese title.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.title.zh)
    }
}

fn roman(level: u8) -> &'static str {
    match level {
        1 => "Ⅰ",
        2 => "Ⅱ",
        3 => "Ⅲ",
        4 => "Ⅳ",
        _ => "",
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
        let mut forms = vec![
            resources::facts(self),
            resources::schools_meeting(self),
            resources::by_school(self),
            resources::balance(self),
        ];
        let parts = self.assessment().standard().parts();
        for (part, form) in [
            (Part::Government, government::support as fn(CountyResult<'_>) -> Form),
            (Part::Quality, quality::quality),
            (Part::Recognition, recognition::survey),
        ] {
            if parts.contains(&part) {
                forms.push(form(self));
            }
        }
        forms
    }

    /// The self-evaluation sheet of a school (学校自评表); `None` where the county has no school of this code.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Assessor, Lang, Standard, read_schools};
    ///
    /// let table = "county_code,school_code,kind,students_primary,classes_over_limit_primary\n\
    ///              210102,1,小学,1000,2\n";
    /// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
    /// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
    /// let sheet = assessment.counties().next().unwrap().school_sheet("1").unwrap();
    /// let [classes, met] = sheet.row("g05").unwrap().values() else { unreachable!() };
    /// assert_eq!(classes.printed(Lang::En), "primary classes over 45 pupils: 2");
    /// assert_eq!(met.printed(Lang::En), "no");
    /// # Ok::<(), junheng::Error>(())
    /// ```
    #[doc(alias = "学校自评表")]
    pub fn school_sheet(self, code: &str) -> Option<Form> {
        self.schools().find(|school| school.code() == code).map(|school| school::sheet(self, school))
    }

    /// The self-evaluation sheets of all schools, assessed or not, in order of code (学校自评表).
    #[doc(alias = "学校自评表")]
    pub fn school_sheets(self) -> impl Iterator<Item = Form> {
        self.schools().map(move |school: SchoolRow<'_>| school::sheet(self, school))
    }
}
