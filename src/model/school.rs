//! One school of one year, as it is reported.

use super::{Area, Field, FieldKind, SchoolKind, Sponsor, Stage, Unit};
use crate::numeric::{Decimal, ParseDecimalError};

/// A number with its unit, as it meets the model.
///
/// # Examples
/// ```
/// use junheng::model::{Quantity, Unit};
/// let value = Quantity::ten_thousand_yuan("84.75".parse()?)?;
/// assert_eq!((value.value().to_string(), value.unit()), ("847500".to_string(), Unit::Yuan));
/// # Ok::<(), junheng::ParseDecimalError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    value: Decimal,
    unit: Unit,
}

impl Quantity {
    /// A number of a unit.
    pub fn new(value: Decimal, unit: Unit) -> Self {
        Quantity { value, unit }
    }

    /// Square metres (平方米).
    pub fn square_metres(value: Decimal) -> Self {
        Self::new(value, Unit::SquareMetres)
    }

    /// Yuan (元).
    pub fn yuan(value: Decimal) -> Self {
        Self::new(value, Unit::Yuan)
    }

    /// Ten thousand yuan (万元), held as yuan.
    ///
    /// # Errors
    /// Beyond the limits of [`Decimal`].
    pub fn ten_thousand_yuan(value: Decimal) -> Result<Self, ParseDecimalError> {
        Ok(Self::yuan(value.times_pow10(4)?))
    }

    /// The number, in [`unit`](Self::unit).
    pub fn value(self) -> Decimal {
        self.value
    }

    /// The unit.
    pub fn unit(self) -> Unit {
        self.unit
    }
}

/// Why a [`School`] does not take a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchoolError {
    /// The county code is not six digits.
    #[error("the county code {0:?} is not six digits")]
    CountyCode(String),
    /// The school code is blank.
    #[error("the school code is blank")]
    SchoolCode,
    /// The year is not between 1900 and 2999.
    #[error("{0} is not a year of this time")]
    Year(u16),
    /// The field holds no number, or another unit.
    #[error("{field} takes {expected:?}, not {found:?}")]
    Unit {
        /// The field.
        field: Field,
        /// Its unit.
        expected: Unit,
        /// The unit offered.
        found: Unit,
    },
    /// The field holds no single number.
    #[error("{0} holds no number")]
    NotANumber(Field),
    /// Below zero.
    #[error("{field} is negative: {value}")]
    Negative {
        /// The field.
        field: Field,
        /// The value offered.
        value: Decimal,
    },
    /// Things are counted in whole numbers.
    #[error("{field} is not a whole number: {value}")]
    NotWhole {
        /// The field.
        field: Field,
        /// The value offered.
        value: Decimal,
    },
}

/// One school of one year, as it is reported: what is not set is missing, never zero.
///
/// # Examples
/// ```
/// use junheng::model::{Field, Quantity, School, SchoolKind};
///
/// let school = School::new("210102", "2121000001", SchoolKind::NineYear)?
///     .with_name("第一九年一贯制学校")
///     .with_year(2023)?
///     .with_count(Field::StudentsPrimary, 50)?
///     .with_count(Field::StudentsJunior, 170)?
///     .with(Field::TeachingArea, Quantity::square_metres("1066.5".parse()?))?;
/// assert_eq!(school.value(Field::StudentsJunior).unwrap().to_string(), "170");
/// assert_eq!(school.value(Field::SportsFieldArea), None);
/// assert!(School::new("2101", "1", SchoolKind::Primary).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    pub(crate) county_code: String,
    pub(crate) county: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: SchoolKind,
    /// 0 where it is not given.
    pub(crate) year: u16,
    pub(crate) province: String,
    pub(crate) city: String,
    pub(crate) township: String,
    pub(crate) group: String,
    pub(crate) sponsor: Option<Sponsor>,
    pub(crate) area: Option<Area>,
    pub(crate) boarding: Option<bool>,
    pub(crate) dense_city_centre: Option<bool>,
    /// 0 where it is not given.
    pub(crate) founded: u16,
    pub(crate) values: Vec<(Field, Decimal)>,
    pub(crate) lists: Vec<(Field, Vec<Decimal>)>,
}

pub(crate) fn is_county_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

impl School {
    /// A school with its county (six digits), its code and its kind.
    ///
    /// # Errors
    /// A malformed county code, a blank school code.
    pub fn new(county_code: &str, code: &str, kind: SchoolKind) -> Result<Self, SchoolError> {
        if !is_county_code(county_code) {
            return Err(SchoolError::CountyCode(county_code.to_owned()));
        }
        if code.trim().is_empty() {
            return Err(SchoolError::SchoolCode);
        }
        Ok(School {
            county_code: county_code.to_owned(),
            code: code.trim().to_owned(),
            ..School::blank(kind)
        })
    }

