//! One period: base facts, evidence, tables, audits.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray};
use datafusion::common::TableReference;

use super::grain::GrainCheck;
use super::scratch::Scratch;
use super::{Observer, PipelineError, Project, audit, evidence, workspace};
use crate::config::Period;
use crate::query::{Catalogue, Kind, Need, Parameters, Query, Session, quoted};
use crate::store::{DataFile, InputFile, ParquetSink, Transaction};

/// Which queries a project's data can answer, and what each other one lacks.
#[derive(Debug, Clone)]
pub struct Computability {
    pub name: String,
    pub kind: Kind,
    pub title: String,
    /// What is missing, as `table.column`; empty when the query can be computed.
    pub missing: Vec<String>,
}

/// One computed period.
pub(super) struct Computed {
    pub tables: BTreeMap<String, DataFile>,
    pub warnings: usize,
    pub metrics: Vec<(String, Option<f64>)>,
}

pub(super) struct Computation<'a> {
    pub project: &'a Project,
    pub transaction: &'a Transaction,
    pub inputs: &'a [InputFile],
    pub period: Period,
    pub parameters: &'a Parameters,
    pub run_id: &'a str,
}

/// Whether any file delivers the table, or the column.
fn is_delivered(inputs: &[InputFile], need: &Need) -> bool {
    inputs.iter().filter(|file| file.table == need.table).any(|file| match &need.column {
        Some(column) => file.columns.contains(column),
        None => true,
    })
}

/// Looks at every indicator and table of the catalogue.
pub(super) fn computability(catalogue: &Catalogue, delivers: impl Fn(&Need) -> bool) -> Vec<Computability> {
    let of_kind = |kind| catalogue.of_kind(kind);
    of_kind(Kind::Indicator)
        .chain(of_kind(Kind::Portfolio))
        .chain(of_kind(Kind::Warning))
        .map(|query| Computability {
            name: query.header.name.clone(),
            kind: query.header.kind,
            title: query.header.title.en.clone(),
            missing: catalogue.missing(&query.header, &delivers),
        })
        .collect()
}

