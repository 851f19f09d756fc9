//! The columns of a template: what is typed in each, in which unit, and what a blank cell means.

use super::Need;
use super::uses::{self, Use};
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{Area, CountyField, CountyFieldKind, Field, FieldKind, SchoolKind, Sponsor, Unit};
use crate::standards::{Procedure, Standard};

/// What is typed in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Text,
    /// Digits that are no number: kept as text, zeros in front and all.
    Code,
    /// The same, six of them.
    CountyCode,
    Year,
    Count,
    Amount,
    Percent,
    Ratio,
    /// Several amounts, separated.
    List,
    /// One of a list, Chinese names and identifiers.
    Choice(Vec<(&'static str, &'static str)>),
}

/// Yes and no, as the readers take them.
const YES_NO: [(&str, &str); 2] = [("是", "yes"), ("否", "no")];
/// Levels of attainment.
const LEVELS: [(&str, &str); 4] = [("Ⅰ", "1"), ("Ⅱ", "2"), ("Ⅲ", "3"), ("Ⅳ", "4")];

/// A column of a template.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) id: String,
    /// The name as the tables have it; the answer to a veto of an overlay is known by its identifier alone.
    pub(super) name: Text,
    pub(super) unit: Unit,
    pub(super) entry: Entry,
    pub(super) need: Need,
    pub(super) blank: Text,
    pub(super) uses: Vec<Use>,
}

impl Column {
    fn of_school(standard: &Standard, field: Field) -> Self {
        let uses = uses::of_school_column(standard, field);
        let always = Field::REQUIRED.contains(&field)
            || matches!(field, Field::SchoolName | Field::StudentsPrimary | Field::StudentsJunior);
        Column {
            id: field.id().to_owned(),
            name: Text::new(field.zh(), field.id()),
            unit: field.unit(),
            entry: school_entry(field),
            need: need(always, &uses),
            blank: blank_of_school(field),
            uses,
        }
    }

    fn of_county(standard: &Standard, field: CountyField) -> Self {
        let uses = uses::of_county_column(standard, field);
        let always = matches!(field, CountyField::CountyCode | CountyField::County);
        Column {
            id: field.id().to_owned(),
            name: Text::new(field.zh(), field.id()),
            unit: field.unit(),
            entry: county_entry(field),
            need: need(always, &uses),
            blank: blank_of_county(field),
            uses,
        }
    }

    /// The header, with the unit where the readers understand it.
    pub(super) fn header(&self, lang: Lang) -> String {
        let [name, unit] = self.header_lines(lang);
        // A Chinese bracket has its own room.
        let between = if unit.is_empty() { "" } else { lang.pick("", " ") };
        format!("{name}{between}{unit}")
    }

    /// The header in two lines, the second of which is the unit in brackets or blank.
    pub(super) fn header_lines(&self, lang: Lang) -> [String; 2] {
        let unit = match (lang, self.unit) {
            (Lang::Zh, unit) if !unit.zh().is_empty() => format!("（{}）", unit.zh()),
            (Lang::En, Unit::Yuan | Unit::SquareMetres | Unit::Percent) => format!("({})", self.unit.id()),
            _ => String::new(),
        };
        [lang.pick(&self.name.zh, &self.name.en).clone(), unit]
    }

    /// What is typed in a cell, in words.
    pub(super) fn filling(&self, lang: Lang) -> String {
        let (zh, en) = (self.unit.zh(), self.unit.id());
        match &self.entry {
            Entry::Text => lang.pick("文字".into(), "text".into()),
            Entry::Code => lang.pick(
                "代码，按文字填写，保留开头的 0".into(),
                "a code, kept as text with the zeros in front".into(),
            ),
            Entry::CountyCode => lang.pick(
                "六位行政区划代码，按文字填写".into(),
                "the six digits of the county's code, kept as text".into(),
            ),
            Entry::Year => {
                lang.pick("四位年份，如 2024".into(), "a year of four digits, such as 2024".into())
            }
            Entry::Count => {
                lang.pick(format!("零或正整数，单位：{zh}"), format!("a whole number, zero or more ({en})"))
            }
            Entry::Amount => lang
                .pick(format!("零或正数，可带小数，单位：{zh}"), format!("a number, zero or more, in {en}")),
            Entry::Percent => lang.pick(
                "0 至 100 的百分数，填 94.9，不加 %".into(),
                "per cent, 0 to 100: 94.9 without the sign".into(),
            ),
            Entry::Ratio => {
                lang.pick("0 至 1 的比率，如 0.149".into(), "a share of one, 0 to 1, such as 0.149".into())
            }
            Entry::List => lang.pick(
                format!("逐间填写，单位：{zh}，用分号隔开，如 54;60.5"),
                format!("one by one, in {en}, separated by semicolons: 54;60.5"),
            ),
            Entry::Choice(_) => {
                let all = self.choices(lang).join(lang.pick("、", ", "));
                lang.pick(format!("从列表中选：{all}"), format!("one of: {all}"))
            }
        }
    }

    /// The entries of the drop-down list; none where there is no list.
    pub(super) fn choices(&self, lang: Lang) -> Vec<&'static str> {
        match &self.entry {
            Entry::Choice(all) => all.iter().map(|(zh, en)| lang.pick(*zh, *en)).collect(),
            _ => Vec::new(),
        }
    }
}

