//! What a borrower's loans come to together: classes, snapshots, default records, and the loan records themselves.

use super::account::{LOAN_EVENT, loan_id};
use super::bank::Bank;
use super::borrower::{Borrower, Contract};
use super::calendar::Day;
use super::office::customer_id;
use super::page::{Fact, Pages};
use super::servicing::{Course, SUBSTANDARD, State};
use super::sheet::{Value, layouts, money, optional_day, optional_text, rate};
use super::truth::Tally;
use super::{bank, servicing};

layouts! {
    LOAN = "loan" [
        "loan_id", "customer_id", "product_code", "branch_id", "industry_code", "currency", "origination_date",
        "maturity_date", "origination_amount", "interest_rate", "rate_type", "collateral_type", "purpose_code",
        "origination_rating", "renewed_from_loan_id", "referral_officer_id", "ended_on", "end_type",
    ];
    LOAN_SNAPSHOT = "loan_snapshot" [
        "loan_id", "snapshot_date", "status", "principal_balance", "accrued_interest_balance",
        "pastdue_principal_amount", "pastdue_interest_amount", "days_past_due", "five_tier_class",
        "ifrs_stage", "pd", "lgd", "ead", "allowance_amount", "internal_rating", "is_non_accrual",
        "is_forborne",
    ];
    DEFAULT_RECORD = "default_record" [
        "subject_type", "subject_id", "default_date", "trigger", "cure_date", "probation_end_date", "ead",
        "resolved_on", "resolution",
    ];
}

const TIERS: [&str; 5] = ["NORMAL", "SPECIAL_MENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS"];
/// Share of the balance set aside, in percent, by class.
const ALLOWANCE: [i64; 5] = [1, 3, 30, 60, 100];

/// A default from its entry on, as the bank records it.
#[derive(Debug, Clone)]
pub(super) struct Spell {
    pub default_date: Day,
    trigger: &'static str,
    cured_on: Option<Day>,
    probation_end: Option<Day>,
}

/// Writes the rows that depend on all loans of the borrower, and gives the defaults of each loan.
pub(super) fn settle(
    bank: &Bank,
    borrower: &Borrower,
    courses: &[Course],
    pages: &mut Pages,
    tally: &mut Tally,
) -> Vec<Vec<Spell>> {
    let tiers = classify(borrower, courses);
    let mut defaults = Vec::new();
    for ((contract, course), tiers) in borrower.contracts.iter().zip(courses).zip(&tiers) {
        write_snapshots(bank, borrower, contract, course, tiers, pages);
        let spells = spells(bank, course, tiers);
        write_defaults(bank, contract, course, &spells, pages, tally);
        write_loan(bank, borrower, contract, course, pages);
        defaults.push(spells);
    }
    defaults
}

/// The class of every month of every loan. An enterprise with more than a tenth of its debt non-performing is
/// non-performing with all of it; with less, at least special mention.
fn classify(borrower: &Borrower, courses: &[Course]) -> Vec<Vec<usize>> {
    let own: Vec<Vec<usize>> =
        courses.iter().map(|course| course.months.iter().map(|state| state.tier).collect()).collect();
    if borrower.kind.is_retail() || courses.len() < 2 {
        return own;
    }
    let debt = |month, only_bad: bool| {
        let states = courses.iter().flat_map(|course| &course.months);
        let counted = states.filter(|state| state.month == month && (!only_bad || state.tier >= SUBSTANDARD));
        counted.map(|state| state.balance).sum::<i64>()
    };
    let with_contagion = |state: &State| {
        let (bad, all) = (debt(state.month, true), debt(state.month, false));
        match state.is_active() && bad > 0 {
            true if 10 * bad > all => state.tier.max(SUBSTANDARD),
            true => state.tier.max(1),
            false => state.tier,
        }
    };
    courses.iter().map(|course| course.months.iter().map(with_contagion).collect()).collect()
}

