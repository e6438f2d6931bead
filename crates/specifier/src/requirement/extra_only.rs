//! Requirements that count for an extra only, told apart without reading them in full.
//!
//! Three of four `Requires-Dist` lines are of this kind, and nearly always nobody asks for the extra.

use super::{Requirement, read_extras};
use crate::syntax::Cursor;

impl Requirement {
    /// Whether a text is a valid requirement that counts for a certain extra only, as far as that shows at a glance:
    /// `name[extras] <simple versions>; extra == "name"`, as build tools write it. False says nothing.
    pub fn is_extra_only(text: &str) -> bool {
        scan(&mut Cursor::new(text)).is_some()
    }
}

fn scan(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.take_identifier()?;
    cursor.skip_blanks();
    if cursor.starts_with("[") {
        read_extras(cursor).ok()?;
        cursor.skip_blanks();
    }
    if !cursor.starts_with(";") {
        version(cursor)?;
        while cursor.take(",") {
            cursor.skip_blanks();
            version(cursor)?;
        }
    }
    cursor.take(";").then_some(())?;
    cursor.skip_blanks();
    cursor.take_word("extra").then_some(())?;
    cursor.skip_blanks();
    cursor.take("==").then_some(())?;
    cursor.skip_blanks();
    let rest = cursor.rest();
    let name = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = name.or_else(|| rest.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')))?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (name.bytes().any(|byte| byte.is_ascii_alphanumeric()) && name.bytes().all(is_plain)).then_some(())
}

/// Reads an operator that goes with every version, a version of numbers only, and the blanks after it.
fn version(cursor: &mut Cursor<'_>) -> Option<()> {
    [">=", "<=", "!=", "==", "<", ">"].iter().any(|operator| cursor.take(operator)).then_some(())?;
    cursor.skip_blanks();
    let rest = cursor.rest();
    let length = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    // More digits than this in one number are left to those who read numbers.
    let numbers = cursor.advance(length);
    let is_number = |number: &str| (1..=9).contains(&number.len());
    numbers.split('.').all(is_number).then_some(())?;
    cursor.skip_blanks();
    matches!(cursor.rest().bytes().next(), Some(b',' | b';')).then_some(())
}
