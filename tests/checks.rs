//! Every check on a data set: just on the allowed side, just beyond it, and what it then says.
#![allow(clippy::unwrap_used)] // A test that fails here fails by itself.

use std::collections::BTreeSet;

use junheng::model::{DataSet, Field, Quantity, School, SchoolKind, Stage};
use junheng::{Code, ErrorKind, Explanations, Finding, Lang, Severity, check};
use proptest::prelude::*;

use Field::*;
use SchoolKind::*;

const COUNTY: &str = "210102";

fn school_in(county: &str, year: u16, code: &str, kind: SchoolKind, values: &[(Field, &str)]) -> School {
    let school = School::new(county, code, kind).unwrap().with_year(year).unwrap();
    values.iter().fold(school, |school, (field, text)| {
        school.with(*field, Quantity::new(text.parse().unwrap(), field.unit())).unwrap()
    })
}

/// A school of 2023, the only year there is.
fn school(kind: SchoolKind, values: &[(Field, &str)]) -> School {
    school_in(COUNTY, 2023, "2101000001", kind, values)
}

fn data<'a>(schools: impl IntoIterator<Item = &'a School>) -> DataSet {
    let mut builder = DataSet::builder();
    schools.into_iter().for_each(|school| builder.push(school));
    builder.finish().unwrap()
}

fn checked<'a>(schools: impl IntoIterator<Item = &'a School>) -> Vec<Finding> {
    check(&data(schools))
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|f| f.code().id()).collect()
}

/// One school that passes every check, and the same with one figure changed, which has exactly one finding.
struct Case {
    code: Code,
    kind: SchoolKind,
    passes: &'static [(Field, &'static str)],
    fails: &'static [(Field, &'static str)],
    column: &'static str,
    value: Option<&'static str>,
    zh: &'static str,
    en: &'static str,
}

