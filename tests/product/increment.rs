//! Second runs: what did not change is not read, not computed and not written again.

use crate::support::{Project, show};

fn project() -> Project {
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"bank\"\nperiod = \"month\"\n[[source]]\ntable = \"loan\"\npath = \"data/loan.csv\"\n[[source]]\ntable = \"loan_snapshot\"\npath = \"data/snapshot_*.csv\"\n",
        ),
        ("data/loan.csv", "loan_id,customer_id,origination_date\nL1,C1,2024-01-01\nL2,C2,2024-01-01\n"),
        (
            "data/snapshot_01.csv",
            "loan_id,snapshot_date,status,principal_balance,five_tier_class\nL1,2025-01-31,ACTIVE,100,NORMAL\nL2,2025-01-31,ACTIVE,50,NORMAL\n",
        ),
        (
            "data/snapshot_02.csv",
            "loan_id,snapshot_date,status,principal_balance,five_tier_class\nL1,2025-02-28,ACTIVE,90,NORMAL\nL2,2025-02-28,ACTIVE,50,SUBSTANDARD\n",
        ),
    ]);
    project.ok(&["run"]);
    project
}

fn report(project: &Project, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&project.ok(&[arguments, &["--output", "json"]].concat())).unwrap()
}

fn ratios(project: &Project) -> Vec<String> {
    let rows = project.sql("SELECT value FROM portfolio_metric WHERE metric_id = 'npl_ratio' ORDER BY period_end");
    rows.iter().map(|row| show(&row["value"])).collect()
}

#[test]
fn a_second_run_finds_nothing_to_do_and_changes_no_byte() {
    let project = project();
    let before = project.files("lake");
    let second = report(&project, &["run"]);
    assert_eq!((second["commit"].as_u64(), second["is_new_commit"].as_bool()), (Some(1), Some(false)));
    assert_eq!(project.files("lake"), before);
}

#[test]
fn one_changed_file_replaces_exactly_its_rows() {
    let project = project();
    let before = project.files("lake/data");
    project.write("data/snapshot_02.csv", "loan_id,snapshot_date,status,principal_balance,five_tier_class\nL1,2025-02-28,ACTIVE,150,NORMAL\nL2,2025-02-28,ACTIVE,50,SUBSTANDARD\n");
    let second = report(&project, &["run"]);
    assert_eq!(second["computed"].as_array().unwrap().len(), 1, "January does not depend on February: {second:#}");
    assert_eq!(second["computed"][0]["period"], "2025-02");
    assert_eq!(ratios(&project), ["0.0", "0.25"]);
    assert_eq!(project.value("SELECT count(*) FROM loan_snapshot"), "4");
    let after = project.files("lake/data");
    assert!(before.iter().all(|(name, bytes)| after.get(name) == Some(bytes)), "files of the lake are never rewritten");
}

#[test]
fn a_new_month_adds_its_period_and_leaves_the_earlier_ones() {
    let project = project();
    let before = project.files("lake/current");
    project.write(
        "data/snapshot_03.csv",
        "loan_id,snapshot_date,status,principal_balance,five_tier_class\nL1,2025-03-31,ACTIVE,80,LOSS\n",
    );
    let third = report(&project, &["run"]);
    assert_eq!(third["computed"][0]["period"], "2025-03");
    assert_eq!(third["up_to_date"], serde_json::json!(["2025-01", "2025-02"]));
    let after = project.files("lake/current");
    for (name, bytes) in before.iter().filter(|(name, _)| !name.ends_with("all.parquet")) {
        assert_eq!(after.get(name), Some(bytes), "{name}");
    }
    assert_eq!(ratios(&project).len(), 3);
}

#[test]
fn a_file_that_was_only_renamed_is_not_read_again() {
    let project = project();
    std::fs::rename(project.path().join("data/snapshot_02.csv"), project.path().join("data/snapshot_02b.csv")).unwrap();
    let second = report(&project, &["run"]);
    assert_eq!(second["is_new_commit"], false, "{second:#}");
    assert_eq!(project.value("SELECT count(*) FROM loan_snapshot"), "4");
}

#[test]
fn a_file_that_is_gone_keeps_its_rows_until_a_full_refresh() {
    let project = project();
    std::fs::remove_file(project.path().join("data/snapshot_02.csv")).unwrap();
    let summary = project.ok(&["run"]);
    assert!(summary.contains("data/snapshot_02.csv: is no longer there; its 2 rows of loan_snapshot are kept (run --full-refresh drops them)"), "{summary}");
    assert_eq!(project.value("SELECT count(*) FROM loan_snapshot"), "4");
    project.ok(&["run", "--full-refresh"]);
    assert_eq!(project.value("SELECT count(*) FROM loan_snapshot"), "2");
}

#[test]
fn an_orphan_is_accepted_once_the_row_it_names_arrives() {
    let project = project();
    project.write("postloan.toml", &format!("{}\n[limits]\nmax_reject_rate = 1.0\n", project.read("postloan.toml")));
    project.write("data/snapshot_03.csv", "loan_id,snapshot_date,status,principal_balance,five_tier_class\nL1,2025-03-31,ACTIVE,80,NORMAL\nL3,2025-03-31,ACTIVE,20,LOSS\n");
    project.ok(&["run"]);
    assert_eq!(project.value("SELECT count(*) FROM rejects"), "1");
    project.write(
        "data/loan.csv",
        "loan_id,customer_id,origination_date\nL1,C1,2024-01-01\nL2,C2,2024-01-01\nL3,C3,2024-01-01\n",
    );
    project.ok(&["run"]);
    assert_eq!(project.value("SELECT count(*) FROM rejects"), "0");
    assert_eq!(ratios(&project)[2], "0.2");
}

#[test]
fn a_day_cuts_off_what_happened_later_and_what_was_known_later() {
    let project = project();
    project.write("data/snapshot_02.csv", "loan_id,snapshot_date,status,principal_balance,five_tier_class,known_at\nL1,2025-02-28,ACTIVE,90,NORMAL,\nL2,2025-02-28,ACTIVE,50,SUBSTANDARD,2025-03-05\n");
    project.ok(&["run", "--as-of", "2025-02-28"]);
    assert_eq!(
        project.value(
            "SELECT value FROM portfolio_metric WHERE metric_id = 'total_balance' AND period_end = DATE '2025-02-28'"
        ),
        "90.0"
    );
    project.ok(&["run", "--period", "2025-02"]);
    assert_eq!(
        project.value(
            "SELECT value FROM portfolio_metric WHERE metric_id = 'total_balance' AND period_end = DATE '2025-02-28'"
        ),
        "140.0"
    );
}

#[test]
fn a_parameter_that_changes_makes_results_stale_and_a_memory_limit_does_not() {
    let project = project();
    let config = project.read("postloan.toml");
    project.write("postloan.toml", &format!("{config}\n[limits]\nmemory = \"1GiB\"\n"));
    assert_eq!(report(&project, &["run"])["is_new_commit"], false);
    project.write("postloan.toml", &format!("{config}\n[parameters]\ndefault_dpd = 60\n"));
    assert_eq!(report(&project, &["run"])["computed"].as_array().unwrap().len(), 2);
}
