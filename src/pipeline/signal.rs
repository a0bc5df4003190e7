//! Signals: candidate warnings that queries raise over history, and whether one of them looks ahead.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Field, Schema, SchemaRef};
use datafusion::common::TableReference;
use jiff::civil::Date;

use super::workbench::Workbench;
use super::workspace::Sight;
use super::{Observer, PipelineError};
use crate::config::Period;
use crate::query::{Query, Session, quoted};

/// The rows of all signals of a backtest, one per signal, subject and day.
pub(super) const ISSUES: &str = "signal_issue";
const COLUMNS: [&str; 5] = ["customer_id", "loan_id", "issued_at", "severity", "score"];
/// Rows that a refusal shows of each signal.
const EXAMPLES: usize = 5;

/// A row that a signal gives only because it knows what came later.
#[derive(Debug, Clone)]
pub struct LookAhead {
    pub signal: String,
    /// The last day of the data that the signal was computed from again.
    pub day: Date,
    /// The row and what became of it.
    pub row: String,
}

fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("signal_id"),
        text("issue_id"),
        text("customer_id"),
        text("loan_id"),
        Field::new("issued_on", DataType::Date32, true),
        text("severity"),
        Field::new("score", DataType::Float64, true),
    ]))
}

/// `signal_issue` and `signal_candidate` without rows: a run judges the bank's own warnings alone.
pub(super) fn register_none(session: &Session) -> Result<(), PipelineError> {
    register_candidates(session, &[])?;
    Ok(session.register_files(TableReference::bare(ISSUES), &[], schema())?)
}

/// `signal_candidate`: what is judged, whether it ever fires or not.
pub(super) fn register_candidates(session: &Session, signals: &[&Query]) -> Result<(), PipelineError> {
    let names = ["signal_id", "title_en", "title_zh"];
    let schema = Arc::new(Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec()));
    let texts = |text: &dyn Fn(&Query) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(signals.iter().map(|query| text(query))))
    };
    let columns = vec![
        texts(&|query| query.header.name.clone()),
        texts(&|query| query.header.title.en.clone()),
        texts(&|query| query.header.title.zh.clone()),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)
        .map_err(|error| PipelineError::Internal(error.to_string()))?;
    Ok(session.register_batches(TableReference::bare("signal_candidate"), schema, vec![batch])?)
}

/// Computes the signals and makes `signal_issue` of their rows.
///
/// # Errors
/// A query that fails, or whose columns are not those of a signal.
pub(super) async fn raise(
    bench: &Workbench<'_>,
    signals: &[&Query],
    observer: &dyn Observer,
) -> Result<(), PipelineError> {
    let loans = bench.catalogue.get("loan");
    for query in bench.in_order(signals.iter().copied().chain(loans))? {
        bench.register(query).await?;
    }
    let mut sink = bench.scratch.sink(ISSUES, &schema())?;
    for signal in signals {
        let name = signal.header.name.as_str();
        observer.step(name);
        let columns = bench.session.columns(name).await?;
        if let Some(missing) = COLUMNS.iter().find(|column| !columns.iter().any(|known| known == *column)) {
            let problem = format!("the column {missing} is missing; a signal returns {}", COLUMNS.join(", "));
            return Err(PipelineError::Signal { file: signal.file.clone(), problem });
        }
        let (_, mut rows) = bench.session.stream(name, &issues_of(name), Some(bench.parameters)).await?;
        while let Some(batch) = Session::next(name, &mut rows).await? {
            let batch = RecordBatch::try_new(schema(), batch.columns().to_vec())
                .map_err(|error| PipelineError::Internal(error.to_string()))?;
            sink.write(&batch)?;
        }
    }
    bench.scratch.register(&bench.session, ISSUES, sink).await
}

/// Refuses a signal with rows that say nothing, or not when or of whom.
pub(super) async fn check_rows(bench: &Workbench<'_>, signals: &[&Query]) -> Result<(), PipelineError> {
    for signal in signals {
        if let Some(problem) = fault(bench, &signal.header.name).await? {
            return Err(PipelineError::Signal { file: signal.file.clone(), problem });
        }
    }
    Ok(())
}

