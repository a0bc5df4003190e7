//! Twenty loans, twenty-six warnings: alerts, default events, month-ends and every figure about them.
//!
//! Exercises what is not published through what is: `warning_by_kind`, `judged_by_kind`, `alert_by_kind`, `alert_cell`, `alert_count`, `alert_segment`,
//! `alert_survival` and `alert_measure`, `event_cell`, `event_count`, `naive_share`, `warning_kind`, `warning_scope`, `officer_precision`, and for month-ends `risk_spell`, `panel_month`, `panel_label`,
//! `panel_span`, `panel_flag`, `panel_hit`, `panel_segment`, `panel_cluster`, `panel_cell`, `panel_replicate`, `panel_rate`, `panel_interval`, `panel_score` and `panel_measure`, all through `warning_accuracy`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::arithmetic::value_of;
use crate::support::{Expected, Project, Row, repository, show};

static PUBLISHED: LazyLock<Project> = LazyLock::new(|| {
    let project = Project::copy("tests/golden/ews");
    project.ok(&["run", "--as-of", "2024-12-31"]);
    project
});

fn expected(file: &str) -> Expected {
    Expected::read(&repository().join("tests/golden/ews/expected").join(file))
}

#[test]
fn repeated_warnings_are_one_alert_with_one_outcome() {
    let rows = PUBLISHED.sql("SELECT * FROM warning_alert WHERE outcome NOT LIKE 'EXCLUDED%'");
    expected("expected_alert.csv").assert_equal(&rows, &["alert_id"]);
    let excluded = "SELECT count(*) FROM warning_alert WHERE outcome = 'EXCLUDED_IN_DEFAULT'";
    assert_eq!(PUBLISHED.value(excluded), "2");
}

#[test]
fn every_default_was_detected_late_missed_or_beyond_judgement() {
    let rows = PUBLISHED.sql("SELECT * FROM warning_event");
    expected("expected_event.csv").assert_equal(&rows, &["loan_id", "default_date"]);
}

