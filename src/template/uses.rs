//! What a column is needed for: which indicator, item or clause of a standard looks at it, and where that stands.

use super::Need;
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{CountyField, Field, Stage};
use crate::standards::{Citation, Clause, Exclusion, IndicatorRule, Item, ItemClause, Procedure, Standard};

/// One purpose that a column serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) what: Text,
    /// Document and article; `None` of what no document asks for.
    pub(super) cite: Option<String>,
    /// How much depends on it.
    pub(super) need: Need,
}

impl Use {
    fn new(what: Text, cite: Option<&Citation>, need: Need) -> Self {
        Use { what, cite: cite.map(Citation::to_string), need }
    }

    fn plain(zh: &str, en: &str, need: Need) -> Self {
        Use::new(Text::new(zh, en), None, need)
    }

    /// The purpose with its source, for people.
    pub(super) fn describe(&self, lang: Lang) -> String {
        let what = lang.pick(&self.what.zh, &self.what.en);
        match &self.cite {
            Some(cite) => lang.pick(format!("{what}（{cite}）"), format!("{what} ({cite})")),
            None => what.clone(),
        }
    }
}

/// Both languages of what has a text in each.
fn both(text: impl Fn(Lang) -> String) -> Text {
    Text::new(text(Lang::Zh), text(Lang::En))
}

/// What a standard wants a column of the school table for.
pub(super) fn of_school_column(standard: &Standard, field: Field) -> Vec<Use> {
    let mut uses: Vec<Use> = identity(standard, field);
    uses.extend(standard.indicators().iter().filter_map(|rule| by_indicator(standard, rule, field)));
    uses.extend(standard.exclusions().iter().filter_map(|exclusion| by_exclusion(exclusion, field)));
    uses.extend(standard.clauses().iter().filter(|clause| asks(clause, field)).map(transitional));
    for item in standard.items() {
        if item.columns.school == Some(field) || school_columns(item.procedure()).contains(&field) {
            uses.push(Use::new(both(|lang| titled(item, lang)), Some(item.cite()), Need::Used));
        }
        uses.extend(item.clauses().iter().filter(|clause| conditions(clause).contains(&field)).map(of_item));
    }
    uses
}

/// What a standard wants a column of the county table for.
pub(super) fn of_county_column(standard: &Standard, field: CountyField) -> Vec<Use> {
    let mut uses = match field {
        CountyField::Year => vec![year()],
        CountyField::County => vec![Use::plain("结果中的名称", "the name in results", Need::Used)],
        _ => Vec::new(),
    };
    for item in standard.items() {
        let need = match () {
            () if field.items().contains(&item.id()) => Need::Used,
            () if item.columns.shown == Some(field) => Need::Optional,
            () => continue,
        };
        uses.push(Use::new(both(|lang| titled(item, lang)), Some(item.cite()), need));
    }
    if uses.is_empty() && field != CountyField::CountyCode {
        uses.push(Use::plain(
            "只用于申报表，不影响判定",
            "the application form alone; no verdict",
            Need::Other,
        ));
    }
    uses
}

fn titled(item: &Item, lang: Lang) -> String {
    format!("{} {}", item.id(), item.title(lang))
}

fn year() -> Use {
    let (zh, en) =
        ("区分年度，决定适用哪些数值；多年数据须有", "tells years apart; needed for several years");
    Use::plain(zh, en, Need::Used)
}

/// What large classes are counted by, beside any standard.
const CLASS_SIZES: [Field; 6] = [
    Field::ClassesPrimary,
    Field::ClassesJunior,
    Field::Classes56plusPrimary,
    Field::Classes56plusJunior,
    Field::Classes66plusPrimary,
    Field::Classes66plusJunior,
];

/// What every standard wants to know of a school, and what none does.
fn identity(standard: &Standard, field: Field) -> Vec<Use> {
    match field {
        Field::Year => vec![year()],
        Field::County => vec![Use::plain("结果中的名称", "the name in results", Need::Used)],
        Field::StudentsPrimary | Field::StudentsJunior => vec![Use::plain(
            "各项按学生数计算的指标与差异系数的权重",
            "every figure per pupil, and the weights of the coefficients",
            Need::Used,
        )],
        Field::StudentsSenior => {
            let split = standard.split_weights();
            let what = Text::new("分摊学校共用的资源", "the split of what the stages of a school share");
            split.map(|split| Use::new(what, Some(&split.cite), Need::Used)).into_iter().collect()
        }
        field if CLASS_SIZES.contains(&field) => {
            let (zh, en) = ("班额统计，不影响判定", "the count of large classes; no verdict");
            vec![Use::plain(zh, en, Need::Optional)]
        }
        _ => Vec::new(),
    }
}

