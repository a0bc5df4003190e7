//! The lake: immutable files, manifests, a commit log and the views derived from it.
//!
//! ```text
//! data/<table>/run=<uuid7>/….parquet     immutable
//! _manifests/<uuid7>.json                everything a commit stands for
//! _commits/<20-digit seq>.json           the one commit point: created only if absent
//! _latest.json, current/…                derived, re-creatable from the highest commit
//! ```
//!
//! A run writes to a prefix of its own, then its manifest, then creates the next commit. A crash anywhere leaves the
//! last commit whole. The same code serves local disk and every object store; on local disk files and folders are
//! also fsynced, which object stores do by themselves. This is the only module that uses `object_store`.

mod commit;
mod derived;
mod fetch;
mod manifest;
mod parquet;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;

use object_store::path::Path;
use object_store::{Error as ObjectError, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use tokio::io::AsyncReadExt;
use url::Url;

use crate::config::Secret;

pub use commit::{Snapshot, Transaction};
pub use fetch::{FetchError, Fetched, find_files};
pub use manifest::{Account, DataFile, Hashes, InputFile, Manifest, MoneyTotal, PeriodRun, PublishedFile};
pub use parquet::{ParquetFile, ParquetSink, conform, conform_schema};

/// Options of an object store, such as credentials; values are never shown.
pub type StoreOptions = BTreeMap<String, Secret>;

/// A lake on local disk or in an object store.
#[derive(Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
    url: Url,
    local_root: Option<PathBuf>,
}

/// What can go wrong with storage.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{url:?} is not a storage location: {problem}; write a folder, or s3://bucket/prefix, gs://…, az://…")]
    Location { url: String, problem: String },
    #[error("storage: {operation} {path}: {source}")]
    Storage { operation: &'static str, path: String, source: ObjectError },
    #[error("storage: {operation} {path}: {source}", path = path.display())]
    Disk { operation: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{path} is damaged: {problem}; restore it from a backup, or choose another lake")]
    Damaged { path: String, problem: String },
    #[error("another run committed {seq} first; nothing of this run was published. Run again")]
    Conflict { seq: u64 },
    #[error("{path}: {source}")]
    Parquet { path: String, source: ::parquet::errors::ParquetError },
    #[error("table {table} cannot be published: column {column} {problem}")]
    Unpublishable { table: String, column: String, problem: String },
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a lake; nothing is created before something is written.
    ///
    /// # Errors
    /// A location that is neither a path nor a supported URL, or options the store does not know.
    pub fn open(location: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        let (objects, prefix, url) = open_location(location, options)?;
        let local_root = (url.scheme() == "file").then(|| url.to_file_path().unwrap_or_default());
        Ok(Self { objects, prefix, url, local_root })
    }

    /// The store itself, for a reader that resolves [`Self::file_url`]s.
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.objects)
    }

    /// Scheme and authority under which the store is registered with a reader.
    pub fn root_url(&self) -> Url {
        let mut root = self.url.clone();
        root.set_path("/");
        root
    }

    /// The full URL of a file of the lake.
    pub fn file_url(&self, path: &str) -> String {
        let mut root = self.root_url();
        root.set_path(&format!("/{}", self.path(path)));
        root.to_string()
    }

    /// How people name a file of the lake: a path on local disk, else a URL.
    pub fn display(&self, path: &str) -> String {
        match &self.local_root {
            Some(root) => root.join(path).display().to_string(),
            None => format!("{}/{path}", self.url.as_str().trim_end_matches('/')),
        }
    }

    /// The file on local disk, if the lake is there.
    pub fn local_path(&self, path: &str) -> Option<PathBuf> {
        self.local_root.as_ref().map(|root| root.join(path))
    }

    fn path(&self, path: &str) -> Path {
        Path::from_iter(self.prefix.parts().chain(Path::from(path).parts()))
    }

    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let result = match self.objects.get(&self.path(path)).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match result {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(ObjectError::NotFound { .. }) => Ok(None),
            Err(source) => Err(storage("read", path, source)),
        }
    }

    /// Replaces the object whole; a reader sees the old or the new one.
    async fn write(&self, path: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let put = self.objects.put(&self.path(path), PutPayload::from(bytes)).await;
        put.map_err(|source| storage("write", path, source))?;
        self.sync(path)
    }

    /// Creates the object; `false` when one is there already.
    async fn create(&self, path: &str, bytes: Vec<u8>) -> Result<bool, StoreError> {
        if let Some(local) = self.local_path(path) {
            return create_local(&local, &bytes);
        }
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.objects.put_opts(&self.path(path), PutPayload::from(bytes), options).await {
            Ok(_) => Ok(true),
            Err(ObjectError::AlreadyExists { .. } | ObjectError::Precondition { .. }) => Ok(false),
            Err(source) => Err(storage("create", path, source)),
        }
    }

    async fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        if let (Some(source), Some(target)) = (self.local_path(from), self.local_path(to)) {
            copy_local(&source, &target).map_err(|source| StoreError::Disk {
                operation: "copy",
                path: target,
                source,
            })?;
            return self.sync_folder(to);
        }
        let copied = self.objects.copy(&self.path(from), &self.path(to)).await;
        copied.map_err(|source| storage("copy", to, source))
    }

    async fn delete(&self, path: &str) -> Result<(), StoreError> {
        match self.objects.delete(&self.path(path)).await {
            Ok(()) | Err(ObjectError::NotFound { .. }) => Ok(()),
            Err(source) => Err(storage("delete", path, source)),
        }
    }

    /// On local disk folders outlive their files.
    fn remove_empty_folder(&self, path: &str) {
        if let Some(folder) = self.local_path(path).as_deref().and_then(LocalPath::parent) {
            // It fails while the folder still holds a file, as it should.
            let _ = std::fs::remove_dir(folder);
        }
    }

    /// Paths under a folder, seen from the lake's root.
    async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        use futures::TryStreamExt;
        let prefix = self.path(folder);
        let objects: Vec<_> =
            self.objects.list(Some(&prefix)).try_collect().await.map_err(|source| storage("list", folder, source))?;
        let skip = self.prefix.parts().count();
        let relative = |path: &Path| Path::from_iter(path.parts().skip(skip)).to_string();
        Ok(objects.iter().map(|object| relative(&object.location)).collect())
    }

    /// Moves a finished local file into the lake.
    async fn upload(&self, local: &LocalPath, path: &str) -> Result<(), StoreError> {
        let disk = |operation, source| StoreError::Disk { operation, path: local.to_owned(), source };
        let mut file = tokio::fs::File::open(local).await.map_err(|source| disk("read", source))?;
        let mut upload = object_store::buffered::BufWriter::new(self.objects(), self.path(path));
        let mut buffer = vec![0; 1 << 20];
        loop {
            let count = file.read(&mut buffer).await.map_err(|source| disk("read", source))?;
            if count == 0 {
                break;
            }
            let put = upload.put(bytes::Bytes::copy_from_slice(&buffer[..count])).await;
            put.map_err(|source| storage("write", path, source))?;
        }
        use tokio::io::AsyncWriteExt;
        upload.shutdown().await.map_err(|source| disk("write", source))
    }

    /// On local disk: the file's bytes and its name survive a power cut.
    fn sync(&self, path: &str) -> Result<(), StoreError> {
        if let Some(local) = self.local_path(path) {
            let synced = File::open(&local).and_then(|file| file.sync_all());
            synced.map_err(|source| StoreError::Disk { operation: "sync", path: local.clone(), source })?;
        }
        self.sync_folder(path)
    }

    fn sync_folder(&self, path: &str) -> Result<(), StoreError> {
        let (Some(local), Some(root)) = (self.local_path(path), &self.local_root) else { return Ok(()) };
        let folders = local.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        for folder in folders {
            sync_folder(folder)?;
        }
        Ok(())
    }
}

