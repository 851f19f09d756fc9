//! Tables I to III: the county's schools, what they have, and how evenly.

use super::{Form, FormColumn, FormRow, FormValue};
use crate::assess::{CountyResult, StageResult, UnitResult, Verdict};
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{Field, SchoolKind, SchoolRow, Sponsor, Stage};
use crate::numeric::Decimal;
use crate::standards::IndicatorRule;

/// Table I: basic facts of the county.
pub(super) fn facts(county: CountyResult<'_>) -> Form {
    let schools: Vec<SchoolRow<'_>> = county.schools().collect();
    let count =
        |kind: SchoolKind| FormValue::Count(schools.iter().filter(|s| s.kind() == kind).count() as u64);
    let assessed = |school: &&SchoolRow<'_>| {
        county.stages().any(|s| s.units().any(|u| u.school().row() == school.row()))
    };
    let points = || schools.iter().filter(|s| s.kind() == SchoolKind::TeachingPoint);
    // Special-education and vocational schools do not count among those of a stage.
    let ordinary: Vec<_> = schools.iter().filter(|s| s.kind().stages_are_fixed()).copied().collect();
    let classes = |field| FormValue::count(sum(&ordinary, field));
    let mut cells: Vec<(u8, &str, &str, FormValue)> = vec![
        (1, "总人口（万人）", "population (10 000)", FormValue::Blank),
        (2, "农村人口（万人）", "rural population (10 000)", FormValue::Blank),
        (3, "乡镇数", "townships", FormValue::Blank),
        (4, "行政村数", "villages", FormValue::Blank),
        (5, "人均国内生产总值（元）", "GDP a head (yuan)", FormValue::Blank),
        (6, "人均地方财政收入（元）", "local revenue a head (yuan)", FormValue::Blank),
        (7, "农民人均纯收入（元）", "farmers' net income a head (yuan)", FormValue::Blank),
        (8, "城镇居民人均可支配收入（元）", "urban disposable income a head (yuan)", FormValue::Blank),
        (9, "小学数", "primary schools", count(SchoolKind::Primary)),
        (10, "九年一贯制学校数", "nine-year schools", count(SchoolKind::NineYear)),
        (11, "初中数", "junior schools", count(SchoolKind::Junior)),
        (12, "完全中学数", "complete secondary schools", count(SchoolKind::CompleteSecondary)),
        (13, "十二年一贯制学校数", "twelve-year schools", count(SchoolKind::TwelveYear)),
        (14, "特殊教育学校数", "special-education schools", count(SchoolKind::SpecialEducation)),
        (15, "教学点数", "teaching points", FormValue::Count(points().count() as u64)),
        (
            16,
            "其中参加评估的教学点数",
            "of them assessed",
            FormValue::Count(points().filter(assessed).count() as u64),
        ),
        (17, "小学班级数", "primary classes", classes(Field::ClassesPrimary)),
        (18, "初中班级数", "junior classes", classes(Field::ClassesJunior)),
        (19, "小学在校生数", "primary pupils", FormValue::count(pupils(&ordinary, Stage::Primary))),
        (20, "初中在校生数", "junior pupils", FormValue::count(pupils(&ordinary, Stage::Junior))),
        (21, "小学教职工数", "primary staff", FormValue::Blank),
        (22, "其中小学专任教师数", "of them full-time teachers", classes(Field::TeachersPrimary)),
        (23, "初中教职工数", "junior staff", FormValue::Blank),
        (24, "其中初中专任教师数", "of them full-time teachers", classes(Field::TeachersJunior)),
    ];
    let columns = cells.iter().map(|(n, zh, en, _)| FormColumn::new(*n, *zh, *en)).collect();
    let values = cells.drain(..).map(|(.., value)| value).collect();
    Form {
        id: "I",
        title: Text::new("县域基本情况", "Basic facts of the county"),
        columns,
        rows: vec![FormRow::new(county.name(), county.name(), values)],
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
    schools.iter().filter(taught).map(|s| whole(s.value(field)?)).sum()
}

