//! Reading Rust sources without a parser: what is code, and what stands in its strings.

/// A source taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// The code, with comments and the content of strings taken out; lines stay where they were.
    pub(crate) code: String,
    /// The string literals, with the line they begin in.
    pub(crate) strings: Vec<(usize, String)>,
}

/// Takes a source apart.
pub(crate) fn read(text: &str) -> Source {
    let characters: Vec<char> = text.chars().collect();
    let mut source = Source::default();
    let mut at = 0;
    while at < characters.len() {
        at = step(&characters, at, &mut source);
    }
    source
}

/// The part of a source that is not tests: everything before the module that a `#[cfg(…test…)]` guards.
pub(crate) fn without_tests(text: &str) -> &str {
    if text.starts_with("#[cfg(test)]") || text.contains("\n#![cfg(test)]") {
        return "";
    }
    let guards = text.match_indices("\n#[cfg(");
    let is_tests = |rest: &str| {
        let mut lines = rest.trim_start().lines();
        lines.next().is_some_and(|guard| has_word(guard, "test"))
            && lines.next().is_some_and(|line| line.starts_with("mod "))
    };
    guards.map(|(at, _)| at).find(|at| is_tests(&text[*at..])).map_or(text, |at| &text[..at])
}

/// Whether `word` occurs in `code` as a whole word.
pub(crate) fn has_word(code: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_some_and(is_part);
        let after = code[at + word.len()..].chars().next().is_some_and(is_part);
        !before && !after
    })
}

// Handles what begins at `at` and returns where the next thing begins.
fn step(text: &[char], at: usize, source: &mut Source) -> usize {
    let next = text.get(at + 1).copied();
    match text[at] {
        '/' if next == Some('/') => text[at..].iter().position(|&c| c == '\n').map_or(text.len(), |n| at + n),
        '/' if next == Some('*') => block_comment(text, at, source),
        'r' if is_word_start(text, at) && raw_hashes(text, at + 1).is_some() => {
            let hashes = raw_hashes(text, at + 1).unwrap();
            raw_string(text, at + 2 + hashes, hashes, source)
        }
        '"' => string(text, at + 1, source),
        '\'' => character(text, at, source),
        c => {
            source.code.push(c);
            at + 1
        }
    }
}

fn is_word_start(text: &[char], at: usize) -> bool {
    at == 0 || !(text[at - 1].is_alphanumeric() || text[at - 1] == '_') || text[at - 1] == 'b'
}

fn raw_hashes(text: &[char], at: usize) -> Option<usize> {
    let hashes = text[at..].iter().take_while(|&&c| c == '#').count();
    (text.get(at + hashes) == Some(&'"')).then_some(hashes)
}

fn block_comment(text: &[char], at: usize, source: &mut Source) -> usize {
    let mut depth = 0;
    let mut at = at;
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            ('\n', _) => {
                source.code.push('\n');
                at += 1;
            }
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn raw_string(text: &[char], start: usize, hashes: usize, source: &mut Source) -> usize {
    let is_end =
        |at: usize| text[at] == '"' && text[at + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes;
    let end = (start..text.len()).find(|&at| is_end(at)).unwrap_or(text.len());
    keep(text[start..end].iter().collect(), source);
    end + 1 + hashes
}

fn string(text: &[char], start: usize, source: &mut Source) -> usize {
    let mut content = String::new();
    let mut at = start;
    while at < text.len() && text[at] != '"' {
        content.push(text[at]);
        if text[at] == '\\' && at + 1 < text.len() {
            at += 1;
            content.push(text[at]);
        }
        at += 1;
    }
    keep(content, source);
    at + 1
}

fn keep(content: String, source: &mut Source) {
    let line = source.code.matches('\n').count() + 1;
    let lines = content.matches('\n').count();
    source.code.push_str("\"\"");
    source.code.extend(std::iter::repeat_n('\n', lines));
    source.strings.push((line, content));
}

// A character literal is dropped; a lifetime stays.
fn character(text: &[char], at: usize, source: &mut Source) -> usize {
    if text.get(at + 1) == Some(&'\\') {
        let end = text[at + 3..].iter().position(|&c| c == '\'').map_or(text.len(), |n| at + 4 + n);
        source.strings.push((source.code.matches('\n').count() + 1, text[at + 1..end - 1].iter().collect()));
        return end;
    }
    if text.get(at + 2) == Some(&'\'') {
        source.strings.push((source.code.matches('\n').count() + 1, text[at + 1].to_string()));
        return at + 3;
    }
    source.code.push('\'');
    at + 1
}

#[test]
fn takes_comments_and_strings_out_and_keeps_lines() {
    let source =
        read("// a\nlet x = \"b \\\" // c\"; /* d\n */ let y: &'a str = r#\"e\"f\"#;\nlet z = '\"'; let w = '\\'';");
    assert_eq!(source.code, "\nlet x = \"\"; \n let y: &'a str = \"\";\nlet z = ; let w = ;");
    let strings: Vec<&str> = source.strings.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(strings, ["b \\\" // c", "e\"f", "\"", "\\'"]);
    assert_eq!(source.strings[1].0, 3);
}

#[test]
fn tests_begin_at_their_guard() {
    for guard in ["#[cfg(test)]", "#[cfg(all(test, target_arch = \"wasm32\"))]"] {
        assert_eq!(without_tests(&format!("code\n{guard}\nmod tests {{}}")), "code");
    }
    let text = "#[cfg(target_arch = \"wasm32\")]\nmod page;\n#[cfg(test)]\nfn helper() {}";
    assert_eq!(without_tests(text), text);
}

#[test]
fn finds_whole_words_only() {
    assert!(has_word("use sqlx::Pool;", "sqlx"));
    assert!(!has_word("use sqlx_more::Pool;", "sqlx"));
    assert!(!has_word("use my_sqlx;", "sqlx"));
}
