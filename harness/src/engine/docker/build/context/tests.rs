use std::io::Read;

use rstest::rstest;
use tar::Archive;

use super::*;

/// What is in the tar: path, mode, time, content or link target.
fn listing((file, _): (File, i64)) -> Vec<String> {
    let mut archive = Archive::new(file);
    let mut lines = Vec::new();
    for entry in archive.entries().expect("a tar") {
        let mut entry = entry.expect("an entry");
        let mut content = String::new();
        entry.read_to_string(&mut content).expect("text");
        let header = entry.header();
        assert_eq!(header.mtime().expect("a time"), ENTRY_TIME);
        assert_eq!((header.uid().expect("an owner"), header.gid().expect("a group")), (0, 0));
        let link = entry.link_name().expect("a link name").map(|link| format!(" -> {}", link.display()));
        let path = entry.path().expect("a path").display().to_string();
        lines.push(
            format!("{path} {:o} {content}{}", header.mode().expect("a mode"), link.unwrap_or_default())
                .trim_end()
                .to_owned(),
        );
    }
    lines
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("within the folder")).expect("made");
        fs::write(&path, content).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
    }
    folder
}

#[test]
fn the_folder_is_packed_in_order_with_the_dockerfile_replaced() {
    let folder = folder(&[("stage.Dockerfile", "FROM x"), ("b/c.txt", "c"), ("a.txt", "a")]);
    std::os::unix::fs::symlink("a.txt", folder.path().join("link")).expect("linked");
    let dockerfile = folder.path().join("stage.Dockerfile");
    let replaced = [("stage.Dockerfile".to_owned(), b"FROM y".to_vec())];
    let first = listing(pack(&dockerfile, &replaced).expect("packed"));
    assert_eq!(
        first.iter().filter(|line| !line.starts_with("b ")).collect::<Vec<_>>(),
        ["a.txt 640 a", "b/c.txt 640 c", "link 777  -> a.txt", "stage.Dockerfile 644 FROM y",]
    );
    assert!(first.iter().any(|line| line.starts_with("b ")), "{first:?}");
    assert_eq!(listing(pack(&dockerfile, &replaced).expect("packed")), first);
}

#[rstest]
#[case::a_name("a.txt", "a.txt", true)]
#[case::only_at_the_top("a.txt", "sub/a.txt", false)]
#[case::anywhere("**/a.txt", "sub/deep/a.txt", true)]
#[case::anywhere_at_the_top("**/a.txt", "a.txt", true)]
#[case::a_folder_and_all_in_it("sub", "sub/deep/a.txt", true)]
#[case::with_slashes("/sub/", "sub/a.txt", true)]
#[case::with_a_dot("./sub", "sub/a.txt", true)]
#[case::a_star_stays_in_its_folder("*.txt", "sub/a.txt", false)]
#[case::a_star_of_folders("*/temp*", "sub/temporary/x", true)]
#[case::a_question_mark("a?", "ab", true)]
#[case::everything("*", "anything/in/it", true)]
#[case::an_exception("*\n!a.txt", "a.txt", false)]
#[case::the_last_match_wins("!a.txt\n*", "a.txt", true)]
#[case::an_exception_in_a_folder("sub\n!sub/a.txt", "sub/a.txt", false)]
#[case::its_neighbour("sub\n!sub/a.txt", "sub/b.txt", true)]
#[case::comments_and_blank_lines("# a.txt\n\n", "a.txt", false)]
fn patterns_mean_what_they_mean_to_docker(#[case] text: &str, #[case] path: &str, #[case] excluded: bool) {
    let ignore = Ignore::read(text, Path::new(".dockerignore")).expect("well formed");
    assert_eq!(ignore.excludes(Path::new(path)), excluded);
}

#[test]
fn what_is_ignored_is_left_out_but_never_what_is_replaced() {
    let folder =
        folder(&[("Dockerfile", "FROM x"), (".dockerignore", "*\n!sub/kept"), ("sub/kept", "k"), ("sub/not", "n")]);
    let replaced = [("Dockerfile".to_owned(), b"FROM y".to_vec()), (".shakedown/ca.crt".to_owned(), b"ca".to_vec())];
    let packed = listing(pack(&folder.path().join("Dockerfile"), &replaced).expect("packed"));
    assert_eq!(packed, ["sub/kept 640 k", "Dockerfile 644 FROM y", ".shakedown/ca.crt 644 ca"]);
}

#[test]
fn an_ignore_file_of_the_dockerfiles_own_goes_first() {
    let folder = folder(&[
        ("Dockerfile", ""),
        (".dockerignore", "a"),
        ("Dockerfile.dockerignore", "b\n*ignore"),
        ("a", ""),
        ("b", ""),
    ]);
    let packed = listing(pack(&folder.path().join("Dockerfile"), &[]).expect("packed"));
    assert_eq!(packed, ["Dockerfile 640", "a 640"]);
}

#[test]
fn a_malformed_pattern_is_named_with_its_file() {
    let error = Ignore::read("a[", Path::new("docker/.dockerignore")).err().expect("refused");
    assert!(error.to_string().starts_with("`docker/.dockerignore` holds the pattern `a[`: "), "{error}");
}

#[test]
fn a_missing_dockerfile_is_named() {
    let error = read_dockerfile(Path::new("/no/such/Dockerfile")).expect_err("missing");
    assert_eq!(error.to_string(), "no Dockerfile at `/no/such/Dockerfile`");
}

#[test]
fn the_bytes_of_all_files_are_counted() {
    let folder = folder(&[("Dockerfile", "FROM x"), ("sub/a", "123")]);
    let replaced = [("Dockerfile".to_owned(), b"FROM yz".to_vec())];
    assert_eq!(pack(&folder.path().join("Dockerfile"), &replaced).expect("packed").1, 10);
}
