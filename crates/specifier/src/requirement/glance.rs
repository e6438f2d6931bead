//! Requirements as build tools write most of them, understood at a glance.
//!
//! Three of four `Requires-Dist` lines count for an extra only, and nearly always nobody asks for the extra. Of most others
//! some commands want nothing but the name.

use super::Requirement;

/// What shows at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance<'a> {
    /// The name of the project as written.
    pub name: &'a str,
    /// It counts for a certain extra only. Else it always counts.
    pub is_extra_only: bool,
}

impl Requirement {
    /// Looks at a text of the form `name[extras] <simple versions>`, with or without `; extra == "name"`, which is a valid
    /// requirement then. Nothing says nothing.
    pub fn glance(text: &str) -> Option<Glance<'_>> {
        let mut scan = Scan(text.as_bytes());
        let name = text.get(..scan.name()?)?;
        scan.blanks();
        if scan.take(b'[') {
            scan.extras()?;
        }
        if !matches!(scan.next(), None | Some(b';')) {
            scan.version()?;
            while scan.take(b',') {
                scan.blanks();
                scan.version()?;
            }
        }
        let is_extra_only = scan.take(b';');
        if is_extra_only {
            scan.extra()?;
        }
        scan.0.is_empty().then_some(Glance { name, is_extra_only })
    }

    /// Whether a text is a valid requirement that counts for a certain extra only, as far as that shows at a glance. False
    /// says nothing.
    pub fn is_extra_only(text: &str) -> bool {
        Self::glance(text).is_some_and(|glance| glance.is_extra_only)
    }
}

/// What was not looked at yet.
struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn next(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.next() == Some(byte);
        if is_next {
            self.skip(1);
        }
        is_next
    }

    fn skip(&mut self, length: usize) {
        self.0 = self.0.get(length..).unwrap_or_default();
    }

    fn count(&self, belongs: impl Fn(u8) -> bool) -> usize {
        self.0.iter().take_while(|byte| belongs(**byte)).count()
    }

    fn blanks(&mut self) {
        self.skip(self.count(|byte| matches!(byte, b' ' | b'\t')));
    }

    /// A name with a letter or digit at both ends; gives its length.
    fn name(&mut self) -> Option<usize> {
        let length = self.count(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
        let ends = [self.0.first()?, self.0.get(length.checked_sub(1)?)?];
        self.skip(length);
        ends.iter().all(|byte| byte.is_ascii_alphanumeric()).then_some(length)
    }

    /// Names with commas between them, the bracket and blanks.
    fn extras(&mut self) -> Option<()> {
        loop {
            self.blanks();
            self.name()?;
            self.blanks();
            if self.take(b']') {
                self.blanks();
                return Some(());
            }
            self.take(b',').then_some(())?;
        }
    }

    /// An operator, a version of numbers only, and blanks.
    fn version(&mut self) -> Option<()> {
        let operator = self.next()?;
        self.skip(1);
        let has_equals = self.take(b'=');
        let fits = match operator {
            b'<' | b'>' => true,
            b'!' | b'=' | b'~' => has_equals,
            _ => false,
        };
        fits.then_some(())?;
        self.blanks();
        let length = self.count(|byte| byte.is_ascii_digit() || byte == b'.');
        let mut numbers = self.0.get(..length)?;
        self.skip(length);
        // `1.*`, of which the dot was taken for one between numbers.
        if matches!(operator, b'=' | b'!') && self.take(b'*') {
            numbers = numbers.strip_suffix(b".")?;
        }
        // More digits than this in one number are left to those who read numbers.
        let are_numbers = numbers.split(|byte| *byte == b'.').all(|number| (1..=9).contains(&number.len()));
        let are_enough = operator != b'~' || numbers.contains(&b'.');
        (are_numbers && are_enough).then_some(())?;
        self.blanks();
        matches!(self.next(), None | Some(b',' | b';')).then_some(())
    }

    /// `extra == "name"` to the end.
    fn extra(&mut self) -> Option<()> {
        self.blanks();
        self.0 = self.0.strip_prefix(b"extra")?;
        self.blanks();
        self.0 = self.0.strip_prefix(b"==")?;
        self.blanks();
        let quote = self.next().filter(|byte| matches!(byte, b'"' | b'\''))?;
        self.skip(1);
        let length = self.count(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        let has_name = self.0.get(..length)?.iter().any(u8::is_ascii_alphanumeric);
        self.skip(length);
        (has_name && self.take(quote)).then_some(())
    }
}
