//! What a user may say instead of an interpreter's path.

use std::fmt;
use std::path::PathBuf;

use specifier::{Specifiers, Version};

use crate::Environment;

/// Which interpreter is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum InterpreterRequest {
    /// The first one there is.
    Any,
    /// The one at a path; it may be an environment's folder.
    Path(PathBuf),
    /// One of an implementation and a version.
    Fitting {
        /// As the user wrote it.
        written: String,
        /// `cpython`, `pypy`...; nothing if any will do.
        implementation: Option<String>,
        /// The versions that will do.
        versions: Specifiers,
        /// A free-threaded build (`3.13t`).
        free_threaded: bool,
    },
    /// The executable of this name on `PATH`.
    Executable(String),
}

/// What people write before the version, and the implementation they mean.
const IMPLEMENTATIONS: [(&str, Option<&str>); 4] =
    [("cpython", Some("cpython")), ("pypy", Some("pypy")), ("graalpy", Some("graalpy")), ("python", None)];

impl InterpreterRequest {
    /// Reads `3.12`, `3.12.1`, `3.13t`, `>=3.10`, `python3.11`, `pypy3`, `pypy@3.10`, `./a/path`. Everything
    /// else is the name of an executable.
    pub fn parse(text: &str) -> Self {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Self::Any;
        }
        if trimmed.contains(['/', '\\']) || trimmed.starts_with(['.', '~']) && !trimmed.starts_with("~=") {
            return Self::Path(PathBuf::from(text));
        }
        let lower = trimmed.to_ascii_lowercase();
        let (implementation, rest) = IMPLEMENTATIONS
            .iter()
            .find_map(|(prefix, implementation)| Some((*implementation, lower.strip_prefix(prefix)?)))
            .unwrap_or((None, &lower));
        let version = rest.trim_start_matches(['@', '-']);
        match versions(version) {
            Some((versions, free_threaded)) => Self::Fitting {
                written: trimmed.to_owned(),
                implementation: implementation.map(ToOwned::to_owned),
                versions,
                free_threaded,
            },
            None => Self::Executable(trimmed.to_owned()),
        }
    }

    /// Whether an interpreter is what was asked for.
    pub(crate) fn fits(&self, environment: &Environment) -> bool {
        let Self::Fitting { implementation, versions, free_threaded, .. } = self else { return true };
        let is_free_threaded =
            environment.facts().tags.abis.first().is_some_and(|abi| abi.trim_end_matches('d').ends_with('t'));
        // A pre-release of Python is what `3.15` means while there is nothing else.
        Version::parse(environment.python_full_version()).is_ok_and(|version| versions.contains(&version))
            && implementation.as_deref().is_none_or(|name| name == environment.implementation())
            && (implementation.as_deref() == Some("pypy") || *free_threaded == is_free_threaded)
    }

    /// Whether an interpreter with this version in its name can be what was asked for.
    pub(crate) fn may_fit(&self, hint: Option<(u32, Option<u32>)>) -> bool {
        let (Self::Fitting { versions, .. }, Some((major, minor))) = (self, hint) else { return true };
        let Some(minor) = minor else { return major == 3 };
        // Any micro version may hide behind the name.
        versions.is_empty()
            || (0..64_u64)
                .any(|micro| versions.contains(&Version::new([u64::from(major), u64::from(minor), micro])))
            || versions.names_prerelease()
    }

    /// The names under which the interpreter may be on `PATH`, best first.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        match self {
            Self::Path(_) => Vec::new(),
            Self::Any => names(&["python3", "python"]),
            Self::Executable(name) => vec![name.clone()],
            Self::Fitting { implementation, versions, free_threaded, .. } => {
                let stem = match implementation.as_deref() {
                    None | Some("cpython") => "python",
                    Some(other) => other,
                };
                let suffix = if *free_threaded { "t" } else { "" };
                let minor = versions.iter().find_map(|specifier| {
                    let version = specifier.version()?;
                    specifier
                        .operator()
                        .pins_release()
                        .then(|| (version.major(), version.minor(), version.release().len()))
                });
                let mut names = Vec::new();
                if let Some((major, minor, 2..)) = minor {
                    names.push(format!("{stem}{major}.{minor}{suffix}"));
                }
                names.extend([format!("{stem}3"), stem.to_owned()]);
                names
            }
        }
    }
}

