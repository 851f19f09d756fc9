//! A row of tables IV and V: the figures an item rests on, the sentence that names them, whether it is met.

use super::{FormColumn, FormFigure, FormRow, FormValue};
use crate::assess::{CountyResult, ItemResult};
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{CountyField, Stage, Unit};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Part, Precision};

/// The columns of tables IV and V.
pub(super) fn columns() -> Vec<FormColumn> {
    vec![FormColumn::new(None, "数值或结论", "value or conclusion"), FormColumn::new(None, "是否达标", "met")]
}

/// A row an item of a part, each with its conclusion.
pub(super) fn rows(
    county: CountyResult<'_>,
    part: Part,
    conclude: impl Fn(ItemResult<'_>, &mut Conclusion),
) -> Vec<FormRow> {
    let items = county.items().filter(|item| item.part() == part);
    let row = |item: ItemResult<'_>| {
        let mut conclusion = Conclusion::new(county.assessment().standard().precision());
        conclude(item, &mut conclusion);
        conclusion.clauses(item);
        let (conclusion, figures) = conclusion.finish();
        let values = vec![conclusion, FormValue::met(Some(item.verdict()))];
        let title = |lang| item.title(lang).to_owned();
        FormRow { figures, ..FormRow::new(title(Lang::Zh), title(Lang::En), values).id_is(item.id()) }
    };
    items.map(row).collect()
}

/// Figures, and the sentence of those that are known.
pub(super) struct Conclusion {
    precision: Precision,
    figures: Vec<FormFigure>,
    zh: Vec<String>,
    en: Vec<String>,
}

impl Conclusion {
    pub(super) fn new(precision: Precision) -> Self {
        Conclusion { precision, figures: Vec::new(), zh: Vec::new(), en: Vec::new() }
    }

    /// The sentence, blank where no figure is known, and all figures.
    pub(super) fn finish(self) -> (FormValue, Vec<FormFigure>) {
        let sentence = match self.zh.as_slice() {
            [] => FormValue::Blank,
            zh => FormValue::said(zh.join("，"), self.en.join("; ")),
        };
        (sentence, self.figures)
    }

    /// A figure with its name and unit; a blank one is kept and not said.
    pub(super) fn tell(&mut self, id: impl Into<String>, name: Text, unit: Text, value: FormValue) {
        if value != FormValue::Blank {
            let printed = |lang| value.printed(lang);
            // Per cent, levels and words stand close, a number apart from its unit.
            let zh_unit = match unit.zh.as_str() {
                close @ ("" | "%" | "级") => close.to_owned(),
                apart => format!(" {apart}"),
            };
            let en_unit = if unit.en.is_empty() { String::new() } else { format!(" {}", unit.en) };
            self.zh.push(format!("{} {}{zh_unit}", name.zh, printed(Lang::Zh)));
            self.en.push(format!("{}: {}{en_unit}", name.en, printed(Lang::En)));
        }
        self.figures.push(FormFigure { id: id.into(), name, unit, value });
    }

    /// A count of things with the unit they have in Chinese.
    pub(super) fn count(&mut self, id: impl Into<String>, name: Text, unit: &str, value: Option<Decimal>) {
        self.tell(id, name, Text::new(unit, ""), FormValue::counted(value));
    }

    /// A share in per cent.
    pub(super) fn percent(&mut self, id: impl Into<String>, name: Text, value: Option<Ratio>) {
        let value = FormValue::figure(value, self.precision.percent);
        self.tell(id, name, Text::new("%", "%"), value);
    }

    /// An amount of money in yuan.
    pub(super) fn yuan(&mut self, id: impl Into<String>, name: Text, value: Option<Ratio>) {
        let value = FormValue::figure(value, self.precision.figure);
        self.tell(id, name, Text::new("元", "yuan"), value);
    }

    /// An amount of money in ten thousand yuan.
    pub(super) fn ten_thousand_yuan(&mut self, id: impl Into<String>, name: Text, value: Option<Ratio>) {
        let value = value.and_then(|yuan| yuan.over_pow10(4));
        let value = FormValue::figure(value, self.precision.figure);
        self.tell(id, name, Text::new("万元", "× 10 000 yuan"), value);
    }

    /// A column of the county table, by its kind and unit.
    pub(super) fn column(&mut self, field: CountyField, value: Option<Decimal>) {
        match field.unit() {
            Unit::Yuan => self.yuan(field.id(), name(field), value.map(Ratio::from)),
            Unit::Percent => self.percent(field.id(), name(field), value.map(Ratio::from)),
            unit => self.count(field.id(), name(field), unit.zh(), value),
        }
    }