impl Computation<'_> {
    pub(super) async fn run(&self, observer: &dyn Observer) -> Result<Computed, PipelineError> {
        let project = self.project;
        let session = Session::new(&project.store, &project.limits())?;
        workspace::register_inputs(project, &session, self.inputs, self.parameters).await?;
        workspace::register_raw(project, &session, self.inputs)?;
        workspace::register_buckets(&session, self.parameters)?;
        let scratch = Scratch::new()?;

        let catalogue = self.catalogue(&session).await?;
        let lacks = |query: &Query| catalogue.missing(&query.header, |need| is_delivered(self.inputs, need));
        let indicators: Vec<&Query> = catalogue.of_kind(Kind::Indicator).collect();
        evidence::register_indicators(&session, &indicators, &lacks)?;
        workspace::register_scheme(&session, &project.config.scheme)?;
        let computable = indicators.iter().filter(|query| lacks(query).is_empty()).copied();
        let evidence = evidence::query(computable.clone());
        let published = catalogue.queries().filter(|query| {
            query.header.is_published && lacks(query).is_empty() && project.config.publishes(&query.header.name)
        });
        // What a query reads comes along, also an indicator whose own input is missing: it has no rows then.
        let mut wanted = catalogue.with_all_they_read(published);
        let needs_evidence = wanted.iter().any(|query| query.reads.contains(&evidence.header.name));
        if needs_evidence {
            let goals = wanted.into_iter().chain(computable).chain([&evidence]);
            wanted = catalogue.with_all_they_read(goals);
        }
        let is_wanted = |name: &String| wanted.iter().any(|query| query.header.name == *name);
        let audits: Vec<&Query> = catalogue
            .of_kind(Kind::Audit)
            .filter(|audit| lacks(audit).is_empty())
            .filter(|audit| needs_evidence || !audit.reads.contains(&evidence.header.name))
            .filter(|audit| audit.header.alongside.iter().all(is_wanted))
            .collect();
        let wanted = catalogue.with_all_they_read(wanted.into_iter().chain(audits.iter().copied()));
        let wanted = wanted.into_iter().filter(|query| !matches!(query.header.kind, Kind::Source | Kind::Audit));
        let provided = |name: &str| session.has_table(name);
        let order = catalogue.in_order(wanted, provided)?;

        observer.begin(&self.period.name(), order.len() + audits.len());
        let mut computed = Computed { tables: BTreeMap::new(), warnings: 0, metrics: Vec::new() };
        let mut bounds = Vec::new();
        for query in order {
            let name = query.header.name.as_str();
            observer.step(name);
            let started = std::time::Instant::now();
            if name == evidence.header.name {
                bounds = evidence::keep(&session, &scratch, &query.reads).await?;
            } else if query.header.is_published && lacks(query).is_empty() {
                let file = self.publish(&session, query, &evidence::parts(query, &bounds)).await?;
                computed.tables.insert(name.to_owned(), file);
            } else if query.header.is_kept {
                scratch.keep(&session, name, &query.sql, self.parameters).await?;
            } else {
                session.register_view(TableReference::bare(name), &query.sql, self.parameters).await?;
            }
            tracing::info!(
                period = self.period.name(),
                query = name,
                seconds = started.elapsed().as_secs_f64(),
                "computed"
            );
        }
        let issues = self.audit(&session, &audits, observer).await?;
        computed.warnings = issues.num_rows();
        computed.tables.insert(audit::TABLE.to_owned(), self.publish_issues(&session, issues).await?);
        computed.metrics = metrics(&session).await;
        observer.end();
        Ok(computed)
    }

    /// The queries that the inputs call for. Where a base query has nothing to add to the input of its name, the input stands.
    async fn catalogue(&self, session: &Session) -> Result<Catalogue, PipelineError> {
        let catalogue = &self.project.catalogue;
        let mut needless = BTreeSet::new();
        for query in catalogue.of_kind(Kind::Base) {
            let Some(condition) = query.header.only_if.as_deref().and_then(|name| catalogue.get(name)) else {
                continue;
            };
            let name = query.header.name.as_str();
            let sql = format!("SELECT 1 FROM (\n{}\n) AS q LIMIT 1", condition.sql);
            let rows = session.rows(&condition.header.name, &sql, Some(self.parameters)).await?;
            if rows.iter().all(|batch| batch.num_rows() == 0) {
                let input = TableReference::partial("input", name.to_owned());
                session.register_alias(TableReference::bare(name.to_owned()), input).await?;
                needless.insert(name.to_owned());
            }
        }
        Ok(catalogue.without(&needless))
    }

    /// Writes a table of the period, the rows of one condition after those of another, and makes it readable for the queries after it.
    async fn publish(&self, session: &Session, query: &Query, parts: &[String]) -> Result<DataFile, PipelineError> {
        let header = &query.header;
        let name = header.name.as_str();
        let grain: Vec<String> = header.grain.iter().map(|column| quoted(column)).collect();
        let grain = grain.join(", ");
        let path = self.transaction.data_path(name, &self.period.name());
        let metadata = [("postloan.run_id", self.run_id), ("postloan.period", &self.period.name())];
        let mut sink = None;
        let mut check = GrainCheck::new(&header.grain);
        for part in parts {
            let sql = format!(
                "SELECT CAST($period_start AS DATE) AS period_start, CAST($period_end AS DATE) AS period_end,
                 '{run_id}' AS run_id, q.* FROM (\n{sql}\n) AS q WHERE {part} ORDER BY {grain}",
                run_id = self.run_id,
                sql = query.sql.trim_end().trim_end_matches(';'),
            );
            let (schema, mut rows) = session.stream(name, &sql, Some(self.parameters)).await?;
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
                        period: self.period.name(),
                    });
                }
                sink.write(&batch)?;
            }
        }
        let sink = sink.ok_or_else(|| PipelineError::Internal(format!("{name} has no parts")))?;
        let file = sink.finish().await?;
        session.register_published(TableReference::bare(name), &[self.project.store.file_url(&path)]).await?;
        Ok(file)
    }
}

/// The headline figures for the summary; a project without the table has none.
async fn metrics(session: &Session) -> Vec<(String, Option<f64>)> {
    if !session.has_table("portfolio_metric") {
        return Vec::new();
    }
    let sql = "SELECT CAST(metric_id AS VARCHAR), CAST(value AS DOUBLE) FROM portfolio_metric";
    let Ok(rows) = session.rows("portfolio_metric", sql, None).await else { return Vec::new() };
    rows.iter()
        .flat_map(|batch| {
            let ids = batch.column(0).as_string::<i32>().clone();
            let values = batch.column(1).as_primitive::<arrow::datatypes::Float64Type>().clone();
            (0..batch.num_rows())
                .map(move |row| (ids.value(row).to_owned(), values.is_valid(row).then(|| values.value(row))))
                .collect::<Vec<_>>()
        })
        .collect()
}
