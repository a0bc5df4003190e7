//! Staged rows enter the lake: keys unique, foreign keys found, rows sorted by key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Field, Int64Type, Schema, SchemaRef};
use datafusion::common::TableReference;
use datafusion::common::runtime::SpawnedTask;
use futures::StreamExt;

use super::{PipelineError, Project, reject};
use crate::config::OnOrphan;
use crate::ingest::{FILE, LINE, Reason, Reject, Staged};
use crate::model::Table;
use crate::query::{RawCheck, Session, quoted};
use crate::store::{DataFile, InputFile, ParquetSink, Transaction};

/// The files that are landing, as one table.
pub(super) const ARRIVED: &str = "arrived";

/// A staged file on its way into the lake.
pub(super) struct Arrival {
    pub source: String,
    pub content: String,
    pub transform: String,
    pub staged: Staged,
    pub on_orphan: OnOrphan,
}

/// Lands the files of one input table; `kept` are those of its files that stay.
pub(super) struct Landing<'a> {
    pub project: &'a Project,
    pub session: &'a Session,
    pub transaction: &'a Transaction,
    /// Tables of which some file was delivered; keys to others are not checked.
    pub delivered: &'a BTreeSet<String>,
}

/// What was learnt while landing besides the files.
#[derive(Default)]
pub(super) struct Landed {
    pub files: Vec<InputFile>,
    pub rejects: Vec<Reject>,
    /// Orphans that a source only warns about, by foreign key.
    pub orphan_warnings: BTreeMap<String, u64>,
}

