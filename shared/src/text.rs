//! The one catalogue of texts that people read.
//!
//! Texts live in `shared/locales/<language>/*.json`, one flat file per area, so that a second language is a
//! second folder. A text may hold `{placeholders}`. The tidy test checks that every key used exists and that
//! every key is used.

use std::{collections::BTreeMap, sync::OnceLock};

/// One area's texts, embedded so that a server without files and a page without a network can speak.
const AREAS: &[&str] = &[
    include_str!("../locales/zh-CN/app.json"),
    include_str!("../locales/zh-CN/errors.json"),
    include_str!("../locales/zh-CN/files.json"),
    include_str!("../locales/zh-CN/forms.json"),
    include_str!("../locales/zh-CN/intake.json"),
    include_str!("../locales/zh-CN/issues.json"),
    #[cfg(any(feature = "server", feature = "judgements"))]
    include_str!("../locales/zh-CN/movement.json"),
    include_str!("../locales/zh-CN/people.json"),
    #[cfg(any(feature = "server", feature = "judgements"))]
    include_str!("../locales/zh-CN/outline.json"),
    include_str!("../locales/zh-CN/periods.json"),
    include_str!("../locales/zh-CN/roster.json"),
    include_str!("../locales/zh-CN/rules.json"),
    #[cfg(any(feature = "server", feature = "judgements"))]
    include_str!("../locales/zh-CN/scoring.json"),
    #[cfg(feature = "server")]
    include_str!("../locales/zh-CN/bulletin.json"),
    #[cfg(feature = "server")]
    include_str!("../locales/zh-CN/interface.json"),
    #[cfg(feature = "server")]
    include_str!("../locales/zh-CN/server.json"),
    include_str!("../locales/zh-CN/sync.json"),
    include_str!("../locales/zh-CN/tablet.json"),
    include_str!("../locales/zh-CN/terms.json"),
    include_str!("../locales/zh-CN/tokens.json"),
    include_str!("../locales/zh-CN/trends.json"),
    include_str!("../locales/zh-CN/twins.json"),
];

/// The text of a key with its placeholders filled. An unknown key comes back as itself, visibly.
///
/// ```
/// assert_eq!(shared::text::text("term.group.street", &[]), "街镇组");
/// ```
pub fn text(key: &str, parameters: &[(&str, &str)]) -> String {
    let Some(template) = catalogue().get(key) else {
        return key.to_owned();
    };
    let mut filled = String::with_capacity(template.len());
    let mut rest = template.as_str();
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

/// Every key and its text, for tests and for the tidy check.
pub fn catalogue() -> &'static BTreeMap<String, String> {
    static CATALOGUE: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let read = |area: &&str| serde_json::from_slice::<BTreeMap<String, String>>(area.as_bytes()).ok();
        AREAS.iter().filter_map(read).flatten().collect()
    })
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
    use super::*;

    #[test]
    fn every_area_is_well_formed_and_no_key_stands_twice() {
        let mut total = 0;
        for area in AREAS {
            total += serde_json::from_str::<BTreeMap<String, String>>(area).unwrap().len();
        }
        assert_eq!(total, catalogue().len());
    }

    #[test]
    fn an_unknown_key_is_visible_and_braces_in_values_stay() {
        assert_eq!(text("no.such.key", &[]), "no.such.key");
        let filled = text("issue.too_short", &[("min", "{max}")]);
        assert!(filled.contains("{max}"), "{filled}");
    }
}
