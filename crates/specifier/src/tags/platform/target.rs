//! What pip makes of the platforms given with `--platform`.

use std::collections::HashSet;

use super::{android, ios, macos};

/// Adds to each platform those that it includes, as pip does for `--platform`: earlier systems of macOS, iOS and
/// Android, and earlier manylinux standards for `manylinux2014` and `manylinux2010`. Each platform comes once.
pub fn expand_targets(platforms: &[String]) -> Vec<String> {
    let mut known = HashSet::new();
    let mut expanded = Vec::new();
    for platform in platforms {
        if known.contains(platform) {
            continue;
        }
        // What one platform includes twice stays twice.
        let new: Vec<String> =
            expand(platform).into_iter().filter(|included| !known.contains(included)).collect();
        known.extend(new.iter().cloned());
        expanded.extend(new);
    }
    expanded
}

fn expand(platform: &str) -> Vec<String> {
    let same = || vec![platform.to_owned()];
    let (prefix, suffix) = platform.split_once('_').unwrap_or((platform, ""));
    if platform.starts_with("macosx") {
        return expand_apple(platform, "macosx_", macos).unwrap_or_else(same);
    }
    if platform.starts_with("ios") {
        return expand_apple(platform, "ios_", ios).unwrap_or_else(same);
    }
    match prefix {
        "android" => {
            let target = suffix.split_once('_').and_then(|(level, abi)| Some((number(level)?, abi)));
            target.filter(|(_, abi)| !abi.is_empty()).map_or_else(same, |(level, abi)| android(level, abi))
        }
        "manylinux2014" if matches!(suffix, "i686" | "x86_64") => {
            vec![platform.to_owned(), format!("manylinux2010_{suffix}"), format!("manylinux1_{suffix}")]
        }
        "manylinux2010" if platform == prefix => vec![platform.to_owned(), "manylinux1".to_owned()],
        "manylinux2010" => vec![platform.to_owned(), format!("manylinux1_{suffix}")],
        _ => same(),
    }
}

/// `<name>_<major>_<minor>_<arch>`, where the name may hold more than the system's.
fn expand_apple(
    platform: &str,
    system: &str,
    platforms: impl Fn((u32, u32), &str) -> Vec<String>,
) -> Option<Vec<String>> {
    // The last place where two numbers stand before an architecture, since pip takes the name as long as it can.
    let parts: Vec<&str> = platform.split('_').collect();
    let target = (1..parts.len()).rev().find_map(|index| {
        let version = (number(parts.get(index)?)?, number(parts.get(index + 1)?)?);
        let arch = parts.get(index + 2..)?.join("_");
        let name = parts.get(..index)?.join("_");
        (!arch.is_empty()).then_some((name, version, arch))
    });
    let (name, version, arch) = target?;
    let expanded = platforms(version, &arch);
    Some(expanded.iter().map(|tag| format!("{name}_{}", tag.strip_prefix(system).unwrap_or(tag))).collect())
}

/// A number as in a version of a system; more digits than any has had make it no number.
fn number(text: &str) -> Option<u32> {
    if text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
