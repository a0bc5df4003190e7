//! Candidate warnings over history: what is refused, what is published, and that every figure can be counted by hand.
//!
//! Exercises what is not published through what is: `signal_default` and `signal_false_alarm` (what others saw and raised), `signal_scope`,
//! `signal_mask`, `signal_rule` and `signal_rule_count` (the combination), and for the built-in signals `known_snapshot`, `judged_instalment`
//! and `default_sign`.

use std::collections::BTreeMap;

use crate::support::{Project, Row, show};

/// Four loans of which two default. A is 20 days past due from 2023-12-31 on and in default on 2024-03-15; B from 2024-03-31 on and in default on
/// 2024-06-15; C is 20 days past due once, on 2023-12-31; D never. An alert of 2023-12-20 is about the industry of B and D.
fn bank() -> Project {
    let mut snapshots = "loan_id,snapshot_date,status,principal_balance,days_past_due\n".to_owned();
    for month in 0..24 {
        let first = jiff::civil::date(2023 + month / 12, (month % 12 + 1) as i8, 1);
        let day = first.last_of_month();
        let late = |from: jiff::civil::Date, most: i32| {
            let days = (day - from).get_days();
            if days < 0 { 0 } else { (20 + days).min(most) }
        };
        let (a, b) = (late(jiff::civil::date(2023, 12, 31), 400), late(jiff::civil::date(2024, 3, 31), 400));
        let c = if day == jiff::civil::date(2023, 12, 31) { 20 } else { 0 };
        for (loan, days) in [("A", a), ("B", b), ("C", c), ("D", 0)] {
            snapshots.push_str(&format!("{loan},{day},ACTIVE,100,{days}\n"));
        }
    }
    let sources = ["customer", "loan", "loan_snapshot", "default_record", "macro_alert", "warning"]
        .map(|table| format!("[[source]]\ntable = \"{table}\"\npath = \"data/{table}.csv\"\n"));
    Project::with_files(&[
        ("postloan.toml", &format!("[project]\nname = \"bank\"\ncurrency = \"CNY\"\n{}", sources.concat())),
        ("data/customer.csv", "customer_id\nCA\nCB\nCC\nCD\n"),
        (
            "data/loan.csv",
            "loan_id,customer_id,origination_date,industry_code\nA,CA,2022-01-01,X\nB,CB,2022-01-01,Y\nC,CC,2022-01-01,X\nD,CD,2022-01-01,Y\n",
        ),
        ("data/loan_snapshot.csv", &snapshots),
        (
            "data/default_record.csv",
            "subject_type,subject_id,default_date,ead\nLOAN,A,2024-03-15,100\nLOAN,B,2024-06-15,300\n",
        ),
        ("data/macro_alert.csv", "alert_id,industry_code,published_on\nM1,Y,2023-12-20\n"),
        // Issued in time but entered only 20 days before the default of A.
        ("data/warning.csv", "warning_id,loan_id,issued_at,severity,known_at\nW1,A,2023-10-01,RED,2024-02-24\n"),
        ("queries/signal/late.sql", LATE),
        ("queries/signal/sector.sql", SECTOR),
    ])
}

const LATE: &str = "-- name: late
-- title: More than 15 days past due | 逾期超过15天
-- kind: signal
-- source: credit policy
-- edges: the first month-end of each run
WITH stepped AS (
    SELECT loan_id, snapshot_date, days_past_due,
        lag(days_past_due) OVER (PARTITION BY loan_id ORDER BY snapshot_date) AS before
    FROM loan_snapshot
)
SELECT CAST(NULL AS VARCHAR) AS customer_id, loan_id, snapshot_date AS issued_at, 'RED' AS severity, CAST(days_past_due AS DOUBLE) AS score
FROM stepped WHERE days_past_due > 15 AND coalesce(before, 0) <= 15
";

const SECTOR: &str = "-- name: sector
-- title: Alert on the industry | 行业预警
-- kind: signal
-- source: credit policy
-- edges: none
SELECT loan.customer_id, CAST(NULL AS VARCHAR) AS loan_id, macro_alert.published_on AS issued_at, CAST(NULL AS VARCHAR) AS severity, CAST(NULL AS DOUBLE) AS score
FROM macro_alert JOIN loan ON loan.industry_code = macro_alert.industry_code
";

const BOTH: [&str; 7] = ["backtest", "late", "sector", "--from", "2023-01-01", "--to", "2024-12-31"];

fn signal(name: &str, sql: &str) -> String {
    format!("-- name: {name}\n-- title: Test | 测试\n-- kind: signal\n-- source: a test\n-- edges: none\n{sql}\n")
}

