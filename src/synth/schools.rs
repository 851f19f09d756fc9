//! The schools of one county: drawn once, calibrated, then carried from year to year.

use rand_chacha::ChaCha8Rng;

use super::calibrate::{self, Unit};
use super::places::Place;
use super::row::{Cell, NO, Row, YES};
use super::targets::{KindShare, Model, Target, Targets};
use super::{dice, names};
use crate::indicator::Indicator;
use crate::model::{Area, Field, SchoolKind, Sponsor, Stage};

/// What is given by stage: the teachers first, the others are among them.
const STAFF: [(Indicator, [Field; 2]); 5] = [
    (Indicator::Teachers, [Field::TeachersPrimary, Field::TeachersJunior]),
    (Indicator::AboveQualifiedTeachers, [Field::AboveQualifiedPrimary, Field::AboveQualifiedJunior]),
    (Indicator::MidSeniorTeachers, [Field::MidSeniorPrimary, Field::MidSeniorJunior]),
    (Indicator::BackboneTeachers, [Field::BackbonePrimary, Field::BackboneJunior]),
    (Indicator::PeArtsTeachers, [Field::PeArtsPrimary, Field::PeArtsJunior]),
];
/// How much each goes with the quality of the school's staff as a whole.
const STAFF_LOADING: [f64; 5] = [1.0, 0.98, 0.8, 0.5, 0.4];

/// What the stages of a school share, and the steps it is counted in.
const SHARED: [(Indicator, f64); 6] = [
    (Indicator::TeachingArea, CENT),
    (Indicator::SportsArea, CENT),
    (Indicator::EquipmentValue, CENT),
    (Indicator::MultimediaClassrooms, 1.0),
    (Indicator::Computers, 1.0),
    (Indicator::Books, 1.0),
];
const CENT: f64 = 0.01;
/// How much each goes with the wealth of the school as a whole.
const SHARED_LOADING: f64 = 0.5;
/// Pupils that a school without any was once built for.
const BUILT_FOR: f64 = 60.0;

const AREAS: [Area; 3] = [Area::City, Area::Town, Area::Rural];

/// One school, through all its years.
#[derive(Clone, Debug)]
struct School {
    serial: u32,
    kind: SchoolKind,
    sponsor: Sponsor,
    area: Area,
    name: String,
    township: String,
    group: String,
    boarding: bool,
    dense: bool,
    founded: u64,
    /// Pupils by stage, before rounding.
    pupils: [f64; 3],
    /// Weighted pupils that its premises were equipped for.
    built_for: f64,
    /// Standard draws of what is given by stage and of what is shared.
    staff_z: [[f64; 2]; 5],
    shared_z: [f64; 6],
    /// Logarithms of the amounts per pupil.
    staff: [[f64; 2]; 5],
    shared: [f64; 6],
    /// Shares of indoor rooms in the sports area and of teaching computers in all.
    indoor: f64,
    teaching_computers: f64,
    /// Square metres of the other grounds that a school in an over-dense city centre may count.
    other_sports: f64,
    offcampus_sports: f64,
    migrants: f64,
    rooms: Vec<[u64; 2]>,
}

impl School {
    fn whole(&self, stage: Stage) -> u64 {
        self.pupils.get(stage as usize).copied().unwrap_or(0.0).round() as u64
    }

    fn compulsory(&self) -> u64 {
        self.whole(Stage::Primary) + self.whole(Stage::Junior)
    }

    fn weighted(&self, split: [f64; 3]) -> f64 {
        Stage::ALL.iter().zip(split).map(|(s, w)| self.whole(*s) as f64 * w).sum()
    }

    /// Teachers and those among them, by stage.
    fn staff_count(&self, which: usize, stage: Stage) -> f64 {
        let pupils = self.whole(stage) as f64;
        let rate = |which: usize| self.staff.get(which).and_then(|r| r.get(stage as usize)).copied();
        let count = |rate: Option<f64>| calibrate::amount(rate.unwrap_or(f64::NEG_INFINITY), pupils, 1.0);
        let teachers = count(rate(0)).max(if pupils > 0.0 { 1.0 } else { 0.0 });
        if which == 0 { teachers } else { count(rate(which)).min(teachers) }
    }

