//! Evidence: the rows of all indicators in one table, and the tables that are made of it some indicators at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::TableReference;

use super::PipelineError;
use super::scratch::Scratch;
use crate::query::{Header, Query, Session, quoted};

/// Columns of evidence; an indicator may leave out those that name a loan or customer.
const COLUMNS: [(&str, &str); 7] = [
    ("officer_id", "VARCHAR"),
    ("loan_id", "VARCHAR"),
    ("customer_id", "VARCHAR"),
    ("key", "VARCHAR"),
    ("numerator", "DECIMAL(38,12)"),
    ("denominator", "DECIMAL(38,12)"),
    ("rule_code", "VARCHAR"),
];
const TABLE: &str = "evidence";
/// Rows of evidence that a table made of it sorts at a time.
const PART_ROWS: u64 = 2_000_000;

/// The pseudo-query that stands for all evidence: it comes after every indicator.
pub(super) fn query<'a>(indicators: impl Iterator<Item = &'a Query>) -> Query {
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
pub(super) fn register_indicators(
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

/// All indicators' evidence in one table, amounts exact; one indicator after the other, so that each is planned alone.
/// Returns indicators such that from one to the next there are not many more than [`PART_ROWS`] rows.
pub(super) async fn keep(
    session: &Session,
    scratch: &Scratch,
    indicators: &BTreeSet<String>,
) -> Result<Vec<String>, PipelineError> {
    let nothing = COLUMNS.map(|(column, data_type)| format!("CAST(NULL AS {data_type}) AS {column}")).join(", ");
    let nothing = format!("SELECT CAST(NULL AS VARCHAR) AS indicator_id, {nothing} WHERE FALSE");
    let (schema, _) = session.stream(TABLE, &nothing, None).await?;
    let mut sink = scratch.sink(TABLE, &schema)?;
    let (mut bounds, mut part_rows) = (Vec::new(), 0);
    for name in indicators {
        let columns = session.columns(name).await?;
        let cells = COLUMNS.map(|(column, data_type)| match columns.iter().any(|known| known == column) {
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
    scratch.register(session, TABLE, sink).await?;
    Ok(bounds)
}

/// Conditions that split a table made of evidence between the bounds, in the order of its grain. Exactly one holds for each row.
pub(super) fn parts(query: &Query, bounds: &[String]) -> Vec<String> {
    let by_indicator = query.header.grain.first().is_some_and(|column| column == "indicator_id");
    if !by_indicator || !query.reads.contains(TABLE) || bounds.is_empty() {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn table(grain: &str, reads: &str) -> Query {
        let header =
            format!("-- name: t\n-- title: T | 表\n-- kind: appraisal\n-- grain: {grain}\n-- source: s\n-- edges: e\n");
        Query {
            header: Header::parse("t", &header).unwrap(),
            file: String::new(),
            sql: String::new(),
            is_own: false,
            reads: [reads.to_owned()].into(),
        }
    }

    #[test]
    fn the_parts_of_a_table_meet_and_leave_no_row_out() {
        let bounds = ["c".to_owned(), "f".to_owned()];
        assert_eq!(
            parts(&table("indicator_id, key", TABLE), &bounds),
            [
                "indicator_id <= 'c'",
                "indicator_id > 'c' AND indicator_id <= 'f'",
                "(indicator_id > 'f' OR indicator_id IS NULL)"
            ]
        );
        assert_eq!(parts(&table("indicator_id, key", TABLE), &[]), ["TRUE"]);
        assert_eq!(parts(&table("key, indicator_id", TABLE), &bounds), ["TRUE"], "parts follow the order of the grain");
        assert_eq!(parts(&table("indicator_id", "indicator"), &bounds), ["TRUE"], "no other table is so large");
    }
}