impl Landing<'_> {
    pub(super) async fn land(
        &self,
        table: &Table,
        kept: &[InputFile],
        arrivals: Vec<Arrival>,
    ) -> Result<Landed, PipelineError> {
        let schema = with_line(&table.arrow_schema());
        let lake = lake(&table.name);
        self.session.register_files(lake.clone(), &self.urls(kept), Arc::clone(&schema))?;
        for (index, arrival) in arrivals.iter().enumerate() {
            let url = url::Url::from_file_path(&arrival.staged.parquet)
                .map_err(|()| PipelineError::Internal("a staged file has no absolute path".to_owned()))?;
            self.session.register_files(part(index), &[url.to_string()], Arc::clone(&schema))?;
        }
        // All of them as one table: a question about all costs one plan, however many files there are.
        let staged: Vec<String> = arrivals
            .iter()
            .filter_map(|arrival| url::Url::from_file_path(&arrival.staged.parquet).ok())
            .map(|url| url.to_string())
            .collect();
        self.session.register_files(TableReference::partial("lake", ARRIVED), &staged, Arc::clone(&schema))?;
        let mut refused: Vec<Vec<Reject>> = arrivals.iter().map(|_| Vec::new()).collect();
        self.find_duplicates(table, &arrivals, &mut refused).await?;
        let mut landed = Landed::default();
        self.find_orphans(table, &arrivals, &mut refused, &mut landed.orphan_warnings).await?;
        // Files are sorted and written side by side, and stay in their order.
        let writes = arrivals.into_iter().zip(refused).enumerate();
        let writes = writes.map(|(index, (arrival, refused))| self.write(table, index, arrival, refused));
        let mut written = futures::stream::iter(writes).buffered(self.project.limits().threads());
        while let Some(written) = written.next().await {
            let (file, rejects) = written?;
            landed.files.push(file);
            landed.rejects.extend(rejects);
        }
        let all: Vec<InputFile> = kept.iter().chain(&landed.files).cloned().collect();
        self.session.register_files(lake, &self.urls(&all), schema)?;
        Ok(landed)
    }

    /// A raw file: every column text; rows on which a mapping's cast would fail are refused.
    pub(super) async fn land_raw(
        &self,
        name: &str,
        checks: &[RawCheck],
        arrival: Arrival,
    ) -> Result<Landed, PipelineError> {
        let columns = arrival.staged.columns.iter().map(|column| Field::new(column, DataType::Utf8, true));
        let location = [Field::new(FILE, DataType::Utf8, true), Field::new(LINE, DataType::Int64, true)];
        let schema = Arc::new(Schema::new(columns.chain(location).collect::<Vec<_>>()));
        let url = url::Url::from_file_path(&arrival.staged.parquet)
            .map_err(|()| PipelineError::Internal("a staged file has no absolute path".to_owned()))?;
        self.session.register_files(part(0), &[url.to_string()], Arc::clone(&schema))?;
        let mut refused = Vec::new();
        let applicable =
            checks.iter().filter(|check| check.table == name && arrival.staged.columns.contains(&check.column));
        for check in applicable {
            let sql = format!(
                "SELECT {LINE}, {column} AS value FROM lake.part_0 AS {alias} WHERE {fails}",
                column = quoted(&check.column),
                alias = check.alias,
                fails = check.fails,
            );
            // A condition over several columns may name one that only other files have: then it cannot fail here.
            let Ok(rows) = self.session.rows(name, &sql, None).await else { continue };
            for (line, value) in lines_and_values(&rows) {
                refused.push(Reject {
                    source: arrival.source.clone(),
                    line,
                    column: Some(check.column.clone()),
                    value,
                    reason: Reason::Type,
                    text: format!("not a value of type {}, as which a mapping reads it", check.data_type),
                });
            }
        }
        let (file, rejects) = self.write_rows(&format!("raw.{name}"), 0, arrival, refused, &schema, LINE).await?;
        Ok(Landed { files: vec![file], rejects, ..Landed::default() })
    }

    fn urls(&self, files: &[InputFile]) -> Vec<String> {
        files
            .iter()
            .filter_map(|input| input.file.as_ref())
            .map(|file| self.project.store.file_url(&file.path))
            .collect()
    }

    async fn write(
        &self,
        table: &Table,
        index: usize,
        arrival: Arrival,
        refused: Vec<Reject>,
    ) -> Result<(InputFile, Vec<Reject>), PipelineError> {
        let schema = with_line(&table.arrow_schema());
        let order: Vec<String> =
            table.primary_key.iter().map(|column| quoted(column)).chain([LINE.to_owned()]).collect();
        let source = arrival.source.clone();
        let (mut input, rejects) =
            self.write_rows(&table.name, index, arrival, refused, &schema, &order.join(", ")).await?;
        if let (Some(file), Some(event)) = (&input.file, table.event_column()) {
            let url = self.project.store.file_url(&file.path);
            let written = format!("written_{index}");
            self.session.register_files(lake(&written), &[url], schema)?;
            let event = quoted(event);
            let sql = format!(
                "SELECT CAST(CAST(min({event}) AS DATE) AS VARCHAR), CAST(CAST(max({event}) AS DATE) AS VARCHAR),
                        count(*) - count({event}) FROM lake.{written}"
            );
            let rows = self.session.rows(&source, &sql, None).await?;
            let batch = &rows[0];
            let text = |column: usize| {
                let texts = batch.column(column).as_string::<i32>();
                texts.is_valid(0).then(|| texts.value(0).to_owned())
            };
            let without = batch.column(2).as_primitive::<Int64Type>().value(0);
            if without == 0 {
                (input.first_event, input.last_event) = (text(0), text(1));
            }
        }
        Ok((input, rejects))
    }

    /// Writes what is left of a staged file, and its rejects; gives all of these.
    async fn write_rows(
        &self,
        table: &str,
        index: usize,
        arrival: Arrival,
        refused: Vec<Reject>,
        schema: &SchemaRef,
        order: &str,
    ) -> Result<(InputFile, Vec<Reject>), PipelineError> {
        let lines: BTreeSet<i64> = refused.iter().map(|reject| reject.line as i64).collect();
        let columns: Vec<String> = schema.fields().iter().map(|field| format!("p.{}", quoted(field.name()))).collect();
        let columns = columns.join(", ");
        let rows_of = |join: &str| match lines.is_empty() {
            true => format!("SELECT {columns} FROM lake.part_{index} AS p"),
            false => format!(
                "SELECT {columns} FROM lake.part_{index} AS p LEFT {join} JOIN lake.refused_{index} AS r ON p.{LINE} = r.{LINE}"
            ),
        };
        let mut account = arrival.staged.account;
        if !lines.is_empty() {
            let line = Arc::new(Schema::new(vec![Field::new(LINE, DataType::Int64, true)]));
            let batch = RecordBatch::try_new(
                Arc::clone(&line),
                vec![Arc::new(Int64Array::from_iter_values(lines.iter().copied()))],
            )
            .map_err(|error| PipelineError::Internal(error.to_string()))?;
            self.session.register_batches(lake(&format!("refused_{index}")), line, vec![batch])?;
            account.rows_accepted -= lines.len() as u64;
            account.rows_rejected += lines.len() as u64;
            for (column, total) in &mut account.money {
                let sum =
                    format!("SELECT CAST(sum(x.{}) AS DECIMAL(38,2)) FROM ({}) AS x", quoted(column), rows_of("SEMI"));
                let sum = self.session.rows(table, &sum, None).await?;
                let sum = sum[0].column(0).as_primitive::<Decimal128Type>();
                let sum = if sum.is_valid(0) { sum.value(0) } else { 0 };
                total.accepted -= sum;
                total.rejected += sum;
            }
        }
        let file = if account.rows_accepted == 0 {
            None
        } else {
            let sql = format!("{} ORDER BY {order}", rows_of("ANTI"));
            let path = self.transaction.data_path(table, &file_name(&arrival.source, &arrival.content));
            Some(self.write_query(table, &sql, path, &arrival.source).await?)
        };
        let mut all = arrival.staged.rejects;
        all.extend(refused);
        all.sort_by(|a, b| (a.line, &a.column).cmp(&(b.line, &b.column)));
        let rejects_file = match all.is_empty() {
            true => None,
            false => {
                let name = format!("{}-{}", table.replace('.', "_"), file_name(&arrival.source, &arrival.content));
                let path = self.transaction.data_path(reject::REJECTS, &name);
                let schema = reject::schema();
                let mut sink = ParquetSink::create(&self.project.store, reject::REJECTS, path, &schema, &[])?;
                sink.write(&reject::batch(table, &all))?;
                Some(sink.finish().await?)
            }
        };
        let input = InputFile {
            table: table.to_owned(),
            source: arrival.source,
            content: arrival.content,
            transform: arrival.transform,
            file,
            rejects: rejects_file,
            first_event: None,
            last_event: None,
            account,
            columns: arrival.staged.columns,
            ignored_columns: arrival.staged.ignored_columns,
        };
        Ok((input, all))
    }

    async fn write_query(&self, table: &str, sql: &str, path: String, source: &str) -> Result<DataFile, PipelineError> {
        let (schema, mut rows) = self.session.stream(table, sql, None).await?;
        let mut sink = ParquetSink::create(&self.project.store, table, path, &schema, &[("postloan.source", source)])?;
        let name = table.to_owned();
        // A task of its own, so that files written side by side are encoded on all cores.
        let write = async move {
            while let Some(batch) = Session::next(&name, &mut rows).await? {
                sink.write(&batch)?;
            }
            Ok::<_, PipelineError>(sink.finish().await?)
        };
        let written = SpawnedTask::spawn(write).join().await;
        written.map_err(|error| PipelineError::Internal(error.to_string()))?
    }
}

