//! What a command line, the variables and the configuration files say together.

use crate::destination::{Count, Integer, List, Switch, Text};
use crate::selection::{FormatControl, RefreshPackages, ReleaseControl};
use crate::upload_time::UploadedPriorTo;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Source {
    /// Nobody said anything.
    #[default]
    Default,
    /// A configuration file.
    File,
    /// A `PIP_*` variable.
    Variable,
    /// The command line.
    CommandLine,
}

/// Where downloads and built wheels are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheDir<'a> {
    /// In the user's cache folder.
    Default,
    /// In this folder (`--cache-dir`).
    At(&'a str),
    /// Nowhere (`--no-cache-dir`).
    Disabled,
}

/// A dependency group to install: `[path:]group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependencyGroup {
    /// The file it is in: `pyproject.toml`, or a lock file.
    pub path: String,
    /// Its name as given.
    pub group: String,
}

/// A setting for build backends: `KEY=VALUE`, a repeated key collects its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSetting {
    /// The key.
    pub key: String,
    /// Its values; more than one when the key was repeated.
    pub values: Vec<String>,
}

/// The value of every option, asked for by its destination.
#[derive(Debug, Clone)]
pub struct Values {
    pub(crate) switches: [(Option<bool>, Source); Switch::ALL.len()],
    pub(crate) texts: [(Option<String>, Source); Text::ALL.len()],
    pub(crate) lists: [(Vec<String>, Source); List::ALL.len()],
    pub(crate) counts: [u32; Count::ALL.len()],
    pub(crate) integers: [Option<i64>; Integer::ALL.len()],
    pub(crate) timeout: Option<f64>,
    pub(crate) cache_dir: Option<CacheDirValue>,
    pub(crate) format_control: FormatControl,
    pub(crate) release_control: ReleaseControl,
    pub(crate) refresh_packages: RefreshPackages,
    pub(crate) dependency_groups: Vec<DependencyGroup>,
    pub(crate) config_settings: Vec<ConfigSetting>,
    pub(crate) python_version: Option<Vec<u64>>,
    pub(crate) uploaded_prior_to: Option<UploadedPriorTo>,
}

/// The shared destination of `--cache-dir` and `--no-cache-dir`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CacheDirValue {
    At(String),
    Disabled,
}

impl Default for Values {
    fn default() -> Self {
        Values {
            switches: [(None, Source::Default); Switch::ALL.len()],
            texts: [const { (None, Source::Default) }; Text::ALL.len()],
            lists: [const { (Vec::new(), Source::Default) }; List::ALL.len()],
            counts: [0; Count::ALL.len()],
            integers: [None; Integer::ALL.len()],
            timeout: None,
            cache_dir: None,
            format_control: FormatControl::default(),
            release_control: ReleaseControl::default(),
            refresh_packages: RefreshPackages::default(),
            dependency_groups: Vec::new(),
            config_settings: Vec::new(),
            python_version: None,
            uploaded_prior_to: None,
        }
    }
}

impl Values {
    /// Whether an option is on, its default included.
    pub fn flag(&self, switch: Switch) -> bool {
        self.given(switch).unwrap_or(switch.default_value())
    }

    /// Sets an option as if it stood on the command line: for a command that goes on as another command.
    pub fn set(&mut self, switch: Switch, on: bool) {
        self.switches[switch as usize] = (Some(on), Source::CommandLine);
    }

    /// What was said about an option, if anything: tells `--no-user` from silence.
    pub fn given(&self, switch: Switch) -> Option<bool> {
        self.switches[switch as usize].0
    }

    /// The value of an option, its default included.
    pub fn text(&self, text: Text) -> Option<&str> {
        self.texts[text as usize].0.as_deref().or(text.default_value())
    }

    /// The values of a repeatable option, in order. The command line adds to what files and variables say.
    pub fn list(&self, list: List) -> &[String] {
        &self.lists[list as usize].0
    }

    /// How often an option was given.
    pub fn count(&self, count: Count) -> u32 {
        self.counts[count as usize]
    }

    /// The value of a numeric option.
    pub fn integer(&self, integer: Integer) -> i64 {
        self.integers[integer as usize].unwrap_or(integer.default_value())
    }

    /// `--timeout` in seconds.
    pub fn timeout(&self) -> f64 {
        self.timeout.unwrap_or(15.0)
    }

    /// `--verbose` less `--quiet`; `--debug` makes it 2.
    pub fn verbosity(&self) -> i64 {
        if self.flag(Switch::Debug) {
            2
        } else {
            i64::from(self.count(Count::Verbose)) - i64::from(self.count(Count::Quiet))
        }
    }

    /// `--cache-dir` and `--no-cache-dir`, the later of them.
    pub fn cache_dir(&self) -> CacheDir<'_> {
        match &self.cache_dir {
            None => CacheDir::Default,
            Some(CacheDirValue::At(folder)) => CacheDir::At(folder),
            Some(CacheDirValue::Disabled) => CacheDir::Disabled,
        }
    }

    /// `--no-binary` and `--only-binary`.
    pub fn format_control(&self) -> &FormatControl {
        &self.format_control
    }

    /// `--all-releases`, `--only-final`, and `--pre` once [`crate::check`] has seen the values.
    pub fn release_control(&self) -> &ReleaseControl {
        &self.release_control
    }

    /// `--refresh-package`.
    pub fn refresh_packages(&self) -> &RefreshPackages {
        &self.refresh_packages
    }

    /// `--group`.
    pub fn dependency_groups(&self) -> &[DependencyGroup] {
        &self.dependency_groups
    }

    /// `--config-settings`, keys in order of their first appearance.
    pub fn config_settings(&self) -> &[ConfigSetting] {
        &self.config_settings
    }

    /// `--python-version`: one to three numbers.
    pub fn python_version(&self) -> Option<&[u64]> {
        self.python_version.as_deref()
    }

    /// `--uploaded-prior-to`.
    pub fn uploaded_prior_to(&self) -> Option<&UploadedPriorTo> {
        self.uploaded_prior_to.as_ref()
    }

    /// Where the value of a switch comes from.
    pub fn switch_source(&self, switch: Switch) -> Source {
        self.switches[switch as usize].1
    }

    /// Where the value of a text option comes from.
    pub fn text_source(&self, text: Text) -> Source {
        self.texts[text as usize].1
    }

    /// Where the last values of a repeatable option come from.
    pub fn list_source(&self, list: List) -> Source {
        self.lists[list as usize].1
    }
}
