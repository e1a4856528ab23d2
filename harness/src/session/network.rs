//! Whether this machine has a way out at all, for subjects that name no source to look at.

use std::fs;

/// A route that is in use, by its flag in the kernel's tables.
const UP: u32 = 1;

/// Whether a default route leads away from this machine. Where the kernel's tables cannot be read this is not known,
/// and a way out is assumed: the build finds out.
pub(super) fn has_way_out() -> bool {
    let Ok(version_4) = fs::read_to_string("/proc/net/route") else { return true };
    let version_6 = fs::read_to_string("/proc/net/ipv6_route").unwrap_or_default();
    version_4.lines().any(is_default) || version_6.lines().any(is_default_of_version_6)
}

/// Of `Iface Destination Gateway Flags RefCnt Use Metric Mask …`, numbers in hexadecimal (Linux, `proc_net(5)`).
fn is_default(line: &str) -> bool {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, destination, _, flags, _, _, _, mask, ..] = fields[..] else { return false };
    destination == "00000000" && mask == "00000000" && is_up(flags)
}

/// Of `destination length source length gateway metric count use flags interface` (Linux, `Documentation/networking`).
fn is_default_of_version_6(line: &str) -> bool {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [destination, length, _, _, gateway, _, _, _, flags, interface] = fields[..] else { return false };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    // The kernel keeps a default route of the loopback that refuses everything.
    is_zero(destination) && length == "00" && !is_zero(gateway) && interface != "lo" && is_up(flags)
}

fn is_up(flags: &str) -> bool {
    u32::from_str_radix(flags, 16).is_ok_and(|flags| flags & UP != 0)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT", false)]
    #[case("eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0", true)]
    #[case("eth0\t00000000\t0101A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0", false)]
    #[case("docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0", false)]
    #[case("", false)]
    fn a_default_route_is_known(#[case] line: &str, #[case] is: bool) {
        assert_eq!(is_default(line), is);
    }

    const ANY: &str = "00000000000000000000000000000000";

    #[rstest]
    #[case(format!("{ANY} 00 {ANY} 00 fd000000000000000000000000000001 00000400 2 0 00000003 eth0"), true)]
    #[case(format!("{ANY} 00 {ANY} 00 {ANY} ffffffff 1 0 00200200 lo"), false)]
    #[case(format!("fe800000000000000000000000000000 40 {ANY} 00 {ANY} 00000100 1 0 00000001 eth0"), false)]
    fn a_default_route_of_version_6_is_known(#[case] line: String, #[case] is: bool) {
        assert_eq!(is_default_of_version_6(&line), is);
    }
}
