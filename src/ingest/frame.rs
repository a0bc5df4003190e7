//! Rows of a source as a lazy frame of texts, and how frames are written.

use std::path::Path;
use std::sync::Arc;

use polars::prelude::*;

use super::{FILE, IngestError, LINE, Lines, Reject, TextTable, source};
use crate::config::{Format, SourceFiles};

/// Rows of a source, every column text.
pub(super) struct Frame {
    pub name: String,
    pub rows: LazyFrame,
    pub columns: Vec<String>,
    pub count: u64,
    pub rejects: Vec<Reject>,
    pub has_file_column: bool,
    _table: Option<TextTable>,
}

impl Frame {
    /// # Errors
    /// A file that is refused as a whole.
    pub(super) fn open(name: &str, path: &Path, files: &SourceFiles) -> Result<Self, IngestError> {
        match files.format_of(name) {
            Format::Parquet => parquet_frame(name, path),
            _ => text_frame(name, source::text_table(name, path, files)?),
        }
    }
}

fn text_frame(name: &str, table: TextTable) -> Result<Frame, IngestError> {
    let mut schema = Schema::default();
    if table.lines == Lines::Column {
        schema.with_column(LINE.into(), DataType::String);
    }
    for column in &table.columns {
        schema.with_column(column.as_str().into(), DataType::String);
    }
    let schema = Arc::new(schema);
    let has_rows = table.rows > table.rejects.len() as u64;
    let rows = if has_rows {
        let mut reader = LazyCsvReader::new(PlRefPath::new(table.path.to_string_lossy()))
            .with_has_header(table.header_lines > 0)
            .with_separator(table.delimiter)
            .with_quote_char(table.quote)
            .with_schema(Some(Arc::clone(&schema)))
            .with_infer_schema_length(Some(0))
            .with_glob(false)
            .with_cache(false);
        if table.lines == Lines::Counted {
            let offset = table.header_lines as IdxSize + 1;
            reader = reader.with_row_index(Some(RowIndex { name: LINE.into(), offset }));
        }
        reader.finish().map_err(|error| engine(name, &error))?
    } else {
        let mut schema = (*schema).clone();
        schema.with_column(LINE.into(), DataType::String);
        DataFrame::empty_with_schema(&schema).lazy()
    };
    Ok(Frame {
        name: name.to_owned(),
        rows: rows.with_columns([col(LINE).cast(DataType::Int64)]),
        columns: table.columns.clone(),
        count: table.rows,
        rejects: table.rejects.clone(),
        has_file_column: false,
        _table: Some(table),
    })
}

/// A Parquet file, every column as text.
pub(super) fn parquet_frame(name: &str, path: &Path) -> Result<Frame, IngestError> {
    let damaged = |error: PolarsError| IngestError::Damaged { file: name.to_owned(), problem: error.to_string() };
    if path.is_dir() {
        return Err(IngestError::Folder { file: name.to_owned() });
    }
    let args = ScanArgsParquet { glob: false, ..ScanArgsParquet::default() };
    let mut rows = LazyFrame::scan_parquet(PlRefPath::new(path.to_string_lossy()), args).map_err(damaged)?;
    let schema = rows.collect_schema().map_err(damaged)?;
    let names: Vec<String> = schema.iter_names().map(|name| name.to_string()).collect();
    let has = |column: &str| names.iter().any(|name| name == column);
    let (has_line, has_file_column) = (has(LINE), has(FILE));
    let columns: Vec<String> = names.into_iter().filter(|name| name != LINE && name != FILE).collect();
    let count = rows.clone().select([len()]).collect().map_err(damaged)?;
    let count = count.columns()[0].get(0).ok().and_then(|value| value.extract::<u64>()).unwrap_or_default();
    let texts = columns.iter().map(|column| col(column.as_str()).cast(DataType::String));
    let line = match has_line {
        true => col(LINE).cast(DataType::Int64),
        false => {
            rows = rows.with_row_index(LINE, Some(1));
            col(LINE).cast(DataType::Int64)
        }
    };
    let file = has_file_column.then(|| col(FILE).cast(DataType::String));
    let rows = rows.select(texts.chain([line]).chain(file).collect::<Vec<_>>());
    Ok(Frame { name: name.to_owned(), rows, columns, count, rejects: Vec::new(), has_file_column, _table: None })
}

/// Writes rows to a temporary Parquet file.
pub(super) fn stage(name: &str, rows: LazyFrame) -> Result<tempfile::TempPath, IngestError> {
    let failed = |source| IngestError::Stage { path: std::env::temp_dir(), source };
    let temporary = tempfile::Builder::new().prefix("postloan-").suffix(".parquet").tempfile().map_err(failed)?;
    let temporary = temporary.into_temp_path();
    sink(name, rows, &temporary, ParquetCompression::Uncompressed)?;
    Ok(temporary)
}

pub(super) fn sink(
    name: &str,
    rows: LazyFrame,
    path: &Path,
    compression: ParquetCompression,
) -> Result<(), IngestError> {
    let target = SinkTarget::Path(PlRefPath::new(path.to_string_lossy()));
    let options = ParquetWriteOptions { compression, row_group_size: Some(131_072), ..ParquetWriteOptions::default() };
    let sink = rows
        .sink(SinkDestination::File { target }, FileWriteFormat::Parquet(Arc::new(options)), UnifiedSinkArgs::default())
        .map_err(|error| engine(name, &error))?;
    sink.collect_with_engine(Engine::Streaming).map_err(|error| engine(name, &error))?;
    Ok(())
}

pub(super) fn collect(name: &str, rows: LazyFrame) -> Result<DataFrame, IngestError> {
    let result = rows.collect_with_engine(Engine::Streaming).map_err(|error| engine(name, &error))?;
    Ok(result.unwrap_single())
}

pub(super) fn engine(name: &str, error: &PolarsError) -> IngestError {
    IngestError::Engine { file: name.to_owned(), problem: error.to_string() }
}
