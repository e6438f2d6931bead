//! Archives that no honest tool makes, and some that look like it and are harmless.
//!
//! All of them are of the project `demo` 1.0, whose module is as [`Wheel`](crate::Wheel) and [`Sdist`](crate::Sdist) make it.
//! What must not be installed has `EVIL` in it.

mod entries;
mod layout;
mod tarred;

use crate::{Entry, Sdist, Wheel, zip};

pub(crate) const EVIL: &str = "EVIL = True\n";

/// An archive, and what is special about it.
#[derive(Clone, Debug)]
pub struct HostileArchive {
    /// What is special, in a few words.
    pub name: &'static str,
    /// How the file is called.
    pub filename: &'static str,
    /// The archive.
    pub bytes: Vec<u8>,
}

/// Wheels with everything that can be wrong with a zip file.
pub fn hostile_wheels() -> Vec<HostileArchive> {
    let make = |added: Vec<Entry>| {
        let wheel = added.into_iter().fold(Wheel::new("demo", "1.0"), Wheel::entry);
        wheel.with_module().all_entries()
    };
    zipped("demo-1.0-py3-none-any.whl", "", &make)
}

/// The same with source distributions that are zip files.
pub fn hostile_zip_sdists() -> Vec<HostileArchive> {
    let make = |added: Vec<Entry>| {
        let sdist = Sdist::new("demo", "1.0");
        let tree = sdist.tree();
        let own = tree.iter().map(|entry| match entry.content() {
            Some(content) => Entry::file(entry.name(), content),
            None => Entry::directory(entry.name()),
        });
        own.chain(added).collect()
    };
    zipped("demo-1.0.zip", "demo-1.0/", &make)
}

/// Source distributions with everything that can be wrong with a tar file and its compression.
pub fn hostile_tar_sdists() -> Vec<HostileArchive> {
    tarred::archives()
}

/// `make` gives the entries of a sound archive and those added, `top` is the folder that everything stands in.
fn zipped(filename: &'static str, top: &str, make: &dyn Fn(Vec<Entry>) -> Vec<Entry>) -> Vec<HostileArchive> {
    let added = entries::added(top).into_iter().map(|(name, added)| (name, zip(&make(added))));
    let rewritten = layout::archives(top, make);
    added.chain(rewritten).map(|(name, bytes)| HostileArchive { name, filename, bytes }).collect()
}
