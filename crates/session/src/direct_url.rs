//! What `direct_url.json` and the report say of a package that was not found by its name.

use metadata::{DirectUrl, DirectUrlKind};
use resolver::{Chosen, ResolvedPackage};

use crate::FetchedWheel;

/// Where a package came from that a requirement gave an address of; nothing for one from an index.
///
/// A digest in the address is repeated; without one it is that of the wheel.
pub fn direct_url(package: &ResolvedPackage, fetched: Option<&FetchedWheel>) -> Option<DirectUrl> {
    let Chosen::Direct(direct) = &package.chosen else { return None };
    let given = direct.link.hash().map(|(name, digest)| (name.to_owned(), digest.to_owned()));
    let taken = || fetched.map(|fetched| ("sha256".to_owned(), fetched.wheel.sha256().to_string()));
    Some(DirectUrl {
        url: index::remove_credentials(direct.link.url_without_fragment()),
        subdirectory: direct.link.subdirectory().map(ToOwned::to_owned),
        kind: DirectUrlKind::Archive { hashes: given.or_else(taken).into_iter().collect() },
    })
}
