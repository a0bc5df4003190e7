//! The appraisal as its users meet it: schemes, refusals, explanations, workbooks.

use crate::support::{Project, text};

fn judged() -> Project {
    let project = Project::copy("tests/golden/appraisal");
    project.ok(&["run", "--period", "2025Q1"]);
    project
}

#[test]
fn a_grade_is_explained_down_to_its_rows_and_exported_for_people() {
    let project = judged();
    let page = project.ok(&["explain", "O1"]);
    for part in [
        "Officer O1 of branch B1, 2025Q1, by scheme 2025-1",
        "Grade D, total 68.84, rank 3 of 3",
        "No gate fired",
        "Grade C is 1.1615 points away; any one of these would do",
        "71.4286 %  74.4534 %",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let page = project.ok(&["explain", "O3", "inspection_on_time_rate"]);
    for part in [
        "numerator 2.4 / denominator 4.4",
        "Evidence: 5 rows",
        "Gate G_INSPECTION",
        "Only a gate stands between the officer and grade C",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    // As JSON it is complete: the evidence of every indicator, as published.
    let document: serde_json::Value =
        serde_json::from_str(&project.ok(&["explain", "O1", "--output", "json"])).unwrap();
    let rows = project.value("SELECT count(*) FROM officer_evidence WHERE officer_id = 'O1'");
    assert_eq!(document["officer_evidence"].as_array().unwrap().len().to_string(), rows);
    assert_eq!(document["officer_score"].as_array().unwrap().len(), 14);
    assert_eq!(document["scheme_version"], "2025-1");

    let (code, message) = project.fails(&["explain", "O11"]);
    assert_eq!((code, message.as_str()), (2, "postloan: there is no officer O11 in this period; did you mean O1?\n"));
    let (code, message) = project.fails(&["explain", "O1", "npl_ration"]);
    assert_eq!((code, message.as_str()), (2, "postloan: there is no indicator npl_ration; did you mean npl_ratio?\n"));
    let (code, message) = project.fails(&["explain", "O1", "--period", "2024Q4"]);
    assert_eq!((code, message.as_str()), (2, "postloan: 2024Q4 is not published; published are 2025Q1\n"));

    workbook(&project);
    let csv = project.ok(&["export", "officer_score", "--wide", "--format", "csv", "--to", "-"]);
    let mut lines = csv.lines();
    assert!(lines.next().unwrap().starts_with("period_start,period_end,officer_id,complaint_count,"));
    assert!(lines.next().unwrap().starts_with("2025-01-01,2025-03-31,O1,75.0,90.0,"));
    let csv = project.ok(&["export", "officer_appraisal", "--format", "csv", "--labels", "zh", "--to", "-"]);
    assert!(csv.contains("客户经理") && csv.contains("总分"), "{csv}");
    let (code, message) = project.fails(&["export", "officer_scor"]);
    assert_eq!(
        (code, message.as_str()),
        (2, "postloan: there is no table officer_scor; did you mean officer_score?\n")
    );
}

/// Numbers as numbers, ids as text, Chinese sheets; and it opens in LibreOffice where that is at hand.
fn workbook(project: &Project) {
    use calamine::{Data, Reader};
    let file = project.path().join("appraisal.xlsx");
    let said = project.ok(&["export", "--labels", "zh", "--to", file.to_str().unwrap()]);
    assert!(said.ends_with("officer_appraisal of 2025Q1, 3 rows\n"), "{said}");
    let mut book = calamine::open_workbook_auto(&file).unwrap();
    let names = book.sheet_names();
    assert_eq!(&names[..5], ["汇总", "风险", "收益", "客户", "过程"]);
    assert!(names.iter().any(|name| name == "主要依据"));
    let summary = book.worksheet_range("汇总").unwrap();
    let heading = |place: u32| summary.get_value((0, place)).map(ToString::to_string);
    assert_eq!((heading(0).as_deref(), heading(5).as_deref()), (Some("客户经理"), Some("总分")));
    assert_eq!(summary.get_value((1, 0)), Some(&Data::String("O2".into())));
    assert_eq!(summary.get_value((1, 5)), Some(&Data::Float(81.09)));
    // No two exports of the same results differ.
    let again = project.path().join("again.xlsx");
    project.ok(&["export", "--labels", "zh", "--to", again.to_str().unwrap()]);
    assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(&again).unwrap());
    let converted = std::process::Command::new("soffice")
        .args(["--headless", "--convert-to", "csv", "--outdir"])
        .arg(project.path())
        .arg(&file)
        .output();
    match converted {
        Ok(output) => {
            assert!(output.status.success(), "{}", text(&output.stderr));
            assert!(project.read("appraisal.csv").contains("O1"));
        }
        Err(error) => eprintln!("soffice: {error}: the workbook is read by calamine alone"),
    }
}

#[test]
fn a_scheme_is_refused_with_all_its_faults_and_their_lines() {
    let project = Project::copy("tests/golden/appraisal");
    let scheme = project
        .read("scheme.toml")
        .replace("effective_from", "efective_from")
        .replace("indicator.npl_formation_rate", "indicator.npl_formation_rat")
        .replace("weight = 0.25\ncurve = { linear = [[0.20, 0]", "weight = 0.24\ncurve = { linear = [[0.20, 0]")
        .replace(
            "[0.97, 80], [1, 100]] }\n\n[dimension.RISK.indicator.warning",
            "[0.97, 80], [1, 70]] }\n\n[dimension.RISK.indicator.warning",
        );
    project.write("scheme.toml", &scheme);
    let (code, message) = project.fails(&["check"]);
    assert_eq!(code, 2);
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 6, "{message}");
    assert!(lines[0].ends_with("scheme.toml: 5 problems; nothing was judged."), "{message}");
    for (line, part) in lines[1..].iter().zip([
        "line 3: there is no key efective_from (did you mean effective_from?)",
        "line 10: [dimension.RISK] the weights of its indicators add up to 0.99, not to 1",
        "line 17: [dimension.RISK.indicator.npl_formation_rat] there is no indicator npl_formation_rat (did you mean npl_formation_rate?)",
        "line 27: [dimension.RISK.indicator.principal_recovery_rate] curve linear: the scores of the knots must be monotone",
        "line 49: [dimension.CUSTOMER] the weights of its indicators add up to 0.99, not to 1",
    ]) {
        assert!(line.trim().starts_with(part), "{line}\n{part}");
    }
}

