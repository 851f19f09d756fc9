//! What stands between a county and its recognition (差距清单), in the order of the parts.

use super::items::{ItemPart, ItemResult, ItemSchool, show};
use super::rules::StageRules;
use super::{CountyResult, Explanation, SchoolCheck, StageResult, UnitResult, Verdict};
use crate::error::Text;
use crate::lang::Lang;
use crate::model::{SchoolRow, Stage, Unit};
use crate::numeric::Decimal;
use crate::standards::{Citation, Direction, Part, Procedure};

/// One thing that stands between a county and its recognition: what, where, and by how much.
#[doc(alias = "差距清单")]
#[derive(Clone, Debug)]
pub struct Obstacle<'a> {
    part: Part,
    id: &'a str,
    school: Option<SchoolRow<'a>>,
    stage: Option<Stage>,
    what: Text,
    verdict: Verdict,
    value: Option<String>,
    requirement: Option<String>,
    unit: Unit,
    distance: Option<Decimal>,
    shortfall: Option<Decimal>,
    citation: Option<Citation>,
}

impl<'a> Obstacle<'a> {
    /// The part of the standard.
    pub fn part(&self) -> Part {
        self.part
    }

    /// The item or indicator; `verdict` for a unit that is open as a whole, `composite` for a composite.
    pub fn id(&self) -> &'a str {
        self.id
    }

    /// The school, where it is one school that fails.
    pub fn school(&self) -> Option<SchoolRow<'a>> {
        self.school
    }

    /// The stage, where it is one.
    pub fn stage(&self) -> Option<Stage> {
        self.stage
    }

    /// What fails, or lacks data.
    pub fn what(&self, lang: Lang) -> &str {
        lang.pick(&self.what.zh, &self.what.en)
    }

    /// `NotMet`, or `Undetermined` where data or an attestation is missing.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The value, with all the digits that matter.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// What is required, with its sign: `≥ 95`.
    pub fn requirement(&self) -> Option<&str> {
        self.requirement.as_deref()
    }

    /// Unit of value and requirement.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// How far the value is from what is required: negative.
    pub fn distance(&self) -> Option<Decimal> {
        self.distance
    }

    /// What is lacking, or too much, in the things counted.
    pub fn shortfall(&self) -> Option<Decimal> {
        self.shortfall
    }

    /// Where the requirement stands.
    pub fn citation(&self) -> Option<&Citation> {
        self.citation.as_ref()
    }

    /// One line for people.
    pub fn describe(&self, lang: Lang) -> String {
        let mut text = format!("{}{}", self.part.name(lang), lang.pick("：", ": "));
        if let Some(school) = self.school {
            text += school.label();
            text += lang.pick("，", ", ");
        }
        text += self.what(lang);
        let unit = self.unit.suffix(lang);
        match &self.value {
            Some(value) => text += &format!("{}{value}{unit}", lang.pick("，现为 ", ": ")),
            None if self.verdict == Verdict::Undetermined => {
                text += lang.pick("，缺数据或佐证", ": no data or attestation")
            }
            None => {}
        }
        if let Some(requirement) = &self.requirement {
            text += &format!("{}{requirement}{unit}", lang.pick("，应 ", ", required "));
        }
        if let Some(shortfall) = self.shortfall {
            text += &format!("{}{shortfall}", lang.pick("，相差 ", ", off by "));
        }
        if let Some(cite) = &self.citation {
            text += &lang.pick(format!("（{cite}）"), format!(" ({cite})"));
        }
        text
    }
}

/// All obstacles of a county, by part.
pub(super) fn obstacles<'a>(county: CountyResult<'a>) -> Vec<Obstacle<'a>> {
    let mut all = Vec::new();
    for stage in county.stages() {
        let rules = stage.rules();
        stage.units().for_each(|unit| of_unit(unit, &rules, &mut all));
    }
    all.extend(beyond_units(county));
    all
}

