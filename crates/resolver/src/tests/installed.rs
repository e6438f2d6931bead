//! What is installed, and when it stays.

use super::universe::Universe;
use crate::Upgrade;

const WORLD: &str = "a 1.0\n  b>=1\na 2.0\n  b>=1\nb 1.0\nb 2.0\nc 1.0\n  b>=2\n\
                     installed a 1.0\n  b>=1\ninstalled b 1.0\n";

#[test]
fn what_satisfies_stays_and_no_page_is_asked() {
    let universe = Universe::new(WORLD);
    assert_eq!(universe.choose("a"), "=a 1.0, =b 1.0");
    assert!(universe.asked_pages.borrow().is_empty());
    assert_eq!(universe.choose("a>=2"), "~a 2.0, =b 1.0");
    assert_eq!(*universe.asked_pages.borrow(), ["a"]);
}

#[test]
fn what_stands_in_the_way_is_replaced() {
    let universe = Universe::new(WORLD);
    assert_eq!(universe.choose("c"), "~b 2.0, c 1.0");
    assert_eq!(universe.choose("a, c"), "~b 2.0, c 1.0, =a 1.0");
    // The installed version is in conflict although every requirement of it is satisfied.
    let universe =
        Universe::new("a 1.0\n  x<2\na 2.0\n  x>=2\nx 1.0\nx 2.0\ninstalled a 1.0\n  x<2\ninstalled x 1.0\n");
    assert_eq!(universe.choose("a, x>=2"), "~x 2.0, ~a 2.0");
}

#[test]
fn upgrades() {
    let ask = |requirements: &str, upgrade| {
        Universe::new(WORLD).ask(requirements).with(|asked| asked.upgrade = upgrade).outcome()
    };
    assert_eq!(ask("a", Upgrade::Named), "~a 2.0, =b 1.0");
    assert_eq!(ask("a", Upgrade::All), "~b 2.0, ~a 2.0");
    assert_eq!(ask("a<2", Upgrade::Named), "=a 1.0, =b 1.0", "it is the newest that will do");
    assert_eq!(ask("b, a", Upgrade::Named), "~b 2.0, ~a 2.0");
    let newer = Universe::new("a 1.0\ninstalled a 3.0\n");
    assert_eq!(newer.ask("a").with(|asked| asked.upgrade = Upgrade::All).outcome(), "=a 3.0");
    let extras = Universe::new("a 1.0\na 2.0\n  [x] b\nb 1.0\ninstalled a 1.0\n");
    assert_eq!(extras.ask("a[x]").with(|asked| asked.upgrade = Upgrade::Named).outcome(), "b 1.0, ~a 2.0");
}

#[test]
fn what_is_replaced_although_it_satisfies_is_told() {
    let universe = Universe::new(WORLD);
    let resolution = universe.ask("a").with(|asked| asked.upgrade = Upgrade::Named).resolve().unwrap();
    let replaced = resolution.packages[0].replaces_satisfied.as_ref().map(ToString::to_string);
    assert_eq!(replaced.as_deref(), Some("Requirement already satisfied: a in /site (1.0)"));
    let resolution = universe.ask("a>=2").resolve().unwrap();
    assert_eq!(resolution.packages[0].replaces_satisfied, None);
}

#[test]
fn again_or_as_if_nothing_were_installed() {
    let universe = Universe::new(WORLD);
    assert_eq!(universe.ask("a").with(|asked| asked.force_reinstall = true).outcome(), "~b 2.0, ~a 2.0");
    assert_eq!(universe.ask("a==1.0").with(|asked| asked.force_reinstall = true).outcome(), "~b 2.0, ~a 1.0");
    assert_eq!(universe.ask("a").with(|asked| asked.ignore_installed = true).outcome(), "b 2.0, a 2.0");
}

#[test]
fn installed_prereleases_and_versions_unknown_to_the_index_stay() {
    let universe = Universe::new("a 1.0\nb 1.0\n  a>=1\ninstalled a 2.0rc1\n");
    assert_eq!(universe.choose("a"), "=a 2.0rc1");
    assert_eq!(universe.choose("b"), "b 1.0, =a 2.0rc1");
    let local = Universe::new("a 1.0\ninstalled a 1.0+cpu\n");
    assert_eq!(local.choose("a==1.0"), "=a 1.0+cpu");
    assert_eq!(local.choose("a==1.0+gpu"), "ERROR: No matching distribution found for a==1.0+gpu");
}

