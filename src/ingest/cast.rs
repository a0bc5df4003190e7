//! From text to typed values, column by column, as Polars expressions over the kernels.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;

use super::Reason;
use super::kernel::{self, Fault};
use crate::config::Mapping;
use crate::model::{Column as TableColumn, ColumnType, Table};

const TRUE: [&str; 6] = ["true", "t", "1", "yes", "y", "是"];
const FALSE: [&str; 6] = ["false", "f", "0", "no", "n", "否"];

/// The signs with which a file writes its numbers.
#[derive(Debug, Clone, Copy)]
struct Signs {
    thousands_separator: Option<char>,
    decimal_comma: bool,
}

impl Signs {
    fn of(mapping: &Mapping) -> Self {
        Self { thousands_separator: mapping.thousands_separator, decimal_comma: mapping.decimal_comma }
    }

    /// Digits with a decimal point; `None` where a point stands that is none.
    fn plain(self, text: &str) -> Option<Cow<'_, str>> {
        let mut number = Cow::Borrowed(text);
        if let Some(separator) = self.thousands_separator.filter(|separator| text.contains(*separator)) {
            number = Cow::Owned(number.replace(separator, ""));
        }
        match self.decimal_comma {
            true if number.contains('.') => None,
            true => Some(Cow::Owned(number.replace(',', "."))),
            false => Some(number),
        }
    }
}

/// How the cells of a column are spelled in the table.
#[derive(Debug, Default)]
struct Spelling {
    null_values: Vec<String>,
    /// A code: capitals.
    is_code: bool,
    /// Other spellings of a code, after it is in capitals.
    aliases: Vec<(String, String)>,
    /// Texts of the file that win over everything, null tokens included.
    values: BTreeMap<String, String>,
    /// Whether a cell that begins and ends with a digit is spelled as it is.
    keeps_digits: bool,
}

impl Spelling {
    fn new(column: &TableColumn, table: &Table, mapping: &Mapping) -> Self {
        let values = mapping.values.get(&column.name).cloned().unwrap_or_default();
        let is_digit = |text: &String| text.starts_with(|first: char| first.is_ascii_digit());
        let is_code = table.code_list(&column.name).is_some();
        Self {
            null_values: mapping.null_values.clone(),
            is_code,
            aliases: column.aliases.clone(),
            keeps_digits: !is_code
                && values.is_empty()
                && column.aliases.is_empty()
                && !mapping.null_values.iter().any(is_digit),
            values: values.into_iter().map(|(from, to)| (from.trim().to_owned(), to)).collect(),
        }
    }

    /// The table's text for a cell; `None` for an empty one.
    fn spell<'a>(&'a self, cell: &'a str, capitals: &'a mut String) -> Option<&'a str> {
        if let [first, .., last] = cell.as_bytes()
            && self.keeps_digits
            && first.is_ascii_digit()
            && last.is_ascii_digit()
        {
            return Some(cell);
        }
        let trimmed = trim(cell);
        if let Some(value) = self.values.get(trimmed) {
            return Some(value);
        }
        if trimmed.is_empty() || self.null_values.iter().any(|token| token == trimmed) {
            return None;
        }
        let mut text = trimmed;
        if self.is_code && trimmed.bytes().any(|byte| byte.is_ascii_lowercase() || !byte.is_ascii()) {
            *capitals = trimmed.to_uppercase();
            text = capitals;
        }
        self.aliases.iter().find(|(from, _)| from == text).map_or(Some(text), |(_, to)| Some(to))
    }

    /// Whether a column can stay as it is; most can.
    fn is_identity(&self, cells: &StringChunked) -> bool {
        let mut capitals = String::new();
        cells.iter().all(|cell| match cell {
            Some(cell) => self.spell(cell, &mut capitals).is_some_and(|text| std::ptr::eq(text, cell)),
            None => !self.values.contains_key(""),
        })
    }
}

/// `str::trim`, quick where there is nothing to trim.
fn trim(cell: &str) -> &str {
    let is_visible = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    match is_visible(cell.as_bytes().first()) && is_visible(cell.as_bytes().last()) {
        true => cell,
        false => cell.trim(),
    }
}

/// The cast of a column: from the cell of a file to a value of the table.
#[derive(Clone)]
pub(super) struct Cast<'a> {
    kind: ColumnType,
    mapping: &'a Mapping,
    spelling: Arc<Spelling>,
}

