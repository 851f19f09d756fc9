//! A table drawn for a terminal.

use std::io::{self, Write};
use std::iter;

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, presets};
use junheng::report::{self, Align, Table, Tone};
use unicode_width::UnicodeWidthStr;

use crate::terminal::plain;
use crate::threads::on_pieces;

/// More characters of a cell than this are not drawn; other formats have them all.
const LONGEST_CELL: usize = 1000;

/// Rows that are measured and drawn by one thread.
const PIECE: usize = 1024;

/// Pieces that are drawn before they are written.
const AT_ONCE: usize = 8;

/// Draws a table as wide as its cells, or as the page where they do not fit.
pub(crate) fn draw(table: &Table, page: u16, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    match Widths::of(table, page) {
        Some(widths) => widths.draw(table, colour, out),
        None => writeln!(out, "{}", wrapped(table, page, colour)),
    }
}

/// A cell of a table: one of a million characters has taken the wrap of its lines minutes.
pub(crate) fn short(text: &str) -> String {
    let text = plain(text);
    match text.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}

/// A table whose cells are wrapped until it is as narrow as the page.
fn wrapped(table: &Table, page: u16, colour: bool) -> String {
    let mut out = comfy_table::Table::new();
    out.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    out.force_no_tty().set_width(page);
    if colour {
        out.enforce_styling();
    }
    out.set_header(
        table
            .header
            .iter()
            .map(|(name, _)| Cell::new_owned(plain(name).into_owned()).add_attribute(Attribute::Bold)),
    );
    for row in &table.rows {
        out.add_row(row.iter().zip(&table.header).map(|(cell, (_, align))| {
            let alignment = if *align == Align::Right { CellAlignment::Right } else { CellAlignment::Left };
            let drawn = Cell::new_owned(short(&cell.text)).set_alignment(alignment);
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

/// How wide the cells of a table are that fits on the page as it stands. To wrap cells is work for [`wrapped`], which
/// takes ten times as long to find out that there is nothing to do.
struct Widths {
    columns: Vec<usize>,
}

impl Widths {
    fn of(table: &Table, page: u16) -> Option<Self> {
        let names = table.header.iter().map(|(name, _)| width(name));
        let mut columns: Vec<usize> = names.map(|width| Some(width?.max(1))).collect::<Option<_>>()?;
        let of_rows = |rows: &[Vec<report::Cell>]| {
            let mut widths = vec![0; columns.len()];
            for row in rows {
                if row.len() != widths.len() {
                    return None;
                }
                for (cell, own) in row.iter().zip(&mut widths) {
                    *own = width(&cell.text)?.max(*own);
                }
            }
            Some(widths)
        };
        for widths in on_pieces(&table.rows, PIECE, of_rows) {
            columns.iter_mut().zip(widths?).for_each(|(column, width)| *column = width.max(*column));
        }
        // A column has a blank on either side and a line behind it, the first one also before it.
        let whole = 1 + columns.iter().map(|width| width + 3).sum::<usize>();
        (!columns.is_empty() && whole <= page.into()).then_some(Widths { columns })
    }

    fn draw(&self, table: &Table, colour: bool, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        self.rule(["┌", "─", "┬", "┐\n"], &mut text);
        let names = table.header.iter().map(|(name, _)| (name.as_str(), Align::Left, colour.then_some(BOLD)));
        self.line(names, &mut text);
        self.rule(["╞", "═", "╪", "╡\n"], &mut text);
        out.write_all(text.as_bytes())?;
        let of_rows = |rows: &[Vec<report::Cell>]| {
            // The lines between cells take three bytes each.
            let row = self.columns.iter().map(|width| width + 5).sum::<usize>() + 4;
            let mut text = String::with_capacity(rows.len() * row);
            for row in rows {
                let cells = row.iter().zip(&table.header).map(|(cell, (_, align))| {
                    (cell.text.as_str(), *align, if colour { marks(cell.tone) } else { None })
                });
                self.line(cells, &mut text);
            }
            text
        };
        for rows in table.rows.chunks(AT_ONCE * PIECE) {
            let drawn = on_pieces(rows, PIECE, of_rows);
            drawn.iter().try_for_each(|text| out.write_all(text.as_bytes()))?;
        }
        let mut text = String::new();
        self.rule(["└", "─", "┴", "┘\n"], &mut text);
        out.write_all(text.as_bytes())
    }

    /// A line across the table: how it begins, what it is of, how it passes the lines between columns, how it ends.
    fn rule(&self, [first, stroke, between, last]: [&str; 4], out: &mut String) {
        for (place, column) in self.columns.iter().enumerate() {
            out.push_str(if place == 0 { first } else { between });
            out.extend(iter::repeat_n(stroke, column + 2));
        }
        out.push_str(last);
    }

    /// A line of cells: the text of each, where it aligns, and its marks.
    fn line<'a>(&self, cells: impl Iterator<Item = (&'a str, Align, Option<Marks>)>, out: &mut String) {
        for (place, (column, (text, align, marks))) in self.columns.iter().zip(cells).enumerate() {
            let free = column.saturating_sub(width(text).unwrap_or_default());
            let (before, behind) = if align == Align::Right { (free, 0) } else { (0, free) };
            out.push_str(if place == 0 { "│" } else { "┆" });
            if let Some((begin, _)) = marks {
                out.push_str(begin);
            }
            blanks(1 + before, out);
            out.push_str(text);
            blanks(behind + 1, out);
            if let Some((_, end)) = marks {
                out.push_str(end);
            }
        }
        out.push_str("│\n");
    }
}

fn blanks(mut count: usize, out: &mut String) {
    const BLANKS: &str = "                                ";
    while count > BLANKS.len() {
        out.push_str(BLANKS);
        count -= BLANKS.len();
    }
    out.push_str(BLANKS.get(..count).unwrap_or_default());
}

/// How wide a text is that is drawn as it stands: nothing in it commands the terminal, and it is not too long.
fn width(text: &str) -> Option<usize> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return (text.len() <= LONGEST_CELL).then_some(text.len());
    }
    let (mut count, mut width, mut other) = (0, 0, false);
    for c in text.chars() {
        count += 1;
        match c {
            ' '..='~' => width += 1,
            '\u{4e00}'..='\u{9fff}' => width += 2,
            _ if c.is_control() => return None,
            // How wide it is depends on those beside it.
            _ => other = true,
        }
    }
    (count <= LONGEST_CELL).then(|| if other { text.width() } else { width })
}

/// What begins and what ends the way in which something is drawn.
type Marks = (&'static str, &'static str);

const BOLD: Marks = ("\u{1b}[1m", "\u{1b}[0m");

/// How a tone is drawn, as comfy-table draws it.
fn marks(tone: Tone) -> Option<Marks> {
    match tone {
        Tone::Good => Some(("\u{1b}[38;5;2m", "\u{1b}[39m")),
        Tone::Bad => Some(("\u{1b}[38;5;1m", "\u{1b}[39m")),
        Tone::Open => Some(("\u{1b}[38;5;3m", "\u{1b}[39m")),
        Tone::Faint => Some(("\u{1b}[2m", "\u{1b}[0m")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Characters that are no, one or two columns wide, alone and beside others.
    const SHOWN: [&str; 29] = [
        "a",
        "B7",
        " ",
        "—",
        "·",
        "~",
        "区县",
        "第一小学",
        "（）",
        "ｱ",
        "é",
        "e\u{301}",
        "\u{200d}",
        "\u{200b}",
        "\u{feff}",
        "\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "👩\u{200d}👩",
        "👍🏽",
        "🇨🇳",
        "لا",
        "한",
        "\u{1100}\u{1161}",
        "▼",
        "\u{2028}",
        "\u{ad}",
        "\u{9fff}",
        "\u{4dff}",
        "\u{a000}",
    ];
    /// Characters that command the terminal.
    const COMMANDS: [&str; 7] = ["\u{1b}[31m", "\n", "\r\n", "\t", "\0", "\u{7f}", "\u{85}"];

    fn text() -> impl Strategy<Value = String> {
        let some = |of: Vec<&'static str>| prop::collection::vec(prop::sample::select(of), 0..5);
        let long = (LONGEST_CELL - 2..LONGEST_CELL + 3).prop_map(|count| vec!["x"; count]);
        let any = [SHOWN.as_slice(), &COMMANDS].concat();
        prop_oneof![60 => some(SHOWN.to_vec()), 1 => some(any), 1 => long].prop_map(|parts| parts.concat())
    }

    fn table() -> impl Strategy<Value = Table> {
        let align = prop::sample::select(vec![Align::Left, Align::Right]);
        let tones = vec![Tone::Plain, Tone::Good, Tone::Bad, Tone::Open, Tone::Faint];
        let cell = (text(), prop::sample::select(tones)).prop_map(|(text, tone)| report::Cell { text, tone });
        let header = prop::collection::vec((text(), align), 0..6);
        let rows = prop::collection::vec(prop::collection::vec(cell, 5), 0..6);
        (header, rows).prop_map(|(header, mut rows)| {
            rows.iter_mut().for_each(|row| row.truncate(header.len()));
            Table { header, rows }
        })
    }

    fn drawn(table: &Table, page: u16, colour: bool) -> String {
        let mut out = Vec::new();
        draw(table, page, colour, &mut out).expect("drawn");
        String::from_utf8(out).expect("text")
    }

    proptest! {
        #[test]
        fn a_table_is_drawn_as_if_its_cells_were_wrapped(table in table(), page in 0_u16..200) {
            // No colour is drawn by comfy-table where the one who runs the tests wants none.
            let colours = std::env::var_os("NO_COLOR").is_none_or(|asked| asked.is_empty());
            for colour in [false, true].into_iter().filter(|colour| colours || !colour) {
                prop_assert_eq!(drawn(&table, page, colour), wrapped(&table, page, colour) + "\n");
            }
            // The page on which it just fits, and the one on which it no longer does.
            if let Some(Widths { columns }) = Widths::of(&table, u16::MAX) {
                let whole = 1 + columns.iter().map(|width| width + 3).sum::<usize>();
                for page in [whole - 1, whole, whole + 1].map(|page| u16::try_from(page).expect("narrow")) {
                    prop_assert_eq!(Widths::of(&table, page).is_some(), usize::from(page) >= whole);
                    prop_assert_eq!(drawn(&table, page, false), wrapped(&table, page, false) + "\n");
                }
            }
        }

        #[test]
        fn a_text_is_as_wide_as_it_is_drawn(text in text()) {
            let as_it_stands = short(&text) == text;
            prop_assert_eq!(width(&text), as_it_stands.then(|| text.width()));
        }
    }

    #[test]
    fn many_rows_are_drawn_in_order_on_any_number_of_threads() {
        let header = vec![("区县".to_owned(), Align::Left), ("n".to_owned(), Align::Right)];
        let cell = |text: String| report::Cell { text, tone: Tone::Good };
        let rows = (0..10_000).map(|n| vec![cell(format!("第{n}县")), cell(n.to_string())]).collect();
        let table = Table { header, rows };
        let wrapped = wrapped(&table, 80, false) + "\n";
        assert_eq!(drawn(&table, 80, false), wrapped);
        let threads = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads");
        assert_eq!(threads.install(|| drawn(&table, 80, false)), wrapped);
    }
}
