//! Search in the ledger by part of a name, by code and by the initials of a name's pinyin (`sfqx` finds
//! 三坊七巷). Keys are made once per record; a search is then a substring test per record.

use std::collections::BTreeMap;

use crate::fields::half_width;

/// The character that a table of initials begins with.
const FIRST: u32 = 0x4E00;

/// Spellings of one name that a key holds at most: three characters of two readings make eight.
const SPELLINGS_MAX: usize = 8;

/// The first letters of the characters' pinyin. Without a table, names are found by their characters alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initials {
    /// One byte for each character from `FIRST` on; `.` where there is none.
    letters: Vec<u8>,
    /// Second readings of common characters (厦: x in 厦门, s in 大厦).
    others: BTreeMap<char, char>,
}

impl Initials {
    /// Reads a table, as `public/initials.txt` is one: all first letters on the first line, then a character and
    /// its second letter per line. It was written from the `pinyin` crate's table, against which
    /// `tests/search.rs` checks it: this is a fifth of its size.
    pub fn read(table: &str) -> Self {
        let (letters, others) = table.split_once('\n').unwrap_or((table, ""));
        let pair = |line: &str| {
            let mut letters = line.chars();
            letters.next().zip(letters.next())
        };
        Self { letters: letters.as_bytes().to_vec(), others: others.lines().filter_map(pair).collect() }
    }

    /// Whether no table was read.
    pub const fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    fn of(&self, letter: char) -> Option<char> {
        if letter.is_ascii_alphanumeric() {
            return Some(letter);
        }
        let index = usize::try_from(u32::from(letter).checked_sub(FIRST)?).ok()?;
        self.letters.get(index).map(|byte| char::from(*byte)).filter(char::is_ascii_lowercase)
    }

    /// The initials of a name in every reading: letters and digits as they are, everything else left out.
    fn spellings(&self, name: &str) -> Vec<String> {
        let mut spellings = vec![String::with_capacity(name.len())];
        for letter in name.chars() {
            let Some(initial) = self.of(letter) else {
                continue;
            };
            let readings: Vec<char> = std::iter::once(initial).chain(self.others.get(&letter).copied()).collect();
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
}

/// What a search compares for one record: the name, the code and the name's initials, one per line.
pub fn key(name: &str, code: &str, initials: &Initials) -> String {
    let name = plain(name);
    let mut key = format!("{name}\n{}", plain(code));
    for spelling in initials.spellings(&name) {
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
