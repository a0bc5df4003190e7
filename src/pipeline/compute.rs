//! One period: base facts, evidence, tables, audits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::TableReference;

use super::grain::GrainCheck;
use super::{Observer, PipelineError, Project, workspace};
use crate::config::Period;
use crate::query::{Catalogue, Header, Kind, Need, Parameters, Query, Session, Severity, quoted};
use crate::store::{DataFile, InputFile, ParquetSink, Store, Transaction};

/// Columns of evidence; an indicator may leave out those that name a loan or customer.
const EVIDENCE: [(&str, &str); 7] = [
    ("officer_id", "VARCHAR"),
    ("loan_id", "VARCHAR"),
    ("customer_id", "VARCHAR"),
    ("key", "VARCHAR"),
    ("numerator", "DECIMAL(38,12)"),
    ("denominator", "DECIMAL(38,12)"),
    ("rule_code", "VARCHAR"),
];
const EVIDENCE_TABLE: &str = "evidence";
const DATA_QUALITY: &str = "data_quality_issue";
/// Rows of evidence that a table made of it sorts at a time.
const PART_ROWS: u64 = 2_000_000;
/// Examples of a failed audit in its message.
const EXAMPLES: usize = 5;

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

/// A place for tables that other queries of the period read and nobody else.
struct Scratch {
    _folder: tempfile::TempDir,
    store: Store,
}

