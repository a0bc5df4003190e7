//! The schemes of a project, which of them is in force for a period, and the tables that queries see of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use datafusion::common::TableReference;
use jiff::civil::Date;

use super::PipelineError;
use crate::config::{
    Config, Curve, Effect, IndicatorRule, Known, Period, SCHEME_FILE, SCHEME_FOLDER, Scheme, SchemeError, Shrink,
};
use crate::query::{Catalogue, Kind, Session};

/// A scheme and the file it was read from.
#[derive(Debug, Clone)]
pub struct SchemeFile {
    pub path: PathBuf,
    pub text: String,
    pub scheme: Scheme,
}

/// `scheme.toml` and the schemes before it, or the one file that a command names.
#[derive(Debug, Clone)]
pub struct Schemes {
    files: Vec<SchemeFile>,
    /// A command named the file: it judges whatever its dates say.
    is_named: bool,
    nobody: Scheme,
}

impl SchemeFile {
    pub fn hash(&self) -> String {
        blake3::hash(self.text.as_bytes()).to_hex().to_string()
    }
}

impl Schemes {
    /// Reads every scheme of a project.
    ///
    /// # Errors
    /// All faults of the first file that has any; two schemes that take effect on the same day.
    pub fn load(config: &Config, catalogue: &Catalogue) -> Result<Self, PipelineError> {
        let known: Vec<Known<'_>> = catalogue
            .of_kind(Kind::Indicator)
            .map(|query| Known {
                id: &query.header.name,
                better: &query.header.better,
                aggregate: &query.header.aggregate,
                unit: &query.header.unit,
            })
            .collect();
        let paths = match &config.scheme_file {
            Some(path) => vec![path.clone()],
            None => paths(&config.folder)?,
        };
        let read = |path: &PathBuf| {
            let (scheme, text) = Scheme::read(path, &known)?;
            Ok(SchemeFile { path: path.clone(), text, scheme })
        };
        let files = paths.iter().map(read).collect::<Result<Vec<_>, SchemeError>>()?;
        for (index, file) in files.iter().enumerate() {
            let same = files[..index].iter().find(|earlier| {
                earlier.scheme.effective_from == file.scheme.effective_from
                    && !(earlier.scheme.is_draft || file.scheme.is_draft)
            });
            if let Some(earlier) = same {
                return Err(PipelineError::Scheme(format!(
                    "{} and {} take effect on the same day; give each its own effective_from",
                    earlier.path.display(),
                    file.path.display()
                )));
            }
        }
        Ok(Self { files, is_named: config.scheme_file.is_some(), nobody: Scheme::none() })
    }

    pub fn files(&self) -> &[SchemeFile] {
        &self.files
    }

    /// The scheme that was the last to take effect before the period began. A draft never does, and so leaves the one before it
    /// in force; a file that a command names always is.
    pub fn in_force(&self, period: &Period) -> Option<&SchemeFile> {
        let stands = |scheme: &Scheme| !scheme.is_draft && scheme.is_in_force(period.start);
        let files = self.files.iter().filter(|file| self.is_named || stands(&file.scheme));
        files.max_by_key(|file| file.scheme.effective_from)
    }

    /// The same, or a scheme that judges nobody.
    pub fn rules(&self, period: &Period) -> &Scheme {
        self.in_force(period).map_or(&self.nobody, |file| &file.scheme)
    }

    /// The scheme that the officers of a period are judged by.
    pub fn judging(&self, period: &Period) -> Option<&SchemeFile> {
        self.in_force(period).filter(|file| file.scheme.judges())
    }

