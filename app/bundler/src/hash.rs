//! Names that change with the content, and hashes that browsers check.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

/// Hexadecimal digits of a hash in a file name: 64 bits, plenty for a handful of files.
const NAME_DIGITS: usize = 16;

/// SHA-256 in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The short hash used in names and revisions.
pub(crate) fn short(bytes: &[u8]) -> String {
    hex(bytes).chars().take(NAME_DIGITS).collect()
}

/// `icons/mark.svg` → `mark.<hash>.svg`.
pub(crate) fn file_name(path: &str, bytes: &[u8]) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{}.{extension}", short(bytes)),
        None => format!("{name}.{}", short(bytes)),
    }
}

/// The value of an `integrity` attribute.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_the_hash_before_the_extension() {
        assert_eq!(file_name("icons/mark.svg", b"a"), "mark.ca978112ca1bbdca.svg");
        assert_eq!(file_name("plain", b"a"), "plain.ca978112ca1bbdca");
    }

    #[test]
    fn integrity_is_what_browsers_compute() {
        // The example of the specification of Subresource Integrity.
        assert_eq!(
            integrity(b"alert('Hello, world.');"),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
        );
    }
}
