//! What breaks shells, users and entrypoints.

use super::Sabotage;

pub(super) const ALL: &[Sabotage] = &[
    Sabotage {
        name: "noisy-profile",
        line: "RUN echo 'echo welcome' > /etc/profile.d/welcome.sh",
        looks: &["shell/*"],
        red: &["shell/quiet[bash -lc]"],
        blocked: &[],
    },
    Sabotage {
        name: "profile-gone",
        line: "RUN rm /etc/profile.d/uv.sh",
        looks: &["shell/*"],
        red: &[
            "shell/login[nobody]",
            "shell/login[root]",
            "shell/stranger[4711:0]",
            "shell/stranger[4711:4711]",
            "shell/tool-login[nobody]",
            "shell/tool-login[root]",
        ],
        blocked: &[],
    },
    Sabotage {
        name: "interactive-shell-resets-path",
        line: "RUN echo 'PATH=/usr/bin:/bin' >> /etc/bash.bashrc",
        looks: &["shell/*"],
        red: &[
            "shell/interactive[nobody]",
            "shell/interactive[root]",
            "shell/stranger[4711:0]",
            "shell/stranger[4711:4711]",
            "shell/tool-interactive[nobody]",
            "shell/tool-interactive[root]",
        ],
        blocked: &[],
    },
    Sabotage {
        name: "profile-changes-a-variable",
        line: "RUN echo 'export UV_TOOL_DIR=/elsewhere' > /etc/profile.d/zz.sh",
        looks: &["shell/*"],
        red: &["shell/variables[bash -lc]"],
        blocked: &[],
    },
    Sabotage {
        name: "activation-broken",
        line: "RUN sed -i 's|^ *VIRTUAL_ENV=.*|VIRTUAL_ENV=/elsewhere|' /opt/uv/common/bin/activate",
        looks: &["shell/*"],
        red: &["shell/activate", "shell/activate-sh"],
        blocked: &[],
    },
    Sabotage {
        name: "entrypoint-resets-path",
        line: r#"ENTRYPOINT ["env", "PATH=/usr/bin:/bin", "sleep", "infinity"]"#,
        looks: &["shell/*", "installation/entrypoint"],
        red: &["installation/entrypoint", "shell/process-1[/opt/uv/bin]", "shell/started"],
        blocked: &[],
    },
    Sabotage {
        name: "entrypoint-takes-a-variable-away",
        line: r#"ENTRYPOINT ["env", "-u", "UV_TOOL_DIR"]"#,
        looks: &["shell/*"],
        red: &["shell/started"],
        blocked: &[],
    },
    Sabotage {
        name: "environment-closed",
        line: "RUN chmod 700 /opt/uv/common",
        looks: &["shell/*"],
        red: &[
            "shell/unprivileged[1000:1000]",
            "shell/unprivileged[4711:0]",
            "shell/unprivileged[4711:4711]",
            "shell/unprivileged[nobody]",
        ],
        blocked: &[],
    },
    Sabotage {
        name: "packages-closed",
        line: "RUN chmod 700 /opt/uv/common/lib",
        looks: &["shell/*"],
        red: &[
            "shell/unprivileged[1000:1000]",
            "shell/unprivileged[4711:0]",
            "shell/unprivileged[4711:4711]",
            "shell/unprivileged[nobody]",
        ],
        blocked: &[],
    },
];
