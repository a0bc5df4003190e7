//! Statistical methods against published values (`tests/golden/stats/expected_stats.json`), through the tables that use them.
//!
//! Exercises `beta_prior`, `described_evidence` and `indicator_value`, which are not published, through `officer_indicator`.

use crate::support::{Project, repository};

fn stats() -> serde_json::Value {
    let path = repository().join("tests/golden/stats/expected_stats.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "expected {expected}, found {found}");
}

#[test]
fn auc_and_ks_are_those_of_scikit_learn() {
    let stats = &stats()["auc_ks"];
    let rows = numbers(&stats["y"]).into_iter().zip(numbers(&stats["score"]));
    let rows: Vec<String> = rows.map(|(label, score)| format!("({label:?}, {score:?})")).collect();
    let project = Project::with_files(&[("postloan.toml", "[project]\nname = \"scores\"\n")]);
    let sql = format!(
        "SELECT auc(CAST(y AS DOUBLE), CAST(s AS DOUBLE)) AS auc, ks(CAST(y AS DOUBLE), CAST(s AS DOUBLE)) AS ks
         FROM (VALUES {}) AS scored(y, s)",
        rows.join(", ")
    );
    let found = &project.sql(&sql)[0];
    for measure in ["auc", "ks"] {
        let (found, expected) = (found[measure].as_f64().unwrap(), stats[measure].as_f64().unwrap());
        assert!((found - expected).abs() <= 1e-12, "{measure}: expected {expected}, found {found}");
    }
}

/// Officers with k of n inspections on time, shrunk towards each other with the prior of the scheme where they cannot tell.
fn shrunk(k: &[f64], n: &[f64], min_peers: usize) -> Vec<f64> {
    let mut loans = "loan_id,customer_id,origination_date\n".to_owned();
    let mut holders = "loan_id,officer_id,share,valid_from\n".to_owned();
    let mut inspections = "inspection_id,loan_id,due_date,completed_at\n".to_owned();
    let mut snapshots = "loan_id,snapshot_date,status,principal_balance\n".to_owned();
    for (officer, (on_time, all)) in k.iter().zip(n).enumerate() {
        loans.push_str(&format!("L{officer},C{officer},2024-01-01\n"));
        holders.push_str(&format!("L{officer},O{officer},1,2024-01-01\n"));
        snapshots.push_str(&format!("L{officer},2025-03-31,ACTIVE,100\n"));
        for number in 0..*all as usize {
            let done = if number < *on_time as usize { "2025-02-10" } else { "" };
            inspections.push_str(&format!("I{officer}-{number},L{officer},2025-02-10,{done}\n"));
        }
    }
    let source = |table: &str| format!("[[source]]\ntable = \"{table}\"\npath = \"{table}.csv\"\n");
    let config = ["loan", "officer_assignment", "inspection", "loan_snapshot"].map(source).concat();
    let scheme = format!(
        "[dimension.PROCESS.indicator.inspection_on_time_rate]\nshrink = {{ beta = [2, 3], min_peers = {min_peers} }}\n"
    );
    let project = Project::with_files(&[
        ("postloan.toml", &format!("[project]\nname = \"officers\"\n{config}")),
        ("scheme.toml", &scheme),
        ("loan.csv", &loans),
        ("officer_assignment.csv", &holders),
        ("inspection.csv", &inspections),
        ("loan_snapshot.csv", &snapshots),
    ]);
    project.ok(&["run", "--period", "2025Q1"]);
    let sql = "SELECT adjusted_value FROM officer_indicator
               WHERE indicator_id = 'inspection_on_time_rate' AND reason_code = 'BETA_SHRUNK' ORDER BY officer_id";
    project.sql(sql).iter().map(|row| row["adjusted_value"].as_f64().unwrap()).collect()
}

#[test]
fn six_peers_tell_how_far_each_is_drawn_towards_them() {
    let stats = stats();
    for set in ["beta_binomial_kleinman", "beta_binomial_kleinman_b"] {
        let set = &stats[set];
        let found = shrunk(&numbers(&set["k"]), &numbers(&set["n"]), 6);
        let expected = numbers(&set["posterior"]);
        assert_eq!(found.len(), expected.len());
        found.iter().zip(expected).for_each(|(found, expected)| assert_near(*found, expected));
    }
}

#[test]
fn too_few_peers_or_none_that_differ_fall_back() {
    // Two peers where six are asked for: the prior of the scheme, (k + 2) / (n + 5).
    let found = shrunk(&[1.0, 0.0], &[4.0, 2.0], 6);
    assert_near(found[0], 3.0 / 9.0);
    assert_near(found[1], 2.0 / 7.0);
    // Peers with the same rate do not differ: everybody gets it.
    let found = shrunk(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0], 3);
    found.iter().for_each(|value| assert_near(*value, 0.5));
}
