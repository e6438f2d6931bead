//! Gives what libFuzzer makes up to the check `entry_points`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("entry_points", bytes));
