//! From text to typed values, column by column, as Polars expressions over the kernels.

use std::borrow::Cow;
use std::collections::BTreeMap;

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
#[derive(Debug, Clone)]
struct Spelling {
    null_values: Vec<String>,
    /// A code: capitals.
    is_code: bool,
    /// Other spellings of a code, after it is in capitals.
    aliases: Vec<(String, String)>,
    /// Texts of the file that win over everything, null tokens included.
    values: BTreeMap<String, String>,
}

impl Spelling {
    /// The table's text for a cell; `None` for an empty one.
    fn spell<'a>(&'a self, cell: &'a str, capitals: &'a mut String) -> Option<&'a str> {
        let trimmed = cell.trim();
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

/// The cell's text as the table spells it: trimmed, value-mapped, null tokens empty, codes in capitals.
pub(super) fn text(cell: Expr, column: &TableColumn, table: &Table, mapping: &Mapping) -> Expr {
    let values = mapping.values.get(&column.name).cloned().unwrap_or_default();
    let spelling = Spelling {
        null_values: mapping.null_values.clone(),
        is_code: table.code_list(&column.name).is_some(),
        aliases: column.aliases.clone(),
        values: values.into_iter().map(|(from, to)| (from.trim().to_owned(), to)).collect(),
    };
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

/// The typed value, NULL where the text is none.
pub(super) fn typed(text: Expr, kind: ColumnType, mapping: &Mapping) -> Expr {
    let to = data_type(kind);
    let of_type = move |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), to.clone()));
    let signs = Signs::of(mapping);
    match kind {
        ColumnType::Text => text,
        ColumnType::Boolean => text.map(|column| Ok(boolean(column.str()?).into_column()), of_type),
        ColumnType::SmallInt => text.map(move |column| Ok(whole::<Int16Type>(column.str()?, signs)), of_type),
        ColumnType::Int => text.map(move |column| Ok(whole::<Int32Type>(column.str()?, signs)), of_type),
        ColumnType::BigInt => text.map(move |column| Ok(whole::<Int64Type>(column.str()?, signs)), of_type),
        ColumnType::Double => text.map(
            move |column| {
                let real = |text: &str| signs.plain(text)?.parse::<f64>().ok().filter(|value| value.is_finite());
                Ok(parsed::<Float64Type>(column.str()?, real).into_column())
            },
            of_type,
        ),
        ColumnType::Decimal { precision, scale } => text.map(
            move |column| {
                let decimal = |text: &str| kernel::decimal(signs.plain(text)?.as_bytes(), precision, scale as u8).ok();
                let values = parsed::<Int128Type>(column.str()?, decimal);
                Ok(values.into_decimal_unchecked(precision.into(), scale as usize).into_column())
            },
            of_type,
        ),
        ColumnType::Date => match mapping.date_formats.is_empty() {
            true => text.map(
                |column| {
                    let days = parsed::<Int32Type>(column.str()?, |text| kernel::date(text.as_bytes()).ok());
                    Ok(days.into_date().into_column())
                },
                of_type,
            ),
            false => date(&text, mapping),
        },
        ColumnType::Timestamp => instant(text, mapping, of_type),
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

fn parsed<T: PolarsNumericType>(texts: &StringChunked, parse: impl Fn(&str) -> Option<T::Native>) -> ChunkedArray<T> {
    let mut values = PrimitiveChunkedBuilder::<T>::new(texts.name().clone(), texts.len());
    for text in texts.iter() {
        values.append_option(text.and_then(&parse));
    }
    values.finish()
}

fn whole<T: PolarsNumericType>(texts: &StringChunked, signs: Signs) -> Column
where
    T::Native: TryFrom<i64>,
    ChunkedArray<T>: IntoColumn,
{
    let whole = |text: &str| kernel::whole(signs.plain(text)?.as_bytes()).ok()?.try_into().ok();
    parsed::<T>(texts, whole).into_column()
}

fn boolean(texts: &StringChunked) -> BooleanChunked {
    let is_one_of = |text: &str, words: [&str; 6]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    let mut values = BooleanChunkedBuilder::new(texts.name().clone(), texts.len());
    for text in texts.iter() {
        values.append_option(text.and_then(|text| match (is_one_of(text, TRUE), is_one_of(text, FALSE)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }));
    }
    values.finish()
}

/// By the source's own formats.
fn date(text: &Expr, mapping: &Mapping) -> Expr {
    first(mapping.date_formats.iter().map(|pattern| text.clone().str().to_date(format(pattern))))
}

fn instant(
    text: Expr,
    mapping: &Mapping,
    of_type: impl Fn(&Schema, &Field) -> PolarsResult<Field> + Send + Sync + 'static,
) -> Expr {
    let iso = text.clone().map(
        |column| {
            let instants = parsed::<Int64Type>(column.str()?, |text| kernel::instant(text.as_bytes()).ok());
            Ok(instants.into_datetime(TimeUnit::Microseconds, None).into_column())
        },
        of_type,
    );
    if mapping.timestamp_formats.is_empty() && mapping.date_formats.is_empty() {
        return iso;
    }
    let at = |pattern: &String| {
        text.clone().str().to_datetime(Some(TimeUnit::Microseconds), None, format(pattern), lit("raise"))
    };
    let midnight = date(&text, mapping).cast(DataType::Datetime(TimeUnit::Microseconds, None));
    let midnight = (!mapping.date_formats.is_empty()).then_some(midnight);
    // Without formats of its own, an instant is ISO.
    let iso = mapping.timestamp_formats.is_empty().then_some(iso);
    first(mapping.timestamp_formats.iter().map(at).chain(iso).chain(midnight))
}

fn first(attempts: impl Iterator<Item = Expr>) -> Expr {
    attempts.reduce(|found, attempt| found.fill_null(attempt)).unwrap_or_else(|| lit(NULL))
}

fn format(pattern: &str) -> StrptimeOptions {
    StrptimeOptions { format: Some(pattern.into()), strict: false, exact: true, cache: true }
}
