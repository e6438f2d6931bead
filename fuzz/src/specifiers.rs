//! Version specifiers: a set is what its parts are together.

use specifier::{Operator, Specifiers, Version};

/// Takes a set of specifiers, and versions on the lines after it.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n');
    let Ok(specifiers) = Specifiers::parse(lines.next().unwrap_or_default()) else { return };
    let shown = specifiers.to_string();
    let again = Specifiers::parse(&shown).expect("what specifiers print are some");
    assert_eq!(specifiers, again, "{shown}");
    assert_eq!(specifiers.intersection(&again).to_string(), shown);
    let _ = (specifiers.is_pinned(), specifiers.has_upper_bound(), specifiers.names_prerelease());
    let named = specifiers.iter().filter_map(|specifier| specifier.version().cloned());
    let given = lines.filter_map(|line| Version::parse(line).ok());
    for version in named.chain(given).take(50) {
        assert_eq!(specifiers.contains(&version), again.contains(&version), "{version} in {shown}");
        let parts = specifiers.iter().all(|part| part.contains(&version));
        assert_eq!(specifiers.contains(&version), parts, "{version} in {shown}");
        for part in &specifiers {
            let Some(named) = part.version().filter(|_| !part.is_wildcard()) else { continue };
            let expected = match part.operator() {
                Operator::Equal if named.has_local() => version == *named,
                Operator::Equal => version.public() == *named,
                Operator::GreaterEqual => version.public() >= *named,
                Operator::LessEqual => version.public() <= *named,
                _ => continue,
            };
            assert_eq!(part.contains(&version), expected, "{version} in {part}");
        }
    }
}