    /// Rules that were approved after a period had begun need to say by whose leave.
    pub(super) fn check_approval(&self, period: &Period) -> Result<(), PipelineError> {
        let Some(file) = self.in_force(period) else { return Ok(()) };
        let approval = &file.scheme.approval;
        match approval.approved_on.filter(|approved| *approved > period.start) {
            Some(approved) if approval.approval_id.is_none() => Err(PipelineError::Scheme(format!(
                "{}: approved on {approved}, after {} had begun ({}): rules that change in a running period need approval_id",
                file.path.display(),
                period.name(),
                period.start
            ))),
            _ => Ok(()),
        }
    }
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>, SchemeError> {
    let mut paths = Vec::new();
    let earlier = folder.join(SCHEME_FOLDER);
    if earlier.is_dir() {
        let read = |source| SchemeError::Read { path: earlier.clone(), source };
        for entry in std::fs::read_dir(&earlier).map_err(read)? {
            let path = entry.map_err(read)?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let newest = folder.join(SCHEME_FILE);
    if newest.is_file() {
        paths.push(newest);
    }
    Ok(paths)
}

/// Registers `scheme` (one row, none where nobody is judged), `scheme_dimension`, `scheme_indicator`, `scheme_knot`,
/// `scheme_band`, `scheme_gate` and `scheme_grade`.
pub(super) fn register(session: &Session, scheme: &Scheme) -> Result<(), PipelineError> {
    let rules: Vec<&IndicatorRule> = scheme.indicators.iter().collect();
    let tables = [
        ("scheme", general(scheme)),
        ("scheme_dimension", dimensions(scheme)),
        ("scheme_indicator", indicators(&rules)),
        ("scheme_knot", knots(&rules)),
        ("scheme_band", bands(&rules)),
        ("scheme_gate", gates(scheme)),
        ("scheme_grade", grades(scheme)),
    ];
    for (name, columns) in tables {
        let fields = columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns)
            .map_err(|error| PipelineError::Internal(error.to_string()))?;
        session.register_batches(TableReference::bare(name), schema, vec![batch])?;
    }
    Ok(())
}

type Columns = Vec<(&'static str, ArrayRef)>;

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn numbers(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

fn counts(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

fn ordinals(count: usize) -> ArrayRef {
    counts((0..count as i64).map(Some))
}

fn general(scheme: &Scheme) -> Columns {
    let row = || scheme.judges().then_some(scheme).into_iter();
    let tilt = || row().map(|scheme| scheme.tilt.as_ref());
    vec![
        ("version", texts(row().map(|scheme| Some(scheme.version.as_str())))),
        ("tilt_apply", texts(tilt().map(|tilt| tilt.map(|tilt| tilt.apply.name())))),
        ("npl_cap", numbers(tilt().map(|tilt| tilt.map(|tilt| tilt.npl_cap)))),
        ("npl_comfort", numbers(tilt().map(|tilt| tilt.map(|tilt| tilt.npl_comfort)))),
        ("score_cap", numbers(row().map(|scheme| Some(scheme.score_cap)))),
        ("coverage_min", numbers(row().map(|scheme| Some(scheme.coverage_min)))),
        ("peers", texts(row().map(|scheme| Some(scheme.peers.name())))),
        ("own_weight", numbers(row().map(|scheme| Some(scheme.own_weight)))),
        ("case_mix_min_loans", counts(row().map(|scheme| Some(i64::from(scheme.case_mix.min_loans))))),
        ("target_blend", numbers(row().map(|scheme| Some(scheme.targets.blend)))),
        ("target_segment", texts(row().map(|scheme| scheme.targets.segment.as_deref()))),
        ("overlay_max", numbers(row().map(|scheme| Some(scheme.targets.overlay_max)))),
    ]
}

fn dimensions(scheme: &Scheme) -> Columns {
    let rows = || scheme.dimensions.iter();
    vec![
        ("ordinal", ordinals(scheme.dimensions.len())),
        ("dimension", texts(rows().map(|dimension| Some(dimension.name.as_str())))),
        ("weight_base", numbers(rows().map(|dimension| Some(dimension.base)))),
        ("weight_tilt", numbers(rows().map(|dimension| Some(dimension.tilt)))),
    ]
}

fn indicators(rules: &[&IndicatorRule]) -> Columns {
    let rows = || rules.iter();
    let beta = |value: fn([f64; 2], u32, f64) -> f64| {
        rows().map(move |rule| match rule.shrink {
            Some(Shrink::Beta { prior, min_peers, floor }) => Some(value(prior, min_peers, floor)),
            _ => None,
        })
    };
    let credibility = rows().map(|rule| match rule.shrink {
        Some(Shrink::Credibility { periods }) => Some(i64::from(periods)),
        _ => None,
    });
    let deduct = |value: fn(f64, f64, f64) -> f64| {
        rows().map(move |rule| match rule.curve {
            Some(Curve::Deduct { from, each, floor }) => Some(value(from, each, floor)),
            _ => None,
        })
    };
    let ratio = |value: fn(Option<f64>, f64) -> Option<f64>| {
        rows().map(move |rule| match rule.curve {
            Some(Curve::TargetRatio { target, cap }) => value(target, cap),
            _ => None,
        })
    };
    vec![
        ("indicator_id", texts(rows().map(|rule| Some(rule.id.as_str())))),
        ("ordinal", ordinals(rules.len())),
        ("dimension", texts(rows().map(|rule| Some(rule.dimension.as_str())))),
        ("weight", numbers(rows().map(|rule| rule.weight))),
        ("curve", texts(rows().map(|rule| rule.curve.as_ref().map(Curve::name)))),
        ("min_n", counts(rows().map(|rule| rule.min_n.map(i64::from)))),
        ("prior_alpha", numbers(beta(|prior, _, _| prior[0]))),
        ("prior_beta", numbers(beta(|prior, _, _| prior[1]))),
        ("min_peers", counts(beta(|_, peers, _| f64::from(peers)).map(|peers| peers.map(|peers| peers as i64)))),
        ("prior_floor", numbers(beta(|_, _, floor| floor))),
        ("credibility_periods", counts(credibility)),
        ("case_mix", Arc::new(rows().map(|rule| Some(rule.is_case_mix)).collect::<BooleanArray>())),
        ("deduct_from", numbers(deduct(|from, _, _| from))),
        ("deduct_each", numbers(deduct(|_, each, _| each))),
        ("deduct_floor", numbers(deduct(|_, _, floor| floor))),
        ("target", numbers(ratio(|target, _| target))),
        ("target_cap", numbers(ratio(|_, cap| Some(cap)))),
    ]
}

/// Knots of straight lines, the values rising.
fn knots(rules: &[&IndicatorRule]) -> Columns {
    let rows: Vec<(&str, usize, (f64, f64))> = rules
        .iter()
        .filter_map(|rule| match &rule.curve {
            Some(Curve::Linear(knots)) => Some((rule, knots)),
            _ => None,
        })
        .flat_map(|(rule, knots)| knots.iter().enumerate().map(|(place, knot)| (rule.id.as_str(), place, *knot)))
        .collect();
    vec![
        ("indicator_id", texts(rows.iter().map(|row| Some(row.0)))),
        ("ordinal", counts(rows.iter().map(|row| Some(row.1 as i64)))),
        ("value", numbers(rows.iter().map(|row| Some(row.2.0)))),
        ("score", numbers(rows.iter().map(|row| Some(row.2.1)))),
    ]
}

fn bands(rules: &[&IndicatorRule]) -> Columns {
    let rows: Vec<(&str, (f64, f64, f64))> = rules
        .iter()
        .filter_map(|rule| match &rule.curve {
            Some(Curve::Banded(bands)) => Some((rule, bands)),
            _ => None,
        })
        .flat_map(|(rule, bands)| bands.iter().map(|band| (rule.id.as_str(), *band)))
        .collect();
    vec![
        ("indicator_id", texts(rows.iter().map(|row| Some(row.0)))),
        ("from_value", numbers(rows.iter().map(|row| Some(row.1.0).filter(|edge| edge.is_finite())))),
        ("to_value", numbers(rows.iter().map(|row| Some(row.1.1).filter(|edge| edge.is_finite())))),
        ("score", numbers(rows.iter().map(|row| Some(row.1.2)))),
    ]
}

fn gates(scheme: &Scheme) -> Columns {
    let rows = || scheme.gates.iter();
    let grade = |effect: &Effect| match effect {
        Effect::CapGrade(grade) => scheme.grades.iter().position(|(name, _)| name == grade).map(|place| place as i64),
        _ => None,
    };
    vec![
        ("ordinal", ordinals(scheme.gates.len())),
        ("gate_id", texts(rows().map(|gate| Some(gate.id.as_str())))),
        ("indicator_id", texts(rows().map(|gate| Some(gate.indicator.as_str())))),
        ("comparison", texts(rows().map(|gate| Some(gate.comparison.sign())))),
        ("is_low", Arc::new(rows().map(|gate| Some(gate.comparison.is_low())).collect::<BooleanArray>())),
        ("threshold", numbers(rows().map(|gate| Some(gate.threshold)))),
        (
            "cap_total",
            numbers(rows().map(|gate| if let Effect::CapTotal(cap) = gate.effect { Some(cap) } else { None })),
        ),
        ("cap_grade", counts(rows().map(|gate| grade(&gate.effect)))),
        (
            "zero_dimension",
            texts(rows().map(|gate| match &gate.effect {
                Effect::ZeroDimension(dimension) => Some(dimension.as_str()),
                _ => None,
            })),
        ),
        ("significance", texts(rows().map(|gate| Some(gate.significance.name())))),
        ("min_loans", counts(rows().map(|gate| Some(i64::from(gate.min_loans))))),
    ]
}

/// Grades, the best first; `reached_share` is the share of a group that holds the grade or a better one.
fn grades(scheme: &Scheme) -> Columns {
    let mut reached = 0.0;
    let shares: Vec<f64> = scheme
        .distribution
        .iter()
        .map(|(_, share)| {
            reached += share;
            reached
        })
        .collect();
    vec![
        ("ordinal", ordinals(scheme.grades.len())),
        ("grade", texts(scheme.grades.iter().map(|(name, _)| Some(name.as_str())))),
        ("threshold", numbers(scheme.grades.iter().map(|(_, least)| Some(*least)))),
        ("reached_share", numbers((0..scheme.grades.len()).map(|place| shares.get(place).copied()))),
    ]
}

/// The first day of the window of periods that a scheme looks back at.
pub(super) fn window_start(period: &Period, periods: u32) -> Date {
    let months = i32::from(period.months()) * i32::try_from(periods).unwrap_or(i32::MAX);
    period.start.saturating_sub(jiff::Span::new().months(months))
}
