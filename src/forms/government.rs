//! Table IV: government support.

use super::Form;
use super::conclusion::{self, Conclusion, kept, limit, name, reported};
use crate::assess::{CountyResult, ItemResult};
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{CountyField, CountyFieldKind, Stage, Unit};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Part, Procedure};

/// Table IV: government support (政府保障程度).
pub(super) fn support(county: CountyResult<'_>) -> Form {
    Form {
        id: "IV",
        title: Text::new("政府保障程度", "Government support"),
        head: Text::new("评估内容", "item"),
        columns: conclusion::columns(),
        rows: conclusion::rows(county, Part::Government, conclude),
        notes: Vec::new(),
    }
}

/// What the form says of an item, by the procedure it is judged by.
pub(super) fn conclude(item: ItemResult<'_>, out: &mut Conclusion) {
    let attested = item.item().columns.attested;
    match item.item().procedure() {
        Procedure::Attested => {}
        Procedure::UniformFunding => bases(item, out),
        Procedure::Rooms => rooms(item, out),
        Procedure::SchoolSize => sizes(item, out),
        Procedure::NoneOverLimit => classes(item, out),
        Procedure::SmallSchoolFunding => small_schools(item, out),
        Procedure::RatioAtLeast => ratio(item, out),
        Procedure::NotBelow => {
            let columns = &item.item().columns;
            for field in columns.numerator.iter().copied().chain(columns.denominator) {
                out.column(field, reported(item, field));
            }
        }
        Procedure::Teachers => teachers(item, out),
        Procedure::Rotation => rotation(item, out),
        Procedure::Catchment => {
            for part in item.parts() {
                let column = match part.id() {
                    "primary" => CountyField::CatchmentRatePrimary,
                    _ => CountyField::CatchmentRateJunior,
                };
                let en = format!("pupils who live in the catchment, {}", part.name(Lang::En));
                out.percent(column.id(), Text::new(column.zh(), en), part.value());
            }
        }
        _ => {
            out.measured("value", Text::new("数值", "value"), item.unit(), item.value());
            out.measured("requirement", Text::new("要求", "required"), item.unit(), item.requirement());
        }
    }
    if let Some(field) = attested {
        out.attested(field, item.county().reported().and_then(|row| row.answer(field)));
    }
}

fn bases(item: ItemResult<'_>, out: &mut Conclusion) {
    for part in item.parts() {
        let field = match part.id() {
            "primary" => CountyField::FundingBasePrimary,
            "junior" => CountyField::FundingBaseJunior,
            _ => continue,
        };
        out.yuan(field.id(), name(field), part.value());
        let required = Text::new(
            format!("{}应不低于", part.name(Lang::Zh)),
            format!("required, {}", part.name(Lang::En)),
        );
        // What is required is said beside what there is.
        let asked = part.value().and(part.requirement());
        out.yuan(format!("{}_required", part.id()), required, asked);
    }
}

fn rooms(item: ItemResult<'_>, out: &mut Conclusion) {
    let mut tell = |id: &str, zh: &str, en: &str, needed: Option<Ratio>, counted: Option<Ratio>| {
        let unit = Unit::Rooms;
        out.measured(
            format!("{id}_required"),
            Text::new(format!("{zh}应有"), format!("{en} needed")),
            unit,
            needed,
        );
        out.measured(id, Text::new("达到面积的", "of the size asked for"), unit, counted);
    };
    if item.parts().len() == 0 {
        // Both kinds of rooms together.
        tell("rooms", "音乐、美术专用教室", "music and fine-arts rooms", item.requirement(), item.value());
    }
    for part in item.parts() {
        tell(part.id(), part.name(Lang::Zh), part.name(Lang::En), part.requirement(), part.value());
    }
}

fn sizes(item: ItemResult<'_>, out: &mut Conclusion) {
    let single = limit(item, "max_pupils", Stage::Primary);
    let through = limit(item, "max_pupils_through", Stage::Primary);
    let name = Text::new(
        format!("超过 {} 人的小学、初中", single.zh),
        format!("primary and junior schools over {} pupils", single.en),
    );
    out.count("single_over", name, "所", kept(item, "single_over"));
    let name = Text::new(
        format!("超过 {} 人的九年一贯制、十二年一贯制学校", through.zh),
        format!("nine- and twelve-year schools over {} pupils", through.en),
    );
    out.count("through_over", name, "所", kept(item, "through_over"));
}

