//! Files that offices work on with: the bulletin as a document and as a workbook.

pub mod docx;
#[cfg(test)]
mod tests;
pub mod xlsx;

/// Why a file could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the file cannot be made: {0}")]
pub struct ExportError(String);

impl From<zip::result::ZipError> for ExportError {
    fn from(error: zip::result::ZipError) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for ExportError {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<rust_xlsxwriter::XlsxError> for ExportError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        Self(error.to_string())
    }
}
