//! From sources to one commit.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;
use arrow::datatypes::Date32Type;
use jiff::civil::Date;

use super::compute::Computation;
use super::ingest::{IngestReport, Ingested, ingest};
use super::period::{Knowledge, Scope, Wanted, resolve};
use super::{Observer, PipelineError, Project, SchemeFile, earlier, ledger, workspace};
use crate::query::Session;
use crate::store::{Hashes, InputFile, Manifest, PeriodRun, PublishedFile, Transaction};

const EVIDENCE_TABLE: &str = "officer_evidence";

/// What `run` is asked to do.
#[derive(Debug, Clone)]
pub struct RunOptions {
    pub scope: Scope,
    pub knowledge: Knowledge,
    /// Last day of knowledge, whichever the period.
    pub known_by: Option<Date>,
    /// Read every source and compute every period again.
    pub full_refresh: bool,
    /// Say what would be computed, and write nothing that stays.
    pub dry_run: bool,
    /// Judge also where the input of an indicator of the scheme is missing.
    pub allow_missing: bool,
}

/// What a run did.
#[derive(Debug, Clone)]
pub struct RunReport {
    pub ingest: IngestReport,
    /// Computed now.
    pub periods: Vec<PeriodReport>,
    /// Already published from the same inputs.
    pub unchanged: Vec<String>,
    /// The commit that stands now, if any was made or found.
    pub seq: Option<u64>,
    pub is_new_commit: bool,
    pub rejected_rows: u64,
    /// Where people find the results.
    pub location: String,
}

#[derive(Debug, Clone)]
pub struct PeriodReport {
    pub name: String,
    pub run_id: String,
    pub tables: usize,
    pub rows: u64,
    pub warnings: usize,
    /// Version of the scheme that officers were judged by; `None` where none was in force.
    pub scheme: Option<String>,
    /// Headline figures, by metric.
    pub metrics: Vec<(String, Option<f64>)>,
}

/// Ingests, computes the periods of the scope that are absent or stale, and publishes.
///
/// # Errors
/// Anything that stops the run; nothing of it is then visible.
pub async fn run(project: &Project, options: &RunOptions, observer: &dyn Observer) -> Result<RunReport, PipelineError> {
    let transaction = project.store.begin().await?;
    let run = transaction.run.clone();
    let result = until_interrupted(run_transaction(project, transaction, options, observer)).await;
    clean_up(project, &run, options.dry_run || result.is_err()).await;
    result
}

async fn run_transaction(
    project: &Project,
    transaction: Transaction,
    options: &RunOptions,
    observer: &dyn Observer,
) -> Result<RunReport, PipelineError> {
    let ingested = prepare(project, &transaction, options.full_refresh, observer).await?;
    let base = transaction.base_manifest();
    let dates = snapshot_dates(project, &ingested.inputs).await?;
    let wanted = {
        let length = project.config.project.period;
        resolve(&options.scope, options.knowledge, options.known_by, length, &dates)?
    };
    let hashes = project.hashes();
    let mut stale: Vec<(Wanted, String)> = Vec::new();
    let mut unchanged = Vec::new();
    // What a period looks back at is part of what it depends on, also where it is computed just before.
    let mut published = base.periods.clone();
    for wanted in wanted {
        project.schemes.check_approval(&wanted.period)?;
        let back = project.schemes.rules(&wanted.period).periods_back();
        let earlier = earlier::periods(&published, &wanted.period, back);
        let earlier: Vec<&str> = earlier.into_iter().map(|(_, run)| run.run_id.as_str()).collect();
        let run_id = run_id(project, &hashes, &ingested.inputs, &wanted, options.knowledge, &earlier);
        published.insert(wanted.period.name(), period_run(project, &wanted, options.knowledge, &run_id, None));
        match base.periods.get(&wanted.period.name()) {
            Some(published) if published.run_id == run_id && !options.full_refresh => {
                unchanged.push(wanted.period.name())
            }
            _ => stale.push((wanted, run_id)),
        }
    }
    if options.dry_run {
        return Ok(dry_report(project, &transaction, ingested, stale, unchanged));
    }
    if stale.is_empty() && !ingested.is_changed {
        return Ok(nothing_to_do(project, &transaction, ingested, unchanged));
    }
    let mut manifest = next_manifest(&transaction, "run", &hashes, ingested.inputs);
    let mut periods = Vec::new();
    for (wanted, run_id) in stale {
        let parameters = project.parameters.for_period(
            wanted.period.start,
            wanted.period.end,
            wanted.knowledge_cutoff,
            options.knowledge.name(),
        );
        let computation = Computation {
            project,
            transaction: &transaction,
            inputs: &manifest.inputs,
            manifest: &manifest,
            scheme: project.schemes.rules(&wanted.period),
            allows_missing: options.allow_missing,
            period: wanted.period,
            parameters: &parameters,
            run_id: &run_id,
        };
        let computed = computation.run(observer).await?;
        let name = wanted.period.name();
        periods.push(PeriodReport {
            name: name.clone(),
            run_id: run_id.clone(),
            tables: computed.tables.len(),
            rows: computed.tables.values().map(|file| file.rows).sum(),
            warnings: computed.warnings,
            scheme: project.schemes.judging(&wanted.period).map(|file| file.scheme.version.clone()),
            metrics: computed.metrics,
        });
        // A table that this version no longer makes goes with the period's older files.
        for tables in manifest.outputs.values_mut() {
            tables.remove(&name);
        }
        for (table, file) in computed.tables {
            let published = PublishedFile { file, run_id: run_id.clone() };
            manifest.outputs.entry(table).or_default().insert(name.clone(), published);
        }
        let replaced = base.periods.get(&name).map(|run| run.run_id.clone()).filter(|replaced| *replaced != run_id);
        manifest.periods.insert(name, period_run(project, &wanted, options.knowledge, &run_id, replaced));
    }
    publish(project, transaction, manifest, ingested.report, periods, unchanged).await
}

