//! Every class of the style sheets is used, and every class that is used has a style.

use std::collections::BTreeSet;

use crate::code;
use crate::tree::{self, File};

// `.name` in selectors, which is outside of braces or inside an at-rule's braces; comments taken out.
fn defined(css: &str) -> BTreeSet<String> {
    let mut classes = BTreeSet::new();
    for (selector, _) in rules(&without_comments(css)) {
        let mut parts = selector.split('.');
        parts.next();
        for part in parts {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
            if name.starts_with(|c: char| c.is_alphabetic()) {
                classes.insert(name);
            }
        }
    }
    classes
}

// Selector and the brace that follows; declarations end with `;` or `}` and are not selectors.
fn rules(css: &str) -> Vec<(String, usize)> {
    let mut rules = Vec::new();
    let mut begin = 0;
    for (at, c) in css.char_indices() {
        match c {
            '{' => {
                rules.push((css[begin..at].to_owned(), at));
                begin = at + 1;
            }
            '}' | ';' => begin = at + 1,
            _ => {}
        }
    }
    rules
}

fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once("*/").map_or("", |(_, after)| after))
}

// Every word of every string literal, and what stands after `class:`.
fn mentioned(sources: &[File]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for file in sources {
        let source = code::read(&file.text);
        let strings = source.strings.into_iter().map(|(_, text)| text);
        let classes = source
            .code
            .split("class:")
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).collect());
        for text in strings.chain(classes) {
            words.extend(text.split(|c: char| !(c.is_alphanumeric() || "-_{".contains(c))).map(String::from));
        }
    }
    words
}

// The words of `class="…"` and `class:…`.
fn used(sources: &[File]) -> BTreeSet<(String, String)> {
    let mut classes = BTreeSet::new();
    for file in sources {
        for rest in file.text.split("class=\"").skip(1) {
            let value = rest.split('"').next().unwrap_or_default();
            classes.extend(value.split_whitespace().map(|class| (file.path.clone(), class.to_owned())));
        }
    }
    classes
}

fn check(sheets: &[File], sources: &[File]) -> Vec<String> {
    let defined: BTreeSet<String> = sheets.iter().flat_map(|sheet| defined(&sheet.text)).collect();
    let mentioned = mentioned(sources);
    // A literal like "chip--{}" makes every class that begins so.
    let is_mentioned = |class: &String| {
        mentioned.contains(class)
            || mentioned
                .iter()
                .filter_map(|word| word.split_once('{'))
                .any(|(start, _)| !start.is_empty() && class.starts_with(start))
    };
    let dead =
        defined.iter().filter(|class| !is_mentioned(class)).map(|class| format!("app/styles: nobody uses `.{class}`"));
    let bare = used(sources)
        .into_iter()
        .filter(|(_, class)| !defined.contains(class) && !class.contains('{'))
        .map(|(path, class)| format!("{path}: `.{class}` has no style"));
    dead.chain(bare).collect()
}

#[test]
fn refuses_a_dead_class_and_a_class_without_style() {
    let css = "/* .old { } */ @media print { .card, .card__title:hover { margin: .5em } } .chip--ok { } .dead { color: red; }";
    let rust = "view! { <p class=\"card missing\" class:card__title=true class=format!(\"chip--{}\", k)/> }";
    let complaints = check(&[File::sample("app/styles/ui.css", css)], &[File::sample("app/src/a.rs", rust)]);
    assert_eq!(complaints, ["app/styles: nobody uses `.dead`", "app/src/a.rs: `.missing` has no style"]);
}

#[test]
fn every_class_is_used_and_styled() {
    let mut sources = tree::with_extension("rs");
    sources.retain(|file| file.is_in(&["app/src"]));
    tree::assert_none(&check(&tree::with_extension("css"), &sources));
}
