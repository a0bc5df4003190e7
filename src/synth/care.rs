//! What the bank does for and with its borrowers: inspections, collection, cases, complaints, requests, sales, surveys.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::bank::{Bank, chance, normal, officer_id};
use super::borrower::{Borrower, Kind};
use super::calendar::Day;
use super::office::customer_id;
use super::page::Pages;
use super::servicing::{Course, loan_id};
use super::settle::Spell;
use super::sheet::{Layout, Value, instant, money, optional_day, optional_text, rate};

macro_rules! layouts {
    ($($name:ident = $table:literal [$($column:literal),+ $(,)?];)+) => {
        $(const $name: Layout = Layout { table: $table, columns: &[$($column),+] };)+
        pub(super) const LAYOUTS: &[&Layout] = &[$(&$name),+];
    };
}

layouts! {
    INSPECTION = "inspection" [
        "inspection_id", "loan_id", "customer_id", "inspection_type", "due_date", "completed_at", "completed_by",
        "fund_use_ok", "result_code", "evidence_ref", "cancelled_on",
    ];
    REPORT_REVIEW = "report_review" [
        "review_id", "inspection_id", "officer_id", "reviewer_id", "score", "rubric_version", "reviewed_at",
    ];
    COLLECTION_ACTIVITY = "collection_activity" [
        "activity_id", "loan_id", "officer_id", "activity_at", "channel", "contact_result", "promise_amount",
        "promise_date",
    ];
    DISPOSAL_CASE = "disposal_case" [
        "case_id", "loan_id", "officer_id", "opened_on", "due_on", "closed_on", "exposure_start", "outcome",
        "proceeds",
    ];
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
    GUARANTEE = "guarantee" ["loan_id", "guarantor_customer_id", "valid_from", "valid_to"];
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
            self.inspect(index, random, pages);
            self.collect(index, random, pages);
            self.dispose(index, random, pages);
            self.guarantee(index, random, pages);
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

    fn end(&self) -> Day {
        self.bank.calendar.window().1
    }

    fn manager(&self, day: Day) -> Option<String> {
        self.borrower.manager_on(day).map(officer_id)
    }

    fn diligence(&self, day: Day) -> f64 {
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

    fn inspect(&self, index: usize, random: &mut Pcg64Mcg, pages: &mut Pages) {
        let (contract, course) = (&self.borrower.contracts[index], &self.courses[index]);
        let (start, end) = self.bank.calendar.window();
        let every = match self.borrower.size_band {
            Some("LARGE" | "MEDIUM") => 3,
            Some("SMALL") => 6,
            _ => 12,
        };
        let mut dues = vec![("FIRST", contract.originated_on + 30)];
        let calendar = &self.bank.calendar;
        let regular = (1..).map(|round| contract.month + round * every).take_while(|month| *month <= calendar.last);
        dues.extend(
            regular
                .filter(|month| *month >= calendar.first)
                .map(|month| ("REGULAR", contract.due_on(self.bank, month))),
        );
        dues.extend(self.defaults[index].first().map(|spell| ("FOCUSED", spell.default_date + 15)));
        for (number, (kind, due)) in dues.into_iter().enumerate().filter(|(_, (_, due))| (start..=end).contains(due)) {
            let cancelled = course.ended_on.filter(|ended| *ended < due);
            if cancelled.is_some_and(|ended| due - ended > 45) {
                continue;
            }
            let id = format!("I{:09}-{:02}", contract.number, number + 1);
            let done = match random.random::<f64>() {
                u if u < self.diligence(due) => Some(due - random.random_range(0..=12)),
                u if u < 0.985 => Some(due + random.random_range(1..=25)),
                _ => None,
            };
            let done = done.filter(|day| *day <= end && *day >= contract.originated_on && cancelled.is_none());
            let manager = self.manager(due);
            let is_troubled =
                course.months.iter().any(|state| state.month == calendar.month_of(due) && state.days_past_due > 30);
            let result = match random.random::<f64>() {
                u if u < if is_troubled { 0.6 } else { 0.03 } => "ADVERSE",
                u if u < if is_troubled { 0.9 } else { 0.12 } => "CONCERN",
                _ => "NORMAL",
            };
            let evidence = format!("PHOTO-{id}");
            let checks_funds = kind == "FIRST" || self.borrower.kind != Kind::Retail;
            let row = [
                Value::Text(&id),
                Value::Text(&course.id),
                Value::Text(&customer_id(self.borrower.number)),
                Value::Text(kind),
                Value::Day(due),
                done.map_or(Value::Null, |day| instant(day, 600 + i64::from(due % 300))),
                optional_text(manager.as_deref().filter(|_| done.is_some())),
                if checks_funds && done.is_some() { Value::Flag(!chance(random, 0.03)) } else { Value::Null },
                if done.is_some() { Value::Text(result) } else { Value::Null },
                if done.is_some() && !chance(random, 0.05) { Value::Text(&evidence) } else { Value::Null },
                optional_day(cancelled),
            ];
            pages.add(&INSPECTION, row);
            let review = done.map(|day| day + random.random_range(2..=10)).filter(|day| *day <= end);
            if let (Some(day), Some(author)) = (review.filter(|_| chance(random, 0.22)), &manager) {
                let score = (78.0 + 30.0 * (self.diligence(due) - 0.88) + 8.0 * normal(random)).clamp(20.0, 100.0);
                let reviewer = officer_id(random.random_range(0..self.bank.officers.len()) as u32);
                let row = [
                    Value::Text(&format!("V-{id}")),
                    Value::Text(&id),
                    Value::Text(author),
                    if reviewer == *author { Value::Text("RISK_OFFICE") } else { Value::Text(&reviewer) },
                    Value::Units((score * 2.0).round() as i64 * 50),
                    Value::Text("2024-1"),
                    instant(day, 900),
                ];
                pages.add(&REPORT_REVIEW, row);
            }
        }
    }

    fn collect(&self, index: usize, random: &mut Pcg64Mcg, pages: &mut Pages) {
        let (start, end) = self.bank.calendar.window();
        let course = &self.courses[index];
        let chases = course.chases.iter().filter(|chase| (start..=end).contains(&chase.day)).enumerate();
        for (number, chase) in chases {
            let contract = &self.borrower.contracts[index];
            let id = format!("Q{:09}-{:02}", contract.number, number + 1);
            let manager = self.manager(chase.day);
            let result = match (chase.promise, random.random::<f64>()) {
                (Some(_), _) => "RIGHT_PARTY",
                (None, u) if u < 0.4 => "NO_ANSWER",
                (None, u) if u < 0.55 => "WRONG_PARTY",
                (None, u) if u < 0.85 => "RIGHT_PARTY",
                _ => "REFUSED",
            };
            let row = [
                Value::Text(&id),
                Value::Text(&course.id),
                optional_text(manager.as_deref()),
                instant(chase.day, random.random_range(540..1140)),
                Value::Text(["PHONE", "VISIT", "LETTER"][random.random_range(0..3)]),
                Value::Text(result),
                chase.promise.map_or(Value::Null, |(amount, _)| money(amount)),
                optional_day(chase.promise.map(|(_, day)| day)),
            ];
            pages.add(&COLLECTION_ACTIVITY, row);
        }
    }

    fn dispose(&self, index: usize, random: &mut Pcg64Mcg, pages: &mut Pages) {
        let (course, end) = (&self.courses[index], self.end());
        for (number, spell) in self.defaults[index].iter().enumerate() {
            let opened = spell.default_date + random.random_range(3..=20);
            if opened > end || course.ended_on.is_some_and(|ended| ended < opened) {
                continue;
            }
            let exposure = course
                .months
                .iter()
                .rfind(|state| state.is_active() && self.bank.calendar.end(state.month) <= opened)
                .map_or(0, |state| state.balance);
            let closed = course
                .ended_on
                .or(course.cures.first().map(|cure| cure.from))
                .filter(|day| *day >= opened && *day <= end);
            let (outcome, share) = match (closed, course.end_type) {
                (None, _) => (None, None),
                (_, Some("SOLD")) => (Some("SOLD"), Some(45)),
                (_, Some("WRITTEN_OFF")) if course.is_foreclosed => (Some("COLLATERAL_SOLD"), Some(60)),
                (_, Some("WRITTEN_OFF")) => (Some("WRITTEN_OFF"), Some(0)),
                _ => (Some("RETURNED_TO_PAYMENT"), Some(12)),
            };
            let manager = self.manager(opened);
            let row = [
                Value::Text(&format!("D{:09}-{}", self.borrower.contracts[index].number, number + 1)),
                Value::Text(&course.id),
                optional_text(manager.as_deref()),
                Value::Day(opened),
                Value::Day(opened + 180),
                optional_day(closed),
                money(exposure),
                optional_text(outcome),
                share.map_or(Value::Null, |share| money(exposure * share / 100)),
            ];
            pages.add(&DISPOSAL_CASE, row);
        }
    }

    fn guarantee(&self, index: usize, random: &mut Pcg64Mcg, pages: &mut Pages) {
        let contract = &self.borrower.contracts[index];
        if contract.product.collateral != "GUARANTEE" || self.borrowers < 2 {
            return;
        }
        let offset = random.random_range(1..self.borrowers.min(9));
        let guarantor = (self.borrower.number - 1 + offset) % self.borrowers + 1;
        let row = [
            Value::Text(&loan_id(contract.number)),
            Value::Text(&customer_id(guarantor)),
            Value::Day(contract.originated_on),
            Value::Day(contract.due_on(self.bank, contract.last_month()) + 1),
        ];
        pages.add(&GUARANTEE, row);
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
