//! From the text of a cell to a value: strict, and without a copy.
//!
//! These run once for every cell that is ever read. They take trimmed text and never guess: what is not wholly a value
//! of the type is no value.

use std::fmt;

/// Why a text is no value of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is something else.
    Type,
    /// It is a number with more digits than the type keeps.
    Precision,
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A decimal number in units of 10^-scale, from `-1234.50`, `+.5`, `7.` or `1.5e3`.
///
/// # Errors
/// [`Fault::Precision`] if digits other than zeros follow the last decimal, or more stand before than `precision` holds.
pub fn decimal(text: &[u8], precision: u8, scale: u8) -> Result<i128, Fault> {
    // Most amounts fit 64 bits and have no exponent.
    let (is_negative, digits) = sign(text);
    if digits.len() <= 18 {
        let mut value = 0_i64;
        let mut decimals = None;
        let mut is_plain = !digits.is_empty();
        for byte in digits {
            match byte {
                b'0'..=b'9' => {
                    value = value * 10 + i64::from(byte - b'0');
                    decimals = decimals.map(|count: usize| count + 1);
                }
                b'.' if decimals.is_none() => decimals = Some(0),
                _ => {
                    is_plain = false;
                    break;
                }
            }
        }
        let has_digit = digits.len() > usize::from(decimals.is_some());
        let decimals = decimals.unwrap_or(0);
        if is_plain && has_digit && decimals <= usize::from(scale) {
            let value = i128::from(if is_negative { -value } else { value });
            return within(value.checked_mul(power(usize::from(scale) - decimals)), precision);
        }
    }
    any_decimal(text, precision, scale)
}

/// The long way: any number of digits, with or without an exponent.
fn any_decimal(text: &[u8], precision: u8, scale: u8) -> Result<i128, Fault> {
    let (is_negative, rest) = sign(text);
    let (mantissa, exponent) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&rest[..at], exponent(&rest[at + 1..])?),
        None => (rest, 0),
    };
    let point = mantissa.iter().position(|byte| *byte == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
        None => (mantissa, &[][..]),
    };
    let is_number = !(whole.is_empty() && fraction.is_empty());
    if !is_number || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return Err(Fault::Type);
    }
    // Digits up to this place count, as seen from the first digit of the mantissa; the others must be zeros.
    let kept = whole.len() as i64 + exponent + i64::from(scale);
    let mut value = Some(0_i128);
    for (place, digit) in whole.iter().chain(fraction).enumerate() {
        let digit = digit - b'0';
        if (place as i64) < kept {
            value = value.and_then(|value| value.checked_mul(10)?.checked_add(i128::from(digit)));
        } else if digit != 0 {
            return Err(Fault::Precision);
        }
    }
    let missing = kept - (whole.len() + fraction.len()) as i64;
    for _ in 0..missing.clamp(0, 60) {
        value = value.and_then(|value| value.checked_mul(10));
    }
    within(value.map(|value| if is_negative { -value } else { value }), precision)
}

fn within(value: Option<i128>, precision: u8) -> Result<i128, Fault> {
    value.filter(|value| value.unsigned_abs() < power(usize::from(precision)).unsigned_abs()).ok_or(Fault::Precision)
}

const fn power(exponent: usize) -> i128 {
    10_i128.pow(exponent as u32)
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn exponent(text: &[u8]) -> Result<i64, Fault> {
    let (is_negative, digits) = sign(text);
    let value = number(digits).filter(|_| digits.len() <= 4).ok_or(Fault::Type)?;
    Ok(if is_negative { -value } else { value })
}

/// A whole number; `30.0` is one to everybody who exports integers with gaps.
///
/// # Errors
/// Anything else, also a number that 64 bits do not hold.
pub fn whole(text: &[u8]) -> Result<i64, Fault> {
    let digits = match text.iter().position(|byte| *byte == b'.') {
        Some(at) if at + 1 < text.len() && text[at + 1..].iter().all(|byte| *byte == b'0') => &text[..at],
        Some(_) => return Err(Fault::Type),
        None => text,
    };
    let (is_negative, digits) = sign(digits);
    let value = number(digits).ok_or(Fault::Type)?;
    Ok(if is_negative { -value } else { value })
}

/// Digits and nothing else.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_i64, |value, byte| match byte {
        b'0'..=b'9' => value.checked_mul(10)?.checked_add(i64::from(byte - b'0')),
        _ => None,
    })
}

