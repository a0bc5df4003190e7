//! `run` and `ingest`: the summary of what was read, computed and published.

use std::fmt::Write as _;

use serde_json::json;

use super::{CommandError, open, open_judged_by};
use crate::cli::{Global, IngestArgs, RunArgs};
use crate::config::{Period, parse_date};
use crate::output::{OutputFormat, Progress, TextTable, count, money, print};
use crate::pipeline::{self, PipelineError, Project, RunOptions, RunReport, Scope};

pub(super) async fn run(global: &Global, args: &RunArgs) -> Result<(), CommandError> {
    let known_by = args.known_by.as_ref().map(|text| parse_date(text));
    let options = RunOptions {
        scope: scope(args)?,
        knowledge: args.knowledge,
        known_by: known_by.transpose().map_err(|error| CommandError::Usage(error.to_string()))?,
        full_refresh: args.full_refresh,
        dry_run: args.dry_run,
        allow_missing: args.allow_missing,
    };
    let project = open_judged_by(global, args.scheme.as_deref())?;
    let report = pipeline::run(&project, &options, &Progress::new(!global.quiet)).await?;
    show(global, &project, &report, args.dry_run)
}

pub(super) async fn ingest(global: &Global, args: &IngestArgs) -> Result<(), CommandError> {
    let project = open(global)?;
    let report = pipeline::ingest_only(&project, args.full_refresh, &Progress::new(!global.quiet)).await?;
    show(global, &project, &report, false)
}

fn scope(args: &RunArgs) -> Result<Scope, CommandError> {
    let usage = |error: crate::config::PeriodError| CommandError::Usage(error.to_string());
    let period = |text: &String| Period::parse(text).map_err(usage);
    Ok(match (&args.period, &args.as_of, &args.from, &args.to) {
        (Some(text), ..) => Scope::Period(period(text)?),
        (_, Some(text), ..) => Scope::AsOf(parse_date(text).map_err(usage)?),
        (_, _, Some(from), Some(to)) => Scope::Range(period(from)?, period(to)?),
        _ => Scope::Closed,
    })
}

fn show(global: &Global, project: &Project, report: &RunReport, is_dry: bool) -> Result<(), CommandError> {
    let text = match global.output {
        OutputFormat::Json => as_json(project, report, is_dry),
        OutputFormat::Table => as_text(project, report, is_dry),
    };
    print(&text).map_err(CommandError::Output)
}

fn as_text(project: &Project, report: &RunReport, is_dry: bool) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", project.config.project.name);
    let read: Vec<_> = report.ingest.tables.iter().filter(|table| table.files_read > 0).collect();
    let unchanged: usize = report.ingest.tables.iter().map(|table| table.files_unchanged).sum();
    if !read.is_empty() {
        let mut table = TextTable::new(["", "files", "rows read", "accepted", "rejected", "rows in the lake"]);
        (1..=5).for_each(|column| table.align_right(column));
        for entry in &read {
            let account = &entry.account;
            table.row([
                format!("  {}", entry.table),
                count(entry.files_read as u64),
                count(account.rows_read),
                count(account.rows_accepted),
                count(account.rows_rejected),
                count(entry.rows_in_lake),
            ]);
        }
        let _ = write!(text, "\nRead\n{table}");
        let mut amounts = TextTable::new(["", "accepted", "rejected"]);
        (1..=2).for_each(|column| amounts.align_right(column));
        for entry in &read {
            for (column, total) in
                entry.account.money.iter().filter(|(_, total)| total.accepted != 0 || total.rejected != 0)
            {
                amounts.row([format!("  {}.{column}", entry.table), money(total.accepted), money(total.rejected)]);
            }
        }
        if !amounts.is_empty() {
            let _ = write!(text, "\nAmounts read ({})\n{amounts}", project.config.project.currency);
        }
        for entry in read.iter().filter(|entry| !entry.ignored_columns.is_empty()) {
            let columns: Vec<&str> = entry.ignored_columns.iter().map(String::as_str).collect();
            let _ = writeln!(text, "  {}: not used: {}", entry.table, columns.join(", "));
        }
    }
    let rejected: u64 = read.iter().map(|entry| entry.account.rows_rejected).sum();
    if rejected > 0 {
        let rows = plural(rejected as usize, "row was", "rows were");
        let _ = writeln!(text, "\n{} {rows} rejected: SELECT * FROM rejects says which, and why", count(rejected));
    }
    if unchanged > 0 {
        let _ = writeln!(
            text,
            "\n{} unchanged {} not read again",
            count(unchanged as u64),
            plural(unchanged, "file was", "files were")
        );
    }
    for note in &report.ingest.notes {
        let _ = writeln!(text, "  {note}");
    }
    periods(&mut text, report, is_dry);
    match (report.is_new_commit, report.seq) {
        _ if is_dry => text.push_str("\nDry run: nothing was published\n"),
        (true, Some(seq)) => {
            let _ = writeln!(text, "\nPublished as commit {seq}: {}", report.location);
        }
        (_, Some(seq)) => {
            let _ = writeln!(text, "\nNothing to do: commit {seq} stands: {}", report.location);
        }
        (_, None) => text.push_str("\nNothing to do\n"),
    }
    text
}

