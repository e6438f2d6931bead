//! Gives what libFuzzer makes up to the check `project_file`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("project_file", bytes));
