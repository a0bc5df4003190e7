//! Source files to typed, checked rows: read as text, cast strictly, checked, accounted for.
//!
//! No type is ever inferred: `007` stays `007`. What does not cast is a reject, never a NULL, and every row of the
//! source is either accepted or rejected. The result is a staged Parquet file on local disk; keys, orphans and the
//! lake are the pipeline's business. This is the only module that uses Polars, and no Polars type leaves it.

mod cast;
mod check;
mod csv;
mod flag;
mod frame;
pub mod kernel;
mod ndjson;
mod reject;
mod shape;
mod source;
mod supply;
mod survey;
mod tally;
mod typed;
mod unpivot;
mod workbook;

use std::path::{Path, PathBuf};

pub use reject::{Reason, Reject};
pub use shape::{Converted, Staged, columns, convert, stage_input, stage_parquet, stage_raw};
pub use source::content_hash;
pub use supply::delivered_columns;

/// Name of the column with the row's line in its source file.
pub const LINE: &str = "_line";
/// Name of the column with the row's source file, in raw tables.
pub const FILE: &str = "_file";

/// A source file that is refused as a whole.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error("{file} is a folder, not a file; name the files in it, such as {file}/*.csv")]
    Folder { file: String },
    #[error("{file} is empty: not even a header line. Deliver it again, or remove it")]
    Empty { file: String },
    #[error("cannot read {file}: {source}")]
    Read { file: String, source: std::io::Error },
    #[error("{file} is cut or damaged: {problem}. Deliver it again")]
    Damaged { file: String, problem: String },
    #[error("{file}, line {line}: not valid {encoding}. Set the source's encoding (utf-8, gb18030 or latin-1)")]
    Encoding { file: String, line: u64, encoding: &'static str },
    #[error(
        "{file}, line {line}: a quote is opened and never closed; if quotes mean nothing in this file, set quote = \"\""
    )]
    OpenQuote { file: String, line: u64 },
    #[error("{file}: column {column} appears twice in the header")]
    DuplicateColumn { file: String, column: String },
    #[error(
        "{file}: table {table} needs a column {column}, and no column of the file becomes it; the file has: {found}. Map one with rename, or give a constant with set"
    )]
    MissingColumn { file: String, table: String, column: String, found: String },
    #[error("{file}: unpivot needs {needed}, and the file has no such column; it has: {found}")]
    Unpivot { file: String, needed: String, found: String },
    #[error("{file}: rename names column {column}, which the file does not have; it has: {found}")]
    UnknownColumn { file: String, column: String, found: String },
    #[error("{file}: the columns {first} and {second} both become {column}; rename one of them to something else")]
    Ambiguous { file: String, first: String, second: String, column: String },
    #[error("{file}: has no sheet {sheet}; it has: {found}")]
    Sheet { file: String, sheet: String, found: String },
    #[error(
        "{file}, row {row}, column {column}: the number {value} has more digits than a workbook keeps; format the column as text and deliver it again"
    )]
    LongNumber { file: String, row: u64, column: String, value: String },
    #[error("table {table}: CHECK {check} uses {part}, which checks cannot use")]
    Check { table: String, check: String, part: String },
    #[error("{file}: {problem}")]
    Engine { file: String, problem: String },
    #[error("cannot write to {path}: {source}", path = path.display())]
    Stage { path: PathBuf, source: std::io::Error },
}

impl IngestError {
    fn read(file: &str, source: std::io::Error) -> Self {
        Self::Read { file: file.to_owned(), source }
    }
}

/// A text table on local disk in UTF-8, ready to be scanned column by column.
#[derive(Debug)]
struct TextTable {
    path: PathBuf,
    delimiter: u8,
    quote: Option<u8>,
    /// Names of the source's columns, in order.
    columns: Vec<String>,
    /// Lines to skip before the first row.
    header_lines: usize,
    lines: Lines,
    /// Rows of the source, those in `rejects` included.
    rows: u64,
    rejects: Vec<Reject>,
    _temporary: Option<tempfile::TempPath>,
}

/// How a row's line in the source is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// Rows follow each other line by line.
    Counted,
    /// The first column of the text table holds it.
    Column,
}

fn temporary_file(file: &str) -> Result<tempfile::NamedTempFile, IngestError> {
    tempfile::Builder::new()
        .prefix("postloan-")
        .suffix(".csv")
        .tempfile()
        .map_err(|source| IngestError::Stage { path: std::env::temp_dir().join(file), source })
}

/// The `_line` column, then the source's: header of a rewritten text table.
fn rewritten(
    name: &str,
    columns: Vec<String>,
    rows: u64,
    rejects: Vec<Reject>,
    writer: ::csv::Writer<tempfile::NamedTempFile>,
) -> Result<TextTable, IngestError> {
    let stage = |source| IngestError::Stage { path: PathBuf::from(name), source };
    let temporary = writer.into_inner().map_err(|error| stage(error.into_error()))?.into_temp_path();
    Ok(TextTable {
        path: temporary.to_path_buf(),
        delimiter: b',',
        quote: Some(b'"'),
        columns,
        header_lines: 0,
        lines: Lines::Column,
        rows,
        rejects,
        _temporary: Some(temporary),
    })
}

fn check_header(file: &str, columns: &[String]) -> Result<(), IngestError> {
    for (index, column) in columns.iter().enumerate() {
        if columns[..index].contains(column) {
            return Err(IngestError::DuplicateColumn { file: file.to_owned(), column: column.clone() });
        }
    }
    Ok(())
}

fn is_folder(path: &Path) -> bool {
    path.is_dir()
}
