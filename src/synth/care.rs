//! What passes between the bank and a borrower: complaints, requests, sales, surveys, ratings, deposits.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::account::loan_id;
use super::bank::{Bank, chance, normal, officer_id};
use super::borrower::{Borrower, Kind};
use super::calendar::Day;
use super::office::customer_id;
use super::page::Pages;
use super::servicing::Course;
use super::settle::Spell;
use super::sheet::{Value, instant, layouts, money, optional_text, rate};

layouts! {
    COMPLAINT = "complaint" [
        "complaint_id", "customer_id", "loan_id", "received_at", "incident_date", "channel", "disposition",
        "duplicate_of", "complexity", "closed_at",
    ];
    SURVEY_RESPONSE = "survey_response" [
        "response_id", "customer_id", "officer_id", "wave", "responded_at", "csat", "nps",
    ];
    SERVICE_REQUEST = "service_request" [
        "request_id", "customer_id", "request_type", "opened_at", "first_response_at", "resolved_at", "paused_minutes",
    ];
    CROSS_SELL = "cross_sell" [
        "sale_id", "customer_id", "product_category", "sale_date", "officer_id", "status", "cancelled_on",
        "income_12m",
    ];
    EXTERNAL_RATING = "external_rating" [
        "customer_id", "agency", "rated_on", "rating", "pd_equivalent", "valid_until",
    ];
    DEPOSIT_BALANCE = "deposit_balance" ["customer_id", "balance_date", "balance"];
}

/// The records around one borrower.
pub(super) struct Care<'a> {
    pub bank: &'a Bank,
    pub borrower: &'a Borrower,
    pub courses: &'a [Course],
    pub defaults: &'a [Vec<Spell>],
    /// Borrowers of the bank; guarantors are among them.
    pub borrowers: u64,
}

