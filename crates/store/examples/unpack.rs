//! Times the store: `unpack <folder of wheels> <new folder> <threads> [<interpreter> <cache tag> <magic number>]`.
//!
//! Give a folder that does not exist, and delete nothing between runs: see the trap of ext4.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement for developers")]

use std::{env, fs, path::Path, sync::Mutex, thread, time::Instant};

use specifier::ProjectName;
use store::{CompileTarget, Compiler, Expected, Invalidation, Sha256, Store};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [wheels, place, threads, rest @ ..] = arguments.as_slice() else {
        panic!("see the source for arguments")
    };
    let mut archives: Vec<_> = fs::read_dir(wheels)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect();
    // The last is taken first: the largest ones.
    archives.sort_by_key(|(_, bytes)| bytes.len());
    let digests: Vec<Sha256> = archives.iter().map(|(_, bytes)| Sha256::of(bytes)).collect();
    let queue = Mutex::new(archives.iter().zip(&digests).collect::<Vec<_>>());

    let store = Store::open(Path::new(place));
    let compiler = match rest {
        [python, cache_tag, magic_number] => {
            let target = CompileTarget {
                python: python.into(),
                cache_tag: cache_tag.clone(),
                magic_number: magic_number.clone(),
                invalidation: Invalidation::Timestamp,
            };
            Some(Compiler::new(target, threads.parse().unwrap()))
        }
        _ => None,
    };

    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads.parse::<usize>().unwrap() {
            scope.spawn(|| {
                loop {
                    let Some(((name, bytes), sha256)) = queue.lock().unwrap().pop() else { break };
                    let project = ProjectName::normalise(name.split('-').next().unwrap());
                    let expected = Expected { project: &project, version: None };
                    let added = store.add(bytes, *sha256, expected).unwrap();
                    if let Some(compiler) = &compiler {
                        compiler.queue(&added.wheel);
                    }
                }
            });
        }
    });
    println!("unpacked {} wheels in {:?}", digests.len(), start.elapsed());

    let start = Instant::now();
    let unpacked: Vec<_> = digests.iter().map(|sha256| store.wheel(*sha256).unwrap()).collect();
    println!("loaded all manifests in {:?}", start.elapsed());
    let files: usize = unpacked.iter().map(|wheel| wheel.manifest().files().len()).sum();
    let size: u64 = unpacked.iter().map(|wheel| wheel.manifest().total_size()).sum();
    println!("{files} files, {size} bytes");

    if let Some(compiler) = &compiler {
        let start = Instant::now();
        let compiled: usize = unpacked.iter().map(|wheel| compiler.wait(wheel).unwrap().files().len()).sum();
        println!("waited {:?} for {compiled} compiled files", start.elapsed());
    }
}
