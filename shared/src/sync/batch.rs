//! How much of what is unsent one request carries.

use crate::{
    api::OPERATIONS_MAX,
    fields::Value,
    merge::operation::{Body, FieldEdit, Operation},
};

/// What the operations of one request weigh at most ([`weight`]), so that a thin line moves it within its time-out.
const BATCH_WEIGHT_MAX: usize = 1024 * 1024;

/// What an edit weighs beside its fields, and a field beside its value.
const EDIT_WEIGHT: usize = 64;
const FIELD_WEIGHT: usize = 2;

/// The first operations that fit one request; `unsent` in counter order.
pub fn batch(unsent: impl IntoIterator<Item = Operation>) -> Vec<Operation> {
    let mut total = 0_usize;
    let mut batch = Vec::new();
    for operation in unsent.into_iter().take(OPERATIONS_MAX) {
        total = total.saturating_add(weight(&operation));
        // One operation always goes, however large: nothing may block the queue (I8).
        if total > BATCH_WEIGHT_MAX && !batch.is_empty() {
            break;
        }
        batch.push(operation);
    }
    batch
}

/// Bytes that an operation takes in a request at most, give or take what nobody types: two for each character of an
/// edit, since many edits go as a [`sheaf`](super::sheaf).
fn weight(operation: &Operation) -> usize {
    let Body::Edit { fields } = &operation.body else {
        return serde_json::to_vec(operation).map_or(0, |json| json.len());
    };
    let field = |edit: &FieldEdit| match &edit.value {
        Value::Text(text) => text.chars().count().saturating_mul(2),
        Value::List(texts) => texts.iter().map(String::len).sum(),
        Value::Null | Value::Flag(_) => 0,
    };
    fields.iter().map(|edit| field(edit).saturating_add(FIELD_WEIGHT)).sum::<usize>().saturating_add(EDIT_WEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(value: Value) -> Operation {
        Operation::sample(1, Body::Edit { fields: vec![FieldEdit { field: "name".into(), value, over: Vec::new() }] })
    }

    #[test]
    fn a_batch_ends_at_its_limits_but_never_sends_nothing() {
        let huge = "字".repeat(400_000);
        let comment = Body::Comment { field: None, text: huge.clone() };
        for large in [edit(Value::text(&huge)), edit(Value::List(vec![huge])), Operation::sample(1, comment)] {
            assert_eq!(batch(vec![large; 3]).len(), 1);
        }
        assert_eq!(batch(vec![edit(Value::text("小")); 1_200]).len(), OPERATIONS_MAX);
        assert!(batch(Vec::new()).is_empty());
    }

    #[test]
    fn what_a_street_writes_in_weeks_is_one_request() {
        let fields = (0..25).map(|n| FieldEdit {
            field: format!("field_{n}"),
            value: Value::text("鼓东街道数字经济产业园项目一期"),
            over: Vec::new(),
        });
        let report = Operation::sample(1, Body::Edit { fields: fields.collect() });
        assert_eq!(batch(vec![report; 1_000]).len(), 1_000);
    }
}
