//! Days and months as numbers, so that a simulated month is an addition.

use jiff::civil::Date;

use crate::config::PeriodLength;

/// Days since 1970-01-01.
pub(super) type Day = i32;

/// Months since year 0: `12 · year + month − 1`.
pub(super) type Month = i32;

/// The longest term of a loan and the longest look past the window stay inside this many months.
const MARGIN: Month = 480;

/// The window that is simulated, and the first day of every month around it.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub first: Month,
    pub last: Month,
    origin: Month,
    starts: Vec<Day>,
}

impl Calendar {
    /// The `months` months that end with `last`.
    pub fn ending(last: Month, months: u16) -> Self {
        let first = last + 1 - Month::from(months);
        let origin = first - MARGIN;
        let starts = (origin..=last + MARGIN).map(first_day_of).collect();
        Self { first, last, origin, starts }
    }

    pub fn months(&self) -> usize {
        (self.last - self.first + 1) as usize
    }

    pub fn start(&self, month: Month) -> Day {
        self.starts[(month - self.origin) as usize]
    }

    /// The last day of the month.
    pub fn end(&self, month: Month) -> Day {
        self.start(month + 1) - 1
    }

    pub fn month_of(&self, day: Day) -> Month {
        self.origin + self.starts.partition_point(|start| *start <= day) as Month - 1
    }

    /// First and last day of the window.
    pub fn window(&self) -> (Day, Day) {
        (self.start(self.first), self.end(self.last))
    }

    pub fn contains(&self, day: Day) -> bool {
        let (first, last) = self.window();
        (first..=last).contains(&day)
    }

    /// The periods that begin and end inside the window: their names, first and last days.
    pub fn periods(&self, length: PeriodLength) -> Vec<(String, Day, Day)> {
        let months = Month::from(length.months());
        let whole = (self.first..=self.last).filter(|month| month % months == 0 && month + months - 1 <= self.last);
        let name = |month: Month| {
            let (year, month) = (month / 12, month % 12);
            match length {
                PeriodLength::Month => format!("{year}-{:02}", month + 1),
                PeriodLength::Quarter => format!("{year}Q{}", month / 3 + 1),
                PeriodLength::Year => format!("{year}"),
            }
        };
        whole.map(|month| (name(month), self.start(month), self.end(month + months - 1))).collect()
    }
}

/// `2025-12` as a month.
pub(super) fn parse_month(text: &str) -> Option<Month> {
    let (year, month) = text.split_once('-')?;
    let (year, month): (Month, Month) = (year.parse().ok()?, month.parse().ok()?);
    ((1970..=2200).contains(&year) && (1..=12).contains(&month)).then_some(12 * year + month - 1)
}

/// A month as it stands in file names: `202512`.
pub(super) fn compact(month: Month) -> String {
    format!("{}{:02}", month / 12, month % 12 + 1)
}

fn first_day_of(month: Month) -> Day {
    let date = Date::constant((month / 12) as i16, (month % 12 + 1) as i8, 1);
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() as Day / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_and_end_where_the_calendar_says() {
        let last = parse_month("2024-12").unwrap();
        let calendar = Calendar::ending(last, 12);
        assert_eq!(
            calendar.start(parse_month("2024-03").unwrap()) - calendar.start(parse_month("2024-02").unwrap()),
            29
        );
        assert_eq!(calendar.window(), (19723, 20088));
        assert_eq!(calendar.month_of(19723), calendar.first);
        assert_eq!(calendar.month_of(19722), calendar.first - 1);
        let names = |length| calendar.periods(length).into_iter().map(|(name, ..)| name).collect::<Vec<_>>();
        assert_eq!(names(PeriodLength::Quarter), ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]);
        assert_eq!(names(PeriodLength::Year), ["2024"]);
        assert_eq!((parse_month("2024-13"), parse_month("2024")), (None, None));
    }
}
