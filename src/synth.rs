//! A synthetic bank of any size, as a project with every input table.
//!
//! Borrowers are simulated one by one, each from its own random numbers, so that a bank needs little memory however
//! large it is, and the same seed gives the same bytes on any number of threads. What is known of the bank beyond its
//! records (the effect of every officer, the precision of every warning signal, what was planted) goes to
//! `truth.parquet`, so that figures can be compared with what they should find.
//!
//! The records agree with each other: balances roll forward, days past due follow from payments and instalments first in
//! first out, classes keep the regulatory floors, shares of officers sum to one.

mod account;
mod bank;
mod borrower;
mod calendar;
mod care;
mod file;
mod flaw;
mod office;
mod oversight;
mod page;
mod project;
mod servicing;
mod settle;
mod sheet;
mod truth;
mod watch;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use bank::{Bank, Stream, stream};
use borrower::Borrower;
use calendar::Calendar;
use care::Care;
use file::{Chunk, Files, encode};
use page::{Pages, Place, Schemas};
use truth::Tally;
use watch::Alarm;

use crate::config::{DEFAULT_SCHEME, PeriodLength, SCHEME_FILE};
use crate::model::{Model, ModelError};
use crate::pipeline::Observer;

/// Loans that are simulated at a time; their rows are in memory together.
const BLOCK_LOANS: u64 = 5_000;
/// Eight borrowers share ten loans: the seventh and the eighth have two each.
const LOANS_OF_EIGHT: u64 = 10;

/// Records without which the shipped scheme cannot judge.
const JUDGED_BY: [&str; 14] = [
    "complaint",
    "compliance_finding",
    "cross_sell",
    "inspection",
    "instalment",
    "loan_event",
    "loan_snapshot",
    "payment",
    "report_review",
    "service_request",
    "survey_response",
    "training_record",
    "warning",
    "warning_action",
];

/// How large a bank, over how long.
#[derive(Debug, Clone)]
pub struct Size {
    pub loans: u64,
    pub months: u16,
    pub officers: u32,
    pub branches: u32,
    pub seed: u64,
    /// The last month, as `2025-12`.
    pub last_month: String,
    /// Length of the periods by which the project is measured.
    pub period: PeriodLength,
    /// Some officers manage twenty times as many loans as others, instead of all about the same.
    pub unequal_books: bool,
}

/// Format of the extracts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    Csv,
    Parquet,
}

/// What was written.
#[derive(Debug)]
pub struct Generated {
    pub rows: BTreeMap<&'static str, u64>,
    /// Rows that are bad on purpose, by table and reason of rejection.
    pub flaws: BTreeMap<(&'static str, &'static str), u64>,
    pub bytes: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    #[error("{0}")]
    Size(String),
    #[error("{0} is there already and not empty; choose another folder")]
    Taken(PathBuf),
    #[error("cannot write {path}: {source}")]
    Disk { path: PathBuf, source: std::io::Error },
    #[error("cannot write {path}: {source}")]
    Parquet { path: PathBuf, source: parquet::errors::ParquetError },
    #[error("cannot write {path}: {source}")]
    Workbook { path: PathBuf, source: rust_xlsxwriter::XlsxError },
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("internal error: the generator writes {table}.{column}, which the model does not have")]
    Layout { table: &'static str, column: String },
    #[error("internal error: {0}")]
    Arrow(arrow::error::ArrowError),
    #[error("interrupted; nothing was written")]
    Interrupted,
}

