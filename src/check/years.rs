//! One year against the next: schools that come, go or move, and figures that jump.

use std::cmp::Ordering;
use std::ops::Range;

use fearless_simd::{Level, Simd, dispatch};

use super::limits::Limits;
use super::{COMPULSORY_PUPILS, compulsory_pupils, compulsory_pupils_name};
use crate::finding::{Arg, Code, Finding, Item, Source};
use crate::indicator::{Amount, AmountCells, Indicator, Wide};
use crate::model::{BLANK, DataSet, Field, RawCell, RawCells, SchoolRow, Stage, WIDE};
use crate::numeric::{Decimal, Ratio, pow10};

/// The amounts that are asked about when they jump; `None` stands for the pupils in compulsory education. Amounts
/// rather than columns: a county that gives the sports areas apart in one year and their sum in the next has not
/// changed them. In the order of their identifiers, so that the findings of a school come in the order of results.
const AMOUNTS: [Option<Indicator>; 4] =
    [Some(Indicator::EquipmentValue), Some(Indicator::SportsArea), None, Some(Indicator::TeachingArea)];

/// A bit for each of [`AMOUNTS`].
const ALL_AMOUNTS: u8 = (1 << AMOUNTS.len()) - 1;

/// The years of the data, each of which is compared with the next one there is.
pub(super) struct Years<'a> {
    data: &'a DataSet,
    limits: &'static Limits,
    factor: Factor,
    years: Vec<u16>,
    amounts: [Cells<'a>; 4],
}

/// A school that is not in its county in the other year.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lone {
    /// The place of the county.
    county: usize,
    row: u32,
    /// The later of the two years.
    year: u16,
    /// Whether that is the year it is in.
    comes: bool,
    /// Whether the county itself is there in both years.
    county_stays: bool,
}

/// The amounts of the county looked at last and of the one before, which most are compared with: of each of [`AMOUNTS`] one
/// for each of its rows, in hundredths, [`BLANK`] where it is not known, or [`WIDE`].
#[derive(Default)]
pub(super) struct Held {
    /// The place of the county.
    county: Option<usize>,
    amounts: [Vec<i64>; 4],
    before: [Vec<i64>; 4],
    parts: Vec<i64>,
    /// The places of the schools that are in both, in the one before and in the other.
    pairs: Vec<[u32; 2]>,
    /// Which amounts of each of them may jump, a bit for each.
    marks: Vec<u8>,
}

impl<'a> Years<'a> {
    pub(super) fn of(data: &'a DataSet, limits: &'static Limits) -> Self {
        let mut years: Vec<u16> = data.counties().filter_map(|county| county.year()).collect();
        years.sort_unstable();
        years.dedup();
        let factor = Factor::of(limits.jump_factor);
        Years { data, limits, factor, years, amounts: AMOUNTS.map(|amount| Cells::of(data, amount)) }
    }

    /// Compares a county with itself in the year before: notes what jumps, in order, and the schools that are in one of the years
    /// alone.
    pub(super) fn check(&self, index: usize, held: &mut Held, jumps: &mut Vec<Item>, alone: &mut Vec<Lone>) {
        let county = self.data.county(index);
        let Some(year) = county.year() else { return };
        let Ok(place) = self.years.binary_search(&year) else { return };
        // The years of a county follow one another.
        let neighbour = |index: Option<usize>, year: u16| {
            let index = index.filter(|index| *index < self.data.counties().len())?;
            let other = self.data.county(index);
            (other.code() == county.code() && other.year() == Some(year)).then_some(index)
        };
        if let Some(&previous) = place.checked_sub(1).and_then(|before| self.years.get(before)) {
            let lone = |comes, county, row| Lone { county, row, year, comes, county_stays: true };
            match neighbour(index.checked_sub(1), previous) {
                Some(before) => self.step([before, index], held, jumps, |comes, county, row| {
                    alone.push(lone(comes, county, row));
                }),
                None => alone.extend(
                    self.rows(index).map(|row| Lone { county_stays: false, ..lone(true, index, row) }),
                ),
            }
        }
        if let Some(&next) = self.years.get(place + 1)
            && neighbour(index.checked_add(1), next).is_none()
        {
            let gone = |row| Lone { county: index, row, year: next, comes: false, county_stays: false };
            alone.extend(self.rows(index).map(gone));
        }
    }

