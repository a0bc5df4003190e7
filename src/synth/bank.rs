//! The bank itself: branches, officers, products, industries, and the hidden effects behind its figures.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

use super::Size;
use super::calendar::{Calendar, Day};

/// One officer's part in the log-odds of a default, and how much the officers differ.
const SKILL_SPREAD: f64 = 0.45;
const CASE_MIX_SPREAD: f64 = 0.5;
const BRANCH_SPREAD: f64 = 0.2;
/// With unequal books: the largest over the smallest.
const MOST_TO_LEAST_LOANS: f64 = 20.0;

#[derive(Debug)]
pub(super) struct Bank {
    pub size: Size,
    pub calendar: Calendar,
    pub branches: Vec<Branch>,
    pub officers: Vec<Officer>,
}

#[derive(Debug)]
pub(super) struct Branch {
    pub name: String,
    pub region: &'static str,
    /// Part of the log-odds of a default that every loan of the branch has.
    pub effect: f64,
    /// Officers by peer group.
    pub officers: [Vec<u32>; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PeerGroup {
    Retail,
    Corporate,
}

#[derive(Debug)]
pub(super) struct Officer {
    pub name: String,
    pub branch: usize,
    pub group: PeerGroup,
    /// Log-odds of a default that the officer adds; lower is better.
    pub skill: f64,
    /// Log-odds that the officer's customers bring along, whoever manages them.
    pub case_mix: f64,
    /// How many loans come to the officer, beside those of colleagues.
    pub appetite: f64,
    /// Probability of doing a due task in time.
    pub diligence: f64,
    pub hired_on: Day,
    pub left_on: Option<Day>,
}

/// An industry of GB/T 4754 and its part in the log-odds of a default.
#[derive(Debug, Clone, Copy)]
pub(super) struct Industry {
    pub code: &'static str,
    pub effect: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schedule {
    /// Equal instalments, 等额本息.
    Annuity,
    /// Equal principal, falling interest, 等额本金.
    EqualPrincipal,
    /// Interest every month, principal at the end, 按月付息到期还本.
    Bullet,
}

#[derive(Debug)]
pub(super) struct Product {
    pub code: &'static str,
    pub schedule: Schedule,
    /// Least and greatest number of months.
    pub terms: (i32, i32),
    /// Median amount in thousands.
    pub median_thousands: f64,
    pub rate: f64,
    pub lgd: f64,
    pub effect: f64,
    pub collateral: &'static str,
    pub purpose: &'static str,
}

pub(super) const INDUSTRIES: [Industry; 10] = [
    Industry { code: "A01", effect: 0.10 },
    Industry { code: "C17", effect: 0.25 },
    Industry { code: "C26", effect: 0.05 },
    Industry { code: "C39", effect: -0.20 },
    Industry { code: "E47", effect: 0.45 },
    Industry { code: "F51", effect: 0.20 },
    Industry { code: "F52", effect: 0.05 },
    Industry { code: "G54", effect: 0.00 },
    Industry { code: "H61", effect: 0.35 },
    Industry { code: "I65", effect: -0.30 },
];

/// Products of natural persons.
pub(super) const RETAIL: [Product; 3] = [
    Product {
        code: "MORTGAGE",
        schedule: Schedule::Annuity,
        terms: (120, 240),
        median_thousands: 700.0,
        rate: 0.041,
        lgd: 0.22,
        effect: -0.7,
        collateral: "REAL_ESTATE",
        purpose: "HOME",
    },
    Product {
        code: "CONSUMER",
        schedule: Schedule::Annuity,
        terms: (12, 36),
        median_thousands: 80.0,
        rate: 0.082,
        lgd: 0.62,
        effect: 0.3,
        collateral: "NONE",
        purpose: "CONSUMPTION",
    },
    Product {
        code: "AUTO",
        schedule: Schedule::EqualPrincipal,
        terms: (24, 60),
        median_thousands: 140.0,
        rate: 0.058,
        lgd: 0.40,
        effect: 0.0,
        collateral: "VEHICLE",
        purpose: "VEHICLE",
    },
];

/// Products of enterprises.
pub(super) const CORPORATE: [Product; 3] = [
    Product {
        code: "WORKING_CAP",
        schedule: Schedule::Bullet,
        terms: (12, 24),
        median_thousands: 1_500.0,
        rate: 0.047,
        lgd: 0.48,
        effect: 0.2,
        collateral: "GUARANTEE",
        purpose: "WORKING_CAPITAL",
    },
    Product {
        code: "EQUIPMENT",
        schedule: Schedule::EqualPrincipal,
        terms: (36, 60),
        median_thousands: 2_200.0,
        rate: 0.052,
        lgd: 0.42,
        effect: 0.0,
        collateral: "EQUIPMENT",
        purpose: "EQUIPMENT",
    },
    Product {
        code: "TERM",
        schedule: Schedule::EqualPrincipal,
        terms: (24, 60),
        median_thousands: 3_000.0,
        rate: 0.045,
        lgd: 0.38,
        effect: -0.1,
        collateral: "REAL_ESTATE",
        purpose: "INVESTMENT",
    },
];

const REGIONS: [(&str, &str); 12] = [
    ("浙江", "杭州"),
    ("江苏", "南京"),
    ("上海", "浦东"),
    ("广东", "深圳"),
    ("四川", "成都"),
    ("湖北", "武汉"),
    ("山东", "青岛"),
    ("福建", "厦门"),
    ("陕西", "西安"),
    ("重庆", "渝中"),
    ("湖南", "长沙"),
    ("河南", "郑州"),
];
const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗",
];
const GIVEN_NAMES: [&str; 20] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英", "霞",
    "平",
];

impl Bank {
    pub fn found(size: Size, calendar: Calendar) -> Self {
        let mut random = stream(size.seed, Stream::Bank, 0);
        let mut branches: Vec<Branch> = (0..size.branches as usize)
            .map(|index| {
                let (region, city) = REGIONS[index % REGIONS.len()];
                let name = match index / REGIONS.len() {
                    0 => format!("{city}分行"),
                    round => format!("{city}第{}支行", round + 1),
                };
                Branch { name, region, effect: BRANCH_SPREAD * normal(&mut random), officers: [Vec::new(), Vec::new()] }
            })
            .collect();
        let (window_start, window_end) = calendar.window();
        let officers: Vec<Officer> = (0..size.officers as usize)
            .map(|index| {
                let branch = index % branches.len();
                let round = index / branches.len();
                let group = if round.is_multiple_of(2) { PeerGroup::Corporate } else { PeerGroup::Retail };
                branches[branch].officers[group as usize].push(index as u32);
                let surname = SURNAMES[random.random_range(0..SURNAMES.len())];
                let given_name = GIVEN_NAMES[random.random_range(0..GIVEN_NAMES.len())];
                let stays = random.random_bool(0.93);
                let leave = random.random_range(window_start + 60..=window_end.max(window_start + 61));
                Officer {
                    name: format!("{surname}{given_name}"),
                    branch,
                    group,
                    skill: SKILL_SPREAD * normal(&mut random),
                    case_mix: CASE_MIX_SPREAD * normal(&mut random),
                    appetite: match size.unequal_books {
                        true => {
                            MOST_TO_LEAST_LOANS.powf(stream(size.seed, Stream::Books, index as u64).random::<f64>())
                        }
                        false => 1.0,
                    },
                    diligence: (0.88 + 0.07 * normal(&mut random)).clamp(0.55, 0.99),
                    hired_on: window_start - random.random_range(1200..6000),
                    // The first officers of a branch stay, so that there is always somebody to hand over to.
                    left_on: (!stays && round >= 2 && leave <= window_end).then_some(leave),
                }
            })
            .collect();
        Self { size, calendar, branches, officers }
    }

