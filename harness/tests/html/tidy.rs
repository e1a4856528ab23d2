//! The HTML is what the standard asks for.

use std::ffi::OsStr;

use crate::{page, tool};

#[test]
fn tidy_has_nothing_to_say_about_any_page() {
    for page in page::pages() {
        let path = page.written(str::to_owned);
        let arguments = ["-errors", "-quiet", "-utf8", "--show-info", "no", "--mute-id", "yes"].map(OsStr::new);
        let arguments = [&arguments[..], &[path.as_os_str()]].concat();
        let Some(output) = tool::run("tidy", &arguments) else { return };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.trim().is_empty(), "{}: {}\n{said}", page.name, output.status);
    }
}
