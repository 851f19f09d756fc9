//! Results for people and programs: JSON, CSV, Markdown and the document behind every page. Computes nothing.

mod csv;
mod document;
mod forms;
mod json;
mod markdown;

pub use csv::{write_csv, write_table};
pub use document::{Align, Block, Cell, Document, Table, Tone};
pub use forms::{FORMS_SCHEMA, FormsJson, form_rows};
pub use json::{FindingJson, Json, SCHEMA};
pub use markdown::write_markdown;