    fn shared_amount(&self, which: usize) -> f64 {
        let step = SHARED.get(which).map_or(1.0, |s| s.1);
        let rate = self.shared.get(which).copied().unwrap_or(f64::NEG_INFINITY);
        calibrate::amount(rate, self.built_for, step)
    }
}

/// One county with its schools.
#[derive(Debug)]
pub(super) struct County<'a> {
    model: &'a Model,
    pub(super) place: &'a Place,
    targets: Targets<'a>,
    year: u16,
    schools: Vec<School>,
    next_serial: u32,
    townships: Vec<(Area, String)>,
    rng: ChaCha8Rng,
}

impl<'a> County<'a> {
    /// Draws the schools of a county as they are in `year`, at the figures of `targets`.
    pub(super) fn draw(
        model: &'a Model,
        place: &'a Place,
        targets: Targets<'a>,
        dense_centre: bool,
        year: u16,
        mut rng: ChaCha8Rng,
    ) -> Self {
        let mut townships = Vec::new();
        for area in AREAS {
            for _ in 0..(place.schools / 15).clamp(1, 8) {
                townships.push((area, names::township(&mut rng, area)));
            }
        }
        let mut county =
            County { model, place, targets, year, schools: Vec::new(), next_serial: 0, townships, rng };
        for kind in roster(model, place.schools) {
            county.found(kind);
        }
        county.assign_sponsors();
        if dense_centre {
            let city = |s: &&mut School| s.kind == SchoolKind::Primary && s.area == Area::City;
            let largest = county.schools.iter_mut().filter(city).max_by_key(|s| s.whole(Stage::Primary));
            if let Some(school) = largest {
                school.dense = true;
                school.other_sports = (dice::between(&mut county.rng, [300.0, 900.0])).round();
                school.offcampus_sports = (dice::between(&mut county.rng, [500.0, 2500.0])).round();
            }
        }
        if place.schools >= model.closing_from {
            let small = |s: &&mut School| s.kind == SchoolKind::Primary && s.sponsor != Sponsor::Private;
            if let Some(school) = county.schools.iter_mut().filter(small).min_by_key(|s| s.compulsory()) {
                school.pupils = [0.0; 3];
                school.built_for = BUILT_FOR;
            }
        }
        county.calibrate();
        county
    }

    /// Adds a school of a kind, with draws of its own but no rates yet.
    fn found(&mut self, kind: SchoolKind) {
        let Some(share) = self.model.kind(kind) else { return };
        let serial = self.next_serial;
        self.next_serial += 1;
        let model = self.model;
        let rng = &mut self.rng;
        let area = AREAS.get(dice::weighted(rng, &share.areas)).copied().unwrap_or(Area::Town);
        let pupils = draw_pupils(model, share, area, serial, rng);
        let here: Vec<_> = self.townships.iter().filter(|(a, _)| *a == area).collect();
        let township = here.get(dice::below(rng, here.len())).map(|(_, t)| t.clone()).unwrap_or_default();
        let grouped = share.kind() == SchoolKind::Primary && area == Area::City && dice::happens(rng, 0.5);
        let group = if grouped { format!("{township}教育集团") } else { String::new() };
        let boarding = area != Area::City && pupils[1] + pupils[2] > 0.0 && dice::happens(rng, 0.5);
        let age = dice::between(rng, [2.0, 70.0]) as u64;
        let (staff, wealth) = (dice::normal(rng), dice::normal(rng));
        // Small schools have more of everything to a pupil.
        let small = |stage: usize| {
            let usual = share.pupils[stage].max(1.0);
            -0.4 * (pupils[stage].max(1.0) / usual).ln()
        };
        let mut mixed = |common: f64, loading: f64| {
            loading * common + (1.0 - loading * loading).sqrt() * dice::normal(rng)
        };
        let staff_z = STAFF_LOADING.map(|l| [0, 1].map(|stage| mixed(staff, l) + small(stage)));
        let largest = if pupils[0] > pupils[1] { 0 } else { 1 };
        let shared_z = [SHARED_LOADING; 6].map(|l| mixed(wealth, l) + small(largest));
        let support = &model.support;
        let tiny = area == Area::Rural && pupils.iter().sum::<f64>() < support.small_school;
        let range = if tiny { support.small_room_area } else { support.room_area };
        let mut half = || (dice::between(rng, range) * 2.0).floor() as u64 * 50;
        let rooms = (0..12).map(|_| [half(), half()]).collect();
        let mut name = names::school(rng, &self.place.name, &township, kind, area);
        for _ in 0..8 {
            // The few names that still repeat are told apart by their code.
            if !self.schools.iter().any(|s| s.name == name) {
                break;
            }
            name = names::school(rng, &self.place.name, &township, kind, area);
        }
        let mut school = School {
            serial,
            kind,
            sponsor: Sponsor::CountyEducation,
            area,
            name,
            township,
            group,
            boarding,
            dense: false,
            founded: u64::from(self.year).saturating_sub(age),
            pupils,
            built_for: 0.0,
            staff_z,
            shared_z,
            staff: [[0.0; 2]; 5],
            shared: [0.0; 6],
            indoor: if dice::happens(rng, 0.35) { dice::between(rng, [0.05, 0.2]) } else { 0.0 },
            teaching_computers: dice::between(rng, [0.7, 0.92]),
            other_sports: 0.0,
            offcampus_sports: 0.0,
            migrants: match area {
                Area::City => dice::between(rng, [0.05, 0.3]),
                Area::Town => dice::between(rng, [0.02, 0.15]),
                _ => dice::between(rng, [0.0, 0.04]),
            },
            rooms,
        };
        school.built_for = school.weighted(model.split);
        self.schools.push(school);
    }

