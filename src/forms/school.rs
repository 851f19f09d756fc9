//! The self-evaluation sheet of a school.

use super::conclusion::{Conclusion, kept, limit};
use super::{Form, FormColumn, FormRow, FormValue, government, quality};
use crate::assess::{CountyResult, ItemResult, SchoolItems, UnitResult, Verdict};
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{CountyField, Field, FieldKind, SchoolKind, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Precision, Procedure};

/// The self-evaluation sheet of a school (学校自评表).
pub(super) fn sheet(county: CountyResult<'_>, school: SchoolRow<'_>) -> Form {
    let mut sheet = Sheet {
        county,
        school,
        precision: county.assessment().standard().precision(),
        rows: Vec::new(),
        notes: Vec::new(),
    };
    let items = SchoolItems::new(county, school);
    sheet.school();
    sheet.resources();
    sheet.rooms_and_classes(&items);
    sheet.funding(&items);
    sheet.items(&items);
    let name = school.label();
    Form {
        id: "school",
        title: Text::new(format!("学校自评表：{name}"), format!("Self-evaluation of {name}")),
        head: Text::new("项目", "item"),
        columns: vec![FormColumn::new(None, "数值", "value"), FormColumn::new(None, "是否达标", "met")],
        rows: sheet.rows,
        notes: sheet.notes,
    }
}

struct Sheet<'a> {
    county: CountyResult<'a>,
    school: SchoolRow<'a>,
    precision: Precision,
    rows: Vec<FormRow>,
    notes: Vec<Text>,
}

impl<'a> Sheet<'a> {
    fn row(&mut self, id: &str, stage: Option<Stage>, name: Text, value: FormValue, met: Option<Verdict>) {
        let (zh, en) = match stage {
            Some(stage) => (format!("{}{}", stage.zh(), name.zh), format!("{} ({stage})", name.en)),
            None => (name.zh, name.en),
        };
        let row = FormRow::new(zh, en, vec![value, FormValue::met(met)]);
        self.rows.push(row.id_is(id).of_stage(stage));
    }

    /// A column of the school table.
    fn field(&mut self, field: Field, name: Text, met: Option<Verdict>) {
        let value = self.school.value(field);
        let value = match field.kind() {
            FieldKind::Count => FormValue::counted(value),
            _ => FormValue::figure(value, self.precision.value),
        };
        self.row(field.id(), field.stage(), name, value, met);
    }

    /// The stages of compulsory education it has, by its kind or by its pupils.
    fn stages(&self) -> Vec<Stage> {
        let school = self.school;
        let has = |stage: &Stage| {
            school.kind().has(*stage) || school.students(*stage).is_some_and(|pupils| !pupils.is_zero())
        };
        Stage::COMPULSORY.into_iter().filter(has).collect()
    }