impl<'a> Cast<'a> {
    pub fn new(column: &TableColumn, table: &Table, mapping: &'a Mapping) -> Self {
        Self { kind: column.kind, mapping, spelling: Arc::new(Spelling::new(column, table, mapping)) }
    }

    /// For a value that stands in the configuration: it is spelled as it is.
    pub fn of_constant(column: &TableColumn, mapping: &'a Mapping) -> Self {
        Self { kind: column.kind, mapping, spelling: Arc::new(Spelling::default()) }
    }

    /// Whether the cast is by formats of the file, which are Polars' own and want [`Cast::text`], not the cell.
    pub fn takes_text(&self) -> bool {
        match self.kind {
            ColumnType::Date => !self.mapping.date_formats.is_empty(),
            ColumnType::Timestamp => {
                !(self.mapping.timestamp_formats.is_empty() && self.mapping.date_formats.is_empty())
            }
            _ => false,
        }
    }

    /// The cell's text as the table spells it: trimmed, value-mapped, null tokens empty, codes in capitals.
    pub fn text(&self, cell: Expr) -> Expr {
        let spelling = Arc::clone(&self.spelling);
        let spell = move |column: Column| {
            let cells = column.str()?;
            if spelling.is_identity(cells) {
                return Ok(column);
            }
            let mut capitals = String::new();
            let mut spelled = StringChunkedBuilder::new(cells.name().clone(), cells.len());
            for cell in cells.iter() {
                spelled.append_option(spelling.spell(cell.unwrap_or_default(), &mut capitals));
            }
            Ok(spelled.finish().into_column())
        };
        cell.map(spell, |_, field| Ok(field.clone()))
    }

    /// The typed value, NULL where the cell is empty or no value.
    pub fn typed(&self, cell: Expr) -> Expr {
        let to = data_type(self.kind);
        let of_type = move |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), to.clone()));
        let signs = Signs::of(self.mapping);
        let spelling = Arc::clone(&self.spelling);
        match self.kind {
            ColumnType::Text => self.text(cell),
            _ if self.takes_text() => self.by_formats(&cell),
            ColumnType::Boolean => cell.map(move |column| Ok(boolean(column.str()?, &spelling).into_column()), of_type),
            ColumnType::SmallInt => {
                cell.map(move |column| Ok(whole::<Int16Type>(column.str()?, &spelling, signs)), of_type)
            }
            ColumnType::Int => cell.map(move |column| Ok(whole::<Int32Type>(column.str()?, &spelling, signs)), of_type),
            ColumnType::BigInt => {
                cell.map(move |column| Ok(whole::<Int64Type>(column.str()?, &spelling, signs)), of_type)
            }
            ColumnType::Double => {
                let real = move |text: &str| signs.plain(text)?.parse::<f64>().ok().filter(|value| value.is_finite());
                cell.map(move |column| Ok(parsed::<Float64Type>(column.str()?, &spelling, real).into_column()), of_type)
            }
            ColumnType::Decimal { precision, scale } => {
                let decimal =
                    move |text: &str| kernel::decimal(signs.plain(text)?.as_bytes(), precision, scale as u8).ok();
                let cast = move |column: Column| {
                    let values = parsed::<Int128Type>(column.str()?, &spelling, decimal);
                    Ok(values.into_decimal_unchecked(precision.into(), scale as usize).into_column())
                };
                cell.map(cast, of_type)
            }
            ColumnType::Date => {
                let day = |text: &str| kernel::date(text.as_bytes()).ok();
                let cast = move |column: Column| {
                    Ok(parsed::<Int32Type>(column.str()?, &spelling, day).into_date().into_column())
                };
                cell.map(cast, of_type)
            }
            ColumnType::Timestamp => cell.map(move |column| Ok(instants(column.str()?, &spelling)), of_type),
        }
    }

    /// Whether a cell holds a text that is no value of the column; `value` is what it was cast to.
    pub fn is_no_value(&self, cell: Expr, value: Expr) -> Expr {
        if self.takes_text() {
            return cell.is_not_null().and(value.is_null());
        }
        let spelling = Arc::clone(&self.spelling);
        let find = move |columns: &mut [Column]| {
            let (cells, values) = (columns[0].str()?, &columns[1]);
            let name = cells.name().clone();
            if values.null_count() == 0 {
                return Ok(BooleanChunked::full(name, false, values.len()).into_column());
            }
            let mut capitals = String::new();
            let mut is_text = |cell: Option<&str>| spelling.spell(cell.unwrap_or_default(), &mut capitals).is_some();
            let nulls = values.is_null();
            let found = cells.iter().zip(nulls.iter());
            let found = found.map(|(cell, is_null)| is_null.unwrap_or(false) && is_text(cell));
            Ok(BooleanChunked::from_iter_values(name, found).into_column())
        };
        cell.map_many(find, &[value], |_, fields| Ok(Field::new(fields[0].name().clone(), DataType::Boolean)))
    }

    /// By the file's own formats; without formats for instants an instant is ISO, and a day is its midnight.
    fn by_formats(&self, text: &Expr) -> Expr {
        let day = || first(self.mapping.date_formats.iter().map(|pattern| text.clone().str().to_date(format(pattern))));
        if self.kind == ColumnType::Date {
            return day();
        }
        let at = |pattern: &String| {
            text.clone().str().to_datetime(Some(TimeUnit::Microseconds), None, format(pattern), lit("raise"))
        };
        let to = data_type(self.kind);
        let midnight = (!self.mapping.date_formats.is_empty()).then(|| day().cast(to.clone()));
        let iso = self.mapping.timestamp_formats.is_empty().then(|| {
            let as_written = Spelling::default();
            text.clone().map(
                move |column| Ok(instants(column.str()?, &as_written)),
                move |_, field| Ok(Field::new(field.name().clone(), to.clone())),
            )
        });
        first(self.mapping.timestamp_formats.iter().map(at).chain(iso).chain(midnight))
    }
}

