//! Where in a sheet the table is: its header on one row or several, or a form of items below one another.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Doubt, Sheet, SheetRow, Workbook};
use crate::finding::{Code, Finding};
use crate::io::Refusable;
use crate::io::cell::{is_missing_mark, trim};
use crate::io::header::normal;
use crate::io::table::{Cells, Fit, Form, HEADER_ROWS, Origin, Row, is_total_or_remark, place};
use crate::io::unit;
use crate::model::Unit;

/// What a reader looks for.
pub(crate) struct Wanted<'a> {
    /// How well a row serves as the header.
    pub(crate) judge: &'a dyn Fn(&Row) -> Fit,
    /// The unit of the column that a text names, if it names one.
    pub(crate) knows: &'a dyn Fn(&str) -> Option<Unit>,
    /// Whether names are known at all, so that those on several rows can be put together.
    pub(crate) named: bool,
    /// Whether every sheet with a complete header is read, or the first.
    pub(crate) every: bool,
}

/// A table found in a sheet.
#[derive(Debug)]
pub(crate) struct Laid<'w> {
    pub(crate) sheet: &'w Sheet,
    pub(crate) header: Row<'w>,
    form: Option<Form>,
    fit: Fit,
}

/// A row below the header, as wide as it.
#[derive(Debug)]
pub(crate) struct Record<'w> {
    pub(crate) row: Row<'w>,
    /// What the text of its cells cannot say, by place in the row.
    pub(crate) doubts: Vec<(usize, &'w Doubt)>,
    /// The places of numbers.
    pub(crate) numbers: Vec<usize>,
    /// The first cell that holds something where the header has nothing more.
    pub(crate) beyond: Option<usize>,
}

impl<'w> Laid<'w> {
    pub(crate) fn origin<'a>(&'a self, file: &'a str) -> Origin<'a> {
        Origin { file, sheet: Some(&self.sheet.name), form: self.form.as_ref() }
    }

    /// The rows of the table, and a note on one that only numbers the columns.
    pub(crate) fn records(&self, file: &str) -> (Vec<Record<'w>>, Option<Finding>) {
        if let Some(form) = &self.form {
            return (vec![self.values(form)], None);
        }
        let width = self.header.filled_width();
        let below = |row: &&SheetRow| row.number > self.header.number;
        let mut rows = self.sheet.rows.iter().filter(below).peekable();
        let numbering = rows.next_if(|row| is_numbering(row)).map(|row| {
            let first = row.cells.first().map_or(("", 0), |cell| (trim(&cell.text), cell.column as usize));
            let at = place(self.origin(file), Some(row.number), Some(first.1));
            Finding::new(Code::RowSkipped).value(first.0).place(at)
        });
        (rows.map(|row| record(row, width)).collect(), numbering)
    }

    /// The values of a form as one row.
    fn values(&self, form: &Form) -> Record<'w> {
        let cell = |row: &u32| self.sheet.row(*row).and_then(|row| row.cell(form.value as u32));
        let cells: Vec<_> = form.rows.iter().map(cell).collect();
        let text = |cell: &Option<&'w super::Cell>| Cow::Borrowed(cell.map_or("", |cell| cell.text.as_str()));
        let mut record = Record {
            row: Row { number: Form::VALUES, cells: cells.iter().map(text).collect() },
            doubts: Vec::new(),
            numbers: Vec::new(),
            beyond: None,
        };
        for (place, cell) in cells.into_iter().enumerate() {
            let Some(cell) = cell else { continue };
            // A value that is merged with the cells beside it is still the value of its one item.
            let sideways =
                |doubt: &Doubt| matches!(doubt, Doubt::Merged(region) if region.rows.0 == region.rows.1);
            record.doubts.extend(cell.doubts.iter().filter(|d| !sideways(d)).map(|doubt| (place, doubt)));
            record.numbers.extend((cell.kind == super::Kind::Number).then_some(place));
        }
        record
    }
}

fn record(row: &SheetRow, width: usize) -> Record<'_> {
    let mut record = Record {
        row: Row { number: row.number, cells: vec![Cow::Borrowed(""); width] },
        doubts: Vec::new(),
        numbers: Vec::new(),
        beyond: None,
    };
    for cell in &row.cells {
        let column = cell.column as usize;
        match record.row.cells.get_mut(column) {
            Some(text) => {
                *text = Cow::Borrowed(&cell.text);
                record.doubts.extend(cell.doubts.iter().map(|doubt| (column, doubt)));
                record.numbers.extend((cell.kind == super::Kind::Number).then_some(column));
            }
            None if !trim(&cell.text).is_empty() => {
                record.beyond = record.beyond.or(Some(column));
            }
            None => {}
        }
    }
    record
}

