//! Gives what libFuzzer makes up to the check `core_metadata`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("core_metadata", bytes));
