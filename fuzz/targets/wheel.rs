//! Gives what libFuzzer makes up to the check `wheel`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("wheel", bytes));
