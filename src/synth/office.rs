//! The bank's own tables, customers and custody: everything that is not a loan's money.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::account::loan_id;
use super::bank::{Bank, INDUSTRIES, PeerGroup, Stream, branch_id, chance, normal, officer_id, stream};
use super::borrower::{Borrower, Kind};
use super::calendar::Day;
use super::page::Pages;
use super::servicing::Course;
use super::settle::Spell;
use super::sheet::{Value, instant, layouts, money, optional_day, optional_text, rate};
use super::truth::Tally;
use crate::config::Period;

layouts! {
    BRANCH = "branch" [
        "branch_id", "parent_branch_id", "branch_name", "branch_type", "region", "valid_from", "valid_to",
    ];
    OFFICER = "officer" ["officer_id", "officer_name", "branch_id", "peer_group", "role", "hired_on", "left_on"];
    CUSTOMER = "customer" [
        "customer_id", "group_id", "customer_type", "segment", "size_band", "industry_code", "region", "is_retail",
    ];
    OFFICER_ASSIGNMENT = "officer_assignment" [
        "loan_id", "officer_id", "role", "share", "valid_from", "valid_to", "reason",
    ];
    TRAINING_RECORD = "training_record" ["officer_id", "course_id", "due_on", "completed_on", "hours", "mandatory"];
    COMPLIANCE_FINDING = "compliance_finding" ["finding_id", "officer_id", "occurred_on", "severity", "status"];
    MACRO_ALERT = "macro_alert" ["alert_id", "industry_code", "region", "published_on", "level", "headline"];
    FX_RATE = "fx_rate" ["currency", "rate_date", "rate_to_base"];
    FTP_RATE = "ftp_rate" ["currency", "tenor_band", "effective_from", "rate"];
    COST_ALLOCATION = "cost_allocation" ["subject_type", "subject_id", "period", "opex"];
    INSPECTION_PLAN = "inspection_plan" ["size_band", "five_tier_class", "inspection_type", "every_months"];
    SERVICE_MATRIX = "service_matrix" [
        "size_band", "product_code", "dedicated_manager", "visit_every_months", "max_response_hours",
    ];
    OVERRIDE = "override" [
        "override_id", "period", "officer_id", "indicator_id", "new_value", "reason", "maker", "checker", "decided_at",
    ];
    APPEAL = "appeal" ["appeal_id", "period", "officer_id", "indicator_id", "submitted_on", "status", "decided_by"];
    SWOT_NOTE = "swot_note" ["note_id", "dimension", "code", "quadrant", "statement", "author"];
    TARGET = "target" [
        "period", "org_level", "org_id", "indicator_id", "target_value", "approved_by", "approved_at",
    ];
    SEGMENT_OUTLOOK = "segment_outlook" ["dimension", "code", "as_of", "outlook", "source"];
}

pub(super) const SIZE_BANDS: [&str; 4] = ["MICRO", "SMALL", "MEDIUM", "LARGE"];
const HEAD_OFFICE: &str = "B000";
const TRILLION: f64 = 1e12;

/// The tables that do not depend on borrowers.
pub(super) fn write_bank(bank: &Bank, pages: &mut Pages) {
    let mut random = stream(bank.size.seed, Stream::Office, 0);
    write_staff(bank, &mut random, pages);
    write_rates(bank, &mut random, pages);
    write_rules(pages);
    write_outlook(bank, &mut random, pages);
    write_plans(bank, &mut random, pages);
    write_judgements(bank, &mut random, pages);
}

