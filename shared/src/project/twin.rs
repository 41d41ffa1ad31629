//! 冲突 · 重复: projects that may be one, filed twice, and what the campaign office says of each pair.
//!
//! Rules suspect; people decide. What was decided is an operation in the log: it can be looked up, and taken back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Month,
    fields::{Fields, half_width_letter},
    id::{OperationId, PersonId, RecordId},
    merge::{replica::Replica, stamp::Stamp},
    project::field,
    record::{Record, RecordKind},
    workflow::State,
};

/// What is said of a project and another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// 同一项目: the other one is kept, and this one counts nowhere.
    Same,
    /// 不是同一项目: each counts for itself, and nobody is asked again.
    Different,
    /// Taken back: it is as if nothing had been said.
    Open,
}

/// A word on a project and another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The operation that said it.
    pub operation: OperationId,
    /// What was said.
    pub word: Word,
    /// Who said it.
    pub author: PersonId,
    /// When.
    pub stamp: Stamp,
}

/// What was said of a project and each other one, the latest last: every month keeps the word of its time.
pub type Twins = BTreeMap<RecordId, Vec<Twin>>;

/// Takes a word in, in whatever order words come.
pub(crate) fn take(twins: &mut Twins, other: RecordId, said: Twin) {
    let words = twins.entry(other).or_default();
    words.retain(|known| known.operation != said.operation);
    let place = words.partition_point(|known| (known.stamp, known.operation) < (said.stamp, said.operation));
    words.insert(place, said);
}

/// Why two projects are suspected to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suspicion {
    /// The same 项目代码.
    Code,
    /// The same credit code and name.
    OwnerAndName,
    /// The same credit code and a similar name.
    SimilarName,
    /// Nothing any more: it was decided when their fields were others.
    Decided,
}

/// Two projects that may be one; the one that was approved, or else created, first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// The one that counts while nobody has decided.
    pub first: RecordId,
    /// The other.
    pub second: RecordId,
    /// Why.
    pub suspicion: Suspicion,
}

/// Projects of one owner that are compared with each other by name; a bank's branches are more, and no twins.
const OF_ONE_OWNER_MAX: usize = 200;

/// Names are similar when so many percent of their pairs of letters are the same.
const SIMILAR_PERCENT: usize = 60;

/// The latest word on two projects: whose record it lies on, and what it is.
pub fn word_on<'a>(left: &'a Record, right: &'a Record) -> Option<(&'a Record, &'a Twin)> {
    word(left, right, None)
}

/// The word on two projects at the end of a month.
pub fn word_by<'a>(left: &'a Record, right: &'a Record, period: Month) -> Option<(&'a Record, &'a Twin)> {
    word(left, right, Some(period))
}

fn word<'a>(left: &'a Record, right: &'a Record, until: Option<Month>) -> Option<(&'a Record, &'a Twin)> {
    let stands = move |twin: &&Twin| until.is_none_or(|until| Month::of_ms(twin.stamp.ms()) <= until);
    let of = |one: &'a Record, other: &Record| {
        let mut words = one.twins.get(&other.id).map(|words| words.iter()).unwrap_or_default();
        words.rfind(stands).map(|twin| (one, twin))
    };
    let said = of(left, right).into_iter().chain(of(right, left));
    said.max_by_key(|(_, twin)| (twin.stamp, twin.operation))
}

/// Whether a record says of itself that another one is kept in its place.
pub fn gives_way(record: &Record) -> bool {
    record.twins.values().filter_map(|words| words.last()).any(|twin| twin.word == Word::Same)
}

/// Whether a project gives way to another one, or to one that does. What the two say of each other directly does not
/// matter: the next word on them takes its place.
pub fn gives_way_to(replica: &Replica, project: &Record, target: RecordId) -> bool {
    let mut seen = BTreeSet::from([project.id]);
    let mut next: Vec<&Record> = vec![project];
    while let Some(record) = next.pop() {
        let others = record.twins.keys().filter_map(|id| replica.get(*id));
        for other in others.filter(|other| is_kept(other, record)) {
            if other.id == target && record.id != project.id {
                return true;
            }
            if other.id != target && seen.insert(other.id) {
                next.push(other);
            }
        }
    }
    false
}

