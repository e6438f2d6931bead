use std::fs;

use super::*;

fn ambient(home: &Path, variables: &[(&str, &str)]) -> Ambient {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Ambient {
        program: "pip".to_owned(),
        variables: variables.collect(),
        home: Some(home.to_owned()),
        working_directory: home.to_owned(),
        prefix: Some(home.join("env")),
    }
}

#[cfg(target_os = "linux")]
#[test]
fn files_count_from_the_machine_to_the_variable() {
    let home = Path::new("/home/me");
    let paths = |variables: &[(&str, &str)]| -> Vec<String> {
        locations::all(&ambient(home, variables)).map(|(_, path)| path.display().to_string()).collect()
    };
    let site = "/home/me/env/pip.conf";
    let user = ["/home/me/.pip/pip.conf", "/home/me/.config/pip/pip.conf"];
    assert_eq!(paths(&[]), ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", user[0], user[1], site]);
    assert_eq!(
        paths(&[("XDG_CONFIG_DIRS", "/a:rel:/b"), ("XDG_CONFIG_HOME", "/c"), ("PIP_CONFIG_FILE", "none")]),
        [
            "/a/pip/pip.conf",
            "/b/pip/pip.conf",
            "/etc/pip.conf",
            user[0],
            "/c/pip/pip.conf",
            site,
            "/home/me/none"
        ]
    );
    assert_eq!(paths(&[("PIP_CONFIG_FILE", "/dev/null")]), [""; 0]);
    // A file that exists takes the place of the user's.
    assert_eq!(
        paths(&[("PIP_CONFIG_FILE", "/"), ("XDG_CONFIG_HOME", "rel")]),
        ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", site, "/"]
    );
}

#[test]
fn the_site_file_is_that_of_the_environment_entered() {
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path();
    for (folder, text) in [("env", "[global]\nproxy=env\n"), ("other", "[global]\nproxy=other\n")] {
        fs::create_dir(home.join(folder)).expect("a folder");
        fs::write(home.join(folder).join("pip.conf"), text).expect("a file");
    }
    fs::write(home.join("mine"), "[global]\nproxy=mine\n").expect("a file");
    let mut ambient = ambient(home, &[]);
    let proxies = |configuration: &Configuration| -> Vec<String> {
        let options = configuration.options(true);
        options.filter(|(_, key, _)| *key == "proxy").map(|(.., value)| value.to_owned()).collect()
    };
    let mut configuration = Configuration::default();
    configuration.add(Level::Variable, home.join("mine"), &ambient).expect("a file");
    configuration.add(Level::Variable, home.join("missing"), &ambient).expect("nothing to read");
    configuration.enter(&ambient).expect("a file");
    assert_eq!(proxies(&configuration), ["env", "mine"]);
    ambient.prefix = Some(home.join("other"));
    configuration.enter(&ambient).expect("a file");
    assert_eq!(proxies(&configuration), ["other", "mine"]);
}

#[test]
fn files_are_in_the_encoding_of_the_locale() {
    let latin = b"[global]\nproxy=\xe9\n";
    let file = Path::new("/c.ini");
    let read = |variables| parse(latin, file, &ambient(Path::new("/"), variables));
    assert_eq!(
        read(&[("LANG", "C")]).expect_err("no UTF-8").to_string(),
        "Configuration file contains invalid UTF-8 characters in /c.ini."
    );
    let ini = read(&[("LC_ALL", ""), ("LC_CTYPE", "de_DE.ISO-8859-1@euro"), ("LANG", "C.UTF-8")]);
    assert_eq!(ini.expect("Latin-1").options().next(), Some(("global", "proxy", "é")));
}
