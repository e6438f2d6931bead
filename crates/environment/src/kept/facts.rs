//! What is kept of one distribution, and its lines:
//!
//! ```text
//! <.dist-info> TAB <its stamp> TAB <that of METADATA> TAB <that of WHEEL> TAB <build tag> TAB <direct_url.json> TAB <length>
//! N <name>
//! V <version>
//! P <requires_python>
//! R <requires_dist>
//! E <provides_extra>
//! ```
//!
//! The length is that of the lines below the first. Of a file that is not there the stamp is `-`; of `direct_url.json` only
//! `0` or `1` is kept.

use std::fmt::{self, Write as _};
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use memchr::arch::all::memchr::One;
use metadata::CoreMetadata;

use super::Stamp;

/// What is kept of one distribution.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// The stamp of `WHEEL` and the build tag in it.
    pub wheel: Option<(Stamp, Option<String>)>,
    /// Whether there is a `direct_url.json`.
    pub has_direct_url: bool,
    text: Arc<String>,
    lines: Range<usize>,
}

impl Facts {
    /// What was just read; nothing if it cannot be written in lines.
    pub fn new(
        metadata: &CoreMetadata,
        wheel: Option<(Stamp, Option<String>)>,
        has_direct_url: bool,
    ) -> Option<Self> {
        let mut lines = String::new();
        let single = [
            ("N", Some(&metadata.name)),
            ("V", Some(&metadata.version)),
            ("P", metadata.requires_python.as_ref()),
        ];
        let single = single.into_iter().filter_map(|(letter, value)| Some((letter, value?)));
        let requirements = metadata.requires_dist.iter().map(|value| ("R", value));
        let extras = metadata.provides_extra.iter().map(|value| ("E", value));
        for (letter, value) in single.chain(requirements).chain(extras) {
            if value.contains('\n') {
                return None;
            }
            let _ = writeln!(lines, "{letter} {value}");
        }
        let is_named = !metadata.name.is_empty() && !metadata.version.is_empty();
        let has_tabs =
            wheel.as_ref().and_then(|(_, tag)| tag.as_ref()).is_some_and(|tag| tag.contains(['\t', '\n']));
        let range = 0..lines.len();
        (is_named && !has_tabs).then(|| Self { wheel, has_direct_url, text: lines.into(), lines: range })
    }

    /// The facts in a place of the file, if these are still the stamps of the `.dist-info` folder and of `METADATA`.
    pub fn read(text: &Arc<String>, place: Range<usize>, folder: Stamp, metadata: Stamp) -> Option<Self> {
        let entry = text.get(place.clone())?;
        let (first, lines) = entry.split_at_checked(line_end().find(entry.as_bytes())? + 1)?;
        let mut fields = first.as_bytes().split(|byte| *byte == b'\t').skip(1);
        if Stamp::parse(fields.next()?) != Some(folder) || Stamp::parse(fields.next()?) != Some(metadata) {
            return None;
        }
        let (wheel, tag) = (Stamp::parse(fields.next()?), fields.next()?);
        let tag =
            Some(tag).filter(|tag| !tag.is_empty()).map(|tag| String::from_utf8_lossy(tag).into_owned());
        let has_direct_url = fields.next()? != b"0";
        let lines = place.end - lines.len()..place.end;
        Some(Self { wheel: wheel.map(|stamp| (stamp, tag)), has_direct_url, text: Arc::clone(text), lines })
    }

    /// The entry of a file that has them.
    pub fn written(&self, info: &str, folder: Stamp, metadata: Stamp) -> Option<String> {
        if info.contains(['\t', '\n']) {
            return None;
        }
        let wheel = self.wheel.as_ref().map_or_else(|| "-".to_owned(), |(stamp, _)| stamp.to_string());
        let tag = self.wheel.as_ref().and_then(|(_, tag)| tag.as_deref()).unwrap_or_default();
        let (direct_url, lines) = (u8::from(self.has_direct_url), self.lines());
        let length = lines.len();
        Some(format!("{info}\t{folder}\t{metadata}\t{wheel}\t{tag}\t{direct_url}\t{length}\n{lines}"))
    }

    /// How long the name of the `.dist-info` folder is whose entry begins here, and how long the entry.
    pub fn extent(entry: &str) -> Option<(usize, usize)> {
        let first = entry.get(..line_end().find(entry.as_bytes())?)?;
        let (name, length) = (first.find('\t')?, first.rsplit('\t').next()?);
        Some((name, length.parse::<usize>().ok()?.checked_add(first.len() + 1)?))
    }

    /// `Name`.
    pub fn name(&self) -> &str {
        self.values("N ").next().unwrap_or_default()
    }

    /// `Version`.
    pub fn version(&self) -> &str {
        self.values("V ").next().unwrap_or_default()
    }

    /// The fields that tell what it is and what it needs.
    pub fn metadata(&self) -> CoreMetadata {
        let mut metadata = CoreMetadata::default();
        // About as many as there will be: most lines are requirements of some thirty bytes.
        metadata.requires_dist.reserve(self.lines.len() / 32);
        for line in lines(self.lines()) {
            let Some((letter, value)) = line.split_at_checked(2) else { continue };
            let value = value.to_owned();
            match letter {
                "N " => metadata.name = value,
                "V " => metadata.version = value,
                "P " => metadata.requires_python = Some(value),
                "R " => metadata.requires_dist.push(value),
                _ => metadata.provides_extra.push(value),
            }
        }
        metadata
    }

    fn values(&self, letter: &str) -> impl Iterator<Item = &str> {
        lines(self.lines()).filter_map(move |line| line.strip_prefix(letter))
    }

    fn lines(&self) -> &str {
        self.text.get(self.lines.clone()).unwrap_or_default()
    }
}

/// A number of one digit or more.
fn decimal(digits: &[u8]) -> Option<u64> {
    let add = |number: u64, digit: &u8| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit <= 9)?;
        number.checked_mul(10)?.checked_add(digit.into())
    };
    (!digits.is_empty()).then(|| digits.iter().try_fold(0, add)).flatten()
}

/// Lines of which each has an end: several times faster than any that will do for all texts.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let (end, mut rest) = (line_end(), text);
    iter::from_fn(move || {
        let (line, after) = rest.split_at_checked(end.find(rest.as_bytes())?)?;
        rest = after.get(1..)?;
        Some(line)
    })
}

/// Its faster siblings ask the processor first what it can, which takes long in a virtual machine.
fn line_end() -> One {
    One::new(b'\n')
}

impl fmt::Display for Stamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.inode, self.size, self.modified)
    }
}

impl Stamp {
    fn parse(text: &[u8]) -> Option<Self> {
        let mut numbers = text.split(|byte| *byte == b'.').map(decimal);
        let mut next = || numbers.next().flatten();
        Some(Self { inode: next()?, size: next()?, modified: next()? })
    }
}
