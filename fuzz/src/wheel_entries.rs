//! Wheels, entry by entry: sound zip files of whatever stands in them.

use testkit::{Entry, Wheel};

/// As many entries are taken.
const MAX_ENTRIES: usize = 64;

/// Takes entries, one a line: a letter for the kind, the name, a tab, and the content.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut wheel = Wheel::new("demo", "1.0");
    for line in text.split('\n').take(MAX_ENTRIES) {
        let mut chars = line.chars();
        let Some(kind) = chars.next() else { continue };
        let (name, content) = chars.as_str().split_once('\t').unwrap_or((chars.as_str(), ""));
        wheel = match kind {
            'd' => wheel.entry(Entry::directory(name)),
            's' => wheel.entry(Entry::symlink(name, content)),
            'l' => wheel.entry(Entry::file(name, content).local_name(content)),
            'c' => wheel.entry(Entry::file(name, content).wrong_crc()),
            'x' => wheel.entry(Entry::executable(name, content).stored()),
            'e' => wheel.entry_points(&content.replace('|', "\n")),
            'r' => wheel.raw_record(content.replace('|', "\n")),
            'm' => wheel.raw_metadata(content.replace('|', "\n")),
            'w' => wheel.raw_wheel(content.replace('|', "\n")),
            'i' => wheel.dist_info(name),
            _ => wheel.entry(Entry::file(name, content)),
        };
    }
    crate::wheel::check(&wheel.build().bytes);
}
