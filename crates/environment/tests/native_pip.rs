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
        for path in [text(&package), text(&package.join("__main__.py"))] {
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
        command.arg("-c").arg(check).arg(&pip.location).arg(pip.info.join("RECORD"));
        assert_eq!(output_of(&mut command), "[]\n", "every file is in the record");
        let is_link = |name: &str| environment.scheme().scripts.join(name).is_symlink();
        assert_eq!(is_link("pip"), form == native_pip::Form::Link);
        let (major, minor, _) = environment.version();
        assert!(environment.scheme().scripts.join(format!("pip{major}.{minor}")).is_file());
    }
}
