//! Which periods a run computes.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::PipelineError;
use crate::config::{Period, PeriodLength};

/// The periods that a command asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every closed period of the data.
    Closed,
    Period(Period),
    /// The period that contains the day, cut off at it; knowledge too.
    AsOf(Date),
    Range(Period, Period),
}

/// What a result may know of facts that the bank learned later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Knowledge {
    /// Everything delivered by the knowledge cutoff, if there is one: history as it is known now.
    #[default]
    Restated,
    /// Only what the bank knew on the last day of each period: history as it looked then.
    Strict,
}

impl Knowledge {
    pub fn name(self) -> &'static str {
        match self {
            Self::Restated => "restated",
            Self::Strict => "strict",
        }
    }

    /// The last day of knowledge for a period that ends on `end`.
    fn cutoff(self, end: Date, known_by: Option<Date>) -> Option<Date> {
        match self {
            Self::Restated => known_by,
            Self::Strict => Some(known_by.map_or(end, |day| day.min(end))),
        }
    }
}

/// A period to compute and what may be known in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub period: Period,
    /// Last day of knowledge; `None` when everything delivered is known.
    pub knowledge_cutoff: Option<Date>,
}

/// `snapshot_dates` are the distinct dates of the loan snapshots, ascending.
pub(super) fn resolve(
    scope: &Scope,
    knowledge: Knowledge,
    known_by: Option<Date>,
    length: PeriodLength,
    snapshot_dates: &[Date],
) -> Result<Vec<Wanted>, PipelineError> {
    let wanted = |period: Period| Wanted { knowledge_cutoff: knowledge.cutoff(period.end, known_by), period };
    let wanted: Vec<Wanted> = match scope {
        Scope::Closed => {
            if snapshot_dates.is_empty() {
                let text =
                    "there is no loan_snapshot, from which closed periods are found; name one with --period or --as-of";
                return Err(PipelineError::Period(text.to_owned()));
            }
            closed(length, snapshot_dates).into_iter().map(wanted).collect()
        }
        Scope::Period(period) => vec![wanted(*period)],
        Scope::AsOf(day) => {
            vec![Wanted { period: Period::cut_off_at(*day, length), knowledge_cutoff: Some(*day) }]
        }
        Scope::Range(first, last) => {
            let range = Period::range(*first, *last).map_err(|error| PipelineError::Period(error.to_string()))?;
            range.into_iter().map(wanted).collect()
        }
    };
    if let ([first, ..], [.., last]) = (snapshot_dates, snapshot_dates) {
        let outside = wanted
            .iter()
            .find(|wanted| !snapshot_dates.iter().any(|date| (wanted.period.start..=wanted.period.end).contains(date)));
        if let Some(outside) = outside {
            let name = outside.period.name();
            return Err(PipelineError::Period(format!(
                "no loan snapshot lies in {name} up to {}; the snapshots run from {first} to {last}",
                outside.period.end
            )));
        }
    }
    Ok(wanted)
}

/// A period is closed when its last month is: a snapshot lies on or after the month's last day, or the bank reports
/// once a month (whatever the day) and has reported for it.
fn closed(length: PeriodLength, snapshot_dates: &[Date]) -> Vec<Period> {
    let mut per_month: BTreeMap<(i16, i8), u32> = BTreeMap::new();
    for date in snapshot_dates {
        *per_month.entry((date.year(), date.month())).or_default() += 1;
    }
    let is_monthly = per_month.values().all(|count| *count == 1);
    let last = snapshot_dates[snapshot_dates.len() - 1];
    let is_closed = |period: &Period| {
        let end = period.calendar_end();
        last >= end || (is_monthly && per_month.contains_key(&(end.year(), end.month())))
    };
    let mut periods: Vec<Period> = snapshot_dates.iter().map(|date| Period::containing(*date, length)).collect();
    periods.dedup();
    periods.retain(is_closed);
    periods
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn names(dates: &[Date]) -> Vec<String> {
        closed(PeriodLength::Quarter, dates).iter().map(Period::name).collect()
    }

    #[test]
    fn a_quarter_of_month_end_reports_is_closed_by_its_third() {
        let mut dates = vec![date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28)];
        assert_eq!(names(&dates), ["2024Q4"]);
        dates.push(date(2025, 3, 31));
        assert_eq!(names(&dates), ["2024Q4", "2025Q1"]);
    }

    #[test]
    fn a_report_in_the_middle_of_each_month_closes_it_and_a_daily_one_does_not() {
        assert_eq!(names(&[date(2025, 1, 13), date(2025, 2, 11), date(2025, 3, 11)]), ["2025Q1"]);
        assert_eq!(names(&[date(2025, 1, 13), date(2025, 3, 10), date(2025, 3, 11)]), Vec::<String>::new());
    }

    #[test]
    fn a_day_cuts_off_facts_and_knowledge() {
        let dates = [date(2025, 1, 31), date(2025, 2, 28)];
        let wanted =
            resolve(&Scope::AsOf(date(2025, 2, 28)), Knowledge::Restated, None, PeriodLength::Quarter, &dates).unwrap();
        assert_eq!((wanted[0].period.end, wanted[0].knowledge_cutoff), (date(2025, 2, 28), Some(date(2025, 2, 28))));
    }

    #[test]
    fn a_strict_period_knows_what_the_bank_knew_on_its_last_day() {
        let dates = [date(2025, 1, 31), date(2025, 3, 31)];
        let scope = Scope::Period(Period::parse("2025Q1").unwrap());
        let cutoff = |knowledge, known_by| {
            resolve(&scope, knowledge, known_by, PeriodLength::Quarter, &dates).unwrap()[0].knowledge_cutoff
        };
        let (end, before, after) = (date(2025, 3, 31), date(2025, 3, 1), date(2025, 6, 1));
        assert_eq!(cutoff(Knowledge::Restated, None), None);
        assert_eq!(cutoff(Knowledge::Restated, Some(after)), Some(after));
        assert_eq!(cutoff(Knowledge::Strict, None), Some(end));
        assert_eq!(cutoff(Knowledge::Strict, Some(after)), Some(end));
        assert_eq!(cutoff(Knowledge::Strict, Some(before)), Some(before));
    }

    #[test]
    fn a_period_without_a_snapshot_is_refused_with_the_span_of_the_data() {
        let dates = [date(2025, 1, 31), date(2025, 2, 28)];
        let scope = Scope::Period(Period::parse("2023").unwrap());
        let error = resolve(&scope, Knowledge::Restated, None, PeriodLength::Quarter, &dates).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no loan snapshot lies in 2023 up to 2023-12-31; the snapshots run from 2025-01-31 to 2025-02-28"
        );
    }
}
