//! `venv`: the options of `python -m venv`, and oxipip's own.
//!
//! Most of these names mean something else to pip (`--upgrade`, `--python`, `-r`), so that only a
//! section `[venv]` can set them, never `[global]` or a `PIP_*` variable.

use crate::destination::{List, Switch, Text};
use crate::flag::{Action, Check, Flag};
use crate::registry::package::LINK_MODE;
use crate::registry::requirement::BREAK_SYSTEM_PACKAGES;

static SYSTEM_SITE_PACKAGES: Flag = Flag::on(
    &["system-site-packages"],
    Switch::SystemSitePackages,
    "Let the environment see the packages of the interpreter it is made from.",
)
.own_section();

static SYMLINKS: Flag = Flag::on(
    &["symlinks"],
    Switch::Symlinks,
    "Link to the interpreter, also where copies are the custom. Not together with --copies.",
)
.own_section();

static COPIES: Flag = Flag::off(
    &["copies"],
    Switch::Symlinks,
    "Copy the interpreter, also where links are the custom. Not together with --symlinks.",
)
.own_section();

static CLEAR: Flag = Flag::on(
    &["clear"],
    Switch::Clear,
    "Empty the folder first, if there is one. Not together with --upgrade.",
)
.own_section();

static UPGRADE: Flag = Flag::on(
    &["upgrade"],
    Switch::UpgradeEnvironment,
    "Refresh an environment whose interpreter was upgraded in its place.",
)
.own_section();

static WITHOUT_PIP: Flag =
    Flag::other(&["without-pip"], Action::Set(Text::Pip, "none"), "", "No pip in the environment.")
        .own_section();

static PROMPT: Flag = Flag::text(
    &["prompt"],
    Text::Prompt,
    "prompt",
    "What the shell shows while the environment is active; . is the name of the current folder.",
)
.own_section();

static UPGRADE_DEPS: Flag = Flag::on(
    &["upgrade-deps"],
    Switch::UpgradeDeps,
    "Upgrade pip (before Python 3.12 also setuptools) to the newest version.",
)
.own_section();

static WITHOUT_SCM_IGNORE_FILES: Flag = Flag::on(
    &["without-scm-ignore-files"],
    Switch::WithoutScmIgnoreFiles,
    "Do not keep the environment out of version control by a .gitignore file.",
)
.own_section();

static PYTHON: Flag = Flag::text(
    &["python"],
    Text::Python,
    "python",
    "Make the environment from this interpreter: a path, a name such as python3.12, or a version.",
)
.short('p')
.own_section();

static PIP: Flag = Flag::text(
    &["pip"],
    Text::Pip,
    "pip",
    "Which pip the environment gets: native (this program), upstream or none. (default: %default)",
)
.check(Check::OneOf(&["native", "upstream", "none"]))
.own_section();

static INSTALL: Flag = Flag::other(
    &["install"],
    Action::AppendMany(List::Install),
    "requirement",
    "Install these requirements as well. May be repeated.",
)
.own_section();

static REQUIREMENT: Flag = Flag::list(
    &["requirement"],
    List::Requirement,
    "file",
    "Install what this requirements file lists as well. May be repeated.",
)
.short('r')
.own_section();

pub(super) static VENV: &[&Flag] = &[
    &SYSTEM_SITE_PACKAGES,
    &SYMLINKS,
    &COPIES,
    &CLEAR,
    &UPGRADE,
    &WITHOUT_PIP,
    &PROMPT,
    &UPGRADE_DEPS,
    &WITHOUT_SCM_IGNORE_FILES,
    &PYTHON,
    &PIP,
    &INSTALL,
    &REQUIREMENT,
    &LINK_MODE,
];

static BACK: Flag =
    Flag::on(&["back"], Switch::Back, "Install the pip written in Python again.").own().own_section();

static ADOPT_COPIES: Flag =
    Flag::on(&["copies"], Switch::Copies, "Copy this program into the environment in place of a link.")
        .own()
        .own_section();

pub(super) static ADOPT: &[&Flag] = &[&BACK, &ADOPT_COPIES, &BREAK_SYSTEM_PACKAGES];
