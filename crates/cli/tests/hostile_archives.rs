//! Archives that want to do harm, installed one after the other: each is either refused, and then nothing at all has changed,
//! or harmless, and then it is installed as it should be. None takes long, needs much memory or writes elsewhere.

mod support;

use std::fs;

use support::Place;
use support::measured::{self, everything, place};
use testkit::{HostileArchive, Outcome, Tree, hostile_tar_sdists, hostile_wheels, hostile_zip_sdists};

use Verdict::{Installed, Refused};

/// What becomes of an archive.
enum Verdict {
    /// An error that says this.
    Refused(&'static str),
    /// As if nothing were wrong, as pip does it.
    Installed,
}

/// Everything but what the program keeps for itself.
fn but_the_cache(place: &Place) -> Tree {
    everything(place).only(|path| !path.starts_with("cache"))
}

fn install(place: &Place, filename: &str) -> Outcome {
    measured::run(place, &["install", "--no-index", "--no-deps", filename])
}

/// Panics with all that is not as it should be.
#[track_caller]
fn each_ends_as(archives: &[HostileArchive], verdicts: &[(&str, Verdict)]) {
    let place = place();
    let mut wrong = Vec::new();
    for (number, archive) in archives.iter().enumerate() {
        // Each stands at a path of its own: wheels that are built are kept by it.
        let file = format!("{number}/{}", archive.filename);
        let Some((_, verdict)) = verdicts.iter().find(|(name, _)| *name == archive.name) else {
            wrong.push(format!("{}: nobody says what becomes of it", archive.name));
            continue;
        };
        place.sandbox.write(&file, &archive.bytes);
        if let Err(problem) = ends_as(&place, &file, verdict) {
            wrong.push(format!("{}: {problem}", archive.name));
        }
    }
    for (name, _) in verdicts {
        if !archives.iter().any(|archive| archive.name == *name) {
            wrong.push(format!("{name}: there is no such archive"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn ends_as(place: &Place, file: &str, verdict: &Verdict) -> Result<(), String> {
    let changed = |before: &Tree, after: &Tree, run: &Outcome| match before.differences(after) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(format!("changed {differences:#?}\n{}", run.report())),
    };
    match verdict {
        Refused(words) => {
            let before = everything(place);
            let run = install(place, file);
            if run.code != Some(1) || !run.stderr.contains(words) {
                if run.code == Some(0) {
                    place.run(&["uninstall", "--yes", "demo"]);
                }
                return Err(format!("is not refused with {words:?}\n{}", run.report()));
            }
            changed(&before, &everything(place), &run)
        }
        Installed => {
            let before = but_the_cache(place);
            let run = install(place, file);
            if run.code != Some(0) {
                return Err(format!("is not installed\n{}", run.report()));
            }
            let module = fs::read_to_string(place.site().join("demo.py")).unwrap_or_default();
            if !module.starts_with("__version__ = \"1.0\"\n") {
                return Err(format!("is installed as {module:?}"));
            }
            // What it has brought it takes away, and there was nothing else.
            let run = place.run(&["uninstall", "--yes", "demo"]).succeeded();
            changed(&before, &but_the_cache(place), &run)
        }
    }
}

#[test]
fn wheels() {
    let verdicts = [
        ("name: parent", Refused("leads outside of the folder")),
        ("name: parent inside", Refused("leads outside of the folder")),
        ("name: parent folder", Refused("leads outside of the folder")),
        ("name: absolute", Refused("its name is an absolute path")),
        ("name: two slashes", Refused("its name is an absolute path")),
        ("name: nul", Refused("its name has a NUL character")),
        ("name: empty", Refused("its name is empty")),
        ("name: over-long part", Refused("its name is too long")),
        ("name: over-long path", Refused("its name is too long")),
        ("name: drive letter", Refused("its name begins with a drive letter")),
        ("name: backslashes", Refused("its name has a backslash")),
        ("name: not UTF-8", Refused("not UTF-8")),
        ("name: deep", Installed),
        ("name: code page 437", Installed),
        ("name: dots and slashes", Installed),
        ("name: reserved elsewhere", Installed),
        ("name: case", Installed),
        ("name: two forms of one letter", Installed),
        ("name: blanks and dots at the end", Installed),
        ("name: control characters", Installed),
        ("name: comma and quotes", Installed),
        ("name: another in Unicode", Refused("its header and the archive's directory differ")),
        ("kind: link", Refused("it is not a regular file")),
        ("kind: link and file through it", Refused("it is not a regular file")),
        ("kind: device", Refused("it is not a regular file")),
        ("kind: pipe", Refused("it is not a regular file")),
        ("kind: folder without a slash", Refused("it is not a regular file")),
        ("kind: set-user-id", Installed),
        ("kind: no mode", Installed),
        ("twice: other content", Refused("twice")),
        ("twice: other spelling", Refused("twice")),
        ("twice: same content", Installed),
        ("twice: file and folder", Refused("it is both a file and a folder")),
        ("content: encrypted", Refused("is encrypted")),
        ("content: method that nobody knows", Refused("its compression method (99) is not supported")),
        ("content: checksum", Refused("bad CRC-32")),
        ("content: damaged", Refused("bad CRC-32")),
        ("content: more than announced", Refused("its data is damaged")),
        ("content: less than announced", Refused("its data is damaged")),
        ("bomb: four gigabytes in a few bytes", Refused("its data is damaged")),
        ("bomb: many large files", Refused("would unpack to ")),
        ("bomb: one content for many", Refused("its header and the archive's directory differ")),
        ("header: other name", Refused("its header and the archive's directory differ")),
        ("header: other method", Refused("its header and the archive's directory differ")),
        ("header: other checksum", Refused("its header and the archive's directory differ")),
        ("header: other sizes", Refused("its header and the archive's directory differ")),
        ("header: sizes after the data", Installed),
        ("header: other sizes after the data", Refused("its header and the archive's directory differ")),
        ("file: empty", Refused("is invalid.")),
        ("file: something else", Refused("is invalid.")),
        ("file: only an end", Refused(".dist-info directory not found")),
        ("file: cut in the middle", Refused("is invalid.")),
        ("file: cut by a byte", Refused("is invalid.")),
        ("file: cut before the end", Refused("is invalid.")),
        ("around: blanks behind", Installed),
        ("around: script before", Installed),
        (
            "around: script before, not accounted for",
            Refused("the end of the archive and its directory differ"),
        ),
        ("around: archive before", Refused("does not list")),
        ("around: archive behind", Refused("does not list")),
        ("around: archive behind, in the comment", Refused("does not list")),
        ("around: comment", Installed),
        ("between: zeros", Installed),
        ("between: an entry that is not listed", Refused("does not list")),
        ("end: other count", Refused("announces 3 entries and has 4")),
        ("end: other disk", Refused("the end of the archive and its directory differ")),
        ("end: shorter directory", Refused("the end of the archive and its directory differ")),
        ("end: other start", Refused("its data is damaged")),
        ("end: zip64", Installed),
        ("end: zip64 with another start", Refused("is invalid.")),
        ("overlap: entry in an entry", Refused("it overlaps another entry")),
        ("overlap: entry in the directory", Refused("its data is damaged")),
    ];
    each_ends_as(&hostile_wheels(), &verdicts);
}

#[test]
fn source_distributions_that_are_zip_files() {
    let verdicts = [
        ("name: parent", Refused("outside target directory")),
        ("name: parent inside", Refused("outside target directory")),
        ("name: parent folder", Refused("outside target directory")),
        ("name: absolute", Refused("outside target directory")),
        ("name: two slashes", Refused("outside target directory")),
        ("name: nul", Refused("has a null byte in its name")),
        ("name: empty", Refused("is not a folder")),
        ("name: over-long part", Refused("File name too long")),
        ("name: over-long path", Refused("is nested too deeply")),
        ("name: drive letter", Refused("does not appear to be a Python project")),
        ("name: backslashes", Refused("does not appear to be a Python project")),
        ("name: not UTF-8", Refused("not UTF-8")),
        ("name: deep", Installed),
        ("name: code page 437", Installed),
        ("name: dots and slashes", Installed),
        ("name: reserved elsewhere", Installed),
        ("name: case", Installed),
        ("name: two forms of one letter", Installed),
        ("name: blanks and dots at the end", Installed),
        ("name: control characters", Installed),
        ("name: comma and quotes", Installed),
        ("name: another in Unicode", Refused("its header and the archive's directory differ")),
        ("kind: link", Installed),
        ("kind: link and file through it", Refused("stands where the archive has something else")),
        ("kind: device", Installed),
        ("kind: pipe", Installed),
        ("kind: folder without a slash", Installed),
        ("kind: set-user-id", Installed),
        ("kind: no mode", Installed),
        ("twice: other content", Refused("twice")),
        ("twice: other spelling", Refused("twice")),
        ("twice: same content", Installed),
        ("twice: file and folder", Refused("stands where the archive has something else")),
        ("content: encrypted", Refused("is encrypted")),
        ("content: method that nobody knows", Refused("is compressed in an unknown way")),
        ("content: checksum", Refused("Invalid checksum")),
        ("content: damaged", Refused("Invalid checksum")),
        ("content: more than announced", Refused("Invalid size")),
        ("content: less than announced", Refused("Invalid size")),
        ("bomb: four gigabytes in a few bytes", Refused("would unpack to more than")),
        ("bomb: many large files", Refused("would unpack to ")),
        ("bomb: one content for many", Refused("its header and the archive's directory differ")),
        ("header: other name", Refused("its header and the archive's directory differ")),
        ("header: other method", Refused("its header and the archive's directory differ")),
        ("header: other checksum", Refused("its header and the archive's directory differ")),
        ("header: other sizes", Refused("its header and the archive's directory differ")),
        ("header: sizes after the data", Installed),
        ("header: other sizes after the data", Refused("its header and the archive's directory differ")),
        ("file: empty", Refused("Missing end of central directory")),
        ("file: something else", Refused("Missing end of central directory")),
        ("file: only an end", Refused("does not appear to be a Python project")),
        ("file: cut in the middle", Refused("Missing end of central directory")),
        ("file: cut by a byte", Refused("Unexpected end of file")),
        ("file: cut before the end", Refused("Missing end of central directory")),
        ("around: blanks behind", Installed),
        ("around: script before", Installed),
        (
            "around: script before, not accounted for",
            Refused("the end of the archive and its directory differ"),
        ),
        ("around: archive before", Refused("does not list")),
        ("around: archive behind", Refused("does not list")),
        ("around: archive behind, in the comment", Refused("does not list")),
        ("around: comment", Installed),
        ("between: zeros", Installed),
        ("between: an entry that is not listed", Refused("does not list")),
        ("end: other count", Refused("the end of the archive and its directory differ")),
        ("end: other disk", Refused("the end of the archive and its directory differ")),
        ("end: shorter directory", Refused("the end of the archive and its directory differ")),
        ("end: other start", Refused("its data is damaged")),
        ("end: zip64", Installed),
        ("end: zip64 with another start", Refused("Invalid signature")),
        ("overlap: entry in an entry", Refused("it overlaps another entry")),
        ("overlap: entry in the directory", Refused("its data is damaged")),
    ];
    each_ends_as(&hostile_zip_sdists(), &verdicts);
}

#[test]
fn source_distributions_that_are_tar_files() {
    let verdicts = [
        ("name: parent", Refused("outside the destination")),
        ("name: parent inside", Refused("outside the destination")),
        ("name: absolute", Refused("outside the destination")),
        ("name: long and parent", Refused("outside the destination")),
        ("name: extended and parent", Refused("outside the destination")),
        ("name: nul", Refused("has a null byte in its name")),
        ("name: over-long part", Refused("File name too long")),
        ("name: deep", Refused("is nested too deeply")),
        ("name: not UTF-8", Installed),
        ("name: case", Installed),
        ("link: absolute", Refused("is a link to an absolute path")),
        ("link: outside", Refused("outside the destination")),
        ("link: outside in two steps", Refused("outside the destination")),
        ("link: in a circle", Refused("leads through too many others")),
        ("link: inside", Installed),
        ("link: and a file through it", Refused("stands where the archive has something else")),
        ("hard link: outside", Refused("outside the destination")),
        ("hard link: absolute", Refused("outside the destination")),
        ("hard link: to a link", Refused("is a link to no file of the archive")),
        ("kind: character device", Refused("is a special file")),
        ("kind: block device", Refused("is a special file")),
        ("kind: pipe", Refused("is a special file")),
        ("kind: sparse", Refused("numeric field was not a number")),
        ("kind: sparse, extended", Refused("is a sparse file")),
        ("twice: the later counts", Installed),
        ("twice: file and folder", Refused("stands where the archive has something else")),
        ("size: another one in the extended header", Installed),
        ("size: more than there is", Refused("unexpected EOF")),
        ("size: ten gigabytes", Refused("would unpack to more than")),
        ("size: more than numbers hold", Refused("size overflow")),
        ("size: below zero", Refused("would unpack to more than")),
        ("header: checksum", Refused("archive header checksum mismatch")),
        ("header: name of ten megabytes", Refused("the headers of an entry are too long")),
        ("header: extended, ten megabytes", Refused("the headers of an entry are too long")),
        ("file: empty", Refused("it is empty")),
        ("file: something else", Refused("failed to read entire block")),
        ("file: cut in the middle", Refused("incomplete deflate stream")),
        ("file: tar cut in the middle", Refused("failed to read entire block")),
        ("file: tar without an end", Installed),
        ("file: blanks behind", Installed),
        ("file: in two streams", Installed),
        ("file: archive behind the end", Installed),
        ("bomb: a gigabyte of zeros", Refused("would unpack to more than")),
        ("bomb: headers without an end", Refused("the headers of an entry are too long")),
        ("bzip2: sound", Installed),
        ("bzip2: cut", Refused("EOF")),
        ("xz: sound", Installed),
        ("xz: cut", Refused("failed to fill whole buffer")),
        ("lzma: sound", Installed),
        ("lzma: dictionary of four gigabytes", Refused("dict size too large")),
    ];
    each_ends_as(&hostile_tar_sdists(), &verdicts);
}