fn periods(text: &mut String, report: &RunReport, is_dry: bool) {
    if !report.periods.is_empty() {
        let verb = if is_dry { "Would compute" } else { "Computed" };
        let mut table =
            TextTable::new(["", "tables", "rows", "data quality warnings", "balance", "NPL balance", "NPL ratio"]);
        (1..=6).for_each(|column| table.align_right(column));
        for period in &report.periods {
            let metric = |name: &str| period.metrics.iter().find(|(id, _)| id == name).and_then(|(_, value)| *value);
            let amount = |name| metric(name).map_or_else(String::new, |value| money((value * 100.0).round() as i128));
            table.row([
                format!("  {}", period.name),
                count(period.tables as u64),
                count(period.rows),
                count(period.warnings as u64),
                amount("total_balance"),
                amount("npl_balance"),
                metric("npl_ratio").map_or_else(String::new, |ratio| format!("{:.4} %", ratio * 100.0)),
            ]);
        }
        let _ = write!(text, "\n{verb}\n{table}");
    }
    let judged: Vec<&str> = report.periods.iter().filter_map(|period| period.scheme.as_deref()).collect();
    if !report.periods.is_empty() && judged.is_empty() {
        let _ = writeln!(text, "\nNo officer is judged: no scheme is in force; scheme.toml says who is judged on what");
    }
    if !report.unchanged.is_empty() {
        let _ = writeln!(text, "\nUp to date: {}", report.unchanged.join(", "));
    }
}

fn plural<'a>(number: usize, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

fn as_json(project: &Project, report: &RunReport, is_dry: bool) -> String {
    let tables: Vec<_> = report
        .ingest
        .tables
        .iter()
        .map(|table| {
            let money: serde_json::Map<String, serde_json::Value> = table
                .account
                .money
                .iter()
                .map(|(column, total)| {
                    let plain = |hundredths: i128| money(hundredths).replace(',', "");
                    (column.clone(), json!({ "accepted": plain(total.accepted), "rejected": plain(total.rejected) }))
                })
                .collect();
            json!({
                "table": table.table,
                "files_read": table.files_read,
                "files_unchanged": table.files_unchanged,
                "rows_read": table.account.rows_read,
                "rows_accepted": table.account.rows_accepted,
                "rows_rejected": table.account.rows_rejected,
                "rows_in_lake": table.rows_in_lake,
                "money": money,
                "ignored_columns": table.ignored_columns,
            })
        })
        .collect();
    let periods: Vec<_> = report
        .periods
        .iter()
        .map(|period| {
            json!({
                "period": period.name,
                "run_id": period.run_id,
                "tables": period.tables,
                "rows": period.rows,
                "data_quality_warnings": period.warnings,
                "scheme": period.scheme,
            })
        })
        .collect();
    let document = json!({
        "project": project.config.project.name,
        "dry_run": is_dry,
        "ingest": { "tables": tables, "notes": report.ingest.notes },
        "computed": periods,
        "up_to_date": report.unchanged,
        "commit": report.seq,
        "is_new_commit": report.is_new_commit,
        "rejected_rows": report.rejected_rows,
        "location": report.location,
    });
    format!("{document:#}\n")
}

impl From<crate::config::PeriodError> for PipelineError {
    fn from(error: crate::config::PeriodError) -> Self {
        Self::Period(error.to_string())
    }
}
