//! One command being carried out: what it was asked, and the things that most commands need, each made
//! when it is first wanted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use environment::{Choice, Editables, Environment, FactsCache, Installed, InterpreterRequest, Which};
use index::{Index, IndexSettings};
use installer::{History, InstallError, Observation, Recovered, Target};
use options::{CacheDir, Command, Count, List, ParsedCommand, Switch, Text, Values};

use crate::console::{Console, Level};
use crate::failure::Failure;
use crate::index_settings;
use crate::process::Process;
use crate::progress::Style;
use crate::surroundings::Machine;

/// How often an environment is looked at that changes meanwhile.
const LOOKS: u32 = 200;

/// The folder of our own within pip's cache: neither program touches what the other keeps in forms of its own.
pub const OWN_CACHE: &str = "oxipip";

/// The command and its surroundings.
pub struct Context<'a> {
    /// The process that runs it.
    pub process: &'a Process,
    /// Where it speaks.
    pub console: &'a Console,
    /// Its options and arguments.
    pub parsed: &'a ParsedCommand,
    /// The environment it acts on, or why there is none.
    pub chosen: &'a Result<Environment, environment::EnvironmentError>,
    /// Where its cache is, once somebody has asked.
    pub cache_folder: &'a OnceLock<Option<PathBuf>>,
    /// The caches of others that are read, likewise.
    pub cache_layers: &'a OnceLock<Vec<PathBuf>>,
}

