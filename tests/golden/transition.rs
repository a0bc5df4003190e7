//! 10,000 entities in three states over five periods (open-risk/transitionMatrix): counts must be exact.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::support::{Project, repository};

const MONTHS: [&str; 3] = ["2020", "2021", "2022"];

static PUBLISHED: LazyLock<Project> = LazyLock::new(|| {
    let project = Project::copy("tests/golden/transition");
    // One first state after the other: within a year only its own vintage has snapshots.
    for year in MONTHS {
        project.ok(&["run", "--from", &format!("{year}-02"), "--to", &format!("{year}-05")]);
    }
    project
});

fn stats() -> serde_json::Value {
    let path = repository().join("tests/golden/stats/expected_stats.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn pooled_transition_counts_are_exact_and_their_rows_sum_to_one() {
    let rows = PUBLISHED.sql(
        "SELECT from_class, to_class, sum(n_loans) AS n FROM portfolio_migration
         WHERE basis = 'bucket' AND to_class <> 'NOT_REPORTED' GROUP BY 1, 2",
    );
    let state = |bucket: &str| ["DPD_0", "DPD_31_60", "DPD_91_180"].iter().position(|name| *name == bucket).unwrap();
    let mut counts = [[0; 3]; 3];
    for row in rows {
        counts[state(row["from_class"].as_str().unwrap())][state(row["to_class"].as_str().unwrap())] =
            row["n"].as_i64().unwrap();
    }
    let expected: [[i64; 3]; 3] = serde_json::from_value(stats()["transition_synthetic5"]["counts"].clone()).unwrap();
    assert_eq!(counts, expected);
    let roll = PUBLISHED.sql(
        "SELECT from_bucket, to_bucket, sum(numerator) AS n FROM portfolio_roll_rate
         WHERE measure = 'count' AND to_bucket <> 'NOT_REPORTED' GROUP BY 1, 2",
    );
    let mut pooled = [[0; 3]; 3];
    for row in roll {
        pooled[state(row["from_bucket"].as_str().unwrap())][state(row["to_bucket"].as_str().unwrap())] =
            row["n"].as_f64().unwrap() as i64;
    }
    assert_eq!(pooled, expected);
}

#[test]
fn ever_defaulted_never_falls_and_equals_the_counts_of_a_plain_loop() {
    let mut found: BTreeMap<(String, i64), i64> = BTreeMap::new();
    let mut size: BTreeMap<String, i64> = BTreeMap::new();
    for (year, last) in MONTHS.iter().zip(["2020-05-31", "2021-05-31", "2022-05-31"]) {
        let rows = PUBLISHED.sql(&format!(
            "SELECT vintage, mob, n_loans, n_events FROM portfolio_vintage
             WHERE period_end = DATE '{last}' AND vintage = '{year}Q1' AND event = 'dpd_90' AND curve = 'ever' AND value IS NOT NULL"
        ));
        for row in rows {
            let vintage = row["vintage"].as_str().unwrap().to_owned();
            size.insert(vintage.clone(), row["n_loans"].as_i64().unwrap());
            found.insert((vintage, row["mob"].as_i64().unwrap()), row["n_events"].as_i64().unwrap());
        }
    }
    let curve = |vintage: &str| (0..5).map(|mob| found[&(vintage.to_owned(), mob)]).collect::<Vec<_>>();
    assert_eq!(curve("2020Q1"), [0, 153, 380, 637, 923]);
    assert_eq!(curve("2021Q1"), [0, 691, 1170, 1513, 1800]);
    assert_eq!((size["2020Q1"], size["2021Q1"], size["2022Q1"]), (3298, 3366, 3336));
    let total: Vec<i64> =
        (0..5).map(|mob| MONTHS.iter().map(|year| found[&(format!("{year}Q1"), mob)]).sum()).collect();
    assert_eq!(total, [3336, 4180, 4886, 5486, 6059]);
    assert_eq!(total, by_a_plain_loop());
}

/// Entities that were ever in state 2 up to each time, counted row by row.
fn by_a_plain_loop() -> Vec<i64> {
    let path = repository().join("tests/golden/transition/data/synthetic_data5.csv.gz");
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()));
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        if &record[2] == "2" {
            let time: usize = record[1].parse().unwrap();
            first.entry(record[0].to_owned()).and_modify(|earliest| *earliest = time.min(*earliest)).or_insert(time);
        }
    }
    (0..5).map(|time| first.values().filter(|first| **first <= time).count() as i64).collect()
}
