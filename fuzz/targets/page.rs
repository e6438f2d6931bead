//! Gives what libFuzzer makes up to the check `page`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("page", bytes));
