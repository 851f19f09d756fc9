//! The made tables that the benches share, with what is known of them.

#![allow(dead_code, missing_docs)]

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
        Made {
            name: "province",
            bytes: bytes(&Synth::province()),
            schools: 22_000,
            counties: 158,
            quality: (21_838, [0, 158, 0]),
            basic: (18_448, [150, 8, 0]),
        },
    ]
}

fn bytes(synth: &Synth) -> Vec<u8> {
    let mut out = Vec::new();
    synth.write_csv(&mut out).expect("writing to memory");
    out
}

pub fn answer(assessment: &Assessment) -> Answer {
    let units = assessment.counties().flat_map(|c| c.stages()).map(|s| s.units().len()).sum();
    let count = |verdict| assessment.counties().filter(|c| c.resource_verdict() == verdict).count();
    (units, [Verdict::Met, Verdict::NotMet, Verdict::Undetermined].map(count))
}
