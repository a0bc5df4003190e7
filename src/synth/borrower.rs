//! A borrower as planned: contracts, who manages them, when payment will stop, and what may warn of it.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::bank::{Bank, CORPORATE, INDUSTRIES, Industry, PeerGroup, Product, RETAIL, chance, normal};
use super::calendar::{Day, Month};

/// Log-odds of a default in a month for a borrower of average risk.
const MONTHLY_LOG_ODDS: f64 = -6.1;
/// Above this the planned share of false alarms would no longer be a probability.
const GREATEST_LOG_ODDS: f64 = -4.3;
/// Whoever has come through this much risk fails no more, for the same reason.
const LEAST_SURVIVAL: f64 = 0.5;
/// Defaults are planned this far past the window, so that its last alerts have the outcome of the earlier ones.
pub(super) const MONTHS_PAST_WINDOW: Month = 16;

#[derive(Debug)]
pub(super) struct Borrower {
    pub number: u64,
    pub kind: Kind,
    pub size_band: Option<&'static str>,
    pub industry: Option<Industry>,
    pub branch: usize,
    pub group_id: Option<String>,
    /// Log-odds that the borrower brings along; known to the model behind `pd`.
    pub risk: f64,
    pub contracts: Vec<Contract>,
    pub custody: Vec<Custody>,
    /// Probability that payment stops inside the planned months.
    pub default_probability: f64,
    pub stress: Option<Stress>,
    /// A stress that does not come: what a false alarm believes in. Drawn like the real one.
    pub imagined: Option<Stress>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Retail,
    Sme,
    Corporate,
    Institution,
}

#[derive(Debug)]
pub(super) struct Contract {
    pub number: u64,
    pub product: &'static Product,
    pub originated_on: Day,
    /// Month of origination; the first instalment falls due in the next.
    pub month: Month,
    pub term: i32,
    /// Day of the month on which instalments fall due.
    pub due_day: i32,
    pub amount: i64,
    /// Yearly rate in units of 0.0001.
    pub rate: i64,
    pub renews: Option<u64>,
}

/// Who manages the borrower's loans in a span of days.
#[derive(Debug, Clone)]
pub(super) struct Custody {
    pub from: Day,
    pub to: Option<Day>,
    /// Officer and share in units of 0.000001.
    pub holders: Vec<(u32, i64)>,
    pub reason: &'static str,
}

/// Payment stops.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stress {
    /// Month of the first instalment that is not paid.
    pub month: Month,
    pub trigger: Trigger,
}

/// What makes the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    /// More than 90 days past due.
    DaysPastDue,
    /// Judged unlikely to pay on the 60th day.
    UnlikelyToPay,
    /// Classified SUBSTANDARD at the second month-end.
    Tier,
}

impl Kind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Retail => "RETAIL",
            Self::Sme => "SME",
            Self::Corporate => "CORPORATE",
            Self::Institution => "INSTITUTION",
        }
    }

    pub fn is_retail(self) -> bool {
        self == Self::Retail
    }
}

impl Contract {
    /// Due date of the instalment that falls due in a month.
    pub fn due_on(&self, bank: &Bank, month: Month) -> Day {
        bank.calendar.start(month) + self.due_day - 1
    }

    pub fn last_month(&self) -> Month {
        self.month + self.term
    }

    pub fn has_instalment_in(&self, month: Month) -> bool {
        month > self.month && month <= self.last_month()
    }
}

