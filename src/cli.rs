//! The command line, as it is typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::PeriodLength;
use crate::output::OutputFormat;
use crate::pipeline::Knowledge;
use crate::synth::Format;

/// Measures post-loan management (贷后管理): what happens to loans after they are paid out, and how well each officer
/// looks after them.
#[derive(Debug, Parser)]
#[command(
    name = "postloan",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = FIRST_STEPS,
    after_long_help = FIRST_STEPS_AND_EXIT_CODES
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// The first steps, and what else a page says below them.
macro_rules! first_steps {
    ($($rest:literal)?) => {
        concat!(
            "\
Try it on a bank that does not exist:
  postloan generate demo --loans 2000
  postloan run -p demo
  postloan sql -p demo

Then on your own:
  postloan init my_bank       writes a commented postloan.toml; put extracts into my_bank/data
  postloan check -p my_bank   what would run, and which input each indicator lacks
  postloan run -p my_bank

postloan COMMAND --help says more of each.",
            $($rest)?
        )
    };
}

const FIRST_STEPS: &str = first_steps!();

const FIRST_STEPS_AND_EXIT_CODES: &str = first_steps!(
    "

Exit codes:
  0         done, or nothing to do
  1         a step or an audit failed; nothing of it was published
  2         wrong usage or configuration
  3         input refused: damaged, contract broken, too many rejects
  4         another run committed first; safe to retry
  5         storage or network failed; safe to retry
  6         a memory, disk or time limit was reached
  70        internal error
  130, 143  interrupted, cleaned up
After any but 0 nothing of the run is published."
);

/// Flags of every command; each may also be given as POSTLOAN_… in the environment.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The project folder.
    #[arg(short, long, global = true, env = "POSTLOAN_PROJECT", default_value = ".", value_name = "DIR")]
    pub project: PathBuf,
    /// Shape of results on stdout.
    #[arg(long, global = true, env = "POSTLOAN_OUTPUT", value_enum, default_value_t)]
    pub output: OutputFormat,
    /// Shape of messages on stderr.
    #[arg(long, global = true, env = "POSTLOAN_LOG_FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,
    /// Only results and errors.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// More messages; twice for even more.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// The lake, instead of [storage] lake.
    #[arg(long, global = true, env = "POSTLOAN_LAKE", value_name = "DIR|URL")]
    pub lake: Option<String>,
    /// Memory of the query engine, instead of [limits] memory.
    #[arg(long, global = true, env = "POSTLOAN_MEMORY", value_name = "SIZE")]
    pub memory: Option<String>,
    /// Rejected ÷ read rows that still pass, instead of [limits] max_reject_rate.
    #[arg(long, global = true, env = "POSTLOAN_MAX_REJECT_RATE", value_name = "RATE")]
    pub max_reject_rate: Option<f64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented project.
    Init(InitArgs),
    /// Write a synthetic bank of any size as a project, with known truth beside it.
    Generate(GenerateArgs),
    /// Look at configuration, sources, queries and storage: what would run, and what is missing.
    Check(CheckArgs),
    /// Bring the input tables up to date, and no more.
    Ingest(IngestArgs),
    /// Ingest, compute and publish.
    Run(RunArgs),
    /// Judge candidate warning signals over history, beside the bank's own warnings.
    #[command(after_help = BACKTEST_HELP)]
    Backtest(BacktestArgs),
    /// Bring the targets of a period down from the bank to branches and officers, so that they add up.
    Targets(TargetArgs),
    /// Why an officer has a grade, or a number: down to the rows behind it, and what would change it.
    Explain(ExplainArgs),
    /// A published table as a file for people; the appraisal as a workbook.
    Export(ExportArgs),
    /// Query inputs and outputs; read-only. A prompt without a statement.
    Sql(SqlArgs),
    /// The commits of the lake.
    History(HistoryArgs),
    /// The input model, or the settings of postloan.toml, as JSON.
    Schema(SchemaArgs),
    /// A script with which your shell completes commands and flags.
    #[command(
        after_help = "For example: postloan completions bash > ~/.local/share/bash-completion/completions/postloan"
    )]
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder of the new project.
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
    /// A project for files of a well-known layout.
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    /// Also write the built-in queries, to be read and changed.
    #[arg(long)]
    pub with_queries: bool,
}

