//! Where packages come from, and which of them may be chosen: the two package groups, and the target
//! interpreter.

use crate::destination::{List, Switch, Text};
use crate::flag::{Action, Check, Flag, Special};

static INDEX_URL: Flag = Flag::text(
    &["index-url", "pypi-url"],
    Text::IndexUrl,
    "URL",
    "Address of the package index (default: %default): one that follows the simple repository API, or \
     a folder laid out like one.",
)
.short('i');

static EXTRA_INDEX_URL: Flag = Flag::list(
    &["extra-index-url"],
    List::ExtraIndexUrl,
    "URL",
    "Further package indexes. None goes before another: the best file of all indexes is taken.",
);

static NO_INDEX: Flag = Flag::on(
    &["no-index"],
    Switch::NoIndex,
    "Ask no package index; only what --find-links names is looked at.",
);

static OFFLINE: Flag =
    Flag::on(&["offline"], Switch::Offline, "Use no network: only what is in the cache or on this machine.")
        .own();

static REFRESH_PACKAGE: Flag = Flag::other(
    &["refresh-package"],
    Action::Special(Special::RefreshPackage),
    "refresh_package",
    "Ask the index again about these projects, whatever is cached: names with commas between them, or \
     ':all:'.",
);

static FIND_LINKS: Flag = Flag::list(
    &["find-links"],
    List::FindLinks,
    "url",
    "Look for wheels and source distributions here too: a folder, or the address or path of an HTML \
     page with links to them.",
)
.short('f');

static UPLOADED_PRIOR_TO: Flag = Flag::other(
    &["uploaded-prior-to"],
    Action::Special(Special::UploadedPriorTo),
    "datetime_or_duration",
    "Only files uploaded before this moment: an ISO 8601 date or time such as 2023-01-01T00:00:00Z \
     (of the local zone when it names none), or a number of days back such as P3D. Needs an index that \
     tells upload times.",
);

pub(super) static INDEX: &[&Flag] =
    &[&INDEX_URL, &EXTRA_INDEX_URL, &NO_INDEX, &REFRESH_PACKAGE, &FIND_LINKS, &UPLOADED_PRIOR_TO, &OFFLINE];

static PRE: Flag = Flag::on(
    &["pre"],
    Switch::Pre,
    "Allow pre-releases and development versions of everything. Otherwise stable versions are chosen.",
);

static ALL_RELEASES: Flag = Flag::other(
    &["all-releases"],
    Action::Special(Special::AllReleases),
    "release_control",
    "Allow pre-releases of these projects: names with commas between them, ':all:' for every project, \
     ':none:' to empty the list. Each use adds to the list. Not together with --pre.",
);

static ONLY_FINAL: Flag = Flag::other(
    &["only-final"],
    Action::Special(Special::OnlyFinal),
    "release_control",
    "Allow no pre-releases of these projects: names with commas between them, ':all:' for every \
     project, ':none:' to empty the list. Each use adds to the list. Not together with --pre.",
);

static NO_BINARY: Flag = Flag::other(
    &["no-binary"],
    Action::Special(Special::NoBinary),
    "format_control",
    "Take no wheels of these projects but build them from source: names with commas between them, \
     ':all:' for every project, ':none:' to empty the list. Each use adds to the list. Wheels built \
     here earlier may be used. Some projects are hard to build.",
);

static ONLY_BINARY: Flag = Flag::other(
    &["only-binary"],
    Action::Special(Special::OnlyBinary),
    "format_control",
    "Take only wheels of these projects: names with commas between them, ':all:' for every project, \
     ':none:' to empty the list. Each use adds to the list. A project without wheels cannot be \
     installed then.",
);

static PREFER_BINARY: Flag = Flag::on(
    &["prefer-binary"],
    Switch::PreferBinary,
    "Prefer a wheel to a source distribution, even to a newer one.",
);

pub(super) static SELECTION: &[&Flag] =
    &[&PRE, &ALL_RELEASES, &ONLY_FINAL, &NO_BINARY, &ONLY_BINARY, &PREFER_BINARY];

pub(super) static PLATFORM: Flag = Flag::list(
    &["platform"],
    List::Platform,
    "platform",
    "Only wheels for <platform>; this machine's when not given. May be repeated for a target that \
     accepts several.",
);

pub(super) static PYTHON_VERSION: Flag = Flag::other(
    &["python-version"],
    Action::Special(Special::PythonVersion),
    "python_version",
    "Choose wheels, and judge Requires-Python, for this version of Python; the interpreter's own when \
     not given. One to three numbers: 3 for 3.0.0, 3.7 (or 37) for 3.7.0, or 3.7.3.",
);

pub(super) static IMPLEMENTATION: Flag = Flag::text(
    &["implementation"],
    Text::Implementation,
    "implementation",
    "Only wheels for this implementation of Python: cp, pp, jy, ip, or py for wheels that suit all. The \
     interpreter's own when not given.",
);

pub(super) static ABI: Flag = Flag::list(
    &["abi"],
    List::Abi,
    "abi",
    "Only wheels for this Python abi, such as pypy_41; the interpreter's own when not given. May be \
     repeated. Usually goes with --implementation, --platform and --python-version.",
);

pub(super) static LINK_MODE: Flag = Flag::text(
    &["link-mode"],
    Text::LinkMode,
    "mode",
    "How files come from the store into the environment: hardlink, copy, reflink or symlink. A hard \
     link, or else a copy, when not given.",
)
.check(Check::OneOf(&["hardlink", "copy", "reflink", "symlink"]))
.own();
