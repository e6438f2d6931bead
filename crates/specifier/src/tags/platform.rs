//! Platforms of compatibility tags, best first, as `packaging.tags` lists them.

mod apple;
mod target;

pub use apple::{ios, macos};
pub use target::expand_targets;

/// The C library an interpreter is linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Libc {
    /// The GNU C library of this version.
    Glibc(u32, u32),
    /// musl of this version.
    Musl(u32, u32),
}

/// If glibc ever gets past its major version 2, this stands for the last minor version of an earlier one.
const LAST_GLIBC_MINOR: u32 = 50;

/// The oldest Android that CPython supports.
const OLDEST_ANDROID: u32 = 16;

/// The platforms of a Linux interpreter.
///
/// `sysconfig_platform` is Python's `sysconfig.get_platform()`, such as `linux-x86_64`; `is_32bit` says whether the
/// interpreter itself is a 32-bit program, which it may be on a 64-bit kernel. `libc` is `None` where the interpreter
/// is linked to neither library, or, on ARM and x86 of 32 bits, where it does not keep to the interface (hard floats)
/// that the manylinux standards ask for.
pub fn linux(sysconfig_platform: &str, is_32bit: bool, libc: Option<Libc>) -> Vec<String> {
    let platform = normalise(sysconfig_platform);
    let Some(arch) = platform.strip_prefix("linux_") else {
        return vec![platform];
    };
    let arch = match arch {
        "x86_64" if is_32bit => "i686",
        "aarch64" if is_32bit => "armv8l",
        _ => arch,
    };
    let archs: &[&str] = if arch == "armv8l" { &["armv8l", "armv7l"] } else { &[arch] };
    let mut platforms: Vec<String> = archs.iter().map(|arch| format!("linux_{arch}")).collect();
    match libc {
        Some(Libc::Glibc(major, minor)) => platforms.extend(manylinux(archs, (major, minor))),
        Some(Libc::Musl(major, minor)) => platforms.extend(musllinux(archs, (major, minor))),
        None => {}
    }
    platforms
}

/// The manylinux platforms for these architectures, of which the first is that of the machine, down from this version
/// of glibc. Empty for architectures without a standard.
pub fn manylinux(archs: &[&str], glibc: (u32, u32)) -> Vec<String> {
    const KNOWN: [&str; 9] =
        ["x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64", "armv7l", "i686"];
    if !archs.iter().any(|arch| KNOWN.contains(arch)) {
        return Vec::new();
    }
    // x86 has older standards than the others.
    let oldest_minor = if archs.iter().any(|arch| matches!(*arch, "x86_64" | "i686")) { 5 } else { 17 };
    let mut newest = vec![glibc];
    newest.extend((2..glibc.0).rev().map(|major| (major, LAST_GLIBC_MINOR)));
    let mut platforms = Vec::new();
    for arch in archs {
        for &(major, newest_minor) in &newest {
            let oldest_minor = if major == 2 { oldest_minor } else { 0 };
            for minor in (oldest_minor..=newest_minor).rev() {
                platforms.push(format!("manylinux_{major}_{minor}_{arch}"));
                let legacy = match (major, minor) {
                    (2, 17) => "manylinux2014",
                    (2, 12) => "manylinux2010",
                    (2, 5) => "manylinux1",
                    _ => continue,
                };
                platforms.push(format!("{legacy}_{arch}"));
            }
        }
    }
    platforms
}

/// The musllinux platforms for these architectures, down from this version of musl.
pub fn musllinux(archs: &[&str], musl: (u32, u32)) -> Vec<String> {
    let (major, newest_minor) = musl;
    let minors = || (0..=newest_minor).rev();
    archs
        .iter()
        .flat_map(|arch| minors().map(move |minor| format!("musllinux_{major}_{minor}_{arch}")))
        .collect()
}

/// The platforms of an interpreter on Android with this API level and binary interface, such as `arm64-v8a`.
pub fn android(api_level: u32, abi: &str) -> Vec<String> {
    let abi = normalise(abi);
    (OLDEST_ANDROID..=api_level).rev().map(|level| format!("android_{level}_{abi}")).collect()
}

/// The platforms of an interpreter on Windows and all other systems: only Python's `sysconfig.get_platform()`, such
/// as `win-amd64`.
pub fn generic(sysconfig_platform: &str) -> Vec<String> {
    vec![normalise(sysconfig_platform)]
}

fn normalise(text: &str) -> String {
    text.replace(['.', '-', ' '], "_")
}
