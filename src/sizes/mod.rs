//! Sizes of classes and schools (大班额、大校额): how many are too large, and where.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, de};

use crate::assess::CountyResult;
use crate::date::Date;
use crate::lang::Lang;
use crate::model::{Field, SchoolKind, SchoolRow, Stage};
use crate::numeric::{Decimal, Ratio};

const SHIPPED: &str = include_str!("data/sizes.toml");

/// A size from which classes are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClassSize {
    /// Large classes (大班额), very large ones included.
    #[doc(alias = "大班额")]
    Large,
    /// Very large classes (超大班额).
    #[doc(alias = "超大班额")]
    VeryLarge,
}

impl ClassSize {
    /// Both, the smaller first.
    pub const ALL: [ClassSize; 2] = [ClassSize::Large, ClassSize::VeryLarge];

    /// Identifier in results.
    pub fn id(self) -> &'static str {
        match self {
            ClassSize::Large => "large",
            ClassSize::VeryLarge => "very_large",
        }
    }

    /// Name for people.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            ClassSize::Large => lang.pick("大班额", "large classes"),
            ClassSize::VeryLarge => lang.pick("超大班额", "very large classes"),
        }
    }

    /// The fewest pupils of such a class.
    pub fn pupils(self) -> u32 {
        let classes = &Sizes::shipped().classes;
        match self {
            ClassSize::Large => classes.large,
            ClassSize::VeryLarge => classes.very_large,
        }
    }

    /// The column that counts such classes of a stage.
    fn field(self, stage: Stage) -> Field {
        match (self, stage) {
            (ClassSize::Large, Stage::Primary) => Field::Classes56plusPrimary,
            (ClassSize::Large, _) => Field::Classes56plusJunior,
            (ClassSize::VeryLarge, Stage::Primary) => Field::Classes66plusPrimary,
            (ClassSize::VeryLarge, _) => Field::Classes66plusJunior,
        }
    }
}

/// What the country has set out to reach, and from when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aim {
    what: ClassSize,
    #[serde(deserialize_with = "parsed")]
    most: Decimal,
    #[serde(deserialize_with = "parsed")]
    from: Date,
    source: String,
}

impl Aim {
    /// The most per cent of a stage's classes that may be such.
    pub fn most(&self) -> Decimal {
        self.most
    }

    /// The day by which it was to be reached.
    pub fn from(&self) -> Date {
        self.from
    }

    /// Where it is said.
    pub fn source(&self) -> &str {
        &self.source
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Classes {
    large: u32,
    very_large: u32,
    #[serde(rename = "source")]
    _source: String,
}

/// A size beyond which a school is listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchoolLimit {
    title: String,
    title_en: String,
    single: u32,
    combined: u32,
    source: String,
}

impl SchoolLimit {
    /// What schools beyond it are called.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.title, &self.title_en)
    }

    /// The most pupils in compulsory education of a school of this kind.
    pub fn pupils(&self, kind: SchoolKind) -> u32 {
        let combined = Stage::COMPULSORY.into_iter().all(|stage| kind.has(stage));
        if combined { self.combined } else { self.single }
    }

    /// Where it stands.
    pub fn source(&self) -> &str {
        &self.source
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sizes {
    #[serde(rename = "schema")]
    _schema: String,
    classes: Classes,
    aim: Vec<Aim>,
    school: Vec<SchoolLimit>,
}

impl Sizes {
    fn shipped() -> &'static Sizes {
        static SIZES: OnceLock<Sizes> = OnceLock::new();
        // A unit test reads it; a file that ships with the library is not a user's to get wrong.
        #[allow(clippy::expect_used)]
        SIZES.get_or_init(|| toml::from_str(SHIPPED).expect("the shipped sizes are valid"))
    }
}

fn parsed<'de, D: Deserializer<'de>, T: std::str::FromStr<Err: std::fmt::Display>>(
    from: D,
) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(de::Error::custom)
}

/// Classes of one stage of a county (班额).
#[doc(alias = "班额")]
#[derive(Clone, Debug)]
pub struct StageClasses<'a> {
    stage: Stage,
    classes: Option<u64>,
    counts: [SizeCount<'a>; 2],
}

/// Classes of one size.
#[derive(Clone, Debug)]
pub struct SizeCount<'a> {
    size: ClassSize,
    count: Option<u64>,
    share: Option<Ratio>,
    aim: Option<&'static Aim>,
    schools: Vec<(SchoolRow<'a>, u64)>,
}

impl<'a> StageClasses<'a> {
    /// The stage.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// All classes of the schools that have the stage; `None` where one does not give them.
    pub fn classes(&self) -> Option<u64> {
        self.classes
    }

    /// Large classes, then very large ones.
    pub fn counts(&self) -> &[SizeCount<'a>] {
        &self.counts
    }
}

impl<'a> SizeCount<'a> {
    /// Which size.
    pub fn size(&self) -> ClassSize {
        self.size
    }

    /// Classes of this size; `None` where a school does not give them.
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// Their share of all classes, in per cent; `None` where either is not known.
    pub fn share(&self) -> Option<Ratio> {
        self.share
    }