/// Whether it was decided that a project is another one, and that this one of the two is kept.
pub fn is_kept(kept: &Record, other: &Record) -> bool {
    word_on(kept, other).is_some_and(|(on, twin)| twin.word == Word::Same && on.id == other.id)
}

/// Every pair that was filed and is suspected or was decided, in the order of the records.
pub fn pairs(replica: &Replica) -> Vec<Pair> {
    let filed: Vec<&Record> = replica.of_kind(RecordKind::Project).filter(|record| is_filed(record)).collect();
    let contents: Vec<Fields> = filed.iter().map(|record| record.fields()).collect();
    let mut found: BTreeMap<(RecordId, RecordId), Suspicion> = BTreeMap::new();
    let mut note = |left: &Record, right: &Record, suspicion: Suspicion| {
        let key = in_order(left, right);
        let known = found.entry(key).or_insert(suspicion);
        *known = suspicion.min(*known);
    };
    let (mut by_code, mut by_owner) = (BTreeMap::<String, Vec<usize>>::new(), BTreeMap::<String, Vec<usize>>::new());
    for (place, fields) in contents.iter().enumerate() {
        by_code.entry(plain(fields.text(field::CODE))).or_default().push(place);
        by_owner.entry(plain(fields.text(field::CREDIT_CODE))).or_default().push(place);
    }
    let groups = by_code.into_iter().chain(by_owner).filter(|(key, _)| !key.is_empty());
    for (_, places) in groups.filter(|(_, places)| places.len() <= OF_ONE_OWNER_MAX) {
        for (nth, left) in places.iter().enumerate() {
            for right in places.iter().skip(nth + 1) {
                let both = contents.get(*left).zip(contents.get(*right));
                let suspicion = both.and_then(|(left, right)| suspicion(left, right));
                if let (Some(suspicion), Some(left), Some(right)) = (suspicion, filed.get(*left), filed.get(*right)) {
                    note(left, right, suspicion);
                }
            }
        }
    }
    for record in &filed {
        for other in record.twins.keys().filter_map(|id| replica.get(*id)).filter(|other| !other.removed) {
            if word_on(record, other).is_some_and(|(_, twin)| twin.word != Word::Open) {
                note(record, other, Suspicion::Decided);
            }
        }
    }
    found.into_iter().map(|((first, second), suspicion)| Pair { first, second, suspicion }).collect()
}

/// How many pairs nobody has decided.
pub fn open_count(replica: &Replica) -> usize {
    pairs(replica).iter().filter(|pair| is_open(replica, pair)).count()
}

/// Whether nobody has decided a pair.
pub fn is_open(replica: &Replica, pair: &Pair) -> bool {
    let both = replica.get(pair.first).zip(replica.get(pair.second));
    let word = both.and_then(|(first, second)| word_on(first, second));
    word.is_none_or(|(_, twin)| twin.word == Word::Open)
}

/// A project that somebody is still typing is nobody's twin.
fn is_filed(record: &Record) -> bool {
    !record.pinned.is_empty() || !matches!(record.expected_state(), State::Draft)
}

fn in_order(left: &Record, right: &Record) -> (RecordId, RecordId) {
    let place = |record: &Record| (record.pinned.first().map_or(u64::MAX, |pinned| pinned.sequence), record.id);
    if place(left) <= place(right) { (left.id, right.id) } else { (right.id, left.id) }
}

