//! Source trees under version control: Git, Mercurial, Subversion and Bazaar.
//!
//! A [`Link`](requirement::Link) such as `git+https://host/project.git@v1#egg=project` comes in. It is read
//! as pip reads it ([`RepositoryUrl`]), and the system's own tool makes a tree of it:
//! [`VersionControl::checkout`] in a new folder, [`VersionControl::obtain`] in the folder of an editable
//! install, which may already be there. What comes out is a [`Checkout`], from which `direct_url.json` is
//! written; `session` builds the tree. The other way round, [`VersionControl::frozen`] tells which
//! requirement leads to the tree that an editable install uses.
//!
//! The tools are run as programs, never through a shell, with the variables that the caller gives and
//! nothing else. Nothing that a link says can become an option of a tool (`repository_url`). Git repositories are
//! kept in a cache (`git::cache`), so that a commit that was seen once needs no network.
//!
//! Nothing is printed here: lines go to the caller as [`Event`]s, and failures are a [`VersionControlError`].

mod bazaar;
mod client;
mod command;
mod error;
mod event;
mod freeze;
mod git;
mod mercurial;
mod obtain;
mod project_root;
mod repository_url;
mod subversion;
mod system;

pub use client::{Checkout, Settings, VersionControl};
pub use error::{CommandFailure, VersionControlError};
pub use event::Event;
pub use freeze::Frozen;
pub use obtain::{Answer, Question};
pub use repository_url::RepositoryUrl;
pub use system::System;
