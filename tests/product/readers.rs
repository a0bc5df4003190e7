//! DuckDB, pandas and Polars open every published table, and agree on what is in it.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Project, text};

const SCRIPT: &str = r#"
import glob, sys
import duckdb, pandas, polars
for path in sorted(glob.glob(sys.argv[1] + "/current/*/*.parquet")):
    relation = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
    by_duckdb, by_pandas, by_polars = relation.df(), pandas.read_parquet(path), polars.read_parquet(path)
    assert list(by_duckdb.columns) == list(by_pandas.columns) == by_polars.columns, path
    assert len(by_duckdb) == len(by_pandas) == by_polars.height, path
    described = [(row[0], row[1]) for row in duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()]
    types = {kind for _, kind in described}
    assert not any(kind.startswith(("U", "BLOB", "STRUCT", "LIST")) for kind in types), (path, types)
    for name, kind in described:
        if kind.startswith("DECIMAL"):
            total = duckdb.sql("SELECT sum(\"" + name + "\") FROM read_parquet('" + path + "')").fetchall()[0][0]
            other = sum(value for value in by_pandas[name] if value is not None)
            assert (total or 0) == other, (path, name, total, other)
print("opened")
"#;

/// A Python with the three readers, made once below the build folder.
fn python() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("readers");
    let python = folder.join("bin/python");
    let has_readers = |python: &PathBuf| {
        Command::new(python)
            .args(["-c", "import duckdb, pandas, polars, pyarrow"])
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if has_readers(&python) {
        return Some(python);
    }
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is needed to test the readers");
        eprintln!("python3 is not there: DuckDB, pandas and Polars are not tried");
        return None;
    }
    let run = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "duckdb", "pandas", "polars", "pyarrow"]));
    Some(python)
}

#[test]
fn duckdb_pandas_and_polars_open_every_published_table() {
    let Some(python) = python() else { return };
    let project = Project::copy("tests/golden/appraisal");
    project.ok(&["run"]);
    let output = Command::new(python).args(["-c", SCRIPT]).arg(project.path().join("lake")).output().unwrap();
    assert_eq!(text(&output.stdout), "opened\n", "{}", text(&output.stderr));
}
