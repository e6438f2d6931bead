//! `uninstall`, `freeze`, `inspect`, `list`, `show`: the commands about what is installed.

use crate::destination::{List, Switch, Text};
use crate::flag::{Check, Flag};
use crate::registry::requirement::{BREAK_SYSTEM_PACKAGES, ROOT_USER_ACTION};

static NAMES_FROM_FILE: Flag = Flag::list(
    &["requirement"],
    List::Requirement,
    "file",
    "Uninstall everything that this requirements file lists. May be repeated.",
)
.short('r');

static YES: Flag = Flag::on(&["yes"], Switch::Yes, "Do not ask before removing.").short('y');

pub(super) static UNINSTALL: &[&Flag] = &[&NAMES_FROM_FILE, &YES, &ROOT_USER_ACTION, &BREAK_SYSTEM_PACKAGES];

static ORDER_OF_FILE: Flag = Flag::list(
    &["requirement"],
    List::Requirement,
    "file",
    "Keep the order and the comments of this requirements file. May be repeated.",
)
.short('r');

static LOCAL: Flag = Flag::on(
    &["local"],
    Switch::Local,
    "In a virtual environment that sees the packages of its base, leave those out.",
)
.short('l');

static LOCAL_ONLY_LONG: Flag = Flag::on(
    &["local"],
    Switch::Local,
    "In a virtual environment that sees the packages of its base, leave those out.",
);

static USER: Flag =
    Flag::on(&["user"], Switch::User, "Only packages in the user's own folder for Python packages.");

static PATH: Flag = Flag::list(
    &["path"],
    List::Path,
    "path",
    "Look into this folder in place of the environment. May be repeated.",
)
.check(Check::Path);

static ALL: Flag = Flag::on(
    &["all"],
    Switch::All,
    "Leave nothing out: also pip and, before Python 3.12, setuptools, wheel and distribute.",
);

static EXCLUDE_EDITABLE: Flag =
    Flag::on(&["exclude-editable"], Switch::ExcludeEditable, "Leave out what is installed in editable mode.");

static EXCLUDE: Flag =
    Flag::list(&["exclude"], List::Exclude, "package", "Leave this package out. May be repeated.")
        .check(Check::Project);

pub(super) static FREEZE: &[&Flag] =
    &[&ORDER_OF_FILE, &LOCAL, &USER, &PATH, &ALL, &EXCLUDE_EDITABLE, &EXCLUDE];

pub(super) static INSPECT: &[&Flag] = &[&LOCAL_ONLY_LONG, &USER, &PATH];

static OUTDATED: Flag =
    Flag::on(&["outdated"], Switch::Outdated, "Only packages of which there is a newer version.").short('o');

static UPTODATE: Flag =
    Flag::on(&["uptodate"], Switch::Uptodate, "Only packages of which there is no newer version.").short('u');

static EDITABLE: Flag =
    Flag::on(&["editable"], Switch::EditableOnly, "Only what is installed in editable mode.").short('e');

static FORMAT: Flag = Flag::text(
    &["format"],
    Text::Format,
    "list_format",
    "Shape of the output: columns (the default), freeze or json. --outdated cannot be shown as freeze.",
)
.check(Check::OneOf(&["columns", "freeze", "json"]));

static NOT_REQUIRED: Flag =
    Flag::on(&["not-required"], Switch::NotRequired, "Only packages that no other installed one depends on.");

static EXCLUDE_EDITABLE_OF_LIST: Flag = Flag::off(
    &["exclude-editable"],
    Switch::IncludeEditable,
    "Leave out what is installed in editable mode.",
);

static INCLUDE_EDITABLE: Flag = Flag::on(
    &["include-editable"],
    Switch::IncludeEditable,
    "Do not leave out what is installed in editable mode.",
);

pub(super) static LIST: &[&Flag] = &[
    &OUTDATED,
    &UPTODATE,
    &EDITABLE,
    &LOCAL,
    &USER,
    &PATH,
    &FORMAT,
    &NOT_REQUIRED,
    &EXCLUDE_EDITABLE_OF_LIST,
    &INCLUDE_EDITABLE,
    &EXCLUDE,
];

static FILES: Flag = Flag::on(&["files"], Switch::Files, "Also list the files of each package.").short('f');

pub(super) static SHOW: &[&Flag] = &[&FILES];

static USERS_HISTORY: Flag =
    Flag::on(&["user"], Switch::User, "The user's own folder for Python packages.").own();

pub(super) static CHANGES: &[&Flag] = &[&USERS_HISTORY];

pub(super) static UNDO: &[&Flag] = &[&USERS_HISTORY, &BREAK_SYSTEM_PACKAGES];
