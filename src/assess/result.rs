//! What an assessment comes to: counties, stages, units, and everything that was left out.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::slice;
use std::sync::Arc;

use fearless_simd::{Level, Simd, dispatch};

use super::balance::{Composite, Variation};
use super::explain::{self, Explanation};
use super::found::Found;
use super::items::{ItemResult, Items};
use super::obstacles::{self, Obstacle};
use super::rules::{Rule, StageRules};
#[cfg(feature = "xlsx")]
use super::scope::{Scope, scope};
use super::stage::{Judged, unit_verdict};
use super::told::Teller;
use super::unit::Unit;
use super::{Judge, Local, Options, Verdict};
use crate::date::Date;
use crate::finding::{Finding, Item, Severity};
use crate::indicator::Indicator;
use crate::model::{County, CountyData, CountyTable, DataSet, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};
use crate::standards::{Clause, Dated, Exclusion, Part, Standard, UnitRule};
use crate::stats::Width;

/// The result of an assessment: every county of each year, and what was left out.
///
/// Values of units are computed anew where they are asked for, from the data set it keeps: a result costs a few
/// bytes a unit.
#[derive(Clone, Debug)]
pub struct Assessment {
    pub(super) data: DataSet,
    pub(super) standard: Standard,
    pub(super) judge: Judge,
    pub(super) options: Options,
    pub(super) local: Local,
    pub(super) table: CountyTable,
    /// The counties in order, so many in each.
    pub(super) pieces: Vec<Piece>,
    pub(super) findings: Vec<Finding>,
    /// Knows what the notes of counties say.
    pub(super) teller: Arc<Teller>,
}

/// Some counties, and what their records refer to.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) counties: Vec<CountyRecord>,
    pub(super) records: Records,
}

/// The records of some counties, one behind another: a list of each for thousands of units, rather than a few for each of
/// thousands of counties.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    /// Rows left out, each with the place of its rule.
    pub(super) excluded: Vec<(u32, u16)>,
    pub(super) units: Vec<UnitRecord>,
    pub(super) variations: Vec<Variation>,
    pub(super) items: Items,
    pub(super) notes: Vec<Item>,
}

#[derive(Clone, Debug)]
pub(super) struct CountyRecord {
    pub(super) index: usize,
    pub(super) as_of: Option<Date>,
    pub(super) verdict: Verdict,
    pub(super) resource: Verdict,
    /// The rows left out among those of its piece.
    pub(super) excluded: Range<usize>,
    pub(super) stages: [StageRecord; 2],
    /// Its items among those of its piece.
    pub(super) items: Range<usize>,
    pub(super) found: Found,
}

#[derive(Clone, Debug)]
pub(super) struct StageRecord {
    pub(super) stage: Stage,
    pub(super) verdict: Verdict,
    pub(super) students: Option<u64>,
    /// Its units and coefficients among those of its piece.
    pub(super) units: Range<usize>,
    pub(super) variations: Range<usize>,
    pub(super) composite: Composite,
}

// A standard uses each indicator once at most.
const _: () = assert!(Indicator::ALL.len() <= u16::BITS as usize);

/// A unit with one bit an indicator, in the order of the standard.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnitRecord {
    pub(super) row: u32,
    pub(super) known: u16,
    pub(super) meets: u16,
    pub(super) below: u16,
    pub(super) verdict: Option<Verdict>,
}

impl UnitRecord {
    pub(super) fn new(row: u32) -> Self {
        UnitRecord { row, known: 0, meets: 0, below: 0, verdict: None }
    }

    pub(super) fn note(&mut self, place: usize, judged: Judged) {
        let bit = |is: bool| u16::from(is) << place;
        self.known |= bit(true);
        self.meets |= bit(judged.meets == Some(true));
        self.below |= bit(judged.below_floor);
    }

