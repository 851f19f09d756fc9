//! The quick ways through items, held against the ways of single schools.

use proptest::prelude::*;

use crate::assess::{Assessment, ItemResult};
use crate::{Assessor, Decimal, Standard, Verdict, read_schools};

/// Columns that a table of resources does not have.
const OF_ITEMS: [&str; 8] = [
    "trained_teachers",
    "certified_teachers",
    "catchment_students_primary",
    "catchment_students_junior",
    "classes_over_limit_primary",
    "classes_over_limit_junior",
    "training_funding",
    "graduates_junior",
];

const KINDS: [&str; 5] = ["小学", "教学点", "初级中学", "九年一贯制学校", "十二年一贯制学校"];
const PUPILS: [&str; 12] = ["", "0", "1", "49", "60", "99", "100", "1999", "2000", "2001", "2500", "2501"];
const TEACHERS: [&str; 6] = ["", "0", "3", "40", "99999999999", "999999999999"];

#[derive(Clone, Debug)]
struct Row {
    kind: usize,
    pupils: [usize; 3],
    teachers: [usize; 2],
    area: usize,
    private: bool,
    boarding: usize,
}

fn row() -> impl Strategy<Value = Row> {
    let pupils = [0..PUPILS.len(), 0..PUPILS.len(), 0..PUPILS.len()];
    let teachers = [0..TEACHERS.len(), 0..TEACHERS.len()];
    (0..KINDS.len(), pupils, teachers, 0..4usize, any::<bool>(), 0..3usize).prop_map(
        |(kind, pupils, teachers, area, private, boarding)| Row {
            kind,
            pupils,
            teachers,
            area,
            private,
            boarding,
        },
    )
}

/// Without the columns of items, or with them and nothing in them.
fn assess(rows: &[Row], with_columns: bool) -> Assessment {
    let mut text = "county_code,school_code,kind,students_primary,students_junior,students_senior,\
                    teachers_primary,teachers_junior,urban_rural,ownership,boarding"
        .to_owned();
    let blanks = if with_columns { OF_ITEMS.len() } else { 0 };
    OF_ITEMS.iter().take(blanks).for_each(|column| text += &format!(",{column}"));
    for (code, row) in rows.iter().enumerate() {
        let pupils = row.pupils.map(|place| PUPILS[place]).join(",");
        let teachers = row.teachers.map(|place| TEACHERS[place]).join(",");
        let area = ["", "城区", "镇区", "乡村"][row.area];
        let sponsor = if row.private { "民办" } else { "公办" };
        let boarding = ["", "是", "否"][row.boarding];
        let kind = KINDS[row.kind];
        let more = ",".repeat(blanks);
        text += &format!("\n210102,{code},{kind},{pupils},{teachers},{area},{sponsor},{boarding}{more}");
    }
    let data = read_schools().from_bytes("schools.csv", text.as_bytes()).expect("a table");
    Assessor::new(Standard::quality_2017()).assess(&data).expect("assessed")
}

/// All that an item says but for the single schools, which are told of only where others have data.
fn told(item: ItemResult<'_>) -> String {
    let parts: Vec<_> = item
        .parts()
        .map(|p| {
            (
                p.id(),
                p.verdict(),
                p.value(),
                p.requirement(),
                p.shortfall(),
                p.unit(),
                p.citation().to_string(),
            )
        })
        .collect();
    let whole =
        (item.verdict(), item.value(), item.requirement(), item.shortfall(), item.citation().to_string());
    format!("{} {whole:?} {parts:?} {:?}", item.id(), item.figures().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_column_that_is_not_there_is_a_column_without_cells(rows in prop::collection::vec(row(), 1..8)) {
        let items = |with_columns| {
            let assessment = assess(&rows, with_columns);
            let items = assessment.counties().flat_map(|county| county.items());
            items.map(told).collect::<Vec<_>>()
        };
        prop_assert_eq!(items(false), items(true));
    }

    /// The largest of the schools that are within their limit is what a part is told by, where none fails.
    #[test]
    fn the_size_of_schools_is_that_of_the_largest(rows in prop::collection::vec(row(), 1..8)) {
        let assessment = assess(&rows, false);
        let Some(county) = assessment.counties().next() else { return Ok(()) };
        let item = county.item("g04").expect("asked for");
        let is_excluded = |code: &str| county.excluded().any(|excluded| excluded.school().code() == code);
        for (through, id, most) in [(false, "single", 2000), (true, "through", 2500)] {
            let mine = county.schools().filter(|school| {
                let kind = school.kind().id();
                !is_excluded(school.code()) && (kind == "nine_year_school" || kind == "twelve_year_school") == through
            });
            let pupils: Vec<Option<Decimal>> = mine.map(|school| school.compulsory_students()).collect();
            let known = pupils.iter().copied().flatten();
            let parts: Vec<_> = item.parts().collect();
            let part = parts.iter().find(|part| part.id() == id);
            let (verdict, value) = match part {
                Some(part) => (part.verdict(), part.value()),
                None if pupils.is_empty() => continue,
                None => (item.verdict(), item.value()),
            };
            // The worst of all is the worst of those that fail.
            if pupils.iter().all(Option::is_some) {
                prop_assert_eq!(value, known.clone().max().map(Into::into));
                let fits = known.clone().all(|pupils| pupils <= Decimal::from(most));
                prop_assert_eq!(verdict, Verdict::from(fits));
            }
        }
    }
}
