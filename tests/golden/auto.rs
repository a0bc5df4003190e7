//! Real auto loans (SEC Form ABS-EE) against reference figures that another engine computed from the file, and the
//! outcome that its authors published.

use std::sync::LazyLock;

use crate::support::{Expected, Project, Row, shared};

/// The template with the real file in `data/`: a quarter in the middle and the last one computed; `None` where the
/// file is not at hand.
static BOOK: LazyLock<Option<Project>> = LazyLock::new(|| {
    let data = shared("real/auto")?;
    let project = Project::from_template("abs-ee-auto");
    let file = "aart2171_2017_input.csv.gz";
    std::fs::copy(data.join(file), project.path().join("data").join(file)).unwrap();
    project.ok(&["run", "--period", "2018Q4"]);
    project.ok(&["run", "--period", "2020Q4"]);
    Some(project)
});

/// A table of the last quarter.
#[track_caller]
fn at_the_end(project: &Project, table: &str) -> Vec<Row> {
    project.sql(&format!("SELECT * FROM {table} WHERE period_end = DATE '2020-12-31'"))
}

fn reference(file: &str, names: &[(&str, &str)]) -> Expected {
    let expected = Expected::read(&shared("real/auto").unwrap().join(file));
    names.iter().fold(expected, |expected, (from, to)| expected.rename(from, to))
}

/// Lines of comma-separated cells, the first the names.
fn table(text: &str) -> Expected {
    let mut lines = text.lines().map(|line| line.trim().split(',').map(str::to_owned).collect());
    Expected { columns: lines.next().unwrap(), rows: lines.collect() }
}

const LOSS: [(&str, &str); 10] = [
    ("n_chargeoff", "n_charged_off"),
    ("chargeoff", "charged_off"),
    ("chargeoff_row_vanished", "charged_off_row_vanished"),
    ("rec", "recovered"),
    ("rep_positive", "repossession_proceeds"),
    ("rep_negative", "repossession_costs"),
    ("recovery_lost_if_months_without_balance_are_dropped", "recovery_without_balance"),
    ("n_chargeoff_published_as_repaid", "n_repaid_charged_off"),
    ("chargeoff_published_as_repaid", "repaid_charged_off"),
    ("n_default_without_chargeoff", "n_default_without_charge_off"),
];

#[test]
fn the_published_outcome_of_all_2171_loans() {
    let Some(project) = &*BOOK else { return };
    let rows = at_the_end(project, "auto_outcome");
    assert_eq!(rows.len(), 2171);
    let published = [("assetNumber", "loan_id"), ("X", "x"), ("C", "c"), ("D", "d"), ("R", "r")];
    let published = reference("expected_outcome.csv", &published).without("Y").without("Xc");
    published.assert_equal(&rows, &["loan_id"]);
    let names = [
        ("assetNumber", "loan_id"),
        ("state", "branch_id"),
        ("risk_cat_ir", "risk_category"),
        ("orig_amt", "origination_amount"),
    ];
    reference("reference/outcome.csv", &names).assert_equal(&rows, &["loan_id"]);
}

#[test]
fn outcomes_add_up_by_kind_and_by_month() {
    let Some(project) = &*BOOK else { return };
    let by_kind = project.sql(
        "SELECT CASE WHEN d = 1 THEN 'DEFAULT' WHEN r = 1 THEN 'REPAID' ELSE 'CENSORED' END AS outcome, count(*) AS n,
                sum(ever_3_zero_payments) AS n_with_3_zero_payments, min(x) AS x_min, max(x) AS x_max,
                sum(origination_amount) AS orig_amt
         FROM auto_outcome WHERE period_end = DATE '2020-12-31' GROUP BY 1",
    );
    reference("reference/outcome_counts.csv", &[]).assert_equal(&by_kind, &["outcome"]);
    let by_month = project.sql(
        "SELECT event_month, sum(d) AS n_default, sum(r) AS n_repaid
         FROM auto_outcome WHERE period_end = DATE '2020-12-31' AND event_month IS NOT NULL GROUP BY 1",
    );
    reference("reference/outcome_by_event_month.csv", &[]).assert_equal(&by_month, &["event_month"]);
}

