//! Items as JSON.

use serde::Serialize;
use serde::ser::Serializer;

use super::given;
use crate::assess::{ItemPart, ItemResult, ItemSchool};
use crate::numeric::Ratio;

/// One item, with its parts where it has several, and the schools that it tells of.
#[derive(Debug, Serialize)]
pub(super) struct ItemJson<'a> {
    id: &'a str,
    part: &'a str,
    verdict: &'a str,
    #[serde(serialize_with = "double")]
    value: Option<Ratio>,
    #[serde(serialize_with = "double")]
    requirement: Option<Ratio>,
    citation: String,
    parts: Vec<PartJson<'a>>,
    schools: Vec<SchoolJson<'a>>,
}

impl<'a> From<ItemResult<'a>> for ItemJson<'a> {
    fn from(item: ItemResult<'a>) -> Self {
        ItemJson {
            id: item.id(),
            part: item.part().id(),
            verdict: item.verdict().id(),
            value: item.value(),
            requirement: item.requirement(),
            citation: item.citation().to_string(),
            parts: item.parts().map(PartJson::from).collect(),
            schools: item.schools().map(SchoolJson::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct PartJson<'a> {
    id: &'a str,
    #[serde(serialize_with = "double")]
    value: Option<Ratio>,
    #[serde(serialize_with = "double")]
    requirement: Option<Ratio>,
    verdict: &'a str,
}

impl<'a> From<ItemPart<'a>> for PartJson<'a> {
    fn from(part: ItemPart<'a>) -> Self {
        PartJson {
            id: part.id(),
            value: part.value(),
            requirement: part.requirement(),
            verdict: part.verdict().id(),
        }
    }
}

#[derive(Debug, Serialize)]
struct SchoolJson<'a> {
    school_code: Option<&'a str>,
    stage: Option<&'a str>,
    part: Option<&'a str>,
    #[serde(serialize_with = "double")]
    value: Option<Ratio>,
    #[serde(serialize_with = "double")]
    requirement: Option<Ratio>,
    shortfall: Option<f64>,
    verdict: &'a str,
    clause: Option<ClauseJson<'a>>,
}

/// The transitional clause by which alone a school meets an item.
#[derive(Debug, Serialize)]
struct ClauseJson<'a> {
    id: &'a str,
    citation: String,
    until: String,
    #[serde(serialize_with = "double")]
    requirement_without: Option<Ratio>,
    verdict_without: &'a str,
}

impl<'a> From<ItemSchool<'a>> for SchoolJson<'a> {
    fn from(school: ItemSchool<'a>) -> Self {
        SchoolJson {
            school_code: given(school.school().code()),
            stage: school.stage().map(|stage| stage.id()),
            part: school.part(),
            value: school.value(),
            requirement: school.requirement(),
            shortfall: school.shortfall().map(|shortfall| shortfall.to_f64()),
            verdict: school.verdict().id(),
            clause: school.clause().map(|applied| ClauseJson {
                id: applied.clause().id(),
                citation: applied.clause().cite().to_string(),
                until: applied.clause().window().1.to_string(),
                requirement_without: applied.requirement_without(),
                verdict_without: applied.verdict_without().id(),
            }),
        }
    }
}

fn double<S: Serializer>(value: &Option<Ratio>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(Ratio::to_f64).serialize(serializer)
}
