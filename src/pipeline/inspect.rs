//! A look at a project that changes nothing: sources, parameters, what can be computed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::TableReference;

use super::compute::{Computability, computability};
use super::{PipelineError, Project, SchemeFile};
use crate::config::{Origin, Source, Target};
use crate::ingest::{self, FILE, LINE};
use crate::query::{Kind, Need, Session};
use crate::store::{Fetched, find_files};

/// What `check` prints.
#[derive(Debug, Clone)]
pub struct Inspection {
    pub storage: String,
    pub sources: Vec<InspectedSource>,
    pub parameters: Vec<InspectedParameter>,
    pub queries: Vec<Computability>,
    /// The project's own queries, and which built-in ones they replace.
    pub own_queries: Vec<String>,
    /// The schemes of the project, and what is doubtful about them.
    pub schemes: Vec<InspectedScheme>,
    pub problems: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct InspectedScheme {
    pub file: String,
    pub version: String,
    /// When it holds, in words.
    pub holds: String,
    pub is_draft: bool,
    pub indicators: usize,
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct InspectedSource {
    pub table: String,
    pub files: usize,
    pub from: String,
}

#[derive(Debug, Clone)]
pub struct InspectedParameter {
    pub name: String,
    pub value: String,
    pub origin: String,
}

/// Looks at everything that `run` would use, reading no more of a file than its columns.
///
/// # Errors
/// Storage that does not answer. What is wrong with single sources is in [`Inspection::problems`].
pub async fn inspect(project: &Project) -> Result<Inspection, PipelineError> {
    let storage = match project.store.latest().await? {
        Some(snapshot) => format!("{} (commit {})", project.store.display(""), snapshot.seq),
        None => format!("{} (no commit yet)", project.store.display("")),
    };
    let mut inspector = Inspector { project, delivered: BTreeMap::new(), raw: BTreeMap::new(), problems: Vec::new() };
    let mut sources = Vec::new();
    for source in &project.config.sources {
        sources.push(inspector.source(source).await?);
    }
    inspector.shaped().await?;
    if project.config.sources.is_empty() {
        inspector.problems.push("postloan.toml has no [[source]]: there is nothing to read".to_owned());
    }
    let delivers = |need: &Need| match (inspector.delivered.get(&need.table), &need.column) {
        (Some(columns), Some(column)) => columns.contains(column),
        (found, None) => found.is_some(),
        (None, _) => false,
    };
    let lacks = |indicator: &str| {
        let query = project.catalogue.get(indicator);
        query.map(|query| project.catalogue.missing(&query.header, delivers)).unwrap_or_default()
    };
    let edges = project.parameters.bucket_edges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let parameters = project.parameters.iter().map(|parameter| InspectedParameter {
        name: parameter.name.clone(),
        value: if parameter.value.is_null() { "(none)".to_owned() } else { parameter.value.to_string() },
        origin: parameter.origin.clone(),
    });
    let buckets = InspectedParameter { name: "dpd_bucket_edges".to_owned(), value: edges, origin: String::new() };
    let own = project.catalogue.queries().filter(|query| query.is_own && query.header.kind != Kind::Source);
    Ok(Inspection {
        storage,
        sources,
        parameters: parameters.chain([buckets]).collect(),
        queries: computability(&project.catalogue, delivers),
        schemes: project.schemes.files().iter().map(|file| scheme(file, &lacks)).collect(),
        own_queries: own.map(|query| format!("{} ({})", query.header.name, query.file)).collect(),
        problems: inspector.problems,
    })
}

/// A scheme, the inputs that its indicators lack, and how it can lower a total when the NPL ratio improves.
fn scheme(file: &SchemeFile, lacks: &dyn Fn(&str) -> Vec<String>) -> InspectedScheme {
    let scheme = &file.scheme;
    let holds = match (scheme.effective_from, scheme.effective_until) {
        (None, None) => "for all periods".to_owned(),
        (Some(from), None) => format!("for periods that begin on {from} or later"),
        (None, Some(until)) => format!("for periods that begin on {until} or before"),
        (Some(from), Some(until)) => format!("for periods that begin from {from} to {until}"),
    };
    let gated = scheme.gates.iter().map(|gate| gate.indicator.as_str());
    let used: BTreeSet<&str> = scheme.scored().map(|rule| rule.id.as_str()).chain(gated).collect();
    let missing = used.into_iter().map(|id| (id, lacks(id))).filter(|(_, lacks)| !lacks.is_empty());
    let missing = missing.map(|(id, lacks)| {
        format!(
            "{id} lacks {}: a run stops unless it is delivered, taken out or allowed with --allow-missing",
            lacks.join(", ")
        )
    });
    let lean = scheme.counter_example().map(|example| {
        format!("[tilt] apply = \"always\" can lower a total when the NPL ratio improves: {example}; apply = \"favourable\" cannot")
    });
    InspectedScheme {
        file: file.path.display().to_string(),
        version: scheme.version.clone(),
        holds,
        is_draft: scheme.is_draft,
        indicators: scheme.scored().count(),
        warnings: lean.into_iter().chain(missing).collect(),
    }
}

struct Inspector<'a> {
    project: &'a Project,
    /// Input table → columns that a source delivers.
    delivered: BTreeMap<String, Vec<String>>,
    /// Raw table → columns of its files.
    raw: BTreeMap<String, Vec<String>>,
    problems: Vec<String>,
}

impl Inspector<'_> {
    async fn source(&mut self, source: &Source) -> Result<InspectedSource, PipelineError> {
        let config = &self.project.config;
        let table = source.target.table();
        let Origin::Files(files) = &source.origin else {
            let Origin::Sql(path) = &source.origin else { unreachable!("an origin is files or SQL") };
            return Ok(InspectedSource { table, files: 0, from: path.clone() });
        };
        let from = files.paths.join(", ");
        let mut found = Vec::new();
        for path in &files.paths {
            found.extend(find_files(&config.folder, path, &config.storage.options).await?);
        }
        found.sort();
        found.dedup();
        if found.is_empty() && !files.optional {
            self.problems.push(PipelineError::NoFile { table: table.clone(), path: from.clone() }.to_string());
        }
        // One file tells the columns; reading them all would be an ingest.
        if let Some(name) = found.first() {
            let fetched = Fetched::open(&config.folder, name, &config.storage.options).await?;
            match ingest::columns(name, &fetched.path, files) {
                Err(error) => self.problems.push(error.to_string()),
                Ok(columns) => match &source.target {
                    Target::Raw(raw) => self.raw.entry(raw.clone()).or_default().extend(columns),
                    Target::Input(input) => {
                        let Some(model) = self.project.model.table(input) else {
                            return Ok(InspectedSource { table, files: 0, from });
                        };
                        match ingest::delivered_columns(name, &columns, &source.mapping, model) {
                            Ok(delivered) => self.delivered.entry(input.clone()).or_default().extend(delivered),
                            Err(error) => self.problems.push(error.to_string()),
                        }
                    }
                },
            }
        }
        Ok(InspectedSource { table, files: found.len(), from })
    }

