//! Rows of one table, column by column, typed as the table's DDL says.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int32Builder, Int64Builder,
    RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::SynthError;
use super::calendar::Day;
use crate::model::{ColumnType, Model};

/// The columns that rows of a table are written with, in the order in which [`Sheet::push`] takes their values.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Layout {
    pub table: &'static str,
    pub columns: &'static [&'static str],
}

/// Declares layouts as `NAME = "table" ["column", …];`, and `LAYOUTS`, the list of them.
macro_rules! layouts {
    ($($name:ident = $table:literal [$($column:literal),+ $(,)?];)+) => {
        $(pub(super) const $name: $crate::synth::sheet::Layout =
            $crate::synth::sheet::Layout { table: $table, columns: &[$($column),+] };)+
        pub(super) const LAYOUTS: &[&$crate::synth::sheet::Layout] = &[$(&$name),+];
    };
}
pub(super) use layouts;

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Null,
    Text(&'a str),
    Whole(i64),
    /// A decimal as the whole number of its smallest units: cents of money, 1e-8 of a rate, 1e-6 of a share.
    Units(i64),
    Real(f64),
    Day(Day),
    /// Seconds since 1970-01-01.
    Instant(i64),
    Flag(bool),
}

pub(super) fn money(cents: i64) -> Value<'static> {
    Value::Units(cents)
}

pub(super) fn rate(rate: f64) -> Value<'static> {
    Value::Units((rate * 1e8).round() as i64)
}

pub(super) fn optional_day(day: Option<Day>) -> Value<'static> {
    day.map_or(Value::Null, Value::Day)
}

pub(super) fn optional_text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::Text)
}

/// Seconds since 1970-01-01 at a minute of a day.
pub(super) fn instant(day: Day, minute: i64) -> Value<'static> {
    Value::Instant(i64::from(day) * 86_400 + minute * 60)
}

#[derive(Debug)]
pub(super) struct Sheet {
    schema: SchemaRef,
    columns: Vec<Builder>,
    rows: usize,
}

#[derive(Debug)]
enum Builder {
    Text(StringBuilder),
    Boolean(BooleanBuilder),
    Int(Int32Builder),
    BigInt(Int64Builder),
    Double(Float64Builder),
    Decimal(Decimal128Builder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
}

impl Sheet {
    pub fn new(schema: &SchemaRef) -> Self {
        let columns = schema.fields().iter().map(|field| Builder::new(field.data_type())).collect();
        Self { schema: Arc::clone(schema), columns, rows: 0 }
    }

    pub fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.columns.len(), "{:?}", self.schema);
        for (builder, value) in self.columns.iter_mut().zip(row) {
            builder.push(value);
        }
        self.rows += 1;
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn finish(mut self) -> Result<RecordBatch, SynthError> {
        let columns = self.columns.iter_mut().map(Builder::finish).collect();
        RecordBatch::try_new(self.schema, columns).map_err(SynthError::Arrow)
    }
}

impl Builder {
    fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Boolean(BooleanBuilder::new()),
            DataType::Int32 => Self::Int(Int32Builder::new()),
            DataType::Int64 => Self::BigInt(Int64Builder::new()),
            DataType::Float64 => Self::Double(Float64Builder::new()),
            DataType::Decimal128(..) => Self::Decimal(Decimal128Builder::new().with_data_type(data_type.clone())),
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Timestamp(..) => Self::Timestamp(TimestampMicrosecondBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn push(&mut self, value: Value) {
        match (self, value) {
            (Self::Text(builder), Value::Text(text)) => builder.append_value(text),
            (Self::Boolean(builder), Value::Flag(flag)) => builder.append_value(flag),
            (Self::Int(builder), Value::Whole(whole)) => builder.append_value(whole as i32),
            (Self::BigInt(builder), Value::Whole(whole)) => builder.append_value(whole),
            (Self::Double(builder), Value::Real(real)) => builder.append_value(real),
            (Self::Decimal(builder), Value::Units(units)) => builder.append_value(i128::from(units)),
            (Self::Date(builder), Value::Day(day)) => builder.append_value(day),
            (Self::Timestamp(builder), Value::Instant(second)) => builder.append_value(second * 1_000_000),
            (Self::Timestamp(builder), Value::Day(day)) => builder.append_value(i64::from(day) * 86_400_000_000),
            (builder, value) => {
                debug_assert!(matches!(value, Value::Null), "{value:?} in {builder:?}");
                builder.push_null();
            }
        }
    }

    fn push_null(&mut self) {
        match self {
            Self::Text(builder) => builder.append_null(),
            Self::Boolean(builder) => builder.append_null(),
            Self::Int(builder) => builder.append_null(),
            Self::BigInt(builder) => builder.append_null(),
            Self::Double(builder) => builder.append_null(),
            Self::Decimal(builder) => builder.append_null(),
            Self::Date(builder) => builder.append_null(),
            Self::Timestamp(builder) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Boolean(builder) => Arc::new(builder.finish()),
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::BigInt(builder) => Arc::new(builder.finish()),
            Self::Double(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Timestamp(builder) => Arc::new(builder.finish()),
        }
    }
}

impl Layout {
    /// The Arrow schema of the layout, from the DDL of its table.
    pub fn schema(&self, model: &Model) -> Result<SchemaRef, SynthError> {
        let unknown = |column: &str| SynthError::Layout { table: self.table, column: column.to_owned() };
        let table = model.table(self.table).ok_or_else(|| unknown("(the table)"))?;
        let field = |name: &&'static str| {
            let column = table.column(name).ok_or_else(|| unknown(name))?;
            Ok(Field::new(*name, ColumnType::arrow(column.kind), true))
        };
        Ok(Arc::new(Schema::new(self.columns.iter().map(field).collect::<Result<Vec<_>, SynthError>>()?)))
    }
}
