//! What the tests of this room share: settings without anything of the machine, and a record of what was said.

#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use requirement::Link;
use tempfile::TempDir;
use version_control::{Checkout, Event, Settings, VersionControl, VersionControlError};

/// A machine with an empty home folder.
pub struct Desk {
    pub root: TempDir,
    pub settings: Settings,
    pub said: Mutex<Vec<String>>,
}

impl Desk {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().join("home");
        std::fs::create_dir(&home).unwrap();
        let variable = |name: &str, value: &Path| (OsString::from(name), value.as_os_str().to_owned());
        let environment = vec![
            variable("PATH", Path::new(&std::env::var_os("PATH").unwrap())),
            variable("HOME", &home),
            variable("GIT_CONFIG_NOSYSTEM", Path::new("1")),
            variable("GIT_CONFIG_GLOBAL", Path::new("/dev/null")),
            variable("LC_ALL", Path::new("C.UTF-8")),
        ];
        let settings = Settings {
            environment,
            working_directory: root.path().to_owned(),
            no_input: true,
            ..Settings::default()
        };
        Self { root, settings, said: Mutex::default() }
    }

    /// With a cache.
    pub fn caching() -> Self {
        let mut desk = Self::new();
        desk.settings.cache = Some(desk.path("cache"));
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Does something with a [`VersionControl`] of this desk.
    pub fn with<T>(&self, act: impl FnOnce(&VersionControl) -> T) -> T {
        let report = |event: Event<'_>| {
            let line = match event {
                Event::Info(line) => line.to_owned(),
                Event::Warning(line) => format!("WARNING: {line}"),
                Event::Command(line) => format!("$ {line}"),
                Event::Query(line) => format!("? {line}"),
            };
            self.said.lock().unwrap().push(line);
        };
        act(&VersionControl::new(self.settings.clone(), &report))
    }

    /// A tree of a link in the folder `name`.
    pub fn checkout(&self, link: &str, name: &str) -> Result<Checkout, VersionControlError> {
        self.with(|client| client.checkout(&Link::new(link), Path::new(name)))
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    /// What a tool says of a tree.
    pub fn ask(&self, tool: &str, folder: &str, arguments: &[&str]) -> String {
        let mut command = std::process::Command::new(tool);
        command.env_clear().envs(self.settings.environment.iter().map(|(name, value)| (name, value)));
        let output = command.args(arguments).current_dir(self.path(folder)).output().unwrap();
        assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    pub fn forget(&self) {
        self.said.lock().unwrap().clear();
    }
}