fn open_location(location: &str, options: &StoreOptions) -> Result<(Arc<dyn ObjectStore>, Path, Url), StoreError> {
    let refuse = |problem: String| StoreError::Location { url: location.to_owned(), problem };
    let url = match location.contains("://") {
        true => Url::parse(location).map_err(|error| refuse(error.to_string()))?,
        false => {
            let absolute = std::path::absolute(location).map_err(|error| refuse(error.to_string()))?;
            Url::from_file_path(&absolute).map_err(|()| refuse("the path is not absolute".to_owned()))?
        }
    };
    let pairs = options.iter().map(|(key, value)| (key.as_str(), value.reveal()));
    let (objects, prefix) = object_store::parse_url_opts(&url, pairs).map_err(|error| refuse(error.to_string()))?;
    Ok((Arc::from(objects), prefix, url))
}

fn storage(operation: &'static str, path: &str, source: ObjectError) -> StoreError {
    StoreError::Storage { operation, path: path.to_owned(), source }
}

/// Puts a second name on an immutable file, replacing what had the name before in one step.
fn copy_local(from: &LocalPath, to: &LocalPath) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder)?;
    let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let staged = folder.join(format!(".staged-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&staged);
    if std::fs::hard_link(from, &staged).is_err() {
        std::fs::copy(from, &staged)?;
        File::open(&staged)?.sync_all()?;
    }
    std::fs::rename(&staged, to)?;
    // Renaming a link to the very file that has the name already does nothing, and leaves the link.
    let _ = std::fs::remove_file(&staged);
    Ok(())
}

/// Writes a temporary file, syncs it, then links it under its name unless the name is taken.
fn create_local(path: &LocalPath, bytes: &[u8]) -> Result<bool, StoreError> {
    use std::io::Write;
    let disk = |operation, source| StoreError::Disk { operation, path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(|source| disk("create", source))?;
    let mut temporary =
        tempfile::Builder::new().prefix(".staged-").tempfile_in(folder).map_err(|source| disk("create", source))?;
    temporary.write_all(bytes).map_err(|source| disk("write", source))?;
    temporary.as_file().sync_all().map_err(|source| disk("sync", source))?;
    match temporary.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(disk("create", error.error)),
    }
    sync_folder(folder)?;
    Ok(true)
}

fn sync_folder(folder: &LocalPath) -> Result<(), StoreError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| StoreError::Disk { operation: "sync", path: folder.to_owned(), source })
}
