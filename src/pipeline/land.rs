//! Staged rows enter the lake: keys unique, foreign keys found, rows sorted by key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Field, Int64Type, Schema, SchemaRef};
use datafusion::common::TableReference;

use super::{PipelineError, Project, reject};
use crate::config::OnOrphan;
use crate::ingest::{FILE, LINE, Reason, Reject, Staged};
use crate::model::Table;
use crate::query::{RawCheck, Session, quoted};
use crate::store::{DataFile, InputFile, ParquetSink, Transaction};

/// The files that are landing, as one table.
const ARRIVED: &str = "arrived";

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
        for (index, (arrival, refused)) in arrivals.into_iter().zip(refused).enumerate() {
            let file = self.write(table, index, arrival, refused, &mut landed.rejects).await?;
            landed.files.push(file);
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
        let mut landed = Landed::default();
        let file =
            self.write_rows(&format!("raw.{name}"), 0, arrival, refused, &schema, LINE, &mut landed.rejects).await?;
        landed.files.push(file);
        Ok(landed)
    }

    fn urls(&self, files: &[InputFile]) -> Vec<String> {
        files
            .iter()
            .filter_map(|input| input.file.as_ref())
            .map(|file| self.project.store.file_url(&file.path))
            .collect()
    }

    /// Of rows with one key the first stays: the one loaded earlier, else the one in the earlier file and line.
    async fn find_duplicates(
        &self,
        table: &Table,
        arrivals: &[Arrival],
        refused: &mut [Vec<Reject>],
    ) -> Result<(), PipelineError> {
        if table.primary_key.is_empty() || arrivals.is_empty() {
            return Ok(());
        }
        let key: Vec<String> = table.primary_key.iter().map(|column| quoted(column)).collect();
        let keys = key.join(", ");
        let complete = key.iter().map(|column| format!("{column} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
        let any = format!(
            "SELECT 1 FROM (SELECT {keys} FROM lake.{} UNION ALL SELECT {keys} FROM lake.{ARRIVED}) AS a
             WHERE {complete} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1",
            quoted(&table.name)
        );
        if !self.finds(table, &any).await? {
            return Ok(());
        }
        let mut parts =
            vec![format!("SELECT {keys}, CAST(0 AS INT) AS part, {LINE} FROM lake.{}", quoted(&table.name))];
        for index in 0..arrivals.len() {
            parts.push(format!("SELECT {keys}, CAST({} AS INT) AS part, {LINE} FROM lake.part_{index}", index + 1));
        }
        let same = key.iter().map(|column| format!("a.{column} = t.{column}")).collect::<Vec<_>>().join(" AND ");
        let of_all = key.iter().map(|column| format!("a.{column}")).collect::<Vec<_>>();
        let text = of_all.iter().map(|column| format!("CAST({column} AS VARCHAR)")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "WITH all_keys AS ({all}),
             twice AS (SELECT {keys} FROM all_keys WHERE {complete} GROUP BY {keys} HAVING count(*) > 1),
             ranked AS (
                 SELECT a.part, a.{LINE}, concat_ws(' / ', {text}) AS value,
                        row_number() OVER (PARTITION BY {partition} ORDER BY a.part, a.{LINE}) AS place
                 FROM all_keys AS a JOIN twice AS t ON {same}
             )
             SELECT {LINE}, value, part FROM ranked WHERE place > 1 AND part > 0 ORDER BY part, {LINE}",
            all = parts.join(" UNION ALL "),
            partition = of_all.join(", "),
        );
        let rows = self.session.rows(&table.name, &sql, None).await?;
        let parts = rows.iter().flat_map(|batch| {
            let parts = batch.column(2).as_primitive::<arrow::datatypes::Int32Type>().clone();
            (0..parts.len()).map(move |row| parts.value(row)).collect::<Vec<_>>()
        });
        for ((line, value), part) in lines_and_values(&rows).into_iter().zip(parts) {
            let index = part as usize - 1;
            refused[index].push(Reject {
                source: arrivals[index].source.clone(),
                line,
                column: Some(table.primary_key.join(" / ")),
                value,
                reason: Reason::DuplicateKey,
                text: "an earlier row has the same key".to_owned(),
            });
        }
        Ok(())
    }

    async fn finds(&self, table: &Table, sql: &str) -> Result<bool, PipelineError> {
        let rows = self.session.rows(&table.name, sql, None).await?;
        Ok(rows.iter().any(|batch| batch.num_rows() > 0))
    }

    async fn find_orphans(
        &self,
        table: &Table,
        arrivals: &[Arrival],
        refused: &mut [Vec<Reject>],
        warnings: &mut BTreeMap<String, u64>,
    ) -> Result<(), PipelineError> {
        for key in &table.foreign_keys {
            let is_self = key.table == table.name;
            if !is_self && !self.delivered.contains(&key.table) {
                continue;
            }
            let target = if is_self {
                format!("(SELECT * FROM lake.{} UNION ALL SELECT * FROM lake.{ARRIVED})", quoted(&table.name))
            } else {
                format!("lake.{}", quoted(&key.table))
            };
            let pairs = key.columns.iter().zip(&key.referred);
            let same = pairs.map(|(own, referred)| format!("s.{} = t.{}", quoted(own), quoted(referred)));
            let same = same.collect::<Vec<_>>().join(" AND ");
            let given = key.columns.iter().map(|column| format!("s.{} IS NOT NULL", quoted(column)));
            let given = given.collect::<Vec<_>>().join(" AND ");
            let text = key.columns.iter().map(|column| format!("CAST(s.{} AS VARCHAR)", quoted(column)));
            let text = text.collect::<Vec<_>>().join(", ");
            let any = format!(
                "SELECT 1 FROM lake.{ARRIVED} AS s LEFT ANTI JOIN {target} AS t ON {same} WHERE {given} LIMIT 1"
            );
            if !self.finds(table, &any).await? {
                continue;
            }
            for (index, arrival) in arrivals.iter().enumerate() {
                if key.columns.iter().any(|column| !arrival.staged.columns.contains(column)) {
                    continue;
                }
                let sql = format!(
                    "SELECT s.{LINE}, concat_ws(' / ', {text}) AS value FROM lake.part_{index} AS s
                     LEFT ANTI JOIN {target} AS t ON {same} WHERE {given} ORDER BY s.{LINE}"
                );
                let rows = self.session.rows(&table.name, &sql, None).await?;
                let orphans = lines_and_values(&rows);
                // A row that names another of its own table, such as a renewed loan, stands without it.
                if is_self || arrival.on_orphan == OnOrphan::Warn {
                    if !orphans.is_empty() {
                        let name = format!("{}.{} → {}", table.name, key.columns.join(", "), key.table);
                        *warnings.entry(name).or_default() += orphans.len() as u64;
                    }
                    continue;
                }
                refused[index].extend(orphans.into_iter().map(|(line, value)| Reject {
                    source: arrival.source.clone(),
                    line,
                    column: Some(key.columns.join(" / ")),
                    value,
                    reason: Reason::Orphan,
                    text: format!("names a row of {} that is not there", key.table),
                }));
            }
        }
        Ok(())
    }

    async fn write(
        &self,
        table: &Table,
        index: usize,
        arrival: Arrival,
        refused: Vec<Reject>,
        rejects: &mut Vec<Reject>,
    ) -> Result<InputFile, PipelineError> {
        let schema = with_line(&table.arrow_schema());
        let order: Vec<String> =
            table.primary_key.iter().map(|column| quoted(column)).chain([LINE.to_owned()]).collect();
        let source = arrival.source.clone();
        let mut input =
            self.write_rows(&table.name, index, arrival, refused, &schema, &order.join(", "), rejects).await?;
        if let (Some(file), Some(event)) = (&input.file, table.event_column()) {
            let url = self.project.store.file_url(&file.path);
            self.session.register_files(lake("written"), &[url], schema)?;
            let event = quoted(event);
            let sql = format!(
                "SELECT CAST(CAST(min({event}) AS DATE) AS VARCHAR), CAST(CAST(max({event}) AS DATE) AS VARCHAR),
                        count(*) - count({event}) FROM lake.written"
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
        Ok(input)
    }

    #[expect(clippy::too_many_arguments, reason = "one private step with one caller per kind of table")]
    async fn write_rows(
        &self,
        table: &str,
        index: usize,
        arrival: Arrival,
        refused: Vec<Reject>,
        schema: &SchemaRef,
        order: &str,
        rejects: &mut Vec<Reject>,
    ) -> Result<InputFile, PipelineError> {
        let lines: BTreeSet<i64> = refused.iter().map(|reject| reject.line as i64).collect();
        let columns: Vec<String> = schema.fields().iter().map(|field| format!("p.{}", quoted(field.name()))).collect();
        let columns = columns.join(", ");
        let rows_of = |join: &str| match lines.is_empty() {
            true => format!("SELECT {columns} FROM lake.part_{index} AS p"),
            false => format!(
                "SELECT {columns} FROM lake.part_{index} AS p LEFT {join} JOIN lake.refused AS r ON p.{LINE} = r.{LINE}"
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
            self.session.register_batches(lake("refused"), line, vec![batch])?;
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
        rejects.extend(all);
        Ok(InputFile {
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
        })
    }

    async fn write_query(&self, table: &str, sql: &str, path: String, source: &str) -> Result<DataFile, PipelineError> {
        let (schema, mut rows) = self.session.stream(table, sql, None).await?;
        let mut sink = ParquetSink::create(&self.project.store, table, path, &schema, &[("postloan.source", source)])?;
        while let Some(batch) = Session::next(table, &mut rows).await? {
            sink.write(&batch)?;
        }
        Ok(sink.finish().await?)
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

fn lines_and_values(rows: &[RecordBatch]) -> Vec<(u64, Option<String>)> {
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
