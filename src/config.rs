//! `postloan.toml`: read, defaulted, validated.
//!
//! Unknown keys are errors that name the nearest known key. `${VAR}` in any text is replaced from the environment.
//! Precedence is flag, environment (`POSTLOAN_…`), file, default; flags and environment arrive as [`Overrides`].

mod calendar;
mod preset;
mod scheme;
mod secret;
mod source;
mod suggest;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

pub use calendar::{Period, PeriodError, PeriodLength, parse_date};
pub use preset::Preset;
pub use scheme::{
    Approval, CaseMix, Comparison, CounterExample, Curve, DEFAULT_SCHEME, DIMENSIONS, Dimension, Effect, Gate,
    IndicatorRule, Known, NOT_RATED, Peers, Problem, Scheme, SchemeError, Shrink, Significance, TargetRules, Tilt,
    TiltApply,
};
pub use secret::Secret;
pub use source::{Encoding, Format, Mapping, OnCheck, OnOrphan, Origin, Source, SourceFiles, Target, Unpivot};
pub use suggest::nearest;

pub const CONFIG_FILE: &str = "postloan.toml";
/// The scheme of a project, and the folder of the schemes that were in force before it.
pub const SCHEME_FILE: &str = "scheme.toml";
pub const SCHEME_FOLDER: &str = "schemes";

/// A project folder with its settings resolved.
#[derive(Debug, Clone)]
pub struct Config {
    /// The project folder; relative paths in the file start here.
    pub folder: PathBuf,
    pub project: Project,
    pub storage: Storage,
    pub sources: Vec<Source>,
    pub parameters: toml::Table,
    pub publish: Publish,
    pub limits: Limits,
    /// The file as it was read, for the hash that identifies a run.
    pub text: String,
    /// The scheme to judge by, instead of those of the project.
    pub scheme_file: Option<PathBuf>,
}

/// What flags and environment say; `None` leaves the file's value.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub lake: Option<String>,
    pub memory: Option<String>,
    pub max_reject_rate: Option<f64>,
    /// A file to judge by, whatever the scheme files of the project say.
    pub scheme: Option<PathBuf>,
}

/// Who the project is about and how its year is cut.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Name of the bank or book; it appears in summaries.
    pub name: String,
    /// Currency of amounts that do not name one.
    #[serde(default = "default_currency")]
    pub currency: String,
    /// Named set of parameter defaults: `cn_2023`, `eu_eba`, `in_rbi` or `us_agency`.
    #[serde(default)]
    pub preset: Preset,
    /// Length of the periods that `run` computes.
    #[serde(default)]
    pub period: PeriodLength,
}

/// Where the lake lies.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// A folder, or `s3://bucket/prefix`, `gs://…`, `az://…`.
    #[serde(default = "default_lake")]
    pub lake: String,
    /// Settings of the object store, such as `aws_region`; also used for source URLs.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub options: BTreeMap<String, Secret>,
}

impl Default for Storage {
    fn default() -> Self {
        Self { lake: default_lake(), options: BTreeMap::new() }
    }
}

/// What is published beside the results.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Publish {
    /// Copy `officer_evidence` to `current/` (it is always in the lake).
    pub evidence: bool,
    /// Only these tables, and what they are made from, are computed; all of them where the list is absent.
    pub tables: Option<Vec<String>>,
}

impl Default for Publish {
    fn default() -> Self {
        Self { evidence: true, tables: None }
    }
}

/// Where a run stops.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Rejected rows of one table ÷ rows read; more stops the run with exit 3.
    pub max_reject_rate: f64,
    /// Memory of the query engine, such as `4GiB`; queries that need more spill to disk.
    pub memory: Option<String>,
    /// Temporary disk that spilling may use, such as `100GiB`.
    pub temporary_disk: Option<String>,
    /// Threads; all cores when absent.
    pub threads: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_reject_rate: 0.001, memory: None, temporary_disk: None, threads: None }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path} is not there; run `postloan init {folder}` to make a project, or name one with --project", path = path.display(), folder = folder.display())]
    NoProject { path: PathBuf, folder: PathBuf },
    #[error("cannot read {path}: {source}", path = path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path}: {message}", path = path.display())]
    Syntax { path: PathBuf, message: String },
    #[error("{path}: {place}: {problem}", path = path.display())]
    Invalid { path: PathBuf, place: String, problem: String },
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "postloan.toml")]
struct File {
    project: Project,
    #[serde(default)]
    storage: Storage,
    #[serde(default)]
    source: Vec<source::SourceEntry>,
    /// Parameters that queries ask for; `postloan check` lists them with their values.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    parameters: toml::Table,
    #[serde(default)]
    publish: Publish,
    #[serde(default)]
    limits: Limits,
}

impl Config {
    /// Reads `<folder>/postloan.toml`.
    ///
    /// # Errors
    /// A missing or unreadable file, TOML that does not parse, an unknown key, or settings that contradict each other.
    pub fn load(folder: &Path, overrides: &Overrides) -> Result<Self, ConfigError> {
        let path = folder.join(CONFIG_FILE);
        if !path.is_file() {
            return Err(ConfigError::NoProject { path, folder: folder.to_owned() });
        }
        let text = read(&path)?;
        let file: File = parse(&path, &text)?;

        let invalid = |place: String, problem: String| ConfigError::Invalid { path: path.clone(), place, problem };
        let sources = file
            .source
            .into_iter()
            .enumerate()
            .map(|(index, entry)| {
                let place = entry.place(index);
                entry.resolve().map_err(|problem| invalid(place, problem))
            })
            .collect::<Result<Vec<_>, _>>()?;
        source::check_targets(&sources).map_err(|problem| invalid("[[source]]".to_owned(), problem))?;

        let mut config = Self {
            folder: folder.to_owned(),
            project: file.project,
            storage: file.storage,
            sources,
            parameters: file.parameters,
            publish: file.publish,
            limits: file.limits,
            text,
            scheme_file: overrides.scheme.clone(),
        };
        config.apply(overrides);
        config.check_limits().map_err(|problem| invalid("[limits]".to_owned(), problem))?;
        Ok(config)
    }

