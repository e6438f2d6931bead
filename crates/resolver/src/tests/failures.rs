//! Failures in pip's words; the expected texts are those of pip 26.3 for the same packages.

use super::universe::Universe;

const ADVICE: &str = "\n\nTo fix this you could try to:\n1. loosen the range of package versions you've specified\n2. remove package versions to allow pip to attempt to solve the dependency conflict\n\nResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts";

const ADDITIONALLY: &str = "\n\nAdditionally, some packages in these conflicts have no matching distributions available for your environment:\n    ";

const WORLD: &str =
    "p 1.0\n  x<1\np 1.1\n  x<1\nq 1.0\n  x>=2\nx 0.5\nx 2.0\nr 1.0\n  x>=9\ns 1.0\n  x>=9\ns 1.1\n  x>=9\n";

#[test]
fn nothing_of_that_name() {
    let universe = Universe::new(WORLD);
    assert_eq!(
        universe.ask("nothing").failure(),
        "Could not find a version that satisfies the requirement nothing (from versions: none)\nNo matching distribution found for nothing"
    );
    assert_eq!(
        universe.ask("x>5").failure(),
        "Could not find a version that satisfies the requirement x>5 (from versions: 0.5, 2.0)\nNo matching distribution found for x>5"
    );
    assert_eq!(
        universe.ask("r").failure(),
        "Could not find a version that satisfies the requirement x>=9 (from r) (from versions: 0.5, 2.0)\nNo matching distribution found for x>=9 (from r)"
    );
}

#[test]
fn what_was_left_out_is_told() {
    let universe = Universe::new("a 1.0 python=>=3.13,<4\na 1.1 python=<3\na 1.2 yanked\na 1.3a1\n");
    assert_eq!(
        universe.ask("a>=2").failure(),
        "Ignored the following yanked versions: 1.2\nIgnored the following versions that require a different python version: 1.0 Requires-Python <4,>=3.13; 1.1 Requires-Python <3\nCould not find a version that satisfies the requirement a>=2 (from versions: 1.3a1)\nNo matching distribution found for a>=2"
    );
    let hint = Universe::new(WORLD).ask("requirements.txt").failure();
    assert!(
        hint.contains("HINT: You are attempting to install a package literally named \"requirements.txt\""),
        "{hint}"
    );
}

#[test]
fn two_packages_disagree() {
    assert_eq!(
        Universe::new(WORLD).ask("p, q").failure(),
        format!(
            "Cannot install p==1.0 and q==1.0 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    p 1.0 depends on x<1\n    q 1.0 depends on x>=2{ADDITIONALLY}x{ADVICE}"
        )
    );
    assert_eq!(
        Universe::new(WORLD).ask("s").failure(),
        format!(
            "Cannot install s==1.0 and s==1.1 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    s 1.1 depends on x>=9\n    s 1.0 depends on x>=9{ADDITIONALLY}x{ADVICE}"
        )
    );
}

#[test]
fn the_user_disagrees_with_himself() {
    assert_eq!(
        Universe::new(WORLD).ask("x==0.5, x==2.0").failure(),
        format!(
            "Cannot install x==0.5 and x==2.0 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    The user requested x==0.5\n    The user requested x==2.0{ADDITIONALLY}x{ADVICE}"
        )
    );
}

#[test]
fn constraints_take_part() {
    assert_eq!(
        Universe::new(WORLD).ask("q").constrained("x<1").failure(),
        format!(
            "Cannot install q==1.0 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    q 1.0 depends on x>=2\n    The user requested (constraint) x<1{ADDITIONALLY}x{ADVICE}"
        )
    );
    assert_eq!(
        Universe::new(WORLD).ask("x>5").constrained("x<1").failure(),
        format!(
            "Cannot install x>5 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    The user requested x>5\n    The user requested (constraint) x<1{ADDITIONALLY}x{ADVICE}"
        )
    );
}

#[test]
fn another_python_is_wanted() {
    let universe = Universe::new("needs 1.0\n  py\npy 1.0 hidden-python=<3\n");
    assert_eq!(
        universe.ask("needs").failure(),
        "Package 'py' requires a different Python: 3.12.1 not in '<3'"
    );
}

#[test]
fn our_own_words() {
    assert_eq!(
        Universe::new(WORLD).ask("p, q").explanation(),
        [
            "Because p depends on x<1 and q depends on x>=2, p and q cannot be installed together.",
            "And because you require p and you require q, your requirements cannot be satisfied.",
        ]
    );
    assert_eq!(
        Universe::new(WORLD).ask("p, x>=2").explanation(),
        [
            "Because p depends on x<1 and you require p, you need x<1.",
            "And because you require x>=2, your requirements cannot be satisfied.",
            "Without the limit on x (>=2), x 0.5 would do.",
        ]
    );
    let constrained = Universe::new(WORLD).ask("q").constrained("x<1").explanation();
    assert_eq!(constrained.last().map(String::as_str), Some("Without the constraint x<1, x 2.0 would do."));
}

#[test]
fn a_long_story_is_still_told_in_order() {
    let universe = Universe::new(
        "menu 1.0\n  dropdown>=2\nmenu 1.1\n  dropdown>=2\ndropdown 2.0\n  icons>=2\ndropdown 2.1\n  icons>=2\n\
         icons 1.0\nicons 2.0\n",
    );
    let explanation = universe.ask("menu, icons<2").explanation();
    assert!(
        explanation.iter().any(|sentence| sentence.contains("dropdown depends on icons>=2")),
        "{explanation:#?}"
    );
    assert!(
        explanation.iter().any(|s| s.ends_with("your requirements cannot be satisfied.")),
        "{explanation:#?}"
    );
    assert_eq!(explanation.last().unwrap(), "Without the limit on icons (<2), icons 2.0 would do.");
}

#[test]
fn cancelled() {
    let universe = Universe::new(WORLD);
    let asked = universe.ask("p");
    let error = asked.put(|request| {
        let request = crate::Request { cancelled: &|| true, ..*request };
        crate::resolve(&request, &universe).unwrap_err()
    });
    assert_eq!(error.to_string(), "Operation cancelled by user");
}
