//! Where the columns of a table get their text from.

use std::collections::BTreeMap;

use super::IngestError;
use crate::config::Mapping;
use crate::model::{DefaultValue, Table};

/// Where a column of the table gets its text from.
pub(super) enum Supply<'a> {
    Column(&'a str),
    Constant(String),
    Absent,
}

/// The columns of a table that a file with these columns delivers.
///
/// # Errors
/// A mapping that does not fit the file.
pub fn delivered_columns(
    name: &str,
    columns: &[String],
    mapping: &Mapping,
    table: &Table,
) -> Result<Vec<String>, IngestError> {
    let supplies = supplies(name, columns, mapping, table, &BTreeMap::new())?;
    let delivered = table.columns.iter().zip(&supplies).filter(|(_, supply)| !matches!(supply, Supply::Absent));
    Ok(delivered.map(|(column, _)| column.name.clone()).collect())
}

/// A supply for every column of the table.
pub(super) fn supplies<'a>(
    file: &str,
    columns: &'a [String],
    mapping: &'a Mapping,
    table: &Table,
    constants: &BTreeMap<String, String>,
) -> Result<Vec<Supply<'a>>, IngestError> {
    let found = || columns.join(", ");
    if let Some(column) = mapping.rename.keys().find(|column| !columns.contains(column)) {
        return Err(IngestError::UnknownColumn { file: file.to_owned(), column: column.clone(), found: found() });
    }
    let mut supplies = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let renamed = mapping.rename.iter().filter(|(_, to)| **to == column.name).map(|(from, _)| from.as_str());
        let own = columns.iter().map(String::as_str);
        let own = own.filter(|name| name.eq_ignore_ascii_case(&column.name) && !mapping.rename.contains_key(*name));
        let mut candidates = renamed.chain(own);
        let supply = match (candidates.next(), candidates.next()) {
            (Some(first), Some(second)) => {
                return Err(IngestError::Ambiguous {
                    file: file.to_owned(),
                    first: first.to_owned(),
                    second: second.to_owned(),
                    column: column.name.clone(),
                });
            }
            _ if mapping.set.contains_key(&column.name) => Supply::Constant(mapping.set[&column.name].clone()),
            (Some(name), None) => Supply::Column(name),
            (None, _) => match (&column.default, constants.get(&column.name)) {
                (_, Some(constant)) => Supply::Constant(constant.clone()),
                (Some(DefaultValue::Literal(value)), None) => Supply::Constant(value.clone()),
                _ => Supply::Absent,
            },
        };
        if column.required && matches!(supply, Supply::Absent) {
            return Err(IngestError::MissingColumn {
                file: file.to_owned(),
                table: table.name.clone(),
                column: column.name.clone(),
                found: found(),
            });
        }
        supplies.push(supply);
    }
    Ok(supplies)
}
