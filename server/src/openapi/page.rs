//! The page that people read.

use std::fmt::{self, Write as _};

use shared::t;

use super::{
    DOCUMENT, STYLE,
    operation::{Answers, Caller, Operation},
};
use crate::error;

/// The page of these operations.
pub(super) fn write(operations: &[Operation]) -> String {
    let mut page = String::new();
    // Writing into memory cannot fail.
    let _ = write_to(&mut page, operations);
    page
}

fn write_to(page: &mut String, operations: &[Operation]) -> fmt::Result {
    let (title, text, link) = (t!("interface.title"), t!("interface.text"), t!("interface.link"));
    write!(
        page,
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"{STYLE}\"></head><body><main><h1>{title}</h1><p>{text}</p>\
         <p><a href=\"{DOCUMENT}\">{link}</a></p>"
    )?;
    for operation in operations.iter().filter(|operation| !operation.is_description()) {
        write_operation(page, operation)?;
    }
    page.push_str("</main></body></html>");
    Ok(())
}

fn write_operation(page: &mut String, operation: &Operation) -> fmt::Result {
    let (method, path) = (operation.method.to_uppercase(), &operation.path);
    let caller = match operation.caller {
        Caller::Anyone => t!("interface.caller.anyone"),
        Caller::Person => t!("interface.caller.person"),
        Caller::System => t!("interface.caller.system"),
    };
    let answers = match operation.answers {
        Answers::Json(_) | Answers::Tagged(_) => t!("interface.answers.json"),
        Answers::Table(_) => t!("interface.answers.table"),
        Answers::Done => t!("interface.answers.done"),
        Answers::Events(_) => t!("interface.answers.events"),
        Answers::Content(kind) | Answers::TaggedContent(kind) => kind.to_owned(),
    };
    write!(
        page,
        "<section><h2>{}</h2><p><code><b>{method}</b> {path}</code></p><p>{caller} {answers}</p>",
        t!(operation.summary)
    )?;
    let failures = operation.failures();
    if !failures.is_empty() {
        let heads = [t!("interface.status"), t!("interface.code"), t!("interface.sentence")];
        let heads = heads.map(|head| format!("<th scope=\"col\">{head}</th>")).concat();
        write!(page, "<details><summary>{}</summary><table><tr>{heads}</tr>", t!("interface.failures"))?;
        for code in failures {
            let (status, key, sentence) = (error::status(code).as_u16(), code.key(), code.message());
            write!(page, "<tr><td>{status}</td><td><code>{key}</code></td><td>{sentence}</td></tr>")?;
        }
        page.push_str("</table></details>");
    }
    page.push_str("</section>");
    Ok(())
}
