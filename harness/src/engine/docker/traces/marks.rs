//! What tells that something of this machine is in a file: certificates of the bundle that builds were given.

use std::collections::{BTreeSet, HashSet};
use std::io::{Cursor, Read};
use std::path::Path;

use memchr::memmem::Finder;

/// Files beyond this size are no bundles; bytes.
const LARGEST: u64 = 64 << 20;
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// What to look for.
pub(super) struct Marks {
    /// Certificates, without white space.
    pub(super) wanted: HashSet<Vec<u8>>,
    /// Whether one of them is a trace; else only all of them together are.
    any: bool,
}

impl Marks {
    pub(super) fn of(bundle: &[u8], public: &HashSet<Vec<u8>>) -> Self {
        let wanted = certificates(bundle).filter(|certificate| !public.contains(certificate)).collect();
        Self { wanted, any: !public.is_empty() }
    }

    fn are_in(&self, content: &[u8]) -> bool {
        let found: HashSet<Vec<u8>> =
            certificates(content).filter(|certificate| self.wanted.contains(certificate)).collect();
        if self.any { !found.is_empty() } else { found.len() == self.wanted.len() }
    }

    /// Looks through an image as `docker save` writes it: an archive of layers that are archives.
    pub(super) fn search(&self, image: impl Read) -> std::io::Result<BTreeSet<String>> {
        let mut traces = BTreeSet::new();
        let mut image = tar::Archive::new(image);
        for entry in image.entries()? {
            let mut entry = entry?;
            let mut head = Vec::new();
            entry.by_ref().take(512).read_to_end(&mut head)?;
            if head.starts_with(&[0x1f, 0x8b]) || head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
                return Err(std::io::Error::other("its layers are compressed, and this engine does not unpack them"));
            }
            if head.get(257..262) == Some(b"ustar") {
                traces.extend(self.search_layer(Cursor::new(head).chain(entry), "")?);
            }
        }
        Ok(traces)
    }

    /// Looks through a layer as an archive, whose paths are below this folder in it.
    pub(super) fn search_layer(&self, layer: impl Read, below: &str) -> std::io::Result<BTreeSet<String>> {
        let mut traces = BTreeSet::new();
        let mut layer = tar::Archive::new(layer);
        for entry in layer.entries()? {
            let mut entry = entry?;
            if !entry.header().entry_type().is_file() || entry.size() > LARGEST {
                continue;
            }
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            if self.are_in(&content) {
                let path = entry.path()?;
                traces.insert(format!("/{}", path.strip_prefix(below).unwrap_or(&path).display()));
            }
        }
        Ok(traces)
    }
}

/// The certificates in a text, without white space.
fn certificates(content: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let (begin, end) = (Finder::new(BEGIN), Finder::new(END));
    let starts: Vec<usize> = begin.find_iter(content).map(|start| start + BEGIN.len()).collect();
    starts.into_iter().filter_map(move |start| {
        let body = &content[start..];
        let body = &body[..end.find(body)?];
        Some(body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect())
    })
}

/// All certificates in the files below a folder.
pub(super) fn shipped(folder: &Path) -> HashSet<Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let of = |path: std::path::PathBuf| -> Vec<Vec<u8>> {
        if path.is_dir() {
            shipped(&path).into_iter().collect()
        } else {
            certificates(&std::fs::read(&path).unwrap_or_default()).collect()
        }
    };
    entries.flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(body: &str) -> String {
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, content) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, *content).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn found(marks: &Marks, layer: &[(&str, &[u8])]) -> Vec<String> {
        let image = archive(&[("abc/layer.tar", &archive(layer)), ("manifest.json", b"[]")]);
        marks.search(image.as_slice()).unwrap().into_iter().collect()
    }

    #[test]
    fn a_certificate_of_this_machine_is_found_in_any_file_however_it_is_broken() {
        let public = certificates(pem("PUBLIC").as_bytes()).collect();
        let bundle = format!("{}{}", pem("PUBLIC"), pem("MINE\nMINE"));
        let marks = Marks::of(bundle.as_bytes(), &public);
        let other = format!("text before\n{}", pem("MI\r\nNEMI\r\nNE"));
        let layer: [(&str, &[u8]); 4] = [
            ("etc/ssl/copied.crt", bundle.as_bytes()),
            ("opt/other.pem", other.as_bytes()),
            ("etc/ssl/public.crt", &pem("PUBLIC").into_bytes()),
            ("etc/cut.pem", b"-----BEGIN CERTIFICATE-----\nMINEMINE"),
        ];
        assert_eq!(found(&marks, &layer), ["/etc/ssl/copied.crt", "/opt/other.pem"]);
    }

    #[test]
    fn without_knowing_what_is_public_only_the_whole_bundle_is_a_trace() {
        let bundle = format!("{}{}", pem("ONE"), pem("TWO"));
        let marks = Marks::of(bundle.as_bytes(), &HashSet::new());
        let more = format!("{bundle}{}", pem("THREE"));
        let layer: [(&str, &[u8]); 2] = [("one.crt", &pem("ONE").into_bytes()), ("more.crt", more.as_bytes())];
        assert_eq!(found(&marks, &layer), ["/more.crt"]);
    }

    #[test]
    fn what_cannot_be_looked_into_is_no_clean_image() {
        let marks = Marks::of(pem("ONE").as_bytes(), &HashSet::new());
        let image = archive(&[("blobs/sha256/abc", &[0x1f, 0x8b, 8, 0])]);
        assert!(marks.search(image.as_slice()).unwrap_err().to_string().contains("compressed"));
    }
}
