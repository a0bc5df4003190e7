//! A loan of 100 dollars beside one of 270 yuan: stocks at the rate of their date, flows at that of their value date.
//!
//! Exercises `loan_in_currency`, `loan_snapshot_in_currency`, `payment_in_currency`, `loan_event_in_currency`,
//! `recovery_cost_in_currency`, `disposal_case_in_currency`, `collection_activity_in_currency` and `default_record_in_currency`,
//! which take the place of the input tables while a loan has another currency, and `foreign_loan` and `fx_day` behind them.

use crate::support::Project;

const CONFIG: &str = "[project]\nname = \"two currencies\"\ncurrency = \"CNY\"\n[[source]]\ntable = \"loan\"\npath = \"loan.csv\"\n\
    [[source]]\ntable = \"loan_snapshot\"\npath = \"snapshot.csv\"\n[[source]]\ntable = \"instalment\"\npath = \"instalment.csv\"\n\
    [[source]]\ntable = \"payment\"\npath = \"payment.csv\"\n[[source]]\ntable = \"fx_rate\"\npath = \"fx.csv\"\n";
const LOANS: &str = "loan_id,customer_id,currency,origination_date,origination_amount\nUSD,A,USD,2024-12-31,100\nCNY,B,,2024-01-01,270\n";
const RATES: &str =
    "currency,rate_date,rate_to_base\nUSD,2024-12-31,7.0\nUSD,2025-01-31,7.1\nUSD,2025-02-28,7.2\nUSD,2025-03-31,7.3\n";

fn project(paid_on: &str) -> Project {
    let mut snapshots = "loan_id,snapshot_date,status,principal_balance,five_tier_class,pd,lgd\n".to_owned();
    for date in ["2024-12-31", "2025-01-31", "2025-02-28", "2025-03-31"] {
        snapshots.push_str(&format!("USD,{date},ACTIVE,100,SUBSTANDARD,,\nCNY,{date},ACTIVE,270,NORMAL,0,0\n"));
    }
    Project::with_files(&[
        ("postloan.toml", CONFIG),
        ("loan.csv", LOANS),
        ("snapshot.csv", &snapshots),
        ("instalment.csv", "loan_id,schedule_version,due_date,principal_due,interest_due\nUSD,1,2025-02-10,10,1\n"),
        (
            "payment.csv",
            &format!(
                "payment_id,loan_id,value_date,payment_type,principal_paid,interest_paid\nP1,USD,{paid_on},SCHEDULED,10,1\n"
            ),
        ),
        ("fx.csv", RATES),
    ])
}

fn sums(project: &Project, indicator: &str) -> String {
    project.value(&format!(
        "SELECT concat(CAST(CAST(numerator AS DECIMAL(18,4)) AS VARCHAR), ' / ', CAST(CAST(denominator AS DECIMAL(18,4)) AS VARCHAR))
         FROM bank_indicator WHERE indicator_id = '{indicator}'"
    ))
}

#[test]
fn each_row_is_converted_and_a_change_of_the_rate_makes_no_arrears() {
    let project = project("2025-02-10");
    project.ok(&["run", "--period", "2025Q1"]);
    // 100 × 7.3 of 100 × 7.3 + 270.
    assert_eq!(sums(&project, "npl_ratio"), "730.0000 / 1000.0000");
    // Due and paid in full: 10 × 7.3 over 10 × 7.3, although the rate of the day was another.
    assert_eq!(sums(&project, "principal_recovery_rate"), "73.0000 / 73.0000");
    assert_eq!(sums(&project, "overdue_recovery_rate"), "0.0000 / 0.0000");
    // One dollar of interest at 7.1, the rate of 31 January, in force on 10 February, brought to a year of 365 over 90 days:
    // 28.7944. Balance: (700 / 2 + 710 + 720 + 730 / 2) / 3 + 270 = 985; less 2.5 % of it, 24.625.
    assert_eq!(sums(&project, "net_interest_margin"), "4.1694 / 985.0000");
    let metric = "SELECT numerator FROM portfolio_metric WHERE metric_id = 'total_balance'";
    assert_eq!(project.value(metric), "1000.0");
}

#[test]
fn an_amount_without_a_rate_stops_the_run_and_names_the_day() {
    let project = project("2025-02-11");
    let (code, message) = project.fails(&["run", "--period", "2025Q1"]);
    assert_eq!(code, 1, "{message}");
    assert!(message.contains("currency_without_rate"), "{message}");
    let sentence =
        "USD 2025-02-11: There are amounts in USD of 2025-02-11, but fx_rate has no rate in force on that day.";
    assert!(message.contains(sentence), "{message}");
    assert!(!project.path().join("lake/_latest.json").exists(), "something was published");
}
