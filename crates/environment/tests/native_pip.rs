//! The native pip of an environment, called in every way that people and tools call pip.

#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use environment::{Environment, FactsCache, Which, installed, native_pip, venv};
use support::{interpreters, output_of, python};

/// Stands for the program: tells how it was called.
fn program(folder: &Path) -> PathBuf {
    let path = folder.join("oxipip");
    fs::write(&path, "#!/bin/sh\nprintf '%s' \"${0##*/}\"\nprintf ' <%s>' \"$@\"\necho\nexit 3\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn environment_with_pip(base: &Environment, root: &Path, form: native_pip::Form) -> Environment {
    let options = venv::Options { copies: form == native_pip::Form::Copy, ..venv::Options::default() };
    let environment = venv::create(&root.join("env"), base, &options).unwrap().environment;
    native_pip::install(&environment, &program(root), form).unwrap();
    environment
}

#[test]
fn pip_is_reached_by_every_way() {
    for base in interpreters() {
        let root = tempfile::tempdir().unwrap();
        let environment = environment_with_pip(&base, root.path(), native_pip::Form::Link);
        let run = |arguments: &[&str]| {
            let output = python(environment.python(), root.path()).args(arguments).output().unwrap();
            (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap_or(-1))
        };
        let expected = ("pip <install> <a b>\n".to_owned(), 3);
        assert_eq!(run(&["-m", "pip", "install", "a b"]), expected);
        for module in ["pip", "pip._internal", "pip._internal.main", "pip._internal.cli.main"] {
            let code = format!("import sys; from {module} import main; sys.exit(main(['install', 'a b']))");
            assert_eq!(run(&["-c", &code]), expected, "{module}");
            let output = python(environment.python(), root.path()).args(["-c", &code]).output().unwrap();
            let warns = String::from_utf8_lossy(&output.stderr).contains("invoked by an old script wrapper");
            assert_eq!(warns, module != "pip._internal.cli.main", "{module}");
        }
        let by_arguments = "import sys; from pip._internal.cli.main import main; sys.exit(main())";
        assert_eq!(run(&["-c", by_arguments, "install", "a b"]), expected);
        assert_eq!(
            run(&["-c", "import pip, importlib.metadata as m; print(pip.__version__, m.version('pip'))"]).0,
            format!("{0} {0}\n", native_pip::PIP_INTERFACE_VERSION)
        );
    }
}

#[test]
fn pip_is_run_from_odd_places() {
    for base in interpreters() {
        let root = tempfile::tempdir().unwrap();
        let environment = environment_with_pip(&base, root.path(), native_pip::Form::Link);
        let package = environment.scheme().purelib.join("pip");
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let run = |program: &Path, arguments: &[&str]| {
            let output = python(program, root.path()).args(arguments).output().unwrap();
            (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap_or(-1))
        };
        let expected = ("pip <hash>\n".to_owned(), 3);
        for path in ["", "__main__.py", "__pip-runner__.py"].map(|name| text(&package.join(name))) {
            assert_eq!(run(environment.python(), &[&path, "hash"]), expected, "{path}");
        }
        assert_eq!(run(environment.python(), &["-I", "-m", "pip", "hash"]), expected);
        // A module that shadows one of Python's must not be imported in pip's place.
        fs::write(root.path().join("subprocess.py"), "raise SystemExit(9)").unwrap();
        assert_eq!(run(environment.python(), &["-m", "pip", "hash"]), expected);
        fs::remove_file(root.path().join("subprocess.py")).unwrap();
        // Who runs it as a module of its own program goes on afterwards.
        let code = "import runpy, sys\nsys.argv = ['x', 'hash']\n\
                    try: runpy.run_module('pip', run_name='__main__', alter_sys=True)\n\
                    except SystemExit as end: print('back', end.code)";
        let came_back = run(environment.python(), &["-c", code]);
        assert_eq!(came_back, ("pip <hash>\nback 3\n".to_owned(), 0));
        // Found by another interpreter, it is that interpreter's pip.
        let mut command = python(base.python(), root.path());
        let site = text(&environment.scheme().purelib);
        let code = format!("import sys; sys.path.insert(0, {site:?}); import pip; pip.main(['hash'])");
        let said = output_of(command.arg("-c").arg(code));
        assert!(said.starts_with("pip <--python> <") && said.ends_with("> <hash>\n"), "{said}");
    }
}

/// Hides the pip that the base interpreter may have.
const NO_INSTALLED_PIP: &str = "import site; site.getsitepackages = lambda prefixes: []\n";

#[test]
fn modules_of_pip_are_those_of_the_interpreters_wheel() {
    let pip_of = |base: &Environment| {
        base.bundled_wheels().unwrap().into_iter().find(|wheel| wheel.to_string_lossy().contains("/pip-"))
    };
    let mut known: Vec<_> =
        interpreters().into_iter().filter_map(|base| pip_of(&base).map(|wheel| (base, wheel))).collect();
    known.sort_by_key(|(base, _)| base.version());
    // The oldest and the newest: modules are compiled anew each time.
    let newest = known.pop();
    for (base, wheel) in known.into_iter().take(1).chain(newest) {
        let version = wheel.file_name().unwrap().to_str().unwrap().split('-').nth(1).unwrap();
        let root = tempfile::tempdir().unwrap();
        let environment = environment_with_pip(&base, root.path(), native_pip::Form::Link);
        let run = |code: &str| {
            let code = format!("{NO_INSTALLED_PIP}{code}");
            output_of(python(environment.python(), root.path()).arg("-c").arg(code))
        };
        let said = run("from pip._internal.utils.hashes import FAVORITE_HASH\n\
                        import pip, importlib.metadata as m; print(pip.__version__, m.version('pip'))\n\
                        from pip._internal.utils.logging import getLogger; print(getLogger('pip.x').verbose.__name__)\n\
                        from pip._vendor import certifi; print(len(open(certifi.where()).read()) > 100000)\n\
                        from pip._internal.cli import status_codes; print(status_codes.ERROR)");
        let interface = native_pip::PIP_INTERFACE_VERSION;
        assert_eq!(said, format!("{version} {interface}\nverbose\nTrue\n1\n"));
        // What starts pip stays what it is.
        let said = run("import pip._vendor.packaging, pip\n\
                        from pip._internal import main; from pip._internal.main import main as other\n\
                        from pip._internal.cli.main import main as third; print(main is other, pip.main([]), third([]))");
        assert_eq!(said, "pip <>\npip <>\nTrue 3 3\n");
        // Only who asks for such a module pays for it, and only then the version changes.
        let said = run("import pip, sys, pip._internal.cli.main\n\
                        print('pip._library' in sys.modules, pip.__version__)\n\
                        try: import pip._internal.nothing\n\
                        except ModuleNotFoundError as error: print(error)");
        assert_eq!(said, format!("False {interface}\nNo module named 'pip._internal.nothing'\n"));
    }
}

#[test]
fn a_pip_that_the_base_interpreter_has_is_preferred_to_its_wheel() {
    let base = interpreters().into_iter().next().unwrap();
    let root = tempfile::tempdir().unwrap();
    let environment = environment_with_pip(&base, root.path(), native_pip::Form::Link);
    let installed = root.path().join("base/pip");
    for (name, text) in [
        ("__init__.py", "import nothing\n__version__ = \"99.1\"\n"),
        ("_internal/__init__.py", "import nothing\n"),
        ("_internal/cli/__init__.py", "import nothing\n"),
        ("_internal/cli/main.py", "import nothing\n"),
        ("_internal/cli/parser.py", "from pip import __version__ as seen\n"),
        ("_vendor/__init__.py", ""),
    ] {
        let path = installed.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let code = "import site; site.getsitepackages = lambda prefixes: ['native', 'base']\n\
                import pip; print(pip.__version__)\n\
                from pip._internal.cli import main, parser; print(pip.__version__, parser.seen, main.main([]))\n\
                import pip._vendor; print(pip._vendor.__file__)";
    // A base interpreter whose own pip is this package lends nothing.
    let native = root.path().join("native");
    fs::create_dir(&native).unwrap();
    std::os::unix::fs::symlink(environment.scheme().purelib.join("pip"), native.join("pip")).unwrap();
    let said = output_of(python(environment.python(), root.path()).arg("-c").arg(code));
    let lent = "base/pip/_vendor/__init__.py\n";
    let seen = format!("{}\npip <>\n99.1 99.1 3\n", native_pip::PIP_INTERFACE_VERSION);
    assert!(said.starts_with(&seen) && said.ends_with(lent), "{said}");
}

#[test]
fn an_interpreter_without_a_pip_tells_what_to_do() {
    let base = interpreters().into_iter().next().unwrap();
    let root = tempfile::tempdir().unwrap();
    let environment = environment_with_pip(&base, root.path(), native_pip::Form::Link);
    let code = "import os; os.listdir = lambda folder: []\n\
                import site; site.getsitepackages = lambda prefixes: []\n\
                for name in 'pip._internal.req', 'pip._internal.utils.misc', 'pip._vendor':\n\
                \x20   try: __import__(name)\n\
                \x20   except ModuleNotFoundError as error: print(error.name, error)\n\
                import pip, pkgutil; print(pip.__version__, [name for _, name, _ in pkgutil.iter_modules(pip.__path__)])";
    let said = output_of(python(environment.python(), root.path()).arg("-c").arg(code));
    let interface = native_pip::PIP_INTERFACE_VERSION;
    assert_eq!(said.matches("'pip install --force-reinstall pip' puts").count(), 3, "{said}");
    assert!(said.starts_with("pip._internal the pip of this environment is a native program"), "{said}");
    // Who only looks around finds what is there.
    assert!(said.ends_with(&format!("\n{interface} []\n")), "{said}");
}

#[test]
fn its_record_is_true() {
    for form in [native_pip::Form::Link, native_pip::Form::Copy] {
        let base = interpreters().into_iter().next().unwrap();
        let root = tempfile::tempdir().unwrap();
        let environment = environment_with_pip(&base, root.path(), form);
        // Installing it again changes nothing.
        native_pip::install(&environment, &program(root.path()), form).unwrap();
        let opened = Environment::open(environment.prefix(), &FactsCache::default()).unwrap();
        let found = installed(&opened, &Which::local()).unwrap();
        let [pip] = found.distributions.as_slice() else { panic!("{found:?}") };
        assert_eq!((pip.name(), pip.version()), ("pip", native_pip::PIP_INTERFACE_VERSION));
        assert!(pip.requested() && pip.installer() == "pip");
        let check = "import base64, csv, hashlib, os, sys\n\
                     root, names = sys.argv[1], set()\n\
                     for path, digest, size in csv.reader(open(sys.argv[2])):\n\
                     \x20   full = os.path.normpath(os.path.join(root, path)); names.add(full)\n\
                     \x20   data = open(full, 'rb').read()\n\
                     \x20   if digest: assert size == str(len(data)) and digest == 'sha256=' + \
                     base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode(), path\n\
                     print(sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, files in os.walk(root) \
                     for name in files if os.path.join(folder, name) not in names))";
        let mut command = python(base.python(), root.path());
        command.arg("-c").arg(check).arg(&*pip.location).arg(pip.info.join("RECORD"));
        assert_eq!(output_of(&mut command), "[]\n", "every file is in the record");
        let is_link = |name: &str| environment.scheme().scripts.join(name).is_symlink();
        assert_eq!(is_link("pip"), form == native_pip::Form::Link);
        let (major, minor, _) = environment.version();
        assert!(environment.scheme().scripts.join(format!("pip{major}.{minor}")).is_file());
    }
}
