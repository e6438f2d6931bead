//! The native pip of an environment: `<env>/bin/pip` is this program, and `python -m pip` finds it.
//!
//! The package named `pip` holds no pip: it starts `<env>/bin/pip`. It has a proper `.dist-info`, so that
//! `importlib.metadata` knows it and an upstream pip can take its place. What tools import of pip's own modules comes
//! from the pip that the interpreter came with.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use metadata::{Record, RecordRow};

use crate::venv::{set_mode, symlink};
use crate::{Distribution, Environment, EnvironmentError};

/// The release of pip whose interface this program follows.
pub const PIP_INTERFACE_VERSION: &str = "26.3";

/// How the program comes into the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a link: a new release of the program is there at once.
    Link,
    /// As a copy, for environments made with `--copies`.
    Copy,
}

/// The modules, all of our own writing. The names are those that tools import, and the file that an upstream pip,
/// as a library, runs to fill the environment of a build.
const MODULES: [(&str, &str); 9] = [
    ("pip/__init__.py", include_str!("native_pip/__init__.py")),
    ("pip/__main__.py", include_str!("native_pip/__main__.py")),
    ("pip/__pip-runner__.py", include_str!("native_pip/__main__.py")),
    ("pip/_library.py", include_str!("native_pip/_library.py")),
    ("pip/_internal/__init__.py", include_str!("native_pip/internal.py")),
    ("pip/_internal/main.py", include_str!("native_pip/old_main.py")),
    ("pip/_internal/cli/__init__.py", include_str!("native_pip/cli.py")),
    ("pip/_internal/cli/main.py", include_str!("native_pip/main.py")),
    ("pip/_internal/utils/__init__.py", include_str!("native_pip/utils.py")),
];

const METADATA: &str = include_str!("native_pip/METADATA");
const WHEEL: &str = "Wheel-Version: 1.0\nGenerator: oxipip\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
const GENERATOR: &str = "Generator: oxipip";
const ENTRY_POINTS: &str =
    "[console_scripts]\npip = pip._internal.cli.main:cli\npip3 = pip._internal.cli.main:cli\n";

/// Puts the native pip into an environment: `pip`, `pip3` and `pipX.Y` beside the interpreter, and the package.
///
/// An existing native pip is replaced; another pip has to be removed before.
///
/// # Errors
/// The file system refuses to write.
pub fn install(environment: &Environment, program: &Path, form: Form) -> Result<(), EnvironmentError> {
    let scheme = environment.scheme();
    let (major, minor, _) = environment.version();
    let folder_name = format!("pip-{PIP_INTERFACE_VERSION}.dist-info");
    let info = scheme.purelib.join(&folder_name);
    let packages = ["pip/_internal/cli", "pip/_internal/utils"].map(|name| scheme.purelib.join(name));
    for folder in packages.into_iter().chain([info.clone(), scheme.scripts.clone()]) {
        fs::create_dir_all(&folder).map_err(EnvironmentError::io("create", folder))?;
    }

    let scripts = relative(&scheme.scripts, &scheme.purelib);
    let mut rows = Vec::new();
    let mut place = |name: String, text: &str| {
        let path = scheme.purelib.join(&name);
        fs::write(&path, text).map_err(EnvironmentError::io("write", path))?;
        rows.push(RecordRow { path: name, digest: digest(text.as_bytes()), size: text.len().to_string() });
        Ok::<(), EnvironmentError>(())
    };
    for (name, text) in MODULES {
        let text = text.replace("{version}", PIP_INTERFACE_VERSION).replace("{scripts}", &scripts);
        place(name.to_owned(), &text)?;
    }
    let metadata = METADATA.replace("{version}", PIP_INTERFACE_VERSION);
    for (name, text) in [
        ("METADATA", metadata.as_str()),
        ("WHEEL", WHEEL),
        ("entry_points.txt", ENTRY_POINTS),
        ("INSTALLER", "pip\n"),
        ("REQUESTED", ""),
    ] {
        place(format!("{folder_name}/{name}"), text)?;
    }

    let mut first: Option<PathBuf> = None;
    for name in ["pip".to_owned(), format!("pip{major}"), format!("pip{major}.{minor}")] {
        let path = scheme.scripts.join(if cfg!(windows) { format!("{name}.exe") } else { name });
        place_program(program, &path, form, first.as_deref())?;
        // What the program is today is not what it will be: no digest.
        rows.push(empty_row(relative(&path, &scheme.purelib)));
        first.get_or_insert(path);
    }
    rows.push(empty_row(format!("{folder_name}/RECORD")));
    let record = info.join("RECORD");
    fs::write(&record, Record { rows }.to_text()).map_err(EnvironmentError::io("write", record))
}

/// Whether an installed `pip` is this program's.
pub fn is_native(pip: &Distribution) -> bool {
    let wheel = pip.read("WHEEL").unwrap_or_default();
    pip.project.as_str() == "pip" && String::from_utf8_lossy(&wheel).lines().any(|line| line == GENERATOR)
}

/// Links to the program, or copies it once and links the other names to the copy.
fn place_program(
    program: &Path,
    path: &Path,
    form: Form,
    copy: Option<&Path>,
) -> Result<(), EnvironmentError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(EnvironmentError::io("replace", path)(error));
        }
        _ => {}
    }
    let placed = match (form, copy) {
        (Form::Link, _) => symlink(program, path),
        (Form::Copy, Some(copy)) if fs::hard_link(copy, path).is_ok() => Ok(()),
        (Form::Copy, _) => fs::copy(program, path).and_then(|_| set_mode(path, 0o755)),
    };
    placed.map_err(EnvironmentError::io("create", path))
}

fn empty_row(path: String) -> RecordRow {
    RecordRow { path, digest: String::new(), size: String::new() }
}

/// `path` as seen from `from`, with `/`; both are absolute.
fn relative(path: &Path, from: &Path) -> String {
    let (mut path_parts, mut from_parts) = (path.components().peekable(), from.components().peekable());
    while path_parts.peek().is_some() && path_parts.peek() == from_parts.peek() {
        path_parts.next();
        from_parts.next();
    }
    let up = from_parts.map(|_| "..".to_owned());
    let down = path_parts.map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// A digest as `RECORD` has it.
fn digest(bytes: &[u8]) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    let digest = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(bytes));
    format!("sha256={digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_as_in_a_record() {
        let purelib = Path::new("/env/lib/python3.12/site-packages");
        assert_eq!(relative(Path::new("/env/bin/pip"), purelib), "../../../bin/pip");
    }

    #[test]
    fn digests_as_in_a_record() {
        assert_eq!(digest(b""), "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }
}
