//! Items as a caller sees them.

use std::fmt;
use std::ops::Range;

use super::kept::{ClauseRecord, Items, Kept, PartRecord, SchoolRecord};
use super::name::Name;
use crate::assess::{CountyResult, Verdict};
use crate::lang::Lang;
use crate::model::{SchoolRow, Stage, Unit};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Citation, Direction, Item, ItemClause, Part, Standard};

/// One item of a county: its verdict and what it rests on (评估内容).
///
/// # Examples
/// ```
/// use junheng::model::{CountyData, CountyField, CountyTable, DataSet, Field, School, SchoolKind};
/// use junheng::{Assessor, Lang, Standard, Verdict};
///
/// let mut schools = DataSet::builder();
/// schools.push(&School::new("210102", "1", SchoolKind::Primary)?.with_count(Field::StudentsPrimary, 2100)?);
/// let county = CountyData::new("210102")?
///     .with_count(CountyField::QuotaTotal, 1000)?
///     .with_count(CountyField::QuotaAllocated, 480)?
///     .with_answer(CountyField::QuotaTiltAttested, true)?;
/// let assessment = Assessor::new(Standard::quality_2017())
///     .county_data(CountyTable::new([county])?)
///     .assess(&schools.finish()?)?;
/// let county = assessment.counties().next().unwrap();
/// let quota = county.item("g14").unwrap();
/// assert_eq!((quota.verdict(), quota.parts().next().unwrap().shortfall()), (Verdict::NotMet, Some(20.into())));
/// let size = county.item("g04").unwrap();
/// assert_eq!(size.schools().next().unwrap().shortfall(), Some(100.into()));
/// assert_eq!(size.citation().to_string(), "教督〔2017〕6号 第六条");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct ItemResult<'a> {
    county: CountyResult<'a>,
    item: &'a Item,
    items: &'a Items,
    /// Its place among them.
    index: usize,
    measure: Kept,
}

/// What several kinds of figures have in common.
macro_rules! measured {
    ($type:ident) => {
        impl<'a> $type<'a> {
            /// The verdict on it.
            pub fn verdict(self) -> Verdict {
                self.measure().verdict
            }

            /// Its value, exactly, in [`unit`](Self::unit); `None` where it has none or data are missing.
            pub fn value(self) -> Option<Ratio> {
                self.measure().value(self.items())
            }

            /// What its value is held against.
            pub fn requirement(self) -> Option<Ratio> {
                let item = self.of_item();
                self.measure().requirement(self.items(), item.standard(), item.item)
            }

            /// How it is held: at least, at most, below.
            pub fn direction(self) -> Direction {
                self.measure().direction
            }

            /// Unit of value and requirement.
            pub fn unit(self) -> Unit {
                self.measure().unit
            }

            /// Value less requirement, or the reverse where less is asked for, rounded away from zero to nine
            /// decimals: negative where it is not met.
            pub fn distance(self) -> Option<Decimal> {
                distance(self.value()?, self.requirement()?, self.direction())
            }

            /// What is lacking, or too much, in the things counted, rounded up: persons, places, rooms, yuan.
            pub fn shortfall(self) -> Option<Decimal> {
                self.measure().shortfall(self.items())
            }

            /// Where the requirement stands.
            pub fn citation(self) -> &'a Citation {
                let item = self.of_item();
                let cite = |measure: Kept| measure.cite(item.standard(), item.item);
                cite(self.measure()).or_else(|| cite(item.measure)).unwrap_or(item.item.cite())
            }

            fn items(self) -> &'a Items {
                self.of_item().items
            }
        }
    };
}

measured!(ItemResult);
measured!(ItemPart);
measured!(ItemSchool);

fn distance(value: Ratio, requirement: Ratio, direction: Direction) -> Option<Decimal> {
    let gap = crate::assess::explain::gap(value, requirement)?;
    match direction {
        Direction::AtLeast => Some(gap),
        Direction::AtMost | Direction::Below => Decimal::ZERO.checked_sub(gap),
        Direction::Fixed => None,
    }
}

impl Items {
    /// Some of them as those of a county.
    pub(in crate::assess) fn results<'a>(
        &'a self,
        county: CountyResult<'a>,
        items: Range<usize>,
    ) -> impl Iterator<Item = ItemResult<'a>> {
        let all = county.assessment().standard().items();
        items.filter_map(move |index| {
            let (place, record) = self.get(index)?;
            Some(ItemResult { county, item: all.get(place)?, items: self, index, measure: record.measure })
        })
    }
}

impl<'a> ItemResult<'a> {
    fn measure(self) -> Kept {
        self.measure
    }

    fn of_item(self) -> Self {
        self
    }

