//! `pixi.lock`: the packages that are locked, of all environments and platforms.

use rattler_lock::{CondaPackageData, LockFile, LockedPackage, ParseCondaLockError, PypiPackageData};

use crate::managers::mistake::Mistake;
use crate::model::fact::Package;

/// The packages of a lock file. Conda's come with build and channel, Python's with their index.
pub(in crate::managers) fn read(file: &str, text: &str) -> Result<Vec<Package>, Mistake> {
    let lock = LockFile::from_str_with_base_directory(text, None).map_err(|error| mistake(file, &error))?;
    Ok(lock.packages().iter().map(package).collect())
}

fn package(locked: &LockedPackage) -> Package {
    match locked {
        LockedPackage::Conda(conda) => {
            let record = conda.record();
            let channel = match conda {
                CondaPackageData::Binary(binary) => binary.channel.as_ref().map(ToString::to_string),
                CondaPackageData::Source(_) => None,
            };
            Package {
                name: locked.name().to_owned(),
                // What is built from its source has its version only then.
                version: record.map(|record| record.version.to_string()).unwrap_or_default(),
                build: record.map(|record| record.build.clone()),
                source: channel.map(|channel| channel.trim_end_matches('/').to_owned()),
            }
        }
        LockedPackage::Pypi(python) => {
            let index = match python {
                PypiPackageData::Distribution(built) => built.index_url.as_ref().map(ToString::to_string),
                PypiPackageData::Source(_) => None,
            };
            Package {
                name: locked.name().to_owned(),
                version: python.version().map(ToString::to_string).unwrap_or_default(),
                build: None,
                source: index,
            }
        }
    }
}

/// What the format's library says; it knows a place of what is no YAML or of another shape.
fn mistake(file: &str, error: &ParseCondaLockError) -> Mistake {
    let place = match error {
        ParseCondaLockError::ParseError(error) => error.location(),
        _ => None,
    };
    match place {
        Some(place) => {
            Mistake { column: Some(place.column()), ..Mistake::in_line(file, place.line(), error.to_string()) }
        }
        None => Mistake::somewhere(file, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
version: 6
environments:
  default:
    channels:
    - url: https://channel.example/conda/
    indexes:
    - https://packages.example/simple
    packages:
      linux-64:
      - conda: https://channel.example/conda/noarch/cowsay-6.1-pyh0_0.conda
      - pypi: https://packages.example/files/rich-14.0.0-py3-none-any.whl
packages:
- conda: https://channel.example/conda/noarch/cowsay-6.1-pyh0_0.conda
  sha256: 4f8b1d0c0f8f0c8f2d6b6d2bd0d2ee4b6f3b9e3d6b2a6fb1a1b5d0f0a7b5c9d1
  md5: 0123456789abcdef0123456789abcdef
  size: 1000
- pypi: https://packages.example/files/rich-14.0.0-py3-none-any.whl
  name: rich
  version: 14.0.0
  sha256: 1c471121ee9b4e5e5e7ae6fa7b9e8d9b8e7f3b4a0d5c6b7a8f9e0d1c2b3a4f5e
  requires_python: '>=3.8'
";

    #[test]
    fn packages_of_both_kinds_are_read() {
        let packages = read("pixi.lock", TEXT).unwrap();
        let told = |one: &Package| format!("{} {} {:?} {:?}", one.name, one.version, one.build, one.source);
        insta::assert_snapshot!(packages.iter().map(told).collect::<Vec<_>>().join("\n"), @r#"
        cowsay 6.1 Some("pyh0_0") Some("https://channel.example/conda")
        rich 14.0.0 None None
        "#);
    }

    #[test]
    fn a_mistake_is_told_with_its_place_where_the_format_s_library_knows_it() {
        let broken = TEXT.replace("  md5: 0123456789abcdef0123456789abcdef\n", "  md5: [\n");
        let mistake = read("pixi.lock", &broken).unwrap_err().to_string();
        assert!(mistake.starts_with("pixi.lock:1"), "{mistake}");
        let newer = read("pixi.lock", &TEXT.replace("version: 6", "version: 99")).unwrap_err().to_string();
        assert!(newer.starts_with("pixi.lock: ") && newer.contains("99"), "{newer}");
    }
}