/// Those that are not about the resources of a single unit.
pub(crate) fn beyond_units<'a>(county: CountyResult<'a>) -> Vec<Obstacle<'a>> {
    let mut all = Vec::new();
    county.stages().for_each(|stage| balance(stage, &mut all));
    let empty = county.stages().all(|stage| stage.units().len() == 0);
    if empty {
        all.push(open_part(Part::Resource, "没有可评估的学校", "there is no school to assess"));
    }
    for &part in county.assessment().standard().parts() {
        let mut any = false;
        for item in county.items().filter(|item| item.part() == part) {
            any = true;
            of_item(item, &mut all);
        }
        if !any {
            let (zh, en) = (part.name(Lang::Zh), part.name(Lang::En));
            all.push(open_part(part, zh, en));
        }
    }
    all
}

fn open_part<'a>(part: Part, zh: &str, en: &str) -> Obstacle<'a> {
    Obstacle {
        part,
        id: "",
        school: None,
        stage: None,
        what: Text::new(zh, en),
        verdict: Verdict::Undetermined,
        value: None,
        requirement: None,
        unit: Unit::None,
        distance: None,
        shortfall: None,
        citation: None,
    }
}

/// The indicators a unit fails, where it is not met; the unit as a whole, where it is open.
fn of_unit<'a>(unit: UnitResult<'a>, rules: &StageRules<'a>, all: &mut Vec<Obstacle<'a>>) {
    let verdict = unit.verdict().unwrap_or(Verdict::Met);
    let school = Some(unit.school());
    let stage = Some(unit.stage());
    if verdict == Verdict::NotMet {
        for asked in &rules.indicators {
            let (rule, indicator) = (asked.rule, asked.rule.indicator());
            if unit.meets(indicator) != Some(false) {
                continue;
            }
            let Some((value, why)) = unit.explain_by(rules, asked) else { continue };
            let threshold = asked.threshold.map(|t| format!("≥ {}", t.value));
            let mut obstacle = explained(&why, indicator.id(), value.map(show), threshold);
            obstacle.what = Text::new(
                format!("{}{}", unit.stage().zh(), rule.name(Lang::Zh)),
                format!("{}, {} stage", rule.name(Lang::En), unit.stage()),
            );
            all.push(Obstacle { school, stage, verdict, unit: indicator.unit(), ..obstacle });
        }
    } else if verdict == Verdict::Undetermined {
        let mut obstacle = open_part(
            Part::Resource,
            &format!("{}资源配置无法判定", unit.stage().zh()),
            &format!("resources of the {} stage", unit.stage()),
        );
        obstacle.citation = unit.explain_verdict().and_then(|why| why.citation().cloned());
        all.push(Obstacle { id: "verdict", school, stage, ..obstacle });
    }
}

fn explained<'a>(
    why: &Explanation,
    id: &'a str,
    value: Option<String>,
    requirement: Option<String>,
) -> Obstacle<'a> {
    Obstacle {
        id,
        what: Text::new(why.rule(Lang::Zh), why.rule(Lang::En)),
        value,
        requirement,
        distance: why.distance(),
        shortfall: why.shortfall(),
        citation: why.citation().cloned(),
        ..open_part(Part::Resource, "", "")
    }
}

/// Coefficients beyond their limit, or that do not exist.
fn balance<'a>(stage: StageResult<'a>, all: &mut Vec<Obstacle<'a>>) {
    if stage.units().len() == 0 {
        return;
    }
    let mut tell = |verdict: Option<Verdict>,
                    id,
                    cv: Option<f64>,
                    limit: Option<Decimal>,
                    why: &dyn Fn() -> Option<_>| {
        let Some(verdict) = verdict.filter(|v| *v != Verdict::Met) else { return };
        let Some(why) = why() else { return };
        let requirement = limit.map(|limit| format!("≤ {limit}"));
        let obstacle = explained(&why, id, cv.map(|cv| cv.to_string()), requirement);
        all.push(Obstacle { stage: Some(stage.stage()), verdict, ..obstacle });
    };
    for found in stage.variation() {
        let limit = stage.cv_limit().map(|l| l.value);
        let why = || stage.explain(found.indicator());
        tell(found.verdict(), found.indicator().id(), found.cv(), limit, &why);
    }
    let composite = stage.composite();
    let limit = stage.composite_limit().map(|l| l.value);
    tell(composite.verdict(), "composite", composite.cv(), limit, &|| stage.explain_composite());
}

