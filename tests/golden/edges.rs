//! Both sides of every edge of the stock indicators and of default, on loans of 100 each.
//!
//! Exercises `stock`, `stock_owner`, `transferor`, `loan_month`, `reporting_date`, `default_derived`, `evidence_key`,
//! `evidence_holder` and `indicator_sum`, which are
//! not published, through the tables that read them.

use std::sync::LazyLock;

use crate::support::{Project, Row, show};

const CONFIG: &str = "[project]\nname = \"edges\"\n[[source]]\ntable = \"loan\"\npath = \"loan.csv\"\n[[source]]\ntable = \"loan_snapshot\"\npath = \"snapshot.csv\"\n[[source]]\ntable = \"officer_assignment\"\npath = \"assignment.csv\"\n[[source]]\ntable = \"loan_event\"\npath = \"event.csv\"\n";

/// loan, days past due and class at the open, days past due (or exit) and class at the close, assignments.
const LOANS: [(&str, i32, &str, &str, &str, &str); 16] = [
    ("DPD_0", 0, "NORMAL", "0", "NORMAL", "O1 1 2024-01-01"),
    ("DPD_1", 0, "NORMAL", "1", "SPECIAL_MENTION", "O1 1 2024-01-01"),
    ("DPD_30", 0, "NORMAL", "30", "SPECIAL_MENTION", "O1 1 2024-01-01"),
    ("DPD_31", 0, "NORMAL", "31", "SPECIAL_MENTION", "O1 1 2024-01-01"),
    ("DPD_90", 0, "NORMAL", "90", "SPECIAL_MENTION", "O1 1 2024-01-01"),
    ("DPD_91", 1, "SPECIAL_MENTION", "91", "SUBSTANDARD", "O1 1 2024-01-01"),
    // In default since 2024-09-01; the new officer holds it for 179 and for 180 days at the end of the quarter.
    ("TENURE_179", 212, "SUBSTANDARD", "302", "DOUBTFUL", "O1 1 2024-01-01 2024-10-03;O2 1 2024-10-03"),
    ("TENURE_180", 212, "SUBSTANDARD", "302", "DOUBTFUL", "O1 1 2024-01-01 2024-10-02;O2 1 2024-10-02"),
    // Default on the day of the hand-over (2025-02-01), and on the day before.
    ("SAME_DAY", 59, "SPECIAL_MENTION", "149", "SUBSTANDARD", "O1 1 2024-01-01 2025-02-01;O2 1 2025-02-01"),
    ("DAY_BEFORE", 60, "SPECIAL_MENTION", "150", "SUBSTANDARD", "O1 1 2024-01-01 2025-02-01;O2 1 2025-02-01"),
    ("GAP", 0, "NORMAL", "0", "NORMAL", "O1 1 2024-01-01 2025-03-01"),
    ("THIRDS", 0, "NORMAL", "0", "NORMAL", "O1 0.333333 2024-01-01;O2 0.333333 2024-01-01;O3 0.333333 2024-01-01"),
    ("WRITTEN_OFF", 300, "LOSS", "WRITTEN_OFF", "", "O2 1 2024-01-01"),
    ("SOLD", 0, "NORMAL", "SOLD", "", "O2 1 2024-01-01"),
    ("PAID_OFF", 0, "NORMAL", "PAID_OFF", "", "O2 1 2024-01-01"),
    ("VANISHED", 0, "NORMAL", "", "", "O2 1 2024-01-01"),
];

fn project(assignments: impl Fn(&str, &str) -> String) -> Project {
    let mut loans = "loan_id,customer_id,origination_date,origination_amount\n".to_owned();
    let mut snapshots = "loan_id,snapshot_date,status,principal_balance,days_past_due,five_tier_class\n".to_owned();
    let mut holders = "loan_id,officer_id,share,valid_from,valid_to\n".to_owned();
    for (loan, open_dpd, open_class, close, close_class, held) in LOANS {
        loans.push_str(&format!("{loan},C_{loan},2024-01-01,100\n"));
        snapshots.push_str(&format!("{loan},2024-12-31,ACTIVE,100,{open_dpd},{open_class}\n"));
        match close.parse::<i32>() {
            Ok(dpd) => snapshots.push_str(&format!("{loan},2025-03-31,ACTIVE,100,{dpd},{close_class}\n")),
            Err(_) if !close.is_empty() => snapshots.push_str(&format!("{loan},2025-03-31,{close},0,,\n")),
            Err(_) => {}
        }
        holders.push_str(&assignments(loan, held));
    }
    let events = "event_id,loan_id,event_date,event_type,amount\nE1,WRITTEN_OFF,2025-02-15,WRITE_OFF,100\n";
    let project = Project::with_files(&[
        ("postloan.toml", CONFIG),
        ("loan.csv", &loans),
        ("snapshot.csv", &snapshots),
        ("assignment.csv", &holders),
        ("event.csv", events),
    ]);
    project.ok(&["run", "--period", "2025Q1"]);
    project
}

