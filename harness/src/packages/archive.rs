//! Zip and tar archives whose bytes depend on nothing but their content.

use std::io::{Cursor, Write as _};

use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::PackageError;

/// The time of every file, 2023-01-01T00:00:00Z, in seconds since 1970; conda's tools use it for the same purpose.
pub(super) const TIME: u64 = 1_672_531_200;

/// The level of zstd: what tests install is small, and made anew in each run.
const LEVEL: i32 = 3;

/// A zip archive of these files, in this order, not compressed.
pub(super) fn zipped(name: &str, files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, PackageError> {
    let failed = |error: zip::result::ZipError| failed(name, error.into());
    // `DateTime::default` is the earliest that the format knows, 1980-01-01.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        archive.start_file(path.as_str(), options).map_err(failed)?;
        archive.write_all(bytes).map_err(|error| self::failed(name, error))?;
    }
    Ok(archive.finish().map_err(failed)?.into_inner())
}

/// A tar archive of these files, in this order, compressed with zstd.
pub(super) fn tarred(name: &str, files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, PackageError> {
    let failed = |error| failed(name, error);
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(TIME);
        archive.append_data(&mut header, path, bytes.as_slice()).map_err(failed)?;
    }
    let bytes = archive.into_inner().map_err(failed)?;
    zstd::encode_all(bytes.as_slice(), LEVEL).map_err(failed)
}

/// The SHA-256 of some bytes.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The same in hexadecimal.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn failed(name: &str, source: std::io::Error) -> PackageError {
    PackageError::Archive { name: name.to_owned(), source }
}
