//! Which names are those of lock files: `pylock.toml` and `pylock.<name>.toml`.

use std::path::Path;

/// A file name without the `[extras]` that may follow it.
pub fn without_extras(file: &str) -> &str {
    let Some(inner) = file.strip_suffix(']') else { return file };
    match inner.rsplit_once('[') {
        Some((name, extras)) if !name.is_empty() && !extras.is_empty() && !extras.contains(']') => {
            name.trim_end_matches(crate::python::is_space)
        }
        _ => file,
    }
}

/// Whether this path or address is that of a lock file, judged by its name.
pub fn is_lock(file: &str) -> bool {
    match address_path(file) {
        Some(path) => is_lock_name(path.rsplit('/').next().unwrap_or_default()),
        None => is_local_lock(file),
    }
}

/// Whether this path, not an address, is that of a lock file.
pub(crate) fn is_local_lock(file: &str) -> bool {
    address_path(file).is_none()
        && Path::new(file).file_name().and_then(|name| name.to_str()).is_some_and(is_lock_name)
}

fn is_lock_name(name: &str) -> bool {
    name == "pylock.toml"
        || name
            .strip_prefix("pylock.")
            .and_then(|rest| rest.strip_suffix(".toml"))
            .is_some_and(|name| !name.is_empty() && !name.contains('.'))
}

/// The path of an http, https or file address.
fn address_path(file: &str) -> Option<&str> {
    let (scheme, rest) = file.split_once(':')?;
    if !["http", "https", "file"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    match rest.strip_prefix("//") {
        Some(rest) => rest.find('/').and_then(|slash| rest.get(slash..)).or(Some("")),
        None => Some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_are_known_by_their_names() {
        for file in
            ["pylock.toml", "a/pylock.dev.toml", "https://host/x/pylock.toml?y=1", "FILE:///pylock.a.toml"]
        {
            assert!(is_lock(file), "{file}");
        }
        for file in
            ["pylock.a.b.toml", "pylock..toml", "requirements.txt", "https://pylock.toml", "xpylock.toml"]
        {
            assert!(!is_lock(file), "{file}");
        }
        assert!(!is_local_lock("https://host/pylock.toml"));
    }

    #[test]
    fn extras_after_a_file_are_cut_off() {
        for (file, name) in
            [("pylock.toml[a,b]", "pylock.toml"), ("x [a]", "x"), ("x[]", "x[]"), ("[a]", "[a]"), ("x", "x")]
        {
            assert_eq!(without_extras(file), name);
        }
    }
}