    /// Compares a county with itself in the year before, which is another place among the counties: notes what jumps, and tells
    /// whether a school that is in one of the years alone comes, and in which county and row it is.
    fn step(
        &self,
        counties: [usize; 2],
        held: &mut Held,
        jumps: &mut Vec<Item>,
        mut alone: impl FnMut(bool, usize, u32),
    ) {
        let [before, after] = counties;
        let first = counties.map(|county| self.data.county(county).rows().start);
        held.pairs.clear();
        let order = |a: &u32, b: &u32| self.data.order_of_codes(*a, *b);
        join(self.rows(before), self.rows(after), order, |old, new| match (old, new) {
            (Some(old), Some(new)) => held.pairs.push([old - first[0], new - first[1]]),
            (Some(old), None) => alone(false, before, old),
            (None, Some(new)) => alone(true, after, new),
            (None, None) => {}
        });
        self.hold(before, after, held);
        dispatch!(Level::new(), simd => self.mark(simd, held));
        let marked = held.pairs.iter().zip(&held.marks).filter(|(_, marks)| **marks != 0);
        for (&[old, new], marks) in marked {
            let amounts = |what: usize| [held.before[what][old as usize], held.amounts[what][new as usize]];
            self.jumps([first[0] + old, first[1] + new], *marks, amounts, |jump| jumps.push(jump));
        }
    }

    /// Compares the few schools that are left, which may have changed their county; notes each change with the place of the
    /// county it belongs to.
    pub(super) fn compare(&self, mut alone: Vec<Lone>, mut out: impl FnMut(usize, Item)) {
        let key = |lone: Lone| (lone.year, self.code(lone.row));
        alone.sort_unstable_by(|a, b| key(*a).cmp(&key(*b)));
        let (come, gone): (Vec<_>, Vec<_>) = alone.into_iter().partition(|lone| lone.comes);
        let order = |a: &Lone, b: &Lone| key(*a).cmp(&key(*b));
        let change = |code, row, other| Item { code, what: 0, row, other };
        join(gone.into_iter(), come.into_iter(), order, |before, after| match (before, after) {
            (Some(before), Some(after)) => {
                // Where the old county ends and the new one begins, the county was renumbered.
                if before.county_stays || after.county_stays {
                    out(after.county, change(Code::SchoolMoved, after.row, before.row));
                }
                let rows = [before.row, after.row];
                let amounts = |what: usize| {
                    rows.map(|row| self.amounts.get(what).map_or(WIDE, |cells| cells.amount(self.data, row)))
                };
                self.jumps(rows, ALL_AMOUNTS, amounts, |jump| out(after.county, jump));
            }
            (Some(Lone { county, row, year, county_stays: true, .. }), None) => {
                out(county, change(Code::SchoolDisappears, row, year.into()));
            }
            (None, Some(Lone { county, row, year, county_stays: true, .. })) => {
                out(county, change(Code::SchoolAppears, row, self.before(year).into()));
            }
            _ => {}
        });
    }

    /// The last year before; the year itself where there is none.
    fn before(&self, year: u16) -> u16 {
        let place = self.years.partition_point(|y| *y < year);
        place.checked_sub(1).and_then(|before| self.years.get(before)).copied().unwrap_or(year)
    }

