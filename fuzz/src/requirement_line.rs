//! Requirements, as metadata has them and as they stand on a command line.

use requirement::{Origin, RequirementOptions, parse_argument, parse_editable};
use specifier::Requirement;

use crate::{environment_of_tests::OneContent, marker::prints_itself};

/// Takes a requirement.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Requirement::parse(text) {
        Ok(requirement) if prints_itself(text) => {
            let shown = requirement.to_string();
            let again = Requirement::parse(&shown).expect("what a requirement prints is one");
            assert_eq!(shown, again.to_string());
            assert_eq!(requirement.project, again.project);
            assert_eq!(requirement.specifiers, again.specifiers);
        }
        Ok(requirement) => assert!(!requirement.to_string().is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let options = RequirementOptions::default;
    if let Ok(parsed) = parse_argument(text, &Origin::CommandLine, options(), &OneContent(b"")) {
        assert!(!parsed.value.to_string().is_empty());
    }
    if let Ok(editable) = parse_editable(text, &Origin::CommandLine, options(), &OneContent(b"")) {
        assert!(!editable.to_string().is_empty());
    }
}
