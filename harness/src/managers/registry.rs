//! All package managers there are.

use super::PackageManager;
use super::pip::Pip;
use super::pixi::Pixi;
use super::uv::Uv;

/// Every package manager, by name in alphabetical order.
pub static ALL: &[&dyn PackageManager] = &[&Pip, &Pixi, &Uv];

/// The package manager of this name; `None` where there is none.
pub fn find(name: &str) -> Option<&'static dyn PackageManager> {
    ALL.iter().copied().find(|manager| manager.name() == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::managers::Install;
    use crate::model::plan::Question;

    #[test]
    fn names_are_unique_in_order_and_find_their_manager() {
        let mut names = Vec::new();
        for manager in ALL {
            names.push(manager.name());
        }
        let sorted: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names, sorted.into_iter().collect::<Vec<_>>());
        for name in names {
            assert!(find(name).is_some_and(|manager| manager.name() == name));
        }
        assert!(find("nope").is_none());
    }

    #[test]
    fn every_manager_makes_environments_and_says_its_version() {
        let install = Install { home: "/opt/home".into(), ..Install::default() };
        for manager in ALL {
            assert!(!manager.kinds().is_empty(), "{}", manager.name());
            let invocation = manager.ask(&Question::Version, &install, &[]).unwrap();
            let installation = manager.installation(&install);
            assert_eq!(invocation.argv, [installation.binary.as_str(), "--version"]);
            assert!(installation.folders.contains(&install.home));
        }
    }

    #[test]
    fn a_home_that_is_the_folder_of_the_program_is_told_once() {
        for manager in ALL {
            let program = Some(format!("/my tools/bin/{}", manager.name()));
            let install = Install { home: "/my tools/bin".into(), program, ..Install::default() };
            let installation = manager.installation(&install);
            for all in [&installation.folders, &installation.path] {
                assert!(all.contains(&install.home), "{all:?}");
                assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
            }
        }
    }

    #[test]
    fn what_is_read_from_files_or_refusals_cannot_be_asked_and_says_so() {
        for manager in ALL {
            let environment = || "common".to_owned();
            for question in [
                Question::Records { environment: environment() },
                Question::Manifest { environment: environment() },
                Question::Refusal,
            ] {
                let refusal = manager.ask(&question, &Install::default(), &[]).unwrap_err();
                assert!(refusal.to_string().contains("read from"), "{refusal}");
            }
        }
    }
}
