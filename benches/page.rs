//! From the verdicts of a county and of a province to the report page, beside assessing them.

mod made;

use criterion::{Criterion, criterion_group, criterion_main};
use junheng::report::write_page;
use junheng::{Assessor, Lang, Standard, read_schools};

fn page(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("page");
    for table in made::tables() {
        let data = read_schools().from_bytes("schools.csv", &table.bytes).expect("a clean table");
        let assessor = Assessor::new(Standard::quality_2017());
        let assess = || assessor.assess(&data).expect("no county was asked for");
        let assessment = assess();
        assert_eq!(made::answer(&assessment), table.quality, "{}", table.name);
        let write = || {
            let mut page = String::new();
            write_page(&assessment, Lang::Zh, &mut page).expect("writing to memory");
            page
        };
        assert!(write().ends_with("</html>\n"));
        group.sample_size(30);
        group.bench_function(format!("{}/assess", table.name), |b| b.iter_with_large_drop(assess));
        group.bench_function(format!("{}/write", table.name), |b| b.iter_with_large_drop(write));
    }
    group.finish();
}

criterion_group!(benches, page);
criterion_main!(benches);
