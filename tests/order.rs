//! Neither the order of rows, nor their cut into files, nor the number of threads shows in a result: the same bytes.
#![cfg(feature = "synth")]

use std::fs;
use std::path::{Path, PathBuf};

use junheng::report::Json;
use junheng::synth::Synth;
use junheng::{
    Assessment, Assessor, ErrorKind, Judge, Lang, Standard, assess_all, read_counties, read_schools,
};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::{ThreadPool, ThreadPoolBuilder};

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

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// On so many threads, however many the machine has.
fn result(files: &[(String, String)], threads: usize, standard: &Standard) -> String {
    let sources = files.iter().map(|(name, text)| (name, text.as_bytes()));
    let assessed = || {
        let data = read_schools().from_sources(sources).expect("tables");
        Assessor::new(standard.clone()).assess(&data).expect("assessed")
    };
    let assessment = pool(threads).install(assessed);
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

/// Two years, so that the checks find something between them; figures that a county reports for itself, of which some have no
/// schools; a county by itself; and the same standard twice.
#[test]
fn several_at_once_come_to_what_each_comes_to() {
    let tables = [(2023, 1.0), (2024, 3.0)].map(|(year, level)| {
        let synth = Synth::province().schools(2000).counties(40).seed(20_241_124).missing(2).quirks(true);
        let mut bytes = Vec::new();
        synth.year(year).level(level).write_csv(&mut bytes).expect("written to memory");
        let mut text = String::from_utf8(bytes).expect("UTF-8");
        // Something that cannot be read.
        text.truncate(text.trim_end().rfind(',').expect("cells") + 1);
        (format!("{year}.csv"), text + "many\n")
    });
    let tables = tables.iter().map(|(name, text)| (name, text.as_bytes()));
    let data = read_schools().from_sources(tables).expect("tables");
    let code = data.counties().nth(7).expect("many").code().to_owned();
    let reported = format!("county_code,special_class_students\n{code},many\n999999,3\n");
    let reported = read_counties().from_bytes("counties.csv", reported.as_bytes()).expect("a table");
    let assessors = [
        Assessor::new(Standard::quality_2017()).county_data(reported),
        Assessor::new(Standard::basic_2012()).resources_only(),
        Assessor::new(Standard::quality_2017()).only_county(&code).judge(Judge::AsReported),
    ];
    let text =
        |assessment: &Assessment| serde_json::to_string(&Json::new(assessment, Lang::En)).expect("JSON");
    let each: Vec<_> =
        assessors.iter().map(|assessor| text(&assessor.assess(&data).expect("assessed"))).collect();
    let found = |code: &str| each[0].matches(&format!("\"code\":\"{code}\"")).count();
    assert_eq!(found("county_without_schools"), 1);
    assert!(found("jump") > 100 && found("zero_students") > 0 && found("not_a_number") == 2);
    for threads in [1, 2, 8] {
        let all = pool(threads).install(|| assess_all(&assessors, &data)).expect("assessed");
        let all: Vec<_> = all.iter().map(text).collect();
        assert!(all == each, "{threads} threads");
    }
    let [one, two, _] = assessors;
    let stray = [one, two.only_county("999999")];
    let error = assess_all(&stray, &data).expect_err("no such county");
    assert_eq!(error.to_string(), "there is no county 999999 in the data");
    assert!(assess_all(&[], &data).is_ok_and(|none| none.is_empty()));
}

/// Calls that share a pool of fewer threads than any of them asks for, one of which does something else meanwhile.
#[cfg(feature = "json")]
#[test]
fn a_busy_pool_of_few_threads_comes_to_the_same() {
    use std::num::NonZeroUsize;
    use std::sync::atomic::{AtomicBool, Ordering};

    use rayon::prelude::*;

    let (header, rows) = table();
    let (_, text) = file("", &header, &rows);
    let asked = |threads: usize| NonZeroUsize::new(threads).expect("at least one");
    let json = |threads: usize| {
        let data = read_schools().threads(asked(threads)).from_bytes("schools.csv", text.as_bytes());
        let assessor = Assessor::new(Standard::quality_2017()).threads(asked(threads));
        let assessment = assessor.assess(&data.expect("a table")).expect("assessed");
        let mut out = Vec::new();
        junheng::report::write_json(&assessment, Lang::En, &mut out).expect("written to memory");
        out
    };
    let expected = json(1);
    for threads in [1, 2, 3] {
        let (stop, pool) = (AtomicBool::new(false), pool(threads + 1));
        pool.in_place_scope(|scope| {
            scope.spawn(|_| {
                while !stop.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                }
            });
            let all = || pool.install(|| (0..6).into_par_iter().map(|_| json(8)).collect::<Vec<_>>());
            // Whatever becomes of them, the other ends.
            let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(all));
            stop.store(true, Ordering::Relaxed);
            let found = found.expect("no panic");
            assert!(found.iter().all(|found| *found == expected), "{threads} threads");
        });
    }
}