fn pupils(schools: &[SchoolRow<'_>], stage: Stage) -> Option<u64> {
    schools.iter().map(|s| whole(s.students(stage)?)).sum()
}

fn whole(value: Decimal) -> Option<u64> {
    value.is_whole().then(|| u64::try_from(value.parts().0).ok())?
}

fn stage_name(stage: Stage) -> (&'static str, &'static str) {
    (stage.zh(), stage.id())
}

fn indicator_column(number: u8, rule: &IndicatorRule) -> FormColumn {
    FormColumn::new(number, rule.name(Lang::Zh), rule.name(Lang::En))
}

/// Table II-1: schools that meet the standard.
pub(super) fn schools_meeting(county: CountyResult<'_>) -> Form {
    let rules = county.assessment().standard().indicators();
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
        rows.push(FormRow::new(format!("{zh}（所）"), format!("{en}, schools"), numbers));
        let shares = counts.iter().map(|c| FormValue::percent(*c, all)).collect();
        rows.push(FormRow::new(format!("{zh}（%）"), format!("{en}, per cent"), shares));
    }
    Form {
        id: "II-1",
        title: Text::new("资源配置达标学校数", "Schools that meet the standard"),
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
        FormColumn::new(None, "序号", "number"),
        FormColumn::new(None, "学段", "stage"),
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
        let (zh, en) = stage_name(stage);
        let classes = if stage == Stage::Primary { Field::ClassesPrimary } else { Field::ClassesJunior };
        let mut cells = vec![
            FormValue::Count(number),
            FormValue::said(zh, en),
            FormValue::text(
                school.sponsor().and_then(Sponsor::code).map(|c| c.to_string()).unwrap_or_default(),
            ),
            FormValue::count(unit.students()),
            FormValue::Blank,
            FormValue::count(school.value(classes).and_then(whole)),
            FormValue::Blank,
            FormValue::Blank,
        ];
        cells.extend(values.iter().map(|v| v.map_or(FormValue::Blank, |v| FormValue::Figure(v, decimals))));
        cells.push(match unit.verdict() {
            Some(Verdict::Met) => FormValue::said("是", "yes"),
            Some(Verdict::NotMet) => FormValue::said("否", "no"),
            _ => FormValue::Blank,
        });
        cells.push(remark(unit, rules, FIRST));
        FormRow::new(school.name(), school.name(), cells)
    });
    let rows = rows.collect();
    Form {
        id: "II-2",
        title: Text::new("分校资源配置", "Resources by school"),
        columns,
        rows,
        notes: by_school_notes(county),
    }
}

/// Which indicators meet the standard and which reach the floor share of it, by the form's numbers.
fn remark(unit: UnitResult<'_>, rules: &[IndicatorRule], first: u8) -> FormValue {
    let below: Vec<_> = unit.below_floor().collect();
    let (mut met, mut near) = (Vec::new(), Vec::new());
    for (number, rule) in (first..).zip(rules) {
        match unit.meets(rule.indicator()) {
            Some(true) => met.push(format!("L{number}")),
            Some(false) if !below.contains(&rule.indicator()) => near.push(format!("L{number}")),
            _ => {}
        }
    }
    let date = unit.county().as_of();
    let Some(floor) = unit.standard().unit_rule(date).map(|r| r.value.floor) else { return FormValue::Blank };
    let percent = floor.times_pow10(2).unwrap_or(floor);
    let list =
        |items: &[String], none: &str| if items.is_empty() { none.to_owned() } else { items.join(" ") };
    FormValue::said(
        format!("达标：{}；达 {percent}%：{}", list(&met, "无"), list(&near, "无")),
        format!("meet: {}; reach {percent} %: {}", list(&met, "none"), list(&near, "none")),
    )
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
            format!("小学 {all} 所，其中九年一贯制和十二年一贯制学校小学部 {joint} 所，教学点 {points} 个。"),
            format!(
                "{all} primary schools, of them {joint} primary stages of nine- and twelve-year schools and {points} teaching points."
            ),
        ),
        Text::new(
            format!(
                "初中 {all_j} 所，其中九年一贯制和十二年一贯制学校初中部 {joint_j} 所，完全中学初中部 {complete} 所。"
            ),
            format!(
                "{all_j} junior schools, of them {joint_j} junior stages of nine- and twelve-year schools and {complete} of complete secondary schools."
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
        let means = rules
            .iter()
            .zip(stage.variation())
            .map(|(rule, v)| rounded(v.printed_mean(), standard.mean_decimals(rule)));
        rows.push(FormRow::new(
            format!("{zh}县均值"),
            format!("{en}, county mean"),
            means.chain([FormValue::Blank]).collect(),
        ));
        let digits = standard.precision().cv;
        let cvs = stage.variation().iter().map(|v| rounded(v.printed_cv(), digits));
        let composite = rounded(stage.composite().printed(), digits);
        rows.push(FormRow::new(
            format!("{zh}差异系数"),
            format!("{en}, coefficient"),
            cvs.chain([composite]).collect(),
        ));
    }
    Form {
        id: "III",
        title: Text::new("校际差异系数", "Balance between schools"),
        columns,
        rows,
        notes: Vec::new(),
    }
}
