//! `scheme.toml`: who is judged on what. Read, defaulted, validated; every fault is told at once, with its line.

mod curve;
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
use reader::{Problems, Reader, hint};

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
        let scheme = Self::from_table(reader, known);
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

    fn from_table(reader: Reader<'_, '_>, known: &[Known<'_>]) -> Self {
        let version = reader.text("version").map(|(_, version)| version).unwrap_or_default();
        let text = |key| reader.text(key).map(|(_, text)| text);
        let date = |key| reader.date(key).map(|(_, date)| date);
        let tilt = reader.table("tilt", "[tilt]").and_then(read_tilt);
        let (mut dimensions, mut indicators) = (Vec::new(), Vec::new());
        if let Some(tables) = reader.table("dimension", "[dimension]") {
            for (name, table) in tables.named_tables() {
                read_dimension(&name, table, known, &mut dimensions, &mut indicators);
            }
        }
        let gates = reader.tables("gate").into_iter().filter_map(|gate| Gate::read(gate, known, tilt.as_ref()));
        let gates = gates.collect();
        let named = |key, place| {
            let table = reader.table(key, place);
            table.map(|table| table.named_numbers().into_iter().map(|(_, name, number)| (name, number)).collect())
        };
        let grades: Vec<(String, f64)> = named("grades", "[grades]").unwrap_or_default();
        let distribution: Vec<(String, f64)> = named("distribution", "[distribution]").unwrap_or_default();
        let peers =
            [("peer_group", Peers::PeerGroup), ("branch", Peers::Branch), ("role", Peers::Role), ("all", Peers::All)];
        let scheme = Self {
            version,
            effective_from: date("effective_from"),
            effective_until: date("effective_until"),
            approval: Approval {
                prepared_by: text("prepared_by"),
                approved_by: text("approved_by"),
                approved_on: date("approved_on"),
                approval_id: text("approval_id"),
            },
            is_draft: reader.flag("draft").is_some_and(|(_, is_draft)| is_draft),
            score_cap: reader.number("score_cap").map_or(100.0, |(_, cap)| cap),
            coverage_min: reader.number("coverage_min").map_or(0.6, |(_, least)| least),
            peers: reader.choice("peers", &peers).map(|(_, peers)| peers).unwrap_or_default(),
            own_weight: read_branch(&reader),
            case_mix: CaseMix { min_loans: read_case_mix(&reader) },
            targets: read_targets(&reader),
            tilt,
            dimensions,
            indicators,
            gates,
            grades,
            distribution,
        };
        reader.finish();
        scheme
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

fn read_tilt(reader: Reader<'_, '_>) -> Option<Tilt> {
    let choices = [("always", TiltApply::Always), ("favourable", TiltApply::Favourable)];
    let apply = reader.choice("apply", &choices).map_or(TiltApply::Favourable, |(_, apply)| apply);
    let (cap, comfort) = (reader.number("npl_cap"), reader.number("npl_comfort"));
    for (key, value) in [("npl_cap", &cap), ("npl_comfort", &comfort)] {
        match value {
            None => reader.problem(reader.line, format!("{key} is missing")),
            Some((line, value)) if !(0.0..=1.0).contains(value) => {
                reader.problem(*line, format!("{key} = {value} must lie between 0 and 1"));
            }
            Some(_) => {}
        }
    }
    reader.finish();
    Some(Tilt { apply, npl_cap: cap?.1, npl_comfort: comfort?.1 })
}

fn read_dimension(
    name: &str,
    reader: Reader<'_, '_>,
    known: &[Known<'_>],
    dimensions: &mut Vec<Dimension>,
    indicators: &mut Vec<IndicatorRule>,
) {
    if !DIMENSIONS.contains(&name) {
        let text = format!("the dimensions are {}{}", DIMENSIONS.join(", "), hint(name, &DIMENSIONS));
        reader.problem(reader.line, text);
    }
    let weight = reader.table("weight", &format!("{} weight", reader.place)).map(|weight| {
        let (base, tilt) = (weight.number("base"), weight.number("tilt"));
        if base.is_none() {
            weight.problem(weight.line, "base is missing");
        }
        let base = base.map_or(f64::NAN, |(_, base)| base);
        let dimension = Dimension { name: name.to_owned(), base, tilt: tilt.map_or(base, |(_, tilt)| tilt) };
        weight.finish();
        dimension
    });
    let is_weighed = weight.is_some();
    dimensions.extend(weight);
    let place = format!("{}.indicator]", reader.place.trim_end_matches(']'));
    if let Some(tables) = reader.table("indicator", &place) {
        for (id, table) in tables.named_tables() {
            indicators.push(read_indicator(id, name, is_weighed, table, known));
        }
    }
    reader.finish();
}

fn read_indicator(
    id: String,
    dimension: &str,
    is_weighed: bool,
    reader: Reader<'_, '_>,
    known: &[Known<'_>],
) -> IndicatorRule {
    if !known.iter().any(|known| known.id == id) {
        let ids: Vec<&str> = known.iter().map(|known| known.id).collect();
        reader.problem(reader.line, format!("there is no indicator {id}{}", hint(&id, &ids)));
    }
    let curve = reader.table("curve", &format!("{} curve", reader.place)).map(|curve| {
        let read = Curve::read(&curve);
        curve.finish();
        read
    });
    let weight = reader.number("weight");
    match (&weight, &curve) {
        (Some(_), None) => {
            reader.problem(reader.line, "curve is missing: an indicator that is scored needs its target values")
        }
        (None, Some(_)) => reader.problem(reader.line, "weight is missing: an indicator with a curve is scored"),
        _ => {}
    }
    if let (Some((line, _)), false) = (weight, is_weighed) {
        reader.problem(line, format!("weight: [dimension.{dimension}] has no weight = {{ base = …, tilt = … }}"));
    }
    let rule = IndicatorRule {
        dimension: dimension.to_owned(),
        weight: weight.map(|(_, weight)| weight),
        curve: curve.flatten(),
        min_n: reader.count("min_n").map(|(_, least)| least),
        shrink: reader.table("shrink", &format!("{} shrink", reader.place)).and_then(read_shrink),
        is_case_mix: reader.flag("case_mix").is_some_and(|(_, is_case_mix)| is_case_mix),
        line: reader.line,
        id,
    };
    reader.finish();
    rule
}

fn read_shrink(reader: Reader<'_, '_>) -> Option<Shrink> {
    let beta = reader.pair("beta");
    let periods = reader.count("credibility");
    let shrink = match (beta, periods) {
        (Some((line, prior)), None) => {
            if prior.iter().any(|cases| !cases.is_finite() || *cases <= 0.0) {
                reader.problem(line, format!("beta = {prior:?}: both numbers must be above 0"));
            }
            let floor = reader.number("floor").unwrap_or((line, 0.0));
            if !(floor.1.is_finite() && floor.1 >= 0.0) {
                reader.problem(floor.0, format!("floor = {} must be 0 or more", floor.1));
            }
            let min_peers = reader.count("min_peers").map_or(6, |(_, peers)| peers);
            Some(Shrink::Beta { prior, min_peers, floor: floor.1 })
        }
        (None, Some((line, periods))) => {
            if periods < 2 {
                reader.problem(line, format!("credibility = {periods}: at least 2 periods are needed"));
            }
            Some(Shrink::Credibility { periods: periods.max(2) })
        }
        _ => {
            reader.problem(
                reader.line,
                "either beta = [successes, failures] or credibility = a number of periods is expected",
            );
            None
        }
    };
    reader.finish();
    shrink
}

fn read_branch(reader: &Reader<'_, '_>) -> f64 {
    let Some(branch) = reader.table("branch", "[branch]") else { return 0.0 };
    let weight = branch.number("own_weight").unwrap_or((branch.line, 0.0));
    if !(0.0..=1.0).contains(&weight.1) {
        branch.problem(weight.0, format!("own_weight = {} must lie between 0 and 1", weight.1));
    }
    branch.finish();
    weight.1
}

fn read_case_mix(reader: &Reader<'_, '_>) -> u32 {
    const MIN_LOANS: u32 = 30;
    let Some(case_mix) = reader.table("case_mix", "[case_mix]") else { return MIN_LOANS };
    let least = case_mix.count("min_loans").map_or(MIN_LOANS, |(_, least)| least);
    case_mix.finish();
    least
}

fn read_targets(reader: &Reader<'_, '_>) -> TargetRules {
    let mut rules = TargetRules { blend: 1.0, segment: None, overlay_max: 0.0 };
    let Some(targets) = reader.table("targets", "[targets]") else { return rules };
    if let Some((line, blend)) = targets.number("blend") {
        if !(0.0..=1.0).contains(&blend) {
            targets.problem(line, format!("blend = {blend} must lie between 0 and 1"));
        }
        rules.blend = blend;
    }
    let segments = ["industry", "product", "size_band", "region", "customer_type"].map(|name| (name, name));
    rules.segment = targets.choice("segment", &segments).map(|(_, segment)| segment.to_owned());
    if let Some((line, overlay)) = targets.number("overlay_max") {
        if !(0.0..=1.0).contains(&overlay) {
            targets.problem(line, format!("overlay_max = {overlay} must lie between 0 and 1"));
        }
        rules.overlay_max = overlay;
    }
    targets.finish();
    rules
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
