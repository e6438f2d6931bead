//! Options of every command.

use crate::destination::{Count, Integer, List, Switch, Text};
use crate::flag::{Action, Check, Flag, Special};

pub(super) static VERSION: Flag =
    Flag::on(&["version"], Switch::Version, "Show the version and leave.").short('V');

static HELP: Flag = Flag::other(&["help"], Action::Help, "", "Show this help.").short('h');

static DEBUG: Flag = Flag::on(
    &["debug"],
    Switch::Debug,
    "Tell everything there is to tell, and end at unexpected errors instead of summing them up.",
);

static ISOLATED: Flag = Flag::on(
    &["isolated"],
    Switch::Isolated,
    "Take no notice of PIP_* variables and of the user's configuration file.",
);

static REQUIRE_VIRTUALENV: Flag = Flag::on(
    &["require-virtualenv", "require-venv"],
    Switch::RequireVirtualenv,
    "Refuse to run outside a virtual environment.",
);

static PYTHON: Flag = Flag::text(
    &["python"],
    Text::Python,
    "python",
    "Act on this Python interpreter, or on the environment in this folder. Stands before the command.",
);

static VERBOSE: Flag = Flag::other(
    &["verbose"],
    Action::Count(Count::Verbose),
    "",
    "Say more. Up to three times, each time still more.",
)
.short('v');

static QUIET: Flag = Flag::other(
    &["quiet"],
    Action::Count(Count::Quiet),
    "",
    "Say less. Up to three times: only warnings, only errors, only what is critical.",
)
.short('q');

static LOG: Flag = Flag::text(
    &["log", "log-file", "local-log"],
    Text::Log,
    "path",
    "Write everything, at full detail, to the end of this file.",
)
.check(Check::Path);

static NO_INPUT: Flag = Flag::on(&["no-input"], Switch::NoInput, "Never ask questions.");

static KEYRING_PROVIDER: Flag = Flag::text(
    &["keyring-provider"],
    Text::KeyringProvider,
    "keyring_provider",
    "Where credentials are looked up in a keyring, as long as questions are allowed: auto, disabled, \
     import or subprocess. (default: %default)",
)
.check(Check::OneOf(&["auto", "disabled", "import", "subprocess"]));

static PROXY: Flag = Flag::text(
    &["proxy"],
    Text::Proxy,
    "proxy",
    "Proxy for http and https: scheme://[user:password@]host:port. An empty value: no proxy.",
);

static NO_PROXY_ENV: Flag =
    Flag::on(&["no-proxy-env"], Switch::NoProxyEnv, "Take no notice of proxy variables.");

static RETRIES: Flag = Flag::other(
    &["retries"],
    Action::Integer(Integer::Retries),
    "retries",
    "How often a connection is tried again. (default: %default)",
);

static TIMEOUT: Flag = Flag::other(
    &["timeout", "default-timeout"],
    Action::Special(Special::Timeout),
    "sec",
    "How many seconds to wait for an answer. (default: %default)",
);

static EXISTS_ACTION: Flag = Flag::list(
    &["exists-action"],
    List::ExistsAction,
    "action",
    "What to do when a path exists already: (s)witch, (i)gnore, (w)ipe, (b)ack up, (a)bort.",
)
.check(Check::OneOf(&["s", "i", "w", "b", "a"]));

static TRUSTED_HOST: Flag = Flag::list(
    &["trusted-host"],
    List::TrustedHost,
    "hostname",
    "Trust this host, or host:port pair, without a valid certificate or without https at all.",
);

static CERT: Flag = Flag::text(
    &["cert"],
    Text::Cert,
    "path",
    "File with the PEM certificates of the authorities to trust, in place of the default ones.",
)
.check(Check::Path);

static CLIENT_CERT: Flag = Flag::text(
    &["client-cert"],
    Text::ClientCert,
    "path",
    "File with the private key and the certificate, both PEM, that a client shows to servers.",
)
.check(Check::Path);

static CACHE_DIR: Flag =
    Flag::other(&["cache-dir"], Action::Special(Special::CacheDir), "dir", "Keep the cache in <dir>.");

static NO_CACHE_DIR: Flag =
    Flag::other(&["no-cache-dir"], Action::Special(Special::NoCacheDir), "", "Keep no cache.");

static CACHE_LAYER: Flag = Flag::list(
    &["cache-layer"],
    List::CacheLayer,
    "dir",
    "Also take from <dir> what it has: a folder that was a cache, and is only read. May be repeated.",
)
.check(Check::Path)
.own();

static DISABLE_PIP_VERSION_CHECK: Flag = Flag::on(
    &["disable-pip-version-check"],
    Switch::DisablePipVersionCheck,
    "Do not look for a newer pip now and then. Implied by --no-index.",
);

static NO_COLOR: Flag = Flag::on(&["no-color"], Switch::NoColor, "No colours in the output.");

static NO_PYTHON_VERSION_WARNING: Flag =
    Flag::on(&["no-python-version-warning"], Switch::NoPythonVersionWarning, "");

static USE_FEATURE: Flag = Flag::list(
    &["use-feature"],
    List::UseFeature,
    "feature",
    "Turn on something new that may differ from what was.",
)
.check(Check::OneOf(&[
    "fast-deps",
    "inprocess-build-deps",
    "venv-isolation",
    "truststore",
    "no-binary-enable-wheel-cache",
    "build-constraint",
]));

static USE_DEPRECATED: Flag = Flag::list(
    &["use-deprecated"],
    List::UseDeprecated,
    "feature",
    "Turn on something old that will go away.",
)
.check(Check::OneOf(&["legacy-resolver", "legacy-certs"]));

static RESUME_RETRIES: Flag = Flag::other(
    &["resume-retries"],
    Action::Integer(Integer::ResumeRetries),
    "resume_retries",
    "How often a download that broke off is taken up again. (default: %default)",
);

pub(super) static GENERAL: &[&Flag] = &[
    &HELP,
    &DEBUG,
    &ISOLATED,
    &REQUIRE_VIRTUALENV,
    &PYTHON,
    &VERBOSE,
    &QUIET,
    &LOG,
    &NO_INPUT,
    &KEYRING_PROVIDER,
    &PROXY,
    &NO_PROXY_ENV,
    &RETRIES,
    &TIMEOUT,
    &EXISTS_ACTION,
    &TRUSTED_HOST,
    &CERT,
    &CLIENT_CERT,
    &CACHE_DIR,
    &NO_CACHE_DIR,
    &CACHE_LAYER,
    &DISABLE_PIP_VERSION_CHECK,
    &NO_COLOR,
    &NO_PYTHON_VERSION_WARNING,
    &USE_FEATURE,
    &USE_DEPRECATED,
    &RESUME_RETRIES,
];

/// The general options without `--python`, for commands that have one of their own.
pub(super) static GENERAL_WITHOUT_PYTHON: &[&Flag] = &[
    &HELP,
    &DEBUG,
    &ISOLATED,
    &REQUIRE_VIRTUALENV,
    &VERBOSE,
    &QUIET,
    &LOG,
    &NO_INPUT,
    &KEYRING_PROVIDER,
    &PROXY,
    &NO_PROXY_ENV,
    &RETRIES,
    &TIMEOUT,
    &TRUSTED_HOST,
    &CERT,
    &CLIENT_CERT,
    &CACHE_DIR,
    &NO_CACHE_DIR,
    &CACHE_LAYER,
    &DISABLE_PIP_VERSION_CHECK,
    &NO_COLOR,
    &RESUME_RETRIES,
];
