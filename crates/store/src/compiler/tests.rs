use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use specifier::ProjectName;
use testkit::{Interpreter, Wheel};

use super::*;
use crate::{Expected, Store};

/// An interpreter that does what the first part of a file's name says.
const MISBEHAVING: &str = r#"
import os, sys, time
def misbehave(file, *args, **options):
    name = os.path.basename(file) if isinstance(file, bytes) else b""
    if name.startswith(b"deadly"):
        os._exit(9)
    if name.startswith(b"moody"):
        try:
            os.mkdir(os.path.join(os.path.dirname(file), b"met"))
        except FileExistsError:
            pass
        else:
            os._exit(9)
    if name.startswith(b"endless"):
        time.sleep(1000)
    return open(file, *args, **options)
script = sys.argv[6]
sys.argv = ["-c"] + sys.argv[7:]
exec(script, {"open": misbehave, "__name__": "__main__"})
"#;

fn target(interpreter: &Interpreter) -> CompileTarget {
    let facts = interpreter.python(&[
        "-c",
        "import importlib.util, sys; print(sys.implementation.cache_tag, importlib.util.MAGIC_NUMBER.hex())",
    ]);
    let (cache_tag, magic_number) = facts.trim().split_once(' ').unwrap();
    CompileTarget {
        python: interpreter.path.clone(),
        cache_tag: cache_tag.to_owned(),
        magic_number: magic_number.to_owned(),
        invalidation: Invalidation::Timestamp,
    }
}

fn misbehaving(folder: &Path) -> CompileTarget {
    let interpreter = Interpreter::newest();
    let place = folder.join("python");
    fs::write(&place, format!("#!{}\n{MISBEHAVING}", interpreter.path.display())).unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
    CompileTarget { python: place, ..target(&interpreter) }
}

fn add(folder: &Path, wheel: Wheel) -> UnpackedWheel {
    let bytes = wheel.build().bytes;
    let project = ProjectName::new("demo").unwrap();
    let expected = Expected { project: &project, version: None };
    Store::open(folder).add(&bytes, Sha256::of(&bytes), expected).unwrap().wheel
}

fn compiled_names(wheel: &UnpackedWheel, byte_code: &ByteCode) -> Vec<String> {
    byte_code.files().map(|compiled| wheel.manifest().file(compiled.file).unwrap().path.to_owned()).collect()
}

/// Links a wheel's root and its byte-code into a folder, as an installer does.
fn install(wheel: &UnpackedWheel, byte_code: &ByteCode, site: &Path) {
    for file in wheel.manifest().files().filter(|file| !file.path.contains(".data/")) {
        let place = site.join(file.path);
        let folder = place.parent().unwrap();
        fs::create_dir_all(folder.join("__pycache__")).unwrap();
        fs::hard_link(wheel.content().join(file.path), &place).unwrap();
        if let Some(compiled) = byte_code.of_file(file.index) {
            let stored = byte_code.root().join(compiled.stored_name);
            assert_eq!(fs::metadata(&stored).unwrap().len(), compiled.size);
            fs::hard_link(stored, folder.join("__pycache__").join(compiled.name)).unwrap();
        }
    }
}

/// Imports with byte-code that must be taken as it is: `VALUE` is changed in the source in a way that time and size do
/// not show. Prints the value, the path in the traceback and the path of a nested function.
const IMPORT: &str = r"
import os, sys, traceback
site = sys.argv[1]
sys.dont_write_bytecode = True
sys.path.insert(0, site)
source = os.path.join(site, 'demo', 'deep', 'mod.py')
status = os.stat(source)
text = open(source).read()
os.unlink(source)
open(source, 'w').write(text.replace('VALUE = 1', 'VALUE = 2'))
os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))
from demo.deep import mod
print(mod.VALUE)
try:
    mod.fail()
except ZeroDivisionError as error:
    print(traceback.extract_tb(error.__traceback__)[-1].filename == source)
print(mod.outer().__code__.co_filename == source)
";

const MODULE: &str = "VALUE = 1\ndef fail():\n    return 1 / 0\ndef outer():\n    return lambda: 'grüße'\n";

/// Python's own compiler writes the same header and an equal code object.
const COMPARE: &str = r"
import marshal, py_compile, sys
source, recorded, theirs = sys.argv[1:4]
for ours, mode in zip(sys.argv[4:], ['TIMESTAMP', 'CHECKED_HASH']):
    mode = getattr(py_compile.PycInvalidationMode, mode)
    py_compile.compile(source, cfile=theirs, dfile=recorded, doraise=True, invalidation_mode=mode)
    ours, written = open(ours, 'rb').read(), open(theirs, 'rb').read()
    print(ours[:16] == written[:16], marshal.loads(ours[16:]) == marshal.loads(written[16:]))
";

