//! The moment of `--uploaded-prior-to`: an ISO 8601 date or time as Python's `datetime.fromisoformat`
//! reads it, or whole days back.

use crate::python::repr;

/// Files uploaded at or after this moment do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadedPriorTo {
    /// That many days before now (`P3D`).
    DaysAgo(u64),
    /// A moment with its zone: microseconds since the epoch, UTC.
    Moment(i64),
    /// A moment of the local clock: microseconds since the epoch as if the clock were UTC.
    Local(i64),
}

const MICROSECONDS: i64 = 1_000_000;

impl UploadedPriorTo {
    /// Reads a value; the error is pip's text about it.
    pub(crate) fn parse(value: &str) -> Result<UploadedPriorTo, String> {
        if let Some(days) = value.strip_prefix('P').and_then(|rest| rest.strip_suffix('D'))
            && !days.is_empty()
            && days.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Ok(UploadedPriorTo::DaysAgo(days.parse().unwrap_or(u64::MAX)));
        }
        iso_moment(value).map_err(|problem| {
            let value = repr(value);
            let problem = problem.unwrap_or_else(|| format!("Invalid isoformat string: {value}"));
            format!(
                "invalid value: {value}: {problem}. Expected an ISO 8601 datetime string (e.g., '2023-01-01' or \
                 '2023-01-01T00:00:00Z') or a duration in days (e.g., 'P3D')"
            )
        })
    }
}

/// What is wrong, where Python says more than that the text is no ISO date.
type Problem = Option<String>;

fn iso_moment(text: &str) -> Result<UploadedPriorTo, Problem> {
    let date_length = date_length(text).ok_or(None)?;
    let (date, rest) = text.split_at_checked(date_length).ok_or(None)?;
    let days = iso_date(date)?;
    let mut rest = rest.chars();
    // Any one character separates the time from the date.
    if rest.next().is_none() {
        return Ok(UploadedPriorTo::Local(days * 86_400 * MICROSECONDS));
    }
    let time = rest.as_str();
    let zone_at = time.find(['+', '-', 'Z', 'z']).unwrap_or(time.len());
    let (clock, zone) = time.split_at_checked(zone_at).ok_or(None)?;
    let moment = days * 86_400 * MICROSECONDS + clock_time(clock)?;
    match zone {
        "" => Ok(UploadedPriorTo::Local(moment)),
        "Z" => Ok(UploadedPriorTo::Moment(moment)),
        _ => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let offset = zone.strip_prefix(['+', '-']).ok_or(None)?;
            let offset = clock_time(offset)?;
            if offset >= 86_400 * MICROSECONDS {
                return Err(Some("offset must be a timedelta strictly between one day".to_owned()));
            }
            Ok(UploadedPriorTo::Moment(moment - sign * offset))
        }
    }
}

/// How much of the text is the date: years, then months and days or weeks, with or without dashes.
fn date_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let dash = |at: usize| bytes.get(at) == Some(&b'-');
    let week = |at: usize| bytes.get(at) == Some(&b'W');
    Some(match (dash(4), week(4), week(5)) {
        // 2024-W05, 2024-W05-1
        (true, _, true) if dash(8) && digit(9) => 10,
        (true, _, true) => 8,
        // 2024W05, 2024W051; a digit after that is a day unless it begins a time
        (false, true, _) if digit(7) => 8,
        (false, true, _) => 7,
        (true, ..) => 10,
        _ => 8,
    })
    .filter(|length| *length <= text.len())
}

/// Days since the epoch.
fn iso_date(text: &str) -> Result<i64, Problem> {
    let year = number(text.get(..4))?;
    if year == 0 {
        return Err(Some("year 0 is out of range".to_owned()));
    }
    let rest = text.get(4..).ok_or(None)?;
    if rest.starts_with(['W', '-']) && rest.trim_start_matches('-').starts_with('W') {
        return week_date(year, rest);
    }
    let (month, day) = match rest.strip_prefix('-') {
        Some(rest) => rest.split_once('-').ok_or(None)?,
        None => rest.split_at_checked(2).ok_or(None)?,
    };
    let (month, day) = (two_digits(month)?, two_digits(day)?);
    if !(1..=12).contains(&month) {
        return Err(Some("month must be in 1..12".to_owned()));
    }
    if day < 1 || day > days_in_month(year, month) {
        return Err(Some("day is out of range for month".to_owned()));
    }
    Ok(days_from_civil(year, month, day))
}

/// `-W05`, `-W05-1`, `W05`, `W051`.
fn week_date(year: i64, rest: &str) -> Result<i64, Problem> {
    let dashed = rest.starts_with('-');
    let rest = rest.trim_start_matches('-').strip_prefix('W').ok_or(None)?;
    let (week, day) = rest.split_at_checked(2).ok_or(None)?;
    let day = match (dashed, day) {
        (_, "") => 1,
        (true, day) => number(day.strip_prefix('-'))?,
        (false, day) => number(Some(day))?,
    };
    let week = two_digits(week)?;
    // The week with January 4 is the first.
    let fourth = days_from_civil(year, 1, 4);
    let first_monday = fourth - (fourth + 3).rem_euclid(7);
    let next_fourth = days_from_civil(year + 1, 1, 4);
    let weeks = (next_fourth - (next_fourth + 3).rem_euclid(7) - first_monday) / 7;
    if !(1..=weeks).contains(&week) || !(1..=7).contains(&day) {
        return Err(None);
    }
    Ok(first_monday + (week - 1) * 7 + day - 1)
}

/// `HH[:MM[:SS[.fraction]]]` or the same without colons, in microseconds.
fn clock_time(text: &str) -> Result<i64, Problem> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<&str> = if clock.contains(':') {
        clock.split(':').collect()
    } else {
        (0..clock.len()).step_by(2).map(|at| clock.get(at..at + 2).unwrap_or_default()).collect()
    };
    if parts.is_empty() || parts.len() > 3 || (fraction.is_some() && parts.len() != 3) {
        return Err(None);
    }
    let mut seconds = 0;
    for (part, (name, limit, worth)) in
        parts.iter().zip([("hour", 23, 3600), ("minute", 59, 60), ("second", 59, 1)])
    {
        let value = two_digits(part)?;
        if value > limit {
            return Err(Some(format!("{name} must be in 0..{limit}")));
        }
        seconds += value * worth;
    }
    let mut microseconds = 0;
    if let Some(fraction) = fraction {
        if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(None);
        }
        // Digits beyond the sixth are cut off.
        microseconds = number(format!("{fraction:0<6}").get(..6))?;
    }
    Ok(seconds * MICROSECONDS + microseconds)
}

fn two_digits(text: &str) -> Result<i64, Problem> {
    if text.len() == 2 { number(Some(text)) } else { Err(None) }
}

fn number(text: Option<&str>) -> Result<i64, Problem> {
    let text =
        text.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).ok_or(None)?;
    text.parse().map_err(|_| None)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar; years begin in March, so that leap days come last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests;
