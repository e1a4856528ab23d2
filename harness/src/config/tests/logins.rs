//! Who logs in by SSH, whose shells are looked at, and which set of packages is meant.

use std::path::{Path, PathBuf};

use rstest::rstest;

use super::{message, read, read_with, with};
use crate::model::login::Credential;

const SSH: &str = "ssh: {user: admin, uid: 1100, key: ../test-keys/open}\n";

#[test]
fn a_login_by_every_way_is_read_with_its_public_keys() {
    let text = with(
        "ssh: {user: admin, uid: 1100, port: 2222, key: ../test-keys/open, password: let-me-in, \
         locked-key: {file: ../test-keys/locked, passphrase: '${EMPTY:-sesame}'}}\n",
    );
    let subject = read(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let config = subject.ssh.expect("said");
    assert_eq!((config.ssh.user.as_str(), config.ssh.port, config.uid), ("admin", 2222, 1100));
    let key = |name: &str| PathBuf::from(format!("/project/test-keys/{name}"));
    assert_eq!(
        config.ssh.credentials,
        [
            Credential::Key { file: key("open"), passphrase: None },
            Credential::Key { file: key("locked"), passphrase: Some("sesame".to_owned()) },
            Credential::Password("let-me-in".to_owned()),
        ]
    );
    assert_eq!(
        config.public_keys,
        ["ssh-ed25519 AAAA /project/test-keys/open.pub", "ssh-ed25519 AAAA /project/test-keys/locked.pub"]
    );
}

#[test]
fn whose_shells_are_looked_at_goes_without_saying() {
    let users = |more: &str| read(&with(more)).unwrap_or_else(|errors| panic!("{errors}")).users;
    assert_eq!(users(""), ["root", "nobody", "4711:4711", "4711:0"]);
    assert_eq!(users("users: [root, \"1000:1000\"]\n"), ["root", "1000:1000"]);
}

#[rstest]
#[case::nothing_to_show("ssh: {user: admin, uid: 1100}\n", "nobody can log in without a key or a password")]
#[case::no_user("ssh: {user: 'ad min', uid: 1100, password: a}\n", "`ad min` cannot be the name of a user")]
#[case::no_number("ssh: {user: admin, uid: many, password: a}\n", "`many` is not the number of a user such as `1100`")]
#[case::no_port("ssh: {user: admin, uid: 1, password: a, port: 0}\n", "`0` is not a port such as `8080`")]
#[case::no_password("ssh: {user: admin, uid: 1, password: ''}\n", "the password is empty")]
#[case::no_passphrase(
    "ssh: {user: admin, uid: 1, locked-key: {file: ../a, passphrase: ''}}\n",
    "the passphrase is empty"
)]
#[case::no_user_left("users: []\n", "no user is left whose shells could be looked at")]
#[case::user_twice("users: [root, root]\n", "the user `root` is there twice")]
fn what_is_wrong_with_a_login_is_told(#[case] text: &str, #[case] said: &str) {
    let message = message(&with(text));
    assert!(message.contains(said), "{message}");
}

#[rstest]
#[case("none")]
#[case("host")]
fn a_container_without_an_address_lets_nobody_in(#[case] network: &str) {
    let message = message(&with(&format!("container: {{network: {network}}}\n{SSH}")));
    let said = format!("a container with `network: {network}` has no address to log in at");
    assert!(message.contains(&said), "{message}");
}

#[test]
fn a_key_that_is_not_there_and_one_without_its_public_key_are_told() {
    let said = |exists: &dyn Fn(&Path) -> bool| read_with(&with(SSH), exists).expect_err("refused").to_string();
    let missing = said(&|_| false);
    assert!(missing.contains("the key `../test-keys/open` is not there"), "{missing}");
    let alone = said(&|path| path.extension().is_none_or(|extension| extension != "pub"));
    assert!(alone.contains("there is no public key /project/test-keys/open.pub beside this key"), "{alone}");
    assert!(alone.contains("`ssh-keygen -y -f KEY > KEY.pub` makes it again"), "{alone}");
}

/// An environment of two sets, of which this one is meant.
fn of_sets(set: &str) -> String {
    with(&format!(
        "environments: {{a: {{kind: tool, packages: [scipy], sets: {{small: [], full: [torch, cv]}}{set}}}}}\n"
    ))
}

#[test]
fn the_packages_of_the_set_that_is_meant_are_added() {
    let packages = |set: &str| {
        let subject = read(&of_sets(set)).unwrap_or_else(|errors| panic!("{errors}"));
        subject.environments[0].packages.clone()
    };
    assert_eq!(packages(", set: '${EMPTY:-small}'"), ["scipy"]);
    assert_eq!(packages(", set: full"), ["scipy", "torch", "cv"]);
}

#[test]
fn a_set_that_there_is_not_and_one_that_is_not_chosen_are_told() {
    let unknown = message(&of_sets(", set: ful"));
    assert!(unknown.contains("there is no set `ful`") && unknown.contains("did you mean `full`?"), "{unknown}");
    let open = message(&of_sets(""));
    assert!(open.contains("`set` is missing here") && open.contains("The sets are small, full."), "{open}");
}
