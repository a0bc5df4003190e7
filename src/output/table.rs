//! Columns of text that line up, Chinese characters included.

use unicode_width::UnicodeWidthStr;

/// A table for a terminal: no frame, two spaces between columns.
#[derive(Debug, Clone)]
pub struct TextTable {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<bool>,
}

impl TextTable {
    pub fn new<T: Into<String>>(header: impl IntoIterator<Item = T>) -> Self {
        let header: Vec<String> = header.into_iter().map(Into::into).collect();
        Self { right: vec![false; header.len()], header, rows: Vec::new() }
    }

    /// Numbers stand at the right.
    pub fn align_right(&mut self, column: usize) {
        self.right[column] = true;
    }

    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl std::fmt::Display for TextTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = |column: usize| {
            let cells = std::iter::once(&self.header).chain(&self.rows).filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        for row in std::iter::once(&self.header).chain(&self.rows) {
            let mut line = String::new();
            for ((cell, width), right) in row.iter().zip(&widths).zip(&self.right) {
                let padding = " ".repeat(width - cell.width());
                match right {
                    true => line.push_str(&format!("{padding}{cell}  ")),
                    false => line.push_str(&format!("{cell}{padding}  ")),
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_do_not_push_the_next_column() {
        let mut table = TextTable::new(["name", "n"]);
        table.align_right(1);
        table.row(["不良", "1"]);
        table.row(["abc", "10"]);
        assert_eq!(table.to_string(), "name   n\n不良   1\nabc   10\n");
    }
}
