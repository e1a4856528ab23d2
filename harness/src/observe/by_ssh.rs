//! Commands by SSH as a person types them.

use super::reproduce::quoted;
use crate::model::invocation::Invocation;
use crate::model::login::{Credential, Session, Ssh};

/// The options of a client that meets a container for the first and last time, as soon as its server is up.
const ONCE: &str = "-o ConnectionAttempts=30 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null";

/// The words of a command, for reports: one by SSH begins with `ssh` and who logs in.
pub fn words(invocation: &Invocation, ssh: Option<&Ssh>) -> Vec<String> {
    let (Some(login), Some(ssh)) = (invocation.login, ssh) else { return invocation.argv.clone() };
    let options = match login.session {
        Session::Command => None,
        Session::Shell => Some("-T".to_owned()),
        Session::Terminal => Some("-t".to_owned()),
    };
    let host = format!("{}@container", ssh.user);
    std::iter::once("ssh".to_owned()).chain(options).chain([host]).chain(invocation.argv.clone()).collect()
}

/// The line that carries out a command by SSH in the container of this name.
pub(super) fn line(invocation: &Invocation, ssh: &Ssh, container: &str) -> String {
    let login = invocation.login;
    let key = match login.and_then(|login| ssh.credential(login.way)) {
        Some(Credential::Key { file, .. }) => format!(" -i {}", quoted(&file.display().to_string())),
        Some(Credential::Password(_)) | None => String::new(),
    };
    let port = if ssh.port == 22 { String::new() } else { format!(" -p {}", ssh.port) };
    let address = format!(
        "$(docker inspect --format '{{{{range .NetworkSettings.Networks}}}}{{{{.IPAddress}}}}{{{{end}}}}' {container})"
    );
    let command = quoted(&invocation.argv.join(" "));
    let client = format!("ssh {ONCE}{key}{port}");
    let host = format!("{}@{address}", quoted(&ssh.user));
    match login.map(|login| login.session) {
        // Twice, since what the client reads the line from is no terminal.
        Some(Session::Terminal) => {
            let typed = quoted(&format!("exec sh -c {command}"));
            format!("echo {typed} | {client} -tt {host}")
        }
        Some(Session::Shell) => format!("echo {command} | {client} -T {host}"),
        Some(Session::Command) | None => format!("{client} {host} {command}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::login::{Login, Way};

    fn ssh() -> Ssh {
        let key = Credential::Key { file: "test-keys/open".into(), passphrase: None };
        let credentials = vec![key, Credential::Password("sesame".to_owned())];
        Ssh { user: "admin".to_owned(), port: 2222, credentials }
    }

    fn command(way: Way, session: Session) -> Invocation {
        Invocation { login: Some(Login { way, session }), ..Invocation::new(["command -v uv"]) }
    }

    #[test]
    fn a_command_by_ssh_begins_with_who_logs_in() {
        let by = |invocation: &Invocation| words(invocation, Some(&ssh())).join(" ");
        assert_eq!(by(&Invocation::new(["uv", "--version"])), "uv --version");
        assert_eq!(by(&command(Way::Key, Session::Command)), "ssh admin@container command -v uv");
        assert_eq!(by(&command(Way::Key, Session::Shell)), "ssh -T admin@container command -v uv");
        assert_eq!(by(&command(Way::Key, Session::Terminal)), "ssh -t admin@container command -v uv");
    }

    #[test]
    fn a_line_logs_in_at_the_containers_address_and_holds_no_secret() {
        let address =
            "admin@$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' look)";
        assert_eq!(
            line(&command(Way::Key, Session::Command), &ssh(), "look"),
            format!("ssh {ONCE} -i test-keys/open -p 2222 {address} 'command -v uv'")
        );
        assert_eq!(
            line(&command(Way::Password, Session::Shell), &ssh(), "look"),
            format!("echo 'command -v uv' | ssh {ONCE} -p 2222 -T {address}")
        );
        let typed = quoted("exec sh -c 'command -v uv'");
        assert_eq!(
            line(&command(Way::Password, Session::Terminal), &ssh(), "look"),
            format!("echo {typed} | ssh {ONCE} -p 2222 -tt {address}")
        );
    }
}