#[test]
fn every_interpreter_takes_the_byte_code_for_its_own() {
    for interpreter in Interpreter::all() {
        let folder = tempfile::tempdir().unwrap();
        let wheel = add(
            folder.path(),
            Wheel::new("demo", "1")
                .file("demo/__init__.py", "")
                .file("demo/deep/mod.py", MODULE)
                .file("demo/broken.py", "def (:\n")
                .file("demo/latin.py", "# coding: latin-1\nx = '\\d'\n")
                .data("scripts", "tool.py", "#!python\nVALUE = 3\n"),
        );
        let compiler = Compiler::new(target(interpreter), 1);
        compiler.queue(&wheel);
        let byte_code = compiler.wait(&wheel).unwrap();
        assert_eq!(
            compiled_names(&wheel, &byte_code),
            ["demo/__init__.py", "demo/latin.py", "demo/deep/mod.py", "demo-1.data/scripts/tool.py"],
            "{interpreter:?}"
        );
        let site = folder.path().join("site");
        install(&wheel, &byte_code, &site);
        let said = interpreter.python(&["-c", IMPORT, site.to_str().unwrap()]);
        assert_eq!(said.split_whitespace().collect::<Vec<_>>(), ["1", "True", "True"], "{interpreter:?}");

        let hashed = CompileTarget { invalidation: Invalidation::CheckedHash, ..target(interpreter) };
        let hashed = Compiler::new(hashed, 1).wait(&wheel).unwrap();
        let module = wheel.manifest().files().find(|file| file.name == "mod.py").unwrap();
        assert_eq!(hashed.restamped(module.index, 1, 1).unwrap(), None);
        let [stamped, hashed] = [&byte_code, &hashed]
            .map(|byte_code| byte_code.root().join(byte_code.of_file(module.index).unwrap().stored_name));
        let (source, theirs) = (wheel.content().join(module.path), folder.path().join("theirs"));
        let [source, theirs, stamped, hashed] =
            [&source, &theirs, &stamped, &hashed].map(|path| path.to_str().unwrap());
        let said = interpreter.python(&["-c", COMPARE, source, module.path, theirs, stamped, hashed]);
        assert_eq!(said.split_whitespace().collect::<Vec<_>>(), ["True"; 4], "{interpreter:?}");
    }
}

#[test]
fn a_rewritten_script_gets_its_own_stamp() {
    let folder = tempfile::tempdir().unwrap();
    let wheel =
        add(folder.path(), Wheel::new("demo", "1").data("scripts", "tool.py", "#!python\nVALUE = 3\n"));
    let byte_code = Compiler::new(target(&Interpreter::newest()), 1).wait(&wheel).unwrap();
    let script = wheel.manifest().files().find(|file| file.python_shebang).unwrap();
    let stored =
        fs::read(byte_code.root().join(byte_code.of_file(script.index).unwrap().stored_name)).unwrap();
    let stamped = byte_code.restamped(script.index, 0x1_0203_0405, 77).unwrap().unwrap();
    assert_eq!(stamped[8..16], [5, 4, 3, 2, 77, 0, 0, 0]);
    assert_eq!((&stamped[..8], &stamped[16..]), (&stored[..8], &stored[16..]));
    assert_eq!(byte_code.restamped(usize::MAX, 1, 1).unwrap(), None);
}

#[test]
fn sources_in_need_of_a_codec_are_left_out_as_pip_leaves_them() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = Wheel::new("demo", "1.0")
        .file("demo/latin.py", b"# -*- coding: latin-1 -*-\nNAME = '\xe4'\n".as_slice())
        .file("demo/chinese.py", b"# -*- coding: big5 -*-\nNAME = '\xa4\xa4'\n".as_slice())
        .file("demo/plain.py", b"NAME = 'a'\n".as_slice());
    let wheel = add(folder.path(), wheel);
    for interpreter in Interpreter::all() {
        let byte_code = Compiler::new(target(interpreter), 1).wait(&wheel).unwrap();
        assert_eq!(compiled_names(&wheel, &byte_code), ["demo/latin.py", "demo/plain.py"]);
    }
}

#[test]
fn stored_byte_code_needs_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = add(folder.path(), Wheel::new("demo", "1"));
    let target = target(&Interpreter::newest());
    assert!(wheel.byte_code(&target).is_none());
    Compiler::new(target.clone(), 1).wait(&wheel).unwrap();
    let nowhere = CompileTarget { python: "/nonexistent/python".into(), ..target };
    assert_eq!(wheel.byte_code(&nowhere).unwrap().files().len(), 1);
    assert_eq!(Compiler::new(nowhere.clone(), 1).wait(&wheel).unwrap().files().len(), 1);

    // Damaged, it is made again, which this interpreter cannot do.
    fs::write(wheel.byte_code_folder(&nowhere).join("manifest"), "damaged").unwrap();
    assert!(wheel.byte_code(&nowhere).is_none());
    let error = Compiler::new(nowhere, 1).wait(&wheel).unwrap_err();
    assert!(matches!(error, StoreError::Compiler { fault: CompilerFault::Io(_), .. }), "{error}");
}

