//! What people and programs read: results on stdout, everything else on stderr.

mod delimited;
mod progress;
mod sheet;
mod table;
mod workbook;

use std::io::{IsTerminal, Write};

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::value::RawValue;

pub use delimited::rows_as_csv;
pub use progress::Progress;
pub use sheet::{Cell, Column, Shape, Sheet};
pub use table::TextTable;
pub use workbook::{MOST_ROWS, write_workbook};

/// Shape of results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// For people.
    #[default]
    Table,
    /// For programs; one JSON document.
    Json,
}

/// Writes a result to stdout. A reader that has gone away is no error.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Whether someone looks at stderr.
pub fn is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Rows as people read them.
pub fn rows_as_table(batches: &[RecordBatch]) -> Result<String, arrow::error::ArrowError> {
    let Some(first) = batches.first() else { return Ok("(no rows)\n".to_owned()) };
    let schema = first.schema();
    let mut table = TextTable::new(schema.fields().iter().map(|field| field.name().as_str()));
    let options = FormatOptions::default().with_null("NULL");
    for field in schema.fields().iter().enumerate().filter(|(_, field)| field.data_type().is_numeric()) {
        table.align_right(field.0);
    }
    let mut count = 0;
    for batch in batches {
        let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            table.row(columns.iter().map(|column| column.value(row).to_string()));
            count += 1;
        }
    }
    Ok(format!("{table}({count} {})\n", if count == 1 { "row" } else { "rows" }))
}

/// Rows as a JSON array of objects: numbers as numbers with all their digits, dates as text.
pub fn rows_as_json(batches: &[RecordBatch]) -> Result<String, arrow::error::ArrowError> {
    let options = FormatOptions::default();
    let mut texts: Vec<String> = Vec::new();
    for batch in batches {
        let schema = batch.schema();
        let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let mut cells = Vec::with_capacity(columns.len());
            for ((field, column), formatter) in schema.fields().iter().zip(batch.columns()).zip(&columns) {
                let value = match column.is_null(row) {
                    true => "null".to_owned(),
                    false => json_value(field.data_type(), formatter.value(row).to_string()),
                };
                cells.push(format!("{}:{value}", serde_json::Value::String(field.name().clone())));
            }
            texts.push(format!("{{{}}}", cells.join(",")));
        }
    }
    Ok(format!("[{}]\n", texts.join(",\n ")))
}

fn json_value(data_type: &DataType, text: String) -> String {
    let is_literal = data_type.is_numeric() || *data_type == DataType::Boolean;
    match is_literal && RawValue::from_string(text.clone()).is_ok() {
        true => text,
        false => serde_json::Value::String(text).to_string(),
    }
}

/// 1234567.8 → `1,234,567.80`.
pub fn money(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, cents) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    format!("{sign}{}.{cents:02}", grouped(&whole.to_string()))
}

/// 1234567 → `1,234,567`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Decimal128Array, StringArray};

    use super::*;

    #[test]
    fn amounts_are_grouped_and_keep_their_cents() {
        assert_eq!(money(123_456_789), "1,234,567.89");
        assert_eq!(money(-5), "-0.05");
        assert_eq!(count(1000), "1,000");
    }

    #[test]
    fn json_keeps_every_digit_of_a_decimal_and_quotes_ids() {
        let amount =
            Decimal128Array::from(vec![Some(123_456_789_012_345_678)]).with_precision_and_scale(38, 12).unwrap();
        let id: ArrayRef = Arc::new(StringArray::from(vec![Some("007")]));
        let batch = RecordBatch::try_from_iter([("id", id), ("amount", Arc::new(amount) as ArrayRef)]).unwrap();
        assert_eq!(rows_as_json(&[batch]).unwrap(), "[{\"id\":\"007\",\"amount\":123456.789012345678}]\n");
    }
}
