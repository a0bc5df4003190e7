//! The backtest: signals raised over history, caught if they look ahead, judged like the bank's own warnings.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use datafusion::common::TableReference;
use jiff::civil::Date;

use super::ingest::IngestReport;
use super::ledger::ALL;
use super::run::{clean_up, next_manifest, nothing_to_do, prepare, publish, snapshot_dates, until_interrupted};
use super::workbench::{Target, Workbench};
use super::workspace::Sight;
use super::{Observer, PipelineError, Project, signal};
use crate::config::nearest;
use crate::query::{Kind, Query, Session};
use crate::store::{InputFile, PublishedFile, Transaction};

/// The table that ranks the signals.
const RANKING: &str = "signal_accuracy";

/// What `backtest` is asked to do.
#[derive(Debug, Clone)]
pub struct BacktestOptions {
    /// Names of signals; all that can be computed if empty.
    pub signals: Vec<String>,
    /// Warnings before this day do not count, and defaults count from a horizon after it.
    pub from: Option<Date>,
    /// The cutoff; the last snapshot of the data if absent.
    pub to: Option<Date>,
    /// A combination is chosen on what was known by this day.
    pub fit_until: Option<Date>,
    /// Of how many of its days each signal is computed again.
    pub check_days: usize,
}

/// What a backtest found.
#[derive(Debug, Clone)]
pub struct BacktestReport {
    pub ingest: IngestReport,
    /// The rows of `signal_accuracy`.
    pub ranking: Vec<RecordBatch>,
    /// Signals whose inputs are missing, and which.
    pub skipped: Vec<(String, Vec<String>)>,
    /// Days on which signals were computed again; `None` if the published result stands.
    pub days_checked: Option<usize>,
    pub cutoff: Date,
    pub seq: Option<u64>,
    pub is_new_commit: bool,
    pub location: String,
}

/// Ingests, raises the signals, looks for look-ahead, judges and publishes.
///
/// # Errors
/// Anything that stops it, among others a signal that reads what came later; nothing of it is then visible.
pub async fn backtest(
    project: &Project,
    options: &BacktestOptions,
    observer: &dyn Observer,
) -> Result<BacktestReport, PipelineError> {
    check_names(project, &options.signals)?;
    let transaction = project.store.begin().await?;
    let run = transaction.run.clone();
    let result = until_interrupted(backtest_transaction(project, transaction, options, observer)).await;
    clean_up(project, &run, result.is_err()).await;
    result
}

async fn backtest_transaction(
    project: &Project,
    transaction: Transaction,
    options: &BacktestOptions,
    observer: &dyn Observer,
) -> Result<BacktestReport, PipelineError> {
    let ingested = prepare(project, &transaction, false, observer).await?;
    let dates = snapshot_dates(project, &ingested.inputs).await?;
    let Some(cutoff) = options.to.or(dates.last().copied()) else {
        let problem = "there is no loan_snapshot, which would tell the last day of the data; name it with --to";
        return Err(PipelineError::Period(problem.to_owned()));
    };
    let start = options.from.or(dates.first().copied()).unwrap_or(cutoff);
    if start > cutoff {
        return Err(PipelineError::Period(format!("the first day {start} lies after the last {cutoff}")));
    }
    let mut parameters = project.parameters.for_period(start, cutoff, Some(cutoff), "strict");
    for (name, day) in [("warning_start", options.from), ("threshold_fit_until", options.fit_until)] {
        if let Some(day) = day {
            parameters = parameters.with_date(name, day);
        }
    }
    let bench = Workbench::open(project, &ingested.inputs, &parameters, Sight::AsOfCutoff, None).await?;
    let (signals, skipped) = candidates(&bench, &options.signals)?;

    let run_id = run_id(project, &ingested.inputs, options, start, cutoff);
    let base = transaction.base_manifest();
    let published = base.outputs.get(RANKING).and_then(|periods| periods.get(ALL));
    if let Some(published) = published.filter(|published| published.run_id == run_id && !ingested.is_changed) {
        let url = project.store.file_url(&published.file.path);
        bench.session.register_published(TableReference::bare(RANKING), &[url]).await?;
        let ranking = ranking(&bench.session).await?;
        drop(bench);
        let report = nothing_to_do(project, &transaction, ingested, Vec::new());
        return Ok(BacktestReport {
            ingest: report.ingest,
            ranking,
            skipped,
            days_checked: None,
            cutoff,
            seq: report.seq,
            is_new_commit: false,
            location: report.location,
        });
    }

    observer.begin("signals", signals.len());
    signal::raise(&bench, &signals, observer).await?;
    signal::check_rows(&bench, &signals).await?;
    observer.end();
    let (days, found) = signal::look_ahead(&bench, &signals, options.check_days, observer).await?;
    if !found.is_empty() {
        let others = signals.iter().map(|query| query.header.name.as_str());
        let others: Vec<&str> = others.filter(|name| !found.iter().any(|row| row.signal == *name)).collect();
        let others = match others.is_empty() {
            true => String::new(),
            false => format!(", or leave it out: postloan backtest {}", others.join(" ")),
        };
        return Err(PipelineError::LookAhead { refusal: signal::refusal(&found), others });
    }

    signal::register_candidates(&bench.session, &signals)?;
    let tables = bench.catalogue.of_kind(Kind::Signal).filter(|query| query.header.is_published);
    let order = bench.in_order(tables)?;
    observer.begin("judging", order.len());
    let target = Target { transaction: &transaction, period: ALL, run_id: &run_id };
    let mut files = BTreeMap::new();
    for query in order {
        let name = query.header.name.as_str();
        observer.step(name);
        let started = std::time::Instant::now();
        if query.header.kind == Kind::Signal && query.header.is_published {
            let file = bench.publish(query, &target, &["TRUE".to_owned()]).await?;
            files.insert(name.to_owned(), PublishedFile { file, run_id: run_id.clone() });
        } else {
            bench.register(query).await?;
        }
        tracing::info!(query = name, seconds = started.elapsed().as_secs_f64(), "computed");
    }
    observer.end();
    let ranking = ranking(&bench.session).await?;
    drop(bench);
    let hashes = project.hashes();
    let mut manifest = next_manifest(&transaction, "backtest", &hashes, ingested.inputs);
    for (table, file) in files {
        manifest.outputs.insert(table, BTreeMap::from([(ALL.to_owned(), file)]));
    }
    let report = publish(project, transaction, manifest, ingested.report, Vec::new(), Vec::new()).await?;
    Ok(BacktestReport {
        ingest: report.ingest,
        ranking,
        skipped,
        days_checked: Some(days),
        cutoff,
        seq: report.seq,
        is_new_commit: true,
        location: report.location,
    })
}

