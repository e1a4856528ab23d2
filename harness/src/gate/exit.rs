//! From verdicts to the exit code of the program.

use crate::model::Decision;
use crate::model::verdict::INTERRUPTED;

/// What was typed or configured is wrong.
const USAGE: u8 = 2;

/// From the worst to the best.
const ORDER: [u8; 6] = [USAGE, INTERRUPTED, 1, 3, 4, 0];

/// The exit code for several subjects: the worst decides, in the order 2, 130, 1, 3, 4, 0. A code that is none of
/// these is worse than all; no subject at all is as good as nothing selected.
pub fn exit_code(codes: impl IntoIterator<Item = u8>) -> u8 {
    let rank = |code: &u8| ORDER.iter().position(|known| known == code);
    codes.into_iter().min_by_key(rank).unwrap_or(Decision::Empty.exit_code())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&[], 4)]
    #[case(&[0], 0)]
    #[case(&[0, 4], 4)]
    #[case(&[4, 3, 0], 3)]
    #[case(&[3, 1, 3], 1)]
    #[case(&[1, 130], 130)]
    #[case(&[130, 2, 1, 3, 4, 0], 2)]
    #[case(&[2, 101], 101)]
    fn the_worst_of_several_decides(#[case] codes: &[u8], #[case] expected: u8) {
        assert_eq!(exit_code(codes.iter().copied()), expected);
    }
}
