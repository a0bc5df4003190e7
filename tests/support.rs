//! Drives the program as a user does, and reads what it published.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Map, Value};

pub type Row = Map<String, Value>;

/// A project in a folder of its own, removed with the value.
pub struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// A copy of a folder of the repository, such as `tests/golden/appraisal`.
    pub fn copy(folder: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        copy_folder(&repository().join(folder), project.path());
        project
    }

    /// An empty folder with the given files.
    pub fn with_files(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// What `postloan init` writes.
    pub fn from_template(template: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        let output = postloan(&["init", project.path().to_str().unwrap(), "--template", template]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        project
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    pub fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs the program on the project.
    pub fn call(&self, arguments: &[&str]) -> Output {
        let project = self.path().to_str().unwrap();
        postloan(&[arguments, &["-p", project]].concat())
    }

    /// Runs the program and expects it to succeed; its stdout.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.call(arguments);
        assert!(
            output.status.success(),
            "{arguments:?} failed with {:?}:\n{}",
            output.status.code(),
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// Runs the program and expects it to fail; exit code and message, the project's folder written as `PROJECT`.
    #[track_caller]
    pub fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.call(arguments);
        assert!(!output.status.success(), "{arguments:?} succeeded:\n{}", text(&output.stdout));
        let message = text(&output.stderr).replace(self.path().to_str().unwrap(), "PROJECT");
        (output.status.code().unwrap_or(-1), message)
    }

    /// Rows of a statement over inputs and outputs.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> Vec<Row> {
        let text = self.ok(&["sql", "--output", "json", "-c", sql]);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The one value of a statement, as text.
    #[track_caller]
    pub fn value(&self, sql: &str) -> String {
        let rows = self.sql(sql);
        assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
        show(rows[0].values().next().unwrap())
    }

    /// Every file below a folder of the project and its bytes.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.path().join(folder);
        let mut files = BTreeMap::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                    files.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        files
    }
}

pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of the shared data; `None` where it is not at hand.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("POSTLOAN_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    let path = root.join(folder);
    if !path.exists() {
        eprintln!("{} is not there: nothing is compared with it", path.display());
    }
    path.exists().then_some(path)
}

pub fn postloan(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postloan"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("POSTLOAN_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(std::process::Stdio::null());
    command
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name == "lake" || name == "expected" {
            continue;
        }
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to.join(name));
        } else {
            std::fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// A CSV file with expected cells.
pub struct Expected {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Expected {
    pub fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        Self { columns, rows }
    }

    pub fn retain(mut self, keep: impl Fn(&dyn Fn(&str) -> String) -> bool) -> Self {
        let columns = self.columns.clone();
        self.rows.retain(|row| {
            let cell = |name: &str| row[columns.iter().position(|column| column == name).unwrap()].clone();
            keep(&cell)
        });
        self
    }

    pub fn rename(mut self, from: &str, to: &str) -> Self {
        for column in self.columns.iter_mut().filter(|column| *column == from) {
            to.clone_into(column);
        }
        self
    }

    pub fn without(mut self, column: &str) -> Self {
        let index = self.columns.iter().position(|name| name == column).unwrap();
        self.columns.remove(index);
        self.rows.iter_mut().for_each(|row| {
            row.remove(index);
        });
        self
    }

    /// Every expected row is there with every cell equal, and there is no other row.
    #[track_caller]
    pub fn assert_equal(&self, rows: &[Row], key: &[&str]) {
        let key_of_row = |row: &Row| key.iter().map(|column| show(&row[*column])).collect::<Vec<_>>();
        let mut found: BTreeMap<Vec<String>, &Row> = BTreeMap::new();
        for row in rows {
            assert!(found.insert(key_of_row(row), row).is_none(), "two rows with key {:?}", key_of_row(row));
        }
        let mut differences = Vec::new();
        for expected in &self.rows {
            let key: Vec<String> = key
                .iter()
                .map(|name| expected[self.columns.iter().position(|column| column == name).unwrap()].clone())
                .collect();
            let Some(row) = found.remove(&key) else {
                differences.push(format!("{key:?}: no such row"));
                continue;
            };
            for (column, expected) in self.columns.iter().zip(expected) {
                let value = row.get(column).unwrap_or_else(|| panic!("there is no column {column}"));
                if !is_equal(expected, &show(value)) {
                    differences.push(format!("{key:?} {column}: expected {expected}, found {}", show(value)));
                }
            }
        }
        differences.extend(found.keys().map(|key| format!("{key:?}: not expected")));
        assert!(
            differences.is_empty(),
            "{} differences:\n{}",
            differences.len(),
            differences[..differences.len().min(20)].join("\n")
        );
    }
}

/// Numbers as numbers, 1e-9 relative or half a unit of the last printed decimal; everything else as text.
fn is_equal(expected: &str, found: &str) -> bool {
    if expected == found {
        return true;
    }
    match (expected.parse::<f64>(), found.parse::<f64>()) {
        (Ok(expected_number), Ok(found)) => {
            let decimals = expected.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let printed = if decimals == 0 { 0.0 } else { 0.500_001 * 10_f64.powi(-(decimals as i32)) };
            (expected_number - found).abs() <= printed.max(1e-9 * expected_number.abs())
        }
        _ => false,
    }
}

/// A JSON value as a CSV file would print it.
pub fn show(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