fn row(project: &Project, signal: &str, part: &str) -> Row {
    let sql = format!("SELECT * FROM signal_accuracy WHERE signal_id = '{signal}' AND part = '{part}'");
    let mut rows = project.sql(&sql);
    assert_eq!(rows.len(), 1, "{signal} {part}");
    rows.remove(0)
}

fn cells(row: &Row, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| show(&row[*column])).collect()
}

#[test]
fn a_signal_is_judged_like_a_warning_and_against_the_others() {
    let project = bank();
    let text = project.ok(&BOTH);
    assert!(text.starts_with("bank, data up to 2024-12-31\n\nSignals, the best F2 first\n"), "{text}");
    assert!(text.contains("no signal reads what came later"), "{text}");
    let counts = [
        "n_alerts",
        "n_tp",
        "n_late",
        "n_fp",
        "n_pending",
        "n_defaults_only_it_saw",
        "n_false_alarms_only_it_raised",
        "rank_f2",
    ];
    // late: A 75 days and B 76 days before the default, C in vain. sector: B 178 days before, D in vain; both are a year old.
    let late = row(&project, "late", "all");
    assert_eq!(cells(&late, &counts), ["3", "2", "0", "1", "0", "1", "1", "1"]);
    assert_eq!(cells(&late, &["recall", "recall_amount", "lead_days_p50"]), ["1.0", "1.0", "75.5"]);
    let sector = row(&project, "sector", "all");
    assert_eq!(cells(&sector, &counts), ["2", "1", "0", "1", "0", "0", "1", "2"]);
    assert_eq!(
        cells(&sector, &["precision_mature", "recall", "recall_amount", "lead_days_p50"]),
        ["0.5", "0.5", "0.75", "178.0"]
    );
    // F2 = 5 P R / (4 P + R) with the precision of alerts that are a year old, which that of B is not: late 5 · 1/2 · 1 / (2 + 1),
    // sector 5 · 1/4 / (2 + 1/2).
    let f2 = |row: &Row| row["f2"].as_f64().unwrap();
    assert!((f2(&late) - 5.0 / 6.0).abs() < 1e-12 && (f2(&sector) - 0.5).abs() < 1e-12);
    let pair = "SELECT n_defaults_both, n_defaults_first_only, n_defaults_other_only, n_defaults_neither, n_false_alarms_both, n_false_alarms_first_only
                FROM signal_overlap WHERE signal_id = 'late'";
    let pair = project.sql(pair);
    assert_eq!(pair.len(), 1);
    assert_eq!(pair[0].values().map(show).collect::<Vec<_>>(), ["1", "1", "0", "0", "0", "1"]);
}

#[test]
fn a_warning_that_was_entered_late_counts_from_the_day_on_which_it_was_known() {
    let project = bank();
    project.ok(&["backtest", "bank_warning", "--from", "2023-01-01", "--to", "2024-12-31"]);
    let counts = ["n_alerts", "n_tp", "n_late", "recall"];
    assert_eq!(cells(&row(&project, "bank_warning", "all"), &counts), ["1", "0", "1", "0.0"]);
}

#[test]
fn a_signal_that_knows_the_day_of_default_is_refused_with_the_rows_that_differ() {
    let project = bank();
    let sql = "SELECT CAST(NULL AS VARCHAR) AS customer_id, subject_id AS loan_id, default_date - CAST(60 AS INT) AS issued_at, 'RED' AS severity, CAST(1 AS DOUBLE) AS score FROM default_record";
    project.write("queries/signal/oracle.sql", &signal("oracle", sql));
    let (code, message) = project.fails(&["backtest", "oracle", "late", "--to", "2024-12-31"]);
    assert_eq!(code, 1);
    assert_eq!(
        message,
        "postloan: signal oracle reads data that came later: computed from the data of 2024-01-15 alone, 1 row up to that day differs\n  \
         2024-01-15 loan A: is there only with later data\n\
         Nothing was published. Let a signal use only facts that the bank knew on the day of issue (known_at), or leave it out: postloan backtest late\n"
    );
    assert!(!project.path().join("lake/current/signal_accuracy").exists());
}

