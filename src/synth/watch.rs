//! Early warnings of known quality.
//!
//! A signal has a precision by construction: for every borrower the probability of a false alarm follows from that of a
//! true one, `P(alarm | no default) = P(alarm | default) · odds of default · (1 − precision) ÷ precision`, and both
//! lie the same number of days before a default, real or imagined. So whatever the borrower, a share `precision` of
//! a signal's alarms is followed by a default.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::account::loan_id;
use super::bank::{Bank, chance, normal, officer_id};
use super::borrower::{Borrower, Stress};
use super::calendar::Day;
use super::office::customer_id;
use super::page::Pages;
use super::settle::Spell;
use super::sheet::{Value, instant, layouts, money, optional_text};
use super::truth::Tally;

layouts! {
    WARNING = "warning" [
        "warning_id", "customer_id", "loan_id", "issued_at", "signal_type", "severity", "score", "source",
        "rule_id", "officer_id", "status", "closed_at", "close_reason", "mitigation", "known_at",
    ];
    WARNING_ACTION = "warning_action" [
        "action_id", "warning_id", "action_at", "action_type", "effect_amount", "evidence_ref", "confirmed_by",
    ];
}

/// A kind of warning, and how good it is.
#[derive(Debug)]
pub(super) struct Signal {
    pub kind: &'static str,
    source: &'static str,
    rule: &'static str,
    /// Share of alarms that a default follows, early enough or late.
    pub precision: f64,
    /// Share of defaults that the signal announces.
    pub coverage: f64,
}

pub(super) const SIGNALS: [Signal; 6] = [
    Signal { kind: "FUND_FLOW", source: "RULE", rule: "R-FLOW-01", precision: 0.40, coverage: 0.14 },
    Signal { kind: "FINANCIAL", source: "MODEL", rule: "M-SCORE-02", precision: 0.50, coverage: 0.10 },
    Signal { kind: "LEGAL", source: "EXTERNAL", rule: "X-COURT-01", precision: 0.45, coverage: 0.08 },
    Signal { kind: "EXTERNAL_RATING", source: "EXTERNAL", rule: "X-RATING-01", precision: 0.35, coverage: 0.07 },
    Signal { kind: "INDUSTRY", source: "REGULATOR", rule: "G-INDUSTRY-01", precision: 0.25, coverage: 0.04 },
    Signal { kind: "OPERATING", source: "OFFICER", rule: "O-VISIT-01", precision: 0.55, coverage: 0.10 },
];

/// Share of alarms with a lead of 30 to 300 days; the others come 3 to 29 days ahead.
pub(super) const IN_TIME: f64 = 0.85;
pub(super) const LEADS: std::ops::RangeInclusive<Day> = 30..=300;
const LATE_LEADS: std::ops::RangeInclusive<Day> = 3..=29;
/// Alarms that were answered so well that the default did not come, per false alarm.
const MITIGATED: f64 = 0.08;

/// What will be warned of, planned before the loans are lived through.
#[derive(Debug)]
pub(super) struct Alarm {
    signal: &'static Signal,
    lead: Day,
    day: Day,
    stress: Stress,
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Default,
    False,
    Mitigated,
}

impl Alarm {
    pub fn plan(bank: &Bank, borrower: &Borrower, random: &mut Pcg64Mcg) -> Option<Self> {
        let (stress, is_real) = match (borrower.stress, borrower.imagined) {
            (Some(stress), _) => (stress, true),
            (None, Some(stress)) => (stress, false),
            (None, None) => return None,
        };
        let probability = borrower.default_probability;
        let mut draw = random.random::<f64>();
        let mut found = None;
        for signal in &SIGNALS {
            let odds = probability / (1.0 - probability) * (1.0 - signal.precision) / signal.precision;
            let outcomes = match is_real {
                true => [(signal.coverage, Outcome::Default), (0.0, Outcome::Default)],
                false => {
                    [(signal.coverage * odds, Outcome::False), (signal.coverage * odds * MITIGATED, Outcome::Mitigated)]
                }
            };
            for (share, outcome) in outcomes {
                if found.is_none() && draw < share {
                    found = Some((signal, outcome));
                }
                draw -= share;
            }
        }
        let (signal, outcome) = found?;
        let leads = if chance(random, IN_TIME) { LEADS } else { LATE_LEADS };
        let lead = random.random_range(leads);
        let day = borrower.default_date(bank, stress)? - lead;
        let is_customer = borrower
            .contracts
            .iter()
            .any(|contract| contract.originated_on <= day && day <= contract.due_on(bank, contract.last_month()));
        (is_customer && bank.calendar.contains(day)).then_some(Self { signal, lead, day, stress, outcome })
    }

    /// The month before which the warned borrower repays nothing early.
    pub fn month(&self) -> super::calendar::Month {
        self.stress.month
    }

