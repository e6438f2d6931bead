//! Asks the user for credentials that a server wants.

mod password;

use std::sync::Arc;

use index::LoginPrompt;
use options::Switch;

use crate::console::{ask, ask_line};
use crate::context::Context;

/// Questions on the terminal, unless `--no-input` forbids them.
pub fn login_prompt(context: &Context<'_>) -> Option<Arc<dyn LoginPrompt>> {
    if context.is_on(Switch::NoInput) {
        return None;
    }
    Some(Arc::new(Terminal))
}

struct Terminal;

impl LoginPrompt for Terminal {
    fn user(&self, host: &str) -> Option<String> {
        ask_line(&format!("User for {host}: "))
    }

    fn password(&self) -> Option<String> {
        password::read("Password: ").ok()
    }

    fn wants_to_save(&self) -> bool {
        ask("Save credentials to keyring [y/N]: ", &["y", "n"]).as_deref() == Some("y")
    }
}