#[test]
fn of_341_loans_that_missed_three_payments_82_are_repaid_with_hindsight_and_5_were_charged_off_in_the_third_month() {
    let Some(project) = &*BOOK else { return };
    let counts = |condition: &str| {
        project.value(&format!(
            "SELECT count(*) FROM auto_outcome AS o
             LEFT JOIN default_episode AS e ON e.loan_id = o.loan_id AND e.period_end = o.period_end
             WHERE o.period_end = DATE '2020-12-31' AND {condition}"
        ))
    };
    assert_eq!(counts("o.ever_3_zero_payments = 1"), "341");
    assert_eq!(counts("o.ever_3_zero_payments = 1 AND o.r = 1"), "82");
    assert_eq!(counts("o.d = 1"), "259");
    // A default of the product needs a living loan 90 days past due on a month-end.
    assert_eq!(counts("e.loan_id IS NOT NULL"), "336");
    assert_eq!(counts("e.loan_id IS NOT NULL AND o.ever_3_zero_payments = 0"), "0");
    assert_eq!(counts("e.loan_id IS NOT NULL AND o.r = 1"), "82");
    let charged_off_at_once = "e.loan_id IS NULL AND o.ever_3_zero_payments = 1 AND EXISTS (
        SELECT 1 FROM loan_event AS w WHERE w.loan_id = o.loan_id AND w.event_type = 'WRITE_OFF'
        AND date_trunc('month', w.event_date)::DATE = o.ever_third_zero_month)";
    assert_eq!(counts(charged_off_at_once), "5");
    // The default is known with the third missed payment; the published x is the month of the first.
    assert_eq!(
        counts("e.loan_id IS NOT NULL AND date_trunc('month', e.default_date)::DATE <> o.ever_third_zero_month"),
        "0"
    );
    assert_eq!(counts("o.d = 1 AND o.third_zero_month <> CAST(o.event_month + INTERVAL '2 month' AS DATE)"), "0");
}

#[test]
fn the_default_curve_of_the_pool() {
    let Some(project) = &*BOOK else { return };
    reference("reference/vintage_pool.csv", &[("n_ever_3_zero_incl_later_repaid", "n_ever_3_zero")])
        .assert_equal(&at_the_end(project, "auto_vintage_pool"), &["months_since_start"]);
}

#[test]
fn default_curves_by_quarter_of_origination() {
    let Some(project) = &*BOOK else { return };
    let names = [
        ("mob", "months_on_book"),
        ("n_ever_default_first_missed", "n_default_first_missed"),
        ("n_ever_default_third_missed", "n_default_third_missed"),
        ("first_observed_mob_min", "first_seen_min"),
        ("first_observed_mob_max", "first_seen_max"),
    ];
    reference("reference/vintage_by_origination_quarter.csv", &names)
        .assert_equal(&at_the_end(project, "auto_vintage"), &["vintage", "months_on_book"]);
}

/// The columns of the reference's cash as the table names them.
fn cash_reference() -> Expected {
    let names = [
        ("i", "months_since_start"),
        ("n_with_balance_row", "n_with_balance"),
        ("interest_and_fees_collected", "interest_and_fees"),
        ("rec", "recovered"),
        ("rep_positive", "repossession_proceeds"),
        ("rep_negative", "repossession_costs"),
        ("chargeoff", "charged_off"),
    ];
    reference("reference/cash_by_month.csv", &names)
}

#[test]
fn cash_of_44_months_to_the_cent() {
    let Some(project) = &*BOOK else { return };
    cash_reference().assert_equal(&at_the_end(project, "auto_cash"), &["month_end"]);
}

#[test]
fn payments_costs_and_events_carry_the_same_cash() {
    let Some(project) = &*BOOK else { return };
    let rows = project.sql(
        "SELECT m.month_end, sum(paid) AS total_paid, sum(principal) AS principal_collected,
                sum(recovery) - sum(cost) AS recovery_net, sum(written_off) AS charged_off
         FROM (SELECT value_date AS month_end,
                      CASE WHEN payment_type = 'RECOVERY' THEN 0 ELSE principal_paid + interest_paid END AS paid,
                      CASE WHEN payment_type = 'RECOVERY' THEN 0 ELSE principal_paid END AS principal,
                      CASE WHEN payment_type = 'RECOVERY' THEN principal_paid ELSE 0 END AS recovery,
                      0 AS cost, 0 AS written_off FROM payment
               UNION ALL SELECT cost_date, 0, 0, 0, amount, 0 FROM recovery_cost
               UNION ALL SELECT event_date, 0, 0, 0, 0, amount FROM loan_event WHERE event_type = 'WRITE_OFF') AS m
         GROUP BY m.month_end",
    );
    let expected = cash_reference();
    let cell = |row: &[String], name: &str| {
        row[expected.columns.iter().position(|column| column == name).unwrap()].parse::<f64>().unwrap()
    };
    let net =
        |row: &[String]| cell(row, "recovered") + cell(row, "repossession_proceeds") + cell(row, "repossession_costs");
    let nets = expected.rows.iter().map(|row| format!("{:.2}", net(row))).collect::<Vec<_>>();
    let kept = ["month_end", "total_paid", "principal_collected", "charged_off"];
    let places = kept.map(|name| expected.columns.iter().position(|column| column == name).unwrap());
    let rows_of = expected.rows.iter().zip(&nets);
    let by_movement = Expected {
        columns: kept.iter().map(|name| (*name).to_owned()).chain(["recovery_net".to_owned()]).collect(),
        rows: rows_of
            .map(|(row, net)| places.iter().map(|place| row[*place].clone()).chain([net.clone()]).collect())
            .collect(),
    };
    by_movement.assert_equal(&rows, &["month_end"]);
}

