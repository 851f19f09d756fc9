//! How cells look, and how much room their text takes.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::lang::Lang;

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    Title,
    Heading,
    Note,
    Header,
    /// Text of a table, codes among them: never taken for a number.
    Text,
    Centre,
    /// A number with so many decimals.
    Number(u8),
    /// A number with all its digits.
    General,
    /// What a block of a table comes to: its label, and a number.
    Label,
    Sum(u8),
    SumGeneral,
}

/// The most decimals a number is shown with.
const DECIMALS: u8 = 9;
const GREY: &str = "#595959";
const SHADE: &str = "#EDEDED";

/// The format of each style, made once: sheets of a province have a million cells.
pub(super) struct Styles {
    all: BTreeMap<Style, Format>,
    other: Format,
}

impl Styles {
    pub(super) fn new(lang: Lang) -> Self {
        let plain = [
            Style::Title,
            Style::Heading,
            Style::Note,
            Style::Header,
            Style::Text,
            Style::Centre,
            Style::General,
            Style::Label,
            Style::SumGeneral,
        ];
        let numbers = (0..=DECIMALS).flat_map(|decimals| [Style::Number(decimals), Style::Sum(decimals)]);
        let all = plain.into_iter().chain(numbers);
        let all = all.map(|style| (style, format(style, lang))).collect();
        Styles { all, other: format(Style::General, lang) }
    }

    /// A number with more decimals than are ever shown is shown with all its digits.
    pub(super) fn get(&self, style: Style) -> &Format {
        self.all.get(&style).unwrap_or(&self.other)
    }
}

fn format(style: Style, lang: Lang) -> Format {
    // 宋体 is on every machine of an office; its character set makes others take a Chinese font for it.
    let font = match lang {
        Lang::Zh => Format::new().set_font_name("宋体").set_font_charset(134),
        Lang::En => Format::new().set_font_name("Arial"),
    };
    let base = font.set_font_size(10).set_align(FormatAlign::VerticalCenter);
    let framed = || base.clone().set_border(FormatBorder::Thin).set_border_color("#808080");
    let sum = || framed().set_bold().set_background_color(SHADE);
    match style {
        Style::Title => base.set_bold().set_font_size(14).set_align(FormatAlign::Center).set_text_wrap(),
        Style::Heading => base.set_bold().set_font_size(11),
        Style::Note => base.set_font_size(9).set_font_color(GREY).set_text_wrap(),
        Style::Header => {
            framed().set_bold().set_align(FormatAlign::Center).set_text_wrap().set_background_color(SHADE)
        }
        Style::Text => framed().set_num_format("@").set_text_wrap().set_indent(1),
        Style::Centre => framed().set_num_format("@").set_align(FormatAlign::Center).set_text_wrap(),
        Style::Number(decimals) => framed().set_num_format(picture(decimals)),
        Style::General => framed(),
        Style::Label => sum().set_text_wrap(),
        Style::Sum(decimals) => sum().set_num_format(picture(decimals)),
        Style::SumGeneral => sum(),
    }
}

/// `0.00`
fn picture(decimals: u8) -> String {
    match decimals {
        0 => "0".to_owned(),
        decimals => format!("0.{}", "0".repeat(decimals.into())),
    }
}

/// Columns a text takes; of several lines the longest.
pub(super) fn width(text: &str) -> usize {
    text.lines().map(crate::spreadsheet::width).max().unwrap_or(0)
}

/// Lines a text of this width takes in so many columns.
pub(super) fn lines(width: usize, columns: f64) -> usize {
    let wide = width as f64;
    // Words do not break, so lines of several are not quite full.
    if wide <= columns { 1 } else { (wide * 1.08 / columns.max(1.0)).ceil() as usize }
}
