//! The life of a loan in the window: instalments, payments, arrears, what becomes of a default, and the snapshots of it.
//!
//! Cash goes to the oldest instalment first, principal and interest apart, so that the days past due of a snapshot
//! are those that first-in-first-out allocation of the payments to the instalments gives.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::bank::{Bank, Schedule, chance};
use super::borrower::{Borrower, Contract, Stress, Trigger};
use super::calendar::{Day, Month};
use super::page::{Fact, Pages};
use super::sheet::{Layout, Value, money, optional_day, optional_text};
use super::truth::Tally;

pub(super) const LOAN: Layout = Layout {
    table: "loan",
    columns: &[
        "loan_id",
        "customer_id",
        "product_code",
        "branch_id",
        "industry_code",
        "currency",
        "origination_date",
        "maturity_date",
        "origination_amount",
        "interest_rate",
        "rate_type",
        "collateral_type",
        "purpose_code",
        "origination_rating",
        "renewed_from_loan_id",
        "referral_officer_id",
        "ended_on",
        "end_type",
    ],
};
pub(super) const LOAN_SNAPSHOT: Layout = Layout {
    table: "loan_snapshot",
    columns: &[
        "loan_id",
        "snapshot_date",
        "status",
        "principal_balance",
        "accrued_interest_balance",
        "pastdue_principal_amount",
        "pastdue_interest_amount",
        "days_past_due",
        "five_tier_class",
        "ifrs_stage",
        "pd",
        "lgd",
        "ead",
        "allowance_amount",
        "internal_rating",
        "is_non_accrual",
        "is_forborne",
    ],
};
pub(super) const INSTALMENT: Layout = Layout {
    table: "instalment",
    columns: &[
        "loan_id",
        "schedule_version",
        "instalment_no",
        "due_date",
        "principal_due",
        "interest_due",
        "cancelled_on",
        "cancel_reason",
    ],
};
pub(super) const PAYMENT: Layout = Layout {
    table: "payment",
    columns: &[
        "payment_id",
        "loan_id",
        "value_date",
        "payment_type",
        "principal_paid",
        "interest_paid",
        "penalty_paid",
        "collection_channel",
        "collected_by",
        "reverses_payment_id",
    ],
};
pub(super) const LOAN_EVENT: Layout = Layout {
    table: "loan_event",
    columns: &["event_id", "loan_id", "event_date", "event_type", "amount", "from_value", "to_value", "reason_code"],
};
pub(super) const DEFAULT_RECORD: Layout = Layout {
    table: "default_record",
    columns: &[
        "subject_type",
        "subject_id",
        "default_date",
        "trigger",
        "cure_date",
        "probation_end_date",
        "ead",
        "resolved_on",
        "resolution",
    ],
};
pub(super) const RECOVERY_COST: Layout =
    Layout { table: "recovery_cost", columns: &["cost_id", "loan_id", "cost_date", "amount", "cost_type"] };
pub(super) const DELINQUENCY_PAUSE: Layout =
    Layout { table: "delinquency_pause", columns: &["loan_id", "start_date", "end_date", "reason"] };
/// The layouts of this file, the monthly ones included.
pub(super) const LAYOUTS: &[&Layout] =
    &[&LOAN, &LOAN_SNAPSHOT, &INSTALMENT, &PAYMENT, &LOAN_EVENT, &DEFAULT_RECORD, &RECOVERY_COST, &DELINQUENCY_PAUSE];

const CHANNELS: [&str; 5] = ["PHONE", "VISIT", "LETTER", "LEGAL", "AGENCY"];
pub(super) const SUBSTANDARD: usize = 2;
/// Months of punctual payment before a cured loan may leave the non-performing classes.
const PROBATION: Day = 183;

/// What became of a loan, as far as the records around it need to know.
#[derive(Debug)]
pub(super) struct Course {
    pub id: String,
    pub months: Vec<State>,
    pub ended_on: Option<Day>,
    pub end_type: Option<&'static str>,
    pub chases: Vec<Chase>,
    /// Recoveries came from collateral.
    pub is_foreclosed: bool,
    pub unlikely_to_pay_on: Option<Day>,
    pub cures: Vec<Cure>,
}

/// A loan at a month-end.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub month: Month,
    pub status: &'static str,
    pub balance: i64,
    pub days_past_due: i32,
    /// Principal and interest past due.
    pub arrears: (i64, i64),
    pub accrued: i64,
    pub is_forborne: bool,
    /// Index in the five classes, by the loan alone.
    pub tier: usize,
}

