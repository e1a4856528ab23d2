//! The `RECORD` of an installed package: the hash and size of every file but itself (PEP 376, PEP 427).

use super::archive::sha256;
use super::content::info_folder;
use super::recipe::Recipe;

/// Path and content of the record of these files, all paths within the folder of packages.
pub(super) fn record(recipe: &Recipe, files: &[(String, Vec<u8>)]) -> (String, Vec<u8>) {
    let path = format!("{}/RECORD", info_folder(recipe));
    let mut lines: Vec<String> = files
        .iter()
        .map(|(path, bytes)| format!("{path},sha256={},{}\n", url_safe(&sha256(bytes)), bytes.len()))
        .collect();
    lines.push(format!("{path},,\n"));
    (path, lines.concat().into_bytes())
}

/// Base64 with the URL-safe alphabet and without padding, as `RECORD` has its hashes.
fn url_safe(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = [0, 1, 2].map(|place| u32::from(chunk.get(place).copied().unwrap_or_default()));
        let group = group[0] << 16 | group[1] << 8 | group[2];
        for place in 0..=chunk.len() {
            let digit = (group >> (18 - 6 * place)) & 0x3f;
            text.push(char::from(ALPHABET[digit as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::url_safe;

    #[test]
    fn hashes_are_written_without_padding_and_with_the_alphabet_of_urls() {
        assert_eq!(url_safe(b""), "");
        assert_eq!(url_safe(b"f"), "Zg");
        assert_eq!(url_safe(b"fo"), "Zm8");
        assert_eq!(url_safe(b"foo"), "Zm9v");
        assert_eq!(url_safe(&[0xfb, 0xff]), "-_8");
    }
}
