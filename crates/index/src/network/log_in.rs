//! What is done when a server wants credentials: the keyring is looked into, then the user is asked.

use std::sync::Arc;

use tokio::sync::Mutex;
use url::Url;

use super::credentials::{self, Credentials, Refused};
use super::origin::Origin;
use crate::login::{Keyring, Login, LoginPrompt};
use crate::settings::IndexSettings;

/// Those who may know credentials.
pub(super) struct LogIn {
    sources: Sources,
    /// Many requests may be refused at once, and nobody wants to be asked for each.
    turn: Mutex<()>,
}

#[derive(Clone)]
struct Sources {
    keyring: Option<Arc<dyn Keyring>>,
    prompt: Option<Arc<dyn LoginPrompt>>,
}

/// What a refused request is sent again with.
pub(super) struct Answer {
    /// The credentials; none where the user was asked and gave none.
    pub(super) login: Option<Login>,
    /// The user wants them to be kept, should they be right.
    pub(super) save: bool,
}

impl LogIn {
    pub(super) fn new(settings: &IndexSettings) -> Self {
        let sources = Sources { keyring: settings.keyring.clone(), prompt: settings.prompt.clone() };
        Self { sources, turn: Mutex::new(()) }
    }

    /// Other credentials for a URL (which holds none) that was refused with those of `sent`. `None` when nothing is
    /// known and nobody may be asked.
    pub(super) async fn answer(
        &self,
        credentials: &Credentials,
        url: &Url,
        sent: Option<&Login>,
    ) -> Option<Answer> {
        let _turn = self.turn.lock().await;
        let origin = Origin::of(url);
        // Another request may have found some in the meantime.
        if let Some(found) = credentials.seen(&origin).filter(|seen| Some(seen) != sent) {
            return Some(Answer { login: Some(found), save: false });
        }
        let refused = credentials.after_refusal(url);
        let answer = match refused.login.complete() {
            Some(login) => Some(Answer { login: Some(login), save: false }),
            None => blocking(self.sources.clone(), move |sources| sources.ask(&refused)).await.flatten(),
        };
        if let Some(login) = answer.as_ref().and_then(|answer| answer.login.as_ref()) {
            credentials.remember(origin, login.clone());
        }
        answer
    }

    /// Puts credentials that were accepted into the keyring, under the server's host (and port).
    pub(super) async fn save(&self, url: &Url, login: Login) {
        let service = credentials::host(url);
        let _turn = self.turn.lock().await;
        let save = move |sources: Sources| sources.keyring.map(|keyring| keyring.save(&service, &login));
        blocking(self.sources.clone(), save).await;
    }
}

impl Sources {
    fn ask(&self, refused: &Refused) -> Option<Answer> {
        let keyring = self.keyring.as_deref();
        let (user, services) = (refused.login.user.as_deref(), &refused.services);
        let found = keyring.and_then(|keyring| keyring.find(services, user));
        // A name that has no password anywhere is a login by itself.
        let login = found.or_else(|| {
            let user = user.filter(|user| !user.is_empty())?;
            Some(Login { user: user.to_owned(), password: String::new() })
        });
        if login.is_some() {
            return Some(Answer { login, save: false });
        }
        let prompt = self.prompt.as_deref()?;
        let nothing = Answer { login: None, save: false };
        let host = services.last().map(String::as_str).unwrap_or_default();
        let Some(user) = prompt.user(host).filter(|user| !user.is_empty()) else { return Some(nothing) };
        let kept = keyring.and_then(|keyring| keyring.find(&[host.to_owned()], Some(&user)));
        if kept.is_some() {
            return Some(Answer { login: kept, save: false });
        }
        let Some(password) = prompt.password() else { return Some(nothing) };
        let save = keyring.is_some_and(Keyring::is_available) && prompt.wants_to_save();
        Some(Answer { login: Some(Login { user, password }), save })
    }
}

/// Lets the network's thread go on while people and processes take their time. `None` when the call did not end.
async fn blocking<T: Send + 'static>(
    sources: Sources,
    call: impl FnOnce(Sources) -> T + Send + 'static,
) -> Option<T> {
    tokio::task::spawn_blocking(move || call(sources)).await.ok()
}
