//! Whose turn it is: of builds of the same source only one goes on, the others wait and take what it has made.
//!
//! A source may be needed by the user and, at the same time, to build several others. Whoever would wait for itself, over
//! however many builds, is told so: that is a circle of build requirements.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, PoisonError};

use super::source_build::SourceBuild;
use crate::fetch::lock;
use crate::{Session, SessionError};

/// The builds of a command that are under way.
#[derive(Default)]
pub(super) struct Turns {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    /// Keys of sources that are being built.
    under_way: HashSet<String>,
    /// Which build needs which source, by their keys: while it waits for it, and while it builds it.
    needs: Vec<(String, String)>,
}

/// The right to build a source, as long as it lives.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    key: &'a str,
    /// The build for whose sake this one is made.
    parent: Option<&'a str>,
}

impl Turns {
    /// Waits until nobody else builds the source.
    pub fn take<'a>(
        &'a self,
        session: &'a Session<'_>,
        source: &'a SourceBuild,
    ) -> Result<Turn<'a>, SessionError> {
        let (key, parent) = (source.id.key.as_str(), session.chain.last().map(String::as_str));
        let mut state = lock(&self.state);
        if let Some(parent) = parent {
            if state.leads_to(key, parent) {
                let (link, what) = (source.id.link.redacted(), source.id.what.clone());
                return Err(SessionError::BuildCycle { link, what });
            }
            state.needs.push((parent.to_owned(), key.to_owned()));
        }
        while state.under_way.contains(key) {
            state = self.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.under_way.insert(key.to_owned());
        Ok(Turn { turns: self, key, parent })
    }
}

impl State {
    /// Whether the build of `from` needs that of `to`, or is it.
    fn leads_to(&self, from: &str, to: &str) -> bool {
        let mut seen = HashSet::from([from]);
        let mut open = vec![from];
        while let Some(key) = open.pop() {
            if key == to {
                return true;
            }
            let next = self.needs.iter().filter(|(build, _)| build == key);
            open.extend(next.map(|(_, source)| source.as_str()).filter(|source| seen.insert(source)));
        }
        false
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.turns.state);
        state.under_way.remove(self.key);
        let is_this =
            |(build, source): &(String, String)| Some(build.as_str()) == self.parent && source == self.key;
        if let Some(position) = state.needs.iter().position(is_this) {
            state.needs.swap_remove(position);
        }
        drop(state);
        self.turns.ended.notify_all();
    }
}
