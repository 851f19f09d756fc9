//! Which schools of a county are units of which stage: many at a time, without branches, as it cannot be foretold.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x8, i16x16, mask16x16, mask32x8, mask64x8, u32x8};

use super::scope::{Scope, Standing};
use crate::model::County;
use crate::numeric::{LANES, filled, put_at};
use crate::stats::{Share, Weights};

/// The units of one county after another, in the same memory.
pub(super) struct Intake {
    /// The first row of the county.
    pub(super) first: u32,
    /// Those of each stage.
    pub(super) stages: [Units; 2],
    /// The places of the schools that are not certainly assessed.
    pub(super) outside: Vec<u32>,
}

impl Intake {
    pub(super) fn new() -> Self {
        Intake { first: 0, stages: Default::default(), outside: Vec::new() }
    }

    /// Takes in the units of a county whose stages weigh so much where they share something, given how its schools stand.
    pub(super) fn take(&mut self, county: County<'_>, standings: &[Standing], split: [i128; 3]) {
        // So that nearly all can be taken in as they stand; those of other counties are in no scope here.
        let at_hand = county.at_hand_by(SIDE_BY_SIDE);
        self.first = county.rows().start;
        self.outside.clear();
        dispatch!(Level::new(), simd => self.work(simd, county.rows().len(), at_hand.pupils, standings, split));
    }

    #[inline(always)]
    fn work<S: Simd>(
        &mut self,
        simd: S,
        schools: usize,
        [primary, junior, senior]: [&[i16]; 3],
        standings: &[Standing],
        split: [i128; 3],
    ) {
        let Intake { first: first_row, stages, outside } = self;
        let split = split.map(|weight| u32::try_from(weight).unwrap_or(u32::MAX));
        // The weighted pupils of three stages then stay below 2⁵⁰, as those of a stage are below 2¹⁵.
        let mut are_known = split.iter().all(|weight| weight >> 28 == 0);
        let mut are_odd = [false; 2];
        let mut totals = [f64x8::splat(simd, 0.0); 2];
        let mut spare = [[0; SIDE_BY_SIDE]; 4];
        stages.iter_mut().for_each(|units| units.begin(schools));
        for first in (0..schools).step_by(SIDE_BY_SIDE) {
            // Behind the last are schools that are left out, which is not to be told.
            let [of_primary, of_junior, of_senior, of_standings] = &mut spare;
            let pupils = [
                here(primary, first, 0, of_primary),
                here(junior, first, 0, of_junior),
                here(senior, first, 0, of_senior),
            ];
            let bits = Bits::of(simd, pupils, here(standings, first, Scope::LEAST_OUT, of_standings));
            are_known &= bits.vague == 0;
            let valid = u16::MAX >> SIDE_BY_SIDE.saturating_sub(schools - first);
            outside.extend(places((bits.outside & valid).into()).map(|place| first as u32 + place));
            let weighted = |place: usize| {
                let of = |stage: usize| i64::from(pupils[stage][place]) * i64::from(split[stage]);
                of(0) + of(1) + of(2)
            };
            for (stage, units) in stages.iter_mut().enumerate() {
                are_odd[stage] |= bits.odd[stage] != 0;
                let own = bits.units[stage];
                units.take_shares(own, bits.several, split[stage], weighted);
                units.chosen.push(own);
                let halves = pupils[stage].as_chunks::<LANES>().0.iter().zip(own.to_le_bytes());
                for (half, (pupils, own)) in halves.enumerate() {
                    let pupils = f64x8::load_array(simd, pupils.map(f64::from));
                    let row = *first_row + (first + half * LANES) as u32;
                    totals[stage] += units.take(simd, own, row, pupils);
                }
            }
        }
        for ((units, is_odd), total) in stages.iter_mut().zip(are_odd).zip(totals) {
            units.end(simd, are_known && !is_odd, total.to_array().into_iter().sum::<f64>() as i64);
        }
    }
}

/// The numbers from a place on, in spare memory with others behind them where there are not enough.
#[inline(always)]
fn here<'a>(
    all: &'a [i16],
    first: usize,
    other: i16,
    spare: &'a mut [i16; SIDE_BY_SIDE],
) -> &'a [i16; SIDE_BY_SIDE] {
    let all = all.get(first..).unwrap_or_default();
    all.first_chunk().unwrap_or_else(|| {
        *spare = filled(all, other);
        spare
    })
}

/// The units of a stage.
#[derive(Default)]
pub(super) struct Units {
    /// Whether all is known of them that columns need; else there is nothing of use here.
    pub(super) are_plain: bool,
    /// Which schools of the county they are: one bit each, sixteen to a number.
    pub(super) chosen: Vec<u16>,
    /// How many there are, and the row and the pupils of each, in room for more.
    len: usize,
    rows: Vec<u32>,
    pupils: Vec<f64>,
    /// The units that have only a part of what their school shares.
    pub(super) shares: Vec<Share>,
    pub(super) weights: Weights,
}

