//! One input table: columns, keys and checks.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// An input table as its DDL file describes it.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    /// The file the table was read from, for messages.
    pub file: String,
    pub label: Label,
    pub columns: Vec<Column>,
    pub primary_key: Vec<String>,
    pub foreign_keys: Vec<ForeignKey>,
    pub checks: Vec<Check>,
    /// The statement itself: its hash decides whether files must be read again.
    pub ddl: String,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub kind: ColumnType,
    /// `NOT NULL`: a row without a value is rejected, a file without the column refused.
    pub required: bool,
    pub default: Option<DefaultValue>,
    pub label: Label,
    /// The column names a natural person: its values never appear in rejects or logs.
    pub personal: bool,
    /// Other spellings of a code, from "aliases HIGH = RED" in the comment.
    pub aliases: Vec<(String, String)>,
}

/// A meaning in English and the Chinese name beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    pub en: String,
    pub zh: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    Text,
    Boolean,
    SmallInt,
    Int,
    BigInt,
    Double,
    Decimal { precision: u8, scale: i8 },
    Date,
    Timestamp,
}

/// What an absent column is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultValue {
    Literal(String),
    /// Only for `known_at`: the column that holds the row's event date.
    EventDate(String),
}

#[derive(Debug, Clone)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    pub table: String,
    pub referred: Vec<String>,
}

/// A `CHECK`: rows for which it is false are rejected; NULL passes, as in SQL.
#[derive(Debug, Clone)]
pub struct Check {
    /// The constraint's name, else the column it stands at.
    pub name: String,
    pub expression: sqlparser::ast::Expr,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The Arrow schema of the table in the lake. Only keys and defining columns are not nullable in meaning; all
    /// are nullable in type, because an extract may leave a table without them.
    pub fn arrow_schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|column| Field::new(&column.name, column.kind.arrow(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// The column with the date on which the row's fact happened, if the table has one.
    pub fn event_column(&self) -> Option<&str> {
        self.columns.iter().find_map(|column| match &column.default {
            Some(DefaultValue::EventDate(event)) => Some(event.as_str()),
            _ => None,
        })
    }

    /// The columns whose totals are part of the account: amounts of money.
    pub fn money_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.kind == ColumnType::Decimal { precision: 18, scale: 2 })
    }

    /// The values a column may have, if a check lists them.
    pub fn code_list(&self, column: &str) -> Option<Vec<String>> {
        use sqlparser::ast::{Expr, Value};
        self.checks.iter().find_map(|check| match &check.expression {
            Expr::InList { expr, list, negated: false } if matches!(&**expr, Expr::Identifier(name) if name.value == column) => {
                let code = |item: &Expr| match item {
                    Expr::Value(value) => match &value.value {
                        Value::SingleQuotedString(text) => Some(text.clone()),
                        _ => None,
                    },
                    _ => None,
                };
                list.iter().map(code).collect()
            }
            _ => None,
        })
    }
}

impl ColumnType {
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Boolean => DataType::Boolean,
            Self::SmallInt => DataType::Int16,
            Self::Int => DataType::Int32,
            Self::BigInt => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        }
    }
}

impl std::fmt::Display for ColumnType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text => f.write_str("TEXT"),
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::SmallInt => f.write_str("SMALLINT"),
            Self::Int => f.write_str("INT"),
            Self::BigInt => f.write_str("BIGINT"),
            Self::Double => f.write_str("DOUBLE"),
            Self::Decimal { precision, scale } => write!(f, "DECIMAL({precision},{scale})"),
            Self::Date => f.write_str("DATE"),
            Self::Timestamp => f.write_str("TIMESTAMP"),
        }
    }
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.zh.is_empty() {
            true => f.write_str(&self.en),
            false => write!(f, "{} | {}", self.en, self.zh),
        }
    }
}

impl Label {
    /// Splits `English | 中文`.
    pub fn parse(text: &str) -> Self {
        match text.rsplit_once('|') {
            Some((en, zh)) => Self { en: en.trim().to_owned(), zh: zh.trim().to_owned() },
            None => Self { en: text.trim().to_owned(), zh: String::new() },
        }
    }
}
