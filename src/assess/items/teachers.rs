//! Teachers with a quality: trained, certified.

use super::pool::{Pool, tell_if_short};
use super::ratio::share;
use super::{Case, Measure, Name, stages, sum};
use crate::model::{Field, SchoolRow, Stage};
use crate::numeric::Decimal;

/// So many of the teachers: by the county's figures, where it gives them, or by those of its schools.
pub(super) fn teachers(case: &mut Case<'_, '_>) -> Measure {
    let columns = &case.item.columns;
    let Some(limit) = case.limit("least", Stage::Primary) else { return Measure::open() };
    let (num, den) = (columns.numerator.first().copied(), columns.denominator);
    let all = all_teachers(case);
    let (mut pool, mut having) = (Pool::default(), Some(Decimal::ZERO));
    if columns.school.is_some_and(|column| case.tells(column)) {
        for &school in case.schools() {
            let with = columns.school.and_then(|column| school.value(column));
            let of = teachers_of(school);
            pool.add(with, of);
            having = having.zip(with).and_then(|(sum, with)| sum.checked_add(with));
            match (with, of, columns.school) {
                (Some(with), Some(of), _) => tell_if_short(case, &limit, school, None, with, of),
                (None, _, Some(column)) => case.miss(school, column),
                _ => {}
            }
        }
    } else if !case.schools().is_empty() {
        (pool, having) = (Pool::open(all), None);
    }
    let some = !case.schools().is_empty();
    let [having, all] = [having, all].map(|sum| sum.filter(|_| some));
    let own_num = num.and_then(|field| case.figure(field));
    let own_den = den.and_then(|field| case.figure(field));
    for (field, own, derived) in [(num, own_num, having), (den, own_den, all)] {
        if let Some((field, own)) = field.zip(own) {
            case.compare(field, own, derived);
        }
    }
    let (measure, shown) = match (own_num, own_den) {
        (None, None) => (pool.measure(case, &limit), (pool.complete().map(|(with, _)| with), all)),
        _ => {
            let shown = (own_num.or(having), own_den.or(all));
            (share(case, "least", shown.0, shown.1, 0), shown)
        }
    };
    for (field, figure) in [(num, shown.0), (den, shown.1)] {
        field.into_iter().for_each(|field| case.show(Name::Column(field), figure));
    }
    measure
}

fn column(stage: Stage) -> Field {
    if stage == Stage::Primary { Field::TeachersPrimary } else { Field::TeachersJunior }
}

/// Full-time teachers of the stages a school has.
fn teachers_of(school: SchoolRow<'_>) -> Option<Decimal> {
    sum(stages(school).map(|stage| school.value(column(stage))))
}

/// Those of all schools together, which are counted once; `None` where some are missing.
fn all_teachers(case: &Case<'_, '_>) -> Option<Decimal> {
    let of_stage = |stage| case.total(case.schools_of(stage), column(stage));
    *case.teachers.get_or_init(|| sum(Stage::COMPULSORY.map(of_stage)))
}
