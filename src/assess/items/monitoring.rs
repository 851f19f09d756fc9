//! The national monitoring of quality, subject by subject.

use super::{Case, Measure, Name};
use crate::model::{CountyField, Stage};

/// Level and difference rate of each subject, with the names of both parts.
const SUBJECTS: [(CountyField, CountyField); 6] = [
    (CountyField::MonitoringChineseLevel, CountyField::MonitoringChineseDifference),
    (CountyField::MonitoringMathLevel, CountyField::MonitoringMathDifference),
    (CountyField::MonitoringScienceLevel, CountyField::MonitoringScienceDifference),
    (CountyField::MonitoringPeLevel, CountyField::MonitoringPeDifference),
    (CountyField::MonitoringArtsLevel, CountyField::MonitoringArtsDifference),
    (CountyField::MonitoringMoralLevel, CountyField::MonitoringMoralDifference),
];

/// Every monitored subject reaches the level, its difference rate stays below the limit.
///
/// A subject blank in both columns was not monitored; where none was, the item is open.
pub(super) fn monitoring(case: &mut Case<'_, '_>) -> Measure {
    let mut parts = Vec::new();
    for (level, difference) in SUBJECTS {
        if case.figure(level).or(case.figure(difference)).is_none() {
            continue;
        }
        for (field, parameter) in [(level, "level"), (difference, "difference")] {
            let Some(limit) = case.limit(parameter, Stage::Primary) else { continue };
            let measure = match case.figure(field) {
                Some(value) => case.measure(value.into(), &limit, None),
                None => Measure::against(&limit),
            };
            parts.push((Name::Column(field), measure));
        }
    }
    if parts.is_empty() { Measure::open() } else { case.all(parts) }
}
