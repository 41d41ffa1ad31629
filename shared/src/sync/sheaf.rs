//! Edits bound together: what they share is said once, and the values of one field stand together. What a tablet sends
//! that was offline for weeks is half of what its edits are one by one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    api::SyncRequest,
    bulk::{BulkError, Numbers, Reader, Writer, steps, sums},
    calendar::Month,
    fields::Value,
    id::{ActorId, CampaignId, OperationId, PersonId, RecordId, UnitId},
    merge::{
        operation::{Body, FIELD_NAME_BYTES_MAX, FIELDS_MAX, FieldEdit, Operation},
        stamp::Stamp,
    },
    record::RecordKind,
};

/// Edits. Beside them stand the id of each, those of their records, those that `over` names elsewhere, and the texts
/// of all fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheaf {
    /// Where each stands among all operations of a request.
    at: Vec<usize>,
    /// Where each comes from and what it is about: a place in `heads`.
    head: Vec<usize>,
    heads: Vec<Head>,
    /// Each one's record: a place among so many ids.
    record: Vec<usize>,
    records: usize,
    /// All three in [`steps`].
    counters: Vec<i64>,
    stamps: Vec<i64>,
    seen: Vec<i64>,
    /// Which fields each writes: a place in `forms`.
    form: Vec<usize>,
    forms: Vec<Vec<String>>,
    /// The values that are no text, by their place: form by form, field by field, edit by edit.
    values: Vec<(usize, Value)>,
    /// What is written over, likewise: places among the edits' ids, and after those among so many more.
    over: Vec<(usize, Vec<usize>)>,
    elsewhere: usize,
}

/// A request with its edits bound: what a tablet sends that has much to say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bound<R> {
    /// The request with its other operations.
    pub request: R,
    /// The edits.
    pub sheaf: Sheaf,
}

/// The bytes of a request, of the kind [`MEDIA_TYPE`](crate::bulk::MEDIA_TYPE).
pub fn write(request: &SyncRequest) -> Vec<u8> {
    let mut beside = Writer::default();
    let (sheaf, others) = Sheaf::bind(&request.operations, &mut beside);
    let SyncRequest { protocol, schema, actor, cursor, acknowledged, wall_ms, limit, .. } = *request;
    let (app, operations) = (request.app.clone(), others.into_iter().cloned().collect());
    let request = SyncRequest { protocol, schema, app, actor, cursor, acknowledged, wall_ms, operations, limit };
    beside.finish(&Bound { request, sheaf })
}

/// What neighbouring edits have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Head {
    campaign: CampaignId,
    unit: UnitId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<Month>,
    kind: RecordKind,
    author: PersonId,
    actor: ActorId,
    schema: u16,
}

