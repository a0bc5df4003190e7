//! The kernels that run once for every cell that is read.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use postloan::config::{Format, Mapping, SourceFiles};
use postloan::ingest::{convert, kernel};
use postloan::model::Model;

const CELLS: usize = 100_000;

fn cells(cell: impl Fn(usize) -> String) -> Vec<String> {
    (0..CELLS).map(cell).collect()
}

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cell");
    group.throughput(Throughput::Elements(CELLS as u64));
    let amounts = cells(|index| format!("{}.{:02}", index * 7919 % 10_000_000, index % 100));
    group.bench_function("decimal", |bencher| {
        bencher
            .iter(|| amounts.iter().filter(|text| kernel::decimal(black_box(text.as_bytes()), 18, 2).is_ok()).count());
    });
    let rates = cells(|index| format!("0.{:08}", index * 104_729 % 100_000_000));
    group.bench_function("rate", |bencher| {
        bencher.iter(|| rates.iter().filter(|text| kernel::decimal(black_box(text.as_bytes()), 12, 8).is_ok()).count());
    });
    let dates = cells(|index| format!("20{:02}-{:02}-{:02}", index % 30, index % 12 + 1, index % 28 + 1));
    group.bench_function("date", |bencher| {
        bencher.iter(|| dates.iter().filter(|text| kernel::date(black_box(text.as_bytes())).is_ok()).count());
    });
    let instants = cells(|index| format!("2025-{:02}-{:02} {:02}:30:00", index % 12 + 1, index % 28 + 1, index % 24));
    group.bench_function("instant", |bencher| {
        bencher.iter(|| instants.iter().filter(|text| kernel::instant(black_box(text.as_bytes())).is_ok()).count());
    });
    let numbers = cells(|index| index.to_string());
    group.bench_function("whole", |bencher| {
        bencher.iter(|| numbers.iter().filter(|text| kernel::whole(black_box(text.as_bytes())).is_ok()).count());
    });
    group.finish();
}

/// A whole file: surveyed, scanned, cast, checked, written.
fn file(criterion: &mut Criterion) {
    let model = Model::load(None).expect("the built-in model reads");
    let table = model.table("payment").expect("payment is in the model");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("payment.csv");
    let rows =
        cells(|index| format!("P{index},L{},2025-01-{:02},SCHEDULED,{}.25,1.75\n", index / 3, index % 28 + 1, index));
    let text = format!("payment_id,loan_id,value_date,payment_type,principal_paid,interest_paid\n{}", rows.concat());
    std::fs::write(&path, &text).expect("the file is written");
    let files = SourceFiles { format: Some(Format::Csv), ..SourceFiles::default() };
    let mapping = Mapping { null_values: vec![String::new()], ..Mapping::default() };
    let mut group = criterion.benchmark_group("file");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    group.bench_function("payment.csv", |bencher| {
        bencher.iter_batched(
            || folder.path().join("payment.parquet"),
            |target| {
                convert("payment.csv", &path, &files, &mapping, table, &target).expect("the file is converted").rows
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, kernels, file);
criterion_main!(benches);
