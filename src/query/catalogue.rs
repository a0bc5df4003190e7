//! All queries by name: built-in, and the project's own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::resolve::resolve_table_references;
use include_dir::{Dir, DirEntry, include_dir};

use super::header::{Header, HeaderError, Kind, Need};
use crate::model::Model;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");
/// Folders of `queries/` that hold no queries of every project.
const NOT_QUERIES: [&str; 2] = ["model", "source"];

/// What a query needs that judges officers: a scheme that does.
pub const SCHEME: &str = "scheme";

/// One query file.
#[derive(Debug, Clone)]
pub struct Query {
    pub header: Header,
    /// Path for messages: `queries/indicator/risk/npl_ratio.sql`.
    pub file: String,
    pub sql: String,
    /// The project's, not the program's.
    pub is_own: bool,
    /// Tables and views that the statement names, as written.
    pub reads: BTreeSet<String>,
}

/// Every query that a project has.
#[derive(Debug, Clone)]
pub struct Catalogue {
    queries: BTreeMap<String, Query>,
}

#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("{file}: {source}")]
    Header { file: String, source: HeaderError },
    #[error("{file}: {problem}")]
    Statement { file: String, problem: String },
    #[error("cannot read {path}: {source}", path = path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{first} and {second} have the same name")]
    Twice { first: String, second: String },
    #[error("{file}: a query of kind {kind} belongs in a folder named {kind}")]
    Folder { file: String, kind: &'static str },
    #[error("{file}: uses ${name}, which the header's params do not declare")]
    Undeclared { file: String, name: String },
    #[error("{file}: the header's params declare {name}, which the statement does not use")]
    Unused { file: String, name: String },
    #[error("{file}: needs names {need}, which the model does not have")]
    Need { file: String, need: String },
    #[error("{file}: reads {table}, which is neither an input table nor a query{hint}")]
    UnknownTable { file: String, table: String, hint: String },
    #[error("these queries read each other in a circle: {0}")]
    Circle(String),
}

impl Catalogue {
    /// The built-in queries, those of `<project>/queries/` added or put in their place.
    ///
    /// # Errors
    /// A header or statement that is not valid, or two files of the project with one name.
    pub fn load(project: Option<&Path>, model: &Model) -> Result<Self, CatalogueError> {
        let mut queries = BTreeMap::new();
        for (file, text) in built_in_files().into_iter().filter(|(file, _)| is_query(file)) {
            let query = read(&file, text, false)?;
            queries.insert(query.header.name.clone(), query);
        }
        let mut own: BTreeMap<String, Query> = BTreeMap::new();
        if let Some(folder) = project.map(|project| project.join("queries")).filter(|folder| folder.is_dir()) {
            for path in own_files(&folder)? {
                let relative = path.strip_prefix(&folder).unwrap_or(&path).to_string_lossy().into_owned();
                if relative.starts_with("model/") {
                    continue;
                }
                let text = std::fs::read_to_string(&path)
                    .map_err(|source| CatalogueError::Read { path: path.clone(), source })?;
                let query = read(&format!("queries/{relative}"), &text, true)?;
                if let Some(first) = own.get(&query.header.name) {
                    return Err(CatalogueError::Twice { first: first.file.clone(), second: query.file });
                }
                own.insert(query.header.name.clone(), query);
            }
        }
        // Two mappings may shape tables whose names are also those of base queries: they live apart.
        let sources = own.iter().filter(|(_, query)| query.header.kind == Kind::Source);
        let sources: BTreeMap<String, Query> = sources.map(|(name, query)| (source_key(name), query.clone())).collect();
        queries.extend(own.into_iter().filter(|(_, query)| query.header.kind != Kind::Source));
        queries.extend(sources);
        let catalogue = Self { queries };
        catalogue.check_needs(model)?;
        Ok(catalogue)
    }

    pub fn get(&self, name: &str) -> Option<&Query> {
        self.queries.get(name)
    }

    /// A mapping query of the project.
    pub fn source(&self, name: &str) -> Option<&Query> {
        self.queries.get(&source_key(name))
    }

