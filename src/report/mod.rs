//! Results for people and programs. Nothing is computed here.
//!
//! | for | what |
//! |---|---|
//! | programs | [`Json`]: the contract `junheng.assessment/1`, for any `serde` format; [`FormsJson`]: `junheng.forms/1`; [`MonitoringJson`]: `junheng.monitoring/1` |
//! | spreadsheets | [`write_csv`]: one row a unit, with the figures of stages and counties; [`form_rows`] for the application form, [`write_table`] for any rows |
//! | offices (feature `xlsx`) | `write_workbook`: application form, working of every coefficient in formulas, charts, lists; `write_forms_workbook`: the form alone |
//! | people | [`Document`]: headings, tables and lists, of a result or of forms, to be drawn in any format; [`write_markdown`] draws one |

mod csv;
mod document;
mod forms;
mod item_json;
mod items;
mod json;
mod markdown;
mod monitor;
mod score;
mod sizes;
#[cfg(feature = "xlsx")]
mod workbook;

pub use csv::{write_csv, write_table};
pub use document::{Align, Block, Cell, Document, Table, Tone};
pub use forms::{FORMS_SCHEMA, FormsJson, form_rows};
pub use json::{FindingJson, Json, SCHEMA};
pub use markdown::write_markdown;
pub use monitor::{MONITORING_SCHEMA, MonitoringJson};
#[cfg(feature = "xlsx")]
pub use workbook::{write_forms_workbook, write_workbook};

/// A text that is there; blank ones do not exist.
fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
