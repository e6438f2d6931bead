//! The `oxipip` program.
fn main() {}
