//! Parts against their wholes.

use super::{compulsory_pupils, compulsory_pupils_name, count, exceeding, is_compulsory_only};
use crate::finding::{Arg, Code, Finding};
use crate::indicator::Indicator;
use crate::model::{DataSet, Field, SchoolRow, Stage};
use crate::numeric::Ratio;

/// Teachers with some quality, of one stage, and all teachers of the stage.
const TEACHERS: [(Field, Field); 8] = [
    (Field::AboveQualifiedPrimary, Field::TeachersPrimary),
    (Field::BackbonePrimary, Field::TeachersPrimary),
    (Field::PeArtsPrimary, Field::TeachersPrimary),
    (Field::MidSeniorPrimary, Field::TeachersPrimary),
    (Field::AboveQualifiedJunior, Field::TeachersJunior),
    (Field::BackboneJunior, Field::TeachersJunior),
    (Field::PeArtsJunior, Field::TeachersJunior),
    (Field::MidSeniorJunior, Field::TeachersJunior),
];

/// Teachers with some quality, given for the whole school.
pub(super) const SCHOOL_TEACHERS: [Field; 2] = [Field::CertifiedTeachers, Field::TrainedTeachers];

/// A column that counts a part of another.
const PARTS: [(Field, Field); 4] = [
    (Field::CatchmentStudentsPrimary, Field::StudentsPrimary),
    (Field::CatchmentStudentsJunior, Field::StudentsJunior),
    (Field::ComputersTeaching, Field::Computers),
    (Field::TrainingFunding, Field::PublicFundingBudget),
];

/// Amounts that may be given directly and by the columns they are made of.
pub(super) const TOTALS: [Indicator; 2] = [Indicator::TeachingArea, Indicator::SportsArea];

/// The columns of a cohort: who came in, and who went out.
pub(super) struct Cohort {
    pub(super) came: [Field; 2],
    pub(super) left: [Field; 3],
}

pub(super) const COHORT: Cohort = Cohort {
    came: [Field::IntakeJunior3yAgo, Field::TransferredInJunior],
    left: [Field::GraduatesJunior, Field::TransferredOutJunior, Field::DeceasedJunior],
};

/// The pairs of columns that a data set has.
pub(super) struct Sums {
    teachers: Vec<(Field, Field)>,
    parts: Vec<(Field, Field)>,
}

impl Sums {
    pub(super) fn of(data: &DataSet) -> Self {
        let there = |pair: &(Field, Field)| data.has_column(pair.0) && data.has_column(pair.1);
        let of = |pairs: &[(Field, Field)]| pairs.iter().copied().filter(there).collect();
        Sums { teachers: of(&TEACHERS), parts: of(&PARTS) }
    }

    /// Each a part and its whole.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Field, Field)> {
        self.teachers.iter().chain(&self.parts).copied()
    }
}

pub(super) fn check(sums: &Sums, school: SchoolRow<'_>, out: &mut Vec<Finding>) {
    for &(part, whole) in &sums.teachers {
        if let Some((value, total)) = exceeding(school, part, whole) {
            let finding = school.finding(Code::TeachersPartExceedsTotal, Some(part));
            out.push(finding.value(value).arg("total", &total));
        }
    }
    for &(part, whole) in &sums.parts {
        out.extend(part_exceeds_whole(school, part, whole));
    }
    school_teachers(school, out);
    migrant_pupils(school, out);
    areas(school, out);
    cohort(school, out);
}

pub(super) fn part_exceeds_whole(school: SchoolRow<'_>, part: Field, whole: Field) -> Option<Finding> {
    let (value, total) = exceeding(school, part, whole)?;
    let finding = school.finding(Code::PartExceedsWhole, Some(part));
    Some(finding.value(value).arg("whole", whole).arg("total", &total))
}

/// Columns of the whole school against the teachers of its stages, who are all only where there is no senior stage.
fn school_teachers(school: SchoolRow<'_>, out: &mut Vec<Finding>) {
    for field in SCHOOL_TEACHERS {
        let Some(value) = count(school, field) else { continue };
        if !is_compulsory_only(school) {
            return;
        }
        let of = |stage, teachers| match count(school, teachers) {
            None if !school.kind().has(stage) => Some(0),
            known => known,
        };
        let stages = [(Stage::Primary, Field::TeachersPrimary), (Stage::Junior, Field::TeachersJunior)];
        let total: Option<i64> = stages.into_iter().map(|(stage, teachers)| of(stage, teachers)).sum();
        if let Some(total) = total
            && value > total
        {
            let finding = school.finding(Code::TeachersPartExceedsTotal, Some(field));
            out.push(finding.value(value).arg("total", &total));
        }
    }
}

/// Migrant workers' children are counted among the pupils in compulsory education.
fn migrant_pupils(school: SchoolRow<'_>, out: &mut Vec<Finding>) {
    if let Some(value) = count(school, Field::MigrantStudents)
        && let Some(total) = compulsory_pupils(school)
        && value > total
    {
        let finding = school.finding(Code::PartExceedsWhole, Some(Field::MigrantStudents));
        out.push(finding.value(value).arg("whole", compulsory_pupils_name()).arg("total", &total));
    }
}

fn areas(school: SchoolRow<'_>, out: &mut Vec<Finding>) {
    if let (Some(indoor), Some(total)) =
        (school.value(Field::IndoorSportsArea), school.value(Field::TeachingArea))
        && indoor > total
    {
        let finding = school.finding(Code::IndoorExceedsTeachingArea, Some(Field::IndoorSportsArea));
        out.push(finding.value(indoor).arg("total", &total));
    }
    if school.value(Field::SportsFieldArea).is_none() {
        out.extend(part_exceeds_whole(school, Field::IndoorSportsArea, Field::SportsTotalArea));
    }
    for indicator in TOTALS {
        out.extend(totals_disagree(school, indicator));
    }
}

/// An amount given directly and by the columns it is made of, of which the results use the latter.
fn totals_disagree(school: SchoolRow<'_>, indicator: Indicator) -> Option<Finding> {
    // Shared by the stages of a school: any stage names the same columns.
    let stage = Stage::Primary;
    let (main, direct) = (indicator.field(stage), indicator.substitute(stage)?);
    let (value, _) = (school.value(direct)?, school.value(main)?);
    // A part larger than its whole leaves nothing to compare, and has a finding of its own.
    let derived = indicator.amount(school, stage).ok()?;
    (derived.ratio() != Ratio::from(value)).then(|| {
        let used = Arg::names(
            format!("由“{}”算得的", main.zh()),
            format!("the figure that follows from {}", main.id()),
        );
        let finding = school.finding(Code::TotalsDisagree, Some(direct)).value(value);
        finding.arg("derived", &derived).arg("used", used)
    })
}

/// Of the pupils who came in, no more can have gone out: graduated, transferred or died.
///
/// More of them mean a retention rate above 100 %. What is blank among those who went out only makes them fewer.
fn cohort(school: SchoolRow<'_>, out: &mut Vec<Finding>) {
    let [intake, transferred] = COHORT.came.map(|field| count(school, field));
    let Some((intake, transferred)) = intake.zip(transferred) else { return };
    let left: i64 = COHORT.left.into_iter().filter_map(|field| count(school, field)).sum();
    if left > intake + transferred {
        let finding = school.finding(Code::CohortExceedsIntake, Some(Field::GraduatesJunior)).value(left);
        out.push(finding.arg("total", &(intake + transferred)));
    }
}
