//! What gives a secret away by its form, wherever it stands: in what programs print, and in what an image declares.
//!
//! Known are credentials in URLs, `Authorization` headers, and values under a name that says token, password, secret or key.
//! Pure; what masks and what looks for secrets use the same notion.

mod form;
mod image;
mod name;

pub use form::{MASK, masked};
pub use image::{declared, found};
pub use name::{SHORTEST_SECRET, is_telling};