/// The checks on one school of one year.
const CASES: &[Case] = &[
    Case {
        code: Code::PupilsInWrongStage,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (StudentsJunior, "0"), (StudentsSenior, "0")],
        fails: &[(StudentsPrimary, "300"), (StudentsJunior, "1"), (StudentsSenior, "0")],
        column: "students_junior",
        value: Some("1"),
        zh: "小学不应有初中学生，却填了 1 人；请核对学校类别或学生数",
        en: "a primary_school has no junior stage, yet 1 pupils are given; check the kind or the pupils",
    },
    // The other figures of the stage follow from these pupils and are not listed one by one.
    Case {
        code: Code::PupilsInWrongStage,
        kind: NineYear,
        passes: &[(StudentsPrimary, "300"), (StudentsJunior, "200")],
        fails: &[(StudentsPrimary, "300"), (StudentsJunior, "200"), (StudentsSenior, "30")],
        column: "students_senior",
        value: Some("30"),
        zh: "九年一贯制学校不应有高中学生，却填了 30 人；请核对学校类别或学生数",
        en: "a nine_year_school has no senior stage, yet 30 pupils are given; check the kind or the pupils",
    },
    Case {
        code: Code::FigureInWrongStage,
        kind: Junior,
        passes: &[(StudentsJunior, "300"), (StudentsPrimary, "0"), (BackbonePrimary, "0")],
        fails: &[(StudentsJunior, "300"), (StudentsPrimary, "0"), (BackbonePrimary, "2")],
        column: "backbone_teachers_primary",
        value: Some("2"),
        zh: "初级中学不应有小学，“小学县级以上骨干教师数”却填了 2；请核对学校类别或填错的列",
        en: "a junior_school has no primary stage, yet backbone_teachers_primary is 2; check the kind or the column it was typed in",
    },
    Case {
        code: Code::StudentsMissing,
        kind: NineYear,
        passes: &[(StudentsPrimary, "300"), (StudentsJunior, "0")],
        fails: &[(StudentsPrimary, "300")],
        column: "students_junior",
        value: None,
        zh: "初中学生数缺失，本校初中的各项数值和全县初中的差异系数不能给出",
        en: "the pupils of the junior stage are missing; its values and the county's coefficients of that stage cannot be given",
    },
    Case {
        code: Code::SeniorPupilsMissing,
        kind: CompleteSecondary,
        passes: &[(StudentsJunior, "900"), (StudentsSenior, "600")],
        fails: &[(StudentsJunior, "900")],
        column: "students_senior",
        value: None,
        zh: "完全中学没有填高中学生数，共用资源无法分摊；请填写（没有则填 0）",
        en: "a complete_secondary gives no senior pupils, so shared resources cannot be split; give them (0 where there are none)",
    },
    Case {
        code: Code::SeniorPupilsZero,
        kind: TwelveYear,
        passes: &[(StudentsPrimary, "900"), (StudentsJunior, "900"), (StudentsSenior, "1")],
        fails: &[(StudentsPrimary, "900"), (StudentsJunior, "900"), (StudentsSenior, "0")],
        column: "students_senior",
        value: Some("0"),
        zh: "十二年一贯制学校的高中学生数为 0；共用资源全部归义务教育阶段，请核对",
        en: "a twelve_year_school gives 0 senior pupils; all shared resources go to compulsory education, check this",
    },
    Case {
        code: Code::NoTeachers,
        kind: NineYear,
        passes: &[
            (StudentsPrimary, "5"),
            (TeachersPrimary, "1"),
            (StudentsJunior, "0"),
            (TeachersJunior, "0"),
        ],
        fails: &[
            (StudentsPrimary, "5"),
            (TeachersPrimary, "0"),
            (StudentsJunior, "0"),
            (TeachersJunior, "0"),
        ],
        column: "teachers_primary",
        value: Some("0"),
        zh: "小学有学生 5 人却没有专任教师",
        en: "the primary stage has 5 pupils and no full-time teacher",
    },
    Case {
        code: Code::ZeroStudents,
        kind: NineYear,
        passes: &[(StudentsPrimary, "0"), (StudentsJunior, "1")],
        fails: &[(StudentsPrimary, "0"), (StudentsJunior, "0")],
        column: "students_primary",
        value: Some("0"),
        zh: "本校没有义务教育阶段学生，不参加评估",
        en: "the school has no pupils in compulsory education and is not assessed",
    },
    Case {
        code: Code::ZeroStudents,
        kind: CompleteSecondary,
        passes: &[(StudentsJunior, "1"), (StudentsSenior, "800")],
        fails: &[(StudentsJunior, "0"), (StudentsSenior, "800")],
        column: "students_junior",
        value: Some("0"),
        zh: "本校没有义务教育阶段学生，不参加评估",
        en: "the school has no pupils in compulsory education and is not assessed",
    },
    Case {
        code: Code::ZeroStudents,
        kind: Senior,
        passes: &[(StudentsSenior, "800"), (StudentsPrimary, "0"), (StudentsJunior, "0")],
        fails: &[(StudentsSenior, "0"), (StudentsPrimary, "0"), (StudentsJunior, "0")],
        column: "students_senior",
        value: Some("0"),
        zh: "本校没有义务教育阶段学生，不参加评估",
        en: "the school has no pupils in compulsory education and is not assessed",
    },
    Case {
        code: Code::TeachersPartExceedsTotal,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (TeachersPrimary, "20"), (AboveQualifiedPrimary, "20")],
        fails: &[(StudentsPrimary, "300"), (TeachersPrimary, "20"), (AboveQualifiedPrimary, "21")],
        column: "above_qualified_teachers_primary",
        value: Some("21"),
        zh: "“小学高于规定学历教师数”为 21 人，多于专任教师 20 人",
        en: "above_qualified_teachers_primary is 21, more than the 20 full-time teachers",
    },
    // By stage a senior stage does not matter.
    Case {
        code: Code::TeachersPartExceedsTotal,
        kind: CompleteSecondary,
        passes: &[
            (StudentsJunior, "300"),
            (StudentsSenior, "300"),
            (TeachersJunior, "20"),
            (MidSeniorJunior, "20"),
        ],
        fails: &[
            (StudentsJunior, "300"),
            (StudentsSenior, "300"),
            (TeachersJunior, "20"),
            (MidSeniorJunior, "21"),
        ],
        column: "mid_senior_teachers_junior",
        value: Some("21"),
        zh: "“初中中级及以上职称教师数”为 21 人，多于专任教师 20 人",
        en: "mid_senior_teachers_junior is 21, more than the 20 full-time teachers",
    },
    Case {
        code: Code::TeachersPartExceedsTotal,
        kind: NineYear,
        passes: &[
            (StudentsPrimary, "300"),
            (StudentsJunior, "300"),
            (TeachersPrimary, "20"),
            (TeachersJunior, "25"),
            (CertifiedTeachers, "45"),
        ],
        fails: &[
            (StudentsPrimary, "300"),
            (StudentsJunior, "300"),
            (TeachersPrimary, "20"),
            (TeachersJunior, "25"),
            (CertifiedTeachers, "46"),
        ],
        column: "certified_teachers",
        value: Some("46"),
        zh: "“持教师资格证专任教师数”为 46 人，多于专任教师 45 人",
        en: "certified_teachers is 46, more than the 45 full-time teachers",
    },
    // A primary school has no teachers of the junior stage: a blank there hides none.
    Case {
        code: Code::TeachersPartExceedsTotal,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (TeachersPrimary, "20"), (TrainedTeachers, "20")],
        fails: &[(StudentsPrimary, "300"), (TeachersPrimary, "20"), (TrainedTeachers, "21")],
        column: "trained_teachers",
        value: Some("21"),
        zh: "“五年满360学时专任教师数”为 21 人，多于专任教师 20 人",
        en: "trained_teachers is 21, more than the 20 full-time teachers",
    },
    Case {
        code: Code::IndoorExceedsTeachingArea,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (TeachingArea, "1500.5"), (IndoorSportsArea, "1500.5")],
        fails: &[(StudentsPrimary, "300"), (TeachingArea, "1500.5"), (IndoorSportsArea, "1500.51")],
        column: "indoor_sports_area",
        value: Some("1500.51"),
        zh: "室内体育用房 1500.51 平方米，大于教学及辅助用房 1500.5 平方米",
        en: "indoor sports rooms of 1500.51 m² exceed the teaching area of 1500.5 m²",
    },
    Case {
        code: Code::PartExceedsWhole,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (CatchmentStudentsPrimary, "300")],
        fails: &[(StudentsPrimary, "300"), (CatchmentStudentsPrimary, "301")],
        column: "catchment_students_primary",
        value: Some("301"),
        zh: "“小学划片范围内在校生数”为 301，大于“小学在校生数”的 300",
        en: "catchment_students_primary is 301, more than the 300 of students_primary",
    },
    // Migrant workers' children are pupils in compulsory education; those of the senior stage do not count.
    Case {
        code: Code::PartExceedsWhole,
        kind: TwelveYear,
        passes: &[
            (StudentsPrimary, "300"),
            (StudentsJunior, "200"),
            (StudentsSenior, "200"),
            (MigrantStudents, "500"),
        ],
        fails: &[
            (StudentsPrimary, "300"),
            (StudentsJunior, "200"),
            (StudentsSenior, "200"),
            (MigrantStudents, "501"),
        ],
        column: "migrant_students",
        value: Some("501"),
        zh: "“进城务工人员随迁子女在校生数”为 501，大于“小学和初中在校生数”的 500",
        en: "migrant_students is 501, more than the 500 of students_primary + students_junior",
    },
    // One pupil a class at least.
    Case {
        code: Code::PartExceedsWhole,
        kind: TeachingPoint,
        passes: &[(StudentsPrimary, "3"), (ClassesPrimary, "3")],
        fails: &[(StudentsPrimary, "3"), (ClassesPrimary, "4")],
        column: "classes_primary",
        value: Some("4"),
        zh: "“小学班级数”为 4，大于“小学在校生数”的 3",
        en: "classes_primary is 4, more than the 3 of students_primary",
    },
    Case {
        code: Code::PartExceedsWhole,
        kind: Junior,
        passes: &[
            (StudentsJunior, "400"),
            (ClassesOverLimitJunior, "3"),
            (Classes56plusJunior, "3"),
            (Classes66plusJunior, "2"),
        ],
        fails: &[
            (StudentsJunior, "400"),
            (ClassesOverLimitJunior, "2"),
            (Classes56plusJunior, "3"),
            (Classes66plusJunior, "2"),
        ],
        column: "classes_56plus_junior",
        value: Some("3"),
        zh: "“初中56人及以上班级数”为 3，大于“初中超50人班级数”的 2",
        en: "classes_56plus_junior is 3, more than the 2 of classes_over_limit_junior",
    },
    // A column in between that is not given leaves the next.
    Case {
        code: Code::PartExceedsWhole,
        kind: Primary,
        passes: &[(StudentsPrimary, "400"), (ClassesOverLimitPrimary, "2"), (Classes66plusPrimary, "2")],
        fails: &[(StudentsPrimary, "400"), (ClassesOverLimitPrimary, "1"), (Classes66plusPrimary, "2")],
        column: "classes_66plus_primary",
        value: Some("2"),
        zh: "“小学66人及以上班级数”为 2，大于“小学超45人班级数”的 1",
        en: "classes_66plus_primary is 2, more than the 1 of classes_over_limit_primary",
    },
    Case {
        code: Code::PartExceedsWhole,
        kind: Primary,
        passes: &[(StudentsPrimary, "400"), (Computers, "50"), (ComputersTeaching, "50")],
        fails: &[(StudentsPrimary, "400"), (Computers, "50"), (ComputersTeaching, "51")],
        column: "computers_teaching",
        value: Some("51"),
        zh: "“教学用计算机台数”为 51，大于“计算机台数”的 50",
        en: "computers_teaching is 51, more than the 50 of computers",
    },
    Case {
        code: Code::PartExceedsWhole,
        kind: Primary,
        passes: &[
            (StudentsPrimary, "400"),
            (PublicFundingBudget, "300000.1"),
            (TrainingFunding, "300000.10"),
        ],
        fails: &[(StudentsPrimary, "400"), (PublicFundingBudget, "300000.1"), (TrainingFunding, "300000.11")],
        column: "training_funding",
        value: Some("300000.11"),
        zh: "“上年度教师培训经费”为 300000.11，大于“上年度公用经费预算总额”的 300000.1",
        en: "training_funding is 300000.11, more than the 300000.1 of public_funding_budget",
    },
    Case {
        code: Code::PartExceedsWhole,
        kind: Primary,
        passes: &[(StudentsPrimary, "400"), (SportsTotalArea, "900"), (IndoorSportsArea, "900")],
        fails: &[(StudentsPrimary, "400"), (SportsTotalArea, "900"), (IndoorSportsArea, "900.5")],
        column: "indoor_sports_area",
        value: Some("900.5"),
        zh: "“室内体育用房面积”为 900.5，大于“体育运动场馆面积”的 900",
        en: "indoor_sports_area is 900.5, more than the 900 of sports_total_area",
    },
    Case {
        code: Code::TooManyPupilsPerClass,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (ClassesPrimary, "3")],
        fails: &[(StudentsPrimary, "301"), (ClassesPrimary, "3")],
        column: "classes_primary",
        value: Some("3"),
        zh: "小学 301 人、3 个班，平均每班超过 100 人",
        en: "301 pupils of the primary stage in 3 classes: more than 100 a class",
    },
    // No class over 45: at most 45 in each, 3 × 45 = 135.
    Case {
        code: Code::ClassesContradictPupils,
        kind: Primary,
        passes: &[(StudentsPrimary, "135"), (ClassesPrimary, "3"), (ClassesOverLimitPrimary, "0")],
        fails: &[(StudentsPrimary, "136"), (ClassesPrimary, "3"), (ClassesOverLimitPrimary, "0")],
        column: "classes_over_limit_primary",
        value: Some("0"),
        zh: "“小学超45人班级数”填 0 个，与小学 136 名学生、3 个班不符",
        en: "classes_over_limit_primary is 0, which contradicts 136 pupils of the primary stage in 3 classes",
    },
    // No class of 66 and more: at most 65 in each, 2 × 65 = 130.
    Case {
        code: Code::ClassesContradictPupils,
        kind: Primary,
        passes: &[(StudentsPrimary, "130"), (ClassesPrimary, "2"), (Classes66plusPrimary, "0")],
        fails: &[(StudentsPrimary, "131"), (ClassesPrimary, "2"), (Classes66plusPrimary, "0")],
        column: "classes_66plus_primary",
        value: Some("0"),
        zh: "“小学66人及以上班级数”填 0 个，与小学 131 名学生、2 个班不符",
        en: "classes_66plus_primary is 0, which contradicts 131 pupils of the primary stage in 2 classes",
    },
    // Two classes over 50 hold 51 each, the third has a pupil: 103.
    Case {
        code: Code::ClassesContradictPupils,
        kind: Junior,
        passes: &[(StudentsJunior, "103"), (ClassesJunior, "3"), (ClassesOverLimitJunior, "2")],
        fails: &[(StudentsJunior, "102"), (ClassesJunior, "3"), (ClassesOverLimitJunior, "2")],
        column: "classes_over_limit_junior",
        value: Some("2"),
        zh: "“初中超50人班级数”填 2 个，与初中 102 名学生、3 个班不符",
        en: "classes_over_limit_junior is 2, which contradicts 102 pupils of the junior stage in 3 classes",
    },
    // 95 % graduated would be ordinary; 101 of 100 came from nowhere.
    Case {
        code: Code::CohortExceedsIntake,
        kind: Junior,
        passes: &[
            (StudentsJunior, "300"),
            (IntakeJunior3yAgo, "95"),
            (TransferredInJunior, "5"),
            (GraduatesJunior, "97"),
            (TransferredOutJunior, "2"),
            (DeceasedJunior, "1"),
        ],
        fails: &[
            (StudentsJunior, "300"),
            (IntakeJunior3yAgo, "95"),
            (TransferredInJunior, "5"),
            (GraduatesJunior, "98"),
            (TransferredOutJunior, "2"),
            (DeceasedJunior, "1"),
        ],
        column: "graduates_junior",
        value: Some("101"),
        zh: "初中毕业、转出和死亡的共 101 人，多于三年前初一与转入的 100 人",
        en: "101 pupils graduated, transferred out or died, more than the 100 of the intake and those transferred in",
    },
    Case {
        code: Code::TotalsDisagree,
        kind: Primary,
        passes: &[
            (StudentsPrimary, "300"),
            (TeachingArea, "2000.5"),
            (IndoorSportsArea, "200.25"),
            (TeachingAreaNet, "1800.25"),
        ],
        fails: &[
            (StudentsPrimary, "300"),
            (TeachingArea, "2000.5"),
            (IndoorSportsArea, "200.5"),
            (TeachingAreaNet, "1800.25"),
        ],
        column: "teaching_area_net",
        value: Some("1800.25"),
        zh: "“教学及辅助用房面积(不含室内体育用房)”填 1800.25，而由其他列算得 1800；采用由“教学及辅助用房面积”算得的",
        en: "teaching_area_net is given as 1800.25 while other columns make it 1800; the figure that follows from teaching_area is used",
    },
    // A blank of indoor rooms means none.
    Case {
        code: Code::TotalsDisagree,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (SportsFieldArea, "3000"), (SportsTotalArea, "3000")],
        fails: &[(StudentsPrimary, "300"), (SportsFieldArea, "3000"), (SportsTotalArea, "3000.01")],
        column: "sports_total_area",
        value: Some("3000.01"),
        zh: "“体育运动场馆面积”填 3000.01，而由其他列算得 3000；采用由“运动场地面积”算得的",
        en: "sports_total_area is given as 3000.01 while other columns make it 3000; the figure that follows from sports_field_area is used",
    },
    // 50 yuan a pupil is the lower end; times 10 000, 49.99 is 499 900 and explains nothing.
    Case {
        code: Code::ImplausiblePerPupil,
        kind: Primary,
        passes: &[(StudentsPrimary, "100"), (EquipmentValue, "5000")],
        fails: &[(StudentsPrimary, "100"), (EquipmentValue, "4999")],
        column: "equipment_value",
        value: Some("4999"),
        zh: "“教学仪器设备值”每生 49.99，不在 50 至 200000 之间；请核对数值、单位和学生数",
        en: "equipment_value is 49.99 a pupil, outside 50 to 200000; check the value, its unit and the pupils",
    },
    // 0.2 yuan a pupil is 2000 yuan where 万元 was meant. All pupils of the school share it.
    Case {
        code: Code::ImplausiblePerPupil,
        kind: CompleteSecondary,
        passes: &[(StudentsJunior, "200"), (StudentsSenior, "300"), (EquipmentValue, "1000000")],
        fails: &[(StudentsJunior, "200"), (StudentsSenior, "300"), (EquipmentValue, "100")],
        column: "equipment_value",
        value: Some("100"),
        zh: "“教学仪器设备值”每生 0.20，不在 50 至 200000 之间；像是按万元填写、按元读入",
        en: "equipment_value is 0.20 a pupil, outside 50 to 200000; it looks typed in ten thousand yuan and read as yuan",
    },
    Case {
        code: Code::ImplausiblePerPupil,
        kind: Primary,
        passes: &[(StudentsPrimary, "3"), (EquipmentValue, "600000")],
        fails: &[(StudentsPrimary, "3"), (EquipmentValue, "600001")],
        column: "equipment_value",
        value: Some("600001"),
        zh: "“教学仪器设备值”每生 200000.33，不在 50 至 200000 之间；请核对数值、单位和学生数",
        en: "equipment_value is 200000.33 a pupil, outside 50 to 200000; check the value, its unit and the pupils",
    },
    Case {
        code: Code::ImplausiblePerPupil,
        kind: Primary,
        passes: &[(StudentsPrimary, "100"), (EquipmentValue, "200000")],
        fails: &[(StudentsPrimary, "100"), (EquipmentValue, "2000000000")],
        column: "equipment_value",
        value: Some("2000000000"),
        zh: "“教学仪器设备值”每生 20000000.00，不在 50 至 200000 之间；像是按元填写、按万元读入",
        en: "equipment_value is 20000000.00 a pupil, outside 50 to 200000; it looks typed in yuan and read as ten thousand yuan",
    },
    // 0.1995… rounds to 0.20, which would look allowed: printed with as many decimals as show the difference.
    Case {
        code: Code::ImplausiblePerPupil,
        kind: Primary,
        passes: &[(StudentsPrimary, "2000"), (TeachingArea, "400")],
        fails: &[(StudentsPrimary, "2000"), (TeachingArea, "399.98")],
        column: "teaching_area",
        value: Some("399.98"),
        zh: "“教学及辅助用房面积”每生 0.19999，不在 0.2 至 500 之间；请核对数值、单位和学生数",
        en: "teaching_area is 0.19999 a pupil, outside 0.2 to 500; check the value, its unit and the pupils",
    },
    Case {
        code: Code::ImplausiblePerPupil,
        kind: SpecialEducation,
        passes: &[(StudentsPrimary, "2"), (Books, "4000")],
        fails: &[(StudentsPrimary, "2"), (Books, "4001")],
        column: "books",
        value: Some("4001"),
        zh: "“图书册数”每生 2000.50，不在 0.5 至 2000 之间；请核对数值、单位和学生数",
        en: "books is 2000.50 a pupil, outside 0.5 to 2000; check the value, its unit and the pupils",
    },
    // 121 pupils in 3 classes: the largest has at least ⌈121 / 3⌉ = 41.
    Case {
        code: Code::LargestClassContradicts,
        kind: Primary,
        passes: &[(StudentsPrimary, "121"), (ClassesPrimary, "3"), (MaxClassSize, "41")],
        fails: &[(StudentsPrimary, "121"), (ClassesPrimary, "3"), (MaxClassSize, "40")],
        column: "max_class_size",
        value: Some("40"),
        zh: "最大班额填 40 人，与 121 名学生、3 个班不符",
        en: "the largest class is given as 40, which contradicts 121 pupils in 3 classes",
    },
    // 30 + 40 pupils: the largest class has at most 40 − (2 − 1) = 39, if the other of its stage has one pupil.
    Case {
        code: Code::LargestClassContradicts,
        kind: NineYear,
        passes: &[
            (StudentsPrimary, "30"),
            (ClassesPrimary, "1"),
            (StudentsJunior, "40"),
            (ClassesJunior, "2"),
            (MaxClassSize, "39"),
        ],
        fails: &[
            (StudentsPrimary, "30"),
            (ClassesPrimary, "1"),
            (StudentsJunior, "40"),
            (ClassesJunior, "2"),
            (MaxClassSize, "40"),
        ],
        column: "max_class_size",
        value: Some("40"),
        zh: "最大班额填 40 人，与 70 名学生、3 个班不符",
        en: "the largest class is given as 40, which contradicts 70 pupils in 3 classes",
    },
    Case {
        code: Code::OverLimitContradicts,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (ClassesOverLimitPrimary, "1"), (MaxClassSize, "46")],
        fails: &[(StudentsPrimary, "300"), (ClassesOverLimitPrimary, "1"), (MaxClassSize, "45")],
        column: "classes_over_limit_primary",
        value: Some("1"),
        zh: "“小学超45人班级数”填 1 个，但最大班额只有 45 人",
        en: "classes_over_limit_primary is 1, yet the largest class has 45 pupils",
    },
    Case {
        code: Code::OverLimitContradicts,
        kind: Junior,
        passes: &[
            (StudentsJunior, "300"),
            (ClassesOverLimitJunior, "2"),
            (Classes56plusJunior, "1"),
            (MaxClassSize, "56"),
        ],
        fails: &[
            (StudentsJunior, "300"),
            (ClassesOverLimitJunior, "2"),
            (Classes56plusJunior, "1"),
            (MaxClassSize, "55"),
        ],
        column: "classes_56plus_junior",
        value: Some("1"),
        zh: "“初中56人及以上班级数”填 1 个，但最大班额只有 55 人",
        en: "classes_56plus_junior is 1, yet the largest class has 55 pupils",
    },
    Case {
        code: Code::LargestClassUncounted,
        kind: Primary,
        passes: &[(StudentsPrimary, "300"), (ClassesOverLimitPrimary, "0"), (MaxClassSize, "45")],
        fails: &[(StudentsPrimary, "300"), (ClassesOverLimitPrimary, "0"), (MaxClassSize, "46")],
        column: "max_class_size",
        value: Some("46"),
        zh: "最大班额填 46 人，“小学超45人班级数”却为 0",
        en: "the largest class is given as 46, yet there is none in classes_over_limit_primary",
    },
    // A class of 50 may be one of the junior stage, where it is within the limit; one of 51 is over both.
    Case {
        code: Code::LargestClassUncounted,
        kind: NineYear,
        passes: &[
            (StudentsPrimary, "300"),
            (StudentsJunior, "300"),
            (ClassesOverLimitPrimary, "0"),
            (ClassesOverLimitJunior, "0"),
            (MaxClassSize, "50"),
        ],
        fails: &[
            (StudentsPrimary, "300"),
            (StudentsJunior, "300"),
            (ClassesOverLimitPrimary, "0"),
            (ClassesOverLimitJunior, "0"),
            (MaxClassSize, "51"),
        ],
        column: "max_class_size",
        value: Some("51"),
        zh: "最大班额填 51 人，“小学超45人班级数”和“初中超50人班级数”却为 0",
        en: "the largest class is given as 51, yet there is none in classes_over_limit_primary and classes_over_limit_junior",
    },
];

