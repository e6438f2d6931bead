//! Gives what libFuzzer makes up to the check `marker`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("marker", bytes));
