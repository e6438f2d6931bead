//! What every command that resolves works with: index, store, builds, and what a person sees of them.

use std::env;
use std::path::PathBuf;

use environment::Environment;
use index::Index;
use options::Switch;
use resolver::{Selection, Upgrade};
use session::{Builds, InstalledSet, Prepared, Session, SessionError};
use specifier::MarkerEnvironment;
use store::{Compiler, Store};
use tempfile::TempDir;

use crate::build_log::BuildLog;
use crate::builds::builds;
use crate::command::install::words::{self, Speaker};
use crate::context::Context;
use crate::failure::Failure;
use crate::interruption;
use crate::placing::store;
use crate::progress::Progress;
use crate::requirements::Requirements;

/// Index, store and builds of one command.
pub struct Workshop<'a> {
    context: &'a Context<'a>,
    environment: &'a Environment,
    /// Where packages come from.
    pub index: Index,
    store: Store,
    /// The store's folder under `--no-cache-dir`.
    _passing: Option<TempDir>,
    builds: Builds,
    /// Where the command saves archives: what lies there is not fetched again.
    pub saves_in: Option<PathBuf>,
}

impl<'a> Workshop<'a> {
    /// Nothing is fetched yet. `editables` says whether `-e` builds editables.
    pub fn open(
        context: &'a Context<'a>,
        environment: &'a Environment,
        requirements: &Requirements,
        selection: &Selection,
        editables: bool,
    ) -> Result<Self, Failure> {
        let index = requirements.index(context)?;
        let (store, passing) = store(context)?;
        let builds = builds(context, environment, selection, editables)?;
        interruption::clean_up_with(builds.cleaner());
        Ok(Self { context, environment, index, store, _passing: passing, builds, saves_in: None })
    }

    /// Resolves and fetches, says what pip says of it, and lets `then` go on with the session.
    pub fn prepare<T>(
        &self,
        request: &session::Request<'_>,
        installed: &InstalledSet,
        compiler: Option<&Compiler>,
        then: impl FnOnce(&Session<'_>, Result<Prepared, SessionError>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let context = self.context;
        let progress = Progress::new(context.progress_style());
        let log = BuildLog::new(context, &progress);
        let speaker =
            Speaker { context, progress: &progress, log: &log, installed, folder: self.saves_in.as_deref() };
        let session = Session {
            environment: self.environment,
            index: &self.index,
            store: &self.store,
            compiler,
            byte_code_at_hand: None,
            temporary_folder: env::temp_dir(),
            saves_in: self.saves_in.as_deref(),
            events: &|event| speaker.say(&event),
            builds: &self.builds,
            chain: &[],
        };
        // Questions for credentials come after what was said before.
        let _ = context.console.flush();
        let prepared = session::prepare(&session, request);
        progress.finish();
        match &prepared {
            Ok(prepared) => {
                let warnings = &prepared.resolution.warnings;
                words::say_warnings(context, warnings.iter().filter(|warning| !warning.is_of_installed()));
                speaker.say_resolved(&prepared.resolution, &|package| words::transfer(prepared, package));
                words::say_warnings(context, warnings.iter().filter(|warning| warning.is_of_installed()));
            }
            Err(error) => log.tell_all(error),
        }
        then(&session, prepared)
    }
}

/// What is asked of the resolver when nothing that is installed counts (`download`, `wheel`, `lock`); `install` goes on
/// from there.
pub fn request_from_nothing<'r>(
    context: &Context<'_>,
    requirements: &'r Requirements,
    markers: &'r MarkerEnvironment,
    selection: &'r Selection,
    installed: &'r InstalledSet,
) -> resolver::Request<'r> {
    resolver::Request {
        requirements: &requirements.wanted,
        constraints: &requirements.constraints,
        markers,
        selection,
        upgrade: Upgrade::No,
        force_reinstall: false,
        ignore_installed: true,
        no_deps: context.is_on(Switch::NoDeps),
        only_deps: context.is_on(Switch::OnlyDeps),
        require_hashes: requirements.require_hashes,
        installed,
        cancelled: &|| false,
    }
}
