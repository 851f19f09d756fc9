//! The JSON form of a result, `junheng.assessment/1`: a public interface of its own.

use std::borrow::Cow;

use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

#[cfg(feature = "json")]
mod write;

#[cfg(feature = "json")]
pub use write::write_json;

use super::given;
use super::item_json::ItemJson;
use super::score::ScoreJson;
use super::sizes::SizesJson;
use crate::assess::{Assessment, CountyResult, Excluded, Obstacle, StageResult, UnitResult, beyond_units};
use crate::finding::{Code, Finding};
use crate::lang::Lang;
use crate::model::Stage;
use crate::numeric::{Decimal, Ratio};
use crate::standards::Part;

/// Version of the form; keys may be added within it, none is renamed or removed.
pub const SCHEMA: &str = "junheng.assessment/1";

/// An assessment as it is serialised; any `serde` format will do, JSON is what it is made for.
///
/// Numbers are unrounded doubles, what does not exist is `null`; the language bears on messages alone. The same
/// data give the same bytes in whatever order and number of files they came.
///
/// # Examples
/// ```
/// use junheng::{Assessor, Lang, Standard, read_schools, report::Json};
///
/// let table = "county_code,school_code,kind,students_primary,multimedia_classrooms\n210102,1,小学,1000,23\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
/// let json: serde_json::Value = serde_json::to_value(Json::new(&assessment, Lang::En)).unwrap();
/// let unit = &json["counties"][0]["stages"][0]["unit_results"][0];
/// assert_eq!(unit["values"]["multimedia_classrooms"], 2.3);
/// assert_eq!(unit["values"]["teaching_area"], serde_json::Value::Null);
/// # Ok::<(), junheng::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Json<'a> {
    assessment: &'a Assessment,
    lang: Lang,
}

impl<'a> Json<'a> {
    /// The form of this assessment, with messages in this language.
    pub fn new(assessment: &'a Assessment, lang: Lang) -> Self {
        Json { assessment, lang }
    }
}

impl<'a> Json<'a> {
    fn counties(self) -> impl ExactSizeIterator<Item = CountyJson<'a>> {
        self.assessment.counties().map(move |county| CountyJson { county, lang: self.lang })
    }

    fn excluded(self) -> impl Serialize {
        Each(move || self.assessment.excluded().map(ExcludedJson::from))
    }

    fn findings(self) -> impl Serialize {
        // How a file was encoded is told where files are told of; the same data in another encoding are the same.
        let of_data = move || self.assessment.findings().iter().filter(|f| f.code() != Code::EncodingGuessed);
        Each(move || of_data().map(move |f| FindingJson::new(f, self.lang)))
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Assessment", 5)?;
        out.serialize_field("schema", SCHEMA)?;
        out.serialize_field("standard", &StandardJson(self.assessment))?;
        out.serialize_field("counties", &Each(|| self.counties()))?;
        out.serialize_field("excluded", &self.excluded())?;
        out.serialize_field("findings", &self.findings())?;
        out.end()
    }
}

/// A sequence made anew each time it is written, so that a nation is never held as text.
pub(super) struct Each<F>(pub(super) F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// A map with the keys in the order given.
struct Pairs<F>(F);

impl<'k, F, I, V> Serialize for Pairs<F>
where
    F: Fn() -> I,
    I: Iterator<Item = (&'k str, V)>,
    V: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in (self.0)() {
            map.serialize_entry(key, &value)?;
        }
        map.end()
    }
}

pub(super) struct StandardJson<'a>(pub(super) &'a Assessment);

impl Serialize for StandardJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let standard = self.0.standard();
        let mut out = serializer.serialize_struct("Standard", 4)?;
        out.serialize_field("id", standard.id())?;
        out.serialize_field("overlays", standard.overlays())?;
        out.serialize_field("judge", self.0.judge().id())?;
        out.serialize_field("options", &Pairs(|| self.0.options()))?;
        out.end()
    }
}

