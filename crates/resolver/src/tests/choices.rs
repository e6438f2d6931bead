//! Which versions and files are chosen.

use std::fmt::Write as _;

use super::universe::Universe;

#[test]
fn the_newest_of_everything() {
    let universe = Universe::new("a 1.0\n  b\na 2.0\n  b<3\n  c\nb 1.0\nb 2.5\nb 3.0\nc 0.1\n");
    assert_eq!(universe.choose("a"), "c 0.1, b 2.5, a 2.0");
    assert_eq!(universe.choose("a<2"), "b 3.0, a 1.0");
}

/// pip pins `c` once more rather than taking an older `x`; what cannot be had with `c` at all is passed over.
#[test]
fn what_is_decided_early_gives_way_to_later_requirements() {
    let universe = Universe::new("c 1\n  d<2\nc 2\n  d\nd 1\nd 2\nx 1\nx 2\n  c<2\nx 3\n  c>2\n");
    assert_eq!(universe.choose("c, x"), "d 1, c 1, x 2");
    assert_eq!(universe.choose("c>1, x"), "x 1, d 2, c 2");
}

/// What was pinned for the sake of a candidate that is given up is pinned anew, and what was narrowed is as wide as before.
#[test]
fn a_step_back_takes_back_what_came_of_it() {
    let universe = Universe::new(
        "p 1\n  n2\np 2\n  n\n  o\n  y<2\nn 1\n  z<2\nn2 1\no 1\n  x<2\nq 1\n  z>=2\nx 1\nx 2\ny 1\ny 2\nz 1\nz 2\n",
    );
    assert_eq!(universe.choose("p, q, x, y"), "z 2, y 2, x 2, n2 1, q 1, p 1");
    // Where no candidate that is taken back helps, the solver finds the one that does.
    let universe = Universe::new("a 1\na 2\n  c<2\nb 1\n  d\nb 2\n  d\nb 3\n  d\nd 1\n  c>=2\nc 1\nc 2\n");
    assert_eq!(universe.choose("a, b"), "c 2, a 1, d 1, b 3");
}

#[test]
fn below_a_version_are_none_of_its_prereleases() {
    let universe =
        Universe::new("a 0.9\na 1.0.dev1\na 1.0a1\na 1.0rc1\na 1.0\na 1.0.post1.dev1\na 1.0.post1\na 1.1\n");
    for (below, chosen) in [("1.0", "0.9"), ("1.0a1", "1.0.dev1"), ("1.0.post1", "1.0"), ("1.1", "1.0.post1")]
    {
        assert_eq!(universe.choose(&format!("a<{below}")), format!("a {chosen}"));
    }
}

#[test]
fn an_older_version_when_the_newest_conflicts() {
    let universe = Universe::new("a 1.0\n  x>=1\na 2.0\n  x>=2\nb 1.0\n  x<2\nx 1.0\nx 2.0\n");
    assert_eq!(universe.choose("a, b"), "x 1.0, b 1.0, a 1.0");
    // The first one the user names has its way.
    let universe = Universe::new("a 1.0\n  x<2\na 2.0\n  x>=2\nb 1.0\n  x>=2\nb 2.0\n  x<2\nx 1.0\nx 2.0\n");
    assert_eq!(universe.choose("a, b"), "x 2.0, b 1.0, a 2.0");
    assert_eq!(universe.choose("b, a"), "x 1.0, b 2.0, a 1.0");
}

#[test]
fn equal_versions_in_other_words() {
    let universe = Universe::new("a 1.0\na 1.0.0 sdist\na 0.9\n");
    assert_eq!(universe.choose("a==1"), "a 1.0");
}

#[test]
fn markers_are_evaluated() {
    let universe = Universe::new("a 1.0\n  b; python_version<'3'\n  c; os_name=='posix'\nb 1.0\nc 1.0\n");
    assert_eq!(universe.choose("a"), "c 1.0, a 1.0");
    assert_eq!(universe.choose("a; python_version<'3', c"), "c 1.0");
}