/// Ingests and publishes the input tables alone.
pub async fn ingest_only(
    project: &Project,
    full_refresh: bool,
    observer: &dyn Observer,
) -> Result<RunReport, PipelineError> {
    let transaction = project.store.begin().await?;
    let run = transaction.run.clone();
    let result = until_interrupted(async {
        let ingested = prepare(project, &transaction, full_refresh, observer).await?;
        if !ingested.is_changed {
            return Ok(nothing_to_do(project, &transaction, ingested, Vec::new()));
        }
        let manifest = next_manifest(&transaction, "ingest", &project.hashes(), ingested.inputs);
        publish(project, transaction, manifest, ingested.report, Vec::new(), Vec::new()).await
    })
    .await;
    clean_up(project, &run, result.is_err()).await;
    result
}

/// Ends the work early on SIGINT and SIGTERM.
pub(super) async fn until_interrupted<T>(
    work: impl Future<Output = Result<T, PipelineError>>,
) -> Result<T, PipelineError> {
    tokio::select! {
        result = work => result,
        code = interrupted() => Err(code.map_or_else(|error| PipelineError::Internal(error.to_string()), PipelineError::Interrupted)),
    }
}

/// Waits for SIGINT or SIGTERM and gives the exit code of a program that ends for it.
pub async fn interrupted() -> std::io::Result<u8> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => Ok(130),
        _ = terminate.recv() => Ok(143),
    }
}

/// Removes what an unfinished run wrote; nothing refers to it. Failing to is no failure: `vacuum` finds it later.
pub(super) async fn clean_up(project: &Project, run: &str, is_unfinished: bool) {
    if is_unfinished && let Err(error) = project.store.discard(run).await {
        tracing::warn!(run, %error, "files of an unfinished run could not be removed");
    }
}

pub(super) async fn prepare(
    project: &Project,
    transaction: &Transaction,
    full_refresh: bool,
    observer: &dyn Observer,
) -> Result<Ingested, PipelineError> {
    // A run that was killed between its commit and the views of it is finished here.
    if let Some(base) = &transaction.base {
        project.store.refresh_derived(base, &hidden(project)).await?;
    }
    ingest(project, transaction, full_refresh, observer).await
}

pub(super) async fn publish(
    project: &Project,
    transaction: Transaction,
    mut manifest: Manifest,
    ingest: IngestReport,
    periods: Vec<PeriodReport>,
    unchanged: Vec<String>,
) -> Result<RunReport, PipelineError> {
    ledger::publish(project, &transaction, &mut manifest).await?;
    let of_this_run = format!("/run={}/", transaction.run);
    let inputs = manifest.inputs.iter().flat_map(|input| input.file.iter().chain(&input.rejects));
    let outputs = manifest.outputs.values().flat_map(BTreeMap::values).map(|published| &published.file);
    let written = inputs.chain(outputs).map(|file| file.path.clone()).filter(|path| path.contains(&of_this_run));
    manifest.written = written.collect();
    manifest.finished_at = now();
    let rejected_rows = manifest.inputs.iter().map(|input| input.account.rows_rejected).sum();
    let snapshot = transaction.commit(manifest).await?;
    project.store.refresh_derived(&snapshot, &hidden(project)).await?;
    Ok(RunReport {
        ingest,
        periods,
        unchanged,
        seq: Some(snapshot.seq),
        is_new_commit: true,
        rejected_rows,
        location: project.store.display("current"),
    })
}