/// Why a text that was refused is no value of its column.
pub(super) fn reason(text: &str, kind: ColumnType, mapping: &Mapping) -> Reason {
    match (kind, Signs::of(mapping).plain(text)) {
        (ColumnType::Decimal { precision, scale }, Some(number))
            if kernel::decimal(number.as_bytes(), precision, scale as u8) == Err(Fault::Precision) =>
        {
            Reason::Precision
        }
        _ => Reason::Type,
    }
}

/// The Polars type of a column.
pub(super) fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::String,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::SmallInt => DataType::Int16,
        ColumnType::Int => DataType::Int32,
        ColumnType::BigInt => DataType::Int64,
        ColumnType::Double => DataType::Float64,
        ColumnType::Decimal { precision, scale } => DataType::Decimal(precision.into(), scale as usize),
        ColumnType::Date => DataType::Date,
        ColumnType::Timestamp => DataType::Datetime(TimeUnit::Microseconds, None),
    }
}

fn parsed<T: PolarsNumericType>(
    cells: &StringChunked,
    spelling: &Spelling,
    parse: impl Fn(&str) -> Option<T::Native>,
) -> ChunkedArray<T> {
    let mut capitals = String::new();
    let mut values = PrimitiveChunkedBuilder::<T>::new(cells.name().clone(), cells.len());
    for cell in cells.iter() {
        values.append_option(spelling.spell(cell.unwrap_or_default(), &mut capitals).and_then(&parse));
    }
    values.finish()
}

fn whole<T: PolarsNumericType>(cells: &StringChunked, spelling: &Spelling, signs: Signs) -> Column
where
    T::Native: TryFrom<i64>,
    ChunkedArray<T>: IntoColumn,
{
    let whole = |text: &str| kernel::whole(signs.plain(text)?.as_bytes()).ok()?.try_into().ok();
    parsed::<T>(cells, spelling, whole).into_column()
}

fn instants(cells: &StringChunked, spelling: &Spelling) -> Column {
    let instants = parsed::<Int64Type>(cells, spelling, |text| kernel::instant(text.as_bytes()).ok());
    instants.into_datetime(TimeUnit::Microseconds, None).into_column()
}

fn boolean(cells: &StringChunked, spelling: &Spelling) -> BooleanChunked {
    let is_one_of = |text: &str, words: [&str; 6]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    let mut capitals = String::new();
    let mut values = BooleanChunkedBuilder::new(cells.name().clone(), cells.len());
    for cell in cells.iter() {
        let text = spelling.spell(cell.unwrap_or_default(), &mut capitals);
        values.append_option(text.and_then(|text| match (is_one_of(text, TRUE), is_one_of(text, FALSE)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }));
    }
    values.finish()
}

fn first(attempts: impl Iterator<Item = Expr>) -> Expr {
    attempts.reduce(|found, attempt| found.fill_null(attempt)).unwrap_or_else(|| lit(NULL))
}

fn format(pattern: &str) -> StrptimeOptions {
    StrptimeOptions { format: Some(pattern.into()), strict: false, exact: true, cache: true }
}
