//! Strange inputs, made of good ones.

use std::{fs, panic::RefUnwindSafe, path::Path};

use bolero::generator::TypeGenerator;

/// Inputs of one run of one target; `BOLERO_RANDOM_ITERATIONS` and `BOLERO_RANDOM_TEST_TIME_MS` ask for others.
pub(crate) const MANY: usize = 2_000;

/// The same where each costs a file.
pub(crate) const FEW: usize = 60;

/// Changes of one input at most.
const CHANGES_MAX: usize = 8;

/// One change of an input, at a place that is taken modulo its length.
#[derive(Clone, Debug, TypeGenerator)]
enum Change {
    /// Another byte.
    Put(u16, u8),
    /// One more byte.
    Insert(u16, u8),
    /// One of the words that mean something to parsers.
    Word(u16, u8),
    /// Some bytes less.
    Remove(u16, u8),
    /// Some bytes again.
    Repeat(u16, u8),
    /// Nothing from here on.
    Cut(u16),
}

/// What parsers stumble over.
const WORDS: [&[u8]; 14] = [
    b"",
    b"\"",
    b"{",
    b"[[",
    b"\\u0000",
    b"-1",
    b"18446744073709551616",
    b"1e999",
    b"null",
    b"\xff\xfe",
    b"\r\n",
    b"=",
    b"\xe5\xb9\xb4",
    b"'''",
];

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |place: u16, bytes: &[u8]| usize::from(place) % (bytes.len() + 1);
        match *self {
            Self::Put(at, byte) => {
                let at = place(at, bytes);
                if let Some(old) = bytes.get_mut(at) {
                    *old = byte;
                }
            }
            Self::Insert(at, byte) => bytes.insert(place(at, bytes), byte),
            Self::Word(at, word) => {
                let at = place(at, bytes);
                bytes.splice(at..at, WORDS[usize::from(word) % WORDS.len()].iter().copied());
            }
            Self::Remove(at, count) => {
                let at = place(at, bytes);
                let end = bytes.len().min(at + usize::from(count));
                bytes.drain(at..end);
            }
            Self::Repeat(at, count) => {
                let at = place(at, bytes);
                let again = bytes[at..bytes.len().min(at + usize::from(count))].to_vec();
                bytes.splice(at..at, again);
            }
            Self::Cut(at) => bytes.truncate(place(at, bytes)),
        }
    }
}

/// Tries the good inputs, the found ones, and so many changed ones.
pub(crate) fn try_all(target: &str, good: &[&[u8]], count: usize, read: impl Fn(&[u8]) + RefUnwindSafe) {
    let mut seeds: Vec<Vec<u8>> = good.iter().map(|bytes| bytes.to_vec()).collect();
    seeds.extend(found(target));
    seeds.push(Vec::new());
    for seed in &seeds {
        read(seed);
    }
    bolero::check!().with_type::<(u8, Vec<Change>)>().with_iterations(count).for_each(|(seed, changes)| {
        let mut bytes = seeds[usize::from(*seed) % seeds.len()].clone();
        changes.iter().take(CHANGES_MAX).for_each(|change| change.apply(&mut bytes));
        read(&bytes);
    });
}

/// What once broke a target: each in a file of its own, for ever.
fn found(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/inputs").join(target);
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}
