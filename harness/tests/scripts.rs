//! The Python that checks share, as this machine's own interpreter carries it out.

#[path = "common/mod.rs"]
#[expect(dead_code, reason = "the rest is for tests on an engine")]
mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifier};
use rattler_conda_types::{ParseStrictness, Version as CondaVersion, VersionSpec};
use rstest::rstest;
use tempfile::TempDir;

const RECORDS: &str = include_str!("../src/plan/python/records.py");
const REQUIREMENTS: &str = include_str!("../src/plan/python/requirements.py");
const IMPORT: &str = include_str!("../src/plan/python/import.py");

/// What Python makes of a script; nothing where this machine has none.
fn python(program: &str, script: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(["-c", script]).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            common::ignore(&format!("there is no {program}: {error}"));
            None
        }
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What the script says of each version and clause: `True`, `False`, or `None` where it cannot tell.
fn judged(call: &str, pairs: &[(String, String)]) -> Option<Vec<String>> {
    let script = format!(
        "{REQUIREMENTS}\n\ndef judged(version, clause):\n    try:\n        return {call}(version, clause)\n    \
         except Unclear:\n        return None\n\n\
         for line in sys.stdin.read().splitlines():\n    print(judged(*line.split('\\t')))\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let asked: Vec<String> = pairs.iter().map(|(version, clause)| format!("{version}\t{clause}")).collect();
    fs::write(folder.path().join("asked"), asked.join("\n")).expect("written");
    let asked = fs::File::open(folder.path().join("asked")).expect("opened");
    let output = match Command::new("python3").args(["-c", &script]).stdin(asked).output() {
        Ok(output) => output,
        Err(error) => {
            common::ignore(&format!("there is no python3: {error}"));
            return None;
        }
    };
    assert!(output.status.success(), "{}", said(&output));
    let lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), pairs.len(), "{}", said(&output));
    Some(lines)
}

/// Each version with each clause that can be made of the others.
fn pairs(versions: &[&str], operators: &[&str], stars: &[&str]) -> Vec<(String, String)> {
    let clause = |operator: &str, of: &str| format!("{operator}{of}");
    let mut clauses: Vec<String> =
        operators.iter().flat_map(|operator| versions.iter().map(|of| clause(operator, of))).collect();
    clauses.extend(stars.iter().map(|&star| star.to_owned()));
    versions.iter().flat_map(|version| clauses.iter().map(|clause| ((*version).to_owned(), clause.clone()))).collect()
}

/// What a library and the script say, where they differ.
fn differences(
    pairs: &[(String, String)],
    judged: &[String],
    library: impl Fn(&str, &str) -> Option<bool>,
) -> Vec<String> {
    let told = |told: Option<bool>| match told {
        Some(true) => "True",
        Some(false) => "False",
        None => "None",
    };
    let line = |((version, clause), ours): (&(String, String), &String)| {
        let theirs = library(version, clause)?;
        (ours != told(Some(theirs))).then(|| format!("{version} {clause}: {ours}, not {theirs}"))
    };
    pairs.iter().zip(judged).filter_map(line).collect()
}

#[test]
fn versions_of_python_packages_are_compared_as_pep_440_asks() {
    let versions = [
        "0",
        "1",
        "1.0",
        "1.0.0",
        "1.0.1",
        "1.1",
        "1.10",
        "2.0rc1",
        "2.0",
        "2.0.post1",
        "2.1.dev3",
        "2.1a1",
        "1!0.5",
        "2026.10.19.post1",
    ];
    let pairs = pairs(
        &versions,
        &["==", "!=", "<=", ">=", "<", ">"],
        &["==1.*", "!=1.0.*", "==2.0.*", "~=1.0", "~=1.0.0", "~=2.0rc1"],
    );
    let Some(judged) = judged("within", &pairs) else { return };
    let library = |version: &str, clause: &str| {
        // What comes before 2.0 is less than 2.0.post1 to the one library and not to the other, and so on.
        let is_exclusive = clause.starts_with(['<', '>']) && !clause.contains('=');
        if is_exclusive && clause.contains(char::is_alphabetic) {
            return None;
        }
        let clause = VersionSpecifier::from_str(clause).ok()?;
        Some(clause.contains(&Version::from_str(version).expect("a version")))
    };
    assert_eq!(differences(&pairs, &judged, library), Vec::<String>::new());
    assert!(!judged.contains(&"None".to_owned()));
}