/// Codes whose cases are in the panel tests below.
const PANEL: &[Code] = &[Code::SchoolAppears, Code::SchoolDisappears, Code::SchoolMoved, Code::Jump];

/// Codes of explanations, tested below.
const EXPLANATIONS: &[Code] =
    &[Code::UnknownExplanationCode, Code::BlankExplanation, Code::ErrorExplained, Code::UnusedExplanation];

/// Codes that reading a table and computing a result raise; they are tested there.
const ELSEWHERE: &[&str] = &[
    // The file.
    "empty_file",
    "unreadable",
    "unclosed_quote",
    "workbook_not_text",
    "workbook_protected",
    "workbook_damaged",
    "not_a_table",
    "sheet_skipped",
    "sheet_hidden",
    "year_from_sheet",
    "file_skipped",
    "no_tables",
    "no_header",
    "no_rows",
    "more_problems",
    "missing_column",
    "duplicate_column",
    "unknown_column",
    "unknown_unit",
    "row_length",
    "row_skipped",
    "encoding_guessed",
    "unclosed_quote",
    // Identity.
    "blank_school_code",
    "school_code_is_number",
    "repeated_school_code",
    "school_in_two_counties",
    "malformed_county_code",
    "county_name_conflict",
    "unknown_kind",
    "unknown_category",
    "code_stored_as_number",
    // Cells.
    "cell_error",
    "formula_without_value",
    "formula_zero",
    "merged_figure",
    "read_as_shown",
    "percent_unseen",
    "not_a_number",
    "spreadsheet_date",
    "not_finite",
    "blank_figure",
    "no_pupils",
    "negative",
    "not_whole",
    "out_of_range",
    "wrong_unit",
    "bad_year",
    "missing_mark",
    "blank_figure",
    "no_pupils",
    // Missing data.
    "column_absent",
    "missing_value",
    "blank_taken_as_none",
    "clause_undetermined",
    "substitute_used",
    "negative_difference",
    "ownership_missing",
    // Results.
    "before_effect",
    "zero_indicator",
    "cv_missing",
    "cv_skipped",
    "boundary_case",
    "county_without_schools",
    "repeated_county",
    "beyond_range",
    "item_clause_applied",
    "clause_applied",
    // Scoring tables.
    "unknown_score_item",
    "repeated_answer",
    "bad_answer",
    "score_unanswered",
    "answers_without_schools",
    "example_table",
];

