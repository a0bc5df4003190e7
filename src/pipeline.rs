//! The run: sources in, tables out, one commit.
//!
//! [`ingest`] brings the input tables up to date, [`compute`] measures periods over them, [`run`] does both and
//! publishes; [`backtest`] judges candidate warnings over history, [`targets`] brings targets down to officers. Nothing becomes visible before the commit, and a run that finds nothing to do makes none.

mod audit;
mod backtest;
mod compute;
mod earlier;
mod evidence;
mod grain;
mod ingest;
mod inspect;
mod key;
mod label;
mod land;
mod ledger;
mod mapping;
mod period;
mod reject;
mod run;
mod scheme;
mod scratch;
mod signal;
mod targets;
mod workbench;
mod workspace;

use std::path::Path;

use crate::config::{Config, ConfigError, Overrides, SchemeError};
use crate::ingest::IngestError;
use crate::model::{Model, ModelError};
use crate::query::{Catalogue, CatalogueError, ParameterError, Parameters, QueryError, SessionLimits};
use crate::store::{FetchError, Hashes, Store, StoreError};

pub use backtest::{BacktestOptions, BacktestReport, backtest};
pub use compute::Computability;
pub use ingest::{IngestReport, TableReport};
pub use inspect::{InspectedParameter, InspectedScheme, InspectedSource, Inspection, inspect};
pub use label::column_label;
pub use period::{Knowledge, Scope};
pub use run::{PeriodReport, RunOptions, RunReport, ingest_only, interrupted, run};
pub use scheme::{SchemeFile, Schemes};
pub use targets::{TargetOptions, TargetReport, targets};
pub use workspace::{Workspace, open_workspace};

/// A project that is ready to run.
#[derive(Debug)]
pub struct Project {
    pub config: Config,
    pub model: Model,
    pub catalogue: Catalogue,
    pub parameters: Parameters,
    pub schemes: Schemes,
    pub store: Store,
}

/// Hears how a run goes on; for progress bars.
pub trait Observer: Send + Sync {
    /// A stage begins that consists of `steps` steps.
    fn begin(&self, stage: &str, steps: usize);
    /// One step of the stage begins.
    fn step(&self, what: &str);
    /// What the step is at.
    fn detail(&self, what: &str);
    fn end(&self);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Observer for Silent {
    fn begin(&self, _: &str, _: usize) {}
    fn step(&self, _: &str) {}
    fn detail(&self, _: &str) {}
    fn end(&self) {}
}

#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    #[error("{0}")]
    Name(String),
    #[error(transparent)]
    SchemeFile(#[from] SchemeError),
    #[error("{0}")]
    Scheme(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Ingest(#[from] IngestError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("postloan.toml: {0}")]
    Source(String),
    #[error("{table}: no file matches {path}. Put the files there, correct the path, or write optional = true")]
    NoFile { table: String, path: String },
    #[error("{sql}: the mapping does not fit the raw tables: {source}")]
    Mapping { sql: String, source: QueryError },
    #[error(
        "{table}: {rejected} of {read} rows were rejected ({rate:.3} %), more than max_reject_rate = {limit} allows; nothing was published.\n{examples}Correct the data or the mapping, or raise [limits] max_reject_rate"
    )]
    TooManyRejects { table: String, rejected: u64, read: u64, rate: f64, limit: f64, examples: String },
    #[error(
        "{period}: the scheme judges by indicators whose input no source delivers; nothing was published.\n{missing}Deliver it, take the indicator out of the scheme, or give --allow-missing to judge without it"
    )]
    MissingInput { period: String, missing: String },
    #[error("{0}")]
    Period(String),
    #[error("audit {audit} found {count} violations in {period}; nothing was published.\n{examples}")]
    Audit { audit: String, period: String, count: usize, examples: String },
    #[error("{table} has two rows with the same {grain} ({example}) in {period}; nothing was published")]
    Grain { table: String, grain: String, example: String, period: String },
    #[error("{file}: {problem}")]
    Signal { file: String, problem: String },
    #[error(
        "{refusal}Nothing was published. Let a signal use only facts that the bank knew on the day of issue (known_at){others}"
    )]
    LookAhead { refusal: String, others: String },
    #[error("interrupted; nothing of this run was published")]
    Interrupted(u8),
    #[error("internal error: {0}")]
    Internal(String),
}

/// Exit codes that scripts may rely on.
impl PipelineError {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_)
            | Self::Model(_)
            | Self::Catalogue(_)
            | Self::Parameter(_)
            | Self::Name(_)
            | Self::SchemeFile(_)
            | Self::Scheme(_)
            | Self::Source(_)
            | Self::MissingInput { .. }
            | Self::Period(_) => 2,
            Self::Store(error) => store_exit_code(error),
            Self::Fetch(FetchError::Pattern { .. }) => 2,
            Self::Fetch(FetchError::Read { .. } | FetchError::Storage { .. }) => 5,
            Self::Fetch(FetchError::Location(error)) => store_exit_code(error),
            Self::Ingest(IngestError::Check { .. }) => 2,
            Self::Ingest(IngestError::Stage { source, .. }) => disk_exit_code(source),
            Self::Ingest(IngestError::Engine { .. }) => 70,
            Self::Ingest(_) | Self::NoFile { .. } | Self::TooManyRejects { .. } => 3,
            Self::Mapping { source: QueryError::Limit { .. }, .. } | Self::Query(QueryError::Limit { .. }) => 6,
            Self::Mapping { .. } => 3,
            Self::Query(_) | Self::Audit { .. } | Self::Grain { .. } | Self::Signal { .. } | Self::LookAhead { .. } => {
                1
            }
            Self::Interrupted(code) => *code,
            Self::Internal(_) => 70,
        }
    }
}

