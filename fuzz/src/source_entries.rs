//! Source distributions, entry by entry: sound tar and zip files of whatever stands in them.

use testkit::{Entry, TarEntry, tar, zip};

use crate::source_archive::unpacks_into_its_folder;

/// As many entries are taken.
const MAX_ENTRIES: usize = 64;

/// Takes entries, one a line: a letter for the kind, the name, a tab, and the content or target.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let lines = || text.split('\n').filter_map(parse).take(MAX_ENTRIES);
    let tarred: Vec<TarEntry> = lines()
        .map(|(kind, name, rest)| match kind {
            'd' => TarEntry::directory(name),
            's' => TarEntry::symlink(name, rest),
            'h' => TarEntry::hardlink(name, rest),
            'c' => TarEntry::device(name),
            'x' => TarEntry::executable(name, rest),
            _ => TarEntry::file(name, rest),
        })
        .collect();
    unpacks_into_its_folder(&tar(&tarred), "demo-1.0.tar");
    let zipped: Vec<Entry> = lines()
        .map(|(kind, name, rest)| match kind {
            'd' => Entry::directory(name),
            's' => Entry::symlink(name, rest),
            'h' => Entry::file(name, rest).local_name(rest),
            'c' => Entry::device(name),
            'x' => Entry::executable(name, rest).stored(),
            _ => Entry::file(name, rest),
        })
        .collect();
    unpacks_into_its_folder(&zip(&zipped), "demo-1.0.zip");
}

fn parse(line: &str) -> Option<(char, &str, &str)> {
    let mut chars = line.chars();
    let kind = chars.next()?;
    let (name, rest) = chars.as_str().split_once('\t').unwrap_or((chars.as_str(), ""));
    Some((kind, name, rest))
}
