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
    for number in 0..got.len().max(expected.len()) {
        let (is, should) = (got.get(number), expected.get(number));
        if is == should {
            let _ = writeln!(report, "  {}", is.map_or("", String::as_str));
        } else {
            report.extend(should.map(|line| format!("- {line}\n")));
            report.extend(is.map(|line| format!("+ {line}\n")));
        }
    }
    panic!("the text is not as expected (- expected, + got):\n{report}");
}
