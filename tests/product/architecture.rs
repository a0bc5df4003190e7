//! Rules of the house that nothing else would hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::repository;

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The module of `lib.rs` that a source file belongs to.
fn module(file: &Path) -> String {
    let relative = file.strip_prefix(repository().join("src")).unwrap();
    relative.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned()
}

fn sources() -> Vec<(String, PathBuf, String)> {
    let sources = files(&repository().join("src"), "rs").into_iter();
    let sources = sources.map(|file| (module(&file), file.clone(), std::fs::read_to_string(&file).unwrap()));
    sources.filter(|(module, ..)| module != "lib" && module != "main").collect()
}

#[test]
fn a_module_uses_only_those_above_it() {
    let lib = std::fs::read_to_string(repository().join("src/lib.rs")).unwrap();
    let order: BTreeMap<String, usize> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .enumerate()
        .map(|(place, name)| (name.to_owned(), place))
        .collect();
    assert!(order.len() >= 9, "{order:?}");
    for (module, file, text) in sources() {
        for used in text.split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let (Some(user), Some(used_place)) = (order.get(&module), order.get(&used)) else { continue };
            assert!(used_place <= user, "{} uses {used}, which stands below {module}", file.display());
        }
    }
}

#[test]
fn one_module_touches_each_engine() {
    for (module, file, text) in sources() {
        let only = |name: &str, owner: &str| {
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let uses = code.filter(|line| line.contains(name)).count();
            assert!(uses == 0 || module == owner, "{} uses {name}, which is {owner}'s", file.display());
        };
        only("polars::", "ingest");
        only("object_store::", "store");
        only("SessionContext", "query");
    }
}

#[test]
fn every_query_says_what_its_numbers_mean_and_some_test_names_it() {
    let mut tests: String =
        files(&repository().join("tests"), "rs").iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    // A file of cases is named after the indicator that it tests.
    let books = ["case", "officer", "portfolio", "signal", "tail", "target", "warning"]
        .map(|folder| format!("tests/golden/{folder}"));
    let cases = books.map(|folder| files(&repository().join(folder), "toml"));
    for cases in cases.concat() {
        tests.push_str(&format!("\n{}\n", cases.file_stem().unwrap().to_string_lossy()));
        tests.push_str(&std::fs::read_to_string(&cases).unwrap());
    }
    let tests: BTreeSet<&str> = tests.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
    let mut nameless = Vec::new();
    for file in files(&repository().join("queries"), "sql") {
        let text = std::fs::read_to_string(&file).unwrap();
        let relative = file.strip_prefix(repository().join("queries")).unwrap().to_string_lossy().into_owned();
        if relative.starts_with("model/") {
            continue;
        }
        assert!(text.starts_with("-- name: "), "{relative} has no header");
        // A layout's own DDL says in its header why it is not the built-in one.
        if relative.contains("/model/") {
            let keys = ["title", "source", "edges"].map(|key| format!("\n-- {key}: "));
            assert!(keys.iter().all(|key| text.contains(key)), "{relative} lacks one of title, source and edges");
            continue;
        }
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        if !relative.starts_with("source/") && !tests.contains(name.as_str()) {
            nameless.push(name);
        }
    }
    assert!(nameless.is_empty(), "no test names {nameless:?}");
}

#[test]
fn every_column_of_the_model_is_explained_in_two_languages() {
    for file in files(&repository().join("queries/model"), "sql") {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|line| line.starts_with("    ") && !line.trim().is_empty()) {
            let first = line.trim().split(' ').next().unwrap_or_default();
            let is_column =
                first.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') && !first.is_empty();
            if is_column && line.starts_with("    ") && !line.starts_with("     ") {
                assert!(text.contains("COMMENT"), "{}", file.display());
            }
        }
        let comments = text.matches("COMMENT ").count();
        assert_eq!(comments, text.matches(" | ").count(), "{}: every comment is `English | 中文`", file.display());
    }
}

#[test]
fn the_readme_lists_every_published_table() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    for file in files(&repository().join("queries"), "sql") {
        let text = std::fs::read_to_string(&file).unwrap();
        let is_published = text.contains("-- kind: portfolio")
            || text.contains("-- kind: appraisal")
            || text.contains("-- kind: warning")
            || (text.contains("-- kind: signal") && text.contains("-- grain: "))
            || text.contains("-- publish: yes");
        let relative = file.strip_prefix(repository().join("queries")).unwrap();
        if is_published && !relative.starts_with("source") {
            let name = file.file_stem().unwrap().to_string_lossy();
            assert!(readme.contains(&format!("`{name}`")), "README.md does not list `{name}`");
        }
    }
    for name in ["rejects", "run", "label", "data_quality_issue"] {
        assert!(readme.contains(&format!("`{name}`")), "README.md does not list `{name}`");
    }
}
