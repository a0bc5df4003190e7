//! `\d`: which tables there are, and what their columns mean.

use crate::output::{OutputFormat, TextTable, rows_as_json};
use crate::pipeline::{PipelineError, Project, Workspace};

use super::CommandError;

/// A table that a statement may name.
pub(super) struct ListedTable {
    pub name: String,
    kind: &'static str,
    meaning: String,
}

/// All tables: published ones first, then inputs, then raw ones.
pub(super) fn tables(project: &Project, workspace: &Workspace) -> Vec<ListedTable> {
    let listed = |name: &String| {
        let query = project.catalogue.get(name).filter(|query| query.header.is_published);
        let (kind, meaning) = match (query, project.model.table(name)) {
            (Some(query), _) => ("published", query.header.title.to_string()),
            (None, Some(table)) => ("input", table.label.to_string()),
            (None, None) if name.starts_with("raw.") => ("raw", String::new()),
            (None, None) => ("published", String::new()),
        };
        ListedTable { name: name.clone(), kind, meaning }
    };
    let mut tables: Vec<ListedTable> = workspace.tables.iter().map(listed).collect();
    let rank = |kind| ["published", "input", "raw"].iter().position(|known| *known == kind);
    tables.sort_by(|a, b| (rank(a.kind), &a.name).cmp(&(rank(b.kind), &b.name)));
    tables
}

/// What `\d` shows.
pub(super) async fn describe(
    project: &Project,
    workspace: &Workspace,
    table: Option<&str>,
    format: OutputFormat,
) -> Result<String, CommandError> {
    match table {
        None => Ok(list(&tables(project, workspace), format)),
        Some(table) => columns(project, workspace, table, format).await,
    }
}

fn list(tables: &[ListedTable], format: OutputFormat) -> String {
    if format == OutputFormat::Json {
        let rows = tables
            .iter()
            .map(|table| serde_json::json!({ "table": table.name, "kind": table.kind, "meaning": table.meaning }));
        return format!("{:#}\n", serde_json::Value::from_iter(rows));
    }
    let mut text = TextTable::new(["table", "kind", "meaning"]);
    for table in tables {
        text.row([table.name.as_str(), table.kind, table.meaning.as_str()]);
    }
    text.to_string()
}

async fn columns(
    project: &Project,
    workspace: &Workspace,
    table: &str,
    format: OutputFormat,
) -> Result<String, CommandError> {
    if !workspace.tables.iter().any(|known| known == table) {
        let known = workspace.tables.iter().map(String::as_str);
        let hint = crate::config::nearest(table, known).map(|known| format!("; did you mean {known}?"));
        let hint = hint.unwrap_or_default();
        return Err(CommandError::Usage(format!("there is no table {table}{hint} \\d lists them")));
    }
    let (schema, name) = table.split_once('.').unwrap_or(("public", table));
    let sql = format!(
        "SELECT column_name AS \"column\", data_type AS type FROM information_schema.columns
         WHERE table_schema = '{schema}' AND table_name = '{name}' ORDER BY ordinal_position"
    );
    let rows = workspace.session.rows("\\d", &sql, None).await.map_err(PipelineError::Query)?;
    if format == OutputFormat::Json {
        return Ok(rows_as_json(&rows)?);
    }
    let model = project.model.table(table);
    let mut text = TextTable::new(["column", "type", "meaning"]);
    for batch in &rows {
        let cell = |column: usize, row: usize| {
            arrow::util::display::array_value_to_string(batch.column(column), row).unwrap_or_default()
        };
        for row in 0..batch.num_rows() {
            let name = cell(0, row);
            let meaning = model.and_then(|table| table.column(&name)).map(|column| column.label.to_string());
            text.row([name, cell(1, row), meaning.unwrap_or_default()]);
        }
    }
    Ok(text.to_string())
}
