//! Why a row was not accepted.

/// One cell, or one row, that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The source file, or the SQL that shaped the row.
    pub source: String,
    /// Line in the source; row number where the source has no lines.
    pub line: u64,
    pub column: Option<String>,
    /// The text that was found; hidden when the column is personal.
    pub value: Option<String>,
    pub reason: Reason,
    pub text: String,
}

/// Reason codes of the table `rejects`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The text is not a value of the column's type.
    Type,
    /// More decimals than the column keeps, or more digits than it holds.
    Precision,
    /// A column that may not be empty is empty.
    Required,
    /// A CHECK of the table is false.
    Check,
    /// The line has more or fewer cells than the header.
    Ragged,
    /// The line holds a NUL byte.
    NulByte,
    /// The line is not a JSON object, or holds nested values.
    Json,
    /// The workbook cell holds an error such as #N/A.
    CellError,
    /// An earlier row has the same key.
    DuplicateKey,
    /// The key names a row of another table that is not there.
    Orphan,
}

impl Reason {
    pub fn code(self) -> &'static str {
        match self {
            Self::Type => "TYPE",
            Self::Precision => "PRECISION",
            Self::Required => "REQUIRED",
            Self::Check => "CHECK",
            Self::Ragged => "RAGGED",
            Self::NulByte => "NUL_BYTE",
            Self::Json => "JSON",
            Self::CellError => "CELL_ERROR",
            Self::DuplicateKey => "DUPLICATE_KEY",
            Self::Orphan => "ORPHAN",
        }
    }
}

/// What stands in for a personal value.
pub(super) const MASK: &str = "***";