    /// Judges units of which so many indicators are asked: the verdict on all of them.
    pub(super) fn judge_all(records: &mut [UnitRecord], rule: &UnitRule, indicators: usize) -> Verdict {
        // For the instructions that count bits.
        dispatch!(Level::new(), simd => Self::judge_all_with(simd, records, rule, indicators))
    }

    #[inline(always)]
    fn judge_all_with<S: Simd>(
        _: S,
        records: &mut [UnitRecord],
        rule: &UnitRule,
        indicators: usize,
    ) -> Verdict {
        let (mut any_not_met, mut any_open) = (false, false);
        for record in records {
            let unknown = record.unknown(indicators);
            // An indicator that is not known may lie below its floor, where there is one.
            let is_open = unknown != 0 && !rule.floor.is_zero();
            let below = if record.below != 0 { Some(true) } else { (!is_open).then_some(false) };
            let verdict = unit_verdict(rule.meet_at_least, record.meets.count_ones(), unknown, below);
            any_not_met |= verdict == Verdict::NotMet;
            any_open |= verdict == Verdict::Undetermined;
            record.verdict = Some(verdict);
        }
        let open = if any_open { Verdict::Undetermined } else { Verdict::Met };
        if any_not_met { Verdict::NotMet } else { open }
    }

    /// How many of so many indicators have no value.
    #[inline(always)]
    fn unknown(&self, indicators: usize) -> u32 {
        (indicators as u32).saturating_sub(self.known.count_ones())
    }
}

impl Assessment {
    /// The standard that was applied, with its overlays.
    pub fn standard(&self) -> &Standard {
        &self.standard
    }

    /// Which figure was held against thresholds.
    pub fn judge(&self) -> Judge {
        self.judge
    }

    /// The readings chosen of what the standard leaves open: name and value.
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Counties in order of code, then year.
    pub fn counties(&self) -> impl ExactSizeIterator<Item = CountyResult<'_>> {
        let left = self.pieces.iter().map(|piece| piece.counties.len()).sum();
        Counties { assessment: self, piece: None, counties: [].iter(), pieces: self.pieces.iter(), left }
    }

    /// The schools left out, in order of county, year and school.
    pub fn excluded(&self) -> impl ExactSizeIterator<Item = Excluded<'_>> {
        let rows = self.pieces.iter().flat_map(|piece| &piece.records.excluded);
        let left = self.pieces.iter().map(|piece| piece.records.excluded.len()).sum();
        Counted { items: rows.map(|(row, place)| self.excluded_row(*row, *place)), left }
    }

    fn excluded_row(&self, row: u32, place: u16) -> Excluded<'_> {
        Excluded { school: self.data.school(row), rule: self.standard.exclusions().get(usize::from(place)) }
    }

    /// What was noticed that belongs to no county.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How often the coefficients needed which arithmetic: words nearly always, longer integers where a bound asks for
    /// them.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Assessor, Standard, read_schools, stats::Width};
    ///
    /// let table = "county_code,school_code,kind,students_primary,backbone_teachers_primary\n\
    ///              210102,1,小学,300,3\n210102,2,小学,700,9\n";
    /// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
    /// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
    /// assert_eq!(assessment.widths().into_iter().collect::<Vec<_>>(), [(Width::Words, 1)]);
    /// # Ok::<(), junheng::Error>(())
    /// ```
    pub fn widths(&self) -> BTreeMap<Width, usize> {
        let mut counts = BTreeMap::new();
        for width in
            self.pieces.iter().flat_map(|piece| &piece.records.variations).filter_map(Variation::width)
        {
            *counts.entry(width).or_default() += 1;
        }
        counts
    }

    /// Attaches the user's explanations to the findings they belong to; those that belong to none become findings.
    pub fn explain_findings(&mut self, explanations: &crate::Explanations) {
        let mut all = std::mem::take(&mut self.findings);
        let mut lengths = Vec::new();
        for Piece { counties, records } in &mut self.pieces {
            for county in counties {
                let mut own = county.found.take(&records.notes, &self.teller);
                lengths.push(own.len());
                all.append(&mut own);
            }
        }
        let unused = explanations.apply(&mut all);
        let counties = self.pieces.iter_mut().rev().flat_map(|piece| piece.counties.iter_mut().rev());
        for (county, length) in counties.zip(lengths.into_iter().rev()) {
            county.found.put_back(all.split_off(all.len() - length));
        }
        all.extend(unused);
        self.findings = all;
    }
}

