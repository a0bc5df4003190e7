//! The comment block at the top of a query.

use crate::config::nearest;
use crate::model::Label;

/// What a query is for; it is also the folder it stands in.
///
/// A [`Kind::Signal`] without a grain is a candidate warning; one with a grain is a table about all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Base,
    Indicator,
    Portfolio,
    Appraisal,
    Audit,
    Source,
    Warning,
    Signal,
}

/// Whether a row of an audit stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// An input without which a number is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub table: String,
    pub column: Option<String>,
}

/// A validated header.
#[derive(Debug, Clone)]
pub struct Header {
    pub name: String,
    pub title: Label,
    pub kind: Kind,
    /// Columns that identify a row of a published table.
    pub grain: Vec<String>,
    /// The result is a table of the lake, not only a view for other queries.
    pub is_published: bool,
    /// A base query whose result is computed once per period and kept while others read it.
    pub is_kept: bool,
    pub dimension: String,
    pub better: String,
    pub unit: String,
    pub owner: String,
    /// How the rows of evidence make a value, one of [`AGGREGATES`].
    pub aggregate: String,
    /// Reason code of an indicator whose denominator is 0.
    pub empty: String,
    pub needs: Vec<Need>,
    /// Inputs that a base query makes up for where they are not delivered but what it needs itself is.
    pub fills: Vec<Need>,
    /// An audit runs only where these queries are computed anyway.
    pub alongside: Vec<String>,
    /// A base query that bears the name of an input is computed only where this query of inputs has rows; else the input stands.
    pub only_if: Option<String>,
    pub severity: Option<Severity>,
    /// Name and type of every parameter.
    pub params: Vec<(String, String)>,
    pub source: String,
    pub edges: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    #[error("line {line}: unknown key {key:?}{hint}; the keys are {known}", hint = hint(.nearest.as_deref()), known = KEYS.join(", "))]
    UnknownKey { line: usize, key: String, nearest: Option<String> },
    #[error("line {line}: {key} is given twice")]
    Twice { line: usize, key: String },
    #[error("the header lacks {0}")]
    Missing(&'static str),
    #[error("{key}: {value:?} is not one of {known}")]
    Value { key: &'static str, value: String, known: &'static str },
    #[error("{key} has no meaning for a query of kind {kind}")]
    Meaningless { key: &'static str, kind: String },
    #[error("title: write `English | 中文`, found {0:?}")]
    Title(String),
    #[error("the file is named {file}, the query {name}: they must be the same")]
    Name { file: String, name: String },
}

const KEYS: [&str; 19] = [
    "name",
    "title",
    "kind",
    "grain",
    "publish",
    "keep",
    "dimension",
    "better",
    "unit",
    "owner",
    "aggregate",
    "empty",
    "needs",
    "fills",
    "alongside",
    "only_if",
    "severity",
    "params",
    "source",
];
const LAST_KEY: &str = "edges";
/// `ratio` of sums; `share` of counted cases, also a ratio of sums; `sum` of numerators; `annualised` = 1 − (1 − ratio)^12; `median` of numerators; `rank_correlation` of numerator and
/// denominator inside each rule code.
const AGGREGATES: [(&str, &str); 6] = [
    ("ratio", "ratio"),
    ("share", "share"),
    ("sum", "sum"),
    ("annualised", "annualised"),
    ("median", "median"),
    ("rank_correlation", "rank_correlation"),
];
/// Reason codes that an indicator without cases may give.
const EMPTY: [(&str, &str); 2] = [("NO_EXPOSURE", "NO_EXPOSURE"), ("NO_MATURE_ALERT", "NO_MATURE_ALERT")];

fn hint(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!(" (did you mean {nearest}?)")).unwrap_or_default()
}

impl Kind {
    const ALL: [(&'static str, Self); 8] = [
        ("base", Self::Base),
        ("indicator", Self::Indicator),
        ("portfolio", Self::Portfolio),
        ("appraisal", Self::Appraisal),
        ("audit", Self::Audit),
        ("source", Self::Source),
        ("warning", Self::Warning),
        ("signal", Self::Signal),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{}.{column}", self.table),
            None => f.write_str(&self.table),
        }
    }
}

impl Header {
    /// A table of every run; those about signals are made by a backtest.
    pub fn is_published_by_run(&self) -> bool {
        self.is_published && self.kind != Kind::Signal
    }

    /// A query whose rows are candidate warnings.
    pub fn is_signal(&self) -> bool {
        self.kind == Kind::Signal && !self.is_published
    }

