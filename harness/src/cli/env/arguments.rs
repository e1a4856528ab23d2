//! What is typed after `shakedown env`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::config::image_name;
use crate::session::{EnvRequest, EnvVerb, Wish};

#[derive(Debug, Args)]
pub(in crate::cli) struct Env {
    /// The package manager, or NAME=PATH with its program [default: `SHAKEDOWN_MANAGER`, else that of shakedown.yml].
    #[arg(long, value_name = "NAME[=PATH]", global = true)]
    manager: Option<String>,
    /// Run it in a container of this image, which finds the folder under its own name.
    #[arg(long, value_name = "IMAGE", value_parser = image_name, global = true)]
    image: Option<String>,
    /// The user in that container, by name or number, as 1000:1000 [default: the image's own].
    #[arg(long, value_name = "USER", global = true)]
    user: Option<String>,
    /// Record everything that goes on in a journal in this folder, which is not there yet.
    #[arg(long, value_name = "FOLDER", global = true)]
    journal: Option<PathBuf>,
    /// Tell the result as JSON, whatever it is.
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a project, or a virtual environment where the manager has no projects.
    Init(Init),
    /// Install packages.
    Install(Install),
    /// Remove packages.
    Remove(Remove),
    /// Show what is installed.
    List(Folder),
    /// Update packages, as far as the manifest allows.
    Update(Update),
    /// Show what the manifest says.
    Manifest(Folder),
}

#[derive(Debug, Args)]
struct Folder {
    /// The project's folder, or the virtual environment.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

#[derive(Debug, Args)]
struct Init {
    #[command(flatten)]
    folder: Folder,
    /// Its name.
    #[arg(long)]
    name: Option<String>,
    /// The version of its Python, as 3.12.
    #[arg(long, value_name = "VERSION")]
    python: Option<String>,
    /// A channel or index (repeatable).
    #[arg(long, value_name = "URL")]
    source: Vec<String>,
}

/// Where packages may come from.
#[derive(Debug, Args)]
struct Reach {
    /// A channel or index (repeatable).
    #[arg(long, value_name = "URL")]
    source: Vec<String>,
    /// Only from the cache.
    #[arg(long)]
    offline: bool,
}

#[derive(Debug, Args)]
struct Install {
    #[command(flatten)]
    folder: Folder,
    /// Packages, as `click`, `click==8.1` or `httpie[socks]>=3`.
    #[arg(value_name = "SPEC", required = true)]
    specs: Vec<String>,
    /// From a Python package index, also where the manager's own packages are of another kind.
    #[arg(long)]
    pypi: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Args)]
struct Remove {
    #[command(flatten)]
    folder: Folder,
    /// Names of packages.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// They came from a Python package index, also where the manager's own packages are of another kind.
    #[arg(long)]
    pypi: bool,
}

#[derive(Debug, Args)]
struct Update {
    #[command(flatten)]
    folder: Folder,
    /// Names of packages; none: all.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    reach: Reach,
}

impl Env {
    /// What is asked for.
    pub(super) fn request(&self) -> EnvRequest {
        let (folder, verb) = match &self.verb {
            Verb::List(folder) => (folder, EnvVerb::List),
            Verb::Manifest(folder) => (folder, EnvVerb::Manifest),
            Verb::Init(Init { folder, name, python, source }) => {
                let verb = EnvVerb::Init { name: name.clone(), python: python.clone(), sources: source.clone() };
                (folder, verb)
            }
            Verb::Install(Install { folder, specs, pypi, reach: Reach { source, offline } }) => {
                let (specs, sources) = (specs.clone(), source.clone());
                (folder, EnvVerb::Install { specs, pypi: *pypi, sources, offline: *offline })
            }
            Verb::Remove(Remove { folder, names, pypi }) => {
                (folder, EnvVerb::Remove { names: names.clone(), pypi: *pypi })
            }
            Verb::Update(Update { folder, names, reach: Reach { source, offline } }) => {
                let (names, sources) = (names.clone(), source.clone());
                (folder, EnvVerb::Update { names, sources, offline: *offline })
            }
        };
        let wish = Wish { manager: self.manager.clone(), image: self.image.clone() };
        EnvRequest { wish, user: self.user.clone(), verb, folder: folder.folder.clone(), journal: self.journal.clone() }
    }
}