#[test]
fn extras_belong_to_the_version_of_their_project() {
    let universe = Universe::new(
        "a 1.0\n  [x] b<2\n  [y] c\na 2.0\n  [x] b>=2\n  [y] c\nb 1.0\nb 2.0\nc 1.0\nd 1.0\n  a[x]\n  b<2\n",
    );
    assert_eq!(universe.choose("a[x]"), "b 2.0, a 2.0");
    assert_eq!(universe.choose("a[x,y]"), "c 1.0, b 2.0, a 2.0");
    assert_eq!(universe.choose("d, a"), "b 1.0, a 1.0, d 1.0");
    let resolution = universe.ask("a[y], a[x]").resolve().unwrap();
    let a = resolution.packages.iter().find(|package| package.project.as_str() == "a").unwrap();
    assert_eq!(a.extras.iter().map(specifier::ExtraName::as_str).collect::<Vec<_>>(), ["x", "y"]);
}

#[test]
fn extras_of_itself() {
    let universe = Universe::new("a 1.0\n  [all] a[x]\n  [x] b\n  [loop] a[loop]\n  [other] a>=2\nb 1.0\n");
    assert_eq!(universe.choose("a[all]"), "b 1.0, a 1.0");
    assert_eq!(universe.choose("a[loop]"), "a 1.0");
    assert!(universe.choose("a[other]").starts_with("ERROR: "));
}

#[test]
fn an_extra_that_a_later_version_lost_still_takes_the_newest() {
    let universe = Universe::new("a 1.0\n  [x] b\na 2.0\nb 1.0\n");
    let resolution = universe.ask("a[x]").resolve().unwrap();
    assert_eq!(super::universe::show(&resolution), "a 2.0");
    let warnings: Vec<String> = resolution.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["a 2.0 does not provide the extra 'x'"]);
}

#[test]
fn a_project_that_depends_on_another_version_of_itself_is_no_use() {
    let universe = Universe::new("a 1.0\na 2.0\n  a<2\n");
    assert_eq!(universe.choose("a"), "a 1.0");
}

#[test]
fn extras_do_not_fetch_the_metadata_of_every_version() {
    let mut text = String::new();
    for version in 0..60 {
        let _ = write!(text, "a {version}\n  [x] b>{version}\n");
    }
    text.push_str("b 30\n");
    let universe = Universe::new(&text);
    assert_eq!(universe.choose("a[x]"), "b 30, a 29");
    assert!(universe.asked_metadata.borrow().len() < 40, "{}", universe.asked_metadata.borrow().len());
    let universe = Universe::new(&text);
    assert_eq!(universe.choose("a[x], a<=10"), "b 30, a 10");
    assert!(universe.asked_metadata.borrow().len() < 4, "{:?}", universe.asked_metadata.borrow());
}

#[test]
fn prereleases_only_when_called_for() {
    let universe = Universe::new("a 1.0\na 2.0rc1\nb 1.0a1\nb 1.0a2\nc 1.0\n  a>=2.0rc1\nd 1.0\n  a>=1\n");
    assert_eq!(universe.choose("a"), "a 1.0");
    assert_eq!(universe.choose("a>=2.0rc1"), "a 2.0rc1");
    assert_eq!(universe.choose("a>1"), "a 2.0rc1", "nothing else fits");
    assert_eq!(universe.choose("b"), "b 1.0a2", "there is nothing else");
    assert_eq!(universe.choose("c"), "a 2.0rc1, c 1.0", "a dependency calls for it");
    assert_eq!(universe.choose("c, d"), "a 2.0rc1, d 1.0, c 1.0");
    assert_eq!(universe.choose("d, c"), "a 2.0rc1, d 1.0, c 1.0");
    let all = universe.ask("a").with(|asked| asked.selection.releases.all_releases(":all:").unwrap());
    assert_eq!(all.outcome(), "a 2.0rc1");
    let final_only = universe.ask("b").with(|asked| asked.selection.releases.only_final("b").unwrap());
    assert!(
        final_only.failure().starts_with("Could not find a final version that satisfies the requirement b ")
    );
}

