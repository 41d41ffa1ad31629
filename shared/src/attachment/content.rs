//! What a file is, by its content and not by its name.

use super::{PAPER_BYTES_MAX, PHOTO_BYTES_MAX, PHOTO_SIDE_MAX};

/// The files that may hang on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A photo, as every tablet makes it.
    Jpeg,
    /// PDF.
    Pdf,
    /// A document of Word or WPS.
    Docx,
    /// A table of Excel or WPS.
    Xlsx,
    /// OFD (GB/T 33190), what offices here sign.
    Ofd,
}

/// Why a content is not what it was said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// It begins unlike any file of its kind.
    #[error("the content is of another kind")]
    Kind,
    /// A picture with more pixels than any tablet of ours sends, or with none.
    #[error("the picture has {0} x {1} pixels")]
    Pixels(u16, u16),
    /// Larger than its kind may be.
    #[error("{0} bytes are too many")]
    Size(usize),
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Pdf, Self::Docx, Self::Xlsx, Self::Ofd];

    /// Its media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ofd => "application/ofd",
        }
    }

    /// The ending of its files' names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Ofd => "ofd",
        }
    }

    /// The kind of a media type.
    pub fn from_mime(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.mime() == mime)
    }

    /// Whether it is a picture.
    pub const fn is_photo(self) -> bool {
        matches!(self, Self::Jpeg)
    }

    /// The kind of a content. The three that are archives are told apart by the names of the files within, which
    /// stand plainly in the archive.
    pub fn of_content(content: &[u8]) -> Option<Self> {
        let holds = |name: &[u8]| content.windows(name.len()).any(|part| part == name);
        match content {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [b'P', b'K', 3, 4, ..] if holds(b"word/document.xml") => Some(Self::Docx),
            [b'P', b'K', 3, 4, ..] if holds(b"xl/workbook.xml") => Some(Self::Xlsx),
            [b'P', b'K', 3, 4, ..] if holds(b"OFD.xml") => Some(Self::Ofd),
            _ => None,
        }
    }
}

/// Whether a content is what it was said to be: by its first bytes, its size and its pixels.
///
/// # Errors
/// The first thing that is not.
pub fn check_content(kind: FileKind, content: &[u8]) -> Result<(), ContentError> {
    if FileKind::of_content(content) != Some(kind) {
        return Err(ContentError::Kind);
    }
    let bytes_max = if kind.is_photo() { PHOTO_BYTES_MAX } else { PAPER_BYTES_MAX };
    if u64::try_from(content.len()).is_ok_and(|size| size > bytes_max) {
        return Err(ContentError::Size(content.len()));
    }
    if kind.is_photo() {
        let (width, height) = jpeg_pixels(content).ok_or(ContentError::Kind)?;
        let fits = |side: u16| (1..=PHOTO_SIDE_MAX).contains(&u32::from(side));
        if !fits(width) || !fits(height) {
            return Err(ContentError::Pixels(width, height));
        }
    }
    Ok(())
}

/// Width and height from a JPEG's frame header.
fn jpeg_pixels(content: &[u8]) -> Option<(u16, u16)> {
    super::exif::segments(content).find_map(|(marker, body)| match (marker, body) {
        // Every start of frame but the three that share its range: tables, arithmetic coding, hierarchy.
        (0xc0..=0xcf, [_, h1, h0, w1, w0, ..]) if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
            Some((u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0])))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let [h1, h0] = height.to_be_bytes();
        let [w1, w0] = width.to_be_bytes();
        let header = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, h1, h0, w1, w0, 1, 1, 0x11, 0];
        [&header[..], &[0xff, 0xd9]].concat()
    }

    #[test]
    fn a_content_is_what_it_begins_with_and_not_what_it_is_called() {
        for (kind, content, expected) in [
            (FileKind::Jpeg, jpeg(1_600, 1_200), Ok(())),
            (FileKind::Jpeg, jpeg(4_000, 3_000), Err(ContentError::Pixels(4_000, 3_000))),
            (FileKind::Jpeg, jpeg(0, 3), Err(ContentError::Pixels(0, 3))),
            (FileKind::Jpeg, b"<svg onload=alert(1)>".to_vec(), Err(ContentError::Kind)),
            (FileKind::Jpeg, vec![0xff, 0xd8, 0xff, 0xe0, 0xff], Err(ContentError::Kind)),
            (FileKind::Pdf, b"%PDF-1.7 ".to_vec(), Ok(())),
            (FileKind::Pdf, jpeg(8, 8), Err(ContentError::Kind)),
            (FileKind::Docx, b"PK\x03\x04.. word/document.xml".to_vec(), Ok(())),
            (FileKind::Docx, b"PK\x03\x04.. xl/workbook.xml".to_vec(), Err(ContentError::Kind)),
            (FileKind::Xlsx, b"PK\x03\x04.. xl/workbook.xml".to_vec(), Ok(())),
            (FileKind::Ofd, b"PK\x03\x04.. OFD.xml".to_vec(), Ok(())),
            (FileKind::Ofd, b"PK\x03\x04.. evil.exe".to_vec(), Err(ContentError::Kind)),
            (FileKind::Jpeg, [jpeg(8, 8), vec![0; 500_000]].concat(), Err(ContentError::Size(500_023))),
        ] {
            assert_eq!(check_content(kind, &content), expected, "{kind:?} {:?}", content.get(..12));
        }
    }
}