/// A folder that is gone with this.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("junheng-order-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).expect("a file");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// All that is told of a folder: the result and what was noticed, or what makes it unusable.
fn told(folder: &Path, threads: usize) -> Vec<String> {
    match pool(threads).install(|| read_schools().from_path(folder)) {
        Ok(data) => {
            let assessment = Assessor::new(Standard::quality_2017()).assess(&data).expect("assessed");
            let json = serde_json::to_string(&Json::new(&assessment, Lang::En)).expect("JSON");
            data.findings().iter().map(|finding| finding.describe(Lang::Zh)).chain([json]).collect()
        }
        Err(error) => match error.kind() {
            ErrorKind::Input(findings) => findings.iter().map(|finding| finding.describe(Lang::Zh)).collect(),
            other => panic!("{other:?}"),
        },
    }
}

#[test]
fn a_folder_reads_the_same_on_any_number_of_threads() {
    let (header, rows) = table();
    let folder = Folder::new("folder");
    // Small ones, a large one among them, and one in another encoding with a column that nobody knows.
    let (large, small) = rows.split_at(rows.len() * 9 / 10);
    folder.write("05.csv", file("", &header, large).1);
    let size = small.len().div_ceil(12);
    for (number, rows) in small.chunks(size).enumerate() {
        let (name, text) = (format!("{number:02}.csv"), file("", &header, rows).1);
        match number {
            3 => {
                let text =
                    text.replacen('\n', ",随便\n", 1).replace("\n", ",1\n").replacen("随便,1\n", "随便\n", 1);
                folder.write("03b.csv", encoding_rs::GB18030.encode(&text).0);
            }
            5 => folder.write("05b.csv", text),
            _ => folder.write(&name, text),
        }
    }
    folder.write("notes.md", "no table");
    assert!(fs::metadata(folder.0.join("05.csv")).expect("a file").len() > 1 << 20);
    let expected = told(&folder.0, 1);
    let says = |what: &str| expected.iter().any(|finding| finding.contains(what));
    assert!(says("notes.md") && says("03b.csv") && says("随便"), "{:?}", &expected[..expected.len().min(9)]);
    assert!(expected.last().is_some_and(|json| json.len() > 1 << 20));
    for threads in [2, 3, 8] {
        assert!(told(&folder.0, threads) == expected, "{threads} threads");
    }
    // A school that another file has, no column of pupils, a kind that nobody knows: told in the order of the files.
    folder.write("06b.csv", file("", &header, &small[..2]).1);
    folder.write("08b.csv", "county_code,school_code,kind\n210102,1,小学\n");
    folder.write(
        "11b.csv",
        "county_code,school_code,kind,students_primary\n210102,2,随便,3\n210102,3,小学,3\n",
    );
    folder.write("99.csv", "");
    let refused = told(&folder.0, 1);
    let at = |what: &str| refused.iter().position(|finding| finding.contains(what));
    let places = ["06b.csv 第 2 行", "06b.csv 第 3 行", "08b.csv", "11b.csv 第 2 行", "99.csv"].map(at);
    assert!(places.is_sorted() && places[0].is_some(), "{places:?} {refused:#?}");
    for threads in [2, 3, 8] {
        assert_eq!(told(&folder.0, threads), refused, "{threads} threads");
    }
}