#[test]
fn rules_hold_for_their_time_and_a_late_approval_says_by_whose_leave() {
    let project = Project::copy("tests/golden/appraisal");
    let scheme = project.read("scheme.toml");
    let run = |project: &Project| project.ok(&["run", "--period", "2025Q1", "--dry-run", "--output", "json"]);
    let judged_by = |project: &Project| {
        let document: serde_json::Value = serde_json::from_str(&run(project)).unwrap();
        document["computed"][0]["scheme"].clone()
    };
    assert_eq!(judged_by(&project), "2025-1");
    // Not in force yet, then the one before it.
    project.write("scheme.toml", &scheme.replace("effective_from = 2020-01-01", "effective_from = 2025-01-02"));
    assert_eq!(judged_by(&project), serde_json::Value::Null);
    project.write("schemes/2024.toml", &scheme.replace("2025-1", "2024-1"));
    assert_eq!(judged_by(&project), "2024-1");
    project.write("schemes/2025.toml", &scheme.replace("2025-1", "2025-0"));
    let (code, message) = project.fails(&["check"]);
    assert_eq!(code, 2);
    assert!(message.contains("take effect on the same day; give each its own effective_from"), "{message}");
    std::fs::remove_dir_all(project.path().join("schemes")).unwrap();
    // Approved on the first day of the quarter it holds, on the second it does not.
    let approved = |day: &str, id: &str| {
        let line = format!("effective_from = 2020-01-01\napproved_by = \"7\"\napproved_on = {day}{id}");
        scheme.replace("effective_from = 2020-01-01", &line)
    };
    project.write("scheme.toml", &approved("2025-01-01", ""));
    assert_eq!(judged_by(&project), "2025-1");
    project.write("scheme.toml", &approved("2025-01-02", ""));
    let (code, message) = project.fails(&["run", "--period", "2025Q1"]);
    assert_eq!(code, 2);
    assert!(
        message.ends_with("approved on 2025-01-02, after 2025Q1 had begun (2025-01-01): rules that change in a running period need approval_id\n"),
        "{message}"
    );
    project.write("scheme.toml", &approved("2025-01-02", "\napproval_id = \"HR-7\""));
    assert_eq!(judged_by(&project), "2025-1");
    // A draft leaves the scheme before it in force, also of the same day.
    project.write("schemes/2024.toml", &scheme.replace("2025-1", "2024-1"));
    project.write("scheme.toml", &format!("draft = true\n{scheme}"));
    assert_eq!(judged_by(&project), "2024-1");
    std::fs::remove_dir_all(project.path().join("schemes")).unwrap();
    // A draft judges nobody, unless it is named.
    project.write("scheme.toml", &format!("draft = true\n{scheme}"));
    assert_eq!(judged_by(&project), serde_json::Value::Null);
    assert!(project.ok(&["check"]).contains("a draft of 14 indicators: judges nobody until draft = true is deleted"));
}