    /// The inputs that a query needs and that are neither delivered nor made up for by a base query. Nothing makes up for the
    /// inputs of a signal: what is computed for a day may change when more is known.
    pub fn missing(&self, header: &Header, delivers: impl Fn(&Need) -> bool) -> Vec<String> {
        let fills = |need: &Need| {
            self.of_kind(Kind::Base)
                .any(|query| query.header.fills.contains(need) && query.header.needs.iter().all(&delivers))
        };
        let fills = |need: &Need| header.kind != Kind::Signal && fills(need);
        let lacks = header.needs.iter().filter(|need| !delivers(need) && !fills(need));
        lacks.map(ToString::to_string).collect()
    }

    /// All but the base queries of these names.
    pub fn without(&self, names: &BTreeSet<String>) -> Self {
        let mut catalogue = self.clone();
        catalogue.queries.retain(|name, _| !names.contains(name));
        catalogue
    }

    /// Queries of a kind, by name.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Query> {
        self.queries.values().filter(move |query| query.header.kind == kind)
    }

    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.queries.values()
    }

    /// Hash of every statement and header that the result of a run may depend on.
    pub fn hash(&self) -> String {
        hash_of(self.queries.values().filter(|query| !matches!(query.header.kind, Kind::Source | Kind::Signal)))
    }

    /// The same for a backtest.
    pub fn hash_with_signals(&self) -> String {
        hash_of(self.queries.values().filter(|query| query.header.kind != Kind::Source))
    }

    /// Queries in an order in which each comes after those it reads. `provided` names tables that are simply there.
    ///
    /// # Errors
    /// A table that nobody provides, or a circle.
    pub fn in_order<'a>(
        &'a self,
        wanted: impl IntoIterator<Item = &'a Query>,
        provided: impl Fn(&str) -> bool,
    ) -> Result<Vec<&'a Query>, CatalogueError> {
        let wanted: Vec<&Query> = wanted.into_iter().collect();
        let names: BTreeSet<&str> = wanted.iter().map(|query| query.header.name.as_str()).collect();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut order = Vec::with_capacity(wanted.len());
        for query in &wanted {
            for table in &query.reads {
                if !names.contains(table.as_str()) && !provided(table) {
                    let known = names.iter().copied().chain(self.queries.keys().map(String::as_str));
                    let hint = crate::config::nearest(table, known).map(|name| format!("; did you mean {name}?"));
                    return Err(CatalogueError::UnknownTable {
                        file: query.file.clone(),
                        table: table.clone(),
                        hint: hint.unwrap_or_default(),
                    });
                }
            }
        }
        while order.len() < wanted.len() {
            let ready = wanted.iter().filter(|query| {
                !done.contains(query.header.name.as_str())
                    && query.reads.iter().all(|table| !names.contains(table.as_str()) || done.contains(table.as_str()))
            });
            let ready: Vec<&Query> = ready.copied().collect();
            if ready.is_empty() {
                let stuck = wanted.iter().map(|query| query.header.name.as_str()).filter(|name| !done.contains(name));
                return Err(CatalogueError::Circle(stuck.collect::<Vec<_>>().join(", ")));
            }
            done.extend(ready.iter().map(|query| query.header.name.as_str()));
            order.extend(ready);
        }
        Ok(order)
    }

    /// The goals and every query that they read, directly or through others.
    pub fn with_all_they_read<'a>(&'a self, goals: impl IntoIterator<Item = &'a Query>) -> Vec<&'a Query> {
        let mut found: BTreeMap<&str, &Query> = BTreeMap::new();
        let mut waiting: Vec<&Query> = goals.into_iter().collect();
        while let Some(query) = waiting.pop() {
            if found.insert(query.header.name.as_str(), query).is_none() {
                waiting.extend(query.reads.iter().filter_map(|table| self.queries.get(table)));
            }
        }
        found.into_values().collect()
    }

    fn check_needs(&self, model: &Model) -> Result<(), CatalogueError> {
        for query in self.queries.values() {
            for need in query.header.needs.iter().chain(&query.header.fills) {
                if need.table == SCHEME && need.column.is_none() {
                    continue;
                }
                let table = model.table(&need.table);
                let known =
                    table.is_some_and(|table| need.column.as_ref().is_none_or(|column| table.column(column).is_some()));
                if !known {
                    return Err(CatalogueError::Need { file: query.file.clone(), need: need.to_string() });
                }
            }
            let named = query.header.alongside.iter().chain(&query.header.only_if);
            if let Some(name) = named.into_iter().find(|name| !self.queries.contains_key(*name)) {
                let hint = crate::config::nearest(name, self.queries.keys().map(String::as_str));
                return Err(CatalogueError::UnknownTable {
                    file: query.file.clone(),
                    table: name.clone(),
                    hint: hint.map(|name| format!("; did you mean {name}?")).unwrap_or_default(),
                });
            }
        }
        Ok(())
    }
}

