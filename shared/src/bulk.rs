//! JSON with the many ids and texts that belong to it beside it, as bytes: what crosses the wire by the thousand.
//!
//! Whoever writes says ids and texts in an order that whoever reads knows. Ids stand byte by byte, all first bytes
//! before all second ones, since those of one time begin alike; texts as the alphabet packs them that comes along.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::alphabet::{Alphabet, TextsError};

mod alphabet;

/// What such bytes are called where they cross the wire.
pub const MEDIA_TYPE: &str = "application/vnd.tisheng.bulk";

/// Bytes of an id.
const ID_BYTES: usize = 16;

/// What stands before ids and texts.
#[derive(Serialize, Deserialize)]
struct Head<T> {
    /// The JSON.
    value: T,
    /// How many ids.
    ids: usize,
    /// What the texts' bytes stand for.
    alphabet: Alphabet,
}

/// Ids and texts in their order.
#[derive(Clone, Debug, Default)]
pub struct Writer<'a> {
    ids: Vec<Uuid>,
    texts: Vec<&'a str>,
}

/// The same, to be taken one after the other.
#[derive(Debug)]
pub struct Reader<'a> {
    ids: std::vec::IntoIter<Uuid>,
    alphabet: Alphabet,
    /// The packed texts that were not taken yet.
    texts: &'a [u8],
    /// Where a text is unpacked: how long it is shows at its end, and each is then kept in no more room than it needs.
    text: String,
}

/// Why bytes cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// The JSON is none, or something else.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The texts are none.
    #[error(transparent)]
    Texts(#[from] TextsError),
    /// There is less than was announced.
    #[error("ids or texts are missing")]
    Missing,
    /// There is more than was asked for.
    #[error("ids or texts are left over")]
    LeftOver,
    /// What was read does not fit together: no code of ours has written it.
    #[error("{0}")]
    Unfitting(&'static str),
}

impl From<&'static str> for BulkError {
    fn from(what: &'static str) -> Self {
        Self::Unfitting(what)
    }
}

impl<'a> Writer<'a> {
    /// The next ids.
    pub fn ids(&mut self, ids: impl IntoIterator<Item = Uuid>) {
        self.ids.extend(ids);
    }

    /// The next texts.
    pub fn texts(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        self.texts.extend(texts);
    }

    /// The bytes of a value with them. Equal ones give equal bytes.
    pub fn finish<T: Serialize>(self, value: &T) -> Vec<u8> {
        let alphabet = Alphabet::of(&self.texts);
        let texts = alphabet.pack(self.texts);
        // Our own plain types can always be written.
        let head = serde_json::to_vec(&Head { value, ids: self.ids.len(), alphabet }).unwrap_or_default();
        let mut bytes = u32::try_from(head.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
        bytes.extend(head);
        for place in 0..ID_BYTES {
            bytes.extend(self.ids.iter().filter_map(|id| id.as_bytes().get(place)));
        }
        bytes.extend(texts);
        bytes
    }
}

impl<'a> Reader<'a> {
    /// The value of such bytes, and what is beside it.
    ///
    /// # Errors
    /// When no [`Writer`] has written them with such a value.
    pub fn open<T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<(T, Self), BulkError> {
        let (length, rest) = bytes.split_first_chunk().ok_or(BulkError::Missing)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| BulkError::Missing)?;
        let (head, rest) = rest.split_at_checked(length).ok_or(BulkError::Missing)?;
        let Head { value, ids: count, alphabet } = serde_json::from_slice(head)?;
        let length = count.checked_mul(ID_BYTES).ok_or(BulkError::Missing)?;
        let (columns, texts) = rest.split_at_checked(length).ok_or(BulkError::Missing)?;
        let mut ids = vec![[0; ID_BYTES]; count];
        for (place, column) in columns.chunks_exact(count.max(1)).enumerate() {
            for (id, byte) in ids.iter_mut().zip(column) {
                if let Some(own) = id.get_mut(place) {
                    *own = *byte;
                }
            }
        }
        let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from_bytes).collect();
        Ok((value, Self { ids: ids.into_iter(), alphabet, texts, text: String::new() }))
    }

    /// The next id.
    ///
    /// # Errors
    /// When there is none.
    pub fn id(&mut self) -> Result<Uuid, BulkError> {
        self.ids.next().ok_or(BulkError::Missing)
    }

    /// The next text.
    ///
    /// # Errors
    /// When there is none.
    pub fn text(&mut self) -> Result<String, BulkError> {
        if self.texts.is_empty() {
            return Err(BulkError::Missing);
        }
        self.text.clear();
        self.alphabet.unpack_first(&mut self.texts, &mut self.text)?;
        Ok(self.text.clone())
    }

    /// Everything was taken.
    ///
    /// # Errors
    /// When it was not.
    pub fn end(self) -> Result<(), BulkError> {
        if self.ids.len() == 0 && self.texts.is_empty() { Ok(()) } else { Err(BulkError::LeftOver) }
    }
}