    /// JSON Schema of `postloan.toml`, for editors.
    pub fn json_schema() -> serde_json::Value {
        serde_json::to_value(schemars::schema_for!(File)).unwrap_or_default()
    }

    /// A path or URL of the file, seen from the project folder.
    pub fn resolve(&self, path: &str) -> String {
        match path.contains("://") || Path::new(path).is_absolute() {
            true => path.to_owned(),
            false => self.folder.join(path).to_string_lossy().into_owned(),
        }
    }

    /// Whether a run computes a table.
    pub fn publishes(&self, table: &str) -> bool {
        self.publish.tables.as_ref().is_none_or(|tables| tables.iter().any(|name| name == table))
    }

    pub fn lake(&self) -> String {
        self.resolve(&self.storage.lake)
    }

    pub fn memory_bytes(&self) -> Option<usize> {
        self.limits.memory.as_deref().and_then(|text| bytes(text).ok())
    }

    pub fn temporary_disk_bytes(&self) -> Option<u64> {
        self.limits.temporary_disk.as_deref().and_then(|text| bytes(text).ok()).map(|bytes| bytes as u64)
    }

    fn apply(&mut self, overrides: &Overrides) {
        if let Some(lake) = &overrides.lake {
            self.storage.lake.clone_from(lake);
        }
        if let Some(memory) = &overrides.memory {
            self.limits.memory = Some(memory.clone());
        }
        if let Some(rate) = overrides.max_reject_rate {
            self.limits.max_reject_rate = rate;
        }
    }

    fn check_limits(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.limits.max_reject_rate) {
            return Err(format!("max_reject_rate = {} must lie between 0 and 1", self.limits.max_reject_rate));
        }
        if self.limits.threads == Some(0) {
            return Err("threads = 0: at least one is needed".to_owned());
        }
        for (key, value) in [("memory", &self.limits.memory), ("temporary_disk", &self.limits.temporary_disk)] {
            if let Some(text) = value {
                bytes(text).map_err(|problem| format!("{key} = {text:?}: {problem}"))?;
            }
        }
        Ok(())
    }
}

fn default_currency() -> String {
    "CNY".to_owned()
}

fn default_lake() -> String {
    "lake".to_owned()
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })
}

/// Reads TOML strictly; `${VAR}` in texts is replaced after parsing, so a value can never become syntax.
fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let syntax = |message| ConfigError::Syntax { path: path.to_owned(), message };
    // The typed pass reports unknown keys with their line; the untyped one carries the replaced texts.
    toml::from_str::<File>(text).map_err(|error| syntax(suggest::with_nearest(&error)))?;
    let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| syntax(error.to_string()))?;
    for (_, value) in table.iter_mut() {
        interpolate(value).map_err(syntax)?;
    }
    toml::Value::Table(table).try_into().map_err(|error: toml::de::Error| syntax(suggest::with_nearest(&error)))
}

fn interpolate(value: &mut toml::Value) -> Result<(), String> {
    match value {
        toml::Value::String(text) => *text = replace_variables(text)?,
        toml::Value::Array(items) => items.iter_mut().try_for_each(interpolate)?,
        toml::Value::Table(table) => table.iter_mut().try_for_each(|(_, value)| interpolate(value))?,
        _ => {}
    }
    Ok(())
}

fn replace_variables(text: &str) -> Result<String, String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        result.push_str(&rest[..start]);
        let after = &rest[start + 2..];
        let Some(end) = after.find('}') else {
            return Err(format!("`{text}`: `${{` is not closed with `}}`"));
        };
        let name = &after[..end];
        let value = std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))?;
        result.push_str(&value);
        rest = &after[end + 1..];
    }
    result.push_str(rest);
    Ok(result)
}

/// `512MiB`, `4 GiB`, `2GB` or plain bytes.
fn bytes(text: &str) -> Result<usize, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number: f64 = text[..digits].parse().map_err(|_| "write a size such as 512MiB or 4GiB".to_owned())?;
    let unit = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        other => return Err(format!("{other} is not one of KB, MB, GB, KiB, MiB, GiB")),
    };
    Ok((number * unit) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_unit() {
        assert_eq!(bytes("4GiB"), Ok(4 << 30));
        assert_eq!(bytes("1.5 kb"), Ok(1500));
        assert_eq!(bytes("12"), Ok(12));
        assert!(bytes("4 gallons").is_err());
    }

    #[test]
    fn a_variable_that_is_not_set_is_an_error_and_never_an_empty_text() {
        assert_eq!(
            replace_variables("a${PATH_THAT_IS_NOT_SET}b").unwrap_err(),
            "the environment variable PATH_THAT_IS_NOT_SET is not set"
        );
        assert_eq!(replace_variables("$5 {x}"), Ok("$5 {x}".to_owned()));
    }
}
