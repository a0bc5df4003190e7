//! A table's CHECKs as Polars expressions.

use polars::prelude::{Expr, NULL, col, lit, when};
use sqlparser::ast::{BinaryOperator, Expr as Sql, UnaryOperator, Value};

use super::IngestError;
use crate::model::{Check, Table};

/// True where the check holds or is unknown.
///
/// # Errors
/// An SQL construct that checks cannot use.
pub(super) fn holds(check: &Check, table: &Table) -> Result<Expr, IngestError> {
    let expression = translate(&check.expression).map_err(|part| IngestError::Check {
        table: table.name.clone(),
        check: check.name.clone(),
        part,
    })?;
    Ok(expression.fill_null(lit(true)))
}

/// The column a reject is filed under: the one that the check stands at, else the first it reads.
pub(super) fn column(check: &Check, table: &Table) -> Option<String> {
    if table.column(&check.name).is_some() {
        return Some(check.name.clone());
    }
    let mut found = None;
    let _ = sqlparser::ast::visit_expressions(&check.expression, |expression| {
        if let (Sql::Identifier(ident), None) = (expression, &found) {
            found = Some(ident.value.clone());
        }
        std::ops::ControlFlow::<()>::Continue(())
    });
    found
}

fn translate(expression: &Sql) -> Result<Expr, String> {
    Ok(match expression {
        Sql::Identifier(ident) => col(ident.value.as_str()),
        Sql::Nested(inner) => translate(inner)?,
        Sql::Value(value) => literal(&value.value)?,
        Sql::TypedString(typed) => match &typed.value.value {
            Value::SingleQuotedString(text) if typed.data_type.to_string().eq_ignore_ascii_case("date") => {
                lit(text.as_str()).cast(polars::prelude::DataType::Date)
            }
            other => return Err(other.to_string()),
        },
        Sql::IsNull(inner) => translate(inner)?.is_null(),
        Sql::IsNotNull(inner) => translate(inner)?.is_not_null(),
        Sql::IsTrue(inner) => translate(inner)?.fill_null(lit(false)),
        Sql::UnaryOp { op: UnaryOperator::Not, expr } => translate(expr)?.not(),
        Sql::UnaryOp { op: UnaryOperator::Minus, expr } => lit(0) - translate(expr)?,
        Sql::Between { expr, negated, low, high } => {
            let value = translate(expr)?;
            let between = value.clone().gt_eq(translate(low)?).and(value.lt_eq(translate(high)?));
            negate_if(*negated, between)
        }
        Sql::InList { expr, list, negated } => {
            let value = translate(expr)?;
            let any = list
                .iter()
                .map(|item| Ok(value.clone().eq(translate(item)?)))
                .collect::<Result<Vec<_>, String>>()?
                .into_iter()
                .reduce(Expr::or)
                .unwrap_or_else(|| lit(false));
            negate_if(*negated, any)
        }
        Sql::BinaryOp { left, op, right } => binary(translate(left)?, op, translate(right)?)?,
        other => return Err(other.to_string()),
    })
}

fn binary(left: Expr, operator: &BinaryOperator, right: Expr) -> Result<Expr, String> {
    Ok(match operator {
        BinaryOperator::Eq => left.eq(right),
        BinaryOperator::NotEq => left.neq(right),
        BinaryOperator::Lt => left.lt(right),
        BinaryOperator::LtEq => left.lt_eq(right),
        BinaryOperator::Gt => left.gt(right),
        BinaryOperator::GtEq => left.gt_eq(right),
        BinaryOperator::And => left.and(right),
        BinaryOperator::Or => left.or(right),
        BinaryOperator::Plus => left + right,
        BinaryOperator::Minus => left - right,
        BinaryOperator::Multiply => left * right,
        other => return Err(other.to_string()),
    })
}

fn literal(value: &Value) -> Result<Expr, String> {
    Ok(match value {
        Value::SingleQuotedString(text) => lit(text.as_str()),
        Value::Boolean(value) => lit(*value),
        Value::Null => lit(NULL),
        Value::Number(number, _) => match number.parse::<i64>() {
            Ok(number) => lit(number),
            Err(_) => lit(number.parse::<f64>().map_err(|error| format!("{number}: {error}"))?),
        },
        other => return Err(other.to_string()),
    })
}

fn negate_if(negated: bool, expression: Expr) -> Expr {
    match negated {
        true => when(expression.clone()).then(lit(false)).when(expression.not()).then(lit(true)).otherwise(lit(NULL)),
        false => expression,
    }
}