fn classes(item: ItemResult<'_>, out: &mut Conclusion) {
    for (stage, id) in [(Stage::Primary, "primary_over"), (Stage::Junior, "junior_over")] {
        let size = limit(item, "class_size", stage);
        let name = Text::new(
            format!("超过 {} 人的{}班级", size.zh, stage.zh()),
            format!("{stage} classes over {} pupils", size.en),
        );
        out.count(id, name, "个", kept(item, id));
    }
}

fn small_schools(item: ItemResult<'_>, out: &mut Conclusion) {
    let below = limit(item, "small_below", Stage::Primary);
    let name = Text::new(
        format!("不足 {} 人的学校", below.zh),
        format!("schools with fewer than {} pupils", below.en),
    );
    out.count("small_schools", name, "所", kept(item, "small_schools"));
    out.count("small_pupils", Text::new("其学生", "their pupils"), "人", kept(item, "small_pupils"));
    let funding = kept(item, "small_funding").map(Ratio::from);
    out.yuan("small_funding", Text::new("其公用经费", "their public funding"), funding);
}

/// A share of counts names the whole first; an amount per head the amount.
fn ratio(item: ItemResult<'_>, out: &mut Conclusion) {
    let columns = &item.item().columns;
    let figure = |field| reported(item, field);
    let value = match item.parts().find(|part| part.id() == "share") {
        Some(part) => part.value(),
        None => item.value(),
    };
    let counted = columns.numerator.iter().all(|field| field.kind() == CountyFieldKind::Count);
    if !counted {
        for &field in &columns.numerator {
            out.ten_thousand_yuan(field.id(), name(field), figure(field).map(Ratio::from));
        }
    }
    if let Some(field) = columns.denominator {
        out.column(field, figure(field));
    }
    if !counted {
        out.yuan("per_head", Text::new("生均", "a pupil"), value);
        return;
    }
    columns.numerator.iter().for_each(|&field| out.column(field, figure(field)));
    let all = columns.numerator.iter().try_fold(Decimal::ZERO, |sum, field| sum.checked_add(figure(*field)?));
    if let [first, _, ..] = columns.numerator.as_slice() {
        out.count("sum", Text::new("合计", "together"), first.unit().zh(), all);
    }
    out.percent("share", Text::new("比例", "share"), value);
    if let Some(field) = columns.shown {
        out.column(field, figure(field));
        let share = figure(field).zip(all).and_then(|(part, all)| share(part, all));
        out.percent(format!("{}_share", field.id()), Text::new("占比", "share of these"), share);
    }
}

/// Per cent of a whole number in another; `None` of nothing.
fn share(part: Decimal, all: Decimal) -> Option<Ratio> {
    Ratio::new(i128::from(part.count()?) * 100, all.count()?.into())
}

fn teachers(item: ItemResult<'_>, out: &mut Conclusion) {
    let columns = &item.item().columns;
    let mut fields: Vec<_> = columns.numerator.iter().copied().chain(columns.denominator).collect();
    // The form names those trained first, and those certified after all teachers.
    if fields.first() == Some(&CountyField::TeachersCertified) {
        fields.reverse();
    }
    for field in fields {
        out.column(field, kept(item, field.id()));
    }
    out.percent("share", Text::new("比例", "share"), item.value());
}

fn rotation(item: ItemResult<'_>, out: &mut Conclusion) {
    let part = |id: &str| item.parts().find(|part| part.id() == id).and_then(|part| part.value());
    for (field, share) in [
        (CountyField::RotationEligible, None),
        (CountyField::RotationActual, Some("rotated")),
        (CountyField::RotationBackbone, Some("backbone")),
    ] {
        out.column(field, reported(item, field));
        if let Some(id) = share {
            out.percent(format!("{id}_share"), Text::new("比例", "share"), part(id));
        }
    }
}
