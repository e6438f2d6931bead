//! How the program starts: directly from the C library, without the preparations of Rust's own start.
//!
//! Those take a twelfth of `oxipip --version`: they read `/proc/self/maps` to find the end of the stack and set up a second
//! stack, for a handler that puts a sentence before the signal of a stack overflow. What of them every command needs is
//! done here: three descriptors that are open, and writes to a closed pipe that fail instead of ending the process.
//!
//! Where the C library does not hand the arguments to a program before `main`, as glibc and Apple's do, Rust's start remains
//! (`direct_start` in `build.rs`).

/// The exit code of a panic, as Rust's own start has it.
const PANICKED: u8 = 101;

/// Runs the command in what the operating system has handed over; gives its exit code.
pub fn start() -> u8 {
    std::panic::catch_unwind(|| crate::run(&crate::process::Process::current())).unwrap_or(PANICKED)
}

#[cfg(all(direct_start, not(test)))]
mod direct {
    use std::ffi::{c_char, c_int};

    /// The entry that the C library calls.
    // SAFETY: Nothing else in the program has this name: `no_main` takes away the one that Rust would define. The signature
    // is that of C's `main`; the arguments are not looked at.
    #[unsafe(no_mangle)]
    extern "C" fn main(_count: c_int, _arguments: *const *const c_char) -> c_int {
        open_standard_descriptors();
        // SAFETY: No other thread runs yet, and a signal that is ignored needs no function.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
        super::start().into()
    }

    /// Opens `/dev/null` in the place of standard descriptors that are closed. Otherwise the next file to be opened would
    /// get their number, and messages would be written into it.
    fn open_standard_descriptors() {
        for descriptor in 0..=2 {
            // SAFETY: The first call changes nothing and takes any number. The second gets a C string, gives the lowest free
            // number, which is that of the closed one, and belongs to nobody until the process ends.
            unsafe {
                if libc::fcntl(descriptor, libc::F_GETFD) == -1 {
                    libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
                }
            }
        }
    }
}
