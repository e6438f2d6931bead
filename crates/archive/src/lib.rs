//! Zip archives that mean the same to every reader.
//!
//! A zip archive says what it holds twice: in a header before each entry, for programs that read it from front to end, and
//! in a directory at its end. Where they differ, a scanner sees something else than what is installed. What comes in is the
//! directory as `rawzip` reads it, entry by entry ([`ZipLayout::entry`]); what goes out is where the data of an entry is, or why
//! the archive is not to be trusted. [`ZipLayout::finish`] sees to it that the entries, the directory and its end account for
//! the whole archive. Names are read as Python reads them ([`decode_name`]).
//!
//! Bytes that belong to nothing are left alone, as pip does, unless something in them looks like a part of an archive.
//! `store` reads wheels through this, and `backend` source distributions.

mod fault;
mod header;
mod layout;
mod name;
mod unclaimed;

pub use fault::LayoutFault;
pub use layout::ZipLayout;
pub use name::decode_name;
