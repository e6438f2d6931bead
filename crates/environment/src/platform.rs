//! Markers and tags of an environment, from the facts of its base interpreter.

use specifier::platform as expand;
use specifier::{Libc, MarkerEnvironment, TagFacts, Tags};

use crate::facts::{LibcFacts, PlatformFacts};
use crate::{Environment, probe};

/// Architectures whose ABI manylinux defines without a look at the executable (packaging's list).
const ONE_ABI: [&str; 7] = ["x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64"];

impl Environment {
    /// The values of environment markers in this environment.
    ///
    /// The system's release and version are those of now: the kernel changes while the interpreter stays.
    pub fn markers(&self) -> MarkerEnvironment {
        let facts = self.facts().markers.clone();
        let (platform_release, platform_version) =
            system_release().unwrap_or((facts.platform_release, facts.platform_version));
        MarkerEnvironment {
            implementation_name: facts.implementation_name,
            implementation_version: facts.implementation_version,
            os_name: facts.os_name,
            platform_machine: facts.platform_machine,
            platform_release,
            platform_system: facts.platform_system,
            platform_version,
            python_full_version: facts.python_full_version,
            platform_python_implementation: facts.platform_python_implementation,
            python_version: facts.python_version,
            sys_platform: facts.sys_platform,
        }
    }

    /// The tags that this environment supports, best first.
    ///
    /// A module `_manylinux` in the environment can refuse manylinux tags; then, and only then, the
    /// environment's interpreter is started to ask it.
    pub fn tags(&self) -> Tags {
        let facts = &self.facts().tags;
        let (major, minor, _) = self.version();
        Tags::generate(&TagFacts {
            implementation: facts.implementation.clone(),
            version: (major, Some(minor)),
            abis: facts.abis.clone(),
            platforms: self.platforms(),
        })
    }

    /// The platform tags, best first.
    pub fn platforms(&self) -> Vec<String> {
        let facts = &self.facts().tags;
        let platforms = platforms(facts);
        if platforms.iter().any(|platform| platform.starts_with("manylinux")) && self.has_manylinux_module() {
            return self.without_refused(platforms);
        }
        platforms
    }

    fn has_manylinux_module(&self) -> bool {
        self.plain_search_path().iter().any(|folder| {
            folder.join("_manylinux.py").is_file() || folder.join("_manylinux").join("__init__.py").is_file()
        })
    }

    fn without_refused(&self, mut platforms: Vec<String>) -> Vec<String> {
        let mut questions: Vec<String> = platforms.iter().filter_map(|platform| question(platform)).collect();
        questions.sort_unstable();
        questions.dedup();
        // An interpreter that cannot be started cannot refuse either: whatever uses it next says so.
        let Ok(answers) = probe::manylinux_answers(self.python(), &questions) else { return platforms };
        let refused: Vec<&String> = questions
            .iter()
            .zip(answers)
            .filter(|(_, accepted)| !accepted)
            .map(|(question, _)| question)
            .collect();
        platforms.retain(|platform| question(platform).is_none_or(|question| !refused.contains(&&question)));
        platforms
    }
}

/// The platform tags that follow from the facts alone.
fn platforms(facts: &PlatformFacts) -> Vec<String> {
    if let Some(libc) = &facts.libc {
        let is_32bit = !facts.is_64bit;
        return expand::linux(&facts.platform, is_32bit, libc_of(facts, libc));
    }
    if let Some(macos) = &facts.macos {
        let machine = match (facts.is_64bit, macos.machine.as_str()) {
            (true, machine) => machine,
            (false, machine) if machine.starts_with("ppc") => "ppc",
            (false, _) => "i386",
        };
        return expand::macos(macos.version, machine);
    }
    expand::generic(&facts.platform)
}

