//! The books of a loan: its schedule, the cash that came, and the rows of both.
//!
//! Cash goes to the oldest instalment first, principal and interest apart, so that the days past due of a snapshot
//! are those that first-in-first-out allocation of the payments to the instalments gives.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::bank::{Bank, Schedule, chance};
use super::borrower::Contract;
use super::calendar::{Day, Month};
use super::page::{Fact, Pages};
use super::sheet::{Value, layouts, money, optional_day, optional_text};

layouts! {
    INSTALMENT = "instalment" [
        "loan_id", "schedule_version", "instalment_no", "due_date", "principal_due", "interest_due",
        "cancelled_on", "cancel_reason",
    ];
    PAYMENT = "payment" [
        "payment_id", "loan_id", "value_date", "payment_type", "principal_paid", "interest_paid",
        "penalty_paid", "collection_channel", "collected_by", "reverses_payment_id",
    ];
    LOAN_EVENT = "loan_event" [
        "event_id", "loan_id", "event_date", "event_type", "amount", "from_value", "to_value", "reason_code",
    ];
    RECOVERY_COST = "recovery_cost" ["cost_id", "loan_id", "cost_date", "amount", "cost_type"];
    DELINQUENCY_PAUSE = "delinquency_pause" ["loan_id", "start_date", "end_date", "reason"];
}

const CHANNELS: [&str; 5] = ["PHONE", "VISIT", "LETTER", "LEGAL", "AGENCY"];

/// The books of one loan: what is due, what is paid, and the rows that say so.
pub(super) struct Account<'a, 'p> {
    bank: &'a Bank,
    contract: &'a Contract,
    pub id: String,
    pages: &'p mut Pages,
    terms: Terms,
    dues: Vec<Due>,
    /// Principal outstanding.
    pub balance: i64,
    /// Principal paid ahead of the instalments that it covers.
    credit: i64,
    payments: u32,
    events: u32,
    pub last_paid_on: Day,
    pub pause: Option<(Day, Day)>,
}

struct Due {
    number: i32,
    version: i32,
    date: Day,
    principal: i64,
    interest: i64,
    unpaid_principal: i64,
    unpaid_interest: i64,
    cancelled: Option<(Day, &'static str)>,
}

struct Terms {
    version: i32,
    schedule: Schedule,
    rate: i64,
    term: i32,
    /// Scheduled principal still to fall due.
    remaining: i64,
    instalment: i64,
    number: i32,
}

impl<'a, 'p> Account<'a, 'p> {
    pub fn open(bank: &'a Bank, contract: &'a Contract, pages: &'p mut Pages) -> Self {
        let mut terms = Terms {
            version: 1,
            schedule: contract.product.schedule,
            rate: contract.rate,
            term: contract.term,
            remaining: contract.amount,
            instalment: 0,
            number: 0,
        };
        terms.set_instalment();
        let mut account = Self {
            bank,
            contract,
            id: loan_id(contract.number),
            pages,
            terms,
            dues: Vec::new(),
            balance: contract.amount,
            credit: 0,
            payments: 0,
            events: 0,
            last_paid_on: contract.originated_on,
            pause: None,
        };
        // What fell due before the window was paid; the extracts begin with the window.
        for _ in contract.month + 1..bank.calendar.first {
            let (principal, _) = account.terms.next();
            account.balance -= principal;
        }
        account
    }

    /// Adds the instalment of the month, if there is one, and gives its date.
    pub fn fall_due(&mut self, month: Month) -> Option<Day> {
        if month <= self.contract.month || self.terms.number >= self.terms.term {
            return None;
        }
        let date = self.contract.due_on(self.bank, month);
        let (principal, interest) = self.terms.next();
        let covered = self.credit.min(principal);
        self.credit -= covered;
        self.dues.push(Due {
            number: self.terms.number,
            version: self.terms.version,
            date,
            principal,
            interest,
            unpaid_principal: principal - covered,
            unpaid_interest: interest,
            cancelled: None,
        });
        Some(date)
    }

    /// Pays the instalment around its date, inside its month, and gives the day on which it was paid.
    pub fn pay_due(&mut self, due: Day, random: &mut Pcg64Mcg) -> Day {
        let end = self.bank.calendar.end(self.bank.calendar.month_of(due));
        let day = match random.random::<f64>() {
            u if u < 0.62 => due - random.random_range(0..=3),
            u if u < 0.86 => due,
            u if u < 0.96 => due + random.random_range(1..=6),
            _ => due + random.random_range(7..=20),
        };
        let day = day.clamp(self.bank.calendar.start(self.bank.calendar.month_of(due)), end);
        let Some(last) = self.dues.last_mut() else { return day };
        let (principal, interest) = (last.unpaid_principal, last.unpaid_interest);
        (last.unpaid_principal, last.unpaid_interest) = (0, 0);
        // A direct debit that bounces is taken back and comes again.
        if day + 4 <= end && chance(random, 0.001) {
            let bounced = self.pay(day, "SCHEDULED", principal, interest, None);
            self.balance += principal;
            let id = self.next_payment();
            let row = [
                Value::Text(&id),
                Value::Text(&self.id),
                Value::Day(day + 2),
                Value::Text("REVERSAL"),
                money(-principal),
                money(-interest),
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Text(&bounced),
            ];
            self.pages.add_monthly(Fact::Payment, self.bank.calendar.month_of(day), row);
            self.pay(day + 4, "SCHEDULED", principal, interest, None);
        } else if principal + interest > 0 {
            self.pay(day, "SCHEDULED", principal, interest, None);
        }
        self.last_paid_on.max(day)
    }

