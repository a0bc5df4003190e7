//! The life of a loan in the window, month by month: what is paid, what is missed, and what becomes of a default.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::account::Account;
use super::bank::{Bank, chance};
use super::borrower::{Borrower, Contract, Stress, Trigger};
use super::calendar::{Day, Month};
use super::page::Pages;
use super::truth::Tally;

pub(super) const SUBSTANDARD: usize = 2;
/// Days of punctual payment before a cured loan may leave the non-performing classes.
const PROBATION: Day = 183;
/// Days after which a restructured loan that paid punctually counts as cured: a year from its next due date. Its class stays
/// below NORMAL to its end.
const OBSERVATION: Day = 365 + 62;

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

/// An attempt to collect: when, and how much was promised for when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chase {
    pub day: Day,
    pub promise: Option<(i64, Day)>,
}

/// How a loan ended, and when.
type End = (&'static str, Day);

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
    let mut life = Life::begin(bank, borrower, contract, payoff_not_before, random, pages, tally);
    for month in contract.month.max(bank.calendar.first)..=bank.calendar.last {
        match life.spend(month) {
            Some(end) => {
                life.end(month, end);
                break;
            }
            None => life.observe(month),
        }
    }
    life.account.close();
    life.course
}

struct Life<'a, 'p> {
    bank: &'a Bank,
    contract: &'a Contract,
    payoff_not_before: Month,
    random: &'p mut Pcg64Mcg,
    tally: &'p mut Tally,
    account: Account<'a, 'p>,
    course: Course,
    stress: Option<Stress>,
    /// What the stress comes to, and how many months after it began.
    plan: (Resolution, i32),
    is_watched: bool,
    /// The month in which missed instalments will be paid.
    catch_up_in: Option<Month>,
    last_missed: Option<Month>,
    restructured_on: Option<Day>,
    non_performing_until: Option<Day>,
}

/// What a default comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resolution {
    Cure,
    Restructure,
    WriteOff,
    Sale,
    Foreclosure,
    None,
}

impl<'a, 'p> Life<'a, 'p> {
    fn begin(
        bank: &'a Bank,
        borrower: &Borrower,
        contract: &'a Contract,
        payoff_not_before: Month,
        random: &'p mut Pcg64Mcg,
        pages: &'p mut Pages,
        tally: &'p mut Tally,
    ) -> Self {
        let mut account = Account::open(bank, contract, pages);
        if contract.originated_on >= bank.calendar.start(bank.calendar.first) {
            account.event(contract.originated_on, "DISBURSEMENT", Some(contract.amount), None, None, None);
            if contract.renews.is_some() {
                account.event(contract.originated_on, "RENEWAL", None, None, None, Some("REFINANCED_HERE"));
            }
        }
        let course = Course {
            id: account.id.clone(),
            months: Vec::new(),
            ended_on: None,
            end_type: None,
            chases: Vec::new(),
            is_foreclosed: false,
            unlikely_to_pay_on: None,
            cures: Vec::new(),
        };
        Self {
            bank,
            contract,
            payoff_not_before,
            account,
            course,
            stress: borrower.stress.filter(|stress| contract.has_instalment_in(stress.month)),
            plan: resolution(contract, random),
            is_watched: chance(random, 0.012),
            catch_up_in: None,
            last_missed: None,
            restructured_on: None,
            non_performing_until: None,
            random,
            tally,
        }
    }

    /// One month; its end, if the loan ends in it.
    fn spend(&mut self, month: Month) -> Option<End> {
        let due = self.account.fall_due(month);
        let end = match (self.stress.filter(|stress| stress.month <= month), self.catch_up_in) {
            (Some(stress), _) => self.suffer(month, stress, due),
            (None, Some(when)) => {
                if when == month {
                    self.catch_up(month, due);
                }
                None
            }
            (None, None) => due.and_then(|due| self.pay_or_miss(month, due)),
        };
        if end.is_some() || self.account.balance != 0 {
            return end;
        }
        let day = self.account.last_paid_on.max(self.bank.calendar.start(month));
        self.account.event(day, "PAID_OFF", None, None, None, Some("NATURAL_MATURITY"));
        Some(("PAID_OFF", day))
    }

