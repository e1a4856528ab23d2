//! What an image says of itself that it should not, and entrypoints that get in the way.

use super::Sabotage;

pub(super) const ALL: &[Sabotage] = &[
    Sabotage {
        name: "token-in-a-variable",
        line: "ENV UV_PUBLISH_TOKEN=pypi-0123456789",
        looks: &["installation/*"],
        red: &["installation/secrets"],
        blocked: &[],
    },
    Sabotage {
        name: "password-in-the-history",
        line: "RUN echo https://reader:hunter2@index.example.org/simple > /dev/null",
        looks: &["installation/*"],
        red: &["installation/secrets"],
        blocked: &[],
    },
    Sabotage {
        name: "argument-with-a-default",
        line: "ARG INDEX_PASSWORD=correct-horse",
        looks: &["installation/*"],
        red: &["installation/secrets"],
        blocked: &[],
    },
    Sabotage {
        name: "temporary-files-nowhere",
        line: "ENV TMPDIR=/var/scratch",
        looks: &["installation/temporary-named"],
        red: &[
            "installation/temporary-named[root]",
            "installation/temporary-named[shakedown]",
            "installation/temporary-named[nobody]",
            "installation/temporary-named[4711:4711]",
            "installation/temporary-named[4711:0]",
        ],
        blocked: &[],
    },
    Sabotage {
        name: "starts-as-root",
        line: "USER root",
        looks: &["installation/*"],
        red: &["installation/metadata", "installation/user"],
        blocked: &[],
    },
    Sabotage {
        name: "starts-elsewhere",
        line: "WORKDIR /nowhere",
        looks: &["installation/*"],
        red: &["installation/metadata"],
        blocked: &[],
    },
    Sabotage {
        name: "labelled-as-another",
        line: "LABEL org.opencontainers.image.title=base",
        looks: &["installation/*"],
        red: &["installation/metadata"],
        blocked: &[],
    },
    Sabotage {
        name: "volume-over-it",
        line: "VOLUME /opt/uv",
        looks: &["installation/*"],
        red: &["installation/volumes"],
        blocked: &[],
    },
    Sabotage {
        name: "complains-at-its-start",
        line: r#"ENTRYPOINT ["sh", "-c", "echo 'WARNING: running as root' >&2; exec \"$@\"", "--"]"#,
        looks: &["installation/*"],
        red: &["installation/log", "installation/metadata"],
        blocked: &[],
    },
    Sabotage {
        name: "entrypoint-loses-its-command",
        line: r#"ENTRYPOINT ["sh", "-c", "test $# = 0 && exec sleep infinity; echo ready", "--"]"#,
        looks: &["installation/*"],
        red: &["installation/entrypoint", "installation/metadata"],
        blocked: &["installation/entrypoint-terminal"],
    },
    Sabotage {
        name: "entrypoint-wants-a-terminal",
        line: r#"ENTRYPOINT ["sh", "-c", "test $# = 0 && exec sleep infinity; test -t 1 || exit 3; exec \"$@\"", "--"]"#,
        looks: &["installation/*"],
        red: &["installation/entrypoint", "installation/metadata"],
        blocked: &["installation/entrypoint-terminal"],
    },
    Sabotage {
        name: "entrypoint-refuses-a-terminal",
        line: r#"ENTRYPOINT ["sh", "-c", "test -t 1 && exit 3; test $# = 0 && exec sleep infinity; exec \"$@\"", "--"]"#,
        looks: &["installation/*"],
        red: &["installation/entrypoint-terminal", "installation/metadata"],
        blocked: &[],
    },
    Sabotage {
        name: "user-gone",
        line: "RUN userdel shakedown",
        looks: &["installation/*"],
        red: &["installation/entrypoint", "installation/temporary-named[shakedown]"],
        blocked: &["installation/entrypoint-terminal"],
    },
];
