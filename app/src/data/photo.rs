//! From what a person chose to what hangs on a record: photos are made smaller, upright and silent about camera and
//! place, after what they told is noted; papers stay as they are.

use shared::attachment::{
    FileKind, NAME_CHARS_MAX, PAPER_BYTES_MAX, PHOTO_BYTES_MAX, PHOTO_SIDE_MAX, Shot, THUMBNAIL_BYTES_MAX,
    THUMBNAIL_SIDE_MAX, read_shot,
};

use crate::{
    browser::{chosen_file::Chosen, picture::Picture},
    data::error::DataError,
};

/// Bytes of a photo as it comes from a camera. Reading more would take a tablet's memory.
const ORIGINAL_BYTES_MAX: u64 = 40 * 1024 * 1024;

/// The longer sides that a photo is tried in, until it is small enough.
const PHOTO_SIDES: [u32; 3] = [PHOTO_SIDE_MAX, 1_280, 960];

/// The qualities that each is tried in.
const QUALITIES: [u8; 4] = [85, 75, 65, 50];

/// A file that may hang on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prepared {
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: FileKind,
    /// The content.
    pub(crate) content: Vec<u8>,
    /// A small picture of it.
    pub(crate) thumbnail: Option<Vec<u8>>,
    /// When and where the camera took it.
    pub(crate) shot: Option<Shot>,
}

/// Makes of a chosen file what may hang on a record.
pub(crate) async fn prepare(chosen: &Chosen) -> Result<Prepared, DataError> {
    if chosen.size() > ORIGINAL_BYTES_MAX {
        return Err(DataError::FileTooLarge);
    }
    let content = chosen.bytes().await.ok_or(DataError::FileUnknown)?;
    let name: String = chosen.name().unwrap_or_default().chars().take(NAME_CHARS_MAX).collect();
    match FileKind::of_content(&content).filter(|kind| !kind.is_photo()) {
        Some(_) if chosen.size() > PAPER_BYTES_MAX => Err(DataError::FileTooLarge),
        Some(kind) => Ok(Prepared { name: named(name, kind), kind, content, thumbnail: None, shot: None }),
        None => photo(named(name, FileKind::Jpeg), &content).await,
    }
}

async fn photo(name: String, original: &[u8]) -> Result<Prepared, DataError> {
    let shot = Some(read_shot(original)).filter(|shot| !shot.is_empty());
    let picture = Picture::decode(original).await.ok_or(DataError::FileUnknown)?;
    let content = smaller(&picture, &PHOTO_SIDES, PHOTO_BYTES_MAX).await?;
    let thumbnail = smaller(&picture, &[THUMBNAIL_SIDE_MAX], THUMBNAIL_BYTES_MAX).await?;
    Ok(Prepared { name, kind: FileKind::Jpeg, content, thumbnail: Some(thumbnail), shot })
}

/// The picture in the first side and quality in which it is small enough.
async fn smaller(picture: &Picture, sides: &[u32], bytes_max: u64) -> Result<Vec<u8>, DataError> {
    for side in sides {
        for quality in QUALITIES {
            let jpeg = picture.jpeg(fitted(picture.size(), *side), quality).await.ok_or(DataError::FileUnknown)?;
            if u64::try_from(jpeg.len()).is_ok_and(|bytes| bytes <= bytes_max) {
                return Ok(jpeg);
            }
        }
    }
    Err(DataError::FileTooLarge)
}

/// A size of the same shape whose longer side is `side_max` at most; never a larger one.
fn fitted((width, height): (u32, u32), side_max: u32) -> (u32, u32) {
    let longer = u64::from(width.max(height)).max(1);
    if longer <= u64::from(side_max) {
        return (width.max(1), height.max(1));
    }
    let scaled = |side: u32| {
        let scaled = (u64::from(side) * u64::from(side_max) + longer / 2) / longer;
        u32::try_from(scaled).unwrap_or(side_max).max(1)
    };
    (scaled(width), scaled(height))
}

/// The name of a file, which has one even where the tablet gave none.
fn named(name: String, kind: FileKind) -> String {
    if name.is_empty() { format!("file.{}", kind.extension()) } else { name }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn a_photo_keeps_its_shape_and_never_grows() {
        for (size, side_max, expected) in [
            ((4_000, 3_000), 1_600, (1_600, 1_200)),
            ((3_000, 4_000), 1_600, (1_200, 1_600)),
            ((1_600, 900), 1_600, (1_600, 900)),
            ((640, 480), 1_600, (640, 480)),
            ((20_000, 3), 1_600, (1_600, 1)),
            ((0, 0), 320, (1, 1)),
            ((u32::MAX, u32::MAX), 320, (320, 320)),
        ] {
            assert_eq!(fitted(size, side_max), expected, "{size:?}");
        }
    }
}
