//! `earlier.<table>`: what was published of the periods before the one that is computed.

use std::collections::BTreeMap;

use datafusion::common::TableReference;

use super::scheme::window_start;
use super::{PipelineError, Project};
use crate::config::Period;
use crate::query::{Parameters, Session};
use crate::store::{Manifest, PeriodRun};

/// Tables that queries may look back at, and the columns that they see.
const TABLES: [(&str, &[(&str, &str)]); 5] = [
    (
        "officer_indicator",
        &[
            ("indicator_id", "VARCHAR"),
            ("officer_id", "VARCHAR"),
            ("numerator", "DECIMAL(38,12)"),
            ("denominator", "DECIMAL(38,12)"),
            ("n", "BIGINT"),
            ("raw_value", "DOUBLE"),
            ("case_mix_value", "DOUBLE"),
            ("expected", "DOUBLE"),
        ],
    ),
    (
        "bank_indicator",
        &[
            ("indicator_id", "VARCHAR"),
            ("numerator", "DECIMAL(38,12)"),
            ("denominator", "DECIMAL(38,12)"),
            ("n", "BIGINT"),
            ("raw_value", "DOUBLE"),
        ],
    ),
    (
        "segment_indicator",
        &[
            ("indicator_id", "VARCHAR"),
            ("dimension", "VARCHAR"),
            ("code", "VARCHAR"),
            ("numerator", "DECIMAL(38,12)"),
            ("denominator", "DECIMAL(38,12)"),
            ("n", "BIGINT"),
            ("raw_value", "DOUBLE"),
        ],
    ),
    (
        "officer_score",
        &[
            ("officer_id", "VARCHAR"),
            ("indicator_id", "VARCHAR"),
            ("dimension", "VARCHAR"),
            ("effective_weight", "DOUBLE"),
            ("score", "DOUBLE"),
            ("points", "DOUBLE"),
        ],
    ),
    (
        "officer_appraisal",
        &[
            ("officer_id", "VARCHAR"),
            ("total_before_gate", "DOUBLE"),
            ("total_score", "DOUBLE"),
            ("grade", "VARCHAR"),
            ("gates", "VARCHAR"),
        ],
    ),
];

/// Published periods of the same length inside the window, the earliest first.
pub(super) fn periods<'a>(
    published: &'a BTreeMap<String, PeriodRun>,
    period: &Period,
    periods_back: u32,
) -> Vec<(&'a String, &'a PeriodRun)> {
    let (from, to) = (window_start(period, periods_back).to_string(), period.start.to_string());
    let is_same_length = |name: &str| Period::parse(name).is_ok_and(|other| other.months() == period.months());
    let mut found: Vec<_> =
        published.iter().filter(|(name, run)| is_same_length(name) && run.start >= from && run.start < to).collect();
    found.sort_by(|a, b| a.1.start.cmp(&b.1.start));
    found
}

/// Registers the tables; without earlier periods they are empty.
pub(super) async fn register(
    project: &Project,
    session: &Session,
    parameters: &Parameters,
    manifest: Option<(&Manifest, &Period, u32)>,
) -> Result<(), PipelineError> {
    let names: Vec<&String> = match manifest {
        Some((manifest, period, back)) => {
            periods(&manifest.periods, period, back).into_iter().map(|(name, _)| name).collect()
        }
        None => Vec::new(),
    };
    for (table, columns) in TABLES {
        let columns = [("period_start", "DATE"), ("period_end", "DATE")].iter().chain(columns);
        let files = manifest.and_then(|(manifest, ..)| manifest.outputs.get(table));
        // The newest comes first: its columns are the table's.
        let files = names.iter().rev().filter_map(|name| files?.get(*name));
        let urls: Vec<String> = files.map(|published| project.store.file_url(&published.file.path)).collect();
        let whole = format!("earlier_{table}");
        let present = match urls.is_empty() {
            true => Vec::new(),
            false => {
                session.register_published(TableReference::partial("lake", whole.clone()), &urls).await?;
                session.columns_of(TableReference::partial("lake", whole.clone())).await?
            }
        };
        let cells = columns.map(|(column, kind)| match present.iter().any(|known| known == column) {
            true => format!("CAST({column} AS {kind}) AS {column}"),
            false => format!("CAST(NULL AS {kind}) AS {column}"),
        });
        let cells = cells.collect::<Vec<_>>().join(", ");
        let sql = match urls.is_empty() {
            true => format!("SELECT {cells} WHERE FALSE"),
            false => format!("SELECT {cells} FROM lake.{whole}"),
        };
        session.register_view(TableReference::partial("earlier", table), &sql, parameters).await?;
    }
    Ok(())
}
