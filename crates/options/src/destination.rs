//! Where an option's value is kept: one enum per kind of value, so that asking for an option that
//! does not exist, or for a list where there is one text, does not compile.

/// Makes a field-less enum with the number of its members and their order in memory.
macro_rules! destinations {
    ($(#[$enum_doc:meta])* $name:ident { $($(#[$doc:meta])* $member:ident,)* }) => {
        $(#[$enum_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $member,)* }

        impl $name {
            pub(crate) const ALL: &'static [$name] = &[$($name::$member,)*];
        }
    };
}

destinations! {
    /// Options that are on or off.
    Switch {
        /// `--debug`
        Debug,
        /// `--isolated`
        Isolated,
        /// `--require-virtualenv`
        RequireVirtualenv,
        /// `--no-input`
        NoInput,
        /// `--no-proxy-env`
        NoProxyEnv,
        /// `--disable-pip-version-check`
        DisablePipVersionCheck,
        /// `--no-color`
        NoColor,
        /// `--no-python-version-warning`: accepted, does nothing
        NoPythonVersionWarning,
        /// `--version`, of the main parser only
        Version,
        /// `--no-index`
        NoIndex,
        /// `--offline`: nothing is fetched (oxipip's own)
        Offline,
        /// `--pre`
        Pre,
        /// `--prefer-binary`
        PreferBinary,
        /// `--no-deps`
        NoDeps,
        /// `--only-deps`
        OnlyDeps,
        /// `--ignore-requires-python`
        IgnoreRequiresPython,
        /// `--require-hashes`
        RequireHashes,
        /// `--no-require-hashes`
        NoRequireHashes,
        /// Off by `--no-build-isolation`
        BuildIsolation,
        /// `--check-build-dependencies`
        CheckBuildDependencies,
        /// `--use-pep517`: always on
        UsePep517,
        /// `--no-clean`
        NoClean,
        /// `--break-system-packages`
        BreakSystemPackages,
        /// `--dry-run`
        DryRun,
        /// `--user`/`--no-user` of `install` (three states: see `Values::given`), `--user` of `list`, `freeze`, `inspect`, `config`
        User,
        /// `install --upgrade`
        Upgrade,
        /// `--force-reinstall`
        ForceReinstall,
        /// `--ignore-installed`
        IgnoreInstalled,
        /// On unless `--no-compile`
        Compile,
        /// Off by `--no-warn-script-location`
        WarnScriptLocation,
        /// Off by `--no-warn-conflicts`
        WarnConflicts,
        /// `wheel --no-verify`
        NoVerify,
        /// `uninstall --yes`
        Yes,
        /// `--local` of `list`, `freeze`, `inspect`
        Local,
        /// `freeze --all`
        All,
        /// Off by `list --exclude-editable`
        IncludeEditable,
        /// `freeze --exclude-editable`
        ExcludeEditable,
        /// `list --outdated`
        Outdated,
        /// `list --uptodate`
        Uptodate,
        /// `list --editable`
        EditableOnly,
        /// `list --not-required`
        NotRequired,
        /// `show --files`
        Files,
        /// `config --global`
        GlobalFile,
        /// `config --site`
        SiteFile,
        /// `index --json`
        Json,
        /// `venv --system-site-packages`
        SystemSitePackages,
        /// `venv --symlinks` (on) and `--copies` (off); see `Values::given`
        Symlinks,
        /// `venv --clear`
        Clear,
        /// `venv --upgrade`
        UpgradeEnvironment,
        /// `venv --upgrade-deps`
        UpgradeDeps,
        /// `adopt --back`
        Back,
        /// `adopt --copies`
        Copies,
        /// `venv --without-scm-ignore-files`
        WithoutScmIgnoreFiles,
    }
}

impl Switch {
    /// Whether the option is on when nobody says anything.
    pub fn default_value(self) -> bool {
        matches!(
            self,
            Switch::BuildIsolation
                | Switch::UsePep517
                | Switch::Compile
                | Switch::WarnScriptLocation
                | Switch::WarnConflicts
                | Switch::IncludeEditable
        )
    }
}

destinations! {
    /// Options with one value; the last one given counts.
    Text {
        /// `--python` before the command
        Python,
        /// `--log`
        Log,
        /// `--keyring-provider`
        KeyringProvider,
        /// `--proxy`
        Proxy,
        /// `--cert`
        Cert,
        /// `--client-cert`
        ClientCert,
        /// `--index-url`
        IndexUrl,
        /// `--implementation`
        Implementation,
        /// `--src`, made absolute
        Src,
        /// `--progress-bar`: auto, on, off, raw
        ProgressBar,
        /// `--root-user-action`: warn, ignore
        RootUserAction,
        /// `install --target`
        Target,
        /// `install --root`
        Root,
        /// `install --prefix`
        Prefix,
        /// `install --upgrade-strategy`: only-if-needed, eager
        UpgradeStrategy,
        /// `install --report`
        Report,
        /// `lock --output`
        Output,
        /// `download --dest`
        Destination,
        /// `wheel --wheel-dir`
        WheelDir,
        /// `list --format`: columns, freeze, json; `cache --format`: human, abspath
        Format,
        /// `config --editor`
        Editor,
        /// `hash --algorithm`
        Algorithm,
        /// `search --index`
        SearchIndex,
        /// `completion --bash` and its siblings
        Shell,
        /// `--link-mode` (oxipip's own): hardlink, copy, reflink, symlink
        LinkMode,
        /// `venv --pip`: native, upstream, none (`--without-pip`)
        Pip,
        /// `venv --prompt`
        Prompt,
    }
}

impl Text {
    /// The value when nobody says anything, where there is one that does not depend on the machine.
    pub fn default_value(self) -> Option<&'static str> {
        match self {
            Text::KeyringProvider | Text::ProgressBar => Some("auto"),
            Text::RootUserAction => Some("warn"),
            Text::UpgradeStrategy => Some("only-if-needed"),
            Text::Output => Some("pylock.toml"),
            Text::Destination | Text::WheelDir => Some("."),
            Text::Algorithm => Some("sha256"),
            Text::Pip => Some("native"),
            _ => None,
        }
    }
}

destinations! {
    /// Options that may be repeated, in the order of their appearance.
    List {
        /// `--exists-action`
        ExistsAction,
        /// `--trusted-host`
        TrustedHost,
        /// `--cache-layer` (oxipip's own)
        CacheLayer,
        /// `--use-feature`
        UseFeature,
        /// `--use-deprecated`
        UseDeprecated,
        /// `--extra-index-url`
        ExtraIndexUrl,
        /// `--find-links`
        FindLinks,
        /// `--requirement`
        Requirement,
        /// `--constraint`
        Constraint,
        /// `--build-constraint`
        BuildConstraint,
        /// `--requirements-from-script`
        RequirementsFromScript,
        /// `--editable` of `install`, `lock`, `wheel`
        Editable,
        /// `--platform`
        Platform,
        /// `--abi`
        Abi,
        /// `--path` of `list`, `freeze`, `inspect`
        Path,
        /// `--exclude` of `list`, `freeze`: canonical names
        Exclude,
        /// `venv --install`
        Install,
    }
}

destinations! {
    /// Options that count how often they are given.
    Count {
        /// `--verbose`
        Verbose,
        /// `--quiet`
        Quiet,
    }
}

destinations! {
    /// Options that are whole numbers.
    Integer {
        /// `--retries`
        Retries,
        /// `--resume-retries`
        ResumeRetries,
    }
}

impl Integer {
    /// The value when nobody says anything.
    pub fn default_value(self) -> i64 {
        match self {
            Integer::Retries | Integer::ResumeRetries => 5,
        }
    }
}