#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// The folder of the new project; it must not exist or be empty.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Loans; each is on the book for about fifteen of thirty-six months.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub loans: u64,
    /// Months, each with its snapshot.
    #[arg(long, value_name = "M", default_value_t = 36)]
    pub months: u16,
    /// Loan officers, spread evenly over the branches.
    #[arg(long, value_name = "K", default_value_t = 60)]
    pub officers: u32,
    /// Branches under the head office.
    #[arg(long, value_name = "B", default_value_t = 6)]
    pub branches: u32,
    /// The same seed and sizes give the same bytes.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// The last month of the data.
    #[arg(long, value_name = "MONTH", default_value = "2025-12")]
    pub last_month: String,
    /// Some officers manage twenty times as many loans as others.
    #[arg(long)]
    pub unequal_books: bool,
    /// What the project measures by: the period of its postloan.toml.
    #[arg(long, value_enum, default_value_t)]
    pub period: PeriodLength,
    /// Format of the extracts.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Look at this scheme instead of those of the project.
    #[arg(long, value_name = "FILE")]
    pub scheme: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct IngestArgs {
    /// Read every file again, and drop rows of files that are no longer there.
    #[arg(long)]
    pub full_refresh: bool,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// One period: 2025-03, 2025Q1 or 2025. Without a period, every closed one whose result is absent or stale.
    #[arg(long, value_name = "PERIOD", conflicts_with_all = ["as_of", "from", "to"])]
    pub period: Option<String>,
    /// The period that contains the day, cut off at it: later facts, and what was known only later, are not used.
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    pub as_of: Option<String>,
    /// What a period may know: all that was delivered (restated), or what the bank knew on its last day (strict).
    #[arg(long, value_name = "MODE", value_enum, default_value_t = Knowledge::Restated)]
    pub knowledge: Knowledge,
    /// Rows that the bank first had after this day are not used, whichever the period.
    #[arg(long, value_name = "DATE", conflicts_with = "as_of")]
    pub known_by: Option<String>,
    /// The first of several periods.
    #[arg(long, value_name = "PERIOD", requires = "to")]
    pub from: Option<String>,
    /// The last of several periods.
    #[arg(long, value_name = "PERIOD", requires = "from")]
    pub to: Option<String>,
    /// Judge officers by this file, whatever the schemes of the project and their dates say.
    #[arg(long, value_name = "FILE")]
    pub scheme: Option<PathBuf>,
    /// Judge also where no source delivers the input of an indicator of the scheme; its weight goes to the others.
    #[arg(long)]
    pub allow_missing: bool,
    /// Say what would be computed; publish nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Read every file and compute every period of the run again.
    #[arg(long)]
    pub full_refresh: bool,
}

const BACKTEST_HELP: &str = "\
A signal is a query of kind signal: queries/signal/NAME.sql in the project, or built in. Each is computed over all history, and
again from the data up to some of its days; one whose rows then differ reads what came later and is refused with exit 1. The others
are judged like the bank's own warnings (signal bank_warning). Results: the tables signal_accuracy, signal_overlap and signal_alert.";

#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Signals to judge; without a name all that the inputs allow.
    #[arg(value_name = "SIGNAL")]
    pub signals: Vec<String>,
    /// Warnings before it do not count: a date, or a period's first day. Without it the month of the bank's first warning.
    #[arg(long, value_name = "DATE|PERIOD")]
    pub from: Option<String>,
    /// Later data are not used: a date, or a period's last day. Without it the last loan snapshot.
    #[arg(long, value_name = "DATE|PERIOD")]
    pub to: Option<String>,
    /// The combination rule is chosen on what was known by this day, and judged on the months after it. Without it the middle of the
    /// history, or [parameters] threshold_fit_until.
    #[arg(long, value_name = "DATE")]
    pub fit_until: Option<String>,
    /// On how many of its days each signal is computed again from the data up to then; all if there are fewer.
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..))]
    pub check_days: u32,
}

#[derive(Debug, Args)]
pub struct TargetArgs {
    /// The period of the targets; the one after the last loan snapshot without it.
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Decompose by this scheme ([targets]) instead of those of the project.
    #[arg(long, value_name = "FILE")]
    pub scheme: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The officer, or UNASSIGNED for what belongs to nobody.
    #[arg(value_name = "OFFICER")]
    pub officer: String,
    /// One indicator, with its evidence; without it the whole appraisal. With --output json the evidence is complete in any case.
    #[arg(value_name = "INDICATOR")]
    pub indicator: Option<String>,
    /// A published period; the latest without it.
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The table; officer_appraisal without it, as a workbook with a sheet per dimension and the items behind.
    #[arg(value_name = "TABLE")]
    pub table: Option<String>,
    /// Format of the file.
    #[arg(long, value_enum, default_value_t)]
    pub format: ExportFormat,
    /// A published period; the latest without it.
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// The file; TABLE-PERIOD.FORMAT in the current folder without it, - for standard output (csv).
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Names for people as headings; without it the names of the columns.
    #[arg(long, value_enum)]
    pub labels: Option<LabelsIn>,
    /// One row per officer, branch or segment and one column per indicator.
    #[arg(long)]
    pub wide: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    #[default]
    Xlsx,
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LabelsIn {
    En,
    Zh,
}

#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The statement; also \d for the tables and \d TABLE for columns.
    #[arg(short, long, value_name = "SQL", conflicts_with = "file")]
    pub command: Option<String>,
    /// A file with the statement; - for standard input.
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The newest N commits.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub last: usize,
}

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// What to describe.
    #[arg(value_enum, default_value_t)]
    pub what: SchemaOf,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Input tables: columns, keys, checks, meanings.
    #[default]
    Model,
    /// JSON Schema of postloan.toml, for editors.
    Config,
}
