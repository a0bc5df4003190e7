//! Delimited text: a quick survey of every byte, and a careful reader for files that need one.
//!
//! The survey counts rows and finds what a fast columnar reader would get wrong in silence: lines with too few or too
//! many cells, NUL bytes, blank lines, quotes in odd places. A file without any of it is scanned where it lies; one
//! with is rewritten row by row, its bad lines rejected with their number.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use super::source::{Decoded, is_plain};
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
    let mut survey = Survey { starts: Some(Vec::new()), ..Survey::new(files) };
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

/// What one pass over the bytes finds.
struct Survey {
    delimiter: u8,
    quote: Option<u8>,
    /// Cells of a row; those of the first record when no columns are configured.
    cells: Option<u64>,
    records: u64,
    is_irregular: bool,
    has_quote: bool,
    in_quotes: bool,
    quote_line: u64,
    line: u64,
    record_line: u64,
    /// The line of every record's start, when asked for.
    starts: Option<Vec<u64>>,
    record_cells: u64,
    record_bytes: u64,
    at_cell_start: bool,
    after_quote: bool,
}

impl Survey {
    fn new(files: &SourceFiles) -> Self {
        Self {
            delimiter: files.delimiter,
            quote: files.quote,
            cells: files.columns.as_ref().map(|columns| columns.len() as u64),
            records: 0,
            is_irregular: false,
            has_quote: false,
            in_quotes: false,
            quote_line: 0,
            line: 1,
            record_line: 1,
            starts: None,
            record_cells: 1,
            record_bytes: 0,
            at_cell_start: true,
            after_quote: false,
        }
    }

    fn feed(&mut self, text: &[u8]) {
        let mut rest = text;
        // Most text has nothing odd in it anywhere; then no line need be asked.
        let may_be_odd = self.is_odd(text);
        while !rest.is_empty() {
            // Whole lines without a quote or a NUL byte are the rule, and need only their delimiters counted.
            rest = match self.plain_line(rest, may_be_odd) {
                Some((line, after)) => {
                    self.record_cells += line.iter().filter(|byte| **byte == self.delimiter).count() as u64;
                    self.record_bytes = line.len() as u64;
                    self.end_line();
                    after
                }
                None => self.look_closely(rest),
            };
        }
    }

    /// Byte by byte to the end of the record, or of the text; gives what follows.
    fn look_closely<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        for (index, byte) in text.iter().copied().enumerate() {
            if self.in_quotes {
                self.quoted(byte);
            } else {
                self.unquoted(byte);
                if byte == b'\n' {
                    return &text[index + 1..];
                }
            }
        }
        &[]
    }

    /// The next line and what follows it, if nothing in the line needs a closer look.
    fn plain_line<'a>(&self, text: &'a [u8], may_be_odd: bool) -> Option<(&'a [u8], &'a [u8])> {
        if self.in_quotes || self.after_quote || self.record_bytes > 0 || self.record_cells > 1 {
            return None;
        }
        let end = memchr::memchr(b'\n', text)?;
        let line = text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]);
        (!(may_be_odd && self.is_odd(line))).then_some((line, &text[end + 1..]))
    }

    /// Whether something in the text is more than cells between delimiters.
    fn is_odd(&self, text: &[u8]) -> bool {
        match self.quote {
            Some(quote) => memchr::memchr3(quote, 0, b'\r', text).is_some(),
            None => memchr::memchr2(0, b'\r', text).is_some(),
        }
    }

    fn quoted(&mut self, byte: u8) {
        match byte {
            byte if Some(byte) == self.quote => {
                self.in_quotes = false;
                self.after_quote = true;
            }
            b'\n' => {
                // Lines and rows no longer go together.
                self.line += 1;
                self.is_irregular = true;
            }
            0 => self.is_irregular = true,
            _ => {}
        }
    }

    fn unquoted(&mut self, byte: u8) {
        let after_quote = std::mem::take(&mut self.after_quote);
        let at_cell_start = std::mem::take(&mut self.at_cell_start);
        if byte == b'\n' {
            return self.end_line();
        }
        if byte == b'\r' {
            self.after_quote = after_quote;
            self.at_cell_start = at_cell_start;
            return;
        }
        self.record_bytes += 1;
        if byte == self.delimiter {
            self.record_cells += 1;
            self.at_cell_start = true;
        } else if Some(byte) == self.quote {
            self.has_quote = true;
            if at_cell_start {
                self.quote_line = self.line;
            } else if !after_quote {
                self.is_irregular = true;
                return;
            }
            self.in_quotes = true;
        } else if after_quote || byte == 0 {
            self.is_irregular = true;
        }
    }

    fn end_line(&mut self) {
        self.end_record();
        self.line += 1;
        self.record_line = self.line;
    }

    fn end_record(&mut self) {
        if self.record_bytes == 0 {
            self.is_irregular = true;
        } else {
            self.records += 1;
            if let Some(starts) = &mut self.starts {
                starts.push(self.record_line);
            }
            let cells = *self.cells.get_or_insert(self.record_cells);
            self.is_irregular |= cells != self.record_cells;
        }
        self.record_bytes = 0;
        self.record_cells = 1;
        self.at_cell_start = true;
    }

    fn finish(&mut self) {
        if self.record_bytes > 0 && !self.in_quotes {
            self.end_record();
        }
    }
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
    fn a_survey_by_lines_finds_what_one_by_bytes_finds() {
        let mut state = 11_u64;
        for round in 0..5_000 {
            let mut text = Vec::new();
            for _ in 0..round % 40 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push(b"aab,,\n\n\"\r\0"[(state >> 33) as usize % 10]);
            }
            let survey = |pieces: &mut dyn Iterator<Item = &[u8]>| {
                let mut survey = Survey { starts: Some(Vec::new()), ..Survey::new(&SourceFiles::default()) };
                pieces.for_each(|piece| survey.feed(piece));
                survey.finish();
                (survey.records, survey.is_irregular, survey.in_quotes, survey.line, survey.starts)
            };
            let whole = survey(&mut std::iter::once(text.as_slice()));
            assert_eq!(whole, survey(&mut text.chunks(1)), "{:?}", String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn a_long_file_of_quoted_cells_is_surveyed_in_little_stack() {
        let text = [b"a\n".as_slice(), &b"\"x\"\n".repeat(300_000)].concat();
        let worker = std::thread::Builder::new().stack_size(256 << 10).spawn(move || {
            let mut survey = Survey::new(&SourceFiles::default());
            survey.feed(&text);
            survey.records
        });
        assert_eq!(worker.unwrap().join().unwrap(), 300_001);
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