    /// Reads the comment lines before the statement.
    ///
    /// # Errors
    /// The first key that is unknown, missing, repeated or meaningless for the kind.
    pub fn parse(file_stem: &str, text: &str) -> Result<Self, HeaderError> {
        let entries = entries(text)?;
        let get = |key: &str| entries.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        let need = |key: &'static str| get(key).filter(|value| !value.is_empty()).ok_or(HeaderError::Missing(key));

        let name = need("name")?;
        if name != file_stem {
            return Err(HeaderError::Name { file: file_stem.to_owned(), name });
        }
        let title = need("title")?;
        let label = Label::parse(&title);
        if label.zh.is_empty() || label.en.is_empty() {
            return Err(HeaderError::Title(title));
        }
        let kind = one_of(
            "kind",
            &need("kind")?,
            &Kind::ALL,
            "base, indicator, portfolio, warning, signal, appraisal, audit, source",
        )?;
        for key in ["dimension", "better", "unit", "owner", "aggregate", "empty"] {
            match (kind, get(key)) {
                (Kind::Indicator, None) if !matches!(key, "aggregate" | "empty") => {
                    return Err(HeaderError::Missing(key));
                }
                (Kind::Indicator, _) | (_, None) => {}
                (_, Some(_)) => return Err(HeaderError::Meaningless { key, kind: kind.name().to_owned() }),
            }
        }
        for (key, meant) in [("fills", Kind::Base), ("only_if", Kind::Base), ("alongside", Kind::Audit)] {
            if kind != meant && get(key).is_some() {
                return Err(HeaderError::Meaningless { key, kind: kind.name().to_owned() });
            }
        }
        let severity = match (kind, get("severity")) {
            (Kind::Audit, None) => return Err(HeaderError::Missing("severity")),
            (Kind::Audit, Some(value)) => {
                let known = [("error", Severity::Error), ("warning", Severity::Warning)];
                Some(one_of("severity", &value, &known, "error, warning")?)
            }
            (_, Some(_)) => return Err(HeaderError::Meaningless { key: "severity", kind: kind.name().to_owned() }),
            (_, None) => None,
        };
        let yes = |key: &'static str| match (kind, get(key).as_deref()) {
            (_, None) => Ok(false),
            (Kind::Base | Kind::Appraisal, Some("yes")) => Ok(true),
            (Kind::Base | Kind::Appraisal, Some(value)) => {
                Err(HeaderError::Value { key, value: value.to_owned(), known: "yes" })
            }
            (_, Some(_)) => Err(HeaderError::Meaningless { key, kind: kind.name().to_owned() }),
        };
        let grain = list(get("grain").as_deref());
        let is_published = yes("publish")?
            || matches!(kind, Kind::Portfolio | Kind::Warning | Kind::Appraisal)
            || (kind == Kind::Signal && !grain.is_empty());
        if is_published && grain.is_empty() {
            return Err(HeaderError::Missing("grain"));
        }
        if !is_published && !grain.is_empty() && kind != Kind::Base && kind != Kind::Source {
            return Err(HeaderError::Meaningless { key: "grain", kind: kind.name().to_owned() });
        }
        let aggregate = get("aggregate").unwrap_or_else(|| "ratio".to_owned());
        let known = "ratio, share, sum, annualised, median, rank_correlation";
        let aggregate = one_of("aggregate", &aggregate, &AGGREGATES, known)?;
        let empty = get("empty").unwrap_or_else(|| "NO_EXPOSURE".to_owned());
        let empty = one_of("empty", &empty, &EMPTY, "NO_EXPOSURE, NO_MATURE_ALERT")?;
        let better = get("better").unwrap_or_default();
        if kind == Kind::Indicator && !["lower", "higher", "info"].contains(&better.as_str()) {
            return Err(HeaderError::Value { key: "better", value: better, known: "lower, higher, info" });
        }
        Ok(Self {
            title: label,
            kind,
            grain,
            is_published,
            is_kept: yes("keep")?,
            dimension: get("dimension").unwrap_or_default(),
            better,
            unit: get("unit").unwrap_or_default(),
            owner: get("owner").unwrap_or_default(),
            aggregate: aggregate.to_owned(),
            empty: empty.to_owned(),
            needs: list(get("needs").as_deref()).iter().map(|need| parse_need(need)).collect(),
            fills: list(get("fills").as_deref()).iter().map(|need| parse_need(need)).collect(),
            alongside: list(get("alongside").as_deref()),
            only_if: get("only_if"),
            severity,
            params: list(get("params").as_deref()).iter().map(|entry| parse_param(entry)).collect::<Result<_, _>>()?,
            source: need("source")?,
            edges: need("edges")?,
            name,
        })
    }
}

