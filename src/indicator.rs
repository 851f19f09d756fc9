//! What the indicators count: the amounts behind them, before any threshold.

use std::fmt;
use std::ops::Range;

use crate::model::{BLANK, DataSet, Field, RawCell, RawCells, SchoolRow, Stage, Unit, WIDE};
use crate::numeric::{LANES, Ratio, Row, pow10};

macro_rules! indicators {
    ($($variant:ident $id:literal $zh:literal $en:literal $unit:ident;)*) => {
        /// An indicator of resources (资源配置指标): an amount per pupil or per hundred pupils.
        ///
        /// What it counts is fixed here; per how many pupils, whether it is shared between stages and what it
        /// must reach is law, and stands in a [`Standard`](crate::Standard).
        #[doc(alias = "指标")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Indicator { $(#[doc = concat!($en, " (", $zh, ").")] #[doc(alias = $zh)] $variant,)* }

        impl Indicator {
            /// All that are known.
            pub const ALL: &'static [Indicator] = &[$(Indicator::$variant),*];

            /// Identifier in standards and results.
            pub fn id(self) -> &'static str { match self { $(Indicator::$variant => $id,)* } }

            /// Chinese name of what is counted.
            pub fn zh(self) -> &'static str { match self { $(Indicator::$variant => $zh,)* } }

            /// English name of what is counted.
            pub fn en(self) -> &'static str { match self { $(Indicator::$variant => $en,)* } }

            /// Unit of the amount, before it is divided by pupils.
            pub fn unit(self) -> Unit { match self { $(Indicator::$variant => Unit::$unit,)* } }
        }
    };
}

indicators! {
    AboveQualifiedTeachers "above_qualified_teachers" "高于规定学历教师" "teachers above the required qualification" Persons;
    BackboneTeachers "backbone_teachers" "县级以上骨干教师" "backbone teachers" Persons;
    PeArtsTeachers "pe_arts_teachers" "体育、艺术专任教师" "PE and arts teachers" Persons;
    TeachingArea "teaching_area" "教学及辅助用房面积" "teaching and auxiliary rooms" SquareMetres;
    SportsArea "sports_area" "体育运动场馆面积" "sports grounds and rooms" SquareMetres;
    EquipmentValue "equipment_value" "教学仪器设备值" "teaching equipment" Yuan;
    MultimediaClassrooms "multimedia_classrooms" "网络多媒体教室" "networked multimedia classrooms" Rooms;
    Computers "computers" "计算机" "computers" Sets;
    Books "books" "图书" "books" Volumes;
    Teachers "teachers" "专任教师" "full-time teachers" Persons;
    MidSeniorTeachers "mid_senior_teachers" "中级及以上职称教师" "teachers of middle or higher title" Persons;
}

impl fmt::Display for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// An exact amount: a whole number of 10^−scale of the indicator's unit, zero or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) mantissa: i128,
    pub(crate) scale: u8,
}

impl Amount {
    /// What a cell gives.
    pub(crate) fn of(school: SchoolRow<'_>, field: Field) -> Option<Amount> {
        school.raw(field).map(|(mantissa, scale)| Amount { mantissa: mantissa.into(), scale })
    }

    /// The sum (`sign` 1) or difference (−1); both stay far below 128 bits, as decimals have 18 digits.
    pub(crate) fn plus(self, other: Amount, sign: i128) -> Amount {
        let scale = self.scale.max(other.scale);
        let at = |a: Amount| a.mantissa * pow10(scale - a.scale);
        Amount { mantissa: at(self) + sign * at(other), scale }
    }

    pub(crate) fn ratio(self) -> Ratio {
        Ratio::from_parts(self.mantissa, self.scale)
    }
}

/// With no more decimals than it has.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.ratio().to_fixed(self.scale);
        f.write_str(if self.scale > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text })
    }
}

/// An amount that is no whole number of hundredths, or made of a column that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wide;

/// The columns an amount is made of, see [`Indicator::cells`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct AmountCells<'a> {
    main: RawCells<'a>,
    substitute: Option<RawCells<'a>>,
    component: Option<(RawCells<'a>, i64)>,
}

