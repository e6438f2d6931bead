//! The digests that a file may have.

/// The digests a user allows for a distribution, by algorithm; as in `--hash=sha256:...`.
///
/// Empty means that nobody restricted anything. Follows pip's `Hashes`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hashes {
    /// Algorithm and hex digest, sorted, without repetitions.
    allowed: Vec<(String, String)>,
    /// Two sets that have no digest in common allow nothing, which is not the same as everything.
    restricted: bool,
}

impl Hashes {
    /// Allows one more digest (hexadecimal; its case does not matter).
    pub fn insert(&mut self, algorithm: &str, digest: &str) {
        self.restricted = true;
        let entry = (algorithm.to_owned(), digest.to_ascii_lowercase());
        if let Err(position) = self.allowed.binary_search(&entry) {
            self.allowed.insert(position, entry);
        }
    }

    /// Whether no digest was named at all: any file will do.
    pub fn is_empty(&self) -> bool {
        !self.restricted
    }

    /// Whether a file with this digest is welcome; `false` when no digest was named at all.
    pub fn allows(&self, algorithm: &str, digest: &str) -> bool {
        self.allowed.iter().any(|(name, allowed)| name == algorithm && allowed.eq_ignore_ascii_case(digest))
    }

    /// The digests that both allow; an empty side restricts nothing.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        if self.is_empty() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        let allowed = self.allowed.iter().filter(|entry| other.allowed.contains(entry)).cloned().collect();
        Self { allowed, restricted: true }
    }

    /// Algorithm and lower-case hex digest of each allowed digest, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.allowed.iter().map(|(algorithm, digest)| (algorithm.as_str(), digest.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::Hashes;

    fn hashes(entries: &[(&str, &str)]) -> Hashes {
        let mut hashes = Hashes::default();
        for (algorithm, digest) in entries {
            hashes.insert(algorithm, digest);
        }
        hashes
    }

    #[test]
    fn compares_without_case() {
        let one = hashes(&[("sha256", "ABcd")]);
        assert!(one.allows("sha256", "abCD"));
        assert!(!one.allows("sha384", "abcd"));
    }

    #[test]
    fn intersects_as_pip_does() {
        let one = hashes(&[("sha256", "aa"), ("sha256", "bb")]);
        let other = hashes(&[("sha256", "bb"), ("sha512", "cc")]);
        assert_eq!(one.intersection(&other), hashes(&[("sha256", "bb")]));
        assert_eq!(one.intersection(&Hashes::default()), one);
        assert_eq!(Hashes::default().intersection(&other), other);

        let nothing = one.intersection(&hashes(&[("sha512", "cc")]));
        assert!(!nothing.is_empty(), "allows nothing, which is not no restriction");
        assert!(!nothing.allows("sha256", "aa"));
    }
}