    /// Makes a few schools private and a few run by the prefecture, different kinds by turns.
    fn assign_sponsors(&mut self) {
        let n = self.schools.len() as f64;
        let kinds = [SchoolKind::NineYear, SchoolKind::Primary, SchoolKind::Junior];
        let private = (n * self.model.private_share).round() as usize;
        for kind in kinds.iter().cycle().take(private) {
            let free =
                |s: &&mut School| s.kind == *kind && s.area != Area::Rural && s.sponsor != Sponsor::Private;
            if let Some(school) = self.schools.iter_mut().rev().find(free) {
                school.sponsor = Sponsor::Private;
            }
        }
        let prefecture = (n * self.model.prefecture_share).round() as usize;
        let secondary = |s: &&mut School| s.kind == SchoolKind::CompleteSecondary;
        for school in self.schools.iter_mut().filter(secondary).take(prefecture) {
            school.sponsor = Sponsor::PrefectureEducation;
        }
    }

    /// Finds the rates at which the county has the means and coefficients of its targets.
    fn calibrate(&mut self) {
        for which in 0..STAFF.len() {
            Stage::COMPULSORY.iter().for_each(|stage| self.calibrate_staff(which, *stage));
        }
        for which in 0..SHARED.len() {
            self.calibrate_shared(which);
        }
    }

    fn calibrate_staff(&mut self, which: usize, stage: Stage) {
        let Some((indicator, _)) = STAFF.get(which).copied() else { return };
        let Some(target) = self.targets.get(indicator, stage) else { return };
        let model = self.model;
        let unit = |s: &School| {
            let pupils = s.whole(stage) as f64;
            Unit {
                base: pupils.max(1.0),
                pupils,
                z: s.staff_z[which][stage as usize],
                rate: 0.0,
                fixed: false,
                counted: pupils > 0.0 && model.counts(indicator, s.kind, s.sponsor, s.compulsory()),
                cap: if which == 0 { f64::INFINITY } else { s.staff_count(0, stage) },
            }
        };
        let mut units: Vec<Unit> = self.schools.iter().map(unit).collect();
        calibrate::fit(&mut units, target, 1.0);
        for (school, unit) in self.schools.iter_mut().zip(&units) {
            school.staff[which][stage as usize] = unit.rate;
        }
    }

