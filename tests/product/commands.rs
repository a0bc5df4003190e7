//! The verbs, as a newcomer types them.

use crate::support::{Project, postloan, text};

#[test]
fn a_new_project_runs_after_files_are_dropped_under_the_names_of_their_tables() {
    let project = Project::with_files(&[]);
    let folder = project.path().join("bank");
    let output = postloan(&["init", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::write(folder.join("data/loan.csv"), "loan_id,customer_id,origination_date\nL1,C1,2024-01-01\n").unwrap();
    std::fs::write(
        folder.join("data/loan_snapshot_2025-03.csv"),
        "loan_id,snapshot_date,status,principal_balance,five_tier_class,days_past_due\nL1,2025-03-31,ACTIVE,100,NORMAL,0\n",
    )
    .unwrap();
    let output = postloan(&["run", "-p", folder.to_str().unwrap()]);
    let summary = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(summary.contains("2025Q1") && summary.contains("Published as commit 1"), "{summary}");
    let again = postloan(&["init", folder.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).ends_with("postloan.toml is there already; choose another folder\n"));
}

#[test]
fn queries_that_were_written_out_give_the_same_results() {
    let project = Project::with_files(&[]);
    let folder = project.path().join("bank");
    let output = postloan(&["init", folder.to_str().unwrap(), "--with-queries"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(folder.join("queries/indicator/risk/npl_ratio.sql").is_file());
    assert!(folder.join("queries/model/loan.sql").is_file());
    assert!(!folder.join("queries/source").exists());
    assert!(postloan(&["check", "-p", folder.to_str().unwrap()]).status.success());
}

#[test]
fn an_unknown_template_names_the_known_ones() {
    let output = postloan(&["init", "nowhere", "--template", "abs-ee-cbms"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "postloan: there is no template abs-ee-cbms; did you mean abs-ee-cmbs?; the templates are: abs-ee-auto, abs-ee-cmbs\n"
    );
}

#[test]
fn check_says_what_can_be_computed_and_what_each_other_indicator_lacks() {
    let project = Project::with_files(&[
        ("postloan.toml", "[project]\nname = \"bank\"\n[[source]]\ntable = \"loan_snapshot\"\npath = \"s.csv\"\n"),
        ("s.csv", "loan_id,snapshot_date,status,principal_balance,days_past_due\nL1,2025-03-31,ACTIVE,100,0\n"),
    ]);
    let check: serde_json::Value = serde_json::from_str(&project.ok(&["check", "--output", "json"])).unwrap();
    let lacks = |name: &str| {
        let queries = check["queries"].as_array().unwrap();
        queries.iter().find(|query| query["name"] == name).unwrap()["lacks"].clone()
    };
    assert_eq!(lacks("overdue_ratio"), serde_json::json!([]));
    assert_eq!(lacks("npl_ratio"), serde_json::json!(["loan_snapshot.five_tier_class"]));
    assert!(!project.path().join("lake").exists(), "check writes nothing");
    project.ok(&["run"]);
    let row = &project.sql("SELECT reason_code FROM bank_indicator WHERE indicator_id = 'npl_ratio'")[0];
    assert_eq!(row["reason_code"], "MISSING_INPUT");
}

#[test]
fn days_past_due_that_no_file_delivers_follow_from_instalments_and_payments() {
    let source = |table: &str| format!("[[source]]\ntable = \"{table}\"\npath = \"{table}.csv\"\n");
    let config = format!("[project]\nname = \"bank\"\n{}{}", source("loan_snapshot"), source("instalment"));
    let project = Project::with_files(&[
        ("postloan.toml", &config),
        ("loan_snapshot.csv", "loan_id,snapshot_date,status,principal_balance\nL1,2025-03-31,ACTIVE,100\n"),
        ("instalment.csv", "loan_id,instalment_no,due_date,principal_due\nL1,1,2025-02-10,10\nL1,2,2025-03-10,10\n"),
        ("payment.csv", "payment_id,loan_id,value_date,payment_type,principal_paid\nP1,L1,2025-02-10,SCHEDULED,9\n"),
    ]);
    let lacks = |project: &Project| {
        let check: serde_json::Value = serde_json::from_str(&project.ok(&["check", "--output", "json"])).unwrap();
        let queries = check["queries"].as_array().unwrap();
        queries.iter().find(|query| query["name"] == "par_30").unwrap()["lacks"].clone()
    };
    assert_eq!(
        lacks(&project),
        serde_json::json!(["loan_snapshot.days_past_due"]),
        "without payments all looks unpaid"
    );
    project.write("postloan.toml", &format!("{config}{}", source("payment")));
    assert_eq!(lacks(&project), serde_json::json!([]));
    project.ok(&["run"]);
    // One of ten is unpaid since 2025-02-10: 49 days.
    let rows = project.sql("SELECT numerator, denominator FROM bank_indicator WHERE indicator_id = 'par_30'");
    assert_eq!((rows[0]["numerator"].as_f64(), rows[0]["denominator"].as_f64()), (Some(100.0), Some(100.0)));
}

#[test]
fn check_reports_every_problem_and_fails() {
    let project = Project::with_files(&[(
        "postloan.toml",
        "[project]\nname = \"bank\"\n[[source]]\ntable = \"loan\"\npath = \"l.csv\"\n[[source]]\ntable = \"payment\"\npath = \"p.csv\"\n",
    )]);
    let (code, message) = project.fails(&["check"]);
    assert_eq!((code, message.as_str()), (1, "postloan: the check found 2 problems; see above\n"));
}

#[test]
fn sql_reads_inputs_and_outputs_and_writes_nothing() {
    let project = Project::copy("tests/golden/appraisal");
    project.ok(&["run", "--period", "2025Q1"]);
    assert_eq!(
        project.ok(&[
            "sql",
            "-c",
            "SELECT loan_id, principal_balance FROM loan_snapshot WHERE loan_id = 'L15' ORDER BY snapshot_date LIMIT 2"
        ]),
        "loan_id  principal_balance\nL15              600000.00\nL15              400000.00\n(2 rows)\n"
    );
    project.write("q.sql", "SELECT count(*) AS n FROM officer_indicator");
    let counted = project.ok(&["sql", "-f", project.path().join("q.sql").to_str().unwrap()]);
    assert!(counted.trim_start().starts_with("n\n"), "{counted}");
    for statement in [
        "DROP TABLE loan",
        "COPY loan TO 'x.csv'",
        "CREATE TABLE x AS SELECT 1",
        "SET a.b = 1",
        "INSERT INTO loan SELECT * FROM loan",
    ] {
        let (code, message) = project.fails(&["sql", "-c", statement]);
        assert_eq!(code, 1, "{statement}: {message}");
    }
    let (code, message) = project.fails(&["sql", "-c", "SELECT * FROM '/etc/passwd'"]);
    assert_eq!(code, 1, "{message}");
}

#[test]
fn history_lists_commits_newest_first() {
    let project = Project::copy("tests/golden/appraisal");
    assert_eq!(project.ok(&["history"]), "No commit yet: `postloan run` makes the first.\n");
    project.ok(&["ingest"]);
    project.ok(&["run", "--period", "2025Q1"]);
    let history: serde_json::Value = serde_json::from_str(&project.ok(&["history", "--output", "json"])).unwrap();
    let commands: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["commit"].as_u64().unwrap(), entry["command"].as_str().unwrap()))
        .collect();
    assert_eq!(commands, [(2, "run"), (1, "ingest")]);
    assert_eq!(history[0]["periods_written"], serde_json::json!(["2025Q1"]));
}

#[test]
fn schema_describes_the_model_and_the_configuration() {
    let model: serde_json::Value = serde_json::from_slice(&postloan(&["schema"]).stdout).unwrap();
    let tables = model["tables"].as_object().unwrap();
    assert_eq!(tables.len(), 38);
    let column =
        tables["warning"]["columns"].as_array().unwrap().iter().find(|column| column["name"] == "severity").unwrap();
    assert_eq!(column["aliases"]["HIGH"], "RED");
    let config: serde_json::Value = serde_json::from_slice(&postloan(&["schema", "config"]).stdout).unwrap();
    assert!(config["properties"]["source"].is_object(), "{config:#}");
    assert_eq!(config["additionalProperties"], false);
}

#[test]
fn a_dry_run_says_what_it_would_do_and_leaves_nothing() {
    let project = Project::copy("tests/golden/appraisal");
    let summary = project.ok(&["run", "--dry-run"]);
    assert!(
        summary.contains("Would compute")
            && summary.contains("2025Q1")
            && summary.ends_with("Dry run: nothing was published\n"),
        "{summary}"
    );
    assert!(project.files("lake").is_empty(), "{:?}", project.files("lake").keys());
}

#[test]
fn a_period_is_named_the_way_the_files_are() {
    let project = Project::copy("tests/golden/appraisal");
    let (code, message) = project.fails(&["run", "--period", "2025-Q1"]);
    assert_eq!((code, message.as_str()), (2, "postloan: \"2025-Q1\" is not a period: write 2025-03, 2025Q1 or 2025\n"));
    let (code, message) = project.fails(&["run", "--period", "2019Q1"]);
    assert_eq!(
        (code, message.as_str()),
        (
            2,
            "postloan: no loan snapshot lies in 2019Q1 up to 2019-03-31; the snapshots run from 2024-12-31 to 2025-03-31\n"
        )
    );
    let (code, _) = project.fails(&["run", "--period", "2025Q1", "--as-of", "2025-03-31"]);
    assert_eq!(code, 2);
}

#[test]
fn errors_are_json_lines_where_the_scheduler_wants_them() {
    let project = Project::with_files(&[]);
    let (code, message) = project.fails(&["run", "--log-format", "json"]);
    let line: serde_json::Value = serde_json::from_str(&message).unwrap();
    assert_eq!((code, line["exit_code"].as_i64()), (2, Some(2)));
}

#[test]
fn backslash_d_lists_tables_and_the_meaning_of_columns() {
    let project = Project::copy("tests/golden/appraisal");
    project.ok(&["run", "--period", "2025Q1"]);
    let tables = project.ok(&["sql", "-c", "\\d"]);
    let line = |name: &str| tables.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap().to_owned();
    assert!(line("default_episode").contains("published"), "{tables}");
    assert!(line("loan_snapshot").contains("input") && line("loan_snapshot").contains("贷款快照"), "{tables}");
    let columns = project.ok(&["sql", "-c", "\\d loan_snapshot"]);
    let balance = columns.lines().find(|line| line.starts_with("principal_balance ")).unwrap();
    assert!(balance.contains("Decimal128(18, 2)") && balance.contains("本金"), "{balance}");
    let as_json: serde_json::Value =
        serde_json::from_str(&project.ok(&["sql", "--output", "json", "-c", "\\d"])).unwrap();
    assert!(as_json.as_array().unwrap().iter().any(|table| table["table"] == "officer_indicator"));
    assert_eq!(
        project.fails(&["sql", "-c", "\\d loan_snapshots"]),
        (2, "postloan: there is no table loan_snapshots; did you mean loan_snapshot? \\d lists them\n".to_owned())
    );
    assert_eq!(
        project.fails(&["sql", "-c", "\\w"]),
        (2, "postloan: there is no \\w; \\? shows what there is\n".to_owned())
    );
    assert_eq!(project.fails(&["sql", "-c", " ;"]), (2, "postloan: the statement is empty\n".to_owned()));
}

#[test]
fn a_newcomer_is_told_what_to_type_first() {
    let bare = postloan(&[]);
    assert_eq!(bare.status.code(), Some(2));
    let help = text(&postloan(&["-h"]).stdout);
    for page in [text(&bare.stderr), help] {
        assert!(page.contains("postloan generate demo --loans 2000\n  postloan run -p demo\n"), "{page}");
        assert!(page.contains("postloan init my_bank"), "{page}");
    }
    assert!(text(&postloan(&["--help"]).stdout).contains("130, 143  interrupted, cleaned up"));
}

#[test]
fn shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&postloan(&["completions", shell]).stdout);
        assert!(["generate", "history", "full-refresh"].iter().all(|word| script.contains(word)), "{shell}");
    }
}
