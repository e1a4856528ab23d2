//! Whole runs of the real plans on a scripted engine: config → plan → runner → events → record → gate, without Docker.
//!
//! The script answers as a good image with uv did when it was recorded; each test puts one thing wrong before it, and
//! says what must become of that: which checks are red, which are blocked, and what the gate says and why.

mod dockerfiles;
mod figures;
mod images;
mod lives;
mod operations;
mod plans;
mod rebuilds;
mod script;
mod selections;
mod shells;
mod skips;
mod stage;
mod tries;
