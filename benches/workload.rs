//! The workloads of the benchmark kit through the product's own reader, casts, checks and query session.
//!
//! `benches/README.md` says how it is run beside other engines. The last line on stdout is the time from the first file
//! to the last result.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, AsArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Schema;
use datafusion::common::TableReference;
use parquet::arrow::ArrowWriter;
use postloan::config::{Format, Mapping, SourceFiles};
use postloan::ingest::{Converted, convert};
use postloan::model::Model;
use postloan::query::{Session, SessionLimits};
use postloan::store::Store;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const FACTS: [(&str, &str, [&str; 3]); 3] = [
    ("loan_snapshot", "snapshot_date", ["principal_balance", "pastdue_principal_amount", "pastdue_interest_amount"]),
    ("payment", "value_date", ["principal_paid", "interest_paid", "penalty_paid"]),
    ("instalment", "due_date", ["principal_due", "interest_due", ""]),
];

/// What the statements of W2 to W5 read.
const TABLES: [&str; 8] =
    ["loan_snapshot", "payment", "instalment", "loan", "customer", "officer", "officer_assignment", "warning"];

struct Arguments {
    workload: String,
    data: PathBuf,
    out: PathBuf,
    threads: usize,
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::read()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(arguments.threads)
        .thread_stack_size(16 << 20)
        .enable_all()
        .build()?;
    let started = Instant::now();
    match arguments.workload.as_str() {
        "W1" => ingest(&arguments, &runtime)?,
        "W2" => runtime.block_on(portfolio(&arguments))?,
        "W3" => runtime.block_on(history(&arguments))?,
        "W4" => runtime.block_on(officers(&arguments))?,
        "W5" => runtime.block_on(warnings(&arguments))?,
        other => return Err(format!("there is no workload {other} here; W1 to W5 are").into()),
    }
    println!("{{\"inner_s\": {:.4}}}", started.elapsed().as_secs_f64());
    Ok(())
}

impl Arguments {
    fn read() -> Result<Self, Failure> {
        let mut named: BTreeMap<String, String> = BTreeMap::new();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            // `cargo bench` adds this one.
            if word == "--bench" {
                continue;
            }
            let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
            named.insert(word, value);
        }
        let take = |name: &str| named.get(name).cloned().ok_or_else(|| format!("{name} is missing"));
        Ok(Self {
            workload: take("--w")?,
            data: std::fs::canonicalize(take("--data")?)?,
            out: PathBuf::from(take("--out")?),
            threads: named.get("--threads").map_or(Ok(2), |text| text.parse())?,
        })
    }

    fn files(&self, folder: &str, suffix: &str) -> Result<Vec<PathBuf>, Failure> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.data.join(folder))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.retain(|file| file.extension().is_some_and(|found| found == suffix));
        files.sort();
        Ok(files)
    }

    fn dates(&self) -> Result<Dates, Failure> {
        let meta: serde_json::Value = serde_json::from_reader(File::open(self.data.join("meta.json"))?)?;
        let month_ends: Vec<String> = serde_json::from_value(meta["month_ends"].clone())?;
        Ok(Dates { month_ends, window_start: meta["window_start"].as_str().unwrap_or_default().to_owned() })
    }

    async fn session(&self) -> Result<Session, Failure> {
        let store = Store::open(&self.data.display().to_string(), &BTreeMap::new())?;
        let limits = SessionLimits { threads: Some(self.threads), ..SessionLimits::default() };
        let session = Session::new(&store, &limits)?;
        for table in TABLES {
            register(&session, table, &self.files(&format!("parquet/{table}"), "parquet")?).await?;
        }
        Ok(session)
    }
}

struct Dates {
    month_ends: Vec<String>,
    window_start: String,
}