    /// A month of a loan that is served.
    fn pay_or_miss(&mut self, month: Month, due: Day) -> Option<End> {
        let misses_soon = self.stress.is_some_and(|stress| stress.month - month < 5);
        let skips = 1 + i32::from(chance(self.random, 0.35));
        let may_skip = !misses_soon
            && month + skips < self.contract.last_month()
            && self.last_missed.is_none_or(|last| month - last > 6);
        if may_skip && chance(self.random, 0.012) {
            self.catch_up_in = Some(month + skips);
            self.last_missed = Some(month);
            if self.account.pause.is_none() && chance(self.random, 0.05) {
                self.account.pause_from(due);
            }
            return None;
        }
        let paid_on = self.account.pay_due(due, self.random);
        let is_open = month >= self.payoff_not_before
            && self.stress.is_none()
            && self.account.balance > 0
            && self.restructured_on.is_none();
        if is_open && chance(self.random, 0.004) {
            self.account.pay(paid_on, "PAYOFF", self.account.balance, 0, None);
            let reason = if chance(self.random, 0.4) { "REFINANCED_ELSEWHERE" } else { "OWN_FUNDS" };
            self.account.event(paid_on, "PAID_OFF", None, None, None, Some(reason));
            return Some(("PAID_OFF", paid_on));
        }
        if is_open && chance(self.random, 0.002) {
            self.account.prepay(paid_on);
        }
        None
    }

    /// The month in which what was missed is paid.
    fn catch_up(&mut self, month: Month, due: Option<Day>) {
        let calendar = &self.bank.calendar;
        let day = calendar.start(month) + self.random.random_range(2..=22);
        let arrears = self.account.arrears(calendar.end(month));
        self.course.chases.push(Chase { day: day - 2, promise: Some((arrears.0 + arrears.1, day)) });
        self.pay_all(day, due);
        self.catch_up_in = None;
    }

    /// Everything that is due by the day, and the month's own instalment if it falls due later.
    fn pay_all(&mut self, day: Day, due: Option<Day>) {
        self.account.pay_arrears(day, self.random);
        if let Some(due) = due.filter(|due| *due > day) {
            self.account.pay_due(due, self.random);
        }
    }

    /// A month in which payment has stopped.
    fn suffer(&mut self, month: Month, stress: Stress, due: Option<Day>) -> Option<End> {
        let (start, end) = (self.bank.calendar.start(month), self.bank.calendar.end(month));
        let since = month - stress.month;
        if stress.trigger == Trigger::UnlikelyToPay && self.course.unlikely_to_pay_on.is_none() {
            let day = self.contract.due_on(self.bank, stress.month) + 60;
            if day <= end {
                self.account.event(day, "UTP_DEFAULT", None, None, None, Some("UNLIKELY_TO_PAY"));
                self.course.unlikely_to_pay_on = Some(day);
            }
        }
        if since == self.plan.1 {
            let day = start + self.random.random_range(8..=20);
            return self.resolve(month, day, due);
        }
        if since >= 1 && chance(self.random, 0.10) {
            self.account.pay_in_part(start + self.random.random_range(3..=25));
        } else if since >= 1 {
            let promised = self.account.arrears(end).1.max(10_000);
            let day = start + self.random.random_range(2..=15);
            let promise = chance(self.random, 0.35).then_some((promised, day + 10));
            self.course.chases.push(Chase { day, promise });
        }
        None
    }

