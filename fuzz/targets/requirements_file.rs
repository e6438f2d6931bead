//! Gives what libFuzzer makes up to the check `requirements_file`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("requirements_file", bytes));