/// The counties of an assessment, one after another.
struct Counties<'a> {
    assessment: &'a Assessment,
    /// The piece under way, and its counties and the pieces that are left.
    piece: Option<&'a Piece>,
    counties: slice::Iter<'a, CountyRecord>,
    pieces: slice::Iter<'a, Piece>,
    /// How many there are in all of these.
    left: usize,
}

impl<'a> Iterator for Counties<'a> {
    type Item = CountyResult<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.nth(0)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    fn nth(&mut self, mut n: usize) -> Option<Self::Item> {
        loop {
            let here = self.counties.len();
            if let Some((record, piece)) = self.counties.nth(n).zip(self.piece) {
                self.left -= n + 1;
                return Some(CountyResult { assessment: self.assessment, records: &piece.records, record });
            }
            n -= here;
            self.left -= here;
            let piece = self.pieces.next()?;
            (self.piece, self.counties) = (Some(piece), piece.counties.iter());
        }
    }
}

impl ExactSizeIterator for Counties<'_> {}

/// So many items.
struct Counted<I> {
    items: I,
    left: usize,
}

impl<I: Iterator> Iterator for Counted<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.saturating_sub(1);
        self.items.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<I: Iterator> ExactSizeIterator for Counted<I> {}

/// A school that is not assessed.
#[derive(Clone, Copy, Debug)]
pub struct Excluded<'a> {
    school: SchoolRow<'a>,
    rule: Option<&'a Exclusion>,
}

impl<'a> Excluded<'a> {
    /// The school.
    pub fn school(self) -> SchoolRow<'a> {
        self.school
    }

    /// Identifier of the reason, such as `teaching_point_below_50`.
    pub fn reason(self) -> &'a str {
        self.rule.map_or("", Exclusion::reason)
    }

    /// The rule that leaves it out.
    pub fn rule(self) -> Option<&'a Exclusion> {
        self.rule
    }
}

/// A county in one year (县域).
#[doc(alias = "县域")]
#[derive(Clone, Copy)]
pub struct CountyResult<'a> {
    assessment: &'a Assessment,
    records: &'a Records,
    record: &'a CountyRecord,
}

