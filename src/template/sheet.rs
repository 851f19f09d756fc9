//! A template as a workbook.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, Format, FormatAlign, FormatBorder,
    Formula, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::columns::{Column, Entry};
use super::{Kind, Need, Template};
use crate::lang::Lang;
use crate::spreadsheet;

/// The rows above the cells to fill: a title, a line on how it is filled, the header.
const HEADER: u32 = 2;
/// The last row that a spreadsheet has.
const LAST_ROW: u32 = 1_048_575;
/// What a title and a text of a hint hold at most, in characters.
const TITLE_ROOM: usize = 32;
const TEXT_ROOM: usize = 255;
/// The height of a line of text in points.
const LINE: f64 = 16.0;
/// Columns of the form of one school.
const FORM: [(f64, &str, &str); 4] = [
    (44.0, "填报项目", "item"),
    (10.0, "单位", "unit"),
    (26.0, "填报值", "value"),
    (60.0, "填写说明", "how"),
];
/// Columns of the notes.
const NOTES: [(f64, &str, &str); 5] = [
    (36.0, "栏目与标识", "column and identifier"),
    (10.0, "要求", "need"),
    (34.0, "怎样填", "what to type"),
    (30.0, "空白的含义", "what blank means"),
    (66.0, "用于何处及依据", "what wants it, and where that stands"),
];

/// The looks of cells; one in which nothing is typed is locked.
struct Looks {
    title: Format,
    hint: Format,
    header: [Format; 3],
    item: [Format; 3],
    note: Format,
    free: Format,
    free_text: Format,
    free_year: Format,
    boxed: Format,
    boxed_text: Format,
}

impl Looks {
    fn new(lang: Lang) -> Self {
        // A font that every Chinese spreadsheet has, marked as Chinese.
        let base = match lang {
            Lang::Zh => Format::new().set_font_name("宋体").set_font_charset(134).set_font_size(11),
            Lang::En => Format::new(),
        };
        let grey = Color::RGB(0x00BF_BFBF);
        let lined = base.clone().set_border(FormatBorder::Thin).set_border_color(grey);
        let header = lined
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter);
        // Told apart in black and white too: dark, light, white.
        let headers = [
            header.clone().set_background_color(Color::RGB(0x001F_4E79)).set_font_color(Color::White),
            header.clone().set_background_color(Color::RGB(0x00DD_EBF7)),
            header.set_font_color(Color::RGB(0x0059_5959)),
        ];
        let free = base.clone().set_unlocked();
        let boxed = lined.clone().set_unlocked().set_align(FormatAlign::Left);
        Looks {
            title: base.clone().set_bold().set_font_size(14),
            hint: base.set_font_color(Color::RGB(0x0059_5959)),
            item: headers.clone().map(|look| look.set_align(FormatAlign::Left)),
            header: headers,
            note: lined.set_text_wrap().set_align(FormatAlign::Top),
            free_year: free.clone().set_align(FormatAlign::Center),
            free_text: free.clone().set_num_format("@"),
            free,
            boxed_text: boxed.clone().set_num_format("@"),
            boxed,
        }
    }

    fn header(&self, need: Need) -> &Format {
        Self::by_need(&self.header, need)
    }

    /// The same for a name that stands beside its cells.
    fn item(&self, need: Need) -> &Format {
        Self::by_need(&self.item, need)
    }

    fn by_need([required, used, optional]: &[Format; 3], need: Need) -> &Format {
        match need {
            Need::Required => required,
            Need::Used => used,
            Need::Optional | Need::Other => optional,
        }
    }

    /// Of a cell to fill, in a table or boxed in a form.
    fn cell(&self, entry: &Entry, boxed: bool) -> &Format {
        let text = matches!(entry, Entry::Text | Entry::Code | Entry::CountyCode | Entry::List);
        match (boxed, text) {
            (false, false) if *entry == Entry::Year => &self.free_year,
            (false, false) => &self.free,
            (false, true) => &self.free_text,
            (true, false) => &self.boxed,
            (true, true) => &self.boxed_text,
        }
    }
}

