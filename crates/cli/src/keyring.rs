//! `--keyring-provider`: the keyring of the target interpreter, or the `keyring` program on `PATH`.

mod import;
mod subprocess;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use index::{Keyring, Login};
use options::{Switch, Text};

use self::import::Imported;
use self::subprocess::Program;
use crate::console::Voice;
use crate::context::Context;

/// What stands between this program and passwords.
trait Provider: Send {
    /// The credentials for a service.
    fn find(&self, services: &[String], user: Option<&str>) -> Result<Option<Login>, String>;

    /// Keeps credentials.
    fn save(&self, service: &str, login: &Login) -> Result<(), String>;
}

/// The keyring that the command's options ask for. Without questions one is only looked into if it is named: it might
/// ask some itself.
pub fn keyring(context: &Context<'_>) -> Option<Arc<dyn Keyring>> {
    let wanted = context.text(Text::KeyringProvider).unwrap_or("auto");
    if wanted == "disabled" || (wanted == "auto" && context.is_on(Switch::NoInput)) {
        return None;
    }
    let environment = context.chosen.as_ref().ok();
    Some(Arc::new(LazyKeyring {
        wanted: wanted.to_owned(),
        voice: Voice::new(context.verbosity()),
        python: environment.map(|environment| environment.python().to_owned()),
        scripts: environment.map(|environment| environment.scheme().scripts),
        path: env::var_os("PATH").unwrap_or_default(),
        provider: Mutex::new(State::Unknown),
    }))
}

/// A keyring that is looked for when it is first needed.
struct LazyKeyring {
    /// `auto`, `import` or `subprocess`.
    wanted: String,
    voice: Voice,
    python: Option<PathBuf>,
    /// The environment's own scripts: a `keyring` in there is `import`'s.
    scripts: Option<PathBuf>,
    path: OsString,
    provider: Mutex<State>,
}

enum State {
    Unknown,
    Found(Box<dyn Provider>),
    /// There is none, or it has failed once.
    None,
}

impl LazyKeyring {
    fn choose(&self) -> Option<Box<dyn Provider>> {
        let voice = self.voice;
        voice.verbose(format_args!("Keyring provider requested: {}", self.wanted));
        if let Some(python) = self.python.as_ref().filter(|_| self.wanted != "subprocess") {
            match Imported::new(python) {
                Ok(Some(imported)) => {
                    voice.verbose("Keyring provider set: import");
                    return Some(Box::new(imported));
                }
                Ok(None) => {}
                Err(error) => {
                    let fallback = match self.wanted.as_str() {
                        "auto" => ", trying to find a keyring executable as a fallback",
                        _ => "",
                    };
                    voice.warning(format_args!(
                        "Installed copy of keyring fails with exception {error}{fallback}"
                    ));
                }
            }
        }
        if self.wanted != "import"
            && let Some(program) = Program::find(&self.path, self.scripts.as_deref())
        {
            let path = program.path().display();
            voice.verbose(format_args!("Keyring provider set: subprocess with executable {path}"));
            return Some(Box::new(program));
        }
        voice.verbose("Keyring provider set: disabled");
        None
    }

    /// Does something with the provider, if there is one.
    fn with<T>(&self, work: impl FnOnce(&dyn Provider, &mut bool) -> Option<T>) -> Option<T> {
        let mut state = self.provider.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Unknown) {
            *state = self.choose().map_or(State::None, State::Found);
        }
        let State::Found(provider) = &*state else { return None };
        let mut failed = false;
        let outcome = work(provider.as_ref(), &mut failed);
        if failed {
            *state = State::None;
        }
        outcome
    }
}

impl Keyring for LazyKeyring {
    fn find(&self, services: &[String], user: Option<&str>) -> Option<Login> {
        self.with(|provider, failed| match provider.find(services, user) {
            Ok(login) => login,
            Err(error) => {
                self.voice.warning(format_args!("Keyring is skipped due to an exception: {error}"));
                *failed = true;
                None
            }
        })
    }

    fn is_available(&self) -> bool {
        self.with(|_, _| Some(())).is_some()
    }

    fn save(&self, service: &str, login: &Login) {
        self.with(|provider, _| {
            let error = provider.save(service, login).err()?;
            self.voice.error(format_args!("Failed to save credentials: {error}"));
            Some(())
        });
    }
}
