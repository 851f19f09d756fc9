//! A document drawn for a terminal.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, presets};
use junheng::report::{self, Align, Block, Document, Tone};

use crate::output::Target;

/// More characters of a cell than this are not drawn; other formats have them all.
const LONGEST_CELL: usize = 1000;

/// How wide a page is where no terminal says so.
pub(crate) const WIDTH: u16 = 160;

/// Draws a document: as wide as the terminal it is drawn on, in colour where that is wanted.
pub(crate) fn draw(document: &Document, target: &Target, out: &mut dyn Write) -> io::Result<()> {
    let colour = target.is_coloured();
    // comfy-table asks the terminal that standard output is, wherever the table goes.
    let width = target.is_terminal().then(|| Table::new().width()).flatten().unwrap_or(WIDTH);
    for (place, block) in document.blocks().iter().enumerate() {
        match block {
            Block::Heading(level, text) => {
                if place > 0 {
                    writeln!(out)?;
                }
                writeln!(out, "{}", styled(text, if *level == 1 { "1;4" } else { "1" }, colour))?;
            }
            Block::Line(text, tone) => writeln!(out, "{}", styled(text, code(*tone), colour))?,
            Block::List(items) => items.iter().try_for_each(|item| writeln!(out, "  · {}", plain(item)))?,
            Block::Table(table) => writeln!(out, "{}", drawn(table, width, colour))?,
            _ => {}
        }
    }
    Ok(())
}

fn code(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "32",
        Tone::Bad => "31",
        Tone::Open => "33",
        Tone::Faint => "2",
    }
}

/// A text on one line, in which nothing commands the terminal: names come from files of any origin.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A cell of a table: one of a million characters has taken the wrap of its lines minutes.
pub(crate) fn short(text: &str) -> String {
    let text = plain(text);
    match text.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn styled(text: &str, code: &str, colour: bool) -> String {
    let text = plain(text);
    if colour && !code.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text }
}

fn drawn(table: &report::Table, width: u16, colour: bool) -> String {
    let mut out = Table::new();
    out.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    out.force_no_tty().set_width(width);
    if colour {
        out.enforce_styling();
    }
    out.set_header(
        table.header.iter().map(|(name, _)| Cell::new(plain(name)).add_attribute(Attribute::Bold)),
    );
    for row in &table.rows {
        out.add_row(row.iter().zip(&table.header).map(|(cell, (_, align))| {
            let alignment = if *align == Align::Right { CellAlignment::Right } else { CellAlignment::Left };
            let drawn = Cell::new(short(&cell.text)).set_alignment(alignment);
            match cell.tone {
                Tone::Good => drawn.fg(Color::DarkGreen),
                Tone::Bad => drawn.fg(Color::DarkRed),
                Tone::Open => drawn.fg(Color::DarkYellow),
                Tone::Faint => drawn.add_attribute(Attribute::Dim),
                _ => drawn,
            }
        }));
    }
    out.to_string()
}
