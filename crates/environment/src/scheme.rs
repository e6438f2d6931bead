//! Install schemes: where each kind of file goes, by the rules of pip's `get_scheme` and sysconfig.

use std::path::{Component, Path, PathBuf};

use crate::Environment;
use crate::facts::SchemeTemplate;

/// The folders that an installation writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    /// Modules without extension modules.
    pub purelib: PathBuf,
    /// Distributions with extension modules.
    pub platlib: PathBuf,
    /// Header files; each distribution has a folder of its name in there.
    pub headers: PathBuf,
    /// Commands.
    pub scripts: PathBuf,
    /// Everything else.
    pub data: PathBuf,
}

impl Scheme {
    /// The same folders below another root (`--root`), as pip's `change_root` puts them there.
    #[must_use]
    pub fn under_root(&self, root: &Path) -> Self {
        let move_below = |path: &Path| {
            let relative: PathBuf = path
                .components()
                .filter(|part| !matches!(part, Component::RootDir | Component::Prefix(_)))
                .collect();
            root.join(relative)
        };
        Self {
            purelib: move_below(&self.purelib),
            platlib: move_below(&self.platlib),
            headers: move_below(&self.headers),
            scripts: move_below(&self.scripts),
            data: move_below(&self.data),
        }
    }
}

/// What the placeholders of a scheme stand for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bases<'a> {
    pub base: &'a Path,
    pub platbase: &'a Path,
    pub installed_base: &'a Path,
    pub installed_platbase: &'a Path,
    pub userbase: &'a Path,
}

impl<'a> Bases<'a> {
    /// One folder for all of them.
    pub fn all(folder: &'a Path) -> Self {
        Self {
            base: folder,
            platbase: folder,
            installed_base: folder,
            installed_platbase: folder,
            userbase: folder,
        }
    }

    /// Fills in one template; it begins with a placeholder or is a path of its own.
    pub fn expand(&self, template: &str) -> PathBuf {
        for (placeholder, value) in [
            ("{base}", self.base),
            ("{platbase}", self.platbase),
            ("{installed_base}", self.installed_base),
            ("{installed_platbase}", self.installed_platbase),
            ("{userbase}", self.userbase),
        ] {
            if let Some(rest) = template.strip_prefix(placeholder) {
                let rest = rest.trim_start_matches(['/', '\\']);
                return if rest.is_empty() { value.to_owned() } else { value.join(rest) };
            }
        }
        PathBuf::from(template)
    }

    fn scheme(&self, template: &SchemeTemplate) -> Scheme {
        Scheme {
            purelib: self.expand(&template.purelib),
            platlib: self.expand(&template.platlib),
            headers: self.expand(&template.include),
            scripts: self.expand(&template.scripts),
            data: self.expand(&template.data),
        }
    }
}

impl Environment {
    /// Where an installation into this environment goes.
    pub fn scheme(&self) -> Scheme {
        let schemes = &self.facts().schemes;
        let (template, prefix, exec_prefix) = if self.is_virtual() {
            (&schemes.venv, self.prefix(), self.prefix())
        } else {
            (&schemes.default, self.base_prefix(), self.facts().exec_prefix.as_path())
        };
        let bases = Bases { base: prefix, platbase: exec_prefix, ..self.installed_bases() };
        self.with_headers_of_environment(bases.scheme(template), self.prefix())
    }

    /// Where `--user` installs; nothing if the user's home folder is not known.
    pub fn user_scheme(&self) -> Option<Scheme> {
        let userbase = self.user_base()?;
        let bases = Bases {
            userbase: &userbase,
            base: self.prefix(),
            platbase: self.prefix(),
            ..self.installed_bases()
        };
        let scheme = bases.scheme(&self.facts().schemes.user);
        Some(self.with_headers_of_environment(scheme, self.prefix()))
    }

    /// Where `--prefix` installs.
    pub fn prefix_scheme(&self, prefix: &Path) -> Scheme {
        let schemes = &self.facts().schemes;
        let template = if self.is_virtual() { &schemes.venv } else { &schemes.prefix };
        self.with_headers_of_environment(Bases::all(prefix).scheme(template), prefix)
    }

    /// The home scheme, in which `--target` is prepared.
    pub fn home_scheme(&self, home: &Path) -> Scheme {
        self.with_headers_of_environment(Bases::all(home).scheme(&self.facts().schemes.home), home)
    }

    fn installed_bases(&self) -> Bases<'_> {
        let facts = self.facts();
        Bases {
            base: &facts.prefix,
            platbase: &facts.exec_prefix,
            installed_base: &facts.prefix,
            installed_platbase: &facts.exec_prefix,
            userbase: &facts.prefix,
        }
    }

    /// pip puts headers below `include/site` in a virtual environment, since the environment's own include
    /// folder is the base's in sysconfig.
    fn with_headers_of_environment(&self, mut scheme: Scheme, base: &Path) -> Scheme {
        if self.is_virtual() {
            let (major, minor, _) = self.version();
            scheme.headers = base.join("include").join("site").join(format!("python{major}.{minor}"));
        }
        scheme
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in() {
        let bases = Bases { userbase: Path::new("/home/me/.local"), ..Bases::all(Path::new("/usr")) };
        assert_eq!(bases.expand("{base}/lib/python3"), Path::new("/usr/lib/python3"));
        assert_eq!(bases.expand("{userbase}/bin"), Path::new("/home/me/.local/bin"));
        assert_eq!(bases.expand("{base}"), Path::new("/usr"));
        assert_eq!(bases.expand("/fixed"), Path::new("/fixed"));
    }

    #[test]
    fn a_root_takes_the_place_of_the_slash() {
        let scheme = Bases::all(Path::new("/usr")).scheme(&SchemeTemplate {
            purelib: "{base}/lib".into(),
            platlib: "{base}/lib64".into(),
            include: "{base}/include".into(),
            scripts: "{base}/bin".into(),
            data: "{base}".into(),
        });
        let moved = scheme.under_root(Path::new("/elsewhere"));
        assert_eq!(moved.purelib, Path::new("/elsewhere/usr/lib"));
        assert_eq!(moved.data, Path::new("/elsewhere/usr"));
    }
}
