//! What `compare.py` cannot time from without: calls within one process, warm, as one line of JSON.
//!
//! ```sh
//! cargo bench --features json --bench compare -- --file TABLE.csv [--repeats 9] [--only whole,compute,json]
//! ```

mod count;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use count::Count;
use junheng::report::write_json;
use junheng::{Assessment, Assessor, Lang, Standard, assess_all, check, read_schools};
use serde_json::{Value, json};

const USAGE: &str = "cargo bench --features json --bench compare -- --file TABLE.csv [--repeats 9] [--only whole,compute,json]";

/// What was asked for; nothing where the bench is only run along with the others.
struct Asked {
    file: PathBuf,
    repeats: usize,
    parts: String,
}

impl Asked {
    fn of(mut args: impl Iterator<Item = String>) -> Option<Self> {
        let (mut file, mut repeats, mut parts) = (None, 9, "whole,compute,json".to_owned());
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--file" => file = args.next().map(PathBuf::from),
                "--repeats" => repeats = args.next()?.parse().ok()?,
                "--only" => parts = args.next()?,
                _ => {}
            }
        }
        file.map(|file| Asked { file, repeats, parts })
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.split(',').any(|asked| asked == part)
    }
}

/// Repetitions that begin before this do not count: for as long two threads may share a processor while another is idle.
const WARM: Duration = Duration::from_millis(500);

/// Milliseconds of each repetition; what it comes to is dropped outside.
fn timed<T>(repeats: usize, mut work: impl FnMut() -> T) -> Vec<f64> {
    let (mut times, begun) = (Vec::new(), Instant::now());
    while times.len() < repeats {
        let start = Instant::now();
        let done = work();
        let taken = start.elapsed().as_secs_f64() * 1e3;
        drop(done);
        if start - begun >= WARM {
            times.push(taken);
        }
    }
    times
}

fn assess(standard: Standard, data: &junheng::model::DataSet) -> Assessment {
    Assessor::new(standard).assess(data).expect("no county was asked for")
}

/// How many units a result has and how many meet the standard, where it judges them, and how wide the arithmetic was.
fn seen(assessment: &Assessment) -> Value {
    let stages = || assessment.counties().flat_map(|county| county.stages());
    let units = stages().map(|stage| stage.units().len()).sum::<usize>();
    let met = stages().map(|stage| stage.units_met()).sum::<Option<usize>>();
    let widths = assessment.widths().into_iter().map(|(width, n)| (format!("{width:?}").to_lowercase(), n));
    json!({ "units": units, "units_met": met, "widths": widths.collect::<BTreeMap<_, _>>() })
}

fn main() {
    let Some(asked) = Asked::of(std::env::args().skip(1)) else {
        println!("Times a table within one process, for benches/compare.py: {USAGE}");
        return;
    };
    // The thread that calls is one of the pool's, as in the program: one beside them would share a processor with one of them.
    rayon::ThreadPoolBuilder::new().use_current_thread().build_global().expect("nobody has a pool yet");
    let read = || read_schools().from_path(&asked.file).expect("a table of schools");
    let standards = || [Standard::quality_2017(), Standard::basic_2012()];
    let mut told = serde_json::Map::new();
    if asked.wants("whole") {
        let whole = || assess(Standard::quality_2017(), &read());
        told.insert("whole_ms".to_owned(), json!(timed(asked.repeats, whole)));
    }
    let data = read();
    told.insert("rows".to_owned(), json!(data.len()));
    if asked.wants("compute") {
        let resources = standards().map(|standard| Assessor::new(standard).resources_only());
        let compute = || assess_all(&resources, &data).expect("no county was asked for");
        told.insert("compute_ms".to_owned(), json!(timed(asked.repeats, compute)));
        told.insert("check_ms".to_owned(), json!(timed(asked.repeats, || check(&data))));
    }
    let results = standards().map(|standard| assess(standard, &data));
    for result in &results {
        told.insert(result.standard().id().to_owned(), seen(result));
    }
    if asked.wants("json") {
        let [quality, _] = &results;
        let write = || {
            let mut count = Count::default();
            write_json(quality, Lang::Zh, &mut count).expect("counting");
            count.0
        };
        told.insert("json_bytes".to_owned(), json!(write()));
        told.insert("json_ms".to_owned(), json!(timed(asked.repeats, write)));
    }
    println!("{}", Value::Object(told));
}
