//! The input model: one `CREATE TABLE` per input table, and nothing else.
//!
//! `queries/model/<table>.sql` is the only place where an input table is described. Casts, checks, reject reasons,
//! Arrow schemas and the published JSON description are all derived from it. A project may bring its own copy of a
//! file in `queries/model/`: that is how a bank adds a column of its own.

mod ddl;
mod describe;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

pub use ddl::DdlError;
pub use table::{Check, Column, ColumnType, DefaultValue, ForeignKey, Label, Table};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries/model");

/// All input tables by name.
#[derive(Debug, Clone)]
pub struct Model {
    tables: BTreeMap<String, Table>,
}

/// A model that cannot be used, and where.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("{file}: {source}")]
    Ddl { file: String, source: DdlError },
    #[error("{file}: {problem}")]
    Reference { file: String, problem: String },
    #[error("cannot read {path}: {source}", path = path.display())]
    Read { path: PathBuf, source: std::io::Error },
}

impl Model {
    /// The built-in tables, each replaced by the project's copy in `<project>/queries/model/` where there is one.
    ///
    /// # Errors
    /// A file that does not parse, or a key that names a column or table which does not exist.
    pub fn load(project: Option<&Path>) -> Result<Self, ModelError> {
        let mut tables = BTreeMap::new();
        for file in BUILT_IN.files() {
            let name = format!("queries/model/{}", file.path().display());
            let text = file.contents_utf8().unwrap_or_default();
            insert(&mut tables, &name, text)?;
        }
        if let Some(project) = project {
            for (name, text) in own_files(&project.join("queries/model"))? {
                insert(&mut tables, &name, &text)?;
            }
        }
        let model = Self { tables };
        model.check_references()?;
        Ok(model)
    }

    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// The text of every built-in DDL file, for projects that want a copy.
    pub fn built_in_files() -> impl Iterator<Item = (String, &'static str)> {
        BUILT_IN.files().map(|file| (file.path().display().to_string(), file.contents_utf8().unwrap_or_default()))
    }

    /// The model as JSON, as `postloan schema` prints it.
    pub fn describe(&self) -> serde_json::Value {
        describe::model(self)
    }

    fn check_references(&self) -> Result<(), ModelError> {
        for table in self.tables.values() {
            let problem = |problem| ModelError::Reference { file: table.file.clone(), problem };
            for key in &table.foreign_keys {
                let Some(target) = self.tables.get(&key.table) else {
                    return Err(problem(format!("FOREIGN KEY names table {}, which does not exist", key.table)));
                };
                if let Some(column) = key.referred.iter().find(|column| target.column(column).is_none()) {
                    return Err(problem(format!("FOREIGN KEY names {}.{column}, which does not exist", key.table)));
                }
            }
        }
        Ok(())
    }
}

fn insert(tables: &mut BTreeMap<String, Table>, file: &str, text: &str) -> Result<(), ModelError> {
    let table = ddl::parse(file, text).map_err(|source| ModelError::Ddl { file: file.to_owned(), source })?;
    tables.insert(table.name.clone(), table);
    Ok(())
}

fn own_files(folder: &Path) -> Result<Vec<(String, String)>, ModelError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = |path: &Path, source| ModelError::Read { path: path.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| read(folder, error))? {
        let path = entry.map_err(|error| read(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let text = std::fs::read_to_string(&path).map_err(|error| read(&path, error))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    Ok(files)
}