#[test]
fn versions_of_conda_packages_are_compared_as_conda_has_them() {
    let versions = [
        "0",
        "1",
        "1.0",
        "1.0.1",
        "1.1",
        "1.10",
        "2.0rc1",
        "2.0",
        "2.0.post1",
        "2.1.dev3",
        "1!0.5",
        "9e",
        "3.3.7a",
        "2024a",
        "1.1.1w",
    ];
    let stars = ["1.*", "1.0.*", "!=1.*", "=2", "=2.0", "2*", "*", ">=1,<2", ">=1.0,!=1.1|0", "~=1.0", "1.1|2.0.*"];
    let pairs = pairs(&versions, &["", "==", "!=", "<=", ">=", "<", ">"], &stars);
    let Some(judged) = judged("conda_within", &pairs) else { return };
    let library = |version: &str, clause: &str| {
        let clause = VersionSpec::from_str(clause, ParseStrictness::Lenient).ok()?;
        Some(clause.matches(&CondaVersion::from_str(version).expect("a version")))
    };
    assert_eq!(differences(&pairs, &judged, library), Vec::<String>::new());
}

#[rstest]
#[case(
    "parsed('requests[socks,a.b] >=2.22,<3 ; extra == \"x\"')",
    "('requests', {'a-b', 'socks'}, '>=2.22,<3', 'extra == \"x\"')"
)]
#[case("parsed('Py_Yaml(>=5.1)')", "('py-yaml', set(), '>=5.1', '')")]
#[case("parsed('a @ https://packages.example/a.whl ; os_name == \"nt\"')", "('a', set(), '', 'os_name == \"nt\"')")]
#[case("holds('os_name == \"nt\" or (python_version >= \"3\" and extra == \"A_b\")', 'a-b')", "True")]
#[case("holds('os_name == \"nt\" or (python_version >= \"3\" and extra == \"A_b\")', '')", "False")]
#[case(
    "holds('python_full_version < \"3.10\" and sys_platform not in \"win32 cygwin\"', '') == (sys.version_info < (3, 10))",
    "True"
)]
#[case("conda_parsed('channel::Foo >=1, <2 *_cpython')", "('foo', '>=1,<2', '*_cpython')")]
#[case("conda_parsed(\"foo[version='>=1,<2', build=py3*]\")", "('foo', '>=1,<2', 'py3*')")]
#[case("conda_parsed('foo=1.2=py_0')", "('foo', '1.2', 'py_0')")]
#[case("conda_parsed('foo>=1.2')", "('foo', '>=1.2', '')")]
#[case("build_is('h1_cpython', '*_cpython'), build_is('h1', '^h[0-9]$'), build_is('h1', 'h2')", "(True, True, False)")]
fn requirements_are_read(#[case] expression: &str, #[case] expected: &str) {
    let script = format!("{REQUIREMENTS}\n\nassert ({expression}) == ({expected}), ({expression},)");
    let Some(output) = python("python3", &script, &[]) else { return };
    assert!(output.status.success(), "{}", said(&output));
}

#[rstest]
#[case::of_url("parsed('https://packages.example/a.whl')")]
#[case::of_marker("holds('moon == \"full\"', '')")]
#[case::not_closed("holds('(os_name == \"nt\"', '')")]
#[case::no_version("within('forever', '>=1')")]
#[case::condition("conda_parsed('foo; if python >=3.12')")]
#[case::number_of_a_build("conda_parsed('foo[build_number=\">3\"]')")]
#[case::no_version_of_conda("conda_within('1..2', '>=1')")]
fn what_cannot_be_understood_is_told_apart(#[case] call: &str) {
    let script = format!("{REQUIREMENTS}\n\ntry:\n    {call}\nexcept Unclear:\n    sys.exit(7)\n");
    let Some(output) = python("python3", &script, &[]) else { return };
    assert_eq!(output.status.code(), Some(7), "{}", said(&output));
}

#[test]
fn modules_are_those_that_one_imports() {
    let files = [
        "google/cloud/storage/__init__.py",
        "google/cloud/storage/client/__init__.py",
        "google/_upb/__init__.py",
        "plain/__init__.py",
        "plain/tests/test_it.py",
        "one.py",
        "fast.cpython-311-x86_64-linux-gnu.so",
        "libonly.so",
        "tests/unit/__init__.py",
        "_hidden.py",
        "of-no-name/x.py",
    ];
    let script = format!(
        "{RECORDS}\n\npackage = Package('x', '1', ['/site/' + file for file in sys.argv[1:]], ['/site'], record={{}})\n\
         print(*modules_of(package))"
    );
    let Some(output) = python("python3", &script, &files) else { return };
    assert_eq!(said(&output).trim(), "fast google.cloud.storage one plain tests");
}

