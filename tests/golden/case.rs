//! Both sides of every edge of every indicator, as cases that a reader checks by hand.
//!
//! `tests/golden/case/<indicator>.toml` holds cases: input rows, and the evidence and values they must give for 2025Q1. All cases
//! make one bank, because no loan of one touches a loan of another, and that bank is run once. Cases with default records make
//! a second one: where a bank records defaults, none is derived.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::arithmetic::value_of as number;
use crate::support::{Project, Row, repository, show};

pub type Record = BTreeMap<String, String>;

struct Case {
    indicator: String,
    name: String,
    prefix: String,
    records_defaults: bool,
    inputs: Vec<(String, Vec<Record>)>,
    evidence: Option<Vec<Record>>,
    values: Vec<Record>,
}

const OWN_KEYS: [&str; 6] = ["name", "prefix", "indicator", "expect", "value", "why"];
const MONTH_ENDS: [&str; 4] = ["2024-12-31", "2025-01-31", "2025-02-28", "2025-03-31"];

fn files() -> Vec<PathBuf> {
    let folder = repository().join("tests/golden/case");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

pub fn records(text: &str) -> Vec<Record> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.trim().as_bytes());
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let record = |cells: csv::StringRecord| {
        assert!(cells.len() <= columns.len(), "more cells than columns: {cells:?}");
        columns.iter().cloned().zip(cells.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|cells| record(cells.unwrap())).collect()
}

fn cases() -> (Vec<Case>, toml::Table) {
    let (mut cases, mut parameters) = (Vec::new(), toml::Table::new());
    for file in files() {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        let table: toml::Table = std::fs::read_to_string(&file)
            .unwrap()
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        if let Some(own) = table.get("parameters").and_then(toml::Value::as_table) {
            parameters.extend(own.clone());
        }
        let own: Vec<&toml::Table> =
            table["case"].as_array().unwrap().iter().map(|case| case.as_table().unwrap()).collect();
        let records_defaults = own.iter().any(|case| case.contains_key("default_record"));
        for case in own {
            let text = |key: &str| case.get(key).and_then(toml::Value::as_str).map(str::to_owned);
            let inputs = case.iter().filter(|(key, _)| !OWN_KEYS.contains(&key.as_str()));
            cases.push(Case {
                indicator: text("indicator").unwrap_or_else(|| stem.clone()),
                name: text("name").unwrap(),
                prefix: text("prefix").unwrap(),
                records_defaults,
                inputs: inputs.map(|(table, rows)| (table.clone(), records(rows.as_str().unwrap()))).collect(),
                evidence: text("expect").map(|rows| records(&rows)),
                values: text("value").map(|rows| records(&rows)).unwrap_or_default(),
            });
        }
    }
    (cases, parameters)
}

