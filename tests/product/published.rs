//! What BI tools meet: names, plain types, one file per table and period.

use crate::support::{Project, show};

#[test]
fn published_types_are_those_that_every_reader_opens() {
    let project = Project::copy("tests/golden/appraisal");
    project.ok(&["run", "--period", "2025Q1"]);
    let tables: Vec<String> = std::fs::read_dir(project.path().join("lake/current"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let names = tables.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
    let rows = project.sql(&format!(
        "SELECT table_name, column_name, data_type FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name IN ({names}) ORDER BY table_name, ordinal_position"
    ));
    let line = |row: &crate::support::Row| {
        format!("{}.{} {}", show(&row["table_name"]), show(&row["column_name"]), show(&row["data_type"]))
    };
    let described = rows.iter().map(line).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("published_types", described);
    for row in &rows {
        let data_type = show(&row["data_type"]);
        let plain =
            ["Utf8", "Int32", "Int64", "Float64", "Date32", "Boolean", "Timestamp(µs)"].contains(&data_type.as_str());
        assert!(
            plain
                || data_type == "Decimal128(18, 2)"
                || data_type == "Decimal128(38, 12)"
                || data_type == "Decimal128(9, 6)",
            "{row:?}"
        );
    }
}

#[test]
fn every_table_has_one_file_per_period_and_the_latest_state_names_them_all() {
    let project = Project::copy("tests/golden/appraisal");
    project.ok(&["run", "--period", "2025Q1"]);
    let current = project.files("lake/current");
    assert!(current.contains_key("portfolio_metric/2025Q1.parquet"), "{:?}", current.keys());
    assert!(current.contains_key("rejects/all.parquet"));
    let latest: serde_json::Value = serde_json::from_str(&project.read("lake/_latest.json")).unwrap();
    assert_eq!(latest["seq"], 1);
    for path in current.keys() {
        let source = latest["current"][format!("current/{path}")].as_str().unwrap();
        assert_eq!(std::fs::read(project.path().join("lake").join(source)).unwrap(), current[path], "{path}");
    }
}

#[test]
fn evidence_stays_out_of_the_folder_when_the_project_says_so_and_is_still_there() {
    let project = Project::copy("tests/golden/appraisal");
    project.write("postloan.toml", &format!("{}\n[publish]\nevidence = false\n", project.read("postloan.toml")));
    project.ok(&["run", "--period", "2025Q1"]);
    assert!(!project.path().join("lake/current/officer_evidence").exists());
    assert_eq!(project.value("SELECT count(*) FROM officer_evidence WHERE indicator_id = 'npl_ratio'"), "14");
}

#[test]
fn labels_are_there_in_english_and_chinese() {
    let project = Project::copy("tests/golden/appraisal");
    project.ok(&["run", "--period", "2025Q1"]);
    let rows = project.sql("SELECT label_en, label_zh FROM label WHERE kind = 'indicator' AND id = 'npl_ratio'");
    assert_eq!(
        (show(&rows[0]["label_en"]).as_str(), show(&rows[0]["label_zh"]).as_str()),
        ("Non-performing loan ratio", "不良贷款率")
    );
    assert_eq!(
        project.value("SELECT count(*) FROM label WHERE label_zh = '' OR label_zh IS NULL OR label_en = ''"),
        "0"
    );
}
