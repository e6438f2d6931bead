//! `--version`: which program this is, where it stands, and for which Python.

use environment::Environment;
use environment::native_pip::PIP_INTERFACE_VERSION;

use crate::console::Console;
use crate::process::Process;

/// pip's line, which `-v` shows, too.
pub fn line(environment: &Environment) -> String {
    let (major, minor, _) = environment.version();
    let place = environment.scheme().purelib.join("pip");
    format!("pip {PIP_INTERFACE_VERSION} from {} (python {major}.{minor})", place.display())
}

/// Prints pip's line under pip's name, and oxipip's own under its own.
pub fn run(console: &Console, process: &Process, environment: Option<&Environment>) -> u8 {
    let interface = PIP_INTERFACE_VERSION;
    match environment.filter(|_| process.is_called_pip()) {
        Some(environment) => console.result(line(environment)),
        None => console
            .result(format_args!("oxipip {} (interface of pip {interface})", env!("CARGO_PKG_VERSION"))),
    }
    0
}
