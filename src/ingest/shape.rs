//! One source file becomes one staged Parquet file: accepted rows in it, rejected rows beside it.

use std::collections::BTreeMap;
use std::path::Path;

use polars::prelude::*;

use super::frame::{Frame, engine, parquet_frame, sink, stage};
use super::supply::Supply;
use super::tally::{Tally, decimal_sum};
use super::typed::Typed;
use super::{FILE, IngestError, LINE, Reject, check, csv, source, unpivot};
use crate::config::{Mapping, OnCheck, SourceFiles};
use crate::model::Table;
use crate::store::{Account, MoneyTotal};

/// Rows read from one source, cast and checked.
#[derive(Debug)]
pub struct Staged {
    /// Accepted rows: the table's columns in order, then [`LINE`] (a raw table: then [`FILE`] and [`LINE`]).
    pub parquet: tempfile::TempPath,
    pub rejects: Vec<Reject>,
    pub account: Account,
    /// Columns of the table that the source delivers.
    pub columns: Vec<String>,
    /// Columns of the source that nothing reads.
    pub ignored_columns: Vec<String>,
    /// Rows that were kept although a check is false, by check; empty where checks reject.
    pub failed_checks: BTreeMap<String, u64>,
}

/// A file that [`convert`] wrote.
#[derive(Debug)]
pub struct Converted {
    pub rows: u64,
    pub rejects: Vec<Reject>,
    /// Sums of the money columns in hundredths.
    pub money: BTreeMap<String, i128>,
    pub failed_checks: BTreeMap<String, u64>,
}

/// Reads a delimited, JSON, workbook or Parquet file into an input table.
///
/// `constants` fills columns that the file does not have.
///
/// # Errors
/// A file that is refused as a whole; single bad rows are in [`Staged::rejects`].
pub fn stage_input(
    name: &str,
    path: &Path,
    files: &SourceFiles,
    mapping: &Mapping,
    table: &Table,
    constants: &BTreeMap<String, String>,
) -> Result<Staged, IngestError> {
    let frame = Frame::open(name, path, files)?;
    shape(frame, mapping, table, constants)
}

/// Reads a file into a Parquet file with the table's columns, its rows in the order of the source. Rows for which a
/// check is false are kept and counted; nothing is known of keys.
///
/// # Errors
/// A file that is refused as a whole; single bad rows are in [`Converted::rejects`].
pub fn convert(
    name: &str,
    path: &Path,
    files: &SourceFiles,
    mapping: &Mapping,
    table: &Table,
    target: &Path,
) -> Result<Converted, IngestError> {
    let frame = Frame::open(name, path, files)?;
    let mapping = Mapping { on_check: OnCheck::Warn, ..mapping.clone() };
    let typed = Typed::new(&frame, &mapping, table, &BTreeMap::new())?;
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let tally = Tally::new(table, checks(&mapping, table)?);
    // Without a level it is 3.
    let zstd = ParquetCompression::Zstd(None);
    sink(name, tally.watch(typed.accepted(), &names), target, zstd)?;
    let totals = tally.totals();
    let mut rejects = frame.rejects.clone();
    if totals.rows + (rejects.len() as u64) < frame.count {
        typed.reject(&frame, &mapping, table, &mut rejects)?;
    }
    Ok(Converted { rows: totals.rows, rejects, money: totals.money, failed_checks: totals.failed_checks })
}

/// Reads a Parquet file of any types, such as the result of a mapping query, into an input table.
pub fn stage_parquet(
    name: &str,
    path: &Path,
    mapping: &Mapping,
    table: &Table,
    constants: &BTreeMap<String, String>,
) -> Result<Staged, IngestError> {
    shape(parquet_frame(name, path)?, mapping, table, constants)
}

/// Reads a file into a raw table: every column text, null tokens empty.
pub fn stage_raw(name: &str, path: &Path, files: &SourceFiles, mapping: &Mapping) -> Result<Staged, IngestError> {
    let frame = Frame::open(name, path, files)?;
    let is_null = |column: &str| {
        let tokens = mapping.null_values.iter().map(|token| col(column).eq(lit(token.as_str())));
        tokens.reduce(Expr::or).unwrap_or_else(|| lit(false))
    };
    let texts = frame.columns.iter().map(|column| {
        when(is_null(column))
            .then(lit(NULL).cast(DataType::String))
            .otherwise(col(column.as_str()))
            .alias(column.as_str())
    });
    let rows = frame.rows.clone().select(texts.chain([lit(name).alias(FILE), col(LINE)]).collect::<Vec<_>>());
    let (rows, columns) = match &files.unpivot {
        Some(wide) => unpivot::lengthen(name, rows, &frame.columns, wide)?,
        None => (rows, frame.columns),
    };
    let parquet = stage(name, rows)?;
    let rejected = frame.rejects.len() as u64;
    Ok(Staged {
        parquet,
        account: Account {
            rows_read: frame.count,
            rows_accepted: frame.count - rejected,
            rows_rejected: rejected,
            money: BTreeMap::new(),
        },
        rejects: frame.rejects,
        columns,
        ignored_columns: Vec::new(),
        failed_checks: BTreeMap::new(),
    })
}

