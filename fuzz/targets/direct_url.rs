//! Gives what libFuzzer makes up to the check `direct_url`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("direct_url", bytes));
