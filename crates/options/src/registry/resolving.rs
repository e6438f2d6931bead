//! `install`, `lock`, `download`, `wheel`: the commands that resolve.

use crate::destination::{Switch, Text};
use crate::flag::{Check, Flag};
use crate::registry::package::{ABI, IMPLEMENTATION, LINK_MODE, PLATFORM, PYTHON_VERSION};
use crate::registry::requirement::{
    BREAK_SYSTEM_PACKAGES, BUILD_CONSTRAINT, CHECK_BUILD_DEPENDENCIES, CONFIG_SETTINGS, CONSTRAINT, EDITABLE,
    GROUP, IGNORE_REQUIRES_PYTHON, NO_BUILD_ISOLATION, NO_CLEAN, NO_DEPS, NO_REQUIRE_HASHES, ONLY_DEPS,
    PROGRESS_BAR, REQUIRE_HASHES, REQUIREMENT, REQUIREMENTS_FROM_SCRIPT, ROOT_USER_ACTION, SRC, USE_PEP517,
};

static DRY_RUN: Flag = Flag::on(
    &["dry-run"],
    Switch::DryRun,
    "Change nothing, only tell what would be installed. With --ignore-installed: the whole resolution.",
);

static TARGET: Flag = Flag::text(
    &["target"],
    Text::Target,
    "dir",
    "Install into <dir>. What is there already stays, unless --upgrade is given.",
)
.short('t');

static USER: Flag = Flag::on(
    &["user"],
    Switch::User,
    "Install into the user's own folder for Python packages: ~/.local, or %APPDATA%\\Python on Windows.",
);

static NO_USER: Flag = Flag::off(&["no-user"], Switch::User, "");

static ROOT: Flag =
    Flag::text(&["root"], Text::Root, "dir", "Put this folder before every path installed to.");

static PREFIX: Flag = Flag::text(
    &["prefix"],
    Text::Prefix,
    "dir",
    "Install below this folder: its lib, bin and so on. Scripts still name the present interpreter; to \
     install into another environment, --python is meant.",
);

static UPGRADE: Flag = Flag::on(
    &["upgrade"],
    Switch::Upgrade,
    "Take the newest version of everything that is named. --upgrade-strategy tells what happens to \
     dependencies.",
)
.short('U');

static UPGRADE_STRATEGY: Flag = Flag::text(
    &["upgrade-strategy"],
    Text::UpgradeStrategy,
    "upgrade_strategy",
    "What --upgrade does to dependencies (default: %default). only-if-needed: those that no longer fit \
     are upgraded. eager: all are upgraded.",
)
.check(Check::OneOf(&["only-if-needed", "eager"]));

static FORCE_REINSTALL: Flag = Flag::on(
    &["force-reinstall"],
    Switch::ForceReinstall,
    "Install everything again, also what is up to date.",
);

static IGNORE_INSTALLED: Flag = Flag::on(
    &["ignore-installed"],
    Switch::IgnoreInstalled,
    "Take no notice of what is installed and write over it. Can break packages of another version, or \
     of another package manager.",
)
.short('I');

static COMPILE: Flag =
    Flag::on(&["compile"], Switch::Compile, "Compile Python sources to byte-code (what happens anyway).");

static NO_COMPILE: Flag =
    Flag::off(&["no-compile"], Switch::Compile, "Do not compile Python sources to byte-code.");

static NO_WARN_SCRIPT_LOCATION: Flag = Flag::off(
    &["no-warn-script-location"],
    Switch::WarnScriptLocation,
    "Do not warn about scripts in folders that are not on PATH.",
);

static NO_WARN_CONFLICTS: Flag =
    Flag::off(&["no-warn-conflicts"], Switch::WarnConflicts, "Do not warn about dependencies that break.");

static REPORT: Flag = Flag::text(
    &["report"],
    Text::Report,
    "file",
    "Write what was, or with --dry-run would be, installed into this file as JSON. - is the standard \
     output, best together with --quiet.",
);