trait PinsRelease {
    /// Whether the operator names the versions that it accepts: `==`, `===`, `~=`.
    fn pins_release(&self) -> bool;
}

impl PinsRelease for specifier::Operator {
    fn pins_release(&self) -> bool {
        matches!(self, Self::Equal | Self::Arbitrary | Self::Compatible)
    }
}

impl fmt::Display for InterpreterRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("python"),
            Self::Path(path) => path.display().fmt(formatter),
            Self::Fitting { written, .. } | Self::Executable(written) => formatter.write_str(written),
        }
    }
}

/// `3`, `3.12`, `312`, `3.12.1`, `3.13t` or specifiers; nothing written means any version.
fn versions(text: &str) -> Option<(Specifiers, bool)> {
    if text.is_empty() {
        return Some((Specifiers::default(), false));
    }
    if text.starts_with(['<', '>', '=', '!', '~']) {
        return Some((Specifiers::parse(text).ok()?, false));
    }
    let (number, free_threaded) = text.strip_suffix('t').map_or((text, false), |number| (number, true));
    let version = match number.as_bytes() {
        // `python312`, as tags and some systems spell it.
        [b'2' | b'3', b'0'..=b'9', ..] if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            let (major, minor) = number.split_at(1);
            format!("{major}.{minor}")
        }
        _ => number.to_owned(),
    };
    let parsed = Version::parse(&version).ok()?;
    let is_exact = parsed.release().len() > 2 || parsed.is_prerelease();
    let specifiers = if is_exact { format!("=={version}") } else { format!("=={version}.*") };
    Some((Specifiers::parse(&specifiers).ok()?, free_threaded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        InterpreterRequest::parse(text).names()
    }

    #[test]
    fn what_users_write() {
        let fitting = |text: &str| match InterpreterRequest::parse(text) {
            InterpreterRequest::Fitting { implementation, versions, free_threaded, .. } => {
                (implementation, versions.to_string(), free_threaded)
            }
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(fitting("3.12"), (None, "==3.12.*".into(), false));
        assert_eq!(fitting("3"), (None, "==3.*".into(), false));
        assert_eq!(fitting("3.12.1"), (None, "==3.12.1".into(), false));
        assert_eq!(fitting("3.13t"), (None, "==3.13.*".into(), true));
        assert_eq!(fitting("312"), (None, "==3.12.*".into(), false));
        assert_eq!(fitting(">=3.10"), (None, ">=3.10".into(), false));
        assert_eq!(fitting("~=3.10"), (None, "~=3.10".into(), false));
        assert_eq!(fitting("python3.11"), (None, "==3.11.*".into(), false));
        assert_eq!(fitting("pypy@3.10"), (Some("pypy".into()), "==3.10.*".into(), false));
        assert_eq!(fitting("CPython-3.9"), (Some("cpython".into()), "==3.9.*".into(), false));
        assert_eq!(fitting("python"), (None, String::new(), false));
    }

    #[test]
    fn paths_and_executables() {
        assert_eq!(InterpreterRequest::parse("./env"), InterpreterRequest::Path("./env".into()));
        assert_eq!(
            InterpreterRequest::parse("/usr/bin/python3"),
            InterpreterRequest::Path("/usr/bin/python3".into())
        );
        assert_eq!(
            InterpreterRequest::parse("my-python"),
            InterpreterRequest::Executable("my-python".into())
        );
        assert_eq!(InterpreterRequest::parse(" "), InterpreterRequest::Any);
    }

    #[test]
    fn names_on_the_path() {
        assert_eq!(names("3.12"), ["python3.12", "python3", "python"]);
        assert_eq!(names("3.13t"), ["python3.13t", "python3", "python"]);
        assert_eq!(names("pypy3"), ["pypy3", "pypy"]);
        assert_eq!(names(">=3.10"), ["python3", "python"]);
        assert_eq!(names(""), ["python3", "python"]);
    }

    #[test]
    fn hints_rule_out_what_cannot_fit() {
        let request = InterpreterRequest::parse("3.12.1");
        assert!(
            request.may_fit(Some((3, Some(12)))) && request.may_fit(None) && request.may_fit(Some((3, None)))
        );
        assert!(!request.may_fit(Some((3, Some(11)))) && !request.may_fit(Some((2, None))));
        assert!(InterpreterRequest::parse(">=3.10").may_fit(Some((3, Some(14)))));
    }
}
