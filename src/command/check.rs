//! `check`: what would run, and what is missing.

use std::fmt::Write as _;

use serde_json::json;

use super::{CommandError, open_judged_by};
use crate::cli::{CheckArgs, Global};
use crate::output::{OutputFormat, TextTable, print};
use crate::pipeline::{Inspection, inspect};

pub(super) async fn run(global: &Global, args: &CheckArgs) -> Result<(), CommandError> {
    let project = open_judged_by(global, args.scheme.as_deref())?;
    let inspection = inspect(&project).await?;
    let text = match global.output {
        OutputFormat::Json => as_json(&inspection),
        OutputFormat::Table => as_text(&project.config.project.name, &inspection),
    };
    print(&text)?;
    match inspection.problems.len() {
        0 => Ok(()),
        1 => Err(CommandError::Checked("1 problem".to_owned())),
        count => Err(CommandError::Checked(format!("{count} problems"))),
    }
}

fn as_text(name: &str, inspection: &Inspection) -> String {
    let mut text = format!("{name}\n\nStorage\n  {}\n", inspection.storage);
    let mut sources = TextTable::new(["", "files", "from"]);
    sources.align_right(1);
    for source in &inspection.sources {
        sources.row([format!("  {}", source.table), source.files.to_string(), source.from.clone()]);
    }
    let _ = write!(text, "\nSources\n{sources}");
    let mut parameters = TextTable::new(["", "value", "from"]);
    for parameter in &inspection.parameters {
        parameters.row([format!("  {}", parameter.name), parameter.value.clone(), parameter.origin.clone()]);
    }
    let _ = write!(text, "\nParameters\n{parameters}");
    let mut computable = TextTable::new(["", "meaning", "lacks"]);
    for query in &inspection.queries {
        let lacks = if query.missing.is_empty() { "nothing".to_owned() } else { query.missing.join(", ") };
        computable.row([format!("  {}", query.name), query.title.clone(), lacks]);
    }
    let _ = write!(text, "\nIndicators, tables and signals\n{computable}");
    for scheme in &inspection.schemes {
        let judged = match scheme.indicators {
            0 => "judges nobody".to_owned(),
            count if scheme.is_draft => {
                format!(
                    "a draft of {count} indicators: judges nobody until draft = true is deleted, or a run names it with --scheme"
                )
            }
            count => format!("judges by {count} indicators, {}", scheme.holds),
        };
        let _ = writeln!(text, "\nScheme {} ({})\n  {judged}", scheme.version, scheme.file);
        for warning in &scheme.warnings {
            let _ = writeln!(text, "  warning: {warning}");
        }
    }
    for query in &inspection.own_queries {
        let _ = writeln!(text, "  own query: {query}");
    }
    match inspection.problems.is_empty() {
        true => text.push_str("\nReady: `postloan run` would ingest these files and compute the closed periods\n"),
        false => {
            text.push_str("\nProblems\n");
            for problem in &inspection.problems {
                let _ = writeln!(text, "  {problem}");
            }
        }
    }
    text
}

fn as_json(inspection: &Inspection) -> String {
    let sources: Vec<_> = inspection
        .sources
        .iter()
        .map(|source| json!({ "table": source.table, "files": source.files, "from": source.from }))
        .collect();
    let parameters: Vec<_> = inspection
        .parameters
        .iter()
        .map(|parameter| json!({ "name": parameter.name, "value": parameter.value, "from": parameter.origin }))
        .collect();
    let queries: Vec<_> = inspection
        .queries
        .iter()
        .map(|query| json!({ "name": query.name, "kind": query.kind.name(), "title": query.title, "lacks": query.missing }))
        .collect();
    let schemes: Vec<_> = inspection
        .schemes
        .iter()
        .map(|scheme| {
            json!({
                "file": scheme.file,
                "version": scheme.version,
                "holds": scheme.holds,
                "draft": scheme.is_draft,
                "indicators": scheme.indicators,
                "warnings": scheme.warnings,
            })
        })
        .collect();
    let document = json!({
        "storage": inspection.storage,
        "sources": sources,
        "parameters": parameters,
        "queries": queries,
        "schemes": schemes,
        "own_queries": inspection.own_queries,
        "problems": inspection.problems,
    });
    format!("{document:#}\n")
}
