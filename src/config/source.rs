//! `[[source]]`: where rows come from and how they are mapped.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// One resolved source.
#[derive(Debug, Clone)]
pub struct Source {
    pub target: Target,
    pub origin: Origin,
    pub mapping: Mapping,
    pub on_orphan: OnOrphan,
}

/// What the rows become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An input table of the model.
    Input(String),
    /// A raw table, all columns text, for SQL to shape.
    Raw(String),
}

/// Where the rows are.
#[derive(Debug, Clone)]
pub enum Origin {
    Files(SourceFiles),
    /// A SQL file over raw tables, seen from the project folder.
    Sql(String),
}

/// Files and how they are written.
#[derive(Debug, Clone)]
pub struct SourceFiles {
    pub paths: Vec<String>,
    /// No file at all is fine: the table is then empty.
    pub optional: bool,
    /// `None`: by the file's extension.
    pub format: Option<Format>,
    pub delimiter: u8,
    pub quote: Option<u8>,
    pub encoding: Encoding,
    /// Column names, when the file has no header line.
    pub columns: Option<Vec<String>>,
    pub sheet: Option<String>,
    pub unpivot: Option<Unpivot>,
}

/// A raw table that is wide by a number, such as BAL1, BAL2, …, made long: one row per line of the file and number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unpivot {
    /// Name of the new column that holds the number.
    pub name: String,
    /// Beginnings of the columns that are made long: BAL stands for BAL1, BAL2, …
    pub columns: Vec<String>,
    /// Columns that every row keeps.
    pub keep: Vec<String>,
}

/// From the file's columns and spellings to those of the table.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    pub null_values: Vec<String>,
    pub date_formats: Vec<String>,
    pub timestamp_formats: Vec<String>,
    pub decimal_comma: bool,
    pub thousands_separator: Option<char>,
    /// Column of the file → column of the table.
    pub rename: BTreeMap<String, String>,
    /// Column of the table → (text of the file → text of the table).
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Column of the table → constant.
    pub set: BTreeMap<String, String>,
    pub on_check: OnCheck,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Csv,
    Xlsx,
    Parquet,
    Ndjson,
    /// Raw tables only: one column `line`, to be cut by SQL.
    Lines,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "gb18030", alias = "gbk", alias = "gb2312")]
    Gb18030,
    #[serde(rename = "latin-1", alias = "iso-8859-1", alias = "windows-1252")]
    Latin1,
}

/// What happens to a row whose foreign key finds no row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnOrphan {
    #[default]
    Reject,
    /// Keep the row and report it as a data quality issue.
    Warn,
}

/// What happens to a row for which a CHECK of the table is false.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnCheck {
    #[default]
    Reject,
    /// Keep the row and say how many there are.
    Warn,
}

