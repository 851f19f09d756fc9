//! The items that schools decide, for one school alone.

use super::items::{self, DayLimits, Facts, ItemResult, Items};
use super::{CountyResult, Local};
use crate::model::{CountyData, CountyField, Field, SchoolKind, SchoolRow};
use crate::numeric::Decimal;

/// What every item comes to for one school, as if its county had no other.
///
/// Of the county's own figures only the base of public funding reaches into its schools.
pub(crate) struct SchoolItems<'a> {
    county: CountyResult<'a>,
    items: Items,
}

impl<'a> SchoolItems<'a> {
    pub(crate) fn new(county: CountyResult<'a>, school: SchoolRow<'a>) -> Self {
        let assessment = county.assessment();
        let excluded = county.exclusion_of(school).map(|e| (school, e.reason()));
        let assessed = [school];
        let table = own_figures(county, school);
        // A score is the county's alone.
        let local = Local { score: None, school_standard: assessment.local.school_standard.clone() };
        let schools: &[SchoolRow<'_>] = if excluded.is_some() { &[] } else { &assessed };
        let mut by_stage = Default::default();
        items::by_stage(schools, &mut by_stage);
        let limits = DayLimits::in_county(&assessment.standard, county.as_of(), county.code());
        let facts = Facts {
            limits: &limits,
            standard: &assessment.standard,
            judge: assessment.judge,
            options: &assessment.options,
            local: &local,
            date: county.as_of(),
            county: county.county(),
            table: table.as_ref(),
            schools,
            by_stage: &by_stage,
            excluded: excluded.as_slice(),
        };
        // What there is to notice was noticed when the county was assessed.
        let mut items = Items::default();
        items::evaluate(&facts, &mut items, &mut Vec::new());
        SchoolItems { county, items }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = ItemResult<'_>> {
        self.items.results(self.county, 0..self.items.len())
    }
}

/// The county's row as it would be if the school were all of it.
fn own_figures(county: CountyResult<'_>, school: SchoolRow<'_>) -> Option<CountyData> {
    let reported = |field| county.reported().and_then(|row| row.value(field));
    let of_special = |value: Option<Decimal>| value.filter(|_| school.kind() == SchoolKind::SpecialEducation);
    let funding = school.value(Field::PublicFundingBudget);
    let figures = [
        (CountyField::FundingBasePrimary, reported(CountyField::FundingBasePrimary)),
        (CountyField::FundingBaseJunior, reported(CountyField::FundingBaseJunior)),
        (CountyField::SpecialEducationFunding, of_special(funding)),
        (CountyField::SpecialEducationStudents, of_special(school.all_students())),
    ];
    let known = figures.into_iter().filter_map(|(field, value)| Some((field, value?)));
    known.fold(CountyData::new(county.code()).ok(), |row, (field, value)| row?.with_number(field, value).ok())
}
