//! SYNTHETIC school and county tables (合成数据): made up from a seed, for tests, benchmarks and teaching.
//!
//! **Nothing here is real.** Schools, names, codes and figures are drawn; county codes lie in prefecture numbers that
//! GB/T 2260 does not assign (71 to 89, and 99), so that none belongs to a real county. Only the level of the figures
//! follows something: the means and coefficients that counties have published (`src/synth/data/targets.toml` names
//! the sources). A single county is fitted to one of them, with nearly every seed to within 3 % of its means and 0.02
//! of its coefficients; few schools, or a draw without a large enough value, allow less. The counties of a province
//! or a nation each aim at figures drawn from the spread of all.
//!
//! The same seed, settings and version of the crate give the same bytes: the draws are ChaCha8, a stream of its own
//! for every county. Between them stand `exp` and `ln` of the platform, which may differ in the last bit; every figure
//! is rounded to whole numbers or hundredths, so this hardly ever shows, but it is not excluded.
//!
//! Clean tables (no [`missing`](Synth::missing) cells, no [`quirks`](Synth::quirks)) are consistent: parts do not
//! exceed wholes, classes hold their pupils, sums agree.

mod calibrate;
mod county;
mod dice;
mod names;
mod places;
mod row;
mod schools;
mod targets;
#[cfg(test)]
mod tests;

use std::io;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::error::Error;
use crate::model::{DataSet, Field};
use places::Place;
use row::{Cell, Row};
use schools::County;
use targets::Model;

/// Which headers a table is written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Headers {
    /// Chinese names, such as 小学在校生数.
    #[default]
    Chinese,
    /// Identifiers, such as `students_primary`.
    Ids,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    County,
    Province,
    Nation,
}

/// Fields of which cells go missing, by turns.
const GAPS: [Field; 6] = [
    Field::MultimediaClassrooms,
    Field::Books,
    Field::PeArtsPrimary,
    Field::FoundedYear,
    Field::MusicRoomAreas,
    Field::TrainingFunding,
];

const MOST_SCHOOLS: usize = 10_000_000;

/// Streams of the generator: the map of places, then two for each county (its schools, its own row).
const STREAMS_BEFORE: u64 = 1;
const STREAMS_A_COUNTY: u64 = 2;

/// A recipe for SYNTHETIC tables (合成数据); nothing in them is real.
///
/// Whoever keeps a file keeps its seed and settings with it.
///
/// # Examples
/// ```
/// use junheng::synth::{Headers, Synth};
///
/// let mut table = Vec::new();
/// Synth::county().seed(7).schools(20).headers(Headers::Ids).write_csv(&mut table)?;
/// let table = String::from_utf8(table)?;
/// assert!(table.starts_with("year,province,city,county_code,"));
/// assert_eq!(table.lines().count(), 1 + 20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "合成数据")]
#[derive(Clone, Debug)]
pub struct Synth {
    extent: Extent,
    seed: u64,
    year: u16,
    years: u16,
    schools: usize,
    counties: Option<usize>,
    missing: usize,
    quirks: bool,
    headers: Headers,
    level: f64,
    spread: f64,
}

impl Synth {
    const fn new(extent: Extent, schools: usize, missing: usize) -> Self {
        Synth {
            extent,
            seed: 1,
            year: 2024,
            years: 1,
            schools,
            counties: None,
            missing,
            quirks: false,
            headers: Headers::Chinese,
            level: 1.0,
            spread: 1.0,
        }
    }

    /// One county, 示例县 (219901, a code that belongs to no county), with 60 schools of every kind and six missing
    /// cells.
    pub fn county() -> Self {
        Self::new(Extent::County, 60, 6)
    }

    /// One province of 158 counties and 22 000 schools.
    pub fn province() -> Self {
        Self::new(Extent::Province, 22_000, 0)
    }

    /// A nation of 31 provinces, 2 850 counties and 200 000 schools.
    pub fn nation() -> Self {
        Self::new(Extent::Nation, 200_000, 0)
    }

    /// The nation over several years, at least one: pupils and resources drift, a few schools open and close, the
    /// others keep their codes.
    ///
    /// Rows come county by county, within each year by year. [`schools`](Self::schools) counts those of the first year.
    pub fn panel(years: u16) -> Self {
        Synth { years: years.max(1), ..Self::nation() }
    }

    /// The seed; 1 where none is set.
    pub fn seed(self, seed: u64) -> Self {
        Synth { seed, ..self }
    }

    /// The year of the data (年度), of a panel the last one; 2024 where none is set.
    pub fn year(self, year: u16) -> Self {
        Synth { year, ..self }
    }

    /// How many schools in all, from one to ten million; the number of counties follows in proportion.
    pub fn schools(self, schools: usize) -> Self {
        Synth { schools: schools.clamp(1, MOST_SCHOOLS), ..self }
    }

    /// How many counties a province or a nation has, instead of the number that follows from the schools.
    ///
    /// At most 1 881 to a province, which is as far as the codes go.
    pub fn counties(self, counties: usize) -> Self {
        Synth { counties: Some(counties), ..self }
    }

    /// How many cells of each county and year are blank; 6 for the single county, else 0 where none is set.
    ///
    /// All are in public primary schools: multimedia classrooms, books, PE and arts teachers, founding year, areas of
    /// music rooms, training funds, by turns. So a few figures of the primary stage are incomplete, the junior
    /// stage none.
    pub fn missing(self, cells: usize) -> Self {
        Synth { missing: cells, ..self }
    }

    /// Whether numbers and names are written as people type them: full-width digits, thousands separators, units,
    /// blanks, quotes. The figures stay the same.
    pub fn quirks(self, quirks: bool) -> Self {
        Synth { quirks, ..self }
    }

