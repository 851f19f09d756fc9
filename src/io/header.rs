//! Which column of a table is which: names as people write them, with their units.

use std::borrow::Cow;
use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::cell::{is_blank, trim};
use super::table::{Cells, Fit, Origin, Row, place};
use super::unit;
use crate::finding::{Arg, Code, Finding};
use crate::lang::Lang;
use crate::model::{Field, Unit};

/// A column that a kind of table may have; each kind has its own list.
pub(crate) trait Column: Copy + Eq + Into<Arg> + 'static {
    /// The whole list.
    const ALL: &'static [Self];
    /// Canonical header.
    fn id(self) -> &'static str;
    /// Chinese name.
    fn zh(self) -> &'static str;
    /// Other headers in use.
    fn aliases(self) -> &'static [&'static str];
    /// The unit it is held in.
    fn unit(self) -> Unit;
}

impl Column for Field {
    const ALL: &'static [Self] = Field::ALL;

    fn id(self) -> &'static str {
        self.id()
    }

    fn zh(self) -> &'static str {
        self.zh()
    }

    fn aliases(self) -> &'static [&'static str] {
        self.aliases()
    }

    fn unit(self) -> Unit {
        self.unit()
    }
}

/// A name as it is compared: half-width, without blanks, in lower case.
pub(crate) fn normal(text: &str) -> String {
    compared(text).into_owned()
}

/// A name as it is compared, which nearly every name is as it stands.
fn compared(text: &str) -> Cow<'_, str> {
    if is_normal(text) {
        return Cow::Borrowed(text);
    }
    text.nfkc().filter(|c| !is_blank(*c)).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a text is certainly as it is compared: of signs of ASCII and Chinese characters (U+4E00 to U+9FFF), which
/// have no other form.
fn is_normal(text: &str) -> bool {
    let mut bytes = text.as_bytes();
    loop {
        bytes = match bytes {
            [b'!'..=b'@' | b'['..=b'~', rest @ ..]
            | [0xe4, 0xb8..=0xbf, _, rest @ ..]
            | [0xe5..=0xe9, _, _, rest @ ..] => rest,
            _ => return bytes.is_empty(),
        };
    }
}

/// A name whose last brackets hold a unit: the name before them, and the unit.
fn split_brackets(name: &str) -> Option<(&str, &str)> {
    [('(', ')'), ('[', ']'), ('【', '】')].into_iter().find_map(|(open, close)| {
        let inside = name.strip_suffix(close)?;
        // The brackets that close last may hold others: 设备(台(套)).
        let mut depth = 0;
        let at = inside.char_indices().rev().find(|(_, c)| {
            depth += i32::from(*c == close);
            depth -= i32::from(*c == open);
            depth < 0
        });
        let (name, unit) = inside.split_at(at?.0);
        let unit = unit.strip_prefix(open)?;
        Some((name, unit.strip_prefix("单位:").unwrap_or(unit)))
    })
}

