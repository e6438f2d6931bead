//! Wheels, unpacked once and shared by every environment.
//!
//! What comes in: the bytes of a downloaded or built wheel together with the digest they were
//! fetched under. What goes out: an [`UnpackedWheel`], a folder with the archive's content and a
//! [`Manifest`] of it that is read with one call, and, for each interpreter, the wheel's
//! [`ByteCode`]. The installer links both into an environment next.
//!
//! Entries are immutable and published by rename: readers take no lock, two writers do no harm, and
//! a crash leaves only garbage in the store's `tmp` folder. A damaged entry counts as missing.
//!
//! ```text
//! wheels-v1/<aa>/<sha256>/manifest            what is inside
//! wheels-v1/<aa>/<sha256>/content/...         the archive's files as they are
//! wheels-v1/<aa>/<sha256>/bytecode-<tag>-<magic>/   one flat folder of .pyc files and a manifest
//! wheels-v1/of-layers/<sha256>/bytecode-<tag>-<magic>/   byte-code of wheels that lie in layers, which are only read
//! wheels-v1/urls/<sha256 of the address>      the digest behind an address that has none in its page
//! wheels-v1/tmp/                              entries under construction
//! wheels/...                                  archives that were built from source, as pip keeps them
//! ```

mod archive;
mod boot;
mod built;
mod byte_code;
mod compiler;
mod digest;
mod entry_name;
mod error;
mod flat;
mod import_names;
mod inspect;
mod manifest;
mod others;
mod publish;
mod tree;
mod turn;
mod unpack;
mod verify;
mod wheels;

pub use archive::ArchiveBytes;
pub use built::{BuildKey, BuiltWheel, BuiltWheels};
pub use byte_code::{ByteCode, Compiled};
pub use compiler::{CompileTarget, Compiler, Invalidation};
pub use digest::{Fingerprint, Hasher, Sha256};
pub use error::{ArchiveError, CompilerFault, EntryFault, NameFault, StoreError, WheelFault};
pub use inspect::Expected;
pub use manifest::{Directory, File, Manifest, RecordedFile, Script};
pub use others::Notice;
pub use turn::Turn;
pub use verify::{Damage, DamagedEntry, Verification};
pub use wheels::{Added, PreparedWheel, Store, UnpackedWheel};