impl<'a> CountyResult<'a> {
    /// Six digits; blank where the rows give none.
    pub fn code(self) -> &'a str {
        self.assessment.data.county(self.record.index).code()
    }

    /// Its name; blank where it is not given.
    pub fn name(self) -> &'a str {
        self.assessment.data.county(self.record.index).name()
    }

    /// The year of the data.
    pub fn year(self) -> Option<u16> {
        self.assessment.data.county(self.record.index).year()
    }

    /// The day of the evaluation; `None` for the newest state of the standard.
    pub fn as_of(self) -> Option<Date> {
        self.record.as_of
    }

    /// The verdict by the whole standard.
    pub fn verdict(self) -> Verdict {
        self.record.verdict
    }

    /// The verdict on the resource part alone (资源配置): all units and all limits.
    #[doc(alias = "资源配置")]
    pub fn resource_verdict(self) -> Verdict {
        self.record.resource
    }

    /// The verdict on a part; `None` where the standard has no such part.
    pub fn part_verdict(self, part: Part) -> Option<Verdict> {
        let standard = &self.assessment.standard;
        match part {
            Part::Resource => Some(self.record.resource),
            _ if !standard.parts().contains(&part) => None,
            _ => Some(self.records.items.part_verdict(standard, self.record.items.clone(), part)),
        }
    }

    /// The items beside the resources, in the order of the standard.
    pub fn items(self) -> impl Iterator<Item = ItemResult<'a>> {
        self.records.items.results(self, self.record.items.clone())
    }

    /// The item with this id; `None` where the standard does not ask for it on the day.
    pub fn item(self, id: &str) -> Option<ItemResult<'a>> {
        self.items().find(|item| item.id() == id)
    }

    /// What stands between the county and its recognition: all that is not met, and all that is open, by part.
    #[doc(alias = "差距清单")]
    pub fn obstacles(self) -> Vec<Obstacle<'a>> {
        obstacles::obstacles(self)
    }

    /// What it reports about itself: its row of the county table; `None` where it has none.
    pub fn reported(self) -> Option<&'a CountyData> {
        self.assessment.table.get(self.code(), self.year())
    }

    pub(super) fn county(self) -> County<'a> {
        self.assessment.data.county(self.record.index)
    }

    /// Why a school of it is not assessed; `None` of one that is.
    pub(crate) fn exclusion_of(self, school: SchoolRow<'_>) -> Option<Excluded<'a>> {
        let excluded = self.excluded_rows();
        let place = excluded.binary_search_by_key(&school.row(), |(row, _)| *row).ok()?;
        excluded.get(place).map(|(row, place)| self.assessment.excluded_row(*row, *place))
    }

    fn excluded_rows(self) -> &'a [(u32, u16)] {
        self.records.excluded.get(self.record.excluded.clone()).unwrap_or_default()
    }

    pub(super) fn data(self) -> &'a DataSet {
        &self.assessment.data
    }

    /// Primary and junior stage, also where there are no units.
    pub fn stages(self) -> impl ExactSizeIterator<Item = StageResult<'a>> {
        self.record.stages.iter().map(move |record| StageResult { county: self, record })
    }

    /// What was noticed about it, in a fixed order.
    pub fn findings(self) -> &'a [Finding] {
        self.record.found.all(&self.records.notes, &self.assessment.teller)
    }

    /// How many of its findings are so serious; counted already, where [`findings`](Self::findings) may be hundreds.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Assessor, Severity, Standard, read_schools};
    ///
    /// let table = "county_code,school_code,kind,students_primary\n210102,1,小学,五十六\n210102,2,小学,56\n";
    /// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
    /// let assessment = Assessor::new(Standard::quality_2017()).resources_only().assess(&data)?;
    /// let county = assessment.counties().next().unwrap();
    /// // 五十六 is no number, and so the school has none of its pupils.
    /// assert_eq!(county.findings_count(Severity::Error), 2);
    /// # Ok::<(), junheng::Error>(())
    /// ```
    pub fn findings_count(self, severity: Severity) -> usize {
        self.record.found.count(severity)
    }

    /// All its schools, assessed or not, in order of code.
    pub fn schools(self) -> impl ExactSizeIterator<Item = SchoolRow<'a>> {
        self.assessment.data.county(self.record.index).schools()
    }

    /// Its schools that are not assessed.
    pub fn excluded(self) -> impl Iterator<Item = Excluded<'a>> {
        self.excluded_rows().iter().map(move |(row, place)| self.assessment.excluded_row(*row, *place))
    }

    /// The assessment it belongs to.
    pub fn assessment(self) -> &'a Assessment {
        self.assessment
    }
}

/// One stage of a county (学段).
#[derive(Clone, Copy)]
pub struct StageResult<'a> {
    county: CountyResult<'a>,
    record: &'a StageRecord,
}

impl<'a> StageResult<'a> {
    /// The stage.
    pub fn stage(self) -> Stage {
        self.record.stage
    }

    /// The verdict: every unit and every limit; open where there are no units.
    pub fn verdict(self) -> Verdict {
        self.record.verdict
    }

