//! The folders directly below the roots of a plan, and who uses them.

use std::collections::HashMap;
use std::path::Path;

use crate::layout::{Layout, Roots};

/// The folders directly below the roots. What is in one that is made, and that one wheel alone puts something into, is
/// in nobody's way: most of a plan.
pub(super) struct Tops<'a> {
    /// By root and name, the wheel and how much of its paths leads to the root; `None` when there are several of these.
    users: HashMap<(usize, &'a str), Option<(usize, usize)>>,
    /// A folder below one root is another root: then their names do not tell who uses what.
    are_nested: bool,
}

impl<'a> Tops<'a> {
    pub(super) fn of(layouts: &'a [Layout<'_>], roots: &'a Roots) -> Self {
        let below = |outer: &Path, inner: &'a Path| {
            inner.strip_prefix(outer).ok().filter(|below| *below != Path::new(""))
        };
        // By root, the ways to other roots below it.
        let inner: Vec<Vec<&Path>> = roots
            .iter()
            .map(|outer| roots.iter().filter_map(|inner| below(&outer.path, &inner.path)).collect())
            .collect();
        let mut tops = Self { users: HashMap::new(), are_nested: false };
        for (wheel, layout) in layouts.iter().enumerate() {
            let mut last = None;
            for directory in layout.placement.wheel.manifest().directories() {
                let Some(Some(spread)) = layout.spread.get(directory.index).copied() else { continue };
                let below = directory.path.get(spread.cut..).unwrap_or_default();
                tops.are_nested |= inner
                    .get(spread.root)
                    .is_some_and(|inner| inner.iter().any(|inner| Path::new(below).starts_with(inner)));
                let top = below.split('/').next().unwrap_or_default();
                if last.replace((spread, top)) != Some((spread, top)) {
                    tops.add(spread.root, top, (wheel, spread.cut));
                }
            }
            for script in &layout.scripts {
                // Never alone, as it were: what is in such a folder is looked at.
                if let Some((top, _)) = script.path.trim_start_matches('/').split_once('/') {
                    tops.users.insert((layout.scripts_root, top), None);
                }
            }
        }
        tops
    }

    fn add(&mut self, root: usize, top: &'a str, user: (usize, usize)) {
        self.users
            .entry((root, top))
            .and_modify(|known| *known = known.filter(|known| *known == user))
            .or_insert(Some(user));
    }

    /// Whether one wheel alone puts something into a folder, and by one way.
    pub(super) fn are_of_one(&self, root: usize, top: &str) -> bool {
        !self.are_nested && matches!(self.users.get(&(root, top)), Some(Some(_)))
    }
}