impl AmountCells<'_> {
    /// Decimals of the amounts.
    pub(crate) const DECIMALS: u8 = 2;

    /// What [`Indicator::amount`] gives for a row, in hundredths; `None` where that is not known.
    pub(crate) fn hundredths(&self, row: u32) -> Result<Option<i64>, Wide> {
        let given = |cells: RawCells<'_>| match cells.get(row) {
            RawCell::Missing => Ok(None),
            RawCell::Wide => Err(Wide),
            RawCell::Hundredths(hundredths) => Ok(Some(hundredths)),
        };
        let Some(whole) = given(self.main)? else { return self.substitute.map_or(Ok(None), given) };
        let Some((component, sign)) = self.component else { return Ok(Some(whole)) };
        let Some(part) = given(component)? else { return Ok(Some(whole)) };
        // Both are below 10^14.
        let amount = if sign < 0 { whole - part } else { whole + part };
        Ok(Some(amount).filter(|amount| *amount >= 0))
    }

    /// The same of rows that stand one below the other, [`BLANK`] where it is not known and [`WIDE`] where it cannot be told,
    /// in the place of what was in `amounts`; what is in `parts` is overwritten.
    pub(crate) fn in_rows(&self, rows: Range<u32>, amounts: &mut Vec<i64>, parts: &mut Vec<i64>) {
        let cells = rows.start as usize..rows.end as usize;
        if let Some(substitute) = self.substitute.filter(|_| self.main.is_empty()) {
            return substitute.of_range(cells, amounts);
        }
        self.main.of_range(cells.clone(), amounts);
        let sign = match self.component {
            Some((component, sign)) => {
                component.of_range(cells, parts);
                sign
            }
            None if self.substitute.is_none() => return,
            None => {
                parts.clear();
                parts.resize(amounts.len(), BLANK);
                1
            }
        };
        for ((row, amount), part) in rows.zip(amounts).zip(parts) {
            *amount = match (*amount, *part) {
                (BLANK, _) => match self.substitute.map(|cells| cells.get(row)) {
                    None | Some(RawCell::Missing) => BLANK,
                    Some(RawCell::Wide) => WIDE,
                    Some(RawCell::Hundredths(hundredths)) => hundredths,
                },
                (WIDE, _) | (_, BLANK) => *amount,
                (_, WIDE) => WIDE,
                // Both are below 10^14.
                (whole, part) => Some(whole + sign * part).filter(|sum| *sum >= 0).unwrap_or(BLANK),
            };
        }
    }

    /// Puts what [`Indicator::amount`] gives for some rows where each is to be, in hundredths; below zero, or no number, where it
    /// is not known, or made of something that is not ordinary.
    #[inline(always)]
    pub(crate) fn put(&self, rows: impl Iterator<Item = u32> + Clone, to: &mut [Row], lane: usize) {
        let lane = lane % LANES;
        let main = self.substitute.filter(|_| self.is_substituted()).unwrap_or(self.main);
        main.put(rows.clone(), to.iter_mut().map(|row| &mut row[lane]));
        if let Some((part, sign)) =
            self.component.filter(|(part, _)| !self.is_substituted() && !part.is_empty())
        {
            part.add(rows, to.iter_mut().map(|row| &mut row[lane]), sign as f64);
        }
    }

    /// Whether amounts come from the column that is read in the place of the first.
    pub(crate) fn is_substituted(&self) -> bool {
        self.substitute.is_some() && self.main.is_empty()
    }

    /// Those of sixteen rows, one below the other from this one on, whose component is blank, a bit each.
    pub(crate) fn blank_parts(&self, first: u32) -> u16 {
        let Some((part, _)) = self.component else { return 0 };
        if part.is_empty() {
            return u16::MAX;
        }
        let is_blank = |row| part.get(row) == RawCell::Missing;
        (first..first + 16).enumerate().fold(0, |bits, (place, row)| bits | u16::from(is_blank(row)) << place)
    }
}

/// Why an amount is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// The cell is missing.
    Missing(Field),
    /// The whole is smaller than the part taken off it.
    Negative { whole: Field, part: Field },
}

/// The columns an amount is made of.
struct Sources {
    /// The column that gives it.
    main: Field,
    /// A column that gives the same directly, where the first is missing.
    substitute: Option<Field>,
    /// A component of the whole, added (`1`) or taken off (`-1`) where the main column is used; blank means none.
    component: Option<(Field, i128)>,
}