/// One row per subject and day, of several the most severe and the highest score. What lies after the cutoff is not issued yet.
fn issues_of(signal: &str) -> String {
    format!(
        "SELECT '{signal}' AS signal_id,
             concat(coalesce(loan_id, ''), '|', coalesce(customer_id, ''), '|', CAST(issued_on AS VARCHAR)) AS issue_id,
             customer_id, loan_id, issued_on,
             CASE max(severity_rank) WHEN 3 THEN 'RED' WHEN 2 THEN 'ORANGE' WHEN 1 THEN 'YELLOW' WHEN 4 THEN max(severity) END AS severity,
             max(score) AS score
         FROM (
             SELECT CAST(coalesce(s.customer_id, loan.customer_id) AS VARCHAR) AS customer_id, CAST(s.loan_id AS VARCHAR) AS loan_id,
                 CAST(s.issued_at AS DATE) AS issued_on, CAST(s.severity AS VARCHAR) AS severity, CAST(s.score AS DOUBLE) AS score,
                 CASE s.severity WHEN 'RED' THEN 3 WHEN 'ORANGE' THEN 2 WHEN 'YELLOW' THEN 1 ELSE CASE WHEN s.severity IS NULL THEN 0 ELSE 4 END END AS severity_rank
             FROM {name} AS s LEFT JOIN loan ON loan.loan_id = s.loan_id
         ) AS described
         WHERE issued_on IS NULL OR (issued_on <= $cutoff AND ($warning_start IS NULL OR issued_on >= $warning_start))
         GROUP BY customer_id, loan_id, issued_on",
        name = quoted(signal)
    )
}

/// What is wrong with the rows of a signal, if anything is.
async fn fault(bench: &Workbench<'_>, signal: &str) -> Result<Option<String>, PipelineError> {
    let sql = format!(
        "SELECT CASE WHEN issued_on IS NULL THEN 'issued_at is empty'
                     WHEN customer_id IS NULL AND loan_id IS NULL THEN 'both customer_id and loan_id are empty'
                     ELSE concat('severity is ', severity, '; RED, ORANGE, YELLOW or nothing is expected') END AS problem,
             count(*) AS n
         FROM {ISSUES}
         WHERE signal_id = '{signal}'
           AND (issued_on IS NULL OR (customer_id IS NULL AND loan_id IS NULL) OR severity NOT IN ('RED', 'ORANGE', 'YELLOW'))
         GROUP BY 1 ORDER BY 1 LIMIT 1"
    );
    let rows = bench.session.rows(signal, &sql, None).await?;
    Ok(rows.iter().find(|batch| batch.num_rows() > 0).map(|batch| {
        let count = batch.column(1).as_primitive::<arrow::datatypes::Int64Type>().value(0);
        format!("in {count} rows {}", batch.column(0).as_string::<i32>().value(0))
    }))
}

/// Computes signals again from the data up to some of their days and compares what they give up to then.
///
/// Of each signal `days` of its days are taken, evenly spread from the first to the last. Returns the days that were looked at, and the
/// rows that differ.
pub(super) async fn look_ahead(
    bench: &Workbench<'_>,
    signals: &[&Query],
    days: usize,
    observer: &dyn Observer,
) -> Result<(usize, Vec<LookAhead>), PipelineError> {
    let chosen = chosen_days(bench, days).await?;
    observer.begin("look ahead", chosen.len());
    let mut found: Vec<LookAhead> = Vec::new();
    for (day, names) in &chosen {
        observer.step(&day.to_string());
        let suspects = signals.iter().filter(|query| {
            let name = &query.header.name;
            names.contains(name) && !found.iter().any(|caught| caught.signal == *name)
        });
        let suspects: Vec<&Query> = suspects.copied().collect();
        if !suspects.is_empty() {
            found.extend(rows_of_later_days(bench, &suspects, *day).await?);
        }
    }
    observer.end();
    Ok((chosen.len(), found))
}

/// The days to look at, and the signals to look at on each.
async fn chosen_days(bench: &Workbench<'_>, days: usize) -> Result<BTreeMap<Date, BTreeSet<String>>, PipelineError> {
    let sql = format!("SELECT DISTINCT signal_id, issued_on FROM {ISSUES} ORDER BY 1, 2");
    let mut of_signal: BTreeMap<String, Vec<Date>> = BTreeMap::new();
    let epoch = jiff::civil::date(1970, 1, 1);
    for batch in bench.session.rows(ISSUES, &sql, None).await? {
        let (names, dates) = (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<Date32Type>());
        for row in 0..batch.num_rows() {
            let date = epoch.saturating_add(jiff::Span::new().days(dates.value(row)));
            of_signal.entry(names.value(row).to_owned()).or_default().push(date);
        }
    }
    let mut chosen: BTreeMap<Date, BTreeSet<String>> = BTreeMap::new();
    for (name, dates) in of_signal {
        for place in spread(dates.len(), days) {
            chosen.entry(dates[place]).or_default().insert(name.clone());
        }
    }
    Ok(chosen)
}

/// At most `count` of the places 0 to `length` - 1, evenly spread, first and last included.
fn spread(length: usize, count: usize) -> BTreeSet<usize> {
    match (length, count) {
        (0, _) | (_, 0) => BTreeSet::new(),
        (_, 1) => BTreeSet::from([length - 1]),
        _ => (0..count).map(|step| step * (length - 1) / (count - 1)).collect(),
    }
}

