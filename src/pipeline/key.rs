//! Keys of landing rows: each once, and every row that one names is there.

use std::collections::BTreeMap;

use arrow::array::AsArray;

use super::PipelineError;
use super::land::{ARRIVED, Arrival, Landing, lines_and_values};
use crate::config::OnOrphan;
use crate::ingest::{LINE, Reason, Reject};
use crate::model::Table;
use crate::query::quoted;

impl Landing<'_> {
    /// Of rows with one key the first stays: the one loaded earlier, else the one in the earlier file and line.
    pub(super) async fn find_duplicates(
        &self,
        table: &Table,
        arrivals: &[Arrival],
        refused: &mut [Vec<Reject>],
    ) -> Result<(), PipelineError> {
        if table.primary_key.is_empty() || arrivals.is_empty() {
            return Ok(());
        }
        let key: Vec<String> = table.primary_key.iter().map(|column| quoted(column)).collect();
        let keys = key.join(", ");
        let complete = key.iter().map(|column| format!("{column} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
        let any = format!(
            "SELECT 1 FROM (SELECT {keys} FROM lake.{} UNION ALL SELECT {keys} FROM lake.{ARRIVED}) AS a
             WHERE {complete} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1",
            quoted(&table.name)
        );
        if !self.finds(table, &any).await? {
            return Ok(());
        }
        let mut parts =
            vec![format!("SELECT {keys}, CAST(0 AS INT) AS part, {LINE} FROM lake.{}", quoted(&table.name))];
        for index in 0..arrivals.len() {
            parts.push(format!("SELECT {keys}, CAST({} AS INT) AS part, {LINE} FROM lake.part_{index}", index + 1));
        }
        let same = key.iter().map(|column| format!("a.{column} = t.{column}")).collect::<Vec<_>>().join(" AND ");
        let of_all = key.iter().map(|column| format!("a.{column}")).collect::<Vec<_>>();
        let text = of_all.iter().map(|column| format!("CAST({column} AS VARCHAR)")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "WITH all_keys AS ({all}),
             twice AS (SELECT {keys} FROM all_keys WHERE {complete} GROUP BY {keys} HAVING count(*) > 1),
             ranked AS (
                 SELECT a.part, a.{LINE}, concat_ws(' / ', {text}) AS value,
                        row_number() OVER (PARTITION BY {partition} ORDER BY a.part, a.{LINE}) AS place
                 FROM all_keys AS a JOIN twice AS t ON {same}
             )
             SELECT {LINE}, value, part FROM ranked WHERE place > 1 AND part > 0 ORDER BY part, {LINE}",
            all = parts.join(" UNION ALL "),
            partition = of_all.join(", "),
        );
        let rows = self.session.rows(&table.name, &sql, None).await?;
        let parts = rows.iter().flat_map(|batch| {
            let parts = batch.column(2).as_primitive::<arrow::datatypes::Int32Type>().clone();
            (0..parts.len()).map(move |row| parts.value(row)).collect::<Vec<_>>()
        });
        for ((line, value), part) in lines_and_values(&rows).into_iter().zip(parts) {
            let index = part as usize - 1;
            refused[index].push(Reject {
                source: arrivals[index].source.clone(),
                line,
                column: Some(table.primary_key.join(" / ")),
                value,
                reason: Reason::DuplicateKey,
                text: "an earlier row has the same key".to_owned(),
            });
        }
        Ok(())
    }

    async fn finds(&self, table: &Table, sql: &str) -> Result<bool, PipelineError> {
        let rows = self.session.rows(&table.name, sql, None).await?;
        Ok(rows.iter().any(|batch| batch.num_rows() > 0))
    }

    /// Rows that name a row of another table that is not there.
    pub(super) async fn find_orphans(
        &self,
        table: &Table,
        arrivals: &[Arrival],
        refused: &mut [Vec<Reject>],
        warnings: &mut BTreeMap<String, u64>,
    ) -> Result<(), PipelineError> {
        for key in &table.foreign_keys {
            let is_self = key.table == table.name;
            if !is_self && !self.delivered.contains(&key.table) {
                continue;
            }
            let target = if is_self {
                format!("(SELECT * FROM lake.{} UNION ALL SELECT * FROM lake.{ARRIVED})", quoted(&table.name))
            } else {
                format!("lake.{}", quoted(&key.table))
            };
            let pairs = key.columns.iter().zip(&key.referred);
            let same = pairs.map(|(own, referred)| format!("s.{} = t.{}", quoted(own), quoted(referred)));
            let same = same.collect::<Vec<_>>().join(" AND ");
            let given = key.columns.iter().map(|column| format!("s.{} IS NOT NULL", quoted(column)));
            let given = given.collect::<Vec<_>>().join(" AND ");
            let text = key.columns.iter().map(|column| format!("CAST(s.{} AS VARCHAR)", quoted(column)));
            let text = text.collect::<Vec<_>>().join(", ");
            let any = format!(
                "SELECT 1 FROM lake.{ARRIVED} AS s LEFT ANTI JOIN {target} AS t ON {same} WHERE {given} LIMIT 1"
            );
            if !self.finds(table, &any).await? {
                continue;
            }
            for (index, arrival) in arrivals.iter().enumerate() {
                if key.columns.iter().any(|column| !arrival.staged.columns.contains(column)) {
                    continue;
                }
                let sql = format!(
                    "SELECT s.{LINE}, concat_ws(' / ', {text}) AS value FROM lake.part_{index} AS s
                     LEFT ANTI JOIN {target} AS t ON {same} WHERE {given} ORDER BY s.{LINE}"
                );
                let rows = self.session.rows(&table.name, &sql, None).await?;
                let orphans = lines_and_values(&rows);
                // A row that names another of its own table, such as a renewed loan, stands without it.
                if is_self || arrival.on_orphan == OnOrphan::Warn {
                    if !orphans.is_empty() {
                        let name = format!("{}.{} → {}", table.name, key.columns.join(", "), key.table);
                        *warnings.entry(name).or_default() += orphans.len() as u64;
                    }
                    continue;
                }
                refused[index].extend(orphans.into_iter().map(|(line, value)| Reject {
                    source: arrival.source.clone(),
                    line,
                    column: Some(key.columns.join(" / ")),
                    value,
                    reason: Reason::Orphan,
                    text: format!("names a row of {} that is not there", key.table),
                }));
            }
        }
        Ok(())
    }
}