/// Finds the tables of a workbook, with notes on the sheets that are not read.
///
/// # Errors
/// The finding that refuses the file: it is empty, or no sheet of it has a header.
pub(crate) fn lay<'w>(
    file: &str,
    workbook: &'w Workbook,
    wanted: &Wanted<'_>,
) -> Refusable<(Vec<Laid<'w>>, Vec<Finding>)> {
    let mut notes = Vec::new();
    let about = |code, sheet: &Sheet| {
        let origin = Origin { file, sheet: Some(&sheet.name), form: None };
        Finding::new(code).place(place(origin, None, None))
    };
    notes.extend(workbook.sheets.iter().filter(|s| s.hidden).map(|s| about(Code::SheetHidden, s)));
    let filled = workbook.sheets.iter().filter(|sheet| !sheet.hidden && !sheet.rows.is_empty());
    let mut found: Vec<Laid<'w>> = filled.map(|sheet| in_sheet(sheet, wanted)).collect();
    if found.is_empty() {
        return Err(Finding::new(Code::EmptyFile).place(place(file, None, None)).into());
    }
    let best = found.iter().map(|laid| laid.fit).max().unwrap_or_default();
    if best == Fit::default() {
        let sheet = found.first().filter(|_| found.len() == 1).map(|laid| laid.sheet.name.as_str());
        let at = place(Origin { file, sheet, form: None }, None, None);
        return Err(Finding::new(Code::NoHeader).arg("rows", &HEADER_ROWS).place(at).into());
    }
    let first = found
        .iter()
        .position(|laid| laid.fit.complete == best.complete && (best.complete || laid.fit == best));
    let mut place = 0;
    found.retain(|laid| {
        let taken = Some(place) == first || (wanted.every && laid.fit.complete);
        place += 1;
        if !taken {
            notes.push(about(Code::SheetSkipped, laid.sheet));
        }
        taken
    });
    Ok((found, notes))
}

fn in_sheet<'w>(sheet: &'w Sheet, wanted: &Wanted<'_>) -> Laid<'w> {
    let wide = wide(sheet, wanted);
    if wide.fit.complete || !wanted.named {
        return wide;
    }
    match form(sheet, wanted) {
        Some(form) if form.fit > wide.fit => form,
        _ => wide,
    }
}

/// Rows that a header may take.
const DEEPEST: usize = 3;

/// The best header among the top rows, on as few of them as do.
fn wide<'w>(sheet: &'w Sheet, wanted: &Wanted<'_>) -> Laid<'w> {
    let head = sheet.rows.get(..sheet.rows.len().min(HEADER_ROWS)).unwrap_or_default();
    let groups = Groups::of(sheet, head);
    let mut best = Laid { sheet, header: Row::default(), form: None, fit: Fit::default() };
    let mut taken: &[SheetRow] = &[];
    for depth in 1..=if wanted.named { DEEPEST } else { 1 } {
        for rows in head.windows(depth) {
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
            if last.number - first.number + 1 != depth as u32 || is_units(last) {
                continue;
            }
            let header = Row { number: last.number, cells: groups.names(rows, wanted) };
            let fit = (wanted.judge)(&header);
            // Of a table whose names are not known the first row that may be a header is it.
            if fit > best.fit && (wanted.named || !best.fit.complete) {
                best = Laid { sheet, header, form: None, fit };
                taken = rows;
            }
        }
    }
    if best.fit.complete && wanted.named {
        best.header = groups.whole(head, taken, best.header, wanted);
    }
    best
}

/// Whether a row names units and nothing else, but for what is merged with the rows above.
fn is_units(row: &SheetRow) -> bool {
    let merged = |cell: &super::Cell| {
        cell.doubts.iter().any(|doubt| matches!(doubt, Doubt::Merged(region) if region.rows.0 < row.number))
    };
    let mut own = row.cells.iter().filter(|cell| !trim(&cell.text).is_empty() && !merged(cell)).peekable();
    own.peek().is_some() && own.all(|cell| as_unit(&cell.text).is_some())
}

/// The cells of the top rows that stand over several columns.
struct Groups<'w> {
    /// The text of a cell that is merged with one to its left.
    merged: BTreeMap<(u32, u32), &'w str>,
    tells_merges: bool,
}

/// A text above or in a header.
#[derive(Clone, Copy)]
struct Level<'w> {
    text: &'w str,
    /// It may stand over this column: nothing says where a group ends.
    guessed: bool,
}

