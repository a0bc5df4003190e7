//! Bad input: the message that the user reads, the exit code that the scheduler reads, and the good rows beside it.

use std::io::Write;

use crate::support::{Project, show};

const CONFIG: &str = "[project]\nname = \"bank\"\n[limits]\nmax_reject_rate = 1.0\n[[source]]\ntable = \"loan\"\npath = \"data/loan*.csv\"\n[[source]]\ntable = \"payment\"\npath = \"data/payment*\"\n";
const LOANS: &str = "loan_id,customer_id,origination_date\nL1,C1,2024-01-01\nL2,C2,2024-01-01\n";
const PAYMENTS: &str = "payment_id,loan_id,value_date,payment_type,principal_paid,interest_paid\n";

fn project(payments: &str) -> Project {
    Project::with_files(&[("postloan.toml", CONFIG), ("data/loan.csv", LOANS), ("data/payment.csv", payments)])
}

/// Rejects of an ingest as `file:line column CODE value: text`, and the account's three numbers.
#[track_caller]
fn rejects(project: &Project) -> (Vec<String>, [u64; 3]) {
    let report: serde_json::Value = serde_json::from_str(&project.ok(&["ingest", "--output", "json"])).unwrap();
    let tables = report["ingest"]["tables"].as_array().unwrap();
    let of = |field: &str| tables.iter().map(|table| table[field].as_u64().unwrap()).sum::<u64>();
    let account = [of("rows_read"), of("rows_accepted"), of("rows_rejected")];
    assert_eq!(account[0], account[1] + account[2], "rows read = accepted + rejected");
    let rows = project
        .sql("SELECT file, line, \"column\" AS col, reason_code, value, text FROM rejects ORDER BY file, line, col");
    let line = |row: &crate::support::Row| {
        format!(
            "{}:{} {} {} {}: {}",
            show(&row["file"]),
            show(&row["line"]),
            show(&row["col"]),
            show(&row["reason_code"]),
            show(&row["value"]),
            show(&row["text"])
        )
    };
    (rows.iter().map(line).collect(), account)
}

#[test]
fn a_wrong_type_costs_its_row_and_names_file_line_and_column() {
    let project = project(&format!(
        "{PAYMENTS}P1,L1,2025-01-20,SCHEDULED,100,1\nP2,L1,20.01.2025,SCHEDULED,100,1\nP3,L1,2025-01-20,SCHEDULED,1O0,1\n"
    ));
    let (rejects, account) = rejects(&project);
    assert_eq!(
        rejects,
        [
            "data/payment.csv:3 value_date TYPE 20.01.2025: not a value of type DATE",
            "data/payment.csv:4 principal_paid TYPE 1O0: not a value of type DECIMAL(18,2)",
        ]
    );
    assert_eq!(account, [5, 3, 2]);
    assert_eq!(project.value("SELECT count(*) FROM payment"), "1");
    let summary = project.ok(&["ingest", "--full-refresh"]);
    assert!(summary.contains("\n2 rows were rejected: SELECT * FROM rejects says which, and why\n"), "{summary}");
}

#[test]
fn of_two_rows_with_one_key_the_first_stays() {
    let project = project(&format!(
        "{PAYMENTS}P1,L1,2025-01-20,SCHEDULED,100,1\nP1,L2,2025-01-21,SCHEDULED,200,2\nP2,L2,2025-01-21,SCHEDULED,300,3\n"
    ));
    let (rejects, account) = rejects(&project);
    assert_eq!(rejects, ["data/payment.csv:3 payment_id DUPLICATE_KEY P1: an earlier row has the same key"]);
    assert_eq!(account, [5, 4, 1]);
    assert_eq!(project.value("SELECT principal_paid FROM payment WHERE payment_id = 'P1'"), "100.0");
}

#[test]
fn a_key_that_comes_again_in_another_file_is_a_duplicate_too() {
    let project = project(&format!("{PAYMENTS}P1,L1,2025-01-20,SCHEDULED,100,1\n"));
    project.write(
        "data/payment_2.csv",
        &format!("{PAYMENTS}P1,L1,2025-01-20,SCHEDULED,999,1\nP2,L1,2025-01-20,SCHEDULED,5,1\n"),
    );
    let (rejects, _) = rejects(&project);
    assert_eq!(rejects, ["data/payment_2.csv:2 payment_id DUPLICATE_KEY P1: an earlier row has the same key"]);
    assert_eq!(project.value("SELECT sum(principal_paid) FROM payment"), "105.0");
}

#[test]
fn an_orphan_is_rejected_or_kept_with_a_note_as_the_source_says() {
    let payments = format!("{PAYMENTS}P1,L1,2025-01-20,SCHEDULED,100,1\nP2,L9,2025-01-20,SCHEDULED,100,1\n");
    let strict = project(&payments);
    let (found, account) = rejects(&strict);
    assert_eq!(found, ["data/payment.csv:3 loan_id ORPHAN L9: names a row of loan that is not there"]);
    assert_eq!(account, [4, 3, 1]);

    let lenient = project(&payments);
    lenient.write("postloan.toml", &format!("{CONFIG}on_orphan = \"warn\"\n"));
    let summary = lenient.ok(&["ingest"]);
    assert!(
        summary.contains("payment.loan_id → loan: 1 rows name a row that is not there; they were kept"),
        "{summary}"
    );
    assert_eq!(lenient.value("SELECT count(*) FROM payment"), "2");
}

