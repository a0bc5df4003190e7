//! Portfolio tables on books small enough to check by hand.
//!
//! Each file of `tests/golden/portfolio` is a project: input tables, parameters, sometimes a query that a list of values stands in
//! for, and statements with the rows they must give after a run of 2025Q1.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::arithmetic::value_of;
use crate::case::records;
use crate::support::{Project, repository, show};

fn project(book: &toml::Table) -> Project {
    let project = Project::with_files(&[]);
    let section = |name: &str| book.get(name).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    for (name, text) in section("query") {
        let text = text.as_str().unwrap();
        let folder = if text.contains("-- kind: indicator") { "indicator" } else { "base" };
        project.write(&format!("queries/{folder}/{name}.sql"), text.trim_start());
    }
    let mut config = "[project]\nname = \"book\"\ncurrency = \"CNY\"\n[limits]\nmax_reject_rate = 0.0\n".to_owned();
    config.push_str(&format!("[publish]\ntables = {:?}\n", Vec::from_iter(asked_for(book))));
    config.push_str(&format!("[parameters]\n{}", toml::to_string(&section("parameters")).unwrap()));
    for (table, rows) in section("table") {
        let rows = records(rows.as_str().unwrap());
        let columns: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(columns.iter().map(|column| column.as_str())).unwrap();
        for row in &rows {
            writer.write_record(columns.iter().map(|column| row.get(*column).map_or("", String::as_str))).unwrap();
        }
        project.write_bytes(&format!("data/{table}.csv"), &writer.into_inner().unwrap());
        config.push_str(&format!("[[source]]\ntable = \"{table}\"\npath = \"data/{table}.csv\"\n"));
    }
    project.write("postloan.toml", &config);
    project.ok(&["run", "--period", "2025Q1"]);
    project
}

/// The published tables that the statements of a book read; no other is computed.
fn asked_for(book: &toml::Table) -> BTreeSet<String> {
    let statements = book["expect"].as_array().unwrap().iter().map(|expect| expect["sql"].as_str().unwrap());
    let words = statements.flat_map(|sql| sql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
    words.filter(|word| word.starts_with("portfolio_") || word.ends_with("_indicator")).map(str::to_owned).collect()
}

fn is_same(expected: &str, found: &Value) -> bool {
    let text = show(found);
    let numbers = || {
        let found = text.parse::<f64>().ok()?;
        let expected =
            expected.starts_with(|c: char| c.is_ascii_digit() || "-(.".contains(c)).then(|| value_of(expected))?;
        Some((found - expected).abs() <= 1e-9 * found.abs().max(1.0))
    };
    text == expected || numbers().unwrap_or(false)
}

fn check(file: &str) {
    let path = repository().join("tests/golden/portfolio").join(file);
    let book: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
    let project = project(&book);
    for expect in book["expect"].as_array().unwrap() {
        let sql = expect["sql"].as_str().unwrap();
        let found = project.sql(sql);
        let expected = records(expect["rows"].as_str().unwrap());
        assert_eq!(found.len(), expected.len(), "{sql}: {found:#?}");
        for (found, expected) in found.iter().zip(&expected) {
            for (column, cell) in expected {
                assert!(is_same(cell, &found[column]), "{sql}\n{column}: expected {cell}, found {found:#?}");
            }
        }
    }
}

macro_rules! books {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(concat!(stringify!($name), ".toml"));
        })*

        #[test]
        fn every_book_is_checked() {
            let folder = repository().join("tests/golden/portfolio");
            let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
            let mut names: Vec<String> = names.map(|path| stem(&path)).collect();
            names.sort();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

books! {
    computed_days_past_due
    days_past_due_differs
    days_past_due_from_due_date
    days_past_due_materiality
    portfolio_cash
    portfolio_concentration
    portfolio_coverage
    portfolio_coverage_unknown
    portfolio_cure
    portfolio_lgd
    portfolio_return
    portfolio_return_raroc
    portfolio_segment
    portfolio_swot
    portfolio_tilt
    segment_credibility
}
