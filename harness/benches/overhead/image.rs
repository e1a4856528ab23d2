//! The image that all figures are taken with: small, so that what is measured is the way to a command and not the command.

use bollard::query_parameters::{CreateImageOptionsBuilder, RemoveImageOptionsBuilder};
use futures_util::StreamExt as _;

use super::Trouble;

/// The machine's static busybox, as Debian's `busybox-static` installs it.
const BUSYBOX: &str = "/bin/busybox";

/// An image to use.
pub(crate) struct Image {
    pub(crate) name: String,
    /// Where it was made for this bench, and is to be removed again.
    made: Option<bollard::Docker>,
}

impl Image {
    /// The image that `SHAKEDOWN_BENCH_IMAGE` names, else one made of busybox whose own command sleeps.
    pub(crate) async fn ready() -> Result<Self, Trouble> {
        if let Ok(name) = std::env::var("SHAKEDOWN_BENCH_IMAGE") {
            return Ok(Self { name, made: None });
        }
        let program = std::fs::read(BUSYBOX).map_err(|error| {
            format!("{BUSYBOX}: {error}. Install busybox-static, or name an image in SHAKEDOWN_BENCH_IMAGE.")
        })?;
        let client = bollard::Docker::connect_with_defaults()?.negotiate_version().await?;
        let (repository, tag) = ("shakedown/bench", std::process::id().to_string());
        let changes = vec!["CMD [\"sleep\", \"1000\"]".to_owned(), "ENV PATH=/bin".to_owned()];
        let options =
            CreateImageOptionsBuilder::default().from_src("-").repo(repository).tag(&tag).changes(changes).build();
        let tar = bollard::body_full(archive(&program)?.into());
        let mut progress = client.create_image(Some(options), Some(tar), None);
        while let Some(step) = progress.next().await {
            step?;
        }
        drop(progress);
        Ok(Self { name: format!("{repository}:{tag}"), made: Some(client) })
    }

    /// Removes what was made.
    pub(crate) async fn remove(self) -> Result<(), Trouble> {
        if let Some(client) = self.made {
            let options = RemoveImageOptionsBuilder::default().build();
            client.remove_image(&self.name, Some(options), None).await?;
        }
        Ok(())
    }
}

fn archive(program: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_mode(0o755);
    header.set_size(0);
    tar.append_data(&mut header, "bin/", std::io::empty())?;
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o755);
    header.set_size(program.len() as u64);
    tar.append_data(&mut header, "bin/busybox", program)?;
    for name in ["sh", "sleep", "true"] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_mode(0o777);
        header.set_size(0);
        tar.append_link(&mut header, format!("bin/{name}"), "busybox")?;
    }
    Ok(tar.into_inner()?)
}
