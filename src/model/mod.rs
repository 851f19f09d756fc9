//! Schools and their resources, as they are reported: facts, before any law.
//!
//! A [`DataSet`] holds the schools of many counties and years by columns; [`DataSet::counties`] leads to each
//! [`County`], its [`schools`](County::schools) to each [`SchoolRow`], whose [`value`](SchoolRow::value) of a [`Field`]
//! is a decimal in the field's [`Unit`], or `None` where it is missing. One comes from files by
//! [`read_schools`](crate::read_schools), or from [`School`]s by a [`Builder`].
//!
//! A [`Stage`] is primary, junior or senior; the [`SchoolKind`] says which of them a school has, the [`Sponsor`] who
//! runs it, the [`Area`] where it lies.

mod column;
mod county;
mod dataset;
mod field;
mod kind;
mod school;

pub use county::{CountyData, CountyError, CountyField, CountyFieldKind, CountyTable};
pub use dataset::{Builder, County, DataSet, SchoolRow};
pub(crate) use dataset::{Row, SourceFile, letters};
pub use field::{Field, FieldKind, Unit};
pub use kind::{Area, SchoolKind, Sponsor, Stage};
pub use school::{Quantity, School, SchoolError};
pub(crate) use school::{is_county_code, is_year};
