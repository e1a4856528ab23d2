//! What the program's exit codes mean: the one table of them.

/// Code and meaning, in ascending order.
pub(super) const EXIT_CODES: [(u8, &str); 6] = [
    (0, "stable"),
    (1, "not stable"),
    (2, "usage or configuration"),
    (3, "inconclusive (no engine included)"),
    (4, "nothing selected"),
    (130, "interrupted"),
];

/// Which one counts where there are several subjects.
pub(super) const OF_SEVERAL: &str = "Of several subjects: 2, 130, 1, 3, 4, 0.";

/// All of it on one line, below the help.
pub(super) fn line() -> String {
    let codes: Vec<String> = EXIT_CODES.iter().map(|(code, meaning)| format!("{code} {meaning}")).collect();
    format!("Exit codes: {}. {OF_SEVERAL}", codes.join(" · "))
}
