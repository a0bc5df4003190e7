//! Counts and sums of the rows that pass through a plan, taken in the pass that reads them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::*;

use crate::model::Table;

/// What is known of the rows that went by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub rows: u64,
    /// Sums of the money columns in hundredths.
    pub money: BTreeMap<String, i128>,
    /// Rows that were kept although a check is false, by check.
    pub failed_checks: BTreeMap<String, u64>,
}

/// A place in a plan that every row passes exactly once.
#[derive(Clone)]
pub(super) struct Tally {
    money: Vec<String>,
    checks: Vec<(String, Expr)>,
    totals: Arc<Mutex<Totals>>,
}

impl Tally {
    /// A tally of a table's money and of `checks`, each the condition under which it fails.
    pub fn new(table: &Table, checks: Vec<(String, Expr)>) -> Self {
        let money: Vec<String> = table.money_columns().map(|column| column.name.clone()).collect();
        let totals = Totals {
            rows: 0,
            money: money.iter().map(|column| (column.clone(), 0)).collect(),
            failed_checks: checks.iter().map(|(check, _)| (check.clone(), 0)).collect(),
        };
        Self { money, checks, totals: Arc::new(Mutex::new(totals)) }
    }

    /// The given columns of the rows, tallied as they pass.
    pub fn watch(&self, rows: LazyFrame, columns: &[&str]) -> LazyFrame {
        let failures = self.checks.iter().enumerate();
        let failures = failures.map(|(index, (_, fails))| fails.clone().alias(check_name(index)));
        let columns = columns.iter().map(|column| col(*column)).collect::<Vec<_>>();
        let tally = self.clone();
        // Nothing but streaming: what is pushed past this node would not be counted as it is.
        let count = move |frame: DataFrame| tally.add(&frame).map(|()| frame);
        let rows = rows.select(columns.iter().cloned().chain(failures).collect::<Vec<_>>());
        rows.map(count, OptFlags::STREAMING, None, Some("tally")).select(columns)
    }

    pub fn totals(&self) -> Totals {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, frame: &DataFrame) -> PolarsResult<()> {
        let money = self.money.iter().map(|column| decimal_sum(frame, column)).collect::<PolarsResult<Vec<_>>>()?;
        let failed = (0..self.checks.len())
            .map(|index| Ok(frame.column(&check_name(index))?.bool()?.sum().unwrap_or(0)))
            .collect::<PolarsResult<Vec<_>>>()?;
        let mut totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        totals.rows += frame.height() as u64;
        for (column, sum) in self.money.iter().zip(money) {
            *totals.money.entry(column.clone()).or_default() += sum;
        }
        for ((check, _), count) in self.checks.iter().zip(failed) {
            *totals.failed_checks.entry(check.clone()).or_default() += u64::from(count);
        }
        Ok(())
    }
}

fn check_name(index: usize) -> String {
    format!("check.{index}")
}

/// Sum of a DECIMAL(…,2) column in hundredths.
pub(super) fn decimal_sum(frame: &DataFrame, column: &str) -> PolarsResult<i128> {
    Ok(frame.column(column)?.decimal()?.physical().iter().flatten().sum())
}
