//! The `User-Agent` header: pip's form, so that index statistics count the installer, the interpreter and the system.

use environment::native_pip::PIP_INTERFACE_VERSION;
use serde_json::{Map, Value, json};

use crate::context::Context;

/// Variables whose presence means a continuous integration service (pip: `CI_ENVIRONMENT_VARIABLES`).
const CI_VARIABLES: [&str; 4] = ["BUILD_BUILDID", "BUILD_ID", "CI", "PIP_IS_CI"];

/// `oxipip/<version> {json}`.
pub fn user_agent(context: &Context<'_>) -> String {
    let mut data = Map::new();
    data.insert("installer".into(), json!({"name": "oxipip", "version": env!("CARGO_PKG_VERSION")}));
    data.insert("interface".into(), json!({"name": "pip", "version": PIP_INTERFACE_VERSION}));
    if let Ok(environment) = context.environment() {
        let markers = environment.markers();
        data.insert("python".into(), Value::String(environment.python_full_version().to_owned()));
        data.insert(
            "implementation".into(),
            json!({"name": markers.platform_python_implementation, "version": markers.implementation_version}),
        );
        data.insert(
            "system".into(),
            json!({"name": markers.platform_system, "release": markers.platform_release}),
        );
        data.insert("cpu".into(), Value::String(markers.platform_machine));
    }
    let is_ci = CI_VARIABLES.iter().any(|name| context.process.variable(name).is_some());
    data.insert("ci".into(), if is_ci { Value::Bool(true) } else { Value::Null });
    if let Some(user_data) = context.process.set_variable("PIP_USER_AGENT_USER_DATA") {
        data.insert("user_data".into(), Value::String(user_data.to_owned()));
    }
    let json = metadata::python_json(&Value::Object(data)).replace(", ", ",").replace(": ", ":");
    format!("oxipip/{} {json}", env!("CARGO_PKG_VERSION"))
}