    /// Schools of both stages have one rate for both, between the two targets and nearer to the stricter one; the
    /// schools of one stage are then fitted around them.
    fn calibrate_shared(&mut self, which: usize) {
        let Some((indicator, step)) = SHARED.get(which).copied() else { return };
        let (model, [first, second, _]) = (self.model, self.model.split);
        // Per weighted pupil, so that the two stages of a school have the same rate.
        let per_weight = |stage, weight: f64| {
            self.targets.get(indicator, stage).map(|t| Target { mean: t.mean / weight, cv: t.cv })
        };
        let (Some(primary), Some(junior)) =
            (per_weight(Stage::Primary, first), per_weight(Stage::Junior, second))
        else {
            return;
        };
        let (wp, wj) = (primary.cv.powi(-2), junior.cv.powi(-2));
        let middle = (primary.mean.ln() * wp + junior.mean.ln() * wj) / (wp + wj);
        let spread = 0.5 * primary.cv.min(junior.cv);
        let mixed = |kind: SchoolKind| kind.has(Stage::Primary) && kind.has(Stage::Junior);
        for school in self.schools.iter_mut() {
            school.shared[which] = middle + spread * school.shared_z[which];
        }
        for (stage, target) in [(Stage::Primary, primary), (Stage::Junior, junior)] {
            let unit = |s: &School| {
                let pupils = s.whole(stage) as f64;
                Unit {
                    base: s.built_for.max(1.0),
                    pupils,
                    z: s.shared_z[which],
                    rate: s.shared[which],
                    fixed: mixed(s.kind) || !s.kind.has(stage),
                    counted: pupils > 0.0 && model.counts(indicator, s.kind, s.sponsor, s.compulsory()),
                    cap: f64::INFINITY,
                }
            };
            let mut units: Vec<Unit> = self.schools.iter().map(unit).collect();
            calibrate::fit(&mut units, target, step);
            for (school, unit) in self.schools.iter_mut().zip(&units) {
                school.shared[which] = unit.rate;
            }
        }
    }

    /// Goes on to the next year: pupils drift, resources grow a little, a school may close and another open.
    pub(super) fn next_year(&mut self) {
        self.year = self.year.saturating_add(1);
        let rng = &mut self.rng;
        // Births fall first in the primary schools; the years before still fill the junior ones.
        let trend = [0.985, 1.01, 1.0];
        for school in &mut self.schools {
            for (pupils, trend) in school.pupils.iter_mut().zip(trend) {
                let next = *pupils * trend * (0.03 * dice::normal(rng)).exp();
                *pupils = if *pupils > 0.0 { next.max(5.0) } else { 0.0 };
            }
            let mut grow =
                |rate: &mut f64, by: f64, noise: f64| *rate += (by + noise * dice::normal(rng)).max(0.0);
            school.staff.iter_mut().flatten().for_each(|rate| grow(rate, 0.005, 0.01));
            school.shared.iter_mut().for_each(|rate| grow(rate, 0.02, 0.02));
        }
        let pointless = |s: &School| s.kind == SchoolKind::TeachingPoint || s.compulsory() == 0;
        let mut closed = Vec::new();
        for school in self.schools.iter().filter(|s| pointless(s)) {
            if dice::happens(rng, 0.03) {
                closed.push(school.serial);
            }
        }
        self.schools.retain(|s| !closed.contains(&s.serial));
        if dice::happens(&mut self.rng, 0.003 * self.place.schools as f64) {
            self.open_like_another();
        }
    }

    /// Opens a primary school equipped as another of the county is; none where the county has none.
    fn open_like_another(&mut self) {
        let running = |s: &&School| s.kind == SchoolKind::Primary && s.compulsory() > 0;
        let Some(rates) = self.schools.iter().find(running).map(|s| (s.staff, s.shared)) else { return };
        self.found(SchoolKind::Primary);
        if let Some(new) = self.schools.last_mut() {
            (new.staff, new.shared) = rates;
            new.founded = u64::from(self.year);
        }
    }

    /// The year the county stands at.
    pub(super) fn year(&self) -> u16 {
        self.year
    }

    /// Whether a row is of a school that the high-quality standard assesses.
    pub(super) fn assessed(&self) -> Vec<bool> {
        self.schools.iter().map(|s| self.model.assessed(s.kind, s.sponsor, s.compulsory())).collect()
    }

