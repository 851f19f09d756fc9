//! Large classes and large schools. Limits and aims are those of provincial.md's sources, restated here.

use junheng::model::{DataSet, Field, School, SchoolKind};
use junheng::{Assessor, ClassSize, CountyResult, Date, Lang, Standard};

fn school(code: &str, kind: SchoolKind, pupils: u32) -> School {
    let field = if kind == SchoolKind::Junior { Field::StudentsJunior } else { Field::StudentsPrimary };
    let school =
        School::new("210102", code, kind).expect("valid").with_count(field, pupils).expect("a count");
    if kind == SchoolKind::NineYear {
        school.with_count(Field::StudentsJunior, 0).expect("a count")
    } else {
        school
    }
}

fn with(school: School, counts: &[(Field, u32)]) -> School {
    counts.iter().fold(school, |school, (field, n)| school.with_count(*field, *n).expect("a count"))
}

fn assessed<T>(schools: &[School], as_of: &str, then: impl FnOnce(CountyResult<'_>) -> T) -> T {
    let mut builder = DataSet::builder();
    schools.iter().for_each(|school| builder.push(school));
    let data = builder.finish().expect("distinct codes");
    let day: Date = as_of.parse().expect("a day");
    let assessment = Assessor::new(Standard::quality_2017()).as_of(day).assess(&data).expect("assessed");
    then(assessment.counties().next().expect("one county"))
}

#[test]
fn a_school_is_large_beyond_the_limit_of_its_kind_and_not_at_it() {
    // 2000 for one stage, 2500 for both; the form's transitional limits are 2400 and 3000.
    let pupils = [
        ("a", SchoolKind::Primary, 2000),
        ("b", SchoolKind::Primary, 2001),
        ("c", SchoolKind::Junior, 2400),
        ("d", SchoolKind::Junior, 2401),
        ("e", SchoolKind::NineYear, 2500),
        ("f", SchoolKind::NineYear, 2501),
        ("g", SchoolKind::NineYear, 3001),
    ];
    let schools = pupils.map(|(code, kind, pupils)| school(code, kind, pupils));
    let found = assessed(&schools, "2024-12-31", |county| {
        let large = county.large_schools().into_iter();
        large.map(|l| (l.school().code().to_owned(), l.limit().pupils(l.school().kind()))).collect::<Vec<_>>()
    });
    let expected = [("b", 2000), ("c", 2000), ("d", 2400), ("f", 2500), ("g", 3000)];
    assert_eq!(found, expected.map(|(code, limit)| (code.to_owned(), limit)));
}

#[test]
fn shares_are_exact_and_held_against_the_aim_of_the_day() {
    use Field::{Classes56plusPrimary, Classes66plusPrimary, ClassesPrimary};
    let counts = |all, large, very| {
        [(ClassesPrimary, all), (Classes56plusPrimary, large), (Classes66plusPrimary, very)]
    };
    let schools = [
        with(school("a", SchoolKind::Primary, 900), &counts(30, 4, 1)),
        with(school("b", SchoolKind::Primary, 600), &counts(20, 0, 0)),
    ];
    let primary = |day: &str| {
        assessed(&schools, day, |county| {
            let primary = county.class_sizes().swap_remove(0);
            let told = |size: ClassSize| {
                let count = primary.counts().iter().find(|c| c.size() == size).expect("both sizes");
                let aim = count.aim().map(|a| a.most().to_string());
                (count.count(), count.share().map(|s| s.to_fixed(3)), aim, count.reaches_aim())
            };
            (primary.classes(), told(ClassSize::Large), told(ClassSize::VeryLarge))
        })
    };
    let share = |text: &str| Some(text.to_owned());
    // 4 of 50 are 8 per cent, 1 of 50 is exactly the 2 per cent of 2018 and more than the none of 2020.
    let (all, large, very) = primary("2018-12-30");
    assert_eq!(
        (all, large, very),
        (Some(50), (Some(4), share("8.000"), None, None), (Some(1), share("2.000"), None, None))
    );
    assert_eq!(primary("2018-12-31").2, (Some(1), share("2.000"), share("2"), Some(true)));
    assert_eq!(primary("2020-12-31").2, (Some(1), share("2.000"), share("0"), Some(false)));
    assert_eq!(primary("2020-12-31").1, (Some(4), share("8.000"), share("5"), Some(false)));
}

#[test]
fn a_school_that_does_not_report_leaves_the_county_without_a_count() {
    use Field::{Classes56plusPrimary, ClassesPrimary};
    let schools = [
        with(school("a", SchoolKind::Primary, 900), &[(ClassesPrimary, 30), (Classes56plusPrimary, 4)]),
        with(school("b", SchoolKind::Primary, 600), &[(ClassesPrimary, 20)]),
    ];
    assessed(&schools, "2024-12-31", |county| {
        let primary = county.class_sizes().swap_remove(0);
        let large = &primary.counts()[0];
        assert_eq!((large.count(), large.share(), large.reaches_aim()), (None, None, None));
        // What is known is listed all the same.
        let listed: Vec<_> = large.schools().iter().map(|(s, n)| (s.code(), *n)).collect();
        assert_eq!(listed, [("a", 4)]);
        // A stage that no school teaches has no classes to count.
        assert_eq!(county.class_sizes()[1].classes(), None);
    });
}

#[test]
fn sizes_have_names_in_both_languages() {
    assert_eq!(ClassSize::Large.name(Lang::Zh), "大班额");
    assert_eq!(ClassSize::VeryLarge.name(Lang::En), "very large classes");
}
