//! The synthetic bank: complete, consistent, repeatable, and true to what it says of itself.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::Duration;

use crate::support::{Project, command, copy_folder, postloan, repository, show, text};

/// How `sample_data` was made.
const SAMPLE: &str = "--loans 500 --months 24 --officers 9 --branches 3 --seed 130 --period year";

fn generate(project: &Project, folder: &str, arguments: &str) {
    let folder = project.path().join(folder);
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let output = postloan(&[&["generate", folder.to_str().unwrap(), "-q"], arguments.as_slice()].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
}

fn bank(arguments: &str) -> Project {
    let project = Project::with_files(&[]);
    generate(&project, "bank", arguments);
    copy_folder(&project.path().join("bank"), project.path());
    project
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_another_bank() {
    let size = "--loans 6000 --months 6 --officers 20 --branches 4";
    let project = Project::with_files(&[]);
    generate(&project, "one", &format!("{size} --seed 7"));
    generate(&project, "two", &format!("{size} --seed 7"));
    generate(&project, "other", &format!("{size} --seed 8"));
    let (one, two, other) = (project.files("one"), project.files("two"), project.files("other"));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(*bytes == two[name], "{name} differs between two runs of one seed");
    }
    assert_ne!(one["data/loan.csv"], other["data/loan.csv"]);
}

#[test]
fn parquet_holds_the_rows_of_csv() {
    let size = "--loans 300 --months 12 --officers 6 --branches 2 --seed 3 --period year";
    let (csv, parquet) = (bank(size), bank(&format!("{size} --format parquet")));
    let totals = |project: &Project| {
        project.ok(&["ingest"]);
        let sums =
            ["loan_snapshot.principal_balance", "payment.interest_paid", "instalment.principal_due", "warning.score"];
        sums.map(|column| {
            let (table, column) = column.split_once('.').unwrap();
            project.value(&format!("SELECT concat(count(*), ' ', sum({column})) FROM input.{table}"))
        })
    };
    assert_eq!(totals(&csv), totals(&parquet));
}

#[test]
fn sample_data_is_what_generate_writes() {
    let project = Project::with_files(&[]);
    generate(&project, "sample", SAMPLE);
    let expected = project.files("sample");
    let folder = repository().join("sample_data");
    for (name, bytes) in &expected {
        let found = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("sample_data/{name}: {error}"));
        assert!(found == *bytes, "sample_data/{name} is not what `generate sample_data {SAMPLE}` writes");
    }
    let committed: BTreeSet<String> = expected.keys().cloned().collect();
    let here = Project::copy("sample_data").files(".");
    let here: BTreeSet<String> = here.into_keys().collect();
    assert_eq!(here, committed, "files of sample_data");
    let bytes: usize = expected.values().map(Vec::len).sum();
    assert!(bytes < 3_000_000, "sample_data has {bytes} bytes");
}

#[test]
fn sample_data_has_every_input_table_and_the_files_that_banks_send() {
    let schema: serde_json::Value = serde_json::from_slice(&postloan(&["schema"]).stdout).unwrap();
    let tables = schema["tables"].as_object().unwrap();
    let folder = repository().join("sample_data/data");
    for name in tables.keys() {
        let is_there = ["csv", "xlsx"].iter().any(|suffix| folder.join(format!("{name}.{suffix}")).is_file());
        assert!(is_there || folder.join(name).is_dir(), "sample_data has no {name}");
    }
    let officers = std::fs::read(folder.join("officer.csv")).unwrap();
    assert!(std::str::from_utf8(&officers).is_err(), "officer.csv is no longer in GB18030");
    assert!(folder.join("inspection_plan.xlsx").is_file());
}

#[test]
fn twenty_banks_pass_every_audit_and_show_what_was_planted() {
    let workers: Vec<_> = (0..2)
        .map(|half| std::thread::spawn(move || (1..=20).filter(|seed| seed % 2 == half).for_each(check)))
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
}