/// The bytes of the workbook.
pub(super) fn workbook(template: &Template, columns: &[Column]) -> Result<Vec<u8>, XlsxError> {
    let lang = template.lang;
    let looks = Looks::new(lang);
    let mut workbook = Workbook::new();
    let title = title(template);
    workbook.set_properties(&spreadsheet::properties()?.set_title(&title));
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(template.kind, lang))?;
    sheet.write_with_format(0, 0, &title, &looks.title)?;
    sheet.write_with_format(1, 0, hint(template.kind, lang), &looks.hint)?;
    match template.kind {
        Kind::School => form(sheet, columns, &looks, lang)?,
        Kind::Schools | Kind::County => table(sheet, columns, &looks, template)?,
    }
    protect(sheet);
    let sheet = workbook.add_worksheet();
    sheet.set_name(lang.pick("填表说明", "notes"))?;
    notes(sheet, columns, &looks, template)?;
    protect(sheet);
    workbook.save_to_buffer()
}

/// Without a password: it keeps from accidents, not from intent. Widths, heights and order are the user's.
fn protect(sheet: &mut Worksheet) {
    sheet.protect_with_options(&ProtectionOptions {
        format_columns: true,
        format_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    });
}

fn sheet_name(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Schools => lang.pick("学校数据", "schools"),
        Kind::County => lang.pick("区县数据", "county"),
        Kind::School => lang.pick("学校填报", "school"),
    }
}

fn title(template: &Template) -> String {
    let (standard, lang) = (&template.standard, template.lang);
    let table = match template.kind {
        Kind::Schools => lang.pick("学校基础数据表", "Table of schools"),
        Kind::County => lang.pick("区县数据表", "Table of the county"),
        Kind::School => lang.pick("学校填报表", "Form of a school"),
    };
    let overlays = standard.overlays().iter().map(String::as_str);
    let id = std::iter::once(standard.id()).chain(overlays).collect::<Vec<_>>().join("+");
    let named = standard.titles(lang).collect::<Vec<_>>().join(lang.pick("、", ", "));
    lang.pick(format!("{table}　{named}（{id}）"), format!("{table}: {named} ({id})"))
}

fn hint(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Schools => lang.pick(
            "每行一所学校，从第 4 行填起。深色表头必填，浅色表头是标准要用的，白色表头可不填。不要改动表头；各栏含义见“填表说明”。",
            "A row for each school, from row 4 on. Dark headers must be filled, light ones are what the standard looks at, white ones are optional. Leave the headers as they are; the sheet of notes explains them.",
        ),
        Kind::County => lang.pick(
            "每个区县每年一行，从第 4 行填起。深色表头必填，浅色表头是标准要用的，白色表头可不填。不要改动表头；各栏含义见“填表说明”。",
            "A row for each county and year, from row 4 on. Dark headers must be filled, light ones are what the standard looks at, white ones are optional. Leave the headers as they are; the sheet of notes explains them.",
        ),
        Kind::School => lang.pick(
            "一所学校一份，填 C 列。深色项目必填，浅色项目是标准要用的，白色项目可不填。",
            "One for each school; fill column C. Dark items must be filled, light ones are what the standard looks at, white ones are optional.",
        ),
    }
}

/// A row a school or county, below a header that stays.
fn table(
    sheet: &mut Worksheet,
    columns: &[Column],
    looks: &Looks,
    template: &Template,
) -> Result<(), XlsxError> {
    let lang = template.lang;
    let last = HEADER.saturating_add(template.rows).clamp(HEADER + 1, LAST_ROW);
    let mut lines = 1;
    for (column, place) in columns.iter().zip(0u16..) {
        let [name, unit] = column.header_lines(lang);
        let header = if unit.is_empty() { name.clone() } else { format!("{name}\n{unit}") };
        let width = column_width(column, &name, lang);
        lines = lines.max(lines_of(&header, width));
        sheet.set_column_format(place, looks.cell(&column.entry, false))?;
        sheet.set_column_width(place, width)?;
        // The cells above the header are as locked as it is.
        if place > 0 {
            sheet.write_blank(0, place, &looks.title)?;
            sheet.write_blank(1, place, &looks.hint)?;
        }
        sheet.write_with_format(HEADER, place, &header, looks.header(column.need))?;
        let rule = validation(column, HEADER + 1, place, lang)?;
        sheet.add_data_validation(HEADER + 1, place, last, place, &rule)?;
    }
    sheet.set_row_height(HEADER, height(lines) + 4.0)?;
    // Whose row it is stays in view.
    let named = columns.iter().position(|column| matches!(column.id.as_str(), "school_name" | "county"));
    let beside = named.and_then(|place| u16::try_from(place + 1).ok()).filter(|beside| *beside <= 4);
    let beside = beside.unwrap_or(1);
    sheet.set_freeze_panes(HEADER + 1, beside)?;
    sheet.set_repeat_columns(0, beside - 1)?;
    sheet.set_landscape().set_paper_size(8);
    sheet.set_repeat_rows(HEADER, HEADER)?;
    Ok(())
}

