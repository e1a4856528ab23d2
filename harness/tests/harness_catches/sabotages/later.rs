//! What is slow, does not last, or lets through what should be refused.

use super::Sabotage;

pub(super) const ALL: &[Sabotage] = &[
    Sabotage {
        name: "not-compiled",
        line: "RUN find /opt/uv/common -name __pycache__ -prune -exec rm -r {} +",
        looks: &["performance/bytecode"],
        red: &["performance/bytecode[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "starts-slowly",
        line: r#"RUN mv /opt/uv/bin/uv /opt/uv/real && printf '#!/bin/sh\nsleep 0.7; exec /opt/uv/real "$@"\n' > /opt/uv/bin/uv && chmod 755 /opt/uv/bin/uv"#,
        looks: &["performance/start"],
        red: &["performance/start"],
        blocked: &[],
    },
    Sabotage {
        name: "runs-at-every-start",
        line: "RUN echo 'import time; time.sleep(0.8)' > $(echo /opt/uv/common/lib/python3*/site-packages)/warmup.pth",
        looks: &["environments/startup", "performance/python-start"],
        red: &["environments/startup[common]", "performance/python-start[common]"],
        blocked: &[],
    },
    Sabotage {
        name: "imports-slowly",
        line: "RUN echo 'import time; time.sleep(1)' >> $(echo /opt/uv/common/lib/python3*/site-packages)/rich/__init__.py",
        looks: &["performance/import"],
        red: &["performance/import[rich]"],
        blocked: &[],
    },
    Sabotage {
        name: "core-left",
        line: "RUN truncate --size 1800M /opt/uv/core",
        looks: &["performance/home-size", "performance/image-size"],
        red: &["performance/home-size", "performance/image-size"],
        blocked: &[],
    },
    Sabotage {
        name: "stamps-itself",
        line: r#"ENTRYPOINT ["sh", "-c", "date +%s%N > /opt/uv/stamp; test $# = 0 || exec \"$@\"; exec sleep infinity", "--"]"#,
        looks: &["persistence/*@restart"],
        red: &["persistence/files@restart"],
        blocked: &[],
    },
    Sabotage {
        name: "stamps-each-container",
        line: r#"ENTRYPOINT ["sh", "-c", "[ -e /var/lib/stamped ] || date +%s%N > /opt/uv/stamp; touch /var/lib/stamped; test $# = 0 || exec \"$@\"; exec sleep infinity", "--"]"#,
        looks: &["persistence/files"],
        red: &["persistence/files@rebuild", "persistence/files@recreate"],
        blocked: &[],
    },
    Sabotage {
        name: "grows-its-path",
        line: r#"ENTRYPOINT ["sh", "-c", "echo 'PATH=$PATH:/x' >> /etc/profile.d/uv.sh; test $# = 0 || exec \"$@\"; exec sleep infinity", "--"]"#,
        looks: &["persistence/*@restart"],
        red: &["persistence/configuration@restart", "persistence/login@restart", "persistence/users@restart"],
        blocked: &[],
    },
    Sabotage {
        name: "configures-itself",
        line: r#"ENTRYPOINT ["sh", "-c", "mkdir -p /etc/uv; date +'# %s%N' > /etc/uv/uv.toml; test $# = 0 || exec \"$@\"; exec sleep infinity", "--"]"#,
        looks: &["persistence/*@restart"],
        red: &["persistence/configuration@restart"],
        blocked: &[],
    },
    Sabotage {
        name: "changes-a-package-at-its-second-start",
        line: r#"ENTRYPOINT ["sh", "-c", "test ! -e /started || sed -i 's/^Version: .*/Version: 99.0/' /opt/uv/common/lib/python3*/site-packages/rich-*.dist-info/METADATA; touch /started; test $# = 0 || exec \"$@\"; exec sleep infinity", "--"]"#,
        looks: &["persistence/*@restart"],
        red: &["persistence/files@restart", "persistence/import[rich]@restart", "persistence/packages[common]@restart"],
        blocked: &[],
    },
    Sabotage {
        name: "removes-a-tool-at-its-second-start",
        line: r#"ENTRYPOINT ["sh", "-c", "test ! -e /started || uv tool uninstall httpie; touch /started; test $# = 0 || exec \"$@\"; exec sleep infinity", "--"]"#,
        looks: &["persistence/*@restart"],
        red: &[
            "persistence/environments@restart",
            "persistence/files@restart",
            "persistence/launchers[/opt/uv/bin]@restart",
            "persistence/listed[tools]@restart",
            "persistence/manifest@restart",
            "persistence/packages[tools]@restart",
            "persistence/python[tools]@restart",
            "persistence/tool[http]@restart",
            "persistence/tool[httpie]@restart",
            "persistence/tool[https]@restart",
        ],
        blocked: &[],
    },
    Sabotage {
        name: "updates-itself-at-its-second-start",
        line: r#"RUN ln /opt/uv/bin/uv /opt/uv/real && printf '#!/bin/sh\ntest "$1" = --version && exec echo uv 0.99.0\nexec /opt/uv/real "$@"\n' > /opt/uv/next && chmod 755 /opt/uv/next
ENTRYPOINT ["sh", "-c", "test ! -e /started || mv /opt/uv/next /opt/uv/bin/uv; touch /started; test $# = 0 || exec \"$@\"; exec sleep infinity", "--"]"#,
        looks: &["persistence/*@restart"],
        red: &[
            "persistence/files@restart",
            "persistence/launchers[/opt/uv/bin]@restart",
            "persistence/version@restart",
        ],
        blocked: &[],
    },
    Sabotage {
        name: "anybody-installs",
        line: "RUN chmod -R a+rwX /opt/uv/common /var/cache/uv",
        looks: &["errors/unprivileged"],
        red: &["errors/unprivileged"],
        blocked: &[],
    },
];