#[test]
fn every_code_is_tested_here_or_named_as_tested_elsewhere() {
    let here: BTreeSet<_> = CASES
        .iter()
        .map(|c| c.code)
        .chain(PANEL.to_vec())
        .chain(EXPLANATIONS.to_vec())
        .map(Code::id)
        .collect();
    let elsewhere: BTreeSet<_> = ELSEWHERE.iter().copied().collect();
    assert_eq!(here.len(), 26);
    assert!(here.is_disjoint(&elsewhere));
    let all: BTreeSet<_> = Code::ALL.iter().map(|c| c.id()).collect();
    assert_eq!(here.union(&elsewhere).copied().collect::<BTreeSet<_>>(), all);
    assert!(Code::ALL.iter().all(|code| Code::from_id(code.id()) == Some(*code)));
}

#[test]
fn each_check_passes_at_its_limit_and_speaks_just_beyond() {
    for case in CASES {
        let name = format!("{}, {}", case.code, case.zh);
        assert_eq!(codes(&checked([&school(case.kind, case.passes)])), [""; 0], "{name}");
        let findings = checked([&school(case.kind, case.fails)]);
        assert_eq!(codes(&findings), [case.code.id()], "{name}");
        let finding = &findings[0];
        assert_eq!(finding.message(Lang::Zh), case.zh);
        assert_eq!(finding.message(Lang::En), case.en);
        assert_eq!(finding.column_id(), Some(case.column), "{name}");
        assert_eq!(finding.value_found(), case.value, "{name}");
        assert_eq!(finding.county_code(), Some(COUNTY));
        assert_eq!(finding.school_code(), Some("2101000001"));
        assert_eq!(finding.year(), Some(2023));
    }
}

