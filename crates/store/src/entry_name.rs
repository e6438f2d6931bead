//! Names of archive entries: which of them are safe to use.

use std::borrow::Cow;

/// File systems take no longer names.
const MAX_PART: usize = 255;

/// Systems take paths of 4096 bytes, of which the place of the store or the environment needs its part.
const MAX_LENGTH: usize = 2048;

/// Each folder on the way to a file is open while the file is unpacked.
const MAX_DEPTH: usize = 256;

/// Why a name is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// It begins with a slash.
    #[error("its name is an absolute path")]
    Absolute,
    /// It begins with a drive letter.
    #[error("its name begins with a drive letter")]
    Drive,
    /// It climbs out of a folder.
    #[error("its name leads outside of the folder that it is unpacked to")]
    Parent,
    /// It has a backslash, a separator on some systems only.
    #[error("its name has a backslash")]
    Backslash,
    /// It has a NUL character, where some programs end the name.
    #[error("its name has a NUL character")]
    Nul,
    /// It names no file.
    #[error("its name is empty")]
    Empty,
    /// No file system takes it.
    #[error("its name is too long")]
    TooLong,
    /// It stands in folders in folders, more of them than anybody needs.
    #[error("it is nested too deeply")]
    TooDeep,
    /// It is marked as UTF-8 and is not.
    #[error("its name is not UTF-8")]
    NotUtf8,
}

/// The name as a relative path without empty and `.` components, as `os.path.normpath` makes it. Names that mean
/// something else on another system or to another program are refused rather than interpreted.
pub fn normalize(name: &str) -> Result<Cow<'_, str>, NameFault> {
    let bytes = name.as_bytes();
    if bytes.contains(&0) {
        return Err(NameFault::Nul);
    }
    if bytes.contains(&b'\\') {
        return Err(NameFault::Backslash);
    }
    if name.starts_with('/') {
        return Err(NameFault::Absolute);
    }
    if let [letter, b':', ..] = bytes
        && letter.is_ascii_alphabetic()
    {
        return Err(NameFault::Drive);
    }
    if name.len() > MAX_LENGTH {
        return Err(NameFault::TooLong);
    }
    let (mut is_normal, mut is_empty) = (true, true);
    for (depth, component) in name.split('/').enumerate() {
        if depth > MAX_DEPTH {
            return Err(NameFault::TooDeep);
        }
        match component {
            ".." => return Err(NameFault::Parent),
            "" | "." => is_normal = false,
            part if part.len() > MAX_PART => return Err(NameFault::TooLong),
            _ => is_empty = false,
        }
    }
    match (is_empty, is_normal) {
        (true, _) => Err(NameFault::Empty),
        (false, true) => Ok(Cow::Borrowed(name)),
        (false, false) => {
            let components: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
            Ok(Cow::Owned(components.join("/")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stay_inside_are_made_normal() {
        for (name, normal) in [
            ("a", "a"),
            ("a/b.py", "a/b.py"),
            ("./a//b", "a/b"),
            ("a/./b", "a/b"),
            ("..a/b..", "..a/b.."),
            ("ü/…", "ü/…"),
        ] {
            assert_eq!(normalize(name).as_deref(), Ok(normal));
        }
    }

    #[test]
    fn names_that_may_leave_are_refused() {
        for (name, fault) in [
            ("/etc/passwd", NameFault::Absolute),
            ("//host/x", NameFault::Absolute),
            ("../x", NameFault::Parent),
            ("a/../../x", NameFault::Parent),
            ("a/..", NameFault::Parent),
            ("a\\..\\x", NameFault::Backslash),
            ("C:x", NameFault::Drive),
            ("a\0.py", NameFault::Nul),
            ("", NameFault::Empty),
            ("./.", NameFault::Empty),
            (&"a".repeat(256), NameFault::TooLong),
            (&"long/".repeat(500), NameFault::TooLong),
            (&"a/".repeat(300), NameFault::TooDeep),
        ] {
            assert_eq!(normalize(name), Err(fault), "{name:?}");
        }
    }
}
