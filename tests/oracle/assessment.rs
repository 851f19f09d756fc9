//! A county assessed in rational arithmetic, written from the regulations and sharing nothing with the library.
//!
//! The regulations' figures stand here a second time, with their source; a wrong figure in the library's data shows.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

use crate::oracle::{Rational, cv_squared, decimal, mean, mean_of_roots, round_half_up, variance, whole};

pub const PRIMARY: usize = 0;
pub const JUNIOR: usize = 1;
pub const STAGES: [&str; 3] = ["primary", "junior", "senior"];

/// A row of the school table: column and text.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub code: String,
    pub kind: &'static str,
    pub sponsor: Option<&'static str>,
    pub area: Option<&'static str>,
    pub dense: Option<bool>,
    pub cells: BTreeMap<&'static str, String>,
}

/// A standard in numbers.
pub struct Rulebook {
    pub id: &'static str,
    /// Indicator, per how many pupils, whether the stages share it, thresholds of primary and junior.
    pub indicators: &'static [(&'static str, i128, bool, Option<[&'static str; 2]>)],
    /// Indicators that a unit must reach, and the share of the threshold that none may fall below.
    pub unit: Option<(u32, &'static str)>,
    pub cv_limit: Option<[&'static str; 2]>,
    pub composite_limit: Option<[&'static str; 2]>,
    pub excludes: fn(&Row) -> Scope,
}

/// 教督〔2017〕6号, the table of article 5 and the sentences after it.
pub const QUALITY: Rulebook = Rulebook {
    id: "quality-2017",
    indicators: &[
        ("above_qualified_teachers", 100, false, Some(["4.2", "5.3"])),
        ("backbone_teachers", 100, false, Some(["1", "1"])),
        ("pe_arts_teachers", 100, false, Some(["0.9", "0.9"])),
        ("teaching_area", 1, true, Some(["4.5", "5.8"])),
        ("sports_area", 1, true, Some(["7.5", "10.2"])),
        ("equipment_value", 1, true, Some(["2000", "2500"])),
        ("multimedia_classrooms", 100, true, Some(["2.3", "2.4"])),
    ],
    unit: Some((6, "0.85")),
    cv_limit: Some(["0.50", "0.45"]),
    composite_limit: None,
    excludes: |row| match row.kind {
        "teaching_point" if row.compulsory().is_some_and(|p| p < 50) => Scope::Out("teaching_point_below_50"),
        "special_education" => Scope::Out("special_education"),
        "vocational" => Scope::Out("vocational"),
        _ if row.compulsory() == Some(0) => Scope::Out("no_compulsory_pupils"),
        _ => Scope::In,
    },
};

/// 教督〔2012〕3号: the limits in the text, the indicators and the scope in its notes on calculation.
pub const BASIC: Rulebook = Rulebook {
    id: "basic-2012",
    indicators: &[
        ("teaching_area", 1, true, None),
        ("sports_area", 1, true, None),
        ("equipment_value", 1, true, None),
        ("computers", 100, true, None),
        ("books", 1, true, None),
        ("teachers", 1, false, None),
        ("above_qualified_teachers", 1, false, None),
        ("mid_senior_teachers", 1, false, None),
    ],
    unit: None,
    cv_limit: None,
    composite_limit: Some(["0.65", "0.55"]),
    excludes: |row| match (row.kind, row.sponsor) {
        ("teaching_point", _) => Scope::Out("teaching_point"),
        ("special_education", _) => Scope::Out("special_education"),
        ("vocational", _) => Scope::Out("vocational"),
        (_, Some("private")) => Scope::Out("private"),
        (_, Some(s)) if !["public", "county_education", "county_other"].contains(&s) => {
            Scope::Out("not_county_run")
        }
        _ if row.compulsory() == Some(0) => Scope::Out("no_compulsory_pupils"),
        (_, None) => Scope::Unknown,
        _ => Scope::In,
    },
};

#[derive(Clone, Copy, PartialEq)]
pub enum Scope {
    In,
    Out(&'static str),
    /// Its ownership is blank and would decide.
    Unknown,
}

/// How the county is to be read.
#[derive(Clone, Copy)]
pub struct Reading {
    pub as_reported: bool,
    pub skip: bool,
    /// Whether the evaluation lies within 2019-10-24 to 2022-10-23 (国教督办函〔2019〕30号).
    pub transitional: bool,
}

pub struct County {
    pub resource: &'static str,
    pub excluded: Vec<(String, &'static str)>,
    pub stages: [Stage; 2],
}

pub struct Stage {
    pub verdict: &'static str,
    pub students: Option<i128>,
    pub units: Vec<Unit>,
    pub variation: Vec<Variation>,
    /// Squares of all coefficients, where all exist.
    pub squares: Option<Vec<Rational>>,
    pub composite: Option<&'static str>,
}

pub struct Unit {
    pub code: String,
    pub students: Option<i128>,
    pub values: Vec<Option<Rational>>,
    pub meets: Vec<Option<bool>>,
    pub below: Vec<bool>,
    pub verdict: Option<&'static str>,
    known_scope: bool,
}

pub struct Variation {
    pub units: usize,
    pub missing: usize,
    pub mean: Option<Rational>,
    pub variance: Option<Rational>,
    pub square: Option<Rational>,
    pub verdict: Option<&'static str>,
}

impl Row {
    pub fn number(&self, column: &str) -> Option<Rational> {
        self.cells.get(column).map(|text| decimal(text))
    }

    fn has(&self, stage: usize) -> bool {
        let stages: &[usize] = match self.kind {
            "primary_school" | "teaching_point" => &[0],
            "junior_school" => &[1],
            "nine_year_school" => &[0, 1],
            "complete_secondary" => &[1, 2],
            "twelve_year_school" => &[0, 1, 2],
            "senior_school" => &[2],
            _ => &[0, 1, 2],
        };
        stages.contains(&stage)
    }

    /// Blank pupils are none in a stage that the kind cannot have, missing in one that it has.
    fn pupils(&self, stage: usize) -> Option<i128> {
        match self.cells.get(format!("students_{}", STAGES[stage]).as_str()) {
            Some(text) => Some(text.parse().expect("whole pupils")),
            None => (!self.has(stage)).then_some(0),
        }
    }

    fn compulsory(&self) -> Option<i128> {
        Some(self.pupils(PRIMARY)? + self.pupils(JUNIOR)?)
    }

    /// The part of what the school shares that goes to each pupil of a stage.
    fn share(&self, stage: usize) -> Option<Rational> {
        let weights = [decimal("1"), decimal("1.1"), decimal("1.32")];
        let mut total = Rational::zero();
        for (other, weight) in weights.iter().enumerate() {
            let pupils = self.pupils(other)?;
            if pupils > 0 && !self.has(other) {
                return None;
            }
            total += weight * whole(pupils);
        }
        Some(&weights[stage] / total)
    }

    fn amount(&self, indicator: &str, stage: usize, transitional: bool) -> Option<Rational> {
        let by_stage = |name: &str| self.number(format!("{name}_{}", STAGES[stage]).as_str());
        let none = |column: &str| self.number(column).unwrap_or_else(Rational::zero);
        match indicator {
            "teaching_area" => match self.number("teaching_area") {
                Some(all) => Some(all - none("indoor_sports_area")).filter(|net| !net.is_negative()),
                None => self.number("teaching_area_net"),
            },
            "sports_area" => {
                let own = match self.number("sports_field_area") {
                    Some(field) => field + none("indoor_sports_area"),
                    None => self.number("sports_total_area")?,
                };
                let more = none("other_sports_area") + none("offcampus_sports_area");
                self.with_clause(own, more, transitional, &[self.dense])
            }
            "pe_arts_teachers" => {
                let more = by_stage("pe_arts_itinerant").unwrap_or_else(Rational::zero);
                let rural = self.area.map(|area| area == "rural");
                let small = self.compulsory().map(|pupils| (50..100).contains(&pupils));
                self.with_clause(by_stage("pe_arts_teachers")?, more, transitional, &[rural, small])
            }
            "computers" => self.number("computers").or_else(|| self.number("computers_teaching")),
            "equipment_value" | "multimedia_classrooms" | "books" => self.number(indicator),
            by => by_stage(by),
        }
    }

    fn with_clause(
        &self,
        own: Rational,
        more: Rational,
        on: bool,
        holds: &[Option<bool>],
    ) -> Option<Rational> {
        if !on || more.is_zero() || holds.contains(&Some(false)) {
            return Some(own);
        }
        holds.iter().all(Option::is_some).then(|| own + more)
    }
}

pub fn assess(rows: &[Row], rules: &Rulebook, reading: Reading) -> County {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let mut excluded = Vec::new();
    let mut inside = Vec::new();
    for row in rows {
        match (rules.excludes)(row) {
            Scope::Out(reason) => excluded.push((row.code.clone(), reason)),
            scope => inside.push((row, scope == Scope::In)),
        }
    }
    let stages = [PRIMARY, JUNIOR].map(|stage| assess_stage(&inside, rules, reading, stage));
    let judged = stages.iter().filter(|s| !s.units.is_empty()).map(|s| s.verdict);
    let judged: Vec<_> = judged.collect();
    let resource = if judged.is_empty() { "undetermined" } else { all(judged) };
    County { resource, excluded, stages }
}

fn all(parts: impl IntoIterator<Item = &'static str>) -> &'static str {
    let parts: Vec<_> = parts.into_iter().collect();
    ["not_met", "undetermined"].into_iter().find(|v| parts.contains(v)).unwrap_or("met")
}

fn said(met: Option<bool>) -> &'static str {
    met.map_or("undetermined", |met| if met { "met" } else { "not_met" })
}

fn assess_stage(schools: &[(&Row, bool)], rules: &Rulebook, reading: Reading, stage: usize) -> Stage {
    let units: Vec<Unit> = schools
        .iter()
        .filter(|(row, _)| row.pupils(stage) != Some(0))
        .map(|(row, known)| assess_unit(row, *known, rules, reading, stage))
        .collect();
    let variation: Vec<Variation> = (0..rules.indicators.len())
        .map(|place| {
            let parts: Vec<_> = units
                .iter()
                .filter(|u| u.known_scope)
                .filter_map(|u| Some((u.values[place].clone()?, whole(u.students?))))
                .map(|(value, weight)| crate::oracle::Unit { value, weight })
                .collect();
            let missing = units.len() - parts.len();
            let given = !parts.is_empty() && (missing == 0 || reading.skip);
            let square = if given { cv_squared(&parts) } else { None };
            let verdict = rules.cv_limit.map(|limits| {
                said(square.as_ref().map(|q| {
                    let limit = decimal(limits[stage]);
                    // Printed with three decimals, ties up: within the limit below the tie above it.
                    let tie = &limit + decimal("0.0005");
                    if reading.as_reported { *q < &tie * &tie } else { *q <= &limit * &limit }
                }))
            });
            Variation {
                units: parts.len(),
                missing,
                mean: given.then(|| mean(&parts)),
                variance: given.then(|| variance(&parts)),
                square,
                verdict,
            }
        })
        .collect();
    let squares: Option<Vec<Rational>> = variation.iter().map(|v| v.square.clone()).collect();
    let composite = rules.composite_limit.map(|limits| {
        said(squares.as_ref().map(|squares| {
            let limit = decimal(limits[stage]);
            if reading.as_reported {
                cmp_mean(squares, &(&limit + decimal("0.0005"))).is_lt()
            } else {
                cmp_mean(squares, &limit).is_le()
            }
        }))
    });
    let parts = units.iter().filter_map(|u| u.verdict);
    let parts = parts.chain(variation.iter().filter_map(|v| v.verdict)).chain(composite);
    let verdict = if units.is_empty() { "undetermined" } else { all(parts) };
    Stage { verdict, students: units.iter().map(|u| u.students).sum(), units, variation, squares, composite }
}

fn assess_unit(row: &Row, known_scope: bool, rules: &Rulebook, reading: Reading, stage: usize) -> Unit {
    let students = row.pupils(stage);
    let (mut values, mut meets, mut below) = (Vec::new(), Vec::new(), Vec::new());
    for (id, per, shared, thresholds) in rules.indicators {
        let value = students.and_then(|pupils| {
            let share = if *shared { row.share(stage)? } else { Rational::one() / whole(pupils) };
            Some(row.amount(id, stage, reading.transitional)? * share * whole(*per))
        });
        let reaches = |limit: &Rational| {
            let value = value.clone()?;
            let seen = if reading.as_reported { round_half_up(&value, 2) } else { value };
            Some(seen >= *limit)
        };
        let threshold = thresholds.map(|t| decimal(t[stage]));
        meets.push(threshold.as_ref().and_then(&reaches));
        let floor = threshold.zip(rules.unit).map(|(t, (_, floor))| t * decimal(floor));
        below.push(floor.as_ref().and_then(&reaches) == Some(false));
        values.push(value);
    }
    let verdict = rules.unit.map(|(enough, _)| {
        // Every way in which the missing values can turn out: all good, all bad.
        let met = meets.iter().filter(|m| **m == Some(true)).count();
        let unknown = values.iter().filter(|v| v.is_none()).count();
        let best = met + unknown >= enough as usize && !below.contains(&true);
        let worst = best && unknown == 0;
        if worst {
            "met"
        } else if best {
            "undetermined"
        } else {
            "not_met"
        }
    });
    Unit { code: row.code.clone(), students, values, meets, below, verdict, known_scope }
}

/// The arithmetic mean of the roots against a limit.
pub fn cmp_mean(squares: &[Rational], limit: &Rational) -> Ordering {
    let roots: Option<Vec<Rational>> = squares.iter().map(rational_root).collect();
    if let Some(roots) = roots {
        let n = whole(roots.len() as i128);
        return (roots.into_iter().sum::<Rational>() / n).cmp(limit);
    }
    for digits in [20u32, 80, 320, 1280] {
        let (low, high) = mean_of_roots(squares, digits);
        let scaled = limit * BigInt::from(10).pow(digits);
        if Rational::from_integer(low) > scaled {
            return Ordering::Greater;
        }
        if Rational::from_integer(high) < scaled {
            return Ordering::Less;
        }
    }
    unreachable!("an irrational mean of roots equal to a limit for 1280 digits")
}

fn rational_root(square: &Rational) -> Option<Rational> {
    let root = Rational::new(square.numer().sqrt(), square.denom().sqrt());
    (&root * &root == *square).then_some(root)
}