/// Schools that are taken in side by side.
pub(super) const SIDE_BY_SIDE: usize = 16;

/// One bit for each of them.
#[derive(Clone, Copy)]
struct Bits {
    /// Those in scope whose pupils of some stage are not known, or that have some of several stages.
    vague: u16,
    several: u16,
    /// Those that are not certainly assessed.
    outside: u16,
    /// The units of either stage, and those of them that are not certainly assessed.
    units: [u16; 2],
    odd: [u16; 2],
}

impl Bits {
    /// Of schools with these pupils of each stage that stand so.
    #[inline(always)]
    fn of<S: Simd>(simd: S, pupils: [&[i16; SIDE_BY_SIDE]; 3], standings: &[Standing; SIDE_BY_SIDE]) -> Self {
        let splat = |number| i16x16::splat(simd, number);
        let bits = |mask: mask16x16<S>| mask.to_bitmask() as u16;
        let (zero, standings) = (splat(0), i16x16::load_array_ref(simd, standings));
        let [primary, junior, senior] = pupils.map(|pupils| i16x16::load_array_ref(simd, pupils));
        let has = [primary, junior, senior].map(|pupils| pupils.simd_gt(zero));
        let own =
            has[0].select(splat(1), zero) | has[1].select(splat(2), zero) | has[2].select(splat(4), zero);
        let is_wrong = (own & standings).simd_gt(zero);
        let inside = bits(standings.simd_lt(splat(Scope::LEAST_OUT)));
        let outside = bits(standings.simd_ge(splat(Scope::LEAST_UNKNOWN)));
        let units = [bits(has[0]) & inside, bits(has[1]) & inside];
        let odd = outside | bits(is_wrong);
        Bits {
            // What is not known is below zero.
            vague: bits((primary | junior | senior).simd_lt(zero)) & inside,
            several: bits((own & (own - splat(1))).simd_gt(zero)) & inside,
            outside,
            units,
            odd: units.map(|units| units & odd),
        }
    }
}

/// The places of the bits of a number, from the lowest on.
pub(super) fn places(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros());
        bits &= bits.wrapping_sub(1);
        place
    })
}

impl Units {
    /// Begins with another county, of so many schools.
    #[inline(always)]
    fn begin(&mut self, schools: usize) {
        self.chosen.clear();
        self.shares.clear();
        self.len = 0;
        let room = schools + SIDE_BY_SIDE;
        if self.rows.len() < room {
            self.rows.resize(room, 0);
            self.pupils.resize(room, 0.0);
        }
    }

    /// Takes in those units, a bit each, that have a part of what their school shares, with the weighted pupils of all its stages, of
    /// which one of this stage weighs so much.
    #[inline(always)]
    fn take_shares(&mut self, units: u16, several: u16, times: u32, weighted: impl Fn(usize) -> i64) {
        for place in places((units & several).into()) {
            let before = units & ((1 << place) - 1);
            let unit = self.len + before.count_ones() as usize;
            self.shares.push(Share { unit, times, of: weighted(place as usize % SIDE_BY_SIDE) });
        }
    }

