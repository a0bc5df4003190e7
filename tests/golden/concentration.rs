//! Concentration indices against published values (R `ineq`, concentrationMetrics).

use crate::support::{Project, repository};

#[test]
fn hhi_plain_and_normalised_and_gini_of_the_published_sample() {
    let path = repository().join("tests/golden/stats/expected_stats.json");
    let stats: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let sample = &stats["concentration_sample"];
    let amounts: Vec<String> = sample["x"].as_array().unwrap().iter().map(ToString::to_string).collect();
    let mut loans = String::from("loan_id,customer_id,origination_date\n");
    let mut snapshots = String::from("loan_id,snapshot_date,status,principal_balance\n");
    for (index, amount) in amounts.iter().enumerate() {
        loans.push_str(&format!("L{index},C{index},2024-01-01\n"));
        snapshots.push_str(&format!("L{index},2025-03-31,ACTIVE,{amount}\n"));
    }
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"sample\"\n[[source]]\ntable = \"loan\"\npath = \"loan.csv\"\n[[source]]\ntable = \"loan_snapshot\"\npath = \"snapshot.csv\"\n",
        ),
        ("loan.csv", &loans),
        ("snapshot.csv", &snapshots),
    ]);
    project.ok(&["run"]);
    let rows = project.sql(
        "SELECT hhi, hhi_normalised, gini, effective_number FROM portfolio_concentration WHERE dimension = 'customer'",
    );
    let close = |column: &str, expected: f64| {
        let found = rows[0][column].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-12, "{column}: expected {expected}, found {found}");
    };
    close("hhi", sample["hhi"].as_f64().unwrap());
    close("hhi_normalised", sample["hhi_norm"].as_f64().unwrap());
    close("gini", sample["gini"].as_f64().unwrap());
    // The second route: a plain loop over the sample.
    let values: Vec<f64> = amounts.iter().map(|amount| amount.parse().unwrap()).collect();
    let total: f64 = values.iter().sum();
    let hhi: f64 = values.iter().map(|value| (value / total).powi(2)).sum();
    close("hhi", hhi);
    assert!((rows[0]["effective_number"].as_f64().unwrap() - 1.0 / hhi).abs() < 1e-9);
}
