//! The README's map is the tree.

use std::collections::BTreeSet;

use crate::tree::{self, File};

const HEADING: &str = "## The map";

// The first cell of every row of the first table below the heading.
fn rooms_of_the_map(readme: &str) -> BTreeSet<String> {
    let section = readme.split_once(HEADING).map_or("", |(_, after)| after);
    section
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split_once('`'))
        .map(|(room, _)| room.to_owned())
        .collect()
}

// Every crate, and `public`, which is none.
fn rooms_of_the_tree(manifests: &[File]) -> BTreeSet<String> {
    let mut rooms: BTreeSet<String> =
        manifests.iter().filter_map(|file| file.path.strip_suffix("/Cargo.toml")).map(String::from).collect();
    rooms.insert("public".to_owned());
    rooms
}

fn check(readme: &str, manifests: &[File]) -> Vec<String> {
    let (map, rooms) = (rooms_of_the_map(readme), rooms_of_the_tree(manifests));
    let missing = rooms.difference(&map).map(|room| format!("README.md: the map lacks `{room}`"));
    let gone = map.difference(&rooms).map(|room| format!("README.md: the map shows `{room}`, which is not there"));
    missing.chain(gone).collect()
}

#[test]
fn refuses_a_room_without_a_row_and_a_row_without_a_room() {
    let manifests = [File::sample("Cargo.toml", ""), File::sample("shared/Cargo.toml", "")];
    let readme =
        "## The map\n\n| room | what |\n|---|---|\n| `public` | page |\n| `attic` | old |\n\n## More\n| `more` | |";
    let expected = ["README.md: the map lacks `shared`", "README.md: the map shows `attic`, which is not there"];
    assert_eq!(check(readme, &manifests), expected);
}

#[test]
fn the_map_of_the_readme_is_the_tree() {
    let manifests: Vec<File> =
        tree::files().into_iter().filter(|file| file.path.rsplit('/').next() == Some("Cargo.toml")).collect();
    let readme = tree::files().into_iter().find(|file| file.path == "README.md").unwrap();
    tree::assert_none(&check(&readme.text, &manifests));
}
