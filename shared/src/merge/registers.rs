//! A record's registers, by field.
//!
//! A district has millions of them, read far more often than a field comes new: so they lie side by side in the order
//! of their fields, and a field's name is shared by all records that have it from one place.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    id::OperationId,
    merge::register::{Entry, Register},
};

/// The state of each field that was ever written; as JSON an object, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<Arc<str>, Register>")]
pub struct Registers(Vec<(Arc<str>, Register)>);

impl Registers {
    /// None.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The state of a field.
    pub fn get(&self, field: &str) -> Option<&Register> {
        self.place(field).ok().and_then(|place| self.0.get(place)).map(|(_, register)| register)
    }

    /// Makes room for so many fields before they are written: a record's first edit brings nearly all of them.
    pub(crate) fn make_room(&mut self, fields: usize) {
        if self.is_empty() {
            self.0.reserve_exact(fields);
        }
    }

    /// Applies one write of a field, see [`Register::write`].
    pub(crate) fn write(&mut self, field: &str, entry: Entry, over: &[OperationId]) {
        let place = self.place(field).unwrap_or_else(|place| {
            // Nearly all records keep the fields that they have.
            self.0.reserve_exact(1);
            self.0.insert(place, (field.into(), Register::default()));
            place
        });
        if let Some((_, register)) = self.0.get_mut(place) {
            register.write(entry, over);
        }
    }

    /// Puts a field's state in the place of the one it had.
    pub(crate) fn put(&mut self, field: Arc<str>, register: Register) {
        match self.place(&field) {
            Ok(place) => {
                if let Some((_, standing)) = self.0.get_mut(place) {
                    *standing = register;
                }
            }
            Err(place) => self.0.insert(place, (field, register)),
        }
    }

    /// Each field with its state, in the order of the fields.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Register)> {
        self.0.iter().map(|(field, register)| (field, register))
    }

    /// The states, in the order of their fields.
    pub fn values(&self) -> impl Iterator<Item = &Register> {
        self.0.iter().map(|(_, register)| register)
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place(&self, field: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| (**other).cmp(field))
    }
}

/// In any order; of a field that comes twice the last counts.
impl From<Vec<(Arc<str>, Register)>> for Registers {
    fn from(registers: Vec<(Arc<str>, Register)>) -> Self {
        if registers.is_sorted_by(|(one, _), (next, _)| one < next) {
            return Self(registers);
        }
        registers.into_iter().collect::<BTreeMap<_, _>>().into()
    }
}

impl From<BTreeMap<Arc<str>, Register>> for Registers {
    fn from(registers: BTreeMap<Arc<str>, Register>) -> Self {
        Self(registers.into_iter().collect())
    }
}

impl IntoIterator for Registers {
    type Item = (Arc<str>, Register);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Serialize for Registers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fields::Value,
        id::{ActorId, PersonId},
        merge::stamp::Stamp,
    };
    use uuid::Uuid;

    fn entry(number: u64, text: &str) -> Entry {
        Entry {
            operation: OperationId(Uuid::from_u128(number.into())),
            value: Value::Text(text.to_owned()),
            stamp: Stamp::at_ms(number),
            actor: ActorId(7),
            counter: number,
            author: PersonId(Uuid::from_u128(1)),
        }
    }

    #[test]
    fn fields_are_found_and_told_in_their_order_whatever_the_order_of_the_writes() {
        let mut registers = Registers::new();
        for (number, field) in [(1, "place"), (2, "amount"), (3, "name"), (4, "amount")] {
            registers.write(field, entry(number, field), &[]);
        }
        let fields: Vec<&str> = registers.iter().map(|(field, _)| &**field).collect();
        assert_eq!(fields, ["amount", "name", "place"]);
        assert_eq!(registers.get("amount").map(|register| register.entries().len()), Some(2));
        assert!(registers.get("nothing").is_none());
        let json = serde_json::to_value(&registers).unwrap();
        assert_eq!(json.as_object().map(serde_json::Map::len), Some(3));
        assert_eq!(serde_json::from_value::<Registers>(json).unwrap(), registers);
        let mut backwards: Vec<_> = registers.clone().into_iter().collect();
        backwards.reverse();
        assert_eq!(Registers::from(backwards), registers);
    }

    #[test]
    fn of_a_field_that_comes_twice_the_last_counts() {
        let twice = ["甲", "乙"].map(|text| (Arc::from("name"), Register::of(entry(1, text))));
        let mut registers = Registers::from(twice.to_vec());
        assert_eq!(
            (registers.len(), registers.values().next().map(Register::value)),
            (1, Some(&Value::Text("乙".into())))
        );
        registers.put("name".into(), Register::of(entry(2, "丙")));
        registers.put("place".into(), Register::of(entry(3, "丁")));
        let values: Vec<&Value> = registers.values().map(Register::value).collect();
        assert_eq!(values, [&Value::Text("丙".into()), &Value::Text("丁".into())]);
    }
}
