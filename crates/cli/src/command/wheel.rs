//! `wheel`: wheels of all that an install would need, built where there are none, saved in a folder.

use options::Text;
use session::Fetch;

use crate::context::Context;
use crate::failure::Failure;
use crate::gather::gather;

/// Runs the command.
pub fn run(context: &Context<'_>) -> Result<u8, Failure> {
    let folder = context.text(Text::WheelDir).unwrap_or(".");
    gather(context, folder, Fetch::Builds)?;
    Ok(0)
}
