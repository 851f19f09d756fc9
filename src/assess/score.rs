//! The work of a county government, in points (县级政府工作评分).

use std::fmt;

use super::items::ItemResult;
use super::{CountyResult, Verdict};
use crate::error::Error;
use crate::model::{Answer, ScoreAnswers, ScoreSheet, Stage};
use crate::numeric::Decimal;
use crate::standards::{Aspect, Procedure, ScoreItem, ScoreTable, Standard};

/// A scoring table with the counties' answers to it.
#[derive(Clone, Debug)]
pub(super) struct Scored {
    pub(super) table: ScoreTable,
    pub(super) answers: ScoreAnswers,
}

impl Scored {
    /// A table that fits the standard, and answers that fit the table.
    pub(super) fn new(standard: &Standard, table: ScoreTable, answers: ScoreAnswers) -> Result<Self, Error> {
        let Some(item) = standard.items().iter().find(|item| item.procedure() == Procedure::Score) else {
            let id = standard.id();
            return Err(Error::argument(
                format!("标准 {id} 不评分"),
                format!("the standard {id} gives no score"),
            ));
        };
        let total = item.parameter("out_of").and_then(|p| p.in_force(Stage::Primary, None, "-"));
        if let Some(total) = total.and_then(|t| t.value(Stage::Primary)).filter(|t| *t != table.total()) {
            let (id, found) = (table.id(), table.total());
            return Err(Error::argument(
                format!("评分表 {id} 的总分为 {found}，应为 {total}"),
                format!("the scoring table {id} has {found} points, {total} were expected"),
            ));
        }
        let mut zh = Vec::new();
        let mut en = Vec::new();
        for sheet in answers.sheets() {
            let code = sheet.code();
            for (id, answer) in sheet.answers() {
                let Some(item) = table.item(id) else {
                    zh.push(format!("区县 {code}：评分表没有项目“{id}”"));
                    en.push(format!("county {code}: the scoring table has no item {id:?}"));
                    continue;
                };
                if item.score(answer).is_none() {
                    let expected = item.expected();
                    zh.push(format!("区县 {code}：项目 {id} 的答案“{answer}”不能用；应为：{}", expected.zh));
                    en.push(format!(
                        "county {code}: the answer {answer} to {id} cannot be used; expected {}",
                        expected.en
                    ));
                }
            }
        }
        if zh.is_empty() {
            Ok(Scored { table, answers })
        } else {
            Err(Error::argument(zh.join("\n"), en.join("\n")))
        }
    }
}

/// What the items of a table come to, as far as they are answered.
pub(super) struct Bounds {
    /// With the fewest points for every item without an answer.
    pub(super) least: Decimal,
    /// With all points for every item without an answer.
    pub(super) most: Decimal,
}

pub(super) fn bounds<'t>(items: impl Iterator<Item = &'t ScoreItem>, sheet: Option<&ScoreSheet>) -> Bounds {
    let zero = Bounds { least: Decimal::ZERO, most: Decimal::ZERO };
    items.fold(zero, |sum, item| {
        let points = points(item, sheet);
        // A table is short enough for its points to add up, whatever the answers.
        let add = |sum: Decimal, more: Decimal| sum.checked_add(more).unwrap_or(sum);
        Bounds {
            least: add(sum.least, points.unwrap_or(item.least())),
            most: add(sum.most, points.unwrap_or(item.points())),
        }
    })
}

/// The points of an item; `None` where it has no answer.
pub(super) fn points(item: &ScoreItem, sheet: Option<&ScoreSheet>) -> Option<Decimal> {
    item.score(sheet?.answer(item.id())?)
}

