//! `explain`: from a grade down to the rows that made it.

mod page;

use serde_json::value::RawValue;

use super::{CommandError, open};
use crate::cli::{ExplainArgs, Global};
use crate::config::nearest;
use crate::output::{OutputFormat, print, rows_as_json};
use crate::pipeline::{PipelineError, Project, Workspace, open_workspace};
use crate::query::{Kind, Query, literal};
use crate::store::PeriodRun;

/// Tables of an officer, and the order in which their rows are shown.
const TABLES: [(&str, &str); 9] = [
    ("officer_appraisal", "officer_id"),
    ("officer_score", "points_lost DESC, indicator_id"),
    ("officer_gate", "ordinal"),
    ("officer_feedback", "indicator_id"),
    ("officer_change", "indicator_id"),
    ("officer_override", "override_id"),
    ("officer_appeal", "appeal_id"),
    ("officer_indicator", "indicator_id"),
    ("officer_funnel", "indicator_id"),
];
const EVIDENCE: &str = "officer_evidence";
const WORST: &str = "officer_worst_item";

pub(super) async fn run(global: &Global, args: &ExplainArgs) -> Result<(), CommandError> {
    let project = open(global)?;
    let workspace = open_workspace(&project).await?;
    let (period, run) = published_period(&project, args.period.as_deref()).await?;
    let query = args.indicator.as_deref().map(|name| indicator(&project, name)).transpose()?;
    let reader = Reader { workspace: &workspace, run: &run, officer: &args.officer };
    reader.check_officer().await?;
    let mut sections = Vec::new();
    for (table, order) in TABLES {
        sections.push((table, reader.rows(table, query, order).await?));
    }
    let wants_rows = query.is_some() || global.output == OutputFormat::Json;
    for (table, order) in [(WORST, "indicator_id, place"), (EVIDENCE, "indicator_id, key, rule_code")] {
        let rows = if wants_rows { reader.rows(table, query, order).await? } else { "[]".to_owned() };
        sections.push((table, rows));
    }
    let text = match global.output {
        OutputFormat::Json => as_json(&args.officer, &period, &run, query, &sections)?,
        OutputFormat::Table => {
            let page = page::Page::new(&project, &args.officer, &period, query, &sections)?;
            page.to_string()
        }
    };
    print(&text).map_err(CommandError::Output)
}

/// The period that was asked for, or the latest one.
pub(super) async fn published_period(
    project: &Project,
    wanted: Option<&str>,
) -> Result<(String, PeriodRun), CommandError> {
    let snapshot = project.store.latest().await?;
    let periods = snapshot.map(|snapshot| snapshot.manifest.periods).unwrap_or_default();
    let found = match wanted {
        Some(name) => periods.get_key_value(name),
        None => periods.iter().max_by(|a, b| (&a.1.end, &a.1.start).cmp(&(&b.1.end, &b.1.start))),
    };
    found.map(|(name, run)| (name.clone(), run.clone())).ok_or_else(|| {
        let names = periods.keys().cloned().collect::<Vec<_>>().join(", ");
        CommandError::Usage(match (wanted, periods.is_empty()) {
            (_, true) => "nothing is published yet; `postloan run` computes the closed periods".to_owned(),
            (Some(wanted), _) => format!("{wanted} is not published; published are {names}"),
            (None, _) => format!("published are {names}"),
        })
    })
}

fn indicator<'a>(project: &'a Project, name: &str) -> Result<&'a Query, CommandError> {
    let known = project.catalogue.of_kind(Kind::Indicator);
    let found = project.catalogue.get(name).filter(|query| query.header.kind == Kind::Indicator);
    found.ok_or_else(|| {
        let hint = nearest(name, known.map(|query| query.header.name.as_str()));
        let hint = hint.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
        CommandError::Usage(format!("there is no indicator {name}{hint}"))
    })
}

/// Reads what one run published of one officer.
struct Reader<'a> {
    workspace: &'a Workspace,
    run: &'a PeriodRun,
    officer: &'a str,
}

impl Reader<'_> {
    /// Rows as a JSON array, every digit kept; none where the table is not published.
    async fn rows(&self, table: &str, indicator: Option<&Query>, order: &str) -> Result<String, CommandError> {
        if !self.workspace.tables.iter().any(|known| known == table) {
            return Ok("[]".to_owned());
        }
        let of_indicator = match (table, indicator) {
            ("officer_appraisal", _) | (_, None) => String::new(),
            (_, Some(query)) => format!(" AND indicator_id = {}", literal(&query.header.name)),
        };
        let sql = format!(
            "SELECT * FROM {table} WHERE run_id = {} AND officer_id = {}{of_indicator} ORDER BY {order}",
            literal(&self.run.run_id),
            literal(self.officer)
        );
        let rows = self.workspace.session.rows(table, &sql, None).await.map_err(PipelineError::Query)?;
        Ok(rows_as_json(&rows)?.trim_end().to_owned())
    }

    async fn check_officer(&self) -> Result<(), CommandError> {
        let sql = format!(
            "SELECT DISTINCT officer_id FROM officer_indicator WHERE run_id = {} ORDER BY 1",
            literal(&self.run.run_id)
        );
        if !self.workspace.tables.iter().any(|known| known == "officer_indicator") {
            return Err(CommandError::Usage("officer_indicator is not published; nothing can be explained".to_owned()));
        }
        let rows = self.workspace.session.rows("explain", &sql, None).await.map_err(PipelineError::Query)?;
        let rows: Vec<serde_json::Map<String, serde_json::Value>> = parsed(&rows_as_json(&rows)?)?;
        let officers: Vec<&str> = rows.iter().filter_map(|row| row.get("officer_id")?.as_str()).collect();
        if officers.contains(&self.officer) {
            return Ok(());
        }
        let hint = nearest(self.officer, officers.iter().copied());
        let hint = hint.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
        Err(CommandError::Usage(format!("there is no officer {} in this period{hint}", self.officer)))
    }
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, CommandError> {
    serde_json::from_str(text).map_err(|error| CommandError::Internal(error.to_string()))
}

fn as_json(
    officer: &str,
    period: &str,
    run: &PeriodRun,
    query: Option<&Query>,
    sections: &[(&str, String)],
) -> Result<String, CommandError> {
    let mut document: Vec<(String, Box<RawValue>)> = Vec::new();
    let mut add = |key: &str, json: String| {
        let raw = RawValue::from_string(json).map_err(|error| CommandError::Internal(error.to_string()))?;
        document.push((key.to_owned(), raw));
        Ok::<(), CommandError>(())
    };
    let text = |text: &str| serde_json::Value::from(text).to_string();
    add("officer_id", text(officer))?;
    add("period", text(period))?;
    add("run_id", text(&run.run_id))?;
    add("scheme_version", serde_json::json!(run.scheme_version).to_string())?;
    add("scheme_hash", serde_json::json!(run.scheme_hash).to_string())?;
    if let Some(query) = query {
        let header = &query.header;
        let rule = serde_json::json!({
            "indicator_id": header.name, "title_en": header.title.en, "title_zh": header.title.zh, "unit": header.unit,
            "better": header.better, "owner": header.owner, "edges": header.edges, "source": header.source, "file": query.file,
        });
        add("rule", rule.to_string())?;
    }
    for (table, rows) in sections {
        add(table, rows.clone())?;
    }
    let body: Vec<String> = document.iter().map(|(key, value)| format!("{}: {}", text(key), value.get())).collect();
    Ok(format!("{{{}}}\n", body.join(",\n")))
}
