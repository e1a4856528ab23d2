//! What breaks logins by SSH: of the good image with a server.

use super::Sabotage;

/// All that is about logins, but for what restarts the container.
const LOOKS: &[&str] = &["shell/ssh*", "shell/tool-ssh*", "shell/variables-ssh*"];

/// Each way in.
const ALL_WAYS: &[&str] = &["shell/ssh-way[key]", "shell/ssh-way[locked-key]", "shell/ssh-way[password]"];

/// What needs that one gets in.
const ALL_LOGINS: &[&str] = &[
    "shell/ssh",
    "shell/ssh-login",
    "shell/ssh-python",
    "shell/ssh-quiet",
    "shell/ssh-terminal",
    "shell/tool-ssh",
    "shell/tool-ssh-login",
    "shell/tool-ssh-terminal",
    "shell/variables-ssh",
    "shell/variables-ssh-login",
    "shell/variables-ssh-terminal",
];

pub(super) const ALL: &[Sabotage] = &[
    Sabotage {
        name: "server-sets-nothing",
        line: "RUN sed -i /SetEnv/d /etc/ssh/sshd_config.d/shakedown.conf",
        looks: LOOKS,
        red: &[
            "shell/ssh[admin]",
            "shell/tool-ssh[admin]",
            "shell/variables-ssh-login[admin]",
            "shell/variables-ssh-terminal[admin]",
            "shell/variables-ssh[admin]",
        ],
        blocked: &[],
    },
    Sabotage {
        name: "server-sets-no-path",
        line: r#"RUN sed -i 's|"PATH=[^"]*"||' /etc/ssh/sshd_config.d/shakedown.conf"#,
        looks: LOOKS,
        red: &["shell/ssh[admin]", "shell/tool-ssh[admin]"],
        blocked: &[],
    },
    Sabotage {
        name: "another-program-first-for-guests",
        line: r#"RUN printf '#!/bin/sh\n' > /usr/local/bin/http && chmod 755 /usr/local/bin/http && sed -i 's|"PATH=|"PATH=/usr/local/bin:|' /etc/ssh/sshd_config.d/shakedown.conf"#,
        looks: LOOKS,
        red: &["shell/tool-ssh[admin]"],
        blocked: &[],
    },
    Sabotage {
        name: "login-shell-resets-path",
        line: "RUN rm /etc/profile.d/uv.sh",
        looks: LOOKS,
        red: &[
            "shell/ssh-login[admin]",
            "shell/ssh-terminal[admin]",
            "shell/tool-ssh-login[admin]",
            "shell/tool-ssh-terminal[admin]",
        ],
        blocked: &[],
    },
    Sabotage {
        name: "path-lost-on-terminals",
        line: "RUN echo 'test -t 0 && PATH=/usr/bin:/bin' > /etc/profile.d/zz.sh",
        looks: LOOKS,
        red: &["shell/ssh-terminal[admin]", "shell/tool-ssh-terminal[admin]"],
        blocked: &[],
    },
    Sabotage {
        name: "no-terminals",
        line: "RUN echo 'PermitTTY no' >> /etc/ssh/sshd_config.d/shakedown.conf",
        looks: LOOKS,
        red: &["shell/ssh-terminal[admin]"],
        blocked: &[],
    },
    Sabotage {
        name: "login-shell-changes-a-variable",
        line: "RUN echo 'export UV_TOOL_DIR=/elsewhere' > /etc/profile.d/zz.sh",
        looks: LOOKS,
        red: &["shell/variables-ssh-login[admin]", "shell/variables-ssh-terminal[admin]"],
        blocked: &[],
    },
    Sabotage {
        name: "session-greets",
        line: "RUN sed -i '1i echo welcome' /home/admin/.bashrc",
        looks: LOOKS,
        red: &["shell/ssh-quiet"],
        blocked: &[],
    },
    Sabotage {
        name: "keys-open-to-all",
        line: "RUN chmod 777 /home/admin/.ssh",
        looks: LOOKS,
        red: &["shell/ssh-way[key]", "shell/ssh-way[locked-key]"],
        blocked: ALL_LOGINS,
    },
    Sabotage {
        name: "one-key-missing",
        line: "RUN sed -i 2d /home/admin/.ssh/authorized_keys",
        looks: LOOKS,
        red: &["shell/ssh-way[locked-key]"],
        blocked: &[],
    },
    Sabotage {
        name: "no-passwords",
        line: "RUN echo 'PasswordAuthentication no' >> /etc/ssh/sshd_config.d/shakedown.conf",
        looks: LOOKS,
        red: &["shell/ssh-way[password]"],
        blocked: &[],
    },
    Sabotage {
        name: "another-number",
        line: "RUN usermod --uid 1200 admin && chown -R admin /home/admin",
        looks: LOOKS,
        red: ALL_WAYS,
        blocked: ALL_LOGINS,
    },
    Sabotage {
        name: "another-host-key",
        line: "RUN ssh-keygen -q -t ed25519 -N '' -f /etc/other && echo 'HostKey /etc/other' >> /etc/ssh/sshd_config.d/shakedown.conf",
        looks: LOOKS,
        red: ALL_WAYS,
        blocked: ALL_LOGINS,
    },
    Sabotage {
        name: "server-for-itself-alone",
        line: "RUN echo 'ListenAddress 127.0.0.1' >> /etc/ssh/sshd_config.d/shakedown.conf",
        looks: LOOKS,
        red: ALL_WAYS,
        blocked: ALL_LOGINS,
    },
    Sabotage {
        name: "environment-closed-to-guests",
        line: "RUN chmod 750 /opt/uv/common",
        looks: LOOKS,
        red: &["shell/ssh-python[admin]"],
        blocked: &[],
    },
    Sabotage {
        name: "keys-gone-after-the-first-start",
        line: "RUN sed -i '2i test ! -e /started || rm -f /home/admin/.ssh/authorized_keys; : > /started' /usr/local/sbin/start-sshd",
        looks: &["shell/ssh-way", "persistence/ssh*"],
        red: &[
            "persistence/ssh@commit",
            "persistence/ssh@kill",
            "persistence/ssh@restart",
            "persistence/ssh@stop-start",
        ],
        blocked: &[],
    },
];
