//! Delimited text: a quick survey of every byte, and a careful reader for files that need one.
//!
//! The survey counts rows and finds what a fast columnar reader would get wrong in silence: lines with too few or too
//! many cells, NUL bytes, blank lines, quotes in odd places. A file without any of it is scanned where it lies; one
//! with is rewritten row by row, its bad lines rejected with their number.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use super::source::{Decoded, is_plain};
use super::survey::Survey;
use super::{IngestError, Lines, Reason, Reject, TextTable, check_header, rewritten, temporary_file};
use crate::config::SourceFiles;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn read(name: &str, path: &Path, files: &SourceFiles) -> Result<TextTable, IngestError> {
    let mut survey = Survey::new(files);
    let mut text = Vec::new();
    let mut decoded = Decoded::open(name, path, files.encoding)?;
    // The decoder drops a byte order mark; a file with one cannot be scanned where it lies either.
    let in_place = is_plain(name, files.encoding) && !starts_with_mark(name, path)?;
    let mut copy = match in_place {
        true => None,
        false => Some(temporary_file(name)?),
    };
    loop {
        text.clear();
        let more = decoded.next(&mut text)?;
        survey.feed(&text);
        if let Some(copy) = &mut copy {
            copy.write_all(&text).map_err(|source| IngestError::Stage { path: copy.path().to_owned(), source })?;
        }
        if !more {
            break;
        }
    }
    survey.finish();
    let temporary = copy.map(tempfile::NamedTempFile::into_temp_path);
    let plain: PathBuf = temporary.as_ref().map_or_else(|| path.to_owned(), |temporary| temporary.to_path_buf());

    if survey.in_quotes {
        return Err(IngestError::OpenQuote { file: name.to_owned(), line: survey.quote_line });
    }
    let (columns, header_lines) = match &files.columns {
        Some(columns) => (columns.clone(), 0),
        None => (header(name, &plain, files)?, 1),
    };
    check_header(name, &columns)?;
    if survey.is_irregular {
        return read_carefully(name, &plain, files, columns);
    }
    Ok(TextTable {
        path: plain,
        delimiter: files.delimiter,
        // A reader that need not look for quotes is quicker.
        quote: files.quote.filter(|_| survey.has_quote),
        columns,
        header_lines,
        lines: Lines::Counted,
        rows: survey.records - header_lines as u64,
        rejects: Vec::new(),
        _temporary: temporary,
    })
}

/// The column names alone, from the first piece of the file.
pub(super) fn columns(name: &str, path: &Path, files: &SourceFiles) -> Result<Vec<String>, IngestError> {
    if let Some(columns) = &files.columns {
        return Ok(columns.clone());
    }
    if super::is_folder(path) {
        return Err(IngestError::Folder { file: name.to_owned() });
    }
    let mut text = Vec::new();
    let mut decoded = Decoded::open(name, path, files.encoding)?;
    while !text.contains(&b'\n') && decoded.next(&mut text)? {}
    let mut copy = temporary_file(name)?;
    copy.write_all(&text).map_err(|source| IngestError::Stage { path: copy.path().to_owned(), source })?;
    header(name, copy.path(), files)
}

fn starts_with_mark(name: &str, path: &Path) -> Result<bool, IngestError> {
    use std::io::Read;
    let mut start = [0; 3];
    let mut file = std::fs::File::open(path).map_err(|source| IngestError::read(name, source))?;
    let count = file.read(&mut start).map_err(|source| IngestError::read(name, source))?;
    Ok(&start[..count] == BYTE_ORDER_MARK)
}

fn reader(path: &Path, name: &str, files: &SourceFiles) -> Result<::csv::Reader<std::fs::File>, IngestError> {
    let mut builder = ::csv::ReaderBuilder::new();
    builder.delimiter(files.delimiter).flexible(true).has_headers(false);
    match files.quote {
        Some(quote) => builder.quote(quote),
        None => builder.quoting(false),
    };
    let mut file = std::fs::File::open(path).map_err(|source| IngestError::read(name, source))?;
    file.rewind().map_err(|source| IngestError::read(name, source))?;
    Ok(builder.from_reader(file))
}

fn header(name: &str, path: &Path, files: &SourceFiles) -> Result<Vec<String>, IngestError> {
    let mut reader = reader(path, name, files)?;
    let mut record = ::csv::StringRecord::new();
    let found = reader.read_record(&mut record).map_err(|error| damaged(name, &error))?;
    match found && record.iter().any(|cell| !cell.trim().is_empty()) {
        true => Ok(record
            .iter()
            .enumerate()
            .map(|(index, cell)| match cell.trim() {
                "" => format!("column_{}", index + 1),
                column => column.to_owned(),
            })
            .collect()),
        false => Err(IngestError::Empty { file: name.to_owned() }),
    }
}

