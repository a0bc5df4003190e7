//! `generate`: a synthetic bank, and what it holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::json;

use super::CommandError;
use crate::cli::{GenerateArgs, Global};
use crate::output::{OutputFormat, Progress, TextTable, count, print};
use crate::pipeline::interrupted;
use crate::synth::{Generated, Size, SynthError, generate};

pub(super) async fn run(global: &Global, args: GenerateArgs) -> Result<(), CommandError> {
    let started = Instant::now();
    let size = Size {
        loans: args.loans,
        months: args.months,
        officers: args.officers,
        branches: args.branches,
        seed: args.seed,
        last_month: args.last_month,
        period: args.period,
        unequal_books: args.unequal_books,
    };
    let (folder, format) = (args.folder.clone(), args.format);
    let progress = Progress::new(!global.quiet);
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let mut work = tokio::task::spawn_blocking(move || generate(&size, &folder, format, &stopped, &progress));
    let internal = |error: String| CommandError::Internal(error);
    let joined = tokio::select! {
        joined = &mut work => joined,
        code = interrupted() => {
            // The generator looks at this between two blocks, and removes what it has written.
            stop.store(true, Ordering::Relaxed);
            let code = code.map_err(|error| internal(error.to_string()))?;
            match work.await {
                Ok(Err(SynthError::Interrupted)) => return Err(CommandError::Interrupted(code)),
                joined => joined,
            }
        }
    };
    let generated = joined.map_err(|error| internal(error.to_string()))??;
    let seconds = started.elapsed().as_secs_f64();
    let place = args.folder.display().to_string();
    let text = match global.output {
        OutputFormat::Json => as_json(&generated, &place, seconds),
        OutputFormat::Table => as_text(&generated, &place, seconds),
    };
    print(&text).map_err(CommandError::Output)
}

fn as_text(generated: &Generated, place: &str, seconds: f64) -> String {
    let mut table = TextTable::new(["", "rows"]);
    table.align_right(1);
    for (name, rows) in &generated.rows {
        table.row([format!("  {name}"), count(*rows)]);
    }
    let total: u64 = generated.rows.values().sum();
    let bad: u64 = generated.flaws.values().sum();
    format!(
        "Wrote a synthetic bank to {place}\n\n{table}\n{} rows ({bad} of them bad on purpose), {:.1} MB, in {seconds:.1} s: {} rows per second\nWhat the records only show is in {place}/truth.parquet. Next:\n  postloan run -p {place}\n",
        count(total),
        generated.bytes as f64 / 1e6,
        count((total as f64 / seconds.max(0.001)) as u64),
    )
}

fn as_json(generated: &Generated, place: &str, seconds: f64) -> String {
    let flaws: Vec<_> = generated
        .flaws
        .iter()
        .map(|((table, reason), rows)| json!({ "table": table, "reason": reason, "rows": rows }))
        .collect();
    let total: u64 = generated.rows.values().sum();
    let document = json!({
        "folder": place,
        "tables": generated.rows,
        "rows": total,
        "bad_rows": flaws,
        "bytes": generated.bytes,
        "seconds": seconds,
    });
    format!("{document:#}\n")
}