impl Computation<'_> {
    pub(super) async fn run(&self, observer: &dyn Observer) -> Result<Computed, PipelineError> {
        let project = self.project;
        let session = Session::new(&project.store, &project.limits())?;
        workspace::register_inputs(project, &session, self.inputs, self.parameters).await?;
        workspace::register_raw(project, &session, self.inputs)?;
        workspace::register_buckets(&session, self.parameters)?;
        let folder = tempfile::tempdir().map_err(|error| PipelineError::Internal(error.to_string()))?;
        let store = Store::open(&folder.path().to_string_lossy(), &BTreeMap::new())?;
        let scratch = Scratch { _folder: folder, store };

        let catalogue = self.catalogue(&session).await?;
        let lacks = |query: &Query| catalogue.missing(&query.header, |need| is_delivered(self.inputs, need));
        let indicators: Vec<&Query> = catalogue.of_kind(Kind::Indicator).collect();
        register_indicators(&session, &indicators, &lacks)?;
        workspace::register_scheme(&session, &project.config.scheme)?;
        let computable = indicators.iter().filter(|query| lacks(query).is_empty()).copied();
        let evidence = evidence_query(computable.clone());
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
                bounds = self.keep_evidence(&session, &scratch, &query.reads).await?;
            } else if query.header.is_published && lacks(query).is_empty() {
                let parts = match query.reads.contains(EVIDENCE_TABLE) {
                    true => parts(&query.header, &bounds),
                    false => vec!["TRUE".to_owned()],
                };
                let file = self.publish(&session, &query.header, &query.sql, &parts).await?;
                computed.tables.insert(name.to_owned(), file);
            } else if query.header.is_kept {
                self.keep(&session, &scratch, name, &query.sql).await?;
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
        computed.tables.insert(DATA_QUALITY.to_owned(), self.publish_issues(&session, issues).await?);
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

    /// All indicators' evidence in one table, amounts exact; one indicator after the other, so that each is planned alone.
    /// Returns indicators such that from one to the next there are not many more than [`PART_ROWS`] rows.
    async fn keep_evidence(
        &self,
        session: &Session,
        scratch: &Scratch,
        indicators: &BTreeSet<String>,
    ) -> Result<Vec<String>, PipelineError> {
        let nothing = EVIDENCE.map(|(column, data_type)| format!("CAST(NULL AS {data_type}) AS {column}")).join(", ");
        let nothing = format!("SELECT CAST(NULL AS VARCHAR) AS indicator_id, {nothing} WHERE FALSE");
        let (schema, _) = session.stream(EVIDENCE_TABLE, &nothing, None).await?;
        let path = format!("{EVIDENCE_TABLE}.parquet");
        let mut sink = ParquetSink::create(&scratch.store, EVIDENCE_TABLE, path.clone(), &schema, &[])?;
        let (mut bounds, mut part_rows) = (Vec::new(), 0);
        for name in indicators {
            let columns = session.columns(name).await?;
            let cells = EVIDENCE.map(|(column, data_type)| match columns.iter().any(|known| known == column) {
                true => format!("CAST({column} AS {data_type}) AS {column}"),
                false => format!("CAST(NULL AS {data_type}) AS {column}"),
            });
            let sql = format!("SELECT '{name}' AS indicator_id, {} FROM {}", cells.join(", "), quoted(name));
            let (_, mut rows) = session.stream(name, &sql, None).await?;
            while let Some(batch) = Session::next(name, &mut rows).await? {
                let batch = RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec())
                    .map_err(|error| PipelineError::Internal(error.to_string()))?;
                part_rows += batch.num_rows() as u64;
                sink.write(&batch)?;
            }
            if part_rows >= PART_ROWS {
                bounds.push(name.clone());
                part_rows = 0;
            }
        }
        sink.finish().await?;
        let url = scratch.store.file_url(&path);
        session.register_published(TableReference::bare(EVIDENCE_TABLE), &[url]).await?;
        Ok(bounds)
    }

    /// Computes a table once for the other queries of the period.
    async fn keep(&self, session: &Session, scratch: &Scratch, name: &str, sql: &str) -> Result<(), PipelineError> {
        let (schema, mut rows) = session.stream(name, sql, Some(self.parameters)).await?;
        let path = format!("{name}.parquet");
        let mut sink = ParquetSink::create(&scratch.store, name, path.clone(), &schema, &[])?;
        while let Some(batch) = Session::next(name, &mut rows).await? {
            sink.write(&batch)?;
        }
        sink.finish().await?;
        session.register_published(TableReference::bare(name), &[scratch.store.file_url(&path)]).await?;
        Ok(())
    }

    /// Writes a table of the period, the rows of one condition after those of another, and makes it readable for the queries after it.
    async fn publish(
        &self,
        session: &Session,
        header: &Header,
        sql: &str,
        parts: &[String],
    ) -> Result<DataFile, PipelineError> {
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
                sql = sql.trim_end().trim_end_matches(';'),
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

    /// Runs every audit whose tables are there; a violated one of severity error stops the run.
    async fn audit(
        &self,
        session: &Session,
        audits: &[&Query],
        observer: &dyn Observer,
    ) -> Result<RecordBatch, PipelineError> {
        let mut issues: Vec<[String; 4]> = Vec::new();
        for audit in audits {
            let name = audit.header.name.as_str();
            observer.step(name);
            if !audit.reads.iter().all(|table| session.has_table(table)) {
                continue;
            }
            let sql = format!(
                "SELECT CAST(key AS VARCHAR), CAST(detail AS VARCHAR) FROM (\n{}\n) AS a ORDER BY 1, 2",
                audit.sql
            );
            let started = std::time::Instant::now();
            let rows = session.rows(name, &sql, Some(self.parameters)).await?;
            tracing::info!(
                period = self.period.name(),
                audit = name,
                seconds = started.elapsed().as_secs_f64(),
                "audited"
            );
            let violations: Vec<(String, String)> = rows.iter().flat_map(key_and_detail).collect();
            if audit.header.severity == Some(Severity::Error) && !violations.is_empty() {
                let examples = violations.iter().take(EXAMPLES).map(|(key, detail)| format!("  {key}: {detail}\n"));
                return Err(PipelineError::Audit {
                    audit: name.to_owned(),
                    period: self.period.name(),
                    count: violations.len(),
                    examples: examples.collect(),
                });
            }
            let severity = "warning".to_owned();
            issues.extend(violations.into_iter().map(|(key, detail)| [name.to_owned(), severity.clone(), key, detail]));
        }
        let names = ["check_id", "severity", "key", "detail"];
        let fields = names.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect::<Vec<_>>();
        let column = |index: usize| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(issues.iter().map(|issue| &issue[index])))
        };
        RecordBatch::try_new(Arc::new(Schema::new(fields)), (0..names.len()).map(column).collect())
            .map_err(|error| PipelineError::Internal(error.to_string()))
    }

    async fn publish_issues(&self, session: &Session, issues: RecordBatch) -> Result<DataFile, PipelineError> {
        let found = TableReference::partial("lake", "issues");
        session.register_batches(found, issues.schema(), vec![issues])?;
        let sql = format!(
            "SELECT CAST($period_start AS DATE) AS period_start, CAST($period_end AS DATE) AS period_end,
             '{}' AS run_id, check_id, severity, key, detail FROM lake.issues ORDER BY check_id, key, detail",
            self.run_id
        );
        let (schema, mut rows) = session.stream(DATA_QUALITY, &sql, Some(self.parameters)).await?;
        let path = self.transaction.data_path(DATA_QUALITY, &self.period.name());
        let metadata = [("postloan.run_id", self.run_id)];
        let mut sink = ParquetSink::create(&self.project.store, DATA_QUALITY, path, &schema, &metadata)?;
        while let Some(batch) = Session::next(DATA_QUALITY, &mut rows).await? {
            sink.write(&batch)?;
        }
        Ok(sink.finish().await?)
    }
}