    /// Schools where a missing cell shows in the primary stage alone, in an order that spreads over the county.
    pub(super) fn gap_candidates(&self) -> Vec<usize> {
        let fits = |s: &School| {
            s.kind == SchoolKind::Primary && s.sponsor == Sponsor::CountyEducation && s.compulsory() > 0
        };
        (0..self.schools.len()).filter(|&i| self.schools.get(i).is_some_and(fits)).collect()
    }

    /// The rows of the year, in order of school code.
    pub(super) fn rows(&mut self) -> Vec<Row> {
        let (model, place, year) = (self.model, self.place, self.year);
        let rng = &mut self.rng;
        self.schools.iter().map(|school| row(model, place, year, school, rng)).collect()
    }
}

/// The kinds of `n` schools, by their shares.
fn roster(model: &Model, n: usize) -> Vec<SchoolKind> {
    let least = usize::from(n >= model.every_kind_from);
    let mut kinds = Vec::with_capacity(n);
    for share in model.kinds.iter().filter(|k| k.share > 0.0) {
        let count = ((n as f64 * share.share) as usize).max(least);
        kinds.extend(std::iter::repeat_n(share.kind(), count));
    }
    let primary = n.saturating_sub(kinds.len());
    kinds.splice(0..0, std::iter::repeat_n(SchoolKind::Primary, primary));
    kinds.truncate(n);
    kinds
}

fn draw_pupils(model: &Model, share: &KindShare, area: Area, serial: u32, rng: &mut ChaCha8Rng) -> [f64; 3] {
    if share.kind() == SchoolKind::TeachingPoint {
        let side = model.teaching_points[serial as usize % 2];
        return [dice::between(rng, side).round(), 0.0, 0.0];
    }
    let place = AREAS.iter().position(|a| *a == area).unwrap_or(1);
    let size = model.area_size[place] * (share.spread * dice::normal(rng)).exp();
    share.pupils.map(|usual| {
        let pupils = (usual * size * (0.1 * dice::normal(rng)).exp()).round();
        if usual > 0.0 { pupils.max(20.0) } else { 0.0 }
    })
}

/// Sizes of the classes of a stage: equal but for pupils moved from one to the next, none above the largest.
fn class_sizes(pupils: u64, usual: f64, largest: u64, rng: &mut ChaCha8Rng) -> Vec<u64> {
    if pupils == 0 {
        return Vec::new();
    }
    let size = usual * (1.0 + 0.07 * dice::normal(rng));
    let n = ((pupils as f64 / size).ceil() as u64).max(pupils.div_ceil(largest)).max(1);
    let mut sizes: Vec<u64> = (0..n).map(|i| pupils / n + u64::from(i < pupils % n)).collect();
    for pair in sizes.chunks_exact_mut(2) {
        if let [a, b] = pair {
            let moved = (dice::below(rng, 6) as u64).min(b.saturating_sub(1)).min(largest.saturating_sub(*a));
            *a += moved;
            *b -= moved;
        }
    }
    sizes
}

/// Square metres or yuan in hundredths.
fn cents(amount: f64) -> u64 {
    (amount * 100.0).round() as u64
}

/// The row of a school in a year; what varies from year to year is drawn here.
fn row(model: &Model, place: &Place, year: u16, school: &School, rng: &mut ChaCha8Rng) -> Row {
    let mut row = Row::new();
    let text = |row: &mut Row, field, value: &str| {
        row.set(field, if value.is_empty() { Cell::Blank } else { Cell::Text(value.to_owned()) });
    };
    row.set(Field::Year, Cell::Count(year.into()));
    text(&mut row, Field::Province, &place.province);
    text(&mut row, Field::City, &place.city);
    text(&mut row, Field::CountyCode, &place.code);
    text(&mut row, Field::County, &place.name);
    text(&mut row, Field::Township, &school.township);
    text(&mut row, Field::Group, &school.group);
    text(&mut row, Field::SchoolCode, &format!("2{}{:03}", place.code, school.serial + 1));
    text(&mut row, Field::SchoolName, &school.name);
    row.set(Field::Kind, Cell::Name(school.kind.zh()));
    row.set(Field::Ownership, Cell::Name(school.sponsor.zh()));
    row.set(Field::UrbanRural, Cell::Name(school.area.zh()));
    let yes = |yes| Cell::Name(if yes { YES } else { NO });
    row.set(Field::Boarding, yes(school.boarding));
    row.set(Field::DenseCityCentre, yes(school.dense));
    row.set(Field::FoundedYear, Cell::Count(school.founded));
    set_premises(&mut row, school);
    let taught = if school.kind.stages_are_fixed() {
        Stage::ALL.map(|s| school.kind.has(s))
    } else {
        Stage::ALL.map(|s| school.whole(s) > 0)
    };
    for (stage, _) in Stage::ALL.iter().zip(taught).filter(|(_, taught)| *taught) {
        row.set(Field::students(*stage), Cell::Count(school.whole(*stage)));
    }
    set_budget(&mut row, model, school, rng);
    if !(taught[0] || taught[1]) {
        return row;
    }
    set_classes(&mut row, model, school, taught, rng);
    set_staff(&mut row, model, school, taught, rng);
    set_pupils(&mut row, school, taught, rng);
    if taught[1] && school.kind.stages_are_fixed() {
        set_graduates(&mut row, school.whole(Stage::Junior), rng);
    }
    row
}