fn hash_of<'a>(queries: impl Iterator<Item = &'a Query>) -> String {
    let mut hash = blake3::Hasher::new();
    for query in queries {
        hash.update(query.header.name.as_bytes());
        hash.update(&[0]);
        hash.update(query.sql.as_bytes());
        hash.update(&[0]);
    }
    hash.finalize().to_hex().to_string()
}

/// Every file under the built-in `queries/`, path and text, templates and models included.
pub fn built_in_files() -> Vec<(String, &'static str)> {
    let mut files = Vec::new();
    let mut folders = vec![&BUILT_IN];
    while let Some(folder) = folders.pop() {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(folder) => folders.push(folder),
                DirEntry::File(file) => {
                    let path = format!("queries/{}", file.path().display());
                    files.push((path, file.contents_utf8().unwrap_or_default()));
                }
            }
        }
    }
    files.sort();
    files
}

fn is_query(file: &str) -> bool {
    let folder = file.split('/').nth(1).unwrap_or_default();
    file.ends_with(".sql") && !NOT_QUERIES.contains(&folder)
}

fn source_key(name: &str) -> String {
    format!("source.{name}")
}

fn own_files(folder: &Path) -> Result<Vec<PathBuf>, CatalogueError> {
    let read = |source| CatalogueError::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.is_dir() {
            files.extend(own_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &str, text: &str, is_own: bool) -> Result<Query, CatalogueError> {
    let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let header =
        Header::parse(&stem, text).map_err(|source| CatalogueError::Header { file: file.to_owned(), source })?;
    let kind = header.kind.name();
    // A base query may stand beside the tables it serves.
    if header.kind != Kind::Base && !file.split('/').any(|folder| folder == kind) {
        return Err(CatalogueError::Folder { file: file.to_owned(), kind });
    }
    let (reads, used) = reads(file, text)?;
    let declared: BTreeSet<&String> = header.params.iter().map(|(name, _)| name).collect();
    if let Some(name) = used.iter().find(|name| !declared.contains(name)) {
        return Err(CatalogueError::Undeclared { file: file.to_owned(), name: name.clone() });
    }
    if let Some(name) = declared.into_iter().find(|name| !used.contains(*name)) {
        return Err(CatalogueError::Unused { file: file.to_owned(), name: name.clone() });
    }
    Ok(Query { header, file: file.to_owned(), sql: text.to_owned(), is_own, reads })
}

/// The tables and the parameters that a statement names.
fn reads(file: &str, sql: &str) -> Result<(BTreeSet<String>, BTreeSet<String>), CatalogueError> {
    let problem = |problem: String| CatalogueError::Statement { file: file.to_owned(), problem };
    let statement = DFParserBuilder::new(sql)
        .with_dialect(&sqlparser::dialect::GenericDialect {})
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| problem(error.to_string()))?;
    let statement = match statement.len() {
        1 => &statement[0],
        count => return Err(problem(format!("one statement is expected, found {count}"))),
    };
    if !matches!(statement, Statement::Statement(inner) if matches!(**inner, sqlparser::ast::Statement::Query(_))) {
        return Err(problem("a SELECT is expected".to_owned()));
    }
    let (tables, _) = resolve_table_references(statement, true).map_err(|error| problem(error.to_string()))?;
    let mut parameters = BTreeSet::new();
    if let Statement::Statement(statement) = statement {
        let _ = sqlparser::ast::visit_expressions(&**statement, |expression| {
            if let sqlparser::ast::Expr::Value(value) = expression
                && let sqlparser::ast::Value::Placeholder(name) = &value.value
            {
                parameters.insert(name.trim_start_matches('$').to_owned());
            }
            std::ops::ControlFlow::<()>::Continue(())
        });
    }
    Ok((tables.iter().map(ToString::to_string).collect(), parameters))
}
