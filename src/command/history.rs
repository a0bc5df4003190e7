//! `history`: the commits of the lake.

use std::collections::BTreeSet;

use serde_json::json;

use super::{CommandError, open};
use crate::cli::{Global, HistoryArgs};
use crate::output::{OutputFormat, TextTable, count, print};
use crate::store::Snapshot;

pub(super) async fn run(global: &Global, args: &HistoryArgs) -> Result<(), CommandError> {
    let project = open(global)?;
    let commits = project.store.commits().await?;
    let mut snapshots = Vec::new();
    for seq in commits.iter().rev().take(args.last) {
        snapshots.push(project.store.snapshot(*seq).await?);
    }
    let text = match global.output {
        OutputFormat::Json => {
            let entries: Vec<_> = snapshots.iter().map(entry).collect();
            format!("{:#}\n", json!(entries))
        }
        OutputFormat::Table if snapshots.is_empty() => "No commit yet: `postloan run` makes the first.\n".to_owned(),
        OutputFormat::Table => {
            let mut table =
                TextTable::new(["commit", "finished", "command", "periods written", "input rows", "rejected", "run"]);
            for column in [0, 4, 5] {
                table.align_right(column);
            }
            for snapshot in &snapshots {
                let manifest = &snapshot.manifest;
                let inputs = manifest.inputs.iter();
                table.row([
                    snapshot.seq.to_string(),
                    manifest.finished_at.split('.').next().unwrap_or_default().replace('T', " "),
                    manifest.command.clone(),
                    periods_written(snapshot).into_iter().collect::<Vec<_>>().join(" "),
                    count(inputs.clone().map(|input| input.account.rows_accepted).sum()),
                    count(inputs.map(|input| input.account.rows_rejected).sum()),
                    manifest.run.clone(),
                ]);
            }
            table.to_string()
        }
    };
    print(&text).map_err(CommandError::Output)
}

fn periods_written(snapshot: &Snapshot) -> BTreeSet<String> {
    let folder = format!("run={}", snapshot.manifest.run);
    let tables = snapshot.manifest.outputs.values().flat_map(|periods| periods.iter());
    let written =
        tables.filter(|(_, published)| published.file.path.contains(&folder)).map(|(period, _)| period.clone());
    written.filter(|period| snapshot.manifest.periods.contains_key(period)).collect()
}

fn entry(snapshot: &Snapshot) -> serde_json::Value {
    let manifest = &snapshot.manifest;
    let inputs: Vec<_> = manifest
        .inputs
        .iter()
        .map(|input| {
            json!({
                "table": input.table,
                "source": input.source,
                "rows_read": input.account.rows_read,
                "rows_accepted": input.account.rows_accepted,
                "rows_rejected": input.account.rows_rejected,
            })
        })
        .collect();
    json!({
        "commit": snapshot.seq,
        "run": manifest.run,
        "command": manifest.command,
        "started_at": manifest.started_at,
        "finished_at": manifest.finished_at,
        "version": manifest.version,
        "periods_written": periods_written(snapshot),
        "periods": manifest.periods,
        "inputs": inputs,
    })
}
