//! Parameters: declared by the queries that use them, valued by project, preset and run.

use std::collections::BTreeMap;

use datafusion::common::ScalarValue;
use jiff::civil::Date;

use super::catalogue::Catalogue;
use crate::config::{Config, nearest};

/// Parameters that a run sets; no file may.
const OF_THE_RUN: [&str; 6] =
    ["period_start", "period_end", "cutoff", "knowledge_cutoff", "knowledge", "project_currency"];
/// Texts that have only a few meanings.
const CHOICES: [(&str, [&str; 2]); 3] =
    [("dpd_origin", ["next_day", "due_date"]), ("level", ["obligor", "loan"]), ("panel_rows", ["all", "eventful"])];
/// Parameters that the engine itself reads.
const BUCKET_EDGES: &str = "dpd_bucket_edges";

/// One parameter with its value, for `check` and the run record.
#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    pub kind: String,
    pub value: ScalarValue,
    /// Where the value comes from: `postloan.toml`, a preset, or the run.
    pub origin: String,
}

/// The values of one run, by name.
#[derive(Debug, Clone)]
pub struct Parameters {
    values: BTreeMap<String, Parameter>,
    /// Last day of each bucket of days past due but the open one.
    pub bucket_edges: Vec<i32>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    #[error("postloan.toml: [parameters] {name}: no query asks for it{hint}")]
    Unknown { name: String, hint: String },
    #[error("postloan.toml: [parameters] {name} is set by the command (--period, --as-of), never by a file")]
    OfTheRun { name: String },
    #[error("postloan.toml: [parameters] {name} = {value}: a value of type {kind} is expected")]
    Type { name: String, value: String, kind: String },
    #[error("postloan.toml: [parameters] {name} = {value}: {} or {} is expected", .choices[0], .choices[1])]
    Choice { name: String, value: String, choices: [&'static str; 2] },
    #[error("postloan.toml: [parameters] dpd_bucket_edges: {0}")]
    Buckets(String),
    #[error("{file}: parameter {name} is {kind} here and {other} in another query")]
    Disagree { file: String, name: String, kind: String, other: String },
}

impl Parameters {
    /// Resolves every parameter that the catalogue declares.
    ///
    /// # Errors
    /// A key that no query asks for, or a value of another type.
    pub fn resolve(config: &Config, catalogue: &Catalogue) -> Result<Self, ParameterError> {
        let preset = config.project.preset;
        let defaults = preset.parameters();
        let mut declared: BTreeMap<String, String> = BTreeMap::new();
        for query in catalogue.queries() {
            for (name, kind) in &query.header.params {
                if let Some(other) = declared.insert(name.clone(), kind.clone()).filter(|other| other != kind) {
                    let (file, name, kind) = (query.file.clone(), name.clone(), kind.clone());
                    return Err(ParameterError::Disagree { file, name, kind, other });
                }
            }
        }
        for name in config.parameters.keys() {
            if OF_THE_RUN.contains(&name.as_str()) {
                return Err(ParameterError::OfTheRun { name: name.clone() });
            }
            if !declared.contains_key(name) && name != BUCKET_EDGES {
                let known = declared.keys().map(String::as_str).chain([BUCKET_EDGES]);
                let hint = nearest(name, known).map(|name| format!("; did you mean {name}?")).unwrap_or_default();
                return Err(ParameterError::Unknown { name: name.clone(), hint });
            }
        }
        let mut values = BTreeMap::new();
        for (name, kind) in declared.into_iter().filter(|(name, _)| !OF_THE_RUN.contains(&name.as_str())) {
            let (value, origin) = match (config.parameters.get(&name), defaults.get(&name)) {
                (Some(value), _) => (Some(value), "postloan.toml".to_owned()),
                (None, value) => (value, format!("preset {}", preset.name())),
            };
            let choices = CHOICES.iter().find(|(choice, _)| *choice == name).map(|(_, choices)| *choices);
            if let (Some(choices), Some(value)) = (choices, value)
                && !value.as_str().is_some_and(|text| choices.contains(&text))
            {
                return Err(ParameterError::Choice { name, value: value.to_string(), choices });
            }
            let value = scalar(&name, &kind, value)?;
            values.insert(name.clone(), Parameter { name, kind, value, origin });
        }
        let currency = ScalarValue::Utf8(Some(config.project.currency.clone()));
        let (name, kind, origin) = ("project_currency".to_owned(), "TEXT".to_owned(), "[project] currency".to_owned());
        values.insert(name.clone(), Parameter { name, kind, value: currency, origin });
        let edges = config.parameters.get(BUCKET_EDGES).or_else(|| defaults.get(BUCKET_EDGES));
        Ok(Self { values, bucket_edges: bucket_edges(edges)? })
    }

    /// The same with the values that a period sets, which lasts from `start` to `end`. Without a knowledge cutoff everything
    /// delivered is known. `knowledge` is `restated` or `strict`.
    pub fn for_period(&self, start: Date, end: Date, knowledge_cutoff: Option<Date>, knowledge: &str) -> Self {
        let mut values = self.values.clone();
        let mut set = |name: &str, kind: &str, value: ScalarValue| {
            let origin = "run".to_owned();
            values.insert(name.to_owned(), Parameter { name: name.to_owned(), kind: kind.to_owned(), value, origin });
        };
        set("period_start", "DATE", ScalarValue::Date32(Some(days(start))));
        set("period_end", "DATE", ScalarValue::Date32(Some(days(end))));
        set("cutoff", "DATE", ScalarValue::Date32(Some(days(end))));
        set("knowledge", "TEXT", ScalarValue::Utf8(Some(knowledge.to_owned())));
        let last_instant = knowledge_cutoff.map_or(i64::MAX, |day| (i64::from(days(day)) + 1) * 86_400_000_000 - 1);
        set("knowledge_cutoff", "TIMESTAMP", ScalarValue::TimestampMicrosecond(Some(last_instant), None));
        Self { values, bucket_edges: self.bucket_edges.clone() }
    }

    /// The same with a date that a command gives instead of a file.
    pub fn with_date(mut self, name: &str, day: Date) -> Self {
        let (value, origin) = (ScalarValue::Date32(Some(days(day))), "run".to_owned());
        let parameter = Parameter { name: name.to_owned(), kind: "DATE".to_owned(), value, origin };
        self.values.insert(name.to_owned(), parameter);
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.values.values()
    }

    /// Values for the placeholders of a statement.
    pub fn scalars(&self) -> std::collections::HashMap<String, ScalarValue> {
        self.values.iter().map(|(name, parameter)| (name.clone(), parameter.value.clone())).collect()
    }

    /// The buckets of days past due: name, first and last day.
    pub fn buckets(&self) -> Vec<(String, i32, i32)> {
        let mut from = 0;
        let mut buckets = Vec::with_capacity(self.bucket_edges.len() + 1);
        for edge in &self.bucket_edges {
            let name = if from == *edge { format!("DPD_{edge}") } else { format!("DPD_{from}_{edge}") };
            buckets.push((name, from, *edge));
            from = edge + 1;
        }
        buckets.push((format!("DPD_{from}_PLUS"), from, i32::MAX));
        buckets
    }
}

/// Days since 1970-01-01.
fn days(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    date.since(epoch).map(|span| span.get_days()).unwrap_or_default()
}

fn bucket_edges(value: Option<&toml::Value>) -> Result<Vec<i32>, ParameterError> {
    let refuse = |problem: &str| ParameterError::Buckets(problem.to_owned());
    let items = value.and_then(toml::Value::as_array).ok_or_else(|| refuse("a list of days is expected"))?;
    let edges = items.iter().map(|item| item.as_integer().and_then(|days| i32::try_from(days).ok()));
    let edges: Vec<i32> = edges.collect::<Option<_>>().ok_or_else(|| refuse("a list of whole days is expected"))?;
    match edges.first().is_some_and(|first| *first >= 0) && edges.windows(2).all(|pair| pair[0] < pair[1]) {
        true => Ok(edges),
        false => Err(refuse(
            "the last days of the buckets must rise, the first at 0 or later, so that no day is in two buckets or in none",
        )),
    }
}

fn scalar(name: &str, kind: &str, value: Option<&toml::Value>) -> Result<ScalarValue, ParameterError> {
    let refuse = |value: &toml::Value| ParameterError::Type {
        name: name.to_owned(),
        value: value.to_string(),
        kind: kind.to_owned(),
    };
    Ok(match (kind, value) {
        ("INT", None) => ScalarValue::Int32(None),
        ("INT", Some(value)) => {
            let number = value.as_integer().and_then(|number| i32::try_from(number).ok());
            ScalarValue::Int32(Some(number.ok_or_else(|| refuse(value))?))
        }
        ("DOUBLE", None) => ScalarValue::Float64(None),
        ("DOUBLE", Some(value)) => ScalarValue::Float64(Some(number(value).ok_or_else(|| refuse(value))?)),
        ("DECIMAL", None) => ScalarValue::Decimal128(None, 38, 12),
        ("DECIMAL", Some(value)) => {
            let number = number(value).ok_or_else(|| refuse(value))?;
            let text = if value.is_str() { value.as_str().unwrap_or_default().to_owned() } else { format!("{number}") };
            let parsed =
                arrow::compute::kernels::cast_utils::parse_decimal::<arrow::datatypes::Decimal128Type>(&text, 38, 12);
            ScalarValue::Decimal128(Some(parsed.map_err(|_| refuse(value))?), 38, 12)
        }
        ("BOOLEAN", None) => ScalarValue::Boolean(None),
        ("BOOLEAN", Some(value)) => ScalarValue::Boolean(Some(value.as_bool().ok_or_else(|| refuse(value))?)),
        ("DATE", None) => ScalarValue::Date32(None),
        ("DATE", Some(value)) => {
            let text = value.as_str().map(str::to_owned).or_else(|| value.as_datetime().map(ToString::to_string));
            let date: Option<Date> = text.and_then(|text| text.parse().ok());
            ScalarValue::Date32(Some(days(date.ok_or_else(|| refuse(value))?)))
        }
        (_, None) => ScalarValue::Utf8(None),
        (_, Some(value)) => ScalarValue::Utf8(Some(value.as_str().ok_or_else(|| refuse(value))?.to_owned())),
    })
}

fn number(value: &toml::Value) -> Option<f64> {
    let text = value.as_str().and_then(|text| text.parse().ok());
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64)).or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(text: &str) -> Result<Vec<i32>, ParameterError> {
        let table: toml::Table = format!("edges = {text}").parse().unwrap();
        bucket_edges(table.get("edges"))
    }