#[test]
fn every_part_is_held_against_its_own_whole_in_both_stages() {
    let field = |id: &str, stage: Stage| Field::from_id(&format!("{id}_{stage}")).unwrap();
    let parts = [
        ("above_qualified_teachers", "teachers", Code::TeachersPartExceedsTotal),
        ("backbone_teachers", "teachers", Code::TeachersPartExceedsTotal),
        ("pe_arts_teachers", "teachers", Code::TeachersPartExceedsTotal),
        ("mid_senior_teachers", "teachers", Code::TeachersPartExceedsTotal),
        ("catchment_students", "students", Code::PartExceedsWhole),
        ("classes", "students", Code::PartExceedsWhole),
        ("classes_over_limit", "classes", Code::PartExceedsWhole),
        ("classes_56plus", "classes_over_limit", Code::PartExceedsWhole),
        ("classes_66plus", "classes_56plus", Code::PartExceedsWhole),
    ];
    for (stage, kind) in [(Stage::Primary, Primary), (Stage::Junior, Junior)] {
        for (part, whole, code) in parts {
            let (part, whole) = (field(part, stage), field(whole, stage));
            // 4000 pupils allow any size of eleven classes, and are too many for none that is given here.
            let base = match whole {
                StudentsPrimary | StudentsJunior => vec![],
                _ => vec![(Field::students(stage), "4000")],
            };
            let with = |value| {
                let mut values = base.clone();
                values.extend([(whole, "50"), (part, value)]);
                checked([&school(kind, &values)])
            };
            assert_eq!(codes(&with("50")), [""; 0], "{part} of {whole}");
            let findings = with("51");
            assert_eq!(codes(&findings), [code.id()], "{part} of {whole}");
            assert_eq!(findings[0].column_id(), Some(part.id()));
        }
    }
}

#[test]
fn stages_are_named_in_their_own_findings() {
    let values = [(StudentsJunior, "101"), (ClassesJunior, "1"), (TeachersJunior, "0")];
    let messages: Vec<_> = checked([&school(Junior, &values)]).iter().map(|f| f.message(Lang::En)).collect();
    assert_eq!(
        messages,
        [
            "the junior stage has 101 pupils and no full-time teacher",
            "101 pupils of the junior stage in 1 classes: more than 100 a class",
        ]
    );
}

#[test]
fn only_what_stops_a_verdict_is_an_error() {
    let errors: BTreeSet<_> = CASES
        .iter()
        .map(|c| c.code)
        .chain(PANEL.to_vec())
        .filter(|c| c.severity() == Severity::Error)
        .map(Code::id)
        .collect();
    let expected = ["pupils_in_wrong_stage", "senior_pupils_missing", "students_missing"];
    assert_eq!(errors, BTreeSet::from(expected));
}

