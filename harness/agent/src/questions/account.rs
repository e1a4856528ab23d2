//! Questions about users and groups, out of `/etc/passwd` and `/etc/group`.

use std::fs;
use std::io;
use std::path::Path;

use super::failed;
use crate::wire::{Answer, Group, User};

fn number(field: &[u8]) -> Option<u32> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

fn parse_user(line: &[u8]) -> Option<User> {
    let fields: Vec<_> = line.split(|byte| *byte == b':').collect();
    let [name, _, uid, gid, _, home, shell] = fields.as_slice() else {
        return None;
    };
    Some(User { name: name.to_vec(), uid: number(uid)?, gid: number(gid)?, home: home.to_vec(), shell: shell.to_vec() })
}

/// A group and the names of its members.
fn parse_group(line: &[u8]) -> Option<(Group, Vec<&[u8]>)> {
    let fields: Vec<_> = line.split(|byte| *byte == b':').collect();
    let [name, _, gid, members] = fields.as_slice() else {
        return None;
    };
    let members = members.split(|byte| *byte == b',').collect();
    Some((Group { name: name.to_vec(), gid: number(gid)? }, members))
}

pub(super) fn user(name: &[u8]) -> Answer {
    let mut files = [const { Vec::new() }; 2];
    for (path, content) in ["/etc/passwd", "/etc/group"].into_iter().zip(&mut files) {
        match fs::read(path) {
            Ok(bytes) => *content = bytes,
            // An image without users has neither.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return failed(&error, "read", Path::new(path)),
        }
    }
    find(name, &files[0], &files[1])
}

/// A name goes before a number, as in `id`.
fn find(name: &[u8], passwd: &[u8], group: &[u8]) -> Answer {
    let id = number(name);
    let users: Vec<_> = passwd.split(|byte| *byte == b'\n').filter_map(parse_user).collect();
    let all: Vec<_> = group.split(|byte| *byte == b'\n').filter_map(parse_group).collect();
    let user = users.iter().find(|user| user.name == name);
    let user = user.or_else(|| users.iter().find(|user| Some(user.uid) == id)).cloned();
    let group = all.iter().find(|(group, _)| group.name == name);
    let group = group.or_else(|| all.iter().find(|(group, _)| Some(group.gid) == id));
    let mut groups = Vec::new();
    if let Some(user) = &user {
        let own = all.iter().filter(|(group, _)| group.gid == user.gid).take(1);
        let member =
            all.iter().filter(|(group, members)| group.gid != user.gid && members.contains(&user.name.as_slice()));
        groups = own.chain(member).map(|(group, _)| group.clone()).collect();
    }
    Answer::User { user, group: group.map(|(group, _)| group.clone()), groups }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &[u8] = b"root:x:0:0:root:/root:/bin/sh\nbroken\nann:x:1000:1000:,:/home/ann:/bin/sh\n";
    const GROUP: &[u8] = b"root:x:0:\nsudo:x:27:bob,ann\nann:x:1000:\n";

    #[test]
    fn a_user_is_found_by_name_and_by_number_with_its_groups() {
        for name in [b"ann".as_slice(), b"1000"] {
            let Answer::User { user, group, groups } = find(name, PASSWD, GROUP) else {
                panic!("not an answer about a user");
            };
            assert_eq!(user.expect("ann").home, b"/home/ann");
            assert_eq!(group.expect("ann").gid, 1000);
            assert_eq!(groups.iter().map(|group| group.gid).collect::<Vec<_>>(), [1000, 27]);
        }
    }

    #[test]
    fn nobody_is_found_where_there_are_no_users() {
        let nobody = Answer::User { user: None, group: None, groups: Vec::new() };
        assert_eq!(find(b"ann", b"", b""), nobody);
    }
}
