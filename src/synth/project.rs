//! `postloan.toml` of a generated bank.

use std::fmt::Write as _;

use super::file::{GB18030, WORKBOOKS, is_text};
use super::page::{Fact, Schemas};
use super::{Format, Size};
use crate::config::PeriodLength;

pub(super) fn config(size: &Size, format: Format, schemas: &Schemas) -> String {
    let period = match size.period {
        PeriodLength::Month => "month",
        PeriodLength::Quarter => "quarter",
        PeriodLength::Year => "year",
    };
    let mut text = format!(
        "# A synthetic bank: {} loans, {} officers, {} branches, {} months, seed {}.\n\
         # What it does not show by itself stands in truth.parquet: effects of officers, quality of warnings, planted rows.\n\
         \n\
         [project]\nname = \"synthetic bank\"\ncurrency = \"CNY\"\npreset = \"cn_2023\"\nperiod = \"{period}\"\n\
         \n\
         [limits]\nmax_reject_rate = 0.02          # a few rows are bad on purpose\n",
        size.loans, size.officers, size.branches, size.months, size.seed,
    );
    text.push_str("\n# Not an input: `postloan sql` reads it as raw.truth.\n[[source]]\nname = \"truth\"\npath = \"truth.parquet\"\n");
    for table in schemas.tables() {
        let is_monthly = Fact::ALL.iter().any(|fact| fact.layout().table == table);
        let suffix = match (WORKBOOKS.contains(&table), is_text(table, format)) {
            (true, _) => "xlsx",
            (false, true) => "csv",
            (false, false) => "parquet",
        };
        let path = match is_monthly {
            true => format!("data/{table}/*.{suffix}"),
            false => format!("data/{table}.{suffix}"),
        };
        let _ = write!(text, "\n[[source]]\ntable = \"{table}\"\npath = \"{path}\"\n");
        if GB18030.contains(&table) {
            text.push_str("encoding = \"gb18030\"\n");
        }
        if !is_monthly {
            // A small bank may have no record of some kind.
            text.push_str("optional = true\n");
        }
    }
    text
}