/// The score of a county government's work: each item, the total, the verdict (县级政府工作评分).
///
/// # Examples
/// ```
/// use junheng::model::{Answer, DataSet, School, SchoolKind, ScoreAnswers, ScoreSheet};
/// use junheng::{Assessor, ScoreTable, Standard, Verdict};
///
/// let mut schools = DataSet::builder();
/// schools.push(&School::new("210102", "1", SchoolKind::Primary)?);
/// // Sixteen points are lost already: 85 of 100 cannot be reached, whatever the other answers.
/// let sheet = ScoreSheet::new("210102")?
///     .with("b01", Answer::Yes(false))?
///     .with("b04", Answer::Points("0".parse()?))?
///     .with("b09", Answer::Points("2".parse()?))?;
/// let answers = ScoreAnswers::new([sheet])?;
/// let error = Assessor::new(Standard::basic_2012()).score(ScoreTable::example(), answers).unwrap_err();
/// assert_eq!(error.to_string(), "county 210102: the answer 2 to b09 cannot be used; expected yes or no");
///
/// let sheet = ScoreSheet::new("210102")?
///     .with("b01", Answer::Yes(false))?
///     .with("b04", Answer::Points("1.99".parse()?))?
///     .with("b09", Answer::Yes(false))?;
/// let assessment = Assessor::new(Standard::basic_2012())
///     .score(ScoreTable::example(), ScoreAnswers::new([sheet])?)?
///     .assess(&schools.finish()?)?;
/// let score = assessment.counties().next().unwrap().score().unwrap();
/// assert_eq!((score.most().to_string(), score.total()), ("83.99".to_owned(), None));
/// assert_eq!(score.verdict(), Verdict::NotMet);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct ScoreResult<'a> {
    item: ItemResult<'a>,
    table: &'a ScoreTable,
    sheet: Option<&'a ScoreSheet>,
}

impl<'a> ScoreResult<'a> {
    /// The table.
    pub fn table(self) -> &'a ScoreTable {
        self.table
    }

    /// Its items with the county's answers, in the order of the table.
    pub fn entries(self) -> impl ExactSizeIterator<Item = ScoreEntry<'a>> {
        self.table.items().iter().map(move |item| ScoreEntry { item, sheet: self.sheet })
    }

    /// The points of all items; `None` where one has no answer.
    pub fn total(self) -> Option<Decimal> {
        self.entries().all(|entry| entry.points().is_some()).then(|| self.least())
    }

    /// The points of the items of an aspect; `None` where one has no answer.
    pub fn of_aspect(self, aspect: Aspect) -> Option<Decimal> {
        let mine = self.entries().filter(|entry| entry.item.aspect() == aspect);
        mine.into_iter().try_fold(Decimal::ZERO, |sum, entry| sum.checked_add(entry.points()?))
    }

    /// The total if every item without an answer got the fewest points it can.
    pub fn least(self) -> Decimal {
        bounds(self.table.items().iter(), self.sheet).least
    }

    /// The total if every item without an answer got all its points.
    pub fn most(self) -> Decimal {
        bounds(self.table.items().iter(), self.sheet).most
    }

    /// Whether the total reaches the pass mark: decided also where answers are missing that cannot change it.
    pub fn verdict(self) -> Verdict {
        self.item.verdict()
    }

    /// The item of the standard that asks for it, with the pass mark and its source.
    pub fn item(self) -> ItemResult<'a> {
        self.item
    }
}

/// An item of a scoring table with a county's answer.
#[derive(Clone, Copy, Debug)]
pub struct ScoreEntry<'a> {
    item: &'a ScoreItem,
    sheet: Option<&'a ScoreSheet>,
}

impl<'a> ScoreEntry<'a> {
    /// The item.
    pub fn item(self) -> &'a ScoreItem {
        self.item
    }

    /// The answer; `None` where there is none.
    pub fn answer(self) -> Option<Answer> {
        self.sheet?.answer(self.item.id())
    }

    /// The points it gives; `None` without an answer.
    pub fn points(self) -> Option<Decimal> {
        points(self.item, self.sheet)
    }
}

impl<'a> CountyResult<'a> {
    /// The score of the county government's work (县级政府工作评分); `None` unless the assessor was given a
    /// [scoring table](crate::Assessor::score).
    #[doc(alias = "评分")]
    pub fn score(self) -> Option<ScoreResult<'a>> {
        let scored = self.assessment().local.score.as_deref()?;
        let item = self.items().find(|item| item.item().procedure() == Procedure::Score)?;
        let sheet = scored.answers.get(self.code(), self.year());
        Some(ScoreResult { item, table: &scored.table, sheet })
    }
}

impl fmt::Debug for ScoreResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScoreResult({} {} to {}, {})", self.table.id(), self.least(), self.most(), self.verdict())
    }
}