    /// One of some officers, by their appetite.
    pub fn pick(&self, officers: &[u32], random: &mut Pcg64Mcg) -> u32 {
        if !self.size.unequal_books {
            return officers[random.random_range(0..officers.len())];
        }
        let appetite = |id: &u32| self.officers[*id as usize].appetite;
        let mut at = random.random::<f64>() * officers.iter().map(appetite).sum::<f64>();
        let found = officers.iter().find(|id| {
            at -= appetite(id);
            at < 0.0
        });
        found.copied().unwrap_or(officers[officers.len() - 1])
    }

    /// The officers of a branch who look after a kind of customer; all of its officers where none does.
    pub fn officers_of(&self, branch: usize, group: PeerGroup) -> &[u32] {
        let branch = &self.branches[branch];
        match branch.officers[group as usize].is_empty() {
            false => &branch.officers[group as usize],
            true => &branch.officers[PeerGroup::Corporate as usize],
        }
    }
}

impl PeerGroup {
    pub fn code(self) -> &'static str {
        match self {
            Self::Retail => "RETAIL",
            Self::Corporate => "CORPORATE",
        }
    }
}

/// Independent sources of randomness, so that one part of the bank does not shift another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Bank,
    Borrower,
    Office,
    Books,
}

/// The random numbers of one subject; the same for the same seed, whatever else is generated.
pub(super) fn stream(seed: u64, stream: Stream, subject: u64) -> Pcg64Mcg {
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&subject.to_le_bytes());
    key[16] = stream as u8;
    let hash = blake3::hash(&key);
    let mut state = [0_u8; 16];
    state.copy_from_slice(&hash.as_bytes()[..16]);
    Pcg64Mcg::from_seed(state)
}

pub(super) fn normal(random: &mut Pcg64Mcg) -> f64 {
    StandardNormal.sample(random)
}

/// True with probability `p`, also for a `p` that rounding has pushed out of range.
pub(super) fn chance(random: &mut Pcg64Mcg, p: f64) -> bool {
    random.random::<f64>() < p
}

pub(super) fn branch_id(index: usize) -> String {
    format!("B{:03}", index + 1)
}

pub(super) fn officer_id(index: u32) -> String {
    format!("O{:05}", index + 1)
}