#[test]
fn a_prerelease_is_no_way_out_of_a_conflict() {
    let universe = Universe::new("a 1.0\n  x<2\na 2.0rc1\n  x>=2\nx 1.0\nx 2.0\n");
    assert!(universe.choose("a, x>=2").starts_with("ERROR: "));
    // But an older version of another project is.
    let universe =
        Universe::new("p 1.0\n  x<2\np 2.0\n  x>=2\na 1.0\n  x<2\na 2.0rc1\n  x>=2\nx 1.0\nx 2.0\n");
    assert_eq!(universe.choose("p, a"), "x 1.0, p 1.0, a 1.0");
}

#[test]
fn a_constraint_may_call_for_a_prerelease() {
    let universe = Universe::new("a 1.0\na 2.0rc1\n");
    assert_eq!(universe.ask("a").constrained("a>=2.0rc1").outcome(), "a 2.0rc1");
    assert_eq!(universe.ask("a").constrained("a<=2.0").outcome(), "a 1.0");
}

#[test]
fn yanked_files_only_when_pinned() {
    let universe = Universe::new("a 1.0\na 2.0 yanked\nb 1.0 yanked\nc 1.0\n  a==2.0\n");
    assert_eq!(universe.choose("a"), "a 1.0");
    assert_eq!(universe.choose("a==2.0"), "a 2.0");
    assert_eq!(universe.choose("a===2.0"), "a 2.0");
    assert!(universe.choose("a>=2").starts_with("ERROR: "));
    assert!(universe.choose("b").starts_with("ERROR: "), "pip takes no yanked file without a pin");
    assert!(!universe.asked_metadata.borrow().iter().any(|file| file.starts_with("b-")), "nor looks into it");
    assert_eq!(universe.choose("c, a>=1"), "a 2.0, c 1.0");
    let resolution = universe.ask("a==2.0").resolve().unwrap();
    let warning = resolution.warnings.first().unwrap().to_string();
    assert!(
        warning
            .starts_with("The candidate selected for download or install is a yanked version: 'a' candidate")
    );
    assert!(warning.ends_with("Reason for being yanked: broken"));
}

#[test]
fn the_best_file_of_a_version() {
    let file = |text: &str, change: fn(&mut crate::Selection)| {
        let universe = Universe::new(text);
        let asked = universe.ask("a").with(|asked| change(&mut asked.selection));
        let resolution = asked.resolve().map_err(|error| error.to_string())?;
        match &resolution.packages.first().unwrap().chosen {
            crate::Chosen::File(file) => Ok(file.filename().to_owned()),
            other => Err(format!("{other:?}")),
        }
    };
    let all = "a 1.0 sdist\na 1.0\na 1.0 tag=cp312-cp312-linux_x86_64\na 1.0 tag=cp311-cp311-linux_x86_64\n";
    assert_eq!(file(all, |_| {}).unwrap(), "a-1.0-cp312-cp312-linux_x86_64.whl");
    let built = "a 1.0 tag=1-py3-none-any\na 1.0 tag=2-py3-none-any\na 1.0\n";
    assert_eq!(file(built, |_| {}).unwrap(), "a-1.0-2-py3-none-any.whl");
    let sources = |selection: &mut crate::Selection| selection.formats.no_binary(":all:").unwrap();
    assert_eq!(file(all, sources).unwrap(), "a-1.0.tar.gz");
    let wheels = |selection: &mut crate::Selection| selection.formats.only_binary("a").unwrap();
    assert!(file("a 1.0 sdist\n", wheels).is_err());
    let newer_sdist = "a 1.0\na 2.0 sdist\n";
    assert_eq!(file(newer_sdist, |_| {}).unwrap(), "a-2.0.tar.gz");
    assert_eq!(
        file(newer_sdist, |selection| selection.prefer_binary = true).unwrap(),
        "a-1.0-py3-none-any.whl"
    );
    assert!(file("a 1.0 tag=cp27-none-win32\n", |_| {}).is_err());
}

#[test]
fn requires_python_of_page_and_metadata() {
    let universe = Universe::new("a 1.0\na 2.0 python=<3\na 3.0 hidden-python=<3\n");
    assert_eq!(universe.choose("a"), "a 1.0");
    assert_eq!(universe.asked_metadata.borrow().len(), 2, "the page rules out 2.0");
    let asked = universe.ask("a").with(|asked| asked.selection.ignore_requires_python = true);
    assert_eq!(asked.outcome(), "a 3.0");
}

