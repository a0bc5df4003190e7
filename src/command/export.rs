//! `export`: a published table as a file for people, the appraisal as a workbook.

mod appraisal;

use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;

use super::explain::published_period;
use super::{CommandError, open};
use crate::cli::{ExportArgs, ExportFormat, Global, LabelsIn};
use crate::config::nearest;
use crate::output::{MOST_ROWS, Sheet, print, rows_as_csv, write_workbook};
use crate::pipeline::{PipelineError, Project, Workspace, column_label, open_workspace};
use crate::query::{literal, quoted};
use crate::store::PeriodRun;

const APPRAISAL: &str = "officer_appraisal";
/// Long tables that can be turned so that indicators become columns: the rows that stay, and the column that is shown.
const PIVOTS: [(&str, &[&str], &str); 5] = [
    ("officer_score", &["officer_id"], "score"),
    ("officer_indicator", &["officer_id"], "scored_value"),
    ("branch_score", &["branch_id"], "score"),
    ("branch_indicator", &["branch_id"], "raw_value"),
    ("segment_indicator", &["dimension", "code"], "raw_value"),
];

pub(super) async fn run(global: &Global, args: &ExportArgs) -> Result<(), CommandError> {
    let project = open(global)?;
    let workspace = open_workspace(&project).await?;
    let (period, run) = published_period(&project, args.period.as_deref()).await?;
    let table = args.table.as_deref().unwrap_or(APPRAISAL);
    let exporter =
        Exporter { project: &project, workspace: &workspace, period: &period, run: &run, labels: args.labels };
    exporter.check_table(table)?;
    let extension = match args.format {
        ExportFormat::Xlsx => "xlsx",
        ExportFormat::Csv => "csv",
    };
    let target = args.to.clone().unwrap_or_else(|| PathBuf::from(format!("{table}-{period}.{extension}")));
    let rows = match args.format {
        ExportFormat::Csv => {
            let rows = exporter.rows(table, args.wide).await?;
            let text = rows_as_csv(&rows, |column| exporter.heading(column))?;
            if target.as_os_str() == "-" {
                let text = String::from_utf8(text).map_err(|error| CommandError::Internal(error.to_string()))?;
                return print(&text).map_err(CommandError::Output);
            }
            write_whole(&target, |file| file.write_all(&text))?;
            count(&rows)
        }
        ExportFormat::Xlsx if target.as_os_str() == "-" => {
            return Err(CommandError::Usage(
                "a workbook cannot be written to the terminal; name a file with --to".to_owned(),
            ));
        }
        ExportFormat::Xlsx => {
            let sheets = match table == APPRAISAL && !args.wide {
                true => appraisal::sheets(&exporter).await?,
                false => vec![exporter.sheet(table, &exporter.rows(table, args.wide).await?)?],
            };
            if let Some(sheet) = sheets.iter().find(|sheet| sheet.rows.len() > MOST_ROWS) {
                return Err(CommandError::Usage(format!(
                    "{} has {} rows, more than a sheet can hold; write --format csv, or open the Parquet in {}",
                    sheet.name,
                    sheet.rows.len(),
                    project.store.display("current")
                )));
            }
            let written = run.end.parse().unwrap_or_default();
            let title = format!("{} {period}", project.config.project.name);
            write_beside(&target, |path| {
                write_workbook(path, &sheets, &title, written).map_err(|error| std::io::Error::other(error.to_string()))
            })?;
            sheets.first().map_or(0, |sheet| sheet.rows.len())
        }
    };
    print(&format!("Wrote {}: {table} of {period}, {rows} rows\n", target.display())).map_err(CommandError::Output)
}

fn count(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

/// What is exported, and how its columns are called.
struct Exporter<'a> {
    project: &'a Project,
    workspace: &'a Workspace,
    period: &'a str,
    run: &'a PeriodRun,
    labels: Option<LabelsIn>,
}

