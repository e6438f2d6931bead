//! Gives what libFuzzer makes up to the check `version`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("version", bytes));