#[test]
fn constraints_limit_but_install_nothing() {
    let universe = Universe::new("a 1.0\n  b\na 2.0\n  b\nb 1.0\nb 2.0\nc 1.0\n");
    assert_eq!(universe.ask("a").constrained("b<2, a<2, c==7").outcome(), "b 1.0, a 1.0");
    assert_eq!(universe.ask("a").constrained("b<2; python_version<'3'").outcome(), "b 2.0, a 2.0");
    let asked = universe.ask("a").constrained("a[x]");
    assert_eq!(asked.outcome(), "ERROR: Constraints cannot have extras");
}

#[test]
fn no_deps_and_only_deps() {
    let universe = Universe::new("a 1.0\n  b\n  [x] c\nb 1.0\nc 1.0\n");
    assert_eq!(universe.ask("a[x]").with(|asked| asked.no_deps = true).outcome(), "a 1.0");
    assert_eq!(universe.ask("a[x]").with(|asked| asked.only_deps = true).outcome(), "c 1.0, b 1.0");
}

#[test]
fn distributions_with_an_address() {
    let universe = Universe::new(
        "a 1.0\n  b\na 2.0\nb 1.0\nb 2.0\nc 1.0\n  a>=1\nd 1.0\n  b @ https://x.example/b-1.0-py3-none-any.whl\n",
    );
    let wheel = "https://elsewhere.example/a-1.0-py3-none-any.whl";
    assert_eq!(universe.choose(wheel), "b 2.0, a 1.0");
    assert!(!universe.asked_pages.borrow().contains(&"a".to_owned()), "its page says nothing of interest");
    assert_eq!(universe.choose(&format!("a @ {wheel}, c")), "b 2.0, a 1.0, c 1.0");
    assert!(universe.choose(&format!("a @ {wheel}, a>=2")).starts_with("ERROR: Resolution"));
    assert_eq!(universe.choose("d"), "b 1.0, d 1.0");
    assert_eq!(universe.choose("d, a<2"), "b 1.0, d 1.0, a 1.0");
    assert_eq!(universe.choose("a<2, d"), "b 1.0, d 1.0, a 1.0");
    assert!(universe.choose(&format!("b @ {wheel}")).starts_with("ERROR: "), "it is another project");
    let unsupported = "https://elsewhere.example/a-1.0-cp27-none-win32.whl";
    assert_eq!(
        universe.choose(unsupported),
        "ERROR: a-1.0-cp27-none-win32.whl is not a supported wheel on this platform."
    );
    let constrained = universe.ask("c").constrained(&format!("a @ {wheel}"));
    assert_eq!(constrained.outcome(), "b 2.0, a 1.0, c 1.0");
}

#[test]
fn hashes_choose_the_file() {
    let universe = Universe::new("a 1.0 hash=aa\na 1.0 sdist hash=bb\nb 1.0\n  a\n");
    let chosen = |asked: super::universe::Asked<'_>| {
        let resolution = asked.resolve().map_err(|error| error.to_string())?;
        let first = resolution.packages.into_iter().next().unwrap();
        Ok::<_, String>(match first.chosen {
            crate::Chosen::File(file) => file.filename().to_owned(),
            other => format!("{other:?}"),
        })
    };
    assert_eq!(chosen(universe.ask("").file("a==1.0 --hash=sha256:bb\n")).unwrap(), "a-1.0.tar.gz");
    assert_eq!(chosen(universe.ask("").file("a==1.0 --hash=sha256:aa\n")).unwrap(), "a-1.0-py3-none-any.whl");
    // None matches: the file is kept, so that the digest can be reported.
    assert_eq!(chosen(universe.ask("").file("a==1.0 --hash=sha256:cc\n")).unwrap(), "a-1.0-py3-none-any.whl");
}

