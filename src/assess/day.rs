//! What a standard asks on a day of evaluation, looked up once for all counties of the day.

use super::items::DayLimits;
use super::rules::StageRules;
use crate::date::Date;
use crate::model::Stage;
use crate::standards::Standard;

/// What a standard asks, by the days of evaluation that came up.
pub(super) struct RulesByDay<'s> {
    standard: &'s Standard,
    known: Vec<DayRules<'s>>,
}

/// What it asks on one day.
pub(super) struct DayRules<'s> {
    day: Option<Date>,
    /// Primary and junior.
    pub(super) stages: [StageRules<'s>; 2],
    pub(super) limits: DayLimits,
}

impl<'s> RulesByDay<'s> {
    pub(super) fn new(standard: &'s Standard) -> Self {
        RulesByDay { standard, known: Vec::new() }
    }

    /// The rules of a day; panels have as many days as years.
    pub(super) fn on(&mut self, day: Option<Date>) -> &DayRules<'s> {
        let place = self.known.iter().position(|rules| rules.day == day).unwrap_or_else(|| {
            let stages = Stage::COMPULSORY.map(|stage| StageRules::new(self.standard, stage, day));
            self.known.push(DayRules { day, stages, limits: DayLimits::new(self.standard, day) });
            self.known.len() - 1
        });
        &self.known[place]
    }
}
