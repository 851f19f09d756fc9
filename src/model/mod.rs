//! Schools, their resources and their counties, as they are reported: facts, before any law.
//!
//! A [`DataSet`] holds the schools of many counties and years by columns; [`DataSet::counties`] leads to each
//! [`County`], its [`schools`](County::schools) to each [`SchoolRow`], whose [`value`](SchoolRow::value) of a [`Field`]
//! is a decimal in the field's [`Unit`], or `None` where it is missing. One comes from files by
//! [`read_schools`](crate::read_schools), or from [`School`]s by a [`Builder`].
//!
//! What a county reports about itself (区县数据表) is a [`CountyData`]: numbers, attestations and answers on vetoes by
//! [`CountyField`], `None` where they are missing. A [`CountyTable`] holds those of many counties and years; it comes
//! from a file by [`read_counties`](crate::read_counties).
//!
//! A [`Stage`] is primary, junior or senior; the [`SchoolKind`] says which of them a school has, the [`Sponsor`] who
//! runs it, the [`Area`] where it lies.

mod answers;
mod basics;
mod column;
mod county;
mod dataset;
mod field;
mod kind;
mod rows;
mod school;
mod texts;

pub use answers::{Answer, ScoreAnswers, ScoreSheet};
pub(crate) use basics::{AtHand, Class, by_class, classes};
pub(crate) use column::{BLANK, COUNT_MISSING, CellKind, RawCell, RawCells, WIDE, blank_cell};
pub use county::{CountyData, CountyError, CountyField, CountyFieldKind, CountyTable};
pub use dataset::{Builder, County, DataSet, SchoolRow};
pub(crate) use dataset::{SourceFile, letters};
pub use field::{Field, FieldKind, Unit};
pub use kind::{Area, SchoolKind, Sponsor, Stage};
pub(crate) use rows::{Region, Row};
pub use school::{Quantity, School, SchoolError};
pub(crate) use school::{is_county_code, is_year};
pub(crate) use texts::are_same;
