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

/// A value of every officer that evidence lists, month by month: officer, numerator and denominator of each.
fn listed(title: &str, rows: &[(String, String, String, f64, f64)], aggregate: &str) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|(month, officer, key, numerator, denominator)| {
            format!("(DATE '{month}', '{officer}', '{key}', {numerator}, {denominator})")
        })
        .collect();
    format!(
        "-- name: {title}\n-- title: Listed | 列示\n-- kind: indicator\n-- dimension: RISK\n-- better: higher\n-- unit: ratio\n\
         -- aggregate: {aggregate}\n-- owner: as listed\n-- params: period_start DATE\n-- source: this test\n-- edges: as listed\n\
         SELECT officer_id, key, numerator, denominator, 'LISTED' AS rule_code\n\
         FROM (VALUES {}) AS listed (listed_in, officer_id, key, numerator, denominator)\nWHERE listed_in = $period_start",
        rows.join(", ")
    )
}

#[test]
fn the_interval_of_a_share_is_that_of_wilson() {
    let stats = stats();
    let sets: Vec<(&String, Vec<f64>)> =
        stats["wilson95"].as_object().unwrap().iter().map(|(share, limits)| (share, numbers(limits))).collect();
    let row = |(place, (share, _)): (usize, &(&String, Vec<f64>))| {
        let (k, n) = share.split_once('/').unwrap();
        let officer = format!("O{place:02}");
        ("2025-01-01".to_owned(), officer.clone(), officer, k.parse().unwrap(), n.parse().unwrap())
    };
    let rows: Vec<_> = sets.iter().enumerate().map(row).collect();
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"shares\"\n[publish]\ntables = [\"officer_indicator\"]\n[[source]]\ntable = \"officer\"\npath = \"officer.csv\"\n",
        ),
        ("officer.csv", "officer_id,branch_id\nO00,B1\n"),
        ("queries/indicator/listed_share.sql", &listed("listed_share", &rows, "share")),
    ]);
    project.ok(&["run", "--period", "2025Q1"]);
    let sql = "SELECT lower, upper FROM officer_indicator WHERE indicator_id = 'listed_share' AND raw_value IS NOT NULL ORDER BY officer_id";
    let found = project.sql(sql);
    assert_eq!(found.len(), sets.len());
    for (row, (_, limits)) in found.iter().zip(&sets) {
        assert_near(row["lower"].as_f64().unwrap(), limits[0]);
        assert_near(row["upper"].as_f64().unwrap(), limits[1]);
    }
}

#[test]
fn credibility_is_that_of_buhlmann_and_straub_on_the_data_of_hachemeister() {
    let stats = &stats()["buhlmann_straub_hachemeister"];
    let table = |name: &str| -> Vec<Vec<f64>> { stats[name].as_array().unwrap().iter().map(numbers).collect() };
    let (ratios, weights) = (table("ratios"), table("weights"));
    let mut rows = Vec::new();
    for (state, (ratios, weights)) in ratios.iter().zip(&weights).enumerate() {
        for (month, (ratio, weight)) in ratios.iter().zip(weights).enumerate() {
            let officer = format!("O{state}");
            rows.push((format!("2024-{:02}-01", month + 1), officer.clone(), officer, ratio * weight, *weight));
        }
    }
    let officers: String = (0..ratios.len()).map(|state| format!("O{state},B1\n")).collect();
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"states\"\nperiod = \"month\"\n[publish]\ntables = [\"officer_indicator\"]\n[[source]]\ntable = \"officer\"\npath = \"officer.csv\"\n",
        ),
        ("officer.csv", &format!("officer_id,branch_id\n{officers}")),
        ("queries/indicator/listed_claim.sql", &listed("listed_claim", &rows, "ratio")),
        ("scheme.toml", "[dimension.RISK.indicator.listed_claim]\nshrink = { credibility = 12 }\n"),
    ]);
    project.ok(&["run", "--from", "2024-01", "--to", "2024-12"]);
    let sql = "SELECT adjusted_value, scored_basis FROM officer_indicator
               WHERE indicator_id = 'listed_claim' AND period_start = DATE '2024-12-01' ORDER BY officer_id";
    let found = project.sql(sql);
    let expected = numbers(&stats["credibility_premium"]);
    assert_eq!(found.len(), expected.len());
    for (row, expected) in found.iter().zip(expected) {
        assert_eq!(row["scored_basis"], "CREDIBILITY");
        assert_near(row["adjusted_value"].as_f64().unwrap(), expected);
    }
    // One period alone tells nothing about how much a value moves by chance: the raw value stays.
    let first = project.value(
        "SELECT count(*) FROM officer_indicator WHERE indicator_id = 'listed_claim' AND period_start = DATE '2024-01-01' AND scored_basis = 'RAW'",
    );
    assert_eq!(first, "5");
}