/// `[[source]]` as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEntry {
    /// The input table that the rows become.
    table: Option<String>,
    /// Or the name of a raw table, all columns text, read by SQL as `raw.<name>`.
    name: Option<String>,
    /// A path, glob or URL, or a list of them.
    path: Option<OneOrMany>,
    /// Or a SQL file that shapes raw tables.
    sql: Option<String>,
    /// No file at all is not an error.
    #[serde(default)]
    optional: bool,
    format: Option<Format>,
    delimiter: Option<String>,
    /// The quote character; an empty text switches quoting off.
    quote: Option<String>,
    #[serde(default)]
    encoding: Encoding,
    /// The first line holds the column names (the default).
    header: Option<bool>,
    /// Column names of a file without header.
    columns: Option<Vec<String>>,
    /// Sheet of a workbook; the first by default.
    sheet: Option<String>,
    /// Raw tables only: numbered columns (BAL1, BAL2, …) become rows.
    unpivot: Option<Unpivot>,
    null_values: Option<Vec<String>>,
    /// strftime format or formats of dates; ISO by default.
    date_format: Option<OneOrMany>,
    /// strftime format or formats of instants; ISO by default, a plain date is midnight.
    timestamp_format: Option<OneOrMany>,
    /// Amounts are written 1234,56.
    #[serde(default)]
    decimal_comma: bool,
    /// Amounts are written 1,234,567.00 or 1.234.567,00.
    thousands_separator: Option<String>,
    /// Column of the file = column of the table.
    #[serde(default)]
    rename: BTreeMap<String, String>,
    /// values.<column> = { "text in the file" = "text in the table" }
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// set.<column> = constant
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    set: BTreeMap<String, toml::Value>,
    #[serde(default)]
    on_orphan: OnOrphan,
    #[serde(default)]
    on_check: OnCheck,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Target {
    pub fn name(&self) -> &str {
        match self {
            Self::Input(name) | Self::Raw(name) => name,
        }
    }

    /// The table's name in the lake; raw tables carry the prefix `raw.`.
    pub fn table(&self) -> String {
        match self {
            Self::Input(name) => name.clone(),
            Self::Raw(name) => format!("raw.{name}"),
        }
    }
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

impl SourceEntry {
    /// How messages call the entry.
    pub(super) fn place(&self, index: usize) -> String {
        match self.table.as_ref().or(self.name.as_ref()) {
            Some(name) => format!("[[source]] {} ({name})", index + 1),
            None => format!("[[source]] {}", index + 1),
        }
    }

    pub(super) fn resolve(self) -> Result<Source, String> {
        let target = match (&self.table, &self.name) {
            (Some(table), None) => Target::Input(table.clone()),
            (None, Some(name)) => Target::Raw(raw_name(name)?),
            _ => return Err("write either table = \"an input table\" or name = \"a raw table\"".to_owned()),
        };
        let is_raw = matches!(target, Target::Raw(_));
        if is_raw && self.maps_columns() {
            return Err("rename, values and set map to an input table; a raw table keeps its file's columns".to_owned());
        }
        if is_raw && (self.on_check == OnCheck::Warn || self.on_orphan == OnOrphan::Warn) {
            return Err(
                "on_check and on_orphan need an input table; a raw table has neither checks nor keys".to_owned()
            );
        }
        if let Some(unpivot) = &self.unpivot {
            unpivot.check(is_raw)?;
        }
        if !is_raw && self.format == Some(Format::Lines) {
            return Err("format = \"lines\" needs name = \"…\" and SQL that cuts the lines".to_owned());
        }
        if let Some((from, to)) = self.rename.iter().find(|(_, to)| self.set.contains_key(*to)) {
            return Err(format!("{to} has a constant in set and the column {from} in rename: keep one"));
        }
        let mapping = Mapping {
            null_values: self.null_values.clone().unwrap_or_else(|| vec![String::new()]),
            date_formats: self.date_format.clone().map(OneOrMany::into_vec).unwrap_or_default(),
            timestamp_formats: self.timestamp_format.clone().map(OneOrMany::into_vec).unwrap_or_default(),
            decimal_comma: self.decimal_comma,
            thousands_separator: self.thousands_separator.as_deref().map(one_character).transpose()?,
            rename: self.rename.clone(),
            values: self.values.clone(),
            set: self.set.iter().map(|(column, value)| (column.clone(), constant(value))).collect(),
            on_check: self.on_check,
        };
        if mapping.thousands_separator == Some(if mapping.decimal_comma { ',' } else { '.' }) {
            return Err("the thousands separator is also the decimal sign".to_owned());
        }
        let on_orphan = self.on_orphan;
        let origin = self.origin(is_raw)?;
        Ok(Source { target, origin, mapping, on_orphan })
    }

    fn maps_columns(&self) -> bool {
        !(self.rename.is_empty() && self.values.is_empty() && self.set.is_empty())
    }

    fn origin(self, is_raw: bool) -> Result<Origin, String> {
        match (self.path, self.sql) {
            (Some(_), Some(_)) => Err("path and sql exclude each other".to_owned()),
            (None, None) => Err("path = \"…\" or sql = \"…\" is missing".to_owned()),
            (None, Some(_)) if is_raw => Err("a raw table is read from files; give the SQL a table".to_owned()),
            (None, Some(sql)) => Ok(Origin::Sql(sql)),
            (Some(paths), None) => Ok(Origin::Files(SourceFiles {
                paths: paths.into_vec(),
                optional: self.optional,
                format: self.format,
                delimiter: match self.delimiter.as_deref() {
                    None => b',',
                    Some("\\t" | "tab") => b'\t',
                    Some(text) => one_byte("delimiter", text)?,
                },
                quote: match self.quote.as_deref() {
                    None => Some(b'"'),
                    Some("") => None,
                    Some(text) => Some(one_byte("quote", text)?),
                },
                encoding: self.encoding,
                columns: match (self.header, self.columns) {
                    (Some(true), Some(_)) => return Err("header = true and columns exclude each other".to_owned()),
                    (Some(false), None) => return Err("header = false needs columns = [\"…\"]".to_owned()),
                    (_, columns) => columns,
                },
                sheet: self.sheet,
                unpivot: self.unpivot,
            })),
        }
    }
}

/// A delimited file as most are: UTF-8 with commas, double quotes and a header line.
impl Default for SourceFiles {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            optional: false,
            format: None,
            delimiter: b',',
            quote: Some(b'"'),
            encoding: Encoding::Utf8,
            columns: None,
            sheet: None,
            unpivot: None,
        }
    }
}