#[test]
fn an_indicator_of_the_scheme_without_its_input_stops_the_run_unless_that_is_allowed() {
    let project = Project::copy("tests/golden/appraisal");
    // The example of the method, which `favourable` is there to rule out.
    let example = "an NPL ratio of 5 % gives 65.98, the better one of 2 % only 57.10";
    assert!(project.ok(&["check"]).contains(example));
    let config = project.read("postloan.toml");
    let (before, after) = config.split_once("[[source]]\ntable = \"survey_response\"").unwrap();
    let after = after.split_once("\n\n").unwrap().1;
    project.write("postloan.toml", &format!("{before}{after}"));
    let (code, message) = project.fails(&["run", "--period", "2025Q1"]);
    assert_eq!(code, 2);
    assert_eq!(
        message,
        "postloan: 2025Q1: the scheme judges by indicators whose input no source delivers; nothing was published.\n  csat_top2_rate lacks survey_response.csat\nDeliver it, take the indicator out of the scheme, or give --allow-missing to judge without it\n"
    );
    assert!(project.ok(&["check"]).contains("warning: csat_top2_rate lacks survey_response.csat"));
    project.ok(&["run", "--period", "2025Q1", "--allow-missing"]);
    let sql = "SELECT reason_code, effective_weight FROM officer_score WHERE officer_id = 'O1' AND indicator_id = 'csat_top2_rate'";
    let row = &project.sql(sql)[0];
    assert_eq!((row["reason_code"].as_str(), row["effective_weight"].as_f64()), (Some("MISSING_INPUT"), Some(0.0)));
}

#[test]
fn a_value_set_by_hand_needs_two_people_and_stays_beside_the_computed_one() {
    let project = Project::copy("tests/golden/appraisal");
    let config = project.read("postloan.toml");
    let source = |table: &str| format!("\n[[source]]\ntable = \"{table}\"\npath = \"data/{table}.csv\"\n");
    project.write(
        "postloan.toml",
        &format!("{config}{}{}\n[limits]\nmax_reject_rate = 0.5\n", source("override"), source("appeal")),
    );
    project.write(
        "data/override.csv",
        "override_id,period,officer_id,indicator_id,new_value,reason,maker,checker,decided_at\n\
         V1,2025Q1,O1,inspection_on_time_rate,0.95,storm,m1,c1,2025-04-10T10:00:00\n\
         V2,2025Q1,O1,inspection_on_time_rate,1.00,storm,m1,c1,2025-04-09T10:00:00\n\
         V3,2024Q4,O1,inspection_on_time_rate,0.10,other period,m1,c1,2025-04-09T10:00:00\n\
         V4,2025Q1,O2,npl_ratio,0.00,alone,m1,m1,2025-04-09T10:00:00\n\
         V5,2025Q1,O2,npl_ratio,0.00,,m1,c1,2025-04-09T10:00:00\n\
         V6,2025Q1,O2,npl_ratio,0.00,own cause,m1,O2,2025-04-09T10:00:00\n",
    );
    project.write(
        "data/appeal.csv",
        "appeal_id,period,officer_id,indicator_id,submitted_on,status,decided_by\n\
         A1,2025Q1,O1,inspection_on_time_rate,2025-04-05,UPHELD,c1\nA2,2025Q1,O2,,2025-04-05,UPHELD,c1\nA3,2025Q1,O3,,2025-04-05,UPHELD,O3\n",
    );
    project.ok(&["run", "--period", "2025Q1"]);
    // Who makes it cannot approve it, a reason is needed, and nobody decides on himself: three overrides and an appeal.
    assert_eq!(project.value("SELECT count(*) FROM rejects WHERE reason_code = 'CHECK'"), "4");
    let steps =
        project.sql("SELECT override_id, is_applied, computed_value FROM officer_override ORDER BY override_id");
    assert_eq!(steps.len(), 2, "{steps:?}");
    assert_eq!(
        (&steps[0]["is_applied"], &steps[1]["is_applied"]),
        (&true.into(), &false.into()),
        "the later one holds"
    );
    let row = &project.sql("SELECT raw_value, scored_value, scored_basis FROM officer_indicator WHERE officer_id = 'O1' AND indicator_id = 'inspection_on_time_rate'")[0];
    assert_eq!((row["scored_value"].as_f64(), row["scored_basis"].as_str()), (Some(0.95), Some("OVERRIDE")));
    assert!(row["raw_value"].as_f64().unwrap() < 0.72, "the fact is never edited");
    // 80 instead of 4.571429, at a weight of 0.12.
    let total: f64 =
        project.value("SELECT total_before_gate FROM officer_appraisal WHERE officer_id = 'O1'").parse().unwrap();
    assert!((total - (68.838_481_919_5 + 0.12 * (80.0 - 4.571_428_571_4))).abs() < 1e-8, "{total}");
    let appeals = project.sql("SELECT appeal_id, n_overrides, needs_action FROM officer_appeal ORDER BY appeal_id");
    assert_eq!(appeals[0]["needs_action"], false);
    assert_eq!((appeals[1]["n_overrides"].as_i64(), &appeals[1]["needs_action"]), (Some(0), &true.into()));
    let page = project.ok(&["explain", "O1"]);
    assert!(page.contains("Set by hand (V1): inspection_on_time_rate 95.0000 % instead of 71.4286 %, because: storm; asked for by m1, approved by c1"), "{page}");
}

