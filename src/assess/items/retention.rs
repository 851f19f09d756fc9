//! How many of those who entered junior school graduated from it.

use super::pool::tell_if_short;
use super::{Case, Limit, Measure, Name, lacking, quotient};
use crate::model::{CountyField, Field, Stage};
use crate::numeric::Decimal;

/// Graduates, intake, transferred in, transferred out, deceased: of the county and of a school.
const COLUMNS: [(CountyField, Field); 5] = [
    (CountyField::Graduates, Field::GraduatesJunior),
    (CountyField::Intake3yAgo, Field::IntakeJunior3yAgo),
    (CountyField::TransferredIn, Field::TransferredInJunior),
    (CountyField::TransferredOut, Field::TransferredOutJunior),
    (CountyField::Deceased, Field::DeceasedJunior),
];

/// `(graduates − transferred in + transferred out) / (intake − deceased)`; the county's figures go before the sums
/// of its schools.
pub(super) fn retention(case: &mut Case<'_, '_>) -> Measure {
    let Some(limit) = case.limit("least", Stage::Junior) else { return Measure::open() };
    let plain = case.facts.options.is("retention", "plain");
    let schools = case.schools_of(Stage::Junior);
    let figures = COLUMNS.map(|(of_county, of_school)| {
        let derived = case.total(schools, of_school).filter(|_| !schools.is_empty());
        let own = case.figure(of_county);
        if let Some(own) = own {
            case.compare(of_county, own, derived);
        }
        own.or(derived)
    });
    for ((field, _), figure) in COLUMNS.into_iter().zip(figures) {
        case.show(Name::Column(field), figure);
    }
    let told = case.tells(Field::GraduatesJunior);
    for &school in schools.iter().filter(|_| told) {
        let own = COLUMNS.map(|(_, column)| school.value(column));
        if let Some((num, den)) = parts(own, plain) {
            tell_if_short(case, &limit, school, Some(Stage::Junior), num, den);
        }
    }
    match parts(figures, plain) {
        Some((num, den)) => rate(case, &limit, num, den),
        None => Measure::against(&limit),
    }
}

fn rate(case: &mut Case<'_, '_>, limit: &Limit, num: Decimal, den: Decimal) -> Measure {
    match quotient(num, den, limit.per()) {
        Some(value) => case.measure(value, limit, None).lacking(lacking(num, den, limit, 0)),
        None => Measure::against(limit),
    }
}

/// Numerator and denominator; `None` where a figure is missing, or where nobody is left to count.
fn parts(figures: [Option<Decimal>; 5], plain: bool) -> Option<(Decimal, Decimal)> {
    let [graduates, intake, moved_in, moved_out, deceased] = figures;
    let (num, den) = if plain {
        (graduates?, intake?)
    } else {
        (graduates?.checked_sub(moved_in?)?.checked_add(moved_out?)?, intake?.checked_sub(deceased?)?)
    };
    (den > Decimal::ZERO).then_some((num, den))
}
