//! Gives what libFuzzer makes up to the check `source_archive`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("source_archive", bytes));