fn write_snapshots(
    bank: &Bank,
    borrower: &Borrower,
    contract: &Contract,
    course: &Course,
    tiers: &[usize],
    pages: &mut Pages,
) {
    let mut before = None;
    for (state, tier) in course.months.iter().zip(tiers.iter().copied()) {
        let end = bank.calendar.end(state.month);
        if !state.is_active() {
            let mut row = [Value::Null; LOAN_SNAPSHOT.columns.len()];
            row[..4].copy_from_slice(&[Value::Text(&course.id), Value::Day(end), Value::Text(state.status), money(0)]);
            pages.add_monthly(Fact::Snapshot, state.month, row);
            break;
        }
        let is_bad = tier >= SUBSTANDARD;
        let log_odds = -4.0 + borrower.risk + f64::from(state.days_past_due.min(90)) * 0.03;
        let pd = 1.0 / (1.0 + (-log_odds).exp());
        let rating = match pd {
            pd if pd < 0.005 => "R1",
            pd if pd < 0.01 => "R2",
            pd if pd < 0.02 => "R3",
            pd if pd < 0.04 => "R4",
            pd if pd < 0.08 => "R5",
            pd if pd < 0.2 => "R6",
            _ => "R7",
        };
        let stage = match tier {
            SUBSTANDARD.. => 3,
            1 => 2,
            _ => 1,
        };
        let row = [
            Value::Text(&course.id),
            Value::Day(end),
            Value::Text("ACTIVE"),
            money(state.balance),
            money(state.accrued),
            money(state.arrears.0),
            money(state.arrears.1),
            Value::Whole(state.days_past_due.into()),
            Value::Text(TIERS[tier]),
            Value::Whole(stage),
            if is_bad { Value::Null } else { rate((pd * 1e6).round() / 1e6) },
            rate(contract.product.lgd),
            money(state.balance + state.accrued),
            money(state.balance * ALLOWANCE[tier] / 100),
            Value::Text(if is_bad { "D" } else { rating }),
            Value::Flag(is_bad),
            Value::Flag(state.is_forborne),
        ];
        pages.add_monthly(Fact::Snapshot, state.month, row);
        if let Some(before) = before.filter(|before| *before != tier) {
            let id = format!("{}-C{}", course.id, super::calendar::compact(state.month));
            let row = [
                Value::Text(&id),
                Value::Text(&course.id),
                Value::Day(end),
                Value::Text("CLASSIFICATION_CHANGE"),
                Value::Null,
                Value::Text(TIERS[before]),
                Value::Text(TIERS[tier]),
                Value::Null,
            ];
            pages.add(&LOAN_EVENT, row);
        }
        before = Some(tier);
    }
}

