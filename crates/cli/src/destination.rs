//! Where `install` puts packages: the environment, the user's own folders, a prefix, a root, or a plain folder.

use std::path::{Path, PathBuf};

use environment::{Distribution, Environment, Scheme};
use installer::{InstallError, Target, TargetFolder};
use options::{Switch, Text};
use resolver::ResolvedPackage;
use rustix::fs::Access;
use session::InstalledSet;

use crate::context::Context;
use crate::failure::Failure;

/// Where packages go, and what follows from that.
pub struct Destination {
    /// The folders.
    pub target: Target,
    /// They are the user's own: what is installed elsewhere is hidden, not replaced.
    pub is_user: bool,
    /// What is installed does not count.
    pub ignores_installed: bool,
    /// Whether scripts off `PATH` are warned of.
    pub warns_of_scripts: bool,
    /// What to do where permissions are missing.
    advice: &'static str,
}

impl Destination {
    /// The environment itself.
    pub fn environment(environment: &Environment) -> Self {
        Self {
            target: Target::of(environment),
            is_user: false,
            ignores_installed: false,
            warns_of_scripts: true,
            advice: if environment.is_virtual() {
                "Check the permissions.\n"
            } else {
                "Consider using the `--user` option or check the permissions.\n"
            },
        }
    }

    /// What `--target`, `--prefix`, `--root`, `--user` and `--no-user` ask for. Without any of them the user's own
    /// folders are taken where the environment's cannot be written.
    ///
    /// # Errors
    /// pip's refusals: user installs that nothing would see, and combinations that mean nothing.
    pub fn choose(context: &Context<'_>, environment: &Environment) -> Result<Self, Failure> {
        let given = |text: Text| context.text(text).filter(|path| !path.is_empty());
        let (folder, prefix, root) = (given(Text::Target), given(Text::Prefix), given(Text::Root));
        let working_directory = &context.process.working_directory;
        let root = root.map(|root| working_directory.join(root));
        let mut destination = Self::environment(environment);
        if is_user_install(context, environment, folder.is_some() || prefix.is_some(), root.as_deref())? {
            destination.is_user = true;
            destination.advice = "Check the permissions.\n";
            destination.target = Target::of_user(environment)
                .ok_or_else(|| Failure::error("There is no home folder for a '--user' install."))?;
        }
        if let Some(folder) = folder {
            if prefix.is_some() {
                return Err(Failure::error("Cannot set --home and --prefix together"));
            }
            destination.target = into_folder(context, environment, folder, root.as_deref())?;
            destination.ignores_installed = true;
            destination.warns_of_scripts = false;
            return Ok(destination);
        }
        let mut scheme: Option<Scheme> = None;
        if let Some(prefix) = prefix {
            // Below a root a relative prefix is one of the root's.
            let prefix = if root.is_some() { PathBuf::from(prefix) } else { working_directory.join(prefix) };
            scheme = Some(environment.prefix_scheme(&prefix));
            destination.warns_of_scripts = false;
        }
        if let Some(root) = &root {
            let below = scheme.as_ref().unwrap_or(&destination.target.scheme).under_root(root);
            scheme = Some(below);
        }
        if let Some(scheme) = scheme {
            destination.target = destination.target.with_scheme(scheme);
        }
        Ok(destination)
    }

    /// Whether the environment's own packages change, which its distributor may forbid.
    pub fn is_environment(context: &Context<'_>) -> bool {
        let is_report = context.is_on(Switch::DryRun) && context.text(Text::Report).is_some();
        !is_report
            && [Text::Root, Text::Target, Text::Prefix].iter().all(|text| context.text(*text).is_none())
    }

    /// Refuses a user install that would not be seen, because an environment's own packages come first.
    pub fn check_precedence<'p>(
        &self,
        environment: &Environment,
        installed: &InstalledSet,
        packages: impl Iterator<Item = &'p ResolvedPackage>,
    ) -> Result<(), Failure> {
        if !self.is_user || !environment.is_virtual() {
            return Ok(());
        }
        let mut hidden = packages
            .filter_map(|package| installed.distribution(&package.project))
            .filter(|found| !found.in_user_site() && found.in_site_packages());
        match hidden.next() {
            Some(found) => Err(Failure::error(format_args!(
                "Will not install to the user site because it will lack sys.path precedence to {} in {}",
                found.name(),
                found.location.display()
            ))),
            None => Ok(()),
        }
    }

    /// Says why the change failed, and what could help.
    pub fn failure(&self, error: &InstallError) -> Failure {
        Failure::install(error, self.advice)
    }
}

/// Where distributions are removed from: the user's own packages may be writable where the environment is not.
pub fn removal_target(environment: &Environment, distributions: &[&Distribution]) -> Target {
    let mut target = Target::of(environment);
    if let Some((site, _)) = &target.user
        && !distributions.is_empty()
        && distributions.iter().all(|distribution| distribution.in_user_site())
    {
        target.journal_folder.clone_from(site);
    }
    target
}

fn into_folder(
    context: &Context<'_>,
    environment: &Environment,
    folder: &str,
    root: Option<&Path>,
) -> Result<Target, Failure> {
    let path = context.process.working_directory.join(folder);
    if path.exists() && !path.is_dir() {
        return Err(Failure::error("Target path exists but is not a directory, will not continue."));
    }
    let path = match root {
        Some(root) => root.join(path.strip_prefix("/").unwrap_or(&path)),
        None => path,
    };
    Ok(Target::into_folder(environment, TargetFolder { path, replaces: context.is_on(Switch::Upgrade) }))
}

/// pip's `decide_user_install`.
fn is_user_install(
    context: &Context<'_>,
    environment: &Environment,
    is_elsewhere: bool,
    root: Option<&Path>,
) -> Result<bool, Failure> {
    match context.values().given(Switch::User) {
        Some(false) => Ok(false),
        Some(true) if !environment.sees_system_site_packages() => Err(Failure::error(
            "Can not perform a '--user' install. User site-packages are not visible in this virtualenv.",
        )),
        Some(true) if !environment.is_user_site_enabled() => Err(Failure::error(
            "Can not perform a '--user' install. User site-packages are disabled for this Python.",
        )),
        Some(true) => Ok(true),
        None if is_elsewhere || !environment.is_user_site_enabled() => Ok(false),
        None => {
            let scheme = environment.scheme();
            let scheme = root.map_or(scheme.clone(), |root| scheme.under_root(root));
            if [&scheme.purelib, &scheme.platlib].into_iter().all(|folder| is_writable(folder)) {
                return Ok(false);
            }
            context
                .console
                .info("Defaulting to user installation because normal site-packages is not writeable");
            Ok(true)
        }
    }
}

/// Whether a folder, or the one that it would be made in, may be written.
fn is_writable(folder: &Path) -> bool {
    let existing = folder.ancestors().find(|above| above.is_dir());
    existing.is_some_and(|folder| rustix::fs::access(folder, Access::WRITE_OK).is_ok())
}
