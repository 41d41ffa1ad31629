//! Compressed copies beside the files, so that the server only picks one.

use std::io::Write;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Brotli's highest quality and window: files are compressed once and loaded by every tablet.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW_BITS: u32 = 24;
const BROTLI_BUFFER_BYTES: usize = 64 * 1024;

/// Whether compressing a file of this name is worth while.
pub(crate) fn pays_for(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default();
    matches!(extension, "html" | "js" | "css" | "svg" | "wasm" | "webmanifest" | "json" | "txt")
}

/// Brotli at its best.
///
/// # Errors
/// When the encoder fails.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BROTLI_BUFFER_BYTES, BROTLI_QUALITY, BROTLI_WINDOW_BITS);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

/// Gzip at its best, without name and time.
///
/// # Errors
/// When the encoder fails.
pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}