    fn resolve(&mut self, month: Month, day: Day, due: Option<Day>) -> Option<End> {
        match self.plan.0 {
            Resolution::Cure => {
                // The call comes before the money.
                let chase = Chase { day: day - 4, promise: Some((self.contract.amount / 20, day)) };
                self.pay_all(day, due);
                self.course.chases.push(chase);
                self.course.cures.push(Cure { from: day, cured_on: day, probation_end: day + PROBATION });
                self.fail_again(month, day, (0.25, 3..=14), 0.5);
                None
            }
            Resolution::Restructure => {
                self.account.restructure(day, month);
                self.restructured_on = Some(day);
                let observed = day + OBSERVATION;
                self.course.cures.push(Cure { from: day, cured_on: observed, probation_end: observed });
                self.fail_again(month, day, (0.3, 3..=8), 0.6);
                None
            }
            Resolution::WriteOff => Some(self.write_off(day)),
            Resolution::Sale => {
                let price = self.account.balance * self.random.random_range(30..=60) / 100;
                self.account.event(day, "SALE", Some(price), None, None, Some("NPL_SALE"));
                self.account.balance = 0;
                Some(("SOLD", day))
            }
            Resolution::Foreclosure => {
                let proceeds = self.account.balance * self.random.random_range(40..=85) / 100;
                self.account.event(day, "FORECLOSURE", None, None, None, Some("COLLATERAL_SOLD"));
                self.account.pay(day, "RECOVERY", proceeds, 0, Some("LEGAL"));
                self.account.cost(day, proceeds / 25, "AUCTION");
                self.course.is_foreclosed = true;
                Some(self.write_off(day + 3))
            }
            Resolution::None => None,
        }
    }

    /// Whether payment stops a second time, some months later. That comes to nothing good: the loan is written off, with
    /// the given probability, or stays as it is.
    fn fail_again(
        &mut self,
        month: Month,
        day: Day,
        (probability, months): (f64, std::ops::RangeInclusive<Month>),
        written_off: f64,
    ) {
        self.non_performing_until = Some(day + PROBATION);
        self.stress = chance(self.random, probability)
            .then(|| Stress { month: month + self.random.random_range(months), trigger: Trigger::DaysPastDue });
        self.plan = (if chance(self.random, written_off) { Resolution::WriteOff } else { Resolution::None }, 13);
    }

    fn write_off(&mut self, day: Day) -> End {
        self.tally.written_off(self.account.balance);
        self.account.write_off(day);
        ("WRITTEN_OFF", day)
    }

    fn end(&mut self, month: Month, (status, day): End) {
        self.course.ended_on = Some(day);
        self.course.end_type = Some(status);
        self.course.months.push(State::ended(month, status));
        if status == "WRITTEN_OFF" {
            self.account.recover(day, self.contract.amount, self.random);
        }
    }

    /// The state of the loan at the end of the month.
    fn observe(&mut self, month: Month) {
        let end = self.bank.calendar.end(month);
        let days_past_due = self.account.days_past_due(end);
        let is_forborne = self.restructured_on.is_some();
        let is_judged_bad =
            self.stress.filter(|stress| stress.month <= month).is_some_and(|stress| match stress.trigger {
                Trigger::DaysPastDue => false,
                Trigger::UnlikelyToPay => self.course.unlikely_to_pay_on.is_some(),
                Trigger::Tier => month > stress.month,
            });
        let is_non_performing = is_judged_bad || self.non_performing_until.is_some_and(|day| end < day);
        let is_observed = is_forborne || self.non_performing_until.is_some_and(|day| end < day + 90);
        let floor = match days_past_due {
            ..=7 => usize::from(self.is_watched || is_observed),
            8..=90 => 1,
            91..=270 => SUBSTANDARD,
            271..=360 => 3,
            _ => 4,
        };
        self.course.months.push(State {
            month,
            status: "ACTIVE",
            balance: self.account.balance,
            days_past_due,
            arrears: self.account.arrears(end),
            accrued: self.account.accrued(end),
            is_forborne,
            tier: if is_non_performing { floor.max(SUBSTANDARD) } else { floor },
        });
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
