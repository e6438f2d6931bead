//! Digests of files: which algorithms count, what is allowed, and taking several at once.

use std::fmt;
use std::str::FromStr;

use sha2::Digest as _;

/// The algorithms that pip accepts in links; see [`HashAlgorithm::is_strong`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HashAlgorithm {
    /// SHA-256, the one everybody uses.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA-224.
    Sha224,
    /// SHA-1, in links only.
    Sha1,
    /// MD5, in links only.
    Md5,
}

impl HashAlgorithm {
    /// The name as in `--hash=<name>:` and `#<name>=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Sha224 => "sha224",
            Self::Sha1 => "sha1",
            Self::Md5 => "md5",
        }
    }

    /// Whether `--hash` may use it.
    pub fn is_strong(self) -> bool {
        matches!(self, Self::Sha256 | Self::Sha384 | Self::Sha512)
    }
}

impl FromStr for HashAlgorithm {
    type Err = UnknownHash;

    fn from_str(name: &str) -> Result<Self, UnknownHash> {
        [Self::Sha256, Self::Sha384, Self::Sha512, Self::Sha224, Self::Sha1, Self::Md5]
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or_else(|| UnknownHash(name.to_owned()))
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is none of [`HashAlgorithm`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Unknown hash name: {0}")]
pub struct UnknownHash(pub String);

/// One digest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest {
    /// How it was made.
    pub algorithm: HashAlgorithm,
    /// The digest in lower-case hexadecimal.
    pub hex: String,
}

impl Digest {
    /// A digest; the letters of `hex` are lowered as pip does.
    pub fn new(algorithm: HashAlgorithm, hex: &str) -> Self {
        Self { algorithm, hex: hex.to_ascii_lowercase() }
    }
}

/// The digests a file may have: any one of them is enough (pip's `Hashes`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hashes(Vec<Digest>);

impl Hashes {
    /// Whether nothing is known, so that everything is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every digest, in the order of algorithms.
    pub fn iter(&self) -> impl Iterator<Item = &Digest> {
        self.0.iter()
    }

    /// The allowed digests of one algorithm.
    pub fn of(&self, algorithm: HashAlgorithm) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |digest| digest.algorithm == algorithm).map(|digest| digest.hex.as_str())
    }

    /// The one SHA-256, if there is exactly one: the key of the store.
    pub fn sha256(&self) -> Option<&str> {
        let mut found = self.of(HashAlgorithm::Sha256);
        found.next().filter(|_| found.next().is_none())
    }

    /// Whether this digest is one of them (false when nothing is known).
    pub fn allows(&self, digest: &Digest) -> bool {
        self.0.contains(digest)
    }

    /// What both allow; nothing known on one side leaves the other (pip's `&`).
    ///
    /// `None` when both know digests and share none: then nothing is allowed.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        if self.is_empty() {
            return Some(other.clone());
        }
        if other.is_empty() {
            return Some(self.clone());
        }
        let shared: Vec<_> = self.0.iter().filter(|digest| other.allows(digest)).cloned().collect();
        (!shared.is_empty()).then_some(Self(shared))
    }

    /// The algorithms that occur.
    pub fn algorithms(&self) -> impl Iterator<Item = HashAlgorithm> {
        let mut last = None;
        self.0.iter().filter_map(move |digest| {
            let algorithm = digest.algorithm;
            (last.replace(algorithm) != Some(algorithm)).then_some(algorithm)
        })
    }
}

impl FromIterator<Digest> for Hashes {
    fn from_iter<I: IntoIterator<Item = Digest>>(digests: I) -> Self {
        let mut digests: Vec<_> = digests.into_iter().collect();
        digests.sort();
        digests.dedup();
        Self(digests)
    }
}

/// Takes the SHA-256 of what passes through, and every other digest that is asked for.
pub struct Hasher {
    sha256: sha2::Sha256,
    others: Vec<Other>,
}

/// A running digest that is not SHA-256.
enum Other {
    Sha224(sha2::Sha224),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    Sha1(sha1::Sha1),
    Md5(md5::Md5),
}

impl Hasher {
    /// SHA-256 and whatever `expected` needs.
    pub fn new(expected: &Hashes) -> Self {
        let others = expected
            .algorithms()
            .filter_map(|algorithm| match algorithm {
                HashAlgorithm::Sha256 => None,
                HashAlgorithm::Sha224 => Some(Other::Sha224(sha2::Sha224::new())),
                HashAlgorithm::Sha384 => Some(Other::Sha384(sha2::Sha384::new())),
                HashAlgorithm::Sha512 => Some(Other::Sha512(sha2::Sha512::new())),
                HashAlgorithm::Sha1 => Some(Other::Sha1(sha1::Sha1::new())),
                HashAlgorithm::Md5 => Some(Other::Md5(md5::Md5::new())),
            })
            .collect();
        Self { sha256: sha2::Sha256::new(), others }
    }

    /// The next piece of content.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        for other in &mut self.others {
            match other {
                Other::Sha224(hasher) => hasher.update(bytes),
                Other::Sha384(hasher) => hasher.update(bytes),
                Other::Sha512(hasher) => hasher.update(bytes),
                Other::Sha1(hasher) => hasher.update(bytes),
                Other::Md5(hasher) => hasher.update(bytes),
            }
        }
    }

    /// All digests taken, the SHA-256 first.
    pub fn finish(self) -> Vec<Digest> {
        let mut digests =
            vec![Digest { algorithm: HashAlgorithm::Sha256, hex: hex(&self.sha256.finalize()) }];
        digests.extend(self.others.into_iter().map(|other| match other {
            Other::Sha224(hasher) => {
                Digest { algorithm: HashAlgorithm::Sha224, hex: hex(&hasher.finalize()) }
            }
            Other::Sha384(hasher) => {
                Digest { algorithm: HashAlgorithm::Sha384, hex: hex(&hasher.finalize()) }
            }
            Other::Sha512(hasher) => {
                Digest { algorithm: HashAlgorithm::Sha512, hex: hex(&hasher.finalize()) }
            }
            Other::Sha1(hasher) => Digest { algorithm: HashAlgorithm::Sha1, hex: hex(&hasher.finalize()) },
            Other::Md5(hasher) => Digest { algorithm: HashAlgorithm::Md5, hex: hex(&hasher.finalize()) },
        }));
        digests
    }
}

/// The digest of `bytes` in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
