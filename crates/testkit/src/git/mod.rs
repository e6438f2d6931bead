//! Git repositories of a test's own, and a server for them.

mod repository;
mod server;

pub use repository::GitRepository;
pub use server::GitServer;
