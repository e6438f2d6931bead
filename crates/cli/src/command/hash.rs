//! `hash`: digests of archives, as requirements files take them.

use std::fs::File;
use std::io::{self, Read as _};

use index::{Digest, HashAlgorithm, Hasher, Hashes};
use options::{Command, Text};

use crate::context::Context;
use crate::failure::Failure;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let paths = context.positionals();
    if paths.is_empty() {
        return Ok(context.say_usage(Command::Hash));
    }
    let algorithm = context.text(Text::Algorithm).unwrap_or("sha256");
    let algorithm: HashAlgorithm = algorithm.parse().map_err(Failure::error)?;
    for path in paths {
        let place = context.process.working_directory.join(path);
        let hex = File::open(&place)
            .and_then(|file| digest(file, algorithm))
            .map_err(|error| Failure::unexpected(path, &error))?;
        context.console.info(format_args!("{path}:\n--hash={}:{hex}", algorithm.name()));
    }
    Ok(0)
}

/// The digest of a file, read piece by piece.
fn digest(mut file: File, algorithm: HashAlgorithm) -> io::Result<String> {
    let wanted: Hashes = [Digest::new(algorithm, "")].into_iter().collect();
    let mut hasher = Hasher::new(&wanted);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => hasher.update(buffer.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let digests = hasher.finish();
    Ok(digests.into_iter().find(|digest| digest.algorithm == algorithm).map(|it| it.hex).unwrap_or_default())
}
