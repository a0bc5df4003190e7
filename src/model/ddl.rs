//! Reads one `CREATE TABLE` statement.

use sqlparser::ast::{
    ColumnDef, ColumnOption, CommentDef, CreateTable, CreateTableOptions, DataType, ExactNumberInfo, Expr, SqlOption,
    Statement, TableConstraint, Value,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::table::{Check, Column, ColumnType, DefaultValue, ForeignKey, Label, Table};

/// What is wrong with a DDL file.
#[derive(Debug, thiserror::Error)]
pub enum DdlError {
    #[error("{0}")]
    Syntax(#[from] sqlparser::parser::ParserError),
    #[error("one CREATE TABLE statement is expected, found {0}")]
    NotOneTable(String),
    #[error("the file is named {file_stem}, the table {table}: they must be the same")]
    Name { file_stem: String, table: String },
    #[error(
        "column {column}: type {found} is not one of TEXT, BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL(p,s), DATE, TIMESTAMP"
    )]
    Type { column: String, found: String },
    #[error("column {column}: {problem}")]
    Column { column: String, problem: String },
    #[error("{what} names column {column}, which the table does not have")]
    UnknownColumn { what: &'static str, column: String },
    #[error("{0} is not supported in an input table")]
    Unsupported(String),
}

pub(super) fn parse(file: &str, text: &str) -> Result<Table, DdlError> {
    let mut statements = Parser::parse_sql(&GenericDialect {}, text)?;
    let statement = match statements.len() {
        1 => statements.remove(0),
        count => return Err(DdlError::NotOneTable(format!("{count} statements"))),
    };
    let Statement::CreateTable(create) = statement else {
        return Err(DdlError::NotOneTable("another statement".to_owned()));
    };
    let name = create.name.to_string();
    let file_stem = std::path::Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    if let Some(file_stem) = file_stem.filter(|stem| *stem != name) {
        return Err(DdlError::Name { file_stem, table: name });
    }

    let mut table = Table {
        name,
        file: file.to_owned(),
        label: Label::parse(&table_comment(&create).unwrap_or_default()),
        columns: Vec::new(),
        primary_key: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        ddl: text.to_owned(),
    };
    for column in &create.columns {
        read_column(column, &mut table)?;
    }
    for constraint in &create.constraints {
        read_constraint(constraint, &mut table)?;
    }
    check_columns(&table)?;
    Ok(table)
}

fn table_comment(create: &CreateTable) -> Option<String> {
    let text = |comment: &CommentDef| match comment {
        CommentDef::WithEq(text) | CommentDef::WithoutEq(text) => text.clone(),
    };
    if let Some(comment) = &create.comment {
        return Some(text(comment));
    }
    let CreateTableOptions::Plain(options) = &create.table_options else { return None };
    options.iter().find_map(|option| match option {
        SqlOption::Comment(comment) => Some(text(comment)),
        _ => None,
    })
}

fn read_column(definition: &ColumnDef, table: &mut Table) -> Result<(), DdlError> {
    let name = definition.name.value.clone();
    let mut column = Column {
        kind: column_type(&name, &definition.data_type)?,
        name: name.clone(),
        required: false,
        default: None,
        label: Label::default(),
        personal: false,
        aliases: Vec::new(),
    };
    for option in &definition.options {
        match &option.option {
            ColumnOption::NotNull => column.required = true,
            ColumnOption::Null => {}
            ColumnOption::Default(expression) => column.default = Some(default_value(&name, expression)?),
            ColumnOption::Comment(comment) => read_comment(comment, &mut column),
            ColumnOption::PrimaryKey(_) => table.primary_key.push(name.clone()),
            ColumnOption::Check(check) => table.checks.push(Check {
                name: option.name.as_ref().map_or_else(|| name.clone(), |ident| ident.value.clone()),
                expression: (*check.expr).clone(),
            }),
            ColumnOption::ForeignKey(key) => table.foreign_keys.push(ForeignKey {
                columns: vec![name.clone()],
                table: key.foreign_table.to_string(),
                referred: key.referred_columns.iter().map(|ident| ident.value.clone()).collect(),
            }),
            other => return Err(DdlError::Unsupported(other.to_string())),
        }
    }
    table.columns.push(column);
    Ok(())
}

fn column_type(column: &str, data_type: &DataType) -> Result<ColumnType, DdlError> {
    Ok(match data_type {
        DataType::Text | DataType::Varchar(_) | DataType::String(_) => ColumnType::Text,
        DataType::Boolean | DataType::Bool => ColumnType::Boolean,
        DataType::SmallInt(None) => ColumnType::SmallInt,
        DataType::Int(None) | DataType::Integer(None) => ColumnType::Int,
        DataType::BigInt(None) => ColumnType::BigInt,
        DataType::Double(_) | DataType::DoublePrecision => ColumnType::Double,
        DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)) if *precision <= 38 => {
            ColumnType::Decimal { precision: *precision as u8, scale: *scale as i8 }
        }
        DataType::Date => ColumnType::Date,
        DataType::Timestamp(None, _) => ColumnType::Timestamp,
        other => return Err(DdlError::Type { column: column.to_owned(), found: other.to_string() }),
    })
}

