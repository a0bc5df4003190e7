//! `scheme.toml`: who is judged on what. Read, defaulted, validated; every fault is told at once, with its line.

mod curve;
mod file;
mod gate;
mod lean;
mod reader;
mod rules;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

pub use curve::Curve;
pub use gate::{Comparison, Effect, Gate, Significance};
pub use lean::CounterExample;
pub use reader::Problem;
use reader::{Problems, Reader};

/// The dimensions of an appraisal.
pub const DIMENSIONS: [&str; 4] = ["RISK", "RETURN", "CUSTOMER", "PROCESS"];
/// A commented scheme with every dimension, for new projects.
pub const DEFAULT_SCHEME: &str = include_str!("scheme/default.toml");
/// The grade of an officer who cannot be rated.
pub const NOT_RATED: &str = "NR";

/// Who is judged on what.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    pub version: String,
    /// The first and the last day on which a period that it judges may begin.
    pub effective_from: Option<Date>,
    pub effective_until: Option<Date>,
    pub approval: Approval,
    /// Nobody is judged by it yet, unless a command names its file.
    pub is_draft: bool,
    /// Highest score of an indicator.
    pub score_cap: f64,
    /// Officers with less of the weight measured are not rated.
    pub coverage_min: f64,
    /// Inside which group officers are ranked.
    pub peers: Peers,
    /// How weights lean with the risk tolerance; without it the base weights hold.
    pub tilt: Option<Tilt>,
    pub dimensions: Vec<Dimension>,
    /// In the order of the file.
    pub indicators: Vec<IndicatorRule>,
    pub gates: Vec<Gate>,
    /// Grade and lowest total, the best first.
    pub grades: Vec<(String, f64)>,
    /// Grade and share of the officers of a group, the best first; empty without a forced distribution.
    pub distribution: Vec<(String, f64)>,
    /// Weight of a branch's own score beside that of its members.
    pub own_weight: f64,
    pub case_mix: CaseMix,
    pub targets: TargetRules,
}

/// Who stands for the scheme.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Approval {
    pub prepared_by: Option<String>,
    pub approved_by: Option<String>,
    pub approved_on: Option<Date>,
    /// Needed where the approval came after a period began that the scheme judges.
    pub approval_id: Option<String>,
}

/// 风险容忍度: within it the weights lean to return.
#[derive(Debug, Clone, PartialEq)]
pub struct Tilt {
    pub apply: TiltApply,
    /// NPL ratio that is tolerated, and the one from which there is full headroom.
    pub npl_cap: f64,
    pub npl_comfort: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TiltApply {
    Always,
    /// Only where it raises the officer's total.
    Favourable,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Peers {
    #[default]
    PeerGroup,
    Branch,
    Role,
    All,
}

/// Weight of a dimension without and with full headroom.
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    pub name: String,
    pub base: f64,
    pub tilt: f64,
}

/// One indicator of the scheme. Without a weight it is only adjusted, not scored.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorRule {
    pub id: String,
    pub dimension: String,
    pub weight: Option<f64>,
    pub curve: Option<Curve>,
    /// With fewer cases the adjusted value is not known.
    pub min_n: Option<u32>,
    pub shrink: Option<Shrink>,
    /// Judged by what happened over what was to be expected of such loans.
    pub is_case_mix: bool,
    pub line: usize,
}

/// How values of few cases are drawn to the others'.
#[derive(Debug, Clone, PartialEq)]
pub enum Shrink {
    /// Towards the peers; `prior` are successes and failures where the peers are too few to tell.
    Beta { prior: [f64; 2], min_peers: u32, floor: f64 },
    /// By Bühlmann–Straub credibility over so many periods, this one included.
    Credibility { periods: u32 },
}

#[derive(Debug, Clone, PartialEq)]
pub struct CaseMix {
    /// Cells with fewer loans of others are joined to their parent.
    pub min_loans: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TargetRules {
    /// Weight of exposure against the history of each unit.
    pub blend: f64,
    /// The segment whose rates make the case-mix factor.
    pub segment: Option<String>,
    /// By how much the children of a target may exceed it, as a share of it.
    pub overlay_max: f64,
}

/// What the validators must know of an indicator.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub id: &'a str,
    pub better: &'a str,
    pub aggregate: &'a str,
    pub unit: &'a str,
}

/// A scheme that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemeError {
    #[error("cannot read {path}: {source}", path = path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {count}; nothing was judged.{list}", path = path.display(), count = count(problems.len()), list = list(problems))]
    Invalid { path: PathBuf, problems: Vec<Problem> },
}

fn count(problems: usize) -> String {
    if problems == 1 { "1 problem".to_owned() } else { format!("{problems} problems") }
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  line {}: {}", problem.line, problem.text)).collect()
}

impl Scheme {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, or all its faults.
    pub fn read(path: &Path, known: &[Known<'_>]) -> Result<(Self, String), SchemeError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| SchemeError::Read { path: path.to_owned(), source })?;
        let scheme =
            Self::parse(&text, known).map_err(|problems| SchemeError::Invalid { path: path.to_owned(), problems })?;
        Ok((scheme, text))
    }

    /// Reads the text of a `scheme.toml`.
    ///
    /// # Errors
    /// All faults, in the order of the file.
    pub fn parse(text: &str, known: &[Known<'_>]) -> Result<Self, Vec<Problem>> {
        let problems = Problems::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            problems.add(problems.line(&error.span().unwrap_or_default()), error.message());
        }
        let reader = Reader::new(String::new(), 1, table.get_ref(), &problems);
        let scheme = file::scheme(reader, known);
        rules::check(&scheme, table.get_ref(), known, &problems);
        match problems.into_sorted() {
            found if found.is_empty() => Ok(scheme),
            found => Err(found),
        }
    }

    /// A scheme that judges nobody.
    pub fn none() -> Self {
        Self::parse("", &[]).unwrap_or_else(|problems| unreachable!("an empty scheme is valid: {problems:?}"))
    }

    /// Whether officers get a score.
    pub fn judges(&self) -> bool {
        !self.dimensions.is_empty()
    }

    /// Whether it is in force for a period that begins on the day.
    pub fn is_in_force(&self, start: Date) -> bool {
        self.effective_from.is_none_or(|from| from <= start) && self.effective_until.is_none_or(|until| start <= until)
    }

    /// The indicators that make the score.
    pub fn scored(&self) -> impl Iterator<Item = &IndicatorRule> {
        self.indicators.iter().filter(|rule| rule.weight.is_some())
    }

    /// Periods before the one judged that the scheme looks back at.
    pub fn periods_back(&self) -> u32 {
        let of_rules = self.indicators.iter().map(|rule| match rule.shrink {
            Some(Shrink::Credibility { periods }) => periods - 1,
            _ => 0,
        });
        of_rules.max().unwrap_or(0).max(u32::from(self.judges()))
    }
}

impl TiltApply {
    pub fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Favourable => "favourable",
        }
    }
}

impl Peers {
    pub fn name(self) -> &'static str {
        match self {
            Self::PeerGroup => "peer_group",
            Self::Branch => "branch",
            Self::Role => "role",
            Self::All => "all",
        }
    }
}

/// The line of a table's key, for faults that concern the whole.
fn line_of(table: &DeTable<'_>, path: &[&str], problems: &Problems<'_>) -> usize {
    let (mut table, mut line) = (table, 1);
    for key in path {
        let Some((name, value)) = table.iter().find(|(name, _)| name.get_ref() == *key) else { break };
        line = problems.line(&name.span());
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    line
}