#[test]
fn nothing_is_said_where_the_data_do_not_decide_it() {
    let nothing = |kind, values: &[(Field, &str)]| {
        assert_eq!(codes(&checked([&school(kind, values)])), [""; 0], "{kind} {values:?}");
    };
    // Stages are free in special-education and vocational schools.
    nothing(SpecialEducation, &[]);
    nothing(Vocational, &[(StudentsJunior, "0"), (StudentsSenior, "0"), (TeachersPrimary, "0")]);
    // A senior school owes nothing, not even its pupils.
    nothing(Senior, &[]);
    nothing(Senior, &[(StudentsPrimary, "0"), (StudentsJunior, "0")]);
    // Teachers of the senior stage may be among the certified and the trained.
    let senior = [(StudentsJunior, "300"), (StudentsSenior, "300"), (TeachersJunior, "20")];
    nothing(
        CompleteSecondary,
        &[&senior[..], &[(CertifiedTeachers, "50"), (TrainedTeachers, "50")]].concat(),
    );
    // So may the largest class, and one over the limit.
    nothing(
        CompleteSecondary,
        &[&senior[..], &[(ClassesOverLimitJunior, "0"), (MaxClassSize, "60")]].concat(),
    );
    nothing(CompleteSecondary, &[&senior[..], &[(ClassesJunior, "290"), (MaxClassSize, "60")]].concat());
    // A nine-year school whose junior teachers are not known.
    let nine = [(StudentsPrimary, "300"), (StudentsJunior, "300"), (TeachersPrimary, "20")];
    nothing(NineYear, &[&nine[..], &[(CertifiedTeachers, "50")]].concat());
    // Pupils transferred in may be any number where they are not given.
    nothing(Junior, &[(StudentsJunior, "300"), (IntakeJunior3yAgo, "90"), (GraduatesJunior, "100")]);
    // No pupils, no value per pupil: the zero has its own finding.
    let empty = [(StudentsPrimary, "0"), (EquipmentValue, "1")];
    assert_eq!(codes(&checked([&school(Primary, &empty)])), ["zero_students"]);
    // Nor is there a class: no size contradicts, but that of a class.
    let unused = [(StudentsPrimary, "0"), (ClassesPrimary, "0"), (MaxClassSize, "0")];
    assert_eq!(codes(&checked([&school(Primary, &unused)])), ["zero_students"]);
    let sized = [(StudentsPrimary, "0"), (ClassesPrimary, "0"), (MaxClassSize, "1")];
    assert_eq!(codes(&checked([&school(Primary, &sized)])), ["largest_class_contradicts", "zero_students"]);
    // A blank stage may hold pupils: missing is not zero.
    assert_eq!(codes(&checked([&school(NineYear, &[(StudentsPrimary, "0")])])), ["students_missing"]);
    // Pupils of a stage that the kind does not have are pupils: the school is not empty.
    let wrong = [(StudentsPrimary, "0"), (StudentsJunior, "30"), (TeachersJunior, "0")];
    assert_eq!(codes(&checked([&school(Primary, &wrong)])), ["pupils_in_wrong_stage"]);
    assert_eq!(codes(&checked([&school(Primary, &[])])), ["students_missing"]);
    assert!(check(&DataSet::default()).is_empty());
}

#[test]
fn one_wrong_figure_is_not_repeated_for_every_column_that_it_contradicts() {
    // 1370 pupils in 3 classes: too many for any class, whatever its counted sizes say.
    let values = [
        (StudentsPrimary, "1370"),
        (ClassesPrimary, "3"),
        (ClassesOverLimitPrimary, "0"),
        (Classes56plusPrimary, "0"),
        (Classes66plusPrimary, "0"),
    ];
    assert_eq!(codes(&checked([&school(Primary, &values)])), ["too_many_pupils_per_class"]);
    // 210 pupils in 3 classes: 70 a class contradict all three zeros, the first says so.
    let values = [&[(StudentsPrimary, "210")], &values[1..]].concat();
    let findings = checked([&school(Primary, &values)]);
    assert_eq!(codes(&findings), ["classes_contradict_pupils"]);
    assert_eq!(findings[0].column_id(), Some("classes_over_limit_primary"));
    // Indoor rooms larger than all: nothing is left that the net area could disagree with.
    let values = [
        (StudentsPrimary, "210"),
        (TeachingArea, "500"),
        (IndoorSportsArea, "600"),
        (TeachingAreaNet, "450"),
    ];
    assert_eq!(codes(&checked([&school(Primary, &values)])), ["indoor_exceeds_teaching_area"]);
}

#[test]
fn what_was_read_is_not_repeated() {
    let named =
        |code, name| school_in(COUNTY, 2023, code, Primary, &[(StudentsPrimary, "0")]).with_county_name(name);
    let data = data([&named("1", "和平区"), &named("2", "和平区 "), &named("3", "平和区")]);
    assert_eq!(codes(data.findings()), ["county_name_conflict"]);
    assert_eq!(codes(&check(&data)), ["zero_students"; 3]);
}

#[test]
fn findings_come_by_code_then_county_year_school_and_column() {
    let blank = |county, year, code, kind| school_in(county, year, code, kind, &[]);
    let findings = checked([
        &blank("210103", 2023, "5", TwelveYear),
        &blank("210102", 2023, "7", NineYear),
        &blank("210102", 2023, "4", Primary),
        &blank("210102", 2021, "9", Primary),
    ]);
    let shown: Vec<_> = findings
        .iter()
        .map(|f| (f.code().id(), f.county_code(), f.year(), f.school_code(), f.column_id()))
        .collect();
    let row =
        |code, county, year, school, column| (code, Some(county), Some(year), Some(school), Some(column));
    assert_eq!(
        shown,
        [
            row("school_appears", "210102", 2023, "4", "school_code"),
            row("school_appears", "210102", 2023, "7", "school_code"),
            row("school_disappears", "210102", 2021, "9", "school_code"),
            row("senior_pupils_missing", "210103", 2023, "5", "students_senior"),
            row("students_missing", "210102", 2021, "9", "students_primary"),
            row("students_missing", "210102", 2023, "4", "students_primary"),
            row("students_missing", "210102", 2023, "7", "students_junior"),
            row("students_missing", "210102", 2023, "7", "students_primary"),
            row("students_missing", "210103", 2023, "5", "students_junior"),
            row("students_missing", "210103", 2023, "5", "students_primary"),
        ]
    );
}

/// A primary school of a year, to be compared with itself.
fn panel(county: &str, year: u16, code: &str, values: &[(Field, &str)]) -> School {
    let values = [
        values,
        if values.iter().any(|v| v.0 == StudentsPrimary) { &[] } else { &[(StudentsPrimary, "100")] },
    ];
    school_in(county, year, code, Primary, &values.concat())
}

fn described(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|f| f.describe(Lang::En)).collect()
}

#[test]
fn a_school_appears_and_disappears_between_years_of_its_county() {
    let (kept, come, gone) = ("1", "2", "3");
    let findings = checked([
        &panel(COUNTY, 2021, kept, &[]),
        &panel(COUNTY, 2021, gone, &[]),
        &panel(COUNTY, 2022, kept, &[]),
        &panel(COUNTY, 2022, come, &[]),
        &panel(COUNTY, 2023, kept, &[]),
        &panel(COUNTY, 2023, come, &[]),
    ]);
    assert_eq!(
        described(&findings),
        [
            "county 210102 2022, school 2: the school is new in 2022 (it is not there in 2021) (warning)",
            "county 210102 2021, school 3: the school of 2021 is no longer there in 2022 (warning)",
        ]
    );
    assert_eq!(findings[0].message(Lang::Zh), "2022 年新出现的学校（2021 年没有）");
    assert_eq!(findings[1].message(Lang::Zh), "2021 年有、2022 年不再出现的学校");
}