impl Sheaf {
    /// Binds the edits among operations; the others are left, and edits that no form of ours makes.
    pub fn bind<'a>(operations: &'a [Operation], beside: &mut Writer<'a>) -> (Self, Vec<&'a Operation>) {
        let (mut edits, mut left) = (Vec::new(), Vec::new());
        for (at, operation) in operations.iter().enumerate() {
            match &operation.body {
                Body::Edit { fields } if is_form(fields.iter().map(|edit| &edit.field)) => {
                    edits.push((at, operation, fields.as_slice()));
                }
                Body::Edit { .. }
                | Body::Transition { .. }
                | Body::Comment { .. }
                | Body::Attach(_)
                | Body::Detach { .. }
                | Body::Tombstone
                | Body::Twin { .. }
                | Body::Unheard => left.push(operation),
            }
        }
        (Self::of(&edits, beside), left)
    }

    fn of<'a>(edits: &[(usize, &'a Operation, &'a [FieldEdit])], beside: &mut Writer<'a>) -> Self {
        let (mut heads, mut records, mut forms) = (Numbers::default(), Numbers::default(), Numbers::default());
        let mut sheaf = Self::default();
        beside.ids(edits.iter().map(|(_, edit, _)| edit.id.0));
        for (at, edit, fields) in edits {
            sheaf.at.push(*at);
            sheaf.head.push(heads.of(Head::of(edit)));
            sheaf.record.push(records.of(edit.record.0));
            sheaf.form.push(forms.of(fields.iter().map(|field| field.field.clone()).collect()));
        }
        sheaf.counters = steps(edits.iter().map(|(_, edit, _)| edit.counter));
        sheaf.stamps = steps(edits.iter().map(|(_, edit, _)| edit.stamp.bits()));
        sheaf.seen = steps(edits.iter().map(|(_, edit, _)| edit.seen));
        (sheaf.heads, sheaf.forms, sheaf.records) = (heads.values, forms.values, records.values.len());
        beside.ids(records.values);
        let mut named = Numbers::default();
        for (_, edit, _) in edits {
            named.of(edit.id);
        }
        let here = named.values.len();
        let cells = cells(&sheaf.form, &sheaf.forms);
        let cells = cells.filter_map(|(edit, nth)| edits.get(edit).and_then(|(_, _, fields)| fields.get(nth)));
        for (place, FieldEdit { value, over, .. }) in cells.enumerate() {
            match value {
                Value::Text(text) => beside.texts([text.as_str()]),
                Value::Null | Value::Flag(_) | Value::List(_) => sheaf.values.push((place, value.clone())),
            }
            if !over.is_empty() {
                sheaf.over.push((place, over.iter().map(|id| named.of(*id)).collect()));
            }
        }
        let elsewhere = named.values.split_off(here);
        sheaf.elsewhere = elsewhere.len();
        beside.ids(elsewhere.into_iter().map(|id| id.0));
        sheaf
    }

    /// How many edits it holds.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The edits again, each with its place among all operations of the request.
    ///
    /// # Errors
    /// What does not fit together: no code of ours has written it.
    pub fn unbind(mut self, beside: &mut Reader<'_>) -> Result<Vec<(usize, Operation)>, BulkError> {
        let count = self.len();
        let lengths = [self.head.len(), self.record.len(), self.form.len()];
        let steps = [self.counters.len(), self.stamps.len(), self.seen.len()];
        if lengths.into_iter().chain(steps).any(|length| length != count) {
            return Err("lists of different lengths".into());
        }
        // Few bytes name a form, and each edit of it repeats all of it.
        let is_none = |form: &usize| !self.forms.get(*form).is_some_and(|form| is_form(form.iter()));
        if self.form.iter().any(is_none) {
            return Err("no such form".into());
        }
        let ids = (0..count).map(|_| beside.id().map(OperationId)).collect::<Result<Vec<_>, _>>()?;
        let records = (0..self.records).map(|_| beside.id().map(RecordId)).collect::<Result<Vec<_>, _>>()?;
        let mut fields = self.take_fields(&ids, beside)?.into_iter();
        let numbers = sums(self.counters).zip(sums(self.stamps)).zip(sums(self.seen));
        let places = self.at.into_iter().zip(ids).zip(self.head.into_iter().zip(self.record));
        let edits = places.zip(numbers).map(|(((at, id), (head, record)), ((counter, stamp), seen))| {
            let Head { campaign, unit, period, kind, author, actor, schema } =
                self.heads.get(head).ok_or("no such head")?.clone();
            let record = *records.get(record).ok_or("no such record")?;
            let body = Body::Edit { fields: fields.next().unwrap_or_default() };
            let stamp = Stamp::of_bits(stamp);
            let edit = Operation {
                id,
                campaign,
                unit,
                period,
                record,
                kind,
                author,
                actor,
                counter,
                stamp,
                seen,
                schema,
                body,
            };
            Ok((at, edit))
        });
        edits.collect()
    }

    /// The fields of each edit.
    fn take_fields(&mut self, ids: &[OperationId], beside: &mut Reader<'_>) -> Result<Vec<Vec<FieldEdit>>, BulkError> {
        let mut named = Numbers::default();
        for id in ids {
            named.of(*id);
        }
        let mut named = named.values;
        for _ in 0..self.elsewhere {
            named.push(OperationId(beside.id()?));
        }
        let named = |place: usize| named.get(place).copied().ok_or("no such operation");
        let mut values = std::mem::take(&mut self.values).into_iter().peekable();
        let mut over = std::mem::take(&mut self.over).into_iter().peekable();
        let mut fields: Vec<Vec<FieldEdit>> = vec![Vec::new(); ids.len()];
        for (place, (edit, nth)) in cells(&self.form, &self.forms).enumerate() {
            let form = self.form.get(edit).and_then(|form| self.forms.get(*form)).ok_or("no such form")?;
            let field = form.get(nth).ok_or("no such field")?.clone();
            let value = match values.next_if(|(other, _)| *other == place) {
                Some((_, value)) => value,
                None => Value::Text(beside.text()?),
            };
            let over = over.next_if(|(other, _)| *other == place).map(|(_, places)| places).unwrap_or_default();
            let over = over.into_iter().map(named).collect::<Result<_, _>>()?;
            fields.get_mut(edit).ok_or("no such edit")?.push(FieldEdit { field, value, over });
        }
        if values.next().is_some() || over.next().is_some() {
            return Err("no such field".into());
        }
        Ok(fields)
    }
}

impl Head {
    const fn of(edit: &Operation) -> Self {
        let Operation { campaign, unit, period, kind, author, actor, schema, .. } = *edit;
        Self { campaign, unit, period, kind, author, actor, schema }
    }
}

/// Whether fields are no more and have no longer names than a person's edit.
fn is_form<'a>(mut fields: impl ExactSizeIterator<Item = &'a String>) -> bool {
    fields.len() <= FIELDS_MAX && fields.all(|field| field.len() <= FIELD_NAME_BYTES_MAX)
}