    /// Takes in units among eight schools, a bit each, that have these pupils, from a row on: the pupils of the units alone.
    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, units: u8, first: u32, pupils: f64x8<S>) -> f64x8<S> {
        let rows = u32x8::load_array(simd, [0, 1, 2, 3, 4, 5, 6, 7]) + first;
        let rows = rows.compress(mask32x8::from_bitmask(simd, units.into()));
        let pupils = pupils.compress(mask64x8::from_bitmask(simd, units.into()));
        put_at(&mut self.rows, self.len, rows.to_array());
        put_at(&mut self.pupils, self.len, pupils.to_array());
        self.len += units.count_ones() as usize;
        pupils
    }

    /// Ends, where all else is known, with the pupils of all.
    #[inline(always)]
    fn end<S: Simd>(&mut self, simd: S, is_known: bool, total: i64) {
        self.are_plain = is_known && self.len > 0;
        if self.are_plain {
            // Eight at a time, with what stands behind the last.
            let pupils = self.pupils.get(..self.len.next_multiple_of(LANES)).unwrap_or_default();
            self.weights.take(simd, pupils, total, &self.shares);
        }
    }

    /// The row of each.
    pub(super) fn rows(&self) -> &[u32] {
        self.rows.get(..self.len).unwrap_or_default()
    }

    /// The pupils of each.
    pub(super) fn pupils(&self) -> &[f64] {
        self.pupils.get(..self.len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{DataSet, Field, School, SchoolKind, SchoolRow, Stage};

    const SPLIT: [i128; 3] = [100, 110, 132];

    proptest! {
        /// More schools than are taken in side by side, of every kind, held against the schools one by one.
        #[test]
        fn units_are_those_of_single_schools(
            // A few pupils in each stage, or none, or not given; of some, more than columns of basics hold.
            schools in prop::collection::vec(
                (
                    prop::sample::select(SchoolKind::ALL.to_vec()),
                    prop::array::uniform3(prop_oneof![6 => Just(Some(0)), 6 => (1..900u32).prop_map(Some), 1 => Just(None)]),
                    prop::sample::select(vec![Scope::In, Scope::Unknown, Scope::Out(0), Scope::Out(1)]),
                ),
                1..60,
            ),
            // Most counties have nothing unusual, which most schools here have.
            usual in prop::bool::weighted(0.7),
            large in prop::option::weighted(0.1, 0..60usize),
        ) {
            let mut builder = DataSet::builder();
            for (code, (kind, pupils, _)) in schools.iter().enumerate() {
                let school = School::new("210102", &format!("{code:03}"), *kind).expect("valid");
                let given = Stage::ALL.into_iter().zip(pupils).filter(|(stage, _)| !usual || kind.has(*stage));
                let school = given.fold(school, |school, (stage, count)| {
                    let count = if usual { Some(count.unwrap_or(7)) } else { *count };
                    let count = if large == Some(code) { count.map(|count| count + 40_000) } else { count };
                    count.map_or(school.clone(), |count| {
                        school.clone().with_count(Field::students(stage), count).expect("a count")
                    })
                });
                builder.push(&school);
            }
            // Schools behind those of the county are none of it.
            for code in 0..20 {
                let other = School::new("210103", &format!("{code:02}"), SchoolKind::Primary).expect("valid");
                builder.push(&other.with_count(Field::StudentsPrimary, 3).expect("a count"));
            }
            let data = builder.finish().expect("distinct codes");
            let county = data.counties().next().expect("two");
            let scope = |scope| if usual && scope == Scope::Unknown { Scope::In } else { scope };
            let scopes: Vec<Scope> = schools.iter().map(|school| scope(school.2)).collect();
            let standings: Vec<Standing> =
                scopes.iter().zip(&schools).map(|(scope, school)| scope.standing(school.0)).collect();
            let mut intake = Intake::new();
            // What was there of another county leaves no trace.
            intake.take(county, &vec![0; standings.len()], SPLIT);
            intake.take(county, &standings, SPLIT);
            let outside: Vec<u32> = (0..).zip(&scopes).filter(|(_, scope)| **scope != Scope::In).map(|(place, _)| place).collect();
            prop_assert_eq!(&intake.outside, &outside);
            let inside: Vec<(usize, SchoolRow<'_>)> =
                county.schools().enumerate().filter(|(place, _)| !matches!(scopes[*place], Scope::Out(_))).collect();
            let is_known = inside.iter().all(|(_, school)| school.all_counts().is_some());
            for (stage, units) in Stage::COMPULSORY.into_iter().zip(&intake.stages) {
                let counts = |school: &SchoolRow<'_>| school.all_counts().unwrap_or_default();
                let own: Vec<_> = inside.iter().filter(|(_, school)| counts(school)[stage as usize] > 0).collect();
                let is_odd = |(place, school): &&&(usize, SchoolRow<'_>)| {
                    let wrong = |stage: Stage| counts(school)[stage as usize] > 0 && school.kind().cannot_have(stage);
                    scopes[*place] != Scope::In || Stage::ALL.into_iter().any(wrong)
                };
                let any_odd = own.iter().any(|school| is_odd(&school));
                prop_assert_eq!(units.are_plain, is_known && !any_odd && !own.is_empty());
                if !units.are_plain {
                    continue;
                }
                let places: Vec<u32> = own.iter().map(|(place, _)| *place as u32).collect();
                prop_assert_eq!(units.rows(), &places);
                let is_chosen = |place: &usize| units.chosen[place / 16] >> (place % 16) & 1 == 1;
                let chosen: Vec<u32> =
                    (0..16 * units.chosen.len()).filter(is_chosen).map(|place| place as u32).collect();
                prop_assert_eq!(&chosen, &places);
                let share = |(unit, (_, school)): (usize, &&(usize, SchoolRow<'_>))| {
                    let counts = counts(school);
                    let of = counts.iter().zip(SPLIT).map(|(count, weight)| i64::from(*count) * weight as i64).sum();
                    let several = counts.iter().filter(|count| **count > 0).count() > 1;
                    several.then_some(Share { unit, times: SPLIT[stage as usize] as u32, of })
                };
                prop_assert_eq!(&units.shares, &own.iter().enumerate().filter_map(share).collect::<Vec<_>>());
                let pupils: Vec<i64> = own.iter().map(|(_, school)| counts(school)[stage as usize].into()).collect();
                prop_assert!(units.pupils().iter().map(|count| *count as i64).eq(pupils.iter().copied()));
                prop_assert_eq!(units.weights.total(), pupils.iter().sum::<i64>());
            }
        }
    }
}
