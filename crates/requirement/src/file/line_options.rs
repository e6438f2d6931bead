//! The options on a line of a requirements file, parsed as Python's `optparse` would.

use std::fmt::Write;

use super::{FileKind, FileOptionKind};
use crate::error::RequirementError;
use crate::hashes::Hashes;
use crate::python_text::{Repr, split_words};

/// The options that stood on one line.
#[derive(Debug, Default)]
pub(crate) struct LineOptions {
    pub(crate) editable: Option<String>,
    requirements: Option<String>,
    constraints: Option<String>,
    pub(crate) hashes: Hashes,
    pub(crate) config_settings: Vec<(String, String)>,
    pub(crate) options: Vec<FileOptionKind>,
}

impl LineOptions {
    /// The file that the line includes; only the first one counts.
    pub(crate) fn nested(&self) -> Option<(&str, FileKind)> {
        let requirements = self.requirements.as_deref().map(|file| (file, FileKind::Requirements));
        requirements.or_else(|| self.constraints.as_deref().map(|file| (file, FileKind::Constraints)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    IndexUrl,
    ExtraIndexUrl,
    NoIndex,
    Constraint,
    Requirement,
    Editable,
    FindLinks,
    NoBinary,
    OnlyBinary,
    PreferBinary,
    RequireHashes,
    NoRequireHashes,
    Pre,
    AllReleases,
    OnlyFinal,
    TrustedHost,
    UseFeature,
    Hash,
    ConfigSettings,
}

const LONG: [(&str, Flag); 20] = [
    ("--index-url", Flag::IndexUrl),
    ("--pypi-url", Flag::IndexUrl),
    ("--extra-index-url", Flag::ExtraIndexUrl),
    ("--no-index", Flag::NoIndex),
    ("--constraint", Flag::Constraint),
    ("--requirement", Flag::Requirement),
    ("--editable", Flag::Editable),
    ("--find-links", Flag::FindLinks),
    ("--no-binary", Flag::NoBinary),
    ("--only-binary", Flag::OnlyBinary),
    ("--prefer-binary", Flag::PreferBinary),
    ("--require-hashes", Flag::RequireHashes),
    ("--no-require-hashes", Flag::NoRequireHashes),
    ("--pre", Flag::Pre),
    ("--all-releases", Flag::AllReleases),
    ("--only-final", Flag::OnlyFinal),
    ("--trusted-host", Flag::TrustedHost),
    ("--use-feature", Flag::UseFeature),
    ("--hash", Flag::Hash),
    ("--config-settings", Flag::ConfigSettings),
];

const SHORT: [(char, Flag); 6] = [
    ('i', Flag::IndexUrl),
    ('c', Flag::Constraint),
    ('r', Flag::Requirement),
    ('e', Flag::Editable),
    ('f', Flag::FindLinks),
    ('C', Flag::ConfigSettings),
];

const STRONG_HASHES: [&str; 3] = ["sha256", "sha384", "sha512"];

const FEATURES: [&str; 6] = [
    "fast-deps",
    "inprocess-build-deps",
    "venv-isolation",
    "truststore",
    "no-binary-enable-wheel-cache",
    "build-constraint",
];

/// What `optparse` would complain about, or an error of its own.
enum Complaint {
    Usage(String),
    Plain(RequirementError),
}

fn usage(message: impl Into<String>) -> Complaint {
    Complaint::Usage(message.into())
}

/// Splits a line into its requirement, if there is one, and its options.
///
/// Only what follows the first word with a leading `-` is split as a shell would: markers keep their
/// quotes.
pub(crate) fn split_line(line: &str) -> Result<(Option<&str>, LineOptions), RequirementError> {
    let mut end = 0;
    let options_start = line.split(' ').find_map(|word| {
        let start = end;
        end += word.len() + 1;
        word.starts_with('-').then_some(start)
    });
    let (requirement, options_text) = line.split_at(options_start.unwrap_or(line.len()));
    let requirement = requirement.strip_suffix(' ').unwrap_or(requirement);

    let failed =
        |message, shows_usage| RequirementError::Options { line: line.to_owned(), message, shows_usage };
    let words = split_words(options_text)
        .map_err(|_| failed(format!("Could not split options: {options_text}"), false))?;
    match parse_words(words) {
        Ok(options) => Ok(((!requirement.is_empty()).then_some(requirement), options)),
        Err(Complaint::Usage(message)) => Err(failed(format!("pip: error: {message}\n"), true)),
        Err(Complaint::Plain(error)) => Err(error),
    }
}

fn parse_words(words: Vec<String>) -> Result<LineOptions, Complaint> {
    let mut options = LineOptions::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == "--" {
            break;
        }
        if word.starts_with("--") {
            parse_long(&word, &mut words, &mut options)?;
        } else if word.len() > 1
            && let Some(cluster) = word.strip_prefix('-')
        {
            parse_short(cluster, &mut words, &mut options)?;
        }
        // Other words are dropped, as pip drops them.
    }
    Ok(options)
}

fn parse_long(
    word: &str,
    words: &mut impl Iterator<Item = String>,
    options: &mut LineOptions,
) -> Result<(), Complaint> {
    let (written, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (word, None),
    };
    let (name, flag) = match_long(written)?;
    let value = match (takes_value(flag), value) {
        (true, None) => match words.next() {
            Some(value) => Some(value),
            None => return Err(usage(format!("{name} option requires 1 argument"))),
        },
        (false, Some(_)) => return Err(usage(format!("{name} option does not take a value"))),
        (_, value) => value,
    };
    apply(flag, name, value.unwrap_or_default(), options)
}

fn parse_short(
    cluster: &str,
    words: &mut impl Iterator<Item = String>,
    options: &mut LineOptions,
) -> Result<(), Complaint> {
    // Every short option takes a value, so the first letter of a cluster is the only option in it.
    let mut letters = cluster.chars();
    let letter = letters.next().unwrap_or_default();
    let name = format!("-{letter}");
    let Some((_, flag)) = SHORT.iter().find(|(short, _)| *short == letter) else {
        return Err(usage(format!("no such option: {name}")));
    };
    let attached = letters.as_str();
    let value = if attached.is_empty() { words.next() } else { Some(attached.to_owned()) };
    let Some(value) = value else { return Err(usage(format!("{name} option requires 1 argument"))) };
    apply(*flag, &name, value, options)
}

/// The option of this name, or the only one that begins with it.
fn match_long(written: &str) -> Result<(&'static str, Flag), Complaint> {
    if let Some(exact) = LONG.iter().find(|(name, _)| *name == written) {
        return Ok(*exact);
    }
    let mut possible: Vec<_> = LONG.iter().filter(|(name, _)| name.starts_with(written)).collect();
    possible.sort_unstable_by_key(|(name, _)| *name);
    match possible.as_slice() {
        [] => Err(usage(format!("no such option: {written}"))),
        [only] => Ok(**only),
        [first, others @ ..] => {
            let mut message = format!("ambiguous option: {written} ({}", first.0);
            for (name, _) in others {
                let _ = write!(message, ", {name}");
            }
            Err(usage(format!("{message}?)")))
        }
    }
}

fn takes_value(flag: Flag) -> bool {
    !matches!(
        flag,
        Flag::NoIndex | Flag::PreferBinary | Flag::RequireHashes | Flag::NoRequireHashes | Flag::Pre
    )
}

fn apply(flag: Flag, name: &str, value: String, options: &mut LineOptions) -> Result<(), Complaint> {
    let is_list = matches!(flag, Flag::NoBinary | Flag::OnlyBinary | Flag::AllReleases | Flag::OnlyFinal);
    if is_list && value.starts_with('-') {
        let names = if matches!(flag, Flag::NoBinary | Flag::OnlyBinary) {
            "--no-binary / --only-binary"
        } else {
            "--all-releases / --only-final"
        };
        return Err(Complaint::Plain(RequirementError::ListArgument(names)));
    }
    let kind = match flag {
        Flag::Constraint => {
            options.constraints.get_or_insert(value);
            return Ok(());
        }
        Flag::Requirement => {
            options.requirements.get_or_insert(value);
            return Ok(());
        }
        Flag::Editable => {
            options.editable.get_or_insert(value);
            return Ok(());
        }
        Flag::Hash => return add_hash(name, &value, &mut options.hashes),
        Flag::ConfigSettings => {
            let Some((key, value)) = value.split_once('=') else {
                return Err(usage(format!("Arguments to {name} must be of the form KEY=VAL")));
            };
            options.config_settings.push((key.to_owned(), value.to_owned()));
            return Ok(());
        }
        Flag::IndexUrl => {
            // The last one of a line counts.
            options.options.retain(|option| !matches!(option, FileOptionKind::IndexUrl(_)));
            FileOptionKind::IndexUrl(value)
        }
        Flag::ExtraIndexUrl => FileOptionKind::ExtraIndexUrl(value),
        Flag::NoIndex => FileOptionKind::NoIndex,
        Flag::FindLinks => FileOptionKind::FindLinks(value),
        Flag::NoBinary => FileOptionKind::NoBinary(value),
        Flag::OnlyBinary => FileOptionKind::OnlyBinary(value),
        Flag::PreferBinary => FileOptionKind::PreferBinary,
        Flag::RequireHashes => FileOptionKind::RequireHashes,
        Flag::NoRequireHashes => FileOptionKind::NoRequireHashes,
        Flag::Pre => FileOptionKind::Pre,
        Flag::AllReleases => FileOptionKind::AllReleases(value),
        Flag::OnlyFinal => FileOptionKind::OnlyFinal(value),
        Flag::TrustedHost => FileOptionKind::TrustedHost(value),
        Flag::UseFeature if FEATURES.contains(&value.as_str()) => FileOptionKind::UseFeature(value),
        Flag::UseFeature => {
            let choices = FEATURES.map(|feature| Repr(feature).to_string()).join(", ");
            return Err(usage(format!(
                "option {name}: invalid choice: {} (choose from {choices})",
                Repr(&value)
            )));
        }
    };
    options.options.push(kind);
    Ok(())
}

fn add_hash(name: &str, value: &str, hashes: &mut Hashes) -> Result<(), Complaint> {
    let Some((algorithm, digest)) = value.split_once(':') else {
        return Err(usage(format!(
            "Arguments to {name} must be a hash name followed by a value, like --hash=sha256:abcde..."
        )));
    };
    if !STRONG_HASHES.contains(&algorithm) {
        return Err(usage(format!("Allowed hash algorithms for {name} are {}.", STRONG_HASHES.join(", "))));
    }
    hashes.insert(algorithm, digest);
    Ok(())
}
