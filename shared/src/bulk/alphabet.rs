//! Many texts as few bytes, for a general compressor to go on with.
//!
//! That one sees three bytes where a person reads one character, and must find out again and again that two characters
//! are a word. Here each frequent character and each frequent pair of characters is one byte, most others are two
//! (digram coding): less to send, and a quarter to lay open.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    iter,
};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// What ends a text.
const END: u8 = 0;

/// Pieces of one byte: 1 to this. The bytes after it begin pieces of two.
const SINGLES: u8 = 239;

/// Pieces of two bytes.
const DOUBLES_MAX: usize = 15 * 256;

/// What begins a character that is no piece: three bytes follow.
const LITERAL: u8 = 255;

/// Texts that are looked at to learn what is frequent.
const SAMPLE_TEXTS: usize = 8_192;

/// Pairs that are weighed against characters.
const PAIRS_MAX: usize = 200;

/// What the bytes of packed texts stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Alphabet {
    /// Characters and pairs of them, the most frequent first.
    #[serde(deserialize_with = "read_pieces")]
    pieces: Vec<String>,
}

/// A piece of any length would let a few bytes stand for more than any memory holds.
fn read_pieces<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let pieces: Vec<String> = Vec::deserialize(deserializer)?;
    let is_piece = |piece: &String| (1..=2).contains(&piece.chars().take(3).count());
    if pieces.iter().all(is_piece) { Ok(pieces) } else { Err(D::Error::custom(TextsError)) }
}

/// These bytes are not packed texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not packed texts")]
pub struct TextsError;

/// A character, or two.
type Piece = (char, Option<char>);

impl Alphabet {
    /// What packs these texts well. Equal texts give an equal alphabet.
    pub(super) fn of(texts: &[&str]) -> Self {
        let step = texts.len().div_ceil(SAMPLE_TEXTS).max(1);
        let sample = || texts.iter().step_by(step).copied();
        let pairs: HashSet<Piece> = by_frequency(sample().flat_map(pairs))
            .filter(|(_, count)| *count > 1)
            .map(|(pair, _)| pair)
            .take(PAIRS_MAX)
            .collect();
        let pieces = sample().flat_map(|text| pieces(text, |pair| pairs.contains(&pair)));
        let (mut singles, mut doubles) = (Vec::new(), Vec::new());
        for (piece, _) in by_frequency(pieces) {
            if singles.len() < usize::from(SINGLES) {
                singles.push(piece);
            } else if piece.1.is_none() {
                doubles.push(piece);
            }
        }
        doubles.truncate(DOUBLES_MAX);
        let text = |(first, second): Piece| iter::once(first).chain(second).collect();
        Self { pieces: singles.into_iter().chain(doubles).map(text).collect() }
    }

    /// The texts one after the other.
    pub(super) fn pack<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
        let codes = self.codes();
        let mut bytes = Vec::new();
        for text in texts {
            for piece in pieces(text, |pair| codes.contains_key(&pair)) {
                match (codes.get(&piece), piece) {
                    (Some((code, None)), _) => bytes.push(*code),
                    (Some((lead, Some(code))), _) => bytes.extend([*lead, *code]),
                    (None, (character, _)) => {
                        let [_, literal @ ..] = u32::from(character).to_be_bytes();
                        bytes.push(LITERAL);
                        bytes.extend(literal);
                    }
                }
            }
            bytes.push(END);
        }
        bytes
    }

    /// Takes the first of packed texts off the bytes and appends it to `text`.
    ///
    /// # Errors
    /// When no [`Alphabet::pack`] with this alphabet has written the bytes.
    pub(super) fn unpack_first(&self, rest: &mut &[u8], text: &mut String) -> Result<(), TextsError> {
        loop {
            let (code, after) = rest.split_first().ok_or(TextsError)?;
            *rest = after;
            match *code {
                END => return Ok(()),
                LITERAL => {
                    let ([a, b, c], after) = rest.split_first_chunk().ok_or(TextsError)?;
                    text.push(char::from_u32(u32::from_be_bytes([0, *a, *b, *c])).ok_or(TextsError)?);
                    *rest = after;
                }
                lead if lead > SINGLES => {
                    let (code, after) = rest.split_first().ok_or(TextsError)?;
                    let lead = usize::from(lead - SINGLES - 1);
                    text.push_str(self.piece(usize::from(SINGLES) + lead * 256 + usize::from(*code))?);
                    *rest = after;
                }
                code => text.push_str(self.piece(usize::from(code - 1))?),
            }
        }
    }

    fn piece(&self, place: usize) -> Result<&str, TextsError> {
        self.pieces.get(place).map(String::as_str).ok_or(TextsError)
    }

    /// The bytes of each piece.
    fn codes(&self) -> HashMap<Piece, (u8, Option<u8>)> {
        let singles = (1..=SINGLES).map(|code| (code, None));
        let doubles = (SINGLES + 1..LITERAL).flat_map(|lead| (0..=u8::MAX).map(move |code| (lead, Some(code))));
        let piece = |text: &String| {
            let mut characters = text.chars();
            Some((characters.next()?, characters.next()))
        };
        self.pieces.iter().filter_map(piece).zip(singles.chain(doubles)).collect()
    }
}

