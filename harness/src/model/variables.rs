//! The variables of the caller's environment that shakedown reads: one list, so that none is read that nobody knows of.

/// A variable that shakedown reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does, in Markdown.
    pub meaning: &'static str,
}

/// Where the engine is.
pub const DOCKER_HOST: Variable = Variable {
    name: "DOCKER_HOST",
    meaning: "The engine: `unix:///path/of/docker.sock`, or one on another machine. Absent: `/var/run/docker.sock`.",
};

/// What must be there for tests.
pub const REQUIRE: Variable = Variable {
    name: "SHAKEDOWN_REQUIRE",
    meaning: "For test targets: a list such as `docker,uv`. What it names and is missing makes the trials fail instead of \
              being ignored.",
};

/// The package manager that is meant.
pub const MANAGER: Variable = Variable {
    name: "SHAKEDOWN_MANAGER",
    meaning: "The package manager of `shakedown env`, as `uv`, or `uv=/path/of/uv`; goes before `shakedown.yml`, after \
              `--manager`.",
};

/// What is logged.
pub const LOG: Variable = Variable {
    name: "SHAKEDOWN_LOG",
    meaning: "What is logged on standard error, as `debug` or `shakedown=trace`; goes before `-v`.",
};

/// No colours.
pub const NO_COLOR: Variable =
    Variable { name: "NO_COLOR", meaning: "Not empty: no colours, unless `--color always` is given." };

/// Colours where no terminal is.
pub const CLICOLOR_FORCE: Variable = Variable {
    name: "CLICOLOR_FORCE",
    meaning: "Not empty and not `0`: colours, also where the output is no terminal.",
};

/// The kind of terminal.
pub const TERM: Variable = Variable { name: "TERM", meaning: "`dumb`: neither colours nor moving progress." };

/// That the program runs in a workflow of GitHub.
pub const GITHUB_ACTIONS: Variable = Variable {
    name: "GITHUB_ACTIONS",
    meaning: "Set by GitHub Actions: what did not pass is annotated in the workflow.",
};

/// The summary of a step of such a workflow.
pub const GITHUB_STEP_SUMMARY: Variable =
    Variable { name: "GITHUB_STEP_SUMMARY", meaning: "Set by GitHub Actions: `report.md` is added to this file." };

/// The width of the terminal.
pub const COLUMNS: Variable =
    Variable { name: "COLUMNS", meaning: "The width of the final table where standard output is no terminal." };

/// Where programs are.
pub const PATH: Variable = Variable {
    name: "PATH",
    meaning: "Where `dockerd`, `debootstrap` and `apt-get` are looked for by `--bootstrap` and for base images.",
};

/// Proxies, in lower case; upper case counts as well.
pub const PROXIES: [Variable; 5] = [
    Variable {
        name: "http_proxy",
        meaning: "The proxy for HTTP, also in upper case: given to builds and containers, unless it points at the loopback.",
    },
    Variable {
        name: "https_proxy",
        meaning: "The same for HTTPS. Where it is set, remote sources are not looked at before a build.",
    },
    Variable { name: "ftp_proxy", meaning: "The same for FTP." },
    Variable { name: "all_proxy", meaning: "The same for everything else." },
    Variable { name: "no_proxy", meaning: "Hosts that are reached without a proxy, also in upper case." },
];

/// That a process is a test of nextest.
pub const NEXTEST: Variable = Variable {
    name: "NEXTEST",
    meaning: "Set by `cargo nextest`: trials that cannot run are marked as ignored when they are listed.",
};

/// Which run of nextest it is.
pub const NEXTEST_RUN_ID: Variable =
    Variable { name: "NEXTEST_RUN_ID", meaning: "Set by `cargo nextest`: processes of the same id share one run." };

/// All of them, in alphabetical order.
pub fn all() -> impl Iterator<Item = Variable> {
    let mut all = vec![
        DOCKER_HOST,
        REQUIRE,
        MANAGER,
        LOG,
        NO_COLOR,
        CLICOLOR_FORCE,
        TERM,
        COLUMNS,
        PATH,
        NEXTEST,
        NEXTEST_RUN_ID,
    ];
    all.extend([GITHUB_ACTIONS, GITHUB_STEP_SUMMARY]);
    all.extend(PROXIES);
    all.sort_by_key(|variable| variable.name.to_ascii_lowercase());
    all.into_iter()
}