/// Numbers that follow each other closely, as what each adds to the one before.
pub fn steps(numbers: impl IntoIterator<Item = u64>) -> Vec<i64> {
    let mut before = 0_u64;
    let step = |number: u64| number.wrapping_sub(std::mem::replace(&mut before, number)).cast_signed();
    numbers.into_iter().map(step).collect()
}

/// The numbers of [`steps`].
pub fn sums(steps: impl IntoIterator<Item = i64>) -> impl Iterator<Item = u64> {
    steps.into_iter().scan(0_u64, |sum, step| {
        *sum = sum.wrapping_add(step.cast_unsigned());
        Some(*sum)
    })
}

/// Different values, numbered from 0 in the order in which they come.
#[derive(Clone, Debug)]
pub struct Numbers<T> {
    /// Each by its number.
    pub values: Vec<T>,
    numbers: BTreeMap<T, usize>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: BTreeMap::new() }
    }
}

impl<T: Clone + Ord> Numbers<T> {
    /// The number of a value.
    pub fn of(&mut self, value: T) -> usize {
        let next = self.values.len();
        *self.numbers.entry(value).or_insert_with_key(|value| {
            self.values.push(value.clone());
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_written_is_read_in_its_order(ids: Vec<u128>, texts: Vec<String>) {
            let mut writer = Writer::default();
            writer.ids(ids.iter().copied().map(Uuid::from_u128));
            writer.texts(texts.iter().map(String::as_str));
            let bytes = writer.finish(&"what");
            let (value, mut reader): (String, _) = Reader::open(&bytes).unwrap();
            prop_assert_eq!(value, "what");
            for id in ids {
                prop_assert_eq!(reader.id().unwrap(), Uuid::from_u128(id));
            }
            for text in texts {
                prop_assert_eq!(reader.text().unwrap(), text);
            }
            prop_assert!(matches!(reader.id(), Err(BulkError::Missing)));
            prop_assert!(matches!(reader.text(), Err(BulkError::Missing)));
            prop_assert!(reader.end().is_ok());
        }

        #[test]
        fn cut_bytes_are_refused_or_lack_what_was_cut(cut in 0_usize..200) {
            let mut writer = Writer::default();
            writer.ids([Uuid::from_u128(7)]);
            writer.texts(["鼓东街道", "鼓西街道"]);
            let whole = writer.finish(&7);
            let bytes = &whole[..cut.min(whole.len() - 1)];
            let texts = Reader::open::<u8>(bytes)
                .map(|(_, mut reader)| std::iter::from_fn(|| reader.text().ok()).count());
            prop_assert!(texts.is_err() || texts.is_ok_and(|texts| texts < 2));
        }

        #[test]
        fn steps_add_up(numbers: Vec<u64>) {
            let steps = steps(numbers.iter().copied());
            prop_assert_eq!(sums(steps).collect::<Vec<_>>(), numbers);
        }
    }

    #[test]
    fn what_is_left_over_is_told() {
        let mut writer = Writer::default();
        writer.texts([""]);
        let bytes = writer.finish(&());
        let ((), reader) = Reader::open(&bytes).unwrap();
        assert!(matches!(reader.end(), Err(BulkError::LeftOver)));
    }
}