fn set_premises(row: &mut Row, school: &School) {
    let [net, sports, value, rooms, computers, books] = [0, 1, 2, 3, 4, 5].map(|i| school.shared_amount(i));
    let (net, sports) = (cents(net), cents(sports));
    let indoor = (sports as f64 * school.indoor) as u64 / 100 * 100;
    row.set(Field::TeachingArea, Cell::Amount(net + indoor));
    row.set(Field::TeachingAreaNet, Cell::Amount(net));
    row.set(Field::IndoorSportsArea, Cell::Amount(indoor));
    row.set(Field::SportsFieldArea, Cell::Amount(sports - indoor));
    row.set(Field::SportsTotalArea, Cell::Amount(sports));
    row.set(Field::OtherSportsArea, Cell::Amount(cents(school.other_sports)));
    row.set(Field::OffcampusSportsArea, Cell::Amount(cents(school.offcampus_sports)));
    row.set(Field::EquipmentValue, Cell::Amount(cents(value)));
    row.set(Field::MultimediaClassrooms, Cell::Count(rooms as u64));
    row.set(Field::Computers, Cell::Count(computers as u64));
    row.set(Field::ComputersTeaching, Cell::Count((computers * school.teaching_computers) as u64));
    row.set(Field::Books, Cell::Count(books as u64));
}

fn set_budget(row: &mut Row, model: &Model, school: &School, rng: &mut ChaCha8Rng) {
    let support = &model.support;
    let [primary, junior] = support.funding;
    let base = school.pupils[0] * primary + (school.pupils[1] + school.pupils[2]) * junior;
    let least = support.small_school * if school.pupils[1] > 0.0 { junior } else { primary };
    let budget = (base.max(least) * dice::between(rng, support.funding_above)).round();
    let [low, high] = support.training_share;
    let short = dice::happens(rng, support.training_short);
    let share = if short { low * 0.8 } else { dice::between(rng, [low, high]) };
    row.set(Field::PublicFundingBudget, Cell::Amount(cents(budget)));
    row.set(Field::TrainingFunding, Cell::Amount(cents(budget * share)));
}

