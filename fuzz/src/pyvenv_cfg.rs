//! `pyvenv.cfg`: what was understood, written down again, is understood in the same way.

use std::path::Path;

use environment::VenvConfiguration;

/// Takes a `pyvenv.cfg`.
pub fn check(bytes: &[u8]) {
    let read = |text: &str| VenvConfiguration::parse(text, Path::new("/env"));
    let Some(configuration) = read(&String::from_utf8_lossy(bytes)) else { return };
    let version =
        configuration.version.as_ref().map(|version| format!("version = {version}\n")).unwrap_or_default();
    let text = format!(
        "home = {}\ninclude-system-site-packages = {}\n{version}",
        configuration.home.display(),
        configuration.system_site_packages
    );
    assert_eq!(read(&text), Some(configuration));
}