#[test]
fn loans_by_missed_payments_of_every_month() {
    let Some(project) = &*BOOK else { return };
    reference("reference/dpd_by_month.csv", &[])
        .without("i")
        .assert_equal(&at_the_end(project, "auto_dpd"), &["month_end", "dpd_capped_120"]);
}

#[test]
fn migration_between_missed_payments_with_the_rows_that_vanish() {
    let Some(project) = &*BOOK else { return };
    reference("reference/migration_pooled.csv", &[("n", "n_loans")])
        .assert_equal(&at_the_end(project, "auto_migration"), &["from_missed", "to_missed"]);
}

#[test]
fn charge_offs_of_both_kinds_and_recoveries_after_the_last_balance() {
    let Some(project) = &*BOOK else { return };
    let names = [
        ("assetNumber", "loan_id"),
        ("state", "branch_id"),
        ("risk_cat_ir", "risk_category"),
        ("chargeoff_month", "charge_off_month"),
        ("chargeoff", "charged_off"),
        ("rec", "recovered"),
        ("rep_pos", "repossession_proceeds"),
        ("rep_neg", "repossession_costs"),
        ("recovery_in_months_without_balance", "recovery_without_balance"),
    ];
    reference("reference/chargeoff_recovery_by_loan.csv", &names)
        .assert_equal(&at_the_end(project, "auto_loss"), &["loan_id"]);
}

#[test]
fn losses_by_state_and_rate_add_up_to_one_total() {
    let Some(project) = &*BOOK else { return };
    let rows = at_the_end(project, "auto_loss_by_segment");
    let of =
        |dimension: &str| -> Vec<Row> { rows.iter().filter(|row| row["dimension"] == dimension).cloned().collect() };
    reference("reference/loss_total.csv", &LOSS).assert_equal(&of("total"), &["n_charged_off"]);
    let by_state = [LOSS.as_slice(), &[("state", "code")]].concat();
    reference("reference/loss_by_state.csv", &by_state).assert_equal(&of("branch"), &["code"]);
    let by_rate = [LOSS.as_slice(), &[("risk_cat_ir", "code")]].concat();
    reference("reference/loss_by_risk_cat.csv", &by_rate).assert_equal(&of("risk_category"), &["code"]);
    for dimension in ["total", "branch", "risk_category", "vintage"] {
        let net: f64 = of(dimension).iter().map(|row| row["net_loss"].as_f64().unwrap()).sum();
        assert!((net - 455_864.05).abs() < 0.005, "{dimension}: {net}");
    }
}

#[test]
fn an_earlier_quarter_knows_only_what_had_happened_by_then() {
    let Some(project) = &*BOOK else { return };
    let then = "period_end = DATE '2018-12-31'";
    let cash = project.sql(&format!("SELECT * FROM auto_cash WHERE {then}"));
    cash_reference().retain(|cell| cell("month_end").as_str() <= "2018-12-31").assert_equal(&cash, &["month_end"]);
    let dpd = project.sql(&format!("SELECT * FROM auto_dpd WHERE {then}"));
    reference("reference/dpd_by_month.csv", &[])
        .without("i")
        .retain(|cell| cell("month_end").as_str() <= "2018-12-31")
        .assert_equal(&dpd, &["month_end", "dpd_capped_120"]);
    // Loans that ever missed three payments are the same in hindsight; which of them are defaults is not.
    let pool = project.sql(&format!("SELECT * FROM auto_vintage_pool WHERE {then}"));
    reference("reference/vintage_pool.csv", &[("n_ever_3_zero_incl_later_repaid", "n_ever_3_zero")])
        .without("n_default_first_missed")
        .without("n_default_third_missed")
        .retain(|cell| cell("months_since_start").parse::<u32>().unwrap() <= 19)
        .assert_equal(&pool, &["months_since_start"]);
    table("d,ever,months_seen\n90,110,19").assert_equal(
        &project.sql(&format!(
            "SELECT sum(d) AS d, sum(ever_3_zero_payments) AS ever, max(months_seen) AS months_seen
             FROM auto_outcome WHERE {then}"
        )),
        &["d"],
    );
}