fn set_classes(row: &mut Row, model: &Model, school: &School, taught: [bool; 3], rng: &mut ChaCha8Rng) {
    const FIELDS: [[Field; 4]; 2] = [
        [
            Field::ClassesPrimary,
            Field::ClassesOverLimitPrimary,
            Field::Classes56plusPrimary,
            Field::Classes66plusPrimary,
        ],
        [
            Field::ClassesJunior,
            Field::ClassesOverLimitJunior,
            Field::Classes56plusJunior,
            Field::Classes66plusJunior,
        ],
    ];
    let over = &model.class_over;
    let support = &model.support;
    let place = AREAS.iter().position(|a| *a == school.area).unwrap_or(1);
    let special = school.kind == SchoolKind::SpecialEducation;
    let usual = if special { support.special_class_size } else { support.class_size[place] };
    let mut needed = 0;
    let mut largest = 0;
    for (stage, fields) in Stage::COMPULSORY.iter().zip(FIELDS).filter(|(s, _)| taught[**s as usize]) {
        let sizes = class_sizes(school.whole(*stage), usual, support.largest_class, rng);
        let limit = if *stage == Stage::Primary { over.primary } else { over.junior };
        let from = |least: u64| sizes.iter().filter(|s| **s >= least).count() as u64;
        let counts = [sizes.len() as u64, from(limit + 1), from(over.large), from(over.very_large)];
        fields.iter().zip(counts).for_each(|(field, n)| row.set(*field, Cell::Count(n)));
        needed += (sizes.len() as u64).div_ceil(support.classes_per_room);
        largest = largest.max(sizes.iter().copied().max().unwrap_or(0));
    }
    row.set(Field::MaxClassSize, Cell::Count(largest));
    // One kind of room now and then is short of what the classes need.
    let needed = needed.max(1);
    for (field, which) in [(Field::MusicRoomAreas, 0), (Field::ArtRoomAreas, 1)] {
        let short = needed > 1 && dice::happens(rng, 0.1);
        let rooms = school.rooms.iter().map(|pair| pair[which]).take((needed - u64::from(short)) as usize);
        row.set(field, Cell::List(rooms.collect()));
    }
}

fn set_staff(row: &mut Row, model: &Model, school: &School, taught: [bool; 3], rng: &mut ChaCha8Rng) {
    let mut teachers = 0;
    for stage in Stage::COMPULSORY.into_iter().filter(|s| taught[*s as usize]) {
        for (which, (_, fields)) in STAFF.iter().enumerate() {
            row.set(fields[stage as usize], Cell::Count(school.staff_count(which, stage) as u64));
        }
        teachers += school.staff_count(0, stage) as u64;
        let rotating = school.area == Area::Rural
            && (school.compulsory() as f64) < model.support.small_school
            && dice::happens(rng, 0.6);
        let field = if stage == Stage::Primary {
            Field::PeArtsItinerantPrimary
        } else {
            Field::PeArtsItinerantJunior
        };
        row.set(field, Cell::Count(u64::from(rotating)));
    }
    row.set(Field::CertifiedTeachers, Cell::Count(teachers));
    let untrained = if dice::happens(rng, 0.04) { 1 } else { 0 };
    row.set(Field::TrainedTeachers, Cell::Count(teachers.saturating_sub(untrained)));
}

fn set_pupils(row: &mut Row, school: &School, taught: [bool; 3], rng: &mut ChaCha8Rng) {
    let migrants = (school.compulsory() as f64 * school.migrants) as u64;
    row.set(Field::MigrantStudents, Cell::Count(migrants));
    let fields = [Field::CatchmentStudentsPrimary, Field::CatchmentStudentsJunior];
    for (stage, field) in Stage::COMPULSORY.into_iter().zip(fields).filter(|(s, _)| taught[*s as usize]) {
        let pupils = school.whole(stage);
        let within = if school.sponsor == Sponsor::Private {
            (pupils as f64 * dice::between(rng, [0.3, 0.7])) as u64
        } else if stage == Stage::Primary {
            pupils
        } else {
            (pupils as f64 * dice::between(rng, [0.96, 1.0])).ceil() as u64
        };
        row.set(field, Cell::Count(within.min(pupils)));
    }
}

/// Graduates are the intake of three years before, with those who came and without those who left.
fn set_graduates(row: &mut Row, pupils: u64, rng: &mut ChaCha8Rng) {
    let intake = (pupils as f64 / 3.0 * (0.05 * dice::normal(rng)).exp()).round() as u64;
    let mut part = |most: f64| (intake as f64 * dice::between(rng, [0.0, most])) as u64;
    let (arrived, left, dropped) = (part(0.06), part(0.06), part(0.02));
    let deceased = u64::from(intake > 100 && dice::happens(rng, 0.05));
    let graduates = (intake + arrived).saturating_sub(left + dropped + deceased);
    row.set(Field::GraduatesJunior, Cell::Count(graduates));
    row.set(Field::IntakeJunior3yAgo, Cell::Count(intake));
    row.set(Field::TransferredInJunior, Cell::Count(arrived));
    row.set(Field::TransferredOutJunior, Cell::Count(left));
    row.set(Field::DeceasedJunior, Cell::Count(deceased));
}