fn default_value(column: &str, expression: &Expr) -> Result<DefaultValue, DdlError> {
    match expression {
        Expr::Identifier(ident) if column == "known_at" => Ok(DefaultValue::EventDate(ident.value.clone())),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Ok(DefaultValue::Literal(text.clone())),
            Value::Number(number, _) => Ok(DefaultValue::Literal(number.clone())),
            Value::Boolean(value) => Ok(DefaultValue::Literal(value.to_string())),
            other => Err(DdlError::Unsupported(format!("DEFAULT {other}"))),
        },
        other => Err(DdlError::Unsupported(format!("DEFAULT {other}"))),
    }
}

/// Reads `personal: meaning; aliases A = B, C = D | 中文`.
fn read_comment(comment: &str, column: &mut Column) {
    let mut label = Label::parse(comment);
    if let Some(rest) = label.en.strip_prefix("personal:") {
        column.personal = true;
        label.en = rest.trim().to_owned();
    }
    if let Some((_, list)) = label.en.split_once("aliases ") {
        let pair = |item: &str| item.split_once('=').map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned()));
        column.aliases = list.split(';').next().unwrap_or_default().split(',').filter_map(pair).collect();
    }
    column.label = label;
}

fn read_constraint(constraint: &TableConstraint, table: &mut Table) -> Result<(), DdlError> {
    match constraint {
        TableConstraint::PrimaryKey(key) => {
            table.primary_key = key.columns.iter().map(|column| column.column.expr.to_string()).collect();
        }
        TableConstraint::ForeignKey(key) => table.foreign_keys.push(ForeignKey {
            columns: key.columns.iter().map(|ident| ident.value.clone()).collect(),
            table: key.foreign_table.to_string(),
            referred: key.referred_columns.iter().map(|ident| ident.value.clone()).collect(),
        }),
        TableConstraint::Check(check) => table.checks.push(Check {
            name: check.name.as_ref().map_or_else(|| check.expr.to_string(), |ident| ident.value.clone()),
            expression: (*check.expr).clone(),
        }),
        other => return Err(DdlError::Unsupported(other.to_string())),
    }
    Ok(())
}

fn check_columns(table: &Table) -> Result<(), DdlError> {
    let known = |what, column: &String| match table.column(column) {
        Some(_) => Ok(()),
        None => Err(DdlError::UnknownColumn { what, column: column.clone() }),
    };
    table.primary_key.iter().try_for_each(|column| known("PRIMARY KEY", column))?;
    for key in &table.foreign_keys {
        key.columns.iter().try_for_each(|column| known("FOREIGN KEY", column))?;
    }
    for column in &table.columns {
        if let Some(DefaultValue::EventDate(event)) = &column.default {
            known("DEFAULT of known_at", event)?;
        }
    }
    for check in &table.checks {
        let mut unknown = None;
        let _ = sqlparser::ast::visit_expressions(&check.expression, |expression| {
            if let Expr::Identifier(ident) = expression
                && table.column(&ident.value).is_none()
            {
                unknown = Some(ident.value.clone());
            }
            std::ops::ControlFlow::<()>::Continue(())
        });
        if let Some(column) = unknown {
            return Err(DdlError::UnknownColumn { what: "CHECK", column });
        }
    }
    Ok(())
}