const HEADER: &str = "\"\",assetNumber,reportingPeriodBeginningDate,originationDate,originalLoanAmount,loanMaturityDate,\
    originalInterestRatePercentage,obligorCreditScore,obligorGeographicLocation,\
    reportingPeriodBeginningLoanBalanceAmount,reportingPeriodActualEndBalanceAmount,totalActualAmountPaid,\
    actualPrincipalCollectedAmount,BAL1,PRC1,PMT1,REC1,REP1,BAL2,PRC2,PMT2,REC2,REP2";
const THIRD_MONTH: &str = ",BAL3,PRC3,PMT3,REC3,REP3";
/// A1 pays 5.00 too much in the second month and is gone. B2 misses three payments and is charged off with the third.
const PAID_AND_LOST: &str = "\
    \"1\",A1,12-01-2020,06/2019,1e+05,12/2024,0.0499,None,CA,1000,900,105,100,\
    800,100,104.5,NA,0,-5,805,810,NA,0,NA,NA,NA,NA,NA\n\
    \"2\",B2,12-01-2020,2/2020,2500,02/2026,0.2,610,NY,2000,1950,80,50,\
    1950,0,0,NA,0,1950,0,0,NA,0,0,0,0,1000,-300\n";
/// C3 pays once and vanishes, in another deal that begins a month later and shows two months.
const VANISHED: &str =
    "\"1\",C3,01-01-2021,11/2020,600,11/2023,0.099,700,CA,500,450,55,50,400,50,55,NA,0,NA,NA,NA,NA,NA\n";

fn hand_made(files: &[(&str, &str)]) -> Project {
    let project = Project::from_template("abs-ee-auto");
    for (name, text) in files {
        project.write(&format!("data/{name}"), text);
    }
    project
}

