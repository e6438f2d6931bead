//! What can be done about errors of the machine itself, which pip leaves to whoever reads its message.

use std::error::Error;
use std::io;

use rustix::io::Errno;

/// The line that tells what to do about an error of the system; empty where the error is not one of the machine.
pub fn of(error: &io::Error) -> &'static str {
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOSPC | Errno::DQUOT) => {
            "Free some space there, or choose another disk (TMPDIR, --cache-dir), and run the command again.\n"
        }
        Some(Errno::MFILE | Errno::NFILE) => {
            "Too many files are open: raise the limit (ulimit -n) and run the command again.\n"
        }
        Some(Errno::FBIG) => {
            "Files may not grow so large: raise the limit (ulimit -f) and run the command again.\n"
        }
        Some(Errno::NOMEM | Errno::AGAIN) => {
            "Raise the limits of memory and processes (ulimit -v, ulimit -u, the container's), or end other programs, \
             and run the command again.\n"
        }
        Some(Errno::IO) => {
            "The disk or the network behind that path does not work: look into the system's log, then run the command \
             again.\n"
        }
        Some(Errno::ROFS) => {
            "That file system may only be read: choose another place, or mount it for writing.\n"
        }
        _ => "",
    }
}

/// The same for an error that has one of the system among its causes.
pub fn of_causes(error: &(dyn Error + 'static)) -> &'static str {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref() {
            return of(error);
        }
        cause = error.source();
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_machine_only() {
        assert!(of(&io::Error::from(Errno::NOSPC)).contains("space"));
        assert!(of(&io::Error::from(Errno::MFILE)).contains("ulimit -n"));
        assert_eq!(of(&io::Error::from(Errno::NOENT)), "");
        assert_eq!(of(&io::Error::other("no such thing")), "");
    }

    #[test]
    fn behind_other_errors() {
        let error = store::StoreError::Io {
            action: "write",
            path: "/store".into(),
            source: io::Error::from(Errno::NOSPC),
        };
        assert_eq!(of_causes(&error), of(&io::Error::from(Errno::NOSPC)));
        assert_eq!(of_causes(&store::StoreError::Digest(String::new())), "");
    }
}