fn rows_as_given(loan: &str, held: &str) -> String {
    held.split(';').map(|row| format!("{loan},{}\n", padded(row))).collect()
}

/// `O1 1 from [to]` as four cells.
fn padded(row: &str) -> String {
    let mut cells: Vec<&str> = row.split(' ').collect();
    cells.resize(4, "");
    cells.join(",")
}

static PUBLISHED: LazyLock<Project> = LazyLock::new(|| project(rows_as_given));

fn evidence(indicator: &str, loan: &str) -> Vec<String> {
    let rows = PUBLISHED.sql(&format!(
        "SELECT officer_id, CAST(numerator AS DECIMAL(12,4)) AS n, CAST(denominator AS DECIMAL(12,4)) AS d, rule_code
         FROM officer_evidence WHERE indicator_id = '{indicator}' AND loan_id = '{loan}' ORDER BY officer_id"
    ));
    let line = |row: &Row| {
        let amount = |column: &str| format!("{:.4}", row[column].as_f64().unwrap());
        format!("{} {} {} {}", show(&row["officer_id"]), amount("n"), amount("d"), show(&row["rule_code"]))
    };
    rows.iter().map(line).collect()
}

const LATE: &str = "O1 100.0000 100.0000 OWNER_AT_PERIOD_END";
const IN_TIME: &str = "O1 0.0000 100.0000 OWNER_AT_PERIOD_END";

#[test]
fn a_loan_is_overdue_from_its_first_day_late() {
    assert_eq!(evidence("overdue_ratio", "DPD_0"), [IN_TIME]);
    assert_eq!(evidence("overdue_ratio", "DPD_1"), [LATE]);
}

#[test]
fn portfolio_at_risk_begins_the_day_after_its_number() {
    assert_eq!(evidence("par_30", "DPD_30"), [IN_TIME]);
    assert_eq!(evidence("par_30", "DPD_31"), [LATE]);
    assert_eq!(evidence("par_90", "DPD_90"), [IN_TIME]);
    assert_eq!(evidence("par_90", "DPD_91"), [LATE]);
}

#[test]
fn the_deviation_compares_loans_over_ninety_days_with_npls() {
    assert_eq!(evidence("classification_deviation", "DPD_90"), Vec::<String>::new());
    assert_eq!(evidence("classification_deviation", "DPD_91"), [LATE]);
    assert_eq!(
        PUBLISHED.value("SELECT raw_value FROM bank_indicator WHERE indicator_id = 'classification_deviation'"),
        "1.0"
    );
}

#[test]
fn a_loan_inherited_in_default_stays_with_its_transferor_for_180_days() {
    let inherited = "O1 100.0000 100.0000 INHERITED_NPL_TO_TRANSFEROR";
    let own = "O2 100.0000 100.0000 OWNER_AT_PERIOD_END";
    assert_eq!(evidence("npl_ratio", "TENURE_179"), [inherited]);
    assert_eq!(evidence("npl_ratio", "TENURE_180"), [own]);
    assert_eq!(evidence("npl_ratio", "SAME_DAY"), [own]);
    assert_eq!(evidence("npl_ratio", "DAY_BEFORE"), [inherited]);
    assert_eq!(evidence("par_90", "DAY_BEFORE"), [inherited]);
    // The 30-day measures look at who holds the loan, whatever came before.
    assert_eq!(evidence("par_30", "DAY_BEFORE"), [own]);
}

#[test]
fn default_begins_with_the_ninety_first_day_and_not_with_the_ninetieth() {
    let rows = PUBLISHED.sql("SELECT loan_id, default_date, trigger FROM default_episode ORDER BY loan_id");
    let lines: Vec<String> = rows.iter().map(|row| row.values().map(show).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines,
        [
            "DAY_BEFORE 2025-01-31 DPD",
            "DPD_91 2025-03-31 DPD",
            "SAME_DAY 2025-02-01 DPD",
            "TENURE_179 2024-09-01 DPD",
            "TENURE_180 2024-09-01 DPD",
            "WRITTEN_OFF 2024-06-05 DPD",
        ]
    );
}

