//! In what a command of a suite runs: in no shell, in one of the image's, or by SSH in the user's own.

use crate::config::Subject;
use crate::config::suite::ShellName;
use crate::model::login::{Credential, Login, Session, Way};
use crate::model::plan::Skip;

use super::mistake::Mistake;
use super::step::Refused;

/// The words that a shell is started with, so that it reads this command.
pub(super) fn in_shell(shell: ShellName, command: &str) -> Vec<String> {
    let with = |program: &str, flag: &str| vec![program.to_owned(), flag.to_owned(), command.to_owned()];
    match shell {
        ShellName::None => command.split_whitespace().map(str::to_owned).collect(),
        ShellName::Sh => with("sh", "-c"),
        ShellName::Login => with("bash", "-lc"),
        ShellName::Interactive => with("bash", "-ic"),
        ShellName::LoginInteractive => with("bash", "-lic"),
        ShellName::ZshLogin => with("zsh", "-lc"),
        ShellName::ZshInteractive => with("zsh", "-ic"),
        ShellName::Fish => with("fish", "-c"),
        // The server has the user's own shell read it.
        ShellName::Ssh | ShellName::SshLogin | ShellName::SshTerminal => vec![command.to_owned()],
    }
}

/// What means that there is nothing to check: an image need not have each shell, but `sh` is what everything else takes
/// for granted.
pub(super) fn skip(shell: Option<ShellName>, exit: Option<i32>) -> Skip {
    let needless = !matches!(
        shell.unwrap_or(ShellName::Sh),
        ShellName::None | ShellName::Sh | ShellName::Ssh | ShellName::SshLogin | ShellName::SshTerminal
    );
    Skip { exit, missing: needless }
}

/// How a command gets in, where that is by SSH; `way` is by what, absent the first that the subject has.
pub(super) fn login(shell: ShellName, way: Option<&str>, subject: &Subject) -> Result<Option<Login>, Refused> {
    let session = match shell {
        ShellName::Ssh => Session::Command,
        ShellName::SshLogin => Session::Shell,
        ShellName::SshTerminal => Session::Terminal,
        _ => return Ok(None),
    };
    let Some(config) = &subject.ssh else { return Err(Refused::NoSsh) };
    let ways: Vec<Way> = config.ssh.credentials.iter().map(Credential::way).collect();
    let wanted = match way {
        None => ways.first().copied(),
        Some(name) => ways.iter().copied().find(|way| way.name() == name),
    };
    let Some(way) = wanted else {
        let name = way.unwrap_or_default();
        let names: Vec<&str> = ways.iter().map(|way| way.name()).collect();
        let problem = format!("the subject's `ssh` has no `{name}`");
        return Err(Mistake::unknown(name, problem, "ways in that it has", &names).into());
    };
    Ok(Some(Login { way, session }))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(ShellName::None, &["uv", "--version"], false)]
    #[case(ShellName::Sh, &["sh", "-c", "uv --version"], false)]
    #[case(ShellName::Login, &["bash", "-lc", "uv --version"], true)]
    #[case(ShellName::Interactive, &["bash", "-ic", "uv --version"], true)]
    #[case(ShellName::LoginInteractive, &["bash", "-lic", "uv --version"], true)]
    #[case(ShellName::ZshLogin, &["zsh", "-lc", "uv --version"], true)]
    #[case(ShellName::ZshInteractive, &["zsh", "-ic", "uv --version"], true)]
    #[case(ShellName::Fish, &["fish", "-c", "uv --version"], true)]
    #[case(ShellName::Ssh, &["uv --version"], false)]
    #[case(ShellName::SshLogin, &["uv --version"], false)]
    #[case(ShellName::SshTerminal, &["uv --version"], false)]
    fn each_shell_is_started_in_its_way_and_only_sh_must_be_there(
        #[case] shell: ShellName,
        #[case] words: &[&str],
        #[case] may_be_missing: bool,
    ) {
        assert_eq!(in_shell(shell, "uv --version"), words);
        assert_eq!(skip(Some(shell), None).missing, may_be_missing);
    }
}
