//! Real commercial mortgages (SEC Form ABS-EE) against reference figures that another engine computed from the files.

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::support::{Expected, Project, Row, shared};

/// The template with the real files in `data/`, all months and quarters computed; `None` where the files are not at hand.
static MONTHS: LazyLock<Option<Halves>> = LazyLock::new(|| {
    let halves = [["2017-07", "2021-11"], ["2021-12", "2026-03"]];
    let run = |[from, to]: [&'static str; 2]| {
        std::thread::spawn(move || project(Some(MONTHLY), &[&["run", "--from", from, "--to", to]]))
    };
    let halves = halves.map(run).map(|half| half.join().unwrap());
    halves.into_iter().collect::<Option<Vec<Project>>>().map(Halves)
});
static QUARTERS: LazyLock<Option<Project>> = LazyLock::new(|| project(Some(QUARTERLY), &[&["run"]]));

/// What is compared quarter by quarter; the last one is computed whole where halves of the files are compared with it.
const QUARTERLY: &str = r#"["portfolio_metric", "portfolio_segment", "portfolio_loss", "officer_indicator", "officer_evidence", "default_episode", "warning_alert", "warning_event"]"#;
/// What is compared month by month.
const MONTHLY: &str = r#"["portfolio_metric", "portfolio_bucket", "portfolio_status", "portfolio_status_migration", "portfolio_concentration"]"#;

/// The months in two lakes, computed side by side; the first month of the second half opens in the first.
struct Halves(Vec<Project>);

impl Halves {
    #[track_caller]
    fn sql(&self, sql: &str) -> Vec<Row> {
        self.0.iter().flat_map(|half| half.sql(sql)).collect()
    }
}

/// `tables`: only these are published.
fn project(tables: Option<&str>, runs: &[&[&str]]) -> Option<Project> {
    let data = shared("real/cmbs")?;
    let project = Project::from_template("abs-ee-cmbs");
    for file in ["loan_sample.csv.gz", "prop_sample.csv.gz"] {
        std::fs::copy(data.join(file), project.path().join("data").join(file)).unwrap();
    }
    if let Some(tables) = tables {
        let config = project.read("postloan.toml");
        project.write("postloan.toml", &config.replacen("[publish]\n", &format!("[publish]\ntables = {tables}\n"), 1));
    }
    for run in runs {
        project.ok(run);
    }
    Some(project)
}

fn reference(file: &str) -> Expected {
    let path: PathBuf = shared("real/cmbs/reference").unwrap().join(file);
    Expected::read(&path)
}

const CLOSE: &str = "SELECT period_start, max(snapshot_date) AS snapshot_date FROM (
    SELECT DISTINCT date_trunc('month', snapshot_date)::DATE AS period_start, snapshot_date FROM loan_snapshot) GROUP BY 1";

#[test]
fn balances_of_105_months_to_the_cent_with_the_component_notes_left_out() {
    let Some(project) = &*MONTHS else { return };
    let rows = project.sql(&format!(
        "SELECT c.snapshot_date, m.n_loans, m.numerator AS balance_actual
         FROM portfolio_metric AS m JOIN ({CLOSE}) AS c USING (period_start) WHERE m.metric_id = 'total_balance'"
    ));
    let expected = reference("balance_by_month.csv");
    let expected =
        ["month", "balance_scheduled", "n_loans_with_10A_10B", "balance_actual_with_10A_10B", "rows_as_filed"]
            .iter()
            .fold(expected, |expected, column| expected.without(column));
    expected.assert_equal(&rows, &["snapshot_date"]);
}

