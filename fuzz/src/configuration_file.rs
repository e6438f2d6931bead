//! Configuration files: what `config` writes reads back, and no file makes a command line fall over.

use std::fs;

use options::{Ambient, ConfigurationFile, Invocation, Opening};

use crate::scratch::scratch;

/// Takes a `pip.conf`.
pub fn check(bytes: &[u8]) {
    let folder = scratch();
    let path = folder.path().join("pip.conf");
    fs::write(&path, bytes).expect("a file in a temporary folder");
    let ambient = Ambient {
        program: "pip".to_owned(),
        variables: [
            ("PIP_CONFIG_FILE", path.display().to_string()),
            ("XDG_CONFIG_DIRS", folder.path().join("none").display().to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec(),
        home: None,
        working_directory: folder.path().to_owned(),
        prefix: None,
    };
    let read = || {
        let files = ConfigurationFile::all(&ambient, false, None).ok()?;
        files.into_iter().find(|file| file.path == path)
    };
    let Some(mut file) = read() else { return };
    for line in ["install demo", "list", "config list", "venv env"] {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        if let Ok(Opening::Command(invocation)) = Invocation::open(&arguments, &ambient) {
            let _ = invocation.parse(&ambient);
        }
    }
    let options = |file: &ConfigurationFile| -> Vec<(String, String)> {
        file.options().map(|(key, value)| (key, value.to_owned())).collect()
    };
    file.set("fuzz", "target", "set");
    assert!(options(&file).contains(&("fuzz.target".to_owned(), "set".to_owned())));
    file.save(&ambient).expect("the folder takes a file");
    // Python's own writer makes files that its reader reads otherwise, where values have lines that look like more than
    // a value; reading them must still end.
    let _ = read().as_ref().map(options);
}
