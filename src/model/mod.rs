//! Schools and their resources, as they are reported: facts, before any law.

mod column;
mod county;
mod dataset;
mod field;
mod kind;
mod school;

pub use county::{CountyData, CountyError, CountyField, CountyFieldKind, CountyTable};
pub use dataset::{Builder, County, DataSet, SchoolRow};
pub(crate) use dataset::{SourceFile, letters};
pub use field::{Field, FieldKind, Unit};
pub use kind::{Area, SchoolKind, Sponsor, Stage};
pub use school::{Quantity, School, SchoolError};
pub(crate) use school::{is_county_code, is_year};
