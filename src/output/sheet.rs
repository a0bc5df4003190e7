//! Rows as cells of known kinds, for files that people open.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// Days since 1970-01-01.
    Date(i32),
    Flag(bool),
}

/// How the numbers of a column are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Ids and codes.
    Text,
    /// Whole numbers.
    Count,
    /// Amounts, with cents.
    Money,
    /// Shares and rates, in per cent.
    Percent,
    /// Scores and points, with two decimals.
    Score,
    /// Any other number.
    Number,
    Date,
    Flag,
}

/// A column and its heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub heading: String,
    pub shape: Shape,
}

/// A table for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub name: String,
    /// Headings above the columns, each over a number of them; empty where there are none.
    pub groups: Vec<(String, usize)>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

/// Columns that are shares or rates whatever the table.
const PERCENT: [&str; 9] = [
    "weight_in_dimension",
    "effective_weight",
    "coverage",
    "percentile",
    "own_weight",
    "rate",
    "weight",
    "headroom",
    "headroom_applied",
];
const SCORES: [&str; 9] = [
    "score",
    "points",
    "points_lost",
    "total_score",
    "total_before_gate",
    "points_needed",
    "current_score",
    "needed_score",
    "points_change",
];

impl Sheet {
    /// The rows of batches; `heading` names a column.
    ///
    /// # Errors
    /// A column that cannot be read as text.
    pub fn new(name: &str, batches: &[RecordBatch], heading: impl Fn(&str) -> String) -> Result<Self, ArrowError> {
        let columns = batches.first().map(|batch| batch.schema()).into_iter().flat_map(|schema| {
            let column = |field: &arrow::datatypes::Field| Column {
                name: field.name().clone(),
                heading: heading(field.name()),
                shape: shape(field.name(), field.data_type()),
            };
            schema.fields().iter().map(|field| column(field)).collect::<Vec<_>>()
        });
        let mut sheet =
            Self { name: name.to_owned(), groups: Vec::new(), columns: columns.collect(), rows: Vec::new() };
        for batch in batches {
            let cells = batch.columns().iter().map(cells).collect::<Result<Vec<_>, _>>()?;
            sheet
                .rows
                .extend((0..batch.num_rows()).map(|row| cells.iter().map(|column| column[row].clone()).collect()));
        }
        Ok(sheet)
    }
}

fn shape(name: &str, data_type: &DataType) -> Shape {
    match data_type {
        DataType::Boolean => Shape::Flag,
        DataType::Date32 => Shape::Date,
        kind if kind.is_integer() => Shape::Count,
        DataType::Decimal128(_, 2) => Shape::Money,
        kind if !kind.is_numeric() => Shape::Text,
        _ if PERCENT.contains(&name) || name.starts_with("w_") => Shape::Percent,
        _ if SCORES.contains(&name) || name.starts_with("score_") || name.ends_with("_score") => Shape::Score,
        _ => Shape::Number,
    }
}

fn cells(column: &ArrayRef) -> Result<Vec<Cell>, ArrowError> {
    let rows = 0..column.len();
    let known = |row: usize, cell: &dyn Fn() -> Cell| if column.is_null(row) { Cell::Empty } else { cell() };
    Ok(match column.data_type() {
        DataType::Boolean => {
            let flags = column.as_boolean();
            rows.map(|row| known(row, &|| Cell::Flag(flags.value(row)))).collect()
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            rows.map(|row| known(row, &|| Cell::Date(days.value(row)))).collect()
        }
        kind if kind.is_numeric() => {
            let numbers = cast(column, &DataType::Float64)?;
            let numbers = numbers.as_primitive::<Float64Type>();
            rows.map(|row| known(row, &|| Cell::Number(numbers.value(row)))).collect()
        }
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(column, &options)?;
            rows.map(|row| known(row, &|| Cell::Text(formatter.value(row).to_string()))).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Date32Array, Decimal128Array, StringArray};

    use super::*;

    #[test]
    fn ids_stay_text_and_amounts_become_numbers() {
        let ids: ArrayRef = Arc::new(StringArray::from(vec![Some("007"), None]));
        let amounts = Decimal128Array::from(vec![Some(12345), None]).with_precision_and_scale(18, 2).unwrap();
        let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(0), None]));
        let batch = RecordBatch::try_from_iter([("id", ids), ("amount", Arc::new(amounts) as ArrayRef), ("day", days)]);
        let sheet = Sheet::new("s", &[batch.unwrap()], |name| name.to_uppercase()).unwrap();
        assert_eq!(sheet.rows[0], [Cell::Text("007".into()), Cell::Number(123.45), Cell::Date(0)]);
        assert_eq!(sheet.rows[1], [Cell::Empty, Cell::Empty, Cell::Empty]);
        assert_eq!(
            sheet.columns.iter().map(|column| column.shape).collect::<Vec<_>>(),
            [Shape::Text, Shape::Money, Shape::Date]
        );
        assert_eq!(sheet.columns[0].heading, "ID");
    }
}
