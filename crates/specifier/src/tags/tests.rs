use super::platform::{self, Libc};
use super::{TagFacts, Tags};
use crate::WheelTags;

fn cpython(version: (u32, u32), debug: bool, free_threaded: bool, platforms: &[&str]) -> Tags {
    Tags::generate(&TagFacts {
        implementation: "cp".into(),
        version: (version.0, Some(version.1)),
        abis: TagFacts::cpython_abis(version, debug, free_threaded),
        platforms: platforms.iter().map(|&platform| platform.to_owned()).collect(),
    })
}

fn shown(tags: &Tags) -> String {
    tags.iter().map(|tag| tag.to_string()).collect::<Vec<_>>().join(" ")
}

fn rank(tags: &Tags, wheel: &str) -> Option<u32> {
    tags.rank_of(&WheelTags::parse(wheel).unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn order_of_a_cpython() {
    let tags = cpython((3, 4), false, false, &["p", "q"]);
    assert_eq!(
        shown(&tags),
        "cp34-cp34m-p cp34-cp34m-q cp34-abi3-p cp34-abi3-q cp34-none-p cp34-none-q cp33-abi3-p cp33-abi3-q \
         cp32-abi3-p cp32-abi3-q py34-none-p py34-none-q py3-none-p py3-none-q py33-none-p py33-none-q py32-none-p \
         py32-none-q py31-none-p py31-none-q py30-none-p py30-none-q cp34-none-any py34-none-any py3-none-any \
         py33-none-any py32-none-any py31-none-any py30-none-any"
    );
    assert_eq!(tags.len(), tags.iter().count());
}

#[test]
fn every_tag_has_its_rank() {
    for tags in [cpython((3, 13), true, true, &["p", "q"]), cpython((3, 12), false, false, &["linux_x"])] {
        for (index, tag) in tags.iter().enumerate() {
            assert_eq!(rank(&tags, &tag.to_string()), u32::try_from(index).ok(), "{tag}");
        }
    }
}

#[test]
fn the_best_tag_of_a_wheel_counts() {
    let tags = cpython((3, 12), false, false, &["linux_x"]);
    assert_eq!(rank(&tags, "cp311.cp312-abi3.cp312-win32.linux_x"), Some(0));
    assert_eq!(rank(&tags, "py2.py3-none-any"), rank(&tags, "py3-none-any"));
    assert_eq!(rank(&tags, "cp311-cp311-linux_x"), None);
    assert_eq!(rank(&tags, "cp312-cp312-win32"), None);
    // A platform that is called `any` lists tags twice; the later place counts.
    let tags = cpython((3, 12), false, false, &["any"]);
    assert_eq!(
        rank(&tags, "py3-none-any"),
        tags.iter()
            .enumerate()
            .filter(|(_, tag)| tag.interpreter == "py3")
            .map(|(index, _)| u32::try_from(index).unwrap_or(u32::MAX))
            .max()
    );
}

#[test]
fn builds_of_cpython() {
    assert_eq!(TagFacts::cpython_abis((3, 12), false, true), ["cp312"]);
    assert_eq!(TagFacts::cpython_abis((3, 13), false, true), ["cp313t"]);
    assert_eq!(TagFacts::cpython_abis((3, 14), true, true), ["cp314td", "cp314t"]);
    assert_eq!(TagFacts::cpython_abis((3, 7), true, false), ["cp37dm"]);
    let free = shown(&cpython((3, 13), false, true, &["p"]));
    assert!(free.starts_with("cp313-cp313t-p cp313-abi3t-p cp313-none-p cp312-abi3t-p"));
}

#[test]
fn other_implementations() {
    let facts = TagFacts {
        implementation: "pp".into(),
        version: (3, Some(1)),
        abis: vec!["pypy31_pp73".into()],
        platforms: vec!["p".into()],
    };
    assert_eq!(
        shown(&Tags::generate(&facts)),
        "pp31-pypy31_pp73-p pp31-none-p py31-none-p py3-none-p py30-none-p pp31-none-any py31-none-any py3-none-any \
         py30-none-any"
    );
    let facts = TagFacts {
        implementation: "cp".into(),
        version: (3, None),
        abis: vec![],
        platforms: vec!["p".into()],
    };
    assert_eq!(shown(&Tags::generate(&facts)), "cp3-none-p py3-none-p cp3-none-any py3-none-any");
}

#[test]
fn platforms_of_linux() {
    assert_eq!(
        platform::linux("linux-x86_64", false, Some(Libc::Glibc(2, 6))),
        ["linux_x86_64", "manylinux_2_6_x86_64", "manylinux_2_5_x86_64", "manylinux1_x86_64"]
    );
    assert_eq!(
        platform::linux("linux-aarch64", true, Some(Libc::Glibc(2, 17))),
        [
            "linux_armv8l",
            "linux_armv7l",
            "manylinux_2_17_armv8l",
            "manylinux2014_armv8l",
            "manylinux_2_17_armv7l",
            "manylinux2014_armv7l"
        ]
    );
    assert_eq!(
        platform::linux("linux-x86_64", false, Some(Libc::Musl(1, 1))),
        ["linux_x86_64", "musllinux_1_1_x86_64", "musllinux_1_0_x86_64"]
    );
    assert_eq!(platform::linux("linux-sparc", false, Some(Libc::Glibc(2, 30))), ["linux_sparc"]);
    assert!(platform::manylinux(&["x86_64"], (3, 1)).contains(&"manylinux_2_50_x86_64".to_owned()));
}

#[test]
fn platforms_of_targets() {
    let expand = |platforms: &[&str]| {
        let platforms: Vec<String> = platforms.iter().map(|&platform| platform.to_owned()).collect();
        platform::expand_targets(&platforms)
    };
    assert_eq!(
        expand(&["manylinux2014_i686", "manylinux1_i686"]),
        ["manylinux2014_i686", "manylinux2010_i686", "manylinux1_i686"]
    );
    assert_eq!(
        expand(&["macosx_10_1_ppc"]),
        [
            "macosx_10_1_ppc",
            "macosx_10_1_fat3",
            "macosx_10_1_fat",
            "macosx_10_1_universal",
            "macosx_10_0_ppc",
            "macosx_10_0_fat3",
            "macosx_10_0_fat",
            "macosx_10_0_universal"
        ]
    );
    assert_eq!(
        expand(&["macosxcustom_10_0_arm64"]),
        ["macosxcustom_10_0_arm64", "macosxcustom_10_0_universal2"]
    );
    assert_eq!(expand(&["macosx", "any", "win32"]), ["macosx", "any", "win32"]);
    assert_eq!(expand(&["android_17_arm64-v8a"]), ["android_17_arm64_v8a", "android_16_arm64_v8a"]);
    assert_eq!(expand(&["ios_12_1_arm64_iphoneos"]), ["ios_12_1_arm64_iphoneos", "ios_12_0_arm64_iphoneos"]);
}

#[test]
fn what_shows_at_a_glance_is_true() {
    let tags = cpython((3, 4), false, false, &["linux_x86_64", "\u{e4}"]);
    for wheel in [
        "py3-none-any",
        "py2.py3-none-any",
        "cp34-cp34m-linux_x86_64",
        "cp34-abi3.cp34m-win32.linux_x86_64",
        "CP34-CP34M-Linux_X86_64",
        "cp34-cp34m-\u{c4}",
        "cp35-cp35m-linux_x86_64",
        "cp34-cp34m-win32",
        "py2-none-any",
        "cp34-none-win32.win_amd64",
    ] {
        for start in ["demo-1.0", "demo-1.0-1build", "a-b-c-d-e"] {
            let may = tags.may_support(&format!("{start}-{wheel}.whl"));
            assert!(may || rank(&tags, wheel).is_none(), "{start}-{wheel}");
            // All that are written in the usual way are judged by it.
            assert!(may == rank(&tags, wheel).is_some() || wheel != wheel.to_lowercase(), "{start}-{wheel}");
        }
    }
    for name in ["", "demo.whl", "demo-1.0.whl", "demo-1.0.tar.gz"] {
        assert!(tags.may_support(name), "{name}");
    }
}
