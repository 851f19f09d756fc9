//! The whole job: from the bytes of a school table to the JSON of its assessment.

mod made;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use junheng::report::Json;
use junheng::{Assessor, Lang, Standard, read_schools};

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole");
    for table in made::tables().into_iter().chain(made::shapes()) {
        let assessor = Assessor::new(Standard::quality_2017());
        let whole = || {
            let data = read_schools().from_bytes("schools.csv", &table.bytes).expect("a clean table");
            let assessment = assessor.assess(&data).expect("no county was asked for");
            serde_json::to_vec(&Json::new(&assessment, Lang::Zh)).expect("writing to memory")
        };
        let json: serde_json::Value = serde_json::from_slice(&whole()).expect("JSON");
        let verdict = |wanted: &str| {
            let counties = json["counties"].as_array().expect("a list");
            counties.iter().filter(|c| c["resource_verdict"] == wanted).count()
        };
        assert_eq!(["met", "not_met", "undetermined"].map(verdict), table.quality.1, "{}", table.name);
        group.throughput(Throughput::Bytes(table.bytes.len() as u64)).sample_size(30);
        group.bench_function(table.name, |bencher| bencher.iter_with_large_drop(whole));
    }
    group.finish();
}

criterion_group!(benches, whole);
criterion_main!(benches);
