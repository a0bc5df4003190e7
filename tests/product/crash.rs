//! A run that is killed anywhere leaves the last published state whole, and the next run succeeds.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Project, command, show};

const CONFIG: &str =
    "[project]\nname = \"bank\"\nperiod = \"month\"\n[[source]]\ntable = \"loan_snapshot\"\npath = \"data/*.csv\"\n";

fn snapshot(month: u32, balance: u32) -> String {
    let header = "loan_id,snapshot_date,status,principal_balance,five_tier_class\n";
    let rows: String = (0..200).map(|loan| format!("L{loan},2025-{month:02}-28,ACTIVE,{balance},NORMAL\n")).collect();
    format!("{header}{rows}")
}

/// What a stranger sees: every file of `current/`, and one run_id per table and period.
fn published(project: &Project) -> Vec<String> {
    let rows = project.sql(
        "SELECT period_end, count(DISTINCT run_id) AS runs, sum(CASE WHEN metric_id = 'total_balance' THEN value END) AS balance
         FROM portfolio_metric GROUP BY period_end ORDER BY period_end",
    );
    rows.iter().map(|row| row.values().map(show).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn kill_minus_nine_at_ten_places_of_a_run() {
    let project = Project::with_files(&[("postloan.toml", CONFIG)]);
    project.write("data/01.csv", &snapshot(1, 10));
    let started = Instant::now();
    project.ok(&["run"]);
    let whole = started.elapsed();
    let mut seed = 20_250_131_u64;
    for round in 0..10 {
        let before = published(&project);
        // A new amount makes the month's file and result stale, so that every round has the whole work to do.
        project.write("data/01.csv", &snapshot(1, 11 + round));
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let place = whole.mul_f64((round as f64 + (seed >> 33) as f64 / (1_u64 << 31) as f64) / 10.0);
        let folder = project.path().to_str().unwrap();
        let mut run = command(&["run", "-p", folder]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(place.max(Duration::from_millis(1)));
        let _ = run.kill();
        run.wait().unwrap();
        let after = published(&project);
        let finished = format!("2025-01-31 1 {}.0", (11 + round) * 200);
        assert!(
            after == before || after == [finished.clone()],
            "round {round} at {place:?} (seed {seed}): {before:?} → {after:?}"
        );
        project.ok(&["run"]);
        assert_eq!(published(&project), [finished], "the run after round {round} (seed {seed})");
    }
}

#[test]
fn an_interrupted_run_cleans_up_and_says_so() {
    let project = Project::with_files(&[("postloan.toml", CONFIG)]);
    project.write("data/01.csv", &snapshot(1, 10));
    project.ok(&["run"]);
    let before = project.files("lake");
    project.write("data/01.csv", &snapshot(1, 11));
    let folder = project.path().to_str().unwrap();
    let run = command(&["run", "-p", folder]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(400));
    let killed = std::process::Command::new("kill").args(["-TERM", &run.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = run.wait_with_output().unwrap();
    // A machine fast enough to finish in time has nothing to clean up.
    if output.status.code() != Some(0) {
        assert_eq!(output.status.code(), Some(143), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "postloan: interrupted; nothing of this run was published\n"
        );
        assert_eq!(project.files("lake"), before);
    }
}

#[test]
fn views_that_a_crash_left_behind_are_repaired_by_the_next_run() {
    let project = Project::with_files(&[("postloan.toml", CONFIG)]);
    project.write("data/01.csv", &snapshot(1, 10));
    project.ok(&["run"]);
    let whole = project.files("lake");
    std::fs::remove_file(project.path().join("lake/_latest.json")).unwrap();
    std::fs::remove_dir_all(project.path().join("lake/current/portfolio_metric")).unwrap();
    project.ok(&["run"]);
    let repaired = project.files("lake");
    assert_eq!(repaired.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
    for (name, bytes) in &whole {
        assert!(repaired[name] == *bytes, "{name}: {}", String::from_utf8_lossy(&repaired[name]));
    }
}
