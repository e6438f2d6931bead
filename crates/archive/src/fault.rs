//! What can be wrong with the layout of an archive.

/// Why an archive does not mean the same to every reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutFault {
    /// The header of an entry contradicts the directory, or what follows its data contradicts both.
    #[error("its header and the archive's directory differ")]
    Header,
    /// An entry is not where the directory says, or has no room there.
    #[error("its data is damaged")]
    Data,
    /// An entry shares bytes with another one.
    #[error("it overlaps another entry")]
    Overlap {
        /// The later of the two, as the directory names it.
        name: Vec<u8>,
    },
    /// Between the entries, before or after them there are parts of an archive that the directory does not know of.
    #[error("the archive has parts that its directory does not list")]
    Unlisted,
    /// The end of the archive contradicts its directory.
    #[error("the end of the archive and its directory differ")]
    Directory,
}
