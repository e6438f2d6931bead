//! What a resolution starts from, and how sources are built: options that `install`, `lock`, `download`
//! and `wheel` share.

use crate::destination::{List, Switch, Text};
use crate::flag::{Action, Check, Flag, Special};

pub(super) static REQUIREMENT: Flag = Flag::list(
    &["requirement"],
    List::Requirement,
    "file",
    "Take requirements from this file or address: a requirements file, or a lock file named pylock.toml \
     (experimental; extras in brackets after its name). May be repeated.",
)
.short('r');

pub(super) static CONSTRAINT: Flag = Flag::list(
    &["constraint"],
    List::Constraint,
    "file",
    "Limit versions as this constraints file says. May be repeated.",
)
.short('c');

pub(super) static BUILD_CONSTRAINT: Flag = Flag::list(
    &["build-constraint"],
    List::BuildConstraint,
    "file",
    "Limit the versions of what builds need as this constraints file says. May be repeated.",
);

pub(super) static REQUIREMENTS_FROM_SCRIPT: Flag = Flag::list(
    &["requirements-from-script"],
    List::RequirementsFromScript,
    "file",
    "Take the dependencies that this script declares in its inline metadata.",
);

pub(super) static NO_DEPS: Flag =
    Flag::on(&["no-deps", "no-dependencies"], Switch::NoDeps, "Do not follow dependencies.");

pub(super) static ONLY_DEPS: Flag = Flag::on(
    &["only-deps", "only-dependencies"],
    Switch::OnlyDeps,
    "Take the dependencies of what is named, but not what is named itself, not even where it is a \
     dependency of something else that is named. Not together with --no-deps, --group, --requirement \
     or --requirements-from-script.",
);

pub(super) static EDITABLE: Flag = Flag::list(
    &["editable"],
    List::Editable,
    "path/url",
    "Take the project in this folder, or at this version control address, in editable mode: changes to \
     its sources show at once.",
)
.short('e');

pub(super) static SRC: Flag = Flag::other(
    &["src", "source", "source-dir", "source-directory"],
    Action::Special(Special::Src),
    "dir",
    "Check editable projects out into this folder. Otherwise it is \"src\" in the virtual environment, \
     or in the current folder when there is none.",
);

pub(super) static IGNORE_REQUIRES_PYTHON: Flag = Flag::on(
    &["ignore-requires-python"],
    Switch::IgnoreRequiresPython,
    "Take no notice of what projects say about Python versions.",
);

pub(super) static NO_BUILD_ISOLATION: Flag = Flag::off(
    &["no-build-isolation"],
    Switch::BuildIsolation,
    "Build in the present environment, which must have everything that the build needs.",
);

pub(super) static USE_PEP517: Flag = Flag::on(&["use-pep517"], Switch::UsePep517, "");

pub(super) static CHECK_BUILD_DEPENDENCIES: Flag = Flag::on(
    &["check-build-dependencies"],
    Switch::CheckBuildDependencies,
    "See to it that the present environment has what a build without isolation needs.",
);

pub(super) static CONFIG_SETTINGS: Flag = Flag::other(
    &["config-settings"],
    Action::Special(Special::ConfigSettings),
    "settings",
    "Pass KEY=VALUE to the build backend. May be repeated, for further keys or for a list of values.",
)
.short('C');

pub(super) static REQUIRE_HASHES: Flag = Flag::on(
    &["require-hashes"],
    Switch::RequireHashes,
    "Refuse every requirement without a hash to check it by. Implied as soon as one requirement in a \
     file has a hash.",
);

pub(super) static NO_REQUIRE_HASHES: Flag = Flag::on(
    &["no-require-hashes"],
    Switch::NoRequireHashes,
    "Do not require hashes of all when one requirement has a hash.",
);

pub(super) static PROGRESS_BAR: Flag = Flag::text(
    &["progress-bar"],
    Text::ProgressBar,
    "progress_bar",
    "Whether progress is shown: auto (unless --quiet), on, off, or raw for programs that read it. \
     (default: %default)",
)
.check(Check::OneOf(&["auto", "on", "off", "raw"]));

pub(super) static GROUP: Flag = Flag::other(
    &["group"],
    Action::Special(Special::Group),
    "[path:]group",
    "Take this dependency group of \"pyproject.toml\" in the current folder, or of the \
     \"pyproject.toml\", \"pylock.toml\" or \"pylock.<name>.toml\" at the path before it.",
);

pub(super) static NO_CLEAN: Flag =
    Flag::on(&["no-clean"], Switch::NoClean, "Leave temporary build folders behind.");

pub(super) static BREAK_SYSTEM_PACKAGES: Flag = Flag::on(
    &["break-system-packages"],
    Switch::BreakSystemPackages,
    "Change a Python that the operating system manages, although it is marked EXTERNALLY-MANAGED.",
);

pub(super) static ROOT_USER_ACTION: Flag = Flag::text(
    &["root-user-action"],
    Text::RootUserAction,
    "root_user_action",
    "What to do when run as root outside a virtual environment: warn or ignore. (default: %default)",
)
.check(Check::OneOf(&["warn", "ignore"]));
