//! One table of every option.

mod ambient;
mod check;
mod command;
mod destination;
mod error;
mod help;
mod invocation;
mod selection;
mod upload_time;
mod values;

pub use ambient::Ambient;
pub use check::{check, nothing_given};
pub use command::Command;
pub use destination::{Count, Integer, List, Switch, Text};
pub use error::OptionsError;
pub use help::{HelpPage, HelpStyle};
pub use invocation::{Invocation, Opening, Parsed, ParsedCommand};
pub use selection::{AllowedFormats, FormatControl, NameSet, RefreshPackages, ReleaseControl, ReleaseRule};
pub use upload_time::UploadedPriorTo;
pub use values::{CacheDir, ConfigSetting, DependencyGroup, Source, Values};
