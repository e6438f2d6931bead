//! `oxipip lock`: what exactly would be installed, as a lock file.

mod support;

use support::Place;
use testkit::{Listing, Sdist, Wheel, assert_same_text, hex_sha256};

const UNIVERSE: &str = "
    demo 1.0 -> lib>=1, Other.Name
    lib 1.0
    lib 1.1
    other-name 0.1
";

const WARNING: &str = "WARNING: pip lock is currently an experimental command. It may be removed/changed in a future \
                       release without prior warning.\n";

/// A project that builds itself without any requirement.
const BACKEND: &str = r#"
import os
def get_requires_for_build_wheel(config_settings=None): return []
get_requires_for_build_editable = get_requires_for_build_wheel
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = os.path.join(folder, "proj-1.0.dist-info")
    os.mkdir(info)
    with open(os.path.join(info, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\nName: proj\nVersion: 1.0\nRequires-Dist: lib<1.1\n")
    return "proj-1.0.dist-info"
prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel
def build_wheel(*args): raise RuntimeError("a lock needs no wheel")
build_editable = build_wheel
"#;

const BUILD_SYSTEM: &str = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n";

/// The lock of one file of the index.
fn of_index(place: &Place, name: &str, version: &str, filename: &str) -> String {
    let url = place.index.file_url(filename);
    let code = format!(
        "import hashlib, urllib.request as r; print(hashlib.sha256(r.urlopen('{url}').read()).hexdigest())"
    );
    let digest = place.sandbox.interpreter().python(&["-c", &code]);
    let (opening, table) = if filename.ends_with(".whl") {
        ("[[packages.wheels]]", "packages.wheels")
    } else {
        ("[packages.sdist]", "packages.sdist")
    };
    format!(
        "[[packages]]\nname = \"{name}\"\nversion = \"{version}\"\n\n{opening}\nname = \"{filename}\"\nurl = \
         \"{url}\"\n\n[{table}.hashes]\nsha256 = \"{}\"\n",
        digest.trim()
    )
}

const HEAD: &str = "lock-version = \"1.0\"\ncreated-by = \"pip\"\n";

#[test]
fn everything_is_locked_whatever_is_installed() {
    let place = Place::new(UNIVERSE);
    place.install(&["lib==1.0"]);
    let outcome = place.run(&["lock", "demo"]).succeeded();
    assert_same_text(
        &outcome.filtered_stdout(),
        "Looking in indexes: [INDEX]/simple/
Collecting demo
  Downloading demo-1.0-py3-none-any.whl.metadata ([SIZE])
Collecting lib>=1 (from demo)
  Downloading lib-1.1-py3-none-any.whl.metadata ([SIZE])
Collecting Other.Name (from demo)
  Downloading other_name-0.1-py3-none-any.whl.metadata ([SIZE])
",
    );
    assert_same_text(&outcome.stderr, WARNING);
    let demo = of_index(&place, "demo", "1.0", "demo-1.0-py3-none-any.whl");
    let lib = of_index(&place, "lib", "1.1", "lib-1.1-py3-none-any.whl");
    let other = of_index(&place, "other-name", "0.1", "other_name-0.1-py3-none-any.whl");
    assert_same_text(&place.sandbox.read("pylock.toml"), &format!("{HEAD}\n{demo}\n{lib}\n{other}"));
    assert_eq!(place.frozen(), ["lib==1.0"]);
}

// covers: lock --output
#[test]
fn to_standard_output_and_to_other_files() {
    let place = Place::new(UNIVERSE);
    let lib = of_index(&place, "lib", "1.0", "lib-1.0-py3-none-any.whl");
    let outcome = place.run(&["lock", "-q", "-o", "-", "lib<1.1"]).succeeded();
    assert_same_text(&outcome.stdout, &format!("{HEAD}\n{lib}"));
    let outcome = place.run(&["lock", "-q", "-o", "locked.toml", "lib<1.1"]).succeeded();
    assert_same_text(
        &outcome.stderr,
        &format!("{WARNING}WARNING: locked.toml is not a valid lock file name.\n"),
    );
    assert_same_text(&place.sandbox.read("locked.toml"), &format!("{HEAD}\n{lib}"));
    place
        .run(&["lock", "-q", "-o", "none/pylock.dev.toml", "lib"])
        .ended_with(2)
        .warns("[Errno 2] No such file or directory: 'none/pylock.dev.toml'");
}

// covers: lock --only-deps
#[test]
fn only_dependencies() {
    let place = Place::new(UNIVERSE);
    let lib = of_index(&place, "lib", "1.1", "lib-1.1-py3-none-any.whl");
    let other = of_index(&place, "other-name", "0.1", "other_name-0.1-py3-none-any.whl");
    let outcome = place.run(&["lock", "-q", "-o", "-", "--only-deps", "demo"]).succeeded();
    assert_same_text(&outcome.stdout, &format!("{HEAD}\n{lib}\n{other}"));
}

#[test]
fn a_source_distribution() {
    let place = Place::new("lib 1.0");
    place.index.add(Sdist::new("src", "1.0").requires("lib").build());
    let outcome = place.run(&["lock", "-q", "-o", "-", "src"]).succeeded();
    let lib = of_index(&place, "lib", "1.0", "lib-1.0-py3-none-any.whl");
    let src = of_index(&place, "src", "1.0", "src-1.0.tar.gz");
    assert_same_text(&outcome.stdout, &format!("{HEAD}\n{lib}\n{src}"));
}

#[test]
fn an_archive_by_its_path_and_by_its_address() {
    let place = Place::new("");
    let near = Wheel::new("near", "1.0").build();
    let digest = near.sha256();
    near.write_to(place.sandbox.work());
    let far = Wheel::new("far", "1.0").build();
    let (far_url, far_digest) = (place.index.file_url(&far.filename), hex_sha256(&far.bytes));
    place.index.add(far);
    let requirement = format!("far @ {far_url}");
    let outcome =
        place.run(&["lock", "-q", "-o", "-", "./near-1.0-py3-none-any.whl", &requirement]).succeeded();
    let near_url = format!("file://{}/near-1.0-py3-none-any.whl", place.sandbox.work().display());
    let archive = |name: &str, url: &str, digest: &str| {
        format!(
            "\n[[packages]]\nname = \"{name}\"\n\n[packages.archive]\nurl = \"{url}\"\n\n[packages.archive.hashes]\nsha256 = \"{digest}\"\n"
        )
    };
    let expected =
        [HEAD, &archive("far", &far_url, &far_digest), &archive("near", &near_url, &digest)].concat();
    assert_same_text(&outcome.stdout, &expected);
}

// covers: lock --editable
#[test]
fn folders_below_the_lock_file() {
    let place = Place::new(UNIVERSE);
    place.sandbox.write("proj/pyproject.toml", BUILD_SYSTEM);
    place.sandbox.write("proj/backend.py", BACKEND);
    let lib = of_index(&place, "lib", "1.0", "lib-1.0-py3-none-any.whl");
    let outcome = place.run(&["lock", "-q", "-o", "-", "./proj"]).succeeded();
    let folder =
        |path: &str| format!("[[packages]]\nname = \"proj\"\n\n[packages.directory]\npath = \"{path}\"\n");
    assert_same_text(&outcome.stdout, &format!("{HEAD}\n{lib}\n{}", folder("proj")));
    place.run(&["lock", "-q", "-o", "proj/pylock.toml", "-e", "proj"]).succeeded();
    assert_same_text(
        &place.sandbox.read("proj/pylock.toml"),
        &format!("{HEAD}\n{lib}\n{}editable = true\n", folder(".")),
    );
    place.sandbox.write("elsewhere/README", "");
    place
        .run(&["lock", "-q", "-o", "elsewhere/pylock.toml", "./proj"])
        .ended_with(2)
        .warns("/work/proj' is not in the subpath of '");
}

#[test]
fn a_single_folder_stands_in_the_line() {
    let place = Place::new("");
    place.sandbox.write("pyproject.toml", BUILD_SYSTEM);
    place.sandbox.write("backend.py", BACKEND.replace("Requires-Dist: lib<1.1\\n", ""));
    let outcome = place.run(&["lock", "-q", "-o", "-", "."]).succeeded();
    assert_same_text(
        &outcome.stdout,
        &format!("{HEAD}packages = [\n    {{ name = \"proj\", directory = {{ path = \".\" }} }},\n]\n"),
    );
}

#[test]
fn a_file_whose_digest_is_not_announced() {
    let place = Place::new("");
    place
        .index
        .add_listed(Wheel::new("lib", "1.0").build(), Listing::new().without_hash().without_metadata());
    let outcome = place.run(&["lock", "-q", "-o", "-", "lib"]).succeeded();
    let lib = of_index(&place, "lib", "1.0", "lib-1.0-py3-none-any.whl");
    assert_same_text(&outcome.stdout, &format!("{HEAD}\n{lib}"));
}

#[test]
fn what_cannot_be_locked() {
    let place = Place::new(UNIVERSE);
    let outcome = place.run(&["lock"]).ended_with(1);
    let message = "ERROR: You must give at least one requirement to lock (see \"pip help lock\")\n";
    assert_same_text(&outcome.stderr, &format!("{WARNING}{message}"));
    let outcome = place.run(&["lock", "none"]).ended_with(1);
    outcome.warns("ERROR: No matching distribution found for none\n");
    assert!(!place.sandbox.work().join("pylock.toml").exists());
}
