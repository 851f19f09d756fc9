//! Classes against pupils, and class sizes against one another.

use super::limits::Limits;
use super::sums::part_exceeds_whole;
use super::{count, is_compulsory_only};
use crate::finding::{Arg, Code, Finding};
use crate::model::{DataSet, Field, SchoolRow, Stage};
use crate::numeric::Decimal;

/// The columns of a stage, each of which counts a part of the next: very large, large and over-limit classes, all
/// classes (none is without a pupil), pupils.
const COLUMNS: [[Field; 5]; 2] = [
    [
        Field::Classes66plusPrimary,
        Field::Classes56plusPrimary,
        Field::ClassesOverLimitPrimary,
        Field::ClassesPrimary,
        Field::StudentsPrimary,
    ],
    [
        Field::Classes66plusJunior,
        Field::Classes56plusJunior,
        Field::ClassesOverLimitJunior,
        Field::ClassesJunior,
        Field::StudentsJunior,
    ],
];

/// Whether a data set has any column that is looked at here beside the pupils.
pub(super) fn has_any(data: &DataSet) -> bool {
    let classes = COLUMNS.iter().flat_map(|[classes @ .., _pupils]| classes);
    classes.chain([&Field::MaxClassSize]).any(|field| data.has_column(*field))
}

pub(super) fn check(school: SchoolRow<'_>, limits: &Limits, out: &mut Vec<Finding>) {
    let stages = [Stage::Primary, Stage::Junior].map(|stage| Classes::of(school, stage, limits));
    for stage in &stages {
        stage.parts(school, out);
        stage.against_pupils(school, limits, out);
    }
    if let Some(largest) = count(school, Field::MaxClassSize) {
        largest_class(school, &stages, largest, out);
    }
}

/// Classes of more than some size.
#[derive(Clone, Copy)]
struct Counted {
    field: Field,
    /// The fewest pupils of such a class.
    from: i64,
    classes: Option<i64>,
}

/// The classes of a stage.
struct Classes {
    stage: Stage,
    fields: [Field; 5],
    /// Zero where the kind has no such stage and nothing is typed.
    pupils: Option<i64>,
    typed_pupils: Option<i64>,
    classes: Option<i64>,
    /// Over the limit, large, very large.
    counted: [Counted; 3],
}

impl Classes {
    fn of(school: SchoolRow<'_>, stage: Stage, limits: &Limits) -> Self {
        let fields = if stage == Stage::Primary { COLUMNS[0] } else { COLUMNS[1] };
        let [very_large, large, over, classes, students] = fields;
        let [over_from, large_from, very_large_from] = limits.counted_from(stage);
        let counted = [(over, over_from), (large, large_from), (very_large, very_large_from)]
            .map(|(field, from)| Counted { field, from, classes: count(school, field) });
        let pupils = school.students(stage).and_then(Decimal::whole);
        let typed_pupils = count(school, students);
        Classes { stage, fields, pupils, typed_pupils, classes: count(school, classes), counted }
    }

    /// Each column against the next that is given.
    fn parts(&self, school: SchoolRow<'_>, out: &mut Vec<Finding>) {
        let [over, large, very_large] = self.counted.map(|counted| counted.classes);
        let values = [very_large, large, over, self.classes, self.typed_pupils];
        let mut part: Option<(Field, i64)> = None;
        for (field, value) in self.fields.into_iter().zip(values) {
            let Some(value) = value else { continue };
            if let Some((part, n)) = part
                && n > value
            {
                out.extend(part_exceeds_whole(school, part, field));
            }
            part = Some((field, value));
        }
    }

