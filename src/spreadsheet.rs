//! What all workbooks that are written have in common.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};
use unicode_width::UnicodeWidthStr;

/// The properties of a workbook, with a fixed day: the day it is made would make two files of one result.
pub(crate) fn properties() -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?))
}

/// As much of a text as so many units of UTF-16 hold, in which spreadsheets count.
pub(crate) fn cut(text: &str, units: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > units
    });
    end.map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

/// How wide a line of text is shown, in digits: what is written in full width, as Chinese is, takes the room of two.
pub(crate) fn width(line: &str) -> usize {
    line.width_cjk()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        // The last takes two units.
        assert_eq!([0, 1, 2, 3, 4].map(|units| cut("a学😀", units)), ["", "a", "a学", "a学", "a学😀"]);
    }

    #[test]
    fn full_width_counts_two() {
        assert_eq!(["", "a1", "小学", "（a）", "≥4.2"].map(width), [0, 2, 4, 5, 5]);
    }
}
