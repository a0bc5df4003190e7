//! From text to typed values, column by column, as Polars expressions.

use polars::prelude::*;

use crate::config::Mapping;
use crate::model::{Column, ColumnType, Table};

/// Suffix of an instant that is a plain date: midnight.
const MIDNIGHT: &str = r"[ T]00:00(:00(\.0+)?)?Z?$";
const ISO_INSTANTS: [&str; 4] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
const ISO_INSTANTS_WITH_OFFSET: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%dT%H:%M:%S%.f%z"];
const TRUE: [&str; 6] = ["true", "t", "1", "yes", "y", "是"];
const FALSE: [&str; 6] = ["false", "f", "0", "no", "n", "否"];

/// The cell's text as the table spells it: trimmed, value-mapped, null tokens empty, codes in capitals.
pub(super) fn text(cell: Expr, column: &Column, table: &Table, mapping: &Mapping) -> Expr {
    let trimmed = trim(cell).fill_null(lit(""));
    let is_null = mapping
        .null_values
        .iter()
        .filter(|token| !token.is_empty())
        .fold(trimmed.clone().eq(lit("")), |is_null, token| is_null.or(trimmed.clone().eq(lit(token.as_str()))));
    let mut spelled = trimmed.clone();
    if table.code_list(&column.name).is_some() {
        spelled = spelled.str().to_uppercase();
    }
    for (from, to) in &column.aliases {
        spelled = when(spelled.clone().eq(lit(from.as_str()))).then(lit(to.as_str())).otherwise(spelled);
    }
    let text = when(is_null).then(lit(NULL).cast(DataType::String)).otherwise(spelled);
    // A mapped value wins over everything, null tokens included.
    mapping.values.get(&column.name).into_iter().flatten().fold(text, |text, (from, to)| {
        when(trimmed.clone().eq(lit(from.trim()))).then(lit(to.as_str())).otherwise(text)
    })
}

pub(super) fn trim(cell: Expr) -> Expr {
    cell.str().strip_chars(lit(NULL))
}

/// The typed value, NULL where the text is none, and a condition that is true where a value lost digits.
pub(super) fn typed(text: Expr, kind: ColumnType, mapping: &Mapping) -> (Expr, Option<Expr>) {
    match kind {
        ColumnType::Text => (text, None),
        ColumnType::Boolean => (boolean(text), None),
        ColumnType::Int => (whole(text, mapping).cast(DataType::Int32), None),
        ColumnType::BigInt => (whole(text, mapping).cast(DataType::Int64), None),
        ColumnType::Double => {
            let number = plain_number(text, mapping).cast(DataType::Float64);
            (when(number.clone().is_finite()).then(number).otherwise(lit(NULL)), None)
        }
        ColumnType::Decimal { precision, scale } => decimal(plain_number(text, mapping), precision, scale),
        ColumnType::Date => (date(text, mapping), None),
        ColumnType::Timestamp => (instant(text, mapping), None),
    }
}

/// The Polars type of a column.
pub(super) fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::String,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Int => DataType::Int32,
        ColumnType::BigInt => DataType::Int64,
        ColumnType::Double => DataType::Float64,
        ColumnType::Decimal { precision, scale } => DataType::Decimal(precision.into(), scale as usize),
        ColumnType::Date => DataType::Date,
        ColumnType::Timestamp => DataType::Datetime(TimeUnit::Microseconds, None),
    }
}

fn boolean(text: Expr) -> Expr {
    let any_of = |words: [&str; 6]| {
        let word = text.clone().str().to_lowercase();
        words.into_iter().map(|known| word.clone().eq(lit(known))).reduce(Expr::or).unwrap_or_else(|| lit(false))
    };
    when(any_of(TRUE)).then(lit(true)).when(any_of(FALSE)).then(lit(false)).otherwise(lit(NULL))
}

/// Digits with a decimal point, whatever the file's signs for it are.
fn plain_number(text: Expr, mapping: &Mapping) -> Expr {
    let mut number = text;
    if let Some(separator) = mapping.thousands_separator {
        number = number.str().replace_all(lit(separator.to_string()), lit(""), true);
    }
    if mapping.decimal_comma {
        // A point would otherwise pass as the decimal sign that it is not.
        let without_point = when(number.clone().str().contains_literal(lit("."))).then(lit(NULL)).otherwise(number);
        number = without_point.str().replace_all(lit(","), lit("."), true);
    }
    number
}

/// `30.0` is a whole number to everybody who exports integers with gaps.
fn whole(text: Expr, mapping: &Mapping) -> Expr {
    plain_number(text, mapping).str().replace(lit(r"\.0+$"), lit(""), false)
}

fn decimal(number: Expr, precision: u8, scale: i8) -> (Expr, Option<Expr>) {
    let (precision, scale) = (usize::from(precision), scale as usize);
    let value = number.clone().cast(DataType::Decimal(precision, scale));
    // The cast rounds; money that does not fit its column is refused instead.
    let wide = number.clone().cast(DataType::Decimal(38, scale + 10));
    let with_exponent = number.clone().str().contains(lit("[eE]"), true);
    let excess_digits = number.str().contains(lit(format!(r"\.\d{{{scale}}}\d*[1-9]")), true);
    let excess_value = wide.clone().neq(value.clone().cast(DataType::Decimal(38, scale + 10)));
    let loses_digits = when(with_exponent).then(excess_value).otherwise(excess_digits);
    (value, Some(loses_digits.fill_null(lit(false))))
}

fn date(text: Expr, mapping: &Mapping) -> Expr {
    if mapping.date_formats.is_empty() {
        let day = text.str().replace(lit(MIDNIGHT), lit(""), false);
        return day.str().to_date(format("%Y-%m-%d"));
    }
    first(mapping.date_formats.iter().map(|pattern| text.clone().str().to_date(format(pattern))))
}

fn instant(text: Expr, mapping: &Mapping) -> Expr {
    let at = |pattern: &str| {
        text.clone().str().to_datetime(Some(TimeUnit::Microseconds), None, format(pattern), lit("raise"))
    };
    let midnight = date(text.clone(), mapping).cast(DataType::Datetime(TimeUnit::Microseconds, None));
    if !mapping.timestamp_formats.is_empty() {
        return first(mapping.timestamp_formats.iter().map(|pattern| at(pattern)).chain([midnight]));
    }
    let utc = text.clone().str().replace(lit("Z$"), lit("+00:00"), false);
    let with_offset = ISO_INSTANTS_WITH_OFFSET.iter().map(|pattern| {
        let zone = Some(TimeZone::UTC);
        let parsed = utc.clone().str().to_datetime(Some(TimeUnit::Microseconds), zone, format(pattern), lit("raise"));
        parsed.dt().replace_time_zone(None, lit("raise"), NonExistent::Raise)
    });
    first(ISO_INSTANTS.iter().map(|pattern| at(pattern)).chain(with_offset).chain([midnight]))
}

fn first(attempts: impl Iterator<Item = Expr>) -> Expr {
    attempts.reduce(|found, attempt| found.fill_null(attempt)).unwrap_or_else(|| lit(NULL))
}

fn format(pattern: &str) -> StrptimeOptions {
    StrptimeOptions { format: Some(pattern.into()), strict: false, exact: true, cache: true }
}
