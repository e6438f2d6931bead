//! `download`: what an install would need, saved in a folder.

use options::Text;
use session::Fetch;

use crate::context::Context;
use crate::failure::Failure;
use crate::gather::gather;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let folder = context.text(Text::Destination).unwrap_or(".");
    let names = gather(context, folder, Fetch::Metadata)?;
    if !names.is_empty() {
        context.console.info(format_args!("Successfully downloaded {}", names.join(" ")));
    }
    Ok(0)
}