fn by_indicator(standard: &Standard, rule: &IndicatorRule, field: Field) -> Option<Use> {
    let indicator = rule.indicator();
    let in_any = |fields: &dyn Fn(Stage) -> Option<Field>| {
        Stage::COMPULSORY.into_iter().find(|stage| fields(*stage) == Some(field))
    };
    let main = in_any(&|stage| Some(indicator.field(stage))).map(|stage| (stage, Need::Used));
    let part = in_any(&|stage| indicator.component(stage)).map(|stage| (stage, Need::Optional));
    let instead = in_any(&|stage| indicator.substitute(stage)).map(|stage| (stage, Need::Other));
    let (stage, need) = main.or(part).or(instead)?;
    // A standard without thresholds wants it for the coefficient.
    let threshold = rule.threshold(stage, None).map(|value| &value.cite);
    let limit = || standard.cv_limit(stage, None).or(standard.composite_limit(stage, None));
    let cite = threshold.or_else(|| limit().map(|value| &value.cite));
    let what = both(|lang| {
        let other = indicator.field(stage);
        match need {
            Need::Other => lang.pick(
                format!("{}，仅当“{}”不填时", rule.name(lang), other.zh()),
                format!("{}, only where {other} is blank", rule.name(lang)),
            ),
            _ => rule.name(lang).to_owned(),
        }
    });
    Some(Use::new(what, cite, need))
}

fn by_exclusion(exclusion: &Exclusion, field: Field) -> Option<Use> {
    let asks = match field {
        Field::Kind => !exclusion.kinds.is_empty(),
        Field::Ownership => !exclusion.sponsors.is_empty(),
        _ => false,
    };
    let what = both(|lang| {
        let title = exclusion.title(lang);
        lang.pick(format!("评估范围：{title}不评估"), format!("scope: not assessed is a {title}"))
    });
    asks.then(|| Use::new(what, Some(exclusion.cite()), Need::Used))
}

/// Whether a clause counts a column, or asks by it which schools it covers.
fn asks(clause: &Clause, field: Field) -> bool {
    clause.adds.contains(&field)
        || (field == Field::UrbanRural && !clause.areas.is_empty())
        || (field == Field::DenseCityCentre && clause.dense_city_centre.is_some())
}

fn transitional(clause: &Clause) -> Use {
    let what = both(|lang| for_a_time(clause.title(lang), clause.window(), lang));
    Use::new(what, Some(clause.cite()), Need::Optional)
}

fn of_item(clause: &ItemClause) -> Use {
    let what = both(|lang| for_a_time(clause.title(lang), clause.window(), lang));
    Use::new(what, Some(clause.cite()), Need::Optional)
}

fn for_a_time(title: &str, (from, until): (crate::Date, crate::Date), lang: Lang) -> String {
    lang.pick(
        format!("过渡条款（评估日期 {from} 至 {until}）：{title}"),
        format!("transitional, evaluations from {from} to {until}: {title}"),
    )
}

/// The columns by which a clause of an item asks which schools it covers.
fn conditions(clause: &ItemClause) -> Vec<Field> {
    let conditions = &clause.conditions;
    let asked = [
        (conditions.founded_until.is_some(), Field::FoundedYear),
        (!conditions.areas.is_empty(), Field::UrbanRural),
        (conditions.largest_class_below.is_some(), Field::MaxClassSize),
        (conditions.migrant_share_above.is_some(), Field::MigrantStudents),
    ];
    asked.into_iter().filter(|(asked, _)| *asked).map(|(_, field)| field).collect()
}

/// The columns of the school table that a procedure looks at by itself.
fn school_columns(procedure: Procedure) -> &'static [Field] {
    use Field::*;
    match procedure {
        Procedure::Rooms => &[ClassesPrimary, ClassesJunior, MusicRoomAreas, ArtRoomAreas],
        Procedure::SchoolSize => &[StudentsPrimary, StudentsJunior],
        Procedure::NoneOverLimit => &[ClassesOverLimitPrimary, ClassesOverLimitJunior],
        Procedure::SmallSchoolFunding => &[PublicFundingBudget, StudentsSenior],
        Procedure::Teachers => &[TeachersPrimary, TeachersJunior],
        Procedure::Catchment => {
            &[CatchmentStudentsPrimary, CatchmentStudentsJunior, UrbanRural, Ownership, Boarding]
        }
        Procedure::Retention => {
            &[GraduatesJunior, IntakeJunior3yAgo, TransferredInJunior, TransferredOutJunior, DeceasedJunior]
        }
        Procedure::TrainingShare => &[TrainingFunding, PublicFundingBudget],
        Procedure::SchoolStandard => &[UrbanRural],
        _ => &[],
    }
}

/// What the answer on a veto that an overlay adds is wanted for.
pub(super) fn of_added_veto(item: &Item) -> Vec<Use> {
    vec![Use::new(both(|lang| item.title(lang).to_owned()), Some(item.cite()), Need::Used)]
}
