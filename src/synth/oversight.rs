//! How the bank watches over a loan: inspections and their reviews, collection, cases of default, guarantees.

use rand::RngExt;
use rand_pcg::Pcg64Mcg;

use super::account::loan_id;
use super::bank::{chance, normal, officer_id};
use super::borrower::Kind;
use super::care::Care;
use super::office::customer_id;
use super::page::Pages;
use super::sheet::{Value, instant, layouts, money, optional_day, optional_text};

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
    GUARANTEE = "guarantee" ["loan_id", "guarantor_customer_id", "valid_from", "valid_to"];
}

impl Care<'_> {
    /// The records around one of the borrower's loans.
    pub fn oversee(&self, index: usize, random: &mut Pcg64Mcg, pages: &mut Pages) {
        self.inspect(index, random, pages);
        self.collect(index, random, pages);
        self.dispose(index, random, pages);
        self.guarantee(index, random, pages);
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
                (_, Some("SOLD")) => (Some("TRANSFERRED"), Some(45)),
                (_, Some("WRITTEN_OFF")) if course.is_foreclosed => (Some("FORECLOSED_ASSET"), Some(60)),
                (_, Some("WRITTEN_OFF")) => (Some("WRITTEN_OFF"), Some(0)),
                (_, Some("PAID_OFF")) => (Some("CASH_REPAID"), Some(100)),
                _ => (Some("CURED"), Some(12)),
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
}
