//! Each audit finds what it is for, and nothing on a sound book.

use std::collections::BTreeMap;

use crate::support::{Project, show};

fn book() -> Project {
    Project::copy("tests/golden/appraisal")
}

fn replace(project: &Project, file: &str, from: &str, to: &str) {
    let text = project.read(file);
    assert!(text.contains(from), "{file} has no {from:?}");
    project.write(file, &text.replacen(from, to, 1));
}

/// check_id → keys of its findings.
fn findings(project: &Project) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in project.sql("SELECT check_id, key FROM data_quality_issue ORDER BY check_id, key") {
        found.entry(show(&row["check_id"])).or_default().push(show(&row["key"]));
    }
    found
}

#[test]
fn a_sound_book_has_no_finding() {
    let project = book();
    project.ok(&["run", "--period", "2025Q1"]);
    assert_eq!(findings(&project), BTreeMap::new());
}

#[test]
fn doubtful_inputs_are_reported_and_do_not_stop_the_run() {
    let project = book();
    // balance_roll_forward: 10,000 less was paid than the balance fell.
    replace(
        &project,
        "data/payment.csv",
        "P001,L01,2025-01-20,SCHEDULED,100000",
        "P001,L01,2025-01-20,SCHEDULED,90000",
    );
    // payment_after_payoff: L12 was paid off on 2025-02-20; on the day itself is fine, the day after is not.
    replace(&project, "data/payment.csv", "P028,", "P099,L12,2025-02-21,SCHEDULED,0,1\nP028,");
    // snapshot_before_origination: L16 was paid out on 2025-02-01.
    replace(
        &project,
        "data/loan_snapshot.csv",
        "L16,2025-02-28",
        "L16,2025-01-31,ACTIVE,0,0,0,0,NORMAL,,\nL16,2025-02-28",
    );
    // tier_better_than_floor: 210 days past due cannot be NORMAL.
    replace(&project, "data/loan_snapshot.csv", "145000,37000,7200,210,SUBSTANDARD", "145000,37000,7200,210,NORMAL");
    // written_off_with_balance
    replace(&project, "data/loan_snapshot.csv", "L08,2025-03-31,WRITTEN_OFF,0", "L08,2025-03-31,WRITTEN_OFF,5");
    // default_record_differs: L05 is recorded, L04 and L06 are not.
    project.write("data/default_record.csv", "subject_type,subject_id,default_date\nLOAN,L05,2025-01-16\n");
    // warning_known_late: known on the second day after it was issued is in time, later is not.
    let warnings = "warning_id,loan_id,issued_date,signal_type,severity,known_at\nW1,L01,2025-02-01,X,LOW,2025-02-03\nW2,L01,2025-02-01,X,LOW,2025-02-04 00:00:01\n";
    project.write("data/warning.csv", warnings);
    project.write(
        "postloan.toml",
        &format!(
            "{}\n[[source]]\ntable = \"default_record\"\npath = \"data/default_record.csv\"\n",
            project.read("postloan.toml")
        ),
    );
    project.ok(&["run", "--period", "2025Q1"]);
    let found = findings(&project);
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "balance_roll_forward",
            "days_past_due_differs",
            "default_record_differs",
            "payment_after_payoff",
            "snapshot_before_origination",
            "tier_better_than_floor",
            "warning_known_late",
            "written_off_with_balance",
        ],
        "{found:?}"
    );
    assert!(found["balance_roll_forward"].iter().any(|key| key.starts_with("L01")), "{found:?}");
    assert_eq!(found["payment_after_payoff"], ["P099"]);
    assert!(found["snapshot_before_origination"][0].starts_with("L16"), "{found:?}");
    assert!(found["tier_better_than_floor"][0].starts_with("L04"), "{found:?}");
    assert_eq!(found["warning_known_late"], ["W2"]);
    assert!(found["written_off_with_balance"][0].starts_with("L08"), "{found:?}");
}

#[test]
fn a_warning_that_was_deleted_leaves_a_gap_in_the_numbering() {
    let project = book();
    project.write(
        "postloan.toml",
        &project.read("postloan.toml").replace("[parameters]", "[publish]\ntables = [\"warning_alert\"]\n[parameters]"),
    );
    let warnings = |series: &str, numbers: &mut dyn Iterator<Item = u32>| -> String {
        numbers.map(|number| format!("{series}{number:03},L01,2025-02-01,X,LOW,\n")).collect()
    };
    let header = "warning_id,loan_id,issued_date,signal_type,severity,mitigation\n";
    let run = |series: [String; 3]| {
        project.write("data/warning.csv", &format!("{header}{}NONUMBER,L01,2025-02-01,X,LOW,\n", series.concat()));
        project.ok(&["run", "--period", "2025Q1"]);
        findings(&project).remove("warning_number_missing").unwrap_or_default()
    };
    // A: 20 of 21 numbers. B: 19 of 20, too few to speak of a series. C: 20 of 41, the numbers of others lie between.
    let a = warnings("A", &mut (1..=21).filter(|number| *number != 7));
    let b = warnings("B", &mut (1..=20).filter(|number| *number != 7));
    let c = warnings("C", &mut (1..=41).filter(|number| number % 2 == 1 && *number != 7 || *number == 41).take(20));
    assert_eq!(run([a, b, c]), ["A1…21"]);
    // A: complete. B: 20 of 40 is half. C: complete from its first number on.
    let a = warnings("A", &mut (1..=21));
    let b = warnings("B", &mut (1..=40).filter(|number| *number <= 19 || *number == 40));
    let c = warnings("C", &mut (100..=120));
    assert_eq!(run([a, b, c]), ["B1…40"]);
}