/// The columns of the school table.
pub(super) fn schools(standard: &Standard, every: bool) -> Vec<Column> {
    let columns = Field::ALL.iter().map(|field| Column::of_school(standard, *field));
    ordered(columns.collect(), every)
}

/// The columns of the county table, those of vetoes that overlays add behind the others.
pub(super) fn county(standard: &Standard, every: bool) -> Vec<Column> {
    let columns = CountyField::ALL.iter().map(|field| Column::of_county(standard, *field));
    let added = standard
        .items()
        .iter()
        .filter(|item| item.procedure() == Procedure::Veto && CountyField::from_id(item.id()).is_none());
    let added = added.map(|item| Column {
        id: item.id().to_owned(),
        // Known to the reader by its identifier alone.
        name: Text::new(item.id(), item.id()),
        unit: Unit::None,
        entry: Entry::Choice(YES_NO.to_vec()),
        need: Need::Used,
        blank: unanswered(),
        uses: uses::of_added_veto(item),
    });
    ordered(columns.chain(added).collect(), every)
}

/// Required columns first, optional ones last; those that the standard has no use for only where all are asked for.
fn ordered(mut columns: Vec<Column>, every: bool) -> Vec<Column> {
    columns.retain(|column| every || column.need != Need::Other);
    columns.sort_by_key(|column| column.need);
    columns
}

fn need(always: bool, uses: &[Use]) -> Need {
    let found = uses.iter().map(|purpose| purpose.need).min();
    if always { Need::Required } else { found.unwrap_or(Need::Other) }
}

fn school_entry(field: Field) -> Entry {
    match (field, field.kind()) {
        (Field::CountyCode, _) => Entry::CountyCode,
        (Field::SchoolCode, _) => Entry::Code,
        (Field::Kind, _) => Entry::Choice(SchoolKind::ALL.iter().map(|k| (k.zh(), k.id())).collect()),
        (Field::Ownership, _) => Entry::Choice(Sponsor::ALL.iter().map(|s| (s.zh(), s.id())).collect()),
        (Field::UrbanRural, _) => Entry::Choice(Area::ALL.iter().map(|a| (a.zh(), a.id())).collect()),
        (_, FieldKind::Boolean) => Entry::Choice(YES_NO.to_vec()),
        (_, FieldKind::Year) => Entry::Year,
        (_, FieldKind::Count) => Entry::Count,
        (_, FieldKind::Amount) => Entry::Amount,
        (_, FieldKind::List) => Entry::List,
        (_, FieldKind::Text | FieldKind::Category) => Entry::Text,
    }
}

fn county_entry(field: CountyField) -> Entry {
    match field.kind() {
        CountyFieldKind::Text if field == CountyField::CountyCode => Entry::CountyCode,
        CountyFieldKind::Text => Entry::Text,
        CountyFieldKind::Year => Entry::Year,
        CountyFieldKind::Count => Entry::Count,
        CountyFieldKind::Amount => Entry::Amount,
        CountyFieldKind::Percent => Entry::Percent,
        CountyFieldKind::Ratio => Entry::Ratio,
        CountyFieldKind::Level => Entry::Choice(LEVELS.to_vec()),
        CountyFieldKind::Attestation | CountyFieldKind::Boolean => Entry::Choice(YES_NO.to_vec()),
    }
}

fn unanswered() -> Text {
    Text::new("空白是没有回答，不等于“否”", "blank is no answer, which is not no")
}

fn missing() -> Text {
    Text::new("空白即缺失，不是零；没有请填 0", "blank is missing, not zero; type 0 where there is none")
}

fn required() -> Text {
    Text::new("不能空白", "must not be blank")
}

fn blank_of_school(field: Field) -> Text {
    match field {
        field if field.blank_means_none() => Text::new("空白即没有", "blank means none"),
        Field::StudentsPrimary | Field::StudentsJunior => Text::new(
            "学校不设这一学段的留空；设有而留空即缺失",
            "blank where the school has no such stage; missing where it has",
        ),
        Field::StudentsSenior => Text::new(
            "不设高中的留空；完全中学、十二年一贯制学校没有高中学生请填 0",
            "blank without a senior stage; complete secondary and twelve-year schools without pupils in it type 0",
        ),
        field if Field::REQUIRED.contains(&field) => required(),
        field if field.kind() == FieldKind::Boolean => unanswered(),
        field if field.is_numeric() || field.kind() == FieldKind::List => missing(),
        _ => Text::new("空白即不知道", "blank is not known"),
    }
}

fn blank_of_county(field: CountyField) -> Text {
    match field.kind() {
        _ if field == CountyField::CountyCode => required(),
        CountyFieldKind::Attestation | CountyFieldKind::Boolean => unanswered(),
        CountyFieldKind::Text | CountyFieldKind::Year => Text::new("空白即不知道", "blank is not known"),
        CountyFieldKind::Percent | CountyFieldKind::Ratio | CountyFieldKind::Level => {
            Text::new("空白即缺失，不是零", "blank is missing, not zero")
        }
        CountyFieldKind::Count | CountyFieldKind::Amount => missing(),
    }
}