#[test]
fn scheduled_balances_and_the_rows_as_filed_are_still_there_to_be_asked_for() {
    let Some(project) = &*QUARTERS else { return };
    let rows = project.sql(
        "SELECT s.snapshot_date, s.balance_scheduled, f.balance_with_parts, f.rows_as_filed
         FROM (SELECT snapshot_date, sum(scheduled_balance) AS balance_scheduled FROM loan_snapshot
               WHERE status = 'ACTIVE' GROUP BY snapshot_date) AS s
         JOIN (SELECT CAST(\"reportingPeriodEndDate\" AS DATE) AS snapshot_date, count(*) AS rows_as_filed,
                      sum(CASE WHEN \"paymentStatusLoanCode\" IS NOT NULL AND \"liquidationPrepaymentCode\" IS NULL
                          THEN CAST(\"reportPeriodEndActualBalanceAmount\" AS DECIMAL(18,2)) END) AS balance_with_parts
               FROM raw.loan_report GROUP BY 1) AS f USING (snapshot_date)",
    );
    let expected = ["month", "n_loans", "balance_actual", "n_loans_with_10A_10B"]
        .iter()
        .fold(reference("balance_by_month.csv"), |expected, column| expected.without(column));
    expected.rename("balance_actual_with_10A_10B", "balance_with_parts").assert_equal(&rows, &["snapshot_date"]);
}

#[test]
fn npl_of_every_month_is_what_the_borrowers_owe() {
    let Some(project) = &*MONTHS else { return };
    let rows = project.sql(&format!(
        "SELECT c.snapshot_date, m.n_loans, m.numerator AS npl_balance, m.denominator AS balance, m.value AS npl_ratio,
                coalesce(e.n_npl, 0) AS n_npl
         FROM portfolio_metric AS m JOIN ({CLOSE}) AS c USING (period_start)
         LEFT JOIN (SELECT snapshot_date, count(*) AS n_npl FROM loan_snapshot
                    WHERE status = 'ACTIVE' AND five_tier_class IN ('SUBSTANDARD', 'DOUBTFUL', 'LOSS') GROUP BY 1) AS e
           ON e.snapshot_date = c.snapshot_date
         WHERE m.metric_id = 'npl_ratio'"
    ));
    let expected = ["n_90plus", "n_npl_only_by_foreclosure_reo", "npl_loans"]
        .iter()
        .fold(reference("npl_by_month.csv"), |expected, column| expected.without(column));
    expected.assert_equal(&rows, &["snapshot_date"]);
}

#[test]
fn a_quarter_closes_with_its_last_report_and_not_with_a_month_end() {
    let Some(project) = &*QUARTERS else { return };
    let rows = project.sql(
        "SELECT date_part('year', m.period_start) || 'Q' || date_part('quarter', m.period_start) AS quarter,
                m.n_loans, m.denominator AS balance, m.numerator AS npl_balance, m.value AS npl_ratio,
                coalesce(e.n_npl, 0) AS n_npl
         FROM portfolio_metric AS m
         LEFT JOIN (SELECT period_start, count(*) AS n_npl FROM officer_evidence
                    WHERE indicator_id = 'npl_ratio' AND numerator > 0 GROUP BY 1) AS e USING (period_start)
         WHERE m.metric_id = 'npl_ratio'",
    );
    let expected = ["snapshot_date", "n_90plus_only", "balance_90plus_only", "npl_ratio_on_scheduled_balance_WRONG"]
        .iter()
        .fold(reference("npl_by_quarter.csv"), |expected, column| expected.without(column));
    expected.assert_equal(&rows, &["quarter"]);
}

#[test]
fn each_servicer_answers_for_the_loans_it_holds_on_the_report_date() {
    let Some(project) = &*QUARTERS else { return };
    let rows = project.sql(
        "SELECT date_part('year', i.period_start) || 'Q' || date_part('quarter', i.period_start) AS quarter, i.officer_id,
                i.denominator AS balance, i.numerator AS npl_balance, i.raw_value AS npl_ratio, e.n_loans, e.n_npl
         FROM officer_indicator AS i
         JOIN (SELECT period_start, officer_id, count(*) AS n_loans, sum(CASE WHEN numerator > 0 THEN 1 ELSE 0 END) AS n_npl
               FROM officer_evidence WHERE indicator_id = 'npl_ratio' GROUP BY 1, 2) AS e USING (period_start, officer_id)
         WHERE i.indicator_id = 'npl_ratio'",
    );
    reference("npl_by_quarter_officer.csv").without("snapshot_date").assert_equal(&rows, &["quarter", "officer_id"]);
}

#[test]
fn loans_by_bucket_and_month() {
    let Some(project) = &*MONTHS else { return };
    let rows = project.sql(&format!(
        "SELECT c.snapshot_date, b.n_loans, b.balance,
                CASE b.bucket WHEN 'DPD_0' THEN '0' WHEN 'DPD_361_PLUS' THEN '361+'
                     ELSE replace(substr(b.bucket, 5), '_', '-') END AS bucket
         FROM portfolio_bucket AS b JOIN ({CLOSE}) AS c USING (period_start)"
    ));
    let expected = reference("dpd_bucket_by_month.csv").retain(|cell| cell("n_loans") != "0");
    expected.assert_equal(&rows, &["snapshot_date", "bucket"]);
}

#[test]
fn loans_by_the_state_that_the_servicer_reports() {
    let Some(project) = &*MONTHS else { return };
    let rows = project.sql("SELECT * FROM portfolio_status WHERE status NOT IN ('PAID_OFF', 'LIQUIDATED')");
    reference("status_by_month.csv").assert_equal(&rows, &["snapshot_date", "status"]);
}

#[test]
fn a_liquidated_loan_is_no_cure() {
    let Some(project) = &*MONTHS else { return };
    let sql = "SELECT from_status, to_status, sum(n_loans) AS n FROM portfolio_status_migration GROUP BY 1, 2";
    let mut pooled: Vec<Row> = Vec::new();
    for row in project.sql(sql) {
        let same =
            |other: &&mut Row| other["from_status"] == row["from_status"] && other["to_status"] == row["to_status"];
        match pooled.iter_mut().find(same) {
            Some(other) => other["n"] = (other["n"].as_i64().unwrap() + row["n"].as_i64().unwrap()).into(),
            None => pooled.push(row),
        }
    }
    reference("migration_pooled.csv").assert_equal(&pooled, &["from_status", "to_status"]);
}

#[test]
fn a_loss_counts_once_however_often_it_is_repeated() {
    let Some(project) = &*QUARTERS else { return };
    let rows = project.sql(
        "SELECT loan_id, sum(amount) AS realized_loss FROM loan_event WHERE event_type = 'WRITE_OFF' GROUP BY loan_id
         UNION ALL SELECT 'TOTAL', sum(amount) FROM loan_event WHERE event_type = 'WRITE_OFF'",
    );
    let expected = [
        "first_report_with_loss",
        "realized_loss_max",
        "rows_repeating_it",
        "naive_sum",
        "severity_on_scheduled_balance",
        "severity_on_actual_balance",
    ];
    let expected = expected.iter().fold(reference("realized_loss.csv"), |expected, column| expected.without(column));
    expected.assert_equal(&rows, &["loan_id"]);
    let published =
        project.sql("SELECT loan_id, sum(realized_loss) AS realized_loss FROM portfolio_loss GROUP BY loan_id");
    expected.retain(|cell| cell("loan_id") != "TOTAL").assert_equal(&published, &["loan_id"]);
}

#[test]
fn eight_spellings_are_five_servicers_and_fifty_four_hand_overs() {
    let Some(project) = &*QUARTERS else { return };
    let rows = project.sql("SELECT loan_id, officer_id, role, share, valid_from, valid_to FROM officer_assignment");
    reference("officer_assignment.csv")
        .without("n_reports")
        .assert_equal(&rows, &["loan_id", "officer_id", "valid_from"]);
}

#[test]
fn concentration_carries_the_last_known_type_and_state_forward() {
    let Some(project) = &*MONTHS else { return };
    let rows = project.sql(&format!(
        "SELECT c.snapshot_date, CASE t.dimension WHEN 'industry' THEN 'property_type' ELSE 'state' END AS dim,
                t.n_codes, t.hhi, t.hhi_normalised, t.effective_number, t.top_code, t.top_share
         FROM portfolio_concentration AS t JOIN ({CLOSE}) AS c USING (period_start)
         WHERE t.dimension IN ('industry', 'branch')"
    ));
    reference("hhi_by_month.csv").assert_equal(&rows, &["snapshot_date", "dim"]);
}

#[test]
fn eight_loans_defaulted_on_the_day_their_oldest_instalment_was_ninety_one_days_late() {
    let Some(project) = &*QUARTERS else { return };
    let rows =
        project.sql("SELECT loan_id, default_date, ead FROM default_episode WHERE period_end = DATE '2026-03-31'");
    let expected = ["oldest_unpaid_due", "default_report_date", "issued_at", "lead_days", "detection"];
    let expected =
        expected.iter().fold(reference("default_detection.csv"), |expected, column| expected.without(column));
    expected.assert_equal(&rows, &["loan_id"]);
}

#[test]
fn transfers_to_the_special_servicer_saw_three_of_eight_defaults_in_time() {
    let Some(project) = &*QUARTERS else { return };
    let rows = project.sql("SELECT * FROM warning_event WHERE period_end = DATE '2026-03-31'");
    // lead_days of the reference are those of the transfer whatever its detection; the table has those of the detected ones.
    let expected = ["oldest_unpaid_due", "default_report_date", "issued_at", "lead_days"];
    let expected =
        expected.iter().fold(reference("default_detection.csv"), |expected, column| expected.without(column));
    expected.assert_equal(&rows, &["loan_id"]);
    let alerts = "SELECT outcome, count(*) AS n_by_issued_at FROM warning_alert
                  WHERE period_end = DATE '2026-03-31' GROUP BY outcome";
    reference("warning_counts.csv").without("n_strict_known_at").assert_equal(&project.sql(alerts), &["outcome"]);
}

/// Alerts of the transfers with the day on which each was made, known, taken back and followed by a default.
const TRANSFERS: &str =
    "SELECT a.loan_id, o.officer_id AS officer_at_issue, CAST(w.issued_at AS DATE) AS issued_at, CAST(w.known_at AS DATE) AS known_at,
            CAST(w.closed_at AS DATE) AS returned_at, d.default_date, d.default_date - CAST(w.issued_at AS DATE) AS lead_days,
            d.default_date - CAST(w.known_at AS DATE) AS lead_days_from_known_at, a.outcome AS found
     FROM warning_alert AS a
     JOIN warning AS w ON w.warning_id = a.alert_id
     JOIN officer_assignment AS o ON o.loan_id = a.loan_id AND o.valid_from <= CAST(w.issued_at AS DATE)
      AND (o.valid_to IS NULL OR o.valid_to > CAST(w.issued_at AS DATE))
     LEFT JOIN default_episode AS d ON d.loan_id = a.loan_id AND d.period_end = a.period_end
     WHERE a.period_end = DATE '2026-03-31'";

/// The reference with one of its outcomes under the name that [`TRANSFERS`] gives it.
fn transfers(outcome: &str) -> Expected {
    let others = ["outcome", "outcome_default_at_report_date", "outcome_strict_known_at"];
    let others =
        others.iter().filter(|column| **column != outcome).chain([&"default_report_date", &"lead_days_to_report"]);
    others.fold(reference("warning_outcome.csv"), |expected, column| expected.without(column)).rename(outcome, "found")
}

#[test]
fn a_transfer_counts_from_its_own_day_if_all_that_was_filed_later_may_be_used() {
    let Some(project) = &*QUARTERS else { return };
    transfers("outcome").assert_equal(&project.sql(TRANSFERS), &["loan_id"]);
}

#[test]
fn a_transfer_counts_from_the_filing_that_made_it_known_if_only_what_was_known_may_be_used() {
    let tables = r#"["warning_alert", "default_episode"]"#;
    let Some(project) = project(Some(tables), &[&["run", "--period", "2026Q1", "--knowledge", "strict"]]) else {
        return;
    };
    transfers("outcome_strict_known_at").assert_equal(&project.sql(TRANSFERS), &["loan_id"]);
    let counts = "SELECT outcome, count(*) AS n_strict_known_at FROM warning_alert GROUP BY outcome";
    reference("warning_counts.csv").without("n_by_issued_at").assert_equal(&project.sql(counts), &["outcome"]);
}

#[test]
fn interest_is_what_the_borrowers_paid_and_not_what_was_scheduled() {
    let Some(project) = &*QUARTERS else { return };
    let by_year = |date: &str, sums: &str, from: &str| {
        format!("(SELECT CAST(date_part('year', {date}) AS INT) AS year, {sums} FROM {from} GROUP BY 1)")
    };
    let due = by_year(
        "due_date",
        "sum(interest_due) AS interest_scheduled, sum(principal_due) AS principal_scheduled",
        "instalment",
    );
    let paid = by_year(
        "value_date",
        "sum(interest_paid) AS interest_collected, sum(principal_paid) AS scheduled_principal_collected",
        "payment WHERE payment_type IN ('SCHEDULED', 'REVERSAL')",
    );
    let gone = by_year(
        "value_date",
        "sum(CASE WHEN payment_type = 'PAYOFF' THEN principal_paid END) AS payoff_principal,
         sum(CASE WHEN payment_type = 'RECOVERY' THEN principal_paid END) AS liquidation_net_proceeds",
        "payment WHERE payment_id LIKE '%/UNSCHEDULED'",
    );
    let lost = by_year(
        "event_date",
        "sum(CASE WHEN event_type = 'WRITE_OFF' THEN amount ELSE 0 END) AS realized_loss",
        "loan_event WHERE event_type IN ('WRITE_OFF', 'PAID_OFF')",
    );
    let rows = project.sql(&format!(
        "SELECT due.*, paid.interest_collected, paid.scheduled_principal_collected, gone.payoff_principal,
                gone.liquidation_net_proceeds, lost.realized_loss
         FROM {due} AS due JOIN {paid} AS paid ON paid.year = due.year
         LEFT JOIN {gone} AS gone ON gone.year = due.year LEFT JOIN {lost} AS lost ON lost.year = due.year"
    ));
    reference("interest_by_year.csv").without("naive_scheduled_interest_58_rows_WRONG").assert_equal(&rows, &["year"]);
}

#[test]
fn nine_loans_left_the_book_four_repaid_and_five_liquidated() {
    let Some(project) = &*QUARTERS else { return };
    let rows = project.sql(
        "SELECT gone.loan_id, CASE gone.status WHEN 'PAID_OFF' THEN 'PAID_OFF' ELSE 'LIQUIDATED' END AS exit_type,
                gone.snapshot_date AS report_date, ended.event_date, before.principal_balance AS balance_actual_before,
                coalesce(paid.unscheduled_principal, 0) AS unscheduled_principal, coalesce(ended.loss, 0) AS realized_loss,
                coalesce(paid.advances, 0) AS principal_advances_reimbursed,
                due.interest_due AS scheduled_interest_in_exit_month
         FROM (SELECT loan_id, snapshot_date, status FROM loan_snapshot WHERE status IN ('PAID_OFF', 'WRITTEN_OFF')) AS gone
         JOIN (SELECT loan_id, max(snapshot_date) AS snapshot_date FROM loan_snapshot WHERE status = 'ACTIVE' GROUP BY 1) AS last
           ON last.loan_id = gone.loan_id
         JOIN loan_snapshot AS before ON before.loan_id = last.loan_id AND before.snapshot_date = last.snapshot_date
         JOIN (SELECT loan_id, max(event_date) AS event_date,
                      sum(CASE WHEN event_type = 'WRITE_OFF' THEN amount END) AS loss
               FROM loan_event WHERE event_type IN ('WRITE_OFF', 'PAID_OFF') GROUP BY 1) AS ended ON ended.loan_id = gone.loan_id
         LEFT JOIN (SELECT loan_id,
                      sum(CASE WHEN payment_id LIKE '%/UNSCHEDULED' THEN principal_paid END) AS unscheduled_principal,
                      sum(CASE WHEN payment_id LIKE '%/ADVANCES_PAID_BACK' THEN principal_paid END) AS advances
               FROM payment WHERE payment_type IN ('PAYOFF', 'RECOVERY') GROUP BY 1) AS paid ON paid.loan_id = gone.loan_id
         LEFT JOIN instalment AS due ON due.loan_id = gone.loan_id
          AND date_trunc('month', due.due_date) = date_trunc('month', gone.snapshot_date)",
    );
    let expected = ["liquidation_code", "liquidation_date_filed", "balance_scheduled_before", "scheduled_principal"];
    let expected = expected.iter().fold(reference("exits.csv"), |expected, column| expected.without(column));
    expected.assert_equal(&rows, &["loan_id"]);
}

#[test]
fn exposure_by_property_type_and_state_at_three_dates() {
    let months = ["2017-07", "2020-12", "2026-03"].map(|month| ["run", "--period", month]);
    let Some(project) = project(Some(r#"["portfolio_segment"]"#), &months.each_ref().map(|run| run.as_slice())) else {
        return;
    };
    let rows = project.sql(&format!(
        "SELECT c.snapshot_date, CASE s.dimension WHEN 'industry' THEN 'property_type' ELSE 'state' END AS dim, s.code,
                s.n_loans, s.closing_balance AS balance
         FROM portfolio_segment AS s JOIN ({CLOSE}) AS c USING (period_start)
         WHERE s.dimension IN ('industry', 'branch') AND s.closing_balance > 0"
    ));
    let expected = reference("exposure_by_segment.csv").without("n_code_blank_in_report");
    expected.assert_equal(&rows, &["snapshot_date", "dim", "code"]);
}

#[test]
fn half_of_the_months_in_two_files_give_the_same_book_whatever_the_order() {
    let Some(whole) = &*QUARTERS else { return };
    let data = shared("real/cmbs").unwrap();
    let parts = Project::from_template("abs-ee-cmbs");
    for (file, name) in [("loan_sample.csv.gz", "loan"), ("prop_sample.csv.gz", "prop")] {
        let mut text = String::new();
        let mut source = flate2::read::GzDecoder::new(std::fs::File::open(data.join(file)).unwrap());
        std::io::Read::read_to_string(&mut source, &mut text).unwrap();
        let mut lines = text.lines();
        let header = lines.next().unwrap();
        let (early, late): (Vec<&str>, Vec<&str>) =
            lines.partition(|line| line.contains(",2017-") && line.len() % 2 == 0);
        parts.write(&format!("data/{name}_b.csv"), &format!("{header}\n{}\n", early.join("\n")));
        parts.write(&format!("data/{name}_a.csv"), &format!("{header}\n{}\n", late.join("\n")));
    }
    parts.ok(&["run", "--period", "2026Q1"]);
    let sql = "SELECT metric_id, n_loans, numerator, denominator FROM portfolio_metric WHERE period_end = DATE '2026-03-31' ORDER BY 1";
    assert_eq!(parts.sql(sql), whole.sql(sql));
}