async fn rows_of_later_days(
    bench: &Workbench<'_>,
    signals: &[&Query],
    day: Date,
) -> Result<Vec<LookAhead>, PipelineError> {
    let project = bench.project;
    let period = Period::cut_off_at(day, project.config.project.period);
    let parameters = bench.parameters.for_period(period.start, period.end, Some(day), "strict");
    let then = Workbench::open(project, bench.inputs, &parameters, Sight::AsOfCutoff, None).await?;
    raise(&then, signals, &super::Silent).await?;
    then.scratch.share(&bench.session, ISSUES, TableReference::partial("lake", "issue_then")).await?;
    let names = signals.iter().map(|query| format!("'{}'", query.header.name)).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "WITH now AS (
             SELECT * FROM {ISSUES} WHERE signal_id IN ({names}) AND issued_on <= DATE '{day}'
         )
         SELECT coalesce(now.signal_id, past.signal_id) AS signal_id,
             concat(
                 CAST(coalesce(now.issued_on, past.issued_on) AS VARCHAR),
                 CASE WHEN coalesce(now.loan_id, past.loan_id) IS NULL THEN concat(' customer ', coalesce(now.customer_id, past.customer_id))
                      ELSE concat(' loan ', coalesce(now.loan_id, past.loan_id)) END,
                 CASE WHEN past.issue_id IS NULL THEN ': is there only with later data'
                      WHEN now.issue_id IS NULL THEN ': is gone with later data'
                      ELSE concat(': severity ', coalesce(past.severity, 'none'), ' and score ', coalesce(CAST(past.score AS VARCHAR), 'none'),
                          ' become ', coalesce(now.severity, 'none'), ' and ', coalesce(CAST(now.score AS VARCHAR), 'none'), ' with later data') END
             ) AS difference
         FROM now FULL JOIN lake.issue_then AS past ON past.signal_id = now.signal_id AND past.issue_id = now.issue_id
         WHERE now.issue_id IS NULL OR past.issue_id IS NULL OR coalesce(now.severity, '') <> coalesce(past.severity, '')
            OR (now.score IS NULL) <> (past.score IS NULL) OR abs(now.score - past.score) > 0.000000001 * greatest(1, abs(now.score))
         ORDER BY 1, 2"
    );
    let mut found: Vec<LookAhead> = Vec::new();
    for batch in bench.session.rows(ISSUES, &sql, None).await? {
        let (names, texts) = (batch.column(0).as_string::<i32>(), batch.column(1).as_string::<i32>());
        for row in 0..batch.num_rows() {
            found.push(LookAhead { signal: names.value(row).to_owned(), day, row: texts.value(row).to_owned() });
        }
    }
    Ok(found)
}

/// The refusal of signals that look ahead, as one text.
pub(super) fn refusal(found: &[LookAhead]) -> String {
    let mut text = String::new();
    let signals: BTreeSet<&str> = found.iter().map(|row| row.signal.as_str()).collect();
    for signal in signals {
        let rows: Vec<&LookAhead> = found.iter().filter(|row| row.signal == signal).collect();
        let (count, day) = (rows.len(), rows[0].day);
        text.push_str(&format!(
            "signal {signal} reads data that came later: computed from the data of {day} alone, {count} {} up to that day {}\n",
            if count == 1 { "row" } else { "rows" },
            if count == 1 { "differs" } else { "differ" },
        ));
        rows.iter().take(EXAMPLES).for_each(|row| text.push_str(&format!("  {}\n", row.row)));
        if count > EXAMPLES {
            text.push_str(&format!("  and {} more\n", count - EXAMPLES));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_spread_from_the_first_to_the_last() {
        assert_eq!(spread(10, 4), BTreeSet::from([0, 3, 6, 9]));
        assert_eq!(spread(2, 6), BTreeSet::from([0, 1]));
        assert_eq!(spread(1, 6), BTreeSet::from([0]));
        assert_eq!(spread(5, 1), BTreeSet::from([4]));
        assert_eq!(spread(0, 6), BTreeSet::new());
    }

    #[test]
    fn a_refusal_shows_what_differs_and_counts_the_rest() {
        let day = jiff::civil::date(2025, 3, 31);
        let row = |text: &str| LookAhead { signal: "late".to_owned(), day, row: text.to_owned() };
        assert_eq!(
            refusal(&[row("2025-03-01 loan A: is there only with later data")]),
            "signal late reads data that came later: computed from the data of 2025-03-31 alone, 1 row up to that day differs\n  \
             2025-03-01 loan A: is there only with later data\n"
        );
        let many: Vec<LookAhead> = (0..7).map(|number| row(&number.to_string())).collect();
        assert!(refusal(&many).ends_with("  4\n  and 2 more\n"));
    }
}
