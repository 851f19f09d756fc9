//! Class and school sizes, laid out for people and serialised.

use serde::Serialize;

use super::document::{Align, Block, Cell, Table, Tone, column};
use super::given;
use crate::assess::CountyResult;
use crate::lang::Lang;
use crate::numeric::Ratio;
use crate::sizes::{LargeSchool, SizeCount, StageClasses};

/// Large classes and schools of a county; nothing where the table says nothing of them.
pub(super) fn blocks(county: CountyResult<'_>, lang: Lang) -> Vec<Block> {
    let stages = county.class_sizes();
    let large = county.large_schools();
    let told =
        stages.iter().flat_map(StageClasses::counts).any(|c| c.count().is_some() || !c.schools().is_empty());
    if !told && large.is_empty() {
        return Vec::new();
    }
    let title = lang.pick("班额与校额", "Class and school sizes");
    let mut blocks = vec![Block::Heading(2, title.to_owned())];
    if told {
        blocks.push(Block::Table(classes(&stages, lang)));
    }
    if !large.is_empty() {
        blocks.push(Block::Table(schools(&large, lang)));
    }
    blocks
}

fn classes(stages: &[StageClasses<'_>], lang: Lang) -> Table {
    let name = |zh, en, align| column(lang, zh, en, align);
    let header = vec![
        name("学段", "stage", Align::Left),
        name("班额", "size", Align::Left),
        name("班级", "classes", Align::Right),
        name("全部班级", "of all", Align::Right),
        name("占比（%）", "per cent", Align::Right),
        name("国家目标（%）", "national aim", Align::Right),
        name("学校（班级）", "schools (classes)", Align::Left),
    ];
    let row = |(stage, count): (&StageClasses<'_>, &SizeCount<'_>)| {
        let (pupils, size) = (count.size().pupils(), count.size().name(lang));
        let schools = count.schools().iter().map(|(school, n)| {
            let name = school.label();
            lang.pick(format!("{name}（{n}）"), format!("{name} ({n})"))
        });
        let tone = match count.reaches_aim() {
            Some(true) => Tone::Good,
            Some(false) => Tone::Bad,
            None => Tone::Plain,
        };
        let number = |n: Option<u64>| Cell::plain(n.map_or("—".to_owned(), |n| n.to_string()));
        vec![
            Cell::plain(lang.pick(stage.stage().zh(), stage.stage().id()).to_owned()),
            Cell::plain(lang.pick(format!("{size}（≥ {pupils} 人）"), format!("{size} (≥ {pupils} pupils)"))),
            number(count.count()),
            number(stage.classes()),
            Cell { text: count.share().map_or("—".to_owned(), |s| s.to_fixed(1)), tone },
            Cell::plain(count.aim().map_or(String::new(), |a| format!("≤ {}", a.most()))),
            Cell::plain(schools.collect::<Vec<_>>().join(lang.pick("、", ", "))),
        ]
    };
    let rows =
        stages.iter().flat_map(|stage| stage.counts().iter().map(move |count| (stage, count))).map(row);
    Table { header, rows: rows.collect() }
}

fn schools(large: &[LargeSchool<'_>], lang: Lang) -> Table {
    let name = |zh, en, align| column(lang, zh, en, align);
    let header = vec![
        name("学校", "school", Align::Left),
        name("义务教育学生", "pupils", Align::Right),
        name("超过", "beyond", Align::Right),
        name("类别", "what", Align::Left),
        name("依据", "source", Align::Left),
    ];
    let row = |found: &LargeSchool<'_>| {
        let (school, limit) = (found.school(), found.limit());
        vec![
            Cell::plain(school.label().to_owned()),
            Cell::plain(found.pupils().to_string()),
            Cell::plain(limit.pupils(school.kind()).to_string()),
            Cell::plain(limit.title(lang).to_owned()),
            Cell::faint(limit.source()),
        ]
    };
    Table { header, rows: large.iter().map(row).collect() }
}

/// The sizes of a county as they are serialised.
#[derive(Serialize)]
pub(super) struct SizesJson<'a> {
    classes: Vec<StageJson<'a>>,
    large_schools: Vec<LargeJson<'a>>,
}

#[derive(Serialize)]
struct StageJson<'a> {
    stage: &'a str,
    classes: Option<u64>,
    sizes: Vec<CountJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct CountJson<'a> {
    size: &'a str,
    pupils: u32,
    count: Option<u64>,
    share: Option<f64>,
    aim: Option<f64>,
    reaches_aim: Option<bool>,
    schools: Vec<SchoolJson<'a>>,
}

#[derive(Serialize)]
struct SchoolJson<'a> {
    school_code: Option<&'a str>,
    classes: u64,
}

#[derive(Serialize)]
pub(super) struct LargeJson<'a> {
    school_code: Option<&'a str>,
    pupils: u64,
    limit: u32,
}

impl<'a> From<&SizeCount<'a>> for CountJson<'a> {
    fn from(count: &SizeCount<'a>) -> Self {
        CountJson {
            size: count.size().id(),
            pupils: count.size().pupils(),
            count: count.count(),
            share: count.share().map(Ratio::to_f64),
            aim: count.aim().map(|a| a.most().to_f64()),
            reaches_aim: count.reaches_aim(),
            schools: count
                .schools()
                .iter()
                .map(|(school, n)| SchoolJson { school_code: given(school.code()), classes: *n })
                .collect(),
        }
    }
}

impl<'a> From<LargeSchool<'a>> for LargeJson<'a> {
    fn from(found: LargeSchool<'a>) -> Self {
        LargeJson {
            school_code: given(found.school().code()),
            pupils: found.pupils(),
            limit: found.limit().pupils(found.school().kind()),
        }
    }
}

impl<'a> SizesJson<'a> {
    pub(super) fn new(county: CountyResult<'a>) -> Self {
        let stage = |stage: &StageClasses<'a>| StageJson {
            stage: stage.stage().id(),
            classes: stage.classes(),
            sizes: stage.counts().iter().map(CountJson::from).collect(),
        };
        SizesJson {
            classes: county.class_sizes().iter().map(stage).collect(),
            large_schools: county.large_schools().into_iter().map(LargeJson::from).collect(),
        }
    }
}