    /// A school of which nothing is known yet but its kind.
    pub(crate) fn blank(kind: SchoolKind) -> Self {
        School {
            county_code: String::new(),
            county: String::new(),
            code: String::new(),
            name: String::new(),
            kind,
            year: 0,
            province: String::new(),
            city: String::new(),
            township: String::new(),
            group: String::new(),
            sponsor: None,
            area: None,
            boarding: None,
            dense_city_centre: None,
            founded: 0,
            values: Vec::new(),
            lists: Vec::new(),
        }
    }

    /// Sets the name of the school (学校名称).
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = name.trim().to_owned();
        self
    }

    /// Sets the name of the county (区县名称).
    pub fn with_county_name(mut self, name: &str) -> Self {
        self.county = name.trim().to_owned();
        self
    }

    /// Sets the year of the data (年度).
    ///
    /// # Errors
    /// A year outside 1900 to 2999.
    pub fn with_year(mut self, year: u16) -> Result<Self, SchoolError> {
        if !is_year(year) {
            return Err(SchoolError::Year(year));
        }
        self.year = year;
        Ok(self)
    }

    /// Sets who runs the school (办学性质).
    pub fn with_sponsor(mut self, sponsor: Sponsor) -> Self {
        self.sponsor = Some(sponsor);
        self
    }

    /// Sets where the school lies (城乡类型).
    pub fn with_area(mut self, area: Area) -> Self {
        self.area = Some(area);
        self
    }

    /// Sets whether it lies in an over-dense city centre (人口密度过高的中心城区).
    pub fn with_dense_city_centre(mut self, dense: bool) -> Self {
        self.dense_city_centre = Some(dense);
        self
    }

    /// Sets whether it is a boarding school (是否寄宿制).
    pub fn with_boarding(mut self, boarding: bool) -> Self {
        self.boarding = Some(boarding);
        self
    }

    /// Sets the year it was built (建校年份).
    ///
    /// # Errors
    /// A year outside 1900 to 2999.
    pub fn with_founded(mut self, year: u16) -> Result<Self, SchoolError> {
        if !is_year(year) {
            return Err(SchoolError::Year(year));
        }
        self.founded = year;
        Ok(self)
    }

    /// Sets a list of areas, one a room (音乐、美术专用教室面积).
    ///
    /// # Errors
    /// A field that holds no list, a negative value.
    pub fn with_list(mut self, field: Field, values: Vec<Decimal>) -> Result<Self, SchoolError> {
        if field.kind() != FieldKind::List {
            return Err(SchoolError::NotANumber(field));
        }
        if let Some(&value) = values.iter().find(|v| v.is_negative()) {
            return Err(SchoolError::Negative { field, value });
        }
        self.lists.retain(|(f, _)| *f != field);
        self.lists.push((field, values));
        Ok(self)
    }

    /// Sets an amount or a count.
    ///
    /// # Errors
    /// A field without a number, another unit, a negative value, a fraction where things are counted.
    pub fn with(mut self, field: Field, quantity: Quantity) -> Result<Self, SchoolError> {
        let value = quantity.value;
        if !field.is_numeric() {
            return Err(SchoolError::NotANumber(field));
        }
        if field.unit() != quantity.unit {
            return Err(SchoolError::Unit { field, expected: field.unit(), found: quantity.unit });
        }
        if value.is_negative() {
            return Err(SchoolError::Negative { field, value });
        }
        if field.kind() == FieldKind::Count && !value.is_whole() {
            return Err(SchoolError::NotWhole { field, value });
        }
        self.values.retain(|(f, _)| *f != field);
        self.values.push((field, value));
        Ok(self)
    }

    /// Sets a count: pupils, teachers, classes, rooms, computers, volumes.
    ///
    /// # Errors
    /// A field that is not counted.
    pub fn with_count(self, field: Field, count: u32) -> Result<Self, SchoolError> {
        if field.kind() != FieldKind::Count {
            return Err(SchoolError::NotANumber(field));
        }
        self.with(field, Quantity::new(count.into(), field.unit()))
    }

    /// The value of a field; `None` where it is missing.
    pub fn value(&self, field: Field) -> Option<Decimal> {
        self.values.iter().find(|(f, _)| *f == field).map(|(_, v)| *v)
    }

    /// Its kind.
    pub fn kind(&self) -> SchoolKind {
        self.kind
    }

    /// Its code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Pupils of a stage; `None` where they are missing.
    pub fn students(&self, stage: Stage) -> Option<Decimal> {
        self.value(Field::students(stage))
    }
}

pub(crate) fn is_year(year: u16) -> bool {
    (1900..3000).contains(&year)
}
