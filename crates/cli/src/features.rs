//! What pip says of the features that `--use-feature` and `--use-deprecated` choose. Here they choose little: what the
//! new ones ask for is how everything works, or makes no difference.

use options::{List, Values};

use crate::console::Console;
use crate::context::Context;
use crate::requirements::Requirements;

/// The warning about features that were chosen once and are always on now.
pub fn say_always_enabled(console: &Console, values: &Values) {
    if let Some(named) = options::always_enabled_features(values) {
        console.warning(format_args!("The following features are always enabled: {named}. "));
    }
}

/// The warnings about the features that are chosen for a resolution, also by requirements files.
pub fn say(context: &Context<'_>, requirements: &Requirements) {
    let is_chosen = |list: List, feature: &str| context.list(list).iter().any(|chosen| chosen == feature);
    let is_new = |feature: &str| {
        is_chosen(List::UseFeature, feature) || requirements.features.iter().any(|chosen| chosen == feature)
    };
    let is_legacy = is_chosen(List::UseDeprecated, "legacy-resolver");
    let console = context.console;
    if is_legacy {
        console.warning(
            "--use-deprecated=legacy-resolver changes nothing: there is one resolver, and it refuses sets of packages \
             that do not go together.",
        );
    }
    if is_new("fast-deps") {
        console.warning(if is_legacy {
            "fast-deps has no effect when used with the legacy resolver."
        } else {
            "pip is using lazily downloaded wheels using HTTP range requests to obtain dependency information. This \
             experimental feature is enabled through --use-feature=fast-deps and it is not ready for production."
        });
    }
    if is_new("inprocess-build-deps") && is_new("venv-isolation") {
        console.warning(
            "Using --use-feature 'inprocess-build-deps' and 'venv-isolation' together is currently partially supported. \
             If you encounter broken behaviour, use only one feature.",
        );
    }
}