/// The known figures of the book.
static FIGURES: LazyLock<Value> = LazyLock::new(|| {
    let path = repository().join("tests/golden/ews/expected/expected.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

/// `warning_accuracy` of the book by split, code, basis and measure.
static ACCURACY: LazyLock<BTreeMap<String, Row>> = LazyLock::new(|| {
    let rows = PUBLISHED.sql("SELECT * FROM warning_accuracy").into_iter();
    rows.map(|row| (["split", "code", "basis", "measure"].map(|column| show(&row[column])).join("/"), row)).collect()
});

#[track_caller]
fn assert_value(name: &str, expected: f64) {
    let found = ACCURACY[name]["value"].as_f64();
    assert!(found.is_some_and(|found| (found - expected).abs() <= 1e-12), "{name}: {found:?}, expected {expected}");
}

fn exact(figure: &Value) -> f64 {
    value_of(figure["exact"].as_str().unwrap())
}

#[test]
fn precision_is_that_of_useful_warnings_in_three_bases_and_with_good_work_counted_both_ways() {
    for (measure, figure) in [
        ("outcome_dated/precision_useful", "precision_useful"),
        ("outcome_dated/precision_any", "precision_any"),
        ("outcome_dated/precision_counting_mitigated_as_fp", "precision_counting_mitigated_as_fp"),
        ("mature_cohort/precision_useful", "precision_mature_cohort"),
        ("kaplan_meier/precision_useful", "precision_kaplan_meier"),
        ("outcome_dated/f1", "f1"),
        ("outcome_dated/f2", "f2"),
    ] {
        assert_value(&format!("all/ALL/{measure}"), exact(&FIGURES[figure]));
    }
    let naive = exact(&FIGURES["naive_share_of_warnings_on_loans_that_ever_defaulted"]);
    assert_value("all/ALL/naive/naive_share_of_warnings", naive);
    for (outcome, count) in FIGURES["alert_counts"].as_object().unwrap() {
        let name = match outcome.as_str() {
            "raw_warnings" => continue,
            "alerts" => "n_alerts".to_owned(),
            "EXCLUDED_WARNINGS_IN_DEFAULT_OR_PROBATION" => "n_excluded_warnings".to_owned(),
            outcome => format!("n_{}", outcome.to_lowercase()),
        };
        assert_value(&format!("all/ALL/outcome_dated/{name}"), count.as_f64().unwrap());
    }
}

#[test]
fn survival_is_that_of_the_times_and_events_one_after_the_other() {
    let times: Vec<(i64, bool)> =
        FIGURES["km_input"].as_array().unwrap().iter().map(|pair| (pair[0].as_i64().unwrap(), pair[1] == 1)).collect();
    let survival = |until: i64| {
        let mut days: Vec<i64> =
            times.iter().filter(|(day, is_event)| *is_event && *day <= until).map(|pair| pair.0).collect();
        days.sort_unstable();
        days.dedup();
        days.iter().fold(1.0, |survival, day| {
            let at_risk = times.iter().filter(|pair| pair.0 >= *day).count() as f64;
            survival * (1.0 - times.iter().filter(|pair| **pair == (*day, true)).count() as f64 / at_risk)
        })
    };
    assert_value("all/ALL/kaplan_meier/precision_useful", survival(29) - survival(365));
}

#[test]
fn recall_counts_every_default_once_and_by_amount() {
    assert_value("all/ALL/event/recall", exact(&FIGURES["recall"]));
    assert_value("all/ALL/event/recall_amount", exact(&FIGURES["recall_amount"]));
    assert_value("all/ALL/event/miss_rate", 1.0 - exact(&FIGURES["recall"]));
    for (detection, count) in FIGURES["event_counts"].as_object().unwrap() {
        assert_value(&format!("all/ALL/event/n_{}", detection.to_lowercase()), count.as_f64().unwrap());
    }
    let days: Vec<f64> = FIGURES["lead_days"].as_array().unwrap().iter().map(|days| days.as_f64().unwrap()).collect();
    let lead = PUBLISHED.sql("SELECT * FROM warning_lead_time WHERE split = 'all'").remove(0);
    assert_eq!(lead["n"].as_u64(), Some(days.len() as u64));
    assert_eq!(lead["p50"].as_f64(), FIGURES["lead_median_linear"].as_f64());
    assert_eq!((lead["min_days"].as_f64(), lead["max_days"].as_f64()), (days.first().copied(), days.last().copied()));
}

#[test]
fn every_month_end_of_every_loan_is_in_its_cell() {
    let rows = PUBLISHED.sql("SELECT * FROM warning_panel");
    expected("expected_panel.csv").assert_equal(&rows, &["loan_id", "month_end"]);
    for (cell, count) in FIGURES["panel"].as_object().unwrap() {
        assert_value(&format!("all/ALL/panel/n_{}", cell.to_lowercase()), count.as_f64().unwrap());
    }
    for figure in ["panel_sensitivity", "panel_specificity", "panel_base_rate", "panel_precision"] {
        assert_value(&format!("all/ALL/panel/{figure}"), exact(&FIGURES[figure]));
    }
    for (mu, figure) in FIGURES["relative_usefulness"].as_object().unwrap() {
        let percent = (mu.parse::<f64>().unwrap() * 100.0).round();
        assert_value(&format!("all/ALL/panel/relative_usefulness_{percent}"), exact(figure));
    }
}

#[test]
fn signal_types_overlap_and_each_is_judged_as_if_it_were_alone() {
    for (signal, figures) in FIGURES["by_signal_type"].as_object().unwrap() {
        for (outcome, figure) in figures.as_object().unwrap() {
            match (outcome.as_str(), figure.as_str()) {
                ("precision", text) => {
                    assert_value(
                        &format!("signal_type/{signal}/outcome_dated/precision_useful"),
                        value_of(text.unwrap()),
                    );
                }
                (outcome, _) => {
                    let name = format!("signal_type/{signal}/outcome_dated/n_{}", outcome.to_lowercase());
                    assert_value(&name, figure.as_f64().unwrap());
                }
            }
        }
    }
    assert!(!ACCURACY.keys().any(|name| name.starts_with("signal/")), "signals are judged by a backtest");
}

#[test]
fn the_parameters_stand_beside_every_figure() {
    let params = &FIGURES["params"];
    for row in ACCURACY.values() {
        for (column, name) in [
            ("lead_days", "lead_days"),
            ("horizon_days", "horizon_days"),
            ("refractory_days", "refractory_days"),
            ("validity_days", "validity_days"),
            ("warning_start", "start"),
            ("cutoff", "cutoff"),
        ] {
            assert_eq!(show(&row[column]), show(&params[name]), "{column}");
        }
    }
}