#[test]
fn a_signal_that_uses_the_month_end_after_it_is_refused() {
    let project = bank();
    let sql = "SELECT CAST(NULL AS VARCHAR) AS customer_id, loan_id, CAST(date_trunc('month', snapshot_date) AS DATE) + CAST(9 AS INT) AS issued_at, 'RED' AS severity, CAST(1 AS DOUBLE) AS score
               FROM loan_snapshot WHERE days_past_due BETWEEN 16 AND 40";
    project.write("queries/signal/early_bird.sql", &signal("early_bird", sql));
    let (code, message) = project.fails(&["backtest", "early_bird", "--to", "2024-12-31"]);
    assert_eq!(code, 1);
    assert!(
        message.starts_with("postloan: signal early_bird reads data that came later: computed from the data of 2023-12-10 alone, 2 rows up to that day differ\n  2023-12-10 loan A: is there only with later data\n  2023-12-10 loan C:"),
        "{message}"
    );
    assert!(
        message.trim_end().ends_with("on the day of issue (known_at)"),
        "there is no other signal to go on with: {message}"
    );
}

#[test]
fn a_signal_that_looks_at_how_a_loan_ended_is_refused() {
    let project = bank();
    // C is repaid on 2024-06-30.
    let loans = project.read("data/loan.csv");
    let loans = loans.replace("industry_code\n", "industry_code,ended_on,end_type\n");
    let loans = loans.replace(",X\n", ",X,,\n").replace(",Y\n", ",Y,,\n");
    project.write("data/loan.csv", &loans.replace("C,CC,2022-01-01,X,,", "C,CC,2022-01-01,X,2024-06-30,PAID_OFF"));
    let snapshots = project.read("data/loan_snapshot.csv");
    let before_its_end = snapshots.lines().filter(|line| !line.starts_with("C,2024-") || *line < "C,2024-06");
    let before_its_end: String = before_its_end.map(|line| format!("{line}\n")).collect();
    project.write("data/loan_snapshot.csv", &before_its_end);
    let sql = LATE
        .replace("name: late\n", "name: survivor\n")
        .replace("FROM stepped WHERE", "FROM stepped JOIN loan USING (loan_id) WHERE loan.ended_on IS NULL AND");
    project.write("queries/signal/survivor.sql", &sql);
    let (code, message) = project.fails(&["backtest", "survivor", "--to", "2024-12-31"]);
    assert_eq!(code, 1);
    assert!(message.contains("2023-12-31 loan C: is gone with later data"), "{message}");
    // The delivered rows do not tell it either.
    project.write(
        "queries/signal/survivor.sql",
        &sql.replace("JOIN loan USING (loan_id)", "JOIN input.loan USING (loan_id)"),
    );
    let (code, message) = project.fails(&["backtest", "survivor", "--to", "2024-12-31"]);
    assert_eq!(code, 1);
    assert!(message.contains("2023-12-31 loan C: is gone with later data"), "{message}");
}

#[test]
fn a_signal_that_knows_what_an_inspection_will_find_is_refused() {
    let project = bank();
    let inspections = "inspection_id,loan_id,due_date,completed_at,fund_use_ok\nI1,A,2023-06-30,2023-07-20,false\nI2,B,2023-06-30,2023-06-20,false\n";
    project.write("data/inspection.csv", inspections);
    let config = project.read("postloan.toml");
    project.write(
        "postloan.toml",
        &format!("{config}[[source]]\ntable = \"inspection\"\npath = \"data/inspection.csv\"\n"),
    );
    let on = |day: &str| {
        let sql = format!(
            "SELECT customer_id, loan_id, {day} AS issued_at, 'RED' AS severity, CAST(NULL AS DOUBLE) AS score FROM input.inspection WHERE NOT fund_use_ok"
        );
        project.write("queries/signal/misuse.sql", &signal("misuse", &sql));
    };
    on("due_date");
    let (code, message) = project.fails(&["backtest", "misuse", "--to", "2024-12-31"]);
    assert_eq!(code, 1);
    assert!(message.contains("2023-06-30 loan A: is there only with later data"), "{message}");
    assert!(!message.contains("loan B"), "what was found before the day is known on it: {message}");
    on("greatest(due_date, CAST(completed_at AS DATE))");
    project.ok(&["backtest", "misuse", "--to", "2024-12-31"]);
}

