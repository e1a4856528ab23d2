//! The committed reference pages are those of the code.

use std::fs;
use std::path::Path;

/// With `SHAKEDOWN_WRITE_REFERENCE` set, writes the committed files anew.
#[test]
fn the_committed_reference_is_the_one_of_the_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference");
    let pages = shakedown::cli::reference_pages().expect("the embedded suites hold");
    if std::env::var_os("SHAKEDOWN_WRITE_REFERENCE").is_some() {
        fs::create_dir_all(&folder).expect("a folder");
        for page in &pages {
            fs::write(folder.join(&page.file), &page.text).expect("written");
        }
    }
    let mut committed: Vec<String> = fs::read_dir(&folder)
        .expect("docs/reference is there")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let mut names: Vec<String> = pages.iter().map(|page| page.file.clone()).collect();
    committed.sort();
    names.sort();
    assert_eq!(committed, names, "docs/reference holds what the code makes, and nothing else");
    for page in pages {
        let text = fs::read_to_string(folder.join(&page.file)).expect("a page");
        assert!(
            text == page.text,
            "docs/reference/{} is out of date; write it anew: SHAKEDOWN_WRITE_REFERENCE=1 cargo test --test reference",
            page.file
        );
    }
}

/// No variable of the caller is read that the reference does not name.
#[test]
fn every_variable_that_is_read_is_on_its_page() {
    let known: Vec<&str> = shakedown::model::variables::all().map(|variable| variable.name).collect();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let calls = ["env::var(\"", "env::var_os(\""].into_iter().flat_map(|call| code.split(call).skip(1));
            for name in calls.map(|rest| rest.split('"').next().unwrap_or_default()) {
                read += 1;
                assert!(known.contains(&name), "{}: {name} is read and not told of", path.display());
            }
        }
    }
    assert!(read > 5, "only {read} were found");
}
