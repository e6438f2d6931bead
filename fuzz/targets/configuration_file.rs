//! Gives what libFuzzer makes up to the check `configuration_file`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("configuration_file", bytes));
