//! Requirements and constraints files, which may include others: here always themselves, from wherever.

use requirement::{FileKind, read_requirements};

use crate::environment_of_tests::OneContent;

/// Takes a requirements file.
pub fn check(bytes: &[u8]) {
    for kind in [FileKind::Requirements, FileKind::Constraints] {
        match read_requirements("requirements.txt", kind, &OneContent(bytes)) {
            Ok(file) => {
                let requirements = file.requirements().chain(file.constraints());
                assert!(requirements.into_iter().all(|requirement| !requirement.to_string().is_empty()));
                assert!(file.options().all(|option| option.line >= 1));
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