    fn code(&self, row: u32) -> &'a str {
        self.data.school(row).code()
    }

    /// The schools of a county that have a code, in its order.
    fn rows(&self, county: usize) -> impl Iterator<Item = u32> + use<'a> {
        let schools = self.data.county(county).schools().map(SchoolRow::row);
        let data = self.data;
        // Those without a code come first.
        schools.skip_while(move |row| data.school(*row).code().is_empty())
    }

    /// Looks up the amounts of two counties, the first of which most likely was the second of the last call.
    fn hold(&self, before: usize, county: usize, held: &mut Held) {
        let parts = &mut held.parts;
        let mut look_up = |county: usize, amounts: &mut [Vec<i64>; 4]| {
            for (cells, amounts) in self.amounts.iter().zip(amounts) {
                cells.look_up(self.data, self.data.county(county).rows(), amounts, parts);
            }
        };
        if held.county == Some(before) {
            std::mem::swap(&mut held.before, &mut held.amounts);
        } else {
            look_up(before, &mut held.before);
        }
        look_up(county, &mut held.amounts);
        held.county = Some(county);
    }

    /// Marks which amounts of the schools that are in both counties held may jump, in loops that a compiler makes the longest
    /// vectors of that a processor has.
    #[inline(always)]
    fn mark<S: Simd>(&self, _: S, held: &mut Held) {
        held.marks.clear();
        held.marks.resize(held.pairs.len(), 0);
        let mut marks = held.marks.as_mut_slice();
        // Most schools follow the same school in both years.
        for pairs in held.pairs.chunk_by(|[a, b], [c, d]| (a + 1, b + 1) == (*c, *d)) {
            let (own, others) = marks.split_at_mut(pairs.len());
            for (what, (old, new)) in held.before.iter().zip(&held.amounts).enumerate() {
                let [old, new] = [(old, pairs[0][0]), (new, pairs[0][1])]
                    .map(|(amounts, first)| &amounts[first as usize..][..pairs.len()]);
                for ((marks, old), new) in own.iter_mut().zip(old).zip(new) {
                    *marks |= u8::from(self.factor.may_be_exceeded(*old, *new)) << what;
                }
            }
            marks = others;
        }
    }

    /// Notes which amounts jump from one row to another, of those that may.
    fn jumps(
        &self,
        rows: [u32; 2],
        marks: u8,
        amounts: impl Fn(usize) -> [i64; 2],
        mut out: impl FnMut(Item),
    ) {
        let [before, after] = rows;
        for (what, amount) in AMOUNTS.into_iter().enumerate().filter(|(what, _)| marks >> what & 1 != 0) {
            let jumps = match amounts(what) {
                [old, new] if old > 0 && new > 0 => self.factor.is_exceeded(old, new),
                [0 | BLANK, _] | [_, 0 | BLANK] => false,
                _ => {
                    let [old, new] = rows.map(|row| amount_of(amount, self.data.school(row)));
                    old.zip(new).is_some_and(|(old, new)| jumps(old, new, self.limits.jump_factor))
                }
            };
            if jumps {
                out(Item { code: Code::Jump, what: what as u8, row: after, other: before });
            }
        }
    }
}