    /// The headers; Chinese where none are set.
    pub fn headers(self, headers: Headers) -> Self {
        Synth { headers, ..self }
    }

    /// A factor on the means that counties aim at, between 0.2 and 5; 1 where none is set.
    ///
    /// The published counties of the model were far from the high-quality standard; one that is equipped about twice
    /// as well shows verdicts on both sides of its thresholds.
    pub fn level(self, level: f64) -> Self {
        Synth { level: factor(level), ..self }
    }

    /// A factor on the coefficients that counties aim at, between 0.2 and 5; 1 where none is set.
    pub fn spread(self, spread: f64) -> Self {
        Synth { spread: factor(spread), ..self }
    }

    /// Writes the school table: UTF-8 without a byte order mark, lines ended by `\n`, a county at a time.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_csv(&self, out: &mut impl io::Write) -> io::Result<()> {
        row::write_header(out, |field| self.header((field.id(), field.zh())))?;
        let mut text = String::new();
        let mut number = 0usize;
        self.each_county_year(|_, county| {
            let mut rows = county.rows();
            self.blank_cells(county, &mut rows);
            text.clear();
            for row in &rows {
                row.write(&mut text, self.quirks.then_some(number));
                number = number.wrapping_add(1);
            }
            out.write_all(text.as_bytes())
        })
    }

    /// The schools as they are read from the table, without writing it; all in memory.
    ///
    /// # Errors
    /// None but for a mistake of the crate itself.
    ///
    /// # Examples
    /// ```
    /// use junheng::synth::Synth;
    /// let data = Synth::nation().schools(1000).data_set()?;
    /// assert_eq!((data.len(), data.counties().len()), (1000, 15));
    /// # Ok::<(), junheng::Error>(())
    /// ```
    pub fn data_set(&self) -> Result<DataSet, Error> {
        let mut builder = DataSet::builder();
        let drawn = self.each_county_year(|_, county| {
            let mut rows = county.rows();
            self.blank_cells(county, &mut rows);
            rows.iter().for_each(|row| builder.push(&row.to_school()));
            Ok(())
        });
        drawn.map_err(|e| Error::argument(format!("合成数据：{e}"), format!("synthetic data: {e}")))?;
        builder.finish()
    }

    /// Writes the county table that belongs to the school table, a row for each county and year.
    ///
    /// Its totals are those of the schools that the high-quality standard assesses. Cells made
    /// [`missing`](Self::missing) in the school table still count in them.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_county_csv(&self, out: &mut impl io::Write) -> io::Result<()> {
        out.write_all(county::header(|names| self.header(names)).as_bytes())?;
        let model = Model::get().map_err(io::Error::other)?;
        let mut own: Option<(usize, ChaCha8Rng)> = None;
        self.each_county_year(|index, county| {
            let rng = match &mut own {
                Some((current, rng)) if *current == index => rng,
                place => &mut place.insert((index, self.stream(index, 1))).1,
            };
            let rows = county.rows();
            let line = county::line(model, county.place, county.year(), &rows, &county.assessed(), rng);
            out.write_all(line.as_bytes())
        })
    }

    fn header(&self, (id, zh): (&'static str, &'static str)) -> &'static str {
        match self.headers {
            Headers::Chinese => zh,
            Headers::Ids => id,
        }
    }

    fn stream(&self, county: usize, which: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(STREAMS_BEFORE + STREAMS_A_COUNTY * county as u64 + which);
        rng
    }

    fn places(&self, model: &Model) -> Vec<Place> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let counties = |preset: Synth, usual: u64| {
            let in_proportion = (self.schools as u64 * usual).div_ceil(preset.schools as u64) as usize;
            self.counties.unwrap_or(in_proportion)
        };
        match self.extent {
            Extent::County => places::single(self.schools),
            Extent::Province => places::province(counties(Self::province(), 158), self.schools, &mut rng),
            Extent::Nation => places::nation(model, counties(Self::nation(), 2850), self.schools, &mut rng),
        }
    }

    /// Draws county after county and shows each in every year.
    fn each_county_year(
        &self,
        mut show: impl FnMut(usize, &mut County<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let model = Model::get().map_err(io::Error::other)?;
        let first = self.year.saturating_sub(self.years - 1);
        for (index, place) in self.places(model).iter().enumerate() {
            let mut rng = self.stream(index, 0);
            let single = self.extent == Extent::County;
            let targets = if single { model.first_targets() } else { model.draw_targets(&mut rng) };
            let targets = targets.times(self.level, self.spread);
            let dense = single || dice::happens(&mut rng, 0.1);
            let mut county = County::draw(model, place, targets, dense, first, rng);
            for year in 0..self.years {
                if year > 0 {
                    county.next_year();
                }
                show(index, &mut county)?;
            }
        }
        Ok(())
    }

    fn blank_cells(&self, county: &County<'_>, rows: &mut [Row]) {
        let candidates = county.gap_candidates();
        let most = candidates.len() * GAPS.len();
        for cell in 0..self.missing.min(most) {
            // Field by field in turn, each time in the next school: no cell comes twice within `most`.
            let (turn, field) = (cell / GAPS.len(), GAPS[cell % GAPS.len()]);
            let school = (turn + 3 * (cell % GAPS.len())) % candidates.len();
            if let Some(row) = candidates.get(school).and_then(|&i| rows.get_mut(i)) {
                row.set(field, Cell::Blank);
            }
        }
    }
}

/// A factor within what the generator can fit; 1 where it is no number.
fn factor(asked: f64) -> f64 {
    if asked.is_nan() { 1.0 } else { asked.clamp(0.2, 5.0) }
}
