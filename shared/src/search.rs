//! Search in the ledger by part of a name, by code and by the initials of a name's pinyin (`sfqx` finds
//! 三坊七巷). Keys are made once per record; a search is then a substring test per record.

use std::{collections::BTreeMap, sync::OnceLock};

use crate::fields::half_width;

/// The first letter of each character's pinyin, from [`FIRST`] on, one byte each; `.` where there is none.
/// Written from the `pinyin` crate's table, against which `tests/search.rs` checks it: this is a fifth of its size.
const INITIALS: &str = include_str!("search/initials.txt");

/// The character that [`INITIALS`] begins with.
const FIRST: u32 = 0x4E00;

/// Second readings of common characters (厦: x in 厦门, s in 大厦), a character and its letter per line.
const READINGS: &str = include_str!("search/readings.txt");

/// Spellings of one name that a key holds at most: three characters of two readings make eight.
const SPELLINGS_MAX: usize = 8;

/// What a search compares for one record: the name, the code and the name's initials, one per line.
pub fn key(name: &str, code: &str) -> String {
    let name = plain(name);
    let mut key = format!("{name}\n{}", plain(code));
    for spelling in spellings(&name) {
        key.push('\n');
        key.push_str(&spelling);
    }
    key
}

/// What a person searches for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<String>,
}

impl Query {
    /// Reads a query: words that must all be found, in any order and width and case.
    pub fn new(typed: &str) -> Self {
        Self { terms: plain(typed).split_whitespace().map(str::to_owned).collect() }
    }

    /// Whether nothing is searched for, which every record matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether the record of this key is meant.
    pub fn matches(&self, key: &str) -> bool {
        self.terms.iter().all(|term| key.contains(term.as_str()))
    }
}

/// Half width, lower case, on one line.
fn plain(text: &str) -> String {
    half_width(text).replace(['\r', '\n', '\t'], " ").to_lowercase()
}

/// The initials of a name: letters and digits as they are, everything else left out.
fn spellings(name: &str) -> Vec<String> {
    let mut spellings = vec![String::with_capacity(name.len())];
    for letter in name.chars() {
        let Some(initial) = initial(letter) else {
            continue;
        };
        let readings: Vec<char> = std::iter::once(initial).chain(other_reading(letter)).collect();
        if readings.len() * spellings.len() > SPELLINGS_MAX {
            for spelling in &mut spellings {
                spelling.push(initial);
            }
            continue;
        }
        spellings = spellings
            .iter()
            .flat_map(|spelling| readings.iter().map(move |reading| format!("{spelling}{reading}")))
            .collect();
    }
    spellings
}

fn initial(letter: char) -> Option<char> {
    if letter.is_ascii_alphanumeric() {
        return Some(letter);
    }
    let index = usize::try_from(u32::from(letter).checked_sub(FIRST)?).ok()?;
    INITIALS.as_bytes().get(index).map(|byte| char::from(*byte)).filter(char::is_ascii_lowercase)
}

fn other_reading(letter: char) -> Option<char> {
    static OTHER: OnceLock<BTreeMap<char, char>> = OnceLock::new();
    let pair = |line: &str| {
        let mut letters = line.chars();
        letters.next().zip(letters.next())
    };
    OTHER.get_or_init(|| READINGS.lines().filter_map(pair).collect()).get(&letter).copied()
}
