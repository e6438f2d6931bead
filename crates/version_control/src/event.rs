//! What is said while a tree is being made.

/// A line for the user.
///
/// pip shows the lines of a tool that contacts a repository without being asked ([`Event::Command`]), and
/// those of a tool that only looks at a tree with `-v` ([`Event::Query`]). It puts both on standard error,
/// indented like what stands around them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// What is being done: `Cloning https://… to /tmp/…`.
    Info(&'a str),
    /// Something that may not be what the user wants.
    Warning(&'a str),
    /// `Running command git clone …`, or a line that the command wrote.
    Command(&'a str),
    /// The same for a command that only asks.
    Query(&'a str),
}
