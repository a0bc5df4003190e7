//! `sql` on a terminal: a prompt with history and completion.

use std::path::PathBuf;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::CommandError;
use super::listing::tables;
use super::sql::{Input, answer};
use crate::output::{OutputFormat, print};
use crate::pipeline::{PipelineError, Project, Workspace, interrupted};

const PROMPT: &str = "postloan> ";
const GREETING: &str = "Statements end with a semicolon; Tab completes names, \\? helps, \\q leaves.\n";
const KEYWORDS: [&str; 30] = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "ORDER BY",
    "HAVING",
    "LIMIT",
    "JOIN",
    "LEFT JOIN",
    "ON",
    "USING",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "IS NULL",
    "IS NOT NULL",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "WITH",
    "UNION ALL",
    "DISTINCT",
    "COUNT(",
    "SUM(",
    "DATE",
    "CAST(",
];

/// Reads and answers until the user leaves.
pub(super) async fn run(project: &Project, workspace: &Workspace, format: OutputFormat) -> Result<(), CommandError> {
    let config = Config::builder().completion_type(CompletionType::List).auto_add_history(true).build();
    let mut editor: Editor<Assistant, DefaultHistory> = Editor::with_config(config).map_err(terminal)?;
    editor.set_helper(Some(Assistant::new(project, workspace).await?));
    let history = history_file();
    if let Some(history) = &history {
        // The first prompt of all has none.
        let _ = editor.load_history(history);
    }
    print(GREETING)?;
    loop {
        match tokio::task::block_in_place(|| editor.readline(PROMPT)) {
            Ok(line) => match Input::parse(&line) {
                Input::Nothing => {}
                Input::Quit => break,
                input => reply(project, workspace, &input, format).await?,
            },
            // Ctrl-C gives up the line, Ctrl-D leaves.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(terminal(error)),
        }
    }
    if let Some(history) = &history {
        let saved = history.parent().map_or(Ok(()), std::fs::create_dir_all);
        let saved = saved.map_err(ReadlineError::from).and_then(|()| editor.save_history(history));
        if let Err(error) = saved {
            tracing::warn!(%error, "the history of statements could not be kept");
        }
    }
    Ok(())
}

/// A statement that fails does not end the prompt, and Ctrl-C ends a statement that takes too long.
async fn reply(
    project: &Project,
    workspace: &Workspace,
    input: &Input,
    format: OutputFormat,
) -> Result<(), CommandError> {
    let answered = tokio::select! {
        answered = answer(project, workspace, input, format) => answered,
        code = interrupted() => {
            eprintln!("interrupted");
            // Ctrl-C ends the statement, a request to terminate the prompt.
            return match code? {
                130 => Ok(()),
                code => Err(CommandError::Interrupted(code)),
            };
        }
    };
    match answered {
        Ok(text) => Ok(print(&text)?),
        Err(error) => {
            eprintln!("{error}");
            Ok(())
        }
    }
}

fn terminal(error: ReadlineError) -> CommandError {
    CommandError::Output(match error {
        ReadlineError::Io(error) => error,
        other => std::io::Error::other(other),
    })
}

/// `$XDG_STATE_HOME/postloan/history`, else below `~/.local/state`.
fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    Some(state.or_else(home)?.join("postloan/history"))
}

/// What the editor asks while a statement is typed.
struct Assistant {
    tables: Vec<String>,
    columns: Vec<String>,
}

impl Assistant {
    async fn new(project: &Project, workspace: &Workspace) -> Result<Self, CommandError> {
        let tables = tables(project, workspace).into_iter().map(|table| table.name).collect();
        let sql = "SELECT DISTINCT column_name FROM information_schema.columns
                   WHERE table_schema IN ('public', 'raw') ORDER BY column_name";
        let rows = workspace.session.rows("columns", sql, None).await.map_err(PipelineError::Query)?;
        let mut columns = Vec::new();
        for batch in &rows {
            for row in 0..batch.num_rows() {
                columns.push(arrow::util::display::array_value_to_string(batch.column(0), row)?);
            }
        }
        Ok(Self { tables, columns })
    }

    /// Where the word at the cursor begins, and what it may become.
    fn candidates(&self, line: &str, position: usize) -> (usize, Vec<String>) {
        let before = &line[..position];
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let start =
            before.rfind(|c| !is_part(c)).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let word = before[start..].to_lowercase();
        let begins = |name: &&String| name.to_lowercase().starts_with(&word);
        let mut found: Vec<String> = self.tables.iter().filter(begins).cloned().collect();
        if !line.trim_start().starts_with('\\') && !word.is_empty() {
            found.extend(self.columns.iter().filter(begins).cloned());
            let keywords = KEYWORDS.iter().filter(|keyword| keyword.to_lowercase().starts_with(&word));
            found.extend(keywords.map(|keyword| (*keyword).to_owned()));
        }
        found.dedup();
        (start, found)
    }
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, found) = self.candidates(line, position);
        let pair = |name: String| Pair { display: name.clone(), replacement: name };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        Ok(match Input::is_complete(context.input()) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Hinter for Assistant {
    type Hint = String;
}

impl Highlighter for Assistant {}

impl Helper for Assistant {}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(line: &str) -> (usize, Vec<String>) {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let assistant = Assistant {
            tables: texts(&["officer_indicator", "loan", "raw.truth"]),
            columns: texts(&["loan_id", "officer_id"]),
        };
        assistant.candidates(line, line.len())
    }

    #[test]
    fn names_of_tables_come_before_columns_and_keywords() {
        assert_eq!(completed("SELECT of").1, ["officer_indicator", "officer_id"]);
        assert_eq!(completed("select * from LO"), (14, vec!["loan".to_owned(), "loan_id".to_owned()]));
        assert_eq!(completed("SELECT sum(lo").0, 11);
        assert_eq!(completed("SELECT * FROM raw.t").1, ["raw.truth"]);
        assert_eq!(completed("\\d lo").1, ["loan"]);
        assert_eq!(completed("SELECT 余额, gr").1, ["GROUP BY"]);
    }
}