#[test]
fn recall_over_the_surviving_loans_alone_is_caught_before_it_is_published() {
    let project = Project::copy("tests/golden/ews");
    project.write(
        "postloan.toml",
        &format!("{}\n[publish]\ntables = [\"warning_event\"]\n", project.read("postloan.toml")),
    );
    project.ok(&["run", "--as-of", "2024-12-31"]);
    let file = crate::support::repository().join("queries/warning/event_by_kind.sql");
    let sql = std::fs::read_to_string(file).unwrap();
    project.write("queries/warning/event_by_kind.sql", &format!("{}\nWHERE judged.loan_id <> 'E02'\n", sql.trim_end()));
    let (code, message) = project.fails(&["run", "--as-of", "2024-12-31"]);
    assert_eq!(code, 1, "{message}");
    assert!(
        message.starts_with("postloan: audit warning_events_complete found 1 violations in 2024Q4; nothing was published.\n  E02 2024-03-05: "),
        "{message}"
    );
}

#[test]
fn a_period_without_its_opening_and_its_first_months_says_so() {
    let project = book();
    project.ok(&["run", "--period", "2024Q4"]);
    assert_eq!(findings(&project)["month_end_missing"], ["2024-10-31", "2024-11-30"]);
}

#[test]
fn shares_above_one_would_count_money_twice_and_stop_the_run() {
    let project = book();
    replace(&project, "data/officer_assignment.csv", "L10,O3,MANAGER,0.4000", "L10,O3,MANAGER,0.400001");
    project.ok(&["run", "--period", "2025Q1"]);
    replace(&project, "data/officer_assignment.csv", "L10,O3,MANAGER,0.400001", "L10,O3,MANAGER,0.400002");
    let (code, message) = project.fails(&["run", "--period", "2025Q1"]);
    assert_eq!(code, 1);
    assert!(
        message.starts_with(
            "postloan: audit assignment_share_sum found 1 violations in 2025Q1; nothing was published.\n  L10"
        ),
        "{message}"
    );
    assert!(project.ok(&["history", "--output", "json"]).contains("\"commit\": 1"), "the first run still stands");
}

#[test]
fn one_officer_cannot_hold_one_role_twice_on_a_day() {
    let project = book();
    let touching = "L01,O2,COLLECTOR,0.5,2025-01-01,2025-02-01\nL01,O2,COLLECTOR,0.5,2025-02-01,\n";
    replace(&project, "data/officer_assignment.csv", "L02,O1", &format!("{touching}L02,O1"));
    project.ok(&["run", "--period", "2025Q1"]);
    replace(&project, "data/officer_assignment.csv", "2025-01-01,2025-02-01", "2025-01-01,2025-02-02");
    let (code, message) = project.fails(&["run", "--period", "2025Q1"]);
    assert_eq!(code, 1);
    assert!(message.contains("audit assignment_overlap found 1 violations"), "{message}");
}

#[test]
fn a_query_that_loses_or_doubles_money_is_caught_before_it_is_published() {
    let project = book();
    let sql =
        std::fs::read_to_string(crate::support::repository().join("queries/indicator/risk/npl_ratio.sql")).unwrap();
    let select = sql.rfind("\nFROM ").unwrap();
    project.write(
        "queries/indicator/risk/npl_ratio.sql",
        &format!("{}{} WHERE loan_id <> 'L01'\n", &sql[..select], sql[select..].trim_end()),
    );
    let (code, message) = project.fails(&["run", "--period", "2025Q1"]);
    assert_eq!(code, 1, "{message}");
    assert!(
        message
            .contains("audit officer_sums_to_bank found 1 violations in 2025Q1; nothing was published.\n  npl_ratio: "),
        "{message}"
    );

    std::fs::remove_file(project.path().join("queries/indicator/risk/npl_ratio.sql")).unwrap();
    project.write("queries/portfolio/portfolio_migration.sql", "-- name: portfolio_migration\n-- title: Half | 一半\n-- kind: portfolio\n-- grain: basis, from_class, to_class\n-- source: a broken copy\n-- edges: half of every row is missing\nSELECT 'five_tier' AS basis, 'NORMAL' AS from_class, 'NORMAL' AS to_class, CAST(1 AS BIGINT) AS n_loans, CAST(1 AS DECIMAL(18,2)) AS opening_balance, CAST(1 AS DECIMAL(18,2)) AS closing_balance, CAST(0.5 AS DOUBLE) AS rate, CAST(0.5 AS DOUBLE) AS count_rate\n");
    let (code, message) = project.fails(&["run", "--period", "2025Q1"]);
    assert_eq!(code, 1, "{message}");
    assert!(message.contains("audit migration_rows_sum_to_one found"), "{message}");
    assert!(project.files("lake").is_empty());
}
