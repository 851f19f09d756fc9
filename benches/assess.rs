//! From a data set in memory to the verdicts of either standard, checks of the data included.

mod made;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use junheng::{Assessor, Standard, read_schools};

fn assess(criterion: &mut Criterion) {
    for table in made::tables().into_iter().chain(made::shapes()) {
        let data = read_schools().from_bytes("schools.csv", &table.bytes).expect("a clean table");
        let mut group = criterion.benchmark_group(format!("assess/{}", table.name));
        for (standard, known) in
            [(Standard::quality_2017(), table.quality), (Standard::basic_2012(), table.basic)]
        {
            let id = standard.id().to_owned();
            let assessor = Assessor::new(standard);
            let assess = || assessor.assess(&data).expect("no county was asked for");
            assert_eq!(made::answer(&assess()), known, "{} by {id}", table.name);
            group.throughput(Throughput::Elements(table.schools as u64)).sample_size(30);
            group.bench_function(id, |bencher| bencher.iter_with_large_drop(assess));
        }
        group.finish();
    }
}

criterion_group!(benches, assess);
criterion_main!(benches);
