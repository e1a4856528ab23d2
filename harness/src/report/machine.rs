//! What the container might use, and how fast its machine was, in a line each.

use super::text;
use crate::model::limits::{NAMES, UNLIMITED};
use crate::model::reference::{Calibration, ReferenceWork};
use crate::model::{Record, Unit};

/// The limits of the subject's container; empty where nobody looked.
pub(super) fn limits(record: &Record) -> String {
    if record.limits.is_empty() {
        return String::new();
    }
    let told = NAMES.iter().filter_map(|name| Some(limit(name, record.limits.get(*name)?)));
    let mut words = told.collect::<Vec<_>>().join(", ");
    let unknown: Vec<_> =
        NAMES.iter().filter(|name| !record.limits.contains_key(**name)).map(|name| noun(name)).collect();
    if !unknown.is_empty() {
        words += &format!("; could not be read: {}", unknown.join(", "));
    }
    words
}

fn noun(name: &str) -> &'static str {
    match name {
        "processors" => "processors",
        "memory_bytes" => "memory",
        "processes" => "processes",
        "io" => "input and output",
        "open_files" => "open files",
        "user_processes" => "processes of a user",
        _ => "stack",
    }
}

fn limit(name: &str, value: &str) -> String {
    let noun = noun(name);
    if value == UNLIMITED {
        return format!("no limit on {noun}");
    }
    match name {
        "memory_bytes" | "stack_bytes" => {
            format!("{} of {noun}", value.parse().map_or_else(|_| value.to_owned(), text::bytes))
        }
        "io" => format!("{noun} limited to {value}"),
        _ => format!("{value} {noun}"),
    }
}

/// What the reference work took in the course of the run, beside what it should; empty where it was not done.
pub(super) fn speed(record: &Record) -> String {
    let told = |calibration: &Calibration| {
        let work = calibration.median();
        format!("{} {} ({})", in_digits(work.total()), calibration.moment, parts(work))
    };
    let slowdown = record.calibrations.iter().map(Calibration::slowdown).reduce(f64::max);
    let Some(slowdown) = slowdown else { return String::new() };
    let told = record.calibrations.iter().map(told).collect::<Vec<_>>().join(", ");
    let stated = ReferenceWork::STATED;
    let total = in_digits(stated.total());
    format!("{told}; {total} are stated ({}), so this machine took {slowdown:.1} times as long", parts(stated))
}

/// What each part of the work took.
fn parts(work: ReferenceWork) -> String {
    let parts = [("computing", work.processor), ("files", work.files), ("processes", work.processes)];
    parts.map(|(name, seconds)| format!("{name} {}", in_digits(seconds))).join(", ")
}

fn in_digits(seconds: f64) -> String {
    text::figure(seconds, Unit::Seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(limits: &[(&str, &str)]) -> String {
        let limits = limits.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        super::limits(&Record { limits, ..Record::default() })
    }

    #[test]
    fn limits_are_told_in_one_line_with_what_could_not_be_read() {
        assert_eq!(limited(&[]), "");
        let all = [
            ("processors", "1.5"),
            ("memory_bytes", "268435456"),
            ("processes", UNLIMITED),
            ("io", UNLIMITED),
            ("open_files", "1048576"),
            ("user_processes", UNLIMITED),
            ("stack_bytes", "8388608"),
        ];
        insta::assert_snapshot!(limited(&all));
        insta::assert_snapshot!(limited(&[("io", "8:0 rbps=1048576"), ("open_files", "64")]));
    }

    #[test]
    fn the_speed_is_told_beside_what_it_should_be() {
        assert_eq!(speed(&Record::default()), "");
        let work = |processor| ReferenceWork { processor, files: 0.012, processes: 0.04 };
        let calibration =
            |moment: &str, seconds| Calibration { moment: moment.to_owned(), samples: vec![work(seconds)] };
        let calibrations = vec![calibration("before performance", 0.052), calibration("after performance", 0.289)];
        insta::assert_snapshot!(speed(&Record { calibrations, ..Record::default() }));
    }
}