/// The bank of all cases. Customers and officers that a row names exist.
fn bank(cases: &[Case], parameters: &toml::Table) -> Project {
    let mut tables: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for (table, rows) in cases.iter().flat_map(|case| &case.inputs) {
        tables.entry(table.clone()).or_default().extend(rows.iter().cloned());
    }
    let row = |cells: &[(&str, &str)]| -> Record {
        cells.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let calendar = [("loan_id", "CALENDAR"), ("customer_id", "CALENDAR"), ("origination_date", "2020-01-01")];
    tables.entry("loan".to_owned()).or_default().push(row(&calendar));
    for date in MONTH_ENDS {
        let snapshot = [
            ("loan_id", "CALENDAR"),
            ("snapshot_date", date),
            ("status", "ACTIVE"),
            ("principal_balance", "0"),
            ("five_tier_class", "NORMAL"),
            ("days_past_due", "0"),
            ("pd", "0"),
            ("lgd", "0"),
        ];
        tables.entry("loan_snapshot".to_owned()).or_default().push(row(&snapshot));
    }
    let assignments = tables.entry("officer_assignment".to_owned()).or_default();
    for role in
        assignments.iter_mut().map(|row| row.entry("role".to_owned()).or_default()).filter(|role| role.is_empty())
    {
        "MANAGER".clone_into(role);
    }
    let named = |tables: &BTreeMap<String, Vec<Record>>, columns: &[&str]| -> BTreeSet<String> {
        let rows = tables.values().flatten();
        let ids = rows.flat_map(|row| columns.iter().filter_map(|column| row.get(*column).cloned()));
        ids.filter(|id| !id.is_empty() && id != "UNASSIGNED").collect()
    };
    let people = [
        ("customer", "customer_id", vec!["customer_id", "guarantor_customer_id"]),
        ("officer", "officer_id", vec!["officer_id", "referral_officer_id"]),
    ];
    for (table, id, columns) in people {
        let all = named(&tables, &columns);
        let rows = tables.entry(table.to_owned()).or_default();
        let known: BTreeSet<String> = rows.iter().filter_map(|row| row.get(id).cloned()).collect();
        rows.extend(all.difference(&known).map(|name| row(&[(id, name)])));
    }
    let mut config = "[project]\nname = \"cases\"\ncurrency = \"CNY\"\n[limits]\nmax_reject_rate = 0.0\n".to_owned();
    let project = Project::with_files(&[]);
    for (table, rows) in &tables {
        let columns: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
        let mut text = csv::Writer::from_writer(Vec::new());
        text.write_record(columns.iter().map(|column| column.as_str())).unwrap();
        for row in rows {
            text.write_record(columns.iter().map(|column| row.get(*column).map_or("", String::as_str))).unwrap();
        }
        project.write_bytes(&format!("data/{table}.csv"), &text.into_inner().unwrap());
        config.push_str(&format!("[[source]]\ntable = \"{table}\"\npath = \"data/{table}.csv\"\n"));
    }
    let parameters = toml::to_string(parameters).unwrap();
    project.write("postloan.toml", &format!("{config}[parameters]\n{parameters}"));
    project
}

struct Outcome {
    cases: Vec<Case>,
    evidence: Vec<Row>,
    values: Vec<Row>,
}

static OUTCOMES: LazyLock<Vec<Outcome>> = LazyLock::new(|| {
    let (cases, parameters) = cases();
    let (recorded, derived) = cases.into_iter().partition(|case| case.records_defaults);
    [recorded, derived].into_iter().map(|cases: Vec<Case>| outcome(cases, &parameters)).collect()
});

fn outcome(cases: Vec<Case>, parameters: &toml::Table) -> Outcome {
    let project = bank(&cases, parameters);
    project.ok(&["run", "--period", "2025Q1"]);
    let evidence = "SELECT indicator_id, officer_id, key, CAST(numerator AS DOUBLE) AS numerator,
            CAST(denominator AS DOUBLE) AS denominator, rule_code FROM officer_evidence";
    let values = "SELECT indicator_id, officer_id, raw_value, reason_code FROM officer_indicator";
    Outcome { cases, evidence: project.sql(evidence), values: project.sql(values) }
}

fn is_near(expected: f64, found: f64) -> bool {
    (expected - found).abs() <= 1e-6_f64.max(1e-12 * expected.abs())
}

#[test]
fn every_case_gives_exactly_its_evidence() {
    let mut problems = Vec::new();
    for (outcome, case) in OUTCOMES.iter().flat_map(|outcome| outcome.cases.iter().map(move |case| (outcome, case))) {
        let Some(expected) = &case.evidence else { continue };
        let with_rule = expected.iter().any(|row| row.get("rule_code").is_some_and(|rule| !rule.is_empty()));
        let line =
            |officer: &str, key: &str, rule: &str| format!("{officer} {key} {}", if with_rule { rule } else { "" });
        let mut found: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
        for row in &outcome.evidence {
            let key = show(&row["key"]);
            if show(&row["indicator_id"]) == case.indicator && key.starts_with(&case.prefix) {
                let amounts = (row["numerator"].as_f64().unwrap(), row["denominator"].as_f64().unwrap());
                let name = line(&show(&row["officer_id"]), &key, &show(&row["rule_code"]));
                found.entry(name).or_default().push(amounts);
            }
        }
        for row in expected {
            let cell = |column: &str| row.get(column).map_or("", String::as_str);
            let name = line(cell("officer_id"), cell("key"), cell("rule_code"));
            let (numerator, denominator) = (number(cell("numerator")), number(cell("denominator")));
            let rows = found.entry(name.clone()).or_default();
            match rows.iter().position(|row| is_near(numerator, row.0) && is_near(denominator, row.1)) {
                Some(place) => drop(rows.remove(place)),
                None => problems.push(format!(
                    "{} {}: expected {name} {numerator} {denominator}, found {rows:?}",
                    case.indicator, case.name
                )),
            }
        }
        for (name, rows) in found.iter().filter(|(_, rows)| !rows.is_empty()) {
            problems.push(format!("{} {}: not expected {name} {rows:?}", case.indicator, case.name));
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_case_gives_its_values_and_reasons() {
    let mut problems = Vec::new();
    for (outcome, case) in OUTCOMES.iter().flat_map(|outcome| outcome.cases.iter().map(move |case| (outcome, case))) {
        for expected in &case.values {
            let rows = outcome.values.iter().filter(|row| {
                show(&row["indicator_id"]) == case.indicator && show(&row["officer_id"]) == expected["officer_id"]
            });
            let rows: Vec<&Row> = rows.collect();
            let raw = expected.get("raw_value").filter(|value| !value.is_empty()).map(|value| number(value));
            let reason = expected.get("reason_code").cloned().unwrap_or_default();
            let is_equal = rows.len() == 1
                && show(&rows[0]["reason_code"]) == reason
                && match (raw, rows[0]["raw_value"].as_f64()) {
                    (Some(expected), Some(found)) => is_near(expected, found),
                    (expected, found) => expected.is_none() && found.is_none(),
                };
            if !is_equal {
                problems.push(format!("{} {}: expected {expected:?}, found {rows:?}", case.indicator, case.name));
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn no_two_cases_share_a_prefix_and_every_case_checks_something() {
    let (cases, _) = cases();
    for (place, case) in cases.iter().enumerate() {
        assert!(case.evidence.is_some() || !case.values.is_empty(), "{} checks nothing", case.name);
        for other in &cases[place + 1..] {
            let apart = !case.prefix.starts_with(&other.prefix) && !other.prefix.starts_with(&case.prefix);
            assert!(apart, "{} and {} share the prefix {}", case.name, other.name, other.prefix);
        }
    }
}