    /// Pays everything that has fallen due by the day.
    pub fn pay_arrears(&mut self, day: Day, random: &mut Pcg64Mcg) {
        let channel = CHANNELS[random.random_range(0..3)];
        let paid = self.dues.iter_mut().filter(|due| due.cancelled.is_none() && due.date <= day);
        let (mut principal, mut interest) = (0, 0);
        for due in paid {
            principal += std::mem::take(&mut due.unpaid_principal);
            interest += std::mem::take(&mut due.unpaid_interest);
        }
        if principal + interest > 0 {
            self.pay(day, "SCHEDULED", principal, interest, Some(channel));
        }
    }

    /// A part of the oldest unpaid instalment, never all of it.
    pub fn pay_in_part(&mut self, day: Day) {
        let oldest = self.dues.iter_mut().find(|due| due.unpaid_principal + due.unpaid_interest > 0 && due.date < day);
        let Some(oldest) = oldest else { return };
        let (principal, interest) = (oldest.unpaid_principal * 3 / 10, oldest.unpaid_interest * 3 / 10);
        oldest.unpaid_principal -= principal;
        oldest.unpaid_interest -= interest;
        if principal + interest > 0 {
            self.pay(day, "SCHEDULED", principal, interest, Some("PHONE"));
        }
    }

    /// Principal of the next instalments ahead of their dates.
    pub fn prepay(&mut self, day: Day) {
        let amount = (2 * self.terms.instalment).min(self.terms.remaining / 2);
        if self.terms.schedule == Schedule::EqualPrincipal && amount > 0 {
            self.credit += amount;
            self.pay(day, "PREPAYMENT", amount, 0, None);
        }
    }

    pub fn pay(
        &mut self,
        day: Day,
        kind: &'static str,
        principal: i64,
        interest: i64,
        channel: Option<&str>,
    ) -> String {
        let id = self.next_payment();
        let is_late = channel.is_some();
        let penalty = if is_late { money((principal + interest) / 500) } else { Value::Null };
        let row = [
            Value::Text(&id),
            Value::Text(&self.id),
            Value::Day(day),
            Value::Text(kind),
            money(principal),
            money(interest),
            penalty,
            optional_text(channel),
            if is_late { Value::Text("COLLECTION") } else { Value::Null },
            Value::Null,
        ];
        self.pages.add_monthly(Fact::Payment, self.bank.calendar.month_of(day), row);
        self.balance -= principal;
        self.last_paid_on = self.last_paid_on.max(day);
        id
    }

    /// The unpaid instalments are replaced by a new schedule; unpaid interest is added to the principal.
    pub fn restructure(&mut self, day: Day, month: Month) {
        let capitalised = self.cancel(day, "RESTRUCTURED");
        self.event(day, "RESTRUCTURE", Some(capitalised), None, None, Some("EXTENSION"));
        let (old, new) = (self.terms.rate, (self.terms.rate - 50).max(200));
        self.event(day, "RATE_CHANGE", None, Some(&percent(old)), Some(&percent(new)), Some("RESTRUCTURE"));
        self.balance += capitalised;
        let left = (self.contract.last_month() - month).max(0) + 12;
        self.terms = Terms {
            version: 2,
            schedule: Schedule::EqualPrincipal,
            rate: new,
            term: left,
            remaining: self.balance,
            instalment: 0,
            number: 0,
        };
        self.terms.set_instalment();
    }

    pub fn write_off(&mut self, day: Day) {
        self.event(day, "WRITE_OFF", Some(self.balance), None, None, Some("UNCOLLECTABLE"));
        self.cancel(day, "WRITTEN_OFF");
        self.balance = 0;
    }

    /// Cancels what is unpaid and gives the interest of it.
    fn cancel(&mut self, day: Day, reason: &'static str) -> i64 {
        let unpaid = self.dues.iter_mut().filter(|due| due.unpaid_principal + due.unpaid_interest > 0);
        unpaid.fold(0, |interest, due| {
            due.cancelled = Some((day, reason));
            due.unpaid_principal = 0;
            interest + std::mem::take(&mut due.unpaid_interest)
        })
    }