/// Writes a bank to `folder`, which must not exist or be empty.
///
/// # Errors
/// A size that makes no bank, a folder that is taken, a disk that refuses, `stop` set by another thread. Nothing is left
/// behind then.
pub fn generate(
    size: &Size,
    folder: &Path,
    format: Format,
    stop: &AtomicBool,
    observer: &dyn Observer,
) -> Result<Generated, SynthError> {
    let calendar = size.check()?;
    let model = Model::load(None)?;
    let schemas = Arc::new(Schemas::load(&model)?);
    let mut files = Files::create(folder, format, &schemas)?;
    let bank = Bank::found(size.clone(), calendar);
    observer.begin("Generating", bank.blocks() as usize);
    let mut pages = Pages::new(&schemas, bank.calendar.first, bank.calendar.months());
    office::write_bank(&bank, &mut pages);
    for (place, sheet) in pages.into_sheets() {
        let rows = sheet.rows();
        files.append(place, rows, &encode(place.table, sheet, format)?)?;
    }
    let tally = simulate(&bank, &schemas, format, &mut files, stop, observer)?;
    let month = bank.calendar.last;
    let place = flaw::FlawPlace { month, day: bank.calendar.end(month), loans: size.loans };
    let mut flaws: BTreeMap<(&'static str, &'static str), u64> = BTreeMap::new();
    for flaw in flaw::flaws(&schemas, &place, format)?.into_iter().filter(|flaw| flaw.rows > 0) {
        files.append(flaw.place, flaw.rows, &flaw.chunk)?;
        for reason in flaw.reasons {
            *flaws.entry((flaw.place.table, reason)).or_default() += 1;
        }
    }
    let planted: Vec<_> = flaws.iter().map(|((table, reason), count)| (*table, *reason, *count)).collect();
    files.write_table("truth.parquet", &truth::batch(&bank, &tally, &planted)?)?;
    files.write_text("postloan.toml", &project::config(size, format, &schemas))?;
    // A bank that does not exist needs no signature; one too small to have a record of every kind has nothing to be judged by.
    let is_judged = JUDGED_BY.iter().all(|table| files.rows.get(table).is_some_and(|rows| *rows > 0));
    let scheme = DEFAULT_SCHEME.lines().filter(|line| !(is_judged && line.starts_with("draft = ")));
    files.write_text(SCHEME_FILE, &scheme.map(|line| format!("{line}\n")).collect::<String>())?;
    files.write_text(".gitignore", "/lake/\n")?;
    let rows = files.rows.clone();
    let bytes = files.finish()?;
    observer.end();
    Ok(Generated { rows, flaws, bytes })
}

impl Size {
    fn check(&self) -> Result<Calendar, SynthError> {
        let refuse = |text: String| Err(SynthError::Size(text));
        let last = calendar::parse_month(&self.last_month)
            .ok_or_else(|| SynthError::Size(format!("{:?} is not a month: write 2025-12", self.last_month)))?;
        match self {
            Self { loans: 0, .. } => refuse("a bank needs at least one loan".to_owned()),
            Self { loans: 1_000_000_000.., .. } => refuse("at most 999,999,999 loans can be numbered".to_owned()),
            Self { months, .. } if !(1..=120).contains(months) => {
                refuse(format!("{months} months cannot be generated; between 1 and 120 can"))
            }
            Self { branches: 0, .. } => refuse("a bank needs at least one branch".to_owned()),
            Self { branches, .. } if *branches > 999 => refuse("at most 999 branches can be numbered".to_owned()),
            Self { officers, branches, .. } if officers < branches => {
                refuse(format!("{branches} branches need at least as many officers, not {officers}"))
            }
            Self { officers, .. } if *officers > 99_999 => refuse("at most 99,999 officers can be numbered".to_owned()),
            _ => Ok(Calendar::ending(last, self.months)),
        }
    }

    /// Borrowers of the loans before the given one, which begins a group of ten.
    fn borrowers_before(loan: u64) -> u64 {
        let rest = loan % LOANS_OF_EIGHT;
        loan / LOANS_OF_EIGHT * 8 + if rest <= 6 { rest } else { 6 + (rest - 6).div_ceil(2) }
    }
}

impl Bank {
    fn blocks(&self) -> u64 {
        self.size.loans.div_ceil(BLOCK_LOANS)
    }
}

type Written = Result<(Vec<(Place, usize, Chunk)>, Tally), SynthError>;

