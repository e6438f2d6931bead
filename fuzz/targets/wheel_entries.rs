//! Gives what libFuzzer makes up to the check `wheel_entries`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("wheel_entries", bytes));
