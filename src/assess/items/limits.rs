//! The parameters that items are judged by, as they are in force: looked up once for a day and a region.

use super::kept::Source;
use crate::date::Date;
use crate::model::{Stage, Unit};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Direction, Item, ItemParameter, ParameterValue, Standard};

/// A parameter as it is in force.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub(super) value: Decimal,
    pub(super) direction: Direction,
    pub(super) unit: Unit,
    pub(super) source: Source,
    /// Whether an overlay asks for it.
    pub(super) local: bool,
}

impl Limit {
    /// Whether a value meets it beyond doubt, so that there is nothing to tell of it.
    pub(super) fn is_met_by(&self, value: Ratio) -> bool {
        self.is_plain() && super::meets(value, self.value.into(), self.direction)
    }

    /// The same of a decimal.
    pub(super) fn is_met_by_decimal(&self, value: Decimal) -> bool {
        self.is_plain() && super::meets(value, self.value, self.direction)
    }

    /// Whether all that meet it meet it rounded as well.
    fn is_plain(&self) -> bool {
        super::is_plain(self.direction, self.value.into())
    }

    /// The largest whole number that meets it beyond doubt, where it is one from above.
    pub(super) fn most(&self) -> Option<i64> {
        self.value.whole().filter(|_| self.direction == Direction::AtMost)
    }

    /// Whether a share of which nothing is known is open: none at all would not meet it, and all would.
    pub(super) fn leaves_nothing_known_open(&self) -> bool {
        let all = Decimal::ONE.times_pow10(self.per());
        self.direction == Direction::AtLeast
            && self.value > Decimal::ZERO
            && all.is_ok_and(|all| self.value <= all)
    }

    /// Shares in per cent are a hundred times the quotient.
    pub(super) fn per(&self) -> u8 {
        if self.unit == Unit::Percent { 2 } else { 0 }
    }
}

/// The parameters of an item, primary and junior.
pub(super) type Limits = Vec<(&'static str, [Option<Limit>; 2])>;

/// The limits of all items, by place; `None` of those that are not looked up here.
type ByItem = Vec<Option<Limits>>;

/// What all items ask on a day.
///
/// A parameter may have values for regions, told by the digits that county codes begin with. Which of them cover a
/// county is the same for all counties of the smallest region, so that is where limits are looked up.
pub(in crate::assess) struct DayLimits {
    /// Of items for which no region has limits of its own.
    everywhere: ByItem,
    /// Of the others, by region, the smaller before those that hold it, the rest of the country last.
    regions: Vec<(String, ByItem)>,
    /// Of the others, for a county that may be any.
    anywhere: ByItem,
}

/// What all items ask of one county.
#[derive(Clone, Copy)]
pub(super) struct CountyLimits<'d> {
    everywhere: &'d [Option<Limits>],
    regional: &'d [Option<Limits>],
}

impl DayLimits {
    /// A county in no region: no code begins so.
    const ELSEWHERE: &'static str = "-";

    pub(in crate::assess) fn new(standard: &Standard, date: Option<Date>) -> Self {
        let is_regional = |item: &Item| parameters(standard, item).any(ItemParameter::is_regional);
        let of_some = |regional: bool, county: &str| -> ByItem {
            let limits =
                |item| (is_regional(item) == regional).then(|| limits_of(standard, item, date, county));
            standard.items().iter().map(limits).collect()
        };
        let all = standard.items().iter().flat_map(|item| parameters(standard, item));
        let mut areas: Vec<&str> =
            all.flat_map(|p| p.values()).flat_map(ParameterValue::areas).map(String::as_str).collect();
        areas.sort_unstable_by_key(|area| (std::cmp::Reverse(area.len()), *area));
        areas.dedup();
        let regions = areas.into_iter().map(|area| (area.to_owned(), of_some(true, area)));
        let elsewhere = (String::new(), of_some(true, Self::ELSEWHERE));
        DayLimits {
            everywhere: of_some(false, Self::ELSEWHERE),
            regions: regions.chain([elsewhere]).collect(),
            anywhere: of_some(true, ""),
        }
    }

    /// The same for one county alone.
    pub(in crate::assess) fn in_county(standard: &Standard, date: Option<Date>, county: &str) -> Self {
        let limits = |item| Some(limits_of(standard, item, date, county));
        let everywhere = standard.items().iter().map(limits).collect();
        DayLimits { everywhere, regions: Vec::new(), anywhere: Vec::new() }
    }

    pub(super) fn of_county(&self, county: &str) -> CountyLimits<'_> {
        let mut regions = self.regions.iter();
        let region = if county.is_empty() {
            &self.anywhere
        } else {
            regions.find(|(area, _)| county.starts_with(area)).map_or(&self.anywhere, |(_, limits)| limits)
        };
        CountyLimits { everywhere: &self.everywhere, regional: region }
    }
}

impl<'d> CountyLimits<'d> {
    /// The limits of the item in a place.
    pub(super) fn get(self, place: usize) -> &'d [(&'static str, [Option<Limit>; 2])] {
        let of = |limits: &'d [Option<Limits>]| limits.get(place).and_then(Option::as_ref);
        of(self.everywhere).or_else(|| of(self.regional)).map_or(&[], Vec::as_slice)
    }
}

fn parameters<'a>(standard: &'a Standard, item: &'a Item) -> impl Iterator<Item = &'a ItemParameter> {
    let names = item.procedure().parameters().iter();
    names.filter_map(|name| standard.parameter(item, name))
}

fn limits_of(standard: &Standard, item: &Item, date: Option<Date>, county: &str) -> Limits {
    let names = item.procedure().parameters().iter().enumerate();
    let limits = names.map(|(place, name)| {
        (*name, Stage::COMPULSORY.map(|stage| in_force(standard, item, (place, name), date, county, stage)))
    });
    limits.collect()
}

fn in_force(
    standard: &Standard,
    item: &Item,
    (place, name): (usize, &str),
    date: Option<Date>,
    county: &str,
    stage: Stage,
) -> Option<Limit> {
    let parameter = standard.parameter(item, name)?;
    let found = parameter.in_force(stage, date, county)?;
    let value_place = parameter.values().iter().position(|value| std::ptr::eq(value, found))?;
    Some(Limit {
        value: found.value(stage)?,
        direction: parameter.direction(),
        unit: parameter.unit(),
        source: Source::of_value(place, stage, value_place),
        local: found.layer > 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A county gets the limits that its code alone would be given, in whatever region it lies.
    #[test]
    fn a_region_has_the_limits_of_each_of_its_counties() {
        let standard = Standard::quality_2017();
        for date in [None, Date::new(2017, 6, 1), Date::new(2023, 12, 31)] {
            let day = DayLimits::new(&standard, date);
            assert!(day.regions.len() > 2);
            for county in ["210102", "110101", "620102", "", "999999"] {
                let (of_day, alone) = (day.of_county(county), DayLimits::in_county(&standard, date, county));
                for place in 0..standard.items().len() {
                    let told = |limits: CountyLimits<'_>| {
                        let limits = limits.get(place).iter();
                        let told = limits.map(|(name, limits)| {
                            (*name, limits.map(|limit| limit.map(|l| (l.value, l.source, l.local))))
                        });
                        told.collect::<Vec<_>>()
                    };
                    assert_eq!(told(of_day), told(alone.of_county(county)), "{county} {place}");
                }
            }
        }
    }
}