fn write_staff(bank: &Bank, random: &mut Pcg64Mcg, pages: &mut Pages) {
    let (start, end) = bank.calendar.window();
    let founded = start - 7300;
    let head = ["总行", "HEAD_OFFICE", "北京"];
    pages.add(&BRANCH, branch_row(HEAD_OFFICE, None, head, founded));
    for (index, branch) in bank.branches.iter().enumerate() {
        let texts = [branch.name.as_str(), "BRANCH", branch.region];
        pages.add(&BRANCH, branch_row(&branch_id(index), Some(HEAD_OFFICE), texts, founded));
    }
    for (index, officer) in bank.officers.iter().enumerate() {
        let id = officer_id(index as u32);
        let row = [
            Value::Text(&id),
            Value::Text(&officer.name),
            Value::Text(&branch_id(officer.branch)),
            Value::Text(officer.group.code()),
            Value::Text("MANAGER"),
            Value::Day(officer.hired_on),
            optional_day(officer.left_on),
        ];
        pages.add(&OFFICER, row);
        let last = officer.left_on.unwrap_or(end);
        let courses = [("COMPLIANCE", true, 800), ("POST_LOAN", true, 1200), ("PRICING", false, 600)];
        for (number, year_end) in (0..).zip((bank.calendar.first..=bank.calendar.last).filter(|month| month % 6 == 5)) {
            let due = bank.calendar.end(year_end);
            if due > last {
                break;
            }
            let (course, mandatory, hours) = courses[number % courses.len()];
            let completed = due - random.random_range(-10..=60);
            let is_done = chance(random, officer.diligence + 0.05) && completed <= end;
            let row = [
                Value::Text(&id),
                Value::Text(&format!("{course}-{}", super::calendar::compact(year_end))),
                Value::Day(due),
                optional_day(is_done.then_some(completed)),
                Value::Units(hours),
                Value::Flag(mandatory),
            ];
            pages.add(&TRAINING_RECORD, row);
        }
        if chance(random, 0.10) {
            let day = random.random_range(start..=last.max(start));
            let row = [
                Value::Text(&format!("F-{id}")),
                Value::Text(&id),
                Value::Day(day),
                Value::Text(if chance(random, 0.15) { "MAJOR" } else { "MINOR" }),
                Value::Text(if chance(random, 0.8) { "CONFIRMED" } else { "REJECTED" }),
            ];
            pages.add(&COMPLIANCE_FINDING, row);
        }
    }
}

fn branch_row<'a>(
    id: &'a str,
    parent: Option<&'a str>,
    [name, kind, region]: [&'a str; 3],
    from: Day,
) -> [Value<'a>; 7] {
    [
        Value::Text(id),
        optional_text(parent),
        Value::Text(name),
        Value::Text(kind),
        Value::Text(region),
        Value::Day(from),
        Value::Null,
    ]
}

fn write_rates(bank: &Bank, random: &mut Pcg64Mcg, pages: &mut Pages) {
    let (start, end) = bank.calendar.window();
    for (currency, mut level) in [("EUR", 7.8), ("USD", 7.1)] {
        for day in start - 1..=end {
            level *= 1.0 + 0.002 * normal(random);
            pages.add(&FX_RATE, [Value::Text(currency), Value::Day(day), rate(level)]);
        }
    }
    for month in
        (bank.calendar.first..=bank.calendar.last).filter(|month| month % 6 == 0 || *month == bank.calendar.first)
    {
        let shift = 0.001 * normal(random);
        for (tenor, level) in [("0-12M", 0.019), ("12-36M", 0.022), ("36-60M", 0.025), ("60M+", 0.028)] {
            let row = [
                Value::Text("CNY"),
                Value::Text(tenor),
                Value::Day(bank.calendar.start(month)),
                rate(((level + shift) * 1e4_f64).round() / 1e4),
            ];
            pages.add(&FTP_RATE, row);
        }
    }
}

fn write_rules(pages: &mut Pages) {
    let tiers = [("NORMAL", 1), ("SPECIAL_MENTION", 2), ("SUBSTANDARD", 3)];
    for (band, every) in SIZE_BANDS.into_iter().zip([12, 6, 3, 3]) {
        for (tier, divisor) in tiers {
            let months = (every / divisor).max(1);
            let row = [Value::Text(band), Value::Text(tier), Value::Text("REGULAR"), Value::Whole(months)];
            pages.add(&INSPECTION_PLAN, row);
        }
        for product in super::bank::CORPORATE.iter().map(|product| product.code) {
            let is_large = band == "LARGE";
            let row = [
                Value::Text(band),
                Value::Text(product),
                Value::Flag(is_large || band == "MEDIUM"),
                Value::Whole(every),
                Value::Whole(if is_large { 24 } else { 72 }),
            ];
            pages.add(&SERVICE_MATRIX, row);
        }
    }
}

