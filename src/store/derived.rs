//! Views of the last commit for tools that read folders: `_latest.json` and `current/`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::commit::Snapshot;
use super::{Store, StoreError};

const LATEST: &str = "_latest.json";

impl Store {
    /// Brings `current/` and `_latest.json` in line with a commit. Running it twice changes nothing.
    ///
    /// `hidden` names published tables that stay out of `current/`.
    pub async fn refresh_derived(&self, snapshot: &Snapshot, hidden: &[&str]) -> Result<(), StoreError> {
        let latest = latest_json(self, snapshot);
        let wanted = current_files(snapshot, hidden);
        let before = self.read(LATEST).await?;
        if before.as_deref() == Some(latest.as_slice()) && self.holds_exactly(&wanted).await? {
            return Ok(());
        }
        let copied: BTreeMap<String, String> = self.copied_before(before.as_deref());
        let present: BTreeSet<String> = self.list("current").await?.into_iter().collect();
        for (path, source) in &wanted {
            if !present.contains(path) || copied.get(path) != Some(source) {
                self.copy(source, path).await?;
            }
        }
        for path in present.iter().filter(|path| !wanted.contains_key(*path)) {
            self.delete(path).await?;
        }
        self.write(LATEST, latest).await
    }

    async fn holds_exactly(&self, wanted: &BTreeMap<String, String>) -> Result<bool, StoreError> {
        let present: BTreeSet<String> = self.list("current").await?.into_iter().collect();
        Ok(present.iter().eq(wanted.keys()))
    }

    /// What each file of `current/` was copied from, by the last complete refresh.
    fn copied_before(&self, latest: Option<&[u8]>) -> BTreeMap<String, String> {
        let value: serde_json::Value = latest.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default();
        let pairs = value["current"].as_object().into_iter().flatten();
        pairs.filter_map(|(path, source)| Some((path.clone(), source.as_str()?.to_owned()))).collect()
    }
}

/// `current/<table>/<period>.parquet` → the file of the lake that it repeats.
fn current_files(snapshot: &Snapshot, hidden: &[&str]) -> BTreeMap<String, String> {
    let tables = snapshot.manifest.outputs.iter().filter(|(table, _)| !hidden.contains(&table.as_str()));
    tables
        .flat_map(|(table, periods)| {
            periods.iter().map(move |(period, published)| {
                (format!("current/{table}/{period}.parquet"), published.file.path.clone())
            })
        })
        .collect()
}

fn latest_json(store: &Store, snapshot: &Snapshot) -> Vec<u8> {
    let manifest = &snapshot.manifest;
    let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (table, periods) in &manifest.outputs {
        let files = periods.values().map(|published| store.display(&published.file.path));
        tables.entry(table).or_default().extend(files);
    }
    for input in &manifest.inputs {
        let files = input.file.iter().map(|file| store.display(&file.path));
        tables.entry(&input.table).or_default().extend(files);
    }
    let latest = json!({
        "seq": snapshot.seq,
        "run": manifest.run,
        "periods": manifest.periods,
        "tables": tables,
        "current": current_files(snapshot, &[]),
    });
    serde_json::to_vec_pretty(&latest).unwrap_or_default()
}
