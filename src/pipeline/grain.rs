//! Whether a table has one row for each value of its grain.

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::{concat, partition};
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;

/// Looks at rows in the order of the grain, in which equal ones are neighbours.
pub(super) struct GrainCheck<'a> {
    columns: &'a [String],
    /// The grain of the last row seen.
    last: Option<Vec<ArrayRef>>,
}

impl<'a> GrainCheck<'a> {
    pub(super) fn new(columns: &'a [String]) -> Self {
        Self { columns, last: None }
    }

    /// The grain of a row that is there twice, as text, if the next rows have one; empty cells are equal.
    pub(super) fn find_repeated(&mut self, batch: &RecordBatch) -> Result<Option<String>, ArrowError> {
        if batch.num_rows() == 0 {
            return Ok(None);
        }
        let mut cells = Vec::new();
        for name in self.columns {
            let column = batch.column_by_name(name);
            let column =
                column.ok_or_else(|| ArrowError::SchemaError(format!("column {name} of the grain is missing")))?;
            cells.push(match &self.last {
                Some(last) => concat(&[&last[cells.len()], column])?,
                None => std::sync::Arc::clone(column),
            });
        }
        let rows = cells.first().map_or(0, |column| column.len());
        self.last = Some(cells.iter().map(|column| column.slice(rows - 1, 1)).collect());
        let repeated = partition(&cells)?.ranges().into_iter().find(|range| range.len() > 1);
        let text = |row: usize| {
            let cells = cells.iter().filter(|column| column.is_valid(row));
            cells.map(|column| array_value_to_string(column, row)).collect::<Result<Vec<_>, _>>()
        };
        Ok(repeated.map(|range| text(range.start)).transpose()?.map(|cells| cells.join(" / ")))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int32Array, StringArray};

    use super::*;

    fn batch(rows: &[(Option<&str>, i32)]) -> RecordBatch {
        let codes: StringArray = rows.iter().map(|row| row.0).collect();
        let numbers: Int32Array = rows.iter().map(|row| Some(row.1)).collect();
        RecordBatch::try_from_iter([("code", Arc::new(codes) as ArrayRef), ("number", Arc::new(numbers) as ArrayRef)])
            .unwrap()
    }

    #[test]
    fn a_repeated_row_is_found_inside_a_batch_across_batches_and_with_empty_cells() {
        let columns = ["code".to_owned(), "number".to_owned()];
        let find = |batches: &[RecordBatch]| {
            let mut check = GrainCheck::new(&columns);
            batches.iter().find_map(|batch| check.find_repeated(batch).unwrap())
        };
        assert_eq!(find(&[batch(&[(Some("a"), 1), (Some("a"), 2)]), batch(&[]), batch(&[(Some("b"), 2)])]), None);
        assert_eq!(find(&[batch(&[(Some("a"), 1), (Some("b"), 2), (Some("b"), 2)])]), Some("b / 2".to_owned()));
        assert_eq!(find(&[batch(&[(Some("a"), 1)]), batch(&[]), batch(&[(Some("a"), 1)])]), Some("a / 1".to_owned()));
        assert_eq!(find(&[batch(&[(None, 1), (None, 1)])]), Some("1".to_owned()));
    }
}
