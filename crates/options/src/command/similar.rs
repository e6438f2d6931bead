//! Which command may have been meant: Python's `difflib.get_close_matches`, which pip asks.

use super::Command;

/// The command whose name is most like a mistyped one, if any is like it enough.
pub(crate) fn similar(typed: &str) -> Option<&'static str> {
    const CUTOFF: f64 = 0.6;
    let typed: Vec<char> = typed.to_lowercase().chars().collect();
    Command::ALL
        .iter()
        .map(|command| command.name())
        .map(|name| (likeness(&name.chars().collect::<Vec<_>>(), &typed), name))
        .filter(|(likeness, _)| *likeness >= CUTOFF)
        // Of equals, `difflib` prefers the name that sorts last.
        .max_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(right.1)))
        .map(|(_, name)| name)
}

/// `SequenceMatcher.ratio`: twice the characters in matching blocks over all characters.
#[expect(clippy::cast_precision_loss, reason = "names are short")]
fn likeness(left: &[char], right: &[char]) -> f64 {
    let all = left.len() + right.len();
    if all == 0 { 1.0 } else { 2.0 * matching(left, right) as f64 / all as f64 }
}

/// How many characters are in matching blocks: the longest common run, and what matches on either side.
fn matching(left: &[char], right: &[char]) -> usize {
    let mut longest = (0, 0, 0);
    for start in 0..left.len() {
        for other in 0..right.len() {
            let length =
                left.iter().skip(start).zip(right.iter().skip(other)).take_while(|(a, b)| a == b).count();
            if length > longest.2 {
                longest = (start, other, length);
            }
        }
    }
    let (start, other, length) = longest;
    if length == 0 {
        return 0;
    }
    let before = (left.get(..start), right.get(..other));
    let after = (left.get(start + length..), right.get(other + length..));
    length
        + matching(before.0.unwrap_or_default(), before.1.unwrap_or_default())
        + matching(after.0.unwrap_or_default(), after.1.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn guesses_are_those_of_difflib() {
        for (typed, guess) in [
            ("instal", Some("install")),
            ("INSTALL", Some("install")),
            ("unistall", Some("uninstall")),
            ("lst", Some("list")),
            ("foo", None),
            ("", None),
            ("serach", Some("search")),
            ("isntall", Some("install")),
            ("wheels", Some("wheel")),
        ] {
            assert_eq!(similar(typed), guess, "{typed}");
        }
    }
}