#[test]
fn funnel_limits_are_exact_and_wider_where_officers_differ_more_than_chance_explains() {
    let stats = stats();
    let project = Project::with_files(&[("postloan.toml", "[project]\nname = \"limits\"\n")]);
    for (expected, limits) in stats["poisson_funnel"].as_object().unwrap() {
        let limit = |share: &str, degrees: &str| {
            let sql = format!(
                "SELECT chi_squared_quantile(CAST({share} AS DOUBLE), CAST({degrees} AS DOUBLE)) / 2 / CAST({expected} AS DOUBLE)"
            );
            project.value(&sql).parse::<f64>().unwrap()
        };
        let (below, above) = (format!("2 * {expected}"), format!("2 * ({expected} + 1)"));
        for (name, low, high) in [("l95", "0.025", "0.975"), ("l998", "0.001", "0.999")] {
            let published = numbers(&limits[name]);
            assert_near(limit(low, &below), published[0]);
            assert_near(limit(high, &above), published[1]);
        }
    }
    // Observed and expected loans as published; an officer with E = 8 carries the limits that the reference prints.
    let set = &stats["funnel_od"];
    let (observed, expected) = (numbers(&set["O"]), numbers(&set["E"]));
    let rows: Vec<String> = observed
        .iter()
        .zip(&expected)
        .enumerate()
        .map(|(place, (observed, expected))| {
            format!("('npl_formation_rate', 'O{place:02}', {expected:?}, {observed:?}, {expected:?})")
        })
        .collect();
    let ratio = format!(
        "-- name: case_mix_ratio\n-- title: Listed | 列示\n-- kind: base\n-- source: this test\n-- edges: as listed\n\
         SELECT indicator_id, officer_id, CAST(n AS DOUBLE) AS n_loans, CAST(o AS DOUBLE) AS observed, CAST(e AS DOUBLE) AS expected\n\
         FROM (VALUES {}) AS listed (indicator_id, officer_id, n, o, e)",
        rows.join(", ")
    );
    let scheme = "version = \"1\"\n[dimension.RISK]\nweight = { base = 1, tilt = 1 }\n[dimension.RISK.indicator.npl_formation_rate]\n\
                  weight = 1\ncurve = { linear = [[0.06, 0], [0, 100]] }\ncase_mix = true\n[grades]\nE = 0\n";
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"funnel\"\n[publish]\ntables = [\"officer_funnel\"]\n[[source]]\ntable = \"officer\"\npath = \"officer.csv\"\n",
        ),
        ("officer.csv", "officer_id,branch_id\nO00,B1\n"),
        ("queries/base/case_mix_ratio.sql", &ratio),
        ("scheme.toml", scheme),
    ]);
    project.ok(&["run", "--period", "2025Q1"]);
    let found = project.sql("SELECT * FROM officer_funnel ORDER BY officer_id");
    assert_eq!(found.len(), observed.len());
    for (row, z) in found.iter().zip(numbers(&set["z"])) {
        assert_near(row["z"].as_f64().unwrap(), z);
        assert_near(row["dispersion"].as_f64().unwrap(), set["phi"].as_f64().unwrap());
        assert_near(row["tau_squared"].as_f64().unwrap(), set["tau2"].as_f64().unwrap());
    }
    // The reference took 1.959964 for the normal quantile, so that its seventh digit differs.
    let printed = numbers(&set["l95"]);
    let near = |found: &serde_json::Value, printed: f64| (found.as_f64().unwrap() - printed).abs() < 1e-7;
    assert!(near(&found[0]["lower_limit"], printed[0]) && near(&found[0]["upper_limit"], printed[1]), "{:?}", found[0]);
    assert_eq!(found[0]["within_limits"], true);
}
