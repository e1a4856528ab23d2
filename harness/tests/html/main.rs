//! `report.html`, looked at by programs that we did not write: `tidy` reads its HTML, Chromium shows it. Without one of
//! them its tests say so and do nothing; where `SHAKEDOWN_REQUIRE` names it (`tidy`, `chromium`) they fail.

mod browser;
mod page;
mod tidy;
mod tool;
