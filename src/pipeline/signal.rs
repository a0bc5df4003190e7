//! Signals: candidate warnings that queries raise over history.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::TableReference;

use super::PipelineError;
use crate::query::Session;

/// The rows of all signals of a backtest, one per signal, subject and day.
pub(super) const ISSUES: &str = "signal_issue";

fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("signal_id"),
        text("issue_id"),
        text("customer_id"),
        text("loan_id"),
        Field::new("issued_on", DataType::Date32, true),
        text("severity"),
        Field::new("score", DataType::Float64, true),
    ]))
}

/// `signal_issue` without rows: a run judges the bank's own warnings alone.
pub(super) fn register_none(session: &Session) -> Result<(), PipelineError> {
    Ok(session.register_files(TableReference::bare(ISSUES), &[], schema())?)
}
