//! No text makes this room panic, and what it reads it can show and read again.

use specifier::{
    ExtraName, Marker, MarkerContext, MarkerEnvironment, ProjectName, Requirement, SdistFilename, Specifiers,
    TagFacts, Tags, Version, WheelFilename, WheelTags, platform,
};

/// Pieces that texts are made of, so that many come close to being valid.
const PIECES: [&str; 78] = [
    "1",
    "0",
    "2.0",
    "1.0",
    "10000000000000000000000",
    "65536",
    "16384",
    ".",
    ".*",
    "*",
    "!",
    "1!",
    "v",
    "a",
    "b1",
    "rc",
    "c",
    "alpha",
    "preview",
    ".post",
    "post1",
    "-1",
    "rev",
    "r",
    ".dev",
    "dev0",
    "+",
    "+abc",
    "+1.a",
    "-",
    "_",
    "==",
    "===",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "~=",
    "=",
    ",",
    ";",
    " ",
    "\t",
    "\n",
    "\r",
    "\0",
    "(",
    ")",
    "[",
    "]",
    "@",
    "'",
    "\"",
    "\\",
    "\\x4",
    "\\u00e9",
    "\\777",
    "foo",
    "Foo_Bar",
    "x--y",
    "python_version",
    "os_name",
    "os.name",
    "extra",
    "extras",
    "and",
    "or",
    "in",
    "not in",
    "é",
    "ß",
    "İ",
    "\u{301}",
    "\u{1F600}",
    "\u{2028}",
    "-py3-none-any.whl",
    ".tar.gz",
];

/// A small generator of pseudo-random numbers (xorshift), so that every run asks the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or_default()
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.below(12) {
            text.push_str(PIECES[self.below(PIECES.len())]);
        }
        text
    }

    fn random_text(&mut self) -> String {
        let bytes: Vec<u8> =
            (0..self.below(40)).map(|_| u8::try_from(self.below(256)).unwrap_or_default()).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn environment() -> MarkerEnvironment {
    MarkerEnvironment {
        os_name: "posix".into(),
        python_version: "3.12".into(),
        python_full_version: "3.12.0+".into(),
        ..MarkerEnvironment::default()
    }
}

fn tags() -> Tags {
    Tags::generate(&TagFacts {
        implementation: "cp".into(),
        version: (3, Some(12)),
        abis: TagFacts::cpython_abis((3, 12), false, false),
        platforms: platform::linux("linux-x86_64", false, Some(specifier::Libc::Glibc(2, 36))),
    })
}

/// Gives a text to everything that reads one.
fn read(text: &str, tags: &Tags, versions: &mut Vec<Version>) {
    let name = ProjectName::normalise(text);
    assert_eq!(ProjectName::normalise(name.as_str()), name);
    assert_eq!(ProjectName::new(text).is_ok(), ExtraName::new(text).is_ok());
    if let Ok(version) = Version::parse(text) {
        assert_eq!(Version::parse(&version.to_string()), Ok(version.clone()));
        assert!(version.base() == version.public().base());
        versions.push(version);
    }
    if let Ok(specifiers) = Specifiers::parse(text) {
        assert_eq!(Specifiers::parse(&specifiers.to_string()), Ok(specifiers.clone()));
        for version in versions.iter().rev().take(20) {
            let matching = specifiers.iter().all(|specifier| specifier.contains(version));
            assert_eq!(specifiers.contains(version), matching);
        }
    }
    if let Ok(marker) = Marker::parse(text) {
        let _ = marker.evaluate(&environment(), &[]);
        let _ = marker.evaluate_in(&environment(), MarkerContext::Requirement);
        let _ = marker.and(&marker).or(&marker).to_string();
    }
    if let Ok(requirement) = Requirement::parse(text) {
        let _ = requirement.to_string();
    } else if let Err(error) = Requirement::parse(text) {
        assert!(!error.to_string().is_empty());
    }
    if let Ok(wheel) = WheelFilename::parse(text) {
        assert_eq!(tags.supports(&wheel.tags), tags.rank_of(&wheel.tags).is_some());
    }
    if let Ok(wheel) = WheelTags::parse(text) {
        assert_eq!(WheelTags::parse(&wheel.to_string()), Ok(wheel));
    }
    let _ = SdistFilename::parse(text, &ProjectName::normalise("foo"));
    let _ = platform::expand_targets(&[text.to_owned(), format!("macosx_{text}")]);
}

#[test]
fn no_text_makes_anything_panic() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let (tags, mut versions) = (tags(), Vec::new());
    for _ in 0..20_000 {
        read(&numbers.text(), &tags, &mut versions);
        read(&numbers.random_text(), &tags, &mut versions);
        // Forms that chance alone seldom makes.
        let (left, right) = (numbers.text(), numbers.text());
        read(&format!("foo[{left}]{right}"), &tags, &mut versions);
        read(&format!("foo;{left} '{right}'"), &tags, &mut versions);
        read(&format!("os_name=='{left}' and {right}"), &tags, &mut versions);
        read(&format!("{left}-1-{right}"), &tags, &mut versions);
    }
    // The order is a total one, whatever form the versions have.
    versions.truncate(3000);
    versions.sort();
    assert!(versions.windows(2).all(|pair| pair[0] <= pair[1]));
}

#[test]
fn long_texts_take_no_longer_than_their_length() {
    let tags = tags();
    for piece in [
        "(",
        "1.",
        "1,",
        "a",
        "-",
        "==1,",
        "==1.0,",
        "\\",
        "'",
        "[a,",
        " ",
        "os_name=='a' and ",
        "(os_name=='a' or ",
        "é",
    ] {
        let text = piece.repeat(20_000);
        read(&text, &tags, &mut Vec::new());
        read(&format!("foo{text}"), &tags, &mut Vec::new());
        read(&format!("foo; {text}os_name=='b'"), &tags, &mut Vec::new());
        read(&format!("foo[{text}x]"), &tags, &mut Vec::new());
    }
}
