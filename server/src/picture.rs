//! QR codes as the path of an SVG: nothing inline but numbers, which the content security policy allows.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};
use shared::api::Picture;

use crate::error::ApiError;

/// Light squares around the code, which scanners need.
const QUIET: i32 = 4;

/// The picture of a text.
pub fn of(text: &str) -> Result<Picture, ApiError> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(ApiError::internal)?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Ok(Picture { size: u32::try_from(code.size() + 2 * QUIET).map_err(ApiError::internal)?, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_three_corners_and_a_quiet_border() {
        let Picture { size, path } = of("https://10.1.2.3/invitation?account=gudong").unwrap();
        for (x, y) in [(4, 4), (size - 5, 4), (4, size - 5)] {
            assert!(path.contains(&format!("M{x},{y}h1v1h-1z")), "{x} {y}");
        }
        assert!(!path.contains("M3,") && !path.contains(",3h"), "{path}");
    }
}
