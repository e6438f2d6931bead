//! Gives what libFuzzer makes up to the check `pyvenv_cfg`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check("pyvenv_cfg", bytes));
