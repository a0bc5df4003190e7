//! `targets`: the targets of a period, from the bank down to officers.

use std::fmt::Write as _;

use serde_json::json;

use super::{CommandError, open_judged_by};
use crate::cli::{Global, TargetArgs};
use crate::config::Period;
use crate::output::{OutputFormat, Progress, print, rows_as_json, rows_as_table};
use crate::pipeline::{self, TargetOptions, TargetReport};

pub(super) async fn run(global: &Global, args: &TargetArgs) -> Result<(), CommandError> {
    let period = args.period.as_deref().map(Period::parse).transpose();
    let options = TargetOptions { period: period.map_err(|error| CommandError::Usage(error.to_string()))? };
    let project = open_judged_by(global, args.scheme.as_deref())?;
    let report = pipeline::targets(&project, &options, &Progress::new(!global.quiet)).await?;
    let text = match global.output {
        OutputFormat::Json => as_json(&report)?,
        OutputFormat::Table => as_text(&project.config.project.name, &report)?,
    };
    print(&text).map_err(CommandError::Output)
}

fn as_text(name: &str, report: &TargetReport) -> Result<String, CommandError> {
    let mut text = format!("{name}, targets of {}\n\n{}", report.period, rows_as_table(&report.targets)?);
    let _ = match (report.is_new_commit, report.seq) {
        (true, Some(seq)) => writeln!(text, "\nPublished as commit {seq}: {}", report.location),
        (_, Some(seq)) => writeln!(text, "\nNothing to do: commit {seq} stands: {}", report.location),
        (_, None) => Ok(()),
    };
    Ok(text)
}

fn as_json(report: &TargetReport) -> Result<String, CommandError> {
    let targets: serde_json::Value = serde_json::from_str(&rows_as_json(&report.targets)?)
        .map_err(|error| CommandError::Internal(error.to_string()))?;
    let document = json!({
        "period": report.period,
        "targets": targets,
        "commit": report.seq,
        "is_new_commit": report.is_new_commit,
        "location": report.location,
    });
    Ok(format!("{document:#}\n"))
}
