//! Table V: quality of education.

use super::conclusion::{self, Conclusion, kept, limit, name, reported};
use super::{Form, FormValue, government};
use crate::assess::{CountyResult, ItemResult};
use crate::error::Text;
use crate::model::{CountyField, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Part, Procedure};

/// Table V: quality of education (教育质量).
pub(super) fn quality(county: CountyResult<'_>) -> Form {
    Form {
        id: "V",
        title: Text::new("教育质量", "Quality of education"),
        head: Text::new("评估内容", "item"),
        columns: conclusion::columns(),
        rows: conclusion::rows(county, Part::Quality, conclude),
        notes: Vec::new(),
    }
}

pub(super) fn conclude(item: ItemResult<'_>, out: &mut Conclusion) {
    match item.item().procedure() {
        Procedure::Retention => retention(item, out),
        Procedure::TrainingShare => training(item, out),
        Procedure::Monitoring => monitoring(item, out),
        _ => government::conclude(item, out),
    }
}

fn retention(item: ItemResult<'_>, out: &mut Conclusion) {
    for field in [
        CountyField::Graduates,
        CountyField::Intake3yAgo,
        CountyField::TransferredIn,
        CountyField::Deceased,
        CountyField::TransferredOut,
    ] {
        out.column(field, kept(item, field.id()));
    }
    out.percent("rate", Text::new("巩固率", "rate"), item.value());
}

fn training(item: ItemResult<'_>, out: &mut Conclusion) {
    let least = limit(item, "least", Stage::Primary);
    let below = kept(item, "below");
    let name = Text::new(
        format!("教师培训经费低于公用经费预算 {}% 的学校", least.zh),
        format!("schools that spend less than {} % of their public funding on training", least.en),
    );
    out.count("below", name, "所", below);
    // The lowest of some schools is not the lowest of all.
    let lowest = below.and(item.value());
    out.percent("lowest", Text::new("最低的学校", "lowest share of a school"), lowest);
}

fn monitoring(item: ItemResult<'_>, out: &mut Conclusion) {
    use CountyField::*;
    for (level, difference, en) in [
        (MonitoringChineseLevel, MonitoringChineseDifference, "Chinese"),
        (MonitoringMathLevel, MonitoringMathDifference, "mathematics"),
        (MonitoringScienceLevel, MonitoringScienceDifference, "science"),
        (MonitoringPeLevel, MonitoringPeDifference, "PE"),
        (MonitoringArtsLevel, MonitoringArtsDifference, "arts"),
        (MonitoringMoralLevel, MonitoringMoralDifference, "moral education"),
    ] {
        let attained =
            reported(item, level).and_then(Decimal::count).and_then(|level| u8::try_from(level).ok());
        let attained = attained.map_or(FormValue::Blank, FormValue::Level);
        let text = Text::new(name(level).zh, format!("{en}, level"));
        out.tell(level.id(), text, Text::new("级", ""), attained);
        // The county table has a ratio, the form per cent.
        let rate = reported(item, difference).and_then(|ratio| Ratio::from(ratio).times_pow10(2));
        out.percent(difference.id(), Text::new(name(difference).zh, format!("{en}, difference rate")), rate);
    }
}