    /// Cash after the write-off, until the window closes.
    pub fn recover(&mut self, written_off_on: Day, amount: i64, random: &mut Pcg64Mcg) {
        let calendar = &self.bank.calendar;
        for month in calendar.month_of(written_off_on) + 1..=calendar.last {
            if chance(random, 0.10) {
                let day = calendar.start(month) + random.random_range(0..28);
                let paid = amount * random.random_range(5..=40) / 1000;
                let channel = CHANNELS[random.random_range(2..CHANNELS.len())];
                self.pay(day, "RECOVERY", paid, 0, Some(channel));
                if chance(random, 0.4) {
                    self.cost(day, paid / 10, "LEGAL");
                }
            }
        }
        self.balance = 0;
    }

    pub fn cost(&mut self, day: Day, amount: i64, kind: &str) {
        self.events += 1;
        let id = format!("K{:09}-{:02}", self.contract.number, self.events);
        let row = [Value::Text(&id), Value::Text(&self.id), Value::Day(day), money(amount), Value::Text(kind)];
        self.pages.add(&RECOVERY_COST, row);
    }

    pub fn event(
        &mut self,
        day: Day,
        kind: &str,
        amount: Option<i64>,
        from: Option<&str>,
        to: Option<&str>,
        reason: Option<&str>,
    ) {
        self.events += 1;
        let id = format!("E{:09}-{:02}", self.contract.number, self.events);
        let row = [
            Value::Text(&id),
            Value::Text(&self.id),
            Value::Day(day),
            Value::Text(kind),
            amount.map_or(Value::Null, money),
            optional_text(from),
            optional_text(to),
            optional_text(reason),
        ];
        self.pages.add(&LOAN_EVENT, row);
    }

    pub fn pause_from(&mut self, due: Day) {
        let pause = (due, due + 30);
        self.pause = Some(pause);
        let row = [Value::Text(&self.id), Value::Day(pause.0), Value::Day(pause.1), Value::Text("HARDSHIP_RELIEF")];
        self.pages.add(&DELINQUENCY_PAUSE, row);
    }

    fn next_payment(&mut self) -> String {
        self.payments += 1;
        format!("P{:09}-{:03}", self.contract.number, self.payments)
    }

    /// Days since the oldest unpaid instalment fell due, without the days of a pause.
    pub fn days_past_due(&self, day: Day) -> i32 {
        let unpaid = |due: &&Due| due.unpaid_principal + due.unpaid_interest > 0 && due.date < day;
        let Some(oldest) = self.dues.iter().find(unpaid).map(|due| due.date) else { return 0 };
        let paused = self.pause.map_or(0, |(from, to)| ((to - 1).min(day) - from.max(oldest + 1) + 1).max(0));
        day - oldest - paused
    }

    /// Principal and interest past due.
    pub fn arrears(&self, day: Day) -> (i64, i64) {
        let past_due = self.dues.iter().filter(|due| due.date < day);
        past_due.fold((0, 0), |sum, due| (sum.0 + due.unpaid_principal, sum.1 + due.unpaid_interest))
    }

    pub fn accrued(&self, day: Day) -> i64 {
        let since = self.dues.last().map_or(self.contract.originated_on, |due| due.date);
        self.terms.remaining * self.terms.rate * i64::from((day - since).clamp(0, 31)) / 3_650_000
    }

    /// Writes the instalments, now that it is known which were cancelled.
    pub fn close(self) {
        for due in &self.dues {
            let row = [
                Value::Text(&self.id),
                Value::Whole(due.version.into()),
                Value::Whole(due.number.into()),
                Value::Day(due.date),
                money(due.principal),
                money(due.interest),
                optional_day(due.cancelled.map(|(day, _)| day)),
                optional_text(due.cancelled.map(|(_, reason)| reason)),
            ];
            self.pages.add_monthly(Fact::Instalment, self.bank.calendar.month_of(due.date), row);
        }
    }
}

impl Terms {
    fn set_instalment(&mut self) {
        let term = self.term.max(1);
        self.instalment = match self.schedule {
            Schedule::Annuity => {
                let monthly = self.rate as f64 / 120_000.0;
                let factor = monthly / (1.0 - (1.0 + monthly).powi(-term));
                (self.remaining as f64 * factor).round() as i64
            }
            Schedule::EqualPrincipal => self.remaining / i64::from(term),
            Schedule::Bullet => 0,
        };
    }

    /// Principal and interest of the next instalment.
    fn next(&mut self) -> (i64, i64) {
        self.number += 1;
        let interest = self.remaining * self.rate / 120_000;
        let principal = match (self.number >= self.term, self.schedule) {
            (true, _) => self.remaining,
            (false, Schedule::Annuity) => (self.instalment - interest).clamp(0, self.remaining),
            (false, Schedule::EqualPrincipal) => self.instalment.min(self.remaining),
            (false, Schedule::Bullet) => 0,
        };
        self.remaining -= principal;
        (principal, interest)
    }
}

fn percent(rate: i64) -> String {
    format!("{}.{:02}%", rate / 100, rate % 100)
}

pub(super) fn loan_id(number: u64) -> String {
    format!("L{number:09}")
}
