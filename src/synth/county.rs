//! One row of the county table: what the government reports of a county, in keeping with its schools.

use rand_chacha::ChaCha8Rng;

use super::dice;
use super::places::Place;
use super::row::{NO, Row, YES, push_amount};
use super::targets::Model;
use crate::model::{CountyField, Field, SchoolKind, Sponsor};

/// The header line.
pub(super) fn header(name: impl Fn((&'static str, &'static str)) -> &'static str) -> String {
    CountyField::ALL.iter().map(|field| name((field.id(), field.zh()))).collect::<Vec<_>>().join(",") + "\n"
}

/// The line of a county in a year; `assessed` says which of its rows the high-quality standard assesses.
///
/// The shares of pupils in their catchments and the rate of recognition stay blank: the schools and the counts give
/// them exactly, where a rounded percentage would contradict.
pub(super) fn line(
    model: &Model,
    place: &Place,
    year: u16,
    rows: &[Row],
    assessed: &[bool],
    rng: &mut ChaCha8Rng,
) -> String {
    let county = Sums::of(rows, assessed);
    let support = &model.support;
    let eligible = county.teachers * 6 / 10;
    let rotated = part(rng, eligible, [0.11, 0.16]).max(1);
    let quota = part(rng, county.graduates, [0.3, 0.4]);
    let allocated = part(rng, quota, [0.52, 0.7]);
    let purchased = part(rng, county.migrants_private, [0.6, 0.9]);
    let admitted = county.migrants_public + purchased;
    let pay = dice::between(rng, support.teacher_pay).round();
    let special = (county.special_pupils as f64 * dice::between(rng, support.special_funding)).round();
    let disabled = 20 + county.special_pupils + part(rng, county.special_pupils, [0.5, 1.5]);
    let sheets = 1500 + part(rng, 1000, [0.0, 1.0]);
    let visited = 60 + part(rng, 60, [0.0, 1.0]);
    let population = county.teachers * 130;
    let (mut sent, mut parents, mut parents_visited) = (0, 0, 0);
    let mut value = |id: &str| match id {
        "year" => year.to_string(),
        "county_code" => place.code.clone(),
        "county" => place.name.clone(),
        "funding_base_primary" => money(support.funding[0]),
        "funding_base_junior" => money(support.funding[1]),
        "special_education_funding" => money(special),
        "special_education_students" => county.special_pupils.to_string(),
        "teacher_average_pay" => money(pay),
        "civil_servant_average_pay" => money((pay * dice::between(rng, [0.93, 1.0])).floor()),
        "teachers_trained" => county.trained.to_string(),
        "teachers_total" => county.teachers.to_string(),
        "teachers_certified" => county.certified.to_string(),
        "rotation_eligible" => eligible.to_string(),
        "rotation_actual" => rotated.to_string(),
        "rotation_backbone" => part(rng, rotated, [0.24, 0.4]).max(1).to_string(),
        "quota_total" => quota.to_string(),
        "quota_allocated" => allocated.to_string(),
        "quota_rural" => part(rng, allocated, [0.3, 0.5]).to_string(),
        "migrant_eligible" => (admitted + part(rng, admitted, [0.0, 0.1])).to_string(),
        "migrant_public" => county.migrants_public.to_string(),
        "migrant_purchased" => purchased.to_string(),
        "graduates" => county.graduates.to_string(),
        "intake_3y_ago" => county.intake.to_string(),
        "transferred_in" => county.transferred_in.to_string(),
        "transferred_out" => county.transferred_out.to_string(),
        "deceased" => county.deceased.to_string(),
        "disabled_children" => disabled.to_string(),
        "disabled_enrolled" => (disabled - part(rng, disabled, [0.0, 0.04])).to_string(),
        "questionnaires_valid" => sheets.to_string(),
        "questionnaires_satisfied" => part(rng, sheets, [0.87, 0.98]).to_string(),
        "visited" => visited.to_string(),
        "visited_satisfied" => part(rng, visited, [0.9, 1.0]).to_string(),
        "population" => population.to_string(),
        "rural_population" => part(rng, population, [0.3, 0.6]).to_string(),
        "townships" => part(rng, 20, [0.4, 1.0]).to_string(),
        "villages" => part(rng, 300, [0.4, 1.0]).to_string(),
        "gdp_per_head" => money(dice::between(rng, support.gdp_per_head).round()),
        "revenue_per_head" => money(dice::between(rng, support.revenue_per_head).round()),
        "farmer_income" => money(dice::between(rng, support.farmer_income).round()),
        "urban_income" => money(dice::between(rng, support.urban_income).round()),
        "staff_primary" => {
            (county.teachers_primary + part(rng, county.teachers_primary, [0.03, 0.1])).to_string()
        }
        "staff_junior" => {
            let teachers = county.teachers - county.teachers_primary;
            (teachers + part(rng, teachers, [0.05, 0.12])).to_string()
        }
        "disabled_in_special_schools" => county.special_pupils.to_string(),
        "questionnaires" => {
            sent = sheets + part(rng, sheets, [0.0, 0.05]);
            sent.to_string()
        }
        "questionnaires_parents" => {
            parents = part(rng, sent, [0.5, 0.7]);
            parents.to_string()
        }
        "questionnaires_valid_parents" => {
            parents = part(rng, parents, [0.95, 1.0]).min(sheets);
            parents.to_string()
        }
        "questionnaires_satisfied_parents" => part(rng, parents, [0.87, 0.98]).to_string(),
        "visited_parents" => {
            parents_visited = part(rng, visited, [0.4, 0.6]);
            parents_visited.to_string()
        }
        "visited_satisfied_parents" => part(rng, parents_visited, [0.9, 1.0]).to_string(),
        _ if id.ends_with("_attested") => YES.to_owned(),
        _ if id.starts_with("veto_") => NO.to_owned(),
        _ if id.ends_with("_level") => if dice::happens(rng, 0.3) { "Ⅳ" } else { "Ⅲ" }.to_owned(),
        _ if id.ends_with("_difference") => format!("{:.3}", dice::between(rng, [0.08, 0.14])),
        _ => String::new(),
    };
    CountyField::ALL.iter().map(|field| value(field.id())).collect::<Vec<_>>().join(",") + "\n"
}