#[test]
fn required_hashes_are_missed() {
    let universe = Universe::new("a 1.0 hash=aa\nb 1.0 hash=bb\n  a\n");
    let failure =
        |file: &'static str| universe.ask("").file(file).with(|a| a.require_hashes = true).failure();
    assert_eq!(
        failure("b==1.0 --hash=sha256:bb\n"),
        "In --require-hashes mode, all requirements must have their versions pinned with ==. These do not:\n    a from https://files.example/a-1.0-py3-none-any.whl (from b==1.0->-r r.txt (line 1))"
    );
    assert!(failure("a==1.0\n").ends_with("\n    a==1.0 --hash=sha256:aa"));
    assert_eq!(failure("a==1.0 --hash=sha256:aa\nb==1.0 --hash=sha256:bb\n"), "no failure: a 1.0, b 1.0");
}

#[test]
fn the_latest_for_lists() {
    let latest = |text: &str, change: fn(&mut crate::Selection)| {
        let universe = Universe::new(text);
        let mut selection = super::universe::selection();
        change(&mut selection);
        let project = specifier::ProjectName::normalise("a");
        let page = crate::Source::page(&universe, &project).unwrap();
        crate::latest(&project, &page, &selection).map(|latest| (latest.version.to_string(), latest.is_wheel))
    };
    let text = "a 1.0\na 2.0 sdist\na 3.0 yanked\na 4.0rc1\na 5.0 python=<3\n";
    assert_eq!(latest(text, |_| {}), Some(("2.0".to_owned(), false)));
    assert_eq!(latest(text, |selection| selection.prefer_binary = true), Some(("1.0".to_owned(), true)));
    assert_eq!(latest(text, |selection| selection.releases.allow_all()), Some(("4.0rc1".to_owned(), true)));
    assert_eq!(latest("a 1.0a1\n", |_| {}), None);
}

#[test]
fn invalid_metadata_is_passed_over() {
    let universe = Universe::new("a 1.0\na 2.0\n  not a requirement\n");
    for (asked, shown) in [("a", "a from "), ("a>=1", "a>=1 from "), ("a[x]", "a[x] from ")] {
        let resolution = universe.ask(asked).resolve().unwrap();
        assert_eq!(super::universe::show(&resolution), "a 1.0");
        let warning = resolution.warnings.first().unwrap().to_string();
        let expected = format!("Ignoring version 2.0 of a since it has invalid metadata:\nRequested {shown}");
        assert!(warning.starts_with(&expected), "{warning}");
    }
}

#[test]
fn where_things_come_from() {
    let universe = Universe::new(
        "a 1.0\n  b>=1; python_version>'3'\n  c[x]>=1\n  d[z]; os_name=='posix'\nb 1.0\nc 1.0\n  [x] e\nd 1.0\n  [z] g\ne 1.0\ng 1.0\n",
    );
    let resolution = universe.ask("").file("a\n").resolve().unwrap();
    let lines: Vec<String> = resolution
        .packages
        .iter()
        .map(|package| {
            format!("{} <- {}", package.requirement, package.comes_from.clone().unwrap_or_default())
        })
        .collect();
    let file = "-r r.txt (line 1)";
    assert_eq!(
        lines,
        [
            format!("a <- {file}"),
            format!("b>=1 <- a->{file}"),
            format!("c>=1 <- c[x]>=1->a->{file}"),
            format!("d[z] <- a->{file}"),
            format!("e <- c[x]>=1->a->{file}"),
            format!("g <- d[z]; os_name == \"posix\"->a->{file}"),
        ]
    );
    let b = &resolution.packages[1];
    assert_eq!(b.parents.iter().map(ProjectNameText::text).collect::<Vec<_>>(), ["a"]);
    assert!(resolution.packages[0].user_supplied && !b.user_supplied);
}

/// Reads better in assertions.
trait ProjectNameText {
    fn text(&self) -> &str;
}

impl ProjectNameText for specifier::ProjectName {
    fn text(&self) -> &str {
        self.as_str()
    }
}

#[test]
fn the_same_question_has_the_same_answer() {
    let text = "a 1.0\n  b\n  c\na 2.0\n  b<2\n  c>=2\nb 1.0\nb 2.0\nc 1.0\n  b>=2\nc 2.0\n  b>=2\n";
    let answers: Vec<String> = (0..10).map(|_| Universe::new(text).choose("a, b")).collect();
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(answers[0], "b 2.0, c 2.0, a 1.0");
}