#[test]
fn constraints_hold_for_what_is_installed() {
    let universe = Universe::new("a 1.0\na 2.0\ninstalled a 2.0\n");
    assert_eq!(universe.ask("a").constrained("a<2").outcome(), "~a 1.0");
}

#[test]
fn an_address_of_the_installed_version_changes_nothing() {
    let universe = Universe::new("a 1.0\na 2.0\ninstalled a 1.0\n");
    assert_eq!(universe.choose("https://x.example/a-1.0-py3-none-any.whl"), "=a 1.0");
    assert_eq!(universe.choose("https://x.example/a-2.0-py3-none-any.whl"), "~a 2.0");
    let local = universe.ask("file:///x/a-1.0-py3-none-any.whl").resolve().unwrap();
    assert_eq!(super::universe::show(&local), "=a 1.0");
    let warning = local.warnings.first().unwrap();
    assert!(warning.is_information());
    assert!(
        warning
            .to_string()
            .starts_with("a is already installed with the same version as the provided wheel.")
    );
    let editable = Universe::new("a 1.0\ninstalled a 1.0 editable\n");
    assert_eq!(editable.choose("https://x.example/a-1.0-py3-none-any.whl"), "~a 1.0");
}

#[test]
fn invalid_installed_distributions_are_named() {
    let universe = Universe::new("a 1.0\ninstalled a not_a_version\n");
    assert!(universe.choose("a").contains(
        "Cannot process installed package a not_a_version in /site because it has an invalid version"
    ));
    let universe = Universe::new("a 1.0\ninstalled a 1.0\n  not a requirement\n");
    assert!(universe.choose("a").contains("because it has an invalid requirement"));
}

/// As pip prints it, in pip's order; taken from pip 26.3 in an environment made of the same packages.
#[test]
fn the_fast_way_says_what_pip_says() {
    let universe = Universe::new(
        "installed a 1.0\n  b>=1; python_version>'3'\n  c[x,y]>=1\n  d[z]; os_name=='posix'\n\
         installed b 1.0\ninstalled c 1.0\n  [x] e\n  [y] f>0\n  b\ninstalled d 1.0\n  [z] g\n\
         installed e 1.0\ninstalled f 1.0\ninstalled g 1.0\n",
    );
    let satisfied = universe.ask("a").satisfied().unwrap();
    let lines: Vec<String> = satisfied.lines.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "Requirement already satisfied: a in /site (1.0)",
            "Requirement already satisfied: b>=1 in /site (from a) (1.0)",
            "Requirement already satisfied: c>=1 in /site (from c[x,y]>=1->a) (1.0)",
            "Requirement already satisfied: d[z] in /site (from a) (1.0)",
            "Requirement already satisfied: e in /site (from c[x,y]>=1->a) (1.0)",
            "Requirement already satisfied: f>0 in /site (from c[x,y]>=1->a) (1.0)",
            "Requirement already satisfied: g in /site (from d[z]; os_name == \"posix\"->a) (1.0)",
        ]
    );
    assert!(universe.asked_pages.borrow().is_empty());
    let resolution = universe.ask("a").resolve().unwrap();
    let mut resolved: Vec<String> =
        resolution.kept().filter_map(|package| Some(package.already_satisfied()?.to_string())).collect();
    let mut expected = lines;
    resolved.sort_unstable();
    expected.sort_unstable();
    assert_eq!(resolved, expected, "the full way tells the same");
}

#[test]
fn the_fast_way_knows_its_limits() {
    let universe = Universe::new("installed a 1.0\n  b\ninstalled c 1.0\n  [x] d>1\ninstalled d 1.0\n");
    assert!(universe.ask("a").satisfied().is_none(), "b is missing");
    assert!(universe.ask("a").with(|asked| asked.no_deps = true).satisfied().is_some());
    assert!(universe.ask("c").satisfied().is_some());
    assert!(universe.ask("c[x]").satisfied().is_none(), "d is too old");
    assert!(universe.ask("c>1").satisfied().is_none());
    assert!(universe.ask("c").constrained("c>1").satisfied().is_none());
    assert!(universe.ask("c").with(|asked| asked.upgrade = Upgrade::Named).satisfied().is_none());
    assert!(universe.ask("c").with(|asked| asked.force_reinstall = true).satisfied().is_none());
    assert!(universe.ask("https://x.example/c-1.0-py3-none-any.whl").satisfied().is_none());
    let unknown = universe.ask("c[nope]").satisfied().unwrap();
    let warnings: Vec<String> = unknown.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["c 1.0 does not provide the extra 'nope'"]);
}