    #[test]
    fn buckets_can_neither_overlap_nor_leave_a_gap() {
        assert_eq!(edges("[0, 30, 90]"), Ok(vec![0, 30, 90]));
        assert!(edges("[0, 90, 30]").unwrap_err().to_string().contains("must rise"));
        assert!(edges("[0, 30, 30]").is_err());
        assert!(edges("[-1, 30]").is_err());
        assert!(edges("[]").is_err());
        let parameters = Parameters { values: BTreeMap::new(), bucket_edges: vec![0, 30, 90] };
        let names: Vec<_> = parameters.buckets().into_iter().map(|(name, from, _)| (name, from)).collect();
        assert_eq!(
            names,
            [("DPD_0".into(), 0), ("DPD_1_30".into(), 1), ("DPD_31_90".into(), 31), ("DPD_91_PLUS".into(), 91)]
        );
    }

    #[test]
    fn a_decimal_may_be_written_as_text_to_keep_its_digits() {
        let value = toml::Value::String("0.025".to_owned());
        assert_eq!(
            scalar("ftp_rate", "DECIMAL", Some(&value)),
            Ok(ScalarValue::Decimal128(Some(25_000_000_000), 38, 12))
        );
        let wrong = toml::Value::Boolean(true);
        assert!(scalar("ftp_rate", "DECIMAL", Some(&wrong)).is_err());
    }
}
