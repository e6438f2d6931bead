//! Comparing output with what it should be, whatever the machine and the hour.

use std::fmt::Write as _;

/// Replacements that make output the same on every run.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    replacements: Vec<(String, String)>,
    times: bool,
    sizes: bool,
}

impl Filters {
    /// No filters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces every `text` with `by`; earlier calls act first.
    #[must_use]
    pub fn replace(mut self, text: impl Into<String>, by: &str) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.replacements.push((text, by.to_owned()));
        }
        self
    }

    /// Replaces times (`1.2s`, `34ms`, `0:00:01`) with `[TIME]`.
    #[must_use]
    pub fn times(mut self) -> Self {
        self.times = true;
        self
    }

    /// Replaces sizes and speeds (`1.2 kB`, `3.4 MB/s`, `12 bytes`) with `[SIZE]`.
    #[must_use]
    pub fn sizes(mut self) -> Self {
        self.sizes = true;
        self
    }

    /// The text after all filters.
    pub fn apply(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (from, to) in &self.replacements {
            out = out.replace(from, to);
        }
        if self.sizes {
            out = replace_numbers(&out, size_length, "[SIZE]");
        }
        if self.times {
            out = replace_numbers(&out, time_length, "[TIME]");
        }
        out
    }
}

/// Replaces whatever `length` recognises at the start of a number; a number that is part of a word or of a
/// longer number (`demo-1.0s`) is left alone.
fn replace_numbers(text: &str, length: fn(&str) -> Option<usize>, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(c) = rest.chars().next() {
        let starts =
            c.is_ascii_digit() && !(previous.is_alphanumeric() || matches!(previous, '.' | '-' | '_'));
        if let Some(length) = starts.then(|| length(rest)).flatten() {
            out.push_str(by);
            rest = rest.get(length..).unwrap_or_default();
            previous = ']';
        } else {
            out.push(c);
            previous = c;
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

fn size_length(text: &str) -> Option<usize> {
    let after_number = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let unit = after_number.strip_prefix(' ').unwrap_or(after_number);
    let units = ["bytes", "kB", "KB", "MB", "GB", "KiB", "MiB", "GiB", "B"];
    let after = units.iter().find_map(|name| unit.strip_prefix(name))?;
    let after = after.strip_prefix("/s").unwrap_or(after);
    ends_word(after).then_some(text.len() - after.len())
}

fn time_length(text: &str) -> Option<usize> {
    let after_number = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let after =
        ["ms", "µs", "ns", "s"].iter().find_map(|unit| after_number.strip_prefix(unit)).or_else(|| {
            let clock = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
            let taken = text.get(..text.len() - clock.len()).unwrap_or_default();
            (taken.matches(':').count() == 2).then_some(clock)
        })?;
    ends_word(after).then_some(text.len() - after.len())
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Panics with both texts, line by line, when they differ. Leading and trailing blank lines of `expected`
/// and trailing blanks of lines do not count, so that a test can indent as it likes.
#[track_caller]
pub fn assert_same_text(got: &str, expected: &str) {
    let tidy = |text: &str| -> Vec<String> {
        text.trim_matches('\n').lines().map(|line| line.trim_end().to_owned()).collect()
    };
    let (got, expected) = (tidy(got), tidy(expected));
    if got == expected {
        return;
    }
    let mut report = String::new();
    for (sign, line) in differences(&expected, &got) {
        let _ = writeln!(report, "{sign} {line}");
    }
    panic!("the text is not as expected (- expected, + got):\n{report}");
}

/// The lines of both texts, marked by where they stand: the shortest way from one to the other.
fn differences<'a>(expected: &'a [String], got: &'a [String]) -> Vec<(char, &'a str)> {
    match (expected, got) {
        ([line, expected @ ..], [same, got @ ..]) if line == same => {
            [vec![(' ', line.as_str())], differences(expected, got)].concat()
        }
        (expected, got) => {
            // The next line that both share, by the fewest lines skipped.
            let meeting = (0..=expected.len() + got.len()).find_map(|skipped| {
                (0..=skipped).map(|left| (left, skipped - left)).find(|(left, right)| {
                    expected.get(*left).is_some() && expected.get(*left) == got.get(*right)
                })
            });
            let (left, right) = meeting.unwrap_or((expected.len(), got.len()));
            let mut lines: Vec<_> = expected.iter().take(left).map(|line| ('-', line.as_str())).collect();
            lines.extend(got.iter().take(right).map(|line| ('+', line.as_str())));
            if meeting.is_some() {
                let rest = (expected.get(left..).unwrap_or_default(), got.get(right..).unwrap_or_default());
                lines.extend(differences(rest.0, rest.1));
            }
            lines
        }
    }
}
