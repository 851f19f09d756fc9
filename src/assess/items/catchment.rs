//! Pupils of urban public schools who live in the catchment of their school.

use super::pool::{Pool, tell_if_short};
use super::{Case, Limit, Measure, Name, quotient};
use crate::assess::Verdict;
use crate::model::{Area, CountyField, Field, SchoolRow, Sponsor, Stage};

/// By the county's rate, where it gives one, or by its public schools in cities and towns without boarding.
pub(super) fn catchment(case: &mut Case<'_, '_>) -> Measure {
    let parts = Stage::COMPULSORY.map(|stage| {
        let limit = case.limit("least", stage)?;
        let pool = pool(case, stage, &limit);
        let column = match stage {
            Stage::Primary => CountyField::CatchmentRatePrimary,
            _ => CountyField::CatchmentRateJunior,
        };
        let measure = match case.figure(column) {
            Some(rate) => {
                let derived = pool.complete().and_then(|(num, den)| quotient(num, den, limit.per()));
                // A rate is typed with few decimals: those are compared.
                let derived = derived.and_then(|derived| derived.round_half_up(rate.parts().1.max(1)));
                case.compare(column, rate, derived);
                case.measure(rate.into(), &limit, None)
            }
            None if pool.is_empty() => no_school(&limit, case),
            None => pool.measure(case, &limit),
        };
        Some((Name::of_stage(stage), measure))
    });
    case.items.sort_schools();
    case.all(parts.into_iter().flatten())
}

/// Where all schools are known and none is of this kind, no pupil lives outside its catchment.
fn no_school(limit: &Limit, case: &Case<'_, '_>) -> Measure {
    let measure = Measure::against(limit);
    if case.schools().is_empty() { measure } else { measure.verdict(Verdict::Met) }
}

fn pool(case: &mut Case<'_, '_>, stage: Stage, limit: &Limit) -> Pool {
    let column = match stage {
        Stage::Primary => Field::CatchmentStudentsPrimary,
        _ => Field::CatchmentStudentsJunior,
    };
    let schools = case.schools_of(stage);
    if !case.tells(column) && limit.leaves_nothing_known_open() {
        // One school that may belong here is as good as all of them.
        let any = schools.iter().any(|school| belongs(*school) != Some(false));
        return if any { Pool::open(None) } else { Pool::default() };
    }
    let mut pool = Pool::default();
    for &school in schools {
        let belongs = belongs(school);
        if belongs == Some(false) {
            continue;
        }
        let (inside, pupils) = (school.value(column), school.students(stage));
        match belongs {
            None => pool.add_open(pupils),
            Some(_) => {
                pool.add(inside, pupils);
                match inside.zip(pupils) {
                    Some((inside, pupils)) => tell_if_short(case, limit, school, Some(stage), inside, pupils),
                    None => case.miss(school, column),
                }
            }
        }
    }
    pool
}

/// Whether a school is a public one in a city or town, without boarding; `None` where that is not known.
fn belongs(school: SchoolRow<'_>) -> Option<bool> {
    let conditions = [
        school.area().map(|area| area != Area::Rural),
        school.sponsor().map(|sponsor| sponsor != Sponsor::Private),
        school.boarding().map(|boarding| !boarding),
    ];
    if conditions.contains(&Some(false)) {
        return Some(false);
    }
    conditions.iter().all(Option::is_some).then_some(true)
}
