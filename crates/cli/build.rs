//! What makes the program start faster: an entry of its own (`src/start.rs`), addresses that are fixed when it is linked, and
//! the unwinder as a part of it.
//!
//! A program that can lie anywhere in memory is written to before it starts: seven thousand pointers on thirty pages, each
//! of which the system must copy first. That is a tenth of `oxipip --version`. Linked to a fixed address, as Debian's
//! Python is, it is only read. Stack, heap and libraries lie at random places as before; see docs/security.md.
//!
//! A third of the time that `oxipip --version` takes goes into loading shared libraries. The C library has to be one: name
//! resolution loads further parts of it. The unwinder, which nobody but a crash needs, lies as an archive beside every C
//! compiler; where it does not, nothing changes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(direct_start)");
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("ENV") == "gnu" || target("VENDOR") == "apple" {
        println!("cargo::rustc-cfg=direct_start");
    }
    // A cross compiler has archives of its own, and it is not known which.
    let is_native = env::var("HOST").ok() == env::var("TARGET").ok();
    if target("OS") != "linux" || target("ENV") != "gnu" || !is_native {
        return Ok(());
    }
    let Some(out) = env::var_os("OUT_DIR").map(PathBuf::from) else { return Ok(()) };
    if let Some(archive) = find("libgcc_eh.a") {
        // A text in the place of a library is a script of the linker.
        fs::write(out.join("libgcc_s.so"), format!("INPUT({})\n", archive.display()))?;
    }
    println!("cargo::rustc-link-arg-bins=-L{}", out.display());
    println!("cargo::rustc-link-arg-bins=-no-pie");
    Ok(())
}

/// Where the C compiler, which links, keeps an archive.
fn find(archive: &str) -> Option<PathBuf> {
    let output = Command::new("cc").arg(format!("-print-file-name={archive}")).output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    // What it does not know it gives back as it came.
    Some(Path::new(path.trim()).to_owned()).filter(|path| path.is_absolute() && path.is_file())
}