pub(super) fn next_manifest(
    transaction: &Transaction,
    command: &str,
    hashes: &Hashes,
    inputs: Vec<InputFile>,
) -> Manifest {
    let base = transaction.base_manifest();
    Manifest {
        run: transaction.run.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: command.to_owned(),
        started_at: now(),
        finished_at: String::new(),
        hashes: hashes.clone(),
        inputs,
        outputs: base.outputs,
        periods: base.periods,
        written: Vec::new(),
    }
}

pub(super) fn nothing_to_do(
    project: &Project,
    transaction: &Transaction,
    ingested: Ingested,
    unchanged: Vec<String>,
) -> RunReport {
    RunReport {
        rejected_rows: ingested.inputs.iter().map(|input| input.account.rows_rejected).sum(),
        ingest: ingested.report,
        periods: Vec::new(),
        unchanged,
        seq: transaction.base.as_ref().map(|base| base.seq),
        is_new_commit: false,
        location: project.store.display("current"),
    }
}

fn dry_report(
    project: &Project,
    transaction: &Transaction,
    ingested: Ingested,
    stale: Vec<(Wanted, String)>,
    unchanged: Vec<String>,
) -> RunReport {
    let planned = stale.into_iter().map(|(wanted, run_id)| PeriodReport {
        name: wanted.period.name(),
        run_id,
        tables: 0,
        rows: 0,
        warnings: 0,
        scheme: project.schemes.judging(&wanted.period).map(|file| file.scheme.version.clone()),
        metrics: Vec::new(),
    });
    RunReport { periods: planned.collect(), ..nothing_to_do(project, transaction, ingested, unchanged) }
}

/// Evidence stays out of `current/` when the project says so; it is always in the lake.
fn hidden(project: &Project) -> Vec<&'static str> {
    match project.config.publish.evidence {
        true => Vec::new(),
        false => vec![EVIDENCE_TABLE],
    }
}

fn period_run(
    project: &Project,
    wanted: &Wanted,
    knowledge: Knowledge,
    run_id: &str,
    replaces: Option<String>,
) -> PeriodRun {
    let scheme = project.schemes.judging(&wanted.period);
    PeriodRun {
        run_id: run_id.to_owned(),
        start: wanted.period.start.to_string(),
        end: wanted.period.end.to_string(),
        knowledge: knowledge.name().to_owned(),
        knowledge_cutoff: wanted.knowledge_cutoff.map(|day| day.to_string()),
        scheme_version: scheme.map(|file| file.scheme.version.clone()),
        scheme_hash: scheme.map(SchemeFile::hash),
        replaces,
    }
}

/// Hash of everything that a period's results depend on. A file whose facts all happened after the period does not.
pub(super) fn run_id(
    project: &Project,
    hashes: &Hashes,
    inputs: &[InputFile],
    wanted: &Wanted,
    knowledge: Knowledge,
    earlier: &[&str],
) -> String {
    let end = wanted.period.end.to_string();
    let visible = inputs.iter().filter(|file| file.first_event.as_ref().is_none_or(|first| *first <= end));
    let files: BTreeSet<String> =
        visible.map(|file| format!("{} {} {}", file.table, file.content, file.transform)).collect();
    let mut hash = blake3::Hasher::new();
    let mut add = |text: &str| {
        hash.update(text.as_bytes());
        hash.update(b"\n");
    };
    for text in [&hashes.model, &hashes.queries, &hashes.config] {
        add(text);
    }
    add(&project.schemes.in_force(&wanted.period).map(SchemeFile::hash).unwrap_or_default());
    earlier.iter().for_each(|run_id| add(run_id));
    add(env!("CARGO_PKG_VERSION"));
    let cutoff = wanted.knowledge_cutoff.map(|day| day.to_string());
    add(&format!("{} {end} {} {cutoff:?}", wanted.period.start, knowledge.name()));
    files.iter().for_each(|file| add(file));
    hash.finalize().to_hex()[..32].to_owned()
}

/// The distinct dates of the loan snapshots, ascending.
pub(super) async fn snapshot_dates(project: &Project, inputs: &[InputFile]) -> Result<Vec<Date>, PipelineError> {
    const TABLE: &str = "loan_snapshot";
    let session = Session::new(&project.store, &project.limits())?;
    let Some(table) = project.model.table(TABLE) else { return Ok(Vec::new()) };
    workspace::register_input_files(project, &session, table, inputs)?;
    let sql = "SELECT DISTINCT snapshot_date FROM lake.loan_snapshot WHERE snapshot_date IS NOT NULL ORDER BY 1";
    let rows = session.rows(TABLE, sql, None).await?;
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = rows.iter().flat_map(|batch| batch.column(0).as_primitive::<Date32Type>().values().to_vec());
    Ok(days.map(|days| epoch.saturating_add(jiff::Span::new().days(days))).collect())
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}
