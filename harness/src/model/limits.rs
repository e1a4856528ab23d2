//! What a container may use, as the kernel tells in it.

use std::collections::BTreeMap;

/// Limits by name, as `processors` or `open_files`: a number, [`UNLIMITED`], or for `io` the devices with their rates.
/// What could not be read is not there.
pub type Limits = BTreeMap<String, String>;

/// The value of a limit that there is not.
pub const UNLIMITED: &str = "unlimited";

/// All names, in the order in which they are told.
pub const NAMES: [&str; 7] =
    ["processors", "memory_bytes", "processes", "io", "open_files", "user_processes", "stack_bytes"];

/// Which control groups this process is in.
pub const GROUPS: &str = "/proc/self/cgroup";
/// The limits of this process, which are those of all that are started in the same way.
const OF_PROCESS: &str = "/proc/self/limits";
const ROOT: &str = "/sys/fs/cgroup";
/// What says of a group how it is limited: the controller's name in the first version of control groups, the file.
const OF_GROUP: [(&str, &str); 11] = [
    ("", "cpu.max"),
    ("", "memory.max"),
    ("", "pids.max"),
    ("", "io.max"),
    ("cpu", "cpu.cfs_quota_us"),
    ("cpu", "cpu.cfs_period_us"),
    ("memory", "memory.limit_in_bytes"),
    ("pids", "pids.max"),
    ("blkio", "blkio.throttle.read_bps_device"),
    ("blkio", "blkio.throttle.write_bps_device"),
    ("blkio", "blkio.throttle.read_iops_device"),
];

/// The files that tell, given the text of [`GROUPS`]. A container mostly sees its own group as the root, else at its path.
pub fn files(groups: &str) -> Vec<String> {
    let of_group = OF_GROUP
        .iter()
        .flat_map(|(controller, file)| folders(controller, groups).map(|folder| format!("{folder}/{file}")));
    of_group.chain([OF_PROCESS.to_owned()]).collect()
}

/// Where a group may lie, its own path first.
fn folders(controller: &str, groups: &str) -> [String; 2] {
    let own = groups.lines().find_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        controllers.split(',').any(|one| one == controller).then_some(path)
    });
    let root = if controller.is_empty() { ROOT.to_owned() } else { format!("{ROOT}/{controller}") };
    [format!("{root}{}", own.unwrap_or_default().trim_end_matches('/')), root]
}

/// The limits that these files tell of, by path, given the text of [`GROUPS`].
pub fn read(groups: &str, texts: &BTreeMap<String, String>) -> Limits {
    let of_group = |controller: &str, file: &str| {
        let mut places = folders(controller, groups).into_iter().map(|folder| format!("{folder}/{file}"));
        places.find_map(|path| texts.get(&path)).map(|text| text.trim())
    };
    let of_process = |name: &str| {
        let line = texts.get(OF_PROCESS)?.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next().map(str::to_owned)
    };
    let told = [
        of_group("", "cpu.max")
            .and_then(share)
            .or_else(|| quota(of_group("cpu", "cpu.cfs_quota_us")?, of_group("cpu", "cpu.cfs_period_us")?)),
        of_group("", "memory.max").or_else(|| of_group("memory", "memory.limit_in_bytes")).and_then(number),
        of_group("", "pids.max").or_else(|| of_group("pids", "pids.max")).and_then(number),
        of_group("", "io.max").map(rates).or_else(|| {
            let files = OF_GROUP.iter().filter(|(controller, _)| *controller == "blkio");
            let texts = files.map(|(controller, file)| of_group(controller, file)).collect::<Option<Vec<_>>>()?;
            Some(rates(&texts.join("\n")))
        }),
        of_process("Max open files"),
        of_process("Max processes"),
        of_process("Max stack size"),
    ];
    NAMES.iter().zip(told).filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect()
}

/// `200000 100000`: microseconds of processor time in so many microseconds.
fn share(text: &str) -> Option<String> {
    let (quota, period) = text.split_once(' ')?;
    self::quota(quota, period)
}

fn quota(quota: &str, period: &str) -> Option<String> {
    if quota == "max" || quota.starts_with('-') {
        return Some(UNLIMITED.to_owned());
    }
    let (quota, period): (f64, f64) = (quota.parse().ok()?, period.parse().ok()?);
    (period > 0.0).then(|| format!("{}", (100.0 * quota / period).round() / 100.0))
}

/// A number, or none at all: `max`, or the largest number of whole pages.
fn number(text: &str) -> Option<String> {
    if text == "max" {
        return Some(UNLIMITED.to_owned());
    }
    let number: u64 = text.parse().ok()?;
    Some(if number >= 1 << 62 { UNLIMITED.to_owned() } else { number.to_string() })
}

/// A line a device, as the kernel writes it.
fn rates(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { UNLIMITED.to_owned() } else { lines.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units     \n\
                          Max stack size            8388608              unlimited            bytes     \n\
                          Max processes             unlimited            unlimited            processes \n\
                          Max open files            1048576              1048576              files     \n";

    fn read_of(groups: &str, files: &[(&str, &str)]) -> Vec<String> {
        let texts = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        read(groups, &texts).iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn both_versions_of_control_groups_are_read() {
        let second = [
            ("/sys/fs/cgroup/cpu.max", "150000 100000\n"),
            ("/sys/fs/cgroup/memory.max", "268435456\n"),
            ("/sys/fs/cgroup/pids.max", "max\n"),
            ("/sys/fs/cgroup/io.max", "8:0 rbps=1048576 wbps=max riops=max wiops=max\n"),
            (OF_PROCESS, LIMITS),
        ];
        let expected = [
            "io=8:0 rbps=1048576 wbps=max riops=max wiops=max",
            "memory_bytes=268435456",
            "open_files=1048576",
            "processes=unlimited",
            "processors=1.5",
            "stack_bytes=8388608",
            "user_processes=unlimited",
        ];
        assert_eq!(read_of("0::/\n", &second), expected);
        let first = [
            ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"),
            ("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("/sys/fs/cgroup/pids/docker/7/pids.max", "64\n"),
            ("/sys/fs/cgroup/pids/pids.max", "max\n"),
            ("/sys/fs/cgroup/blkio/blkio.throttle.read_bps_device", ""),
            ("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device", ""),
            ("/sys/fs/cgroup/blkio/blkio.throttle.read_iops_device", ""),
        ];
        let expected = ["io=unlimited", "memory_bytes=unlimited", "processes=64", "processors=unlimited"];
        assert_eq!(read_of("4:pids:/docker/7\n3:cpu,cpuacct:/docker/7\n", &first), expected);
    }

    #[test]
    fn what_cannot_be_read_is_not_there() {
        assert_eq!(read_of("", &[]), [""; 0]);
        let odd = [("/sys/fs/cgroup/cpu.max", "many"), ("/sys/fs/cgroup/memory.max", "much"), (OF_PROCESS, "nothing")];
        assert_eq!(read_of("0::/\n", &odd), [""; 0]);
    }

    #[test]
    fn the_files_are_those_that_are_read() {
        let files = files("4:pids:/docker/7\n");
        for path in [
            "/sys/fs/cgroup/cpu.max",
            "/sys/fs/cgroup/pids/docker/7/pids.max",
            "/sys/fs/cgroup/pids/pids.max",
            OF_PROCESS,
        ] {
            assert!(files.iter().any(|file| file == path), "{path}");
        }
    }
}
