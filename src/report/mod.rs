//! Results for people and programs. Nothing is computed here.
//!
//! | for | what |
//! |---|---|
//! | programs | [`Json`]: the contract `junheng.assessment/1`, for any `serde` format, which `write_json` (feature `json`) writes on several threads; [`FormsJson`]: `junheng.forms/1`; [`MonitoringJson`]: `junheng.monitoring/1` |
//! | spreadsheets | [`write_csv`]: one row a unit, with the figures of stages and counties; [`form_rows`] for the application form, [`monitoring_rows`] for the years, [`write_table`] for any rows; [`Gb18030`] for those that know no UTF-8 |
//! | offices (feature `xlsx`) | `write_workbook`: application form, working of every coefficient in formulas, charts, lists; `write_forms_workbook`: the form alone; `Mistakes`: findings beside the cells that they are about |
//! | people | [`Document`]: headings, tables and lists, of a result or of forms, to be drawn in any format; [`write_markdown`] draws one; `write_page` (feature `html`): one page with pictures |

mod csv;
mod document;
mod forms;
mod gb18030;
mod item_json;
mod items;
mod json;
mod markdown;
#[cfg(feature = "xlsx")]
mod mistakes;
mod monitor;
#[cfg(feature = "html")]
mod page;
mod score;
mod sizes;
#[cfg(feature = "xlsx")]
mod workbook;

pub use csv::{write_csv, write_table};
pub use document::{Align, Block, Cell, Document, Table, Tone};
pub use forms::{FORMS_SCHEMA, FormsJson, form_rows};
pub use gb18030::Gb18030;
#[cfg(feature = "json")]
pub use json::write_json;
pub use json::{FindingJson, Json, SCHEMA};
pub use markdown::write_markdown;
#[cfg(feature = "xlsx")]
pub use mistakes::Mistakes;
pub use monitor::{MONITORING_SCHEMA, MonitoringJson, monitoring_rows};
#[cfg(feature = "html")]
pub use page::write_page;
#[cfg(feature = "xlsx")]
pub use workbook::{write_forms_workbook, write_workbook};

/// A text that is there; blank ones do not exist.
fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