    pub fn write(&self, bank: &Bank, borrower: &Borrower, random: &mut Pcg64Mcg, pages: &mut Pages, tally: &mut Tally) {
        tally.alarmed(self.signal, self.outcome == Outcome::Default, self.outcome == Outcome::Mitigated, self.lead);
        let contract = borrower
            .contracts
            .iter()
            .find(|contract| contract.has_instalment_in(self.stress.month) && contract.originated_on <= self.day);
        let loan = contract.filter(|_| chance(random, 0.7)).map(|contract| loan_id(contract.number));
        let severity = match random.random::<f64>() {
            u if u < 0.2 => "RED",
            u if u < 0.6 => "ORANGE",
            _ => "YELLOW",
        };
        let is_repeated = self.lead > 20 && chance(random, 0.3);
        let days = [Some(self.day), is_repeated.then_some(self.day + 14)];
        let mitigation = (self.outcome == Outcome::Mitigated).then(|| {
            let measures = ["COLLATERAL_ADDED", "EXPOSURE_REDUCED", "RESTRUCTURED"];
            measures[random.random_range(0..measures.len())]
        });
        let (_, window_end) = bank.calendar.window();
        for (index, day) in days.into_iter().flatten().enumerate().filter(|(_, day)| *day <= window_end) {
            let id = format!("W{:09}-{}", borrower.number, index + 1);
            // A few are entered days after the day that they bear; they are all far from any limit of the lead.
            let is_late = self.lead >= 60 && chance(random, 0.02);
            tally.known_late(is_late);
            let minute = random.random_range(480..1080);
            let delay = if is_late { random.random_range(3..=6) } else { 0 };
            let manager = borrower.manager_on(day).map(officer_id);
            let closed = day + random.random_range(20..=60);
            let is_closed = closed <= window_end;
            let score = if self.outcome == Outcome::Default { 0.62 } else { 0.45 } + 0.18 * normal(random);
            let mitigated = mitigation.filter(|_| index == 0).map(|measure| format!("{measure}_CONFIRMED"));
            let row = [
                Value::Text(&id),
                Value::Text(&customer_id(borrower.number)),
                optional_text(loan.as_deref()),
                instant(day, minute),
                Value::Text(self.signal.kind),
                Value::Text(severity),
                Value::Real((score.clamp(0.0, 1.0) * 1e4).round() / 1e4),
                Value::Text(self.signal.source),
                Value::Text(self.signal.rule),
                optional_text(manager.as_deref()),
                Value::Text(if is_closed { "CLOSED" } else { "OPEN" }),
                if is_closed { instant(closed, 1020) } else { Value::Null },
                if is_closed { Value::Text("HANDLED") } else { Value::Null },
                optional_text(mitigated.as_deref()),
                instant(day + delay, minute + 30),
            ];
            pages.add(&WARNING, row);
            self.act(bank, borrower, (&id, day), mitigation.filter(|_| index == 0), random, pages);
        }
    }

    fn act(
        &self,
        bank: &Bank,
        borrower: &Borrower,
        (warning, day): (&str, Day),
        mitigation: Option<&str>,
        random: &mut Pcg64Mcg,
        pages: &mut Pages,
    ) {
        let manager = borrower.manager_on(day);
        let diligence = manager.map_or(0.7, |id| bank.officers[id as usize].diligence);
        let delay = if chance(random, diligence) { random.random_range(0..=5) } else { random.random_range(8..=30) };
        let acted = day + delay;
        if !bank.calendar.contains(acted + 1) {
            return;
        }
        let first = if chance(random, 0.5) { "CONTACT" } else { "VISIT" };
        let measures = [(first, None), (mitigation.unwrap_or(""), mitigation)];
        let measures = measures.into_iter().filter(|(kind, _)| !kind.is_empty()).enumerate();
        for (index, (kind, confirmed)) in measures {
            let id = format!("{warning}-A{}", index + 1);
            let evidence = confirmed.map(|_| format!("EV-{id}"));
            let amount = borrower.contracts[0].amount / 5;
            let row = [
                Value::Text(&id),
                Value::Text(warning),
                instant(acted + index as Day, 900),
                Value::Text(kind),
                if confirmed.is_some() { money(amount) } else { Value::Null },
                optional_text(evidence.as_deref()),
                if confirmed.is_some() { Value::Text("RISK_OFFICE") } else { Value::Null },
            ];
            pages.add(&WARNING_ACTION, row);
        }
    }
}

/// Warnings about loans that are in default already: they foretell nothing and are left out of every ratio.
pub(super) fn warn_of_defaults(
    bank: &Bank,
    borrower: &Borrower,
    defaults: &[Vec<Spell>],
    random: &mut Pcg64Mcg,
    pages: &mut Pages,
) {
    for (contract, spells) in borrower.contracts.iter().zip(defaults) {
        let Some(spell) = spells.first() else { continue };
        let day = spell.default_date + random.random_range(1..=20);
        if !chance(random, 0.3) || !bank.calendar.contains(day) {
            continue;
        }
        let id = format!("W{:09}-D{}", borrower.number, contract.number % 10);
        let row = [
            Value::Text(&id),
            Value::Text(&customer_id(borrower.number)),
            Value::Text(&loan_id(contract.number)),
            instant(day, 540),
            Value::Text("REPAYMENT"),
            Value::Text("RED"),
            Value::Null,
            Value::Text("RULE"),
            Value::Text("R-OVERDUE-90"),
            Value::Null,
            Value::Text("OPEN"),
            Value::Null,
            Value::Null,
            Value::Null,
            instant(day, 541),
        ];
        pages.add(&WARNING, row);
    }
}
