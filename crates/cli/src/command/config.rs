//! `config`: shows and changes configuration files.

use std::path::Path;
use std::process::{Command as Program, Stdio};

use options::{Ambient, ConfigurationFile, ConfigurationLevel, Switch, Text, configuration_key, python_repr};

use crate::context::Context;
use crate::failure::{Failure, reason};

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let (action, rest) = context.action()?;
    let prefix = context.environment().ok().map(|environment| environment.prefix().to_owned());
    let ambient = context.process.ambient(prefix);
    let isolated = context.is_on(Switch::Isolated);
    let only = level(context, &ambient, !matches!(action, "list" | "debug"))?;
    let files = ConfigurationFile::all(&ambient, isolated, only)?;
    say_files(context, &files);
    let configuration = Configuration { context, ambient, isolated, only, files };
    match (action, rest.as_slice()) {
        ("list", []) => configuration.list(),
        ("debug", []) => configuration.debug(),
        ("get", [key]) => configuration.get(key)?,
        ("set", [key, value]) => configuration.set(key, value)?,
        ("unset", [key]) => configuration.unset(key)?,
        ("edit", []) => configuration.edit()?,
        _ => return Err(wrong_arguments(context, action)),
    }
    Ok(0)
}

/// What `-v` tells of the files.
fn say_files(context: &Context<'_>, files: &[ConfigurationFile]) {
    for file in files {
        let (level, path) = (file.level.name(), file.path.display());
        if file.is_read() {
            let line = format_args!("For variant '{level}', will try loading '{path}'");
            context.console.verbose(line);
        } else {
            context.console.debug(format_args!("Skipping file '{path}' (variant: {level})"));
        }
    }
}

fn wrong_arguments(context: &Context<'_>, action: &str) -> Failure {
    let (number, example) = match action {
        "get" | "unset" => (1, " [name]"),
        "set" => (2, " [name] [value]"),
        _ => (0, ""),
    };
    Failure::error(format_args!(
        "Got unexpected number of arguments, expected {number}. (example: \"{} config {action}{example}\")",
        context.process.program
    ))
}

/// The one level that is meant: what an option says, else for changes the environment's if it has a file, else the user's.
fn level(
    context: &Context<'_>,
    ambient: &Ambient,
    needed: bool,
) -> Result<Option<ConfigurationLevel>, Failure> {
    let options = [
        (Switch::User, ConfigurationLevel::User),
        (Switch::GlobalFile, ConfigurationLevel::Global),
        (Switch::SiteFile, ConfigurationLevel::Site),
    ];
    let mut given = options.into_iter().filter(|(switch, _)| context.is_on(*switch)).map(|(_, level)| level);
    match (given.next(), given.next()) {
        (None, _) if !needed => Ok(None),
        (None, _) => {
            let files = ConfigurationFile::all(ambient, true, Some(ConfigurationLevel::Variable))?;
            let site = files.iter().any(|file| file.level == ConfigurationLevel::Site && file.exists());
            Ok(Some(if site { ConfigurationLevel::Site } else { ConfigurationLevel::User }))
        }
        (Some(one), None) => Ok(Some(one)),
        (Some(_), Some(_)) => Err(Failure::error(
            "Need exactly one file to operate upon (--user, --site, --global) to perform.",
        )),
    }
}

/// What an action works on.
struct Configuration<'a> {
    context: &'a Context<'a>,
    ambient: Ambient,
    isolated: bool,
    only: Option<ConfigurationLevel>,
    files: Vec<ConfigurationFile>,
}