impl Dates {
    /// The statement with the dates of the data in the place of `{M0}` … `{M3}`, `{P0}`, `{P1}`, `{P_DAYS}`,
    /// `{EPISODE_FROM}`, `{W_START}`, `{LAST_M}`, `{N_MONTHS}`.
    fn fill(&self, sql: &str) -> String {
        let last = self.month_ends.len();
        let mut filled = sql.replace("{W_START}", &self.window_start).replace("{N_MONTHS}", &last.to_string());
        let (before, end) = (&self.month_ends[last - 4], &self.month_ends[last - 1]);
        if let (Ok(before), Ok(end)) = (before.parse::<jiff::civil::Date>(), end.parse::<jiff::civil::Date>()) {
            let days = before.until(end).map(|span| span.get_days()).unwrap_or_default();
            let start = before.tomorrow().unwrap_or(before);
            filled = filled.replace("{P0}", &start.to_string()).replace("{P1}", &end.to_string());
            filled = filled.replace("{P_DAYS}", &days.to_string());
            // An episode of the quarter cannot hang together with what lies further back.
            let far = start.checked_sub(jiff::Span::new().days(331)).unwrap_or(start);
            filled = filled.replace("{EPISODE_FROM}", &far.to_string());
        }
        for (index, date) in self.month_ends[last - 4..].iter().enumerate() {
            filled = filled.replace(&format!("{{M{index}}}"), date);
        }
        let newest = &self.month_ends[last - 1];
        let number = |range: std::ops::Range<usize>| newest[range].parse::<i64>().unwrap_or_default();
        filled.replace("{LAST_M}", &(number(0..4) * 12 + number(5..7) - 1).to_string())
    }
}

async fn register(session: &Session, table: &str, files: &[PathBuf]) -> Result<(), Failure> {
    let url = |file: &PathBuf| url::Url::from_file_path(file).map(|url| url.to_string());
    let urls = files.iter().map(url).collect::<Result<Vec<_>, _>>().map_err(|()| "a file has no absolute path")?;
    session.register_published(TableReference::bare(table), &urls).await?;
    Ok(())
}

/// W1: every CSV file to a typed, checked Parquet file, as many at a time as there are threads.
fn ingest(arguments: &Arguments, runtime: &tokio::runtime::Runtime) -> Result<(), Failure> {
    let model = Model::load(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/workload")))?;
    let mut totals = Vec::new();
    let mut validation = Vec::new();
    for (name, date, money) in FACTS {
        let table = model.table(name).ok_or("the workload's tables are missing")?;
        let folder = arguments.out.join("pq").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder)?;
        let files = arguments.files(&format!("csv/{name}"), "csv")?;
        let next = std::sync::atomic::AtomicUsize::new(0);
        let convert_some = || -> Result<Vec<Converted>, Failure> {
            let mut converted = Vec::new();
            loop {
                let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(file) = files.get(index) else { return Ok(converted) };
                let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let target = folder.join(format!("{stem}.parquet"));
                let mapping = Mapping { null_values: vec![String::new()], ..Mapping::default() };
                let result = convert(&stem, file, &csv(), &mapping, table, &target)?;
                if let Some(reject) = result.rejects.first() {
                    return Err(format!("{stem}, line {}: {}", reject.line, reject.text).into());
                }
                converted.push(result);
            }
        };
        let converted: Vec<Converted> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..arguments.threads).map(|_| scope.spawn(convert_some)).collect();
            let joined = workers.into_iter().map(|worker| worker.join().map_err(|_| "a reader panicked")?);
            joined.collect::<Result<Vec<_>, Failure>>().map(|parts| parts.into_iter().flatten().collect())
        })?;
        let rows: u64 = converted.iter().map(|file| file.rows).sum();
        let sum = |column: &str| {
            let sums = converted.iter().filter_map(|file| file.money.get(column));
            (!column.is_empty()).then(|| sums.sum::<i128>())
        };
        let files = arguments_files(&folder)?;
        let (first, last) = runtime.block_on(async {
            let store = Store::open(&folder.canonicalize()?.display().to_string(), &BTreeMap::new())?;
            let session = Session::new(&store, &SessionLimits::default())?;
            register(&session, name, &files).await?;
            let rows = session.rows(name, &format!("SELECT min({date}), max({date}) FROM {name}"), None).await?;
            let day = |column: usize| rows[0].column(column).as_primitive::<arrow::datatypes::Date32Type>().value(0);
            Ok::<_, Failure>((day(0), day(1)))
        })?;
        totals.push((name, rows as i64, first, last, money.map(sum)));
        for check in &table.checks {
            let bad: u64 = converted.iter().filter_map(|file| file.failed_checks.get(&check.name)).sum();
            validation.push((name, check.name.clone(), bad as i64));
        }
    }
    let decimals = |index: usize| -> Result<ArrayRef, Failure> {
        let values: Decimal128Array = totals.iter().map(|total| total.4[index]).collect();
        Ok(Arc::new(values.with_precision_and_scale(38, 2)?))
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("table_name", Arc::new(StringArray::from_iter_values(totals.iter().map(|total| total.0)))),
        ("n_rows", Arc::new(Int64Array::from_iter_values(totals.iter().map(|total| total.1)))),
        ("d0", Arc::new(Date32Array::from_iter_values(totals.iter().map(|total| total.2)))),
        ("d1", Arc::new(Date32Array::from_iter_values(totals.iter().map(|total| total.3)))),
        ("s1", decimals(0)?),
        ("s2", decimals(1)?),
        ("s3", decimals(2)?),
    ];
    write(&arguments.out, "w1_totals", &[RecordBatch::try_from_iter(columns)?])?;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("table_name", Arc::new(StringArray::from_iter_values(validation.iter().map(|row| row.0)))),
        ("rule", Arc::new(StringArray::from_iter_values(validation.iter().map(|row| row.1.as_str())))),
        ("n_bad", Arc::new(Int64Array::from_iter_values(validation.iter().map(|row| row.2)))),
    ];
    write(&arguments.out, "w1_validation", &[RecordBatch::try_from_iter(columns)?])
}

