//! The document that programs read.

use std::collections::BTreeMap;

use schemars::{JsonSchema as _, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use shared::{
    api::{ErrorBody, ErrorCode},
    calendar::Month,
    id::Digest,
    t,
};
use uuid::Uuid;

use super::operation::{Answers, Caller, Operation, WriteSchema};
use crate::error;

/// The version of `OpenAPI`; its schemas are JSON Schema as it is.
const OPENAPI: &str = "3.1.0";

/// Where the schemas stand in the document.
const SCHEMAS: &str = "/components/schemas";

/// The document of these operations.
pub(super) fn write(operations: &[Operation]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = SCHEMAS.into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let written = operation_object(operation, &mut generator);
        paths.entry(&operation.path).or_default().insert(operation.method.to_owned(), written);
    }
    json!({
        "openapi": OPENAPI,
        "info": {
            "title": t!("interface.title"), "description": t!("interface.text"),
            "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "tisheng_session",
                    "description": t!("interface.caller.person"),
                },
                "token": { "type": "http", "scheme": "bearer", "description": t!("interface.caller.system") },
            },
        },
    })
}

fn operation_object(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut parts = vec![
        ("operationId", json!(operation.summary.rsplit('.').next().unwrap_or_default())),
        ("summary", json!(t!(operation.summary))),
        ("parameters", parameters(operation, generator)),
        ("responses", responses(operation, generator)),
    ];
    if let Some(takes) = operation.takes {
        let mut content = json!({ "application/json": schema(takes, generator) });
        if let (Some(kind), Some(kinds)) = (operation.takes_also, content.as_object_mut()) {
            kinds.insert(kind.to_owned(), text());
        }
        parts.push(("requestBody", json!({ "required": true, "content": content })));
    }
    match operation.caller {
        Caller::Anyone => {}
        Caller::Person => parts.push(("security", json!([{ "session": [] }]))),
        Caller::System => parts.push(("security", json!([{ "token": [] }]))),
    }
    parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect::<Map<_, _>>().into()
}

fn parameters(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let of_path = operation.parameters().map(|name| {
        let schema = path_schema(name, generator);
        json!({ "name": name, "in": "path", "required": true, "schema": schema })
    });
    let mut all: Vec<Value> = of_path.collect();
    for asked in &operation.asked {
        let schema = (asked.write)(generator);
        all.push(json!({ "name": asked.name, "in": "query", "required": false, "schema": schema }));
    }
    all.into()
}

fn path_schema(name: &str, generator: &mut SchemaGenerator) -> Schema {
    match name {
        "period" | "month" => generator.subschema_for::<Month>(),
        "edition" => u32::json_schema(generator),
        "token" | "sha256" | "blob" => generator.subschema_for::<Digest>(),
        _ => Uuid::json_schema(generator),
    }
}

fn responses(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    let fine = t!("interface.fine");
    let mut good = |status: &str, content: Value| responses.insert(status.to_owned(), content);
    match operation.answers {
        Answers::Json(write) => {
            good("200", json!({ "description": fine, "content": { "application/json": schema(write, generator) } }));
        }
        Answers::Tagged(write) => {
            good("200", json!({ "description": fine, "content": { "application/json": schema(write, generator) } }));
            good("304", json!({ "description": t!("interface.unchanged") }));
        }
        Answers::Table(write) => {
            let content = json!({ "application/json": schema(write, generator), "text/csv": text() });
            good("200", json!({ "description": fine, "content": content }));
        }
        Answers::Done => {
            good("204", json!({ "description": fine }));
        }
        Answers::Events(write) => {
            // Each event's line is the JSON of this.
            let content =
                json!({ "text/event-stream": { "schema": { "type": "string" }, "x-event": write(generator) } });
            good("200", json!({ "description": fine, "content": content }));
        }
        Answers::TaggedContent(kind) => {
            good("200", json!({ "description": fine, "content": { kind: text() } }));
            good("304", json!({ "description": t!("interface.unchanged") }));
        }
        Answers::Content(kind) => {
            let media = kind.split(';').next().unwrap_or(kind);
            let content = if media == "application/json" { json!({ media: {} }) } else { json!({ media: text() }) };
            good("200", json!({ "description": fine, "content": content }));
        }
    }
    responses.extend(failures(operation, generator));
    responses.into()
}

/// By status, the codes that come with it, each with its sentence.
fn failures(operation: &Operation, generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in operation.failures() {
        by_status.entry(error::status(code).as_u16()).or_default().push(code);
    }
    let mut failures = Map::new();
    for (status, codes) in by_status {
        let sentences: Vec<String> = codes.iter().map(|code| format!("`{}` {}", code.key(), code.message())).collect();
        let keys: Vec<String> = codes.iter().map(|code| code.key()).collect();
        let narrowed = json!({
            "allOf": [generator.subschema_for::<ErrorBody>()],
            "properties": { "error": { "properties": { "code": { "enum": keys } } } },
        });
        let content = json!({ "application/json": { "schema": narrowed } });
        failures.insert(status.to_string(), json!({ "description": sentences.join("\n\n"), "content": content }));
    }
    failures
}

fn schema(write: WriteSchema, generator: &mut SchemaGenerator) -> Value {
    json!({ "schema": write(generator) })
}

fn text() -> Value {
    json!({ "schema": { "type": "string" } })
}
