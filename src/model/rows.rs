//! Rows as they come and as they are kept.

use std::collections::HashMap;

use super::{Area, SchoolKind, Sponsor};

/// A row but for its code, name and numbers; its texts by [their numbers](super::Builder::text).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) county_code: u32,
    pub(crate) region: Region,
    pub(crate) township: u32,
    /// 0 where it is not given.
    pub(crate) year: u16,
    /// 0 where it is not given.
    pub(crate) founded: u16,
    pub(crate) kind: SchoolKind,
    pub(crate) sponsor: Option<Sponsor>,
    pub(crate) area: Option<Area>,
    pub(crate) boarding: Option<bool>,
    pub(crate) dense_city_centre: Option<bool>,
    pub(crate) file: u16,
    pub(crate) line: u32,
}

/// Texts that are the same in many rows, by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Region {
    pub(crate) county_name: u32,
    pub(crate) province: u32,
    pub(crate) city: u32,
    pub(crate) group: u32,
}

impl Row {
    /// A row of which nothing is known yet but where it stands.
    pub(crate) fn blank(file: u16, line: u32) -> Self {
        Row {
            county_code: 0,
            region: Region::default(),
            township: 0,
            year: 0,
            founded: 0,
            kind: SchoolKind::Primary,
            sponsor: None,
            area: None,
            boarding: None,
            dense_city_centre: None,
            file,
            line,
        }
    }

    /// Whether it has the county, year and region of another.
    #[inline]
    pub(super) fn is_like(&self, other: &Row) -> bool {
        self.county_code == other.county_code && self.year == other.year && self.region == other.region
    }
}

/// A [`Row`] as it is kept, its region by its place among [`Regions`].
#[derive(Clone, Copy, Debug)]
pub(super) struct KeptRow {
    pub(super) county_code: u32,
    pub(super) region: u32,
    pub(super) township: u32,
    pub(super) line: u32,
    pub(super) file: u16,
    pub(super) year: u16,
    pub(super) founded: u16,
    pub(super) kind: SchoolKind,
    pub(super) sponsor: Option<Sponsor>,
    pub(super) area: Option<Area>,
    pub(super) boarding: Option<bool>,
    pub(super) dense_city_centre: Option<bool>,
}

const _: () = assert!(size_of::<KeptRow>() == 28);

impl KeptRow {
    /// A row whose region has this place.
    pub(super) fn new(row: &Row, region: u32) -> Self {
        let Row { county_code, township, line, file, year, founded, kind, .. } = *row;
        let Row { sponsor, area, boarding, dense_city_centre, .. } = *row;
        KeptRow {
            county_code,
            region,
            township,
            line,
            file,
            year,
            founded,
            kind,
            sponsor,
            area,
            boarding,
            dense_city_centre,
        }
    }
}

/// The regions of the rows, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Regions {
    all: Vec<Region>,
    places: HashMap<Region, u32>,
    /// The place of the one that was asked for last, which most likely is asked for again.
    latest: u32,
}

impl Regions {
    #[inline]
    pub(super) fn place(&mut self, region: Region) -> u32 {
        if self.all.get(self.latest as usize) != Some(&region) {
            let next = self.all.len() as u32;
            self.latest = *self.places.entry(region).or_insert(next);
            if self.latest == next {
                self.all.push(region);
            }
        }
        self.latest
    }

    pub(super) fn get(&self, place: u32) -> Region {
        self.all.get(place as usize).copied().unwrap_or_default()
    }

    /// Those from a place on.
    pub(super) fn from(&self, place: usize) -> &[Region] {
        self.all.get(place..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn regions_have_one_place_each(asked in prop::collection::vec((0..3u32, 0..3u32), 0..40)) {
            let mut regions = Regions::default();
            let region = |(county_name, group)| Region { county_name, group, ..Region::default() };
            let places: Vec<u32> = asked.iter().map(|asked| regions.place(region(*asked))).collect();
            for (asked, place) in asked.iter().zip(&places) {
                prop_assert_eq!(regions.get(*place), region(*asked));
                prop_assert_eq!(regions.place(region(*asked)), *place);
            }
            prop_assert_eq!(regions.from(0).len(), places.iter().max().map_or(0, |last| *last as usize + 1));
        }
    }
}