    fn standard(self) -> &'a Standard {
        self.county.assessment().standard()
    }

    /// Identifier, such as `g04`.
    pub fn id(self) -> &'a str {
        self.item.id()
    }

    /// The part of the standard it belongs to.
    pub fn part(self) -> Part {
        self.item.part()
    }

    /// What it asks for, in short.
    pub fn title(self, lang: Lang) -> &'a str {
        self.item.title(lang)
    }

    /// The item in the standard.
    pub fn item(self) -> &'a Item {
        self.item
    }

    /// Its parts, where it has several that must all be met.
    pub fn parts(self) -> impl ExactSizeIterator<Item = ItemPart<'a>> {
        self.items.parts(self.index).iter().map(move |record| ItemPart { item: self, record })
    }

    /// Schools that fail it, that lack data where others have them, or that meet it by a transitional clause alone.
    pub fn schools(self) -> impl ExactSizeIterator<Item = ItemSchool<'a>> {
        self.items.schools(self.index).iter().map(move |record| ItemSchool { item: self, record })
    }

    /// Counts and sums over the schools that the verdict rests on, by name, as the application form shows them;
    /// `None` where data are missing. Figures that the county alone gives are in
    /// [`CountyResult::reported`].
    pub fn figures(self) -> impl ExactSizeIterator<Item = (&'static str, Option<Decimal>)> {
        self.items.figures(self.index).map(|(name, figure)| (name.id(), figure))
    }

    /// Schools that fail it.
    pub fn failing(self) -> impl Iterator<Item = ItemSchool<'a>> {
        self.schools().filter(|school| school.verdict() == Verdict::NotMet)
    }

    /// The county it belongs to.
    pub fn county(self) -> CountyResult<'a> {
        self.county
    }
}

/// One of several parts of an item, such as the primary stage or a subject.
#[derive(Clone, Copy)]
pub struct ItemPart<'a> {
    item: ItemResult<'a>,
    record: &'a PartRecord,
}

impl<'a> ItemPart<'a> {
    fn measure(self) -> Kept {
        self.record.measure
    }

    fn of_item(self) -> ItemResult<'a> {
        self.item
    }

    /// Identifier within the item, such as `primary`.
    pub fn id(self) -> &'static str {
        self.record.name.id()
    }

    /// Name for people.
    pub fn name(self, lang: Lang) -> &'static str {
        self.record.name.name(lang)
    }
}

/// A school as an item sees it.
#[derive(Clone, Copy)]
pub struct ItemSchool<'a> {
    item: ItemResult<'a>,
    record: &'a SchoolRecord,
}

impl<'a> ItemSchool<'a> {
    fn measure(self) -> Kept {
        self.record.measure
    }

    fn of_item(self) -> ItemResult<'a> {
        self.item
    }

    /// The school.
    pub fn school(self) -> SchoolRow<'a> {
        self.item.county.data().school(self.record.row)
    }

    /// The stage, where the item goes by stages.
    pub fn stage(self) -> Option<Stage> {
        self.record.stage
    }

    /// Which part of the item it concerns; `None` where the item has one part only.
    pub fn part(self) -> Option<&'static str> {
        self.record.part.map(Name::id)
    }

    /// Name of that part for people.
    pub fn part_name(self, lang: Lang) -> Option<&'static str> {
        self.record.part.map(|part| part.name(lang))
    }

    /// The transitional clause by which alone it meets the item.
    pub fn clause(self) -> Option<AppliedClause<'a>> {
        let record = self.item.items.clause(self.item.index, self.record)?;
        Some(AppliedClause { item: self.item, clause: self.item.item.clauses().get(record.place)?, record })
    }
}

/// A transitional clause that decided for a school.
#[derive(Clone, Copy)]
pub struct AppliedClause<'a> {
    item: ItemResult<'a>,
    clause: &'a ItemClause,
    record: &'a ClauseRecord,
}

impl<'a> AppliedClause<'a> {
    /// The clause, with its window and its source.
    pub fn clause(self) -> &'a ItemClause {
        self.clause
    }

    /// The verdict without it.
    pub fn verdict_without(self) -> Verdict {
        self.record.without.verdict
    }

    /// The value without it.
    pub fn value_without(self) -> Option<Ratio> {
        self.record.without.value(self.item.items)
    }

    /// What would be required without it.
    pub fn requirement_without(self) -> Option<Ratio> {
        self.record.without.requirement(self.item.items, self.item.standard(), self.item.item)
    }
}

impl fmt::Debug for ItemResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemResult({} {})", self.id(), self.verdict())
    }
}

impl fmt::Debug for ItemPart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemPart({} {} {})", self.item.id(), self.id(), self.verdict())
    }
}

impl fmt::Debug for ItemSchool<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemSchool({} {} {})", self.item.id(), self.school().code(), self.verdict())
    }
}

impl fmt::Debug for AppliedClause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppliedClause({})", self.clause.id())
    }
}