fn signals_of(project: &Project) -> Vec<&str> {
    let signals = project.catalogue.of_kind(Kind::Signal).filter(|query| query.header.is_signal());
    signals.map(|query| query.header.name.as_str()).collect()
}

fn check_names(project: &Project, names: &[String]) -> Result<(), PipelineError> {
    let known = signals_of(project);
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let hint = nearest(name, known.iter().copied()).map(|known| format!("; did you mean {known}?"));
        let hint = hint.unwrap_or_else(|| format!("; the signals are {}", known.join(", ")));
        return Err(PipelineError::Name(format!("there is no signal {name}{hint}")));
    }
    Ok(())
}

/// Candidates, and the signals that are none because an input is missing.
type Candidates<'a> = (Vec<&'a Query>, Vec<(String, Vec<String>)>);

fn candidates<'a>(bench: &'a Workbench<'_>, names: &[String]) -> Result<Candidates<'a>, PipelineError> {
    let (mut signals, mut skipped) = (Vec::new(), Vec::new());
    for query in bench.catalogue.of_kind(Kind::Signal).filter(|query| query.header.is_signal()) {
        let name = &query.header.name;
        if !names.is_empty() && !names.contains(name) {
            continue;
        }
        let lacks = bench.lacks(query);
        if lacks.is_empty() {
            signals.push(query);
        } else if names.contains(name) {
            let problem = format!("signal {name} cannot be computed: no source delivers {}", lacks.join(", "));
            return Err(PipelineError::Name(problem));
        } else {
            skipped.push((name.clone(), lacks));
        }
    }
    if signals.is_empty() {
        let problem = "no signal can be computed; `postloan check` lists what each of them lacks";
        return Err(PipelineError::Name(problem.to_owned()));
    }
    Ok((signals, skipped))
}

async fn ranking(session: &Session) -> Result<Vec<RecordBatch>, PipelineError> {
    let sql = format!("SELECT * FROM {RANKING} ORDER BY part, rank_f2 NULLS LAST, panel_f2 DESC NULLS LAST, signal_id");
    Ok(session.rows(RANKING, &sql, None).await?)
}

/// Hash of everything that the result depends on.
fn run_id(project: &Project, inputs: &[InputFile], options: &BacktestOptions, start: Date, cutoff: Date) -> String {
    let hashes = project.hashes();
    let mut hash = blake3::Hasher::new();
    let mut add = |text: &str| {
        hash.update(text.as_bytes());
        hash.update(b"\n");
    };
    for text in [&hashes.model, &project.catalogue.hash_with_signals(), &hashes.config] {
        add(text);
    }
    add(env!("CARGO_PKG_VERSION"));
    let (fit_until, days) = (options.fit_until, options.check_days);
    add(&format!("{:?} {:?} {start} {cutoff} {fit_until:?} {days}", options.signals, options.from));
    inputs.iter().for_each(|file| add(&format!("{} {} {}", file.table, file.content, file.transform)));
    hash.finalize().to_hex()[..32].to_owned()
}
