//! A place for tables that other queries of a period read and nobody else.

use std::collections::BTreeMap;

use arrow::datatypes::Schema;
use datafusion::common::TableReference;

use super::PipelineError;
use crate::query::{Parameters, Session};
use crate::store::{ParquetSink, Store};

/// Gone with the computation of its period.
pub(super) struct Scratch {
    _folder: tempfile::TempDir,
    store: Store,
}

impl Scratch {
    pub(super) fn new() -> Result<Self, PipelineError> {
        let folder = tempfile::tempdir().map_err(|error| PipelineError::Internal(error.to_string()))?;
        let store = Store::open(&folder.path().to_string_lossy(), &BTreeMap::new())?;
        Ok(Self { _folder: folder, store })
    }

    /// Computes a table once for the other queries of the period.
    pub(super) async fn keep(
        &self,
        session: &Session,
        name: &str,
        sql: &str,
        parameters: &Parameters,
    ) -> Result<(), PipelineError> {
        let (schema, mut rows) = session.stream(name, sql, Some(parameters)).await?;
        let mut sink = self.sink(name, &schema)?;
        while let Some(batch) = Session::next(name, &mut rows).await? {
            sink.write(&batch)?;
        }
        self.register(session, name, sink).await
    }

    /// Starts the file of a table.
    pub(super) fn sink(&self, name: &str, schema: &Schema) -> Result<ParquetSink, PipelineError> {
        Ok(ParquetSink::create(&self.store, name, file(name), schema, &[])?)
    }

    /// Closes the file of a table and makes it readable.
    pub(super) async fn register(&self, session: &Session, name: &str, sink: ParquetSink) -> Result<(), PipelineError> {
        sink.finish().await?;
        session.register_published(TableReference::bare(name), &[self.store.file_url(&file(name))]).await?;
        Ok(())
    }

    /// Makes a table of this place readable in another session.
    pub(super) async fn share(
        &self,
        session: &Session,
        name: &str,
        table: TableReference,
    ) -> Result<(), PipelineError> {
        Ok(session.register_published(table, &[self.store.file_url(&file(name))]).await?)
    }
}

fn file(name: &str) -> String {
    format!("{name}.parquet")
}
