//! Gives what libFuzzer makes up to the check `source_entries`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("source_entries", bytes));
