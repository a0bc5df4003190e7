//! Input tables brought up to date: unchanged files are not read again, changed ones replace exactly their rows.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;

use super::land::{Arrival, Landing};
use super::mapping::mapping_text;
use super::{Observer, PipelineError, Project, reject};
use crate::config::{Origin, Source, SourceFiles, Target};
use crate::ingest::{self, Reject};
use crate::model::Table;
use crate::query::{Kind, RawCheck, Session, raw_checks};
use crate::store::{Account, Fetched, InputFile, Transaction, find_files};

/// What an ingest did, table by table.
#[derive(Debug, Clone, Default)]
pub struct IngestReport {
    pub tables: Vec<TableReport>,
    pub notes: Vec<String>,
}

/// One table's part of the report.
#[derive(Debug, Clone, Default)]
pub struct TableReport {
    pub table: String,
    pub files_read: usize,
    pub files_unchanged: usize,
    /// Of the files read now.
    pub account: Account,
    /// Rows in the lake after the ingest.
    pub rows_in_lake: u64,
    pub ignored_columns: BTreeSet<String>,
}

/// The lake's input files after the ingest.
pub(super) struct Ingested {
    pub inputs: Vec<InputFile>,
    pub report: IngestReport,
    pub is_changed: bool,
}

/// An ingest under way.
pub(super) struct Ingest<'a> {
    pub(super) project: &'a Project,
    transaction: &'a Transaction,
    session: Session,
    observer: &'a dyn Observer,
    checks: Vec<RawCheck>,
    base: Vec<InputFile>,
    pub(super) inputs: Vec<InputFile>,
    report: IngestReport,
    is_changed: bool,
}

/// A source file and what is known of it in the lake.
struct Candidate {
    name: String,
    content: String,
    transform: String,
    fetched: Fetched,
}

pub(super) async fn ingest(
    project: &Project,
    transaction: &Transaction,
    full_refresh: bool,
    observer: &dyn Observer,
) -> Result<Ingested, PipelineError> {
    let base = if full_refresh { Vec::new() } else { transaction.base_manifest().inputs };
    let mut ingest = Ingest {
        project,
        transaction,
        session: Session::new(&project.store, &project.limits())?,
        observer,
        checks: mapping_checks(project)?,
        base,
        inputs: Vec::new(),
        report: IngestReport::default(),
        is_changed: false,
    };
    let order = source_order(project);
    observer.begin("ingest", order.len());
    for table in &order {
        observer.step(table);
        ingest.table(table).await?;
    }
    observer.end();
    // Rows of a table that no source delivers any more are gone.
    ingest.is_changed |= ingest.base.iter().any(|file| !order.contains(&file.table));
    ingest.is_changed |= full_refresh && inputs_differ(&transaction.base_manifest().inputs, &ingest.inputs);
    Ok(Ingested { inputs: ingest.inputs, report: ingest.report, is_changed: ingest.is_changed })
}

fn inputs_differ(before: &[InputFile], after: &[InputFile]) -> bool {
    let key =
        |file: &InputFile| (file.table.clone(), file.source.clone(), file.content.clone(), file.transform.clone());
    let set = |files: &[InputFile]| files.iter().map(key).collect::<BTreeSet<_>>();
    set(before) != set(after)
}

/// Raw tables first, then input tables so that each comes after those its foreign keys name.
fn source_order(project: &Project) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    for source in project.config.sources.iter().filter(|source| matches!(source.target, Target::Raw(_))) {
        order.push(source.target.table());
    }
    let mut waiting: Vec<&str> = project
        .config
        .sources
        .iter()
        .filter_map(|source| match &source.target {
            Target::Input(name) => Some(name.as_str()),
            Target::Raw(_) => None,
        })
        .collect();
    waiting.sort_unstable();
    waiting.dedup();
    while !waiting.is_empty() {
        let is_ready = |name: &&str| {
            let keys = project.model.table(name).map(|table| table.foreign_keys.as_slice()).unwrap_or_default();
            keys.iter().all(|key| key.table == **name || !waiting.contains(&key.table.as_str()))
        };
        // A circle of keys is broken at its first table by name.
        let next = waiting.iter().position(is_ready).unwrap_or(0);
        order.push(waiting.remove(next).to_owned());
    }
    order
}

/// Casts on raw tables in every mapping of the project.
fn mapping_checks(project: &Project) -> Result<Vec<RawCheck>, PipelineError> {
    let mut checks: Vec<RawCheck> = Vec::new();
    let queries = project.catalogue.of_kind(Kind::Source).map(|query| query.sql.clone());
    let mut statements: Vec<String> = queries.collect();
    for source in &project.config.sources {
        if let Origin::Sql(path) = &source.origin {
            statements.push(mapping_text(project, path)?);
        }
    }
    for check in statements.iter().flat_map(|sql| raw_checks(sql)) {
        if !checks.contains(&check) {
            checks.push(check);
        }
    }
    Ok(checks)
}