/// The table's columns and the row's line in its source.
pub(super) fn with_line(schema: &Schema) -> SchemaRef {
    let line = Arc::new(Field::new(LINE, DataType::Int64, true));
    Arc::new(Schema::new(schema.fields().iter().cloned().chain([line]).collect::<Vec<_>>()))
}

pub(super) fn lake(table: &str) -> TableReference {
    TableReference::partial("lake", table)
}

fn part(index: usize) -> TableReference {
    TableReference::partial("lake", format!("part_{index}"))
}

/// A readable name for the rows of a source file: its stem in safe letters, and its content's hash.
fn file_name(source: &str, content: &str) -> String {
    let stem = source.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    let safe: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let place = blake3::hash(source.as_bytes()).to_hex();
    format!("{}-{}-{}", safe.chars().take(40).collect::<String>(), &place[..6], content.get(..10).unwrap_or(content))
}

pub(super) fn lines_and_values(rows: &[RecordBatch]) -> Vec<(u64, Option<String>)> {
    let mut found = Vec::new();
    for batch in rows {
        let lines = batch.column(0).as_primitive::<Int64Type>();
        let Ok(values) = arrow::compute::cast(batch.column(1), &DataType::Utf8) else { continue };
        let values = values.as_string::<i32>();
        for row in 0..batch.num_rows() {
            found.push((lines.value(row).max(0) as u64, values.is_valid(row).then(|| values.value(row).to_owned())));
        }
    }
    found
}
