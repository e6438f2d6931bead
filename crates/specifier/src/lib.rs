//! Names, versions, specifiers, markers, requirements, tags and file names: the words of the packaging standards.
//!
//! What comes in is text: a line of a requirements file, a `Requires-Dist` field, the name of a file on an
//! index page, the facts of an interpreter. What goes out are values that compare, match and print exactly
//! as the `packaging` library inside pip does. Next, `metadata` and `requirement` read whole files with
//! them, and `resolver` decides with them.
//!
//! Everything here is pure: no files, no network, no process environment; and total: no text makes it panic.

mod filename;
mod marker;
mod name;
mod python_text;
mod requirement;
mod specifiers;
mod syntax;
mod tags;
mod version;

pub use filename::{BuildTag, InvalidFilename, InvalidTag, SdistFilename, WheelFilename, WheelTags};
pub use marker::{InvalidMarker, Marker, MarkerContext, MarkerEnvironment, MarkerError};
pub use name::{ExtraName, InvalidName, ProjectName};
pub use python_text::PythonRepr;
pub use requirement::{Glance, InvalidRequirement, Requirement};
pub use specifiers::{InvalidSpecifier, Operator, Specifier, Specifiers};
pub use syntax::SyntaxError;
pub use tags::{Libc, Tag, TagFacts, Tags, platform};
pub use version::{InvalidVersion, PreReleaseKind, Version};
