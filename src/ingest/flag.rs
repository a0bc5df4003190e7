//! Conditions under which a row is refused, and the rejects they make.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::cast;
use super::frame::engine;
use super::reject::MASK;
use super::supply::Supply;
use super::typed::source_name;
use super::{FILE, IngestError, LINE, Reason, Reject};
use crate::config::Mapping;
use crate::model::{Column, Table};

/// A condition under which a row is refused.
pub(super) struct Flag {
    pub reason: Reason,
    pub column: Option<String>,
    pub text: String,
    pub raised: Expr,
}

pub(super) fn flag_name(index: usize) -> String {
    format!("flag.{index}")
}

/// The flags of a column; `is_no_value` holds where its text is not a value of its type.
pub(super) fn flag_column(column: &Column, is_no_value: Expr) -> Vec<Flag> {
    let name = Some(column.name.clone());
    let mut flags = Vec::new();
    if column.kind != crate::model::ColumnType::Text {
        let text = format!("not a value of type {}", column.kind);
        flags.push(Flag { reason: Reason::Type, column: name.clone(), text, raised: is_no_value });
    }
    if column.required {
        // A text that is no value is empty here too; of both flags the first is told.
        let text = "may not be empty".to_owned();
        let raised = col(column.name.as_str()).is_null();
        flags.push(Flag { reason: Reason::Required, column: name, text, raised });
    }
    flags
}

/// One reject for every flag of every refused row, but only one besides checks for a column.
pub(super) fn describe(
    refused: &DataFrame,
    flags: &[Flag],
    table: &Table,
    supplies: &[Supply<'_>],
    mapping: &Mapping,
    name: &str,
    rejects: &mut Vec<Reject>,
) -> Result<(), IngestError> {
    let lines = refused.column(LINE).map_err(|error| engine(name, &error))?;
    let files = refused.column(FILE).ok();
    let text_of = |value: Option<&str>| value.map(str::to_owned);
    for row in 0..refused.height() {
        let line = lines.get(row).ok().and_then(|value| value.extract::<i64>()).unwrap_or_default();
        let file = files.and_then(|files| text_of(files.str().ok()?.get(row)));
        let mut refused_columns = BTreeSet::new();
        for (index, flag) in flags.iter().enumerate() {
            let raised = refused.column(&flag_name(index)).map_err(|error| engine(name, &error))?;
            if !matches!(raised.get(row), Ok(AnyValue::Boolean(true))) {
                continue;
            }
            if flag.reason != Reason::Check && !refused_columns.insert(flag.column.clone()) {
                continue;
            }
            let position =
                flag.column.as_ref().and_then(|name| table.columns.iter().position(|column| column.name == *name));
            let personal = position.is_some_and(|position| table.columns[position].personal);
            let value = position.and_then(|position| match &supplies[position] {
                Supply::Column(column) => {
                    let texts = refused.column(&source_name(column)).ok()?;
                    text_of(texts.str().ok()?.get(row))
                }
                Supply::Constant(value) => Some(value.clone()),
                Supply::Absent => None,
            });
            // Whether a number has too many digits is asked only where it was refused.
            let (reason, text) = match (flag.reason, &value, position) {
                (Reason::Type, Some(value), Some(position)) => {
                    let kind = table.columns[position].kind;
                    match cast::reason(value.trim(), kind, mapping) {
                        Reason::Precision => (Reason::Precision, format!("more digits than {kind} holds")),
                        reason => (reason, flag.text.clone()),
                    }
                }
                _ => (flag.reason, flag.text.clone()),
            };
            rejects.push(Reject {
                source: file.clone().unwrap_or_else(|| name.to_owned()),
                line: line.max(0) as u64,
                column: flag.column.clone(),
                value: value.map(|value| if personal { MASK.to_owned() } else { value }),
                reason,
                text,
            });
        }
    }
    Ok(())
}