/// A return to payment: it holds from `from` on, unless a default comes before the probation ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cure {
    pub from: Day,
    pub cured_on: Day,
    pub probation_end: Day,
}

/// An attempt to collect: when, how much was promised for when, and whether it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chase {
    pub day: Day,
    pub promise: Option<(i64, Day)>,
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

/// What a default comes to, and in which month after payment stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resolution {
    Cure,
    Restructure,
    WriteOff,
    Sale,
    Foreclosure,
    None,
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

struct Account<'a, 'p> {
    bank: &'a Bank,
    contract: &'a Contract,
    id: String,
    pages: &'p mut Pages,
    terms: Terms,
    dues: Vec<Due>,
    balance: i64,
    credit: i64,
    payments: u32,
    events: u32,
    last_paid_on: Day,
    pause: Option<(Day, Day)>,
}

/// Lives a loan through the window. Rows of payments, instalments and events are written; snapshots wait until the
/// borrower's other loans are known.
pub(super) fn live(
    bank: &Bank,
    borrower: &Borrower,
    contract: &Contract,
    payoff_not_before: Month,
    random: &mut Pcg64Mcg,
    pages: &mut Pages,
    tally: &mut Tally,
) -> Course {
    let calendar = &bank.calendar;
    let mut account = Account::open(bank, contract, pages);
    let mut course = Course {
        id: account.id.clone(),
        months: Vec::new(),
        ended_on: None,
        end_type: None,
        chases: Vec::new(),
        is_foreclosed: false,
        unlikely_to_pay_on: None,
        cures: Vec::new(),
    };
    if contract.originated_on >= calendar.start(calendar.first) {
        account.event(contract.originated_on, "DISBURSEMENT", Some(contract.amount), None, None, None);
        if contract.renews.is_some() {
            account.event(contract.originated_on, "RENEWAL", None, None, None, Some("REFINANCED_HERE"));
        }
    }
    let mut stress = borrower.stress.filter(|stress| contract.has_instalment_in(stress.month));
    let mut plan = resolution(contract, random);
    let is_watched = chance(random, 0.012);
    let mut catch_up: Option<Month> = None;
    let mut last_missed: Option<Month> = None;
    let mut restructured: Option<Day> = None;
    let mut npl_until: Option<Day> = None;
    let mut closing: Option<(&'static str, Day)> = None;
    for month in contract.month.max(calendar.first)..=calendar.last {
        let (start, end) = (calendar.start(month), calendar.end(month));
        let due = account.fall_due(month);
        let in_stress = stress.is_some_and(|stress| stress.month <= month);
        if let (true, Some(now)) = (in_stress, stress) {
            let since = month - now.month;
            if now.trigger == Trigger::UnlikelyToPay && course.unlikely_to_pay_on.is_none() {
                let day = contract.due_on(bank, now.month) + 60;
                if day <= end {
                    account.event(day, "UTP_DEFAULT", None, None, None, Some("UNLIKELY_TO_PAY"));
                    course.unlikely_to_pay_on = Some(day);
                }
            }
            if since == plan.1 {
                let day = start + random.random_range(8..=20);
                match plan.0 {
                    Resolution::Cure => {
                        account.pay_arrears(day, random);
                        course.chases.push(Chase { day: day - 4, promise: Some((account.contract.amount / 20, day)) });
                        if let Some(due) = due.filter(|due| *due > day) {
                            account.pay_due(due, random);
                        }
                        course.cures.push(Cure { from: day, cured_on: day, probation_end: day + PROBATION });
                        npl_until = Some(day + PROBATION);
                        // A second failure comes to nothing good: it is written off or stays.
                        stress = chance(random, 0.25).then(|| Stress {
                            month: month + random.random_range(3..=14),
                            trigger: Trigger::DaysPastDue,
                        });
                        plan = (if chance(random, 0.5) { Resolution::WriteOff } else { Resolution::None }, 13);
                    }
                    Resolution::Restructure => {
                        account.restructure(day, month);
                        restructured = Some(day);
                        course.cures.push(Cure { from: day, cured_on: day + 365, probation_end: day + 365 });
                        npl_until = Some(day + PROBATION);
                        stress = chance(random, 0.3).then(|| Stress {
                            month: month + random.random_range(3..=8),
                            trigger: Trigger::DaysPastDue,
                        });
                        plan = (if chance(random, 0.6) { Resolution::WriteOff } else { Resolution::None }, 13);
                    }
                    Resolution::WriteOff => {
                        let written_off = account.balance;
                        account.write_off(day);
                        tally.written_off(written_off);
                        closing = Some(("WRITTEN_OFF", day));
                    }
                    Resolution::Sale => {
                        let price = account.balance * random.random_range(30..=60) / 100;
                        account.event(day, "SALE", Some(price), None, None, Some("NPL_SALE"));
                        account.balance = 0;
                        closing = Some(("SOLD", day));
                    }
                    Resolution::Foreclosure => {
                        let proceeds = account.balance * random.random_range(40..=85) / 100;
                        account.event(day, "FORECLOSURE", None, None, None, Some("COLLATERAL_SOLD"));
                        account.pay(day, "RECOVERY", proceeds, 0, Some("LEGAL"));
                        account.cost(day, proceeds / 25, "AUCTION");
                        let written_off = account.balance;
                        account.write_off(day + 3);
                        tally.written_off(written_off);
                        closing = Some(("WRITTEN_OFF", day + 3));
                        course.is_foreclosed = true;
                    }
                    Resolution::None => {}
                }
            } else if since >= 1 && chance(random, 0.10) {
                account.pay_in_part(start + random.random_range(3..=25));
            } else if since >= 1 {
                let promised = account.arrears(end).1.max(10_000);
                let day = start + random.random_range(2..=15);
                let promise = chance(random, 0.35).then_some((promised, day + 10));
                course.chases.push(Chase { day, promise });
            }
        } else if let Some(when) = catch_up {
            if when == month {
                let day = start + random.random_range(2..=22);
                let arrears = account.arrears(end);
                course.chases.push(Chase { day: day - 2, promise: Some((arrears.0 + arrears.1, day)) });
                account.pay_arrears(day, random);
                if let Some(due) = due.filter(|due| *due > day) {
                    account.pay_due(due, random);
                }
                catch_up = None;
            }
        } else if let Some(due) = due {
            let misses_soon = stress.is_some_and(|stress| stress.month - month < 5);
            let skips = 1 + i32::from(chance(random, 0.35));
            let may_skip = !misses_soon
                && month + skips < contract.last_month()
                && last_missed.is_none_or(|last| month - last > 6);
            if may_skip && chance(random, 0.012) {
                catch_up = Some(month + skips);
                last_missed = Some(month);
                if account.pause.is_none() && chance(random, 0.05) {
                    account.pause_from(due);
                }
            } else {
                let paid_on = account.pay_due(due, random);
                let is_open =
                    month >= payoff_not_before && stress.is_none() && account.balance > 0 && restructured.is_none();
                if is_open && chance(random, 0.004) {
                    account.pay(paid_on, "PAYOFF", account.balance, 0, None);
                    let reason = if chance(random, 0.4) { "REFINANCED_ELSEWHERE" } else { "OWN_FUNDS" };
                    account.event(paid_on, "PAID_OFF", None, None, None, Some(reason));
                    closing = Some(("PAID_OFF", paid_on));
                } else if is_open && chance(random, 0.002) {
                    account.prepay(paid_on);
                }
            }
        }
        if closing.is_none() && account.balance == 0 {
            let day = account.last_paid_on.max(start);
            account.event(day, "PAID_OFF", None, None, None, Some("NATURAL_MATURITY"));
            closing = Some(("PAID_OFF", day));
        }
        if let Some((status, day)) = closing {
            course.ended_on = Some(day);
            course.end_type = Some(status);
            course.months.push(State::ended(month, status));
            if status == "WRITTEN_OFF" {
                account.recover(day, contract.amount, random);
            }
            break;
        }
        let days_past_due = account.days_past_due(end);
        let is_non_performing = npl_until.is_some_and(|day| end < day)
            || stress.filter(|_| in_stress).is_some_and(|stress| match stress.trigger {
                Trigger::DaysPastDue => false,
                Trigger::UnlikelyToPay => course.unlikely_to_pay_on.is_some(),
                Trigger::Tier => month > stress.month,
            });
        let is_observed =
            restructured.is_some_and(|day| end < day + 365) || npl_until.is_some_and(|day| end < day + 90);
        let floor = match days_past_due {
            ..=7 => usize::from(is_watched || is_observed),
            8..=90 => 1,
            91..=270 => SUBSTANDARD,
            271..=360 => 3,
            _ => 4,
        };
        course.months.push(State {
            month,
            status: "ACTIVE",
            balance: account.balance,
            days_past_due,
            arrears: account.arrears(end),
            accrued: account.accrued(end),
            is_forborne: restructured.is_some_and(|day| end < day + 365),
            tier: if is_non_performing { floor.max(SUBSTANDARD) } else { floor },
        });
    }
    account.close();
    course
}

impl<'a, 'p> Account<'a, 'p> {
    fn open(bank: &'a Bank, contract: &'a Contract, pages: &'p mut Pages) -> Self {
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
    fn fall_due(&mut self, month: Month) -> Option<Day> {
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
    fn pay_due(&mut self, due: Day, random: &mut Pcg64Mcg) -> Day {
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
    fn pay_arrears(&mut self, day: Day, random: &mut Pcg64Mcg) {
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
    fn pay_in_part(&mut self, day: Day) {
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
    fn prepay(&mut self, day: Day) {
        let amount = (2 * self.terms.instalment).min(self.terms.remaining / 2);
        if self.terms.schedule == Schedule::EqualPrincipal && amount > 0 {
            self.credit += amount;
            self.pay(day, "PREPAYMENT", amount, 0, None);
        }
    }

    fn pay(&mut self, day: Day, kind: &'static str, principal: i64, interest: i64, channel: Option<&str>) -> String {
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
    fn restructure(&mut self, day: Day, month: Month) {
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

    fn write_off(&mut self, day: Day) {
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
    fn recover(&mut self, written_off_on: Day, amount: i64, random: &mut Pcg64Mcg) {
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

    fn cost(&mut self, day: Day, amount: i64, kind: &str) {
        self.events += 1;
        let id = format!("K{:09}-{:02}", self.contract.number, self.events);
        let row = [Value::Text(&id), Value::Text(&self.id), Value::Day(day), money(amount), Value::Text(kind)];
        self.pages.add(&RECOVERY_COST, row);
    }

    fn event(
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

    fn pause_from(&mut self, due: Day) {
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
    fn days_past_due(&self, day: Day) -> i32 {
        let unpaid = |due: &&Due| due.unpaid_principal + due.unpaid_interest > 0 && due.date < day;
        let Some(oldest) = self.dues.iter().find(unpaid).map(|due| due.date) else { return 0 };
        let paused = self.pause.map_or(0, |(from, to)| ((to - 1).min(day) - from.max(oldest + 1) + 1).max(0));
        day - oldest - paused
    }

    /// Principal and interest past due.
    fn arrears(&self, day: Day) -> (i64, i64) {
        let past_due = self.dues.iter().filter(|due| due.date < day);
        past_due.fold((0, 0), |sum, due| (sum.0 + due.unpaid_principal, sum.1 + due.unpaid_interest))
    }

    fn accrued(&self, day: Day) -> i64 {
        let since = self.dues.last().map_or(self.contract.originated_on, |due| due.date);
        self.terms.remaining * self.terms.rate * i64::from((day - since).clamp(0, 31)) / 3_650_000
    }

    /// Writes the instalments, now that it is known which were cancelled.
    fn close(self) {
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

impl State {
    fn ended(month: Month, status: &'static str) -> Self {
        Self { month, status, balance: 0, days_past_due: 0, arrears: (0, 0), accrued: 0, is_forborne: false, tier: 0 }
    }

    pub fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }
}

fn resolution(contract: &Contract, random: &mut Pcg64Mcg) -> (Resolution, i32) {
    let is_secured = matches!(contract.product.collateral, "REAL_ESTATE" | "VEHICLE" | "EQUIPMENT");
    match random.random::<f64>() {
        u if u < 0.25 => (Resolution::Cure, random.random_range(4..=9)),
        u if u < 0.42 => (Resolution::Restructure, random.random_range(4..=8)),
        u if u < 0.76 => (Resolution::WriteOff, random.random_range(13..=16)),
        u if u < 0.82 => (Resolution::Sale, random.random_range(6..=12)),
        u if u < 0.92 && is_secured => (Resolution::Foreclosure, random.random_range(8..=14)),
        _ => (Resolution::None, -1),
    }
}

fn percent(rate: i64) -> String {
    format!("{}.{:02}%", rate / 100, rate % 100)
}

pub(super) fn loan_id(number: u64) -> String {
    format!("L{number:09}")
}