impl<'w> Groups<'w> {
    fn of(sheet: &'w Sheet, head: &'w [SheetRow]) -> Self {
        let mut merged = BTreeMap::new();
        let width = head.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column).max().unwrap_or(0);
        let wide = sheet.merges.iter().filter(|region| region.columns.0 < region.columns.1);
        for region in wide {
            let (left, right) = region.columns;
            for row in head.iter().filter(|row| region.has(row.number, left)) {
                let Some(cell) = row.cell(left) else { continue };
                merged.extend((left + 1..=right.min(width)).map(|c| ((row.number, c), cell.text.as_str())));
            }
        }
        Groups { merged, tells_merges: sheet.tells_merges }
    }

    /// The names of columns whose header takes these rows.
    fn names(&self, rows: &'w [SheetRow], wanted: &Wanted<'_>) -> Vec<Cow<'w, str>> {
        let last = rows.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column).max();
        let Some(last) = last else { return Vec::new() };
        (0..=last).map(|column| name(&self.levels(rows, column), wanted)).collect()
    }

    /// The header with the rows below that belong to it though they add no name that is looked for: those which its cells
    /// are merged with, and a row of units.
    fn whole(
        &self,
        head: &'w [SheetRow],
        taken: &[SheetRow],
        header: Row<'w>,
        wanted: &Wanted<'_>,
    ) -> Row<'w> {
        let Some((first, bottom)) = taken.first().zip(taken.last()) else { return header };
        let below = |doubt: &Doubt| match doubt {
            Doubt::Merged(region) if region.rows.0 >= first.number => Some(region.rows.1),
            _ => None,
        };
        let doubts = taken.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.doubts);
        let end = doubts.filter_map(below).max().unwrap_or(0).max(bottom.number);
        let from = head.partition_point(|row| row.number < first.number);
        let mut to = head.partition_point(|row| row.number <= end);
        to += usize::from(head.get(to).is_some_and(|row| row.number == end + 1 && is_units(row)));
        let Some((last, above)) = head.get(from..to).and_then(<[_]>::split_last) else { return header };
        let named = if is_units(last) { above } else { head.get(from..to).unwrap_or_default() };
        let row = |cells| Row { number: last.number, cells };
        let plain = self.names(named, wanted);
        let measured = is_units(last).then(|| row(Self::with_units(&plain, last)));
        let fit = (wanted.judge)(&header);
        // Names that are asked for as they stand are asked for without a unit.
        let mut choices = measured.into_iter().chain([row(plain)]);
        choices.find(|choice| (wanted.judge)(choice) >= fit).unwrap_or(header)
    }

    /// The names of a header above a row of units.
    fn with_units(names: &[Cow<'w, str>], units: &SheetRow) -> Vec<Cow<'w, str>> {
        let named = names.iter().enumerate().map(|(column, name)| {
            let unit = units.cell(column as u32).and_then(|cell| as_unit(&cell.text));
            match unit.filter(|_| !trim(name).is_empty()) {
                Some(unit) => Cow::Owned(format!("{name}（{unit}）")),
                None => name.clone(),
            }
        });
        named.collect()
    }

    fn levels(&self, rows: &'w [SheetRow], column: u32) -> Vec<Level<'w>> {
        let filled = |row: &'w SheetRow, column| {
            row.cell(column).map(|cell| trim(&cell.text)).filter(|text| !text.is_empty())
        };
        let bottom = rows.last();
        let mut levels: Vec<Level<'w>> = Vec::with_capacity(rows.len());
        for row in rows {
            let is_bottom = bottom.is_some_and(|bottom| bottom.number == row.number);
            let own = filled(row, column).map(|text| Level { text, guessed: false });
            let merged = || {
                let text = self.merged.get(&(row.number, column)).filter(|_| !is_bottom)?;
                Some(Level { text: trim(text), guessed: false })
            };
            let guessed = || {
                let has_name = bottom.is_some_and(|bottom| filled(bottom, column).is_some());
                if self.tells_merges || is_bottom || !has_name {
                    return None;
                }
                let text = row.cells.iter().rev().filter(|cell| cell.column < column).map(|c| trim(&c.text));
                text.into_iter().find(|text| !text.is_empty()).map(|text| Level { text, guessed: true })
            };
            let level = own.or_else(merged).or_else(guessed);
            levels.extend(level.filter(|level| {
                !level.text.is_empty() && levels.last().is_none_or(|above| above.text != level.text)
            }));
        }
        levels
    }
}

/// The name of a column, put together from the texts above one another: 小学 over 在校生数 is 小学在校生数.
///
/// A text above that names a group (教师) may be left out; one that names a stage may not, as 小学 over 图书册数 is
/// another figure than the books of the school.
fn name<'w>(levels: &[Level<'w>], wanted: &Wanted<'_>) -> Cow<'w, str> {
    if let [one] = levels {
        return Cow::Borrowed(one.text);
    }
    let Some((last, above)) = levels.split_last() else { return Cow::Borrowed("") };
    // Every choice of the texts above, that with all of them first.
    for choice in (0..1u32 << above.len()).rev() {
        let is_taken = |place: usize| choice & (1 << (above.len() - 1 - place)) != 0;
        let left_out = above.iter().enumerate().filter(|(place, _)| !is_taken(*place));
        if left_out.into_iter().any(|(_, level)| !level.guessed && names_stage(level.text)) {
            continue;
        }
        let taken =
            above.iter().enumerate().filter(|(place, _)| is_taken(*place)).map(|(_, level)| level.text);
        let joined: String = taken.chain([last.text]).map(without_of_which).collect();
        if (wanted.knows)(&joined).is_some() {
            return Cow::Owned(joined);
        }
    }
    let all: Vec<&str> = levels.iter().map(|level| level.text).collect();
    Cow::Owned(all.join("/"))
}

