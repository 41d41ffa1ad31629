//! Who may use whom, inside the rooms.

use crate::code;
use crate::tree::{self, File};

/// What a part of the tree must not name.
struct Rule {
    places: &'static [&'static str],
    except: &'static [&'static str],
    words: &'static [&'static str],
    reason: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        places: &["shared/src", "server/src", "app"],
        except: &["app/src/app/later.rs"],
        words: &["unsafe"],
        reason: "only the cut between module and chunk needs what the compiler cannot check",
    },
    Rule {
        places: &["shared/src"],
        except: &[],
        words: &["async", "await", "tokio", "web_sys", "js_sys", "wasm_bindgen", "leptos", "axum", "sqlx", "rand"],
        reason: "the core neither waits nor knows the world",
    },
    Rule {
        places: &["shared/src"],
        except: &[],
        words: &["std::fs", "std::env", "std::net", "std::process", "std::thread", "std::io", "SystemTime", "Instant"],
        reason: "the core performs no I/O and reads no clock",
    },
    Rule {
        places: &["server/src/routes"],
        except: &[],
        words: &["std::env"],
        reason: "configuration reaches a route as a value",
    },
    Rule {
        places: &["server/src/store", "server/src/store.rs"],
        except: &[],
        words: &["axum", "tower_http"],
        reason: "stores do not know HTTP",
    },
    Rule {
        places: &["server/src"],
        except: &["server/src/store"],
        words: &["sqlx"],
        reason: "only the store knows a database",
    },
    Rule {
        places: &["server/src"],
        except: &["server/src/error.rs"],
        words: &["StatusCode"],
        reason: "only error.rs knows status codes",
    },
    Rule {
        places: &["app/src"],
        // A widget that moves the focus must hold the element that has it.
        except: &["app/src/browser", "app/src/browser.rs", "app/src/ui/focus.rs", "app/src/ui/dialog.rs"],
        words: &["web_sys", "js_sys"],
        reason: "only browser/ touches web APIs",
    },
    Rule {
        places: &["app/src/ui", "app/src/ui.rs"],
        except: &[],
        words: &["crate::data", "crate::state", "crate::pages", "crate::forms", "indexed_db_futures", "gloo_net"],
        reason: "ui knows no domain and no data",
    },
    Rule {
        places: &["app/src/forms", "app/src/forms.rs"],
        except: &[],
        words: &["crate::data", "crate::state", "crate::pages", "crate::browser", "indexed_db_futures", "gloo_net"],
        reason: "forms draw what shared declares, with ui",
    },
    Rule {
        places: &["app/src/pages", "app/src/pages.rs"],
        except: &[],
        words: &["crate::data", "crate::browser", "indexed_db_futures", "gloo_net", "wasm_bindgen"],
        reason: "pages use ui, forms and state",
    },
    Rule {
        places: &["app/src/state", "app/src/state.rs"],
        except: &[],
        words: &["crate::pages", "crate::ui", "crate::forms", "indexed_db_futures", "gloo_net", "wasm_bindgen"],
        reason: "state stands on data",
    },
    Rule {
        places: &["app/src/data", "app/src/data.rs"],
        except: &[],
        words: &["crate::pages", "crate::ui", "crate::forms", "crate::state", "leptos"],
        reason: "data stands on browser",
    },
    Rule {
        places: &["app/src/browser", "app/src/browser.rs"],
        except: &[],
        words: &["crate::pages", "crate::ui", "crate::forms", "crate::state", "crate::data"],
        reason: "browser stands on nothing of ours",
    },
];