#[test]
fn a_county_that_is_not_in_both_years_says_nothing_about_its_schools() {
    // 210103 is not in 2022: its schools of 2021 and 2023 are not compared with anything.
    let findings = checked([
        &panel(COUNTY, 2021, "1", &[]),
        &panel(COUNTY, 2022, "1", &[]),
        &panel(COUNTY, 2023, "1", &[]),
        &panel("210103", 2021, "2", &[]),
        &panel("210103", 2023, "2", &[(StudentsPrimary, "900")]),
        &panel("210103", 2023, "3", &[]),
    ]);
    assert_eq!(described(&findings), [""; 0]);
    // Years that no county has are no years of the data: 2021 and 2023 follow on each other here.
    let findings = checked([
        &panel("210103", 2021, "2", &[]),
        &panel("210103", 2023, "2", &[(StudentsPrimary, "900")]),
        &panel("210103", 2023, "3", &[]),
    ]);
    assert_eq!(codes(&findings), ["jump", "school_appears"]);
}

#[test]
fn rows_without_a_year_are_not_compared() {
    let undated = School::new(COUNTY, "1", Primary).unwrap().with_count(StudentsPrimary, 900).unwrap();
    let findings = checked([&undated, &panel(COUNTY, 2023, "1", &[]), &panel(COUNTY, 2023, "2", &[])]);
    assert_eq!(codes(&findings), [""; 0]);
}

#[test]
fn a_school_that_changes_its_county_moves_and_is_still_compared() {
    let findings = checked([
        &panel(COUNTY, 2022, "1", &[]),
        &panel(COUNTY, 2022, "2", &[]),
        &panel(COUNTY, 2023, "1", &[]),
        &panel("210103", 2022, "3", &[]),
        &panel("210103", 2023, "3", &[]),
        &panel("210103", 2023, "2", &[(StudentsPrimary, "201")]),
    ]);
    assert_eq!(
        described(&findings),
        [
            "county 210103 2023, school 2: students_primary + students_junior went from 100 (2022) to 201 (2023), \
             a factor of more than 2 (warning)",
            "county 210103 2023, school 2: the school was in county 210102 (2022) and is in county 210103 (2023) \
             (warning)",
        ]
    );
    assert_eq!(findings[1].message(Lang::Zh), "学校由区县 210102（2022 年）改属区县 210103（2023 年）");
    assert_eq!((findings[1].column_id(), findings[1].value_found()), (Some("county_code"), Some("210103")));
}

#[test]
fn a_county_that_was_renumbered_is_no_move_of_its_schools() {
    let before = [panel("210122", 2022, "1", &[]), panel("210122", 2022, "2", &[])];
    let after = [panel("210115", 2023, "1", &[]), panel("210115", 2023, "2", &[(StudentsPrimary, "201")])];
    assert_eq!(codes(&checked(before.iter().chain(&after))), ["jump"]);
    // A new county that takes one school of an old one that stays: the school moved.
    let stays = panel("210122", 2023, "1", &[]);
    assert_eq!(codes(&checked([&before[0], &before[1], &stays, &after[1]])), ["jump", "school_moved"]);
}

#[test]
fn a_jump_is_more_than_twice_as_much_or_less_than_half() {
    let step = |field: Field, before: &str, after: &str| {
        let row = |year, value| panel(COUNTY, year, "1", &[(field, value)]);
        checked([&row(2022, before), &row(2023, after)])
    };
    for (field, before, after, zh, en) in [
        (
            StudentsPrimary,
            "100",
            "200",
            "“小学和初中在校生数”由 100（2022 年）变为 201（2023 年），相差超过 2 倍",
            "students_primary + students_junior went from 100 (2022) to 201 (2023), a factor of more than 2",
        ),
        (
            TeachingArea,
            "1000.5",
            "2001",
            "“教学及辅助用房面积”由 1000.5（2022 年）变为 2002（2023 年），相差超过 2 倍",
            "teaching_area went from 1000.5 (2022) to 2002 (2023), a factor of more than 2",
        ),
        (
            SportsTotalArea,
            "3000.001",
            "6000.002",
            "“体育运动场馆面积”由 3000.001（2022 年）变为 6001.002（2023 年），相差超过 2 倍",
            "sports_area went from 3000.001 (2022) to 6001.002 (2023), a factor of more than 2",
        ),
        (
            EquipmentValue,
            "250000",
            "500000",
            "“教学仪器设备值”由 250000（2022 年）变为 500001（2023 年），相差超过 2 倍",
            "equipment_value went from 250000 (2022) to 500001 (2023), a factor of more than 2",
        ),
    ] {
        let beyond = after.parse::<junheng::Decimal>().unwrap().checked_add(1.into()).unwrap().to_string();
        assert_eq!(codes(&step(field, before, after)), [""; 0], "{field}");
        assert_eq!(codes(&step(field, after, before)), [""; 0], "{field}");
        let findings = step(field, before, &beyond);
        assert_eq!(codes(&findings), ["jump"], "{field}");
        assert_eq!(findings[0].message(Lang::Zh), zh);
        assert_eq!(findings[0].message(Lang::En), en);
        assert_eq!((findings[0].year(), findings[0].value_found()), (Some(2023), Some(beyond.as_str())));
        assert_eq!(codes(&step(field, &beyond, before)), ["jump"], "{field}");
    }
    // To the last of 17 decimals: 0.1 + 0.1 and a hair.
    let teaching = |pupils: &'static str, value| [(StudentsPrimary, pupils), (TeachingArea, value)];
    let row = |year, value| panel(COUNTY, year, "1", &teaching("1", value));
    assert_eq!(codes(&checked([&row(2022, "0.2"), &row(2023, "0.4")])), [""; 0]);
    assert_eq!(codes(&checked([&row(2022, "0.2"), &row(2023, "0.40000000000000001")])), ["jump"]);
}

#[test]
fn nothing_and_missing_do_not_jump() {
    let row = |year, values: &[(Field, &str)]| panel(COUNTY, year, "1", values);
    let zero = [(SportsFieldArea, "0")];
    let some = [(SportsFieldArea, "5000")];
    assert_eq!(codes(&checked([&row(2022, &zero), &row(2023, &some)])), [""; 0]);
    assert_eq!(codes(&checked([&row(2022, &some), &row(2023, &zero)])), [""; 0]);
    assert_eq!(codes(&checked([&row(2022, &some), &row(2023, &[])])), [""; 0]);
}

