//! The made tables that the benches share, with what is known of them.

#![allow(dead_code, missing_docs)]

use encoding_rs::GB18030;
use junheng::synth::Synth;
use junheng::{Assessment, Verdict};

/// A made table of schools: its bytes, and what reading and assessing it must give.
pub struct Made {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub schools: usize,
    pub counties: usize,
    /// Of the high-quality standard: units assessed, and counties whose resource part is met, not met, undetermined.
    pub quality: Answer,
    /// The same of the basic standard.
    pub basic: Answer,
}

/// Units assessed, and counties whose resource part is met, not met, undetermined.
pub type Answer = (usize, [usize; 3]);

/// A county of 60 schools with six missing cells, and a province of 22 000 schools; both of seed 1.
pub fn tables() -> [Made; 2] {
    [
        Made {
            name: "county",
            bytes: bytes(&Synth::county()),
            schools: 60,
            counties: 1,
            quality: (59, [0, 1, 0]),
            basic: (50, [0, 0, 1]),
        },
        province("province", bytes(&Synth::province())),
    ]
}

/// The province, however its cells are written.
fn province(name: &'static str, bytes: Vec<u8>) -> Made {
    let (quality, basic) = ((21_838, [0, 158, 0]), (18_448, [150, 8, 0]));
    Made { name, bytes, schools: 22_000, counties: 158, quality, basic }
}

/// As many schools in other shapes: few counties, many and one; cells in quotation marks, as people type them, in
/// GB18030, and left blank.
pub fn shapes() -> [Made; 7] {
    let of = |counties| Synth::province().counties(counties);
    let made = |name, synth: &Synth, counties, quality, basic| Made {
        name,
        bytes: bytes(synth),
        schools: 22_000,
        counties,
        quality,
        basic,
    };
    let plain = bytes(&Synth::province());
    let text = str::from_utf8(&plain).expect("what is made is UTF-8");
    [
        made("few_counties", &of(20), 20, (21_920, [0, 20, 0]), (18_532, [19, 1, 0])),
        made("many_counties", &of(1_800), 1_800, (22_178, [0, 1_800, 0]), (19_471, [1_739, 61, 0])),
        made("one_county", &of(1), 1, (21_911, [0, 1, 0]), (18_530, [1, 0, 0])),
        province("quoted", quoted(text)),
        province("typed", bytes(&Synth::province().quirks(true))),
        province("gb18030", GB18030.encode(text).0.into_owned()),
        made("blanks", &Synth::province().missing(300), 158, (21_838, [0, 158, 0]), (18_448, [0, 1, 157])),
    ]
}

fn bytes(synth: &Synth) -> Vec<u8> {
    let mut out = Vec::new();
    synth.write_csv(&mut out).expect("writing to memory");
    out
}

/// The same table with every cell in quotation marks, and names so long that they hold a separator.
fn quoted(table: &str) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    let mut names = None;
    for row in csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes()).records() {
        let row = row.expect("a made table");
        let name =
            *names.get_or_insert_with(|| row.iter().position(|cell| cell == "学校名称").expect("a column"));
        let long = |(place, cell): (usize, &str)| {
            let is_name = place == name && cell != "学校名称";
            if is_name {
                format!("{cell}（原{cell}、{cell}分校，一校两址, 合并办学）")
            } else {
                cell.to_owned()
            }
        };
        out.write_record(row.iter().enumerate().map(long)).expect("writing to memory");
    }
    out.into_inner().expect("writing to memory")
}

pub fn answer(assessment: &Assessment) -> Answer {
    let units = assessment.counties().flat_map(|c| c.stages()).map(|s| s.units().len()).sum();
    let count = |verdict| assessment.counties().filter(|c| c.resource_verdict() == verdict).count();
    (units, [Verdict::Met, Verdict::NotMet, Verdict::Undetermined].map(count))
}
