//! `business_day_after(date, n)`: the n-th business day after a date.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array};
use arrow::datatypes::{DataType, Date32Type, Int32Type};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// Business days are Monday to Friday; what falls on a weekend counts as having happened on the Friday before. 0 gives the day
/// itself, or that Friday. NULL where either argument is.
pub(super) fn business_day_after() -> ScalarUDF {
    create_udf(
        "business_day_after",
        vec![DataType::Date32, DataType::Int32],
        DataType::Date32,
        Volatility::Immutable,
        Arc::new(|arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let (dates, counts) = (arrays[0].as_primitive::<Date32Type>(), arrays[1].as_primitive::<Int32Type>());
            let days = dates.iter().zip(counts.iter()).map(|pair| match pair {
                (Some(date), Some(count)) => Some(after(date, count)),
                _ => None,
            });
            let days: ArrayRef = Arc::new(days.collect::<Date32Array>());
            Ok(ColumnarValue::Array(days))
        }),
    )
}

/// Days since 1970-01-01, which was a Thursday.
fn after(date: i32, count: i32) -> i32 {
    let weekday = (date + 3).rem_euclid(7); // Monday is 0
    let (friday_or_before, weekday) = if weekday > 4 { (date - (weekday - 4), 4) } else { (date, weekday) };
    friday_or_before + count + 2 * (weekday + count).div_euclid(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_are_passed_over() {
        let (thursday, friday, saturday, monday) = (0, 1, 2, 4);
        assert_eq!(after(thursday, 1), friday);
        assert_eq!(after(friday, 1), monday);
        assert_eq!(after(saturday, 1), monday);
        assert_eq!(after(friday, 0), friday);
        assert_eq!(after(thursday, 5), thursday + 7);
        assert_eq!(after(monday, 10), monday + 14);
    }

    #[test]
    fn the_closed_form_is_a_walk_day_by_day() {
        for start in -30..30 {
            for count in 0..12 {
                let weekday = |day: i32| (day + 3).rem_euclid(7);
                let mut day = start;
                while weekday(day) > 4 {
                    day -= 1;
                }
                for _ in 0..count {
                    day += 1;
                    while weekday(day) > 4 {
                        day += 1;
                    }
                }
                assert_eq!(after(start, count), day, "{start} {count}");
            }
        }
    }
}
