//! One file per verb.

mod backtest;
mod check;
mod completions;
mod explain;
mod export;
mod generate;
mod history;
mod init;
mod listing;
mod prompt;
mod run;
mod schema;
mod sql;
mod targets;

use std::path::Path;

use crate::cli::{Cli, Command, Global};
use crate::config::Overrides;
use crate::pipeline::{PipelineError, Project};
use crate::store::StoreError;
use crate::synth::SynthError;

/// Why a command failed; its text is what the user reads.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Synth(#[from] SynthError),
    #[error("{0}")]
    Usage(String),
    #[error("cannot write {path}: {source}")]
    Write { path: String, source: std::io::Error },
    #[error("cannot write the result: {0}")]
    Output(#[from] std::io::Error),
    #[error("cannot print the result: {0}")]
    Format(#[from] arrow::error::ArrowError),
    #[error("interrupted; nothing was written")]
    Interrupted(u8),
    #[error("internal error: {0}")]
    Internal(String),
    #[error("the check found {0}; see above")]
    Checked(String),
}

impl CommandError {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Pipeline(error) => error.exit_code(),
            Self::Synth(error) => synth_exit_code(error),
            Self::Usage(_) => 2,
            Self::Interrupted(code) => *code,
            Self::Write { .. } | Self::Output(_) => 5,
            Self::Format(_) | Self::Internal(_) => 70,
            Self::Checked(_) => 1,
        }
    }
}

fn synth_exit_code(error: &SynthError) -> u8 {
    match error {
        SynthError::Size(_) | SynthError::Taken(_) | SynthError::Model(_) => 2,
        SynthError::Disk { .. } | SynthError::Parquet { .. } | SynthError::Workbook { .. } => 5,
        SynthError::Interrupted => 130,
        SynthError::Layout { .. } | SynthError::Arrow(_) => 70,
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::Pipeline(PipelineError::Store(error))
    }
}

/// Runs the command that was typed.
pub async fn execute(cli: Cli) -> Result<(), CommandError> {
    let global = &cli.global;
    match cli.command {
        Command::Init(args) => init::run(&args),
        Command::Generate(args) => generate::run(global, args).await,
        Command::Check(args) => check::run(global, &args).await,
        Command::Ingest(args) => run::ingest(global, &args).await,
        Command::Run(args) => run::run(global, &args).await,
        Command::Backtest(args) => backtest::run(global, &args).await,
        Command::Sql(args) => sql::run(global, &args).await,
        Command::Explain(args) => explain::run(global, &args).await,
        Command::Export(args) => export::run(global, &args).await,
        Command::Targets(args) => targets::run(global, &args).await,
        Command::History(args) => history::run(global, &args).await,
        Command::Schema(args) => schema::run(global, &args),
        Command::Completions(args) => completions::run(&args),
    }
}

fn open(global: &Global) -> Result<Project, PipelineError> {
    open_judged_by(global, None)
}

/// The project, officers judged by a file instead of the project's schemes.
fn open_judged_by(global: &Global, scheme: Option<&Path>) -> Result<Project, PipelineError> {
    let overrides = Overrides {
        lake: global.lake.clone(),
        memory: global.memory.clone(),
        max_reject_rate: global.max_reject_rate,
        scheme: scheme.map(Path::to_owned),
    };
    Project::open(&global.project, &overrides)
}
