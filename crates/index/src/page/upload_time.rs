//! `upload-time`: an ISO 8601 moment, read into microseconds.

use crate::calendar::days_since_1970;

/// Microseconds since 1970 (UTC) of `2024-01-31T12:30:00.123456Z`, with any number of decimals, `Z` or an
/// offset; without either UTC is meant. `None` for anything else.
pub(super) fn parse(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| digits(bytes.get(from..to)?);
    let separator =
        |at: usize, allowed: &[u8]| bytes.get(at).filter(|byte| allowed.contains(byte)).map(|_| ());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    separator(4, b"-")?;
    separator(7, b"-")?;
    separator(10, b"Tt ")?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    separator(13, b":")?;
    separator(16, b":")?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (micros, zone) = fraction(bytes.get(19..)?)?;
    let seconds =
        days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset(zone)?;
    Some(seconds * 1_000_000 + micros)
}

/// The decimals as microseconds, and what follows them.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(decimals) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")) else {
        return Some((0, rest));
    };
    let count = decimals.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (decimals, zone) = decimals.split_at_checked(count)?;
    let mut micros = 0;
    for place in 0..6 {
        micros = micros * 10 + decimals.get(place).map_or(0, |digit| i64::from(digit - b'0'));
    }
    (count > 0).then_some((micros, zone))
}

/// The zone's distance from UTC in seconds.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match zone {
        [] | b"Z" | b"z" => return Some(0),
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => (sign, [*h1, *h2], [*m1, *m2]),
        [sign, h1, h2] => (sign, [*h1, *h2], *b"00"),
        _ => return None,
    };
    let seconds = digits(&hours)? * 3600 + digits(&minutes)? * 60;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_moments() {
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2024-02-29T12:30:45.5Z"), Some(1_709_209_845_500_000));
        assert_eq!(parse("2024-02-29T12:30:45.123456789Z"), Some(1_709_209_845_123_456));
        assert_eq!(parse("2024-02-29 14:30:45+02:00"), Some(1_709_209_845_000_000));
        assert_eq!(parse("2024-02-29T07:00:45-0530"), Some(1_709_209_845_000_000));
        assert_eq!(parse("1969-12-31T23:59:59"), Some(-1_000_000));
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "2024",
            "2024-13-01T00:00:00Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00*01:00",
            "ä024-01-01T00:00:00Z",
            "2024-01-01T00:00:00+0",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
