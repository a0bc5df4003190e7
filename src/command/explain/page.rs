//! The explanation as people read it.

mod indicator;

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::super::CommandError;
use super::parsed;
use crate::output::TextTable;
use crate::pipeline::Project;
use crate::query::Query;

type Row = Map<String, Value>;

/// What is known of an officer, and of one indicator if one was asked for.
pub(super) struct Page<'a> {
    project: &'a Project,
    officer: &'a str,
    period: &'a str,
    query: Option<&'a Query>,
    sections: Vec<(&'a str, Vec<Row>)>,
}

impl<'a> Page<'a> {
    pub fn new(
        project: &'a Project,
        officer: &'a str,
        period: &'a str,
        query: Option<&'a Query>,
        sections: &[(&'a str, String)],
    ) -> Result<Self, CommandError> {
        let sections = sections.iter().map(|(table, rows)| Ok((*table, parsed(rows)?)));
        Ok(Self { project, officer, period, query, sections: sections.collect::<Result<_, CommandError>>()? })
    }

    fn rows(&self, table: &str) -> &[Row] {
        self.sections.iter().find(|(name, _)| *name == table).map_or(&[], |(_, rows)| rows)
    }

    fn title(&self, indicator: &str) -> String {
        self.project.catalogue.get(indicator).map(|query| query.header.title.zh.clone()).unwrap_or_default()
    }

    fn unit(&self, indicator: &str) -> &str {
        self.project.catalogue.get(indicator).map_or("", |query| query.header.unit.as_str())
    }

    fn shown(&self, indicator: &str, value: Option<&Value>) -> String {
        match number(value) {
            None => "–".to_owned(),
            Some(value) if self.unit(indicator).starts_with("ratio") => format!("{:.4} %", value * 100.0),
            Some(value) => trimmed(value),
        }
    }

    fn head(&self, text: &mut String) {
        let Some(appraisal) = self.rows("officer_appraisal").first() else {
            let _ = writeln!(text, "Officer {}, {}: not appraised, no scheme was in force", self.officer, self.period);
            return;
        };
        let of = |key: &str| plain(appraisal.get(key));
        let branch = appraisal.get("branch_id").and_then(Value::as_str);
        let branch = branch.map(|branch| format!(" of branch {branch}")).unwrap_or_default();
        let _ = writeln!(text, "Officer {}{branch}, {}, by scheme {}", self.officer, self.period, of("scheme_version"));
        if let Some(reason) = appraisal.get("not_rated").and_then(Value::as_str) {
            let why = match reason {
                "PARTIAL_PERIOD" => format!("held loans on {} days only", of("exposure_days")),
                "LOW_COVERAGE" => {
                    format!("only {} of the weight could be measured", percent(appraisal.get("coverage")))
                }
                _ => "nothing could be measured".to_owned(),
            };
            let _ = writeln!(text, "Not rated (NR, {reason}): {why}");
            return;
        }
        let _ = writeln!(
            text,
            "Grade {}, total {}, rank {} of {}{}",
            of("grade"),
            fixed(appraisal.get("total_score"), 2),
            of("rank"),
            of("n_peers"),
            match appraisal.get("within_limits").and_then(Value::as_bool) {
                Some(true) => "; the bad loans are within the limits of chance",
                Some(false) => "; the bad loans are beyond the limits of chance",
                None => "",
            }
        );
        let _ = writeln!(
            text,
            "Total before gates {}; headroom to the tolerated NPL ratio {}, applied {}; {} of the weight measured",
            fixed(appraisal.get("total_before_gate"), 4),
            fixed(appraisal.get("headroom"), 4),
            fixed(appraisal.get("headroom_applied"), 4),
            percent(appraisal.get("coverage"))
        );
        let mut dimensions = TextTable::new(["  dimension", "weight", "score"]);
        (1..=2).for_each(|column| dimensions.align_right(column));
        for name in ["risk", "return", "customer", "process"] {
            if appraisal.get(&format!("w_{name}")).is_some_and(|weight| !weight.is_null()) {
                dimensions.row([
                    format!("  {}", name.to_uppercase()),
                    percent(appraisal.get(&format!("w_{name}"))),
                    fixed(appraisal.get(&format!("score_{name}")), 2),
                ]);
            }
        }
        let _ = write!(text, "\n{dimensions}");
    }

    fn gates(&self, text: &mut String) {
        let gates: Vec<&Row> =
            self.rows("officer_gate").iter().filter(|gate| gate.get("is_fired") == Some(&Value::Bool(true))).collect();
        for gate in &gates {
            let indicator = gate.get("indicator_id").and_then(Value::as_str).unwrap_or_default();
            let effect = match (number(gate.get("cap_total")), gate.get("zero_dimension").and_then(Value::as_str)) {
                (Some(cap), _) => format!("the total is at most {cap}"),
                (_, Some(dimension)) => format!("{dimension} gives no points"),
                _ => "the grade is capped".to_owned(),
            };
            let _ = writeln!(
                text,
                "\nGate {}: {indicator} {} is {} {}: {effect}",
                plain(gate.get("gate_id")),
                self.shown(indicator, gate.get("value")),
                plain(gate.get("comparison")),
                self.shown(indicator, gate.get("threshold"))
            );
        }
        if gates.is_empty() && !self.rows("officer_gate").is_empty() && self.query.is_none() {
            text.push_str("\nNo gate fired\n");
        }
    }

    fn scores(&self, text: &mut String) {
        let scores = self.rows("officer_score");
        if scores.is_empty() {
            return;
        }
        let mut table = TextTable::new(["  indicator", "", "value", "score", "weight", "points", "lost", ""]);
        (2..=6).for_each(|column| table.align_right(column));
        for score in scores {
            let indicator = score.get("indicator_id").and_then(Value::as_str).unwrap_or_default();
            let known = score.get("score").is_some_and(|score| !score.is_null());
            table.row([
                format!("  {indicator}"),
                self.title(indicator),
                self.shown(indicator, score.get("scored_value")),
                fixed(score.get("score"), 2),
                percent(score.get("effective_weight")),
                fixed(score.get("points"), 2),
                fixed(score.get("points_lost"), 2),
                match (known, score.get("reason_code").and_then(Value::as_str)) {
                    (false, reason) => format!("not known: {}", reason.unwrap_or("no value")),
                    (true, Some(reason)) => reason.to_owned(),
                    (true, None) => String::new(),
                },
            ]);
        }
        let _ = write!(text, "\nWhat cost most comes first\n{table}");
    }

    fn lifts(&self, text: &mut String) {
        let lifts = self.rows("officer_feedback");
        let Some(first) = lifts.first() else { return };
        let grade = plain(first.get("next_grade"));
        let needed = number(first.get("points_needed")).unwrap_or(0.0);
        let _ = match needed > 0.0 {
            true => {
                let gate = first.get("binding_gate").and_then(Value::as_str);
                let gate = gate.map(|gate| format!(", once gate {gate} no longer fires")).unwrap_or_default();
                writeln!(text, "\nGrade {grade} is {needed:.4} points away; any one of these would do{gate}")
            }
            false => writeln!(text, "\nOnly a gate stands between the officer and grade {grade}"),
        };
        let mut table = TextTable::new(["  indicator", "now", "needed", "change of the numerator"]);
        (1..=3).for_each(|column| table.align_right(column));
        for lift in lifts.iter().filter(|lift| lift.get("needed_value").is_some_and(|value| !value.is_null())) {
            let indicator = lift.get("indicator_id").and_then(Value::as_str).unwrap_or_default();
            table.row([
                format!("  {indicator}"),
                self.shown(indicator, lift.get("current_value")),
                self.shown(indicator, lift.get("needed_value")),
                number(lift.get("needed_change")).map_or_else(String::new, |change| format!("{:+}", rounded(change))),
            ]);
        }
        match table.is_empty() {
            true => text.push_str("  no single indicator can lift it alone\n"),
            false => {
                let _ = write!(text, "{table}");
            }
        }
    }

    fn changes(&self, text: &mut String) {
        let changes = self.rows("officer_change");
        let Some(first) = changes.first() else { return };
        let sum = |key: &str| changes.iter().filter_map(|change| number(change.get(key))).sum::<f64>();
        let _ = writeln!(
            text,
            "\nAgainst the period that began on {}: {:+.4} points, {:+.4} by scores and {:+.4} by weights",
            plain(first.get("previous_start")),
            sum("points_change"),
            sum("score_effect"),
            sum("weight_effect")
        );
        let mut largest: Vec<&Row> = changes.iter().collect();
        largest.sort_by(|a, b| {
            let size = |row: &Row| number(row.get("points_change")).unwrap_or(0.0).abs();
            size(b).total_cmp(&size(a))
        });
        let mut table = TextTable::new(["  indicator", "score before", "now", "points"]);
        (1..=3).for_each(|column| table.align_right(column));
        for change in largest.iter().take(5) {
            let points = number(change.get("points_change")).unwrap_or(0.0);
            table.row([
                format!("  {}", plain(change.get("indicator_id"))),
                fixed(change.get("previous_score"), 2),
                fixed(change.get("score"), 2),
                format!("{points:+.2}"),
            ]);
        }
        let _ = write!(text, "{table}");
    }

    fn steps_by_hand(&self, text: &mut String) {
        for step in self.rows("officer_override") {
            let indicator = step.get("indicator_id").and_then(Value::as_str).unwrap_or_default();
            let _ = writeln!(
                text,
                "\nSet by hand ({}): {indicator} {} instead of {}, because: {}; asked for by {}, approved by {}{}",
                plain(step.get("override_id")),
                self.shown(indicator, step.get("new_value")),
                self.shown(indicator, step.get("computed_value")),
                plain(step.get("reason")),
                plain(step.get("maker")),
                plain(step.get("checker")),
                if step.get("is_applied") == Some(&Value::Bool(true)) { "" } else { "; replaced by a later one" }
            );
        }
        for appeal in self.rows("officer_appeal") {
            let _ = writeln!(
                text,
                "\nAppeal {} of {}: {}",
                plain(appeal.get("appeal_id")),
                plain(appeal.get("submitted_on")),
                plain(appeal.get("status"))
            );
        }
    }
}

impl std::fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        self.head(&mut text);
        match self.query {
            Some(query) => {
                self.indicator(&mut text, query);
                self.gates(&mut text);
                self.lifts(&mut text);
            }
            None => {
                self.gates(&mut text);
                self.scores(&mut text);
                self.lifts(&mut text);
                self.changes(&mut text);
            }
        }
        self.steps_by_hand(&mut text);
        if self.query.is_none() {
            let _ = writeln!(text, "\nThe rows behind a number: postloan explain {} INDICATOR", self.officer);
        }
        f.write_str(&text)
    }
}

fn number(value: Option<&Value>) -> Option<f64> {
    value.and_then(Value::as_f64)
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.as_f64().map_or_else(|| number.to_string(), trimmed),
        Some(other) => other.to_string(),
    }
}

fn fixed(value: Option<&Value>, digits: usize) -> String {
    number(value).map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}

fn percent(value: Option<&Value>) -> String {
    number(value).map_or_else(|| "–".to_owned(), |value| format!("{:.2} %", value * 100.0))
}

/// At most six decimals, none that are zero.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_without_noise_and_what_is_not_known_is_a_dash() {
        assert_eq!(trimmed(255_000.0), "255000");
        assert_eq!(trimmed(0.1 + 0.2), "0.3");
        assert_eq!(plain(None), "–");
        assert_eq!(percent(Some(&Value::from(0.12345))), "12.35 %");
        assert_eq!(fixed(Some(&Value::Null), 2), "–");
    }
}
