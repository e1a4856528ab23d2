//! Why a package could not be made.

/// Why a package could not be made: a fault of shakedown itself, since its packages do not depend on any input.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The archive could not be written.
    #[error("cannot write the archive `{name}`")]
    Archive {
        /// The archive's name.
        name: String,
        /// What went wrong.
        source: std::io::Error,
    },
}
