//! A document drawn for a terminal.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::Table;
use junheng::report::{Block, Document, Tone};

use crate::output::Target;
use crate::table;

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
            Block::Table(table) => table::draw(table, width, colour, out)?,
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
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn styled<'a>(text: &'a str, code: &str, colour: bool) -> Cow<'a, str> {
    let text = plain(text);
    if colour && !code.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m").into() } else { text }
}
