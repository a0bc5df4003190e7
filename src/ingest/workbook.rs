//! Workbooks: cell values as text, never formulas.

use std::path::Path;

use calamine::{Data, Reader};

use super::{IngestError, Reason, Reject, TextTable, check_header, rewritten, temporary_file};

/// Whole numbers up to here survive a workbook's 15 digits.
const LONGEST_WHOLE: f64 = 1e15;

pub(super) fn read(name: &str, path: &Path, sheet: Option<&str>) -> Result<TextTable, IngestError> {
    let damaged = |error: calamine::Error| IngestError::Damaged { file: name.to_owned(), problem: error.to_string() };
    let mut workbook = calamine::open_workbook_auto(path).map_err(damaged)?;
    let sheets = workbook.sheet_names();
    let sheet = match sheet {
        None => sheets.first().cloned().ok_or_else(|| IngestError::Empty { file: name.to_owned() })?,
        Some(sheet) if sheets.iter().any(|found| found == sheet) => sheet.to_owned(),
        Some(sheet) => {
            let found = sheets.join(", ");
            return Err(IngestError::Sheet { file: name.to_owned(), sheet: sheet.to_owned(), found });
        }
    };
    let range = workbook.worksheet_range(&sheet).map_err(damaged)?;
    let first_row = range.start().map_or(0, |(row, _)| row) as u64 + 1;
    let mut rows = range.rows();
    let header = rows.next().ok_or_else(|| IngestError::Empty { file: name.to_owned() })?;
    let columns: Vec<String> = header
        .iter()
        .enumerate()
        .map(|(index, cell)| match cell.to_string().trim() {
            "" => format!("column_{}", index + 1),
            column => column.to_owned(),
        })
        .collect();
    check_header(name, &columns)?;

    let mut writer = ::csv::WriterBuilder::new().from_writer(temporary_file(name)?);
    let mut rejects = Vec::new();
    let mut count = 0;
    for (index, row) in rows.enumerate() {
        if row.iter().all(|cell| matches!(cell, Data::Empty)) {
            continue;
        }
        count += 1;
        let line = first_row + 1 + index as u64;
        let mut record = vec![line.to_string()];
        let mut error = None;
        for (cell, column) in row.iter().zip(&columns) {
            match text(cell) {
                Ok(text) => record.push(text),
                Err(Unreadable::LongNumber(value)) => {
                    let (file, column) = (name.to_owned(), column.clone());
                    return Err(IngestError::LongNumber { file, row: line, column, value });
                }
                Err(Unreadable::CellError(value)) => error = error.or(Some((column.clone(), value))),
            }
        }
        match error {
            Some((column, value)) => rejects.push(Reject {
                source: name.to_owned(),
                line,
                text: format!("the cell holds the error {value}"),
                column: Some(column),
                value: Some(value),
                reason: Reason::CellError,
            }),
            None => writer
                .write_record(&record)
                .map_err(|error| IngestError::Stage { path: name.into(), source: error.into() })?,
        }
    }
    rewritten(name, columns, count, rejects, writer)
}

enum Unreadable {
    LongNumber(String),
    CellError(String),
}

fn text(cell: &Data) -> Result<String, Unreadable> {
    Ok(match cell {
        Data::Empty => String::new(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < LONGEST_WHOLE => format!("{number:.0}"),
        Data::Float(number) if number.fract() == 0.0 => return Err(Unreadable::LongNumber(number.to_string())),
        Data::DateTime(instant) if instant.is_datetime() => {
            let (year, month, day, hour, minute, second, milli) = instant.to_ymd_hms_milli();
            match (hour, minute, second, milli) {
                (0, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
            }
        }
        Data::Error(error) => return Err(Unreadable::CellError(error.to_string())),
        other => other.to_string(),
    })
}