/// The columns of an amount of [`AMOUNTS`].
enum Cells<'a> {
    Amount(AmountCells<'a>),
    /// Of the stages of compulsory education.
    Pupils([RawCells<'a>; 2]),
}

impl<'a> Cells<'a> {
    fn of(data: &'a DataSet, amount: Option<Indicator>) -> Self {
        match amount {
            // Shared by the stages of a school: any stage gives the same amount.
            Some(indicator) => Cells::Amount(indicator.cells(data, Stage::Primary)),
            None => Cells::Pupils(Stage::COMPULSORY.map(|stage| data.cells(Field::students(stage)))),
        }
    }

    /// What [`amount_of`] gives for each of these rows, as it is [`Held`], in the place of what was there.
    fn look_up(&self, data: &DataSet, rows: Range<u32>, amounts: &mut Vec<i64>, parts: &mut Vec<i64>) {
        match self {
            Cells::Amount(cells) => cells.in_rows(rows, amounts, parts),
            Cells::Pupils(_) => {
                amounts.clear();
                amounts.extend(rows.map(|row| match data.school(row).compulsory_counted() {
                    Some(pupils) => i64::from(pupils) * 100,
                    None => self.amount(data, row),
                }));
            }
        }
    }

    /// The same of one row.
    fn amount(&self, data: &DataSet, row: u32) -> i64 {
        match self.hundredths(data, row) {
            Ok(amount) => amount.unwrap_or(BLANK),
            Err(Wide) => WIDE,
        }
    }

    /// The same in hundredths; `None` where it is not known.
    fn hundredths(&self, data: &DataSet, row: u32) -> Result<Option<i64>, Wide> {
        match self {
            Cells::Amount(cells) => cells.hundredths(row),
            Cells::Pupils(stages) => {
                let mut sum = 0;
                for (stage, cells) in Stage::COMPULSORY.into_iter().zip(stages) {
                    match cells.get(row) {
                        RawCell::Hundredths(pupils) => sum += pupils,
                        RawCell::Wide => return Err(Wide),
                        RawCell::Missing => {
                            let kind = data.school(row).kind();
                            if !kind.cannot_have(stage) {
                                return Ok(None);
                            }
                        }
                    }
                }
                // Beyond what a decimal holds, or no whole pupils: the long way round knows.
                if sum.abs() >= 100 * 1_000_000_000_000 || sum % 100 != 0 { Err(Wide) } else { Ok(Some(sum)) }
            }
        }
    }
}

fn amount_of(amount: Option<Indicator>, school: SchoolRow<'_>) -> Option<Amount> {
    match amount {
        Some(indicator) => indicator.amount(school, Stage::Primary).ok(),
        None => compulsory_pupils(school).map(|pupils| Amount { mantissa: pupils.into(), scale: 0 }),
    }
}

/// Whether the larger amount is more than so many times the smaller; from nothing or to nothing there is no factor.
fn jumps(old: Amount, new: Amount, factor: Decimal) -> bool {
    if old == new || old.mantissa == 0 || new.mantissa == 0 {
        return false;
    }
    let (small, large) = if old.ratio() < new.ratio() { (old, new) } else { (new, old) };
    large.ratio() > times(small, factor)
}

/// What the larger of two amounts may be of the smaller at most, made ready for amounts in hundredths.
struct Factor {
    exact: Decimal,
    nearest: f64,
    /// A little less, beyond the roundings of a product.
    least: f64,
}

impl Factor {
    fn of(exact: Decimal) -> Self {
        let nearest = exact.to_f64();
        Factor { exact, nearest, least: nearest * (1.0 - 4.0 * f64::EPSILON) }
    }

    /// Whether the larger may be more, of amounts as they are [`Held`]; without a branch.
    #[inline(always)]
    fn may_be_exceeded(&self, old: i64, new: i64) -> bool {
        let (small, large) = (old.min(new), old.max(new));
        let is_wide = |amount: i64| (amount < 0) & (amount != BLANK);
        ((small > 0) & (large as f64 >= small as f64 * self.least)) | is_wide(old) | is_wide(new)
    }

    /// Whether the larger is more, of amounts above zero and below 2⁵³.
    #[inline]
    fn is_exceeded(&self, old: i64, new: i64) -> bool {
        let (small, large) = (old.min(new), old.max(new));
        let (most, found) = (small as f64 * self.nearest, large as f64);
        // The product has two roundings, and neither of them, nor that of this margin, is more than half of this.
        let margin = 2.0 * f64::EPSILON * most;
        if (found - most).abs() > margin { found > most } else { self.is_exceeded_exactly(small, large) }
    }

    /// No product is near the end of 128 bits.
    #[cold]
    fn is_exceeded_exactly(&self, small: i64, large: i64) -> bool {
        let (mantissa, scale) = self.exact.parts();
        i128::from(large) * pow10(scale) > i128::from(small) * i128::from(mantissa)
    }
}

/// A multiple. Amounts stay below 10^31 and the factor is small, so their product is far within 128 bits.
fn times(amount: Amount, factor: Decimal) -> Ratio {
    let (num, den) = amount.ratio().parts();
    let (mantissa, scale) = factor.parts();
    Ratio::new(num * i128::from(mantissa), den * pow10(scale)).unwrap_or(amount.ratio())
}

/// Puts into words what was noted between two years of a data set: the schools of both years, or of one that and the other year.
#[derive(Clone, Debug)]
pub(crate) struct Changes {
    data: DataSet,
    limits: &'static Limits,
}

impl Changes {
    pub(crate) fn of(data: &DataSet) -> Self {
        Changes { data: data.clone(), limits: Limits::shipped() }
    }

    /// Whether notes of a code are on what changes between two years.
    pub(crate) fn know(code: Code) -> bool {
        matches!(code, Code::Jump | Code::SchoolMoved | Code::SchoolAppears | Code::SchoolDisappears)
    }

    fn jump(&self, amount: Option<Indicator>, [before, after]: [SchoolRow<'_>; 2]) -> Finding {
        let (field, name) = match amount {
            Some(indicator) => {
                (Some(indicator.field(Stage::Primary)), Arg::names(indicator.zh(), indicator.id()))
            }
            None => (None, compulsory_pupils_name()),
        };
        let finding = after.finding(Code::Jump, field).column(name);
        // Both were known when they were compared.
        let finding = amount_of(amount, after).into_iter().fold(finding, Finding::value);
        let amount = amount_of(amount, before).map(|amount| Arg::from(&amount));
        amount.into_iter().fold(finding, |finding, amount| finding.arg("before", amount))
    }
}

impl Source for Changes {
    fn county_code(&self, item: Item) -> &str {
        self.data.school(item.row).county_code()
    }

    fn year(&self, item: Item) -> Option<u16> {
        self.data.school(item.row).year()
    }

    fn school_code(&self, item: Item) -> Option<&str> {
        // One without a code is in no other year.
        Some(self.data.school(item.row).code())
    }

    fn column_id(&self, item: Item) -> &'static str {
        match item.code {
            Code::SchoolMoved => Field::CountyCode.id(),
            Code::Jump => match amount_at(item) {
                Some(indicator) => indicator.id(),
                None => COMPULSORY_PUPILS,
            },
            _ => Field::SchoolCode.id(),
        }
    }

    fn tell(&self, item: Item) -> Finding {
        let school = self.data.school(item.row);
        // Schools without a year are not compared.
        let year_of = |school: SchoolRow<'_>| u32::from(school.year().unwrap_or_default());
        let both_years = |finding: Finding, previous: u32| {
            finding.arg("previous", &previous).arg("year", &year_of(school))
        };
        match item.code {
            Code::SchoolMoved => {
                let other = self.data.school(item.other);
                let finding = school.finding(item.code, Some(Field::CountyCode)).value(school.county_code());
                both_years(finding.arg("before", other.county_code()), year_of(other))
            }
            Code::Jump => {
                let other = self.data.school(item.other);
                let finding = both_years(self.jump(amount_at(item), [other, school]), year_of(other));
                finding.arg("factor", &self.limits.jump_factor)
            }
            code => {
                let finding = school.finding(code, Some(Field::SchoolCode)).value(school.code());
                if code == Code::SchoolDisappears {
                    finding.arg("year", &year_of(school)).arg("next", &item.other)
                } else {
                    finding.arg("year", &year_of(school)).arg("previous", &item.other)
                }
            }
        }
    }
}

/// What jumps.
fn amount_at(item: Item) -> Option<Indicator> {
    AMOUNTS.get(usize::from(item.what)).copied().flatten()
}

/// Goes through two sequences that are in this order, and pairs what is equal.
fn join<T: Copy>(
    left: impl Iterator<Item = T>,
    right: impl Iterator<Item = T>,
    order: impl Fn(&T, &T) -> Ordering,
    mut each: impl FnMut(Option<T>, Option<T>),
) {
    let (mut left, mut right) = (left.peekable(), right.peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(l), Some(r)) => order(l, r),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        let l = if order.is_le() { left.next() } else { None };
        let r = if order.is_ge() { right.next() } else { None };
        each(l, r);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::model::{Quantity, School, SchoolKind};

    const COUNTIES: [&str; 3] = ["110101", "110102", "110103"];
    /// Of the stages, and of all that the amounts are made of; each may be missing.
    const FIELDS: [Field; 9] = [
        Field::StudentsPrimary,
        Field::StudentsJunior,
        Field::TeachingArea,
        Field::TeachingAreaNet,
        Field::IndoorSportsArea,
        Field::SportsFieldArea,
        Field::SportsTotalArea,
        Field::OtherSportsArea,
        Field::EquipmentValue,
    ];
    /// With more decimals than cells usually have, too large for half a cell, and such as jump by the last decimal.
    const VALUES: [&str; 10] =
        ["0", "1", "2", "2.01", "2.001", "4.02", "4.0200001", "30000000", "999999999999.99", "0.004"];

    fn school(county: usize, year: u16, code: u8, kind: SchoolKind, values: &[usize]) -> School {
        let code = code.to_string();
        let mut school = School::new(COUNTIES[county], &code, kind).expect("valid");
        if year > 0 {
            school = school.with_year(2000 + year).expect("valid");
        }
        for (field, value) in FIELDS.into_iter().zip(values) {
            let value: Option<Decimal> = VALUES.get(*value).map(|value| value.parse().expect("a number"));
            if let Some(value) = value {
                // A fraction of a pupil is refused, and left out here.
                school = school.clone().with(field, Quantity::new(value, field.unit())).unwrap_or(school);
            }
        }
        school
    }

    /// Schools of some years, no code more than once in one.
    fn data() -> impl Strategy<Value = DataSet> {
        schools(4, 6, 3, 0..20)
    }

    /// So many schools of so many years, codes and counties.
    fn schools(years: u16, codes: u8, counties: usize, len: Range<usize>) -> impl Strategy<Value = DataSet> {
        let kind = prop::sample::select(SchoolKind::ALL);
        let values = prop::collection::vec(0..14usize, FIELDS.len());
        let schools = prop::collection::btree_map((0..years, 0..codes), (0..counties, kind, values), len);
        schools.prop_map(|schools| {
            let mut builder = DataSet::builder();
            for ((year, code), (county, kind, values)) in schools {
                builder.push(&school(county, year, code, kind, &values));
            }
            builder.finish().expect("no code twice")
        })
    }

    /// What is found, by going through all schools of both years for each.
    fn long_way(data: &DataSet) -> Vec<(Code, String, u16, String, &'static str)> {
        let schools: Vec<_> = data.counties().flat_map(|county| county.schools()).collect();
        let years: BTreeSet<u16> = schools.iter().filter_map(|school| school.year()).collect();
        let years: Vec<u16> = years.into_iter().collect();
        let factor = Limits::shipped().jump_factor;
        let mut all = Vec::new();
        let mut found = |code, school: SchoolRow<'_>, year, column| {
            all.push((code, school.county_code().to_owned(), year, school.code().to_owned(), column));
        };
        for pair in years.windows(2) {
            let of = |year| schools.iter().filter(move |school| school.year() == Some(year));
            let by_code = |year| of(year).map(|s| (s.code(), *s)).collect::<BTreeMap<_, _>>();
            let stays = |county: &str| pair.iter().all(|year| of(*year).any(|s| s.county_code() == county));
            let (before, after) = (by_code(pair[0]), by_code(pair[1]));
            for (code, old) in &before {
                if !after.contains_key(code) && stays(old.county_code()) {
                    found(Code::SchoolDisappears, *old, pair[0], "school_code");
                }
            }
            for (code, new) in &after {
                let Some(old) = before.get(code) else {
                    if stays(new.county_code()) {
                        found(Code::SchoolAppears, *new, pair[1], "school_code");
                    }
                    continue;
                };
                let counties = [old.county_code(), new.county_code()];
                if counties[0] != counties[1] && counties.into_iter().any(stays) {
                    found(Code::SchoolMoved, *new, pair[1], "county_code");
                }
                for amount in AMOUNTS {
                    let both = amount_of(amount, *old).zip(amount_of(amount, *new));
                    if both.is_some_and(|(old, new)| jumps(old, new, factor)) {
                        found(Code::Jump, *new, pair[1], amount.map_or(COMPULSORY_PUPILS, Indicator::id));
                    }
                }
            }
        }
        all.sort_by(|a, b| (a.0.id(), &a.1, a.2, &a.3, a.4).cmp(&(b.0.id(), &b.1, b.2, &b.3, b.4)));
        all
    }

    /// What changes from year to year is what the long way finds, in numbers, in words and in order.
    fn compare_ways(data: &DataSet) {
        let found: Vec<_> = crate::check(data).into_iter().filter(|f| Changes::know(f.code())).collect();
        let long = long_way(data);
        let long: Vec<_> = long
            .iter()
            .map(|(code, county, year, school, column)| {
                (*code, Some(county.as_str()), Some(*year), Some(school.as_str()), Some(*column))
            })
            .collect();
        let places = |found: &[Finding]| {
            assert_eq!(
                found
                    .iter()
                    .map(|f| (f.code(), f.county_code(), f.year(), f.school_code(), f.column_id()))
                    .collect::<Vec<_>>(),
                long
            );
        };
        places(&found);
        // In words they are the same and in the same order.
        let told: Vec<_> = found.iter().map(Finding::in_words).collect();
        places(&told);
        assert!(told.is_sorted_by(|a, b| super::super::in_order(a, b).is_lt()));
        assert!(found.is_sorted_by(|a, b| a.order(b).is_lt()));
    }

    proptest! {
        /// Whatever the factor, and however little more it is.
        #[test]
        fn what_is_exceeded_is_marked(
            factor in prop::sample::select(vec!["1.1", "2", "2.3", "3.7"]), small in 1..1i64 << 50, more in -2..3i64,
        ) {
            let exact: Decimal = factor.parse().expect("a number");
            let factor = Factor::of(exact);
            let (mantissa, scale) = exact.parts();
            let large = (i128::from(small) * i128::from(mantissa) / pow10(scale)) as i64 + more;
            let is_more = i128::from(large) * pow10(scale) > i128::from(small) * i128::from(mantissa);
            prop_assert_eq!(factor.is_exceeded(small, large), is_more);
            prop_assert!(!is_more || factor.may_be_exceeded(small, large) && factor.may_be_exceeded(large, small));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50))]

        /// As many schools as vectors are long, and more, a few of which come and go.
        #[test]
        fn it_finds_the_same_in_large_counties(data in schools(3, 80, 1, 150..220)) {
            compare_ways(&data);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn the_quick_way_finds_what_the_long_way_finds(data in data()) {
            compare_ways(&data);
        }

        #[test]
        fn an_amount_in_hundredths_is_the_amount(data in data(), ends in any::<[prop::sample::Index; 2]>()) {
            for amount in AMOUNTS {
                let cells = Cells::of(&data, amount);
                let [one, other] = ends.map(|end| end.index(data.len() + 1) as u32);
                let rows = one.min(other)..one.max(other);
                let (mut amounts, mut parts) = (vec![7], vec![7]);
                cells.look_up(&data, rows.clone(), &mut amounts, &mut parts);
                prop_assert_eq!(amounts, rows.map(|row| cells.amount(&data, row)).collect::<Vec<_>>());
                for row in 0..data.len() as u32 {
                    let slow = amount_of(amount, data.school(row));
                    if let Ok(quick) = cells.hundredths(&data, row) {
                        prop_assert_eq!(quick.is_some(), slow.is_some());
                        let quick = quick.map(|n| Amount { mantissa: n.into(), scale: 2 }.to_string());
                        prop_assert_eq!(quick, slow.map(|amount| amount.to_string()));
                    }
                }
            }
        }
    }

    proptest! {
        /// Far from each other, and within a few hundredths of the factor.
        #[test]
        fn a_factor_is_exceeded_where_it_is_in_fractions(
            small in (0..50u32).prop_flat_map(|bits| 1..=1i64 << bits),
            factor in prop::sample::select(vec!["2", "1.5", "1.1", "3.0000000001"]),
            near in -3..=3i64,
            far in 1..1i64 << 50,
        ) {
            let exact: Decimal = factor.parse().expect("a number");
            let (mantissa, scale) = exact.parts();
            let times = (i128::from(small) * i128::from(mantissa) / pow10(scale)) as i64;
            for large in [(times + near).max(1), far] {
                let of = |mantissa: i64| Amount { mantissa: mantissa.into(), scale: 2 };
                let expected = jumps(of(small), of(large), exact);
                let factor = Factor::of(exact);
                let found = [factor.is_exceeded(small, large), factor.is_exceeded(large, small)];
                prop_assert_eq!(found, [expected; 2], "{} {} {}", small, large, exact);
            }
        }
    }

    #[test]
    fn a_factor_that_no_double_is_decides_where_doubles_mislead() {
        // 10¹⁵ times this is 1.1·10¹⁵ less a hundredth, and in doubles an eighth more than that.
        let factor = Factor::of("1.09999999999999999".parse().expect("a number"));
        let (small, large) = (1_000_000_000_000_000, 1_100_000_000_000_000);
        assert!(factor.is_exceeded(small, large) && !factor.is_exceeded(small, large - 1));
    }

    #[test]
    fn the_amounts_are_in_the_order_of_results() {
        assert!(AMOUNTS.map(|amount| amount.map_or(COMPULSORY_PUPILS, Indicator::id)).is_sorted());
    }
}
