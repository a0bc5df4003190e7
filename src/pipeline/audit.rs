//! Audits: what must not be so in a computed period, and what is merely doubtful.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::TableReference;

use super::compute::Computation;
use super::{Observer, PipelineError};
use crate::query::{Query, Session, Severity};
use crate::store::{DataFile, ParquetSink};

/// Where the findings are published.
pub(super) const TABLE: &str = "data_quality_issue";
/// Examples of a failed audit in its message.
const EXAMPLES: usize = 5;

impl Computation<'_> {
    /// Runs every audit whose tables are there; a violated one of severity error stops the run.
    pub(super) async fn audit(
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

    pub(super) async fn publish_issues(
        &self,
        session: &Session,
        issues: RecordBatch,
    ) -> Result<DataFile, PipelineError> {
        let found = TableReference::partial("lake", "issues");
        session.register_batches(found, issues.schema(), vec![issues])?;
        let sql = format!(
            "SELECT CAST($period_start AS DATE) AS period_start, CAST($period_end AS DATE) AS period_end,
             '{}' AS run_id, check_id, severity, key, detail FROM lake.issues ORDER BY check_id, key, detail",
            self.run_id
        );
        let (schema, mut rows) = session.stream(TABLE, &sql, Some(self.parameters)).await?;
        let path = self.transaction.data_path(TABLE, &self.period.name());
        let metadata = [("postloan.run_id", self.run_id)];
        let mut sink = ParquetSink::create(&self.project.store, TABLE, path, &schema, &metadata)?;
        while let Some(batch) = Session::next(TABLE, &mut rows).await? {
            sink.write(&batch)?;
        }
        Ok(sink.finish().await?)
    }
}

fn key_and_detail(batch: &RecordBatch) -> Vec<(String, String)> {
    let (keys, details) = (batch.column(0).as_string::<i32>(), batch.column(1).as_string::<i32>());
    let text =
        |texts: &StringArray, row: usize| if texts.is_valid(row) { texts.value(row).to_owned() } else { String::new() };
    (0..batch.num_rows()).map(|row| (text(keys, row), text(details, row))).collect()
}
