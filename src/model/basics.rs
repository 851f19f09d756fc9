//! What nearly all work begins with: the kind, sponsor and pupils of each row, in columns by themselves.

use std::ops::Range;

use super::column::{self, Spare};
use super::{SchoolKind, Sponsor, Stage};

/// A kind of school and its sponsor, as one number.
pub(crate) type Class = u8;

/// How many sponsors there are, none among them.
const SPONSORS: usize = Sponsor::ALL.len() + 1;

const _: () = assert!(SchoolKind::ALL.len() * SPONSORS <= Class::MAX as usize);

pub(crate) fn class(kind: SchoolKind, sponsor: Option<Sponsor>) -> Class {
    (kind as usize * SPONSORS + sponsor.map_or(0, |sponsor| sponsor as usize + 1)) as Class
}

/// The kind of a class.
#[inline]
pub(super) fn kind_of(class: Class) -> SchoolKind {
    SchoolKind::ALL.get(usize::from(class) / SPONSORS).copied().unwrap_or(SchoolKind::ALL[0])
}

/// The sponsor of a class.
#[inline]
pub(super) fn sponsor_of(class: Class) -> Option<Sponsor> {
    Sponsor::ALL.get((usize::from(class) % SPONSORS).checked_sub(1)?).copied()
}

/// The kind and sponsor of each class there is.
pub(crate) fn classes() -> impl Iterator<Item = (SchoolKind, Option<Sponsor>)> {
    let sponsors = || [None].into_iter().chain(Sponsor::ALL.iter().copied().map(Some));
    SchoolKind::ALL.iter().flat_map(move |kind| sponsors().map(|sponsor| (*kind, sponsor)))
}

/// What there is of a kind of school, looked up once for each class.
pub(crate) fn by_class<T: Copy + Default>(of: impl Fn(SchoolKind) -> T) -> [T; 1 << Class::BITS] {
    let mut all = [T::default(); 1 << Class::BITS];
    all.iter_mut().zip(classes()).for_each(|(own, (kind, _))| *own = of(kind));
    all
}

/// Pupils of a stage that are not known.
pub(super) const MISSING: i16 = -1;
/// More than fits, or no whole number: the column of numbers has it.
pub(super) const ODD: i16 = -2;

/// Of each row whose numbers are in the columns.
#[derive(Debug, Default)]
pub(super) struct Basics {
    classes: Vec<Class>,
    /// Those of each stage as [`SchoolRow::students`](super::SchoolRow::students) gives them.
    pupils: [Vec<i16>; 3],
}

/// Those of some rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtHand<'a> {
    pub(crate) classes: &'a [Class],
    /// Pupils of each stage: below zero where they are not known, or too many to count quickly.
    pub(crate) pupils: [&'a [i16]; 3],
}

impl Basics {
    pub(super) fn len(&self) -> usize {
        self.classes.len()
    }

    /// Makes room for so many more rows, if there is any.
    pub(super) fn reserve(&mut self, rows: usize) {
        let _ = self.classes.try_reserve_exact(rows);
        self.pupils.iter_mut().for_each(|pupils| _ = pupils.try_reserve_exact(rows));
    }

    /// Adds those of more rows, of each stage the pupils.
    pub(super) fn extend(
        &mut self,
        classes: impl Iterator<Item = Class>,
        pupils: [impl Iterator<Item = i16>; 3],
    ) {
        self.classes.extend(classes);
        self.pupils.iter_mut().zip(pupils).for_each(|(all, more)| all.extend(more));
    }

    /// Moves those of other rows behind these.
    pub(super) fn append(&mut self, others: &mut Self) {
        self.classes.append(&mut others.classes);
        self.pupils.iter_mut().zip(&mut others.pupils).for_each(|(pupils, others)| pupils.append(others));
    }

    pub(super) fn reorder(&mut self, order: &[u32], spare: &mut Spare) {
        column::reorder(&mut self.classes, &mut Vec::new(), order, 0);
        self.pupils.iter_mut().for_each(|pupils| column::reorder(pupils, &mut spare.counts, order, MISSING));
    }

    /// Kind and sponsor.
    #[inline]
    pub(super) fn class(&self, row: usize) -> Class {
        self.classes[row]
    }

    /// Pupils of a stage.
    #[inline]
    pub(super) fn pupils(&self, row: usize, stage: Stage) -> i16 {
        self.pupils[stage as usize][row]
    }

    /// Pupils of all stages.
    #[inline]
    pub(super) fn counts(&self, row: usize) -> [i16; 3] {
        let [primary, junior, senior] = &self.pupils;
        [primary[row], junior[row], senior[row]]
    }

    pub(super) fn rows(&self, rows: Range<usize>) -> AtHand<'_> {
        AtHand {
            classes: self.classes.get(rows.clone()).unwrap_or_default(),
            pupils: self.pupils.each_ref().map(|pupils| pupils.get(rows.clone()).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_their_kind_and_sponsor() {
        let mut count = 0;
        for (number, (kind, sponsor)) in classes().enumerate() {
            let class = class(kind, sponsor);
            assert_eq!((usize::from(class), kind_of(class), sponsor_of(class)), (number, kind, sponsor));
            count += 1;
        }
        assert_eq!(count, SchoolKind::ALL.len() * SPONSORS);
    }
}
