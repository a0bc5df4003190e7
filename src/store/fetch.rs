//! Source files: found by path, glob or URL, and brought to local disk.

use std::path::{Path as LocalPath, PathBuf};

use object_store::ObjectStoreExt;
use tokio::io::AsyncWriteExt;

use super::{StoreOptions, open_location};

/// A source file on local disk, for as long as the value lives.
#[derive(Debug)]
pub struct Fetched {
    /// The name by which the file is remembered: as the project wrote it, with the glob filled in.
    pub name: String,
    pub path: PathBuf,
    _temporary: Option<tempfile::TempPath>,
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("{path:?} is not a path pattern: {problem}")]
    Pattern { path: String, problem: String },
    #[error("cannot read {name}: {source}")]
    Read { name: String, source: std::io::Error },
    #[error("cannot read {name}: {source}")]
    Storage { name: String, source: object_store::Error },
    #[error(transparent)]
    Location(#[from] super::StoreError),
}

/// The files that a path, glob or URL names, sorted by name. `folder` is where relative paths start.
///
/// # Errors
/// A pattern that does not parse, or a store that does not answer. No match is an empty list.
pub async fn find_files(folder: &LocalPath, path: &str, options: &StoreOptions) -> Result<Vec<String>, FetchError> {
    match path.contains("://") {
        true => find_remote(path, options).await,
        false => find_local(folder, path),
    }
}

impl Fetched {
    /// Opens a file found by [`find_files`], downloading it if it is not local.
    pub async fn open(folder: &LocalPath, name: &str, options: &StoreOptions) -> Result<Self, FetchError> {
        if !name.contains("://") {
            return Ok(Self { name: name.to_owned(), path: folder.join(name), _temporary: None });
        }
        let storage = |source| FetchError::Storage { name: name.to_owned(), source };
        let disk = |source| FetchError::Read { name: name.to_owned(), source };
        let (objects, path, _) = open_location(name, options)?;
        let extension = name.rsplit('/').next().unwrap_or_default();
        let temporary = tempfile::Builder::new().suffix(&format!("-{extension}")).tempfile().map_err(disk)?;
        let (file, temporary) = temporary.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        let mut chunks = objects.get(&path).await.map_err(storage)?.into_stream();
        use futures::StreamExt;
        while let Some(chunk) = chunks.next().await {
            file.write_all(&chunk.map_err(storage)?).await.map_err(disk)?;
        }
        file.flush().await.map_err(disk)?;
        Ok(Self { name: name.to_owned(), path: temporary.to_path_buf(), _temporary: Some(temporary) })
    }
}

fn find_local(folder: &LocalPath, path: &str) -> Result<Vec<String>, FetchError> {
    let pattern = |problem: String| FetchError::Pattern { path: path.to_owned(), problem };
    // The folder itself is no pattern, whatever characters it holds.
    let absolute = LocalPath::new(path).is_absolute();
    let full = match absolute {
        true => path.to_owned(),
        false => format!("{}/{path}", glob::Pattern::escape(&folder.to_string_lossy())),
    };
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let matches = glob::glob_with(&full, options).map_err(|error| pattern(error.to_string()))?;
    let mut names = Vec::new();
    for entry in matches {
        let found = entry
            .map_err(|error| FetchError::Read { name: error.path().display().to_string(), source: error.into() })?;
        let name = match absolute {
            true => found.as_path(),
            false => found.strip_prefix(folder).unwrap_or(&found),
        };
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

async fn find_remote(path: &str, options: &StoreOptions) -> Result<Vec<String>, FetchError> {
    use futures::TryStreamExt;
    let Some(star) = path.find(['*', '?', '[']) else { return Ok(vec![path.to_owned()]) };
    let folder = &path[..path[..star].rfind('/').unwrap_or(star) + 1];
    let pattern = glob::Pattern::new(path)
        .map_err(|error| FetchError::Pattern { path: path.to_owned(), problem: error.to_string() })?;
    let (objects, prefix, url) = open_location(folder, options)?;
    let storage = |source| FetchError::Storage { name: path.to_owned(), source };
    let found: Vec<_> = objects.list(Some(&prefix)).try_collect().await.map_err(storage)?;
    let mut root = url;
    root.set_path("/");
    let root = root.as_str().trim_end_matches('/').to_owned();
    let matching = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    let mut names: Vec<String> = found
        .iter()
        .map(|object| format!("{root}/{}", object.location))
        .filter(|name| pattern.matches_with(name, matching))
        .collect();
    names.sort();
    Ok(names)
}
