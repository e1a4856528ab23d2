//! The time between two moments that are written down.

/// Seconds from one RFC 3339 moment in UTC to another, as envelopes carry them; `None` where either is no such moment.
pub fn seconds_between(from: &str, to: &str) -> Option<f64> {
    Some(seconds(to)? - seconds(from)?)
}

/// Seconds since 1970 of `2026-11-20T12:10:05.000Z`.
fn seconds(moment: &str) -> Option<f64> {
    let (date, time) = moment.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = three(date, '-')?;
    let [hour, minute, second] = three(time, ':')?;
    let day = days(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let second: f64 = second.parse().ok()?;
    Some(day as f64 * 86_400.0 + f64::from(hour * 3600 + minute * 60) + second)
}

fn three(text: &str, separator: char) -> Option<[&str; 3]> {
    text.split(separator).collect::<Vec<_>>().try_into().ok()
}

/// Days since 1970-01-01 in the Gregorian calendar: years counted from March, so that a leap day ends one.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1970-01-01T00:00:00Z", Some(0.0))]
    #[case("2000-02-29T00:00:01.5Z", Some(951_782_401.5))]
    #[case("2026-11-20T12:10:05.000Z", Some(1_795_176_605.0))]
    #[case("2026-11-20 12:10:05Z", None)]
    #[case("2026-11-20T12:10:05", None)]
    #[case("2026-13-20T12:10:05Z", None)]
    #[case("", None)]
    fn moments_are_read(#[case] moment: &str, #[case] expected: Option<f64>) {
        assert_eq!(seconds(moment), expected);
    }

    #[test]
    fn time_passes_over_the_end_of_a_year() {
        assert_eq!(seconds_between("2027-12-31T23:59:59.500Z", "2028-01-01T00:00:01.000Z"), Some(1.5));
    }
}
