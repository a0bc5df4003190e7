//! One indicator down to its rows.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Page, Row, fixed, plain};
use crate::output::TextTable;
use crate::query::Query;

/// Rows of evidence that a terminal shows.
const EVIDENCE_ROWS: usize = 40;

impl Page<'_> {
    /// Its value, its score, its rule, its evidence.
    pub(super) fn indicator(&self, text: &mut String, query: &Query) {
        let header = &query.header;
        let name = header.name.as_str();
        let _ = writeln!(text, "\n{name}: {}", header.title);
        if let Some(row) = self.rows("officer_indicator").first() {
            let _ = writeln!(
                text,
                "  numerator {} / denominator {} over {} keys = {}",
                plain(row.get("numerator")),
                plain(row.get("denominator")),
                plain(row.get("n")),
                self.shown(name, row.get("raw_value"))
            );
            let basis = row.get("scored_basis").and_then(Value::as_str).unwrap_or("nothing");
            if basis != "RAW" {
                let _ = writeln!(text, "  scored {} ({basis})", self.shown(name, row.get("scored_value")));
            }
            if row.get("lower").is_some_and(|lower| !lower.is_null()) {
                let (lower, upper) = (self.shown(name, row.get("lower")), self.shown(name, row.get("upper")));
                let _ = writeln!(text, "  95 % interval {lower} to {upper}");
            }
            if let Some(reason) = row.get("reason_code").and_then(Value::as_str) {
                let _ = writeln!(text, "  reason {reason}");
            }
        }
        if let Some(funnel) = self.rows("officer_funnel").first() {
            let _ = writeln!(
                text,
                "  bad loans {} where {} were to be expected: ratio {}, limits {} to {}",
                fixed(funnel.get("observed"), 2),
                fixed(funnel.get("expected"), 2),
                fixed(funnel.get("ratio"), 2),
                fixed(funnel.get("lower_limit"), 2),
                fixed(funnel.get("upper_limit"), 2)
            );
        }
        if let Some(score) = self.rows("officer_score").first() {
            let _ = writeln!(
                text,
                "  score {} ({} curve) x weight {} = {} points; {} lost",
                fixed(score.get("score"), 4),
                plain(score.get("curve")),
                fixed(score.get("effective_weight"), 6),
                fixed(score.get("points"), 4),
                fixed(score.get("points_lost"), 4)
            );
        }
        let _ = writeln!(text, "  whose: {}\n  rules: {}\n  source: {}", header.owner, header.edges, header.source);
        self.evidence(text);
    }

    fn evidence(&self, text: &mut String) {
        let rows = self.rows("officer_evidence");
        let columns = ["key", "loan_id", "customer_id", "numerator", "denominator", "rule_code"];
        let table = |rows: &[Row], last: &'static str| {
            let columns = [columns[0], columns[1], columns[2], columns[3], columns[4], last];
            let mut table = TextTable::new(columns.map(|column| if column == "key" { "  key" } else { column }));
            (3..=4).for_each(|column| table.align_right(column));
            for row in rows {
                let cell = |column: &str| match row.get(column) {
                    None | Some(Value::Null) => String::new(),
                    value => plain(value),
                };
                table.row(columns.map(|column| match column {
                    "key" => format!("  {}", cell(column)),
                    _ => cell(column),
                }));
            }
            table
        };
        let worst = self.rows("officer_worst_item");
        if !worst.is_empty() {
            let _ = write!(text, "\nItems that cost most, against the value of the bank\n{}", table(worst, "harm"));
        }
        let _ = writeln!(text, "\nEvidence: {} rows", rows.len());
        let shown = &rows[..rows.len().min(EVIDENCE_ROWS)];
        if !shown.is_empty() {
            let _ = write!(text, "{}", table(shown, "rule_code"));
        }
        if shown.len() < rows.len() {
            let _ = writeln!(text, "  … and {} more: --output json gives them all", rows.len() - shown.len());
        }
    }
}
