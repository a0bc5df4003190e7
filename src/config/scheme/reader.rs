//! A TOML table whose keys are taken one by one. What is missing, of another type or left over is a problem with its line, and
//! reading goes on: whoever writes a scheme sees all its faults at once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::suggest::nearest;

/// One fault of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line of the file, from 1.
    pub line: usize,
    pub text: String,
}

/// The faults found so far.
pub(super) struct Problems<'t> {
    text: &'t str,
    found: RefCell<Vec<Problem>>,
}

impl<'t> Problems<'t> {
    pub fn of(text: &'t str) -> Self {
        Self { text, found: RefCell::new(Vec::new()) }
    }

    pub fn line(&self, span: &Range<usize>) -> usize {
        1 + self.text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count()
    }

    pub fn add(&self, line: usize, text: impl Into<String>) {
        self.found.borrow_mut().push(Problem { line, text: text.into() });
    }

    /// In the order of the file.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut found = self.found.into_inner();
        found.sort();
        found.dedup();
        found
    }
}

/// A table and the place it stands at, such as `[dimension.RISK]`.
pub(super) struct Reader<'a, 't> {
    pub place: String,
    pub line: usize,
    table: &'a DeTable<'t>,
    problems: &'a Problems<'t>,
    taken: RefCell<BTreeSet<&'static str>>,
}

/// A value and where it stands.
pub(super) type Located<T> = (usize, T);

impl<'a, 't> Reader<'a, 't> {
    pub fn new(place: String, line: usize, table: &'a DeTable<'t>, problems: &'a Problems<'t>) -> Self {
        Self { place, line, table, problems, taken: RefCell::default() }
    }

    pub fn problem(&self, line: usize, text: impl std::fmt::Display) {
        let place = if self.place.is_empty() { String::new() } else { format!("{} ", self.place) };
        self.problems.add(line, format!("{place}{text}"));
    }

