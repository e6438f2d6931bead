use requirement::Link;

use super::RepositoryUrl;
use crate::error::VersionControlError as Error;
use crate::system::System;

fn parsed(link: &str) -> RepositoryUrl {
    RepositoryUrl::parse(&Link::new(link)).unwrap_or_else(|error| panic!("{link}: {error}"))
}

fn refused(link: &str) -> Error {
    RepositoryUrl::parse(&Link::new(link)).expect_err(link)
}

/// Link, what the tool gets, revision; from pip's tests and its behaviour.
#[test]
fn reads_links_as_pip_does() {
    let cases = [
        ("git+https://host/p.git", "https://host/p.git", None),
        ("git+https://host/p.git@v1#egg=p&subdirectory=s", "https://host/p.git", Some("v1")),
        ("git+https://user:pw@host/p@v1", "https://user:pw@host/p", Some("v1")),
        ("git+https://host/p@feature%2Fx%40y", "https://host/p", Some("feature/x@y")),
        ("git+https://host/a@b/p@v1", "https://host/a@b/p", Some("v1")),
        ("git+https://host/p@v1?query=1", "https://host/p?query=1", Some("v1")),
        ("GIT+HTTPS://Host/p", "https://Host/p", None),
        ("git+ssh://git@host/o/p.git@v1", "ssh://git@host/o/p.git", Some("v1")),
        ("git+ssh://git@host:2222/o/p", "ssh://git@host:2222/o/p", None),
        ("git+file:///a%20b/p@v1", "file:///a b/p", Some("v1")),
        ("git+file:/a/p", "file:///a/p", None),
        ("hg+https://host/p@tip", "https://host/p", Some("tip")),
        ("hg+file:///a%20b/p", "file:///a%20b/p", None),
        ("svn+https://user:p%40w@host/p@12", "https://host/p", Some("12")),
        ("svn+ssh://user@host/p", "svn+ssh://user@host/p", None),
        ("svn+svn://host/p", "svn://host/p", None),
        ("bzr+ssh://host/p", "bzr+ssh://host/p", None),
        ("bzr+lp:project", "lp:project", None),
    ];
    for (link, url, revision) in cases {
        let parsed = parsed(link);
        assert_eq!((parsed.url.as_str(), parsed.revision.as_deref()), (url, revision), "{link}");
    }
}

#[test]
fn knows_the_systems() {
    let systems = ["git+http", "hg+http", "svn+http", "bzr+http"].map(|scheme| {
        let system = parsed(&format!("{scheme}://h/p")).system;
        assert_eq!(System::of_scheme(scheme), Some(system));
        system.name()
    });
    assert_eq!(systems, ["git", "hg", "svn", "bzr"]);
    assert!(matches!(refused("cvs+http://h/p"), Error::Malformed(_)));
    assert!(matches!(refused("git+ext://h/p"), Error::Malformed(_)));
    assert!(matches!(refused("https://h/p"), Error::Malformed(_)));
    assert!(matches!(refused("git+ssh:p"), Error::Malformed(_)));
    assert!(matches!(refused("git+git@host:p/q"), Error::Malformed(_)));
}

#[test]
fn refuses_an_empty_revision_in_pips_words() {
    assert_eq!(
        refused("git+https://host/p@#egg=p").to_string(),
        "The URL 'git+https://host/p@' has an empty revision (after @) which is not supported. \
         Include a revision after @ or remove @ from the URL."
    );
}

#[test]
fn refuses_what_a_program_could_take_for_an_option() {
    let hostile = [
        "git+ssh://-oProxyCommand=touch%20x/p",
        "git+ssh://%2DoProxyCommand=touch%20x/p",
        "git+ssh://user@-oProxyCommand=x/p",
        "git+ssh://user@%2doProxyCommand=x/p",
        "hg+ssh://-oProxyCommand=x/p",
        "svn+ssh://-oProxyCommand=x/p",
        "svn+https://--config-option@host/p",
        "git+https://host/p@--upload-pack=x",
        "git+https://host/p@%2D%2Dupload-pack=x",
        "git+file:///p@-f",
        "hg+https://host/p@--config=alias.update=!touch",
        "svn+https://host/p@-1",
        "bzr+https://host/p@-1",
        "git+https://host/p@a%00b",
        "git+https://host/p@a%0Ab",
        "git+file:///a%0Ab",
        "git+https://ho\nst/p",
    ];
    for link in hostile {
        assert!(matches!(refused(link), Error::Unsafe { .. }), "{link}");
    }
}

#[test]
fn takes_the_login_out() {
    let cases = [
        ("git+https://user:pw@host/p", "https://host/p"),
        ("git+https://token@host/p@v1", "https://host/p"),
        ("git+ssh://git@host/p", "ssh://git@host/p"),
        ("git+ssh://me@host/p", "ssh://host/p"),
        ("git+https://${USER}:${PASSWORD}@host/p", "https://${USER}:${PASSWORD}@host/p"),
        ("git+https://${TOKEN}@host/p", "https://${TOKEN}@host/p"),
        ("git+https://${TOKEN}:x@host/p", "https://host/p"),
        ("svn+https://user:pw@host/p", "https://host/p"),
    ];
    for (link, expected) in cases {
        assert_eq!(parsed(link).without_credentials(), expected);
    }
    let hidden = parsed("svn+https://user:geheim@host/p");
    assert_eq!(hidden.credentials, (Some("user".to_owned()), Some("geheim".to_owned())));
    assert!(!format!("{hidden:?} {:?}", parsed("git+https://user:geheim@host/p")).contains("geheim"));
}

#[test]
fn compares_repositories() {
    let url = parsed("git+https://host/a%20b/p");
    assert!(url.is_same_repository("https://host/a b/p/"));
    assert!(!url.is_same_repository("https://host/a b/q"));
}