fn check(seed: u64) {
    let project = bank(&format!("--loans 120 --months 24 --officers 9 --branches 3 --seed {seed} --period year"));
    project.ok(&["run", "--period", "2025"]);
    let truth: BTreeMap<String, String> = project
        .sql("SELECT concat(subject, ' ', id, ' ', measure) AS fact, value FROM raw.truth")
        .iter()
        .map(|row| (show(&row["fact"]), show(&row["value"])))
        .collect();
    let known = |fact: &str| truth.get(fact).map_or(0.0, |value| value.parse::<f64>().unwrap());
    let count = |sql: &str| project.value(sql).parse::<f64>().unwrap();

    // Only the rows that are bad on purpose were refused, each for its reason.
    let rejects = project.sql(
        "SELECT concat('REJECT ', source, ' ', reason_code) AS fact, count(DISTINCT line) AS n FROM rejects GROUP BY 1",
    );
    let rejects: BTreeMap<String, f64> =
        rejects.iter().map(|row| (show(&row["fact"]), show(&row["n"]).parse().unwrap())).collect();
    let planted: BTreeMap<String, f64> =
        truth.keys().filter(|fact| fact.starts_with("REJECT ")).map(|fact| (fact.clone(), known(fact))).collect();
    assert_eq!(rejects, planted, "seed {seed}");

    // Nothing is wrong with the rest but the warnings that were entered late.
    let issues = project.sql("SELECT check_id, count(*) AS n FROM data_quality_issue GROUP BY check_id");
    let others: Vec<_> = issues.iter().filter(|row| show(&row["check_id"]) != "warning_known_late").collect();
    assert!(others.is_empty(), "seed {seed}: {others:?}");
    let late = "SELECT count(*) FROM warning WHERE known_at > issued_at + INTERVAL '2 days'";
    assert_eq!(count(late), known("BANK BANK warnings_known_late"), "seed {seed}");

    let hand_overs = "SELECT count(DISTINCT loan_id) FROM (
        SELECT a.loan_id, a.valid_from FROM officer_assignment AS a JOIN loan ON loan.loan_id = a.loan_id
        WHERE a.role = 'MANAGER' AND a.valid_from > loan.origination_date
          AND (loan.ended_on IS NULL OR loan.ended_on >= a.valid_from)) AS handed_over";
    assert_eq!(count(hand_overs), known("BANK BANK loan_hand_overs"), "seed {seed}");
    let write_offs = "SELECT count(*) FROM loan_event WHERE event_type = 'WRITE_OFF'";
    assert_eq!(count(write_offs), known("BANK BANK write_offs"), "seed {seed}");
    let written_off = "SELECT coalesce(sum(amount), 0) FROM loan_event WHERE event_type = 'WRITE_OFF'";
    assert_eq!(count(written_off), known("BANK BANK written_off_amount"), "seed {seed}");
    let defaults = "SELECT count(*) FROM default_record";
    assert_eq!(count(defaults), known("BANK BANK default_episodes"), "seed {seed}");
}

/// Precision of the alerts of one bank that are old enough, with its interval, beside what the generator knows and what a naive count says.
struct Measured {
    seed: u64,
    found: f64,
    lower: f64,
    upper: f64,
    truth: f64,
    naive: f64,
    alerts: f64,
}

fn measure(seed: u64) -> Measured {
    let project = bank(&format!("--loans 300 --months 36 --officers 9 --branches 3 --seed {seed} --period year"));
    project.write(
        "postloan.toml",
        &format!("{}\n[publish]\ntables = [\"warning_accuracy\"]\n", project.read("postloan.toml")),
    );
    project.ok(&["run", "--period", "2025"]);
    let number = |row: &crate::support::Row, column: &str| row[column].as_f64().unwrap();
    let accuracy = |condition: &str| {
        let sql = format!(
            "SELECT code, value, lower, upper, CAST(denominator AS DOUBLE) AS n FROM warning_accuracy WHERE {condition}"
        );
        project.sql(&sql)
    };
    let whole = accuracy("split = 'all' AND basis = 'mature_cohort' AND measure = 'precision_useful'").remove(0);
    let naive = accuracy("split = 'all' AND measure = 'naive_share_of_warned'").remove(0);
    // What the precision of all signals together is, of as many alarms of each as there are.
    let signals = project.sql("SELECT id, CAST(value AS DOUBLE) AS value FROM raw.truth WHERE subject = 'SIGNAL' AND measure = 'precision_useful'");
    let signals: BTreeMap<String, f64> = signals.iter().map(|row| (show(&row["id"]), number(row, "value"))).collect();
    let types = accuracy("split = 'signal_type' AND basis = 'mature_cohort' AND measure = 'precision_useful'");
    let types = types.iter().filter_map(|row| Some((signals.get(&show(&row["code"]))?, number(row, "n"))));
    let (hits, alarms) = types.fold((0.0, 0.0), |(hits, alarms), (precision, n)| (hits + precision * n, alarms + n));
    let [found, lower, upper] = ["value", "lower", "upper"].map(|column| number(&whole, column));
    Measured {
        seed,
        found,
        lower,
        upper,
        truth: hits / alarms,
        naive: number(&naive, "value"),
        alerts: number(&whole, "n"),
    }
}