#[test]
fn ragged_lines_and_a_nul_byte_cost_their_lines_only() {
    let project = project(&format!(
        "{PAYMENTS}P1,L1,2025-01-20,SCHEDULED,100,1\nP2,L1\nP3,L1,2025-01-20,SCHEDULED,100,1,9\nP4,L1,2025-01-20,SCHEDULED,1\0,1\nP5,L1,2025-01-20,SCHEDULED,5,1\n"
    ));
    let (rejects, account) = rejects(&project);
    assert_eq!(
        rejects,
        [
            "data/payment.csv:3  RAGGED : the line has 2 cells, the header 6",
            "data/payment.csv:4  RAGGED : the line has 7 cells, the header 6",
            "data/payment.csv:5  NUL_BYTE : the line holds a NUL byte",
        ]
    );
    assert_eq!(account, [7, 4, 3]);
}

#[test]
fn personal_values_never_appear_in_rejects() {
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"bank\"\n[limits]\nmax_reject_rate = 1.0\n[[source]]\ntable = \"officer\"\npath = \"officer.csv\"\n",
        ),
        ("officer.csv", "officer_id,officer_name,branch_id,hired_on\n,张伟,B1,2020-01-01\nO2,李娜,B1,then\n"),
    ]);
    let (rejects, _) = rejects(&project);
    assert_eq!(
        rejects,
        [
            "officer.csv:2 officer_id REQUIRED : may not be empty",
            "officer.csv:3 hired_on TYPE then: not a value of type DATE"
        ]
    );
    for (name, bytes) in project.files("lake/current/rejects") {
        assert!(!bytes.windows(6).any(|window| window == "张伟".as_bytes()), "{name}");
    }
}

#[test]
fn more_rejects_than_allowed_stop_the_run_and_nothing_is_published() {
    let project = project(&format!("{PAYMENTS}P1,L1,2025-01-20,SCHEDULED,100,1\nP2,L1,2025-01-32,SCHEDULED,100,1\n"));
    project.write("postloan.toml", &CONFIG.replace("max_reject_rate = 1.0", "max_reject_rate = 0.4"));
    let (code, message) = project.fails(&["run"]);
    assert_eq!(code, 3);
    assert_eq!(
        message,
        "postloan: payment: 1 of 2 rows were rejected (50.000 %), more than max_reject_rate = 0.4 allows; nothing was published.\n  \
         1 × TYPE: data/payment.csv, line 3, column value_date: \"2025-01-32\" not a value of type DATE\n\
         Correct the data or the mapping, or raise [limits] max_reject_rate\n"
    );
    assert!(project.files("lake").is_empty(), "{:?}", project.files("lake").keys());
    project.write("postloan.toml", &CONFIG.replace("max_reject_rate = 1.0", "max_reject_rate = 0.5"));
    project.ok(&["ingest"]);
}

#[test]
fn a_file_that_cannot_be_trusted_is_refused_whole_with_exit_3() {
    let refused = |name: &str, bytes: &[u8]| {
        let project = project(PAYMENTS);
        std::fs::remove_file(project.path().join("data/payment.csv")).unwrap();
        project.write_bytes(&format!("data/{name}"), bytes);
        let (code, message) = project.fails(&["run"]);
        assert_eq!(code, 3, "{message}");
        assert!(project.files("lake").is_empty());
        message
    };
    assert_eq!(
        refused("payment.csv", b"payment_id,loan_id,value_date\nP1,L1,2025-01-20\n"),
        "postloan: data/payment.csv: table payment needs a column principal_paid, and no column of the file becomes it; the file has: payment_id, loan_id, value_date. Map one with rename, or give a constant with set\n"
    );
    assert_eq!(
        refused("payment.csv", b""),
        "postloan: data/payment.csv is empty: not even a header line. Deliver it again, or remove it\n"
    );
    assert_eq!(
        refused(
            "payment.csv",
            "payment_id,备注\nP1,放款\n"
                .replace("放款", "\u{fffd}")
                .as_bytes()
                .iter()
                .map(|byte| if *byte == 0xef { 0xb7 } else { *byte })
                .collect::<Vec<_>>()
                .as_slice()
        ),
        "postloan: data/payment.csv, line 2: not valid UTF-8. Set the source's encoding (utf-8, gb18030 or latin-1)\n"
    );
    assert_eq!(
        refused("payment.csv", b"payment_id,payment_id\nP1,P1\n"),
        "postloan: data/payment.csv: column payment_id appears twice in the header\n"
    );
    assert_eq!(
        refused("payment.csv", b"payment_id,loan_id\nP1,\"L1\n"),
        "postloan: data/payment.csv, line 2: a quote is opened and never closed; if quotes mean nothing in this file, set quote = \"\"\n"
    );
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(format!("{PAYMENTS}P1,L1,2025-01-20,SCHEDULED,100,1\n").repeat(50).as_bytes()).unwrap();
    let whole = gzip.finish().unwrap();
    let message = refused("payment.csv.gz", &whole[..whole.len() - 20]);
    assert!(message.starts_with("postloan: data/payment.csv.gz is cut or damaged: "), "{message}");
    assert!(message.ends_with("Deliver it again\n"), "{message}");
    let message = refused("payment.parquet", b"PAR1 and then nothing");
    assert!(message.starts_with("postloan: data/payment.parquet is cut or damaged: "), "{message}");
}

