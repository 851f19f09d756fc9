//! Results for people and programs: JSON, CSV, Markdown and the document behind every page. Computes nothing.

mod csv;
mod document;
mod json;
mod markdown;

pub use csv::{write_csv, write_table};
pub use document::{Align, Block, Cell, Document, Table, Tone};
pub use json::{FindingJson, Json, SCHEMA};
pub use markdown::write_markdown;

/// A text that is there; blank ones do not exist.
fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
