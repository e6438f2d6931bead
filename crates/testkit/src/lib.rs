//! What the tests of the other rooms are made with.
//!
//! Nothing here is part of the program. A test makes packages ([`Wheel`], [`Sdist`]), well-formed or
//! hostile, byte for byte the same on every run; offers them on an [`Index`] that lives in the test's own
//! process on the loopback address, and that can be slow, wrong or broken on request ([`Fault`]), or stand behind a
//! [`TlsServer`] or a [`Proxy`], or makes a [`GitRepository`] and offers it on a [`GitServer`]; runs the program in a
//! [`Sandbox`] that sees nothing of the machine's settings; and proves with a [`Tree`] what changed on disk and what did not. [`Interpreter`] finds the interpreters of the machine.
//!
//! Functions here panic when the test itself is impossible (no interpreter, no temporary folder): a test
//! kit that shrugs makes tests that cannot fail.

mod digest;
mod git;
mod hostile_archive;
mod hostile_page;
mod index;
mod interpreter;
mod proxy;
mod sandbox;
mod sdist;
mod snapshot;
mod tar;
mod tls;
mod tree;
mod universe;
mod wheel;
mod zip;

#[cfg(test)]
mod tests;

pub use digest::{base64_sha256, hex_sha256};
pub use git::{GitRepository, GitServer};
pub use hostile_archive::{HostileArchive, hostile_tar_sdists, hostile_wheels, hostile_zip_sdists};
pub use hostile_page::{HostilePage, hostile_pages};
pub use index::{Fault, Index, IndexBuilder, Listing, Request, Validators};
pub use interpreter::Interpreter;
pub use proxy::Proxy;
pub use sandbox::{Outcome, Run, Sandbox};
pub use sdist::Sdist;
pub use snapshot::{Filters, assert_same_text};
pub use tar::{TarEntry, gzip, tar, tar_gz};
pub use tls::{TlsServer, certificate};
pub use tree::Tree;
pub use wheel::{PackageFile, Wheel};
pub use zip::{Entry, zip};
