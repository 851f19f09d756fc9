//! Tables I to III: the county's schools, what they have, and how evenly.

use super::{Form, FormColumn, FormRow, FormValue};
use crate::assess::{CountyResult, StageResult, UnitResult, Verdict};
use crate::error::Text;
use crate::indicator::Indicator;
use crate::lang::Lang;
use crate::model::{CountyField, Field, SchoolKind, SchoolRow, Sponsor, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::IndicatorRule;

/// Table I: basic facts of the county.
pub(super) fn facts(county: CountyResult<'_>) -> Form {
    let schools: Vec<SchoolRow<'_>> = county.schools().collect();
    let count =
        |kind: SchoolKind| FormValue::Count(schools.iter().filter(|s| s.kind() == kind).count() as u64);
    let points = |school: &SchoolRow<'_>| school.kind() == SchoolKind::TeachingPoint;
    let all_points = schools.iter().copied().filter(points).count() as u64;
    let left_out = county.excluded().filter(|e| points(&e.school())).count() as u64;
    // One whose pupils are not known may be too small.
    let known = schools.iter().copied().filter(points).all(|s| s.compulsory_students().is_some());
    let assessed_points = all_points.checked_sub(left_out).filter(|_| known);
    // Special-education and vocational schools do not count among those of a stage.
    let ordinary: Vec<_> = schools.iter().filter(|s| s.kind().stages_are_fixed()).copied().collect();
    let total = |field| FormValue::count(sum(&ordinary, field));
    let precision = county.assessment().standard().precision();
    let given = |field| county.reported().and_then(|row| row.value(field));
    // Whatever is counted in tens of thousands has the decimals of a school's value.
    let people = |field| {
        let ten_thousand = given(field).and_then(|v| Ratio::from(v).over_pow10(4));
        FormValue::figure(ten_thousand, precision.value)
    };
    let yuan = |field| FormValue::figure(given(field), precision.figure);
    let number = |field| FormValue::counted(given(field));
    let cells: Vec<(u8, &str, &str, FormValue)> = vec![
        (1, "总人口（万人）", "population (10 000)", people(CountyField::Population)),
        (2, "农村人口（万人）", "rural population (10 000)", people(CountyField::RuralPopulation)),
        (3, "乡镇数", "townships", number(CountyField::Townships)),
        (4, "行政村数", "villages", number(CountyField::Villages)),
        (5, "人均国内生产总值（元）", "GDP a head (yuan)", yuan(CountyField::GdpPerHead)),
        (6, "人均地方财政收入（元）", "local revenue a head (yuan)", yuan(CountyField::RevenuePerHead)),
        (7, "农民人均纯收入（元）", "farmers' net income a head (yuan)", yuan(CountyField::FarmerIncome)),
        (
            8,
            "城镇居民人均可支配收入（元）",
            "urban disposable income a head (yuan)",
            yuan(CountyField::UrbanIncome),
        ),
        (9, "小学数", "primary schools", count(SchoolKind::Primary)),
        (10, "九年一贯制学校数", "nine-year schools", count(SchoolKind::NineYear)),
        (11, "初中数", "junior schools", count(SchoolKind::Junior)),
        (12, "完全中学数", "complete secondary schools", count(SchoolKind::CompleteSecondary)),
        (13, "十二年一贯制学校数", "twelve-year schools", count(SchoolKind::TwelveYear)),
        (14, "特殊教育学校数", "special-education schools", count(SchoolKind::SpecialEducation)),
        (15, "教学点数", "teaching points", FormValue::Count(all_points)),
        (
            16,
            "其中参加评估的教学点数",
            "of them large enough to be assessed",
            FormValue::count(assessed_points),
        ),
        (17, "小学班级数", "primary classes", total(Field::ClassesPrimary)),
        (18, "初中班级数", "junior classes", total(Field::ClassesJunior)),
        (19, "小学在校生数", "primary pupils", FormValue::count(pupils(&ordinary, Stage::Primary))),
        (20, "初中在校生数", "junior pupils", FormValue::count(pupils(&ordinary, Stage::Junior))),
        (21, "小学教职工数", "primary staff", number(CountyField::StaffPrimary)),
        (22, "其中小学专任教师数", "of them full-time teachers", total(Field::TeachersPrimary)),
        (23, "初中教职工数", "junior staff", number(CountyField::StaffJunior)),
        (24, "其中初中专任教师数", "of them full-time teachers", total(Field::TeachersJunior)),
    ];
    let columns = cells.iter().map(|(n, zh, en, _)| FormColumn::new(*n, *zh, *en)).collect();
    let values = cells.into_iter().map(|(.., value)| value).collect();
    Form {
        id: "I",
        title: Text::new("县域基本情况", "Basic facts of the county"),
        head: Text::new("县（市、区）", "county"),
        columns,
        rows: vec![FormRow::new(county.name(), county.name(), values).id_is(county.code())],
        notes: vec![Text::new(
            "班级、学生、教师为本表全部小学、初中学段之和（含不足规定人数的教学点，不含特殊教育和职业学校）；有学校未填时留空。",
            "Classes, pupils and teachers are those of all schools of the table (small teaching points included, special-education and vocational schools not); blank where a school does not give them.",
        )],
    }
}

/// The sum of a column over the schools that have its stage; `None` where one of them does not give it.
fn sum(schools: &[SchoolRow<'_>], field: Field) -> Option<u64> {
    let taught =
        |s: &&SchoolRow<'_>| field.stage().is_none_or(|stage| s.students(stage) != Some(Decimal::ZERO));
    schools.iter().filter(taught).map(|s| s.value(field)?.count()).sum()
}

fn pupils(schools: &[SchoolRow<'_>], stage: Stage) -> Option<u64> {
    schools.iter().map(|s| s.students(stage)?.count()).sum()
}

fn stage_name(stage: Stage) -> (&'static str, &'static str) {
    (stage.zh(), stage.id())
}

fn indicator_column(number: u8, rule: &IndicatorRule) -> FormColumn {
    FormColumn::new(number, rule.name(Lang::Zh), rule.name(Lang::En))
}

/// Table II-1: schools that meet the standard.
pub(super) fn schools_meeting(county: CountyResult<'_>) -> Form {
    let (rules, precision) =
        (county.assessment().standard().indicators(), county.assessment().standard().precision());
    let mut columns: Vec<_> = (1..).zip(rules).map(|(n, rule)| indicator_column(n, rule)).collect();
    columns.push(FormColumn::new(columns.len() as u8 + 1, "综合达标", "overall"));
    let mut rows = Vec::new();
    for stage in county.stages() {
        let units: Vec<UnitResult<'_>> = stage.units().collect();
        let all = Some(units.len() as u64).filter(|n| *n > 0);
        let per_indicator = rules.iter().map(|rule| {
            let met: Option<Vec<bool>> = units.iter().map(|u| u.meets(rule.indicator())).collect();
            all.and(met).map(|met| met.into_iter().filter(|m| *m).count() as u64)
        });
        let decided: Option<Vec<bool>> = units
            .iter()
            .map(|u| u.verdict().filter(|v| *v != Verdict::Undetermined).map(|v| v == Verdict::Met))
            .collect();
        let overall = all.and(decided).map(|met| met.into_iter().filter(|m| *m).count() as u64);
        let counts: Vec<Option<u64>> = per_indicator.chain([overall]).collect();
        let (zh, en) = stage_name(stage.stage());
        let numbers = counts.iter().map(|c| FormValue::count(*c)).collect();
        let row = FormRow::new(format!("{zh}（所）"), format!("{en}, schools"), numbers);
        rows.push(row.id_is("number").of_stage(stage.stage()));
        let shares = counts.iter().map(|c| FormValue::percent(*c, all, precision)).collect();
        let row = FormRow::new(format!("{zh}（%）"), format!("{en}, per cent"), shares);
        rows.push(row.id_is("share").of_stage(stage.stage()));
    }
    Form {
        id: "II-1",
        title: Text::new("资源配置达标学校数", "Schools that meet the standard"),
        head: Text::new("学段", "stage"),
        columns,
        rows,
        notes: vec![Text::new(
            "有学校缺数据而不能判定时留空。",
            "Blank where a school cannot be judged for want of data.",
        )],
    }
}

/// Table II-2: what each school has.
pub(super) fn by_school(county: CountyResult<'_>) -> Form {
    /// The form's number of the first indicator.
    const FIRST: u8 = 7;
    let rules = county.assessment().standard().indicators();
    let mut columns = vec![
        FormColumn::new(None, "学校名称", "school"),
        FormColumn::new(1, "举办者类别", "sponsor code"),
        FormColumn::new(2, "在校生数", "pupils"),
        FormColumn::new(3, "年级数", "grades"),
        FormColumn::new(4, "班级数", "classes"),
        FormColumn::new(5, "（备用）", "(reserved)"),
        FormColumn::new(6, "（备用）", "(reserved)"),
    ];
    columns.extend((FIRST..).zip(rules).map(|(n, rule)| indicator_column(n, rule)));
    columns.push(FormColumn::new(FIRST + rules.len() as u8, "是否综合达标", "meets overall"));
    columns.push(FormColumn::new(None, "备注", "remark"));
    let decimals = county.assessment().standard().precision().value;
    let units = county.stages().flat_map(|stage| stage.units_with_values());
    let rows = units.zip(1u64..).map(|((unit, values), number)| {
        let (school, stage) = (unit.school(), unit.stage());
        let classes = if stage == Stage::Primary { Field::ClassesPrimary } else { Field::ClassesJunior };
        let mut cells = vec![
            unit_name(school, stage),
            FormValue::text(
                school.sponsor().and_then(Sponsor::code).map(|c| c.to_string()).unwrap_or_default(),
            ),
            FormValue::count(unit.students()),
            FormValue::Blank,
            FormValue::count(school.value(classes).and_then(Decimal::count)),
            FormValue::Blank,
            FormValue::Blank,
        ];
        cells.extend(values.iter().map(|v| v.map_or(FormValue::Blank, |v| FormValue::Figure(v, decimals))));
        cells.push(FormValue::met(unit.verdict()));
        cells.push(remark(unit, rules));
        FormRow::new(number.to_string(), number.to_string(), cells).id_is(school.code()).of_stage(stage)
    });
    let rows = rows.collect();
    Form {
        id: "II-2",
        title: Text::new("分校资源配置", "Resources by school"),
        head: Text::new("序号", "number"),
        columns,
        rows,
        notes: by_school_notes(county),
    }
}

/// The name of a school, and of its part where it has both stages.
fn unit_name(school: SchoolRow<'_>, stage: Stage) -> FormValue {
    let through = Stage::COMPULSORY.into_iter().all(|stage| school.kind().has(stage));
    match school.name() {
        "" => FormValue::Blank,
        name if !through => FormValue::text(name),
        name => FormValue::said(format!("{name}（{}部）", stage.zh()), format!("{name} ({stage} stage)")),
    }
}

/// Which indicators meet the standard, and which of the others reach the floor share of it.
fn remark(unit: UnitResult<'_>, rules: &[IndicatorRule]) -> FormValue {
    let below: Vec<_> = unit.below_floor().collect();
    let (mut met, mut near, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for indicator in rules.iter().map(IndicatorRule::indicator) {
        match unit.meets(indicator) {
            Some(true) => met.push(indicator),
            Some(false) if below.contains(&indicator) => {}
            Some(false) => near.push(indicator),
            None => missing.push(indicator),
        }
    }
    let Some(rule) = unit.standard().unit_rule(unit.county().as_of()) else { return FormValue::Blank };
    if missing.len() == rules.len() {
        return FormValue::Blank;
    }
    let mut text = if met.len() == rules.len() {
        Text::new("全部达标。", "All meet the standard.")
    } else {
        let percent = rule.value.floor.times_pow10(2).unwrap_or(rule.value.floor);
        let (met, near) = (listed(&met), listed(&near));
        Text::new(
            format!("达标：{}。未达标但达 {percent}%：{}。", met.zh, near.zh),
            format!("Meet the standard: {}. Others that reach {percent} % of it: {}.", met.en, near.en),
        )
    };
    let by_clause =
        rules.iter().zip(unit.amounts()).filter(|(_, amount)| matches!(amount, Some((_, Some(_)))));
    let by_clause: Vec<_> = by_clause.map(|(rule, _)| rule.indicator()).collect();
    for (zh, en, list) in [
        ("缺数据", "No data", &missing),
        ("计入了过渡条款许可的部分", "With what a transitional clause lets them count", &by_clause),
    ] {
        if !list.is_empty() {
            let list = listed(list);
            text.zh += &format!("{zh}：{}。", list.zh);
            text.en += &format!(" {en}: {}.", list.en);
        }
    }
    FormValue::Said(text)
}

fn listed(indicators: &[Indicator]) -> Text {
    if indicators.is_empty() {
        return Text::new("无", "none");
    }
    let names = |name: fn(Indicator) -> &'static str, between: &str| {
        indicators.iter().map(|i| name(*i)).collect::<Vec<_>>().join(between)
    };
    Text::new(names(Indicator::zh, "；"), names(Indicator::en, ", "))
}

fn by_school_notes(county: CountyResult<'_>) -> Vec<Text> {
    let of = |stage: Stage| county.stages().filter(move |s| s.stage() == stage).flat_map(StageResult::units);
    let kinds =
        |stage: Stage, kinds: &[SchoolKind]| of(stage).filter(|u| kinds.contains(&u.school().kind())).count();
    let (primary, junior) = (Stage::Primary, Stage::Junior);
    let combined = [SchoolKind::NineYear, SchoolKind::TwelveYear];
    let (all, joint, points) =
        (of(primary).count(), kinds(primary, &combined), kinds(primary, &[SchoolKind::TeachingPoint]));
    let (all_j, joint_j, complete) =
        (of(junior).count(), kinds(junior, &combined), kinds(junior, &[SchoolKind::CompleteSecondary]));
    vec![
        Text::new(
            format!(
                "小学 {all} 所，其中九年一贯制和十二年一贯制学校小学部 {joint} 所，参加评估的教学点 {points} 个。"
            ),
            format!(
                "Primary schools: {all}; of them primary stages of nine- and twelve-year schools: {joint}, teaching points that are assessed: {points}."
            ),
        ),
        Text::new(
            format!(
                "初中 {all_j} 所，其中九年一贯制和十二年一贯制学校初中部 {joint_j} 所，完全中学初中部 {complete} 所。"
            ),
            format!(
                "Junior schools: {all_j}; of them junior stages of nine- and twelve-year schools: {joint_j}, of complete secondary schools: {complete}."
            ),
        ),
    ]
}

/// Table III: balance between the schools.
pub(super) fn balance(county: CountyResult<'_>) -> Form {
    let standard = county.assessment().standard();
    let rules = standard.indicators();
    let mut columns: Vec<_> = (1..).zip(rules).map(|(n, rule)| indicator_column(n, rule)).collect();
    columns.push(FormColumn::new(columns.len() as u8 + 1, "综合差异系数", "composite coefficient"));
    let mut rows = Vec::new();
    for stage in county.stages() {
        let (zh, en) = stage_name(stage.stage());
        let rounded = |value: Option<Decimal>, decimals| {
            value.map_or(FormValue::Blank, |v| FormValue::Rounded(v, decimals))
        };
        let digits = standard.precision().cv;
        let means = rules
            .iter()
            .zip(stage.variation())
            .map(|(rule, v)| rounded(v.printed_mean(), standard.mean_decimals(rule)));
        let means = means.chain([FormValue::Blank]).collect();
        let row = FormRow::new(format!("{zh}县均值"), format!("{en}, county mean"), means);
        rows.push(row.id_is("mean").of_stage(stage.stage()));
        let cvs = stage.variation().iter().map(|v| rounded(v.printed_cv(), digits));
        let cvs = cvs.chain([rounded(stage.composite().printed(), digits)]).collect();
        let row = FormRow::new(format!("{zh}差异系数"), format!("{en}, coefficient"), cvs);
        rows.push(row.id_is("cv").of_stage(stage.stage()));
    }
    Form {
        id: "III",
        title: Text::new("校际差异系数", "Balance between schools"),
        head: Text::new("学段", "stage"),
        columns,
        rows,
        notes: Vec::new(),
    }
}
