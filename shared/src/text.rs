//! The one catalogue of texts that people read.
//!
//! Texts live in `shared/locales/<language>`, one flat file per area, so that a second language is a second folder;
//! in its folder `later` stand those that nobody reads before the log-in. A text may hold `{placeholders}`. The tidy
//! test checks that every key used exists and that every key is used.

use std::{collections::BTreeMap, sync::OnceLock};

/// The areas that everyone needs, embedded so that a server without files and a page without a network can speak.
const FIRST: &[&str] = &[
    include_str!("../locales/zh-CN/app.json"),
    include_str!("../locales/zh-CN/errors.json"),
    include_str!("../locales/zh-CN/files.json"),
    #[cfg(any(feature = "server", feature = "judgements"))]
    include_str!("../locales/zh-CN/movement.json"),
    #[cfg(any(feature = "server", feature = "judgements"))]
    include_str!("../locales/zh-CN/outline.json"),
    #[cfg(any(feature = "server", feature = "judgements"))]
    include_str!("../locales/zh-CN/scoring.json"),
    #[cfg(feature = "server")]
    include_str!("../locales/zh-CN/bulletin.json"),
    #[cfg(feature = "server")]
    include_str!("../locales/zh-CN/interface.json"),
    #[cfg(feature = "server")]
    include_str!("../locales/zh-CN/server.json"),
    include_str!("../locales/zh-CN/tablet.json"),
    include_str!("../locales/zh-CN/terms.json"),
];

/// The areas of the pages behind the log-in: with `late-texts` they are there once [`bring`] was called.
const LATER: &[&str] = &[
    include_str!("../locales/zh-CN/later/forms.json"),
    include_str!("../locales/zh-CN/later/intake.json"),
    include_str!("../locales/zh-CN/later/issues.json"),
    include_str!("../locales/zh-CN/later/people.json"),
    include_str!("../locales/zh-CN/later/periods.json"),
    include_str!("../locales/zh-CN/later/roster.json"),
    include_str!("../locales/zh-CN/later/rules.json"),
    include_str!("../locales/zh-CN/later/tokens.json"),
    include_str!("../locales/zh-CN/later/trends.json"),
    include_str!("../locales/zh-CN/later/twins.json"),
    include_str!("../locales/zh-CN/later/work.json"),
];

/// Keys and their texts.
type Catalogue = BTreeMap<String, String>;

static BROUGHT: OnceLock<Catalogue> = OnceLock::new();

/// The text of a key with its placeholders filled. An unknown key comes back as itself, visibly.
///
/// ```
/// assert_eq!(shared::text::text("term.group.street", &[]), "街镇组");
/// ```
pub fn text(key: &str, parameters: &[(&str, &str)]) -> String {
    let Some(template) = find(key) else {
        return key.to_owned();
    };
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    // One pass, so that a parameter's own braces are never taken for placeholders.
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match parameters.iter().find(|(parameter, _)| *parameter == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.extend(["{", name, "}"]),
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// The text of a key as the catalogue has it, placeholders and all.
pub fn find(key: &str) -> Option<&'static str> {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    // Only a browser has a chunk; whatever else is built with every feature has everything at once.
    if !cfg!(all(feature = "late-texts", target_arch = "wasm32")) {
        bring();
    }
    let text = CATALOGUE.get_or_init(|| read(FIRST)).get(key).or_else(|| BROUGHT.get()?.get(key));
    text.map(String::as_str)
}

/// Brings the texts of the pages behind the log-in. Only what calls it needs to hold them: in a browser that is the
/// chunk of those pages.
pub fn bring() {
    BROUGHT.get_or_init(|| read(LATER));
}

fn read(areas: &[&str]) -> Catalogue {
    areas.iter().filter_map(|area| serde_json::from_slice::<Catalogue>(area.as_bytes()).ok()).flatten().collect()
}

/// `t!("key")` or `t!("key", name = value, …)`: the text of a key, parameters by `Display`.
#[macro_export]
macro_rules! t {
    ($key:expr) => {
        $crate::text::text($key, &[])
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::text::text($key, &[$((stringify!($name), &($value).to_string())),+])
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_area_is_well_formed_and_no_key_stands_twice() {
        let mut keys = BTreeSet::new();
        for area in FIRST.iter().chain(LATER) {
            for key in serde_json::from_str::<Catalogue>(area).unwrap().into_keys() {
                assert!(find(&key).is_some(), "{key}");
                assert!(keys.insert(key.clone()), "{key} stands twice");
            }
        }
    }

    #[test]
    fn an_unknown_key_is_visible_and_braces_in_values_stay() {
        assert_eq!(text("no.such.key", &[]), "no.such.key");
        let filled = text("issue.too_short", &[("min", "{max}")]);
        assert!(filled.contains("{max}"), "{filled}");
    }
}
