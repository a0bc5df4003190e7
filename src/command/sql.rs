//! `sql`: read-only statements over inputs and outputs; a prompt on a terminal.

use std::io::{IsTerminal, Read};

use arrow::array::RecordBatch;

use super::{CommandError, listing, open, prompt};
use crate::cli::{Global, SqlArgs};
use crate::output::{OutputFormat, print, rows_as_json, rows_as_table};
use crate::pipeline::{PipelineError, Project, Workspace, open_workspace};
use crate::query::Session;

const HELP: &str = "\
SELECT …;     rows of a statement; nothing is ever written
\\d            the tables
\\d TABLE      columns of a table, their types and meanings
\\?            this
\\q            leave
";

/// One thing to answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    Nothing,
    Statement(String),
    Describe(Option<String>),
    Help,
    Quit,
    Unknown(String),
}

pub(super) async fn run(global: &Global, args: &SqlArgs) -> Result<(), CommandError> {
    let text = statement(args)?;
    let project = open(global)?;
    let workspace = open_workspace(&project).await?;
    match text {
        Some(text) => {
            let text = answer(&project, &workspace, &Input::parse(&text), global.output).await?;
            print(&text).map_err(CommandError::Output)
        }
        None => prompt::run(&project, &workspace, global.output).await,
    }
}

/// The text that answers an input.
pub(super) async fn answer(
    project: &Project,
    workspace: &Workspace,
    input: &Input,
    format: OutputFormat,
) -> Result<String, CommandError> {
    match input {
        Input::Nothing => Err(CommandError::Usage("the statement is empty".to_owned())),
        Input::Statement(sql) => rows(workspace, sql, format).await,
        Input::Describe(table) => listing::describe(project, workspace, table.as_deref(), format).await,
        Input::Help | Input::Quit => Ok(HELP.to_owned()),
        Input::Unknown(word) => Err(CommandError::Usage(format!("there is no {word}; \\? shows what there is"))),
    }
}

async fn rows(workspace: &Workspace, sql: &str, format: OutputFormat) -> Result<String, CommandError> {
    let (schema, mut stream) = workspace.session.stream("sql", sql, None).await.map_err(PipelineError::Query)?;
    let mut rows = Vec::new();
    while let Some(batch) = Session::next("sql", &mut stream).await.map_err(PipelineError::Query)? {
        rows.push(batch);
    }
    if rows.is_empty() {
        rows.push(RecordBatch::new_empty(schema));
    }
    Ok(match format {
        OutputFormat::Table => rows_as_table(&rows)?,
        OutputFormat::Json => rows_as_json(&rows)?,
    })
}

impl Input {
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.trim_end_matches(';').trim().is_empty() {
            return Self::Nothing;
        }
        if !text.starts_with('\\') {
            return Self::Statement(text.to_owned());
        }
        let mut words = text.trim_end_matches(';').split_whitespace();
        match (words.next().unwrap_or_default(), words.next()) {
            ("\\d" | "\\dt", table) => Self::Describe(table.map(str::to_owned)),
            ("\\q", _) => Self::Quit,
            ("\\?" | "\\h" | "\\help", _) => Self::Help,
            (word, _) => Self::Unknown(word.to_owned()),
        }
    }

    /// Whether a text that is being typed is a whole input: a backslash command, or a statement up to its semicolon.
    pub(super) fn is_complete(text: &str) -> bool {
        let text = text.trim();
        let quotes = text.matches('\'').count();
        text.is_empty() || text.starts_with('\\') || (text.ends_with(';') && quotes.is_multiple_of(2))
    }
}

/// The statement that was given; `None` asks for a prompt.
fn statement(args: &SqlArgs) -> Result<Option<String>, CommandError> {
    let from_stdin = || {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    };
    match (&args.command, &args.file) {
        (Some(sql), _) => Ok(Some(sql.clone())),
        (None, Some(path)) if path.as_os_str() == "-" => from_stdin().map(Some).map_err(CommandError::Output),
        (None, Some(path)) => std::fs::read_to_string(path)
            .map(Some)
            .map_err(|error| CommandError::Usage(format!("cannot read {}: {error}", path.display()))),
        (None, None) if !std::io::stdin().is_terminal() => from_stdin().map(Some).map_err(CommandError::Output),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_goes_on_until_its_semicolon() {
        for text in ["SELECT 1;", "SELECT 1 ; ", "\\d", "\\d loan", "", "  "] {
            assert!(Input::is_complete(text), "{text}");
        }
        for text in ["SELECT 1", "SELECT ';", "SELECT 'a;"] {
            assert!(!Input::is_complete(text), "{text}");
        }
    }

    #[test]
    fn backslash_commands_are_no_statements() {
        assert_eq!(Input::parse("\\d officer_indicator;"), Input::Describe(Some("officer_indicator".to_owned())));
        assert_eq!(Input::parse(" \\d "), Input::Describe(None));
        assert_eq!(Input::parse("\\q"), Input::Quit);
        assert_eq!(Input::parse("\\x"), Input::Unknown("\\x".to_owned()));
        assert_eq!(Input::parse(" ; "), Input::Nothing);
        assert_eq!(Input::parse("SELECT 1;"), Input::Statement("SELECT 1;".to_owned()));
    }
}
