//! The description of the interface (`OpenAPI` 3.1), made of the types that the handlers take and give, and a page
//! that shows it to people.

use std::sync::OnceLock;

use axum::{
    Json,
    http::header,
    response::{Html, IntoResponse},
};
use serde_json::Value;

mod document;
mod operation;
mod page;
mod table;

/// Where the page is.
pub const PAGE: &str = "/api/docs";

/// Its style sheet.
pub const STYLE: &str = "/api/docs.css";

/// Where the document is.
pub const DOCUMENT: &str = "/api/openapi.json";

/// The document.
pub fn description() -> &'static Value {
    static DESCRIPTION: OnceLock<Value> = OnceLock::new();
    DESCRIPTION.get_or_init(|| document::write(&table::operations()))
}

/// Hands the document out.
pub async fn show() -> Json<&'static Value> {
    Json(description())
}

/// The page.
pub async fn page() -> Html<&'static str> {
    static TEXT: OnceLock<String> = OnceLock::new();
    Html(TEXT.get_or_init(|| page::write(&table::operations())).as_str())
}

/// What the page looks like.
pub async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("openapi/docs.css"))
}