#[test]
fn a_corrected_period_is_a_new_run_that_names_the_one_it_replaces() {
    let project = judged();
    let id = "SELECT run_id FROM officer_appraisal LIMIT 1";
    let first = project.value(id);
    assert_eq!(project.value("SELECT coalesce(replaces, 'nothing') FROM run"), "nothing");
    let scheme = project.read("scheme.toml").replace("cap_total = 69.99", "cap_total = 65");
    project.write("scheme.toml", &scheme.replace("2025-1", "2025-2"));
    project.ok(&["run", "--period", "2025Q1"]);
    let row = &project.sql("SELECT run_id, replaces, scheme_version FROM run")[0];
    assert_eq!((row["replaces"].as_str(), row["scheme_version"].as_str()), (Some(first.as_str()), Some("2025-2")));
    assert_ne!(project.value(id), first);
    // The files of the first run are still in the lake.
    let kept = project.files("lake/data/officer_appraisal").len();
    assert_eq!(kept, 2);
}

#[test]
fn targets_of_the_next_period_come_down_before_it_begins() {
    let project = Project::copy("tests/golden/appraisal");
    let (code, message) = project.fails(&["targets"]);
    assert_eq!((code, message.as_str()), (2, "postloan: no source delivers target: there is nothing to decompose\n"));
    let config = project.read("postloan.toml");
    project.write("postloan.toml", &format!("{config}\n[[source]]\ntable = \"target\"\npath = \"data/target.csv\"\n"));
    project.write(
        "data/target.csv",
        "period,org_level,org_id,indicator_id,target_value\n2025Q2,BANK,BANK,economic_profit,1000.01\n2025Q1,BANK,BANK,npl_ratio,0.02\n",
    );
    // The quarter after the last snapshot; branches and officers add up to the cent.
    let document: serde_json::Value = serde_json::from_str(&project.ok(&["targets", "--output", "json"])).unwrap();
    assert_eq!((document["period"].as_str(), &document["is_new_commit"]), (Some("2025Q2"), &true.into()));
    let sum = |level: &str| {
        let rows = document["targets"].as_array().unwrap().iter().filter(|row| row["org_level"] == level);
        let cents = rows.map(|row| (row["target_value"].as_f64().unwrap() * 100.0).round() as i64);
        cents.sum::<i64>()
    };
    assert_eq!((sum("BANK"), sum("BRANCH"), sum("OFFICER")), (100_001, 100_001, 100_001));
    let again = project.ok(&["targets"]);
    assert!(again.contains("Nothing to do: commit 1 stands"), "{again}");
    let (code, message) = project.fails(&["targets", "--period", "2025Q3"]);
    assert_eq!(code, 2);
    assert_eq!(
        message,
        "postloan: the table target has no row of 2025Q3: deliver the bank's targets with period = \"2025Q3\"\n"
    );
    // A published period shows what its run brought down, and is left to the next run when the inputs have changed.
    project.ok(&["run", "--period", "2025Q1"]);
    assert!(project.ok(&["targets", "--period", "2025Q1"]).contains("npl_ratio"));
    project.write(
        "data/target.csv",
        "period,org_level,org_id,indicator_id,target_value\n2025Q1,BANK,BANK,npl_ratio,0.03\n",
    );
    let (code, message) = project.fails(&["targets", "--period", "2025Q1"]);
    assert_eq!(code, 2);
    assert!(message.ends_with("brings its targets down too: `postloan run --period 2025Q1`\n"), "{message}");
}