/// Every two characters that stand side by side.
fn pairs(text: &str) -> impl Iterator<Item = Piece> {
    text.chars().zip(text.chars().skip(1).map(Some))
}

/// A text taken apart from its beginning: pairs where they are known, else characters.
fn pieces(text: &str, is_known: impl Fn(Piece) -> bool) -> impl Iterator<Item = Piece> {
    let mut characters = text.chars().peekable();
    iter::from_fn(move || {
        let pair = (characters.next()?, characters.peek().copied());
        if pair.1.is_some() && is_known(pair) {
            characters.next();
            return Some(pair);
        }
        Some((pair.0, None))
    })
}

/// What comes most often first, with how often.
fn by_frequency(pieces: impl Iterator<Item = Piece>) -> impl Iterator<Item = (Piece, u32)> {
    let mut counts: HashMap<Piece, u32> = HashMap::new();
    for piece in pieces {
        *counts.entry(piece).or_default() += 1;
    }
    let mut counts: Vec<(Piece, u32)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(piece, count)| (Reverse(*count), *piece));
    counts.into_iter()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unpacked(alphabet: &Alphabet, mut rest: &[u8]) -> Result<Vec<String>, TextsError> {
        let mut texts = Vec::new();
        while !rest.is_empty() {
            let mut text = String::new();
            alphabet.unpack_first(&mut rest, &mut text)?;
            texts.push(text);
        }
        Ok(texts)
    }

    fn packed_and_unpacked(texts: &[&str]) -> (usize, Vec<String>) {
        let alphabet = Alphabet::of(texts);
        let bytes = alphabet.pack(texts.iter().copied());
        (bytes.len(), unpacked(&alphabet, &bytes).unwrap())
    }

    proptest! {
        #[test]
        fn texts_come_out_as_they_went_in(
            texts in proptest::collection::vec(prop_oneof!["[街道项目0-9]{0,9}", "\\PC{0,9}", ".{0,9}"], 0..40)
        ) {
            let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(packed_and_unpacked(&borrowed).1, texts);
        }

        #[test]
        fn bytes_from_anywhere_are_texts_or_refused(bytes: Vec<u8>) {
            let alphabet = Alphabet::of(&["项目建设项目建设"]);
            if let Ok(texts) = unpacked(&alphabet, &bytes) {
                let again = alphabet.pack(texts.iter().map(String::as_str));
                prop_assert_eq!(unpacked(&alphabet, &again).unwrap(), texts);
            }
        }
    }

    #[test]
    fn a_piece_is_one_character_or_two() {
        for (pieces, is_alphabet) in [(r#"["项","项目"]"#, true), (r#"["项目建"]"#, false), (r#"[""]"#, false)] {
            assert_eq!(serde_json::from_str::<Alphabet>(pieces).is_ok(), is_alphabet, "{pieces}");
        }
    }

    #[test]
    fn a_frequent_pair_is_a_byte_and_what_the_sample_does_not_show_is_written_out() {
        assert_eq!(packed_and_unpacked(&["项目项目", "项目"]).0, 2 + 1 + 1 + 1);
        let mut texts = vec!["项目"; 2 * SAMPLE_TEXTS];
        texts[1] = "𠮷";
        let (bytes, again) = packed_and_unpacked(&texts);
        assert_eq!(again, texts);
        assert_eq!(bytes, 2 * (texts.len() - 1) + 4 + 1);
    }

    #[test]
    fn more_characters_than_bytes_take_two_and_more_than_those_four() {
        let character = |n: u32| char::from_u32(0x4e00 + n).unwrap().to_string();
        let texts: Vec<String> = (0..5_000).map(character).collect();
        let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (bytes, again) = packed_and_unpacked(&borrowed);
        assert_eq!(again, texts);
        let singles = usize::from(SINGLES);
        assert_eq!(bytes, 5_000 + singles + 2 * DOUBLES_MAX + 4 * (5_000 - singles - DOUBLES_MAX));
    }
}