#[test]
fn days_without_an_officer_are_unassigned_and_three_thirds_are_one() {
    assert_eq!(evidence("npl_ratio", "GAP"), ["UNASSIGNED 0.0000 100.0000 OWNER_AT_PERIOD_END"]);
    let of = |officer: &str, part: &str| format!("{officer} 0.0000 {part} OWNER_AT_PERIOD_END");
    assert_eq!(evidence("npl_ratio", "THIRDS"), [of("O1", "33.3334"), of("O2", "33.3333"), of("O3", "33.3333")]);
}

#[test]
fn a_write_off_improves_the_plain_ratio_and_not_the_one_that_adds_it_back() {
    assert_eq!(evidence("npl_ratio", "WRITTEN_OFF"), Vec::<String>::new());
    assert_eq!(
        evidence("npl_ratio_with_writeoff", "WRITTEN_OFF"),
        ["O2 100.0000 100.0000 WRITE_OFF_OWNER_AT_EVENT_DATE"]
    );
    // 5 of 12 loans on the book; with the written-off one 6 of 13.
    let ratio = |metric: &str| {
        PUBLISHED.sql(&format!("SELECT value FROM portfolio_metric WHERE metric_id = '{metric}'"))[0]["value"]
            .as_f64()
            .unwrap()
    };
    assert!((ratio("npl_ratio") - 5.0 / 12.0).abs() < 1e-12);
    assert!((ratio("npl_ratio_with_writeoff") - 6.0 / 13.0).abs() < 1e-12);
}

#[test]
fn every_way_out_of_the_book_is_a_state() {
    let rows = PUBLISHED.sql(
        "SELECT from_class, to_class, n_loans FROM portfolio_migration
         WHERE basis = 'five_tier' AND to_class IN ('SOLD', 'PAID_OFF', 'WRITTEN_OFF', 'NOT_REPORTED') ORDER BY 1, 2",
    );
    let lines: Vec<String> = rows.iter().map(|row| row.values().map(show).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(lines, ["LOSS WRITTEN_OFF 1", "NORMAL NOT_REPORTED 1", "NORMAL PAID_OFF 1", "NORMAL SOLD 1"]);
}

#[test]
fn cutting_an_assignment_into_adjacent_rows_changes_nothing() {
    // Every open row is cut on 2025-03-15, inside the tenures that decide.
    let cut = |loan: &str, held: &str| {
        held.split(';')
            .map(|row| {
                let cells: Vec<&str> = row.split(' ').collect();
                match cells.len() {
                    3 => format!(
                        "{loan},{0},{1},{2},2025-03-15\n{loan},{0},{1},2025-03-15,\n",
                        cells[0], cells[1], cells[2]
                    ),
                    _ => format!("{loan},{}\n", padded(row)),
                }
            })
            .collect::<String>()
    };
    let other = project(cut);
    let sql = "SELECT indicator_id, officer_id, key, rule_code, numerator, denominator FROM officer_evidence ORDER BY 1, 2, 3, 4";
    assert_eq!(other.sql(sql), PUBLISHED.sql(sql));
}

#[test]
fn an_officer_without_loans_and_a_bank_without_loans_are_not_known_rather_than_zero() {
    let empty = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"empty\"\n[[source]]\ntable = \"officer\"\npath = \"o.csv\"\n[[source]]\ntable = \"loan_snapshot\"\npath = \"s.csv\"\n",
        ),
        ("o.csv", "officer_id,officer_name,branch_id\nO1,One,B1\n"),
        ("s.csv", "loan_id,snapshot_date,status,principal_balance,five_tier_class,days_past_due\n"),
    ]);
    let (code, message) = empty.fails(&["run"]);
    assert_eq!(
        (code, message.as_str()),
        (
            2,
            "postloan: there is no loan_snapshot, from which closed periods are found; name one with --period or --as-of\n"
        )
    );
    empty.ok(&["run", "--period", "2025Q1"]);
    let row = &empty.sql(
        "SELECT raw_value, reason_code FROM officer_indicator WHERE indicator_id = 'npl_ratio' AND officer_id = 'O1'",
    )[0];
    assert_eq!((show(&row["raw_value"]).as_str(), show(&row["reason_code"]).as_str()), ("", "NO_EXPOSURE"));
}