#[test]
fn the_rows_of_a_signal_must_be_those_of_a_signal() {
    let project = bank();
    let refused = |sql: &str| {
        project.write("queries/signal/odd.sql", &signal("odd", sql));
        let (code, message) = project.fails(&["backtest", "odd", "--to", "2024-12-31"]);
        assert_eq!(code, 1, "{message}");
        message
    };
    assert_eq!(
        refused("SELECT loan_id, snapshot_date AS issued_at FROM loan_snapshot"),
        "postloan: queries/signal/odd.sql: the column customer_id is missing; a signal returns customer_id, loan_id, issued_at, severity, score\n"
    );
    let columns = |loan: &str, day: &str, severity: &str| {
        format!(
            "SELECT CAST(NULL AS VARCHAR) AS customer_id, {loan} AS loan_id, {day} AS issued_at, {severity} AS severity, CAST(NULL AS DOUBLE) AS score FROM loan_snapshot WHERE snapshot_date = DATE '2024-01-31'"
        )
    };
    assert_eq!(
        refused(&columns("loan_id", "snapshot_date", "'HIGH'")),
        "postloan: queries/signal/odd.sql: in 4 rows severity is HIGH; RED, ORANGE, YELLOW or nothing is expected\n"
    );
    assert_eq!(
        refused(&columns("loan_id", "CAST(NULL AS DATE)", "'RED'")),
        "postloan: queries/signal/odd.sql: in 4 rows issued_at is empty\n"
    );
    assert_eq!(
        refused(&columns("CAST(NULL AS VARCHAR)", "snapshot_date", "'RED'")),
        "postloan: queries/signal/odd.sql: in 1 rows both customer_id and loan_id are empty\n"
    );
}

#[test]
fn what_is_asked_for_must_be_there() {
    let project = bank();
    let refused = |arguments: &[&str]| {
        let (code, message) = project.fails(arguments);
        assert_eq!(code, 2, "{message}");
        message
    };
    assert_eq!(refused(&["backtest", "lat"]), "postloan: there is no signal lat; did you mean late?\n");
    assert_eq!(
        refused(&["backtest", "late", "--from", "2025-01-01", "--to", "2024-12-31"]),
        "postloan: the first day 2025-01-01 lies after the last 2024-12-31\n"
    );
    assert_eq!(refused(&["backtest", "--from", "soon"]), "postloan: \"soon\" is not a date: write 2025-03-31\n");
    project.write("queries/signal/needy.sql", &signal("needy", "SELECT customer_id, CAST(NULL AS VARCHAR) AS loan_id, rated_on AS issued_at, 'RED' AS severity, CAST(NULL AS DOUBLE) AS score FROM external_rating").replace("-- source", "-- needs: external_rating\n-- source"));
    assert_eq!(
        refused(&["backtest", "needy"]),
        "postloan: signal needy cannot be computed: no source delivers external_rating\n"
    );
}

#[test]
fn a_second_backtest_of_the_same_data_finds_its_result_and_a_run_is_not_made_stale_by_a_signal() {
    let project = bank();
    project.ok(&["run", "--period", "2024Q4"]);
    project.ok(&BOTH);
    let before = project.files("lake");
    let text = project.ok(&BOTH);
    assert!(text.contains("Nothing to do: this is what is published"), "{text}");
    assert_eq!(project.files("lake"), before);
    project.write("queries/signal/late.sql", &LATE.replace("> 15", "> 30").replace("<= 15", "<= 30"));
    let run: serde_json::Value =
        serde_json::from_str(&project.ok(&["run", "--period", "2024Q4", "--output", "json"])).unwrap();
    assert_eq!(run["is_new_commit"], false, "no figure of a run depends on a signal");
    let again: serde_json::Value =
        serde_json::from_str(&project.ok(&[&BOTH[..], &["--output", "json"]].concat())).unwrap();
    assert_eq!(again["is_new_commit"], true);
    // 20 days past due no longer fire; 51 days on 2024-01-31 are 44 days before the default of A.
    assert_eq!(cells(&row(&project, "late", "all"), &["n_alerts", "n_tp", "n_late"]), ["2", "2", "0"]);
}

#[test]
fn a_rule_is_chosen_on_the_first_part_of_history_and_judged_on_the_rest() {
    let project = bank();
    project.write(
        "postloan.toml",
        &project.read("postloan.toml").replace(
            "[[source]]\ntable = \"customer\"",
            "[parameters]\nhorizon_days = 100\nvalidity_days = 100\n[[source]]\ntable = \"customer\"",
        ),
    );
    project.ok(&[&BOTH[..], &["--fit-until", "2024-04-30"]].concat());
    let fit = row(&project, "COMBINATION", "fit");
    assert_eq!(cells(&fit, &["rule", "fit_until"]), ["late", "2024-04-30"]);
    // Month-ends up to 2024-01-21 have their 100 days behind them by then: 2023-01-31 to 2023-12-31, of which only 2023-12-31 lies 30 to 100 days before the
    // default of A. late flags A (right) and C (wrong) on that day: F2 = 5 / (5 + 1).
    assert_eq!(cells(&fit, &["panel_n", "panel_precision", "panel_sensitivity"]), ["48", "0.5", "1.0"]);
    assert!((fit["panel_f2"].as_f64().unwrap() - 5.0 / 6.0).abs() < 1e-12);
    // Judged on month-ends from 2024-05-31 (15 days before the default of B: dropped) to 2024-09-22: C and D on four, late flags C on none.
    let judge = row(&project, "COMBINATION", "judge");
    assert_eq!(cells(&judge, &["rule", "panel_n", "panel_sensitivity", "reason_code"]), ["late", "8", "", ""]);
}

