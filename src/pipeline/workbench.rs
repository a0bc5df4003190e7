//! A session over the inputs of a lake, and the queries that are computed in it.

use std::collections::BTreeSet;

use datafusion::common::TableReference;

use super::grain::GrainCheck;
use super::scratch::Scratch;
use super::workspace::Sight;
use super::{PipelineError, Project, earlier, scheme, signal, workspace};
use crate::config::{Period, Scheme};
use crate::query::{Catalogue, Kind, Need, Parameters, Query, SCHEME, Session, quoted};
use crate::store::{DataFile, InputFile, Manifest, ParquetSink, Transaction};

/// Inputs as they were known, and what is computed from them; gone when it is dropped.
pub(super) struct Workbench<'a> {
    pub project: &'a Project,
    pub inputs: &'a [InputFile],
    pub parameters: &'a Parameters,
    pub session: Session,
    pub scratch: Scratch,
    /// The queries that the inputs call for.
    pub catalogue: Catalogue,
    judges: bool,
}

/// What is judged by: a scheme, and what was published of the periods before.
#[derive(Clone, Copy)]
pub(super) struct Basis<'a> {
    pub scheme: &'a Scheme,
    pub manifest: &'a Manifest,
    pub period: &'a Period,
}

/// Where a published table goes.
pub(super) struct Target<'a> {
    pub transaction: &'a Transaction,
    /// Name of the period in paths.
    pub period: &'a str,
    pub run_id: &'a str,
}

impl<'a> Workbench<'a> {
    /// Registers the inputs, cut off where the parameters say, and the tables that the engine makes.
    pub(super) async fn open(
        project: &'a Project,
        inputs: &'a [InputFile],
        parameters: &'a Parameters,
        sight: Sight,
        basis: Option<Basis<'_>>,
    ) -> Result<Self, PipelineError> {
        let session = Session::new(&project.store, &project.limits())?;
        workspace::register_inputs(project, &session, inputs, parameters, sight).await?;
        workspace::register_raw(project, &session, inputs)?;
        workspace::register_buckets(&session, parameters)?;
        let nobody = Scheme::none();
        let rules = basis.map_or(&nobody, |basis| basis.scheme);
        scheme::register(&session, rules)?;
        let past = basis.map(|basis| (basis.manifest, basis.period, rules.periods_back()));
        earlier::register(project, &session, parameters, past).await?;
        signal::register_none(&session)?;
        let catalogue = called_for(project, &session, parameters).await?;
        Ok(Self { project, inputs, parameters, session, scratch: Scratch::new()?, catalogue, judges: rules.judges() })
    }

    /// The inputs that a query needs and does not have.
    pub(super) fn lacks(&self, query: &Query) -> Vec<String> {
        self.catalogue.missing(&query.header, |need| match need.table.as_str() {
            SCHEME => self.judges,
            _ => is_delivered(self.inputs, need),
        })
    }

    /// The goals and all that they read, in an order in which each comes after those it reads.
    pub(super) fn in_order<'q>(
        &'q self,
        goals: impl IntoIterator<Item = &'q Query>,
    ) -> Result<Vec<&'q Query>, PipelineError> {
        let wanted = self.catalogue.with_all_they_read(goals);
        let wanted = wanted.into_iter().filter(|query| !matches!(query.header.kind, Kind::Source | Kind::Audit));
        Ok(self.catalogue.in_order(wanted, |name| self.session.has_table(name))?)
    }

    /// Makes a query readable for those after it; one that is readable already stays as it is.
    pub(super) async fn register(&self, query: &Query) -> Result<(), PipelineError> {
        let name = query.header.name.as_str();
        if self.session.has_table(name) {
            return Ok(());
        }
        if query.header.is_kept {
            return self.scratch.keep(&self.session, name, &query.sql, self.parameters).await;
        }
        self.session.register_view(TableReference::bare(name), &query.sql, self.parameters).await?;
        Ok(())
    }

    /// Writes a published table, the rows of one condition after those of another, and makes it readable for the queries after it.
    pub(super) async fn publish(
        &self,
        query: &Query,
        target: &Target<'_>,
        parts: &[String],
    ) -> Result<DataFile, PipelineError> {
        let header = &query.header;
        let name = header.name.as_str();
        let grain: Vec<String> = header.grain.iter().map(|column| quoted(column)).collect();
        let grain = grain.join(", ");
        let path = target.transaction.data_path(name, target.period);
        let metadata = [("postloan.run_id", target.run_id), ("postloan.period", target.period)];
        let mut sink = None;
        let mut check = GrainCheck::new(&header.grain);
        for part in parts {
            let sql = format!(
                "SELECT CAST($period_start AS DATE) AS period_start, CAST($period_end AS DATE) AS period_end,
                 '{run_id}' AS run_id, q.* FROM (\n{sql}\n) AS q WHERE {part} ORDER BY {grain}",
                run_id = target.run_id,
                sql = query.sql.trim_end().trim_end_matches(';'),
            );
            let (schema, mut rows) = self.session.stream(name, &sql, Some(self.parameters)).await?;
            let sink = match &mut sink {
                Some(sink) => sink,
                None => {
                    let created = ParquetSink::create(&self.project.store, name, path.clone(), &schema, &metadata)?;
                    sink.insert(created)
                }
            };
            while let Some(batch) = Session::next(name, &mut rows).await? {
                let repeated = check.find_repeated(&batch);
                if let Some(example) = repeated.map_err(|error| PipelineError::Internal(error.to_string()))? {
                    return Err(PipelineError::Grain {
                        table: name.to_owned(),
                        grain: header.grain.join(", "),
                        example,
                        period: target.period.to_owned(),
                    });
                }
                sink.write(&batch)?;
            }
        }
        let sink = sink.ok_or_else(|| PipelineError::Internal(format!("{name} has no parts")))?;
        let file = sink.finish().await?;
        self.session.register_published(TableReference::bare(name), &[self.project.store.file_url(&path)]).await?;
        Ok(file)
    }
}

/// Whether any file delivers the table, or the column.
fn is_delivered(inputs: &[InputFile], need: &Need) -> bool {
    inputs.iter().filter(|file| file.table == need.table).any(|file| match &need.column {
        Some(column) => file.columns.contains(column),
        None => true,
    })
}

/// The queries that the inputs call for. Where a base query has nothing to add to the input of its name, the input stands.
async fn called_for(project: &Project, session: &Session, parameters: &Parameters) -> Result<Catalogue, PipelineError> {
    let catalogue = &project.catalogue;
    let mut needless = BTreeSet::new();
    for query in catalogue.of_kind(Kind::Base) {
        let Some(condition) = query.header.only_if.as_deref().and_then(|name| catalogue.get(name)) else {
            continue;
        };
        let name = query.header.name.as_str();
        let sql = format!("SELECT 1 FROM (\n{}\n) AS q LIMIT 1", condition.sql);
        let rows = session.rows(&condition.header.name, &sql, Some(parameters)).await?;
        if rows.iter().all(|batch| batch.num_rows() == 0) {
            let input = TableReference::partial("input", name.to_owned());
            session.register_alias(TableReference::bare(name.to_owned()), input).await?;
            needless.insert(name.to_owned());
        }
    }
    Ok(catalogue.without(&needless))
}