#[test]
fn wheels_without_python_files_are_done_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = add(folder.path(), Wheel::new("demo", "1").file("demo/data.txt", "text"));
    let target = CompileTarget { python: "/nonexistent/python".into(), ..target(&Interpreter::newest()) };
    assert_eq!(Compiler::new(target, 1).wait(&wheel).unwrap().files().len(), 0);
}

#[test]
fn an_interpreter_that_is_another_one_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = add(folder.path(), Wheel::new("demo", "1"));
    let target = CompileTarget { magic_number: "00000d0a".to_owned(), ..target(&Interpreter::newest()) };
    let error = Compiler::new(target, 2).wait(&wheel).unwrap_err();
    assert!(
        matches!(error, StoreError::Compiler { fault: CompilerFault::MagicNumber { .. }, .. }),
        "{error}"
    );
}

#[test]
fn a_file_that_kills_the_process_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut wheel = Wheel::new("demo", "1");
    for number in 0..20 {
        wheel = wheel.file(&format!("demo/m{number:02}.py"), "x = 1");
    }
    let wheel = add(folder.path(), wheel.file("demo/deadly.py", "").file("demo/deadly2.py", ""));
    let compiler = Compiler::new(misbehaving(folder.path()), 2);
    let byte_code = compiler.wait(&wheel).unwrap();
    assert_eq!(byte_code.files().len(), 20);
}

#[test]
fn a_process_that_dies_by_chance_leaves_nothing_out() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = add(folder.path(), Wheel::new("demo", "1").file("demo/moody.py", "x = 1"));
    let compiler = Compiler::new(misbehaving(folder.path()), 1);
    assert_eq!(compiled_names(&wheel, &compiler.wait(&wheel).unwrap()), ["demo/moody.py"]);
}

#[test]
fn an_interpreter_that_always_dies_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut wheel = Wheel::new("demo", "1");
    for number in 0..20 {
        wheel = wheel.file(&format!("demo/deadly{number}.py"), "");
    }
    let wheel = add(folder.path(), wheel);
    let compiler = Compiler::new(misbehaving(folder.path()), 2);
    for _ in 0..2 {
        let error = compiler.wait(&wheel).unwrap_err();
        assert!(matches!(error, StoreError::Compiler { fault: CompilerFault::Unstable, .. }), "{error}");
    }
    drop(compiler);
    assert_eq!(fs::read_dir(wheel.store().root().join("tmp")).unwrap().count(), 0);
}

#[test]
fn dropping_the_compiler_ends_everything() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = add(folder.path(), Wheel::new("demo", "1").file("demo/endless.py", "").file("demo/a.py", ""));
    let compiler = Compiler::new(misbehaving(folder.path()), 2);
    compiler.queue(&wheel);
    std::thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    drop(compiler);
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(fs::read_dir(wheel.store().root().join("tmp")).unwrap().count(), 0);
    assert!(fs::read_dir(wheel.content().parent().unwrap()).unwrap().count() == 2, "nothing is published");
}

#[test]
fn many_wheels_and_many_waiters() {
    let folder = tempfile::tempdir().unwrap();
    let wheels: Vec<_> = (0..6)
        .map(|version| add(folder.path(), Wheel::new("demo", &version.to_string()).with_module()))
        .collect();
    let compiler = Compiler::new(target(&Interpreter::newest()), 3);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for wheel in &wheels {
                    assert_eq!(compiler.wait(wheel).unwrap().files().len(), 1);
                }
            });
        }
    });
}

#[test]
fn byte_code_that_a_power_failure_has_cut_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let target = target(&Interpreter::newest());
    let wheel = add(folder.path(), Wheel::new("demo", "1.0").with_module());
    let byte_code = Compiler::new(target.clone(), 1).wait(&wheel).unwrap();
    let manifest = byte_code.root().join(byte_code::MANIFEST);
    let stored = byte_code.root().join(byte_code.files().next().unwrap().stored_name);
    let before_the_start = || {
        let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        fs::File::open(&manifest).unwrap().set_modified(past).unwrap();
    };
    // Sound: it is looked at once.
    before_the_start();
    assert!(wheel.byte_code(&target).is_some());
    assert!(fs::metadata(&manifest).unwrap().modified().unwrap().elapsed().unwrap().as_secs() < 600);
    let content = fs::read(&stored).unwrap();
    fs::write(&stored, "").unwrap();
    assert!(wheel.byte_code(&target).is_some(), "nobody looks when the machine has not failed");
    before_the_start();
    assert!(wheel.byte_code(&target).is_none());
    Compiler::new(target, 1).wait(&wheel).unwrap();
    assert_eq!(fs::read(&stored).unwrap(), content);
}