fn read_carefully(
    name: &str,
    path: &Path,
    files: &SourceFiles,
    columns: Vec<String>,
) -> Result<TextTable, IngestError> {
    let mut reader = reader(path, name, files)?;
    let mut writer = ::csv::WriterBuilder::new().flexible(false).from_writer(temporary_file(name)?);
    let mut rejects = Vec::new();
    let mut rows = 0;
    let mut record = ::csv::StringRecord::new();
    let mut is_header = files.columns.is_none();
    let mut lines = record_lines(name, path, files)?.into_iter();
    while reader.read_record(&mut record).map_err(|error| damaged(name, &error))? {
        let line = lines.next().unwrap_or_default();
        if std::mem::take(&mut is_header) {
            continue;
        }
        // A line of white space alone is a blank line, not a row.
        if record.len() == 1 && columns.len() > 1 && record[0].trim().is_empty() {
            continue;
        }
        rows += 1;
        let reject = |reason, text| Reject { source: name.to_owned(), line, column: None, value: None, reason, text };
        if record.len() != columns.len() {
            let text = format!("the line has {} cells, the header {}", record.len(), columns.len());
            rejects.push(reject(Reason::Ragged, text));
        } else if record.iter().any(|cell| cell.contains('\0')) {
            rejects.push(reject(Reason::NulByte, "the line holds a NUL byte".to_owned()));
        } else {
            let line = line.to_string();
            let cells = std::iter::once(line.as_str()).chain(record.iter());
            writer.write_record(cells).map_err(|error| damaged(name, &error))?;
        }
    }
    rewritten(name, columns, rows, rejects, writer)
}

/// The line on which each record starts; the reader's own count is off after blank lines.
fn record_lines(name: &str, path: &Path, files: &SourceFiles) -> Result<Vec<u64>, IngestError> {
    use std::io::Read;
    let mut survey = Survey::with_starts(files);
    let mut file = std::fs::File::open(path).map_err(|source| IngestError::read(name, source))?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer).map_err(|source| IngestError::read(name, source))?;
        if count == 0 {
            survey.finish();
            return Ok(survey.starts.unwrap_or_default());
        }
        survey.feed(&buffer[..count]);
    }
}

fn damaged(name: &str, error: &::csv::Error) -> IngestError {
    IngestError::Damaged { file: name.to_owned(), problem: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &[u8]) -> Result<TextTable, IngestError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).unwrap();
        read("t.csv", &path, &SourceFiles::default())
    }

    fn table_of(text: &[u8]) -> TextTable {
        table(text).unwrap()
    }

    #[test]
    fn a_regular_file_is_scanned_where_it_lies() {
        let table = table(b"a,b\n1,2\n3,\"x,\"\"y\"\r\n").unwrap();
        assert_eq!((table.rows, table.lines, table.columns), (2, Lines::Counted, vec!["a".into(), "b".into()]));
    }

    #[test]
    fn the_last_line_counts_with_and_without_its_end() {
        assert_eq!(table(b"a,b\n1,2").unwrap().rows, 1);
        assert_eq!(table(b"a,b\n1,2\n").unwrap().rows, 1);
        assert_eq!(table(b"a,b\n").unwrap().rows, 0);
    }

    #[test]
    fn one_long_line_does_not_hide_behind_a_short_one() {
        let table = table(b"a,b\n1\n1,2,3\n4,5\n").unwrap();
        assert_eq!((table.rows, table.lines), (3, Lines::Column));
        let lines: Vec<_> = table.rejects.iter().map(|reject| (reject.line, reject.text.as_str())).collect();
        assert_eq!(lines, [(2, "the line has 1 cells, the header 2"), (3, "the line has 3 cells, the header 2")]);
    }

    #[test]
    fn lines_stay_right_after_blank_lines_and_breaks_inside_quotes() {
        let table = table(b"a,b\n\n\"1\n2\",3\n\n4\n").unwrap();
        assert_eq!(table.rows, 2);
        assert_eq!(table.rejects[0].line, 6);
        let table = table_of(b"a,b\r\n\r\n1,2\r\n3\r\n");
        assert_eq!((table.rows, table.rejects[0].line), (2, 4));
    }

    #[test]
    fn a_nul_byte_costs_its_line_only() {
        let table = table(b"a,b\n1,\0\n2,3\n").unwrap();
        assert_eq!((table.rows, table.rejects.len(), table.rejects[0].reason), (2, 1, Reason::NulByte));
    }

    #[test]
    fn an_open_quote_names_the_line_on_which_it_opens() {
        let error = table(b"a,b\n1,2\n3,\"4\n5,6\n").unwrap_err().to_string();
        assert!(error.starts_with("t.csv, line 3: a quote is opened and never closed"), "{error}");
    }

    #[test]
    fn a_quote_inside_a_word_is_a_character() {
        assert_eq!(table(b"a,b\n5\" pipe,2\n").unwrap().rows, 1);
    }
}