/// A virtual environment, and the folder of its modules; nothing where this machine's Python makes none.
fn environment() -> Option<(TempDir, String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().display().to_string();
    let script = "import venv, sys; venv.create(sys.argv[1], symlinks=True)";
    let made = python("python3", script, &[&place])?;
    assert!(made.status.success(), "{}", said(&made));
    let interpreter = format!("{place}/bin/python");
    let site = python(&interpreter, "import sysconfig; print(sysconfig.get_path('purelib'))", &[])?;
    Some((folder, interpreter, said(&site).trim().to_owned()))
}

fn write(path: &str, text: &str) {
    fs::create_dir_all(Path::new(path).parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

/// A wheel of one module, as its record tells.
fn wheel(site: &str, name: &str, version: &str, module: &str, text: &str, requires: &str) {
    let record = format!("{site}/{name}-{version}.dist-info");
    let requires = if requires.is_empty() { String::new() } else { format!("Requires-Dist: {requires}\n") };
    write(
        &format!("{record}/METADATA"),
        &format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}"),
    );
    write(&format!("{record}/RECORD"), &format!("{module}/__init__.py,,\n{name}-{version}.dist-info/METADATA,,\n"));
    write(&format!("{site}/{module}/__init__.py"), text);
}

fn import(interpreter: &str, package: &str) -> (Option<i32>, String) {
    let output = python(interpreter, &format!("{RECORDS}\n\n{IMPORT}"), &[package]).expect("an interpreter");
    (output.status.code(), said(&output).trim().to_owned())
}

#[test]
fn a_package_is_imported_by_its_record() {
    let Some((folder, interpreter, site)) = environment() else { return };
    let place = fs::canonicalize(folder.path()).expect("a path").display().to_string();
    wheel(&site, "certifi", "2026.10.19.post1", "certifi", "__version__ = '2026.10.19'", "");
    wheel(&site, "stale", "2.0", "stale", "__version__ = '1.9'", "");
    wheel(&site, "torch", "2.3.0.post1", "torch", "", "");
    let inside =
        site.strip_prefix(&format!("{place}/")).or_else(|| site.strip_prefix(&format!("{}/", folder.path().display())));
    let inside = inside.expect("below the environment");
    let record = |name: &str, files: &str| {
        let text = format!(
            "{{\"name\": \"{name}\", \"version\": \"2.3.0\", \"build\": \"h0\", \"depends\": [], \"files\": [{files}]}}"
        );
        write(&format!("{}/conda-meta/{name}-2.3.0-h0.json", folder.path().display()), &text);
    };
    let of_torch = format!("\"{inside}/torch/__init__.py\", \"{inside}/torch-2.3.0.post1.dist-info/METADATA\"");
    record("pytorch", &of_torch);
    record("libpng", "\"lib/libpng.so\"");
    assert_eq!(import(&interpreter, "certifi"), (Some(0), "certifi 2026.10.19.post1".to_owned()));
    let noted = "stale 2.0\nnote: stale.__version__ is 1.9, where stale is recorded as 2.0";
    assert_eq!(import(&interpreter, "stale"), (Some(0), noted.to_owned()));
    assert_eq!(import(&interpreter, "pytorch"), (Some(0), "pytorch 2.3.0".to_owned()));
    assert_eq!(import(&interpreter, "libpng"), (Some(0), "libpng 2.3.0\nnote: libpng brings no module".to_owned()));
    let (code, told) = import(&interpreter, "elsewhere");
    assert_eq!((code, told.starts_with("elsewhere has no record in ")), (Some(1), true), "{told}");
}

#[test]
fn a_failed_import_says_what_is_missing_and_whose_it_is() {
    let Some((folder, interpreter, site)) = environment() else { return };
    wheel(&site, "PyYAML", "6.0", "yaml", "", "");
    wheel(&site, "asks", "1.0", "asks", "import yaml", "PyYAML");
    fs::remove_dir_all(format!("{site}/yaml")).expect("removed");
    let last = |package: &str| {
        let (code, told) = import(&interpreter, package);
        assert_eq!(code, Some(1), "{told}");
        told.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(last("asks"), "yaml, which PyYAML should bring, is missing");
    fs::remove_dir_all(format!("{site}/PyYAML-6.0.dist-info")).expect("removed");
    assert_eq!(last("asks"), "asks requires PyYAML, which is not there");
    wheel(&site, "loads", "1.0", "loads", "import ctypes; ctypes.CDLL('libabsent.so.7')", "");
    let place = folder.path().display();
    assert_eq!(
        last("loads"),
        format!("libabsent.so.7 is missing, and no package of {place} brings it: the system should")
    );
}
