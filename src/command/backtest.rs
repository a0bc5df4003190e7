//! `backtest`: candidate warnings ranked, and the rule that combines them.

use std::fmt::Write as _;

use arrow::array::{Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::json;

use super::{CommandError, open};
use crate::cli::{BacktestArgs, Global};
use crate::config::{Period, parse_date};
use crate::output::{OutputFormat, Progress, TextTable, print, rows_as_json};
use crate::pipeline::{self, BacktestOptions, BacktestReport};

pub(super) async fn run(global: &Global, args: &BacktestArgs) -> Result<(), CommandError> {
    let usage = |error: crate::config::PeriodError| CommandError::Usage(error.to_string());
    let day = |text: &Option<String>, of: fn(Period) -> jiff::civil::Date| {
        let Some(text) = text else { return Ok(None) };
        Period::parse(text).map(of).or_else(|_| parse_date(text)).map(Some).map_err(usage)
    };
    let options = BacktestOptions {
        signals: args.signals.clone(),
        from: day(&args.from, |period| period.start)?,
        to: day(&args.to, |period| period.end)?,
        fit_until: args.fit_until.as_deref().map(parse_date).transpose().map_err(usage)?,
        check_days: args.check_days as usize,
    };
    let project = open(global)?;
    let report = pipeline::backtest(&project, &options, &Progress::new(!global.quiet)).await?;
    let text = match global.output {
        OutputFormat::Json => as_json(&report)?,
        OutputFormat::Table => as_text(&project.config.project.name, &report)?,
    };
    print(&text).map_err(CommandError::Output)
}

/// How a column of the ranking is shown.
enum Show {
    Text,
    Count,
    Share,
    Figure,
}

const RANKING: [(&str, &str, Show); 11] = [
    ("signal_id", "signal", Show::Text),
    ("n_alerts", "alerts", Show::Count),
    ("precision_mature", "precision", Show::Share),
    ("precision_lower", "from", Show::Share),
    ("precision_upper", "to", Show::Share),
    ("recall", "recall", Show::Share),
    ("f2", "F2", Show::Figure),
    ("net_benefit", "net benefit", Show::Figure),
    ("n_defaults_only_it_saw", "defaults only it saw", Show::Count),
    ("n_false_alarms_only_it_raised", "false alarms only it raised", Show::Count),
    ("lead_days_p50", "lead days", Show::Count),
];

const COMBINATION: [(&str, &str, Show); 8] = [
    ("signal_id", "signal", Show::Text),
    ("rule", "rule", Show::Text),
    ("part", "part", Show::Text),
    ("panel_n", "month-ends", Show::Count),
    ("panel_precision", "precision", Show::Share),
    ("panel_sensitivity", "sensitivity", Show::Share),
    ("panel_f2", "F2", Show::Figure),
    ("net_benefit", "net benefit", Show::Figure),
];

fn as_text(name: &str, report: &BacktestReport) -> Result<String, CommandError> {
    let mut text = format!("{name}, data up to {}\n", report.cutoff);
    let _ = write!(text, "\nSignals, the best F2 first\n{}", table(report, &RANKING, |part| part == "all")?);
    let until = cell(report, "fit_until").unwrap_or_default();
    match cell(report, "reason_code").as_deref() {
        Some("NO_RULE") => {
            let _ = writeln!(
                text,
                "\nNo rule that combines signals was chosen: none foresaw a default of the months before {until}"
            );
        }
        Some(_) => {
            let _ = writeln!(
                text,
                "\nNo rule that combines signals was chosen: too few months lie a horizon before {until}, or none after it is a horizon old"
            );
        }
        None => {
            let combination = table(report, &COMBINATION, |part| part != "all")?;
            let _ = write!(text, "\nChosen on what was known by {until}, judged on month-ends after it\n{combination}");
        }
    }
    for (signal, lacks) in &report.skipped {
        let _ = writeln!(text, "\n{signal} is left out: no source delivers {}", lacks.join(", "));
    }
    let checked = match report.days_checked {
        Some(days) => format!("Computed again from the data up to {days} days: no signal reads what came later"),
        None => "Nothing to do: this is what is published".to_owned(),
    };
    let _ = write!(text, "\n{checked}\n");
    if let (true, Some(seq)) = (report.is_new_commit, report.seq) {
        let _ = writeln!(text, "Published as commit {seq}: {}", report.location);
    }
    Ok(text)
}

fn as_json(report: &BacktestReport) -> Result<String, CommandError> {
    let ranking: serde_json::Value = serde_json::from_str(&rows_as_json(&report.ranking)?)
        .map_err(|error| CommandError::Internal(error.to_string()))?;
    let skipped: Vec<_> =
        report.skipped.iter().map(|(signal, lacks)| json!({ "signal": signal, "lacks": lacks })).collect();
    let document = json!({
        "cutoff": report.cutoff.to_string(),
        "signals": ranking,
        "skipped": skipped,
        "days_checked": report.days_checked,
        "seq": report.seq,
        "is_new_commit": report.is_new_commit,
        "location": report.location,
    });
    Ok(format!("{document:#}\n"))
}

/// The rows of some parts of the ranking.
fn table(
    report: &BacktestReport,
    columns: &[(&str, &str, Show)],
    is_wanted: impl Fn(&str) -> bool,
) -> Result<TextTable, CommandError> {
    let mut table = TextTable::new(columns.iter().enumerate().map(|(place, (_, title, _))| match place {
        0 => format!("  {title}"),
        _ => (*title).to_owned(),
    }));
    for (place, (_, _, show)) in columns.iter().enumerate() {
        if !matches!(show, Show::Text) {
            table.align_right(place);
        }
    }
    for batch in &report.ranking {
        let part = texts(batch, "part")?;
        let cells = columns.iter().map(|(column, ..)| texts(batch, column)).collect::<Result<Vec<_>, _>>()?;
        for row in (0..batch.num_rows()).filter(|row| is_wanted(part[*row].as_deref().unwrap_or_default())) {
            table.row(columns.iter().zip(&cells).enumerate().map(|(place, ((_, _, show), cells))| {
                let shown = shown(show, cells[row].as_deref());
                if place == 0 { format!("  {shown}") } else { shown }
            }));
        }
    }
    Ok(table)
}

fn shown(show: &Show, cell: Option<&str>) -> String {
    let Some(cell) = cell else { return "–".to_owned() };
    match (show, cell.parse::<f64>()) {
        (Show::Text, _) | (_, Err(_)) => cell.to_owned(),
        (Show::Count, Ok(number)) => format!("{number}"),
        (Show::Share, Ok(number)) => format!("{:.1} %", number * 100.0),
        (Show::Figure, Ok(number)) => format!("{number:.4}"),
    }
}

/// The cells of a column as text; NULL is `None`.
fn texts(batch: &RecordBatch, column: &str) -> Result<Vec<Option<String>>, CommandError> {
    let cells = batch.column_by_name(column);
    let cells = cells.ok_or_else(|| CommandError::Internal(format!("signal_accuracy has no column {column}")))?;
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(cells, &options)?;
    Ok((0..batch.num_rows()).map(|row| cells.is_valid(row).then(|| formatter.value(row).to_string())).collect())
}

fn cell(report: &BacktestReport, column: &str) -> Option<String> {
    report.ranking.iter().find_map(|batch| texts(batch, column).ok()?.into_iter().flatten().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_dash_and_not_a_zero() {
        assert_eq!(shown(&Show::Share, None), "–");
        assert_eq!(shown(&Show::Share, Some("0.123")), "12.3 %");
        assert_eq!(shown(&Show::Count, Some("187.5")), "187.5");
        assert_eq!(shown(&Show::Figure, Some("-0.5")), "-0.5000");
        assert_eq!(shown(&Show::Text, Some("ANY(a, b)")), "ANY(a, b)");
    }
}
