//! Measures placing and removing all wheels of a folder: `closure STORE WHEELS ENVIRONMENT [no-compile] [keep] [single] [copy|symlink]`.
//!
//! `ENVIRONMENT` should be new each time: on ext4, what was deleted shortly before slows down what is created.
#![allow(clippy::print_stdout, reason = "a program to be read by people")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use environment::{Environment, FactsCache, Which};
use installer::{LinkMode, Options, Placement, Plan, Removal, Target};
use specifier::ProjectName;
use store::{CompileTarget, Compiler, Expected, Invalidation, Sha256, Store, UnpackedWheel};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [store, wheels, folder, flags @ ..] = &arguments[..] else {
        return Err(
            "usage: closure STORE WHEELS ENVIRONMENT [no-compile] [keep] [single] [copy|symlink]".into()
        );
    };
    let has = |flag: &str| flags.iter().any(|other| other == flag);
    let environment = Environment::open(Path::new(folder), &FactsCache::new(Some(PathBuf::from(store))))?;
    let target = Target::of(&environment);
    let compiler = Compiler::new(
        CompileTarget {
            python: environment.python().to_path_buf(),
            cache_tag: environment.cache_tag().to_owned(),
            magic_number: environment.magic_number().to_owned(),
            invalidation: Invalidation::Timestamp,
        },
        2,
    );
    let mut place = Vec::new();
    for wheel in stored(&Store::open(PathBuf::from(store)), Path::new(wheels))? {
        let byte_code = if has("no-compile") { None } else { Some(compiler.wait(&wheel)?) };
        let name = wheel.manifest().name().to_owned();
        place.push(Placement {
            byte_code,
            requirement: name.clone(),
            requested: name == "jupyter",
            name,
            direct_url: None,
            wheel,
        });
    }
    let files: usize = place.iter().map(|placement| placement.wheel.manifest().files().len()).sum();
    let link_mode = if has("copy") {
        LinkMode::Copy
    } else if has("symlink") {
        LinkMode::Symlink
    } else {
        LinkMode::HardLink
    };
    let threads = if has("single") { 1 } else { 2 };
    let options = Options { link_mode, threads, ..Options::default() };
    let start = Clock::now();
    let report = installer::execute(&Plan { place, ..Plan::default() }, &target, &options)?;
    println!("placed {} wheels, {files} files: {}", report.placed.len(), start.elapsed());
    println!("overwritten {:?}, shared {:?}", report.overwritten, report.shared);
    if !has("keep") {
        let start = Clock::now();
        let installed = environment::installed(&environment, &Which::local())?;
        let remove = installed.distributions.iter().map(|distribution| Removal::of(distribution, &target));
        let plan = Plan { remove: remove.collect::<Result<_, _>>()?, ..Plan::default() };
        let read = start.elapsed();
        let report = installer::execute(&plan, &target, &options)?;
        println!("removed {}: {} (reading {read})", report.removed.len(), start.elapsed());
    }
    Ok(())
}

/// The wheels of a folder, from the store or added to it.
fn stored(store: &Store, folder: &Path) -> Result<Vec<UnpackedWheel>, Box<dyn Error>> {
    let mut wheels = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(project) = name.strip_suffix(".whl").and_then(|name| name.split('-').next()) else {
            continue;
        };
        let archive = fs::read(&path)?;
        let sha256 = Sha256::of(&archive);
        let wheel = if let Some(wheel) = store.wheel(sha256) {
            wheel
        } else {
            let project = &ProjectName::new(project)?;
            store.add(&archive, sha256, Expected { project, version: None })?.wheel
        };
        wheels.push(wheel);
    }
    wheels.sort_by(|a, b| a.manifest().name().cmp(b.manifest().name()));
    Ok(wheels)
}

/// Passed time, and processor time of all threads: the second is the one to compare on a busy machine.
struct Clock(Instant, u64);

impl Clock {
    fn now() -> Self {
        Self(Instant::now(), processor_time())
    }

    fn elapsed(&self) -> String {
        format!("{:.1?} (processor {} ms)", self.0.elapsed(), processor_time() - self.1)
    }
}

/// In milliseconds, in the system's steps of ten; 0 where `/proc` does not tell.
fn processor_time() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}
