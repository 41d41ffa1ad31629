//! The schemas of what writes itself as text, for whoever describes the interface.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    calendar::{Date, Month},
    id::{ActorId, Digest},
    merge::stamp::Stamp,
};

macro_rules! text_schema {
    ($($name:ident: $pattern:literal, $example:literal;)+) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "examples": [$example] })
            }
        }
    )+};
}

text_schema! {
    ActorId: "^[0-9a-fA-F]{1,16}$", "00000000000000a7";
    Date: r"^[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}$", "2021-06-23";
    Digest: "^[0-9a-fA-F]{64}$", "0000000000000000000000000000000000000000000000000000000000000000";
    Month: r"^[0-9]{4}-(0[1-9]|1[0-2])$", "2021-06";
    Stamp: "^[0-9a-fA-F]{1,16}$", "017a36c1c0000000";
}