/// Where SQL may stand.
const SQL_PLACES: [&str; 6] = [
    "server/src/store/statements.rs",
    "server/src/store/both",
    "server/src/store/sqlite",
    "server/src/store/sqlite.rs",
    "server/src/store/postgres",
    "server/src/store/postgres.rs",
];
const SQL_STARTS: [&str; 8] =
    ["SELECT ", "INSERT INTO ", "INSERT OR ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "BEGIN ", "PRAGMA "];

fn check(file: &File) -> Vec<String> {
    let source = code::read(code::without_tests(&file.text));
    let mut complaints = Vec::new();
    for rule in RULES.iter().filter(|rule| file.is_in(rule.places) && !file.is_in(rule.except)) {
        for (number, line) in source.code.lines().enumerate() {
            for word in rule.words.iter().filter(|word| mentions(line, word)) {
                complaints.push(format!("{}:{}: `{word}`, but {}", file.path, number + 1, rule.reason));
            }
        }
    }
    if file.is_in(&["server/src", "app/src", "shared/src"]) && !file.is_in(&SQL_PLACES) {
        for (line, text) in &source.strings {
            let text = text.trim_start().trim_start_matches(['\\', '\n', ' ']);
            if SQL_STARTS.iter().any(|start| text.starts_with(start)) {
                complaints.push(format!("{}:{line}: only the parts of store/ for databases hold SQL", file.path));
            }
        }
    }
    complaints
}

// `crate::data` also stands in `use crate::{data, ui}`.
fn mentions(line: &str, word: &str) -> bool {
    if code::has_word(line, word) {
        return true;
    }
    let Some((parent, child)) = word.split_once("::") else {
        return false;
    };
    line.split_once(&format!("use {parent}::{{")).is_some_and(|(_, list)| {
        let mut depth = 0;
        list.split(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            c == ',' && depth == 0
        })
        .any(|item| item.trim().split([':', ' ', '}', ';']).next() == Some(child))
    })
}

#[test]
fn refuses_every_arrow_that_is_not_drawn() {
    for (path, text) in [
        ("shared/src/a.rs", "pub async fn f() {}"),
        ("shared/src/a.rs", "let now = std::time::SystemTime::now();"),
        ("shared/src/a.rs", "use std::{env, fmt};"),
        ("server/src/routes/a.rs", "use sqlx::Pool;"),
        ("server/src/keeper.rs", "use sqlx::Pool;"),
        ("server/src/router.rs", "StatusCode::NOT_FOUND"),
        ("server/src/store/sqlite.rs", "use axum::Json;"),
        ("server/src/ledger.rs", "query(\"SELECT 1\")"),
        ("app/src/pages/a.rs", "use web_sys::Element;"),
        ("app/src/pages/a.rs", "use crate::data::Store;"),
        ("app/src/ui/a.rs", "use crate::{state::session, ui};"),
        ("app/src/forms/a.rs", "crate::state::session()"),
        ("app/src/state/a.rs", "use crate::pages::home;"),
        ("app/src/data/a.rs", "use leptos::prelude::*;"),
        ("app/src/browser/a.rs", "use crate::{data, browser};"),
    ] {
        assert!(!check(&File::sample(path, text)).is_empty(), "{path}: {text}");
    }
}

#[test]
fn allows_what_is_drawn() {
    for (path, text) in [
        ("shared/src/a.rs", "// async\nlet a = \"sqlx\"; use std::{fmt, collections::BTreeMap};"),
        ("server/src/store/sqlite.rs", "use sqlx::Pool; query(\"SELECT 1\")"),
        ("server/src/error.rs", "StatusCode::NOT_FOUND"),
        ("app/src/browser/a.rs", "use web_sys::Element;"),
        ("app/src/pages/a.rs", "use crate::{forms::data, state, ui};"),
        ("app/src/state/a.rs", "use crate::data::Store;\n#[cfg(test)]\nmod tests { use crate::ui; }"),
    ] {
        assert_eq!(check(&File::sample(path, text)), [""; 0], "{path}: {text}");
    }
}

#[test]
fn every_arrow_is_drawn() {
    let complaints: Vec<String> = tree::with_extension("rs").iter().flat_map(check).collect();
    tree::assert_none(&complaints);
}
