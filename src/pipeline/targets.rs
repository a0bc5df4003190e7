//! Targets of a period, brought down from the bank to branches and officers before it begins.

use arrow::array::RecordBatch;
use datafusion::common::TableReference;

use super::compute::Computation;
use super::period::{Knowledge, Wanted};
use super::run::{clean_up, next_manifest, prepare, publish, run_id, snapshot_dates, until_interrupted};
use super::workbench::{Basis, Target, Workbench};
use super::workspace::Sight;
use super::{Observer, PipelineError, Project, earlier, evidence};
use crate::config::Period;
use crate::query::{Kind, Query, Session};
use crate::store::{PublishedFile, Transaction};

const TABLE: &str = "target_decomposition";

/// What `targets` is asked to do.
#[derive(Debug, Clone)]
pub struct TargetOptions {
    /// The period of the targets; the one that contains the day after the last loan snapshot if absent.
    pub period: Option<Period>,
}

/// The targets of a period.
#[derive(Debug, Clone)]
pub struct TargetReport {
    pub period: String,
    /// The rows of `target_decomposition`.
    pub targets: Vec<RecordBatch>,
    pub seq: Option<u64>,
    pub is_new_commit: bool,
    pub location: String,
}

/// Ingests, decomposes, audits and publishes the targets of one period. Opening exposures are those of the day before it, case mix
/// and history those of the period published before it.
///
/// # Errors
/// Anything that stops it, among others a period without targets and children that exceed their parent; nothing is then published.
pub async fn targets(
    project: &Project,
    options: &TargetOptions,
    observer: &dyn Observer,
) -> Result<TargetReport, PipelineError> {
    let transaction = project.store.begin().await?;
    let run = transaction.run.clone();
    let result = until_interrupted(decompose(project, transaction, options, observer)).await;
    clean_up(project, &run, result.is_err()).await;
    result
}

async fn decompose(
    project: &Project,
    transaction: Transaction,
    options: &TargetOptions,
    observer: &dyn Observer,
) -> Result<TargetReport, PipelineError> {
    let ingested = prepare(project, &transaction, false, observer).await?;
    let period = match options.period {
        Some(period) => period,
        None => next_period(project, &snapshot_dates(project, &ingested.inputs).await?)?,
    };
    let name = period.name();
    let wanted = Wanted { period, knowledge_cutoff: None };
    let scheme = project.schemes.rules(&period);
    let base = transaction.base_manifest();
    let past = earlier::periods(&base.periods, &period, scheme.periods_back());
    let past: Vec<&str> = past.into_iter().map(|(_, run)| run.run_id.as_str()).collect();
    let hashes = project.hashes();
    let run_id = run_id(project, &hashes, &ingested.inputs, &wanted, Knowledge::Restated, &past);
    // Not that of a run of the period, which computes more.
    let run_id = blake3::hash(format!("targets {run_id}").as_bytes()).to_hex()[..32].to_owned();

    let mut manifest = next_manifest(&transaction, "targets", &hashes, ingested.inputs);
    let is_of_a_run = base.periods.contains_key(&name);
    let published = base.outputs.get(TABLE).and_then(|periods| periods.get(&name));
    let stands = published.filter(|file| (is_of_a_run || file.run_id == run_id) && !ingested.is_changed);
    if is_of_a_run && stands.is_none() {
        // All tables of a period are of one run.
        return Err(PipelineError::Name(format!(
            "{name} is published by a run, which brings its targets down too: `postloan run --period {name}`"
        )));
    }
    let parameters = project.parameters.for_period(period.start, period.end, None, Knowledge::Restated.name());
    let inputs = manifest.inputs.clone();
    let basis = Basis { scheme, manifest: &base, period: &period };
    let bench = Workbench::open(project, &inputs, &parameters, Sight::WholeRows, Some(basis)).await?;
    if let Some(published) = stands {
        let url = project.store.file_url(&published.file.path);
        bench.session.register_published(TableReference::bare(TABLE), &[url]).await?;
        let targets = rows(&bench.session).await?;
        return Ok(TargetReport {
            period: name,
            targets,
            seq: transaction.base.as_ref().map(|base| base.seq),
            is_new_commit: false,
            location: project.store.display("current"),
        });
    }
    let query = bench.catalogue.get(TABLE).ok_or_else(|| PipelineError::Internal(format!("there is no {TABLE}")))?;
    let lacks = bench.lacks(query);
    if !lacks.is_empty() {
        return Err(PipelineError::Name(format!(
            "no source delivers {}: there is nothing to decompose",
            lacks.join(", ")
        )));
    }
    let audits: Vec<&Query> = bench
        .catalogue
        .of_kind(Kind::Audit)
        .filter(|audit| audit.header.alongside.iter().any(|table| table == TABLE))
        .collect();
    let lacks = |query: &Query| bench.lacks(query);
    let indicators: Vec<&Query> = bench.catalogue.of_kind(Kind::Indicator).collect();
    evidence::register_indicators(&bench.session, &indicators, &lacks)?;
    let order = bench.in_order([query].into_iter().chain(audits.iter().copied()))?;
    observer.begin(&name, order.len() + audits.len());
    let target = Target { transaction: &transaction, period: &name, run_id: &run_id };
    let mut file = None;
    for step in order {
        observer.step(&step.header.name);
        match step.header.name == TABLE {
            true => file = Some(bench.publish(step, &target, &["TRUE".to_owned()]).await?),
            false => bench.register(step).await?,
        }
    }
    let file = file.ok_or_else(|| PipelineError::Internal(format!("{TABLE} was not computed")))?;
    if file.rows == 0 {
        return Err(PipelineError::Name(format!(
            "the table target has no row of {name}: deliver the bank's targets with period = \"{name}\""
        )));
    }
    let computation = Computation {
        project,
        transaction: &transaction,
        inputs: &inputs,
        manifest: &base,
        scheme,
        allows_missing: true,
        period,
        parameters: &parameters,
        run_id: &run_id,
    };
    computation.audit(&bench.session, &audits, observer).await?;
    observer.end();
    let targets = rows(&bench.session).await?;
    drop(bench);
    let published = PublishedFile { file, run_id };
    manifest.outputs.entry(TABLE.to_owned()).or_default().insert(name.clone(), published);
    let report = publish(project, transaction, manifest, ingested.report, Vec::new(), Vec::new()).await?;
    Ok(TargetReport { period: name, targets, seq: report.seq, is_new_commit: true, location: report.location })
}

fn next_period(project: &Project, dates: &[jiff::civil::Date]) -> Result<Period, PipelineError> {
    let last = dates.last().ok_or_else(|| {
        PipelineError::Period(
            "there is no loan_snapshot, after which the next period begins; name one with --period".to_owned(),
        )
    })?;
    Ok(Period::containing(last.saturating_add(jiff::Span::new().days(1)), project.config.project.period))
}

async fn rows(session: &Session) -> Result<Vec<RecordBatch>, PipelineError> {
    let sql = format!(
        "SELECT indicator_id, org_level, org_id, parent_id, target_value, basis, method, exposure, case_mix, share
         FROM {TABLE} ORDER BY indicator_id, CASE org_level WHEN 'BANK' THEN 0 WHEN 'BRANCH' THEN 1 ELSE 2 END, parent_id, org_id"
    );
    Ok(session.rows(TABLE, &sql, None).await?)
}