    /// The limit of each single coefficient, with its source; `None` where single coefficients have none.
    pub fn cv_limit(self) -> Option<&'a Dated<Decimal>> {
        self.county.assessment.standard.cv_limit(self.stage(), self.county.as_of())
    }

    /// The limit of the composite coefficient, with its source; `None` where it has none.
    pub fn composite_limit(self) -> Option<&'a Dated<Decimal>> {
        self.county.assessment.standard.composite_limit(self.stage(), self.county.as_of())
    }

    /// Pupils of all units; `None` where those of one are missing.
    pub fn students(self) -> Option<u64> {
        self.record.students
    }

    /// Its units, in order of school code.
    pub fn units(self) -> impl ExactSizeIterator<Item = UnitResult<'a>> {
        self.unit_records().iter().map(move |record| UnitResult { stage: self, record })
    }

    fn unit_records(self) -> &'a [UnitRecord] {
        &self.county.records.units[self.record.units.clone()]
    }

    /// The unit of a school; `None` where it is none in this stage.
    pub(crate) fn unit_of(self, school: SchoolRow<'_>) -> Option<UnitResult<'a>> {
        let units = self.unit_records();
        let place = units.binary_search_by_key(&school.row(), |unit| unit.row).ok()?;
        units.get(place).map(|record| UnitResult { stage: self, record })
    }

    /// Its units with their values, the rules looked up once.
    pub(crate) fn units_with_values(self) -> impl Iterator<Item = (UnitResult<'a>, Vec<Option<Ratio>>)> {
        let rules = self.rules();
        self.units().map(move |unit| (unit, unit.values_by(&rules)))
    }

    /// Units that meet the standard; `None` where it judges no single unit.
    pub fn units_met(self) -> Option<usize> {
        let judged = self.county.assessment.standard.unit_rule(self.county.as_of()).is_some();
        judged.then(|| self.unit_records().iter().filter(|u| u.verdict == Some(Verdict::Met)).count())
    }

    /// One coefficient an indicator, in the order of the standard.
    pub fn variation(self) -> &'a [Variation] {
        &self.county.records.variations[self.record.variations.clone()]
    }

    /// The mean of the coefficients.
    pub fn composite(self) -> &'a Composite {
        &self.record.composite
    }

    /// How the verdict on the balance of an indicator came about; `None` where the standard does not use it.
    pub fn explain(self, indicator: Indicator) -> Option<Explanation> {
        let rules = self.rules();
        let place = rules.indicators.iter().position(|r| r.rule.indicator() == indicator)?;
        let (rule, variation) = (rules.indicators.get(place)?, self.variation().get(place)?);
        Some(explain::variation(&rules, rule, variation))
    }

    /// How the verdict on the composite came about; `None` where it has no limit.
    pub fn explain_composite(self) -> Option<Explanation> {
        explain::composite(&self.rules(), &self.record.composite, self.variation())
    }

    pub(super) fn rules(self) -> StageRules<'a> {
        StageRules::new(&self.county.assessment.standard, self.record.stage, self.county.as_of())
    }

    fn rules_of(self, indicator: Indicator) -> StageRules<'a> {
        let standard = &self.county.assessment.standard;
        StageRules::of_indicator(standard, self.record.stage, self.county.as_of(), indicator)
    }

    /// The county it belongs to.
    pub fn county(self) -> CountyResult<'a> {
        self.county
    }
}

/// One stage of one school (评估单元).
#[derive(Clone, Copy)]
pub struct UnitResult<'a> {
    stage: StageResult<'a>,
    record: &'a UnitRecord,
}