/// A name without its unit, which is read as any other, so that 图书藏量(册) and 图书藏量(万册) both are.
fn without_unit(name: Cow<'_, str>) -> Cow<'_, str> {
    let bare =
        split_brackets(&name).filter(|(_, written)| unit::is_unit(written)).map(|(bare, _)| bare.len());
    match (name, bare) {
        (name, None) => name,
        (Cow::Borrowed(name), Some(end)) => Cow::Borrowed(name.get(..end).unwrap_or(name)),
        (Cow::Owned(mut name), Some(end)) => {
            name.truncate(end);
            Cow::Owned(name)
        }
    }
}

/// What a header cell turned out to be.
#[derive(Debug, PartialEq)]
enum Match<C> {
    /// The column, and the power of ten that its unit asks for.
    Known(C, u8),
    /// The column, in a unit that does not fit.
    Unit(C, String),
    Unknown,
}

/// The names of a list of columns, ready to be matched.
#[derive(Debug)]
pub(crate) struct Names<C> {
    columns: HashMap<Cow<'static, str>, C>,
}

impl<C: Column> Names<C> {
    pub(crate) fn new() -> Self {
        // Most have three names.
        let mut columns = HashMap::with_capacity(3 * C::ALL.len());
        for &column in C::ALL {
            for name in [column.id(), column.zh()].iter().chain(column.aliases()) {
                columns.entry(without_unit(compared(name))).or_insert(column);
            }
        }
        Names { columns }
    }

    /// The unit of the column that a text names, in whatever unit it names it.
    #[cfg(feature = "xlsx")]
    pub(crate) fn unit_of(&self, typed: &str) -> Option<Unit> {
        match self.find(typed) {
            Match::Known(column, _) | Match::Unit(column, _) => Some(column.unit()),
            Match::Unknown => None,
        }
    }

    fn find(&self, typed: &str) -> Match<C> {
        let name = compared(typed);
        if let Some(&column) = self.columns.get(name.as_ref()) {
            return Match::Known(column, 0);
        }
        if let Some((bare, written)) = split_brackets(&name)
            && let Some(&column) = self.columns.get(bare)
        {
            return match unit::power(column.unit(), written) {
                Some(power) => Match::Known(column, power),
                None if unit::is_unit(written) => Match::Unit(column, written.to_owned()),
                None => Match::Unknown,
            };
        }
        // 教学仪器设备值万元, teaching_area_m2: only where the unit fits, for 学校名 is no number of schools.
        let suffixed = unit::suffixes(&name).find_map(|(bare, written)| {
            let bare = bare.trim_end_matches(['/', ':', '_', '-', ',', '、']);
            let column = *self.columns.get(bare)?;
            let power = unit::power(column.unit(), written).filter(|_| column.unit() != Unit::None)?;
            Some(Match::Known(column, power))
        });
        suffixed.unwrap_or(Match::Unknown)
    }

    /// How well a row serves as the header of a table that needs `required`.
    pub(crate) fn fit(&self, row: &Row, required: &[C]) -> Fit {
        let found = row.cells.iter().filter_map(|cell| match self.find(cell) {
            Match::Known(column, _) | Match::Unit(column, _) => Some(column),
            Match::Unknown => None,
        });
        let found: Vec<C> = found.collect();
        // A single name may stand in a title.
        let known = if found.len() < 2 { 0 } else { found.len() };
        Fit { complete: required.iter().all(|column| found.contains(column)), known }
    }
}

/// A column of a table that is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot<C> {
    pub(crate) column: C,
    /// Its place in a row.
    pub(crate) index: usize,
    /// The power of ten that leads from its unit to the one held.
    pub(crate) power: u8,
}

/// The header of a table, understood.
#[derive(Debug)]
pub(crate) struct Header<C> {
    pub(crate) slots: Vec<Slot<C>>,
    /// Cells a row must have.
    pub(crate) width: usize,
    /// Places of columns without a name.
    pub(crate) unnamed: Vec<usize>,
    /// Columns twice, unfit units, unknown columns.
    pub(crate) findings: Vec<Finding>,
}