#[test]
fn a_folder_in_place_of_a_file_is_refused() {
    let project = project(PAYMENTS);
    std::fs::remove_file(project.path().join("data/payment.csv")).unwrap();
    std::fs::create_dir(project.path().join("data/payment.csv")).unwrap();
    let (code, message) = project.fails(&["run"]);
    assert_eq!(
        (code, message.as_str()),
        (
            3,
            "postloan: data/payment.csv is a folder, not a file; name the files in it, such as data/payment.csv/*.csv\n"
        )
    );
}

#[test]
fn no_file_at_all_is_refused_unless_the_source_is_optional() {
    let project = project(PAYMENTS);
    std::fs::remove_file(project.path().join("data/payment.csv")).unwrap();
    let (code, message) = project.fails(&["run"]);
    assert_eq!(
        (code, message.as_str()),
        (
            3,
            "postloan: payment: no file matches data/payment*. Put the files there, correct the path, or write optional = true\n"
        )
    );
    project.write("postloan.toml", &format!("{CONFIG}optional = true\n"));
    project.ok(&["ingest"]);
}

#[test]
fn a_header_without_rows_is_a_delivery_of_nothing() {
    let project = project(PAYMENTS);
    let (rejects, account) = rejects(&project);
    assert!(rejects.is_empty());
    assert_eq!(account, [2, 2, 0]);
    assert_eq!(project.value("SELECT count(*) FROM payment"), "0");
}

#[test]
fn a_cast_in_a_mapping_that_fails_rejects_the_raw_row() {
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"bank\"\n[limits]\nmax_reject_rate = 1.0\n[[source]]\nname = \"servicing\"\npath = \"servicing.csv\"\n[[source]]\ntable = \"payment\"\nsql = \"payment.sql\"\n",
        ),
        (
            "servicing.csv",
            "Ref,Loan,Paid On,Amount\nP1,L1,2025-01-20,100\nP2,L1,soon,200\nP3,L1,2025-01-22,3oo\nP4,L1,2025-01-23,400\n",
        ),
        (
            "payment.sql",
            "SELECT \"Ref\" AS payment_id, \"Loan\" AS loan_id, CAST(\"Paid On\" AS DATE) + 1 AS value_date, CAST(\"Amount\" AS DECIMAL(18,2)) AS principal_paid FROM raw.servicing",
        ),
    ]);
    let (rejects, _) = rejects(&project);
    assert_eq!(
        rejects,
        [
            "servicing.csv:3 Paid On TYPE soon: not a value of type DATE, as which a mapping reads it",
            "servicing.csv:4 Amount TYPE 3oo: not a value of type DECIMAL(18,2), as which a mapping reads it",
        ]
    );
    let rows = project.sql("SELECT payment_id, value_date FROM payment ORDER BY payment_id");
    assert_eq!(rows.iter().map(|row| show(&row["value_date"])).collect::<Vec<_>>(), ["2025-01-21", "2025-01-24"]);
}

#[test]
fn rows_that_fail_a_check_are_kept_and_counted_where_the_source_says_so() {
    let rows = format!(
        "{PAYMENTS}P1,L1,2025-01-20,BARTER,100,1\nP2,L1,2025-01-20,SCHEDULED,-5,1\nP3,L1,2025-01-2O,SCHEDULED,7,1\n"
    );
    let strict = project(&rows);
    assert_eq!(rejects(&strict).1, [5, 2, 3]);
    let lenient = project(&rows);
    lenient.write(
        "postloan.toml",
        &CONFIG.replace("path = \"data/payment*\"", "path = \"data/payment*\"\non_check = \"warn\""),
    );
    let report: serde_json::Value = serde_json::from_str(&lenient.ok(&["ingest", "--output", "json"])).unwrap();
    assert_eq!(
        report["ingest"]["notes"],
        serde_json::json!([
            "payment: 1 rows fail CHECK payment_type; they were kept",
            "payment: 1 rows fail CHECK principal_paid_negative_only_in_reversal; they were kept",
        ])
    );
    // What is no value is no matter of checks.
    assert_eq!(lenient.value("SELECT count(*) FROM rejects"), "1");
    assert_eq!(lenient.value("SELECT sum(principal_paid) FROM payment"), "95.0");
}