/// An item that is not met: each school that fails it, else each part, else the item.
fn of_item<'a>(item: ItemResult<'a>, all: &mut Vec<Obstacle<'a>>) {
    if item.verdict() == Verdict::Met {
        return;
    }
    let before = all.len();
    if item.item().procedure() == Procedure::SchoolStandard {
        item.county().school_standard().iter().for_each(|check| short_of_standard(item, check, all));
    }
    for part in item.parts().filter(|part| part.verdict() != Verdict::Met) {
        let schools = item.schools().filter(|school| school.part() == Some(part.id()));
        if !schools_of(item, schools, part.verdict(), all) {
            all.push(of_part(item, part));
        }
    }
    if all.len() > before {
        return;
    }
    if item.parts().len() == 0 && schools_of(item, item.schools(), item.verdict(), all) {
        return;
    }
    if all.len() == before {
        all.push(Obstacle {
            verdict: item.verdict(),
            value: item.value().map(show),
            requirement: item.requirement().map(|r| signed(item.direction(), show(r))),
            unit: item.unit(),
            distance: item.distance(),
            shortfall: item.shortfall(),
            ..of_title(item, None)
        });
    }
}

/// The rows of the basic standard that a school does not meet, where it fails; that are open, where it is open.
fn short_of_standard<'a>(item: ItemResult<'a>, check: &SchoolCheck<'a>, all: &mut Vec<Obstacle<'a>>) {
    let verdict = check.verdict();
    let rows = check.rows().iter().filter(|row| match verdict {
        Verdict::Met => false,
        Verdict::NotMet => row.verdict() == Verdict::NotMet,
        Verdict::Undetermined => row.verdict() != Verdict::Met,
    });
    all.extend(rows.map(|found| {
        let row = found.row();
        Obstacle {
            school: Some(check.school()),
            stage: Some(check.stage()),
            verdict,
            what: Text::new(
                format!("{}{}", check.stage().zh(), row.title(Lang::Zh)),
                format!("{}, {} stage", row.title(Lang::En), check.stage()),
            ),
            value: found.value().map(show),
            requirement: found.required().map(|r| signed(row.direction(), r.to_string())),
            unit: row.measured().unit(),
            distance: found.distance(),
            shortfall: found.shortfall(),
            citation: Some(row.cite().clone()),
            ..of_title(item, None)
        }
    }));
}

/// The schools that stand for a verdict; false where there is none, or where the county's figure decides.
fn schools_of<'a>(
    item: ItemResult<'a>,
    schools: impl Iterator<Item = ItemSchool<'a>>,
    verdict: Verdict,
    all: &mut Vec<Obstacle<'a>>,
) -> bool {
    if !item.item().procedure().is_by_school() {
        return false;
    }
    let before = all.len();
    all.extend(schools.filter(|school| school.verdict() == verdict).map(|school| Obstacle {
        school: Some(school.school()),
        stage: school.stage(),
        verdict: school.verdict(),
        value: school.value().map(show),
        requirement: school.requirement().map(|r| signed(school.direction(), show(r))),
        unit: school.unit(),
        distance: school.distance(),
        shortfall: school.shortfall(),
        citation: Some(school.citation().clone()),
        ..of_title(item, school.part_name(Lang::Zh).zip(school.part_name(Lang::En)))
    }));
    all.len() > before
}

fn of_part<'a>(item: ItemResult<'a>, part: ItemPart<'a>) -> Obstacle<'a> {
    Obstacle {
        verdict: part.verdict(),
        value: part.value().map(show),
        requirement: part.requirement().map(|r| signed(part.direction(), show(r))),
        unit: part.unit(),
        distance: part.distance(),
        shortfall: part.shortfall(),
        citation: Some(part.citation().clone()),
        ..of_title(item, Some((part.name(Lang::Zh), part.name(Lang::En))))
    }
}

fn of_title<'a>(item: ItemResult<'a>, part: Option<(&str, &str)>) -> Obstacle<'a> {
    let (zh, en) = (item.title(Lang::Zh), item.title(Lang::En));
    let what = match part {
        Some((part, part_en)) => Text::new(format!("{zh}（{part}）"), format!("{en} ({part_en})")),
        None => Text::new(zh, en),
    };
    Obstacle {
        id: item.id(),
        what,
        citation: Some(item.citation().clone()),
        ..open_part(item.part(), "", "")
    }
}

fn signed(direction: Direction, value: String) -> String {
    match direction.sign() {
        "" => value,
        sign => format!("{sign} {value}"),
    }
}