/// An item a row: name, unit, value, how it is filled.
fn form(sheet: &mut Worksheet, columns: &[Column], looks: &Looks, lang: Lang) -> Result<(), XlsxError> {
    heading(sheet, &FORM, HEADER, looks, lang)?;
    for (column, row) in columns.iter().zip(HEADER + 1..) {
        let how = said(&[column.filling(lang), blank(column, lang)], lang);
        let unit = lang.pick(column.unit.zh(), column.unit.id());
        sheet.write_with_format(
            row,
            0,
            lang.pick(&column.name.zh, &column.name.en),
            looks.item(column.need),
        )?;
        sheet.write_with_format(row, 1, unit, &looks.note)?;
        sheet.write_blank(row, 2, looks.cell(&column.entry, true))?;
        sheet.write_with_format(row, 3, &how, &looks.note)?;
        sheet.add_data_validation(row, 2, row, 2, &validation(column, row, 2, lang)?)?;
        let name = lines_of(lang.pick(&column.name.zh, &column.name.en), FORM[0].0);
        sheet.set_row_height(row, height(lines_of(&how, FORM[3].0).max(name)))?;
    }
    sheet.set_freeze_panes(HEADER + 1, 0)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEADER, HEADER)?;
    Ok(())
}

/// What every column means.
fn notes(
    sheet: &mut Worksheet,
    columns: &[Column],
    looks: &Looks,
    template: &Template,
) -> Result<(), XlsxError> {
    let lang = template.lang;
    sheet.write_with_format(0, 0, lang.pick("填表说明", "Notes"), &looks.title)?;
    let said_first = lang.pick(
        "照此填好后直接交给程序读入。表头可带单位；数字按所列单位填，不确定的留空，不要填 0 或“无”。",
        "Filled in like this the workbook can be read as it is. Figures are in the unit named; what is not known stays blank, not 0.",
    );
    sheet.write_with_format(1, 0, said_first, &looks.hint)?;
    heading(sheet, &NOTES, HEADER, looks, lang)?;
    for (column, row) in columns.iter().zip(HEADER + 1..) {
        // Both names in one cell, so that no reader takes the row for a header.
        let other = lang.pick(&column.id, &column.name.zh);
        let name = format!("{}\n{other}", column.header(lang));
        let uses: Vec<String> = column.uses.iter().map(|purpose| purpose.describe(lang)).collect();
        let cells = [
            name,
            need(column.need, lang).to_owned(),
            column.filling(lang),
            blank(column, lang),
            if uses.is_empty() { lang.pick("—", "—").to_owned() } else { uses.join("\n") },
        ];
        let mut lines = 1;
        for ((cell, (width, ..)), place) in cells.iter().zip(NOTES).zip(0u16..) {
            let look = if place == 0 { looks.item(column.need) } else { &looks.note };
            sheet.write_with_format(row, place, cell, look)?;
            lines = lines.max(lines_of(cell, width));
        }
        sheet.set_row_height(row, height(lines))?;
    }
    sheet.set_freeze_panes(HEADER + 1, 1)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEADER, HEADER)?;
    Ok(())
}

fn heading(
    sheet: &mut Worksheet,
    names: &[(f64, &str, &str)],
    row: u32,
    looks: &Looks,
    lang: Lang,
) -> Result<(), XlsxError> {
    for ((width, zh, en), place) in names.iter().zip(0u16..) {
        sheet.set_column_width(place, *width)?;
        sheet.write_with_format(row, place, lang.pick(*zh, *en), looks.header(Need::Used))?;
    }
    sheet.set_row_height(row, height(1) + 4.0)?;
    Ok(())
}

fn need(need: Need, lang: Lang) -> &'static str {
    match need {
        Need::Required => lang.pick("必填", "required"),
        Need::Used => lang.pick("标准要用", "used"),
        Need::Optional => lang.pick("可选", "optional"),
        Need::Other => lang.pick("本标准不用", "not used"),
    }
}

