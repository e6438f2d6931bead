//! A pool of interpreter processes that turn wheels into byte-code.

use std::path::PathBuf;

use crate::{ByteCode, StoreError, UnpackedWheel};

/// The interpreter to compile for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileTarget {
    /// The interpreter to start.
    pub python: PathBuf,
    /// `sys.implementation.cache_tag`, such as `cpython-312`.
    pub cache_tag: String,
    /// `importlib.util.MAGIC_NUMBER` in hexadecimal, such as `cb0d0d0a`.
    pub magic_number: String,
    /// How the interpreter finds out that a `.pyc` is outdated.
    pub invalidation: Invalidation,
}

/// How an interpreter finds out that a `.pyc` is outdated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Invalidation {
    /// By the source's time and size: the default.
    #[default]
    Timestamp,
    /// By the source's digest: what pip makes when `SOURCE_DATE_EPOCH` is set.
    CheckedHash,
}

/// Compiles wheels in worker processes, beside whatever else the program does. Nothing is started before
/// there is something to compile; dropping it ends the workers.
#[derive(Debug)]
pub struct Compiler(());

impl Compiler {
    /// A compiler with at most `workers` processes.
    pub fn new(_target: CompileTarget, _workers: usize) -> Self {
        Self(())
    }

    /// Asks for the wheel's byte-code without waiting. Does nothing when the store has it or it is on its way.
    pub fn queue(&self, _wheel: &UnpackedWheel) {}

    /// The wheel's byte-code, from the store or once it is compiled (queues it when that was not done). Files that do
    /// not compile are missing in it, as in pip.
    pub fn wait(&self, _wheel: &UnpackedWheel) -> Result<ByteCode, StoreError> {
        Err(StoreError::Digest(String::new()))
    }
}