impl Ingest<'_> {
    async fn table(&mut self, table: &str) -> Result<(), PipelineError> {
        let project = self.project;
        let sources: Vec<&Source> =
            project.config.sources.iter().filter(|source| source.target.table() == table).collect();
        let kept_before: Vec<InputFile> = self.base.iter().filter(|file| file.table == table).cloned().collect();
        let (kept, arrivals) = match &sources[0].origin {
            Origin::Sql(path) => self.shape(table, path, sources[0], kept_before).await?,
            Origin::Files(_) => self.read(table, &sources, kept_before).await?,
        };
        let mut report = TableReport {
            table: table.to_owned(),
            files_read: arrivals.len(),
            files_unchanged: kept.len(),
            ..TableReport::default()
        };
        for (check, count) in failed_checks(&arrivals) {
            self.report.notes.push(format!("{table}: {count} rows fail CHECK {check}; they were kept"));
        }
        self.is_changed |= !arrivals.is_empty();
        let delivered = self.inputs.iter().map(|file| file.table.clone()).collect();
        let landing = Landing { project, session: &self.session, transaction: self.transaction, delivered: &delivered };
        let mut rejects = Vec::new();
        let mut files = Vec::new();
        match &sources[0].target {
            Target::Input(name) => {
                let landed = landing.land(self.model_table(name)?, &kept, arrivals).await?;
                for (key, count) in landed.orphan_warnings {
                    self.report.notes.push(format!("{key}: {count} rows name a row that is not there; they were kept"));
                }
                rejects = landed.rejects;
                files = landed.files;
            }
            Target::Raw(name) => {
                for arrival in arrivals {
                    let landed = landing.land_raw(name, &self.checks, arrival).await?;
                    rejects.extend(landed.rejects);
                    files.extend(landed.files);
                }
            }
        }
        for file in &files {
            report.account.add(&file.account);
            report.ignored_columns.extend(file.ignored_columns.iter().cloned());
        }
        check_reject_rate(project, &report, &rejects)?;
        let live = kept.iter().chain(&files);
        report.rows_in_lake = live.clone().filter_map(|file| file.file.as_ref()).map(|file| file.rows).sum();
        self.inputs.extend(live.cloned());
        self.report.tables.push(report);
        Ok(())
    }

    pub(super) fn model_table(&self, name: &str) -> Result<&Table, PipelineError> {
        let table = self.project.model.table(name);
        table.ok_or_else(|| PipelineError::Internal(format!("{name} is not a table of the model")))
    }

    /// The files of a table: those that stay as they are, and those to be read.
    async fn read(
        &mut self,
        table: &str,
        sources: &[&Source],
        mut before: Vec<InputFile>,
    ) -> Result<(Vec<InputFile>, Vec<Arrival>), PipelineError> {
        let mut candidates: Vec<(usize, Candidate)> = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            let Origin::Files(files) = &source.origin else { continue };
            let transform = self.transform(table, source, files);
            let found = self.find(table, files, &before).await?;
            for name in found {
                let options = &self.project.config.storage.options;
                let fetched = Fetched::open(&self.project.config.folder, &name, options).await?;
                let path = fetched.path.clone();
                let of = name.clone();
                let content = blocking(move || ingest::content_hash(&of, &path)).await??;
                candidates.push((index, Candidate { name, content, transform: transform.clone(), fetched }));
            }
        }
        let present: BTreeSet<String> = candidates.iter().map(|(_, candidate)| candidate.name.clone()).collect();
        let mut kept: Vec<InputFile> = Vec::new();
        let mut changed: Vec<(&Source, Candidate)> = Vec::new();
        for (index, candidate) in candidates {
            if let Some(twin) = twin(&candidate, &kept, &changed) {
                self.report
                    .notes
                    .push(format!("{}: has the same content as {twin}; it was not read again", candidate.name));
                continue;
            }
            let same = |file: &InputFile| file.content == candidate.content && file.transform == candidate.transform;
            let unchanged = before.iter().position(|file| {
                same(file)
                    && (file.source == candidate.name || !present.contains(&file.source))
                    && !self.must_be_reread(file)
            });
            let by_name = before.iter().position(|file| file.source == candidate.name);
            if let Some(position) = unchanged {
                let file = before.remove(position);
                kept.push(InputFile { source: candidate.name, ..file });
                continue;
            }
            if let Some(position) = by_name {
                before.remove(position);
            }
            changed.push((sources[index], candidate));
        }
        // Files are read side by side; their order stays, because of two rows with one key the earlier counts.
        let threads = self.project.limits().threads();
        let mut stages = Vec::with_capacity(changed.len());
        for (source, candidate) in changed {
            stages.push(self.stage(source, candidate));
        }
        let mut staged = futures::stream::iter(stages).buffered(threads);
        let mut arrivals = Vec::new();
        while let Some(arrival) = staged.next().await {
            arrivals.push(arrival?);
        }
        drop(staged);
        // What the lake holds of files that are no longer there stays: extracts are archived.
        for file in before {
            self.report.notes.push(format!(
                "{}: is no longer there; its {} rows of {table} are kept (run --full-refresh drops them)",
                file.source, file.account.rows_accepted
            ));
            kept.push(file);
        }
        Ok((kept, arrivals))
    }

    /// A file whose rows were refused because of other rows is read again when those may have changed.
    pub(super) fn must_be_reread(&self, file: &InputFile) -> bool {
        file.rejects.is_some() && self.is_changed && !file.is_raw()
    }

    async fn find(&self, table: &str, files: &SourceFiles, before: &[InputFile]) -> Result<Vec<String>, PipelineError> {
        let config = &self.project.config;
        let mut found = BTreeSet::new();
        for path in &files.paths {
            found.extend(find_files(&config.folder, path, &config.storage.options).await?);
        }
        if found.is_empty() && !files.optional && before.is_empty() {
            return Err(PipelineError::NoFile { table: table.to_owned(), path: files.paths.join(", ") });
        }
        Ok(found.into_iter().collect())
    }

    /// Hash of everything that decides how a file is read.
    fn transform(&self, table: &str, source: &Source, files: &SourceFiles) -> String {
        let mut hash = blake3::Hasher::new();
        let readable = SourceFiles { paths: Vec::new(), optional: false, ..files.clone() };
        hash.update(format!("{readable:?}{:?}{:?}", source.mapping, source.on_orphan).as_bytes());
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        match self.project.model.table(table) {
            Some(table) => {
                hash.update(table.ddl.as_bytes());
                hash.update(format!("{:?}", self.constants(table)).as_bytes());
            }
            None => {
                let checks = self.checks.iter().filter(|check| format!("raw.{}", check.table) == table);
                hash.update(format!("{:?}", checks.collect::<Vec<_>>()).as_bytes());
            }
        }
        hash.finalize().to_hex().to_string()
    }

    /// Columns that the project fills where a file leaves them out.
    pub(super) fn constants(&self, table: &Table) -> BTreeMap<String, String> {
        let is_in_key = table.primary_key.iter().any(|column| column == "currency");
        match table.column("currency").is_some() && !is_in_key {
            true => BTreeMap::from([("currency".to_owned(), self.project.config.project.currency.clone())]),
            false => BTreeMap::new(),
        }
    }

    async fn stage(&self, source: &Source, candidate: Candidate) -> Result<Arrival, PipelineError> {
        let Origin::Files(files) = source.origin.clone() else {
            return Err(PipelineError::Internal("a source without files was staged".to_owned()));
        };
        self.observer.detail(&candidate.name);
        let (name, path, mapping) = (candidate.name.clone(), candidate.fetched.path.clone(), source.mapping.clone());
        let staged = match &source.target {
            Target::Raw(_) => blocking(move || ingest::stage_raw(&name, &path, &files, &mapping)).await??,
            Target::Input(target) => {
                let table = self.model_table(target)?.clone();
                let constants = self.constants(&table);
                blocking(move || ingest::stage_input(&name, &path, &files, &mapping, &table, &constants)).await??
            }
        };
        Ok(Arrival {
            source: candidate.name,
            content: candidate.content,
            transform: candidate.transform,
            staged,
            on_orphan: source.on_orphan,
        })
    }
}