impl<C: Column> Header<C> {
    pub(crate) fn read<'a>(origin: impl Into<Origin<'a>>, row: &Row, names: &Names<C>) -> Self {
        let origin = origin.into();
        let width = row.filled_width();
        let mut header = Header { slots: Vec::new(), width, unnamed: Vec::new(), findings: Vec::new() };
        for index in 0..width {
            let typed = trim(row.cell(index));
            let finding =
                |code| Finding::new(code).value(typed).place(place(origin, Some(row.number), Some(index)));
            if typed.is_empty() {
                header.unnamed.push(index);
                continue;
            }
            match names.find(typed) {
                Match::Known(column, power) => {
                    if let Some(first) = header.slots.iter().find(|s| s.column == column) {
                        let other = place(origin, Some(row.number), Some(first.index));
                        let other = |lang| other.as_ref().map(|p| p.describe(lang)).unwrap_or_default();
                        header.findings.push(
                            finding(Code::DuplicateColumn)
                                .column(column)
                                .arg("other", trim(row.cell(first.index)))
                                .arg("other_place", Arg::names(other(Lang::Zh), other(Lang::En))),
                        );
                    } else {
                        header.slots.push(Slot { column, index, power });
                    }
                }
                Match::Unit(column, written) => header.findings.push(
                    finding(Code::UnknownUnit)
                        .column(column)
                        .arg("unit", &written)
                        .arg("expected", unit::expected(column.unit())),
                ),
                Match::Unknown => header.findings.push(finding(Code::UnknownColumn)),
            }
        }
        header
    }

    pub(crate) fn slot(&self, column: C) -> Option<&Slot<C>> {
        self.slots.iter().find(|s| s.column == column)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(typed: &str) -> Match<Field> {
        Names::new().find(typed)
    }

    #[test]
    fn a_name_is_known_however_it_is_typed() {
        for (typed, field) in [
            ("county_code", Field::CountyCode),
            (" County_Code\u{a0}", Field::CountyCode),
            ("\u{feff}区县\u{3000}代码", Field::CountyCode),
            ("小学\n在校生数", Field::StudentsPrimary),
            ("小学学生人数(在校人数)", Field::StudentsPrimary),
            ("县（市、区）", Field::County),
            ("教学及辅助用房面积（不含室内体育用房）", Field::TeachingAreaNet),
        ] {
            assert_eq!(find(typed), Match::Known(field, 0), "{typed}");
        }
        // Every name of the list, as it stands and in full width, is its own column.
        for &field in Field::ALL {
            for name in [field.id(), field.zh()].iter().chain(field.aliases()) {
                assert_eq!(find(name), Match::Known(field, 0), "{name}");
                let wide = name.replace('(', "（").replace(')', "）");
                assert_eq!(find(&wide), Match::Known(field, 0), "{wide}");
            }
        }
    }

    #[test]
    fn a_unit_in_the_header_is_understood() {
        for (typed, field, power) in [
            ("教学仪器设备值（万元）", Field::EquipmentValue, 4),
            ("教学仪器设备值(元)", Field::EquipmentValue, 0),
            ("教学仪器设备资产值（账面原值）（单位：万元）", Field::EquipmentValue, 4),
            ("教学仪器设备值万元", Field::EquipmentValue, 4),
            ("equipment_value_万元", Field::EquipmentValue, 4),
            ("运动场地面积㎡", Field::SportsFieldArea, 0),
            ("运动场地面积 [m²]", Field::SportsFieldArea, 0),
            ("teaching_area_m2", Field::TeachingArea, 0),
            ("小学在校生数(人)", Field::StudentsPrimary, 0),
            ("图书藏量（万册）", Field::Books, 4),
            ("计算机台数(台(套))", Field::Computers, 0),
            ("建校年份(年)", Field::FoundedYear, 0),
        ] {
            assert_eq!(find(typed), Match::Known(field, power), "{typed}");
        }
    }

    #[test]
    fn a_unit_that_does_not_fit_is_told_and_other_brackets_make_another_column() {
        assert_eq!(find("运动场地面积（亩）"), Match::Unit(Field::SportsFieldArea, "亩".to_owned()));
        assert_eq!(find("图书册数(万元)"), Match::Unit(Field::Books, "万元".to_owned()));
        for typed in ["小学在校生数(其中女生)", "学校名", "学校电话", "", ")", "(", "()", "))(("]
        {
            assert_eq!(find(typed), Match::Unknown, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn a_name_that_is_normal_is_compared_as_it_stands(
            text in r"[ -~\u{4e00}-\u{9fff}]{0,12}|\PC{0,12}|[a-z一-龥（）Ａ-Ｚ⑴㎡é \u{301}\u{3000}\u{200b}]{0,12}"
        ) {
            let written: String = text.nfkc().filter(|c| !is_blank(*c)).map(|c| c.to_ascii_lowercase()).collect();
            prop_assert_eq!(normal(&text), written);
        }
    }

    #[test]
    fn every_character_that_is_taken_for_normal_is() {
        let normal =
            (0..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|c| is_normal(&c.to_string()));
        for c in normal {
            assert!(c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c), "{c:?}");
            assert!(c.nfkc().eq([c]) && !is_blank(c) && !c.is_ascii_uppercase(), "{c:?}");
            // Nor is it joined with what stands before it.
            assert!(
                ['a', '中'].iter().all(|before| [*before, c].into_iter().nfkc().eq([*before, c])),
                "{c:?}"
            );
        }
    }
}