/// The columns of a file, read no further than need be.
///
/// # Errors
/// A file that is refused as a whole.
pub fn columns(name: &str, path: &Path, files: &SourceFiles) -> Result<Vec<String>, IngestError> {
    let columns = match files.format_of(name) {
        crate::config::Format::Parquet => parquet_frame(name, path)?.columns,
        crate::config::Format::Csv => csv::columns(name, path, files)?,
        _ => source::text_table(name, path, files)?.columns,
    };
    match &files.unpivot {
        Some(wide) => {
            unpivot::numbers(name, &columns, wide)?;
            Ok(wide.long_columns())
        }
        None => Ok(columns),
    }
}

fn shape(
    frame: Frame,
    mapping: &Mapping,
    table: &Table,
    constants: &BTreeMap<String, String>,
) -> Result<Staged, IngestError> {
    let typed = Typed::new(&frame, mapping, table, constants)?;
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).chain([LINE]).collect();
    let tally = Tally::new(table, checks(mapping, table)?);
    let parquet = stage(&frame.name, tally.watch(typed.accepted(), &names))?;
    let accepted = tally.totals();
    let mut rejects = frame.rejects.clone();
    let mut money: BTreeMap<String, MoneyTotal> = accepted
        .money
        .iter()
        .map(|(column, sum)| (column.clone(), MoneyTotal { accepted: *sum, rejected: 0 }))
        .collect();
    if accepted.rows + (rejects.len() as u64) < frame.count {
        let refused = typed.reject(&frame, mapping, table, &mut rejects)?;
        for (column, total) in &mut money {
            total.rejected = decimal_sum(&refused, column).map_err(|error| engine(&frame.name, &error))?;
        }
    }
    rejects.sort_by_key(|reject| reject.line);
    let supplies = &typed.supplies;
    let delivered = table.columns.iter().zip(supplies).filter(|(_, supply)| !matches!(supply, Supply::Absent));
    let columns = delivered.map(|(column, _)| column.name.clone()).collect();
    let used = |column: &String| supplies.iter().any(|supply| matches!(supply, Supply::Column(name) if name == column));
    Ok(Staged {
        parquet,
        account: Account {
            rows_read: frame.count,
            rows_accepted: accepted.rows,
            rows_rejected: frame.count - accepted.rows,
            money,
        },
        rejects,
        columns,
        ignored_columns: frame.columns.iter().filter(|column| !used(column)).cloned().collect(),
        failed_checks: accepted.failed_checks,
    })
}

