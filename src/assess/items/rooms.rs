//! Music rooms and fine-arts rooms for so many classes.

use super::transitional::{self, Terms};
use super::{Case, Found, Measure, Name, stages};
use crate::assess::Verdict;
use crate::model::{Field, SchoolRow, Stage, Unit};
use crate::numeric::{Decimal, Ratio, pow10};
use crate::standards::Direction;

/// A kind of room: its part of the item, its column and the parameter with its area.
#[derive(Clone, Copy)]
struct Kind {
    part: Name,
    column: Field,
    area: &'static str,
}

const MUSIC: Kind = Kind { part: Name::Music, column: Field::MusicRoomAreas, area: "music_area" };
const ART: Kind = Kind { part: Name::Art, column: Field::ArtRoomAreas, area: "art_area" };

/// Every school has a room of each kind for so many classes (or, as an option, so many of both kinds together).
pub(super) fn rooms(case: &mut Case<'_, '_>) -> Measure {
    let groups: &[(Name, &[Kind])] = if case.facts.options.is("rooms", "sum") {
        &[(Name::Rooms, &[MUSIC, ART])]
    } else {
        &[(MUSIC.part, &[MUSIC]), (ART.part, &[ART])]
    };
    let parts = groups.iter().map(|(part, kinds)| {
        let told = kinds.iter().any(|kind| case.tells(kind.column));
        let plain = Terms::plain();
        if !told && case.schools().iter().any(|school| needed(case, *school, &plain) != Some([0, 0])) {
            // Of a school that needs rooms nothing is known, nor of any other.
            return (*part, open());
        }
        let mut total = (!case.schools().is_empty()).then_some((0, 0));
        let mut verdict = if case.schools().is_empty() { Verdict::Undetermined } else { Verdict::Met };
        for &school in case.schools() {
            let judged =
                transitional::judge(case, school, *part, |case, terms| one(case, school, terms, kinds));
            let (measure, clause) = judged;
            verdict = Verdict::all([verdict, measure.verdict]);
            let figures = measure.figures().map(|(v, r)| (v.parts().0, r.parts().0));
            total = total.zip(figures).map(|((a, b), (c, d))| (a + c, b + d));
            if told && (clause.is_some() || measure.verdict != Verdict::Met) {
                case.items.add_school(&Found::new(school, measure).part(*part), clause.as_ref());
            }
        }
        let whole = |n: i128| Ratio::new(n, 1);
        let (value, requirement) = total.map_or((None, None), |(has, needs)| (whole(has), whole(needs)));
        (*part, open().value(value).requirement(requirement).verdict(verdict))
    });
    let parts: Vec<_> = parts.collect();
    case.items.sort_schools();
    case.all(parts)
}

fn open() -> Measure {
    Measure { direction: Direction::AtLeast, unit: Unit::Rooms, ..Measure::open() }
}

/// The rooms of one school that count, against those it needs.
fn one(case: &mut Case<'_, '_>, school: SchoolRow<'_>, terms: &Terms<'_>, kinds: &[Kind]) -> Measure {
    let Some(needed) = needed(case, school, terms) else { return open() };
    let all: i128 = needed.iter().sum();
    let mut measure = open().requirement(Ratio::new(all, 1));
    if let Some(area) = kinds.first().and_then(|kind| terms.limit(case, kind.area, Stage::Junior)) {
        measure.source = Some(area.source);
    }
    if all == 0 {
        return measure.value(Ratio::new(0, 1)).verdict(Verdict::Met);
    }
    let mut rooms: Vec<Room> = Vec::new();
    for kind in kinds {
        let areas = Stage::COMPULSORY.map(|stage| terms.limit_value(case, kind.area, stage));
        let [Some(primary), Some(junior)] = areas else { return measure };
        let Some(list) = school.list(kind.column) else { return measure };
        rooms.extend(list.iter().map(|&area| Room { area, serves: [area >= primary, area >= junior] }));
    }
    let counted = counted(rooms, needed);
    let lacking = Decimal::from_i128(all - counted, 0).ok();
    measure.value(Ratio::new(counted, 1)).verdict((counted == all).into()).lacking(lacking)
}

struct Room {
    area: Decimal,
    /// Whether it is large enough for the primary and the junior stage.
    serves: [bool; 2],
}

/// How many of the rooms needed there are, the largest counted to the junior stage first.
fn counted(mut rooms: Vec<Room>, needed: [i128; 2]) -> i128 {
    rooms.sort_by_key(|room| std::cmp::Reverse(room.area));
    let [mut primary, mut junior] = needed;
    for room in rooms {
        if junior > 0 && room.serves[Stage::Junior as usize] {
            junior -= 1;
        } else if primary > 0 && room.serves[Stage::Primary as usize] {
            primary -= 1;
        }
    }
    needed.iter().sum::<i128>() - primary - junior
}

/// Rooms of one kind that a school needs for its primary and its junior classes.
fn needed(case: &Case<'_, '_>, school: SchoolRow<'_>, terms: &Terms<'_>) -> Option<[i128; 2]> {
    let down = case.facts.options.is("rooms_rounding", "down");
    let dozens = |classes: i128| {
        let (size, scale) = terms.limit_value(case, "classes_per_room", Stage::Primary)?.parts();
        let (scaled, size) = (classes.checked_mul(pow10(scale))?, i128::from(size));
        let full = scaled.checked_div(size)?;
        let part = i128::from(scaled % size != 0);
        Some(if down { full.max(i128::from(classes > 0)) } else { full + part })
    };
    let mut classes = [0; 2];
    for stage in stages(school) {
        let column = if stage == Stage::Primary { Field::ClassesPrimary } else { Field::ClassesJunior };
        classes[stage as usize] = i128::from(school.value(column)?.parts().0);
    }
    let [primary, junior] = classes;
    if case.facts.options.is("rooms_stages", "pooled") {
        let all = dozens(primary + junior)?;
        let junior = dozens(junior)?.min(all);
        return Some([all - junior, junior]);
    }
    Some([dozens(primary)?, dozens(junior)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(area: u32, serves: [bool; 2]) -> Room {
        Room { area: area.into(), serves }
    }

    #[test]
    fn the_largest_rooms_count_to_the_junior_stage_first() {
        let rooms = || vec![room(55, [true, false]), room(62, [true, true])];
        assert_eq!(counted(rooms(), [1, 1]), 2);
        assert_eq!(counted(rooms(), [0, 2]), 1);
        assert_eq!(counted(rooms(), [2, 0]), 2);
        assert_eq!(counted(rooms(), [0, 1]), 1);
    }
}
