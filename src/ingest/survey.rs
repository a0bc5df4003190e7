//! One quick pass over the bytes of delimited text: rows counted, and whatever a fast reader would get wrong found.

use crate::config::SourceFiles;

/// What one pass over the bytes finds.
pub(super) struct Survey {
    delimiter: u8,
    quote: Option<u8>,
    /// Cells of a row; those of the first record when no columns are configured.
    cells: Option<u64>,
    pub records: u64,
    pub is_irregular: bool,
    pub has_quote: bool,
    pub in_quotes: bool,
    pub quote_line: u64,
    line: u64,
    record_line: u64,
    /// The line of every record's start, when asked for.
    pub starts: Option<Vec<u64>>,
    record_cells: u64,
    record_bytes: u64,
    at_cell_start: bool,
    after_quote: bool,
}

impl Survey {
    pub fn new(files: &SourceFiles) -> Self {
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

    /// One that also notes the line on which every record starts.
    pub fn with_starts(files: &SourceFiles) -> Self {
        Self { starts: Some(Vec::new()), ..Self::new(files) }
    }

    pub fn feed(&mut self, text: &[u8]) {
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

    pub fn finish(&mut self) {
        if self.record_bytes > 0 && !self.in_quotes {
            self.end_record();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                let mut survey = Survey::with_starts(&SourceFiles::default());
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
}