fn write_outlook(bank: &Bank, random: &mut Pcg64Mcg, pages: &mut Pages) {
    let (start, end) = bank.calendar.window();
    for (number, industry) in INDUSTRIES.iter().enumerate() {
        let outlook = if industry.effect > 0.2 { -1 } else { i64::from(industry.effect < -0.1) };
        for month in
            (bank.calendar.first..=bank.calendar.last).filter(|month| month % 12 == 0 || *month == bank.calendar.first)
        {
            let day = Value::Day(bank.calendar.start(month));
            let row = [
                Value::Text("industry"),
                Value::Text(industry.code),
                day,
                Value::Whole(outlook),
                Value::Text("研究部"),
            ];
            pages.add(&SEGMENT_OUTLOOK, row);
        }
        if number == 0 || chance(random, 0.35 + industry.effect) {
            let day = random.random_range(start..=end);
            let row = [
                Value::Text(&format!("A-{}-{number}", industry.code)),
                Value::Text(industry.code),
                if chance(random, 0.3) { Value::Text("浙江") } else { Value::Null },
                Value::Day(day),
                Value::Text(if industry.effect > 0.2 { "HIGH" } else { "MEDIUM" }),
                Value::Text("行业景气下行，关注现金流"),
            ];
            pages.add(&MACRO_ALERT, row);
        }
        if number % 3 == 0 {
            let (quadrant, statement) = match industry.effect > 0.0 {
                true => ("THREAT", "回款周期拉长"),
                false => ("STRENGTH", "抵押充足，收益稳定"),
            };
            let row = [
                Value::Text(&format!("N-{}", industry.code)),
                Value::Text("industry"),
                Value::Text(industry.code),
                Value::Text(quadrant),
                Value::Text(statement),
                Value::Text("风险管理部"),
            ];
            pages.add(&SWOT_NOTE, row);
        }
    }
}

fn write_plans(bank: &Bank, random: &mut Pcg64Mcg, pages: &mut Pages) {
    let mut ends_with = None;
    for (period, first, last) in bank.calendar.periods(bank.size.period) {
        let months = i64::from((last - first) / 28);
        for index in 0..bank.officers.len() {
            let opex = months * (1_500_000 + random.random_range(0..800_000));
            let id = officer_id(index as u32);
            pages.add(&COST_ALLOCATION, [Value::Text("OFFICER"), Value::Text(&id), Value::Text(&period), money(opex)]);
        }
        for index in 0..bank.branches.len() {
            let opex = months * (20_000_000 + random.random_range(0..9_000_000));
            let id = branch_id(index);
            pages.add(&COST_ALLOCATION, [Value::Text("BRANCH"), Value::Text(&id), Value::Text(&period), money(opex)]);
        }
        write_targets(bank, &period, first - 15, random, pages);
        ends_with = Some((period, last));
    }
    // Those of the period that comes next are set before it begins.
    let next = ends_with.and_then(|(period, last)| Some((Period::parse(&period).ok()?.next().name(), last)));
    if let Some((next, last)) = next {
        write_targets(bank, &next, last - 15, random, pages);
    }
}

/// What the board asks of the bank; branches and officers get theirs by decomposition.
fn write_targets(bank: &Bank, period: &str, approved_on: Day, random: &mut Pcg64Mcg, pages: &mut Pages) {
    let income = 20_000.0 * bank.officers.len().min(400) as f64;
    let goals = [
        ("npl_ratio", 0.020),
        ("inspection_on_time_rate", 0.92),
        ("risk_adjusted_yield", 0.012),
        ("cross_sell_income", income),
    ];
    for (indicator, goal) in goals {
        let value = goal * (1.0 + 0.1 * (random.random::<f64>() - 0.5));
        let row = [
            Value::Text(period),
            Value::Text("BANK"),
            Value::Text("BANK"),
            Value::Text(indicator),
            Value::Units(((value * 1e4).round() / 1e4 * TRILLION).round() as i64),
            Value::Text("BOARD"),
            instant(approved_on, 600),
        ];
        pages.add(&TARGET, row);
    }
}