/// Phases of one project have codes of their own, so two different codes are two projects whatever the name.
fn suspicion(left: &Fields, right: &Fields) -> Option<Suspicion> {
    if is_same(left, right) {
        let has_code = !plain(left.text(field::CODE)).is_empty() && !plain(right.text(field::CODE)).is_empty();
        return Some(if has_code { Suspicion::Code } else { Suspicion::OwnerAndName });
    }
    let codes = [left, right].map(|fields| plain(fields.text(field::CODE)));
    let owners = [left, right].map(|fields| plain(fields.text(field::CREDIT_CODE)));
    let [left, right] = [left, right].map(|fields| plain(fields.text(field::NAME)));
    let are_two = codes.iter().all(|code| !code.is_empty());
    let [one, other] = &owners;
    (!are_two && one == other && !one.is_empty() && is_similar(&left, &right)).then_some(Suspicion::SimilarName)
}

/// Whether two contents are of one project for certain: the same code, or one of them without a code and both of the
/// same owner and name.
pub fn is_same(left: &Fields, right: &Fields) -> bool {
    let (left_code, right_code) = (plain(left.text(field::CODE)), plain(right.text(field::CODE)));
    if !left_code.is_empty() && !right_code.is_empty() {
        return left_code == right_code;
    }
    owner_and_name(left).is_some_and(|sign| owner_and_name(right) == Some(sign))
}

fn owner_and_name(fields: &Fields) -> Option<[String; 2]> {
    let (owner, name) = (plain(fields.text(field::CREDIT_CODE)), plain(fields.text(field::NAME)));
    (!owner.is_empty() && !name.is_empty()).then_some([owner, name])
}

/// By the pairs of neighbouring letters that two plain names share (Dice).
fn is_similar(left: &str, right: &str) -> bool {
    let (left, right) = (letter_pairs(left), letter_pairs(right));
    let shared = left.intersection(&right).count();
    let all = left.len() + right.len();
    all > 0 && 2 * shared * 100 >= all * SIMILAR_PERCENT
}

fn letter_pairs(name: &str) -> BTreeSet<(char, char)> {
    name.chars().zip(name.chars().skip(1)).collect()
}

fn plain(text: &str) -> String {
    let mut plain = String::new();
    each_plain(text, |letter| plain.push(letter));
    plain
}

/// Every letter of a text without what people write differently: width, case, white space, brackets.
pub fn each_plain(text: &str, mut take: impl FnMut(char)) {
    for letter in text.chars().map(half_width_letter) {
        match letter {
            // Most letters are Chinese: neither large nor small.
            'A'..='Z' | '0'..='9' | '-' | '\u{4e00}'..='\u{9fff}' => take(letter),
            'a'..='z' => take(letter.to_ascii_uppercase()),
            '\0'..='\x7f' => {}
            _ => letter.to_uppercase().filter(|letter| letter.is_alphanumeric()).for_each(&mut take),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Value;

    fn fields(code: &str, owner: &str, name: &str) -> Fields {
        let texts = [(field::CODE, code), (field::CREDIT_CODE, owner), (field::NAME, name)];
        texts.into_iter().map(|(key, text)| (key.to_owned(), Value::text(text))).collect()
    }

    #[test]
    fn two_contents_are_suspected_by_code_owner_and_name() {
        let (code, other) = ("2101-350102-04-01-123456", "2101-350102-04-01-654321");
        let owner = "91350102MA00000152";
        for (left, right, expected) in [
            ((code, "", "甲"), (code, owner, "乙"), Some(Suspicion::Code)),
            ((code, owner, "软件园一期"), (other, owner, "软件园一期"), None),
            ((code, owner, "软件园(一期)"), ("", owner, "软件园（一期）"), Some(Suspicion::OwnerAndName)),
            (("", owner, "软件园二期研发楼"), ("", owner, "福州软件园二期研发楼项目"), Some(Suspicion::SimilarName)),
            (("", owner, "软件园二期研发楼"), ("", owner, "三坊七巷文创总部"), None),
            (("", "", "软件园二期研发楼"), ("", "", "软件园二期研发楼"), None),
        ] {
            let fields = |(code, owner, name): (&str, &str, &str)| fields(code, owner, name);
            assert_eq!(suspicion(&fields(left), &fields(right)), expected, "{left:?} {right:?}");
            assert_eq!(suspicion(&fields(right), &fields(left)), expected, "{right:?} {left:?}");
        }
    }
}
