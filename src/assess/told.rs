//! What findings say of an assessment; of those that every county may have, the words come when somebody asks for them.

use std::sync::Arc;

use super::reach::Readings;
use super::rules::{Rule, StageRules};
use super::unit::Unit;
use super::{Assessor, Options, Verdict};
use crate::check::Changes;
use crate::date::Date;
use crate::finding::{Arg, Code, Finding, Item, Source};
use crate::indicator::Indicator;
use crate::lang::Lang;
use crate::model::{DataSet, Field, SchoolRow, Stage};
use crate::numeric::Decimal;
use crate::standards::Standard;

/// A figure and its printed form.
pub(super) struct Figures {
    pub(super) exact: Option<f64>,
    pub(super) printed: Option<Decimal>,
    pub(super) decimals: u8,
}

/// What to say of a comparison whose two readings differ; `None` where they agree.
///
/// A double can be equal to the limit where the figure itself is not: `beyond` then says on which side it lies.
pub(super) fn boundary(
    finding: Finding,
    what: Arg,
    figures: Figures,
    limit: Decimal,
    readings: Readings,
    beyond: &str,
) -> Option<Finding> {
    if !readings.differ() {
        return None;
    }
    let verdict = |met: bool| {
        let verdict = Verdict::from(met);
        Arg::names(verdict.name(Lang::Zh), verdict.name(Lang::En))
    };
    let exact = match figures.exact {
        Some(exact) if !readings.exact && exact == limit.to_f64() => format!("{beyond} {limit}"),
        Some(exact) => exact.to_string(),
        None => String::new(),
    };
    let printed = figures.printed.map(|p| p.to_fixed(figures.decimals)).unwrap_or_default();
    Some(finding.value(&exact).args([
        ("what", what),
        ("exact", Arg::Text(exact)),
        ("printed", Arg::Text(printed)),
        ("limit", Arg::from(&limit)),
        ("exact_verdict", verdict(readings.exact)),
        ("printed_verdict", verdict(readings.printed)),
    ]))
}

/// Puts into words what is kept in numbers.
#[derive(Debug)]
pub(super) struct Teller {
    data: DataSet,
    standard: Standard,
    options: Options,
    /// The day of the evaluation; `None` for the end of the year of the data.
    as_of: Option<Date>,
    /// What tells of changes from year to year.
    changes: Arc<Changes>,
}

/// The threshold of an indicator for the units of a stage, or its floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnitLimit {
    /// The place of the indicator in the standard.
    pub(super) place: usize,
    pub(super) stage: Stage,
    pub(super) is_floor: bool,
}

// As many indicators as fit beside the stage and the limit.
const PLACES: u8 = 1 << 5;
const _: () = assert!(Indicator::ALL.len() <= PLACES as usize && Field::ALL.len() <= u8::MAX as usize);

impl UnitLimit {
    /// As one number.
    pub(super) fn number(self) -> u8 {
        let (place, stages) = (self.place as u8, Stage::ALL.len() as u8);
        place + PLACES * (self.stage as u8 + stages * u8::from(self.is_floor))
    }

    /// The limit that has this number.
    fn of_number(number: u8) -> Self {
        let (rest, stages) = (usize::from(number / PLACES), Stage::ALL.len());
        let stage = Stage::ALL[rest % stages];
        UnitLimit { place: usize::from(number % PLACES), stage, is_floor: rest >= stages }
    }
}

impl Teller {
    pub(super) fn new(assessor: &Assessor, data: &DataSet) -> Self {
        Teller {
            data: data.clone(),
            standard: assessor.standard.clone(),
            options: assessor.options.clone(),
            as_of: assessor.as_of,
            changes: Arc::new(Changes::of(data)),
        }
    }

    /// What a note says, to be put into words by the one who knows how.
    pub(super) fn finding(self: &Arc<Self>, note: Item) -> Finding {
        if Changes::know(note.code) {
            Finding::brief(self.changes.clone(), note)
        } else {
            Finding::brief(self.clone(), note)
        }
    }

    /// A unit whose exact value and printed one are on different sides of a limit.
    fn boundary_of_unit(&self, school: SchoolRow<'_>, at: UnitLimit) -> Option<Finding> {
        let indicator = self.standard.indicators().get(at.place)?.indicator();
        let date = self.as_of.or_else(|| school.year().map(Date::end_of_year));
        let rules = StageRules::of_indicator(&self.standard, at.stage, date, indicator);
        let rule: &Rule<'_> = rules.indicators.first()?;
        let value = Unit::of(school, &rules)?.value(rule, &self.options).ok()?.ratio;
        let (threshold, floor) = rule.reach.as_ref()?;
        let (limit, what) = match floor {
            Some(floor) if at.is_floor => {
                (floor, rule.name_in_stage().then("", "", Arg::names("（对照下限）", " (against its floor)")))
            }
            _ => (threshold, rule.name_in_stage()),
        };
        let decimals = rules.value_decimals;
        let figures =
            Figures { exact: Some(value.to_f64()), printed: value.round_half_up(decimals), decimals };
        let finding = school.finding(Code::BoundaryCase, None).column(rule.name());
        boundary(finding, what, figures, limit.limit(), limit.readings(value), "<")
    }
}

fn field(number: u8) -> Option<Field> {
    Field::ALL.get(usize::from(number)).copied()
}

impl Source for Teller {
    fn county_code(&self, item: Item) -> &str {
        self.data.school(item.row).county_code()
    }

    fn year(&self, item: Item) -> Option<u16> {
        self.data.school(item.row).year()
    }

    fn school_code(&self, item: Item) -> Option<&str> {
        let is_of_school = item.code == Code::BoundaryCase;
        is_of_school.then(|| self.data.school(item.row).code()).filter(|code| !code.is_empty())
    }

    fn column_id(&self, item: Item) -> &'static str {
        if item.code == Code::BoundaryCase {
            let rule = self.standard.indicators().get(UnitLimit::of_number(item.what).place);
            return rule.map_or("", |rule| rule.indicator().id());
        }
        field(item.what).map_or("", Field::id)
    }

    fn tell(&self, item: Item) -> Finding {
        let school = self.data.school(item.row);
        if item.code == Code::BoundaryCase {
            let told = self.boundary_of_unit(school, UnitLimit::of_number(item.what));
            return told.unwrap_or_else(|| school.finding(item.code, None));
        }
        let finding = Finding::new(item.code).county(school.county_code(), school.year());
        let finding = field(item.what).into_iter().fold(finding, Finding::column);
        let number = item.other;
        match item.code {
            Code::SubstituteUsed => {
                let other = u8::try_from(number).ok().and_then(field);
                other.into_iter().fold(finding, |finding, other| finding.value(other).arg("other", other))
            }
            _ => finding.arg("count", &number).arg("schools", Arg::names("全部学校", "all schools")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_told_apart_by_their_numbers() {
        let mut seen = std::collections::BTreeSet::new();
        for place in 0..Indicator::ALL.len() {
            for stage in Stage::ALL {
                for is_floor in [false, true] {
                    let limit = UnitLimit { place, stage, is_floor };
                    assert_eq!(UnitLimit::of_number(limit.number()), limit);
                    assert!(seen.insert(limit.number()));
                }
            }
        }
    }
}
