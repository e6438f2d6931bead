//! The order in which a wheel's files are unpacked, listed and linked: directory by directory, depth first.

use std::{cmp::Ordering, ops::Range};

/// The directories of a wheel, depth first, the root before all.
#[derive(Debug, PartialEq, Eq)]
pub struct Tree {
    /// The directories.
    pub directories: Vec<Branch>,
}

/// A directory of a wheel.
#[derive(Debug, PartialEq, Eq)]
pub struct Branch {
    /// The path from the root, empty for the root.
    pub path: String,
    /// The directory it stands in.
    pub parent: Option<usize>,
    /// Which of the sorted files are directly inside.
    pub files: Range<usize>,
}

/// How two files follow each other: by directory, component for component, then by name.
pub fn compare_paths(left: &str, right: &str) -> Ordering {
    let (left_directory, left_name) = split(left);
    let (right_directory, right_name) = split(right);
    left_directory.split('/').cmp(right_directory.split('/')).then_with(|| left_name.cmp(right_name))
}

impl Tree {
    /// The tree of files that are sorted by [`compare_paths`].
    pub fn of<'a>(sorted_files: impl Iterator<Item = &'a str>) -> Self {
        let mut directories = vec![Branch { path: String::new(), parent: None, files: 0..0 }];
        let mut current = 0;
        for (file, path) in sorted_files.enumerate() {
            let (wanted, _) = split(path);
            while let Some(branch) = directories.get(current)
                && !is_inside(wanted, &branch.path)
            {
                current = branch.parent.unwrap_or_default();
            }
            while let Some(branch) = directories.get(current)
                && branch.path.len() < wanted.len()
            {
                let known = if branch.path.is_empty() { 0 } else { branch.path.len() + 1 };
                let rest = wanted.get(known..).unwrap_or_default();
                let end = rest.find('/').map_or(wanted.len(), |slash| known + slash);
                let path = wanted.get(..end).unwrap_or(wanted).to_owned();
                directories.push(Branch { path, parent: Some(current), files: file..file });
                current = directories.len() - 1;
            }
            if let Some(branch) = directories.get_mut(current) {
                branch.files.end = file + 1;
            }
        }
        Self { directories }
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn is_inside(path: &str, directory: &str) -> bool {
    directory.is_empty()
        || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_first_with_parents_before_children() {
        let mut files = vec!["a/b/x", "a-b/x", "z", "a/y", "q/r/s/t", "a/b/a", "a/c/x", "a.py", "q/r/u/v"];
        files.sort_by(|left, right| compare_paths(left, right));
        assert_eq!(files, ["a.py", "z", "a/y", "a/b/a", "a/b/x", "a/c/x", "a-b/x", "q/r/s/t", "q/r/u/v"]);
        let tree = Tree::of(files.into_iter());
        let directories: Vec<_> =
            tree.directories.iter().map(|d| (d.path.as_str(), d.parent, d.files.clone())).collect();
        assert_eq!(
            directories,
            [
                ("", None, 0..2),
                ("a", Some(0), 2..3),
                ("a/b", Some(1), 3..5),
                ("a/c", Some(1), 5..6),
                ("a-b", Some(0), 6..7),
                ("q", Some(0), 7..7),
                ("q/r", Some(5), 7..7),
                ("q/r/s", Some(6), 7..8),
                ("q/r/u", Some(6), 8..9),
            ]
        );
    }

    #[test]
    fn nothing_but_the_root() {
        assert_eq!(Tree::of(std::iter::empty()).directories.len(), 1);
    }
}