fn blank(column: &Column, lang: Lang) -> String {
    lang.pick(&column.blank.zh, &column.blank.en).clone()
}

/// Sentences one after the other.
fn said(sentences: &[String], lang: Lang) -> String {
    sentences
        .iter()
        .map(|sentence| format!("{sentence}{}", lang.pick("。", ". ")))
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// What a cell takes, with the hint shown beside it and the message where it takes something else.
fn validation(column: &Column, row: u32, place: u16, lang: Lang) -> Result<DataValidation, XlsxError> {
    let filling = column.filling(lang);
    let purposes: Vec<&str> = column.uses.iter().map(|u| lang.pick(u.what.zh.as_str(), &u.what.en)).collect();
    let purpose = format!("{}{}", lang.pick("用于：", "For: "), purposes.join(lang.pick("；", "; ")));
    let blank = blank(column, lang);
    let sentences = if purposes.is_empty() {
        vec![filling.clone(), blank]
    } else {
        vec![filling.clone(), blank, purpose]
    };
    let name = lang.pick(&column.name.zh, &column.name.en);
    let refused = lang.pick(format!("这一格应填：{filling}。"), format!("What is typed here: {filling}."));
    let rule = rule(column, row, place, lang)?
        .set_input_title(shortened(name, TITLE_ROOM))?
        .set_input_message(shortened(&said(&sentences, lang), TEXT_ROOM))?
        .set_error_title(shortened(name, TITLE_ROOM))?
        .set_error_message(shortened(&refused, TEXT_ROOM))?;
    // 94.9% typed in a spreadsheet is 0.949: asked about, as so little may be meant.
    let asked = matches!(column.entry, Entry::Percent);
    let style = if asked { DataValidationErrorStyle::Warning } else { DataValidationErrorStyle::Stop };
    Ok(rule.set_error_style(style))
}

fn rule(column: &Column, row: u32, place: u16, lang: Lang) -> Result<DataValidation, XlsxError> {
    let new = DataValidation::new();
    Ok(match &column.entry {
        Entry::Text | Entry::Code | Entry::List => new.allow_any_value(),
        Entry::CountyCode => new.allow_text_length(DataValidationRule::EqualTo(6)),
        Entry::Year => new.allow_whole_number(DataValidationRule::Between(1900, 2999)),
        Entry::Count => new.allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0)),
        Entry::Amount => new.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0)),
        Entry::Ratio => new.allow_decimal_number(DataValidationRule::Between(0.0, 1.0)),
        Entry::Percent => {
            let cell = rust_xlsxwriter::utility::row_col_to_cell(row, place);
            let formula = format!("=AND(ISNUMBER({cell}),OR({cell}=0,{cell}>=1),{cell}<=100)");
            new.allow_custom(Formula::new(formula))
        }
        Entry::Choice(_) => new.allow_list_strings(&column.choices(lang))?,
    })
}

/// A text that fits, cut off where it does not.
fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room - 1).chain(['…']).collect()
}

/// The lines a text takes in a column of a width.
fn lines_of(text: &str, width: f64) -> usize {
    // A full-width character that does not fit wholly goes to the next line, and the edges take some room.
    let room = (width as usize).saturating_sub(2).max(2);
    text.split('\n').map(|line| spreadsheet::width(line).div_ceil(room).max(1)).sum()
}

fn height(lines: usize) -> f64 {
    LINE * lines as f64 + 2.0
}

/// Wide enough for what is typed, and for the name: Chinese in two lines, an identifier in one, as it does not break.
fn column_width(column: &Column, name: &str, lang: Lang) -> f64 {
    let named = spreadsheet::width(name);
    let named = lang.pick(named.div_ceil(2) + 6, named + 4);
    let typed = match &column.entry {
        Entry::Text => 14,
        Entry::Code => 16,
        Entry::CountyCode | Entry::Year | Entry::Percent | Entry::Ratio | Entry::Count => 10,
        Entry::Amount => 14,
        Entry::List => 20,
        Entry::Choice(_) => {
            column.choices(lang).iter().map(|choice| spreadsheet::width(choice)).max().unwrap_or(0).min(24)
                + 4
        }
    };
    let typed = if column.id == "school_name" { 28 } else { typed };
    typed.max(named) as f64
}