impl<'a> Context<'a> {
    /// The values of all options.
    pub fn values(&self) -> &'a Values {
        &self.parsed.values
    }

    /// Whether a switch is on.
    pub fn is_on(&self, switch: Switch) -> bool {
        self.values().flag(switch)
    }

    /// The value of an option.
    pub fn text(&self, text: Text) -> Option<&'a str> {
        self.values().text(text)
    }

    /// The values of a repeatable option.
    pub fn list(&self, list: List) -> &'a [String] {
        self.values().list(list)
    }

    /// The arguments that are no options.
    pub fn positionals(&self) -> &'a [String] {
        &self.parsed.positionals
    }

    /// The action of a command that has several, and its arguments.
    pub fn action(&self) -> Result<(&'a str, Vec<&'a str>), Failure> {
        let known = self.parsed.command.actions();
        let mut arguments = self.positionals().iter().map(String::as_str);
        if let Some(action) = arguments.next().filter(|action| known.contains(action)) {
            return Ok((action, arguments.collect()));
        }
        let mut known = known.to_vec();
        known.sort_unstable();
        Err(Failure::error(format_args!("Need an action ({}) to perform.", known.join(", "))))
    }

    /// `-v` minus `-q`.
    pub fn verbosity(&self) -> i64 {
        self.values().verbosity()
    }

    /// Whether `-v` was given, whatever `-q` and `--debug` say: what pip's tables go by.
    pub fn is_verbose(&self) -> bool {
        self.values().count(Count::Verbose) > 0
    }

    /// The environment that the command acts on.
    pub fn environment(&self) -> Result<&'a Environment, Failure> {
        self.chosen.as_ref().map_err(Failure::error)
    }

    /// Where facts about interpreters are kept.
    pub fn facts_cache(&self) -> FactsCache {
        facts_cache(self.process)
    }

    /// pip's cache folder, where wheels built from source are; `None` when caching is off.
    ///
    /// A folder of somebody else's is not used, and a warning says so (once).
    pub fn cache(&self) -> Option<PathBuf> {
        self.cache_folder.get_or_init(|| self.find_cache()).clone()
    }

    /// The sub-folder of [`Context::cache`] with what is kept in forms of our own.
    pub fn own_cache(&self) -> Option<PathBuf> {
        self.cache().map(|cache| cache.join(OWN_CACHE))
    }

    /// The folders of `--cache-layer`. A warning names those that cannot be read (once).
    pub fn cache_layers(&self) -> &'a [PathBuf] {
        self.cache_layers.get_or_init(|| {
            let folders = self.list(List::CacheLayer).iter();
            let folders = folders.map(|folder| self.process.working_directory.join(folder));
            folders.filter(|folder| self.is_readable(folder)).collect()
        })
    }

    /// The sub-folders of [`Context::cache_layers`] with what was kept in forms of our own.
    pub fn own_layers(&self) -> Vec<PathBuf> {
        self.cache_layers().iter().map(|layer| layer.join(OWN_CACHE)).collect()
    }

    fn is_readable(&self, layer: &Path) -> bool {
        let read = fs::read_dir(layer);
        if let Err(error) = &read {
            self.console.warning(format_args!("Ignoring the cache layer {}: {error}", layer.display()));
        }
        read.is_ok()
    }

    /// Where the changes of a target are kept, the next one as the command's: nowhere without a cache, which is no
    /// reason for a warning.
    pub fn history(&self, target: &Target) -> Option<History> {
        let cache = self.cache_place().filter(|folder| environment::may_keep_in(folder))?;
        History::of(&cache.join(OWN_CACHE), target, self.parsed.command.name())
    }

    fn cache_place(&self) -> Option<PathBuf> {
        match self.values().cache_dir() {
            CacheDir::Default => self.process.default_cache(),
            CacheDir::At(folder) => Some(self.process.working_directory.join(folder)),
            CacheDir::Disabled => None,
        }
    }

    fn find_cache(&self) -> Option<PathBuf> {
        let folder = self.cache_place()?;
        if environment::may_keep_in(&folder) {
            return Some(folder);
        }
        self.console.warning(format_args!(
            "The directory '{}' or its parent directory is not owned or is not writable by the current user. The \
             cache has been disabled. Check the permissions and owner of that directory. If executing pip with \
             sudo, you should use sudo's -H flag.",
            folder.display()
        ));
        None
    }

    /// The indexes and find-links of options and configuration.
    pub fn index(&self) -> Result<Index, Failure> {
        let settings = index_settings::without_indexes(self);
        Ok(Index::new(IndexSettings { index_urls: index_settings::indexes(self)?, ..settings }))
    }

    /// Fetches single addresses, such as requirements files, and knows no index.
    pub fn fetcher(&self) -> Index {
        Index::new(index_settings::without_indexes(self))
    }

    /// What requirement arguments and files may ask of the machine.
    pub fn machine<'i>(&self, index: &'i Index) -> Machine<'i>
    where
        'a: 'i,
    {
        Machine { process: self.process, index }
    }

    /// Which installed distributions `--local`, `--user`, `--editable` and `--path` ask for.
    pub fn which(&self) -> Which {
        let editables = if self.is_on(Switch::EditableOnly) {
            Editables::Only
        } else if self.is_on(Switch::IncludeEditable) || self.parsed.command == Command::Freeze {
            Editables::Included
        } else {
            Editables::Excluded
        };
        let paths = self.list(List::Path);
        Which {
            local_only: self.is_on(Switch::Local),
            user_only: self.is_on(Switch::User),
            editables,
            paths: (!paths.is_empty())
                .then(|| paths.iter().map(|path| self.process.working_directory.join(path)).collect()),
            ..Which::default()
        }
    }

    /// Reads what is installed, and warns of what cannot be read.
    ///
    /// What a killed process left half done is undone first. A process that is still at work is not waited for: what it
    /// has done so far is looked past. An environment that may not be written is read as it is.
    pub fn installed(&self, environment: &Environment, which: &Which) -> Result<Installed, Failure> {
        let own = Target::of(environment);
        let users = Target::of_user(environment).filter(|_| environment.is_user_site_enabled());
        let mut looks = 0;
        let installed = loop {
            let observation = Observation::of(&own);
            let of_user = users.as_ref().map(Observation::of);
            let underway = observation.underway().or(of_user.as_ref().and_then(Observation::underway));
            let installed = environment::installed_before(environment, which, underway)?;
            looks += 1;
            let holds = observation.holds() && of_user.is_none_or(|user| user.holds());
            // Whoever changes it all the time must not keep others from looking for ever.
            if holds || looks == LOOKS {
                break installed;
            }
        };
        installed.warnings.iter().for_each(|warning| self.console.warning(warning));
        Ok(installed)
    }

    /// Undoes what a killed process has left half done, and waits for one that is at work.
    pub fn settle(&self, target: &Target) -> Result<(), Failure> {
        loop {
            match installer::recover(target) {
                Ok(Recovered::Undone) => {
                    self.console
                        .warning("An earlier change of this environment was cut off; it has been undone.");
                    return Ok(());
                }
                Ok(_) => return Ok(()),
                Err(InstallError::Busy(_)) => {
                    // No more of its command line: that may hold credentials.
                    let name = |process: u32| fs::read_to_string(format!("/proc/{process}/comm")).ok();
                    let holder = installer::holder(target).and_then(|process| {
                        Some(format!("process {process} ({})", name(process)?.trim_end()))
                    });
                    let holder = holder.unwrap_or_else(|| "another process".into());
                    self.console
                        .info(format_args!("Waiting for {holder}, which is changing this environment"));
                    let _ = self.console.flush();
                    installer::wait(target)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Refuses to change an interpreter that its distributor manages (pip: PEP 668).
    pub fn check_externally_managed(&self, environment: &Environment) -> Result<(), Failure> {
        if self.is_on(Switch::BreakSystemPackages) {
            return Ok(());
        }
        let Some(managed) = environment.externally_managed() else { return Ok(()) };
        let language =
            ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| self.process.set_variable(name));
        Err(Failure::externally_managed(managed.message(language).as_deref()))
    }

    /// pip's warning when root changes an interpreter that is not in a virtual environment.
    pub fn warn_if_root(&self, environment: &Environment) {
        let wanted = self.text(Text::RootUserAction) != Some("ignore");
        if wanted && !environment.is_virtual() && rustix::process::geteuid().is_root() {
            self.console.warning(
                "Running pip as the 'root' user can result in broken permissions and conflicting behaviour with \
                 the system package manager, possibly rendering your system unusable. It is recommended to use a \
                 virtual environment instead: https://pip.pypa.io/warnings/venv. Use the --root-user-action option \
                 if you know what you are doing and want to suppress this warning.",
            );
        }
    }

    /// Says on standard error how a command is called, where nothing was given to it, and gives its exit code.
    pub fn say_usage(&self, command: Command) -> u8 {
        self.console.error_text(format_args!("{}\n\n", options::usage(Some(command), &self.process.program)));
        1
    }

    /// The answer to a question about something that is in the way: the first of `--exists-action` that is offered,
    /// else what the user says.
    pub fn ask_about_existing(&self, question: &str, allowed: &[&str]) -> Result<String, Failure> {
        let given = self.list(List::ExistsAction).iter().map(ToString::to_string);
        match given.into_iter().find(|action| allowed.contains(&action.as_str())) {
            Some(action) => Ok(action),
            None => self.ask(question, allowed),
        }
    }

    /// Asks a question on the terminal until the answer is one of `allowed`.
    pub fn ask(&self, question: &str, allowed: &[&str]) -> Result<String, Failure> {
        if self.is_on(Switch::NoInput) {
            return Err(Failure::error(format_args!(
                "No input was expected ($PIP_NO_INPUT set); question: {question}"
            )));
        }
        loop {
            self.console.prompt(question);
            let mut answer = String::new();
            let read = io::stdin().read_line(&mut answer).unwrap_or(0);
            if read == 0 {
                // pip ends on an exception here.
                return Err(Failure { exit_code: 2, ..Failure::error("EOF when reading a line") });
            }
            let answer = answer.trim().to_lowercase();
            if allowed.contains(&answer.as_str()) {
                return Ok(answer);
            }
            self.console.result(format_args!(
                "Your response ({}) was not one of the expected responses: {}",
                options::python_repr(&answer),
                allowed.join(", ")
            ));
        }
    }

    /// How progress is shown (`--progress-bar`, quietness, terminal).
    pub fn progress_style(&self) -> Style {
        match self.text(Text::ProgressBar) {
            Some("raw") if self.console.shows(Level::Info) => Style::Lines,
            Some("off" | "raw") => Style::Hidden,
            _ if self.console.is_interactive() => Style::Bar,
            _ => Style::Hidden,
        }
    }
}

/// Where facts about interpreters are kept: always in the user's cache folder, since they are no packages.
pub fn facts_cache(process: &Process) -> FactsCache {
    let root = process.path_variable("PIP_CACHE_DIR").or_else(|| process.default_cache());
    FactsCache::new(root.map(|root| root.join(OWN_CACHE).join("interpreters-v1")))
}

/// Finds the interpreter that `venv --python` names.
pub fn find(process: &Process, wanted: &str) -> Result<Environment, environment::EnvironmentError> {
    let request = InterpreterRequest::parse(wanted);
    let found = environment::find(&request, &process.places(), &facts_cache(process))?;
    Ok(found.with_variables(process.python_variables()))
}

/// Chooses the environment that a command acts on, before its own options are read.
pub fn choose(process: &Process, python: Option<&str>) -> Result<Environment, environment::EnvironmentError> {
    let choice = Choice {
        python: python.map(ToOwned::to_owned),
        own_place: process.own_place.clone(),
        virtual_env: process.path_variable("VIRTUAL_ENV"),
        dot_venv: !process.is_called_pip(),
    };
    let choose = || environment::choose(&choice, &process.places(), &facts_cache(process));
    let mut chosen = choose();
    if !chosen.as_ref().is_ok_and(Environment::is_virtual) {
        let named = choice.python.as_ref().map(|python| process.working_directory.join(python));
        let named =
            named.iter().flat_map(|path| [Some(path.as_path()), path.parent().and_then(Path::parent)]);
        let own = choice.own_place.as_deref().and_then(Path::parent).and_then(Path::parent);
        let others = [choice.virtual_env.as_deref(), own];
        let dot_venv = choice.dot_venv.then(|| process.working_directory.join(".venv"));
        let mut folders = named.flatten().chain(others.into_iter().flatten()).chain(dot_venv.as_deref());
        // An environment whose clearing was cut off or goes on is not there, or looks like its base interpreter, until that
        // is undone or done.
        let was_changing = |folder: &Path| match installer::recover_in(folder) {
            Err(InstallError::Busy(_)) => installer::wait_in(folder).is_ok(),
            recovered => recovered.is_ok_and(|found| found == Recovered::Undone),
        };
        if folders.any(was_changing) {
            chosen = choose();
        }
    }
    Ok(chosen?.with_variables(process.python_variables()))
}