#[test]
fn three_loans_of_two_deals_by_hand() {
    let first = format!("{HEADER}{THIRD_MONTH}\n{PAID_AND_LOST}");
    let second = format!("{HEADER},primaryLoanServicerName\n{}", VANISHED.replace('\n', ",\"Some Bank, N.A.\"\n"));
    let project = hand_made(&[("first.csv", &first), ("second.csv", &second), ("second_again.csv", &second)]);
    project.ok(&["run", "--period", "2021Q1"]);
    // A1: 1,005 of principal against 900. B2: zeros at the places 2, 3 and 4. C3: a window of two months.
    table(
        "loan_id,x,c,d,r,event_month,third_zero_month,ever_3_zero_payments,months_seen,vintage,risk_category,origination_amount
         A1,3,0,0,1,2021-02-01,,0,3,2019Q2,super_prime,100000.00
         B2,2,0,1,0,2021-01-01,2021-03-01,1,3,2020Q1,deep_subprime,2500.00
         C3,2,1,0,0,,,0,2,2020Q4,prime,600.00",
    )
    .assert_equal(&project.sql("SELECT * FROM auto_outcome"), &["loan_id"]);
    table(
        "loan_id,snapshot_date,status,principal_balance,other_balances,days_past_due
         A1,2020-12-31,ACTIVE,900.00,0.00,0
         A1,2021-01-31,ACTIVE,800.00,0.00,0
         A1,2021-02-28,PAID_OFF,0.00,-5.00,0
         B2,2020-12-31,ACTIVE,1950.00,0.00,0
         B2,2021-01-31,ACTIVE,1950.00,0.00,30
         B2,2021-02-28,ACTIVE,1950.00,0.00,60
         B2,2021-03-31,WRITTEN_OFF,0.00,0.00,0
         C3,2021-01-31,ACTIVE,450.00,0.00,0
         C3,2021-02-28,ACTIVE,400.00,0.00,0
         C3,2021-03-31,WRITTEN_OFF,0.00,0.00,0",
    )
    .assert_equal(&project.sql("SELECT * FROM loan_snapshot"), &["loan_id", "snapshot_date"]);
    table(
        "loan_id,value_date,payment_type,principal_paid,interest_paid
         A1,2020-12-31,SCHEDULED,100.00,5.00
         A1,2021-01-31,SCHEDULED,100.00,4.50
         A1,2021-02-28,PAYOFF,805.00,5.00
         B2,2020-12-31,SCHEDULED,50.00,30.00
         B2,2021-03-31,RECOVERY,1000.00,0.00
         C3,2021-01-31,SCHEDULED,50.00,5.00
         C3,2021-02-28,SCHEDULED,50.00,5.00",
    )
    .assert_equal(&project.sql("SELECT * FROM payment"), &["loan_id", "value_date"]);
    table(
        "loan_id,event_date,event_type,amount,reason_code
         A1,2021-02-28,PAID_OFF,,EARLY_PAYOFF
         B2,2021-03-31,WRITE_OFF,1950.00,ZERO_ROW
         C3,2021-03-31,WRITE_OFF,400.00,ROW_VANISHED",
    )
    .assert_equal(&project.sql("SELECT * FROM loan_event"), &["loan_id"]);
    table("loan_id,cost_date,amount,cost_type\nB2,2021-03-31,300.00,REPOSSESSION")
        .assert_equal(&project.sql("SELECT * FROM recovery_cost"), &["loan_id"]);
    table(
        "loan_id,charged_off,recovery_net,net_loss
         B2,1950.00,700.00,1250.00
         C3,400.00,0.00,400.00",
    )
    .assert_equal(&project.sql("SELECT * FROM auto_loss"), &["loan_id"]);
    table(
        "first_month,months_since_start,n_default_first_missed,n_default_third_missed,n_charged_off,n_loans
         2020-12-01,0,0,0,0,2
         2020-12-01,1,1,0,0,2
         2020-12-01,2,1,0,0,2
         2020-12-01,3,1,1,1,2
         2021-01-01,0,0,0,0,1
         2021-01-01,1,0,0,0,1
         2021-01-01,2,0,0,1,1",
    )
    .assert_equal(&project.sql("SELECT * FROM auto_vintage_pool"), &["first_month", "months_since_start"]);
    // B2 was charged off with its third missed payment, before a month-end could show it 90 days past due.
    assert_eq!(project.value("SELECT count(*) FROM default_episode"), "0");
    // Only the second file names a servicer; nobody is made up for the first.
    assert_eq!(project.value("SELECT string_agg(officer_id, ',') FROM officer"), "SOME_BANK_N_A");
    assert_eq!(project.value("SELECT count(*) FROM rejects"), "0");
}

#[test]
fn a_month_is_public_fifteen_days_after_its_end() {
    let project = hand_made(&[("first.csv", &format!("{HEADER}{THIRD_MONTH}\n{PAID_AND_LOST}"))]);
    // On 14 March the report of February is not out; on 15 March it is.
    let seen = |day: &str| {
        project.ok(&["run", "--as-of", day]);
        project.value(&format!("SELECT max(months_seen) FROM auto_outcome WHERE period_end = DATE '{day}'"))
    };
    assert_eq!(seen("2021-03-14"), "1");
    assert_eq!(seen("2021-03-15"), "2");
    project.ok(&["run", "--period", "2021Q1"]);
    let all = "SELECT max(months_seen) FROM auto_outcome WHERE period_end = DATE '2021-03-31'";
    assert_eq!(project.value(all), "3");
}

#[test]
fn a_cell_that_is_no_number_or_date_is_rejected_by_line_and_column() {
    let lines = PAID_AND_LOST.replace("12/2024", "13/2024").replace("NA,0,1950,", "NA,0,19x0,");
    let project = hand_made(&[("first.csv", &format!("{HEADER}{THIRD_MONTH}\n{lines}"))]);
    project.ok(&["ingest", "--max-reject-rate", "1"]);
    table(
        "source,file,line,column,value,reason_code
         raw.auto_loan,data/first.csv,2,loanMaturityDate,13/2024,TYPE
         raw.auto_month,data/first.csv,3,BAL,19x0,TYPE",
    )
    .assert_equal(&project.sql("SELECT * FROM rejects"), &["source"]);
    assert_eq!(project.value("SELECT string_agg(loan_id, ',') FROM loan"), "B2");
}

#[test]
fn a_loan_in_two_files_is_refused() {
    let first = format!("{HEADER}{THIRD_MONTH}\n{PAID_AND_LOST}");
    let project = hand_made(&[("first.csv", &first), ("second.csv", &first.replace("610", "611"))]);
    let (code, message) = project.fails(&["run"]);
    assert_eq!(code, 3, "{message}");
    assert!(message.contains("customer") && message.contains("rejected"), "{message}");
}