    fn value(&self, key: &'static str) -> Option<(usize, &'a Spanned<DeValue<'t>>)> {
        self.taken.borrow_mut().insert(key);
        let (name, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some((self.problems.line(&name.span()), value))
    }

    fn typed<T>(
        &self,
        key: &'static str,
        expected: &str,
        read: impl Fn(&'a DeValue<'t>) -> Option<T>,
    ) -> Option<Located<T>> {
        let (line, value) = self.value(key)?;
        let read = read(value.get_ref());
        if read.is_none() {
            self.problem(line, format!("{key}: {expected} is expected"));
        }
        read.map(|value| (line, value))
    }

    pub fn text(&self, key: &'static str) -> Option<Located<String>> {
        self.typed(key, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub fn number(&self, key: &'static str) -> Option<Located<f64>> {
        self.typed(key, "a number", number)
    }

    pub fn count(&self, key: &'static str) -> Option<Located<u32>> {
        self.typed(key, "a whole number, 0 or more,", |value| integer(value).and_then(|n| u32::try_from(n).ok()))
    }

    pub fn flag(&self, key: &'static str) -> Option<Located<bool>> {
        self.typed(key, "true or false", DeValue::as_bool)
    }

    pub fn date(&self, key: &'static str) -> Option<Located<Date>> {
        self.typed(key, "a date such as 2025-01-01", |value| {
            let text = value.as_datetime().map(ToString::to_string).or_else(|| value.as_str().map(str::to_owned));
            text?.parse().ok()
        })
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<Located<T>> {
        let (line, text) = self.text(key)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names = choices.iter().map(|(name, _)| *name).collect::<Vec<_>>();
            let hint = hint(&text, &names);
            self.problem(line, format!("{key} = {text:?} is not one of {}{hint}", names.join(", ")));
        }
        found.map(|value| (line, value))
    }

    /// Rows of numbers, each of one of the widths.
    pub fn rows(&self, key: &'static str, widths: &[usize], form: &str) -> Option<Located<Vec<Vec<f64>>>> {
        self.typed(key, form, |value| {
            let row = |row: &Spanned<DeValue<'t>>| -> Option<Vec<f64>> {
                row.get_ref().as_array()?.iter().map(|cell| number(cell.get_ref())).collect()
            };
            let rows: Vec<Vec<f64>> = value.as_array()?.iter().map(row).collect::<Option<_>>()?;
            let width = rows.first()?.len();
            (widths.contains(&width) && rows.iter().all(|row| row.len() == width)).then_some(rows)
        })
    }

    /// A pair of numbers.
    pub fn pair(&self, key: &'static str) -> Option<Located<[f64; 2]>> {
        self.typed(key, "a pair of numbers", |value| {
            let cells = value.as_array()?;
            match (cells.len(), cells.first(), cells.get(1)) {
                (2, Some(first), Some(second)) => Some([number(first.get_ref())?, number(second.get_ref())?]),
                _ => None,
            }
        })
    }

    pub fn table(&self, key: &'static str, place: &str) -> Option<Reader<'a, 't>> {
        let (line, table) = self.typed(key, "a table", DeValue::as_table)?;
        Some(Reader::new(place.to_owned(), line, table, self.problems))
    }

    /// The tables of `[[key]]`.
    pub fn tables(&self, key: &'static str) -> Vec<Reader<'a, 't>> {
        let Some((line, items)) = self.typed(key, "a list of tables", DeValue::as_array) else { return Vec::new() };
        let table = |(index, item): (usize, &'a Spanned<DeValue<'t>>)| match item.get_ref().as_table() {
            Some(table) => {
                let place = format!("[[{key}]] {}", index + 1);
                Some(Reader::new(place, self.problems.line(&item.span()), table, self.problems))
            }
            None => {
                self.problem(line, format!("{key}: a list of tables is expected"));
                None
            }
        };
        items.iter().enumerate().filter_map(table).collect()
    }

    /// The tables below this one, by name, in the order of the file; every name is a legal key.
    pub fn named_tables(&self) -> Vec<(String, Reader<'a, 't>)> {
        let mut tables = Vec::new();
        for (name, value) in self.table {
            let line = self.problems.line(&name.span());
            let place = format!("{}.{}]", self.place.trim_end_matches(']'), name.get_ref());
            match value.get_ref().as_table() {
                Some(table) => {
                    tables.push((
                        name.span().start,
                        name.get_ref().to_string(),
                        Reader::new(place, line, table, self.problems),
                    ));
                }
                None => self.problem(line, format!("{}: a table is expected", name.get_ref())),
            }
        }
        tables.sort_by_key(|(start, ..)| *start);
        tables.into_iter().map(|(_, name, reader)| (name, reader)).collect()
    }

    /// Numbers by name, in the order of the file; every name is a legal key.
    pub fn named_numbers(&self) -> Vec<(usize, String, f64)> {
        let mut numbers = Vec::new();
        for (name, value) in self.table {
            let line = self.problems.line(&name.span());
            match number(value.get_ref()) {
                Some(value) => numbers.push((name.span().start, (line, name.get_ref().to_string(), value))),
                None => self.problem(line, format!("{}: a number is expected", name.get_ref())),
            }
        }
        numbers.sort_by_key(|(start, _)| *start);
        numbers.into_iter().map(|(_, number)| number).collect()
    }

    /// Every key that nobody asked for is a slip.
    pub fn finish(self) {
        let taken = self.taken.borrow();
        let known: Vec<&str> = taken.iter().copied().collect();
        for (name, _) in self.table.iter().filter(|(name, _)| !taken.contains(name.get_ref().as_ref())) {
            let key = name.get_ref();
            self.problem(
                self.problems.line(&name.span()),
                format!("there is no key {key}{}; the keys are {}", hint(key, &known), known.join(", ")),
            );
        }
    }
}

/// ` (did you mean …?)`, if a known word is near.
pub(super) fn hint(word: &str, known: &[&str]) -> String {
    nearest(word, known.iter().copied()).map(|known| format!(" (did you mean {known}?)")).unwrap_or_default()
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

/// Integers and floats, also inf and -inf; never NaN.
fn number(value: &DeValue<'_>) -> Option<f64> {
    let float = || value.as_float()?.as_str().replace('_', "").parse::<f64>().ok();
    integer(value).map(|number| number as f64).or_else(float).filter(|number| !number.is_nan())
}
