//! A virtual environment and a store to install from.
#![allow(dead_code, reason = "not every test file uses everything")]
#![allow(clippy::unused_self, reason = "a test reads better when all is asked of its site")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use environment::{Environment, FactsCache, Which};
use installer::{InstallError, Options, Placement, Plan, Removal, Report, Target};
use specifier::ProjectName;
use store::{CompileTarget, Compiler, Expected, Invalidation, Sha256, Store};
use tempfile::TempDir;
use testkit::{Interpreter, Tree, Wheel};

/// An environment for one test.
pub struct Site {
    folder: TempDir,
    pub environment: Environment,
    pub target: Target,
    store: Store,
}

impl Site {
    pub fn new() -> Self {
        Self::with_interpreter(&Interpreter::newest())
    }

    pub fn with_interpreter(interpreter: &Interpreter) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let prefix = folder.path().join("env");
        interpreter.make_venv(&prefix);
        let environment = Environment::open(&prefix, &FactsCache::new(None)).expect("the environment opens");
        let target = Target::of(&environment);
        let store = Store::open(folder.path().join("store"));
        Self { folder, environment, target, store }
    }

    /// A path in the environment.
    pub fn path(&self, path: &str) -> PathBuf {
        self.environment.prefix().join(path)
    }

    /// A path in site-packages.
    pub fn library(&self, path: &str) -> PathBuf {
        self.target.scheme.purelib.join(path)
    }

    /// A path outside the environment.
    pub fn outside(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &Path, content: &str) {
        fs::create_dir_all(path.parent().expect("a path with a parent")).expect("folders");
        fs::write(path, content).expect("a file");
    }

    /// A wheel in the store, to be placed without byte-code.
    pub fn placement(&self, wheel: Wheel) -> Placement {
        let file = wheel.build();
        let sha256 = Sha256::of(&file.bytes);
        let project = ProjectName::new(&file.project).expect("a project's name");
        let expected = Expected { project: &project, version: None };
        let wheel = self.store.add(&file.bytes, sha256, expected).expect("a wheel for the store").wheel;
        Placement {
            wheel,
            byte_code: None,
            requirement: file.project.clone(),
            name: file.project,
            requested: false,
            direct_url: None,
        }
    }

    /// The same with byte-code.
    pub fn compiled(&self, wheel: Wheel) -> Placement {
        let mut placement = self.placement(wheel);
        let target = CompileTarget {
            python: self.environment.python().to_path_buf(),
            cache_tag: self.environment.cache_tag().to_owned(),
            magic_number: self.environment.magic_number().to_owned(),
            invalidation: Invalidation::Timestamp,
        };
        placement.byte_code = Some(Compiler::new(target, 1).wait(&placement.wheel).expect("byte-code"));
        placement
    }

    pub fn place(&self, place: Vec<Placement>) -> Result<Report, InstallError> {
        self.execute(&Plan { place, ..Plan::default() })
    }

    pub fn execute(&self, plan: &Plan) -> Result<Report, InstallError> {
        installer::execute(plan, &self.target, &Options::default())
    }

    /// What is installed under a name, to be removed.
    pub fn removal(&self, name: &str) -> Result<Removal, InstallError> {
        let installed = environment::installed(&self.environment, &Which::default()).expect("a listing");
        let name = ProjectName::new(name).expect("a project's name");
        let distribution = installed.get(&name).expect("the distribution is installed");
        Removal::of(distribution, &self.target)
    }

    pub fn remove(&self, name: &str) -> Result<Report, InstallError> {
        self.execute(&Plan { remove: vec![self.removal(name)?], ..Plan::default() })
    }

    /// Everything in the environment.
    pub fn tree(&self) -> Tree {
        Tree::of(self.environment.prefix())
    }

    pub fn read(&self, path: &Path) -> String {
        String::from_utf8(fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
            .expect("UTF-8")
    }

    /// Runs the environment's interpreter.
    pub fn python(&self, code: &str) -> String {
        let output = Command::new(self.environment.python()).args(["-I", "-B", "-c", code]).output();
        let output = output.expect("the interpreter starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}
