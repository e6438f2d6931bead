//! Which names a wheel makes importable, told from its file names.

use std::collections::BTreeSet;

/// What ends the file name of a module. Extension modules carry a tag before it.
const MODULE_SUFFIXES: [&str; 3] = [".py", ".so", ".pyd"];

/// The top-level packages and modules among the files of a wheel, sorted.
pub fn import_names<'a>(paths: impl Iterator<Item = &'a str>, info_directory: &str) -> BTreeSet<&'a str> {
    paths.filter_map(|path| import_name(path, info_directory)).collect()
}

fn import_name<'a>(path: &'a str, info_directory: &str) -> Option<&'a str> {
    let mut path = path;
    if let Some((top, rest)) = path.split_once('/') {
        if top == info_directory {
            return None;
        }
        if top.ends_with(".data") {
            path = rest.strip_prefix("purelib/").or_else(|| rest.strip_prefix("platlib/"))?;
        }
    }
    if !MODULE_SUFFIXES.iter().any(|suffix| path.ends_with(suffix)) {
        return None;
    }
    let name = match path.split_once('/') {
        Some((package, _)) => package,
        None => path.split('.').next()?,
    };
    let is_identifier = name.chars().all(|c| c == '_' || c.is_alphanumeric())
        && name.chars().next().is_some_and(|first| !first.is_numeric());
    is_identifier.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_modules_and_extensions() {
        let paths = [
            "pkg/__init__.py",
            "pkg/sub/mod.py",
            "six.py",
            "_speed.cpython-312-x86_64-linux-gnu.so",
            "google/cloud/thing.py",
            "demo-1.data/purelib/other/__init__.py",
            "demo-1.data/scripts/run.py",
            "demo-1.dist-info/licenses/x.py",
            "data-only/table.csv",
            "not-a-name/x.py",
            "1up.py",
        ];
        let names = import_names(paths.into_iter(), "demo-1.dist-info");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["_speed", "google", "other", "pkg", "six"]);
    }
}
