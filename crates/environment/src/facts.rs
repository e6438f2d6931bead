//! What a base interpreter says of itself when it is asked: see `probe/facts.py`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// All that is known of a base interpreter. Everything about a virtual environment follows from this and
/// its `pyvenv.cfg`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterpreterFacts {
    /// `sys.executable` of the interpreter when it was asked.
    pub executable: PathBuf,
    /// `sys._base_executable`.
    pub base_executable: PathBuf,
    /// `sys.base_prefix`.
    pub prefix: PathBuf,
    /// `sys.base_exec_prefix`.
    pub exec_prefix: PathBuf,
    /// Major, minor and micro version.
    pub version: (u32, u32, u32),
    /// The values of environment markers.
    pub markers: MarkerFacts,
    /// What the supported tags follow from.
    pub tags: PlatformFacts,
    /// `sys.implementation.cache_tag`, such as `cpython-312`.
    pub cache_tag: String,
    /// The first four bytes of its byte-code files, in hexadecimal.
    pub magic_number: String,
    /// Where it installs.
    pub schemes: SchemeFacts,
    /// The folder of the standard library.
    pub stdlib: PathBuf,
    /// `sys.path` before the site module adds to it.
    pub library_path: Vec<PathBuf>,
    /// What the site module adds.
    pub site_folders: SiteFolders,
    /// `WHEEL_PKG_DIR`: where a distributor keeps the wheels that ensurepip installs.
    pub wheel_folder: Option<PathBuf>,
    /// `sys.platlibdir`.
    pub platlibdir: String,
    /// The user's own packages.
    pub user: UserFolders,
    /// The index that its pip asks when nothing is configured, if that could be told without importing it.
    pub default_index: Option<String>,
}

/// The markers that do not change while the interpreter stays the same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the names are those of the dependency specifiers specification
pub struct MarkerFacts {
    pub implementation_name: String,
    pub implementation_version: String,
    pub os_name: String,
    pub platform_machine: String,
    /// Only used where the system cannot be asked at run time.
    pub platform_release: String,
    pub platform_system: String,
    /// Only used where the system cannot be asked at run time.
    pub platform_version: String,
    pub python_full_version: String,
    pub platform_python_implementation: String,
    pub python_version: String,
    pub sys_platform: String,
}

/// What the platform compatibility tags follow from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformFacts {
    /// The short name of the implementation: `cp`, `pp`.
    pub implementation: String,
    /// `py_version_nodot`, such as `312`.
    pub version_nodot: String,
    /// The ABI tags, best first.
    pub abis: Vec<String>,
    /// `sysconfig.get_platform()`.
    pub platform: String,
    /// Whether pointers have 64 bits.
    pub is_64bit: bool,
    /// The C library (Linux).
    pub libc: Option<LibcFacts>,
    /// The system (macOS).
    pub macos: Option<MacosFacts>,
}

/// The C library of the interpreter, and what its ELF header says of the ABI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibcFacts {
    /// The version of glibc, such as `2.36`.
    pub glibc: Option<String>,
    /// The version of musl, such as `1.2`.
    pub musl: Option<String>,
    /// A 32-bit ARM executable with the hard-float ABI.
    pub hard_float: bool,
    /// A 32-bit x86 executable.
    pub i686: bool,
    /// The library's file: when it is replaced, the facts are no longer true.
    pub path: Option<PathBuf>,
}

/// The version of macOS and the machine it runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacosFacts {
    /// Major and minor version.
    pub version: (u32, u32),
    /// `platform.mac_ver()[2]`: `arm64`, `x86_64`.
    pub machine: String,
}

/// The install schemes, each for one use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeFacts {
    /// For the interpreter's own prefix.
    pub default: SchemeTemplate,
    /// Inside a virtual environment.
    pub venv: SchemeTemplate,
    /// For `--user`.
    pub user: SchemeTemplate,
    /// For `--target`.
    pub home: SchemeTemplate,
    /// For `--prefix`.
    pub prefix: SchemeTemplate,
    /// How `venv` lays out a new environment.
    pub layout: SchemeTemplate,
}

/// The paths of a scheme with `{base}`, `{platbase}`, `{installed_base}`, `{installed_platbase}` and
/// `{userbase}` left open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // sysconfig's own names
pub struct SchemeTemplate {
    pub purelib: String,
    pub platlib: String,
    pub include: String,
    pub scripts: String,
    pub data: String,
}

/// `site.getsitepackages` for a prefix, with `{base}` left open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteFolders {
    /// Outside a virtual environment.
    pub outside: Vec<String>,
    /// Inside one.
    pub inside: Vec<String>,
}

/// Where the user's own packages are, with `{home}` and `{userbase}` left open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserFolders {
    /// The default of `site.USER_BASE`.
    pub base: Option<String>,
    /// `site.USER_SITE` for a given base.
    pub site: Option<String>,
    /// The distributor has switched the user's packages off.
    pub disabled: bool,
}