/// Conditions that split the rows of a table between the bounds, in the order of its grain. Together they hold for every row.
fn parts(header: &Header, bounds: &[String]) -> Vec<String> {
    if header.grain.first().is_none_or(|column| column != "indicator_id") || bounds.is_empty() {
        return vec!["TRUE".to_owned()];
    }
    let least = bounds.iter().map(|bound| Some(format!("indicator_id > '{bound}'")));
    let least = [None].into_iter().chain(least);
    let most = bounds.iter().map(|bound| format!("indicator_id <= '{bound}'")).map(Some).chain([None]);
    let part = |(least, most): (Option<String>, Option<String>)| match (least, most) {
        (Some(least), Some(most)) => format!("{least} AND {most}"),
        (Some(least), None) => format!("({least} OR indicator_id IS NULL)"),
        (None, most) => most.unwrap_or_else(|| "TRUE".to_owned()),
    };
    least.zip(most).map(part).collect()
}

/// The pseudo-query that stands for all evidence: it comes after every indicator.
fn evidence_query<'a>(indicators: impl Iterator<Item = &'a Query>) -> Query {
    let header = "-- name: evidence\n-- title: Evidence | 证据\n-- kind: base\n-- source: engine\n-- edges: none\n";
    Query {
        header: Header::parse("evidence", header).expect("the header is complete"),
        file: "(engine)".to_owned(),
        sql: String::new(),
        is_own: false,
        reads: indicators.map(|query| query.header.name.clone()).collect(),
    }
}

/// `indicator`: what is known of every indicator, whether it can be computed or not.
fn register_indicators(
    session: &Session,
    indicators: &[&Query],
    lacks: &dyn Fn(&Query) -> Vec<String>,
) -> Result<(), PipelineError> {
    let fields =
        ["indicator_id", "title_en", "title_zh", "dimension", "better", "unit", "aggregate", "empty", "missing_input"];
    let fields = fields.map(|name| Field::new(name, DataType::Utf8, true));
    let schema = Arc::new(Schema::new(fields.to_vec()));
    let texts = |text: &dyn Fn(&Query) -> Option<String>| -> ArrayRef {
        Arc::new(indicators.iter().map(|query| text(query)).collect::<StringArray>())
    };
    let columns: Vec<ArrayRef> = vec![
        texts(&|query| Some(query.header.name.clone())),
        texts(&|query| Some(query.header.title.en.clone())),
        texts(&|query| Some(query.header.title.zh.clone())),
        texts(&|query| Some(query.header.dimension.clone())),
        texts(&|query| Some(query.header.better.clone())),
        texts(&|query| Some(query.header.unit.clone())),
        texts(&|query| Some(query.header.aggregate.clone())),
        texts(&|query| Some(query.header.empty.clone())),
        texts(&|query| Some(lacks(query).join(", ")).filter(|text| !text.is_empty())),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)
        .map_err(|error| PipelineError::Internal(error.to_string()))?;
    session.register_batches(TableReference::bare("indicator"), schema, vec![batch])?;
    Ok(())
}

fn key_and_detail(batch: &RecordBatch) -> Vec<(String, String)> {
    let (keys, details) = (batch.column(0).as_string::<i32>(), batch.column(1).as_string::<i32>());
    let text =
        |texts: &StringArray, row: usize| if texts.is_valid(row) { texts.value(row).to_owned() } else { String::new() };
    (0..batch.num_rows()).map(|row| (text(keys, row), text(details, row))).collect()
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
