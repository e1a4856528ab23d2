use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use super::archive::{sha256, sha256_hex};
use super::*;

fn recipe(name: &str, version: &str) -> Recipe {
    let found = catalogue().into_iter().find(|recipe| recipe.name == name && recipe.version == version);
    found.unwrap_or_else(|| panic!("no {name} {version}"))
}

/// The files of a zip archive by name.
fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().to_owned(), content);
    }
    files
}

/// The files of a tar archive that is compressed with zstd.
fn untarred(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(Cursor::new(zstd::decode_all(bytes).unwrap()));
    let read = |entry: std::io::Result<tar::Entry<'_, Cursor<Vec<u8>>>>| {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.path().unwrap().display().to_string(), content)
    };
    archive.entries().unwrap().map(read).collect()
}

#[test]
fn every_version_is_there_once_and_needs_only_what_there_is() {
    let all = catalogue();
    let mut ids: Vec<(&str, &str)> = all.iter().map(|recipe| (recipe.name, recipe.version)).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all.len());
    for recipe in &all {
        let extras = recipe.extras.iter().flat_map(|extra| &extra.requires);
        for needed in recipe.requires.iter().chain(extras) {
            assert!(all.iter().any(|other| other.name == needed.name), "{} needs {}", recipe.name, needed.name);
        }
    }
}

#[test]
fn the_same_packages_are_the_same_bytes() {
    let (one, other) = (site(&catalogue()).unwrap(), site(&catalogue()).unwrap());
    assert_eq!(one, other);
    let program = wheel(&recipe("shakedown-program", "1.1")).unwrap();
    assert_eq!(program.name, "shakedown_program-1.1-py3-none-any.whl");
    insta::assert_snapshot!(sha256_hex(&program.bytes));
}

#[test]
fn the_record_of_a_wheel_names_every_file_with_its_hash_and_size() {
    let files = unzipped(&wheel(&recipe("shakedown-data", "1.0")).unwrap().bytes);
    let record = String::from_utf8(files["shakedown_data-1.0.dist-info/RECORD"].clone()).unwrap();
    let mut named: Vec<&str> = record.lines().map(|line| line.split(',').next().unwrap()).collect();
    named.sort_unstable();
    assert_eq!(named, files.keys().map(String::as_str).collect::<Vec<_>>());
    let words = record.lines().find(|line| line.contains("words.txt")).unwrap();
    assert!(words.ends_with(&format!(",{}", files["shakedown_data/words.txt"].len())), "{words}");
    assert!(record.ends_with("RECORD,,\n"));
}

#[test]
fn what_a_wheel_says_of_itself_is_complete() {
    let files = unzipped(&wheel(&recipe("shakedown-extra", "1.0")).unwrap().bytes);
    let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
    insta::assert_snapshot!(text("shakedown_extra-1.0.dist-info/METADATA"), @r#"
    Metadata-Version: 2.1
    Name: shakedown-extra
    Version: 1.0
    Summary: A package for tests of package managers
    Requires-Python: >=3.8
    Provides-Extra: more
    Requires-Dist: shakedown-plain ; extra == "more"
    "#);
    insta::assert_snapshot!(text("shakedown_extra-1.0.dist-info/WHEEL"), @r"
    Wheel-Version: 1.0
    Generator: shakedown
    Root-Is-Purelib: true
    Tag: py3-none-any
    ");
    assert!(wheel(&recipe("shakedown-foreign", "1.0")).unwrap().name.ends_with("-py3-none-win_amd64.whl"));
}

#[test]
fn a_conda_package_holds_the_same_files_and_says_where_each_goes() {
    let made = conda(&recipe("shakedown-program", "1.0")).unwrap();
    assert_eq!(made.name, "shakedown-program-1.0-py_0.conda");
    let parts = unzipped(&made.bytes);
    let files = untarred(&parts["pkg-shakedown-program-1.0-py_0.tar.zst"]);
    let info = untarred(&parts["info-shakedown-program-1.0-py_0.tar.zst"]);
    let json = |path: &str| serde_json::from_slice::<serde_json::Value>(&info[path]).unwrap();

    let wheel = unzipped(&wheel(&recipe("shakedown-program", "1.0")).unwrap().bytes);
    let module = "shakedown_program/__init__.py";
    assert_eq!(files[&format!("site-packages/{module}")], wheel[module]);
    assert_eq!(json("info/link.json")["noarch"]["entry_points"][0], "shakedown-program = shakedown_program:main");
    let paths = json("info/paths.json");
    let named: Vec<&str> =
        paths["paths"].as_array().unwrap().iter().map(|path| path["_path"].as_str().unwrap()).collect();
    assert_eq!(named, files.keys().map(String::as_str).collect::<Vec<_>>());
    for path in paths["paths"].as_array().unwrap() {
        assert_eq!(path["sha256"], sha256_hex(&files[path["_path"].as_str().unwrap()]));
    }
    assert_eq!(json("info/index.json")["depends"], serde_json::json!(["python >=3.8"]));
}

#[test]
fn index_and_channel_announce_the_hash_of_each_file_but_of_the_damaged_one() {
    let site = site(&catalogue()).unwrap();
    for (path, damaged) in [("shakedown-plain", false), ("shakedown-damaged", true)] {
        let page = &site[&format!("simple/{path}/")];
        let list: serde_json::Value = serde_json::from_slice(page.json.as_ref().unwrap()).unwrap();
        for file in list["files"].as_array().unwrap() {
            let bytes = &site[&format!("files/{}", file["filename"].as_str().unwrap())].bytes;
            assert_eq!(file["hashes"]["sha256"] != sha256_hex(bytes), damaged, "{path}");
            assert_eq!(file["size"], bytes.len());
        }
    }
    let repodata: serde_json::Value = serde_json::from_slice(&site["conda/noarch/repodata.json"].bytes).unwrap();
    for (name, record) in repodata["packages.conda"].as_object().unwrap() {
        let hash = sha256_hex(&site[&format!("conda/noarch/{name}")].bytes);
        assert_eq!(record["sha256"] == hash, record["name"] != "shakedown-damaged", "{name}");
    }
    assert_eq!(repodata["removed"], serde_json::json!(["shakedown-yanked-1.1-py_0.conda"]));
    assert_eq!(sha256(b"").len() * 2, sha256_hex(b"").len());
}

#[test]
fn a_page_of_the_index_reads_as_html_and_as_json() {
    let site = site(&[recipe("shakedown-yanked", "1.1")]).unwrap();
    let page = &site["simple/shakedown-yanked/"];
    insta::assert_snapshot!(String::from_utf8_lossy(&page.bytes));
    insta::assert_snapshot!(String::from_utf8_lossy(page.json.as_ref().unwrap()));
    insta::assert_snapshot!(String::from_utf8_lossy(&site["simple/"].bytes));
}
