//! One JSON object a line, and plain lines.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};

use serde_json::value::RawValue;

use super::source::Decoded;
use super::{IngestError, Reason, Reject, TextTable, rewritten, temporary_file};

/// An object whose values keep the digits they were written with.
type Object<'a> = std::collections::BTreeMap<String, &'a RawValue>;

pub(super) fn read(name: &str, decoded: Decoded) -> Result<TextTable, IngestError> {
    let lines = spool(name, decoded)?;
    let mut columns = BTreeSet::new();
    each_line(name, lines.path(), |_, line| {
        if let Ok(object) = serde_json::from_str::<Object>(line) {
            for key in object.keys() {
                if !columns.contains(key) {
                    columns.insert(key.clone());
                }
            }
        }
        Ok(())
    })?;
    let columns: Vec<String> = columns.into_iter().collect();
    let mut writer = ::csv::WriterBuilder::new().from_writer(temporary_file(name)?);
    let mut rejects = Vec::new();
    let mut rows = 0;
    each_line(name, lines.path(), |number, line| {
        if line.trim().is_empty() {
            return Ok(());
        }
        rows += 1;
        match cells(line, &columns) {
            Ok(cells) => {
                let number = number.to_string();
                let record = std::iter::once(number.as_str()).chain(cells.iter().map(String::as_str));
                writer.write_record(record).map_err(|error| stage(name, error.into()))
            }
            Err(text) => {
                let (column, value) = (None, None);
                rejects.push(Reject {
                    source: name.to_owned(),
                    line: number,
                    column,
                    value,
                    reason: Reason::Json,
                    text,
                });
                Ok(())
            }
        }
    })?;
    match columns.is_empty() && rows == 0 {
        true => Err(IngestError::Empty { file: name.to_owned() }),
        false => rewritten(name, columns, rows, rejects, writer),
    }
}

/// A raw table with the single column `line`.
pub(super) fn read_lines(name: &str, decoded: Decoded) -> Result<TextTable, IngestError> {
    let lines = spool(name, decoded)?;
    let mut writer = ::csv::WriterBuilder::new().from_writer(temporary_file(name)?);
    let mut rows = 0;
    each_line(name, lines.path(), |number, line| {
        rows += 1;
        let record = [number.to_string(), line.to_owned()];
        writer.write_record(&record).map_err(|error| stage(name, error.into()))
    })?;
    match rows {
        0 => Err(IngestError::Empty { file: name.to_owned() }),
        rows => rewritten(name, vec!["line".to_owned()], rows, Vec::new(), writer),
    }
}

fn spool(name: &str, mut decoded: Decoded) -> Result<tempfile::NamedTempFile, IngestError> {
    let mut file = temporary_file(name)?;
    let mut text = Vec::new();
    loop {
        text.clear();
        let more = decoded.next(&mut text)?;
        file.write_all(&text).map_err(|source| stage(name, source))?;
        if !more {
            return Ok(file);
        }
    }
}

fn each_line(
    name: &str,
    path: &std::path::Path,
    mut visit: impl FnMut(u64, &str) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let file = std::fs::File::open(path).map_err(|source| stage(name, source))?;
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|source| stage(name, source))?;
        visit(index as u64 + 1, line.trim_end_matches('\r'))?;
    }
    Ok(())
}

/// The object's values as text, in the order of the columns; an absent key or null is empty.
fn cells(line: &str, columns: &[String]) -> Result<Vec<String>, String> {
    let object: Object = serde_json::from_str(line).map_err(|error| format!("not a JSON object: {error}"))?;
    columns
        .iter()
        .map(|column| {
            let Some(value) = object.get(column) else { return Ok(String::new()) };
            let text = value.get();
            match text.as_bytes().first() {
                Some(b'"') => serde_json::from_str(text).map_err(|error| error.to_string()),
                Some(b'{' | b'[') => Err(format!("the value of {column} is nested")),
                _ if text == "null" => Ok(String::new()),
                _ => Ok(text.to_owned()),
            }
        })
        .collect()
}

fn stage(name: &str, source: std::io::Error) -> IngestError {
    IngestError::Stage { path: name.into(), source }
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn digits_are_kept_as_they_were_written() {
        let columns = ["amount".to_owned(), "id".to_owned(), "note".to_owned()];
        let line = r#"{"id": "007", "amount": 12345678901234.10}"#;
        assert_eq!(cells(line, &columns).unwrap(), ["12345678901234.10", "007", ""]);
        assert_eq!(cells(r#"{"note": {"a": 1}}"#, &columns).unwrap_err(), "the value of note is nested");
    }
}