/// Every field written, form by form, field by field, edit by edit: the edit, and which of its fields.
fn cells<'a>(form: &'a [usize], forms: &'a [Vec<String>]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let mut of_form: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (edit, form) in form.iter().enumerate() {
        of_form.entry(*form).or_default().push(edit);
    }
    of_form.into_iter().flat_map(|(form, edits)| {
        let width = forms.get(form).map_or(0, Vec::len);
        (0..width).flat_map(move |nth| edits.clone().into_iter().map(move |edit| (edit, nth)))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            4 => "[鼓东街道0-9]{0,6}".prop_map(Value::Text),
            1 => Just(Value::Null),
            1 => any::<bool>().prop_map(Value::Flag),
            1 => proptest::collection::vec("[ab]{1,2}", 0..3).prop_map(Value::List),
        ]
    }

    prop_compose! {
        fn field()(field in "[abc]", value in value(), over in proptest::collection::vec(0_u128..12, 0..3)) -> FieldEdit {
            let over = over.into_iter().map(|id| OperationId(Uuid::from_u128(id))).collect();
            FieldEdit { field, value, over }
        }
    }

    fn body() -> impl Strategy<Value = Body> {
        prop_oneof![
            4 => proptest::collection::vec(field(), 0..4).prop_map(|fields| Body::Edit { fields }),
            1 => Just(Body::Tombstone),
            1 => "[请核]{0,3}".prop_map(|text| Body::Comment { field: None, text }),
        ]
    }

    prop_compose! {
        fn operation()(
            ids in (0_u128..9, 0_u128..3, 0_u128..2, 0_u128..4, 0_u128..2),
            numbers: (u64, u64, u64, u64, u16),
            has_period: bool,
            body in body(),
        ) -> Operation {
            let (id, campaign, unit, record, author) = ids;
            let (actor, counter, stamp, seen, schema) = numbers;
            Operation {
                id: OperationId(Uuid::from_u128(id)),
                campaign: CampaignId(Uuid::from_u128(campaign)),
                unit: UnitId(Uuid::from_u128(unit)),
                period: has_period.then(|| Month::of_ms(1_624_413_600_000)),
                record: RecordId(Uuid::from_u128(record)),
                kind: RecordKind::Project,
                author: PersonId(Uuid::from_u128(author)),
                actor: ActorId(actor),
                counter,
                stamp: Stamp::of_bits(stamp),
                seen,
                schema,
                body,
            }
        }
    }

    fn bound(operations: &[Operation]) -> (Vec<u8>, Vec<&Operation>) {
        let mut beside = Writer::default();
        let (sheaf, left) = Sheaf::bind(operations, &mut beside);
        (beside.finish(&sheaf), left)
    }

    fn unbound(bytes: &[u8], change: &dyn Fn(&mut Sheaf)) -> Result<Vec<(usize, Operation)>, BulkError> {
        let (mut sheaf, mut beside): (Sheaf, _) = Reader::open(bytes)?;
        change(&mut sheaf);
        let edits = sheaf.unbind(&mut beside)?;
        beside.end()?;
        Ok(edits)
    }

    proptest! {
        #[test]
        fn what_is_bound_comes_out_as_it_was_at_its_place(
            operations in proptest::collection::vec(operation(), 0..12)
        ) {
            let (bytes, left) = bound(&operations);
            let mut again: Vec<Option<Operation>> = vec![None; operations.len()];
            for (at, edit) in unbound(&bytes, &|_| ()).unwrap() {
                again[at] = Some(edit);
            }
            let mut left = left.into_iter();
            let again: Vec<Operation> = again.into_iter().map(|edit| edit.unwrap_or_else(|| left.next().unwrap().clone())).collect();
            prop_assert_eq!(left.next(), None);
            prop_assert_eq!(&again, &operations);
        }
    }

    #[test]
    fn a_sheaf_that_does_not_fit_together_is_refused() {
        let over = vec![OperationId(Uuid::from_u128(9))];
        let fields = vec![FieldEdit { field: "name".into(), value: Value::Flag(true), over }];
        let edit = |n| Operation::sample(n, Body::Edit { fields: fields.clone() });
        let operations = [edit(1), edit(2)];
        let (bytes, _) = bound(&operations);
        assert_eq!(unbound(&bytes, &|_| ()).unwrap().len(), 2);
        let spoils: [&dyn Fn(&mut Sheaf); 11] = [
            &|sheaf| sheaf.heads.clear(),
            &|sheaf| sheaf.at.clear(),
            &|sheaf| sheaf.seen.push(0),
            &|sheaf| sheaf.records = 0,
            &|sheaf| sheaf.records = usize::MAX,
            &|sheaf| sheaf.elsewhere = 0,
            &|sheaf| sheaf.forms = vec![vec!["x".repeat(FIELD_NAME_BYTES_MAX + 1)]],
            &|sheaf| sheaf.forms = vec![vec![String::new(); FIELDS_MAX + 1]],
            &|sheaf| sheaf.forms.clear(),
            &|sheaf| (sheaf.forms, sheaf.values, sheaf.over) = Default::default(),
            &|sheaf| sheaf.values.clear(),
        ];
        for (nth, spoil) in spoils.into_iter().enumerate() {
            assert!(unbound(&bytes, spoil).is_err(), "{nth}");
        }
    }
}