impl SourceFiles {
    /// The format of a file: as configured, else by its extension (before `.gz` or `.zst`), else csv.
    pub fn format_of(&self, path: &str) -> Format {
        if let Some(format) = self.format {
            return format;
        }
        let name = path.trim_end_matches(".gz").trim_end_matches(".zst").to_ascii_lowercase();
        match name.rsplit('.').next() {
            Some("xlsx" | "xls" | "xlsm" | "xlsb" | "ods") => Format::Xlsx,
            Some("parquet") => Format::Parquet,
            Some("ndjson" | "jsonl") => Format::Ndjson,
            _ => Format::Csv,
        }
    }
}

impl Unpivot {
    /// The columns of the long table.
    pub fn long_columns(&self) -> Vec<String> {
        self.keep.iter().chain([&self.name]).chain(&self.columns).cloned().collect()
    }

    fn check(&self, is_raw: bool) -> Result<(), String> {
        if !is_raw {
            return Err("unpivot needs name = \"…\": a raw table, which SQL then shapes".to_owned());
        }
        if self.columns.is_empty() {
            return Err("unpivot.columns names no column".to_owned());
        }
        let names: Vec<&String> = std::iter::once(&self.name).chain(&self.keep).chain(&self.columns).collect();
        let twice = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name));
        match twice {
            Some((_, name)) => Err(format!("unpivot names {name} twice")),
            None => Ok(()),
        }
    }
}

/// An input table has one SQL, or any number of file sources; a raw name is given once.
pub(super) fn check_targets(sources: &[Source]) -> Result<(), String> {
    for (index, source) in sources.iter().enumerate() {
        let earlier = sources[..index].iter().find(|earlier| earlier.target == source.target);
        let Some(earlier) = earlier else { continue };
        let both_files = matches!((&earlier.origin, &source.origin), (Origin::Files(_), Origin::Files(_)));
        if matches!(source.target, Target::Raw(_)) || !both_files {
            return Err(format!(
                "{} has two sources; give one of them several paths, or join them in one SQL",
                source.target.name()
            ));
        }
    }
    Ok(())
}

fn raw_name(name: &str) -> Result<String, String> {
    let valid = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') && !name.is_empty();
    match valid {
        true => Ok(name.to_owned()),
        false => Err(format!("name = {name:?}: use lower-case letters, digits and _")),
    }
}

fn one_character(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(character),
        _ => Err(format!("thousands_separator = {text:?}: one character is expected")),
    }
}

fn one_byte(key: &str, text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err(format!("{key} = {text:?}: one ASCII character is expected")),
    }
}

fn constant(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