pub(super) static INSTALL: &[&Flag] = &[
    &REQUIREMENT,
    &CONSTRAINT,
    &BUILD_CONSTRAINT,
    &REQUIREMENTS_FROM_SCRIPT,
    &NO_DEPS,
    &ONLY_DEPS,
    &EDITABLE,
    &DRY_RUN,
    &TARGET,
    &PLATFORM,
    &PYTHON_VERSION,
    &IMPLEMENTATION,
    &ABI,
    &USER,
    &NO_USER,
    &ROOT,
    &PREFIX,
    &SRC,
    &UPGRADE,
    &UPGRADE_STRATEGY,
    &FORCE_REINSTALL,
    &IGNORE_INSTALLED,
    &IGNORE_REQUIRES_PYTHON,
    &NO_BUILD_ISOLATION,
    &USE_PEP517,
    &CHECK_BUILD_DEPENDENCIES,
    &BREAK_SYSTEM_PACKAGES,
    &CONFIG_SETTINGS,
    &COMPILE,
    &NO_COMPILE,
    &NO_WARN_SCRIPT_LOCATION,
    &NO_WARN_CONFLICTS,
    &REQUIRE_HASHES,
    &NO_REQUIRE_HASHES,
    &PROGRESS_BAR,
    &ROOT_USER_ACTION,
    &REPORT,
    &GROUP,
    &NO_CLEAN,
    &LINK_MODE,
];

static OUTPUT: Flag = Flag::text(
    &["output"],
    Text::Output,
    "path",
    "Write the lock into this file (default: %default). - is the standard output.",
)
.short('o')
.check(Check::Path);

pub(super) static LOCK: &[&Flag] = &[
    &OUTPUT,
    &REQUIREMENT,
    &REQUIREMENTS_FROM_SCRIPT,
    &CONSTRAINT,
    &BUILD_CONSTRAINT,
    &NO_DEPS,
    &ONLY_DEPS,
    &EDITABLE,
    &SRC,
    &IGNORE_REQUIRES_PYTHON,
    &NO_BUILD_ISOLATION,
    &USE_PEP517,
    &CHECK_BUILD_DEPENDENCIES,
    &CONFIG_SETTINGS,
    &REQUIRE_HASHES,
    &NO_REQUIRE_HASHES,
    &PROGRESS_BAR,
    &GROUP,
    &NO_CLEAN,
];

static DESTINATION: Flag = Flag::text(
    &["dest", "destination-dir", "destination-directory"],
    Text::Destination,
    "dir",
    "Save files into <dir>; otherwise into the current folder.",
)
.short('d');

pub(super) static DOWNLOAD: &[&Flag] = &[
    &CONSTRAINT,
    &BUILD_CONSTRAINT,
    &REQUIREMENT,
    &REQUIREMENTS_FROM_SCRIPT,
    &NO_DEPS,
    &ONLY_DEPS,
    &SRC,
    &REQUIRE_HASHES,
    &NO_REQUIRE_HASHES,
    &PROGRESS_BAR,
    &NO_BUILD_ISOLATION,
    &USE_PEP517,
    &CHECK_BUILD_DEPENDENCIES,
    &IGNORE_REQUIRES_PYTHON,
    &DESTINATION,
    &PLATFORM,
    &PYTHON_VERSION,
    &IMPLEMENTATION,
    &ABI,
    &GROUP,
    &NO_CLEAN,
];

static WHEEL_DIR: Flag = Flag::text(
    &["wheel-dir"],
    Text::WheelDir,
    "dir",
    "Put the wheels into <dir>; otherwise into the current folder.",
)
.short('w');

static NO_VERIFY: Flag =
    Flag::on(&["no-verify"], Switch::NoVerify, "Do not look whether the wheels that were built are sound.");

pub(super) static WHEEL: &[&Flag] = &[
    &WHEEL_DIR,
    &NO_BUILD_ISOLATION,
    &USE_PEP517,
    &CHECK_BUILD_DEPENDENCIES,
    &CONSTRAINT,
    &BUILD_CONSTRAINT,
    &EDITABLE,
    &REQUIREMENT,
    &REQUIREMENTS_FROM_SCRIPT,
    &SRC,
    &IGNORE_REQUIRES_PYTHON,
    &NO_DEPS,
    &ONLY_DEPS,
    &PROGRESS_BAR,
    &NO_VERIFY,
    &CONFIG_SETTINGS,
    &REQUIRE_HASHES,
    &NO_REQUIRE_HASHES,
    &GROUP,
    &NO_CLEAN,
];
