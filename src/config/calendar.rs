//! Periods: months, quarters and years, and how people write them.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use schemars::JsonSchema;
use serde::Deserialize;

/// Length of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum PeriodLength {
    Month,
    #[default]
    Quarter,
    Year,
}

/// A stretch of days, first and last inclusive, that is judged as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    pub start: Date,
    /// The last day; earlier than the calendar's when the period is cut off.
    pub end: Date,
    length: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("{0:?} is not a period: write 2025-03, 2025Q1 or 2025")]
    Period(String),
    #[error("{0:?} is not a date: write 2025-03-31")]
    Date(String),
    #[error("the first period {0} lies after the last {1}")]
    Order(String, String),
}

impl PeriodLength {
    pub fn months(self) -> u8 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

impl Period {
    /// The period of this length that contains the day.
    pub fn containing(day: Date, length: PeriodLength) -> Self {
        Self::of_months(day, length.months())
    }

    /// The same, cut off at the day: facts after it are not known yet.
    pub fn cut_off_at(day: Date, length: PeriodLength) -> Self {
        Self { end: day, ..Self::containing(day, length) }
    }

    /// Reads `2025-03`, `2025Q1` or `2025`.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let unknown = || PeriodError::Period(text.to_owned());
        let (year, rest) = (text.get(..4).ok_or_else(unknown)?, text.get(4..).ok_or_else(unknown)?);
        let year: i16 = year.parse().map_err(|_| unknown())?;
        let (month, length) = match rest.as_bytes() {
            [] => (1, PeriodLength::Year),
            [b'Q' | b'q', quarter @ b'1'..=b'4'] => (((quarter - b'1') * 3 + 1) as i8, PeriodLength::Quarter),
            [b'-', _, _] => (rest[1..].parse().map_err(|_| unknown())?, PeriodLength::Month),
            _ => return Err(unknown()),
        };
        let first = Date::new(year, month, 1).map_err(|_| unknown())?;
        Ok(Self::containing(first, length))
    }

    /// All periods from the first to the last, which must be of one length.
    pub fn range(first: Self, last: Self) -> Result<Vec<Self>, PeriodError> {
        let order = || PeriodError::Order(first.name(), last.name());
        if first.length != last.length || first.start > last.start {
            return Err(order());
        }
        let mut periods = Vec::new();
        let mut period = first;
        while period.start <= last.start {
            periods.push(period);
            period = period.next();
        }
        Ok(periods)
    }

    /// `2025-03`, `2025Q1` or `2025`: the name of its files.
    pub fn name(&self) -> String {
        let (year, month) = (self.start.year(), self.start.month());
        match self.length {
            1 => format!("{year:04}-{month:02}"),
            3 => format!("{year:04}Q{}", (month - 1) / 3 + 1),
            _ => format!("{year:04}"),
        }
    }

    /// The calendar's last day of the period, wherever it is cut off.
    pub fn calendar_end(&self) -> Date {
        Self::of_months(self.start, self.length).end
    }

    /// 1, 3 or 12.
    pub fn months(&self) -> u8 {
        self.length
    }

    pub fn next(&self) -> Self {
        Self::of_months(self.calendar_end().saturating_add(1.day()), self.length)
    }

    fn of_months(day: Date, length: u8) -> Self {
        let months = length as i8;
        let first_month = (day.month() - 1) / months * months + 1;
        let start = date(day.year(), first_month, 1);
        let end = start.saturating_add(i32::from(months).months()).saturating_sub(1.day());
        Self { start, end, length }
    }
}

/// Reads an ISO date of a flag.
pub fn parse_date(text: &str) -> Result<Date, PeriodError> {
    text.parse().map_err(|_| PeriodError::Date(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_read_and_written_the_same_way() {
        for (text, start, end) in [
            ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
            ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
            ("2025Q4", date(2025, 10, 1), date(2025, 12, 31)),
            ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ] {
            let period = Period::parse(text).unwrap();
            assert_eq!((period.start, period.end, period.name().as_str()), (start, end, text));
        }
        for text in ["", "2025Q5", "2025-13", "25Q1", "2025/01", "２０２５Q1"] {
            assert_eq!(Period::parse(text), Err(PeriodError::Period(text.to_owned())));
        }
    }

    #[test]
    fn a_cut_off_period_keeps_its_name_and_ends_on_the_day() {
        let period = Period::cut_off_at(date(2025, 2, 14), PeriodLength::Quarter);
        assert_eq!((period.start, period.end), (date(2025, 1, 1), date(2025, 2, 14)));
        assert_eq!(period.name(), "2025Q1");
    }

    #[test]
    fn a_range_runs_over_the_turn_of_the_year() {
        let range = Period::range(Period::parse("2024Q4").unwrap(), Period::parse("2025Q1").unwrap()).unwrap();
        assert_eq!(range.iter().map(Period::name).collect::<Vec<_>>(), ["2024Q4", "2025Q1"]);
        assert!(Period::range(Period::parse("2025Q1").unwrap(), Period::parse("2024Q4").unwrap()).is_err());
    }
}
