//! What a commit stands for: every live file of the lake, and where each came from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The whole state of the lake after a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// uuid7 of the run that wrote the manifest; it names paths, nothing else.
    pub run: String,
    /// Version of the program.
    pub version: String,
    /// Command line verb, for the history.
    pub command: String,
    pub started_at: String,
    pub finished_at: String,
    pub hashes: Hashes,
    /// Input and raw tables, one entry per source file.
    pub inputs: Vec<InputFile>,
    /// Published tables: table → period → file.
    pub outputs: BTreeMap<String, BTreeMap<String, PublishedFile>>,
    /// The periods that are published, and what each was computed from.
    pub periods: BTreeMap<String, PeriodRun>,
    /// Files that this run added.
    pub written: Vec<String>,
}

/// Hashes of everything but the data that a result depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    pub model: String,
    pub queries: String,
    pub config: String,
    pub scheme: String,
}

/// One immutable Parquet file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    pub path: String,
    pub size: u64,
    pub rows: u64,
    pub blake3: String,
}

/// The rows that came from one source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Input table, or `raw.<name>`.
    pub table: String,
    /// The source file as the project names it, or the SQL that shaped the rows.
    pub source: String,
    /// Hash of the source's bytes.
    pub content: String,
    /// Hash of everything that decided how the bytes were read: mapping, DDL, program version.
    pub transform: String,
    /// `None` when no row was accepted.
    pub file: Option<DataFile>,
    pub rejects: Option<DataFile>,
    /// First and last event date of the rows; `None` when the table has none or a row lacks it.
    pub first_event: Option<String>,
    pub last_event: Option<String>,
    pub account: Account,
    /// Input columns that the source delivers.
    pub columns: Vec<String>,
    /// Columns of the source that nothing reads.
    pub ignored_columns: Vec<String>,
}

/// Rows and money of one source file: read = accepted + rejected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub rows_read: u64,
    pub rows_accepted: u64,
    pub rows_rejected: u64,
    /// Column → totals.
    pub money: BTreeMap<String, MoneyTotal>,
}

/// Totals of one amount column, in hundredths. A cell that is not an amount counts nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyTotal {
    pub accepted: i128,
    pub rejected: i128,
}

/// One published table of one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedFile {
    #[serde(flatten)]
    pub file: DataFile,
    pub run_id: String,
}

/// What a published period was computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodRun {
    /// Hash of inputs, queries, configuration, scheme, period and version.
    pub run_id: String,
    pub start: String,
    pub end: String,
    /// `restated` or `strict`.
    #[serde(default = "restated")]
    pub knowledge: String,
    /// Last instant of knowledge; `None` when everything delivered was used.
    pub knowledge_cutoff: Option<String>,
    /// Version and hash of the scheme that officers were judged by.
    #[serde(default)]
    pub scheme_version: Option<String>,
    #[serde(default)]
    pub scheme_hash: Option<String>,
    /// The run whose results of the period these took the place of; its files stay in the lake.
    #[serde(default)]
    pub replaces: Option<String>,
}

fn restated() -> String {
    "restated".to_owned()
}

impl InputFile {
    pub fn is_raw(&self) -> bool {
        self.table.starts_with("raw.")
    }
}

impl Account {
    pub fn add(&mut self, other: &Self) {
        self.rows_read += other.rows_read;
        self.rows_accepted += other.rows_accepted;
        self.rows_rejected += other.rows_rejected;
        for (column, total) in &other.money {
            let sum = self.money.entry(column.clone()).or_default();
            sum.accepted += total.accepted;
            sum.rejected += total.rejected;
        }
    }
}
