//! The command line, the configuration files and the `PIP_*` variables, understood.
//!
//! In: the arguments of the process and its surroundings ([`Ambient`]), which the program passes in.
//! Out: a [`ParsedCommand`] with the [`Values`] of all options, or a help text, or an error in pip's
//! words with pip's exit code. Next: `cli` runs the command; `requirement` reads the requirements it
//! names.
//!
//! Everything hangs on one table. Each option is declared once, as a [`Flag`], in the registry, and
//! from there come
//!
//! * the parsers: pip's, which is Python's `optparse`, and that of `venv`, which is `argparse`,
//! * the keys of configuration files and the names of `PIP_*` variables, with pip's ways of reading
//!   values,
//! * help texts and completions.
//!
//! A line is read in two steps, [`Invocation::open`] and [`Invocation::parse`], because what stands
//! before the command decides whose environment, and so whose site file, counts for the rest. Then
//! [`check`] refuses options that do not go together.
//!
//! A value is asked for by an enum of its kind ([`Switch`], [`Text`], [`List`], [`Count`],
//! [`Integer`]), so that a misspelt option does not compile. [`FormatControl`] and [`ReleaseControl`]
//! are rules of their own, since requirements files go on changing them.

mod ambient;
mod argparse;
mod assign;
mod check;
mod command;
mod configuration;
mod configure;
mod destination;
mod error;
mod flag;
mod help;
mod invocation;
mod lock_file;
mod optparse;
mod python;
mod refusal;
mod registry;
mod selection;
mod upload_time;
mod values;
mod wrap;

pub use ambient::Ambient;
pub use check::{always_enabled_features, check, hash_switches, nothing_given, one_script};
pub use command::Command;
pub use configuration::{ConfigurationFile, Level as ConfigurationLevel, configuration_key};
pub use destination::{Count, Integer, List, Switch, Text};
pub use error::OptionsError;
pub use flag::{Action, Check, Configured, Flag, Special};
pub use help::{HelpPage, HelpStyle, usage};
pub use invocation::{Invocation, Opening, Parsed, ParsedCommand};
pub use lock_file::{is_lock as is_lock_file, without_extras as lock_file_without_extras};
pub use python::repr as python_repr;
pub use registry::{Group, groups, main_groups};
pub use selection::{AllowedFormats, FormatControl, NameSet, RefreshPackages, ReleaseControl, ReleaseRule};
pub use upload_time::UploadedPriorTo;
pub use values::{CacheDir, ConfigSetting, DependencyGroup, Source, Values};
pub use wrap::{Hyphens, wrap};