/// `-- key: value` lines, each with the lines that continue it.
fn entries(text: &str) -> Result<Vec<(String, String)>, HeaderError> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(comment) = line.strip_prefix("--") else { break };
        if comment.starts_with("   ") || (comment.starts_with("  ") && !entries.is_empty()) {
            if let Some((_, value)) = entries.last_mut() {
                value.push(' ');
                value.push_str(comment.trim());
            }
            continue;
        }
        let (key, value) = comment.split_once(':').unwrap_or((comment, ""));
        let key = key.trim();
        let line = index + 1;
        if !KEYS.contains(&key) && key != LAST_KEY {
            let nearest = nearest(key, KEYS.into_iter().chain([LAST_KEY])).map(str::to_owned);
            return Err(HeaderError::UnknownKey { line, key: key.to_owned(), nearest });
        }
        if entries.iter().any(|(earlier, _)| earlier == key) {
            return Err(HeaderError::Twice { line, key: key.to_owned() });
        }
        entries.push((key.to_owned(), value.trim().to_owned()));
    }
    Ok(entries)
}

fn one_of<T: Copy>(key: &'static str, value: &str, known: &[(&str, T)], text: &'static str) -> Result<T, HeaderError> {
    let found = known.iter().find(|(name, _)| *name == value).map(|(_, value)| *value);
    found.ok_or_else(|| HeaderError::Value { key, value: value.to_owned(), known: text })
}

/// Items between commas; a comma inside brackets, as in DECIMAL(18,2), is none.
fn list(value: Option<&str>) -> Vec<String> {
    let mut depth = 0;
    let items = value.unwrap_or_default().split(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    items.map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn parse_need(need: &str) -> Need {
    match need.split_once('.') {
        Some((table, column)) => Need { table: table.to_owned(), column: Some(column.to_owned()) },
        None => Need { table: need.to_owned(), column: None },
    }
}

fn parse_param(entry: &str) -> Result<(String, String), HeaderError> {
    const KNOWN: &str = "`name TYPE` with TYPE one of DATE, TIMESTAMP, INT, DECIMAL, DOUBLE, TEXT, BOOLEAN";
    let kind_of = |kind: &str| kind.trim().split('(').next().unwrap_or_default().to_owned();
    match entry.split_once(' ').map(|(name, kind)| (name, kind_of(kind))) {
        Some((name, kind))
            if ["DATE", "TIMESTAMP", "INT", "DECIMAL", "DOUBLE", "TEXT", "BOOLEAN"].contains(&kind.as_str()) =>
        {
            Ok((name.to_owned(), kind))
        }
        _ => Err(HeaderError::Value { key: "params", value: entry.to_owned(), known: KNOWN }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "-- name: a\n-- title: A | 甲\n-- kind: audit\n-- severity: error\n-- source: here\n-- edges: none,\n--   really\nSELECT 1";

    #[test]
    fn a_value_may_run_over_several_lines() {
        let header = Header::parse("a", GOOD).unwrap();
        assert_eq!((header.edges.as_str(), header.severity), ("none, really", Some(Severity::Error)));
    }

    #[test]
    fn every_fault_of_a_header_has_its_sentence() {
        let error = |from: &str, to: &str| Header::parse("a", &GOOD.replace(from, to)).unwrap_err().to_string();
        assert!(
            error("-- source", "-- sorce")
                .starts_with("line 5: unknown key \"sorce\" (did you mean source?); the keys are name")
        );
        assert_eq!(error("-- edges: none,\n--   really\n", ""), "the header lacks edges");
        assert_eq!(error("-- source: here", "-- name: b"), "line 5: name is given twice");
        assert_eq!(
            error("kind: audit", "kind: report"),
            "kind: \"report\" is not one of base, indicator, portfolio, warning, signal, appraisal, audit, source"
        );
        assert_eq!(error("A | 甲", "A"), "title: write `English | 中文`, found \"A\"");
        assert_eq!(error("severity: error", "severity: grave"), "severity: \"grave\" is not one of error, warning");
        assert_eq!(
            error("-- source: here", "-- source: here\n-- unit: ratio"),
            "unit has no meaning for a query of kind audit"
        );
        for key in ["fills", "only_if"] {
            let sentence = format!("{key} has no meaning for a query of kind audit");
            assert_eq!(error("-- source: here", &format!("-- source: here\n-- {key}: x")), sentence);
        }
        assert_eq!(error("name: a", "name: b"), "the file is named a, the query b: they must be the same");
        assert_eq!(error("kind: audit\n-- severity: error", "kind: portfolio"), "the header lacks grain");
    }
}