/// The C library as far as its tags may be used: 32-bit executables have to follow the right ABI.
fn libc_of(facts: &PlatformFacts, libc: &LibcFacts) -> Option<Libc> {
    if let Some((major, minor)) = libc.musl.as_deref().and_then(two_numbers) {
        return Some(Libc::Musl(major, minor));
    }
    let architecture = match (facts.platform.strip_prefix("linux-").unwrap_or_default(), facts.is_64bit) {
        ("x86_64", false) => "i686",
        ("aarch64", false) => "armv8l",
        (architecture, _) => architecture,
    };
    let has_known_abi = match architecture {
        "armv7l" | "armv8l" => libc.hard_float,
        "i686" => libc.i686,
        architecture => ONE_ABI.contains(&architecture),
    };
    let (major, minor) = libc.glibc.as_deref().and_then(two_numbers)?;
    has_known_abi.then_some(Libc::Glibc(major, minor))
}

/// The first two numbers of a version such as `2.36` or `2.20-2014.11`.
fn two_numbers(version: &str) -> Option<(u32, u32)> {
    let (major, rest) = version.split_once('.')?;
    let minor: &str = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// What to ask `_manylinux` about a platform tag: `arch:major.minor`.
fn question(platform: &str) -> Option<String> {
    for (alias, version) in [("manylinux1_", "2.5"), ("manylinux2010_", "2.12"), ("manylinux2014_", "2.17")] {
        if let Some(architecture) = platform.strip_prefix(alias) {
            return Some(format!("{architecture}:{version}"));
        }
    }
    let mut parts = platform.strip_prefix("manylinux_")?.splitn(3, '_');
    let (major, minor, architecture) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{architecture}:{major}.{minor}"))
}

#[cfg(unix)]
fn system_release() -> Option<(String, String)> {
    let names = rustix::system::uname();
    Some((names.release().to_str().ok()?.to_owned(), names.version().to_str().ok()?.to_owned()))
}

#[cfg(not(unix))]
fn system_release() -> Option<(String, String)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(platform: &str, is_64bit: bool, libc: LibcFacts) -> PlatformFacts {
        PlatformFacts {
            implementation: "cp".into(),
            version_nodot: "312".into(),
            abis: vec!["cp312".into()],
            platform: platform.into(),
            is_64bit,
            libc: Some(libc),
            macos: None,
        }
    }

    fn glibc(version: &str) -> LibcFacts {
        LibcFacts { glibc: Some(version.into()), musl: None, hard_float: false, i686: false, path: None }
    }

    #[test]
    fn glibc_gives_manylinux_after_the_plain_tag() {
        let platforms = platforms(&facts("linux-x86_64", true, glibc("2.36")));
        assert_eq!(platforms.get(..2).unwrap(), ["linux_x86_64", "manylinux_2_36_x86_64"]);
        assert!(platforms.iter().any(|platform| platform == "manylinux2014_x86_64"));
    }

    #[test]
    fn an_unknown_abi_gets_no_manylinux() {
        assert_eq!(platforms(&facts("linux-armv7l", false, glibc("2.36"))), ["linux_armv7l"]);
        assert_eq!(platforms(&facts("linux-mips64", true, glibc("2.36"))), ["linux_mips64"]);
        let hard_float = LibcFacts { hard_float: true, ..glibc("2.36") };
        assert!(platforms(&facts("linux-armv7l", false, hard_float)).len() > 1);
    }

    #[test]
    fn musl_gives_musllinux() {
        let musl = LibcFacts { glibc: None, musl: Some("1.2".into()), ..glibc("") };
        assert_eq!(platforms(&facts("linux-aarch64", true, musl))[1], "musllinux_1_2_aarch64");
    }

    #[test]
    fn questions_for_the_veto_module() {
        assert_eq!(question("manylinux2014_x86_64").as_deref(), Some("x86_64:2.17"));
        assert_eq!(question("manylinux_2_5_i686").as_deref(), Some("i686:2.5"));
        assert_eq!(question("linux_x86_64"), None);
        assert_eq!(two_numbers("2.20-2014.11"), Some((2, 20)));
    }
}
