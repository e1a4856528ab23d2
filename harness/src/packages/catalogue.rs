//! The packages that there are, each named for what it is there for.

use super::recipe::{Extra, Recipe, Requirement};

/// Every version of every package; those of one package together, the oldest first.
///
/// - `shakedown-plain` 1.0, 1.1, 2.0: nothing but versions.
/// - `shakedown-program` 1.0, 1.1: brings a program of the same name; `shakedown-program 7` exits with 7.
/// - `shakedown-extra` 1.0: with the extra `more` it needs `shakedown-plain`.
/// - `shakedown-data` 1.0: brings a file, `words.txt`.
/// - `shakedown-top` 1.0 needs `shakedown-middle`, which needs `shakedown-bottom` 1.0 or 2.0.
/// - `shakedown-left` 1.0 and `shakedown-right` 1.0 exclude each other: they need different versions of the bottom.
/// - `shakedown-damaged` 1.0: the index announces another checksum than the file has.
/// - `shakedown-yanked` 1.0, 1.1: the newer one was taken back.
/// - `shakedown-foreign` 1.0: for Windows only.
pub fn catalogue() -> Vec<Recipe> {
    let plain = |version| Recipe { name: "shakedown-plain", version, ..Recipe::default() };
    let program = |version| Recipe {
        name: "shakedown-program",
        version,
        program: Some("shakedown-program"),
        ..Recipe::default()
    };
    let mut all = vec![plain("1.0"), plain("1.1"), plain("2.0"), program("1.0"), program("1.1")];
    all.push(Recipe {
        name: "shakedown-extra",
        version: "1.0",
        extras: vec![Extra { name: "more", requires: vec![needs("shakedown-plain", "")] }],
        ..Recipe::default()
    });
    all.push(Recipe {
        name: "shakedown-data",
        version: "1.0",
        data: Some(("words.txt", "salt\nwind\nrope\n")),
        ..Recipe::default()
    });
    all.extend(depending());
    all.push(Recipe { name: "shakedown-damaged", version: "1.0", damaged: true, ..Recipe::default() });
    all.push(Recipe { name: "shakedown-yanked", version: "1.0", ..Recipe::default() });
    all.push(Recipe {
        name: "shakedown-yanked",
        version: "1.1",
        yanked: Some("taken back on purpose"),
        ..Recipe::default()
    });
    all.push(Recipe { name: "shakedown-foreign", version: "1.0", foreign: true, ..Recipe::default() });
    all
}

/// Those that need others: a chain of three, and two that exclude each other.
fn depending() -> Vec<Recipe> {
    let one = |name, requires| Recipe { name, version: "1.0", requires, ..Recipe::default() };
    let newer = Recipe { version: "2.0", ..one("shakedown-bottom", Vec::new()) };
    vec![
        one("shakedown-bottom", Vec::new()),
        newer,
        one("shakedown-middle", vec![needs("shakedown-bottom", ">=1")]),
        one("shakedown-top", vec![needs("shakedown-middle", "")]),
        one("shakedown-left", vec![needs("shakedown-bottom", "<2")]),
        one("shakedown-right", vec![needs("shakedown-bottom", ">=2")]),
    ]
}

fn needs(name: &'static str, versions: &'static str) -> Requirement {
    Requirement { name, versions }
}
