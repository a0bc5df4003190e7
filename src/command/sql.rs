//! `sql`: one read-only statement over inputs and outputs.

use std::io::{IsTerminal, Read};

use super::{CommandError, open};
use crate::cli::{Global, SqlArgs};
use crate::output::{OutputFormat, print, rows_as_json, rows_as_table};
use crate::pipeline::{PipelineError, open_workspace};

pub(super) async fn run(global: &Global, args: &SqlArgs) -> Result<(), CommandError> {
    let sql = statement(args)?;
    let project = open(global)?;
    let workspace = open_workspace(&project).await?;
    let frame = workspace.session.query("sql", &sql, None).await.map_err(PipelineError::Query)?;
    let schema = std::sync::Arc::clone(frame.schema().inner());
    let mut rows = workspace.session.rows("sql", &sql, None).await.map_err(PipelineError::Query)?;
    if rows.is_empty() {
        rows.push(arrow::array::RecordBatch::new_empty(schema));
    }
    let text = match global.output {
        OutputFormat::Table => rows_as_table(&rows)?,
        OutputFormat::Json => rows_as_json(&rows)?,
    };
    print(&text).map_err(CommandError::Output)
}

fn statement(args: &SqlArgs) -> Result<String, CommandError> {
    let from_stdin = || {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    };
    match (&args.command, &args.file) {
        (Some(sql), _) => Ok(sql.clone()),
        (None, Some(path)) if path.as_os_str() == "-" => from_stdin().map_err(CommandError::Output),
        (None, Some(path)) => std::fs::read_to_string(path)
            .map_err(|error| CommandError::Usage(format!("cannot read {}: {error}", path.display()))),
        (None, None) if !std::io::stdin().is_terminal() => from_stdin().map_err(CommandError::Output),
        (None, None) => Err(CommandError::Usage("give a statement with -c, or a file with -f".to_owned())),
    }
}