impl Exporter<'_> {
    fn is_published(&self, table: &str) -> bool {
        let query = self.project.catalogue.get(table);
        query.is_some_and(|query| query.header.is_published_by_run())
            && self.workspace.tables.iter().any(|known| known == table)
    }

    fn check_table(&self, table: &str) -> Result<(), CommandError> {
        if self.is_published(table) {
            return Ok(());
        }
        let known: Vec<&str> =
            self.workspace.tables.iter().map(String::as_str).filter(|known| self.is_published(known)).collect();
        Err(CommandError::Usage(match (table, nearest(table, known.iter().copied())) {
            (APPRAISAL, _) => "officer_appraisal is not published: no scheme was in force".to_owned(),
            (_, Some(near)) => format!("there is no table {table}; did you mean {near}?"),
            (_, None) => format!("there is no table {table}; the published tables are {}", known.join(", ")),
        }))
    }

    /// The name of a column for people.
    fn heading(&self, column: &str) -> String {
        let indicator = self.project.catalogue.get(column).map(|query| &query.header.title);
        match (self.labels, column_label(column).or(indicator)) {
            (Some(LabelsIn::En), Some(label)) => label.en.clone(),
            (Some(LabelsIn::Zh), Some(label)) => label.zh.clone(),
            _ => column.to_owned(),
        }
    }

    /// One text in the language of the labels.
    fn say<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        if self.labels == Some(LabelsIn::Zh) { zh } else { en }
    }

    async fn query(&self, name: &str, sql: &str) -> Result<Vec<RecordBatch>, CommandError> {
        let frame = self.workspace.session.query(name, sql, None).await.map_err(PipelineError::Query)?;
        let schema = std::sync::Arc::clone(frame.schema().inner());
        let mut rows = self.workspace.session.rows(name, sql, None).await.map_err(PipelineError::Query)?;
        if rows.is_empty() {
            rows.push(RecordBatch::new_empty(schema));
        }
        Ok(rows)
    }

    fn of_run(&self) -> String {
        format!("run_id = {}", literal(&self.run.run_id))
    }

    /// The rows of a table, as published or turned.
    async fn rows(&self, table: &str, is_wide: bool) -> Result<Vec<RecordBatch>, CommandError> {
        if is_wide {
            return self.turned(table).await;
        }
        let grain = self.project.catalogue.get(table).map(|query| query.header.grain.clone()).unwrap_or_default();
        let order = grain.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        let sql = format!("SELECT * FROM {table} WHERE {} ORDER BY {order}", self.of_run());
        self.query(table, &sql).await
    }

    /// One row per unit, one column per indicator.
    async fn turned(&self, table: &str) -> Result<Vec<RecordBatch>, CommandError> {
        let Some((_, units, value)) = PIVOTS.iter().find(|(known, ..)| *known == table) else {
            let known = PIVOTS.map(|(known, ..)| known).join(", ");
            return Err(CommandError::Usage(format!("--wide turns {known}; {table} has no indicators in its rows")));
        };
        let sql = format!("SELECT DISTINCT indicator_id FROM {table} WHERE {} ORDER BY 1", self.of_run());
        let indicators = self.query(table, &sql).await?;
        let indicators = Sheet::new(table, &indicators, str::to_owned)?.rows.into_iter().filter_map(|row| {
            match row.into_iter().next() {
                Some(crate::output::Cell::Text(indicator)) => Some(indicator),
                _ => None,
            }
        });
        let column = |indicator: String| {
            format!("max(CASE WHEN indicator_id = {} THEN {value} END) AS {}", literal(&indicator), quoted(&indicator))
        };
        let columns = indicators.map(column).map(|column| format!(", {column}")).collect::<String>();
        let units = units.join(", ");
        let sql = format!(
            "SELECT period_start, period_end, {units}{columns} FROM {table} WHERE {}
             GROUP BY period_start, period_end, {units} ORDER BY {units}",
            self.of_run()
        );
        self.query(table, &sql).await
    }

    fn sheet(&self, name: &str, rows: &[RecordBatch]) -> Result<Sheet, CommandError> {
        Ok(Sheet::new(name, rows, |column| self.heading(column))?)
    }
}

/// Writes a file that appears whole or not at all.
fn write_whole(
    target: &Path,
    write: impl FnOnce(&mut std::fs::File) -> std::io::Result<()>,
) -> Result<(), CommandError> {
    write_beside(target, |path| {
        let mut file = std::fs::File::create(path)?;
        write(&mut file)?;
        file.sync_all()
    })
}

fn write_beside(target: &Path, write: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<(), CommandError> {
    let failed = |source| CommandError::Write { path: target.display().to_string(), source };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = tempfile::Builder::new().prefix(".postloan-").tempfile_in(folder).map_err(failed)?.into_temp_path();
    write(&draft).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o644)).map_err(failed)?;
    }
    draft.persist(target).map_err(|error| failed(error.error))
}