#[test]
fn the_same_area_given_another_way_is_no_jump() {
    // 100 m² of grounds and 500 m² of rooms are 600 m² of sports area, given apart or together.
    let apart = [(SportsFieldArea, "100"), (IndoorSportsArea, "500"), (TeachingArea, "900")];
    let together = [(SportsTotalArea, "600"), (IndoorSportsArea, "500"), (TeachingAreaNet, "400")];
    let findings = checked([&panel(COUNTY, 2022, "1", &apart), &panel(COUNTY, 2023, "1", &together)]);
    assert_eq!(codes(&findings), [""; 0]);
}

#[test]
fn an_explanation_is_carried_by_its_warning_alone() {
    let schools = [
        school_in(COUNTY, 2023, "1", Primary, &[(StudentsPrimary, "0")]),
        school_in(COUNTY, 2023, "2", Primary, &[(StudentsPrimary, "0")]),
        school_in(COUNTY, 2023, "3", Primary, &[]),
    ];
    let mut findings = checked(&schools);
    assert_eq!(codes(&findings), ["students_missing", "zero_students", "zero_students"]);
    let explanations = Explanations::new([
        (" zero_students ", " 2 ", " 今年停止招生 "),
        ("zero_students", "", "不适用"),
        ("jump", "1", "合并"),
        ("students_missing", "3", "尚未上报"),
    ])
    .unwrap();
    let complaints = explanations.apply(&mut findings);
    let texts: Vec<_> = findings.iter().map(|f| f.explanation()).collect();
    assert_eq!(texts, [None, None, Some("今年停止招生")]);
    assert_eq!(
        described(&complaints),
        [
            "school 3: students_missing must be corrected; an explanation does not stand in for that (warning)",
            "the explanation zero_students belongs to no finding (warning)",
            "school 1: the explanation jump belongs to no finding (warning)",
        ]
    );
    let zh: Vec<_> = complaints.iter().map(|f| f.message(Lang::Zh)).collect();
    assert_eq!(
        zh,
        [
            "“students_missing”是必须更正的问题，不能以说明代替更正",
            "说明“zero_students”没有对应的问题",
            "说明“jump”没有对应的问题",
        ]
    );
}

#[test]
fn an_explanation_without_a_school_is_of_findings_without_one() {
    let named =
        |code, name| school_in(COUNTY, 2023, code, Primary, &[(StudentsPrimary, "9")]).with_county_name(name);
    let data = data([&named("1", "和平区"), &named("2", "平和区")]);
    let mut findings = data.findings().to_vec();
    let explanations = Explanations::new([("county_name_conflict", "", "录入笔误")]).unwrap();
    assert!(explanations.apply(&mut findings).is_empty());
    assert_eq!(findings[0].explanation(), Some("录入笔误"));
}

#[test]
fn explanations_do_not_depend_on_the_order_of_their_rows() {
    let rows = [("zero_students", "1", "乙"), ("zero_students", "1", "甲"), ("zero_students", "1", "乙")];
    let explained = |rows: Vec<(&str, &str, &str)>| {
        let mut findings = checked([&school_in(COUNTY, 2023, "1", Primary, &[(StudentsPrimary, "0")])]);
        Explanations::new(rows).unwrap().apply(&mut findings);
        findings[0].explanation().unwrap().to_owned()
    };
    assert_eq!(explained(rows.to_vec()), "乙；甲");
    assert_eq!(explained(rows.into_iter().rev().collect()), "乙；甲");
}

#[test]
fn an_unknown_code_and_a_blank_text_are_refused_all_at_once() {
    let error =
        Explanations::new([("zero_student", "7", "今年停止招生"), ("jump", "", "　"), ("jump", "1", "合并")])
            .unwrap_err();
    let ErrorKind::Input(findings) = error.kind() else { panic!("{error:?}") };
    assert_eq!(
        described(findings),
        [
            "the explanation of jump is blank; a reason was expected (error)",
            "school 7: the code zero_student is not known; one that check lists was expected, such as zero_students \
             (error)",
        ]
    );
    let zh: Vec<_> = findings.iter().map(|f| f.message(Lang::Zh)).collect();
    assert_eq!(
        zh,
        [
            "对“jump”的说明是空的；应写明原因",
            "不认识问题代码“zero_student”；应为 check 列出的代码，如 zero_students",
        ]
    );
}

/// Numbers at which limits lie, and the largest there are.
const VALUES: [&str; 12] = ["0", "1", "2", "45", "46", "50", "51", "56", "66", "100", "5000", "999999999999"];

fn any_school() -> impl Strategy<Value = School> {
    let field =
        prop::sample::select(Field::ALL.iter().copied().filter(|f| f.is_numeric()).collect::<Vec<_>>());
    let values = prop::collection::vec((field, prop::sample::select(VALUES.to_vec())), 0..24);
    let kind = prop::sample::select(SchoolKind::ALL.to_vec());
    let county = prop::sample::select(vec!["210102", "210103", "210104"]);
    (county, 2021u16..2024, 0u8..12, kind, values).prop_map(|(county, year, code, kind, values)| {
        school_in(county, year, &code.to_string(), kind, &values)
    })
}

/// Schools with codes that are distinct within a year, as a data set demands.
fn any_schools() -> impl Strategy<Value = Vec<School>> {
    prop::collection::vec(any_school(), 0..40).prop_map(|schools| {
        let mut seen = BTreeSet::new();
        let key = |s: &School| {
            let row = data([s]);
            let county = row.counties().next().unwrap();
            (county.year(), s.code().to_owned())
        };
        schools.into_iter().filter(|s| seen.insert(key(s))).collect()
    })
}

proptest! {
    #[test]
    fn findings_do_not_depend_on_the_order_of_rows(
        (schools, shuffled) in any_schools().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle()))
    ) {
        prop_assert_eq!(checked(&schools), checked(&shuffled));
    }

    /// Of the stages alone, whatever else is typed: an error exactly where pupils are missing or cannot be.
    #[test]
    fn errors_are_missing_pupils_and_pupils_that_cannot_be(school in any_school()) {
        let kind = school.kind();
        let expected = if kind.stages_are_fixed() {
            Stage::ALL.into_iter().filter(|stage| {
                let typed = school.students(*stage);
                match typed {
                    None => kind.has(*stage) && kind != Senior,
                    Some(pupils) => !kind.has(*stage) && !pupils.is_zero(),
                }
            }).count()
        } else {
            0
        };
        let found = checked([&school]).iter().filter(|f| f.severity() == Severity::Error).count();
        prop_assert_eq!(found, expected);
    }

    /// Without another year to compare with, a school has the same findings whatever else the data hold.
    #[test]
    fn schools_of_one_year_are_checked_each_by_itself(schools in any_schools()) {
        let one_year: Vec<_> = schools.iter().filter(|s| data([*s]).counties().all(|c| c.year() == Some(2022))).collect();
        let mut alone: Vec<_> = one_year.iter().flat_map(|s| described(&checked([*s]))).collect();
        let mut together = described(&checked(one_year));
        alone.sort();
        together.sort();
        prop_assert_eq!(alone, together);
    }
}