fn arguments_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.canonicalize()?)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    Ok(files)
}

fn csv() -> SourceFiles {
    SourceFiles { format: Some(Format::Csv), ..SourceFiles::default() }
}

/// W2: the last quarter by segment, in total, and over the quarter.
async fn portfolio(arguments: &Arguments) -> Result<(), Failure> {
    let (session, dates) = (arguments.session().await?, arguments.dates()?);
    keep(&session, "segment", &dates.fill(include_str!("workload/w2_base.sql"))).await?;
    for (name, sql) in [
        ("w2_segment", include_str!("workload/w2_segment.sql")),
        ("w2_total", include_str!("workload/w2_total.sql")),
        ("w2_quarter", include_str!("workload/w2_quarter.sql")),
    ] {
        write(&arguments.out, name, &session.rows(name, &dates.fill(sql), None).await?)?;
    }
    Ok(())
}

/// W3: roll rates month by month, vintages, default episodes.
async fn history(arguments: &Arguments) -> Result<(), Failure> {
    let (session, dates) = (arguments.session().await?, arguments.dates()?);
    let months = arguments.files("parquet/loan_snapshot", "parquet")?;
    let pair =
        include_str!("workload/w3_pair.sql").replace("{STATE}", include_str!("workload/w3_state.sql").trim_end());
    let pairs: Vec<String> = (1..months.len())
        .map(|index| pair.replace("{A}", &(index - 1).to_string()).replace("{B}", &index.to_string()))
        .collect();
    for (index, month) in months.iter().enumerate() {
        register(&session, &format!("month_{index}"), std::slice::from_ref(month)).await?;
    }
    // A small join per pair of months needs little memory; as many as there are threads run side by side.
    use futures::{StreamExt, TryStreamExt};
    let rolled: Vec<Vec<RecordBatch>> = futures::stream::iter(pairs)
        .map(|sql| {
            let session = session.clone();
            tokio::spawn(async move { session.rows("pair", &sql, None).await })
        })
        .buffer_unordered(arguments.threads)
        .map(|joined| joined.map_err(Failure::from)?.map_err(Failure::from))
        .try_collect()
        .await?;
    register_rows(&session, "pair", rolled.into_iter().flatten().collect())?;
    let late = include_str!("workload/w3_late.sql").replace("{LATE_FROM}", "{W_START}");
    for (name, sql) in [
        ("late", late.as_str()),
        ("spell", include_str!("workload/w3_spell.sql")),
        ("first_late", include_str!("workload/w3_first_late.sql")),
    ] {
        keep(&session, name, &dates.fill(sql)).await?;
    }
    for (name, sql) in [
        ("w3_roll", include_str!("workload/w3_roll.sql")),
        ("w3_vintage", include_str!("workload/w3_vintage.sql")),
        ("w3_episode", include_str!("workload/w3_episode.sql")),
    ] {
        write(&arguments.out, name, &session.rows(name, &dates.fill(sql), None).await?)?;
    }
    Ok(())
}

