//! What is said of scores, as people read it: a sentence that changes is looked at before it is kept.
//!
//! Where that is meant, the fixture takes what the failure has written beside it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails where it stands")]

use std::{collections::BTreeSet, env, fs, path::Path};

use campaigns::{Size, Year, scheme};
use serde_json::{Value, json};
use shared::{
    calendar::Month,
    scoring::{scheme::Scheme, what_if::Addition},
    unit::Group,
};

const KEPT: &str = include_str!("../fixtures/words.txt");

/// Campaigns whose words are looked at: one by the default scheme, one by a generated one that uses every rule.
const SEEDS: [u64; 2] = [0, 1];

#[test]
fn the_words_about_scores_are_those_that_were_looked_at() {
    let words: BTreeSet<String> = SEEDS.into_iter().flat_map(words).collect();
    let told = words.into_iter().collect::<Vec<String>>().join("\n") + "\n";
    if told != KEPT {
        let path = Path::new(&env::temp_dir()).join("tisheng-words.txt");
        fs::write(&path, &told).unwrap();
        let other = told.lines().zip(KEPT.lines()).find(|(told, kept)| told != kept);
        panic!("other words, all of them in {}: {other:?}", path.display());
    }
}

fn words(seed: u64) -> Vec<String> {
    let scheme = if seed == 0 { Scheme::default_scheme() } else { scheme(seed).unwrap() };
    let mut told = vec![json!(scheme.outline())];
    let indicators: Vec<String> = scheme.indicators.iter().map(|indicator| indicator.key.clone()).collect();
    let year = Year::generated(seed, Size::SMALL, scheme);
    let board = year.board();
    let mut words = Vec::new();
    let month = Month::new(year.campaign.year, 11).unwrap();
    for group in Group::ALL {
        for unit in year.units.iter().filter(|unit| unit.group == group).take(1) {
            told.push(json!(board.explain(year.replica(), month, unit.id)));
            told.push(json!(board.movement(year.replica(), month, unit.id)));
            let trial = board.trial(month, unit.group).unwrap();
            words.extend(trial.least(unit.id).map(|least| least.sentence));
            let one = |indicator: &String| Addition { indicator: indicator.clone(), by: 1.into() };
            let added: Vec<Addition> = indicators.iter().take(1).map(one).collect();
            words.extend(trial.what_if(unit.id, &added).map(|answer| answer.sentence));
        }
    }
    said(&Value::Array(told), &mut words);
    words
}

/// Every sentence, and every line of an outline.
fn said(told: &Value, words: &mut Vec<String>) {
    match told {
        Value::Object(fields) => {
            let texts = ["sentence", "text", "title"].iter().filter_map(|key| fields.get(*key)?.as_str());
            words.extend(texts.map(str::to_owned));
            fields.values().for_each(|value| said(value, words));
        }
        Value::Array(items) => items.iter().for_each(|item| said(item, words)),
        _ => {}
    }
}
