//! Platforms of Apple's systems.

/// The platforms of an interpreter on macOS of this version, for an architecture such as `arm64` or `x86_64`.
pub fn macos(version: (u32, u32), arch: &str) -> Vec<String> {
    let mut platforms = Vec::new();
    let mut add = |(major, minor): (u32, u32), formats: Vec<&str>| {
        platforms.extend(formats.iter().map(|format| format!("macosx_{major}_{minor}_{format}")));
    };
    if ((10, 0)..(11, 0)).contains(&version) {
        // Each year had a minor version of its own.
        for minor in (0..=version.1).rev() {
            add((10, minor), binary_formats((10, minor), arch));
        }
    }
    if version >= (11, 0) {
        // Each year has a major version of its own.
        for major in (11..=version.0).rev() {
            add((major, 0), binary_formats((major, 0), arch));
        }
        // Intel programs for earlier systems still run. On ARM they do not, but a universal one may say that it runs
        // on an earlier system because its Intel half does.
        for minor in (4..=16).rev() {
            let formats =
                if arch == "x86_64" { binary_formats((10, minor), arch) } else { vec!["universal2"] };
            add((10, minor), formats);
        }
    }
    platforms
}

/// The formats of programs that this version of macOS runs on this architecture, best first.
fn binary_formats(version: (u32, u32), arch: &str) -> Vec<&str> {
    let mut formats = vec![arch];
    match arch {
        "x86_64" | "i386" if version < (10, 4) => return Vec::new(),
        "x86_64" => formats.extend(["intel", "fat64", "fat3"]),
        "i386" => formats.extend(["intel", "fat3", "fat"]),
        "ppc64" if !((10, 4)..=(10, 5)).contains(&version) => return Vec::new(),
        "ppc64" => formats.push("fat64"),
        "ppc" if version > (10, 6) => return Vec::new(),
        "ppc" => formats.extend(["fat3", "fat"]),
        _ => {}
    }
    if matches!(arch, "arm64" | "x86_64") {
        formats.push("universal2");
    }
    if matches!(arch, "x86_64" | "i386" | "ppc64" | "ppc" | "intel") {
        formats.push("universal");
    }
    formats
}

/// The platforms of an interpreter on iOS of this version, for a target such as `arm64_iphoneos`.
pub fn ios(version: (u32, u32), multiarch: &str) -> Vec<String> {
    /// The first iOS that CPython runs on.
    const OLDEST: u32 = 12;
    /// No iOS has had a later minor version.
    const LAST_MINOR: u32 = 9;
    let multiarch = multiarch.replace('-', "_");
    let (newest, minor) = version;
    let of_major = |major: u32, last_minor: u32| (0..=last_minor).rev().map(move |minor| (major, minor));
    if newest < OLDEST {
        return Vec::new();
    }
    of_major(newest, minor)
        .chain((OLDEST..newest).rev().flat_map(|major| of_major(major, LAST_MINOR)))
        .map(|(major, minor)| format!("ios_{major}_{minor}_{multiarch}"))
        .collect()
}