#[test]
fn the_interval_of_measured_precision_contains_the_true_one_in_eighteen_of_twenty_banks() {
    let workers = [0, 1].map(|half| {
        std::thread::spawn(move || (1..=20).filter(|seed| seed % 2 == half).map(measure).collect::<Vec<_>>())
    });
    let banks: Vec<Measured> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    let holds = |bank: &&Measured| (bank.lower..=bank.upper).contains(&bank.truth);
    for bank in &banks {
        let Measured { seed, found, lower, upper, truth, naive, alerts } = bank;
        println!(
            "seed {seed}: true {truth:.3}, measured {found:.3} [{lower:.3}, {upper:.3}] of {alerts} alerts, naive {naive:.3}"
        );
    }
    assert!(banks.iter().filter(holds).count() >= 18);
    // All banks together leave little room for chance: two standard errors.
    let total: f64 = banks.iter().map(|bank| bank.alerts).sum();
    let pooled = |value: fn(&Measured) -> f64| banks.iter().map(|bank| value(bank) * bank.alerts).sum::<f64>() / total;
    let (found, truth, naive) = (pooled(|bank| bank.found), pooled(|bank| bank.truth), pooled(|bank| bank.naive));
    println!("all {total} alerts: true {truth:.3}, measured {found:.3}, naive {naive:.3}");
    assert!((found - truth).abs() < 2.0 * (truth * (1.0 - truth) / total).sqrt());
}

/// Takes a row as a function from column to text.
type ReadRow<'a> = dyn FnMut(&dyn Fn(&str) -> String) + 'a;

/// One instalment: version, due date, principal and interest due in cents, day of cancellation.
type Instalment = (u8, i64, [i64; 2], Option<i64>);

