//! A few rows that no bank should deliver, so that it is seen what becomes of them. Each is a row too many: refusing it
//! leaves the bank as it is.

use super::account::loan_id;
use super::calendar::Day;
use super::file::{Chunk, encode, is_text};
use super::page::{Fact, Place, Schemas};
use super::sheet::{Sheet, Value, money, rate};
use super::{Format, SynthError};

/// Loans of the smallest bank that gets flaws.
const LEAST_LOANS: u64 = 100;

/// Bad rows that go to one file, and why each will be refused.
pub(super) struct Flaws {
    pub place: Place,
    pub rows: usize,
    pub chunk: Chunk,
    pub reasons: Vec<&'static str>,
}

/// The flawed rows of a bank with so many loans, for the files of its last month.
pub(super) fn flaws(schemas: &Schemas, place: &FlawPlace, format: Format) -> Result<Vec<Flaws>, SynthError> {
    // In a very small bank they would be more than a few.
    let copies = if place.loans < LEAST_LOANS { 0 } else { 1 + place.loans / 100_000 };
    let columns = super::settle::LOAN_SNAPSHOT.columns;
    let lgd = columns.iter().position(|column| *column == "lgd").unwrap_or_default();
    let mut all = Vec::new();
    for fact in Fact::ALL {
        let table = fact.layout().table;
        let mut sheet = Sheet::new(schemas.get(table));
        let mut reasons = Vec::new();
        for copy in 0..copies {
            let loan = loan_id(1 + copy);
            match fact {
                Fact::Snapshot => {
                    let mut row = [Value::Null; super::settle::LOAN_SNAPSHOT.columns.len()];
                    let key = [Value::Text(&loan), Value::Day(place.day - 1), Value::Text("ACTIVE"), money(100)];
                    row[..4].copy_from_slice(&key);
                    // A loss of one and a half times the exposure.
                    row[lgd] = rate(1.5);
                    sheet.push(row);
                    reasons.push("CHECK");
                }
                Fact::Instalment => {
                    sheet.push(instalment(&loan, place.day, -5_000));
                    reasons.push("CHECK");
                }
                Fact::Payment => {
                    let ids = [format!("P-UNKNOWN-{copy}"), format!("P-ORPHAN-{copy}")];
                    sheet.push(payment(&ids[0], &loan, place.day, "UNKNOWN"));
                    sheet.push(payment(&ids[1], "L999999999", place.day, "SCHEDULED"));
                    reasons.extend(["CHECK", "ORPHAN"]);
                }
            }
        }
        let mut rows = sheet.rows();
        let mut chunk = encode(table, sheet, format)?;
        if let (Fact::Payment, true, Chunk::Csv(text)) = (fact, is_text(table, format), &mut chunk) {
            for copy in 0..copies {
                let loan = loan_id(1 + copy);
                // A day that no calendar has, an amount with two points, a line that was cut.
                let lines = format!(
                    "P-DAY-{copy},{loan},2025-02-30,SCHEDULED,100.00,0.00,,,,\n\
                     P-AMOUNT-{copy},{loan},2025-02-28,SCHEDULED,1.000.00,0.00,,,,\n\
                     P-CUT-{copy},{loan},2025-02-28,SCHED\n"
                );
                text.extend_from_slice(lines.as_bytes());
                rows += 3;
                reasons.extend(["TYPE", "TYPE", "RAGGED"]);
            }
        }
        all.push(Flaws { place: Place { table, month: Some(place.month) }, rows, chunk, reasons });
    }
    Ok(all)
}

/// Where the flaws go.
pub(super) struct FlawPlace {
    pub month: super::calendar::Month,
    /// Last day of the month.
    pub day: Day,
    pub loans: u64,
}

fn instalment(loan: &str, day: Day, principal: i64) -> [Value<'_>; 8] {
    [
        Value::Text(loan),
        Value::Whole(9),
        Value::Whole(1),
        Value::Day(day),
        money(principal),
        money(0),
        Value::Null,
        Value::Null,
    ]
}

fn payment<'a>(id: &'a str, loan: &'a str, day: Day, kind: &'a str) -> [Value<'a>; 10] {
    [
        Value::Text(id),
        Value::Text(loan),
        Value::Day(day),
        Value::Text(kind),
        money(10_000),
        money(0),
        Value::Null,
        Value::Null,
        Value::Null,
        Value::Null,
    ]
}