impl Borrower {
    /// The borrower with the given number and the loans `loans` (numbers of loans).
    pub fn plan(bank: &Bank, number: u64, loans: std::ops::Range<u64>, random: &mut Pcg64Mcg) -> Self {
        let kind = match random.random::<f64>() {
            u if u < 0.66 => Kind::Retail,
            u if u < 0.90 => Kind::Sme,
            u if u < 0.99 => Kind::Corporate,
            _ => Kind::Institution,
        };
        let size_band = match kind {
            Kind::Retail => None,
            Kind::Sme => Some(if chance(random, 0.6) { "MICRO" } else { "SMALL" }),
            Kind::Corporate => Some(if chance(random, 0.7) { "MEDIUM" } else { "LARGE" }),
            Kind::Institution => Some("LARGE"),
        };
        let industry = (!kind.is_retail()).then(|| INDUSTRIES[random.random_range(0..INDUSTRIES.len())]);
        let group_id = (kind == Kind::Corporate && chance(random, 0.4)).then(|| format!("G{:07}", number / 40 + 1));
        let branch = random.random_range(0..bank.branches.len());
        let contracts = contracts(bank, kind, loans, random);
        let first_day = contracts.iter().map(|contract| contract.originated_on).min().unwrap_or_default();
        let custody = custody(bank, kind, branch, first_day, random);
        let effect = 0.6 * normal(random);
        let origin = custody[0].holders[0].0;
        let risk = effect
            + industry.map_or(0.0, |industry| industry.effect)
            + bank.branches[branch].effect
            + bank.officers[origin as usize].case_mix
            + contracts.iter().map(|contract| contract.product.effect).sum::<f64>() / contracts.len() as f64;
        let mut borrower = Self {
            number,
            kind,
            size_band,
            industry,
            branch,
            group_id,
            risk,
            contracts,
            custody,
            default_probability: 0.0,
            stress: None,
            imagined: None,
        };
        borrower.plan_stress(bank, random);
        borrower
    }

    /// Draws whether, when and how payment stops. Officers act on the odds in the months in which they manage.
    fn plan_stress(&mut self, bank: &Bank, random: &mut Pcg64Mcg) {
        let newest = self.contracts.iter().map(|contract| contract.month).max().unwrap_or_default();
        let first = (newest + 1).max(bank.calendar.first);
        let last = bank.calendar.last + MONTHS_PAST_WINDOW;
        let mut survival = 1.0;
        let mut fates = Vec::new();
        for month in first..=last {
            if !self.contracts.iter().any(|contract| contract.has_instalment_in(month)) {
                continue;
            }
            let skill = self.manager_on(bank.calendar.start(month)).map_or(0.0, |id| bank.officers[id as usize].skill);
            let log_odds = (MONTHLY_LOG_ODDS + self.risk + skill).min(GREATEST_LOG_ODDS);
            let hazard = 1.0 / (1.0 + (-log_odds).exp());
            fates.push((month, survival * hazard));
            survival *= 1.0 - hazard;
            if survival < LEAST_SURVIVAL {
                break;
            }
        }
        self.default_probability = 1.0 - survival;
        let draw = |random: &mut Pcg64Mcg| {
            let mut at = random.random::<f64>() * (1.0 - survival);
            let found = fates.iter().find(|(_, probability)| {
                at -= probability;
                at < 0.0
            });
            let month = found.or(fates.last())?.0;
            let trigger = match random.random::<f64>() {
                u if u < 0.75 => Trigger::DaysPastDue,
                u if u < 0.88 => Trigger::UnlikelyToPay,
                _ => Trigger::Tier,
            };
            Some(Stress { month, trigger })
        };
        let happens = chance(random, self.default_probability);
        let fate = draw(random);
        match happens {
            true => self.stress = fate,
            false => self.imagined = fate,
        }
    }

    /// The day of the default that a stress makes, the earliest over the borrower's loans.
    pub fn default_date(&self, bank: &Bank, stress: Stress) -> Option<Day> {
        let dues = self.contracts.iter().filter(|contract| contract.has_instalment_in(stress.month));
        let due = dues.map(|contract| contract.due_on(bank, stress.month)).min()?;
        Some(match stress.trigger {
            Trigger::DaysPastDue => due + 91,
            Trigger::UnlikelyToPay => due + 60,
            Trigger::Tier => bank.calendar.end(stress.month + 1),
        })
    }

    /// The first manager on a day; nobody in a gap between two.
    pub fn manager_on(&self, day: Day) -> Option<u32> {
        self.custody_on(day).map(|custody| custody.holders[0].0)
    }

    pub fn custody_on(&self, day: Day) -> Option<&Custody> {
        self.custody.iter().find(|custody| custody.from <= day && custody.to.is_none_or(|to| day < to))
    }
}

