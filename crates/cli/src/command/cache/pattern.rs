//! Shell patterns for file names, as Python's `fnmatch` reads them.

/// Whether a whole name fits a pattern of `*`, `?`, `[abc]`, `[a-z]` and `[!abc]`; anything else stands for itself.
pub fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut place) = (0, 0);
    // Where the last `*` stands, and up to where it has swallowed the name.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&character) = name.get(place) {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, place));
            at += 1;
        } else if let Some(length) = one(pattern.get(at..).unwrap_or_default(), character) {
            at += length;
            place += 1;
        } else if let Some((before, swallowed)) = star {
            star = Some((before, swallowed + 1));
            (at, place) = (before + 1, swallowed + 1);
        } else {
            return false;
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|character| *character == '*'))
}

/// The length of what a pattern begins with, if that fits this character.
fn one(pattern: &[char], character: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['[', rest @ ..] => {
            let negated = rest.first() == Some(&'!');
            let start = usize::from(negated);
            // A bracket that comes first is one of the characters; without another nothing is closed.
            let end = (start + 1..rest.len()).find(|end| rest.get(*end) == Some(&']'));
            let Some(set) = end.and_then(|end| rest.get(start..end)) else {
                return (character == '[').then_some(1);
            };
            (holds(set, character) != negated).then_some(set.len() + start + 2)
        }
        [own, ..] => (*own == character).then_some(1),
        [] => None,
    }
}

/// Whether a character is one of a set with ranges.
fn holds(mut set: &[char], character: char) -> bool {
    loop {
        set = match set {
            [first, '-', last, rest @ ..] => {
                if (*first..=*last).contains(&character) {
                    return true;
                }
                rest
            }
            [first, rest @ ..] => {
                if *first == character {
                    return true;
                }
                rest
            }
            [] => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_of_the_shell() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("zzz-*.whl", "zzz-1.0-py3-none-any.whl", true),
            ("zzz-*.whl", "zzz-1.0.zip", false),
            ("*a*b", "xaxxb", true),
            ("*a*b", "xaxxbc", false),
            ("?[0-9][!x]", "a5y", true),
            ("?[0-9][!x]", "a5x", false),
            ("[]]", "]", true),
            ("[", "[", true),
            ("[!]a]", "]", false),
            ("A", "a", false),
            ("**", "ab", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