impl<'a> UnitResult<'a> {
    /// The school.
    pub fn school(self) -> SchoolRow<'a> {
        self.stage.county.assessment.data.school(self.record.row)
    }

    /// The stage.
    pub fn stage(self) -> Stage {
        self.stage.stage()
    }

    /// Its pupils; `None` where they are missing.
    pub fn students(self) -> Option<u64> {
        self.school().students(self.stage()).and_then(Decimal::count)
    }

    /// Its value of an indicator, exactly, per pupil or per so many pupils as the standard says; `None` where it is
    /// missing.
    pub fn value(self, indicator: Indicator) -> Option<Ratio> {
        let rules = self.stage.rules_of(indicator);
        let rule = rules.indicators.first()?;
        let unit = Unit::of(self.school(), &rules)?;
        unit.value(rule, &self.stage.county.assessment.options).ok().map(|v| v.ratio)
    }

    /// All its values, in the order of the standard's indicators.
    pub fn values(self) -> Vec<Option<Ratio>> {
        self.values_by(&self.stage.rules())
    }

    fn values_by(self, rules: &StageRules<'_>) -> Vec<Option<Ratio>> {
        let unit = Unit::of(self.school(), rules);
        let options = &self.stage.county.assessment.options;
        let value = |rule| unit.as_ref().and_then(|u| u.value(rule, options).ok());
        rules.indicators.iter().map(|rule| value(rule).map(|v| v.ratio)).collect()
    }

    /// What its values are made of, in the order of the standard's indicators: the amount of the stage, or of the
    /// school where its stages share it, and the transitional clause that added to it.
    pub(crate) fn amounts(self) -> Vec<Option<(Ratio, Option<&'a Clause>)>> {
        let rules = self.stage.rules();
        let unit = Unit::of(self.school(), &rules);
        let options = &self.stage.county.assessment.options;
        let amount = |rule: &Rule<'a>| {
            let value = unit.as_ref()?.value(rule, options).ok()?;
            let clause = value.added.and_then(|(place, _)| rule.clauses.get(place).copied());
            Some((value.amount.ratio(), clause))
        };
        rules.indicators.iter().map(amount).collect()
    }

    /// Whether it certainly is among the schools that the standard assesses; where that is not known, its value enters
    /// no coefficient.
    #[cfg(feature = "xlsx")]
    pub(crate) fn is_in_scope(self) -> bool {
        scope(self.standard().exclusions(), self.school()) == Scope::In
    }

    /// The county it belongs to.
    pub fn county(self) -> CountyResult<'a> {
        self.stage.county
    }

    /// The standard it was judged by.
    pub(crate) fn standard(self) -> &'a Standard {
        &self.stage.county.assessment.standard
    }

    /// Whether it reaches the threshold of an indicator; `None` where its value is missing or there is none.
    pub fn meets(self, indicator: Indicator) -> Option<bool> {
        let (place, bit) = self.bit(indicator)?;
        let rule = self.stage.county.assessment.standard.indicators().get(place)?;
        rule.threshold(self.stage(), self.stage.county.as_of())?;
        (self.record.known & bit != 0).then_some(self.record.meets & bit != 0)
    }

    /// The indicators that fall below the floor, in the order of the standard.
    pub fn below_floor(self) -> impl Iterator<Item = Indicator> + use<'a> {
        let rules = self.stage.county.assessment.standard.indicators().iter().enumerate();
        rules.filter(move |(place, _)| self.record.below >> place & 1 != 0).map(|(_, rule)| rule.indicator())
    }

    /// How many indicators reach their threshold; `None` where the standard judges no single unit.
    pub fn met_count(self) -> Option<u32> {
        self.record.verdict.map(|_| self.record.meets.count_ones())
    }

    /// The verdict on it; `None` where the standard judges no single unit.
    pub fn verdict(self) -> Option<Verdict> {
        self.record.verdict
    }

    /// How an indicator of it was judged: rule, article, the numbers that went in, the distance to the threshold.
    ///
    /// `None` where the standard does not use the indicator.
    ///
    /// # Examples
    /// ```
    /// use junheng::{Assessor, Indicator, Lang, Standard, read_schools};
    ///
    /// let table = "county_code,school_code,kind,students_primary,books,multimedia_classrooms\n210102,1,小学,1000,9,22\n";
    /// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
    /// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
    /// let unit = assessment.counties().next().unwrap().stages().next().unwrap().units().next().unwrap();
    /// let why = unit.explain(Indicator::MultimediaClassrooms).unwrap();
    /// assert_eq!(why.citation().unwrap().to_string(), "教督〔2017〕6号 第五条");
    /// assert_eq!(why.distance().unwrap().to_string(), "-0.1");
    /// assert_eq!(why.shortfall().unwrap().to_string(), "1");
    /// # Ok::<(), junheng::Error>(())
    /// ```
    pub fn explain(self, indicator: Indicator) -> Option<Explanation> {
        let rules = self.stage.rules_of(indicator);
        self.explain_by(&rules, rules.indicators.first()?).map(|(_, why)| why)
    }

    /// Its value of an indicator, and how that was judged, by rules of its stage that are looked up.
    pub(super) fn explain_by(
        self,
        rules: &StageRules<'_>,
        rule: &Rule<'_>,
    ) -> Option<(Option<Ratio>, Explanation)> {
        let unit = Unit::of(self.school(), rules)?;
        let value = unit.value(rule, &self.stage.county.assessment.options).ok();
        let meets = self.meets(rule.rule.indicator());
        let why = explain::value(rules, rule, &unit, value.as_ref(), meets);
        Some((value.map(|value| value.ratio), why))
    }

    /// How the verdict on the unit came about; `None` where the standard judges no single unit.
    pub fn explain_verdict(self) -> Option<Explanation> {
        let rules = self.stage.rules();
        let (rule, verdict) = (rules.unit?, self.record.verdict?);
        let (met, unknown) = (self.record.meets.count_ones(), self.record.unknown(rules.indicators.len()));
        let below: Vec<_> = self.below_floor().collect();
        Some(explain::unit(&rules, rule, met, unknown, &below, verdict))
    }

    fn bit(self, indicator: Indicator) -> Option<(usize, u16)> {
        let rules = self.stage.county.assessment.standard.indicators();
        let place = rules.iter().position(|r| r.indicator() == indicator)?;
        Some((place, 1u16.checked_shl(place as u32)?))
    }
}