fn contracts(bank: &Bank, kind: Kind, loans: std::ops::Range<u64>, random: &mut Pcg64Mcg) -> Vec<Contract> {
    let calendar = &bank.calendar;
    let products = if kind.is_retail() { &RETAIL } else { &CORPORATE };
    let mut contracts: Vec<Contract> = Vec::new();
    for number in loans {
        let product = &products[match random.random::<f64>() {
            u if u < 0.35 => 0,
            u if u < 0.75 => 1,
            _ => 2,
        }];
        let term = random.random_range(product.terms.0..=product.terms.1);
        let month = match chance(random, 0.45) {
            // On the book when the window opens: at least one instalment is still to come.
            true => calendar.first - 1 - random.random_range(0..(term - 1).min(36)),
            false => random.random_range(calendar.first..=calendar.last),
        };
        let scale = (0.6 * normal(random)).exp() * if kind == Kind::Corporate { 2.5 } else { 1.0 };
        let amount = ((product.median_thousands * scale).round().max(5.0)) as i64 * 100_000;
        let rate = ((product.rate + 0.006 * normal(random)).clamp(0.025, 0.24) * 1e4).round() as i64;
        let mut contract = Contract {
            number,
            product,
            originated_on: calendar.start(month) + random.random_range(0..28),
            month,
            term,
            due_day: random.random_range(1..=28),
            amount,
            rate,
            renews: None,
        };
        // A working-capital loan that matures in the window is often renewed by the borrower's next one.
        if let Some(before) = contracts.last() {
            let matures = before.last_month();
            if before.product.code == "WORKING_CAP"
                && (calendar.first..=calendar.last).contains(&matures)
                && chance(random, 0.7)
            {
                contract = Contract {
                    number,
                    product: before.product,
                    originated_on: before.due_on(bank, matures),
                    month: matures,
                    term: before.term,
                    due_day: before.due_day,
                    amount: before.amount,
                    rate,
                    renews: Some(before.number),
                };
            }
        }
        contracts.push(contract);
    }
    contracts
}

fn custody(bank: &Bank, kind: Kind, branch: usize, first_day: Day, random: &mut Pcg64Mcg) -> Vec<Custody> {
    let group = if kind.is_retail() { PeerGroup::Retail } else { PeerGroup::Corporate };
    let officers = bank.officers_of(branch, group);
    let (window_start, window_end) = bank.calendar.window();
    // The first officers of a branch never leave.
    let pick = |random: &mut Pcg64Mcg| {
        let picked = bank.pick(officers, random);
        let has_left = bank.officers[picked as usize].left_on.is_some_and(|day| day <= first_day + 1);
        if has_left { officers[0] } else { picked }
    };
    let manager = pick(random);
    let second = pick(random);
    let holders = match second != manager && chance(random, 0.08) && bank.officers[second as usize].left_on.is_none() {
        true => vec![(manager, 600_000), (second, 400_000)],
        false => vec![(manager, 1_000_000)],
    };
    let mut custody = vec![Custody { from: first_day, to: None, holders, reason: "NEW" }];
    let left_on = bank.officers[manager as usize].left_on.filter(|day| *day > first_day);
    let moved_on = chance(random, 0.14)
        .then(|| random.random_range(window_start.max(first_day + 30)..=window_end.max(first_day + 31)));
    let (day, reason) = match (left_on, moved_on) {
        (Some(left), Some(moved)) if moved < left => (moved, "HANDOVER"),
        (Some(left), _) => (left, "LEAVE"),
        (None, Some(moved)) => (moved, "HANDOVER"),
        (None, None) => return custody,
    };
    let stayers: Vec<u32> = officers
        .iter()
        .copied()
        .filter(|id| *id != manager && *id != second && bank.officers[*id as usize].left_on.is_none())
        .collect();
    if day > window_end || stayers.is_empty() {
        return custody;
    }
    let taker = bank.pick(&stayers, random);
    let gap = if chance(random, 0.02) { random.random_range(5..=20) } else { 0 };
    custody[0].to = Some(day);
    let mut holders = custody[0].holders.clone();
    holders[0].0 = taker;
    custody.push(Custody { from: day + gap, to: None, holders, reason });
    custody
}