/// Rows that were kept although a check is false, by check.
fn failed_checks(arrivals: &[Arrival]) -> BTreeMap<String, u64> {
    let mut failed: BTreeMap<String, u64> = BTreeMap::new();
    for (check, count) in arrivals.iter().flat_map(|arrival| &arrival.staged.failed_checks) {
        *failed.entry(check.clone()).or_default() += count;
    }
    failed.retain(|_, count| *count > 0);
    failed
}

/// Another file of the table with the very same bytes, read the same way.
fn twin(candidate: &Candidate, kept: &[InputFile], changed: &[(&Source, Candidate)]) -> Option<String> {
    let of_kept = kept.iter().map(|file| (&file.source, &file.content, &file.transform));
    let of_new = changed.iter().map(|(_, other)| (&other.name, &other.content, &other.transform));
    of_kept
        .chain(of_new)
        .find(|(_, content, transform)| **content == candidate.content && **transform == candidate.transform)
        .map(|(name, _, _)| name.clone())
}

fn check_reject_rate(project: &Project, report: &TableReport, rejects: &[Reject]) -> Result<(), PipelineError> {
    let account = &report.account;
    let limit = project.config.limits.max_reject_rate;
    let rate = account.rows_rejected as f64 / account.rows_read.max(1) as f64;
    if rate <= limit {
        return Ok(());
    }
    Err(PipelineError::TooManyRejects {
        table: report.table.clone(),
        rejected: account.rows_rejected,
        read: account.rows_read,
        rate: rate * 100.0,
        limit,
        examples: reject::examples(rejects),
    })
}

/// Runs work that keeps a core busy away from the event loop; a panic in it is an internal error.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PipelineError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PipelineError::Internal(error.to_string()))
}