    /// The national aim on the day of the evaluation.
    pub fn aim(&self) -> Option<&'static Aim> {
        self.aim
    }

    /// Whether the aim is reached; `None` without an aim or a share.
    pub fn reaches_aim(&self) -> Option<bool> {
        Some(self.share?.cmp_decimal(self.aim?.most).is_le())
    }

    /// The schools that have such classes and how many, in order of code.
    pub fn schools(&self) -> &[(SchoolRow<'a>, u64)] {
        &self.schools
    }
}

/// A school beyond a size (大校额).
#[doc(alias = "大校额")]
#[derive(Clone, Copy, Debug)]
pub struct LargeSchool<'a> {
    school: SchoolRow<'a>,
    pupils: u64,
    limit: &'static SchoolLimit,
}

impl<'a> LargeSchool<'a> {
    /// The school.
    pub fn school(self) -> SchoolRow<'a> {
        self.school
    }

    /// Its pupils in compulsory education.
    pub fn pupils(self) -> u64 {
        self.pupils
    }

    /// The largest limit it is beyond.
    pub fn limit(self) -> &'static SchoolLimit {
        self.limit
    }
}

impl<'a> CountyResult<'a> {
    /// Classes by size, for each stage of compulsory education (大班额、超大班额).
    ///
    /// # Examples
    /// ```
    /// use junheng::{Assessor, Standard, read_schools};
    ///
    /// let table = "county_code,school_code,kind,students_primary,classes_primary,classes_56plus_primary\n\
    ///              210102,1,小学,1000,20,1\n210102,2,小学,500,12,0\n";
    /// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
    /// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
    /// let primary = &assessment.counties().next().unwrap().class_sizes()[0];
    /// let large = &primary.counts()[0];
    /// assert_eq!((large.count(), primary.classes()), (Some(1), Some(32)));
    /// assert_eq!(large.share().unwrap().to_fixed(1), "3.1");
    /// assert_eq!(primary.counts()[1].count(), None);
    /// # Ok::<(), junheng::Error>(())
    /// ```
    #[doc(alias = "大班额")]
    pub fn class_sizes(self) -> Vec<StageClasses<'a>> {
        Stage::COMPULSORY.into_iter().map(|stage| self.classes_of(stage)).collect()
    }

    fn classes_of(self, stage: Stage) -> StageClasses<'a> {
        let all = if stage == Stage::Primary { Field::ClassesPrimary } else { Field::ClassesJunior };
        // Schools that teach the stage, or may: blank pupils are not none.
        let taught: Vec<_> = self
            .schools()
            .filter(|s| s.kind().stages_are_fixed() && s.students(stage) != Some(Decimal::ZERO))
            .collect();
        let sum = |field| {
            taught.iter().map(|s| count(*s, field)).sum::<Option<u64>>().filter(|_| !taught.is_empty())
        };
        let classes = sum(all);
        let counts = ClassSize::ALL.map(|size| {
            let field = size.field(stage);
            let found = sum(field);
            let share = found.zip(classes).and_then(|(n, of)| Ratio::new(i128::from(n) * 100, of.into()));
            let with = |s: &SchoolRow<'a>| Some((*s, count(*s, field).filter(|n| *n > 0)?));
            SizeCount {
                size,
                count: found,
                share,
                aim: self.aim(size),
                schools: taught.iter().filter_map(with).collect(),
            }
        });
        StageClasses { stage, classes, counts }
    }

    /// The aim in force on the day of the evaluation; the newest where there is none.
    fn aim(self, size: ClassSize) -> Option<&'static Aim> {
        let begun = |aim: &&Aim| aim.what == size && self.as_of().is_none_or(|day| aim.from <= day);
        Sizes::shipped().aim.iter().filter(begun).max_by_key(|aim| aim.from)
    }

    /// Schools with more pupils in compulsory education than the limits, in order of code (大校额).
    pub fn large_schools(self) -> Vec<LargeSchool<'a>> {
        let large = |school: SchoolRow<'a>| {
            let pupils = school.compulsory_students().and_then(Decimal::count)?;
            let beyond = |limit: &&SchoolLimit| pupils > limit.pupils(school.kind()).into();
            let limit =
                Sizes::shipped().school.iter().filter(beyond).max_by_key(|l| l.pupils(school.kind()))?;
            Some(LargeSchool { school, pupils, limit })
        };
        self.schools().filter_map(large).collect()
    }
}

fn count(school: SchoolRow<'_>, field: Field) -> Option<u64> {
    school.value(field).and_then(Decimal::count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_sizes_are_read() {
        assert_eq!((ClassSize::Large.pupils(), ClassSize::VeryLarge.pupils()), (56, 66));
        let limit = &Sizes::shipped().school[0];
        let kinds = [
            SchoolKind::Primary,
            SchoolKind::NineYear,
            SchoolKind::CompleteSecondary,
            SchoolKind::TwelveYear,
        ];
        assert_eq!(kinds.map(|kind| limit.pupils(kind)), [2000, 2500, 2000, 2500]);
    }
}