impl fmt::Debug for CountyResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountyResult({} {:?} {})", self.code(), self.year(), self.verdict())
    }
}

impl fmt::Debug for StageResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StageResult({:?} {} {})", self.county, self.stage(), self.verdict())
    }
}

impl fmt::Debug for UnitResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitResult({} {} {:?})", self.school().code(), self.stage(), self.verdict())
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::super::Assessor;
    use super::*;
    use crate::model::{School, SchoolKind};

    #[test]
    fn counties_are_the_same_from_any_place_on_whatever_piece_they_are_in() {
        let mut builder = DataSet::builder();
        for county in 0..150 {
            let code = (110_101 + county).to_string();
            builder.push(&School::new(&code, &format!("{code}1"), SchoolKind::Primary).expect("valid"));
        }
        let data = builder.finish().expect("distinct counties");
        let assessor = Assessor::new(Standard::quality_2017()).resources_only();
        let mut found = assessor.threads(NonZeroUsize::MIN).assess(&data).expect("a result");
        // As several threads leave them, one of which had nothing to do.
        let mut all = std::mem::take(&mut found.pieces);
        for length in [1, 0, 70, 79] {
            let Piece { counties, records } = &mut all[0];
            let counties = counties.drain(..length).collect();
            found.pieces.push(Piece { counties, records: records.clone() });
        }
        let codes: Vec<&str> = data.counties().map(County::code).collect();
        assert!(found.counties().map(CountyResult::code).eq(codes.iter().copied()));
        for place in 0..=150 {
            let mut counties = found.counties();
            assert_eq!(counties.nth(place).map(CountyResult::code), codes.get(place).copied());
            assert_eq!(counties.len(), 150usize.saturating_sub(place + 1));
            assert_eq!(counties.next().map(CountyResult::code), codes.get(place + 1).copied());
        }
    }
}