/// Issue days of a border of days past due, one snapshot after the other.
fn crossings(snapshots: &[Row], border: i64) -> BTreeMap<String, Vec<String>> {
    let mut before: BTreeMap<String, i64> = BTreeMap::new();
    let mut crossed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in snapshots {
        let (loan, days) = (show(&row["loan_id"]), row["days_past_due"].as_i64().unwrap());
        let last = before.insert(loan.clone(), days);
        if days > border && last.map_or(days <= border + 31, |last| last <= border) {
            crossed.entry(loan).or_default().push(show(&row["snapshot_date"]));
        }
    }
    crossed
}

#[test]
fn every_built_in_signal_of_a_whole_bank_uses_only_what_was_known() {
    let project = Project::copy("sample_data");
    project.write("postloan.toml", &format!("{}\n[parameters]\nlevel = \"loan\"\n", project.read("postloan.toml")));
    let report: serde_json::Value =
        serde_json::from_str(&project.ok(&["backtest", "--output", "json", "--check-days", "3"])).unwrap();
    assert!(report["days_checked"].as_u64().unwrap() > 20, "{report:#}");
    let judged = project.sql("SELECT signal_id FROM signal_accuracy WHERE part = 'all' ORDER BY signal_id");
    let judged: Vec<String> = judged.iter().map(|row| show(&row["signal_id"])).collect();
    assert_eq!(
        judged,
        [
            "bank_warning",
            "deposit_outflow",
            "dpd_over_15",
            "dpd_over_30",
            "external_rating_down",
            "group_default",
            "guarantor_default",
            "inspection_adverse",
            "inspection_overdue",
            "internal_rating_down",
            "part_payment_twice",
            "promises_broken",
            "recovery_falling",
            "sector_alert",
        ]
    );
    assert_eq!(report["skipped"][0]["signal"], "utilisation_jump", "the generator has no credit lines");

    // The alerts of days past due are the crossings, those less than ninety days apart taken as one.
    let snapshots = project.sql(
        "SELECT loan_id, snapshot_date, days_past_due FROM loan_snapshot
         WHERE status = 'ACTIVE' AND days_past_due IS NOT NULL ORDER BY loan_id, snapshot_date",
    );
    for (signal, border) in [("dpd_over_15", 15), ("dpd_over_30", 30)] {
        let alerts = project.sql(&format!(
            "SELECT loan_id, sum(n_warnings) AS n, min(start_date) AS first FROM signal_alert WHERE signal_id = '{signal}' GROUP BY loan_id"
        ));
        let found: BTreeMap<String, (u64, String)> = alerts
            .iter()
            .map(|row| (show(&row["loan_id"]), (row["n"].as_u64().unwrap(), show(&row["first"]))))
            .collect();
        let expected = crossings(&snapshots, border).into_iter();
        let expected: BTreeMap<String, (u64, String)> =
            expected.map(|(loan, days)| (loan, (days.len() as u64, days[0].clone()))).collect();
        assert!(expected.len() > 20, "{signal}");
        assert_eq!(found, expected, "{signal}");
    }
}

#[test]
fn no_rule_is_chosen_where_no_signal_foresaw_a_default() {
    let project = bank();
    project.write("queries/signal/sector.sql", &format!("{} WHERE loan.loan_id = 'D'\n", SECTOR.trim_end()));
    let config = project.read("postloan.toml");
    project.write("postloan.toml", &format!("{config}[parameters]\nhorizon_days = 100\n"));
    let dates = ["--from", "2023-01-01", "--fit-until", "2024-06-30", "--to", "2024-12-31"];
    let text = project.ok(&[&["backtest", "sector"], &dates[..]].concat());
    assert!(text.contains("was chosen: none foresaw a default of the months before 2024-06-30"), "{text}");
    assert_eq!(cells(&row(&project, "COMBINATION", "fit"), &["rule", "reason_code"]), ["", "NO_RULE"]);
    assert_eq!(cells(&row(&project, "sector", "fit"), &["panel_sensitivity", "reason_code"]), ["0.0", ""]);
}