/// Days since 1970-01-01, from `2025-03-31`, also with the time of midnight behind it.
///
/// # Errors
/// Anything else, a day that the calendar does not have, and another time than midnight.
pub fn date(text: &[u8]) -> Result<i32, Fault> {
    let (day, rest) = leading_date(text).ok_or(Fault::Type)?;
    match rest.is_empty() || is_midnight(rest) {
        true => Ok(day),
        false => Err(Fault::Type),
    }
}

fn leading_date(text: &[u8]) -> Option<(i32, &[u8])> {
    let (year, rest) = leading_number(text, 4..=4)?;
    let (month, rest) = leading_number(rest.strip_prefix(b"-")?, 1..=2)?;
    let (day, rest) = leading_number(rest.strip_prefix(b"-")?, 1..=2)?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=days).contains(&day) {
        return None;
    }
    // Days of the proleptic Gregorian calendar, years beginning in March (Hinnant, chrono-compatible low-level date algorithms).
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some((era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468, rest))
}

/// A number of so many digits, and what follows it.
fn leading_number(text: &[u8], length: std::ops::RangeInclusive<usize>) -> Option<(i32, &[u8])> {
    let count = text.iter().take(*length.end()).take_while(|byte| byte.is_ascii_digit()).count();
    let value = text[..count].iter().fold(0, |value, byte| value * 10 + i32::from(byte - b'0'));
    length.contains(&count).then_some((value, &text[count..]))
}

fn is_midnight(rest: &[u8]) -> bool {
    let Some((b' ' | b'T', time)) = rest.split_first() else { return false };
    let time = time.strip_suffix(b"Z").unwrap_or(time);
    match time.strip_prefix(b"00:00") {
        Some(b"" | b":00") => true,
        Some(rest) => {
            rest.strip_prefix(b":00.").is_some_and(|zeros| !zeros.is_empty() && zeros.iter().all(|b| *b == b'0'))
        }
        None => false,
    }
}

/// Microseconds since 1970-01-01, from `2025-03-31T17:30:00.250+08:00`: seconds, fraction and offset may be missing, a
/// plain date is its midnight. An instant with an offset is turned to UTC.
///
/// # Errors
/// Anything else.
pub fn instant(text: &[u8]) -> Result<i64, Fault> {
    let (day, rest) = leading_date(text).ok_or(Fault::Type)?;
    let midnight = i64::from(day) * DAY;
    match rest.split_first() {
        None => Ok(midnight),
        Some((b' ' | b'T', time)) => time_of_day(time).map(|time| midnight + time).ok_or(Fault::Type),
        Some(_) => Err(Fault::Type),
    }
}