    /// A value in the unit it is judged in.
    pub(super) fn measured(&mut self, id: impl Into<String>, name: Text, unit: Unit, value: Option<Ratio>) {
        match unit {
            Unit::Yuan => self.yuan(id, name, value),
            Unit::Percent => self.percent(id, name, value),
            unit => {
                let value = FormValue::figure(value, self.precision.figure);
                self.tell(id, name, Text::new(unit.zh(), ""), value);
            }
        }
    }

    /// What documents attest, or not.
    pub(super) fn attested(&mut self, field: CountyField, answer: Option<bool>) {
        let value = match answer {
            Some(true) => FormValue::said("有佐证", "attested"),
            Some(false) => FormValue::said("无佐证", "not attested"),
            None => FormValue::Blank,
        };
        self.tell(field.id(), name(field), Text::new("", ""), value);
    }

    /// How many schools meet the item by each of its transitional clauses alone.
    fn clauses(&mut self, item: ItemResult<'_>) {
        for clause in item.item().clauses() {
            let by = |school: &crate::assess::ItemSchool<'_>| {
                school.clause().is_some_and(|applied| applied.clause().id() == clause.id())
            };
            let mut rows: Vec<u32> = item.schools().filter(by).map(|school| school.school().row()).collect();
            rows.dedup(); // In order of rows, a school once for each part of the item.
            if let Ok(schools @ 1..) = u32::try_from(rows.len()) {
                let until = clause.window().1;
                let name = Text::new(
                    format!("依过渡条款达标（{}，有效期至 {until}）的学校", clause.title(Lang::Zh)),
                    format!(
                        "schools that meet it by a transitional clause alone ({}; valid to {until})",
                        clause.title(Lang::En)
                    ),
                );
                self.count(clause.id(), name, "所", Some(schools.into()));
            }
        }
    }
}

/// A parameter of an item in words, as it is in force for the county on the day.
pub(super) fn limit(item: ItemResult<'_>, parameter: &str, stage: Stage) -> Text {
    let county = item.county();
    let standard = county.assessment().standard();
    let found = standard.parameter(item.item(), parameter);
    let found = found.and_then(|p| p.in_force(stage, county.as_of(), county.code())?.value(stage));
    match found {
        Some(value) => Text::new(value.to_string(), value.to_string()),
        None => Text::new("规定数", "the limit"),
    }
}

/// The figure that an item keeps under a name.
pub(super) fn kept(item: ItemResult<'_>, name: &str) -> Option<Decimal> {
    item.figures().find(|(known, _)| *known == name).and_then(|(_, figure)| figure)
}

/// A figure that the county reports.
pub(super) fn reported(item: ItemResult<'_>, field: CountyField) -> Option<Decimal> {
    item.county().reported().and_then(|row| row.value(field))
}

/// The name of a column of the county table in a sentence.
pub(super) fn name(field: CountyField) -> Text {
    use CountyField::*;
    let en = match field {
        PlanningAttested => "planning of schools",
        FourUniformAttested => "uniform standards",
        FundingBasePrimary => "base of public funding, primary pupil",
        FundingBaseJunior => "base of public funding, junior pupil",
        SpecialEducationFunding => "public funding of special education",
        SpecialEducationStudents => "special-education pupils",
        TeacherAveragePay => "teachers' average yearly pay",
        CivilServantAveragePay => "civil servants' average yearly pay",
        TeachersTrained => "teachers with 360 hours of training",
        TeachersTotal => "full-time teachers",
        StaffingAttested => "posts assigned by the county",
        RotationEligible => "teachers who could rotate",
        RotationActual => "teachers who rotated",
        RotationBackbone => "backbone teachers among them",
        TeachersCertified => "certified full-time teachers",
        QuotaTotal => "places at good senior schools",
        QuotaAllocated => "places allocated",
        QuotaRural => "places for rural schools",
        QuotaTiltAttested => "tilt to rural junior schools",
        LeftBehindAttested => "care for left-behind children",
        MigrantEligible => "eligible migrant children",
        MigrantPublic => "migrant children in public schools",
        MigrantPurchased => "migrant children in places bought at private schools",
        Graduates => "junior graduates",
        Intake3yAgo => "intake three years before",
        TransferredIn => "transferred in over three years",
        TransferredOut => "transferred out over three years",
        Deceased => "deceased over three years",
        DisabledChildren => "disabled children of school age",
        DisabledEnrolled => "disabled children enrolled",
        DisabledInSpecialSchools => "disabled children in special-education schools",
        CharterAttested => "charters and information technology",
        DigitalTeachingAttested => "teaching with information technology",
        MoralCultureAttested => "moral education and school culture",
        CurriculumAttested => "the whole curriculum",
        WorkloadAttested => "workload of pupils",
        other => return Text::new(other.zh(), other.id().replace('_', " ")),
    };
    Text::new(field.zh(), en)
}
