//! Where synthetic counties lie: codes, names, and how many schools each has.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma};

use super::names;
use super::targets::Model;

/// A county to be filled.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) province: String,
    pub(super) city: String,
    pub(super) schools: usize,
}

/// Prefectures 71 to 89 are not assigned in GB/T 2260: synthetic counties lie there, where no real one does.
const FIRST_CITY: usize = 71;
const CITIES: usize = 19;
/// A two-digit county number.
const MOST_IN_CITY: usize = 99;
const USUAL_IN_CITY: usize = 20;

/// The one county of a single-county file.
pub(super) fn single(schools: usize) -> Vec<Place> {
    vec![Place {
        code: "219901".into(),
        name: "示例县".into(),
        province: "示例省".into(),
        city: "示例市".into(),
        schools,
    }]
}

/// The most counties that have a code in one province.
const MOST_IN_PROVINCE: usize = CITIES * MOST_IN_CITY;

/// Counties of one province, code 21 under an example's name.
pub(super) fn province(counties: usize, schools: usize, rng: &mut ChaCha8Rng) -> Vec<Place> {
    let mut places = Vec::new();
    add_province(&mut places, "21", "示例省", counties.clamp(1, MOST_IN_PROVINCE), rng);
    share_schools(&mut places, schools, rng);
    places
}

/// Counties of all provinces, in order of code.
pub(super) fn nation(model: &Model, counties: usize, schools: usize, rng: &mut ChaCha8Rng) -> Vec<Place> {
    let weights: Vec<f64> = model.provinces.iter().map(|p| f64::from(p.2)).collect();
    let mut places = Vec::new();
    for ((code, name, _), n) in model.provinces.iter().zip(proportional(&weights, counties.max(1))) {
        add_province(&mut places, code, name, n.min(MOST_IN_PROVINCE), rng);
    }
    share_schools(&mut places, schools, rng);
    places
}

fn add_province(places: &mut Vec<Place>, code: &str, name: &str, counties: usize, rng: &mut ChaCha8Rng) {
    let in_city = counties.div_ceil(CITIES).max(USUAL_IN_CITY);
    let mut used = BTreeSet::new();
    let mut city = String::new();
    for i in 0..counties {
        if i % in_city == 0 {
            city = names::place(rng) + "市";
        }
        let mut county = names::county(rng);
        // A province has a thousand names at hand; the few that still repeat are told apart by their code.
        for _ in 0..20 {
            if !used.contains(&county) {
                break;
            }
            county = names::county(rng);
        }
        used.insert(county.clone());
        places.push(Place {
            code: format!("{code}{:02}{:02}", FIRST_CITY + i / in_city, 1 + i % in_city),
            name: county,
            province: name.to_owned(),
            city: city.clone(),
            schools: 0,
        });
    }
}

/// Shares the schools out: four to each county where there are enough, the rest by a skewed draw.
fn share_schools(places: &mut [Place], schools: usize, rng: &mut ChaCha8Rng) {
    let least = (schools / places.len().max(1)).min(4);
    let draw = |_: &Place| Gamma::new(2.2, 1.0).map_or(1.0, |g| g.sample(rng));
    let weights: Vec<f64> = places.iter().map(draw).collect();
    let rest = schools.saturating_sub(least * places.len());
    for (place, extra) in places.iter_mut().zip(proportional(&weights, rest)) {
        place.schools = least + extra;
    }
}

/// `total` shared out in proportion, by largest remainder; of equal ones the first.
fn proportional(weights: &[f64], total: usize) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|w| total as f64 * w / sum).collect();
    let mut out: Vec<usize> = exact.iter().map(|e| *e as usize).collect();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    let left = total.saturating_sub(out.iter().sum());
    order.iter().take(left).for_each(|&i| out[i] += 1);
    out
}
