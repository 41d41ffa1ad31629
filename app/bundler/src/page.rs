//! Published files, and the pages that name them.
//!
//! A page writes `{{boot.js}}` for the address of a file and `{{boot.js|integrity}}` for its hash.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::hash;

/// A file under `/assets/`, whose name changes with its content.
#[derive(Debug)]
pub(crate) struct File {
    /// Where the browser finds it.
    pub(crate) url: String,
    /// The value of an `integrity` attribute.
    pub(crate) integrity: String,
    /// The content.
    pub(crate) bytes: Vec<u8>,
}

/// All files under `/assets/`, by the name they have in the source.
#[derive(Debug, Default)]
pub(crate) struct Published(BTreeMap<String, File>);

impl Published {
    /// Adds a file under the name it has in the source.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) {
        let file = File {
            url: format!("/assets/{}", hash::file_name(name, &bytes)),
            integrity: hash::integrity(&bytes),
            bytes,
        };
        self.0.insert(name.to_owned(), file);
    }

    /// The files in the order of their names.
    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.0.values()
    }

    /// The page with every `{{…}}` replaced.
    ///
    /// # Errors
    /// When a page names a file that does not exist.
    pub(crate) fn render(&self, page: &str, template: &str) -> Result<String> {
        let mut output = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((token, after)) = after.split_once("}}") else {
                bail!("{page}: `{{{{` without `}}}}`");
            };
            output.push_str(before);
            output.push_str(self.value(page, token)?);
            rest = after;
        }
        output.push_str(rest);
        Ok(output)
    }

    fn value(&self, page: &str, token: &str) -> Result<&str> {
        let (name, attribute) = token.split_once('|').unwrap_or((token, "url"));
        match (self.0.get(name), attribute) {
            (Some(file), "url") => Ok(&file.url),
            (Some(file), "integrity") => Ok(&file.integrity),
            _ => bail!("{page}: there is no `{{{{{token}}}}}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> Published {
        let mut published = Published::default();
        published.add("boot.js", b"x".to_vec());
        published
    }

    #[test]
    fn replaces_addresses_and_hashes() {
        let page = published().render("p", "<a {{boot.js}} b {{boot.js|integrity}}>").unwrap();
        let expected = format!("<a /assets/boot.{}.js b {}>", hash::short(b"x"), hash::integrity(b"x"));
        assert_eq!(page, expected);
    }

    #[test]
    fn a_page_cannot_name_what_is_not_there() {
        for template in ["{{other.js}}", "{{boot.js|size}}", "{{boot.js"] {
            let message = published().render("index.html", template).unwrap_err().to_string();
            assert!(message.starts_with("index.html: "), "{message}");
        }
    }
}
