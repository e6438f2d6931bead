//! Gives what libFuzzer makes up to the check `record`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("record", bytes));
