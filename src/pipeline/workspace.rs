//! Tables of a lake, registered for queries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::TableReference;

use super::land::{lake, with_line};
use super::{PipelineError, Project};
use crate::ingest::{FILE, LINE};
use crate::model::{DefaultValue, Table};
use crate::query::{Kind, Parameters, Session, quoted};
use crate::store::{InputFile, Snapshot};

const FOREIGN_LOAN: &str = "foreign_loan";
/// What a row learns after it was made: table, the day on which it does, and what it learns beside the day.
const LEARNT_LATER: [(&str, &str, &[&str]); 17] = [
    ("complaint", "closed_at", &["disposition", "duplicate_of"]),
    ("cross_sell", "cancelled_on", &["status"]),
    ("default_record", "cure_date", &[]),
    ("default_record", "probation_end_date", &[]),
    ("default_record", "resolved_on", &["resolution"]),
    ("disposal_case", "closed_on", &["outcome", "proceeds"]),
    ("guarantee", "valid_to", &[]),
    ("inspection", "cancelled_on", &[]),
    ("inspection", "completed_at", &["completed_by", "fund_use_ok", "result_code", "evidence_ref"]),
    ("instalment", "cancelled_on", &["cancel_reason"]),
    ("loan", "ended_on", &["end_type"]),
    ("officer", "left_on", &[]),
    ("officer_assignment", "valid_to", &[]),
    ("service_request", "first_response_at", &[]),
    ("service_request", "resolved_at", &[]),
    ("training_record", "completed_on", &["hours"]),
    ("warning", "closed_at", &["close_reason", "status", "mitigation"]),
];

/// A session over everything that is published, for reading.
pub struct Workspace {
    pub session: Session,
    /// Tables that hold rows or may, by schema-qualified name.
    pub tables: Vec<String>,
}

/// Opens inputs, raw tables and outputs of the last commit.
pub async fn open_workspace(project: &Project) -> Result<Workspace, PipelineError> {
    let session = Session::new(&project.store, &project.limits())?;
    let snapshot = project.store.latest().await?;
    let inputs = snapshot.as_ref().map(|snapshot| snapshot.manifest.inputs.as_slice()).unwrap_or_default();
    register_raw(project, &session, inputs)?;
    let mut tables = Vec::new();
    for table in project.model.tables() {
        register_input_files(project, &session, table, inputs)?;
        let columns = table.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ");
        let sql = format!("SELECT {columns} FROM lake.{}", quoted(&table.name));
        session.register_view(TableReference::bare(table.name.clone()), &sql, &project.parameters).await?;
        session.register_view(TableReference::partial("input", table.name.clone()), &sql, &project.parameters).await?;
        tables.push(table.name.clone());
    }
    for raw in inputs.iter().filter(|file| file.is_raw()).map(|file| file.table.clone()).collect::<BTreeSet<_>>() {
        tables.push(raw);
    }
    if let Some(snapshot) = &snapshot {
        tables.extend(register_outputs(project, &session, snapshot).await?);
    }
    tables.sort();
    tables.dedup();
    Ok(Workspace { session, tables })
}

/// Published tables, all periods of each together.
async fn register_outputs(
    project: &Project,
    session: &Session,
    snapshot: &Snapshot,
) -> Result<Vec<String>, PipelineError> {
    let mut names = Vec::new();
    for (table, periods) in &snapshot.manifest.outputs {
        // The newest period comes first: its columns are the table's.
        let urls: Vec<String> =
            periods.values().rev().map(|published| project.store.file_url(&published.file.path)).collect();
        if !urls.is_empty() {
            session.register_published(TableReference::bare(table.clone()), &urls).await?;
            names.push(table.clone());
        }
    }
    Ok(names)
}

/// `raw.<name>`: the union of its files' columns, all text, with file and line.
pub(super) fn register_raw(project: &Project, session: &Session, inputs: &[InputFile]) -> Result<(), PipelineError> {
    let names = project.config.sources.iter().filter_map(|source| match &source.target {
        crate::config::Target::Raw(name) => Some(name.as_str()),
        crate::config::Target::Input(_) => None,
    });
    for name in names {
        let files: Vec<&InputFile> = inputs.iter().filter(|file| file.table == format!("raw.{name}")).collect();
        let mut columns: Vec<&String> = Vec::new();
        for column in files.iter().flat_map(|file| &file.columns) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        let fields = columns.iter().map(|column| Field::new(column.as_str(), DataType::Utf8, true));
        let location = [Field::new(FILE, DataType::Utf8, true), Field::new(LINE, DataType::Int64, true)];
        let schema = Arc::new(Schema::new(fields.chain(location).collect::<Vec<_>>()));
        let urls: Vec<String> =
            files.iter().filter_map(|file| file.file.as_ref()).map(|file| project.store.file_url(&file.path)).collect();
        session.register_files(TableReference::partial("raw", name), &urls, schema)?;
    }
    Ok(())
}

pub(super) fn register_input_files(
    project: &Project,
    session: &Session,
    table: &Table,
    inputs: &[InputFile],
) -> Result<(), PipelineError> {
    let files = inputs.iter().filter(|file| file.table == table.name).filter_map(|file| file.file.as_ref());
    let urls: Vec<String> = files.map(|file| project.store.file_url(&file.path)).collect();
    session.register_files(lake(&table.name), &urls, with_line(&table.arrow_schema()))?;
    Ok(())
}