fn time_of_day(text: &[u8]) -> Option<i64> {
    let (hour, rest) = leading_number(text, 1..=2)?;
    let (minute, mut rest) = leading_number(rest.strip_prefix(b":")?, 1..=2)?;
    let (mut second, mut micros) = (0, 0_i64);
    if let Some(after) = rest.strip_prefix(b":") {
        (second, rest) = leading_number(after, 1..=2)?;
        if let Some(after) = rest.strip_prefix(b".") {
            let count = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&count) {
                return None;
            }
            let nanos = after[..count].iter().fold(0_i64, |value, byte| value * 10 + i64::from(byte - b'0'));
            micros = nanos * 10_i64.pow(9 - count as u32) / 1000;
            rest = &after[count..];
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let time = (i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * 1_000_000 + micros;
    Some(time - offset(rest)?)
}

/// Microseconds by which a place is ahead of UTC: nothing, `Z`, `+08:00`, `+0800` or `+08`.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, rest) = match text {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = leading_number(rest, 2..=2)?;
    let minutes = match rest {
        [] => 0,
        _ => match leading_number(rest.strip_prefix(b":").unwrap_or(rest), 2..=2)? {
            (minutes, []) => minutes,
            _ => return None,
        },
    };
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60) * 1_000_000)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type => "not a value of the type",
            Self::Precision => "more digits than the type keeps",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_the_cent_or_not_at_all() {
        let cents = |text: &str| decimal(text.as_bytes(), 18, 2);
        for (text, value) in [
            ("0", 0),
            ("-0.00", 0),
            ("7", 700),
            ("+7.5", 750),
            (".5", 50),
            ("5.", 500),
            ("-1234.50", -123_450),
            ("1.500", 150),
            ("0.1000000000000000000000000000", 10),
            ("1.5e3", 150_000),
            ("15E-1", 150),
            ("9999999999999999.99", 999_999_999_999_999_999),
            ("0000000000000000000000001", 100),
        ] {
            assert_eq!(cents(text), Ok(value), "{text}");
        }
        for text in ["", "-", ".", "1x", "1,5", "1.2.3", "--1", "1e", "1e+", "e5", "NaN", "1 000", "０", "1e99999"] {
            assert_eq!(cents(text), Err(Fault::Type), "{text}");
        }
        for text in ["0.125", "1.001", "10000000000000000", "-10000000000000000.00", "1e17", "1e-3", "1e999"] {
            assert_eq!(cents(text), Err(Fault::Precision), "{text}");
        }
    }

    #[test]
    fn both_ways_of_reading_a_decimal_agree() {
        let mut state = 7_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let value = (state >> 20) as i64 % 1_000_000_000 - 500_000_000;
            let decimals = (state % 5) as u32;
            let text = format!("{}.{:0width$}", value / 100, state % 10_u64.pow(decimals), width = decimals as usize);
            assert_eq!(decimal(text.as_bytes(), 18, 2), any_decimal(text.as_bytes(), 18, 2), "{text}");
        }
    }

    #[test]
    fn a_rate_keeps_eight_decimals() {
        assert_eq!(decimal(b"0.04350000", 12, 8), Ok(4_350_000));
        assert_eq!(decimal(b"0.043500001", 12, 8), Err(Fault::Precision));
        assert_eq!(decimal(b"10000", 12, 8), Err(Fault::Precision));
    }

    #[test]
    fn whole_numbers_may_carry_zeros_behind_a_point() {
        assert_eq!([whole(b"30"), whole(b"30.0"), whole(b"-7.00")], [Ok(30), Ok(30), Ok(-7)]);
        for text in ["", "30.", "30.5", ".0", "1e3", "9223372036854775808"] {
            assert_eq!(whole(text.as_bytes()), Err(Fault::Type), "{text}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, day) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2025-03-31", 20_178),
            ("2025-3-1", 20_148),
            ("0001-01-01", -719_162),
            ("9999-12-31", 2_932_896),
            ("2025-03-31 00:00:00", 20_178),
            ("2025-03-31T00:00:00.000Z", 20_178),
            ("2025-03-31 00:00", 20_178),
        ] {
            assert_eq!(date(text.as_bytes()), Ok(day), "{text}");
        }
        for text in [
            "2025-02-29",
            "1900-02-29",
            "2025-13-01",
            "2025-00-01",
            "2025-04-31",
            "2025-04-00",
            "20250401",
            "2025/04/01",
            "25-04-01",
            "2025-04-01 10:00",
            "2025-04-01x",
            "",
            "2025-04",
        ] {
            assert_eq!(date(text.as_bytes()), Err(Fault::Type), "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut expected = date(b"1800-01-01").unwrap();
        for year in 1800..2200 {
            for month in 1..=12 {
                for day in 1..=31 {
                    if let Ok(found) = date(format!("{year}-{month:02}-{day:02}").as_bytes()) {
                        assert_eq!(found, expected, "{year}-{month}-{day}");
                        expected += 1;
                    }
                }
            }
        }
        assert_eq!(expected, date(b"2200-01-01").unwrap());
    }

    #[test]
    fn instants_are_turned_to_utc() {
        let noon = 20_178 * DAY + 12 * 3_600_000_000;
        for text in [
            "2025-03-31 12:00",
            "2025-03-31T12:00:00",
            "2025-03-31T12:00:00Z",
            "2025-03-31 20:00:00.000+08:00",
            "2025-03-31T20:00:00+0800",
            "2025-03-31T07:00:00-05",
        ] {
            assert_eq!(instant(text.as_bytes()), Ok(noon), "{text}");
        }
        assert_eq!(instant(b"2025-03-31T12:00:00.0000019"), Ok(noon + 1));
        assert_eq!(instant(b"2025-03-31"), Ok(20_178 * DAY));
        for text in ["2025-03-31T24:00:00", "2025-03-31T12:60:00", "2025-03-31T12", "2025-03-31T12:00:00+8", "12:00"] {
            assert_eq!(instant(text.as_bytes()), Err(Fault::Type), "{text}");
        }
    }
}