fn money(yuan: f64) -> String {
    let mut text = String::new();
    push_amount(&mut text, (yuan * 100.0).round() as u64);
    text
}

/// A share of `whole` between two bounds, rounded down.
fn part(rng: &mut ChaCha8Rng, whole: u64, range: [f64; 2]) -> u64 {
    (whole as f64 * dice::between(rng, range)) as u64
}

/// Sums over the schools of a county in a year.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    teachers: u64,
    teachers_primary: u64,
    trained: u64,
    certified: u64,
    graduates: u64,
    intake: u64,
    transferred_in: u64,
    transferred_out: u64,
    deceased: u64,
    special_pupils: u64,
    migrants_public: u64,
    migrants_private: u64,
}

impl Sums {
    fn of(rows: &[Row], assessed: &[bool]) -> Sums {
        let mut sums = Sums::default();
        for (row, assessed) in rows.iter().zip(assessed) {
            let number = |field| row.number(field);
            if row.is(Field::Kind, SchoolKind::SpecialEducation.zh()) {
                sums.special_pupils += number(Field::StudentsPrimary) + number(Field::StudentsJunior);
            }
            if !assessed {
                continue;
            }
            sums.teachers += number(Field::TeachersPrimary) + number(Field::TeachersJunior);
            sums.teachers_primary += number(Field::TeachersPrimary);
            sums.trained += number(Field::TrainedTeachers);
            sums.certified += number(Field::CertifiedTeachers);
            sums.graduates += number(Field::GraduatesJunior);
            sums.intake += number(Field::IntakeJunior3yAgo);
            sums.transferred_in += number(Field::TransferredInJunior);
            sums.transferred_out += number(Field::TransferredOutJunior);
            sums.deceased += number(Field::DeceasedJunior);
            let private = row.is(Field::Ownership, Sponsor::Private.zh());
            *if private { &mut sums.migrants_private } else { &mut sums.migrants_public } +=
                number(Field::MigrantStudents);
        }
        sums
    }
}