/// Input tables as they were known, cut off at the period's end and at the knowledge cutoff: `delivered.<table>` in the currency of
/// each loan, `input.<table>` in the currency of the project. The two are the same until a loan has another currency.
pub(super) async fn register_inputs(
    project: &Project,
    session: &Session,
    inputs: &[InputFile],
    parameters: &Parameters,
    sight: Sight,
) -> Result<(), PipelineError> {
    for table in project.model.tables() {
        register_input_files(project, session, table, inputs)?;
        let sql = known_rows(table, sight);
        session.register_view(delivered(&table.name), &sql, parameters).await?;
    }
    let conversions = conversions(project, session, parameters).await?;
    for table in project.model.tables() {
        let input = TableReference::partial("input", table.name.clone());
        match conversions.get(&table.name) {
            Some(sql) => session.register_view(input, sql, parameters).await?,
            None => session.register_alias(input, delivered(&table.name)).await?,
        }
        if project.catalogue.get(&table.name).is_none_or(|query| query.header.kind != Kind::Base) {
            let alias = TableReference::bare(table.name.clone());
            session.register_alias(alias, TableReference::partial("input", table.name.clone())).await?;
        }
    }
    Ok(())
}

fn delivered(table: &str) -> TableReference {
    TableReference::partial("delivered", table.to_owned())
}

/// The statements that bring tables into the currency of the project, by table; none while no loan has another currency.
async fn conversions(
    project: &Project,
    session: &Session,
    parameters: &Parameters,
) -> Result<BTreeMap<String, String>, PipelineError> {
    for name in [FOREIGN_LOAN, "fx_day"] {
        if let Some(query) = project.catalogue.get(name) {
            session.register_view(TableReference::bare(name), &query.sql, parameters).await?;
        }
    }
    let foreign = session.rows(FOREIGN_LOAN, &format!("SELECT 1 FROM {FOREIGN_LOAN} LIMIT 1"), None).await?;
    if foreign.iter().all(|batch| batch.num_rows() == 0) {
        return Ok(BTreeMap::new());
    }
    let conversion = |table: &Table| {
        let query = project.catalogue.get(&format!("{}_in_currency", table.name))?;
        Some((table.name.clone(), query.sql.clone()))
    };
    Ok(project.model.tables().filter_map(conversion).collect())
}

/// How much of a visible row can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// All of it; base queries pass over what lies after the cutoff.
    WholeRows,
    /// Only what it said on the cutoff: how a loan ended later, or what an inspection found later, is empty.
    AsOfCutoff,
}

/// A row is visible when its fact had happened by the cutoff and the bank knew it by the knowledge cutoff. A row
/// without a date of its own is reference data and always visible.
fn known_rows(table: &Table, sight: Sight) -> String {
    let column = |column: &crate::model::Column| {
        let name = quoted(&column.name);
        let of_table = LEARNT_LATER.iter().filter(|(owner, ..)| *owner == table.name);
        let day = of_table.filter(|(_, day, others)| *day == column.name || others.contains(&column.name.as_str()));
        match day.map(|(_, day, _)| quoted(day)).next() {
            Some(day) if sight == Sight::AsOfCutoff => {
                format!("CASE WHEN {day} IS NULL OR CAST({day} AS DATE) <= $cutoff THEN {name} END AS {name}")
            }
            _ => name,
        }
    };
    let columns = table.columns.iter().map(column).collect::<Vec<_>>().join(", ");
    let mut sql = format!(
        "SELECT {columns} FROM lake.{} WHERE (known_at IS NULL OR known_at <= $knowledge_cutoff)",
        quoted(&table.name)
    );
    let event = table.columns.iter().find_map(|column| match &column.default {
        Some(DefaultValue::EventDate(event)) => table.column(event),
        _ => None,
    });
    if let Some(event) = event {
        let name = quoted(&event.name);
        let happened = match event.kind {
            crate::model::ColumnType::Date => format!("{name} <= $cutoff"),
            _ => format!("CAST({name} AS DATE) <= $cutoff"),
        };
        sql.push_str(&format!(" AND ({name} IS NULL OR {happened})"));
    }
    sql
}

/// `dpd_bucket`: the configured buckets of days past due.
pub(super) fn register_buckets(session: &Session, parameters: &Parameters) -> Result<(), PipelineError> {
    let buckets = parameters.buckets();
    let schema = Arc::new(Schema::new(vec![
        Field::new("ordinal", DataType::Int32, false),
        Field::new("bucket", DataType::Utf8, false),
        Field::new("from_dpd", DataType::Int32, false),
        Field::new("to_dpd", DataType::Int32, false),
    ]));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int32Array::from_iter_values(0..buckets.len() as i32)),
        Arc::new(StringArray::from_iter_values(buckets.iter().map(|(name, _, _)| name))),
        Arc::new(Int32Array::from_iter_values(buckets.iter().map(|(_, from, _)| *from))),
        Arc::new(Int32Array::from_iter_values(buckets.iter().map(|(_, _, to)| *to))),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)
        .map_err(|error| PipelineError::Internal(error.to_string()))?;
    session.register_batches(TableReference::bare("dpd_bucket"), schema, vec![batch])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;

    #[test]
    fn what_a_row_learns_later_is_in_the_model() {
        let model = Model::load(None).unwrap();
        for (table, day, others) in LEARNT_LATER {
            let found = model.table(table).unwrap();
            for column in [&day].into_iter().chain(others) {
                assert!(found.column(column).is_some(), "{table}.{column}");
            }
        }
    }

    #[test]
    fn what_happened_after_the_cutoff_is_empty_as_of_it() {
        let model = Model::load(None).unwrap();
        let sql = known_rows(model.table("guarantee").unwrap(), Sight::AsOfCutoff);
        let hidden = "CASE WHEN \"valid_to\" IS NULL OR CAST(\"valid_to\" AS DATE) <= $cutoff THEN \"valid_to\" END AS \"valid_to\"";
        assert!(sql.contains(hidden), "{sql}");
        assert!(!known_rows(model.table("guarantee").unwrap(), Sight::WholeRows).contains("CASE"));
    }
}