/// Simulates block after block on all cores and appends them in order.
fn simulate(
    bank: &Bank,
    schemas: &Arc<Schemas>,
    format: Format,
    files: &mut Files,
    stop: &AtomicBool,
    observer: &dyn Observer,
) -> Result<Tally, SynthError> {
    let blocks = bank.blocks();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(blocks as usize).max(1);
    std::thread::scope(|scope| {
        // One queue per thread, each at most two blocks ahead: the blocks come back in order and memory is bounded.
        let queues: Vec<mpsc::Receiver<Written>> = (0..threads)
            .map(|thread| {
                let (sender, receiver) = mpsc::sync_channel(1);
                scope.spawn(move || {
                    for block in (thread as u64..blocks).step_by(threads) {
                        if sender.send(simulate_block(bank, schemas, format, block)).is_err() {
                            break;
                        }
                    }
                });
                receiver
            })
            .collect();
        let mut tally = Tally::default();
        for block in 0..blocks {
            if stop.load(Ordering::Relaxed) {
                return Err(SynthError::Interrupted);
            }
            let received = queues[block as usize % threads].recv();
            let (chunks, counts) = received.map_err(|_| SynthError::Interrupted)??;
            for (place, rows, chunk) in chunks {
                files.append(place, rows, &chunk)?;
            }
            tally.merge(counts);
            observer.step(&format!("{} loans", ((block + 1) * BLOCK_LOANS).min(bank.size.loans)));
        }
        Ok(tally)
    })
}

fn simulate_block(bank: &Bank, schemas: &Arc<Schemas>, format: Format, block: u64) -> Written {
    let mut pages = Pages::new(schemas, bank.calendar.first, bank.calendar.months());
    let mut tally = Tally::default();
    let mut loan = block * BLOCK_LOANS;
    let last = (loan + BLOCK_LOANS).min(bank.size.loans);
    while loan < last {
        // Inside a group of ten loans, the two last borrowers have two loans each.
        let count = if loan % LOANS_OF_EIGHT >= 6 { 2 } else { 1 };
        let loans = loan..(loan + count).min(last);
        let position = loan % LOANS_OF_EIGHT;
        let borrower = loan / LOANS_OF_EIGHT * 8 + if position >= 6 { 6 + (position - 6) / 2 } else { position };
        simulate_borrower(bank, borrower + 1, loans.start + 1..loans.end + 1, &mut pages, &mut tally);
        loan = loans.end;
    }
    let chunks = pages.into_sheets().into_iter().map(|(place, sheet)| {
        let rows = sheet.rows();
        Ok((place, rows, encode(place.table, sheet, format)?))
    });
    Ok((chunks.collect::<Result<_, SynthError>>()?, tally))
}

fn simulate_borrower(bank: &Bank, number: u64, loans: std::ops::Range<u64>, pages: &mut Pages, tally: &mut Tally) {
    let mut random = stream(bank.size.seed, Stream::Borrower, number);
    let borrower = Borrower::plan(bank, number, loans, &mut random);
    let alarm = Alarm::plan(bank, &borrower, &mut random);
    let payoff_not_before = alarm.as_ref().map_or(bank.calendar.first, Alarm::month);
    let courses: Vec<_> = borrower
        .contracts
        .iter()
        .map(|contract| servicing::live(bank, &borrower, contract, payoff_not_before, &mut random, pages, tally))
        .collect();
    let defaults = settle::settle(bank, &borrower, &courses, pages, tally);
    office::write_customer(bank, &borrower, pages);
    office::write_custody(bank, &borrower, &courses, &defaults, &mut random, pages, tally);
    if let Some(alarm) = &alarm {
        alarm.write(bank, &borrower, &mut random, pages, tally);
    }
    watch::warn_of_defaults(bank, &borrower, &defaults, &mut random, pages);
    let borrowers = Size::borrowers_before(bank.size.loans);
    let care = Care { bank, borrower: &borrower, courses: &courses, defaults: &defaults, borrowers };
    care.write(&mut random, pages);
}
