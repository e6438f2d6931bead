//! From a source tree to metadata and wheels, by the project's own build backend.
//!
//! What comes in: the archive of a source distribution or a source tree, and the Python of an environment in which the
//! tree's build requirements are installed (making that environment is `session`'s work, as is resolving). What goes out:
//! the root of the unpacked tree ([`unpack_source`]), what the tree needs to be built ([`BuildSystem`]), its metadata,
//! without running anything where that is sound ([`static_metadata`]), else by a hook, and wheels, which `store` takes
//! like any other ([`Backend`]).
//!
//! Hooks run the project's code. They run in processes of their own that end with this one, and see the environment
//! variables that the caller hands over and no others. Nothing is printed here: what a hook prints goes to a [`Watch`]
//! and, when it fails, into the [`HookFailure`].

mod build_system;
mod config_settings;
mod error;
mod hooks;
mod static_metadata;
mod unpack;
mod wheel;

pub use build_system::BuildSystem;
pub use config_settings::ConfigSettings;
pub use error::{BackendError, HookFailure, UnpackFault, WheelFault};
pub use hooks::{
    Artifact, Backend, BuildEnvironment, Hook, HookProcess, HookWarning, PreparedMetadata, Watch,
};
pub use static_metadata::static_metadata;
pub use unpack::unpack_source;
pub use wheel::{check_wheel_name, verify_wheel};
