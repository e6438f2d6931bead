//! specifier