/// The defaults of a loan by the rule of the product: more than 90 days past due from the day on which the 91st was
/// reached, an unlikely-to-pay event, a bad class from its snapshot on.
fn spells(bank: &Bank, course: &Course, tiers: &[usize]) -> Vec<Spell> {
    let mut conditions: Vec<(Day, u8, &'static str)> =
        course.unlikely_to_pay_on.map(|day| (day, 1, "UTP")).into_iter().collect();
    let mut previous: Option<(Day, bool)> = None;
    for (state, tier) in course.months.iter().zip(tiers).filter(|(state, _)| state.is_active()) {
        let end = bank.calendar.end(state.month);
        let is_overdue = state.days_past_due > 90;
        if is_overdue {
            let passed = end - (state.days_past_due - 91);
            let day = match previous {
                Some((_, true)) => end,
                Some((seen, false)) => passed.max(seen + 1),
                None => passed,
            };
            conditions.push((day, 0, "DPD"));
        } else if *tier >= SUBSTANDARD {
            conditions.push((end, 2, "TIER"));
        }
        previous = Some((end, is_overdue));
    }
    conditions.sort_unstable();
    let mut spells: Vec<Spell> = Vec::new();
    let mut cure: Option<servicing::Cure> = None;
    for (day, _, trigger) in conditions {
        let is_inside = spells.last().is_some_and(|spell| spell.probation_end.is_none_or(|end| day < end));
        match (is_inside, spells.last_mut()) {
            (true, Some(spell)) => {
                // A bad class is kept through probation; only missed payment or a new judgement is a relapse.
                if trigger != "TIER" && cure.is_some_and(|cure| day > cure.from) {
                    (spell.cured_on, spell.probation_end, cure) = (None, None, None);
                }
            }
            _ => {
                cure = course.cures.iter().copied().find(|cure| cure.from > day);
                spells.push(Spell {
                    default_date: day,
                    trigger,
                    cured_on: cure.map(|cure| cure.cured_on),
                    probation_end: cure.map(|cure| cure.probation_end),
                });
            }
        }
    }
    spells
}

fn write_defaults(
    bank: &Bank,
    contract: &Contract,
    course: &Course,
    spells: &[Spell],
    pages: &mut Pages,
    tally: &mut Tally,
) {
    // What has not happened by the end of the window, or of the loan, is not known.
    let known = |day: Option<Day>| {
        let (_, end) = bank.calendar.window();
        day.filter(|day| *day <= course.ended_on.unwrap_or(end).min(end))
    };
    for spell in spells {
        tally.defaulted(spell.trigger);
        let probation_end = known(spell.probation_end);
        let is_last = spells.last().is_some_and(|last| last.default_date == spell.default_date);
        let (resolved_on, resolution) = match (probation_end, course.end_type.filter(|_| is_last)) {
            (Some(day), _) => (Some(day), Some("CURED")),
            (None, Some(_)) if course.is_foreclosed => (course.ended_on, Some("COLLATERAL")),
            (None, Some("SOLD")) => (course.ended_on, Some("SALE")),
            (None, Some("PAID_OFF")) => (course.ended_on, Some("CASH")),
            (None, Some(_)) => (course.ended_on, Some("WRITE_OFF")),
            (None, None) => (None, None),
        };
        let exposure = course
            .months
            .iter()
            .rfind(|state| state.is_active() && bank.calendar.end(state.month) <= spell.default_date)
            .map_or(contract.amount, |state| state.balance);
        let row = [
            Value::Text("LOAN"),
            Value::Text(&course.id),
            Value::Day(spell.default_date),
            Value::Text(spell.trigger),
            optional_day(known(spell.cured_on)),
            optional_day(probation_end),
            money(exposure),
            optional_day(resolved_on),
            optional_text(resolution),
        ];
        pages.add(&DEFAULT_RECORD, row);
    }
}

fn write_loan(bank: &Bank, borrower: &Borrower, contract: &Contract, course: &Course, pages: &mut Pages) {
    let customer = customer_id(borrower.number);
    let branch = bank::branch_id(borrower.branch);
    let renewed = contract.renews.map(loan_id);
    let referrer = (contract.number.is_multiple_of(9)).then(|| borrower.custody[0].holders[0].0).map(bank::officer_id);
    let grade = match borrower.risk {
        risk if risk < -0.6 => "A",
        risk if risk < 0.2 => "B",
        risk if risk < 0.9 => "C",
        _ => "D",
    };
    let maturity = contract.due_on(bank, contract.last_month());
    let row = [
        Value::Text(&course.id),
        Value::Text(&customer),
        Value::Text(contract.product.code),
        Value::Text(&branch),
        optional_text(borrower.industry.map(|industry| industry.code)),
        Value::Text("CNY"),
        Value::Day(contract.originated_on),
        Value::Day(maturity),
        money(contract.amount),
        Value::Units(contract.rate * 10_000),
        Value::Text("FIXED"),
        Value::Text(contract.product.collateral),
        Value::Text(contract.product.purpose),
        Value::Text(grade),
        optional_text(renewed.as_deref()),
        optional_text(referrer.as_deref()),
        optional_day(course.ended_on),
        optional_text(course.end_type),
    ];
    pages.add(&LOAN, row);
}
