//! `entry_points.txt` (entry points specification): an INI file of named object references.

use crate::{MetadataError, utf8};

/// The entry points of one distribution, group by group in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryPoints {
    groups: Vec<(String, Vec<EntryPoint>)>,
}

/// One line of a group: `name = module:attribute [extra]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// What the entry point is called; the script's name in the script groups.
    pub name: String,
    /// The text after the equals sign, as written.
    pub value: String,
    /// The module to import.
    pub module: String,
    /// The object in the module, dotted; `None` when the reference names a module only.
    pub attribute: Option<String>,
}

impl EntryPoints {
    /// Reads the file of a wheel, which must be UTF-8.
    pub fn decode(bytes: &[u8]) -> Result<Self, MetadataError> {
        utf8::text(bytes, "entry_points.txt").map(Self::parse)
    }

    /// Reads the file. Lines that cannot be understood are left out, as importlib.metadata does.
    pub fn parse(text: &str) -> Self {
        let mut groups: Vec<(String, Vec<EntryPoint>)> = Vec::new();
        for line in text.lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                groups.push((name.trim().to_owned(), Vec::new()));
            } else if let (Some((_, entries)), Some((name, value))) =
                (groups.last_mut(), line.split_once('='))
            {
                entries.push(EntryPoint::new(name.trim(), value.trim()));
            }
        }
        Self { groups }
    }

    /// All groups with their entries.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &[EntryPoint])> {
        self.groups.iter().map(|(name, entries)| (name.as_str(), entries.as_slice()))
    }

    /// The `console_scripts` group.
    pub fn console_scripts(&self) -> impl Iterator<Item = &EntryPoint> {
        self.group("console_scripts")
    }

    /// The `gui_scripts` group.
    pub fn gui_scripts(&self) -> impl Iterator<Item = &EntryPoint> {
        self.group("gui_scripts")
    }

    fn group(&self, name: &'static str) -> impl Iterator<Item = &EntryPoint> {
        self.groups.iter().filter(move |(group, _)| group == name).flat_map(|(_, entries)| entries)
    }
}

impl EntryPoint {
    fn new(name: &str, value: &str) -> Self {
        let reference = value.split('[').next().unwrap_or_default().trim();
        let (module, attribute) = match reference.split_once(':') {
            Some((module, attribute)) => (module.trim(), Some(attribute.trim().to_owned())),
            None => (reference, None),
        };
        Self { name: name.to_owned(), value: value.to_owned(), module: module.to_owned(), attribute }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_groups_comments_and_extras() {
        let points = EntryPoints::parse(
            "[console_scripts]\n# comment\nfoo = pkg.mod:main [cli]\nbar=pkg:Class.run\n\n[gui_scripts]\nwin = pkg\nbroken\n",
        );
        let console: Vec<_> = points.console_scripts().collect();
        assert_eq!(console.len(), 2);
        assert_eq!((console[0].module.as_str(), console[0].attribute.as_deref()), ("pkg.mod", Some("main")));
        assert_eq!(console[1].attribute.as_deref(), Some("Class.run"));
        assert_eq!(points.gui_scripts().next().unwrap().attribute, None);
        assert_eq!(points.groups().count(), 2);
    }

    #[test]
    fn entries_before_any_group_are_left_out() {
        assert_eq!(EntryPoints::parse("a = b:c\n"), EntryPoints::default());
    }
}
