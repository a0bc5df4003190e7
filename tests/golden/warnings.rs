//! Twenty loans, twenty-six warnings: alerts and default events of two years, every one equal.

use std::sync::LazyLock;

use crate::support::{Expected, Project, repository};

static PUBLISHED: LazyLock<Project> = LazyLock::new(|| {
    let project = Project::copy("tests/golden/ews");
    project.ok(&["run", "--as-of", "2024-12-31"]);
    project
});

fn expected(file: &str) -> Expected {
    Expected::read(&repository().join("tests/golden/ews/expected").join(file))
}

#[test]
fn repeated_warnings_are_one_alert_with_one_outcome() {
    let rows = PUBLISHED.sql("SELECT * FROM warning_alert WHERE outcome NOT LIKE 'EXCLUDED%'");
    expected("expected_alert.csv").assert_equal(&rows, &["alert_id"]);
    let excluded = "SELECT count(*) FROM warning_alert WHERE outcome = 'EXCLUDED_IN_DEFAULT'";
    assert_eq!(PUBLISHED.value(excluded), "2");
}

#[test]
fn every_default_was_detected_late_missed_or_beyond_judgement() {
    let rows = PUBLISHED.sql("SELECT * FROM warning_event");
    expected("expected_event.csv").assert_equal(&rows, &["loan_id", "default_date"]);
}
