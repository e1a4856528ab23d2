//! Figures as people write them: sizes, durations, percentages, numbers of processors.

use std::time::Duration;

use super::subject::Budget;
use crate::model::measure::Unit;
use crate::model::moment::seconds_between;
use crate::model::verdict::Threshold;

/// Units of size and their bytes.
const SIZES: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// Bytes of a size such as `100MB` (decimal) or `2GiB` (binary). Units are recognized in any case; a fraction of a byte is dropped.
///
/// The error is a fragment that says what is wrong.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let refused = || format!("`{text}` is not a size such as `100MB` or `2GiB`");
    let split = text.find(|character: char| !character.is_ascii_digit() && character != '.').ok_or_else(refused)?;
    let (number, unit) = text.split_at(split);
    let unit = unit.trim_start();
    let (_, factor) = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).ok_or_else(|| {
        let names = SIZES.map(|(name, _)| name).join(", ");
        format!("{}: `{unit}` is none of {names}", refused())
    })?;
    scaled(number, *factor).ok_or_else(refused)
}

/// A duration such as `90s` or `2min`. The error is a fragment that says what is wrong.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|error| format!("`{text}` is not a duration such as `30s` or `2min`: {error}"))
}

/// A percentage such as `25%`, of any size. The error is a fragment that says what is wrong.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let refused = || format!("`{text}` is not a percentage such as `25%`");
    let number = text.trim().strip_suffix('%').ok_or_else(refused)?.trim_end();
    Ok(scaled(number, 1_000_000).ok_or_else(refused)? as f64 / 1e6)
}

/// A day such as `2026-12-31`. The error is a fragment that says what is wrong.
pub(super) fn day(text: &str) -> Result<String, String> {
    let is_day =
        text.len() == 10 && seconds_between(&format!("{text}T00:00:00Z"), &format!("{text}T00:00:00Z")).is_some();
    if is_day { Ok(text.to_owned()) } else { Err(format!("`{text}` is not a day such as `2026-12-31`")) }
}

/// A lower bound such as `> 95%`, `>= 95%` or `100%`. The error is a fragment that says what is wrong.
pub(super) fn threshold(text: &str) -> Result<Threshold, String> {
    let refused = || format!("`{text}` is not a percentage such as `> 95%` or `100%`");
    let text = text.trim();
    let (exclusive, rest) = match (text.strip_prefix(">="), text.strip_prefix('>')) {
        (Some(rest), _) => (false, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => (false, text),
    };
    let number = rest.trim().strip_suffix('%').ok_or_else(refused)?.trim_end();
    // Through the fixed-point reader, since a float's own would take `inf`, `1e3` and signs.
    let millionths = scaled(number, 1_000_000).ok_or_else(refused)?;
    let percent = millionths as f64 / 1e6;
    if percent > 100.0 || (exclusive && millionths == 100_000_000) {
        return Err(format!("`{text}` cannot be reached: a rate is at most 100%"));
    }
    Ok(Threshold { percent, exclusive })
}

/// Millionths of a processor of a number such as `2` or `1.5`. The error is a fragment that says what is wrong.
pub(super) fn processors(text: &str) -> Result<u64, String> {
    scaled(text, 1_000_000)
        .filter(|millionths| *millionths > 0)
        .ok_or_else(|| format!("`{text}` is not a number of processors such as `2` or `1.5`"))
}

/// A limit: a size (`100MB`), a duration (`30s`) or a count (`12`). The error is a fragment that says what is wrong.
pub(super) fn budget(text: &str) -> Result<Budget, String> {
    if let Some(count) = scaled(text, 1).filter(|_| !text.contains('.')) {
        return Ok(Budget { value: count as f64, unit: Unit::Count });
    }
    if text.ends_with(['b', 'B']) {
        return size(text).map(|bytes| Budget { value: bytes as f64, unit: Unit::Bytes });
    }
    let seconds = humantime::parse_duration(text).map_err(|error| {
        format!("`{text}` is neither a duration (`30s`), nor a size (`100MB`), nor a count (`12`): {error}")
    })?;
    Ok(Budget { value: seconds.as_secs_f64(), unit: Unit::Seconds })
}

/// A decimal number without sign or exponent, times a factor, rounded down; nothing where it is malformed or too large.
fn scaled(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| !part.is_empty() && part.len() <= 18 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let divisor = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let mantissa = whole.parse::<u128>().ok()? * divisor + fraction.parse::<u128>().ok()?;
    u64::try_from(mantissa.checked_mul(u128::from(factor))? / divisor).ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("100MB", Some(100_000_000))]
    #[case("2GiB", Some(2_147_483_648))]
    #[case("1.5 kb", Some(1500))]
    #[case("0B", Some(0))]
    #[case("100", None)]
    #[case("100M", None)]
    #[case("MB", None)]
    #[case("1.MB", None)]
    #[case("-1MB", None)]
    #[case("99999999TiB", None)]
    #[case("", None)]
    #[case("1é", None)]
    fn sizes_are_read_exactly_or_refused(#[case] text: &str, #[case] bytes: Option<u64>) {
        assert_eq!(size(text).ok(), bytes);
    }

    #[rstest]
    #[case("> 95%", Some((95.0, true)))]
    #[case(">=99.5 %", Some((99.5, false)))]
    #[case("100%", Some((100.0, false)))]
    #[case("> 100%", None)]
    #[case("101%", None)]
    #[case("95", None)]
    #[case("< 5%", None)]
    #[case("inf%", None)]
    #[case("%", None)]
    fn percentages_are_lower_bounds_that_can_be_reached(#[case] text: &str, #[case] expected: Option<(f64, bool)>) {
        let expected = expected.map(|(percent, exclusive)| Threshold { percent, exclusive });
        assert_eq!(threshold(text).ok(), expected);
    }

    #[rstest]
    #[case("30s", Some((30.0, Unit::Seconds)))]
    #[case("250ms", Some((0.25, Unit::Seconds)))]
    #[case("1.5MB", Some((1_500_000.0, Unit::Bytes)))]
    #[case("12", Some((12.0, Unit::Count)))]
    #[case("30", Some((30.0, Unit::Count)))]
    #[case("30 bananas", None)]
    #[case("soon", None)]
    fn budgets_are_durations_sizes_or_counts(#[case] text: &str, #[case] expected: Option<(f64, Unit)>) {
        let expected = expected.map(|(value, unit)| Budget { value, unit });
        assert_eq!(budget(text).ok(), expected);
    }

    #[test]
    fn processors_are_counted_in_millionths() {
        assert_eq!(processors("1.5"), Ok(1_500_000));
        assert!(processors("0").is_err() && processors("two").is_err());
    }
}