struct CountyJson<'a> {
    county: CountyResult<'a>,
    lang: Lang,
}

impl Serialize for CountyJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let county = self.county;
        let mut out = serializer.serialize_struct("County", 13)?;
        out.serialize_field("code", &given(county.code()))?;
        out.serialize_field("name", &given(county.name()))?;
        out.serialize_field("year", &county.year())?;
        out.serialize_field("as_of", &county.as_of().map(|d| d.to_string()))?;
        out.serialize_field("verdict", county.verdict().id())?;
        out.serialize_field("resource_verdict", county.resource_verdict().id())?;
        out.serialize_field("stages", &Each(|| county.stages().map(StageJson)))?;
        out.serialize_field("part_verdicts", &Pairs(|| parts(county)))?;
        out.serialize_field("items", &Each(|| county.items().map(ItemJson::from)))?;
        match county.score() {
            Some(score) => out.serialize_field("score", &ScoreJson::from(score))?,
            None => out.skip_field("score")?,
        }
        let obstacles = beyond_units(county);
        out.serialize_field(
            "obstacles",
            &Each(|| obstacles.iter().map(|obstacle| ObstacleJson { obstacle, lang: self.lang })),
        )?;
        out.serialize_field("sizes", &SizesJson::new(county))?;
        out.serialize_field("findings", &findings(county.findings(), self.lang))?;
        out.end()
    }
}

/// The verdict on each part of the standard.
fn parts(county: CountyResult<'_>) -> impl Iterator<Item = (&'static str, &'static str)> {
    Part::ALL.into_iter().filter_map(move |part| Some((part.id(), county.part_verdict(part)?.id())))
}

/// What stands between the county and its recognition; single units are in `unit_results`.
struct ObstacleJson<'a> {
    obstacle: &'a Obstacle<'a>,
    lang: Lang,
}

impl Serialize for ObstacleJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let obstacle = self.obstacle;
        let mut out = serializer.serialize_struct("Obstacle", 9)?;
        out.serialize_field("part", obstacle.part().id())?;
        out.serialize_field("id", &given(obstacle.id()))?;
        out.serialize_field("school_code", &obstacle.school().and_then(|s| given(s.code())))?;
        out.serialize_field("stage", &obstacle.stage().map(Stage::id))?;
        out.serialize_field("message", obstacle.what(self.lang))?;
        out.serialize_field("verdict", obstacle.verdict().id())?;
        out.serialize_field("value", &obstacle.value())?;
        out.serialize_field("requirement", &obstacle.requirement())?;
        out.serialize_field("citation", &obstacle.citation().map(|c| c.to_string()))?;
        out.end()
    }
}

struct StageJson<'a>(StageResult<'a>);

impl Serialize for StageJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stage = self.0;
        let composite = stage.composite();
        let mut out = serializer.serialize_struct("Stage", 10)?;
        out.serialize_field("stage", stage.stage().id())?;
        out.serialize_field("verdict", stage.verdict().id())?;
        out.serialize_field("units", &stage.units().len())?;
        out.serialize_field("units_met", &stage.units_met())?;
        out.serialize_field("students", &stage.students())?;
        out.serialize_field("composite_cv", &composite.cv())?;
        out.serialize_field("composite_limit", &stage.composite_limit().map(|l| l.value.to_f64()))?;
        out.serialize_field("composite_verdict", &composite.verdict().map(|v| v.id()))?;
        out.serialize_field("variation", &Each(|| VariationJson::of(stage)))?;
        out.serialize_field("unit_results", &Units(stage))?;
        out.end()
    }
}

#[derive(Serialize)]
struct VariationJson<'a> {
    indicator: &'a str,
    units: u32,
    mean: Option<f64>,
    std_dev: Option<f64>,
    cv: Option<f64>,
    limit: Option<f64>,
    verdict: Option<&'a str>,
    units_meeting: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<u32>,
}

