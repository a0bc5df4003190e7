//! Rows as comma-separated text that a spreadsheet may open.

use arrow::array::{Array, RecordBatch};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows with a line of headings: numbers with all their digits, texts that a spreadsheet would take for a formula behind an
/// apostrophe.
///
/// # Errors
/// A column that cannot be read as text.
pub fn rows_as_csv(batches: &[RecordBatch], heading: impl Fn(&str) -> String) -> Result<Vec<u8>, ArrowError> {
    let failed = |error: csv::Error| ArrowError::CsvError(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    if let Some(batch) = batches.first() {
        let schema = batch.schema();
        let headings = schema.fields().iter().map(|field| safe(heading(field.name())));
        writer.write_record(headings).map_err(failed)?;
    }
    let options = FormatOptions::default();
    for batch in batches {
        let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let cells = columns.iter().zip(batch.columns()).map(|(formatter, column)| {
                let text = if column.is_null(row) { String::new() } else { formatter.value(row).to_string() };
                if column.data_type().is_numeric() { text } else { safe(text) }
            });
            writer.write_record(cells).map_err(failed)?;
        }
    }
    writer.into_inner().map_err(|error| ArrowError::CsvError(error.to_string()))
}

fn safe(text: String) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, StringArray};

    use super::*;

    #[test]
    fn a_text_cannot_become_a_formula_and_a_negative_number_stays_one() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["=1+1", "a,\"b\"", "007"]));
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![Some(-1.5), None, Some(2.0)]));
        let batch = RecordBatch::try_from_iter([("text", texts), ("number", numbers)]).unwrap();
        let csv = rows_as_csv(&[batch], str::to_owned).unwrap();
        assert_eq!(String::from_utf8(csv).unwrap(), "text,number\n'=1+1,-1.5\n\"a,\"\"b\"\"\",\n007,2.0\n");
    }
}
