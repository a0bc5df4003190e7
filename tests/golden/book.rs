//! Books: banks small enough to check by hand.
//!
//! A book is a project in one file: input tables, parameters, sometimes a query of its own or one that a list of values stands in for, what
//! is run (a run of 2025Q1 if it does not say), sometimes a scheme, and statements with the rows they must give, or how the run
//! fails.

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
        let kind = text.lines().find_map(|line| line.strip_prefix("-- kind: ")).expect("a query has a kind");
        project.write(&format!("queries/{kind}/{name}.sql"), text.trim_start());
    }
    let signals = signals(book);
    for (name, text) in &signals {
        project.write(&format!("queries/warning/{name}.sql"), text);
    }
    let mut config = "[project]\nname = \"book\"\ncurrency = \"CNY\"\n[limits]\nmax_reject_rate = 0.0\n".to_owned();
    config.push_str(&format!(
        "[publish]\ntables = {:?}\n",
        Vec::from_iter(asked_for(book).into_iter().chain(signals.into_keys()))
    ));
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
    if let Some(scheme) = book.get("scheme").and_then(toml::Value::as_str) {
        project.write("scheme.toml", scheme);
    }
    let command = book.get("command").and_then(toml::Value::as_str).unwrap_or("run");
    let arguments = book.get("run").and_then(toml::Value::as_array).cloned();
    let arguments = arguments.unwrap_or_else(|| ["--period", "2025Q1"].map(toml::Value::from).to_vec());
    let arguments = arguments.iter().map(|argument| argument.as_str().unwrap());
    let arguments: Vec<&str> = [command].into_iter().chain(arguments).collect();
    match book.get("fails").and_then(toml::Value::as_table) {
        None => drop(project.ok(&arguments)),
        Some(fails) => {
            let (code, message) = project.fails(&arguments);
            assert_eq!(i64::from(code), fails["code"].as_integer().unwrap(), "{message}");
            for part in fails["message"].as_array().unwrap() {
                assert!(message.contains(part.as_str().unwrap()), "{part} is not in {message}");
            }
        }
    }
    project
}

/// The published tables that the statements of a book read; no other is computed. A book that fails is one of targets.
fn asked_for(book: &toml::Table) -> BTreeSet<String> {
    if book.contains_key("fails") {
        return BTreeSet::from(["target_decomposition".to_owned()]);
    }
    // A book may have a table of its own, portfolio_…
    words(book).filter(|word| word.starts_with("portfolio_") || is_published(word)).map(str::to_owned).collect()
}

/// Signals that the statements read, as tables of a run, so that their rows can be looked at: name and text.
fn signals(book: &toml::Table) -> BTreeMap<String, String> {
    let text = |word: &str| {
        let text = std::fs::read_to_string(repository().join(format!("queries/signal/{word}.sql"))).ok()?;
        let is_signal = text.contains("-- kind: signal\n") && !text.contains("-- grain: ");
        is_signal
            .then(|| text.replace("-- kind: signal\n", "-- kind: warning\n-- grain: customer_id, loan_id, issued_at\n"))
    };
    words(book).filter_map(|word| Some((word.to_owned(), text(word)?))).collect()
}

/// Names in the statements of a book.
fn words(book: &toml::Table) -> impl Iterator<Item = &str> {
    let expected = book.get("expect").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let statements = expected.iter().map(|expect| expect["sql"].as_str().unwrap());
    statements.flat_map(|sql| sql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')))
}

/// Whether it is a table of a run, and not a column.
fn is_published(word: &str) -> bool {
    ["portfolio", "warning", "appraisal"].iter().any(|kind| {
        let file = repository().join(format!("queries/{kind}/{word}.sql"));
        std::fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("\n-- kind: {kind}\n")))
    })
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

/// Runs a book and compares every statement.
pub fn check(folder: &str, file: &str) {
    let path = repository().join("tests/golden").join(folder).join(file);
    let book: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
    let project = project(&book);
    let expected = book.get("expect").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for expect in expected {
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

/// The names of the books of a folder, in order.
pub fn names(folder: &str) -> Vec<String> {
    let files = std::fs::read_dir(repository().join("tests/golden").join(folder)).unwrap();
    let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    let mut names: Vec<String> = files.map(|entry| stem(&entry.unwrap().path())).collect();
    names.sort();
    names
}

/// A test for each book of a folder, and one that none is forgotten.
macro_rules! books {
    ($folder:literal: $($name:ident)*) => {
        $(#[test]
        fn $name() {
            crate::book::check($folder, concat!(stringify!($name), ".toml"));
        })*

        #[test]
        fn every_book_is_checked() {
            assert_eq!(crate::book::names($folder), [$(stringify!($name)),*]);
        }
    };
}

pub(crate) use books;
