//! The grammar of markers.

use super::literal;
use super::{Comparison, Marker, MarkerOperator, Operand, Part};
use crate::specifiers::Operator;
use crate::syntax::{Cursor, SyntaxError};

/// Variables as written, and the names they go by. The most frequent ones come first.
const VARIABLES: [(&str, &str); 20] = [
    ("extra", "extra"),
    ("python_version", "python_version"),
    ("sys_platform", "sys_platform"),
    ("python_full_version", "python_full_version"),
    ("os_name", "os_name"),
    ("os.name", "os_name"),
    ("sys.platform", "sys_platform"),
    ("platform_release", "platform_release"),
    ("platform_system", "platform_system"),
    ("platform_version", "platform_version"),
    ("platform.version", "platform_version"),
    ("platform_machine", "platform_machine"),
    ("platform.machine", "platform_machine"),
    ("platform_python_implementation", "platform_python_implementation"),
    ("platform.python_implementation", "platform_python_implementation"),
    ("python_implementation", "platform_python_implementation"),
    ("implementation_name", "implementation_name"),
    ("implementation_version", "implementation_version"),
    ("extras", "extras"),
    ("dependency_groups", "dependency_groups"),
];

/// Reads a marker and the blanks after it.
pub(crate) fn marker(cursor: &mut Cursor<'_>) -> Result<Marker, SyntaxError> {
    let mut parts = Parts::default();
    // Where the parentheses were opened that are not closed yet.
    let mut opened = Vec::new();
    'comparison: loop {
        cursor.skip_blanks();
        if cursor.starts_with("(") {
            opened.push(cursor.at());
            cursor.take("(");
            parts.open();
            continue;
        }
        parts.push(Part::Comparison(comparison(cursor)?.normalised()));
        loop {
            cursor.skip_blanks();
            if cursor.take_word("or") {
                parts.push(Part::Or);
                continue 'comparison;
            }
            if cursor.take_word("and") {
                parts.push(Part::And);
                continue 'comparison;
            }
            let Some(open) = opened.pop() else {
                return Ok(parts.finish());
            };
            if !cursor.take(")") {
                let message =
                    "Expected matching RIGHT_PARENTHESIS for LEFT_PARENTHESIS, after marker expression";
                return Err(cursor.error(message, open, cursor.at()));
            }
            parts.close();
        }
    }
}

fn comparison(cursor: &mut Cursor<'_>) -> Result<Comparison, SyntaxError> {
    let left = operand(cursor)?;
    cursor.skip_blanks();
    let operator = operator(cursor)?;
    cursor.skip_blanks();
    let right = operand(cursor)?;
    Ok(Comparison { left, operator, right })
}

fn operand(cursor: &mut Cursor<'_>) -> Result<Operand, SyntaxError> {
    let rest = cursor.rest();
    if !rest.starts_with(['"', '\'']) {
        for (written, name) in VARIABLES {
            if cursor.take_word(written) {
                return Ok(Operand::Variable(name));
            }
        }
    }
    let quoted = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')).and_then(|quote| {
        let body = rest.get(1..)?;
        body.get(..body.find(quote)?)
    });
    let Some(body) = quoted else {
        return Err(cursor.error_here("Expected a marker variable or quoted string"));
    };
    let start = cursor.at();
    cursor.advance(body.len() + 2);
    match literal::value(body) {
        Some(value) => Ok(Operand::Value(value.into())),
        None => Err(cursor.error("Invalid quoted string", start, cursor.at())),
    }
}

fn operator(cursor: &mut Cursor<'_>) -> Result<MarkerOperator, SyntaxError> {
    if cursor.take_word("in") {
        return Ok(MarkerOperator::In);
    }
    if cursor.take_word("not") {
        if !cursor.skip_blanks() {
            return Err(cursor.error_here("Expected whitespace after 'not'"));
        }
        if !cursor.take_word("in") {
            return Err(cursor.error_here("Expected 'in' after 'not'"));
        }
        return Ok(MarkerOperator::NotIn);
    }
    match Operator::split_from(cursor.rest()) {
        Some((operator, _)) => {
            cursor.take(operator.as_str());
            Ok(MarkerOperator::Version(operator))
        }
        None => {
            Err(cursor
                .error_here("Expected marker operator, one of <=, <, !=, ==, >=, >, ~=, ===, in, not in"))
        }
    }
}

/// Collects the parts of a marker and leaves out parentheses without effect.
#[derive(Default)]
pub(super) struct Parts {
    /// None where an opening parenthesis turned out to be redundant.
    collected: Vec<Option<Part>>,
    /// For each open group where it starts and how many comparisons and groups it holds so far.
    groups: Vec<(usize, usize)>,
    /// How many comparisons and groups the marker itself holds so far.
    outermost: usize,
}

impl Parts {
    pub(super) fn push(&mut self, part: Part) {
        match part {
            Part::Open => return self.open(),
            Part::Close => return self.close(),
            Part::Comparison(_) => self.count(),
            Part::And | Part::Or => {}
        }
        self.collected.push(Some(part));
    }

    /// Adds the parts of a whole marker in parentheses.
    pub(super) fn push_group(&mut self, parts: &[Part]) {
        self.open();
        for part in parts {
            self.push(part.clone());
        }
        self.close();
    }

    pub(super) fn open(&mut self) {
        self.count();
        self.groups.push((self.collected.len(), 0));
        self.collected.push(Some(Part::Open));
    }

    pub(super) fn close(&mut self) {
        match self.groups.pop() {
            Some((start, 1)) => {
                if let Some(open) = self.collected.get_mut(start) {
                    *open = None;
                }
            }
            _ => self.collected.push(Some(Part::Close)),
        }
    }

    fn count(&mut self) {
        match self.groups.last_mut() {
            Some((_, members)) => *members += 1,
            None => self.outermost += 1,
        }
    }

    pub(super) fn finish(self) -> Marker {
        let mut parts: Vec<Part> = self.collected.into_iter().flatten().collect();
        if self.outermost == 1 && matches!(parts.first(), Some(Part::Open)) {
            parts.pop();
            parts.remove(0);
        }
        Marker(parts.into())
    }
}
