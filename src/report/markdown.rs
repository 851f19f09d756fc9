//! A document as Markdown.

use std::fmt;

use super::{Align, Block, Document, Table};

/// Writes a document as Markdown with pipe tables.
///
/// Texts are escaped, so that a name with a `|` or a `*` in it stays what it is.
///
/// # Errors
/// Only those of the writer.
///
/// # Examples
/// ```
/// use junheng::report::{Document, write_markdown};
/// let mut text = String::new();
/// write_markdown(&Document::default(), &mut text).unwrap();
/// assert_eq!(text, "");
/// ```
pub fn write_markdown(document: &Document, out: &mut impl fmt::Write) -> fmt::Result {
    for (place, block) in document.blocks().iter().enumerate() {
        if place > 0 {
            out.write_char('\n')?;
        }
        match block {
            Block::Heading(level, text) => {
                let marks = "#".repeat(usize::from((*level).clamp(1, 6)));
                writeln!(out, "{marks} {}", escaped(text))?;
            }
            Block::Line(text, _) => writeln!(out, "{}", escaped(text))?,
            Block::List(items) => {
                for item in items {
                    writeln!(out, "- {}", escaped(item))?;
                }
            }
            Block::Table(table) => write_table(table, out)?,
        }
    }
    Ok(())
}

fn write_table(table: &Table, out: &mut impl fmt::Write) -> fmt::Result {
    let row = |out: &mut dyn fmt::Write, cells: &mut dyn Iterator<Item = String>| {
        for cell in cells {
            write!(out, "| {cell} ")?;
        }
        out.write_str("|\n")
    };
    row(out, &mut table.header.iter().map(|(name, _)| escaped(name)))?;
    let rule = |align: &Align| if *align == Align::Right { "---:" } else { "---" };
    row(out, &mut table.header.iter().map(|(_, align)| rule(align).to_owned()))?;
    for cells in &table.rows {
        row(out, &mut cells.iter().map(|cell| escaped(&cell.text)))?;
    }
    Ok(())
}

/// A text in which nothing is markup and which stays on its line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '&' | '*' | '_' | '`' | '<' | '[' | ']' | '\\' | '#' | '~' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
