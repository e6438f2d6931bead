//! The moment of `--uploaded-prior-to`.

/// Files uploaded at or after this moment do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadedPriorTo {
    /// That many days before now (`P3D`).
    DaysAgo(u64),
    /// A moment with its zone: microseconds since the epoch, UTC.
    Moment(i64),
    /// A moment of the local clock: microseconds since the epoch as if it were UTC.
    Local(i64),
}
