//! Whether a marker holds.

use std::borrow::Cow;

use super::{Comparison, Marker, MarkerContext, MarkerEnvironment, MarkerOperator, Operand, Part};
use crate::ExtraName;
use crate::name::normalise;
use crate::python_text::repr;
use crate::specifiers::{Operator, Specifier};

/// Why a marker cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkerError {
    /// An operator that has no meaning for the values beside it.
    #[error("{0}")]
    UndefinedComparison(String),
    /// A variable, or a quoted text in the place of one, that the environment has no value for.
    #[error("{}", repr(.0))]
    UndefinedName(String),
}

/// A value of the environment.
enum Value<'a> {
    Text(Cow<'a, str>),
    /// Normalised names.
    Names(Vec<&'a str>),
}

impl Marker {
    /// Whether the marker holds for one of these extras, or without any extra when there are none: pip's rule for a
    /// dependency of a distribution that is asked for with these extras.
    pub fn evaluate(
        &self,
        environment: &MarkerEnvironment,
        extras: &[ExtraName],
    ) -> Result<bool, MarkerError> {
        if extras.is_empty() {
            return self.evaluate_in(environment, MarkerContext::Metadata { extra: "" });
        }
        for extra in extras {
            if self.evaluate_in(environment, MarkerContext::Metadata { extra: extra.as_str() })? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the marker holds in this context. Every comparison is evaluated, so that one that cannot be is
    /// reported whatever the others say.
    pub fn evaluate_in(
        &self,
        environment: &MarkerEnvironment,
        context: MarkerContext<'_>,
    ) -> Result<bool, MarkerError> {
        let mut enclosing = Vec::new();
        let mut group = Group::new();
        for part in &*self.0 {
            match part {
                Part::Open => enclosing.push(std::mem::replace(&mut group, Group::new())),
                Part::Close => {
                    let holds = group.holds();
                    group = enclosing.pop().unwrap_or_else(Group::new);
                    group.every &= holds;
                }
                Part::And => {}
                Part::Or => group = Group { some: group.holds(), every: true },
                Part::Comparison(comparison) => group.every &= comparison.holds(environment, context)?,
            }
        }
        Ok(group.holds())
    }
}

/// A list of alternatives that is being evaluated.
struct Group {
    /// Whether an alternative before this one holds.
    some: bool,
    /// Whether everything in this alternative holds so far.
    every: bool,
}

impl Group {
    fn new() -> Self {
        Self { some: false, every: true }
    }

    fn holds(&self) -> bool {
        self.some || self.every
    }
}

impl Comparison {
    fn holds(
        &self,
        environment: &MarkerEnvironment,
        context: MarkerContext<'_>,
    ) -> Result<bool, MarkerError> {
        // What names the value is the left side if that is a variable, else the right side, variable or not; what is
        // left over is taken as written. So `os_name == sys_platform` compares with the text `sys_platform`.
        let (name, left, right) = match &self.left {
            Operand::Variable(name) => {
                (*name, lookup(name, environment, context)?, Value::Text(self.right.text().into()))
            }
            Operand::Value(text) => {
                let name = self.right.text();
                (name, Value::Text((&**text).into()), lookup(name, environment, context)?)
            }
        };
        let operator = self.operator;
        match (left, right) {
            (Value::Names(_), _) => Err(MarkerError::UndefinedComparison(format!(
                "Set-valued marker {} can only be used with the membership form (e.g. \"<name>\" in {name}); it cannot \
                 appear on the left-hand side of {}.",
                repr(name),
                repr(operator.as_str()),
            ))),
            (Value::Text(left), Value::Text(right)) => compare(name, &left, operator, &right),
            (Value::Text(left), Value::Names(names)) => compare_names(&left, operator, &names),
        }
    }
}

/// Compares as versions where the variable holds one and the specifier is valid, else as texts.
fn compare(name: &str, left: &str, operator: MarkerOperator, right: &str) -> Result<bool, MarkerError> {
    if let MarkerOperator::Version(operator) = operator
        && matches!(
            name,
            "implementation_version" | "platform_release" | "python_full_version" | "python_version"
        )
        && let Some(specifier) = Specifier::joined(operator, right)
    {
        return Ok(specifier.contains_text(left));
    }
    match operator {
        MarkerOperator::In => Ok(right.contains(left)),
        MarkerOperator::NotIn => Ok(!right.contains(left)),
        MarkerOperator::Version(version_operator) => match version_operator {
            Operator::Equal | Operator::LessEqual | Operator::GreaterEqual => Ok(left == right),
            Operator::NotEqual => Ok(left != right),
            Operator::Less | Operator::Greater => Ok(false),
            Operator::Compatible | Operator::Arbitrary => {
                Err(undefined(left, operator, &repr(right).to_string()))
            }
        },
    }
}

/// Compares a text with the names of extras or groups, for which only membership has a meaning.
fn compare_names(left: &str, operator: MarkerOperator, names: &[&str]) -> Result<bool, MarkerError> {
    let left = normalise(left);
    match operator {
        MarkerOperator::In => Ok(names.contains(&left.as_str())),
        MarkerOperator::NotIn => Ok(!names.contains(&left.as_str())),
        MarkerOperator::Version(Operator::NotEqual) => Ok(true),
        MarkerOperator::Version(Operator::Compatible | Operator::Arbitrary) => {
            let names: Vec<String> = names.iter().map(|name| repr(name).to_string()).collect();
            let set = if names.is_empty() { "set()".to_owned() } else { format!("{{{}}}", names.join(", ")) };
            Err(undefined(&left, operator, &set))
        }
        MarkerOperator::Version(_) => Ok(false),
    }
}

fn undefined(left: &str, operator: MarkerOperator, right: &str) -> MarkerError {
    let operator = operator.as_str();
    MarkerError::UndefinedComparison(format!("Undefined <Op('{operator}')> on {} and {right}.", repr(left)))
}

/// The value of a variable.
fn lookup<'a>(
    name: &str,
    environment: &'a MarkerEnvironment,
    context: MarkerContext<'a>,
) -> Result<Value<'a>, MarkerError> {
    let text = match name {
        "implementation_name" => &environment.implementation_name,
        "implementation_version" => &environment.implementation_version,
        "os_name" => &environment.os_name,
        "platform_machine" => &environment.platform_machine,
        "platform_release" => &environment.platform_release,
        "platform_system" => &environment.platform_system,
        "platform_version" => &environment.platform_version,
        "platform_python_implementation" => &environment.platform_python_implementation,
        "python_version" => &environment.python_version,
        "sys_platform" => &environment.sys_platform,
        "python_full_version" => return Ok(Value::Text(repaired(&environment.python_full_version))),
        _ => {
            return match (name, context) {
                ("extra", MarkerContext::Metadata { extra }) => Ok(Value::Text(normalise(extra).into())),
                ("extras", MarkerContext::LockFile { extras, .. }) => {
                    Ok(Value::Names(extras.iter().map(AsRef::as_ref).collect()))
                }
                ("dependency_groups", MarkerContext::LockFile { dependency_groups, .. }) => {
                    Ok(Value::Names(dependency_groups.iter().map(AsRef::as_ref).collect()))
                }
                _ => Err(MarkerError::UndefinedName(name.to_owned())),
            };
        }
    };
    Ok(Value::Text(text.into()))
}

/// An interpreter that is no release says `3.14.0a1+`, which is no version without a text after the `+`.
fn repaired(python_full_version: &str) -> Cow<'_, str> {
    if python_full_version.ends_with('+') {
        Cow::Owned(format!("{python_full_version}local"))
    } else {
        Cow::Borrowed(python_full_version)
    }
}
