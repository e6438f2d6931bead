use std::{
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use testkit::Interpreter;

use super::*;

/// A source tree with a backend, and an environment to run it in.
struct Project {
    folder: TempDir,
    system: BuildSystem,
    variables: Vec<(OsString, OsString)>,
    seen: Seen,
}

#[derive(Default)]
struct Seen {
    lines: Mutex<Vec<String>>,
    warnings: Mutex<Vec<String>>,
}

impl Watch for Seen {
    fn line(&self, line: &str) {
        self.lines.lock().unwrap().push(line.to_owned());
    }

    fn warning(&self, warning: &HookWarning) {
        self.warnings.lock().unwrap().push(warning.message.clone());
    }
}

impl Project {
    /// With a backend of its own in the source tree.
    fn in_tree(code: &str) -> Self {
        Self::new(code, "tree/inside", true)
    }

    /// With a backend that is installed elsewhere.
    fn installed(code: &str) -> Self {
        Self::new(code, "site", false)
    }

    fn new(code: &str, place: &str, in_tree: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(place);
        for made in [&folder.path().join("tree"), &place] {
            fs::create_dir_all(made).unwrap();
        }
        fs::write(place.join("made_up_backend.py"), code).unwrap();
        let variables = vec![("PYTHONPATH".into(), folder.path().join("site").into())];
        let system = BuildSystem {
            requires: Vec::new(),
            backend: "made_up_backend".to_owned(),
            backend_path: if in_tree { vec![place] } else { Vec::new() },
            check: Vec::new(),
        };
        Self { folder, system, variables, seen: Seen::default() }
    }

    fn backend(&self) -> Backend<'_> {
        self.backend_of(&Interpreter::newest())
    }

    fn backend_of(&self, interpreter: &Interpreter) -> Backend<'_> {
        let environment = BuildEnvironment {
            python: interpreter.path.clone(),
            variables: self.variables.clone(),
            temporary_folder: self.folder.path().to_owned(),
        };
        Backend::new(&self.path("tree"), &self.system, environment).watch(&self.seen)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lines(&self) -> Vec<String> {
        self.seen.lines.lock().unwrap().clone()
    }
}

const COMPLETE: &str = r#"
import os, sys, warnings

def get_requires_for_build_wheel(config_settings):
    print("requires", config_settings)
    return ["flit", "wheel; python_version > '3'"]

