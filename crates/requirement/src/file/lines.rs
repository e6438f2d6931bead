//! Physical lines to logical ones: joined, without comments, with variables filled in.

use crate::python_text::{is_space, lines, strip};

/// The lines of a requirements file that say something, each with the number of its first physical line.
pub(crate) fn logical_lines(content: &str, variable: impl Fn(&str) -> Option<String>) -> Vec<(u32, String)> {
    let mut joined = join(content);
    joined.retain_mut(|(_, line)| {
        let text = strip(without_comment(line));
        if text.is_empty() {
            return false;
        }
        *line = expand(text, &variable);
        true
    });
    joined
}

/// Joins lines that end in a backslash with the next one. A comment ends a join, and its backslash
/// counts for nothing.
fn join(content: &str) -> Vec<(u32, String)> {
    let mut joined = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (number, line) in (1..).zip(lines(content)) {
        let is_comment = line.trim_start_matches(is_space).starts_with('#');
        if line.ends_with('\\') && !is_comment {
            open.get_or_insert_with(|| (number, String::new())).1.push_str(line.trim_matches('\\'));
            continue;
        }
        let (number, mut text) = open.take().unwrap_or((number, String::new()));
        if is_comment {
            // So that it still is one after it is joined.
            text.push(' ');
        }
        text.push_str(line);
        joined.push((number, text));
    }
    joined.extend(open);
    joined
}

/// Drops `#` and what follows it, at the start of the line or after white space.
fn without_comment(line: &str) -> &str {
    let starts = line.match_indices('#').find(|(position, _)| {
        let before = line.get(..*position).unwrap_or_default();
        before.is_empty() || before.ends_with(is_space)
    });
    starts.and_then(|(position, _)| line.get(..position)).unwrap_or(line)
}

/// Replaces `${NAME}`, where NAME is of capitals, digits and `_`, by the variable's value unless that is
/// empty.
fn expand(line: &str, variable: &impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = line.to_owned();
    let mut rest = line;
    while let Some(start) = rest.find("${") {
        rest = rest.get(start + 2..).unwrap_or_default();
        let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let end = rest.bytes().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() || !after.starts_with('}') {
            continue;
        }
        if let Some(value) = variable(name).filter(|value| !value.is_empty()) {
            expanded = expanded.replace(&format!("${{{name}}}"), &value);
        }
        rest = after;
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::logical_lines;

    fn logical(content: &str) -> Vec<(u32, String)> {
        logical_lines(content, |name| match name {
            "USER_1" => Some("me".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        })
    }

    fn texts(content: &str) -> Vec<String> {
        logical(content).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn drops_comments_and_empty_lines() {
        assert_eq!(texts("# a\n\n  # b\nfoo # c\nbar#d\n"), ["foo", "bar#d"]);
    }

    #[test]
    fn joins_lines_and_keeps_the_first_number() {
        assert_eq!(
            logical("a\n b \\\n c \\\n d\ne\\\n"),
            [(1, "a".into()), (2, "b  c  d".into()), (5, "e".into())]
        );
    }

    #[test]
    fn a_comment_ends_a_join() {
        assert_eq!(texts("a \\\n# b \\\nc"), ["a", "c"]);
        assert_eq!(texts("a\\\n# b\nc"), ["a", "c"]);
        assert_eq!(texts("# a \\\nb"), ["b"]);
    }

    #[test]
    fn fills_in_variables() {
        assert_eq!(texts("https://${USER_1}@x/${USER_1}"), ["https://me@x/me"]);
        assert_eq!(texts("${EMPTY} ${UNSET} ${user} $USER_1 ${"), ["${EMPTY} ${UNSET} ${user} $USER_1 ${"]);
    }
}
