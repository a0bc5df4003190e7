//! Input tables that SQL makes from raw tables.

use std::collections::BTreeMap;
use std::path::PathBuf;

use datafusion::common::TableReference;

use super::ingest::{Ingest, blocking};
use super::land::Arrival;
use super::{PipelineError, Project};
use crate::config::Source;
use crate::ingest;
use crate::model::Table;
use crate::query::{Kind, Session};
use crate::store::{InputFile, ParquetSink, Store};

impl Ingest<'_> {
    /// A table made by SQL from raw tables: made again when any of them, or the SQL, changed.
    pub(super) async fn shape(
        &mut self,
        table: &str,
        path: &str,
        source: &Source,
        before: Vec<InputFile>,
    ) -> Result<(Vec<InputFile>, Vec<Arrival>), PipelineError> {
        let sql = mapping_text(self.project, path)?;
        let model_table = self.model_table(table)?.clone();
        let content = self.raw_hash();
        let transform = self.shape_hash(&sql, source, &model_table);
        let unchanged =
            before.iter().find(|file| file.source == path && file.content == content && file.transform == transform);
        if let Some(file) = unchanged.filter(|file| !self.must_be_reread(file)) {
            return Ok((vec![file.clone()], Vec::new()));
        }
        let session = self.raw_session().await.map_err(|error| mapping_error(path, error))?;
        let parquet = self.shaped_rows(&session, path, &sql).await?;
        let (name, mapping, constants) = (path.to_owned(), source.mapping.clone(), self.constants(&model_table));
        let staged = blocking(move || {
            let file = parquet.path();
            ingest::stage_parquet(&name, &file, &mapping, &model_table, &constants)
        })
        .await??;
        let arrival = Arrival { source: path.to_owned(), content, transform, staged, on_orphan: source.on_orphan };
        Ok((Vec::new(), vec![arrival]))
    }

    fn raw_hash(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for file in self.inputs.iter().filter(|file| file.is_raw()) {
            hash.update(format!("{} {} {} {}\n", file.table, file.source, file.content, file.transform).as_bytes());
        }
        hash.finalize().to_hex().to_string()
    }

    fn shape_hash(&self, sql: &str, source: &Source, table: &Table) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(sql.as_bytes());
        for query in self.project.catalogue.of_kind(Kind::Source) {
            hash.update(query.sql.as_bytes());
        }
        hash.update(format!("{:?}{:?}{:?}", source.mapping, source.on_orphan, self.constants(table)).as_bytes());
        hash.update(table.ddl.as_bytes());
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        hash.finalize().to_hex().to_string()
    }

    /// A session with the raw tables and the project's mapping queries as views.
    async fn raw_session(&self) -> Result<Session, PipelineError> {
        let session = Session::new(&self.project.store, &self.project.limits())?;
        super::workspace::register_raw(self.project, &session, &self.inputs)?;
        let sources: Vec<_> = self.project.catalogue.of_kind(Kind::Source).collect();
        let ordered = self.project.catalogue.in_order(sources, |name| name.starts_with("raw."))?;
        for query in ordered {
            let table = TableReference::bare(query.header.name.clone());
            session.register_view(table, &query.sql, &self.project.parameters).await?;
        }
        Ok(session)
    }

    async fn shaped_rows(&self, session: &Session, path: &str, sql: &str) -> Result<ShapedFile, PipelineError> {
        let mapping = |error| mapping_error(path, PipelineError::Query(error));
        let folder = tempfile::tempdir().map_err(|error| PipelineError::Internal(error.to_string()))?;
        let scratch = Store::open(&folder.path().to_string_lossy(), &BTreeMap::new())?;
        let (schema, mut rows) = session.stream(path, sql, None).await.map_err(mapping)?;
        let mut sink = ParquetSink::create(&scratch, path, "rows.parquet".to_owned(), &schema, &[])?;
        while let Some(batch) = Session::next(path, &mut rows).await.map_err(mapping)? {
            sink.write(&batch)?;
        }
        sink.finish().await?;
        Ok(ShapedFile { folder })
    }
}

/// The result of a mapping on local disk.
struct ShapedFile {
    folder: tempfile::TempDir,
}

impl ShapedFile {
    fn path(&self) -> PathBuf {
        self.folder.path().join("rows.parquet")
    }
}

fn mapping_error(sql: &str, error: PipelineError) -> PipelineError {
    match error {
        PipelineError::Query(source) => PipelineError::Mapping { sql: sql.to_owned(), source },
        other => other,
    }
}

pub(super) fn mapping_text(project: &Project, path: &str) -> Result<String, PipelineError> {
    std::fs::read_to_string(project.config.folder.join(path))
        .map_err(|error| PipelineError::Source(format!("sql = \"{path}\": {error}")))
}
