use super::*;

#[test]
fn quotes_as_pip_does() {
    // From `pip._internal.models.link._ensure_quoted_url`.
    let cases = [
        ("https://h/a/b-1.0.tar.gz", "https://h/a/b-1.0.tar.gz"),
        ("https://h/a b/c+d.whl", "https://h/a%20b/c%2Bd.whl"),
        ("https://h/a%2bb%2fc%7e", "https://h/a%2Bb%2Fc~"),
        ("https://h/x@1%40y", "https://h/x@1%40y"),
        ("https://h/100%/é?a b#c d", "https://h/100%25/%C3%A9?a b#c d"),
        ("file:///a b/c", "file:///a%20b/c"),
    ];
    for (link, expected) in cases {
        assert_eq!(quoted(link), expected, "{link}");
    }
}

#[test]
fn plain_bytes_are_pythons() {
    for byte in 0..=u8::MAX {
        assert_eq!(is_plain(byte), byte.is_ascii_alphanumeric() || b"/_.-~".contains(&byte), "{byte}");
    }
}

#[test]
fn names_files() {
    let cases = [
        ("https://h/a/b-1.0.tar.gz?x=/y", "b-1.0.tar.gz"),
        ("https://h/a/b%2Bc.whl", "b+c.whl"),
        ("https://h/a/", "a"),
        ("https://h/a/%2e%2e", ""),
        ("https://h/a/..%2f..%2fetc", "etc"),
        ("https://h", ""),
    ];
    for (url, expected) in cases {
        assert_eq!(filename(url), expected, "{url}");
    }
}

#[test]
fn the_fast_way_is_only_taken_where_it_is_right() {
    for link in [
        "https://h/a/b-1.0.tar.gz",
        "http://h/x.whl",
        "https://h/a b",
        "https://h/a/",
        "https://h/a/..",
        "https://h?x/y",
        "https://h/a?b/c",
        "https://h/a%2Fb",
        "https://h",
        "https://",
    ] {
        if let Some(name) = plain_filename(link) {
            assert_eq!(link.get(name..), Some(filename(link).as_ref()), "{link}");
            assert_eq!(quoted(link), link);
        }
    }
    assert_eq!(plain_filename("https://h/a/b-1.0.tar.gz"), Some(12));
    assert_eq!(plain_filename("http://h/x.whl"), Some(9));
    assert_eq!(plain_filename("https://h?x/y"), None);
}

#[test]
fn finds_digests() {
    let file = OwnedFile::from_url("https://h/a-1.0.whl#egg=a&sha256=ABCD&x=y");
    assert_eq!(file.hashes.sha256(), Some("abcd"));
    assert_eq!(file.url, "https://h/a-1.0.whl");
    assert_eq!(file.fragment.as_deref(), Some("egg=a&sha256=ABCD&x=y"));
    assert!(OwnedFile::from_url("https://h/a#sha3=1").hashes.is_empty());
}

#[test]
fn paths_and_urls_are_each_other() {
    let path = Path::new("/tmp/a b/ü@1.whl");
    assert_eq!(path_to_url(path), "file:///tmp/a%20b/%C3%BC%401.whl");
    assert_eq!(url_to_path(&path_to_url(path)).as_deref(), Some(path));
    assert_eq!(url_to_path("file://localhost/x#y").as_deref(), Some(Path::new("/x")));
    assert_eq!(url_to_path("file:/x").as_deref(), Some(Path::new("/x")));
    assert_eq!(url_to_path("file://elsewhere/x"), None);
}

#[test]
fn joins_links() {
    assert_eq!(join("https://h/simple/a/", "../../f/a.whl").as_deref(), Some("https://h/f/a.whl"));
    assert_eq!(join("https://h/simple/a/", "//g/a.whl").as_deref(), Some("https://g/a.whl"));
    assert_eq!(join("file:///d/index.html", "a.whl").as_deref(), Some("file:///d/a.whl"));
}