    fn against_pupils(&self, school: SchoolRow<'_>, limits: &Limits, out: &mut Vec<Finding>) {
        let (Some(pupils), Some(classes)) = (self.pupils, self.classes) else { return };
        let [.., field, _] = self.fields;
        if pupils > classes * i64::from(limits.pupils_per_class) {
            let finding = school.finding(Code::TooManyPupilsPerClass, Some(field)).value(classes);
            let finding = finding.arg("stage", self.stage).arg("pupils", &pupils);
            out.push(finding.arg("limit", &limits.pupils_per_class));
            return;
        }
        // None counted: every class is below the size. Some counted: they alone hold so many pupils, and each other
        // class at least one.
        let contradicts = |counted: &&Counted| match counted.classes {
            Some(0) => pupils > classes * (counted.from - 1),
            Some(n) => n <= classes && n * counted.from + (classes - n) > pupils,
            None => false,
        };
        // Columns of larger classes repeat the contradiction of the first.
        if let Some(Counted { field, classes: Some(n), .. }) = self.counted.iter().find(contradicts) {
            let finding = school.finding(Code::ClassesContradictPupils, Some(*field)).value(n);
            out.push(finding.arg("stage", self.stage).arg("pupils", &pupils).arg("classes", &classes));
        }
    }
}

/// The largest class as it is typed, against all that implies it.
fn largest_class(school: SchoolRow<'_>, stages: &[Classes; 2], largest: i64, out: &mut Vec<Finding>) {
    let contradicts = |pupils: i64, classes: i64| {
        let finding = school.finding(Code::LargestClassContradicts, Some(Field::MaxClassSize)).value(largest);
        finding.arg("pupils", &pupils).arg("classes", &classes)
    };
    for stage in stages {
        // No class is larger, so all of them together hold no more.
        if let (Some(pupils), Some(classes)) = (stage.pupils, stage.classes)
            && classes > 0
            && i128::from(pupils) > i128::from(classes) * i128::from(largest)
        {
            out.push(contradicts(pupils, classes));
        }
        let smaller = |c: &&Counted| c.classes.is_some_and(|n| n > 0) && largest < c.from;
        if let Some(Counted { field, classes: Some(n), .. }) = stage.counted.iter().find(smaller) {
            let finding = school.finding(Code::OverLimitContradicts, Some(*field)).value(n);
            out.push(finding.arg("largest", &largest));
        }
    }
    // From here on the largest class must be one of these stages, and both must be known.
    if !is_compulsory_only(school) || stages.iter().any(|s| s.pupils.is_none()) {
        return;
    }
    let taught = || stages.iter().filter(|s| s.pupils != Some(0));
    let most: Option<Vec<_>> = taught().map(|s| Some((s.pupils?, s.classes?))).collect();
    // A school without pupils has a largest class of none.
    if let Some(most) = most
        && largest > 0
        && most.iter().all(|(pupils, classes)| *classes > 0 && pupils >= classes)
        // Every other class of the stage has a pupil at least.
        && most.iter().all(|(pupils, classes)| largest > pupils - (classes - 1))
    {
        let (pupils, classes) = most.iter().fold((0, 0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
        out.push(contradicts(pupils, classes));
    }
    uncounted(school, taught, largest, out);
}

/// A largest class that some column should have counted, in whichever stage it is.
fn uncounted<'a, S: Iterator<Item = &'a Classes>>(
    school: SchoolRow<'_>,
    taught: impl Fn() -> S,
    largest: i64,
    out: &mut Vec<Finding>,
) {
    if taught().next().is_none() {
        return;
    }
    for level in 0..3 {
        let counted = || taught().filter_map(|s| s.counted.get(level));
        if counted().all(|c| c.classes == Some(0) && largest >= c.from) {
            let names = |name: fn(Field) -> &'static str, separator| {
                counted().map(|c| name(c.field)).collect::<Vec<_>>().join(separator)
            };
            let finding =
                school.finding(Code::LargestClassUncounted, Some(Field::MaxClassSize)).value(largest);
            out.push(finding.arg("counted", Arg::names(names(Field::zh, "”和“"), names(Field::id, " and "))));
            return;
        }
    }
}
