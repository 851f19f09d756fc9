//! From the bytes of a school table to a data set, every cell validated.

mod made;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use junheng::read_schools;

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for table in made::tables().into_iter().chain(made::shapes()) {
        let read = || read_schools().from_bytes("schools.csv", &table.bytes).expect("a clean table");
        let data = read();
        assert_eq!((data.len(), data.counties().len()), (table.schools, table.counties));
        group.throughput(Throughput::Bytes(table.bytes.len() as u64)).sample_size(30);
        group.bench_function(table.name, |bencher| bencher.iter_with_large_drop(read));
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
