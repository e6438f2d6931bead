//! Gives what libFuzzer makes up to the check `requirement_line`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("requirement_line", bytes));