/// Judgements about officers that are made after a period: a few, so that each kind is seen.
fn write_judgements(bank: &Bank, random: &mut Pcg64Mcg, pages: &mut Pages) {
    let (_, end) = bank.calendar.window();
    for (number, (period, _, last)) in bank.calendar.periods(bank.size.period).into_iter().enumerate() {
        let officer = officer_id(random.random_range(0..bank.officers.len()) as u32);
        if last + 30 > end {
            break;
        }
        let status = ["UPHELD", "REJECTED", "PARTLY"][number % 3];
        let row = [
            Value::Text(&format!("AP-{period}")),
            Value::Text(&period),
            Value::Text(&officer),
            Value::Text("npl_ratio"),
            Value::Day(last + 12),
            Value::Text(status),
            Value::Text("HR_COMMITTEE"),
        ];
        pages.add(&APPEAL, row);
        if status != "REJECTED" {
            let row = [
                Value::Text(&format!("OV-{period}")),
                Value::Text(&period),
                Value::Text(&officer),
                Value::Text("npl_ratio"),
                Value::Units((0.015 * TRILLION) as i64),
                Value::Text("移交时已逾期"),
                Value::Text("HR_CLERK"),
                Value::Text("HR_COMMITTEE"),
                instant(last + 25, 600),
            ];
            pages.add(&OVERRIDE, row);
        }
    }
}

pub(super) fn write_customer(bank: &Bank, borrower: &Borrower, pages: &mut Pages) {
    let segment = match borrower.kind {
        Kind::Retail if borrower.risk < 0.0 => "AFFLUENT",
        Kind::Retail => "MASS",
        Kind::Sme => "INCLUSIVE_FINANCE",
        Kind::Corporate => "CORPORATE_BANKING",
        Kind::Institution => "PUBLIC_SECTOR",
    };
    let row = [
        Value::Text(&customer_id(borrower.number)),
        optional_text(borrower.group_id.as_deref()),
        Value::Text(borrower.kind.code()),
        Value::Text(segment),
        optional_text(borrower.size_band),
        optional_text(borrower.industry.map(|industry| industry.code)),
        Value::Text(bank.branches[borrower.branch].region),
        Value::Flag(borrower.kind.is_retail()),
    ];
    pages.add(&CUSTOMER, row);
}

/// Who manages, originated and collects the borrower's loans.
pub(super) fn write_custody(
    bank: &Bank,
    borrower: &Borrower,
    courses: &[Course],
    defaults: &[Vec<Spell>],
    random: &mut Pcg64Mcg,
    pages: &mut Pages,
    tally: &mut Tally,
) {
    for ((contract, course), spells) in borrower.contracts.iter().zip(courses).zip(defaults) {
        let loan = loan_id(contract.number);
        let mut add = |officer: &str, role: &str, share: i64, from: Day, to: Option<Day>, reason: &str| {
            let row = [
                Value::Text(&loan),
                Value::Text(officer),
                Value::Text(role),
                Value::Units(share),
                Value::Day(from),
                optional_day(to),
                Value::Text(reason),
            ];
            pages.add(&OFFICER_ASSIGNMENT, row);
        };
        let mut is_handed_over = false;
        for custody in &borrower.custody {
            let from = custody.from.max(contract.originated_on);
            if custody.to.is_some_and(|to| to <= from) {
                continue;
            }
            let is_first = from == contract.originated_on;
            is_handed_over |= !is_first && course.ended_on.is_none_or(|ended| ended >= from);
            let reason = if is_first { "NEW" } else { custody.reason };
            for (officer, share) in &custody.holders {
                add(&officer_id(*officer), "MANAGER", *share, from, custody.to, reason);
            }
        }
        tally.handed_over(usize::from(is_handed_over));
        let originator = borrower.custody[0].holders[0].0;
        add(&officer_id(originator), "ORIGINATOR", 1_000_000, contract.originated_on, None, "NEW");
        let colleagues = bank.officers_of(borrower.branch, PeerGroup::Corporate);
        if !borrower.kind.is_retail() {
            let approver = colleagues[contract.number as usize % colleagues.len()];
            add(&officer_id(approver), "APPROVER", 1_000_000, contract.originated_on, None, "NEW");
            if borrower.kind == Kind::Corporate {
                add(&officer_id(approver), "INVESTIGATOR", 1_000_000, contract.originated_on, None, "NEW");
            }
        }
        if let Some(spell) = spells.first() {
            let collector = colleagues[random.random_range(0..colleagues.len())];
            let end = course.ended_on.filter(|ended| *ended > spell.default_date);
            add(&officer_id(collector), "COLLECTOR", 1_000_000, spell.default_date, end, "NEW");
        }
    }
}

pub(super) fn customer_id(number: u64) -> String {
    format!("C{number:09}")
}
