//! The user's own packages: `site.USER_BASE`, `site.USER_SITE` and whether they are in use.

use std::path::PathBuf;

use crate::Environment;

impl Environment {
    /// `site.getuserbase()`: `PYTHONUSERBASE`, or the system's default below the home folder.
    pub fn user_base(&self) -> Option<PathBuf> {
        let variables = self.variables();
        if let Some(base) = &variables.user_base {
            return Some(base.clone());
        }
        let template = self.facts().user.base.as_deref()?;
        let Some(below_home) = template.strip_prefix("{home}") else { return Some(PathBuf::from(template)) };
        Some(variables.home.as_ref()?.join(below_home.trim_start_matches(['/', '\\'])))
    }

    /// `site.getusersitepackages()`, whether or not it exists and is in use.
    pub fn user_site(&self) -> Option<PathBuf> {
        let below_base = self.facts().user.site.as_deref()?.strip_prefix("{userbase}")?;
        Some(self.user_base()?.join(below_base.trim_start_matches(['/', '\\'])))
    }

    /// `site.ENABLE_USER_SITE`: not with `PYTHONNOUSERSITE`, not when the process runs with somebody else's
    /// rights, and not in a virtual environment that does not see the system's packages.
    pub fn is_user_site_enabled(&self) -> bool {
        !self.facts().user.disabled
            && !self.variables().no_user_site
            && self.sees_system_site_packages()
            && runs_as_its_user()
    }
}

#[cfg(unix)]
fn runs_as_its_user() -> bool {
    rustix::process::getuid() == rustix::process::geteuid()
        && rustix::process::getgid() == rustix::process::getegid()
}

#[cfg(not(unix))]
fn runs_as_its_user() -> bool {
    true
}
