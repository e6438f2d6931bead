use super::*;

#[test]
fn moments_are_those_of_fromisoformat() {
    use UploadedPriorTo::{DaysAgo, Local, Moment};
    const S: i64 = MICROSECONDS;
    // Computed by Python 3.12.
    for (text, moment) in [
        ("2024-01-31", Local(1_706_659_200 * S)),
        ("20240131", Local(1_706_659_200 * S)),
        ("2024-W05-3", Local(1_706_659_200 * S)),
        ("2024W053", Local(1_706_659_200 * S)),
        ("2024-W05", Local(1_706_486_400 * S)),
        ("2020-W53-7", Local(1_609_632_000 * S)),
        ("2024-02-29", Local(1_709_164_800 * S)),
        ("2024-01-31T01:02:03", Local(1_706_662_923 * S)),
        ("2024-01-31x01", Local(1_706_662_800 * S)),
        ("20240131T0102", Local(1_706_662_920 * S)),
        ("2024-01-31T01:02:03Z", Moment(1_706_662_923 * S)),
        ("2024-01-31T01:02:03.5-02:00", Moment(1_706_670_123 * S + 500_000)),
        ("2024-01-31T010203+0530", Moment(1_706_643_123 * S)),
        ("2024-01-31T01:02:03,123456789Z", Moment(1_706_662_923 * S + 123_456)),
        ("1969-12-31T23:59:59Z", Moment(-S)),
        ("P3D", DaysAgo(3)),
        ("P0D", DaysAgo(0)),
    ] {
        assert_eq!(UploadedPriorTo::parse(text), Ok(moment), "{text}");
    }
}

#[test]
fn other_texts_are_refused_in_the_words_of_python() {
    for (text, problem) in [
        ("foo", "Invalid isoformat string: 'foo'"),
        ("", "Invalid isoformat string: ''"),
        ("P-1D", "Invalid isoformat string: 'P-1D'"),
        ("2024-1-1", "Invalid isoformat string: '2024-1-1'"),
        ("2024-W54-1", "Invalid isoformat string: '2024-W54-1'"),
        ("2024-01-31T1", "Invalid isoformat string: '2024-01-31T1'"),
        ("2024-01-31T", "Invalid isoformat string: '2024-01-31T'"),
        ("é024-01-31", "Invalid isoformat string: 'é024-01-31'"),
        ("2024-13-01", "month must be in 1..12"),
        ("2023-02-29", "day is out of range for month"),
        ("2024-01-31T25:00", "hour must be in 0..23"),
        ("2024-01-31T01:60", "minute must be in 0..59"),
    ] {
        let error = UploadedPriorTo::parse(text).expect_err(text);
        let start = format!("invalid value: {}: {problem}. Expected an ISO 8601", repr(text));
        assert!(error.starts_with(&start), "{text}: {error}");
    }
}