impl Care<'_> {
    pub fn write(&self, random: &mut Pcg64Mcg, pages: &mut Pages) {
        for index in 0..self.courses.len() {
            self.oversee(index, random, pages);
        }
        self.complain(random, pages);
        self.request(random, pages);
        self.sell(random, pages);
        self.survey(random, pages);
        if self.borrower.kind != Kind::Retail {
            self.rate(random, pages);
            self.deposit(random, pages);
        }
    }

    pub fn end(&self) -> Day {
        self.bank.calendar.window().1
    }

    pub fn manager(&self, day: Day) -> Option<String> {
        self.borrower.manager_on(day).map(officer_id)
    }

    pub fn diligence(&self, day: Day) -> f64 {
        self.borrower.manager_on(day).map_or(0.8, |id| self.bank.officers[id as usize].diligence)
    }

    /// A day of the window on which the borrower has a loan.
    fn day_as_customer(&self, random: &mut Pcg64Mcg) -> Option<Day> {
        let (start, end) = self.bank.calendar.window();
        let first = self.borrower.contracts.iter().map(|contract| contract.originated_on).min()?.max(start);
        let last = match self.courses.iter().map(|course| course.ended_on).collect::<Option<Vec<_>>>() {
            Some(ends) => ends.into_iter().max()?.min(end),
            None => end,
        };
        (first < last).then(|| random.random_range(first..last))
    }

    fn complain(&self, random: &mut Pcg64Mcg, pages: &mut Pages) {
        let years = self.bank.calendar.months() as f64 / 12.0;
        if !chance(random, 0.03 * years) {
            return;
        }
        let Some(incident) = self.day_as_customer(random) else { return };
        let received = incident + random.random_range(0..=20);
        let is_closed = chance(random, 0.95);
        let closed = received + random.random_range(3..=25);
        if received > self.end() {
            return;
        }
        let loan = self.borrower.contracts.iter().find(|contract| contract.originated_on <= incident);
        let loan = loan.filter(|_| chance(random, 0.6)).map(|contract| loan_id(contract.number));
        let id = format!("M{:09}-1", self.borrower.number);
        let again = format!("M{:09}-2", self.borrower.number);
        let disposition = if chance(random, 0.7) { "VALID" } else { "UNSUBSTANTIATED" };
        let is_repeated = chance(random, 0.15) && received < self.end();
        let rows = [(&id, received, disposition, None), (&again, received + 1, "DUPLICATE", Some(id.as_str()))];
        for (id, day, disposition, duplicate_of) in rows.into_iter().take(1 + usize::from(is_repeated)) {
            let row = [
                Value::Text(id),
                Value::Text(&customer_id(self.borrower.number)),
                optional_text(loan.as_deref()),
                instant(day, 650),
                Value::Day(incident),
                Value::Text(["HOTLINE", "BRANCH", "REGULATOR"][random.random_range(0..3)]),
                Value::Text(disposition),
                optional_text(duplicate_of),
                Value::Text(if chance(random, 0.8) { "SIMPLE" } else { "COMPLEX" }),
                if is_closed && closed.max(day) <= self.end() { instant(closed.max(day), 1000) } else { Value::Null },
            ];
            pages.add(&COMPLAINT, row);
        }
    }

    fn request(&self, random: &mut Pcg64Mcg, pages: &mut Pages) {
        const KINDS: [&str; 5] =
            ["RATE_ADJUSTMENT", "REPAYMENT_METHOD", "CERTIFICATE", "EARLY_REPAYMENT", "RESTRUCTURING"];
        let years = self.bank.calendar.months() as f64 / 12.0;
        let count = (0.25 * years + random.random::<f64>()) as usize;
        for number in 1..=count {
            let Some(opened) = self.day_as_customer(random) else { return };
            let is_prompt = chance(random, self.diligence(opened));
            let resolved = opened + if is_prompt { random.random_range(0..=5) } else { random.random_range(6..=30) };
            let is_resolved = resolved <= self.end() && !chance(random, 0.02);
            let minute = random.random_range(520..900);
            let row = [
                Value::Text(&format!("R{:09}-{number}", self.borrower.number)),
                Value::Text(&customer_id(self.borrower.number)),
                Value::Text(KINDS[random.random_range(0..KINDS.len())]),
                instant(opened, minute),
                instant(opened, minute + random.random_range(10..480)),
                if is_resolved { instant(resolved, 1050) } else { Value::Null },
                if chance(random, 0.1) { Value::Whole(random.random_range(60..2880)) } else { Value::Null },
            ];
            pages.add(&SERVICE_REQUEST, row);
        }
    }

    fn sell(&self, random: &mut Pcg64Mcg, pages: &mut Pages) {
        let years = self.bank.calendar.months() as f64 / 12.0;
        if !chance(random, 0.10 * years) {
            return;
        }
        let Some(day) = self.day_as_customer(random) else { return };
        let cancelled = (day + random.random_range(2..=14)).min(self.end());
        let status = match random.random::<f64>() {
            u if u < 0.85 => "ACTIVE",
            u if u < 0.95 => "CANCELLED_COOLING_OFF",
            _ => "CANCELLED",
        };
        let manager = self.manager(day);
        let row = [
            Value::Text(&format!("X{:09}-1", self.borrower.number)),
            Value::Text(&customer_id(self.borrower.number)),
            Value::Text(["WEALTH", "INSURANCE", "CARD", "PAYROLL"][random.random_range(0..4)]),
            Value::Day(day),
            optional_text(manager.as_deref()),
            Value::Text(status),
            if status == "ACTIVE" { Value::Null } else { Value::Day(cancelled) },
            money(random.random_range(50..4000) * 100),
        ];
        pages.add(&CROSS_SELL, row);
    }

    fn survey(&self, random: &mut Pcg64Mcg, pages: &mut Pages) {
        if !chance(random, 0.12) {
            return;
        }
        let Some(day) = self.day_as_customer(random) else { return };
        let month = self.bank.calendar.month_of(day);
        let wave = format!("{}H{}", month / 12, month % 12 / 6 + 1);
        let mood = 6.0 * (self.diligence(day) - 0.80) + normal(random);
        let csat = (4.0 + 0.8 * mood).round().clamp(1.0, 5.0);
        let nps = (8.0 + 1.6 * mood).round().clamp(0.0, 10.0);
        let manager = self.manager(day);
        let row = [
            Value::Text(&format!("S{:09}-1", self.borrower.number)),
            Value::Text(&customer_id(self.borrower.number)),
            optional_text(manager.as_deref()),
            Value::Text(&wave),
            instant(day, 1200),
            Value::Whole(csat as i64),
            if chance(random, 0.9) { Value::Whole(nps as i64) } else { Value::Null },
        ];
        pages.add(&SURVEY_RESPONSE, row);
    }

    fn rate(&self, random: &mut Pcg64Mcg, pages: &mut Pages) {
        if !chance(random, 0.6) {
            return;
        }
        let (start, end) = self.bank.calendar.window();
        let first_default = self.defaults.iter().flatten().map(|spell| spell.default_date).min();
        let mut day = start + random.random_range(0..180);
        while day <= end {
            let shift = if first_default.is_some_and(|date| day > date - 120) { 1.2 } else { 0.0 };
            let log_odds = -4.0 + self.borrower.risk + shift + 0.2 * normal(random);
            let pd = 1.0 / (1.0 + (-log_odds).exp());
            let grade = match pd {
                pd if pd < 0.01 => "AA",
                pd if pd < 0.03 => "A",
                pd if pd < 0.08 => "BBB",
                _ => "BB",
            };
            let row = [
                Value::Text(&customer_id(self.borrower.number)),
                Value::Text("AGENCY_1"),
                Value::Day(day),
                Value::Text(grade),
                rate((pd * 1e4).round() / 1e4),
                Value::Day(day + 365),
            ];
            pages.add(&EXTERNAL_RATING, row);
            day += 365;
        }
    }

    fn deposit(&self, random: &mut Pcg64Mcg, pages: &mut Pages) {
        let calendar = &self.bank.calendar;
        let first_default = self.defaults.iter().flatten().map(|spell| spell.default_date).min();
        let usual = self.borrower.contracts[0].amount as f64 * random.random_range(0.05..0.30);
        for month in (calendar.first..=calendar.last).filter(|month| month % 3 == 2) {
            let day = calendar.end(month);
            let is_draining = first_default.is_some_and(|date| day > date - 180);
            let level = if is_draining { 0.15 } else { 1.0 } * random.random_range(0.7..1.3);
            let balance = (usual * level).round() as i64;
            pages.add(
                &DEPOSIT_BALANCE,
                [Value::Text(&customer_id(self.borrower.number)), Value::Day(day), money(balance)],
            );
        }
    }
}
