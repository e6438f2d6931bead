//! `entry_points.txt`: what was understood, written down again, is understood in the same way.

use std::fmt::Write as _;

use metadata::EntryPoints;

/// Takes an `entry_points.txt`.
pub fn check(bytes: &[u8]) {
    let points = EntryPoints::parse(&String::from_utf8_lossy(bytes));
    let mut text = String::new();
    for (group, entries) in points.groups() {
        let _ = writeln!(text, "[{group}]");
        for entry in entries {
            let _ = writeln!(text, "{} = {}", entry.name, entry.value);
            assert!(entry.value.starts_with(&entry.module), "{entry:?}");
        }
    }
    assert_eq!(EntryPoints::parse(&text), points);
    assert!(points.console_scripts().chain(points.gui_scripts()).count() <= bytes.len());
}
