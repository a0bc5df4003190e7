//! The commit log: numbered files, each created only if absent.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::manifest::Manifest;
use super::{Store, StoreError};

/// The last published state.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub seq: u64,
    pub manifest: Manifest,
}

/// A run in progress: it writes below its own prefix and becomes visible by its commit alone.
#[derive(Debug)]
pub struct Transaction {
    store: Store,
    /// uuid7 of the run.
    pub run: String,
    pub base: Option<Snapshot>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Commit {
    seq: u64,
    run: String,
    parent: Option<u64>,
    manifest: String,
    manifest_blake3: String,
}

impl Store {
    /// The highest commit and its manifest; `None` in an empty lake.
    ///
    /// # Errors
    /// Storage that does not answer, or a commit or manifest that cannot be read as one.
    pub async fn latest(&self) -> Result<Option<Snapshot>, StoreError> {
        match self.commits().await?.last() {
            Some(seq) => Ok(Some(self.snapshot(*seq).await?)),
            None => Ok(None),
        }
    }

    /// The numbers of all commits, ascending.
    pub async fn commits(&self) -> Result<Vec<u64>, StoreError> {
        let number = |path: &str| path.rsplit('/').next()?.strip_suffix(".json")?.parse::<u64>().ok();
        let mut numbers: Vec<u64> = self.list("_commits").await?.iter().filter_map(|path| number(path)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The state after a commit.
    pub async fn snapshot(&self, seq: u64) -> Result<Snapshot, StoreError> {
        let path = commit_path(seq);
        let commit: Commit = self.read_json(&path).await?;
        let bytes = self.read(&commit.manifest).await?.ok_or_else(|| damaged(&commit.manifest, "it is missing"))?;
        if blake3::hash(&bytes).to_hex().as_str() != commit.manifest_blake3 {
            return Err(damaged(&commit.manifest, "its hash is not the one that the commit names"));
        }
        let manifest = serde_json::from_slice(&bytes).map_err(|error| damaged(&commit.manifest, &error.to_string()))?;
        Ok(Snapshot { seq, manifest })
    }

    /// Starts a run on top of the last published state.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        let base = self.latest().await?;
        Ok(Transaction { store: self.clone(), run: Uuid::now_v7().to_string(), base })
    }

    /// Deletes the files of a run that did not commit.
    pub async fn discard(&self, run: &str) -> Result<(), StoreError> {
        // It may have committed and been followed by others before it failed: then its files are live.
        for seq in self.commits().await?.into_iter().rev() {
            let commit: Commit = self.read_json(&commit_path(seq)).await?;
            if commit.run == run {
                return Ok(());
            }
        }
        let folder = format!("run={run}");
        for path in self.list("data").await? {
            if path.split('/').any(|part| part == folder) {
                self.delete(&path).await?;
                self.remove_empty_folder(&path);
            }
        }
        self.delete(&format!("_manifests/{run}.json")).await
    }

    async fn read_json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, StoreError> {
        let bytes = self.read(path).await?.ok_or_else(|| damaged(path, "it is missing"))?;
        serde_json::from_slice(&bytes).map_err(|error| damaged(path, &error.to_string()))
    }
}

impl Transaction {
    /// The path of a file that this run may write.
    pub fn data_path(&self, table: &str, file: &str) -> String {
        format!("data/{table}/run={}/{file}.parquet", self.run)
    }

    /// The state this run started from.
    pub fn base_manifest(&self) -> Manifest {
        self.base.as_ref().map(|base| base.manifest.clone()).unwrap_or_default()
    }

    /// Publishes the manifest as the next commit.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another run committed since this one began.
    pub async fn commit(self, manifest: Manifest) -> Result<Snapshot, StoreError> {
        let seq = self.base.as_ref().map_or(1, |base| base.seq + 1);
        let manifest_path = format!("_manifests/{}.json", self.run);
        let bytes =
            serde_json::to_vec_pretty(&manifest).map_err(|error| damaged(&manifest_path, &error.to_string()))?;
        let manifest_blake3 = blake3::hash(&bytes).to_hex().to_string();
        self.store.create(&manifest_path, bytes).await?;
        let commit = Commit {
            seq,
            run: self.run.clone(),
            parent: self.base.as_ref().map(|base| base.seq),
            manifest: manifest_path,
            manifest_blake3,
        };
        let path = commit_path(seq);
        let bytes = serde_json::to_vec_pretty(&commit).map_err(|error| damaged(&path, &error.to_string()))?;
        match self.store.create(&path, bytes).await {
            Ok(true) => {}
            // The answer to a request that did land may have been lost: what lies there decides.
            Ok(false) if self.is_ours(&path).await? => {}
            Ok(false) => return Err(StoreError::Conflict { seq }),
            Err(_) if self.is_ours(&path).await.unwrap_or(false) => {}
            Err(error) => return Err(error),
        }
        Ok(Snapshot { seq, manifest })
    }

    async fn is_ours(&self, path: &str) -> Result<bool, StoreError> {
        let there: Commit = self.store.read_json(path).await?;
        Ok(there.run == self.run)
    }
}

fn commit_path(seq: u64) -> String {
    format!("_commits/{seq:020}.json")
}

fn damaged(path: &str, problem: &str) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lake() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("lake").to_str().unwrap(), &Default::default()).unwrap();
        (folder, store)
    }

    #[tokio::test]
    async fn of_two_runs_that_began_together_one_commits_and_one_is_told() {
        let (_folder, store) = lake().await;
        let (first, second) = (store.begin().await.unwrap(), store.begin().await.unwrap());
        let run = second.run.clone();
        assert_eq!(second.commit(Manifest { run, ..Default::default() }).await.unwrap().seq, 1);
        let error = first.commit(Manifest::default()).await.unwrap_err();
        assert_eq!(error.to_string(), "another run committed 1 first; nothing of this run was published. Run again");
        assert_eq!(store.commits().await.unwrap(), [1]);
    }

    #[tokio::test]
    async fn a_manifest_that_was_tampered_with_is_refused() {
        let (folder, store) = lake().await;
        let run = store.begin().await.unwrap();
        let name = run.run.clone();
        run.commit(Manifest { run: name.clone(), ..Default::default() }).await.unwrap();
        let path = folder.path().join(format!("lake/_manifests/{name}.json"));
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("\"inputs\": []", "\"inputs\": [ ]")).unwrap();
        let error = store.latest().await.unwrap_err().to_string();
        assert!(error.contains("its hash is not the one that the commit names"), "{error}");
    }

    #[tokio::test]
    async fn memory_and_disk_follow_the_same_protocol() {
        let store = Store::open("memory:///lake", &Default::default()).unwrap();
        for expected in 1..=3 {
            let run = store.begin().await.unwrap();
            assert_eq!(run.commit(Manifest::default()).await.unwrap().seq, expected);
        }
        assert_eq!(store.commits().await.unwrap(), [1, 2, 3]);
    }
}
