//! What can go wrong in the store.

/// Why a wheel cannot be stored, or why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The text is not a SHA-256 digest in hexadecimal.
    #[error("{0:?} is not a SHA-256 digest")]
    Digest(String),
}