impl Indicator {
    /// The indicator with this identifier.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Indicator, model::{Field, Stage, Unit}};
    /// let area = Indicator::from_id("sports_area").unwrap();
    /// assert_eq!((area.zh(), area.unit()), ("体育运动场馆面积", Unit::SquareMetres));
    /// assert_eq!(area.field(Stage::Primary), Field::SportsFieldArea);
    /// assert_eq!(area.substitute(Stage::Primary), Some(Field::SportsTotalArea));
    /// ```
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|i| i.id() == id)
    }

    fn sources(self, stage: Stage) -> Sources {
        let of = |main| Sources { main, substitute: None, component: None };
        let by_stage = |primary, junior| of(if stage == Stage::Primary { primary } else { junior });
        match self {
            Indicator::AboveQualifiedTeachers => {
                by_stage(Field::AboveQualifiedPrimary, Field::AboveQualifiedJunior)
            }
            Indicator::BackboneTeachers => by_stage(Field::BackbonePrimary, Field::BackboneJunior),
            Indicator::PeArtsTeachers => by_stage(Field::PeArtsPrimary, Field::PeArtsJunior),
            Indicator::Teachers => by_stage(Field::TeachersPrimary, Field::TeachersJunior),
            Indicator::MidSeniorTeachers => by_stage(Field::MidSeniorPrimary, Field::MidSeniorJunior),
            // The statistics count indoor sports rooms among the teaching rooms: taken off here, added below.
            Indicator::TeachingArea => Sources {
                main: Field::TeachingArea,
                substitute: Some(Field::TeachingAreaNet),
                component: Some((Field::IndoorSportsArea, -1)),
            },
            Indicator::SportsArea => Sources {
                main: Field::SportsFieldArea,
                substitute: Some(Field::SportsTotalArea),
                component: Some((Field::IndoorSportsArea, 1)),
            },
            Indicator::EquipmentValue => of(Field::EquipmentValue),
            Indicator::MultimediaClassrooms => of(Field::MultimediaClassrooms),
            Indicator::Computers => {
                Sources { substitute: Some(Field::ComputersTeaching), ..of(Field::Computers) }
            }
            Indicator::Books => of(Field::Books),
        }
    }

    /// The column that gives its amount for a stage.
    pub fn field(self, stage: Stage) -> Field {
        self.sources(stage).main
    }

    /// The column that is read where [`field`](Self::field) is missing.
    pub fn substitute(self, stage: Stage) -> Option<Field> {
        self.sources(stage).substitute
    }

    /// The optional component whose blank means none.
    pub(crate) fn component(self, stage: Stage) -> Option<Field> {
        self.sources(stage).component.map(|(field, _)| field)
    }

    /// Whether a column can add to its amount: one of its unit that is not counted already.
    pub(crate) fn takes(self, field: Field) -> bool {
        let counted = Stage::COMPULSORY.into_iter().any(|stage| {
            let Sources { main, substitute, component } = self.sources(stage);
            field == main || Some(field) == substitute || component.is_some_and(|(part, _)| field == part)
        });
        field.unit() == self.unit() && !counted
    }

    /// The columns its amount is made of, to be read of many rows.
    pub(crate) fn cells(self, data: &DataSet, stage: Stage) -> AmountCells<'_> {
        let Sources { main, substitute, component } = self.sources(stage);
        AmountCells {
            main: data.cells(main),
            substitute: substitute.map(|field| data.cells(field)),
            component: component.map(|(field, sign)| (data.cells(field), if sign < 0 { -1 } else { 1 })),
        }
    }

    /// The amount of a school, of a stage where the column is given by stage.
    pub(crate) fn amount(self, school: SchoolRow<'_>, stage: Stage) -> Result<Amount, Gap> {
        let Sources { main, substitute, component } = self.sources(stage);
        let Some(whole) = Amount::of(school, main) else {
            let direct = substitute.and_then(|field| Amount::of(school, field));
            // Where the table has only the other column, that is the one to fill in.
            let only = substitute.filter(|field| !school.has_column(main) && school.has_column(*field));
            return direct.ok_or(Gap::Missing(only.unwrap_or(main)));
        };
        let Some((part, sign)) = component else { return Ok(whole) };
        let Some(value) = Amount::of(school, part) else { return Ok(whole) };
        let amount = whole.plus(value, sign);
        if amount.mantissa < 0 { Err(Gap::Negative { whole: main, part }) } else { Ok(amount) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Quantity, School, SchoolKind};
    use crate::numeric::Decimal;

    proptest! {
        /// Of many rows what single rows have, be numbers missing, long, with more decimals, or less than what is taken off.
        #[test]
        fn amounts_of_rows_are_those_of_each(
            rows in prop::collection::vec(
                prop::array::uniform4(prop_oneof![
                    1 => Just(None),
                    2 => (0..100_000i64).prop_map(|hundredths| Some((hundredths, 2))),
                    1 => (0..90_000_000_000i64).prop_map(|hundredths| Some((hundredths, 2))),
                    1 => (0..100_000i64).prop_map(|thousandths| Some((thousandths, 3))),
                ]),
                1..30,
            ),
            without in prop::option::of(0..4usize),
        ) {
            let fields =
                [Field::TeachingArea, Field::SportsFieldArea, Field::IndoorSportsArea, Field::TeachingAreaNet];
            let mut builder = DataSet::builder();
            for (code, cells) in rows.iter().enumerate() {
                let school = School::new("210102", &format!("{code:02}"), SchoolKind::Primary).expect("valid");
                let given = fields.into_iter().zip(cells).enumerate().filter(|(place, _)| Some(*place) != without);
                builder.push(&given.fold(school, |school, (_, (field, cell))| {
                    let Some((number, scale)) = *cell else { return school };
                    let value = Decimal::new(number, scale).expect("small");
                    school.with(field, Quantity::new(value, field.unit())).expect("a number")
                }));
            }
            let data = builder.finish().expect("distinct codes");
            for indicator in [Indicator::TeachingArea, Indicator::SportsArea] {
                let cells = indicator.cells(&data, Stage::Primary);
                // Where the first column has anything, rows without it are left to the way of single values.
                let main = data.cells(indicator.field(Stage::Primary));
                let all = 0..rows.len() as u32;
                let mut found = vec![[7.0; LANES]; rows.len()];
                cells.put(all.clone(), &mut found, 5);
                for (place, found) in all.zip(found) {
                    prop_assert!(found.iter().enumerate().all(|(lane, other)| lane == 5 || *other == 7.0));
                    let is_given = cells.is_substituted() || main.get(place) != RawCell::Missing;
                    let expected = cells.hundredths(place).ok().flatten().filter(|_| is_given);
                    prop_assert_eq!((found[5] >= 0.0).then_some(found[5] as i64), expected);
                }
            }
        }
    }
}
