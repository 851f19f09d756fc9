//! Neither the order of rows, nor their cut into files, nor the number of threads shows in a result: the same bytes.
#![cfg(feature = "synth")]

use std::num::NonZeroUsize;

use junheng::report::Json;
use junheng::synth::Synth;
use junheng::{Assessor, Lang, Standard, read_schools};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A made province with blanks and odd ways of typing, long enough that several threads read it.
fn table() -> (String, Vec<String>) {
    let mut bytes = Vec::new();
    let synth = Synth::province().schools(4200).seed(20_241_124).missing(2).quirks(true);
    synth.write_csv(&mut bytes).expect("written to memory");
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(text.len() > 1 << 20, "{} bytes are read by one thread", text.len());
    let mut lines = text.lines().map(str::to_owned);
    let header = lines.next().expect("a header");
    (header, lines.collect())
}

fn result(files: &[(String, String)], threads: usize, standard: &Standard) -> String {
    let threads = NonZeroUsize::new(threads).expect("at least one");
    let sources = files.iter().map(|(name, text)| (name, text.as_bytes()));
    let data = read_schools().threads(threads).from_sources(sources).expect("tables");
    let assessment = Assessor::new(standard.clone()).threads(threads).assess(&data).expect("assessed");
    serde_json::to_string(&Json::new(&assessment, Lang::En)).expect("JSON")
}

fn file(name: &str, header: &str, rows: &[String]) -> (String, String) {
    (name.to_owned(), format!("{header}\n{}\n", rows.join("\n")))
}

#[test]
fn threads_order_and_cut_leave_every_byte_as_it_is() {
    let (header, rows) = table();
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for standard in Standard::built_in() {
        let whole = [file("whole.csv", &header, &rows)];
        let expected = result(&whole, 1, standard);
        assert!(expected.len() > 1 << 20 && expected.contains("\"not_met\""));
        for threads in [2, 3, 8] {
            assert!(result(&whole, threads, standard) == expected, "{threads} threads, {}", standard.id());
        }
        for (round, threads) in [1, 2, 3, 8].into_iter().enumerate() {
            let mut shuffled = rows.clone();
            shuffled.shuffle(&mut rng);
            let mut files = Vec::new();
            while !shuffled.is_empty() {
                let rest = shuffled.split_off(rng.random_range(1..=shuffled.len()));
                // Names out of order too.
                files.push(file(&format!("{}.csv", 99 - files.len()), &header, &shuffled));
                shuffled = rest;
            }
            let found = result(&files, threads, standard);
            assert!(
                found == expected,
                "round {round}: {} files, {threads} threads, {}",
                files.len(),
                standard.id()
            );
        }
    }
}