fn store_exit_code(error: &StoreError) -> u8 {
    match error {
        StoreError::Location { .. } => 2,
        StoreError::Conflict { .. } => 4,
        StoreError::Unpublishable { .. } => 1,
        StoreError::Disk { source, .. } => disk_exit_code(source),
        StoreError::Storage { .. } | StoreError::Damaged { .. } | StoreError::Parquet { .. } => 5,
    }
}

fn disk_exit_code(error: &std::io::Error) -> u8 {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => 6,
        _ => 5,
    }
}

impl Project {
    /// Opens the project in a folder: configuration, model, queries, parameters, lake.
    ///
    /// # Errors
    /// Anything in the project's files that cannot be used.
    pub fn open(folder: &Path, overrides: &Overrides) -> Result<Self, PipelineError> {
        let config = Config::load(folder, overrides)?;
        let model = Model::load(Some(folder))?;
        let catalogue = Catalogue::load(Some(folder), &model)?;
        let parameters = Parameters::resolve(&config, &catalogue)?;
        let schemes = Schemes::load(&config, &catalogue)?;
        let store = Store::open(&config.lake(), &config.storage.options)?;
        let project = Self { config, model, catalogue, parameters, schemes, store };
        project.check_names()?;
        project.check_sources()?;
        Ok(project)
    }

    pub fn limits(&self) -> SessionLimits {
        SessionLimits {
            memory: self.config.memory_bytes(),
            temporary_disk: self.config.temporary_disk_bytes(),
            threads: self.config.limits.threads,
        }
    }

    /// Hashes of everything but the data that results depend on.
    pub fn hashes(&self) -> Hashes {
        let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
        let model: String = self.model.tables().map(|table| table.ddl.as_str()).collect();
        // Only what enters a number: another lake or memory limit must not make results stale.
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| format!("{}={:?}", parameter.name, parameter.value))
            .chain([format!("dpd_bucket_edges={:?}", self.parameters.bucket_edges)])
            .collect();
        let tables = self.config.publish.tables.as_ref().map(|tables| tables.join(",")).unwrap_or_default();
        let config = format!("{}\n{tables}\n{}", self.config.project.currency, parameters.join("\n"));
        Hashes {
            model: hash(&model),
            queries: self.catalogue.hash(),
            config: hash(&config),
            scheme: hash(&self.schemes.files().iter().map(|file| file.text.as_str()).collect::<String>()),
        }
    }

    /// Tables to publish must be known.
    fn check_names(&self) -> Result<(), PipelineError> {
        use crate::config::nearest;
        let hint = |name: &str, known: &[&str]| {
            nearest(name, known.iter().copied()).map(|known| format!("; did you mean {known}?")).unwrap_or_default()
        };
        let published = self.catalogue.queries().filter(|query| query.header.is_published);
        let published: Vec<&str> = published.map(|query| query.header.name.as_str()).collect();
        let mut tables = self.config.publish.tables.iter().flatten();
        if let Some(name) = tables.find(|name| !published.contains(&name.as_str())) {
            let problem =
                format!("postloan.toml: [publish] tables: no query publishes {name}{}", hint(name, &published));
            return Err(PipelineError::Name(problem));
        }
        Ok(())
    }

    /// Every source must name a table, and every mapped column a column, that exist.
    fn check_sources(&self) -> Result<(), PipelineError> {
        use crate::config::{Target, nearest};
        for source in &self.config.sources {
            let Target::Input(name) = &source.target else { continue };
            let Some(table) = self.model.table(name) else {
                let hint = nearest(name, self.model.names()).map(|known| format!("; did you mean {known}?"));
                let hint = hint.unwrap_or_default();
                return Err(PipelineError::Source(format!(
                    "[[source]] table = \"{name}\" is not an input table{hint}"
                )));
            };
            let mapping = &source.mapping;
            let columns = mapping.rename.values().chain(mapping.values.keys()).chain(mapping.set.keys());
            for column in columns {
                if table.column(column).is_none() {
                    let known = table.columns.iter().map(|column| column.name.as_str());
                    let hint =
                        nearest(column, known).map(|known| format!("; did you mean {known}?")).unwrap_or_default();
                    return Err(PipelineError::Source(format!(
                        "[[source]] {name}: the table has no column {column}{hint}"
                    )));
                }
            }
        }
        Ok(())
    }
}