impl<'a> VariationJson<'a> {
    fn of(stage: StageResult<'a>) -> impl Iterator<Item = Self> {
        let limit = stage.cv_limit().map(|limit| limit.value.to_f64());
        stage.variation().iter().map(move |v| VariationJson {
            indicator: v.indicator().id(),
            units: v.units(),
            mean: v.mean(),
            std_dev: v.std_dev(),
            cv: v.cv(),
            limit,
            verdict: v.verdict().map(|v| v.id()),
            units_meeting: v.units_meeting(),
            skipped: v.skipped(),
        })
    }
}

struct Units<'a>(StageResult<'a>);

impl Serialize for Units<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.units().len()))?;
        for (unit, values) in self.0.units_with_values() {
            seq.serialize_element(&UnitJson { unit, values })?;
        }
        seq.end()
    }
}

struct UnitJson<'a> {
    unit: UnitResult<'a>,
    values: Vec<Option<Ratio>>,
}

impl Serialize for UnitJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unit = self.unit;
        let rules = unit.standard().indicators();
        let ids = || rules.iter().map(|rule| rule.indicator().id());
        let judged = unit.verdict().is_some();
        let mut out = serializer.serialize_struct("Unit", 8)?;
        out.serialize_field("school_code", &given(unit.school().code()))?;
        out.serialize_field("school_name", &given(unit.school().name()))?;
        out.serialize_field("students", &unit.students())?;
        out.serialize_field(
            "values",
            &Pairs(|| ids().zip(self.values.iter().map(|v| v.map(Ratio::to_f64)))),
        )?;
        let meets = || {
            let each = rules.iter().filter(|_| judged);
            each.map(|rule| (rule.indicator().id(), unit.meets(rule.indicator())))
        };
        out.serialize_field("meets", &Pairs(meets))?;
        out.serialize_field("below_floor", &Each(|| unit.below_floor().map(|i| i.id())))?;
        out.serialize_field("met_count", &unit.met_count())?;
        out.serialize_field("verdict", &unit.verdict().map(|v| v.id()))?;
        out.end()
    }
}

#[derive(Serialize)]
struct ExcludedJson<'a> {
    county_code: Option<&'a str>,
    year: Option<u16>,
    school_code: Option<&'a str>,
    school_name: Option<&'a str>,
    reason: &'a str,
    students: Option<u64>,
}

impl<'a> From<Excluded<'a>> for ExcludedJson<'a> {
    fn from(excluded: Excluded<'a>) -> Self {
        let school = excluded.school();
        let pupils = |stage: Stage| school.students(stage).and_then(Decimal::count);
        ExcludedJson {
            county_code: given(school.county_code()),
            year: school.year(),
            school_code: given(school.code()),
            school_name: given(school.name()),
            reason: excluded.reason(),
            students: Stage::COMPULSORY.into_iter().map(pupils).sum(),
        }
    }
}

/// A finding without its place, so that the cut of the data into files does not show.
#[derive(Clone, Debug, Serialize)]
pub struct FindingJson<'a> {
    code: &'a str,
    severity: &'a str,
    county: Option<&'a str>,
    year: Option<u16>,
    school_code: Option<&'a str>,
    column: Option<&'a str>,
    value: Option<Cow<'a, str>>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a str>,
}

impl<'a> FindingJson<'a> {
    /// The form of this finding, its message in this language.
    pub fn new(finding: &'a Finding, lang: Lang) -> Self {
        let (value, message) = finding.value_and_message(lang);
        FindingJson {
            code: finding.code().id(),
            severity: finding.severity().id(),
            county: finding.county_code().filter(|c| !c.is_empty()),
            year: finding.year(),
            school_code: finding.school_code(),
            column: finding.column_id(),
            value,
            message,
            explanation: finding.explanation(),
        }
    }
}

fn findings(findings: &[Finding], lang: Lang) -> impl Serialize {
    Each(move || findings.iter().map(move |f| FindingJson::new(f, lang)))
}
