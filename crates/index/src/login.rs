//! Credentials, and those who are asked for them when a server wants some.
//!
//! The room starts no process and asks nobody: the caller gives a [`Keyring`] and a [`LoginPrompt`], or
//! leaves them out.

use std::fmt;

/// A user name and a password; neither appears in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The name of the user.
    pub user: String,
    /// The password, which may be empty: tokens are sent as names.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(****)")
    }
}

/// Where passwords are kept. It may block: it is called on a thread of its own, one call at a time.
pub trait Keyring: Send + Sync {
    /// The credentials for the first of the services that has some. With a user, only that user's.
    fn find(&self, services: &[String], user: Option<&str>) -> Option<Login>;

    /// Whether anything can be kept there.
    fn is_available(&self) -> bool;

    /// Keeps credentials that a server has just accepted. The keyring itself tells of failures.
    fn save(&self, service: &str, login: &Login);
}

/// Someone who can answer questions. It may block, as [`Keyring`] may.
pub trait LoginPrompt: Send + Sync {
    /// The user to log in as at `host` (`host:port` where the address has a port); `None` when there is no answer.
    fn user(&self, host: &str) -> Option<String>;

    /// The password of that user.
    fn password(&self) -> Option<String>;

    /// Whether the answers are to be kept in the keyring.
    fn wants_to_save(&self) -> bool;
}
