//! What must not change a result, and what must add up, on a generated bank.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::support::{Project, postloan, show, text};

const BANK: &str = "--loans 90 --months 24 --officers 6 --branches 2 --seed 11 --period year";
/// Others, with more and with fewer officers to a loan book.
const OTHER_BANKS: [&str; 2] = [
    "--loans 70 --months 24 --officers 3 --branches 1 --seed 29 --period year",
    "--loans 60 --months 30 --officers 14 --branches 4 --seed 47 --period year",
];
/// The bank as it was known on a day by which everything it delivers was known.
const RUN: [&str; 5] = ["run", "--period", "2025Q2", "--known-by", "2026-12-31"];

/// indicator, officer, key, rule → numerator and denominator.
type Evidence = BTreeMap<[String; 4], (String, String)>;

fn bank() -> Project {
    generated(BANK)
}

fn generated(arguments: &str) -> Project {
    let project = Project::with_files(&[]);
    let folder = project.path().to_str().unwrap().to_owned();
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let output = postloan(&[&["generate", &folder, "-q"], arguments.as_slice()].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    project
}

fn evidence_of(project: &Project) -> Evidence {
    project.ok(&RUN);
    let sql = "SELECT indicator_id, officer_id, key, rule_code, CAST(numerator AS VARCHAR) AS numerator,
               CAST(denominator AS VARCHAR) AS denominator FROM officer_evidence";
    let rows = project.sql(sql);
    let entry = |row: &crate::support::Row| {
        let key = ["indicator_id", "officer_id", "key", "rule_code"].map(|column| show(&row[column]));
        (key, (show(&row["numerator"]), show(&row["denominator"])))
    };
    rows.iter().map(entry).collect()
}

static BASE: LazyLock<(Project, Evidence)> = LazyLock::new(|| {
    let project = bank();
    let evidence = evidence_of(&project);
    (project, evidence)
});

#[track_caller]
fn assert_same(evidence: &Evidence) {
    assert_equal(evidence, &BASE.1);
}

#[track_caller]
fn assert_equal(evidence: &Evidence, base: &Evidence) {
    assert!(base.len() > 1000, "{} rows of evidence", base.len());
    let different = base.iter().filter(|(key, amounts)| evidence.get(*key) != Some(amounts));
    let different: Vec<_> = different.map(|(key, amounts)| (key, amounts, evidence.get(key))).take(10).collect();
    assert!(different.is_empty(), "{different:#?}");
    let new: Vec<_> = evidence.keys().filter(|key| !base.contains_key(*key)).take(10).collect();
    assert!(new.is_empty(), "{new:#?}");
}

/// The files of a table, header and lines.
fn edit(project: &Project, table: &str, change: impl Fn(&[&str], Vec<Vec<String>>) -> Vec<Vec<String>>) {
    let mut edited = 0;
    for (name, bytes) in project.files("data") {
        if name != format!("{table}.csv") && !name.starts_with(&format!("{table}/")) {
            continue;
        }
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().unwrap().clone();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        let rows = change(&header.iter().collect::<Vec<_>>(), rows);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        project.write_bytes(&format!("data/{name}"), &writer.into_inner().unwrap());
        edited += 1;
    }
    assert!(edited > 0, "no file of {table}");
}

fn place(header: &[&str], column: &str) -> usize {
    header.iter().position(|name| *name == column).unwrap()
}

/// Other places for the rows of the files.
fn shuffle(project: &Project) {
    for table in
        ["loan", "loan_snapshot", "payment", "instalment", "officer_assignment", "warning", "complaint", "cross_sell"]
    {
        edit(project, table, |_, mut rows| {
            rows.reverse();
            let third = rows.len() / 3;
            rows.rotate_left(third);
            rows
        });
    }
}

/// Assignments that go on over the tenth of May 2025 in two rows each.
fn cut_assignments(project: &Project) {
    edit(project, "officer_assignment", |header, rows| {
        let (from, to) = (place(header, "valid_from"), place(header, "valid_to"));
        let cut = "2025-05-10";
        let cut_in_two = |row: Vec<String>| {
            let holds = row[from].as_str() < cut && (row[to].is_empty() || row[to].as_str() > cut);
            let (mut first, mut second) = (row.clone(), row.clone());
            first[to] = cut.to_owned();
            second[from] = cut.to_owned();
            if holds { vec![first, second] } else { vec![row] }
        };
        rows.into_iter().flat_map(cut_in_two).collect()
    });
}

/// Every payment in two of the same day.
fn part_payments(project: &Project) {
    edit(project, "payment", |header, rows| {
        let cell = |column: &str| place(header, column);
        let (id, reverses) = (cell("payment_id"), cell("reverses_payment_id"));
        let amounts = [cell("principal_paid"), cell("interest_paid")];
        let in_parts = |row: Vec<String>| {
            let (mut first, mut second) = (row.clone(), row);
            second[id] = format!("{}-b", first[id]);
            for amount in amounts {
                let cents = first[amount].parse::<f64>().map_or(0, |value| (value * 100.0).round() as i64);
                let text = |cents: i64| {
                    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
                };
                first[amount] = text(cents / 3);
                second[amount] = text(cents - cents / 3);
            }
            for other in ["fee_paid", "penalty_paid"] {
                if let Some(place) = header.iter().position(|name| *name == other) {
                    second[place].clear();
                }
            }
            assert!(first[reverses].is_empty() || second[reverses] == first[reverses]);
            [first, second]
        };
        rows.into_iter().flat_map(in_parts).collect()
    });
}

#[test]
fn on_other_banks_all_of_it_at_once_changes_nothing() {
    for arguments in OTHER_BANKS {
        let base = evidence_of(&generated(arguments));
        let project = generated(arguments);
        part_payments(&project);
        cut_assignments(&project);
        shuffle(&project);
        assert_equal(&evidence_of(&project), &base);
    }
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let project = bank();
    shuffle(&project);
    assert_same(&evidence_of(&project));
    // Not the last digit of a value either: what is summed is summed exactly.
    for table in [
        "officer_indicator",
        "segment_indicator",
        "bank_indicator",
        "portfolio_segment",
        "portfolio_tilt",
        "portfolio_lgd",
    ] {
        let rows = |project: &Project| {
            let rows = project.sql(&format!("SELECT * FROM {table} WHERE period_end = DATE '2025-06-30'"));
            rows.into_iter()
                .map(|mut row| {
                    row.remove("run_id");
                    row
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(&project), rows(&BASE.0), "{table}");
    }
}

#[test]
fn cutting_an_assignment_in_two_changes_nothing() {
    let project = bank();
    cut_assignments(&project);
    assert_same(&evidence_of(&project));
}

#[test]
fn paying_in_two_parts_on_one_day_changes_nothing() {
    let project = bank();
    part_payments(&project);
    assert_same(&evidence_of(&project));
}

#[test]
fn what_the_bank_learned_after_the_cutoff_changes_nothing() {
    let project = bank();
    let loan = BASE.0.value("SELECT min(loan_id) FROM loan WHERE origination_date < DATE '2025-01-01'");
    let customer = BASE.0.value(&format!("SELECT customer_id FROM loan WHERE loan_id = '{loan}'"));
    let late = "2027-01-01 00:00:00";
    project.write(
        "data/payment/payment_late.csv",
        &format!("payment_id,loan_id,value_date,payment_type,principal_paid,interest_paid,known_at\nLATE,{loan},2025-05-05,SCHEDULED,1000,500,{late}\n"),
    );
    for (table, columns, cells) in [
        (
            "complaint",
            "complaint_id,customer_id,received_at,disposition",
            format!("LATE,{customer},2025-05-05 10:00:00,VALID"),
        ),
        (
            "warning",
            "warning_id,customer_id,loan_id,issued_at,severity",
            format!("LATE,{customer},{loan},2025-01-05 10:00:00,RED"),
        ),
        ("inspection", "inspection_id,loan_id,due_date", format!("LATE,{loan},2025-05-05")),
    ] {
        project.write(&format!("data/{table}_late.csv"), &format!("{columns},known_at\n{cells},{late}\n"));
        let config = project.read("postloan.toml");
        project.write(
            "postloan.toml",
            &format!("{config}\n[[source]]\ntable = \"{table}\"\npath = \"data/{table}_late.csv\"\n"),
        );
    }
    let evidence = evidence_of(&project);
    assert_eq!(project.value("SELECT count(*) FROM warning WHERE warning_id = 'LATE'"), "1");
    assert_same(&evidence);
}

#[test]
fn a_warning_repeated_on_the_same_day_changes_no_precision_and_no_recall() {
    let project = bank();
    edit(&project, "warning", |header, rows| {
        let id = place(header, "warning_id");
        let repeated = |row: Vec<String>| {
            let mut second = row.clone();
            second[id] = format!("{}-z", row[id]);
            [row, second]
        };
        rows.into_iter().flat_map(repeated).collect()
    });
    let evidence = evidence_of(&project);
    for indicator in ["warning_precision", "warning_recall", "warning_lead_time_p50", "warning_false_alarm_burden"] {
        let of = |evidence: &Evidence| -> Evidence {
            evidence
                .iter()
                .filter(|(key, _)| key[0] == indicator)
                .map(|(key, row)| (key.clone(), row.clone()))
                .collect()
        };
        assert_eq!(of(&evidence), of(&BASE.1), "{indicator}");
    }
}

#[test]
fn officers_branches_and_segments_add_up_to_the_bank() {
    let project = &BASE.0;
    let wrong = project.sql(
        "SELECT bank.indicator_id, parts.part
         FROM bank_indicator AS bank
         JOIN (SELECT indicator_id, 'officers' AS part, sum(numerator) AS numerator, sum(denominator) AS denominator
               FROM officer_indicator GROUP BY indicator_id
               UNION ALL
               SELECT indicator_id, 'branches' AS part, sum(numerator) AS numerator, sum(denominator) AS denominator
               FROM branch_indicator GROUP BY indicator_id
               UNION ALL
               SELECT indicator_id, dimension AS part, sum(numerator) AS numerator, sum(denominator) AS denominator
               FROM segment_indicator GROUP BY indicator_id, dimension) AS parts
           ON parts.indicator_id = bank.indicator_id
         JOIN (SELECT id FROM label) AS named ON named.id = bank.indicator_id
         WHERE parts.numerator <> bank.numerator
            OR (parts.denominator <> bank.denominator AND bank.denominator <> 1)",
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    let known = project.value("SELECT count(*) FROM bank_indicator WHERE raw_value IS NOT NULL");
    assert!(known.parse::<i64>().unwrap() >= 30, "{known} indicators have a value");
}

#[test]
fn rows_stand_in_the_order_of_their_grain() {
    let project = &BASE.0;
    for (table, key) in [
        ("portfolio_frontier", "concat(dimension, '/', lpad(CAST(point AS VARCHAR), 3, '0'))"),
        ("officer_indicator", "concat(indicator_id, ' ', officer_id)"),
    ] {
        let keys = project.sql(&format!("SELECT {key} AS key FROM {table} WHERE period_end = DATE '2025-06-30'"));
        let keys: Vec<String> = keys.iter().map(|row| show(&row["key"])).collect();
        assert!(keys.len() >= 6, "{table}: {} rows", keys.len());
        assert!(keys.is_sorted(), "{table} is not in order");
    }
}

#[test]
fn two_quarters_add_up_to_their_half_year() {
    let project = bank();
    project.ok(&["run", "--from", "2025Q1", "--to", "2025Q2"]);
    project.ok(&["run", "--as-of", "2025-06-30"]);
    let additive =
        "indicator_id IN ('npl_formation_rate', 'complaint_count', 'inspection_on_time_rate', 'request_sla_rate',
        'warning_precision', 'overdue_recovery_rate')";
    // A year is 365 days; a period of n days has 365/n times its interest.
    let sql = |periods: &str| {
        format!(
            "SELECT indicator_id, officer_id, sum(CASE
                    WHEN indicator_id = 'risk_adjusted_yield'
                        THEN round(CAST(numerator AS DOUBLE) * (period_end - period_start + 1) / 365, 4)
                    ELSE round(CAST(numerator AS DOUBLE), 6) END) AS amount
             FROM officer_evidence
             WHERE ({additive} OR (indicator_id = 'risk_adjusted_yield' AND rule_code = 'INTEREST')) AND {periods}
             GROUP BY indicator_id, officer_id HAVING sum(numerator) <> 0 ORDER BY 1, 2"
        )
    };
    let quarters = project.sql(&sql("period_start >= DATE '2025-01-01' AND period_end - period_start < 100"));
    let half = project.sql(&sql("period_start = DATE '2025-01-01' AND period_end = DATE '2025-06-30'"));
    assert!(half.len() > 10, "{half:?}");
    assert_eq!(quarters.len(), half.len(), "{quarters:#?}\n{half:#?}");
    for (quarters, half) in quarters.iter().zip(&half) {
        let near = (quarters["amount"].as_f64().unwrap() - half["amount"].as_f64().unwrap()).abs() < 0.01;
        assert!(near && quarters["officer_id"] == half["officer_id"], "{quarters:?} {half:?}");
    }
}
