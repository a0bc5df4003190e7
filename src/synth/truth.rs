//! What the generator knows and the bank's records only show: effects, and counts of what was planted.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};

use super::SynthError;
use super::bank::{Bank, officer_id};
use super::calendar::Day;
use super::watch::{IN_TIME, LEADS, SIGNALS, Signal};

/// Counts of one block of borrowers; blocks add up.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: BTreeMap<(&'static str, &'static str), i64>,
}

impl Tally {
    fn add(&mut self, id: &'static str, measure: &'static str, amount: i64) {
        *self.counts.entry((id, measure)).or_default() += amount;
    }

    pub fn written_off(&mut self, cents: i64) {
        self.add("BANK", "write_offs", 1);
        self.add("BANK", "written_off_cents", cents);
    }

    pub fn defaulted(&mut self, trigger: &'static str) {
        self.add("BANK", "default_episodes", 1);
        self.add(trigger, "default_episodes", 1);
    }

    pub fn handed_over(&mut self, loans: usize) {
        self.add("BANK", "loan_hand_overs", loans as i64);
    }

    pub fn known_late(&mut self, is_late: bool) {
        self.add("BANK", "warnings_known_late", i64::from(is_late));
    }

    pub fn alarmed(&mut self, signal: &'static Signal, is_true: bool, is_mitigated: bool, lead: Day) {
        self.add(signal.kind, "alarms", 1);
        self.add(signal.kind, "alarms_true", i64::from(is_true));
        self.add(signal.kind, "alarms_true_in_time", i64::from(is_true && LEADS.contains(&lead)));
        self.add(signal.kind, "alarms_mitigated", i64::from(is_mitigated));
    }

    pub fn merge(&mut self, other: Self) {
        for (key, count) in other.counts {
            *self.counts.entry(key).or_default() += count;
        }
    }
}

/// One row of `truth.parquet`.
struct Fact {
    subject: &'static str,
    id: String,
    measure: &'static str,
    value: f64,
}

/// The table `truth`: subject, id, measure, value.
pub(super) fn batch(
    bank: &Bank,
    tally: &Tally,
    planted: &[(&'static str, &'static str, u64)],
) -> Result<RecordBatch, SynthError> {
    let mut facts = Vec::new();
    for (index, officer) in bank.officers.iter().enumerate() {
        let id = officer_id(index as u32);
        let effects = [
            ("true_effect", officer.skill),
            ("case_mix", officer.case_mix),
            ("branch_effect", bank.branches[officer.branch].effect),
            ("diligence", officer.diligence),
        ];
        facts.extend(effects.map(|(measure, value)| Fact { subject: "OFFICER", id: id.clone(), measure, value }));
    }
    for signal in &SIGNALS {
        let mean_lead = f64::from(LEADS.start() + LEADS.end()) / 2.0;
        let qualities = [
            ("precision_any", signal.precision),
            ("precision_useful", signal.precision * IN_TIME),
            ("coverage", signal.coverage),
            ("mean_lead_days_in_time", mean_lead),
        ];
        facts.extend(qualities.map(|(measure, value)| Fact {
            subject: "SIGNAL",
            id: signal.kind.to_owned(),
            measure,
            value,
        }));
    }
    for ((id, measure), count) in &tally.counts {
        let subject = match *id {
            "BANK" => "BANK",
            id if SIGNALS.iter().any(|signal| signal.kind == id) => "SIGNAL",
            _ => "TRIGGER",
        };
        let value = if *measure == "written_off_cents" { *count as f64 / 100.0 } else { *count as f64 };
        let measure = if *measure == "written_off_cents" { "written_off_amount" } else { measure };
        facts.push(Fact { subject, id: (*id).to_owned(), measure, value });
    }
    for (table, measure, count) in planted {
        facts.push(Fact { subject: "REJECT", id: (*table).to_owned(), measure, value: *count as f64 });
    }
    let text = |get: &dyn Fn(&Fact) -> String| -> ArrayRef {
        Arc::new(facts.iter().map(|fact| Some(get(fact))).collect::<StringArray>())
    };
    let columns: [(&str, ArrayRef); 4] = [
        ("subject", text(&|fact| fact.subject.to_owned())),
        ("id", text(&|fact| fact.id.clone())),
        ("measure", text(&|fact| fact.measure.to_owned())),
        ("value", Arc::new(facts.iter().map(|fact| Some(fact.value)).collect::<Float64Array>())),
    ];
    RecordBatch::try_from_iter(columns).map_err(SynthError::Arrow)
}
