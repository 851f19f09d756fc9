//! Pupils and figures against the stages that a kind of school has.

use super::count;
use crate::finding::{Code, Finding};
use crate::model::{DataSet, Field, SchoolKind, SchoolRow, Stage};
use crate::numeric::Decimal;

/// The columns, other than the pupils, that a data set has of each stage of compulsory education.
pub(super) struct Stages {
    figures: [Vec<Field>; 2],
}

impl Stages {
    pub(super) fn of(data: &DataSet) -> Self {
        let figures = Stage::COMPULSORY.map(|stage| {
            let of_stage = Field::ALL.iter().copied().filter(|f| f.stage() == Some(stage) && f.is_numeric());
            of_stage.filter(|f| *f != Field::students(stage) && data.has_column(*f)).collect()
        });
        Stages { figures }
    }

    /// By stage.
    pub(super) fn figures(&self) -> [&[Field]; 2] {
        self.figures.each_ref().map(Vec::as_slice)
    }

    pub(super) fn check(&self, school: SchoolRow<'_>, out: &mut Vec<Finding>) {
        // A special-education or vocational school may have pupils of any stage.
        if !school.kind().stages_are_fixed() {
            return;
        }
        for stage in Stage::ALL {
            if school.kind().has(stage) {
                missing_pupils(school, stage, out);
                no_teachers(school, stage, out);
            } else {
                self.wrong_stage(school, stage, out);
            }
        }
        zero_students(school, out);
    }

    fn wrong_stage(&self, school: SchoolRow<'_>, stage: Stage, out: &mut Vec<Finding>) {
        let wrong = |code, field, value| {
            school.finding(code, Some(field)).value(value).arg("kind", school.kind()).arg("stage", stage)
        };
        let students = Field::students(stage);
        if let Some(pupils) = positive(school, students) {
            // The other figures of the stage go with these pupils: one finding says it.
            out.push(wrong(Code::PupilsInWrongStage, students, pupils));
            return;
        }
        for field in self.figures.get(stage as usize).into_iter().flatten() {
            if let Some(value) = positive(school, *field) {
                out.push(wrong(Code::FigureInWrongStage, *field, value));
            }
        }
    }
}

fn positive(school: SchoolRow<'_>, field: Field) -> Option<Decimal> {
    // Of most schools nothing stands there, or zero.
    school.raw(field).filter(|(number, _)| *number > 0).and_then(|_| school.value(field))
}

fn missing_pupils(school: SchoolRow<'_>, stage: Stage, out: &mut Vec<Finding>) {
    let field = Field::students(stage);
    let typed = school.value(field);
    if stage != Stage::Senior {
        if typed.is_none() {
            out.push(school.finding(Code::StudentsMissing, Some(field)).arg("stage", stage));
        }
        return;
    }
    // A senior school shares nothing with compulsory education; the others cannot be split without these pupils.
    if school.kind() == SchoolKind::Senior {
        return;
    }
    let senior = |code| school.finding(code, Some(field)).arg("kind", school.kind());
    match typed {
        None => out.push(senior(Code::SeniorPupilsMissing)),
        Some(pupils) if pupils.is_zero() => out.push(senior(Code::SeniorPupilsZero).value(pupils)),
        Some(_) => {}
    }
}

fn no_teachers(school: SchoolRow<'_>, stage: Stage, out: &mut Vec<Finding>) {
    let teachers = match stage {
        Stage::Primary => Field::TeachersPrimary,
        Stage::Junior => Field::TeachersJunior,
        Stage::Senior => return,
    };
    if count(school, teachers) == Some(0)
        && let Some(pupils) = positive(school, Field::students(stage))
    {
        let finding = school.finding(Code::NoTeachers, Some(teachers)).value(0);
        out.push(finding.arg("stage", stage).arg("pupils", &pupils));
    }
}

/// A school whose compulsory stages all have a typed zero; of a senior school, whose senior stage has.
fn zero_students(school: SchoolRow<'_>, out: &mut Vec<Finding>) {
    let kind = school.kind();
    let own = |stages: &[Stage]| stages.iter().copied().find(|s| kind.has(*s));
    let Some(first) = own(&Stage::COMPULSORY).or_else(|| own(&Stage::ALL)) else { return };
    let zero = |stage: Stage| school.value(Field::students(stage)).is_some_and(Decimal::is_zero);
    let all_zero = match first {
        Stage::Senior => zero(first),
        _ => Stage::COMPULSORY.into_iter().filter(|s| kind.has(*s)).all(zero),
    };
    // Pupils in a stage that the kind does not have are pupils all the same; they have a finding of their own.
    if all_zero && Stage::COMPULSORY.iter().all(|s| positive(school, Field::students(*s)).is_none()) {
        out.push(school.finding(Code::ZeroStudents, Some(Field::students(first))).value(0));
    }
}
