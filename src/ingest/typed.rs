//! The rows of a source under the columns of a table, each cell cast, what is wrong flagged beside it.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::cast::{self, Cast};
use super::flag::{Flag, describe, flag_column, flag_name};
use super::frame::{Frame, collect};
use super::supply::{Supply, supplies};
use super::{FILE, IngestError, LINE, Reason, Reject, check};
use crate::config::{Mapping, OnCheck};
use crate::model::Table;

/// The rows of a source with the typed columns of a table, and what is wrong with each.
pub(super) struct Typed<'a> {
    rows: LazyFrame,
    pub supplies: Vec<Supply<'a>>,
    flags: Vec<Flag>,
}

impl<'a> Typed<'a> {
    pub fn new(
        frame: &'a Frame,
        mapping: &'a Mapping,
        table: &Table,
        constants: &BTreeMap<String, String>,
    ) -> Result<Self, IngestError> {
        let supplies = supplies(&frame.name, &frame.columns, mapping, table, constants)?;
        let mut spelled = Vec::new();
        let mut typed = Vec::new();
        let mut flags: Vec<Flag> = Vec::new();
        for (column, supply) in table.columns.iter().zip(&supplies) {
            let value = match supply {
                Supply::Column(name) => {
                    let cast = Cast::new(column, table, mapping);
                    let cell = match cast.takes_text() {
                        false => col(source_name(name)),
                        true => {
                            let text = format!("text.{}", column.name);
                            spelled.push(cast.text(col(source_name(name))).alias(text.as_str()));
                            col(text.as_str())
                        }
                    };
                    flags.extend(flag_column(column, cast.is_no_value(cell.clone(), col(column.name.as_str()))));
                    cast.typed(cell)
                }
                Supply::Constant(value) => {
                    let value = lit(value.as_str());
                    let cast = Cast::of_constant(column, mapping);
                    flags.extend(flag_column(
                        column,
                        value.clone().is_not_null().and(col(column.name.as_str()).is_null()),
                    ));
                    cast.typed(value)
                }
                Supply::Absent => lit(NULL).cast(cast::data_type(column.kind)),
            };
            typed.push(value.alias(column.name.as_str()));
        }
        if mapping.on_check == OnCheck::Reject {
            for check in &table.checks {
                let column = check::column(check, table);
                let text = format!("CHECK {}: {}", check.name, check.expression);
                flags.push(Flag { reason: Reason::Check, column, text, raised: check::holds(check, table)?.not() });
            }
        }
        // The typed columns get the table's names, so the source's own columns step aside.
        let aside: Vec<String> = frame.columns.iter().map(|column| source_name(column)).collect();
        let raised = flags
            .iter()
            .enumerate()
            .map(|(index, flag)| flag.raised.clone().fill_null(lit(false)).alias(flag_name(index)))
            .collect::<Vec<_>>();
        let rows = frame.rows.clone().rename(&frame.columns, &aside, true);
        let rows = rows.with_columns(spelled).with_columns(typed).with_columns(raised);
        Ok(Self { rows, supplies, flags })
    }

    fn is_refused(&self) -> Expr {
        (0..self.flags.len()).map(|index| col(flag_name(index))).reduce(Expr::or).unwrap_or_else(|| lit(false))
    }

    pub fn accepted(&self) -> LazyFrame {
        self.rows.clone().filter(self.is_refused().not())
    }

    /// Adds a reject for everything that is wrong with the refused rows, and gives these.
    pub fn reject(
        &self,
        frame: &Frame,
        mapping: &Mapping,
        table: &Table,
        rejects: &mut Vec<Reject>,
    ) -> Result<DataFrame, IngestError> {
        let texts = self.supplies.iter().filter_map(|supply| match supply {
            Supply::Column(name) => Some(col(source_name(name))),
            _ => None,
        });
        let mut seen = BTreeSet::new();
        let texts = texts.filter(|text| seen.insert(text.to_string())).collect::<Vec<_>>();
        let flags_of = (0..self.flags.len()).map(|index| col(flag_name(index)));
        let amounts = table.money_columns().map(|column| col(column.name.as_str()));
        let location = frame.has_file_column.then(|| col(FILE));
        let selection = texts.into_iter().chain(flags_of).chain(amounts).chain([col(LINE)]).chain(location);
        let refused = self.rows.clone().filter(self.is_refused()).select(selection.collect::<Vec<_>>());
        let refused = collect(&frame.name, refused)?;
        describe(&refused, &self.flags, table, &self.supplies, mapping, &frame.name, rejects)?;
        Ok(refused)
    }
}

/// A column of the source beside the typed column that may have the same name.
pub(super) fn source_name(column: &str) -> String {
    format!("source.{column}")
}
