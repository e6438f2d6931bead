//! `config`, `search`, `cache`, `index`, `hash`, `completion`, `debug`.

use crate::destination::{Switch, Text};
use crate::flag::{Action, Check, Flag};
use crate::registry::package::{ABI, IMPLEMENTATION, PLATFORM, PYTHON_VERSION};
use crate::registry::requirement::IGNORE_REQUIRES_PYTHON;

static EDITOR: Flag = Flag::text(
    &["editor"],
    Text::Editor,
    "editor",
    "Program to edit the file with; VISUAL or EDITOR when not given.",
);

static GLOBAL_FILE: Flag =
    Flag::on(&["global"], Switch::GlobalFile, "Only the configuration file of the whole system.");

static USER_FILE: Flag = Flag::on(&["user"], Switch::User, "Only the user's configuration file.");

static SITE_FILE: Flag =
    Flag::on(&["site"], Switch::SiteFile, "Only the configuration file of the present environment.");

pub(super) static CONFIG: &[&Flag] = &[&EDITOR, &GLOBAL_FILE, &USER_FILE, &SITE_FILE];

static SEARCH_INDEX: Flag =
    Flag::text(&["index"], Text::SearchIndex, "URL", "Address of the index to search (default: %default).")
        .short('i');

pub(super) static SEARCH: &[&Flag] = &[&SEARCH_INDEX];

static CACHE_FORMAT: Flag = Flag::text(
    &["format"],
    Text::Format,
    "list_format",
    "Shape of the list: human (the default) or abspath.",
)
.check(Check::OneOf(&["human", "abspath"]));

pub(super) static CACHE: &[&Flag] = &[&CACHE_FORMAT];

static JSON: Flag = Flag::on(&["json"], Switch::Json, "Answer in JSON, for programs.");

pub(super) static INDEX_COMMAND: &[&Flag] =
    &[&PLATFORM, &PYTHON_VERSION, &IMPLEMENTATION, &ABI, &IGNORE_REQUIRES_PYTHON, &JSON];

static ALGORITHM: Flag = Flag::text(
    &["algorithm"],
    Text::Algorithm,
    "algorithm",
    "How to compute digests: sha256 (the default), sha384 or sha512.",
)
.short('a')
.check(Check::OneOf(&["sha256", "sha384", "sha512"]));

pub(super) static HASH: &[&Flag] = &[&ALGORITHM];

static BASH: Flag =
    Flag::other(&["bash"], Action::Set(Text::Shell, "bash"), "", "Print what bash needs.").short('b');

static ZSH: Flag =
    Flag::other(&["zsh"], Action::Set(Text::Shell, "zsh"), "", "Print what zsh needs.").short('z');

static FISH: Flag =
    Flag::other(&["fish"], Action::Set(Text::Shell, "fish"), "", "Print what fish needs.").short('f');

static POWERSHELL: Flag =
    Flag::other(&["powershell"], Action::Set(Text::Shell, "powershell"), "", "Print what PowerShell needs.")
        .short('p');

pub(super) static COMPLETION: &[&Flag] = &[&BASH, &ZSH, &FISH, &POWERSHELL];

pub(super) static DEBUG: &[&Flag] = &[&PLATFORM, &PYTHON_VERSION, &IMPLEMENTATION, &ABI];