/// The checks that keep their rows, each as the condition under which it fails.
fn checks(mapping: &Mapping, table: &Table) -> Result<Vec<(String, Expr)>, IngestError> {
    match mapping.on_check {
        OnCheck::Reject => Ok(Vec::new()),
        OnCheck::Warn => {
            let failure = |check: &crate::model::Check| Ok((check.name.clone(), check::holds(check, table)?.not()));
            table.checks.iter().map(failure).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Format;
    use crate::model::Model;

    fn files() -> SourceFiles {
        SourceFiles { format: Some(Format::Csv), ..SourceFiles::default() }
    }

    fn stage_with(table: &str, text: &str, mapping: &Mapping) -> Result<Staged, IngestError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).unwrap();
        let model = Model::load(None).unwrap();
        stage_input("t.csv", &path, &files(), mapping, model.table(table).unwrap(), &BTreeMap::new())
    }

    fn stage(table: &str, text: &str) -> Staged {
        let mapping = Mapping { null_values: vec![String::new(), "NA".to_owned()], ..Mapping::default() };
        stage_with(table, text, &mapping).unwrap()
    }

    fn reasons(staged: &Staged) -> Vec<(u64, Option<&str>, &str)> {
        staged.rejects.iter().map(|reject| (reject.line, reject.column.as_deref(), reject.reason.code())).collect()
    }

    #[test]
    fn every_row_is_accepted_or_rejected_and_its_money_counted_on_that_side() {
        let staged = stage(
            "payment",
            "payment_id,loan_id,value_date,payment_type,principal_paid,interest_paid\n\
             P1,007,2025-01-20,SCHEDULED,100.50,1\n\
             P2,007,2025-01-21,SCHEDULED,1x,2\n\
             P3,007,2025-02-30,SCHEDULED,3,3\n\
             P4,007,2025-01-22,scheduled,4.000,4\n\
             P5,007,2025-01-22,BARTER,5,5\n\
             P6,007,2025-01-22,SCHEDULED,0.125,6\n\
             P7,,2025-01-22,SCHEDULED,7,7\n\
             P8,007,2025-01-22,SCHEDULED,-8,8\n",
        );
        assert_eq!(
            reasons(&staged),
            [
                (3, Some("principal_paid"), "TYPE"),
                (4, Some("value_date"), "TYPE"),
                (6, Some("payment_type"), "CHECK"),
                (7, Some("principal_paid"), "PRECISION"),
                (8, Some("loan_id"), "REQUIRED"),
                (9, Some("principal_paid"), "CHECK"),
            ]
        );
        let account = &staged.account;
        assert_eq!((account.rows_read, account.rows_accepted, account.rows_rejected), (8, 2, 6));
        assert_eq!(account.money["principal_paid"].accepted, 10_450);
        assert_eq!(account.money["interest_paid"], MoneyTotal { accepted: 500, rejected: 3_100 });
    }

    #[test]
    fn aliases_null_tokens_and_value_maps_are_spelled_as_the_table_spells() {
        let mut mapping = Mapping { null_values: vec![String::new(), "NA".to_owned()], ..Mapping::default() };
        mapping.values.insert("source".into(), BTreeMap::from([("NA".into(), "MODEL".into())]));
        let text = "warning_id,loan_id,customer_id,issued_at,severity,source\nW1,L1,,2025-01-01,high,NA\nW2,NA,C1,2025-01-01T10:00:00Z,,\n";
        let staged = stage_with("warning", text, &mapping).unwrap();
        assert_eq!(reasons(&staged), []);
        let args = ScanArgsParquet::default();
        let rows =
            LazyFrame::scan_parquet(PlRefPath::new(staged.parquet.to_string_lossy()), args).unwrap().collect().unwrap();
        let texts = |column: &str| {
            rows.column(column)
                .unwrap()
                .cast(&DataType::String)
                .unwrap()
                .str()
                .unwrap()
                .iter()
                .map(|text| text.map(str::to_owned))
                .collect::<Vec<_>>()
        };
        assert_eq!(texts("severity"), [Some("RED".into()), None]);
        assert_eq!(texts("source"), [Some("MODEL".into()), None]);
        assert_eq!(texts("loan_id"), [Some("L1".into()), None]);
        assert_eq!(
            texts("issued_at"),
            [Some("2025-01-01 00:00:00.000000".into()), Some("2025-01-01 10:00:00.000000".into())]
        );
    }

    #[test]
    fn a_column_that_defines_the_row_must_be_there() {
        let error = stage_with("payment", "payment_id,loan_id\n", &Mapping::default()).unwrap_err().to_string();
        assert_eq!(
            error,
            "t.csv: table payment needs a column value_date, and no column of the file becomes it; the file has: \
             payment_id, loan_id. Map one with rename, or give a constant with set"
        );
    }

    #[test]
    fn continental_amounts_are_read_as_written_and_a_stray_point_is_no_decimal_sign() {
        let mapping = Mapping { decimal_comma: true, ..Mapping::default() };
        let text = "cost_id,loan_id,cost_date,amount\nC1,L1,2025-01-01,\"1234,56\"\nC2,L1,2025-01-01,1.234\n";
        let staged = stage_with("recovery_cost", text, &mapping).unwrap();
        assert_eq!(staged.account.money["amount"].accepted, 123_456);
        assert_eq!(reasons(&staged), [(3, Some("amount"), "TYPE")]);
    }

    #[test]
    fn an_amount_that_does_not_fit_is_refused_and_never_rounded_or_cut() {
        let text = "cost_id,loan_id,cost_date,amount\nC1,L1,2025-01-01,1.5E3\nC2,L1,2025-01-01,1.5E-3\nC3,L1,2025-01-01,12345678901234567.00\n";
        let staged = stage("recovery_cost", text);
        assert_eq!(staged.account.money["amount"].accepted, 150_000);
        assert_eq!(reasons(&staged), [(3, Some("amount"), "PRECISION"), (4, Some("amount"), "PRECISION")]);
    }
}
