//! Table VI: the survey of public recognition.

use super::{Form, FormColumn, FormRow, FormValue};
use crate::assess::{CountyResult, Verdict};
use crate::error::Text;
use crate::model::CountyField;
use crate::numeric::Decimal;
use crate::standards::Part;

/// Table VI: the survey of public recognition (社会认可度调查).
pub(super) fn survey(county: CountyResult<'_>) -> Form {
    use CountyField::*;
    let all = row(
        county,
        [Questionnaires, QuestionnairesValid, QuestionnairesSatisfied],
        [Visited, VisitedSatisfied],
    );
    let parents = row(
        county,
        [QuestionnairesParents, QuestionnairesValidParents, QuestionnairesSatisfiedParents],
        [VisitedParents, VisitedSatisfiedParents],
    );
    Form {
        id: "VI",
        title: Text::new("社会认可度调查", "Survey of public recognition"),
        head: Text::new("调查对象", "those asked"),
        columns: vec![
            FormColumn::new(1, "发放问卷（份）", "questionnaires"),
            FormColumn::new(2, "有效问卷（份）", "valid"),
            FormColumn::new(3, "满意（份）", "satisfied"),
            FormColumn::new(4, "满意率（%）", "rate (%)"),
            FormColumn::new(5, "实地走访（人）", "visited"),
            FormColumn::new(6, "满意（人）", "satisfied"),
            FormColumn::new(7, "满意率（%）", "rate (%)"),
        ],
        rows: vec![
            FormRow::new("总计", "all", all).id_is("all"),
            FormRow::new("其中：家长", "of them parents", parents).id_is("parents"),
        ],
        notes: verdict(county).into_iter().collect(),
    }
}

/// Questionnaires and visits, each with the rate of those satisfied.
fn row(county: CountyResult<'_>, sheets: [CountyField; 3], visits: [CountyField; 2]) -> Vec<FormValue> {
    let precision = county.assessment().standard().precision();
    let count = |field| county.reported().and_then(|row| row.value(field)).and_then(Decimal::count);
    let ([handed_out, valid, satisfied], [visited, content]) = (sheets.map(count), visits.map(count));
    vec![
        FormValue::count(handed_out),
        FormValue::count(valid),
        FormValue::count(satisfied),
        FormValue::percent(satisfied, valid, precision),
        FormValue::count(visited),
        FormValue::count(content),
        FormValue::percent(content, visited, precision),
    ]
}

/// The verdict on recognition, and the rate where the county gives it directly.
fn verdict(county: CountyResult<'_>) -> Option<Text> {
    let item = county.items().find(|item| item.part() == Part::Recognition)?;
    let decimals = county.assessment().standard().precision().percent;
    let given = county.reported().and_then(|row| row.value(CountyField::RecognitionRate));
    let rate = |zh: &str| given.map_or(String::new(), |rate| format!("{zh} {}", rate.to_fixed(decimals)));
    let (zh, en) = match item.verdict() {
        Verdict::Met => ("达标", "met"),
        Verdict::NotMet => ("未达标", "not met"),
        // Nothing is said of what is open.
        Verdict::Undetermined => return None,
    };
    let (zh_rate, en_rate) = match given {
        Some(_) => (format!("{}%，", rate("社会认可度")), format!("{} %: ", rate("public recognition"))),
        None => ("社会认可度".to_owned(), "public recognition: ".to_owned()),
    };
    Some(Text::new(format!("{zh_rate}{zh}。"), format!("{en_rate}{en}.")))
}
