//! What a verdict file claims, for whoever holds it against an image.

use super::verdict::Decision;

/// A verdict on one platform, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The run that it is from.
    pub run: String,
    /// The subject's name.
    pub subject: String,
    /// What the gate said of this platform.
    pub decision: Decision,
    /// Why, unless it is stable.
    pub reasons: Vec<String>,
    /// The image's id, which is the digest of its configuration; absent where none was judged.
    pub image: Option<String>,
    /// Its platform.
    pub platform: Option<String>,
    /// Platforms that must have a verdict.
    pub platforms: Vec<String>,
    /// Whether it was the whole suite.
    pub whole: bool,
    /// Whether the build was given this machine's certificate authorities.
    pub trusts_host: bool,
    /// Where the image holds something of the machine that built it; absent where nobody looked.
    pub traces: Option<Vec<String>>,
    /// What was asked for: hashes of the configuration and the suites.
    pub asked: [String; 2],
}
