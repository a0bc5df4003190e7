//! `init`: a commented project, plain or for a well-known layout.

use std::path::Path;

use super::CommandError;
use crate::cli::InitArgs;
use crate::config::{CONFIG_FILE, DEFAULT_SCHEME, SCHEME_FILE, nearest};
use crate::model::Model;
use crate::output::print;
use crate::query::built_in_files;

const TEMPLATES: &str = "queries/source/";
/// Layouts of one kind of file lack most of what officers are judged by.
const NO_SCHEME: &str = "\
# Nobody is judged. `postloan init` without a template writes a commented scheme.toml that judges officers.
version = \"1\"
";
const HEAD: &str = include_str!("init/postloan.toml");

pub(super) fn run(args: &InitArgs) -> Result<(), CommandError> {
    let folder = &args.folder;
    let target = folder.join(CONFIG_FILE);
    if target.exists() {
        return Err(CommandError::Usage(format!("{} is there already; choose another folder", target.display())));
    }
    let mut files = match &args.template {
        Some(template) => template_files(template)?,
        None => vec![(CONFIG_FILE.to_owned(), plain_config()?)],
    };
    let scheme = if args.template.is_some() { NO_SCHEME } else { DEFAULT_SCHEME };
    files.push((SCHEME_FILE.to_owned(), scheme.to_owned()));
    files.push((".gitignore".to_owned(), "/lake/\n/data/\n".to_owned()));
    if args.with_queries {
        for (path, text) in built_in_files() {
            let is_taken = files.iter().any(|(taken, _)| *taken == path);
            if !path.starts_with(TEMPLATES) && !is_taken {
                files.push((path, text.to_owned()));
            }
        }
    }
    write_folder(&folder.join("data"))?;
    for (path, text) in &files {
        write_file(&folder.join(path), text)?;
    }
    let place = folder.display();
    let next = match args.template {
        Some(_) => format!("Put the files of the layout into {place}/data, then:"),
        None => format!(
            "Put extracts into {place}/data, one file or more per table (loan.csv, loan_snapshot_2025-01.csv.gz, …), then:"
        ),
    };
    let text = format!(
        "Wrote a project to {place}: {} files\n{next}\n  postloan check -p {place}\n  postloan run -p {place}\n",
        files.len()
    );
    print(&text).map_err(CommandError::Output)
}

/// Names of the built-in templates.
fn templates() -> Vec<String> {
    let folders = built_in_files()
        .into_iter()
        .filter_map(|(path, _)| Some(path.strip_prefix(TEMPLATES)?.split_once('/')?.0.to_owned()));
    let mut names: Vec<String> = folders.collect();
    names.dedup();
    names
}

/// A template's files where a project has them: `portfolio/x.sql` becomes `queries/portfolio/x.sql`, a mapping
/// `queries/source/x.sql`.
fn template_files(name: &str) -> Result<Vec<(String, String)>, CommandError> {
    let templates = templates();
    if !templates.iter().any(|template| template == name) {
        let hint = nearest(name, templates.iter().map(String::as_str)).map(|known| format!("; did you mean {known}?"));
        let text = format!(
            "there is no template {name}{}; the templates are: {}",
            hint.unwrap_or_default(),
            templates.join(", ")
        );
        return Err(CommandError::Usage(text));
    }
    let prefix = format!("{TEMPLATES}{name}/");
    let files = built_in_files().into_iter().filter_map(|(path, text)| {
        let relative = path.strip_prefix(&prefix)?;
        let path = match (relative.contains('/'), relative.ends_with(".sql")) {
            (true, _) => format!("queries/{relative}"),
            (false, true) => format!("queries/source/{relative}"),
            (false, false) => relative.to_owned(),
        };
        Some((path, text.to_owned()))
    });
    Ok(files.collect())
}

/// One optional source per input table, so that dropping a file of that name is all there is to do.
fn plain_config() -> Result<String, CommandError> {
    let model = Model::load(None).map_err(crate::pipeline::PipelineError::Model)?;
    let mut text = HEAD.to_owned();
    for table in model.tables() {
        text.push_str(&format!(
            "\n[[source]]                      # {meaning}\ntable = \"{name}\"\npath = [\"data/{name}.*\", \"data/{name}_[0-9]*\", \"data/{name}/*\"]\noptional = true\n",
            meaning = table.label.en,
            name = table.name,
        ));
    }
    Ok(text)
}

fn write_folder(path: &Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(path).map_err(|source| CommandError::Write { path: path.display().to_string(), source })
}

fn write_file(path: &Path, text: &str) -> Result<(), CommandError> {
    if let Some(folder) = path.parent() {
        write_folder(folder)?;
    }
    if path.exists() {
        return Err(CommandError::Usage(format!("{} is there already; choose another folder", path.display())));
    }
    std::fs::write(path, text).map_err(|source| CommandError::Write { path: path.display().to_string(), source })
}
