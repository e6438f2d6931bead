//! How long a busy server asks us to wait: `Retry-After`, in seconds or as a date (RFC 9110).

use std::time::{Duration, SystemTime};

use reqwest::{Response, header};

use crate::calendar::days_since_1970;

/// The longest wait that is granted.
const LONGEST_WAIT: u64 = 60;

/// What an answer that tells of a busy server says. A date that has passed means at once.
pub(super) fn retry_after(response: &Response) -> Option<Duration> {
    if !matches!(response.status().as_u16(), 413 | 429 | 503) {
        return None;
    }
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = if let Ok(seconds) = text.parse() {
        seconds
    } else {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
        seconds_since_1970(text)?.saturating_sub(now.as_secs())
    };
    Some(Duration::from_secs(seconds.min(LONGEST_WAIT)))
}

/// A date in the one form that servers may send: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn seconds_since_1970(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = date.strip_suffix(" GMT")?.split_once(", ")?.1.split(' ');
    let day: i64 = words.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let month = words.next()?;
    let month = i64::try_from(MONTHS.iter().position(|name| *name == month)?).ok()?;
    let year: i64 = words.next()?.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let mut clock = words.next()?.split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (clock.next()??, clock.next()??, clock.next()??);
    if words.next().is_some() || clock.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    let days = u64::try_from(days_since_1970(year, month + 1, day)).ok()?;
    Some((days * 24 + hours) * 3600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(status: u16, value: &str) -> Option<Duration> {
        let answer = hyper::Response::builder().status(status).header("Retry-After", value);
        retry_after(&Response::from(answer.body(String::new()).unwrap()))
    }

    #[test]
    fn nobody_waits_for_a_year() {
        assert_eq!(wait(429, "1"), Some(Duration::from_secs(1)));
        assert_eq!(wait(503, " 31536000 "), Some(Duration::from_secs(LONGEST_WAIT)));
        assert_eq!(wait(503, "Fri, 31 Dec 9999 23:59:59 GMT"), Some(Duration::from_secs(LONGEST_WAIT)));
        assert_eq!(wait(503, "Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        for unreadable in ["-1", "1e9", "99999999999999999999", "soon", "Wed, 21 Oct 2015"] {
            assert_eq!(wait(429, unreadable), None, "{unreadable}");
        }
        assert_eq!(wait(404, "1"), None);
    }

    #[test]
    fn dates_are_seconds() {
        assert_eq!(seconds_since_1970("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds_since_1970("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds_since_1970("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(seconds_since_1970("Fri, 01 Mar 2024 00:00:00 GMT"), Some(1_709_251_200));
        for wrong in [
            "",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 ovD 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 0 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
        ] {
            assert_eq!(seconds_since_1970(wrong), None, "{wrong}");
        }
    }
}
