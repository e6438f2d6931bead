//! Gives what libFuzzer makes up to the check `lock_file`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("lock_file", bytes));
