//! From results in memory to the bytes of their JSON, by one serializer and on all threads.

mod count;
mod made;

use count::Count;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use junheng::report::{Json, write_json};
use junheng::{Assessment, Assessor, Lang, Standard, read_schools};

fn by_serde(assessment: &Assessment) -> u64 {
    let mut out = Count::default();
    serde_json::to_writer(&mut out, &Json::new(assessment, Lang::Zh)).expect("counting");
    out.0
}

fn by_threads(assessment: &Assessment) -> u64 {
    let mut out = Count::default();
    write_json(assessment, Lang::Zh, &mut out).expect("counting");
    out.0
}

fn json(criterion: &mut Criterion) {
    for table in made::tables().into_iter().chain(made::shapes()) {
        let data = read_schools().from_bytes("schools.csv", &table.bytes).expect("a clean table");
        let assessment =
            Assessor::new(Standard::quality_2017()).assess(&data).expect("no county was asked for");
        let value = serde_json::to_value(Json::new(&assessment, Lang::Zh)).expect("JSON");
        let units = value["counties"].as_array().into_iter().flatten().flat_map(|county| {
            let stages = county["stages"].as_array().into_iter().flatten();
            stages.filter_map(|stage| stage["unit_results"].as_array())
        });
        assert_eq!(units.map(Vec::len).sum::<usize>(), table.quality.0, "{}", table.name);
        let length = by_serde(&assessment);
        assert_eq!(by_threads(&assessment), length, "{}", table.name);
        let mut group = criterion.benchmark_group(format!("json/{}", table.name));
        group.throughput(Throughput::Bytes(length)).sample_size(30);
        group.bench_function("serde", |bencher| bencher.iter(|| by_serde(&assessment)));
        group.bench_function("threads", |bencher| bencher.iter(|| by_threads(&assessment)));
        group.finish();
    }
}

criterion_group!(benches, json);
criterion_main!(benches);
