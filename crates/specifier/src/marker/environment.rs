//! What markers are evaluated against.

use crate::{ExtraName, ProjectName};

/// The values of the variables of markers in one environment, as `packaging.markers.default_environment` gives them
/// for the interpreter that runs it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct MarkerEnvironment {
    /// `sys.implementation.name`, such as `cpython`.
    pub implementation_name: String,
    /// The version of the implementation, such as `3.13.0a2` or, for PyPy, `7.3.13`.
    pub implementation_version: String,
    /// `os.name`, such as `posix`.
    pub os_name: String,
    /// `platform.machine()`, such as `x86_64`.
    pub platform_machine: String,
    /// `platform.release()`, the release of the kernel.
    pub platform_release: String,
    /// `platform.system()`, such as `Linux`.
    pub platform_system: String,
    /// `platform.version()`, the build of the kernel.
    pub platform_version: String,
    /// `platform.python_version()`, such as `3.13.0a2`; ends in `+` for a build that is no release.
    pub python_full_version: String,
    /// `platform.python_implementation()`, such as `CPython`.
    pub platform_python_implementation: String,
    /// The first two numbers of the version, such as `3.13`.
    pub python_version: String,
    /// `sys.platform`, such as `linux`.
    pub sys_platform: String,
}

impl MarkerEnvironment {
    /// The variables with their values, in the order of `packaging`'s `default_environment`.
    pub fn variables(&self) -> [(&'static str, &str); 11] {
        [
            ("implementation_name", &self.implementation_name),
            ("implementation_version", &self.implementation_version),
            ("os_name", &self.os_name),
            ("platform_machine", &self.platform_machine),
            ("platform_release", &self.platform_release),
            ("platform_system", &self.platform_system),
            ("platform_version", &self.platform_version),
            ("python_full_version", &self.python_full_version),
            ("platform_python_implementation", &self.platform_python_implementation),
            ("python_version", &self.python_version),
            ("sys_platform", &self.sys_platform),
        ]
    }
}

/// Where a marker stands, which decides what it may ask for besides the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerContext<'a> {
    /// A dependency in the metadata of a distribution, asked for by this extra; empty for none.
    Metadata {
        /// The extra that is asked for.
        extra: &'a str,
    },
    /// A lock file.
    LockFile {
        /// The extras that are asked for.
        extras: &'a [ExtraName],
        /// The dependency groups that are asked for.
        dependency_groups: &'a [ProjectName],
    },
    /// Anywhere else, where neither extras nor groups are known.
    Requirement,
}
