//! A file that is wide by a number (BAL1, BAL2, …) as a long table.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::{FILE, IngestError, LINE};
use crate::config::Unpivot;

/// One row per line and number, numbers ascending; a column that a number lacks is empty there.
///
/// # Errors
/// A file without one of the kept columns, or without any numbered one.
pub(super) fn lengthen(
    name: &str,
    rows: LazyFrame,
    columns: &[String],
    wide: &Unpivot,
) -> Result<(LazyFrame, Vec<String>), IngestError> {
    let numbers = numbers(name, columns, wide)?;
    let parts: Vec<LazyFrame> = numbers
        .iter()
        .map(|number| {
            let kept = wide.keep.iter().map(|column| col(column.as_str()));
            let values = wide.columns.iter().map(|prefix| {
                let column = format!("{prefix}{number}");
                let value =
                    if columns.contains(&column) { col(column.as_str()) } else { lit(NULL).cast(DataType::String) };
                value.alias(prefix.as_str())
            });
            let number = lit(number.as_str()).alias(wide.name.as_str());
            let location = [col(FILE), col(LINE)];
            rows.clone().select(kept.chain([number]).chain(values).chain(location).collect::<Vec<_>>())
        })
        .collect();
    let engine = |error: PolarsError| IngestError::Engine { file: name.to_owned(), problem: error.to_string() };
    let long = concat(parts, UnionArgs::default()).map_err(engine)?;
    Ok((long, wide.long_columns()))
}

/// The numbers that columns of the file carry, as they are written.
pub(super) fn numbers(name: &str, columns: &[String], wide: &Unpivot) -> Result<Vec<String>, IngestError> {
    let missing = |needed: String| IngestError::Unpivot {
        file: name.to_owned(),
        needed,
        found: columns.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(", "),
    };
    if let Some(absent) = wide.keep.iter().find(|column| !columns.contains(column)) {
        return Err(missing(format!("a column {absent}")));
    }
    // As written, so that BAL01 is found again; in the order of the numbers.
    let numbered = |column: &String| {
        let digits = wide.columns.iter().filter_map(|prefix| column.strip_prefix(prefix.as_str()));
        let mut digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        digits.find_map(|digits| Some((digits.parse::<u32>().ok()?, digits.to_owned())))
    };
    let numbers: BTreeSet<(u32, String)> = columns.iter().filter_map(numbered).collect();
    if numbers.is_empty() {
        return Err(missing(format!("numbered columns such as {}1", wide.columns[0])));
    }
    Ok(numbers.into_iter().map(|(_, digits)| digits).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(columns: &[&str], rows: &[&[&str]]) -> LazyFrame {
        let column = |index: usize| {
            let texts: Vec<&str> = rows.iter().map(|row| row[index]).collect();
            Column::new(columns[index].into(), texts)
        };
        let columns = (0..columns.len()).map(column).collect();
        DataFrame::new(rows.len(), columns).unwrap().lazy()
    }

    fn by_month() -> Unpivot {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Unpivot { name: "month".to_owned(), columns: texts(&["BAL", "PMT"]), keep: texts(&["id"]) }
    }

    fn lengthened(names: &[&str], rows: &[&[&str]]) -> Result<Vec<Vec<String>>, IngestError> {
        let located: Vec<&str> = names.iter().copied().chain([FILE, LINE]).collect();
        let columns: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (long, names) = lengthen("f.csv", wide(&located, rows), &columns, &by_month())?;
        assert_eq!(names, ["id", "month", "BAL", "PMT"]);
        let frame = long.collect().unwrap();
        let row = |index: usize| {
            let cells = frame.columns().iter().map(|column| match column.get(index).unwrap() {
                AnyValue::Null => "-".to_owned(),
                value => value.str_value().to_string(),
            });
            cells.collect::<Vec<_>>()
        };
        Ok((0..frame.height()).map(row).collect())
    }

    #[test]
    fn each_number_becomes_a_row_and_what_a_number_lacks_is_empty() {
        let names = ["id", "BAL1", "BAL2", "PMT2", "BALANCE", "PMT"];
        let long = lengthened(&names, &[&["7", "a", "b", "c", "x", "y", "f.csv", "2"]]).unwrap();
        assert_eq!(long, [["7", "1", "a", "-", "f.csv", "2"], ["7", "2", "b", "c", "f.csv", "2"]]);
        let padded = lengthened(&["id", "BAL10", "BAL09"], &[&["7", "a", "b", "f.csv", "2"]]).unwrap();
        assert_eq!(padded, [["7", "09", "b", "-", "f.csv", "2"], ["7", "10", "a", "-", "f.csv", "2"]]);
    }

    #[test]
    fn a_file_of_another_layout_is_refused_with_what_is_missing() {
        let error = |names: &[&str]| {
            let row: Vec<&str> = names.iter().copied().chain(["f.csv", "2"]).collect();
            lengthened(names, &[&row]).unwrap_err().to_string()
        };
        assert_eq!(
            error(&["loan", "BAL1"]),
            "f.csv: unpivot needs a column id, and the file has no such column; it has: loan, BAL1"
        );
        assert_eq!(
            error(&["id", "BAL", "BALX"]),
            "f.csv: unpivot needs numbered columns such as BAL1, and the file has no such column; it has: id, BAL, BALX"
        );
    }
}