    fn unit(&self, stage: Stage) -> Option<UnitResult<'a>> {
        self.county.stages().find(|s| s.stage() == stage)?.unit_of(self.school)
    }

    fn is_assessed(&self) -> bool {
        self.county.exclusion_of(self.school).is_none()
    }

    fn school(&mut self) {
        let school = self.school;
        self.row("school_name", None, Text::new("学校名称", "name"), FormValue::text(school.name()), None);
        // Kinds have no English name of their own but their identifier.
        let kind = FormValue::said(school.kind().zh(), school.kind().id().replace('_', " "));
        self.row("kind", None, Text::new("学校类别", "kind"), kind, None);
        let founded = FormValue::count(school.founded().map(u64::from));
        self.row("founded_year", None, Text::new("建校年份", "year built"), founded, None);
        if let Some(rule) = self.county.exclusion_of(school).and_then(|excluded| excluded.rule()) {
            self.notes.push(Text::new(
                format!("不参加评估：{}。", rule.title(Lang::Zh)),
                format!("Not assessed: {}.", rule.title(Lang::En)),
            ));
        }
    }

    /// A1: the amounts, then the values by stage.
    fn resources(&mut self) {
        let stages = self.stages();
        let decimals = self.precision.value;
        let units: Vec<_> = stages.iter().map(|stage| (*stage, self.unit(*stage))).collect();
        let amounts: Vec<_> = units.iter().map(|(_, unit)| unit.map(UnitResult::amounts)).collect();
        let values: Vec<_> = units.iter().map(|(_, unit)| unit.map(UnitResult::values)).collect();
        for (place, rule) in self.county.assessment().standard().indicators().iter().enumerate() {
            let indicator = rule.indicator();
            let given: Vec<_> = units
                .iter()
                .zip(&amounts)
                .map(|((stage, _), amounts)| {
                    let counted = amounts.as_ref().and_then(|amounts| amounts.get(place).copied().flatten());
                    // A school of which there is no value may still have said what it has.
                    let typed =
                        || indicator.amount(self.school, *stage).ok().map(|typed| (typed.ratio(), None));
                    counted.or_else(typed)
                })
                .collect();
            let amount = |given: Option<(Ratio, _)>| match indicator.field(Stage::Primary).kind() {
                FieldKind::Count => FormValue::figure(given.map(|(amount, _)| amount), 0),
                _ => FormValue::figure(given.map(|(amount, _)| amount), decimals),
            };
            let unit = indicator.unit();
            let name = Text::new(
                format!("{}（{}）", indicator.zh(), unit.zh()),
                format!("{} ({})", indicator.en(), unit.id()),
            );
            let id = format!("{}_amount", indicator.id());
            if rule.shared() {
                let first = given.iter().copied().flatten().next();
                self.row(&id, None, name, amount(first), None);
            } else {
                for ((stage, _), given) in units.iter().zip(&given) {
                    self.row(&id, Some(*stage), name.clone(), amount(*given), None);
                }
            }
            for ((stage, unit), values) in units.iter().zip(&values) {
                let value = values.as_ref().and_then(|values| values.get(place).copied().flatten());
                let met = unit.and_then(|unit| unit.meets(indicator)).map(Verdict::from);
                let name = Text::new(rule.name(Lang::Zh), rule.name(Lang::En));
                self.row(indicator.id(), Some(*stage), name, FormValue::figure(value, decimals), met);
            }
            let mut clauses: Vec<_> = given.iter().copied().flatten().filter_map(|(_, c)| c).collect();
            clauses.dedup_by_key(|clause| clause.id());
            for clause in clauses {
                let until = clause.window().1;
                self.notes.push(Text::new(
                    format!(
                        "{}：计入过渡条款许可的部分（{}，有效期至 {until}）。",
                        rule.name(Lang::Zh),
                        clause.title(Lang::Zh)
                    ),
                    format!(
                        "{}: with what a transitional clause lets it count ({}; valid to {until}).",
                        rule.name(Lang::En),
                        clause.title(Lang::En)
                    ),
                ));
            }
        }
        for (stage, unit) in &units {
            let name = Text::new("资源配置综合达标", "resources, overall");
            self.row("resource", Some(*stage), name, FormValue::Blank, unit.and_then(UnitResult::verdict));
        }
    }

    /// A2: classes, special rooms, pupils.
    fn rooms_and_classes(&mut self, items: &SchoolItems<'_>) {
        let item = |procedure| items.iter().find(|item| item.item().procedure() == procedure);
        let part = |procedure, id: &str| {
            let item = item(procedure)?;
            item.parts().find(|part| part.id() == id).map(|part| part.verdict())
        };
        let by_stage = |primary, junior, stage| if stage == Stage::Primary { primary } else { junior };
        let stages = self.stages();
        for &stage in &stages {
            let field = by_stage(Field::ClassesPrimary, Field::ClassesJunior, stage);
            self.field(field, Text::new("班级数", "classes"), None);
        }
        for (field, id, zh, en) in [
            (Field::MusicRoomAreas, "music", "音乐专用教室", "music rooms"),
            (Field::ArtRoomAreas, "art", "美术专用教室", "fine-arts rooms"),
        ] {
            let list = self.school.list(field);
            let count = FormValue::count(list.map(|rooms| rooms.len() as u64));
            let met = part(Procedure::Rooms, id);
            self.row(&format!("{id}_rooms"), None, Text::new(format!("{zh}（间）"), en), count, met);
            let areas = list.unwrap_or_default().iter().map(Decimal::to_string).collect::<Vec<_>>();
            let areas = if areas.is_empty() {
                FormValue::Blank
            } else {
                FormValue::said(areas.join("、"), areas.join(", "))
            };
            let name = Text::new(format!("{zh}面积（平方米）"), format!("{en}, areas (m2)"));
            self.row(field.id(), None, name, areas, None);
        }
        for &stage in &stages {
            let pupils = FormValue::counted(self.school.students(stage));
            self.row("students", Some(stage), Text::new("在校生数", "pupils"), pupils, None);
        }
        self.field(Field::MaxClassSize, Text::new("最大班额", "largest class"), None);
        for &stage in &stages {
            let field = by_stage(Field::ClassesOverLimitPrimary, Field::ClassesOverLimitJunior, stage);
            let Some(classes) = item(Procedure::NoneOverLimit) else { continue };
            let size = limit(classes, "class_size", stage);
            let name =
                Text::new(format!("超过 {} 人的班级数", size.zh), format!("classes over {} pupils", size.en));
            // A school with one stage has no parts.
            let met = part(Procedure::NoneOverLimit, stage.id()).or(Some(classes.verdict()));
            self.field(field, name, met);
        }
    }

    /// A2: public funding of a small school, and of special education.
    fn funding(&mut self, items: &SchoolItems<'_>) {
        let small = items.iter().find(|item| item.item().procedure() == Procedure::SmallSchoolFunding);
        if let Some(item) = small {
            let is_small = kept(item, "small_schools").is_some_and(|count| !count.is_zero());
            let figure = |name| kept(item, name).filter(|_| is_small);
            let met = Some(item.verdict()).filter(|_| is_small);
            let name = Text::new("小规模学校", "small school");
            self.funds("small", name, figure("small_pupils"), figure("small_funding"), met);
        }
        let of_special = |item: &ItemResult<'_>| {
            item.item().columns.denominator == Some(CountyField::SpecialEducationStudents)
        };
        if let Some(item) = items.iter().find(of_special) {
            let special = self.school.kind() == SchoolKind::SpecialEducation;
            let pupils = self.school.all_students().filter(|_| special);
            let funds = self.school.value(Field::PublicFundingBudget).filter(|_| special);
            let met = Some(item.verdict()).filter(|_| special);
            self.funds("special_education", Text::new("特殊教育", "special education"), pupils, funds, met);
        }
    }

    fn funds(
        &mut self,
        id: &str,
        name: Text,
        pupils: Option<Decimal>,
        funds: Option<Decimal>,
        met: Option<Verdict>,
    ) {
        let Text { zh, en } = name;
        let of =
            |zh_what: &str, en_what: &str| Text::new(format!("{zh}{zh_what}"), format!("{en}, {en_what}"));
        let value = FormValue::counted(pupils);
        self.row(&format!("{id}_students"), None, of("学生数", "pupils"), value, None);
        let (decimals, figure) = (self.precision.value, FormValue::figure(funds, self.precision.value));
        self.row(&format!("{id}_funding"), None, of("公用经费（元）", "public funding (yuan)"), figure, None);
        let per_head = funds.zip(pupils).and_then(|(funds, pupils)| per_head(funds, pupils));
        let value = FormValue::figure(per_head, decimals);
        self.row(
            &format!("{id}_per_pupil"),
            None,
            of("生均公用经费（元）", "public funding a pupil (yuan)"),
            value,
            met,
        );
    }

    /// A3 and on: the items that schools decide.
    fn items(&mut self, items: &SchoolItems<'_>) {
        for item in items.iter() {
            let mut out = Conclusion::new(self.precision);
            match item.item().procedure() {
                Procedure::Rooms | Procedure::NoneOverLimit | Procedure::Teachers | Procedure::Catchment => {
                    government::conclude(item, &mut out);
                }
                Procedure::Retention => quality::conclude(item, &mut out),
                Procedure::SchoolSize => self.size(item, &mut out),
                Procedure::SmallSchoolFunding => self.small(item, &mut out),
                Procedure::TrainingShare => self.training(item, &mut out),
                _ => continue,
            }
            let (value, figures) = out.finish();
            // Met without a figure: the school is none of those it is about.
            let applies = item.verdict() != Verdict::Met || value != FormValue::Blank;
            let met = FormValue::met(Some(item.verdict()).filter(|_| applies));
            let row = FormRow::new(item.title(Lang::Zh), item.title(Lang::En), vec![value, met]);
            self.rows.push(FormRow { figures, ..row.id_is(item.id()) });
            let mut clauses: Vec<_> = item.schools().filter_map(|school| school.clause()).collect();
            clauses.dedup_by_key(|applied| applied.clause().id());
            for applied in clauses {
                let (clause, without) = (applied.clause(), applied.verdict_without());
                let until = clause.window().1;
                self.notes.push(Text::new(
                    format!(
                        "{}：依过渡条款达标（{}，有效期至 {until}），否则{}。",
                        item.title(Lang::Zh),
                        clause.title(Lang::Zh),
                        without.name(Lang::Zh)
                    ),
                    format!(
                        "{}: met by a transitional clause ({}; valid to {until}), else {}.",
                        item.title(Lang::En),
                        clause.title(Lang::En),
                        without.name(Lang::En)
                    ),
                ));
            }
        }
    }

    fn size(&self, item: ItemResult<'_>, out: &mut Conclusion) {
        let pupils = self.school.compulsory_students().filter(|_| self.is_assessed());
        out.count("students", Text::new("义务教育阶段在校生", "pupils"), "人", pupils);
        // The school's own limit, with the clause that covers it.
        out.measured("limit", Text::new("不超过", "at most"), item.unit(), pupils.and(own_limit(item)));
    }

    fn small(&self, item: ItemResult<'_>, out: &mut Conclusion) {
        if kept(item, "small_schools").is_none_or(|count| count.is_zero()) {
            return;
        }
        out.count("small_pupils", Text::new("学生", "pupils"), "人", kept(item, "small_pupils"));
        let funding = kept(item, "small_funding");
        out.yuan("small_funding", Text::new("公用经费", "public funding"), funding.map(Ratio::from));
        out.yuan("required", Text::new("应不低于", "required"), funding.and(item.requirement()));
    }

    fn training(&self, item: ItemResult<'_>, out: &mut Conclusion) {
        if !self.is_assessed() {
            return;
        }
        let amount = |field| self.school.value(field).map(Ratio::from);
        let name = Text::new("教师培训经费", "training of teachers");
        out.yuan(Field::TrainingFunding.id(), name, amount(Field::TrainingFunding));
        let name = Text::new("公用经费预算", "public funding");
        out.yuan(Field::PublicFundingBudget.id(), name, amount(Field::PublicFundingBudget));
        out.percent("share", Text::new("比例", "share"), item.value());
    }
}

fn own_limit(item: ItemResult<'_>) -> Option<Ratio> {
    item.parts().next().map_or(item.requirement(), |part| part.requirement())
}

fn per_head(funds: Decimal, pupils: Decimal) -> Option<Ratio> {
    let (mantissa, scale) = funds.parts();
    let pupils = i128::from(pupils.count()?);
    Ratio::new(mantissa.into(), pupils)?.over_pow10(scale)
}
