//! Results for people and programs: JSON, CSV, Markdown and the document behind every page. Computes nothing.

mod csv;
mod document;
mod json;
mod markdown;

pub use csv::write_csv;
pub use document::{Align, Block, Cell, Document, Table, Tone};
pub use json::{Json, SCHEMA};
pub use markdown::write_markdown;