    /// Tables made by SQL: planned over empty raw tables, their columns are the statement's.
    async fn shaped(&mut self) -> Result<(), PipelineError> {
        let project = self.project;
        let session = Session::new(&project.store, &project.limits())?;
        for (name, columns) in &self.raw {
            let fields = columns.iter().map(|column| Field::new(column, DataType::Utf8, true));
            let location = [Field::new(FILE, DataType::Utf8, true), Field::new(LINE, DataType::Int64, true)];
            let schema = Arc::new(Schema::new(fields.chain(location).collect::<Vec<_>>()));
            session.register_files(TableReference::partial("raw", name.clone()), &[], schema)?;
        }
        let helpers: Vec<_> = project.catalogue.of_kind(Kind::Source).collect();
        for query in project.catalogue.in_order(helpers, |name| name.starts_with("raw."))? {
            let view = TableReference::bare(query.header.name.clone());
            if let Err(error) = session.register_view(view, &query.sql, &project.parameters).await {
                self.problems.push(error.to_string());
            }
        }
        for source in &project.config.sources {
            let (Origin::Sql(path), Target::Input(table)) = (&source.origin, &source.target) else { continue };
            let Some(model) = project.model.table(table) else { continue };
            let planned = match std::fs::read_to_string(project.config.folder.join(path)) {
                Err(error) => Err(format!("sql = \"{path}\": {error}")),
                Ok(sql) => session.query(path, &sql, None).await.map_err(|error| error.to_string()),
            };
            let delivered = planned.and_then(|frame| {
                let columns: Vec<String> = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
                ingest::delivered_columns(path, &columns, &source.mapping, model).map_err(|error| error.to_string())
            });
            match delivered {
                Ok(delivered) => self.delivered.entry(table.clone()).or_default().extend(delivered),
                Err(problem) => self.problems.push(problem),
            }
        }
        Ok(())
    }
}