/// W4: what the officers of the last quarter answer for.
async fn officers(arguments: &Arguments) -> Result<(), Failure> {
    let (session, dates) = (arguments.session().await?, arguments.dates()?);
    let late = include_str!("workload/w3_late.sql").replace("{LATE_FROM}", "{EPISODE_FROM}");
    for (name, sql) in [
        ("assignment", include_str!("workload/w4_assignment.sql")),
        ("stock", include_str!("workload/w4_stock.sql")),
        ("disbursed", include_str!("workload/w4_disbursed.sql")),
        ("late", late.as_str()),
        ("spell", include_str!("workload/w3_spell.sql")),
        ("episode", include_str!("workload/w3_episode.sql")),
        ("formation", include_str!("workload/w4_formation.sql")),
        ("due_before", include_str!("workload/w4_due_before.sql")),
        ("paid", include_str!("workload/w4_paid.sql")),
        ("due", include_str!("workload/w4_due.sql")),
        ("cohort", include_str!("workload/w4_cohort.sql")),
        ("interest", include_str!("workload/w4_interest.sql")),
    ] {
        keep(&session, name, &dates.fill(sql)).await?;
    }
    for (name, sql) in
        [("w4_officer", include_str!("workload/w4_officer.sql")), ("w4_total", include_str!("workload/w4_total.sql"))]
    {
        write(&arguments.out, name, &session.rows(name, &dates.fill(sql), None).await?)?;
    }
    Ok(())
}

/// W5: alerts, what became of them, and which defaults they foresaw.
async fn warnings(arguments: &Arguments) -> Result<(), Failure> {
    let (session, dates) = (arguments.session().await?, arguments.dates()?);
    for (name, sql) in [
        ("snapshot", include_str!("workload/w5_snapshot.sql")),
        ("spell", include_str!("workload/w5_spell.sql")),
        ("episode", include_str!("workload/w5_episode.sql")),
        ("session", include_str!("workload/w5_session.sql")),
        ("alert", include_str!("workload/w5_alert_span.sql")),
        ("repaid", include_str!("workload/w5_repaid.sql")),
        ("outcome", include_str!("workload/w5_outcome.sql")),
        ("placed", include_str!("workload/w5_placed.sql")),
        ("seen", include_str!("workload/w5_seen.sql")),
        ("held", include_str!("workload/w5_held.sql")),
    ] {
        keep(&session, name, &dates.fill(sql)).await?;
    }
    for (name, sql) in [
        ("w5_alert", include_str!("workload/w5_alert.sql")),
        ("w5_alert_officer", include_str!("workload/w5_alert_officer.sql")),
        ("w5_recall", include_str!("workload/w5_recall.sql")),
        ("w5_recall_officer", include_str!("workload/w5_recall_officer.sql")),
    ] {
        write(&arguments.out, name, &session.rows(name, &dates.fill(sql), None).await?)?;
    }
    Ok(())
}

/// Computes a table once, for the statements after it.
async fn keep(session: &Session, name: &str, sql: &str) -> Result<(), Failure> {
    let rows = session.rows(name, sql, None).await?;
    register_rows(session, name, rows)
}

fn register_rows(session: &Session, name: &str, rows: Vec<RecordBatch>) -> Result<(), Failure> {
    let schema = rows.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    Ok(session.register_batches(TableReference::bare(name), schema, rows)?)
}

fn write(out: &Path, name: &str, rows: &[RecordBatch]) -> Result<(), Failure> {
    std::fs::create_dir_all(out)?;
    let schema = rows.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    let mut writer = ArrowWriter::try_new(File::create(out.join(format!("{name}.parquet")))?, schema, None)?;
    for batch in rows.iter().filter(|batch| batch.num_columns() > 0 && batch.num_rows() > 0) {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(())
}
