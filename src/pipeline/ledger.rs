//! Tables that belong to no period: `rejects`, `run`, `label`.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::TableReference;

use super::label::column_labels;
use super::{PipelineError, Project, reject};
use crate::model::Label;
use crate::query::{Kind, Session};
use crate::store::{DataFile, InputFile, Manifest, ParquetSink, PeriodRun, PublishedFile, Transaction};

/// Name of the file of a table without periods.
pub(super) const ALL: &str = "all";

/// `rejects`, `run` and `label`: one file each, whatever the periods.
pub(super) async fn publish(
    project: &Project,
    transaction: &Transaction,
    manifest: &mut Manifest,
) -> Result<(), PipelineError> {
    let tables = [
        (reject::REJECTS, all_rejects(project, &manifest.inputs).await?),
        ("run", vec![run_table(manifest, project)?]),
        ("label", vec![label_table(project)?]),
    ];
    for (name, batches) in tables {
        let file = write_batches(project, transaction, name, &batches).await?;
        let run_id = file.blake3[..32].to_owned();
        manifest.outputs.insert(name.to_owned(), BTreeMap::from([(ALL.to_owned(), PublishedFile { file, run_id })]));
    }
    Ok(())
}

async fn all_rejects(project: &Project, inputs: &[InputFile]) -> Result<Vec<RecordBatch>, PipelineError> {
    let files = inputs.iter().filter_map(|input| input.rejects.as_ref());
    let urls: Vec<String> = files.map(|file| project.store.file_url(&file.path)).collect();
    let session = Session::new(&project.store, &project.limits())?;
    session.register_files(TableReference::bare(reject::REJECTS), &urls, reject::schema())?;
    let sql = "SELECT * FROM rejects ORDER BY source, file, line, \"column\", reason_code, text, value";
    let mut rows = session.rows(reject::REJECTS, sql, None).await?;
    rows.insert(0, RecordBatch::new_empty(reject::schema()));
    Ok(rows)
}

fn run_table(manifest: &Manifest, project: &Project) -> Result<RecordBatch, PipelineError> {
    let periods: Vec<(&String, &PeriodRun)> = manifest.periods.iter().collect();
    let texts = |text: &dyn Fn(&(&String, &PeriodRun)) -> Option<String>| -> ArrayRef {
        Arc::new(periods.iter().map(text).collect::<StringArray>())
    };
    let account = |count: &dyn Fn(&InputFile) -> u64| -> ArrayRef {
        let total: u64 = manifest.inputs.iter().map(count).sum();
        Arc::new(Int64Array::from(vec![total as i64; periods.len()]))
    };
    let parameters: BTreeMap<String, String> =
        project.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.value.to_string())).collect();
    let parameters = serde_json::to_string(&parameters).unwrap_or_default();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("period", texts(&|(name, _)| Some((*name).clone()))),
        ("period_start", texts(&|(_, run)| Some(run.start.clone()))),
        ("period_end", texts(&|(_, run)| Some(run.end.clone()))),
        ("run_id", texts(&|(_, run)| Some(run.run_id.clone()))),
        ("knowledge", texts(&|(_, run)| Some(run.knowledge.clone()))),
        ("knowledge_cutoff", texts(&|(_, run)| run.knowledge_cutoff.clone())),
        ("project", texts(&|_| Some(project.config.project.name.clone()))),
        ("preset", texts(&|_| Some(project.config.project.preset.name().to_owned()))),
        ("parameters", texts(&|_| Some(parameters.clone()))),
        ("version", texts(&|_| Some(manifest.version.clone()))),
        ("model_hash", texts(&|_| Some(manifest.hashes.model.clone()))),
        ("query_hash", texts(&|_| Some(manifest.hashes.queries.clone()))),
        ("config_hash", texts(&|_| Some(manifest.hashes.config.clone()))),
        ("scheme_hash", texts(&|(_, run)| run.scheme_hash.clone())),
        ("scheme_version", texts(&|(_, run)| run.scheme_version.clone())),
        ("replaces", texts(&|(_, run)| run.replaces.clone())),
        ("rows_read", account(&|input| input.account.rows_read)),
        ("rows_accepted", account(&|input| input.account.rows_accepted)),
        ("rows_rejected", account(&|input| input.account.rows_rejected)),
    ];
    let batch = RecordBatch::try_from_iter(columns).map_err(|error| PipelineError::Internal(error.to_string()))?;
    let dates = ["period_start", "period_end"];
    let schema = batch.schema();
    let cast = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let data_type =
            if dates.contains(&field.name().as_str()) { DataType::Date32 } else { field.data_type().clone() };
        let column = arrow::compute::cast(column, &data_type)?;
        Ok((Field::new(field.name(), data_type, true), column))
    });
    let cast = cast.collect::<Result<Vec<_>, arrow::error::ArrowError>>();
    let (fields, columns): (Vec<_>, Vec<_>) =
        cast.map_err(|error| PipelineError::Internal(error.to_string()))?.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(|error| PipelineError::Internal(error.to_string()))
}

/// English and Chinese names of everything that has an id.
fn label_table(project: &Project) -> Result<RecordBatch, PipelineError> {
    let mut labels: Vec<(&str, String, &Label)> = Vec::new();
    for query in project.catalogue.queries() {
        let kind = match query.header.kind {
            Kind::Indicator => "indicator",
            Kind::Signal if query.header.is_signal() => "signal",
            _ if query.header.is_published => "table",
            Kind::Audit => "check",
            _ => continue,
        };
        labels.push((kind, query.header.name.clone(), &query.header.title));
    }
    for table in project.model.tables() {
        labels.push(("input_table", table.name.clone(), &table.label));
        for column in &table.columns {
            labels.push(("input_column", format!("{}.{}", table.name, column.name), &column.label));
        }
    }
    labels.extend(column_labels().map(|(column, label)| ("column", column.clone(), label)));
    labels.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let column = |text: &dyn Fn(&(&str, String, &Label)) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(labels.iter().map(text)))
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("kind", column(&|(kind, _, _)| (*kind).to_owned())),
        ("id", column(&|(_, id, _)| id.clone())),
        ("label_en", column(&|(_, _, label)| label.en.clone())),
        ("label_zh", column(&|(_, _, label)| label.zh.clone())),
    ];
    RecordBatch::try_from_iter(columns).map_err(|error| PipelineError::Internal(error.to_string()))
}

async fn write_batches(
    project: &Project,
    transaction: &Transaction,
    table: &str,
    batches: &[RecordBatch],
) -> Result<DataFile, PipelineError> {
    let path = transaction.data_path(table, ALL);
    let mut sink = ParquetSink::create(&project.store, table, path, &batches[0].schema(), &[])?;
    for batch in batches {
        sink.write(batch)?;
    }
    Ok(sink.finish().await?)
}
