//! Names of projects and extras in their normalised form.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::python_text::{lower, repr};

/// A text that is not a valid name of a project or an extra.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("name is invalid: {}", repr(.0))]
pub struct InvalidName(pub String);

macro_rules! normalised_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Two names are equal when their normalised forms are: lower case, with every run of `-`, `_` and `.`
        /// as one `-`. Cloning is cheap.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and normalises `text`: ASCII letters, digits, `-`, `_` and `.`, with a letter or digit at
            /// both ends.
            pub fn new(text: &str) -> Result<Self, InvalidName> {
                if is_valid(text) { Ok(Self::normalise(text)) } else { Err(InvalidName(text.to_owned())) }
            }

            /// Normalises any text without checking it, as `packaging.utils.canonicalize_name` does. For names
            /// that pip takes unchecked, such as those in file names, requirements and metadata.
            pub fn normalise(text: &str) -> Self {
                if is_normal(text) { Self(text.into()) } else { Self(normalise(text).into()) }
            }

            /// The normalised form.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The normalised form with `_` for `-`, as file names hold it.
            pub fn escaped(&self) -> String {
                self.0.replace('-', "_")
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                *self.0 == *other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                *self.0 == **other
            }
        }
    };
}

normalised_name! {
    /// The name of a project, such as `typing-extensions`.
    ProjectName
}

normalised_name! {
    /// The name of an extra, such as `socks` in `requests[socks]`.
    ExtraName
}

/// Whether `text` follows the rule of the core metadata's `Name` field.
fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Whether normalising would change nothing. Most names come normalised, so this saves a second buffer.
pub(crate) fn is_normal(text: &str) -> bool {
    let mut previous = 0;
    text.bytes().all(|byte| {
        let doubled = byte == b'-' && previous == b'-';
        previous = byte;
        (byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') && !doubled
    })
}

/// `packaging.utils.canonicalize_name`.
pub(crate) fn normalise(text: &str) -> String {
    let lower = lower(text);
    let mut name = String::with_capacity(lower.len());
    for character in lower.chars() {
        if !matches!(character, '-' | '_' | '.') {
            name.push(character);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    name
}