impl Configuration<'_> {
    /// Every value with its key; those of variables have the section `:env:`.
    fn list(&self) {
        let mut sources: Vec<(String, Vec<(String, String)>)> = Vec::new();
        let mut add = |name: String, mut options: Vec<(String, String)>| {
            options.sort();
            sources.retain(|(known, _)| *known != name);
            sources.push((name, options));
        };
        for file in &self.files {
            let options = file.options().map(|(key, value)| (key, value.to_owned())).collect();
            add(file.path.display().to_string(), options);
        }
        add(":env:".to_owned(), self.variables());
        sources.sort();
        for (key, value) in sources.into_iter().flat_map(|(_, options)| options) {
            self.context.console.info(format_args!("{key}={}", python_repr(&value)));
        }
    }

    /// The variables as keys of a section `:env:`.
    fn variables(&self) -> Vec<(String, String)> {
        if self.isolated {
            return Vec::new();
        }
        let named = variables(&self.ambient);
        named.map(|(name, value)| (format!(":env:.{}", configuration_key(&name)), value.to_owned())).collect()
    }

    fn debug(&self) {
        let console = self.context.console;
        console.info("env_var:");
        let mut variables: Vec<_> = variables(&self.ambient).collect();
        variables.sort();
        for (name, value) in variables {
            console.info(format_args!("  PIP_{}={}", name.to_uppercase(), python_repr(value)));
        }
        let mut levels = vec![
            ConfigurationLevel::Variable,
            ConfigurationLevel::Global,
            ConfigurationLevel::Site,
            ConfigurationLevel::User,
        ];
        // The user's files are not spoken of where they do not count.
        levels.retain(|level| {
            *level != ConfigurationLevel::User || self.files.iter().any(|file| file.level == *level)
        });
        for level in levels {
            console.info(format_args!("{}:", level.name()));
            for file in self.files.iter().filter(|file| file.level == level) {
                let exists = file.exists();
                let answer = if exists { "True" } else { "False" };
                console.info(format_args!("  {}, exists: {answer}", file.path.display()));
                for (key, value) in file.options().filter(|_| exists) {
                    let line = format!("{key}: {value}");
                    line.lines().for_each(|line| console.info(format_args!("    {line}")));
                }
            }
        }
    }

    fn get(&self, key: &str) -> Result<(), Failure> {
        let wanted = configuration_key(key);
        let variables = self.variables();
        let files = self.files.iter().flat_map(ConfigurationFile::options);
        let all = files.chain(variables.iter().map(|(key, value)| (key.clone(), value.as_str())));
        match all.filter(|(key, _)| *key == wanted).last() {
            Some((_, value)) => {
                self.context.console.info(value);
                Ok(())
            }
            None => split(&wanted).and_then(|_| Err(no_such_key(key))),
        }
    }

    fn set(mut self, key: &str, value: &str) -> Result<(), Failure> {
        let key = configuration_key(key);
        let at = self.file_to_change(None)?;
        let (section, name) = split(&key)?;
        if section.is_empty() {
            // Written down, it would be a file that cannot be read again.
            return Err(Failure::error(format_args!(
                "Key does not contain a section: {}",
                python_repr(&key)
            )));
        }
        if let Some(file) = self.files.get_mut(at) {
            file.set(section, name, value);
        }
        self.save(at)
    }

    fn unset(mut self, key: &str) -> Result<(), Failure> {
        let wanted = configuration_key(key);
        let at = self.file_to_change(Some(&wanted))?;
        let (section, name) = split(&wanted)?;
        let Some(file) = self.files.get_mut(at).filter(|file| file.options().any(|(key, _)| key == wanted))
        else {
            return Err(no_such_key(key));
        };
        if !file.unset(section, name) {
            // What `[DEFAULT]` says is not taken back for one section.
            return Err(Failure::error("Fatal Internal error [id=1]. Please report as a bug."));
        }
        self.save(at)
    }

    fn save(&self, at: usize) -> Result<(), Failure> {
        let Some(file) = self.files.get(at) else { return Ok(()) };
        self.context.console.info(format_args!("Writing to {}", file.path.display()));
        file.save(&self.ambient).map_err(|error| {
            Failure::error(format_args!(
                "An error occurred while writing to the configuration file {0}: {1}: '{0}'",
                file.path.display(),
                reason(&error)
            ))
        })
    }

    /// The file that a change goes to: of the level, the strongest, or the strongest that has the key already.
    fn file_to_change(&self, key: Option<&str>) -> Result<usize, Failure> {
        let of_level = |wanted| {
            self.files
                .iter()
                .enumerate()
                .filter(move |(_, file)| file.is_read() && Some(file.level) == wanted)
        };
        let strongest = of_level(self.only).next_back();
        if let Some((strongest, _)) = strongest {
            let has = |file: &ConfigurationFile| file.options().any(|(known, _)| Some(known.as_str()) == key);
            let holder = of_level(self.only).rfind(|(_, file)| has(file));
            return Ok(holder.map_or(strongest, |(at, _)| at));
        }
        let named = self.ambient.variable("PIP_CONFIG_FILE").unwrap_or_default();
        match of_level(Some(ConfigurationLevel::Variable)).next() {
            Some((at, _)) if !named.is_empty() => {
                self.context.console.warning(format_args!(
                    "Because PIP_CONFIG_FILE is set, changes will be applied to '{named}', not to '{}'. To restore \
                     normal behavior, unset PIP_CONFIG_FILE.",
                    self.only.map_or("", ConfigurationLevel::name)
                ));
                Ok(at)
            }
            _ if Path::new(named) == Path::new("/dev/null") => Err(Failure::error(format_args!(
                "Cannot write to PIP_CONFIG_VALUE when it is set to {named}"
            ))),
            _ => Err(Failure::error("Fatal Internal error [id=2]. Please report as a bug.")),
        }
    }

    /// Opens the file in the user's editor, whose words the shell understands; the file is no part of its text.
    fn edit(&self) -> Result<(), Failure> {
        let process = self.context.process;
        let editor = self
            .context
            .text(Text::Editor)
            .or_else(|| process.variable("VISUAL"))
            .or_else(|| process.variable("EDITOR"))
            .ok_or_else(|| Failure::error("Could not determine editor to use."))?;
        let file = self.file_to_change(None).ok().and_then(|at| self.files.get(at));
        let file = file.ok_or_else(|| Failure::error("Could not determine appropriate file."))?;
        let _ = self.context.console.flush();
        let status = Program::new("/bin/sh")
            .args(["-c", &format!("{editor} \"$1\""), "/bin/sh"])
            .arg(&file.path)
            .current_dir(&process.working_directory)
            .stdin(Stdio::inherit())
            .status()
            .map_err(|error| Failure::unexpected("/bin/sh", &error))?;
        match status.code() {
            Some(0) => Ok(()),
            code => Err(Failure::error(format_args!(
                "Editor Subprocess exited with exit code {}",
                code.unwrap_or_else(|| -signal_of(status))
            ))),
        }
    }
}

/// The signal that ended a process; Python tells it as a negative exit code.
fn signal_of(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal().unwrap_or(1)
}

/// The variables that pip reads, without `PIP_` and in lower case.
fn variables(ambient: &Ambient) -> impl Iterator<Item = (String, &str)> {
    ambient.variables.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("PIP_")?.to_lowercase();
        (name != "version" && name != "help").then_some((name, value.as_str()))
    })
}

/// Section and name of a key.
fn split(key: &str) -> Result<(&str, &str), Failure> {
    key.split_once('.').ok_or_else(|| {
        Failure::error(format_args!(
            "Key does not contain dot separated section and key. Perhaps you wanted to use 'global.{key}' instead?"
        ))
    })
}

fn no_such_key(key: &str) -> Failure {
    Failure::error(format_args!("No such key - {key}"))
}