def prepare_metadata_for_build_wheel(metadata_directory, config_settings):
    os.mkdir(metadata_directory + "/demo-1.0.dist-info")
    with open(metadata_directory + "/demo-1.0.dist-info/METADATA", "w") as file:
        file.write("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
    return "demo-1.0.dist-info"

def build_wheel(wheel_directory, config_settings, metadata_directory):
    print("cwd", os.path.basename(os.getcwd()), "metadata", os.path.basename(metadata_directory or "-"))
    print("on stderr", file=sys.stderr)
    print("on stdout")
    warnings.warn("old-fashioned", UserWarning)
    warnings.warn("not shown", DeprecationWarning)
    assert sys.stdin.read() == ""
    open(wheel_directory + "/demo-1.0-py3-none-any.whl", "w").close()
    return "demo-1.0-py3-none-any.whl"
"#;

#[test]
fn every_interpreter_runs_the_hooks_of_every_backend() {
    for interpreter in Interpreter::all() {
        for project in [Project::in_tree(COMPLETE), Project::installed(COMPLETE)] {
            let settings = [("a", "1"), ("b", "2"), ("a", "3")].into_iter().collect();
            let mut backend = project.backend_of(interpreter).config_settings(settings);
            assert!(!backend.supports_editable().unwrap());
            let requires = backend.requires(Artifact::Wheel).unwrap();
            assert_eq!(requires, ["flit", "wheel; python_version > '3'"]);
            assert_eq!(backend.requires(Artifact::Editable).unwrap(), [""; 0]);
            let prepared = backend.prepare_metadata(Artifact::Wheel, &project.path("info")).unwrap().unwrap();
            assert_eq!(
                (prepared.metadata.name.as_str(), prepared.metadata.version.as_str()),
                ("demo", "1.0")
            );
            assert_eq!(backend.prepare_metadata(Artifact::Editable, &project.path("info")).unwrap(), None);
            let built = [None, Some(&prepared)].map(|prepared| {
                backend.build(Artifact::Wheel, "demo", &project.path("wheels"), prepared).unwrap()
            });
            assert!(built.iter().all(|path| *path == project.path("wheels/demo-1.0-py3-none-any.whl")));
            assert_eq!(
                project.lines(),
                [
                    "requires {'a': ['1', '3'], 'b': '2'}",
                    "cwd tree metadata -",
                    "on stderr",
                    "on stdout",
                    "cwd tree metadata demo-1.0.dist-info",
                    "on stderr",
                    "on stdout",
                ],
                "{interpreter:?}"
            );
            assert_eq!(*project.seen.warnings.lock().unwrap(), ["old-fashioned"; 2]);
            let missing = backend.build(Artifact::Editable, "demo", &project.path("wheels"), None);
            assert!(matches!(missing, Err(BackendError::HookMissing(Hook::Build(Artifact::Editable)))));
        }
    }
}

#[test]
fn every_hook_starts_with_a_fresh_state() {
    let project = Project::installed(
        "import os\n\
         print('imported')\n\
         calls = []\n\
         def get_requires_for_build_wheel(settings):\n    \
             calls.append(1)\n    \
             os.environ['LEFT'] = 'over'\n    \
             os.chdir('/')\n    \
             return [str(len(calls)), os.environ.get('LEFT', '')]\n\
         def get_requires_for_build_editable(settings):\n    \
             return [str(len(calls)), os.environ.get('LEFT', ''), os.path.basename(os.getcwd())]\n",
    );
    let mut backend = project.backend();
    assert_eq!(backend.requires(Artifact::Wheel).unwrap(), ["1", "over"]);
    assert_eq!(backend.requires(Artifact::Editable).unwrap(), ["0", "", "tree"]);
    if cfg!(target_os = "linux") {
        assert_eq!(project.lines(), ["imported"]);
    }
    backend.environment_changed();
    assert_eq!(backend.requires(Artifact::Editable).unwrap(), ["0", "", "tree"]);
}

#[test]
fn a_backend_with_threads_is_started_again_for_each_hook() {
    let project = Project::installed(
        "import threading, time\n\
         print('imported')\n\
         threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n\
         def get_requires_for_build_wheel(settings):\n    return ['a']\n",
    );
    let mut backend = project.backend();
    for _ in 0..2 {
        assert_eq!(backend.requires(Artifact::Wheel).unwrap(), ["a"]);
    }
    assert_eq!(project.lines(), ["imported", "imported"]);
}

#[test]
fn hooks_see_the_given_variables_only() {
    let mut project = Project::in_tree(
        "import os\n\
         def get_requires_for_build_wheel(settings):\n    \
             return sorted(name for name in os.environ if not name.startswith('LC_'))\n",
    );
    project.variables = vec![("MADE_UP".into(), "x".into())];
    assert_eq!(project.backend().requires(Artifact::Wheel).unwrap(), ["MADE_UP"]);
}

fn failure(project: &Project) -> HookFailure {
    match project.backend().build(Artifact::Wheel, "Demo", &project.path("wheels"), None) {
        Err(BackendError::Hook(failure)) => *failure,
        other => panic!("expected a failed hook, got {other:?}"),
    }
}

#[test]
fn a_failed_hook_comes_with_its_output_and_exit_code() {
    let project = Project::in_tree(
        "def build_wheel(*args):\n    print('compiling', end='')\n    raise ValueError('no compiler')\n",
    );
    let failed = failure(&project);
    assert_eq!(failed.to_string(), "Building wheel for Demo (pyproject.toml) exited with 1");
    assert_eq!(failed.directory, project.path("tree"));
    let lines: Vec<&str> = failed.output.iter().map(String::as_str).collect();
    assert!(matches!(
        lines.as_slice(),
        ["compilingTraceback (most recent call last):", .., "ValueError: no compiler"]
    ));
    assert_eq!(failed.output, project.lines());

    for (code, exit_code) in
        [("raise SystemExit(7)", 7), ("import os; os._exit(3)", 3), ("import os; os.abort()", -6)]
    {
        let project = Project::in_tree(&format!("def build_wheel(*args):\n    {code}\n"));
        assert_eq!(failure(&project).exit_code, exit_code, "{code}");
        let project = Project::installed(&format!("def build_wheel(*args):\n    {code}\n"));
        assert_eq!(failure(&project).exit_code, exit_code, "{code}");
    }
    // A backend without the one mandatory hook, and one that cannot be imported for its own fault.
    let lacking = failure(&Project::in_tree(""));
    assert!(lacking.output.last().unwrap().starts_with("AttributeError: "), "{lacking:?}");
    let broken = failure(&Project::installed("1 / 0"));
    assert_eq!(broken.output.last().unwrap(), "ZeroDivisionError: division by zero");
    assert_eq!(broken.output.iter().filter(|line| line.contains("ZeroDivisionError")).count(), 1);
}

#[test]
fn a_backend_that_cannot_be_imported_is_unavailable() {
    let reason = |project: &Project| match project.backend().requires(Artifact::Wheel) {
        Err(BackendError::Unavailable { reason, .. }) => reason,
        other => panic!("expected an unavailable backend, got {other:?}"),
    };
    let project = Project::installed("import no_such_module");
    assert_eq!(reason(&project), "ModuleNotFoundError: No module named 'no_such_module'");

    // It would be found elsewhere, but its place is the source tree.
    let mut project = Project::installed(COMPLETE);
    project.system.backend_path = vec![project.path("tree")];
    let tree = project.path("tree");
    assert_eq!(reason(&project), format!("Cannot find module 'made_up_backend' in ['{}']", tree.display()));
}

#[test]
fn answers_that_make_no_sense_are_refused() {
    let answer = |code: &str| {
        let project = Project::in_tree(code);
        let mut backend = project.backend();
        [
            backend.requires(Artifact::Wheel).map(|_| ()),
            backend.prepare_metadata(Artifact::Wheel, &project.path("info")).map(|_| ()),
            backend.build(Artifact::Wheel, "demo", &project.path("wheels"), None).map(|_| ()),
        ]
        .map(|result| matches!(result, Err(BackendError::Answer { .. })))
    };
    let returns = |value: &str| {
        answer(&format!(
            "def build_wheel(*args):\n    return {value}\n\
             get_requires_for_build_wheel = prepare_metadata_for_build_wheel = build_wheel\n"
        ))
    };
    for value in ["3", "None", "'x'", "'../x-1-py3-none-any.whl'", "'/etc/x.dist-info'", "''"] {
        assert_eq!(returns(value), [true; 3], "{value}");
    }
    assert_eq!(answer("import os\ndef build_wheel(*args):\n    os._exit(0)\n"), [false, false, true]);
}

#[test]
fn a_hook_ends_although_its_children_go_on() {
    for keep_output in ["", ", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL"] {
        let project = Project::installed(&format!(
            "import subprocess, sys\n\
             def get_requires_for_build_wheel(settings):\n    \
                 print('started', flush=True)\n    \
                 subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)']{keep_output})\n    \
                 return []\n",
        ));
        let start = Instant::now();
        assert_eq!(project.backend().requires(Artifact::Wheel).unwrap(), [""; 0]);
        assert!(start.elapsed() < Duration::from_secs(15));
        assert_eq!(project.lines(), ["started"]);
    }
}

#[test]
fn nothing_outlives_the_front_end() {
    // Whoever watches gives up in the middle of the hook: a panic drops the backend.
    struct Impatient;
    impl Watch for Impatient {
        fn line(&self, _: &str) {
            std::panic::panic_any("impatient");
        }
    }
    let project = Project::installed(
        "import os, subprocess, sys, time\n\
         def get_requires_for_build_wheel(settings):\n    \
             child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n    \
             open('processes', 'w').write('%d %d' % (os.getpid(), child.pid))\n    \
             print('ready', flush=True)\n    \
             time.sleep(1000)\n",
    );
    let mut backend = project.backend().watch(&Impatient);
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = backend.requires(Artifact::Wheel);
    }));
    assert!(ended.is_err());
    let processes = fs::read_to_string(project.path("tree/processes")).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    for process in processes.split(' ') {
        while is_running(process) {
            assert!(Instant::now() < deadline, "process {process} goes on");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Whether there is such a process, and not only what is left of it until its parent asks.
fn is_running(process: &str) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z')))
}