fn names_stage(text: &str) -> bool {
    ["小学", "初中", "高中", "primary", "junior", "senior"].iter().any(|stage| text.contains(stage))
}

/// Without the words that say that it is a part of what stands above.
fn without_of_which(text: &str) -> &str {
    text.strip_prefix("其中").map_or(text, |rest| trim(rest.trim_start_matches([':', '：'])))
}

/// The unit that a cell names, with or without brackets around it.
fn as_unit(text: &str) -> Option<String> {
    let text = normal(text);
    let text = text.strip_prefix("单位:").unwrap_or(&text);
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
    [inside, text].into_iter().find(|text| unit::is_unit(text)).map(str::to_owned)
}

/// Whether a row below a header only numbers its columns: `1 2 3 4`, `甲 乙 1 2 3`.
fn is_numbering(row: &SheetRow) -> bool {
    let mut next = 1;
    let mut numbered = |text: &str| {
        if ["甲", "乙", "丙", "丁", "戊", "己"].contains(&text) {
            return true;
        }
        let is_next =
            text.trim_start_matches(['L', 'l', '(', '（']).trim_end_matches([')', '）']).parse() == Ok(next);
        next += 1;
        is_next
    };
    let filled = || row.cells.iter().map(|cell| trim(&cell.text)).filter(|text| !text.is_empty());
    filled().all(&mut numbered) && next > 3
}

const ITEMS: [&str; 7] = ["填报项目", "项目", "项目名称", "指标", "指标名称", "填报指标", "item"];
const VALUES: [&str; 8] = ["填报值", "值", "数值", "填报内容", "填写内容", "填报数", "数据", "value"];
const UNITS: [&str; 3] = ["单位", "计量单位", "unit"];
const CATEGORIES: [&str; 3] = ["类别", "分类", "category"];

/// A form: an item a row, with its unit and its value, as schools fill one each.
fn form<'w>(sheet: &'w Sheet, wanted: &Wanted<'_>) -> Option<Laid<'w>> {
    let column = |row: &SheetRow, names: &[&str]| {
        let is_named = |cell: &&super::Cell| names.contains(&normal(&cell.text).as_str());
        row.cells.iter().find(is_named).map(|cell| cell.column)
    };
    let mut head = sheet.rows.iter().take(HEADER_ROWS);
    let (top, item, value) = head.find_map(|row| Some((row, column(row, &ITEMS)?, column(row, &VALUES)?)))?;
    let (unit, category) = (column(top, &UNITS), column(top, &CATEGORIES));
    let mut form = Form { item: item as usize, value: value as usize, rows: Vec::new() };
    let mut header = Row { number: Form::ITEMS, cells: Vec::new() };
    for row in sheet.rows.iter().filter(|row| row.number > top.number) {
        let text = |column| row.cell(column).map(|cell| trim(&cell.text)).filter(|text| !text.is_empty());
        let first = row.cells.iter().map(|cell| trim(&cell.text)).find(|text| !text.is_empty());
        let Some(item) = text(item).filter(|_| !first.is_some_and(is_total_or_remark)) else { continue };
        let levels = category.and_then(text).into_iter().chain([item]);
        let levels: Vec<_> = levels.map(|text| Level { text, guessed: true }).collect();
        let name = name(&levels, wanted);
        // A unit says nothing of a name or a code; where things are measured it is part of the header.
        let unit = unit.and_then(text).filter(|unit| !is_missing_mark(unit));
        let measured = (wanted.knows)(&name).is_some_and(|known| known != Unit::None);
        let name = match unit {
            Some(unit) if measured && !name.ends_with([')', '）']) => {
                Cow::Owned(format!("{name}（{unit}）"))
            }
            _ => name,
        };
        header.cells.push(name);
        form.rows.push(row.number);
    }
    let fit = (wanted.judge)(&header);
    Some(Laid { sheet, header, form: Some(form), fit })
}