#[test]
fn days_past_due_and_arrears_follow_from_payments_first_in_first_out() {
    let project = bank("--loans 1500 --months 24 --officers 9 --branches 3 --seed 11");
    let day = |text: &str| {
        let date: jiff::civil::Date = text.parse().unwrap();
        i64::from(date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() as i32 / 24)
    };
    let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    let rows = |table: &str, read: &mut ReadRow| {
        let data = project.path().join("data");
        let mut files: Vec<_> = match std::fs::read_dir(data.join(table)) {
            Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
            Err(_) => vec![data.join(format!("{table}.csv"))],
        };
        files.sort();
        for file in files {
            let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(file).unwrap();
            let header = reader.headers().unwrap().clone();
            for record in reader.records().map(Result::unwrap).filter(|record| record.len() == header.len()) {
                read(&|name| record[header.iter().position(|column| column == name).unwrap()].to_owned());
            }
        }
    };
    let mut instalments: BTreeMap<String, Vec<Instalment>> = BTreeMap::new();
    let mut restructured: BTreeMap<String, i64> = BTreeMap::new();
    rows("instalment", &mut |cell| {
        let cancelled = Some(cell("cancelled_on")).filter(|text| !text.is_empty()).map(|text| day(&text));
        if cell("cancel_reason") == "RESTRUCTURED" {
            restructured.insert(cell("loan_id"), cancelled.unwrap());
        }
        let due = [cents(&cell("principal_due")), cents(&cell("interest_due"))];
        if due[0] >= 0 {
            let row = (cell("schedule_version").parse().unwrap(), day(&cell("due_date")), due, cancelled);
            instalments.entry(cell("loan_id")).or_default().push(row);
        }
    });
    let mut payments: BTreeMap<String, Vec<(i64, [i64; 2])>> = BTreeMap::new();
    rows("payment", &mut |cell| {
        // The planted rows have speaking numbers.
        if cell("payment_id").starts_with("P0") {
            let paid = [cents(&cell("principal_paid")), cents(&cell("interest_paid"))];
            payments.entry(cell("loan_id")).or_default().push((day(&cell("value_date")), paid));
        }
    });
    let mut pauses: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    rows("delinquency_pause", &mut |cell| {
        pauses.insert(cell("loan_id"), (day(&cell("start_date")), day(&cell("end_date"))));
    });
    let (mut checked, mut late, mut paused) = (0, 0, 0);
    rows("loan_snapshot", &mut |cell| {
        if cell("status") != "ACTIVE" || cell("lgd") == "1.50000000" {
            return;
        }
        let (loan, today) = (cell("loan_id"), day(&cell("snapshot_date")));
        let change = restructured.get(&loan).copied().filter(|change| *change <= today);
        let version = if change.is_some() { 2 } else { 1 };
        let in_force = payments.get(&loan).into_iter().flatten();
        let in_force = in_force.filter(|(value, _)| *value <= today && change.is_none_or(|change| *value >= change));
        let mut cash = in_force.fold([0, 0], |sum, (_, paid)| [sum[0] + paid[0], sum[1] + paid[1]]);
        let (mut oldest, mut arrears) = (None, [0, 0]);
        for (_, due, amounts, _) in instalments.get(&loan).into_iter().flatten().filter(|(of, due, _, cancelled)| {
            *of == version && *due < today && cancelled.is_none_or(|cancelled| cancelled > today)
        }) {
            for component in 0..2 {
                let allocated = cash[component].min(amounts[component]);
                cash[component] -= allocated;
                arrears[component] += amounts[component] - allocated;
                if allocated < amounts[component] {
                    oldest = oldest.or(Some(*due));
                }
            }
        }
        let pause = pauses.get(&loan).copied().unwrap_or((0, 0));
        let days = oldest.map_or(0, |due| (due + 1..=today).filter(|day| !(pause.0..pause.1).contains(day)).count());
        assert_eq!(cell("days_past_due"), days.to_string(), "{loan} on {}", cell("snapshot_date"));
        assert_eq!(cents(&cell("pastdue_principal_amount")), arrears[0], "{loan}");
        assert_eq!(cents(&cell("pastdue_interest_amount")), arrears[1], "{loan}");
        checked += 1;
        late += usize::from(days > 0);
        paused += usize::from(oldest.is_some_and(|due| days < (today - due) as usize));
    });
    assert!(checked > 15_000 && late > 300 && paused > 0, "{checked} snapshots, {late} late, {paused} paused");
}

#[test]
fn a_bank_that_cannot_be_is_refused_and_nothing_is_written() {
    let project = Project::with_files(&[("taken/file", "")]);
    let fails = |folder: &str, arguments: &[&str]| {
        let path = project.path().join(folder);
        let output = postloan(&[&["generate", path.to_str().unwrap()], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
        assert!(folder == "taken" || !path.exists());
        text(&output.stderr).replace(project.path().to_str().unwrap(), "PROJECT")
    };
    assert_eq!(fails("taken", &[]), "postloan: PROJECT/taken is there already and not empty; choose another folder\n");
    assert_eq!(fails("new", &["--loans", "0"]), "postloan: a bank needs at least one loan\n");
    assert_eq!(fails("new", &["--months", "121"]), "postloan: 121 months cannot be generated; between 1 and 120 can\n");
    assert_eq!(
        fails("new", &["--officers", "2", "--branches", "3"]),
        "postloan: 3 branches need at least as many officers, not 2\n"
    );
    assert_eq!(fails("new", &["--last-month", "2025"]), "postloan: \"2025\" is not a month: write 2025-12\n");
    assert_eq!(project.files(".").len(), 1);
}

#[test]
fn the_smallest_bank_is_one() {
    let project = bank("--loans 1 --months 1 --officers 1 --branches 1 --period month");
    project.ok(&["run"]);
    assert_eq!(project.value("SELECT count(*) FROM loan"), "1");
}

#[test]
fn an_interrupted_generation_leaves_nothing() {
    let project = Project::with_files(&[]);
    let folder = project.path().join("bank");
    let generation = command(&["generate", folder.to_str().unwrap(), "--loans", "400000"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(2));
    assert!(
        std::process::Command::new("kill").args(["-INT", &generation.id().to_string()]).status().unwrap().success()
    );
    let output = generation.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(text(&output.stderr), "postloan: interrupted; nothing was written\n");
    assert_eq!(project.files("."), BTreeMap::new());
    assert_eq!(std::fs::read_dir(project.path()).unwrap().count(), 0);
}
